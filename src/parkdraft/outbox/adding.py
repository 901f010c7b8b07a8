"""A new draft comes in: alone, in place of one that it corrects, or for one that waited."""

from __future__ import annotations

from parkdraft.errors import OutboxError, ParkdraftError, Problem
from parkdraft.outbox.doubts import doubts
from parkdraft.outbox.keeping import New, Outbox, add, exchange, is_under_way, move
from parkdraft.outbox.lines import MAKING, naming
from parkdraft.outbox.noting import new_draft
from parkdraft.outbox.records import Memory
from parkdraft.outbox.review import Outcome, Today, located
from parkdraft.outbox.store import Entry, Sheet, is_id
from parkdraft.process.directory import Directory
from parkdraft.process.team import is_lead


def keep_new(box: Outbox, directory: Directory, new: New) -> Entry:
    """Keep a new draft; what it replaces is returned first, if it is not yet.

    Raises OutboxError where that one is not there, was sent or replaced already, or is
    somebody else's and still under way; nothing is kept then.
    """
    with box.alone():
        replaced = new.facts["replaces"]
        if replaced is None:
            return add(box, [new])[0]
        _return_replaced(box, directory, replaced, new.sheet)
        return add(box, [new], lambda: _refuse_taken(box, replaced, new.sheet.id))[0]


def _return_replaced(box: Outbox, directory: Directory, replaced: str, by: Sheet) -> None:
    if not is_id(replaced):
        raise OutboxError([Problem("outbox.no-id", "replaces")])
    entry, history = located(box, replaced), box.history(replaced)
    _refuse_taken(box, replaced, by.id)
    if entry.state == "returned":
        return
    if entry.state == "sent":
        raise OutboxError([Problem("outbox.state-replace", replaced)])
    if not (is_lead(directory.team, box.login) or history.author == box.login):
        raise OutboxError([Problem("outbox.not-yours", replaced)])
    box.store.stage([by])  # what the medium refuses, it refuses while nothing has changed
    try:
        move(box, entry, history, "return", "returned", replaced_by=by.id)
    except ParkdraftError:
        box.store.unstage(by.id)
        raise


def _refuse_taken(box: Outbox, replaced: str, by: str) -> None:
    """Nobody else has replaced it, or is about to on another machine.

    Two who announce it at the same moment may both find the other, never neither.
    """
    named = Memory(records=False).feed(box.journal.read(naming(replaced))).ids()
    for other in sorted({*named} - {replaced, by}):
        history = box.history(other)
        under_way = [one for one in history.unfinished if is_under_way(one, box.now())]
        makings = [one for one in (*history.events, *under_way) if one.do in MAKING]
        if any(one.more.get("replaces") == replaced for one in makings):
            raise OutboxError([Problem("outbox.replaced", replaced, data={"by": other})])


def fill_waiting(box: Outbox, today: Today) -> Outcome:
    """Turn each waiting draft that now has its contact into a real one, to be approved.

    The problems tell of those that could not be, by identifier; one that still waits for its
    list is neither.
    """
    done: list[Entry] = []
    problems: list[Problem] = []
    for entry in sorted(box.store.entries("waiting")):
        try:
            with box.alone():
                done += _filled(box, today, entry)
        except ParkdraftError as error:
            problems += [problem.at(field=entry.id) for problem in error.problems]
    return Outcome(tuple(done), tuple(problems))


def _filled(box: Outbox, today: Today, entry: Entry) -> list[Entry]:
    history = box.history(entry.id)
    wrong = doubts(entry, history, box.store.read(entry))
    if wrong:
        raise OutboxError(wrong)
    remade = today.remake(history)
    if remade.decision.awaits:
        return []
    facts = history.made.more if history.made else {}
    author, replaces = facts.get("author", ""), facts.get("replaces")
    new = new_draft(entry.id, remade.inquiries, remade.draft, author, replaces)
    return [exchange(box, entry, history, new._replace(state="pending"))]
