"""Where a case happens: partner, site and integration, from names and what lists know.

Near misses are suggested, never assumed; a contradiction is refused.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import cached_property, lru_cache
from typing import Any, Concatenate, NamedTuple, ParamSpec, TypeVar

from parkdraft.errors import Problem
from parkdraft.process import labels
from parkdraft.process.cases import Case
from parkdraft.process.directory import Directory, Partner, Site
from parkdraft.process.hangul import fold
from parkdraft.process.sites import MonthList, SiteList

_P = ParamSpec("_P")
_T = TypeVar("_T")
_REMEMBERED = 4096


class Place(NamedTuple):
    """Partner, site and integration as resolved; ``known`` is what a list says of the site."""

    partner: str | None
    site: str | None
    integration: str | None
    known: Site | None = None


class _Lists(NamedTuple):
    directory: Directory
    registered: SiteList
    lists: Mapping[str, MonthList]


class Known(_Lists):
    """All that is known of sites today: the directory's, ``sites.csv``, this month's lists.

    ``lists`` are this month's, by partner; a partner whose list has not come is not in it.
    """

    @cached_property
    def _answered(self) -> Callable[..., Any]:
        return lru_cache(_REMEMBERED)(lambda make, *asked: make(self, *asked))

    def once(
        self, make: Callable[Concatenate[Known, _P], _T], *asked: _P.args, **_: _P.kwargs
    ) -> _T:
        """``make(self, *asked)``, worked out once: the rows of a table ask the same again."""
        found: _T = self._answered(make, *asked)
        return found

    def named(self, name: str) -> list[Site]:
        """What the lists say of a site of this name: one entry per partner they give it.

        An alias in one list may be the main name in another: all spellings are followed, so
        that a site with a row or rule of its own is found whatever it was called.
        """
        keys, found = {fold(name)}, self._entries({fold(name)})
        while more := {fold(one) for site in found for one in (site.name, *site.aliases)} - keys:
            keys |= more
            found = self._entries(keys)
        return _merged(found)

    def _entries(self, keys: set[str]) -> list[Site]:
        """What each list says under any of these folded names, the directory first."""
        entries = [
            site
            for site in self.directory.sites
            if not keys.isdisjoint(fold(spelling) for spelling in (site.name, *site.aliases))
        ]
        for find in (self.registered.find, *(listed.find for listed in self.lists.values())):
            entries += [site for key in sorted(keys) if (site := find(key))]
        return list(dict.fromkeys(entries))

    def names(self) -> Iterable[str]:
        """Every site's main name."""
        names = [site.name for site in self.directory.sites]
        names += self.registered.names()
        for listed in self.lists.values():
            names += listed.names()
        return dict.fromkeys(names)


def _merged(sites: list[Site]) -> list[Site]:
    """One entry per partner; what names no partner (the directory may) belongs to each."""
    nameless = [site for site in sites if site.partner is None]
    partners = dict.fromkeys(site.partner for site in sites if site.partner)
    groups = [[*nameless, *(s for s in sites if s.partner == one)] for one in partners]
    return [_joined(group) for group in groups or [nameless] if group]


def _joined(group: list[Site]) -> Site:
    """Entries that mean one site; the first that says something wins, all spellings stay."""

    def first(field: str) -> Any:
        return next((value for site in group if (value := getattr(site, field))), None)

    main, *aliases = dict.fromkeys(n for site in group for n in (site.name, *site.aliases))
    return Site(
        name=main,
        partner=first("partner"),
        integration=first("integration"),
        aliases=tuple(aliases),
        contacts=first("contacts") or (),
        daily_max=first("daily_max"),
        operator=first("operator"),
    )


def find_partner(partners: Mapping[str, Partner], text: str) -> str | None:
    """The identifier of a partner named by identifier, name or alias."""
    key = fold(text)
    for partner in partners.values():
        if key in map(fold, (partner.id, partner.name, *partner.aliases)):
            return partner.id
    return None


def resolve(
    known: Known,
    case: Case,
    partner: str | None,
    site: str | None,
    integration: str | None,
) -> tuple[Place, tuple[Problem, ...]]:
    """Partner, site and integration as identifiers, with all problems; nothing is guessed."""
    problems: list[Problem] = []
    partners = known.directory.partners
    partner_id = find_partner(partners, partner) if partner else None
    if partner and partner_id is None:
        problems.append(_unknown_partner(partners, partner))
    found: Site | None = None
    if site and not fold(site):
        problems.append(Problem("place.no-name", "site"))
    elif site:
        found, site_problems = _site(known, site, partner_id, asked=partner is not None)
        problems += site_problems
    if partner_id is None and found:
        partner_id = found.partner
    if partner_id is None and not partner and not problems and not case.partnerless:
        problems.append(_missing_partner(known, partners, None if found else site))
    if found and found.integration and integration not in (None, found.integration):
        data = {"site": found.name, "integration": labels.INTEGRATIONS[found.integration][0]}
        problems.append(Problem("place.integration", "integration", data=data))
    integration = integration or (found.integration if found else None)
    if integration is None and case.infers_integration and partner_id:
        integration = _only_integration(known.directory, case, partner_id)
    told = {problem.field for problem in problems}
    # where the partner's rows could tell the integration, a wrong partner comes first
    askable = "site" not in told and not (case.infers_integration and told)
    if integration is None and not case.ignores_integration and askable:
        data = {"labels": ", ".join(label[0] for label in labels.INTEGRATIONS.values())}
        problems.append(Problem("place.integration-missing", "integration", data=data))
    return Place(partner_id, found.name if found else site, integration, found), tuple(problems)


def _site(
    known: Known, name: str, partner: str | None, *, asked: bool
) -> tuple[Site | None, list[Problem]]:
    sites = known.named(name)
    partners = known.directory.partners
    fitting = [site for site in sites if site.partner in (None, partner)]
    if partner and sites and not fitting:
        others = ", ".join(partners[site.partner].name for site in sites if site.partner)
        data = {"site": sites[0].name, "partner": others}
        return None, [Problem("place.other-partner", "site", data=data)]
    if not partner and len(sites) > 1:
        names = ", ".join(partners[site.partner].name for site in sites if site.partner)
        if asked:
            return None, []
        return None, [Problem("place.several-partners", "partner", data={"partners": names})]
    if sites:
        return (fitting or sites)[0], []
    if partner and (near := _near_own_row(known.directory, name, partner)):
        return None, [Problem("place.near-site", "site", data={"near": near})]
    return None, []


def _near_own_row(directory: Directory, name: str, partner: str) -> str:
    """A site of this partner with a row of its own whose name is near: P2 must not be missed."""
    own = {route.site for route in directory.routes if route.site and route.partner == partner}
    if not own:
        return ""
    from parkdraft.process.search import near

    spellings = {
        spelling: site.name
        for site in directory.sites
        if site.name in own
        for spelling in (site.name, *site.aliases)
    }
    return ", ".join(dict.fromkeys(spellings[hit] for hit in near(name, spellings)))


def _only_integration(directory: Directory, case: Case, partner: str) -> str | None:
    """The one integration that the rows for this case and partner know, if it is one."""
    found = {
        integration
        for route in directory.routes
        if case.name in route.cases and route.partner == partner
        for integration in route.integrations
    }
    return found.pop() if len(found) == 1 else None


def _unknown_partner(partners: Mapping[str, Partner], text: str) -> Problem:
    from parkdraft.process.search import near

    spellings = {
        spelling: partner.name
        for partner in partners.values()
        for spelling in (partner.name, *partner.aliases, partner.id)
    }
    hits = dict.fromkeys(spellings[hit] for hit in near(text, spellings))
    data = {
        "near": ", ".join(hits) or ", ".join(partner.name for partner in partners.values()),
        "rest": ", ".join(f"{p.name}({p.id})" for p in partners.values() if p.catch_all) or "-",
    }
    code = "place.partner-near" if hits else "place.partner-unknown"
    return Problem(code, "partner", data=data)


def _missing_partner(known: Known, partners: Mapping[str, Partner], site: str | None) -> Problem:
    from parkdraft.process.search import near

    hits = near(site, known.names()) if site else []
    names = ", ".join(partner.name for partner in partners.values())
    if hits:
        return Problem("place.partner-missing-near", "partner", data={"near": ", ".join(hits)})
    return Problem("place.partner-missing", "partner", data={"partners": names})
