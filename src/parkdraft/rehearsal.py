"""Every template with sample values for every route that uses it, before somebody needs it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from parkdraft.errors import ParkdraftError, Problem
from parkdraft.home import Home
from parkdraft.process import labels
from parkdraft.process.cases import CASES, RULE_REASONS, Case
from parkdraft.process.coverage import questions
from parkdraft.process.directory import Directory
from parkdraft.process.inquiry import inquire
from parkdraft.process.places import Known
from parkdraft.process.routing import Question, followed, matching
from parkdraft.process.sites import MonthList, SiteList, indexed

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
                for details in _samples(case, question):
                    for found in _play(played, known, details, question):
                        key = (found.code, found.row, tuple(sorted(found.data.items())))
                        problems.setdefault(key, found)
    return list(problems.values())


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


def _samples(case: Case, question: Question) -> Iterator[dict[str, str]]:
    least = {name: _example(case, name) for name in case.needs}
    most = {field.name: field.example for field in case.fields}
    for name in ("fallback", "partner"):  # the question says which partner, if any
        most.pop(name)
    for details in (least, most):
        details.update(
            {
                name: value
                for name, value in (
                    ("partner", question.partner),
                    ("site", question.site or _SITE),
                    ("integration", question.integration),
                    (case.decides, question.decides),
                )
                if name and value
            }
        )
        yield details
    if case.decides == "answer":
        yield {name: value for name, value in most.items() if name != "answer"}


def _example(case: Case, name: str) -> str:
    return next(field.example for field in case.fields if field.name == name)


def _play(
    home: Home, known: Known, details: dict[str, str], question: Question
) -> Iterator[Problem]:
    try:
        decision = inquire(known, question.case, details, TODAY, complete=True).decision
    except ParkdraftError as error:
        yield from error.problems
        return
    others: list[dict[str, str]] = [{}]
    if decision:
        others += [{"fallback": name} for name in decision.fallbacks]
        ruled = {reason for rule in decision.rules for reason in rule.reasons}
        reasons = [name for name in labels.REASONS if name in ruled or name not in RULE_REASONS]
        others += [{"reason": name} for name in reasons if "reason" in details]
    for other in others:
        try:
            home.compose_from(known, question.case, {**details, **other})
        except ParkdraftError as error:
            yield from error.problems


def _knowledge(directory: Directory, question: Question) -> Iterator[Known]:
    """Without lists; and for a partner that has one, with this month's."""
    nothing = SiteList((), {})
    yield Known(directory, nothing, {})
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
        yield Known(
            directory, nothing, {partner: MonthList(partner, f"{TODAY:%Y-%m}", **indexed(rows))}
        )
