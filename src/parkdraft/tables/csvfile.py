"""CSV files: their encoding and delimiter told by content.

Excel's "CSV (쉼표로 분리)" is CP949, its "CSV UTF-8" has a BOM, its "유니코드 텍스트" is
UTF-16 with tabs. Rows are counted as Excel counts them: blank lines are rows, a cell of
several lines is part of one row.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Container, Iterator
from itertools import islice

from parkdraft.errors import TableError
from parkdraft.tables.columns import HEADER_ROWS, key
from parkdraft.tables.source import (
    LONGEST_CELL,
    MOST_CELLS,
    MOST_COLUMNS,
    MOST_ROWS,
    Grid,
    refusal,
)

_DELIMITERS = (",", ";", "\t")
_LOOKED_AT = 1000
"""Rows in which a header is looked for that tells the delimiter."""
_MOST_LINES = 5 * MOST_ROWS
"""Lines, blank ones among them; a few times what a table may have."""
_HANGUL = re.compile("[가-힣]")

# One line after the last: swallowed by a quoted cell, it tells that the quote never closed.
# Files with NUL are refused before, so no cell can be this.
_END = "\0"


def read_csv(name: str, content: bytes, known: Container[str]) -> Grid:
    """The table in a CSV; ``known`` are the keys of all headings, which tell the delimiter.

    Raises TableError for what cannot be read to its end.
    """
    text = _decoded(name, content)
    rows: list[list[str]] = []
    cells = 0
    for number, row in enumerate(_rows(name, text, _delimiter(name, text, known)), start=1):
        if not any(map(str.strip, row)):
            if number > _MOST_LINES:
                raise refusal("table.too-long", name, number, {"limit": MOST_ROWS})
            continue
        cells += len(row)
        _refuse_many(name, number, row, cells)
        rows += [[]] * (number - 1 - len(rows))  # blank rows only where others follow
        rows.append(row)
    return Grid(rows, delimited=True)


def _decoded(name: str, content: bytes) -> str:
    """The text. Raises TableError where no encoding reads it all."""
    wide = content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    if not wide and b"\0" in content:
        raise refusal("table.nul", name)
    try:
        text = content.decode("utf-16" if wide else "utf-8-sig")
    except UnicodeDecodeError:
        if not wide and (content.startswith(codecs.BOM_UTF8) or _is_broken_utf8(content)):
            raise refusal("table.encoding-broken", name) from None
        try:
            text = content.decode("utf-16" if wide else "cp949")
        except UnicodeDecodeError as error:
            raise refusal("table.encoding", name) from error
    if _END in text:
        raise refusal("table.nul", name)
    return text


def _is_broken_utf8(content: bytes) -> bool:
    """Whether a file that is not UTF-8 was meant to be: more Korean than broken bytes.

    Korean in CP949 hardly ever forms a syllable of UTF-8, so it cannot be mistaken.
    """
    text = content.decode("utf-8", "replace")
    return len(_HANGUL.findall(text)) > text.count("\ufffd")


def _delimiter(name: str, text: str, known: Container[str]) -> str:
    """The delimiter under which a line that may be the header has most known headings."""

    def score(delimiter: str) -> tuple[int, int]:
        best = (0, 0)
        try:
            rows = islice(_rows(name, text, delimiter), _LOOKED_AT)
            for cells in islice((cells for cells in rows if any(map(key, cells))), HEADER_ROWS):
                best = max(best, (sum(key(cell) in known for cell in cells), len(cells)))
        except TableError:
            pass
        return best

    return max(_DELIMITERS, key=score)


def _lines(text: str) -> Iterator[str]:
    with io.StringIO(text, newline="") as lines:
        for line in lines:
            if len(line) > LONGEST_CELL + 2:
                raise csv.Error
            yield line if line.endswith(("\r", "\n")) else line + "\n"
    yield _END


def _rows(name: str, text: str, delimiter: str) -> Iterator[list[str]]:
    """The rows from the first. Raises TableError for what csv and the limits refuse."""
    number = 0
    data = {"limit": LONGEST_CELL}
    reader = csv.reader(_lines(text), delimiter=delimiter)
    try:
        for number, cells in enumerate(reader, start=1):
            if cells == [_END]:
                return
            if cells and cells[-1].endswith(_END):
                raise refusal("table.quote-open", name, number)
            if max(map(len, cells), default=0) > LONGEST_CELL:
                raise refusal("table.cell-too-long", name, number, data)
            yield cells
    except csv.Error as error:
        # Only a cell over csv's own limit, which we leave as it is: an unclosed quote, mostly.
        raise refusal("table.cell-too-long", name, number + 1, data) from error


def _refuse_many(name: str, number: int, row: list[str], cells: int) -> None:
    if number > MOST_ROWS:
        raise refusal("table.too-long", name, number, {"limit": MOST_ROWS})
    if cells > MOST_CELLS:
        raise refusal("table.too-many-cells", name, number, {"limit": MOST_CELLS})
    if len(row) > MOST_COLUMNS and any(map(str.strip, row[MOST_COLUMNS:])):
        raise refusal("table.too-wide", name, number, {"limit": MOST_COLUMNS})
