"""Lists of sites as the business team keeps them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import openpyxl
from openpyxl.worksheet.worksheet import Worksheet

from .messy import Messy, written
from .operators import Fill, book, merged

HEADER = ("현장명", "운영사", "연동구분", "별칭", "일최대요금")
MANUAL, LINKED, APART = "수동현장 (비연동)", "연동 (T월주차권)", "비제휴"
SOLBIT = ("솔빛센터", "가온주차", MANUAL, "솔빛;솔빛 본관", "15000")
DALBIT = ("달빛몰", "누리파킹", LINKED, "", "20000")
BYEOLHA = ("별하빌딩", "가온주차", APART, "", "")
SITES = (SOLBIT, DALBIT, BYEOLHA)
ROWS: list[list[Any]] = [
    ["솔빛센터", "가온주차", "수동현장", "솔빛;솔빛 본관", 15000],
    ["달빛몰", "누리파킹", "연동", None, "20,000원"],
    ["별하빌딩", "GAON", "비제휴", None, None],
]
TABLE = [list(HEADER), *ROWS]


def sites(
    name: str, rows: Sequence[Sequence[Any]], fill: Fill | None = None, /, **more: Any
) -> Messy:
    more.setdefault("rows", SITES)
    return Messy(name, book(name, rows, fill), "sites", **more)


def _hidden(_: openpyxl.Workbook, sheet: Worksheet) -> None:
    sheet.row_dimensions[3].hidden = True
    sheet.column_dimensions["E"].hidden = True


def _money(_: openpyxl.Workbook, sheet: Worksheet) -> None:
    sheet["E2"].number_format = '#,##0"원"'
    sheet["E3"].value, sheet["E3"].number_format = 20000, "₩#,##0"


WIDE = [
    ["No", *HEADER, "주소", "비고"],
    *([n, *row, "서울", "확인"] for n, row in enumerate(ROWS, 1)),
]
MERGED_ROWS = [TABLE[0], ROWS[0], ["별하빌딩", None, "비제휴"], ROWS[1]]
UNKNOWN = [*TABLE, ["미리내타워", "어디인지주차", "연동"]]
TEXT = "현장명\t운영사\t연동구분\t별칭\t일최대요금\r\n" + "".join(
    "\t".join("" if cell is None else str(cell) for cell in row) + "\r\n" for row in ROWS
)

FILES = (
    sites(
        "sites-title-rows.xlsx", [["현장 현황"], ["2026-11-01 기준"], [], *TABLE], merged("A1:E1")
    ),
    sites("sites-other-columns.xlsx", WIDE, said=("No", "주소", "비고")),
    sites(
        "sites-merged-operator.xlsx", MERGED_ROWS, merged("B2:B3"), rows=(SOLBIT, BYEOLHA, DALBIT)
    ),
    sites("sites-money.xlsx", TABLE, _money),
    sites("sites-hidden.xlsx", TABLE, _hidden, said=("숨",)),
    sites("sites-total.xlsx", [*TABLE, ["합계", None, None, None, 35000]], unsure=((5, ()),)),
    sites("sites-unknown-operator.xlsx", UNKNOWN, bad=(5,), refused="*"),
    sites("sites-header-only.xlsx", TABLE[:1], rows=(), refused="table.no-rows"),
    sites(
        "sites-names-of-options.xlsx",
        [["site", "Partner", "integration", "aliases", "daily-max"], *ROWS],
    ),
    Messy("sites-cp949.txt", written("sites-cp949.txt", TEXT, "cp949"), "sites", rows=SITES),
    Messy("sites-unicode.xls", written("sites-unicode.xls", TEXT, "utf-16"), "sites", rows=SITES),
)
