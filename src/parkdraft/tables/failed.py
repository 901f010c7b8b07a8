"""The rows of a table that could not be drafted, to be corrected and fed back."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path

from parkdraft.storing import put, storage_errors
from parkdraft.tables.reading import Row, Table
from parkdraft.tables.writing import free_name, write_csv

REASON = "오류"
"""The column that says what is wrong; it is ignored when the table is read back."""


def failed_path(path: Path) -> Path:
    """``bad.csv`` → ``bad.csv.failed.csv``."""
    return path.with_name(f"{path.name}.failed.csv")


def write_failed(table: Table, bad: Iterable[tuple[Row, Sequence[str]]], now: datetime) -> Path:
    """Write the bad rows, each with what is wrong with it, under the table's own headings.

    A table of failed rows that is there already may hold corrections: it is kept under a name
    with the time. Raises StorageError.
    """
    places = [place for _, place in sorted(table.header.places.items()) if place.column]
    rows = (
        [*(row.cells.get(place.column.name, "") for place in places if place.column), " ".join(why)]
        for row, why in bad
    )
    target = failed_path(table.path)
    with storage_errors(target.name), contextlib.suppress(FileNotFoundError):
        before = target.read_bytes()
        put(free_name(target, f"{target.stem}.{now:%Y%m%d-%H%M%S}"), before)
    write_csv(target, [*(place.heading for place in places), REASON], rows)
    return target
