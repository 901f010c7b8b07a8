"""A table of cases becomes drafts: everything is checked first, then good rows are kept.

    rows ─▶ composed (pure) ─▶ spooled on disk ─▶ kept in groups

What was composed waits in a temporary file, so that memory does not grow with the table. A
row that was drafted before, by whomever, is known by its details and skipped.
"""

from __future__ import annotations

import pickle
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, NamedTuple

from parkdraft.errors import DetailsError, ParkdraftError, Problem
from parkdraft.home import Home
from parkdraft.outbox.keeping import New, Outbox, add
from parkdraft.outbox.noting import new_draft, row_key
from parkdraft.outbox.rowkeys import RowKeys
from parkdraft.outbox.store import new_id
from parkdraft.process.details import find_case
from parkdraft.process.inquiry import Inquiry
from parkdraft.process.places import Known
from parkdraft.tables.casecolumns import CASE, CASE_COLUMNS
from parkdraft.tables.failed import write_failed
from parkdraft.tables.reading import Row, open_table
from parkdraft.wording import hint, message
from parkdraft.writing.combining import together
from parkdraft.writing.drafting import Draft

GROUP = 500
"""Drafts that are made durable together."""


class RowResult(NamedTuple):
    """What became of a row: ``drafted``, ``skipped`` (it was drafted before) or ``failed``."""

    row: int
    status: str
    id: str | None = None
    problems: tuple[Problem, ...] = ()
    warnings: tuple[Problem, ...] = ()


Told = Callable[[RowResult], None]
Watch = Callable[[str, int], None]
"""Is told of progress: what is being done (``check``, then ``keep``), and how many so far."""


@dataclass
class Report:
    """How many rows became what; ``messages`` are the drafts, which may hold several rows.

    ``by_route`` counts rows by channel and partner.
    """

    drafted: int = 0
    skipped: int = 0
    failed: int = 0
    messages: int = 0
    by_route: Counter[tuple[str, str | None]] = field(default_factory=Counter)
    failed_table: Path | None = None


class _Good(NamedTuple):
    """A row that can be drafted."""

    row: int
    cells: Mapping[str, str]
    inquiry: Inquiry
    draft: Draft


class _Made(NamedTuple):
    """A draft that is composed and not kept yet; ``rows`` are those that it holds."""

    rows: tuple[RowResult, ...]
    new: New


def run(
    home: Home,
    path: Path,
    *,
    combine: bool = False,
    dry_run: bool = False,
    told: Told = lambda _: None,
    watch: Watch = lambda *_: None,
) -> Report:
    """Draft every good row of the table at ``path``; bad rows go to the table beside it.

    ``combine`` makes one draft of rows that go to the same people for the same case. Raises
    TableError for a file that cannot be used at all, DirectoryError, and StorageError; what
    was kept until then stays, and the next run goes on from there.
    """
    table = open_table(path, CASE_COLUMNS)
    known = home.known(home.now().date())
    report = Report()
    with home.drafts.alone():
        keys = RowKeys(home.drafts.journal)
    bad: list[tuple[Row, Sequence[str]]] = []
    groups: dict[object, list[_Good]] = {}
    with TemporaryFile() as spool:
        for count, row in enumerate(table.judged(), start=1):
            watch("check", count)
            found = _judged(home, known, keys, row)
            if isinstance(found, RowResult):
                _count(report, found, told)
                if found.problems:
                    bad.append((row, [_words(problem) for problem in found.problems]))
            elif combine and (shared := together(found.inquiry)) is not None:
                groups.setdefault(shared, []).append(found)
            else:
                _spool(spool, _single(home, found), report)
        for group in groups.values():
            _spool(spool, _combined(home, known, group), report)
        if bad and not dry_run:
            report.failed_table = write_failed(table, bad, home.now())
        _keep(home.drafts, keys, _spooled(spool), dry_run, report, told, watch)
    return report


def _judged(home: Home, known: Known, keys: RowKeys, row: Row) -> _Good | RowResult:
    """A row that can be drafted, or what became of it."""
    problems = [problem.at(row=row.number) for problem in row.problems]
    details = {name: value for name, value in row.cells.items() if name != CASE}
    try:
        case = find_case(row.cells.get(CASE, ""))
        made = home.compose_from(known, case.name, details, brief=True)
        if made.draft is None and not problems:
            raise DetailsError([Problem("batch.no-answer", "answer")])
    except ParkdraftError as error:
        told = {problem.field for problem in problems}
        problems += [one.at(row=row.number) for one in error.problems if one.field not in told]
    if problems:
        return RowResult(row.number, "failed", problems=tuple(problems))
    assert made.draft is not None
    inquiry = made.answer.inquiry
    key = row_key(inquiry)
    if key in keys:
        return RowResult(row.number, "skipped")
    keys.add(key)
    return _Good(row.number, details, inquiry, made.draft)


def _single(home: Home, good: _Good) -> _Made:
    draft_id = new_id(home.now().date())
    return _made(home, [good], new_draft(draft_id, [good.inquiry], good.draft, home.drafts.login))


def _combined(home: Home, known: Known, group: list[_Good]) -> _Made:
    if len(group) == 1:
        return _single(home, group[0])
    cells = [good.cells for good in group]
    draft, inquiries = home.combine_from(known, group[0].inquiry.case.name, cells)
    draft_id = new_id(home.now().date())
    return _made(home, group, new_draft(draft_id, inquiries, draft, home.drafts.login))


def _made(home: Home, goods: Sequence[_Good], new: New) -> _Made:
    draft_id = new.sheet.id
    rows = [RowResult(one.row, "drafted", draft_id, (), one.inquiry.warnings) for one in goods]
    return _Made(tuple(rows), new)


def _spool(spool: IO[bytes], made: _Made, report: Report) -> None:
    facts = made.new.facts
    report.by_route[facts["channel"], facts["partner"]] += len(made.rows)
    pickle.dump(made, spool, pickle.HIGHEST_PROTOCOL)


def _spooled(spool: IO[bytes]) -> Iterator[_Made]:
    """What was spooled, once more from the start; the file is ours and nobody else's."""
    end = spool.tell()
    spool.seek(0)
    while spool.tell() < end:
        yield pickle.load(spool)


def _keep(
    box: Outbox,
    keys: RowKeys,
    drafts: Iterator[_Made],
    dry_run: bool,
    report: Report,
    told: Told,
    watch: Watch,
) -> None:
    """The second pass: keep what is spooled, group by group."""
    while group := list(islice(drafts, GROUP)):
        if not dry_run:
            with box.alone():
                others = keys.refresh()  # somebody may be at work on the same table
                group = [made for made in group if not others & set(made.new.record.rows)]
                add(box, [made.new for made in group])
                keys.own([made.new.sheet.id for made in group])
        report.messages += len(group)
        for made in group:
            for row in made.rows:
                _count(report, row._replace(id=None) if dry_run else row, told)
        watch("keep", report.drafted)


def _count(report: Report, result: RowResult, told: Told) -> None:
    setattr(report, result.status, getattr(report, result.status) + 1)
    told(result)


def _words(problem: Problem) -> str:
    """A problem as it stands in the column 오류 of the failed row."""
    from parkdraft.process.cases import FIELDS

    label = FIELDS[problem.field].label if problem.field in FIELDS else ""
    text = " ".join(filter(None, (message(problem), hint(problem))))
    return f"{label}: {text}" if label else text
