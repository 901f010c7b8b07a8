"""Who may move a draft, from which state, and what must hold: one door from a name to an outcome.

Every refusal names all that stands against it; with several drafts the permitted ones are done.
What may never be is refused once more by the schema.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import NamedTuple

from parkdraft.errors import DetailsError, OutboxError, ParkdraftError, Problem
from parkdraft.model.directory import Directory
from parkdraft.model.labels import state_label
from parkdraft.model.team import is_lead
from parkdraft.outbox.box import Outbox
from parkdraft.outbox.facts import Event, StoredDraft
from parkdraft.outbox.ids import part
from parkdraft.outbox.today import Today, holds_today
from parkdraft.outbox.verify import replay
from parkdraft.values.privatenumbers import read_memo
from parkdraft.values.text import LONGEST

FROM = {
    "approve": ("pending",),
    "return": ("pending", "waiting", "approved"),
    "sent": ("approved",),
    "undo": ("approved", "returned", "sent"),
}
"""The states from which each may be done (contract, "Who may do what")."""
UNDOABLE = ("approve", "return", "sent")
UNDO_WITHIN = timedelta(minutes=10)
"""How long who took a step may take it back; a lead may later, too."""


class Wanted(NamedTuple):
    """A draft that something shall be done to, as somebody names it.

    ``seen`` is the ``moved`` that they saw, where that is known: was it moved since, nothing is
    done.
    """

    name: str
    seen: int | None = None


class Outcome(NamedTuple):
    """What was done to several drafts, and why the others were refused (field: their id)."""

    done: tuple[StoredDraft, ...]
    problems: tuple[Problem, ...]


def approve(box: Outbox, today: Today, wanted: Iterable[Wanted]) -> Outcome:
    """Approve drafts: a lead, the sender set, recipients as today's."""

    def one(draft: StoredDraft) -> Event:
        content = box.content(draft)
        problems = against_approval(box, today.directory, draft)
        problems += replay(box, draft, content) or holds_today(draft, content, today)
        if problems:
            raise OutboxError(problems)
        box.notes.extend(waited(box, draft))
        if content.seen.get("masked"):
            data = {"count": len(content.attachments)}
            box.notes.append(Problem("outbox.masked", draft.id, data=data))
        return event(box, draft, "approve", "approved", "lead")

    return _each(box, "approve", wanted, one)


def send_back(box: Outbox, directory: Directory, wanted: Iterable[Wanted], reason: str) -> Outcome:
    """Return drafts with a reason: a lead, or their author. Raises DetailsError for the reason."""
    said = read_reason(reason)

    def one(draft: StoredDraft) -> Event:
        grounds = right(box, directory, draft)
        if grounds is None:
            raise OutboxError([Problem("outbox.not-yours", data={"login": box.login})])
        return event(box, draft, "return", "returned", grounds, reason=said)

    return _each(box, "return", wanted, one)


def mark_sent(box: Outbox, wanted: Iterable[Wanted]) -> Outcome:
    """Say of approved drafts that they were sent, or handled; anyone may."""
    return _each(box, "sent", wanted, lambda draft: event(box, draft, "sent", "sent", "all"))


def undo(box: Outbox, directory: Directory, wanted: Iterable[Wanted]) -> Outcome:
    """Take the last step back: whoever took it, for a while; a lead, later, too."""

    def one(draft: StoredDraft) -> Event:
        last = undoable(box, draft)
        if last is None or last.source is None:
            raise OutboxError([Problem("outbox.nothing-to-undo")])
        grounds = undo_right(box, directory, draft, last)
        if grounds is None:
            raise OutboxError([Problem("outbox.undo-late", data={"login": box.login})])
        return event(box, draft, "undo", last.source, grounds)._replace(undoes=last.step)

    return _each(box, "undo", wanted, one)


def handed_out(box: Outbox, draft: StoredDraft, verb: str) -> None:
    """Record that somebody opened, copied or downloaded a draft: then it may have been sent."""
    happen(box, draft, event(box, draft, verb, draft.state, "all"))


def read_reason(text: str) -> str:
    """A reason as it is kept; raises DetailsError with ``reason`` as the field."""
    try:
        return read_memo(text, 5 * LONGEST)
    except DetailsError as error:
        raise DetailsError(problem.at(field="reason") for problem in error.problems) from error


def waited(box: Outbox, draft: StoredDraft) -> list[Problem]:
    """That a draft waited for its list for longer than a day: is it still needed?"""
    days = (box.now().astimezone() - draft.made).days
    if days < 1 or all(one.verb != "fill" for one in box.store.events(draft.id)):
        return []
    return [Problem("outbox.waited", draft.id, data={"days": days})]


def against_approval(box: Outbox, directory: Directory, draft: StoredDraft) -> list[Problem]:
    """Why whoever is working may not approve a draft, whatever it says."""
    team, problems = directory.team, []
    if not team.leads:
        problems.append(Problem("outbox.no-leads"))
    elif not is_lead(team, box.login):
        problems.append(Problem("outbox.not-a-lead", data={"login": box.login}))
    elif team.four_eyes and draft.author == box.login:
        problems.append(Problem("outbox.four-eyes"))
    if draft.suffix == ".eml" and directory.sender_is_placeholder:
        problems.append(Problem("outbox.placeholder"))
    return problems


def right(box: Outbox, directory: Directory, draft: StoredDraft) -> str | None:
    """By which right whoever is working may return or remake a draft: lead, author, or none."""
    if is_lead(directory.team, box.login):
        return "lead"
    return "author" if draft.author == box.login else None


def undoable(box: Outbox, draft: StoredDraft) -> Event | None:
    """The step that may be taken back, if there is one: none where others stand in its place."""
    last = next((one for one in box.store.events(draft.id) if one.step == draft.moved), None)
    stands = last is not None and last.verb in UNDOABLE and not box.store.successors(draft.id)
    return last if stands else None


def undo_right(box: Outbox, directory: Directory, draft: StoredDraft, last: Event) -> str | None:
    """By which right whoever is working may take a step back."""
    since = box.now().astimezone() - last.moment
    untouched = draft.step == draft.moved and timedelta(0) <= since <= UNDO_WITHIN
    if last.login == box.login and untouched:
        return "doer"
    return "lead" if is_lead(directory.team, box.login) else None


def event(
    box: Outbox,
    draft: StoredDraft,
    verb: str,
    target: str,
    grounds: str,
    reason: str | None = None,
    other: str | None = None,
) -> Event:
    """What is about to happen to a draft as it was seen."""
    at, step = box.at(), draft.step + 1
    about = (draft.state, target, grounds, draft.sha256, reason, other)
    return Event(draft.id, step, at, box.login, verb, *about)


def happen(box: Outbox, draft: StoredDraft, event: Event) -> None:
    """Let it happen, unless somebody moved the draft since it was looked at."""
    with box.store.change():
        _happen(box, draft, event)


def _happen(box: Outbox, draft: StoredDraft, event: Event) -> None:
    now = box.store.find(draft.id)
    if now is None or now.moved != draft.moved:
        raise OutboxError([Problem("outbox.gone", draft.id)])
    box.store.happened(event._replace(step=now.step + 1))


def _each(
    box: Outbox, do: str, wanted: Iterable[Wanted], one: Callable[[StoredDraft], Event]
) -> Outcome:
    done: list[StoredDraft] = []
    problems: list[Problem] = []
    met: set[str] = set()
    for place, (name, seen) in enumerate(wanted, start=1):
        try:
            draft = box.located(name)
            if draft.id in met:
                continue
            met.add(draft.id)
        except ParkdraftError as error:
            shown = name if part(name) else f"{place}번째 번호"
            problems += [problem.at(field=shown) for problem in error.problems]
            continue
        try:
            if seen is not None and seen != draft.moved:
                raise OutboxError([Problem("outbox.gone")])
            _in_state(do, draft)
            happen(box, draft, one(draft))
            done.append(box.located(draft.id))
        except ParkdraftError as error:
            problems += [problem.at(field=draft.id) for problem in error.problems]
    return Outcome(tuple(done), tuple(problems))


def _in_state(do: str, draft: StoredDraft) -> None:
    if draft.state not in FROM[do]:
        state = state_label(draft.state, draft.channel)
        raise OutboxError([Problem(f"outbox.state-{do}", data={"state": state})])
