"""Processes that serve one database, and which directory each of them sees."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from pathlib import Path

from parkdraft.database.engine import Engine
from parkdraft.outbox.facts import stamp

FORGOTTEN = timedelta(minutes=5)
_FILES = ("contacts.yaml", "sites.csv")
_FOLDERS = ("sites", "templates")


def digest(root: Path) -> str:
    """A digest of contacts.yaml, the lists and the templates of a home: names and contents.

    What cannot be read counts as not there: the process sees it so, too.
    """
    whole = hashlib.sha256()
    paths = [root / name for name in _FILES]
    for folder in _FOLDERS:
        paths.extend(path for path in (root / folder).rglob("*") if path.is_file())
    for name, path in sorted((path.relative_to(root).as_posix(), path) for path in paths):
        try:
            content = path.read_bytes()
        except OSError:
            continue
        whole.update(hashlib.sha256(name.encode()).digest() + hashlib.sha256(content).digest())
    return whole.hexdigest()


def note(engine: Engine, name: str, directory: str, now: datetime) -> None:
    """Say that process ``name`` is at work and sees this directory; who was not seen for five
    minutes is forgotten."""
    with engine.change(durable=False):
        engine.many(
            ("DELETE FROM processes WHERE name = ? OR at < ?", [(name, stamp(now - FORGOTTEN))]),
            (
                "INSERT INTO processes (name, directory, at) VALUES (?, ?, ?)",
                [(name, directory, stamp(now))],
            ),
        )


def leave(engine: Engine, name: str) -> None:
    """The process ends."""
    with engine.change(durable=False):
        engine.run("DELETE FROM processes WHERE name = ?", name)


def directories(engine: Engine, now: datetime) -> frozenset[str]:
    """The directories that running processes see; more than one is a mistake of the set-up."""
    rows = engine.all("SELECT directory FROM processes WHERE at >= ?", stamp(now - FORGOTTEN))
    return frozenset(directory for (directory,) in rows)
