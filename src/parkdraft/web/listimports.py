"""A list that is brought to the page: looked at, then imported; and the lists that are kept."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

from parkdraft.errors import ParkdraftError, Problem
from parkdraft.home import Home
from parkdraft.lists.kept import KeptList, month_lists, site_list
from parkdraft.lists.plan import Imported, ListPlan
from parkdraft.outbox.box import Outbox
from parkdraft.outbox.facts import Filters
from parkdraft.outbox.transitions import Outcome
from parkdraft.web.uploads import Upload
from parkdraft.web.words import cell_line

Kind = Literal["contacts", "sites"]


@dataclass
class ListImport:
    """A list on its way: what it would change, and what became of it."""

    kind: Kind
    partner: str
    month: str
    plan: ListPlan | None = None
    problems: list[Problem] | None = None
    done: Imported | None = None
    filled: Outcome | None = None
    moved_on: bool = False
    """Whether it was to be imported, but what is doubtful of it had changed meanwhile."""
    lock: threading.Lock = field(default_factory=threading.Lock)
    unfilled: list[Problem] | None = None
    """Why the import is done, but waiting drafts could not be looked at."""


def look(home: Home, upload: Upload, kind: Kind, partner: str, month: str) -> None:
    """Read a list without keeping it; ``upload.about`` says what was found."""
    found = ListImport(kind, partner, month)
    upload.about = found
    try:
        found.plan = _plan(home, upload, found)
    except ParkdraftError as error:
        found.problems = upload.named(error.problems)


def take_over(home: Home, upload: Upload, *, sure: bool) -> None:
    """Import a list that was looked at, and fill the drafts that waited for it.

    It is looked at once more: where there are doubts that somebody was not shown or has not
    said yes to, nothing is imported.
    """
    found = upload.about
    assert isinstance(found, ListImport)
    with found.lock:
        if found.done or found.plan is None:
            return
        try:
            shown, found.plan = found.plan.doubts, _plan(home, upload, found)
            if found.plan.doubts and not (sure and found.plan.doubts == shown):
                found.moved_on = found.plan.doubts != shown
                return
            found.done = home.take_over(found.plan)
        except ParkdraftError as error:
            found.problems = upload.named(error.problems)
            return
        upload.path.unlink(missing_ok=True)
    if found.kind == "contacts":
        try:
            found.filled = home.fill_waiting()
        except ParkdraftError as error:
            found.unfilled = list(error.problems)


def bad_rows(plan: ListPlan) -> list[tuple[int, str, list[str]]]:
    """The rows that stay out: number, site as far as it is known, and what is wrong."""
    sites = {row.number: row.cells.get("site", "") for row in plan.table.rows}
    return [(row, sites[row], list(map(cell_line, wrong))) for row, wrong in plan.bad.items()]


def _plan(home: Home, upload: Upload, found: ListImport) -> ListPlan:
    if found.kind == "sites":
        return home.plan_sites(upload.path)
    return home.plan_contacts(found.partner, upload.path, found.month)


def months(today: date) -> tuple[str, str]:
    """This month and the next, as ``2026-11``."""
    following = date(today.year + today.month // 12, today.month % 12 + 1, 1)
    return f"{today:%Y-%m}", f"{following:%Y-%m}"


def kept(home: Home) -> list[KeptList]:
    """The lists of this month and the next, and the list of sites."""
    wanted = months(home.now().date())
    lists = month_lists(home.root, home.directory, wanted)
    return [*lists, site_list(home.root, home.directory)]


def waiting(box: Outbox) -> int:
    """How many drafts wait for a list."""
    return box.store.counts(Filters(("waiting",)))["waiting"]


def shown_place(home: Home, one: KeptList) -> str:
    """Where a list lies, as seen from the home."""
    return one.path.relative_to(home.root).as_posix()


def month_word(month: str) -> str:
    """``2026-11`` → ``2026년 11월``."""
    year, _, number = month.partition("-")
    return f"{year}년 {number.lstrip('0')}월" if number.isdigit() else month


def data_of(found: ListImport, home: Home) -> dict[str, Any]:
    """What the templates say of a list: its partner and month, and what it is compared with."""
    partner = home.directory.partners.get(found.partner)
    against = found.plan.against if found.plan else None
    return {
        "partner": partner.name if partner else "",
        "month": month_word(found.month),
        "against": month_word(against) if against else None,
    }
