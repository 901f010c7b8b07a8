"""What the journal shall remember of a draft that is about to be kept."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache, partial
from typing import Any, NamedTuple

from parkdraft.outbox.fingerprint import fingerprint
from parkdraft.outbox.keeping import New
from parkdraft.outbox.lines import written_json
from parkdraft.outbox.records import written_record
from parkdraft.outbox.store import Sheet
from parkdraft.process.details import written_details
from parkdraft.process.directory import Person
from parkdraft.process.hangul import fold
from parkdraft.process.inquiry import Inquiry
from parkdraft.process.routing import Decision
from parkdraft.writing.drafting import Draft, check

_PLACE = ("partner", "integration")


class Noted(NamedTuple):
    """A case as the journal remembers it: details as text, and by what its row is known."""

    inquiry: Inquiry
    details: dict[str, str]
    row: str


def noted(inquiry: Inquiry) -> Noted:
    """What the journal shall remember of a case."""
    details = written_details(inquiry.case, inquiry.values)
    return Noted(inquiry, details, _row_key(inquiry, details))


def new_draft(
    draft_id: str,
    inquiries: Sequence[Inquiry],
    draft: Draft,
    author: str,
    replaces: str | None = None,
) -> New:
    """A draft of one case, or of several that go to the same people, ready to be kept."""
    return new_from(draft_id, [noted(one) for one in inquiries], draft, author, replaces)


def new_from(
    draft_id: str, cases: Sequence[Noted], draft: Draft, author: str, replaces: str | None = None
) -> New:
    """``new_draft`` where it is known already what to remember of the cases."""
    inquiries = [one.inquiry for one in cases]
    first = inquiries[0]
    decision = first.decision
    assert decision is not None  # without one, nothing was drafted
    sites = {inquiry.place.site for inquiry in inquiries}
    facts: dict[str, Any] = {
        "author": author,
        "case": first.case.name,
        "partner": first.place.partner,
        "site": first.place.site if len(sites) == 1 else None,
        "row": decision.row,
        "channel": decision.channel,
        "authority": decision.authority,
        "urgent": any(inquiry.values["urgent"] for inquiry in inquiries),
        "replaces": replaces,
        "subject": draft.subject,
    }
    record = written_record(
        details=[one.details for one in cases],
        route=_route(decision),
        keys=[key for one in inquiries for key in keys(one)],
        rows=[one.row for one in cases],
        lines=fingerprint(draft.suffix, draft.content, draft.mail.body if draft.mail else None),
    )
    sheet = Sheet(draft_id, draft.suffix, draft.content, partial(check, draft))
    return New(sheet, decision.state, facts, record)


def _route(decision: Decision) -> bytes:
    """``decision.recipients()`` as the journal has it; the same people are written out once."""
    sender = _people((decision.sender,))[1:-1] if decision.channel == "email" else b"null"
    people = sender, _people(decision.to), _people(decision.cc)
    return b'{"from":%b,"to":%b,"cc":%b,"mentions":%b}' % (*people, _written(decision.mentions))


@lru_cache(maxsize=4096)
def _people(people: tuple[Person, ...]) -> bytes:
    return written_json([one.as_json() for one in people])


_written = lru_cache(maxsize=256)(written_json)


def keys(inquiry: Inquiry) -> Iterator[str]:
    """By what a second draft for the same plate, case and site is noticed, if it has a plate."""
    plate = inquiry.values.get("old_plate") or inquiry.values.get("plate")
    if plate:
        about = (inquiry.case.name, fold(inquiry.place.site or ""), plate.written)
        yield hashlib.sha256("\0".join(about).encode()).hexdigest()[:16]


def _row_key(inquiry: Inquiry, details: Mapping[str, str]) -> str:
    """By what a table's row is known again: equal for equal details at the same place.

    Partner and integration count as they were resolved, however they were called.
    """
    place = inquiry.place
    told = (
        *(inquiry.case.name, place.partner, place.integration),
        sorted(one for one in details.items() if one[0] not in _PLACE),
    )
    return hashlib.sha256(repr(told).encode("utf-8", "surrogatepass")).hexdigest()[:16]
