"""One pass over a sheet's XML for what its values alone do not tell.

Its real size (the one it states may be wrong), formulas without a value, error values, numbers
shown with leading zeros, merged cells, and what is hidden.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import IO, NamedTuple
from xml.parsers import expat

from parkdraft.lazy import lazy
from parkdraft.tables.package import ERROR, UNCACHED, Attributes, UnfriendlyError, parsed
from parkdraft.tables.source import MOST_CELLS, MOST_COLUMNS, MOST_ROWS

_LAST_ROW, _LAST_COLUMN = 1_048_576, 16_384
_COLUMN = lazy("[A-Z]{1,3}")
_NUMBER = lazy("[0-9]{1,8}")
_RANGE = lazy(r"\$?([A-Z]{1,3})\$?([0-9]{1,8})(?::\$?([A-Z]{1,3})\$?([0-9]{1,8}))?")
_MOST_OTHERS = MOST_CELLS
"""Formulas and inline texts; any other element counts as four."""
_MOST_MERGES = 100_000


class Merge(NamedTuple):
    """A merged range, rows and columns counted from 1, both ends included."""

    top: int
    left: int
    bottom: int
    right: int


class _FilledError(Exception):
    """Raised at the first value where only that was asked."""


def scan_sheet(
    part: IO[bytes], marks: Mapping[str, int], *, only_whether: bool = False
) -> SheetScan:
    """What a sheet holds; raises UnfriendlyError, also for more than a table may have."""
    scan = SheetScan(marks, only_whether=only_whether)
    for _ in parsed(scan.parser, part):
        if scan.cells > MOST_CELLS:
            raise UnfriendlyError("table.too-many-cells")
        if scan.others > _MOST_OTHERS or len(scan.merges) > _MOST_MERGES:
            raise UnfriendlyError("table.unfriendly")
    scan.end()
    return scan


def is_filled(part: IO[bytes], marks: Mapping[str, int]) -> bool:
    """Whether a sheet has any value; it is read up to the first one."""
    try:
        scan_sheet(part, marks, only_whether=True)
    except _FilledError:
        return True
    return False


class SheetScan:
    """What the parser has seen of a sheet so far.

    ``last_row`` and ``width`` are the last row and column with a value (0 where the sheet is
    blank), ``width_row`` is the first row that reaches ``width``. ``marks``: column → marks by row.
    ``hidden_rows`` are those with values; ``hidden_columns`` may lie beyond ``width``.

    ``_start`` is called twice for each cell, for its element and its value's: keep it fast.
    """

    def __init__(self, styles: Mapping[str, int], *, only_whether: bool) -> None:
        self.parser = expat.ParserCreate()
        self.parser.StartElementHandler = self._start
        self.styles = styles
        self.only_whether = only_whether
        self.row = self.column = self.last_row = self.width = self.width_row = 0
        self.row_text = ""
        self.cells = self.others = 0
        self.attributes: Attributes = {}
        self.formula = self.cached = self.hidden = False
        self.columns: dict[str, int] = {}
        self.marks: dict[int, bytearray] = {}
        self.merges: list[Merge] = []
        self.hidden_rows: list[int] = []
        self.hidden_columns: set[int] = set()

    def _start(self, name: str, attributes: Attributes) -> None:
        if self.formula:
            self._in_formula(name)
        if name == "c" or name.endswith(":c"):
            self.cells += 1
            self.attributes = attributes
            if place := attributes.get("r"):
                letters = place.removesuffix(self.row_text)
                self.column = self.columns.get(letters) or self._column(letters)
            else:
                self.column += 1
        elif name == "v" or name == "is" or name.endswith((":v", ":is")):
            if self.column > self.width or self.row > self.last_row:
                self._reach()
            if self.attributes.get("t") == "e":
                self._mark(ERROR)
            elif self.styles and (mark := self.styles.get(self.attributes.get("s", ""))):
                self._mark(mark)
        elif name == "row" or name.endswith(":row"):
            self._start_row(attributes)
        else:
            self._other(name.rpartition(":")[2], attributes)

    def _start_row(self, attributes: Attributes) -> None:
        self.row_text = attributes.get("r") or str(self.row + 1)
        row = _number(self.row_text)
        if not self.row < row <= _LAST_ROW:
            raise UnfriendlyError
        self.row, self.column = row, 0
        self.hidden = attributes.get("hidden") in ("1", "true")
        if row > MOST_ROWS:
            self.parser.StartElementHandler = self._start_below

    def _start_below(self, name: str, attributes: Attributes) -> None:
        """``_start`` below the last row a table may have: blank cells pass, a value is refused."""
        if name in ("row", "c"):
            return
        kind = name.rpartition(":")[2]
        if kind in ("v", "is", "f"):
            raise UnfriendlyError("table.too-long", MOST_ROWS + 1)
        if kind not in ("row", "c"):
            self._other(kind, attributes)

    def _in_formula(self, name: str) -> None:
        """The element after a formula: its value, or another one where it has none."""
        if name == "v" or name.endswith(":v"):
            self.parser.CharacterDataHandler = self._text
        else:
            self._end_formula()

    def _text(self, text: str) -> None:
        if text.strip():
            self.cached = True

    def _end_formula(self) -> None:
        if not self.cached and self.attributes.get("t") != "str":
            self._reach()
            self._mark(UNCACHED)
        self.formula = self.cached = False
        self.parser.CharacterDataHandler = None

    def _column(self, letters: str) -> int:
        """The number of a column; raises UnfriendlyError for letters that name none."""
        if not _COLUMN.fullmatch(letters):
            raise UnfriendlyError
        number = 0
        for letter in letters:
            number = number * 26 + ord(letter) - 64
        if number > _LAST_COLUMN:
            raise UnfriendlyError
        self.columns[letters] = number
        return number

    def _reach(self) -> None:
        """Note a value further right or further down than all before."""
        if self.only_whether:
            raise _FilledError
        if self.column > MOST_COLUMNS:
            raise UnfriendlyError("table.too-wide", self.row)
        if self.column > self.width:
            self.width, self.width_row = self.column, self.row
        if self.row > self.last_row:
            self.last_row = self.row
            if self.hidden:
                self.hidden_rows.append(self.row)

    def _mark(self, mark: int) -> None:
        marks = self.marks.setdefault(self.column, bytearray())
        if len(marks) <= self.row:
            marks.extend(bytes(self.row + 1 - len(marks)))
        marks[self.row] = mark

    def _other(self, name: str, attributes: Attributes) -> None:
        self.others += 1 if name in ("f", "t") else 4
        if name == "f":
            self.formula, self.cached = True, False
        elif name == "col" and attributes.get("hidden") in ("1", "true"):
            first, last = (_number(attributes.get(end, "")) for end in ("min", "max"))
            self.hidden_columns.update(range(first, min(last, MOST_COLUMNS) + 1))
        elif name == "mergeCell":
            ends = _RANGE.fullmatch(attributes.get("ref", ""))
            if not ends:
                raise UnfriendlyError
            left, top, right, bottom = ends.groups()
            merge = Merge(
                int(top), self._column(left), int(bottom or top), self._column(right or left)
            )
            if merge[:2] != merge[2:]:
                self.merges.append(merge)

    def end(self) -> None:
        """The sheet is read: check its size, sort the merges, drop those beyond its values."""
        if self.formula:
            self._end_formula()
        if self.last_row * self.width > MOST_CELLS:
            raise UnfriendlyError("table.too-many-cells", self.width_row)
        self.merges = sorted(
            merge
            for merge in self.merges
            if merge.left <= self.width and merge.top <= self.last_row
        )


def _number(text: str) -> int:
    if not _NUMBER.fullmatch(text):
        raise UnfriendlyError
    return int(text)
