"""A private folder for files that must not outlive this process, however it ends.

Beside it lies a file that the process keeps locked. The system frees the lock when the process
ends, killed or not, on Windows too (a process id could be given to another process). The next
start removes every folder whose file is not locked.
"""

from __future__ import annotations

import atexit
import contextlib
import os
import shutil
import sys
import tempfile
import time
from pathlib import Path

_PREFIX = "parkdraft-web-"
_LOCK = ".lock"
_USED = 60 * 60
"""Seconds for which a folder without a lock file counts as used after its last change."""
_OPEN = os.O_RDWR | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)

if sys.platform == "win32":
    import msvcrt

    def _lock(descriptor: int) -> None:
        """Lock a file, or raise OSError where another process has."""
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def _lock(descriptor: int) -> None:
        """Lock a file, or raise OSError where another process has."""
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)


class PrivateFolder:
    """A new folder at ``path``, for this user alone. Raises OSError."""

    def __init__(self) -> None:
        while True:
            self._descriptor, name = tempfile.mkstemp(_LOCK, _PREFIX)
            self._locked = Path(name)
            with contextlib.suppress(OSError):
                _lock(self._descriptor)
                if os.path.samestat(os.fstat(self._descriptor), self._locked.stat()):
                    break
            os.close(self._descriptor)  # another process has just swept it away
        self.path = self._locked.with_suffix("")
        self.path.mkdir(mode=0o700)
        atexit.register(self.remove)

    def remove(self) -> None:
        """Remove the folder and its files."""
        atexit.unregister(self.remove)
        _remove(self.path, self._descriptor, self._locked)


def sweep() -> None:
    """Remove the folders of processes that have ended.

    A folder whose lock file is gone is only removed when it was not used for an hour.
    """
    places = Path(tempfile.gettempdir())
    for locked in places.glob(f"{_PREFIX}*{_LOCK}"):
        with contextlib.suppress(OSError):  # another user's
            descriptor = os.open(locked, _OPEN)
            try:
                _lock(descriptor)
            except OSError:  # in use
                os.close(descriptor)
                continue
            _remove(locked.with_suffix(""), descriptor, locked)
    for folder in places.glob(f"{_PREFIX}*"):
        with contextlib.suppress(OSError):
            old = folder.lstat().st_mtime < time.time() - _USED
            if old and folder.suffix != _LOCK and not folder.with_suffix(_LOCK).exists():
                shutil.rmtree(folder, ignore_errors=True)  # rmtree follows no links


def _remove(folder: Path, descriptor: int, locked: Path) -> None:
    """Remove a folder and its locked file; what cannot be removed is left to the next start."""
    shutil.rmtree(folder, ignore_errors=True)
    if sys.platform == "win32":  # it cannot remove an open file
        os.close(descriptor)
    with contextlib.suppress(OSError):
        if not folder.exists():
            locked.unlink(missing_ok=True)
    if sys.platform != "win32":  # only now, so that nobody locks it in between
        os.close(descriptor)
