"""``purge``: who may, what goes, what stays, and that nothing of a customer is left anywhere."""

from __future__ import annotations

import contextlib
import io
import os
import sqlite3
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.helpers.outboxes import AUTHOR, LEAD, OTHER, Office
from tests.helpers.postgres import on_disk

from parkdraft.config.load import load_directory
from parkdraft.errors import DirectoryError, OutboxError, Problem, StorageError
from parkdraft.model.states import STATES, State
from parkdraft.outbox.folder import Folder
from parkdraft.outbox.purge import by_age, overdue, purge

pytestmark = pytest.mark.usefixtures("either_engine")
TOLD = {
    "customer": "남궁바다",
    "phone": "010-2468-1357",
    "memo": "정문 옆 흰 차",
    "ticket": "T-7741",
}
REASON = "번호를 다시 확인"
TRACES = (
    *TOLD.values(),
    *("68마4321", "157허8701", "/ 8701", "/ 4321", "2468-1357", "남궁", "정기권", REASON, "t7741"),
    *("haneul@example.com", "seoyeon@example.com", "cs@example.co.kr", "김하늘", "이서연"),
    *("가온타워", "ㄱㅇㅌㅇ"),
)
"""What tells of a customer, or stood in a draft."""


def purged(office: Office, days: int = 7, *states: State) -> list[str]:
    """What a lead purges by age."""
    finished: tuple[State, ...] = states or ("returned", "sent")
    home = office.home()
    with home.drafts(change=True) as box:
        doomed = by_age(box, dict.fromkeys(finished, days))
        return sorted(one.id for one in purge(box, home.directory, doomed.drafts))


def left(office: Office, *more: str) -> list[str]:
    """What can still be read, in whatever form, anywhere under the outbox of what must be gone."""
    paths = [path for path in office.outbox.rglob("*") if path.is_file()]
    content = b"\n".join([path.read_bytes() for path in paths])
    if url := os.environ.get("PARKDRAFT_DATABASE"):
        content += on_disk(url)
    names = "\n".join(str(path.relative_to(office.outbox)) for path in paths)
    wanted = (*TRACES, *more)
    codings = ("utf-8", "utf-16-le")
    forms = [(text, text.encode(coding)) for text in wanted for coding in codings]
    return sorted({text for text, data in forms if data in content or text in names})


def finished(office: Office) -> dict[str, str]:
    """A returned draft, a sent one, and others of other channels."""
    ids = {}
    for kind in ("email", "sheet", "board", "agit"):
        ids[f"sent {kind}"] = office.draft(kind, **TOLD)
        ids[f"returned {kind}"] = office.draft(kind, **TOLD)
        office.approve(ids[f"sent {kind}"])
        office.sent(ids[f"sent {kind}"])
        office.send_back(ids[f"returned {kind}"], reason=REASON)
    return ids


class TestGone:
    def test_nothing_of_a_customer_is_left(self, office: Office) -> None:
        ids = finished(office)
        sums = [one.sha256 or "" for one in map(office.stored, ids.values())]
        assert set(left(office, *sums)) >= {*sums, "68마4321", REASON, "T-7741", "가온타워"}
        office.later(days=7)
        assert purged(office) == sorted(ids.values())
        assert left(office, *sums) == []
        assert office.states() == {}
        assert office.verify() == []

    def test_what_a_list_brought_too(self, office: Office) -> None:
        draft_id = office.draft("listed", **TOLD)
        office.bring("가온타워,정바다,jung@example.com,소장")
        office.fill()
        office.send_back(draft_id, reason=REASON)
        assert "jung@example.com" in left(office, "jung@example.com")
        office.later(days=7)
        assert purged(office) == [draft_id]
        assert left(office, "jung@example.com", "정바다") == []
        assert office.verify() == []

    def test_what_was_set_aside_too(self, office: Office) -> None:
        """Edited files, what is different about them, and what an interrupted writing left."""
        draft_id = office.draft("board", **TOLD)
        for text in ("홍길동", "고길동"):
            office.path(draft_id).write_text(f"{text} 68마4321", "utf-8")
            office.verify()
        (office.outbox / ".tmp" / f"{draft_id}.txt").write_text("68마4321", "utf-8")
        office.send_back(draft_id)
        (office.outbox / ".tmp" / f"{draft_id}.eml").write_text("68마4321", "utf-8")
        (office.outbox / "sent").mkdir()
        (office.outbox / "sent" / f"{draft_id}.txt").write_text("68마4321", "utf-8")
        assert "홍길동" in left(office, "홍길동")
        office.later(days=7)
        assert purged(office) == [draft_id]
        assert left(office, "홍길동", "고길동") == []
        assert office.verify() == []

    def test_also_where_the_folder_was_changed_by_hand(self, office: Office) -> None:
        draft_id = office.in_state("sent", **TOLD)
        office.path(draft_id).unlink()
        office.later(days=7)
        assert purged(office) == [draft_id]
        assert left(office) == []
        assert office.verify() == []

    def test_a_file_that_comes_back_is_removed(self, office: Office) -> None:
        """Out of somebody's backup; verify says so."""
        draft_id = office.in_state("returned", **TOLD)
        path = office.path(draft_id)
        content = path.read_bytes()
        office.later(days=7)
        purged(office)
        path.write_bytes(content)
        assert office.verify() == [("outbox.file-elsewhere", draft_id)]
        assert not path.exists()
        assert left(office) == []
        assert office.verify() == []

    def test_who_when_and_which_row_stay(self, office: Office) -> None:
        draft_id = office.draft(**TOLD, urgent="예")
        office.later(hours=1)
        office.send_back(draft_id, reason=REASON)
        office.later(days=30)
        purged(office, 30)
        assert [
            (one.verb, one.login, one.moment.strftime("%m-%d %H"), one.source, one.target)
            for one in office.history(draft_id)
        ] == [
            ("draft", AUTHOR, "11-23 10", None, "pending"),
            ("return", LEAD, "11-23 11", "pending", "returned"),
            ("purge", LEAD, "12-23 11", "returned", "purged"),
        ]
        with office.box() as box:
            draft = box.store.find(draft_id)
        assert draft is not None
        assert (draft.author, draft.case, draft.partner, draft.row, draft.channel) == (
            *(AUTHOR, "plate-change", "gaon", "G1", "email"),
        )
        assert (draft.authority, draft.urgent, draft.state) == ("lead", 1, "purged")

    def test_whoever_asks_for_it_is_told(self, office: Office) -> None:
        draft_id = office.in_state("returned")
        office.later(days=7)
        purged(office)
        for args in (("show",), ("open",), ("approve",), ("undo",), ("return", "--reason", "x")):
            said = office.run("outbox", *args, draft_id)
            assert (said.code, said.out) == (1, "")
            assert said.err.startswith(f"{draft_id}: 개인정보를 파기한 초안입니다.")
        assert office.run("outbox", "list", "--json").data == []

    def test_many_go_at_once(self, office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("parkdraft.outbox.purge._AT_ONCE", 3)
        ids = sorted(office.in_state("returned", **TOLD) for _ in range(7))
        office.later(days=7)
        assert purged(office) == ids
        assert left(office) == []
        assert office.verify() == []


@pytest.mark.sqlite
class TestReader:
    """Whoever reads meanwhile still needs the old pages: it is said, and done later."""

    @pytest.fixture
    def reader(self, office: Office) -> Iterator[sqlite3.Connection]:
        office.draft()
        with contextlib.closing(sqlite3.connect(office.database, isolation_level=None)) as one:
            yield one

    def test_it_is_said_and_the_next_command_finishes(
        self, office: Office, reader: sqlite3.Connection
    ) -> None:
        (kept,) = office.states()
        draft_id = office.in_state("returned", **TOLD)
        reader.execute("BEGIN")
        reader.execute("SELECT * FROM drafts").fetchall()
        said = office.run("outbox", "purge", draft_id, "--reason", "요청", "--yes")
        assert said.code == 0
        assert "읽고 있어" in said.err
        assert "남궁바다" in left(office)
        assert draft_id not in office.states()
        reader.execute("ROLLBACK")
        said = office.run("outbox", "approve", kept)
        assert (said.code, said.err) == (0, "")
        office.send_back(kept)
        office.run("outbox", "purge", kept, "--reason", "요청", "--yes")
        assert left(office) == []

    def test_whoever_only_has_it_open_disturbs_nobody(
        self, office: Office, reader: sqlite3.Connection
    ) -> None:
        (first,) = office.states()
        reader.execute("SELECT * FROM drafts").fetchall()
        said = office.run("outbox", "purge", first, "--reason", "요청", "--yes")
        assert (said.code, said.err) == (0, "")
        assert left(office) == []

    def test_what_was_interrupted_is_finished_by_the_next_command(
        self, office: Office, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        draft_id, other = office.in_state("returned", **TOLD), office.draft("agit", site="누리")

        def killed(*_: Any) -> bool:
            raise KeyboardInterrupt

        with monkeypatch.context() as patch:
            patch.setattr("parkdraft.database.sqlite.Sqlite.scrub", killed)
            patch.setattr(Folder, "forget", killed)
            with pytest.raises(KeyboardInterrupt), office.box(change=True) as box:
                purge(box, office.home().directory, [box.located(draft_id)], "요청")
        assert "haneul@example.com" in left(office)
        assert office.sent(other).problems == ()
        assert not set(left(office)) & {"남궁바다", "T-7741", "010-2468-1357", "haneul@example.com"}
        assert office.verify() == []


class TestStays:
    @pytest.mark.parametrize("state", STATES)
    def test_only_what_is_finished_goes_by_age(self, office: Office, state: str) -> None:
        draft_id = office.in_state(state)
        office.later(days=400)
        office.fill()
        before = office.tree()
        args = ("outbox", "purge", "--older-than", "30", "--yes", "--json")
        gone = [draft_id] if state in ("returned", "sent") else []
        assert office.run(*args).data == {"purged": gone, "kept": []}
        if not gone:
            assert office.tree() == before

    @pytest.mark.parametrize("state", STATES)
    def test_a_named_one_goes_at_once_in_any_state(self, office: Office, state: str) -> None:
        draft_id = office.in_state(state, **TOLD)
        said = office.run("outbox", "purge", draft_id[9:13], "--reason", "고객 요청", "--yes")
        assert (said.code, said.err) == (0, "")
        assert office.history(draft_id)[-1].reason == "고객 요청"
        assert left(office) == []
        assert office.verify() == []

    def test_the_last_that_was_done_counts(self, office: Office) -> None:
        """Opening it, too."""
        draft_id = office.draft()
        office.later(days=80)
        office.approve(draft_id)
        office.later(days=80)
        office.sent(draft_id)
        office.later(days=89, hours=23, minutes=59, seconds=59)
        assert purged(office, 90) == []
        office.later(seconds=1)
        office.monkeypatch.setattr("parkdraft.launcher.open_file", lambda _: None)
        assert office.run("outbox", "open", draft_id).code == 0
        assert purged(office, 90) == []
        office.later(days=90)
        assert purged(office, 90) == [draft_id]

    @pytest.mark.parametrize("days", [0, 1, 6, 7])
    def test_nothing_goes_by_age_before_seven_days(self, office: Office, days: int) -> None:
        draft_id = office.in_state("sent")
        office.later(days=6, hours=23)
        assert purged(office, days) == []
        office.later(hours=1)
        assert purged(office, days) == [draft_id]

    def test_others_are_untouched(self, office: Office) -> None:
        ids = {office.in_state(state, site=f"{state}빌딩"): state for state in STATES}
        gone = office.in_state("returned", site="마루빌딩", **TOLD)
        shown = {one: office.run("outbox", "show", one, "--json").data for one in ids}
        office.run("outbox", "purge", gone, "--reason", "요청", "--yes")
        assert office.states() == ids
        assert {one: office.run("outbox", "show", one, "--json").data for one in ids} == shown

    def test_what_it_replaced_may_go_before_it(self, office: Office) -> None:
        first = office.draft(**TOLD)
        office.later(days=40)
        second = office.draft(replaces=first)
        office.later(days=30)
        assert purged(office, 30) == [first]
        events = office.run("outbox", "show", second, "--json").data["history"]
        assert [(one["id"], one["do"]) for one in events] == [
            *((first, "draft"), (first, "return"), (first, "purge"), (second, "draft"))
        ]
        assert office.verify() == []

    def test_what_is_gone_is_no_double(self, office: Office) -> None:
        draft_id = office.in_state("sent")
        assert office.made().duplicates == (draft_id,)
        office.run("outbox", "purge", draft_id, "--reason", "요청", "--yes")
        assert draft_id not in office.made().duplicates

    def test_one_that_somebody_moved_meanwhile(self, office: Office) -> None:
        draft_id = office.in_state("returned")
        office.later(days=7)
        home = office.home()
        with home.drafts(change=True) as box:
            doomed = by_age(box, {"returned": 7})
            assert [one.id for one in doomed.drafts] == [draft_id]
            office.undo(draft_id)
            assert purge(box, home.directory, doomed.drafts) == []
        assert office.states() == {draft_id: "pending"}
        assert office.verify() == []

    def test_one_that_somebody_else_purged_meanwhile(self, office: Office) -> None:
        draft_id = office.in_state("sent")
        office.later(days=7)
        home = office.home()
        with home.drafts(change=True) as box:
            doomed = by_age(box, {"sent": 7})
            assert purged(office) == [draft_id]
            before = office.history(draft_id)
            assert purge(box, home.directory, doomed.drafts) == []
        assert office.history(draft_id) == before
        assert office.verify() == []

    @pytest.mark.parametrize(
        "sql",
        [
            "UPDATE contents SET bytes = x'00'",
            "UPDATE contents SET details = 'no JSON'",
            "UPDATE events SET login = 'x' WHERE step = 1",
            "DELETE FROM events WHERE verb = 'approve'",
        ],
    )
    def test_what_is_doubtful_stays_and_is_named(self, office: Office, sql: str) -> None:
        """It is what somebody will want to look at; by its identifier it goes all the same."""
        good, doubtful = office.in_state("returned"), office.in_state("sent")
        with office.sql(forging=True) as connection:
            key = "id" if "drafts" in sql else "draft"
            where = f"{key} = '{doubtful}'"
            connection.execute(f"{sql} AND {where}" if "WHERE" in sql else f"{sql} WHERE {where}")
        office.later(days=30)
        said = office.run("outbox", "purge", "--older-than", "30", "--yes", "--json")
        assert said.code == 0
        assert said.data == {"purged": [good], "kept": [doubtful]}
        assert f"기록이 맞지 않아 남겨 두는 초안: {doubtful}" in said.err
        assert office.states() == {doubtful: "sent"}
        said = office.run("outbox", "purge", doubtful, "--reason", "확인함", "--yes")
        assert said.code == 0
        assert left(office) == []

    def test_a_foreign_file(self, office: Office) -> None:
        office.in_state("sent")
        path = office.outbox / "sent" / "메모.txt"
        path.write_text("x", "utf-8")
        office.later(days=7)
        purged(office)
        assert path.read_text("utf-8") == "x"

    def test_the_rows_of_a_table_may_be_made_again(self, office: Office, tmp_path: Path) -> None:
        office.bring_templates()
        path = tmp_path / "표.csv"
        row = "차량번호 변경,가온주차,가온타워,68마4321,157허8701"
        path.write_text(f"업무,운영사,현장명,기존차량번호,변경차량번호\n{row}\n", "utf-8")
        drafted = [office.run("batch", str(path), "--json").data["drafted"] for _ in range(2)]
        (draft_id,) = office.states()
        office.run("outbox", "purge", draft_id, "--reason", "요청", "--yes")
        drafted.append(office.run("batch", str(path), "--json").data["drafted"])
        assert drafted == [1, 0, 1]


class TestWho:
    @pytest.mark.parametrize("login", [AUTHOR, OTHER, "unknown"])
    @pytest.mark.parametrize("how", ["by age", "by its identifier"])
    def test_a_lead_and_nobody_else(self, office: Office, login: str, how: str) -> None:
        """Not its author, either."""
        draft_id = office.in_state("returned")
        office.later(days=30)
        before = office.tree()
        args = ("--older-than", "7") if how == "by age" else (draft_id, "--reason", "요청")
        said = office.run("outbox", "purge", *args, "--yes", login=login)
        assert (said.code, said.out) == (1, "")
        assert "팀장·부팀장만 파기할 수 있습니다" in said.err
        home = office.home(login)
        with home.drafts(change=True) as box, pytest.raises(OutboxError):
            purge(box, home.directory, [box.located(draft_id)])
        assert office.tree() == before

    def test_the_directorys_retention_does_it_by_itself(self, office: Office) -> None:
        draft_id = office.in_state("returned", **TOLD)
        office.later(days=30)
        home = office.home(OTHER)
        with home.drafts(change=True) as box:
            assert overdue(box, {"returned": 30, "sent": 90}) == 1
            doomed = by_age(box, {"returned": 30, "sent": 90})
            purge(box, home.directory, doomed.drafts, retention=True)
            assert overdue(box, {"returned": 30, "sent": 90}) == 0
        assert office.history(draft_id)[-1].grounds == "program"
        assert left(office) == []
        assert office.verify() == []


class TestRetention:
    """What the leads write into contacts.yaml."""

    def written(self, office: Office, text: str) -> Path:
        path = office.root / "contacts.yaml"
        path.write_text(path.read_text("utf-8") + f"settings:\n  retention: {text}\n", "utf-8")
        return path

    def test_nothing_goes_by_itself_before_a_lead_has_decided(self, office: Office) -> None:
        assert dict(office.home().directory.retention) == {}
        root = Path(__file__).parents[2]
        assert dict(load_directory(root / "contacts.yaml").retention) == {}

    def test_the_shipped_suggestion_is_understood(self, office: Office) -> None:
        text = (Path(__file__).parents[2] / "contacts.yaml").read_text("utf-8")
        wanted = ("  # retention:\n", "  #   sent: 90 ", "  #   returned: 30 ")
        assert all(one in text for one in wanted)
        for one in wanted:
            text = text.replace(one, one.replace("# ", "", 1))
        (office.root / "contacts.yaml").write_text(text, "utf-8")
        retention = office.home().directory.retention
        assert dict(retention) == {"sent": 90, "returned": 30}

    @pytest.mark.parametrize(
        ("text", "days"),
        [
            ("{sent: 90, returned: 30}", {"sent": 90, "returned": 30}),
            ("{sent: 7}", {"sent": 7}),
            ("{pending: 365, waiting: 365, approved: 99999}", {"pending": 365, "waiting": 365}),
        ],
    )
    def test_days_for_any_state(self, office: Office, text: str, days: dict[str, int]) -> None:
        self.written(office, text)
        assert dict(office.home().directory.retention).items() >= days.items()

    @pytest.mark.parametrize(
        "text",
        [
            *("{sent: 6}", "{sent: 0}", "{sent: -90}", "{sent: 9.5}", "{sent: 90일}", "{sent: }"),
            *("{sent: 100000}", "{sent: '９０'}", "{sent: [90]}", "{purged: 90}", "{Sent: 90}"),
            *("90", "[sent]", "{sent: never}"),
        ],
    )
    def test_what_is_no_number_of_days_from_seven_on_is_refused(
        self, office: Office, text: str
    ) -> None:
        path = self.written(office, text)
        with pytest.raises(DirectoryError) as caught:
            load_directory(path)
        assert caught.value.problems
        said = office.run("outbox", "list")
        assert said.code == 1
        assert said.err.startswith("contacts.yaml:")

    def test_the_list_says_what_is_overdue(self, office: Office) -> None:
        office.in_state("returned")
        self.written(office, "{returned: 30}")
        office.later(days=29)
        assert office.run("outbox", "list").err == ""
        office.later(days=1)
        said = office.run("outbox", "list")
        assert said.err.startswith("보관 기간이 지난 초안이 1건 있습니다.")
        assert len(office.states()) == 1


class TestCommand:
    @pytest.fixture
    def old(self, office: Office) -> list[str]:
        """Two that were sent, one of them no mail, one that was returned, one that waits."""
        ids = [office.in_state("sent", **TOLD)]
        office.later(minutes=1)
        ids.append(office.draft("sheet", **TOLD))
        office.approve(ids[1])
        office.sent(ids[1])
        office.later(days=1)
        ids += [office.in_state("returned", **TOLD), office.in_state("waiting", **TOLD)]
        office.later(days=90)
        office.fill()
        return ids

    def answer(self, office: Office, text: str | bytes | None) -> None:
        stdin = io.TextIOWrapper(
            io.BytesIO(text if isinstance(text, bytes) else (text or "").encode()), "utf-8"
        )
        office.monkeypatch.setattr(sys, "stdin", stdin)

    def test_it_says_what_and_asks(self, office: Office, old: list[str]) -> None:
        self.answer(office, "예\n")
        said = office.run("outbox", "purge", "--older-than", "90")
        assert said.code == 0
        assert said.out.splitlines() == [
            "파기할 초안: 반려 1건, 처리 완료 1건, 발송 완료 1건 (2026-11-23 ~ 2026-11-24에 작성)",
            "초안 3건의 파일과 개인정보를 파기했습니다.",
            "언제, 누가, 어느 절차였는지만 기록에 남습니다.",
        ]
        assert said.err == "되돌릴 수 없습니다. 개인정보를 파기합니다. 계속할까요? (예/아니오) "
        assert office.states() == {old[3]: "waiting"}

    @pytest.mark.parametrize("yes", ["예", "네", " 예 ", "y", "YES", "예\r"])
    def test_yes(self, office: Office, old: list[str], yes: str) -> None:
        self.answer(office, f"{yes}\n")
        assert office.run("outbox", "purge", "--older-than", "90").code == 0
        assert list(office.states()) == [old[3]]

    @pytest.mark.parametrize(
        "no",
        [
            *("아니오\n", "\n", "", "n\n", "글쎄요\n", "예?\n", "파기\n"),
            *(b"\xbf\xb9\n", b"\xff", "\0\n"),
        ],
    )
    def test_anything_else_is_no(self, office: Office, old: list[str], no: str | bytes) -> None:
        self.answer(office, no)
        before = office.tree()
        said = office.run("outbox", "purge", "--older-than", "90")
        assert said.code == 1
        assert said.err.endswith("파기하지 않았습니다. 묻지 않고 파기하려면 --yes를 붙이세요.\n")
        assert office.tree() == before
        assert len(old) == 4

    def test_nobody_there(self, office: Office, old: list[str]) -> None:
        """Under a scheduler nobody answers."""
        self.answer(office, "")
        said = office.run("outbox", "purge", "--older-than", "90", "--json")
        assert (said.code, said.data) == (1, {"purged": [], "kept": []})
        assert len(office.states()) == len(old)
        office.monkeypatch.setattr(sys, "stdin", None)
        assert office.run("outbox", "purge", "--older-than", "90").code == 1

    def test_without_asking(self, office: Office, old: list[str]) -> None:
        office.monkeypatch.setattr(sys, "stdin", None)
        said = office.run("outbox", "purge", "--older-than", "90일", "--yes")
        assert (said.code, said.err) == (0, "")
        assert list(office.states()) == [old[3]]
        assert office.verify() == []

    def test_several_by_their_identifiers(self, office: Office, old: list[str]) -> None:
        args = (old[0], old[3], old[0][9:], "--reason", "고객 요청")
        said = office.run("outbox", "purge", *args, "--yes", "--json")
        assert said.code == 0
        assert sorted(said.data["purged"]) == sorted([old[0], old[3]])
        assert set(office.states()) == {old[1], old[2]}

    def test_nothing_goes_where_one_is_not_known(self, office: Office, old: list[str]) -> None:
        before = office.tree()
        said = office.run("outbox", "purge", old[0], "zzzz", "--reason", "x", "--yes")
        assert said.code == 1
        assert office.tree() == before

    def test_nothing_to_do(self, office: Office) -> None:
        for _ in range(2):
            said = office.run("outbox", "purge", "--older-than", "90")
            assert (said.code, said.out, said.err) == (0, "파기할 초안이 없습니다.\n", "")
            office.draft()
        said = office.run("outbox", "purge", "--older-than", "90", "--json")
        assert (said.code, said.data) == (0, {"purged": [], "kept": []})

    @pytest.mark.parametrize(
        "args",
        [
            *((), ("--older-than",), ("--older-than", ""), ("--older-than", "bald")),
            *(("--older-than", "-1"), ("--older-than", "1.5"), ("--older-than", "99999999")),
            *(("--older-than", "6"), ("--older-than", "0"), ("20261123-abcd",), ("--all",)),
            *(("abcd", "--older-than", "90"), ("--yes", "--older-than", "내일")),
        ],
        ids=" ".join,
    )
    def test_wrong_usage(self, office: Office, args: tuple[str, ...]) -> None:
        office.in_state("sent")
        before = office.tree()
        said = office.run("outbox", "purge", *args)
        assert (said.code, said.out) == (2, "")
        assert office.tree() == before

    @pytest.mark.parametrize("reason", ["", "900101-1234567", "4111 1111 1111 1111"])
    def test_a_reason_that_is_refused(self, office: Office, reason: str) -> None:
        draft_id = office.in_state("sent")
        before = office.tree()
        said = office.run("outbox", "purge", draft_id, "--reason", reason, "--yes")
        assert (said.code, said.out) == (1, "")
        assert said.err.startswith("--reason(사유): ")
        assert office.tree() == before

    def test_a_file_that_cannot_be_removed_is_said_and_removed_later(
        self, office: Office, old: list[str]
    ) -> None:
        def fail(*_: Any) -> None:
            raise StorageError([Problem("storage.held-open", data={"place": "x"})])

        with office.monkeypatch.context() as patch:
            patch.setattr(Folder, "forget", fail)
            said = office.run("outbox", "purge", "--older-than", "90", "--yes")
        assert said.code == 0
        assert "다른 프로그램에서 열려 있습니다" in said.err
        assert len(office.states()) == len(old)
        office.run("outbox", "return", old[3], "--reason", "x")
        assert list(office.states()) == [old[3]]
        assert office.verify() == []
