"""How crafted files are made: parts written in a stream, so that none is ever held as a whole."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Literal, NamedTuple

from .exports import LIST
from .rawbook import EXCEL, HEAD, MAIN, Dialect, Sheet, parts

Streams = Mapping[str, Iterable[bytes]]
Wanted = Literal["any", "read", "refused"]
BOOK, SHEET, STRINGS, STYLES = (
    "xl/workbook.xml",
    "xl/worksheets/sheet1.xml",
    "xl/sharedStrings.xml",
    "xl/styles.xml",
)
OPEN = f'{HEAD}<worksheet xmlns="{MAIN}">'
CLOSE = "</worksheet>"
ROWS = LIST.data.removeprefix("<sheetData>").removesuffix("</sheetData>")
"""The rows of a sound list, the header first: rows 1 to 4."""


class Hostile(NamedTuple):
    """A crafted file; ``wanted`` says whether it is to be read, refused, or one of the two."""

    name: str
    make: Callable[[Path], Path]
    wanted: Wanted = "any"


def repeated(text: str | bytes, times: int) -> Iterator[bytes]:
    """So many repetitions, in chunks of about a MiB."""
    one = text.encode() if isinstance(text, str) else text
    each = max(1, (1 << 20) // len(one))
    while times > 0:
        yield one * min(each, times)
        times -= each


def joined(*pieces: str | bytes | Iterable[bytes]) -> Iterator[bytes]:
    for piece in pieces:
        if isinstance(piece, str):
            yield piece.encode()
        elif isinstance(piece, bytes):
            yield piece
        else:
            yield from piece


def numbered(form: str, numbers: range) -> Iterator[bytes]:
    """``form`` (with one ``%d``, or more with the same number) for each number, in chunks."""
    many = form.count("%d")
    for first in range(numbers.start, numbers.stop, 5000):
        some = range(first, min(first + 5000, numbers.stop))
        yield "".join(form % ((n,) * many) for n in some).encode()


def packed(path: Path, content: Mapping[str, bytes | str], streams: Streams) -> Path:
    """A ZIP of parts, those of ``streams`` written bit by bit, in place of equal ones."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, part in content.items():
            if name not in streams:
                archive.writestr(name, part)
        for name, chunks in streams.items():
            with archive.open(name, "w", force_zip64=True) as handle:
                for chunk in chunks:
                    handle.write(chunk)
    return path


def crafted(
    name: str,
    streams: Callable[[], Streams],
    more: Mapping[str, bytes | str] | None = None,
    wanted: Wanted = "any",
    sheets: tuple[Sheet, ...] = (LIST,),
    dialect: Dialect = EXCEL,
) -> Hostile:
    """A sound workbook with some parts that are not."""

    def make(folder: Path) -> Path:
        return packed(folder / name, parts(sheets, dialect, more), streams())

    return Hostile(name, make, wanted)


def replaced(
    name: str, part: str, old: str, new: str, wanted: Wanted = "any", count: int = 1
) -> Hostile:
    """A sound workbook with some text in one part replaced."""

    def make(folder: Path) -> Path:
        content = parts((LIST,))
        text = content[part]
        assert isinstance(text, str)
        assert old in text
        content[part] = text.replace(old, new, count)
        return packed(folder / name, content, {})

    return Hostile(name, make, wanted)


def sheet(
    name: str, *pieces: Callable[[], Iterable[bytes]] | str, wanted: Wanted = "any"
) -> Hostile:
    """A workbook whose sheet is these pieces, from ``<worksheet>`` to its end."""

    def streams() -> Streams:
        found = (piece if isinstance(piece, str) else piece() for piece in pieces)
        return {SHEET: joined(OPEN, *found, CLOSE)}

    return crafted(name, streams, wanted=wanted)
