"""Logging in and out: tokens, idle and absolute ends, leaving the team, what is recorded."""

from __future__ import annotations

import pytest
from tests.helpers.members import (
    AGENT,
    ANOTHER,
    EDGE,
    ELSEWHERE,
    HERE,
    LEAD,
    OTHER,
    PHRASES,
    Members,
    refused,
)

from parkdraft.model.team import THIS_COMPUTER, Seat
from parkdraft.outbox.facts import stamp
from parkdraft.team import phrases, sessions, store
from parkdraft.team.browsers import browser_name


class TestLoggingIn:
    def test_gives_a_new_token_each_time_and_ends_the_one_that_the_browser_had(
        self, members: Members
    ) -> None:
        """A token that somebody planted in the browser is worth nothing after the login."""
        first, _ = members.joined()
        second, session = members.logs_in(old=first)
        assert first != second
        assert members.finds(first) is None
        assert members.finds(second) == session
        assert session == (
            *(session.name, AGENT, HERE, "Edge, Windows"),
            *(stamp(members.now),) * 3,
        )

    def test_other_browsers_of_the_same_person_stay(self, members: Members) -> None:
        first, _ = members.joined()
        second, _ = members.logs_in(address=ELSEWHERE)
        assert members.finds(first)
        assert members.finds(second)
        assert len(sessions.of(members.engine, AGENT)) == 2

    @pytest.mark.parametrize("login", [AGENT, AGENT.upper(), f"{AGENT}@CENTRE", f"CENTRE\\{AGENT}"])
    def test_a_login_is_compared_as_everywhere(self, members: Members, login: str) -> None:
        members.joined()
        assert members.logs_in(login, PHRASES[AGENT])[1].login == AGENT

    @pytest.mark.parametrize(
        ("login", "phrase"),
        [
            (AGENT, "틀린 문장이지만 길이는 넉넉합니다"),
            (AGENT, ""),
            (OTHER, PHRASES[OTHER]),  # in the team, without an account
            ("nobody", PHRASES[AGENT]),
            ("", ""),
            ("x" * 10_000, "y" * 10_000),
            (f"{AGENT}' OR '1'='1", PHRASES[AGENT]),
        ],
    )
    def test_every_wrong_login_is_refused_alike_and_computes_the_same(
        self, members: Members, monkeypatch: pytest.MonkeyPatch, login: str, phrase: str
    ) -> None:
        members.joined()
        tried = list[str]()
        with monkeypatch.context() as patch:
            patch.setattr(phrases, "fits", lambda typed, _: tried.append(typed))
            with refused("team.wrong"):
                members.logs_in(login, phrase)
        assert tried == [phrase]

    def test_who_left_the_team_cannot(self, members: Members) -> None:
        members.joined()
        members.leaves(AGENT)
        with refused("team.wrong"):
            members.logs_in()

    def test_who_is_only_invited_cannot(self, members: Members) -> None:
        members.invited()
        with refused("team.wrong"):
            members.logs_in()

    def test_a_phrase_kept_with_older_parameters_is_kept_anew(
        self, members: Members, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        members.joined()
        before = store.phrase(members.engine, AGENT)
        monkeypatch.setattr(phrases, "_PASSES", 2)
        members.logs_in()
        after = store.phrase(members.engine, AGENT)
        assert before
        assert after
        assert phrases.is_outdated(before)
        assert not phrases.is_outdated(after)
        assert members.logs_in()

    def test_an_account_that_is_closed_while_the_phrase_is_checked_lets_nobody_in(
        self, members: Members, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        members.joined()
        fits = phrases.fits

        def slow(phrase: str, kept: str | None) -> bool:
            with members.engine.change():
                store.remove_account(members.engine, AGENT)
            return fits(phrase, kept)

        monkeypatch.setattr(phrases, "fits", slow)
        with refused("team.wrong"):
            members.logs_in()
        assert sessions.of(members.engine, AGENT) == []

    def test_nothing_of_phrase_or_token_is_kept_as_it_is(self, members: Members) -> None:
        secret = members.invited()
        token, _ = members.joins(secret)
        with refused("team.wrong"):
            members.logs_in("typed-in-the-wrong-box", PHRASES[AGENT])
        members.engine.close()
        kept = b"".join(one.read_bytes() for one in members.path.parent.iterdir())
        for text in (secret, token, PHRASES[AGENT], "typed-in-the-wrong-box", "Chrome/130"):
            assert text.encode() not in kept


class TestSession:
    @pytest.mark.parametrize(
        ("used", "minutes", "there"),
        [
            (False, 4 * 60, True),
            (False, 4 * 60 + 1, False),
            (True, 12 * 60, True),
            (True, 12 * 60 + 1, False),
        ],
    )
    def test_ends_after_four_idle_hours_and_after_twelve_in_any_case(
        self, members: Members, used: bool, minutes: int, there: bool
    ) -> None:
        token, _ = members.joined()
        for _ in range(minutes // 60):
            members.later(hours=1)
            assert members.finds(token, active=used)
        members.later(minutes=minutes % 60)
        assert bool(members.finds(token)) == there
        assert bool(sessions.of(members.engine, AGENT)) == there

    def test_a_page_that_asks_by_itself_keeps_nobody_logged_in(self, members: Members) -> None:
        token, session = members.joined()
        members.later(hours=3)
        assert members.finds(token, active=False) == session
        members.later(hours=2)
        assert members.finds(token, active=True) is None

    def test_using_it_is_written_once_a_minute_at_most(
        self, members: Members, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        token, session = members.joined()
        members.later(seconds=59)
        with monkeypatch.context() as patch:
            patch.setattr(members.engine, "change", lambda **_: pytest.fail("written"))
            assert members.finds(token) == session
        members.later(seconds=2)
        seen = members.finds(token)
        assert seen
        assert seen.seen == stamp(members.now)
        assert members.finds(token, active=False) == seen

    def test_leaving_the_team_ends_all_at_once_and_coming_back_does_not_bring_them_back(
        self, members: Members
    ) -> None:
        team = members.team
        tokens = [members.joined()[0], members.logs_in()[0]]
        members.leaves(AGENT)
        assert [members.finds(token, active=False) for token in tokens] == [None, None]
        members.team = team
        assert [members.finds(token) for token in tokens] == [None, None]
        assert members.deeds(deed="ended") == [("ended", AGENT, None)]

    @pytest.mark.parametrize("token", ["", "x", "0" * 64, "\udc80", "' OR ''='"])
    def test_of_no_token_there_is_none(self, members: Members, token: str) -> None:
        members.joined()
        assert members.finds(token) is None

    def test_what_is_kept_of_a_token_is_no_token(self, members: Members) -> None:
        members.joined()
        ((kept,),) = members.engine.all("SELECT token FROM sessions")
        assert members.finds(kept) is None

    def test_the_clock_set_back_breaks_nothing(self, members: Members) -> None:
        token, _ = members.joined()
        members.later(hours=-1)
        assert members.finds(token)

    def test_old_ones_leave_the_list_when_somebody_works(self, members: Members) -> None:
        members.joined()
        members.later(hours=13)
        members.joined(LEAD)
        assert sessions.of(members.engine, AGENT) == []


class TestProving:
    def test_moves_the_moment_and_a_new_token_takes_the_old_ones_place(
        self, members: Members
    ) -> None:
        token, session = members.joined()
        members.later(minutes=31)
        proven = sessions.prove(members.engine, members.team, session, PHRASES[AGENT], members.now)
        assert proven.proven == proven.seen == stamp(members.now)
        assert proven.began == session.began
        new = sessions.rotated(members.engine, proven, members.now)
        assert members.finds(token) is None
        assert members.finds(new) == proven

    def test_by_a_wrong_phrase_moves_nothing_and_is_slowed(self, members: Members) -> None:
        token, session = members.joined()
        for code in ("team.wrong",) * 5 + ("team.slow",):
            with refused(code):
                sessions.prove(members.engine, members.team, session, ANOTHER, members.now)
        assert members.finds(token) == session

    def test_of_a_session_that_was_ended_is_refused(self, members: Members) -> None:
        _, session = members.joined()
        sessions.end(members.engine, session.name, LEAD, THIS_COMPUTER, members.now)
        with refused("team.ended"):
            sessions.prove(members.engine, members.team, session, PHRASES[AGENT], members.now)
        with refused("team.ended"):
            sessions.rotated(members.engine, session, members.now)
        assert "proved" not in [deed for deed, *_ in members.deeds()]


class TestEnding:
    def test_ones_own_session_is_a_logout_and_anothers_a_change_of_rights(
        self, members: Members
    ) -> None:
        token, own = members.joined()
        other, second = members.logs_in()
        sessions.end(members.engine, own.name, AGENT, Seat(own.name, HERE), members.now)
        sessions.end(members.engine, second.name, LEAD, Seat("abc234", HERE), members.now)
        sessions.end(members.engine, second.name, LEAD, Seat("abc234", HERE), members.now)
        assert members.finds(token) is None
        assert members.finds(other) is None
        assert members.deeds()[-2:] == [("logout", AGENT, None), ("ended", LEAD, AGENT)]


def test_who_logged_in_failed_and_proved_is_recorded_with_where(members: Members) -> None:
    _, session = members.joined()
    with refused("team.wrong"):
        members.logs_in(phrase=ANOTHER, address=ELSEWHERE)
    with refused("team.wrong"):
        members.logs_in("nobody", ANOTHER, ELSEWHERE)
    sessions.prove(members.engine, members.team, session, PHRASES[AGENT], members.now)
    sql = "SELECT deed, login, session, address FROM records WHERE kind = 'access' ORDER BY number"
    assert members.engine.all(sql) == [
        ("login", AGENT, session.name, HERE),
        ("failed", AGENT, None, ELSEWHERE),
        ("failed", "?", None, ELSEWHERE),
        ("proved", AGENT, session.name, HERE),
    ]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        (EDGE, "Edge, Windows"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/120.0 Whale/3.2 Safari/537.36", "Whale, Windows"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15) Version/17 Safari/605", "Safari, macOS"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko Firefox/128.0", "Firefox, Linux"),
        (
            "Mozilla/5.0 (Linux; Android 14) SamsungBrowser/25 Chrome/121",
            "Samsung Internet, Android",
        ),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) CriOS/120 Safari", "Chrome, iOS"),
        ("curl/8.5.0", ""),
        ("", ""),
        ("<script>" * 1000, ""),
    ],
)
def test_of_a_browser_only_program_and_system_are_kept(text: str, name: str) -> None:
    assert browser_name(text) == name
