"""A table as it is read, whichever program made it: its cells, or what is wrong with it."""

from __future__ import annotations

from pathlib import Path

from tests.helpers.problems import worded

from parkdraft.errors import Problem, TableError
from parkdraft.tables.reading import Column, open_table

COLUMNS = (
    Column("site", ("현장명",)),
    Column("old-plate", ("기존차량번호",)),
    Column("name", ("담당자", "고객명")),
    Column("phone", ("연락처",), "phone"),
    Column("start", ("시작일",), "date"),
    Column("paid-at", ("결제일시",), "datetime"),
    Column("paid", ("결제금액",), "money"),
    Column("order-no", ("주문번호",)),
)


def cells(path: Path) -> list[tuple[int, dict[str, str]]]:
    """Number and cells of every row."""
    return [(row.number, dict(row.cells)) for row in open_table(path, COLUMNS).rows]


def problems(path: Path) -> list[Problem]:
    """What is wrong with a table or its rows: something is."""
    try:
        found = worded(one for row in open_table(path, COLUMNS).rows for one in row.problems)
    except TableError as error:
        found = worded(error.problems)
    assert found
    return found


def places(path: Path) -> list[tuple[str, str | None, int | None]]:
    """Code, field and row of each problem."""
    return [(one.code, one.field, one.row) for one in problems(path)]
