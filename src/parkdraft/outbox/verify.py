"""Checks the whole outbox: whether records agree with each other, and files with records.

The folder is mended on the way. The schema refuses wrong records; an edit of the database that
bypassed it is found here.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from hashlib import sha256
from typing import TYPE_CHECKING, NamedTuple

from parkdraft.errors import OutboxError, Problem, StorageError
from parkdraft.model.states import STATES
from parkdraft.outbox.box import Outbox
from parkdraft.outbox.detail import read_content
from parkdraft.outbox.facts import Content, Event, StoredDraft
from parkdraft.writing.message import Mail

if TYPE_CHECKING:
    from parkdraft.codes import Code

Watched = Callable[[int], None]
"""Called with the number of drafts checked so far."""
_AT_ONCE = 200


class Finding(NamedTuple):
    """One thing that is not as it should be, and whether it was mended."""

    problem: Problem
    mended: bool = False


class Checked(NamedTuple):
    """What is wrong with one draft, or with the folder; ``content`` only of a sound draft."""

    findings: list[Finding]
    draft: StoredDraft | None = None
    content: Content | None = None
    mail: Mail | None = None


def walk(box: Outbox, watched: Watched = lambda _: None) -> Iterator[Checked]:
    """Check every draft and every file; each problem's field is the draft, or a file's name.

    Raises StorageError where the folder cannot be mended.
    """
    odd = [Problem("outbox.folder-odd", f"outbox/{name}") for name in box.folder.mend()]
    yield Checked([Finding(problem, mended=True) for problem in odd])
    box.finish()  # a file that is not written yet is no finding
    seen: set[str] = set()
    after, states = "", (*STATES, "purged")
    while ids := box.store.ids(states, after, _AT_ONCE):
        for draft_id in ids:
            yield _checked(box, draft_id)
        seen.update(ids)
        after = ids[-1]
        watched(len(seen))
    unknown = [
        Problem("outbox.no-record", draft_id)
        for state in STATES
        for draft_id in box.folder.ids(state)
        if draft_id not in seen and box.store.find(draft_id) is None
    ]
    foreign = [
        Problem("outbox.foreign", name, data={"folder": folder})
        for folder, name in box.folder.strangers()
    ]
    yield Checked(list(map(Finding, (*unknown, *foreign))))


def replay(
    box: Outbox, draft: StoredDraft, content: Content | None, mail: Mail | None
) -> list[Problem]:
    """Contradictions in the records of a draft; a draft with any is called doubtful.

    ``mail`` is read from its bytes, None for other channels and where they cannot be read.
    """
    events = box.store.events(draft.id)
    try:
        sound = _is_sound(box, draft, content, mail, events)
    except (LookupError, TypeError, ValueError):  # values of a wrong type
        sound = False
    if not sound:
        return [Problem("outbox.record-broken", draft.id)]
    if draft.state in ("approved", "sent") and draft.authority == "lead":
        verbs = [event.verb for event in events if event.target == "approved" and event.moves]
        if "approve" not in verbs:
            return [Problem("outbox.not-approved", draft.id)]
    return []


_RIGHTS = {
    **{"draft": ("author", "lead"), "fill": ("program",), "approve": ("lead",), "sent": ("all",)},
    **{"return": ("lead", "author"), "undo": ("lead", "doer"), "purge": ("lead", "program")},
}
_TO = {"fill": "pending", "approve": "approved", "return": "returned", "sent": "sent"}


def _is_sound(
    box: Outbox,
    draft: StoredDraft,
    content: Content | None,
    mail: Mail | None,
    events: list[Event],
) -> bool:
    """Whether each event is allowed after those before it, and they lead to the draft's facts."""
    making, purged = events[0], draft.state == "purged"
    state, moved = None, making
    for number, event in enumerate(events, start=1):
        if (event.step, event.source) != (number, state):
            return False
        if (event.verb == "draft") != (number == 1):
            return False
        making = event if event.verb == "fill" else making
        undone = events[(event.undoes or number) - 1]
        rightful = {"author": draft.author, "doer": undone.login}.get(event.grounds, event.login)
        target = {"undo": undone.source, "purge": "purged", "draft": event.target}.get(event.verb)
        if (
            event.grounds not in _RIGHTS.get(event.verb, ("all",))
            or event.login != rightful
            or event.target != (target or _TO.get(event.verb, state))
            or (event.verb == "undo") == (event.undoes is None)
            or event.sha256 != (None if purged or event.verb == "purge" else making.sha256)
            or not _is_linked(box, event)
        ):
            return False
        moved, state = event if event.moves else moved, event.target
    facts = (state, len(events), moved.step, events[0].at, None if purged else moved.reason)
    if facts != (draft.state, draft.step, draft.moved, draft.at, draft.reason):
        return False
    if events[0].target == {"lead": "approved"}.get(draft.authority, "pending"):
        return False
    stands = state not in ("returned", "purged")
    if not all(live == stands for *_, live in box.store.rows(draft.id)):
        return False
    if purged or content is None:
        return purged and content is None
    return _is_whole(draft, content, mail, making)


def _is_whole(draft: StoredDraft, content: Content, mail: Mail | None, making: Event) -> bool:
    """Whether all records of the bytes' SHA-256 agree, and the mail has the recorded recipients."""
    digests = {sha256(content.bytes).hexdigest(), content.sha256, draft.sha256, making.sha256}
    if len(digests) != 1 or len(content.details) != draft.cases:
        return False
    if draft.suffix != ".eml":
        return True
    if mail is None or mail.subject != draft.subject:
        return False
    kept = [[person["address"] for person in content.route[name]] for name in ("to", "cc")]
    people = ([person.address for person in mail.to], [person.address for person in mail.cc])
    return kept == list(people) and mail.sender.address == content.route["from"]["address"]


def _is_linked(box: Outbox, event: Event) -> bool:
    """Whether a draft made in its place names it as replaced; another return needs a reason."""
    if event.other is None:
        return event.verb != "return" or event.reason is not None or event.sha256 is None
    other = box.store.find(event.other)
    return event.verb == "return" and other is not None and other.replaces == event.draft


def _checked(box: Outbox, draft_id: str) -> Checked:
    draft = box.store.find(draft_id)
    if draft is None:
        return Checked([])
    try:
        content = box.store.content(draft_id)
    except OutboxError as error:
        return Checked(list(map(Finding, error.problems)))
    mail = read_content(draft, content)[0] if content else None
    if broken := replay(box, draft, content, mail):
        return Checked(list(map(Finding, broken)))
    try:
        findings = list(_mended(box, draft, content))
    except StorageError as error:  # the folder refuses: one more finding
        findings = [Finding(problem.at(field=draft_id)) for problem in error.problems]
    return Checked(findings, draft, content, mail)


def _mended(box: Outbox, draft: StoredDraft, content: Content | None) -> Iterator[Finding]:
    """Compare a draft's files with its record and mend them, unless somebody moved it."""
    places = box.folder.elsewhere(draft)
    if content is None:
        state = "same" if not places and not os.path.lexists(box.folder.path(draft)) else "purged"
    else:
        state = box.folder.find(draft, content.bytes)
    if state == "same" and not places:
        return
    with box.store.change(durable=False):
        now = box.store.find(draft.id)
        if now is None or now.moved != draft.moved:
            return
        problems = box.place(draft, content.bytes if content else None)
        box.store.placed([draft.id])
    if not problems:
        missing = state == "missing" and not places
        code: Code = "outbox.file-missing" if missing else "outbox.file-elsewhere"
        where = {"place": ", ".join(f"outbox/{path.parent.name}" for path in places)}
        problems = [Problem(code, draft.id, data=where)]
    yield from (Finding(problem, mended=True) for problem in problems)
