"""Pasted text made plain for searching; every character keeps its place in the pasted text."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import NamedTuple

from parkdraft.lazy import lazy
from parkdraft.values.text import drop_widthless

Span = tuple[int, int]

# A character and what joins it: vowels and finals of Korean letters typed or stored one by
# one, combining marks, and characters without width.
_PIECE = lazy(
    "(?s:.)[\u0300-\u036f\u1160-\u11ff\u200b-\u200f\u2060-\u2064\u302a-\u302f\u314f-\u3164"
    "\ud7b0-\ud7fb\ufe00-\ufe0f\ufeff\uffa0\uffc2-\uffdc]*"
)
_SHOWN_AS_NOTHING = lazy("[\u115f\u1160\ufe00-\ufe0f]")
# One character for several that mean the same here; a tab is a space within a line.
_SAME = {
    **dict.fromkeys(map(ord, "\t\x1f"), " "),
    **dict.fromkeys(map(ord, "\r\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029"), "\n"),
    **dict.fromkeys((*range(0x2010, 0x2016), 0x2212, 0x2500), "-"),
    **dict.fromkeys(map(ord, "∼〜∽"), "~"),
    **dict.fromkeys(map(ord, "・‧•∙⋅ㆍᆞ"), "·"),
}
COVER = "\ufffc"
"""Stands for each character that was recognised already; no pattern matches it."""


class Plain(NamedTuple):
    """The text in NFKC, and where each character starts and ends in the text as it was pasted."""

    text: str
    starts: Sequence[int]
    ends: Sequence[int]


def plain(text: str) -> Plain:
    """The text as it is searched: full-width forms, letters typed apart, odd dashes undone.

    A number in a circle or raised becomes a space, so that ``①12가3456`` is no 112가3456.
    """
    parts: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    for piece in _PIECE.finditer(text):
        part = _compatible(piece[0])
        parts.append(part)
        starts += [piece.start()] * len(part)
        ends += [piece.end()] * len(part)
    return Plain("".join(parts).translate(_SAME), starts, ends)


@lru_cache(maxsize=1024)
def _compatible(piece: str) -> str:
    """One character and what joins it, in NFKC."""
    part = unicodedata.normalize("NFKC", drop_widthless(piece))
    if re.match(r"\(?[0-9]", part) and unicodedata.category(piece[0]) in ("No", "So"):
        return " "
    return _SHOWN_AS_NOTHING.sub("", part)


def covered(text: str, spans: Iterable[Span]) -> str:
    """The text with these spans replaced by ``COVER``; everything else keeps its place."""
    parts, at = [], 0
    for start, end in sorted(spans):
        if start >= at:
            parts += [text[at:start], COVER * (end - start)]
            at = end
    return "".join([*parts, text[at:]])
