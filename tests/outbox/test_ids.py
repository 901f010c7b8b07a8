"""Identifiers: unambiguous letters and a check; four at either end, in any case, will do."""

from __future__ import annotations

from datetime import date
from pathlib import PurePosixPath, PureWindowsPath

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.helpers.outboxes import Office

from parkdraft.errors import OutboxError
from parkdraft.outbox.ids import LETTERS, is_id, new_batch, new_code, part

DAY = "20261123-"
ANY = settings(max_examples=200, deadline=None, derandomize=True, database=None)
codes = st.builds(new_code)


def test_letters_are_thirty_that_nobody_takes_for_another() -> None:
    assert len(set(LETTERS)) == len(LETTERS) == 30
    assert set("01oilu").isdisjoint(LETTERS)
    assert LETTERS.casefold() == LETTERS


def test_new_ones_are_seven_of_them_and_are_identifiers() -> None:
    made = [new_code() for _ in range(2_000)]
    assert len(set(made)) == len(made)
    assert {len(one) for one in made} == {7}
    assert {letter for one in made for letter in one} == set(LETTERS)
    assert all(is_id(f"{DAY}{one}") for one in made)


def test_tables_have_shorter_ones_of_their_own() -> None:
    made = new_batch(date(2026, 11, 24))
    assert made.startswith("20261124-")
    assert len(made) == 13
    assert not is_id(made)


@ANY
@given(code=codes, place=st.integers(0, 6), letter=st.sampled_from(LETTERS))
def test_one_wrong_letter_is_always_noticed(code: str, place: int, letter: str) -> None:
    wrong = f"{code[:place]}{letter}{code[place + 1 :]}"
    assert is_id(f"{DAY}{wrong}") == (wrong == code)
    assert part(f"{DAY}{wrong}") == (code if wrong == code else None)


@ANY
@given(code=codes, count=st.integers(0, 7))
def test_four_or_more_of_its_letters_name_it_from_either_end_in_any_case(
    code: str, count: int
) -> None:
    for some in (code[:count], code[7 - count :]):
        for typed in (some, some.upper(), f" {some}\n"):
            assert part(typed) == (some if count >= 4 else None)
    assert part(f"{DAY}{code}".upper()) == code


@ANY
@given(text=st.text() | st.from_regex(r"\A20[0-9]{6}-.{5,9}\Z"))
def test_an_identifier_is_safe_in_a_path_and_in_a_question(text: str) -> None:
    if is_id(text):
        assert PurePosixPath(text).name == PureWindowsPath(text).name == text
        assert text.isascii()
        assert text == text.casefold()
    if (letters := part(text)) is not None:
        assert set(letters) <= set(LETTERS)


@pytest.mark.parametrize(
    "text",
    [
        *("", "abc", "abcdefgh", "a%bc", "____", "0000", "abco", "가나다라", "ａｂｃｄ", "-abcd"),
        *("20261123-", "20261123-abcd", "19991123-abcdefg", "2026-11-23-abcdefg", "../abcd"),
    ],
)
def test_what_names_nothing(text: str) -> None:
    assert part(text) is None
    assert not is_id(text)


class TestNamed:
    """How people name a draft, with an outbox at hand."""

    def ids(self, office: Office) -> list[str]:
        return [office.draft(new_plate=f"157허870{number}") for number in range(3)]

    def test_by_all_of_it_or_by_its_letters(self, office: Office) -> None:
        for draft_id in self.ids(office):
            code = draft_id[9:]
            for typed in (draft_id, draft_id.upper(), code, code.upper(), code[:4], code[3:]):
                assert office.stored(typed).id == draft_id
            assert office.run("outbox", "show", code[:5].upper(), "--json").data["id"] == draft_id

    def test_the_day_does_not_matter_as_little_as_it_tells(self, office: Office) -> None:
        """Seven letters are unique for ever; who misread the day means this draft still."""
        draft_id = self.ids(office)[0]
        with pytest.raises(OutboxError) as caught:
            office.stored(f"20251123-{draft_id[9:]}")
        assert [one.code for one in caught.value.problems] == ["outbox.unknown"]

    def test_letters_that_several_have_name_none(self, office: Office) -> None:
        """Nothing is done to either; whoever asks is told to write more."""
        first, second, third = self.ids(office)
        fake = _alike(first[9:])
        office.monkeypatch.setattr("parkdraft.outbox.create.new_code", lambda: fake)
        twin = office.draft(new_plate="88라8888")
        assert twin[9:13] == first[9:13]
        said = office.run("outbox", "approve", first[9:13])
        assert said.code == 1
        assert "둘 이상" in said.err
        assert set(office.states().values()) == {"pending"}
        assert office.run("outbox", "approve", first[9:]).code == 0
        assert office.state(first) == "approved"
        assert {office.state(one) for one in (second, third, twin)} == {"pending"}

    def test_a_code_that_was_given_once_is_never_given_again(self, office: Office) -> None:
        first = office.in_state("returned")
        office.later(days=8)
        office.run("outbox", "purge", first, "--reason", "x", "--yes")
        new = new_code()
        fake = [new, first[9:], first[9:]]
        office.monkeypatch.setattr("parkdraft.outbox.create.new_code", lambda: fake.pop())
        assert office.draft()[9:] == new


def _alike(code: str) -> str:
    """Another one that begins with the same four letters."""
    for one in LETTERS:
        for two in LETTERS:
            for three in LETTERS:
                made = f"{code[:4]}{one}{two}{three}"
                if is_id(f"{DAY}{made}") and made != code:
                    return made
    raise AssertionError
