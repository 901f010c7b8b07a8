"""Korean letters: the key of a name, key presses, initials and the other layout."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parkdraft.values.hangul import compose, fold, initials, jamo, layout_swapped

SYLLABLES = st.text(st.characters(min_codepoint=0xAC00, max_codepoint=0xD7A3), max_size=8)


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("파르나스 호텔", "파르나스호텔"),
        ("ＳＫ쉴더스", "sk쉴더스"),
        ("SK 쉴더스", "sk쉴더스"),
        ("jacky.114", "jacky114"),
        ("가온타워(지하)", "가온타워지하"),
        ("가온·타워ㆍ별관", "가온타워별관"),
        ("㈜가온", "주가온"),
        ("가\u200b온\u2060타\ufeff워", "가온타워"),
        ("가온\u3164타워", "가온타워"),
        (unicodedata.normalize("NFD", "가온타워"), "가온타워"),
        ("ㅍㄹㄴㅅ", "ㅍㄹㄴㅅ"),
        ("ㅋㅏ", "ㅋㅏ"),
        ("ㄳ", "ㄱㅅ"),
        ("\u1111\u1105", "ㅍㄹ"),
        ("ﾡ", "ㄱ"),
        (" -·. ", ""),
        ("", ""),
    ],
)
def test_fold_is_the_key_that_spellings_of_one_name_share(text: str, key: str) -> None:
    assert fold(text) == key


@pytest.mark.parametrize(
    ("text", "letters"),
    [
        ("파르낫", "ㅍㅏㄹㅡㄴㅏㅅ"),
        ("닭", "ㄷㅏㄹㄱ"),
        ("과", "ㄱㅗㅏ"),
        ("까", "ㄲㅏ"),
        ("있", "ㅇㅣㅆ"),
        ("ㄳ", "ㄱㅅ"),
        ("ㅄㅌㅇ", "ㅂㅅㅌㅇ"),
        ("ᄀ", "ㄱ"),
        ("ᆨ", "ㄱ"),
        ("63빌 A", "63ㅂㅣㄹ A"),
    ],
)
def test_jamo_are_key_presses(text: str, letters: str) -> None:
    assert jamo(text) == letters


@pytest.mark.parametrize("joined", list("ㄳㄵㄶㄺㄻㄼㄽㄾㄿㅀㅄㅘㅙㅚㅝㅞㅟㅢ"))
def test_every_joined_letter_is_split(joined: str) -> None:
    assert len(jamo(joined)) == len(fold(joined)) == 2


@pytest.mark.parametrize(
    ("name", "first"),
    [
        ("파르나스", "ㅍㄹㄴㅅ"),
        ("하이파킹", "ㅎㅇㅍㅋ"),
        ("한국전자금융", "ㅎㄱㅈㅈㄱㅇ"),
        ("케이트윈", "ㅋㅇㅌㅇ"),
        ("어반포트", "ㅇㅂㅍㅌ"),
        ("SK쉴더스", "skㅅㄷㅅ"),
        ("63빌딩", "63ㅂㄷ"),
        ("까치 빌딩", "ㄲㅊㅂㄷ"),
    ],
)
def test_initials(name: str, first: str) -> None:
    assert initials(name) == first


@pytest.mark.parametrize(
    ("letters", "shown"),
    [
        ("ㅍㅏㄹ", "팔"),
        ("ㅍㅏㄹㅡ", "파르"),
        ("ㅋㅔㅇㅣㅌ", "케잍"),
        ("ㄷㅏㄹㄱ", "닭"),
        ("ㄷㅏㄹㄱㅣ", "달기"),
        ("ㄱㅏㅃㅏ", "가빠"),
        ("ㄱㅗㅏㄴ", "관"),
        ("ㅂㅅㅌㅇ", "ㅂㅅㅌㅇ"),
        ("63ㅂㅣㄹ", "63빌"),
    ],
)
def test_compose_shows_what_an_input_method_shows(letters: str, shown: str) -> None:
    assert compose(letters) == shown


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("vkfmsktm", "파르나스"),
        ("VKFMSKTM", "파르나스"),
        ("Vkfmsktm", "파르나스"),
        ("ㅏㅡㅔ", "kmp"),
        ("tnlfejtm", "쉴더스"),
        ("나", "sk"),
        ("63qlfeld", "63빌딩"),
        ("12rk3456", "12가3456"),
        ("Rkcl", "까치"),
        ("까", "Rk"),
        ("rhksfl", "관리"),
        ("", ""),
    ],
)
def test_the_other_layout_both_ways(typed: str, meant: str) -> None:
    assert layout_swapped(typed) == meant


@settings(deadline=None)
@given(SYLLABLES)
def test_syllables_survive_their_letters_and_the_other_layout(text: str) -> None:
    assert compose(jamo(text)) == text
    latin = layout_swapped(text)
    assert latin.isascii()
    assert layout_swapped(latin) == text


@settings(deadline=None)
@given(st.text())
def test_any_text_folds_and_folding_again_changes_nothing(text: str) -> None:
    key = fold(text)
    assert fold(key) == key
    assert all(char.isalnum() for char in key)
    assert jamo(jamo(text)) == jamo(text)
    assert len(initials(text)) == len(key)
    layout_swapped(text)


@settings(deadline=None)
@given(st.text())
def test_fold_does_not_depend_on_the_normal_form_or_case(text: str) -> None:
    korean = "가온ㄱ" + text
    assert fold(unicodedata.normalize("NFD", korean)) == fold(unicodedata.normalize("NFC", korean))
