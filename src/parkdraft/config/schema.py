"""Which keys ``contacts.yaml`` has, and how what stands under each is read.

For a new key, add a line here; ``checks.py`` checks that its names refer to somebody.
"""

from __future__ import annotations

from typing import Any

from yaml import Node

from parkdraft.config.readers import (
    Reader,
    Reading,
    address,
    dates,
    day,
    each,
    flag,
    legal_days,
    link,
    many,
    names,
    one_of,
    record,
    retention_days,
    some_of,
    text,
)
from parkdraft.model import labels
from parkdraft.model.directory import LEGAL_DAYS

_DELIVERY: dict[str, Reader] = {
    "channel": one_of(labels.CHANNELS),
    "authority": one_of(labels.AUTHORITIES),
    "to": names,
    "cc": names,
    "mentions": names,
    "method": text,
    "note": text,
    "links": names,
    "template": text,
    "addressee": text,
}
_CHANNEL = {"channel": one_of(labels.CHANNELS)}
_CASES = {"cases": some_of(labels.CASES)}
_ROUTE: dict[str, Reader] = {
    **_DELIVERY,
    "partner": text,
    "site": text,
    "integration": some_of(labels.INTEGRATIONS),
    "answer": some_of(labels.ANSWERS),
    "item": some_of(labels.ITEMS),
    "need": some_of(labels.NEEDS),
    "follows": record({"case": one_of(labels.CASES), "integration": one_of(labels.INTEGRATIONS)}),
    "exceptions": each(record(_CHANNEL, _DELIVERY)),
    "fallbacks": each(record(_CHANNEL, {**_DELIVERY, **_CASES}), labels.FALLBACKS),
}
_PERSON: dict[str, Reader] = {
    "name": text,
    "title": text,
    "address": address,
    "agit": text,
    "nicknames": names,
    "mailbox": flag,
    "partner": text,
}
_SITE: dict[str, Reader] = {
    "partner": text,
    "integration": one_of(labels.INTEGRATIONS),
    "aliases": names,
    "near": names,
    "contacts": names,
}
_SETTINGS: dict[str, Reader] = {
    "count_first_day": flag,
    "extra_holidays": dates,
    "retention": record({}, dict.fromkeys(labels.STATES, retention_days)),
    "records": record({}, {kind: legal_days(least) for kind, least in LEGAL_DAYS.items()}),
}
_HANDOVER: dict[str, Reader] = {"lead": text, "to": text, "from": day, "until": day}
_TEAM: dict[str, Reader] = {
    "leads": names,
    "members": each(text),
    "four_eyes": flag,
    "handovers": many(record(_HANDOVER)),
}
_RULE_FOR = {**_CASES, "reasons": some_of(labels.REASONS)}
_CONTACTS = record(
    {
        "sender": record({"name": text, "address": address}),
        "people": each(record({}, _PERSON)),
        "partners": each(record({"name": text}, {"aliases": names, "catch_all": flag})),
        "routes": each(record(_CASES, _ROUTE)),
    },
    {
        "team": record({}, _TEAM),
        "settings": record({}, _SETTINGS),
        "groups": each(names),
        "links": each(link),
        "sites": each(record({}, _SITE)),
        "rules": each(record({"text": text, "sites": names}, _RULE_FOR)),
    },
)


def read(root: Node, reading: Reading) -> dict[str, Any]:
    """The plain document under ``root``; what is wrong goes into ``reading``."""
    doc: dict[str, Any] = _CONTACTS(root, (), reading)
    return doc
