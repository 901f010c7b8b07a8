"""Breaks the lines of a body before a mail program does.

Thunderbird sends plain text as format=flowed (RFC 3676) and Claws wraps again at 72 columns:
lines of at most 70 columns without spaces at their ends pass through both unchanged.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from parkdraft.lazy import lazy

# A line's greatest width in columns.
COLUMNS = 70
_LINKS = ("http://", "https://")

_SPACES = lazy(r"(\s+)")
# What is seen as one character, as far as a short pattern can tell: a pair of regional
# indicators (a flag), or a character with what attaches to it: combining marks, the medial
# and final jamo of decomposed Hangul, emoji modifiers and tags, and anything after a joiner.
_CLUSTER = lazy(
    "[\U0001f1e6-\U0001f1ff]{2}"
    "|.(?:[\u0300-\u036f\u1160-\u11ff\u200d\u20d0-\u20ff\u3099\u309a\ufe00-\ufe0f\ufe20-\ufe2f"
    "\U0001f3fb-\U0001f3ff\U000e0020-\U000e007f]|(?<=\u200d).)*",
    re.DOTALL,
)


def wrap(text: str) -> str:
    """The text in lines of at most 70 columns; LF in, LF out.

    A character above U+10FF counts two columns, any other one. Lines break at spaces, a word
    that is longer than a line between characters, but for a link, which would be dead then; a
    continued line has no indent. Otherwise as ``unwrapped``.
    """
    # 35 characters fit whatever they are: the common case, without counting.
    return "\n".join(line if len(line) <= COLUMNS // 2 else _broken(line) for line in _lines(text))


def unwrapped(text: str) -> str:
    """The text without spaces at either end of a line, and with one of several blank lines."""
    return "\n".join(_lines(text))


def _lines(text: str) -> Iterator[str]:
    """Each line stripped; of several blank lines in a row the first."""
    before: str | None = None
    for line in map(str.strip, text.split("\n")):
        if line or before != "":
            yield line
        before = line


def width(text: str) -> int:
    """Columns of a text without line ends."""
    return len(text) + sum(character > "\u10ff" for character in text)


@lru_cache(maxsize=1024)
def _broken(line: str) -> str:
    """A line in lines that fit; remembered, because a template's lines come again and again."""
    first, *others = _SPACES.split(line)  # words, and the spaces between them
    *lines, current = _slices(first)
    for spaces, word in zip(others[::2], others[1::2], strict=True):
        if width(current + spaces + word) <= COLUMNS:
            current += spaces + word
        else:
            *full, last = _slices(word)
            lines += [current, *full]
            current = last
    return "\n".join([*lines, current])


def _slices(word: str) -> list[str]:
    """A word in slices that fit, each but the last as long as possible."""
    if width(word) <= COLUMNS or word[:8].casefold().startswith(_LINKS):
        return [word]
    slices = [""]
    for cluster in _CLUSTER.findall(word):
        # what should stay together is taken apart where that alone would be too long
        for piece in [cluster] if width(cluster) <= COLUMNS else cluster:
            if width(slices[-1] + piece) > COLUMNS:
                slices.append("")
            slices[-1] += piece
    return slices
