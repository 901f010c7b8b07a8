"""The fixed words of the process: each has its Korean words, and the database knows the same."""

from __future__ import annotations

import re
from typing import get_args

import pytest

from parkdraft.database import sqlite
from parkdraft.model import labels, states
from parkdraft.writing.render import MEDIA

SCHEMA = (sqlite.SCHEMA / "001.sql").read_text("utf-8")


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        (states.Channel, labels.CHANNELS),
        (states.Authority, labels.AUTHORITIES),
        (states.State, labels.STATES),
        (states.Channel, MEDIA),
    ],
)
def test_each_has_its_words_and_no_word_is_of_nothing(kind: object, words: dict[str, str]) -> None:
    assert set(get_args(kind)) == set(words)


@pytest.mark.parametrize(
    ("column", "kinds"),
    [
        ("state", (states.KeptState,)),
        ("grounds", (states.Grounds,)),
    ],
)
def test_the_database_allows_the_same(column: str, kinds: tuple[object, ...]) -> None:
    (allowed,) = set(re.findall(rf"CHECK \({column} IN \(([^)]*)\)", SCHEMA))
    assert set(re.findall(r"'(\w+)'", allowed)) == {word for kind in kinds for word in flat(kind)}


def test_the_database_knows_the_same_verbs() -> None:
    assert set(re.findall(r"verb = '(\w+)'", SCHEMA)) | {"open", "copy", "download"} == set(
        flat(states.Verb)
    )
    for verb in ("open", "copy", "download"):
        assert f"'{verb}'" in SCHEMA


def flat(kind: object) -> set[str]:
    """All words of a literal, or of a union of some."""
    parts = get_args(kind)
    return {word for part in parts for word in (flat(part) if get_args(part) else {part})}
