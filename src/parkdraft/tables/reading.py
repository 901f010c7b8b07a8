"""Reading a table that somebody brought, and writing its bad rows to be corrected.

What makes a whole file unusable is refused when it is opened; what is wrong with one row
stands at that row, so that the good rows of a bad table can be used.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from parkdraft.errors import Problem, TableError
from parkdraft.files import put, storage_errors
from parkdraft.tables.celltext import to_text
from parkdraft.tables.columns import (
    HEADER_ROWS,
    REASON,
    Column,
    Header,
    find_header,
    key,
    known_columns,
    left_alone,
)
from parkdraft.tables.csvfile import free_name, read_csv, write_csv
from parkdraft.tables.source import (
    LONGEST_CELL,
    Grid,
    Line,
    column_letter,
    file_content,
    kind_of,
    ranges,
    refusal,
)
from parkdraft.tables.xlsxfile import read_xlsx

if TYPE_CHECKING:
    from parkdraft.codes import Code

__all__ = ["Column", "Row", "Table", "open_table", "write_failed"]


class Row(NamedTuple):
    """A row: its number as Excel shows it, its cells by column name, and what is wrong.

    Cells are stripped text; empty cells and those without a usable value are left out.
    """

    number: int
    cells: Mapping[str, str]
    problems: tuple[Problem, ...] = ()
    extra: tuple[str, ...] = ()
    """Cells beyond the last heading: the row may have shifted."""


class Table(NamedTuple):
    """A table that was read: every row that is not blank, with its own problems.

    ``notes`` tell what was not read though a person would see it, or read though it is hidden.
    """

    path: Path
    header: Header
    rows: Sequence[Row]
    notes: tuple[Problem, ...] = ()


def open_table(path: Path, columns: Sequence[Column], needed: Sequence[str] = ()) -> Table:
    """Read a CSV or XLSX, told apart by content, and match its header to ``columns``.

    ``needed`` names the columns that must be there. Raises TableError with all
    that is wrong with the file or its header; problems of rows come with the rows.
    """
    name, content = path.name, file_content(path)
    if kind_of(name, content) == "xlsx":
        grid = read_xlsx(name, content)
    else:
        grid = read_csv(name, content, known_columns(columns))
    lines = iter(grid.lines)
    first = list(islice(lines, HEADER_ROWS))
    while not any(any(_texts(line, grid)) for line in first):
        first = list(islice(lines, HEADER_ROWS))
        if not first:
            raise refusal("table.blank", name)
    candidates = [(line.number, texts) for line in first if any(texts := _texts(line, grid))]
    header, problems = find_header(candidates, columns, needed)
    if header is None or problems:
        raise TableError([*problems, *_unread(grid)])
    below = chain((line for line in first if line.number > header.row), lines)
    left = _Left(header)
    rows = [row for line in below if (row := _judged(line, header, grid, left)) is not None]
    if not rows:
        blank = Problem("table.no-rows", None, header.row, {"row": header.row})
        raise TableError([blank, *_unread(grid)])
    return Table(path, header, rows, tuple(_notes(header, grid, columns, left)))


def _texts(line: Line, grid: Grid) -> list[str]:
    return [to_text(value, "text", grid.epoch)[0] for value in line.cells]


class _Left:
    """Columns that are not read: which have values but no heading, which have e-mail addresses."""

    def __init__(self, header: Header) -> None:
        self.headings = {
            position: heading
            for position, heading in enumerate(header.headings)
            if position not in header.columns and key(heading) != key(REASON)
        }
        self.unheaded: set[int] = set()
        self.addressed: set[int] = set()

    def look(self, line: Line) -> None:
        """Look at one row."""
        for position, heading in self.headings.items():
            value = line.cells[position] if position < len(line.cells) else None
            if not heading and value not in (None, ""):
                self.unheaded.add(position)
            if isinstance(value, str) and "@" in value:
                self.addressed.add(position)


def _judged(line: Line, header: Header, grid: Grid, left: _Left) -> Row | None:
    """The row with its cells as text; None for a blank one, and where the header is repeated.

    Raises TableError for a second header, with its columns in another order.
    """
    cells: dict[str, str] = {}
    problems: list[Problem] = []
    is_again, values, count = True, line.cells, len(line.cells)
    for position, (name, _, kind, fills) in header.columns.items():
        value = values[position] if position < count else None
        if value is None or value == "" or (position in line.filled and not fills):
            continue
        text, code = to_text(value, kind, grid.epoch)
        if "\r" in text and not grid.delimited:  # Excel for Mac and others leave a lone CR
            text = text.replace("\r\n", "\n").replace("\r", " ")
        if code:
            data = {"column": header.heading(position), "limit": LONGEST_CELL}
            problems.append(_problem(code, name, line, data))
        if text:
            cells[name] = text
            is_again = is_again and text == header.headings[position]
    if (not cells or is_again) and not problems:
        return None
    if len(cells) > 1 and all(text in header.headings for text in cells.values()):
        raise TableError([_problem("table.second-header", None, line, {})])
    left.look(line)
    extra: tuple[str, ...] = ()
    if grid.delimited and count > len(header.headings):
        beyond = tuple(map(str, values[len(header.headings) :]))
        extra = beyond if any(map(str.strip, beyond)) else ()
    if line.filled or line.covered or extra:
        problems += _misplaced(line, header, extra)
    return Row(line.number, cells, tuple(problems), extra)


def _misplaced(line: Line, header: Header, extra: Sequence[str]) -> Iterator[Problem]:
    """What is wrong with the row's shape: merged cells, or more cells than headings."""
    for position, column in header.columns.items():
        if position in line.covered or (position in line.filled and not column.fills):
            data = {"column": header.heading(position)}
            yield _problem("row.merged", column.name, line, data)
    if extra:
        first = next(at for at, text in enumerate(extra, len(header.headings)) if text.strip())
        letter = column_letter(first)
        yield _problem("row.extra-cell", letter, line, {"column": letter})


def _problem(code: Code, field: str | None, line: Line, data: Mapping[str, object]) -> Problem:
    return Problem(code, field, line.number, {"row": line.number, **data})


def _notes(header: Header, grid: Grid, columns: Sequence[Column], left: _Left) -> Iterator[Problem]:
    """What was not read though a person sees it, or read though it is hidden."""
    yield from _unread(grid)
    if rows := [row for row in grid.hidden_rows if row > header.row]:
        yield Problem("table.hidden-rows", data={"rows": ranges(rows)})
    if hidden := [position for position in header.columns if position + 1 in grid.hidden_columns]:
        names = ", ".join(map(header.heading, hidden))
        yield Problem("table.hidden-columns", data={"columns": names})
    yield from left_alone(header, columns, left.unheaded)
    if left.addressed and any(column.name == "email" for column in columns):
        names = ", ".join(map(header.heading, sorted(left.addressed)))
        yield Problem("table.addresses-left", data={"columns": names})


def _unread(grid: Grid) -> Iterator[Problem]:
    if grid.unread:
        names = ", ".join(f"'{name}'" for name in grid.unread)
        yield Problem("table.sheet-unread", data={"sheets": names, "titles": grid.unread})


def failed_path(path: Path) -> Path:
    """``bad.csv`` → ``bad.csv.failed.csv``."""
    return path.with_name(f"{path.name}.failed.csv")


def write_failed(
    table: Table,
    bad: Mapping[int, Sequence[Problem]],
    now: datetime,
    asked: Sequence[str] = (),
) -> Path:
    """Write the bad rows to a table that can be corrected and read again; ``bad``: row → problems.

    ``asked`` are headings of more columns, to be filled in where a problem asks for it. A table of
    failed rows that is there already may hold corrections: it gets a name with the time. Raises
    StorageError.
    """
    columns = sorted(table.header.columns.items())
    labels = {column.name: column.labels[0] for _, column in columns}
    rows = (
        [
            *(row.cells.get(column.name, "") for _, column in columns),
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
    """The text of the column 오류."""
    from parkdraft.wording import hint, message

    words = []
    for problem in problems:
        text = " ".join(filter(None, (message(problem), hint(problem))))
        label = labels.get(problem.field or "")
        words.append(f"{label}: {text}" if label else text)
    return " ".join(words)
