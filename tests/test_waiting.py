"""Drafts that wait for a month's list of contacts, and the import that brings it."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from parkdraft.errors import Problem, StorageError
from parkdraft.outbox.folder import FolderStore
from parkdraft.outbox.review import Outcome
from parkdraft.outbox.showing import show
from parkdraft.writing.mail import Mailbox
from parkdraft.writing.reader import read

if TYPE_CHECKING:
    from tests.outboxes import Office

pytest_plugins = ["outboxes"]

LEAD, AUTHOR, OTHER = "lead.kim", "agent.park", "agent.choi"
ROW = "가온타워,정바다,jung@example.com,소장"


def codes(outcome: Outcome) -> list[tuple[str, str | None]]:
    return [(problem.code, problem.field) for problem in outcome.problems]


def ids(outcome: Outcome) -> list[str]:
    return sorted(entry.id for entry in outcome.done)


class TestFilled:
    def test_it_becomes_a_mail_to_be_approved_under_its_identifier(self, office: Office) -> None:
        draft_id = office.draft("listed")
        assert office.path(draft_id).suffix == ".txt"
        office.bring(ROW)
        outcome = office.fill()
        assert (ids(outcome), outcome.problems) == ([draft_id], ())
        path = office.path(draft_id)
        assert (path.parent.name, path.suffix) == ("pending", ".eml")
        mail = read(path.read_bytes())
        assert mail.to == (Mailbox("정바다 소장", "jung@example.com"),)
        assert mail.cc == (Mailbox("이서연", "seoyeon@example.com"),)
        assert mail.sender == Mailbox("주차 고객센터", "cs@example.co.kr")
        assert office.verify() == []

    def test_its_history_goes_on(self, office: Office) -> None:
        first = office.draft("listed")
        draft_id = office.draft("listed", replaces=first, urgent="예")
        office.later(hours=1)
        office.bring(ROW)
        office.fill(login=OTHER)
        assert office.did(draft_id) == [("draft", AUTHOR), ("import", OTHER)]
        home = office.home()
        shown = show(home.drafts, home.today(), draft_id)
        assert [(one.id, one.do) for one in shown.events] == [
            *((first, "draft"), (first, "return"), (draft_id, "draft"), (draft_id, "import"))
        ]
        made = shown.history.made
        assert made is not None
        facts = ("author", "case", "partner", "site", "authority", "channel", "urgent", "replaces")
        assert [made.more.get(name) for name in facts] == [
            *(AUTHOR, "plate-change", "nuri", "가온타워", "lead", "email", True, first)
        ]

    def test_the_author_signs_not_who_imported(self, office: Office) -> None:
        draft_id = office.draft("listed", login=AUTHOR)
        office.bring(ROW)
        office.fill(login=LEAD)
        body = read(office.path(draft_id).read_bytes()).body
        assert "상담 담당 박도윤 드림" in body
        assert "김팀장" not in body

    def test_then_it_goes_the_usual_way(self, office: Office) -> None:
        draft_id = office.draft("listed")
        office.bring(ROW)
        office.fill()
        assert office.approve(draft_id).problems == ()
        assert office.sent(draft_id).problems == ()
        assert [do for do, _ in office.did(draft_id)] == ["draft", "import", "approve", "sent"]
        assert office.verify() == []

    def test_nothing_of_the_details_is_lost(self, office: Office) -> None:
        details = {"ticket": "1123-014", "until": "2026-12-31", "customer": "남궁바다"}
        draft_id = office.draft("listed", **details, phone="010-2468-1357", memo="정문 앞")
        before = office.history(draft_id).record
        office.bring(ROW)
        office.fill()
        after = office.history(draft_id).record
        assert before is not None
        assert after is not None
        assert after.details == before.details
        assert after.keys == before.keys
        assert after.route["to"] == [
            {"name": "정바다", "title": "소장", "address": "jung@example.com"}
        ]
        mail = read(office.path(draft_id).read_bytes())
        assert mail.subject == "[정기권 차량번호 변경 요청] 가온타워 / 4321→8701 / 접수 1123-014"
        assert "157허8701" in mail.body

    def test_several_rows_of_one_site_are_all_to(self, office: Office) -> None:
        draft_id = office.draft("listed")
        office.bring(ROW, "가온 타워,오세찬,oh@example.com,")
        office.fill()
        to = read(office.path(draft_id).read_bytes()).to
        assert [one.address for one in to] == ["jung@example.com", "oh@example.com"]

    def test_several_at_once(self, office: Office) -> None:
        here = [office.draft("listed", new_plate=f"157허{number}") for number in (8701, 8702, 8703)]
        there = office.draft("listed", site="누리빌딩")
        office.bring(ROW)
        outcome = office.fill()
        assert ids(outcome) == sorted(here)
        assert codes(outcome) == [("route.not-in-list", there)]
        for draft_id, last4 in zip(here, ("8701", "8702", "8703"), strict=True):
            assert last4 in read(office.path(draft_id).read_bytes()).subject

    @pytest.mark.parametrize("login", [LEAD, AUTHOR, OTHER, "unknown"])
    def test_anyone_may_import(self, office: Office, login: str) -> None:
        draft_id = office.draft("listed")
        office.bring(ROW)
        assert ids(office.fill(login)) == [draft_id]

    def test_a_second_time_nothing_is_left_to_do(self, office: Office) -> None:
        office.draft("listed")
        office.bring(ROW)
        office.fill()
        before = office.tree()
        assert office.fill() == Outcome((), ())
        assert office.tree() == before

    def test_it_is_still_a_double_of_what_comes_later(self, office: Office) -> None:
        draft_id = office.draft("listed")
        office.bring(ROW)
        office.fill()
        assert office.made("listed").duplicates == (draft_id,)

    def test_only_drafts_that_wait(self, office: Office) -> None:
        others = {office.in_state(state): state for state in ("pending", "approved", "sent")}
        returned = office.draft("listed")
        office.send_back(returned)
        office.bring(ROW)
        assert office.fill() == Outcome((), ())
        assert office.states() == {**others, returned: "returned"}

    def test_where_the_list_is_no_longer_needed(self, office: Office) -> None:
        """Somebody wrote the contact into the directory meanwhile."""
        draft_id = office.draft("listed")
        office.rewrite(("    to: monthly-list\n    cc: [이서연]", "    to: [최바다]"))
        assert ids(office.fill()) == [draft_id]
        assert office.state(draft_id) == "pending"

    def test_a_lead_looks_at_it_even_where_all_may_handle_such_today(self, office: Office) -> None:
        draft_id = office.draft("listed")
        office.rewrite(
            (
                "authority: lead\n    to: monthly-list\n    cc",
                "authority: all\n    to: monthly-list\n    cc",
            )
        )
        office.bring(ROW)
        office.fill()
        assert office.state(draft_id) == "pending"
        assert office.verify() == []
        assert office.approve(draft_id).problems == ()


class TestStays:
    def test_a_site_that_is_not_in_the_list_is_named(self, office: Office) -> None:
        draft_id = office.draft("listed")
        office.bring("누리빌딩,정바다,jung@example.com,")
        before = office.tree()
        outcome = office.fill()
        assert (outcome.done, codes(outcome)) == ((), [("route.not-in-list", draft_id)])
        assert office.tree() == before
        assert office.verify() == [
            *(("outbox.no-route-today", draft_id), ("route.not-in-list", draft_id))
        ]

    def test_a_near_name_is_suggested_never_taken(self, office: Office) -> None:
        draft_id = office.draft("listed")
        office.bring("가온타우어,정바다,jung@example.com,")
        assert codes(office.fill()) == [("route.near-in-list", draft_id)]
        office.bring(ROW)
        assert ids(office.fill()) == [draft_id]

    def test_another_partners_stays_silently(self, office: Office) -> None:
        office.draft("listed", partner="maru", site="마루빌딩")
        office.bring(ROW, partner="nuri")
        before = office.tree()
        assert office.fill() == Outcome((), ())
        assert office.tree() == before
        assert office.verify() == []

    def test_a_site_that_turns_out_to_be_anothers_is_named(self, office: Office) -> None:
        draft_id = office.draft("listed", partner="maru")
        office.bring(ROW, partner="nuri")
        assert codes(office.fill()) == [("place.other-partner", draft_id)]

    def test_next_months_list_is_for_next_month(self, office: Office) -> None:
        draft_id = office.draft("listed")
        office.bring(ROW, month="2026-12")
        before = office.tree()
        assert office.fill() == Outcome((), ())
        assert office.tree() == before
        office.now = datetime(2026, 12, 1, 9, 0)
        assert office.verify() == [("outbox.contact-is-there", draft_id)]
        assert ids(office.fill()) == [draft_id]

    def test_last_months_list_is_over(self, office: Office) -> None:
        office.draft("listed")
        office.bring(ROW, month="2026-10")
        assert office.fill() == Outcome((), ())

    def test_a_file_that_was_edited_is_refused(self, office: Office) -> None:
        draft_id, good = office.draft("listed"), office.draft("listed", new_plate="77다7777")
        path = office.path(draft_id)
        path.write_bytes(path.read_bytes().replace(b"8701", b"8700"))
        office.bring(ROW)
        outcome = office.fill()
        assert ids(outcome) == [good]
        (problem,) = outcome.problems
        assert (problem.code, problem.field) == ("outbox.edited", draft_id)
        assert "본문" in str(problem.data["where"])
        assert office.state(draft_id) == "waiting"

    def test_so_is_one_that_was_put_there_by_hand(self, office: Office) -> None:
        draft_id = office.draft("board")
        (office.outbox / "waiting").mkdir()
        office.path(draft_id).rename(office.outbox / "waiting" / f"{draft_id}.txt")
        office.bring(ROW)
        assert codes(office.fill()) == [("outbox.moved-by-hand", draft_id)]
        assert office.state(draft_id) == "waiting"

    def test_and_one_without_a_record(self, office: Office) -> None:
        draft_id = office.draft("listed")
        for segment in office.segments():
            segment.unlink()
        office.bring(ROW)
        assert codes(office.fill()) == [("outbox.no-record", draft_id)]

    @pytest.mark.parametrize("step", ["stage", "withdraw", "place"])
    def test_where_the_medium_refuses_it_waits_on(
        self, office: Office, monkeypatch: pytest.MonkeyPatch, step: str
    ) -> None:
        draft_id = office.draft("listed")
        office.bring(ROW)

        def fail(*_: Any) -> None:
            raise StorageError([Problem("storage.full", data={"place": "x"})])

        before = office.path(draft_id).read_bytes()
        monkeypatch.setattr(FolderStore, step, fail)
        assert codes(office.fill()) == [("storage.full", draft_id)]
        monkeypatch.undo()
        assert office.path(draft_id).read_bytes() == before
        assert office.state(draft_id) == "waiting"
        assert ids(office.fill()) == [draft_id]
        assert list((office.outbox / ".staging").iterdir()) == []


class TestCommand:
    @pytest.fixture
    def listed(self, tmp_path: Path) -> Path:
        path = tmp_path / "명단.csv"
        path.write_text(f"현장명,담당자,이메일,직함\n{ROW}\n", "utf-8")
        return path

    def test_it_says_what_was_filled_and_what_could_not_be(
        self, office: Office, listed: Path
    ) -> None:
        good, missing = office.draft("listed"), office.draft("listed", site="누리빌딩")
        args = ("contacts", "import", "누리파킹", str(listed), "--month", "2026-11")
        said = office.run(*args, login=OTHER)
        assert said.code == 0
        assert f"기다리던 초안에 담당자를 채웠습니다 (승인 대기): {good}" in said.out
        assert said.err.startswith(f"{missing}: 2026-11 담당자 명단에 이 현장이 없습니다.")
        assert missing not in said.out

    def test_as_json(self, office: Office, listed: Path) -> None:
        good, missing = office.draft("listed"), office.draft("listed", site="누리빌딩")
        args = ("contacts", "import", "nuri", str(listed), "--month", "2026-11", "--json")
        said = office.run(*args, login=OTHER)
        assert (said.code, said.err) == (0, "")
        assert said.data["filled"] == [good]
        assert [(one["code"], one["field"]) for one in said.data["problems"]] == [
            ("route.not-in-list", missing)
        ]

    def test_a_list_that_is_refused_fills_nothing(self, office: Office, listed: Path) -> None:
        office.draft("listed")
        listed.write_text("현장명,담당자,이메일\n가온타워,정바다,keine\n", "utf-8")
        before = office.tree()
        args = ("contacts", "import", "nuri", str(listed), "--month", "2026-11")
        assert office.run(*args).code == 1
        assert office.tree() == before
