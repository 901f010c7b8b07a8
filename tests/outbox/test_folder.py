"""The folder is what people open: written after the commit, finished by whoever comes next."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import pytest
from tests.helpers.faults import Steps
from tests.helpers.outboxes import OTHER, Office

from parkdraft.codes import Code
from parkdraft.errors import Problem, StorageError
from parkdraft.model.states import STATES
from parkdraft.outbox.box import Outbox
from parkdraft.outbox.folder import Folder
from parkdraft.review import Wanted, move

Refusing = Callable[[str], Callable[..., None]]


class Killed(BaseException):
    """The command is no more."""


def killed(*_: Any, **__: Any) -> None:
    raise Killed


def whole(office: Office) -> bool:
    """Whether the folder shows exactly what the database has, and nothing else."""
    wanted: dict[Path, bytes] = {}
    with office.box() as box:
        for draft_id in box.store.ids(STATES):
            draft = box.located(draft_id)
            wanted[box.folder.path(draft)] = box.content(draft).bytes
    files = [path for path in office.outbox.rglob("*") if path.is_file()]
    shown = {path: path.read_bytes() for path in files if not path.name.startswith("outbox.db")}
    return shown == wanted


class TestShown:
    @pytest.mark.parametrize("state", STATES)
    def test_a_draft_is_one_file_in_the_folder_of_its_state(
        self, office: Office, state: str
    ) -> None:
        draft_id = office.in_state(state)
        files = [path for path in office.outbox.rglob(f"*{draft_id[9:]}*") if path.is_file()]
        suffix = ".txt" if state == "waiting" else ".eml"
        assert files == [office.outbox / state / f"{draft_id}{suffix}"]
        assert whole(office)

    @pytest.mark.skipif(os.name == "nt", reason="Windows has no such modes")
    @pytest.mark.parametrize("umask", [0o000, 0o022, 0o027, 0o077])
    def test_for_owner_and_group_whatever_the_umask(self, office: Office, umask: int) -> None:
        before = os.umask(umask)
        try:
            for state in STATES:
                office.in_state(state)
        finally:
            os.umask(before)
        found = list(office.outbox.rglob("*"))
        folders = [path for path in found if path.is_dir()]
        assert {path.stat().st_mode & 0o777 for path in folders} == {0o770}
        files = [path for path in found if path.is_file()]
        assert len(files) == len(STATES) + 1
        assert not any(path.stat().st_mode & 0o137 for path in files)

    @pytest.mark.skipif(os.name == "nt", reason="Windows has no such modes")
    def test_the_group_of_a_folder_is_inherited(self, office: Office) -> None:
        """A group's folder that somebody made by hand stays as they wanted it."""
        office.outbox.mkdir()
        office.outbox.chmod(0o2775)
        office.draft()
        assert office.outbox.stat().st_mode & 0o7777 == 0o2775
        assert (office.outbox / "pending").stat().st_mode & 0o7777 == 0o2770

    def test_a_file_system_without_modes(
        self, office: Office, monkeypatch: pytest.MonkeyPatch, refusing: Refusing
    ) -> None:
        for name in ("chmod", "fchmod"):
            monkeypatch.setattr(os, name, refusing("read-only"), raising=False)
        office.draft()
        assert whole(office)

    def test_written_in_small_pieces(self, office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
        written = os.write
        monkeypatch.setattr(os, "write", lambda file, data: written(file, bytes(data[:100])))
        office.draft()
        assert whole(office)


class TestFinished:
    """What an interrupted command left is written by the next one that changes something."""

    COMMANDS = ("draft", "approve", "return", "sent", "undo", "replace", "fill", "purge")

    @staticmethod
    def do(office: Office, command: str) -> Callable[[], object]:
        """A command, everything before it done."""
        state = {
            **{"approve": "pending", "return": "approved", "sent": "approved"},
            **{"undo": "sent", "purge": "returned", "fill": "waiting"},
        }.get(command, "pending")
        (office.root / "sites" / "nuri" / "2026-11.csv").unlink(missing_ok=True)
        draft_id = office.in_state(state)
        if command == "fill":
            office.bring("가온타워,정바다,jung@example.com,")
        does: dict[str, Callable[[], object]] = {
            "draft": office.draft,
            "approve": lambda: office.approve(draft_id),
            "return": lambda: office.send_back(draft_id),
            "sent": lambda: office.sent(draft_id),
            "undo": lambda: office.undo(draft_id),
            "replace": lambda: office.draft(replaces=draft_id),
            "fill": office.fill,
            "purge": lambda: office.run("outbox", "purge", draft_id, "--reason", "x", "--yes"),
        }
        return does[command]

    @pytest.mark.parametrize("command", COMMANDS)
    def test_where_it_was_killed_after_the_commit(self, office: Office, command: str) -> None:
        """Nothing of it was written."""
        do = self.do(office, command)
        assert whole(office)
        with office.monkeypatch.context() as patch:
            patch.setattr(Outbox, "finish", killed)
            with pytest.raises(Killed):
                do()
        assert not whole(office)
        office.sent("20261123-abcd")  # whatever comes next, also where it is refused
        assert whole(office)
        assert office.verify() == []

    @pytest.mark.parametrize("when", ["before", "after", "half"])
    @pytest.mark.parametrize("command", COMMANDS)
    def test_where_it_was_killed_at_any_step_of_writing(
        self, office: Office, calls: Steps, command: str, when: str
    ) -> None:
        for number in range(1, 100):
            with calls.others():
                do = self.do(office, command)
            calls.die(number, when)
            try:
                do()
            except calls.Death:
                pass
            except StorageError:  # what ends badly may not hide that it was killed
                assert calls.reached
            reached = calls.reached
            calls.reset()
            with calls.others():
                office.sent("20261123-abcd")
                assert whole(office), number
                assert office.verify() == []
            if not reached:
                break
        assert number > 1

    def test_whoever_only_looks_writes_nothing(self, office: Office) -> None:
        with office.monkeypatch.context() as patch:
            patch.setattr(Outbox, "finish", killed)
            with pytest.raises(Killed):
                office.draft()
        before = office.tree()
        assert len(office.run("outbox", "list", "--json").data) == 1
        assert office.tree() == before

    def test_no_other_file_is_looked_at(
        self, office: Office, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """A hundred drafts that are in their places cost nothing."""
        ids = [office.draft() for _ in range(5)]
        seen: list[str] = []
        real, there = os.open, os.path.lexists

        def noted(path: Any, *args: Any, **more: Any) -> int:
            seen.append(str(path))
            return real(path, *args, **more)

        def asked(path: Any) -> bool:
            seen.append(str(path))
            return there(path)

        monkeypatch.setattr(os, "open", noted)
        monkeypatch.setattr(os.path, "lexists", asked)
        office.approve(ids[0])
        assert any(ids[0] in path for path in seen)
        assert not any(one in path for path in seen for one in ids[1:])

    def test_another_command_meanwhile_is_not_undone(self, office: Office) -> None:
        """Between commit and writing, somebody else moved the draft on."""
        draft_id = office.in_state("approved")
        with office.box(OTHER, change=True) as box:
            assert move(box, office.home().directory, "sent", [Wanted(draft_id)]).problems == ()
            office.undo(draft_id)
        assert office.state(draft_id) == "approved"
        assert whole(office)


class TestRefused:
    """What the folder refuses loses nothing: the database has it, and the next one tries again."""

    def test_the_change_is_kept_and_said(self, office: Office, why: str) -> None:
        draft_id, other = office.draft(), office.draft("agit")

        def fail(*_: Any) -> None:
            raise StorageError([Problem(cast("Code", f"storage.{why}"), data={"place": draft_id})])

        with office.monkeypatch.context() as patch:
            patch.setattr(Folder, "place", fail)
            said = office.run("outbox", "approve", draft_id, "--json")
        assert said.code == 0
        assert said.data["done"][0]["state"] == "approved"
        assert said.err.startswith(f"{draft_id}: ")
        assert not whole(office)
        assert office.stored(draft_id).state == "approved"
        office.sent(other)
        assert whole(office)
        assert office.verify() == []

    def test_so_is_a_new_draft(self, office: Office, calls: Steps, why: str) -> None:
        office.draft()
        for number in range(1, 10):
            calls.fail(number, why)
            made = office.made()
            reached = calls.reached
            calls.reset()
            assert made.id is not None
            assert office.stored(made.id).state == "pending"
            office.sent("20261123-abcd")
            assert whole(office)
            if not reached:
                break
        assert number > 1

    def test_a_file_in_place_of_a_folder(self, office: Office) -> None:
        """Nothing of it is touched; verify moves it aside."""
        draft_id = office.draft()
        (office.outbox / "approved").write_bytes(b"x")
        said = office.run("outbox", "approve", draft_id)
        assert (said.code, said.out) == (0, f"승인했습니다: {draft_id}\n")
        assert said.err.startswith(f"{draft_id}: ")
        assert (office.outbox / "approved").read_bytes() == b"x"
        assert office.stored(draft_id).state == "approved"
        assert office.verify() == [("outbox.folder-odd", "outbox/approved")]
        assert office.state(draft_id) == "approved"
        assert office.verify() == []

    def test_one_that_is_refused_keeps_no_other_from_its_place(self, office: Office) -> None:
        first, second = office.draft(), office.draft()
        held = office.path(first)

        unlink = Path.unlink

        def refuse(path: Path, *, missing_ok: bool = False) -> None:
            if path == held:
                raise PermissionError(13, "held open")
            unlink(path, missing_ok=missing_ok)

        with office.monkeypatch.context() as patch:
            patch.setattr(Path, "unlink", refuse)
            said = office.run("outbox", "approve", first, second)
        assert said.code == 0
        assert first in said.err
        assert second not in said.err
        assert office.state(second) == "approved"
        office.sent("20261123-abcd")
        assert whole(office)


class TestEdited:
    """What somebody wrote into a file is never believed, and never lost."""

    @pytest.mark.parametrize("verb", ["approve", "send_back"])
    def test_a_change_of_state_puts_what_was_made_in_its_place(
        self, office: Office, verb: str
    ) -> None:
        draft_id = office.draft()
        made = office.path(draft_id).read_bytes()
        office.path(draft_id).write_bytes(made.replace(b"haneul@", b"mallory@"))
        assert getattr(office, verb)(draft_id).problems == ()
        assert office.path(draft_id).read_bytes() == made
        kept = office.outbox / "edited" / f"{draft_id}.1.eml"
        assert b"mallory@" in kept.read_bytes()
        told = kept.with_name(f"{kept.name}.diff.txt").read_text("utf-8-sig").splitlines()
        assert told == [
            "- 수신(To): 김하늘 주임 <haneul@example.com>",
            "+ 수신(To): 김하늘 주임 <mallory@example.com>",
        ]
        assert office.verify() == []

    def test_it_is_said(self, office: Office) -> None:
        draft_id = office.draft("board")
        path = office.path(draft_id)
        path.write_bytes(b"more\n" + path.read_bytes())
        said = office.run("outbox", "approve", draft_id)
        assert said.code == 0
        assert f"{draft_id}: 만든 뒤에 파일이 바뀌었습니다(본문 1번째 줄)." in said.err
        assert f"outbox/edited/{draft_id}.1.txt" in said.err

    def test_several_edits_are_kept_beside_each_other(self, office: Office) -> None:
        draft_id = office.draft()
        for text in (b"one", b"two", b"three"):
            office.path(draft_id).write_bytes(text)
            office.verify()
        kept = sorted((office.outbox / "edited").glob(f"{draft_id}.*.eml"))
        assert [path.read_bytes() for path in kept] == [b"one", b"two", b"three"]

    def test_a_copy_in_another_folder_is_taken_away(self, office: Office) -> None:
        draft_id = office.draft()
        content = office.path(draft_id).read_bytes()
        (office.outbox / "sent").mkdir()
        (office.outbox / "sent" / f"{draft_id}.eml").write_bytes(content)
        assert office.approve(draft_id).problems == ()
        assert whole(office)

    def test_an_edited_copy_in_another_folder_is_kept(self, office: Office) -> None:
        draft_id = office.draft()
        (office.outbox / "sent").mkdir()
        (office.outbox / "sent" / f"{draft_id}.eml").write_bytes(b"mine")
        assert office.approve(draft_id).problems == ()
        (kept,) = (office.outbox / "edited").glob("*.eml")
        assert kept.read_bytes() == b"mine"
        kept.unlink()
        kept.with_name(f"{kept.name}.diff.txt").unlink()
        assert whole(office)

    @pytest.mark.skipif(os.name == "nt", reason="links need rights there")
    def test_a_link_is_never_written_through(self, office: Office, tmp_path: Path) -> None:
        draft_id = office.draft()
        mine = tmp_path / "mine.txt"
        mine.write_bytes(b"mine")
        path = office.path(draft_id)
        path.unlink()
        path.symlink_to(mine)
        temporary = office.outbox / ".tmp" / path.name
        temporary.parent.mkdir(exist_ok=True)
        temporary.symlink_to(mine)
        office.approve(draft_id)
        office.verify()
        assert mine.read_bytes() == b"mine"
        assert office.stored(draft_id).state == "approved"
        assert office.path(draft_id).is_file()
        assert not office.path(draft_id).is_symlink()
