"""Warnings about a case: probable slips, and details that the reader will ask for.

They stop nothing; the agent decides.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING

from parkdraft.decide.decision import Decision
from parkdraft.decide.details import Values
from parkdraft.errors import Problem
from parkdraft.lazy import lazy
from parkdraft.model.cases import FIELDS_OF, Case
from parkdraft.values.text import private_number

if TYPE_CHECKING:
    from parkdraft.codes import Code

_PHONE_LIKE = lazy(r"(?<!\d)01[016789][-. ]?\d{3,4}[-. ]?\d{4}(?!\d)")

_PRIVATE: Mapping[str, Code] = {
    "resident": "details.resident-number",
    "card": "details.card-number",
}


def to_mind(
    decision: Decision, today: date, *, complete: bool
) -> tuple[list[Problem], list[Problem]]:
    """Warnings of a decided case, and what its text will say where nothing was given.

    The latter, and what will be missed, only of a ``complete`` case that a row answers.
    """
    warnings = _of_values(decision, today)
    if not (decision.row and complete):
        return warnings, []
    return [*warnings, *_of_request(decision.case, decision.values)], _assumed(decision)


def _of_values(decision: Decision, today: date) -> list[Problem]:
    """What was given and is probably a slip."""
    case, values, charge = decision.case, decision.values, decision.charge
    warnings = []
    until, start, paid = values.get("until"), values.get("start"), values.get("paid")
    if until is not None and until < today:
        warnings.append(Problem("details.past", "until"))
    if start is not None and _more_than_a_year(*sorted((start, today))):
        warnings.append(Problem("details.far", "start"))
    if values.get("reason") == "misread" and not values.get("read_plate"):
        warnings.append(Problem("details.read-plate", "read-plate"))
    if values.get("memo") and _PHONE_LIKE.search(values["memo"]):
        warnings.append(Problem("details.phone-in-memo", "memo"))
    for variable, field in FIELDS_OF[case.name].items():
        # what other systems call a number may look like a resident's or a card's by chance
        text = values[variable] if field.kind == "number" else None
        if text and (kind := private_number(text, checked=True)):
            warnings.append(Problem(_PRIVATE[kind], field.name))
    if charge and paid is not None and charge.amount > paid:
        warnings.append(Problem("details.charge-over-paid", "paid"))
    if values.get("objection") and values.get("answer") == "accepted":
        warnings.append(Problem("details.objection-accepted", "objection"))
    return warnings


def _more_than_a_year(earlier: date, later: date) -> bool:
    day = (earlier.month, earlier.day)
    return (later.year - earlier.year, later.month, later.day) > (1, *day)


def _of_request(case: Case, values: Values) -> list[Problem]:
    """What is not given and will be missed by whoever gets the request."""
    warnings = []
    if case.name == "payment-cancel":
        paid_with = values["paid_with"] or ""
        # an operator can find the payment by a card's last four digits, or cash
        names_card = "현금" in paid_with or sum(map(str.isdigit, paid_with)) >= 4
        if not (values["approval_no"] or names_card):
            warnings.append(Problem("details.no-approval", "approval-no"))
        if values["paid_at"] and values["paid_at"].time is None:
            warnings.append(Problem("details.no-time", "paid-at"))
    if values.get("answer") == "refused" and not values["objection"]:
        warnings.append(Problem("details.no-objection", "objection"))
    return warnings


def _assumed(decision: Decision) -> list[Problem]:
    """What the text will say where nothing was given: shown with one draft, not in tables."""
    case, values = decision.case.name, decision.values
    problems = []
    if case == "plate-change" and not values["from_date"] and decision.channel != "app":
        problems.append(Problem("details.at-once", "from-date"))
    if case == "registration" and not values["end"] and decision.channel != "app":
        problems.append(Problem("details.no-end", "end"))
    if decision.names_operator and decision.place.integration is None:
        problems.append(Problem("details.no-integration", "integration"))
    return problems
