"""What the journal shall remember of a draft that is about to be kept."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any

from parkdraft.outbox.fingerprint import fingerprint
from parkdraft.outbox.keeping import New
from parkdraft.outbox.records import Record
from parkdraft.outbox.store import Sheet
from parkdraft.process.details import written_details
from parkdraft.process.hangul import fold
from parkdraft.process.inquiry import Inquiry
from parkdraft.writing.drafting import Draft, check


def new_draft(
    draft_id: str,
    inquiries: Sequence[Inquiry],
    draft: Draft,
    author: str,
    replaces: str | None = None,
) -> New:
    """A draft of one case, or of several that go to the same people, ready to be kept."""
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
    record = Record(
        details=tuple(written_details(one.case, one.values) for one in inquiries),
        route=decision.recipients(),
        keys=tuple(key for one in inquiries for key in keys(one)),
        lines=tuple(fingerprint(draft.suffix, draft.content)),
        rows=tuple(row_key(one) for one in inquiries),
    )
    sheet = Sheet(draft_id, draft.suffix, draft.content, partial(check, draft))
    return New(sheet, decision.state, facts, record)


def keys(inquiry: Inquiry) -> Iterator[str]:
    """By what a second draft for the same plate, case and site is noticed, if it has a plate."""
    plate = inquiry.values.get("old_plate") or inquiry.values.get("plate")
    if plate:
        about = (inquiry.case.name, fold(inquiry.place.site or ""), plate.written)
        yield hashlib.sha256("\0".join(about).encode()).hexdigest()[:16]


def row_key(inquiry: Inquiry) -> str:
    """By what a table's row is known again: equal for equal details at the same place."""
    details = written_details(inquiry.case, inquiry.values)
    place = inquiry.place
    told = (inquiry.case.name, place.partner, place.integration, sorted(details.items()))
    return hashlib.sha256(repr(told).encode("utf-8", "surrogatepass")).hexdigest()[:16]
