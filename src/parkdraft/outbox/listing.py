"""Searching drafts by words, and what a list shows of each draft."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from parkdraft.errors import DetailsError
from parkdraft.model import labels
from parkdraft.model.directory import Directory
from parkdraft.outbox.facts import StoredDraft, Word, local, stamp
from parkdraft.outbox.ids import part
from parkdraft.values.hangul import INITIALS, fold, initials
from parkdraft.values.plates import read_plate


def words(text: str, directory: Directory) -> tuple[Word, ...]:
    """What was typed into a search, word by word: plates, names, numbers, initial consonants."""
    return tuple(_word(word, directory) for word in text.split() if _key(word))


def _word(typed: str, directory: Directory) -> Word:
    key = _key(typed)
    short = any(letter in INITIALS for letter in key)
    cases = {name: (label, *more) for name, (label, *more) in labels.CASES.items()}
    partners = {
        partner.id: (partner.name, *partner.aliases) for partner in directory.partners.values()
    }
    named = [
        tuple(name for name, spellings in every.items() if _is_called(spellings, key, short=short))
        for every in (cases, partners)
    ]
    return Word(key, short, named[0], named[1])


def _key(typed: str) -> str:
    """A word as it is searched for: an identifier's letters, a plate as written, else folded."""
    if letters := part(typed):
        return letters
    try:
        return read_plate(typed).written
    except DetailsError:
        return fold(typed)


def _is_called(spellings: Iterable[str], key: str, *, short: bool) -> bool:
    return any(key in (initials(spelling) if short else fold(spelling)) for spelling in spellings)


def days_before(now: datetime, days: int) -> str:
    """The moment so many days before now, as the database keeps it."""
    return stamp(now.astimezone(UTC) - timedelta(days=days))


def plates_of(draft: StoredDraft) -> list[str]:
    """The plates of a draft's cases, as they were given."""
    return list(json.loads(draft.plates)) if draft.plates else []


def shown_plates(draft: StoredDraft) -> str:
    """The plate for a list: ``old→new`` for a change, the first of several cases."""
    plates = plates_of(draft)
    if draft.cases > 1:
        return f"{plates[0]} 외" if plates else ""
    return "→".join(plates)


def as_json(draft: StoredDraft) -> dict[str, Any]:
    """An entry of ``outbox list --json``."""
    return {
        "id": draft.id,
        "state": draft.state,
        "case": draft.case,
        "partner": draft.partner,
        "site": draft.site,
        "row": draft.row,
        "channel": draft.channel,
        "authority": draft.authority,
        "author": draft.author,
        "at": local(draft.at),
        "urgent": bool(draft.urgent),
        "subject": draft.subject,
        "to": draft.receiver,
        "plates": plates_of(draft),
        "reason": draft.reason,
        "batch": draft.batch,
        "replaces": draft.replaces,
        "cases": draft.cases,
    }
