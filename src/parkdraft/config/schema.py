"""The shape of ``contacts.yaml``: which keys there are, and what may stand under each.

``read(root)`` turns nodes into a plain document (dicts, lists, text, flags) and notes the
line of every place, so that later checks can name lines too. All problems are collected.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from parkdraft.config.yamlnodes import Mapping as MappingNode
from parkdraft.config.yamlnodes import Node, Scalar, Sequence
from parkdraft.errors import DetailsError, Problem
from parkdraft.model import labels
from parkdraft.model.cases import LONG_LIMIT
from parkdraft.values.choices import read_choice
from parkdraft.values.text import read_text

Path = tuple[str, ...]


@dataclass
class Reading:
    """What one reading of the document found: problems, and the line of each place."""

    problems: list[Problem] = field(default_factory=list)
    lines: dict[Path, int] = field(default_factory=dict)

    def wrong(self, code: str, line: int, **data: object) -> None:
        """Note a problem of a line."""
        self.problems.append(Problem(code, row=line, data=data))

    def wrong_at(self, code: str, path: Path, **data: object) -> None:
        """Note a problem of a place, at its line or that of the nearest one above it."""
        while path and path not in self.lines:
            path = path[:-1]
        self.wrong(code, self.lines.get(path, 1), **data)


Kind = Callable[[Node, Path, Reading], Any]


def text(node: Node, path: Path, reading: Reading) -> str | None:
    """One line of text, in NFC; characters that are not seen are refused, and long texts."""
    if not isinstance(node, Scalar):
        reading.wrong("contacts.not-text", node.line, key=path[-1])
        return None
    value = " ".join(node.text.split())
    if not value and ":" in path[-1]:
        reading.wrong("yaml.colon-space", node.line, key=path[-1].partition(":")[0])
        return None
    if not value:
        reading.wrong("contacts.empty", node.line, key=path[-1])
        return None
    if "，" in value:
        reading.wrong("yaml.full-width", node.line, sign="，", meant=",")
        return None
    if len(value) > LONG_LIMIT:
        reading.wrong("contacts.too-long", node.line, key=path[-1], maximum=LONG_LIMIT)
        return None
    try:
        judged = read_text(value, LONG_LIMIT)
    except DetailsError:
        judged = ""
    if not (judged and value.isprintable()):
        reading.wrong("contacts.character", node.line, key=path[-1])
        return None
    return judged


def address(node: Node, path: Path, reading: Reading) -> str | None:
    """An address to send mail to, as a header carries it."""
    value = text(node, path, reading)
    if value is None:
        return None
    from parkdraft.values.people import ascii_address

    found = ascii_address(value)
    if found is None:
        reading.wrong("contacts.address", node.line, address=value)
    return found


def link(node: Node, path: Path, reading: Reading) -> str | None:
    """A web address that somebody can click on."""
    value = text(node, path, reading)
    if value is not None and not value.startswith(("https://", "http://")):
        reading.wrong("contacts.not-link", node.line, key=path[-1])
    return value


LEAST_DAYS = 7
"""No draft is purged by its age before that (contract, "Who may do what")."""


def flag(node: Node, path: Path, reading: Reading) -> bool:
    """``true`` or ``false``."""
    value = node.text.casefold() if isinstance(node, Scalar) else ""
    if value not in ("true", "false"):
        reading.wrong("contacts.not-flag", node.line, key=path[-1])
    return value == "true"


def names(node: Node, path: Path, reading: Reading) -> list[str]:
    """A list of names; one name alone is a list of one, nothing at all an empty one."""
    if isinstance(node, Scalar) and not node.text and not node.quoted:
        return []
    if isinstance(node, MappingNode):
        reading.wrong("contacts.not-list", node.line, key=path[-1])
        return []
    found: dict[str, int] = {}
    for item in node.items if isinstance(node, Sequence) else (node,):
        name = text(item, path, reading)
        if name is None:
            continue
        if name in found:
            reading.wrong("contacts.twice", item.line, key=path[-1], name=name)
        else:
            found[name] = reading.lines[(*path, name)] = item.line
    return list(found)


def dates(node: Node, path: Path, reading: Reading) -> list[str]:
    """A list of days, ``2026-12-31``."""
    found = names(node, path, reading)
    for name in found:
        try:
            date.fromisoformat(name)
        except ValueError:
            reading.wrong_at("contacts.not-date", (*path, name), key=path[-1])
    return found


def retention_days(node: Node, path: Path, reading: Reading) -> int | None:
    """A number of days after which what was not touched is purged: seven at the least."""
    value = node.text if isinstance(node, Scalar) else ""
    days = int(value) if value.isascii() and value.isdigit() and len(value) < 6 else 0
    if days < LEAST_DAYS:
        reading.wrong("contacts.not-days", node.line, key=path[-1], least=LEAST_DAYS)
        return None
    return days


def one_of(known: labels.Labels) -> Kind:
    """One identifier out of a fixed list, or its Korean word."""

    def read_one(node: Node, path: Path, reading: Reading) -> str | None:
        value = text(node, path, reading)
        return value and _known(value, known, node.line, path, reading)

    return read_one


def some_of(known: labels.Labels) -> Kind:
    """One or several identifiers out of a fixed list, or their Korean words."""

    def read_some(node: Node, path: Path, reading: Reading) -> list[str]:
        found: dict[str, str] = {}
        for name in names(node, path, reading):
            line = reading.lines[(*path, name)]
            value = _known(name, known, line, path, reading)
            if value in found:
                reading.wrong("contacts.twice", line, key=path[-1], name=name)
            found[value] = name
        return list(found)

    return read_some


def _known(value: str, known: labels.Labels, line: int, path: Path, reading: Reading) -> str:
    """The identifier that is meant; what is none, as it is, with a problem."""
    try:
        return value if value in known else read_choice(value, known)
    except DetailsError:
        shown = ", ".join(f"{name}({words[0]})" for name, words in known.items())
        reading.wrong("contacts.unknown-value", line, key=path[-1], value=value, known=shown)
        return value


def record(required: Mapping[str, Kind], optional: Mapping[str, Kind]) -> Kind:
    """A mapping with fixed keys."""
    kinds = {**required, **optional}

    def read_record(node: Node, path: Path, reading: Reading) -> dict[str, Any]:
        node = _opened(node)
        if not isinstance(node, MappingNode):
            reading.wrong("contacts.not-mapping", node.line, key=path[-1] if path else "contacts")
            return {}
        found: dict[str, Any] = {}
        for key, value in node.items.items():
            line = reading.lines[(*path, key)] = node.lines[key]
            if key not in kinds:
                reading.wrong("contacts.unknown-key", line, key=key, meant=nearest(key, kinds))
            elif (read_value := kinds[key](value, (*path, key), reading)) is not None:
                found[key] = read_value
        for key in required:
            if key not in node.items:
                line = reading.lines.get(path, node.line)
                reading.wrong(
                    "contacts.missing-key", line, key=key, place=path[-1] if path else "contacts"
                )
        return found

    return read_record


def each(kind: Kind, keys: labels.Labels | None = None) -> Kind:
    """A mapping with free keys, or identifiers out of a fixed list, all of one kind."""

    def read_each(node: Node, path: Path, reading: Reading) -> dict[str, Any]:
        node = _opened(node)
        if not isinstance(node, MappingNode):
            reading.wrong("contacts.not-mapping", node.line, key=path[-1])
            return {}
        found: dict[str, Any] = {}
        for key, value in node.items.items():
            name = text(Scalar(key, node.lines[key]), (*path, key), reading)
            if name is not None and keys is not None:
                name = _known(name, keys, node.lines[key], path, reading)
            if name in found:
                data = {"key": name, "first": reading.lines[(*path, name)]}
                reading.wrong("yaml.duplicate-key", node.lines[key], **data)
            elif name is not None:
                reading.lines[(*path, name)] = node.lines[key]
                found[name] = kind(value, (*path, name), reading)
        return found

    return read_each


def _opened(node: Node) -> Node:
    """A key with nothing behind it is a mapping with nothing in it."""
    empty = isinstance(node, Scalar) and not node.text and not node.quoted
    return MappingNode({}, {}, node.line) if empty else node


def nearest(word: str, known: Mapping[str, object]) -> str:
    """The known word nearest to a mistyped one, else all of them."""
    from difflib import get_close_matches

    return ", ".join(get_close_matches(word, list(known), n=1, cutoff=0.6)) or ", ".join(known)


_DELIVERY: dict[str, Kind] = {
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
_ROUTE: dict[str, Kind] = {
    **_DELIVERY,
    "partner": text,
    "site": text,
    "integration": some_of(labels.INTEGRATIONS),
    "answer": some_of(labels.ANSWERS),
    "item": some_of(labels.ITEMS),
    "need": some_of(labels.NEEDS),
    "follows": record(
        {"case": one_of(labels.CASES), "integration": one_of(labels.INTEGRATIONS)}, {}
    ),
    "exceptions": each(record({"channel": one_of(labels.CHANNELS)}, _DELIVERY)),
    "fallbacks": each(
        record({"channel": one_of(labels.CHANNELS)}, {**_DELIVERY, "cases": some_of(labels.CASES)}),
        labels.FALLBACKS,
    ),
}
_CONTACTS = record(
    {
        "sender": record({"name": text, "address": address}, {}),
        "people": each(
            record(
                {},
                {
                    "name": text,
                    "title": text,
                    "address": address,
                    "agit": text,
                    "nicknames": names,
                    "mailbox": flag,
                    "partner": text,
                },
            )
        ),
        "partners": each(record({"name": text}, {"aliases": names, "catch_all": flag})),
        "routes": each(record({"cases": some_of(labels.CASES)}, _ROUTE)),
    },
    {
        "team": record({}, {"leads": names, "members": each(text), "four_eyes": flag}),
        "settings": record(
            {},
            {
                "count_first_day": flag,
                "extra_holidays": dates,
                "retention": record({}, dict.fromkeys(labels.STATES, retention_days)),
            },
        ),
        "groups": each(names),
        "links": each(link),
        "sites": each(
            record(
                {},
                {
                    "partner": text,
                    "integration": one_of(labels.INTEGRATIONS),
                    "aliases": names,
                    "near": names,
                    "contacts": names,
                },
            )
        ),
        "rules": each(
            record(
                {"text": text, "sites": names},
                {"cases": some_of(labels.CASES), "reasons": some_of(labels.REASONS)},
            )
        ),
    },
)


def read(root: Node, reading: Reading) -> dict[str, Any]:
    """The plain document under ``root``; what is wrong goes into ``reading``."""
    found: dict[str, Any] = _CONTACTS(root, (), reading)
    return found
