"""Lists as other programs than Excel export them, written by hand part by part."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from .messy import GARAM, HAJUN, HEADER, PEOPLE, SEULGI, Messy, person, table
from .rawbook import (
    EXCEL,
    STRICT_MAIN,
    STRICT_RELATIONS,
    Dialect,
    Sheet,
    data,
    inline,
    letters,
    parts,
    shared,
    styles,
    zipped,
)

CELLS = data(table())
LIST = Sheet("11월", CELLS)


def raw(
    name: str,
    sheets: Sequence[Sheet] = (LIST,),
    dialect: Dialect = EXCEL,
    more: Mapping[str, bytes | str] | None = None,
    **expected: Any,
) -> Messy:
    expected.setdefault("rows", PEOPLE)

    def make(folder: Path) -> Path:
        return zipped(folder / name, parts(sheets, dialect, more))

    return Messy(name, make, **expected)


def renamed(name: str, names: Mapping[str, str], **expected: Any) -> Messy:
    """A workbook whose parts have other names in the ZIP."""

    def make(folder: Path) -> Path:
        content = parts((LIST,))
        return zipped(folder / name, {names.get(one, one): part for one, part in content.items()})

    return Messy(name, make, rows=PEOPLE, **expected)


# ---- strings -----------------------------------------------------------------------------------

TEXTS = [text for row in table() for text in row]
INDEXED = "".join(
    f'<row r="{r + 1}">'
    + "".join(f'<c r="{letters(c + 1)}{r + 1}" t="s"><v>{4 * r + c}</v></c>' for c in range(4))
    + "</row>"
    for r in range(4)
)
SHARED = Sheet("11월", f"<sheetData>{INDEXED}</sheetData>")


def strings(**changed: str) -> dict[str, str]:
    """Shared strings; some are written otherwise: ``t4`` is the fifth."""
    items = [changed.get(f"t{n}", f"<t>{text}</t>") for n, text in enumerate(TEXTS)]
    return {"xl/sharedStrings.xml": shared(items, changed.get("claim", ""))}


PHONETIC = '<t>솔빛센터</t><rPh sb="0" eb="2"><t>ソルビッ</t></rPh><phoneticPr fontId="0"/>'
RUNS = (
    "<r><rPr><b/></rPr><t>garam@</t></r>"
    '<r><t xml:space="preserve">example</t></r><r><t>.com</t></r>'
)
NO_REF = "".join(f"<row>{''.join(map(inline, row))}</row>" for row in table())
NO_REF_SOME = CELLS.replace(' r="B2"', "").replace(' r="C2"', "")
STRINGS = (
    raw("shared-strings.xlsx", (SHARED,), more=strings(claim=' count="16" uniqueCount="16"')),
    raw("shared-strings-claim-wrong.xlsx", (SHARED,), more=strings(claim=' count="1"')),
    raw("phonetic.xlsx", (SHARED,), more=strings(t4=PHONETIC)),
    raw("rich-text-in-an-address.xlsx", (SHARED,), more=strings(t6=RUNS)),
    raw(
        "escaped-carriage-return.xlsx",
        (SHARED,),
        more=strings(t6="<t>garam@example.com_x000D_\n</t>", t2="<t>이메일_x000a_</t>"),
    ),
    raw("cdata.xlsx", (SHARED,), more=strings(t4="<t><![CDATA[솔빛센터]]></t>")),
    raw("character-references.xlsx", (SHARED,), more=strings(t4="<t>&#xC194;&#48731;센터</t>")),
    raw("cells-without-places.xlsx", (Sheet("11월", f"<sheetData>{NO_REF}</sheetData>"),)),
    raw("some-cells-without-places.xlsx", (Sheet("11월", NO_REF_SOME),)),
    raw(
        "strings-of-formulas.xlsx",
        (
            Sheet(
                "11월",
                CELLS.replace("inlineStr", "str")
                .replace("<is><t>", "<v>")
                .replace("</t></is>", "</v>"),
            ),
        ),
    ),
    raw("inline-runs.xlsx", (Sheet("11월", CELLS.replace(f"<t>{GARAM[3]}</t>", RUNS)),)),
)


# ---- dialects ----------------------------------------------------------------------------------

PAGE_VIEW = '<sheetViews><sheetView tabSelected="1" workbookViewId="0"/></sheetViews>'
GOOGLE_ROWS = "".join(
    f'<row r="{n}" ht="15.75" customHeight="1"><c r="A{n}" s="0"/></row>' for n in range(5, 1001)
)
GOOGLE = Sheet(
    "시트1",
    SHARED.data.replace("</sheetData>", GOOGLE_ROWS + "</sheetData>"),
    '<sheetPr><outlinePr summaryBelow="0" summaryRight="0"/></sheetPr>'
    '<sheetViews><sheetView workbookViewId="0"/></sheetViews>'
    '<sheetFormatPr customHeight="1" defaultColWidth="12.63" defaultRowHeight="15.75"/>',
)
SUMMARY: list[list[str | None]] = [
    ["이 문서는 Numbers에서 내보냈습니다. 각 표는 Excel 워크시트로 변환되었습니다."],
    [],
    ["Numbers 시트 이름", None, "Numbers 표 이름", None, "Excel 워크시트 이름"],
    ["명단", None, "표 1", None, "명단 - 표 1"],
]
NUMBERS = Sheet(
    "명단 - 표 1",
    data([["표 1", None, None, None], *table()]),
    after=('<mergeCells count="1"><mergeCell ref="A1:D1"/></mergeCells>'),
)
HANCELL = Dialect(
    head='<?xml version="1.0" encoding="utf-8"?>\r\n',
    properties='<fileVersion appName="HCell" lastEdited="4"/><workbookPr filterPrivacy="1"/>',
    views='<bookViews><workbookView xWindow="0" yWindow="0"/></bookViews>',
)
STRICT = Dialect(main=STRICT_MAIN, relations=STRICT_RELATIONS)
MACRO = Dialect(type="application/vnd.ms-excel.sheet.macroEnabled.main+xml")
NO_HEAD = Dialect(head="")
BOM = Dialect(head="\ufeff<?xml version='1.0' encoding='UTF-8'?>\r\n")
SDK = Dialect(prefix="x", target="/xl/worksheets/sheet{}.xml")
TEMPORARY = Sheet(
    "11월",
    CELLS,
    '<dimension ref="A1"/>',
    '<pageMargins left="0.7" right="0.7" top="1" bottom="1" header="0.3" footer="0.3"/>',
)
CORNER = f'<dimension ref="A1:XFD1048576"/>{PAGE_VIEW}'
DIALECTS = (
    raw("google-sheets.xlsx", (GOOGLE,), more={**strings(), "xl/styles.xml": styles()}),
    raw(
        "numbers-summary-sheet-first.xlsx",
        (Sheet("내보내기 요약", data(SUMMARY)), NUMBERS),
        refused="*",
        said=("내보내기 요약",),
    ),
    raw("numbers-one-table.xlsx", (NUMBERS,)),
    raw("hancell.xlsx", dialect=HANCELL, more={"xl/styles.xml": styles(["@"])}),
    raw("open-xml-sdk.xlsx", dialect=SDK),
    raw("prefix.xlsx", dialect=Dialect(prefix="ss")),
    raw("strict.xlsx", dialect=STRICT, refused="*"),
    raw("macros.xlsm", dialect=MACRO),
    raw("no-xml-declaration.xlsx", dialect=NO_HEAD),
    raw("byte-order-marks.xlsx", dialect=BOM),
    raw("targets-from-the-root.xlsx", dialect=Dialect(target="/xl/worksheets/sheet{}.xml")),
    raw(
        "targets-with-dots.xlsx",
        dialect=Dialect(target="./worksheets/../worksheets/sheet{}.xml"),
        refused="*",
    ),
    raw(
        "sheets-in-another-folder.xlsx",
        dialect=Dialect(target="sheets/s{}.xml", part="xl/sheets/s{}.xml"),
    ),
    raw("dimension-of-one-cell.xlsx", (TEMPORARY,)),
    raw("dimension-of-everything.xlsx", (Sheet("11월", CELLS, CORNER),)),
    renamed(
        "backslashes.xlsx", {"xl/worksheets/sheet1.xml": "xl\\worksheets\\sheet1.xml"}, refused="*"
    ),
    renamed(
        "other-case.xlsx", {"xl/worksheets/sheet1.xml": "xl/Worksheets/Sheet1.xml"}, refused="*"
    ),
)


# ---- what stands in cells ----------------------------------------------------------------------

WIDE = ["현장명", "담당자", "이메일", "직함", "계약일", "자동발송", "비고"]
ODD = [
    WIDE,
    [
        *person(GARAM),
        '<c s="1"><v>46327</v></c>',
        '<c t="b"><v>1</v></c>',
        '<c t="e"><v>#REF!</v></c>',
    ],
    [
        *person(HAJUN),
        '<c t="d"><v>2026-11-01T00:00:00</v></c>',
        '<c t="b"><v>0</v></c>',
        "<c><f>1/0</f></c>",
    ],
    [*person(SEULGI), "<c><v>1e308</v></c>", "<c/>", '<c t="n"><v></v></c>'],
]
HIDDEN_COLUMN = '<cols><col min="4" max="4" width="9" hidden="1" customWidth="1"/></cols>'
HIDDEN_ROW = CELLS.replace('<row r="3">', '<row r="3" hidden="1">')
SPACED = CELLS.replace(">솔빛센터<", ' xml:space="preserve">  솔빛센터\n<')
FAR = CELLS.replace("</sheetData>", '<row r="1048576"><c r="XFD1048576" s="0"/></row></sheetData>')
MERGES = '<mergeCells count="2"><mergeCell ref="A2:A3"/><mergeCell ref="F1:XFD9"/></mergeCells>'
BLANK_BELOW = data([*table((GARAM,)), ["", *person(HAJUN)[1:]], person(SEULGI)])
FILLED = (GARAM, (GARAM[0], *HAJUN[1:]), SEULGI)
OTHERS = (LIST, Sheet("12월", data([["현장명"], ["새롬"]])), Sheet("빈 시트", "<sheetData/>"))
VALUES = (
    raw(
        "other-kinds-of-cells.xlsx",
        (Sheet("11월", data(ODD)),),
        more={"xl/styles.xml": styles(["yyyy-mm-dd"])},
        said=("계약일", "자동발송", "비고"),
    ),
    raw("hidden-column-by-hand.xlsx", (Sheet("11월", CELLS, HIDDEN_COLUMN),), said=("숨",)),
    raw("hidden-row-by-hand.xlsx", (Sheet("11월", HIDDEN_ROW),), said=("숨", "3")),
    raw("spaces-kept.xlsx", (Sheet("11월", SPACED),)),
    raw("blank-cell-far-away.xlsx", (Sheet("11월", FAR),)),
    raw("merged-by-hand.xlsx", (Sheet("11월", BLANK_BELOW, after=MERGES),), rows=FILLED),
    raw("three-sheets.xlsx", OTHERS, said=("12월",)),
    raw(
        "hidden-first-sheet.xlsx",
        (LIST._replace(name="옛 명단", state="hidden"), LIST),
        said=("옛 명단",),
    ),
    raw(
        "header-only.xlsx", (Sheet("11월", data([list(HEADER)])),), rows=(), refused="table.no-rows"
    ),
    raw("empty-sheet.xlsx", (Sheet("11월", "<sheetData/>"),), rows=(), refused="table.blank"),
    raw(
        "all-sheets-hidden.xlsx",
        (LIST._replace(state="hidden"),),
        rows=(),
        refused="*",
    ),
)


# ---- ZIPs --------------------------------------------------------------------------------------


class _Pipe(io.RawIOBase):
    """A file that cannot go back: zipfile then writes sizes behind each part."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("wb")

    def writable(self) -> bool:
        return True

    def write(self, content: Any) -> int:
        return self._file.write(content)

    def close(self) -> None:
        self._file.close()
        super().close()


def _streamed(folder: Path) -> Path:
    path = folder / "streamed.xlsx"
    with _Pipe(path) as pipe, zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts((LIST,)).items():
            archive.writestr(name, part)
    return path


def _stored(folder: Path) -> Path:
    return zipped(folder / "not-compressed.xlsx", parts((LIST,)), zipfile.ZIP_STORED)


def _folders(folder: Path) -> Path:
    """With entries for its folders, a thumbnail and a comment."""
    content: dict[str, bytes | str] = {"_rels/": b"", "xl/": b"", "xl/worksheets/": b""}
    content |= parts((LIST,), more={"docProps/thumbnail.jpeg": b"\xff\xd8\xff" + bytes(2000)})
    path = zipped(folder / "folders-and-comment.xlsx", content)
    with zipfile.ZipFile(path, "a") as archive:
        archive.comment = "내보낸 명단".encode()
    return path


ZIPS = (
    Messy("streamed.xlsx", _streamed, rows=PEOPLE),
    Messy("not-compressed.xlsx", _stored, rows=PEOPLE),
    Messy("folders-and-comment.xlsx", _folders, rows=PEOPLE),
)

FILES = (*STRINGS, *DIALECTS, *VALUES, *ZIPS)
