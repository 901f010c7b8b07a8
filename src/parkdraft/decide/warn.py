"""What the agent is told before a request goes out: nothing is wrong, but it may be meant
otherwise, or somebody will have to ask back. Warnings; the agent decides.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from parkdraft.decide.decision import Charge, Decision
from parkdraft.decide.details import Values
from parkdraft.errors import Problem
from parkdraft.lazy import lazy
from parkdraft.model.cases import FIELDS
from parkdraft.values.privatenumbers import private_number

_PHONE_LIKE = lazy(r"(?<!\d)01[016789][-. ]?\d{3,4}[-. ]?\d{4}(?!\d)")


def of_values(values: Values, charge: Charge | None, today: date) -> Iterator[Problem]:
    """What was given and is probably a slip."""
    until, start, paid = values.get("until"), values.get("start"), values.get("paid")
    if until is not None and until < today:
        yield Problem("details.past", "until")
    if start is not None and _more_than_a_year(*sorted((start, today))):
        yield Problem("details.far", "start")
    if values.get("reason") == "misread" and not values.get("read_plate"):
        yield Problem("details.read-plate", "read-plate")
    if values.get("memo") and _PHONE_LIKE.search(values["memo"]):
        yield Problem("details.phone-in-memo", "memo")
    yield from _private_numbers(values)
    if charge and paid is not None and charge.amount > paid:
        yield Problem("details.charge-over-paid", "paid")
    if values.get("objection") and values.get("answer") == "accepted":
        yield Problem("details.objection-accepted", "objection")


def _more_than_a_year(earlier: date, later: date) -> bool:
    day = (earlier.month, earlier.day)
    return (later.year - earlier.year, later.month, later.day) > (1, *day)


def _private_numbers(values: Values) -> Iterator[Problem]:
    """What other systems call a number may look like a resident's or a card's by chance."""
    for variable, text in values.items():
        name = variable.replace("_", "-")
        if text and FIELDS[name].kind == "number" and (kind := private_number(text, checked=True)):
            yield Problem(f"details.{kind}-number", name)


def of_request(case: str, values: Values) -> Iterator[Problem]:
    """What is not given and will be missed by whoever gets the request."""
    if case == "payment-cancel":
        if not (values["approval_no"] or _names_card(values["paid_with"] or "")):
            yield Problem("details.no-approval", "approval-no")
        if values["paid_at"] and values["paid_at"].time is None:
            yield Problem("details.no-time", "paid-at")
    if values.get("answer") == "refused" and not values["objection"]:
        yield Problem("details.no-objection", "objection")


def _names_card(paid_with: str) -> bool:
    """Whether an operator can find the payment by it: a card's last four digits, or cash."""
    return "현금" in paid_with or sum(map(str.isdigit, paid_with)) >= 4


def assumed(decision: Decision) -> Iterator[Problem]:
    """What the text will say where nothing was given: shown with one draft, not in tables."""
    case, values = decision.case.name, decision.values
    if case == "plate-change" and not values["from_date"] and decision.channel != "app":
        yield Problem("details.at-once", "from-date")
    if case == "registration" and not values["end"] and decision.channel != "app":
        yield Problem("details.no-end", "end")
    if decision.names_operator and decision.place.integration is None:
        yield Problem("details.no-integration", "integration")
