"""Tables of cases as agents keep them during the day."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import Any

import openpyxl
from openpyxl.worksheet.worksheet import Worksheet

from .exports import raw
from .messy import Messy, written
from .operators import Fill, book
from .rawbook import Sheet, data, styles

HEADER = (
    "업무",
    "운영사",
    "현장명",
    "기존차량번호",
    "변경차량번호",
    "적용일",
    "접수번호",
    "고객명",
    "연락처",
)
DAY = datetime.datetime(2026, 12, 1)
NOON = datetime.datetime(2026, 11, 20, 14, 5)


def change(number: int = 1, **more: Any) -> list[Any]:
    usual: dict[str, Any] = {
        "업무": "차량번호 변경",
        "운영사": "가온주차",
        "현장명": "가온타워",
        "기존차량번호": f"21나70{number:02d}",
        "변경차량번호": f"153다80{number:02d}",
        "접수번호": f"1130-{number:03d}",
    }
    return [(usual | more).get(name) for name in HEADER]


def drafted(*rows: int, failed: Sequence[int] = ()) -> tuple[tuple[str, str], ...]:
    found = dict.fromkeys(rows, "drafted") | dict.fromkeys(failed, "failed")
    return tuple((str(row), found[row]) for row in sorted(found))


def cases(
    name: str, rows: Sequence[Sequence[Any]], fill: Fill | None = None, /, **more: Any
) -> Messy:
    return Messy(name, book(name, rows, fill), "cases", **more)


# ---- passes and payments -----------------------------------------------------------------------

PAID_HEADER = (
    "No.",
    "업무",
    "운영사명",
    "주차장명",
    "차번호",
    "결제일시",
    "결제금액",
    "승인번호",
    "사유",
    "긴급",
    "비고",
)


def paid(number: int, at: Any, money: Any, approval: Any, urgent: Any = None) -> list[Any]:
    return [
        *(number, "현장결제 취소", "하늘주차", "하늘몰", f"21나70{number:02d}"),
        *(at, money, approval, "미인식", urgent, None),
    ]


PAID = [
    paid(1, NOON, 12000, 30012345, True),
    paid(2, "2026. 11. 20. 오후 2:05", "12,000원", "00123456", "예"),
    paid(3, "2026-11-20 14:05", "1만2천원", 123456),
]


def _paid(_: openpyxl.Workbook, sheet: Worksheet) -> None:
    sheet["F2"].number_format = "yyyy-mm-dd hh:mm"
    sheet["H4"].number_format = "00000000"


PAYMENTS = cases(
    "cases-payments.xlsx",
    [PAID_HEADER, *PAID],
    _paid,
    rows=drafted(2, 3, 4),
    said=("No.",),
    details=(
        *((row, "paid-at", "2026-11-20 14:05") for row in (2, 3, 4)),
        *((row, "paid", "12000") for row in (2, 3, 4)),
        (2, "approval-no", "30012345"),
        (3, "approval-no", "00123456"),
        (4, "approval-no", "00123456"),
        (2, "urgent", "예"),
    ),
)


# ---- plates ------------------------------------------------------------------------------------


def _dated(_: openpyxl.Workbook, sheet: Worksheet) -> None:
    sheet["F2"].number_format = "m/d"


def _sheets(made: openpyxl.Workbook, sheet: Worksheet) -> None:
    sheet.title = "오늘"
    made.create_sheet("어제").append(list(HEADER))
    sheet.row_dimensions[3].hidden = True


def _formula(_: openpyxl.Workbook, sheet: Worksheet) -> None:
    sheet["D3"] = '="21나70"&"02"'
    sheet["G4"] = "#N/A"


def _total(_: openpyxl.Workbook, sheet: Worksheet) -> None:
    sheet["A5"], sheet["C5"] = "합계", "2건"


DAYS: tuple[Any, ...] = (DAY, DAY.date(), 46357, "2026.12.1")
TITLES: list[list[Any]] = [["정기권 요청 대장", *[None] * 8], ["담당: 1조"], []]
SPACED = change(1, 현장명="\xa0가온타워\u200b", 기존차량번호=" 21나 7001 ", 접수번호="1130-001\n")
UNKNOWN = [[*HEADER, "처리자", "처리결과"], [*change(1), "박상담", "미처리"]]
PHONES = [
    change(1, 연락처=1020003000),
    change(2, 연락처="010-2000-3000"),
    change(3, 연락처=220003000),
]
FRACTION = data(
    [
        ["업무", "운영사", "현장명", "차량번호", "결제일시", "결제금액", "사유", "승인번호"],
        [
            *("현장결제 취소", "하늘주차", "하늘몰", "21나7001"),
            *(
                '<c s="1"><v>46346.586805555555</v></c>',
                "12000",
                "미인식",
                '<c s="2"><v>42</v></c>',
            ),
        ],
    ]
)
COMMAS = ",".join(HEADER) + "\r\n" + ",".join(str(cell or "") for cell in change()) + "\r\n"
FAILED = COMMAS.replace("연락처\r\n", "연락처,오류\r\n", 1).rstrip() + ",2행 무엇\r\n"

FILES = (
    cases("cases-plain.xlsx", [HEADER, change(1), change(2)], rows=drafted(2, 3)),
    cases("cases-title-rows.xlsx", [*TITLES, list(HEADER), change(1)], rows=drafted(5)),
    cases(
        "cases-dates.xlsx",
        [
            HEADER,
            *(change(n, 적용일=day) for n, day in enumerate(DAYS, 1)),
        ],
        _dated,
        rows=drafted(2, 3, 4, 5),
        details=tuple((row, "from-date", "2026-12-01") for row in (2, 3, 4, 5)),
    ),
    cases(
        "cases-phones.xlsx",
        [HEADER, *PHONES],
        rows=drafted(2, 3, 4),
        details=((2, "phone", "010-2000-3000"), (4, "phone", "02-2000-3000")),
    ),
    cases(
        "cases-spaces.xlsx", [HEADER, SPACED], rows=drafted(2), details=((2, "site", "가온타워"),)
    ),
    cases("cases-other-columns.xlsx", UNKNOWN, rows=drafted(2), said=("처리자", "처리결과")),
    cases(
        "cases-sheets-and-hidden-row.xlsx",
        [HEADER, change(1), change(2)],
        _sheets,
        rows=drafted(2, 3),
        said=("어제", "숨"),
    ),
    cases(
        "cases-formula-and-error.xlsx",
        [HEADER, change(1), change(2), change(3)],
        _formula,
        rows=drafted(2, failed=(3, 4)),
    ),
    cases(
        "cases-total.xlsx",
        [HEADER, change(1), change(2)],
        _total,
        rows=drafted(2, 3, failed=(5,)),
        unsure=((5, ()),),
    ),
    cases(
        "cases-long-number.xlsx",
        [HEADER, change(1, 접수번호=1234567890123456), change(2)],
        rows=drafted(3, failed=(2,)),
    ),
    PAYMENTS,
    raw(
        "cases-moment-as-number.xlsx",
        (Sheet("요청", FRACTION),),
        more={"xl/styles.xml": styles(["yyyy-mm-dd hh:mm", "0000"])},
        kind="cases",
        rows=drafted(2),
        details=((2, "paid-at", "2026-11-20 14:05"), (2, "approval-no", "0042")),
    ),
    Messy("cases-cp949.csv", written("cases-cp949.csv", COMMAS, "cp949"), "cases", rows=drafted(2)),
    Messy("cases-failed.csv", written("cases-failed.csv", FAILED), "cases", rows=drafted(2)),
    Messy(
        "cases-unicode.txt",
        written("cases-unicode.txt", COMMAS.replace(",", "\t"), "utf-16"),
        "cases",
        rows=drafted(2),
    ),
)
