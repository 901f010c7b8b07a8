"""What only PostgreSQL has to answer for: lost connections, passwords, carrying over and back."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from tests.helpers.outboxes import Office
from tests.helpers.postgres import fresh_url

from parkdraft.config import settings
from parkdraft.database.opening import Connections, open_database, postgres_url
from parkdraft.errors import DirectoryError, StorageError
from parkdraft.outbox.store import Store

if TYPE_CHECKING:
    from parkdraft.database.postgres import Postgres


@pytest.fixture
def url() -> Iterator[str]:
    """A place in which nothing is."""
    with fresh_url() as place:
        yield place


@pytest.fixture
def engine(url: str) -> Iterator[Postgres]:
    with contextlib.closing(open_database(postgres_url(url), make=True)) as opened:
        yield opened  # type: ignore[misc]


def end_backend(url: str, engine: Postgres) -> None:
    """The server ends the connection, as after a network's fault."""
    import psycopg

    number = engine._connection.info.backend_pid
    with psycopg.connect(url, autocommit=True) as other:
        other.execute("SELECT pg_terminate_backend(%s, 5000)", (number,))


def remembered(url: str, name: str) -> str | None:
    with contextlib.closing(open_database(postgres_url(url), make=False)) as other:
        return Store(other).memo(name)


class TestLost:
    @pytest.mark.parametrize("noticed", ["inside", "at the commit"])
    def test_a_change_whose_connection_ends_did_not_happen_and_says_so(
        self, url: str, engine: Postgres, noticed: str
    ) -> None:
        store = Store(engine)

        def work() -> None:
            with store.change():
                store.remember("x", "y")
                end_backend(url, engine)
                if noticed == "inside":
                    store.memo("x")

        with pytest.raises(StorageError) as caught:
            work()
        assert caught.value.problems[0].code == "database.away"
        assert remembered(url, "x") is None

    def test_one_whose_answer_alone_is_lost_did_happen(
        self, url: str, engine: Postgres, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The server has committed; nobody heard it."""
        import psycopg

        execute = psycopg.Connection.execute

        def lost(connection: Any, query: Any, *more: Any, **named: Any) -> Any:
            answer = execute(connection, query, *more, **named)
            if query == "COMMIT":
                connection.close()
                raise psycopg.OperationalError("the connection is lost")
            return answer

        store = Store(engine)
        with monkeypatch.context() as patch:
            patch.setattr(psycopg.Connection, "execute", lost)
            with store.change():
                store.remember("x", "y")
        assert store.memo("x") == "y"
        assert remembered(url, "x") == "y"

    def test_a_pool_gives_out_no_dead_connection(self, url: str) -> None:
        where, connections = postgres_url(url), Connections()
        with contextlib.closing(connections):
            with contextlib.closing(connections.open(where, make=True)) as first:
                number = first.all("SELECT pg_backend_pid()")
                end_backend(url, first)  # type: ignore[arg-type]
            with contextlib.closing(connections.open(where, make=False)) as second:
                assert second.all("SELECT pg_backend_pid()") != number

    def test_a_server_that_is_not_there_is_named_without_its_user(self) -> None:
        where = postgres_url("postgresql://park:secret@127.0.0.1:1/park")
        with pytest.raises(StorageError) as caught:
            open_database(where, make=True)
        (problem,) = caught.value.problems
        assert problem.code == "database.away"
        assert problem.data == {"place": "postgresql://127.0.0.1/park"}
        assert "secret" not in str(where)


class TestUrl:
    @pytest.mark.parametrize(
        ("url", "code"),
        [
            ("postgresql://park@db.example.com/park", None),
            ("postgresql://park:secret@db.example.com/park", "settings.database-password"),
            ("postgresql://db.example.com/park?password=x", "settings.database-password"),
            ("mysql://db.example.com/park", "settings.database"),
        ],
    )
    def test_a_password_stands_in_no_file_of_the_home(
        self, tmp_path: Path, url: str, code: str | None
    ) -> None:
        (tmp_path / "parkdraft.toml").write_text(f'[database]\nurl = "{url}"\n', "utf-8")
        if code is None:
            assert settings.database(tmp_path) == url
            return
        with pytest.raises(DirectoryError) as caught:
            settings.database(tmp_path)
        assert [problem.code for problem in caught.value.problems] == [code]

    def test_in_the_environment_it_may(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        url = "postgresql://park:secret@db.example.com/park"
        monkeypatch.setenv("PARKDRAFT_DATABASE", url)
        assert settings.database(tmp_path) == url

    def test_somebody_elses_tables_are_not_touched(self, url: str) -> None:
        import psycopg

        with psycopg.connect(url) as connection:
            connection.execute("CREATE TABLE own (x int)")
        with pytest.raises(StorageError) as caught:
            open_database(postgres_url(url), make=True)
        assert caught.value.problems[0].code == "database.damaged"
        with psycopg.connect(url) as connection:
            tables = "SELECT tablename FROM pg_tables WHERE schemaname = current_schema()"
            assert connection.execute(tables).fetchall() == [("own",)]


class TestCarried:
    def test_there_and_back_all_is_as_it_was(
        self, office: Office, url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        from parkdraft.carry import main

        states = ("pending", "approved", "returned", "sent")
        ids = {state: office.in_state(state) for state in states}
        before = {draft_id: office.history(draft_id) for draft_id in ids.values()}
        assert main([str(office.outbox / "outbox.db"), url]) == 0
        assert "4건" in capsys.readouterr().out
        office.monkeypatch.setenv("PARKDRAFT_DATABASE", url)
        assert {draft_id: office.history(draft_id) for draft_id in ids.values()} == before
        assert office.verify() == []
        assert office.send_back(office.draft()).problems == ()
        office.approve(ids["pending"])
        copy = tmp_path / "copy.db"
        assert office.run("outbox", "backup", str(copy)).code == 0
        office.monkeypatch.setenv("PARKDRAFT_DATABASE", f"sqlite:///{copy}")
        assert office.state(ids["pending"]) == "approved"
        assert office.verify() == []
        assert office.sent(ids["pending"]).problems == ()

    def test_only_into_an_empty_one(
        self, office: Office, url: str, capsys: pytest.CaptureFixture[str]
    ) -> None:
        from parkdraft.carry import main

        office.draft()
        file = str(office.outbox / "outbox.db")
        assert main([file, url]) == 0
        assert main([file, url]) == 1
        assert "이미 초안이 있습니다" in capsys.readouterr().err

    def test_drafts_that_were_not_carried_are_not_forgotten(self, office: Office, url: str) -> None:
        office.draft()
        office.monkeypatch.setenv("PARKDRAFT_DATABASE", url)
        with pytest.raises(StorageError) as caught:
            office.draft()
        assert caught.value.problems[0].code == "database.not-carried"
