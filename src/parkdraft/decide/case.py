"""The whole of deciding: a case and what was typed → typed values, place, decision."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, time
from typing import NamedTuple

from parkdraft.decide import warn
from parkdraft.decide.details import Values, find_case, missing, read_details
from parkdraft.decide.operators import UNKNOWN, as_said, is_asked_for, wrong_operator
from parkdraft.decide.place import Known, Place, resolve
from parkdraft.decide.routing import (
    Asked,
    Decision,
    Question,
    decide,
    matching,
    no_fallback,
    no_route,
    site_rules,
)
from parkdraft.errors import DetailsError, ParkdraftError, Problem, RouteError
from parkdraft.model import labels
from parkdraft.model.cases import RULE_REASONS, Case
from parkdraft.model.directory import Directory, Rule


class Charge(NamedTuple):
    """What an early cancellation costs, in won; ``refund`` is None where nothing is known."""

    days: int
    daily_max: int
    amount: int
    refund: int | None


class Inquiry(NamedTuple):
    """A case, placed and decided. ``decision`` is None where the customer answers first."""

    case: Case
    values: Values
    place: Place
    decision: Decision | None
    charge: Charge | None
    warnings: tuple[Problem, ...]
    assumed: tuple[Problem, ...]
    """What the text says where nothing was given."""
    rules: tuple[Rule, ...]


def inquire(
    known: Known,
    case_name: str,
    raw: Mapping[str, object],
    today: date,
    clock: time = time.max,
    *,
    complete: bool,
) -> Inquiry:
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
            decision = _decide(known, case, values, place, today)
        except RouteError as error:
            problems += error.problems
        else:
            if complete:
                failed = {one.field for one in problems}
                here = _needed_here(known.directory, case, values, place, decision)
                problems += [one for one in here if one.field not in failed]
    if problems:
        raise _refusal(problems)
    values["site"] = place.site
    charge = _charge(values, count_first_day=known.directory.count_first_day)
    warnings = [*details.warnings, *doubts, *warn.of_values(values, charge, today)]
    assumed: list[Problem] = []
    if decision is None and case.asks == "answer":
        warnings += _unrouted(known.directory, case, place)
    if decision and complete:
        warnings += warn.of_request(case.name, values)
        assumed += warn.assumed(case.name, values, decision)
    rules = site_rules(known.directory, case.name, place.known.name if place.known else None)
    return Inquiry(case, values, place, decision, charge, tuple(warnings), tuple(assumed), rules)


def _placed(
    known: Known, case: Case, values: Values, problems: list[Problem]
) -> tuple[Place, tuple[Problem, ...]]:
    """Where it is, with what a list says of the site filled in, and what may be meant otherwise.

    What is wrong is appended to ``problems``.
    """
    asked = (values["partner"], values["site"], values["integration"])
    confirmed = bool(values["site_confirmed"])
    place, found, doubts = known.once(resolve, case, *asked, confirmed)
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


def _needed_here(
    directory: Directory, case: Case, values: Values, place: Place, decision: Decision | None
) -> list[Problem]:
    """What is missing at this place alone: a nameless operator's name, which discount."""
    found = []
    asked = decision and is_asked_for(directory.partners, place.partner, decision.channel)
    if asked and not values["operator"]:
        found.append(Problem("details.operator-missing", "operator", data={"unknown": UNKNOWN}))
    if values.get("reason") in RULE_REASONS:
        found += missing(case, values, ("discount",))
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


def _decide(known: Known, case: Case, values: Values, place: Place, today: date) -> Decision | None:
    decides = values[case.decides.replace("-", "_")] if case.decides else None
    if case.asks == "answer" and decides is None:
        if len(_unrouted(known.directory, case, place)) == len(labels.ANSWERS):
            raise RouteError([no_route(known.directory, _question(case, place, None))])
        if values["fallback"] is not None:
            raise RouteError([no_fallback(())])
        return None  # nothing is asked of anybody before the customer has answered
    more = (decides, values.get("reason"), values["fallback"])
    decision = known.once(_decided, case, place, f"{today:%Y-%m}", *more)
    unproved = case.asks == "proof" and values["reason"] in RULE_REASONS and not values["proof"]
    return None if unproved else decision


def _decided(
    known: Known,
    case: Case,
    place: Place,
    month: str,
    decides: str | None,
    reason: str | None,
    fallback: str | None,
) -> Decision:
    asked = Asked(month, known.lists, decides, reason, fallback)
    return decide(known.directory, case, place, asked)


def _question(case: Case, place: Place, decides: str | None) -> Question:
    site = place.known.name if place.known else None
    return Question(case.name, place.partner, site, place.integration, decides)


def _unrouted(directory: Directory, case: Case, place: Place) -> list[Problem]:
    """A warning for each answer of the customer that no row of the process follows."""
    return [
        Problem("route.answer-without-row", data={"answer": words[0]})
        for answer, words in labels.ANSWERS.items()
        if not matching(directory, _question(case, place, answer))
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
