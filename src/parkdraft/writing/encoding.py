"""Text and bytes as the ASCII of a mail: the lines of its header, and base64 in lines.

A value that is not plain ASCII is one run of encoded words (RFC 2047).
"""

from __future__ import annotations

import re
from binascii import b2a_base64
from collections.abc import Sequence
from functools import lru_cache

from parkdraft.errors import DraftError, Problem, problem
from parkdraft.lazy import lazy
from parkdraft.writing.message import HEADER, PEOPLE, Mail, Mailbox

# RFC 2047 section 2: a line that holds an encoded word has at most 76 characters. Lines
# without one may have 78 (RFC 5322 section 2.1.1); one limit for all is simpler.
LINE = 76
# "=?UTF-8?B?" and "?=" around the text of an encoded word, in characters.
_AROUND_WORD = 12
# 45 bytes are 60 characters of base64: a word of 72 of the 75 allowed, and the next multiple
# of three bytes would be too long.
_WORD_BYTES = 45
# What a Q word in a name may hold unescaped (RFC 2047 section 5 (3)), without "=" and "_",
# which have a meaning of their own.
_Q_SAFE = frozenset(b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789!*+-/")

# RFC 5321 section 4.5.3.1.3: a path has at most 256 characters, its angle brackets included.
_ADDRESS_LENGTH = 254

# What may not stand in a header: C0 and C1 controls (NEL, U+0085, is one of them), DEL, the
# line and paragraph separators, and halves of surrogate pairs, which UTF-8 cannot carry.
_FORBIDDEN = lazy("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
# A body may have tabs, line feeds and the Unicode separators; base64 carries them.
_FORBIDDEN_IN_BODY = lazy("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")

# Printable ASCII but for the specials of RFC 5322 section 3.2.3 other than the dot; a text
# that looks like an encoded word is refused because some readers would decode it.
_ADDRESS = re.compile(r"(?!.*=\?)[^\s<>,;:\"()\[\]\\@]+@[^\s<>,;:\"()\[\]\\@]+", re.ASCII)
# Text that may stand as it is. Spaces stand singly and inside: readers fold others away.
_PLAIN = re.compile(r"(?!.*=\?)[!-~]+(?: [!-~]+)*")
# Atoms (RFC 5322 section 3.2.3), the same.
_ATOMS = re.compile(r"(?!.*=\?)[\w!#$%&'*+/=?^`{|}~-]+(?: [\w!#$%&'*+/=?^`{|}~-]+)*", re.ASCII)


_FIXED = {name: f"{name}: {value}\r\n".encode() for name, value in HEADER.items() if value}


def header_lines(mail: Mail) -> tuple[dict[str, bytes], list[Problem]]:
    """The lines of each header field but those of the content, and what forbids to write a mail."""
    problems: list[Problem] = []
    lines = dict(_FIXED)
    people = ((mail.sender,), (mail.reply_to,), mail.to, mail.cc)
    for header, mailboxes in zip(PEOPLE, people, strict=True):
        try:
            lines[header] = _people_line(header, mailboxes)
        except DraftError as error:
            problems += error.problems
    if not mail.to:
        problems.append(problem("mail.no-recipient"))
    problems += _text_problems("Subject", mail.subject)
    if not mail.subject.strip():
        problems.append(problem("mail.no-subject"))
    problems += _body_problems(mail.body)
    if not problems:
        lines["Subject"] = _subject_line(mail.subject)
    return lines, problems


def link_problems(to: Sequence[str], cc: Sequence[str], subject: str, body: str) -> list[Problem]:
    """What forbids to write a link's subject, bare addresses and body."""
    problems = _text_problems("Subject", subject)
    for header, addresses in (("To", to), ("Cc", cc)):
        for number, address in enumerate(addresses, start=1):
            problems += _address_problems(header, number, address)
    return problems + _body_problems(body)


def _text_problems(header: str, text: str) -> list[Problem]:
    """What forbids this text in a header: control characters and lone surrogates."""
    if text.isprintable() or not _FORBIDDEN.search(text):  # what is printable is allowed
        return []
    return [problem("mail.control-character", header=header)]


def _address_problems(header: str, number: int, address: str) -> list[Problem]:
    """What is wrong with the address of the ``number``-th person (from 1) of a header."""
    if (
        _ADDRESS.fullmatch(address)
        and address.isascii()
        and address.isprintable()
        and len(address) <= _ADDRESS_LENGTH
    ):
        return []
    return [problem("mail.address", header=header, number=number)]


def _body_problems(body: str) -> list[Problem]:
    """What forbids this body: control characters but tab and LF, and lone surrogates."""
    if body.replace("\n", "").isprintable() or not _FORBIDDEN_IN_BODY.search(body):
        return []
    return [problem("mail.body-character")]


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
        problems += _text_problems(header, mailbox.display)
        problems += _address_problems(header, number, mailbox.address)
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


def base64_lines(data: bytes) -> list[bytes]:
    """Base64 in lines of 76, the last one shorter (RFC 2045 section 6.8); none for no data."""
    encoded = b2a_base64(data, newline=False)
    return [encoded[start : start + 76] for start in range(0, len(encoded), 76)]


def encoded_words(text: str, column: int) -> list[bytes]:
    """One run of encoded words, each for a line of its own, the first starting at ``column``.

    Each word holds whole characters (RFC 2047 section 5) and, but for the last, a multiple of
    three bytes: some readers drop what follows a word that is padded with ``=``. The first
    word's line also holds the header's name; so that it keeps to 76 characters, a subject
    has 39 bytes in it.
    """
    data = text.encode()
    words: list[bytes] = []
    start, room = 0, _room(column)
    while len(data) - start > room:
        length = _aligned(data, start, room)
        if length:
            words.append(_b_word(data[start : start + length]))
        else:
            length = _misfit(data, start, room)
            words.append(_q_word(data[start : start + length]))
        start += length
        room = _WORD_BYTES
    if start < len(data):
        words.append(_b_word(data[start:]))
    return words


def _room(column: int) -> int:
    """How many bytes a B word that starts at ``column`` may hold: a multiple of three."""
    return min(_WORD_BYTES, (LINE - column - _AROUND_WORD) // 4 * 3)


def _aligned(data: bytes, start: int, room: int) -> int:
    """The longest piece from ``start``: whole characters, a multiple of three bytes; or 0.

    ``room`` is a multiple of three, and more than ``room`` bytes are left.
    """
    for length in range(room, 0, -3):
        if data[start + length] & 0xC0 != 0x80:  # not inside a character of UTF-8
            return length
    return 0


def _misfit(data: bytes, start: int, room: int) -> int:
    """The length of one or two characters after which an aligned piece exists.

    Where none exists at ``start``, no character ends at the same remainder modulo three. Each
    character taken away rules out one remainder; with two taken, one remainder is left and
    every cut is aligned. So two characters always suffice.
    """
    end = start
    while True:
        end += 1
        while data[end] & 0xC0 == 0x80:
            end += 1
        if len(data) - end <= room or _aligned(data, end, room):
            return end - start


def _b_word(piece: bytes) -> bytes:
    return b"=?UTF-8?B?%b?=" % b2a_base64(piece, newline=False)


def _q_word(piece: bytes) -> bytes:
    letters = (chr(byte) if byte in _Q_SAFE else f"={byte:02X}" for byte in piece)
    return b"=?UTF-8?Q?%b?=" % "".join(letters).encode("ascii")
