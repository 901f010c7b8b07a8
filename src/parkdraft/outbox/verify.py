"""Walks everything: records against themselves, files against records, drafts against today.

The folder is mended on the way. The schema refuses what must never be; what a single edit past it
would leave is found here.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from hashlib import sha256
from typing import NamedTuple

from parkdraft.errors import DraftError, OutboxError, ParkdraftError, Problem, StorageError
from parkdraft.model.team import is_lead
from parkdraft.outbox.box import Outbox
from parkdraft.outbox.facts import STATES, Content, Event, StoredDraft
from parkdraft.outbox.today import Today, holds_today
from parkdraft.writing.readback import read

Watched = Callable[[int], None]
"""Is told how many drafts were looked at."""
_AT_ONCE = 200


class Finding(NamedTuple):
    """One thing that is not as it should be; whether it was put right on the way."""

    problem: Problem
    mended: bool = False


def verify(
    box: Outbox, today: Today | None, watched: Watched = lambda _: None
) -> Iterator[Finding]:
    """All that is wrong in the outbox; each problem's field is the draft, or a file's name.

    Without ``today``, where its directory cannot be read, records and files alone are compared.
    Raises StorageError where the folder cannot be mended.
    """
    for name in box.folder.mend():
        yield Finding(Problem("outbox.folder-odd", f"outbox/{name}"), mended=True)
    box.finish()  # what is merely not written yet is nothing to find
    seen: set[str] = set()
    after, states = "", (*STATES, "purged")
    while ids := box.store.ids(states, after, _AT_ONCE):
        for draft_id in ids:
            yield from _of(box, today, draft_id)
        seen.update(ids)
        after = ids[-1]
        watched(len(seen))
    for state in STATES:
        for draft_id in box.folder.ids(state):
            if draft_id not in seen and box.store.find(draft_id) is None:
                yield Finding(Problem("outbox.no-record", draft_id))
    for folder, name in box.folder.strangers():
        yield Finding(Problem("outbox.foreign", name, data={"folder": folder}))


def replay(box: Outbox, draft: StoredDraft, content: Content | None) -> list[Problem]:
    """What the records of a draft say against themselves; such a draft is doubtful."""
    events = box.store.events(draft.id)
    try:
        sound = _is_sound(box, draft, content, events)
    except (LookupError, TypeError, ValueError):  # not even of the kind that they should be
        sound = False
    if not sound:
        return [Problem("outbox.record-broken", draft.id)]
    if draft.state in ("approved", "sent") and draft.authority == "lead":
        verbs = [one.verb for one in events if one.target == "approved" and one.moves]
        if "approve" not in verbs:
            return [Problem("outbox.not-approved", draft.id)]
    return []


_RIGHTS = {
    **{"draft": ("author", "lead"), "fill": ("program",), "approve": ("lead",), "sent": ("all",)},
    **{"return": ("lead", "author"), "undo": ("lead", "doer"), "purge": ("lead", "program")},
}
_TO = {"fill": "pending", "approve": "approved", "return": "returned", "sent": "sent"}


def _is_sound(
    box: Outbox, draft: StoredDraft, content: Content | None, events: list[Event]
) -> bool:
    """Whether each event is what the schema allows after those before, and all end here."""
    making, purged = events[0], draft.state == "purged"
    state, moved = None, making
    for number, one in enumerate(events, start=1):
        if (one.step, one.source) != (number, state) or (number == 1) != (one.verb == "draft"):
            return False
        making = one if one.verb == "fill" else making
        undone = events[(one.undoes or number) - 1]
        rightful = {"author": draft.author, "doer": undone.login}.get(one.grounds, one.login)
        target = {"undo": undone.source, "purge": "purged", "draft": one.target}.get(one.verb)
        if (
            one.grounds not in _RIGHTS.get(one.verb, ("all",))
            or one.login != rightful
            or one.target != (target or _TO.get(one.verb, state))
            or (one.verb == "undo") == (one.undoes is None)
            or one.sha256 != (None if purged or one.verb == "purge" else making.sha256)
            or not _is_linked(box, one)
        ):
            return False
        moved, state = one if one.moves else moved, one.target
    facts = (state, len(events), moved.step, events[0].at, None if purged else moved.reason)
    if facts != (draft.state, draft.step, draft.moved, draft.at, draft.reason):
        return False
    if events[0].target == {"lead": "approved"}.get(draft.authority, "pending"):
        return False
    stands = state not in ("returned", "purged")
    if not all(live == stands for *_, live in box.store.rows(draft.id)):
        return False
    return content is None if purged else content is not None and _is_whole(draft, content, making)


def _is_whole(draft: StoredDraft, content: Content, making: Event) -> bool:
    """Whether bytes, their SHA-256 wherever it stands, and their recipients are the same."""
    digests = {sha256(content.bytes).hexdigest(), content.sha256, draft.sha256, making.sha256}
    if len(digests) != 1 or len(content.details) != draft.cases:
        return False
    if draft.suffix != ".eml":
        return True
    try:
        mail = read(content.bytes)
    except DraftError:
        return False
    if mail.subject != draft.subject:
        return False
    kept = [[one["address"] for one in content.route[name]] for name in ("to", "cc")]
    people = ([one.address for one in mail.to], [one.address for one in mail.cc])
    return kept == list(people) and mail.sender.address == content.route["from"]["address"]


def _is_linked(box: Outbox, one: Event) -> bool:
    """Whether what was made in place of a draft says so, too, and why else it was returned."""
    if one.other is None:
        return one.verb != "return" or one.reason is not None or one.sha256 is None
    other = box.store.find(one.other)
    return one.verb == "return" and other is not None and other.replaces == one.draft


def _of(box: Outbox, today: Today | None, draft_id: str) -> Iterator[Finding]:
    draft = box.store.find(draft_id)
    if draft is None:
        return
    try:
        content = box.store.content(draft_id)
    except OutboxError as error:
        yield from map(Finding, error.problems)
        return
    broken = replay(box, draft, content)
    yield from map(Finding, broken)
    if broken:
        return
    try:
        yield from list(_mended(box, draft, content))
    except StorageError as error:  # what the folder refuses is one more finding
        yield from (Finding(problem.at(field=draft_id)) for problem in error.problems)
    if content is not None and today is not None:
        yield from map(Finding, _against_today(box, draft, content, today))


def _mended(box: Outbox, draft: StoredDraft, content: Content | None) -> Iterator[Finding]:
    """Compare a draft's files, and put them right, unless somebody moves it meanwhile."""
    places = box.folder.elsewhere(draft)
    if content is None:
        found = "same" if not places and not os.path.lexists(box.path(draft)) else "purged"
    else:
        found = box.folder.find(draft, content.bytes)
    if found == "same" and not places:
        return
    with box.store.change(durable=False):
        now = box.store.find(draft.id)
        if now is None or now.moved != draft.moved:
            return
        told = box.place(draft, content.bytes if content else None)
        box.store.placed([draft.id])
    if not told:
        code = "file-missing" if found == "missing" and not places else "file-elsewhere"
        where = {"place": ", ".join(f"outbox/{path.parent.name}" for path in places)}
        told = [Problem(f"outbox.{code}", draft.id, data=where)]
    yield from (Finding(one, mended=True) for one in told)


def _against_today(
    box: Outbox, draft: StoredDraft, content: Content, today: Today
) -> Iterable[Problem]:
    if draft.state in ("pending", "approved"):
        yield from holds_today(draft, content, today)
    if draft.state == "waiting":
        yield from _still_waits(draft, content, today)
    if draft.state in ("pending", "waiting", "approved"):
        moves = [one for one in box.store.events(draft.id) if one.moves]
        for verb, code in (("approve", "outbox.approver"), ("undo", "outbox.undoer")):
            by = [one for one in moves if one.verb == verb and one.grounds == "lead"][-1:]
            stands = draft.state == "approved" if verb == "approve" else by == moves[-1:]
            if by and stands and not is_lead(today.directory.team, by[0].login):
                yield Problem(code, draft.id)


def _still_waits(draft: StoredDraft, content: Content, today: Today) -> Iterator[Problem]:
    try:
        remade = today.remake(draft, content)
    except ParkdraftError as error:
        yield from (problem.at(field=draft.id) for problem in error.problems)
        return
    if not remade.decision.awaits:
        yield Problem("outbox.contact-is-there", draft.id)
