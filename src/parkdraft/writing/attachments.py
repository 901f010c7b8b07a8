"""A mail of several parts: the text, and files under names that may be Korean.

A name stands twice, in the two spellings that mail programs know: as encoded words in
``name=`` of Content-Type, against RFC 2047 section 5 (3) but what Outlook writes and reads,
and percent-encoded in ``filename*=`` of Content-Disposition (RFC 2231 sections 3 and 4, RFC
2183 section 2.3), which is the standard. Every name is written so, an ASCII one too.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from hashlib import sha256
from typing import TYPE_CHECKING
from urllib.parse import quote

from parkdraft.errors import Problem, problem
from parkdraft.lazy import lazy
from parkdraft.writing.encoding import LINE, base64_lines, encoded_words
from parkdraft.writing.message import FILE_FIELDS, Attachment

if TYPE_CHECKING:
    from parkdraft.codes import Code

# 80 Korean syllables. Folders take 255 characters or bytes, and a program that saves the
# file may add " (1)" to the name.
_NAME_BYTES = 240

# Control characters and lone surrogates; what turns the direction of writing, so that "gpj.exe"
# looks like "exe.jpg"; and what Windows reserves (Microsoft, "Naming Files, Paths, and
# Namespaces"), separators of paths among it.
_FORBIDDEN = lazy(
    "[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff"
    '\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069<>:"/\\\\|?*]'
)
# Something, a dot, an extension. A dot in front would hide the file.
_SHAPE = lazy(r"[^.].*\.[A-Za-z0-9]{1,10}", re.DOTALL)
# Names of devices (the same page), with any extension.
_DEVICE = lazy(r"(?i)(?:con|prn|aux|nul|(?:com|lpt)[0-9¹²³]) *\..*", re.DOTALL)
# RFC 6838 section 4.2, in lower case. What holds other messages must not be base64 (RFC 2045
# section 6.4).
_MEDIA_TYPE = lazy(r"(?!multipart/|message/)[a-z0-9][a-z0-9.+-]*/[a-z0-9][a-z0-9.+-]*")


def attachment_problems(attachments: Sequence[Attachment]) -> list[Problem]:
    """What is wrong with these attachments: names, media types, or that one is empty.

    Two of one name are refused: whoever saves them keeps one. Case does not tell names apart
    on Windows.
    """
    problems = []
    seen: set[str] = set()
    for number, attachment in enumerate(attachments, start=1):
        code = name_problem(attachment.name)
        if code:
            problems.append(problem(code, number=number))
        elif attachment.name.casefold() in seen:
            problems.append(problem("mail.attachment-twice", number=number))
        seen.add(attachment.name.casefold())
        if not _MEDIA_TYPE.fullmatch(attachment.media_type):
            problems.append(problem("mail.attachment-type", number=number))
        if not attachment.content:
            problems.append(problem("mail.attachment-empty", number=number))
    return problems


def name_problem(name: str) -> Code | None:
    """Why no file may have this name, as a problem's code; None for a good name."""
    if _FORBIDDEN.search(name):
        return "mail.attachment-character"
    is_good = (
        _SHAPE.fullmatch(name)
        and name == name.strip()
        and not _DEVICE.fullmatch(name)
        and len(name.encode()) <= _NAME_BYTES
    )
    return None if is_good else "mail.attachment-name"


def mixed(text: bytes, attachments: Sequence[Attachment]) -> bytes:
    """The field Content-Type of a mail of several parts, and the parts (RFC 2046 section 5.1).

    ``text`` is the first part with its own fields, ending in CRLF; ``attachments`` are without
    problems. Equal input gives equal bytes: the boundary is a digest of the parts. No line of
    a part begins with it: base64 has no hyphen, and each field starts with a letter.
    """
    parts = [text, *map(_file_part, attachments)]
    digest = sha256(b"".join(parts)).hexdigest()[:32].encode("ascii")
    # "=_" can stand in neither base64 nor quoted-printable (RFC 2045 section 6.7).
    boundary = b"=_" + digest
    return b"".join(
        (
            b'Content-Type: multipart/mixed; boundary="%b"\r\n' % boundary,
            *(b"\r\n--%b\r\n%b" % (boundary, part) for part in parts),
            b"\r\n--%b--\r\n" % boundary,
        )
    )


def _file_part(attachment: Attachment) -> bytes:
    """A file as a part of the mail; the line of a long media type cannot be folded."""
    # The first line of the name begins with ' name="', seven characters.
    words = b"\r\n ".join(encoded_words(attachment.name, 7)).decode("ascii")
    fields = FILE_FIELDS | {
        "Content-Type": f'{attachment.media_type};\r\n name="{words}"',
        "Content-Disposition": ";\r\n".join(["attachment", *_file_name(attachment.name)]),
    }
    head = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
    return b"\r\n".join((head.encode("ascii"), *base64_lines(attachment.content), b""))


def _file_name(name: str) -> list[str]:
    """The parameter ``filename*``, or ``filename*0*``, ``filename*1*`` … where it is too long.

    Each holds whole characters: some readers decode one section at a time.
    """
    # Only letters, digits and "-._" stand unescaped, which every program reads alike (RFC 2231
    # section 7 allows a few more); quote() leaves "~" unescaped, too.
    characters = [quote(character, safe="").replace("~", "%7E") for character in name]
    whole = " filename*=UTF-8''" + "".join(characters)
    if len(whole) <= LINE:
        return [whole]
    lines = [" filename*0*=UTF-8''"]
    for character in characters:
        if len(lines[-1]) + len(character) + 1 > LINE:  # one for the semicolon
            lines.append(f" filename*{len(lines)}*=")
        lines[-1] += character
    return lines
