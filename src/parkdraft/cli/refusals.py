"""Problems as words for people, as JSON, and as an exit code."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from parkdraft.cli.layout import note, print_json
from parkdraft.errors import Problem
from parkdraft.process.cases import FIELDS
from parkdraft.process.details import USAGE_CODES
from parkdraft.wording import hint, message


def show_refusal(problems: Sequence[Problem], *, as_json: bool) -> None:
    """Everything that is wrong: where, what, and what to do next; as JSON on stdout too."""
    if as_json:
        print_json({"problems": [as_data(problem) for problem in problems]})
    for problem in problems:
        note(line(problem))


def exit_code(problems: Sequence[Problem]) -> int:
    """2 where the program was called wrongly, else 1: refused."""
    return 2 if any(problem.code in USAGE_CODES for problem in problems) else 1


def as_data(problem: Problem) -> dict[str, Any]:
    """A problem as JSON: ``{"code", "field", "row", "message", "hint"}``."""
    return {
        "code": problem.code,
        "field": problem.field,
        "row": problem.row,
        "message": message(problem),
        "hint": hint(problem) or None,
    }


def line(problem: Problem) -> str:
    """A problem in one line: ``--new-plate(변경차량번호): …``, ``contacts.yaml:12: …``."""
    text = " ".join(filter(None, (message(problem), hint(problem))))
    if problem.field and problem.row is not None and "." in problem.field:
        return f"{problem.field}:{problem.row}: {text}"
    place = problem.field or ""
    if problem.field in FIELDS:
        place = f"--{problem.field}({FIELDS[problem.field].label})"
    if problem.row is not None and problem.field:
        place = f"{problem.row}행 {place}"
    return f"{place}: {text}" if place else text
