"""CSV files: read in whatever encoding and delimiter they come, written so that Excel opens them.

Excel's "CSV (쉼표로 분리)" is CP949, its "CSV UTF-8" has a BOM, its "유니코드 텍스트" is
UTF-16 with tabs. Rows are counted as Excel counts them: blank lines are rows, a cell of
several lines is part of one row.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Container, Iterable, Iterator, Sequence
from itertools import chain, count, islice, starmap
from pathlib import Path

from parkdraft.errors import Problem, StorageError, TableError
from parkdraft.files import put
from parkdraft.formulas import guard
from parkdraft.tables.columns import HEADER_ROWS, key
from parkdraft.tables.source import (
    LONGEST_CELL,
    MOST_CELLS,
    MOST_COLUMNS,
    MOST_ROWS,
    Grid,
    Line,
    refusal,
)

_DELIMITERS = (",", ";", "\t")
_LOOKED_AT = 1000
"""Rows in which the header is looked for, whose delimiter is taken."""
_MOST_LINES = 5 * MOST_ROWS
"""Lines, blank ones included: five times the rows that a table may have."""
_HANGUL = re.compile("[가-힣]")

# Added as the last line: where it ends up inside a quoted cell, the quote was never closed.
# Files with NUL are refused before, so no other cell can be this.
_END = "\0"


def read_csv(name: str, content: bytes, known: Container[str]) -> Grid:
    """The table in a CSV; ``known`` are the keys of all headings, by which the delimiter is found.

    Raises TableError for what cannot be read to its end.
    """
    text = _decoded(name, content)
    rows: list[list[str]] = []
    cells = 0
    for number, row in enumerate(_rows(name, text, _delimiter(name, text, known)), start=1):
        is_blank = not any(map(str.strip, row))
        if number > (_MOST_LINES if is_blank else MOST_ROWS):
            raise refusal("table.too-long", name, number, {"limit": MOST_ROWS})
        if is_blank:
            continue
        cells += len(row)
        if cells > MOST_CELLS:
            raise refusal("table.too-many-cells", name, number, {"limit": MOST_CELLS})
        if any(map(str.strip, row[MOST_COLUMNS:])):
            raise refusal("table.too-wide", name, number, {"limit": MOST_COLUMNS})
        rows += [[]] * (number - 1 - len(rows))  # blank rows only where others follow
        rows.append(row)
    return Grid(starmap(Line, enumerate(rows, start=1)), delimited=True)


def _decoded(name: str, content: bytes) -> str:
    """The text. Raises TableError where no encoding fits."""
    is_wide = content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    if not is_wide and b"\0" in content:
        raise refusal("table.nul", name)
    for encoding in ("utf-16",) if is_wide else ("utf-8-sig", "cp949"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            if encoding == "utf-8-sig" and _is_broken_utf8(content):
                raise refusal("table.encoding-broken", name) from None
            continue
        if _END in text:
            raise refusal("table.nul", name)
        return text
    raise refusal("table.encoding", name)


def _is_broken_utf8(content: bytes) -> bool:
    """Whether this is damaged UTF-8: it has a BOM, or more Korean syllables than broken bytes.

    Korean in CP949 hardly ever forms a syllable of UTF-8.
    """
    text = content.decode("utf-8", "replace")
    is_korean = len(_HANGUL.findall(text)) > text.count("\ufffd")
    return is_korean or content.startswith(codecs.BOM_UTF8)


def _delimiter(name: str, text: str, known: Container[str]) -> str:
    """The delimiter by which some line has the most known headings."""

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


def _rows(name: str, text: str, delimiter: str) -> Iterator[list[str]]:
    """The rows. Raises TableError for what the csv module or a limit refuses."""
    number = 0
    data = {"limit": LONGEST_CELL}
    try:
        for number, cells in enumerate(csv.reader(_lines(text), delimiter=delimiter), start=1):
            if cells == [_END]:
                return
            if cells and cells[-1].endswith(_END):
                raise refusal("table.quote-open", name, number)
            if max(map(len, cells), default=0) > LONGEST_CELL:
                raise refusal("table.cell-too-long", name, number, data)
            yield cells
    except csv.Error as error:
        # a cell over the csv module's own limit: mostly an unclosed quote
        raise refusal("table.cell-too-long", name, number + 1, data) from error


def _lines(text: str) -> Iterator[str]:
    with io.StringIO(text, newline="") as lines:
        for line in lines:
            if len(line) > LONGEST_CELL + 2:
                raise csv.Error
            yield line if line.endswith(("\r", "\n")) else line + "\n"
    yield _END


def write_csv(path: Path, header: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Write a CSV in place of ``path``: UTF-8 with BOM, CRLF, every cell quoted and guarded.

    Raises StorageError; the file that was there is then unchanged.
    """
    text = io.StringIO(newline="")
    # All quoted: where Windows separates lists by ';', a semicolon would split a cell.
    writer = csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerows([guard(cell) for cell in row] for row in chain((header,), rows))
    try:
        content = text.getvalue().encode("utf-8-sig")
    except UnicodeEncodeError as error:
        raise StorageError([Problem("table.write-text", data={"file": path.name})]) from error
    put(path, content)


def free_name(target: Path, stem: str) -> Path:
    """A file name for ``stem`` beside ``target`` that is not taken, numbered where it must be."""
    tails = chain(("",), (f"-{number}" for number in count(2)))
    names = (target.with_name(f"{stem}{tail}.old.csv") for tail in tails)
    return next(path for path in names if not path.exists())
