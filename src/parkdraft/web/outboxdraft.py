"""One draft as a page shows it: what it is, what may be done with it now, what happened to it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from parkdraft.model import labels
from parkdraft.model.cases import FIELDS
from parkdraft.model.directory import Directory
from parkdraft.outbox.box import Outbox
from parkdraft.outbox.detail import Shown, possible
from parkdraft.outbox.facts import Event, StoredDraft
from parkdraft.outbox.transitions import against_approval, undoable
from parkdraft.web.outboxwords import (
    DID,
    NOT_TO_SEND,
    UNDOES,
    lines_of,
    partner_of,
    state_of,
    title,
    who,
    word,
)
from parkdraft.web.words import CHECK_SENDER, NOT_APPROVED
from parkdraft.writing.message import Mailbox


class Copy(NamedTuple):
    """A part of a draft that can be copied: its label, what is shown, what is copied."""

    label: str
    shown: list[str]
    text: str


class Deed(NamedTuple):
    """One line of a draft's history; ``of`` is an earlier draft that it was done to."""

    at: str
    who: str
    what: str
    reason: str | None
    of: str | None
    replaced_by: str | None


class Sight(NamedTuple):
    """A draft as a page shows it; ``given`` is what was typed for it, where it is one case."""

    shown: Shown
    title: str
    label: str
    facts: list[tuple[str, str]]
    heads: list[Copy]
    files: list[str]
    deeds: list[str]
    undoes: str
    problems: list[str]
    notes: list[str]
    handling: list[tuple[str, str]]
    given: list[tuple[str, str]]
    history: list[Deed]
    duplicates: list[tuple[str, str]]
    diff: list[tuple[str, str]]

    @property
    def mark(self) -> str:
        """Another word when something other than the clock changed."""
        told = (self.label, self.deeds, self.problems, self.history, self.diff)
        more = (self.duplicates, self.shown.successors, self.shown.draft.moved)
        return hashlib.sha256(repr((*told, *more)).encode()).hexdigest()[:16]


def sight(box: Outbox, directory: Directory, shown: Shown) -> Sight:
    """Everything that the page of a draft says."""
    draft, last = shown.draft, undoable(box, shown.draft)
    return Sight(
        shown,
        title(draft),
        state_of(draft),
        list(_facts(draft, directory)),
        list(_heads(shown)),
        shown.files,
        possible(box, directory, shown),
        UNDOES[last.verb] if last else "",
        lines_of(shown.problems),
        list(_notes(box, directory, shown)),
        list(_handling(shown)),
        _given(shown) if draft.cases == 1 else [],
        [_deed(event, directory, draft.id) for event in shown.events],
        [(same.id, state_of(same)) for same in shown.duplicates],
        [(line[:1], line[1:]) for line in shown.diff],
    )


def _facts(draft: StoredDraft, directory: Directory) -> Iterator[tuple[str, str]]:
    case = word(labels.CASES, draft.case)
    told = (
        ("업무", f"{case} ({draft.row})"),
        ("운영사", partner_of(draft, directory)),
        ("현장", draft.site),
        ("채널", word(labels.CHANNELS, draft.channel)),
        ("작성", f"{who(directory, draft.author)}, {draft.made:%Y-%m-%d %H:%M}"),
        ("번호", draft.id),
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


def _notes(box: Outbox, directory: Directory, shown: Shown) -> Iterator[str]:
    """What to mind before doing anything with it."""
    draft = shown.draft
    if draft.state == "pending":
        yield NOT_APPROVED
        yield from lines_of(against_approval(box, directory, draft))
    yield from filter(None, [NOT_TO_SEND.get(draft.state)])
    if draft.suffix == ".eml" and draft.state in ("pending", "approved"):
        yield CHECK_SENDER


def _handling(shown: Shown) -> Iterator[tuple[str, str]]:
    """What its drafter was shown beside it."""
    seen = shown.content.seen
    told = (
        ("처리방법", seen.get("method")),
        ("비고", seen.get("note")),
        *(("현장규칙", f"{rule['row']} {rule['text']}") for rule in seen.get("rules", ())),
        ("고객 안내", seen.get("customer")),
        ("작성할 때 알린 것", " ".join(lines_of(shown.warnings))),
        ("내부 메모", shown.content.internal),
        ("작성할 때 알린 것", " ".join(lines_of(shown.warnings))),
    )
    yield from ((name, text) for name, text in told if text)


def _given(shown: Shown) -> list[tuple[str, str]]:
    """What was typed; the customer's name and phone masked, choices in words."""
    (details,) = shown.details(reveal=False)
    fields = ((FIELDS.get(name), name, text) for name, text in details.items())
    return [
        (field.label, word(field.choices, text) or text if field.choices else text)
        if field
        else (name, text)
        for field, name, text in fields
    ]


def _deed(one: Event, directory: Directory, draft_id: str) -> Deed:
    return Deed(
        f"{one.moment:%Y-%m-%d %H:%M}",
        who(directory, one.login),
        DID.get(one.verb, one.verb),
        one.reason,
        one.draft if one.draft != draft_id else None,
        one.other,
    )
