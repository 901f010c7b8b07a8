"""The ZIP around a workbook, judged before anything in it is read.

Sizes in a ZIP's directory are only claims, so every part is unpacked once in small steps
and counted; openpyxl, which reads parts whole, comes after.
"""

from __future__ import annotations

import copy
import re
import zipfile
from pathlib import Path
from typing import BinaryIO

from parkdraft.tables.source import refusal
from parkdraft.zips import UNREADABLE

MOST_UNPACKED = 100 * 1024 * 1024
_CHUNK = 1 << 16
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
"""What Office writes; bzip2 and lzma cannot be unpacked in steps of known size."""


def check_zip(path: Path, handle: BinaryIO) -> None:
    """Raise TableError unless the file is a ZIP with a workbook of bearable size in it."""
    try:
        with zipfile.ZipFile(handle) as archive:
            _check_members(path, archive)
    except UNREADABLE as error:
        raise refusal("table.workbook-unreadable", path) from error
    finally:
        handle.seek(0)


def _check_members(path: Path, archive: zipfile.ZipFile) -> None:
    members = archive.infolist()
    if any(member.flag_bits & 1 for member in members):
        raise refusal("table.password", path)
    if sum(member.file_size for member in members) > MOST_UNPACKED:
        raise _too_big(path)
    if code := _what_else(archive):
        raise refusal(code, path)
    if any(member.compress_type not in _METHODS for member in members):
        raise refusal("table.workbook-unreadable", path)
    left = MOST_UNPACKED
    for member in members:
        left -= _true_size(archive, member, left)
        if left < 0:
            raise _too_big(path)


def _too_big(path: Path) -> Exception:
    return refusal("table.unpacks-too-big", path, data={"limit": MOST_UNPACKED >> 20})


def _true_size(archive: zipfile.ZipFile, member: zipfile.ZipInfo, limit: int) -> int:
    """How much a part really unpacks to, counted until just over ``limit``."""
    unbound = copy.copy(member)
    unbound.file_size = limit + 2 * _CHUNK  # else zipfile stops at the size that is claimed
    size = 0
    with archive.open(unbound) as part:
        while size <= limit and (chunk := part.read(_CHUNK)):
            size += len(chunk)
    return size


def _what_else(archive: zipfile.ZipFile) -> str | None:
    """The code for a ZIP that holds something else than a workbook."""
    names = archive.namelist()
    if any(re.fullmatch(r"xl/workbook\d*\.xml", name, re.IGNORECASE) for name in names):
        return None
    if "xl/workbook.bin" in names:
        return "table.other-sheet"
    if "mimetype" in names and archive.getinfo("mimetype").compress_type == zipfile.ZIP_STORED:
        with archive.open("mimetype") as part:
            if b"spreadsheet" in part.read(100):
                return "table.other-sheet"
        return "table.document"
    if any(name.startswith(("word/", "ppt/", "Contents/")) for name in names):
        return "table.document"
    return "table.archive"
