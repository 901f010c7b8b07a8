"""The ZIP of a workbook: whether it may be unpacked, its sheets, and what its styles show.

The sizes in a ZIP's directory may be false, and python-calamine, which reads the values later,
unpacks whole parts. So all parts are unpacked here first, in small pieces, and counted.
"""

from __future__ import annotations

import copy
import io
import posixpath
import re
import zipfile
from collections.abc import Iterator, Mapping
from typing import IO, TYPE_CHECKING, NamedTuple
from xml.parsers import expat

from parkdraft.lazy import lazy
from parkdraft.tables.source import MOST_CELLS, refusal

if TYPE_CHECKING:
    from parkdraft.codes import Code

_MOST_PARTS = 5_000
"""Entries of a ZIP; listing more would take long."""
MOST_UNPACKED = 100 * 1024 * 1024
_MOST_SHEETS = 500
_MOST_ELEMENTS = 200_000
"""Elements of the parts that describe the workbook; Excel itself knows 65,490 formats."""
_DEEPEST = 10_000
"""Nested elements; the parser keeps each open one in memory."""
_LONGEST_RUN = 1 << 20
"""Bytes without a tag: a cell's text, or an attribute."""
_TIGHTEST = 250
"""A part may unpack to so many times its packed size; real tables reach 30."""
_TIGHT_FROM = 1 << 20
_CHUNK = 1 << 16
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
"""The methods that Office uses; bzip2 and lzma cannot be unpacked in pieces of known size."""

_COUNTED = (
    (b"<c ", b"<c>", b"<c/", b":c ", b":c>", b":c/"),
    (b"<v", b":v>", b":v/"),
    (b"<is", b":is>"),
    (b"<si", b":si>", b":si/"),
)
"""How cells, their values, and shared strings begin; a table has at most ``MOST_CELLS`` of each."""
_UNCOUNTED = 4 * MOST_CELLS
"""So few bytes cannot hold more than ``MOST_CELLS`` elements: they are not counted."""
_CLAIM = re.compile(rb"ount\s*=\s*[\"']\d{8}")
_CLAIM_LENGTH = 40
"""A list that claims tens of millions of entries: readers reserve memory for them at once."""

UNCACHED, ERROR, CLOCK, PADDED = 1, 2, 3, 16
"""Marks of cells: a formula without a value, an error, a date whose format shows a time; from
``PADDED`` on, a number shown with (the mark less ``PADDED``) digits."""
_SHOWS_TIME = lazy(r"[hs]", re.IGNORECASE)
_NOT_SHOWN = lazy(r'\[[^\]]*\]|"[^"]*"|\\.')
_ZEROS = lazy("0{2,15}")
_BUILTIN_CLOCKS = {str(number) for number in (18, 19, 20, 21, 22, 32, 33, 45, 46, 47)}
"""Number formats with a time that have no code of their own (ECMA-376 part 1, 18.8.30)."""

Attributes = dict[str, str]


class UnfriendlyError(Exception):
    """A file that no usual program writes; ``code`` is the problem to show."""

    def __init__(self, code: Code = "table.workbook-unreadable", row: int | None = None) -> None:
        self.code, self.row = code, row
        super().__init__(code)


class SheetPart(NamedTuple):
    """A sheet of the workbook; ``place`` is its index among all, ``part`` its file in the ZIP."""

    place: int
    title: str
    visible: bool
    part: str


class Package(NamedTuple):
    """The workbook's sheets with cells, and whether it counts days from 1904.

    ``marks``: style → ``CLOCK``, or ``PADDED`` plus a number of digits.
    """

    archive: zipfile.ZipFile
    sheets: tuple[SheetPart, ...]
    from_1904: bool
    marks: Mapping[str, int]


def open_package(name: str, content: bytes) -> Package:
    """The workbook in a ZIP. Raises TableError, UnfriendlyError, or UNREADABLE_ZIP."""
    if content.count(b"PK\x01\x02") > _MOST_PARTS:
        raise UnfriendlyError("table.unfriendly")
    archive = zipfile.ZipFile(io.BytesIO(content))
    members = archive.infolist()
    if any(member.flag_bits & 1 for member in members):
        raise refusal("table.password", name)
    if sum(member.file_size for member in members) > MOST_UNPACKED:
        raise UnfriendlyError("table.unpacks-too-big")
    # One part may name another with other capitals or slashes.
    names = {name.replace("\\", "/").casefold(): name for name in archive.namelist()}
    if code := _what_else(archive, names):
        raise refusal(code, name)
    if any(member.compress_type not in _METHODS for member in members):
        raise UnfriendlyError
    if len(names) < len(members):
        raise UnfriendlyError  # two entries of one name: readers differ in which they take
    left, counts = MOST_UNPACKED, [0] * len(_COUNTED)
    for member in members:
        left -= _counted(archive, member, left, counts)
    try:
        sheets, from_1904 = _sheets(archive, names)
    except KeyError as error:  # a part that is missing
        raise UnfriendlyError from error
    return Package(archive, sheets, from_1904, _marks(archive, names))


def _what_else(archive: zipfile.ZipFile, names: Mapping[str, str]) -> Code | None:
    """The problem's code for a ZIP that is no workbook; None for a workbook."""
    if "xl/workbook.xml" in names:
        return None
    if "xl/workbook.bin" in names:
        return "table.other-sheet"
    if (
        "mimetype" in archive.namelist()
        and archive.getinfo("mimetype").compress_type == zipfile.ZIP_STORED
    ):
        with archive.open("mimetype") as part:
            return "table.other-sheet" if b"spreadsheet" in part.read(100) else "table.document"
    if any(name.startswith("index/") or name.endswith(".iwa") for name in names):
        return "table.other-sheet"
    if any(name.startswith(("word/", "ppt/", "contents/")) for name in names):
        return "table.document"
    return "table.archive"


def _counted(
    archive: zipfile.ZipFile, member: zipfile.ZipInfo, left: int, counts: list[int]
) -> int:
    """The true size of a part, at most ``left`` bytes; its elements are added to ``counts``.

    Raises UnfriendlyError where it unpacks to too much, or has too many elements of a kind.
    """
    size = run = depth = 0
    before = b""
    is_xml = member.filename.lower().endswith((".xml", ".rels"))
    unbound = copy.copy(member)
    unbound.file_size = left + 2 * _CHUNK  # else zipfile stops at the size that is claimed
    with archive.open(unbound) as part:
        while chunk := part.read(_CHUNK):
            size += len(chunk)
            if size > left:
                raise UnfriendlyError("table.unpacks-too-big")
            if size > max(_TIGHT_FROM, _TIGHTEST * max(member.compress_size, 1)):
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


def parsed(parser: expat.XMLParserType, part: IO[bytes]) -> Iterator[None]:
    """Parse a part; yields after each piece. Raises UnfriendlyError for broken XML.

    A document type is refused: Office writes none, and it could declare entities.
    """
    parser.StartDoctypeDeclHandler = _refuse_doctype
    try:
        while chunk := part.read(_CHUNK):
            parser.Parse(chunk)
            yield
        parser.Parse(b"", True)
    except (expat.ExpatError, ValueError, OverflowError, LookupError) as error:
        raise UnfriendlyError from error
    yield


def _refuse_doctype(*_: object) -> None:
    raise UnfriendlyError


def _elements(archive: zipfile.ZipFile, part: str) -> Iterator[tuple[str, Attributes]]:
    """Every element of a part: its name without prefix, and its attributes."""
    elements: list[tuple[str, Attributes]] = []
    count = 0
    parser = expat.ParserCreate()
    parser.StartElementHandler = lambda *element: elements.append(element)
    with archive.open(part) as content:
        for _ in parsed(parser, content):
            count += len(elements)
            if count > _MOST_ELEMENTS:
                raise UnfriendlyError("table.unfriendly")
            for name, attributes in elements:
                yield name.rpartition(":")[2], attributes
            elements.clear()


def _sheets(
    archive: zipfile.ZipFile, names: Mapping[str, str]
) -> tuple[tuple[SheetPart, ...], bool]:
    """The sheets with cells, and whether days count from 1904. Raises KeyError."""
    parts: dict[str, str] = {}
    for name, attributes in _elements(archive, names["xl/_rels/workbook.xml.rels"]):
        if name == "Relationship" and attributes.get("Type", "").endswith("/worksheet"):
            if attributes.get("TargetMode") == "External":
                raise UnfriendlyError
            target = posixpath.join("/xl", attributes.get("Target", "").replace("\\", "/"))
            parts[attributes.get("Id", "")] = posixpath.normpath(target).lstrip("/").casefold()
    sheets: list[SheetPart] = []
    place, from_1904 = 0, False
    for name, attributes in _elements(archive, names["xl/workbook.xml"]):
        if name == "workbookPr":
            from_1904 = attributes.get("date1904") in ("1", "true")
        elif name == "sheet":
            link = next((value for key, value in attributes.items() if key.endswith(":id")), "")
            if link in parts:
                is_visible = attributes.get("state", "visible") == "visible"
                title = attributes.get("name", "")
                sheets.append(SheetPart(place, title, is_visible, names[parts[link]]))
            place += 1
            if place > _MOST_SHEETS:
                raise UnfriendlyError("table.unfriendly")
    return tuple(sheets), from_1904


def _marks(archive: zipfile.ZipFile, names: Mapping[str, str]) -> dict[str, int]:
    """Style → mark, for styles that show leading zeros or a time."""
    marks: dict[str, int] = {}
    codes: dict[str, str] = {}
    inside, number = False, -1
    part = names.get("xl/styles.xml")
    for name, attributes in _elements(archive, part) if part else ():
        if name == "numFmt":
            codes[attributes.get("numFmtId", "")] = attributes.get("formatCode", "")
        elif name in ("cellXfs", "cellStyles", "dxfs"):
            inside = name == "cellXfs"
        elif name == "xf" and inside:
            number += 1
            used = attributes.get("numFmtId", "0")
            code = codes.get(used, "")
            if _ZEROS.fullmatch(code):
                marks[str(number)] = PADDED + len(code)
            elif used in _BUILTIN_CLOCKS or _SHOWS_TIME.search(_NOT_SHOWN.sub("", code)):
                marks[str(number)] = CLOCK
    return marks
