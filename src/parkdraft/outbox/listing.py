"""What is in the outbox: urgent first, then newest; and what looks like the same thing twice."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple, Protocol, TypeVar

from parkdraft.errors import Problem
from parkdraft.outbox.doubts import doubts
from parkdraft.outbox.keeping import Outbox
from parkdraft.outbox.lines import about, naming
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
    def at(self) -> str | None:
        """When it was made, if that is known."""
        made = self.history.made
        return made.at if made else None

    @property
    def said(self) -> Mapping[str, Any]:
        """What was said of it when it was made; empty where nothing is recorded."""
        made = self.history.made
        return made.more if made else {}

    @property
    def facts(self) -> Mapping[str, Any]:
        """The same with its subject, whatever ``said`` leaves out."""
        return self.said

    @property
    def subject(self) -> str | None:
        """What stands in a list of mails."""
        subject: str | None = self.said.get("subject")
        return subject

    def as_json(self) -> dict[str, Any]:
        """The keys of ``outbox list --json``."""
        return as_json(self)


class Seen(Protocol):
    """What a list shows of a draft, however it was found out; see ``Listed``."""

    @property
    def entry(self) -> Entry:
        """Where it is."""
        ...

    @property
    def at(self) -> str | None:
        """When it was made, if that is known."""
        ...

    @property
    def said(self) -> Mapping[str, Any]:
        """What was said of it when it was made, perhaps without its subject."""
        ...

    @property
    def subject(self) -> str | None:
        """What stands in a list of mails."""
        ...

    @property
    def problems(self) -> Sequence[Problem]:
        """What is doubtful of it without looking into the file."""
        ...

    def as_json(self) -> dict[str, Any]:
        """The keys of ``outbox list --json``."""
        ...


def as_json(one: Seen) -> dict[str, Any]:
    """The keys of ``outbox list --json``."""
    said = one.said.get
    return {
        "id": one.entry.id,
        "state": one.entry.state,
        "case": said("case"),
        "partner": said("partner"),
        "site": said("site"),
        "row": said("row"),
        "channel": said("channel"),
        "authority": said("authority"),
        "subject": one.subject,
        "author": said("author"),
        "urgent": bool(said("urgent")),
        "at": one.at,
        "replaces": said("replaces"),
        "problems": [problem.code for problem in one.problems],
    }


EVERYTHING = Filters()
_Seen = TypeVar("_Seen", bound=Seen)


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
    return ranked(chosen(found, filters, box.now()))


def ranked(found: list[_Seen]) -> list[_Seen]:
    """Urgent ones first, then the newest."""
    return sorted(found, key=_rank, reverse=True)


def chosen(found: list[_Seen], filters: Filters, now: datetime) -> list[_Seen]:
    """Those that the filters want, in whichever state."""
    if filters == Filters(filters.states):
        return found
    return [one for one in found if _wanted(one, filters, now)]


def _rank(one: Seen) -> str:
    """The last is the first to be shown."""
    urgent = "!" if one.said.get("urgent") else " "
    return f"{urgent}{one.at or ''} {one.entry.id}"


def _wanted(one: Seen, filters: Filters, now: datetime) -> bool:
    said = one.said
    author = login_name(filters.author) if filters.author else None
    for name, value in (("partner", filters.partner), ("case", filters.case), ("author", author)):
        if value and said.get(name) != value:
            return False
    if filters.older_than is not None:
        return one.at is not None and _is_past(one.at, filters.older_than, now)
    return True


def is_older(one: Event, days: int, now: datetime) -> bool:
    """Whether something happened at least so many days ago."""
    return _is_past(one.at, days, now)


def _is_past(moment: str, days: int, now: datetime) -> bool:
    return now.astimezone() - datetime.fromisoformat(moment) >= timedelta(days=days)


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
