"""Who belongs to the team, and who may do what leads may, on which day."""

from __future__ import annotations

from datetime import date

import pytest

from parkdraft.model.directory import Handover, Team
from parkdraft.model.team import current_login, is_lead, members, system_login

TEAM = Team(
    ("Lead.Kim", "lead.lee"),
    {"lead.kim": "김팀장", "AGENT.Park": "박도윤"},
    four_eyes=False,
    handovers=(Handover("lead.kim", "Agent.Park", date(2026, 12, 24), date(2026, 12, 31)),),
)
DAY = date(2026, 11, 23)


def test_the_systems_account_is_what_it_is_whatever_the_environment_says(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    before = system_login()
    for name in ("LOGNAME", "USER", "LNAME", "USERNAME", "PARKDRAFT_USER"):
        monkeypatch.setenv(name, "lead.kim")
    assert system_login() == before != "lead.kim"
    assert current_login({"PARKDRAFT_USER": "Lead.Kim"}) == "lead.kim"


def test_the_team_is_everybody_who_is_named_leads_included() -> None:
    assert members(TEAM) == {"lead.kim": "김팀장", "lead.lee": "lead.lee", "agent.park": "박도윤"}


@pytest.mark.parametrize("login", ["lead.kim", "LEAD.KIM", "CENTRE\\lead.lee", "lead.kim@centre"])
def test_a_lead_always_is_one(login: str) -> None:
    assert is_lead(TEAM, login, DAY)


@pytest.mark.parametrize(
    ("day", "lead"),
    [
        (DAY, False),
        (date(2026, 12, 23), False),
        (date(2026, 12, 24), True),
        (date(2026, 12, 31), True),
        (date(2027, 1, 1), False),
    ],
)
def test_a_deputy_is_one_on_the_days_of_the_hand_over(day: date, lead: bool) -> None:
    assert is_lead(TEAM, "agent.park", day) is lead
    assert is_lead(TEAM, "lead.kim", day)


@pytest.mark.parametrize("login", ["", "nobody", "lead", "agent.choi"])
def test_nobody_else_is(login: str) -> None:
    assert not is_lead(TEAM, login, date(2026, 12, 25))
