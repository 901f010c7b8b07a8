"""Where a case happens: partner, site and integration, from names and what lists know.

Near misses are suggested, never assumed; a contradiction is refused.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple, ParamSpec, TypeVar

from parkdraft.errors import DetailsError, Problem
from parkdraft.lazy import lazy
from parkdraft.lookup.sites import SiteData
from parkdraft.model import labels
from parkdraft.model.cases import Case
from parkdraft.model.directory import Directory, Partner, Site
from parkdraft.values.hangul import fold

if TYPE_CHECKING:
    pass

_P = ParamSpec("_P")
_T = TypeVar("_T")
_REMEMBERED = 4096
MOST_NEAR = 3
"""Near names that are shown."""
_LONE = lazy("[ㄱ-ㅣ]")
_SYLLABLE = lazy("[가-힣]")


class Place(NamedTuple):
    """Partner, site and integration as resolved; ``known`` is what a list says of the site."""

    partner: str | None
    site: str | None
    integration: str | None
    known: Site | None = None


def find_partner(partners: Mapping[str, Partner], text: str) -> str | None:
    """The identifier of a partner named by identifier, name or alias."""
    key = fold(text)
    for partner in partners.values():
        if key in map(fold, (partner.id, partner.name, *partner.aliases)):
            return partner.id
    return None


def resolve(
    known: SiteData,
    case: Case,
    partner: str | None,
    site: str | None,
    integration: str | None,
    confirmed: bool = False,
) -> tuple[Place, tuple[Problem, ...], tuple[Problem, ...]]:
    """Partner, site and integration as identifiers, all problems, all warnings.

    Nothing is guessed. ``confirmed`` says that a name like a known one is another site.
    """
    problems: list[Problem] = []
    warnings: list[Problem] = []
    partners = known.directory.partners
    partner_id = find_partner(partners, partner) if partner else None
    if partner and partner_id is None:
        problems.append(unknown_partner(partners, partner))
    found: Site | None = None
    if site and (sites := known.named(site)):
        found, site_problems = _listed(known, sites, partner_id, asked=partner is not None)
        problems += site_problems
    elif site and (no_site := _no_site(site)):
        problems.append(Problem(no_site, "site"))
    elif site and not confirmed and (partner or case.partnerless):
        # where the partner is missing, that is said with the near names
        refused, warnings = _near(known, site)
        problems += refused
    if partner_id is None and found:
        partner_id = found.partner
    if partner_id is None and not partner and not problems and not case.partnerless:
        problems.append(_missing_partner(known, None if found or confirmed else site))
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
    place = Place(partner_id, found.name if found else site, integration, found)
    return place, tuple(problems), tuple(warnings)


def _listed(
    known: SiteData, sites: list[Site], partner: str | None, *, asked: bool
) -> tuple[Site | None, list[Problem]]:
    """Which of the sites of one name is meant: that of the partner, or the only one."""
    partners = known.directory.partners
    fitting = [site for site in sites if site.partner in (None, partner)]
    if partner and not fitting:
        others = ", ".join(partners[site.partner].name for site in sites if site.partner)
        data = {"site": sites[0].name, "partner": others}
        return None, [Problem("place.other-partner", "site", data=data)]
    if not partner and len(sites) > 1:
        names = ", ".join(partners[site.partner].name for site in sites if site.partner)
        if asked:
            return None, []
        return None, [Problem("place.several-partners", "partner", data={"partners": names})]
    return (fitting or sites)[0], []


def _no_site(name: str) -> str | None:
    """Why what was typed names no site: the code of its problem, None where it may be one.

    Initial consonants are for searching; a plate stands in the wrong field.
    """
    key = fold(name)
    if not key:
        return "place.no-name"
    if _LONE.search(key) and not _SYLLABLE.search(key):
        return "place.consonants"
    if any(map(str.isdigit, key)):
        from parkdraft.values.plates import read_plate

        try:
            read_plate(name)
        except DetailsError:
            return None
        return "place.plate"
    return None


def _near(known: SiteData, name: str) -> tuple[list[Problem], list[Problem]]:
    """What is to be said of an unlisted name that is near a listed one: refusals, warnings.

    Near a site with a row or rule of its own it is refused, whoever the partner is: its
    case would take the way of ordinary sites, and P2 would be missed.
    """
    names = known.near(name)
    own = [one for one in names if known.has_own(one)]
    if own:
        return [Problem("place.near-site", "site", data=_named(own))], []
    if names:
        return [], [Problem("place.near-listed", "site", data=_named(names))]
    return [], []


def _named(names: list[str]) -> dict[str, object]:
    """The first of near names, in words and, for a page on which each is a click, as they are."""
    shown = names[:MOST_NEAR]
    return {"near": ", ".join(shown), "names": tuple(shown)}


def _only_integration(directory: Directory, case: Case, partner: str) -> str | None:
    """The one integration that the rows for this case and partner know, if it is one."""
    found = {
        integration
        for route in directory.routes
        if case.name in route.cases and route.partner == partner
        for integration in route.integrations
    }
    return found.pop() if len(found) == 1 else None


def unknown_partner(partners: Mapping[str, Partner], text: str) -> Problem:
    """The refusal of a partner that nobody is, with near names or all of them."""
    from parkdraft.lookup.near import near

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


def _missing_partner(known: SiteData, site: str | None) -> Problem:
    if site and (hits := known.near(site)):
        return Problem("place.partner-missing-near", "partner", data=_named(hits))
    names = ", ".join(partner.name for partner in known.directory.partners.values())
    return Problem("place.partner-missing", "partner", data={"partners": names})
