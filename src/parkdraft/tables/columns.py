"""Finding the known columns in a header line, whatever their order and spelling."""

from __future__ import annotations

import dataclasses
import re
import unicodedata
from collections.abc import Mapping, Sequence

from parkdraft.errors import Problem
from parkdraft.tables.source import column_letter

_LONGEST = 200  # characters of a heading that is compared


@dataclasses.dataclass(frozen=True)
class Column:
    """A column that a table may have.

    ``name`` is the option's name (``"old-plate"``), ``labels`` its Korean labels; ``kind``
    is one of text, phone, date, datetime, money and says how a number cell is meant.
    """

    name: str
    labels: tuple[str, ...]
    kind: str = "text"


@dataclasses.dataclass(frozen=True)
class Place:
    """Where a column stands; ``heading`` is its header cell as written.

    ``column`` is None for a column that is known and ignored.
    """

    column: Column | None
    heading: str


@dataclasses.dataclass(frozen=True)
class Header:
    """The header line: its row, and what stands at which position (counted from 0)."""

    row: int
    places: Mapping[int, Place]


def key(text: str) -> str:
    """A heading for comparing: NFKC, case-folded, letters and digits only.

    What is too long for a heading is its own key: normalising it may take quadratic time.
    """
    if len(text) > _LONGEST:
        return text
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(char for char in unicodedata.normalize("NFKC", folded) if char.isalnum())


def known_columns(columns: Sequence[Column]) -> dict[str, Column]:
    """Every spelling of every column, as ``key`` gives it."""
    return {key(name): column for column in columns for name in (column.name, *column.labels)}


def match_header(
    cells: Sequence[str], row: int, columns: Sequence[Column], ignored: Sequence[str]
) -> tuple[Header, list[Problem]]:
    """The header of a table, and all that is wrong with it.

    ``cells`` is the first line that is not blank, ``row`` its number. Where nothing in it
    is known it is no header but data, and no word of it is repeated.
    """
    known, skipped = known_columns(columns), {key(label) for label in ignored}
    if not any(key(cell) in known for cell in cells):
        return Header(row, {}), [Problem("table.no-header", None, row, {"row": row})]
    places: dict[int, Place] = {}
    problems: list[Problem] = []
    seen: dict[str, int] = {}
    for position, cell in enumerate(cells):
        heading, spelling = " ".join(cell.split()), key(cell)
        if spelling in known:
            column = known[spelling]
            if column.name in seen:
                problems.append(_twice(column, row, heading, seen[column.name], position))
            seen.setdefault(column.name, position)
            places[position] = Place(column, heading)
        elif cell and spelling in skipped:
            places[position] = Place(None, heading)
        elif cell:
            problems.append(_unknown(heading, position, row, known))
    return Header(row, places), problems


def _twice(column: Column, row: int, heading: str, first: int, second: int) -> Problem:
    data = {
        "row": row,
        "column": heading,
        "first": column_letter(first),
        "second": column_letter(second),
    }
    return Problem("table.column-twice", column.name, row, data)


def _unknown(heading: str, position: int, row: int, known: Mapping[str, Column]) -> Problem:
    import difflib

    letter = column_letter(position)
    # A heading with digits or @ may be somebody's phone or address that slipped up here.
    shown = letter if re.search(r"[\d@]", heading) or len(heading) > 30 else heading
    data: dict[str, object] = {"row": row, "column": shown, "letter": letter}
    near = difflib.get_close_matches(key(heading), known, n=1, cutoff=0.5)
    if not near:
        return Problem("table.column-unknown", shown, row, data)
    column = known[near[0]]
    spellings = {key(name): name for name in (column.name, *column.labels)}
    return Problem("table.column-near", shown, row, {**data, "near": spellings[near[0]]})
