"""The whole of a batch: rows composed and told, bad ones written aside, good ones kept.

What was composed waits in a temporary file, so that memory does not grow with the table. A
row that was drafted before, by whomever, is known by its details and skipped.
"""

from __future__ import annotations

import contextlib
from collections import Counter
from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

from parkdraft.batch.composing import Bad, Composer, Good, Member
from parkdraft.batch.helping import mapped
from parkdraft.batch.spool import Spool, Waiting, packed, unpacked
from parkdraft.errors import ParkdraftError, Problem, StorageError
from parkdraft.home import Home
from parkdraft.outbox.keeping import add
from parkdraft.outbox.rowkeys import RowKeys
from parkdraft.process.cases import FIELDS
from parkdraft.tables.casecolumns import CASE_COLUMNS
from parkdraft.tables.failed import write_failed
from parkdraft.tables.reading import open_table

GROUP = 1000
"""Drafts that are made durable together."""
MOST_TOGETHER = 500
"""Cases that one draft holds at most; a longer list is no message that somebody reads."""


class RowResult(NamedTuple):
    """What became of a row: ``drafted``, ``skipped`` (it was drafted before) or ``failed``.

    ``about`` says in a dry run where the row would go: the draft's facts, its ``state`` and
    ``route``, and the row's own ``site``.
    """

    row: int
    status: str
    id: str | None = None
    problems: tuple[Problem, ...] = ()
    warnings: tuple[Problem, ...] = ()
    about: Mapping[str, Any] = MappingProxyType({})


Told = Callable[[RowResult], None]
Watch = Callable[[str, int], None]
"""Is told of progress: what is being done (``check``, then ``keep``), and how many so far."""


@dataclass
class Report:
    """How many rows became what; ``messages`` are the drafts, which may hold several rows.

    ``by_route`` counts rows by channel and partner, ``states`` by where their drafts start.
    ``problems`` say why there is no table of failed rows, where there should be one.
    """

    drafted: int = 0
    skipped: int = 0
    failed: int = 0
    messages: int = 0
    by_route: Counter[tuple[str, str | None]] = field(default_factory=Counter)
    states: Counter[str] = field(default_factory=Counter)
    failed_table: Path | None = None
    problems: tuple[Problem, ...] = ()


def run(
    home: Home,
    path: Path,
    *,
    combine: bool = False,
    dry_run: bool = False,
    failed_too: bool = False,
    told: Told = lambda _: None,
    watch: Watch = lambda *_: None,
) -> Report:
    """Draft every good row of the table at ``path``; bad rows go to the table beside it.

    ``combine`` makes one draft of rows that go to the same people for the same case. A
    ``dry_run`` keeps nothing, with ``failed_too`` but the table of bad rows. Raises
    TableError for a file that cannot be used at all, DirectoryError, and StorageError; what
    was kept until then stays, and the next run goes on from there.
    """
    work = _Work(home, path, combine=combine, dry_run=dry_run, told=told, watch=watch)
    with Spool() as spool:
        for data in work.composed():
            if dry_run:
                work.preview(unpacked(data))
            else:
                spool.add(data)
        if work.reasons and (failed_too or not dry_run):
            work.write_failed()
        work.keep(spool)
    return work.report


class _Work:
    """One table at work: what its rows share, and what became of them."""

    def __init__(
        self, home: Home, path: Path, *, combine: bool, dry_run: bool, told: Told, watch: Watch
    ) -> None:
        self.report = Report()
        self.reasons: dict[int, str] = {}  # of the bad rows, by number
        self._told, self._watch = told, watch
        self._home, self._box = home, home.drafts
        self._table = open_table(path, CASE_COLUMNS)
        known = home.known(home.now().date())
        self._compose = Composer(home, known, self._box.login, self._table, combine=combine)
        with contextlib.nullcontext() if dry_run else self._box.alone():
            self._keys = RowKeys(self._box.journal)

    def composed(self) -> Iterator[bytes]:
        """The drafts of the good rows, packed, none of them kept yet; bad rows are told."""
        groups: dict[object, list[Member]] = {}
        for found in self._judged():
            if isinstance(found, Good):
                yield found.packed
                continue
            group = groups.setdefault(found.group, [])
            group.append(found)
            if len(group) == MOST_TOGETHER:
                yield packed(self._compose.shared(groups.pop(found.group)))
        for group in groups.values():
            yield packed(self._compose.shared(group))

    def _judged(self) -> Iterator[Good | Member]:
        """The rows to be drafted; what became of the others is told."""
        for count, found in enumerate(mapped(self._compose, self._table.rows), start=1):
            self._watch("check", count)
            if isinstance(found, Bad):
                self.reasons[found.row] = " ".join(map(_words, found.problems))
                self._count(RowResult(found.row, "failed", problems=found.problems))
            elif found.row.key in self._keys:
                self._count(RowResult(found.row.number, "skipped"))
            else:
                self._keys.add(found.row.key)
                yield found

    def preview(self, waiting: Waiting) -> None:
        """Tell of a draft that is not kept: where each of its rows would go."""
        new, record = waiting.new, waiting.record
        shared = {**new.facts, "state": new.state, "route": record["route"]}
        for one, details in zip(waiting.rows, record["details"], strict=True):
            about = {**shared, "site": details.get("site")}
            self._count(RowResult(one.number, "drafted", None, (), one.warnings, about))
        self._count_draft(waiting)

    def write_failed(self) -> None:
        """Write the table of bad rows; where that cannot be, the good ones are drafted anyway."""
        try:
            now = self._home.now()
            self.report.failed_table = write_failed(self._table, self.reasons, now)
        except StorageError as error:
            self.report.problems = error.problems

    def keep(self, spool: Spool) -> None:
        """Keep what was composed, group by group."""
        try:
            for group in spool.groups(GROUP):
                self._keep(group)
                group.clear()  # else it is still there while the next one is read
                self._watch("keep", self.report.drafted)
        except ParkdraftError as error:
            kept = Problem("batch.kept", data={"count": self.report.drafted})
            raise type(error)([*error.problems, kept]) from error

    def _keep(self, group: Sequence[Waiting]) -> None:
        with self._box.alone():
            others = self._keys.refresh()  # somebody may be at work on the same table
            if others:
                group = [left for one in group if (left := self._without(others, one))]
            if group:
                add(self._box, [one.new for one in group])
            self._keys.pass_over()
        for waiting in group:
            draft_id = waiting.new.sheet.id
            for one in waiting.rows:
                self._count(RowResult(one.number, "drafted", draft_id, (), one.warnings))
            self._count_draft(waiting)

    def _without(self, others: Container[str], waiting: Waiting) -> Waiting | None:
        """A draft without the rows that others have drafted meanwhile."""
        left = [one for one in waiting.rows if one.key not in others]
        if len(left) == len(waiting.rows):
            return waiting
        for one in waiting.rows:
            if one.key in others:
                self._count(RowResult(one.number, "skipped"))
        if not left:
            return None
        case, details = waiting.new.facts["case"], waiting.record["details"]
        rows = zip(waiting.rows, details, strict=True)
        return self._compose.shared([Member(one, case, of, ()) for one, of in rows if one in left])

    def _count(self, result: RowResult) -> None:
        setattr(self.report, result.status, getattr(self.report, result.status) + 1)
        self._told(result)

    def _count_draft(self, waiting: Waiting) -> None:
        facts = waiting.new.facts
        self.report.messages += 1
        self.report.by_route[facts["channel"], facts["partner"]] += len(waiting.rows)
        self.report.states[waiting.new.state] += len(waiting.rows)


def _words(problem: Problem) -> str:
    """A problem as it stands in the column 오류 of the failed row."""
    from parkdraft.wording import hint, message

    label = FIELDS[problem.field].label if problem.field in FIELDS else ""
    text = " ".join(filter(None, (message(problem), hint(problem))))
    return f"{label}: {text}" if label else text
