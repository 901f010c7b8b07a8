"""What of a person stands in the header of a mail: name and title, and the address.

Lists write people in many ways; who is meant must be certain (``people_of``). What is refused
or warned about here is what some mail programs make other recipients of, however correctly it
is written (measured: Sylpheed, Claws, mutt, Python's own reader).
"""

from __future__ import annotations

import contextlib
import unicodedata
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from parkdraft.errors import DetailsError, Problem
from parkdraft.patterns import lazy
from parkdraft.process.titles import split_title
from parkdraft.process.values import drop_widthless

SIGNS = ',;<>()"\\@:'
"""Signs that no name and no title has."""
LONGEST = 45
"""Bytes of a name with its title that every program reads (CPython gh-128110)."""

DEFAULT_TITLE = "소장"
"""The title of somebody in a list that gives none."""

_LETTERS = lazy("[!-~가-힣]+")
# A person as mail programs copy one (김하늘 <haneul@example.com>), the address in round brackets,
# or an address alone.
_ADDRESS = r"[^<>\s;,/|·()\[\]]+@[^<>\s;,/|·()\[\]]+"
_MAILBOX = lazy(
    rf"(?P<name>[^<>;,/|\n@]*?)\s*<\s*(?:mailto:)?(?P<named>{_ADDRESS})\s*>"
    rf"|(?P<name2>[^<>;,/|\n@()]*?)\s*\(\s*(?:mailto:)?(?P<named2>{_ADDRESS})\s*\)"
    rf"|(?:mailto:)?(?P<bare>{_ADDRESS})"
)
_BETWEEN = lazy(r"[\s,;/|·、.\"']*")
_SEPARATORS = lazy(r"\s*[,;/|·、\n]\s*|\s+및\s+")
_AT_THE_END = ".,;:·\"'’”"
_POLITE = lazy(r"(?<=[a-z])님?$")
_MIXED = lazy(r"[a-z]+[가-힣]|[가-힣]+[a-z]")
_WITHOUT_SIGNS = str.maketrans(SIGNS, " " * len(SIGNS))


def rewritten(name: str) -> str:
    """The name or title without the signs that it may not have; equal where it has none."""
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

    None where mail cannot be sent to it; syntax only, nothing is asked of DNS. Letters of other
    scripts look like ASCII too often to be taken.
    """
    if not _LETTERS.fullmatch(address):
        return None
    from email_validator import EmailNotValidError, validate_email

    try:
        valid = validate_email(address, check_deliverability=False, allow_smtputf8=False)
    except EmailNotValidError:
        return None
    return address if address.isascii() else valid.ascii_email


class Listed(NamedTuple):
    """Somebody in a list: the name, the title, the address; ``written`` where a title was glued."""

    name: str
    title: str
    address: str
    written: str | None = None


def people_of(name: str, email: str, title: str) -> tuple[list[Listed], list[Problem]]:
    """Who is meant by the cells 담당자, 이메일 and 직함 of a row, and all that is not certain.

    Each cell may hold several; so many names as addresses belong to each other in order, one
    name or title is everybody's. Names stand beside their addresses in either cell, too.
    """
    in_email, problems = _mailboxes(email, "email")
    in_name, _ = _mailboxes(name, "name") if "@" in name else ([], [])
    if in_name and in_email and _addresses(in_name) != _addresses(in_email):
        problems.append(Problem("list.two-addresses", "email"))
    found = in_email or in_name
    if in_name and all(named for named, _ in in_name):
        spelt = {address.casefold(): address for _, address in in_email}
        found = [(one, spelt.get(address.casefold(), address)) for one, address in in_name]
    if not found:
        return [], problems
    addresses = [address for _, address in found]
    named = [one for one, _ in found]
    names = named if in_name else _for_each(name, len(addresses))
    if all(named):
        if name and names is not None and _bare(names) != _bare(named):
            problems.append(Problem("list.two-names", "name"))
        names = named
    titles = _for_each(title, len(addresses))
    if names is None or titles is None:
        return [], [*problems, Problem("list.people-count", "email")]
    people = []
    for one, address, office in zip(names, addresses, titles, strict=True):
        person, wrong = _listed(one, address, office)
        problems += wrong
        people.append(person)
    return people, problems


def _addresses(people: Iterable[tuple[str, str]]) -> set[str]:
    return {address.casefold() for _, address in people}


def _mailboxes(cell: str, field: str) -> tuple[list[tuple[str, str]], list[Problem]]:
    """The people of a cell, each with name (perhaps empty) and address; what else is in it."""
    text = drop_widthless(unicodedata.normalize("NFKC", cell))
    found: list[tuple[str, str]] = []
    problems: list[Problem] = []
    at = 0
    for match in _MAILBOX.finditer(text):
        written = match["named"] or match["named2"] or match["bare"]
        written = _POLITE.sub("", written.strip(_AT_THE_END))
        address = ascii_address(written)
        if address is None or _MIXED.search(written.rpartition(".")[2].casefold()):
            problems.append(Problem("list.address", field))
        else:
            found.append(((match["name"] or match["name2"] or "").strip(" \"'"), address))
        if not _BETWEEN.fullmatch(text[at : match.start()]):
            problems.append(Problem("list.other-words", field))
        at = match.end()
    if not at and text:
        problems.append(Problem("list.address", field))
    elif not _BETWEEN.fullmatch(text[at:]):
        problems.append(Problem("list.other-words", field))
    return list(dict.fromkeys(found)), problems[:1]


def _for_each(cell: str, count: int) -> Sequence[str] | None:
    """The parts of a cell for so many people; None where there are other than so many."""
    if count == 1:
        return [" ".join(cell.split())]
    parts = [part for part in _SEPARATORS.split(cell.strip()) if part]
    if len(parts) <= 1:
        return [cell.strip()] * count
    return parts if len(parts) == count else None


def _bare(names: Iterable[str]) -> set[str]:
    """The names without titles and spaces, for comparing."""
    found = set()
    for name in names:
        with contextlib.suppress(DetailsError):
            found.add(split_title(name)[0].replace(" ", ""))
    return found


def _listed(written: str, address: str, title: str) -> tuple[Listed, list[Problem]]:
    """One person, and what is wrong with name and title."""
    problems: list[Problem] = []
    name, glued = written, None
    try:
        name, glued = split_title(written)
    except DetailsError as error:
        problems += [one.at("name") for one in error.problems]
    title = (title or glued or DEFAULT_TITLE).removesuffix("님").strip() or DEFAULT_TITLE
    for field, value in (("name", name), ("title", title)):
        if (meant := rewritten(value)) != value:
            problems.append(Problem("list.name-sign", field, data={"meant": meant or "(없음)"}))
    return Listed(name, title, address, written if glued else None), problems
