"""The result of ``route``, ``compose`` and ``draft``, and its form as JSON."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from parkdraft.decide.decision import Decision
    from parkdraft.errors import Problem
    from parkdraft.writing.compose import Draft


class Result(NamedTuple):
    """A decision, what to tell the customer, and the draft, if one was asked for.

    ``draft`` is None for ``route``, and where the customer has to answer first; ``id`` and ``path``
    are None until it is kept. ``duplicates`` are identifiers of other drafts of the last days for
    the same plate, case and site; ``notes`` tell what else happened in the outbox.
    """

    decision: Decision
    customer: str | None
    draft: Draft | None = None
    id: str | None = None
    path: Path | None = None
    duplicates: tuple[str, ...] = ()
    notes: tuple[Problem, ...] = ()

    def seen(self) -> dict[str, Any]:
        """What the drafter is shown beside the draft: keys of ``route --json``."""
        decision = self.decision
        return {
            "integration": decision.place.integration,
            "method": decision.method,
            "note": decision.note,
            "customer": self.customer,
            "fallbacks": list(decision.fallbacks),
            "rules": [{"row": rule.row, "text": rule.text} for rule in decision.rules],
        }

    def route_json(self) -> dict[str, Any]:
        """``route --json``."""
        decision = self.decision
        people = decision.recipients()
        return {
            "row": decision.row,
            "case": decision.case.name,
            "partner": decision.place.partner,
            "site": decision.place.site,
            "integration": decision.place.integration,
            "channel": decision.channel,
            "authority": decision.authority,
            "state": decision.state,
            "from": people["from"],
            "reply_to": people["from"],
            "to": people["to"],
            "cc": people["cc"],
            "mentions": people["mentions"],
            **self.seen(),
        }

    def draft_json(self) -> dict[str, Any]:
        """``draft --json``: the keys of ``route --json`` and those of the draft."""
        draft, decision = self.draft, self.decision
        return {
            **self.route_json(),
            "id": self.id,
            "path": str(self.path) if self.path else None,
            "subject": draft.subject if draft else None,
            "body": draft.body if draft else None,
            "mailto": draft.mailto.url if draft and draft.mailto else None,
            "warnings": _worded((*decision.warnings, *decision.assumed)),
            "attachments": [file._asdict() for file in draft.attachments] if draft else [],
        }


def _worded(warnings: Iterable[Problem]) -> list[dict[str, object]]:
    """Warnings as JSON."""
    from parkdraft.wording import message

    return [
        {"code": warning.code, "field": warning.field, "message": message(warning)}
        for warning in warnings
    ]
