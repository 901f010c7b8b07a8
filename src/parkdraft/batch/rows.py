"""Rows of a table become drafts, or lists of what is wrong with them; nothing is kept here.

Two processes may do it side by side, so a composer and what comes out of it can be pickled.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
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

    ``group`` tells with which others it may share a draft, if with any; ``key`` by what the row
    is known again.
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
"""A draft that can be kept, and the rows of the table that it is of."""


class Setting(NamedTuple):
    """What another process needs to compose as this one does: where, who, when, and how."""

    root: Path
    outbox: Path
    builtin: bool
    moment: datetime
    login: str
    combine: bool

    @classmethod
    def of(cls, home: Home, *, combine: bool) -> Setting:
        """The setting of a home as it is now."""
        return cls(home.root, home.outbox, home.builtin, home.now(), home.login(), combine)

    def home(self) -> Home:
        """The home, at the same moment."""
        root, outbox, builtin, moment, login, _ = self
        return Home(root, outbox, builtin, now=lambda: moment, login=lambda: login)


class Composer:
    """Composes the rows of one table, here or in another process. Pure."""

    def __init__(self, setting: Setting) -> None:
        self._setting = setting
        self._today = setting.home().today()
        self._author = author_words(self._today.directory.team, self._today.login)
        self._combine = setting.combine

    def __reduce__(self) -> tuple[Callable[[Setting], Composer], tuple[Setting]]:
        return _composer, (self._setting,)

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
        assert draft is not None  # combining raises where there is none
        check(draft, draft.content)
        return tuple(rows), new_draft(results, self._author)


@lru_cache(maxsize=1)
def _composer(setting: Setting) -> Composer:
    """The one composer of another process: it opens the home once."""
    return Composer(setting)


def _bad(row: Row, more: Iterable[Problem] = ()) -> ComposedRow:
    """The problems of a row's cells, and what else was found where those are silent."""
    fields = {problem.field for problem in row.problems}
    problems = (*row.problems, *(problem for problem in more if problem.field not in fields))
    return ComposedRow(row.number, tuple(problem.at(row=row.number) for problem in problems))
