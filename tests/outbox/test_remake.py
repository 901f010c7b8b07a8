"""``remake``: pending drafts whose recipients or words changed since are made anew, and linked."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.helpers.outboxes import AUTHOR, LEAD, OTHER, Office

from parkdraft.errors import StorageError
from parkdraft.writing.readback import read

pytestmark = pytest.mark.usefixtures("either_engine")
LEFT = (
    "    to: [김하늘]\n    cc: [이서연]",
    "    to: [최바다]\n    cc: [이서연]",
)
"""What a lead writes into contacts.yaml when somebody leaves."""


def remade(office: Office, *args: str, login: str = LEAD) -> list[str]:
    """The drafts that were made anew."""
    said = office.run("outbox", "remake", *args, "--yes", "--json", login=login)
    assert said.code == 0, said
    return [one["id"] for one in said.data["done"]]


class TestMade:
    def test_anew_linked_and_the_old_one_is_returned_as_replaced(self, office: Office) -> None:
        old = office.draft(ticket="T-77", memo="정문 앞", customer="남궁바다")
        office.rewrite(LEFT)
        office.later(hours=1)
        (new,) = remade(office)
        assert office.states() == {old: "returned", new: "pending"}
        assert office.history(old)[-1].other == new
        assert office.successors(old) == [new]
        assert office.stored(new).replaces == old
        mail = read(office.path(new).read_bytes())
        assert [one.address for one in mail.to] == ["bada@example.com"]
        before, after = (
            office.run("outbox", "show", one, "--reveal", "--json").data for one in (old, new)
        )
        assert after["details"] == before["details"]
        assert [(one["id"], one["do"]) for one in after["history"]] == [
            *((old, "draft"), (old, "return"), (new, "draft"))
        ]
        assert office.approve(new).problems == ()
        assert office.verify() == []

    def test_it_stays_its_authors(self, office: Office) -> None:
        """Whoever made it anew is told in the history; with four eyes they may approve it."""
        office.rewrite(("four_eyes: false", "four_eyes: true"))
        office.draft(login=AUTHOR)
        office.rewrite(LEFT)
        (new,) = remade(office)
        assert office.stored(new).author == AUTHOR
        assert "박도윤 드림" in read(office.path(new).read_bytes()).body
        assert office.did(new) == [("draft", LEAD)]
        assert office.history(new)[0].grounds == "lead"
        assert office.approve(new).problems == ()
        assert office.verify() == []

    def test_other_words_are_a_reason_too(self, office: Office) -> None:
        old = office.draft()
        office.rewrite(("박도윤", "박하윤"))
        (new,) = remade(office)
        assert "박하윤 드림" in read(office.path(new).read_bytes()).body
        assert office.states() == {old: "returned", new: "pending"}

    def test_what_would_be_the_same_is_left(self, office: Office) -> None:
        office.draft()
        office.draft("board")
        before = office.tree()
        said = office.run("outbox", "remake")
        assert (said.code, said.out, said.err) == (0, "다시 만들 초안이 없습니다.\n", "")
        assert office.tree() == before

    @pytest.mark.parametrize("kind", ["sheet", "board", "discount-site", "admin"])
    def test_what_is_no_mail_and_did_not_change_is_left(self, office: Office, kind: str) -> None:
        draft_id = office.draft(kind)
        office.rewrite(LEFT)
        assert remade(office) == []
        assert office.states() == {draft_id: "pending"}

    def test_a_second_time_nothing_is_left_to_do(self, office: Office) -> None:
        office.draft()
        office.rewrite(LEFT)
        (new,) = remade(office)
        assert remade(office) == []
        assert office.state(new) == "pending"

    def test_a_combined_one_with_all_its_rows(self, office: Office, tmp_path: Path) -> None:
        office.bring_templates()
        rows = [f"차량번호 변경,가온주차,가온타워,68마432{n},157허870{n}" for n in range(3)]
        path = tmp_path / "표.csv"
        header = "업무,운영사,현장명,기존차량번호,변경차량번호"
        path.write_text("\n".join((header, *rows, "")), "utf-8")
        office.run("batch", str(path), "--combine", login=AUTHOR)
        (old,) = office.states()
        office.rewrite(LEFT)
        (new,) = remade(office)
        assert office.states() == {old: "returned", new: "pending"}
        assert office.stored(new).cases == 3
        said = office.run("batch", str(path), "--combine", "--json", login=AUTHOR)
        assert (said.data["drafted"], said.data["skipped"]) == (0, 3)
        assert office.verify() == []


class TestDifference:
    def test_it_is_shown_first_and_asked(self, office: Office) -> None:
        old = office.draft()
        office.rewrite(LEFT)
        office.answer("예\n")
        said = office.run("outbox", "remake")
        assert said.code == 0
        lines = said.out.splitlines()
        assert lines[0].startswith(f"{old}  [정기권 차량번호 변경 요청] ")
        assert "  -수신: 김하늘 주임 <haneul@example.com>" in lines
        assert "  +수신: 최바다 <bada@example.com>" in lines
        assert lines[-1].startswith("다시 만들었습니다: ")
        assert said.err == "초안 1건을 다시 만듭니다. 계속할까요? (예/아니오) "

    @pytest.mark.parametrize("text", ["아니오\n", "\n", "", "x\n"])
    def test_anything_but_yes_is_no(self, office: Office, text: str) -> None:
        office.draft()
        office.rewrite(LEFT)
        before = office.tree()
        office.answer(text)
        said = office.run("outbox", "remake")
        assert said.code == 1
        assert said.err.endswith("다시 만들지 않았습니다. 묻지 않고 하려면 --yes를 붙이세요.\n")
        assert office.tree() == before

    def test_never_on_stderr(self, office: Office) -> None:
        """Plates and names stand in it; whoever asks for JSON has ``outbox show --json``."""
        old = office.draft()
        office.rewrite(LEFT)
        said = office.run("outbox", "remake", "--yes", "--json")
        assert (said.code, said.err) == (0, "")
        assert list(said.data) == ["done", "problems"]
        assert office.state(old) == "returned"


class TestWhich:
    def test_all_that_somebody_may_or_only_those_that_are_named(self, office: Office) -> None:
        mine, theirs, other = (
            office.draft(login=login, new_plate=f"157허870{n}")
            for n, login in enumerate((AUTHOR, OTHER, AUTHOR))
        )
        office.rewrite(LEFT)
        assert len(remade(office, mine[9:], login=AUTHOR)) == 1
        assert office.state(mine) == "returned"
        assert {office.state(one) for one in (theirs, other)} == {"pending"}
        assert len(remade(office, login=AUTHOR)) == 1
        assert (office.state(theirs), office.state(other)) == ("pending", "returned")
        assert len(remade(office, login=LEAD)) == 1
        assert office.state(theirs) == "returned"

    @pytest.mark.parametrize("login", [OTHER, "unknown"])
    def test_nobody_else_makes_it_anew(self, office: Office, login: str) -> None:
        draft_id = office.draft()
        office.rewrite(LEFT)
        before = office.tree()
        assert remade(office, login=login) == []
        said = office.run("outbox", "remake", draft_id, "--yes", login=login)
        assert said.code == 1
        assert f"{draft_id}: 팀장·부팀장이나 작성자만 할 수 있습니다" in said.err
        assert office.tree() == before

    @pytest.mark.parametrize(
        ("state", "word"),
        [("approved", "발송 대기"), ("returned", "반려"), ("sent", "발송 완료")],
    )
    def test_only_pending_ones(self, office: Office, state: str, word: str) -> None:
        draft_id = office.in_state(state)
        office.rewrite(LEFT)
        before = office.tree()
        said = office.run("outbox", "remake", draft_id, "--yes")
        assert said.code == 1
        assert f"{draft_id}: '{word}' 상태라 다시 만들 수 없습니다." in said.err
        assert office.tree() == before

    def test_approved_ones_that_no_longer_hold_are_named_only(self, office: Office) -> None:
        """Somebody approved them: a lead decides."""
        approved, pending = office.in_state("approved"), office.draft()
        still = office.draft("board")
        office.approve(still)
        office.rewrite(LEFT)
        said = office.run("outbox", "remake", "--yes", "--json")
        assert (said.code, said.data["problems"]) == (0, [])
        assert len(said.data["done"]) == 1
        (line,) = said.err.splitlines()
        assert line.startswith(f"{approved}: 이름이나 주소가 지금 연락처와 다릅니다(수신(To)).")
        assert office.state(approved) == "approved"
        assert office.state(pending) == "returned"

    def test_one_without_a_route_today_is_named_and_left(self, office: Office) -> None:
        gone, good = office.draft(), office.draft("board")
        old = "    cases: [registration, plate-change]\n    partner: gaon\n"
        office.rewrite((old, "    cases: [registration]\n    partner: gaon\n"))
        said = office.run("outbox", "remake", "--yes", "--json")
        assert said.code == 1
        assert {one["field"] for one in said.data["problems"]} == {gone}
        assert office.states() == {gone: "pending", good: "pending"}

    def test_one_that_goes_another_way_today_follows(self, office: Office) -> None:
        """An e-mail that is a board's post today."""
        old = office.draft()
        was = "    channel: email\n    authority: lead\n    to: [김하늘]\n    cc: [이서연]\n"
        office.rewrite((was, "    channel: board\n    authority: lead\n"))
        (new,) = remade(office)
        assert office.path(new).suffix == ".txt"
        assert office.states() == {old: "returned", new: "pending"}
        assert office.verify() == []

    def test_an_identifier_that_nobody_has(self, office: Office) -> None:
        good = office.draft()
        office.rewrite(LEFT)
        said = office.run("outbox", "remake", good, "zzzz", "--yes", "--json")
        assert said.code == 1
        assert len(said.data["done"]) == 1
        assert [one["code"] for one in said.data["problems"]] == ["outbox.unknown"]

    def test_one_named_twice_is_made_once(self, office: Office) -> None:
        draft_id = office.draft()
        office.rewrite(LEFT)
        assert len(remade(office, draft_id, draft_id[9:], draft_id[:20])) == 1
        assert len(office.states()) == 2

    def test_one_that_somebody_moved_while_it_asked(self, office: Office) -> None:
        first, second = office.draft(), office.draft(new_plate="88라8888")
        office.rewrite(LEFT)

        def asked(_: str) -> bool:
            office.send_back(first)
            return True

        office.monkeypatch.setattr("parkdraft.cli.moves.is_sure", asked)
        said = office.run("outbox", "remake", "--json")
        assert said.code == 1
        assert [(one["code"], one["field"]) for one in said.data["problems"]] == [
            ("outbox.gone", first)
        ]
        assert office.state(first) == "returned"
        assert office.state(second) == "returned"
        assert office.verify() == []

    def test_the_medium_refuses_nothing_is_half_done(
        self, office: Office, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        from parkdraft.errors import Problem
        from parkdraft.outbox.store import Store

        draft_id = office.draft()
        office.rewrite(LEFT)

        def full(*_: object, **__: object) -> None:
            raise StorageError([Problem("storage.full", data={"place": "outbox.db"})])

        with monkeypatch.context() as patch:
            patch.setattr(Store, "add", full)
            said = office.run("outbox", "remake", "--yes")
        assert said.code == 1
        assert office.states() == {draft_id: "pending"}
        assert office.verify() == [("outbox.other-people-today", draft_id)]
