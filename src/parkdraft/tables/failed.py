"""The rows of a table that could not be used, to be corrected and fed back."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path

from parkdraft.errors import Problem
from parkdraft.files import put, storage_errors
from parkdraft.tables.columns import REASON
from parkdraft.tables.csvfile import free_name, write_csv
from parkdraft.tables.reading import Table


def failed_path(path: Path) -> Path:
    """``bad.csv`` → ``bad.csv.failed.csv``."""
    return path.with_name(f"{path.name}.failed.csv")


def write_failed(
    table: Table,
    bad: Mapping[int, Sequence[Problem]],
    now: datetime,
    asked: Sequence[str] = (),
) -> Path:
    """Write the bad rows under the table's own headings; ``bad`` says by number what is wrong.

    ``asked`` are headings of further columns, to be filled in where a problem asks for it.
    A table of failed rows that is there already may hold corrections: it is kept under a name
    with the time. Raises StorageError.
    """
    columns = sorted(table.header.columns.items())
    names = [column.name for _, column in columns]
    labels = {column.name: column.labels[0] for _, column in columns}
    rows = (
        [
            *(row.cells.get(name, "") for name in names),
            *[""] * len(asked),
            _reasons(bad[row.number], labels),
            *row.extra,
        ]
        for row in table.rows
        if row.number in bad
    )
    target = failed_path(table.path)
    with storage_errors(target.name), contextlib.suppress(FileNotFoundError):
        before = target.read_bytes()
        put(free_name(target, f"{target.stem}.{now:%Y%m%d-%H%M%S}"), before)
    headings = [table.header.heading(position) for position, _ in columns]
    write_csv(target, [*headings, *asked, REASON], rows)
    return target


def _reasons(problems: Sequence[Problem], labels: Mapping[str, str]) -> str:
    """What is wrong with a row, as it stands in its column 오류."""
    from parkdraft.wording import hint, message

    words = []
    for problem in problems:
        text = " ".join(filter(None, (message(problem), hint(problem))))
        label = labels.get(problem.field or "")
        words.append(f"{label}: {text}" if label else text)
    return " ".join(words)
