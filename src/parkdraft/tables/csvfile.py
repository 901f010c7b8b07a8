"""CSV files: their encoding and delimiter told by content, their rows streamed.

Excel's "CSV (쉼표로 분리)" is CP949, its "CSV UTF-8" has a BOM, its "유니코드 텍스트" is
UTF-16 with tabs. Rows are counted as Excel counts them: blank lines are rows, a cell of
several lines is part of one row.
"""

from __future__ import annotations

import codecs
import csv
import functools
import re
from collections.abc import Container, Generator, Iterator
from pathlib import Path

from parkdraft.errors import TableError
from parkdraft.tables.columns import key
from parkdraft.tables.source import LONGEST_CELL, MOST_COLUMNS, Source, SourceRow, refusal

_CHUNK = 1 << 16
_DELIMITERS = (",", ";", "\t")
_HANGUL = re.compile("[가-힣]")

# One line after the last: swallowed by a quoted cell, it tells that the quote never closed.
# Files with NUL are refused before, so no cell can be this.
_END = "\0"


class _LineTooLongError(Exception):
    """A line of the file is longer than is read; the row is known one level up."""


def csv_source(path: Path, known: Container[str]) -> Source:
    """An opened CSV; ``known`` are the keys of all headings, which tell the delimiter.

    Reads the file to its end once, so that what makes it unreadable (encoding, an open
    quote, a line that is too long) is refused before the first row is used. Raises TableError.
    """
    encoding = find_encoding(path)
    delimiter = _find_delimiter(path, encoding, known)
    rows = functools.partial(_rows, path, encoding, delimiter)
    for row in rows():
        if len(row.cells) > MOST_COLUMNS and _width(row) > MOST_COLUMNS:
            raise refusal("table.too-wide", path, row.number, data={"limit": MOST_COLUMNS})
    return Source(rows)


def find_encoding(path: Path) -> str:
    """The codec that reads the whole file, tried in a stream. Raises TableError where none does."""
    with path.open("rb") as handle:
        head = handle.read(4)
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return _checked(path, "utf-16")
    if any("\0" in text for text in _chunks(path, "latin-1", "strict")):
        raise refusal("table.nul", path)
    if _reads(path, "utf-8"):
        return "utf-8-sig"
    if head.startswith(codecs.BOM_UTF8) or _is_broken_utf8(path):
        raise refusal("table.encoding-broken", path)
    return _checked(path, "cp949")


def _checked(path: Path, encoding: str) -> str:
    if not _reads(path, encoding):
        raise refusal("table.encoding", path)
    return encoding


def _chunks(path: Path, encoding: str, errors: str) -> Iterator[str]:
    decoder = codecs.getincrementaldecoder(encoding)(errors)
    with path.open("rb") as handle:
        while chunk := handle.read(_CHUNK):
            yield decoder.decode(chunk)
    yield decoder.decode(b"", final=True)


def _reads(path: Path, encoding: str) -> bool:
    try:
        for text in _chunks(path, encoding, "strict"):
            if "\0" in text:
                raise refusal("table.nul", path)
    except UnicodeDecodeError:
        return False
    return True


def _is_broken_utf8(path: Path) -> bool:
    """Whether a file that is not UTF-8 was meant to be: more Korean than broken bytes.

    Korean in CP949 hardly ever forms a syllable of UTF-8, so it cannot be mistaken.
    """
    good = bad = 0
    for text in _chunks(path, "utf-8", "replace"):
        good += len(_HANGUL.findall(text))
        bad += text.count("\ufffd")
    return good > bad


def _find_delimiter(path: Path, encoding: str, known: Container[str]) -> str:
    """The delimiter under which the header line has most known headings, then most cells."""

    def score(delimiter: str) -> tuple[int, int]:
        try:
            for row in _rows(path, encoding, delimiter):
                keys = [key(cell) for cell in row.cells if isinstance(cell, str)]
                if any(keys):
                    return sum(one in known for one in keys), len(keys)
        except TableError:
            pass
        return 0, 0

    return max(_DELIMITERS, key=score)


def _lines(path: Path, encoding: str) -> Iterator[str]:
    with path.open(encoding=encoding, newline="") as handle:
        while line := handle.readline(LONGEST_CELL + 2):
            if len(line.rstrip("\r\n")) > LONGEST_CELL:
                raise _LineTooLongError
            yield line if line.endswith(("\r", "\n")) else line + "\n"
    yield _END


def _rows(path: Path, encoding: str, delimiter: str) -> Generator[SourceRow, None, None]:
    """The rows, numbered from 1. Raises TableError for what csv and the limits refuse."""
    number = 0
    reader = csv.reader(_lines(path, encoding), delimiter=delimiter)
    try:
        for number, cells in enumerate(reader, start=1):
            if cells == [_END]:
                return
            if cells and cells[-1].endswith(_END):
                raise refusal("table.quote-open", path, number)
            if max(map(len, cells), default=0) > LONGEST_CELL:
                raise refusal("table.cell-too-long", path, number, data={"limit": LONGEST_CELL})
            yield SourceRow(number, tuple(cells))
    except _LineTooLongError as error:
        raise refusal(
            "table.line-too-long", path, number + 1, data={"limit": LONGEST_CELL}
        ) from error
    except csv.Error as error:
        # Only a cell over csv's own limit, which we leave as it is: an unclosed quote, mostly.
        raise refusal(
            "table.cell-too-long", path, number + 1, data={"limit": LONGEST_CELL}
        ) from error


def _width(row: SourceRow) -> int:
    """The number of cells up to the last that is not blank."""
    return max((n for n, cell in enumerate(row.cells, 1) if cell and str(cell).strip()), default=0)
