"""The lines of the journal: how they are written, read, found among many, and believed.

Whoever can write into the folder can write lines; what they say becomes paths and words, so a
line that is not in our form is damage, however well it parses.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Iterator
from datetime import datetime
from typing import Any, NamedTuple

from parkdraft.outbox.store import STATES, SUFFIXES, is_id

Line = dict[str, Any]


RECORD = b'{"record":'
"""How the line of a record begins; it is left as it is until somebody asks for it."""
MAKING = ("draft", "import")
"""Operations that put bytes there: a draft's making, and the list that it waited for."""
_PERHAPS = ("partner", "site", "row", "authority", "replaces", "subject")
_PLACES = (*STATES, None)


class Damaged(NamedTuple):
    """A line that cannot be read; ``torn`` the last of a segment, cut off while written."""

    segment: str
    number: int
    torn: bool


Found = tuple[bytes, Line | None] | Damaged
"""A line as bytes and parsed (None: a record), or one that cannot be read."""
Choose = Callable[[bytes], list[bytes]]
"""From a segment's bytes to the lines that are wanted of it."""


def written(line: Line) -> bytes:
    """A line's bytes; a record in it may be written already."""
    record = line.get("record")
    if isinstance(record, bytes):
        rest = {name: value for name, value in line.items() if name != "record"}
        return b"%b%b,%b\n" % (RECORD, record, written_json(rest).removeprefix(b"{"))
    return b"%b\n" % written_json(line)


def written_json(value: object) -> bytes:
    """A value as it stands in a line."""
    return _encoded(value).encode("utf-8", "surrogatepass")


def parsed(segment: str, content: bytes) -> Iterator[Found]:
    """The lines in a segment's bytes."""
    whole, _, torn = content.rpartition(b"\n")
    lines = whole.split(b"\n") if whole else []
    yield from understood(segment, lines)
    if torn:
        yield Damaged(segment, len(lines) + 1, torn=True)


def understood(segment: str, lines: Iterable[bytes]) -> Iterator[Found]:
    """What whole lines say."""
    for number, raw in enumerate(lines, start=1):
        line = None
        if not raw.startswith(RECORD):
            line = sound(raw)
            if line is None:
                yield Damaged(segment, number, torn=False)
                continue
        yield raw, line


def naming(*texts: str) -> Choose:
    """The lines in which one of a few texts stands."""

    def chosen(content: bytes) -> list[bytes]:
        found = {}
        for text in map(str.encode, texts):
            at = content.find(text)
            while at >= 0:
                start = content.rfind(b"\n", 0, at) + 1
                end = content.find(b"\n", at)
                end = len(content) if end < 0 else end
                found[start] = content[start:end]
                at = content.find(text, end)
        return [found[start] for start in sorted(found)]

    return chosen


_OP = len('{"op":"0123456789abcdef"')
_ID, _DONE, _REST = b',"id":"', b',"done":["', b'"],"cancelled":[]}'


def about(ids: Iterable[str]) -> Choose:
    """The intents and ends of many drafts, perhaps with others; no records.

    It looks where we write identifiers, for 100,000 lines are parsed in a second and looked
    over in a tenth; a line that is not in our form is never left out.
    """
    wanted = {one.encode() for one in ids}
    return lambda content: [raw for _, raw in by_draft(wanted, content)]


def by_draft(ids: Collection[bytes], content: bytes) -> Iterator[tuple[bytes | None, bytes]]:
    """Draft and line; None where it is not in our form, or ends what was done to several."""
    find, starts, stop = content.find, content.startswith, len(content)
    length = len(next(iter(ids), b""))
    in_intent, in_end = _OP + len(_ID), _OP + len(_DONE)
    at = 0 if ids else stop
    while at < stop:
        line_end = find(b"\n", at)
        if line_end < 0:
            line_end = stop
        if not starts(RECORD, at):
            if starts(_ID, at + _OP):
                draft_id = content[at + in_intent : at + in_intent + length]
            elif starts(_REST, at + in_end + length):
                draft_id = content[at + in_end : at + in_end + length]
            else:
                draft_id = None
            if draft_id is None or draft_id in ids:
                yield draft_id, content[at:line_end]
        at = line_end + 1


_decoded = json.JSONDecoder().raw_decode
_encoded = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def sound(raw: bytes) -> Line | None:
    """A line that is an intent or an end in form, else None.

    Whoever can write into the folder can write lines: what they say becomes paths and words.
    """
    try:
        text = raw.decode("utf-8", "surrogatepass")
        line, length = _decoded(text)
        if length != len(text) or type(line["op"]) is not str:
            return None
        return line if (_is_end(line) if "done" in line else _is_intent(line)) else None
    except (ValueError, TypeError, KeyError, RecursionError):
        return None


def _is_end(line: Line) -> bool:
    done, cancelled = line["done"], line["cancelled"]
    return type(done) is type(cancelled) is list and {*map(type, done + cancelled)} <= {str}


def _is_intent(line: Line) -> bool:
    do, after = line["do"], line["after"]
    return (
        is_id(line["id"])
        and line["from"] in _PLACES
        and line["to"] in _PLACES
        and line["suffix"] in SUFFIXES
        and type(line["by"]) is type(do) is str
        and (after is None or type(after) is str)
        and (do not in MAKING or _is_told(line))
        and datetime.fromisoformat(line["at"]).tzinfo is not None
    )


def _is_told(line: Line) -> bool:
    """Whether what a making says beside the move is words."""
    words = {type(line[name]) for name in ("author", "case", "channel")}
    return words == {str} and {type(line.get(name)) for name in _PERHAPS} <= {str, type(None)}
