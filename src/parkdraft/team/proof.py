"""Whether somebody is who they say: their pass phrase, tried not too often, and recorded."""

from __future__ import annotations

from datetime import datetime

from parkdraft.database.engine import Engine
from parkdraft.errors import Problem, TeamError
from parkdraft.model.directory import Team
from parkdraft.model.team import Seat, members
from parkdraft.team import attempts, phrases, store
from parkdraft.team.records import NOBODY, record


class Proven:
    """That a pass phrase was the right one; ``settle`` it in the change that follows from it."""

    def __init__(self, login: str, address: str, kept: str, better: str | None) -> None:
        self._login, self._address, self._kept, self._better = login, address, kept, better

    def settle(self, engine: Engine, now: datetime) -> None:
        """Forget the failures before it; inside a change.

        Raises TeamError where the account was closed, or has another phrase, by now.
        """
        if store.phrase(engine, self._login) != self._kept:
            raise TeamError([Problem("team.wrong")])
        if self._better:
            store.rehash(engine, self._login, self._better)
        attempts.succeeded(engine, self._login, self._address, now)


def prove(engine: Engine, team: Team, login: str, phrase: str, seat: Seat, now: datetime) -> Proven:
    """The proof that somebody knows the phrase of a login (as it is compared).

    Raises TeamError: ``team.wrong``, the same where there is no such login or no account, and
    after the same time; ``team.slow`` with the seconds to wait; ``team.busy``.
    """
    address = seat.address or ""
    attempts.refuse_early(engine, login, address, now)  # without waiting for a turn
    is_member = login in members(team)
    with phrases.turn():  # those who wait for theirs have not tried yet: a whole team may
        attempts.begin(engine, login, address, now)
        kept = store.phrase(engine, login) if is_member else None
        fits = phrases.fits(phrase, kept)
    if not fits or kept is None:
        with engine.change():
            record(engine, "access", "failed", login if is_member else NOBODY, seat, now)
        raise TeamError([Problem("team.wrong")])
    better = phrases.kept(phrase) if phrases.is_outdated(kept) else None
    return Proven(login, address, kept, better)
