"""Steps of the process and search results in words."""

from __future__ import annotations

from parkdraft.decide.overview import Step
from parkdraft.lookup.find import Finding
from parkdraft.lookup.sites import SiteData
from parkdraft.model import labels
from parkdraft.model.directory import Delivery, Directory, Person
from parkdraft.present.drafts import Facts
from parkdraft.present.words import mailbox, named, partner_name
from parkdraft.values.hangul import fold

KINDS = {"person": "사람", "partner": "운영사", "site": "현장"}
"""Kind of a search result → its word."""
DECIDES = {**labels.ANSWERS, **labels.ITEMS, **labels.NEEDS}
"""Words for what a row depends on besides partner, site and integration."""
_SOURCES = {"monthly-list": "월별 명단의 현장 담당자", "site-contacts": "현장 담당자"}
"""Where recipients come from that the row does not name."""


def person_mailbox(person: Person) -> str:
    """``김하늘 주임 <haneul@example.com>``."""
    return mailbox(person.name, person.title, person.address)


def conditions(step: Step) -> list[str]:
    """The conditions of a step; none where it holds for the whole case."""
    return [
        *([f"{step.site}만"] if step.site else []),
        *(labels.INTEGRATIONS[name][:2][-1] for name in step.integrations),
        *(DECIDES[name][0] for name in step.decides),
    ]


def recipients(
    directory: Directory,
    delivery: Delivery,
    contacts: tuple[str, ...] = (),
    *,
    addresses: bool = False,
) -> Facts:
    """Who gets what a row sends; ``contacts`` are the people of the row's site.

    With ``addresses``, each person has an address and a line of their own.
    """
    people = directory.people

    def everybody(names: tuple[str, ...]) -> str:
        if addresses:
            return "\n".join(person_mailbox(people[name]) for name in names)
        return ", ".join(named(people[name].name, people[name].title) for name in names)

    to = contacts if delivery.to_source == "site-contacts" else delivery.to
    rows = (
        ("수신", everybody(to) or _SOURCES.get(delivery.to_source)),
        ("참조", everybody(delivery.cc)),
        ("멘션", " ".join(f"@{people[name].agit}" for name in delivery.mentions)),
        ("부를 곳", delivery.addressee),
    )
    return [(label, text) for label, text in rows if text]


def found_facts(known: SiteData, finding: Finding) -> Facts:
    """The facts of a search result."""
    facts = finding.facts
    integration = labels.INTEGRATIONS.get(facts.get("integration") or "")
    rows = (
        ("직함", facts.get("title")),
        ("이메일", facts.get("address")),
        ("아지트", f"@{facts['agit']}" if facts.get("agit") else None),
        ("별명", ", ".join(facts.get("nicknames", ()))),
        ("운영사", partner_name(known.directory, facts.get("partner"))),
        ("현장", facts.get("site")),
        ("명단", facts.get("month")),
        ("연동구분", integration[0] if integration else None),
        ("별칭", ", ".join(facts.get("aliases", ()))),
        ("담당자", ", ".join(_contacts(known, finding))),
        ("규칙", ", ".join(facts.get("rules", ()))),
    )
    return [(label, text) for label, text in rows if text]


def _contacts(known: SiteData, finding: Finding) -> list[str]:
    """A site's people: the directory's, and those of this month's list."""
    listed = known.lists.get(finding.facts.get("partner") or "") if finding.kind == "site" else None
    people = listed.people(fold(finding.name)) if listed else ()
    return [*finding.facts.get("contacts", ()), *map(person_mailbox, people)]
