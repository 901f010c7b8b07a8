"""What is typed into any field: numbers that must not go out, and days that cannot be meant."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, time

import pytest

from parkdraft import Home
from parkdraft.errors import ParkdraftError
from parkdraft.model.cases import CASES, FIELDS, Case

RESIDENT = "900101-1234567"
CARD = "4111-1111-1111-1111"
SITE = {"partner": "nice", "site": "가온주차장", "integration": "수동현장"}


def details_of(case: Case) -> dict[str, str]:
    """What a case needs, by its own examples, at a place that no list knows."""
    return {**{name: FIELDS[name].example for name in case.needs}, **SITE}


def fields_of(*kinds: str) -> list[tuple[str, str]]:
    """Each field of these kinds in each case that has it."""
    found = [(case.name, field) for case in CASES.values() for field in case.fields]
    return [(case, field.name) for case, field in found if field.kind in kinds]


def refused(home: Home, case: str, details: Mapping[str, str]) -> list[tuple[str, str | None]]:
    with pytest.raises(ParkdraftError) as caught:
        home.compose(case, **details)
    return [(problem.code, problem.field) for problem in caught.value.problems]


def warned(home: Home, case: str, details: Mapping[str, str]) -> list[tuple[str, str | None]]:
    made = home.compose(case, **details)
    return [(problem.code, problem.field) for problem in made.decision.warnings]


@pytest.mark.parametrize(("case", "name"), fields_of("text", "long", "memo"))
@pytest.mark.parametrize(("number", "kind"), [(RESIDENT, "resident"), (CARD, "card")])
def test_no_free_text_takes_a_resident_or_card_number(
    shipped: Home, case: str, name: str, number: str, kind: str
) -> None:
    details = {**details_of(CASES[case]), name: f"가온 {number}"}
    assert (f"memo.{kind}-number", name) in refused(shipped, case, details)


@pytest.mark.parametrize(("case", "name"), fields_of("number"))
@pytest.mark.parametrize(("number", "kind"), [("900101-1234568", "resident"), (CARD, "card")])
def test_a_number_of_another_system_that_looks_like_one_is_warned_about(
    shipped: Home, case: str, name: str, number: str, kind: str
) -> None:
    details = {**details_of(CASES[case]), name: number}
    assert (f"details.{kind}-number", name) in warned(shipped, case, details)


def test_the_numbers_of_other_systems_are_three() -> None:
    names = {name for _, name in fields_of("number")}
    assert names == {"ticket", "order-no", "approval-no"}


@pytest.mark.parametrize(
    "ticket",
    [
        "261123-1000001",  # a day and a counter: its last digit would have to be 5
        "900101-1234567",
        "900230-1234567",
        "20261123-014",
        "1123-014",
        "4111-1111-1111-1112",
    ],
)
def test_a_ticket_that_begins_with_a_day_is_no_resident_number(shipped: Home, ticket: str) -> None:
    details = {**details_of(CASES["registration"]), "ticket": ticket}
    assert warned(shipped, "registration", details) == []


@pytest.mark.parametrize(
    "ticket",
    [
        "900101-5234569",  # a foreigner's check digit is two more
        "201001-3000001",  # given without a check digit
        "900101-1******",
    ],
)
def test_a_ticket_that_may_be_a_resident_number_is_warned_about(shipped: Home, ticket: str) -> None:
    details = {**details_of(CASES["registration"]), "ticket": ticket}
    assert warned(shipped, "registration", details) == [("details.resident-number", "ticket")]


PAYMENT = details_of(CASES["payment-cancel"])


@pytest.mark.parametrize("paid_at", ["11/23 10:01", "오늘 오후 2:05", "내일", "2026-11-24 00:00"])
def test_a_payment_in_the_future_is_refused(shipped: Home, paid_at: str) -> None:
    details = {**PAYMENT, "paid-at": paid_at}
    assert refused(shipped, "payment-cancel", details) == [("details.future", "paid-at")]


@pytest.mark.parametrize("paid_at", ["11/23 10:00", "오늘", "어제 오후 11:59"])
def test_a_payment_until_now_is_none_of_the_future(shipped: Home, paid_at: str) -> None:
    assert shipped.compose("payment-cancel", **{**PAYMENT, "paid-at": paid_at}).draft


@pytest.mark.parametrize(
    ("start", "codes"),
    [
        ("2025-11-22", [("details.far", "start")]),
        ("2025-11-23", []),
        ("2027-11-23", []),
        ("2027-11-24", [("details.far", "start")]),
    ],
)
def test_a_start_more_than_a_year_away_is_warned_about(
    shipped: Home, start: str, codes: list[tuple[str, str]]
) -> None:
    details = {**details_of(CASES["registration"]), "start": start}
    assert warned(shipped, "registration", details) == codes


@pytest.mark.parametrize("today", [date(2028, 2, 29), date(2027, 2, 28)])
def test_a_year_is_told_on_the_29th_of_february_too(shipped: Home, today: date) -> None:
    then = replace(shipped, now=lambda: datetime.combine(today, time(10)))
    details = {**details_of(CASES["registration"]), "start": f"{today.year + 1}-03-01"}
    assert warned(then, "registration", details) == [("details.far", "start")]


def test_examples_of_fields_are_warned_about_nowhere(shipped: Home) -> None:
    for case in CASES.values():
        codes = {code for code, _ in warned(shipped, case.name, details_of(case))}
        assert codes.isdisjoint({"details.far", "details.card-number", "details.resident-number"})
