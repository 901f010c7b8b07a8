"""``contacts import`` and ``contacts import-sites``: shown, perhaps asked about, then kept."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from parkdraft.cli.layout import echo, note, note_problems, pairs, print_json, problems_json
from parkdraft.cli.shared import command, is_sure, open_home
from parkdraft.errors import ParkdraftError, listed
from parkdraft.values.particles import particle

if TYPE_CHECKING:
    from parkdraft.home import Home
    from parkdraft.lists.plan import Imported, ListPlan

_SHOWN = 200
"""Sites shown for each kind of change."""
_KINDS = {"gone": "없어지는 현장", "changed": "달라지는 현장", "new": "새 현장"}
_NOT_SURE = "가져오지 않았습니다. 위 내용이 맞으면 --yes를 붙여 다시 실행하세요."


def _import(
    context: click.Context, partner: str, file: str, month: str, yes: bool, json: bool
) -> int:
    home = open_home(context)
    with _noting_that_nothing_was_taken():
        plan = home.plan_contacts(partner, Path(file), month)
    done = _taken_over(home, plan, yes=yes, json=json)
    if done is None:
        return 1
    filled = home.fill_waiting()
    if json:
        ids = {"filled": [draft.id for draft in filled.done]}
        print_json({**_as_json(done, filled.problems), **ids})
    else:
        did = "명단에 더했습니다" if plan.added else "명단을 가져왔습니다"
        echo(f"{month} {did}: 현장 {plan.sites:,}곳, 담당자 {plan.total:,}명")
        _show_done(done)
        for draft in filled.done:
            echo(f"기다리던 초안에 담당자를 채웠습니다 (승인 대기): {draft.id}")
        _note_all(filled.problems)
    # a waiting draft whose site is not in the list is no failure; what could not be written is
    problems = (*filled.problems, *done.problems)
    refused = any(problem.code.startswith("storage.") for problem in problems)
    return int(bool(plan.bad) or refused)


def _import_sites(context: click.Context, file: str, yes: bool, json: bool) -> int:
    home = open_home(context)
    with _noting_that_nothing_was_taken():
        plan = home.plan_sites(Path(file))
    done = _taken_over(home, plan, yes=yes, json=json)
    if done is None:
        return 1
    if json:
        print_json(_as_json(done, ()))
    else:
        echo(f"현장 {plan.sites:,}곳을 {'더했습니다' if plan.added else '가져왔습니다'}.")
        _show_done(done)
    return int(bool(plan.bad or done.problems))


@contextmanager
def _noting_that_nothing_was_taken() -> Iterator[None]:
    try:
        yield
    except ParkdraftError:
        note("아무것도 가져오지 않았습니다.")
        raise


def _taken_over(home: Home, plan: ListPlan, *, yes: bool, json: bool) -> Imported | None:
    """Show and import a planned list; None where somebody had to say yes and did not."""
    _note_all([*plan.notes, *chain.from_iterable(plan.bad.values())])
    if not json:
        _show_plan(plan)
    if plan.doubts and not yes:
        if json:
            changes = [change.as_json() for change in plan.changes]
            print_json({"problems": problems_json(plan.doubts), "changes": changes})
        else:
            _note_all(plan.doubts)
        if json or not is_sure("맞는지 확인할 것이 있습니다."):
            note(_NOT_SURE)
            return None
    else:
        _note_all(plan.doubts)
    return home.take_over(plan)


def _show_plan(plan: ListPlan) -> None:
    """The difference, site by site."""
    for written, name, title in plan.split:
        echo(f"이름과 직함을 나누었습니다: {written} -> {name} + {title}")
    if plan.added:
        echo("고친 줄이므로 지금 있는 것에 더합니다.")
    counts = [f"{words} {len(plan.of_kind(kind)):,}곳" for kind, words in _KINDS.items()]
    against = particle(plan.against, "과/와") if plan.against else None
    with_what = f"{against} 비교하면" if against else "처음 가져오는 것입니다"
    echo(f"{with_what}: {', '.join(counts)}")
    for kind, words in _KINDS.items():
        changes = plan.of_kind(kind)
        for change in changes[:_SHOWN]:
            before, after = " / ".join(change.before), " / ".join(change.after)
            people = " -> ".join(filter(None, (before, after)))
            echo(f"  {words.removesuffix(' 현장')} {change.site}: {people}")
        if len(changes) > _SHOWN:
            echo(f"  {words} {len(changes) - _SHOWN:,}곳이 더 있습니다.")


def _show_done(done: Imported) -> None:
    echo(pairs([("파일", str(done.plan.target)), ("이전파일", str(done.kept or ""))]))
    if done.failed_table:
        echo(f"가져오지 못한 {len(done.plan.bad):,}줄을 모은 표: {done.failed_table}")
        echo("오류 열을 보고 고친 뒤 그 표를 같은 명령으로 가져오면 이 명단에 더해집니다.")
    _note_all(done.problems)


def _as_json(done: Imported, more: Sequence[Any]) -> dict[str, Any]:
    plan = done.plan
    bad = chain.from_iterable(plan.bad.values())
    return {
        "rows": plan.total,
        "sites": plan.sites,
        "path": str(plan.target),
        "kept": str(done.kept) if done.kept else None,
        "added": plan.added,
        "split": [list(parts) for parts in plan.split],
        "against": plan.against,
        "changes": [change.as_json() for change in plan.changes],
        "failed": len(plan.bad),
        "failed_table": str(done.failed_table) if done.failed_table else None,
        "warnings": problems_json((*plan.notes, *plan.doubts)),
        "problems": problems_json((*bad, *more, *done.problems)),
    }


def _note_all(problems: Sequence[Any]) -> None:
    note_problems(listed(problems))


_YES = click.Option(["--yes"], is_flag=True, help="확인할 것이 있어도 묻지 않고 가져옵니다.")
_FILE = click.Argument(["file"], metavar="파일")
import_contacts = command(
    "import",
    _import,
    click.Argument(["partner"], metavar="운영사"),
    _FILE,
    click.Option(
        ["--month"], required=True, metavar="YYYY-MM", help="명단의 달. 예: 2026-11 [필수]"
    ),
    _YES,
)
import_sites = command("import-sites", _import_sites, _FILE, _YES)
