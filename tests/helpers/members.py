"""A made-up team with accounts: a database, people who are invited, their phrases, a clock."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from tests.helpers.problems import worded

from parkdraft.database.sqlite import SCHEMA, Sqlite, opened
from parkdraft.errors import TeamError
from parkdraft.model.directory import Handover, Team
from parkdraft.model.team import THIS_COMPUTER
from parkdraft.team import accounts, phrases, sessions
from parkdraft.team.records import RecordFilters, page
from parkdraft.team.sessions import Session

NOW = datetime(2026, 11, 23, 10, 0)
LEAD, AGENT, OTHER = "lead.kim", "agent.park", "agent.choi"
TEAM = Team((LEAD,), {LEAD: "김팀장", AGENT: "박도윤", OTHER: "최바다"}, four_eyes=False)
PHRASES = {
    LEAD: "바람 부는 언덕 위 노란 우산",
    AGENT: "비 오는 날에는 파전과 막걸리",
    OTHER: "우리 집 고양이 이름은 두부",
}
ANOTHER = "일곱 번째 기차는 아직 오지 않았다"
EDGE = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/130.0 Safari/537.36 Edg/130.0"
HERE, ELSEWHERE = "192.0.2.10", "192.0.2.99"


@dataclass
class Members:
    """A database and its team, as the server sees them."""

    engine: Sqlite
    path: Path
    team: Team = TEAM
    now: datetime = NOW

    def invited(self, login: str = AGENT) -> str:
        """The secret of a link for somebody."""
        return accounts.invite(self.engine, self.team, login, LEAD, THIS_COMPUTER, self.now)

    def joins(
        self, secret: str, phrase: str = PHRASES[AGENT], address: str = HERE
    ) -> tuple[str, Session]:
        return accounts.join(self.engine, self.team, secret, phrase, address, EDGE, self.now)

    def joined(self, login: str = AGENT) -> tuple[str, Session]:
        """Somebody has followed their link."""
        return self.joins(self.invited(login), PHRASES[login])

    def logs_in(
        self,
        login: str = AGENT,
        phrase: str | None = None,
        address: str = HERE,
        old: str | None = None,
    ) -> tuple[str, Session]:
        typed = PHRASES[login] if phrase is None else phrase
        return sessions.log_in(self.engine, self.team, login, typed, address, EDGE, self.now, old)

    def finds(self, token: str, *, active: bool = True) -> Session | None:
        return sessions.find(self.engine, self.team, token, self.now, active=active)

    def deeds(self, **filters: str | date | None) -> list[tuple[str, str, str | None]]:
        """Deed, who, and about whom, of all records, the oldest first."""
        found = page(self.engine, RecordFilters(**filters), 1000, 0)  # type: ignore[arg-type]
        return [(one.deed, one.login, one.about) for one in reversed(found)]

    def later(self, **by: float) -> None:
        self.now += timedelta(**by)

    def leaves(self, login: str) -> None:
        """Somebody is taken out of contacts.yaml."""
        others = {name: shown for name, shown in self.team.members.items() if name != login}
        leads = tuple(lead for lead in self.team.leads if lead != login)
        self.team = self.team._replace(leads=leads, members=others)

    def hands_over(self, to: str, first: date, last: date) -> None:
        self.team = self.team._replace(handovers=(Handover(LEAD, to, first, last),))


@contextlib.contextmanager
def refused(*codes: str) -> Iterator[None]:
    """What is done inside is refused with these codes, all of which have words."""
    with pytest.raises(TeamError) as caught:
        yield
    assert [one.code for one in worded(caught.value.problems)] == list(codes)


@pytest.fixture
def members(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Members]:
    # what the real parameters cost, and that they are used, test_phrases tells
    monkeypatch.setattr(phrases, "_KIBIBYTES", 64)
    monkeypatch.setattr(phrases, "_PASSES", 1)
    monkeypatch.setattr(phrases, "_LANES", 1)
    path = tmp_path / "outbox.db"
    with contextlib.closing(opened(path, SCHEMA, make=True)) as engine:
        yield Members(engine, path)
