"""Which header or line of a draft's file was changed, without keeping its text.

A fingerprint is one short checksum for each header field and line of text as people see
them; base64 and folding are undone first. It tells where; whether anything changed at all is
told by the file's SHA-256.
"""

from __future__ import annotations

from binascii import Error, a2b_base64
from zlib import crc32

_BODY = "본문"
_FILE = "파일"
_ATTACHED = "첨부"


def fingerprint(suffix: str, content: bytes) -> list[str]:
    """Name and checksum of every part, as ``"To 3fa2"``; lines as ``"본문7 09bc"``."""
    return [f"{name} {crc32(text) & 0xFFFF:04x}" for name, text in _parts(suffix, content)]


def changes(suffix: str, kept: list[str], content: bytes) -> tuple[str, ...]:
    """What is not as it was, gone or new, as words: ``("To", "본문 7번째 줄")``."""
    now = fingerprint(suffix, content)
    same = set(kept) & set(now)
    names = dict.fromkeys(one.rpartition(" ")[0] for one in (*kept, *now) if one not in same)
    lines = sorted(int(name.removeprefix(_BODY)) for name in names if name.startswith(_BODY))
    words = [name for name in names if not name.startswith(_BODY)]
    if lines:  # a line more or less moves all that follow
        words.append(f"{_BODY} {lines[0]}번째 줄" + ("부터" if len(lines) > 1 else ""))
    # nothing that people see: line ends, folding, the order of headers
    return tuple(words) or (_FILE,)


def _parts(suffix: str, content: bytes) -> list[tuple[str, bytes]]:
    if suffix != ".eml":
        return _lines(content)
    head, _, body = content.replace(b"\r\n", b"\n").partition(b"\n\n")
    unfolded = head.replace(b"\n ", b" ").replace(b"\n\t", b" ")
    fields = [field.partition(b":") for field in unfolded.split(b"\n")]
    parts = [(name.decode("ascii", "replace"), value) for name, _, value in fields]
    if body.startswith(b"--"):  # several parts: the text, then what is attached
        text, _, attached = body.partition(b"\n--")
        parts.append((_ATTACHED, attached))
        body = text.partition(b"\n\n")[2]
    return parts + _lines(_decoded(body))


def _decoded(body: bytes) -> bytes:
    try:
        return a2b_base64(body)
    except Error:
        return body


def _lines(text: bytes) -> list[tuple[str, bytes]]:
    lines = text.replace(b"\r\n", b"\n").split(b"\n")
    return [(f"{_BODY}{number}", line) for number, line in enumerate(lines, start=1)]
