"""Counts of what becomes of a table's rows: first as a plan, then as it was done."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from parkdraft.errors import Problem
from parkdraft.outbox.facts import NewDraft

STEPS = {"check": "점검", "keep": "만드는 중"}


def progress(step: str, done: int, total: int) -> str:
    """The progress in words: ``점검 3,000 / 10,000줄``."""
    return f"{STEPS[step]} {done:,} / {total:,}줄"


class RowResult(NamedTuple):
    """What became of a row: ``drafted``, ``skipped`` (it was drafted before) or ``failed``.

    ``about`` is the row's draft as long as it is not kept: it says where the row goes.
    """

    row: int
    status: str
    id: str | None = None
    problems: tuple[Problem, ...] = ()
    warnings: tuple[Problem, ...] = ()
    about: NewDraft | None = None


class Kind(NamedTuple):
    """Warnings of one kind: how many there are, and the first of them."""

    times: int
    first: Problem


@dataclass
class Report:
    """How many rows became what; before anything is kept it is the plan.

    ``messages`` counts drafts, which may hold several rows; ``by_route`` counts them by channel
    and partner, ``states`` by their first state; ``warned``: code → warnings. ``notes`` are about
    the table as a whole, ``happened`` about the outbox. ``batch`` is the identifier that the
    drafts of this run share; ``problems`` say why the table of failed rows could not be written.
    """

    drafted: int = 0
    skipped: int = 0
    failed: int = 0
    messages: int = 0
    by_route: Counter[tuple[str, str | None]] = field(default_factory=Counter)
    states: Counter[str] = field(default_factory=Counter)
    warned: dict[str, Kind] = field(default_factory=dict)
    notes: tuple[Problem, ...] = ()
    happened: tuple[Problem, ...] = ()
    batch: str | None = None
    failed_table: Path | None = None
    problems: tuple[Problem, ...] = ()

    def count(self, result: RowResult) -> None:
        """Count one more row."""
        setattr(self, result.status, getattr(self, result.status) + 1)

    def add(self, new: NewDraft) -> None:
        """Count one more draft, its rows apart."""
        self.messages += 1
        self.by_route[new.channel, new.partner] += 1
        self.states[new.state] += 1

    def warn(self, row: int, warnings: Iterable[Problem]) -> None:
        """Count what a row is warned about."""
        for problem in warnings:
            kind = self.warned.get(problem.code) or Kind(0, problem.at(row=row))
            self.warned[problem.code] = kind._replace(times=kind.times + 1)
