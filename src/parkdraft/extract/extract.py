"""A pasted enquiry → what it seems to say, for somebody to click on; nothing is taken over.

The text is made plain (``normalize.py``). Names, numbers, plates, phones, dates and sums are
looked for in turn; what one step recognised is hidden from the next. The words around a value
tell its role.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from parkdraft.extract.dates import dates, day_only
from parkdraft.extract.names import Names, mentions
from parkdraft.extract.normalize import Plain, covered, plain
from parkdraft.extract.patterns import Proposal, money, numbers, phones, plates, secrets
from parkdraft.extract.roles import with_roles
from parkdraft.lazy import lazy
from parkdraft.model.cases import FIELDS

LONGEST = 8000
"""Characters that are read; what follows (after the last whole word) is not looked at."""
_ADDRESS = lazy(
    r"(?i)(?:https?://|www\.)\S{1,2000}|(?<![a-z0-9.+_-])[a-z0-9.+_-]{1,64}@[a-z0-9.-]{1,255}"
)
_FIELDS: dict[str, tuple[str, ...]] = {
    "plate": ("plate", "old-plate", "new-plate", "read-plate"),
    "date": tuple(f.name for f in FIELDS.values() if f.kind in ("date", "moment")),
    **{
        kind: tuple(f.name for f in FIELDS.values() if f.kind == kind)
        for kind in ("moment", "money", "phone")
    },
    **{name: (name,) for name in ("site", "partner", "order-no", "ticket", "approval-no")},
}
"""Kind → options that take it: a date fits where a moment does, a plate in ``read-plate``."""


def propose(names: Names, text: str, today: date) -> tuple[Proposal, ...]:
    """What the text seems to say, in its order, each value once for each role.

    Resident and card numbers and parts of them are never proposed, nor is a value that its
    option would refuse.
    """
    if len(text) > LONGEST:
        end = max(text.rfind(blank, 0, LONGEST) for blank in " \t\n")
        text = text[: end if end > 0 else LONGEST]
    read = plain(text)
    seen = with_roles(read.text, _all_values(read.text, today, names))
    return tuple(
        _once(
            _complete(proposal, read, today)
            for proposal in seen
            if proposal.role or not proposal.vague
        )
    )


def _all_values(text: str, today: date, names: Names) -> list[Proposal]:
    """All values in the order of the text; none overlaps another, or a resident or card number."""
    text = covered(text, (match.span() for match in _ADDRESS.finditer(text)))
    left = text
    seen: list[Proposal] = []
    for look in (
        lambda left: mentions(names, left),
        numbers,
        plates,
        phones,
        lambda left: dates(left, today),
        money,
    ):
        values = list(look(left))
        left = covered(left, ((proposal.start, proposal.end) for proposal in values))
        seen += values
    hidden = secrets(text, seen)
    return sorted(
        (proposal for proposal in seen if proposal.kind and not any(map(proposal.touches, hidden))),
        key=lambda proposal: (proposal.start, proposal.kind),
    )


def _complete(proposal: Proposal, read: Plain, today: date) -> Proposal:
    """The proposal with the options that take it, and its place in the text as it was pasted."""
    if proposal.kind == "moment" and proposal.role and proposal.role not in _FIELDS["moment"]:
        proposal = day_only(proposal)  # the option of its role takes a day
    fields = _FIELDS[proposal.kind]
    if proposal.kind in ("date", "moment") and date.fromisoformat(proposal.value[:10]) > today:
        fields = tuple(
            name for name in fields if name != "paid-at"
        )  # a payment does not lie in the future
    start, end = read.starts[proposal.start], read.ends[proposal.end - 1]
    role = proposal.role if proposal.role in fields else None
    return proposal._replace(start=start, end=end, fields=fields, role=role)


def _once(proposals: Iterable[Proposal]) -> Iterable[Proposal]:
    """Each value once a role; the same value without a role only where it has no role at all."""
    first: dict[tuple[str, str, str | None], Proposal] = {}
    for proposal in proposals:
        first.setdefault((proposal.kind, proposal.value, proposal.role), proposal)
    with_role = {(kind, value) for kind, value, role in first if role}
    return (
        proposal
        for (*what, role), proposal in first.items()
        if role or tuple(what) not in with_role
    )
