"""Crafted text: lines and quotes without end, broken encodings, and bytes that are nothing."""

from __future__ import annotations

import codecs
import gzip
import random
import struct
from collections.abc import Iterable
from pathlib import Path

from .crafted import Hostile, Wanted, joined, repeated
from .locked import HTML, compound
from .messy import HEADER, written

HEAD = ",".join(HEADER) + "\n"
ROW = "솔빛센터,한가람,garam@example.com,\n"
MIB = 1 << 20


def text(
    name: str, *pieces: str | bytes | tuple[str | bytes, int], wanted: Wanted = "any"
) -> Hostile:
    def make(folder: Path) -> Path:
        found: list[str | bytes | Iterable[bytes]] = [
            repeated(*one) if isinstance(one, tuple) else one for one in pieces
        ]
        with (folder / name).open("wb") as handle:
            handle.writelines(joined(*found))
        return folder / name

    return Hostile(name, make, wanted)


def _cyclic() -> bytes:
    """A compound file whose table of sectors goes round in a circle."""
    content = bytearray(compound({"Workbook": bytes(5000)}))
    struct.pack_into("<128I", content, 512, *[2] * 128)
    return bytes(content)


LONE = codecs.BOM_UTF16_LE + HEAD.encode("utf-16-le") + b"\0\xd8a\0\n\0"
TABS = (HEAD + ROW).replace(",", "\t").encode("utf-16-le")
FILES = (
    text("text-10-mb-in-a-line.csv", HEAD, ("가", 3_400_000), wanted="refused"),
    text("text-10-million-commas.csv", HEAD, (",", 10_000_000), wanted="refused"),
    text("text-10-million-commas-first.csv", (",", 10_000_000), wanted="refused"),
    text("text-open-quote.csv", HEAD, '"', ("가나다\n", 1_000_000), wanted="refused"),
    text("text-quotes.csv", HEAD, ('"', 10_000_000), wanted="refused"),
    text("text-quoted-quotes.csv", HEAD, '"', ('""', 5_000_000), '"\n', wanted="refused"),
    text("text-nul.csv", HEAD, ROW, ("\0", 1000), wanted="refused"),
    text("text-nul-only.csv", ("\0", 10 * MIB), wanted="refused"),
    text("text-million-lines.csv", HEAD, ("a,b,c,\n", 1_000_000), wanted="refused"),
    text("text-100001-rows.csv", HEAD, (ROW, 100_001), wanted="refused"),
    text("text-million-blank-lines.csv", HEAD, ROW, ("\n", 1_000_000)),
    text("text-10-million-returns.csv", HEAD, ROW, ("\r", 10_000_000)),
    text("text-blank-lines-first.csv", ("\n", 5_000_000), HEAD, ROW),
    text("text-201-columns.csv", HEAD, "a," * 201 + "a\n", wanted="refused"),
    text("text-2-million-cells.csv", HEAD, ("1," * 199 + "1\n", 11_000), wanted="refused"),
    text("text-lone-surrogate.csv", LONE, wanted="refused"),
    text("text-odd-number-of-bytes.txt", codecs.BOM_UTF16_LE, TABS, b"\0", wanted="refused"),
    text(
        "text-utf-32.csv", codecs.BOM_UTF32_LE, (HEAD + ROW).encode("utf-32-le"), wanted="refused"
    ),
    text("text-mixed.csv", HEAD, ROW.encode("cp949"), ROW, b"\xff\xfe\n", wanted="refused"),
    text(
        "text-cp949-cut.csv", HEAD.encode("cp949"), ROW.encode("cp949"), b"\xb0", wanted="refused"
    ),
    text(
        "text-over-16-mib.csv",
        HEAD,
        (ROW, 16 * MIB // len(ROW.encode())),
        "끝,,,\n" * 9,
        wanted="refused",
    ),
    text("text-exactly-16-mib-and-1.csv", (" ", 16 * MIB + 1), wanted="refused"),
    text("text-cell-of-10-mb.csv", HEAD, '"', ("가", 3_400_000), '",,,\n', wanted="refused"),
    text("text-unicode-line-ends.csv", HEAD, ROW, ("\u2028", 30_000), "\n"),
    text("text-escapes.csv", HEAD, ROW, ("\x1b[2J\x07", 10_000), "\n"),
    text("text-formulas.csv", HEAD, "=cmd|' /C calc'!A0,@SUM(1),+1,-1\n"),
    text("text-boms.csv", (codecs.BOM_UTF8, 1_000_000), HEAD, ROW),
    text("text-markup.xls", HTML.format("utf-8"), ("<td>", 2_000_000), wanted="refused"),
    text("text-markup-late.csv", (" ", 5 * MIB), "<html><table>", wanted="refused"),
    Hostile(
        "bytes-random.xlsx",
        written("bytes-random.xlsx", random.Random(3).randbytes(MIB)),
        "refused",
    ),
    Hostile(
        "bytes-random.csv", written("bytes-random.csv", random.Random(4).randbytes(9000)), "refused"
    ),
    Hostile(
        "bytes-gzip.csv", written("bytes-gzip.csv", gzip.compress(bytes(50 * MIB), 1)), "refused"
    ),
    Hostile("compound-circle.xls", written("compound-circle.xls", _cyclic()), "refused"),
    Hostile(
        "compound-short.xls", written("compound-short.xls", b"\xd0\xcf\x11\xe0" * 3), "refused"
    ),
    text(
        "compound-14-mb.xls",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        ("W\0o\0r\0k\0", 14 * MIB // 8),
        wanted="refused",
    ),
)
