"""Several cases as a table for a partner: one row for each case, one column for each fact.

Made from the values, not from a rendered text: whatever words and order a template has, the
table stays the same.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from parkdraft.decide.place import UNKNOWN
from parkdraft.model.cases import FIELDS, Case, Field, fact_heading
from parkdraft.writing import korean

Context = Mapping[str, Any]
"""The variables of a case's templates (``compose.context``)."""
_NUMBER = "번호"


def fact_table(case: Case, contexts: Sequence[Context]) -> tuple[list[str], list[list[str]]]:
    """Header and rows of cases of one kind: a running number, then the facts of ``case.facts``.

    A column that would be empty is left out. Values are written as in a mail; texts keep their
    lines.
    """
    columns = {
        fact_heading(name): cells
        for name in case.facts
        if any(cells := [_cell(case, name, values) for values in contexts])
    }
    cases = enumerate(zip(*columns.values(), strict=True), start=1)
    return [_NUMBER, *columns], [[str(number), *cells] for number, cells in cases]


def _cell(case: Case, name: str, values: Context) -> str:
    """One fact of one case; empty where there is nothing to say."""
    if name in case.of_refusal and values["answer"] != "refused":
        return ""
    if name in _MADE:
        return _MADE[name](values)
    field = FIELDS[name]
    value = values[field.variable]
    return "" if value is None else _written(field, value)


def _written(field: Field, value: Any) -> str:
    """A typed value as a mail says it."""
    if field.kind == "date":
        return korean.day(value)
    if field.kind == "moment":
        return korean.moment(value.day, value.time)
    if field.kind == "money":
        return korean.won(value)
    if field.choices:
        return field.choices[value][0]
    return str(value)


def _operator(values: Context) -> str:
    """Whose site it is, where the mail goes to people who work for several operators."""
    operator = values["operator"] if values["names_operator"] else None
    return "운영사 확인 필요" if operator == UNKNOWN else operator or ""


def _integration(values: Context) -> str:
    if not values["names_operator"]:
        return ""
    known = values["integration"]
    return _written(FIELDS["integration"], known) if known else "확인 필요"


def _from_date(values: Context) -> str:
    return korean.day(values["from_date"]) if values["from_date"] else "처리 즉시"


def _until(values: Context) -> str:
    return f"대차 ({korean.day(values['until'])}까지)" if values["until"] else ""


def _elapsed_days(values: Context) -> str:
    return f"{values['charge'].days}일" if values["charge"] else ""


def _charge(values: Context) -> str:
    return korean.won(values["charge"].amount) if values["charge"] else ""


def _refund(values: Context) -> str:
    refund = values["charge"].refund if values["charge"] else None
    return "" if refund is None else korean.won(refund) if refund else "없음"


def _plate_kind(values: Context) -> str:
    return "임시번호판 (정식번호 추후 통보)" if values["temporary_plate"] else ""


def _urgent(values: Context) -> str:
    return "현장 대기 중" if values["urgent"] else ""


def _question(values: Context) -> str:
    return values["memo"] or ""


_MADE: dict[str, Callable[[Context], str]] = {
    "operator": _operator,
    "integration": _integration,
    "from-date": _from_date,
    "until": _until,
    "elapsed-days": _elapsed_days,
    "charge": _charge,
    "refund": _refund,
    "plate-kind": _plate_kind,
    "urgent": _urgent,
    "question": _question,
}
"""Facts that are not just a value: computed, or with a text where no value was given."""
