"""The rows of a grid, what is merged over several of them standing in each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from parkdraft.tables.source import MOST_COLUMNS, Grid, Merge, Value, refusal

_NOWHERE: frozenset[int] = frozenset()


class Line(NamedTuple):
    """A row: its number, its cells, and where (counted from 0) merging has a part in them.

    ``filled`` are positions that have their value from a row above; ``covered`` are the empty
    ones beside a value that stretches over them.
    """

    number: int
    cells: Sequence[Value]
    filled: frozenset[int] = _NOWHERE
    covered: frozenset[int] = _NOWHERE


def unmerged(name: str, grid: Grid) -> Iterator[Line]:
    """Every row of a grid from the first. Raises TableError for merges that overlap."""
    waiting = list(reversed(grid.merges))
    active: list[tuple[Merge, Value]] = []
    for number, cells in enumerate(grid.rows, start=1):
        if not active and not (waiting and waiting[-1].top <= number):
            yield Line(number, cells)
            continue
        while waiting and waiting[-1].top <= number:
            merge = waiting.pop()
            value = cells[merge.left - 1] if merge.left <= len(cells) else None
            if value not in (None, ""):  # blank cells may be merged as they like
                active.append((merge, value))
        if len(active) > MOST_COLUMNS:
            raise refusal("table.workbook-unreadable", name)
        yield _line(number, cells, active)
        active = [one for one in active if one[0].bottom > number]


def _line(number: int, cells: Sequence[Value], active: list[tuple[Merge, Value]]) -> Line:
    above = {merge.left - 1: value for merge, value in active if merge.top < number}
    covered = (range(merge.left, min(merge.right, MOST_COLUMNS)) for merge, _ in active)
    row = [*cells, *[None] * (max(above, default=-1) + 1 - len(cells))]
    for position, value in above.items():
        row[position] = value
    return Line(number, row, frozenset(above), frozenset(at for one in covered for at in one))
