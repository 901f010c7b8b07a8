"""Files that people take for a list and that are none: locked, old, other formats, pictures."""

from __future__ import annotations

import struct
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from .messy import PEOPLE, Messy, table, written
from .rawbook import zipped

ROWS = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in table())
META = '<meta http-equiv="Content-Type" content="text/html; charset={}">'
HTML = f"<html><head>{META}</head><body><table border=1>{ROWS}</table></body></html>"
SPREADSHEET_2003 = (
    '<?xml version="1.0"?>\n<?mso-application progid="Excel.Sheet"?>\n'
    '<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" '
    'xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet"><Worksheet ss:Name="11월"><Table>'
    + "".join(
        "<Row>"
        + "".join(f'<Cell><Data ss:Type="String">{cell}</Data></Cell>' for cell in row)
        + "</Row>"
        for row in table()
    )
    + "</Table></Worksheet></Workbook>"
)
MHTML = (
    "MIME-Version: 1.0\r\nX-Document-Type: Workbook\r\n"
    'Content-Type: multipart/related; boundary="----=_NextPart_01"\r\n\r\n'
    "------=_NextPart_01\r\nContent-Type: text/html; charset=utf-8\r\n\r\n"
    + HTML.format("utf-8")
    + "\r\n------=_NextPart_01--\r\n"
)


def compound(streams: Mapping[str, bytes]) -> bytes:
    """A compound file ([MS-CFB] 2) with these streams; each is filled up to whole sectors."""
    end, free, fat_sector = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD
    fat, content, entries = [fat_sector, end], b"", [_entry("Root Entry", 5, end, 0, child=1)]
    for number, (name, stream) in enumerate(streams.items(), 1):
        stream = stream.ljust(max(4096, -(-len(stream) // 512) * 512), b"\0")
        first, count = len(fat), len(stream) // 512
        fat += [*range(first + 1, first + count), end]
        right = number + 1 if number < len(streams) else free
        entries.append(_entry(name, 2, first, len(stream), right=right))
        content += stream
    entries += [bytes(128)] * (4 - len(entries))
    header = struct.pack(
        "<8s16xHHHHH6xIIIIIIIIII",
        *(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 0x3E, 3, 0xFFFE, 9, 6),
        *(0, 1, 1, 0, 4096, end, 0, end, 0, 0),
    ) + struct.pack("<108I", *[free] * 108)
    table_of_sectors = struct.pack("<128I", *fat, *[free] * (128 - len(fat)))
    return header + table_of_sectors + b"".join(entries) + content


def _entry(
    name: str, kind: int, start: int, size: int, right: int = 0xFFFFFFFF, child: int = 0xFFFFFFFF
) -> bytes:
    text = name.encode("utf-16-le") + b"\0\0"
    return struct.pack(
        "<64sHBBIII16xI16xIQ", text, len(text), kind, 1, 0xFFFFFFFF, right, child, 0, start, size
    )


BIFF = struct.pack("<HHHHHHII", 0x809, 16, 0x600, 5, 0x2000, 0x7CD, 0, 6) + struct.pack(
    "<HH", 10, 0
)
PDF = (
    b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
)
PNG = b"\x89PNG\r\n\x1a\n" + bytes(300)


def package(name: str, content: Mapping[str, bytes | str]) -> Callable[[Path], Path]:
    return lambda folder: zipped(folder / name, content)


def _opendocument(folder: Path) -> Path:
    path = folder / "calc.ods"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", "<office:document-content/>", zipfile.ZIP_DEFLATED)
    return path


def no(name: str, content: bytes | str | Callable[[Path], Path], code: str, **more: Any) -> Messy:
    make = content if callable(content) else written(name, content)
    return Messy(name, make, refused=code, **more)


LOCKED = (
    no("softcamp.xlsx", b"SCDSA004\0\0\x01" + bytes(range(256)) * 8, "table.locked"),
    no("markany.xlsx", b"<DOCUMENT SAFER V2.0>\0" + bytes(range(256)) * 8, "table.locked"),
    no("fasoo.xlsx", b"<!-- FasooSecureContainer - Ver 1 -->\0" + bytes(900), "table.locked"),
    no("drm-one.xls", b"\x9b DRMONE  This Document is encrypted" + bytes(900), "table.locked"),
    no("nasca.csv", b"<## NASCA DRM FILE - VER1.00 ##>" + bytes(900), "table.locked"),
    no(
        "password.xlsx",
        compound({"EncryptionInfo": b"\4\0\4\0\x40", "EncryptedPackage": bytes(range(256)) * 20}),
        "table.password",
    ),
    no("rights.xlsx", compound({"\tDRMContent": b"x", "DRMEncrypted": b"y"}), "table.password"),
)
OTHERS = (
    no("biff8.xls", compound({"Workbook": BIFF}), "table.old-excel"),
    no("biff8-named.xlsx", compound({"Workbook": BIFF}), "table.old-excel"),
    no("biff4.xls", b"\x09\x04\x06\0\0\x04\0\0\0\0" + bytes(200), "*"),
    no(
        "hangul.hwp",
        compound({"FileHeader": b"HWP", "\5HwpSummaryInformation": b""}),
        "table.document",
    ),
    no(
        "hangul.hwpx",
        package(
            "hangul.hwpx", {"mimetype": "application/hwp+zip", "Contents/section0.xml": "<x/>"}
        ),
        "table.document",
    ),
    no(
        "binary.xlsb", package("binary.xlsb", {"xl/workbook.bin": b"\x83\1\0"}), "table.other-sheet"
    ),
    no("calc.ods", _opendocument, "table.other-sheet"),
    no(
        "mac.numbers",
        package("mac.numbers", {"Index/Document.iwa": bytes(99), "preview.jpg": b"\xff\xd8\xff"}),
        "*",
    ),
    no(
        "numbers-named.xlsx",
        package("numbers-named.xlsx", {"Index.zip": b"PK", "preview.jpg": b""}),
        "*",
    ),
    no("word.docx", package("word.docx", {"word/document.xml": "<w/>"}), "table.document"),
    no("zipped.zip", package("zipped.zip", {"명단.xlsx": b"PK\3\4"}), "table.archive"),
    no("photo-named.xlsx", PNG, "table.image"),
    no("photo.jpg", b"\xff\xd8\xff\xe0" + bytes(300), "table.image"),
    no("pdf-named.xlsx", PDF, "table.pdf"),
    no("empty.xlsx", b"", "table.blank"),
    no("one-drive-link.url", "[InternetShortcut]\r\nURL=https://example.com/list\r\n", "*"),
    no("owner-file.xlsx", b"\x05" + "한가람".encode("cp949") + b" " * 48 + bytes(110), "*"),
    no("mail-with-list.eml", "From: a@example.com\r\nSubject: list\r\n\r\n현장명\r\n", "*"),
)
PAGES = (
    no("web-page-utf-8.xls", "\ufeff" + HTML.format("utf-8"), "*", rows=PEOPLE),
    no("web-page-cp949.xls", HTML.format("euc-kr").encode("cp949"), "*", rows=PEOPLE),
    no("web-page-utf-16.xls", HTML.format("utf-16").encode("utf-16"), "*", rows=PEOPLE),
    no("web-page-table-only.xls", f"<table>{ROWS}</table>", "*", rows=PEOPLE),
    no("spreadsheet-2003.xls", SPREADSHEET_2003, "*", rows=PEOPLE),
    no("web-archive.xls", MHTML, "*", rows=PEOPLE),
    no("login-page.xlsx", "<!DOCTYPE html>\n<html><title>로그인</title></html>", "table.html"),
)

FILES = (*LOCKED, *OTHERS, *PAGES)
