"""Body lines of at most 70 columns, with every word kept."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parkdraft.writing.wrap import COLUMNS, unwrapped, width, wrap

QUICK = settings(max_examples=200, deadline=None)
LINK = "https://example.com/" + "wall/" * 13 + "?q=가온#panel"
FAMILY = "👩\u200d👩\u200d👧\u200d👦"
TEXT = st.text(
    st.characters(exclude_categories=["Cs"])
    | st.sampled_from(
        ["가", "나", " ", "\n", "a", "\u0301", "\u200d", "👩", "\U0001f1f0", "\u1100"]
    ),
    max_size=400,
)


@pytest.mark.parametrize(
    ("text", "columns"),
    [
        ("", 0),
        ("abc", 3),
        ("가나", 4),
        ("a가 1", 5),
        ("e\u0301", 2),
        ("\u10ff\u1100", 3),
        ("🎉", 2),
    ],
)
def test_width(text: str, columns: int) -> None:
    """A character above U+10FF counts two columns."""
    assert width(text) == columns


@pytest.mark.parametrize(
    ("text", "wrapped"),
    [
        ("", ""),
        ("\n", ""),
        ("가나다\n", "가나다\n"),
        ("  가 나  \n\t다", "가 나\n다"),
        ("가\n\n\n\n나\n \n\n", "가\n\n나\n"),
        ("가" * 35, "가" * 35),
        ("가" * 36, "가" * 35 + "\n가"),
        ("가" * 34 + "a" * 3, "가" * 34 + "aa\na"),
        ("a" * 71, "a" * 70 + "\na"),
        ("가나다 " * 12, "\n".join(["가나다 " * 9 + "가나다", "가나다 가나다"])),
        ("가 " + "나" * 34, "가\n" + "나" * 34),
        ("가 " + "나" * 36 + " 다", "가\n" + "나" * 35 + "\n나 다"),
        ("a  b " + "c" * 66, "a  b\n" + "c" * 66),
        ("안내 " + LINK + " 참고", "안내\n" + LINK + "\n참고"),
        (LINK.replace("https", "HTTP"), LINK.replace("https", "HTTP")),
        ("x" + LINK, ("x" + LINK)[:70] + "\n" + ("x" + LINK)[70:]),
        ("httpx" + "가" * 40, "httpx" + "가" * 32 + "\n" + "가" * 8),
        ("e\u0301" * 36, "e\u0301" * 35 + "\ne\u0301"),
        ("a" * 69 + "e\u0301", "a" * 69 + "\ne\u0301"),
        ("a" * 69 + FAMILY, "a" * 69 + "\n" + FAMILY),
        ("a" * 69 + "\U0001f1f0\U0001f1f7", "a" * 69 + "\n\U0001f1f0\U0001f1f7"),
        ("a" * 65 + "\u1100\u1161\u11a8", "a" * 65 + "\n\u1100\u1161\u11a8"),
        ("a" + "\u0301" * 100, "a" + "\u0301" * 69 + "\n" + "\u0301" * 31),
    ],
)
def test_wrap(text: str, wrapped: str) -> None:
    """Lines break at spaces, else between characters; blank lines stay, one in a row."""
    assert wrap(text) == wrapped


@QUICK
@given(TEXT)
def test_lines_fit_and_nothing_is_lost(text: str) -> None:
    """Every line fits, has no spaces at its ends, and all but spaces is still there."""
    wrapped = wrap(text)
    for line in wrapped.split("\n"):
        assert width(line) <= COLUMNS
        assert line == line.strip()
    assert "\n\n\n" not in wrapped
    assert re.sub(r"\s", "", wrapped) == re.sub(r"\s", "", text)


@QUICK
@given(TEXT)
def test_wrapped_text_stays_as_it_is(text: str) -> None:
    """A second wrapping changes nothing."""
    assert wrap(wrap(text)) == wrap(text)


@QUICK
@given(st.lists(st.text("가나다ab1", min_size=1, max_size=20), min_size=1, max_size=40))
def test_words_that_fit_are_not_broken(words: list[str]) -> None:
    """Words shorter than a line stay whole, and a line takes as many as fit."""
    lines = wrap(" ".join(words)).split("\n")
    assert " ".join(lines).split(" ") == words
    for line, following in pairwise(lines):
        assert width(f"{line} {following.split(' ')[0]}") > COLUMNS


@QUICK
@given(st.lists(st.sampled_from([LINK, "http://x" * 20, "가나다", "a" * 80]), max_size=9))
def test_a_link_is_never_broken(words: list[str]) -> None:
    """Every link stands whole in one line, whatever stands around it."""
    lines = wrap(" ".join(words)).split("\n")
    links = [word for word in words if word.startswith("http")]
    assert [word for line in lines for word in line.split(" ") if "://" in word] == links


@QUICK
@given(TEXT)
def test_unwrapped_text_has_its_own_lines(text: str) -> None:
    """Lines are as long as they were; only spaces at their ends and blank lines go."""
    lines = unwrapped(text).split("\n")
    assert [line for line in lines if line] == [
        line.strip() for line in text.split("\n") if line.strip()
    ]
    assert "\n\n\n" not in unwrapped(text)
