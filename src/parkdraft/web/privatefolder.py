"""A private folder for files that must not outlive this process, however it ends.

Beside it lies a file that the process keeps locked. The system lets go of a lock whenever its
process ends, killed or not, on Windows, too; an identifier of a process would be given again to
another one. So a folder whose file nobody has locked is nobody's, and the next start removes it.
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
"""Seconds for which a folder counts as used after something was put there."""
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
    """The folder at ``path``; made for this user alone. Raises OSError."""

    def __init__(self) -> None:
        while True:
            self._descriptor, name = tempfile.mkstemp(_LOCK, _PREFIX)
            self._locked = Path(name)
            with contextlib.suppress(OSError):
                _lock(self._descriptor)
                if os.path.samestat(os.fstat(self._descriptor), self._locked.stat()):
                    break
            os.close(self._descriptor)  # somebody's sweep was faster
        self.path = self._locked.with_suffix("")
        self.path.mkdir(mode=0o700)
        atexit.register(self.remove)

    def remove(self) -> None:
        """Remove it and all that is in it."""
        atexit.unregister(self.remove)
        _remove(self.path, self._descriptor, self._locked)


def sweep() -> None:
    """Remove the folders of processes that are no more.

    One whose file was cleared away by something else is left alone while it is used.
    """
    places = Path(tempfile.gettempdir())
    for locked in places.glob(f"{_PREFIX}*{_LOCK}"):
        with contextlib.suppress(OSError):  # somebody else's
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
                shutil.rmtree(folder, ignore_errors=True)  # it follows no link


def _remove(folder: Path, descriptor: int, locked: Path) -> None:
    """Remove a folder and its file, which is locked: what cannot be, the next start does."""
    shutil.rmtree(folder, ignore_errors=True)
    if sys.platform == "win32":  # no open file can be removed there
        os.close(descriptor)
    with contextlib.suppress(OSError):
        if not folder.exists():
            locked.unlink(missing_ok=True)
    if sys.platform != "win32":  # nobody could lock it before it was gone
        os.close(descriptor)
