"""A partner's contacts of one month, row by row: who is responsible for which site.

One reader for the list that somebody brings and for the one that a home keeps.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

from parkdraft.errors import DetailsError, Problem, TableError
from parkdraft.lazy import lazy
from parkdraft.lists.people import Listed, people_of
from parkdraft.model.directory import Directory
from parkdraft.tables.reading import Column, Row, Table, open_table
from parkdraft.values.hangul import fold
from parkdraft.values.text import read_long_text, read_text

SITE_SPELLINGS = (
    *("현장", "현장이름", "주차장", "주차장명", "사업장", "사업장명", "지점", "지점명"),
    "단지명",
)
"""Headings for the site's name beside 현장명."""
CONTACT_COLUMNS = (
    Column("site", ("현장명", *SITE_SPELLINGS), fills=True),
    Column(
        "name",
        (
            *("담당자", "담당자명", "이름", "성명", "성함", "담당자이름", "담당자성명", "담당"),
            *("책임자", "책임자명", "현장소장", "소장", "소장명"),
        ),
        fills=True,
    ),
    Column(
        "email",
        (
            *("이메일", "메일", "이메일주소", "메일주소", "전자우편", "전자메일", "담당자이메일"),
            *("email주소", "emailaddress", "e메일", "회사메일", "회사이메일"),
        ),
        fills=True,
    ),
    Column("title", ("직함", "직급", "직책", "직위"), fills=True),
)
NEEDED = ("site", "name", "email")
LONGEST = 200
"""Characters of a site's name."""
_LONGEST_CELL = 500
_SEVERAL = lazy(r"[,;，；]|\s및\s|외\s*\d+\s*곳")
_ONE = lazy(r"\([^()]*\)|(?<=\d),(?=\d)")
"""Where a comma is no sign of several sites: in brackets, and between digits."""

Entry = Mapping[str, Any]
"""A row of a list as ``lookup.sites`` keeps it: of contacts ``name`` (the site's), ``person``,
``title``, ``address``; of sites ``name``, ``partner``, ``integration`` and what else is known."""
Split = tuple[tuple[str, str, str], ...]
"""Names from which a title was split off: as written, name, title."""


class ListRows(NamedTuple):
    """A list that was read: its entries, each once; ``bad`` rows by number, with their problems."""

    table: Table
    rows: list[Entry]
    bad: Mapping[int, tuple[Problem, ...]]
    split: Split = ()

    def all_good(self) -> list[Entry]:
        """The entries; raises TableError with every problem of every row."""
        if self.bad:
            raise TableError(problem for problems in self.bad.values() for problem in problems)
        return self.rows

    def bad_sites(self) -> list[str]:
        """The sites of the bad rows, empty where it is not known."""
        return [row.cells.get("site", "") for row in self.table.rows if row.number in self.bad]


def read_contacts(
    path: Path,
    others: Mapping[str, Mapping[str, str]] = MappingProxyType({}),
    there: Iterable[Entry] = (),
    *,
    kept: bool = False,
) -> ListRows:
    """A month's list; ``others`` are sites that may not be in it (folded name → what to say).

    Mended rows (of a table of failed rows) are checked together with the entries that are
    ``there``. In a list that a home has ``kept``, names and titles are not split again. Raises
    TableError for a file that cannot be used.
    """
    table = open_table(path, CONTACT_COLUMNS, NEEDED)
    read = {row.number: _contacts(row, others, kept=kept) for row in table.rows}
    listed = [(person.address, person.name) for _, people, _ in read.values() for person in people]
    if table.header.mended:
        listed += ((entry["address"], entry["person"]) for entry in there)
    names: defaultdict[str, set[str]] = defaultdict(set)
    for address, name in listed:
        if name:
            names[address.casefold()].add(name.replace(" ", ""))
    rows: dict[tuple[str, str, str], Entry] = {}
    split: dict[str, tuple[str, str, str]] = {}
    bad: dict[int, tuple[Problem, ...]] = {}
    for number, (site, people, problems) in read.items():
        if any(len(names[person.address.casefold()]) > 1 for person in people):
            problems.append(Problem("list.same-address", "email"))
        if problems:
            bad[number] = tuple(problem.at(row=number) for problem in problems)
            continue
        for name, title, address, written in people:
            entry = {"name": site, "person": name, "title": title, "address": address}
            rows.setdefault((site, name, address.casefold()), entry)
            if written:
                split[written] = (written, name, title)
    return ListRows(table, list(rows.values()), bad, tuple(split.values()))


def kept_contacts(path: Path) -> list[Entry]:
    """A list that a home keeps; raises TableError with every problem of every row."""
    return read_contacts(path, kept=True).all_good()


def sites_of_others(directory: Directory, partner: str) -> dict[str, dict[str, str]]:
    """The sites that contacts.yaml gives another partner: folded name → what to say of it."""
    return {
        fold(name): {"site": site.name, "partner": directory.partners[site.partner].name}
        for site in directory.sites
        for name in (site.name, *site.aliases)
        if site.partner not in (None, partner)
    }


def _contacts(
    row: Row, others: Mapping[str, Mapping[str, str]], *, kept: bool
) -> tuple[str, list[Listed], list[Problem]]:
    """A row's site, its people, and all that is wrong with it."""
    cells, problems = texts(row, CONTACT_COLUMNS, ("site",))
    site, name, email, title = (cells.get(column.name, "") for column in CONTACT_COLUMNS)
    people, wrong = people_of(name, email, title, kept=kept)
    problems += wrong
    bad_fields = {problem.field for problem in problems}
    if not (email or "@" in name or "email" in bad_fields):
        problems.append(missing("email", CONTACT_COLUMNS))
    is_named = all(person.name for person in people) if people else name
    if not (is_named or "name" in bad_fields):
        problems.append(missing("name", CONTACT_COLUMNS))
    if _SEVERAL.search(_ONE.sub("", site)) and not kept:
        problems.append(Problem("list.several-sites", "site"))
    if data := others.get(fold(site)):
        problems.append(Problem("list.other-partner", "site", data=data))
    return site, people, problems


def texts(
    row: Row, columns: Iterable[Column], needed: Iterable[str]
) -> tuple[dict[str, str], list[Problem]]:
    """The row's cells as cleaned text, and all that is wrong with them.

    A site's name becomes one line; other cells may hold several people, and keep their lines.
    """
    problems = list(row.problems)
    cells: dict[str, str] = {}
    for name, value in row.cells.items():
        try:
            if name == "site":
                cells[name] = read_text(value.replace("\n", " "), LONGEST)
            else:
                cells[name] = read_long_text(value, _LONGEST_CELL)
        except DetailsError as error:
            problems += [problem.at(name) for problem in error.problems]
    there = {*cells, *(problem.field for problem in problems)}
    return cells, [*problems, *(missing(name, columns) for name in needed if name not in there)]


def missing(name: str, columns: Iterable[Column]) -> Problem:
    """The problem that a cell is empty."""
    label = next(column.labels[0] for column in columns if column.name == name)
    return Problem("list.missing", name, data={"column": label})
