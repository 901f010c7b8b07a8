"""``parkdraft.toml``: what a technician sets in a home; it need not be there (contract)."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from parkdraft.errors import DirectoryError, Problem

NAME = "parkdraft.toml"
_SQLITE = "sqlite:///"


def database_path(root: Path) -> Path | None:
    """The file of ``[database] url``, which ``$PARKDRAFT_DATABASE`` overrides; None: the usual.

    A path that is not absolute is meant from the home. Raises DirectoryError.
    """
    url = os.environ.get("PARKDRAFT_DATABASE") or _section(root / NAME, "database").get("url")
    if url is None:
        return None
    if not isinstance(url, str) or not url.startswith(_SQLITE) or url == _SQLITE:
        raise DirectoryError([Problem("settings.database", NAME)])
    return root / url.removeprefix(_SQLITE)


def _section(path: Path, name: str) -> dict[str, Any]:
    if not path.exists():
        return {}
    import tomllib

    try:
        section = tomllib.loads(path.read_text(encoding="utf-8-sig")).get(name, {})
    except (OSError, ValueError) as error:  # ValueError: no TOML, or no UTF-8
        raise DirectoryError([Problem("settings.unreadable", NAME)]) from error
    return section if isinstance(section, dict) else {}
