"""A table of cases becomes drafts: composed block by block, kept group by group.

A row that stands in a draft already, whoever made it, is known by its cells and its place among
equal ones, and skipped; so a run that was stopped goes on from there.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from parkdraft.errors import DetailsError, ParkdraftError, Problem, StorageError
from parkdraft.home import Home
from parkdraft.outbox.box import Outbox
from parkdraft.outbox.create import TableDraft, keep_table
from parkdraft.outbox.facts import NewDraft, TableRow
from parkdraft.outbox.ids import new_batch
from parkdraft.process.cases import FIELDS
from parkdraft.process.details import find_case
from parkdraft.records import new_draft
from parkdraft.sharing import mapped
from parkdraft.tables.casecolumns import CASE, CASE_COLUMNS
from parkdraft.tables.failed import write_failed
from parkdraft.tables.reading import Row, Table, open_table
from parkdraft.writing.combining import together
from parkdraft.writing.drafting import check

GROUP = 500
"""Rows that are composed, and made durable, together."""
LEAST = 4
"""Groups for which more processes are worth their start."""
MOST_TOGETHER = 500
"""Cases that one draft holds at most; a longer list is no message that somebody reads."""


class RowResult(NamedTuple):
    """What became of a row: ``drafted``, ``skipped`` (it was drafted before) or ``failed``.

    ``about`` says in a dry run where the row would go.
    """

    row: int
    status: str
    id: str | None = None
    problems: tuple[Problem, ...] = ()
    warnings: tuple[Problem, ...] = ()
    about: NewDraft | None = None


Told = Callable[[RowResult], None]
Watch = Callable[[int], None]
"""Is told how many rows are dealt with."""


@dataclass
class Report:
    """How many rows became what; ``messages`` are the drafts, which may hold several rows.

    ``by_route`` counts rows by channel and partner, ``states`` by where their drafts start.
    ``batch`` names the drafts of this run; ``problems`` say why there is no table of failed
    rows where there should be one, ``notes`` what else happened in the outbox.
    """

    drafted: int = 0
    skipped: int = 0
    failed: int = 0
    messages: int = 0
    by_route: Counter[tuple[str, str | None]] = field(default_factory=Counter)
    states: Counter[str] = field(default_factory=Counter)
    batch: str | None = None
    failed_table: Path | None = None
    problems: tuple[Problem, ...] = ()
    notes: tuple[Problem, ...] = ()


class _Bad(NamedTuple):
    row: int
    problems: tuple[Problem, ...]


class _Good(NamedTuple):
    """A composed row; ``group`` tells with which others it may share a draft, if with any."""

    row: int
    warnings: tuple[Problem, ...]
    new: NewDraft
    case: str
    details: Mapping[str, str]
    group: tuple[object, ...] | None
    key: TableRow = TableRow("", 0)


def run(
    home: Home,
    path: Path,
    *,
    combine: bool = False,
    dry_run: bool = False,
    failed_too: bool = False,
    told: Told = lambda _: None,
    watch: Watch = lambda _: None,
) -> Report:
    """Draft every good row of the table at ``path``; bad rows go to the table beside it.

    ``combine`` makes one draft of rows that go to the same people for the same case. A
    ``dry_run`` keeps nothing, with ``failed_too`` but the table of bad rows. Raises
    TableError for a file that cannot be used at all, DirectoryError, and StorageError; what
    was kept until then stays, and the next run goes on from there.
    """
    table = open_table(path, CASE_COLUMNS)
    compose = _Composer(_Setting.of(home, combine=combine))
    with home.drafts(create=not dry_run) as box:
        work = _Work(box, compose, dry_run=dry_run, told=told)
        try:
            for composed in mapped(compose, _blocks(table), LEAST):
                work.take(composed)
                watch(composed[-1].row)
            work.end()
        except ParkdraftError as error:
            kept = Problem("batch.kept", data={"count": work.report.drafted})
            raise type(error)([*error.problems, kept]) from error
        report = work.report
    report.notes = tuple(box.notes)
    if work.reasons and (failed_too or not dry_run):
        try:
            report.failed_table = write_failed(table, work.reasons, home.now())
        except StorageError as error:
            report.problems = error.problems
    return report


def _blocks(table: Table) -> Iterator[list[Row]]:
    block: list[Row] = []
    for row in table.judged():
        block.append(row)
        if len(block) == GROUP:
            yield block
            block = []
    if block:
        yield block


class _Setting(NamedTuple):
    """What another process needs to compose as this one does: where, who, when, and how."""

    root: Path
    outbox: Path
    builtin: bool
    moment: datetime
    login: str
    combine: bool

    @classmethod
    def of(cls, home: Home, *, combine: bool) -> _Setting:
        """The setting of a home as it is now."""
        return cls(home.root, home.outbox, home.builtin, home.now(), home.login(), combine)

    def home(self) -> Home:
        """The home, at the same moment."""
        root, outbox, builtin, moment, login, _ = self
        return Home(root, outbox, builtin, now=lambda: moment, login=lambda: login)


class _Composer:
    """Composes the rows of one table, here or in another process. Pure."""

    def __init__(self, setting: _Setting) -> None:
        self._setting = setting
        self._home = setting.home()
        self._known = self._home.known(setting.moment.date())
        self._author = self._home.named()
        self._combine = setting.combine

    def __reduce__(self) -> tuple[Callable[[_Setting], _Composer], tuple[_Setting]]:
        return _composer, (self._setting,)

    def __call__(self, rows: Sequence[Row]) -> list[_Good | _Bad]:
        """What becomes of each row."""
        return [self._composed(row) for row in rows]

    def _composed(self, row: Row) -> _Good | _Bad:
        """What becomes of a row: a draft that was read back, or all that is wrong with it."""
        details = {name: value for name, value in row.cells.items() if name != CASE}
        try:
            case = find_case(row.cells.get(CASE, "")).name
            made = self._home.compose_from(self._known, case, details, brief=True)
            if made.draft is None:
                asks = made.answer.inquiry.case.asks
                raise DetailsError([Problem("batch.no-answer", asks)])
            check(made.draft, made.draft.content)
        except ParkdraftError as error:
            return _bad(row, error.problems)
        if row.problems:
            return _bad(row)
        inquiry = made.answer.inquiry
        group = together(self._home.templates, inquiry) if self._combine else None
        new = new_draft([made.answer], made.draft, self._author)
        return _Good(row.number, inquiry.warnings, new, case, details, group)

    def shared(self, rows: Sequence[_Good]) -> NewDraft:
        """One draft of rows of the same group."""
        if len(rows) == 1:
            return rows[0].new
        many = [one.details for one in rows]
        draft, answers = self._home.combine_from(self._known, rows[0].case, many)
        check(draft, draft.content)
        return new_draft(answers, draft, self._author)


@lru_cache(maxsize=1)
def _composer(setting: _Setting) -> _Composer:
    """The one composer of another process: it opens the home once."""
    return _Composer(setting)


class _Work:
    """One table at work: what became of its rows."""

    def __init__(self, box: Outbox, compose: _Composer, *, dry_run: bool, told: Told) -> None:
        self.report = Report()
        self.reasons: dict[int, str] = {}  # of the bad rows, by number
        self._box, self._compose, self._dry_run, self._told = box, compose, dry_run, told
        self._batch = new_batch(box.now().date())
        self._places: Counter[str] = Counter()
        self._groups: dict[tuple[object, ...], list[_Good]] = {}

    def take(self, rows: Iterable[_Good | _Bad]) -> None:
        """Deal with some rows: tell of the bad ones, keep the good ones or lay them together."""
        good = []
        for one in rows:
            if isinstance(one, _Bad):
                self.reasons[one.row] = " ".join(map(_words, one.problems))
                self._count(RowResult(one.row, "failed", problems=one.problems))
                continue
            (cells,) = one.new.rows
            self._places[cells] += 1
            good.append(one._replace(key=TableRow(cells, self._places[cells])))
        alone = not (self._dry_run or self._groups or any(one.group for one in good))
        known = {} if alone else self._box.store.known_rows(one.key.cells for one in good)
        drafts: list[list[_Good]] = []
        for one in good:
            if one.key in known and known[one.key].live:
                self._count(RowResult(one.row, "skipped"))
            elif one.group is None:
                drafts.append([one])
            else:
                group = self._groups.setdefault(one.group, [])
                group.append(one)
                if len(group) == MOST_TOGETHER:
                    drafts.append(self._groups.pop(one.group))
        self._keep(drafts)

    def end(self) -> None:
        """Keep what was laid together."""
        self._keep(list(self._groups.values()))
        self._groups.clear()

    def _keep(self, drafts: Sequence[Sequence[_Good]]) -> None:
        """Keep drafts of these rows; rows that somebody else has drafted meanwhile are left out."""
        left = [(list(rows), self._compose.shared(rows)) for rows in drafts]
        while left:
            if self._dry_run:
                kept: Sequence[str | frozenset[TableRow] | None] = [None] * len(left)
            else:
                wanted = [TableDraft(new, tuple(one.key for one in rows)) for rows, new in left]
                kept = keep_table(self._box, wanted, self._batch)
            again = []
            for (rows, new), result in zip(left, kept, strict=True):
                if not isinstance(result, frozenset):
                    self._drafted(rows, new, result)
                    continue
                for one in rows:
                    if one.key in result:
                        self._count(RowResult(one.row, "skipped"))
                if rest := [one for one in rows if one.key not in result]:
                    again.append((rest, self._compose.shared(rest)))
            left = again
        if not self._dry_run:
            self._box.finish()

    def _drafted(self, rows: Sequence[_Good], new: NewDraft, draft_id: str | None) -> None:
        for one in rows:
            about = new._replace(site=one.new.site) if self._dry_run else None
            self._count(RowResult(one.row, "drafted", draft_id, (), one.warnings, about))
        self.report.messages += 1
        self.report.batch = self._batch if draft_id else None
        self.report.by_route[new.channel, new.partner] += len(rows)
        self.report.states[new.state] += len(rows)

    def _count(self, result: RowResult) -> None:
        setattr(self.report, result.status, getattr(self.report, result.status) + 1)
        self._told(result)


def _words(problem: Problem) -> str:
    """A problem as it stands in the column 오류 of the failed row."""
    from parkdraft.wording import hint, message

    label = FIELDS[problem.field].label if problem.field in FIELDS else ""
    text = " ".join(filter(None, (message(problem), hint(problem))))
    return f"{label}: {text}" if label else text


def _bad(row: Row, more: Iterable[Problem] = ()) -> _Bad:
    """The problems of a row's cells, and what else was found where those are silent."""
    told = {problem.field for problem in row.problems}
    problems = (*row.problems, *(one for one in more if one.field not in told))
    return _Bad(row.number, tuple(problem.at(row=row.number) for problem in problems))
