"""What the journal's lines mean: records of drafts, and their histories.

    {"record": {…}, "op", "id"}                                        what a draft is about
    {"op", "at", "by", "do", "id", "from", "to", "suffix", "after", …} an intent
    {"op", "done": [ids], "cancelled": [ids]}                          its end

Only what is done counts. ``after`` names the finished operation before it, so that a draft's
history is a chain that no PC's clock can put out of order, and two who both say they moved
the same draft are seen. Records, the longest lines, are parsed only where they are asked for.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from parkdraft.outbox.journal import Damaged, Line

FACTS = (
    *("author", "case", "partner", "site", "row", "channel", "authority", "urgent"),
    *("replaces", "replaced_by"),
)
"""What a draft's making says beside the move; it stays when the details are purged."""
PERSONAL = ("subject", "reason", "sha256")
"""What else in an intent may tell of a customer."""
MAKING = ("draft", "import")
"""Operations that put bytes there: a draft's making, and the list that it waited for."""


class Event(NamedTuple):
    """One operation on one draft, as announced; ``more`` holds ``FACTS`` and ``PERSONAL``."""

    op: str
    at: str
    by: str
    do: str
    id: str
    source: str | None
    state: str | None
    suffix: str
    after: str | None
    more: Mapping[str, Any]

    @property
    def moment(self) -> datetime:
        """When, by the clock of the PC where it happened."""
        return datetime.fromisoformat(self.at)

    @property
    def sha256(self) -> str:
        """Of the bytes that were made or moved; empty once the details are purged."""
        return str(self.more.get("sha256", ""))


class Record(NamedTuple):
    """What a draft is about, as it was when it was made.

    ``details`` has one mapping a case, option name → text. ``route`` holds ``from``, ``to``,
    ``cc`` and ``mentions`` as ``route --json`` says them; ``keys`` are those by which a second
    draft for the same thing is noticed; ``lines`` the file's fingerprint.
    """

    details: tuple[Mapping[str, str], ...]
    route: Mapping[str, Any]
    keys: tuple[str, ...]
    rows: tuple[str, ...]
    lines: tuple[str, ...]


class History(NamedTuple):
    """All that the journal says of one draft, oldest first; empty where it says nothing."""

    id: str
    events: tuple[Event, ...] = ()
    unfinished: tuple[Event, ...] = ()
    forked: tuple[Event, ...] = ()
    """Finished operations of somebody who lost the race: another one came in their place."""
    record: Record | None = None
    """None where the details were purged, or not read."""

    @property
    def last(self) -> Event | None:
        """What was done last."""
        return self.events[-1] if self.events else None

    @property
    def made(self) -> Event | None:
        """What put the present bytes there."""
        return next((one for one in reversed(self.events) if one.do in MAKING), None)

    @property
    def author(self) -> str | None:
        """Who drafted it."""
        return self.made.more.get("author") if self.made else None


class Memory:
    """Lines of the journal, by draft. ``records`` says whether records are kept, too."""

    def __init__(self, *, records: bool = True) -> None:
        self._with_records = records
        self._intents: dict[str, dict[str, Event]] = {}
        self._ended: dict[tuple[str, str], bool] = {}
        self._records: dict[tuple[str, str], bytes] = {}
        self.damaged: list[Damaged] = []

    def feed(self, lines: Iterable[tuple[bytes, Line | None] | Damaged]) -> Memory:
        """Take over what ``Journal.read`` says; lines that come twice count once."""
        for found in lines:
            if isinstance(found, Damaged):
                self.damaged.append(found)
                continue
            raw, line = found
            if line is None:
                self._keep_record(raw)
            elif "done" in line:
                op = line["op"]
                self._ended.update(((op, one), False) for one in line["cancelled"])
                # what was cancelled stays so, whoever says later that it is done
                for one in line["done"]:
                    self._ended.setdefault((op, one), True)
            else:
                one = event(line)
                self._intents.setdefault(one.id, {})[one.op] = one
        return self

    def _keep_record(self, raw: bytes) -> None:
        if self._with_records:
            key = record_key(raw)
            if key is None:
                self.damaged.append(Damaged("", 0, torn=False))
            else:
                self._records[key] = raw

    def ids(self) -> Iterable[str]:
        """Every draft that the journal knows."""
        return self._intents.keys()

    def announced(self, draft_id: str) -> Iterable[Event]:
        """Every operation that somebody began on a draft, finished or not."""
        return self._intents.get(draft_id, {}).values()

    def recorded_ids(self) -> Iterable[str]:
        """Every draft of which a record was kept."""
        return (draft_id for _, draft_id in self._records)

    def of(self, draft_id: str) -> History:
        """A draft's history, empty where the journal does not know it."""
        intents = self._intents.get(draft_id, {}).values()
        ends = [(one, self._ended.get((one.op, draft_id))) for one in intents]
        done = [one for one, end in ends if end]
        unfinished = tuple(one for one, end in ends if end is None)
        events, forked = _chained(done)
        history = History(draft_id, events, unfinished, forked)
        raw = self._records.get((history.made.op, draft_id)) if history.made else None
        return history._replace(record=_record(raw)) if raw else history


def _chained(done: list[Event]) -> tuple[tuple[Event, ...], tuple[Event, ...]]:
    """Finished operations in their order, and those for which there is no place in it."""
    events: list[Event] = []
    forked: list[Event] = []
    left = sorted(done, key=lambda one: one.at) if len(done) > 1 else done
    tip = None
    while left:
        following = [one for one in left if one.after == tip]
        if not following:
            break
        events.append(following[0])
        forked += following[1:]
        left = [one for one in left if one.after != tip]
        tip = following[0].op
    return tuple(events), (*forked, *left)


def event(line: Line) -> Event:
    """An intent's line as an event; raises KeyError where it is none."""
    more = {name: line[name] for name in (*FACTS, *PERSONAL) if name in line}
    return Event(
        line["op"],
        line["at"],
        line["by"],
        line["do"],
        line["id"],
        line["from"],
        line["to"],
        line["suffix"],
        line["after"],
        more,
    )


def end(op: str, done: Iterable[str] = (), cancelled: Iterable[str] = ()) -> Line:
    """The line that ends an operation: what of it was done, and what was not."""
    return {"op": op, "done": list(done), "cancelled": list(cancelled)}


def record_line(op: str, draft_id: str, record: Record) -> Line:
    """The line of a record; ``record`` comes first, by which such lines are told."""
    return {"record": record._asdict(), "op": op, "id": draft_id}


def _record(raw: bytes) -> Record | None:
    """A record out of its line; None where somebody damaged it."""
    try:
        kept = json.loads(raw)["record"]
        return Record(
            tuple(kept["details"]),
            kept["route"],
            tuple(kept["keys"]),
            tuple(kept["rows"]),
            tuple(kept["lines"]),
        )
    except (ValueError, KeyError, TypeError):
        return None


def record_key(raw: bytes) -> tuple[str, str] | None:
    """Operation and identifier, which stand at the end of a record's line."""
    _, _found, tail = raw.rpartition(b',"op":')
    try:
        ends = json.loads(b'{"op":' + tail)
        return ends["op"], ends["id"]
    except (ValueError, KeyError, TypeError):
        return None
