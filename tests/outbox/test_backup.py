"""``backup``: one file, consistent while others write; and how one goes back to it."""

from __future__ import annotations

import contextlib
import os
import shutil
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from tests.helpers.outboxes import Office

from parkdraft.database.sqlite import Sqlite
from parkdraft.errors import Problem, StorageError
from parkdraft.model.states import STATES


def rows(path: Path, table: str = "drafts") -> list[Any]:
    with contextlib.closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
        return connection.execute(f"SELECT * FROM {table} ORDER BY 1").fetchall()


def backed_up(office: Office, path: Path) -> Path:
    said = office.run("outbox", "backup", str(path))
    assert (said.code, said.err) == (0, "")
    assert str(path) in said.out
    assert "개인정보가 들어 있습니다" in said.out
    return path


def restore(office: Office, path: Path) -> None:
    """As the documents say: put in place, the log beside it removed."""
    shutil.copy(path, office.database)
    for name in ("outbox.db-wal", "outbox.db-shm"):
        (office.outbox / name).unlink(missing_ok=True)


class TestBackup:
    def test_it_is_one_whole_file(self, office: Office, tmp_path: Path) -> None:
        for state in STATES:
            office.in_state(state)
        path = backed_up(office, tmp_path / "백업.db")
        for table in ("drafts", "events", "contents", "plates", "table_rows"):
            assert rows(path, table) == rows(office.database, table)
        assert [one.name for one in tmp_path.iterdir() if one != office.root] == ["백업.db"]
        with contextlib.closing(sqlite3.connect(path)) as connection:
            assert connection.execute("PRAGMA journal_mode").fetchone() == ("delete",)

    def test_anybody_may_and_nothing_of_the_outbox_changes(
        self, office: Office, tmp_path: Path
    ) -> None:
        office.in_state("waiting")
        before = office.tree()
        said = office.run("outbox", "backup", str(tmp_path / "x.db"), "--json", login="unknown")
        assert (said.code, said.data) == (0, {"path": str(tmp_path / "x.db")})
        assert office.tree() == before

    def test_while_somebody_writes(self, office: Office, tmp_path: Path) -> None:
        """What is not committed yet is not in it; nobody waits."""
        draft_id = office.draft()
        with contextlib.closing(sqlite3.connect(office.database, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            other.execute("INSERT INTO memos (name, value) VALUES ('half', 'done')")
            path = backed_up(office, tmp_path / "x.db")
            other.execute("COMMIT")
        assert rows(path, "memos") == []
        assert [one[0] for one in rows(path)] == [draft_id]

    def test_what_is_committed_is_in_it_wherever_it_stands(
        self, office: Office, tmp_path: Path
    ) -> None:
        """Also what still stands in the log beside the file."""
        office.draft()
        with office.box(change=True):  # somebody has it open: nothing is moved into the file
            office.draft()
            assert (office.outbox / "outbox.db-wal").stat().st_size > 0
            path = backed_up(office, tmp_path / "x.db")
        assert len(rows(path)) == 2

    @pytest.mark.skipif(os.name == "nt", reason="Windows has no such modes")
    def test_for_nobody_but_owner_and_group(self, office: Office, tmp_path: Path) -> None:
        office.draft()
        path = backed_up(office, tmp_path / "x.db")
        assert path.stat().st_mode & 0o137 == 0

    def test_of_nothing(self, office: Office, tmp_path: Path) -> None:
        """Where there is no outbox that is said, and none is made: it may lie elsewhere."""
        said = office.run("outbox", "backup", str(tmp_path / "x.db"))
        assert said.code == 1
        assert "아직 초안함이 없습니다" in said.err
        assert not (tmp_path / "x.db").exists()
        assert not office.outbox.exists()

    @pytest.mark.parametrize("kind", ["file", "folder", "link"])
    def test_nothing_is_written_over(self, office: Office, tmp_path: Path, kind: str) -> None:
        office.draft()
        path = tmp_path / "x.db"
        if kind == "file":
            path.write_bytes(b"mine")
        elif kind == "folder":
            path.mkdir()
        else:
            path.symlink_to(tmp_path / "nowhere")
        said = office.run("outbox", "backup", str(path))
        assert (said.code, said.out) == (1, "")
        assert "이미 있습니다" in said.err
        assert kind != "file" or path.read_bytes() == b"mine"
        assert not (tmp_path / "nowhere").exists()

    def test_nor_the_outbox_itself(self, office: Office) -> None:
        office.draft()
        before = office.tree()
        assert office.run("outbox", "backup", str(office.database)).code == 1
        assert office.tree() == before

    def test_a_folder_that_is_not_there(self, office: Office, tmp_path: Path) -> None:
        office.draft()
        said = office.run("outbox", "backup", str(tmp_path / "no" / "x.db"))
        assert (said.code, said.out) == (1, "")
        assert said.err.startswith("x.db: ") or "x.db" in said.err

    def test_what_fails_half_way_leaves_nothing(
        self, office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        office.draft()

        def full(_: Sqlite, path: Path) -> None:
            path.write_bytes(b"half")
            raise StorageError([Problem("storage.full", data={"place": path.name})])

        monkeypatch.setattr(Sqlite, "backup", full)
        said = office.run("outbox", "backup", str(tmp_path / "x.db"))
        assert (said.code, said.out) == (1, "")
        assert [one for one in tmp_path.iterdir() if one != office.root] == []

    @pytest.mark.parametrize("args", [(), ("a", "b"), ("a", "--yes")])
    def test_wrong_usage(self, office: Office, args: tuple[str, ...]) -> None:
        assert office.run("outbox", "backup", *args).code == 2


class TestRestored:
    def test_all_is_as_it_was_and_verify_writes_the_folder_anew(
        self, office: Office, tmp_path: Path
    ) -> None:
        ids = {state: office.in_state(state) for state in STATES}
        office.fill()
        path = backed_up(office, tmp_path / "x.db")
        before = {one: office.history(one) for one in ids.values()}
        states = office.states()
        office.later(hours=1)
        later = office.draft()
        office.sent(ids["approved"])
        office.send_back(ids["pending"])
        office.run("outbox", "purge", ids["sent"], "--reason", "x", "--yes")
        restore(office, path)
        found = office.verify()
        assert {field for _, field in found} == {
            *(ids["approved"], ids["pending"], ids["sent"], later)
        }
        assert ("outbox.no-record", later) in found
        office.outbox.joinpath("pending", f"{later}.eml").unlink()
        assert office.verify() == []
        assert office.states() == states
        assert {one: office.history(one) for one in ids.values()} == before

    def test_after_the_file_was_damaged(self, office: Office, tmp_path: Path) -> None:
        draft_id = office.in_state("approved")
        path = backed_up(office, tmp_path / "x.db")
        os.truncate(office.database, 1000)
        assert office.run("outbox", "list").code == 1
        restore(office, path)
        assert office.verify() == []
        assert office.sent(draft_id).problems == ()

    def test_with_a_folder_that_is_gone_wholly(self, office: Office, tmp_path: Path) -> None:
        """A new PC: the home is copied, and the backup put in its outbox."""
        ids = {state: office.in_state(state) for state in STATES}
        path = backed_up(office, tmp_path / "x.db")
        shutil.rmtree(office.outbox)
        office.outbox.mkdir()
        restore(office, path)
        assert {code for code, _ in office.verify()} == {"outbox.file-missing"}
        assert office.verify() == []
        assert office.states() == {draft_id: state for state, draft_id in ids.items()}

    def test_then_drafting_goes_on(self, office: Office, tmp_path: Path) -> None:
        office.draft()
        restore(office, backed_up(office, tmp_path / "x.db"))
        office.draft()
        with contextlib.closing(sqlite3.connect(office.database)) as connection:
            mode = connection.execute("PRAGMA journal_mode").fetchone()
        assert mode == ("wal",)
        assert office.verify() == []
