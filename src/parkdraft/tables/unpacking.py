"""Whether a ZIP may be unpacked: all in it is counted in small steps before anything is believed.

What a ZIP's directory says of sizes are only claims, and who reads the values afterwards
(python-calamine) takes parts whole.
"""

from __future__ import annotations

import copy
import re
import zipfile
from collections.abc import Callable, Iterator
from typing import IO
from xml.parsers import expat

from parkdraft.tables.source import MOST_CELLS

MOST_UNPACKED = 100 * 1024 * 1024
_MOST_PARTS = 5_000
_DEEPEST = 10_000
"""Elements within each other; the parser remembers each."""
_LONGEST_RUN = 1 << 20
"""Bytes without any tag: one cell, or one attribute."""
_TIGHTEST = 250
"""So many times what is packed a part of a table unpacks to at most; a table comes to 30."""
_TIGHT_FROM = 1 << 20
_CHUNK = 1 << 16

_COUNTED = (
    (b"<c ", b"<c>", b"<c/", b":c ", b":c>", b":c/"),
    (b"<v", b":v>", b":v/"),
    (b"<is", b":is>"),
    (b"<si", b":si>", b":si/"),
)
"""How cells, their values and shared strings begin; of each a table has so many as cells."""
_UNCOUNTED = 4 * MOST_CELLS
"""So many bytes cannot hold more of them, and are not searched."""
_CLAIM = re.compile(rb"ount\s*=\s*[\"']\d{8}")
_CLAIM_LENGTH = 40
"""A list that claims to have tens of millions of entries: memory is set aside for them unseen."""


class UnfriendlyError(Exception):
    """What no program that people use would write; ``code`` says how it is told."""

    def __init__(self, code: str = "table.workbook-unreadable", row: int | None = None) -> None:
        self.code, self.row = code, row
        super().__init__(code)


def refuse_many_parts(content: bytes) -> None:
    """Raise UnfriendlyError for a ZIP of so many entries that listing them takes its time."""
    if content.count(b"PK\x01\x02") > _MOST_PARTS:
        raise UnfriendlyError("table.unfriendly")


def count_parts(archive: zipfile.ZipFile) -> None:
    """Raise UnfriendlyError for what unpacks to too much, or holds too many of a thing."""
    left, counts = MOST_UNPACKED, [0] * len(_COUNTED)
    for member in archive.infolist():
        left -= _size(archive, member, left, counts)


def parse(part: IO[bytes], prepare: Callable[[expat.XMLParserType], None]) -> None:
    """One pass over a part's XML; ``prepare`` sets the handlers. Raises UnfriendlyError.

    A document type is refused: Office writes none, and entities are declared in it.
    """
    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = _doctype
    prepare(parser)
    try:
        while chunk := part.read(_CHUNK):
            parser.Parse(chunk)
        parser.Parse(b"", True)
    except (expat.ExpatError, ValueError, OverflowError, LookupError) as error:
        raise UnfriendlyError from error


def _doctype(*_: object) -> None:
    raise UnfriendlyError


def _size(archive: zipfile.ZipFile, member: zipfile.ZipInfo, left: int, counts: list[int]) -> int:
    """The true size of a part, of at most ``left`` bytes; what is in it is added to ``counts``."""
    size = run = depth = 0
    before = b""
    is_xml = member.filename.lower().endswith((".xml", ".rels"))
    for chunk in _chunks(archive, member, left):
        size += len(chunk)
        if size > left:
            raise UnfriendlyError("table.unpacks-too-big")
        is_tight = size > _TIGHTEST * max(member.compress_size, 1)
        if size > _TIGHT_FROM and is_tight:
            raise UnfriendlyError("table.unfriendly")
        if not is_xml:
            continue
        run = 0 if b"<" in chunk else run + len(chunk)
        depth += chunk.count(b"<") - 2 * chunk.count(b"</") - chunk.count(b"/>")
        if run > _LONGEST_RUN or depth > _DEEPEST or _CLAIM.search(before + chunk):
            raise UnfriendlyError("table.unfriendly")
        before = chunk[-_CLAIM_LENGTH:]
        if max(size, member.file_size) > _UNCOUNTED:
            for kind, beginnings in enumerate(_COUNTED):
                counts[kind] += sum(map(chunk.count, beginnings))
            if max(counts) > MOST_CELLS:
                raise UnfriendlyError("table.too-many-cells")
    return size


def _chunks(archive: zipfile.ZipFile, member: zipfile.ZipInfo, left: int) -> Iterator[bytes]:
    unbound = copy.copy(member)
    unbound.file_size = left + 2 * _CHUNK  # else zipfile stops at the size that is claimed
    with archive.open(unbound) as part:
        while chunk := part.read(_CHUNK):
            yield chunk
