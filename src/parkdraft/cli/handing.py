"""Handing a draft to another program; where that fails, the draft is there all the same."""

from __future__ import annotations

from collections.abc import Callable

from parkdraft.cli.layout import note
from parkdraft.errors import ParkdraftError


def hand_over(give: Callable[[], None]) -> bool:
    """Give something to the system; whether it took it. What failed is said, and is no refusal."""
    try:
        give()
    except ParkdraftError as error:
        from parkdraft.cli.refusals import line

        for problem in error.problems:
            note(line(problem))
        return False
    return True
