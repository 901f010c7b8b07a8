"""``verify`` finds everything that nobody should believe, and puts the folder right."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.helpers.outboxes import KINDS, Office

from parkdraft.model.states import STATES
from parkdraft.outbox.ids import LETTERS, is_id
from parkdraft.outbox.verify import Finding
from parkdraft.review import verify

pytestmark = pytest.mark.usefixtures("either_engine")
ANY = settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


def findings(office: Office) -> list[Finding]:
    home = office.home()
    with home.drafts(change=True) as box:
        return list(verify(box, home.today()))


def mended(office: Office, *wanted: tuple[str, str]) -> None:
    """These are found, and mended; afterwards there is nothing to find."""
    found = findings(office)
    assert [(one.problem.code, one.problem.field) for one in found] == list(wanted)
    assert all(one.mended for one in found)
    assert office.verify() == []


def one_each(office: Office) -> dict[str, str]:
    """A draft in each state, an e-mail where it can be one."""
    ids: dict[str, str] = {state: office.in_state(state) for state in STATES}
    office.fill()  # as the first changing command of a day does
    return ids


def shown(office: Office) -> dict[Path, bytes]:
    """The files of the folders of states."""
    paths = (path for state in STATES for path in (office.outbox / state).glob("*"))
    return {path: path.read_bytes() for path in paths if path.is_file()}


class TestClean:
    def test_nothing_there(self, office: Office) -> None:
        before = office.tree()
        assert office.run("outbox", "verify").code == 0
        assert office.tree() == before
        assert not office.outbox.exists()

    @pytest.mark.parametrize("kind", KINDS)
    def test_every_kind_in_every_state_it_can_have(self, office: Office, kind: str) -> None:
        office.draft(kind)
        office.send_back(office.draft(kind))
        if kind == "listed":
            office.draft(kind, replaces=office.draft(kind))
        elif office.state(draft_id := office.draft(kind)) == "pending":
            office.approve(draft_id)
        if kind != "listed":
            office.sent(draft_id)
            assert office.state(draft_id) == "sent"
        assert office.verify() == []

    def test_every_state_and_every_way_back(self, office: Office) -> None:
        ids = one_each(office)
        for state in ("approved", "returned", "sent"):
            assert office.undo(ids[state]).problems == ()
        assert office.verify() == []

    def test_clocks_that_differ_put_nothing_out_of_order(self, office: Office) -> None:
        draft_id = office.draft()
        office.later(hours=-3)
        office.approve(draft_id)
        office.later(hours=-3)
        office.sent(draft_id)
        assert office.verify() == []
        assert [do for do, _ in office.did(draft_id)] == ["draft", "approve", "sent"]

    def test_what_file_managers_leave(self, office: Office) -> None:
        draft_id = office.draft()
        for name in ("desktop.ini", "Thumbs.db", ".DS_Store"):
            (office.path(draft_id).parent / name).write_bytes(b"x")
            (office.outbox / name).write_bytes(b"x")
        assert office.verify() == []

    def test_nothing_is_written_where_all_is_well(self, office: Office) -> None:
        one_each(office)
        before = office.tree()
        office.verify()
        assert office.run("outbox", "verify").code == 0
        assert office.tree() == before


class TestEdited:
    @ANY
    @given(place=st.integers(0, 10_000), bit=st.integers(0, 7), state=st.sampled_from(STATES))
    def test_any_bit_of_any_file_in_any_state(
        self, office: Office, place: int, bit: int, state: str
    ) -> None:
        if not office.outbox.exists():
            one_each(office)
            office.draft("sheet")
        before = shown(office)
        for path in sorted((office.outbox / state).iterdir()):
            changed = bytearray(path.read_bytes())
            changed[place % len(changed)] ^= 1 << bit
            path.write_bytes(changed)
            mended(office, ("outbox.edited", path.stem))
            aside = (office.outbox / "edited").glob(f"{path.stem}.*{path.suffix}")
            kept = max((one for one in aside if "diff" not in one.name), key=_number)
            assert kept.read_bytes() == changed
        assert shown(office) == before

    @pytest.mark.parametrize("state", [state for state in STATES if state != "waiting"])
    @pytest.mark.parametrize(
        ("old", "new", "where", "lines"),
        [
            (
                *(b"<haneul@example.com>", b"<mallory@example.com>", "수신(To)"),
                [
                    "- 수신(To): 김하늘 주임 <haneul@example.com>",
                    "+ 수신(To): 김하늘 주임 <mallory@example.com>",
                ],
            ),
            (
                *(b"\r\nCc: ", b"\r\nCc: x@example.com, ", "참조(Cc)"),
                [
                    "- 참조(Cc): 이서연 <seoyeon@example.com>",
                    "+ 참조(Cc): x@example.com, 이서연 <seoyeon@example.com>",
                ],
            ),
            (
                *(b"\r\nCc: ", b"\r\nBcc: x@example.com\r\nCc: ", "숨은참조(Bcc)"),
                ["+ 숨은참조(Bcc): x@example.com"],
            ),
            (
                *(b"\r\nCc: ", b"\r\nbcc: x@example.com\r\nCc: ", "숨은참조(Bcc)"),
                ["+ 숨은참조(Bcc): x@example.com"],
            ),
            (
                *(b"\r\nCc: ", b"\r\nTo: x@example.com\r\nCc: ", "수신(To)"),
                ["+ 수신(To): x@example.com"],
            ),
            (
                *(b"\r\nSubject: ", b"\r\nResent-To: x@example.com\r\nSubject: ", "다른 머리글"),
                ["+ 다른 머리글: x@example.com"],
            ),
        ],
    )
    def test_the_difference_is_told_by_header(
        self, office: Office, state: str, old: bytes, new: bytes, where: str, lines: list[str]
    ) -> None:
        draft_id = office.in_state(state)
        path = office.path(draft_id)
        content = path.read_bytes()
        assert content.count(old) == 1
        path.write_bytes(content.replace(old, new))
        (found,) = findings(office)
        name = f"edited/{draft_id}.1.eml"
        assert (found.problem.code, found.mended) == ("outbox.edited", True)
        assert found.problem.data == {"where": where, "file": name}
        told = (office.outbox / f"{name}.diff.txt").read_text("utf-8-sig")
        assert told.splitlines() == lines
        assert path.read_bytes() == content

    def test_and_by_line(self, office: Office) -> None:
        draft_id = office.in_state("waiting")
        path = office.path(draft_id)
        lines = path.read_text("utf-8").split("\n")
        old = lines[4]
        lines[4] += "."
        path.write_text("\n".join(lines), "utf-8")
        (found,) = findings(office)
        assert found.problem.data["where"] == "본문 5번째 줄"
        told = (office.outbox / f"edited/{draft_id}.1.txt.diff.txt").read_text("utf-8-sig")
        assert told == f"- 본문 5번째 줄: {old}\n+ 본문 5번째 줄: {old}.\n"

    @pytest.mark.parametrize(
        "content", [b"", b"\0", b"\xff\xfe", b"\r\n", b"a" * 100_000, b"\n" * 5000]
    )
    def test_a_file_that_is_something_else(self, office: Office, content: bytes) -> None:
        draft_id = office.in_state("approved")
        office.path(draft_id).write_bytes(content)
        mended(office, ("outbox.edited", draft_id))

    @pytest.mark.parametrize(
        "content", [b"010-2468-1357\r\nHong: 12\r\n\r\n", b"Hong: 010-2468-1357\r\n\r\nHong\r\n"]
    )
    def test_what_stands_in_place_of_a_header_is_not_repeated(
        self, office: Office, content: bytes
    ) -> None:
        """A message says which header; what stood there may be anybody's name or phone."""
        draft_id = office.draft()
        office.path(draft_id).write_bytes(content)
        (found,) = findings(office)
        where = str(found.problem.data["where"])
        assert "1357" not in where
        assert "Hong" not in where
        assert "수신(To)" in where

    def test_only_the_line_ends(self, office: Office) -> None:
        draft_id = office.in_state("approved")
        path = office.path(draft_id)
        path.write_bytes(path.read_bytes().replace(b"\r\n", b"\n"))
        (found,) = findings(office)
        assert (found.problem.field, found.problem.data["where"]) == (draft_id, "파일")


def _number(path: Path) -> int:
    return int(path.name.split(".")[1])


class TestPlaces:
    """Whatever is done to the files, afterwards the folder shows what the database has."""

    @pytest.fixture
    def ids(self, office: Office) -> dict[str, str]:
        return one_each(office)

    def test_moved_in_every_direction(self, office: Office, ids: dict[str, str]) -> None:
        before = shown(office)
        for state, draft_id in ids.items():
            for other in STATES:
                if other != state:
                    path = office.path(draft_id)
                    path.rename(office.outbox / other / path.name)
                    (found,) = findings(office)
                    assert found == Finding(found.problem, mended=True)
                    assert (found.problem.code, found.problem.field) == (
                        *("outbox.file-elsewhere", draft_id),
                    )
                    assert found.problem.data == {"place": f"outbox/{other}"}
                    assert shown(office) == before
        assert office.verify() == []

    def test_copied_into_every_other_folder(self, office: Office, ids: dict[str, str]) -> None:
        before = shown(office)
        for draft_id in ids.values():
            for other in STATES:
                path = office.path(draft_id)
                if path.parent.name != other:
                    shutil.copy2(path, office.outbox / other)
                    mended(office, ("outbox.file-elsewhere", draft_id))
                    assert shown(office) == before

    def test_removed_one_and_all(self, office: Office, ids: dict[str, str]) -> None:
        before = shown(office)
        for state, draft_id in ids.items():
            office.path(draft_id).unlink()
            mended(office, ("outbox.file-missing", draft_id))
            shutil.rmtree(office.outbox / state)
            mended(office, ("outbox.file-missing", draft_id))
        for state in STATES:
            shutil.rmtree(office.outbox / state)
        mended(office, *(("outbox.file-missing", one) for one in sorted(ids.values())))
        assert shown(office) == before

    def test_swapped(self, office: Office, ids: dict[str, str]) -> None:
        """One draft's bytes under another one's name."""
        before = shown(office)
        one, two = office.path(ids["approved"]), office.path(ids["returned"])
        contents = one.read_bytes(), two.read_bytes()
        one.write_bytes(contents[1])
        two.write_bytes(contents[0])
        changed = sorted(ids[state] for state in ("approved", "returned"))
        if contents[0] != contents[1]:
            mended(office, *(("outbox.edited", draft_id) for draft_id in changed))
        assert shown(office) == before

    def test_moved_and_edited(self, office: Office, ids: dict[str, str]) -> None:
        """What somebody wrote is kept, wherever it lay."""
        path = office.path(ids["pending"])
        before = shown(office)
        path.write_bytes(b"mine")
        path.rename(office.outbox / "sent" / path.name)
        mended(office, ("outbox.edited", ids["pending"]))
        assert shown(office) == before
        assert (office.outbox / "edited" / f"{ids['pending']}.1.eml").read_bytes() == b"mine"

    def test_copied_beside_itself_under_another_ending(
        self, office: Office, ids: dict[str, str]
    ) -> None:
        path = office.path(ids["pending"])
        shutil.copy2(path, path.with_suffix(".txt"))
        mended(office, ("outbox.file-elsewhere", ids["pending"]))

    def test_renamed(self, office: Office, ids: dict[str, str]) -> None:
        draft_id = ids["approved"]
        path = office.path(draft_id)
        before = shown(office)
        path.rename(path.with_suffix(".txt"))
        mended(office, ("outbox.file-elsewhere", draft_id))
        path.rename(path.with_name("보낼 것.eml"))
        found = office.verify()
        assert found == [("outbox.file-missing", draft_id), ("outbox.foreign", "보낼 것.eml")]
        path.with_name("보낼 것.eml").unlink()
        assert shown(office) == before

    def test_a_file_that_no_draft_has_is_named_and_left(self, office: Office) -> None:
        path = office.path(office.draft())
        names = (f"20261123-aaaaaa{letter}" for letter in LETTERS)
        stranger = path.with_stem(next(one for one in names if is_id(one)))
        stranger.write_bytes(b"x")
        for _ in range(2):
            (found,) = findings(office)
            assert not found.mended
            assert (found.problem.code, found.problem.field) == ("outbox.no-record", stranger.stem)
        assert stranger.read_bytes() == b"x"

    @pytest.mark.parametrize("state", STATES)
    @pytest.mark.parametrize(
        "name",
        [
            *("메모.txt", "x.eml", "20261123-aaaaaaa.pdf", "20261123.eml", "20261123-aaaaaaa"),
            *("~$명단.xlsx", "20261123-aaaaaaa (1).eml", "20261123-AAAAAAA.EML", ".hidden"),
        ],
    )
    def test_what_is_foreign_is_named_and_left(self, office: Office, state: str, name: str) -> None:
        office.in_state(state)
        path = office.outbox / state / name
        path.write_bytes(b"x")
        for _ in range(2):
            (found,) = findings(office)
            assert not found.mended
            assert (found.problem.code, found.problem.field) == ("outbox.foreign", name)
            assert found.problem.data == {"folder": f"outbox/{state}"}
        assert path.read_bytes() == b"x"

    def test_so_is_a_foreign_folder(self, office: Office) -> None:
        office.draft()
        for folder in (office.outbox / "pending" / "새 폴더", office.outbox / "옛것"):
            folder.mkdir()
            (folder / "x").write_bytes(b"x")
        assert sorted(office.verify()) == [
            *(("outbox.foreign", "새 폴더"), ("outbox.foreign", "옛것"))
        ]
        assert (office.outbox / "옛것" / "x").read_bytes() == b"x"


class TestOdd:
    """Links, devices and folders in place of files are never followed, read or waited for."""

    @staticmethod
    def folder(path: Path, _: Path) -> None:
        path.mkdir()
        (path / "x").write_bytes(b"mine")

    @staticmethod
    def link(path: Path, mine: Path) -> None:
        path.symlink_to(mine)

    @staticmethod
    def link_to_nowhere(path: Path, mine: Path) -> None:
        path.symlink_to(mine.with_name("nowhere"))

    @staticmethod
    def link_to_itself(path: Path, _: Path) -> None:
        path.symlink_to(path.name)

    @staticmethod
    def link_to_a_folder(path: Path, mine: Path) -> None:
        path.symlink_to(mine.parent)

    @staticmethod
    def fifo(path: Path, _: Path) -> None:
        os.mkfifo(path)

    @staticmethod
    def device(path: Path, _: Path) -> None:
        path.symlink_to("/dev/zero")

    KINDS = (
        *("folder", "link", "link_to_nowhere", "link_to_itself", "link_to_a_folder"),
        *("fifo", "device"),
    )

    @pytest.fixture(params=KINDS)
    def odd(self, request: pytest.FixtureRequest) -> str:
        if sys.platform == "win32" and request.param != "folder":
            pytest.skip("Windows has no such files, or links need rights there")
        return str(request.param)

    @pytest.mark.parametrize("state", STATES)
    def test_in_place_of_a_file(self, office: Office, tmp_path: Path, odd: str, state: str) -> None:
        draft_id = office.in_state(state)
        office.fill()
        path = office.path(draft_id)
        content = path.read_bytes()
        mine = tmp_path / "mine.txt"
        mine.write_bytes(content)  # the same bytes: a link is no file all the same
        path.unlink()
        getattr(self, odd)(path, mine)
        mended(office, ("outbox.odd", draft_id))
        assert path.read_bytes() == content
        assert path.is_file()
        assert not path.is_symlink()
        assert mine.read_bytes() == content
        (kept,) = (office.outbox / "edited").iterdir()
        assert os.path.lexists(kept)

    def test_in_another_place(self, office: Office, tmp_path: Path, odd: str) -> None:
        draft_id = office.draft()
        mine = tmp_path / "mine.txt"
        mine.write_bytes(b"mine")
        (office.outbox / "sent").mkdir()
        getattr(self, odd)(office.outbox / "sent" / f"{draft_id}.txt", mine)
        mended(office, ("outbox.odd", draft_id))
        assert mine.read_bytes() == b"mine"

    @pytest.mark.skipif(sys.platform == "win32", reason="links need rights there")
    @pytest.mark.parametrize("odd", [one for one in KINDS if one != "folder"])
    def test_in_place_of_a_folder(self, office: Office, tmp_path: Path, odd: str) -> None:
        """Files behind it are nobody's business."""
        draft_id = office.draft()
        mine = tmp_path / "mine.txt"
        mine.write_bytes(b"mine")
        shutil.rmtree(office.outbox / "pending")
        getattr(self, odd)(office.outbox / "pending", mine)
        before = sorted(one for one in tmp_path.iterdir() if one != office.root)
        mended(
            office,
            ("outbox.folder-odd", "outbox/pending"),
            ("outbox.file-missing", draft_id),
        )
        assert sorted(one for one in tmp_path.iterdir() if one != office.root) == before
        assert mine.read_bytes() == b"mine"
        assert office.state(draft_id) == "pending"

    def test_show_and_list_do_not_wait_for_it(
        self, office: Office, tmp_path: Path, odd: str
    ) -> None:
        draft_id = office.draft()
        mine = tmp_path / "mine.txt"
        mine.write_bytes(b"mine")
        office.path(draft_id).unlink()
        getattr(self, odd)(office.outbox / "pending" / f"{draft_id}.eml", mine)
        said = office.run("outbox", "show", draft_id, "--json")
        assert said.code == 0
        assert [one["code"] for one in said.data["problems"]] == ["outbox.file-odd"]
        assert office.run("outbox", "list").code == 0

    def test_a_file_that_cannot_be_mended_is_told_and_is_not_the_end(
        self, office: Office, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        draft_id = office.draft()
        path = office.path(draft_id)
        path.write_bytes(b"x")

        def held(self: Path, target: object) -> Path:
            raise PermissionError(13, "held open")

        with monkeypatch.context() as patch:
            patch.setattr(Path, "rename", held)
            said = office.run("outbox", "verify")
        assert said.code == 1
        assert said.out + said.err
        mended(office, ("outbox.edited", draft_id))


FORGED: dict[str, tuple[str, ...]] = {
    # what a draft is, and where
    **{
        f"UPDATE drafts SET state = '{there}'": tuple(one for one in STATES if one != there)
        for there in (*STATES, "purged")
    },
    "UPDATE drafts SET step = step + 1": STATES,
    "UPDATE drafts SET step = step - 1": STATES,
    "UPDATE drafts SET moved = moved + 1": STATES,
    "UPDATE drafts SET sha256 = 'x'": STATES,
    "UPDATE drafts SET at = '2026-11-01T01:00:00.000+00:00'": STATES,
    "UPDATE drafts SET author = 'lead.kim'": STATES,
    "UPDATE drafts SET authority = 'all'": tuple(one for one in STATES if one != "waiting"),
    "UPDATE drafts SET cases = cases + 1": STATES,
    "UPDATE drafts SET subject = 'x'": tuple(one for one in STATES if one != "waiting"),
    "UPDATE drafts SET reason = 'x'": STATES,
    "UPDATE drafts SET suffix = '.tsv'": STATES,
    "DELETE FROM drafts": STATES,
    # what happened to it
    "UPDATE events SET step = step + 1 WHERE step = (SELECT max(step) FROM events)": ("sent",),
    "UPDATE events SET at = '2026-11-01T01:00:00.000+00:00' WHERE step = 1": STATES,
    "UPDATE events SET login = 'agent.zz' WHERE step = 1": STATES,
    **{f"UPDATE events SET verb = '{one}' WHERE step = 1": STATES for one in ("open", "sent")},
    **{
        f"UPDATE events SET verb = '{one}' WHERE step = 2": ("approved", "returned", "sent")
        for one in ("open", "draft", "sent", "undo", "purge", "nonsense")
    },
    "UPDATE events SET verb = 'return' WHERE step = 2": ("approved", "sent"),
    "UPDATE events SET verb = 'approve' WHERE step = 2": ("returned",),
    **{
        f"UPDATE events SET source = {one} WHERE step = 2": ("approved", "returned", "sent")
        for one in ("'waiting'", "'sent'", "NULL")
    },
    **{
        f"UPDATE events SET target = '{one}' WHERE step = 2": ("approved", "returned", "sent")
        for one in ("pending", "waiting", "purged")
    },
    **{
        f"UPDATE events SET grounds = '{one}' WHERE step = 2": ("approved", "returned", "sent")
        for one in ("all", "author", "doer", "program")
    },
    "UPDATE events SET sha256 = 'x' WHERE step = 1": STATES,
    "UPDATE events SET sha256 = NULL WHERE step = 2": ("approved", "returned", "sent"),
    "UPDATE events SET sha256 = 'x' WHERE step = 3": ("sent",),
    "UPDATE events SET reason = NULL": ("returned",),
    "UPDATE events SET reason = 'another' WHERE step = 2": ("returned",),
    "UPDATE events SET other = 'x' WHERE step = 2": ("approved", "returned", "sent"),
    "UPDATE events SET undoes = 1 WHERE step = 2": ("approved", "returned", "sent"),
    **{f"DELETE FROM events WHERE step = {one}": ("sent",) for one in (1, 2, 3)},
    "DELETE FROM events": STATES,
    # what it holds
    "UPDATE contents SET bytes = x'00'": STATES,
    "UPDATE contents SET bytes = 'a text'": STATES,
    "UPDATE contents SET sha256 = 'x'": STATES,
    "UPDATE contents SET details = '[]'": STATES,
    "UPDATE contents SET details = 'no JSON'": STATES,
    "UPDATE contents SET route = '{}'": tuple(one for one in STATES if one != "waiting"),
    "UPDATE contents SET route = replace(route, 'haneul', 'mallory')": (
        *("pending", "approved", "returned", "sent"),
    ),
    "DELETE FROM contents": STATES,
    "UPDATE table_rows SET live = 1 - live": STATES,
}
"""What somebody could do who takes the triggers away first, and in which states it is found."""


class TestForged:
    """A single edit past the schema contradicts something else, and is found."""

    @pytest.mark.parametrize("sql", FORGED)
    def test_a_single_edit_is_found(self, office: Office, sql: str) -> None:
        for number, state in enumerate(FORGED[sql]):
            with office.begun_anew(number):
                draft_id = office.in_state(state)
                with office.sql(forging=True) as connection:
                    connection.execute("PRAGMA ignore_check_constraints = ON")
                    assert connection.execute(sql).rowcount > 0, state
                found = {field for _, field in office.verify()}
                assert draft_id in found, state

    @pytest.mark.parametrize("state", ["pending", "returned"])
    def test_what_somebody_else_wrote_into_the_history(self, office: Office, state: str) -> None:
        """An approval by nobody's right, of these very bytes."""
        draft_id = office.in_state(state)
        with office.sql(forging=True) as connection:
            connection.execute("PRAGMA ignore_check_constraints = ON")
            connection.execute(
                "INSERT INTO events (draft, step, at, login, verb, source, target, grounds, sha256)"
                " SELECT id, step + 1, at, 'lead.kim', 'approve', state, 'approved', 'lead', sha256"
                " FROM drafts"
            )
        assert office.verify() == [("outbox.record-broken", draft_id)]

    def test_a_lead_who_is_none_is_named(self, office: Office) -> None:
        """The schema does not know who is one; contacts.yaml does."""
        draft_id = office.in_state("approved")
        with office.sql(forging=True) as connection:
            connection.execute("UPDATE events SET login = 'agent.choi' WHERE verb = 'approve'")
        assert office.verify() == [("outbox.approver", draft_id)]

    def test_without_an_approval_nothing_is_approved(self, office: Office) -> None:
        draft_id = office.draft("agit")
        with office.sql(forging=True) as connection:
            connection.execute("UPDATE drafts SET authority = 'lead'")
        assert office.verify() == [("outbox.record-broken", draft_id)]

    def test_a_doubtful_draft_hides_no_other(self, office: Office) -> None:
        ids = one_each(office)
        with office.sql(forging=True) as connection:
            connection.execute("UPDATE contents SET details = '[]'")
        assert sorted(office.verify()) == sorted(
            ("outbox.record-broken", draft_id) for draft_id in ids.values()
        )
        said = office.run("outbox", "verify")
        assert said.code == 1
        for draft_id in ids.values():
            assert f"{draft_id}: 이 초안의 기록이 서로 맞지 않습니다." in said.out


class TestToday:
    def test_an_approver_who_no_longer_may(self, office: Office) -> None:
        ids = one_each(office)
        office.rewrite(("leads: [lead.kim, lead.lee]", "leads: [lead.lee]"))
        assert office.verify() == [("outbox.approver", ids["approved"])]
        office.rewrite(("leads: [lead.lee]", "leads: []"))
        assert office.verify() == [("outbox.approver", ids["approved"])]

    def test_who_may_handle_it_without_approval_needs_no_approver(self, office: Office) -> None:
        office.draft("agit")
        office.rewrite(("leads: [lead.kim, lead.lee]", "leads: []"))
        assert office.verify() == []

    def test_a_directory_that_changed(self, office: Office) -> None:
        """Of what is finished, the records alone speak."""
        ids = one_each(office)
        office.rewrite(("haneul@example.com", "sky@example.com"))
        found = findings(office)
        assert {one.problem.field for one in found} == {ids["pending"], ids["approved"]}
        for one in found:
            assert not one.mended
            assert one.problem.code == "outbox.other-people-today"
            assert one.problem.data == {"headers": "수신(To)"}

    def test_a_route_that_is_gone(self, office: Office) -> None:
        ids = one_each(office)
        old = "    cases: [registration, plate-change]\n    partner: "
        office.rewrite((f"{old}gaon", "    cases: [registration]\n    partner: gaon"))
        found = office.verify()
        assert {field for _, field in found} == {ids["pending"], ids["approved"]}
        assert {code for code, _ in found} >= {"outbox.no-route-today"}

    def test_a_template_that_broke(self, office: Office) -> None:
        ids = one_each(office)
        (office.root / "templates").mkdir()
        home = office.home()
        del home.__dict__["templates"]
        with home.drafts(change=True) as box:
            found = {one.problem.field for one in verify(box, home.today())}
        assert found == {ids["pending"], ids["approved"], ids["waiting"]}

    BROKEN = (b"", b"\xff", b"a: [", b"- 1", b"\t", b"sender: x\n")

    @pytest.mark.parametrize("content", BROKEN)
    def test_a_directory_that_cannot_be_read_is_one_more_finding(
        self, office: Office, content: bytes
    ) -> None:
        """Files and records are compared all the same: that is when one asks."""
        ids = one_each(office)
        os.truncate(office.path(ids["sent"]), 10)
        (office.outbox / "pending" / "x.docx").write_bytes(b"x")
        (office.root / "contacts.yaml").write_bytes(content)
        said = office.run("outbox", "verify", "--json")
        assert said.code == 1
        codes = [one["code"] for one in said.data["findings"]]
        assert codes[-2:] == ["outbox.edited", "outbox.foreign"]
        assert {one["field"] for one in said.data["findings"][:-2]} == {"contacts.yaml"}

    def test_so_is_a_list_that_cannot_be_read(self, office: Office) -> None:
        one_each(office)
        office.bring("가온타워,정바다,jung@example.com,")
        (office.root / "sites" / "nuri" / "2026-11.csv").write_text("현장명\nx\n", "utf-8")
        said = office.run("outbox", "verify")
        assert said.code == 1
        assert "'담당자' 열이 없습니다." in said.out


class TestOthersAtWork:
    def test_what_somebody_does_meanwhile_is_no_finding(self, office: Office) -> None:
        """Between looking at the first draft and at the last one."""
        moved = [office.draft(), office.draft("agit"), office.draft(), office.draft("board")]
        does: list[Callable[[], object]] = [
            lambda: office.approve(moved[0]),
            lambda: office.sent(moved[1]),
            lambda: office.send_back(moved[2]),
            lambda: office.draft(replaces=moved[3]),
            office.draft,
        ]
        home = office.home()

        def working(_: int) -> None:
            while does:
                does.pop()()

        with home.drafts(change=True) as box:
            assert list(verify(box, home.today(), working)) == []
        assert office.verify() == []


class TestCommand:
    def test_clean(self, office: Office) -> None:
        one_each(office)
        said = office.run("outbox", "verify")
        assert (said.code, said.out, said.err) == (0, "초안함에 문제가 없습니다.\n", "")
        said = office.run("outbox", "verify", "--json")
        assert (said.code, said.data, said.err) == (0, {"ok": True, "findings": []}, "")

    def test_findings(self, office: Office) -> None:
        ids = one_each(office)
        os.truncate(office.path(ids["sent"]), 10)
        (office.outbox / "sent" / "x.docx").write_bytes(b"x")
        said = office.run("outbox", "verify")
        assert (said.code, said.err) == (1, "")
        lines = said.out.splitlines()
        assert lines[0].startswith(f"{ids['sent']}: 만든 뒤에 파일이 바뀌었습니다")
        assert lines[0].endswith("[바로잡음]")
        assert lines[1].startswith("x.docx: ")
        assert not lines[1].endswith("[바로잡음]")
        assert lines[-1] == "확인할 것이 2가지 있습니다 (바로잡음 1가지)."

    def test_as_json(self, office: Office) -> None:
        draft_id = office.in_state("sent")
        os.truncate(office.path(draft_id), 10)
        said = office.run("outbox", "verify", "--json")
        assert (said.code, said.err, said.data["ok"]) == (1, "", False)
        (one,) = said.data["findings"]
        assert {"id", "code", "message", "mended"} <= set(one)
        assert (one["id"], one["code"], one["mended"]) == (draft_id, "outbox.edited", True)
        assert one["message"]
        assert one["hint"]
        assert office.run("outbox", "verify", "--json").data == {"ok": True, "findings": []}

    def test_by_anybody(self, office: Office) -> None:
        one_each(office)
        assert office.run("outbox", "verify", login="unknown").code == 0
