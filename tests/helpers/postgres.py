"""PostgreSQL for tests: a schema of its own for each, in the server that the environment names."""

from __future__ import annotations

import os
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, cast

import pytest

SERVER = "PARKDRAFT_TEST_POSTGRES"
"""The libpq url of a superuser of a server on this computer."""


@contextmanager
def fresh_url() -> Iterator[str]:
    """The url of a place in which nothing is; skips the test where no server is named.

    It fails instead with ``$PARKDRAFT_NEEDS_POSTGRES``, as in the run of CI.
    """
    server = os.environ.get(SERVER)
    if not server:
        refuse = pytest.fail if os.environ.get("PARKDRAFT_NEEDS_POSTGRES") else pytest.skip
        refuse(f"PostgreSQL is not set up here ({SERVER})")
    import psycopg

    name = f"t{secrets.token_hex(6)}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(cast(Any, f"CREATE SCHEMA {name}"))
        try:
            yield f"{server}?options=-csearch_path%3D{name}"
        finally:
            connection.execute("SET client_min_messages = warning")
            connection.execute(cast(Any, f"DROP SCHEMA {name} CASCADE"))


class _Sql:
    """A connection that takes SQL as SQLite has it."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection

    def execute(self, sql: str, values: Any = ()) -> Any:
        """Run a statement with ``?`` for its values; bytes may be written ``x'00'``."""
        if sql == "PRAGMA ignore_check_constraints = ON":
            return self._drop_checks()
        sql = re.sub(r"\bx'([0-9a-f]*)'", r"'\\x\1'", sql.replace("%", "%%"))
        return self._connection.execute(sql.replace("?", "%s"), values)

    def _drop_checks(self) -> None:
        checks = self._connection.execute(
            "SELECT conrelid::regclass::text, conname FROM pg_constraint"
            " WHERE contype = 'c' AND connamespace = current_schema()::regnamespace"
        )
        for table, name in checks.fetchall():
            self._connection.execute(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"')


@contextmanager
def sql_of(url: str, *, forging: bool) -> Iterator[_Sql]:
    """A database as anybody with SQL sees it; ``forging`` without triggers and foreign keys."""
    import psycopg

    with psycopg.connect(url) as connection:
        if forging:
            connection.execute("SET session_replication_role = replica")
        yield _Sql(connection)


def on_disk(url: str) -> bytes:
    """All files of the tables and indexes, those of long values, too, as the server has them."""
    import psycopg

    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("CHECKPOINT")
        files = connection.execute(
            "WITH own AS (SELECT oid, reltoastrelid FROM pg_class"
            " WHERE relnamespace = current_schema()::regnamespace AND relkind IN ('r', 'i')),"
            " long AS (SELECT reltoastrelid AS oid FROM own WHERE reltoastrelid <> 0)"
            " SELECT pg_read_binary_file(pg_relation_filepath(oid))"
            " FROM (SELECT oid FROM own UNION SELECT oid FROM long) AS every"
        )
        return b"\n".join(data for (data,) in files)
