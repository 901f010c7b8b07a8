"""One draft, whole: what the file says, its history, its doubles, and what today would make."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from typing import Any, NamedTuple

from parkdraft.errors import DraftError, ParkdraftError, Problem
from parkdraft.outbox.doubts import doubts
from parkdraft.outbox.keeping import Outbox
from parkdraft.outbox.listing import Listed, duplicates
from parkdraft.outbox.records import Event, History
from parkdraft.outbox.review import (
    FROM,
    Today,
    against_approval,
    holds_today,
    located,
    may_return,
)
from parkdraft.outbox.store import Entry
from parkdraft.process.directory import Directory
from parkdraft.writing.drafting import Draft
from parkdraft.writing.mail import Mail, Mailbox
from parkdraft.writing.reader import read


class Shown(NamedTuple):
    """A draft as it is kept. ``events`` begin with those of the drafts that it replaces, oldest
    first. ``mail`` is None for other channels and for a file that is no mail.

    ``text`` is what can be pasted, or an e-mail's body; ``diff`` the lines in which today's
    directory and templates would make it otherwise, empty where they would not.
    """

    entry: Entry
    history: History
    events: tuple[Event, ...]
    mail: Mail | None
    text: str
    duplicates: tuple[Entry, ...]
    problems: tuple[Problem, ...]
    diff: tuple[str, ...]
    doubtful: bool = False
    """Whether file and journal differ: it is not handed out then."""

    def as_json(self) -> dict[str, Any]:
        """The keys of ``outbox show --json``; ``problems`` are added by who words them."""
        mail = self.mail
        return {
            **Listed(self.entry, self.history).as_json(),
            "from": _person(mail.sender) if mail else None,
            "reply_to": _person(mail.reply_to) if mail else None,
            "to": [_person(one) for one in mail.to] if mail else [],
            "cc": [_person(one) for one in mail.cc] if mail else [],
            **({"subject": mail.subject} if mail else {}),
            "body": self.text,
            "history": [_said(one) for one in self.events],
            "duplicates": [one.id for one in self.duplicates],
            "diff": list(self.diff),
        }


def show(box: Outbox, today: Today, draft_id: str) -> Shown:
    """A draft and all that is known of it; raises OutboxError where there is none."""
    box.tidy()
    entry, history = located(box, draft_id), box.history(draft_id)
    content = box.store.read(entry)
    mail, text = _read(entry, content)
    problems = doubts(entry, history, content)
    doubtful = bool(problems)
    diff: tuple[str, ...] = ()
    if entry.state in ("pending", "waiting", "approved"):
        if entry.state != "waiting":
            problems += holds_today(entry, history, content, today)
        diff = _against_today(mail, text, history, today)
    keys = history.record.keys if history.record else ()
    same = tuple(duplicates(box, keys, but=draft_id))
    events = tuple(_lineage(box, history))
    return Shown(entry, history, events, mail, text, same, tuple(problems), diff, doubtful)


def possible(box: Outbox, directory: Directory, shown: Shown) -> list[str]:
    """What whoever is working may do with a draft as it is now: ``FROM``, and ``replace``.

    Only what is worth a button; whoever does it asks again.
    """
    entry, history = shown.entry, shown.history
    stands = {
        "approve": shown.problems or against_approval(box, directory, entry, history),
        "return": not may_return(box, directory, history),
        "sent": shown.doubtful,
    }
    doable = [do for do, states in FROM.items() if entry.state in states and not stands[do]]
    correctable = "return" in doable or entry.state == "returned"
    return [*doable, "replace"] if correctable else doable


def _lineage(box: Outbox, history: History) -> list[Event]:
    """What was done to a draft, after what was done to those before it."""
    events = list(history.events)
    seen = {history.id}
    while history.made and (before := history.made.more.get("replaces") or "") not in seen | {""}:
        seen.add(before)
        history = box.history(before)
        events = [*history.events, *events]
    return events


def _read(entry: Entry, content: bytes) -> tuple[Mail | None, str]:
    if entry.suffix == ".eml":
        try:
            mail = read(content)
        except DraftError:
            return None, content.decode("utf-8", "replace")
        return mail, mail.body
    return None, content.decode("utf-8", "replace")


def _against_today(mail: Mail | None, text: str, history: History, today: Today) -> tuple[str, ...]:
    if history.record is None:
        return ()
    try:
        draft = today.remake(history).draft
    except ParkdraftError:
        return ()  # the problems say so
    before, after = list(_lines(mail, text)), list(_lines(draft.mail, _pasted(draft)))
    compared = difflib.unified_diff(before, after, lineterm="", n=0)
    return tuple(line for line in compared if not line.startswith(("---", "+++", "@@")))


def _pasted(draft: Draft) -> str:
    return draft.mail.body if draft.mail else draft.content.decode()


def _lines(mail: Mail | None, text: str) -> Iterator[str]:
    """A draft as people compare it: one line for each recipient and each line of text."""
    if mail:
        for name, people in (("발신", (mail.sender,)), ("수신", mail.to), ("참조", mail.cc)):
            yield from (f"{name}: {one.display} <{one.address}>" for one in people)
        yield f"제목: {mail.subject}"
    yield from text.rstrip("\n").split("\n")


def _person(one: Mailbox) -> dict[str, str]:
    return {"name": one.display, "address": one.address}


def _said(one: Event) -> dict[str, Any]:
    return {
        "id": one.id,
        "at": one.at,
        "by": one.by,
        "do": one.do,
        "from": one.source,
        "to": one.state,
        "reason": one.more.get("reason"),
        "replaced_by": one.more.get("replaced_by"),
    }
