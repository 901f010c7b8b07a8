"""``parkdraft.toml``: optional technical settings of a home."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from parkdraft.errors import DirectoryError, Problem

NAME = "parkdraft.toml"
_VARIABLE = "PARKDRAFT_DATABASE"
_KNOWN = ("database", "server", "mailbox")
_SQLITE = "sqlite:///"


def database_path(root: Path) -> Path | None:
    """The file of ``[database] url``, which ``$PARKDRAFT_DATABASE`` overrides; None: the default.

    A relative path counts from the home. Raises DirectoryError.
    """
    where, url = _VARIABLE, os.environ.get(_VARIABLE)
    if not url:
        where, section = NAME, _sections(root / NAME).get("database")
        if section is None:
            return None
        url = section.get("url") if isinstance(section, dict) and len(section) == 1 else None
    if not isinstance(url, str) or not url.startswith(_SQLITE) or url == _SQLITE:
        raise DirectoryError([Problem("settings.database", where)])
    return root / url.removeprefix(_SQLITE)


def _sections(path: Path) -> dict[str, Any]:
    if not path.exists():
        return {}
    import tomllib

    try:
        sections = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError) as error:  # ValueError: no TOML, or no UTF-8
        raise DirectoryError([Problem("settings.unreadable", NAME)]) from error
    if unknown := sections.keys() - _KNOWN:
        data = {"name": ", ".join(sorted(unknown)), "known": ", ".join(_KNOWN)}
        raise DirectoryError([Problem("settings.unknown", NAME, data=data)])
    return sections
