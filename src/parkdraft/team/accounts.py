"""Accounts: somebody of the team is invited by a link, sets a pass phrase, and may be closed out.

Who is in the team, and a lead, contacts.yaml alone says.
"""

from __future__ import annotations

import secrets
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from parkdraft.database.engine import Engine
from parkdraft.errors import Problem, TeamError
from parkdraft.model.directory import Team
from parkdraft.model.team import Seat, is_lead, login_name, members
from parkdraft.outbox.facts import stamp
from parkdraft.team import attempts, phrases, store
from parkdraft.team.proof import prove
from parkdraft.team.records import NOBODY, record
from parkdraft.team.sessions import Session, digest, rotate, start

ADDRESS = "address"
"""The memo in which a server keeps under which address it is reached."""
INVITED_FOR = timedelta(hours=24)
"""How long an invitation holds."""
_JOINING = "\0join"
"""Under what attempts to guess an invitation count; no login is called so."""


class Account(NamedTuple):
    """Somebody of the team: since when they have a phrase, until when they are invited."""

    login: str
    name: str
    lead: bool
    joined: str | None
    invited: str | None
    sessions: int


def accounts(engine: Engine, team: Team, now: datetime) -> list[Account]:
    """Everybody of the team, by name; ``lead`` as today, hand-overs included."""
    joined, counts = store.joined(engine), store.session_counts(engine)
    invites = {login: until for login, until in store.invites(engine).items() if until > stamp(now)}
    every = [
        Account(
            *(login, name, is_lead(team, login, now.date())),
            *(joined.get(login), invites.get(login), counts.get(login, 0)),
        )
        for login, name in members(team).items()
    ]
    return sorted(every, key=lambda one: (one.name, one.login))


def invite(engine: Engine, team: Team, login: str, by: str, seat: Seat, now: datetime) -> str:
    """The secret of a link by which somebody can set a pass phrase, once, for a day.

    An older invitation no longer holds; an older phrase does until the link is used. Raises
    TeamError ``team.unknown`` for whoever is not in the team. Whether ``by`` may is the caller's
    to know.
    """
    name = login_name(login)
    if name not in members(team):
        raise TeamError([Problem("team.unknown")])
    secret = secrets.token_urlsafe(32)
    with engine.change():
        until = stamp(now.astimezone(UTC) + INVITED_FOR)
        store.invite(engine, name, digest(secret), until)
        record(engine, "rights", "invited", by, seat, now, about=name)
    return secret


def invited(engine: Engine, team: Team, token: str, now: datetime) -> str | None:
    """Whose invitation a link is; None: it was used, is too old, or there never was one."""
    login = store.invited(engine, digest(token), stamp(now))
    return login if login in members(team) else None


def join(
    engine: Engine,
    team: Team,
    token: str,
    phrase: str,
    address: str,
    browser: str,
    now: datetime,
) -> tuple[str, Session]:
    """Set the phrase of whoever is invited and log them in: the cookie's token, and the session.

    Their other sessions end. Raises TeamError: all that is wrong with the phrase (then the link
    can be used again), ``team.invitation`` where the link is no good, ``team.slow``.
    """
    attempts.refuse_early(engine, _JOINING, address, now)
    login = invited(engine, team, token, now)
    if login is None:
        attempts.begin(engine, _JOINING, address, now)
        with engine.change():
            record(engine, "access", "failed", NOBODY, Seat(None, address), now)
        raise TeamError([Problem("team.invitation")])
    _refuse_bad(phrase, team, login)
    kept = phrases.kept(phrase)
    with engine.change():
        if invited(engine, team, token, now) != login:  # somebody was faster
            raise TeamError([Problem("team.invitation")])
        store.remove_account(engine, login)
        store.set_phrase(engine, login, kept, stamp(now))
        for account in (_JOINING, login):
            attempts.get_to_know(engine, account, address, now)
        made, session = start(engine, login, address, browser, now)
        seat = Seat(session.name, address)
        record(engine, "rights", "joined", login, seat, now, about=login)
    return made, session


def change_phrase(
    engine: Engine, team: Team, session: Session, old: str, new: str, now: datetime
) -> tuple[str, Session]:
    """Another phrase for whoever is logged in: a new token for the session; the others end.

    Raises TeamError: all that is wrong with the new phrase, else as ``sessions.prove``.
    """
    login, seat = session.login, Seat(session.name, session.address)
    _refuse_bad(new, team, login)
    proof = prove(engine, team, login, old, seat, now)
    kept = phrases.kept(new)
    with engine.change():
        proof.settle(engine, now)
        store.set_phrase(engine, login, kept, stamp(now))
        store.end_sessions(engine, login, but=session.name)
        store.prove(engine, session.name, stamp(now))
        record(engine, "rights", "phrase", login, seat, now, about=login)
        token = rotate(engine, session)
    return token, session._replace(seen=stamp(now), proven=stamp(now))


def close(engine: Engine, team: Team, login: str, by: str, seat: Seat, now: datetime) -> int:
    """Remove somebody's phrase, invitation and sessions; how many sessions that ended.

    They can be invited again. Raises as ``refuse_unknown``. Whether ``by`` may is the caller's to
    know.
    """
    name = login_name(login)
    with engine.change():
        refuse_unknown(engine, team, name)
        count = store.remove_account(engine, name)
        record(engine, "rights", "closed", by, seat, now, about=name)
    return count


def refuse_unknown(engine: Engine, team: Team, login: str) -> None:
    """Raise TeamError for a login that is not in the team, and has no account left either."""
    name = login_name(login)
    if name not in members(team) and store.phrase(engine, name) is None:
        raise TeamError([Problem("team.unknown")])


def _refuse_bad(phrase: str, team: Team, login: str) -> None:
    if problems := phrases.problems(phrase, (login, members(team)[login])):
        raise TeamError(problems)
