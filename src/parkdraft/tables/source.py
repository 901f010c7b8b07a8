"""What both kinds of table hand over: numbered rows of values, before they are text."""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Callable, Generator, Mapping
from pathlib import Path
from typing import NamedTuple

from parkdraft.errors import Problem, TableError

MOST_COLUMNS = 200
LONGEST_CELL = 100_000
"""Characters; also the longest line of a CSV."""

EXACT_NUMBERS = 10**15
"""Below it Excel keeps a whole number's digits; of longer ones it zeroes all after the 15th
(Microsoft, "Excel specifications and limits")."""

WINDOWS_EPOCH = datetime.datetime(1899, 12, 30)
"""Day 0 of Excel's serial dates, as they count since March 1900 (ECMA-376 part 1, 18.17.4.1)."""


@dataclasses.dataclass(frozen=True)
class Fault:
    """A cell that has no value to use; ``code`` says why."""

    code: str


Value = str | bool | int | float | datetime.date | datetime.time | datetime.timedelta | Fault | None
"""A cell as stored; ``datetime.datetime`` is a ``datetime.date``."""


class SourceRow(NamedTuple):
    """One row: its number as Excel shows it, its cells, and the rows of a merge over it."""

    number: int
    cells: tuple[Value, ...]
    merged: tuple[int, int] | None = None


@dataclasses.dataclass(frozen=True)
class Source:
    """An opened table. ``rows`` starts from the top each time and keeps no row in memory."""

    rows: Callable[[], Generator[SourceRow, None, None]]
    epoch: datetime.datetime = WINDOWS_EPOCH


def refusal(
    code: str,
    path: Path,
    row: int | None = None,
    field: str | None = None,
    data: Mapping[str, object] | None = None,
) -> TableError:
    """The error for a whole file: ``data`` has the file's name, and the row where there is one."""
    return TableError(
        [Problem(code, field, row, {"file": path.name, "row": row, **(data or {})})],
    )


def column_letter(position: int) -> str:
    """Excel's name of the column at a position counted from 0: 0 → A, 26 → AA."""
    letters, rest = "", position + 1
    while rest:
        rest, digit = divmod(rest - 1, 26)
        letters = chr(ord("A") + digit) + letters
    return letters
