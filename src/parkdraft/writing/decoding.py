"""Header fields, encoded words and base64 of a draft, decoded strictly.

Serves the reader alone: the writer has none of it, so that a rule understood wrongly there is
not understood wrongly here in the same way.
"""

from __future__ import annotations

import re
from binascii import Error, a2b_base64, a2b_qp, b2a_base64
from collections.abc import Sequence

from parkdraft.errors import DraftError, Problem, problem
from parkdraft.lazy import lazy

_CONTROL = lazy("[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_BODY_CONTROL = lazy("[\x00-\x08\x0b-\x1f\x7f-\x9f]")
# A header line without a place to fold: one token after the name or the fold's own space.
_ONE_TOKEN = lazy(r"(?:[\w-]+: | )[!-~]+", re.ASCII)
_FIELD = lazy(r"([\w-]+): (.*)", re.ASCII)
# RFC 2047 section 2: =?charset?encoding?encoded-text?=, without spaces.
_WORD = lazy(r"=\?([^? ]+)\?([^? ]+)\?([^? ]+)\?=")
# RFC 2047 section 5 (3), the narrowest set; "_" is a space, other bytes are "=" and two digits.
_Q_TEXT = lazy(r"(?:[A-Za-z0-9!*+/_-]|=[0-9A-F]{2})+")


def unfolded(lines: Sequence[str], found: list[Problem]) -> list[tuple[str, str]]:
    """The fields that header lines hold: name and unfolded value, in their order."""
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
    return fields


def field_set(
    fields: Sequence[tuple[str, str]], order: Sequence[str], found: Sequence[Problem]
) -> dict[str, str]:
    """Header name to value; raises DraftError, with what was ``found`` before, for a wrong set.

    Each name of ``order`` stands once and in this order; Cc alone may be missing.
    """
    names = [name for name, _ in fields]
    if not found and tuple(names) == tuple(order):
        return dict(fields)
    missing = [name for name in order if name not in names and name != "Cc"]
    unknown = [name for name in names if name not in order]
    twice = {name for name in names if name in order and names.count(name) > 1}
    problems = [problem("eml.header-missing", header=name) for name in missing]
    problems += [problem("eml.header-unknown", header=name) for name in unknown]
    problems += [problem("eml.header-twice", header=name) for name in sorted(twice)]
    if not problems and names != [name for name in order if name in names]:
        problems.append(problem("eml.header-order"))
    if problems:
        raise DraftError([*found, *problems])
    return dict(fields)


def decoded(header: str, raw: str, found: list[Problem]) -> str:
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
            data = unbased(match[3])
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


def unbased(encoded: str) -> bytes:
    """Base64 in its one canonical spelling (RFC 4648 section 3.5); b"" for any other."""
    try:
        data = a2b_base64(encoded, strict_mode=True)
    except (Error, ValueError):  # ValueError: not ASCII
        return b""
    # Only the bits that are left over in the last four characters could still differ.
    last = data[-(len(data) % 3 or 3) :]
    return data if b2a_base64(last, newline=False).decode() == encoded[-4:] else b""


def text_of(content: str, found: list[Problem]) -> str:
    """The text of a content: base64 around UTF-8 with CRLF; "" and a problem for any other."""
    if not content:
        return ""
    try:
        text = bytes_of(content).decode()
    except UnicodeDecodeError:
        text = ""
    lines = text.split("\r\n")
    if text and "".join(lines).isprintable():  # no other line ends, nothing that is refused
        return "\n".join(lines)
    if not text or not has_crlf_only(text):
        found.append(problem("eml.body"))
        return ""
    text = "\n".join(lines)
    if _BODY_CONTROL.search(text):
        found.append(problem("eml.body"))
    return text


def bytes_of(content: str) -> bytes:
    """What base64 in full lines of 76 holds; b"" where it is not sound."""
    content = content.removesuffix("\r\n")
    full, last = divmod(len(content), 78)
    encoded = "".join(content.split("\r\n"))
    line_ends = content[76::78] + content[77::78]
    in_order = 0 < last <= 76 and line_ends == "\r" * full + "\n" * full
    return unbased(encoded) if in_order and len(encoded) == 76 * full + last else b""


def has_crlf_only(text: str) -> bool:
    """Whether every CR and LF is one of a pair."""
    rest = "".join(text.split("\r\n"))
    return "\r" not in rest and "\n" not in rest
