"""SQLite: opening a file with a numbered schema, transactions, and refusals as our errors.

Nothing here knows what is kept: that stands in the schema, and in the one module with questions.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from parkdraft.database.engine import Statement
from parkdraft.errors import OutboxError, Problem, StorageError
from parkdraft.files import flush_folder, storage_errors

if TYPE_CHECKING:
    from parkdraft.codes import Code

SCHEMA = Path(__file__).parent / "schema" / "sqlite"
PATIENCE = 60.0
"""Seconds that somebody waits for the others before giving up."""
_STORAGE: Mapping[str, Code] = {
    "SQLITE_FULL": "storage.full",
    "SQLITE_READONLY": "storage.read-only",
    "SQLITE_CANTOPEN": "storage.read-only",
    "SQLITE_PERM": "storage.read-only",
    "SQLITE_AUTH": "storage.read-only",
    "SQLITE_BUSY": "storage.busy",
    "SQLITE_LOCKED": "storage.busy",
    "SQLITE_IOERR": "storage.refused",
}
_DAMAGED = ("SQLITE_CORRUPT", "SQLITE_NOTADB")
_MARK = int.from_bytes(b"park", "big")
"""By what a file is known to be ours."""
_OURS = "outbox."
"""What the schema's triggers say begins so: a problem's code."""


class Sqlite:
    """A connection. Made by ``opened``; used by one thread at a time, closed when done with."""

    def __init__(
        self, connection: sqlite3.Connection, place: str, *, is_there: bool = True
    ) -> None:
        self._connection, self._place, self.is_there = connection, place, is_there

    def close(self) -> None:
        """Let go of the file."""
        with self._errors():
            self._connection.close()

    def all(self, sql: str, *values: object) -> list[Any]:
        """The rows of a question."""
        with self._errors():
            return self._connection.execute(sql, values).fetchall()

    def each(self, sql: str, *values: object) -> Iterator[Any]:
        """The rows of a question, one after the other, however many."""
        with self._errors():
            yield from self._connection.execute(sql, values)

    def run(self, sql: str, *values: object) -> None:
        """One statement, inside ``change``."""
        with self._errors():
            self._connection.execute(sql, values)

    def many(self, *statements: Statement) -> None:
        """Statements in their order, each for all its rows of values; inside ``change``."""
        with self._errors():
            for sql, rows in statements:
                self._connection.executemany(sql, rows)

    @contextlib.contextmanager
    def change(self, *, durable: bool = True) -> Iterator[None]:
        """Everything inside happens, or nothing; nobody else changes anything meanwhile.

        It is on the disk when this returns; what is not ``durable`` may be lost with the power,
        and is done again by the next one.
        """
        with self._errors():
            self._connection.execute(f"PRAGMA synchronous = {'FULL' if durable else 'NORMAL'}")
            self._connection.execute("BEGIN IMMEDIATE")
        try:
            yield
            with self._errors():
                self._connection.execute("COMMIT")
        except BaseException:
            with contextlib.suppress(sqlite3.Error):
                self._connection.execute("ROLLBACK")
            raise

    def backup(self, path: Path) -> None:
        """A copy as it is at one moment, while others write; ``path`` is a name of nobody."""
        with self._errors(), contextlib.closing(sqlite3.connect(path)) as copy:
            self._connection.backup(copy)
            copy.execute("PRAGMA journal_mode = DELETE")

    def scrub(self) -> bool:
        """Leave nothing in the file, or in its log, of what was deleted; False: not yet.

        Somebody who reads meanwhile still needs the old pages; whoever comes next tries again.
        """
        try:
            self._connection.execute("PRAGMA busy_timeout = 1000")
            self._connection.execute("VACUUM")
            ((busy, *_),) = self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        except sqlite3.OperationalError as error:
            if _name(error) in ("SQLITE_BUSY", "SQLITE_LOCKED"):
                return False
            raise self._error(error) from error
        finally:
            self._connection.execute(f"PRAGMA busy_timeout = {PATIENCE * 1000:.0f}")
        return not busy

    @contextlib.contextmanager
    def _errors(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            raise self._error(error) from error

    def _error(self, error: sqlite3.Error) -> OutboxError | StorageError:
        text, name = str(error), _name(error)
        if text.startswith(_OURS):
            return OutboxError([Problem(cast("Code", text))])
        if name.startswith(_DAMAGED):
            return StorageError([Problem("database.damaged", data={"file": self._place})])
        code = next((_STORAGE[kind] for kind in _STORAGE if name.startswith(kind)), None)
        if code:
            return StorageError([Problem(code, data={"place": self._place})])
        if isinstance(error, sqlite3.IntegrityError):
            return OutboxError([Problem("outbox.forbidden")])
        return StorageError([Problem("database.damaged", data={"file": self._place})])


def _name(error: sqlite3.Error) -> str:
    return getattr(error, "sqlite_errorname", None) or ""


def opened(path: Path, schema: Path, *, make: bool) -> Sqlite:
    """The database at ``path``; without ``make``, one that is not there is empty and not made.

    ``schema`` is a folder of numbered scripts; those that the file has not seen yet are run.

    Raises StorageError: the file is damaged, was written by a newer program, or cannot be
    opened.
    """
    there = path.exists() and (make or path.stat().st_size > 0)
    if make and not there:
        with storage_errors(path.parent.name):
            path.parent.mkdir(exist_ok=True)  # no more: a disk that is not there is not made
            # what the journal beside it may be read by, too, follows from this
            os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o640))
    file = path if there or make else None
    database = Sqlite(_connected(file), path.name, is_there=file is not None)
    try:
        with database._errors():
            _prepared(database, path.name, sorted(schema.glob("*.sql")), make=make)
            if not (there or make):  # whatever is written to it would be lost
                database.run("PRAGMA query_only = ON")
    except BaseException:
        database.close()
        raise
    if make and not there:
        flush_folder(path.parent)
        flush_folder(path.parent.parent)
    return database


def nothing() -> Sqlite:
    """A database in which nothing is, and to which nothing can be written."""
    database = Sqlite(_connected(None), "", is_there=False)
    _prepared(database, "", sorted(SCHEMA.glob("*.sql")), make=False)
    database.run("PRAGMA query_only = ON")
    return database


def _connected(path: Path | None) -> sqlite3.Connection:
    try:
        return sqlite3.connect(
            path or ":memory:", timeout=PATIENCE, isolation_level=None, check_same_thread=False
        )
    except sqlite3.Error as error:
        name = path.name if path else ""
        raise StorageError([Problem("storage.read-only", data={"place": name})]) from error


def _prepared(database: Sqlite, name: str, steps: Sequence[Path], *, make: bool) -> None:
    database.run("PRAGMA foreign_keys = ON")
    database.run("PRAGMA secure_delete = ON")
    database.run("PRAGMA wal_autocheckpoint = 4000")  # pages; a table is written without a pause
    # ours is marked since it has tables, also where somebody else makes it just now
    if database.all("SELECT 1 FROM sqlite_master") and _pragma(database, "application_id") != _MARK:
        raise StorageError([Problem("database.damaged", data={"file": name})])
    version = _pragma(database, "user_version")
    if version > len(steps):
        raise StorageError([Problem("database.newer", data={"file": name})])
    if make and database.all("PRAGMA journal_mode") != [("wal",)]:  # new, or out of a backup
        _write_ahead(database)
    if version == len(steps):
        return
    with database.change():
        version = _pragma(database, "user_version")
        for number, step in enumerate(steps[version:], start=version + 1):
            for statement in _statements(step.read_text(encoding="utf-8")):
                database.run(statement)
            database.run(f"PRAGMA user_version = {number}")
        database.run(f"PRAGMA application_id = {_MARK}")


def _pragma(database: Sqlite, name: str) -> int:
    return int(database.all(f"PRAGMA {name}")[0][0])


def _write_ahead(database: Sqlite) -> None:
    """Readers and a writer do not wait for each other; the file remembers it.

    Nobody waits by himself for this one change: two that make a database are a rare sight.
    """
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            database.run("PRAGMA journal_mode = WAL")
        except StorageError as error:
            waits = error.problems[0].code == "storage.busy"
            if not waits or time.monotonic() > deadline:
                raise
            time.sleep(0.01)
        else:
            return


def _statements(script: str) -> Iterator[str]:
    """The statements of a script; those of a trigger stay together."""
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""
