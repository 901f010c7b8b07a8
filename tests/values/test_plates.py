"""Licence plates: what is read, what is refused and how, and what no spelling changes."""

from __future__ import annotations

import re
import unicodedata
from typing import Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parkdraft import wording
from parkdraft.errors import DetailsError, Problem
from parkdraft.values.plates import DIPLOMATIC, REGIONS, SYLLABLES, read_plate
from parkdraft.writing.compose import last4 as last4_of

MISFIT = ("plate.class-digit-misfit",)
CONFIRM = "--plate-confirmed"

VALID = [
    ("12가3456", "private", "3456"),
    ("345나6789", "private", "6789"),
    ("999주0001", "private", "0001"),
    ("01호0100", "rental", "0100"),
    ("123하4567", "rental", "4567"),
    ("31바1234", "for-hire", "1234"),
    ("서울31바1234", "for-hire", "1234"),
    ("세종80아9999", "for-hire", "9999"),
    ("경기93배1234", "parcel", "1234"),
    ("006가1234", "construction", "1234"),
    ("027주1234", "construction", "1234"),
    ("부산4나1234", "old", "1234"),
    ("서울1바1234", "old", "1234"),
    ("서울31가1234", "old", "1234"),
    ("외교012-345", "diplomatic", "2345"),
    ("준영001-002", "diplomatic", "1002"),
]

SPELLINGS = [
    ("１２ - 가 ３４５６", "12가3456"),
    ("12-가-3456", "12가3456"),
    ("12.가·3456", "12가3456"),
    ("12 가・3456", "12가3456"),
    ("12–가−3456", "12가3456"),
    ("\ufeff12\u200b가\u200d3456\u2060", "12가3456"),
    ("\u202a12가3456\u202e", "12가3456"),
    ("12ㄱㅏ3456", "12가3456"),
    ("12ㄱ ㅏ3456", "12가3456"),
    ("12가3456", "12가3456"),
    ("12ﾡￂ3456", "12가3456"),
    ("ㅅㅓㅇㅜㄹ31ㅂㅏ1234", "서울31바1234"),
    ("외교012345", "외교012-345"),
    ("외교 012 345", "외교012-345"),
    ("ㅇㅗㅣㄱㅛ012-345", "외교012-345"),
]

REFUSED = [
    ("", ["plate.empty"]),
    (" - . ", ["plate.empty"]),
    ("\u200b\u3164", ["plate.empty"]),
    ("12각3456", ["plate.final-consonant"]),
    ("12차3456", ["plate.syllable"]),
    ("12까3456", ["plate.syllable"]),
    ("12후3456", ["plate.syllable"]),
    ("12기3456", ["plate.vowel"]),
    ("12매3456", ["plate.vowel"]),
    ("12ㄱ3456", ["plate.half-syllable"]),
    ("12가345", ["plate.serial-digits"]),
    ("12가34567", ["plate.serial-digits"]),
    ("12가", ["plate.serial-digits"]),
    ("12가0000", ["plate.serial-zero"]),
    ("00가1234", ["plate.class-zero"]),
    ("000가1234", ["plate.class-zero"]),
    ("서울0가1234", ["plate.class-zero"]),
    ("028가1234", ["plate.construction-range"]),
    ("099가1234", ["plate.construction-range"]),
    ("서울123가4567", ["plate.region-three-digits"]),
    ("1가2345", ["plate.one-digit"]),
    ("가3456", ["plate.front-missing"]),
    ("1234가5678", ["plate.front-digits"]),
    ("12가나3456", ["plate.one-syllable"]),
    ("한양31바1234", ["plate.region"]),
    ("3456", ["plate.last-four-only"]),
    ("３４５６", ["plate.last-four-only"]),
    ("123456", ["plate.no-syllable"]),
    ("번호미정", ["plate.no-digits"]),
    ("l2가3456", ["plate.latin-digit"]),
    ("12가O456", ["plate.latin-digit"]),
    ("12가34|6", ["plate.latin-digit"]),
    ("I2가3O56", ["plate.latin-digit", "plate.latin-digit"]),
    ("12rk3456", ["plate.english-layout"]),
    ("12RK3456", ["plate.english-layout"]),
    ("12rko456", ["plate.latin-digit", "plate.english-layout"]),
    ("tjdnf31qk1234", ["plate.english-layout", "plate.english-layout"]),
    ("dhlry012-345", ["plate.english-layout"]),
    ("12rkr3456", ["plate.english-layout", "plate.final-consonant"]),
    ("AB1234", ["plate.latin-letters"]),
    ("12가3456 345나6789", ["plate.two"]),
    ("12가3456→345나6789", ["plate.two"]),
    ("12가3456\n345나6789", ["plate.two"]),
    ("12rk3456 34sk5678", ["plate.english-layout", "plate.english-layout", "plate.two"]),
    ("12가3456호", ["plate.extra"]),
    ("(12가3456)", ["plate.extra"]),
    ("12*가3456", ["plate.characters"]),
    ("12가٣٤٥٦", ["plate.characters"]),
    ("<b>12가3456", ["plate.markup"]),
    ("＜12가3456", ["plate.markup"]),
    ("12가3456번호판에 적힌 그대로입니다 참고", ["plate.too-long"]),
    ("1" * 5000, ["plate.too-long"]),
    ("12가3456\n", ["text.line-break"]),
    ("12가\x003456", ["text.control"]),
    ("12가\t3456", ["text.control"]),
    ("12가3456\ud800", ["text.broken"]),
    ("외교01-234", ["plate.diplomatic-digits"]),
    ("임123", ["plate.temporary-digits"]),
    ("서울강남가1234", ["plate.unusual"]),
    ("12육3456", ["plate.unusual"]),
    ("외빈123", ["plate.unusual"]),
    ("00각0000", ["plate.class-zero", "plate.final-consonant", "plate.serial-zero"]),
]


def refusal(text: str, *, confirmed: bool = False) -> DetailsError:
    with pytest.raises(DetailsError) as caught:
        read_plate(text, confirmed=confirmed)
    return caught.value


def four_digits(text: str) -> set[str]:
    """Every four digits in a row of the text, as it is and as the reader sees it."""
    return set(re.findall(r"(?=([0-9]{4}))", unicodedata.normalize("NFKC", text)))


@pytest.mark.parametrize(("text", "kind", "last4"), VALID)
def test_reads_every_kind(text: str, kind: str, last4: str) -> None:
    plate = read_plate(text)
    assert (plate.written, str(plate), plate.kind, last4_of(plate)) == (text, text, kind, last4)
    assert plate.warnings == ()


@pytest.mark.parametrize(("text", "written"), SPELLINGS)
def test_reads_every_spelling_to_one_form(text: str, written: str) -> None:
    assert read_plate(text).written == written


@pytest.mark.parametrize("text", ["345바1234", "006하1234", "12배1234", "123배4567", "서울1배1234"])
def test_a_class_digit_that_does_not_fit_is_a_warning(text: str) -> None:
    assert read_plate(text).warnings == MISFIT


@pytest.mark.parametrize("text", ["임1234", "임시123456", "서울임시12345"])
def test_temporary_plates_are_read_with_a_warning(text: str) -> None:
    plate = read_plate(text)
    assert (plate.written, plate.kind, plate.warnings) == (text, "temporary", ("plate.temporary",))


@pytest.mark.parametrize(("text", "codes"), REFUSED)
def test_refuses_and_names_all_that_is_wrong(text: str, codes: list[str]) -> None:
    assert [problem.code for problem in refusal(text).problems] == codes


def test_a_refusal_names_what_the_letters_stand_for() -> None:
    (layout,) = refusal("12rk3456").problems
    assert "'rk'의 한글은 '가'" in wording.message(layout)
    (letter,) = refusal("l2가3456").problems
    assert "1 자리" in wording.message(letter)
    assert "(l)" in wording.message(letter)


@pytest.mark.parametrize("text", ["서울강남가1234", "12육3456", "외빈123", "AB1234"])
def test_a_shape_that_may_be_real_is_offered_confirmation(text: str) -> None:
    assert any(CONFIRM in wording.hint(problem) for problem in refusal(text).problems)


@pytest.mark.parametrize(
    "text", ["l2가3456", "12rk3456", "12각3456", "3456", "00가1234", "12가345"]
)
def test_a_typing_error_is_not_offered_confirmation(text: str) -> None:
    assert not any(CONFIRM in wording.hint(problem) for problem in refusal(text).problems)


@pytest.mark.parametrize(
    ("text", "written", "last4"),
    [
        ("서울 강남 가 1234", "서울강남가1234", "1234"),
        ("12육-3456", "12육-3456", "3456"),
        ("외빈 - 12", "외빈-12", "빈-12"),
        ("AB–1234", "AB-1234", "1234"),
        ("12각3456", "12각3456", "3456"),
        ("국-1-2-3-4-5-6-7-8-9-0-1", "국12345678901", "8901"),
    ],
)
def test_a_confirmed_plate_is_taken_as_it_is(text: str, written: str, last4: str) -> None:
    plate = read_plate(text, confirmed=True)
    assert (plate.written, last4_of(plate)) == (written, last4)
    assert (plate.kind, plate.warnings) == ("unusual", ("plate.confirmed",))


def test_confirmation_does_not_change_a_usual_plate() -> None:
    assert read_plate("12 가 3456", confirmed=True) == read_plate("12가3456")


@pytest.mark.parametrize(
    "text",
    ["", "육육육", "<육>12", "육12\n", "육12\x7f", "12가3456/345나6789", "육(12)", "육" * 20 + "1"],
)
def test_confirmation_does_not_open_the_door_to_everything(text: str) -> None:
    refusal(text, confirmed=True)


SERIALS = st.integers(1, 9999).map("{:04}".format)
PRIVATE = st.sampled_from([syllable for syllable, use in SYLLABLES.items() if use == "private"])
PLATES = st.one_of(
    st.builds("{:02}{}{}".format, st.integers(1, 99), st.sampled_from(list(SYLLABLES)), SERIALS),
    st.builds("{}{}{}".format, st.integers(100, 999), PRIVATE, SERIALS),
    st.builds("{:03}{}{}".format, st.integers(1, 27), PRIVATE, SERIALS),
    st.builds("{}{}{}{}".format, st.sampled_from(REGIONS), st.integers(1, 99), PRIVATE, SERIALS),
    st.builds(
        "{}{:03}-{:03}".format,
        st.sampled_from(DIPLOMATIC),
        st.integers(0, 999),
        st.integers(0, 999),
    ),
)
WIDE = str.maketrans("0123456789-", "０１２３４５６７８９－")
BETWEEN = st.sampled_from(["", " ", "-", ".", "·", "\u200b", "\u3000", " - "])
# Text that comes near a plate more often than random text does.
NEARLY = st.text("0123456789가각바배임시서울외교육rkOlI- .<\n\ud800\u200b가ㅏ", max_size=24)


@settings(deadline=None)
@given(PLATES)
def test_the_written_form_reads_back_as_itself(text: str) -> None:
    plate = read_plate(text)
    assert plate.written == text
    assert read_plate(plate.written) == plate


@settings(deadline=None)
@given(PLATES, st.data(), st.sampled_from(["NFC", "NFD"]), st.booleans())
def test_separators_widths_and_decomposition_do_not_matter(
    text: str, data: st.DataObject, form: Literal["NFC", "NFD"], wide: bool
) -> None:
    spelled = unicodedata.normalize(form, text.translate(WIDE) if wide else text)
    assert read_plate("".join(char + data.draw(BETWEEN) for char in spelled)) == read_plate(text)


@settings(deadline=None, max_examples=300)
@given(st.one_of(st.text(max_size=60), NEARLY), st.booleans())
def test_any_text_is_read_or_refused_without_repeating_it(text: str, confirmed: bool) -> None:
    try:
        plate = read_plate(text, confirmed=confirmed)
    except DetailsError as error:
        problems = error.problems
    else:
        assert read_plate(plate.written, confirmed=confirmed) == plate
        problems = tuple(Problem(code) for code in plate.warnings)
    said = "".join(wording.message(problem) + wording.hint(problem) for problem in problems)
    assert not any(digits in said for digits in four_digits(text))
