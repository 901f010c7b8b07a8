"""Problems as lines for people: where it is, what is wrong, what to do next."""

from __future__ import annotations

from parkdraft.errors import Problem
from parkdraft.model.cases import FIELDS
from parkdraft.wording import sentences

_OPTIONS = ("month", "attach", "masked", "case", "replaces")
"""Options that are no field of a case."""
_LABELS = {"month": "달", "replaces": "고쳐 쓰기", "attach": "", "masked": ""}
"""Option or column that is no field → its label; ``""`` where the words name it already."""


def line(problem: Problem, *, on_page: bool = False) -> str:
    """A problem in one line, with its place in front where the words do not begin with it.

    On the command line ``--new-plate(변경차량번호): …``, on the page ``변경차량번호: …``; of a
    table ``12행 이메일: …``, of a file ``contacts.yaml:12: …``.
    """
    text, row = sentences(problem, on_page=on_page), problem.row
    if row is None:
        place = _name(problem, on_page=on_page)
    elif problem.field and "." in problem.field:
        place = f"{problem.field}:{row}"
    elif text.startswith(f"{row}행"):
        return text
    else:
        place = f"{row}행 {_label(problem.field or '')}".rstrip()
    return f"{place}: {text}" if place and not text.startswith(place) else text


def _name(problem: Problem, *, on_page: bool) -> str:
    """The name of a problem's field for people."""
    field = problem.field or ""
    if not on_page and field in _OPTIONS:
        return f"--{field}"
    if not on_page and field in FIELDS and not problem.code.startswith("list."):
        return f"--{field}({FIELDS[field].label})"
    return _label(field)


def _label(field: str) -> str:
    """The label of a field, or the heading of a column; any other name as it is."""
    if field in FIELDS:
        return FIELDS[field].label
    from parkdraft.lists.contacts import CONTACT_COLUMNS
    from parkdraft.lists.sites import SITE_COLUMNS
    from parkdraft.tables.casecolumns import CASE_COLUMNS

    columns = (*CONTACT_COLUMNS, *SITE_COLUMNS, *CASE_COLUMNS)
    return {**{column.name: column.labels[0] for column in columns}, **_LABELS}.get(field, field)
