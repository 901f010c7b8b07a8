"""Who may do what with a draft, from which state, and what must hold before it is approved."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from tests.helpers.outboxes import AUTHOR, LEAD, OTHER, OTHER_LEAD, Office, another_id

from parkdraft import Home
from parkdraft.batch.run import run
from parkdraft.errors import DetailsError, OutboxError, ParkdraftError, Problem
from parkdraft.model.states import STATES, Verb
from parkdraft.model.team import current_login
from parkdraft.outbox.facts import Filters, stamp
from parkdraft.outbox.transitions import Outcome, handed_out
from parkdraft.review import Wanted, move

pytestmark = pytest.mark.usefixtures("either_engine")
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
    ("approved", "undo"): ("pending", (LEAD,)),
    ("returned", "undo"): ("pending", (LEAD,)),
    ("sent", "undo"): ("approved", (LEAD, OTHER)),
}
"""The contract's table, state and verb → where it goes and who may. All else is refused."""
VERBS = ("approve", "return", "sent", "replace", "undo")


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
        "undo": office.undo,
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
        office.fill()  # as the first changing command of a day does
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
        draft_id = office.in_state("approved" if verb in ("sent", "undo") else "pending")
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

    def test_the_history_says_who_when_why_and_by_which_right(self, office: Office) -> None:
        draft_id = office.draft()
        office.later(minutes=5)
        office.approve(draft_id)
        office.later(minutes=5)
        office.send_back(draft_id, login=AUTHOR, reason="번호를  잘못\r\n적었습니다")
        made, approved, returned = office.history(draft_id)
        assert [one.moment.strftime("%H:%M") for one in (made, approved, returned)] == [
            *("10:00", "10:05", "10:10")
        ]
        assert (approved.login, approved.source, approved.target) == (LEAD, "pending", "approved")
        assert (returned.login, returned.source, returned.target) == (
            *(AUTHOR, "approved", "returned"),
        )
        assert (made.grounds, approved.grounds, returned.grounds) == ("author", "lead", "author")
        assert returned.reason == "번호를 잘못\n적었습니다"
        assert made.sha256 == approved.sha256 == returned.sha256

    def test_the_states_in_the_refusal_are_the_channels_own(self, office: Office) -> None:
        for kind, word in (("email", "발송 완료"), ("sheet", "처리 완료")):
            draft_id = office.draft(kind)
            office.approve(draft_id)
            office.sent(draft_id)
            assert only(office.sent(draft_id)).data == {"state": word}


class TestClock:
    def test_every_time_that_is_kept_is_that_of_the_homes_clock(
        self, office: Office, tmp_path: Path
    ) -> None:
        """The PC's own clock is nowhere asked a second time."""
        office.now = datetime(2031, 3, 4, 5, 6, 7)
        waiting = office.draft("listed")
        table = combined_draft(office, tmp_path)
        ids = [waiting, table, *(office.in_state(one) for one in ("approved", "returned", "sent"))]
        office.undo(ids[-1], login=OTHER)
        ids.append(office.draft(replaces=ids[2]))
        office.bring("가온타워,정바다,bada@example.com,", month="2031-03")
        office.fill()
        office.run("outbox", "purge", ids[3], "--reason", "x", "--yes")
        wanted = stamp(office.now)
        for draft_id in ids:
            assert draft_id.startswith("20310304-")
            assert {one.at for one in office.history(draft_id)} == {wanted}
            with office.box() as box:
                draft = box.store.find(draft_id)
            assert draft is not None
            assert draft.at == wanted
            assert (draft.batch or "20310304-").startswith("20310304-")

    def test_times_are_kept_in_one_order_whatever_the_season(self, office: Office) -> None:
        """As texts they stand in the order of time; shown, they are the PC's own."""
        draft_id = office.draft()
        entry = office.run("outbox", "list", "--json").data[0]
        assert datetime.fromisoformat(entry["at"]) == office.now.astimezone()
        assert office.stored(draft_id).at.endswith("+00:00")


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
        with home.drafts(change=True) as box:
            outcome = move(
                box, home.directory, "approve", [Wanted(str(made.id))], today=home.today()
            )
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
        good, sent, returned, last = (office.draft() for _ in range(4))
        office.approve(sent)
        office.sent(sent)
        office.send_back(returned)
        unknown = another_id(good)
        outcome = office.approve(good, sent, unknown, returned, "../../x", last)
        assert [entry.id for entry in outcome.done] == [good, last]
        assert [(problem.code, problem.field) for problem in outcome.problems] == [
            ("outbox.state-approve", sent),
            ("outbox.unknown", unknown),
            ("outbox.state-approve", returned),
            ("outbox.no-id", "5번째 번호"),
        ]
        assert office.states() == {
            good: "approved",
            last: "approved",
            sent: "sent",
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
            *("../approved/20261123-aaaaaaa", "20261123-aaaaaaa.eml", "20261123-aaaaaab"),
            *("68마4321", "홍길동", "２０２６1123-aaaaaaa", "x" * 5000, "abc", "a%aa", "____"),
        ],
    )
    def test_what_is_no_identifier_is_nowhere_and_not_repeated(
        self, office: Office, name: str
    ) -> None:
        office.draft()
        before = office.tree()
        does = (office.approve, office.send_back, office.sent, office.undo)
        for outcome in [one(name) for one in does]:
            assert [(one.code, one.field) for one in outcome.problems] == [
                ("outbox.no-id", "1번째 번호")
            ]
        assert refusal(lambda: office.stored(name)) == [("outbox.no-id", None)]
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
        assert office.history(draft_id)[-1].reason == '번호 확인\n"\\{}" 뷁😀'


class TestReplaces:
    def lineage(self, office: Office, draft_id: str) -> list[str]:
        data = office.run("outbox", "show", draft_id, "--json").data
        return [f"{one['id']} {one['do']}" for one in data["history"]]

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
        assert office.history(first)[-1].other == second
        assert office.verify() == []

    def test_one_that_waits(self, office: Office) -> None:
        first = office.draft("listed")
        second = office.draft("listed", replaces=first)
        assert office.states() == {first: "returned", second: "waiting"}

    @pytest.mark.parametrize("state", ["pending", "approved", "waiting"])
    def test_a_strangers_one_is_refused(self, office: Office, state: str) -> None:
        first = office.in_state(state)
        office.fill()
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
        unknown = another_id(office.draft())
        before = office.tree()
        assert refusal(lambda: office.draft(replaces=unknown)) == [("outbox.unknown", "replaces")]
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

    def test_of_one_that_somebody_moved_meanwhile_nothing_happens(self, office: Office) -> None:
        """They saw it pending; it has been approved since."""
        first = office.draft()
        seen = office.stored(first).moved
        office.approve(first)
        before = office.tree()
        home = office.home(AUTHOR)
        tried = refusal(lambda: home.correct(first, "plate-change", {}, seen))
        assert tried == [("outbox.gone", first)]
        assert office.tree() == before

    # ---- what it takes over --------------------------------------------------------------------

    def corrected(self, office: Office, first: str, **details: Any) -> dict[str, str]:
        """The details of a draft that corrects another by these alone."""
        made = office.home(AUTHOR).draft("plate-change", replaces=first, **details)
        assert made.id is not None
        return details_of(office, made.id)

    def test_it_takes_the_old_details_over_and_changes_what_is_given(self, office: Office) -> None:
        told = {"ticket": "1123-014", "memo": "정문 앞", "customer": "남궁바다", "urgent": "예"}
        first = office.draft(**told, phone="010-2468-1357", until="2026-12-31")
        before = details_of(office, first)
        after = self.corrected(office, first, new_plate="77다7777")
        assert after == {**before, "new-plate": "77다7777"}
        assert office.verify() == []

    @pytest.mark.parametrize("name", ["ticket", "memo", "customer", "until"])
    def test_an_empty_text_takes_a_detail_away(self, office: Office, name: str) -> None:
        told = {"ticket": "1123-014", "memo": "정문 앞", "customer": "남궁바다"}
        first = office.draft(**told, until="2026-12-31")
        before = details_of(office, first)
        assert name in before
        after = self.corrected(office, first, **{name: ""})
        assert after == {one: text for one, text in before.items() if one != name}

    @pytest.mark.parametrize("name", ["new_plate", "site"])
    def test_what_is_needed_cannot_be_taken_away(self, office: Office, name: str) -> None:
        first = office.draft()
        before = office.tree()
        with pytest.raises(DetailsError):
            self.corrected(office, first, **{name: ""})
        assert office.tree() == before

    def test_another_case_takes_over_what_it_has_too(self, office: Office) -> None:
        """The agent took a new car for another car of the same customer."""
        first = office.draft(ticket="1123-014", memo="정문 앞")
        details = {"plate": "157허8701", "start": "2026-12-01"}
        made = office.home(AUTHOR).draft("registration", replaces=first, **details)
        assert made.id is not None
        after = details_of(office, made.id)
        assert after == {
            **{"site": "가온타워", "partner": "gaon", "ticket": "1123-014", "memo": "정문 앞"},
            **details,
        }
        assert office.states() == {first: "returned", made.id: "pending"}

    def test_a_correction_of_a_correction(self, office: Office) -> None:
        first = office.draft(ticket="1123-014")
        second = office.home(AUTHOR).draft("plate-change", replaces=first, new_plate="77다7777")
        assert second.id is not None
        after = self.corrected(office, second.id, old_plate="66라6666")
        assert [after[one] for one in ("old-plate", "new-plate", "ticket")] == [
            *("66라6666", "77다7777", "1123-014")
        ]

    def test_a_draft_of_several_cases_is_not_replaced_by_one(
        self, office: Office, tmp_path: Path
    ) -> None:
        """Two of three customers would vanish."""
        combined = combined_draft(office, tmp_path)
        before = office.tree()
        for login in (LEAD, AUTHOR):
            tried = refusal(partial(office.draft, login=login, replaces=combined))
            assert tried == [("outbox.combined", combined)]
        assert office.tree() == before
        office.send_back(combined)
        assert refusal(lambda: office.draft(replaces=combined)) == [("outbox.combined", combined)]


def details_of(office: Office, draft_id: str) -> dict[str, str]:
    """What was given for a draft's one case."""
    with office.box() as box:
        (details,) = box.content(box.located(draft_id)).details
        return details


def combined_draft(office: Office, folder: Path, login: str = AUTHOR) -> str:
    """One draft of three cases, out of a table."""
    office.bring_templates()
    path = folder / "표.csv"
    rows = [f"차량번호 변경,가온주차,가온타워,68마432{n},157허870{n}" for n in range(3)]
    header = "업무,운영사,현장명,기존차량번호,변경차량번호"
    path.write_text("\n".join((header, *rows, "")), "utf-8")
    report = run(office.home(login), path, combine=True)
    assert (report.drafted, report.messages) == (3, 1)
    with office.box() as box:
        (draft,) = box.store.page(Filters(batch=report.batch), 10)
        return draft.id


class TestUndo:
    """The last step is taken back by whoever took it, for ten minutes; by a lead, later, too."""

    STEPS = (
        ("approved", LEAD, "pending"),
        ("returned", LEAD, "pending"),
        ("sent", OTHER, "approved"),
    )

    @pytest.mark.parametrize(("state", "doer", "there"), STEPS)
    def test_within_ten_minutes(self, office: Office, state: str, doer: str, there: str) -> None:
        draft_id = office.in_state(state)
        office.later(minutes=10)
        assert office.undo(draft_id, login=doer).problems == ()
        assert office.state(draft_id) == there
        assert office.did(draft_id)[-1] == ("undo", doer)
        assert office.verify() == []

    @pytest.mark.parametrize(
        ("later", "grounds"),
        [
            *(({}, "doer"), ({"minutes": 9, "seconds": 59}, "doer"), ({"minutes": 10}, "doer")),
            *(({"minutes": 10, "seconds": 1}, None), ({"days": 1}, None), ({"minutes": -1}, None)),
        ],
    )
    def test_who_is_no_lead_has_ten_minutes(
        self, office: Office, later: dict[str, float], grounds: str | None
    ) -> None:
        """A clock that was put back gives nobody more."""
        draft_id = office.in_state("sent")
        office.later(**later)
        outcome = office.undo(draft_id, login=OTHER)
        if grounds is None:
            assert codes(outcome) == ["outbox.undo-late"]
            assert office.state(draft_id) == "sent"
        else:
            assert office.history(draft_id)[-1].grounds == grounds

    @pytest.mark.parametrize(("state", "doer", "there"), STEPS)
    def test_a_lead_may_later(self, office: Office, state: str, doer: str, there: str) -> None:
        draft_id = office.in_state(state)
        office.later(days=3)
        assert office.undo(draft_id, login=OTHER_LEAD).problems == ()
        assert office.state(draft_id) == there
        assert office.history(draft_id)[-1].grounds == "lead"
        assert doer != OTHER_LEAD

    def test_an_author_takes_their_own_return_back(self, office: Office) -> None:
        draft_id = office.draft()
        office.send_back(draft_id, login=AUTHOR)
        assert codes(office.undo(draft_id, login=OTHER)) == ["outbox.undo-late"]
        assert office.undo(draft_id, login=AUTHOR).problems == ()
        assert office.stored(draft_id).reason is None

    @pytest.mark.parametrize("state", ["pending", "waiting", "approved", "returned", "sent"])
    def test_only_approval_return_and_sent_are_steps_to_take_back(
        self, office: Office, state: str
    ) -> None:
        """Making a draft is none; nor is what happened when a list came."""
        draft_id = office.draft("agit") if state == "approved" else office.in_state(state)
        if state == "pending":
            draft_id = office.draft("listed")
            office.bring("가온타워,정바다,jung@example.com,")
            office.fill()
        outcome = office.undo(draft_id)
        wrong = {"pending": "state-undo", "waiting": "state-undo", "approved": "nothing-to-undo"}
        assert codes(outcome) == ([f"outbox.{wrong[state]}"] if state in wrong else [])

    @pytest.mark.parametrize("verb", ["open", "copy", "download"])
    def test_what_was_handed_out_may_have_been_sent(self, office: Office, verb: Verb) -> None:
        """From then on a lead only, whoever opened it."""
        draft_id = office.draft("agit")
        office.sent(draft_id, login=OTHER)
        with office.box(OTHER, change=True) as box:
            handed_out(box, box.located(draft_id), verb)
        assert codes(office.undo(draft_id, login=OTHER)) == ["outbox.undo-late"]
        assert office.undo(draft_id, login=LEAD).problems == ()
        assert office.did(draft_id) == [
            *(("draft", AUTHOR), ("sent", OTHER), (verb, OTHER), ("undo", LEAD))
        ]

    def test_what_was_opened_before_the_step_does_not_matter(self, office: Office) -> None:
        draft_id = office.draft("agit")
        with office.box(OTHER, change=True) as box:
            handed_out(box, box.located(draft_id), "copy")
        office.sent(draft_id, login=OTHER)
        assert office.undo(draft_id, login=OTHER).problems == ()

    def test_only_the_last_step(self, office: Office) -> None:
        draft_id = office.in_state("sent")
        assert office.undo(draft_id, login=OTHER).problems == ()
        assert office.undo(draft_id, login=OTHER).problems != ()
        assert office.state(draft_id) == "approved"

    def test_after_it_was_taken_back_nothing_is_left_to_take_back(self, office: Office) -> None:
        """Not the approval before, either: what it stood on is the undo."""
        draft_id = office.in_state("sent")
        office.undo(draft_id, login=OTHER)
        assert codes(office.undo(draft_id, login=LEAD)) == ["outbox.nothing-to-undo"]
        assert office.send_back(draft_id).problems == ()

    def test_what_was_taken_back_may_be_done_again(self, office: Office) -> None:
        draft_id = office.in_state("approved")
        for _ in range(2):
            office.undo(draft_id)
            assert office.state(draft_id) == "pending"
            assert office.approve(draft_id).problems == ()
        assert office.sent(draft_id).problems == ()
        assert office.verify() == []

    def test_an_approval_taken_back_is_none(self, office: Office) -> None:
        draft_id = office.in_state("approved")
        office.undo(draft_id)
        assert codes(office.sent(draft_id)) == ["outbox.state-sent"]

    def test_a_return_that_a_correction_made_is_not_undone(self, office: Office) -> None:
        first = office.draft()
        office.draft(replaces=first)
        for login in (AUTHOR, LEAD):
            assert codes(office.undo(first, login=login)) == ["outbox.nothing-to-undo"]
        assert office.state(first) == "returned"

    def test_nor_one_that_was_corrected_later(self, office: Office) -> None:
        """Two drafts of one case would stand."""
        first = office.draft()
        office.send_back(first, login=AUTHOR)
        second = office.draft(replaces=first)
        for login in (AUTHOR, LEAD):
            assert codes(office.undo(first, login=login)) == ["outbox.nothing-to-undo"]
        assert office.states() == {first: "returned", second: "pending"}

    def test_nor_where_another_draft_is_for_the_same_thing(self, office: Office) -> None:
        other, first = office.draft(), office.draft()
        office.send_back(first)
        second = office.draft(replaces=first)
        assert codes(office.undo(first)) == ["outbox.nothing-to-undo"]
        assert office.states() == {other: "pending", first: "returned", second: "pending"}

    def test_nor_one_whose_rows_a_table_made_anew(self, office: Office, tmp_path: Path) -> None:
        first = combined_draft(office, tmp_path)
        office.send_back(first, login=AUTHOR)
        second = combined_draft(office, tmp_path)
        assert codes(office.undo(first, login=AUTHOR)) == ["outbox.nothing-to-undo"]
        assert office.states() == {first: "returned", second: "pending"}
        office.send_back(second, login=AUTHOR)
        assert office.verify() == []

    def test_the_page_says_what_it_saw(self, office: Office) -> None:
        """Somebody else did the same meanwhile: what they did is not taken back unseen."""
        draft_id = office.in_state("approved")
        seen = office.stored(draft_id).moved
        office.sent(draft_id)
        home = office.home()
        before = office.tree()
        with home.drafts(change=True) as box:
            outcome = move(box, home.directory, "undo", [Wanted(draft_id, seen)])
            assert codes(outcome) == ["outbox.gone"]
            outcome = move(box, home.directory, "return", [Wanted(draft_id, seen)], reason="확인")
            assert codes(outcome) == ["outbox.gone"]
        assert office.tree() == before


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
        [
            *({"site": "누리빌딩"}, {"site": "가온타워2"}),
            {"old_plate": "99나9999", "new_plate": "88라8888"},
        ],
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

    @pytest.mark.parametrize(
        "other",
        [
            {"new_plate": "88라8888"},
            {"old_plate": "99나9999"},
            {"old_plate": "157허8701", "new_plate": "99나9999"},
            {"old_plate": "99나9999", "new_plate": "68마4321"},
        ],
    )
    def test_either_plate_is_enough(self, office: Office, other: dict[str, str]) -> None:
        first = office.draft()
        assert office.made(**other).duplicates == (first,)

    def test_the_one_it_replaces_is_none(self, office: Office) -> None:
        first = office.draft()
        assert office.made(replaces=first).duplicates == ()

    def test_a_case_without_a_plate_has_none(self, office: Office) -> None:
        office.draft("admin")
        assert office.made("admin").duplicates == ()
