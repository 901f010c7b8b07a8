"""The whole process at a glance: which steps each case has at each partner, who occurs where.

Every question that the process can be asked is asked, so that the table shows what the rows
really lead to, rows that follow others included.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from parkdraft.decide.coverage import questions
from parkdraft.decide.routing import Question, delivered, followed, matching, other_ways
from parkdraft.model.cases import CASES, Case
from parkdraft.model.directory import Delivery, Directory, Route


class Step(NamedTuple):
    """What a row leads to: ``follows`` is the row whose delivery it takes over.

    ``site`` is the one site that it is for; ``contacts`` are identifiers of that site's people.
    """

    row: str
    follows: str | None
    site: str | None
    integrations: tuple[str, ...]
    decides: tuple[str, ...]
    delivery: Delivery
    fallbacks: Mapping[str, Delivery]
    contacts: tuple[str, ...] = ()


class CaseSteps(NamedTuple):
    """Cases that are handled alike everywhere: steps of every partner, and of each one."""

    cases: tuple[str, ...]
    common: tuple[Step, ...]
    own: Mapping[str, tuple[Step, ...]]


def process_table(directory: Directory) -> list[CaseSteps]:
    """The process as case × partner; cases with equal steps share one entry."""
    found: list[CaseSteps] = []
    for case in CASES.values():
        by_partner = {one: steps(directory, case, one) for one in directory.partners}
        lists = list(by_partner.values())
        first = lists[0] if lists else ()
        common = tuple(one for one in first if all(one in others for others in lists[1:]))
        own = {
            partner: tuple(one for one in some if one not in common)
            for partner, some in by_partner.items()
        }
        entry = CaseSteps((case.name,), common, own)
        if found and found[-1][1:] == entry[1:]:
            found[-1] = entry._replace(cases=(*found[-1].cases, case.name))
        else:
            found.append(entry)
    return found


def steps(directory: Directory, case: Case, partner: str) -> tuple[Step, ...]:
    """The partner's steps in the order of the rows; those of one site after the general one."""
    found: dict[tuple[str, str], Step] = {}
    rows = [route.row for route in directory.routes]
    for question in questions(directory, case):
        if question.partner != partner:
            continue
        matched = matching(directory, question)
        base = followed(directory, matched[0], question) if len(matched) == 1 else None
        if base is None:
            continue
        key = (matched[0].row, base.row)
        if key not in found:
            found[key] = _step(directory, matched[0], base, question)
        elif question.site is None:
            found[key] = found[key]._replace(site=None, contacts=())
    return tuple(found[key] for key in sorted(found, key=lambda one: tuple(map(rows.index, one))))


def _step(directory: Directory, route: Route, base: Route, question: Question) -> Step:
    sites = {site.name: site for site in directory.sites}
    site = sites.get(question.site or "")
    return Step(
        row=route.row,
        follows=base.row if base is not route else None,
        site=question.site,
        integrations=route.integrations,
        decides=route.decides,
        delivery=delivered(route, base, question),
        fallbacks=other_ways(route, base, question),
        contacts=site.contacts if site else (),
    )


def occurrences(directory: Directory) -> dict[str, dict[str, list[str]]]:
    """Person → role (``to``, ``cc``, ``mentions``, ``site``, ``group``) → rows or names."""
    found: dict[str, dict[str, list[str]]] = {name: {} for name in directory.people}
    for person, role, place in _occurring(directory):
        places = found[person].setdefault(role, [])
        if place not in places:
            places.append(place)
    return found


def _occurring(directory: Directory) -> Iterator[tuple[str, str, str]]:
    for route in directory.routes:
        for one in (route.delivery, *route.exceptions.values(), *route.fallbacks.values()):
            for role in ("to", "cc", "mentions"):
                for person in getattr(one, role):
                    yield person, role, route.row
    for site in directory.sites:
        for person in site.contacts:
            yield person, "site", site.name
    for group, people in directory.groups.items():
        for person in people:
            yield person, "group", group
