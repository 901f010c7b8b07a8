"""What is in the outbox: urgent first, then newest; and what looks like the same thing twice."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from parkdraft.errors import Problem
from parkdraft.outbox.doubts import doubts
from parkdraft.outbox.journal import about, naming
from parkdraft.outbox.keeping import Outbox
from parkdraft.outbox.records import Event, History, Memory
from parkdraft.outbox.store import STATES, Entry
from parkdraft.process.team import login_name

SAME_WITHIN = timedelta(days=7)


class Filters(NamedTuple):
    """Which drafts are wanted; None and empty mean all. ``older_than`` counts days."""

    states: Collection[str] = ()
    partner: str | None = None
    case: str | None = None
    author: str | None = None
    older_than: int | None = None


class Listed(NamedTuple):
    """A draft and what the journal says of it."""

    entry: Entry
    history: History

    @property
    def problems(self) -> list[Problem]:
        """What is doubtful of it without looking into the file."""
        return doubts(self.entry, self.history)

    @property
    def facts(self) -> Mapping[str, Any]:
        """What was said of it when it was made; empty where nothing is recorded."""
        made = self.history.made
        return made.more if made else {}

    def as_json(self) -> dict[str, Any]:
        """The keys of ``outbox list --json``."""
        facts, made = self.facts, self.history.made
        names = ("case", "partner", "site", "row", "channel", "authority", "subject", "author")
        return {
            "id": self.entry.id,
            "state": self.entry.state,
            **{name: facts.get(name) for name in names},
            "urgent": bool(facts.get("urgent")),
            "at": made.at if made else None,
            "replaces": facts.get("replaces"),
            "problems": [problem.code for problem in self.problems],
        }


EVERYTHING = Filters()


def listed(
    box: Outbox, filters: Filters = EVERYTHING, memory: Memory | None = None
) -> list[Listed]:
    """The drafts that the filters want, urgent ones first, then the newest."""
    if memory is None:
        box.tidy()
    entries = [entry for state in filters.states or STATES for entry in box.store.entries(state)]
    if memory is None:
        lines = box.journal.read(about(entry.id for entry in entries))
        memory = Memory(records=False).feed(lines)
    found = [Listed(entry, memory.brief(entry.id)) for entry in entries]
    return sorted(chosen(found, filters, box.now()), key=_rank, reverse=True)


def chosen(found: list[Listed], filters: Filters, now: datetime) -> list[Listed]:
    """Those that the filters want, in whichever state."""
    if filters == Filters(filters.states):
        return found
    return [one for one in found if _wanted(one, filters, now)]


def _rank(one: Listed) -> tuple[bool, str, str]:
    """The last is the first to be shown."""
    made = one.history.made
    if made is None:
        return False, "", one.entry.id
    return bool(made.more.get("urgent")), made.at, one.entry.id


def _wanted(one: Listed, filters: Filters, now: datetime) -> bool:
    made = one.history.made
    for name, value in (("partner", filters.partner), ("case", filters.case)):
        if value and (made is None or made.more.get(name) != value):
            return False
    if filters.author and login_name(filters.author) != one.history.author:
        return False
    if filters.older_than is not None:
        return made is not None and is_older(made, filters.older_than, now)
    return True


def is_older(one: Event, days: int, now: datetime) -> bool:
    """Whether something happened at least so many days ago."""
    return now.astimezone() - one.moment >= timedelta(days=days)


def duplicates(
    box: Outbox, keys: Iterable[str], but: str | None = None, memory: Memory | None = None
) -> list[Entry]:
    """Drafts of the last seven days for the same plate, case and site that still stand.

    Returned ones do not; ``but`` is the draft that is asked for. A ``memory`` of all records
    saves reading the journal.
    """
    wanted = list(keys)
    if not wanted:
        return []
    if memory is not None:
        return list(_standing(box, memory.keyed(wanted) - {but}, memory))
    since = f"{box.now() - SAME_WITHIN:%Y-%m}"
    recorded = Memory().feed(box.journal.read(naming(*wanted), since)).recorded_ids()
    return list(_standing(box, set(recorded) - {but}))


def _standing(box: Outbox, ids: Collection[str], memory: Memory | None = None) -> Iterator[Entry]:
    if not ids:
        return
    memory = memory or Memory(records=False).feed(box.journal.read(about(ids)))
    for draft_id in sorted(ids):
        made = memory.of(draft_id).made
        if made and box.now().astimezone() - made.moment <= SAME_WITHIN:
            yield from (one for one in box.store.find(draft_id) if one.state != "returned")
