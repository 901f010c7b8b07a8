"""Problems as words for people, as JSON, and as an exit code."""

from __future__ import annotations

from collections.abc import Sequence

from parkdraft.cli.layout import note, print_json
from parkdraft.decide.details import USAGE_CODES
from parkdraft.errors import Problem, listed
from parkdraft.model.cases import FIELDS
from parkdraft.wording import as_data, hint, message


def show_refusal(problems: Sequence[Problem], *, as_json: bool) -> None:
    """What is wrong, where, and what to do next, as far as people read; as JSON all of it."""
    if as_json:
        print_json({"problems": [as_data(problem) for problem in problems]})
    for problem in listed(problems):
        note(line(problem))


def exit_code(problems: Sequence[Problem]) -> int:
    """2 where the program was called wrongly, else 1: refused."""
    return 2 if any(problem.code in USAGE_CODES for problem in problems) else 1


def line(problem: Problem) -> str:
    """A problem in one line: ``--new-plate(변경차량번호): …``, ``contacts.yaml:12: …``."""
    text = " ".join(filter(None, (message(problem), hint(problem))))
    if problem.field and problem.row is not None and "." in problem.field:
        return f"{problem.field}:{problem.row}: {text}"
    if problem.row is not None:
        row = f"{problem.row}행"
        return text if text.startswith(row) else f"{row} {_column(problem.field)}: {text}"
    if problem.field in FIELDS and problem.code.startswith("list."):
        return f"{FIELDS[problem.field].label}: {text}"
    if problem.field in FIELDS:
        return f"--{problem.field}({FIELDS[problem.field].label}): {text}"
    if problem.field in ("month", "attach", "masked", "case"):
        return f"--{problem.field}: {text}"
    return f"{problem.field}: {text}" if problem.field else text


def _column(name: str | None) -> str:
    """A column as its Korean label."""
    from parkdraft.lists.contacts import CONTACT_COLUMNS
    from parkdraft.lists.sites import SITE_COLUMNS
    from parkdraft.tables.casecolumns import CASE_COLUMNS

    columns = (*CONTACT_COLUMNS, *SITE_COLUMNS, *CASE_COLUMNS)
    labels = {column.name: column.labels[0] for column in columns}
    return labels.get(name or "", name or "").strip()
