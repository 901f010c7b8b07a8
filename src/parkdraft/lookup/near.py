"""Thousands of names made ready, so that the near ones of a new name are told in no time.

What is near is said by ``search.nearness``; here most names are left out before it is asked.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from parkdraft.values.hangul import KEYS, fold, jamo

_MOST_ERRORS = 2


class NearNames:
    """Folded names; those of a list need not be folded again."""

    def __init__(self, folded: Iterable[str]) -> None:
        self._names = list(folded)
        # all at once: taking each name apart by itself would take ten times as long
        text = "\n".join(self._names)
        letters = text.translate({ord(char): jamo(char) for char in set(text)})
        self._letters = letters.split("\n") if self._names else []
        self._keys = letters.translate(KEYS).split("\n") if self._names else []

    def near(self, name: str) -> list[str]:
        """The folded names that ``name`` may be a slip for, best first, as ``search.near``."""
        typed = fold(name)
        likely = list(self._likely(typed)) if typed else []
        if not likely:
            return []
        from parkdraft.lookup.index import nearness

        found = []
        for place in likely:
            rank = nearness(typed, self._names[place])
            if rank is not None:
                found.append((*rank, place))
        return [self._names[place] for *_, place in sorted(found)]

    def _likely(self, typed: str) -> Iterator[int]:
        """Where a near name may be: one holds the other, the same keys, nearly the same letters."""
        letters = jamo(typed)
        keys, length, some = letters.translate(KEYS), len(letters), frozenset(letters)
        names = enumerate(zip(self._names, self._letters, self._keys, strict=True))
        for place, (name, others, pressed) in names:
            # each error makes at most two letters differ
            nearly = (
                -_MOST_ERRORS <= len(others) - length <= _MOST_ERRORS
                and len(some.symmetric_difference(others)) <= 2 * _MOST_ERRORS
            )
            if nearly or typed in name or name in typed or pressed == keys:
                yield place
