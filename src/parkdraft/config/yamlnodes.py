"""YAML text → plain nodes that know their line, with everything dangerous refused.

Plain YAML loaders drop the first of two equal keys without a word, turn names such as
``No`` into ``False``, and expand aliases until memory ends. Here every scalar stays the
text that was typed, duplicate keys are problems, and anchors and aliases are refused:
somebody who has never programmed does not need them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from parkdraft.errors import Problem

MAX_DEPTH = 20


@dataclass(frozen=True)
class Scalar:
    """Text as typed; ``quoted`` tells ``"true"`` from ``true`` and ``""`` from nothing."""

    text: str
    line: int
    quoted: bool = False


@dataclass(frozen=True)
class Sequence:
    """A list."""

    items: tuple[Node, ...]
    line: int


@dataclass(frozen=True)
class Mapping:
    """Keys with their values, in the file's order, each key once."""

    items: dict[str, Node]
    lines: dict[str, int]
    line: int


Node = Scalar | Sequence | Mapping


class _RefusedError(Exception):
    """Ends the reading: what follows could not be understood anyway."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem


def compose(text: str) -> tuple[Node | None, list[Problem]]:
    """The document's root (None where it cannot be read) and all problems found on the way.

    ``Problem.row`` is the line, counted from 1. Never raises for bad YAML.
    """
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    problems: list[Problem] = []
    try:
        events = yaml.parse(text, Loader=loader)
        return _Builder(iter(events), problems).document(), problems
    except _RefusedError as refusal:
        return None, [*problems, refusal.problem]
    except yaml.MarkedYAMLError as error:
        if "nesting depth" in (error.problem or ""):  # libyaml's own limit, from 0.2.6 on
            return None, [*problems, Problem("yaml.depth", row=1)]
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        return None, [*problems, _syntax_problem(text, line)]
    except yaml.reader.ReaderError as error:
        # libyaml counts bytes, the loader written in Python counts characters
        before = text[: error.position]
        if loader is not yaml.SafeLoader:
            before = text.encode()[: error.position].decode(errors="ignore")
        return None, [*problems, Problem("yaml.character", row=before.count("\n") + 1)]


def _syntax_problem(text: str, line: int) -> Problem:
    lines = text.splitlines()
    near = lines[max(0, line - 2) : line + 1]
    if any("\t" in one[: len(one) - len(one.lstrip())] for one in near):
        return Problem("yaml.tab", row=line)
    return _usual_slip(lines, line) or Problem("yaml.syntax", row=line)


def _usual_slip(lines: list[str], line: int) -> Problem | None:
    """What people usually mistype, looked for from the reported line upwards.

    YAML notices a slip only where the text stops making sense, some lines further down.
    """
    for number in range(min(line, len(lines)), max(0, line - 5), -1):
        text = lines[number - 1].partition(" #")[0]
        if text.lstrip().startswith("#"):
            continue
        if (key := re.match(r"\s*(?:- )?[\w.-]+\s*(：)", text)) or "，" in text:
            sign, meant = ("：", ":") if key else ("，", ",")
            return Problem("yaml.full-width", row=number, data={"sign": sign, "meant": meant})
        if (key := re.match(r"\s*([\w.-]+):(?!//)\S", text)) is not None:
            return Problem("yaml.colon-space", row=number, data={"key": key[1]})
        for sign, other in ("[]", "{}"):
            if text.count(sign) != text.count(other):
                return Problem("yaml.bracket", row=number, data={"sign": sign})
    return None


def _line(event: Any) -> int:
    """The line of a YAML event, counted from 1."""
    return int(event.start_mark.line) + 1


class _Builder:
    """Turns PyYAML's stream of events into nodes."""

    def __init__(self, events: Iterator[object], problems: list[Problem]) -> None:
        self.events = events
        self.problems = problems

    def document(self) -> Node | None:
        from yaml import events as e

        root: Node | None = None
        for event in self.events:
            if isinstance(event, e.DocumentStartEvent):
                if root is not None:
                    raise _RefusedError(Problem("yaml.documents", row=_line(event)))
                root = self.node(next(self.events), 0)
        return root

    def node(self, event: object, depth: int) -> Node:
        from yaml import events as e

        assert isinstance(event, e.NodeEvent)
        line = _line(event)
        if isinstance(event, e.AliasEvent) or event.anchor is not None:
            raise _RefusedError(Problem("yaml.alias", row=line))
        if depth > MAX_DEPTH:
            raise _RefusedError(Problem("yaml.depth", row=line))
        if isinstance(event, e.ScalarEvent):
            return Scalar(event.value, line, quoted=not event.implicit[0])
        if isinstance(event, e.SequenceStartEvent):
            return self.sequence(line, depth)
        return self.mapping(line, depth)

    def sequence(self, line: int, depth: int) -> Sequence:
        from yaml import events as e

        items = []
        while not isinstance(event := next(self.events), e.SequenceEndEvent):
            items.append(self.node(event, depth + 1))
        return Sequence(tuple(items), line)

    def mapping(self, line: int, depth: int) -> Mapping:
        from yaml import events as e

        items: dict[str, Node] = {}
        lines: dict[str, int] = {}
        while not isinstance(event := next(self.events), e.MappingEndEvent):
            key = self.node(event, depth + 1)
            value = self.node(next(self.events), depth + 1)
            if not isinstance(key, Scalar):
                self.problems.append(Problem("yaml.key", row=key.line))
            elif key.text in items:
                data = {"key": key.text, "first": lines[key.text]}
                self.problems.append(Problem("yaml.duplicate-key", row=key.line, data=data))
            else:
                items[key.text], lines[key.text] = value, key.line
        return Mapping(items, lines, line)
