"""How to read a table, by its first bytes: its name says little.

What is common to all files stands in ``filesignatures.py``; BIFF is [MS-XLS] 2.4.21.
"""

from __future__ import annotations

import codecs
from typing import Literal

from parkdraft.filesignatures import COMPOUND, ENCRYPTED_STREAMS, JPEG, PDF, PNG, ZIP, is_locked
from parkdraft.tables.source import refusal

_HEAD = 4096

_SIGNATURES = (
    (PNG, "table.image"),
    (JPEG, "table.image"),
    (b"GIF8", "table.image"),
    (PDF, "table.pdf"),
    (b"7z\xbc\xaf\x27\x1c", "table.archive"),
    (b"Rar!", "table.archive"),
    (b"\x1f\x8b", "table.archive"),
    (b"ALZ\x01", "table.archive"),
    (b"EGGA", "table.archive"),
    (b"\x09\x08\x10\x00", "table.old-excel"),
    (b"\x09\x08\x08\x00", "table.old-excel"),
)

# Streams of a compound file, by the name that stands in its directory.
_COMPOUND = (
    *((name, "table.password") for name in ENCRYPTED_STREAMS),
    ("HwpSummaryInformation", "table.document"),
    ("Workbook", "table.old-excel"),
    ("WordDocument", "table.document"),
    ("PowerPoint Document", "table.document"),
    ("Book", "table.old-excel"),
)

_MARKUP = (b"<html", b"<table", b"<!doctype html", b"<meta", b"<?xml", b"<style", b"<head")


def kind_of(name: str, content: bytes) -> Literal["csv", "xlsx"]:
    """How to read a file. Raises TableError for what is no table, with words of its own."""
    head = content[:_HEAD]
    if not head:
        raise refusal("table.blank", name)
    if is_locked(head):
        raise refusal("table.locked", name)
    if head.startswith(ZIP):
        return "xlsx"
    if head.startswith(COMPOUND):
        raise refusal(_compound(content), name)
    for signature, code in _SIGNATURES:
        if head.startswith(signature):
            raise refusal(code, name)
    if _is_markup(head):
        raise refusal("table.html", name)
    return "csv"


def _compound(content: bytes) -> str:
    """Which stream a compound file has; one without a name we know is taken for locked."""
    streams = (code for name, code in _COMPOUND if name.encode("utf-16-le") in content)
    return next(streams, "table.password")


def _is_markup(head: bytes) -> bool:
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        head = head[2:].replace(b"\0", b"")
    text = head.removeprefix(codecs.BOM_UTF8).lstrip().lower()
    return text.startswith(b"<") and any(tag in text for tag in _MARKUP)
