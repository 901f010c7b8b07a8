"""Handing a draft to another program, or to the clipboard.

Where that fails, the draft is there all the same.
"""

from __future__ import annotations

from collections.abc import Callable

from parkdraft.cli.layout import note
from parkdraft.errors import ParkdraftError, Problem
from parkdraft.home import Home
from parkdraft.results import Result


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


def copy_draft(home: Home, made: Result) -> None:
    """Put a post or a row on the clipboard, and record it where the draft is kept."""
    from parkdraft.cli.refusals import line
    from parkdraft.launcher import copy_text

    decision = made.decision
    if made.draft is None:
        return
    if decision.channel == "email":
        note(line(Problem("copy.mail")))
        return
    text = made.draft.body.rstrip("\n")
    if not hand_over(lambda: copy_text(text)):
        return
    note("클립보드에 넣었습니다.")
    if made.id is not None:
        from parkdraft.outbox.transitions import handed_out

        with home.drafts(change=True) as box:
            handed_out(box, box.located(made.id), "copy")
