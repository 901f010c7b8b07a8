"""A table of cases becomes drafts: first all is composed and counted, then kept group by group.

A row that has a draft already, whoever made it, is recognised by its cells and its number among
equal rows, and skipped: a run that was stopped can simply be started again.
"""

from __future__ import annotations

import pickle
import zlib
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from parkdraft.batch.pool import mapped
from parkdraft.batch.report import Report, RowResult
from parkdraft.batch.rows import ComposedRow, Composer, Ready
from parkdraft.errors import ParkdraftError, Problem, StorageError
from parkdraft.home import Home
from parkdraft.model.cases import FIELDS
from parkdraft.outbox.box import Outbox
from parkdraft.outbox.create import keep_table
from parkdraft.outbox.facts import Filters, TableRow
from parkdraft.outbox.ids import new_batch
from parkdraft.tables.casecolumns import CASE, CASE_COLUMNS, EXAMPLE_MARK, is_example
from parkdraft.tables.reading import Row, Table, open_table, write_failed
from parkdraft.tables.source import ranges

if TYPE_CHECKING:
    from parkdraft.codes import Code

__all__ = ["Report", "RowResult", "run"]

GROUP = 1000
"""Rows that are composed together, and kept in one transaction."""
UNPACKED = 20_000
"""Rows held unpacked; packing more of them takes a tenth of a draft's whole time."""
LEAST = 2
"""Groups from which on more processes are worth starting."""
_ASKS = {"place.near-site": "site-confirmed", "plate.unusual": "plate-confirmed"}
"""Code of a problem → the field that settles it, which the template leaves out."""
MOST_TOGETHER = 500
"""Cases in one draft at most; nobody reads a longer list in a message."""


OnResult = Callable[[RowResult], None]
Watch = Callable[[str, int, int], None]
"""Called with the step (``check`` or ``keep``), the rows done, and all rows."""


def run(
    home: Home,
    path: Path,
    *,
    combine: bool = False,
    dry_run: bool = False,
    failed_too: bool = False,
    on_composed: OnResult = lambda _: None,
    on_plan: Callable[[Report], None] = lambda _: None,
    on_result: OnResult = lambda _: None,
    watch: Watch = lambda *_: None,
) -> Report:
    """Draft every good row of the table at ``path``; bad rows go to the table beside it.

    ``combine`` makes one draft of rows that go to the same people for the same case.
    ``on_composed`` is called for each row when it is composed, ``on_plan`` before anything is
    kept, ``on_result`` with what became of each row in the end. A ``dry_run`` stops after the
    plan and keeps nothing, or, with ``failed_too``, only the table of bad rows.

    Raises TableError for a file that cannot be used at all, DirectoryError, and StorageError;
    and ParkdraftError where somebody stops it. What was kept until then stays, and the next run
    skips it.
    """
    table = open_table(path, CASE_COLUMNS, (CASE,))

    def on_row(result: RowResult) -> None:
        on_composed(result)
        if dry_run or result.status != "drafted":
            on_result(result)

    with home.drafts(create=not dry_run) as box:
        check = _Check(box, Composer(home, combine=combine), on_row)
        check.plan.notes = (*table.notes, *_examples(table.rows))
        keep = _Keep(box, check, on_result)
        try:
            check.rows([row for row in table.rows if not is_example(row.cells)], watch)
            on_plan(check.plan)
            report = check.plan if dry_run else keep.all(watch)
        except ParkdraftError as error:
            raise type(error)([*error.problems, *keep.until_then("batch.kept")]) from error
        except KeyboardInterrupt as error:
            if not (problems := keep.until_then("batch.stopped")):
                raise
            raise ParkdraftError(problems) from error
    report.happened = tuple(box.notes)
    if check.reasons and (failed_too or not dry_run):
        try:
            asked = _asked(table, check.reasons)
            report.failed_table = write_failed(table, check.reasons, home.now(), asked)
        except StorageError as error:
            report.problems = error.problems
    return report


def _asked(table: Table, reasons: Mapping[int, Sequence[Problem]]) -> list[str]:
    """Headings of columns that problems ask for and the table lacks."""
    there = {column.name for column in table.header.columns.values()}
    codes = {problem.code for problems in reasons.values() for problem in problems}
    return [
        FIELDS[name].label for code, name in _ASKS.items() if code in codes and name not in there
    ]


def _examples(rows: Sequence[Row]) -> tuple[Problem, ...]:
    """A note on the example rows, which are left out."""
    numbers = [row.number for row in rows if is_example(row.cells)]
    data = {"rows": ranges(numbers), "mark": EXAMPLE_MARK}
    return (Problem("batch.examples", data=data),) if numbers else ()


class _Held:
    """A queue of groups of drafts.

    A draft takes some 7 KiB as objects, and half a KiB packed with others of its table. They
    stay in memory, not in a file, because they hold customers' data.
    """

    def __init__(self) -> None:
        self._groups: deque[Sequence[Ready] | bytes] = deque()
        self._rows = 0

    def add(self, drafts: Sequence[Ready]) -> None:
        """Hold one more group."""
        self._rows += sum(len(rows) for rows, _ in drafts)
        packed = self._rows > UNPACKED
        self._groups.append(zlib.compress(pickle.dumps(drafts, -1), 1) if packed else drafts)

    def taken(self) -> Iterator[Sequence[Ready]]:
        """Take out each group."""
        while self._groups:
            group = self._groups.popleft()
            yield pickle.loads(zlib.decompress(group)) if isinstance(group, bytes) else group


class _Check:
    """The first step: every row is composed and counted; nothing is kept."""

    def __init__(self, box: Outbox, compose: Composer, on_row: OnResult) -> None:
        self.plan = Report()
        self.reasons: dict[int, tuple[Problem, ...]] = {}  # of the bad rows, by number
        self.held = _Held()
        self.compose = compose
        self._box, self._on_row = box, on_row
        self._places: Counter[str] = Counter()
        self._groups: dict[tuple[object, ...], list[ComposedRow]] = {}

    def rows(self, rows: Sequence[Row], watch: Watch) -> None:
        """Compose all rows; what can be drafted is held."""
        done = 0
        blocks = (rows[start : start + GROUP] for start in range(0, len(rows), GROUP))
        with closing(mapped(self.compose, blocks, LEAST)) as composed:
            for block in composed:
                self._take(block)
                done += len(block)
                watch("check", done, len(rows))
        self._hold(list(self._groups.values()))

    def _take(self, rows: Iterable[ComposedRow]) -> None:
        """Report bad rows and rows drafted before; hold the others, or collect them by group."""
        good = []
        for row in rows:
            if row.new is None:
                self.reasons[row.row] = row.problems
                self._count(RowResult(row.row, "failed", problems=row.problems))
                continue
            (cells,) = row.new.rows
            self._places[cells] += 1
            place = self._places[cells]
            again = (Problem("batch.again"),) if place > 1 else ()
            key = TableRow(cells, place)
            good.append(row._replace(key=key, warnings=(*row.warnings, *again)))
        known = self._box.store.known_rows(row.key.cells for row in good)
        drafts: list[list[ComposedRow]] = []
        for row in good:
            if row.key in known and known[row.key].live:
                self._count(RowResult(row.row, "skipped"))
            elif row.group is None:
                drafts.append([row])
            else:
                group = self._groups.setdefault(row.group, [])
                group.append(row)
                if len(group) == MOST_TOGETHER:
                    drafts.append(self._groups.pop(row.group))
        self._hold(drafts)

    def _hold(self, drafts: Sequence[Sequence[ComposedRow]]) -> None:
        ready = [self.compose.ready(rows) for rows in drafts]
        for rows, new in ready:
            self.plan.add(new)
            for row in rows:
                self.plan.warn(row.row, row.warnings)
                self._count(RowResult(row.row, "drafted", None, (), row.warnings, row.new))
        if ready:
            self.held.add(ready)

    def _count(self, result: RowResult) -> None:
        self.plan.count(result)
        self._on_row(result)


class _Keep:
    """The second step: what was composed is kept, group by group."""

    def __init__(self, box: Outbox, check: _Check, on_result: OnResult) -> None:
        self._box, self._check, self._on_result = box, check, on_result
        self._batch = new_batch(box.now().date())

    def all(self, watch: Watch) -> Report:
        """Keep everything that is held."""
        plan = self._check.plan
        report = replace(plan, drafted=0, messages=0, by_route=Counter(), states=Counter())
        done = 0
        for drafts in self._check.held.taken():
            self._group(drafts, report)
            self._box.finish()
            done += sum(len(rows) for rows, _ in drafts)
            watch("keep", done, plan.drafted)
        return report

    def _group(self, drafts: Sequence[Ready], report: Report) -> None:
        """Keep some drafts; rows that somebody else has drafted meanwhile are left out."""
        while drafts:
            wanted = [(new, [row.key for row in rows]) for rows, new in drafts]
            kept = keep_table(self._box, wanted, self._batch)
            again = []
            for (rows, new), result in zip(drafts, kept, strict=True):
                if isinstance(result, frozenset):
                    again += self._without(rows, result, report)
                    continue
                report.add(new)
                report.batch = self._batch
                for row in rows:
                    self._count(RowResult(row.row, "drafted", result, (), row.warnings), report)
            drafts = again

    def _without(
        self, rows: Sequence[ComposedRow], taken: frozenset[TableRow], report: Report
    ) -> list[Ready]:
        """The draft again without the ``taken`` rows; none where no row is left."""
        for row in rows:
            if row.key in taken:
                self._count(RowResult(row.row, "skipped"), report)
        rest = [row for row in rows if row.key not in taken]
        return [self._check.compose.ready(rest)] if rest else []

    def _count(self, result: RowResult, report: Report) -> None:
        report.count(result)
        self._on_result(result)

    def until_then(self, code: Code) -> list[Problem]:
        """How many drafts of a run that ended early are in the outbox."""
        try:
            count = sum(self._box.store.counts(Filters(batch=self._batch)).values())
        except ParkdraftError:  # it may be what stopped the run, which the caller raises
            return []
        return [Problem(code, data={"count": count})] if count or code == "batch.stopped" else []
