"""Lists of sites that a home keeps: ``sites.csv``, and a partner's contacts of a month.

Both are plain rows with an index (folded name → positions of rows), so that they can be
remembered as JSON, and facts are built only for the site that is asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any, Concatenate, NamedTuple, ParamSpec, TypeVar

from parkdraft.lookup.near import NearNames
from parkdraft.model.directory import Directory, Person, Site, fields
from parkdraft.values.hangul import fold, fold_all

_P = ParamSpec("_P")
_T = TypeVar("_T")
_REMEMBERED = 4096
Rows = Sequence[Mapping[str, Any]]
Positions = Mapping[str, Sequence[int]]


def indexed(rows: Rows) -> dict[str, Any]:
    """Rows (each with ``name`` and perhaps ``aliases``) and their index, as plain JSON."""
    positions: dict[str, list[int]] = {}
    for position, row in enumerate(rows):
        for name in dict.fromkeys((row["name"], *row.get("aliases", ()))):
            positions.setdefault(fold(name), []).append(position)
    return {"rows": list(rows), "positions": positions}


class SiteList(NamedTuple):
    """``sites.csv``: rows of name, partner, integration, aliases, daily_max, operator."""

    rows: Rows
    positions: Positions

    def find(self, key: str) -> Site | None:
        """The site of a folded name or alias."""
        if key not in self.positions:
            return None
        return Site(**fields(self.rows[self.positions[key][0]]))


class MonthList(NamedTuple):
    """A partner's contacts of one month: rows of name (the site's), person, title, address."""

    partner: str
    month: str
    rows: Rows
    positions: Positions

    def find(self, key: str) -> Site | None:
        """The site of a folded name, as far as this list knows it."""
        if key not in self.positions:
            return None
        return Site(self.rows[self.positions[key][0]]["name"], self.partner)

    def people(self, key: str) -> tuple[Person, ...]:
        """Who is responsible for the site of a folded name, in the list's order."""
        rows = [self.rows[position] for position in self.positions.get(key, ())]
        return tuple(
            Person(row["address"], row["person"], row["title"], row["address"]) for row in rows
        )

    def names(self) -> Iterable[str]:
        """Every site once, in the list's order."""
        return dict.fromkeys(row["name"] for row in self.rows)


@dataclass(frozen=True, eq=False)
class SiteData:
    """All that is known of sites today: the directory's, ``sites.csv``, this month's lists.

    ``lists`` are this month's, by partner; a partner whose list has not come is not in it.
    """

    directory: Directory
    registered: SiteList
    lists: Mapping[str, MonthList]

    @cached_property
    def _answered(self) -> Callable[..., Any]:
        return lru_cache(_REMEMBERED)(lambda make, *asked: make(self, *asked))

    def once(
        self, make: Callable[Concatenate[SiteData, _P], _T], *asked: _P.args, **_: _P.kwargs
    ) -> _T:
        """``make(self, *asked)``, remembered: the rows of a table ask the same again."""
        answer: _T = self._answered(make, *asked)
        return answer

    def named(self, name: str) -> list[Site]:
        """What the lists say of a site of this name: one entry for each of its partners.

        An alias in one list may be the main name in another: all spellings are followed, so
        that a site with a row or rule of its own is found whatever it was called.
        """
        keys: set[str] = set()
        more = {fold(name)} - {""}
        sites: list[Site] = []
        while more:
            keys |= more
            sites = self._entries(keys)
            names = [name for site in sites for name in _names(site)]
            more = set(fold_all(names)) - keys if names else set()
        return _merged(sites)

    def _entries(self, keys: set[str]) -> list[Site]:
        """What each list says under any of these folded names, the directory first."""
        entries = [
            site
            for site in self.directory.sites
            if not keys.isdisjoint(self._keys[name] for name in _names(site))
        ]
        for find in (self.registered.find, *(listed.find for listed in self.lists.values())):
            entries += [site for key in sorted(keys) if (site := find(key))]
        return list(dict.fromkeys(entries))

    @cached_property
    def _keys(self) -> dict[str, str]:
        """Every name of the directory's sites → the folded name."""
        names = [name for site in self.directory.sites for name in (*_names(site), *site.near)]
        return dict(zip(names, fold_all(names), strict=True))

    def near(self, name: str) -> list[str]:
        """Main names of the sites for which ``name`` may be a slip, best first.

        A name that contains a site's telling part (``near`` in contacts.yaml) is near, too.
        """
        spellings, names = self._spellings
        return list(dict.fromkeys(spellings[place] for place in names.places(name)))

    def has_own(self, name: str) -> bool:
        """Whether a site of this name, whatever a list calls it, has a row or rule of its own."""
        names = {name for site in self.named(name) for name in _names(site)}
        return not names.isdisjoint(self.directory.own_sites)

    @cached_property
    def _spellings(self) -> tuple[list[str], NearNames]:
        """Main names of sites, one for each spelling, and the folded spellings to compare with."""
        main_names: dict[str, str] = {}
        for site in self.directory.sites:
            for name in (*_names(site), *site.near):
                main_names.setdefault(self._keys[name], site.name)
        lists: list[SiteList | MonthList] = [self.registered, *self.lists.values()]
        for sites in lists:
            for key, places in sites.positions.items():
                main_names.setdefault(key, sites.rows[places[0]]["name"])
        return list(main_names.values()), NearNames(main_names)


def _names(site: Site) -> tuple[str, ...]:
    return (site.name, *site.aliases)


def _merged(sites: list[Site]) -> list[Site]:
    """One entry for each partner; an entry without partner (of the directory) joins each."""
    nameless = [site for site in sites if site.partner is None]
    partners = dict.fromkeys(site.partner for site in sites if site.partner)
    groups = [[*nameless, *(s for s in sites if s.partner == name)] for name in partners]
    return [_joined(group) for group in groups or [nameless] if group]


def _joined(group: list[Site]) -> Site:
    """One entry out of several for a site: for each fact the first that has it; all spellings."""

    def first(field: str) -> Any:
        return next((value for site in group if (value := getattr(site, field))), None)

    main, *aliases = dict.fromkeys(name for site in group for name in _names(site))
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
