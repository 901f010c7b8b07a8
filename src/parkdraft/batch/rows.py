"""Rows of a table become drafts, or lists of what is wrong with them; nothing is kept here.

Several processes may do it side by side: a composer and what it returns can be pickled.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from parkdraft.decide.details import find_case
from parkdraft.drafting import combine, compose
from parkdraft.errors import DetailsError, ParkdraftError, Problem
from parkdraft.home import Home
from parkdraft.outbox.facts import NewDraft, TableRow
from parkdraft.records import author_words, new_draft
from parkdraft.tables.casecolumns import CASE
from parkdraft.tables.reading import Row
from parkdraft.writing.combine import together
from parkdraft.writing.compose import check


class ComposedRow(NamedTuple):
    """What became of a row: ``new`` is its draft, read back; None where there are ``problems``.

    Rows of one ``group`` may share a draft; None: it stands alone. ``key`` recognises the row in
    the next run.
    """

    row: int
    problems: tuple[Problem, ...] = ()
    warnings: tuple[Problem, ...] = ()
    new: NewDraft | None = None
    case: str = ""
    details: Mapping[str, str] = {}
    group: tuple[object, ...] | None = None
    key: TableRow = TableRow("", 0)


Ready = tuple[tuple[ComposedRow, ...], NewDraft]
"""The rows of a draft, and the draft ready to be kept."""


class Composer:
    """Composes the rows of one table, here or in another process; has no side effects."""

    def __init__(self, home: Home, *, combine: bool) -> None:
        self._home = replace(home)  # its files are read anew, as in other processes
        self._combine = combine
        self._today = self._home.today()
        self._author = author_words(self._today.directory.team, self._today.login)

    def __reduce__(self) -> tuple[Callable[..., Composer], tuple[object, ...]]:
        home, today = self._home, self._today
        place = (home.root, home.outbox, home.builtin)
        return _composer, (*place, today.now, today.login, self._combine)

    def __call__(self, rows: Sequence[Row]) -> list[ComposedRow]:
        """What becomes of each row."""
        return [self._composed(row) for row in rows]

    def _composed(self, row: Row) -> ComposedRow:
        details = {name: value for name, value in row.cells.items() if name != CASE}
        try:
            if CASE not in row.cells:
                raise DetailsError([Problem("list.missing", CASE, data={"column": "업무"})])
            case = find_case(row.cells[CASE]).name
            made = compose(self._today, case, details, brief=True)
            if made.draft is None:
                asks = made.decision.case.asks
                raise DetailsError([Problem("batch.no-answer", asks)])
            check(made.draft, made.draft.content)
        except ParkdraftError as error:
            return _bad(row, error.problems)
        if row.problems:
            return _bad(row)
        decision = made.decision
        group = together(self._today.templates, decision) if self._combine else None
        new = new_draft([made], self._author)
        return ComposedRow(row.number, (), decision.warnings, new, case, details, group)

    def ready(self, rows: Sequence[ComposedRow]) -> Ready:
        """The one draft of a row, or of rows of the same group."""
        if len(rows) == 1 and rows[0].new:
            return tuple(rows), rows[0].new
        many = [row.details for row in rows]
        results = combine(self._today, rows[0].case, many)
        draft = results[0].draft
        assert draft is not None  # combine raises otherwise
        check(draft, draft.content)
        return tuple(rows), new_draft(results, self._author)


@lru_cache(maxsize=1)
def _composer(
    root: Path, outbox: Path, builtin: bool, now: datetime, login: str, combine: bool
) -> Composer:
    """The composer in another process, made once: same home, same moment, same user."""
    home = Home(root, outbox, builtin, now=lambda: now, login=lambda: login)
    return Composer(home, combine=combine)


def _bad(row: Row, more: Iterable[Problem] = ()) -> ComposedRow:
    """A row with the problems of its cells, and ``more`` problems of other fields."""
    fields = {problem.field for problem in row.problems}
    problems = (*row.problems, *(problem for problem in more if problem.field not in fields))
    return ComposedRow(row.number, tuple(problem.at(row=row.number) for problem in problems))
