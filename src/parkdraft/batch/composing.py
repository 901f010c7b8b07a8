"""One row of a table becomes a draft, checked and packed, or a list of what is wrong with it.

Pure: nothing is kept here, and what was drafted before does not matter. Two processes may do
it side by side, so what comes out can be pickled.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from parkdraft.batch.spool import TableRow, Waiting, packed
from parkdraft.errors import DetailsError, ParkdraftError, Problem
from parkdraft.home import Home
from parkdraft.outbox.noting import Noted, new_from, noted
from parkdraft.outbox.store import new_id
from parkdraft.process.details import find_case
from parkdraft.process.places import Known
from parkdraft.tables.casecolumns import CASE
from parkdraft.tables.reading import Row, Table
from parkdraft.tables.source import SourceRow
from parkdraft.writing.combining import together
from parkdraft.writing.drafting import Draft, check


class Bad(NamedTuple):
    """A row that cannot be drafted, and why."""

    row: int
    problems: tuple[Problem, ...]


class Good(NamedTuple):
    """A row with a draft of its own."""

    row: TableRow
    packed: bytes
    """A ``Waiting``."""


class Member(NamedTuple):
    """A row that may share a draft with others of its ``group``."""

    row: TableRow
    case: str
    details: Mapping[str, str]
    group: tuple[object, ...]


class Composer:
    """What the rows of one table share: who is at work, and what is known of sites today."""

    def __init__(self, home: Home, known: Known, login: str, table: Table, *, combine: bool):
        self._home, self._known, self._login = home, known, login
        self._table, self._combine = table, combine

    def __call__(self, found: SourceRow) -> Good | Member | Bad | None:
        """What becomes of a row; None for a blank one."""
        row = self._table.judge(found)
        if row is None:
            return None
        problems = [problem.at(row=row.number) for problem in row.problems]
        try:
            composed = self._composed(row)
        except ParkdraftError as error:
            told = {problem.field for problem in problems}
            problems += [one.at(row=row.number) for one in error.problems if one.field not in told]
        return Bad(row.number, tuple(problems)) if problems else composed

    def _composed(self, row: Row) -> Good | Member:
        case = find_case(row.cells.get(CASE, "")).name
        details = {name: value for name, value in row.cells.items() if name != CASE}
        made = self._home.compose_from(self._known, case, details, login=self._login, brief=True)
        if made.draft is None:
            raise DetailsError([Problem("batch.no-answer", "answer")])
        check(made.draft, made.draft.content)
        inquiry = made.answer.inquiry
        known_as = noted(inquiry)
        told = TableRow(row.number, known_as.row, inquiry.warnings)
        group = together(self._home.templates, inquiry) if self._combine else None
        if group is not None:
            return Member(told, case, details, group)
        return Good(told, packed(self._waiting([told], [known_as], made.draft)))

    def shared(self, members: Sequence[Member]) -> Waiting:
        """One draft of rows of the same group."""
        rows, case = [one.row for one in members], members[0].case
        details = [one.details for one in members]
        if len(members) == 1:
            made = self._home.compose_from(
                self._known, case, details[0], login=self._login, brief=True
            )
            assert made.draft is not None  # it was composed before
            return self._waiting(rows, [noted(made.answer.inquiry)], made.draft)
        draft, inquiries = self._home.combine_from(self._known, case, details, login=self._login)
        check(draft, draft.content)
        return self._waiting(rows, list(map(noted, inquiries)), draft)

    def _waiting(self, rows: Sequence[TableRow], cases: Sequence[Noted], draft: Draft) -> Waiting:
        draft_id = new_id(self._home.now().date())
        return Waiting(tuple(rows), new_from(draft_id, cases, draft, self._login))
