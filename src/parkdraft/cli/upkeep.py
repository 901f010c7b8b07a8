"""``outbox remake | verify | purge | backup``: what a lead does now and then."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from parkdraft.cli.asking import is_sure
from parkdraft.cli.homes import open_home
from parkdraft.cli.layout import echo, note, print_json
from parkdraft.cli.outbox import changing, command, days, tell
from parkdraft.cli.usage import WrongUsage
from parkdraft.errors import OutboxError, ParkdraftError, Problem
from parkdraft.model.labels import state_label

if TYPE_CHECKING:
    from parkdraft.home import Home
    from parkdraft.outbox.box import Outbox
    from parkdraft.outbox.facts import StoredDraft

_YES = click.Option(["--yes"], is_flag=True, help="묻지 않고 합니다.")
_IDS = click.Argument(["ids"], metavar="[번호]", nargs=-1)
_MOST = 1_000_000


def _remake(context: click.Context, ids: tuple[str, ...], yes: bool, json: bool) -> int:
    from parkdraft.cli.refusals import line
    from parkdraft.outbox.transitions import Outcome
    from parkdraft.review import changed, remake

    home = open_home(context)
    today = home.today()
    with changing(home) as box:
        drafts, problems = _to_remake(home, box, ids)
        found, unmade = changed(box, today, drafts)
        problems += unmade
        for problem in _no_longer_hold(home, box, ids):
            note(line(problem))
        for one in () if json else found:  # never on stderr: plates and names stand in it
            echo(f"{one.draft.id}  {one.draft.subject or ''}")
            for text in one.lines:
                echo(f"  {text}")
        if found and not yes and not is_sure(f"초안 {len(found):,}건을 다시 만듭니다."):
            note("다시 만들지 않았습니다. 묻지 않고 하려면 --yes를 붙이세요.")
            return 1
        outcome = remake(box, home.directory, found)
        paths = {one.id: str(box.path(one)) for one in outcome.done}
    if not found and not json and not problems:
        echo("다시 만들 초안이 없습니다.")
    told = Outcome(outcome.done, (*problems, *outcome.problems))
    return tell(told, paths, "다시 만들었습니다", as_json=json)


def _to_remake(
    home: Home, box: Outbox, ids: tuple[str, ...]
) -> tuple[Iterable[StoredDraft], list[Problem]]:
    """The pending drafts that are named, else all that whoever is working may make anew."""
    from parkdraft.outbox.facts import Filters
    from parkdraft.outbox.transitions import right

    if not ids:
        pending = box.store.page(Filters(("pending",)), _MOST)
        return (one for one in pending if right(box, home.directory, one)), []
    drafts: list[StoredDraft] = []
    problems: list[Problem] = []
    for name in dict.fromkeys(ids):
        try:
            draft = box.located(name)
        except ParkdraftError as error:
            problems += error.problems
            continue
        state = state_label(draft.state, draft.channel)
        if draft.state != "pending":
            problems.append(Problem("outbox.state-remake", draft.id, data={"state": state}))
        elif right(box, home.directory, draft) is None:
            problems.append(Problem("outbox.not-yours", draft.id, data={"login": box.login}))
        elif draft not in drafts:
            drafts.append(draft)
    return drafts, problems


def _no_longer_hold(home: Home, box: Outbox, ids: tuple[str, ...]) -> list[Problem]:
    """Approved drafts that today would go elsewhere: named, for somebody approved them."""
    from parkdraft.outbox.facts import Filters
    from parkdraft.review import against_today

    if ids:
        return []
    today, approved = home.today(), box.store.page(Filters(("approved",)), _MOST)
    return [one for draft in approved for one in against_today(today, draft, box.content(draft))]


def _verify(context: click.Context, json: bool) -> int:
    from parkdraft.cli.refusals import line
    from parkdraft.outbox.box import DATABASE, refuse_lost
    from parkdraft.outbox.verify import Finding
    from parkdraft.review import verify
    from parkdraft.wording import as_data

    home = open_home(context)
    findings: list[Finding] = []
    today = None
    try:
        today = home.today()
    except ParkdraftError as error:  # a directory that is not sound is one more finding
        findings += map(Finding, error.problems)
    progress = _Progress()
    with home.drafts(change=True) as box:
        if not box.is_there:
            refuse_lost(box.folder.root, Path(DATABASE))
        findings += verify(box, today, progress)
    progress.clear()
    for problem in box.notes:
        note(line(problem))
    if json:
        told = [
            {**as_data(one.problem), "id": one.problem.field, "mended": one.mended}
            for one in findings
        ]
        print_json({"ok": not findings, "findings": told})
    elif findings:
        for one in findings:
            echo(f"{line(one.problem)}{' [바로잡음]' if one.mended else ''}")
        mended = sum(one.mended for one in findings)
        echo(f"\n확인할 것이 {len(findings)}가지 있습니다 (바로잡음 {mended}가지).")
    else:
        echo("outbox에 문제가 없습니다.")
    return 1 if findings else 0


class _Progress:
    """One line on a terminal, where there is much to walk."""

    shown = False

    def __call__(self, count: int) -> None:
        if count >= 1000 and sys.stderr.isatty():
            self.shown = True
            click.echo(f"\r점검 {count:,}건  ", nl=False, err=True)

    def clear(self) -> None:
        """Take the line away."""
        if self.shown:
            click.echo(f"\r{' ' * 30}\r", nl=False, err=True)


def _purge(
    context: click.Context,
    ids: tuple[str, ...],
    older_than: str | None,
    reason: str | None,
    yes: bool,
    json: bool,
) -> int:
    from parkdraft.config.schema import LEAST_DAYS
    from parkdraft.outbox.purge import FINISHED, Doomed, by_age, purge, refuse_others
    from parkdraft.outbox.transitions import read_reason

    if (older_than is None) == (not ids):
        raise WrongUsage("--older-than 일, 또는 번호와 --reason 사유를 적으세요.")
    if ids and reason is None:
        raise WrongUsage("번호로 파기할 때는 --reason 사유를 적습니다.")
    if older_than is not None and days(older_than) < LEAST_DAYS:
        raise WrongUsage(f"--older-than은 {LEAST_DAYS}일부터입니다.")
    home = open_home(context)
    said = read_reason(reason) if reason is not None else None
    with changing(home) as box:
        refuse_others(box, home.directory)
        if older_than is not None:
            doomed = by_age(box, dict.fromkeys(FINISHED, days(older_than)))
        else:
            doomed = Doomed(tuple(dict.fromkeys(box.located(one) for one in ids)), ())
        echo(_purge_text(doomed), err=json)
        sure = yes or not doomed.drafts or is_sure("되돌릴 수 없습니다. 개인정보를 파기합니다.")
        removed = purge(box, home.directory, doomed.drafts, said) if sure else []
    if json:
        print_json({"purged": [one.id for one in removed], "kept": list(doomed.doubtful)})
    if not sure:
        note("파기하지 않았습니다. 묻지 않고 파기하려면 --yes를 붙이세요.")
    elif removed and not json:
        echo(f"초안 {len(removed)}건의 파일과 개인정보를 파기했습니다.")
        echo("언제, 누가, 어느 절차였는지만 기록에 남습니다.")
    return 0 if sure else 1


def _purge_text(doomed: Any) -> str:
    """What a purge would remove, by state, with the oldest and newest day."""
    lines = []
    if doomed.drafts:
        states = Counter(state_label(one.state, one.channel) for one in doomed.drafts)
        counts = ", ".join(f"{state} {count:,}건" for state, count in states.items())
        made = sorted(one.made for one in doomed.drafts)
        first, last = (f"{one:%Y-%m-%d}" for one in (made[0], made[-1]))
        lines.append(f"파기할 초안: {counts} ({first} ~ {last}에 작성)")
    if doomed.doubtful:
        lines.append(f"기록이 맞지 않아 남겨 두는 초안: {', '.join(doomed.doubtful)}")
    return "\n".join(lines) or "파기할 초안이 없습니다."


def _backup(context: click.Context, file: str, json: bool) -> int:
    from parkdraft.outbox.box import backup

    home = open_home(context)
    path = Path(file).absolute()
    with home.drafts() as box:
        if not box.is_there:
            raise OutboxError([Problem("outbox.nothing")])
        backup(box, path)
    if json:
        print_json({"path": str(path)})
    else:
        echo(f"초안함을 백업했습니다: {path}")
        echo("고객의 개인정보가 들어 있습니다. 아무나 볼 수 없는 곳에 두세요.")
    return 0


COMMANDS = {
    one.name: one
    for one in (
        command(
            "remake",
            "연락처나 문구가 바뀐 승인 대기 초안을 지금 것으로 다시 만듭니다.",
            _remake,
            _IDS,
            _YES,
        ),
        command(
            "verify", "기록과 폴더, 지금 연락처를 맞추어 점검하고, 바뀐 파일을 되돌립니다.", _verify
        ),
        command(
            "purge",
            "끝난 초안의 파일과 개인정보를 파기합니다 (팀장·부팀장).",
            _purge,
            _IDS,
            click.Option(
                ["--older-than"],
                metavar="일",
                help="반려·완료한 것 가운데 마지막으로 처리한 지 이 날수가 지난 것. 예: 90",
            ),
            click.Option(["--reason"], metavar="사유", help="번호로 파기하는 사유."),
            _YES,
        ),
        command(
            "backup",
            "초안함 전체를 파일 하나로 백업합니다.",
            _backup,
            click.Argument(["file"], metavar="파일"),
        ),
    )
}
