"""Walks everything: files against journal, and what is not finished against today's directory.

Nothing is changed. What looks wrong is looked at a second time, for others may be at work.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from parkdraft.errors import ParkdraftError, Problem
from parkdraft.outbox.doubts import copies, doubts, recorded
from parkdraft.outbox.keeping import Outbox
from parkdraft.outbox.lines import Damaged
from parkdraft.outbox.records import History, Memory
from parkdraft.outbox.review import Today, holds_today
from parkdraft.outbox.store import STATES, Entry
from parkdraft.process.team import is_lead

Watched = Callable[[Iterable[str]], Iterable[str]]
"""Shows progress while drafts are walked; gets their identifiers and gives them back."""


def verify(box: Outbox, today: Today | None, watched: Watched = list) -> list[Problem]:
    """All that is wrong in the outbox; each problem's field is the draft, or a file's name.

    Without ``today``, where its directory cannot be read, journal and files alone are compared.
    """
    memory = Memory().feed(box.journal.read())
    places = _places(box)
    ids = sorted({*places, *memory.ids()})
    doubtful = [
        one for one in watched(ids) if any(_of(box, today, one, places.get(one, ()), memory))
    ]
    if doubtful or memory.damaged:  # somebody may have been at work while we walked
        memory = Memory().feed(box.journal.read())
    found = [
        problem
        for one in doubtful
        for problem in _of(box, today, one, tuple(box.store.find(one)), memory)
    ]
    found += [
        Problem("outbox.foreign", name, data={"folder": f"outbox/{state}"})
        for state in STATES
        for name in box.store.strangers(state)
    ]
    return found + [_damage(one) for one in memory.damaged]


def _places(box: Outbox) -> dict[str, tuple[Entry, ...]]:
    places: dict[str, tuple[Entry, ...]] = {}
    for state in STATES:
        for entry in box.store.entries(state):
            places[entry.id] = (*places.get(entry.id, ()), entry)
    return places


def _of(
    box: Outbox, today: Today | None, draft_id: str, entries: tuple[Entry, ...], memory: Memory
) -> Iterator[Problem]:
    """What is wrong with one draft."""
    history = memory.of(draft_id)
    if len(entries) > 1:
        yield copies(entries, history)
        return
    if not entries:
        yield from _without_file(history)
        return
    (entry,) = entries
    try:
        content = box.store.read(entry)
    except ParkdraftError as error:  # moved just now: the second look finds it; or unreadable
        yield from (problem.at(field=draft_id) for problem in error.problems)
        return
    yield from doubts(entry, history, content)
    if today is None:
        return
    if entry.state in ("pending", "approved"):
        yield from holds_today(entry, history, content, today)
    if entry.state == "waiting":
        yield from _still_waits(entry, history, content, today)
    if entry.state == "approved":
        yield from _approver(history, today)


def _without_file(history: History) -> Iterator[Problem]:
    if history.unfinished:
        yield Problem("outbox.unfinished", history.id)
    elif history.last and history.last.state is not None:  # not purged
        yield Problem("outbox.no-file", history.id, data={"said": recorded(history)})


def _still_waits(entry: Entry, history: History, content: bytes, today: Today) -> Iterator[Problem]:
    for problem in holds_today(entry, history, content, today):
        if problem.code == "outbox.other-channel-today":  # its contact has come
            yield Problem("outbox.contact-is-there", entry.id)
        elif problem.code != "outbox.waits-today":
            yield problem


def _approver(history: History, today: Today) -> Iterator[Problem]:
    last = history.last
    if last and last.do == "approve" and not is_lead(today.directory.team, last.by):
        yield Problem("outbox.approver", history.id)


def _damage(one: Damaged) -> Problem:
    code = "outbox.journal-torn" if one.torn else "outbox.journal-damaged"
    return Problem(code, one.segment or None, one.number or None)
