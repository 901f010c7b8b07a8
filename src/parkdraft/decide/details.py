"""What the agent typed → typed values: every field by its kind, all problems in one go."""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping
from datetime import date, datetime, time
from functools import lru_cache
from typing import Any, NamedTuple

from parkdraft.errors import DetailsError, Problem
from parkdraft.model import labels
from parkdraft.model.cases import (
    CASES,
    FIELDS,
    FIELDS_OF,
    LONG_LIMIT,
    RULE_FIELDS,
    RULE_REASONS,
    STAYS_HERE,
    TEXT_LIMIT,
    Case,
    Field,
)
from parkdraft.values.choices import read_choice, read_flag
from parkdraft.values.plates import Plate, read_plate

Values = dict[str, Any]
"""Variable name → typed value; every field of the case is there, None where not given."""
MAX_DAYS = 3660
_NOT_JUDGED = ("site", "partner", "operator", "customer", STAYS_HERE)
"""Texts that may contain the customer's name: names, and the memo that stays here."""
_AS_TYPED = ("text", "number", "long", "memo")
"""Kinds of values that go out as they were typed."""
USAGE_CODES = frozenset({"choice.unknown", "details.foreign", "details.case"})
"""Problems of how a command was called, not of the case itself: exit code 2."""


class Details(NamedTuple):
    """A case's details as typed values; ``warnings`` do not stop a draft."""

    values: Values
    problems: tuple[Problem, ...]
    warnings: tuple[Problem, ...]


@lru_cache(maxsize=64)
def find_case(text: str) -> Case:
    """The case of an identifier or Korean label; raises DetailsError."""
    try:
        return CASES[read_choice(text, labels.CASES)]
    except DetailsError as error:
        allowed = error.problems[0].data
        raise DetailsError([Problem("details.case", "case", data=allowed)]) from error


def read_details(
    case: Case, raw: Mapping[str, object], today: date, clock: time = time.max
) -> Details:
    """Read what was given (option or variable name → text); nothing is required here.

    ``today`` decides the year of dates without one; ``today`` and ``clock`` what is future.
    """
    given: dict[str, str] = {}
    problems: list[Problem] = []
    warnings: list[Problem] = []
    fields = FIELDS_OF[case.name]
    for name, value in raw.items():
        variable = name.replace("-", "_")
        text = _as_text(value)
        if text is None:
            continue
        if variable not in fields:
            data = {"case": case.label}
            problems.append(Problem("details.foreign", name.replace("_", "-"), data=data))
        else:
            given[variable] = text
    values: Values = dict.fromkeys(fields)
    confirmed = "plate_confirmed" in given
    for variable, text in given.items():
        field = fields[variable]
        try:
            value = values[variable] = _read(field.name, text, today, confirmed)
        except DetailsError as error:
            problems += [problem.at(field=field.name) for problem in error.problems]
            continue
        if isinstance(value, Plate):
            warnings += [Problem(code, field.name) for code in value.warnings]
    problems += _contradictions(fields, values)
    paid_at = values.get("paid_at")
    if paid_at and (paid_at.day, paid_at.time or time.min) > (today, clock):
        problems.append(Problem("details.future", "paid-at"))
    problems += _customer_shown(fields, values)
    return Details(values, tuple(problems), tuple(warnings))


def missing(case: Case, values: Values, needed: Container[str]) -> list[Problem]:
    """A problem for each of the ``needed`` fields that has no value."""
    return [
        Problem(
            "details.missing", field.name, data={"label": field.label, "example": field.example}
        )
        for variable, field in FIELDS_OF[case.name].items()
        if field.name in needed and values[variable] is None
    ]


def written_details(case: Case, values: Values) -> dict[str, str]:
    """Typed values as text (by option name); ``read_details`` gives the same values again."""
    details = {}
    for variable, field in FIELDS_OF[case.name].items():
        value = values.get(variable)
        if field.kind == "moment" and value:
            details[field.name] = f"{value.day} {value.time or ''}".rstrip()
        elif isinstance(value, Plate):
            details[field.name] = value.written
        elif value is not None:
            details[field.name] = "예" if field.kind == "flag" else str(value)
    return details


def _as_text(value: object) -> str | None:
    """A given value as text: Python callers may give dates, numbers, flags. None where empty."""
    if type(value) is str:
        return value if value.strip() else None
    if value is None or value is False:
        return None
    if value is True:
        return "예"
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M")
    text = value.isoformat() if isinstance(value, date) else str(value)
    return text if text.strip() else None


@lru_cache(maxsize=2048)
def _read(name: str, text: str, today: date, confirmed: bool) -> object:
    """The value of a field's text; remembered, as the rows of a table repeat many."""
    field = FIELDS[name]
    return _readers(today, confirmed)[field.kind](field, text)


@lru_cache(maxsize=4)
def _readers(today: date, confirmed: bool) -> dict[str, Callable[[Field, str], object]]:
    from parkdraft.values import amounts, dates
    from parkdraft.values import text as texts

    def phone(_: Field, text: str) -> str:  # imported late: few commands have a phone
        from parkdraft.values.phones import read_phone

        return read_phone(text)

    return {
        "plate": lambda _, text: read_plate(text, confirmed=confirmed),
        "date": lambda _, text: dates.read_date(text, today),
        "moment": lambda _, text: dates.read_moment(text, today),
        "money": lambda _, text: amounts.read_money(text),
        "days": lambda _, text: amounts.read_count(text, MAX_DAYS),
        "choice": lambda field, text: read_choice(text, field.choices or {}),
        "text": lambda _, text: texts.read_free_text(text, TEXT_LIMIT),
        "number": lambda _, text: texts.read_text(text, TEXT_LIMIT),
        "long": lambda _, text: texts.read_memo(text, LONG_LIMIT),
        "memo": lambda _, text: texts.read_memo(text, LONG_LIMIT),
        "flag": lambda _, text: read_flag(text) or None,
        "phone": phone,
    }


_ORDER = (
    ("start", "end"),
    ("start", "cancel_date"),
    ("from_date", "until"),
    ("entry_at", "exit_at"),
    ("entry_at", "paid_at"),
)
"""Pairs of which the second must not lie before the first."""


def _contradictions(fields: Mapping[str, Field], values: Values) -> list[Problem]:
    problems = []
    for first, second in _ORDER:
        earlier, later = values.get(first), values.get(second)
        if earlier is not None and later is not None and _before(later, earlier):
            data = {"first": fields[first].label}
            problems.append(Problem("details.order", fields[second].name, data=data))
    old, new = values.get("old_plate"), values.get("new_plate")
    if old is not None and new is not None and old.written == new.written:
        problems.append(Problem("details.same-plate", "new-plate"))
    if values.get("reason") not in (None, *RULE_REASONS):
        problems += [
            Problem("details.other-reason", name) for name in RULE_FIELDS if values.get(name)
        ]
    return problems


def _customer_shown(fields: Mapping[str, Field], values: Values) -> list[Problem]:
    """Problems for texts that go out as typed and have the customer's name or phone in them."""
    name, phone = values.get("customer"), values.get("phone")
    if not (name or phone):
        return []
    digits = "".join(filter(str.isdigit, phone or ""))
    problems = []
    for variable, field in fields.items():
        text = values[variable]
        if field.kind not in _AS_TYPED or field.name in _NOT_JUDGED or not text:
            continue
        numbers = "".join(filter(str.isdigit, text))
        if (name and name in text) or (digits and digits in numbers):
            problems.append(Problem("details.customer-shown", field.name))
    return problems


def _before(later: Any, earlier: Any) -> bool:
    if isinstance(later, date):
        return bool(later < earlier)
    if later.time is None or earlier.time is None:
        return bool(later.day < earlier.day)
    return bool((later.day, later.time) < (earlier.day, earlier.time))
