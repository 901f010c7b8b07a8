"""Removing drafts that are done with, and what the journal tells of their customers.

What stays is when, which row, and who.
"""

from __future__ import annotations

from typing import NamedTuple

from parkdraft.outbox.keeping import Outbox, remove
from parkdraft.outbox.listing import is_older
from parkdraft.outbox.records import History, Memory
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
    memory = Memory(records=False).feed(box.journal.read())
    states = STATES if unfinished else FINISHED
    places = {entry.id: entry for state in STATES for entry in box.store.entries(state)}
    drafts = []
    traces = []
    for draft_id in memory.ids():
        announced, history = memory.announced(draft_id), memory.of(draft_id)
        if not all(is_older(one, days, box.now()) for one in announced):
            continue
        last = history.last
        if last is None and not history.unfinished and any(one.more for one in announced):
            traces.append(draft_id)
        elif last and last.state:
            entry = places.get(draft_id) or Entry(draft_id, last.state, last.suffix)
            if entry.state in states:
                drafts.append((entry, history))
    return Doomed(tuple(drafts), tuple(traces))


def purge(box: Outbox, doomed: Doomed) -> int:
    """Remove these drafts for good; how many that were. Raises StorageError.

    One that somebody has moved since it was chosen stays.
    """
    count = 0
    for start in range(0, len(doomed.drafts), GROUP):
        with box.alone():
            group = doomed.drafts[start : start + GROUP]
            still = [one for one in group if box.store.find(one[0].id) in ([], [one[0]])]
            remove(box, still)
            count += len(still)
    if doomed.traces:
        with box.alone():
            strip(box.journal, doomed.traces)
    return count
