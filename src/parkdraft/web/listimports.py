"""An uploaded list: what it would change now, and its import, which happens once."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from parkdraft.errors import ParkdraftError, Problem
from parkdraft.files import storage_errors
from parkdraft.home import Home
from parkdraft.lists.plan import Imported, ListPlan
from parkdraft.outbox.ids import is_id
from parkdraft.web import runs
from parkdraft.web.uploads import PLACE, Upload
from parkdraft.web.wholejson import read_json, write_json
from parkdraft.web.words import cell_line, plain_words, problem_lines

MOST_BAD = 200
"""Rows that stay out that the page shows at most."""
_SHOWN = "shown.json"
BadRow = tuple[int, str, list[str]]


def planned(upload: Upload, home: Home) -> ListPlan:
    """What importing the list would change, as things are now. Raises ParkdraftError."""
    if upload.about["kind"] == "sites":
        return home.plan_sites(upload.path)
    return home.plan_contacts(upload.about["partner"], upload.path, upload.about["month"])


def note_shown(upload: Upload, plan: ListPlan) -> None:
    """Remember which doubts somebody has been shown. Raises StorageError."""
    if not _were_shown(upload, plan):
        with storage_errors(PLACE):
            write_json(upload.folder / _SHOWN, {"doubts": _doubts(plan)})


def _were_shown(upload: Upload, plan: ListPlan) -> bool:
    with storage_errors(PLACE):
        return (read_json(upload.folder / _SHOWN) or {}).get("doubts") == _doubts(plan)


def _doubts(plan: ListPlan) -> list[str]:
    return [
        json.dumps([*doubt[:3], dict(doubt.data)], default=str, sort_keys=True)
        for doubt in plan.doubts
    ]


def take_over(upload: Upload, home: Home, now: runs.Clock, *, sure: bool) -> bool:
    """Import the list, and fill the drafts that waited for it; False where things moved on.

    It is planned again first. Where it has doubts that were not shown, or that nobody is
    ``sure`` about, nothing is imported. Raises GoneError and StorageError.
    """
    before = runs.latest(upload, now())
    if before.state in ("running", "ended"):
        return True
    try:
        plan = planned(upload, home)
    except ParkdraftError:  # the page says so itself, when it plans
        return True
    if plan.doubts and not _were_shown(upload, plan):
        return False
    if plan.doubts and not sure:
        return True
    number = runs.begin(upload, before)
    if number is not None:
        with runs.alive(upload, number, now, dict):
            result = _imported(upload, home, plan)
        runs.end(upload, number, now, result)
        if "plan" in result:
            upload.discard()
    return True


def _imported(upload: Upload, home: Home, plan: ListPlan) -> dict[str, Any]:
    """What became of the list, as the page shows it."""
    try:
        done = home.take_over(plan)
    except ParkdraftError as error:
        return {"problems": problem_lines(upload.named(error.problems))}
    filled: Sequence[str] = ()
    unfilled: Sequence[Problem] = ()
    if upload.about["kind"] == "contacts":
        try:
            outcome = home.fill_waiting()
            filled, unfilled = [draft.id for draft in outcome.done], outcome.problems
        except ParkdraftError as error:
            unfilled = error.problems
    return {**_facts(done), "filled": filled, "unfilled": list(map(_unfilled, unfilled))}


def _facts(done: Imported) -> Mapping[str, Any]:
    plan = done.plan
    return {
        "plan": {"sites": plan.sites, "total": plan.total, "added": plan.added},
        "kept": done.kept.name if done.kept else None,
        "failed_table": done.failed_table is not None,
        "bad": bad_rows(plan),
        "bad_count": len(plan.bad),
    }


def bad_rows(plan: ListPlan) -> list[BadRow]:
    """The first rows that stay out: number, site as far as it is known, and what is wrong."""
    sites = {row.number: row.cells.get("site", "") for row in plan.table.rows}
    first = list(plan.bad.items())[:MOST_BAD]
    return [(row, sites[row], list(map(cell_line, wrong))) for row, wrong in first]


def _unfilled(problem: Problem) -> tuple[str | None, str]:
    """A draft that could not be filled, or a list that could not be read: which, and why."""
    if problem.row is None and is_id(problem.field or ""):
        return problem.field, plain_words(problem)
    return None, problem_lines([problem])[0]
