"""What both kinds of table hand over: a grid of values, before they are text."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from parkdraft.errors import Problem, TableError

MOST_BYTES = 16 * 1024 * 1024
MOST_ROWS = 100_000
MOST_COLUMNS = 200
MOST_CELLS = 2_000_000
LONGEST_CELL = 100_000
"""Characters; also the longest line of a CSV."""

EXACT_NUMBERS = 10**15
"""Below it Excel keeps a whole number's digits; of longer ones it zeroes all after the 15th
(Microsoft, "Excel specifications and limits")."""

WINDOWS_EPOCH = datetime.datetime(1899, 12, 30)
"""Day 0 of Excel's serial dates, as they count since March 1900 (ECMA-376 part 1, 18.17.4.1)."""


class Fault(NamedTuple):
    """A cell that has no value to use; ``code`` says why."""

    code: str


Value = str | bool | int | float | datetime.date | datetime.time | datetime.timedelta | Fault | None
"""A cell as stored; ``datetime.datetime`` is a ``datetime.date``."""


class Merge(NamedTuple):
    """A merged range, rows and columns counted from 1, both ends included."""

    top: int
    left: int
    bottom: int
    right: int


class Grid(NamedTuple):
    """A table's values, from its first row on, and what else a person would see of it.

    ``hidden_rows`` and ``hidden_columns`` count from 1; ``unread`` names other sheets that hold
    something.
    """

    rows: Iterable[Sequence[Value]]
    epoch: datetime.datetime = WINDOWS_EPOCH
    merges: tuple[Merge, ...] = ()
    hidden_rows: tuple[int, ...] = ()
    hidden_columns: frozenset[int] = frozenset()
    unread: tuple[str, ...] = ()
    delimited: bool = False


def refusal(
    code: str, name: str, row: int | None = None, data: Mapping[str, object] | None = None
) -> TableError:
    """The error for a whole file: ``data`` has the file's name, and the row where there is one."""
    return TableError([Problem(code, None, row, {"file": name, "row": row, **(data or {})})])


def column_letter(position: int) -> str:
    """Excel's name of the column at a position counted from 0: 0 → A, 26 → AA."""
    letters, rest = "", position + 1
    while rest:
        rest, digit = divmod(rest - 1, 26)
        letters = chr(ord("A") + digit) + letters
    return letters


def ranges(numbers: Iterable[int]) -> str:
    """Row numbers as people write them: ``3, 5~9``; so many that they fit a page."""
    found: list[list[int]] = []
    for number in sorted(numbers):
        if found and number == found[-1][-1] + 1:
            found[-1] = [found[-1][0], number]
        else:
            found.append([number])
    words = ["~".join(map(str, one)) for one in found]
    return ", ".join(words[:100]) + (" …" if len(words) > 100 else "")
