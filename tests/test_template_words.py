"""Where a template spells out what a label means, it has words for every one of them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from jinja2 import Environment, nodes

from parkdraft.model.cases import CASES, FIELDS

TEMPLATES = Path(__file__).parents[1] / "templates"
CHOICES = {
    "case": set(CASES),
    **{field.variable: set(field.choices) for field in FIELDS.values() if field.choices},
}


def parsed() -> Iterator[tuple[str, nodes.Template]]:
    for path in sorted(TEMPLATES.rglob("*.txt")):
        name = path.relative_to(TEMPLATES).as_posix()
        yield name, Environment().parse(path.read_text("utf-8"))


def tables() -> list[tuple[str, set[str], bool]]:
    """Every table of words in a template, its identifiers, and whether others have a word, too."""
    return [
        (name, {item.key.as_const() for item in table.items}, _has_default(template))
        for name, template in parsed()
        for table in template.find_all(nodes.Dict)
    ]


def _has_default(template: nodes.Template) -> bool:
    """Whether the template asks with ``table.get(identifier, default)``."""
    return any(
        isinstance(call.node, nodes.Getattr) and call.node.attr == "get" and len(call.args) == 2
        for call in template.find_all(nodes.Call)
    )


@pytest.mark.parametrize(("template", "identifiers", "has_default"), tables())
def test_a_table_of_words_has_all_that_a_field_may_be(
    template: str, identifiers: set[str], has_default: bool
) -> None:
    fields = [name for name, choices in CHOICES.items() if identifiers <= choices]
    assert fields, f"{template}: {identifiers} are not those of a field"
    missing = {name: CHOICES[name] - identifiers for name in fields}
    assert has_default or set() in missing.values(), f"{template} has no words for {missing}"


def test_there_are_such_tables() -> None:
    assert {"parts/facts/payment-cancel.txt", "post/parking-ticket.txt"} <= {
        name for name, *_ in tables()
    }


def compared() -> list[tuple[str, str, str]]:
    """Every field that a template holds against a fixed word, and the word."""
    return [
        (name, comparison.expr.name, operand.expr.value)
        for name, template in parsed()
        for comparison in template.find_all(nodes.Compare)
        for operand in comparison.ops
        if isinstance(comparison.expr, nodes.Name)
        and comparison.expr.name in CHOICES
        and isinstance(operand.expr, nodes.Const)
    ]


@pytest.mark.parametrize(("template", "field", "word"), compared())
def test_what_a_field_is_held_against_is_one_of_its_identifiers(
    template: str, field: str, word: str
) -> None:
    assert word in CHOICES[field], f"{template}: {field} is never {word}"
