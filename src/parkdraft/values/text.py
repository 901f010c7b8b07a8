"""Typed text of one line or several: cleaned of invisible characters, or refused.

Here and in the other modules of values, ``read_x`` takes the text of one option or cell and
returns the value, or raises ``DetailsError`` with one problem whose ``field`` the caller fills
in. No problem carries the text itself.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

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
_WIDTHLESS = lazy(rf"[{_UNSEEN}]+")
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
