"""What somebody changed in a draft's file, by header and line, as people read it."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from email import message_from_bytes
from email.errors import HeaderParseError
from email.header import decode_header, make_header
from email.message import Message
from hashlib import sha256

from parkdraft.model.labels import HEADERS

_PLAIN = ("X-Unsent", "MIME-Version", "Content-Type", "Content-Transfer-Encoding")
_OTHER = "다른 머리글"
_LONGEST = 200
_MOST_LINES = 2000


def differences(suffix: str, ours: bytes, theirs: bytes) -> tuple[list[str], list[str]]:
    """Where a file differs, as words, and the lines that went (``-``) and came (``+``)."""
    before, after = list(_lines(suffix, ours)), list(_lines(suffix, theirs))
    if max(len(before), len(after)) > _MOST_LINES:
        return ["파일"], []
    where: dict[str, None] = {}
    lines: list[str] = []
    matcher = difflib.SequenceMatcher(None, before, after, autojunk=False)
    for tag, start, end, start2, end2 in matcher.get_opcodes():
        if tag != "equal":
            where |= dict.fromkeys(name for name, _ in (*before[start:end], *after[start2:end2]))
        lines += [f"- {name}: {text}" for name, text in before[start:end] if tag != "equal"]
        lines += [f"+ {name}: {text}" for name, text in after[start2:end2] if tag != "equal"]
    names = [name for name in where if not name.startswith("본문")]
    text = [name for name in where if name.startswith("본문")]
    return names + text[:1] or ["파일"], lines


def _lines(suffix: str, data: bytes) -> Iterator[tuple[str, str]]:
    """Name and text of each header and each line, read as leniently as can be."""
    text = data
    if suffix == ".eml":
        message = message_from_bytes(data)
        for name, value in message.items():
            known = next((one for one in HEADERS if one.casefold() == name.casefold()), None)
            label = HEADERS[known] if known else name if name in _PLAIN else _OTHER
            yield label, _decoded(value)
        parts = [part for part in message.walk() if not part.is_multipart()]
        text = _payload(parts[0]) if parts else b""
        yield from (("첨부", _attached(one)) for one in parts[1:])
    lines = text.decode("utf-8", "replace").splitlines()
    yield from ((f"본문 {number}번째 줄", one[:_LONGEST]) for number, one in enumerate(lines, 1))


def _attached(part: Message) -> str:
    name = _decoded(str(part.get_filename() or ""))
    return f"{name} ({sha256(_payload(part)).hexdigest()[:12]})"


def _payload(part: Message) -> bytes:
    payload = part.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else b""


def _decoded(value: str) -> str:
    try:
        return " ".join(str(make_header(decode_header(value))).split())
    except (HeaderParseError, ValueError, LookupError):
        return " ".join(value.split())
