"""Crafted ZIPs: bombs, directories that lie, parts of one name, and files cut off or spoilt."""

from __future__ import annotations

import random
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

from .crafted import SHEET, Hostile, packed, repeated
from .exports import LIST
from .messy import written
from .rawbook import Sheet, parts, zipped

MIB = 1 << 20
SOUND = parts((LIST,))


def _changed(name: str, change: Callable[[bytearray], bytes | bytearray]) -> Hostile:
    """The bytes of a sound workbook, changed."""

    def make(folder: Path) -> Path:
        path = zipped(folder / name, SOUND)
        path.write_bytes(change(bytearray(path.read_bytes())))
        return path

    return Hostile(name, make)


def _flipped(seed: int) -> Callable[[bytearray], bytearray]:
    def change(content: bytearray) -> bytearray:
        chosen = random.Random(seed)
        for _ in range(1 + seed * 3):
            content[chosen.randrange(len(content))] ^= 1 << chosen.randrange(8)
        return content

    return change


def _bomb(path: Path) -> Path:
    return packed(path, SOUND, {"xl/media/big.bin": repeated(bytes(MIB), 101)})


def _directory(field: int, value: int) -> Callable[[Path], bytes]:
    """The bomb with a number of its directory changed (APPNOTE 4.3.12)."""

    def change(path: Path) -> bytes:
        content = bytearray(_bomb(path).read_bytes())
        entry = content.rindex(b"PK\x01\x02")
        content[entry + field : entry + field + 4] = value.to_bytes(4, "little")
        return bytes(content)

    return change


def _lying(name: str, field: int, value: int) -> Hostile:
    def make(folder: Path) -> Path:
        (folder / name).write_bytes(_directory(field, value)(folder / name))
        return folder / name

    return Hostile(name, make, "any")


def _entries(name: str, count: int, size: int) -> Hostile:
    """So many entries of the directory that all point at one part, ``size`` MiB unpacked."""

    def make(folder: Path) -> Path:
        path = folder / name
        packed(path, SOUND, {"xl/media/m.bin": repeated(bytes(MIB), size)})
        content = path.read_bytes()
        start = content.index(b"PK\x01\x02")
        entry = content[content.rindex(b"PK\x01\x02") : content.rindex(b"PK\x05\x06")]
        fields, extra = bytearray(entry[:46]), struct.unpack_from("<H", entry, 30)[0]
        tail = entry[-extra:] if extra else b""
        fields[28:30] = (8).to_bytes(2, "little")
        head = bytes(fields)
        more = b"".join(head + b"%08d" % n + tail for n in range(count))
        directory = content[start : content.rindex(b"PK\x05\x06")] + more
        known = min(count + len(SOUND) + 1, 0xFFFF)
        end = struct.pack("<4s4H2IH", b"PK\5\6", 0, 0, known, known, len(directory), start, 0)
        path.write_bytes(content[:start] + directory + end)
        return path

    return Hostile(name, make, "refused")


def _twice(name: str, second: str) -> Hostile:
    """Two parts of one name, or of names that only differ in case."""

    def make(folder: Path) -> Path:
        path = zipped(folder / name, SOUND)
        other = parts((Sheet("11월", LIST.data.replace("example.com", "example.co.kr")),))
        content = path.read_bytes()
        # zipfile warns of a second equal name, so it is written under one of equal length first
        with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("xl/worksheets/sheet2.xml", other[SHEET])
        content = path.read_bytes().replace(b"xl/worksheets/sheet2.xml", second.encode())
        path.write_bytes(content)
        return path

    return Hostile(name, make, "any")


def _method(name: str, method: int) -> Hostile:
    def make(folder: Path) -> Path:
        path = zipped(folder / name, {k: v for k, v in SOUND.items() if k != SHEET})
        with zipfile.ZipFile(path, "a", method) as archive:
            archive.writestr(SHEET, SOUND[SHEET])
        return path

    return Hostile(name, make)


def _secret(content: bytearray) -> bytearray:
    """Every entry says that it is encrypted."""
    for mark, flags in ((b"PK\3\4", 6), (b"PK\1\2", 8)):
        place = -1
        while (place := content.find(mark, place + 1)) >= 0:
            content[place + flags] |= 1
    return content


ZIPS = (
    Hostile("zip-bomb.xlsx", lambda folder: _bomb(folder / "zip-bomb.xlsx"), "refused"),
    _lying("zip-bomb-claims-1-kb.xlsx", 24, 1024),
    _lying("zip-claims-4-gb.xlsx", 24, 0xFFFFFFFE),
    _lying("zip-claims-packed-4-gb.xlsx", 20, 0xFFFFFFFE),
    _lying("zip-points-beyond.xlsx", 42, 0xFFFFFF00),
    _entries("zip-200000-entries.xlsx", 200_000, 0),
    _entries("zip-overlapping.xlsx", 2000, 20),
    _twice("zip-part-twice.xlsx", SHEET),
    _twice("zip-part-twice-by-case.xlsx", "xl/Worksheets/SHEET1.xml"),
    Hostile(
        "zip-outside.xlsx",
        lambda folder: zipped(folder / "zip-outside.xlsx", SOUND | {"../../outside.xml": "<x/>"}),
    ),
    _method("zip-bzip2.xlsx", zipfile.ZIP_BZIP2),
    _method("zip-lzma.xlsx", zipfile.ZIP_LZMA),
    _changed("zip-encrypted.xlsx", _secret),
    _changed("zip-half.xlsx", lambda content: content[: len(content) // 2]),
    _changed("zip-tail-cut.xlsx", lambda content: content[:-10]),
    _changed("zip-directory-cut.xlsx", lambda content: content[: content.index(b"PK\1\2") + 60]),
    _changed("zip-four-bytes.xlsx", lambda content: content[:4]),
    _changed("zip-junk-in-front.xlsx", lambda content: b"MZ" + bytes(510) + content),
    *(_changed(f"zip-flipped-{seed}.xlsx", _flipped(seed)) for seed in range(8)),
    Hostile("zip-empty.xlsx", written("zip-empty.xlsx", b"PK\5\6" + bytes(18)), "refused"),
)

FILES = ZIPS
