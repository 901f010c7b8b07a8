"""``batch FILE`` and ``batch --template FILE``."""

from __future__ import annotations

import sys
import time
from collections.abc import Collection, Iterator
from math import ceil
from operator import itemgetter
from pathlib import Path
from typing import Any

import click

from parkdraft.batch.report import progress
from parkdraft.batch.run import Report, RowResult, run
from parkdraft.cli.layout import OneLine, echo, note, note_problems, print_json, problems_json
from parkdraft.cli.shared import command, open_home
from parkdraft.cli.usage import WrongUsage
from parkdraft.decide.details import find_case
from parkdraft.errors import Problem
from parkdraft.home import Home
from parkdraft.model import labels
from parkdraft.model.cases import CASES, Case
from parkdraft.present.words import NO_PARTNER, partner_name, to_mind
from parkdraft.wording import message

_SHOWN = 200
"""Problems that are shown on the screen; the table of failed rows has them all."""
_SELDOM = 0.2
"""Seconds between two updates of the progress line."""


def _batch(
    context: click.Context,
    file: str | None,
    combine: bool,
    dry_run: bool,
    template: str | None,
    case: str | None,
    json: bool,
) -> int:
    if (file is None) == (template is None):
        raise WrongUsage("표 파일 하나를 적거나, 빈 표를 만들려면 --template 파일을 적으세요.")
    if case is not None and template is None:
        raise WrongUsage("--case는 --template과 함께 적습니다.")
    home = open_home(context)
    if template is not None:
        cases = CASES.values() if case is None else [find_case(case)]
        return _template(home, Path(template), cases, json=json)
    return _drafted(home, Path(str(file)), combine=combine, dry_run=dry_run, json=json)


def _drafted(home: Home, path: Path, *, combine: bool, dry_run: bool, json: bool) -> int:
    rows: list[dict[str, Any]] = []
    line_below = _Progress()
    screen = _Screen(line_below)

    def show_plan(plan: Report) -> None:
        line_below.clear()
        screen.done()
        note_problems(plan.notes)
        for text in _plan(home, plan):
            note(text)

    def row_done(result: RowResult) -> None:
        if json:
            rows.append(_row(result))

    try:
        report = run(
            home,
            path,
            combine=combine,
            dry_run=dry_run,
            on_composed=screen,
            on_plan=show_plan,
            on_result=row_done,
            watch=line_below,
        )
    finally:
        line_below.clear()
    note_problems((*report.problems, *report.happened))
    by_mail = any(channel == "email" for channel, _ in report.by_route)
    for text in to_mind(home.directory, mail=by_mail, pending=bool(report.states["pending"])):
        note(text)
    if json:
        rows.sort(key=itemgetter("row"))
        counts = {"drafted": report.drafted, "skipped": report.skipped, "failed": report.failed}
        print_json({**counts, "batch": report.batch, "rows": rows})
    else:
        _show(home, report, dry_run=dry_run)
    return 1 if report.failed else 0


def _template(home: Home, path: Path, cases: Collection[Case], *, json: bool) -> int:
    from parkdraft.decide.examples import worked_examples
    from parkdraft.tables.template import write_template

    examples = worked_examples(home.directory, home.now().date(), cases)
    write_template(path, examples, [partner.name for partner in home.directory.partners.values()])
    if json:
        print_json({"template": str(path.absolute())})
        return 0
    echo(f"빈 표를 만들었습니다: {path}")
    examples_are = "업무마다 예시가 한 줄씩" if len(cases) > 1 else "예시가 한 줄"
    echo(
        f"{examples_are} 있습니다. 예시로는 초안을 만들지 않습니다. "
        "그 아래를 채운 뒤 parkdraft batch로 돌리세요."
    )
    return 0


def _row(result: RowResult) -> dict[str, Any]:
    return {
        "row": result.row,
        "status": result.status,
        "id": result.id,
        "problems": problems_json(result.problems),
        "warnings": problems_json(problem.at(row=result.row) for problem in result.warnings),
    }


class _Screen:
    """Shows bad rows, and what is probably a slip, as they are found: the first ``_SHOWN``."""

    def __init__(self, line_below: _Progress) -> None:
        self.count = 0
        self.line_below = line_below

    def __call__(self, result: RowResult) -> None:
        for problem in (*result.problems, *result.warnings):
            self.count += 1
            if self.count <= _SHOWN:
                self.line_below.clear()
                note_problems([problem.at(row=result.row)])

    def done(self) -> None:
        """Say how many more there were than shown."""
        if self.count > _SHOWN:
            note_problems([Problem("problems.more", data={"count": self.count - _SHOWN})])


class _Progress(OneLine):
    """The progress, and how long it will still take."""

    def __init__(self) -> None:
        super().__init__()
        self.step = "check"
        self.began = self.called = self.shown = time.monotonic()

    def __call__(self, step: str, done: int, total: int) -> None:
        before, self.called = self.called, time.monotonic()
        if step != self.step:
            self.step, self.began = step, before
        if self.called - self.shown < _SELDOM or not sys.stderr.isatty():
            return
        self.shown = self.called
        text, so_far = progress(step, done, total), self.called - self.began
        if so_far > 1 and done < total:
            text += f" · {_left(so_far / done * (total - done))} 남음"
        self.write(text)


def _left(seconds: float) -> str:
    """``약 5초``, ``약 2분``."""
    return f"약 {ceil(seconds / 60)}분" if seconds > 60 else f"약 {max(1, ceil(seconds))}초"


def _plan(home: Home, plan: Report) -> list[str]:
    """What will be done, in lines for people."""
    states = [
        f"{labels.STATES[state][0]} {plan.states[state]:,}건"
        for state in ("pending", "waiting")
        if plan.states[state]
    ]
    together = f" (초안 {plan.messages:,}개)" if plan.messages != plan.drafted else ""
    lines = [f"만들 것 {plan.drafted:,}건{together}", *_routes(home, plan)]
    lines += [f"그 가운데 {', '.join(states)}"] if states else []
    lines += [
        f"확인할 것 {kind.times:,}건 ({kind.first.row}행부터): {message(kind.first)}"
        for kind in plan.warned.values()
    ]
    if plan.skipped or plan.failed:
        lines.append(f"이미 있어 건너뜀 {plan.skipped:,}건, 고칠 것 {plan.failed:,}건")
    return lines


def _routes(home: Home, report: Report) -> Iterator[str]:
    """How many rows go where, the most first: ``  가온주차: 이메일 3건``."""
    for (channel, partner), count in report.by_route.most_common():
        name = partner_name(home.directory, partner) or NO_PARTNER
        yield f"  {name}: {labels.CHANNELS[channel][0]} {count:,}건"


def _show(home: Home, report: Report, *, dry_run: bool) -> None:
    if report.by_route:
        echo("미리보기입니다. 파일은 만들지 않습니다." if dry_run else "초안을 만들었습니다.")
    for text in _routes(home, report):
        echo(text)
    messages = f" (초안 {report.messages:,}개)" if report.messages != report.drafted else ""
    made = "만들 것" if dry_run else "만듦"
    echo(
        f"{made} {report.drafted:,}건{messages}, 이미 있어 건너뜀 {report.skipped:,}건, "
        f"고칠 것 {report.failed:,}건"
    )
    if report.batch:
        echo(f"이 표의 초안만 보기: parkdraft outbox list --batch {report.batch}")
    if report.states["pending"]:
        echo("승인 대기: 팀장·부팀장이 parkdraft outbox list로 보고 승인합니다.")
    if report.states["waiting"]:
        echo(
            "담당자 명단 대기: 이번 달 담당자 명단을 가져오면(parkdraft contacts import) "
            "받는 사람이 채워집니다."
        )
    if report.failed_table:
        echo(f"고칠 줄을 모은 표: {report.failed_table}")
        echo(
            "오류 열을 보고 고친 뒤 그 표를 다시 돌리세요. 이미 만든 줄은 다시 만들지 않습니다.\n"
            "고객의 개인정보가 들어 있는 파일입니다. 다 쓰면 지우세요."
        )
    elif report.failed:
        echo("표를 고친 뒤 다시 돌리세요.")


batch = command(
    "batch",
    _batch,
    click.Argument(["file"], metavar="파일", required=False),
    click.Option(
        ["--combine"], is_flag=True, help="같은 곳에 가는 같은 업무를 한 통으로 묶습니다."
    ),
    click.Option(["--dry-run"], is_flag=True, help="미리보기: 파일을 만들지 않습니다."),
    click.Option(
        ["--template"], metavar="파일", help="예시가 든 빈 표(.xlsx 또는 .csv)를 만듭니다."
    ),
    click.Option(["--case"], metavar="업무", help="--template의 표를 이 업무만으로 만듭니다."),
    help_text="표(CSV, XLSX)의 줄마다 초안을 만듭니다. 다시 돌려도 두 번 만들지 않습니다.",
)
