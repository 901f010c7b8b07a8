"""One pass over a sheet's XML for what its values alone do not tell.

How far it really reaches (what it claims may be wrong), formulas without a value, error values,
numbers shown with zeros in front, what is merged and what is hidden.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import IO, NamedTuple
from xml.parsers import expat

from parkdraft.lazy import lazy
from parkdraft.tables.package import Attributes, Package
from parkdraft.tables.source import MOST_CELLS, MOST_COLUMNS, MOST_ROWS, Merge
from parkdraft.tables.unpacking import UnfriendlyError, parse

_LAST_ROW, _LAST_COLUMN = 1_048_576, 16_384
_COLUMN = lazy("[A-Z]{1,3}")
_MOST_OTHERS = MOST_CELLS
"""Formulas and inline texts; of elements of any other kind a quarter of it."""
_MOST_MERGES = 100_000

UNCACHED, ERROR, CLOCK, PADDED = 1, 2, 3, 16
"""Marks of cells: a formula without a value, an error, a date whose format shows a time; from
``PADDED`` on, a number shown with (the mark less ``PADDED``) digits."""


class SheetFacts(NamedTuple):
    """What a sheet holds: its last row and column with a value (0 where it is blank).

    ``width_row`` is the first row that reaches ``width``. ``marks``: column → marks by row.
    ``hidden_rows`` are those with values; ``hidden_columns`` may lie beyond ``width``.
    """

    last_row: int
    width: int
    width_row: int
    marks: Mapping[int, bytearray]
    merges: tuple[Merge, ...]
    hidden_rows: tuple[int, ...]
    hidden_columns: frozenset[int]


class _FilledError(Exception):
    """There is a value: no more was asked."""


def scan_sheet(part: IO[bytes], package: Package) -> SheetFacts:
    """What a sheet holds; raises UnfriendlyError, also for more than a table may have."""
    scan = _Scan(package)
    parse(part, scan.prepare)
    return scan.facts()


def is_filled(part: IO[bytes], package: Package) -> bool:
    """Whether a sheet has any value; no more of it is read than up to that."""
    scan = _Scan(package, only_whether=True)
    try:
        parse(part, scan.prepare)
    except _FilledError:
        return True
    return False


class _Scan:
    """The parser's memory: where it stands, and what it found so far.

    Two calls for each cell, of its element and of its value's: this is the price of the pass.
    """

    def __init__(self, package: Package, *, only_whether: bool = False) -> None:
        self.styles = {style: PADDED + digits for style, digits in package.padded.items()}
        self.styles |= dict.fromkeys(package.clocks, CLOCK)
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

    def prepare(self, parser: expat.XMLParserType) -> None:
        self.parser = parser
        parser.StartElementHandler = self.start

    def start(self, name: str, attributes: Attributes) -> None:
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

    def _in_formula(self, name: str) -> None:
        """What follows a formula: its value, or whatever shows that there is none."""
        if name == "v" or name.endswith(":v"):
            self.parser.CharacterDataHandler = self._text
        else:
            self._end_formula()

    def _column(self, letters: str) -> int:
        """The number of a column; letters that name none are no cell of this row."""
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
        """A value further right or further down than all before."""
        if self.only_whether:
            raise _FilledError
        if self.column > self.width:
            self.width, self.width_row = self.column, self.row
            if self.width > MOST_COLUMNS:
                raise UnfriendlyError("table.too-wide", self.row)
        if self.row > self.last_row:
            self.last_row = self.row
            if self.row > MOST_ROWS:
                raise UnfriendlyError("table.too-long", self.row)
            if self.hidden:
                self.hidden_rows.append(self.row)

    def _mark(self, mark: int) -> None:
        marks = self.marks.setdefault(self.column, bytearray())
        if len(marks) <= self.row:
            marks.extend(bytes(self.row + 1 - len(marks)))
        marks[self.row] = mark

    def _text(self, text: str) -> None:
        if text.strip():
            self.cached = True

    def _end_formula(self) -> None:
        if not self.cached and self.attributes.get("t") != "str":
            self._reach()
            self._mark(UNCACHED)
        self.formula = self.cached = False
        self.parser.CharacterDataHandler = None

    def _other(self, name: str, attributes: Attributes) -> None:
        self.others += 1 if name in ("f", "t") else 4
        if self.others > _MOST_OTHERS:
            raise UnfriendlyError("table.unfriendly")
        if name == "f":
            self.formula, self.cached = True, False
        elif name == "col" and attributes.get("hidden") in ("1", "true"):
            first, last = _number(attributes, "min"), _number(attributes, "max")
            self.hidden_columns.update(range(first, min(last, MOST_COLUMNS) + 1))
        elif name == "mergeCell":
            self._merge(attributes.get("ref", ""))

    def _start_row(self, attributes: Attributes) -> None:
        if self.cells > MOST_CELLS:
            raise UnfriendlyError("table.too-many-cells")
        text = attributes.get("r") or str(self.row + 1)
        if not (text.isdecimal() and len(text) < 8 and self.row < int(text) <= _LAST_ROW):
            raise UnfriendlyError
        self.row, self.row_text, self.column = int(text), text, 0
        self.hidden = attributes.get("hidden") in ("1", "true")
        if self.row > MOST_ROWS:
            self.parser.StartElementHandler = self._beyond

    def _beyond(self, name: str, attributes: Attributes) -> None:
        """Below the last row that a table may have: any value is too much."""
        if name in ("row", "c"):
            return
        kind = name.rpartition(":")[2]
        if kind in ("v", "is", "f"):
            raise UnfriendlyError("table.too-long", MOST_ROWS + 1)
        if kind not in ("row", "c"):
            self._other(kind, attributes)

    def _merge(self, ref: str) -> None:
        first, _, last = ref.replace("$", "").partition(":")
        (top, left), (bottom, right) = self._place(first), self._place(last or first)
        if (top, left) != (bottom, right):
            self.merges.append(Merge(top, left, bottom, right))
        if len(self.merges) > _MOST_MERGES:
            raise UnfriendlyError("table.unfriendly")

    def _place(self, cell: str) -> tuple[int, int]:
        letters = cell.rstrip("0123456789")
        return _number({"r": cell[len(letters) :]}, "r"), self._column(letters)

    def facts(self) -> SheetFacts:
        """What was found, at the end."""
        if self.formula:
            self._end_formula()
        if self.last_row * self.width > MOST_CELLS:
            raise UnfriendlyError("table.too-many-cells", self.width_row)
        merges = tuple(
            one
            for one in sorted(self.merges)
            if one.left <= self.width and one.top <= self.last_row
        )
        return SheetFacts(
            self.last_row,
            self.width,
            self.width_row,
            self.marks,
            tuple(merges),
            tuple(self.hidden_rows),
            frozenset(self.hidden_columns),
        )


def _number(attributes: Attributes, name: str) -> int:
    text = attributes.get(name, "")
    if not (text.isascii() and text.isdigit() and len(text) < 9):
        raise UnfriendlyError
    return int(text)
