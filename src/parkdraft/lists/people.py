"""The people in the cells 담당자, 이메일 and 직함 of a row, however they are written.

Where it is not certain whose an address is, the row is refused.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from parkdraft.errors import DetailsError, Problem
from parkdraft.lazy import lazy
from parkdraft.values.people import FULL_NAME, TITLES, ascii_address, rewritten, split_title
from parkdraft.values.text import drop_widthless

DEFAULT_TITLE = "소장"
"""The title of people for whom a list gives none."""

# A person as mail programs copy one (김하늘 <haneul@example.com>), the address in round brackets,
# or an address alone. Possessive (``++``): no cell can make the search slow.
_ADDRESS = r"[^<>\s;,/|·()\[\]@]++@[^<>\s;,/|·()\[\]]++"
_MAILBOX = lazy(
    rf"(?P<name>[^<>;,/|\n@]*+)<\s*(?:mailto:)?(?P<named>{_ADDRESS})\s*>"
    rf"|(?P<name2>[^<>;,/|\n@()]*+)\(\s*(?:mailto:)?(?P<named2>{_ADDRESS})\s*\)"
    rf"|(?:mailto:)?(?P<bare>{_ADDRESS})"
)
_BETWEEN = lazy(r"(?:[\s,;/|·、.&+\"'“”‘’()\[\]]|및)*")
_SEPARATORS = lazy(r"\s*[,;/|·、ㆍ&+~\n]\s*|\s+및\s+")
_WRITTEN = lazy(r"@[^\s@]+\.")
_GAP = lazy(r"\n\s*\n|[,;/|]\s*[,;/|]")
_AT_THE_END = ".,;:·\"'’”"
_POLITE = lazy(r"(?<=[a-z])님?$")
_ENDINGS = lazy(r"[a-z0-9-]+|한국|삼성|닷컴|닷넷")
"""How a domain may end: the Korean ones are all of IANA's list."""
_MARKED = lazy(r"[^A-Za-z0-9_가-힣]|\d+\.")
"""A bullet or number that stuck to the front of an address: ``-a@``, ``1.a@``."""
_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}

# Signs of two people where one is meant: words joined by signs, two full names, "and others".
_SIGNS = lazy(r"[가-힣]{2,}\s*[^\w\s()\[\]]+\s*[가-힣]{2,}")
_TEAM = lazy(r".*(?:팀|실|센터|본부|사무소|지사|데스크|단|처)")
_FULL = lazy(rf"(?<!\w){FULL_NAME}(?<![팀실장단점과])(?!\w)")
_SOMEBODY = lazy(rf"{FULL_NAME}\s+(?:{'|'.join(TITLES)})")
_MANY = lazy(
    r"(?:^|\s)(?:또는|그리고|및|or|and)\s|\s등\s*\d|외\s*\d*\s*[명인]?$|^\d\s*\.?.*\d\s*\."
    rf"|(?:\s|{FULL_NAME})(?:{'|'.join(TITLES)})\s+[가-힣]{{2,}}"
)
_ROLE = lazy(r"\s*[(（\[](?:정|부|주|주간|야간|진|겸|대행)[)）\]]$")
_NO_LETTERS = lazy(r"[\W_]*")
_NOBODY = (
    *("미정", "공석", "없음", "담당자", "담당", "미지정", "확인중", "해당없음", "퇴사"),
    *TITLES,
)
_MANY_DIGITS = lazy(r"(?:\d\W?){5}")


class Listed(NamedTuple):
    """Somebody in a list; ``written`` is the cell's text where the title was split off the name."""

    name: str
    title: str
    address: str
    written: str | None = None


def people_of(
    name: str, email: str, title: str, *, kept: bool = False
) -> tuple[list[Listed], list[Problem]]:
    """The people of a row's cells, and all that is not certain.

    Each cell may hold several people: equally many names and addresses are paired in their
    order, and a single title is everybody's. A name may also stand beside its address, in either
    cell. A missing name stays empty. In a ``kept`` list no title is split off a name.
    """
    in_email, problems = _mailboxes(email, "email")
    in_name, wrong = _mailboxes(name, "name") if _WRITTEN.search(name) else ([], [])
    problems += wrong
    if in_name and in_email and _addresses(in_name) != _addresses(in_email):
        problems.append(Problem("list.two-addresses", "email"))
    elif in_name and in_email and _pairs(in_email) and _pairs(in_name) != _pairs(in_email):
        problems.append(Problem("list.two-names", "name"))
    mailboxes = in_email or in_name
    if in_name and all(named for named, _ in in_name):
        spelt = {address.casefold(): address for _, address in in_email}
        mailboxes = [(named, spelt.get(mail.casefold(), mail)) for named, mail in in_name]
    if not mailboxes:
        return [], problems
    titles = _for_each(title, len(mailboxes))
    beside = [named for named, _ in mailboxes]
    names, wrong = _names("" if in_name else name, beside, titles or ())
    problems += wrong
    if names is None or titles is None:
        return [], [*problems, Problem("list.people-count", "email")]
    people = []
    for written, (_, address), office in zip(names, mailboxes, titles, strict=True):
        person, wrong = _listed(written, address, office, kept=kept)
        problems += wrong
        people.append(person)
    return people, problems


def _names(
    cell: str, beside: Sequence[str], titles: Sequence[str]
) -> tuple[Sequence[str] | None, list[Problem]]:
    """The name of each address: the one ``beside`` it, else that of the cell 담당자, in order.

    None where the numbers of names and addresses differ. The names of both must be the same;
    where titles differ, also their order, as the titles follow the cell.
    """
    given = _for_each(cell, len(beside))
    if not any(beside):
        return given, []
    if not all(beside):
        return beside, [Problem("list.two-names", "name")]
    if not cell:
        return beside, []
    if given is None:
        return None, []
    ours, theirs = list(map(_bare, given)), list(map(_bare, beside))
    is_same = ours == theirs if len(set(titles)) > 1 else set(ours) == set(theirs)
    if not is_same:
        return beside, [Problem("list.two-names", "name")]
    whole = dict(zip(ours, given, strict=True))  # with the title that may stand there
    pairs = zip(beside, theirs, strict=True)
    return [whole[bare] if _split(name)[1] is None else name for name, bare in pairs], []


def _pairs(mailboxes: Sequence[tuple[str, str]]) -> set[tuple[str, str]]:
    """(Name, address) of each, for comparing; empty where a name is missing."""
    if not all(name for name, _ in mailboxes):
        return set()
    return {(_bare(name), address.casefold()) for name, address in mailboxes}


def _addresses(mailboxes: Iterable[tuple[str, str]]) -> set[str]:
    return {address.casefold() for _, address in mailboxes}


def _mailboxes(cell: str, field: str) -> tuple[list[tuple[str, str]], list[Problem]]:
    """(Name or empty, address) of the people of a cell, and what is wrong with the cell."""
    text = drop_widthless(unicodedata.normalize("NFC", cell).translate(_FULL_WIDTH))
    mailboxes: list[tuple[str, str]] = []
    problems: list[Problem] = []
    at = 0
    for match in _MAILBOX.finditer(text):
        written = match["named"] or match["named2"] or match["bare"]
        written = _POLITE.sub("", written.rstrip(_AT_THE_END).lstrip("\"'‘“"))
        address = ascii_address(written)
        if (
            address is None
            or _MARKED.match(written)
            or not _ENDINGS.fullmatch(written.rpartition(".")[2].casefold())
        ):
            problems.append(Problem("list.address", field))
        else:
            mailboxes.append(((match["name"] or match["name2"] or "").strip(" \"'"), address))
        if not _BETWEEN.fullmatch(text[at : match.start()]):
            problems.append(Problem("list.other-words", field))
        at = match.end()
    if not at and text:
        problems.append(Problem("list.address", field))
    elif not _BETWEEN.fullmatch(text[at:]):
        problems.append(Problem("list.other-words", field))
    return mailboxes, problems[:1]


def _for_each(cell: str, count: int) -> Sequence[str] | None:
    """A cell's parts for ``count`` people, a single one for all; None for another number."""
    if count == 1:
        return [cell.strip()]
    if _GAP.search(cell.strip()):
        return None
    parts = [part for part in _SEPARATORS.split(cell.strip(" \n,;/")) if part]
    if len(parts) <= 1:
        return [cell.strip()] * count
    return parts if len(parts) == count else None


def _bare(name: str) -> str:
    """A name without title and spaces, for comparing."""
    return _split(name)[0].replace(" ", "")


def _split(name: str) -> tuple[str, str | None]:
    """Name and title; the whole text and an empty title where the two cannot be told apart."""
    try:
        return split_title(name)
    except DetailsError:
        return name, ""


def _listed(written: str, address: str, title: str, *, kept: bool) -> tuple[Listed, list[Problem]]:
    """One person, and what is wrong with name and title."""
    problems: list[Problem] = []
    title = "" if _NO_LETTERS.fullmatch(title) or title == "없음" else _ROLE.sub("", title)
    name, glued = written, None
    if not kept:
        name = _ROLE.sub("", written)
        try:
            name, glued = split_title(name)
        except DetailsError as error:
            if not title:  # with a title of its own, 이상무 may be a whole name
                problems += [problem.at("name") for problem in error.problems]
    title = (title or glued or DEFAULT_TITLE).removesuffix("님").strip() or DEFAULT_TITLE
    name = "" if _NO_LETTERS.fullmatch(name) else name
    if not (kept or problems):
        problems += _doubts(name if glued else written.replace("\n", "/"), name, title)
    for field, value in (("name", name), ("title", title)):
        if _MANY_DIGITS.search(value):
            problems.append(Problem("list.name-words", field))
        elif (meant := rewritten(value)) != value and not problems:
            problems.append(Problem("list.name-sign", field, data={"meant": meant or "(없음)"}))
    is_apart = glued is not None and title == glued
    return Listed(" ".join(name.split()), title, address, written if is_apart else None), problems


def _doubts(text: str, name: str, title: str) -> list[Problem]:
    """Why a name may be no single person's."""
    if name in _NOBODY:
        return [Problem("list.nobody", "name")]
    if _SOMEBODY.search(title):
        return [Problem("list.two-names", "title")]
    full = len(_FULL.findall(text))
    is_team = _TEAM.fullmatch(text) and not full
    if full > 1 or _MANY.search(text) or (_SIGNS.search(text) and not is_team):
        return [Problem("list.people-count", "name")]
    return []
