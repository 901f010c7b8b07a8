"""Cells for spreadsheets never start a formula, and read back as they were written."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.helpers.problems import code_of

from parkdraft.formulas import guard, read_row, row_text, unguard

RISKY = [
    "=1+1",
    "+821012345678",
    "-1",
    "@SUM(A1)",
    "＝1+1",
    "＋1",
    "－1",
    "＠a",
    "\t=1",
    "\tabc",
    "\rabc",
    "\nabc",
    "  =1",
    "\u3000=1",
    "\xa0-1",
    " \tabc",
    "\u200b=1",
    "\x01=1",
    "'=1",
    "''=1",
    "' =1",
    "=",
]
HARMLESS = [
    "",
    "가온타워",
    "12가3456",
    "010-1234-5678",
    "'",
    "''",
    "'가",
    "1=1",
    "a@example.com",
    " 가",
]

# Text as people write it, with the signs that matter made frequent.
texts = st.text(st.sampled_from("'=+-@＝＋－＠ \"\t가a\u3000") | st.characters())


@pytest.mark.parametrize("value", RISKY)
def test_a_value_that_could_start_a_formula_gets_an_apostrophe(value: str) -> None:
    assert guard(value) == "'" + value
    assert unguard(guard(value)) == value


@pytest.mark.parametrize("value", HARMLESS)
def test_any_other_value_stays_as_it_is(value: str) -> None:
    assert guard(value) == value
    assert unguard(value) == value


@settings(deadline=None)
@given(texts)
def test_taking_the_guard_off_gives_back_what_was_written(value: str) -> None:
    assert unguard(guard(value)) == value


@settings(deadline=None)
@given(texts)
def test_no_guarded_value_starts_a_formula(value: str) -> None:
    assert guard(value).lstrip()[:1] not in tuple("=+-@＝＋－＠")
    assert guard(value)[:1] not in tuple("\t\r\n")


def test_a_row_for_pasting_keeps_its_cells_apart() -> None:
    """Tabs and line ends inside a cell become one space."""
    assert row_text(["가온타워", "12가3456", "1\t2\r\n3"]) == "가온타워\t12가3456\t1 2 3"
    assert row_text(["", "=1", "-"]) == "\t'=1\t'-"


def test_a_cell_that_starts_with_a_quote_is_guarded_in_a_pasted_row() -> None:
    """A sheet would else take all up to the next quote for one cell."""
    assert row_text(['"가', "나"]) == "'\"가\t나"
    assert read_row("'\"가\t나") == ['"가', "나"]


@settings(deadline=None)
@given(st.lists(st.text(st.characters(exclude_categories=("Cc", "Zl", "Zp"))), min_size=1))
def test_a_pasted_row_reads_back(cells: list[str]) -> None:
    assert read_row(row_text(cells)) == cells
    assert read_row(row_text(cells) + "\r\n") == cells


@settings(deadline=None)
@given(st.lists(texts, min_size=1))
def test_a_pasted_row_is_always_one_line_of_as_many_cells(cells: list[str]) -> None:
    text = row_text(cells)
    assert len(text.split("\t")) == len(cells)
    assert len(text.splitlines()) <= 1
    assert len(read_row(text)) == len(cells)


@pytest.mark.parametrize("text", ["가\n나", "가\r나", "가\n\n", "가\u2028나"])
def test_more_than_one_line_is_no_row(text: str) -> None:
    assert code_of(read_row, text) == "row.not-one-line"
