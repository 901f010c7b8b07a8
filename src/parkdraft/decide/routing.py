"""From a question to the one row of the process that answers it. Data decides; no row, no route.

``answering`` holds the rows against a question; ``route`` turns the row into a ``Decision``:
channel, authority, and the people behind To, Cc and mentions.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, NamedTuple

from parkdraft.decide.decision import Decision
from parkdraft.decide.place import Place
from parkdraft.errors import Problem, RouteError
from parkdraft.lookup.near import near
from parkdraft.lookup.sites import MonthList, SiteData
from parkdraft.model import labels
from parkdraft.model.cases import CASES, FIELDS, RULE_REASONS
from parkdraft.model.directory import Delivery, Directory, Person, Route, Rule
from parkdraft.values.hangul import fold_all

if TYPE_CHECKING:
    from parkdraft.codes import Code


class Question(NamedTuple):
    """What decides a route, as identifiers; ``site`` is the directory's own name of it.

    ``reason`` and ``fallback`` choose no row; the row that answers has to allow them.
    """

    case: str
    partner: str | None
    site: str | None
    integration: str | None
    decides: str | None
    reason: str | None = None
    fallback: str | None = None


def matching(directory: Directory, question: Question) -> list[Route]:
    """The rows that answer a question; rows of the very site come before all others."""
    rows = [route for route in directory.routes if _matches(route, question)]
    own = [route for route in rows if route.site is not None]
    return own or rows


def _matches(route: Route, question: Question) -> bool:
    ignores = CASES[question.case].ignores_integration
    return (
        question.case in route.cases
        and route.partner in (None, question.partner)
        and route.site in (None, question.site)
        and (ignores or not route.integrations or question.integration in route.integrations)
        and (not route.decides or question.decides in route.decides)
    )


def followed(directory: Directory, route: Route, question: Question) -> Route | None:
    """The row whose delivery holds: this one, or the one it follows (None: there is none)."""
    if route.follows is None or question.partner in route.exceptions:
        return route
    case, integration = route.follows
    asked = question._replace(case=case, integration=integration, decides=None)
    rows = [row for row in matching(directory, asked) if row.follows is None]
    return rows[0] if len(rows) == 1 else None


def answering(directory: Directory, question: Question) -> tuple[Route, Route] | None:
    """The one row that answers, and the row whose delivery holds; None where there is none."""
    rows = matching(directory, question)
    base = followed(directory, rows[0], question) if len(rows) == 1 else None
    return (rows[0], base) if base else None


def site_rules(directory: Directory, case: str, site: str | None) -> tuple[Rule, ...]:
    """The rules of some sites that accompany a case at a site."""
    return tuple(
        rule
        for rule in directory.rules
        if site in rule.sites and (not rule.cases or case in rule.cases)
    )


def route(site_data: SiteData, place: Place, question: Question, month: str) -> Decision:
    """The decision for a question asked at a place, in a month (``2026-11``).

    Raises RouteError: no row answers, the fallback or reason does not exist here, or the
    site is not in this month's list.
    """
    directory = site_data.directory
    answer = answering(directory, question)
    if answer is None:
        raise RouteError([no_route(directory, question)])
    row, base = answer
    fallbacks = other_ways(row, base, question)
    rules = site_rules(directory, question.case, question.site)
    delivery = delivered(row, base, question)
    if question.fallback in fallbacks:
        delivery = _instead(delivery, fallbacks[question.fallback])
    to, awaits, wrong = _recipients(site_data, delivery, place, month)
    problems = [*_not_here(question, fallbacks, rules), *wrong]
    if delivery.channel == "email" and not (to or awaits or problems):
        problems.append(Problem("route.nobody"))
    if problems:
        raise RouteError(problems)
    return Decision(
        case=CASES[question.case],
        place=place,
        values={},  # those of the very case are filled in by whoever asked
        sender=directory.sender,
        rules=rules,
        row=row.row,
        channel=delivery.channel,
        authority=delivery.authority,
        state="waiting" if awaits else "pending" if delivery.authority == "lead" else "approved",
        to=to,
        cc=_without(to, [directory.people[name] for name in delivery.cc]),
        mentions=tuple(directory.people[name].agit or "" for name in delivery.mentions),
        method=delivery.method,
        note=delivery.note if question.fallback else _with_other_ways(delivery.note, fallbacks),
        addressee=delivery.addressee,
        template=delivery.template,
        fallback=question.fallback,
        fallbacks=tuple(fallbacks),
        awaits=awaits,
        names_operator=_is_for_several(directory, base, question, delivery.mentions),
    )


def _not_here(
    question: Question, fallbacks: Mapping[str, Delivery], rules: Iterable[Rule]
) -> list[Problem]:
    """What was asked for that does not exist at this row: the fallback, the reason."""
    problems = []
    if question.fallback is not None and question.fallback not in fallbacks:
        problems.append(no_fallback(tuple(fallbacks)))
    reason = question.reason
    if reason in RULE_REASONS and not any(reason in rule.reasons for rule in rules):
        problems.append(Problem("route.reason-elsewhere", "reason"))
    return problems


def _is_for_several(
    directory: Directory, base: Route, question: Question, mentions: tuple[str, ...]
) -> bool:
    """Whether it goes to people who work for several operators.

    The row is no partner's own, or mentions somebody whom such a row mentions, too.
    """
    own = base.partner or (question.partner if question.partner in base.exceptions else None)
    if _is_nobodys(directory, own):
        return True
    shared = (row.delivery for row in directory.routes if _is_nobodys(directory, row.partner))
    return any(not set(mentions).isdisjoint(delivery.mentions) for delivery in shared)


def _is_nobodys(directory: Directory, partner: str | None) -> bool:
    return partner is None or directory.partners[partner].catch_all


def _recipients(
    site_data: SiteData, delivery: Delivery, place: Place, month: str
) -> tuple[tuple[Person, ...], str | None, list[Problem]]:
    """To, the month waited for, and what is wrong."""
    if delivery.to_source == "monthly-list":
        return _from_list(place, site_data.lists.get(place.partner or ""), month)
    names = delivery.to
    if delivery.to_source == "site-contacts" and place.listed:
        names = place.listed.contacts
    return tuple(site_data.directory.people[name] for name in names), None, []


def _from_list(
    place: Place, listed: MonthList | None, month: str
) -> tuple[tuple[Person, ...], str | None, list[Problem]]:
    """To out of the month's list: people, or the month waited for, or what is wrong."""
    if listed is None:
        return (), month, []
    if place.site is None:
        field = FIELDS["site"]
        data = {"label": field.label, "example": field.example}
        return (), None, [Problem("details.missing", field.name, data=data)]
    spellings = (place.site, *(place.listed.aliases if place.listed else ()))
    people: dict[str, Person] = {}
    for key in fold_all(spellings):
        for person in listed.people(key):
            people.setdefault(_mailbox_key(person), person)
    if people:
        return tuple(people.values()), None, []
    names = near(place.site, listed.names())
    near_data = {"month": month, "near": ", ".join(names)}
    code: Code = "route.near-in-list" if names else "route.not-in-list"
    return (), None, [Problem(code, "site", data=near_data)]


def delivered(route: Route, base: Route, question: Question) -> Delivery:
    """The row's own delivery, its partner's exception, or that of the row it follows."""
    own = route.delivery
    if question.partner in route.exceptions:
        exception = route.exceptions[question.partner or ""]
        return exception._replace(authority=exception.authority or own.authority)
    if base is route:
        return own
    return base.delivery._replace(
        authority=own.authority or base.delivery.authority,
        method=_joined(own.method, base.delivery.method),
        note=_joined(own.note, base.delivery.note),
        template=own.template,
    )


def other_ways(route: Route, base: Route, question: Question) -> dict[str, Delivery]:
    """The fallbacks that a case has at a row (``base``: itself, or the one it follows)."""
    others = {} if question.partner in route.exceptions else base.fallbacks
    return {name: d for name, d in others.items() if not d.cases or question.case in d.cases}


def _instead(delivery: Delivery, other: Delivery) -> Delivery:
    """A fallback: another channel, the same authority."""
    return other._replace(
        authority=other.authority or delivery.authority, note=other.note or delivery.note
    )


def _with_other_ways(note: str | None, others: Mapping[str, Delivery]) -> str | None:
    """What to mind, and what to do where the usual way fails: only of ways that there are."""
    ways = (
        f"{labels.FALLBACKS[name][0]}: {way.method}" for name, way in others.items() if way.method
    )
    return _joined(note, *ways)


def _joined(*texts: str | None) -> str | None:
    return " ".join(text for text in texts if text) or None


def _without(taken: Iterable[Person], people: Iterable[Person]) -> tuple[Person, ...]:
    """Those of the people who read none of the mailboxes that are taken."""
    mailboxes = {_mailbox_key(person) for person in taken}
    return tuple(person for person in people if _mailbox_key(person) not in mailboxes)


def _mailbox_key(person: Person) -> str:
    """An address for comparing: nobody keeps two mailboxes that differ in capitals."""
    return (person.address or "").casefold()


def no_fallback(names: tuple[str, ...]) -> Problem:
    """The refusal of a fallback that the route does not have; ``names`` are those it has."""
    words = ", ".join(f"{labels.FALLBACKS[name][0]}({name})" for name in names)
    code: Code = "route.other-fallback" if names else "route.no-fallback"
    return Problem(code, "fallback", data={"fallbacks": words})


def no_route(directory: Directory, question: Question) -> Problem:
    """The refusal of a combination that the process does not have, nearest rows named."""
    rows = [route for route in directory.routes if question.case in route.cases]
    rows.sort(key=lambda route: -_likeness(route, question))
    data = {"rows": "; ".join(describe(directory, route) for route in rows[:4])}
    return Problem("route.none", data=data)


def _likeness(route: Route, question: Question) -> int:
    return (
        2 * (route.partner is not None and route.partner == question.partner)
        + (question.integration in route.integrations)
        + 2 * (question.decides in route.decides)
        - 2 * (route.site is not None and route.site != question.site)
    )


def describe(directory: Directory, route: Route) -> str:
    """A row in a few words: ``P4 케이엠파킹앤스페이스·수동현장 → 아지트``."""
    channel = route.delivery.channel
    target = labels.CHANNELS[channel][0] if channel else "운영사별 채널"
    return f"{route.row} {'·'.join(conditions(directory, route))} → {target}"


def conditions(directory: Directory, route: Route) -> list[str]:
    """What a row asks for, in Korean words; empty where it holds for everything."""
    decides = {**labels.ANSWERS, **labels.ITEMS, **labels.NEEDS}
    integrations = labels.INTEGRATIONS
    return [
        *([directory.partners[route.partner].name] if route.partner else []),
        *([route.site] if route.site else []),
        *(
            integrations[name][1 if len(integrations[name]) > 1 else 0]
            for name in route.integrations
        ),
        *(decides[name][0] for name in route.decides),
    ]
