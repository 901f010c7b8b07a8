"""A file that somebody brought: its bytes, how to read it, and the values found in it.

Both kinds of table become a ``Grid`` of values, which ``celltext.py`` makes text. How a file is
read is told by its first bytes, not by its name; BIFF is [MS-XLS] 2.4.21.
"""

from __future__ import annotations

import codecs
import datetime
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal, NamedTuple

from parkdraft.errors import Problem, TableError
from parkdraft.filesignatures import COMPOUND, ENCRYPTED_STREAMS, JPEG, PDF, PNG, ZIP, is_locked

if TYPE_CHECKING:
    from parkdraft.codes import Code

MOST_BYTES = 16 * 1024 * 1024
MOST_ROWS = 100_000
MOST_COLUMNS = 200
MOST_CELLS = 2_000_000
LONGEST_CELL = 100_000
"""Characters of a cell, and of a line of a CSV."""

EXACT_NUMBERS = 10**15
"""Below it Excel keeps a whole number's digits; of longer ones it zeroes all after the 15th
(Microsoft, "Excel specifications and limits")."""

WINDOWS_EPOCH = datetime.datetime(1899, 12, 30)
"""Day 0 of Excel's serial dates, as they count since March 1900 (ECMA-376 part 1, 18.17.4.1)."""

_SIGNATURES: Mapping[Code, tuple[bytes, ...]] = {
    "table.image": (PNG, JPEG, b"GIF8"),
    "table.pdf": (PDF,),
    "table.archive": (b"7z\xbc\xaf\x27\x1c", b"Rar!", b"\x1f\x8b", b"ALZ\x01", b"EGGA"),
    "table.old-excel": (b"\x09\x08\x10\x00", b"\x09\x08\x08\x00"),
}
_STREAMS: tuple[tuple[str, Code], ...] = (
    *((name, "table.password") for name in ENCRYPTED_STREAMS),
    ("HwpSummaryInformation", "table.document"),
    ("Workbook", "table.old-excel"),
    ("WordDocument", "table.document"),
    ("PowerPoint Document", "table.document"),
    ("Book", "table.old-excel"),
)
"""Streams of a compound file, by the name in its directory; the first that is there decides."""
_MARKUP = (b"<html", b"<table", b"<!doctype html", b"<meta", b"<?xml", b"<style", b"<head")


class Fault(NamedTuple):
    """A cell that has no value to use; ``code`` says why."""

    code: Code


Value = str | bool | int | float | datetime.date | datetime.time | datetime.timedelta | Fault | None
"""A cell as stored; ``datetime.datetime`` is a ``datetime.date``."""


class Line(NamedTuple):
    """A row: its number and cells, and the positions (from 0) that belong to merged cells.

    ``filled`` positions have the value of a merged cell in a row above; ``covered`` ones lie under
    a merged cell whose value stands further left.
    """

    number: int
    cells: Sequence[Value]
    filled: frozenset[int] = frozenset()
    covered: frozenset[int] = frozenset()


class Grid(NamedTuple):
    """All rows of a table, blank ones too, and what the file hides or has besides.

    ``hidden_rows`` and ``hidden_columns`` count from 1; ``unread`` names other sheets that hold
    something.
    """

    lines: Iterable[Line]
    epoch: datetime.datetime = WINDOWS_EPOCH
    hidden_rows: Sequence[int] = ()
    hidden_columns: frozenset[int] = frozenset()
    unread: tuple[str, ...] = ()
    delimited: bool = False


def refusal(
    code: Code, name: str, row: int | None = None, data: Mapping[str, object] | None = None
) -> TableError:
    """The error for a whole file; the file's name and the row are added to ``data``."""
    return TableError([Problem(code, None, row, {"file": name, "row": row, **(data or {})})])


def file_content(path: Path) -> bytes:
    """The file's bytes. Raises TableError for what is no file, too large, or refused."""
    try:
        if path.is_dir():
            raise refusal("table.file-folder", path.name)
        if path.exists() and not path.is_file():
            raise refusal("table.file-special", path.name)
        if path.stat().st_size > MOST_BYTES:
            raise refusal("table.too-big", path.name, data={"limit": MOST_BYTES >> 20})
        return path.read_bytes()
    except FileNotFoundError as error:
        raise refusal("table.file-missing", path.name) from error
    except OSError as error:
        raise refusal("table.file-refused", path.name) from error


def kind_of(name: str, content: bytes) -> Literal["csv", "xlsx"]:
    """How to read a file. Raises TableError for what is no table, saying what it is."""
    head = content[:4096]
    if not head:
        raise refusal("table.blank", name)
    if is_locked(head):
        raise refusal("table.locked", name)
    if head.startswith(ZIP):
        return "xlsx"
    if head.startswith(COMPOUND):
        streams: Iterator[Code] = (
            code for stream, code in _STREAMS if stream.encode("utf-16-le") in content
        )
        raise refusal(next(streams, "table.password"), name)
    for code, signatures in _SIGNATURES.items():
        if head.startswith(signatures):
            raise refusal(code, name)
    if _is_markup(head):
        raise refusal("table.html", name)
    return "csv"


def _is_markup(head: bytes) -> bool:
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        head = head[2:].replace(b"\0", b"")
    text = head.removeprefix(codecs.BOM_UTF8).lstrip().lower()
    return text.startswith(b"<") and any(tag in text for tag in _MARKUP)


def column_letter(position: int) -> str:
    """Excel's name of the column at a position counted from 0: 0 → A, 26 → AA."""
    letters, rest = "", position + 1
    while rest:
        rest, digit = divmod(rest - 1, 26)
        letters = chr(ord("A") + digit) + letters
    return letters


def ranges(numbers: Iterable[int]) -> str:
    """Row numbers as people write them: ``3, 5~9``; a hundred ranges at most."""
    runs: list[list[int]] = []
    for number in sorted(numbers):
        if runs and number == runs[-1][-1] + 1:
            runs[-1] = [runs[-1][0], number]
        else:
            runs.append([number])
    words = ["~".join(map(str, ends)) for ends in runs]
    return ", ".join(words[:100]) + (" …" if len(words) > 100 else "")
