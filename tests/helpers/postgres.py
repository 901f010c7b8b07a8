"""PostgreSQL for tests: a schema of its own for each, in the server that the environment names."""

from __future__ import annotations

import os
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
