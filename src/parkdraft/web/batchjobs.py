"""An uploaded table: checked, shown, and then made into drafts.

The work runs in a thread, so that the page can show the progress.
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
"""Rows with problems or warnings shown at most; the table of failed rows has all bad ones."""


@dataclass
class ShownRows:
    """The rows that the page shows, up to ``MOST_BAD`` with problems or warnings."""

    good: list[RowResult] = field(default_factory=list)
    bad: list[RowResult] = field(default_factory=list)
    warned: list[RowResult] = field(default_factory=list)
    skipped: list[int] = field(default_factory=list)
    warnings: int = 0
    """Rows with warnings, shown or not."""

    def add(self, result: RowResult) -> None:
        """Add what became of a row."""
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
    """An uploaded table; ``phase`` goes from check to checked, make and made.

    ``step`` is one of ``report.STEPS``, in which ``count`` of ``last`` rows are done. ``stopped``
    has the problems that ended the work: of the whole file, or of the disk.
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
        """Whether the work is going on now."""
        return self.phase in ("check", "make")

    @property
    def progress(self) -> str:
        """The progress in words."""
        return progress(self.step, self.count, self.last) if self.last else ""

    def check(self, home: Home, *, combine: bool) -> None:
        """Start checking the table, unless work is going on; nothing is kept."""
        with self._lock:
            if not self.running:
                self.combine = combine
                self._start(home, "check")

    def make(self, home: Home) -> None:
        """Start making the drafts of a checked table, once."""
        with self._lock:
            if self.phase == "checked" and not self.stopped:
                self._start(home, "make")

    def _start(self, home: Home, phase: str) -> None:
        self.phase, self.step, self.count, self.last = phase, "check", 0, 0
        self.rows, self.report, self.stopped = ShownRows(), Report(), []
        self.ended.clear()
        login, seat = home.login(), home.seat()  # the thread has no request that says who works
        own = replace(home, login=lambda: login, seat=lambda: seat)
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
        except Exception as error:  # logged without data of the table
            log.error("failed batch: %s", type(error).__name__)  # noqa: TRY400
            self.stopped = [ERRORS[500]]
        self.phase = "checked" if dry_run else "made"
        self.ended.set()

    def _watch(self, step: str, done: int, total: int) -> None:
        self.step, self.count, self.last = step, done, total
