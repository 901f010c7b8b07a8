"""Single values as people type them: text, memos, money, counts, yes or no, fixed choices.

Each ``read_x`` takes the text of one option or cell and returns the value, or raises
``DetailsError`` with one problem whose ``field`` the caller fills in. No problem carries
the text itself. Dates and times are read in ``moments.py``.
"""

from __future__ import annotations

import datetime
import re
import unicodedata
from collections.abc import Mapping, Sequence
from itertools import chain

from parkdraft.errors import DetailsError, problem
from parkdraft.lazy import lazy
from parkdraft.values import hangul

ENCODED_WORD = "=?"
MOST_WON = 100_000_000
LONGEST = 200  # characters of a value that is understood rather than kept

# Characters that are refused wherever they stand, never cleaned away: they end a header
# line, are no text at all, or cannot be written as UTF-8. First match names the reason.
_REFUSED = (
    (lazy(r"[\n\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]"), "text.line-break"),
    (lazy(r"[\x00-\x1f\x7f-\x9f\u206a-\u206f\ufff9-\ufffb]"), "text.control"),
    (lazy(r"[\U000e0000-\U000e007f]"), "text.control"),
    (lazy(r"[\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]"), "text.broken"),
)
# Characters that copying leaves behind: without width (Unicode's Default_Ignorable_Code_Point)
# or turning the direction of what is read; dropped. The joiner U+200D is apart: between two
# emoji it is part of one picture. So are the selectors U+FE00-FE0F after one.
_UNSEEN = (
    r"\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u200c\u200e\u200f"
    r"\u202a-\u202e\u2060-\u2069\ufeff"
)
_WIDTHLESS = lazy(rf"[{_UNSEEN}]+")
_EMOJI = r"\u2190-\u21ff\u2600-\u27bf\u2b00-\u2bff\U0001f000-\U0001faff"
_STRAY_JOINER = lazy(rf"(?<![{_EMOJI}\ufe0f])\u200d+|\u200d+(?![{_EMOJI}\u200d])|\u200d{{2,}}")
# The few of all these that count as printable: a text without them needs no pattern.
_PRINTABLE_FILLERS = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u3164\uffa0")
_SPACES = lazy(r"[ \u00a0\u1680\u2000-\u200a\u202f\u205f\u3000\u3164\uffa0]+")


def refusal(code: str, **data: object) -> DetailsError:
    """A ``DetailsError`` with one problem, ready to be raised."""
    return DetailsError([problem(code, **data)])


def refuse_unprintable(text: str) -> None:
    """Raise for a line break, control character or lone surrogate."""
    if text.isprintable():
        return  # nothing that is refused is printable, as Python (and Unicode) has it
    for pattern, code in _REFUSED:
        if pattern.search(text):
            raise refusal(code)


def drop_widthless(text: str) -> str:
    """The text without characters that are not seen, joiners included."""
    return _WIDTHLESS.sub("", text).replace("\u200d", "")


def tidy(text: str) -> str:
    """The text in NFKC with single spaces: for values that are understood, not kept.

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

    Judged in one order: the length as it came, for normalising a long run of combining marks
    takes quadratic time; what may not stand in it; then what is not seen goes, then NFC, and
    of what is left anything like an encoded word (RFC 2047) is refused: in a header,
    Thunderbird decodes it a second time, and something else is read than what was typed.
    """
    refuse_unprintable(_measured(text, maximum))
    line = _measured(_one_line(text), maximum)
    if ENCODED_WORD in unicodedata.normalize("NFKC", line):
        raise refusal("text.encoded-word")
    return line


def read_long_text(text: str, maximum: int) -> str:
    """Several lines, ends LF, each like ``read_text``; at most one blank line in a row.

    An encoded word may stand there: no such text becomes a header.
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
_CARDS = tuple(
    lazy(rf"(?<![0-9])(?=([1-9](?:{_GAP}{{0,3}}[0-9]){{{rest}}})(?![0-9]))") for rest in (14, 15)
)


def read_free_text(text: str, maximum: int) -> str:
    """Like ``read_text``, but without resident registration and card numbers."""
    return _without_private(read_text(text, maximum))


def read_memo(text: str, maximum: int) -> str:
    """Like ``read_long_text``, but without resident registration and card numbers."""
    return _without_private(read_long_text(text, maximum))


def _without_private(text: str) -> str:
    if kind := private_number(text):
        raise refusal(f"memo.{kind}-number")
    return text


def private_number(text: str, *, checked: bool = False) -> str | None:
    """``resident`` or ``card`` where the text holds what looks like such a number.

    ``checked`` is for numbers that other systems give, many of which begin with a day: there
    a resident number must have its check digit, unless it is one of those without.
    """
    digits = _plain_digits(text)
    if sum(map(str.isdecimal, digits)) < _FEWEST:
        return None
    dates = [found[1] for found in _RESIDENT.finditer(digits) if _is_birth_date(found[1])]
    if any(not checked or _fits_check_digit(date) for date in dates):
        return "resident"
    candidates = chain.from_iterable(pattern.finditer(digits) for pattern in _CARDS)
    return "card" if any(_is_luhn_valid(found[1]) for found in candidates) else None


def _plain_digits(text: str) -> str:
    """The text with digits of every script and width as 0-9, without combining marks."""
    folded = unicodedata.normalize("NFKC", drop_widthless(text))
    kept = (char for char in folded if not unicodedata.category(char).startswith("M"))
    return "".join(str(unicodedata.decimal(char, char)) for char in kept)


def _is_birth_date(written: str) -> bool:
    digits = re.sub(r"[^0-9]", "", written)
    return digits[6] in "12345678" and _birth_date(digits) is not None


def _birth_date(digits: str) -> datetime.date | None:
    century = 1900 if digits[6] in "1256" else 2000
    try:
        return datetime.date(century + int(digits[:2]), int(digits[2:4]), int(digits[4:6]))
    except ValueError:
        return None


_NO_CHECK_DIGIT = datetime.date(2020, 10, 1)
"""Resident numbers given since then end in six digits at random (enforcement rule, art. 2)."""


def _fits_check_digit(written: str) -> bool:
    """Whether this may be a resident number that somebody has: the last digit checks the rest.

    Of foreigners' numbers it is two more. Of a number that hides its tail nobody knows.
    """
    digits = re.sub(r"[^0-9]", "", written)
    born = _birth_date(digits)
    if len(digits) < 13 or (born is not None and born >= _NO_CHECK_DIGIT):
        return True
    total = sum(int(digit) * (2 + place % 8) for place, digit in enumerate(digits[:12]))
    return int(digits[12]) in ((11 - total % 11) % 10, (13 - total % 11) % 10)


def _is_luhn_valid(written: str) -> bool:
    digits = [int(char) for char in reversed(re.sub(r"[^0-9]", "", written))]
    doubled = (sum(divmod(2 * digit, 10)) for digit in digits[1::2])
    return (sum(digits[::2]) + sum(doubled)) % 10 == 0


_MONEY_REFUSED = (
    (lazy(r""), "money.empty"),
    (lazy(r"[₩\\]?[-\u2010-\u2015\u2212△▲].*|\(.*\)원?"), "money.negative"),
    (lazy(r"(?i).*(?:[$¥€£元円]|usd|jpy|eur|cny|달러|엔|유로|위안).*"), "money.currency"),
)
# A won sign or not (a Korean keyboard types a backslash for it), the amount, won or not.
_MONEY = lazy(r"(?i)(?:[₩\\]|krw)?(?P<amount>[0-9억만천백.,]+)(?:원|krw)?")
_GROUPED = r"[1-9][0-9]{0,2}(?:,[0-9]{3})*"
_DIGITS = lazy(rf"(?P<won>{_GROUPED}|[1-9][0-9]*|0+)(?:\.00?)?")
# 3만5천, 만5천, 2만5000, 1억; a tail of one or two digits (3만5) could mean either size.
_COUNTED = lazy(
    r"(?=.*[억만천백])(?:(?P<억>[1-9][0-9]{0,3}|)억)?(?:(?P<만>[1-9][0-9]{0,3}|[1-9],[0-9]{3}|)만)?"
    r"(?:(?P<천>[1-9]?)천)?(?:(?P<백>[1-9]?)백)?"
    r"(?P<rest>(?<=[억만])[1-9],?[0-9]{3}|(?<=[억만천])[1-9][0-9]{2}|)"
)
_UNITS = {"억": 100_000_000, "만": 10_000, "천": 1_000, "백": 100}


def read_money(text: str) -> int:
    """Whole won, 1 to 100,000,000: ``12000``, ``12,000원``, ``₩12,000``, ``3만5천원``."""
    value = re.sub(r"(?<![0-9]) | (?![0-9])", "", tidy(text))
    for pattern, code in _MONEY_REFUSED:
        if pattern.fullmatch(value):
            raise refusal(code)
    written = _MONEY.fullmatch(value)
    if written is None:
        raise refusal("money.malformed")
    won = _won(written["amount"])
    if won == 0:
        raise refusal("money.zero")
    if won > MOST_WON:
        raise refusal("money.too-large")
    return won


def _won(amount: str) -> int:
    if digits := _DIGITS.fullmatch(amount):
        won = digits["won"].replace(",", "")
        return int(won) if len(won) <= 12 else MOST_WON + 1
    if counted := _COUNTED.fullmatch(amount):
        parts = ((counted[unit], size) for unit, size in _UNITS.items())
        total = sum(
            int(part.replace(",", "") or 1) * size for part, size in parts if part is not None
        )
        return total + int(counted["rest"].replace(",", "") or 0)
    if "." in amount:
        raise refusal("money.decimal")
    if re.fullmatch(r"[0-9,]*,[0-9,]*", amount):
        raise refusal("money.grouping")
    raise refusal("money.malformed")


def read_count(text: str, maximum: int) -> int:
    """A whole number of days, 0 to ``maximum``: ``10``, ``10일``, ``10.0`` of a spreadsheet."""
    value = tidy(text).replace(" ", "")
    if not value:
        raise refusal("count.empty")
    if re.fullmatch(r"[-\u2010-\u2015\u2212△▲][0-9.]+일?", value):
        raise refusal("count.negative")
    if not (written := re.fullmatch(r"0*(?P<days>[0-9]+?)(?:\.0+)?일?", value)):
        raise refusal("count.malformed")
    if len(written["days"]) > 9 or int(written["days"]) > maximum:
        raise refusal("count.too-large", maximum=maximum)
    return int(written["days"])


_YES = {"예", "네", "o", "○", "◯", "〇", "y", "yes", "true", "1", "긴급"}
_NO = {"아니오", "아니요", "x", "×", "n", "no", "false", "0", ""}


def read_flag(text: str) -> bool:
    """Yes or no, in the words that spreadsheets hold; an empty cell is no."""
    value = tidy(text).casefold()
    if value not in _YES | _NO:
        raise refusal("flag.unknown")
    return value in _YES


def read_choice(text: str, labels: Mapping[str, Sequence[str]]) -> str:
    """The identifier that the text names, itself or by one of its Korean labels.

    Case, spaces and punctuation do not matter. ``labels`` holds each identifier's labels,
    the one to show first; of two identifiers with one spelling the earlier is taken.
    """
    wanted = hangul.fold(text) if len(text) <= LONGEST else ""
    for identifier, names in labels.items():
        if wanted and wanted in map(hangul.fold, (identifier, *names)):
            return identifier
    allowed = ", ".join(names[0] if names else identifier for identifier, names in labels.items())
    raise refusal("choice.unknown", allowed=allowed)
