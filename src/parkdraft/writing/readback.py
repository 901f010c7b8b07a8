"""Reads a written mail back, strictly, and compares it with the mail that was meant.

The standard library reads header fields, encoded words and base64: by its older policy, for the
newer one inserts spaces between encoded words (gh-128110). It accepts much that is wrong, so
here only the exact form that this program writes passes. With the writer this module shares what
a mail is and which fields it has (``message.py``), and no rule of writing.
"""

from __future__ import annotations

import re
from base64 import encodebytes
from binascii import a2b_base64, b2a_base64
from collections.abc import Iterable, Mapping, Sequence
from email.errors import HeaderParseError
from email.header import decode_header
from email.parser import HeaderParser
from functools import lru_cache
from typing import TYPE_CHECKING
from urllib.parse import unquote

from parkdraft.errors import DraftError, Problem, problem
from parkdraft.lazy import lazy
from parkdraft.writing import message
from parkdraft.writing.message import Attachment, Mail, Mailbox

if TYPE_CHECKING:
    from parkdraft.codes import Code

_PRINTABLE = bytes(range(0x20, 0x7F)) + b"\r\n"
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_BODY_CONTROL = lazy("[\x00-\x08\x0a-\x1f\x7f-\x9f]")  # beside line ends and tabs

# Lengths of a header line: RFC 5322 section 2.1.1; with an encoded word, RFC 2047 section 2.
_LONGEST, _LONG, _LONG_WITH_WORD = 998, 78, 76
# A line end after which a new field begins.
_FIELD_START = re.compile(r"\r\n(?! )")
# A header line without a place to fold: one token after the name or the fold's own space.
_ONE_TOKEN = lazy(r"(?:[\w-]+: | )[!-~]+", re.ASCII)

# RFC 2047 sections 2 and 5 (3): at most 75 characters, UTF-8, the narrowest set in a Q word.
_WORD = re.compile(
    r"(?=.{1,75}\Z)=\?(?i:utf-8)\?(?:[Bb]\?(?P<base64>[A-Za-z0-9+/]+=*)"
    r"|[Qq]\?(?:[A-Za-z0-9!*+/_-]|=[0-9A-F]{2})+)\?="
)

# RFC 5322 sections 3.2.3, 3.2.4 and 3.4.1: an address, or a name and an address in brackets.
_ATEXT = r"A-Za-z0-9!#$%&'*+/=?^_`{|}~-"
_ADDRESS = rf"[.{_ATEXT}]+@[.{_ATEXT}]+"
_MAILBOX = re.compile(
    rf'(?:(?P<words>=\?[^"<>,]+)|"(?P<quoted>[^"\\]+)"|(?P<atoms>[{_ATEXT}]+(?: [{_ATEXT}]+)*))'
    rf" <(?P<angle>{_ADDRESS})>|(?P<bare>{_ADDRESS})"
)

# RFC 2046 section 5.1.1, the narrowest form: within quotes, of one length, unlike any base64.
_MIXED = lazy(r'multipart/mixed; boundary="(=_[0-9a-f]{32})"')
# A type (RFC 6838 section 4.2) that has no parts of its own, and encoded words in quotes.
_TYPE = lazy(
    r"(?P<type>(?!multipart/|message/)[a-z0-9][a-z0-9.+-]*/[a-z0-9][a-z0-9.+-]*); "
    r'name="(?P<name>=\?[^"\\]+)"'
)
# RFC 2231 section 7 allows more signs; others are "%" and two digits.
_EXTENDED = lazy(r"(?:[A-Za-z0-9._-]|%[0-9A-F]{2})+")
# A name that can be saved under, everywhere, and means no other file than it shows.
_FILE_NAME = lazy(
    r'(?![. ])[^\x00-\x1f\x7f-\x9f<>:"/\\|?*\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]+'
    r"\.[A-Za-z0-9]+",
    re.DOTALL,
)


def differences(meant: Mail, read: Mail) -> tuple[str, ...]:
    """The header fields, ``Body`` and ``Attachment`` in which two mails differ.

    The number and order of people count, of attachments too, and their names, types and bytes.
    """
    names = (*message.PEOPLE, "Subject", "Body", "Attachment")  # of a mail's fields, in order
    return tuple(name for name, a, b in zip(names, meant, read, strict=True) if a != b)


def read(data: bytes) -> Mail:
    """The mail in an ``.eml``; raises ``DraftError`` with what is not as it must be."""
    problems = _file_problems(data)
    if problems:
        raise DraftError(problems)
    head, blank, content = data.partition(b"\r\n\r\n")
    if not blank:
        problems.append(problem("eml.body"))
    has_parts = b"\r\nContent-Type: multipart/" in head
    ending = message.PARTS_FIELDS if has_parts else message.TEXT_FIELDS
    fields = _fields(head, message.HEADER | ending, problems)
    people: list[tuple[Mailbox, ...]] = []
    for name in message.PEOPLE:
        mailboxes, wrong = _mailboxes(name, fields[name]) if name in fields else ((), ())
        people.append(mailboxes)
        problems += wrong
    subject = fields["Subject"].replace("\r\n", "")
    # spaces at an end, or two in a row, do not survive every mail program
    if not subject or subject != " ".join(subject.split()):
        problems.append(problem("eml.header-value", header="Subject"))
    if "=?" in subject:
        subject = _decoded("Subject", subject, problems)
    if has_parts:
        body, files = _parts(fields["Content-Type"], content, problems)
    else:
        body, files = _text(content, problems), ()
    if problems:
        raise DraftError(problems)
    (sender,), (reply_to,), to, cc = people
    return Mail(sender, reply_to, to, cc, subject, body, files)


def _file_problems(data: bytes) -> list[Problem]:
    """Characters and line ends that no mail has; each CR and LF is one of a pair."""
    problems = [problem("eml.not-ascii")] if data.translate(None, _PRINTABLE) else []
    pairs = data.count(b"\r\n")
    if not (data.endswith(b"\r\n") and pairs == data.count(b"\r") == data.count(b"\n")):
        problems.append(problem("eml.line-ends"))
    return problems


def _fields(head: bytes, form: Mapping[str, str | None], problems: list[Problem]) -> dict[str, str]:
    """The header fields by name, their lines still folded.

    They must be those of ``form``, in its order and with its values, but Cc may be missing.
    Raises DraftError, with the ``problems`` found before, where names or order differ.
    """
    fields: list[tuple[str, str]] = []
    for lines in _FIELD_START.split(head.decode("ascii")):
        name, value, code = _field(lines)
        fields += [(name, value)] if name else []
        if code:
            problems.append(problem(code))
    names = [name for name, _ in fields]
    if names != [name for name in form if name != "Cc" or name in names]:
        raise DraftError([*problems, *_wrong_names(names, form)])
    for name, value in fields:
        if form[name] not in (None, value):
            problems.append(problem("eml.header-value", header=name))
    return dict(fields)


@lru_cache(maxsize=4096)
def _field(lines: str) -> tuple[str, str, Code | None]:
    """Name and value of the field in some header lines, and the code of what is wrong."""
    name, value = (*HeaderParser().parsestr(lines).items(), ("", ""))[0]
    # Name and value must give the same lines again: then the parser skipped nothing.
    code: Code | None = None if lines == f"{name}: {value}" else "eml.header-line"
    for line in lines.split("\r\n"):
        if len(line) > _LONGEST:
            code = "eml.line-length"
        is_long = len(line) > (_LONG_WITH_WORD if "=?" in line else _LONG)
        if line.isspace() or (is_long and not _ONE_TOKEN.fullmatch(line)):
            code = code or "eml.header-line"
    return name, value, code


def _wrong_names(names: Sequence[str], form: Iterable[str]) -> list[Problem]:
    wrong: dict[Code, list[str]] = {
        "eml.header-missing": [name for name in form if name not in (*names, "Cc")],
        "eml.header-unknown": [name for name in names if name not in form],
        "eml.header-twice": [name for name in form if names.count(name) > 1],
    }
    problems = [problem(code, header=name) for code, those in wrong.items() for name in those]
    return problems or [problem("eml.header-order")]


@lru_cache(maxsize=4096)
def _mailboxes(header: str, value: str) -> tuple[tuple[Mailbox, ...], tuple[Problem, ...]]:
    """The people of a header (one a line, divided before decoding), and what is wrong."""
    problems: list[Problem] = []
    mailboxes: list[Mailbox] = []
    for number, text in enumerate(value.split(",\r\n "), start=1):
        match = _MAILBOX.fullmatch(text.replace("\r\n", ""))
        words = match["words"] or "" if match else ""
        # RFC 2047 section 5: an encoded word never stands inside quotes or in an address.
        if match is None or "=?" in match[0].removeprefix(words):
            problems.append(problem("eml.mailbox", header=header, number=number))
            continue
        name = _decoded(header, words, problems) if words else match["quoted"] or match["atoms"]
        mailboxes.append(Mailbox(name or "", match["angle"] or match["bare"]))
    if len(mailboxes) > 1 and header in ("From", "Reply-To"):
        problems.append(problem("eml.people", header=header))
    return tuple(mailboxes), tuple(problems)


def _decoded(header: str, words: str, problems: list[Problem]) -> str:
    """The text of a run of encoded words with single spaces between and nothing else."""
    texts = [_word(word) for word in words.split(" ")]
    # A mail program may drop what follows a word padded with "=": only the last may be.
    if None in texts or "=?= " in words:
        problems.append(problem("eml.encoded-word", header=header))
    text = "".join(filter(None, texts))
    if _CONTROL.search(text):
        problems.append(problem("eml.control-character", header=header))
    return text


@lru_cache(maxsize=4096)
def _word(word: str) -> str | None:
    """The text of one encoded word; None where the word is not sound."""
    match = _WORD.fullmatch(word)
    if match is None:
        return None
    try:
        ((data, _),) = decode_header(word)
        text = data.decode()
    except (HeaderParseError, UnicodeDecodeError):
        return None
    is_canonical = match["base64"] in (None, b2a_base64(data, newline=False).decode())
    return text if is_canonical else None


def _text(content: bytes, problems: list[Problem]) -> str:
    """The text in base64 of UTF-8 with CRLF; any other form is a problem."""
    try:
        text = _unbased(content).decode()
    except UnicodeDecodeError:
        text = ""
    inside = text.replace("\r\n", "")
    if (content and not text) or (not inside.isprintable() and _BODY_CONTROL.search(inside)):
        problems.append(problem("eml.body"))
    return text.replace("\r\n", "\n")


def _unbased(content: bytes) -> bytes:
    """The bytes in base64 with full lines of 76; b"" for any other form."""
    try:
        data = a2b_base64(content)
    except ValueError:
        return b""
    return data if encodebytes(data).replace(b"\n", b"\r\n") == content else b""


def _parts(
    content_type: str, content: bytes, problems: list[Problem]
) -> tuple[str, tuple[Attachment, ...]]:
    """The text and the files of a mail of several parts (RFC 2046 section 5.1.1).

    Nothing stands before the first part, between the parts or behind the last.
    """
    match = _MIXED.fullmatch(content_type)
    if match is None:
        problems.append(problem("eml.header-value", header="Content-Type"))
        return "", ()
    # The line end before a delimiter belongs to it.
    before, *pieces = (b"\r\n" + content).split(b"\r\n--" + match[1].encode("ascii"))
    parts = [piece.partition(b"\r\n\r\n") for piece in pieces[:-1]]
    is_whole = before == b"" and len(parts) >= 2 and pieces[-1] == b"--\r\n"
    if not is_whole or not all(head.startswith(b"\r\n") and blank for head, blank, _ in parts):
        problems.append(problem("eml.parts"))
        return "", ()
    (head, _, text), *files = parts
    _fields(head[2:], message.TEXT_FIELDS, problems)
    body = _text(text, problems)
    attachments = [_attachment(head[2:], file, problems) for head, _, file in files]
    if len({file.name.casefold() for file in attachments}) < len(attachments):
        problems.append(
            problem("eml.attachment-name")
        )  # in one folder, one would replace the other
    return body, tuple(attachments)


def _attachment(head: bytes, content: bytes, problems: list[Problem]) -> Attachment:
    """The file of a part; both spellings of its name must agree."""
    fields = _fields(head, message.FILE_FIELDS, problems)
    match = _TYPE.fullmatch(fields["Content-Type"].replace("\r\n", ""))
    if match is None:
        problems.append(problem("eml.header-value", header="Content-Type"))
        return Attachment("", "", b"")
    name = _decoded("Content-Type", match["name"], problems)
    if not _FILE_NAME.fullmatch(name) or name != _file_name(fields["Content-Disposition"]):
        problems.append(problem("eml.attachment-name"))
    data = _unbased(content)
    if not data:
        problems.append(problem("eml.attachment"))
    return Attachment(name, match["type"], data)


def _file_name(disposition: str) -> str | None:
    """The name in ``filename*=``, whole or in sections; None for any other form.

    Sections are numbered from 0 without a gap (RFC 2231 section 3), the first says the
    charset (section 4.1), each holds whole characters; a single one has no number.
    """
    kind, *sections = disposition.split(";\r\n ")
    name = ""
    for number, section in enumerate(sections):
        start = f"filename*{number}*=" if len(sections) > 1 else "filename*="
        text = section.removeprefix(start if number else f"{start}UTF-8''")
        if text == section or not _EXTENDED.fullmatch(text):
            return None
        try:
            name += unquote(text, errors="strict")
        except UnicodeDecodeError:
            return None
    return name if kind == "attachment" else None
