"""``parkdraft.toml``: optional technical settings of a home."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from parkdraft.errors import DirectoryError, Problem

NAME = "parkdraft.toml"
_VARIABLE = "PARKDRAFT_DATABASE"
_KNOWN = ("database", "server", "mailbox")
_SQLITE = "sqlite:///"
_POSTGRES = ("postgresql://", "postgres://")


def database(root: Path) -> Path | str | None:
    """The file, or the PostgreSQL url, of ``[database] url``; None: the default file.

    ``$PARKDRAFT_DATABASE`` overrides it. A relative path counts from the home. Raises
    DirectoryError; a password does not stand in a file of the home.
    """
    where, url = _VARIABLE, os.environ.get(_VARIABLE)
    if not url:
        where, section = NAME, _sections(root / NAME).get("database")
        if section is None:
            return None
        url = section.get("url") if isinstance(section, dict) and len(section) == 1 else None
    if isinstance(url, str) and url.startswith(_POSTGRES):
        if where == NAME and _has_password(url):
            raise DirectoryError([Problem("settings.database-password", where)])
        return url
    if not isinstance(url, str) or not url.startswith(_SQLITE) or url == _SQLITE:
        raise DirectoryError([Problem("settings.database", where)])
    return root / url.removeprefix(_SQLITE)


def _has_password(url: str) -> bool:
    parts = urlsplit(url)
    return ":" in parts.netloc.rpartition("@")[0] or "password" in parts.query


class Server(NamedTuple):
    """How a team's server is reached; ``proxy`` are the addresses that are believed about others.

    After ``idle_minutes`` a lead types the pass phrase again to approve.
    """

    host: str | None = None
    port: int = 8443
    cert: Path | None = None
    key: Path | None = None
    proxy: tuple[str, ...] = ()
    idle_minutes: int = 30


_MOST_PORT = 65_535
_IDLE = (1, 240)
"""Minutes; a session that nobody uses ends after four hours."""


def server(root: Path) -> Server | None:
    """``[server]``; None where the home has none: then it is one seat's.

    Relative paths count from the home; the key must not lie in it. Raises DirectoryError with
    all problems.
    """
    section = _sections(root / NAME).get("server")
    if section is None:
        return None
    if not isinstance(section, dict):
        raise DirectoryError([Problem("settings.server", NAME)])
    problems = [*_wrong_values(section), *_wrong_files(root, section)]
    if problems:
        raise DirectoryError(problem.at(field=NAME) for problem in problems)
    files = {key: (root / section[key]).resolve() for key in ("cert", "key") if key in section}
    proxy = {"proxy": _addresses(section["proxy"])} if "proxy" in section else {}
    return Server(**{**section, **files, **proxy})


def has_server(root: Path) -> bool:
    """Whether a home is a team's server's; a ``[server]`` with mistakes in it counts as one."""
    try:
        return server(root) is not None
    except DirectoryError:
        return True


def _wrong_values(section: Mapping[str, Any]) -> list[Problem]:
    found = []
    for name in sorted(section.keys() - Server._fields):
        data = {"name": name, "known": ", ".join(Server._fields)}
        found.append(Problem("settings.server-key", data=data))
    host = section.get("host", "x")
    if not isinstance(host, str) or not host or any(map(str.isspace, host)):
        found.append(Problem("settings.server-host"))
    if not _is_number(section.get("port", 1), 1, _MOST_PORT):
        found.append(Problem("settings.server-port"))
    if "proxy" in section and not _addresses(section["proxy"]):
        found.append(Problem("settings.server-proxy"))
    least, most = _IDLE
    if not _is_number(section.get("idle_minutes", least), least, most):
        found.append(Problem("settings.server-idle", data={"least": least, "most": most}))
    return found


def _wrong_files(root: Path, section: Mapping[str, Any]) -> list[Problem]:
    found = []
    for name, other in (("cert", "key"), ("key", "cert")):
        if name not in section:
            continue
        if not isinstance(section[name], str) or not section[name].strip("\0 "):
            found.append(Problem("settings.server-file", data={"key": name}))
        elif name == "key" and (root / section[name]).resolve().is_relative_to(root.resolve()):
            found.append(Problem("settings.server-inside"))
        if other not in section:
            found.append(Problem("settings.server-pair", data={"key": other}))
    return found


def _is_number(value: object, least: int, most: int) -> bool:
    return type(value) is int and least <= value <= most  # True is an int, too


def _addresses(value: object) -> tuple[str, ...]:
    """The addresses of ``proxy``, one or a list; empty where one of them is none."""
    import ipaddress

    texts: list[Any] = value if isinstance(value, list) else [value]
    try:
        if all(isinstance(text, str) for text in texts):  # a number would be one, too
            return tuple(str(ipaddress.ip_address(text)) for text in texts)
    except ValueError:
        pass
    return ()


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
