"""The list of sites (``sites.csv``), row by row: whose site it is, and how it is connected."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from parkdraft.decide.place import find_partner, operator_name, wrong_operator
from parkdraft.errors import DetailsError, Problem
from parkdraft.lists.contacts import SITE_SPELLINGS, Entry, ListRows, texts
from parkdraft.model import labels
from parkdraft.model.directory import Directory
from parkdraft.tables.reading import Column, Row, open_table
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


def read_sites(path: Path, directory: Directory, before: Iterable[Entry] = ()) -> ListRows:
    """A list of sites, each judged against the directory.

    Mended rows are checked together with the entries that were there ``before``. Raises TableError
    for a file that cannot be used.
    """
    table = open_table(path, SITE_COLUMNS, NEEDED)
    # key of a name → its partner, and its row (0: it stands in the directory)
    first: dict[str, tuple[str | None, int]] = {
        key: (site.partner, 0) for site in directory.sites for key in _keys(site.name, site.aliases)
    }
    there = {key for entry in before for key in _keys(entry["name"], entry["aliases"])}
    entries: dict[int, Entry] = {}
    twins: dict[int, int] = {}
    bad: dict[int, tuple[Problem, ...]] = {}
    for row in table.rows:
        entry, problems = _entry(row, directory)
        if not problems and entry in entries.values():
            continue
        for key in [] if problems else _keys(entry["name"], entry["aliases"]):
            partner, number = first.setdefault(key, (entry["partner"], row.number))
            if number and number != row.number:
                problems.append(Problem("list.same-site", "site", data={"first": number}))
                twins[number] = row.number
            elif not number and partner not in (None, entry["partner"]):
                problems.append(Problem("list.directory-site", "partner"))
            elif table.header.mended and key in there:
                problems.append(Problem("list.site-there", "site"))
        if problems:
            bad[row.number] = tuple(problem.at(row=row.number) for problem in problems)
        else:
            entries[row.number] = entry
    for number, other in twins.items():  # the first of the two is bad, too: people decide
        if entries.pop(number, None):
            bad[number] = (Problem("list.same-site", "site", number, {"first": other}),)
    return ListRows(table, list(entries.values()), dict(sorted(bad.items())))


def _keys(name: str, aliases: Iterable[str]) -> list[str]:
    """The keys by which a site is found: its name and aliases, folded."""
    return [fold(text) for text in dict.fromkeys((name, *aliases))]


def kept_sites(path: Path, directory: Directory) -> list[Entry]:
    """The list that a home keeps; raises TableError with every problem of every row."""
    return read_sites(path, directory).all_good()


def _entry(row: Row, directory: Directory) -> tuple[dict[str, Any], list[Problem]]:
    cells, problems = texts(row, SITE_COLUMNS, NEEDED)
    cells = {name: text for name, text in cells.items() if re.search(r"\w", text)}
    partner = find_partner(directory.partners, cells.get("partner", ""))
    if "partner" in cells and partner is None:
        problems.append(Problem("list.unknown-partner", "partner"))
    entry: dict[str, Any] = {"name": cells.get("site"), "partner": partner}
    aliases = re.split("[;\n]", cells.get("aliases", ""))
    entry["aliases"] = [alias.strip() for alias in aliases if alias.strip()]
    for name, value_of in (
        ("integration", lambda text: read_choice(text, labels.INTEGRATIONS)),
        ("daily_max", read_money),
    ):
        try:
            if name in cells:
                entry[name] = value_of(cells[name])
        except DetailsError as error:
            problems += [problem.at(name) for problem in error.problems]
    if "operator" in cells:
        entry["operator"] = operator_name(cells["operator"])
        if partner and (wrong := wrong_operator(directory.partners, partner, entry["operator"])):
            problems.append(wrong)
    return entry, problems


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
