"""What was worked out of a file that has not changed, remembered between commands.

JSON, never pickle, keyed by content and program version, outside the home. A cache that is
missing, broken or not writable only costs time. It repeats what the home holds (addresses
too), so the folder is made readable for its owner only.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from parkdraft import __version__

KEPT = 20
"""Entries of one kind that stay; the oldest go."""


def remembered(kind: str, content: bytes, make: Callable[[], Any]) -> Any:
    """``make()``, or what it returned for the same ``kind`` and ``content`` before.

    The result must be plain JSON. Errors of ``make`` pass through and are not remembered.
    """
    try:
        folder = cache_folder()
    except RuntimeError:  # nobody's home: no HOME, and the system does not know the user
        return make()
    key = hashlib.sha256(f"{__version__}\0{kind}\0".encode() + content).hexdigest()[:40]
    path = folder / f"{kind}-{key}.json"
    try:
        digest, _, body = path.read_bytes().partition(b"\n")
        if hashlib.sha256(body).hexdigest().encode() == digest:
            return json.loads(body)
    except (OSError, ValueError):
        pass
    value = make()
    _store(path, json.dumps(value, ensure_ascii=False).encode())
    return value


def cache_folder() -> Path:
    """The user's own cache folder: ``$PARKDRAFT_CACHE``, else where the system keeps such.

    ``platformdirs`` says the same, but importing it costs each command some 8 ms.
    """
    if named := os.environ.get("PARKDRAFT_CACHE"):
        return Path(named)
    if sys.platform == "win32":
        base = os.environ.get("LOCALAPPDATA") or str(Path.home() / "AppData" / "Local")
        return Path(base) / "parkdraft" / "Cache"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches" / "parkdraft"
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "parkdraft"


def _store(path: Path, body: bytes) -> None:
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    kind = path.name.rpartition("-")[0]
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        temporary.write_bytes(hashlib.sha256(body).hexdigest().encode() + b"\n" + body)
        temporary.replace(path)
        entries = path.parent.glob(f"{kind}-{'?' * 40}.json")
        for old in sorted(entries, key=lambda entry: entry.stat().st_mtime)[:-KEPT]:
            old.unlink(missing_ok=True)
    except OSError:
        with contextlib.suppress(OSError):
            temporary.unlink()
