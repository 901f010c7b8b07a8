"""The whole of deciding: a case and what was typed → typed values, place, decision."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, time

from parkdraft.decide import warn
from parkdraft.decide.decision import Charge, Decision
from parkdraft.decide.details import Values, find_case, missing, read_details
from parkdraft.decide.operators import UNKNOWN, as_said, is_asked_for, wrong_operator
from parkdraft.decide.place import Place, resolve
from parkdraft.decide.routing import (
    asked,
    matching,
    no_fallback,
    no_route,
    route,
    site_rules,
)
from parkdraft.errors import DetailsError, ParkdraftError, Problem, RouteError
from parkdraft.lookup.sites import SiteData
from parkdraft.model import labels
from parkdraft.model.cases import RULE_REASONS, Case
from parkdraft.model.directory import Directory


def decide_case(
    known: SiteData,
    case_name: str,
    raw: Mapping[str, object],
    today: date,
    clock: time = time.max,
    *,
    complete: bool,
) -> Decision:
    """Decide a case; ``complete`` also demands every detail that a draft needs.

    ``clock`` is the time of day; without one, nothing of today lies in the future.

    Raises DetailsError or RouteError, with everything that is wrong with details and place.
    """
    case = find_case(case_name)
    details = read_details(case, raw, today, clock)
    values = details.values
    problems = list(details.problems)
    place, doubts = _placed(known, case, values, problems)
    problems += _missing(case, values, problems, complete=complete)
    decision: Decision | None = None
    if not _undecidable(case, problems):
        try:
            decision = _decision(known, case, values, place, today)
        except RouteError as error:
            problems += error.problems
        else:
            if complete:
                failed = {problem.field for problem in problems}
                here = _needed_here(known.directory, values, decision)
                problems += [problem for problem in here if problem.field not in failed]
    if problems or decision is None:
        raise _refusal(problems)
    values["site"] = place.site
    charge = _charge(values, count_first_day=known.directory.count_first_day)
    warnings = [*details.warnings, *doubts, *warn.of_values(values, charge, today)]
    if decision.row is None and case.asks == "answer":
        warnings += _unrouted(known.directory, case, place)
    decision = decision._replace(values=values, charge=charge)
    if decision.row and complete:
        warnings += warn.of_request(case.name, values)
        decision = decision._replace(assumed=tuple(warn.assumed(decision)))
    return decision._replace(warnings=tuple(warnings))


def _placed(
    known: SiteData, case: Case, values: Values, problems: list[Problem]
) -> tuple[Place, tuple[Problem, ...]]:
    """Where it is, with what a list says of the site filled in, and what may be meant otherwise.

    What is wrong is appended to ``problems``.
    """
    named = (values["partner"], values["site"], values["integration"])
    confirmed = bool(values["site_confirmed"])
    place, found, doubts = known.once(resolve, case, *named, confirmed)
    failed = {problem.field for problem in problems}
    problems += [one for one in found if one.field not in failed]
    for name in ("daily_max", "operator"):
        if name in values and values[name] is None and place.known:
            values[name] = getattr(place.known, name)
    if values["operator"]:
        said = values["operator"] = as_said(values["operator"])
        if wrong := wrong_operator(known.directory.partners, place.partner, said):
            problems.append(wrong)
    return place, doubts


def _needed_here(directory: Directory, values: Values, decision: Decision) -> list[Problem]:
    """What is missing at this place alone: a nameless operator's name, which discount."""
    found = []
    channel = decision.channel
    wanted = channel and is_asked_for(directory.partners, decision.place.partner, channel)
    if wanted and not values["operator"]:
        found.append(Problem("details.operator-missing", "operator", data={"unknown": UNKNOWN}))
    if values.get("reason") in RULE_REASONS:
        found += missing(decision.case, values, ("discount",))
    return found


def _missing(
    case: Case, values: Values, problems: list[Problem], *, complete: bool
) -> list[Problem]:
    decides = (case.decides,) if case.decides in case.needs else ()
    needed = case.needs if complete else tuple(name for name in decides if name)
    failed = {problem.field for problem in problems}
    # a missing integration has words of its own, with the choices there are
    return missing(case, values, tuple(n for n in needed if n not in {*failed, "integration"}))


def deciding(case: Case) -> frozenset[str | None]:
    """The fields on which the route depends."""
    return frozenset(("partner", "site", "integration", "fallback", "reason", case.decides))


def _undecidable(case: Case, problems: list[Problem]) -> bool:
    """Whether something on which the route depends is wrong, so that asking makes no sense."""
    return any(problem.field in deciding(case) for problem in problems)


def _decision(known: SiteData, case: Case, values: Values, place: Place, today: date) -> Decision:
    """What the rows answer; without a row where the customer answers first."""
    decides = values[case.decides.replace("-", "_")] if case.decides else None
    site = place.known.name if place.known else None
    rules = site_rules(known.directory, case.name, site)
    customer_first = Decision(case, place, values, known.directory.sender, rules)
    if case.asks == "answer" and decides is None:
        if len(_unrouted(known.directory, case, place)) == len(labels.ANSWERS):
            raise RouteError([no_route(known.directory, asked(case, place, None))])
        if values["fallback"] is not None:
            raise RouteError([no_fallback(())])
        return customer_first
    more = (decides, values.get("reason"), values["fallback"])
    decision = known.once(_routed, case, place, f"{today:%Y-%m}", *more)
    unproved = case.asks == "proof" and values["reason"] in RULE_REASONS and not values["proof"]
    return customer_first if unproved else decision


def _routed(
    known: SiteData,
    case: Case,
    place: Place,
    month: str,
    decides: str | None,
    reason: str | None,
    fallback: str | None,
) -> Decision:
    return route(
        known.directory,
        case,
        place,
        month=month,
        lists=known.lists,
        decides=decides,
        reason=reason,
        fallback=fallback,
    )


def _unrouted(directory: Directory, case: Case, place: Place) -> list[Problem]:
    """A warning for each answer of the customer that no row of the process follows."""
    return [
        Problem("route.answer-without-row", data={"answer": words[0]})
        for answer, words in labels.ANSWERS.items()
        if not matching(directory, asked(case, place, answer))
    ]


def _refusal(problems: list[Problem]) -> ParkdraftError:
    routes = [one for one in problems if one.code.startswith(("route.", "place."))]
    return (RouteError if len(routes) == len(problems) else DetailsError)(problems)


def _charge(values: Values, *, count_first_day: bool) -> Charge | None:
    """Elapsed days × daily maximum; with what was paid, what is left of it, never below 0."""
    days, daily_max = values.get("elapsed_days"), values.get("daily_max")
    start, end = values.get("start"), values.get("cancel_date")
    if days is None and start and end:
        days = (end - start).days + count_first_day
    if days is None or daily_max is None:
        return None
    paid = values.get("paid")
    amount = days * daily_max
    return Charge(days, daily_max, amount, None if paid is None else max(0, paid - amount))
