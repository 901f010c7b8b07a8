"""Text, memos, money, counts, flags and choices: tables of good and bad input."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.helpers.problems import code_of

from parkdraft import wording
from parkdraft.decide.details import find_case
from parkdraft.errors import DetailsError
from parkdraft.lookup.find import Finding
from parkdraft.lookup.index import Index
from parkdraft.tables.columns import key
from parkdraft.values.amounts import read_count, read_money
from parkdraft.values.choices import read_choice, read_flag
from parkdraft.values.hangul import fold
from parkdraft.values.phones import read_phone
from parkdraft.values.plates import read_plate
from parkdraft.values.text import read_long_text, read_memo, read_text

LABELS = {
    "plate-change": ("차량번호 변경", "번호변경"),
    "cancellation": ("중도해지·환불",),
    "none": ("권한 구분 없음 ('-')",),
    "sk": (),
}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("가온타워", "가온타워"),
        ("  가온   타워\u3000\u00a0B동 ", "가온 타워 B동"),
        (unicodedata.normalize("NFD", "가온타워"), "가온타워"),
        ("\ufeff가\u200b온\u2060", "가온"),
        ("가\u200d온", "가온"),
        ("👩\u200d👩\u200d👧 가족", "👩\u200d👩\u200d👧 가족"),
        ("❤\ufe0f\u200d🔥", "❤\ufe0f\u200d🔥"),
        ("👩\u200d", "👩"),
        ("👩\u200d\u200d👩", "👩👩"),
        ("＜full－width＞", "＜full－width＞"),
        ("가\u202e나\u2066다\u2069", "가나다"),
        ("가\u115f나\u1160다\u17b4라\u180b마", "가나다라마"),
        ("=\u0338?", "≠?"),
    ],
)
def test_reads_a_line_of_text(text: str, expected: str) -> None:
    assert read_text(text, 40) == expected


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "text.empty"),
        (" \u3000\u200b", "text.empty"),
        ("가" * 41, "text.too-long"),
        ("=?utf-8?q?x?=", "text.encoded-word"),
        ("가=?나", "text.encoded-word"),
        ("가＝？나", "text.encoded-word"),
        ("=\u200b?utf-8?q?x?=", "text.encoded-word"),
        ("=\u202e?utf-8?q?x?=", "text.encoded-word"),
        ("=\u00ad\u2066\u200d?utf-8?q?x?=", "text.encoded-word"),
        ("=\u115f?utf-8?q?x?=", "text.encoded-word"),
        ("가\n나", "text.line-break"),
        ("가나\n", "text.line-break"),
        ("가\r나", "text.line-break"),
        ("가\x85나", "text.line-break"),
        ("가\u2028나", "text.line-break"),
        ("가\u2029나", "text.line-break"),
        ("가\x0b나", "text.line-break"),
        ("가\t나", "text.control"),
        ("가\x00나", "text.control"),
        ("가\x7f나", "text.control"),
        ("가\x9b나", "text.control"),
        ("가\U000e0041나", "text.control"),
        ("가\ud800나", "text.broken"),
        ("가\uffff나", "text.broken"),
    ],
)
def test_refuses_a_line_of_text(text: str, code: str) -> None:
    assert code_of(lambda: read_text(text, 40)) == code


def test_a_text_too_long_says_by_how_much() -> None:
    with pytest.raises(DetailsError) as caught:
        read_text("가" * 1234, 1000)
    (problem,) = caught.value.problems
    assert problem.data == {"count": 1234, "maximum": 1000}
    assert "1,234자" in wording.message(problem)


def test_reads_several_lines() -> None:
    text = "\r\n 첫\t줄 \r\n\r\n \r\n둘째  줄\r셋째 줄\n\n"
    assert read_long_text(text, 100) == "첫 줄\n\n둘째 줄\n셋째 줄"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (" \n\t\r\n", "text.empty"),
        ("가\n" * 60, "text.too-long"),
        ("가\u2028나", "text.line-break"),
        ("가\n\x00", "text.control"),
        ("\udc00", "text.broken"),
    ],
)
def test_refuses_several_lines(text: str, code: str) -> None:
    assert code_of(lambda: read_long_text(text, 100)) == code


@pytest.mark.parametrize(
    "text",
    [
        "900101-1234567",
        "9001011234567",
        "900101 - 1234567",
        "900101–1234567",
        "900101- 1 234567",
        "90.01.01-1234567",
        "9 0 0 1 0 1 1 2 3 4 5 6 7",
        "９００１０１－１２３４５６７",
        "٩٠٠١٠١-١٢٣٤٥٦٧",
        "900101\u200b-1234567",
        "고객 900101-5234567님",
        "001231-4234567",
        "000229-3234567",
        "2026-12-01 900101-1234567 010-1234-5678",
        "900101-1******",
        "900101\n1234567",
    ],
)
def test_a_memo_with_a_resident_number_is_refused(text: str) -> None:
    assert code_of(lambda: read_memo(text, 200)) == "memo.resident-number"


@pytest.mark.parametrize(
    "text",
    [
        "4111 1111 1111 1111",
        "4111-1111-1111-1111",
        "4111111111111111",
        "４１１１－１１１１－１１１１－１１１１",
        "4111 - 1111 - 1111 - 1111",
        "3782 822463 10005",
        "378282246310005",
        "2026-12-01 4111-1111-1111-1111 12,000원",
        "카드5555555555554444로 결제",
    ],
)
def test_a_memo_with_a_card_number_is_refused(text: str) -> None:
    assert code_of(lambda: read_memo(text, 200)) == "memo.card-number"


@pytest.mark.parametrize(
    "text",
    [
        "현장 직원과 통화함",
        "주문 9013011234567",
        "주문 9001019234567",
        "주문 000230-3234567",
        "주문 29001011234567",
        "접수 1123-014, 연락 010-1234-5678",
        "010-1234-5678 23층",
        "2026-12-01 14:05 12,000원 승인 30012345",
        "4111 1111 1111 1112",
        "가온카드 1111",
    ],
)
def test_other_numbers_may_stand_in_a_memo(text: str) -> None:
    assert read_memo(text, 200) == text


@pytest.mark.parametrize(
    ("text", "won"),
    [
        ("12000", 12_000),
        ("12,000", 12_000),
        ("12,000원", 12_000),
        ("12,000 원", 12_000),
        ("₩12,000", 12_000),
        ("￦ 12,000", 12_000),
        ("\\12,000", 12_000),
        ("KRW 12000", 12_000),
        ("１２，０００원", 12_000),
        ("12000.0", 12_000),
        ("12,000.00", 12_000),
        ("1", 1),
        ("3만5천원", 35_000),
        ("3만 5천", 35_000),
        ("3만 5천 5백원", 35_500),
        ("1만원", 10_000),
        ("만원", 10_000),
        ("만5천원", 15_000),
        ("5천원", 5_000),
        ("2만5000원", 25_000),
        ("2만 5,000원", 25_000),
        ("3만500원", 30_500),
        ("3천500원", 3_500),
        ("120만원", 1_200_000),
        ("1,000만원", 10_000_000),
        ("1억원", 100_000_000),
        ("100,000,000", 100_000_000),
    ],
)
def test_reads_money(text: str, won: int) -> None:
    assert read_money(text) == won


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "money.empty"),
        ("원", "money.malformed"),
        ("무료", "money.malformed"),
        ("12 000", "money.malformed"),
        ("012000", "money.malformed"),
        ("3만5", "money.malformed"),
        ("3천5", "money.malformed"),
        ("5천3만", "money.malformed"),
        ("12000~15000", "money.malformed"),
        ("-12000", "money.negative"),
        ("−12,000원", "money.negative"),
        ("₩-12,000", "money.negative"),
        ("(12,000)", "money.negative"),
        ("△12,000", "money.negative"),
        ("0", "money.zero"),
        ("0원", "money.zero"),
        ("0.0", "money.zero"),
        ("12.5", "money.decimal"),
        ("12.000", "money.decimal"),
        ("3.5만원", "money.decimal"),
        ("3.5만", "money.decimal"),
        ("1,2000", "money.grouping"),
        ("12,00원", "money.grouping"),
        (",000", "money.grouping"),
        ("100000001", "money.too-large"),
        ("2억", "money.too-large"),
        ("9" * 150, "money.too-large"),
        ("$12", "money.currency"),
        ("12 USD", "money.currency"),
        ("1,000엔", "money.currency"),
        ("€12", "money.currency"),
        ("12000\n", "text.line-break"),
        ("9" * 5000, "text.too-long"),
    ],
)
def test_refuses_money(text: str, code: str) -> None:
    assert code_of(lambda: read_money(text)) == code


@pytest.mark.parametrize(
    ("text", "days"),
    [("10", 10), ("10일", 10), ("10 일", 10), ("１０일", 10), ("10.0", 10), ("0", 0), ("007", 7)],
)
def test_reads_a_count(text: str, days: int) -> None:
    assert read_count(text, 31) == days


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "count.empty"),
        ("-3", "count.negative"),
        ("−3일", "count.negative"),
        ("32", "count.too-large"),
        ("9" * 150, "count.too-large"),
        ("1.5", "count.malformed"),
        ("열흘", "count.malformed"),
        ("10개월", "count.malformed"),
        ("10\n", "text.line-break"),
    ],
)
def test_refuses_a_count(text: str, code: str) -> None:
    assert code_of(lambda: read_count(text, 31)) == code


@pytest.mark.parametrize("text", [*"예네oO○ＯyY1", "yes", "YES", "true", "TRUE", "긴급"])
def test_reads_yes(text: str) -> None:
    assert read_flag(f" {text} ") is True


@pytest.mark.parametrize(
    "text", [*"xX×nN0", "", " ", "아니오", "아니요", "no", "No", "false", "FALSE"]
)
def test_reads_no(text: str) -> None:
    assert read_flag(text) is False


@pytest.mark.parametrize("text", ["아마", "2", "예아니오", "yesno"])
def test_refuses_what_is_neither_yes_nor_no(text: str) -> None:
    assert code_of(lambda: read_flag(text)) == "flag.unknown"


@pytest.mark.parametrize(
    ("text", "identifier"),
    [
        ("plate-change", "plate-change"),
        ("plate_change", "plate-change"),
        ("Plate Change", "plate-change"),
        ("차량번호변경", "plate-change"),
        (unicodedata.normalize("NFD", "차량번호 변경"), "plate-change"),
        ("번호변경", "plate-change"),
        ("중도해지 / 환불", "cancellation"),
        ("ＳＫ", "sk"),
    ],
)
def test_reads_a_choice(text: str, identifier: str) -> None:
    assert read_choice(text, LABELS) == identifier


@pytest.mark.parametrize("text", ["", "-", "변경", "없음", "\n", "\ud800"])
def test_refuses_another_choice_and_lists_the_labels(text: str) -> None:
    with pytest.raises(DetailsError) as caught:
        read_choice(text, LABELS)
    (problem,) = caught.value.problems
    assert problem.code == "choice.unknown"
    assert "차량번호 변경, 중도해지·환불, 권한 구분 없음 ('-'), sk" in wording.hint(problem)


@settings(deadline=None)
@given(st.integers(1, 100_000_000))
def test_every_way_of_writing_an_amount_reads_to_it(won: int) -> None:
    forms = [f"{won}", f"{won:,}", f"{won:,}원", f"₩{won:,}", f"{won}.0"]
    assert {read_money(form) for form in forms} == {won}


@settings(deadline=None)
@given(st.integers(1, 9999), st.integers(1, 9), st.integers(1, 9))
def test_amounts_in_korean_units_read_to_their_sum(man: int, cheon: int, baek: int) -> None:
    won = man * 10_000 + cheon * 1_000 + baek * 100
    assert read_money(f"{man}만 {cheon}천 {baek}백원") == won
    assert read_money(f"{man}만{cheon}{baek}00") == won


# Text with many of the characters that are dropped, joined or refused.
AWKWARD = st.text(
    "가가 각👩❤\ufe0f\u200d\u200b\ufeff\u3000\u00a0\r\n\t\u0338←0123456789-", max_size=30
)
READERS: list[Callable[[str], object]] = [
    lambda text: read_text(text, 30),
    lambda text: read_long_text(text, 30),
    lambda text: read_memo(text, 30),
    lambda text: read_count(text, 30),
    read_money,
    read_flag,
    lambda text: read_choice(text, LABELS),
]


@settings(deadline=None, max_examples=300)
@given(st.one_of(st.text(max_size=40), AWKWARD))
def test_text_that_was_read_reads_back_as_itself(text: str) -> None:
    for read in (read_text, read_long_text, read_memo):
        try:
            kept = read(text, 40)
        except DetailsError:
            continue
        assert read(kept, 40) == kept
        assert unicodedata.is_normalized("NFC", kept)
        kept.encode("utf-8")


@settings(deadline=None, max_examples=300)
@given(st.one_of(st.text(max_size=40), st.text("0123456789,.-만천백억원₩일 예x\n", max_size=12)))
def test_any_text_is_read_or_refused_without_repeating_it(text: str) -> None:
    for read in READERS:
        try:
            read(text)
        except DetailsError as error:
            (problem,) = error.problems
            said = wording.message(problem) + wording.hint(problem)
            assert not any(found in said for found in re.findall(r"(?=([0-9]{4}))", text))


MARKS = "e" + "\u0301\u0323" * 1_000_000
"""A normaliser that puts its marks in order does not end; so it is never asked to."""


@pytest.mark.parametrize("read", [*READERS, read_plate, read_phone, find_case])
def test_a_text_too_long_is_refused_before_it_is_normalised(read: Callable[[str], object]) -> None:
    assert code_of(lambda: read(MARKS))


@pytest.mark.parametrize(
    "read", [fold, key, Index([Finding("site", "가온타워", ("가온타워",), {})]).search]
)
def test_a_name_too_long_is_compared_without_normalising_it(read: Callable[[str], object]) -> None:
    assert read(MARKS) in (MARKS, [])
