"""Browsers that are logged in: a random token each, of which only a digest is kept."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime, timedelta
from hashlib import sha256

from parkdraft.database.engine import Engine
from parkdraft.errors import Problem, TeamError
from parkdraft.model.directory import Team
from parkdraft.model.team import Seat, login_name, members
from parkdraft.outbox.facts import moment, stamp
from parkdraft.outbox.ids import LETTERS
from parkdraft.team import store
from parkdraft.team.browsers import browser_name
from parkdraft.team.proof import prove as prove_phrase
from parkdraft.team.records import record
from parkdraft.team.store import Session

__all__ = [
    "IDLE",
    "WHOLE",
    "Session",
    "end",
    "find",
    "is_fresh",
    "log_in",
    "of",
    "prove",
    "rotated",
    "start",
]

# OWASP ASVS 5 section 7.3 leaves the spans to whoever knows the work. A shift is nine hours with
# its break: nobody logs in twice in one, and nobody stays logged in until the next one. A break or
# a meeting is shorter than four hours; an approval asks for the phrase much sooner (a setting).
IDLE = timedelta(hours=4)
"""A session ends when nobody did anything for so long."""
WHOLE = timedelta(hours=12)
"""It ends so long after the login, whatever was done."""
_SEEN_EVERY = timedelta(minutes=1)
"""How exactly it is kept when somebody last did something; each time it is written costs."""
_LETTERS = 6
_LONGEST_LOGIN = 200


def log_in(
    engine: Engine,
    team: Team,
    login: str,
    phrase: str,
    address: str,
    browser: str,
    now: datetime,
    old: str | None,
) -> tuple[str, Session]:
    """A new session, and the token for its cookie; ``old`` is the browser's token, which ends.

    ``browser`` is what it calls itself. Raises TeamError, for every wrong login alike
    (``team.wrong``), or ``team.slow`` with the seconds to wait; what happened is recorded.
    """
    name = login_name(login[:_LONGEST_LOGIN])
    proof = prove_phrase(engine, team, name, phrase, Seat(None, address), now)
    with engine.change():
        proof.settle(engine, now)
        before = store.session(engine, digest(old)) if old else None
        if before:
            store.end_session(engine, before.name)
        return start(engine, name, address, browser, now)


def start(
    engine: Engine, login: str, address: str, browser: str, now: datetime
) -> tuple[str, Session]:
    """A session of somebody who is proven, and its token; inside a change. It is recorded."""
    token, at = secrets.token_urlsafe(32), stamp(now)
    _end_old(engine, now)
    name = _new_name()
    while store.session_named(engine, name):
        name = _new_name()
    session = Session(name, login, address, browser_name(browser), at, at, at)
    store.add_session(engine, session, digest(token))
    record(engine, "access", "login", login, Seat(name, address), now)
    return token, session


def find(engine: Engine, team: Team, token: str, now: datetime, *, active: bool) -> Session | None:
    """The session of a cookie's token; None where it is unknown, or no longer good.

    It is not good when it was idle for too long, is too old, or its owner left the team: then all
    of theirs are ended. ``active``: somebody did something, and not a page by itself.
    """
    session = store.session(engine, digest(token))
    if session is None:
        return None
    if session.login not in members(team):
        with engine.change():
            if store.end_sessions(engine, session.login):
                record(engine, "rights", "ended", session.login, _seat(session), now)
        return None
    seen, began = _oldest(now)
    if session.seen < seen or session.began < began:
        with engine.change():
            store.end_session(engine, session.name)
        return None
    if active and session.seen < stamp(now.astimezone(UTC) - _SEEN_EVERY):
        with engine.change(durable=False):
            store.see(engine, session.name, stamp(now))
            _end_old(engine, now)
        return session._replace(seen=stamp(now))
    return session


def is_fresh(engine: Engine, session: Session, now: datetime, idle: timedelta) -> bool:
    """Whether somebody was at work ever since the phrase was typed, never away for ``idle``.

    Whoever was away stays so until ``prove``, whatever they do first.
    """
    away = moment(session.seen) < now.astimezone() - idle
    if away and session.proven:
        with engine.change(durable=False):
            store.lapse(engine, session.name)
    return bool(session.proven) and not away


def prove(engine: Engine, team: Team, session: Session, phrase: str, now: datetime) -> Session:
    """The session once its owner has typed the phrase again; raises as ``log_in``.

    ``team.ended`` where somebody ended it meanwhile.
    """
    seat = _seat(session)
    proof = prove_phrase(engine, team, session.login, phrase, seat, now)
    with engine.change():
        proof.settle(engine, now)
        store.prove(engine, session.name, stamp(now))
        record(engine, "access", "proved", session.login, seat, now)
        return _there(engine, session)


def rotated(engine: Engine, session: Session, now: datetime) -> str:
    """Another token for the same session; the old one no longer counts.

    Raises TeamError ``team.ended`` where somebody ended it meanwhile.
    """
    with engine.change():
        return rotate(engine, session)


def rotate(engine: Engine, session: Session) -> str:
    """``rotated``, inside a change."""
    token = secrets.token_urlsafe(32)
    _there(engine, session)
    store.rotate(engine, session.name, digest(token))
    return token


def end(engine: Engine, name: str, by: str, seat: Seat, now: datetime) -> None:
    """End a session, if it is there; whether ``by`` may is the caller's to know.

    Its owner who ends it from itself logs out; any other ending is a change of rights.
    """
    with engine.change():
        session = store.session_named(engine, name)
        if session is None:
            return
        store.end_session(engine, name)
        if session.login == by and seat.session == name:
            record(engine, "access", "logout", by, seat, now)
        else:
            record(engine, "rights", "ended", by, seat, now, about=session.login)


def of(engine: Engine, login: str) -> list[Session]:
    """Somebody's sessions, the newest first."""
    return store.sessions(engine, login_name(login))


def digest(token: str) -> str:
    """A token as it is kept: it is random, so that no salt is needed."""
    return sha256(token.encode("utf-8", "replace")).hexdigest()


def _there(engine: Engine, session: Session) -> Session:
    now = store.session_named(engine, session.name)
    if now is None or now.login != session.login or now.began != session.began:
        raise TeamError([Problem("team.ended")])
    return now


def _oldest(now: datetime) -> tuple[str, str]:
    """Before which moments a session must not have been used last, or begun."""
    utc = now.astimezone(UTC)
    return stamp(utc - IDLE), stamp(utc - WHOLE)


def _end_old(engine: Engine, now: datetime) -> None:
    store.end_old_sessions(engine, *_oldest(now))


def _new_name() -> str:
    return "".join(secrets.choice(LETTERS) for _ in range(_LETTERS))


def _seat(session: Session) -> Seat:
    return Seat(session.name, session.address)
