"""An uploaded table: checked, shown, and then made into drafts.

The work runs in a thread of the process that was asked; any process shows its progress.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from threading import Thread
from typing import Any

from parkdraft.batch.report import Report, progress
from parkdraft.batch.run import run
from parkdraft.errors import ParkdraftError
from parkdraft.home import Home
from parkdraft.web import runs
from parkdraft.web.batchrows import ShownRows, shown
from parkdraft.web.uploads import Upload
from parkdraft.web.words import ERRORS, problem_lines

log = logging.getLogger("parkdraft.web")


@dataclass(frozen=True)
class Job:
    """How far an uploaded table is.

    ``phase`` is ``check`` or ``make`` while it works, then ``checked`` or ``made``. ``step`` is one
    of ``report.STEPS``, in which ``count`` of ``last`` rows are done. ``stopped`` says what ended
    the work: the whole file, the disk, or (``died``) the end of its program.
    """

    token: str
    name: str
    run: runs.Run
    phase: str
    combine: bool = False
    step: str = "check"
    count: int = 0
    last: int = 0
    stopped: Sequence[str] = ()
    shown: Mapping[str, Any] = field(default_factory=dict)

    @property
    def running(self) -> bool:
        """Whether the work is going on now."""
        return self.run.state == "running"

    @property
    def died(self) -> bool:
        """Whether its program ended before the work did."""
        return self.run.state in ("died", "none")

    @property
    def progress(self) -> str:
        """The progress in words."""
        return progress(self.step, self.count, self.last) if self.last else ""


def look(upload: Upload, now: float) -> Job:
    """How far a table is, whichever process works on it. Raises GoneError and StorageError."""
    found = runs.latest(upload, now)
    job = Job(upload.token, upload.name, found, **{"phase": "check", **found.facts})
    if job.running:
        return job
    stopped = [runs.DIED] if job.died else job.stopped
    return replace(job, phase="made" if job.phase == "make" else "checked", stopped=stopped)


def check(upload: Upload, home: Home, now: runs.Clock, *, combine: bool) -> Thread | None:
    """Start checking a table; nothing is kept. None where work is going on already."""
    job = look(upload, now())
    return None if job.running else _start(upload, home, now, job.run, "check", combine=combine)


def make(upload: Upload, home: Home, now: runs.Clock) -> Thread | None:
    """Start making the drafts of a checked table. None where it is not, or somebody else does."""
    job = look(upload, now())
    if job.running or job.stopped or job.phase != "checked":
        return None
    return _start(upload, home, now, job.run, "make", combine=job.combine)


def _start(
    upload: Upload, home: Home, now: runs.Clock, after: runs.Run, phase: str, *, combine: bool
) -> Thread | None:
    number = runs.begin(upload, after)
    if number is None:
        return None
    login, seat = home.login(), home.seat()  # the thread has no request that says who works
    own = replace(home, login=lambda: login, seat=lambda: seat)
    work = _Work(upload, own, phase, combine=combine)
    thread = Thread(target=work.run, args=(number, now), name="parkdraft-batch", daemon=True)
    thread.start()
    return thread


class _Work:
    """One run; what it wrote last lives on, whatever becomes of it."""

    def __init__(self, upload: Upload, home: Home, phase: str, *, combine: bool) -> None:
        self._upload, self._home = upload, home
        self._dry_run, self._combine = phase == "check", combine
        self._facts: Mapping[str, Any] = {"phase": phase, "combine": combine}

    def run(self, number: int, now: runs.Clock) -> None:
        """Do it, and show how far it is."""
        try:
            with runs.alive(self._upload, number, now, lambda: self._facts):
                result = self._result()
            runs.end(self._upload, number, now, {**self._facts, **result})
            if not self._dry_run and "shown" in result:
                self._upload.discard()
        except Exception as error:  # logged without data of the table
            log.error("failed batch: %s", type(error).__name__)  # noqa: TRY400

    def _result(self) -> dict[str, Any]:
        """What is shown in the end, or the problems that stopped it."""
        rows = ShownRows()
        try:
            return {"shown": shown(rows, self._report(rows), self._home.directory)}
        except ParkdraftError as error:
            return {"stopped": problem_lines(self._upload.named(error.problems))}
        except Exception as error:
            log.error("failed batch: %s", type(error).__name__)  # noqa: TRY400
            return {"stopped": [ERRORS[500]]}

    def _report(self, rows: ShownRows) -> Report:
        return run(
            self._home,
            self._upload.path,
            combine=self._combine,
            dry_run=self._dry_run,
            failed_too=True,
            on_result=rows.add,
            watch=self._watch,
        )

    def _watch(self, step: str, done: int, total: int) -> None:
        self._facts = {**self._facts, "step": step, "count": done, "last": total}
