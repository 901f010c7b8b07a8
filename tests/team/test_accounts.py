"""Invitations, joining, another phrase, closing: what works once, and what ends with it."""

from __future__ import annotations

import contextlib
import threading
from datetime import date

import pytest
from tests.helpers.members import (
    AGENT,
    ANOTHER,
    EDGE,
    ELSEWHERE,
    HERE,
    LEAD,
    NOW,
    OTHER,
    PHRASES,
    Members,
    refused,
)

from parkdraft.database.sqlite import SCHEMA, opened
from parkdraft.errors import TeamError
from parkdraft.model.team import THIS_COMPUTER, Seat
from parkdraft.outbox.facts import stamp
from parkdraft.team import accounts, phrases, sessions
from parkdraft.team.accounts import Account


def whose(members: Members, secret: str) -> str | None:
    return accounts.invited(members.engine, members.team, secret, members.now)


def change(members: Members, session: sessions.Session, old: str, new: str) -> str:
    return accounts.change_phrase(members.engine, members.team, session, old, new, members.now)[0]


class TestInvitation:
    def test_works_once(self, members: Members) -> None:
        secret = members.invited()
        assert whose(members, secret) == AGENT
        token, session = members.joins(secret)
        assert members.finds(token) == session
        assert whose(members, secret) is None
        with refused("team.invitation"):
            members.joins(secret, ANOTHER)
        assert members.logs_in()

    @pytest.mark.parametrize(("hours", "holds"), [(23.9, True), (24, False), (48, False)])
    def test_holds_for_a_day(self, members: Members, hours: float, holds: bool) -> None:
        secret = members.invited()
        members.later(hours=hours)
        assert (whose(members, secret) == AGENT) == holds

    def test_a_new_one_replaces_the_old_one(self, members: Members) -> None:
        old, new = members.invited(), members.invited()
        assert (whose(members, old), whose(members, new)) == (None, AGENT)

    def test_only_for_somebody_of_the_team_and_as_long_as_they_are(self, members: Members) -> None:
        with refused("team.unknown"):
            members.invited("nobody")
        secret = members.invited()
        members.leaves(AGENT)
        assert whose(members, secret) is None
        with refused("team.invitation"):
            members.joins(secret)

    def test_the_old_phrase_holds_until_the_link_is_used(self, members: Members) -> None:
        """Somebody who was invited by mistake is not locked out."""
        members.joined()
        secret = members.invited()
        assert members.logs_in()
        members.joins(secret, ANOTHER)
        with refused("team.wrong"):
            members.logs_in()
        assert members.logs_in(phrase=ANOTHER)

    def test_a_bad_phrase_leaves_it_as_it_is(self, members: Members) -> None:
        secret = members.invited()
        for _ in range(10):
            with refused("team.phrase-short", "team.phrase-own"):
                members.joins(secret, "박도윤")
        assert members.joins(secret)

    @pytest.mark.parametrize("secret", ["", "x", "\udc80", "' OR ''='", "0" * 64])
    def test_of_none_there_is_nobody(self, members: Members, secret: str) -> None:
        members.invited()
        assert whose(members, secret) is None
        with refused("team.invitation"):
            members.joins(secret)

    def test_what_is_kept_of_it_is_no_invitation(self, members: Members) -> None:
        members.invited()
        ((kept,),) = members.engine.all("SELECT token FROM invites")
        assert whose(members, kept) is None


class TestJoining:
    def test_ends_all_sessions_of_before(self, members: Members) -> None:
        old = [members.joined()[0], members.logs_in()[0]]
        new, session = members.joins(members.invited(), ANOTHER)
        assert [members.finds(token) for token in old] == [None, None]
        assert members.finds(new) == session
        assert sessions.of(members.engine, AGENT) == [session]

    def test_of_two_with_one_link_one_wins(self, members: Members) -> None:
        secret = members.invited()
        start = threading.Barrier(2)
        outcomes = list[str]()

        def follow(phrase: str, address: str) -> None:
            with contextlib.closing(opened(members.path, SCHEMA, make=True)) as engine:
                start.wait(10)
                try:
                    accounts.join(engine, members.team, secret, phrase, address, EDGE, NOW)
                except TeamError as error:
                    outcomes.append(error.problems[0].code)
                else:
                    outcomes.append(phrase)

        both = [
            threading.Thread(target=follow, args=args)
            for args in ((PHRASES[AGENT], HERE), (ANOTHER, ELSEWHERE))
        ]
        for one in both:
            one.start()
        for one in both:
            one.join()
        (won,) = set(outcomes) - {"team.invitation"}
        assert sorted(outcomes) == sorted([won, "team.invitation"])
        assert members.logs_in(phrase=won)
        assert len(sessions.of(members.engine, AGENT)) == 2

    def test_all_or_nothing(self, members: Members, monkeypatch: pytest.MonkeyPatch) -> None:
        members.joined()
        secret = members.invited()

        def fails(*_: object) -> None:
            raise RuntimeError

        with monkeypatch.context() as patch:
            patch.setattr(accounts, "start", fails)
            with pytest.raises(RuntimeError):
                members.joins(secret, ANOTHER)
        assert members.logs_in()
        assert members.joins(secret, ANOTHER)


class TestAnotherPhrase:
    def test_ends_the_other_sessions_and_gives_this_one_a_new_token(self, members: Members) -> None:
        token, session = members.joined()
        other, _ = members.logs_in()
        new = change(members, session, PHRASES[AGENT], ANOTHER)
        assert [members.finds(old) for old in (token, other)] == [None, None]
        found = members.finds(new)
        assert found
        assert found.name == session.name
        assert members.logs_in(phrase=ANOTHER)
        with refused("team.wrong"):
            members.logs_in()

    def test_only_with_the_old_one(self, members: Members) -> None:
        token, session = members.joined()
        for code in ("team.wrong",) * 5 + ("team.slow",):
            with refused(code):
                change(members, session, "틀린 문장이지만 길이는 넉넉합니다", ANOTHER)
        assert members.finds(token) == session

    def test_a_bad_one_is_refused_before_the_old_one_is_tried(self, members: Members) -> None:
        _, session = members.joined()
        for _ in range(10):
            with refused("team.phrase-short"):
                change(members, session, "x", "짧은 문장")
        assert change(members, session, PHRASES[AGENT], ANOTHER)

    def test_of_a_session_that_ended_changes_nothing(self, members: Members) -> None:
        _, session = members.joined()
        sessions.end(members.engine, session.name, LEAD, THIS_COMPUTER, members.now)
        with refused("team.ended"):
            change(members, session, PHRASES[AGENT], ANOTHER)
        assert members.logs_in()


class TestClosing:
    def test_ends_everything_and_somebody_can_be_invited_again(self, members: Members) -> None:
        tokens = [members.joined()[0], members.logs_in()[0]]
        secret = members.invited()
        ended = accounts.close(
            members.engine, members.team, AGENT, LEAD, THIS_COMPUTER, members.now
        )
        assert ended == 2
        assert [members.finds(token) for token in tokens] == [None, None]
        assert whose(members, secret) is None
        with refused("team.wrong"):
            members.logs_in()
        assert members.joined()

    def test_also_of_somebody_who_left_but_of_nobody_unknown(self, members: Members) -> None:
        members.joined()
        members.leaves(AGENT)
        close = accounts.close
        assert close(members.engine, members.team, AGENT, LEAD, THIS_COMPUTER, members.now) == 1
        for login in (AGENT, "nobody"):
            with refused("team.unknown"):
                close(members.engine, members.team, login, LEAD, THIS_COMPUTER, members.now)


def test_the_list_has_everybody_of_the_team_with_what_they_may(members: Members) -> None:
    members.joined()
    members.invited(OTHER)
    members.hands_over(AGENT, date(2026, 11, 23), date(2026, 11, 24))
    at, until = stamp(NOW), stamp(NOW + accounts.INVITED_FOR)
    listed = accounts.accounts(members.engine, members.team, members.now)
    assert listed == [
        Account(LEAD, "김팀장", lead=True, joined=None, invited=None, sessions=0),
        Account(AGENT, "박도윤", lead=True, joined=at, invited=None, sessions=1),
        Account(OTHER, "최바다", lead=False, joined=None, invited=until, sessions=0),
    ]
    members.later(days=2)
    assert [
        (one.lead, one.invited)
        for one in accounts.accounts(members.engine, members.team, members.now)
    ] == [(True, None), (False, None), (False, None)]


def test_every_change_of_rights_is_recorded(members: Members) -> None:
    _, session = members.joined()
    change(members, session, PHRASES[AGENT], ANOTHER)
    accounts.close(members.engine, members.team, AGENT, LEAD, Seat("abc234", HERE), members.now)
    sql = "SELECT deed, login, about FROM records WHERE kind = 'rights' ORDER BY number"
    assert members.engine.all(sql) == [
        ("invited", LEAD, AGENT),
        ("joined", AGENT, AGENT),
        ("phrase", AGENT, AGENT),
        ("closed", LEAD, AGENT),
    ]


def test_the_parameters_are_real_outside_of_these_tests(
    monkeypatch: pytest.MonkeyPatch, members: Members
) -> None:
    monkeypatch.undo()
    members.joined()
    ((kept,),) = members.engine.all("SELECT phrase FROM accounts")
    assert not phrases.is_outdated(kept)
    assert "m=65536,t=3,p=4" in kept
