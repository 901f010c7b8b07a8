"""Reading a table that somebody brought: ``open_table`` and the rows it gives.

What makes a whole file unusable is refused when it is opened; what is wrong with one row
stands at that row, so that the good rows of a bad table can be used.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain, islice
from pathlib import Path
from typing import NamedTuple

from parkdraft.errors import Problem, TableError
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
from parkdraft.tables.csvfile import read_csv
from parkdraft.tables.kinds import kind_of
from parkdraft.tables.merged import Line, unmerged
from parkdraft.tables.source import (
    LONGEST_CELL,
    MOST_BYTES,
    Grid,
    column_letter,
    ranges,
    refusal,
)
from parkdraft.tables.xlsxfile import read_xlsx

__all__ = ["Column", "Row", "Table", "open_table"]


class Row(NamedTuple):
    """A row: its number as Excel shows it, its cells by column name, and what is wrong.

    Cells are stripped text; empty cells are left out, those without a usable value too.
    """

    number: int
    cells: Mapping[str, str]
    problems: tuple[Problem, ...] = ()
    extra: tuple[str, ...] = ()
    """What stands beyond the last heading: the row may have shifted."""


class Table(NamedTuple):
    """A table that was read: every row that is not blank, with its own problems.

    ``notes`` say what a person would see of the file and what was not read, or read though
    hidden. ``path`` is where it came from.
    """

    path: Path
    header: Header
    rows: Sequence[Row]
    notes: tuple[Problem, ...] = ()


def open_table(path: Path, columns: Sequence[Column], needed: Sequence[str] = ()) -> Table:
    """Read a CSV or XLSX, told apart by content, and match its header to ``columns``.

    ``needed`` names the columns without which it is no such table. Raises TableError with all
    that is wrong with the file or its header; problems of rows come with the rows.
    """
    name, content = path.name, _content(path)
    is_workbook = kind_of(name, content) == "xlsx"
    grid = (
        read_xlsx(name, content) if is_workbook else read_csv(name, content, known_columns(columns))
    )
    lines = unmerged(name, grid)
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


def _content(path: Path) -> bytes:
    """The file's bytes. Raises TableError for what is no file, too large, or refused."""
    with _file_errors(path):
        if path.is_dir():
            raise refusal("table.file-folder", path.name)
        if path.exists() and not path.is_file():
            raise refusal("table.file-special", path.name)
        if path.stat().st_size > MOST_BYTES:
            raise refusal("table.too-big", path.name, data={"limit": MOST_BYTES >> 20})
        return path.read_bytes()


@contextlib.contextmanager
def _file_errors(path: Path) -> Iterator[None]:
    """Turn what the file system refuses into problems of the table."""
    try:
        yield
    except FileNotFoundError as error:
        raise refusal("table.file-missing", path.name) from error
    except OSError as error:
        raise refusal("table.file-refused", path.name) from error


def _texts(line: Line, grid: Grid) -> list[str]:
    return [to_text(value, "text", grid.epoch)[0] for value in line.cells]


class _Left:
    """What is seen, on the way, of columns that are not read: values, and addresses."""

    def __init__(self, header: Header) -> None:
        self.headings = frozenset(header.headings)
        self.positions = [
            at
            for at, heading in enumerate(header.headings)
            if at not in header.columns and key(heading) != key(REASON)
        ]
        self.blanks = frozenset(header.blanks)
        self.unheaded: set[int] = set()
        self.addressed: set[int] = set()

    def look(self, line: Line) -> None:
        """Look at one row."""
        for at in self.positions:
            value = line.cells[at] if at < len(line.cells) else None
            if at in self.blanks and value not in (None, ""):
                self.unheaded.add(at)
            if isinstance(value, str) and "@" in value:
                self.addressed.add(at)


def _judged(line: Line, header: Header, grid: Grid, left: _Left) -> Row | None:
    """The row with its cells as text; None for a blank one, and for the header once more.

    Raises TableError for another header further down, with its columns in another order.
    """
    cells: dict[str, str] = {}
    problems: list[Problem] = []
    is_again, values, count = True, line.cells, len(line.cells)
    for position, (name, _, kind, fills) in header.columns.items():
        value = values[position] if position < count else None
        if value is None or value == "" or (position in line.filled and not fills):
            continue
        text, code = to_text(value, kind, grid.epoch)
        if "\r" in text and not grid.delimited:  # a lone one is what other systems leave of an end
            text = text.replace("\r\n", "\n").replace("\r", " ")
        if code:
            problems.append(_cell_problem(code, header.heading(position), name, line.number))
        if text:
            cells[name] = text
            is_again = is_again and text == header.headings[position]
    if (not cells or is_again) and not problems:
        return None
    if len(cells) > 1 and left.headings.issuperset(cells.values()):
        data = {"row": line.number}
        raise TableError([Problem("table.second-header", None, line.number, data)])
    left.look(line)
    extra = _extra(line, header) if grid.delimited else ()
    if line.filled or line.covered or extra:
        problems += _misplaced(line, header, extra)
    return Row(line.number, cells, tuple(problems), extra)


def _extra(line: Line, header: Header) -> tuple[str, ...]:
    beyond = tuple(str(value) for value in line.cells[len(header.headings) :])
    return beyond if any(map(str.strip, beyond)) else ()


def _misplaced(line: Line, header: Header, extra: Sequence[str]) -> Iterator[Problem]:
    """What is wrong with the row's shape: merged cells, or more of them than headings."""
    for position, column in header.columns.items():
        if position in line.covered or (position in line.filled and not column.fills):
            data = {"row": line.number, "column": header.heading(position)}
            yield Problem("row.merged", column.name, line.number, data)
    if extra:
        first = next(at for at, text in enumerate(extra, len(header.headings)) if text.strip())
        letter = column_letter(first)
        data = {"row": line.number, "column": letter}
        yield Problem("row.extra-cell", letter, line.number, data)


def _cell_problem(code: str, heading: str, name: str, row: int) -> Problem:
    return Problem(code, name, row, {"row": row, "column": heading, "limit": LONGEST_CELL})


def _notes(header: Header, grid: Grid, columns: Sequence[Column], left: _Left) -> Iterator[Problem]:
    """What a person would see of the file that was not read, or did not see and was read."""
    yield from _unread(grid)
    if rows := [row for row in grid.hidden_rows if row > header.row]:
        yield Problem("table.hidden-rows", data={"rows": ranges(rows)})
    hidden = [at for at in header.columns if at + 1 in grid.hidden_columns]
    if hidden:
        names = ", ".join(header.heading(position) for position in hidden)
        yield Problem("table.hidden-columns", data={"columns": names})
    yield from left_alone(header, columns, left.unheaded)
    if left.addressed and any(column.name == "email" for column in columns):
        names = ", ".join(header.heading(position) for position in sorted(left.addressed))
        yield Problem("table.addresses-left", data={"columns": names})


def _unread(grid: Grid) -> Iterator[Problem]:
    if grid.unread:
        names = ", ".join(f"'{name}'" for name in grid.unread)
        yield Problem("table.sheet-unread", data={"sheets": names, "titles": grid.unread})
