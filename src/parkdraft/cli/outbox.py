"""``outbox list | show | open``, and the commands that move drafts on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import click

from parkdraft.cli.asking import is_sure
from parkdraft.cli.homes import open_home
from parkdraft.cli.layout import echo, note, print_json, print_json_list
from parkdraft.cli.usage import KoreanCommand, KoreanGroup, WrongUsage
from parkdraft.errors import DetailsError, OutboxError, ParkdraftError, Problem
from parkdraft.home import Home
from parkdraft.model import labels
from parkdraft.values.text import read_choice, read_count

if TYPE_CHECKING:
    from parkdraft.outbox.box import Outbox
    from parkdraft.outbox.facts import Content, Filters, StoredDraft
    from parkdraft.outbox.transitions import Outcome

_JSON = click.Option(["--json"], is_flag=True, help="결과를 JSON으로 보여 줍니다.")
_YES = click.Option(["--yes"], is_flag=True, help="묻지 않고 합니다.")
_ID = click.Argument(["draft_id"], metavar="번호")
_IDS = click.Argument(["ids"], metavar="[번호]", nargs=-1)
_FILTERS = (
    click.Option(
        ["--state"],
        metavar="상태",
        multiple=True,
        help=", ".join(f"{name}({words[0]})" for name, words in labels.STATES.items()),
    ),
    click.Option(["--partner"], metavar="운영사", help="이 운영사의 것만."),
    click.Option(["--case"], metavar="업무", help="이 업무의 것만. 예: plate-change"),
    click.Option(["--author"], metavar="사람", help="이 사람(이름 또는 로그인 이름)이 만든 것만."),
    click.Option(["--site"], metavar="현장", help="이 현장의 것만."),
    click.Option(["--batch"], metavar="표", help="이 표에서 만든 것만 (batch가 알려 주는 번호)."),
    click.Option(["--older-than"], metavar="일", help="만든 지 이 날수가 지난 것만. 예: 7"),
)
_ALL = click.Option(["--all", "every"], is_flag=True, help="거르기 옵션에 맞는 초안 모두.")
_SHOWN = 50
_TOLD_AT_ONCE = 500
_MOST_DAYS = 36_500
_MOST = 1_000_000


@contextmanager
def changing(home: Home) -> Iterator[Outbox]:
    """The outbox for a command that changes it; what else happened on the way is told."""
    from parkdraft.cli.refusals import line

    with home.drafts(change=True) as box:
        yield box
    for problem in box.notes:
        note(line(problem))


def _list(
    context: click.Context,
    json: bool,
    search: str | None,
    mine: bool,
    limit: str | None,
    **wanted: Any,
) -> int:
    from parkdraft.cli.outboxtext import list_table
    from parkdraft.outbox.listing import as_json, words

    home = open_home(context)
    filters = _filters(home, **wanted)
    most = days(limit, "--limit") if limit is not None else _MOST if json else _SHOWN
    with home.drafts() as box:
        if mine:
            filters = filters._replace(author=box.login)
        filters = filters._replace(words=words(search or "", home.directory))
        found = box.store.page(filters, most)
        if json:
            print_json_list({**as_json(one), "path": str(box.path(one))} for one in found)
            return 0
        drafts = list(found)
        if drafts:
            counts = None if filters.words else box.store.counts(filters)
            echo(list_table(drafts, counts, most, home.directory, box.now()))
        else:
            echo("보여 줄 초안이 없습니다.")
        _overdue(home, box)
    return 0


def _overdue(home: Home, box: Outbox) -> None:
    """Say what the directory's retention would purge; only the page does it by itself."""
    if home.directory.retention:
        from parkdraft.outbox.purge import overdue

        if count := overdue(box, home.directory.retention):
            note(
                f"보관 기간이 지난 초안이 {count:,}건 있습니다. "
                "페이지(parkdraft web)를 열면 개인정보를 파기합니다."
            )


def _filters(home: Home, **wanted: Any) -> Filters:
    from parkdraft.decide.place import find_partner
    from parkdraft.outbox.facts import STATES, Filters
    from parkdraft.outbox.listing import days_before
    from parkdraft.values.hangul import fold

    case, author, partner = wanted["case"], wanted["author"], wanted["partner"]
    site, batch, older = wanted["site"], wanted["batch"], wanted["older_than"]
    partners = home.directory.partners
    found = find_partner(partners, partner) if partner is not None else None
    if partner is not None and found is None:
        names = ", ".join(one.name for one in partners.values())
        raise DetailsError([Problem("outbox.unknown-partner", "partner", data={"names": names})])
    return Filters(
        tuple(_choice("--state", one, labels.STATES) for one in wanted["state"]) or STATES,
        found,
        _choice("--case", case, labels.CASES) if case is not None else None,
        _login(home, author) if author is not None else None,
        fold(site) if site is not None else None,
        batch.casefold() if batch is not None else None,
        days_before(home.now(), days(older)) if older is not None else None,
    )


def _login(home: Home, text: str) -> str:
    """A login name, also where somebody is called as the list shows them."""
    from parkdraft.model.team import login_name
    from parkdraft.values.hangul import fold

    members = home.directory.team.members.items()
    named = next((login for login, name in members if fold(name) == fold(text)), text)
    return login_name(named)


def _choice(option: str, text: str, choices: labels.Labels) -> str:
    try:
        return read_choice(text, choices)
    except DetailsError as error:
        words = ", ".join(f"{name}({label[0]})" for name, label in choices.items())
        raise WrongUsage(f"{option}에 쓸 수 있는 값: {words}") from error


def days(text: str, option: str = "--older-than") -> int:
    """A number that an option takes."""
    try:
        return read_count(text, _MOST_DAYS)
    except DetailsError as error:
        raise WrongUsage(f"{option}에는 수를 숫자로 적습니다. 예: 90") from error


def _show(context: click.Context, draft_id: str, reveal: bool, json: bool) -> int:
    from parkdraft.cli.outboxtext import shown_text
    from parkdraft.cli.refusals import line
    from parkdraft.review import show
    from parkdraft.wording import as_data

    home = open_home(context)
    broken: tuple[Problem, ...] = ()
    today = None
    try:
        today = home.today()
    except ParkdraftError as error:  # a broken list does not hide what is kept
        broken = error.problems
    with home.drafts() as box:
        shown = show(box, today, draft_id)
        path = str(box.path(shown.draft))
    shown = shown._replace(problems=(*shown.problems, *broken))
    if json:
        problems = [as_data(problem) for problem in shown.problems]
        print_json({**shown.as_json(reveal=reveal), "path": path, "problems": problems})
    else:
        echo(shown_text(shown, path, home.directory, reveal=reveal))
    for problem in shown.problems:
        note(line(problem))
    return 0


def _open(context: click.Context, draft_id: str, mailto: bool) -> int:
    from parkdraft.cli.answers import CHECK_SENDER, NOT_APPROVED
    from parkdraft.cli.handing import hand_over
    from parkdraft.cli.refusals import line
    from parkdraft.launcher import open_file, open_link
    from parkdraft.outbox.detail import link_of, read_content
    from parkdraft.outbox.transitions import handed_out

    home = open_home(context)
    with changing(home) as box:
        draft, content = box.put_right(draft_id)
        mail, text = read_content(draft, content) if mailto else (None, "")
        link = link_of(content, mail)
        if mailto and link is None:
            raise OutboxError([Problem("mailto.none", draft.id)])
        if draft.state in ("pending", "approved"):
            box.notes.extend(_against_today(home, draft, content))
        path, url = box.path(draft), link.url if link else None
        if hand_over(lambda: open_link(url) if url else open_file(path)):
            handed_out(box, draft, "open")
    if draft.suffix == ".eml":
        note(CHECK_SENDER)
    if draft.state != "approved":
        note(NOT_APPROVED if draft.state == "pending" else _NOT_TO_SEND[draft.state])
    if link is not None and not link.has_body:
        note(line(Problem("mailto.no-body")))
        echo(text)
    return 0


def _against_today(home: Home, draft: StoredDraft, content: Content) -> list[Problem]:
    """What today says otherwise; where a list or the directory is broken, that."""
    from parkdraft.review import against_today

    try:
        return against_today(home.today(), draft, content)
    except ParkdraftError as error:
        return list(error.problems)


_NOT_TO_SEND = {
    "waiting": "담당자 명단을 기다리는 초안입니다. 아직 보내지 마세요.",
    "returned": "반려된 초안입니다. 보내지 마세요.",
    "sent": "이미 끝난 초안입니다. 다시 보내지 마세요.",
}


def _approve(context: click.Context, **asked: Any) -> int:
    return _moved(context, "approve", asked)


def _return(context: click.Context, reason: str, **asked: Any) -> int:
    return _moved(context, "return", asked, reason)


def _sent(context: click.Context, **asked: Any) -> int:
    return _moved(context, "sent", asked)


def _undo(context: click.Context, **asked: Any) -> int:
    return _moved(context, "undo", asked)


_DOES = {
    "approve": "승인",
    "return": "반려",
    "sent": "완료로 표시",
    "undo": "마지막 처리를 취소",
}
_DONE = {
    "approve": "승인했습니다",
    "return": "반려했습니다",
    "sent": "완료로 표시했습니다",
    "undo": "마지막 처리를 취소했습니다",
}


def _moved(context: click.Context, do: str, asked: dict[str, Any], reason: str = "") -> int:
    """Do something to the drafts that are named, or to all that filters want, and tell."""
    from parkdraft.outbox.transitions import FROM
    from parkdraft.review import Wanted, move

    json, yes = asked.pop("json"), asked.pop("yes")
    ids, every = asked.pop("ids"), asked.pop("every")
    home = open_home(context)
    _check_asked(ids, asked, every=every)
    with changing(home) as box:
        wanted = [Wanted(one) for one in ids]
        if every:
            filters = _filters(home, **asked)
            states = tuple(one for one in filters.states if one in FROM[do])
            found = box.store.page(filters._replace(states=states), _MOST) if states else ()
            wanted = [Wanted(one.id, one.moved) for one in found]
            if not wanted and not json:
                echo("맞는 초안이 없습니다.")
            if wanted and not yes and not is_sure(f"초안 {len(wanted):,}건을 {_DOES[do]}합니다."):
                note("하지 않았습니다. 묻지 않고 하려면 --yes를 붙이세요.")
                return 1
        today, code = home.today() if do == "approve" else None, 0
        at_once = len(wanted) if json else _TOLD_AT_ONCE  # one document, or told as it is done
        for start in range(0, len(wanted), at_once or 1):
            some = wanted[start : start + at_once]
            outcome = move(box, home.directory, do, some, reason=reason, today=today)
            paths = {one.id: str(box.path(one)) for one in outcome.done}
            code |= tell(outcome, paths, _DONE[do], as_json=json)
        if json and not wanted:
            print_json({"done": [], "problems": []})
    return code


def _check_asked(ids: Sequence[str], filters: dict[str, Any], *, every: bool) -> None:
    narrowed = any(value not in (None, ()) for value in filters.values())
    if every and ids:
        raise WrongUsage("번호와 --all은 함께 쓸 수 없습니다.")
    if every and not narrowed:
        raise WrongUsage("--all에는 거르기 옵션이 하나 이상 있어야 합니다. 예: --state pending")
    if not every and narrowed:
        raise WrongUsage("거르기 옵션은 --all과 함께 씁니다.")
    if not every and not ids:
        raise WrongUsage("번호가 빠졌습니다. 여러 건이면 --all과 거르기 옵션을 쓰세요.")


def tell(outcome: Outcome, paths: dict[str, str], done: str, *, as_json: bool) -> int:
    """Say what was done and what was refused; 1 where anything was."""
    from parkdraft.cli.refusals import line
    from parkdraft.wording import as_data

    if as_json:
        entries = [
            {"id": one.id, "state": one.state, "path": paths[one.id]} for one in outcome.done
        ]
        print_json({"done": entries, "problems": [as_data(one) for one in outcome.problems]})
    else:
        for draft in outcome.done:
            echo(f"{done}: {draft.id}")
    for problem in outcome.problems:
        note(line(problem))
    return 1 if outcome.problems else 0


def command(
    name: str, help_text: str, callback: Any, *params: click.Parameter, json: bool = True
) -> click.Command:
    """A command of this group."""
    return KoreanCommand(
        name,
        params=[*params, *([_JSON] if json else [])],
        callback=click.pass_context(callback),
        help=help_text,
    )


def _many(name: str, help_text: str, callback: Any, *params: click.Parameter) -> click.Command:
    return command(name, help_text, callback, _IDS, *params, _ALL, *_FILTERS, _YES)


_COMMANDS = {
    "list": command(
        "list",
        "초안을 급한 것부터 보여 줍니다. 승인 대기는 오래된 것, 나머지는 새것이 먼저입니다.",
        _list,
        *_FILTERS,
        click.Option(
            ["--search"],
            metavar="찾을말",
            help="현장, 차량번호(끝 네 자리도), 접수번호, 비고, 제목, 작성자, 초성으로 찾습니다.",
        ),
        click.Option(["--mine"], is_flag=True, help="내가 만든 것만."),
        click.Option(["--limit"], metavar="건수", help=f"많아야 이만큼 (보통 {_SHOWN}건)."),
    ),
    "show": command(
        "show",
        "초안 하나를 이력, 중복, 지금과의 차이까지 봅니다.",
        _show,
        _ID,
        click.Option(["--reveal"], is_flag=True, help="고객의 이름과 연락처를 가리지 않습니다."),
    ),
    "open": command(
        "open",
        "초안을 메일 프로그램으로 엽니다.",
        _open,
        _ID,
        click.Option(
            ["--mailto"],
            is_flag=True,
            help="파일 대신 메일 링크(mailto)로 엽니다. 보내는 사람은 담기지 않습니다.",
        ),
        json=False,
    ),
    "approve": _many("approve", "초안을 승인합니다 (팀장·부팀장).", _approve),
    "return": _many(
        "return",
        "초안을 사유와 함께 반려합니다 (팀장·부팀장, 작성자).",
        _return,
        click.Option(["--reason"], metavar="사유", required=True, help="반려 사유 [필수]"),
    ),
    "sent": _many("sent", "보낸(처리한) 초안을 발송(처리) 완료로 표시합니다.", _sent),
    "undo": _many("undo", "마지막 처리를 취소합니다 (10분 안에 한 사람, 그 뒤에는 팀장).", _undo),
}


def _loaded(one: click.Command) -> Any:
    return lambda: one


def _later(name: str) -> Any:
    def load() -> click.Command:
        from parkdraft.cli.upkeep import COMMANDS

        return COMMANDS[name]

    return load


_LATER = {
    "remake": "연락처나 문구가 바뀐 승인 대기 초안을 지금 것으로 다시 만듭니다.",
    "verify": "기록과 폴더, 지금 연락처를 맞추어 점검하고, 바뀐 파일을 되돌립니다.",
    "purge": "끝난 초안의 파일과 개인정보를 파기합니다 (팀장·부팀장).",
    "backup": "초안함 전체를 파일 하나로 백업합니다.",
}
outbox = KoreanGroup(
    "outbox",
    {
        **{name: (one.help or "", _loaded(one)) for name, one in _COMMANDS.items()},
        **{name: (text, _later(name)) for name, text in _LATER.items()},
    },
    help="만든 초안을 보고, 승인하고, 반려하고, 점검합니다.",
)
