"""Where a case happens: partner and operator, site and integration, from names and lists.

Near names are suggested, never assumed; a contradiction is refused.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

from parkdraft.errors import DetailsError, Problem
from parkdraft.lookup.near import near
from parkdraft.lookup.sites import SiteData
from parkdraft.model import labels
from parkdraft.model.cases import Case
from parkdraft.model.directory import Directory, Partner, Site
from parkdraft.values.hangul import fold, fold_all

if TYPE_CHECKING:
    from parkdraft.codes import Code

MOST_NEAR = 3
"""How many near names are shown."""
UNKNOWN = "모름"
"""What somebody answers who does not know the operator; the text then asks to find it out."""


class Place(NamedTuple):
    """Partner, site and integration; ``listed`` is what the lists say of the site."""

    partner: str | None
    site: str | None
    integration: str | None
    listed: Site | None = None


def find_partner(partners: Mapping[str, Partner], text: str) -> str | None:
    """The identifier of a partner named by identifier, name or alias."""
    spellings = _spellings(partners)
    wanted, *keys = fold_all((text, *spellings))
    hits = zip(keys, spellings.values(), strict=True)
    return next((partner.id for key, partner in hits if key == wanted), None)


def _spellings(partners: Mapping[str, Partner]) -> dict[str, Partner]:
    """Everything by which a partner may be called."""
    return {
        spelling: partner
        for partner in partners.values()
        for spelling in (partner.name, *partner.aliases, partner.id)
    }


def resolve(
    site_data: SiteData,
    case: Case,
    partner: str | None,
    site: str | None,
    integration: str | None,
    confirmed: bool = False,
) -> tuple[Place, tuple[Problem, ...], tuple[Problem, ...]]:
    """Partner, site and integration as identifiers, all problems, all warnings.

    Nothing is guessed. ``confirmed``: the agent says that a name near a listed one is another site.
    """
    problems: list[Problem] = []
    warnings: list[Problem] = []
    partners = site_data.directory.partners
    partner_id = find_partner(partners, partner) if partner else None
    if partner and partner_id is None:
        problems.append(unknown_partner(partners, partner))
    listed: Site | None = None
    if site and (sites := site_data.named(site)):
        listed, site_problems = _listed(partners, sites, partner_id, asked=partner is not None)
        problems += site_problems
    elif site and (no_site := _no_site(site)):
        problems.append(Problem(no_site, "site"))
    elif site and not confirmed and (partner or case.partnerless):
        # where the partner is missing, that problem has the near names
        refused, warnings = _near(site_data, site)
        problems += refused
    if partner_id is None and listed:
        partner_id = listed.partner
    if partner_id is None and not partner and not problems and not case.partnerless:
        problems.append(_missing_partner(site_data, None if listed or confirmed else site))
    integration, wrong = _integration(case, partner_id, listed, integration, site_data.directory)
    failed = {problem.field for problem in problems}
    # a wrong partner is told first where its rows could tell the integration
    if integration or not ("site" in failed or (case.infers_integration and failed)):
        problems += wrong
    place = Place(partner_id, listed.name if listed else site, integration, listed)
    return place, tuple(problems), tuple(warnings)


def _integration(
    case: Case, partner: str | None, listed: Site | None, given: str | None, directory: Directory
) -> tuple[str | None, list[Problem]]:
    """The integration as given, else from the lists, else from the rows; and what is wrong."""
    known = listed.integration if listed else None
    if listed and known and given not in (None, known):
        data = {"site": listed.name, "integration": labels.INTEGRATIONS[known][0]}
        return given, [Problem("place.integration", "integration", data=data)]
    integration = given or known
    if integration is None and case.infers_integration and partner:
        integration = _only_integration(directory, case, partner)
    if integration or case.ignores_integration:
        return integration, []
    words = ", ".join(label[0] for label in labels.INTEGRATIONS.values())
    return None, [Problem("place.integration-missing", "integration", data={"labels": words})]


def _listed(
    partners: Mapping[str, Partner], sites: list[Site], partner: str | None, *, asked: bool
) -> tuple[Site | None, list[Problem]]:
    """The site that is meant among those of one name: the partner's, or the only one."""
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


def _no_site(name: str) -> Code | None:
    """Why this cannot be a site's name (a problem's code); None where it can.

    Initial consonants only work in the search; a plate belongs in another field.
    """
    key = fold(name)
    if not key:
        return "place.no-name"
    has_lone_letters = any("ㄱ" <= char <= "ㅣ" for char in key)
    if has_lone_letters and not any("가" <= char <= "힣" for char in key):
        return "place.consonants"
    if any(map(str.isdigit, key)):
        from parkdraft.values.plates import read_plate

        try:
            read_plate(name)
        except DetailsError:
            return None
        return "place.plate"
    return None


def _near(site_data: SiteData, name: str) -> tuple[list[Problem], list[Problem]]:
    """Refusals and warnings for an unlisted name that is near a listed one.

    Near a site with a row or rule of its own it is refused, whoever the partner is: otherwise
    the case would silently take the row for ordinary sites.
    """
    names = site_data.near(name)
    own = [name for name in names if site_data.has_own(name)]
    if own:
        return [Problem("place.near-site", "site", data=_named(own))], []
    if names:
        return [], [Problem("place.near-listed", "site", data=_named(names))]
    return [], []


def _named(names: list[str]) -> dict[str, object]:
    """The first near names as data of a problem: for its words, and one by one for the page."""
    shown = names[:MOST_NEAR]
    return {"near": ", ".join(shown), "names": tuple(shown)}


def _only_integration(directory: Directory, case: Case, partner: str) -> str | None:
    """The integration of the rows for this case and partner, where all have the same one."""
    known = {
        integration
        for route in directory.routes
        if case.name in route.cases and route.partner == partner
        for integration in route.integrations
    }
    return known.pop() if len(known) == 1 else None


def unknown_partner(partners: Mapping[str, Partner], text: str) -> Problem:
    """The refusal of an unknown partner, with near names, or else with all."""
    spellings = _spellings(partners)
    hits = dict.fromkeys(spellings[hit].name for hit in near(text, spellings))
    data = {
        "near": ", ".join(hits) or ", ".join(partner.name for partner in partners.values()),
        "rest": ", ".join(f"{p.name}({p.id})" for p in partners.values() if p.catch_all) or "-",
    }
    code: Code = "place.partner-near" if hits else "place.partner-unknown"
    return Problem(code, "partner", data=data)


def _missing_partner(site_data: SiteData, site: str | None) -> Problem:
    if site and (hits := site_data.near(site)):
        return Problem("place.partner-missing-near", "partner", data=_named(hits))
    names = ", ".join(partner.name for partner in site_data.directory.partners.values())
    return Problem("place.partner-missing", "partner", data={"partners": names})


def operator_name(text: str) -> str:
    """An operator's name as typed; any spelling of ``모름`` becomes ``UNKNOWN``."""
    return UNKNOWN if fold(text) == UNKNOWN else text


def wrong_operator(
    partners: Mapping[str, Partner], partner: str | None, operator: str
) -> Problem | None:
    """What is wrong with this operator's name beside this partner (None: nothing).

    The name is needed where the partner is the catch-all (``그 외``). A listed operator must be
    chosen as the partner, because it has rows of its own; one that contradicts the partner is
    refused, and so is the catch-all's own name.
    """
    named, own = find_partner(partners, operator), partners.get(partner or "")
    if named and partners[named].catch_all:
        return Problem("place.operator-no-name", "operator", data={"unknown": UNKNOWN})
    if own is None or operator == UNKNOWN:
        return None
    if own.catch_all and named:
        name = partners[named].name
        return Problem("place.operator-listed", "operator", data={"partner": name})
    if not own.catch_all and named != own.id:
        return Problem("place.operator-other", "operator", data={"partner": own.name})
    return None
