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
from parkdraft.writing.message import HEADER, TEXT_FIELDS

_LABELS = {name.casefold(): label for name, label in HEADERS.items()}
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
    """(Name, text) of each header and line; what cannot be read is shown as it is."""
    text = data
    if suffix == ".eml":
        message = message_from_bytes(data)
        for name, value in message.items():
            ours = name if name in HEADER | TEXT_FIELDS else _OTHER
            yield _LABELS.get(name.casefold(), ours), _decoded(value)
        parts = [part for part in message.walk() if not part.is_multipart()]
        text = _payload(parts[0]) if parts else b""
        for part in parts[1:]:
            name = _decoded(str(part.get_filename() or ""))
            yield "첨부", f"{name} ({sha256(_payload(part)).hexdigest()[:12]})"
    for number, line in enumerate(text.decode("utf-8", "replace").splitlines(), start=1):
        yield f"본문 {number}번째 줄", line[:_LONGEST]


def _payload(part: Message) -> bytes:
    payload = part.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else b""


def _decoded(value: str) -> str:
    try:
        return " ".join(str(make_header(decode_header(value))).split())
    except (HeaderParseError, ValueError, LookupError):
        return " ".join(value.split())
