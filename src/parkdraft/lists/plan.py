"""What importing a list would change: told, and perhaps asked about, before anything is kept."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, NamedTuple

from parkdraft.errors import Problem, StorageError, TableError
from parkdraft.lists.contacts import (
    CONTACT_COLUMNS,
    Contact,
    Split,
    kept_contacts,
    read_contacts,
    sites_of_others,
)
from parkdraft.lists.sites import SITE_COLUMNS, Entry, kept_sites, read_sites
from parkdraft.process import labels
from parkdraft.process.directory import Directory
from parkdraft.process.hangul import fold
from parkdraft.process.people import long_names
from parkdraft.process.places import find_partner
from parkdraft.process.sites import month_path
from parkdraft.storing import put, read_file, storage_errors
from parkdraft.tables.failed import write_failed
from parkdraft.tables.reading import Table
from parkdraft.tables.writing import free_name, write_csv

MONTH = re.compile(r"20[0-9]{2}-(0[1-9]|1[0-2])")
_DOUBTFUL = ("table.addresses-left",)
"""What is said of a table that somebody must say yes to before it counts as a list."""
MOST_PEOPLE = 5
"""More people than that of one site are asked about."""


class Change(NamedTuple):
    """A site that is ``new``, ``gone`` or ``changed``; what was, and will be, said of it."""

    kind: str
    site: str
    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """``{"kind", "site", "before", "after"}``."""
        return {**self._asdict(), "before": list(self.before), "after": list(self.after)}


class ListPlan(NamedTuple):
    """What importing a list would do; ``take_over`` does it.

    ``header`` and ``rows`` will stand at ``target``; ``total`` and ``sites`` are what the file has.
    ``added`` says that they join the list that is there: those of a table of failed rows that was
    mended. ``against`` names the list that ``changes`` compares with, None where there is none.
    ``bad`` are rows that stay out, by number; ``notes`` what is worth knowing, ``doubts`` what
    somebody must say yes to.
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


@dataclass(frozen=True)
class Imported:
    """What an import did: where the list is, where the one before and the bad rows went.

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

    Raises TableError: another partner, no month, a file that cannot be used, or not one good row.
    """
    partner_id = _listed_partner(directory, partner, month)
    target = month_path(root, partner_id, month)
    earlier, unsound = _earlier(target)
    there = earlier.get(month, [])
    found = read_contacts(path, sites_of_others(directory, partner_id), there)
    _refuse_all_bad(found.rows, found.bad)
    mended = found.table.header.mended
    broken = [Problem("list.unsound", data={"file": target.name})] if month in unsound else []
    if mended and broken:
        raise TableError(broken)
    added = mended and bool(there)
    rows = _joined(there, found.rows) if added else found.rows
    against = next((one for one in sorted(earlier, reverse=True) if one <= month), None)
    before = earlier.get(against, []) if against else []
    changes = _differences(_people_by_site(before), _people_by_site(rows))
    known = [person for listed in earlier.values() for person in listed]
    doubts = [
        *broken,
        *([Problem("list.mended-alone", data={"month": month})] if mended and not added else ()),
        *(one for one in found.table.notes if one.code in _DOUBTFUL),
        *_month_sheet(month, found.table),
        *_far_month(month, today),
        *(_gone(changes, found.table, found.bad) if against == month else ()),
        *(_new_domains(directory, partner_id, rows, known) if known else ()),
        *_crowds(changes),
    ]
    notes = (
        *(one for one in found.table.notes if one.code not in _DOUBTFUL),
        *long_names((r["person"], r["title"]) for r in rows),
        *_partly(found.table, found.bad, rows),
    )
    return ListPlan(
        target,
        tuple(column.labels[0] for column in CONTACT_COLUMNS),
        tuple((r["name"], r["person"], r["address"], r["title"]) for r in rows),
        len(found.rows),
        len({fold(row["name"]) for row in found.rows}),
        found.table,
        added,
        against,
        changes,
        found.bad,
        found.split,
        (*notes, *_moved(directory, rows, known)),
        tuple(doubts),
    )


def plan_sites(root: Path, directory: Directory, path: Path) -> ListPlan:
    """What importing a list of sites would do, compared with the one that is kept.

    Raises TableError for a file that cannot be used, or not one good row.
    """
    target = root / "sites.csv"
    there: list[Entry] = []
    broken: list[Problem] = []
    if target.is_file():
        try:
            there = kept_sites(target, directory)
        except TableError:
            broken = [Problem("list.unsound", data={"file": target.name})]
    found = read_sites(path, directory, there)
    _refuse_all_bad(found.rows, found.bad)
    if broken and found.table.header.mended:
        raise TableError(broken)
    added = found.table.header.mended and bool(there)
    rows = [*there, *found.rows] if added else found.rows
    changes = _differences(_facts_by_site(directory, there), _facts_by_site(directory, rows))
    return ListPlan(
        target,
        tuple(column.labels[0] for column in SITE_COLUMNS),
        tuple(_cells(directory, row) for row in rows),
        len(found.rows),
        len(found.rows),
        found.table,
        added,
        target.name if there else None,
        changes,
        found.bad,
        (),
        found.table.notes,
        (*broken, *_gone(changes, found.table, found.bad)),
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
    found = find_partner(directory.partners, partner)
    problems = []
    if found is None or found not in directory.listed_partners:
        listed = sorted(directory.listed_partners)
        names = ", ".join(f"{directory.partners[one].name}({one})" for one in listed)
        problems.append(Problem("list.partner", "partner", data={"partners": names}))
    if not MONTH.fullmatch(month):
        problems.append(Problem("list.month", "month"))
    if problems or found is None:
        raise TableError(problems)
    return found


def _refuse_all_bad(rows: Sequence[object], bad: Mapping[int, Sequence[Problem]]) -> None:
    if not rows:
        raise TableError(one for problems in bad.values() for one in problems)


def _earlier(target: Path) -> tuple[dict[str, list[Contact]], set[str]]:
    """The partner's lists that are kept, by month; and the months whose list is not sound."""
    found: dict[str, list[Contact]] = {}
    unsound: set[str] = set()
    for path in sorted(target.parent.glob("*.csv")):
        if MONTH.fullmatch(path.stem):
            try:
                found[path.stem] = kept_contacts(path)
            except TableError:
                unsound.add(path.stem)
    return found, unsound


def _joined(there: Iterable[Contact], mended: Sequence[Contact]) -> list[Contact]:
    """The list with its mended rows: who stands there already has the new title."""
    again = {_who(row) for row in mended}
    return [*(row for row in there if _who(row) not in again), *mended]


def _who(row: Contact) -> tuple[str, str, str]:
    return fold(row["name"]), row["person"], row["address"].casefold()


_Said = Mapping[str, tuple[str, tuple[str, ...]]]
"""Folded name → the site's name, and all that is said of it, in lines."""


def _people_by_site(rows: Iterable[Contact]) -> _Said:
    people: defaultdict[str, list[str]] = defaultdict(list)
    names: dict[str, str] = {}
    for row in rows:
        site = fold(row["name"])
        names.setdefault(site, row["name"])
        people[site].append(f"{row['person']} {row['title']} {row['address']}")
    return {site: (name, tuple(sorted(people[site]))) for site, name in names.items()}


def _facts_by_site(directory: Directory, rows: Iterable[Entry]) -> _Said:
    labels = [column.labels[0] for column in SITE_COLUMNS][1:]
    return {
        fold(row["name"]): (
            row["name"],
            tuple(
                f"{label}: {cell}"
                for label, cell in zip(labels, _cells(directory, row)[1:], strict=True)
                if cell
            ),
        )
        for row in rows
    }


def _cells(directory: Directory, row: Entry) -> tuple[str, ...]:
    """A site as it stands in ``sites.csv``."""
    return (
        row["name"],
        directory.partners[row["partner"]].name,
        labels.INTEGRATIONS[row["integration"]][0],
        ";".join(row["aliases"]),
        str(row.get("daily_max", "")),
        row.get("operator", ""),
    )


def _differences(before: _Said, after: _Said) -> tuple[Change, ...]:
    """Sites that go, those of which something else is said, and those that are new."""
    gone = (Change("gone", name, says) for key, (name, says) in before.items() if key not in after)
    changed = (
        Change("changed", name, before[key][1], says)
        for key, (name, says) in after.items()
        if key in before and before[key][1] != says
    )
    new = (Change("new", name, (), s) for key, (name, s) in after.items() if key not in before)
    return (*gone, *changed, *new)


def _gone(changes: Iterable[Change], table: Table, bad: Mapping[int, object]) -> Iterator[Problem]:
    """Sites that go: those that the list does not name, and those whose rows are bad."""
    named = {fold(row.cells.get("site", "")) for row in table.rows if row.number in bad}
    gone = [change.site for change in changes if change.kind == "gone"]
    for code, sites in (
        ("list.sites-gone", [site for site in gone if fold(site) not in named]),
        ("list.sites-bad", [site for site in gone if fold(site) in named]),
    ):
        if sites:
            yield Problem(code, data={"sites": _some(sites), "count": len(sites)})


def _month_sheet(month: str, table: Table) -> Iterator[Problem]:
    """Another sheet that is named for the month."""
    named = re.compile(rf"(?<!\d)0?{int(month[5:])}월|{month}")
    for note in table.notes:
        titles = note.data.get("titles", ())
        found = [one for one in titles if named.search(one)] if isinstance(titles, tuple) else []
        if found:
            sheets = ", ".join(f"'{title}'" for title in found)
            yield Problem("list.month-sheet", data={"sheets": sheets, "month": month})


def _partly(table: Table, bad: Mapping[int, object], rows: Iterable[Contact]) -> Iterator[Problem]:
    """Sites of which some rows are good and some are not."""
    good = {fold(row["name"]) for row in rows}
    named = [row.cells.get("site", "") for row in table.rows if row.number in bad]
    sites = [site for site in named if fold(site) in good]
    if sites:
        yield Problem("list.partly", data={"sites": _some(sites)})


def _far_month(month: str, today: date) -> Iterator[Problem]:
    year, number = map(int, month.split("-"))
    if abs((year - today.year) * 12 + number - today.month) > 1:
        yield Problem("list.far-month", data={"month": month})


def _new_domains(
    directory: Directory, partner: str, rows: Iterable[Contact], known: Iterable[Contact]
) -> Iterator[Problem]:
    """Domains of addresses that nobody of this partner ever had."""
    people = (one.address for one in directory.people.values() if one.partner == partner)
    had = {_domain(one) for one in (*people, *(row["address"] for row in known)) if one}
    sites: defaultdict[str, list[str]] = defaultdict(list)
    for row in rows:
        if _domain(row["address"]) not in had:
            sites[_domain(row["address"])].append(row["name"])
    for domain, names in sites.items():
        yield Problem("list.new-domain", data={"domain": domain, "sites": _some(names)})


def _domain(address: str) -> str:
    return address.rpartition("@")[2].casefold()


def _crowds(changes: Iterable[Change]) -> Iterator[Problem]:
    """Sites that get many people, or others of many."""
    for change in changes:
        if len(change.after) > MOST_PEOPLE:
            data = {"site": change.site, "count": len(change.after)}
            yield Problem("list.crowd", data=data)


def _moved(
    directory: Directory, rows: Iterable[Contact], known: Iterable[Contact]
) -> Iterator[Problem]:
    """People who are known under another address only, and addresses as somebody else's."""
    people = [(one.name, one.address) for one in directory.people.values() if one.address]
    addresses: defaultdict[str, set[str]] = defaultdict(set)
    names: defaultdict[str, set[str]] = defaultdict(set)
    for name, address in (*people, *((row["person"], row["address"]) for row in known)):
        addresses[name].add(address.casefold())
        names[address.casefold()].add(name)
    for name, address, site in {(r["person"], r["address"].casefold(), r["name"]): 0 for r in rows}:
        if name not in names.get(address, {name}):
            data = {"name": name, "address": address, "known": ", ".join(sorted(names[address]))}
            yield Problem("list.other-person", data=data)
        elif address not in addresses.get(name, {address}):
            before = ", ".join(sorted(addresses[name]))
            data = {"name": name, "before": before, "address": address, "site": site}
            yield Problem("list.other-address", data=data)


def _some(names: Iterable[str]) -> str:
    """Some of the names, as many as fit a line."""
    unique = list(dict.fromkeys(names))
    more = f" 외 {len(unique) - 3:,}곳" if len(unique) > 3 else ""
    return ", ".join(unique[:3]) + more
