"""Every template with sample values for every route that uses it, before somebody needs it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from itertools import product
from typing import Any

from parkdraft.decide.case import decide_case
from parkdraft.decide.coverage import questions
from parkdraft.decide.routing import Question, followed, matching
from parkdraft.drafting import combine, compose
from parkdraft.errors import ParkdraftError, Problem
from parkdraft.home import Home
from parkdraft.lookup.sites import MonthList, SiteData, SiteList, indexed
from parkdraft.model import labels
from parkdraft.model.cases import CASES, FIELDS, RULE_FIELDS, RULE_REASONS, Case
from parkdraft.model.directory import Directory
from parkdraft.writing.combine import together

TODAY = date(2026, 11, 23)
_SITE = "가온타워"
_PEOPLE = (("김하늘", "소장", "haneul.kim"), ("이가람", "주임", "garam.lee"))


def rehearse(home: Home) -> list[Problem]:
    """Render every reachable template; the problems found, each once.

    Fields are given in full and at their least; partners with a month's list with and
    without it; every fallback. Addresses of the samples stand on ``example.com``.
    """
    directory = home.directory
    played = replace(home, now=lambda: datetime.combine(TODAY, datetime.min.time()))
    problems: dict[tuple[Any, ...], Problem] = {}
    for case in CASES.values():
        for question in _asked(directory, case):
            for known in _knowledge(directory, question):
                samples = list(_samples(directory, case, question))
                for details in samples:
                    for found in _play(played, known, details, question):
                        problems.setdefault(_about(found), found)
                for found in _play_together(played, known, samples, question):
                    problems.setdefault(_about(found), found)
    return list(problems.values())


def _about(found: Problem) -> tuple[Any, ...]:
    return found.code, found.row, tuple(sorted(found.data.items()))


def _asked(directory: Directory, case: Case) -> Iterator[Question]:
    """One question for each combination of row, partner and site that has a route."""
    seen = set()
    for question in questions(directory, case):
        rows = matching(directory, question)
        if len(rows) == 1 and followed(directory, rows[0], question):
            key = (rows[0].row, question.partner, question.site)
            if key not in seen:
                seen.add(key)
                yield question


def _samples(directory: Directory, case: Case, question: Question) -> Iterator[dict[str, str]]:
    least = {name: _example(case, name) for name in case.needs}
    most = {field.name: field.example for field in case.fields}
    for name in ("fallback", "partner", "operator", *RULE_FIELDS):  # where the question has them
        most.pop(name, None)
    partner = directory.partners.get(question.partner or "")
    nameless = {"operator": FIELDS["operator"].example} if partner and partner.catch_all else {}
    for details in (least, most):
        details.update(nameless)
        details.update(
            {
                name: value
                for name, value in (
                    ("partner", question.partner),
                    ("site", question.site or _SITE),
                    ("site-confirmed", "예"),  # the sample's name may be near one that is known
                    ("integration", question.integration),
                    (case.decides, question.decides),
                )
                if name and value
            }
        )
        yield details
    if case.decides == "answer":
        yield {name: value for name, value in most.items() if name != "answer"}


_OTHERS = {
    "plate": "78마9012",
    "date": "2026-12-15",
    "moment": "2026-11-21 10:00",
    "money": "23,000원",
    "days": "11",
    "text": "B-2038",
    "number": "B-2038",
    "long": "주말 최초 30분 1,000원",
    "memo": "다시 통화하기로 함",
}


def _otherwise(details: dict[str, str]) -> dict[str, str]:
    """Another case at the same place: other values, where they do not decide the route."""
    other = {
        name: value if name in ("site", "partner") else _OTHERS.get(FIELDS[name].kind, value)
        for name, value in details.items()
        if name not in ("customer", "phone")
    }
    return other | {"new-plate": "234나5678"} if "new-plate" in other else other


def _example(case: Case, name: str) -> str:
    return next(field.example for field in case.fields if field.name == name)


def _play(
    home: Home, known: SiteData, details: dict[str, str], question: Question
) -> Iterator[Problem]:
    try:
        decision = decide_case(known, question.case, details, TODAY, complete=True)
    except ParkdraftError as error:
        yield from error.problems
        return
    others: list[dict[str, str]] = [{}]
    if decision.row:
        others += [{"fallback": name} for name in decision.fallbacks]
        ruled = {reason for rule in decision.rules for reason in rule.reasons}
        if "reason" in details:
            others += [{"reason": name} for name in labels.REASONS if name not in RULE_REASONS]
            others += [one for name in RULE_REASONS if name in ruled for one in _ruled(name)]
    for other in others:
        try:
            compose(home.today(known), question.case, {**details, **other})
        except ParkdraftError as error:
            yield from error.problems


def _ruled(reason: str) -> Iterator[dict[str, str]]:
    """A reason of a site's own, with all that can be said of it, and before the customer has."""
    for discount, proof in product(labels.DISCOUNTS, ("", *labels.PROOFS)):
        yield {"reason": reason, "discount": discount, "proof": proof}


def _play_together(
    home: Home, known: SiteData, samples: list[dict[str, str]], question: Question
) -> Iterator[Problem]:
    """Two cases in one draft, for every way in which their route may take them."""
    try:
        decision = decide_case(known, question.case, samples[0], TODAY, complete=True)
    except ParkdraftError:
        return  # ``_play`` has told
    for other in ({}, *({"fallback": name} for name in decision.fallbacks)):
        many = [{**details, **other} for details in (samples[0], _otherwise(samples[1]))]
        try:
            asked = [decide_case(known, question.case, one, TODAY, complete=True) for one in many]
            if together(home.templates, asked[0]) is not None:
                combine(home.today(known), question.case, many, workbook=lambda *_: b"-")
        except ParkdraftError as error:
            yield from error.problems


def _knowledge(directory: Directory, question: Question) -> Iterator[SiteData]:
    """Without lists; and for a partner that has one, with this month's."""
    nothing = SiteList((), {})
    yield SiteData(directory, nothing, {})
    partner = question.partner
    if partner in directory.listed_partners:
        rows = [
            {
                "name": question.site or _SITE,
                "person": person,
                "title": title,
                "address": f"{local}@example.com",
            }
            for person, title, local in _PEOPLE
        ]
        yield SiteData(
            directory, nothing, {partner: MonthList(partner, f"{TODAY:%Y-%m}", **indexed(rows))}
        )
