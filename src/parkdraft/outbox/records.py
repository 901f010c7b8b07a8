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
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from operator import itemgetter
from typing import Any, NamedTuple

from parkdraft.outbox.lines import MAKING, Damaged, Line, written_json

PERSONAL = ("subject", "reason", "sha256")
"""What in an intent may tell of a customer; all else stays when the details are purged."""


class Event(NamedTuple):
    """One operation on one draft, as announced; ``more`` is its whole line."""

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
        for one in self.events[::-1]:
            if one.do in MAKING:
                return one
        return None

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
        self._keyed: dict[bytes, set[str]] = {}
        self._told: dict[str, History] = {}
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
                self._forget(line["cancelled"] + line["done"])
                self._ended.update(((op, one), False) for one in line["cancelled"])
                # what was cancelled stays so, whoever says later that it is done
                for one in line["done"]:
                    self._ended.setdefault((op, one), True)
            else:
                one = event(line)
                self._forget([one.id])
                known = self._intents.setdefault(one.id, {})
                if one.op not in known or len(known[one.op].more) < len(line):
                    known[one.op] = one  # a purge may not have come to the other yet
        return self

    def _keep_record(self, raw: bytes) -> None:
        if self._with_records:
            key = record_key(raw)
            if key is None:
                self.damaged.append(Damaged("", 0, torn=False))
            else:
                self._records[key] = raw
                for one in _keys(raw):
                    self._keyed.setdefault(one, set()).add(key[1])

    def ids(self) -> Iterable[str]:
        """Every draft that the journal knows."""
        return self._intents.keys()

    def is_done(self, op: str, draft_id: str) -> bool | None:
        """Whether an operation on a draft came to its end; None where nobody says so."""
        return self._ended.get((op, draft_id))

    def announced(self, draft_id: str) -> Iterable[Event]:
        """Every operation that somebody began on a draft, finished or not."""
        return self._intents.get(draft_id, {}).values()

    def recorded_ids(self) -> Iterable[str]:
        """Every draft of which a record was kept."""
        return (draft_id for _, draft_id in self._records)

    def keyed(self, keys: Iterable[str]) -> set[str]:
        """Every draft whose record has one of the keys by which a second one is noticed."""
        return {one for key in keys for one in self._keyed.get(key.encode(), ())}

    def of(self, draft_id: str) -> History:
        """A draft's history, empty where the journal does not know it."""
        history = self.brief(draft_id)
        raw = self._records.get((history.made.op, draft_id)) if history.made else None
        return history._replace(record=_record(raw)) if raw else history

    def brief(self, draft_id: str) -> History:
        """A draft's history without its record; remembered until something happens to it."""
        told = self._told.get(draft_id)
        if told is None:
            told = self._told[draft_id] = self._history(draft_id)
        return told

    def _forget(self, ids: Iterable[str]) -> None:
        for draft_id in ids if self._told else ():
            self._told.pop(draft_id, None)

    def _history(self, draft_id: str) -> History:
        done, unfinished = [], []
        for one in self._intents.get(draft_id, {}).values():
            ended = self._ended.get((one.op, draft_id))
            if ended:
                done.append(one)
            elif ended is None:
                unfinished.append(one)
        events, forked = _chained(done)
        return History(draft_id, events, tuple(sorted(unfinished, key=_by_clock)), forked)


def _chained(done: list[Event]) -> tuple[tuple[Event, ...], tuple[Event, ...]]:
    """Finished operations in their order, and those for which there is no place in it."""
    if len(done) == 1 and done[0].after is None:  # most drafts, most of the time
        return tuple(done), ()
    events: list[Event] = []
    forked: list[Event] = []
    left = sorted(done, key=_by_clock)
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


def _by_clock(one: Event) -> tuple[str, str]:
    """Where the chain does not decide; whatever segment was read first."""
    return one.at, one.op


_of_event = itemgetter("op", "at", "by", "do", "id", "from", "to", "suffix", "after")


def event(line: Line) -> Event:
    """An intent's line as an event; raises KeyError where it is none."""
    return Event._make((*_of_event(line), line))


def end(op: str, done: Iterable[str] = (), cancelled: Iterable[str] = ()) -> Line:
    """The line that ends an operation: what of it was done, and what was not."""
    return {"op": op, "done": list(done), "cancelled": list(cancelled)}


def record_line(op: str, draft_id: str, record: Record | bytes) -> Line:
    """The line of a record; ``record`` comes first, by which such lines are told."""
    kept = record if isinstance(record, bytes) else record._asdict()
    return {"record": kept, "op": op, "id": draft_id}


def written_record(
    details: Sequence[Mapping[str, str]],
    route: bytes,
    keys: Sequence[str],
    rows: Sequence[str],
    lines: Sequence[str],
) -> bytes:
    """A record as its line will hold it; its ``route`` is written already, once for many."""
    rest = written_json({"keys": keys, "rows": rows, "lines": lines}).removeprefix(b"{")
    return b'{"details":%b,"route":%b,%b' % (written_json(details), route, rest)


def _record(raw: bytes) -> Record | None:
    """A record out of its line; None where somebody damaged it."""
    try:
        kept = json.loads(raw)["record"]
        record = Record(
            tuple(map(dict, kept["details"])),
            kept["route"],
            tuple(kept["keys"]),
            tuple(kept["rows"]),
            tuple(kept["lines"]),
        )
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
    texts = {*map(type, (*record.keys, *record.rows, *record.lines))}
    return record if record.details and texts <= {str} else None


def _keys(raw: bytes) -> list[bytes]:
    """The keys in a record's line, by its bytes: no text within can hold a bare quote."""
    _, _found, tail = raw.partition(b'"keys":[')
    return tail.partition(b"]")[0].replace(b'"', b"").split(b",") if tail else []


def record_key(raw: bytes) -> tuple[str, str] | None:
    """Operation and identifier, which stand at the end of a record's line."""
    _, _found, tail = raw.rpartition(b',"op":')
    try:
        ends = json.loads(b'{"op":' + tail)
        op, draft_id = ends["op"], ends["id"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
    return (op, draft_id) if type(op) is type(draft_id) is str else None
