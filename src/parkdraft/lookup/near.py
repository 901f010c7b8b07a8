"""Which of the known names a typed name may be a slip for.

Two names are near when, spaces, case and punctuation aside, one of these holds:

- they are the same, or the same keys on the other keyboard layout (four or more keys,
  shift aside);
- one holds the other, which has two or more characters; a number is not cut for it
  (``63`` is in 63빌딩, ``3빌딩`` is not);
- letter by letter (key presses) they differ in one typing error, where the shorter
  has four to seven letters, or in at most two, where it has eight or more. An error
  is a letter wrong, missing or too many, or two neighbours swapped. Numbers and
  single Latin letters must agree: 1주차장 and 2주차장, A동 and B동 are two places.

The order: same, one error, held, two errors; the closer in length first. A caller that
refuses near names refuses these and no others.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from parkdraft.values.hangul import KEYS, fold, fold_all, jamo, letters_of

_MOST_ERRORS = 2


def near(name: str, names: Iterable[str], limit: int | None = 3) -> list[str]:
    """The names that ``name`` may be a slip for, best first; each as it was given."""
    names = list(names)
    return [names[place] for place in NearNames(fold_all(names)).places(name)[:limit]]


class NearNames:
    """Thousands of folded names, prepared so that near ones are found quickly."""

    def __init__(self, folded: Iterable[str]) -> None:
        self._names = list(folded)
        # all at once: taking each name apart by itself would take ten times as long
        letters = letters_of("\n".join(self._names))
        self._letters = letters.split("\n") if self._names else []
        self._keys = letters.translate(KEYS).split("\n") if self._names else []

    def places(self, name: str) -> list[int]:
        """The positions of the names that ``name`` may be a slip for, best first."""
        typed = fold(name)
        if not typed:
            return []
        letters = jamo(typed)
        keys, length, some = letters.translate(KEYS), len(letters), frozenset(letters)
        ranked = []
        names = enumerate(zip(self._names, self._letters, self._keys, strict=True))
        for place, (other, other_letters, other_keys) in names:
            # an error changes at most two letters of the set: that alone excludes most names
            nearly = (
                -_MOST_ERRORS <= len(other_letters) - length <= _MOST_ERRORS
                and len(some.symmetric_difference(other_letters)) <= 2 * _MOST_ERRORS
            )
            same_keys = other_keys == keys and length >= 4
            held = (other in typed or typed in other) and _holds(typed, other)
            if not (nearly or held or same_keys):
                continue
            errors = _errors(typed, other, letters, other_letters) if nearly else None
            if errors in (0, 1):
                rank = errors
            elif same_keys:
                rank = 1
            elif held:
                rank = 2
            elif errors:
                rank = 3
            else:
                continue
            ranked.append((rank, abs(len(typed) - len(other)), place))
        return [place for *_, place in sorted(ranked)]


def _holds(typed: str, other: str) -> bool:
    """Whether one contains the other without cutting a number in two."""
    part, whole = sorted((typed, other), key=len)
    if len(part) < 2:
        return False
    before = r"(?<!\d)" if part[0].isdigit() else ""
    after = r"(?!\d)" if part[-1].isdigit() else ""
    return re.search(before + re.escape(part) + after, whole) is not None


def _errors(typed: str, other: str, letters: str, other_letters: str) -> int | None:
    """Typing errors between two folded names, None for more than their length allows."""
    shorter = min(len(letters), len(other_letters))
    most = 0 if shorter < 4 else 1 if shorter < 8 else _MOST_ERRORS
    if len(frozenset(letters).symmetric_difference(other_letters)) > 2 * most:
        return None
    if _place_marks(typed) != _place_marks(other):
        return None
    return _edits(letters, other_letters, most)


@lru_cache(maxsize=8192)
def _place_marks(folded: str) -> list[str]:
    """Numbers and single Latin letters, which tell places of one name apart."""
    return re.findall(r"\d+|(?<![a-z])[a-z](?![a-z])", folded)


def _edits(typed: str, other: str, most: int) -> int | None:
    """Edits between two texts (a swap of neighbours is one), None if more than ``most``."""
    if abs(len(typed) - len(other)) > most:
        return None
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(typed, 1):
        older, before, row = before, row, [i]
        for j, against in enumerate(other, 1):
            cost = min(before[j] + 1, row[-1] + 1, before[j - 1] + (letter != against))
            if i > 1 and j > 1 and letter == other[j - 2] and typed[i - 2] == against:
                cost = min(cost, older[j - 2] + 1)
            row.append(cost)
        if min(row) > most and min(before) > most:
            return None
    return row[-1] if row[-1] <= most else None
