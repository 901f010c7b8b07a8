"""Korean particles by the last sound of the word before them, as it is read aloud.

Our own code, as customers and partners read the result: ``hangeul`` 0.2 skips what stands in
brackets and reads Tower as ending in a vowel, and the ports of es-hangul read every digit so.
"""

from __future__ import annotations

import unicodedata

from parkdraft.lazy import lazy

# Particle → its form after a final consonant, and after a vowel.
_PARTICLES = {
    "은/는": ("은", "는"),
    "을/를": ("을", "를"),
    "이/가": ("이", "가"),
    "과/와": ("과", "와"),
    "(으)로": ("으로", "로"),
    "(이)라": ("이라", "라"),
    "(이)나": ("이나", "나"),
}
_SPELLINGS = {
    **{pair: pair for pair in _PARTICLES},
    **{f"{b}/{a}": pair for pair, (a, b) in _PARTICLES.items()},
    **{f"{a}/{b}": pair for pair, (a, b) in _PARTICLES.items()},
}

# The last sound of what is read aloud; L is ㄹ, after which (으)로 is 로.
_CONSONANT, _L, _VOWEL = "consonant", "l", "vowel"
_DIGITS = {
    **dict.fromkeys("036", _CONSONANT),  # 영 (and 십 백 천 만 억), 삼, 육
    **dict.fromkeys("178", _L),  # 일, 칠, 팔
    **dict.fromkeys("2459", _VOWEL),  # 이, 사, 오, 구
}
_CAPITALS = {
    **dict.fromkeys("ABCDEFGHIJKOPQSTUVWXYZ", _VOWEL),
    **dict.fromkeys("LR", _L),  # 엘, 알
    **dict.fromkeys("MN", _CONSONANT),  # 엠, 엔
}
_CLOSING = "\"'.)]}>”’»›」』】〉》〕"
_LAST_WORD = lazy(r"[A-Za-z]+\Z")


def particle(word: str, pair: str) -> str:
    """The word with the particle that fits its last sound: ``12가3458``, ``(으)로`` → 12가3458로.

    Closing brackets, quotes and full stops are skipped. Digits are read as numbers, Latin
    capitals letter by letter; after anything else (Tower) both forms are given: 을(를).
    Pairs: 은/는 을/를 이/가 과/와 (으)로 (이)라 (이)나, also 으로/로, 이라/라 and turned round;
    another pair is a ValueError.
    """
    if pair not in _SPELLINGS:
        raise ValueError(f"not a pair of particles: {pair!r}")
    pair = _SPELLINGS[pair]
    consonant, vowel = _PARTICLES[pair]
    sound = _last_sound(word)
    if sound is None:
        return word + (pair if pair.startswith("(") else f"{consonant}({vowel})")
    closed = sound == _CONSONANT or (sound == _L and pair != "(으)로")
    return word + (consonant if closed else vowel)


def _last_sound(word: str) -> str | None:
    """How the word ends when read aloud; None where that is not known."""
    # A word cut short with … has no known end; NFKC would make full stops of the …
    text = unicodedata.normalize("NFKC", word.replace("…", "~")).rstrip(_CLOSING + " \t\n")
    last = text[-1:]
    if "가" <= last <= "힣":
        final = (ord(last) - ord("가")) % 28
        return _L if final == 8 else _CONSONANT if final else _VOWEL
    if latin := _LAST_WORD.search(text):
        return _CAPITALS[last] if latin[0].isupper() else None
    return _DIGITS.get(last)
