"""Small JSON files that several processes read and write: whole or not there.

On Windows a file cannot be replaced or opened at the very moment in which another process does
so; that is tried again.
"""

from __future__ import annotations

import json
import os
import secrets
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeVar

_PAUSES = (0.01, 0.02, 0.05, 0.1, 0.2, 0.4)
_WRITE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
_T = TypeVar("_T")


def read_json(path: Path) -> dict[str, Any] | None:
    """What a file says; None where there is none. Raises OSError."""
    try:
        value = json.loads(_tried(path.read_bytes))
    except (FileNotFoundError, NotADirectoryError, ValueError):
        return None
    return value if isinstance(value, dict) else None


def write_json(path: Path, value: dict[str, Any]) -> None:
    """Write a file for owner and group; not flushed, it need not outlive the machine.

    Raises OSError; then the file is as it was.
    """
    temporary = path.with_name(f"{path.name}.{secrets.token_hex(4)}.tmp")
    try:
        with os.fdopen(os.open(temporary, _WRITE, 0o640), "wb") as file:
            file.write(json.dumps(value).encode())
        _tried(lambda: temporary.replace(path))
    except BaseException:
        with suppress(OSError):
            temporary.unlink()
        raise


def remove(path: Path) -> None:
    """Remove a file that may be gone already. Raises OSError."""
    _tried(lambda: path.unlink(missing_ok=True))


def _tried(step: Callable[[], _T]) -> _T:
    for pause in _PAUSES if os.name == "nt" else ():
        try:
            return step()
        except PermissionError:
            time.sleep(pause)
    return step()
