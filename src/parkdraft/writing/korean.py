"""Korean in a mail's text: particles, honorifics, dates, money, names cut or masked.

Plain functions from values to text, used by the templates as filters. Our own code: of the
small libraries ``hangeul`` 0.2 skips what stands in brackets and takes Tower for a vowel,
and the ports of es-hangul take every digit for one; a wrong guess here leaves the house.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from datetime import date, time

from parkdraft.patterns import lazy
from parkdraft.process.titles import TITLES

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

_WEEKDAYS = "월화수목금토일"
_TEAM = lazy(r"(팀|파트|그룹|센터|본부|지점|부서|사무소|사무실|상담실|관리실|메일|메일함)\Z")
_DESK = "담당자님"


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
    # A word that was cut has no end to read: … must not become full stops, as NFKC has it.
    text = unicodedata.normalize("NFKC", word.replace("…", "~")).rstrip(_CLOSING + " \t\n")
    last = text[-1:]
    if "가" <= last <= "힣":
        final = (ord(last) - ord("가")) % 28
        return _L if final == 8 else _CONSONANT if final else _VOWEL
    if latin := _LAST_WORD.search(text):
        return _CAPITALS[last] if latin[0].isupper() else None
    return _DIGITS.get(last)


def honorific(name: str, title: str | None, *, bare: str = "님") -> str:
    """A person as a letter names them: ``김하늘 주임님``, ``박도윤 님``.

    ``bare`` is the word after a name without a title (담당자님 towards a partner's person).
    님 is never doubled and never follows a team or mailbox (운영팀 담당자님); a name that ends
    in a title itself (관리소장) or in 담당자 takes only 님.
    """
    name, title = name.strip(), (title or "").strip()
    if title:
        return f"{name} {title.removesuffix('님').rstrip()}님".lstrip()
    name = name.removesuffix("님").rstrip()
    if name.endswith(("담당자", *TITLES)):
        return f"{name}님"
    return f"{name} {_DESK if _TEAM.search(name) else bare}".lstrip()


def greeting(people: Sequence[tuple[str, str | None, bool]], site: str | None = None) -> str:
    """The first line of a mail to the people of To: (name, title, is a mailbox) each.

    One: ``안녕하세요, 김하늘 주임님.`` Two or three by name in their order, four or more
    together. Nobody known: ``안녕하세요, 가온타워 담당자님.``
    """
    if len(people) > 3:
        return "담당자 여러분, 안녕하세요."
    if len(people) > 1:
        return ", ".join([*(_addressed(*person, "님", site) for person in people), "안녕하세요."])
    name, title, mailbox = people[0] if people else ("", None, False)
    return f"안녕하세요, {_addressed(name, title, mailbox, _DESK, site)}."


def _addressed(name: str, title: str | None, mailbox: bool, bare: str, site: str | None) -> str:
    """One of those greeted; a name that is not known is the site's 담당자."""
    if not name.strip() and not title:
        return f"{site or ''} {_DESK}".lstrip()
    return honorific(name, None if mailbox else title, bare=_DESK if mailbox else bare)


def day(value: date) -> str:
    """A date with its weekday: ``2026-12-01(화)``."""
    return f"{date.isoformat(value)}({_WEEKDAYS[value.weekday()]})"


def moment(value: date, at: time | None) -> str:
    """A date and, where it is known, the time: ``2026-12-01(화) 14:05``."""
    return day(value) if at is None else f"{day(value)} {at:%H:%M}"


def won(amount: int) -> str:
    """A sum of money: ``12,000원``."""
    return f"{amount:,}원"


def masked(name: str) -> str:
    """A customer's name with its middle hidden: ``홍*동``, ``홍*``, ``남**수``, ``J*** ***g``.

    Spaces stay, a 님 at the end goes; a single character is hidden wholly.
    """
    name = " ".join(unicodedata.normalize("NFC", name).split())
    name = re.sub(r"(?<=\S\S)\s*(고객)?님$", "", name)
    places = [place for place, char in enumerate(name) if char != " "]
    hidden = places[1:-1] if len(places) > 2 else places[-1:]
    return "".join("*" if place in hidden else char for place, char in enumerate(name))


def shortened(name: str, syllables: int = 12) -> str:
    """The name, cut where it is longer than so many characters: ``…`` is then the last of them."""
    name = unicodedata.normalize("NFC", name).strip()
    if len(name) <= syllables:
        return name
    return name[: max(syllables - 1, 0)].rstrip(" ([,·-") + "…"
