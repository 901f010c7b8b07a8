"""Readers for the values of ``contacts.yaml``: a text, a list, a flag, a mapping.

Each reader turns a YAML node into a plain value. It adds all problems to the ``Reading`` instead
of raising one, and notes the line of every place for later checks.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from yaml import MappingNode, Node, ScalarNode, SequenceNode

from parkdraft.config.yamlnodes import is_nothing, line_of
from parkdraft.errors import DetailsError, Problem
from parkdraft.model import labels
from parkdraft.model.cases import LONG_LIMIT
from parkdraft.model.directory import LEAST_DAYS
from parkdraft.values.choices import read_choice
from parkdraft.values.people import ascii_address
from parkdraft.values.text import read_text, refusal

if TYPE_CHECKING:
    from parkdraft.codes import Code

Path = tuple[str, ...]


@dataclass
class Reading:
    """Problems of a document, and the line of each of its places."""

    problems: list[Problem] = field(default_factory=list)
    lines: dict[Path, int] = field(default_factory=dict)

    def wrong(self, code: Code, line: int, **data: object) -> None:
        """Add a problem at a line."""
        self.problems.append(Problem(code, row=line, data=data))

    def wrong_at(self, code: Code, path: Path, **data: object) -> None:
        """Add a problem at a place: at its line, or that of the nearest place above it."""
        while path and path not in self.lines:
            path = path[:-1]
        self.wrong(code, self.lines.get(path, 1), **data)


Reader = Callable[[Node, Path, Reading], Any]


def text(node: Node, path: Path, reading: Reading) -> str | None:
    """One line of text in NFC; invisible characters and long texts are refused."""
    try:
        return _read_line(node, path[-1])
    except DetailsError as error:
        reading.problems += [problem.at(row=line_of(node)) for problem in error.problems]
        return None


def _read_line(node: Node, key: str) -> str:
    if not isinstance(node, ScalarNode):
        raise refusal("contacts.not-text", key=key)
    value = " ".join(node.value.split())
    if not value and ":" in key:
        raise refusal("yaml.colon-space", key=key.partition(":")[0])
    if not value:
        raise refusal("contacts.empty", key=key)
    if "，" in value:
        raise refusal("yaml.full-width", sign="，", meant=",")
    if len(value) > LONG_LIMIT:
        raise refusal("contacts.too-long", key=key, maximum=LONG_LIMIT)
    try:
        line = read_text(value, LONG_LIMIT)
    except DetailsError:
        line = ""
    if not (line and value.isprintable()):
        raise refusal("contacts.character", key=key)
    return line


def address(node: Node, path: Path, reading: Reading) -> str | None:
    """An address to send mail to, as a header carries it."""
    value = text(node, path, reading)
    if value is None:
        return None
    ascii_only = ascii_address(value)
    if ascii_only is None:
        reading.wrong("contacts.address", line_of(node), address=value)
    return ascii_only


def link(node: Node, path: Path, reading: Reading) -> str | None:
    """A web address that somebody can click on."""
    value = text(node, path, reading)
    if value is not None and not value.startswith(("https://", "http://")):
        reading.wrong("contacts.not-link", line_of(node), key=path[-1])
    return value


def flag(node: Node, path: Path, reading: Reading) -> bool:
    """``true`` or ``false``."""
    value = node.value.casefold() if isinstance(node, ScalarNode) else ""
    if value not in ("true", "false"):
        reading.wrong("contacts.not-flag", line_of(node), key=path[-1])
    return value == "true"


def names(node: Node, path: Path, reading: Reading) -> list[str]:
    """A list of names; one name alone is a list of one, nothing at all an empty one."""
    if is_nothing(node):
        return []
    if isinstance(node, MappingNode):
        reading.wrong("contacts.not-list", line_of(node), key=path[-1])
        return []
    lines: dict[str, int] = {}
    for item in node.value if isinstance(node, SequenceNode) else (node,):
        name = text(item, path, reading)
        if name is None:
            continue
        if name in lines:
            reading.wrong("contacts.twice", line_of(item), key=path[-1], name=name)
        else:
            lines[name] = reading.lines[(*path, name)] = line_of(item)
    return list(lines)


def dates(node: Node, path: Path, reading: Reading) -> list[str]:
    """A list of days, ``2026-12-31``."""
    days = names(node, path, reading)
    for day in days:
        try:
            date.fromisoformat(day)
        except ValueError:
            reading.wrong_at("contacts.not-date", (*path, day), key=path[-1])
    return days


def day(node: Node, path: Path, reading: Reading) -> str | None:
    """One day, ``2026-12-31``."""
    value = text(node, path, reading)
    try:
        return value and date.fromisoformat(value).isoformat()
    except ValueError:
        reading.wrong("contacts.not-day", line_of(node), key=path[-1])
        return None


def retention_days(node: Node, path: Path, reading: Reading) -> int | None:
    """Days after which untouched drafts are purged: at least seven."""
    return _days(node, path, reading, LEAST_DAYS, "contacts.not-days")


def legal_days(least: int) -> Reader:
    """Days for which the law wants something to be kept: ``least`` or more."""

    def read_days(node: Node, path: Path, reading: Reading) -> int | None:
        return _days(node, path, reading, least, "contacts.not-legal-days")

    return read_days


def _days(node: Node, path: Path, reading: Reading, least: int, code: Code) -> int | None:
    value = node.value if isinstance(node, ScalarNode) else ""
    days = int(value) if value.isascii() and value.isdigit() and len(value) < 6 else 0
    if days < least:
        reading.wrong(code, line_of(node), key=path[-1], least=least)
        return None
    return days


def one_of(known: labels.Labels) -> Reader:
    """One identifier out of a fixed list, or its Korean word."""

    def read_one(node: Node, path: Path, reading: Reading) -> str | None:
        value = text(node, path, reading)
        return value and _known(value, known, line_of(node), path, reading)

    return read_one


def some_of(known: labels.Labels) -> Reader:
    """One or several identifiers out of a fixed list, or their Korean words."""

    def read_some(node: Node, path: Path, reading: Reading) -> list[str]:
        values: list[str] = []
        for name in names(node, path, reading):
            line = reading.lines[(*path, name)]
            value = _known(name, known, line, path, reading)
            if value in values:
                reading.wrong("contacts.twice", line, key=path[-1], name=name)
            else:
                values.append(value)
        return values

    return read_some


def _known(value: str, known: labels.Labels, line: int, path: Path, reading: Reading) -> str:
    """The identifier of a value; an unknown value is returned as it is, with a problem."""
    try:
        return value if value in known else read_choice(value, known)
    except DetailsError:
        shown = ", ".join(f"{name}({words[0]})" for name, words in known.items())
        reading.wrong("contacts.unknown-value", line, key=path[-1], value=value, known=shown)
        return value


def record(required: Mapping[str, Reader], optional: Mapping[str, Reader] | None = None) -> Reader:
    """A mapping with fixed keys."""
    readers = {**required, **(optional or {})}

    def read_record(node: Node, path: Path, reading: Reading) -> dict[str, Any]:
        entries = _entries(node, path, reading)
        if entries is None:
            return {}
        values: dict[str, Any] = {}
        for key, (key_node, value_node) in entries.items():
            line = reading.lines[(*path, key)] = line_of(key_node)
            if key not in readers:
                near = get_close_matches(key, list(readers), n=1, cutoff=0.6) or readers
                reading.wrong("contacts.unknown-key", line, key=key, meant=", ".join(near))
            elif (value := readers[key](value_node, (*path, key), reading)) is not None:
                values[key] = value
        line = reading.lines.get(path, line_of(node))
        for key in required:
            if key not in entries:
                reading.wrong("contacts.missing-key", line, key=key, place=_name(path))
        return values

    return read_record


def each(reader: Reader, keys: labels.Labels | None = None) -> Reader:
    """A mapping with free keys, or identifiers out of a fixed list, all of one kind."""

    def read_each(node: Node, path: Path, reading: Reading) -> dict[str, Any]:
        values: dict[str, Any] = {}
        for key_node, value_node in (_entries(node, path, reading) or {}).values():
            line = line_of(key_node)
            name = text(key_node, (*path, key_node.value), reading)
            if name is not None and keys is not None:
                name = _known(name, keys, line, path, reading)
            if name in values:
                first = reading.lines[(*path, name)]
                reading.wrong("yaml.duplicate-key", line, key=name, first=first)
            elif name is not None:
                reading.lines[(*path, name)] = line
                values[name] = reader(value_node, (*path, name), reading)
        return values

    return read_each


def many(reader: Reader) -> Reader:
    """A list of entries of one kind; in a place, an entry is called by its number."""

    def read_many(node: Node, path: Path, reading: Reading) -> list[Any]:
        if is_nothing(node):
            return []
        if not isinstance(node, SequenceNode):
            reading.wrong("contacts.not-list", line_of(node), key=path[-1])
            return []
        values = []
        for number, item in enumerate(node.value, start=1):
            place = (*path, str(number))
            reading.lines[place] = line_of(item)
            values.append(reader(item, place, reading))
        return values

    return read_many


def _entries(node: Node, path: Path, reading: Reading) -> dict[str, tuple[ScalarNode, Node]] | None:
    """A mapping's entries: key → nodes of key and value. None, with a problem, for no mapping.

    Nothing behind a key counts as an empty mapping.
    """
    if is_nothing(node):
        return {}
    if not isinstance(node, MappingNode):
        reading.wrong("contacts.not-mapping", line_of(node), key=_name(path))
        return None
    entries: dict[str, tuple[ScalarNode, Node]] = {}
    for key, value in node.value:
        if isinstance(key, ScalarNode):  # ``compose`` reports other and repeated keys
            entries.setdefault(key.value, (key, value))
    return entries


def _name(path: Path) -> str:
    """The key of a place, as problems call it; the whole document has none."""
    return path[-1] if path else "contacts"
