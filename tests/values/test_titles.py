"""Titles told from the names they are written with."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parkdraft import wording
from parkdraft.errors import DetailsError
from parkdraft.values.people import TITLES, split_title


@pytest.mark.parametrize(
    ("written", "name", "title"),
    [
        ("이서준대리", "이서준", "대리"),
        ("이서준 대리", "이서준", "대리"),
        ("  이서준   대리 ", "이서준", "대리"),
        ("이서준(대리)", "이서준", "대리"),
        ("이서준 (대리)", "이서준", "대리"),
        ("이서준 대리님", "이서준", "대리"),
        ("이서준대리님", "이서준", "대리"),
        ("김하늘주임", "김하늘", "주임"),
        ("박도윤부팀장", "박도윤", "부팀장"),
        ("박도윤팀장", "박도윤", "팀장"),
        ("박도윤 센터장", "박도윤", "센터장"),
        ("남궁하늘소장", "남궁하늘", "소장"),
        ("최운영대리", "최운영", "대리"),
        ("한결매니저", "한결", "매니저"),
        ("이상무 부장", "이상무", "부장"),
        ("하이파킹 이서준 소장", "하이파킹 이서준", "소장"),
        ("Jay 매니저", "Jay", "매니저"),
        ("운영팀 팀장", "운영팀", "팀장"),
        (unicodedata.normalize("NFD", "이서준대리"), "이서준", "대리"),
    ],
)
def test_a_title_glued_or_spaced_is_split_off(written: str, name: str, title: str) -> None:
    assert split_title(written) == (name, title)


@pytest.mark.parametrize("title", TITLES)
def test_every_title_is_known(title: str) -> None:
    assert split_title(f"이서준{title}") == ("이서준", title)
    assert split_title(f"이서준 {title}") == ("이서준", title)


def test_longer_titles_stand_first() -> None:
    assert len(TITLES) == len(set(TITLES)) == 28
    assert list(TITLES) == sorted(TITLES, key=len, reverse=True)


@pytest.mark.parametrize(
    "name",
    [
        "박도윤",
        "하이파킹 공용메일",
        "운영팀",
        "KMP 운영 서비스팀",
        "운영팀장",
        "관리소장",
        "하이파킹 현장소장",
        "고객지원팀장",
        "주차관리 소장",
        "소장",
        "운영팀 담당자",
        "Parking CS",
        "",
    ],
)
def test_names_without_a_title_teams_mailboxes_and_offices_stay(name: str) -> None:
    assert split_title(name) == (name, None)


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("박도윤님", "박도윤"),
        ("박도윤 님", "박도윤"),
        ("운영팀 담당자님", "운영팀 담당자"),
        ("관리소장님", "관리소장"),
        ("소장님", "소장"),
        ("님", "님"),
    ],
)
def test_a_polite_ending_is_no_part_of_a_name(written: str, name: str) -> None:
    assert split_title(written) == (name, None)


@pytest.mark.parametrize(
    "written", ["이대리", "이 대리", "김 주임", "김주임님", "남궁대리", "하이파킹 이대리", "A 대리"]
)
def test_a_surname_and_a_title_alone_are_refused(written: str) -> None:
    with pytest.raises(DetailsError) as caught:
        split_title(written)
    (problem,) = caught.value.problems
    assert problem.code == "title.surname-only"
    assert str(problem.data["title"]) in written
    assert "직함" in wording.message(problem)
    assert "이름" in wording.hint(problem)


NAMES = st.text(st.sampled_from("이서준박도윤하늘가람") | st.characters(), max_size=6)


@settings(deadline=None)
@given(NAMES, st.sampled_from(["", " ", "("]), st.sampled_from(["", "님", *TITLES]))
def test_what_was_split_is_not_split_again(name: str, gap: str, title: str) -> None:
    try:
        bare, found = split_title(f"{name}{gap}{title}")
    except DetailsError:
        return
    assert found is None or found in TITLES
    assert bare == " ".join(bare.split())
    if found is None:
        assert split_title(bare) == (bare, None) or bare.endswith("님")
