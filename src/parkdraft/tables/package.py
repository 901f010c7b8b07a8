"""The parts of a workbook, counted before anything in them is believed or unpacked whole.

What a ZIP's directory says of sizes are only claims, so every part is unpacked once in small
steps; who reads the values afterwards (python-calamine) takes parts whole.
"""

from __future__ import annotations

import copy
import posixpath
import re
import zipfile
from collections.abc import Callable, Iterator
from typing import IO, NamedTuple
from xml.parsers import expat

from parkdraft.patterns import lazy
from parkdraft.tables.source import MOST_CELLS, refusal

MOST_UNPACKED = 100 * 1024 * 1024
_MOST_PARTS = 5_000
_MOST_SHEETS = 500
_MOST_ELEMENTS = 200_000
"""Elements of the parts that describe the workbook; Excel itself knows 65,490 formats."""
_DEEPEST = 10_000
"""Elements within each other; the parser remembers each."""
_LONGEST_RUN = 1 << 20
"""Bytes without any tag: one cell, or one attribute."""
_TIGHTEST = 250
"""So many times what is packed a part of a table unpacks to at most; a table comes to 30."""
_TIGHT_FROM = 1 << 20
_CHUNK = 1 << 16
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
"""What Office writes; bzip2 and lzma cannot be unpacked in steps of known size."""

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
_SHOWS_TIME = lazy(r"[hs]", re.IGNORECASE)
_NOT_SHOWN = lazy(r'\[[^\]]*\]|"[^"]*"|\\.')
_ZEROS = lazy("0{2,15}")
_BUILTIN_CLOCKS = {str(number) for number in (18, 19, 20, 21, 22, 32, 33, 45, 46, 47)}
"""Number formats with a time that have no code of their own (ECMA-376 part 1, 18.8.30)."""

Attributes = dict[str, str]
_Found = Callable[[str, Attributes], None]


class UnfriendlyError(Exception):
    """What no program that people use would write; ``code`` says how it is told."""

    def __init__(self, code: str = "table.workbook-unreadable", row: int | None = None) -> None:
        self.code, self.row = code, row
        super().__init__(code)


class SheetPart(NamedTuple):
    """A sheet of the workbook: its place among all, its name, if it is seen, and its part."""

    place: int
    title: str
    visible: bool
    part: str


class Package(NamedTuple):
    """The workbook's sheets with cells, if it counts days from 1904, and two kinds of style.

    ``padded``: style → how many digits it shows (``0042``); ``clocks``: styles that show a time.
    """

    archive: zipfile.ZipFile
    sheets: tuple[SheetPart, ...]
    from_1904: bool
    padded: dict[str, int]
    clocks: frozenset[str]


def open_package(name: str, archive: zipfile.ZipFile) -> Package:
    """The workbook in a ZIP. Raises TableError for what is none, UnfriendlyError, or UNREADABLE."""
    members = archive.infolist()
    if any(member.flag_bits & 1 for member in members):
        raise refusal("table.password", name)
    if sum(member.file_size for member in members) > MOST_UNPACKED:
        raise UnfriendlyError("table.unpacks-too-big")
    if code := _what_else(archive):
        raise refusal(code, name)
    if any(member.compress_type not in _METHODS for member in members):
        raise UnfriendlyError
    if len({member.filename.casefold() for member in members}) < len(members):
        raise UnfriendlyError  # two readers may take two different ones
    _count(archive, members)
    sheets, from_1904 = _sheets(archive)
    return Package(archive, sheets, from_1904, *_styles(archive))


def refuse_many_parts(content: bytes) -> None:
    """Raise UnfriendlyError for a ZIP of so many entries that listing them takes its time."""
    if content.count(b"PK\x01\x02") > _MOST_PARTS:
        raise UnfriendlyError("table.unfriendly")


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


def _count(archive: zipfile.ZipFile, members: list[zipfile.ZipInfo]) -> None:
    """Refuse what unpacks to too much, is packed too tightly, or holds too many of a thing."""
    left, counts = MOST_UNPACKED, [0] * len(_COUNTED)
    for member in members:
        size = run = depth = 0
        unbound = copy.copy(member)
        unbound.file_size = left + 2 * _CHUNK  # else zipfile stops at the size that is claimed
        is_xml = member.filename.lower().endswith((".xml", ".rels"))
        tail = b""
        for chunk in _chunks(archive, unbound):
            size += len(chunk)
            if is_xml and _CLAIM.search(tail + chunk):
                raise UnfriendlyError("table.unfriendly")
            tail = chunk[-_CLAIM_LENGTH:]
            if size > left:
                raise UnfriendlyError("table.unpacks-too-big")
            if size > _TIGHT_FROM and size > _TIGHTEST * max(member.compress_size, 1):
                raise UnfriendlyError("table.unfriendly")
            if is_xml:
                run = 0 if b"<" in chunk else run + len(chunk)
                depth += chunk.count(b"<") - 2 * chunk.count(b"</") - chunk.count(b"/>")
                if run > _LONGEST_RUN or depth > _DEEPEST:
                    raise UnfriendlyError("table.unfriendly")
            if is_xml and max(size, member.file_size) > _UNCOUNTED:
                counts = [
                    count + sum(map(chunk.count, beginnings))
                    for count, beginnings in zip(counts, _COUNTED, strict=True)
                ]
                if max(counts) > MOST_CELLS:
                    raise UnfriendlyError("table.too-many-cells")
        left -= size


def _chunks(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> Iterator[bytes]:
    with archive.open(member) as part:
        while chunk := part.read(_CHUNK):
            yield chunk


def _elements(
    archive: zipfile.ZipFile, part: str, found: Callable[[str, Attributes], None]
) -> None:
    """Tell of every element of a part: its name without prefix, and its attributes."""
    count = 0

    def start(name: str, attributes: Attributes) -> None:
        nonlocal count
        count += 1
        if count > _MOST_ELEMENTS:
            raise UnfriendlyError("table.unfriendly")
        found(name.rpartition(":")[2], attributes)

    def prepare(parser: expat.XMLParserType) -> None:
        parser.StartElementHandler = start

    with archive.open(part) as handle:
        parse(handle, prepare)


def _sheets(archive: zipfile.ZipFile) -> tuple[tuple[SheetPart, ...], bool]:
    parts: dict[str, str] = {}
    listed: list[tuple[str, str, str]] = []
    from_1904 = False

    def relation(name: str, attributes: Attributes) -> None:
        if name == "Relationship" and attributes.get("Type", "").endswith("/worksheet"):
            if attributes.get("TargetMode") == "External":
                raise UnfriendlyError
            target = posixpath.join("/xl", attributes.get("Target", "").replace("\\", "/"))
            parts[attributes.get("Id", "")] = posixpath.normpath(target).lstrip("/")

    def described(name: str, attributes: Attributes) -> None:
        nonlocal from_1904
        if name == "workbookPr":
            from_1904 = attributes.get("date1904") in ("1", "true")
        elif name == "sheet":
            listed.append(
                (
                    attributes.get("name", ""),
                    next((v for k, v in attributes.items() if k.endswith(":id")), ""),
                    attributes.get("state", "visible"),
                )
            )
            if len(listed) > _MOST_SHEETS:
                raise UnfriendlyError("table.unfriendly")

    _elements(archive, _there(archive, "xl/_rels/workbook.xml.rels"), relation)
    _elements(archive, _there(archive, "xl/workbook.xml"), described)
    return tuple(
        SheetPart(index, title, state == "visible", _there(archive, parts[link]))
        for index, (title, link, state) in enumerate(listed)
        if link in parts
    ), from_1904


def _there(archive: zipfile.ZipFile, part: str) -> str:
    """The name of a part as it stands in the ZIP: case and slashes are not always kept."""
    names = {name.replace("\\", "/").casefold(): name for name in archive.namelist()}
    if part.casefold() not in names:
        raise UnfriendlyError
    return names[part.casefold()]


def _styles(archive: zipfile.ZipFile) -> tuple[dict[str, int], frozenset[str]]:
    """Which cell styles show digits with zeros in front, and which a time."""
    codes: dict[str, str] = {}
    padded: dict[str, int] = {}
    clocks: set[str] = set()
    inside, number = False, -1

    def found(name: str, attributes: Attributes) -> None:
        nonlocal inside, number
        if name == "numFmt":
            codes[attributes.get("numFmtId", "")] = attributes.get("formatCode", "")
        elif name in ("cellXfs", "cellStyles", "dxfs"):
            inside = name == "cellXfs"
        elif name == "xf" and inside:
            number += 1
            used = attributes.get("numFmtId", "0")
            code = codes.get(used, "")
            if _ZEROS.fullmatch(code):
                padded[str(number)] = len(code)
            elif used in _BUILTIN_CLOCKS or _SHOWS_TIME.search(_NOT_SHOWN.sub("", code)):
                clocks.add(str(number))

    try:
        part = _there(archive, "xl/styles.xml")
    except UnfriendlyError:
        return {}, frozenset()
    _elements(archive, part, found)
    return padded, frozenset(clocks)


def _what_else(archive: zipfile.ZipFile) -> str | None:
    """The code for a ZIP that holds something else than a workbook."""
    names = [name.replace("\\", "/").casefold() for name in archive.namelist()]
    if "xl/workbook.xml" in names:
        return None
    if "xl/workbook.bin" in names:
        return "table.other-sheet"
    if (
        "mimetype" in archive.namelist()
        and archive.getinfo("mimetype").compress_type == zipfile.ZIP_STORED
    ):
        with archive.open("mimetype") as part:
            if b"spreadsheet" in part.read(100):
                return "table.other-sheet"
        return "table.document"
    if any(name.startswith("index/") or name.endswith(".iwa") for name in names):
        return "table.other-sheet"
    if any(name.startswith(("word/", "ppt/", "contents/")) for name in names):
        return "table.document"
    return "table.archive"
