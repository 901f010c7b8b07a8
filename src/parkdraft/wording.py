"""The Korean words of every problem: one table, code → (what is wrong, what to do next).

Placeholders are filled from ``Problem.data``. No wording repeats a customer's name,
phone or plate. Sections are named after the module that raises the code.
"""

from __future__ import annotations

from parkdraft.errors import Problem

WORDS: dict[str, tuple[str, str]] = {
    # process/plates.py
    # process/values.py
    # process/phones.py
    # process/titles.py
    # writing/mail.py, writing/reader.py
    # tables/
}


def message(problem: Problem) -> str:
    """What is wrong, as one Korean sentence."""
    return WORDS[problem.code][0].format(**problem.data)


def hint(problem: Problem) -> str:
    """What to do next, as one Korean sentence; empty where the message says it all."""
    return WORDS[problem.code][1].format(**problem.data)
