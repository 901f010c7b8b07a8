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

import re
from functools import lru_cache

from parkdraft.errors import DraftError, Problem, problem
from parkdraft.lazy import lazy
from parkdraft.writing.encoding import LINE, base64_lines, encoded_words
from parkdraft.writing.message import HEADER, TEXT_FIELDS, Mail, Mailbox

# RFC 5321 section 4.5.3.1.3: a path has at most 256 characters, its angle brackets included.
_ADDRESS_LENGTH = 254

# What may not stand in a header: C0 and C1 controls (NEL, U+0085, is one of them), DEL, the
# line and paragraph separators, and halves of surrogate pairs, which UTF-8 cannot carry.
_FORBIDDEN = lazy("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
# A body may have tabs, line feeds and the Unicode separators; base64 carries them.
_FORBIDDEN_IN_BODY = lazy("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")

# Printable ASCII but for the specials of RFC 5322 section 3.2.3 other than the dot; a text
# that looks like an encoded word is refused because some readers would decode it.
_ADDRESS = lazy(r"(?!.*=\?)[^\s<>,;:\"()\[\]\\@]+@[^\s<>,;:\"()\[\]\\@]+", re.ASCII)
# Text that may stand as it is. Spaces stand singly and inside: readers fold others away.
_PLAIN = lazy(r"(?!.*=\?)[!-~]+(?: [!-~]+)*")
# Atoms (RFC 5322 section 3.2.3), the same.
_ATOMS = lazy(r"(?!.*=\?)[\w!#$%&'*+/=?^`{|}~-]+(?: [\w!#$%&'*+/=?^`{|}~-]+)*", re.ASCII)

_FIXED = {name: f"{name}: {value}\r\n".encode() for name, value in HEADER.items() if value}
_TEXT_FIELDS = [f"{name}: {value}".encode() for name, value in TEXT_FIELDS.items()]


def write(mail: Mail) -> bytes:
    """The ``.eml`` of a mail: ASCII with CRLF.

    Raises ``DraftError`` with every problem found: nothing is cleaned here, because a cleaned
    name or subject is not what somebody approved.
    """
    problems: list[Problem] = []
    lines = dict(_FIXED)
    for header, mailboxes in mail.people.items():
        try:
            lines[header] = _people_line(header, mailboxes)
        except DraftError as error:
            problems += error.problems
    if not mail.to:
        problems.append(problem("mail.no-recipient"))
    problems += text_problems("Subject", mail.subject)
    if not mail.subject.strip():
        problems.append(problem("mail.no-subject"))
    problems += body_problems(mail.body)
    if mail.attachments:
        from parkdraft.writing.attachments import attachment_problems

        problems += attachment_problems(mail.attachments)
    if problems:
        raise DraftError(problems)
    lines["Subject"] = _subject_line(mail.subject)
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


def text_problems(header: str, text: str) -> list[Problem]:
    """What forbids this text in a header: control characters and halves of characters."""
    if text.isprintable() or not _FORBIDDEN.search(text):  # what is printable is allowed
        return []
    return [problem("mail.control-character", header=header)]


def body_problems(body: str) -> list[Problem]:
    """What forbids this body: control characters but tab and LF, and halves of characters."""
    if body.replace("\n", "").isprintable() or not _FORBIDDEN_IN_BODY.search(body):
        return []
    return [problem("mail.body-character")]


def address_problems(header: str, number: int, address: str) -> list[Problem]:
    """What is wrong with the address of the ``number``-th person (from 1) of a header."""
    if (
        _ADDRESS.fullmatch(address)
        and address.isascii()
        and address.isprintable()
        and len(address) <= _ADDRESS_LENGTH
    ):
        return []
    return [problem("mail.address", header=header, number=number)]


def _subject_line(subject: str) -> bytes:
    column = len("Subject: ")
    if column + len(subject) <= LINE and _PLAIN.fullmatch(subject):
        return b"Subject: %b\r\n" % subject.encode("ascii")
    return b"Subject: %b\r\n" % b"\r\n ".join(encoded_words(subject, column))


@lru_cache(maxsize=4096)
def _people_line(header: str, mailboxes: tuple[Mailbox, ...]) -> bytes:
    """One address header, each mailbox but the first on a line of its own; b"" for nobody."""
    problems: list[Problem] = []
    for number, mailbox in enumerate(mailboxes, start=1):
        problems += text_problems(header, mailbox.display)
        problems += address_problems(header, number, mailbox.address)
    if problems:
        raise DraftError(problems)
    if not mailboxes:
        return b""
    name = b"%b: " % header.encode("ascii")
    columns = (len(name), *(1 for _ in mailboxes[1:]))
    written = map(_mailbox, mailboxes, columns)
    return name + b",\r\n ".join(written) + b"\r\n"


def _mailbox(mailbox: Mailbox, column: int) -> bytes:
    """A mailbox that starts at ``column`` of its line (from 0), folded where it must be."""
    address = mailbox.address.encode("ascii")
    if not mailbox.display:
        return address
    lines = _display(mailbox.display, column)
    indent = column if len(lines) == 1 else 1
    # One character for the space before the address, two for its brackets, one for the comma.
    fits = indent + len(lines[-1]) + len(address) + 4 <= LINE
    return b"%b%b<%b>" % (b"\r\n ".join(lines), b" " if fits else b"\r\n ", address)


def _display(display: str, column: int) -> list[bytes]:
    """A display name as lines: bare, else quoted, else as encoded words."""
    if column + len(display) <= LINE and _ATOMS.fullmatch(display):
        return [display.encode("ascii")]
    # Never an encoded word inside quotes (RFC 2047 section 5 (3)); and quotes around quotes
    # and backslashes are what readers disagree about.
    quotable = _PLAIN.fullmatch(display) and '"' not in display and "\\" not in display
    if column + len(display) + 2 <= LINE and quotable:
        return [b'"%b"' % display.encode("ascii")]
    return encoded_words(display, column)
