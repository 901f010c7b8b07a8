"""Waiting drafts get their recipients when the partner's list of the month has come."""

from __future__ import annotations

from parkdraft.drafting import Today, compose_again
from parkdraft.errors import OutboxError, ParkdraftError, Problem
from parkdraft.outbox.box import Outbox
from parkdraft.outbox.create import fill
from parkdraft.outbox.facts import StoredDraft
from parkdraft.outbox.transitions import Outcome
from parkdraft.records import author_words, new_draft

FILLED = "filled"
"""The memo with the day and the lists for which waiting drafts were looked at last."""
_ALL = 1_000_000


def fill_waiting(box: Outbox, today: Today, lists: str) -> Outcome:
    """Turn each waiting draft that now has its contact into a real one, to be approved.

    A problem's field is the draft that could not be filled; a draft that still waits is in neither
    list. ``lists`` is the current ``month_state``, to be remembered.
    """
    filled: list[StoredDraft] = []
    problems: list[Problem] = []
    waiting = box.store.ids(("waiting",), limit=_ALL)
    for draft_id in waiting:
        try:
            draft = box.located(draft_id)
            results = compose_again(today, draft, box.content(draft), None)
            if results[0].decision.awaits or draft.state != "waiting":
                continue
            new = new_draft(results, author_words(today.directory.team, draft.author))
            if new.channel != draft.channel:
                raise OutboxError([Problem("outbox.other-channel-today")])
            filled.append(fill(box, draft, new._replace(state="pending")))
        except ParkdraftError as error:
            problems += [problem.at(field=draft_id) for problem in error.problems]
    if waiting:
        with box.store.change():
            box.store.remember(FILLED, lists)
    return Outcome(tuple(filled), tuple(problems))
