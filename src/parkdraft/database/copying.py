"""All that is kept, copied between SQLite and PostgreSQL: a backup, and a move to a server."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Sequence
from pathlib import Path

from parkdraft.database import sqlite
from parkdraft.database.engine import Engine
from parkdraft.errors import Problem, StorageError

_TABLES = (
    *("drafts", "events", "contents", "plates", "table_rows", "unplaced", "memos"),
    *("accounts", "invites", "sessions", "attempts", "records", "processes"),
)
_NUMBERED = ("events", "records")
"""Tables whose rows the database numbers."""
_AT_ONCE = 500


def to_sqlite(engine: Engine, path: Path) -> None:
    """Write all rows that ``engine`` sees into a new SQLite file at ``path``."""
    sqlite.opened(path, sqlite.SCHEMA, make=True).close()
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as copy:
        copy.execute("PRAGMA foreign_keys = OFF")
        copy.execute("PRAGMA journal_mode = DELETE")
        copy.execute("BEGIN")
        triggers = copy.execute("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'")
        kept = triggers.fetchall()
        for name, _ in kept:  # rows of a history cannot be added one by one past them
            copy.execute(f"DROP TRIGGER {name}")
        for table in _TABLES:
            columns = _columns(copy, table)
            marks = ", ".join("?" for _ in columns)
            rows = engine.each(f"SELECT {', '.join(columns)} FROM {table}")
            copy.executemany(f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})", rows)
        for _, sql in kept:
            copy.execute(sql)
        copy.execute("COMMIT")


def to_postgres(path: Path, engine: Engine) -> dict[str, int]:
    """Bring all rows of the SQLite file at ``path`` into an empty database; rows of each table.

    Raises StorageError where something is kept there already.
    """
    counts = {}
    opened = sqlite.opened(path, sqlite.SCHEMA, make=True)
    with contextlib.closing(opened) as source, engine.change():
        if engine.all("SELECT 1 FROM drafts LIMIT 1"):
            raise StorageError([Problem("database.not-empty")])
        for table in _TABLES:
            engine.run(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        for table in _TABLES:
            engine.run(f"DELETE FROM {table}")
            counts[table] = _carried(source, engine, table)
        for table in _NUMBERED:
            last = f"SELECT coalesce(max(number), 0) + 1 FROM {table}"
            engine.run(f"SELECT setval(pg_get_serial_sequence('{table}', 'number'), ({last}))")
        # what is deferred must hold before triggers can be changed
        engine.run("SET CONSTRAINTS ALL IMMEDIATE")
        for table in _TABLES:
            engine.run(f"ALTER TABLE {table} ENABLE TRIGGER USER")
    return counts


def _carried(source: Engine, engine: Engine, table: str) -> int:
    columns = [row[1] for row in source.all(f"PRAGMA table_info({table})")]
    names = ", ".join(f'"{name}"' for name in columns)
    marks = ", ".join("?" for _ in columns)
    count, rows = 0, list[Sequence[object]]()
    for row in source.each(f"SELECT {names} FROM {table}"):
        rows.append(row)
        if len(rows) == _AT_ONCE:
            engine.many((f"INSERT INTO {table} ({names}) VALUES ({marks})", rows))
            count, rows = count + len(rows), []
    engine.many((f"INSERT INTO {table} ({names}) VALUES ({marks})", rows))
    return count + len(rows)


def _columns(copy: sqlite3.Connection, table: str) -> list[str]:
    return [f'"{row[1]}"' for row in copy.execute(f"PRAGMA table_info({table})")]
