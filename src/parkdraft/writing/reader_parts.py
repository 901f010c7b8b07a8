"""Reads a mail of several parts back: the text, and files with their names.

As strict as ``readback.py``: nothing stands before the first part, between the parts or behind
the last; both spellings of a file's name are whole and say the same.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from urllib.parse import unquote_to_bytes

from parkdraft.errors import Problem, problem
from parkdraft.lazy import lazy
from parkdraft.writing.decoding import bytes_of, decoded, field_set, text_of, unfolded
from parkdraft.writing.message import Attachment

_TEXT = {"Content-Type": 'text/plain; charset="UTF-8"', "Content-Transfer-Encoding": "base64"}
_FILE = ("Content-Type", "Content-Transfer-Encoding", "Content-Disposition")

# RFC 2046 section 5.1.1, the narrowest form: within quotes, of one length, unlike any base64.
_MIXED = lazy(r'multipart/mixed; boundary="(=_[0-9a-f]{32})"')
# A type (RFC 6838 section 4.2) that has no parts of its own, and encoded words in quotes.
_TYPE = lazy(
    r'((?!multipart/|message/)[a-z0-9][a-z0-9.+-]*/[a-z0-9][a-z0-9.+-]*); name="(=\?[^"\\]+)"'
)
# RFC 2231 section 7 allows more signs; others are "%" and two digits.
_EXTENDED = lazy(r"(?:[A-Za-z0-9._-]|%[0-9A-F]{2})+")
# A name that can be saved under, everywhere, and means no other file than it shows.
_NAME = lazy(
    r'(?![. ])[^\x00-\x1f\x7f-\x9f<>:"/\\|?*\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]+'
    r"\.[A-Za-z0-9]+",
    re.DOTALL,
)


def read_parts(
    content_type: str, content: str, found: list[Problem]
) -> tuple[str, tuple[Attachment, ...]]:
    """The text and the files of a content; what is not as it must be is added to ``found``.

    ``content_type`` is the mail's own field, ``content`` all behind its header, with CRLF.
    Raises DraftError where the fields of a part are others than they must be.
    """
    parts = _parts(content_type, content, found)
    if parts is None:
        return "", ()
    (text_head, text), *files = parts
    fields = field_set(unfolded(text_head, found), tuple(_TEXT), found)
    for header, value in _TEXT.items():
        if fields[header] != value:
            found.append(problem("eml.header-value", header=header))
    body = text_of(text, found)
    attachments = [
        _attachment(field_set(unfolded(head, found), _FILE, found), file, found)
        for head, file in files
    ]
    names = [one.name.casefold() for one in attachments if one is not None]
    if len(set(names)) < len(names):  # saved side by side, one would be lost
        found.append(problem("eml.attachment-name"))
    return body, tuple(one for one in attachments if one is not None)


def _parts(
    content_type: str, content: str, found: list[Problem]
) -> list[tuple[Sequence[str], str]] | None:
    """Header lines and content of each part: the text and at least one file; else None."""
    match = _MIXED.fullmatch(content_type)
    if match is None:
        found.append(problem("eml.header-value", header="Content-Type"))
        return None
    # The line end before a delimiter belongs to it (RFC 2046 section 5.1.1).
    pieces = f"\r\n{content}".split(f"\r\n--{match[1]}")
    parts = [piece.removeprefix("\r\n").partition("\r\n\r\n") for piece in pieces[1:-1]]
    is_sound = (
        len(parts) >= 2
        and (pieces[0], pieces[-1]) == ("", "--\r\n")
        and all(piece.startswith("\r\n") and piece.endswith("\r\n") for piece in pieces[1:-1])
        and all(blank for _, blank, _ in parts)
    )
    if not is_sound:
        found.append(problem("eml.parts"))
        return None
    return [(head.split("\r\n"), inside) for head, _, inside in parts]


def _attachment(fields: dict[str, str], content: str, found: list[Problem]) -> Attachment | None:
    """The file of a part; None and problems where it is not sound."""
    if fields["Content-Transfer-Encoding"] != "base64":
        found.append(problem("eml.header-value", header="Content-Transfer-Encoding"))
    match = _TYPE.fullmatch(fields["Content-Type"])
    if match is None:
        found.append(problem("eml.header-value", header="Content-Type"))
        return None
    name = decoded("Content-Type", match[2], found)
    if not _NAME.fullmatch(name) or name != _file_name(fields["Content-Disposition"]):
        found.append(problem("eml.attachment-name"))
    data = bytes_of(content)
    if not data:
        found.append(problem("eml.attachment"))
    return Attachment(name, match[1], data)


def _file_name(disposition: str) -> str | None:
    """The name in ``filename*=``, whole or in sections; None for any other form.

    Sections are numbered from 0 without a gap (RFC 2231 section 3), the first says the
    charset (section 4.1), each holds whole characters; a single one has no number.
    """
    kind, *parameters = disposition.split("; ")
    pieces: list[bytes] = []
    for number, parameter in enumerate(parameters):
        section = f"*{number}*" if len(parameters) > 1 else "*"
        start = f"filename{section}=" if number else f"filename{section}=UTF-8''"
        encoded = parameter.removeprefix(start)
        if not parameter.startswith(start) or not _EXTENDED.fullmatch(encoded):
            return None
        pieces.append(unquote_to_bytes(encoded))
    try:
        return "".join(piece.decode() for piece in pieces) if kind == "attachment" else None
    except UnicodeDecodeError:
        return None
