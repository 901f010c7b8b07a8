"""Which header or line of a draft's file was changed, without keeping its text.

A fingerprint is one short checksum for each header field and line of text as people see
them; base64 and folding are undone first. It tells where; whether anything changed at all is
told by the file's SHA-256.
"""

from __future__ import annotations

from binascii import Error, a2b_base64
from collections import Counter
from functools import lru_cache
from zlib import crc32

_BODY = "본문"
_FILE = "파일"
_ATTACHED = "첨부"
_HEX = 4
_ODD = "머리글"
"""A line of the header without a header's name; what stands there is not repeated."""


def fingerprint(suffix: str, content: bytes, text: str | None = None) -> list[str]:
    """Name and checksum of every part, as ``"To 3fa2"``; of all lines in one: ``"본문 09bc…"``.

    ``text`` is a mail's, where it is known: then it is not decoded again.
    """
    told, lines = _parts(suffix, content, text)
    sums = [crc32(line) & 0xFFFF for line in lines]
    return [*told, f"{_BODY} {'%04x' * len(sums) % tuple(sums)}"]


def changes(suffix: str, kept: list[str], content: bytes) -> tuple[str, ...]:
    """What is not as it was, gone or new, as words: ``("To", "본문 7번째 줄")``."""
    before, now = _apart(kept), _apart(fingerprint(suffix, content))
    more = Counter(now)
    more.subtract(before)
    names = dict.fromkeys(one.rpartition(" ")[0] for one in (*before, *now) if more[one])
    numbers = (name.removeprefix(_BODY) for name in names if name.startswith(_BODY))
    lines = sorted(int(number) for number in numbers if number.isdecimal())
    words = [name for name in names if not name.startswith(_BODY)]
    if lines:  # a line more or less moves all that follow
        words.append(f"{_BODY} {lines[0]}번째 줄" + ("부터" if len(lines) > 1 else ""))
    # nothing that people see: line ends, folding, the order of headers
    return tuple(words) or (_FILE,)


def _parts(suffix: str, content: bytes, known: str | None = None) -> tuple[list[str], list[bytes]]:
    """Name and checksum of what is no line of the text, and these lines."""
    if suffix != ".eml":
        return [], _lines(content)
    head, blank, body = content.partition(b"\r\n\r\n")
    if not blank or b"\n\n" in head or body.startswith(b"--"):
        head, _, body = content.replace(b"\r\n", b"\n").partition(b"\n\n")
    head = head.replace(b"\r\n", b"\n")
    unfolded = head.replace(b"\n ", b" ").replace(b"\n\t", b" ")
    told = [_field(line) for line in unfolded.split(b"\n")]
    if body.startswith(b"--"):  # several parts: the text, then what is attached
        text, _, attached = body.partition(b"\n--")
        told.append(_told(_ATTACHED, attached))
        body = text.partition(b"\n\n")[2]
    return told, _lines(_decoded(body) if known is None else known.encode())


@lru_cache(maxsize=256)
def _field(line: bytes) -> str:
    """Many drafts of one route have the very same fields."""
    name, found, value = line.partition(b":")
    if found and name.replace(b"-", b"").isalpha():  # of bytes: ASCII letters alone
        return _told(name.decode("ascii"), value)
    return _told(_ODD, line)


def _told(name: str, text: bytes) -> str:
    return f"{name} {crc32(text) & 0xFFFF:04x}"


def _apart(kept: list[str]) -> list[str]:
    """Every line's checksum by itself, as ``"본문7 09bc"``."""
    apart: list[str] = []
    for one in kept:
        name, _, sums = one.partition(" ")
        pieces = [sums[at : at + _HEX] for at in range(0, len(sums), _HEX)]
        numbered = (f"{_BODY}{number} {piece}" for number, piece in enumerate(pieces, start=1))
        apart += numbered if name == _BODY and pieces else [one]
    return apart


def _decoded(body: bytes) -> bytes:
    try:
        return a2b_base64(body)
    except Error:
        return body


def _lines(text: bytes) -> list[bytes]:
    return text.replace(b"\r\n", b"\n").split(b"\n")
