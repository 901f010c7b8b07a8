"""``outbox verify | purge | backup``."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from parkdraft.cli.layout import OneLine, echo, note, note_problems, print_json, problems_json
from parkdraft.cli.outbox import days
from parkdraft.cli.shared import YES, changing, command, is_sure, open_home, record_access
from parkdraft.cli.usage import WrongUsage
from parkdraft.errors import OutboxError, ParkdraftError, Problem
from parkdraft.present.words import NOTHING_WRONG

_MANY = 1000
"""From so many drafts on, a check shows its progress."""


def _verify(context: click.Context, json: bool) -> int:
    from parkdraft.outbox.box import DATABASE, refuse_lost
    from parkdraft.outbox.verify import Finding
    from parkdraft.present.problems import line
    from parkdraft.review import verify as verify_all

    home = open_home(context)
    findings: list[Finding] = []
    today = None
    try:
        today = home.today()
    except ParkdraftError as error:  # a broken directory is one more finding
        findings += map(Finding, error.problems)
    progress = OneLine()

    def checked(count: int) -> None:
        if count >= _MANY and sys.stderr.isatty():
            progress.write(f"점검 {count:,}건")

    with home.drafts(change=True) as box:
        if not box.is_there:
            refuse_lost(box.folder.root, Path(DATABASE))
        findings += verify_all(box, today, checked)
    progress.clear()
    note_problems(box.notes)
    if json:
        words = problems_json(finding.problem for finding in findings)
        entries = [
            {**worded, "id": finding.problem.field, "mended": finding.mended}
            for worded, finding in zip(words, findings, strict=True)
        ]
        print_json({"ok": not findings, "findings": entries})
    elif findings:
        for finding in findings:
            echo(f"{line(finding.problem)}{' [바로잡음]' if finding.mended else ''}")
        mended = sum(finding.mended for finding in findings)
        echo(f"\n확인할 것이 {len(findings)}가지 있습니다 (바로잡음 {mended}가지).")
    else:
        echo(NOTHING_WRONG)
    return 1 if findings else 0


def _purge(
    context: click.Context,
    ids: tuple[str, ...],
    older_than: str | None,
    reason: str | None,
    yes: bool,
    json: bool,
) -> int:
    from parkdraft.model.directory import LEAST_DAYS
    from parkdraft.outbox.purge import FINISHED, Doomed, by_age, refuse_others
    from parkdraft.outbox.purge import purge as purge_drafts
    from parkdraft.outbox.transitions import read_reason
    from parkdraft.present.drafts import purge_text

    if (older_than is None) == (not ids):
        raise WrongUsage("--older-than 일, 또는 번호와 --reason 사유를 적으세요.")
    if ids and reason is None:
        raise WrongUsage("번호로 파기할 때는 --reason 사유를 적습니다.")
    if older_than is not None and days(older_than) < LEAST_DAYS:
        raise WrongUsage(f"--older-than은 {LEAST_DAYS}일부터입니다.")
    home = open_home(context)
    grounds = read_reason(reason) if reason is not None else None
    with changing(home) as box:
        refuse_others(box, home.directory)
        if older_than is not None:
            doomed = by_age(box, dict.fromkeys(FINISHED, days(older_than)))
        else:
            doomed = Doomed(tuple(dict.fromkeys(box.located(name) for name in ids)), ())
        echo(purge_text(doomed), err=json)
        sure = yes or not doomed.drafts or is_sure("되돌릴 수 없습니다. 개인정보를 파기합니다.")
        removed = purge_drafts(box, home.directory, doomed.drafts, grounds) if sure else []
    if json:
        print_json({"purged": [draft.id for draft in removed], "kept": list(doomed.doubtful)})
    if not sure:
        note("파기하지 않았습니다. 묻지 않고 파기하려면 --yes를 붙이세요.")
    elif removed and not json:
        echo(f"초안 {len(removed)}건의 파일과 개인정보를 파기했습니다.")
        echo("언제, 누가, 어느 절차였는지만 기록에 남습니다.")
    return 0 if sure else 1


def _backup(context: click.Context, file: str, json: bool) -> int:
    from parkdraft.outbox.box import backup as back_up
    from parkdraft.outbox.facts import Filters

    home = open_home(context)
    path = Path(file).absolute()
    with home.drafts() as box:
        if not box.is_there:
            raise OutboxError([Problem("outbox.nothing")])
        record_access(home, box, "exported", about=sum(box.store.counts(Filters()).values()))
        back_up(box, path)
    if json:
        print_json({"path": str(path)})
    else:
        echo(f"초안함을 백업했습니다: {path}")
        echo("고객의 개인정보가 들어 있습니다. 아무나 볼 수 없는 곳에 두세요.")
    return 0


verify = command("verify", _verify)
purge = command(
    "purge",
    _purge,
    click.Argument(["ids"], metavar="[번호]", nargs=-1),
    click.Option(
        ["--older-than"],
        metavar="일",
        help="반려·완료한 것 가운데 마지막으로 처리한 지 이 날수가 지난 것. 예: 90",
    ),
    click.Option(["--reason"], metavar="사유", help="번호로 파기하는 사유."),
    YES,
)
backup = command("backup", _backup, click.Argument(["file"], metavar="파일"))
