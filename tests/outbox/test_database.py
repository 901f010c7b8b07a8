"""Opening the outbox's file: made once, taken on from older forms, refused where it is no good."""

from __future__ import annotations

import contextlib
import os
import shutil
import sqlite3
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.helpers.outboxes import Office
from tests.helpers.problems import code_of

from parkdraft.config.settings import database as settings_database
from parkdraft.database import network
from parkdraft.database import sqlite as database
from parkdraft.database.sqlite import SCHEMA, opened
from parkdraft.errors import ParkdraftError
from parkdraft.outbox import box


def raw(path: Path, *statements: str) -> list[object]:
    """Statements of somebody with SQL, and what the last one answers."""
    with contextlib.closing(sqlite3.connect(path)) as connection, connection:
        answers: list[object] = []
        for one in statements:
            answers = [row[0] for row in connection.execute(one)]
        return answers


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path


def open_once(path: Path, schema: Path = SCHEMA, *, make: bool = True) -> None:
    opened(path, schema, make=make).close()


class TestMade:
    def test_with_all_that_is_needed_and_in_the_form_that_readers_do_not_wait_for(
        self, folder: Path
    ) -> None:
        path = folder / "new" / "outbox.db"
        open_once(path)
        assert raw(path, "PRAGMA user_version") == [len(list(SCHEMA.glob("*.sql")))]
        assert raw(path, "PRAGMA journal_mode") == ["wal"]
        assert list(path.parent.iterdir()) == [path]

    def test_only_by_what_changes_something(self, folder: Path) -> None:
        with contextlib.closing(opened(folder / "new" / "outbox.db", SCHEMA, make=False)) as engine:
            assert engine.all("SELECT * FROM drafts") == []
        assert list(folder.iterdir()) == []

    @pytest.mark.skipif(os.name == "nt", reason="Windows has no such modes")
    @pytest.mark.parametrize("umask", [0o000, 0o022, 0o077])
    def test_for_nobody_but_owner_and_group(self, folder: Path, umask: int) -> None:
        """What lies beside it while somebody writes is read by the same people."""
        before = os.umask(umask)
        try:
            with contextlib.closing(opened(folder / "outbox.db", SCHEMA, make=True)) as engine:
                with engine.change():
                    engine.run("INSERT INTO memos (name, value) VALUES ('x', 'y')")
                modes = [path.stat().st_mode & 0o777 for path in folder.iterdir()]
        finally:
            os.umask(before)
        assert len(modes) == 3
        assert not any(mode & 0o137 for mode in modes)

    def test_what_was_interrupted_is_made_by_the_next_one(self, folder: Path) -> None:
        """An empty file is all that the first command left."""
        path = folder / "outbox.db"
        path.touch()
        open_once(path)
        assert raw(path, "PRAGMA journal_mode") == ["wal"]
        with contextlib.closing(opened(path, SCHEMA, make=True)) as engine:
            assert engine.all("SELECT * FROM drafts") == []

    def test_opening_it_again_changes_nothing(self, folder: Path) -> None:
        path = folder / "outbox.db"
        open_once(path)
        before = path.read_bytes()
        for make in (True, False):
            open_once(path, make=make)
        assert path.read_bytes() == before


class TestVersions:
    @pytest.fixture
    def schema(self, folder: Path) -> Path:
        """Today's schema, and a step that is to come."""
        steps = folder / "schema"
        shutil.copytree(SCHEMA, steps)
        later = "CREATE TABLE later (x TEXT);\n\nINSERT INTO later VALUES ('a;b'); -- a note\n"
        (steps / "999.sql").write_text(later, "utf-8")
        return steps

    @pytest.mark.parametrize("make", [True, False])
    def test_an_older_form_is_taken_on(self, folder: Path, schema: Path, make: bool) -> None:
        path = folder / "outbox.db"
        open_once(path)
        raw(path, "INSERT INTO memos (name, value) VALUES ('x', 'y')")
        open_once(path, schema, make=make)
        assert raw(path, "PRAGMA user_version") == [len(list(schema.glob("*.sql")))]
        assert raw(path, "SELECT x FROM later") == ["a;b"]
        assert raw(path, "SELECT value FROM memos") == ["y"]
        open_once(path, schema, make=make)
        assert raw(path, "SELECT x FROM later") == ["a;b"]

    def test_a_step_that_fails_leaves_the_old_form(self, folder: Path, schema: Path) -> None:
        path = folder / "outbox.db"
        open_once(path)
        with (schema / "999.sql").open("a", encoding="utf-8") as file:
            file.write("CREATE TABLE drafts (x TEXT);\n")
        assert code_of(lambda: open_once(path, schema))
        assert raw(path, "PRAGMA user_version") == [len(list(SCHEMA.glob("*.sql")))]
        assert raw(path, "SELECT name FROM sqlite_schema WHERE name = 'later'") == []

    @pytest.mark.parametrize("make", [True, False])
    def test_a_newer_one_is_refused_and_not_touched(
        self, folder: Path, schema: Path, make: bool
    ) -> None:
        path = folder / "outbox.db"
        open_once(path, schema)
        before = path.read_bytes()
        assert code_of(lambda: open_once(path, make=make)) == "database.newer"
        assert path.read_bytes() == before

    def test_people_are_told_what_to_do(self, office: Office) -> None:
        office.draft()
        raw(office.database, "PRAGMA user_version = 99")
        for args in (("list",), ("verify",), ("approve", "abcd")):
            said = office.run("outbox", *args)
            assert (said.code, said.out) == (1, "")
            assert said.err.startswith("outbox.db은(는) 더 새로운 parkdraft가 쓰던 것입니다.")
            assert "새 버전으로" in said.err


class TestNoOutbox:
    """What is no outbox is refused with what to do, and stays as it is."""

    @staticmethod
    def text(path: Path) -> None:
        path.write_text("a text that is no database at all\n" * 100, "utf-8")

    @staticmethod
    def header_alone(path: Path) -> None:
        open_once(path)
        os.truncate(path, 100)

    @staticmethod
    def half(path: Path) -> None:
        open_once(path)
        os.truncate(path, path.stat().st_size // 2)

    @staticmethod
    def overwritten(path: Path) -> None:
        open_once(path)
        with path.open("r+b") as file:
            file.write(b"\xff" * 4096)

    @staticmethod
    def another_programs(path: Path) -> None:
        raw(path, "CREATE TABLE recipes (name TEXT)", "INSERT INTO recipes VALUES ('soup')")

    @staticmethod
    def another_programs_drafts(path: Path) -> None:
        raw(path, "CREATE TABLE drafts (id TEXT)")

    @staticmethod
    def another_programs_version(path: Path) -> None:
        raw(path, "CREATE TABLE recipes (name TEXT)", "PRAGMA user_version = 1")

    @staticmethod
    def another_programs_newer(path: Path) -> None:
        raw(path, "CREATE TABLE recipes (name TEXT)", "PRAGMA user_version = 99")

    KINDS = (
        *(
            "another_programs_newer",
            "text",
            "header_alone",
            "half",
            "overwritten",
            "another_programs",
        ),
        *("another_programs_drafts", "another_programs_version"),
    )

    @pytest.mark.parametrize("kind", KINDS)
    def test_it_is_refused(self, office: Office, kind: str) -> None:
        office.outbox.mkdir()
        getattr(self, kind)(office.database)
        before = office.database.read_bytes()
        for args in (("list",), ("list", "--json"), ("verify",), ("show", "abcd")):
            said = office.run("outbox", *args)
            assert said.code == 1, args
            assert "outbox.db 파일이 깨졌거나 초안함이 아닙니다." in said.err
            assert "parkdraft outbox backup" in said.err
        assert code_of(office.draft) == "database.damaged"
        assert office.database.read_bytes() == before

    def test_a_folder_in_its_place(self, office: Office) -> None:
        office.database.mkdir(parents=True)
        assert code_of(office.draft).startswith("storage.")
        assert office.run("outbox", "list").code == 1


class TestPlaces:
    """Where the file lies: in the home's outbox, or where a technician wants it."""

    def test_as_the_home_says(self, office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
        assert settings_database(office.root) is None
        toml = office.root / "parkdraft.toml"
        toml.write_text('[database]\nurl = "sqlite:///data/drafts.db"\n', "utf-8")
        draft_id = office.draft()
        assert (office.root / "data" / "drafts.db").is_file()
        assert not office.database.exists()
        assert office.state(draft_id) == "pending"
        monkeypatch.setenv("PARKDRAFT_DATABASE", f"sqlite:///{office.root / 'other.db'}")
        refused = office.run("outbox", "verify")
        assert "기록(outbox.db)이 없습니다" in refused.err or refused.code == 1
        shutil.rmtree(office.outbox)  # else its files would be nobody's: a second truth is refused
        other = office.draft()
        assert (office.root / "other.db").is_file()
        with office.box() as box:
            assert box.store.ids(("pending",)) == [other]

    def test_other_sections_are_for_others(self, office: Office) -> None:
        (office.root / "parkdraft.toml").write_text("[server]\nport = 8080\n", "utf-8-sig")
        assert settings_database(office.root) is None

    @pytest.mark.parametrize(
        ("text", "code"),
        [
            ("[database]\nurl = 'mysql://x/y'\n", "settings.database"),
            ("[database]\nurl = 'sqlite:///'\n", "settings.database"),
            ("[database]\nurl = 'sqlite://x.db'\n", "settings.database"),
            ("[database]\nurl = 7\n", "settings.database"),
            ("[database]\nurl = ''\n", "settings.database"),
            ("[database\n", "settings.unreadable"),
            ("[database]\nurl = 'sqlite:///a.db'\nurl = 'sqlite:///b.db'\n", "settings.unreadable"),
            (b"[database]\n# \xff\xfe\n", "settings.unreadable"),
        ],
    )
    def test_what_cannot_be_read_is_refused(
        self, office: Office, text: str | bytes, code: str
    ) -> None:
        toml = office.root / "parkdraft.toml"
        toml.write_bytes(text if isinstance(text, bytes) else text.encode())
        with pytest.raises(ParkdraftError) as caught:
            office.draft()
        assert [(one.code, one.field) for one in caught.value.problems] == [
            (code, "parkdraft.toml")
        ]
        assert not office.outbox.exists()
        assert office.run("outbox", "list").code == 1

    def test_a_section_that_is_no_section(self, office: Office) -> None:
        (office.root / "parkdraft.toml").write_text("database = 'x'\n", "utf-8")
        with contextlib.suppress(ParkdraftError):
            assert settings_database(office.root) is None

    @pytest.mark.parametrize("remote", ["home", "file"])
    def test_a_network_is_refused_for_the_home_and_for_the_file(
        self, office: Office, monkeypatch: pytest.MonkeyPatch, remote: str
    ) -> None:
        """SQLite's locks are not to be relied on there: two PCs would damage it."""
        elsewhere = office.root.parent / "elsewhere" / "drafts.db"
        toml = office.root / "parkdraft.toml"
        toml.write_text(f"[database]\nurl = 'sqlite:///{elsewhere.as_posix()}'\n", "utf-8")
        far = office.root if remote == "home" else elsewhere.parent
        monkeypatch.setattr(box, "is_on_network", lambda path: path.is_relative_to(far))
        before = office.tree()
        assert code_of(office.draft) == "database.network"
        said = office.run("outbox", "list")
        assert (said.code, said.out) == (1, "")
        assert "이 PC의 디스크로 옮기" in said.err
        assert office.tree() == before


MOUNTS = """\
22 1 8:1 / / rw,relatime - ext4 /dev/sda1 rw
30 22 0:40 / /mnt/share rw,relatime shared:1 - cifs //server/share rw,vers=3.0
31 22 0:41 / /mnt/share/local rw,relatime - ext4 /dev/sdb1 rw
32 22 0:42 / /mnt/my\\040files rw,relatime shared:2 master:3 - nfs4 server:/files rw
33 22 0:43 / /home/a/cloud rw,nosuid - fuse.rclone remote: rw
34 22 0:44 / /twice rw - nfs server:/x rw
35 34 8:2 / /twice rw - ext4 /dev/sdc1 rw
36 22 0:45 / /back\\134slash rw - fuse.sshfs host: rw
37 22 0:46 / /dash rw - - none rw
38 broken line
"""


class TestNetwork:
    @pytest.mark.parametrize(
        ("path", "kind"),
        [
            *(("/", "ext4"), ("/home/a", "ext4"), ("/mnt", "ext4"), ("/mnt/shared", "ext4")),
            *(("/mnt/share", "cifs"), ("/mnt/share/a/b", "cifs"), ("/mnt/share/local/x", "ext4")),
            *(("/mnt/share/locally", "cifs"), ("/mnt/my files/x", "nfs4"), ("/mnt/my", "ext4")),
            *(("/home/a/cloud/outbox", "fuse.rclone"), ("/home/a/cloudy", "ext4")),
            *(("/twice/x", "ext4"), ("/back\\slash/x", "fuse.sshfs"), ("/dash/x", "-")),
        ],
    )
    def test_the_deepest_mount_says_what_a_path_lies_on(self, path: str, kind: str) -> None:
        assert network.file_system(path, MOUNTS) == kind

    @pytest.mark.parametrize("mounts", ["", "\n", "x\n", "22 1 8:1 / / rw,relatime\n"])
    def test_where_nothing_is_known_nothing_is_said(self, mounts: str) -> None:
        assert network.file_system("/home/a", mounts) == ""

    @pytest.mark.parametrize(
        "kind", ["cifs", "nfs", "nfs4", "smb3", "fuse.sshfs", "fuse.rclone", "fuse.gvfsd-fuse"]
    )
    def test_what_lies_on_another_computer(self, kind: str) -> None:
        assert kind in network.NETWORK

    @pytest.mark.parametrize("kind", ["ext4", "xfs", "btrfs", "tmpfs", "overlay", "fuseblk", ""])
    def test_what_does_not(self, kind: str) -> None:
        assert kind not in network.NETWORK

    def test_what_is_not_there_yet_lies_where_its_folder_will(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        asked: list[str] = []

        def noted(path: str, _: str) -> str:
            asked.append(path)
            return "cifs"

        monkeypatch.setattr(network, "file_system", noted)
        if sys.platform == "linux":
            assert network.is_on_network(tmp_path / "not" / "there" / "yet")
            assert asked == [os.path.realpath(tmp_path)]

    @pytest.mark.skipif(os.name == "nt", reason="links need rights there")
    def test_a_link_lies_where_it_leads(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        (tmp_path / "far").mkdir()
        (tmp_path / "link").symlink_to(tmp_path / "far")
        asked: list[str] = []

        def noted(path: str, _: str) -> str:
            asked.append(path)
            return ""

        monkeypatch.setattr(network, "file_system", noted)
        network.is_on_network(tmp_path / "link" / "outbox")
        assert asked == [os.path.realpath(tmp_path / "far")]


class TestRefusals:
    """What SQLite refuses has our words."""

    @pytest.fixture
    def busy(self, office: Office) -> Iterator[sqlite3.Connection]:
        """Somebody who writes, and does not come to an end."""
        office.draft()
        with contextlib.closing(sqlite3.connect(office.database, isolation_level=None)) as one:
            one.execute("BEGIN IMMEDIATE")
            yield one
            one.execute("ROLLBACK")

    def test_who_waits_too_long_is_told(
        self, office: Office, busy: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(database, "PATIENCE", 0.0)
        assert busy.in_transaction
        assert code_of(office.draft) == "storage.busy"
        assert len(office.run("outbox", "list", "--json").data) == 1  # readers do not wait

    def test_a_folder_where_nothing_can_be_written(
        self, office: Office, why: str, refusing: Callable[[str], Callable[..., None]]
    ) -> None:
        with office.monkeypatch.context() as patch:
            patch.setattr(os, "open", refusing(why))
            assert code_of(office.draft) == f"storage.{why}"
        assert not office.states()

    def test_a_full_disk(self, office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
        """Nothing of what did not fit is kept, and what was there is."""
        draft_id = office.draft()
        connect = sqlite3.connect

        def small(*args: object, **more: object) -> sqlite3.Connection:
            connection: sqlite3.Connection = connect(*args, **more)  # type: ignore[call-overload]
            ((pages,),) = connection.execute("PRAGMA page_count").fetchall()
            connection.execute(f"PRAGMA max_page_count = {pages}")
            return connection

        with monkeypatch.context() as patch:
            patch.setattr(sqlite3, "connect", small)
            assert code_of(lambda: [office.draft(memo="가" * 400) for _ in range(100)]) == (
                "storage.full"
            )
        assert office.verify() == []
        assert office.approve(draft_id).problems == ()
