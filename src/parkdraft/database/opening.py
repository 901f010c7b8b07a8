"""Opening the database that a home names: an SQLite file, or PostgreSQL."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from parkdraft.database import sqlite
from parkdraft.database.engine import Engine
from parkdraft.errors import Problem, StorageError

if TYPE_CHECKING:
    from parkdraft.database.postgres import Postgres, PostgresUrl

    Where = Path | PostgresUrl
    """A database's file, or its url."""


def postgres_url(url: str) -> PostgresUrl:
    """A PostgreSQL database; raises StorageError where what speaks to it is not installed."""
    try:
        from parkdraft.database.postgres import PostgresUrl
    except ImportError as error:
        raise StorageError([Problem("database.no-postgres")]) from error
    return PostgresUrl(url)


def open_database(where: Where, *, make: bool) -> Engine:
    """The database; without ``make``, one that is not there is empty and not made.

    Raises StorageError: it is damaged, was written by a newer program, or cannot be opened.
    """
    if isinstance(where, Path):
        return sqlite.opened(where, sqlite.SCHEMA, make=make)
    from parkdraft.database.postgres import Postgres, connected

    return _checked(Postgres(connected(where), where), where, make=make)


def _checked(engine: Postgres, where: PostgresUrl, *, make: bool) -> Engine:
    from parkdraft.database.postgres import checked

    try:
        if checked(engine, where, make=make):
            return engine
    except BaseException:
        engine.close()
        raise
    engine.close()
    return sqlite.nothing()


class Connections:
    """Opens databases for a process that serves for long: connections to a server are kept."""

    def __init__(self) -> None:
        self._pools: dict[str, Any] = {}

    def open(self, where: Where, *, make: bool) -> Engine:
        """As ``open_database``."""
        if isinstance(where, Path):
            return open_database(where, make=make)
        import psycopg
        from psycopg_pool import PoolTimeout

        from parkdraft.database.postgres import Postgres, problem_of

        pool = self._pool(where)
        try:
            connection = pool.getconn()
        except PoolTimeout as error:
            raise StorageError([Problem("database.away", data={"place": where.name})]) from error
        except psycopg.Error as error:
            raise problem_of(error, where) from None
        return _checked(Postgres(connection, where, pool.putconn), where, make=make)

    def close(self) -> None:
        """Let go of all connections."""
        for pool in self._pools.values():
            pool.close()
        self._pools.clear()

    def _pool(self, where: PostgresUrl) -> Any:
        from psycopg_pool import ConnectionPool

        from parkdraft.database.postgres import CONNECTION, prepare

        if where.url not in self._pools:
            pool = ConnectionPool(
                where.url,
                min_size=1,
                max_size=16,
                timeout=15,
                kwargs={"autocommit": True, **CONNECTION},
                configure=prepare,
                check=ConnectionPool.check_connection,
                open=True,
            )
            if self._pools.setdefault(where.url, pool) is not pool:  # another thread was faster
                pool.close()
        return self._pools[where.url]
