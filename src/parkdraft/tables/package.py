"""The workbook in a ZIP: its sheets, and what its styles show of cells."""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections.abc import Callable
from typing import NamedTuple
from xml.parsers import expat

from parkdraft.lazy import lazy
from parkdraft.tables.source import refusal
from parkdraft.tables.unpacking import MOST_UNPACKED, UnfriendlyError, count_parts, parse

_MOST_SHEETS = 500
_MOST_ELEMENTS = 200_000
"""Elements of the parts that describe the workbook; Excel itself knows 65,490 formats."""
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
"""What Office writes; bzip2 and lzma cannot be unpacked in steps of known size."""
_SHOWS_TIME = lazy(r"[hs]", re.IGNORECASE)
_NOT_SHOWN = lazy(r'\[[^\]]*\]|"[^"]*"|\\.')
_ZEROS = lazy("0{2,15}")
_BUILTIN_CLOCKS = {str(number) for number in (18, 19, 20, 21, 22, 32, 33, 45, 46, 47)}
"""Number formats with a time that have no code of their own (ECMA-376 part 1, 18.8.30)."""

Attributes = dict[str, str]
_Found = Callable[[str, Attributes], None]


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
    """The workbook in a ZIP. Raises TableError, UnfriendlyError, or UNREADABLE_ZIP."""
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
    count_parts(archive)
    sheets, from_1904 = _sheets(archive)
    return Package(archive, sheets, from_1904, *_styles(archive))


def _elements(archive: zipfile.ZipFile, part: str, found: _Found) -> None:
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
