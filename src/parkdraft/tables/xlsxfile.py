"""XLSX workbooks through openpyxl: the first visible sheet that holds something.

The ZIP is judged first (``workbookzip``), then the sheet's XML (``sheetscan``); openpyxl,
an import that takes its time, is loaded only where a workbook is read.
"""

from __future__ import annotations

import bisect
import contextlib
import dataclasses
import datetime
import functools
import io
import itertools
import re
import threading
import warnings
import zipfile
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import Any, BinaryIO

from parkdraft.errors import TableError
from parkdraft.tables.sheetscan import MOST_ROWS, SheetError, SheetFacts, scan_sheet
from parkdraft.tables.source import (
    EXACT_NUMBERS,
    MOST_COLUMNS,
    Fault,
    Source,
    SourceRow,
    Value,
    refusal,
)
from parkdraft.tables.workbookzip import check_zip

_QUIET = threading.Lock()
_NOT_SHOWN = re.compile(r'\[[^\]]*\]|"[^"]*"|\\.')
_ZEROS = re.compile("0{2,}")
_ESCAPED_BLANK = re.compile("_x00(?:0[9AaDd])_")


@dataclasses.dataclass(frozen=True)
class _Sheet:
    index: int
    facts: SheetFacts
    epoch: datetime.datetime


def xlsx_source(path: Path) -> Source:
    """An opened workbook. Raises TableError where it is none, or none that can be trusted."""
    with path.open("rb") as handle:
        check_zip(path, handle)
        sheet = _find_sheet(path, handle)
    if sheet.facts.width > MOST_COLUMNS:
        raise refusal("table.too-wide", path, sheet.facts.width_row, data={"limit": MOST_COLUMNS})
    return Source(functools.partial(_rows, path, sheet), sheet.epoch)


@contextlib.contextmanager
def _openpyxl(path: Path) -> Iterator[None]:
    """Around every call of openpyxl: its warnings silenced, its many errors made ours.

    ``catch_warnings`` changes the whole process, hence the lock.
    """
    with _QUIET, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            yield
        except TableError:
            raise
        except Exception as error:  # KeyError, TypeError, ParseError …: whatever its parts raise
            raise refusal("table.workbook-unreadable", path) from error


@contextlib.contextmanager
def _workbook(path: Path, handle: BinaryIO) -> Iterator[Any]:
    # openpyxl prints where a style points nowhere; stdout belongs to --json.
    with _openpyxl(path), contextlib.redirect_stdout(io.StringIO()):
        import openpyxl

        book = openpyxl.load_workbook(handle, read_only=True, data_only=True, keep_links=False)
    try:
        yield book
    finally:
        book.close()


def _find_sheet(path: Path, handle: BinaryIO) -> _Sheet:
    """The first visible sheet with a value in it."""
    with _workbook(path, handle) as book, zipfile.ZipFile(handle) as archive:
        for index, sheet in enumerate(book.worksheets):
            if sheet.sheet_state != "visible":
                continue
            try:
                with archive.open(sheet._worksheet_path) as part:
                    facts = scan_sheet(part)
            except SheetError as error:
                raise refusal(error.code, path, error.row) from error
            if facts.last_row:
                return _Sheet(index, facts, book.epoch)
        raise refusal("table.blank" if book.worksheets else "table.workbook-unreadable", path)


def _rows(path: Path, sheet: _Sheet) -> Generator[SourceRow, None, None]:
    """The rows from 1 to the last with a value, each as wide as the widest."""
    facts = sheet.facts
    with path.open("rb") as handle, _workbook(path, handle) as book:
        with _openpyxl(path):
            page = book.worksheets[sheet.index]
            page.reset_dimensions()  # what the sheet claims about its size may be wrong
            rows = page.iter_rows(max_col=facts.width)
        with contextlib.closing(rows):
            for number in itertools.takewhile(facts.last_row.__ge__, itertools.count(1)):
                with _openpyxl(path):
                    cells = next(rows, None)
                    values = tuple(_value(cell, facts) for cell in cells or ())
                if cells is None:
                    return
                yield SourceRow(number, values, _merged(number, facts))


def _merged(row: int, facts: SheetFacts) -> tuple[int, int] | None:
    """The merged stretch of rows that this row lies in."""
    index = bisect.bisect_right(facts.merged, (row, MOST_ROWS)) - 1
    if index >= 0 and facts.merged[index][1] >= row:
        return facts.merged[index]
    return None


def _value(cell: Any, facts: SheetFacts) -> Value:
    """A cell's value; a date alone where its format shows no time, digits where it pads zeros."""
    value = cell.value
    if value is None:
        is_formula = facts.uncached and hasattr(cell, "row")
        lost = is_formula and (cell.row, cell.column) in facts.uncached
        return Fault("cell.formula") if lost else None
    if cell.data_type == "e":
        return Fault("cell.error")
    if isinstance(value, datetime.datetime):
        shown = _NOT_SHOWN.sub("", cell.number_format or "").lower()
        alone = value.time() == datetime.time() and not set("hs") & set(shown)
        return value.date() if alone else value
    if isinstance(value, int) and not isinstance(value, bool):
        return _padded(value, cell.number_format or "")
    if isinstance(value, str):
        return _ESCAPED_BLANK.sub(" ", value)
    if isinstance(value, bool | float | datetime.time | datetime.timedelta | datetime.date):
        return value
    return str(value)


def _padded(value: int, number_format: str) -> str | int:
    """The digits that a format of zeros alone shows (``0042``); else the number."""
    if _ZEROS.fullmatch(number_format) and 0 <= value < EXACT_NUMBERS:
        return str(value).zfill(len(number_format))
    return value
