"""Rows of a table become drafts, checked and packed, or lists of what is wrong with them.

Pure: nothing is kept here, and what was drafted before does not matter. Two processes may do
it side by side, so what comes out can be pickled.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple, TypeVar

from parkdraft.batch.spool import TableRow, Waiting, packed
from parkdraft.errors import DetailsError, ParkdraftError, Problem
from parkdraft.home import Home
from parkdraft.outbox.noting import Noted, new_from, noted
from parkdraft.outbox.store import new_id
from parkdraft.process.details import find_case
from parkdraft.process.inquiry import Inquiry
from parkdraft.process.places import Known
from parkdraft.tables.casecolumns import CASE
from parkdraft.tables.reading import Row, Table
from parkdraft.tables.source import SourceRow
from parkdraft.writing.combining import together
from parkdraft.writing.drafting import Draft, check, compose

_A = TypeVar("_A")
_B = TypeVar("_B")


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


Composed = Good | Member | Bad


class _Decided(NamedTuple):
    """A row whose case is decided; ``values`` are its templates' variables."""

    row: Row
    details: Mapping[str, str]
    inquiry: Inquiry
    values: Mapping[str, Any]


class _Drafted(NamedTuple):
    decided: _Decided
    draft: Draft


class Composer:
    """What the rows of one table share: who is at work, and what is known of sites today."""

    def __init__(self, home: Home, known: Known, login: str, table: Table, *, combine: bool):
        self._home, self._known, self._login = home, known, login
        self._table, self._combine = table, combine

    def __call__(self, block: Iterable[SourceRow]) -> list[Composed]:
        """What becomes of rows; blank ones are left out.

        Each step is done for all of them before the next one: what it needs then stays in the
        processor's cache, and the whole takes a fifth less.
        """
        rows = [row for found in block if (row := self._table.judge(found)) is not None]
        decided = [self._decided(row) for row in rows]
        drafted = _each(self._drafted, decided)
        checked = _each(_checked, drafted)
        return _each(self._packed, checked)

    def _decided(self, row: Row) -> _Decided | Bad:
        details = {name: value for name, value in row.cells.items() if name != CASE}
        try:
            case = find_case(row.cells.get(CASE, "")).name
            inquiry, values = self._home.inquired(self._known, case, details, login=self._login)
            if inquiry.decision is None:
                raise DetailsError([Problem("batch.no-answer", "answer")])
        except ParkdraftError as error:
            return _bad(row, error.problems)
        return _bad(row) if row.problems else _Decided(row, details, inquiry, values)

    def _drafted(self, decided: _Decided) -> _Drafted | Bad:
        decision = decided.inquiry.decision
        assert decision is not None  # else there is nothing to draft
        env, values = self._home.templates, decided.values
        try:
            return _Drafted(decided, compose(env, decided.inquiry, decision, values, link=False))
        except ParkdraftError as error:
            return _bad(decided.row, error.problems)

    def _packed(self, drafted: _Drafted) -> Good | Member:
        row, details, inquiry, _ = drafted.decided
        case = noted(inquiry)
        told = TableRow(row.number, case.row, inquiry.warnings)
        group = together(self._home.templates, inquiry) if self._combine else None
        if group is not None:
            return Member(told, inquiry.case.name, details, group)
        return Good(told, packed(self._waiting([told], [case], drafted.draft)))

    def shared(self, members: Sequence[Member]) -> Waiting:
        """One draft of rows of the same group."""
        rows, case = [one.row for one in members], members[0].case
        details = [one.details for one in members]
        known, login = self._known, self._login
        if len(members) == 1:
            made = self._home.compose_from(known, case, details[0], login=login, brief=True)
            assert made.draft is not None  # it was composed before
            return self._waiting(rows, [noted(made.answer.inquiry)], made.draft)
        draft, inquiries = self._home.combine_from(known, case, details, login=login)
        check(draft, draft.content)
        return self._waiting(rows, list(map(noted, inquiries)), draft)

    def _waiting(self, rows: Sequence[TableRow], cases: Sequence[Noted], draft: Draft) -> Waiting:
        draft_id = new_id(self._home.now().date())
        return Waiting(tuple(rows), new_from(draft_id, cases, draft, self._login))


def _each(step: Callable[[_A], _B], many: Iterable[_A | Bad]) -> list[_B | Bad]:
    return [one if isinstance(one, Bad) else step(one) for one in many]


def _checked(drafted: _Drafted) -> _Drafted | Bad:
    """Read back from its bytes, as every draft is."""
    try:
        check(drafted.draft, drafted.draft.content)
    except ParkdraftError as error:
        return _bad(drafted.decided.row, error.problems)
    return drafted


def _bad(row: Row, more: Iterable[Problem] = ()) -> Bad:
    """The problems of a row's cells, and what else was found where those are silent."""
    told = {problem.field for problem in row.problems}
    problems = (*row.problems, *(one for one in more if one.field not in told))
    return Bad(row.number, tuple(problem.at(row=row.number) for problem in problems))
