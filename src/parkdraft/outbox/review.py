"""A lead's decisions, and an agent's "it is sent": who may, from which state, and what must hold.

Every refusal names all that stands against it; with several drafts the permitted ones are done.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import NamedTuple

from parkdraft.errors import OutboxError, ParkdraftError, Problem
from parkdraft.outbox.doubts import doubts
from parkdraft.outbox.keeping import Outbox, digest, move
from parkdraft.outbox.records import History
from parkdraft.outbox.store import Entry
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
            *_who_approves(box, today.directory, history),
            *_sender_is_set(entry, today.directory),
            *doubts(entry, history, content),
        ]
        problems += holds_today(entry, history, content, today)
        if problems:
            raise OutboxError(problems)
        return move(box, entry, history, "approve", "approved")

    return _each(box, "approve", ids, one)


def send_back(box: Outbox, directory: Directory, ids: Iterable[str], reason: str) -> Outcome:
    """Return drafts with a reason: a lead, or their author. Raises DetailsError for the reason."""
    said = read_memo(reason, 5 * LONGEST)

    def one(entry: Entry, history: History) -> Entry:
        may = is_lead(directory.team, box.login) or history.author == box.login
        problems = [] if may else [Problem("outbox.not-yours")]
        if not history.events:
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


def opened(box: Outbox, draft_id: str) -> Entry:
    """A draft that may be handed to a mail program: where it should be, and unchanged."""
    with box.alone():
        entry = located(box, draft_id)
        problems = doubts(entry, box.history(draft_id), box.store.read(entry))
    if problems:
        raise OutboxError(problems)
    return entry


def located(box: Outbox, draft_id: str) -> Entry:
    """Where a draft is; raises OutboxError where there is none, or more than one."""
    found = box.store.find(draft_id)
    if not found:
        raise OutboxError([Problem("outbox.unknown", draft_id)])
    if len(found) > 1:
        raise OutboxError([Problem("outbox.copied", draft_id)])
    return found[0]


def _each(
    box: Outbox, do: str, ids: Iterable[str], one: Callable[[Entry, History], Entry]
) -> Outcome:
    done: list[Entry] = []
    problems: list[Problem] = []
    for draft_id in dict.fromkeys(ids):
        try:
            with box.alone():
                entry, history = located(box, draft_id), box.history(draft_id)
                _in_state(do, entry, history)
                done.append(one(entry, history))
        except ParkdraftError as error:
            problems += [problem.at(field=draft_id) for problem in error.problems]
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

    Of a file that was changed, or without a record, ``doubts`` has said what is wrong.
    """
    if history.record is None or history.made is None or digest(content) != history.made.sha256:
        return []
    try:
        remade = today.remake(history)
    except ParkdraftError as error:
        causes = [problem.at(field=entry.id) for problem in error.problems]
        return [Problem("outbox.no-route-today", entry.id), *causes]
    now = remade.decision
    if now.awaits:
        return [Problem("outbox.waits-today", entry.id, data={"month": now.awaits})]
    if (history.made.more["channel"], entry.suffix) != (now.channel, remade.draft.suffix):
        return [Problem("outbox.other-channel-today", entry.id)]
    if remade.draft.mail is None:
        wrong = [] if history.record.route == now.recipients() else ["받는 곳"]
    else:
        wrong = [name for name in differences(remade.draft.mail, read(content)) if name in _HEADERS]
    data = {"headers": ", ".join(wrong)}
    return [Problem("outbox.other-people-today", entry.id, data=data)] if wrong else []


_HEADERS = ("From", "Reply-To", "To", "Cc")
