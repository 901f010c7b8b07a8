"""A partner's contacts of one month, row by row: who is responsible for which site.

Read with the same care whether somebody brings the list or a home keeps it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

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
"""What may hold a comma in the name of one site."""

Contact = Mapping[str, str]
"""``name`` (the site's), ``person``, ``title``, ``address``: as ``MonthList`` has its rows."""
Split = tuple[tuple[str, str, str], ...]
"""Names that were taken apart: as written, name, title."""


class Contacts(NamedTuple):
    """A list that was read: its contacts, each once, and what is wrong with which row."""

    table: Table
    rows: list[Contact]
    bad: Mapping[int, tuple[Problem, ...]]
    split: Split


def read_contacts(
    path: Path,
    others: Mapping[str, Mapping[str, str]] = MappingProxyType({}),
    there: Iterable[Contact] = (),
    *,
    kept: bool = False,
) -> Contacts:
    """A month's list; ``others`` are sites that may not be in it (folded name → what to say).

    Rows that were mended are judged together with those that are ``there``. A list that a home
    has ``kept`` is taken as it was written.
    Raises TableError for a file that cannot be used.
    """
    table = open_table(path, CONTACT_COLUMNS, NEEDED)
    read = {row.number: _contacts(row, others, kept=kept) for row in table.rows}
    names: defaultdict[str, set[str]] = defaultdict(set)
    for contact in there if table.header.mended else ():
        names[contact["address"].casefold()].add(contact["person"].replace(" ", ""))
    for one in (person for people, _ in read.values() for _, person in people):
        if one.name:
            names[one.address.casefold()].add(one.name.replace(" ", ""))
    rows: dict[tuple[str, str, str], Contact] = {}
    split: dict[str, tuple[str, str, str]] = {}
    bad: dict[int, tuple[Problem, ...]] = {}
    for number, (people, wrong) in read.items():
        if any(len(names[one.address.casefold()]) > 1 for _, one in people):
            wrong.append(Problem("list.same-address", "email"))
        if wrong:
            bad[number] = tuple(one.at(row=number) for one in wrong)
            continue
        for site, one in people:
            found = {"name": site, "person": one.name, "title": one.title, "address": one.address}
            rows.setdefault((site, one.name, one.address.casefold()), found)
            if one.written:
                split[one.written] = (one.written, one.name, one.title)
    return Contacts(table, list(rows.values()), bad, tuple(split.values()))


def kept_contacts(path: Path) -> list[Contact]:
    """A list that a home keeps; raises TableError with every problem of every row."""
    found = read_contacts(path, kept=True)
    if found.bad:
        raise TableError(one for problems in found.bad.values() for one in problems)
    return found.rows


def sites_of_others(directory: Directory, partner: str) -> dict[str, dict[str, str]]:
    """The sites that contacts.yaml gives another partner: folded name → what to say of it."""
    return {
        fold(name): {"site": one.name, "partner": directory.partners[one.partner].name}
        for one in directory.sites
        for name in (one.name, *one.aliases)
        if one.partner not in (None, partner)
    }


_People = list[tuple[str, Listed]]


def _contacts(
    row: Row, others: Mapping[str, Mapping[str, str]], *, kept: bool
) -> tuple[_People, list[Problem]]:
    """The people of a row, each with the site, and all that is wrong with it."""
    cells, problems = texts(row, CONTACT_COLUMNS, ("site",))
    said = [cells.get(name, "") for name in ("name", "email", "title")]
    people, wrong = people_of(*said, kept=kept)
    problems += wrong
    told = {problem.field for problem in problems}
    if not (cells.get("email") or "@" in cells.get("name", "") or "email" in told):
        problems.append(missing("email", CONTACT_COLUMNS))
    is_named = all(one.name for one in people) if people else cells.get("name")
    if not (is_named or "name" in told):
        problems.append(missing("name", CONTACT_COLUMNS))
    site = cells.get("site", "")
    if _SEVERAL.search(_ONE.sub("", site)) and not kept:
        problems.append(Problem("list.several-sites", "site"))
    if data := others.get(fold(site)):
        problems.append(Problem("list.other-partner", "site", data=data))
    return [(site, one) for one in people], problems


def texts(
    row: Row, columns: Iterable[Column], needed: Iterable[str]
) -> tuple[dict[str, str], list[Problem]]:
    """The row's cells without what may not stand in them, and all that is wrong with them.

    A site's name is one line; where several people may stand, lines are kept.
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
            problems += [one.at(name) for one in error.problems]
    told = {problem.field for problem in problems}
    absent = [name for name in needed if name not in cells and name not in told]
    return cells, [*problems, *(missing(name, columns) for name in absent)]


def missing(name: str, columns: Iterable[Column]) -> Problem:
    """That a cell is empty."""
    label = next(column.labels[0] for column in columns if column.name == name)
    return Problem("list.missing", name, data={"column": label})
