"""Drafts that wait for a month's list of contacts, and the import that brings it."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest
from tests.helpers.outboxes import AUTHOR, LEAD, OTHER, Office

from parkdraft.outbox.transitions import Outcome
from parkdraft.writing.message import Mailbox
from parkdraft.writing.readback import read

pytestmark = pytest.mark.usefixtures("either_engine")
ROW = "가온타워,정바다,jung@example.com,소장"


def codes(outcome: Outcome) -> list[tuple[str, str | None]]:
    return [(problem.code, problem.field) for problem in outcome.problems]


def ids(outcome: Outcome) -> list[str]:
    return sorted(entry.id for entry in outcome.done)


def kept(office: Office) -> list[object]:
    """All drafts and their files, and what happened to them."""
    files = {path: told for path, told in office.tree().items() if "outbox.db" not in path}
    return [files, *(office.history(draft_id) for draft_id in office.states())]


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
        assert office.did(draft_id) == [("draft", AUTHOR), ("fill", OTHER)]
        shown = office.run("outbox", "show", draft_id, "--json").data
        assert [(one["id"], one["do"]) for one in shown["history"]] == [
            *((first, "draft"), (first, "return"), (draft_id, "draft"), (draft_id, "fill"))
        ]
        facts = ("author", "case", "partner", "site", "authority", "channel", "urgent", "replaces")
        assert [shown[name] for name in facts] == [
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
        assert [do for do, _ in office.did(draft_id)] == ["draft", "fill", "approve", "sent"]
        assert office.verify() == []

    def test_nothing_of_the_details_is_lost(self, office: Office) -> None:
        details = {"ticket": "1123-014", "until": "2026-12-31", "customer": "남궁바다"}
        draft_id = office.draft("listed", **details, phone="010-2468-1357", memo="정문 앞")
        with office.box() as box:
            before = box.content(box.located(draft_id))
        office.bring(ROW)
        office.fill()
        with office.box() as box:
            after = box.content(box.located(draft_id))
        assert after.details == before.details
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
        before = kept(office)
        assert office.fill() == Outcome((), ())
        assert kept(office) == before

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
        before = kept(office)
        outcome = office.fill()
        assert (outcome.done, codes(outcome)) == ((), [("route.not-in-list", draft_id)])
        assert kept(office) == before
        assert office.verify() == [("route.not-in-list", draft_id)]

    def test_a_near_name_is_suggested_never_taken(self, office: Office) -> None:
        draft_id = office.draft("listed")
        office.bring("가온타우어,정바다,jung@example.com,")
        assert codes(office.fill()) == [("route.near-in-list", draft_id)]
        office.bring(ROW)
        assert ids(office.fill()) == [draft_id]

    def test_another_partners_stays_silently(self, office: Office) -> None:
        office.draft("listed", partner="maru", site="마루빌딩")
        office.bring(ROW, partner="nuri")
        before = kept(office)
        assert office.fill() == Outcome((), ())
        assert kept(office) == before
        assert office.verify() == []

    def test_what_goes_another_way_today_is_named(self, office: Office) -> None:
        draft_id = office.draft("listed")
        old = "integration: manual\n    channel: email\n    authority: lead\n    to: monthly-list\n"
        new = "integration: manual\n    channel: board\n    authority: lead\n"
        office.rewrite((f"{old}    cc: [이서연]\n", new))
        assert codes(office.fill()) == [("outbox.other-channel-today", draft_id)]
        assert office.state(draft_id) == "waiting"

    def test_a_site_that_turns_out_to_be_anothers_is_named(self, office: Office) -> None:
        draft_id = office.draft("listed", partner="maru")
        office.bring(ROW, partner="nuri")
        assert codes(office.fill()) == [("place.other-partner", draft_id)]

    def test_next_months_list_is_for_next_month(self, office: Office) -> None:
        draft_id = office.draft("listed")
        office.bring(ROW, month="2026-12")
        before = kept(office)
        assert office.fill() == Outcome((), ())
        assert kept(office) == before
        office.now = datetime(2026, 12, 1, 9, 0)
        assert ids(office.fill()) == [draft_id]
        assert office.verify() == []

    def test_last_months_list_is_over(self, office: Office) -> None:
        office.draft("listed")
        office.bring(ROW, month="2026-10")
        assert office.fill() == Outcome((), ())


class TestByItself:
    """The first changing command of a day fills what waits, whenever the list came."""

    def test_a_list_that_came_before_its_month(self, office: Office) -> None:
        """Imported on the 24th for December, filled on the first day of it."""
        draft_id, other = office.draft("listed"), office.draft("agit")
        office.now = datetime(2026, 11, 24, 9, 0)
        office.bring(ROW, month="2026-12")
        office.draft(site="누리빌딩")
        office.now = datetime(2026, 11, 30, 23, 59)
        office.draft(site="마루빌딩")
        assert office.state(draft_id) == "waiting"
        office.now = datetime(2026, 12, 1, 0, 0)
        said = office.run("outbox", "sent", other, login=OTHER)
        assert said.code == 0
        assert f"{draft_id}: 기다리던 초안에 담당자를 채웠습니다 (승인 대기)." in said.err
        assert office.state(draft_id) == "pending"
        assert office.did(draft_id)[-1][0] == "fill"
        mail = read(office.path(draft_id).read_bytes())
        assert mail.to == (Mailbox("정바다 소장", "jung@example.com"),)
        assert office.verify() == []

    @pytest.mark.parametrize(
        "args",
        [
            *(("approve",), ("return", "--reason", "확인"), ("sent",), ("undo",)),
            *(("remake", "--yes"), ("verify",), ("purge", "--older-than", "90", "--yes")),
        ],
    )
    def test_whatever_changes_something_does(self, office: Office, args: tuple[str, ...]) -> None:
        """Also where it is refused itself."""
        draft_id, other = office.draft("listed"), office.draft("board", site="누리빌딩")
        office.later(days=1)
        office.bring(ROW)
        ids = () if args[0] in ("remake", "verify", "purge") else (other,)
        said = office.run("outbox", *args, *ids)
        assert office.state(draft_id) == "pending"
        assert f"{draft_id}: 기다리던 초안에 담당자를 채웠습니다" in said.err
        assert office.verify() == []

    @pytest.mark.parametrize("args", [("list",), ("list", "--json"), ("show",)])
    def test_whoever_only_looks_changes_nothing(
        self, office: Office, args: tuple[str, ...]
    ) -> None:
        draft_id = office.draft("listed")
        office.later(days=1)
        office.bring(ROW)
        before = office.tree()
        assert office.run("outbox", *args, *((draft_id,) if args == ("show",) else ())).code == 0
        assert office.tree() == before

    def test_verify_finds_nothing_in_what_it_filled_itself(self, office: Office) -> None:
        office.draft("listed")
        office.bring(ROW)
        office.later(days=1)
        assert office.run("outbox", "verify", "--json").data == {"ok": True, "findings": []}
        assert list(office.states().values()) == ["pending"]

    def test_one_whose_list_was_only_laid_there_is_filled_by_the_next_command(
        self, office: Office
    ) -> None:
        """Whoever looked before on the same day: another list is another look."""
        draft_id = office.draft("listed")
        office.sent(office.draft("agit", site="누리빌딩"))
        office.bring(ROW)
        office.draft("agit", site="하늘빌딩")
        assert office.state(draft_id) == "pending"
        assert office.verify() == []

    def test_a_list_that_is_not_sound_keeps_nobody_from_working(self, office: Office) -> None:
        draft_id, other = office.draft("listed"), office.draft("agit")
        office.bring(ROW)
        office.later(days=1)
        listed = office.root / "sites" / "nuri" / "2026-11.csv"
        content = listed.read_bytes()
        listed.write_bytes(b"\xff\xfe\0")
        assert office.run("outbox", "sent", other).err == ""
        listed.write_bytes(content)
        office.run("outbox", "undo", other)
        assert office.state(draft_id) == "pending"


class TestAge:
    """Before approval it is said of one that waited that it is older than a day."""

    @pytest.mark.parametrize(
        ("later", "days"),
        [({"hours": 23, "minutes": 59}, None), ({"days": 1}, 1), ({"days": 8, "hours": 5}, 8)],
    )
    def test_it_is_said(self, office: Office, later: dict[str, float], days: int | None) -> None:
        draft_id = office.draft("listed")
        office.later(**later)
        office.bring(ROW, month=f"{office.now:%Y-%m}")
        office.fill()
        said = office.run("outbox", "show", draft_id)
        text = f"{draft_id}: 담당자 명단을 기다린 초안입니다({days}일 전에 작성)."
        assert (text in said.err) == (days is not None)
        problems = office.run("outbox", "show", draft_id, "--json").data["problems"]
        assert [one["code"] for one in problems] == (["outbox.waited"] if days else [])
        assert office.approve(draft_id).problems == ()

    def test_who_approves_is_told(self, office: Office) -> None:
        """Also who never looked at it."""
        draft_id = office.draft("listed")
        office.later(days=2)
        office.bring(ROW)
        office.fill()
        said = office.run("outbox", "approve", draft_id)
        assert said.code == 0
        assert "(2일 전에 작성)" in said.err

    def test_what_was_approved_needs_no_such_words(self, office: Office) -> None:
        draft_id = office.draft("listed")
        office.later(days=2)
        office.bring(ROW)
        office.fill()
        office.approve(draft_id)
        assert office.run("outbox", "show", draft_id, "--json").data["problems"] == []

    def test_one_that_never_waited_may_be_as_old_as_it_is(self, office: Office) -> None:
        draft_id = office.draft()
        office.later(days=6)
        assert office.run("outbox", "show", draft_id, "--json").data["problems"] == []


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
