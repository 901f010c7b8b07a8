"""``outbox list | show | open | approve | return | sent | verify | purge``."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

import click

from parkdraft.cli.homes import open_home
from parkdraft.cli.layout import note, print_json
from parkdraft.cli.usage import KoreanCommand, KoreanGroup, WrongUsage
from parkdraft.errors import DetailsError, ParkdraftError, Problem
from parkdraft.home import Home
from parkdraft.process import labels
from parkdraft.process.values import read_choice, read_count, read_flag

if TYPE_CHECKING:
    from parkdraft.outbox.listing import Seen
    from parkdraft.outbox.review import Outcome
    from parkdraft.outbox.store import Entry, Store

_JSON = click.Option(["--json"], is_flag=True, help="결과를 JSON으로 보여 줍니다.")
_ID = click.Argument(["draft_id"], metavar="번호")
_IDS = click.Argument(["ids"], metavar="번호", nargs=-1, required=True)
_MOST_DAYS = 36_500


def _list(context: click.Context, json: bool, **wanted: Any) -> int:
    from parkdraft.cli.outboxtext import list_table
    from parkdraft.outbox.glancing import glanced

    home = open_home(context)
    box = home.drafts
    found = glanced(box, _filters(home, **wanted))
    if json:
        print_json(list(_all_placed(box.store, found)))
    elif found:
        click.echo(list_table(found, home.directory, home.now()))
    else:
        click.echo("보여 줄 초안이 없습니다.")
    return 0


def _filters(home: Home, **wanted: Any) -> Any:
    from parkdraft.outbox.listing import Filters
    from parkdraft.process.places import find_partner

    case, author, partner = wanted["case"], wanted["author"], wanted["partner"]
    partners, days = home.directory.partners, wanted["older_than"]
    filters = Filters(
        tuple(_choice("--state", one, labels.STATES) for one in wanted["state"]),
        find_partner(partners, partner) if partner is not None else None,
        _choice("--case", case, labels.CASES) if case is not None else None,
        _login(home, author) if author is not None else None,
        _days(days) if days is not None else None,
    )
    if partner is not None and filters.partner is None:
        names = ", ".join(one.name for one in partners.values())
        raise DetailsError([Problem("outbox.unknown-partner", "partner", data={"names": names})])
    return filters


def _login(home: Home, text: str) -> str:
    """A login name, also where somebody is called as the list shows them."""
    from parkdraft.process.hangul import fold

    members = home.directory.team.members.items()
    return next((login for login, name in members if fold(name) == fold(text)), text)


def _choice(option: str, text: str, choices: labels.Labels) -> str:
    try:
        return read_choice(text, choices)
    except DetailsError as error:
        words = ", ".join(f"{name}({label[0]})" for name, label in choices.items())
        raise WrongUsage(f"{option}에 쓸 수 있는 값: {words}") from error


def _days(text: str) -> int:
    try:
        return read_count(text, _MOST_DAYS)
    except DetailsError as error:
        raise WrongUsage("--older-than에는 날수를 숫자로 적습니다. 예: 90") from error


def _all_placed(store: Store, found: Iterable[Seen]) -> Iterator[dict[str, Any]]:
    """``_placed`` for many: making a path takes longer than all the rest."""
    folders: dict[str, str] = {}
    for one in found:
        state, name = one.entry.state, f"{one.entry.id}{one.entry.suffix}"
        if state not in folders:
            path = store.path(one.entry)
            folders[state] = f"{path.parent}{os.sep}" if path else ""
        data = one.as_json()
        data["path"] = f"{folders[state]}{name}" if folders[state] else None
        yield data


def _placed(store: Store, entry: Entry, data: dict[str, Any]) -> dict[str, Any]:
    path = store.path(entry)
    return {**data, "path": str(path) if path else None}


def _show(context: click.Context, draft_id: str, json: bool) -> int:
    from parkdraft.cli.outboxtext import shown_text
    from parkdraft.cli.refusals import line
    from parkdraft.outbox.showing import show
    from parkdraft.wording import as_data

    home = open_home(context)
    shown = show(home.drafts, home.today(), draft_id)
    if json:
        problems = [as_data(problem) for problem in shown.problems]
        placed = _placed(home.drafts.store, shown.entry, shown.as_json())
        print_json({**placed, "problems": problems})
    else:
        click.echo(shown_text(shown, home.directory))
    for problem in shown.problems:
        note(line(problem))
    return 0


def _open(context: click.Context, draft_id: str) -> int:
    from parkdraft.cli.answers import CHECK_SENDER, NOT_APPROVED
    from parkdraft.cli.refusals import line
    from parkdraft.opening import open_file
    from parkdraft.outbox.review import opened, outdated

    home = open_home(context)
    box = home.drafts
    entry = opened(box, draft_id)
    for problem in outdated(box, home.today(), entry):
        note(line(problem))
    if entry.suffix == ".eml":
        note(CHECK_SENDER)
    if entry.state != "approved":
        note(NOT_APPROVED if entry.state == "pending" else _NOT_TO_SEND[entry.state])
    path = box.store.path(entry)
    if path is not None:
        open_file(path)
    return 0


_NOT_TO_SEND = {
    "waiting": "담당자 명단을 기다리는 초안입니다. 아직 보내지 마세요.",
    "returned": "반려된 초안입니다. 보내지 마세요.",
    "sent": "이미 끝난 초안입니다. 다시 보내지 마세요.",
}


def _approve(context: click.Context, ids: tuple[str, ...], json: bool) -> int:
    from parkdraft.outbox.review import approve

    home = open_home(context)
    return _told(home, approve(home.drafts, home.today(), ids), "승인했습니다", as_json=json)


def _return(context: click.Context, ids: tuple[str, ...], reason: str, json: bool) -> int:
    from parkdraft.outbox.review import send_back

    home = open_home(context)
    outcome = send_back(home.drafts, home.directory, ids, reason)
    return _told(home, outcome, "반려했습니다", as_json=json)


def _sent(context: click.Context, ids: tuple[str, ...], json: bool) -> int:
    from parkdraft.outbox.review import mark_sent

    home = open_home(context)
    return _told(home, mark_sent(home.drafts, ids), "완료로 표시했습니다", as_json=json)


def _told(home: Home, outcome: Outcome, done: str, *, as_json: bool) -> int:
    """Say what was done and what was refused; 1 where anything was."""
    from parkdraft.cli.refusals import line
    from parkdraft.wording import as_data

    if as_json:
        store = home.drafts.store
        entries = [_placed(store, one, {"id": one.id, "state": one.state}) for one in outcome.done]
        print_json({"done": entries, "problems": [as_data(one) for one in outcome.problems]})
    else:
        for entry in outcome.done:
            click.echo(f"{done}: {entry.id}")
    for problem in outcome.problems:
        note(line(problem))
    return 1 if outcome.problems else 0


def _verify(context: click.Context, json: bool) -> int:
    from parkdraft.cli.refusals import line
    from parkdraft.outbox.verifying import verify
    from parkdraft.wording import as_data

    home = open_home(context)
    problems: list[Problem] = []
    today = None
    try:
        today = home.today()
    except ParkdraftError as error:  # a directory that is not sound is one more finding
        problems += error.problems
    problems += verify(home.drafts, today, _watched)
    if json:
        print_json({"ok": not problems, "findings": [as_data(one) for one in problems]})
    elif problems:
        for problem in problems:
            click.echo(line(problem))
        click.echo(f"\n확인할 것이 {len(problems)}가지 있습니다.")
    else:
        click.echo("outbox에 문제가 없습니다.")
    return 1 if problems else 0


def _watched(ids: Iterable[str]) -> Iterator[str]:
    """Progress on a terminal, where there is much to walk."""
    wanted = list(ids)
    with click.progressbar(wanted, label="점검", file=sys.stderr, hidden=len(wanted) < 500) as bar:
        yield from bar


def _purge(context: click.Context, older_than: str, unfinished: bool, yes: bool, json: bool) -> int:
    from parkdraft.cli.outboxtext import purge_text
    from parkdraft.outbox.purging import purge, purgeable

    days = _days(older_than)
    box = open_home(context).drafts
    doomed = purgeable(box, days, unfinished=unfinished)
    click.echo(purge_text(doomed), err=json)
    sure = yes or not (doomed.drafts or doomed.traces) or _is_sure()
    removed = purge(box, doomed) if sure else []
    if json:
        print_json({"purged": [entry.id for entry in removed]})
    if not sure:
        note("파기하지 않았습니다. 묻지 않고 파기하려면 --yes를 붙이세요.")
    elif not json and (removed or doomed.traces):
        click.echo(f"초안 {len(removed)}건의 파일과 기록의 개인정보를 파기했습니다.")
        click.echo("언제, 누가, 어느 절차였는지만 기록에 남습니다.")
    return 0 if sure else 1


def _is_sure() -> bool:
    """Whether somebody says yes; whatever else they say, and nobody there, is no."""
    click.echo("되돌릴 수 없습니다. 파기할까요? (예/아니오) ", nl=False, err=True)
    try:
        return read_flag(sys.stdin.readline().strip() if sys.stdin else "")
    except (DetailsError, UnicodeDecodeError):
        return False


def _command(
    name: str, help_text: str, callback: Any, *params: click.Parameter, json: bool = True
) -> click.Command:
    return KoreanCommand(
        name,
        params=[*params, *([_JSON] if json else [])],
        callback=click.pass_context(callback),
        help=help_text,
    )


_OLDER = "만든 지 이 날수가 지난 것만. 예: 7"
_COMMANDS = {
    "list": _command(
        "list",
        "초안을 급한 것, 새것 순서로 보여 줍니다.",
        _list,
        click.Option(
            ["--state"],
            metavar="상태",
            multiple=True,
            help=", ".join(f"{name}({words[0]})" for name, words in labels.STATES.items()),
        ),
        click.Option(["--partner"], metavar="운영사", help="이 운영사의 것만."),
        click.Option(["--case"], metavar="업무", help="이 업무의 것만. 예: plate-change"),
        click.Option(["--author"], metavar="사람", help="이 사람(로그인 이름)이 만든 것만."),
        click.Option(["--older-than"], metavar="일", help=_OLDER),
    ),
    "show": _command("show", "초안 하나를 이력, 중복, 지금과의 차이까지 봅니다.", _show, _ID),
    "open": _command("open", "초안을 메일 프로그램으로 엽니다.", _open, _ID, json=False),
    "approve": _command("approve", "초안을 승인합니다 (팀장·부팀장).", _approve, _IDS),
    "return": _command(
        "return",
        "초안을 사유와 함께 반려합니다 (팀장·부팀장, 작성자).",
        _return,
        _IDS,
        click.Option(["--reason"], metavar="사유", required=True, help="반려 사유 [필수]"),
    ),
    "sent": _command("sent", "보낸(처리한) 초안을 발송(처리) 완료로 표시합니다.", _sent, _IDS),
    "verify": _command(
        "verify", "파일과 기록, 지금 연락처를 맞추어 점검합니다. 아무것도 바꾸지 않습니다.", _verify
    ),
    "purge": _command(
        "purge",
        "끝난 초안의 파일과 개인정보를 파기합니다.",
        _purge,
        click.Option(
            ["--older-than"],
            metavar="일",
            required=True,
            help="마지막으로 처리한 지 이 날수가 지난 것. 예: 90 [필수]",
        ),
        click.Option(["--unfinished"], is_flag=True, help="끝나지 않은 초안도 파기합니다."),
        click.Option(["--yes"], is_flag=True, help="묻지 않고 파기합니다."),
    ),
}


def _loaded(command: click.Command) -> Any:
    return lambda: command


outbox = KoreanGroup(
    "outbox",
    {name: (command.help or "", _loaded(command)) for name, command in _COMMANDS.items()},
    help="만든 초안을 보고, 승인하고, 반려하고, 점검합니다.",
)
