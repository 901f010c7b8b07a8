"""One process of this machine at a time, by a lock on a file that lies on this machine.

What is locked may lie on a shared network folder, where locks are not to be relied on; the
lock's file never does. Processes on other machines are not held back by it.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import time
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

from parkdraft.errors import Problem, StorageError
from parkdraft.storing import storage_errors

PATIENCE = 60.0
"""Seconds that somebody waits for the others before giving up."""
_MODE = 0o644


@contextlib.contextmanager
def machine_lock(key: str, patience: float = PATIENCE) -> Iterator[None]:
    """Hold the lock of ``key``; raises StorageError where others hold it for too long.

    The system lets go of it when the process ends, however it ends.
    """
    descriptor = _taken(_folder() / f"parkdraft-{_digest(key)}.lock", patience)
    try:
        yield
    finally:
        os.close(descriptor)


def _folder() -> Path:
    """A folder of this machine that all its sessions share, whatever their TMPDIR says."""
    if os.name == "nt":
        import tempfile

        return Path(os.environ.get("PROGRAMDATA") or tempfile.gettempdir())
    return Path("/tmp")


def _digest(key: str) -> str:
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def _taken(path: Path, patience: float) -> int:
    """The lock's file, locked, as soon as nobody else holds it."""
    deadline = time.monotonic() + patience
    pause = 0.001
    while (descriptor := _tried(path)) is None:
        if time.monotonic() > deadline:
            raise StorageError([Problem("storage.busy")])
        time.sleep(pause)
        pause = min(pause * 1.5, 0.05)
    return descriptor


def _tried(path: Path) -> int | None:
    """The lock's file, locked; None where others hold it, or somebody cleared it away."""
    with storage_errors("lock"), contextlib.ExitStack() as opened:
        descriptor = _opened(path)
        opened.callback(os.close, descriptor)
        if not _locked(descriptor) or not _is_at(path, descriptor):
            return None
        opened.pop_all()
        return descriptor


def _opened(path: Path) -> int:
    """The lock's file; another user's may only be read, which is enough to lock it."""
    flags = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_CLOEXEC", 0)
    try:
        return os.open(path, os.O_RDONLY | flags)
    except FileNotFoundError:
        try:
            descriptor = os.open(path, os.O_RDWR | os.O_CREAT | flags, _MODE)
        except PermissionError:  # another user was quicker
            return os.open(path, os.O_RDONLY | flags)
    if os.name != "nt":
        os.fchmod(descriptor, _MODE)  # whatever the umask
    return descriptor


def _is_at(path: Path, descriptor: int) -> bool:
    """Whether this is still the file that others open; folders like /tmp are swept."""
    try:
        return os.path.samestat(os.fstat(descriptor), path.stat())
    except FileNotFoundError:
        return False


def _locked(descriptor: int) -> bool:
    try:
        if os.name == "nt":
            msvcrt = import_module("msvcrt")
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        else:
            fcntl = import_module("fcntl")
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):
        return False
    return True
