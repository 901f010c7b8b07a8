"""Problems of tables in the words of a page: rows and columns as people see them."""

from __future__ import annotations

from collections.abc import Sequence

from parkdraft.errors import Problem
from parkdraft.lists.contacts import CONTACT_COLUMNS
from parkdraft.lists.sites import SITE_COLUMNS
from parkdraft.tables.casecolumns import CASE_COLUMNS
from parkdraft.web.words import plain_words

_LABELS = {
    **{column.name: column.labels[0] for column in (*CONTACT_COLUMNS, *SITE_COLUMNS)},
    **{column.name: column.labels[0] for column in CASE_COLUMNS},
    "month": "달",
}


def table_lines(problems: Sequence[Problem]) -> list[str]:
    """Problems of a whole table, each with its row and column: ``12행 이메일: …``."""
    return [_table_line(problem) for problem in problems]


def cell_line(problem: Problem) -> str:
    """A problem of a row that is named beside it: ``변경차량번호: …``."""
    text, label = plain_words(problem), _LABELS.get(problem.field or "")
    return text if label is None or _says_place(problem, text) else f"{label}: {text}"


def _table_line(problem: Problem) -> str:
    text = cell_line(problem)
    if problem.row is None or _says_place(problem, text):
        return text
    return f"{problem.row}행 {text}"


def _says_place(problem: Problem, text: str) -> bool:
    return problem.row is not None and text.startswith(f"{problem.row}행")
