"""The lists that come from outside: a partner's contacts of a month, and ``sites.csv``.

Read with the same care whether somebody brings the file or a home keeps it; a new one is
validated whole before anything changes, and the file it replaces is kept.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any

from parkdraft.errors import DetailsError, Problem, TableError
from parkdraft.process import labels
from parkdraft.process.directory import Directory
from parkdraft.process.hangul import fold
from parkdraft.process.operators import as_said, wrong_operator
from parkdraft.process.people import ascii_address, long_names, rewritten
from parkdraft.process.places import find_partner
from parkdraft.process.sites import month_path
from parkdraft.process.titles import split_title
from parkdraft.process.values import read_choice, read_money, read_text
from parkdraft.storing import put, read_file, storage_errors
from parkdraft.tables.reading import Column, Row, open_table
from parkdraft.tables.writing import free_name, write_csv

DEFAULT_TITLE = "소장"
MONTH = re.compile(r"20[0-9]{2}-(0[1-9]|1[0-2])")
CONTACT_COLUMNS = (
    Column("site", ("현장명",)),
    Column("name", ("담당자",)),
    Column("email", ("이메일",)),
    Column("title", ("직함",)),
)
SITE_COLUMNS = (
    Column("site", ("현장명",)),
    Column("partner", ("운영사",)),
    Column("integration", ("연동구분",)),
    Column("aliases", ("별칭",)),
    Column("daily_max", ("일최대요금",), "money"),
    Column("operator", ("실제운영사",)),
)
_SITE_LIMIT = 200


@dataclass(frozen=True)
class Imported:
    """What an import did: counts, names taken apart (as written → name, title), the old file.

    ``warnings`` are names too long for some mail programs.
    """

    rows: int
    sites: int
    path: Path
    kept: Path | None
    split: tuple[tuple[str, str, str], ...] = ()
    warnings: tuple[Problem, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """``{"rows", "sites", "path", "kept", "split"}``; paths are absolute text."""
        return {
            "rows": self.rows,
            "sites": self.sites,
            "path": str(self.path),
            "kept": str(self.kept) if self.kept else None,
            "split": [list(one) for one in self.split],
        }


def read_contacts(
    path: Path, others: Mapping[str, Mapping[str, str]] = MappingProxyType({})
) -> tuple[list[dict[str, str]], tuple[tuple[str, str, str], ...]]:
    """A month's list: rows of name (the site's), person, title, address; and the names taken apart.

    ``others`` are sites that may not be in it (folded name → what to say of the site).
    Raises TableError with every problem of every row.
    """
    rows: list[dict[str, str]] = []
    split: dict[str, tuple[str, str, str]] = {}
    people: dict[str, str] = {}
    problems: list[Problem] = []
    for row in open_table(path, CONTACT_COLUMNS).judged():
        found, wrong = _contact(row, split)
        problems += wrong
        if found is None:
            continue
        if data := others.get(fold(found["name"])):
            problems.append(Problem("list.other-partner", "site", row.number, data))
        other = people.setdefault(found["address"].casefold(), found["person"])
        if other != found["person"]:
            problems.append(Problem("list.same-address", "email", row.number))
        if found not in rows:
            rows.append(found)
    if problems:
        raise TableError(problems)
    return rows, tuple(split.values())


def _contact(
    row: Row, split: dict[str, tuple[str, str, str]]
) -> tuple[dict[str, str] | None, list[Problem]]:
    cells, problems = _cells(row, ("site", "name", "email"))
    problems += _apart(cells, row.number)
    name, glued = cells.get("name", ""), None
    try:
        name, glued = split_title(name)
    except DetailsError as error:
        problems += [one.at("name", row.number) for one in error.problems]
    title = (cells.get("title") or glued or DEFAULT_TITLE).removesuffix("님").strip()
    for column, value in (("name", name), ("title", title)):
        if (meant := rewritten(value)) != value:
            data = {"meant": meant or "(없음)"}
            problems.append(Problem("list.name-sign", column, row.number, data))
    address = ascii_address(cells["email"]) if "email" in cells else None
    if "email" in cells and address is None:
        problems.append(Problem("list.address", "email", row.number))
    if problems or address is None:
        return None, problems
    if glued:
        split[cells["name"]] = (cells["name"], name, glued)
    found = {
        "name": cells["site"],
        "person": name,
        "title": title or DEFAULT_TITLE,
        "address": address,
    }
    return found, []


_NAMED = re.compile(r"[\"']?(?P<name>[^<>\"]*?)[\"']?\s*<(?P<address>[^<>\s]+)>")
"""A person as mail programs copy one: ``김하늘 <haneul@example.com>``."""


def _apart(cells: dict[str, str], number: int) -> list[Problem]:
    """Take name and address apart where they stand in one cell; two addresses are a problem."""
    named = _NAMED.fullmatch(cells.get("name", ""))
    addressed = _NAMED.fullmatch(cells.get("email", ""))
    if addressed:
        cells["email"] = addressed["address"]
    if named and named["name"]:
        cells["name"] = named["name"]
        if cells.get("email", "").casefold() != named["address"].casefold():
            return [Problem("list.two-addresses", "email", number)]
    return []


def _cells(row: Row, needed: Sequence[str]) -> tuple[dict[str, str], list[Problem]]:
    """The row's cells as one-line text, and all that is wrong with them."""
    problems = list(row.problems)
    cells: dict[str, str] = {}
    for name, value in row.cells.items():
        try:
            cells[name] = read_text(value, _SITE_LIMIT)
        except DetailsError as error:
            problems += [one.at(name, row.number) for one in error.problems]
    told = {problem.field for problem in problems}
    problems += [
        Problem("list.missing", name, row.number, {"column": _label(name)})
        for name in needed
        if name not in cells and name not in told
    ]
    return cells, problems


def _label(name: str) -> str:
    columns = {column.name: column for column in (*CONTACT_COLUMNS, *SITE_COLUMNS)}
    return columns[name].labels[0]


def checked_contacts(
    directory: Directory, partner: str, path: Path, month: str
) -> tuple[str, list[dict[str, str]], tuple[tuple[str, str, str], ...]]:
    """A month's list that may be imported: the partner's identifier, then as ``read_contacts``.

    Raises TableError: another partner, no month, or anything wrong with the list.
    """
    partner_id = find_partner(directory.partners, partner)
    problems = []
    if partner_id is None or partner_id not in directory.listed_partners:
        names = ", ".join(
            f"{directory.partners[one].name}({one})" for one in sorted(directory.listed_partners)
        )
        problems.append(Problem("list.partner", "partner", data={"partners": names}))
    if not MONTH.fullmatch(month):
        problems.append(Problem("list.month", "month"))
    if problems or partner_id is None:
        raise TableError(problems)
    others = {
        fold(name): {"site": one.name, "partner": directory.partners[one.partner].name}
        for one in directory.sites
        for name in (one.name, *one.aliases)
        if one.partner not in (None, partner_id)
    }
    return partner_id, *read_contacts(path, others)


def import_contacts(
    root: Path, directory: Directory, partner: str, path: Path, month: str, now: datetime
) -> Imported:
    """Validate a month's list whole, then keep it; raises TableError, nothing changed then."""
    partner_id, rows, split = checked_contacts(directory, partner, path, month)
    target = month_path(root, partner_id, month)
    kept = _replace(
        target,
        [column.labels[0] for column in CONTACT_COLUMNS],
        [[row["name"], row["person"], row["address"], row["title"]] for row in rows],
        now,
    )
    sites = len({fold(row["name"]) for row in rows})
    return Imported(len(rows), sites, target, kept, split, long_list_names(rows))


def long_list_names(rows: Iterable[Mapping[str, str]]) -> tuple[Problem, ...]:
    """Warnings of the people of a list whose name and title some mail programs cannot read."""
    return long_names((row["person"], row["title"]) for row in rows)


def read_sites(path: Path, directory: Directory) -> list[dict[str, Any]]:
    """``sites.csv`` as plain entries (name, partner, integration, aliases, daily_max, operator).

    Raises TableError with every problem of every row.
    """
    entries: list[dict[str, Any]] = []
    problems: list[Problem] = []
    first: dict[str, tuple[str | None, int]] = {
        fold(name): (one.partner, 0) for one in directory.sites for name in (one.name, *one.aliases)
    }
    for row in open_table(path, SITE_COLUMNS).judged():
        entry, wrong = _site_entry(row, directory)
        problems += wrong
        if entry is None:
            continue
        for name in dict.fromkeys((entry["name"], *entry["aliases"])):
            partner, number = first.setdefault(fold(name), (entry["partner"], row.number))
            if number and number != row.number:
                problems.append(Problem("list.same-site", "site", row.number, {"first": number}))
            elif not number and partner not in (None, entry["partner"]):
                problems.append(Problem("list.directory-site", "partner", row.number))
        entries.append(entry)
    if problems:
        raise TableError(problems)
    return entries


def _site_entry(row: Row, directory: Directory) -> tuple[dict[str, Any] | None, list[Problem]]:
    cells, problems = _cells(row, ("site", "partner", "integration"))
    partner = find_partner(directory.partners, cells.get("partner", ""))
    if "partner" in cells and partner is None:
        problems.append(Problem("list.unknown-partner", "partner", row.number))
    entry: dict[str, Any] = {"name": cells.get("site"), "partner": partner}
    entry["aliases"] = [a.strip() for a in cells.get("aliases", "").split(";") if a.strip()]
    try:
        if "integration" in cells:
            entry["integration"] = read_choice(cells["integration"], labels.INTEGRATIONS)
    except DetailsError as error:
        problems += [one.at("integration", row.number) for one in error.problems]
    try:
        if "daily_max" in cells:
            entry["daily_max"] = read_money(cells["daily_max"])
    except DetailsError as error:
        problems += [one.at("daily_max", row.number) for one in error.problems]
    if "operator" in cells:
        entry["operator"] = as_said(cells["operator"])
        if partner and (wrong := wrong_operator(directory.partners, partner, entry["operator"])):
            problems.append(wrong.at(row=row.number))
    return (None if problems else entry), problems


def import_sites(root: Path, directory: Directory, path: Path, now: datetime) -> Imported:
    """Validate a list of sites whole, then keep it as ``sites.csv``; raises TableError."""
    entries = read_sites(path, directory)
    target = root / "sites.csv"
    rows = [
        [
            entry["name"],
            directory.partners[entry["partner"]].name,
            labels.INTEGRATIONS[entry["integration"]][0],
            ";".join(entry["aliases"]),
            str(entry.get("daily_max", "")),
            entry.get("operator", ""),
        ]
        for entry in entries
    ]
    kept = _replace(target, [column.labels[0] for column in SITE_COLUMNS], rows, now)
    return Imported(len(rows), len(rows), target, kept)


def _replace(
    target: Path, header: Sequence[str], rows: Sequence[Sequence[str]], now: datetime
) -> Path | None:
    """Write the new file; the one it replaces stays beside it under a name with the time."""
    kept: Path | None = None
    with storage_errors(target.parent.name):
        target.parent.mkdir(parents=True, exist_ok=True)
        if target.exists():
            kept = free_name(target, f"{target.stem}.{now:%Y%m%d-%H%M%S}")
            put(kept, read_file(target))
    write_csv(target, header, rows)
    return kept
