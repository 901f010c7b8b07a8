"""One pass over a sheet's XML for what openpyxl does not tell when it streams.

Merged ranges stand after the rows (ECMA-376 part 1, 18.3.1.55), a sheet's claimed size may
be wrong, and with cached values only, a formula without one looks like an empty cell.
"""

from __future__ import annotations

import dataclasses
import functools
from typing import IO
from xml.parsers import expat

MOST_ROWS = 1_048_576
MOST_UNCACHED = 10_000
_CHUNK = 1 << 16


class SheetError(Exception):
    """The XML is no sheet that Excel would write; ``code`` and ``row`` where they are known."""

    def __init__(self, code: str = "table.workbook-unreadable", row: int | None = None) -> None:
        self.code, self.row = code, row
        super().__init__(code)


@dataclasses.dataclass(frozen=True)
class SheetFacts:
    """What a sheet holds: its last row and column with a value (0 where it is blank).

    ``merged``: first and last row of each merged stretch, in order and apart;
    ``uncached``: row and column of formulas without a value; ``width_row`` is the
    first row that reaches ``width``.
    """

    last_row: int
    width: int
    width_row: int
    merged: tuple[tuple[int, int], ...]
    uncached: frozenset[tuple[int, int]]


def scan_sheet(part: IO[bytes]) -> SheetFacts:
    """Read a sheet's XML in a stream. Raises SheetError; memory does not grow with the rows."""
    scan = _Scan()
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler = scan.start
    parser.EndElementHandler = scan.end
    parser.CharacterDataHandler = scan.text
    parser.StartDoctypeDeclHandler = scan.doctype
    try:
        while chunk := part.read(_CHUNK):
            parser.Parse(chunk)
        parser.Parse(b"", True)
    except (expat.ExpatError, ValueError, OverflowError) as error:
        raise SheetError from error
    return scan.facts()


class _Scan:
    """The parser's memory: where it stands, and what it found so far."""

    def __init__(self) -> None:
        self.row = self.column = self.last_row = self.width = self.width_row = 0
        self.cell_type = ""
        self.formula = self.value = self.reading = False
        self.merged: list[tuple[int, int, int]] = []
        self.uncached: set[tuple[int, int]] = set()

    def start(self, name: str, attributes: dict[str, str]) -> None:
        tag = name.rpartition(" ")[2]
        if tag == "c":
            cell = attributes.get("r")
            self.column = _column(cell.rstrip("0123456789")) if cell else self.column + 1
            self.cell_type = attributes.get("t", "n")
            self.formula = self.value = False
        elif tag in ("v", "t"):
            self.reading = True
        elif tag == "f":
            self.formula = True
        elif tag == "row":
            self._start_row(attributes.get("r"))
        elif tag == "mergeCell":
            self._merge(attributes.get("ref", ""))

    def _start_row(self, number: str | None) -> None:
        row = int(float(number)) if number else self.row + 1
        if not self.row < row <= MOST_ROWS:
            raise SheetError
        self.row, self.column = row, 0

    def text(self, text: str) -> None:
        if self.reading and text.strip():
            self.value = True

    def end(self, name: str) -> None:
        tag = name.rpartition(" ")[2]
        if tag in ("v", "t"):
            self.reading = False
        elif tag == "c":
            if self.formula and not self.value and self.cell_type != "str":
                self._note_uncached()
            if self.value or self.formula:
                self._note_value()

    def _note_uncached(self) -> None:
        self.uncached.add((self.row, self.column))
        if len(self.uncached) > MOST_UNCACHED:
            raise SheetError("table.formulas", self.row)

    def _note_value(self) -> None:
        self.last_row = self.row
        if self.column > self.width:
            self.width, self.width_row = self.column, self.row

    def _merge(self, ref: str) -> None:
        from openpyxl.utils import range_boundaries

        left, top, right, bottom = range_boundaries(ref)
        if None in (left, top, right, bottom):
            raise SheetError
        if (left, top) != (right, bottom):
            self.merged.append((int(top or 0), int(bottom or 0), int(left or 0)))

    def doctype(self, *_: object) -> None:
        raise SheetError  # Office writes none; entities are declared in it

    def facts(self) -> SheetFacts:
        stretches: list[tuple[int, int]] = []
        for top, bottom, left in sorted(self.merged):
            if left > self.width:
                continue
            if stretches and top <= stretches[-1][1]:
                top, bottom = stretches[-1][0], max(bottom, stretches.pop()[1])
            stretches.append((top, bottom))
        return SheetFacts(
            self.last_row, self.width, self.width_row, tuple(stretches), frozenset(self.uncached)
        )


@functools.lru_cache(maxsize=1024)
def _column(letters: str) -> int:
    from openpyxl.utils import column_index_from_string

    return column_index_from_string(letters)
