"""Finding names as they are typed.

Every name is one line of text in which ``|`` starts a syllable, ``|ㅍㅏ|ㄹㅡ|ㄴㅏ|ㅅㅡ``; a
query becomes a regular expression over all lines, fast enough for every key press.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from itertools import accumulate
from typing import Generic, NamedTuple, Protocol, TypeVar

from parkdraft.values.hangul import KEYS, LONGEST, compose, fold, jamo, layout_swapped

_REST = r"[^|\n]*"  # what is left of a syllable
_CONSONANT = re.compile("[ㄱ-ㅎ]")
_SINGLE = str.maketrans("ㄲㄸㅃㅆㅉ", "ㄱㄷㅂㅅㅈ")

# How the query fits a name, best first.
_EXACT, _START, _ALIAS_START, _MIDDLE, _MISTYPED = range(5)


class Named(Protocol):
    """An entry that can be searched for."""

    @property
    def names(self) -> tuple[str, ...]:
        """The main name, then aliases, nicknames and handles."""
        ...


T = TypeVar("T", bound=Named)


class _Line(NamedTuple):
    """One name of an entry: where it starts in the text, its fold and its letters."""

    entry: int
    main: bool
    folded: str
    start: int
    letters: str
    syllables: tuple[int, ...]  # where in the letters one begins


class _Hit(NamedTuple):
    line: _Line
    tier: int


class Index(Generic[T]):
    """An index for many searches: 1 or 2 ms each among 2,000 entries with three names each.

    A search for typing errors takes up to 5 ms.
    """

    def __init__(self, entries: Iterable[T]) -> None:
        self._entries = list(entries)
        self._lines: list[_Line] = []
        self._by_fold: dict[str, list[_Line]] = {}
        text = ["\n"]
        start = 1
        for number, entry in enumerate(self._entries):
            for place, name in enumerate(entry.names):
                folded = fold(name)
                syllables = [jamo(char) for char in compose(jamo(folded))]
                starts = tuple(accumulate(map(len, syllables), initial=0))[:-1]
                line = _Line(number, place == 0, folded, start, "".join(syllables), starts)
                self._lines.append(line)
                self._by_fold.setdefault(folded, []).append(line)
                text.append("".join(f"|{letters}" for letters in syllables) + "\n")
                start += len(text[-1])
        self._text = "".join(text)
        self._single = self._text.translate(_SINGLE)
        self._keyed = self._text.translate(KEYS)
        self._starts = [line.start for line in self._lines]
        self._longest = max((len(line.letters) for line in self._lines), default=0)

    def search(self, text: str, limit: int | None = None) -> list[T]:
        """The entries that ``text`` may mean, best first; none for an empty text.

        Order: the whole name (any of its names), start of the main name, start of another
        name, middle. Where nothing is found, ㄲ also counts as ㄱ; then, with five letters or
        more, one typing error is allowed (with three or four only in whole names). Hits of
        the other keyboard layout come after names that start with the text itself.
        """
        if len(text) > LONGEST:
            return []
        typed, other = fold(text), fold(layout_swapped(text))
        if not typed or len(jamo(typed)) > self._longest + 1:
            return []
        hits = self._matching(typed) or self._matching(typed, single=True)
        hits += self._other_layout(typed, other, hits)
        hits = hits or list(self._mistyped(jamo(typed)))
        best: dict[int, tuple[int, bool, int, int]] = {}
        for hit in hits:
            line = hit.line
            literal = line.folded.startswith((typed, other))
            rank = (hit.tier, not literal, len(line.folded), line.start)
            best[line.entry] = min(best.get(line.entry, rank), rank)
        return [self._entries[number] for number in sorted(best, key=best.__getitem__)[:limit]]

    def _matching(self, typed: str, *, single: bool = False) -> list[_Hit]:
        """Hits of a folded text, read as whole or half-typed syllables or as initials."""
        query = compose(jamo(typed))
        pattern = "".join(map(_pattern, query))
        if single:
            pattern = pattern.translate(_SINGLE)
        start_only = _CONSONANT.fullmatch(query) is not None
        lines = self._scan(pattern, self._single if single else self._text, start_only)
        return [self._hit(line, typed, at_start) for line, at_start in lines]

    def _other_layout(self, typed: str, other: str, hits: list[_Hit]) -> list[_Hit]:
        """Hits of the text as typed on the other keyboard layout, where they may be meant.

        Whole names always are; names that start so only where the text itself starts none;
        and without hits of its own also ``나쉴더스``, typed half-way on the wrong layout.
        """
        if not other or other == typed:
            return []
        if any(hit.tier < _MIDDLE for hit in hits):
            return [_Hit(line, _MISTYPED) for line in self._by_fold.get(other, ())]
        swapped = self._matching(other)
        if hits:
            return [_Hit(hit.line, _MISTYPED) for hit in swapped if hit.tier < _MIDDLE]
        keys = jamo(typed).translate(KEYS)
        if swapped or len(keys) < 3:
            return swapped
        lines = self._scan(r"\|" + r"\|?".join(keys), self._keyed, False)
        return [self._hit(line, typed, at_start) for line, at_start in lines]

    def _hit(self, line: _Line, typed: str, at_start: bool) -> _Hit:
        if line.folded == typed:
            return _Hit(line, _EXACT)
        return _Hit(line, (_START if line.main else _ALIAS_START) if at_start else _MIDDLE)

    def _scan(self, pattern: str, text: str, start_only: bool) -> Iterator[tuple[_Line, bool]]:
        """(Line, whether at its start) for every line in which the pattern is found."""
        search = re.compile("\n" + pattern if start_only else pattern).search
        match = search(text)
        while match:
            place = match.start() + start_only
            line = self._lines[bisect_right(self._starts, place) - 1]
            yield line, place == line.start
            match = search(text, text.index("\n", place))

    def _mistyped(self, letters: str) -> Iterator[_Hit]:
        """Hits with one letter wrong, missing, too many, or two swapped.

        One half of the letters must be right: it is looked for first, which is fast.
        """
        if len(letters) < 3:
            return
        half = len(letters) // 2
        first, second = letters[:half], letters[half:]
        swapped = letters[: half - 1] + second[0] + first[-1] + second[1:]
        reach = len(letters) + 1
        whole = len(letters) < 5
        for line in self._lines:
            name = line.letters
            later = second in name
            if not (later or first in name or swapped in name):
                continue
            for start in line.syllables[:1] if whole else line.syllables:
                likely = name.startswith((first, swapped), start) or (
                    later and name.find(second, start + half - 1, start + reach) >= 0
                )
                if likely and _one_error(letters, name[start:], whole):
                    yield _Hit(line, _MISTYPED)
                    break


def _one_error(typed: str, name: str, whole: bool) -> bool:
    """Whether ``name`` begins with ``typed`` (``whole``: equals it) with one typing error."""
    at = 0
    for letter, against in zip(typed, name, strict=False):
        if letter != against:
            break
        at += 1
    rest = typed[at:]
    fixes = (
        (rest[1:], at + 1),  # a letter wrong
        (rest[1:], at),  # one too many
        (rest, at + 1),  # one missing
        (rest[1::-1] + rest[2:], at),  # two swapped
    )
    return any(
        name.startswith(part, place) and (not whole or len(name) == place + len(part))
        for part, place in fixes
    )


def _pattern(char: str) -> str:
    """One character of the query → a regular expression.

    A lone consonant fits any syllable that begins with it. A syllable may be half-typed: its
    finals may be the initials of the syllables that follow (팔 → 파르). The expression does
    not close the last syllable, so that it may go on in the name (파 → 팔).
    """
    if _CONSONANT.match(char):
        return rf"\|{char}{_REST}"
    letters = jamo(char)
    if len(letters) == 1:
        return rf"\|{re.escape(char)}"
    vowel = max(i for i, letter in enumerate(letters) if not _CONSONANT.match(letter))
    return rf"\|{letters[: vowel + 1]}{_finals(letters[vowel + 1 :])}"


def _finals(letters: str) -> str:
    """A pattern for finals: as they are, or from any of them on as initials."""
    if not letters:
        return ""
    moved = "".join(rf"\|{letter}{_REST}" for letter in letters)
    return f"(?:{letters[0]}{_finals(letters[1:])}|{moved})"
