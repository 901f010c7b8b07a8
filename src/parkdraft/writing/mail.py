"""Writes a mail as the bytes of an ``.eml`` that every mail program reads alike.

The standard library's ``EmailMessage`` is not used. Its header writer, in versions of Python
that this program runs on,

- writes the comma between two people as an encoded word, and people vanish from Cc
  (CPython gh-100884, CVE-2025-1795: 3.11.0 to 3.11.8, 3.12.1);
- loses the space between two encoded words of a subject (gh-92081), and after the later
  fix glues the words together as ``?==?`` (gh-144156);
- takes the quotes off a long ``"Kim, Min-su (Ops)"``, which then are two people (gh-80222);
- writes encoded words of 76 and 77 characters, where RFC 2047 section 2 allows 75.

Its reader inserts spaces between adjacent encoded words (gh-128110), so that a round trip
through the standard library proves nothing. It is also several hundred times slower.

So this module writes the few header fields of a draft itself, in the one form that was read
alike by every mail program tried: pure ASCII, CRLF, no BOM; a value that is not plain ASCII
is one run of encoded words (RFC 2047) that carries its spaces inside.
"""

from __future__ import annotations

from parkdraft.errors import DraftError
from parkdraft.writing.encoding import base64_lines, header_lines
from parkdraft.writing.message import HEADER, TEXT_FIELDS, Mail

_TEXT_FIELDS = [f"{name}: {value}".encode() for name, value in TEXT_FIELDS.items()]


def write(mail: Mail) -> bytes:
    """The ``.eml`` of a mail: ASCII with CRLF.

    Raises ``DraftError`` with every problem found: nothing is cleaned here, because a cleaned
    name or subject is not what somebody approved.
    """
    lines, problems = header_lines(mail)
    if mail.attachments:
        from parkdraft.writing.attachments import attachment_problems

        problems += attachment_problems(mail.attachments)
    if problems:
        raise DraftError(problems)
    content = text_part(mail.body)
    if mail.attachments:
        from parkdraft.writing.attachments import mixed

        content = mixed(content, mail.attachments)
    return b"".join([*(lines[name] for name in HEADER), content])


def text_part(body: str) -> bytes:
    """A plain text with its fields, as a whole mail or one part of it has it.

    ``body`` has LF and no character that ``write`` refuses. The text is UTF-8 with CRLF,
    inside base64 in lines of 76 (RFC 2045 section 6.8).
    """
    return b"\r\n".join(
        (
            *_TEXT_FIELDS,
            b"",
            *base64_lines(body.replace("\n", "\r\n").encode()),
            b"",
        )
    )
