"""The directory as facts: people, partners, sites, rules and routes.

Built from the checked document of ``contacts.yaml``. People, partners and sites are referred to
by identifier.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, NamedTuple

from parkdraft.model.states import Authority, Channel, State

PLACEHOLDER = "parking-cs@example.com"
"""The sender in the shipped contacts.yaml, to be replaced; no e-mail from it is approved."""
LEAST_DAYS = 7
"""Days for which a draft must lie untouched before it can be purged by its age."""
LEGAL_DAYS: Mapping[str, int] = {"access": 366, "rights": 1096}
"""Days for which records are kept at least: a year who looked at what, three years who may.

개인정보의 안전성 확보조치 기준, articles 8 and 5; years with a leap day are longer.
"""


class Person(NamedTuple):
    """Somebody who receives or is mentioned, or a ``mailbox`` that several people read.

    ``partner`` is the operator that they work for, where contacts.yaml says so.
    """

    id: str
    name: str
    title: str | None = None
    address: str | None = None
    agit: str | None = None
    nicknames: tuple[str, ...] = ()
    mailbox: bool = False
    partner: str | None = None

    def as_json(self) -> dict[str, str | None]:
        """``{"name", "title", "address"}``."""
        return {"name": self.name, "title": self.title, "address": self.address}


def people_json(people: Iterable[Person]) -> list[dict[str, str | None]]:
    """``as_json`` of each."""
    return [person.as_json() for person in people]


class Partner(NamedTuple):
    """An operator of car parks; the ``catch_all`` one stands for all without an entry."""

    id: str
    name: str
    aliases: tuple[str, ...] = ()
    catch_all: bool = False


class Site(NamedTuple):
    """One car park, as far as a list knows it; ``contacts`` are identifiers of people.

    ``near`` are parts of its name: another name that contains one may mean this site.
    """

    name: str
    partner: str | None = None
    integration: str | None = None
    aliases: tuple[str, ...] = ()
    contacts: tuple[str, ...] = ()
    daily_max: int | None = None
    operator: str | None = None
    near: tuple[str, ...] = ()


class Rule(NamedTuple):
    """A rule of some sites, beside their rows: a text, and reasons that exist only there."""

    row: str
    text: str
    sites: tuple[str, ...]
    cases: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()


class Delivery(NamedTuple):
    """How a request travels. ``None`` in ``channel`` or ``authority``: as the row it follows.

    ``note`` ends with the links that the row names. ``to_source`` says where To comes from:
    ``people`` (``to``), ``site-contacts`` or ``monthly-list``.
    """

    channel: Channel | None = None
    authority: Authority | None = None
    to: tuple[str, ...] = ()
    to_source: str = "people"
    cc: tuple[str, ...] = ()
    mentions: tuple[str, ...] = ()
    method: str | None = None
    note: str | None = None
    template: str | None = None
    addressee: str | None = None
    cases: tuple[str, ...] = ()


class Route(NamedTuple):
    """One row of the process: the question it answers, and the delivery.

    Empty ``integrations`` or ``decides``, and ``None`` in ``partner`` or ``site``, match
    everything. ``follows`` is (case, integration) of the row whose delivery is taken over.
    """

    row: str
    cases: tuple[str, ...]
    partner: str | None
    site: str | None
    integrations: tuple[str, ...]
    decides: tuple[str, ...]
    delivery: Delivery
    follows: tuple[str, str] | None
    exceptions: Mapping[str, Delivery]
    fallbacks: Mapping[str, Delivery]


class Handover(NamedTuple):
    """A lead's rights handed over to somebody of the team, ``first`` and ``last`` day included."""

    lead: str
    to: str
    first: date
    last: date


class Team(NamedTuple):
    """Who works here: login names of leads, login name → shown name of members."""

    leads: tuple[str, ...]
    members: Mapping[str, str]
    four_eyes: bool
    handovers: tuple[Handover, ...] = ()


class Directory(NamedTuple):
    """Everything ``contacts.yaml`` says."""

    sender: Person
    team: Team
    count_first_day: bool
    extra_holidays: tuple[date, ...]
    retention: Mapping[State, int]
    records: Mapping[str, int]
    people: Mapping[str, Person]
    groups: Mapping[str, tuple[str, ...]]
    partners: Mapping[str, Partner]
    sites: tuple[Site, ...]
    rules: tuple[Rule, ...]
    routes: tuple[Route, ...]

    @property
    def sender_is_placeholder(self) -> bool:
        """Whether the shared mailbox still is the shipped one."""
        return (self.sender.address or "").casefold() == PLACEHOLDER

    @property
    def listed_partners(self) -> frozenset[str]:
        """Partners with a row that takes its To from a month's list."""
        return frozenset(
            route.partner
            for route in self.routes
            if route.partner and route.delivery.to_source == "monthly-list"
        )

    @property
    def own_sites(self) -> frozenset[str]:
        """Sites with a row or a rule of their own."""
        rows = (route.site for route in self.routes if route.site)
        return frozenset((*rows, *(site for rule in self.rules for site in rule.sites)))


def build(doc: Mapping[str, Any]) -> Directory:
    """The directory of a document that ``config`` found sound.

    The keys of a person, partner, site or rule there are the fields of its type here.
    """
    groups = {name: tuple(members) for name, members in doc.get("groups", {}).items()}
    links = doc.get("links", {})
    settings, team = doc.get("settings", {}), doc.get("team", {})
    people = {key: {"name": key, **entry} for key, entry in doc["people"].items()}
    rules = doc.get("rules", {}).items()
    return Directory(
        sender=Person(id="sender", mailbox=True, **doc["sender"]),
        team=Team(
            tuple(team.get("leads", ())),
            team.get("members", {}),
            team.get("four_eyes", False),
            tuple(map(_handover, team.get("handovers", ()))),
        ),
        count_first_day=settings.get("count_first_day", False),
        extra_holidays=tuple(map(date.fromisoformat, settings.get("extra_holidays", ()))),
        retention=settings.get("retention", {}),
        records=settings.get("records", {}),
        people={key: Person(key, **fields(entry)) for key, entry in people.items()},
        groups=groups,
        partners={key: Partner(key, **fields(entry)) for key, entry in doc["partners"].items()},
        sites=tuple(Site(name, **fields(entry)) for name, entry in doc.get("sites", {}).items()),
        rules=tuple(Rule(row, **fields(entry)) for row, entry in rules),
        routes=tuple(_route(row, entry, groups, links) for row, entry in doc["routes"].items()),
    )


def _handover(entry: Mapping[str, str]) -> Handover:
    first, last = (date.fromisoformat(entry[key]) for key in ("from", "until"))
    return Handover(entry["lead"], entry["to"], first, last)


def fields(entry: Mapping[str, Any]) -> dict[str, Any]:
    """An entry of ``contacts.yaml`` or ``sites.csv`` as fields of a type: lists become tuples."""
    return {key: tuple(value) if isinstance(value, list) else value for key, value in entry.items()}


def _route(
    row: str, entry: Mapping[str, Any], groups: Mapping[str, tuple[str, ...]], links: dict[str, str]
) -> Route:
    follows = entry.get("follows")
    exceptions, fallbacks = entry.get("exceptions", {}), entry.get("fallbacks", {})
    return Route(
        row=row,
        cases=tuple(entry["cases"]),
        partner=entry.get("partner"),
        site=entry.get("site"),
        integrations=tuple(entry.get("integration", ())),
        decides=(*entry.get("answer", ()), *entry.get("item", ()), *entry.get("need", ())),
        delivery=_delivery(entry, groups, links),
        follows=(follows["case"], follows["integration"]) if follows else None,
        exceptions={key: _delivery(other, groups, links) for key, other in exceptions.items()},
        fallbacks={
            key: _delivery(other, groups, links, tuple(other.get("cases", ())))
            for key, other in fallbacks.items()
        },
    )


def _delivery(
    entry: Mapping[str, Any],
    groups: Mapping[str, tuple[str, ...]],
    links: dict[str, str],
    cases: tuple[str, ...] = (),
) -> Delivery:
    named_links = [f"{name}: {links[name]}" for name in entry.get("links", ())]
    to = entry.get("to", [])
    source = to[0] if to and to[0] in ("site-contacts", "monthly-list") else "people"
    return Delivery(
        channel=entry.get("channel"),
        authority=entry.get("authority"),
        to=expand(to, groups) if source == "people" else (),
        to_source=source,
        cc=expand(entry.get("cc", ()), groups),
        mentions=expand(entry.get("mentions", ()), groups),
        method=entry.get("method"),
        note=" ".join(filter(None, (entry.get("note"), *named_links))) or None,
        template=entry.get("template"),
        addressee=entry.get("addressee"),
        cases=cases,
    )


def expand(names: list[str], groups: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """Groups replaced by their people, each person once, in order."""
    people = (person for name in names for person in groups.get(name, (name,)))
    return tuple(dict.fromkeys(people))
