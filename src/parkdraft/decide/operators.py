"""Who really runs a car park: asked for where the directory has only a place-holder.

``그 외`` is no name; whoever handles such a request is told the operator's real one.
"""

from __future__ import annotations

from collections.abc import Mapping

from parkdraft.decide.place import find_partner
from parkdraft.errors import Problem
from parkdraft.model.directory import Partner
from parkdraft.values.hangul import fold

UNKNOWN = "모름"
"""What somebody answers who does not know; the text then asks to find it out."""
_WRITTEN_TO = frozenset(("email", "slack", "agit", "board", "sheet"))
"""Channels by which somebody is written to; the others are worked off by ourselves."""


def as_said(text: str) -> str:
    """An operator's name as it was typed, ``모름`` in one spelling."""
    return UNKNOWN if fold(text) == UNKNOWN else text


def wrong_operator(
    partners: Mapping[str, Partner], partner: str | None, said: str
) -> Problem | None:
    """What is wrong with this operator's name beside this partner (None: nothing).

    A listed operator is chosen as such, for it has rows of its own; one that contradicts the
    partner is refused, and the place-holder's own name is no answer.
    """
    named, own = find_partner(partners, said), partners.get(partner or "")
    if named and partners[named].catch_all:
        return Problem("place.operator-no-name", "operator", data={"unknown": UNKNOWN})
    if own is None or said == UNKNOWN:
        return None
    if own.catch_all and named:
        name = partners[named].name
        return Problem("place.operator-listed", "operator", data={"partner": name})
    if not own.catch_all and named != own.id:
        return Problem("place.operator-other", "operator", data={"partner": own.name})
    return None


def is_asked_for(partners: Mapping[str, Partner], partner: str | None, channel: str) -> bool:
    """Whether a request by this channel must say who the operator is."""
    own = partners.get(partner or "")
    return bool(own and own.catch_all and channel in _WRITTEN_TO)
