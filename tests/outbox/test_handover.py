"""A lead hands over for a holiday: what the deputy may, from when to when, and what is wrong."""

from __future__ import annotations

from datetime import datetime

import pytest
from tests.helpers.outboxes import AUTHOR, LEAD, OTHER, Office, said
from tests.helpers.problems import worded

from parkdraft.errors import DirectoryError
from parkdraft.wording import hint, message

HOLIDAY = "{lead: lead.kim, to: agent.park, from: 2026-12-24, until: 2026-12-31}"


@pytest.fixture
def holiday(office: Office) -> Office:
    hand_over(office, HOLIDAY)
    office.now = datetime(2026, 12, 24, 0, 0)
    return office


def hand_over(office: Office, *entries: str) -> None:
    listed = ", ".join(entries)
    office.rewrite(("  four_eyes: false\n", f"  four_eyes: false\n  handovers: [{listed}]\n"))


def test_the_deputy_approves_returns_and_purges_as_a_lead(holiday: Office) -> None:
    draft, other = holiday.draft(login=OTHER), holiday.draft(login=OTHER, site="나래빌딩")
    assert holiday.approve(draft, login=AUTHOR).problems == ()
    assert holiday.send_back(other, login=AUTHOR).problems == ()
    assert [event.grounds for event in holiday.history(draft)] == ["author", "lead"]
    assert [event.grounds for event in holiday.history(other)] == ["author", "lead"]
    done = holiday.run("outbox", "purge", other, "--reason", "휴가", "--yes", login=AUTHOR)
    assert done.code == 0


@pytest.mark.parametrize("at", [datetime(2026, 12, 23, 23, 59), datetime(2027, 1, 1, 0, 0)])
def test_not_on_another_day(holiday: Office, at: datetime) -> None:
    holiday.now = at
    draft = holiday.draft(login=OTHER)
    problems = said(holiday.approve(draft, login=AUTHOR).problems)
    assert problems == [("outbox.not-a-lead", draft)]


def test_four_eyes_hold_for_the_deputy_too(holiday: Office) -> None:
    holiday.rewrite(("four_eyes: false", "four_eyes: true"))
    draft = holiday.draft(login=AUTHOR)
    problems = said(holiday.approve(draft, login=AUTHOR).problems)
    assert problems == [("outbox.four-eyes", draft)]


def test_what_the_deputy_approved_stays_sound_afterwards(holiday: Office) -> None:
    draft = holiday.draft(login=OTHER)
    holiday.approve(draft, login=AUTHOR)
    holiday.later(days=30)
    assert holiday.verify() == []
    holiday.rewrite((f"handovers: [{HOLIDAY}]", "handovers: []"))
    assert holiday.verify() == [("outbox.approver", draft)]


def test_status_calls_the_deputy_a_lead(holiday: Office) -> None:
    assert holiday.run("status", "--json", login=AUTHOR).data["role"] == "lead"
    holiday.later(days=30)
    assert holiday.run("status", "--json", login=AUTHOR).data["role"] == "agent"


@pytest.mark.parametrize(
    ("entry", "codes"),
    [
        ("{lead: agent.park, to: agent.park, from: 2026-12-24, until: 2026-12-31}",
         ["contacts.handover-lead"]),
        ("{lead: lead.kim, to: agent.choi, from: 2026-12-24, until: 2026-12-31}",
         ["contacts.handover-member"]),
        ("{lead: lead.kim, to: agent.park, from: 2026-12-31, until: 2026-12-24}",
         ["contacts.handover-order"]),
        ("{lead: lead.kim, to: agent.park, from: 12/24, until: 내일}",
         ["contacts.not-day", "contacts.not-day"]),
        ("{lead: lead.kim, to: agent.park, from: 2026-12-24}", ["contacts.missing-key"]),
        ("{lead: lead.kim, to: agent.park, from: 2026-12-24, till: 2026-12-31}",
         ["contacts.unknown-key", "contacts.missing-key"]),
        ("{lead: x, to: y, from: 2026-12-31, until: 2026-12-24}",
         ["contacts.handover-lead", "contacts.handover-member", "contacts.handover-order"]),
        ("lead.kim", ["contacts.not-mapping"]),
    ],
)  # fmt: skip
def test_a_mistake_is_told_with_its_line(office: Office, entry: str, codes: list[str]) -> None:
    hand_over(office, entry)
    line = (
        (office.root / "contacts.yaml")
        .read_text("utf-8")
        .splitlines()
        .index(f"  handovers: [{entry}]")
    )
    with pytest.raises(DirectoryError) as caught:
        assert office.home(LEAD).directory
    found = caught.value.problems
    assert all(message(one) and hint(one) for one in found)
    assert sorted(one.code for one in found) == sorted(codes)
    assert {one.row for one in found} == {line + 1}


def test_a_mapping_is_no_list(office: Office) -> None:
    office.rewrite(("  four_eyes: false\n", "  four_eyes: false\n  handovers: {lead: lead.kim}\n"))
    with pytest.raises(DirectoryError) as caught:
        assert office.home(LEAD).directory
    assert [one.code for one in worded(caught.value.problems)] == ["contacts.not-list"]


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("{access: 366, rights: 1096}", {"access": 366, "rights": 1096}),
        ("{access: 731}", {"access": 731}),
        ("", {}),
        ("{access: 365}", None),
        ("{rights: 1095}", None),
        ("{access: 1년}", None),
        ("{login: 400}", None),
    ],
)
def test_records_are_never_kept_for_less_than_the_law_asks(
    office: Office, text: str, kept: dict[str, int] | None
) -> None:
    office.rewrite(("people:\n", f"settings:\n  records: {text}\npeople:\n"))
    if kept is not None:
        assert dict(office.home(LEAD).directory.records) == kept
        return
    with pytest.raises(DirectoryError) as caught:
        assert office.home(LEAD).directory
    (problem,) = worded(caught.value.problems)
    assert problem.code in ("contacts.not-legal-days", "contacts.unknown-key")
