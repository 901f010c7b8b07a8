"""How attempts are slowed, and that nobody can keep somebody else out for long."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator

import pytest
from tests.helpers.members import (
    AGENT,
    ANOTHER,
    ELSEWHERE,
    HERE,
    LEAD,
    OTHER,
    PHRASES,
    Members,
    refused,
)

from parkdraft.database.sqlite import SCHEMA, opened
from parkdraft.errors import Problem, TeamError
from parkdraft.team import phrases, sessions, store


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Many phrases are tried here; whether one fits is told elsewhere."""
    monkeypatch.setattr(phrases, "fits", lambda typed, kept: kept is not None and typed in GOOD)
    monkeypatch.setattr(phrases, "is_outdated", lambda _: False)


GOOD = tuple(PHRASES.values())


def waits(members: Members, login: str = AGENT, address: str = HERE, phrase: str = ANOTHER) -> int:
    """How many seconds an attempt is told to wait; 0: it was looked at."""
    with pytest.raises(TeamError) as caught:
        members.logs_in(login, phrase, address)
    (problem,) = caught.value.problems
    if problem.code == "team.wrong":
        return 0
    assert problem.code == "team.slow"
    seconds = problem.data["seconds"]
    assert isinstance(seconds, int)
    return seconds


def test_five_are_free_then_the_wait_doubles_up_to_a_quarter_of_an_hour(members: Members) -> None:
    members.joined()
    assert [waits(members) for _ in range(5)] == [0] * 5
    told = []
    for _ in range(13):
        told.append(waits(members))
        members.later(seconds=told[-1])
        assert waits(members) == 0
    assert told == [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900, 900]


def test_asking_too_early_makes_it_no_longer_and_is_not_looked_at(members: Members) -> None:
    members.joined()
    for _ in range(7):
        members.later(seconds=waits(members))
    told = waits(members)
    assert told
    assert [waits(members, phrase=PHRASES[AGENT]) for _ in range(20)] == [told] * 20


def test_the_right_phrase_forgets_the_failures(members: Members) -> None:
    members.joined()
    for _ in range(4):
        waits(members)
    members.logs_in()
    assert [waits(members) for _ in range(5)] == [0] * 5


def test_a_day_forgets_them_too(members: Members) -> None:
    members.joined()
    for _ in range(5):
        waits(members)
    assert waits(members)
    members.later(days=1, seconds=1)
    assert [waits(members) for _ in range(5)] == [0] * 5


def test_failures_from_elsewhere_keep_nobody_out_of_their_usual_place(members: Members) -> None:
    """A hundred addresses guess at one account without a pause."""
    members.joined()
    for number in range(100):
        members.later(seconds=60)
        waits(members, address=f"198.51.100.{number}")
    assert members.logs_in()


def test_from_a_new_place_it_takes_a_minute_at_most(members: Members) -> None:
    members.joined()
    for number in range(40):
        members.later(seconds=waits(members, address=f"198.51.100.{number}"))
        waits(members, address=f"198.51.100.{number}")
    told = waits(members, phrase=PHRASES[AGENT], address=ELSEWHERE)
    assert 0 < told <= 60
    members.later(seconds=told)
    assert members.logs_in(address=ELSEWHERE)


def test_one_address_that_tries_everybody_is_slowed(members: Members) -> None:
    told = []
    for number in range(40):
        told.append(waits(members, f"agent.{number}"))
        members.later(seconds=1)
    assert told[:30] == [0] * 30
    assert any(told[30:])
    assert max(told) <= 60


def test_who_shares_an_address_with_a_guesser_is_not_held_up(members: Members) -> None:
    members.joined(OTHER)
    for number in range(60):
        waits(members, f"agent.{number}")
    assert members.logs_in(OTHER)


def test_who_is_not_in_the_team_is_slowed_like_everybody(members: Members) -> None:
    """Else the wait would tell who has an account."""
    members.joined()
    told = {login: [waits(members, login) for _ in range(8)] for login in (AGENT, LEAD, "nobody")}
    assert told[AGENT] == told[LEAD] == told["nobody"]


def test_one_computer_with_many_ipv6_addresses_is_one(members: Members) -> None:
    members.joined()
    for number in range(5):
        waits(members, address=f"2001:db8::{number}")
    assert waits(members, address="2001:db8::ffff")
    assert not waits(members, address="2001:db8:0:1::1")


def test_a_hundred_at_once_are_a_hundred(members: Members, monkeypatch: pytest.MonkeyPatch) -> None:
    """An attempt counts before its phrase is looked at, not after."""
    members.joined()
    monkeypatch.setattr(phrases, "turn", contextlib.nullcontext)
    inside = list[int]()

    def fits(typed: str, kept: str | None) -> bool:
        inside.append(1)
        if len(inside) < 100:
            waits(members)  # the next one comes while this one is looked at
        return False

    monkeypatch.setattr(phrases, "fits", fits)
    waits(members)
    assert len(inside) == 5


def test_what_nobody_could_look_at_is_no_attempt(
    members: Members, monkeypatch: pytest.MonkeyPatch
) -> None:
    members.joined()

    @contextlib.contextmanager
    def busy() -> Iterator[None]:
        raise TeamError([Problem("team.busy")])
        yield

    with monkeypatch.context() as patch:
        patch.setattr(phrases, "turn", busy)
        for _ in range(10):
            with refused("team.busy"):
                members.logs_in()
    assert [waits(members) for _ in range(5)] == [0] * 5


def test_a_whole_team_may_log_in_at_once_from_one_address(
    members: Members, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who waits for a turn has not failed yet."""
    everybody = {f"agent.{number}": "이름" for number in range(60)}
    members.team = members.team._replace(members=everybody)
    with members.engine.change():
        for login in everybody:
            store.set_phrase(members.engine, login, phrases.kept(ANOTHER), "")
    monkeypatch.setattr(phrases, "fits", lambda *_: True)
    outcomes = list[str]()

    def log_in(login: str) -> None:
        with contextlib.closing(opened(members.path, SCHEMA, make=True)) as engine:
            try:
                sessions.log_in(engine, members.team, login, ANOTHER, HERE, "", members.now, None)
            except TeamError as error:
                outcomes.append(error.problems[0].code)
            else:
                outcomes.append("in")

    threads = [threading.Thread(target=log_in, args=(login,)) for login in everybody]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert outcomes == ["in"] * 60


def test_guessing_links_is_slowed_and_hides_no_good_one_elsewhere(members: Members) -> None:
    secret = members.invited()
    for code in ("team.invitation",) * 5 + ("team.slow",):
        with refused(code):
            members.joins("guessed")
    assert members.joins(secret, address=ELSEWHERE)


def test_old_attempts_are_removed(members: Members) -> None:
    for number in range(10):
        waits(members, f"agent.{number}")
    members.later(days=2)
    waits(members, "nobody")
    assert members.engine.all("SELECT count(*) FROM attempts") == [(3,)]


def test_no_name_is_kept_as_it_was_typed(members: Members) -> None:
    waits(members, "nobody")
    names = [name for (name,) in members.engine.all("SELECT name FROM attempts")]
    assert all(len(name) == 64 and set(name) <= set("0123456789abcdef") for name in names)
