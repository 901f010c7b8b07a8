"""What a process that died left half done is finished or cancelled, by what lies where.

A draft that was announced and staged whole becomes visible; a move is done where the file has
moved and nobody else says that he moved it; a purge is carried through. Everything else is
cancelled, and its traces are removed.
"""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Callable, Collection, Mapping
from pathlib import Path

from parkdraft.errors import OutboxError, ParkdraftError, Problem
from parkdraft.outbox.journal import Journal
from parkdraft.outbox.lines import RECORD, Line, about, sound, written
from parkdraft.outbox.records import PERSONAL, Event, History, Memory, end, event
from parkdraft.outbox.store import Entry, Store


def settle(store: Store, journal: Journal) -> None:
    """Finish or cancel what processes of this machine left; the caller has its lock.

    What this user may not write to, or what somebody put in the way, is left for later.
    """
    kept: set[str] = set()
    for segment, lines in journal.unfinished():
        try:
            _settle(store, journal, segment, lines)
        except ParkdraftError:
            kept.update(line["id"] for line in lines)
    with contextlib.suppress(ParkdraftError):
        for entry in store.staged():
            if entry.id not in kept:
                store.unstage(entry.id)
        journal.tidy()


def _settle(store: Store, journal: Journal, segment: Path, lines: list[Line]) -> None:
    memory = Memory().feed(journal.read(about(line["id"] for line in lines)))
    done: list[str] = []
    cancelled: list[str] = []
    purged: list[str] = []
    for one in map(event, lines):
        history = memory.of(one.id)
        if any(one.op == other.op for other in history.unfinished):
            finished = _finish(store, one, history)
            if finished and one.do == "purge":
                purged.append(one.id)
        else:  # its end stands in another segment: a month began on the way
            finished = any(one.op == other.op for other in history.events + history.forked)
        (done if finished else cancelled).append(one.id)
    if purged:
        strip(journal, purged)
    journal.finish(segment, end(lines[0]["op"], done, cancelled))


def _finish(store: Store, one: Event, history: History) -> bool:
    if one.do not in _FINISH:  # of a later version of this program
        raise OutboxError([Problem("outbox.unfinished", one.id)])
    return _FINISH[one.do](store, one, history)


def _finish_draft(store: Store, one: Event, _history: History) -> bool:
    if _is_there(store, one):
        return True
    if not _is_staged(store, one):
        return False
    store.place(one.id, one.suffix, one.state or "")
    store.flush([one.state or ""])
    return True


def _finish_import(store: Store, one: Event, history: History) -> bool:
    before = Entry(one.id, one.source or "", history.made.suffix if history.made else "")
    if _is_there(store, one):
        store.forget(before)
        return True
    store.restore(before)
    return False


def _finish_move(store: Store, one: Event, history: History) -> bool:
    tip = history.last.op if history.last else None
    rivals = [other for other in history.unfinished if other.state == one.state]
    alone = len(rivals) == 1 and not history.forked
    return alone and tip == one.after and _is_there(store, one)


def _finish_purge(store: Store, one: Event, _history: History) -> bool:
    store.remove(Entry(one.id, one.source or "", one.suffix))
    return not store.find(one.id)  # somebody else may have moved it on


_FINISH: Mapping[str, Callable[[Store, Event, History], bool]] = {
    "draft": _finish_draft,
    "import": _finish_import,
    "approve": _finish_move,
    "return": _finish_move,
    "sent": _finish_move,
    "purge": _finish_purge,
}


def _is_there(store: Store, one: Event) -> bool:
    target = Entry(one.id, one.state or "", one.suffix)
    return target in store.find(one.id) and _is_same(store.read(target), one)


def _is_staged(store: Store, one: Event) -> bool:
    try:
        return _is_same(store.read_staged(Entry(one.id, "", one.suffix)), one)
    except OutboxError:
        return False


def _is_same(content: bytes, one: Event) -> bool:
    return hashlib.sha256(content).hexdigest() == one.sha256


def strip(journal: Journal, ids: Collection[str]) -> None:
    """Take what tells of a customer out of the lines on these drafts, whoever wrote them."""
    wanted = {one.encode() for one in ids}

    def stripped(content: bytes) -> bytes:
        return b"".join(_stripped(raw, wanted) for raw in content.splitlines(keepends=True))

    seen: set[Path] = set()
    while left := [segment for segment in journal.segments() if segment not in seen]:
        for segment in left:
            journal.replace(segment, stripped)
        seen.update(left)  # what was renamed meanwhile, by us or others, is looked at again


def _stripped(raw: bytes, ids: Collection[bytes]) -> bytes:
    """A line without its personal details where it is about one of these drafts."""
    if raw.startswith(RECORD):
        named = raw.rpartition(b'"id":"')[2].partition(b'"')[0]
        return b"" if named in ids else raw
    whole = raw.endswith(b"\n")
    line = sound(raw[:-1]) if whole else None
    if line is None:  # damaged or cut off: nobody believes it, but people can read it
        return b"" if any(one in raw for one in ids) else raw
    if str(line.get("id", "")).encode() not in ids:
        return raw
    return written({name: value for name, value in line.items() if name not in PERSONAL})
