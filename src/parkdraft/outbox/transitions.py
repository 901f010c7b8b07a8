"""Who may move a draft, from which state, and what must hold.

A refusal names all reasons. What must never happen is also refused by the schema.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

from parkdraft.errors import DetailsError, OutboxError, Problem
from parkdraft.model.directory import Directory
from parkdraft.model.labels import state_label
from parkdraft.model.states import Grounds, KeptState, Move, State, Verb
from parkdraft.model.team import is_lead
from parkdraft.outbox.box import Outbox
from parkdraft.outbox.facts import Content, Event, StoredDraft, stamp
from parkdraft.values.text import LONGEST, read_memo

if TYPE_CHECKING:
    from parkdraft.codes import Code

    pass

FROM: Mapping[Move, tuple[State, ...]] = {
    "approve": ("pending",),
    "return": ("pending", "waiting", "approved"),
    "sent": ("approved",),
    "undo": ("approved", "returned", "sent"),
}
"""Verb → the states from which it may be done."""
_NOT_FROM_HERE: Mapping[Move, Code] = {
    "approve": "outbox.state-approve",
    "return": "outbox.state-return",
    "sent": "outbox.state-sent",
    "undo": "outbox.state-undo",
}
UNDOABLE = ("approve", "return", "sent")
UNDO_WITHIN = timedelta(minutes=10)
"""How long somebody may take back their own step; a lead may do so later, too."""


class Outcome(NamedTuple):
    """Drafts that were moved, and why others were not (a problem's field is the draft's id)."""

    done: tuple[StoredDraft, ...]
    problems: tuple[Problem, ...]


def approve(
    box: Outbox,
    directory: Directory,
    draft: StoredDraft,
    content: Content,
    doubts: Sequence[Problem],
) -> StoredDraft:
    """Approve a draft: only a lead may, and only where the sender is set.

    ``doubts`` are what its records and today's directory say against it. Raises OutboxError with
    all reasons; what the lead should know goes into ``box.notes``.
    """
    problems = [*against_approval(box, directory, draft), *doubts]
    if problems:
        raise OutboxError(problems)
    approved = happen(box, draft, event(box, draft, "approve", "approved", "lead"))
    box.notes.extend(waited(box, draft))
    if content.seen.get("masked"):
        data = {"count": len(content.attachments)}
        box.notes.append(Problem("outbox.masked", draft.id, data=data))
    return approved


def send_back(box: Outbox, directory: Directory, draft: StoredDraft, reason: str) -> StoredDraft:
    """Return a draft with a reason: a lead, or its author."""
    grounds = right(box, directory, draft)
    if grounds is None:
        raise OutboxError([Problem("outbox.not-yours", data={"login": box.login})])
    return happen(box, draft, event(box, draft, "return", "returned", grounds, reason=reason))


def mark_sent(box: Outbox, draft: StoredDraft) -> StoredDraft:
    """Say of an approved draft that it was sent, or handled; anyone may."""
    return happen(box, draft, event(box, draft, "sent", "sent", "all"))


def undo(box: Outbox, directory: Directory, draft: StoredDraft) -> StoredDraft:
    """Take the last step back: whoever took it, for a while; a lead, later, too."""
    last = undoable(box, draft)
    if last is None or last.source is None:
        raise OutboxError([Problem("outbox.nothing-to-undo")])
    grounds = undo_right(box, directory, draft, last)
    if grounds is None:
        raise OutboxError([Problem("outbox.undo-late", data={"login": box.login})])
    undone = event(box, draft, "undo", last.source, grounds)._replace(undoes=last.step)
    return happen(box, draft, undone)


def handed_out(box: Outbox, draft: StoredDraft, verb: Verb) -> None:
    """Record that somebody opened, copied or downloaded a draft: then it may have been sent."""
    happen(box, draft, event(box, draft, verb, draft.state, "all"))


def read_reason(text: str) -> str:
    """A reason as it is kept; raises DetailsError with ``reason`` as the field."""
    try:
        return read_memo(text, 5 * LONGEST)
    except DetailsError as error:
        raise DetailsError(problem.at(field="reason") for problem in error.problems) from error


def refuse_state(verb: Move, draft: StoredDraft) -> None:
    """Raise OutboxError for a draft in a state from which the verb may not be done."""
    if draft.state not in FROM[verb]:
        state = state_label(draft.state, draft.channel)
        raise OutboxError([Problem(_NOT_FROM_HERE[verb], data={"state": state})])


def waited(box: Outbox, draft: StoredDraft) -> list[Problem]:
    """A note where a draft waited for its list for more than a day: it may not be needed now."""
    days = (box.now().astimezone() - draft.made).days
    if days < 1 or all(past.verb != "fill" for past in box.store.events(draft.id)):
        return []
    return [Problem("outbox.waited", draft.id, data={"days": days})]


def against_approval(box: Outbox, directory: Directory, draft: StoredDraft) -> list[Problem]:
    """Why whoever is working may not approve a draft, whatever its text."""
    team, problems = directory.team, []
    if not team.leads:
        problems.append(Problem("outbox.no-leads"))
    elif not is_lead(team, box.login, box.now().date()):
        problems.append(Problem("outbox.not-a-lead", data={"login": box.login}))
    elif team.four_eyes and draft.author == box.login:
        problems.append(Problem("outbox.four-eyes"))
    if draft.suffix == ".eml" and directory.sender_is_placeholder:
        problems.append(Problem("outbox.placeholder"))
    return problems


def right(box: Outbox, directory: Directory, draft: StoredDraft) -> Grounds | None:
    """By which right whoever is working may return or remake a draft: lead, author, or none."""
    if is_lead(directory.team, box.login, box.now().date()):
        return "lead"
    return "author" if draft.author == box.login else None


def undoable(box: Outbox, draft: StoredDraft) -> Event | None:
    """The step that may be taken back; None where there is none, or the draft was replaced."""
    last = next((past for past in box.store.events(draft.id) if past.step == draft.moved), None)
    stands = last is not None and last.verb in UNDOABLE and not box.store.successors(draft.id)
    return last if stands else None


def undo_right(
    box: Outbox, directory: Directory, draft: StoredDraft, last: Event
) -> Grounds | None:
    """By which right whoever is working may take a step back."""
    since = box.now().astimezone() - last.moment
    untouched = draft.step == draft.moved and timedelta(0) <= since <= UNDO_WITHIN
    if last.login == box.login and untouched:
        return "doer"
    return "lead" if is_lead(directory.team, box.login, box.now().date()) else None


def event(
    box: Outbox,
    draft: StoredDraft,
    verb: Verb,
    target: KeptState,
    grounds: Grounds,
    reason: str | None = None,
    other: str | None = None,
) -> Event:
    """A new event of a draft, by whoever is working, now."""
    return Event(
        draft.id,
        draft.step + 1,
        stamp(box.now()),
        box.login,
        verb,
        draft.state,
        target,
        grounds,
        draft.sha256,
        reason,
        other,
        session=box.seat.session,
        address=box.seat.address,
    )


def happen(box: Outbox, draft: StoredDraft, event: Event) -> StoredDraft:
    """Record an event and return the draft as it is then; raises as ``unmoved``."""
    with box.store.change():
        now = unmoved(box, draft)
        box.store.happened(event._replace(step=now.step + 1))
        return box.store.find(draft.id) or now


def unmoved(box: Outbox, draft: StoredDraft) -> StoredDraft:
    """A draft as it is now; raises OutboxError where somebody moved it since it was read."""
    now = box.store.find(draft.id)
    if now is None or now.moved != draft.moved:
        raise OutboxError([Problem("outbox.gone", draft.id)])
    return now
