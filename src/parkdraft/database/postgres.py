"""PostgreSQL: the same tables and refusals as SQLite's, for several processes on several machines.

Whoever changes something holds one advisory lock, so that a change means what it means with
SQLite. The SQL of our stores is translated: ``?`` becomes ``%s``, and the schema brings the one
function that PostgreSQL does not have.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, cast

import psycopg
from psycopg.conninfo import conninfo_to_dict

from parkdraft.database.engine import Statement
from parkdraft.database.sqlite import PATIENCE
from parkdraft.errors import OutboxError, Problem, StorageError

if TYPE_CHECKING:
    from parkdraft.codes import Code

SCHEMA = Path(__file__).parent / "schema" / "postgres"
HELD = ("contents", "drafts", "events", "plates", "table_rows", "unplaced")
"""Tables in which something of a customer stood, to be written anew after a purge."""
_LOCK = int.from_bytes(b"park", "big")
_OURS = "outbox."
"""What the schema's triggers say begins so: a problem's code."""
_STORAGE: Mapping[str, Code] = {
    "53100": "storage.full",
    "25006": "storage.read-only",
    "42501": "storage.read-only",
    "55P03": "storage.busy",
    "57014": "storage.busy",
    "40P01": "storage.busy",
}
"""SQLSTATE → what is wrong (PostgreSQL documentation, appendix A)."""
_AWAY = ("08", "57P", "53300", "28")
"""How the SQLSTATE of a server that cannot be reached begins."""
_RECOVERY = 15.0
"""Seconds for which a lost answer to COMMIT is asked for again."""

Connect = Callable[[], psycopg.Connection]


class PostgresUrl(NamedTuple):
    """A database on a PostgreSQL server, by its libpq url."""

    url: str

    @property
    def name(self) -> str:
        """Server and database, without user and password."""
        facts = conninfo_to_dict(self.url)
        return f"postgresql://{facts.get('host', 'localhost')}/{facts.get('dbname', '')}"

    def __str__(self) -> str:
        return self.name


class Postgres:
    """A connection to ``place``; ``give_back`` takes it when it is done with."""

    is_there = True

    def __init__(
        self,
        connection: psycopg.Connection,
        place: PostgresUrl,
        give_back: Callable[[psycopg.Connection], None] | None = None,
    ) -> None:
        self._connection, self._place, self._give_back = connection, place, give_back
        self._lent = connection

    def close(self) -> None:
        """Let go of the connection."""
        if self._connection is not self._lent:
            self._connection.close()
        if self._give_back:
            self._give_back(self._lent)
        else:
            self._lent.close()

    def all(self, sql: str, *values: object) -> list[Any]:
        """The rows of a question."""
        with self._errors():
            return self._connection.execute(_translated(sql), values).fetchall()

    def each(self, sql: str, *values: object) -> Iterator[Any]:
        """The rows of a question, one after the other."""
        yield from self.all(sql, *values)

    def run(self, sql: str, *values: object) -> None:
        """One statement, inside ``change``."""
        with self._errors():
            self._connection.execute(_translated(sql), values)

    def many(self, *statements: Statement) -> None:
        """Statements in their order, each for all its rows of values; inside ``change``."""
        with self._errors(), self._connection.cursor() as cursor:
            for sql, rows in statements:
                if rows:
                    cursor.executemany(_translated(sql), rows)

    @contextlib.contextmanager
    def change(self, *, durable: bool = True) -> Iterator[None]:
        """Everything inside happens, or nothing; nobody else changes anything meanwhile."""
        with self._errors():
            self._connection.execute("BEGIN")
            try:
                if not durable:
                    self._connection.execute("SET LOCAL synchronous_commit = off")
                self._connection.execute(f"SELECT pg_advisory_xact_lock({_LOCK})")
                ((change,),) = self._connection.execute("SELECT pg_current_xact_id()::text")
            except BaseException:
                self._roll_back()
                raise
        try:
            yield
        except BaseException:
            self._roll_back()
            raise
        self._commit(change)

    def _roll_back(self) -> None:
        with contextlib.suppress(psycopg.Error):
            self._connection.execute("ROLLBACK")

    def _commit(self, change: str) -> None:
        """Commit; where the answer is lost, ask what became of it. Raises as ``change``."""
        try:
            with self._errors():
                self._connection.execute("COMMIT")
        except StorageError:
            if not (self._connection.broken or self._connection.closed):
                self._roll_back()
                raise
            if not self._has_happened(change):
                raise

    def _has_happened(self, change: str) -> bool:
        """Whether a change was committed, asked on a new connection.

        Raises StorageError ``database.unknown`` where nobody can tell.
        """
        deadline = time.monotonic() + _RECOVERY
        while time.monotonic() < deadline:
            try:
                if self._connection.broken or self._connection.closed:
                    self._connection = connected(self._place)
                ((state,),) = self.all("SELECT pg_xact_status(CAST(? AS xid8))", change)
            except StorageError:
                state = "in progress"
            if state in ("committed", "aborted"):
                return bool(state == "committed")
            time.sleep(0.2)
        raise StorageError([Problem("database.unknown")])

    def backup(self, path: Path) -> None:
        """A copy as it is at one moment, as an SQLite file; ``path`` is a name of nobody."""
        from parkdraft.database.copying import to_sqlite

        with self._errors():
            self._connection.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        try:
            to_sqlite(self, path)
        finally:
            self._roll_back()

    def scrub(self) -> bool:
        """Write the tables anew that held what was deleted; False where somebody reads them."""
        try:
            with self._errors():
                self._connection.execute("SET lock_timeout = '1s'")
                for table in HELD:
                    self._connection.execute(f"VACUUM (FULL) {table}")
        except StorageError as error:
            if error.problems[0].code == "storage.busy":
                return False
            raise
        finally:
            with contextlib.suppress(psycopg.Error):
                self._connection.execute(f"SET lock_timeout = '{PATIENCE:.0f}s'")
        return True

    @contextlib.contextmanager
    def _errors(self) -> Iterator[None]:
        try:
            yield
        except psycopg.Error as error:
            raise problem_of(error, self._place) from None  # its text may hold values


def problem_of(error: psycopg.Error, place: PostgresUrl) -> OutboxError | StorageError:
    """A refusal of the server as ours."""
    state, text = error.sqlstate or "", error.diag.message_primary or ""
    if text.startswith(_OURS):
        return OutboxError([Problem(cast("Code", text))])
    if isinstance(error, psycopg.IntegrityError):
        return OutboxError([Problem("outbox.forbidden")])
    if code := _STORAGE.get(state):
        return StorageError([Problem(code, data={"place": place.name})])
    is_away = isinstance(error, psycopg.OperationalError | psycopg.InterfaceError)
    if state.startswith(_AWAY) or (is_away and not state):
        return StorageError([Problem("database.away", data={"place": place.name})])
    return StorageError([Problem("database.damaged", data={"file": place.name})])


def _translated(sql: str) -> Any:
    return sql.replace("%", "%%").replace("?", "%s")


def connected(place: PostgresUrl) -> psycopg.Connection:
    """A connection that notices a dead network; raises StorageError."""
    try:
        connection = psycopg.connect(place.url, autocommit=True, **CONNECTION)
        prepare(connection)
    except psycopg.Error as error:
        raise problem_of(error, place) from None
    return connection


CONNECTION: Mapping[str, Any] = {
    **{"connect_timeout": 5, "keepalives_idle": 10, "keepalives_interval": 5},
    **{"keepalives_count": 2, "tcp_user_timeout": 15_000, "application_name": "parkdraft"},
}


def prepare(connection: psycopg.Connection) -> None:
    """Settings of every connection."""
    connection.execute(f"SET lock_timeout = '{PATIENCE:.0f}s'")
    connection.execute("SET client_min_messages = warning")


def checked(engine: Postgres, place: PostgresUrl, *, make: bool) -> bool:
    """Bring the schema to today's; False where there is none and it is not to be made.

    Raises StorageError: somebody else's tables stand there, or those of a newer program.
    """
    steps = sorted(SCHEMA.glob("*.sql"))
    version = _version(engine)
    if version is None and not make:
        return False
    if version == len(steps):
        return True
    with engine.change():
        version = _version(engine)
        if version is None:
            _refuse_foreign(engine, place)
        elif version > len(steps):
            raise StorageError([Problem("database.newer", data={"file": place.name})])
        for step in steps[version or 0 :]:
            engine._connection.execute(cast(Any, step.read_text(encoding="utf-8")))
        engine.run("UPDATE parkdraft_schema SET version = ?", len(steps))
    return True


def _version(engine: Postgres) -> int | None:
    """The step to which the schema was brought; None where there is none."""
    if engine.all("SELECT to_regclass('parkdraft_schema')") == [(None,)]:
        return None
    ((version,),) = engine.all("SELECT version FROM parkdraft_schema")
    return int(version)


def _refuse_foreign(engine: Postgres, place: PostgresUrl) -> None:
    sql = "SELECT 1 FROM pg_tables WHERE schemaname = current_schema() LIMIT 1"
    if engine.all(sql):
        raise StorageError([Problem("database.damaged", data={"file": place.name})])
