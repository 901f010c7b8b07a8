"""The whole process: every possible question, and the row that answers it.

The process table and the view of a partner are made by asking all questions, so they show what
the rows really lead to. Two rows for one question, and rows that no question reaches, are
mistakes in the directory.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import groupby, product
from typing import NamedTuple

from parkdraft.decide.place import find_partner, unknown_partner
from parkdraft.decide.routing import Question, answering, delivered, followed, matching, other_ways
from parkdraft.errors import Problem, RouteError
from parkdraft.lookup.sites import MonthList, SiteData
from parkdraft.model import labels
from parkdraft.model.cases import CASES, FIELDS, Case
from parkdraft.model.directory import Delivery, Directory, Partner, Person, Route, Site, fields


def questions(directory: Directory, case: Case) -> Iterator[Question]:
    """All combinations on which a route of this case can depend."""
    decides = FIELDS[case.decides].choices or {} if case.decides else {"": ()}
    partners: list[str | None] = list(directory.partners)
    if case.partnerless:
        partners.append(None)
    sites: list[Site | None] = [None, *directory.sites]
    for partner, site, integration, value in product(partners, sites, labels.INTEGRATIONS, decides):
        if site and site.partner not in (None, partner):
            continue
        if site and site.integration not in (None, integration):
            continue
        yield Question(case.name, partner, site.name if site else None, integration, value or None)


def check_coverage(directory: Directory) -> Iterator[Problem]:
    """Conflicts, unreachable rows, and rows that follow nothing; ``field`` is the row."""
    reached: set[str] = set()
    clashes: set[tuple[str, str]] = set()
    lost: set[str] = set()
    for case in CASES.values():
        for question in questions(directory, case):
            rows = matching(directory, question)
            reached.update(route.row for route in rows)
            if len(rows) > 1:
                clashes.add((rows[0].row, rows[1].row))
            elif rows and followed(directory, rows[0], question) is None:
                lost.add(rows[0].row)
    for first, second in sorted(clashes):
        yield Problem("contacts.two-routes", field=second, data={"first": first, "row": second})
    for route in directory.routes:
        if route.row not in reached:
            yield Problem("contacts.unreachable-row", field=route.row, data={"row": route.row})
    for row in sorted(lost):
        yield Problem("contacts.follows-nothing", field=row, data={"row": row})


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


def steps(directory: Directory, case: Case, partner: str) -> tuple[Step, ...]:
    """The partner's steps, in the order of the directory's rows."""
    by_rows: dict[tuple[str, str], Step] = {}
    for question in questions(directory, case):
        answer = answering(directory, question) if question.partner == partner else None
        if answer is None:
            continue
        key = (answer[0].row, answer[1].row)
        if key not in by_rows:
            by_rows[key] = _step(directory, *answer, question)
        elif question.site is None:
            by_rows[key] = by_rows[key]._replace(site=None, contacts=())
    places = {route.row: place for place, route in enumerate(directory.routes)}
    return tuple(by_rows[key] for key in sorted(by_rows, key=lambda key: [places[r] for r in key]))


def _step(directory: Directory, route: Route, base: Route, question: Question) -> Step:
    contacts = (site.contacts for site in directory.sites if site.name == question.site)
    return Step(
        row=route.row,
        follows=base.row if base is not route else None,
        site=question.site,
        integrations=route.integrations,
        decides=route.decides,
        delivery=delivered(route, base, question),
        fallbacks=other_ways(route, base, question),
        contacts=next(contacts, ()),
    )


class CaseSteps(NamedTuple):
    """Cases with the same steps: ``common`` to all partners, and ``own`` by partner."""

    cases: tuple[str, ...]
    common: tuple[Step, ...]
    own: Mapping[str, tuple[Step, ...]]


def process_table(directory: Directory) -> list[CaseSteps]:
    """The process as case × partner; cases with equal steps share one entry."""

    def by_partner(case: Case) -> tuple[tuple[Step, ...], dict[str, tuple[Step, ...]]]:
        every = {partner: steps(directory, case, partner) for partner in directory.partners}
        first, *others = every.values() or [()]
        common = tuple(step for step in first if all(step in other for other in others))
        return common, {
            partner: tuple(step for step in some if step not in common)
            for partner, some in every.items()
        }

    grouped = groupby(CASES.values(), by_partner)
    return [CaseSteps(tuple(case.name for case in cases), *alike) for alike, cases in grouped]


class Gap(NamedTuple):
    """A case without a row; None in ``integration`` or ``decides`` stands for all of them."""

    case: str
    integration: str | None
    decides: str | None


class CaseRows(NamedTuple):
    """Cases that have the same steps at a partner, and these steps."""

    cases: tuple[str, ...]
    steps: tuple[Step, ...]


class PartnerView(NamedTuple):
    """A partner as the directory and today's lists know it.

    ``listed`` is this month's list, None where it has not come; ``has_list`` says whether
    the partner has such lists at all.
    """

    partner: Partner
    people: tuple[Person, ...]
    rows: tuple[CaseRows, ...]
    sites: tuple[Site, ...]
    has_list: bool
    listed: MonthList | None
    gaps: tuple[Gap, ...]


def partner_view(site_data: SiteData, text: str) -> PartnerView:
    """The partner of an identifier, name or alias; raises RouteError with near names."""
    directory = site_data.directory
    partner = find_partner(directory.partners, text)
    if partner is None:
        raise RouteError([unknown_partner(directory.partners, text)])
    registered = (Site(**fields(row)) for row in site_data.registered.rows)
    by_steps = groupby(CASES.values(), lambda case: steps(directory, case, partner))
    rows = [(tuple(case.name for case in cases), some) for some, cases in by_steps]
    return PartnerView(
        directory.partners[partner],
        tuple(person for person in directory.people.values() if person.partner == partner),
        tuple(CaseRows(cases, some) for cases, some in rows if some),
        tuple(site for site in (*directory.sites, *registered) if site.partner == partner),
        partner in directory.listed_partners,
        site_data.lists.get(partner),
        tuple(gap for case in CASES.values() for gap in gaps(directory, case, partner)),
    )


def gaps(directory: Directory, case: Case, partner: str) -> Iterator[Gap]:
    """What no row answers at an ordinary site of this partner, summed up where possible."""
    asked = [
        question
        for question in questions(directory, case)
        if question.partner == partner
        and question.site is None
        # where the integration does not matter, one stands for all
        and (not case.ignores_integration or question.integration == "manual")
    ]
    lacking = [question for question in asked if answering(directory, question) is None]
    if len(lacking) == len(asked):
        yield Gap(case.name, None, None)
        return
    for integration in dict.fromkeys(question.integration for question in lacking):
        some = [question for question in lacking if question.integration == integration]
        shown = None if case.ignores_integration else integration
        if len(some) == sum(question.integration == integration for question in asked):
            yield Gap(case.name, shown, None)
        else:
            yield from (Gap(case.name, shown, question.decides) for question in some)


def occurrences(directory: Directory) -> dict[str, dict[str, list[str]]]:
    """Person → role (``to``, ``cc``, ``mentions``, ``site``, ``group``) → rows or names."""
    roles: dict[str, dict[str, list[str]]] = {name: {} for name in directory.people}
    for person, role, place in dict.fromkeys(_occurring(directory)):
        roles[person].setdefault(role, []).append(place)
    return roles


def _occurring(directory: Directory) -> Iterator[tuple[str, str, str]]:
    for route in directory.routes:
        for delivery in (route.delivery, *route.exceptions.values(), *route.fallbacks.values()):
            for role in ("to", "cc", "mentions"):
                for person in getattr(delivery, role):
                    yield person, role, route.row
    for site in directory.sites:
        for person in site.contacts:
            yield person, "site", site.name
    for group, people in directory.groups.items():
        for person in people:
            yield person, "group", group
