"""Two lists side by side: what changes for each site, and what of it may be a mistake.

The functions below ``differences`` give problems. ``plan.py`` decides which are notes, and which
are doubts that somebody must say yes to.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple

from parkdraft.errors import Problem
from parkdraft.lists.contacts import Entry, ListRows
from parkdraft.lists.sites import SITE_COLUMNS, cells_of
from parkdraft.model.directory import Directory
from parkdraft.tables.reading import Table
from parkdraft.values.hangul import fold

if TYPE_CHECKING:
    from parkdraft.codes import Code

MOST_PEOPLE = 5
"""A site with more people is doubtful."""

SiteLines = Mapping[str, tuple[str, tuple[str, ...]]]
"""Folded name → the site's name, and what a list says of it, a line each."""


class Change(NamedTuple):
    """A site that is ``new``, ``gone`` or ``changed``, with its lines before and after."""

    kind: str
    site: str
    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """``{"kind", "site", "before", "after"}``."""
        return {**self._asdict(), "before": list(self.before), "after": list(self.after)}


def people_by_site(rows: Iterable[Entry]) -> SiteLines:
    """Who is responsible for each site: name, title and address in a line."""
    people: defaultdict[str, list[str]] = defaultdict(list)
    names: dict[str, str] = {}
    for row in rows:
        site = fold(row["name"])
        names.setdefault(site, row["name"])
        people[site].append(f"{row['person']} {row['title']} {row['address']}")
    return {site: (name, tuple(sorted(people[site]))) for site, name in names.items()}


def facts_by_site(directory: Directory, rows: Iterable[Entry]) -> SiteLines:
    """What a list of sites says of each: a line for each column that is filled."""
    labels = [column.labels[0] for column in SITE_COLUMNS[1:]]
    lines = {}
    for row in rows:
        cells = zip(labels, cells_of(directory, row)[1:], strict=True)
        facts = tuple(f"{label}: {cell}" for label, cell in cells if cell)
        lines[fold(row["name"])] = (row["name"], facts)
    return lines


def differences(before: SiteLines, after: SiteLines) -> tuple[Change, ...]:
    """The sites that are gone, then those with other lines, then the new ones."""
    gone = [Change("gone", name, old) for key, (name, old) in before.items() if key not in after]
    changed, new = [], []
    for key, (name, lines) in after.items():
        if key not in before:
            new.append(Change("new", name, (), lines))
        elif before[key][1] != lines:
            changed.append(Change("changed", name, before[key][1], lines))
    return (*gone, *changed, *new)


def gone_sites(changes: Iterable[Change], read: ListRows) -> Iterator[Problem]:
    """Sites that would go: not in the list any more, or with bad rows only."""
    bad = set(map(fold, read.bad_sites()))
    gone = [change.site for change in changes if change.kind == "gone"]
    by_code: Mapping[Code, list[str]] = {
        "list.sites-gone": [site for site in gone if fold(site) not in bad],
        "list.sites-bad": [site for site in gone if fold(site) in bad],
    }
    for code, sites in by_code.items():
        if sites:
            yield Problem(code, data={"sites": _some(sites), "count": len(sites)})


def partly_read(read: ListRows, rows: Iterable[Entry]) -> Iterator[Problem]:
    """Sites with good rows and bad rows."""
    good = {fold(row["name"]) for row in rows}
    if sites := [site for site in read.bad_sites() if fold(site) in good]:
        yield Problem("list.partly", data={"sites": _some(sites)})


def other_month(month: str, table: Table, today: date) -> Iterator[Problem]:
    """Whether another sheet has the month's name, or the month is far from this one."""
    year, number = map(int, month.split("-"))
    named = re.compile(rf"(?<!\d)0?{number}월|{month}")
    for note in table.notes:
        titles = note.data.get("titles", ())
        assert isinstance(titles, tuple)
        if others := [title for title in titles if named.search(title)]:
            sheets = ", ".join(f"'{title}'" for title in others)
            yield Problem("list.month-sheet", data={"sheets": sheets, "month": month})
    if abs((year - today.year) * 12 + number - today.month) > 1:
        yield Problem("list.far-month", data={"month": month})


def new_domains(
    directory: Directory, partner: str, rows: Iterable[Entry], known: Iterable[Entry]
) -> Iterator[Problem]:
    """Domains of addresses that nobody of this partner has had so far."""

    def domain_of(address: str) -> str:
        return address.rpartition("@")[2].casefold()

    people = (person for person in directory.people.values() if person.partner == partner)
    addresses = (*(person.address for person in people), *(row["address"] for row in known))
    had = {domain_of(address) for address in addresses if address}
    sites: defaultdict[str, list[str]] = defaultdict(list)
    for row in rows:
        sites[domain_of(row["address"])].append(row["name"])
    for domain, names in sites.items():
        if domain not in had:
            yield Problem("list.new-domain", data={"domain": domain, "sites": _some(names)})


def crowds(changes: Iterable[Change]) -> Iterator[Problem]:
    """New or changed sites with many people."""
    for change in changes:
        if len(change.after) > MOST_PEOPLE:
            data = {"site": change.site, "count": len(change.after)}
            yield Problem("list.crowd", data=data)


def joined(changes: Iterable[Change]) -> Iterator[Problem]:
    """Sites that mended rows add people to, beside those that are there."""
    sites = [c.site for c in changes if c.kind == "changed" and len(c.after) > len(c.before)]
    if sites:
        yield Problem("list.joined", data={"sites": _some(sites)})


def alike(rows: Iterable[Entry]) -> Iterator[Problem]:
    """Sites that differ in punctuation alone and have different people: two sites, or one?"""
    spelt: defaultdict[str, dict[str, set[str]]] = defaultdict(dict)
    for row in rows:
        spelling = "".join(row["name"].casefold().split())
        spelt[fold(row["name"])].setdefault(spelling, set()).add(row["address"].casefold())
    for spellings in spelt.values():
        if len(set(map(frozenset, spellings.values()))) > 1:
            yield Problem("list.alike", data={"sites": ", ".join(spellings)})


def moved(directory: Directory, rows: Iterable[Entry], known: Iterable[Entry]) -> Iterator[Problem]:
    """People with another address than before, and addresses that were somebody else's."""
    people = [(person.name, person.address) for person in directory.people.values()]
    addresses: defaultdict[str, set[str]] = defaultdict(set)
    names: defaultdict[str, set[str]] = defaultdict(set)
    for name, address in (*people, *((row["person"], row["address"]) for row in known)):
        if address:
            addresses[name].add(address.casefold())
            names[address.casefold()].add(name)
    entries = dict.fromkeys((r["person"], r["address"].casefold(), r["name"]) for r in rows)
    for name, address, site in entries:
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
