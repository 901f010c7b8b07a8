"""Writing a small XLSX for people to open: every cell is text, equal rows give equal bytes.

Cells have the format "@", so that Excel leaves plates, phones and long numbers as they are;
columns have it too, for what people type below. Dates as well: ``20261201`` and ``12월 1일`` stay
as they were typed, and a real date that is pasted brings its own format. What could start a
formula is guarded, as in a CSV. No time stands in the file: equal drafts must have equal digests.
"""

from __future__ import annotations

import datetime
import io
import unicodedata
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from itertools import zip_longest
from types import MappingProxyType
from typing import Any

from parkdraft.errors import Problem, TableError
from parkdraft.files import storage_errors
from parkdraft.formulas import guard
from parkdraft.lazy import lazy
from parkdraft.tables.source import column_letter

LONGEST = 32_767
"""Characters of a cell; openpyxl would cut the rest off (Microsoft, "Excel specifications")."""
LISTS_SHEET = "고를 값"
"""The hidden sheet with the values to choose from."""

# What XML 1.0 cannot carry (section 2.2), lone surrogates among it.
_UNWRITABLE = lazy("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
# What Excel would read as an escaped character (ECMA-376 part 1, 22.9.2.19).
_ESCAPED = lazy("_(?=x[0-9A-Fa-f]{4}_)")
_MOMENT = datetime.datetime(2000, 1, 1)
_FONT = "맑은 고딕"
_NARROWEST, _WIDEST = 8, 50
_LAST_ROW = 1_048_576
# Programs that recognise an XLSX by its first bytes expect these two parts in front.
_FIRST = ("[Content_Types].xml", "_rels/.rels")
_NONE: Mapping[int, Any] = MappingProxyType({})


def workbook_bytes(
    header: Sequence[str],
    rows: Iterable[Sequence[str]],
    lists: Mapping[int, Sequence[str]] = _NONE,
    notes: Mapping[int, str] = _NONE,
    *,
    title: str = "표",
) -> bytes:
    """A workbook of one visible sheet: the header bold and frozen, then the rows.

    ``title`` is the sheet's name: at most 31 characters, none of ``[]:*?/`` and backslash.
    ``lists``: column (from 0) → values to choose from; ``notes``: column → the note at its
    heading. Line ends in cells become LF. Raises
    TableError with every cell that cannot be written, StorageError where there is no room. The
    bytes depend on the version of openpyxl, but not on the clock.
    """
    import openpyxl
    from openpyxl.packaging.core import DocumentProperties
    from openpyxl.writer.excel import ExcelWriter

    texts = _texts([header, *rows])
    book = openpyxl.Workbook()
    book.properties = DocumentProperties(creator="parkdraft", created=_MOMENT, modified=_MOMENT)
    sheet: Any = book.active
    sheet.title, sheet.freeze_panes = title, "A2"
    _fill(sheet, texts)
    for position, text in notes.items():
        sheet.cell(1, position + 1).comment = _note(text)
    if lists:
        _offer(book, sheet, lists)
    written = io.BytesIO()
    with storage_errors("임시 폴더"):  # openpyxl writes each sheet there first
        # not Workbook.save, which writes the time into the file
        ExcelWriter(book, zipfile.ZipFile(written, "w")).save()
    return _without_times(written)


def _texts(rows: Sequence[Sequence[str]]) -> list[list[str]]:
    """Every cell as it will be written; raises TableError with all that cannot be."""
    texts = [[_text(cell) for cell in row] for row in rows]
    problems = [
        Problem("table.write-cell", None, row, {"row": row, "column": column_letter(position)})
        for row, cells in enumerate(texts, start=1)
        for position, text in enumerate(cells)
        if len(text) > LONGEST or _UNWRITABLE.search(text)
    ]
    if problems:
        raise TableError(problems)
    return texts


def _text(cell: str) -> str:
    return guard(_ESCAPED.sub("_x005F_", cell.replace("\r\n", "\n").replace("\r", "\n")))


def _fill(sheet: Any, texts: Sequence[Sequence[str]]) -> None:
    """Fill in the cells as text, and fit the columns' widths."""
    from openpyxl.styles import Alignment, Font

    top, wrapping = Alignment(vertical="top"), Alignment(vertical="top", wrap_text=True)
    bold, plain = Font(name=_FONT, bold=True), Font(name=_FONT)
    for position, cells in enumerate(zip_longest(*texts, fillvalue="")):
        column = sheet.column_dimensions[column_letter(position)]
        column.width = min(max(_NARROWEST, *(_width(text) + 2 for text in cells if text)), _WIDEST)
        column.number_format, column.font = "@", plain
        for row, text in enumerate(cells, start=1):
            if text:
                cell = sheet.cell(row, position + 1, text)
                cell.data_type, cell.number_format = "s", "@"  # "#N/A" would else be an error
                cell.font = bold if row == 1 else plain
                is_long = "\n" in text or _width(text) > _WIDEST
                cell.alignment = wrapping if row > 1 and is_long else top


def _note(text: str) -> Any:
    """A note, large enough to be read whole."""
    from openpyxl.comments import Comment

    lines = sum(1 + _width(line) // 44 for line in text.split("\n"))
    return Comment(text, "parkdraft", height=16 + 20 * lines, width=320)


def _width(text: str) -> int:
    """Columns of the longest line; Hangul takes two."""
    wide = unicodedata.east_asian_width
    return max(sum(1 + (wide(char) in "WF") for char in line) for line in text.split("\n"))


def _offer(book: Any, sheet: Any, lists: Mapping[int, Sequence[str]]) -> None:
    """Add drop-down lists, their values in a hidden sheet.

    Another value only brings a warning: more spellings are understood.
    """
    from openpyxl.utils import quote_sheetname
    from openpyxl.worksheet.datavalidation import DataValidation

    hidden = book.create_sheet(LISTS_SHEET)
    hidden.sheet_state = "hidden"
    for row in zip_longest(*_texts(list(lists.values()))):
        hidden.append(row)
    for source, (position, values) in enumerate(lists.items()):
        letter, column = column_letter(source), column_letter(position)
        place = f"{quote_sheetname(LISTS_SHEET)}!${letter}$1:${letter}${len(values)}"
        offered = DataValidation(
            "list", place, allow_blank=True, sqref=f"{column}2:{column}{_LAST_ROW}"
        )
        offered.showErrorMessage, offered.errorStyle = True, "warning"
        offered.errorTitle = "목록에 없는 값"
        offered.error = "목록에 있는 값 가운데 하나를 고르세요."
        sheet.data_validations.append(offered)


def _without_times(written: io.BytesIO) -> bytes:
    """The same archive with a fixed time for every member, and ``_FIRST`` in front."""
    rewritten = io.BytesIO()
    with zipfile.ZipFile(written) as old, zipfile.ZipFile(rewritten, "w") as new:
        for name in dict.fromkeys((*_FIRST, *old.namelist())):
            member = zipfile.ZipInfo(name, _MOMENT.timetuple()[:6])
            member.create_system = 0  # else Windows and Unix write different bytes
            member.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(member, old.read(name))
    return rewritten.getvalue()
