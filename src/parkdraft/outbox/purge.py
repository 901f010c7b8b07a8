"""Purging: drafts and all customers' data are removed; who did what and when stays."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from parkdraft.errors import OutboxError, Problem
from parkdraft.model.directory import LEAST_DAYS, Directory
from parkdraft.model.states import Grounds, State
from parkdraft.model.team import is_lead
from parkdraft.outbox.box import SCRUB, Outbox
from parkdraft.outbox.detail import read_content
from parkdraft.outbox.facts import Filters, StoredDraft
from parkdraft.outbox.listing import days_before
from parkdraft.outbox.transitions import event
from parkdraft.outbox.verify import replay

FINISHED: tuple[State, ...] = ("returned", "sent")

_ALL = 1_000_000
_AT_ONCE = 500


class Doomed(NamedTuple):
    """What a purge would remove; drafts whose records are ``doubtful`` stay."""

    drafts: tuple[StoredDraft, ...]
    doubtful: tuple[str, ...]


def by_age(box: Outbox, days: Mapping[State, int]) -> Doomed:
    """Drafts that nobody has touched for so many days; ``days``: state → days, at least seven."""
    drafts: list[StoredDraft] = []
    doubtful: list[str] = []
    for filters in _untouched(box, days):
        for draft in box.store.page(filters, _ALL):
            try:
                content = box.store.content(draft.id)
                mail = read_content(draft, content)[0] if content else None
                doubts = replay(box, draft, content, mail)
            except OutboxError as error:
                doubts = list(error.problems)
            if doubts:
                doubtful.append(draft.id)
            else:
                drafts.append(draft)
    return Doomed(tuple(drafts), tuple(doubtful))


def overdue(box: Outbox, days: Mapping[State, int]) -> int:
    """How many drafts the directory's retention would remove."""
    return sum(sum(box.store.counts(filters).values()) for filters in _untouched(box, days))


def _untouched(box: Outbox, days: Mapping[State, int]) -> list[Filters]:
    return [
        Filters((state,), untouched_since=days_before(box.now(), max(count, LEAST_DAYS)))
        for state, count in days.items()
    ]


def refuse_others(box: Outbox, directory: Directory) -> None:
    """Raise OutboxError unless a lead is working."""
    if not is_lead(directory.team, box.login, box.now().date()):
        raise OutboxError([Problem("outbox.purge-lead", data={"login": box.login})])


def purge(
    box: Outbox,
    directory: Directory,
    drafts: Sequence[StoredDraft],
    reason: str | None = None,
    *,
    retention: bool = False,
) -> list[StoredDraft]:
    """Remove these drafts for good, whatever their state; returns those that were removed.

    Only a lead may, or the program where the directory's ``retention`` asks for it. A draft with
    a new event since it was chosen stays. Raises OutboxError.
    """
    if not retention:
        refuse_others(box, directory)
    removed: list[StoredDraft] = []
    for start in range(0, len(drafts), _AT_ONCE):
        removed += _purged(box, drafts[start : start + _AT_ONCE], reason, retention=retention)
    return removed


def _purged(
    box: Outbox, drafts: Iterable[StoredDraft], reason: str | None, *, retention: bool
) -> list[StoredDraft]:
    removed = []
    grounds: Grounds = "program" if retention else "lead"
    with box.store.change():
        for draft in drafts:
            now = box.store.find(draft.id)
            if now is None or now.step != draft.step:
                continue
            purged = event(box, now, "purge", "purged", grounds, reason)
            box.store.happened(purged._replace(sha256=None))
            box.store.erase(draft.id)
            removed.append(draft)
        if removed:
            box.store.remember(SCRUB, "due")
    return removed
