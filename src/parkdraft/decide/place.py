"""Where a case happens: partner, site and integration, from names and what lists know.

Near misses are suggested, never assumed; a contradiction is refused.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any, Concatenate, NamedTuple, ParamSpec, TypeVar

from parkdraft.errors import DetailsError, Problem
from parkdraft.lazy import lazy
from parkdraft.lookup.sites import MonthList, SiteList
from parkdraft.model import labels
from parkdraft.model.cases import Case
from parkdraft.model.directory import Directory, Partner, Site
from parkdraft.values.hangul import fold

if TYPE_CHECKING:
    from parkdraft.lookup.near import NearNames

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

    def near(self, name: str) -> list[str]:
        """Main names of the sites for which ``name`` may be a slip, best first.

        A name that contains a site's telling part (``near`` in contacts.yaml) is near, too.
        """
        spellings, names = self._spellings
        return list(dict.fromkeys(spellings[hit] for hit in names.near(name)))

    def has_own(self, name: str) -> bool:
        """Whether a site of this name, whatever a list calls it, has a row or rule of its own."""
        names = {one for site in self.named(name) for one in (site.name, *site.aliases)}
        return not names.isdisjoint(self.directory.own_sites)

    @cached_property
    def _spellings(self) -> tuple[dict[str, str], NearNames]:
        """Everything (folded) by which a site is told from others → its main name."""
        from parkdraft.lookup.near import NearNames

        found: dict[str, str] = {}
        for site in self.directory.sites:
            for spelling in (site.name, *site.aliases, *site.near):
                found.setdefault(fold(spelling), site.name)
        for rows, positions in (
            (self.registered.rows, self.registered.positions),
            *((listed.rows, listed.positions) for listed in self.lists.values()),
        ):
            for key, places in positions.items():
                found.setdefault(key, rows[places[0]]["name"])
        return found, NearNames(found)


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
        near=first("near") or (),
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
    if site and fold(site) and (sites := known.named(site)):
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
    known: Known, sites: list[Site], partner: str | None, *, asked: bool
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


def _near(known: Known, name: str) -> tuple[list[Problem], list[Problem]]:
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
    from parkdraft.lookup.index import near

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


def _missing_partner(known: Known, site: str | None) -> Problem:
    if site and (hits := known.near(site)):
        return Problem("place.partner-missing-near", "partner", data=_named(hits))
    names = ", ".join(partner.name for partner in known.directory.partners.values())
    return Problem("place.partner-missing", "partner", data={"partners": names})
