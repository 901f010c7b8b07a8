"""Work on an upload: one process does it, every process of the home can show it.

Runs are numbered. Whoever creates the file ``run-<number>`` does that run; the file system lets
only one. Progress, and at the end the result, stand in ``run-<number>.json``, which is written
anew every half a second. Where that stops, the process has died, and the next run may begin.
Clocks of several machines may differ by less than ``SILENT``.
"""

from __future__ import annotations

import os
import re
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Literal, NamedTuple

from parkdraft.files import storage_errors
from parkdraft.web.uploads import PLACE, GoneError, Upload
from parkdraft.web.wholejson import read_json, write_json

SILENT = 30.0
"""Seconds without a sign of life, after which a run counts as dead."""
DIED = "작업하던 프로그램이 멈췄습니다. 다시 확인하세요."
_BEAT = 0.5
_CLAIM = re.compile(r"run-([1-9][0-9]*)")
_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL
Clock = Callable[[], float]
Facts = Mapping[str, Any]


class Run(NamedTuple):
    """A run of an upload; number 0 where none was begun. ``facts`` is what it wrote last."""

    number: int
    state: Literal["none", "running", "ended", "died"]
    facts: Facts


def latest(upload: Upload, now: float) -> Run:
    """The last run of an upload. Raises GoneError and StorageError."""
    with storage_errors(PLACE):
        try:
            found = [_CLAIM.fullmatch(path.name) for path in upload.folder.iterdir()]
            number = max((int(claim[1]) for claim in found if claim), default=0)
            if not number:
                return Run(0, "none", {})
            written = read_json(_state(upload, number))
            if written is None:  # just begun
                written = {"at": _claim(upload, number).stat().st_mtime, "facts": {}}
        except FileNotFoundError as error:
            raise GoneError from error
    if written.get("ended"):
        return Run(number, "ended", written["facts"])
    died = written["at"] < now - SILENT
    return Run(number, "died" if died else "running", written["facts"])


def begin(upload: Upload, after: Run) -> int | None:
    """The number of the run that follows ``after``, which the caller may now do.

    None where another request or process does it. Raises GoneError and StorageError.
    """
    number = after.number + 1
    with storage_errors(PLACE):
        try:
            os.close(os.open(_claim(upload, number), _NEW, 0o640))
        except FileExistsError:
            return None
        except FileNotFoundError as error:
            raise GoneError from error
    return number


@contextmanager
def alive(upload: Upload, number: int, now: Clock, facts: Callable[[], Facts]) -> Iterator[None]:
    """Write ``facts`` of a run again and again, as long as the block lasts."""
    done = threading.Event()

    def beat() -> None:
        while True:
            with suppress(OSError):  # the disk is full, or the upload gone: nobody is to hear
                _write(upload, number, now, facts(), ended=False)
            if done.wait(_BEAT):
                return

    thread = threading.Thread(target=beat, name="parkdraft-alive", daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()


def end(upload: Upload, number: int, now: Clock, facts: Facts) -> None:
    """Write what a run came to. Raises StorageError."""
    with storage_errors(PLACE):
        _write(upload, number, now, facts, ended=True)


def _write(upload: Upload, number: int, now: Clock, facts: Facts, *, ended: bool) -> None:
    write_json(_state(upload, number), {"at": now(), "ended": ended, "facts": facts})


def _claim(upload: Upload, number: int) -> Path:
    return upload.folder / f"run-{number}"


def _state(upload: Upload, number: int) -> Path:
    return upload.folder / f"run-{number}.json"
