"""All that the page of one draft shows."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from parkdraft.model.directory import Directory
from parkdraft.outbox.box import Outbox
from parkdraft.outbox.detail import Shown, possible
from parkdraft.outbox.transitions import against_approval, right, undoable
from parkdraft.present import drafts
from parkdraft.present.drafts import Deed, Facts, state_of
from parkdraft.present.words import before_sending, who
from parkdraft.web.words import UNDOES, draft_lines
from parkdraft.writing.message import Mailbox


class Copy(NamedTuple):
    """A part of a draft with a button to copy it; ``text`` is what is copied."""

    label: str
    shown: list[str]
    text: str


class Sight(NamedTuple):
    """All that the page of a draft shows; ``given`` is what was typed, for a single case."""

    shown: Shown
    title: str
    label: str
    facts: Facts
    heads: list[Copy]
    files: list[str]
    deeds: list[str]
    undoes: str
    problems: list[str]
    notes: list[str]
    handling: Facts
    given: Facts
    is_masked: bool
    purgeable: bool
    history: list[Deed]
    duplicates: list[tuple[str, str]]
    diff: list[tuple[str, str]]

    @property
    def mark(self) -> str:
        """A digest that changes when the page must be shown anew."""
        shown = (self.label, self.deeds, self.problems, self.history, self.diff)
        more = (self.duplicates, self.shown.successors, self.shown.draft.moved)
        return hashlib.sha256(repr((*shown, *more)).encode()).hexdigest()[:16]


def sight(box: Outbox, directory: Directory, shown: Shown) -> Sight:
    """What the page of a draft shows."""
    draft, last = shown.draft, undoable(box, shown.draft)
    return Sight(
        shown,
        drafts.title(draft),
        state_of(draft),
        _facts(shown, directory),
        list(_heads(shown)),
        drafts.files(shown),
        possible(box, directory, shown),
        UNDOES[last.verb] if last else "",
        draft_lines(shown.problems),
        list(_notes(box, directory, shown)),
        [*drafts.handling(shown.content.seen, shown.content.internal), *_warned(shown)],
        drafts.given(shown.details(reveal=False)[0]) if draft.cases == 1 else [],
        draft.cases == 1 and shown.details(reveal=True) != shown.details(reveal=False),
        right(box, directory, draft) == "lead",
        drafts.history(shown, directory),
        [(same.id, state_of(same)) for same in shown.duplicates],
        [(line[:1], line[1:]) for line in shown.diff],
    )


def _facts(shown: Shown, directory: Directory) -> Facts:
    draft = shown.draft
    rows = {
        **drafts.origin(draft, directory),
        "작성": f"{who(directory, draft.author)}, {draft.made:%Y-%m-%d %H:%M}",
        "번호": draft.id,
    }
    return [(label, text) for label, text in rows.items() if text]


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
    shown = [f"{who.display} <{who.address}>" if who.display else who.address for who in people]
    return Copy(label, shown, ", ".join(shown))


def _notes(box: Outbox, directory: Directory, shown: Shown) -> Iterator[str]:
    """What to mind before doing anything with the draft."""
    draft = shown.draft
    mail = draft.suffix == ".eml" and draft.state in ("pending", "approved")
    yield from before_sending(draft.state, mail=mail)
    if draft.state == "pending":
        yield from draft_lines(against_approval(box, directory, draft))


def _warned(shown: Shown) -> Facts:
    warned = " ".join(draft_lines(shown.warnings))
    return [("작성할 때 알린 것", warned)] if warned else []
