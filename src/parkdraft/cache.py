"""A cache for what was computed from files, kept between commands.

JSON, never pickle, outside the home; the key is the files' content and the program's version. A
cache that is missing, broken or not writable only costs time. It repeats data of the home
(addresses too), so only its owner can read the folder.
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
"""Entries of one kind that are kept; older ones are removed."""


def remembered(kind: str, content: bytes, make: Callable[[], Any]) -> Any:
    """``make()``, or what it returned before for the same ``kind`` and ``content``.

    The result must be plain JSON. Errors of ``make`` are raised and not remembered.
    """
    try:
        folder = cache_folder()
    except RuntimeError:  # no home directory: HOME is not set and the user is unknown
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
    """The user's cache folder: ``$PARKDRAFT_CACHE``, else the usual place of the system.

    ``platformdirs`` gives the same place, but importing it takes 8 ms.
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
