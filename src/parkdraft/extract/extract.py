"""A pasted enquiry → what it seems to say, for somebody to click on; nothing is taken over.

The text is made plain (``plaintext.py``); names, numbers, plates, phones, days and sums are
seen in it in turn, each covering what it understood; the words around tell their roles.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from parkdraft.extract.dates import day_only, days
from parkdraft.extract.names import Names, mentions, names_of
from parkdraft.extract.normalize import Plain, covered, plain
from parkdraft.extract.patterns import Sighting, money, phones, plates
from parkdraft.extract.roles import with_roles
from parkdraft.extract.secrets import believed, numbers, secrets
from parkdraft.lazy import lazy
from parkdraft.lookup.sites import SiteData
from parkdraft.model.cases import FIELDS

LONGEST = 8000
"""Characters that are read; what follows (after the last whole word) is not looked at."""


class Proposal(NamedTuple):
    """One value that stands in the text, to be taken over by a click.

    ``kind`` is plate, date, moment, money, phone, site, partner, order-no, ticket or
    approval-no; ``value`` is what an option takes, ``shown`` what it means in Korean;
    ``start`` and ``end`` are indices in the text as it was given. ``fields`` are all options
    that take such a value, whatever the case; ``role`` is the one of them that the words
    around name, or None.
    """

    kind: str
    value: str
    shown: str
    start: int
    end: int
    fields: tuple[str, ...]
    role: str | None = None


def propose(
    known: SiteData, text: str, today: date, *, names: Names | None = None
) -> tuple[Proposal, ...]:
    """What the text seems to say, in its order, each value once for each role.

    ``names`` is ``names_of(known)``, kept by who asks often: with thousands of sites it
    costs more to make than a text to read. Resident and card numbers are never proposed,
    nor parts of them; neither is what no reader of an option would take.
    """
    read = plain(_cut(text))
    seen = _sightings(read, today, names or names_of(known))
    told = (_fitting(one) for one in with_roles(read.text, seen))
    proposals = (_proposal(one, read, today) for one in told if one.role or not one.vague)
    return tuple(_once(proposals))


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


def _cut(text: str) -> str:
    if len(text) <= LONGEST:
        return text
    last = max(text.rfind(blank, 0, LONGEST) for blank in " \t\n")
    return text[: last if last > 0 else LONGEST]


def _sightings(read: Plain, today: date, names: Names) -> list[Sighting]:
    """All values, in the order of the text; none lies in another or in a secret number."""
    text = covered(read.text, (found.span() for found in _ADDRESS.finditer(read.text)))
    hidden = list(secrets(text))
    seen = [
        Sighting(name.kind, name.value, name.value, start, end)
        for name, start, end in mentions(names, text)
    ]
    left = _without(text, seen)
    for look in (numbers, plates, phones, lambda left: days(left, today), money):
        found = list(look(left))
        left = _without(left, found)
        seen += found
    secret = [span for span in hidden if believed(text, span, seen)]
    return sorted(
        (one for one in seen if one.kind and not any(map(one.touches, secret))),
        key=lambda one: (one.start, one.kind),
    )


def _without(text: str, seen: Iterable[Sighting]) -> str:
    return covered(text, ((one.start, one.end) for one in seen))


def _fitting(one: Sighting) -> Sighting:
    """A moment whose role asks for a day is that day."""
    if one.kind == "moment" and one.role and one.role not in _FIELDS["moment"]:
        return day_only(one)
    return one


def _proposal(one: Sighting, read: Plain, today: date) -> Proposal:
    start, end = read.source(one.start, one.end)
    fields = _FIELDS[one.kind]
    if one.kind in ("date", "moment") and date.fromisoformat(one.value[:10]) > today:
        fields = tuple(name for name in fields if name != "paid-at")  # nobody has paid then
    role = one.role if one.role in fields else None
    return Proposal(one.kind, one.value, one.shown, start, end, fields, role)


def _once(proposals: Iterable[Proposal]) -> Iterable[Proposal]:
    """Each value once for each of its roles; without a role only where it has none."""
    found: dict[tuple[str, str, str | None], Proposal] = {}
    for one in proposals:
        found.setdefault((one.kind, one.value, one.role), one)
    with_role = {(kind, value) for kind, value, role in found if role}
    return (one for (*what, role), one in found.items() if role or tuple(what) not in with_role)
