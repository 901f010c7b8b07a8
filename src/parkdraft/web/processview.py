"""The process, its people and what was found, in the words of the contacts page."""

from __future__ import annotations

from typing import Any, NamedTuple

from parkdraft.decide.overview import CaseSteps, Step, occurrences, process_table
from parkdraft.decide.routing import conditions
from parkdraft.lookup.find import Finding
from parkdraft.lookup.sites import SiteData
from parkdraft.model import labels
from parkdraft.model.directory import Delivery, Directory, Person
from parkdraft.values.hangul import fold

KINDS = {"person": "사람", "partner": "운영사", "site": "현장"}
_ROLES = {"to": "수신", "cc": "참조", "mentions": "멘션", "site": "현장 담당", "group": "묶음"}
_DECIDES = {**labels.ANSWERS, **labels.ITEMS, **labels.NEEDS}


class Cell(NamedTuple):
    """A step as a cell shows it; ``facts`` are (label, words)."""

    row: str
    follows: str | None
    conditions: tuple[str, ...]
    channel: str
    authority: str
    facts: tuple[tuple[str, str], ...]


class Column(NamedTuple):
    """A column of the process table: cells of every partner, and of each one."""

    cases: str
    common: list[Cell]
    own: dict[str, list[Cell]]

    @property
    def shared(self) -> bool:
        """Whether nothing in it depends on the partner."""
        return not any(self.own.values())


def columns(directory: Directory) -> list[Column]:
    """The whole process, one column a case or cases that are handled alike."""
    return [_column(directory, one) for one in process_table(directory)]


def _column(directory: Directory, entry: CaseSteps) -> Column:
    return Column(
        ", ".join(labels.CASES[case][0] for case in entry.cases),
        [_cell(directory, step) for step in entry.common],
        {
            partner: [_cell(directory, step) for step in steps]
            for partner, steps in entry.own.items()
        },
    )


def _cell(directory: Directory, step: Step) -> Cell:
    integrations = labels.INTEGRATIONS
    asked = (
        *([f"{step.site}만"] if step.site else []),
        *(integrations[name][:2][-1] for name in step.integrations),
        *(_DECIDES[name][0] for name in step.decides),
    )
    others = (
        (labels.FALLBACKS[name][0], _elsewhere(directory, delivery))
        for name, delivery in step.fallbacks.items()
    )
    return Cell(
        step.row,
        step.follows,
        asked,
        labels.CHANNELS[step.delivery.channel or ""][0],
        labels.AUTHORITIES[step.delivery.authority or ""][0],
        (*_recipients(directory, step.delivery, step.contacts), *others),
    )


def _recipients(
    directory: Directory, delivery: Delivery, contacts: tuple[str, ...] = ()
) -> list[tuple[str, str]]:
    people = directory.people
    to = ", ".join(_named(people[name]) for name in delivery.to)
    if delivery.to_source == "monthly-list":
        to = "이번 달 명단의 현장 담당자"
    elif delivery.to_source == "site-contacts":
        to = ", ".join(_named(people[name]) for name in contacts) or "현장 담당자"
    found = (
        ("수신", to),
        ("참조", ", ".join(_named(people[name]) for name in delivery.cc)),
        ("멘션", " ".join(f"@{people[name].agit}" for name in delivery.mentions)),
        ("부를 곳", delivery.addressee or ""),
    )
    return [(label, words) for label, words in found if words]


def _elsewhere(directory: Directory, delivery: Delivery) -> str:
    channel = labels.CHANNELS[delivery.channel or ""][0]
    return " ".join([channel, *(words for _, words in _recipients(directory, delivery))])


def _named(person: Person) -> str:
    return " ".join(filter(None, (person.name, person.title)))


def methods(directory: Directory) -> list[dict[str, Any]]:
    """Every row of the process with what to do and what to mind, in the document's order."""
    return [
        {
            "row": route.row,
            "cases": ", ".join(labels.CASES[case][0] for case in route.cases),
            "conditions": " · ".join(conditions(directory, route)) or "모두",
            "method": route.delivery.method,
            "note": route.delivery.note,
        }
        for route in directory.routes
    ]


def people(directory: Directory) -> list[dict[str, Any]]:
    """Everybody, with where they occur in words."""
    occurring = occurrences(directory)
    return [
        {
            "person": person,
            "places": [(_ROLES[role], ", ".join(found)) for role, found in occurring[key].items()],
        }
        for key, person in directory.people.items()
    ]


def partners(directory: Directory) -> list[dict[str, Any]]:
    """Every partner, with the rows that are its own."""
    return [
        {
            "partner": partner,
            "listed": partner.id in directory.listed_partners,
            "rows": [route.row for route in directory.routes if route.partner == partner.id],
            "sites": [site.name for site in directory.sites if site.partner == partner.id],
        }
        for partner in directory.partners.values()
    ]


def found_words(known: SiteData, one: Finding) -> list[tuple[str, str]]:
    """What is known of something that was found, as (label, words)."""
    facts, directory = one.facts, known.directory
    partner = directory.partners.get(facts.get("partner") or "")
    integration = labels.INTEGRATIONS.get(facts.get("integration") or "")
    told = (
        ("직함", facts.get("title")),
        ("이메일", facts.get("address")),
        ("아지트", f"@{facts['agit']}" if facts.get("agit") else None),
        ("별명", ", ".join(facts.get("nicknames", ()))),
        ("운영사", partner.name if partner else None),
        ("현장", facts.get("site")),
        ("명단", facts.get("month")),
        ("연동구분", integration[0] if integration else None),
        ("별칭", ", ".join(facts.get("aliases", ()))),
        ("담당자", ", ".join(_contacts(known, one))),
        ("규칙", ", ".join(facts.get("rules", ()))),
    )
    return [(label, words) for label, words in told if words]


def _contacts(known: SiteData, one: Finding) -> list[str]:
    """A site's people: the directory's, and those of this month's list."""
    listed = known.lists.get(one.facts.get("partner") or "") if one.kind == "site" else None
    people = listed.people(fold(one.name)) if listed else ()
    return [
        *one.facts.get("contacts", ()),
        *(f"{_named(person)} <{person.address}>" for person in people),
    ]
