"""A table that was brought to the page: checked, shown, and then made into drafts.

The work runs beside the requests, so that the page can tell how far it is.
"""

from __future__ import annotations

import logging
import threading
from dataclasses import dataclass, field, replace

from parkdraft.batch.report import Report, RowResult, progress
from parkdraft.batch.run import run
from parkdraft.errors import ParkdraftError
from parkdraft.home import Home
from parkdraft.web.uploads import Upload
from parkdraft.web.words import ERRORS, problem_lines

log = logging.getLogger("parkdraft.web")
MOST_GOOD = 100
MOST_BAD = 300
"""Rows with problems or warnings that are shown; the table of failed rows has them all."""


@dataclass
class ShownRows:
    """What is shown of the rows, as far as it fits a page."""

    good: list[RowResult] = field(default_factory=list)
    bad: list[RowResult] = field(default_factory=list)
    warned: list[RowResult] = field(default_factory=list)
    skipped: list[int] = field(default_factory=list)
    warnings: int = 0
    """Rows with warnings, those that are not shown among them."""

    def add(self, result: RowResult) -> None:
        """Take what became of a row."""
        if result.warnings:
            self.warnings += 1
            if len(self.warned) < MOST_BAD:
                self.warned.append(result)
        if result.status == "skipped":
            self.skipped.append(result.row)
        elif result.status == "failed" and len(self.bad) < MOST_BAD:
            self.bad.append(result)
        elif result.status == "drafted" and len(self.good) < MOST_GOOD:
            self.good.append(result)


@dataclass
class Job(Upload):
    """A table, and what is known of it: ``phase`` goes from check to checked, make and made.

    Work is at a ``step`` of ``report.STEPS``, done with ``count`` of ``last`` rows. ``stopped``
    says why it went no further: problems of the whole file, or of the disk.
    """

    phase: str = "brought"
    combine: bool = False
    step: str = "check"
    count: int = 0
    last: int = 0
    rows: ShownRows = field(default_factory=ShownRows)
    report: Report = field(default_factory=Report)
    stopped: list[str] = field(default_factory=list)
    ended: threading.Event = field(default_factory=threading.Event)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def running(self) -> bool:
        """Whether it is at work now."""
        return self.phase in ("check", "make")

    @property
    def progress(self) -> str:
        """How far it is, in words."""
        return progress(self.step, self.count, self.last) if self.last else ""

    def check(self, home: Home, *, combine: bool) -> None:
        """Start to check the table, unless it is at work; nothing is made."""
        with self._lock:
            if not self.running:
                self.combine = combine
                self._start(home, "check")

    def make(self, home: Home) -> None:
        """Start to make the drafts of a table that was checked, once."""
        with self._lock:
            if self.phase == "checked" and not self.stopped:
                self._start(home, "make")

    def _start(self, home: Home, phase: str) -> None:
        self.phase, self.step, self.count, self.last = phase, "check", 0, 0
        self.rows, self.report, self.stopped = ShownRows(), Report(), []
        self.ended.clear()
        login = home.login()  # who is working is known to the request alone
        own = replace(home, login=lambda: login)
        threading.Thread(
            target=self._work, args=(own,), name="parkdraft-batch", daemon=True
        ).start()

    def _work(self, home: Home) -> None:
        dry_run = self.phase == "check"
        try:
            self.report = run(
                home,
                self.path,
                combine=self.combine,
                dry_run=dry_run,
                failed_too=True,
                on_result=self.rows.add,
                watch=self._watch,
            )
            if not dry_run:
                self.path.unlink(missing_ok=True)
        except ParkdraftError as error:
            self.stopped = problem_lines(self.named(error.problems))
        except Exception as error:  # told without what the table holds
            log.error("failed batch: %s", type(error).__name__)  # noqa: TRY400
            self.stopped = [ERRORS[500]]
        self.phase = "checked" if dry_run else "made"
        self.ended.set()

    def _watch(self, step: str, done: int, total: int) -> None:
        self.step, self.count, self.last = step, done, total
