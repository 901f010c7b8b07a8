"""YAML text → PyYAML's nodes, every scalar as it was typed; what is dangerous is refused.

Plain YAML loaders turn names such as ``No`` into ``False``, drop the first of two equal keys
without a word, and expand aliases until memory ends. So only nodes are built, which
have their lines; anchors, aliases and deep nesting, which nobody needs here, are refused before.
Tags are ignored.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import yaml

from parkdraft.errors import Problem

MAX_DEPTH = 20


def compose(text: str) -> tuple[yaml.Node | None, list[Problem]]:
    """The document's root, and what is wrong; the root is None where nothing can be read.

    ``Problem.row`` is the line, counted from 1. Never raises for bad YAML.
    """
    # the loader in C is ten times as fast, but not every PyYAML has it
    loader: Any = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
    problems: list[Problem] = []
    try:
        end = _check(yaml.parse(text, Loader=loader), problems)
        if end is None:
            return yaml.compose(text, Loader=loader), problems
    except yaml.MarkedYAMLError as error:
        end = _syntax_problem(text, error)
    except yaml.reader.ReaderError as error:
        # libyaml counts bytes, the loader written in Python counts characters
        before = text[: error.position]
        if loader is not yaml.BaseLoader:
            before = text.encode()[: error.position].decode(errors="ignore")
        end = Problem("yaml.character", row=before.count("\n") + 1)
    return None, [*problems, end]


def line_of(place: yaml.Node | yaml.Event) -> int:
    """The line in which a node or event begins, counted from 1."""
    mark: Any = place.start_mark  # nodes and events of a text always have one
    return int(mark.line) + 1


def is_nothing(node: yaml.Node) -> bool:
    """Whether nothing stands behind a key; ``""`` is something."""
    return isinstance(node, yaml.ScalarNode) and not node.value and not node.style


@dataclass
class _Open:
    """A list or mapping whose end has not come yet."""

    is_mapping: bool
    nodes: int = 0
    keys: dict[str, int] = field(default_factory=dict)
    """A mapping's keys so far, each with its line."""


def _check(events: Iterator[yaml.Event], problems: list[Problem]) -> Problem | None:
    """The problem that ends the reading: an anchor, a second document, deep nesting.

    Wrong keys are added to ``problems``.
    """
    documents = 0
    above: list[_Open] = []
    for event in events:
        if isinstance(event, yaml.DocumentStartEvent):
            documents += 1
            if documents > 1:
                return Problem("yaml.documents", row=line_of(event))
        elif isinstance(event, yaml.CollectionEndEvent):
            above.pop()
        elif isinstance(event, yaml.NodeEvent):
            if event.anchor is not None:  # set for aliases, too
                return Problem("yaml.alias", row=line_of(event))
            if len(above) > MAX_DEPTH:
                return Problem("yaml.depth", row=line_of(event))
            if above and (problem := _wrong_key(event, above[-1])):
                problems.append(problem)
            if isinstance(event, yaml.CollectionStartEvent):
                above.append(_Open(isinstance(event, yaml.MappingStartEvent)))
    return None


def _wrong_key(event: yaml.NodeEvent, parent: _Open) -> Problem | None:
    """A key (every other node of a mapping) that is not a text, or stands there twice."""
    parent.nodes += 1
    if not parent.is_mapping or parent.nodes % 2 == 0:
        return None
    line = line_of(event)
    if not isinstance(event, yaml.ScalarEvent):
        return Problem("yaml.key", row=line)
    if event.value in parent.keys:
        data = {"key": event.value, "first": parent.keys[event.value]}
        return Problem("yaml.duplicate-key", row=line, data=data)
    parent.keys[event.value] = line
    return None


def _syntax_problem(text: str, error: yaml.MarkedYAMLError) -> Problem:
    if "nesting depth" in (error.problem or ""):  # libyaml's own limit, from 0.2.6 on
        return Problem("yaml.depth", row=1)
    mark = error.problem_mark or error.context_mark
    line = 1 if mark is None else mark.line + 1
    lines = text.splitlines()
    near = lines[max(0, line - 2) : line + 1]
    if any("\t" in text[: len(text) - len(text.lstrip())] for text in near):
        return Problem("yaml.tab", row=line)
    return _usual_slip(lines, line) or Problem("yaml.syntax", row=line)


def _usual_slip(lines: list[str], line: int) -> Problem | None:
    """A common typing error, looked for from the reported line upwards.

    YAML reports an error where the text stops making sense, often some lines further down.
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
