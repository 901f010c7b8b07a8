"""What is wrong in the outbox, draft by draft, as a page tells it."""

from __future__ import annotations

from typing import NamedTuple

from parkdraft.errors import ParkdraftError, Problem
from parkdraft.home import Home
from parkdraft.outbox.listing import Listed
from parkdraft.outbox.records import Memory
from parkdraft.outbox.store import Entry, is_id
from parkdraft.outbox.verifying import verify
from parkdraft.process.labels import state_label
from parkdraft.web.outboxwords import line_of, title

MOST = 300
"""Drafts that are told one by one; a changed address may make thousands of them doubtful."""


class Finding(NamedTuple):
    """What is wrong with one draft or one file; ``id`` only where its page can be opened."""

    id: str | None
    name: str
    label: str
    lines: list[str]


def problems_of(home: Home) -> dict[str, list[Problem]]:
    """Everything that is wrong, by draft or file; nothing is changed."""
    problems: list[Problem] = []
    today = None
    try:
        today = home.today()
    except ParkdraftError as error:  # a directory that is not sound is one more finding
        problems += error.problems
    problems += verify(home.drafts, today)
    told: dict[str, list[Problem]] = {}
    for one in problems:
        told.setdefault(one.field or "", []).append(one)
    return told


def findings(home: Home, memory: Memory, told: dict[str, list[Problem]]) -> list[Finding]:
    """The first of them in words."""
    return [_finding(home, memory, field, told[field]) for field in list(told)[:MOST]]


def _finding(home: Home, memory: Memory, field: str, problems: list[Problem]) -> Finding:
    lines = list(dict.fromkeys(map(line_of, problems)))
    if not is_id(field):
        return Finding(None, field, "", lines)
    history = memory.brief(field)
    places = home.drafts.store.find(field)
    entry = places[0] if places else Entry(field, "", "")
    one = Listed(entry, history)
    label = state_label(entry.state, one.facts.get("channel", "email")) if places else ""
    return Finding(field if len(places) == 1 else None, title(one), label, lines)
