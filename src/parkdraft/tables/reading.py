"""Reading a table that somebody brought: ``open_table`` and the rows it gives.

What makes a whole file unusable is refused when it is opened; what is wrong with one row
stands at that row, so that the good rows of a bad table can be used.
"""

from __future__ import annotations

import contextlib
import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from parkdraft.errors import Problem, TableError
from parkdraft.tables.celltext import to_text
from parkdraft.tables.columns import Column, Header, Place, known_columns, match_header
from parkdraft.tables.csvfile import csv_source
from parkdraft.tables.sniff import sniff
from parkdraft.tables.source import LONGEST_CELL, Source, SourceRow, column_letter, refusal
from parkdraft.tables.xlsxfile import xlsx_source

__all__ = ["Column", "Row", "Table", "open_table"]

MOST_PROBLEMS = 1000
"""So many are listed for one table; memory must not grow with a table that is all wrong."""


@dataclasses.dataclass(frozen=True)
class Row:
    """A row: its number as Excel shows it, its cells by column name, and what is wrong.

    Cells are stripped text; empty cells are left out, those without a usable value too.
    """

    number: int
    cells: Mapping[str, str]
    problems: tuple[Problem, ...] = ()


@dataclasses.dataclass(frozen=True)
class Table:
    """An opened table; it can be gone through as often as needed, and is streamed each time."""

    path: Path
    header: Header
    source: Source

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of the known columns that the table has, in its order."""
        places = (place for _, place in sorted(self.header.places.items()))
        return tuple(place.column.name for place in places if place.column)

    def __iter__(self) -> Iterator[Row]:
        """The rows that are sound; at the end TableError with the problems of all the others."""
        problems: list[Problem] = []
        for row in self.judged():
            problems += row.problems
            if len(problems) >= MOST_PROBLEMS:
                more = Problem("table.more-problems", None, row.number, {"limit": MOST_PROBLEMS})
                raise TableError([*problems, more])
            if not row.problems:
                yield row
        if problems:
            raise TableError(problems)

    def judged(self) -> Iterator[Row]:
        """Every row that is not blank, each with its own problems.

        Raises TableError only where the file cannot be read any further.
        """
        for found in self.rows():
            if (row := self.judge(found)) is not None:
                yield row

    def rows(self) -> Iterator[SourceRow]:
        """Every row below the header as it is stored, to be judged by ``judge``."""
        with _file_errors(self.path):
            for found in self.source.rows():
                if found.number > self.header.row:
                    yield found

    def judge(self, found: SourceRow) -> Row | None:
        """The row with its cells as text; None for a blank one."""
        cells: dict[str, str] = {}
        problems: list[Problem] = []
        for position, value in enumerate(found.cells):
            place = self.header.places.get(position)
            column = place.column if place else None
            text, code = to_text(value, column.kind if column else "text", self.source.epoch)
            if place is None and (text or code):
                problems.append(_extra_cell(position, found.number))
            if place and column and code:
                problems.append(_cell_problem(code, place, column, found.number))
            if column and text:
                cells[column.name] = text
        if not cells and not problems:
            return None
        if found.merged:
            problems.append(_merged(found.number, found.merged))
        return Row(found.number, cells, tuple(problems))


def open_table(
    path: Path, columns: Sequence[Column], *, ignored: Sequence[str] = ("오류",)
) -> Table:
    """Open a CSV or XLSX, told apart by content, and match its header to ``columns``.

    ``ignored`` headings may be there and are not read. Raises TableError with everything
    that is wrong with the file or its header; problems of rows come with the rows.
    """
    with _file_errors(path):
        known = known_columns(columns)
        source = xlsx_source(path) if sniff(path) == "xlsx" else csv_source(path, known)
        first, has_more = _look(source)
        if first is None:
            raise refusal("table.blank", path)
        texts = [text for text, _ in _texts(first, source)]
        header, problems = match_header(texts, first.number, columns, ignored)
    if not has_more:
        data = {"row": first.number}
        problems.append(Problem("table.no-rows", None, first.number, data))
    if problems:
        raise TableError(problems)
    return Table(path, header, source)


@contextlib.contextmanager
def _file_errors(path: Path) -> Iterator[None]:
    """Turn what the file system refuses into problems of the table."""
    try:
        if path.is_dir():
            raise refusal("table.file-folder", path)
        if path.exists() and not path.is_file():
            raise refusal("table.file-special", path)
        yield
    except FileNotFoundError as error:
        raise refusal("table.file-missing", path) from error
    except OSError as error:
        raise refusal("table.file-refused", path) from error


def _look(source: Source) -> tuple[SourceRow | None, bool]:
    """The first row that is not blank, and whether another one follows."""
    with contextlib.closing(source.rows()) as rows:
        filled = (row for row in rows if any(text or code for text, code in _texts(row, source)))
        return next(filled, None), next(filled, None) is not None


def _texts(row: SourceRow, source: Source) -> list[tuple[str, str | None]]:
    return [to_text(value, "text", source.epoch) for value in row.cells]


def _extra_cell(position: int, row: int) -> Problem:
    letter = column_letter(position)
    return Problem("row.extra-cell", letter, row, {"row": row, "column": letter})


def _cell_problem(code: str, place: Place, column: Column, row: int) -> Problem:
    data = {"row": row, "column": place.heading, "limit": LONGEST_CELL}
    return Problem(code, column.name, row, data)


def _merged(row: int, stretch: tuple[int, int]) -> Problem:
    first, last = stretch
    rows = str(first) if first == last else f"{first}~{last}"
    return Problem("row.merged", None, row, {"row": row, "rows": rows})
