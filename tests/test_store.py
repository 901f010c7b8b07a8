"""What every place that keeps drafts must do, and what a folder must do beside that."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parkdraft.errors import DraftError, OutboxError, ParkdraftError, StorageError, problem
from parkdraft.outbox.folder import STAGING, FolderStore
from parkdraft.outbox.store import STATES, SUFFIXES, Entry, Sheet, Store, is_id, new_id
from parkdraft.wording import message

if TYPE_CHECKING:
    from tests.faults import Steps

pytest_plugins = ["faults"]

Refusing = Callable[[str], Callable[..., None]]
DAY = date(2026, 11, 23)
ONE, TWO, THREE = (new_id(DAY) for _ in range(3))
CONTENT = "차량번호 변경 요청\r\n".encode()
NO_IDS = [
    "",
    ".",
    "..",
    "../x",
    "..\\x",
    "/etc/passwd",
    "C:\\x",
    "x",
    "CON",
    f"{ONE}\0",
    f"\0{ONE}",
    f"{ONE}\n",
    f" {ONE}",
    f"{ONE}.eml",
    f"{ONE}:stream",
    f"{ONE}/../../x",
    f"../pending/{ONE}",
    f"{ONE}-{TWO}",
    ONE.upper(),
    ONE.replace("2", "２"),
    f"{ONE[:-1]}가",
    f"{ONE[:-1]}\u0301",
    f"{ONE[:-1]}\udcff",
    "2" * 5_000,
    "가" * 300,
]


def sheet(
    draft_id: str = ONE,
    content: bytes = CONTENT,
    suffix: str = ".eml",
    check: Callable[[bytes], None] = lambda _: None,
) -> Sheet:
    return Sheet(draft_id, suffix, content, check)


def keep(store: Store, state: str = "pending", draft_id: str = ONE, suffix: str = ".eml") -> Entry:
    store.stage([sheet(draft_id, suffix=suffix)])
    return store.place(draft_id, suffix, state)


def places(store: Store) -> set[Entry]:
    """Every draft that anybody can see."""
    return {entry for state in STATES for entry in store.entries(state)}


@contextmanager
def refused(code: str) -> Iterator[None]:
    kind = StorageError if code.startswith("storage.") else OutboxError
    with pytest.raises(kind) as caught:
        yield
    assert [one.code for one in caught.value.problems] == [code]
    assert all(message(one) for one in caught.value.problems)


def told(operation: Callable[[], object]) -> list[str]:
    """The reasons why the medium refuses something."""
    try:
        operation()
    except StorageError as error:
        return [one.code for one in error.problems]
    return []


class StoreContract:
    """The behaviours of ``Store``; a form of it is a subclass with these two fixtures."""

    @pytest.fixture
    def store(self) -> Store:
        """An empty place, as one machine sees it."""
        raise NotImplementedError

    @pytest.fixture
    def other(self) -> Store:
        """The same place, as another machine sees it."""
        raise NotImplementedError

    # ---- a new draft ---------------------------------------------------------------------------

    def test_empty(self, store: Store) -> None:
        assert places(store) == set()
        assert [store.strangers(state) for state in STATES] == [[]] * len(STATES)
        assert store.staged() == []
        assert store.find(ONE) == []

    def test_staged_is_seen_by_nobody(self, store: Store, other: Store) -> None:
        store.stage([sheet()])
        for one in (store, other):
            assert places(one) == set()
            assert [one.strangers(state) for state in STATES] == [[]] * len(STATES)
            assert one.find(ONE) == []
        assert store.staged() == [Entry(ONE, "", ".eml")]
        assert store.read_staged(Entry(ONE, "", ".eml")) == CONTENT

    @pytest.mark.parametrize("suffix", SUFFIXES)
    @pytest.mark.parametrize("state", STATES)
    def test_placed_is_seen_whole(
        self, store: Store, other: Store, state: str, suffix: str
    ) -> None:
        entry = keep(store, state, suffix=suffix)
        assert entry == Entry(ONE, state, suffix)
        for one in (store, other):
            assert places(one) == {entry}
            assert one.find(ONE) == [entry]
            assert one.read(entry) == CONTENT
        assert store.staged() == []

    @pytest.mark.parametrize("content", [b"", b"\0\r\n\x1a", b"\xff" * 200_000])
    def test_every_byte_arrives(self, store: Store, content: bytes) -> None:
        store.stage([sheet(content=content)])
        assert store.read(store.place(ONE, ".eml", "pending")) == content

    def test_several_at_once(self, store: Store) -> None:
        store.stage([sheet(ONE), sheet(TWO, b"two", ".txt"), sheet(THREE, suffix=".tsv")])
        assert len(store.staged()) == 3
        entry = store.place(TWO, ".txt", "waiting")
        assert places(store) == {entry}
        assert store.read(entry) == b"two"
        assert {one.id for one in store.staged()} == {ONE, THREE}

    def test_none_at_once(self, store: Store) -> None:
        store.stage([])
        assert store.staged() == []

    def test_check_gets_what_was_written(self, store: Store, other: Store) -> None:
        seen: list[bytes] = []

        def look(written: bytes) -> None:
            seen.append(written)
            assert places(other) == set()

        store.stage([sheet(check=look)])
        assert seen == [CONTENT]

    @pytest.mark.parametrize("error", [DraftError([problem("draft.differs")]), KeyboardInterrupt()])
    def test_a_failing_check_leaves_nothing(self, store: Store, error: BaseException) -> None:
        def refuse(_: bytes) -> None:
            raise error

        with pytest.raises(type(error)):
            store.stage([sheet(ONE), sheet(TWO, check=refuse), sheet(THREE)])
        assert store.staged() == []
        assert places(store) == set()

    def test_staged_again_is_the_later_one(self, store: Store) -> None:
        store.stage([sheet(content=b"a longer first one")])
        store.stage([sheet(content=b"second")])
        assert store.read(store.place(ONE, ".eml", "pending")) == b"second"

    def test_unstaged(self, store: Store) -> None:
        store.stage([sheet(ONE), sheet(TWO)])
        store.unstage(ONE)
        store.unstage(ONE)
        assert [one.id for one in store.staged()] == [TWO]
        with refused("outbox.gone"):
            store.place(ONE, ".eml", "pending")
        with refused("outbox.gone"):
            store.read_staged(Entry(ONE, "", ".eml"))
        assert places(store) == set()

    def test_unstaging_leaves_what_is_placed(self, store: Store) -> None:
        entry = keep(store)
        store.unstage(ONE)
        assert places(store) == {entry}

    def test_machines_leave_each_others_alone(self, store: Store, other: Store) -> None:
        store.stage([sheet(content=b"mine")])
        other.stage([sheet(content=b"yours"), sheet(TWO)])
        assert store.staged() == [Entry(ONE, "", ".eml")]
        assert store.read_staged(Entry(ONE, "", ".eml")) == b"mine"
        store.unstage(ONE)
        store.unstage(TWO)
        assert store.staged() == []
        assert {one.id for one in other.staged()} == {ONE, TWO}
        assert other.read(other.place(ONE, ".eml", "pending")) == b"yours"

    # ---- from state to state -------------------------------------------------------------------

    @pytest.mark.parametrize("state", [one for one in STATES if one != "pending"])
    def test_moved(self, store: Store, other: Store, state: str) -> None:
        before = keep(store)
        after = store.move(before, state)
        assert after == Entry(ONE, state, ".eml")
        assert places(other) == {after}
        assert other.find(ONE) == [after]
        assert other.read(after) == CONTENT
        with refused("outbox.gone"):
            store.read(before)

    @pytest.mark.parametrize("to", ["approved", "returned"])
    def test_one_of_several_wins(self, store: Store, other: Store, to: str) -> None:
        entry = keep(store)
        won = store.move(entry, "approved")
        with refused("outbox.gone"):
            other.move(entry, to)
        with refused("outbox.gone"):
            other.withdraw(entry)
        assert places(other) == {won}

    def test_a_draft_that_was_never_there(self, store: Store) -> None:
        entry = Entry(ONE, "pending", ".eml")
        for call in (store.read, store.withdraw, lambda one: store.move(one, "sent")):
            with refused("outbox.gone"):
                call(entry)
        assert store.restore(entry) is False
        store.forget(entry)
        store.remove(entry)
        assert places(store) == set()

    def test_found_in_every_state_where_it_is(self, store: Store, other: Store) -> None:
        found = {keep(store), keep(store, "sent"), keep(other, "sent", suffix=".txt")}
        keep(store, draft_id=TWO)
        assert len(store.find(ONE)) == 3
        assert set(store.find(ONE)) == found

    def test_nothing_is_written_over(self, store: Store) -> None:
        copied = keep(store, "approved")
        store.stage([sheet(content=b"other")])
        entry = store.place(ONE, ".eml", "pending")
        store.stage([sheet(content=b"a third")])
        with refused("outbox.copied"):
            store.move(entry, "approved")
        for state in ("approved", "pending"):
            with refused("outbox.copied"):
                store.place(ONE, ".eml", state)
        assert store.read(copied) == CONTENT
        assert store.read(entry) == b"other"
        assert store.read_staged(Entry(ONE, "", ".eml")) == b"a third"

    # ---- the next form under the same identifier -----------------------------------------------

    def test_withdrawn_is_seen_by_nobody(self, store: Store, other: Store) -> None:
        entry = keep(store, "waiting", suffix=".txt")
        store.withdraw(entry)
        for one in (store, other):
            assert places(one) == set()
            assert one.find(ONE) == []
        assert store.staged() == []
        with refused("outbox.gone"):
            other.withdraw(entry)

    def test_restored(self, store: Store) -> None:
        entry = keep(store, "waiting", suffix=".txt")
        store.withdraw(entry)
        assert store.restore(entry) is True
        assert places(store) == {entry}
        assert store.read(entry) == CONTENT
        assert store.restore(entry) is False
        assert places(store) == {entry}

    def test_restoring_writes_nothing_over(self, store: Store) -> None:
        entry = keep(store, "waiting")
        store.withdraw(entry)
        store.stage([sheet(content=b"other")])
        store.place(ONE, ".eml", "waiting")
        with refused("outbox.copied"):
            store.restore(entry)
        assert store.read(entry) == b"other"

    @pytest.mark.parametrize("suffix", [".eml", ".txt"])
    def test_exchanged(self, store: Store, suffix: str) -> None:
        entry = keep(store, "waiting", suffix=".txt")
        store.stage([sheet(content=b"new", suffix=suffix)])
        store.withdraw(entry)
        placed = store.place(ONE, suffix, "pending")
        store.forget(entry)
        store.forget(entry)
        assert places(store) == {placed}
        assert store.read(placed) == b"new"
        assert store.restore(entry) is False

    def test_another_machine_restores_nothing(self, store: Store, other: Store) -> None:
        entry = keep(store, "waiting")
        store.withdraw(entry)
        assert other.restore(entry) is False
        other.forget(entry)
        other.unstage(ONE)
        assert store.restore(entry) is True

    # ---- gone for good -------------------------------------------------------------------------

    def test_removed(self, store: Store, other: Store) -> None:
        entry, left = keep(store), keep(store, draft_id=TWO)
        copied = keep(store, "sent")
        store.remove(entry)
        store.remove(entry)
        other.remove(entry)
        assert places(store) == {left, copied}
        store.remove(copied)
        assert places(store) == {left}

    def test_the_other_suffix_is_another_draft(self, store: Store) -> None:
        entry = keep(store)
        store.remove(entry._replace(suffix=".txt"))
        assert places(store) == {entry}

    # ---- texts that people type ----------------------------------------------------------------

    @pytest.mark.parametrize("text", NO_IDS, ids=ascii)
    def test_what_is_no_identifier_is_nowhere(self, store: Store, text: str) -> None:
        entry = keep(store)
        assert not is_id(text)
        assert store.find(text) == []
        self._nothing_happens(store, Entry(text, "pending", ".eml"))
        assert places(store) == {entry}

    @pytest.mark.parametrize("state", ["", ".", "..", "/", "../pending", "journal", "PENDING"])
    def test_what_is_no_state_is_nowhere(self, store: Store, state: str) -> None:
        entry = keep(store)
        self._nothing_happens(store, entry._replace(state=state))
        with pytest.raises(ParkdraftError):
            store.move(entry, state)
        store.stage([sheet(TWO)])
        with pytest.raises(ParkdraftError):
            store.place(TWO, ".eml", state)
        assert places(store) == {entry}

    @pytest.mark.parametrize("suffix", ["", ".", ".EML", ".exe", ".eml\0", "/../../x", ".eml.eml"])
    def test_what_is_no_suffix_is_nowhere(self, store: Store, suffix: str) -> None:
        entry = keep(store)
        self._nothing_happens(store, entry._replace(suffix=suffix))
        with pytest.raises(ParkdraftError):
            store.stage([sheet(TWO, suffix=suffix)])
        assert places(store) == {entry}

    def _nothing_happens(self, store: Store, entry: Entry) -> None:
        for call in (store.read, store.withdraw, lambda one: store.move(one, "sent")):
            with pytest.raises(OutboxError) as caught:
                call(entry)
            assert all(message(one) for one in caught.value.problems)
        with pytest.raises(OutboxError):
            store.place(entry.id, entry.suffix, "sent")
        with suppress(OutboxError):
            store.remove(entry)
        with suppress(OutboxError):
            store.forget(entry)
        with suppress(OutboxError):
            store.unstage(entry.id)
        with suppress(OutboxError):
            assert store.restore(entry) is False

    def test_flushing_needs_nothing(self, store: Store) -> None:
        store.flush(STATES)
        keep(store)
        store.flush(("pending", "pending", "sent"))


class TestFolderStore(StoreContract):
    @pytest.fixture
    def store(self, tmp_path: Path) -> FolderStore:
        return FolderStore(tmp_path / "outbox", "pc-1")

    @pytest.fixture
    def other(self, store: FolderStore) -> FolderStore:
        return FolderStore(store.root, "PC-가\udcff/../2")

    def test_its_files_are_where_people_look(self, store: FolderStore) -> None:
        entry = keep(store)
        path = store.root / "pending" / f"{ONE}.eml"
        assert store.path(entry) == path
        assert path.read_bytes() == CONTENT

    def test_nothing_is_made_before_something_is_kept(self, store: FolderStore) -> None:
        places(store)
        store.staged()
        store.find(ONE)
        store.remove(Entry(ONE, "sent", ".eml"))
        store.flush(STATES)
        assert not store.root.exists()

    def test_names_of_no_draft_are_strangers(self, store: FolderStore) -> None:
        entry = keep(store)
        folder = store.root / "pending"
        names = {
            "휴가.eml",
            f"{ONE}.eml.bak",
            f"{ONE} (1).eml",
            f"{ONE}.EML",
            f"{ONE}.pdf",
            f".{ONE}.eml",
            f"~${ONE}.eml",
            "20261123.eml",
            f"{TWO.upper()}.eml",
        }
        for name in names | {"desktop.ini", "Thumbs.db", ".DS_Store"}:
            (folder / name).write_bytes(b"")
        (folder / "새 폴더").mkdir()
        assert set(store.strangers("pending")) == names | {"새 폴더"}
        assert store.entries("pending") == [entry]

    def test_a_folder_is_no_draft(self, store: FolderStore) -> None:
        (store.root / "pending" / f"{ONE}.eml").mkdir(parents=True)
        assert store.find(ONE) == []

    def test_files_of_the_outside_stay(self, store: FolderStore, tmp_path: Path) -> None:
        keep(store)
        store.stage([sheet(TWO)])
        (store.root / "x.eml").write_bytes(b"")
        (tmp_path / "x.eml").write_bytes(b"")
        before = sorted(tmp_path.rglob("*"))
        for text in ("x", "../x", "../../x", str(tmp_path / "x"), "../pending/../../x"):
            for state in ("pending", "..", "../..", str(tmp_path)):
                self._nothing_happens(store, Entry(text, state, ".eml"))
                self._nothing_happens(store, Entry(text, state, ""))
        assert sorted(tmp_path.rglob("*")) == before

    @settings(max_examples=200, deadline=None, derandomize=True, database=None)
    @given(text=st.text() | st.from_regex(r"\A20[0-9]{6}-.{5,9}\Z"))
    def test_an_identifier_is_safe_in_a_path(self, text: str) -> None:
        if is_id(text):
            assert Path(text).name == text
            assert text.isascii()
            assert text == text.casefold()

    def test_new_identifiers(self) -> None:
        made = {new_id(DAY) for _ in range(1_000)}
        assert len(made) == 1_000
        assert all(is_id(one) and one.startswith("20261123-") for one in made)

    # ---- what the system refuses ---------------------------------------------------------------

    @pytest.fixture(params=[True, False], ids=["together", "file by file"])
    def _flushed(
        self, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, calls: Steps
    ) -> None:
        """Whether the system can make several files durable with one call."""
        monkeypatch.setattr("parkdraft.storing._synced", lambda _: request.param)

    @pytest.mark.usefixtures("_flushed")
    def test_refused_at_any_step(self, store: FolderStore, calls: Steps, why: str) -> None:
        """Each step of staging, placing and moving: the reason is told, and nothing changes."""
        pending, sent = Entry(ONE, "pending", ".eml"), Entry(ONE, "sent", ".eml")
        sheets = [sheet(ONE), sheet(TWO, suffix=".txt")]
        operations: list[Callable[[], object]] = [
            lambda: store.stage(sheets),
            lambda: store.place(ONE, ".eml", "pending"),
            lambda: store.move(pending, "sent"),
            lambda: store.withdraw(sent),
            lambda: store.restore(sent),
        ]
        for operation in operations:
            before = places(store), set(store.staged())
            for number in range(1, 100):
                calls.fail(number, why)
                codes = told(operation)
                if not codes:
                    break
                assert codes == [f"storage.{why}"]
                assert (places(store), set(store.staged())) == before
            assert number > 1
            assert not calls.reached
        assert places(store) == {sent}
        assert store.read(sent) == CONTENT

    @pytest.mark.parametrize("call", ["remove", "forget", "unstage"])
    def test_what_cannot_be_removed_is_told(
        self, store: FolderStore, calls: Steps, call: str
    ) -> None:
        entry = keep(store)
        store.withdraw(keep(store, "sent", TWO))
        store.stage([sheet(THREE)])
        given = {"remove": entry, "forget": Entry(TWO, "sent", ".eml"), "unstage": THREE}
        calls.fail(1, "held-open")
        with refused("storage.held-open"):
            getattr(store, call)(given[call])
        calls.reset()
        assert store.find(ONE) == [entry]
        assert store.restore(Entry(TWO, "sent", ".eml")) is True
        assert [one.id for one in store.staged()] == [THREE]

    def test_written_in_small_pieces(
        self, store: FolderStore, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        written = os.write
        monkeypatch.setattr(os, "write", lambda file, data: written(file, bytes(data[:3])))
        assert store.read(keep(store)) == CONTENT

    def test_a_file_where_a_folder_should_be(self, store: FolderStore) -> None:
        keep(store)
        (store.root / "sent").write_bytes(b"")
        with refused("storage.not-folder"):
            store.move(Entry(ONE, "pending", ".eml"), "sent")
        with refused("storage.not-folder"):
            store.entries("sent")
        assert [entry.state for entry in store.find(ONE)] == ["pending"]

    @pytest.mark.parametrize("method", ["entries", "strangers", "find", "staged"])
    def test_a_folder_that_may_not_be_read(
        self, store: FolderStore, monkeypatch: pytest.MonkeyPatch, refusing: Refusing, method: str
    ) -> None:
        keep(store)

        given: tuple[str, ...] = {"find": (ONE,), "staged": ()}.get(method, ("pending",))
        with monkeypatch.context() as patch:
            patch.setattr(os, "listdir", refusing("read-only"))
            patch.setattr(os, "stat", refusing("read-only"))
            with refused("storage.read-only"):
                getattr(store, method)(*given)

    @pytest.mark.parametrize("call", ["stage", "place", "move", "withdraw", "restore"])
    def test_folders_that_may_not_be_entered(
        self, store: FolderStore, monkeypatch: pytest.MonkeyPatch, refusing: Refusing, call: str
    ) -> None:
        entry = keep(store)
        store.stage([sheet(TWO)])
        given: dict[str, tuple[object, ...]] = {
            "stage": ([sheet(THREE)],),
            "place": (TWO, ".eml", "pending"),
            "move": (entry, "sent"),
            "withdraw": (entry,),
            "restore": (entry,),
        }

        with monkeypatch.context() as patch:
            patch.setattr(os, "stat", refusing("read-only"))
            with refused("storage.read-only"):
                getattr(store, call)(*given[call])
        assert places(store) == {entry}

    # ---- who may read --------------------------------------------------------------------------

    @pytest.mark.skipif(os.name == "nt", reason="Windows has no such modes")
    @pytest.mark.parametrize("umask", [0o000, 0o022, 0o027, 0o077, 0o177])
    def test_for_owner_and_group_whatever_the_umask(self, store: FolderStore, umask: int) -> None:
        before = os.umask(umask)
        try:
            store.withdraw(keep(store, "waiting"))
            store.stage([sheet(TWO)])
            for state in STATES:
                keep(store, state, THREE)
        finally:
            os.umask(before)
        folders = [store.root, *(path for path in store.root.rglob("*") if path.is_dir())]
        assert {path.name for path in folders} == {"outbox", STAGING, *STATES}
        assert {path.stat().st_mode & 0o777 for path in folders} == {0o770}
        files = [path for path in store.root.rglob("*") if path.is_file()]
        assert len(files) == 2 + len(STATES)
        assert {path.stat().st_mode & 0o777 for path in files} == {0o640}

    def test_a_file_system_without_modes(
        self, store: FolderStore, monkeypatch: pytest.MonkeyPatch, refusing: Refusing
    ) -> None:
        for name in ("chmod", "fchmod"):
            monkeypatch.setattr(os, name, refusing("read-only"), raising=False)
        assert store.read(keep(store)) == CONTENT

    @pytest.mark.skipif(os.name == "nt", reason="Windows has no such modes")
    def test_the_groups_of_a_folder_are_inherited(self, store: FolderStore) -> None:
        store.root.mkdir()
        store.root.chmod(0o2775)
        keep(store)
        assert store.root.stat().st_mode & 0o7777 == 0o2775  # somebody's own choice
        assert (store.root / "pending").stat().st_mode & 0o7777 == 0o2770
