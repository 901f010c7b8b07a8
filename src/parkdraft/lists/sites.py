"""The list of sites (``sites.csv``), row by row: whose site it is, and how it is connected."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from parkdraft.decide.place import find_partner, operator_name, wrong_operator
from parkdraft.errors import DetailsError, Problem, TableError
from parkdraft.lists.contacts import SITE_SPELLINGS, texts
from parkdraft.model import labels
from parkdraft.model.directory import Directory
from parkdraft.tables.reading import Column, Row, Table, open_table
from parkdraft.values.amounts import read_money
from parkdraft.values.choices import read_choice
from parkdraft.values.hangul import fold

SITE_COLUMNS = (
    Column("site", ("현장명", *SITE_SPELLINGS)),
    Column("partner", ("운영사", "운영사명"), fills=True),
    Column("integration", ("연동구분", "연동", "연동여부"), fills=True),
    Column("aliases", ("별칭", "별명", "다른이름")),
    Column("daily_max", ("일최대요금", "일최대", "1일최대요금", "일일최대요금"), "money"),
    Column("operator", ("실제운영사", "실운영사"), fills=True),
)
NEEDED = ("site", "partner", "integration")

Entry = Mapping[str, Any]
"""name, partner, integration, aliases, and perhaps daily_max and operator: as ``SiteList``."""


class Sites(NamedTuple):
    """A list that was read: its sites, and what is wrong with which row."""

    table: Table
    rows: list[Entry]
    bad: Mapping[int, tuple[Problem, ...]]


def read_sites(path: Path, directory: Directory, before: Iterable[Entry] = ()) -> Sites:
    """A list of sites, each judged against the directory.

    Rows that were mended are judged together with those that are there ``before``.
    Raises TableError for a file that cannot be used.
    """
    table = open_table(path, SITE_COLUMNS, NEEDED)
    first: dict[str, tuple[str | None, int]] = {
        fold(name): (one.partner, 0) for one in directory.sites for name in (one.name, *one.aliases)
    }
    entries: dict[int, Entry] = {}
    twins: dict[int, int] = {}
    bad: dict[int, tuple[Problem, ...]] = {}
    mended = table.header.mended
    there = {fold(n) for one in before if mended for n in (one["name"], *one["aliases"])}
    for row in table.rows:
        entry, wrong = _entry(row, directory)
        if not wrong and entry in entries.values():
            continue
        for name in dict.fromkeys((entry["name"], *entry["aliases"])) if not wrong else ():
            partner, number = first.setdefault(fold(name), (entry["partner"], row.number))
            if number and number != row.number:
                wrong.append(Problem("list.same-site", "site", data={"first": number}))
                twins[number] = row.number
            elif not number and partner not in (None, entry["partner"]):
                wrong.append(Problem("list.directory-site", "partner"))
            elif fold(name) in there:
                wrong.append(Problem("list.site-there", "site"))
        if wrong:
            bad[row.number] = tuple(one.at(row=row.number) for one in wrong)
        else:
            entries[row.number] = entry
    for number, other in twins.items():  # which of the two holds is for people to say
        if entries.pop(number, None):
            bad[number] = (Problem("list.same-site", "site", number, {"first": other}),)
    return Sites(table, list(entries.values()), dict(sorted(bad.items())))


def kept_sites(path: Path, directory: Directory) -> list[Entry]:
    """The list that a home keeps; raises TableError with every problem of every row."""
    found = read_sites(path, directory)
    if found.bad:
        raise TableError(one for problems in found.bad.values() for one in problems)
    return found.rows


def _entry(row: Row, directory: Directory) -> tuple[dict[str, Any], list[Problem]]:
    cells, problems = texts(row, SITE_COLUMNS, NEEDED)
    cells = {name: text for name, text in cells.items() if re.search(r"\w", text)}
    partner = find_partner(directory.partners, cells.get("partner", ""))
    if "partner" in cells and partner is None:
        problems.append(Problem("list.unknown-partner", "partner"))
    entry: dict[str, Any] = {"name": cells.get("site"), "partner": partner}
    aliases = re.split("[;\n]", cells.get("aliases", ""))
    entry["aliases"] = [alias.strip() for alias in aliases if alias.strip()]
    for name, value in (("integration", _integration), ("daily_max", read_money)):
        try:
            if name in cells:
                entry[name] = value(cells[name])
        except DetailsError as error:
            problems += [one.at(name) for one in error.problems]
    if "operator" in cells:
        entry["operator"] = operator_name(cells["operator"])
        if partner and (wrong := wrong_operator(directory.partners, partner, entry["operator"])):
            problems.append(wrong)
    return entry, problems


def _integration(text: str) -> str:
    return read_choice(text, labels.INTEGRATIONS)


def cells_of(directory: Directory, row: Entry) -> tuple[str, ...]:
    """A site as it stands in ``sites.csv``."""
    return (
        row["name"],
        directory.partners[row["partner"]].name,
        labels.INTEGRATIONS[row["integration"]][0],
        ";".join(row["aliases"]),
        str(row.get("daily_max", "")),
        row.get("operator", ""),
    )
