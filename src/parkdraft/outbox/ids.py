"""Identifiers of drafts: a day, six letters by chance, and one that checks them.

``20261124-k7q2mxr``; the seven letters alone are unique in their outbox for ever, so people may
type four or more of them, from either end and in any case.
"""

from __future__ import annotations

import os
import re
from datetime import date

LETTERS = "23456789abcdefghjkmnpqrstvwxyz"
"""Thirty that nobody takes for another: no 0 and o, 1, i and l, u and v."""
_WEIGHTS = (1, 7, 11, 13, 17, 19)
"""All coprime to 30, so that no single wrong letter goes unnoticed."""
LEAST = 4
"""How many of the seven letters name a draft at least."""
_CODE = rf"[{LETTERS}]{{7}}"
_ID = re.compile(rf"[0-9]{{8}}-{_CODE}")
_PART = re.compile(rf"[{LETTERS}]{{{LEAST},7}}")


def new_code() -> str:
    """Seven letters: six by chance, and their check."""
    letters = _letters(len(_WEIGHTS))
    return letters + _check(letters)


def new_batch(today: date) -> str:
    """What the drafts of one run of a table have in common: ``20261124-k7q2``."""
    return f"{today:%Y%m%d}-{_letters(4)}"


def _letters(count: int) -> str:
    chance = int.from_bytes(os.urandom(12), "big")
    return "".join(
        LETTERS[chance // len(LETTERS) ** place % len(LETTERS)] for place in range(count)
    )


def is_id(text: str) -> bool:
    """Whether a text is an identifier, its check included; such a text is safe in a path."""
    return _ID.fullmatch(text) is not None and _check(text[9:15]) == text[15]


def part(text: str) -> str | None:
    """The letters by which somebody names a draft, or None for what names none.

    Of a whole identifier that is its seven letters, whatever day stands before them.
    """
    text = text.strip().casefold()
    if _ID.fullmatch(text):
        return text[9:] if is_id(text) else None
    return text if _PART.fullmatch(text) else None


def _check(letters: str) -> str:
    total = sum(
        weight * LETTERS.index(letter) for weight, letter in zip(_WEIGHTS, letters, strict=True)
    )
    return LETTERS[total % len(LETTERS)]
