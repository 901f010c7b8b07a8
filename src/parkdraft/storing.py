"""Putting a file in its place whole: temporary name, flush, check, rename."""

from __future__ import annotations

import contextlib
import errno
import os
import stat
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

from parkdraft.errors import Problem, StorageError

_CODES = {
    errno.ENOSPC: "storage.full",
    errno.EDQUOT: "storage.full",
    errno.EROFS: "storage.read-only",
    errno.ENOENT: "storage.no-folder",
    errno.EACCES: "storage.read-only",
    errno.EPERM: "storage.read-only",
    errno.ENOTDIR: "storage.not-folder",
    errno.EEXIST: "storage.not-folder",
    errno.ENAMETOOLONG: "storage.name-too-long",
}
_HELD_OPEN = (32, 33)
"""Windows: ERROR_SHARING_VIOLATION, ERROR_LOCK_VIOLATION."""


class StorageErrors:
    """The block of ``with storage_errors(place)``; entered several times for each draft."""

    def __init__(self, place: str) -> None:
        self.place = place

    def __enter__(self) -> None:
        pass

    def __exit__(
        self, _kind: type[BaseException] | None, error: BaseException | None, _at: object
    ) -> None:
        if isinstance(error, OSError):
            code = _CODES.get(error.errno or 0, "storage.refused")
            if getattr(error, "winerror", None) in _HELD_OPEN:
                code = "storage.held-open"
            raise StorageError([Problem(code, data={"place": self.place})]) from error


def storage_errors(place: str) -> StorageErrors:
    """Turn what the file system refuses into a StorageError; ``place`` is shown to people."""
    return StorageErrors(place)


def read_file(path: Path) -> bytes:
    """The bytes of a file of the home.

    What is no file (a folder, a pipe, a device: reading may never end) is refused unopened.
    Raises StorageError, and FileNotFoundError where there is nothing.
    """
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            raise StorageError([Problem("storage.not-file", data={"place": path.name})])
        return path.read_bytes()
    except FileNotFoundError:
        raise
    except OSError as error:
        raise StorageError([Problem("storage.refused", data={"place": path.name})]) from error


def put(
    path: Path,
    content: bytes | Iterable[bytes],
    check: Callable[[bytes], None] | None = None,
    mode: int = 0o640,
) -> None:
    """Write ``content`` (whole, or piece by piece) to ``path``, durable, or leave nothing.

    ``check`` gets the bytes as read back from disk before the file has its name; what it
    raises passes through, and no file is left. Raises StorageError.
    """
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    with storage_errors(path.name):
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            write_whole(temporary, content, mode=mode)
            if check is not None:
                check(temporary.read_bytes())
            temporary.replace(path)
        except BaseException:
            with contextlib.suppress(OSError):
                temporary.unlink()
            raise
        flush_folder(path.parent)


_FEW = 3
_FLAGS = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_BINARY", 0)


def write_whole(path: Path, content: bytes | Iterable[bytes], *, mode: int = 0o640) -> None:
    """Write a file, durable when this returns; for temporary names. Raises OSError."""
    with os.fdopen(os.open(path, _FLAGS, mode), "wb") as file:
        file.writelines((content,) if isinstance(content, bytes) else content)
        file.flush()
        os.fsync(file.fileno())


def write_all(files: Iterable[tuple[str, bytes]], *, mode: int = 0o640) -> None:
    """Write several files of one file system, durable together when this returns.

    They have ``mode`` whatever the umask, where the file system has modes. Where the system
    can flush a whole file system at once, that costs as much as one file flushed alone; a few
    files, and all of them elsewhere, are flushed one by one. Raises OSError.
    """
    written = []
    for path, content in files:
        descriptor = os.open(path, _FLAGS, mode)
        try:
            _set_mode(descriptor, mode)
            left = content
            while left:
                left = left[os.write(descriptor, left) :]
        finally:
            os.close(descriptor)
        written.append(path)
    if len(written) > _FEW and _synced(written[0]):
        return
    for path in written:
        descriptor = os.open(path, os.O_RDWR | getattr(os, "O_BINARY", 0))
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _set_mode(descriptor: int, mode: int) -> None:
    if os.name != "nt" and os.fstat(descriptor).st_mode & 0o7777 != mode:
        with contextlib.suppress(OSError):  # a file system without modes
            os.fchmod(descriptor, mode)


def read_whole(path: str, likely: int = 65_536) -> bytes:
    """A file's bytes, with as few calls as can be where its size is ``likely`` right."""
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_BINARY", 0))
    try:
        content = piece = os.read(descriptor, likely + 1)
        while len(piece) > likely:
            piece = os.read(descriptor, likely + 1)
            content += piece
        return content
    finally:
        os.close(descriptor)


def _synced(path: str) -> bool:
    """Flush the file system of a file (Linux, syncfs(2)); False where that cannot be done."""
    if sys.platform != "linux":
        return False
    import ctypes

    descriptor = os.open(path, os.O_RDONLY)
    try:
        return bool(ctypes.CDLL(None).syncfs(descriptor) == 0)
    except AttributeError:  # a C library without it
        return False
    finally:
        os.close(descriptor)


def flush_folder(folder: Path) -> None:
    """Make renames in ``folder`` durable, where the system can (Windows cannot).

    What fails here is not raised: the file has its name, refusing now would be a lie.
    """
    if os.name == "nt":
        return
    with contextlib.suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
