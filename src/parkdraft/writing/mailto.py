"""Writes ``mailto:`` links (RFC 6068).

A link carries To, Cc, Subject and a plain body; From cannot be carried. Windows programs take
about 2,000 characters, and one Hangul syllable is nine of them: a body for a link is a short
text of its own, and a link may have to do without.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple
from urllib.parse import quote

from parkdraft.errors import DraftError
from parkdraft.writing.encoding import link_problems

# The length of a whole link, in characters, that common programs take.
LIMIT = 2000


class MailtoLink(NamedTuple):
    """A link that fits, and whether the body is in it or has to be pasted."""

    url: str
    has_body: bool


def mailto(to: Sequence[str], cc: Sequence[str], subject: str, body: str | None) -> str | None:
    """The link for these bare addresses; None where it would be longer than ``LIMIT``.

    ``body`` has LF and becomes ``%0D%0A`` (RFC 6068 section 5); a space is ``%20``, never
    ``+``. Raises ``DraftError`` for what ``mail.write`` refuses too.
    """
    if problems := link_problems(to, cc, subject, body or ""):
        raise DraftError(problems)
    fields = {"cc": _addresses(cc), "subject": quote(subject, safe="")}
    if body:
        fields["body"] = quote(body.replace("\n", "\r\n"), safe="")
    query = "&".join(f"{name}={value}" for name, value in fields.items() if value)
    url = f"mailto:{_addresses(to)}" + (f"?{query}" if query else "")
    return url if len(url) <= LIMIT else None


def fitting(
    to: Sequence[str], cc: Sequence[str], subject: str, short_body: str
) -> MailtoLink | None:
    """The link with its body, else without, else None: whichever fits first."""
    for body in (short_body, None):
        url = mailto(to, cc, subject, body)
        if url is not None:
            return MailtoLink(url, has_body=bool(body))
    return None


def _addresses(addresses: Sequence[str]) -> str:
    """Addresses with bare commas between (RFC 6068 section 2): only ``@`` stays unescaped."""
    return ",".join(quote(address, safe="@") for address in addresses)
