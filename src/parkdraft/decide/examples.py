"""A worked example of each kind of case, with a route in the directory as it is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date

from parkdraft.decide.case import decide_case
from parkdraft.decide.decision import Decision
from parkdraft.decide.overview import questions
from parkdraft.errors import ParkdraftError
from parkdraft.lookup.sites import SiteData, SiteList
from parkdraft.model import labels
from parkdraft.model.cases import CASES, FIELDS, Case
from parkdraft.model.directory import Directory
from parkdraft.values.choices import read_choice

_OPTIONAL: dict[str, tuple[str, ...]] = {
    "registration": ("end", "product", "ticket", "customer", "phone"),
    "plate-change": ("from-date", "ticket"),
    "cancellation": ("answer", "product", "ticket"),
    "payment-cancel": ("approval-no", "paid-with", "ticket", "urgent"),
    "lot-info": ("ticket",),
    "parking-ticket": ("plate", "ticket"),
}
"""Optional fields that people usually fill in."""


def worked_examples(
    directory: Directory, today: date, cases: Iterable[Case] = CASES.values()
) -> dict[str, dict[str, str]]:
    """Case → an example of its details (option name → text), with a route in this directory.

    Values are the fields' examples. Partner and integration are the first that lead to an e-mail
    with recipients, or else to any draft.
    """
    return {case.name: _routed(directory, case, today) for case in cases}


def _routed(directory: Directory, case: Case, today: date) -> dict[str, str]:
    best: dict[str, str] | None = None
    for example in _candidates(directory, case):
        decision = _decided(directory, case, example, today)
        if decision and decision.channel == "email" and not decision.awaits:
            return example
        if decision and best is None:
            best = example
    return best or _example(case, {"partner": FIELDS["partner"].example})


def _candidates(directory: Directory, case: Case) -> Iterator[dict[str, str]]:
    """The example at each partner and integration that the process knows."""
    partners = directory.partners
    places = dict.fromkeys(
        (partners[question.partner].name, question.integration)
        for question in questions(directory, case)
        if question.partner and question.integration and not partners[question.partner].catch_all
    )
    for partner, integration in places:
        place = {"partner": partner}
        if not case.ignores_integration:
            place["integration"] = labels.INTEGRATIONS[integration][0]
        yield _example(case, place)


def _example(case: Case, place: Mapping[str, str]) -> dict[str, str]:
    values = dict(place)
    for name in (*case.needs, *_OPTIONAL[case.name]):
        if name not in values:
            field = FIELDS[name]
            choices = field.choices
            chosen = choices and choices[read_choice(field.example, choices)][0]
            values[name] = chosen or field.example
    return values


def _decided(
    directory: Directory, case: Case, example: Mapping[str, str], today: date
) -> Decision | None:
    nothing_listed = SiteData(directory, SiteList((), {}), {})
    details = {**example, "site-confirmed": "예"}  # the example's name may be near a listed one
    try:
        decision = decide_case(nothing_listed, case.name, details, today, complete=True)
    except ParkdraftError:
        return None
    return decision if decision.row else None
