"""Lists of contacts as operators send them each month, made with openpyxl."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.chart import BarChart, Reference
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, PatternFill
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from .messy import GARAM, HAJUN, HEADER, PEOPLE, SEULGI, Entry, Messy, person, table

Fill = Callable[[openpyxl.Workbook, Worksheet], None]


def book(name: str, rows: Iterable[Sequence[Any]], fill: Fill | None = None) -> Any:
    """A maker of a workbook whose first sheet has these rows, and what ``fill`` adds."""
    kept = [list(row) for row in rows]

    def make(folder: Path) -> Path:
        made = openpyxl.Workbook()
        sheet = made.active
        assert isinstance(sheet, Worksheet)
        sheet.title = "11월"
        for row in kept:
            sheet.append(row)
        if fill:
            fill(made, sheet)
        path = folder / name
        made.save(path)
        return path

    return make


def listed(
    name: str,
    people: Iterable[Entry] = PEOPLE,
    fill: Fill | None = None,
    rows: Sequence[Sequence[Any]] | None = None,
    **expected: Any,
) -> Messy:
    """A list: ``rows`` as they are written (else the people's own), and what is read in it."""
    people = tuple(people)
    expected.setdefault("rows", people)
    return Messy(name, book(name, rows if rows is not None else table(people), fill), **expected)


def merged(*ranges: str) -> Fill:
    def fill(_: openpyxl.Workbook, sheet: Worksheet) -> None:
        for one in ranges:
            sheet.merge_cells(one)

    return fill


# ---- above and beside the table ----------------------------------------------------------------

TITLES: list[list[Any]] = [
    ["2026년 11월 현장별 담당자 명단"],
    [],
    ["작성 : 운영지원팀", None, None, "2026. 11. 1."],
]
WIDE = ("No", "현장명", "담당자", "연락처", "이메일", "직함", "비고")


def wide(people: Iterable[Entry] = PEOPLE, remark: str = "") -> list[list[Any]]:
    """A list with a number, a phone and a remark beside what is needed."""
    found: list[list[Any]] = [list(WIDE)]
    for number, entry in enumerate(people, 1):
        site, name, address, title = person(entry)
        found.append([number, site, name, 1020003000 + number, address, title, remark or None])
    return found


def _pretty(_: openpyxl.Workbook, sheet: Worksheet) -> None:
    """What people add and no reader needs."""
    sheet.merge_cells("A1:D1")
    sheet["A1"].alignment = Alignment(horizontal="center")
    for cell in sheet[4]:
        cell.fill = PatternFill("solid", "FFDDDDDD")
    sheet["A5"].comment = Comment("12월에 바뀔 예정", "운영팀")
    rule = DataValidation(type="list", formula1='"소장,대리,과장"')
    sheet.add_data_validation(rule)
    rule.add("D5:D99")
    sheet.freeze_panes = "A5"
    sheet.auto_filter.ref = "A4:D7"
    sheet.print_title_rows = "4:4"
    sheet["C5"].hyperlink = "mailto:garam@example.com"


def _two_line_header(_: openpyxl.Workbook, sheet: Worksheet) -> None:
    sheet.merge_cells("A1:A2")
    sheet.merge_cells("B1:D1")


def _formulas(_: openpyxl.Workbook, sheet: Worksheet) -> None:
    for row in range(2, 5):
        sheet.cell(row, 1).value = "=ROW()-1"


def _blanks(_: openpyxl.Workbook, sheet: Worksheet) -> None:
    for row in range(5, 60):
        sheet.cell(row, 1).value = " "
        sheet.cell(row, 9).value = "\u3000"
        sheet.cell(row, 12).fill = PatternFill("solid", "FFEEEEEE")


TWO_LINES = [["현장명", "담당자 정보", "", ""], ["", "이름", "이메일", "직급"], *table()[1:]]
ABOVE = (
    listed("title-rows.xlsx", rows=[*TITLES, *table()], fill=_pretty),
    listed("header-in-row-2.xlsx", rows=[["11월 명단"], *table()], fill=merged("A1:D1")),
    listed("header-in-row-10.xlsx", rows=[["공문 첨부"], *[[]] * 8, *table()]),
    listed("header-in-row-11.xlsx", (), rows=[["공문"], *[[]] * 9, *table()], refused="*"),
    listed("other-columns.xlsx", rows=wide(remark="없음"), said=("No", "연락처", "비고")),
    listed(
        "title-rows-and-other-columns.xlsx",
        rows=[*TITLES, *wide(remark="담당 변경")],
        said=("No", "연락처", "비고"),
    ),
    listed("header-of-two-lines.xlsx", rows=TWO_LINES, fill=_two_line_header, refused="*"),
    listed("synonyms.xlsx", rows=table(header=("주차장", "담당자명", "이메일 주소", "직급"))),
    listed("more-synonyms.xlsx", rows=table(header=("현장", "이름", "메일", "직책"))),
    listed("names-of-options.xlsx", rows=table(header=("Site", "NAME", "E-mail", "title"))),
    listed(
        "headings-with-signs.xlsx",
        rows=table(header=("▶ 현장명", "담당자\n(성명)", "이메일 *", "[직함]")),
        refused="*",
    ),
    listed("formulas-in-another-column.xlsx", rows=wide(), fill=_formulas, said=("No",)),
    listed("errors-in-another-column.xlsx", rows=wide(remark="#N/A"), said=("비고",)),
    listed("blanks-all-around.xlsx", fill=_blanks),
    listed("two-columns-between.xlsx", rows=[[r[0], None, *r[1:], None] for r in table()]),
    listed("starts-at-c5.xlsx", rows=[*[[]] * 4, *([None, None, *r] for r in table())]),
    listed("header-again-below.xlsx", rows=[*table(), list(HEADER)], unsure=((5, ()),)),
)


# ---- below the table, and rows that are none ---------------------------------------------------

BELOW = (
    listed("total-below.xlsx", rows=[*table(), ["합계", 3]], unsure=((5, ()),)),
    listed(
        "total-and-notes-below.xlsx",
        rows=[*table(), [], ["계", None, None, "3개 현장"], ["※ 변경 시 회신 바랍니다."]],
        unsure=((6, ()), (7, ())),
    ),
    listed(
        "notes-above.xlsx",
        rows=[["※ 담당자가 바뀌면 알려 주세요."], ["※ 이메일은 회사 주소만"], *table()],
    ),
    listed(
        "example-row-above.xlsx",
        rows=[["예) 솔빛센터", "홍길동", "hong@example.com", "소장"], *table()],
    ),
    listed("same-row-twice.xlsx", rows=[*table(), person(GARAM)]),
    listed("one-column-too-many.xlsx", rows=[*table(), [*person(HAJUN), "→"]], unsure=((5, ()),)),
)


# ---- merged cells ------------------------------------------------------------------------------

SECOND = ("솔빛센터", "서다온", "과장", "daon@example.com")
THIRD = ("솔빛센터", "민해솔", "소장", "haesol@example.com")


def _site_blank(*rows: Entry) -> list[list[str]]:
    return [["", *person(one)[1:]] for one in rows]


MERGED_ROWS = [*table((GARAM,)), *_site_blank(SECOND, THIRD), *table((HAJUN, SEULGI))[1:]]
SAME = ("새롬주차장", *GARAM[1:])
MERGED = (
    listed(
        "merged-sites.xlsx", (GARAM, SECOND, THIRD, HAJUN, SEULGI), merged("A2:A4"), MERGED_ROWS
    ),
    listed(
        "merged-sites-and-numbers.xlsx",
        (GARAM, SECOND, HAJUN),
        merged("A2:A3", "B2:B3"),
        [
            ["No", "현장명", *HEADER[1:]],
            [1, *person(GARAM)],
            [None, *_site_blank(SECOND)[0]],
            [2, *person(HAJUN)],
        ],
        said=("No",),
    ),
    listed(
        "merged-people.xlsx",
        (GARAM, SAME, HAJUN),
        merged("B2:B3", "C2:C3", "D2:D3"),
        [*table((GARAM,)), ["새롬주차장", "", "", ""], person(HAJUN)],
        unsure=((2, (GARAM,)), (3, (SAME,))),
    ),
    listed(
        "merged-sideways.xlsx",
        (GARAM, HAJUN),
        merged("D2:E2", "D3:E3", "D1:E1"),
        [[*row, ""] for row in table((GARAM, HAJUN))],
    ),
    listed(
        "sites-blank-but-not-merged.xlsx",
        (GARAM, HAJUN),
        rows=[*table((GARAM,)), *_site_blank(SECOND), person(HAJUN)],
        bad=(3,),
    ),
    listed(
        "merged-headings-between.xlsx",
        (GARAM, HAJUN),
        merged("A2:D2", "A4:D4"),
        [list(HEADER), ["■ 서울"], person(GARAM), ["■ 경기"], person(HAJUN)],
        unsure=((2, ()), (4, ())),
    ),
)


# ---- other sheets, hidden rows and columns -----------------------------------------------------


def _december(made: openpyxl.Workbook, _: Worksheet) -> None:
    made.create_sheet("빈 시트")
    made.create_sheet("12월").append(["현장명", "담당자", "이메일"])


def _december_first_seen(made: openpyxl.Workbook, _: Worksheet) -> None:
    for row in table((SEULGI,)):
        made.create_sheet("12월").append(row) if "12월" not in made else made["12월"].append(row)
    made.active = made["12월"]


def _cover(made: openpyxl.Workbook, _: Worksheet) -> None:
    made.create_sheet("표지", 0)["B5"] = "2026년 11월 현장 담당자 명단"
    made.active = 0


def _hidden_before(state: str) -> Fill:
    def fill(made: openpyxl.Workbook, _: Worksheet) -> None:
        old = made.create_sheet("10월 명단", 0)
        old.append(list(HEADER))
        old.append(["옛현장", "지난이", "old@example.com"])
        old.sheet_state = state
        made.active = 1

    return fill


def _chart_first(made: openpyxl.Workbook, _: Worksheet) -> None:
    chart = BarChart()
    chart.add_data(Reference(made["11월"], min_col=1, min_row=2, max_row=4))
    made.create_chartsheet("그래프", 0).add_chart(chart)


def _rows_hidden(_: openpyxl.Workbook, sheet: Worksheet) -> None:
    sheet.auto_filter.ref = "A1:D4"
    sheet.row_dimensions[3].hidden = True


def _column_hidden(_: openpyxl.Workbook, sheet: Worksheet) -> None:
    sheet.column_dimensions["D"].hidden = True


def _folded(_: openpyxl.Workbook, sheet: Worksheet) -> None:
    sheet.row_dimensions.group(3, 4, hidden=True)


SHEETS = (
    listed("another-sheet.xlsx", fill=_december, said=("12월",)),
    listed("another-sheet-is-open.xlsx", fill=_december_first_seen, said=("12월",)),
    listed("cover-sheet.xlsx", fill=_cover, refused="*", said=("표지",)),
    listed("hidden-sheet-before.xlsx", fill=_hidden_before("hidden"), said=("10월 명단",)),
    listed("very-hidden-sheet-before.xlsx", fill=_hidden_before("veryHidden")),
    listed("chart-sheet-before.xlsx", fill=_chart_first),
    listed("filtered-rows.xlsx", fill=_rows_hidden, said=("숨", "3")),
    listed("folded-rows.xlsx", fill=_folded, said=("숨",)),
    listed("hidden-column.xlsx", fill=_column_hidden, said=("숨",)),
)

FILES = (*ABOVE, *BELOW, *MERGED, *SHEETS)
