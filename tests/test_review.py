"""Who may do what with a draft, from which state, and what must hold before it is approved."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from parkdraft import Home
from parkdraft.errors import OutboxError, ParkdraftError, Problem, StorageError
from parkdraft.outbox import adding
from parkdraft.outbox.folder import FolderStore
from parkdraft.outbox.review import Outcome, approve, opened
from parkdraft.outbox.store import STATES
from parkdraft.process.team import current_login

if TYPE_CHECKING:
    from tests.outboxes import Office

pytest_plugins = ["outboxes"]

LEAD, OTHER_LEAD, AUTHOR, OTHER = "lead.kim", "lead.lee", "agent.park", "agent.choi"
NOBODY = "unknown"
"""What the program calls somebody whose login the system does not know."""
EVERYBODY = (LEAD, AUTHOR, OTHER, NOBODY)
PERMITTED = {
    ("pending", "approve"): ("approved", (LEAD,)),
    ("pending", "return"): ("returned", (LEAD, AUTHOR)),
    ("waiting", "return"): ("returned", (LEAD, AUTHOR)),
    ("approved", "return"): ("returned", (LEAD, AUTHOR)),
    ("approved", "sent"): ("sent", EVERYBODY),
    ("pending", "replace"): ("returned", (LEAD, AUTHOR)),
    ("waiting", "replace"): ("returned", (LEAD, AUTHOR)),
    ("approved", "replace"): ("returned", (LEAD, AUTHOR)),
    ("returned", "replace"): ("returned", EVERYBODY),
}
"""The contract's table, state and verb → where it goes and who may. All else is refused."""
VERBS = ("approve", "return", "sent", "replace")


def attempt(office: Office, verb: str, draft_id: str, login: str) -> bool:
    """Whether somebody may; what is refused names the draft."""
    if verb == "replace":
        try:
            office.draft(login=login, replaces=draft_id)
        except OutboxError:
            return False
        return True
    does: dict[str, Callable[..., Outcome]] = {
        "approve": office.approve,
        "return": office.send_back,
        "sent": office.sent,
    }
    outcome = does[verb](draft_id, login=login)
    assert {problem.field for problem in outcome.problems} <= {draft_id}
    assert [entry.id for entry in outcome.done] == ([] if outcome.problems else [draft_id])
    return not outcome.problems


def codes(outcome: Outcome) -> list[str]:
    return [problem.code for problem in outcome.problems]


def refusal(call: Callable[[], object]) -> list[tuple[str, str | None]]:
    with pytest.raises(ParkdraftError) as caught:
        call()
    return [(problem.code, problem.field) for problem in caught.value.problems]


def only(outcome: Outcome) -> Problem:
    assert outcome.done == ()
    (problem,) = outcome.problems
    return problem


class TestTable:
    """Only what the contract permits passes; a refusal changes nothing at all."""

    @pytest.mark.parametrize("verb", VERBS)
    @pytest.mark.parametrize("state", STATES)
    def test_every_state_verb_and_person(self, office: Office, state: str, verb: str) -> None:
        there, who = PERMITTED.get((state, verb), (state, ()))
        draft_id = office.in_state(state)
        before = office.tree()
        for login in EVERYBODY:
            if login not in who:
                assert not attempt(office, verb, draft_id, login), login
        assert office.tree() == before
        for login in who:
            assert attempt(office, verb, draft_id, login), login
            assert office.state(draft_id) == there
            draft_id = office.in_state(state)

    @pytest.mark.parametrize("verb", VERBS)
    def test_nothing_is_done_twice(self, office: Office, verb: str) -> None:
        draft_id = office.in_state("approved" if verb == "sent" else "pending")
        assert attempt(office, verb, draft_id, LEAD)
        before = office.tree()
        assert not attempt(office, verb, draft_id, LEAD)
        assert office.tree() == before

    @pytest.mark.parametrize("kind", ["sheet", "board", "discount-site", "admin"])
    def test_what_is_no_mail_goes_the_same_way(self, office: Office, kind: str) -> None:
        draft_id = office.draft(kind)
        assert codes(office.approve(draft_id, login=AUTHOR)) == ["outbox.not-a-lead"]
        assert office.approve(draft_id).problems == ()
        assert office.sent(draft_id).problems == ()
        assert office.did(draft_id) == [("draft", AUTHOR), ("approve", LEAD), ("sent", OTHER)]

    @pytest.mark.parametrize("kind", ["agit", "slack", "app"])
    def test_what_everybody_may_handle_needs_no_approval(self, office: Office, kind: str) -> None:
        draft_id = office.draft(kind)
        assert codes(office.approve(draft_id)) == ["outbox.state-approve"]
        assert office.sent(draft_id).problems == ()
        assert office.did(draft_id) == [("draft", AUTHOR), ("sent", OTHER)]

    def test_the_journal_says_who_when_and_why(self, office: Office) -> None:
        draft_id = office.draft()
        office.later(minutes=5)
        office.approve(draft_id)
        office.later(minutes=5)
        office.send_back(draft_id, login=AUTHOR, reason="번호를  잘못\r\n적었습니다")
        made, approved, returned = office.history(draft_id).events
        assert [one.moment.strftime("%H:%M") for one in (made, approved, returned)] == [
            *("10:00", "10:05", "10:10")
        ]
        assert (approved.by, approved.source, approved.state) == (LEAD, "pending", "approved")
        assert (returned.by, returned.source, returned.state) == (AUTHOR, "approved", "returned")
        assert returned.more["reason"] == "번호를 잘못\n적었습니다"
        assert made.sha256 == approved.sha256 == returned.sha256

    def test_the_states_in_the_refusal_are_the_channels_own(self, office: Office) -> None:
        for kind, word in (("email", "발송 완료"), ("sheet", "처리 완료")):
            draft_id = office.draft(kind)
            office.approve(draft_id)
            office.sent(draft_id)
            assert only(office.sent(draft_id)).data == {"state": word}


class TestLeads:
    @pytest.mark.parametrize(
        ("written", "login"),
        [
            ("gildong.hong", "gildong.hong"),
            ("gildong.hong", "Gildong.HONG"),
            ("Gildong.Hong", "gildong.hong"),
            ("gildong.hong", "CENTRE\\gildong.hong"),
            ("gildong.hong", "gildong.hong@corp.example.com"),
            ("CENTRE\\gildong.hong", "gildong.hong"),
            ("gildong.hong@corp.example.com", "OTHER\\GILDONG.HONG"),
            ("홍길동", unicodedata.normalize("NFD", "홍길동")),
            (unicodedata.normalize("NFD", "홍길동"), "홍길동"),
            ("strasse", "STRASSE"),
            ("straße", "STRASSE"),
        ],
    )
    def test_a_login_is_the_same_however_it_is_written(
        self, office: Office, written: str, login: str
    ) -> None:
        office.rewrite(("leads: [lead.kim, lead.lee]", f"leads: ['{written}']"))
        for said in (login, current_login({"PARKDRAFT_USER": login})):
            assert office.approve(office.draft(), login=said).problems == ()

    @pytest.mark.parametrize(
        "login", ["gildong", "gildong.hong2", "gildong hong", "hong", "홍길동", "", "@", "\\"]
    )
    def test_another_login_is_somebody_else(self, office: Office, login: str) -> None:
        office.rewrite(("leads: [lead.kim, lead.lee]", "leads: [gildong.hong]"))
        assert codes(office.approve(office.draft(), login=login)) == ["outbox.not-a-lead"]

    def test_every_lead_may(self, office: Office) -> None:
        for login in (LEAD, OTHER_LEAD):
            assert office.approve(office.draft(), login=login).problems == ()

    @pytest.mark.parametrize("leads", ["leads: []", "leads:"])
    def test_without_leads_nobody_may_approve(self, office: Office, leads: str) -> None:
        office.rewrite(("leads: [lead.kim, lead.lee]", leads))
        ids = [office.draft(kind) for kind in ("email", "sheet", "board")]
        for login in (LEAD, AUTHOR, ""):
            assert codes(office.approve(*ids, login=login)) == 3 * ["outbox.no-leads"]
            assert codes(office.send_back(*ids, login=OTHER)) == 3 * ["outbox.not-yours"]
        assert office.send_back(*ids, login=AUTHOR).problems == ()

    def test_as_shipped_nobody_may_approve(self, home: Home) -> None:
        details = {"site": "가온타워", "old_plate": "68마4321", "new_plate": "157허8701"}
        made = home.draft("plate-change", partner="skshieldus", **details)
        outcome = approve(home.drafts, home.today(), [str(made.id)])
        assert codes(outcome) == ["outbox.no-leads", "outbox.placeholder"]

    def test_four_eyes(self, office: Office) -> None:
        own = office.draft(login=LEAD)
        assert office.approve(own, login=LEAD).problems == ()
        office.rewrite(("four_eyes: false", "four_eyes: true"))
        own, agents = office.draft(login=LEAD), office.draft(login=AUTHOR)
        assert codes(office.approve(own, login=f"CENTRE\\{LEAD.upper()}")) == ["outbox.four-eyes"]
        assert office.approve(own, login=OTHER_LEAD).problems == ()
        assert office.approve(agents, login=LEAD).problems == ()

    def test_four_eyes_also_after_the_list_came(self, office: Office) -> None:
        """Who imported the list is not the author."""
        office.rewrite(("four_eyes: false", "four_eyes: true"))
        own = office.draft("listed", login=LEAD)
        office.bring("가온타워,정바다,bada@example.com,")
        office.fill(login=OTHER_LEAD)
        assert codes(office.approve(own, login=LEAD)) == ["outbox.four-eyes"]
        assert office.approve(own, login=OTHER_LEAD).problems == ()


class TestSender:
    def test_no_mail_is_approved_while_the_sender_is_the_placeholder(self, office: Office) -> None:
        office.rewrite(("cs@example.co.kr", "parking-cs@example.com"))
        mail, *others = [office.draft(kind) for kind in ("email", "sheet", "board", "admin")]
        outcome = office.approve(mail, *others)
        assert codes(outcome) == ["outbox.placeholder"]
        assert [entry.id for entry in outcome.done] == others

    def test_a_draft_from_before_the_sender_was_set_stays_unapproved(self, office: Office) -> None:
        office.rewrite(("cs@example.co.kr", "parking-cs@example.com"))
        draft_id = office.draft()
        office.rewrite(("parking-cs@example.com", "cs@example.co.kr"))
        problem = only(office.approve(draft_id))
        assert problem.code == "outbox.other-people-today"
        assert problem.data == {"headers": "발신(From), 회신(Reply-To)"}


def flip(path: Path, place: int) -> None:
    content = bytearray(path.read_bytes())
    content[place] ^= 1
    path.write_bytes(content)


class TestFile:
    @pytest.mark.parametrize("kind", ["email", "sheet", "board"])
    @pytest.mark.parametrize("place", [0, 100, -1])
    def test_a_file_changed_by_one_bit_is_not_approved(
        self, office: Office, kind: str, place: int
    ) -> None:
        draft_id = office.draft(kind)
        flip(office.path(draft_id), min(place, office.path(draft_id).stat().st_size - 1))
        assert codes(office.approve(draft_id)) == ["outbox.edited"]
        assert office.state(draft_id) == "pending"

    def test_nor_opened_nor_sent(self, office: Office) -> None:
        draft_id = office.in_state("approved")
        flip(office.path(draft_id), -10)
        assert codes(office.sent(draft_id)) == ["outbox.edited"]
        assert refusal(lambda: opened(office.box(), draft_id)) == [("outbox.edited", draft_id)]

    def test_it_may_be_returned_and_that_is_the_end_of_it(self, office: Office) -> None:
        draft_id = office.in_state("approved")
        flip(office.path(draft_id), -10)
        assert ("outbox.edited", draft_id) in office.verify()
        assert office.send_back(draft_id).problems == ()
        assert office.verify() == []
        flip(office.path(draft_id), -10)
        assert office.verify() == []  # as it was made
        flip(office.path(draft_id), -20)
        assert office.verify() == [("outbox.edited", draft_id)]

    def test_the_header_is_named(self, office: Office) -> None:
        draft_id = office.draft()
        path = office.path(draft_id)
        path.write_bytes(path.read_bytes().replace(b"\r\nCc:", b"\r\nBcc: x@example.com\r\nCc:"))
        assert only(office.approve(draft_id)).data == {"where": "숨은참조(Bcc)"}

    def test_what_stands_in_place_of_a_header_is_not_repeated(self, office: Office) -> None:
        draft_id = office.draft()
        office.path(draft_id).write_bytes(b"010-2468-1357\r\nHong: 12\r\n\r\n")
        where = str(only(office.approve(draft_id)).data["where"])
        assert "1234" not in where
        assert "Hong" not in where
        assert "다른 머리글" in where

    def test_a_copy_in_another_folder(self, office: Office) -> None:
        draft_id = office.in_state("approved")
        path = office.path(draft_id)
        copy = office.outbox / "pending" / path.name
        copy.parent.mkdir(exist_ok=True)
        copy.write_bytes(path.read_bytes())
        for outcome in (
            office.approve(draft_id),
            office.sent(draft_id),
            office.send_back(draft_id),
        ):
            problem = only(outcome)
            assert problem.code == "outbox.copies"
            assert problem.data == {
                "folders": "outbox/pending, outbox/approved",
                "said": "발송 대기",
            }

    def test_moved_by_hand(self, office: Office) -> None:
        draft_id = office.draft()
        (office.outbox / "approved").mkdir()
        office.path(draft_id).rename(office.outbox / "approved" / f"{draft_id}.eml")
        assert codes(office.sent(draft_id)) == ["outbox.moved-by-hand"]
        assert codes(office.approve(draft_id)) == ["outbox.state-approve"]
        assert office.send_back(draft_id).problems == ()
        assert office.verify() == []

    def test_a_file_without_a_record(self, office: Office) -> None:
        own = office.draft()
        stranger = own[:-1] + ("2" if own[-1] != "2" else "3")
        (office.outbox / "pending" / f"{stranger}.eml").write_bytes(office.path(own).read_bytes())
        assert codes(office.approve(stranger)) == ["outbox.no-record"]
        assert codes(office.send_back(stranger)) == ["outbox.no-record"]

    def test_without_what_the_journal_kept_of_it_nothing_is_approved(self, office: Office) -> None:
        """Its recipients could not be compared."""
        draft_id = office.draft()
        (segment,) = office.segments()
        content = segment.read_bytes()
        segment.write_bytes(content.replace(b'{"record":{"details"', b'{"record":{"detailz"'))
        assert codes(office.approve(draft_id)) == ["outbox.no-details"]
        assert office.send_back(draft_id).problems == ()

    def test_a_purged_draft_whose_file_came_back(self, office: Office) -> None:
        from parkdraft.outbox.purging import purge, purgeable

        draft_id = office.in_state("returned")
        path = office.path(draft_id)
        content = path.read_bytes()
        purge(office.box(), purgeable(office.box(), 0, unfinished=False))
        path.write_bytes(content)
        assert office.verify() == [("outbox.purged", draft_id)]
        path.rename(office.outbox / "pending" / path.name)
        assert codes(office.send_back(draft_id)) == ["outbox.purged"]
        assert codes(office.approve(draft_id)) == ["outbox.purged"]


class TestToday:
    @pytest.mark.parametrize(
        ("changes", "headers"),
        [
            ([("haneul@example.com", "sky@example.com")], "수신(To)"),
            ([("title: 주임", "title: 대리")], "수신(To)"),
            ([("    title: 주임\n", "")], "수신(To)"),
            ([("    to: [김하늘]", "    to: [김하늘, 최바다]")], "수신(To)"),
            ([("    to: [김하늘]", "    to: [최바다]")], "수신(To)"),
            ([("    to: [김하늘]\n    cc: [이서연]", "    to: [김하늘]")], "참조(Cc)"),
            (
                [
                    (
                        "    to: [김하늘]\n    cc: [이서연]",
                        "    to: [김하늘]\n    cc: [이서연, 최바다]",
                    )
                ],
                "참조(Cc)",
            ),
            ([("seoyeon@example.com", "Seoyeon@example.com")], "참조(Cc)"),
            ([("cs@example.co.kr", "desk@example.co.kr")], "발신(From), 회신(Reply-To)"),
            ([("name: 주차 고객센터", "name: 주차고객센터")], "발신(From), 회신(Reply-To)"),
            (
                [("haneul@", "sky@"), ("seoyeon@", "lake@")],
                "수신(To), 참조(Cc)",
            ),
        ],
    )
    def test_other_people_than_in_the_file(
        self, office: Office, changes: list[tuple[str, str]], headers: str
    ) -> None:
        draft_id, untouched = office.draft(), office.draft("sheet")
        office.rewrite(*changes)
        outcome = office.approve(draft_id, untouched)
        assert [entry.id for entry in outcome.done] == [untouched]
        (problem,) = outcome.problems
        assert (problem.code, problem.field) == ("outbox.other-people-today", draft_id)
        assert problem.data == {"headers": headers}
        assert office.verify() == [("outbox.other-people-today", draft_id)]

    def test_the_same_people_under_other_names_in_the_file_pass(self, office: Office) -> None:
        draft_id = office.draft()
        office.rewrite(
            ("  김하늘:\n", "  하늘:\n    name: 김하늘\n"),
            ("[김하늘", "[하늘"),
        )
        assert office.approve(draft_id).problems == ()

    @pytest.mark.parametrize("new", ["    method: 메일을 보냅니다.\n", "    note: 확인\n"])
    def test_what_changes_no_recipient_is_no_reason(self, office: Office, new: str) -> None:
        draft_id = office.draft()
        office.rewrite(("    to: [김하늘]\n", f"    to: [김하늘]\n{new}"))
        assert office.approve(draft_id).problems == ()

    def test_a_route_that_is_gone(self, office: Office) -> None:
        draft_id = office.draft(integration="manual")
        old = "    cases: [registration, plate-change]\n    partner: gaon\n"
        office.rewrite((old, "    cases: [registration]\n    partner: gaon\n"))
        outcome = office.approve(draft_id)
        assert codes(outcome) == ["outbox.no-route-today", "route.none"]
        assert {problem.field for problem in outcome.problems} == {draft_id}

    def test_what_was_inferred_and_no_longer_can_be(self, office: Office) -> None:
        """A second row makes the question open that nobody had to answer then."""
        draft_id, told = office.draft(), office.draft(integration="manual")
        row = "  G2:\n    cases: [plate-change]\n    partner: gaon\n    integration: integrated\n"
        office.rewrite(("routes:\n", f"routes:\n{row}    channel: app\n    authority: all\n"))
        assert codes(office.approve(draft_id)) == [
            *("outbox.no-route-today", "place.integration-missing")
        ]
        assert office.approve(told).problems == ()

    def test_a_partner_that_is_gone(self, office: Office) -> None:
        draft_id = office.draft()
        office.rewrite(("  gaon:\n", "  gaonpark:\n"), ("partner: gaon\n", "partner: gaonpark\n"))
        office.rewrite(("name: 가온주차", "name: 가온파크"), ("[GAON]", "[GAONPARK]"))
        assert codes(office.approve(draft_id))[0] == "outbox.no-route-today"

    @pytest.mark.parametrize(("old", "new"), [("email", "board"), ("board", "agit")])
    def test_another_channel_today(self, office: Office, old: str, new: str) -> None:
        draft_id = office.draft(old)
        people = {"agit": "\n    mentions: [김하늘]", "board": "", "email": ""}
        place = f"    channel: {old}\n    authority: lead\n"
        old_text = place + ("    to: [김하늘]\n    cc: [이서연]\n" if old == "email" else "")
        office.rewrite((old_text, f"    channel: {new}\n    authority: lead{people[new]}\n"))
        assert codes(office.approve(draft_id)) == ["outbox.other-channel-today"]

    def test_who_is_called_in_a_post_today(self, office: Office) -> None:
        office.rewrite(
            ("    channel: agit\n    authority: all", "    channel: agit\n    authority: lead")
        )
        draft_id = office.draft("agit")
        office.rewrite(("mentions: [김하늘, 이서연]", "mentions: [이서연]"))
        problem = only(office.approve(draft_id))
        assert (problem.code, problem.data) == (
            "outbox.other-people-today",
            {"headers": "받는 곳"},
        )

    def test_a_list_that_is_gone(self, office: Office) -> None:
        office.bring("가온타워,정바다,bada@example.com,")
        draft_id = office.draft("listed")
        (office.root / "sites" / "nuri" / "2026-11.csv").unlink()
        problem = only(office.approve(draft_id))
        assert (problem.code, problem.data) == ("outbox.waits-today", {"month": "2026-11"})

    def test_next_months_list_decides_next_month(self, office: Office) -> None:
        office.bring("가온타워,정바다,bada@example.com,")
        draft_id = office.draft("listed")
        office.bring("가온타워,정바다,bada@example.com,", month="2026-12")
        office.later(days=8)
        assert office.approve(draft_id).problems == ()
        other = office.draft("listed")
        office.bring("가온타워,정바다,sea@example.com,", month="2026-12")
        assert only(office.approve(other)).data == {"headers": "수신(To)"}

    def test_everything_that_stands_against_it_is_named_at_once(self, office: Office) -> None:
        office.rewrite(("cs@example.co.kr", "parking-cs@example.com"))
        draft_id = office.draft()
        office.rewrite(("leads: [lead.kim, lead.lee]", "leads: [lead.lee]"), ("haneul@", "sky@"))
        assert codes(office.approve(draft_id)) == [
            *("outbox.not-a-lead", "outbox.placeholder", "outbox.other-people-today")
        ]


class TestSeveral:
    def test_the_permitted_are_done_and_the_others_named(self, office: Office) -> None:
        good, changed, returned, last = (office.draft() for _ in range(4))
        flip(office.path(changed), 50)
        office.send_back(returned)
        unknown = good[:-1] + ("2" if good[-1] != "2" else "3")
        outcome = office.approve(good, changed, unknown, returned, "../../x", last)
        assert [entry.id for entry in outcome.done] == [good, last]
        assert [(problem.code, problem.field) for problem in outcome.problems] == [
            ("outbox.edited", changed),
            ("outbox.unknown", unknown),
            ("outbox.state-approve", returned),
            ("outbox.no-id", "5번째 번호"),
        ]
        assert office.states() == {
            good: "approved",
            last: "approved",
            changed: "pending",
            returned: "returned",
        }

    def test_one_named_twice_is_done_once(self, office: Office) -> None:
        draft_id = office.draft()
        outcome = office.approve(draft_id, draft_id)
        assert ([entry.id for entry in outcome.done], outcome.problems) == ([draft_id], ())

    def test_nothing_selected_is_nothing(self, office: Office) -> None:
        office.draft()
        before = office.tree()
        for outcome in (office.approve(), office.send_back(), office.sent()):
            assert outcome == Outcome((), ())
        assert office.tree() == before

    @pytest.mark.parametrize(
        "name",
        [
            *("", " ", ".", "..", "/", "../..", "/etc/passwd", "..\\..\\x", "C:\\x", "a\0b"),
            *("../approved/20261123-aaaaaaaa", "20261123-aaaaaaaa.eml", "20261123-AAAAAAAA"),
            *("20261123-aaaaaaaa\n", "68마4321", "홍길동", "２０２６1123-aaaaaaaa", "x" * 5000),
        ],
    )
    def test_what_is_no_identifier_is_nowhere_and_not_repeated(
        self, office: Office, name: str
    ) -> None:
        office.draft()
        before = office.tree()
        for outcome in (office.approve(name), office.send_back(name), office.sent(name)):
            assert [(one.code, one.field) for one in outcome.problems] == [
                ("outbox.no-id", "1번째 번호")
            ]
        assert refusal(lambda: opened(office.box(), name)) == [("outbox.no-id", None)]
        assert refusal(lambda: office.draft(replaces=name)) == [("outbox.no-id", "replaces")]
        assert office.tree() == before


class TestReason:
    @pytest.mark.parametrize("reason", ["", " ", "\n\t\n", "\u200b"])
    def test_it_must_say_something(self, office: Office, reason: str) -> None:
        draft_id = office.draft()
        before = office.tree()
        assert refusal(lambda: office.send_back(draft_id, reason=reason)) == [
            ("text.empty", "reason")
        ]
        assert office.tree() == before

    @pytest.mark.parametrize(
        ("reason", "code"),
        [
            ("고객 900101-1234567 확인", "memo.resident-number"),
            ("９００１０１ １２３４５６７", "memo.resident-number"),
            ("카드 4111 1111 1111 1111", "memo.card-number"),
            ("가" * 1001, "text.too-long"),
            ("a\x00b", "text.control"),
            ("a\u202eb", "text.direction"),
        ],
    )
    def test_what_may_not_stand_in_it(self, office: Office, reason: str, code: str) -> None:
        draft_id = office.draft()
        before = office.tree()
        assert refusal(lambda: office.send_back(draft_id, reason=reason)) == [(code, "reason")]
        assert office.tree() == before

    def test_it_is_kept_as_it_was_said(self, office: Office) -> None:
        draft_id = office.draft()
        reason = unicodedata.normalize("NFD", "번호 확인") + '\n"\\{}" 뷁😀'
        office.send_back(draft_id, reason=reason)
        last = office.history(draft_id).last
        assert last is not None
        assert last.more["reason"] == '번호 확인\n"\\{}" 뷁😀'


class TestReplaces:
    def lineage(self, office: Office, draft_id: str) -> list[str]:
        from parkdraft.outbox.showing import show

        home = office.home()
        return [f"{one.id} {one.do}" for one in show(home.drafts, home.today(), draft_id).events]

    def test_the_old_one_is_returned_and_its_history_goes_on(self, office: Office) -> None:
        first = office.draft()
        office.later(minutes=1)
        second = office.draft(replaces=first, new_plate="77다7777")
        office.later(minutes=1)
        office.send_back(second)
        third = office.draft(login=OTHER, replaces=second)
        assert office.states() == {first: "returned", second: "returned", third: "pending"}
        assert self.lineage(office, third) == [
            *(f"{first} draft", f"{first} return", f"{second} draft", f"{second} return"),
            f"{third} draft",
        ]
        returned = office.history(first).last
        assert returned is not None
        assert returned.more["replaced_by"] == second
        assert office.verify() == []

    def test_one_that_waits(self, office: Office) -> None:
        first = office.draft("listed")
        second = office.draft("listed", replaces=first)
        assert office.states() == {first: "returned", second: "waiting"}

    @pytest.mark.parametrize("state", ["pending", "approved", "waiting"])
    def test_a_strangers_one_is_refused(self, office: Office, state: str) -> None:
        first = office.in_state(state)
        before = office.tree()
        attempt = refusal(lambda: office.draft(login=OTHER, replaces=first))
        assert attempt == [("outbox.not-yours", first)]
        assert office.tree() == before

    def test_one_that_was_sent_is_refused(self, office: Office) -> None:
        first = office.in_state("sent")
        before = office.tree()
        assert refusal(lambda: office.draft(replaces=first)) == [("outbox.state-replace", first)]
        assert office.tree() == before

    def test_twice_is_refused_and_the_newer_one_named(self, office: Office) -> None:
        first = office.draft()
        second = office.draft(replaces=first)
        before = office.tree()
        with pytest.raises(OutboxError) as caught:
            office.draft(replaces=first)
        (problem,) = caught.value.problems
        assert (problem.code, problem.data) == ("outbox.replaced", {"by": second})
        assert office.tree() == before

    def test_one_that_is_not_there(self, office: Office) -> None:
        unknown = "20261123-" + "a" * (len(office.draft()) - 9)
        before = office.tree()
        assert refusal(lambda: office.draft(replaces=unknown)) == [("outbox.unknown", unknown)]
        assert office.tree() == before

    def test_details_that_are_refused_leave_the_old_one_alone(self, office: Office) -> None:
        first = office.draft()
        before = office.tree()
        assert refusal(lambda: office.draft(replaces=first, new_plate="68막4321"))
        assert office.tree() == before

    def test_a_preview_leaves_the_old_one_alone(self, office: Office) -> None:
        first = office.draft()
        before = office.tree()
        said = office.run(
            *("draft", "plate-change", "--partner", "gaon", "--site", "가온타워"),
            *("--old-plate", "68마4321", "--new-plate", "157허8701"),
            *("--replaces", first, "--dry-run"),
            login=AUTHOR,
        )
        assert said.code == 0
        assert office.tree() == before

    @pytest.mark.parametrize("step", ["stage", "move"])
    def test_where_the_new_one_cannot_be_kept_the_old_one_stays(
        self, office: Office, monkeypatch: pytest.MonkeyPatch, step: str
    ) -> None:
        first = office.draft()

        def fail(*_: Any) -> None:
            raise StorageError([Problem("storage.full", data={"place": "x"})])

        monkeypatch.setattr(FolderStore, step, fail)
        assert refusal(lambda: office.draft(replaces=first)) == [("storage.full", None)]
        monkeypatch.undo()
        assert office.states() == {first: "pending"}
        assert list((office.outbox / ".staging").iterdir()) == []
        assert office.verify() == []

    def test_where_it_fails_in_between_the_details_are_not_lost(
        self, office: Office, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        first = office.draft()

        def fail(*_: Any) -> None:
            raise StorageError([Problem("storage.full", data={"place": "x"})])

        monkeypatch.setattr(adding, "add", fail)
        assert refusal(lambda: office.draft(replaces=first)) == [("storage.full", None)]
        monkeypatch.undo()
        assert office.states() == {first: "returned"}
        assert office.draft(replaces=first)
        assert office.verify() == []


class TestDoubles:
    """A second draft for the same plate, case and site within seven days is pointed out."""

    def test_it_is_named(self, office: Office) -> None:
        first = office.made()
        second = office.made()
        third = office.made(login=OTHER)
        assert first.duplicates == ()
        assert second.duplicates == (first.id,)
        assert sorted(third.duplicates) == sorted([str(first.id), str(second.id)])

    @pytest.mark.parametrize(
        ("later", "found"),
        [
            ({"days": 7}, True),
            ({"days": 7, "seconds": 1}, False),
            ({"days": 6, "hours": 23}, True),
            ({"days": 8}, False),
        ],
    )
    def test_within_seven_days(self, office: Office, later: dict[str, float], found: bool) -> None:
        first = office.draft()
        office.later(**later)
        assert office.made().duplicates == ((first,) if found else ())

    def test_across_the_end_of_a_month(self, office: Office) -> None:
        office.now = office.now.replace(day=30, hour=23)
        first = office.draft()
        office.later(days=2)
        assert office.made().duplicates == (first,)

    @pytest.mark.parametrize("state", STATES)
    def test_all_that_still_stand(self, office: Office, state: str) -> None:
        first = office.in_state(state)
        assert office.made().duplicates == (() if state == "returned" else (first,))

    @pytest.mark.parametrize(
        "other",
        [{"old_plate": "99나9999"}, {"site": "누리빌딩"}, {"site": "가온타워2"}],
    )
    def test_another_plate_or_site(self, office: Office, other: dict[str, str]) -> None:
        office.draft()
        assert office.made(**other).duplicates == ()

    def test_another_case(self, office: Office) -> None:
        office.draft("sheet")
        assert office.made("discount-site").duplicates == ()
        assert office.made("email", old_plate="68마4321").duplicates == ()

    @pytest.mark.parametrize(
        "plate",
        ["68 마 4321", "６８마４３２１", "68-마-4321", unicodedata.normalize("NFD", "68마4321")],
    )
    def test_a_plate_written_otherwise_is_the_same(self, office: Office, plate: str) -> None:
        first = office.draft()
        assert office.made(old_plate=plate).duplicates == (first,)

    @pytest.mark.parametrize(
        "site", ["가온 타워", "가온타워 ", unicodedata.normalize("NFD", "가온타워")]
    )
    def test_so_is_a_site(self, office: Office, site: str) -> None:
        first = office.draft()
        assert office.made(site=site).duplicates == (first,)

    def test_another_new_plate_for_the_same_car_is_the_same(self, office: Office) -> None:
        first = office.draft()
        assert office.made(new_plate="88라8888").duplicates == (first,)

    def test_the_one_it_replaces_is_none(self, office: Office) -> None:
        first = office.draft()
        assert office.made(replaces=first).duplicates == ()

    def test_a_case_without_a_plate_has_none(self, office: Office) -> None:
        office.draft("admin")
        assert office.made("admin").duplicates == ()

    def test_drafted_on_another_pc_it_is_found_too(self, office: Office) -> None:
        first = office.draft()
        (segment,) = office.segments()
        segment.rename(segment.with_name(segment.name.replace("@", "@far-away-")))
        assert office.made().duplicates == (first,)
