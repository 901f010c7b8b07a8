"""Checks of ``contacts.yaml`` beyond its keys and values: do names refer to somebody?

Every check adds its problems to the reading, each with its line; none stops another.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from parkdraft.config.readers import Path, Reading
from parkdraft.errors import DetailsError
from parkdraft.lookup.near import near
from parkdraft.model.cases import CASES
from parkdraft.model.team import login_name
from parkdraft.values.hangul import fold
from parkdraft.values.people import rewritten, split_title

if TYPE_CHECKING:
    from parkdraft.codes import Code

Doc = Mapping[str, Any]
SECTIONS = ["sender", "team", "people", "groups", "partners", "sites", "links", "rules", "routes"]
_SAME: Mapping[str, Code] = {
    "address": "contacts.same-address",
    "agit": "contacts.same-agit",
}
_LACKS: Mapping[str, Code] = {"address": "contacts.no-address", "agit": "contacts.no-agit"}
_HANDS_OVER: tuple[tuple[str, str, Code], ...] = (
    ("lead", "leads", "contacts.handover-lead"),
    ("to", "team", "contacts.handover-member"),
)
POSTS = ("slack", "agit", "board")
SOURCES = ("site-contacts", "monthly-list")


def check(doc: Doc, reading: Reading) -> None:
    """Every cross-reference of the document; problems go into ``reading``."""
    doc = {section: doc.get(section, {}) for section in SECTIONS}  # one may be missing
    _people(doc, reading)
    _team(doc["team"], reading)
    _groups(doc, reading)
    _spellings(doc["partners"], "partners", reading)
    _spellings(doc["sites"], "sites", reading)
    for name, entry in doc["people"].items():
        _partner(doc, entry, ("people", name), reading)
    sites = doc["sites"]
    for name, entry in sites.items():
        path = ("sites", name)
        _partner(doc, entry, path, reading)
        for part in entry.get("near", ()):
            if len(fold(part)) < 2:
                reading.wrong_at("contacts.near-short", (*path, "near", part), part=part)
        _persons(doc, entry.get("contacts", ()), (*path, "contacts"), "address", reading)
    for row, entry in doc["rules"].items():
        names = entry.get("sites", ())
        _known("contacts.unknown-site", names, sites, ("rules", row, "sites"), reading)
    for row, entry in doc["routes"].items():
        _route(doc, row, entry, reading)


def _people(doc: Doc, reading: Reading) -> None:
    """Check people and sender: no two may share an address or handle."""
    owners: dict[tuple[str, str], str] = {}
    entries: list[tuple[Path, Doc]] = [(("sender",), doc["sender"])]
    entries += [(("people", key), entry) for key, entry in doc["people"].items()]
    for path, entry in entries:
        if path[0] == "people":
            _person(path, entry, reading)
        else:
            _signs(entry.get("name", ""), (*path, "name"), reading)
        for kind in _SAME:
            value = entry.get(kind)
            if not value:
                continue
            other = owners.setdefault((kind, value.casefold()), path[-1])
            if other != path[-1]:
                reading.wrong_at(_SAME[kind], (*path, kind), name=path[-1], other=other)


def _person(path: Path, entry: Doc, reading: Reading) -> None:
    if not entry.get("address") and not entry.get("agit"):
        reading.wrong_at("contacts.unreachable-person", path, name=path[-1])
    agit = entry.get("agit")
    if agit and ("@" in agit or " " in agit):
        reading.wrong_at("contacts.handle", (*path, "agit"), handle=agit)
    name, title = entry.get("name", path[-1]), entry.get("title", "")
    if title.endswith("님"):
        reading.wrong_at("contacts.title", (*path, "title"), title=title)
    _signs(title, (*path, "title"), reading)
    if not entry.get("mailbox") and not title:
        name = _without_title(name, path, reading)
    _signs(name, (*path, "name") if "name" in entry else path, reading)


def _without_title(name: str, path: Path, reading: Reading) -> str:
    """The name without a title; a title in it is a problem."""
    try:
        bare, title = split_title(name)
    except DetailsError:
        reading.wrong_at("contacts.surname-only", path, name=name)
        return name
    if title:
        reading.wrong_at("contacts.glued-title", path, name=bare, title=title)
    return bare


def _signs(name: str, path: Path, reading: Reading) -> None:
    """Signs that a name or title may not have, because headers would be read wrongly."""
    meant = rewritten(name)
    if meant != name:
        reading.wrong_at("contacts.name-sign", path, name=name, meant=meant or "(없음)")


def _team(team: Doc, reading: Reading) -> None:
    """Refuse login names of which nothing is left for comparing: they would fit anybody."""
    for key in ("leads", "members"):
        for name in team.get(key, ()):
            if not login_name(name):
                reading.wrong_at("contacts.no-login", ("team", key, name), name=name)
    leads = {login_name(name) for name in team.get("leads", ())}
    everybody = leads | {login_name(name) for name in team.get("members", ())}
    for number, entry in enumerate(team.get("handovers", ()), start=1):
        _handover(entry, ("team", "handovers", str(number)), leads, everybody, reading)


def _handover(
    entry: Doc, path: Path, leads: Collection[str], everybody: Collection[str], reading: Reading
) -> None:
    """A lead hands over to somebody of the team, for days in their order."""
    for key, known, code in _HANDS_OVER:
        name = entry.get(key)
        if name is not None and login_name(name) not in (leads if known == "leads" else everybody):
            reading.wrong_at(code, (*path, key), name=name)
    first, last = entry.get("from"), entry.get("until")
    if first and last and first > last:  # both are written year first
        reading.wrong_at("contacts.handover-order", (*path, "until"), first=first, last=last)


def _groups(doc: Doc, reading: Reading) -> None:
    people = doc["people"]
    for name, members in doc["groups"].items():
        path = ("groups", name)
        if name in people:
            reading.wrong_at("contacts.group-is-person", path, name=name)
        for member in members:
            if member not in people:  # a group has no groups in it
                _unknown_person(member, people, people, path, reading)


def _spellings(entries: Mapping[str, Doc], section: str, reading: Reading) -> None:
    """Refuse a name or alias that means two partners, or two sites."""
    owners: dict[str, str] = {}
    for key, entry in entries.items():
        for spelling in dict.fromkeys((key, entry.get("name", key), *entry.get("aliases", ()))):
            other = owners.setdefault(fold(spelling), key)
            if other != key:
                reading.wrong_at(
                    "contacts.same-name", (section, key), spelling=spelling, name=key, other=other
                )


def _partner(doc: Doc, entry: Doc, path: Path, reading: Reading) -> None:
    names = [entry["partner"]] if entry.get("partner") else []
    partners = doc["partners"]
    _known("contacts.unknown-partner", names, partners, (*path, "partner"), reading)


def _persons(doc: Doc, names: Iterable[str], path: Path, needs: str, reading: Reading) -> list[str]:
    """The people of some names and groups; each must have what the channel ``needs``."""
    people, groups = doc["people"], doc["groups"]
    persons: list[str] = []
    for name in names:
        if name not in people and name not in groups:
            _unknown_person(name, people, {**people, **groups}, path, reading)
        for person in groups.get(name, (name,)):
            if person in people and not people[person].get(needs):
                reading.wrong_at(_LACKS[needs], (*path, name), name=person)
            persons.append(person)
    return persons


def _route(doc: Doc, row: str, entry: Doc, reading: Reading) -> None:
    path = ("routes", row)
    _partner(doc, entry, path, reading)
    _route_site(doc, path, entry, reading)
    _decides(path, entry, reading)
    for key in ("channel", "authority"):
        if key not in entry and "follows" not in entry:
            reading.wrong_at("contacts.missing-key", path, key=key, place=row)
    _delivery(doc, path, entry, reading)
    for partner, other in entry.get("exceptions", {}).items():
        place = (*path, "exceptions", partner)
        _partner(doc, {"partner": partner}, place, reading)
        _delivery(doc, place, other, reading)
    for name, other in entry.get("fallbacks", {}).items():
        _delivery(doc, (*path, "fallbacks", name), other, reading)


def _route_site(doc: Doc, path: Path, entry: Doc, reading: Reading) -> None:
    name, sites = entry.get("site"), doc["sites"]
    if name is None:
        return
    _known("contacts.unknown-site", [name], sites, (*path, "site"), reading)
    partner = sites.get(name, {}).get("partner")
    if partner and entry.get("partner") not in (None, partner):
        reading.wrong_at("contacts.site-of-other", (*path, "site"), name=name, partner=partner)


def _decides(path: Path, entry: Doc, reading: Reading) -> None:
    """Refuse a condition such as ``item`` at cases that do not have it."""
    for key in ("answer", "item", "need"):
        for case in entry.get("cases", ()):
            if key in entry and case in CASES and CASES[case].decides != key:
                reading.wrong_at("contacts.foreign-condition", (*path, key), key=key, case=case)


def _delivery(doc: Doc, path: Path, entry: Doc, reading: Reading) -> None:
    channel = entry.get("channel")
    to, cc = entry.get("to", []), entry.get("cc", [])
    if channel == "email" and not to:
        reading.wrong_at("contacts.no-to", path, place=path[-1])
    for key in ("to", "cc"):
        if entry.get(key) and channel != "email":
            reading.wrong_at("contacts.not-email", (*path, key), key=key)
    if entry.get("mentions") and channel not in POSTS:
        reading.wrong_at("contacts.not-post", (*path, "mentions"), key="mentions")
    sources = [name for name in to if name in SOURCES]
    if sources and len(to) > 1:
        reading.wrong_at("contacts.mixed-to", (*path, "to"), source=sources[0])
    if "monthly-list" in sources and not entry.get("partner"):
        reading.wrong_at("contacts.list-without-partner", (*path, "to"))
    if "site-contacts" in sources:
        contacts = doc["sites"].get(entry.get("site", ""), {}).get("contacts")
        if not contacts:
            reading.wrong_at("contacts.site-without-contacts", (*path, "to"))
    links = entry.get("links", ())
    _known("contacts.unknown-link", links, doc["links"], (*path, "links"), reading)
    written_to = [name for name in to if name not in SOURCES]
    recipients = _persons(doc, written_to, (*path, "to"), "address", reading)
    recipients += _persons(doc, cc, (*path, "cc"), "address", reading)
    _persons(doc, entry.get("mentions", ()), (*path, "mentions"), "agit", reading)
    for name in dict.fromkeys(name for name in recipients if recipients.count(name) > 1):
        reading.wrong_at("contacts.recipient-twice", (*path, "cc"), name=name)


def _unknown_person(
    name: str,
    people: Mapping[str, Doc],
    known: Mapping[str, object],
    path: Path,
    reading: Reading,
) -> None:
    """A problem for an unknown name; for a handle, address or nickname it names the person."""
    wanted = name.removeprefix("@").casefold()
    for key, entry in people.items():
        words = [entry.get("agit"), entry.get("address"), entry.get("name")]
        words += entry.get("nicknames", ())
        if wanted in {word.casefold() for word in words if word}:
            reading.wrong_at("contacts.not-their-name", (*path, name), name=name, person=key)
            return
    _known("contacts.unknown-person", [name], known, path, reading)


def _known(
    code: Code, names: Iterable[str], known: Mapping[str, object], path: Path, reading: Reading
) -> None:
    """Each name must be a known one; the problem names those that are near."""
    for name in names:
        if name not in known:
            meant = ", ".join(near(name, known)) or "(없음)"
            reading.wrong_at(code, (*path, name), name=name, meant=meant)
