"""What of a person stands in the header of a mail: name and title, and the address.

What is refused or warned about here is what some mail programs make other recipients of,
however correctly it is written (measured: Sylpheed, Claws, mutt, Python's own reader).
"""

from __future__ import annotations

from collections.abc import Iterable

from parkdraft.errors import Problem
from parkdraft.lazy import lazy

SIGNS = ',;<>()"\\@:'
"""Signs that no name and no title has."""
LONGEST = 45
"""Bytes of a name with its title that every program reads (CPython gh-128110)."""

_LONGEST_ADDRESS = 254  # RFC 5321 section 4.5.3.1.3, without its brackets
_LETTERS = lazy("[!-~가-힣]+")
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
    if len(address) > _LONGEST_ADDRESS or not _LETTERS.fullmatch(address):
        return None
    from email_validator import EmailNotValidError, validate_email

    try:
        valid = validate_email(address, check_deliverability=False, allow_smtputf8=False)
    except EmailNotValidError:
        return None
    return address if address.isascii() else valid.ascii_email
