"""Sites and partners that a text mentions: whole names, whatever particle follows.

The text is read once. The next two letters tell which lengths of names are possible there, so
thousands of names take no longer than a few.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import NamedTuple

from parkdraft.extract.patterns import Proposal
from parkdraft.lazy import lazy
from parkdraft.lookup.sites import SiteData
from parkdraft.values.hangul import fold

SHORTEST = 2  # letters of a name; one letter alone is in every other word


class Name(NamedTuple):
    """One spelling: ``kind`` is site or partner, ``value`` the main name."""

    kind: str
    value: str
    spelled: str


class Names(NamedTuple):
    """An index of all names.

    With thousands of sites, making it takes longer than reading a text: it is made once, and
    again when a list has changed.
    """

    spellings: Mapping[str, tuple[Name, ...]]
    """Folded name → at most one site and one partner."""
    lengths: Mapping[str, tuple[int, ...]]
    """The first two letters of folded names → the lengths of those, longest first."""


def names_of(known: SiteData) -> Names:
    """Every site and partner by its names and aliases; the catch-all partner is left out."""
    partners = known.directory.partners.values()
    called = [
        ("partner", (partner.name, *partner.aliases))
        for partner in partners
        if not partner.catch_all
    ]
    called += [("site", (site.name, *site.aliases)) for site in known.directory.sites]
    called += [("site", (row["name"], *row.get("aliases", ()))) for row in known.registered.rows]
    called += [("site", (name,)) for month in known.lists.values() for name in month.names()]
    spellings: dict[str, dict[str, Name]] = {}
    lengths: dict[str, set[int]] = {}
    for kind, names in called:
        for spelled in names:
            key = fold(spelled)
            if len(key) >= SHORTEST and not key.isdecimal():
                spellings.setdefault(key, {}).setdefault(kind, Name(kind, names[0], spelled))
                lengths.setdefault(key[:SHORTEST], set()).add(len(key))
    return Names(
        {key: tuple(by_kind.values()) for key, by_kind in spellings.items()},
        {head: tuple(sorted(those, reverse=True)) for head, those in lengths.items()},
    )


def mentions(names: Names, text: str) -> Iterator[Proposal]:
    """Names in a plain text, without particles; of several that begin at one place the longest."""
    letters, places = _folded(text)
    free = 0
    for at in range(len(letters) - SHORTEST + 1):
        start = places[at]
        lengths = names.lengths.get(letters[at : at + SHORTEST])
        if not lengths or start < free or not _begins(text, start):
            continue
        for length in lengths:
            spelled = names.spellings.get(letters[at : at + length])
            end = places[min(at + length, len(places)) - 1] + 1
            if spelled and _is_whole(text, start, end, spelled[0].spelled):
                for name in spelled:
                    yield Proposal(name.kind, name.value, name.value, start, end)
                free = end
                break


_letters_of = lru_cache(maxsize=1024)(fold)


def _folded(text: str) -> tuple[str, list[int]]:
    """The text's comparison key, and the place in the text of each of its letters."""
    letters: list[str] = []
    places: list[int] = []
    for place, char in enumerate(text):
        key = _letters_of(char)
        letters.append(key)
        places += [place] * len(key)
    return "".join(letters), places


def _begins(text: str, place: int) -> bool:
    """Whether a word begins here; after Korean a Latin letter or a digit does, too."""
    if place == 0 or not text[place - 1].isalnum():
        return True
    return _is_korean(text[place - 1]) and not _is_korean(text[place])


# What may stand directly behind a name: a floor, a plate, words that begin another thing,
# and particles. Of these the short ones must end the word: 가온타워가, not 가온타워가든.
_WORDS = (
    *("주차", "지하주차", "월주차", "정기", "월정기", "현장", "입주", "이용", "방문", "에서"),
    *("에게", "에는", "에도", "에만", "으로", "이라", "이고", "이며", "이에요", "예요"),
    *("입니다", "입니까", "인데", "이랑", "하고", "부터", "까지", "이요", "쪽", "측"),
)
_SHORT = "은는이가을를에의로와과도만요랑내앞"
_GOES_ON = lazy(r"[0-9A-Za-z가-힣]")
_MAY_FOLLOW = lazy(
    rf"[Bb][0-9]|[0-9]{{2,3}} ?[가-힣] ?[0-9]{{4}}|{'|'.join(_WORDS)}|[{_SHORT}](?![가-힣])"
)
# Within a name: spaces and brackets as one likes, but no end of a clause or line.
_BREAK = frozenset("\n,.;:/|?!~>→")


def _is_whole(text: str, start: int, end: int, spelled: str) -> bool:
    """Whether the name ends here, and is not the beginning of another word."""
    if _BREAK.intersection(text[start:end]).difference(spelled):
        return False
    if not _GOES_ON.match(text, end):
        return True
    return (_is_korean(text[end - 1]) or _is_korean(text[end])) and bool(
        _MAY_FOLLOW.match(text, end)
    )


def _is_korean(char: str) -> bool:
    return "가" <= char <= "힣"
