"""Resident registration and card numbers in typed texts: found and refused.

A memo goes out as it was typed, so it may have no such number, however it is written.
"""

from __future__ import annotations

import datetime
import re
import unicodedata
from itertools import chain
from typing import TYPE_CHECKING, Literal

from parkdraft.lazy import lazy
from parkdraft.values.text import drop_widthless, read_long_text, read_text, refusal

if TYPE_CHECKING:
    pass

# Between the digits of a number that somebody wrote in groups.
_GAP = r"[\s._/\-\u2010-\u2015\u2212\u00b7]"
# A resident or foreigner registration number: birth date, a digit 1-8 for sex and century,
# six more (Resident Registration Act, enforcement rule, art. 2). Written whole, in groups,
# digit by digit, or with its end starred, as the birth date alone is private.
_RESIDENT = lazy(
    rf"(?<![0-9])(?=([0-9]{{2}}{_GAP}?[0-9]{{2}}{_GAP}?[0-9]{{2}}{_GAP}{{0,5}}[1-8]"
    rf"{_GAP}{{0,3}}(?:[0-9]{{6}}|[*xX●○]{{6}})(?![0-9])"
    rf"|[0-9](?:{_GAP}[0-9]){{12}}(?!{_GAP}?[0-9])))"
)
_FEWEST = 7  # digits of a resident number that hides its tail
# Card numbers: 15 or 16 digits in any grouping, checked by Luhn (ISO/IEC 7812-1).
_CARDS = (
    lazy(rf"(?<![0-9])(?=([1-9](?:{_GAP}{{0,3}}[0-9]){{14}})(?![0-9]))"),
    lazy(rf"(?<![0-9])(?=([1-9](?:{_GAP}{{0,3}}[0-9]){{15}})(?![0-9]))"),
)


def read_free_text(text: str, maximum: int) -> str:
    """Like ``read_text``, but without resident registration and card numbers."""
    return _without_private(read_text(text, maximum))


def read_memo(text: str, maximum: int) -> str:
    """Like ``read_long_text``, but without resident registration and card numbers."""
    return _without_private(read_long_text(text, maximum))


def _without_private(text: str) -> str:
    if kind := private_number(text):
        raise refusal("memo.card-number" if kind == "card" else "memo.resident-number")
    return text


def private_number(text: str, *, checked: bool = False) -> Literal["resident", "card"] | None:
    """``resident`` or ``card`` where the text holds what looks like such a number.

    ``checked`` is for numbers that other systems give, many of which begin with a day: there
    a resident number counts only with a valid check digit, or where it has none.
    """
    folded = unicodedata.normalize("NFKC", drop_widthless(text))
    if sum(map(str.isdecimal, folded)) < _FEWEST:
        return None
    # digits of every script become 0-9, combining marks between them go
    kept = (char for char in folded if not unicodedata.category(char).startswith("M"))
    plain = "".join(str(unicodedata.decimal(char, char)) for char in kept)
    numbers = [_digits(match[1]) for match in _RESIDENT.finditer(plain)]
    if any(_is_resident(number, checked=checked) for number in numbers):
        return "resident"
    candidates = chain.from_iterable(pattern.finditer(plain) for pattern in _CARDS)
    return "card" if any(_is_luhn_valid(_digits(match[1])) for match in candidates) else None


def _digits(written: str) -> str:
    return re.sub(r"[^0-9]", "", written)


_NO_CHECK_DIGIT = datetime.date(2020, 10, 1)
"""Resident numbers given since then end in six digits at random (enforcement rule, art. 2)."""


def _is_resident(digits: str, *, checked: bool) -> bool:
    """Whether this begins with a birth date and, where it is ``checked``, ends as it must.

    The last digit is a check digit (for foreigners two higher). A number with a starred end
    cannot be checked, and counts.
    """
    century = 1900 if digits[6] in "1256" else 2000
    try:
        born = datetime.date(century + int(digits[:2]), int(digits[2:4]), int(digits[4:6]))
    except ValueError:
        return False
    if digits[6] not in "12345678":
        return False
    if not checked or len(digits) < 13 or born >= _NO_CHECK_DIGIT:
        return True
    total = sum(int(digit) * (2 + place % 8) for place, digit in enumerate(digits[:12]))
    return int(digits[12]) in ((11 - total % 11) % 10, (13 - total % 11) % 10)


def _is_luhn_valid(digits: str) -> bool:
    backwards = [int(digit) for digit in reversed(digits)]
    doubled = (sum(divmod(2 * digit, 10)) for digit in backwards[1::2])
    return (sum(backwards[::2]) + sum(doubled)) % 10 == 0
