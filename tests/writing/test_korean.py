"""Korean in a mail's text: particles, honorifics, dates, money, names cut or masked."""

from __future__ import annotations

import unicodedata
from datetime import date, datetime, time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parkdraft.values.particles import particle
from parkdraft.values.people import TITLES
from parkdraft.writing.korean import (
    FILTERS,
    day,
    greeting,
    honorific,
    masked,
    moment,
    shortened,
    won,
)

PAIRS = ("은/는", "을/를", "이/가", "(으)로")


@pytest.mark.parametrize(
    ("words", "endings"),
    [
        ("0 3 6 10 100 1000 10000 12가3450 12가3453 12가3456", ("은", "을", "이", "으로")),
        ("1 7 8 12가3451 12가3457 12가3458 21", ("은", "을", "이", "로")),
        ("2 4 5 9 12가3452 345나6784 12가3455 345나6789", ("는", "를", "가", "로")),
        ("L R URL CCR", ("은", "을", "이", "로")),
        ("M N KMPM SKN", ("은", "을", "이", "으로")),
        ("A B C D E F G H I J K O P Q S T U V W X Y Z KMP SK", ("는", "를", "가", "로")),
        ("가온타워 하이파크 어반포트 케이엠파크", ("는", "를", "가", "로")),
        ("하이파킹 63빌딩 12,000원 가람", ("은", "을", "이", "으로")),
        ("서울 별관(서울) 파르나스호텔", ("은", "을", "이", "로")),
    ],
)
def test_the_particle_follows_the_last_sound(words: str, endings: tuple[str, ...]) -> None:
    for word in words.split():
        assert tuple(particle(word, pair) for pair in PAIRS) == tuple(
            word + ending for ending in endings
        )


@pytest.mark.parametrize(
    ("word", "pair", "expected"),
    [
        ("12가3456", "을/를", "12가3456을"),
        ("345나6789", "(으)로", "345나6789로"),
        ("12가3450", "(으)로", "12가3450으로"),
        ("12가3458", "(으)로", "12가3458로"),
        ("KMP", "은/는", "KMP는"),
        ("URL", "을/를", "URL을"),
        ("가온타워(지하)", "(으)로", "가온타워(지하)로"),
        ("12,000원", "(으)로", "12,000원으로"),
        ("63빌딩", "을/를", "63빌딩을"),
        ("파르나스 호텔", "(으)로", "파르나스 호텔로"),
        ("가온타워(B1)", "이/가", "가온타워(B1)이"),
        ("‘가온빌딩’", "(으)로", "‘가온빌딩’으로"),
        ('"가온타워"', "을/를", '"가온타워"를'),
        ("「가온」", "과/와", "「가온」과"),
        ("2026. 12. 1.", "(으)로", "2026. 12. 1.로"),
        ("가온타워 ", "은/는", "가온타워 는"),
        ("카카오T", "을/를", "카카오T를"),
        ("１２", "을/를", "１２를"),
        ("㈜", "은/는", "㈜는"),
        (unicodedata.normalize("NFD", "가온빌딩"), "을/를", None),
        ("가온타워", "과/와", "가온타워와"),
        ("서울", "과/와", "서울과"),
        ("변경", "(이)라", "변경이라"),
        ("해지", "(이)라", "해지라"),
        ("해지", "이라/라", "해지라"),
        ("서울", "이라/라", "서울이라"),
        ("서울", "으로/로", "서울로"),
        ("가온", "로/으로", "가온으로"),
        ("가온", "는/은", "가온은"),
        ("주간", "(이)나", "주간이나"),
    ],
)
def test_particles_in_use(word: str, pair: str, expected: str | None) -> None:
    assert particle(word, pair) == (expected or f"{word}을")


@pytest.mark.parametrize(
    "word", ["Tower", "가온 Tower", "iPhone", "p", "가온…", "가온(지하…)", "", "!", "漢"]
)
def test_both_forms_where_the_reading_is_not_known(word: str) -> None:
    endings = ("은(는)", "을(를)", "이(가)", "(으)로")
    assert tuple(particle(word, pair) for pair in PAIRS) == tuple(word + end for end in endings)
    assert particle(word, "과/와") == f"{word}과(와)"
    assert particle(word, "이라/라") == f"{word}(이)라"


def test_a_pair_that_is_none_is_an_error() -> None:
    with pytest.raises(ValueError, match="에서"):
        particle("가온", "에서")


@pytest.mark.parametrize(
    ("name", "title", "polite"),
    [
        ("김하늘", "주임", "김하늘 주임님"),
        ("박도윤", "대리", "박도윤 대리님"),
        ("박도윤", None, "박도윤 님"),
        ("박도윤", "", "박도윤 님"),
        ("박도윤", "주임님", "박도윤 주임님"),
        ("박도윤님", None, "박도윤 님"),
        ("박도윤 님", None, "박도윤 님"),
        ("관리소장", None, "관리소장님"),
        ("소장님", None, "소장님"),
        ("", "소장", "소장님"),
        ("운영팀", None, "운영팀 담당자님"),
        ("KMP 운영 서비스팀", None, "KMP 운영 서비스팀 담당자님"),
        ("하이파킹 공용메일", None, "하이파킹 공용메일 담당자님"),
        ("운영팀 담당자", None, "운영팀 담당자님"),
        ("담당자님", None, "담당자님"),
    ],
)
def test_honorifics(name: str, title: str | None, polite: str) -> None:
    assert honorific(name, title) == polite


@pytest.mark.parametrize(
    ("name", "title", "polite"),
    [
        ("박도윤", None, "박도윤 담당자님"),
        ("박도윤님", None, "박도윤 담당자님"),
        ("박도윤 담당자님", None, "박도윤 담당자님"),
        ("박도윤 담당자", None, "박도윤 담당자님"),
        ("운영팀", None, "운영팀 담당자님"),
        ("관리소장", None, "관리소장님"),
        ("박도윤", "대리", "박도윤 대리님"),
    ],
)
def test_honorifics_towards_a_partner(name: str, title: str | None, polite: str) -> None:
    assert honorific(name, title, bare="담당자님") == polite


HANEUL = ("김하늘", "주임", False)
DOYUN = ("박도윤", "대리", False)
SEOYEON = ("이서연", None, False)
MAILBOX = ("하이파킹 공용메일", None, True)
NOBODY = ("", None, False)


@pytest.mark.parametrize(
    ("people", "site", "line"),
    [
        ([HANEUL], None, "안녕하세요, 김하늘 주임님."),
        ([SEOYEON], None, "안녕하세요, 이서연 담당자님."),
        ([MAILBOX], None, "안녕하세요, 하이파킹 공용메일 담당자님."),
        ([("Parking CS", "팀장", True)], None, "안녕하세요, Parking CS 담당자님."),
        ([("운영팀", None, True)], None, "안녕하세요, 운영팀 담당자님."),
        ([DOYUN, SEOYEON], None, "박도윤 대리님, 이서연 님, 안녕하세요."),
        ([SEOYEON, DOYUN], None, "이서연 님, 박도윤 대리님, 안녕하세요."),
        (
            [DOYUN, SEOYEON, MAILBOX],
            None,
            "박도윤 대리님, 이서연 님, 하이파킹 공용메일 담당자님, 안녕하세요.",
        ),
        ([DOYUN, SEOYEON, HANEUL, MAILBOX], "가온타워", "담당자 여러분, 안녕하세요."),
        ([DOYUN] * 9, None, "담당자 여러분, 안녕하세요."),
        ([], "가온타워", "안녕하세요, 가온타워 담당자님."),
        ([NOBODY], "가온타워", "안녕하세요, 가온타워 담당자님."),
        ([NOBODY, DOYUN], "가온타워", "가온타워 담당자님, 박도윤 대리님, 안녕하세요."),
        ([], None, "안녕하세요, 담당자님."),
        ([("", "소장", False)], "가온타워", "안녕하세요, 소장님."),
    ],
)
def test_greetings(people: list[tuple[str, str | None, bool]], site: str | None, line: str) -> None:
    assert greeting(people, site) == line


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (date(2026, 11, 23), "2026-11-23(월)"),
        (date(2026, 12, 1), "2026-12-01(화)"),
        (date(2026, 12, 2), "2026-12-02(수)"),
        (date(2026, 12, 31), "2026-12-31(목)"),
        (date(2027, 1, 1), "2027-01-01(금)"),
        (date(2028, 2, 29), "2028-02-29(화)"),
        (date(2026, 11, 28), "2026-11-28(토)"),
        (date(2026, 11, 29), "2026-11-29(일)"),
        (datetime(2026, 12, 1, 14, 5), "2026-12-01(화)"),
    ],
)
def test_days(value: date, shown: str) -> None:
    assert day(value) == shown


def test_moments() -> None:
    assert moment(date(2026, 12, 1), time(14, 5)) == "2026-12-01(화) 14:05"
    assert moment(date(2026, 12, 1), time(0, 0, 59)) == "2026-12-01(화) 00:00"
    assert moment(date(2026, 12, 1), None) == "2026-12-01(화)"


@pytest.mark.parametrize(
    ("amount", "shown"),
    [(0, "0원"), (900, "900원"), (12000, "12,000원"), (1234567, "1,234,567원"), (-500, "-500원")],
)
def test_money(amount: int, shown: str) -> None:
    assert won(amount) == shown


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("홍길동", "홍*동"),
        ("홍길", "홍*"),
        ("홍", "*"),
        ("남궁길동", "남**동"),
        ("홍길동님", "홍*동"),
        ("홍길동 고객님", "홍*동"),
        (" 홍 길동 ", "홍 *동"),
        ("홍 길", "홍 *"),
        ("Kim", "K*m"),
        ("Al", "A*"),
        ("Gildong Hong", "G****** ***g"),
        ("", ""),
        (unicodedata.normalize("NFD", "홍길동"), "홍*동"),
    ],
)
def test_masked_names(name: str, shown: str) -> None:
    assert masked(name) == shown


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("가온타워", "가온타워"),
        ("가" * 12, "가" * 12),
        ("가" * 13, "가" * 11 + "…"),
        ("가온타워 지하주차장 별관동", "가온타워 지하주차장…"),
        ("가온타워 공영주차장 (지하)", "가온타워 공영주차장…"),
    ],
)
def test_shortened_names(name: str, shown: str) -> None:
    assert shortened(name) == shown
    assert len(shown) <= 12


def test_shortened_to_another_length() -> None:
    assert shortened("가온타워", 3) == "가온…"
    assert shortened("가온타워", 0) == "…"


@settings(deadline=None)
@given(st.text(), st.sampled_from([*PAIRS, "과/와", "이라/라"]))
def test_a_particle_only_adds_to_any_word(word: str, pair: str) -> None:
    assert particle(word, pair).startswith(word)
    assert particle(word, pair) != word


@settings(deadline=None)
@given(
    st.sampled_from(["박도윤", "운영팀", "관리소장", "하늘님", ""]) | st.text(max_size=6),
    st.sampled_from([None, "", "소장님", *TITLES]),
    st.sampled_from(["님", "담당자님"]),
)
def test_an_honorific_ends_in_one_nim(name: str, title: str | None, bare: str) -> None:
    polite = honorific(name, title, bare=bare)
    assert polite.endswith("님")
    assert not polite.endswith(("님님", "님 님")) or name.strip().endswith(("님님", "님 님"))


@settings(deadline=None)
@given(st.text(max_size=10))
def test_a_masked_name_keeps_at_most_two_characters(name: str) -> None:
    shown = masked(name)
    assert sum(char not in "* " for char in shown) <= 2
    assert len(shown) < 2 or "*" in shown


@settings(deadline=None)
@given(st.text(max_size=30), st.integers(0, 20))
def test_a_shortened_name_is_short(name: str, syllables: int) -> None:
    assert len(shortened(name, syllables)) <= max(syllables, 1)


def test_templates_can_mask_a_phone() -> None:
    assert FILTERS["masked_phone"]("010-1234-5678") == "010-****-5678"
