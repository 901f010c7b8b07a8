"""People's names and titles, and what of them a mail's header can carry.

A title is split off the name (``이서준대리`` is 이서준, 대리). Names that some mail programs turn
into other recipients, however correctly they are written, are refused or warned about (measured:
Sylpheed, Claws, mutt, Python's own parser).
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

from parkdraft.errors import DetailsError, Problem, problem
from parkdraft.lazy import lazy

SIGNS = ',;<>()"\\@:'
"""Signs that no name and no title has."""
LONGEST = 45
"""Bytes of a name with its title that every mail program reads rightly (CPython gh-128110)."""

_LONGEST_ADDRESS = 254  # RFC 5321 section 4.5.3.1.3, without its brackets
_LETTERS = lazy("[!-~가-힣]+")
_WITHOUT_SIGNS = str.maketrans(SIGNS, " " * len(SIGNS))


def rewritten(name: str) -> str:
    """The name or title without ``SIGNS``."""
    return " ".join(name.translate(_WITHOUT_SIGNS).split())


def long_names(people: Iterable[tuple[str, str | None]]) -> tuple[Problem, ...]:
    """A warning for each name that is, with its title, too long for some mail programs."""
    shown = dict.fromkeys(" ".join(filter(None, person)) for person in people)
    return tuple(
        Problem("contacts.long-name", data={"name": name, "count": len(name)})
        for name in shown
        if len(name.encode()) > LONGEST
    )


def ascii_address(address: str) -> str | None:
    """The address as a header carries it, its domain in A-labels (RFC 5890) where it is Korean.

    None where mail cannot be sent to it. Only the syntax is checked, DNS is not asked. Letters of
    other scripts are refused, as many look like ASCII.
    """
    if len(address) > _LONGEST_ADDRESS or not _LETTERS.fullmatch(address):
        return None
    from email_validator import EmailNotValidError, validate_email

    try:
        valid = validate_email(address, check_deliverability=False, allow_smtputf8=False)
    except EmailNotValidError:
        return None
    return address if address.isascii() else valid.ascii_email


# Longest first: 부팀장 ends in 팀장.
TITLES = (
    *("총괄소장", "부센터장", "소장대리", "대표이사", "직무대행"),
    *("부팀장", "센터장", "매니저", "부소장", "본부장", "파트장", "지점장", "지사장"),
    *("사원", "주임", "대리", "과장", "차장", "부장", "이사", "상무", "팀장", "실장"),
    *("소장", "반장", "책임", "선임", "수석"),
)
# Words before a title that make it an office, not a person: 관리소장, 고객지원팀장.
_OFFICES = (
    *("운영", "현장", "관리", "주차", "고객", "상담", "지원", "영업", "사업", "기획"),
    *("총무", "인사", "시설", "안내", "보안", "경비", "미화", "업무", "기술", "서비스"),
    *("플랫폼", "담당", "공용"),
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
    titled = _TITLED.fullmatch(name)
    if first := _TITLE_FIRST.fullmatch(name):
        return first[2], first[1]
    if titled is None or not titled[1]:
        polite = _POLITE.fullmatch(name)
        return (polite[1] if polite else name), None
    rest, title = titled[1], titled[2]
    last = rest.split()[-1]
    if len(last) < 2 or last in _LONG_SURNAMES:
        raise DetailsError([problem("title.surname-only", title=title)])
    if _is_office(last) and (person := _PERSON.fullmatch(rest)):
        return person[1], person[2] + title  # 김하늘 현장소장
    if _is_office(last):
        return name.removesuffix("님").rstrip(), None
    return rest, title


def _is_office(word: str) -> bool:
    """Whether word and title name an office, no person: 관리, 고객지원, but not 최운영."""
    return word in _OFFICES or (len(word) > 3 and word.endswith(_OFFICES))
