"""XLSX workbooks: the first visible sheet that holds something.

Our own pass over the parts (``package``, ``sheetscan``) comes first and refuses what is too large:
python-calamine, which then gives the values, ends the process on two cells far apart.
"""

from __future__ import annotations

import datetime
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain
from typing import TYPE_CHECKING

from parkdraft.filesignatures import UNREADABLE_ZIP
from parkdraft.tables.package import (
    CLOCK,
    ERROR,
    MOST_UNPACKED,
    PADDED,
    UNCACHED,
    Package,
    SheetPart,
    UnfriendlyError,
    open_package,
)
from parkdraft.tables.sheetscan import Merge, SheetScan, is_filled, scan_sheet
from parkdraft.tables.source import (
    EXACT_NUMBERS,
    MOST_CELLS,
    MOST_COLUMNS,
    MOST_ROWS,
    WINDOWS_EPOCH,
    Fault,
    Grid,
    Line,
    Value,
    refusal,
)
from parkdraft.tables.workbook import LISTS_SHEET

if TYPE_CHECKING:
    from parkdraft.codes import Code

_EPOCH_1904 = datetime.datetime(1904, 1, 1)
_FAULTS = {UNCACHED: Fault("cell.formula"), ERROR: Fault("cell.error")}
_LIMITS: Mapping[Code, int] = {
    "table.unpacks-too-big": MOST_UNPACKED >> 20,
    "table.too-long": MOST_ROWS,
    "table.too-wide": MOST_COLUMNS,
    "table.too-many-cells": MOST_CELLS,
}


def read_xlsx(name: str, content: bytes) -> Grid:
    """The table in a workbook. Raises TableError where it has none, or is not safe to read."""
    try:
        package = open_package(name, content)
        sheet, scan, unread = _chosen(name, package)
    except UnfriendlyError as error:
        data = {"limit": _LIMITS.get(error.code)}
        raise refusal(error.code, name, error.row, data) from error
    except UNREADABLE_ZIP as error:
        raise refusal("table.workbook-unreadable", name) from error
    return Grid(
        _unmerged(name, _rows(name, content, sheet, scan), scan.merges),
        _EPOCH_1904 if package.from_1904 else WINDOWS_EPOCH,
        scan.hidden_rows,
        frozenset(scan.hidden_columns),
        unread,
    )


def _chosen(name: str, package: Package) -> tuple[SheetPart, SheetScan, tuple[str, ...]]:
    """The first visible sheet with a value in it, and the names of the others with any."""
    chosen: tuple[SheetPart, SheetScan] | None = None
    unread = []
    for sheet in package.sheets:
        with package.archive.open(sheet.part) as part:
            if chosen is None and sheet.visible:
                scan = scan_sheet(part, package.marks)
                chosen = (sheet, scan) if scan.last_row else None
            elif sheet.title != LISTS_SHEET and is_filled(part, package.marks):
                unread.append(sheet.title)
    if chosen is None:
        raise refusal("table.blank" if package.sheets else "table.workbook-unreadable", name)
    return *chosen, tuple(unread)


def _rows(
    name: str, content: bytes, sheet: SheetPart, scan: SheetScan
) -> Iterator[Sequence[Value]]:
    """The rows from the first to the last with a value."""
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        if book.sheet_names[sheet.place] != sheet.title:
            raise refusal("table.workbook-unreadable", name)
        rows = book.get_sheet_by_index(sheet.place).iter_rows()
    except (CalamineError, OSError, IndexError, OverflowError, ValueError) as error:
        raise refusal("table.workbook-unreadable", name) from error
    marks = sorted(scan.marks.items())
    for number, row in enumerate(rows, start=1):
        cells: list[Value] = list(row)
        for column, column_marks in marks:
            if number < len(column_marks) and (mark := column_marks[number]):
                cells += [None] * (column - len(cells))
                cells[column - 1] = _marked(cells[column - 1], mark)
        yield cells


def _marked(value: Value, mark: int) -> Value:
    """A value as Excel shows it, by the mark of its cell."""
    if mark in _FAULTS:
        return _FAULTS[mark]
    if mark == CLOCK and type(value) is datetime.date:
        return datetime.datetime.combine(value, datetime.time())
    if mark > PADDED and isinstance(value, float) and 0 <= value < EXACT_NUMBERS:
        whole = int(value)
        return str(whole).zfill(mark - PADDED) if whole == value else value
    return value


def _unmerged(
    name: str, rows: Iterable[Sequence[Value]], merges: Sequence[Merge]
) -> Iterator[Line]:
    """Every row; a value merged over several rows stands in each of them."""
    waiting = list(reversed(merges))
    active: list[tuple[Merge, Value]] = []
    for number, cells in enumerate(rows, start=1):
        while waiting and waiting[-1].top <= number:
            merge = waiting.pop()
            value = cells[merge.left - 1] if merge.left <= len(cells) else None
            if value not in (None, ""):  # blank cells may be merged as they like
                active.append((merge, value))
        if len(active) > MOST_COLUMNS:  # some overlap
            raise refusal("table.workbook-unreadable", name)
        yield _spread(number, cells, active) if active else Line(number, cells)
        active = [pair for pair in active if pair[0].bottom > number]


def _spread(number: int, cells: Sequence[Value], active: Sequence[tuple[Merge, Value]]) -> Line:
    """A row with the values of the merged ranges that reach into it."""
    above = {merge.left - 1: value for merge, value in active if merge.top < number}
    covered = (range(merge.left, min(merge.right, MOST_COLUMNS)) for merge, _ in active)
    row = [*cells, *[None] * (max(above, default=-1) + 1 - len(cells))]
    for position, value in above.items():
        row[position] = value
    return Line(number, row, frozenset(above), frozenset(chain.from_iterable(covered)))
