"""Looking people, partners and sites up by anything one may type of their names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from parkdraft.lookup.index import Index
from parkdraft.lookup.sites import MonthList, SiteData
from parkdraft.model.directory import Directory, Partner, Person, Site, fields


@dataclass(frozen=True)
class Finding:
    """A search result: a ``person``, ``partner`` or ``site``, with the facts about it."""

    kind: str
    name: str
    names: tuple[str, ...]
    facts: dict[str, Any]

    def as_json(self) -> dict[str, Any]:
        """``{"kind", "name", …}`` with the facts of its kind."""
        return {"kind": self.kind, "name": self.name, **self.facts}


def find(site_data: SiteData, text: str) -> list[Finding]:
    """What ``text`` may mean, best first (order of the search: exact, start, alias, middle…)."""
    return Index(everything(site_data)).search(text)


def sites_and_partners(site_data: SiteData) -> Index[Finding]:
    """A search over sites and partners only, for the fields of a case."""
    return Index(finding for finding in everything(site_data) if finding.kind != "person")


def everything(site_data: SiteData) -> list[Finding]:
    """All people, partners and sites of the directory and of the lists kept today."""
    directory = site_data.directory
    sites: dict[tuple[str, str | None], Site] = {}
    for site in _sites(site_data):
        sites.setdefault((site.name, site.partner), site)
    return [
        *(_partner(partner) for partner in directory.partners.values()),
        *(_person(directory, person) for person in directory.people.values()),
        *(_site(directory, site) for site in sites.values()),
        *(_listed(listed, row) for listed in site_data.lists.values() for row in listed.rows),
    ]


def _sites(site_data: SiteData) -> Iterator[Site]:
    yield from site_data.directory.sites
    for row in site_data.registered.rows:
        yield Site(**fields(row))
    for listed in site_data.lists.values():
        for name in listed.names():
            yield Site(name, listed.partner)


def _names(partner: Partner) -> tuple[str, ...]:
    return (partner.name, *partner.aliases, partner.id)


def _partner(partner: Partner) -> Finding:
    names = _names(partner)
    facts = {"id": partner.id, "aliases": list(partner.aliases)}
    return Finding("partner", partner.name, names, facts)


def _person(directory: Directory, person: Person) -> Finding:
    """A person, who can also be found by the names of their partner."""
    handles = [person.agit] if person.agit else []
    local = [person.address.partition("@")[0]] if person.address else []
    partner = directory.partners.get(person.partner or "")
    theirs = _names(partner) if partner else ()
    names = tuple(dict.fromkeys((person.name, *person.nicknames, *handles, *local, *theirs)))
    facts = {
        "title": person.title,
        "address": person.address,
        "agit": person.agit,
        "nicknames": list(person.nicknames),
        "partner": person.partner,
    }
    return Finding("person", person.name, names, facts)


def _listed(listed: MonthList, row: Mapping[str, Any]) -> Finding:
    """Somebody who is responsible for a site this month."""
    facts = {
        "title": row["title"],
        "address": row["address"],
        "agit": None,
        "partner": listed.partner,
        "site": row["name"],
        "month": listed.month,
    }
    names = (row["person"], row["address"].partition("@")[0])
    return Finding("person", row["person"], names, facts)


def _site(directory: Directory, site: Site) -> Finding:
    facts = {
        "partner": site.partner,
        "integration": site.integration,
        "aliases": list(site.aliases),
        "contacts": [directory.people[name].name for name in site.contacts],
        "rules": [rule.row for rule in directory.rules if site.name in rule.sites],
    }
    return Finding("site", site.name, (site.name, *site.aliases, *site.near), facts)
