"""A lead's decisions, and an agent's "it is sent": who may, from which state, and what must hold.

Every refusal names all that stands against it; with several drafts the permitted ones are done.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import NamedTuple

from parkdraft.errors import DetailsError, OutboxError, ParkdraftError, Problem
from parkdraft.outbox.doubts import HEADERS, copies, doubts
from parkdraft.outbox.keeping import Outbox, digest, move
from parkdraft.outbox.records import History
from parkdraft.outbox.store import Entry, is_id
from parkdraft.process.directory import Directory
from parkdraft.process.inquiry import Inquiry
from parkdraft.process.labels import state_label
from parkdraft.process.routing import Decision
from parkdraft.process.team import is_lead
from parkdraft.process.values import LONGEST, read_memo
from parkdraft.writing.drafting import Draft
from parkdraft.writing.reader import differences, read

FROM = {
    "approve": ("pending",),
    "return": ("pending", "waiting", "approved"),
    "sent": ("approved",),
}
"""The states from which each may be done (contract, "Who may do what")."""


class Remade(NamedTuple):
    """What today's directory and templates make of a draft's case or cases."""

    draft: Draft
    inquiries: tuple[Inquiry, ...]

    @property
    def decision(self) -> Decision:
        """Who gets it; the same for all of them."""
        decision = self.inquiries[0].decision
        assert decision is not None  # without one, nothing was drafted
        return decision


class Today(NamedTuple):
    """What reviewing needs to know: today's directory, and how drafts are made today.

    ``remake`` raises ParkdraftError where the case has no route today.
    """

    directory: Directory
    remake: Callable[[History], Remade]


class Outcome(NamedTuple):
    """What was done to several drafts, and why the others were refused (field: their id)."""

    done: tuple[Entry, ...]
    problems: tuple[Problem, ...]


def approve(box: Outbox, today: Today, ids: Iterable[str]) -> Outcome:
    """Approve drafts: a lead, the sender set, files unchanged, recipients as today's."""

    def one(entry: Entry, history: History) -> Entry:
        content = box.store.read(entry)
        problems = [
            *against_approval(box, today.directory, entry, history),
            *doubts(entry, history, content),
        ]
        problems += holds_today(entry, history, content, today)
        if problems:
            raise OutboxError(problems)
        return move(box, entry, history, "approve", "approved")

    return _each(box, "approve", ids, one)


def send_back(box: Outbox, directory: Directory, ids: Iterable[str], reason: str) -> Outcome:
    """Return drafts with a reason: a lead, or their author. Raises DetailsError for the reason.

    Whatever is doubtful of a draft, it may be returned, if it is known at all.
    """
    try:
        said = read_memo(reason, 5 * LONGEST)
    except DetailsError as error:
        raise DetailsError(problem.at(field="reason") for problem in error.problems) from error

    def one(entry: Entry, history: History) -> Entry:
        may = may_return(box, directory, history)
        problems = [] if may else [Problem("outbox.not-yours")]
        if not (history.last and history.last.state):
            problems = doubts(entry, history)
        if problems:
            raise OutboxError(problems)
        return move(box, entry, history, "return", "returned", reason=said)

    return _each(box, "return", ids, one)


def mark_sent(box: Outbox, ids: Iterable[str]) -> Outcome:
    """Say of approved drafts that they were sent, or handled; anyone may."""

    def one(entry: Entry, history: History) -> Entry:
        problems = doubts(entry, history, box.store.read(entry))
        if problems:
            raise OutboxError(problems)
        return move(box, entry, history, "sent", "sent")

    return _each(box, "sent", ids, one)


def against_approval(
    box: Outbox, directory: Directory, entry: Entry, history: History
) -> list[Problem]:
    """Why whoever is working may not approve a draft, whatever its file says."""
    return [*_who_approves(box, directory, history), *_sender_is_set(entry, directory)]


def may_return(box: Outbox, directory: Directory, history: History) -> bool:
    """Whether whoever is working may return a draft, from where that is done at all."""
    return is_lead(directory.team, box.login) or history.author == box.login


def opened(box: Outbox, draft_id: str) -> Entry:
    """A draft that may be handed to a mail program: where it should be, and unchanged."""
    with box.alone():
        entry = located(box, draft_id)
        problems = doubts(entry, box.history(draft_id), box.store.read(entry))
    if problems:
        raise OutboxError(problems)
    return entry


def outdated(box: Outbox, today: Today, entry: Entry) -> list[Problem]:
    """What today's route says otherwise of a draft that somebody is about to send."""
    if entry.state not in ("pending", "approved"):
        return []
    return holds_today(entry, box.history(entry.id), box.store.read(entry), today)


def located(box: Outbox, draft_id: str) -> Entry:
    """Where a draft is; raises OutboxError where there is none, or more than one.

    What is no identifier is not repeated: it may be anything.
    """
    if not is_id(draft_id):
        raise OutboxError([Problem("outbox.no-id")])
    found = box.store.find(draft_id)
    if len(found) != 1:  # or somebody moved it from one folder to another while we looked
        found = box.store.find(draft_id)
    if not found:
        raise OutboxError([Problem("outbox.unknown", draft_id)])
    if len(found) > 1:
        raise OutboxError([copies(found, box.history(draft_id))])
    return found[0]


def _each(
    box: Outbox, do: str, ids: Iterable[str], one: Callable[[Entry, History], Entry]
) -> Outcome:
    done: list[Entry] = []
    problems: list[Problem] = []
    places: dict[str, int] = {}
    for place, draft_id in enumerate(ids, start=1):
        places.setdefault(draft_id, place)
    for draft_id, place in places.items():
        try:
            with box.alone():
                entry, history = located(box, draft_id), box.history(draft_id)
                _in_state(do, entry, history)
                done.append(one(entry, history))
        except ParkdraftError as error:
            named = draft_id if is_id(draft_id) else f"{place}번째 번호"
            problems += [problem.at(field=named) for problem in error.problems]
    return Outcome(tuple(done), tuple(problems))


def _in_state(do: str, entry: Entry, history: History) -> None:
    if entry.state not in FROM[do]:
        channel = history.made.more["channel"] if history.made else ""
        data = {"state": state_label(entry.state, channel)}
        raise OutboxError([Problem(f"outbox.state-{do}", data=data)])


def _who_approves(box: Outbox, directory: Directory, history: History) -> list[Problem]:
    if not directory.team.leads:
        return [Problem("outbox.no-leads")]
    if not is_lead(directory.team, box.login):
        return [Problem("outbox.not-a-lead")]
    if directory.team.four_eyes and history.author == box.login:
        return [Problem("outbox.four-eyes")]
    return []


def _sender_is_set(entry: Entry, directory: Directory) -> list[Problem]:
    if entry.suffix == ".eml" and directory.sender_is_placeholder:
        return [Problem("outbox.placeholder")]
    return []


def holds_today(entry: Entry, history: History, content: bytes, today: Today) -> list[Problem]:
    """What today's route says otherwise: From, To and Cc of an e-mail; else who is mentioned.

    Of a file that was changed or renamed, or without a record, ``doubts`` has said it.
    """
    made = history.made
    if history.record is None or made is None:
        return []
    if (made.suffix, made.sha256) != (entry.suffix, digest(content)):
        return []
    try:
        remade = today.remake(history)
    except ParkdraftError as error:
        causes = [problem.at(field=entry.id) for problem in error.problems]
        return [Problem("outbox.no-route-today", entry.id), *causes]
    now = remade.decision
    if now.awaits:
        return [Problem("outbox.waits-today", entry.id, data={"month": now.awaits})]
    if (made.more["channel"], entry.suffix) != (now.channel, remade.draft.suffix):
        return [Problem("outbox.other-channel-today", entry.id)]
    if remade.draft.mail is None:
        wrong = [] if history.record.route == now.recipients() else ["받는 곳"]
    else:
        differing = differences(remade.draft.mail, read(content))
        wrong = [HEADERS[name] for name in differing if name in _COMPARED]
    data = {"headers": ", ".join(wrong)}
    return [Problem("outbox.other-people-today", entry.id, data=data)] if wrong else []


_COMPARED = ("From", "Reply-To", "To", "Cc")
