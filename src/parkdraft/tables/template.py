"""The table that people fill in: Korean headings with notes, lists to choose from, examples."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from parkdraft.errors import Problem, StorageError
from parkdraft.files import put, storage_errors
from parkdraft.model.cases import CASES, FIELDS, Case
from parkdraft.tables.casecolumns import CASE, CASE_COLUMNS, CHOICES, EXAMPLE_MARK
from parkdraft.tables.columns import Column
from parkdraft.tables.csvfile import write_csv
from parkdraft.tables.workbook import workbook_bytes

FORMATS: dict[str, tuple[str, tuple[str, ...]]] = {
    "plate": ("번호판에 적힌 대로 모두 적습니다.", ("12가3456",)),
    "date": ("", ("2026-12-01", "12/1", "12월 1일")),
    "moment": ("날짜와 시각을 적습니다.", ("2026-11-20 14:05", "11/20 오후 2:05")),
    "money": ("", ("12,000원", "12000")),
    "days": ("날수를 적습니다.", ("10",)),
    "phone": ("", ("010-1234-5678",)),
}
"""Kind of value → what to write, and how; all of it is read."""
_CHOOSE = "목록에서 고르세요."
_UNLISTED = "현장 명단에 없는 현장이면 적으세요."
_DISCOUNT = "사유가 '할인 미적용'일 때 적으세요."
_MORE = {
    CASE: f"'{EXAMPLE_MARK}'로 시작하는 줄은 초안을 만들지 않습니다.",
    "partner": _UNLISTED,
    "integration": _UNLISTED,
    "discount": _DISCOUNT,
    "proof": _DISCOUNT,
}
"""Notes for a column, besides its field's own help."""


def write_template(
    path: Path, examples: Mapping[str, Mapping[str, str]], partners: Sequence[str]
) -> None:
    """Write the table to ``path``: a CSV, or an XLSX with lists and notes, by its suffix.

    ``examples`` are those of ``worked_examples`` and say for which cases the table is;
    ``partners`` are the names to choose from. Raises StorageError for another suffix, for a file
    that is there already, and for what the file system refuses.
    """
    suffix = path.suffix.casefold()
    if suffix not in (".csv", ".xlsx"):
        raise StorageError([Problem("table.suffix", data={"file": path.name})])
    with storage_errors(path.name):
        if path.exists():
            raise StorageError([Problem("table.exists", data={"file": path.name})])
    cases = [CASES[name] for name in examples]
    columns = template_columns(cases)
    header = [column.labels[0] for column in columns]
    marked = [
        {CASE: f"{EXAMPLE_MARK} {CASES[name].label}", **details}
        for name, details in examples.items()
    ]
    rows = [[cells.get(column.name, "") for column in columns] for cells in marked]
    if suffix == ".csv":
        write_csv(path, header, rows)
        return
    choices = {**CHOICES, CASE: [case.label for case in cases], "partner": partners}
    offered = [choices.get(column.name, ()) for column in columns]
    lists = {position: values for position, values in enumerate(offered) if values}
    notes = {position: note(column, cases) for position, column in enumerate(columns)}
    put(path, workbook_bytes(header, rows, lists, notes, title=header[0]))


def template_columns(cases: Sequence[Case]) -> list[Column]:
    """The columns of these cases, in their order.

    Columns that confirm a doubt are left out: nobody should confirm before there is a doubt.
    """
    names = {CASE, *(field.name for case in cases for field in case.fields)}
    return [
        column
        for column in CASE_COLUMNS
        if column.name in names and not column.name.endswith("-confirmed")
    ]


def note(column: Column, cases: Sequence[Case]) -> str:
    """The note at a column's heading: needed for which cases, what to write, what it is for."""
    field = FIELDS.get(column.name)
    if field is None:
        return "\n".join(("필수", _CHOOSE, _MORE[CASE]))
    having = [case for case in cases if field in case.fields]
    needing = [case for case in having if field.name in (*case.needs, case.decides)]
    optional = [case for case in having if case not in needing]
    if field.name in CHOICES or field.name == "partner":
        form = _CHOOSE
    else:
        how, examples = FORMATS.get(field.kind, ("", (field.example,)))
        form = f"{how} 예: {' 또는 '.join(examples)}".strip()
    about = (_MORE.get(field.name, ""), field.help)
    needed = (_asked("필수", needing, cases), _asked("선택", optional, cases))
    return "\n".join(filter(None, (*needed, form, *about)))


def _asked(word: str, some: Sequence[Case], cases: Sequence[Case]) -> str:
    """``필수: 정기권 미등록, 차량번호 변경``; the word alone where that is every case."""
    names = ", ".join(case.label for case in some)
    return word if len(some) == len(cases) else f"{word}: {names}" if some else ""
