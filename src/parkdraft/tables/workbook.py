"""Writing a small XLSX for people to open: every cell is text, equal rows give equal bytes.

Cells have the format "@", so that Excel leaves plates, phones and long numbers as they are;
columns have it too, for what people type below. Dates as well: ``20261201`` and ``12월 1일`` stay
what was typed, and a real date that is pasted brings its own format. What could start a formula
is guarded, as in a CSV. Nothing in the file says when it was made: drafts have digests.
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

# What XML 1.0 cannot carry (section 2.2), halves of characters among it.
_UNWRITABLE = lazy("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
# What Excel would read as an escaped character (ECMA-376 part 1, 22.9.2.19).
_ESCAPED = lazy("_(?=x[0-9A-Fa-f]{4}_)")
_MOMENT = datetime.datetime(2000, 1, 1)
_FONT = "맑은 고딕"
_NARROWEST, _WIDEST = 8, 50
_LAST_ROW = 1_048_576
# What tells an XLSX by its first bytes expects these two in front.
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
    ``lists`` gives columns (counted from 0) the values to choose from, any text; ``notes`` says
    what is told where somebody points at a heading. Line ends in cells become LF. Raises
    TableError with every cell that cannot be written, StorageError where there is no room. The
    bytes depend on the version of openpyxl, but not on the clock.
    """
    import openpyxl
    from openpyxl.packaging.core import DocumentProperties
    from openpyxl.writer.excel import ExcelWriter

    texts = _texts([header, *rows])
    written = io.BytesIO()
    with storage_errors("임시 폴더"):  # openpyxl keeps each sheet there until it is whole
        book = openpyxl.Workbook(write_only=True)
        book.properties = DocumentProperties(creator="parkdraft", created=_MOMENT, modified=_MOMENT)
        _fill(book.create_sheet(title), texts, lists, notes)
        if lists:
            hidden = book.create_sheet(LISTS_SHEET)
            hidden.sheet_state = "hidden"
            for row in zip_longest(*_texts(list(lists.values()))):
                hidden.append(row)
        # Not Workbook.save, which notes the time.
        ExcelWriter(book, zipfile.ZipFile(written, "w")).save()
    return _without_times(written)


def _texts(rows: Sequence[Sequence[str]]) -> list[list[str]]:
    """Every cell as it will stand there, or TableError with all that cannot."""
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


def _fill(
    sheet: Any,
    texts: Sequence[Sequence[str]],
    lists: Mapping[int, Sequence[str]],
    notes: Mapping[int, str],
) -> None:
    """The visible sheet. What is not a row must be set before the first row is written."""
    from openpyxl.styles import Font

    for position, cells in enumerate(zip_longest(*texts, fillvalue="")):
        column = sheet.column_dimensions[column_letter(position)]
        column.width = min(max(_NARROWEST, *(_width(text) + 2 for text in cells if text)), _WIDEST)
        column.number_format, column.font = "@", Font(name=_FONT)
    sheet.freeze_panes = "A2"
    _offer(sheet, lists)
    heading, plain, wrapped = _style(sheet, bold=True), _style(sheet), _style(sheet, wrap=True)
    header = [_cell(sheet, text, heading) for text in texts[0]]
    for position, text in notes.items():
        header[position].comment = _note(text)
    sheet.append(header)
    for row in texts[1:]:
        wraps = ("\n" in text or _width(text) > _WIDEST for text in row)
        pairs = zip(row, wraps, strict=True)
        sheet.append([_cell(sheet, text, wrapped if wrap else plain) for text, wrap in pairs])


def _style(sheet: Any, *, bold: bool = False, wrap: bool = False) -> Any:
    """A look of cells, made once: registering it for each cell would take most of the time."""
    from openpyxl.styles import Alignment, Font

    cell = _cell(sheet, "x", None)
    cell.number_format, cell.font = "@", Font(name=_FONT, bold=bold)
    cell.alignment = Alignment(vertical="top", wrap_text=wrap)
    return cell._style


def _cell(sheet: Any, text: str, style: Any) -> Any:
    """A cell that holds text whatever it looks like; None for an empty one."""
    from openpyxl.cell import WriteOnlyCell

    if not text:
        return None
    cell: Any = WriteOnlyCell(sheet, text)
    cell.data_type, cell._style = "s", style or cell._style  # "#N/A" would else be an error
    return cell


def _note(text: str) -> Any:
    """A note, large enough to be read whole."""
    from openpyxl.comments import Comment

    lines = sum(1 + _width(line) // 44 for line in text.split("\n"))
    return Comment(text, "parkdraft", height=16 + 20 * lines, width=320)


def _width(text: str) -> int:
    """Columns of the longest line; Hangul takes two."""
    wide = unicodedata.east_asian_width
    return max(sum(1 + (wide(char) in "WF") for char in line) for line in text.split("\n"))


def _offer(sheet: Any, lists: Mapping[int, Sequence[str]]) -> None:
    """The drop-down lists. Another value is doubted, not refused: people know more spellings."""
    from openpyxl.utils import quote_sheetname
    from openpyxl.worksheet.datavalidation import DataValidation

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
    """The same archive, every member with one time, the first two where they belong."""
    rewritten = io.BytesIO()
    with zipfile.ZipFile(written) as old, zipfile.ZipFile(rewritten, "w") as new:
        for name in dict.fromkeys((*_FIRST, *old.namelist())):
            member = zipfile.ZipInfo(name, _MOMENT.timetuple()[:6])
            member.create_system = 0  # else Windows and Unix write different bytes
            member.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(member, old.read(name))
    return rewritten.getvalue()
