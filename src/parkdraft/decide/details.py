"""What the agent typed → typed values: every field by its kind, all problems in one go."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime, time
from functools import lru_cache
from typing import Any, NamedTuple

from parkdraft.errors import DetailsError, Problem
from parkdraft.model.cases import (
    CASES,
    FIELDS,
    LONG_LIMIT,
    RULE_FIELDS,
    RULE_REASONS,
    STAYS_HERE,
    TEXT_LIMIT,
    Case,
    Field,
)
from parkdraft.values.plates import Plate

Values = dict[str, Any]
"""Variable name → typed value; every field of the case is there, None where not given."""
MAX_DAYS = 3660
_NOT_JUDGED = ("site", "partner", "operator", "customer", STAYS_HERE)
"""Names themselves (a site may well be called like somebody), and what goes nowhere."""
_AS_TYPED = ("text", "number", "long", "memo")
"""Kinds of values that go out as they were typed."""
USAGE_CODES = frozenset({"choice.unknown", "details.foreign", "details.case"})
"""Problems of how the program was called, not of what the customer wants (exit code 2)."""


class Details(NamedTuple):
    """A case with its details as typed values; ``warnings`` are to be shown, not refused."""

    case: Case
    values: Values
    problems: tuple[Problem, ...]
    warnings: tuple[Problem, ...]


@lru_cache(maxsize=64)
def find_case(text: str) -> Case:
    """The case of an identifier or Korean label; raises DetailsError."""
    from parkdraft.model import labels
    from parkdraft.values.choices import read_choice

    try:
        return CASES[text] if text in CASES else CASES[read_choice(text, labels.CASES)]
    except DetailsError as error:
        allowed = error.problems[0].data
        raise DetailsError([Problem("details.case", "case", data=allowed)]) from error


def read_details(
    case: Case, raw: Mapping[str, object], today: date, clock: time = time.max
) -> Details:
    """Read what was given (option or variable name → text); nothing is required here.

    ``today`` decides the year of dates without one, and ``clock`` with it what is future.
    """
    given: dict[str, str] = {}
    problems: list[Problem] = []
    warnings: list[Problem] = []
    known = case.by_variable
    for name, value in raw.items():
        variable = name.replace("-", "_")
        text = _as_text(value)
        if text is None:
            continue
        if variable not in known:
            data = {"case": case.label}
            problems.append(Problem("details.foreign", name.replace("_", "-"), data=data))
        else:
            given[variable] = text
    values: Values = dict.fromkeys(known)
    confirmed = "plate_confirmed" in given
    for variable, text in given.items():
        name = known[variable].name
        try:
            value = values[variable] = _read(name, text, today, confirmed)
        except DetailsError as error:
            problems += [problem.at(field=name) for problem in error.problems]
            continue
        if isinstance(value, Plate):
            warnings += [Problem(code, name) for code in value.warnings]
    problems += _contradictions(values)
    paid_at = values.get("paid_at")
    if paid_at and (paid_at.day, paid_at.time or time.min) > (today, clock):
        problems.append(Problem("details.future", "paid-at"))
    problems += _customer_shown(values, case.fields)
    return Details(case, values, tuple(problems), tuple(warnings))


def missing(case: Case, values: Values, needed: tuple[str, ...]) -> list[Problem]:
    """A problem for each of the ``needed`` fields that has no value."""
    absent = [
        case.by_variable[name.replace("-", "_")]
        for name in needed
        if values.get(name.replace("-", "_")) is None
    ]
    return [
        Problem(
            "details.missing", field.name, data={"label": field.label, "example": field.example}
        )
        for field in absent
    ]


def written_details(case: Case, values: Values) -> dict[str, str]:
    """Typed values as the text that reads back as the same (option name → text)."""
    return {
        field.name: _written(field, value)
        for variable, field in case.by_variable.items()
        if (value := values.get(variable)) is not None
    }


def _written(field: Field, value: Any) -> str:
    if field.kind == "moment":
        clock = f" {value.time}" if value.time else ""
        return f"{value.day}{clock}"
    return "예" if field.kind == "flag" else str(value)


def _as_text(value: object) -> str | None:
    """Python callers may give dates, numbers and flags; what is empty was not given."""
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
    """The value of a field's text; the rows of a table say many things again and again."""
    field = FIELDS[name]
    return _readers(today, confirmed)[field.kind](field, text)


@lru_cache(maxsize=4)
def _readers(today: date, confirmed: bool) -> dict[str, Callable[[Field, str], object]]:
    from parkdraft.values import amounts, choices, dates, privatenumbers
    from parkdraft.values.plates import read_plate
    from parkdraft.values.text import read_text

    def phone(_: Field, text: str) -> str:
        from parkdraft.values.phones import read_phone

        return read_phone(text)

    return {
        "plate": lambda _, text: read_plate(text, confirmed=confirmed),
        "date": lambda _, text: dates.read_date(text, today),
        "moment": lambda _, text: dates.read_moment(text, today),
        "money": lambda _, text: amounts.read_money(text),
        "days": lambda _, text: amounts.read_count(text, MAX_DAYS),
        "choice": lambda field, text: choices.read_choice(text, field.choices or {}),
        "text": lambda _, text: privatenumbers.read_free_text(text, TEXT_LIMIT),
        "number": lambda _, text: read_text(text, TEXT_LIMIT),
        "long": lambda _, text: privatenumbers.read_memo(text, LONG_LIMIT),
        "memo": lambda _, text: privatenumbers.read_memo(text, LONG_LIMIT),
        "flag": lambda _, text: choices.read_flag(text) or None,
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


def _contradictions(values: Values) -> list[Problem]:
    problems = []
    for first, second in _ORDER:
        earlier, later = values.get(first), values.get(second)
        if earlier is not None and later is not None and _before(later, earlier):
            data = {"first": FIELDS[first.replace("_", "-")].label}
            problems.append(Problem("details.order", second.replace("_", "-"), data=data))
    old, new = values.get("old_plate"), values.get("new_plate")
    if old is not None and new is not None and old.written == new.written:
        problems.append(Problem("details.same-plate", "new-plate"))
    if values.get("reason") not in (None, *RULE_REASONS):
        more = (name for name in RULE_FIELDS if values.get(name))
        problems += [Problem("details.other-reason", name) for name in more]
    return problems


def _customer_shown(values: Values, fields: Iterable[Field]) -> list[Problem]:
    """The customer's name or phone in a text that goes out as it was typed."""
    name, phone = values.get("customer"), values.get("phone")
    if not (name or phone):
        return []
    digits = "".join(filter(str.isdigit, phone or ""))
    problems = []
    for field in fields:
        text = values.get(field.variable)
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
