"""All that is kept of one draft: text, what its drafter saw, history, duplicates."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from parkdraft.errors import DraftError, Problem
from parkdraft.model.directory import Directory
from parkdraft.outbox.box import Outbox
from parkdraft.outbox.create import doubles
from parkdraft.outbox.facts import Content, Event, StoredDraft
from parkdraft.outbox.listing import as_json, plates_of
from parkdraft.outbox.transitions import FROM, against_approval, right, undo_right, undoable
from parkdraft.values.hangul import fold
from parkdraft.values.phones import mask_phone
from parkdraft.writing.korean import masked
from parkdraft.writing.mailto import MailtoLink, fitting
from parkdraft.writing.message import Mail
from parkdraft.writing.readback import read

if TYPE_CHECKING:
    from parkdraft.codes import Code

    pass

_HIDDEN = {"customer": masked, "phone": mask_phone}
"""Details that are shown whole only to somebody who asks for it."""


class Shown(NamedTuple):
    """A draft as it is kept. ``events`` begin with those of the drafts that it replaces, oldest
    first. ``mail`` is None for other channels; ``text`` is what can be pasted, or a mail's body;
    ``diff`` the lines in which today's directory and templates would make it otherwise.
    """

    draft: StoredDraft
    content: Content
    events: tuple[Event, ...]
    mail: Mail | None
    text: str
    duplicates: tuple[StoredDraft, ...]
    successors: tuple[str, ...]
    problems: tuple[Problem, ...]
    diff: tuple[str, ...]

    @property
    def warnings(self) -> list[Problem]:
        """What its drafter was warned about."""
        kept = self.content.seen.get("warnings", ())
        return [
            Problem(warning["code"], warning["field"], data=warning["data"]) for warning in kept
        ]

    @property
    def link(self) -> MailtoLink | None:
        """The ``mailto:`` link of an e-mail; None where there is none."""
        return link_of(self.content, self.mail)

    def details(self, *, reveal: bool) -> list[dict[str, str]]:
        """What was given, for each case; the customer's name and phone masked."""
        return [
            {
                name: text if reveal or name not in _HIDDEN else _HIDDEN[name](text)
                for name, text in case.items()
            }
            for case in self.content.details
        ]

    def as_json(self, *, reveal: bool) -> dict[str, Any]:
        """The keys of ``outbox show --json``; ``problems`` are added by who words them."""
        from parkdraft.wording import message

        route, details = self.content.route, self.details(reveal=reveal)
        link = self.link
        return {
            **as_json(self.draft),
            **self.content.seen,
            "warnings": [
                {"code": entry.code, "field": entry.field, "message": message(entry)}
                for entry in self.warnings
            ],
            "mailto": link.url if link else None,
            "from": route["from"],
            "reply_to": route["from"],
            "to": route["to"],
            "cc": route["cc"],
            "mentions": route["mentions"],
            "body": self.text,
            "attachments": self.content.attachments,
            "details": details[0] if len(details) == 1 else details,
            "internal": self.content.internal,
            "history": [entry.as_json() for entry in self.events],
            "duplicates": [entry.id for entry in self.duplicates],
            "successors": list(self.successors),
            "diff": list(self.diff),
        }


def look_at(box: Outbox, named: str) -> Shown:
    """A draft and all that is kept of it; raises OutboxError where there is none."""
    draft = box.located(named)
    content = box.content(draft)
    mail, text = read_content(draft, content)
    events, successors = lineage(box, draft), box.store.successors(draft.id)
    place = fold(content.details[0].get("site", ""))
    own = {*successors, *(entry.draft for entry in events)}
    same = doubles(box, draft.case, place, plates_of(draft), draft.id)
    return Shown(
        draft,
        content,
        tuple(events),
        mail,
        text,
        duplicates=tuple(entry for entry in same if entry.id not in own),
        successors=tuple(successors),
        problems=tuple(file_problems(box, draft, content)),
        diff=(),
    )


def read_content(draft: StoredDraft, content: Content) -> tuple[Mail | None, str]:
    """A draft's mail, None for other channels, and its text as it can be pasted."""
    if draft.suffix == ".eml":
        try:
            mail = read(content.bytes)
        except DraftError:
            return None, content.bytes.decode("utf-8", "replace")
        return mail, mail.body
    return None, content.bytes.decode("utf-8", "replace")


def link_of(content: Content, mail: Mail | None) -> MailtoLink | None:
    """The ``mailto:`` link of a kept draft, None where it is no e-mail, has files, or is too long.

    A draft out of a table was made without a link: it gets one without body, to be pasted.
    """
    if mail is None or mail.attachments:
        return None
    kept = content.seen.get("mailto")
    if kept:
        return MailtoLink(kept, has_body="body=" in kept.partition("?")[2])
    people = ([person.address for person in mail.to], [person.address for person in mail.cc])
    return fitting(*people, mail.subject, "")


_FILE: Mapping[str, Code] = {
    "missing": "outbox.file-missing",
    "edited": "outbox.file-edited",
    "odd": "outbox.file-odd",
}
"""``Folder.find`` → the problem."""


def file_problems(box: Outbox, draft: StoredDraft, content: Content) -> list[Problem]:
    """What is wrong with a draft's file; the next change of the outbox mends it."""
    state = box.folder.find(draft, content.bytes)
    problems = [] if state == "same" else [Problem(_FILE[state], draft.id)]
    for path in box.folder.elsewhere(draft):
        place = f"outbox/{path.parent.name}"
        problems.append(Problem("outbox.file-elsewhere", draft.id, data={"place": place}))
    return problems


def possible(box: Outbox, directory: Directory, shown: Shown) -> list[str]:
    """What whoever is working may do with a draft now: verbs of ``FROM``, and ``replace``.

    For showing buttons; the rules are checked again when it is done.
    """
    draft = shown.draft
    grounds, last = right(box, directory, draft), undoable(box, draft)
    today = any(problem.code.endswith("-today") for problem in shown.problems)
    stands = {
        "approve": not today and not against_approval(box, directory, draft),
        "return": grounds is not None,
        "sent": True,
        "undo": last is not None and undo_right(box, directory, draft, last) is not None,
    }
    doable: list[str] = [do for do, states in FROM.items() if draft.state in states and stands[do]]
    correctable = "return" in doable or draft.state == "returned"
    single = draft.cases == 1 and not shown.successors
    return [*doable, "replace"] if correctable and single else doable


def lineage(box: Outbox, draft: StoredDraft) -> list[Event]:
    """The events of all drafts that this one replaces, oldest first, and then its own."""
    events, seen, left = box.store.events(draft.id), {draft.id}, [draft.id]
    while left:
        for before in box.store.predecessors(left.pop()):
            if before not in seen:
                seen.add(before)
                left.append(before)
                events = [*box.store.events(before), *events]
    return events
