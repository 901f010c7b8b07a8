"""Korean letters: keys for comparing names, and the two-set keyboard.

A letter here is one key press, written as a compatibility jamo: a joined final (``ㄳ``) and
a joined vowel (``ㅘ``) are two letters, a doubled consonant (``ㄲ``, one key with shift) is
one. So whatever stands on the screen half-way through typing a name is a prefix of the
name's letters.

Our own code: the small libraries tried (``hangeul`` 0.2, ports of es-hangul) take a query
for either all initials or none, which rules out ``63ㅂㄷ``, and the rest is these tables.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Iterable

from parkdraft.lazy import lazy

INITIALS = tuple("ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ")
VOWELS: tuple[str, ...] = (
    *("ㅏ", "ㅐ", "ㅑ", "ㅒ", "ㅓ", "ㅔ", "ㅕ", "ㅖ", "ㅗ", "ㅗㅏ", "ㅗㅐ", "ㅗㅣ", "ㅛ"),
    *("ㅜ", "ㅜㅓ", "ㅜㅔ", "ㅜㅣ", "ㅠ", "ㅡ", "ㅡㅣ", "ㅣ"),
)
FINALS: tuple[str, ...] = (
    *("", "ㄱ", "ㄲ", "ㄱㅅ", "ㄴ", "ㄴㅈ", "ㄴㅎ", "ㄷ", "ㄹ", "ㄹㄱ", "ㄹㅁ", "ㄹㅂ"),
    *("ㄹㅅ", "ㄹㅌ", "ㄹㅍ", "ㄹㅎ", "ㅁ", "ㅂ", "ㅂㅅ", "ㅅ", "ㅆ", *"ㅇㅈㅊㅋㅌㅍㅎ"),
)
# The two-set (dubeolsik) layout: shift changes only the capitals that stand here.
_LAYOUT = dict(
    zip(
        "qwertyuiopasdfghjklzxcvbnmQWERTOP",
        "ㅂㅈㄷㄱㅅㅛㅕㅑㅐㅔㅁㄴㅇㄹㅎㅗㅓㅏㅣㅋㅌㅊㅍㅠㅜㅡㅃㅉㄸㄲㅆㅒㅖ",
        strict=True,
    )
)
LONGEST = 1000
"""Characters of a text that is still compared as a name; a longer one is left as it is."""
KEY_OF = {letter: key for key, letter in _LAYOUT.items()}
KEYS = str.maketrans({letter: key.lower() for letter, key in KEY_OF.items()})
"""Letter → the key that types it, shift aside, for ``translate``."""

# A lone letter in any of its code points → the key presses: the conjoining forms (U+1100,
# U+1161, U+11A8 and on), and the joined ones among the compatibility forms.
_LONE: dict[int, str] = {
    **{0x1100 + i: letter for i, letter in enumerate(INITIALS)},
    **{0x1161 + i: letters for i, letters in enumerate(VOWELS)},
    **{0x11A7 + i: letters for i, letters in enumerate(FINALS) if i},
    **dict(zip(map(ord, "ㄳㄵㄶㄺㄻㄼㄽㄾㄿㅀㅄ"), [f for f in FINALS if len(f) > 1], strict=True)),
    **dict(zip(map(ord, "ㅘㅙㅚㅝㅞㅟㅢ"), [v for v in VOWELS if len(v) > 1], strict=True)),
}
# Invisible, but letters or marks to Unicode; and ㆍ, which people type as a middle dot.
_INVISIBLE = lazy(
    "[\u00ad\u034f\u115f\u1160\u119e\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f"
    "\u3164\u318d\ufe00-\ufe0f\ufeff\uffa0\U000e0000-\U000e0fff]"
)
_USUAL = re.compile("[ -~가-힣→·]*")
_NOT_LETTERS = lazy("[^ㄱ-ㅣ]+")
_VOWEL = "[ㅏ-ㅣ]"
_SYLLABLE = lazy(
    f"([{''.join(INITIALS)}])"
    f"({'|'.join(sorted(VOWELS, key=len, reverse=True))})"
    f"((?:{'|'.join(sorted(filter(None, FINALS), key=len, reverse=True))})(?!{_VOWEL}))?"
)


def fold(text: str) -> str:
    """The comparison key of a name: equal keys, equal names.

    Compatibility forms (full-width, ㈜, decomposed syllables) become plain ones and
    capitals small; spaces, punctuation, symbols and invisible characters are dropped.
    Letters and digits stay, lone Korean letters as key presses. A text that is too long for a
    name is returned as it is: normalising it may take quadratic time.
    """
    return text if len(text) > LONGEST else _folded(text)


def fold_all(texts: Iterable[str]) -> list[str]:
    """The comparison keys of many names, in their order."""
    return [fold(text) for text in texts]


@functools.lru_cache(maxsize=4096)
def _folded(text: str) -> str:
    if _USUAL.fullmatch(text):  # true for nearly every text: nothing to normalise
        return "".join(filter(str.isalnum, text.lower()))
    text = unicodedata.normalize("NFC", _INVISIBLE.sub("", text)).translate(_LONE)
    # NFKC would join lone letters to syllables (ㅋㅏ → 카), so only the text between them gets it.
    text = _NOT_LETTERS.sub(lambda run: _plain(run[0]), text).translate(_LONE)
    return "".join(filter(str.isalnum, text))


def jamo(text: str) -> str:
    """Every syllable and joined letter taken apart to key presses; the rest as it is.

    A text that is too long for a name is returned as it is, as by ``fold``.
    """
    if len(text) > LONGEST:
        return text
    return letters_of(unicodedata.normalize("NFC", text))


def letters_of(folded: str) -> str:
    """``jamo`` of a folded text of any length, such as a whole list of names in one text."""
    return "".join(map(_letters, folded))


def initials(text: str) -> str:
    """The first consonant of every syllable, other characters folded: ``63ㅂㄷ``."""
    return "".join(_letters(char)[0] for char in fold(text))


def compose(letters: str) -> str:
    """What a Korean input method shows after these key presses; the rest as it is.

    A final goes over to the next syllable where a vowel follows. Consonants without a
    vowel stay apart: ``ㄱㅅ``, never ``ㄳ``.
    """
    return _SYLLABLE.sub(_syllable, letters)


def layout_swapped(text: str) -> str:
    """The same keys pressed on the other layout: ``vkfmsktm`` → 파르나스, ``ㅏㅡㅔ`` → kmp.

    Works in both directions in one text. Capitals count as shift (``R`` → ㄲ), unless there is no
    small letter and some capital types the same without shift: then caps lock was on.
    """
    latin = re.sub("[^A-Za-z]", "", text)
    if latin.isupper() and any(letter not in _LAYOUT for letter in latin):
        text = text.lower()
    return compose("".join(map(_other_key, unicodedata.normalize("NFC", text))))


@functools.cache
def _letters(char: str) -> str:
    """The key presses of one character."""
    place = ord(char) - ord("가")
    if not 0 <= place < 11172:
        return _LONE.get(ord(char), char)
    return INITIALS[place // 588] + VOWELS[place % 588 // 28] + FINALS[place % 28]


def _other_key(char: str) -> str:
    """One character → what its keys give on the other layout."""
    if char.isascii():
        return _LAYOUT.get(char) or _LAYOUT.get(char.lower(), char)
    return "".join(KEY_OF.get(letter, letter) for letter in _letters(char))


def _plain(text: str) -> str:
    """Unicode's compatibility folding, without regard to case."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())


def _syllable(letters: re.Match[str]) -> str:
    """Initial, vowel and perhaps a final → the one character."""
    initial, vowel, final = letters.groups(default="")
    place = (INITIALS.index(initial) * 21 + VOWELS.index(vowel)) * 28 + FINALS.index(final)
    return chr(ord("가") + place)
