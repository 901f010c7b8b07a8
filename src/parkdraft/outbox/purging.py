"""Removing drafts that are done with, and what the journal tells of their customers.

What stays is when, which row, and who.
"""

from __future__ import annotations

from typing import NamedTuple

from parkdraft.outbox.keeping import Outbox, remove
from parkdraft.outbox.lines import about
from parkdraft.outbox.listing import is_older
from parkdraft.outbox.records import PERSONAL, Event, History, Memory
from parkdraft.outbox.settling import strip
from parkdraft.outbox.store import STATES, Entry

FINISHED = ("returned", "sent")
GROUP = 500
"""Drafts that are removed with one pair of lines in the journal."""


class Doomed(NamedTuple):
    """What a purge would remove: drafts (their files may be gone already), and lines in the
    journal about drafts that were announced and never made.
    """

    drafts: tuple[tuple[Entry, History], ...]
    traces: tuple[str, ...]


def purgeable(box: Outbox, days: int, *, unfinished: bool) -> Doomed:
    """What nobody has touched for so many days: sent and returned drafts, else all of them."""
    box.tidy()  # a purge that was cut off is carried through first
    memory = Memory(records=False).feed(box.journal.read())
    states = STATES if unfinished else FINISHED
    places = {entry.id: entry for state in STATES for entry in box.store.entries(state)}
    drafts = []
    traces = []
    for draft_id in memory.ids():
        announced, history = memory.announced(draft_id), memory.of(draft_id)
        # what came to nothing, a purge too, has touched nothing
        touched = (*history.events, *history.forked, *history.unfinished) or announced
        if not all(is_older(one, days, box.now()) for one in touched):
            continue
        last = history.last
        if last is None and not history.unfinished and any(map(_tells, announced)):
            traces.append(draft_id)
        elif last and last.state:
            entry = places.get(draft_id) or Entry(draft_id, last.state, last.suffix)
            if {entry.state, last.state} <= set(states):
                drafts.append((entry, history))
    return Doomed(tuple(drafts), tuple(traces))


def _is_untouched(box: Outbox, memory: Memory, entry: Entry, history: History) -> bool:
    same = memory.of(entry.id).last == history.last
    return same and box.store.find(entry.id) in ([], [entry])


def _tells(one: Event) -> bool:
    """Whether its line still says something of a customer."""
    return any(name in one.more for name in PERSONAL)


def purge(box: Outbox, doomed: Doomed) -> list[Entry]:
    """Remove these drafts for good; which that were. Raises StorageError.

    One that somebody has moved since it was chosen stays.
    """
    removed: list[Entry] = []
    for start in range(0, len(doomed.drafts), GROUP):
        with box.alone():
            group = doomed.drafts[start : start + GROUP]
            chosen = box.journal.read(about(entry.id for entry, _ in group))
            memory = Memory(records=False).feed(chosen)
            still = [one for one in group if _is_untouched(box, memory, *one)]
            if still:
                remove(box, still)
            removed += [entry for entry, _ in still]
    if doomed.traces:
        with box.alone():
            strip(box.journal, doomed.traces)
    return removed
