"""What a question to the home comes back with, and its form as JSON (the contract's keys)."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from parkdraft.decide.case import Inquiry
    from parkdraft.errors import Problem
    from parkdraft.writing.compose import Draft

_NOBODY: dict[str, Any] = {"from": None, "to": [], "cc": [], "mentions": []}


class Answer(NamedTuple):
    """A decided inquiry and the sentence for the customer."""

    inquiry: Inquiry
    sender_is_placeholder: bool
    customer: str | None

    def seen(self) -> dict[str, Any]:
        """What whoever drafts it is shown beside the draft: keys of ``route --json``."""
        decision = self.inquiry.decision
        return {
            "integration": self.inquiry.place.integration,
            "method": decision.method if decision else None,
            "note": decision.note if decision else None,
            "customer": self.customer,
            "fallbacks": list(decision.fallbacks) if decision else [],
            "rules": [{"row": one.row, "text": one.text} for one in self.inquiry.rules],
        }

    def as_json(self) -> dict[str, Any]:
        """``route --json``: identifiers, people, and Korean text or None."""
        place, decision = self.inquiry.place, self.inquiry.decision
        who = decision.recipients() if decision else _NOBODY
        return {
            "row": decision.row if decision else None,
            "case": self.inquiry.case.name,
            "partner": place.partner,
            "site": place.site,
            "integration": place.integration,
            "channel": decision.channel if decision else None,
            "authority": decision.authority if decision else None,
            "state": decision.state if decision else None,
            "from": who["from"],
            "reply_to": who["from"],
            "to": who["to"],
            "cc": who["cc"],
            "mentions": who["mentions"],
            **self.seen(),
        }


class Drafted(NamedTuple):
    """An answer with its draft (None: nothing to draft yet) and, once written, where it is."""

    answer: Answer
    draft: Draft | None
    id: str | None = None
    path: Path | None = None
    duplicates: tuple[str, ...] = ()
    """Other drafts of the last days for the same plate, case and site."""
    notes: tuple[Problem, ...] = ()
    """What else happened in the outbox meanwhile."""

    def as_json(self) -> dict[str, Any]:
        """``draft --json``: the keys of ``route --json`` and those of the draft."""
        draft = self.draft
        return {
            **self.answer.as_json(),
            "id": self.id,
            "path": str(self.path) if self.path else None,
            "subject": draft.subject if draft else None,
            "body": draft.body if draft else None,
            "mailto": draft.mailto.url if draft and draft.mailto else None,
            "warnings": _worded(self.answer.inquiry),
            "attachments": [one._asdict() for one in draft.attachments] if draft else [],
        }


def _worded(inquiry: Inquiry) -> list[dict[str, object]]:
    """Warnings as JSON; what the text says where nothing was given is one of them."""
    warnings = (*inquiry.warnings, *inquiry.assumed)
    if not warnings:
        return []
    from parkdraft.wording import message

    return [{"code": one.code, "field": one.field, "message": message(one)} for one in warnings]
