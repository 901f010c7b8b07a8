"""Identifiers of drafts: a day, six random letters, and one check letter.

``20261124-k7q2mxr``. The seven letters alone are unique in an outbox for ever, so people may type
four or more of them, from either end, in capitals or not.
"""

from __future__ import annotations

import os
import re
from datetime import date

LETTERS = "23456789abcdefghjkmnpqrstvwxyz"
"""Thirty letters and digits that look different: no 0 and o, no 1, i and l, no u."""
_WEIGHTS = (1, 7, 11, 13, 17, 19)
"""Coprime to 30, so that the check letter shows any single wrong letter."""
LEAST = 4
"""So many of the seven letters must be typed at least."""
_CODE = rf"[{LETTERS}]{{7}}"
_ID = re.compile(rf"[0-9]{{8}}-{_CODE}")
_PART = re.compile(rf"[{LETTERS}]{{{LEAST},7}}")


def new_code() -> str:
    """Six random letters, and their check letter."""
    letters = _letters(len(_WEIGHTS))
    return letters + _check(letters)


def new_batch(today: date) -> str:
    """An identifier for all drafts of one run of a table: ``20261124-k7q2``."""
    return f"{today:%Y%m%d}-{_letters(4)}"


def _letters(count: int) -> str:
    chance = int.from_bytes(os.urandom(12), "big")
    return "".join(
        LETTERS[chance // len(LETTERS) ** place % len(LETTERS)] for place in range(count)
    )


def is_id(text: str) -> bool:
    """Whether a text is an identifier with the right check letter; it is then safe in a path."""
    return _ID.fullmatch(text) is not None and _check(text[9:15]) == text[15]


def part(text: str) -> str | None:
    """The letters of an identifier that somebody typed, whole or in part; None for other text.

    A day before the letters is dropped.
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
