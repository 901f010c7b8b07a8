"""One draft as a page shows it: what it is, what may be done with it now, what happened to it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from parkdraft.home import Home
from parkdraft.outbox.listing import Listed
from parkdraft.outbox.records import Event
from parkdraft.outbox.review import against_approval
from parkdraft.outbox.showing import Shown, possible
from parkdraft.outbox.store import Entry
from parkdraft.process import labels
from parkdraft.process.directory import Directory
from parkdraft.web.outboxwords import DID, NOT_TO_SEND, lines_of, title, who, word
from parkdraft.web.words import CHECK_SENDER, NOT_APPROVED
from parkdraft.writing.mail import Mailbox


class Copy(NamedTuple):
    """A part of a draft that can be copied: its label, what is shown, what is copied."""

    label: str
    shown: list[str]
    text: str


class Deed(NamedTuple):
    """One line of a draft's history."""

    at: str
    who: str
    what: str
    reason: str | None
    of: str | None
    """The draft that it was done to, where that is an earlier one."""
    replaced_by: str | None


class Sight(NamedTuple):
    """A draft as a page shows it."""

    shown: Shown
    title: str
    label: str
    urgent: bool
    facts: list[tuple[str, str]]
    heads: list[Copy]
    attachment: str | None
    deeds: list[str]
    problems: list[str]
    notes: list[str]
    history: list[Deed]
    duplicates: list[tuple[str, str]]
    diff: list[tuple[str, str]]
    replaced_by: str | None

    @property
    def mark(self) -> str:
        """Another word when something other than the clock changed."""
        told = (self.label, self.deeds, self.problems, self.history, self.diff, self.replaced_by)
        return hashlib.sha256(repr((*told, self.duplicates)).encode()).hexdigest()[:16]


def sight(home: Home, shown: Shown, replaced_by: str | None) -> Sight:
    """Everything that the page of a draft says; ``replaced_by`` was made in place of it."""
    one = Listed(shown.entry, shown.history)
    directory = home.directory
    deeds = possible(home.drafts, directory, shown)
    if replaced_by or not _is_one_case(shown):  # the page of new drafts knows single cases
        deeds = [do for do in deeds if do != "replace"]
    return Sight(
        shown,
        title(one),
        labels.state_label(one.entry.state, one.facts.get("channel", "email")),
        bool(one.facts.get("urgent")),
        list(_facts(one, directory)),
        list(_heads(shown)),
        _attachment(shown),
        deeds,
        lines_of(shown.problems),
        list(_notes(home, shown)),
        [_deed(event, directory, one.entry.id) for event in shown.events],
        [(same.id, _state_of(same)) for same in shown.duplicates],
        [(line[:1], line[1:]) for line in shown.diff],
        replaced_by,
    )


def _is_one_case(shown: Shown) -> bool:
    record = shown.history.record
    return record is not None and len(record.details) == 1


def _facts(one: Listed, directory: Directory) -> Iterator[tuple[str, str]]:
    facts, made = one.facts, one.history.made
    partner = directory.partners.get(facts.get("partner") or "")
    case = word(labels.CASES, facts.get("case"))
    told = (
        ("업무", case and f"{case} ({facts.get('row')})"),
        ("운영사", partner.name if partner else None),
        ("현장", facts.get("site")),
        ("채널", word(labels.CHANNELS, facts.get("channel"))),
        ("작성", f"{who(directory, one.history.author)}, {_when(made)}" if made else None),
        ("번호", one.entry.id),
    )
    yield from ((name, value) for name, value in told if value)


def _heads(shown: Shown) -> Iterator[Copy]:
    mail = shown.mail
    if mail is None:
        return
    yield _people("발신", (mail.sender,))
    if mail.reply_to.address != mail.sender.address:
        yield _people("회신", (mail.reply_to,))
    yield _people("수신", mail.to)
    if mail.cc:
        yield _people("참조", mail.cc)
    yield Copy("제목", [mail.subject], mail.subject)


def _people(label: str, people: Sequence[Mailbox]) -> Copy:
    shown = [f"{one.display} <{one.address}>" if one.display else one.address for one in people]
    return Copy(label, shown, ", ".join(shown))


def _attachment(shown: Shown) -> str | None:
    kept = shown.mail.attachment if shown.mail else None
    return f"{kept.name} ({max(1, round(len(kept.content) / 1024)):,}KB)" if kept else None


def _notes(home: Home, shown: Shown) -> Iterator[str]:
    """What to mind before doing anything with it."""
    entry = shown.entry
    if entry.state == "pending":
        yield NOT_APPROVED
        against = against_approval(home.drafts, home.directory, entry, shown.history)
        yield from lines_of(one for one in against if one not in shown.problems)
    yield from filter(None, [NOT_TO_SEND.get(entry.state)])
    if entry.suffix == ".eml" and entry.state in ("pending", "approved"):
        yield CHECK_SENDER


def _deed(one: Event, directory: Directory, draft_id: str) -> Deed:
    more: dict[str, Any] = dict(one.more)
    return Deed(
        _when(one),
        who(directory, one.by),
        DID.get(one.do, one.do),
        more.get("reason"),
        one.id if one.id != draft_id else None,
        more.get("replaced_by"),
    )


def _when(one: Event) -> str:
    return f"{one.moment:%Y-%m-%d %H:%M}"


def _state_of(entry: Entry) -> str:
    return labels.state_label(entry.state, "email" if entry.suffix == ".eml" else "")
