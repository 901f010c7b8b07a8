"""The table that a lead fills in: Korean headings, and one worked example of each case."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from parkdraft.errors import Problem, StorageError
from parkdraft.process.cases import CASES
from parkdraft.storing import put, storage_errors
from parkdraft.tables.casecolumns import CASE, CASE_COLUMNS, CHOICES
from parkdraft.tables.workbook import workbook_bytes
from parkdraft.tables.writing import write_csv

TEMPLATE_COLUMNS = tuple(
    column for column in CASE_COLUMNS if not column.name.endswith("-confirmed")
)
"""What is doubtful is confirmed one by one; a template must not invite to do it."""


def write_template(path: Path, examples: Mapping[str, Mapping[str, str]]) -> None:
    """Write the table to ``path``: a CSV or, with lists to choose from, an XLSX, by its suffix.

    ``examples`` are what ``worked_examples`` gives. Raises StorageError: another
    suffix, a file of this name (it stays as it is), or what the file system refuses.
    """
    suffix = path.suffix.casefold()
    if suffix not in (".csv", ".xlsx"):
        raise StorageError([Problem("table.suffix", data={"file": path.name})])
    with storage_errors(path.name):
        if path.exists():
            raise StorageError([Problem("table.exists", data={"file": path.name})])
    header = [column.labels[0] for column in TEMPLATE_COLUMNS]
    filled = [{CASE: CASES[name].label, **details} for name, details in examples.items()]
    rows = [[cells.get(column.name, "") for column in TEMPLATE_COLUMNS] for cells in filled]
    if suffix == ".csv":
        write_csv(path, header, rows)
        return
    lists = {
        position: CHOICES[column.name]
        for position, column in enumerate(TEMPLATE_COLUMNS)
        if column.name in CHOICES
    }
    put(path, workbook_bytes(header, rows, lists, title=header[0]))
