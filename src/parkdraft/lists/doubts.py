"""What of a list may be a mistake: some of it is told, some wants a yes before the list counts."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import date

from parkdraft.errors import Problem
from parkdraft.lists.contacts import Contact
from parkdraft.lists.differences import Change
from parkdraft.model.directory import Directory
from parkdraft.tables.reading import Table
from parkdraft.values.hangul import fold

MOST_PEOPLE = 5
"""More people than that of one site are asked about."""


def gone(changes: Iterable[Change], table: Table, bad: Mapping[int, object]) -> Iterator[Problem]:
    """Sites that go: those that the list does not name, and those whose rows are bad."""
    named = {fold(row.cells.get("site", "")) for row in table.rows if row.number in bad}
    gone = [change.site for change in changes if change.kind == "gone"]
    for code, sites in (
        ("list.sites-gone", [site for site in gone if fold(site) not in named]),
        ("list.sites-bad", [site for site in gone if fold(site) in named]),
    ):
        if sites:
            yield Problem(code, data={"sites": _some(sites), "count": len(sites)})


def month_sheet(month: str, table: Table) -> Iterator[Problem]:
    """Another sheet that is named for the month."""
    named = re.compile(rf"(?<!\d)0?{int(month[5:])}월|{month}")
    for note in table.notes:
        titles = note.data.get("titles", ())
        found = [one for one in titles if named.search(one)] if isinstance(titles, tuple) else []
        if found:
            sheets = ", ".join(f"'{title}'" for title in found)
            yield Problem("list.month-sheet", data={"sheets": sheets, "month": month})


def partly(table: Table, bad: Mapping[int, object], rows: Iterable[Contact]) -> Iterator[Problem]:
    """Sites of which some rows are good and some are not."""
    good = {fold(row["name"]) for row in rows}
    named = [row.cells.get("site", "") for row in table.rows if row.number in bad]
    sites = [site for site in named if fold(site) in good]
    if sites:
        yield Problem("list.partly", data={"sites": _some(sites)})


def far_month(month: str, today: date) -> Iterator[Problem]:
    """A month that is neither this one nor beside it."""
    year, number = map(int, month.split("-"))
    if abs((year - today.year) * 12 + number - today.month) > 1:
        yield Problem("list.far-month", data={"month": month})


def new_domains(
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


def crowds(changes: Iterable[Change]) -> Iterator[Problem]:
    """Sites that get many people, or others of many."""
    for change in changes:
        if len(change.after) > MOST_PEOPLE:
            data = {"site": change.site, "count": len(change.after)}
            yield Problem("list.crowd", data=data)


def joined(changes: Iterable[Change]) -> Iterator[Problem]:
    """Sites that have people already, and get more by rows that were mended."""
    sites = [c.site for c in changes if c.kind == "changed" and len(c.after) > len(c.before)]
    if sites:
        yield Problem("list.joined", data={"sites": _some(sites)})


def alike(rows: Iterable[Contact]) -> Iterator[Problem]:
    """Sites that count as one, but are spelt with other signs and have other people."""
    spelt: defaultdict[str, dict[str, set[str]]] = defaultdict(dict)
    for row in rows:
        spelling = "".join(row["name"].casefold().split())
        spelt[fold(row["name"])].setdefault(spelling, set()).add(row["address"].casefold())
    for spellings in spelt.values():
        if len(spellings) > 1 and len({frozenset(one) for one in spellings.values()}) > 1:
            yield Problem("list.alike", data={"sites": ", ".join(spellings)})


def moved(
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
