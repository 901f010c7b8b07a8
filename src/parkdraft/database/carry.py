"""Carrying all that is kept between SQLite and PostgreSQL: a backup, and a team that outgrows a PC.

    python -m parkdraft.database.carry outbox/outbox.db postgresql://park@db.example.co.kr/park

moves an outbox into an empty PostgreSQL database, everything or nothing. End the program
everywhere before; the file stays as it is.
"""

from __future__ import annotations

import contextlib
import sqlite3
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from parkdraft.database import sqlite
from parkdraft.database.engine import Engine
from parkdraft.errors import ParkdraftError, Problem, StorageError

if TYPE_CHECKING:
    from parkdraft.database.postgres import Postgres

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


def to_postgres(path: Path, engine: Postgres) -> dict[str, int]:
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


def main(args: Sequence[str]) -> int:
    """Carry over; 0 done, 1 refused, 2 wrong usage."""
    from parkdraft.database.opening import open_database, postgres_url
    from parkdraft.wording import sentences

    if len(args) != 2:
        print(
            "사용법: python -m parkdraft.database.carry outbox.db postgresql://...", file=sys.stderr
        )
        return 2
    path, url = Path(args[0]), args[1]
    try:
        if not path.is_file():
            raise StorageError([Problem("database.lost", data={"file": path.name})])
        with contextlib.closing(open_database(postgres_url(url), make=True)) as engine:
            counts = to_postgres(path, engine)  # type: ignore[arg-type]
    except ParkdraftError as error:
        for problem in error.problems:
            print(sentences(problem), file=sys.stderr)
        return 1
    print(f"초안 {counts['drafts']:,}건과 이력 {counts['events']:,}건을 옮겼습니다.")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
