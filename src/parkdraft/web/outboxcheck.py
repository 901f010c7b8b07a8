"""What was wrong in the outbox, draft by draft, and what of it was put right."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from parkdraft.drafting import Today
from parkdraft.errors import ParkdraftError
from parkdraft.outbox.box import Outbox
from parkdraft.outbox.verify import Finding
from parkdraft.review import verify
from parkdraft.web.desk import Desk
from parkdraft.web.outboxwords import line_of, note_of, state_of, title
from parkdraft.wording import message

MOST = 300
"""Drafts that are told one by one; a changed address may make thousands of them doubtful."""


class Told(NamedTuple):
    """What was found of one draft or one file; ``id`` only where its page can be opened."""

    id: str | None
    name: str
    label: str
    left: list[str]
    mended: list[str]


class Checked(NamedTuple):
    """What a check found; ``more`` says how many drafts are not told one by one.

    ``version`` is the last thing that had happened in the outbox.
    """

    version: int
    told: list[Told]
    left: int
    mended: int
    more: int
    notes: list[str]


def checked(desk: Desk) -> Checked:
    """Compare everything, and put right what can be."""
    found: list[Finding] = []
    today: Today | None = None
    try:
        today = desk.home.today()
    except ParkdraftError as error:  # a directory that is not sound is one more finding
        found += map(Finding, error.problems)
    with desk.drafts(change=desk.is_there()) as box:
        found += verify(box, today)
        fields: dict[str, list[Finding]] = {}
        for one in found:
            fields.setdefault(one.problem.field or "", []).append(one)
        told = [_told(box, field, fields[field]) for field in list(fields)[:MOST]]
        version = box.store.last_event()
    notes = list(dict.fromkeys(map(note_of, box.notes)))
    mended = sum(one.mended for one in found)
    more = len(fields) - len(told)
    return Checked(version, told, len(found) - mended, mended, more, notes)


def _told(box: Outbox, field: str, found: Iterable[Finding]) -> Told:
    left = [line_of(one.problem) for one in found if not one.mended]
    mended = [_mended(one) for one in found if one.mended]
    draft = box.store.find(field)
    if draft is None:
        return Told(None, field, "", left, mended)
    if draft.state == "purged":
        return Told(None, draft.id, "개인정보를 파기한 초안", left, mended)
    return Told(draft.id, title(draft), state_of(draft), left, mended)


def _mended(one: Finding) -> str:
    """What was put right; who moved something aside is to be found out still."""
    is_done = one.problem.code.startswith("outbox.file-")
    return message(one.problem) if is_done else line_of(one.problem)
