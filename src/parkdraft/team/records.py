"""Records that the law asks for: who looked at what, from where, and who was given which right.

개인정보의 안전성 확보조치 기준, articles 5 (rights, three years) and 8 (access, one year, checked
each month). What was done to a draft stands in its own history, and is read together with them.
Nobody can change them: the schema refuses it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Literal

from parkdraft.database.engine import Engine
from parkdraft.model.directory import LEGAL_DAYS, Directory, Team
from parkdraft.model.team import THIS_COMPUTER, Seat, login_name, members
from parkdraft.outbox.facts import stamp
from parkdraft.outbox.store import Store
from parkdraft.team import store
from parkdraft.team.store import Record, RecordFilters

__all__ = ["Record", "RecordFilters", "expire", "export", "note_team", "page", "record"]

Kind = Literal["access", "rights"]
# fmt: off
AccessDeed = Literal[
    "listed", "shown", "revealed", "exported", "login", "failed", "logout", "proved",
]
RightsDeed = Literal[
    "invited", "joined", "phrase", "closed", "ended", "lead-added", "lead-removed",
    "member-added", "member-removed", "handover-added", "handover-removed",
]
# fmt: on
NOBODY = "?"
"""Stands for a login that nobody of the team has: what was typed may be a pass phrase."""
THE_FILE = "contacts.yaml"
"""Stands for whoever changed that file."""
_TEAM = "team"
"""The memo that tells the team as it was when it was last noted."""


def record(
    engine: Engine,
    kind: Kind,
    deed: AccessDeed | RightsDeed,
    login: str,
    seat: Seat,
    now: datetime,
    *,
    draft: str | None = None,
    about: str | None = None,
) -> None:
    """Add a record of what ``login`` does; inside a change.

    ``draft`` is a draft's identifier; ``about`` whose right it was, or how many drafts; nothing
    of a customer.
    """
    done = Record(stamp(now), deed, login, seat.session, seat.address, draft, about)
    store.add_record(engine, kind, done)


def page(engine: Engine, filters: RecordFilters, limit: int, skip: int) -> list[Record]:
    """Records and drafts' histories together, the newest first."""
    return list(store.records(engine, filters, limit, skip))


def export(engine: Engine, filters: RecordFilters) -> Iterator[Record]:
    """All of them, one after the other."""
    return store.records(engine, filters)


def expire(engine: Engine, directory: Directory, now: datetime) -> int:
    """Remove records that are older than the directory's periods; how many.

    Nothing goes where no period is set, and never before the law's own is over.
    """
    count = 0
    for kind, days in directory.records.items():
        oldest = now.astimezone(UTC) - timedelta(days=max(days, LEGAL_DAYS[kind]))
        with engine.change():
            count += store.remove_records(engine, kind, stamp(oldest))
    return count


def note_team(engine: Engine, team: Team, now: datetime) -> None:
    """Record who became a lead or a member, or no longer is one, since it was last noted.

    It is nobody's deed that the program has seen: the file was changed.
    """
    memos, today = Store(engine), _facts(team)
    text = json.dumps(today, ensure_ascii=False)
    if memos.memo(_TEAM) == text:
        return
    with engine.change():
        noted = json.loads(memos.memo(_TEAM) or "{}")
        for what, now_there in today.items():
            before = noted.get(what, [])
            for about in sorted({*now_there} ^ {*before}):
                deed = f"{what}-{'added' if about in now_there else 'removed'}"
                done = Record(stamp(now), deed, THE_FILE, *THIS_COMPUTER, None, about)
                store.add_record(engine, "rights", done)
        memos.remember(_TEAM, text)


def _facts(team: Team) -> dict[str, list[str]]:
    """The team as logins, and as hand-overs: to whom, by whom, from when to when."""
    handovers = (
        f"{login_name(one.to)} ({login_name(one.lead)}, {one.first} ~ {one.last})"
        for one in team.handovers
    )
    return {
        "lead": sorted(map(login_name, team.leads)),
        "member": sorted(members(team)),
        "handover": sorted(handovers),
    }
