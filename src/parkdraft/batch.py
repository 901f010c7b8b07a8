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
from parkdraft.process.cases import FIELDS
from parkdraft.sharing import mapped
from parkdraft.tables.casecolumns import CASE_COLUMNS, EXAMPLE_MARK, is_example
from parkdraft.tables.failed import write_failed
from parkdraft.tables.reading import Row, open_table

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
    rows where there should be one, ``notes`` what else is to be said.
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
    table = open_table(path, CASE_COLUMNS)
    rows = list(table.judged())
    asked = [row for row in rows if not is_example(row.cells)]
    compose = Composer(Setting.of(home, combine=combine))
    with home.drafts(create=not dry_run) as box:
        work = _Work(box, compose, dry_run=dry_run, told=told)
        try:
            for composed in mapped(compose, _blocks(asked), LEAST):
                work.take(composed)
                watch(composed[-1].row)
            work.end()
        except ParkdraftError as error:
            kept = Problem("batch.kept", data={"count": work.report.drafted})
            raise type(error)([*error.problems, kept]) from error
        report = work.report
    report.notes = (*_examples(rows), *box.notes)
    if work.reasons and (failed_too or not dry_run):
        try:
            report.failed_table = write_failed(table, work.reasons, home.now())
        except StorageError as error:
            report.problems = error.problems
    return report


def _examples(rows: Sequence[Row]) -> list[Problem]:
    """What is said of the rows that only show how to fill in the table."""
    numbers = [row.number for row in rows if is_example(row.cells)]
    data = {"rows": row_ranges(numbers), "mark": EXAMPLE_MARK}
    return [Problem("batch.examples", data=data)] if numbers else []


def row_ranges(rows: Iterable[int]) -> str:
    """Row numbers as people write them: ``3, 5~9``; so many that they fit a line or two."""
    found: list[list[int]] = []
    for row in sorted(rows):
        if found and row == found[-1][-1] + 1:
            found[-1] = [found[-1][0], row]
        else:
            found.append([row])
    words = ["~".join(map(str, one)) for one in found]
    return ", ".join(words[:100]) + (" …" if len(words) > 100 else "")


def _blocks(rows: Sequence[Row]) -> Iterator[Sequence[Row]]:
    for start in range(0, len(rows), GROUP):
        yield rows[start : start + GROUP]


class _Work:
    """One table at work: what became of its rows."""

    def __init__(self, box: Outbox, compose: Composer, *, dry_run: bool, told: Told) -> None:
        self.report = Report()
        self.reasons: dict[int, str] = {}  # of the bad rows, by number
        self._box, self._compose, self._dry_run, self._told = box, compose, dry_run, told
        self._batch = new_batch(box.now().date())
        self._places: Counter[str] = Counter()
        self._groups: dict[tuple[object, ...], list[Good]] = {}

    def take(self, rows: Iterable[Good | Bad]) -> None:
        """Deal with some rows: tell of the bad ones, keep the good ones or lay them together."""
        good = []
        for one in rows:
            if isinstance(one, Bad):
                self.reasons[one.row] = " ".join(map(_words, one.problems))
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


def _words(problem: Problem) -> str:
    """A problem as it stands in the column 오류 of the failed row."""
    from parkdraft.wording import hint, message

    label = FIELDS[problem.field].label if problem.field in FIELDS else ""
    text = " ".join(filter(None, (message(problem), hint(problem))))
    return f"{label}: {text}" if label else text
