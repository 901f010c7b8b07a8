"""What importing a list would change, planned and shown before anything is kept."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import NamedTuple

from parkdraft.decide.place import find_partner
from parkdraft.errors import Problem, StorageError, TableError
from parkdraft.files import put, read_file, storage_errors
from parkdraft.lists.comparison import (
    Change,
    alike,
    crowds,
    differences,
    facts_by_site,
    gone_sites,
    joined,
    moved,
    new_domains,
    other_month,
    partly_read,
    people_by_site,
)
from parkdraft.lists.contacts import (
    CONTACT_COLUMNS,
    Entry,
    ListRows,
    Split,
    kept_contacts,
    read_contacts,
    sites_of_others,
)
from parkdraft.lists.opened import month_path
from parkdraft.lists.sites import SITE_COLUMNS, cells_of, kept_sites, read_sites
from parkdraft.model.directory import Directory
from parkdraft.tables.csvfile import free_name, write_csv
from parkdraft.tables.reading import Table, write_failed
from parkdraft.values.hangul import fold
from parkdraft.values.people import long_names

MONTH = re.compile(r"20[0-9]{2}-(0[1-9]|1[0-2])")
_DOUBTFUL = ("table.addresses-left",)
"""Notes about a table that, for a list, somebody must say yes to."""


class ListPlan(NamedTuple):
    """What importing a list would do; ``take_over`` does it.

    ``header`` and ``rows`` will stand at ``target``; ``total`` and ``sites`` count the good rows of
    the file and their sites. ``added``: the file is a table of failed rows that was mended, and
    its rows join the list that is there. ``against`` names the list that ``changes`` compares
    with, None where there is none. ``bad`` are the rows that stay out, by number. ``notes`` are
    for information, ``doubts`` need somebody's yes.
    """

    target: Path
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    total: int
    sites: int
    table: Table
    added: bool
    against: str | None
    changes: tuple[Change, ...]
    bad: Mapping[int, tuple[Problem, ...]]
    split: Split
    notes: tuple[Problem, ...]
    doubts: tuple[Problem, ...]

    def of_kind(self, kind: str) -> list[Change]:
        """The sites that are new, gone or changed."""
        return [change for change in self.changes if change.kind == kind]


class Imported(NamedTuple):
    """What an import did: where the list before (``kept``) and the bad rows are now.

    ``problems`` say why there is no table of bad rows where there should be one.
    """

    plan: ListPlan
    kept: Path | None
    failed_table: Path | None = None
    problems: tuple[Problem, ...] = ()


def plan_contacts(
    root: Path, directory: Directory, partner: str, path: Path, month: str, today: date
) -> ListPlan:
    """What importing a month's list would do, compared with that month's, else the last one's.

    Raises TableError for a partner without lists, a wrong month, a file that cannot be used, or
    one without a good row.
    """
    partner_id = _listed_partner(directory, partner, month)
    target = month_path(root, partner_id, month)
    earlier, unsound = _earlier(target)
    there = earlier.get(month, [])
    read = read_contacts(path, sites_of_others(directory, partner_id), there)
    broken = _judged(read, target, unsound=month in unsound)
    added = read.table.header.mended and bool(there)
    rows = _joined(there, read.rows) if added else read.rows
    against = max((listed for listed in earlier if listed <= month), default=None)
    before = earlier[against] if against else []
    changes = differences(people_by_site(before), people_by_site(rows))
    known = [entry for entries in earlier.values() for entry in entries]
    doubts = (
        *broken,
        *_doubts_of_file(read.table, month, today, added=added),
        *(gone_sites(changes, read) if against == month else ()),
        *(new_domains(directory, partner_id, rows, known) if known else ()),
        *crowds(changes),
        *(joined(changes) if added else ()),
        *alike(rows),
    )
    notes = (
        *(note for note in read.table.notes if note.code not in _DOUBTFUL),
        *long_names((row["person"], row["title"]) for row in rows),
        *partly_read(read, rows),
        *moved(directory, rows, known),
    )
    return ListPlan(
        target=target,
        header=tuple(column.labels[0] for column in CONTACT_COLUMNS),
        rows=tuple((row["name"], row["person"], row["address"], row["title"]) for row in rows),
        total=len(read.rows),
        sites=len({fold(row["name"]) for row in read.rows}),
        table=read.table,
        added=added,
        against=against,
        changes=changes,
        bad=read.bad,
        split=read.split,
        notes=notes,
        doubts=doubts,
    )


def plan_sites(root: Path, directory: Directory, path: Path) -> ListPlan:
    """What importing a list of sites would do, compared with the one that is kept.

    Raises TableError for a file that cannot be used, or one without a good row.
    """
    target = root / "sites.csv"
    there: list[Entry] = []
    unsound = False
    if target.is_file():
        try:
            there = kept_sites(target, directory)
        except TableError:
            unsound = True
    read = read_sites(path, directory, there)
    broken = _judged(read, target, unsound=unsound)
    added = read.table.header.mended and bool(there)
    rows = [*there, *read.rows] if added else read.rows
    changes = differences(facts_by_site(directory, there), facts_by_site(directory, rows))
    return ListPlan(
        target=target,
        header=tuple(column.labels[0] for column in SITE_COLUMNS),
        rows=tuple(cells_of(directory, row) for row in rows),
        total=len(read.rows),
        sites=len(read.rows),
        table=read.table,
        added=added,
        against=target.name if there else None,
        changes=changes,
        bad=read.bad,
        split=(),
        notes=read.table.notes,
        doubts=(*broken, *gone_sites(changes, read)),
    )


def take_over(plan: ListPlan, now: datetime) -> Imported:
    """Keep a planned list, and its bad rows in a table beside the file; raises StorageError.

    The list that it replaces stays beside it under a name with the time.
    """
    kept: Path | None = None
    with storage_errors(plan.target.parent.name):
        plan.target.parent.mkdir(parents=True, exist_ok=True)
        if plan.target.exists():
            kept = free_name(plan.target, f"{plan.target.stem}.{now:%Y%m%d-%H%M%S}")
            put(kept, read_file(plan.target))
    write_csv(plan.target, plan.header, plan.rows)
    try:
        failed = write_failed(plan.table, plan.bad, now) if plan.bad else None
    except StorageError as error:
        return Imported(plan, kept, None, error.problems)
    return Imported(plan, kept, failed)


def _listed_partner(directory: Directory, partner: str, month: str) -> str:
    """The identifier of a partner that has lists. Raises TableError, for a wrong month too."""
    identifier = find_partner(directory.partners, partner)
    problems = []
    if identifier not in directory.listed_partners:
        listed = sorted(directory.listed_partners)
        names = ", ".join(f"{directory.partners[name].name}({name})" for name in listed)
        problems.append(Problem("list.partner", "partner", data={"partners": names}))
    if not MONTH.fullmatch(month):
        problems.append(Problem("list.month", "month"))
    if problems or identifier is None:
        raise TableError(problems)
    return identifier


def _earlier(target: Path) -> tuple[dict[str, list[Entry]], set[str]]:
    """The partner's lists that are kept, by month; and the months whose list is not sound."""
    lists: dict[str, list[Entry]] = {}
    unsound: set[str] = set()
    for path in sorted(target.parent.glob("*.csv")):
        if MONTH.fullmatch(path.stem):
            try:
                lists[path.stem] = kept_contacts(path)
            except TableError:
                unsound.add(path.stem)
    return lists, unsound


def _judged(read: ListRows, target: Path, *, unsound: bool) -> list[Problem]:
    """A doubt where the list that would be replaced is not sound.

    Raises TableError where no row is good, or mended rows would be added to an unsound list.
    """
    if not read.rows:
        read.all_good()
    broken = [Problem("list.unsound", data={"file": target.name})] if unsound else []
    if broken and read.table.header.mended:
        raise TableError(broken)
    return broken


def _doubts_of_file(table: Table, month: str, today: date, *, added: bool) -> Iterator[Problem]:
    """Doubts about the file itself, and about its month."""
    if table.header.mended and not added:
        yield Problem("list.mended-alone", data={"month": month})
    yield from (note for note in table.notes if note.code in _DOUBTFUL)
    yield from other_month(month, table, today)


def _joined(there: Iterable[Entry], mended: Sequence[Entry]) -> list[Entry]:
    """The list with its mended rows; a mended row replaces the one of the same person."""

    def who(row: Entry) -> tuple[str, str, str]:
        return fold(row["name"]), row["person"], row["address"].casefold()

    again = set(map(who, mended))
    return [*(row for row in there if who(row) not in again), *mended]
