"""A pasted enquiry → what it seems to say, for somebody to click on; nothing is taken over.

The text is made plain (``normalize.py``); names, numbers, plates, phones, dates and sums are
seen in it in turn, each covering what it understood; the words around tell their roles.
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
"""Kind → options. ``read-plate`` is a text; a date is a moment of which no time is known."""


def propose(names: Names, text: str, today: date) -> tuple[Proposal, ...]:
    """What the text seems to say, in its order, each value once for each role.

    Resident and card numbers are never proposed, nor parts of them; neither is what no
    reader of an option would take.
    """
    if len(text) > LONGEST:
        end = max(text.rfind(blank, 0, LONGEST) for blank in " \t\n")
        text = text[: end if end > 0 else LONGEST]
    read = plain(text)
    seen = with_roles(read.text, _all_values(read.text, today, names))
    return tuple(_once(_complete(one, read, today) for one in seen if one.role or not one.vague))


def _all_values(text: str, today: date, names: Names) -> list[Proposal]:
    """All values, in the order of the text; none lies in another or in a secret number."""
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
        left = covered(left, ((one.start, one.end) for one in values))
        seen += values
    hidden = secrets(text, seen)
    return sorted(
        (one for one in seen if one.kind and not any(map(one.touches, hidden))),
        key=lambda one: (one.start, one.kind),
    )


def _complete(one: Proposal, read: Plain, today: date) -> Proposal:
    """With its options, and its place in what was pasted."""
    if one.kind == "moment" and one.role and one.role not in _FIELDS["moment"]:
        one = day_only(one)  # its role asks for a day
    fields = _FIELDS[one.kind]
    if one.kind in ("date", "moment") and date.fromisoformat(one.value[:10]) > today:
        fields = tuple(name for name in fields if name != "paid-at")  # nobody has paid then
    start, end = read.starts[one.start], read.ends[one.end - 1]
    role = one.role if one.role in fields else None
    return one._replace(start=start, end=end, fields=fields, role=role)


def _once(proposals: Iterable[Proposal]) -> Iterable[Proposal]:
    """Each value once for each of its roles; without a role only where it has none."""
    first: dict[tuple[str, str, str | None], Proposal] = {}
    for one in proposals:
        first.setdefault((one.kind, one.value, one.role), one)
    with_role = {(kind, value) for kind, value, role in first if role}
    return (one for (*what, role), one in first.items() if role or tuple(what) not in with_role)
