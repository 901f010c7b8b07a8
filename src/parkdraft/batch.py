"""A table of cases becomes drafts: composed block by block, kept group by group.

A row that stands in a draft already, whoever made it, is known by its cells and its place among
equal ones, and skipped; so a run that was stopped goes on from there.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from parkdraft.composing import Bad, Composer, Good, Setting
from parkdraft.errors import ParkdraftError, Problem, StorageError
from parkdraft.home import Home
from parkdraft.outbox.box import Outbox
from parkdraft.outbox.create import TableDraft, keep_table
from parkdraft.outbox.facts import NewDraft, TableRow
from parkdraft.outbox.ids import new_batch
from parkdraft.sharing import mapped
from parkdraft.tables.casecolumns import CASE, CASE_COLUMNS
from parkdraft.tables.failed import write_failed
from parkdraft.tables.reading import Row, Table, open_table

GROUP = 1000
"""Rows that are composed, and made durable, together."""
LEAST = 2
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
    table = open_table(path, CASE_COLUMNS, (CASE,))
    compose = Composer(Setting.of(home, combine=combine))
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
    for row in table.rows:
        block.append(row)
        if len(block) == GROUP:
            yield block
            block = []
    if block:
        yield block


class _Work:
    """One table at work: what became of its rows."""

    def __init__(self, box: Outbox, compose: Composer, *, dry_run: bool, told: Told) -> None:
        self.report = Report()
        self.reasons: dict[int, tuple[Problem, ...]] = {}  # of the bad rows, by number
        self._box, self._compose, self._dry_run, self._told = box, compose, dry_run, told
        self._batch = new_batch(box.now().date())
        self._places: Counter[str] = Counter()
        self._groups: dict[tuple[object, ...], list[Good]] = {}

    def take(self, rows: Iterable[Good | Bad]) -> None:
        """Deal with some rows: tell of the bad ones, keep the good ones or lay them together."""
        good = []
        for one in rows:
            if isinstance(one, Bad):
                self.reasons[one.row] = one.problems
                self._count(RowResult(one.row, "failed", problems=one.problems))
                continue
            (cells,) = one.new.rows
            self._places[cells] += 1
            good.append(one._replace(key=TableRow(cells, self._places[cells])))
        alone = not (self._dry_run or self._groups or any(one.group for one in good))
        known = {} if alone else self._box.store.known_rows(one.key.cells for one in good)
        drafts: list[list[Good]] = []
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

    def _keep(self, drafts: Sequence[Sequence[Good]]) -> None:
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

    def _drafted(self, rows: Sequence[Good], new: NewDraft, draft_id: str | None) -> None:
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
