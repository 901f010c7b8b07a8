"""Lists that LibreOffice Calc saves as ``.xlsx``: written as flat OpenDocument, converted once."""

from __future__ import annotations

import functools
import shutil
import subprocess
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import pytest

from .messy import GARAM, HAJUN, HEADER, PEOPLE, SEULGI, Messy, person, table

URN = "urn:oasis:names:tc:opendocument:xmlns"
OPEN = (
    f'<?xml version="1.0" encoding="UTF-8"?>\n<office:document xmlns:office="{URN}:office:1.0" '
    f'xmlns:of="urn:oasis:names:tc:opendocument:xmlns:of:1.2" '
    f'xmlns:table="{URN}:table:1.0" xmlns:text="{URN}:text:1.0" xmlns:style="{URN}:style:1.0" '
    f'xmlns:fo="{URN}:xsl-fo-compatible:1.0" xmlns:number="{URN}:datastyle:1.0" '
    'office:version="1.2" office:mimetype="application/vnd.oasis.opendocument.spreadsheet">'
    '<office:automatic-styles><number:number-style style:name="N4">'
    '<number:number number:decimal-places="0" number:min-integer-digits="4"/>'
    '</number:number-style><number:date-style style:name="ND"><number:year number:style="long"/>'
    "<number:text>-</number:text><number:month/><number:text>-</number:text><number:day/>"
    '</number:date-style><style:style style:name="four" style:family="table-cell" '
    'style:data-style-name="N4"/><style:style style:name="day" style:family="table-cell" '
    'style:data-style-name="ND"/><style:style style:name="box" style:family="table-cell">'
    '<style:table-cell-properties fo:border="0.06pt solid #000000"/></style:style>'
    "</office:automatic-styles><office:body><office:spreadsheet>"
)
CLOSE = "</office:spreadsheet></office:body></office:document>"


def cell(text: str, more: str = "") -> str:
    """A cell of text, a paragraph for each line."""
    if not text and not more:
        return "<table:table-cell/>"
    inside = "".join(f"<text:p>{escape(line)}</text:p>" for line in text.split("\n"))
    return f'<table:table-cell office:value-type="string"{more}>{inside}</table:table-cell>'


def row(cells: Iterable[str], more: str = "") -> str:
    inside = "".join(one if one.startswith("<") else cell(one) for one in cells)
    return f"<table:table-row{more}>{inside}</table:table-row>"


def sheet(name: str, rows: Iterable[str], before: str = "", more: str = "") -> str:
    return f'<table:table table:name="{name}"{more}>{before}{"".join(rows)}</table:table>'


ROWS = [row(one) for one in table()]
SPAN = ' table:number-columns-spanned="4" table:number-rows-spanned="1"'
DOWN = ' table:number-columns-spanned="1" table:number-rows-spanned="2"'
COVERED = "<table:covered-table-cell/>"
FOUR = '<table:table-cell table:style-name="four" office:value-type="float" office:value="{}"/>'
DATE = '<table:table-cell table:style-name="day" office:value-type="date" office:date-value="{}"/>'
TRUE = '<table:table-cell office:value-type="boolean" office:boolean-value="true"/>'
FORMULA = (
    '<table:table-cell table:formula="of:=[.C3]" office:value-type="string"><text:p/>'
    "</table:table-cell>"
)
BOXES = (
    '<table:table-row table:number-rows-repeated="3000"><table:table-cell table:style-name="box" '
    'table:number-columns-repeated="4"/></table:table-row>'
)
FILTER = (
    '<table:database-ranges><table:database-range table:name="f" table:display-filter-buttons='
    "\"true\" table:target-range-address=\"'11월'.A1:'11월'.D4\"/></table:database-ranges>"
)
MERGED = [
    row([cell("11월 담당자 명단", SPAN), COVERED, COVERED, COVERED]),
    row([]),
    row(HEADER),
    row([cell(GARAM[0], DOWN), *person(GARAM)[1:]]),
    row([COVERED, *person(HAJUN)[1:]]),
    row(person(SEULGI)),
]
WIDE = [
    row(["No", *HEADER, "계약일", "자동", "코드"]),
    *(
        row([FOUR.format(n), *person(one), DATE.format("2026-11-01"), TRUE, FOUR.format(42)])
        for n, one in enumerate(PEOPLE, 1)
    ),
]
HIDE = ' table:visibility="{}"'
COLUMNS = (
    '<table:table-column table:number-columns-repeated="3"/>'
    '<table:table-column table:visibility="collapse"/>'
)
MANY = [row(HEADER), row([GARAM[0], GARAM[1], f"{GARAM[3]}\ngaram2@example.com", ""])]
CASES = [
    row(["업무", "운영사", "현장명", "기존차량번호", "변경차량번호", "적용일", "접수번호"]),
    row(
        [
            *("차량번호 변경", "가온주차", "가온타워", "21나7001", "153다8001"),
            *(DATE.format("2026-12-01"), FOUR.format(42)),
        ]
    ),
]
SITES = [
    row(["현장명", "운영사", "연동구분", "별칭", "일최대요금"]),
    row(["솔빛센터", cell("가온주차", DOWN), "수동현장", "솔빛;솔빛 본관", FOUR.format(15000)]),
    row(["달빛몰", COVERED, "연동"]),
]
SOURCES: dict[str, Sequence[str]] = {
    "calc-plain": (sheet("11월", ROWS),),
    "calc-title-and-merged-sites": (sheet("11월", MERGED),),
    "calc-other-columns": (sheet("11월", WIDE),),
    "calc-two-sheets": (sheet("11월", ROWS), sheet("12월", ROWS[:2])),
    "calc-filtered": (
        sheet("11월", [*ROWS[:2], row(table()[2], HIDE.format("filter")), ROWS[3]]),
        FILTER,
    ),
    "calc-hidden-column": (sheet("11월", ROWS, COLUMNS),),
    "calc-two-addresses": (sheet("11월", MANY),),
    "calc-frames-below": (sheet("11월", [*ROWS, BOXES]),),
    "calc-formula": (sheet("11월", [ROWS[0], row([GARAM[0], GARAM[1], FORMULA]), ROWS[1]]),),
    "calc-cases": (sheet("요청", CASES),),
    "calc-sites": (sheet("현장", SITES),),
}


@functools.cache
def _converted() -> tempfile.TemporaryDirectory[str]:
    """All sources as ``.xlsx``, by one run; the folder goes when the process ends."""
    office = shutil.which("soffice")
    if office is None:
        pytest.skip("LibreOffice (soffice) is not installed")
    kept = tempfile.TemporaryDirectory(prefix="tablefiles-")
    folder = Path(kept.name)
    for name, tables in SOURCES.items():
        (folder / f"{name}.fods").write_text(OPEN + "".join(tables) + CLOSE, "utf-8")
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    command = [office, profile, "--headless", "--convert-to", "xlsx", "--outdir", str(folder)]
    sources = sorted(map(str, folder.glob("*.fods")))
    subprocess.run([*command, *sources], capture_output=True, check=True, timeout=120)
    return kept


def calc(name: str, **expected: Any) -> Messy:
    def make(folder: Path) -> Path:
        path = folder / f"{name}.xlsx"
        shutil.copy(Path(_converted().name) / path.name, path)
        return path

    if expected.get("kind", "contacts") == "contacts":
        expected.setdefault("rows", PEOPLE)
    return Messy(f"{name}.xlsx", make, **expected)


FILES = (
    calc("calc-plain"),
    calc("calc-title-and-merged-sites", rows=(GARAM, (GARAM[0], *HAJUN[1:]), SEULGI)),
    calc("calc-other-columns", said=("No", "계약일", "자동", "코드")),
    calc("calc-two-sheets", said=("12월",)),
    calc("calc-filtered", said=("숨",)),
    calc("calc-hidden-column", said=("숨",)),
    calc("calc-two-addresses", rows=(GARAM, (*GARAM[:3], "garam2@example.com"))),
    calc("calc-frames-below"),
    calc("calc-formula", rows=(GARAM,)),
    calc(
        "calc-cases",
        kind="cases",
        rows=(("2", "drafted"),),
        details=((2, "from-date", "2026-12-01"), (2, "ticket", "0042")),
    ),
    calc(
        "calc-sites",
        kind="sites",
        rows=(
            ("솔빛센터", "가온주차", "수동현장 (비연동)", "솔빛;솔빛 본관", "15000"),
            ("달빛몰", "가온주차", "연동 (T월주차권)", "", ""),
        ),
    ),
)
