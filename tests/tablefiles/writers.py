"""Lists and tables as reporting programs make them, with XlsxWriter."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from pathlib import Path
from typing import Any

import xlsxwriter

from .messy import GARAM, HAJUN, HEADER, PEOPLE, SEULGI, Messy, person, table

Fill = Callable[[Any, Any], None]
"""Is given the workbook and its first sheet; XlsxWriter has no types."""


def made(name: str, fill: Fill, options: dict[str, Any] | None = None, **expected: Any) -> Messy:
    """A workbook that XlsxWriter makes."""

    def make(folder: Path) -> Path:
        path = folder / name
        book = xlsxwriter.Workbook(str(path), options or {})
        fill(book, book.add_worksheet("명단"))
        book.close()
        return path

    if expected.get("kind", "contacts") == "contacts":
        expected.setdefault("rows", PEOPLE)
    return Messy(name, make, **expected)


def _plain(_: Any, sheet: Any) -> None:
    for number, row in enumerate(table()):
        sheet.write_row(number, 0, row)


def _rich(book: Any, sheet: Any) -> None:
    bold, red = book.add_format({"bold": True}), book.add_format({"font_color": "red"})
    _plain(book, sheet)
    sheet.write_rich_string("A1", bold, "현장", red, "명")
    sheet.write_rich_string("A2", bold, "솔빛", "센터")
    sheet.write_rich_string("C2", "garam", red, "@example", ".com")


def _table(book: Any, sheet: Any) -> None:
    """A table of Excel's own, under a title, with a row of totals."""
    sheet.merge_range("A1:D1", "11월 담당자", book.add_format({"align": "center"}))
    columns = [{"header": one} for one in HEADER]
    columns[0]["total_string"] = "합계"
    columns[3]["total_function"] = "count"
    rows = [person(one) for one in PEOPLE]
    sheet.add_table("A3:D7", {"data": rows, "columns": columns, "total_row": True})


def _filtered(book: Any, sheet: Any) -> None:
    _plain(book, sheet)
    sheet.autofilter("A1:D4")
    sheet.filter_column("A", "x == 솔빛센터")
    sheet.set_row(2, None, None, {"hidden": True})
    sheet.set_row(3, None, None, {"hidden": True})


def _hidden_columns(book: Any, sheet: Any) -> None:
    for number, row in enumerate(table()):
        sheet.write_row(
            number, 0, [row[0], row[1], "010-2000-3000" if number else "연락처", *row[2:]]
        )
    sheet.set_column("C:C", 12, None, {"hidden": True})


def _merged(book: Any, sheet: Any) -> None:
    middle = book.add_format({"valign": "vcenter"})
    sheet.write_row(0, 0, HEADER)
    sheet.merge_range("A2:A3", GARAM[0], middle)
    sheet.write_row("B2", person(GARAM)[1:])
    sheet.write_row("B3", person(HAJUN)[1:])
    sheet.write_row("A4", person(SEULGI))


def _formulas(book: Any, sheet: Any) -> None:
    """Looked up from another sheet; Excel kept what it found there."""
    sheet.write_row(0, 0, HEADER)
    other = book.add_worksheet("주소록")
    for number, one in enumerate(PEOPLE):
        row = person(one)
        other.write_row(number, 0, row)
        for column, text in enumerate(row):
            ref = f"=주소록!{'ABCD'[column]}{number + 1}"
            sheet.write_formula(number + 1, column, ref, None, text)


def _picture(book: Any, sheet: Any) -> None:
    _plain(book, sheet)
    chart = book.add_chart({"type": "column"})
    chart.add_series({"values": "=명단!$A$2:$A$4"})
    sheet.insert_chart("F2", chart)
    sheet.insert_textbox("F20", "12월부터 담당자가 바뀝니다")
    sheet.write_comment("B2", "휴가")
    sheet.conditional_format("C2:C99", {"type": "duplicate"})
    sheet.protect("1234")
    sheet.set_landscape()
    sheet.repeat_rows(0)


def _blank_formats(book: Any, sheet: Any) -> None:
    """A frame drawn around far more than there is."""
    box = book.add_format({"border": 1})
    _plain(book, sheet)
    for row in range(4, 3000):
        for column in range(4):
            sheet.write_blank(row, column, None, box)
    sheet.set_column("A:XFD", 15, box)


LISTS = (
    made("writer-plain.xlsx", _plain),
    made("writer-streamed.xlsx", _plain, {"constant_memory": True}),
    made("writer-zip64.xlsx", _plain, {"use_zip64": True}),
    made("writer-rich-text.xlsx", _rich),
    made("writer-table-with-totals.xlsx", _table, unsure=((7, ()),)),
    made("writer-filtered.xlsx", _filtered, said=("숨",)),
    made("writer-hidden-column.xlsx", _hidden_columns, said=("연락처",)),
    made("writer-merged.xlsx", _merged, rows=(GARAM, (GARAM[0], *HAJUN[1:]), SEULGI)),
    made("writer-looked-up.xlsx", _formulas, rows=(HAJUN,), bad=(2, 4), said=("주소록",)),
    made("writer-chart-and-protection.xlsx", _picture),
    made("writer-frames-below.xlsx", _blank_formats),
)


# ---- tables of cases ---------------------------------------------------------------------------

CASE_HEADER = (
    "No",
    "업무",
    "운영사",
    "현장명",
    "기존차량번호",
    "변경차량번호",
    "적용일",
    "접수번호",
    "연락처",
)
DAY = datetime.datetime(2026, 12, 1)


def case(number: int, **more: Any) -> list[Any]:
    usual: dict[str, Any] = {
        "No": number,
        "업무": "차량번호 변경",
        "운영사": "가온주차",
        "현장명": "가온타워",
        "기존차량번호": f"21나70{number:02d}",
        "변경차량번호": f"153다80{number:02d}",
        "접수번호": f"1130-{number:03d}",
    }
    return [(usual | more).get(name) for name in CASE_HEADER]


def _numbers(book: Any, sheet: Any) -> None:
    """Numbers that people see otherwise than they are kept."""
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    korean = book.add_format({"num_format": 'yyyy"년" m"월" d"일"'})
    four = book.add_format({"num_format": "0000"})
    sheet.write_row(0, 0, CASE_HEADER)
    for number in (1, 2, 3, 4):
        sheet.write_row(number, 0, case(number))
    sheet.write_datetime("G2", DAY, day)
    sheet.write_datetime("G3", DAY, korean)
    sheet.write_string("G4", "2026. 12. 1.")
    sheet.write_number("G5", 20261201)
    sheet.write_number("H2", 42, four)
    sheet.write_number("H3", 42)
    sheet.write_string("H4", "0042")
    sheet.write_number("I2", 1020003000)
    sheet.write_number("I3", 220003000)
    sheet.write_string("I4", "1020003000")


def _of_1904(book: Any, sheet: Any) -> None:
    sheet.write_row(0, 0, CASE_HEADER)
    sheet.write_row(1, 0, case(1))
    sheet.write_datetime("G2", DAY, book.add_format({"num_format": "yyyy-mm-dd"}))


def _merged_cases(book: Any, sheet: Any) -> None:
    """Two requests whose operator stands in one merged cell."""
    sheet.write_row(0, 0, CASE_HEADER)
    for number in (1, 2, 3):
        sheet.write_row(number, 0, case(number))
    sheet.merge_range("C2:C3", "가온주차", book.add_format())


def _hidden_cases(book: Any, sheet: Any) -> None:
    _of_1904(book, sheet)
    sheet.write_row(2, 0, case(2))
    sheet.set_row(2, None, None, {"hidden": True})
    book.add_worksheet("11월 처리분").write_row(0, 0, CASE_HEADER)


DRAFTED = (("2", "drafted"),)
CASES = (
    made(
        "cases-numbers-as-shown.xlsx",
        _numbers,
        kind="cases",
        rows=tuple((str(n), "drafted") for n in (2, 3, 4, 5)),
        said=("No",),
        details=(
            *((row, "from-date", "2026-12-01") for row in (2, 3, 4, 5)),
            (2, "ticket", "0042"),
            (3, "ticket", "42"),
            (4, "ticket", "0042"),
            (2, "phone", "010-2000-3000"),
            (3, "phone", "02-2000-3000"),
            (4, "phone", "010-2000-3000"),
        ),
    ),
    made(
        "cases-of-1904.xlsx",
        _of_1904,
        {"date_1904": True},
        kind="cases",
        rows=DRAFTED,
        details=((2, "from-date", "2026-12-01"),),
    ),
    made(
        "cases-merged.xlsx",
        _merged_cases,
        kind="cases",
        rows=(("2", "drafted"), ("3", "drafted"), ("4", "drafted")),
    ),
    made(
        "cases-hidden-row-and-sheet.xlsx",
        _hidden_cases,
        kind="cases",
        rows=(*DRAFTED, ("3", "drafted")),
        said=("숨", "11월 처리분"),
    ),
)

FILES = (*LISTS, *CASES)
