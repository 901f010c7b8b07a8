"""Reads a draft back, strictly, to check what was written.

Nothing here is shared with the writer but the facts that are read into: a rule understood
wrongly there must not be understood wrongly here in the same way. Anything a mail program
might read in two ways is refused, however common it is in mail at large.
"""

from __future__ import annotations

import re
from functools import lru_cache

from parkdraft.errors import DraftError, Problem, problem
from parkdraft.lazy import lazy
from parkdraft.writing.decoding import decoded, field_set, has_crlf_only, text_of, unfolded
from parkdraft.writing.message import Attachment, Mail, Mailbox

_PRINTABLE = bytes(range(0x20, 0x7F)) + b"\r\n"
# RFC 5322 section 2.1.1.
_LONGEST = 998
# The header fields in their order, each once; Cc alone may be missing.
_PEOPLE = ("From", "Reply-To", "To", "Cc")
_FIXED = {"X-Unsent": "1", "MIME-Version": "1.0"}
_PLAIN = {"Content-Type": 'text/plain; charset="UTF-8"', "Content-Transfer-Encoding": "base64"}
_FIXED_PLAIN = {**_FIXED, **_PLAIN}
_ORDER = ("X-Unsent", *_PEOPLE, "Subject", "MIME-Version", *_PLAIN)
_ORDER_OF_PARTS = _ORDER[:-1]

# RFC 5322 sections 3.2.3, 3.2.4 and 3.4.1.
_ATEXT = r"A-Za-z0-9!#$%&'*+/=?^_`{|}~-"
_ATOMS = lazy(rf"[{_ATEXT}]+(?: [{_ATEXT}]+)*")
_QUOTED = r'"(?:[^"\\]|\\.)*"'
_TOKEN = lazy(rf'{_QUOTED}|[^",]+|.')
_ADDR_SPEC = rf"[.{_ATEXT}]+@[.{_ATEXT}]+"
# A line end after which a new field begins.
_FOLD = lazy(r"\r\n(?! )")
_MAILBOX = lazy(
    rf'(?:(?P<quoted>{_QUOTED}) |(?P<phrase>[^"<>,]+) )?<(?P<angle>{_ADDR_SPEC})>'
    rf"|(?P<bare>{_ADDR_SPEC})"
)


def read(data: bytes) -> Mail:
    """The mail in an ``.eml``; raises ``DraftError`` with all that is not as it must be."""
    try:
        return _read(data)
    except DraftError as error:
        raise DraftError(_unfit(data) or error.problems) from None


def _read(data: bytes) -> Mail:
    head, blank, content = _text(data).partition("\r\n\r\n")
    found: list[Problem] = [] if blank else [problem("eml.body")]
    lines = _unfolded(head, found)
    has_parts = any(
        name == "Content-Type" and value.startswith("multipart/") for name, value in lines
    )
    fields = field_set(lines, _ORDER_OF_PARTS if has_parts else _ORDER, found)
    for header, value in (_FIXED if has_parts else _FIXED_PLAIN).items():
        if fields[header] != value:
            found.append(problem("eml.header-value", header=header))
    sender, reply_to, to, cc = _people(fields, found)
    subject = _subject(fields["Subject"], found)
    attachments: tuple[Attachment, ...] = ()
    if has_parts:
        from parkdraft.writing.reader_parts import read_parts

        if not has_crlf_only(content):
            found.append(problem("eml.line-ends"))
        body, attachments = read_parts(fields["Content-Type"], content, found)
    else:
        body = text_of(content, found)
    if found:
        raise DraftError(found)
    return Mail(sender[0], reply_to[0], to, cc, subject, body, attachments)


def differences(written: Mail, read: Mail) -> tuple[str, ...]:
    """The header fields, ``Body`` and ``Attachment`` in which two mails differ.

    The number and order of people count, of attachments too, and their names, types and bytes.
    """
    values = {
        "From": (written.sender, read.sender),
        "Reply-To": (written.reply_to, read.reply_to),
        "To": (written.to, read.to),
        "Cc": (written.cc, read.cc),
        "Subject": (written.subject, read.subject),
        "Body": (written.body, read.body),
        "Attachment": (written.attachments, read.attachments),
    }
    return tuple(name for name, (one, other) in values.items() if one != other)


def _text(data: bytes) -> str:
    """The file as text: printable ASCII, with as many CR as LF, and a pair of them at its end.

    That they stand in pairs everywhere is seen where the lines are read.
    """
    is_fit = not data.translate(None, _PRINTABLE) and data.endswith(b"\r\n")
    if not is_fit or data.count(b"\r") != data.count(b"\n"):
        raise DraftError([])
    return data.decode("ascii")


def _unfit(data: bytes) -> list[Problem]:
    """What no mail may have: other characters, other line ends, longer lines."""
    text = data.decode("latin-1")
    found: list[Problem] = []
    if data.translate(None, _PRINTABLE):
        found.append(problem("eml.not-ascii"))
    if not has_crlf_only(text) or not text.endswith("\r\n"):
        found.append(problem("eml.line-ends"))
    if any(len(line) > _LONGEST for line in text.split("\r\n")):
        found.append(problem("eml.line-length"))
    return found


def _unfolded(head: str, found: list[Problem]) -> list[tuple[str, str]]:
    """The fields of a header. Many drafts have the very same ones: each is read once."""
    fields: list[tuple[str, str]] = []
    above = 0
    for text in _FOLD.split(head):
        read, problems, lines = _field(text)
        fields += read
        found += (one._replace(row=above + one.row) if one.row else one for one in problems)
        above += lines
    return fields


@lru_cache(maxsize=1024)
def _field(text: str) -> tuple[tuple[tuple[str, str], ...], tuple[Problem, ...], int]:
    """The field in some header lines, what is wrong with them, and how many they are."""
    lines = text.split("\r\n")
    found = [] if has_crlf_only(text) else [problem("eml.line-ends")]
    if max(map(len, lines)) > _LONGEST:
        found.append(problem("eml.line-length"))
    return tuple(unfolded(lines, found)), tuple(found), len(lines)


def _people(fields: dict[str, str], found: list[Problem]) -> list[tuple[Mailbox, ...]]:
    """Who stands in From, Reply-To, To and Cc; the first two hold one mailbox each."""
    people = []
    for header in _PEOPLE:
        mailboxes, problems = _mailboxes(header, fields[header]) if header in fields else ((), ())
        people.append(mailboxes)
        found += problems
    for header, mailboxes in zip(_PEOPLE[:2], people, strict=False):
        if len(mailboxes) > 1:
            found.append(problem("eml.people", header=header))
    return people


@lru_cache(maxsize=4096)
def _mailboxes(header: str, raw: str) -> tuple[tuple[Mailbox, ...], tuple[Problem, ...]]:
    """The people of a header: divided at commas as written, and only then decoded.

    Many drafts of one route have the very same header; it is read once.
    """
    found: list[Problem] = []
    mailboxes: list[Mailbox] = []
    for number, piece in enumerate(_divided(raw), start=1):
        match = _MAILBOX.fullmatch(piece)
        display = _display(header, match, found) if match else None
        address = (match["angle"] or match["bare"]) if match else ""
        if display is None or "=?" in address:
            found.append(problem("eml.mailbox", header=header, number=number))
        else:
            mailboxes.append(Mailbox(display, address))
    return tuple(mailboxes), tuple(found)


def _display(header: str, match: re.Match[str], found: list[Problem]) -> str | None:
    """The decoded name of a mailbox, "" for none; None where it could be read in two ways."""
    if match["quoted"]:
        # RFC 2047 section 5 (3): an encoded word never stands inside quotes.
        inside = re.sub(r"\\(.)", r"\1", match["quoted"][1:-1])
        return None if "=?" in inside else inside
    phrase = match["phrase"] or ""
    if "=?" in phrase:
        return decoded(header, phrase, found)
    return phrase if not phrase or _ATOMS.fullmatch(phrase) else None


def _divided(raw: str) -> list[str]:
    """The pieces between commas that stand outside quotes, without the space of the fold."""
    pieces = [""]
    for token in _TOKEN.findall(raw):
        if token == ",":
            pieces.append("")
        else:
            pieces[-1] += token
    return [pieces[0], *(piece.removeprefix(" ") for piece in pieces[1:])]


def _subject(raw: str, found: list[Problem]) -> str:
    """The decoded subject. Spaces at an end, or two in a row, do not survive every reader."""
    if not raw or raw != " ".join(raw.split()):
        found.append(problem("eml.header-value", header="Subject"))
    return decoded("Subject", raw, found)
