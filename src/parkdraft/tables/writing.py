"""Writing a CSV that Excel opens safely and whole: guarded, and never half written."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, count
from pathlib import Path

from parkdraft.errors import Problem, StorageError
from parkdraft.files import put
from parkdraft.formulas import guard


def write_csv(path: Path, header: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Write a CSV in place of ``path``: UTF-8 with BOM, CRLF, every cell quoted and guarded.

    There is the old file or the new one, never half of it. Raises StorageError.
    """
    try:
        put(path, _lines(header, rows))
    except UnicodeEncodeError as error:
        raise StorageError([Problem("table.write-text", data={"file": path.name})]) from error


class _Echo:
    """A file for ``csv.writer`` that hands each line back."""

    def write(self, line: str) -> str:
        return line


def _lines(header: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[bytes]:
    # All quoted: a semicolon in a cell would else split it where Windows lists with ';'.
    writer = csv.writer(_Echo(), quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    yield b"\xef\xbb\xbf"
    for row in chain((header,), rows):
        yield writer.writerow([guard(cell) for cell in row]).encode()


def free_name(target: Path, stem: str) -> Path:
    """A name beside ``target`` that is not taken: two in one second keep two old files."""
    tails = chain(("",), (f"-{number}" for number in count(2)))
    names = (target.with_name(f"{stem}{tail}.old.csv") for tail in tails)
    return next(path for path in names if not path.exists())
