"""Reads a draft back, strictly, to check what was written.

Nothing here is shared with ``mail.py`` but the two facts it reads into: a rule understood
wrongly there must not be understood wrongly here in the same way. Anything a mail program
might read in two ways is refused, however common it is in mail at large.
"""

from __future__ import annotations

import re
from binascii import Error, a2b_base64, a2b_qp, b2a_base64

from parkdraft.errors import DraftError, Problem, problem
from parkdraft.patterns import lazy
from parkdraft.writing.mail import Mail, Mailbox

# The header fields in their order, each once; Cc alone may be missing.
_PEOPLE = ("From", "Reply-To", "To", "Cc")
_CONTENT = {"Content-Type": 'text/plain; charset="UTF-8"', "Content-Transfer-Encoding": "base64"}
_FIXED = {"X-Unsent": "1", "MIME-Version": "1.0", **_CONTENT}
_ORDER = ("X-Unsent", *_PEOPLE, "Subject", "MIME-Version", *_CONTENT)

_CONTROL = lazy("[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_BODY_CONTROL = lazy("[\x00-\x08\x0b-\x1f\x7f-\x9f]")
# A header line without a place to fold: one token after the name or the fold's own space.
_ONE_TOKEN = lazy(r"(?:[\w-]+: | )[!-~]+", re.ASCII)
_FIELD = lazy(r"([\w-]+): (.*)", re.ASCII)
# RFC 2047 section 2: =?charset?encoding?encoded-text?=, without spaces.
_WORD = lazy(r"=\?([^? ]+)\?([^? ]+)\?([^? ]+)\?=")
# RFC 2047 section 5 (3), the narrowest set; "_" is a space, other bytes are "=" and two digits.
_Q_TEXT = lazy(r"(?:[A-Za-z0-9!*+/_-]|=[0-9A-F]{2})+")

# RFC 5322 sections 3.2.3, 3.2.4 and 3.4.1.
_ATEXT = r"A-Za-z0-9!#$%&'*+/=?^_`{|}~-"
_ATOMS = lazy(rf"[{_ATEXT}]+(?: [{_ATEXT}]+)*")
_QUOTED = r'"(?:[^"\\]|\\.)*"'
_TOKEN = lazy(rf'{_QUOTED}|[^",]+|.')
_ADDR_SPEC = rf"[.{_ATEXT}]+@[.{_ATEXT}]+"
_MAILBOX = lazy(
    rf'(?:(?P<quoted>{_QUOTED}) |(?P<phrase>[^"<>,]+) )?<(?P<angle>{_ADDR_SPEC})>'
    rf"|(?P<bare>{_ADDR_SPEC})"
)


def read(data: bytes) -> Mail:
    """The mail in an ``.eml``; raises ``DraftError`` with all that is not as it must be."""
    text = _text(data)
    head, blank, content = text.partition("\r\n\r\n")
    found: list[Problem] = [] if blank else [problem("eml.body")]
    fields = _fields(head.split("\r\n"), found)
    for header, value in _FIXED.items():
        if fields[header] != value:
            found.append(problem("eml.header-value", header=header))
    people: dict[str, tuple[Mailbox, ...]] = {"Cc": ()}
    for header in _PEOPLE:
        if header in fields:
            people[header] = _mailboxes(header, fields[header], found)
    for header in ("From", "Reply-To"):
        if len(people[header]) > 1:
            found.append(problem("eml.people", header=header))
    subject = _subject(fields["Subject"], found)
    body = _body(content, found)
    if found:
        raise DraftError(found)
    return Mail(people["From"][0], people["Reply-To"][0], people["To"], people["Cc"], subject, body)


def differences(written: Mail, read: Mail) -> tuple[str, ...]:
    """The header fields, and ``Body``, in which two mails differ; people with their order."""
    values = {
        "From": (written.sender, read.sender),
        "Reply-To": (written.reply_to, read.reply_to),
        "To": (written.to, read.to),
        "Cc": (written.cc, read.cc),
        "Subject": (written.subject, read.subject),
        "Body": (written.body, read.body),
    }
    return tuple(name for name, (one, other) in values.items() if one != other)


def _text(data: bytes) -> str:
    """The file as text: printable ASCII in lines that end in CRLF, of at most 998."""
    text = data.decode("latin-1")
    found: list[Problem] = []
    if not (data.isascii() and _without_line_ends(text).isprintable()):
        found.append(problem("eml.not-ascii"))
    if not _has_crlf_only(text) or not text.endswith("\r\n"):
        found.append(problem("eml.line-ends"))
    # RFC 5322 section 2.1.1.
    if any(len(line) > 998 for line in text.split("\r\n")):
        found.append(problem("eml.line-length"))
    if found:
        raise DraftError(found)
    return text


def _without_line_ends(text: str) -> str:
    return text.replace("\r", "").replace("\n", "")


def _has_crlf_only(text: str) -> bool:
    return text.count("\r") == text.count("\n") == text.count("\r\n")


def _fields(lines: list[str], found: list[Problem]) -> dict[str, str]:
    """Header name to its unfolded value; a wrong set of fields raises."""
    fields: list[tuple[str, str]] = []
    for number, line in enumerate(lines, start=1):
        # RFC 5322 section 2.1.1 and, where a line has an encoded word, RFC 2047 section 2.
        if len(line) > (76 if "=?" in line else 78) and not _ONE_TOKEN.fullmatch(line):
            found.append(Problem("eml.header-line", row=number))
        match = _FIELD.fullmatch(line)
        if match:
            fields.append((match[1], match[2]))
        elif fields and line.startswith(" ") and line.strip():
            name, value = fields[-1]
            fields[-1] = (name, value + line)
        else:
            found.append(Problem("eml.header-line", row=number))
    wrong = _set_problems([name for name, _ in fields])
    if wrong:
        raise DraftError([*found, *wrong])
    return dict(fields)


def _set_problems(names: list[str]) -> list[Problem]:
    """What is wrong with the header fields of a draft, before any value is looked at."""
    missing = [name for name in _ORDER if name not in names and name != "Cc"]
    unknown = [name for name in names if name not in _ORDER]
    twice = {name for name in names if name in _ORDER and names.count(name) > 1}
    problems = [problem("eml.header-missing", header=name) for name in missing]
    problems += [problem("eml.header-unknown", header=name) for name in unknown]
    problems += [problem("eml.header-twice", header=name) for name in sorted(twice)]
    if not problems and names != [name for name in _ORDER if name in names]:
        problems.append(problem("eml.header-order"))
    return problems


def _mailboxes(header: str, raw: str, found: list[Problem]) -> tuple[Mailbox, ...]:
    """The people of a header: divided at commas as written, and only then decoded."""
    mailboxes: list[Mailbox] = []
    for number, piece in enumerate(_divided(raw), start=1):
        match = _MAILBOX.fullmatch(piece)
        display = _display(header, match, found) if match else None
        address = (match["angle"] or match["bare"]) if match else ""
        if display is None or "=?" in address:
            found.append(problem("eml.mailbox", header=header, number=number))
        else:
            mailboxes.append(Mailbox(display, address))
    return tuple(mailboxes)


def _display(header: str, match: re.Match[str], found: list[Problem]) -> str | None:
    """The decoded name of a mailbox, "" for none; None where it could be read in two ways."""
    if match["quoted"]:
        # RFC 2047 section 5 (3): an encoded word never stands inside quotes.
        inside = re.sub(r"\\(.)", r"\1", match["quoted"][1:-1])
        return None if "=?" in inside else inside
    phrase = match["phrase"] or ""
    if "=?" in phrase:
        return _decoded(header, phrase, found)
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
    return _decoded("Subject", raw, found)


def _decoded(header: str, raw: str, found: list[Problem]) -> str:
    """A header's text: as it stands, or one run of encoded words with nothing between them."""
    if "=?" not in raw:
        return raw
    text = ""
    tokens = raw.split(" ")
    for token in tokens[:-1]:
        text += _word(header, token, False, found)
    text += _word(header, tokens[-1], True, found)
    if _CONTROL.search(text):
        found.append(problem("eml.control-character", header=header))
    return text


def _word(header: str, token: str, is_last: bool, found: list[Problem]) -> str:
    """The whole characters of one encoded word; "" and a problem where it is not sound."""
    match = _WORD.fullmatch(token)
    if match and len(token) <= 75 and match[1].lower() == "utf-8":
        data = _unquoted(match[3]) if match[2] in "Qq" else b""
        # A reader may drop what follows a padded word, so only the last may be padded.
        if match[2] in "Bb" and (is_last or "=" not in match[3]):
            data = _unbased(match[3])
        try:
            text = data.decode()
        except UnicodeDecodeError:
            text = ""
        if text:
            return text
    found.append(problem("eml.encoded-word", header=header))
    return ""


def _unquoted(encoded: str) -> bytes:
    return a2b_qp(encoded, header=True) if _Q_TEXT.fullmatch(encoded) else b""


def _unbased(encoded: str) -> bytes:
    """Base64 in its one canonical spelling (RFC 4648 section 3.5); b"" for any other."""
    try:
        data = a2b_base64(encoded)
    except Error:
        return b""
    return data if b2a_base64(data, newline=False) == encoded.encode("ascii") else b""


def _body(content: str, found: list[Problem]) -> str:
    """The text of the content: base64 in full lines of 76, UTF-8, CRLF."""
    if not content:
        return ""
    *full, last = content.removesuffix("\r\n").split("\r\n")
    data = _unbased("".join((*full, last)))
    try:
        text = data.decode()
    except UnicodeDecodeError:
        text = ""
    is_sound = all(len(line) == 76 for line in full) and 0 < len(last) <= 76 and text
    if not is_sound or not _has_crlf_only(text):
        found.append(problem("eml.body"))
        return ""
    text = text.replace("\r\n", "\n")
    if _BODY_CONTROL.search(text):
        found.append(problem("eml.body"))
    return text
