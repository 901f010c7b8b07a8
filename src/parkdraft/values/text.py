"""Typed text of one line or several: cleaned of invisible characters, or refused.

A memo goes out as it was typed, so no resident registration or card number may stand in one,
however it is written.

Here and in the other modules of values, ``read_x`` takes the text of one option or cell and
returns the value, or raises ``DetailsError`` with one problem whose ``field`` the caller fills
in. No problem carries the text itself.
"""

from __future__ import annotations

import datetime
import re
import unicodedata
from itertools import chain
from typing import TYPE_CHECKING, Literal

from parkdraft.errors import DetailsError, problem
from parkdraft.lazy import lazy

if TYPE_CHECKING:
    from parkdraft.codes import Code

ENCODED_WORD = "=?"
LONGEST = 200  # characters of a value that is parsed, such as a date

# Characters that are refused, not cleaned away: they end a header line, are no text, or cannot
# be written as UTF-8. The first pattern that matches gives the reason.
_REFUSED: tuple[tuple[re.Pattern[str], Code], ...] = (
    (lazy(r"[\n\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]"), "text.line-break"),
    (lazy(r"[\x00-\x1f\x7f-\x9f\u206a-\u206f\ufff9-\ufffb]"), "text.control"),
    (lazy(r"[\U000e0000-\U000e007f]"), "text.control"),
    (lazy(r"[\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]"), "text.broken"),
)
# Characters that copying leaves in a text, and that are dropped: those without width (Unicode's
# Default_Ignorable_Code_Point), and those that turn the direction of writing. Exceptions: the
# joiner U+200D between two emoji, and the selectors U+FE00-FE0F after one.
_UNSEEN = (
    r"\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u200c\u200e\u200f"
    r"\u202a-\u202e\u2060-\u2069\ufeff"
)
_WIDTHLESS = re.compile(rf"[{_UNSEEN}]+")
_EMOJI = r"\u2190-\u21ff\u2600-\u27bf\u2b00-\u2bff\U0001f000-\U0001faff"
_STRAY_JOINER = lazy(rf"(?<![{_EMOJI}\ufe0f])\u200d+|\u200d+(?![{_EMOJI}\u200d])|\u200d{{2,}}")
# The few of these that count as printable: other printable texts need no pattern.
_PRINTABLE_FILLERS = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u3164\uffa0")
_SPACES = lazy(r"[ \u00a0\u1680\u2000-\u200a\u202f\u205f\u3000\u3164\uffa0]+")


def refusal(code: Code, **data: object) -> DetailsError:
    """A ``DetailsError`` with one problem, ready to be raised."""
    return DetailsError([problem(code, **data)])


def refuse_unprintable(text: str) -> None:
    """Raise for a line break, control character or lone surrogate."""
    if text.isprintable():
        return  # nothing that is refused is printable
    for pattern, code in _REFUSED:
        if pattern.search(text):
            raise refusal(code)


def drop_widthless(text: str) -> str:
    """The text without invisible characters, joiners included."""
    return _WIDTHLESS.sub("", text).replace("\u200d", "")


def tidy(text: str) -> str:
    """The text in NFKC with single spaces, for values that are parsed.

    Raises like ``refuse_unprintable``, and where the text is longer than any value.
    """
    if len(text) > LONGEST:
        raise refusal("text.too-long", count=len(text), maximum=LONGEST)
    refuse_unprintable(text)
    return re.sub(r"\s+", " ", unicodedata.normalize("NFKC", drop_widthless(text))).strip()


def _one_line(text: str) -> str:
    if text.isprintable() and _PRINTABLE_FILLERS.isdisjoint(text):
        return " ".join(unicodedata.normalize("NFC", text).split())
    composed = unicodedata.normalize("NFC", _WIDTHLESS.sub("", text))
    joined = unicodedata.normalize("NFC", _STRAY_JOINER.sub("", composed))
    return _SPACES.sub(" ", joined).strip()


def _measured(text: str, maximum: int) -> str:
    if not text:
        raise refusal("text.empty")
    if len(text) > maximum:
        raise refusal("text.too-long", count=len(text), maximum=maximum)
    return text


def read_text(text: str, maximum: int) -> str:
    """One line, in NFC with single spaces, of 1 to ``maximum`` characters.

    The steps, in this order: the length is checked first, because normalising a long run of
    combining marks takes quadratic time; forbidden characters are refused; invisible ones are
    dropped; NFC; then anything like an encoded word (RFC 2047) is refused, because Thunderbird
    decodes it a second time in a header, and another text is shown than was typed.
    """
    refuse_unprintable(_measured(text, maximum))
    line = _measured(_one_line(text), maximum)
    if ENCODED_WORD in unicodedata.normalize("NFKC", line):
        raise refusal("text.encoded-word")
    return line


def read_long_text(text: str, maximum: int) -> str:
    """Several lines, ends LF, each like ``read_text``; at most one blank line in a row.

    Encoded words are allowed: no such text becomes a header.
    """
    unix = text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ").strip(" \n")
    refuse_unprintable(_measured(unix, maximum).replace("\n", ""))
    lines = "\n".join(_one_line(line) for line in unix.split("\n"))
    return _measured(re.sub(r"\n{3,}", "\n\n", lines).strip("\n"), maximum)


# Between the digits of a number that somebody wrote in groups.
_GAP = r"[\s._/\-\u2010-\u2015\u2212\u00b7]"
# A resident or foreigner registration number: birth date, a digit 1-8 for sex and century,
# six more (Resident Registration Act, enforcement rule, art. 2). Written whole, in groups,
# digit by digit, or with its tail already starred: the birth date alone is too much.
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
    a resident number must have its check digit, unless it is one of those without.
    """
    folded = unicodedata.normalize("NFKC", drop_widthless(text))
    if sum(map(str.isdecimal, folded)) < _FEWEST:
        return None
    # digits of every script become 0-9, combining marks between them go
    kept = (char for char in folded if not unicodedata.category(char).startswith("M"))
    plain = "".join(str(unicodedata.decimal(char, char)) for char in kept)
    numbers = [_digits(found[1]) for found in _RESIDENT.finditer(plain)]
    if any(_is_resident(number, checked=checked) for number in numbers):
        return "resident"
    candidates = chain.from_iterable(pattern.finditer(plain) for pattern in _CARDS)
    return "card" if any(_is_luhn_valid(_digits(found[1])) for found in candidates) else None


def _digits(written: str) -> str:
    return re.sub(r"[^0-9]", "", written)


_NO_CHECK_DIGIT = datetime.date(2020, 10, 1)
"""Resident numbers given since then end in six digits at random (enforcement rule, art. 2)."""


def _is_resident(digits: str, *, checked: bool) -> bool:
    """Whether this begins with a birth date and, where it is ``checked``, ends as it must.

    The last digit checks the rest; of foreigners' numbers it is two more. Of a number that
    hides its tail nobody knows.
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
