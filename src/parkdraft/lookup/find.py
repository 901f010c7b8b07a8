"""Looking people, partners and sites up by anything one may type of their names."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from parkdraft.lookup.index import Entry, Index
from parkdraft.lookup.sites import SiteData
from parkdraft.model.directory import Partner, Person, Site, fields


@dataclass(frozen=True)
class Finding:
    """Something a name can mean: ``person``, ``partner`` or ``site``, with what is known."""

    kind: str
    name: str
    names: tuple[str, ...]
    facts: dict[str, Any]

    def as_json(self) -> dict[str, Any]:
        """``{"kind", "name", …}`` with the facts of its kind."""
        return {"kind": self.kind, "name": self.name, **self.facts}


def everything(known: SiteData) -> list[Finding]:
    """All people, partners and sites of the directory and of the lists kept today."""
    directory = known.directory
    found = [_partner(partner) for partner in directory.partners.values()]
    found += [_person(known, person) for person in directory.people.values()]
    seen: set[tuple[str, str | None]] = set()
    for site in _sites(known):
        if (site.name, site.partner) not in seen:
            seen.add((site.name, site.partner))
            found.append(_site(known, site))
    for listed in known.lists.values():
        found += [
            Finding(
                "person",
                row["person"],
                (row["person"], row["address"].partition("@")[0]),
                {
                    "title": row["title"],
                    "address": row["address"],
                    "agit": None,
                    "partner": listed.partner,
                    "site": row["name"],
                    "month": listed.month,
                },
            )
            for row in listed.rows
        ]
    return found


def find(known: SiteData, text: str) -> list[Finding]:
    """What ``text`` may mean, best first (order of the search: exact, start, alias, middle…)."""
    return Finder(everything(known)).find(text)


class Finder:
    """Findings made ready for many searches; holds until a list changes."""

    def __init__(self, findings: Iterable[Finding]) -> None:
        self._found = list(findings)
        names = enumerate(one.names for one in self._found)
        self._index = Index([Entry(str(place), one) for place, one in names])

    def find(self, text: str, limit: int | None = None) -> list[Finding]:
        """See ``find``."""
        return [self._found[int(key)] for key in self._index.search(text, limit)]


def places(known: SiteData) -> Finder:
    """Sites and partners alone, of which somebody who describes a case needs one."""
    return Finder(one for one in everything(known) if one.kind != "person")


def _sites(known: SiteData) -> Iterator[Site]:
    yield from known.directory.sites
    for row in known.registered.rows:
        yield Site(**fields(row))
    for listed in known.lists.values():
        for name in listed.names():
            yield Site(name, listed.partner)


def _names(partner: Partner) -> tuple[str, ...]:
    return (partner.name, *partner.aliases, partner.id)


def _partner(partner: Partner) -> Finding:
    names = _names(partner)
    facts = {"id": partner.id, "aliases": list(partner.aliases)}
    return Finding("partner", partner.name, names, facts)


def _person(known: SiteData, person: Person) -> Finding:
    """Somebody, who goes by the names of their partner, too."""
    handles = [person.agit] if person.agit else []
    local = [person.address.partition("@")[0]] if person.address else []
    partner = known.directory.partners.get(person.partner or "")
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


def _site(known: SiteData, site: Site) -> Finding:
    people = known.directory.people
    facts = {
        "partner": site.partner,
        "integration": site.integration,
        "aliases": list(site.aliases),
        "contacts": [people[name].name for name in site.contacts],
        "rules": [rule.row for rule in known.directory.rules if site.name in rule.sites],
    }
    return Finding("site", site.name, (site.name, *site.aliases, *site.near), facts)
