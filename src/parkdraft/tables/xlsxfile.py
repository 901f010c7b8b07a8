"""XLSX workbooks: the first visible sheet that holds something.

Our own pass over the parts (``package``, ``sheetscan``) comes first and decides; python-calamine,
which by itself ends the process on two cells far apart, then gives the values.
"""

from __future__ import annotations

import datetime
import io
import zipfile
from collections.abc import Iterator, Sequence

from parkdraft.filesignatures import UNREADABLE_ZIP
from parkdraft.tables.package import Package, SheetPart, open_package
from parkdraft.tables.sheetscan import (
    CLOCK,
    ERROR,
    PADDED,
    UNCACHED,
    SheetFacts,
    is_filled,
    scan_sheet,
)
from parkdraft.tables.source import (
    EXACT_NUMBERS,
    MOST_CELLS,
    MOST_COLUMNS,
    MOST_ROWS,
    WINDOWS_EPOCH,
    Fault,
    Grid,
    Value,
    refusal,
)
from parkdraft.tables.unpacking import MOST_UNPACKED, UnfriendlyError, refuse_many_parts
from parkdraft.tables.workbook import LISTS_SHEET

_EPOCH_1904 = datetime.datetime(1904, 1, 1)
_FAULTS = {UNCACHED: Fault("cell.formula"), ERROR: Fault("cell.error")}
_LIMITS = {
    "table.unpacks-too-big": MOST_UNPACKED >> 20,
    "table.too-long": MOST_ROWS,
    "table.too-wide": MOST_COLUMNS,
    "table.too-many-cells": MOST_CELLS,
}


def read_xlsx(name: str, content: bytes) -> Grid:
    """The table in a workbook. Raises TableError where it is none, or none to be trusted."""
    try:
        refuse_many_parts(content)
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            package = open_package(name, archive)
            sheet, facts, unread = _chosen(name, package)
    except UnfriendlyError as error:
        data = {"limit": _LIMITS.get(error.code)}
        raise refusal(error.code, name, error.row, data) from error
    except UNREADABLE_ZIP as error:
        raise refusal("table.workbook-unreadable", name) from error
    return Grid(
        _rows(name, content, sheet, facts),
        _EPOCH_1904 if package.from_1904 else WINDOWS_EPOCH,
        facts.merges,
        facts.hidden_rows,
        facts.hidden_columns,
        unread,
    )


def _chosen(name: str, package: Package) -> tuple[SheetPart, SheetFacts, tuple[str, ...]]:
    """The first visible sheet with a value in it, and the names of the others with any."""
    chosen: tuple[SheetPart, SheetFacts] | None = None
    unread = []
    for sheet in package.sheets:
        with package.archive.open(sheet.part) as part:
            if chosen is None and sheet.visible:
                facts = scan_sheet(part, package)
                chosen = (sheet, facts) if facts.last_row else None
            elif sheet.title != LISTS_SHEET and is_filled(part, package):
                unread.append(sheet.title)
    if chosen is None:
        raise refusal("table.blank" if package.sheets else "table.workbook-unreadable", name)
    return *chosen, tuple(unread)


def _rows(
    name: str, content: bytes, sheet: SheetPart, facts: SheetFacts
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
    marks = sorted(facts.marks.items())
    for number, row in enumerate(rows, 1):
        cells: list[Value] = list(row)
        for column, column_marks in marks:
            if number < len(column_marks) and (mark := column_marks[number]):
                cells += [None] * (column - len(cells))
                cells[column - 1] = _marked(cells[column - 1], mark)
        yield cells


def _marked(value: Value, mark: int) -> Value:
    """A value as it is shown, where it alone does not tell."""
    if mark in _FAULTS:
        return _FAULTS[mark]
    if mark == CLOCK and type(value) is datetime.date:
        return datetime.datetime.combine(value, datetime.time())
    if mark > PADDED and isinstance(value, float) and 0 <= value < EXACT_NUMBERS:
        whole = int(value)
        return str(whole).zfill(mark - PADDED) if whole == value else value
    return value
