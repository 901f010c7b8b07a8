"""Finding the known columns in a header line, whatever their order and spelling."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from parkdraft.errors import Problem
from parkdraft.tables.source import column_letter

HEADER_ROWS = 10
"""Rows in which the header is looked for; titles may stand above it."""
REASON = "오류"
"""The column of a table of failed rows that says what is wrong; it is not read back."""
_LONGEST = 200  # characters of a heading that is compared
_ASIDE = re.compile(r"[(（\[].*?[)）\]]")


class Column(NamedTuple):
    """A column that a table may have.

    ``name`` is the option's name (``"old-plate"``), ``labels`` its Korean labels; ``kind``
    is one of text, phone, date, datetime, money and says how a number cell is read. Where a
    column ``fills``, a merged cell counts for each row it covers.
    """

    name: str
    labels: tuple[str, ...]
    kind: str = "text"
    fills: bool = False


class Header(NamedTuple):
    """The header line: its row, the columns by position (from 0), and all its cells as written."""

    row: int
    columns: Mapping[int, Column]
    headings: Sequence[str]

    @property
    def names(self) -> set[str]:
        """The names of the columns that are there."""
        return {column.name for column in self.columns.values()}

    @property
    def mended(self) -> bool:
        """Whether this is a table of failed rows that somebody mended."""
        return any(key(heading) == key(REASON) for heading in self.headings)

    def heading(self, position: int) -> str:
        """The heading at a position, or the column's letter where the heading may be private."""
        text = " ".join(self.headings[position].split())
        # digits or @ in the header may be somebody's phone or address
        is_shown = text and len(text) <= 30 and not re.search(r"@|\d{4}", text)
        return text if is_shown else f"{column_letter(position)}열"


def key(text: str) -> str:
    """A heading for comparing: NFKC, case-folded, letters and digits only.

    What is too long for a heading is its own key: normalising it may take quadratic time.
    """
    if len(text) > _LONGEST:
        return text
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(char for char in unicodedata.normalize("NFKC", folded) if char.isalnum())


def known_columns(columns: Sequence[Column]) -> dict[str, Column]:
    """``key`` of every spelling → its column."""
    return {key(name): column for column in columns for name in (column.name, *column.labels)}


def find_header(
    rows: Sequence[tuple[int, Sequence[str]]], columns: Sequence[Column], needed: Sequence[str]
) -> tuple[Header | None, list[Problem]]:
    """The header (the first of ``rows`` with all ``needed`` columns), and what is wrong with it.

    ``rows`` are the first rows that are not blank, each with its number. The header is None
    where no row has any known heading; no cell is repeated then.
    """
    known = known_columns(columns)
    headers = [_header(number, cells, known) for number, cells in rows]
    for header in headers:
        if header.columns and header.names.issuperset(needed):
            return header, list(_twins(header))
    best = max(headers, key=lambda header: len(header.names))
    if not best.columns:
        return None, [Problem("table.no-header", None, rows[0][0], {"row": rows[0][0]})]
    missing = [
        Problem(
            "table.column-missing",
            column.name,
            best.row,
            {"row": best.row, "column": column.labels[0]},
        )
        for column in columns
        if column.name in needed and column.name not in best.names
    ]
    return best, [*missing, *_twins(best)]


def _header(row: int, cells: Sequence[str], known: Mapping[str, Column]) -> Header:
    """A row as if it were the header; a heading is looked up with and then without brackets."""
    columns: dict[int, Column] = {}
    for position, cell in enumerate(cells):
        column = known.get(key(cell))
        if column is None and len(cell) <= _LONGEST:
            column = known.get(key(_ASIDE.sub("", cell)))
        if column:
            columns[position] = column
    return Header(row, columns, tuple(cells))


def _twins(header: Header) -> Iterable[Problem]:
    seen: dict[str, int] = {}
    for position, column in header.columns.items():
        first = seen.setdefault(column.name, position)
        if first != position:
            data = {
                "row": header.row,
                "column": header.heading(position),
                "first": column_letter(first),
                "second": column_letter(position),
            }
            yield Problem("table.column-twice", column.name, header.row, data)


def left_alone(header: Header, columns: Sequence[Column], unheaded: Iterable[int]) -> list[Problem]:
    """Notes on columns that are not read: one for each likely typing error, one for all others."""
    import difflib

    absent = {
        spelling: column
        for spelling, column in known_columns(columns).items()
        if column.name not in header.names
    }
    left, problems = [], []
    for position, text in enumerate(header.headings):
        if position in header.columns or key(text) in ("", key(REASON)):
            continue
        shown = header.heading(position)
        close = difflib.get_close_matches(key(text)[:_LONGEST], absent, n=1, cutoff=0.6)
        if close and shown != f"{column_letter(position)}열":
            data = {"column": shown, "near": absent[close[0]].labels[0]}
            problems.append(Problem("table.column-near", data=data))
        else:
            left.append(shown)
    left += map(header.heading, sorted(unheaded))
    if left:
        problems.append(Problem("table.columns-left", data={"columns": ", ".join(left)}))
    return problems
