"""Yes or no, and one of some fixed words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from parkdraft.values.hangul import fold, fold_all
from parkdraft.values.text import LONGEST, refusal, tidy

_YES = {"예", "네", "o", "○", "◯", "〇", "y", "yes", "true", "1", "긴급"}
_NO = {"아니오", "아니요", "x", "×", "n", "no", "false", "0", ""}


def read_flag(text: str) -> bool:
    """Yes or no, in the words that spreadsheets hold; an empty cell is no."""
    value = tidy(text).casefold()
    if value not in _YES | _NO:
        raise refusal("flag.unknown")
    return value in _YES


def read_choice(text: str, labels: Mapping[str, Sequence[str]]) -> str:
    """The identifier that the text names, itself or by one of its Korean labels.

    Case, spaces and punctuation do not matter. ``labels`` holds each identifier's labels,
    the one to show first; of two identifiers with one spelling the earlier is taken.
    """
    if text in labels:
        return text
    wanted = fold(text) if len(text) <= LONGEST else ""
    for identifier, names in labels.items():
        if wanted and wanted in fold_all((identifier, *names)):
            return identifier
    allowed = ", ".join(names[0] if names else identifier for identifier, names in labels.items())
    raise refusal("choice.unknown", allowed=allowed)
