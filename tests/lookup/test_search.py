"""Finding names as they are typed, and names that are near."""

from __future__ import annotations

import re
from typing import NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parkdraft.lookup.index import Index
from parkdraft.lookup.near import near
from parkdraft.values.hangul import compose, initials, jamo, layout_swapped


class Entry(NamedTuple):
    key: str
    names: tuple[str, ...]


def keys(index: Index[Entry], text: str, limit: int | None = None) -> list[str]:
    return [entry.key for entry in index.search(text, limit)]


ENTRIES = (
    Entry("kmpark", ("케이엠파크", "KMP")),
    Entry("kmpns", ("케이엠파킹앤스페이스", "KMPNS")),
    Entry("amano", ("아마노코리아",)),
    Entry("hiparking", ("하이파킹",)),
    Entry("nice", ("한국전자금융", "나이스파스", "나이스파크")),
    Entry("skshieldus", ("SK쉴더스",)),
    Entry("urbanport", ("어반포트",)),
    Entry("hotel", ("파르나스 호텔",)),
    Entry("63", ("63빌딩",)),
    Entry("ktwin", ("케이트윈타워", "케이트윈")),
    Entry("box", ("박스타워",)),
    Entry("magpie", ("까치빌딩",)),
    Entry("gaon", ("가온타워",)),
    Entry("jacky", ("홍길동", "재키", "jacky.114")),
    Entry("lia", ("박도윤", "리아", "lia.hj")),
)
INDEX = Index(ENTRIES)


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        # initial consonants
        ("ㅍㄹㄴㅅ", "hotel"),
        ("ㅎㅇㅍㅋ", "hiparking"),
        ("ㅎㄱㅈㅈㄱㅇ", "nice"),
        ("ㅋㅇㅌㅇ", "ktwin"),
        ("ㅇㅂㅍㅌ", "urbanport"),
        ("skㅅㄷㅅ", "skshieldus"),
        ("SKㅅㄷㅅ", "skshieldus"),
        ("63ㅂㄷ", "63"),
        ("ㅎㅌ", "hotel"),
        ("ㅄㅌㅇ", "box"),
        ("ㅂㅅㅌㅇ", "box"),
        ("\u1111\u1105\u1102\u1109", "hotel"),
        # half-typed
        ("팔", "hotel"),
        ("파ㄹ", "hotel"),
        ("파르", "hotel"),
        ("파르낫", "hotel"),
        ("케잍", "ktwin"),
        ("하잎ㅋ", "hiparking"),
        ("항ㅍㅋ", "hiparking"),
        ("한국ㅈㅈ", "nice"),
        ("63비", "63"),
        ("ㅍㅏㄹㅡ", "hotel"),
        # spaces, case, aliases, nicknames, handles
        ("파르나스호텔", "hotel"),
        ("파 르 나 스", "hotel"),
        ("sk 쉴더스", "skshieldus"),
        ("kmpns", "kmpns"),
        ("재키", "jacky"),
        ("ㅈㅋ", "jacky"),
        ("리아", "lia"),
        ("@lia.hj", "lia"),
        ("LIA.HJ", "lia"),
        ("나이스파크", "nice"),
        # the other layout
        ("vkfmsktm", "hotel"),
        ("VKFMSKTM", "hotel"),
        ("ㅏㅡㅔ", "kmpark"),
        ("vfst", "hotel"),
        ("63qe", "63"),
        ("나쉴더스", "skshieldus"),
        ("sktnlfejtm", "skshieldus"),
        # one typing error
        ("하이파깅", "hiparking"),
        ("파르나스호탤", "hotel"),
        ("호탤", "hotel"),
        ("어반포드", "urbanport"),
        ("아미노코", "amano"),
        ("어반ㅍㅗㅗ트", "urbanport"),
        ("케이엠퍄크", "kmpark"),
        ("케이트위타워", "ktwin"),
        ("아마ㅗㄴ코리아", "amano"),
        ("kmo", "kmpark"),
        ("제키", "jacky"),
        ("어반포트ㅜ", "urbanport"),
    ],
)
def test_what_is_typed_finds_first(typed: str, key: str) -> None:
    assert keys(INDEX, typed)[:1] == [key]
    assert keys(Index(ENTRIES), typed)[:1] == [key]


@pytest.mark.parametrize("typed", ["", " ", "-", "뷁", "ㅞ", "없는현장", "가" * 500, "1" * 500])
def test_what_is_not_there_finds_nothing(typed: str) -> None:
    assert keys(INDEX, typed) == []


def test_one_consonant_lists_only_the_names_that_start_with_it() -> None:
    assert set(keys(INDEX, "ㅎ")) == {"hiparking", "nice", "jacky"}
    assert keys(INDEX, "ㄹ") == ["lia"]


def test_a_doubled_consonant_is_found_only_where_nothing_else_is() -> None:
    assert keys(INDEX, "ㄱ") == ["gaon"]
    assert keys(INDEX, "ㄱㅊ") == ["magpie"]
    assert keys(INDEX, "가치") == ["magpie"]
    assert keys(INDEX, "ㄲ") == ["magpie"]
    assert keys(Index([Entry("m", ("까치빌딩",))]), "ㄱ") == ["m"]


def test_the_order_is_exact_start_alias_start_middle() -> None:
    entries = [
        Entry("middle", ("서울호텔",)),
        Entry("alias", ("강남", "호텔별관")),
        Entry("start", ("호텔가온",)),
        Entry("exact", ("먼곳", "호텔")),
    ]
    assert keys(Index(entries), "호텔") == ["exact", "start", "alias", "middle"]
    assert keys(Index(entries), "ㅎㅌ") == ["start", "exact", "alias", "middle"]
    assert keys(Index(entries), "호텔", limit=2) == ["exact", "start"]


def test_a_literal_start_comes_before_one_that_is_half_typed() -> None:
    entries = [Entry("half", ("파르나",)), Entry("literal", ("팔당주차장",))]
    assert keys(Index(entries), "팔") == ["literal", "half"]


def test_a_finished_syllable_inside_the_query_is_not_read_as_half_typed() -> None:
    assert keys(Index([Entry("k", ("강동타워",))]), "가도") == []


def test_the_other_layout_comes_after_what_the_text_itself_says() -> None:
    entries = [Entry("korean", ("가온",)), Entry("latin", ("RKD",)), Entry("inside", ("Park",))]
    assert keys(Index(entries), "rk") == ["latin", "inside"]
    assert keys(Index([entries[0], entries[2]]), "rk") == ["inside", "korean"]
    assert keys(Index([Entry("whole", ("가",)), entries[1]]), "rk") == ["latin", "whole"]


def test_short_texts_are_not_taken_for_typing_errors() -> None:
    assert keys(Index([Entry("k", ("가온타워",))]), "거") == []
    assert keys(Index([Entry("k", ("가온타워",))]), "거오") == []


def test_each_entry_comes_once() -> None:
    entries = [Entry("a", ("가온", "가온타워")), Entry("b", ("가온별관",))]
    assert keys(Index(entries), "가온") == ["a", "b"]


def test_entries_without_names_and_no_entries() -> None:
    assert keys(Index([]), "가") == []
    assert keys(Index([Entry("a", ()), Entry("b", ("",)), Entry("c", ("가",))]), "가") == ["c"]


NAME = st.text(
    st.sampled_from("가온타워박스까치빌딩관악삶닭값있쌀왜의예뷔하이파크킹 ")
    | st.sampled_from("ABksz63"),
    min_size=1,
    max_size=8,
).filter(str.strip)
OTHERS = [Entry("o1", ("가온타워", "kmp")), Entry("o2", ("Park63", "삶터"))]
JOINED = dict(zip(map(jamo, "ㄳㄵㄶㄺㄻㄼㄽㄾㄿㅀㅄ"), "ㄳㄵㄶㄺㄻㄼㄽㄾㄿㅀㅄ", strict=True))


def joined(text: str) -> str:
    """As an input method hands over consonants that it can join."""
    return re.sub("|".join(JOINED), lambda found: JOINED[found[0]], text)


def finds(name: str, typed: str) -> bool:
    return "it" in keys(Index([Entry("it", (name,)), *OTHERS]), typed)


@settings(deadline=None)
@given(NAME)
def test_a_name_is_found_by_its_initials_and_by_itself(name: str) -> None:
    assert finds(name, initials(name))
    assert finds(name, joined(initials(name)))
    assert finds(name, name)


@settings(deadline=None)
@given(NAME)
def test_a_name_is_found_after_every_key_of_typing_it(name: str) -> None:
    keys = jamo(name)
    for count in range(1, len(keys) + 1):
        shown = compose(keys[:count])
        if shown.strip():
            assert finds(name, shown), shown


@settings(deadline=None)
@given(NAME)
def test_a_name_is_found_when_typed_on_the_wrong_layout(name: str) -> None:
    assert finds(name, layout_swapped(name))


@settings(deadline=None)
@given(NAME, NAME, st.integers(0, 8))
def test_a_name_is_found_part_typed_part_initials(name: str, other: str, cut: int) -> None:
    assert finds(name, name[:cut] + initials(name[cut:]))
    assert finds(other + name, name[:cut] + initials(name[cut:])) or len(initials(name)) == 1


@settings(deadline=None)
@given(st.lists(st.text(max_size=12), max_size=4), st.text(max_size=12))
def test_any_text_in_any_names_is_no_accident(names: list[str], typed: str) -> None:
    entries = [Entry(str(number), (name,)) for number, name in enumerate(names)]
    assert set(keys(Index(entries), typed)) <= {entry.key for entry in entries}
    assert set(near(typed, names, limit=None)) <= set(names)


PLACES = ["하이파킹", "파르나스 호텔", "어반포트", "아마노코리아", "케이트윈타워", "63빌딩"]


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("하이파크", "하이파킹"),
        ("파르나스 호탤", "파르나스 호텔"),
        ("파르나스호텔", "파르나스 호텔"),
        ("파르나스", "파르나스 호텔"),
        ("파르나스 호텔 별관", "파르나스 호텔"),
        ("어반포드", "어반포트"),
        ("어뱐포드", "어반포트"),
        ("어반ㅍㅗㅌ", "어반포트"),
        ("아마노", "아마노코리아"),
        ("케이트윈 타우", "케이트윈타워"),
        ("케이트윈", "케이트윈타워"),
        ("63", "63빌딩"),
        ("빌딩", "63빌딩"),
        ("63 빌딍", "63빌딩"),
        ("gkdlvkzld", "하이파킹"),
    ],
)
def test_near_names(name: str, meant: str) -> None:
    assert near(name, PLACES)[:1] == [meant]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("가온타워", "케이트윈타워"),
        ("가온호텔", "파르나스 호텔"),
        ("64빌딩", "63빌딩"),
        ("3빌딩", "63빌딩"),
        ("가온 1주차장", "가온 2주차장"),
        ("가온 A동", "가온 B동"),
        ("파", "파르나스 호텔"),
        ("케이엠파크", "케이엠파킹앤스페이스"),
        ("서울", "세울숲"),
        ("", "가온타워"),
        ("가온타워", ""),
        ("", ""),
        (".", "-"),
    ],
)
def test_names_that_are_not_near(one: str, other: str) -> None:
    assert near(one, [other]) == []
    assert near(other, [one]) == []


def test_near_names_come_best_first_as_given_and_limited() -> None:
    names = ["가온타워 별관", "가온 타워", "가운타워", "가운타우", "나라빌딩", "가온타워 지하"]
    order = ["가온 타워", "가운타워", "가온타워 별관", "가온타워 지하", "가운타우"]
    assert near("가온타워", names, limit=None) == order
    assert near("가온타워", names) == order[:3]
    assert near("가온타워", iter(names), 1) == order[:1]


@settings(deadline=None)
@given(st.text(max_size=8) | NAME, st.text(max_size=8) | NAME)
def test_nearness_goes_both_ways(one: str, other: str) -> None:
    assert bool(near(one, [other])) == bool(near(other, [one]))


def test_where_nothing_is_listed_nothing_is_near() -> None:
    assert near("가온타워", []) == []


def test_what_is_too_long_for_a_name_is_not_taken_apart() -> None:
    """Normalising a million combining marks takes minutes."""
    text = "e" + "\u0301\u0323" * 500_000
    assert jamo(text) is text
    assert near(text, ["가온타워"]) == []
