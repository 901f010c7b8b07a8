"""``purge``: what goes, what stays, and that nothing of a customer is left anywhere."""

from __future__ import annotations

import io
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from parkdraft.errors import Problem, StorageError
from parkdraft.outbox.folder import FolderStore
from parkdraft.outbox.purging import Doomed, purge, purgeable
from parkdraft.outbox.showing import show
from parkdraft.outbox.store import STATES

if TYPE_CHECKING:
    from tests.outboxes import Office

pytest_plugins = ["outboxes"]

LEAD, AUTHOR, OTHER = "lead.kim", "agent.park", "agent.choi"
TOLD = {
    "customer": "남궁바다",
    "phone": "010-2468-1357",
    "memo": "정문 옆 흰 차",
    "ticket": "T-7741",
}
REASON = "번호를 다시 확인"
TRACES = (
    *TOLD.values(),
    *("68마4321", "157허8701", "/ 8701", "/ 4321", "2468-1357", "남궁", "정기권", REASON),
    *("haneul@example.com", "seoyeon@example.com", "cs@example.co.kr", "김하늘", "이서연"),
)
"""What tells of a customer, or stood in a draft."""


def doomed(office: Office, days: int = 0, *, unfinished: bool = False) -> Doomed:
    return purgeable(office.box(), days, unfinished=unfinished)


def purged(office: Office, days: int = 0, *, unfinished: bool = False) -> list[str]:
    removed = purge(office.box(), doomed(office, days, unfinished=unfinished))
    return sorted(entry.id for entry in removed)


def left(office: Office, *more: str) -> list[str]:
    """What can still be read anywhere under the outbox of what must be gone."""
    paths = [path for path in office.outbox.rglob("*") if path.is_file()]
    content = b"\n".join([path.read_bytes() for path in paths])
    names = "\n".join(str(path.relative_to(office.outbox)) for path in paths)
    wanted = (*TRACES, *more)
    return [text for text in wanted if text.encode() in content or text in names]


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
        records = [office.history(draft_id).record for draft_id in ids.values()]
        keys = [key for record in records if record for key in record.keys]
        sums = [line["sha256"] for draft_id in ids.values() for line in office.lines(draft_id)]
        assert len(keys) == len(ids)
        assert set(left(office, *keys, *sums)) >= {*keys, *sums, "68마4321", REASON, "T-7741"}
        assert purged(office) == sorted(ids.values())
        assert left(office, *keys, *sums) == []
        assert office.states() == {}
        assert office.verify() == []

    def test_what_a_list_brought_too(self, office: Office) -> None:
        draft_id = office.draft("listed", **TOLD)
        office.bring("가온타워,정바다,jung@example.com,소장")
        office.fill()
        office.send_back(draft_id, reason=REASON)
        assert "jung@example.com" in left(office, "jung@example.com")
        assert purged(office) == [draft_id]
        assert left(office, "jung@example.com", "정바다") == []
        assert office.verify() == []

    def test_who_when_and_which_row_stay(self, office: Office) -> None:
        draft_id = office.draft(**TOLD, urgent="예")
        office.later(hours=1)
        office.send_back(draft_id, reason=REASON)
        office.later(days=30)
        purged(office, 30)
        history = office.history(draft_id)
        assert [(one.do, one.by, one.at[:13], one.source, one.state) for one in history.events] == [
            ("draft", AUTHOR, "2026-11-23T10", None, "pending"),
            ("return", LEAD, "2026-11-23T11", "pending", "returned"),
            ("purge", LEAD, "2026-12-23T11", "returned", None),
        ]
        assert history.made is not None
        facts = ("author", "case", "partner", "row", "channel", "authority", "urgent")
        assert [history.made.more[name] for name in facts] == [
            *(AUTHOR, "plate-change", "gaon", "G1", "email", "lead", True)
        ]
        assert history.record is None

    def test_a_draft_that_was_announced_and_never_made(
        self, office: Office, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def fail(*_: Any) -> None:
            raise StorageError([Problem("storage.full", data={"place": "x"})])

        with monkeypatch.context() as patch:
            patch.setattr(FolderStore, "place", fail)
            with pytest.raises(StorageError):
                office.draft(**TOLD)
        assert office.states() == {}
        assert "68마4321" in left(office)
        assert len(doomed(office).traces) == 1
        assert purged(office) == []
        assert left(office) == []
        assert doomed(office) == Doomed((), ())

    def test_a_try_that_came_to_nothing(
        self, office: Office, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """A cancelled return had a reason, too."""

        def fail(*_: Any) -> None:
            raise StorageError([Problem("storage.held-open", data={"place": "x"})])

        draft_id = office.draft(**TOLD)
        with monkeypatch.context() as patch:
            patch.setattr(FolderStore, "move", fail)
            assert office.send_back(draft_id, reason=REASON).problems != ()
        assert REASON in left(office)
        office.send_back(draft_id, reason="다른 까닭")
        assert purged(office) == [draft_id]
        assert left(office, "다른 까닭") == []

    def test_what_stands_in_another_machines_segment(self, office: Office) -> None:
        draft_id, other = office.draft(**TOLD), office.draft("sheet")
        for segment in office.segments():
            segment.rename(segment.with_name(segment.name.replace("@", "@far-away-")))
        office.send_back(draft_id, reason=REASON)
        assert purged(office) == [draft_id]
        assert left(office, *TOLD.values()) == ["68마4321"]  # the other draft's
        assert office.states() == {other: "pending"}
        assert office.verify() == []
        office.send_back(other)
        purged(office)
        assert left(office) == []

    def test_a_record_whose_file_is_gone_already(self, office: Office) -> None:
        draft_id = office.in_state("sent", **TOLD)
        office.path(draft_id).unlink()
        assert purged(office) == [draft_id]
        assert left(office) == []
        assert office.verify() == []

    def test_over_the_turn_of_a_month(self, office: Office) -> None:
        draft_id = office.draft(**TOLD)
        office.later(days=20)
        office.send_back(draft_id, reason=REASON)
        assert len(office.segments()) == 2
        assert purged(office) == [draft_id]
        assert left(office) == []


class TestStays:
    @pytest.mark.parametrize("state", STATES)
    def test_only_what_is_finished(self, office: Office, state: str) -> None:
        draft_id = office.in_state(state)
        office.later(days=400)
        before = office.tree()
        assert purged(office, 30) == ([draft_id] if state in ("returned", "sent") else [])
        if state not in ("returned", "sent"):
            assert office.tree() == before

    @pytest.mark.parametrize("state", STATES)
    def test_with_unfinished_everything(self, office: Office, state: str) -> None:
        draft_id = office.in_state(state, **TOLD)
        office.later(days=30)
        assert purged(office, 31, unfinished=True) == []
        assert purged(office, 30, unfinished=True) == [draft_id]
        assert left(office) == []
        assert office.verify() == []

    def test_the_last_that_was_done_counts(self, office: Office) -> None:
        draft_id = office.draft()
        office.later(days=80)
        office.approve(draft_id)
        office.later(days=80)
        office.sent(draft_id)
        office.later(days=89, hours=23, minutes=59, seconds=59)
        assert purged(office, 90) == []
        office.later(seconds=1)
        assert purged(office, 90) == [draft_id]

    def test_others_are_untouched(self, office: Office) -> None:
        ids = {office.in_state(state, site=f"{state}빌딩"): state for state in STATES}
        gone = office.draft(site="마루빌딩", **TOLD)
        office.send_back(gone)
        office.later(seconds=1)
        keep = {one: state for one, state in ids.items() if state in ("returned", "sent")}
        chosen = doomed(office)
        assert {entry.id for entry, _ in chosen.drafts} == {gone, *keep}
        only = Doomed(tuple(one for one in chosen.drafts if one[0].id == gone), ())
        shown = {one: show(office.box(), office.home().today(), one) for one in ids}
        assert [entry.id for entry in purge(office.box(), only)] == [gone]
        assert office.states() == ids
        assert {one: show(office.box(), office.home().today(), one) for one in ids} == shown

    def test_what_it_replaced_may_go_before_it(self, office: Office) -> None:
        first = office.draft(**TOLD)
        office.later(days=40)
        second = office.draft(replaces=first)
        office.later(days=30)
        assert purged(office, 30) == [first]
        home = office.home()
        events = show(home.drafts, home.today(), second).events
        assert [(one.id, one.do) for one in events] == [
            *((first, "draft"), (first, "return"), (first, "purge"), (second, "draft"))
        ]
        assert office.verify() == []

    def test_one_that_somebody_moved_meanwhile(self, office: Office) -> None:
        draft_id = office.in_state("approved")
        chosen = doomed(office, unfinished=True)
        office.sent(draft_id)
        assert purge(office.box(), chosen) == []
        assert office.states() == {draft_id: "sent"}
        assert office.verify() == []

    @pytest.mark.parametrize(("state", "there"), [("pending", "sent"), ("sent", "pending")])
    def test_one_that_was_moved_by_hand(self, office: Office, state: str, there: str) -> None:
        """What only one of folder and journal says is finished is not."""
        draft_id = office.in_state(state)
        (office.outbox / there).mkdir(exist_ok=True)
        office.path(draft_id).rename(office.outbox / there / f"{draft_id}.eml")
        before = office.tree()
        assert purged(office) == []
        assert office.tree() == before

    def test_one_that_somebody_else_purged_meanwhile(self, office: Office) -> None:
        draft_id = office.in_state("sent")
        chosen = doomed(office)
        assert purged(office) == [draft_id]
        before = office.history(draft_id)
        assert purge(office.box(), chosen) == []
        assert office.history(draft_id) == before
        assert office.verify() == []

    def test_one_that_lies_in_two_places(self, office: Office) -> None:
        draft_id = office.in_state("sent")
        content = office.path(draft_id).read_bytes()
        (office.outbox / "returned").mkdir()
        (office.outbox / "returned" / f"{draft_id}.eml").write_bytes(content)
        before = office.tree()
        assert purged(office) == []
        assert office.tree() == before

    def test_a_foreign_file(self, office: Office) -> None:
        office.in_state("sent")
        path = office.outbox / "sent" / "메모.txt"
        path.write_text("x", "utf-8")
        purged(office)
        assert path.read_text("utf-8") == "x"

    def test_many_go_in_groups(self, office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("parkdraft.outbox.purging.GROUP", 3)
        ids = sorted(office.in_state("returned", **TOLD) for _ in range(7))
        assert purged(office) == ids
        assert left(office) == []
        assert office.verify() == []


class TestCommand:
    @pytest.fixture
    def old(self, office: Office) -> list[str]:
        """Two that were sent, one of them no mail, one that was returned, one that waits."""
        ids = [office.in_state("sent", **TOLD), office.draft("sheet", **TOLD)]
        office.approve(ids[1])
        office.sent(ids[1])
        office.later(days=1)
        ids += [office.in_state("returned", **TOLD), office.in_state("waiting", **TOLD)]
        office.later(days=90)
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
            "파기할 초안: 발송 완료 1건, 처리 완료 1건, 반려 1건 (2026-11-23 ~ 2026-11-24에 작성)",
            "초안 3건의 파일과 기록의 개인정보를 파기했습니다.",
            "언제, 누가, 어느 절차였는지만 기록에 남습니다.",
        ]
        assert said.err == "되돌릴 수 없습니다. 파기할까요? (예/아니오) "
        assert office.states() == {old[3]: "waiting"}

    @pytest.mark.parametrize("yes", ["예", "네", " 예 ", "y", "YES", "예\r"])
    def test_yes(self, office: Office, old: list[str], yes: str) -> None:
        self.answer(office, f"{yes}\n")
        assert office.run("outbox", "purge", "--older-than", "90").code == 0
        assert list(office.states()) == [old[3]]

    @pytest.mark.parametrize(
        "no",
        [
            "아니오\n",
            "\n",
            "",
            "n\n",
            "글쎄요\n",
            "예?\n",
            "파기\n",
            b"\xbf\xb9\n",
            b"\xff",
            "\0\n",
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
        with Path("/dev/null").open("rb") as null:
            office.monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(null.read())))
        said = office.run("outbox", "purge", "--older-than", "90", "--json")
        assert (said.code, said.data) == (1, {"purged": []})
        assert len(office.states()) == len(old)
        office.monkeypatch.setattr(sys, "stdin", None)
        assert office.run("outbox", "purge", "--older-than", "90").code == 1

    def test_without_asking(self, office: Office, old: list[str]) -> None:
        office.monkeypatch.setattr(sys, "stdin", None)
        said = office.run("outbox", "purge", "--older-than", "90일", "--yes")
        assert (said.code, said.err) == (0, "")
        assert list(office.states()) == [old[3]]
        assert office.verify() == []

    def test_unfinished(self, office: Office, old: list[str]) -> None:
        said = office.run("outbox", "purge", "--older-than", "90", "--unfinished", "--yes")
        assert said.code == 0
        assert "담당자 명단 대기 1건" in said.out
        assert f"초안 {len(old)}건" in said.out
        assert office.states() == {}
        assert left(office) == []

    def test_as_json(self, office: Office, old: list[str]) -> None:
        self.answer(office, "예\n")
        said = office.run("outbox", "purge", "--older-than", "90", "--json")
        assert said.code == 0
        assert sorted(said.data["purged"]) == sorted(old[:3])
        assert said.err.startswith("파기할 초안: ")

    def test_nothing_to_do(self, office: Office) -> None:
        for _ in range(2):
            said = office.run("outbox", "purge", "--older-than", "90")
            assert (said.code, said.out, said.err) == (0, "파기할 초안이 없습니다.\n", "")
            office.draft()
        said = office.run("outbox", "purge", "--older-than", "90", "--json")
        assert (said.code, said.data) == (0, {"purged": []})

    def test_what_was_never_made_is_told_and_gone_for_good(
        self, office: Office, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def fail(*_: Any) -> None:
            raise StorageError([Problem("storage.full", data={"place": "x"})])

        with monkeypatch.context() as patch:
            patch.setattr(FolderStore, "place", fail)
            with pytest.raises(StorageError):
                office.draft(**TOLD)
        said = office.run("outbox", "purge", "--older-than", "0", "--yes")
        assert said.out.splitlines()[0] == "만들지 못한 초안의 기록: 1건"
        assert said.code == 0
        assert left(office) == []
        assert office.run("outbox", "purge", "--older-than", "0").out == "파기할 초안이 없습니다.\n"

    @pytest.mark.parametrize(
        "args",
        [
            *((), ("--older-than",), ("--older-than", ""), ("--older-than", "bald")),
            *(("--older-than", "-1"), ("--older-than", "1.5"), ("--older-than", "99999999")),
            *(("90",), ("--older-than", "90", "x"), ("--all",), ("--yes", "--older-than", "내일")),
        ],
    )
    def test_wrong_usage(self, office: Office, args: tuple[str, ...]) -> None:
        office.in_state("sent")
        before = office.tree()
        said = office.run("outbox", "purge", *args)
        assert (said.code, said.out) == (2, "")
        assert office.tree() == before

    def test_the_medium_refuses(self, office: Office, old: list[str]) -> None:
        def fail(*_: Any) -> None:
            raise StorageError([Problem("storage.held-open", data={"place": "x"})])

        with office.monkeypatch.context() as patch:
            patch.setattr(FolderStore, "remove", fail)
            said = office.run("outbox", "purge", "--older-than", "90", "--yes")
        assert said.code == 1
        assert "다른 프로그램에서 열려 있습니다" in said.err
        assert len(office.states()) == len(old)
        assert office.verify() == []
        assert office.run("outbox", "purge", "--older-than", "90", "--yes").code == 0
        assert list(office.states()) == [old[3]]
        assert office.verify() == []
