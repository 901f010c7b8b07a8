"""A table that was brought to the page: checked, shown, and then made into drafts.

The work runs beside the requests, so that the page can tell how far it is.
"""

from __future__ import annotations

import logging
import threading
from dataclasses import dataclass, field, replace
from pathlib import Path

from parkdraft.batch.run import Report, RowResult, run
from parkdraft.errors import ParkdraftError, Problem
from parkdraft.home import Home
from parkdraft.web.uploads import Upload

log = logging.getLogger("parkdraft.web")
MOST_GOOD = 100
MOST_TOLD = 300
"""Rows with problems or warnings that are shown; the table of failed rows has them all."""


@dataclass
class Told:
    """What is shown of the rows, as far as it fits a page."""

    good: list[RowResult] = field(default_factory=list)
    bad: list[RowResult] = field(default_factory=list)
    warned: list[RowResult] = field(default_factory=list)
    skipped: list[int] = field(default_factory=list)
    warnings: int = 0
    """Rows with warnings, those that are not shown among them."""

    def __call__(self, result: RowResult) -> None:
        """Take what became of a row."""
        if result.warnings:
            self.warnings += 1
            if len(self.warned) < MOST_TOLD:
                self.warned.append(result)
        if result.status == "skipped":
            self.skipped.append(result.row)
        elif result.status == "failed" and len(self.bad) < MOST_TOLD:
            self.bad.append(result)
        elif result.status == "drafted" and len(self.good) < MOST_GOOD:
            self.good.append(result)


@dataclass
class Job:
    """What is known of a table: ``phase`` goes from check to checked, make and made.

    Work is at a ``step`` of ``report.STEPS``, done with ``count`` of ``last`` rows. ``stopped``
    says why it went no further: problems of the whole file, or of the disk.
    """

    combine: bool
    phase: str = "check"
    count: int = 0
    told: Told = field(default_factory=Told)
    report: Report | None = None
    stopped: list[Problem] | None = None
    broken: bool = False
    failed_table: Path | None = None
    step: str = "check"
    last: int = 0
    ended: threading.Event = field(default_factory=threading.Event)
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def running(self) -> bool:
        """Whether it is at work now."""
        return self.phase in ("check", "make")


def check(home: Home, upload: Upload, *, combine: bool) -> Job:
    """Start to check a table; nothing is made."""
    job = Job(combine)
    upload.about = job
    _start(home, upload, job, dry_run=True)
    return job


def make(home: Home, upload: Upload) -> bool:
    """Start to make the drafts of a checked table; False where it is not to be made (again)."""
    job = upload.about
    with job.lock:
        if job.phase != "checked" or job.stopped:
            return False
        job.phase, job.step, job.count = "make", "check", 0
        job.told, job.report = Told(), None
        job.ended.clear()
    _start(home, upload, job, dry_run=False)
    return True


def _start(home: Home, upload: Upload, job: Job, *, dry_run: bool) -> None:
    login = home.login()  # who is working is known to the request alone
    own = replace(home, login=lambda: login)
    arguments = (own, upload, job, dry_run)
    threading.Thread(target=_work, args=arguments, name="parkdraft-batch", daemon=True).start()


def _work(home: Home, upload: Upload, job: Job, dry_run: bool) -> None:
    def watch(step: str, done: int, total: int) -> None:
        job.step, job.count, job.last = step, done, total

    try:
        job.report = run(
            home,
            upload.path,
            combine=job.combine,
            dry_run=dry_run,
            failed_too=True,
            told=job.told,
            watch=watch,
        )
        job.failed_table = job.report.failed_table
    except ParkdraftError as error:
        job.stopped = upload.named(error.problems)
    except Exception as error:  # told without what the table holds
        log.error("failed batch: %s", type(error).__name__)  # noqa: TRY400
        job.broken, job.stopped = True, []
    finally:
        if not dry_run and not job.stopped:
            upload.path.unlink(missing_ok=True)
        job.phase = "checked" if dry_run else "made"
        job.ended.set()
