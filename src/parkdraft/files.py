"""Writing a file whole or not at all: temporary name, flush, rename."""

from __future__ import annotations

import contextlib
import errno
import os
import stat
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from parkdraft.errors import Problem, StorageError

if TYPE_CHECKING:
    from parkdraft.codes import Code

_CODES: Mapping[int, Code] = {
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


@contextlib.contextmanager
def storage_errors(place: str) -> Iterator[None]:
    """Turn an OSError into a StorageError; ``place`` is the name that people are shown."""
    try:
        yield
    except OSError as error:
        raise storage_error(place, error) from error


def storage_error(place: str, error: OSError) -> StorageError:
    """The same for one error."""
    code = _CODES.get(error.errno or 0, "storage.refused")
    if getattr(error, "winerror", None) in _HELD_OPEN:
        code = "storage.held-open"
    return StorageError([Problem(code, data={"place": place})])


def read_file(path: Path) -> bytes:
    """The bytes of a file of the home.

    A folder, pipe or device is refused without opening it: reading may never end. Raises
    StorageError, and FileNotFoundError where there is nothing.
    """
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            raise StorageError([Problem("storage.not-file", data={"place": path.name})])
        return path.read_bytes()
    except FileNotFoundError:
        raise
    except OSError as error:
        raise StorageError([Problem("storage.refused", data={"place": path.name})]) from error


def put(path: Path, content: bytes | Iterable[bytes]) -> None:
    """Write ``content`` (whole, or in pieces) to ``path``, durable; after an error nothing changed.

    Raises StorageError, and whatever making a piece raises.
    """
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    with storage_errors(path.name):
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            _write(temporary, content)
            temporary.replace(path)
        except BaseException:
            with contextlib.suppress(OSError):
                temporary.unlink()
            raise
        flush_folder(path.parent)


_FLAGS = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_BINARY", 0)


def _write(path: Path, content: bytes | Iterable[bytes]) -> None:
    """Write a file, durable when this returns. Raises OSError."""
    with os.fdopen(os.open(path, _FLAGS, 0o640), "wb") as file:
        file.writelines((content,) if isinstance(content, bytes) else content)
        file.flush()
        os.fsync(file.fileno())


def flush_folder(folder: Path) -> None:
    """Make renames in ``folder`` durable, where the system can (Windows cannot).

    Errors are ignored: the file is there already, so an error would be wrong.
    """
    if os.name == "nt":
        return
    with contextlib.suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
