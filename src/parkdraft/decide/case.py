"""The whole of deciding: a case and what was typed → typed values, place, decision."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, time

from parkdraft.decide.decision import Charge, Decision
from parkdraft.decide.details import Values, find_case, missing, read_details
from parkdraft.decide.place import (
    UNKNOWN,
    Place,
    operator_name,
    resolve,
    wrong_operator,
)
from parkdraft.decide.routing import Question, matching, no_fallback, no_route, route, site_rules
from parkdraft.decide.warn import to_mind
from parkdraft.errors import DetailsError, ParkdraftError, Problem, RouteError
from parkdraft.lookup.sites import SiteData
from parkdraft.model import labels
from parkdraft.model.cases import FIELDS, RULE_REASONS, Case
from parkdraft.model.directory import Directory

_WRITTEN_TO = ("email", "slack", "agit", "board", "sheet")
"""Channels by which somebody is written to; the others are worked off by ourselves."""


def decide_case(
    site_data: SiteData,
    case_name: str,
    raw: Mapping[str, object],
    today: date,
    clock: time = time.max,
    *,
    complete: bool,
) -> Decision:
    """Decide a case; ``complete`` also demands every detail that a draft needs.

    ``clock`` is the time of day; without it, no time of today counts as future. Raises
    DetailsError or RouteError, with everything that is wrong with details and place.
    """
    case = find_case(case_name)
    details = read_details(case, raw, today, clock)
    values, problems = details.values, list(details.problems)
    place, doubts = _placed(site_data, case, values, problems)
    problems += _missing(case, values, problems, complete=complete)
    if not deciding(case).isdisjoint(problem.field for problem in problems):
        raise _refusal(problems)  # something on which the route depends is wrong
    try:
        decision, unrouted = _decided(site_data, case, values, place, today)
    except RouteError as error:
        raise _refusal([*problems, *error.problems]) from error
    directory = site_data.directory
    if complete:
        problems += _missing_here(directory, values, decision, problems)
    if problems:
        raise _refusal(problems)
    values["site"] = place.site
    charge = _charge(values, count_first_day=directory.count_first_day)
    decision = decision._replace(values=values, charge=charge)
    warnings, assumed = to_mind(decision, today, complete=complete)
    warnings = [*details.warnings, *doubts, *unrouted, *warnings]
    return decision._replace(warnings=tuple(warnings), assumed=tuple(assumed))


def _placed(
    site_data: SiteData, case: Case, values: Values, problems: list[Problem]
) -> tuple[Place, tuple[Problem, ...]]:
    """The place, and warnings about it; what a list says of the site is filled into ``values``.

    What is wrong is appended to ``problems``.
    """
    named = (values["partner"], values["site"], values["integration"])
    confirmed = bool(values["site_confirmed"])
    place, place_problems, doubts = site_data.once(resolve, case, *named, confirmed)
    failed = {problem.field for problem in problems}
    problems += [problem for problem in place_problems if problem.field not in failed]
    for name in ("daily_max", "operator"):
        if name in values and values[name] is None and place.listed:
            values[name] = getattr(place.listed, name)
    if values["operator"]:
        operator = values["operator"] = operator_name(values["operator"])
        if wrong := wrong_operator(site_data.directory.partners, place.partner, operator):
            problems.append(wrong)
    return place, doubts


def _missing(
    case: Case, values: Values, problems: list[Problem], *, complete: bool
) -> list[Problem]:
    """The needed fields that are not given: all for a draft, else only those that decide."""
    failed = {problem.field for problem in problems}
    # a missing integration has a problem of its own, with the choices
    needed = {*case.needs} - failed - {"integration"}
    return missing(case, values, needed if complete else needed & {case.decides})


def _missing_here(
    directory: Directory, values: Values, decision: Decision, problems: list[Problem]
) -> list[Problem]:
    """Fields that only some places need: the operator's name, which discount."""
    failed = {problem.field for problem in problems}
    partner = directory.partners.get(decision.place.partner or "")
    nameless = partner and partner.catch_all and decision.channel in _WRITTEN_TO
    absent = []
    if nameless and not values["operator"]:
        absent.append(Problem("details.operator-missing", "operator", data={"unknown": UNKNOWN}))
    if values.get("reason") in RULE_REASONS:
        absent += missing(decision.case, values, {"discount"})
    return [problem for problem in absent if problem.field not in failed]


def deciding(case: Case) -> frozenset[str | None]:
    """The fields on which the route depends."""
    return frozenset(("partner", "site", "integration", "fallback", "reason", case.decides))


def _decided(
    site_data: SiteData, case: Case, values: Values, place: Place, today: date
) -> tuple[Decision, list[Problem]]:
    """What the rows answer, and what to mind; without a row where the customer answers first."""
    directory = site_data.directory
    decides = values[FIELDS[case.decides].variable] if case.decides else None
    site = place.listed.name if place.listed else None
    question = Question(case.name, place.partner, site, place.integration, decides)
    if case.asks == "answer" and decides is None:
        unrouted = _unrouted(directory, question)
        if len(unrouted) == len(labels.ANSWERS):
            raise RouteError([no_route(directory, question)])
        if values["fallback"] is not None:
            raise RouteError([no_fallback(())])
        return _customer_first(directory, case, values, place), unrouted
    question = question._replace(reason=values.get("reason"), fallback=values["fallback"])
    decision = site_data.once(route, place, question, f"{today:%Y-%m}")
    if case.asks == "proof" and values["reason"] in RULE_REASONS and not values["proof"]:
        decision = _customer_first(directory, case, values, place)
    return decision, []


def _customer_first(directory: Directory, case: Case, values: Values, place: Place) -> Decision:
    site = place.listed.name if place.listed else None
    return Decision(case, place, values, directory.sender, site_rules(directory, case.name, site))


def _unrouted(directory: Directory, question: Question) -> list[Problem]:
    """A warning for each answer of the customer that no row of the process follows."""
    return [
        Problem("route.answer-without-row", data={"answer": words[0]})
        for answer, words in labels.ANSWERS.items()
        if not matching(directory, question._replace(decides=answer))
    ]


def _refusal(problems: list[Problem]) -> ParkdraftError:
    of_details = [
        problem for problem in problems if not problem.code.startswith(("route.", "place."))
    ]
    return (DetailsError if of_details else RouteError)(problems)


def _charge(values: Values, *, count_first_day: bool) -> Charge | None:
    """Elapsed days × daily maximum; the refund is what is left of the sum paid, at least 0."""
    days, daily_max = values.get("elapsed_days"), values.get("daily_max")
    start, end = values.get("start"), values.get("cancel_date")
    if days is None and start and end:
        days = (end - start).days + count_first_day
    if days is None or daily_max is None:
        return None
    paid = values.get("paid")
    amount = days * daily_max
    return Charge(days, daily_max, amount, None if paid is None else max(0, paid - amount))
