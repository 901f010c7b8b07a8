"""Telling a title from the name it is written with: ``이서준대리`` is 이서준, 대리."""

from __future__ import annotations

import unicodedata

from parkdraft.errors import DetailsError, problem
from parkdraft.lazy import lazy

# Longest first: 부팀장 ends in 팀장.
TITLES = (
    *("총괄소장", "부센터장", "소장대리", "대표이사", "직무대행"),
    *("부팀장", "센터장", "매니저", "부소장", "본부장", "파트장", "지점장", "지사장"),
    *(
        "사원",
        "주임",
        "대리",
        "과장",
        "차장",
        "부장",
        "이사",
        "상무",
        "팀장",
        "실장",
        "소장",
        "반장",
    ),
    *("책임", "선임", "수석"),
)
# Words before a title that make it an office, not a person: 관리소장, 고객지원팀장.
_OFFICES = (
    *(
        "운영",
        "현장",
        "관리",
        "주차",
        "고객",
        "상담",
        "지원",
        "영업",
        "사업",
        "기획",
        "총무",
        "인사",
    ),
    *("시설", "안내", "보안", "경비", "미화", "업무", "기술", "서비스", "플랫폼", "담당", "공용"),
)
_LONG_SURNAMES = ("남궁", "황보", "제갈", "사공", "독고", "동방", "서문", "선우")
_SURNAMES = (  # of nine people in ten
    "강고곽구권김나남노류문민박배백서성손송신심안양엄오우원유윤이임장전정조주차채최하한허홍황"
)
FULL_NAME = rf"[{_SURNAMES}][가-힣]{{2}}"
"""A pattern: surname and given name, as most people's are."""
_TITLED = lazy(rf"(.*?)[ /(\[（［]*({'|'.join(TITLES)})(?:\s*님)?[)\]）］]?")
_TITLE_FIRST = lazy(
    rf"((?:{'|'.join(TITLES)})(?=\s*:?\s+[가-힣]{{2,4}}(?:\s*님)?$)"
    rf"|\S{{2,8}}(?:{'|'.join(TITLES)})(?=\s*:?\s+{FULL_NAME}(?:\s*님)?$))"
    r"\s*:?\s+([가-힣]{2,4}?)(?:\s*님)?"
)
_PERSON = lazy(rf"({FULL_NAME})\s+(\S+)")
_POLITE = lazy(r"(.*\S{2})\s*님")


def split_title(name: str) -> tuple[str, str | None]:
    """A name as written → the name, and the title that it ends with or None.

    The title may stand first, or be glued, spaced or in brackets, with 님 or without; the
    longest title is taken (부팀장 before 팀장). Names without one, teams, mailboxes and offices
    (운영팀, 공용메일, 관리소장) come back as they are, but for runs of spaces and a 님 at the end.
    Raises DetailsError ``title.surname-only`` where only a surname stands before the title
    (이대리, 김 주임): who is meant must be asked.
    """
    name = " ".join(unicodedata.normalize("NFC", name).split())
    found = _TITLED.fullmatch(name)
    if first := _TITLE_FIRST.fullmatch(name):
        return first[2], first[1]
    if found is None or not found[1]:
        polite = _POLITE.fullmatch(name)
        return (polite[1] if polite else name), None
    rest, title = found[1], found[2]
    last = rest.split()[-1]
    if len(last) < 2 or last in _LONG_SURNAMES:
        raise DetailsError([problem("title.surname-only", title=title)])
    if _is_office(last) and (person := _PERSON.fullmatch(rest)):
        return person[1], person[2] + title  # 김하늘 현장소장
    if _is_office(last):
        return name.removesuffix("님").rstrip(), None
    return rest, title


def _is_office(word: str) -> bool:
    """Whether a title after this word names a post: 관리, 고객지원, but not 최운영."""
    return word in _OFFICES or (len(word) > 3 and word.endswith(_OFFICES))
