"""The rows of a table that could not be drafted, to be corrected and fed back."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from parkdraft.storing import put, storage_errors
from parkdraft.tables.reading import Table
from parkdraft.tables.writing import free_name, write_csv

REASON = "오류"
"""The column that says what is wrong; it is ignored when the table is read back."""


def failed_path(path: Path) -> Path:
    """``bad.csv`` → ``bad.csv.failed.csv``."""
    return path.with_name(f"{path.name}.failed.csv")


def write_failed(table: Table, reasons: Mapping[int, str], now: datetime) -> Path:
    """Write the bad rows under the table's own headings; ``reasons`` has them by number.

    The table is gone through once more. A table of failed rows that is there already may hold
    corrections: it is kept under a name with the time. Raises StorageError.
    """
    known = [place for _, place in sorted(table.header.places.items()) if place.column]
    places = [(place.heading, place.column.name) for place in known if place.column]
    rows = (
        [*(row.cells.get(name, "") for _, name in places), reasons[row.number]]
        for row in table.judged()
        if row.number in reasons
    )
    target = failed_path(table.path)
    with storage_errors(target.name), contextlib.suppress(FileNotFoundError):
        before = target.read_bytes()
        put(free_name(target, f"{target.stem}.{now:%Y%m%d-%H%M%S}"), before)
    write_csv(target, [*(heading for heading, _ in places), REASON], rows)
    return target
