"""XLSX tables: what people see in Excel is what is read, or it is told what stands against it."""

from __future__ import annotations

import datetime
import io
import tracemalloc
import warnings
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.utils.datetime import CALENDAR_MAC_1904
from openpyxl.worksheet.worksheet import Worksheet
from tests.helpers.tables import COLUMNS, cells, places, problems

from parkdraft.tables.reading import Column, open_table

LABELS = [column.labels[0] for column in COLUMNS]
SHEET = "xl/worksheets/sheet1.xml"


def sheet_of(book: openpyxl.Workbook) -> Worksheet:
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    return sheet


def saved(
    path: Path, *rows: Sequence[Any], fill: Callable[[Worksheet], None] | None = None
) -> Path:
    """A workbook with these rows, and what ``fill`` adds."""
    book = openpyxl.Workbook()
    for row in rows:
        sheet_of(book).append(list(row))
    if fill:
        fill(sheet_of(book))
    book.save(path)
    return path


def changed(path: Path, *changes: tuple[str, str], part: str = SHEET) -> Path:
    """The workbook with text inside one of its parts replaced."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    text = parts[part].decode()
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    parts[part] = text.encode()
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return path


def one_cell(path: Path, label: str, value: Any, number_format: str = "General") -> str:
    """The text of one cell under a label."""

    def style(sheet: Worksheet) -> None:
        sheet["B2"].number_format = number_format

    saved(path, ["현장명" if label != "현장명" else "비고", label], ["가온타워", value], fill=style)
    columns = (*COLUMNS, Column("memo", ("비고",)))
    (row,) = open_table(path, columns).rows
    name = next(column.name for column in COLUMNS if label in column.labels)
    return row.cells[name]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "표.xlsx"


DAY = datetime.datetime(2026, 11, 23)
MOMENT = datetime.datetime(2026, 11, 23, 14, 5)
SERIAL = 46349  # 2026-11-23


@pytest.mark.parametrize(
    ("label", "value", "number_format", "text"),
    [
        ("시작일", DAY, "yyyy-mm-dd", "2026-11-23"),
        ("시작일", DAY, 'yyyy"년" m"월" d"일"', "2026-11-23"),
        ("시작일", DAY, "yyyy-mm-dd hh:mm", "2026-11-23"),
        ("시작일", DAY.date(), "m/d/yy", "2026-11-23"),
        ("시작일", MOMENT, "yyyy-mm-dd", "2026-11-23 14:05:00"),
        ("결제일시", MOMENT, "yyyy-mm-dd h:mm", "2026-11-23 14:05:00"),
        ("결제일시", DAY, "yyyy-mm-dd h:mm:ss", "2026-11-23 00:00:00"),
        ("결제일시", DAY, '[$-412]yyyy"h s"-mm-dd', "2026-11-23"),
        ("결제일시", datetime.time(14, 5), "h:mm", "14:05:00"),
        ("결제일시", datetime.timedelta(hours=26, minutes=5), "[h]:mm", "26:05:00"),
        ("주문번호", DAY, "yyyy-mm-dd", "2026-11-23"),
        ("시작일", SERIAL, "General", "2026-11-23"),
        ("시작일", float(SERIAL), "0", "2026-11-23"),
        ("결제일시", SERIAL, "General", "2026-11-23"),
        ("결제일시", SERIAL + 14 / 24 + 5 / 1440, "General", "2026-11-23 14:05:00"),
        ("시작일", 20261123, "General", "20261123"),
        ("시작일", 1123, "General", "1123"),
        ("시작일", "2026. 11. 23.", "General", "2026. 11. 23."),
        ("주문번호", SERIAL, "General", "46349"),
        ("결제금액", 12000.0, "#,##0", "12000"),
        ("결제금액", 12000, '#,##0"원"', "12000"),
        ("결제금액", 0.1 + 0.2, "General", "0.3"),
        ("결제금액", 0.00001, "General", "0.00001"),
        ("결제금액", -500, "General", "-500"),
        ("결제금액", "12,000원", "General", "12,000원"),
        ("주문번호", 123456789012345, "0", "123456789012345"),
        ("주문번호", "12345678901234567890", "@", "12345678901234567890"),
        ("주문번호", 42, "0000", "0042"),
        ("주문번호", True, "General", "예"),
        ("주문번호", False, "General", "아니오"),
        ("연락처", 1012345678, "General", "01012345678"),
        ("연락처", 1012345678.0, "000-0000-0000", "01012345678"),
        ("연락처", 212345678, "General", "0212345678"),
        ("연락처", 311234567, "General", "0311234567"),
        ("연락처", 50412345678, "General", "050412345678"),
        ("연락처", 15881234, "General", "15881234"),
        ("연락처", "1012345678", "@", "01012345678"),
        ("연락처", "'+82 10-1234-5678", "@", "+82 10-1234-5678"),
        ("현장명", "\u3000가온_x000D_타워 ", "General", "가온 타워"),
    ],
)
def test_a_cell_reads_as_people_see_it(
    path: Path, label: str, value: Any, number_format: str, text: str
) -> None:
    assert one_cell(path, label, value, number_format) == text


def test_dates_of_a_workbook_that_counts_from_1904(path: Path) -> None:
    book = openpyxl.Workbook()
    book.epoch = CALENDAR_MAC_1904
    sheet = sheet_of(book)
    sheet.append(["시작일", "결제일시"])
    sheet.append([SERIAL - 1462, MOMENT])
    book.save(path)
    assert cells(path) == [(2, {"start": "2026-11-23", "paid-at": "2026-11-23 14:05:00"})]


def test_rows_are_numbered_as_excel_shows_them(path: Path) -> None:
    def fill(sheet: Worksheet) -> None:
        sheet["B3"], sheet["C3"] = "현장명", "연락처"
        sheet["B4"] = "가온타워"
        sheet["B5"] = "  "
        sheet["B9"], sheet["C9"] = "나래몰", 1012345678

    assert cells(saved(path, fill=fill)) == [
        (4, {"site": "가온타워"}),
        (9, {"site": "나래몰", "phone": "01012345678"}),
    ]


def test_the_first_visible_sheet_with_something_in_it_is_read(path: Path) -> None:
    book = openpyxl.Workbook()
    for title, state in (("숨김", "hidden"), ("빈 시트", "visible"), ("자료", "visible")):
        book.create_sheet(title).sheet_state = state
    book.worksheets[0].sheet_state = "veryHidden"
    book["숨김"].append(["현장명"])
    book["자료"].append(["현장명"])
    book["자료"].append(["가온타워"])
    book.active = book["자료"]
    book.save(path)
    assert cells(path) == [(2, {"site": "가온타워"})]


def test_a_workbook_is_read_whatever_its_name(path: Path) -> None:
    csv = saved(path, ["현장명"], ["가온타워"]).rename(path.with_suffix(".csv"))
    assert cells(csv) == [(2, {"site": "가온타워"})]


@pytest.mark.parametrize("claim", ["A1", "A1:XFD1048576", "A1:A2000000"])
def test_a_sheet_may_lie_about_its_size(path: Path, claim: str) -> None:
    saved(path, ["현장명", "연락처"], ["가온타워", 1012345678])
    changed(path, ('ref="A1:B2"', f'ref="{claim}"'))
    assert cells(path) == [(2, {"site": "가온타워", "phone": "01012345678"})]


def test_formatted_blank_cells_far_away_cost_nothing(path: Path) -> None:
    saved(path, ["현장명"], ["가온타워"])
    far = '<row r="1048576"><c r="XFD1048576" s="0"/></row></sheetData>'
    changed(path, ("</sheetData>", far))
    assert cells(path) == [(2, {"site": "가온타워"})]


def test_warnings_of_the_reader_stay_inside(path: Path) -> None:
    saved(path, ["현장명", "시작일"], ["가온타워", SERIAL], ["나래몰", DAY])
    odd = '</sheetData><extLst><ext uri="{78C0D931-6437-407D-A8EE-F0AAD7539E65}"/></extLst>'
    changed(path, ("</sheetData>", odd))
    before = list(warnings.filters)
    assert [number for number, _ in cells(path)] == [2, 3]
    assert warnings.filters == before


def test_the_reader_prints_nothing(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A style that points nowhere changes no value; stdout is for our own answers."""
    saved(path, ["현장명"], ["가온타워"])
    changed(path, ('name="Normal" xfId="0"', 'name="Normal" xfId="9"'), part="xl/styles.xml")
    assert cells(path) == [(2, {"site": "가온타워"})]
    assert capsys.readouterr() == ("", "")


def formula(sheet: Worksheet) -> None:
    sheet["A3"], sheet["B3"] = "나래몰", "=1000+1"


def test_a_formula_reads_as_its_cached_value(path: Path) -> None:
    saved(path, ["현장명", "결제금액"], ["가온타워", 1], fill=formula)
    changed(path, ("<v></v>" if "<v></v>" in _xml(path) else "<v />", "<v>1001</v>"))
    assert cells(path)[1] == (3, {"site": "나래몰", "paid": "1001"})


def test_a_formula_with_an_empty_text_is_an_empty_cell(path: Path) -> None:
    saved(path, ["현장명", "결제금액"], ["가온타워", 1], fill=formula)
    changed(path, ('<c r="B3">', '<c r="B3" t="str">'))
    assert cells(path)[1] == (3, {"site": "나래몰"})


def test_a_formula_without_a_cached_value_is_a_problem_of_its_row(path: Path) -> None:
    saved(path, ["현장명", "결제금액"], ["가온타워", 1], fill=formula)
    assert places(path) == [("cell.formula", "paid", 3)]


def _xml(path: Path) -> str:
    with zipfile.ZipFile(path) as archive:
        return archive.read(SHEET).decode()


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("#N/A", "cell.error"),
        ("#REF!", "cell.error"),
        (1234567890123456, "cell.digits-lost"),
        (1.2345678901234e18, "cell.digits-lost"),
        ("김\ufffd", "cell.broken-text"),
    ],
)
def test_a_bad_cell_is_a_problem_of_its_row(path: Path, value: Any, code: str) -> None:
    saved(path, ["현장명", "주문번호"], ["가온타워", "1"], ["나래몰", value])
    assert places(path) == [(code, "order-no", 3)]
    table = open_table(path, COLUMNS)
    assert [len(row.problems) for row in table.rows] == [0, 1]


def test_a_date_outside_excels_limits_is_no_date(path: Path) -> None:
    saved(path, ["현장명", "시작일"], ["가온타워", DAY])
    changed(path, ("<v>46349</v>", "<v>99999999999</v>"))
    assert cells(path) == [(2, {"site": "가온타워", "start": "99999999999"})]


MERGED = ("A1:A1", "A3:A4", "B4:B5", "A7:B7", "D1:F20")


def merged(path: Path) -> Path:
    def merge(sheet: Worksheet) -> None:
        for area in MERGED:
            sheet.merge_cells(area)

    rows: list[list[Any]] = [["가", "1"], ["나", "2"], [None, "3"], ["다", None], ["라", "5"]]
    return saved(path, ["현장명", "주문번호"], *rows, ["마", None], fill=merge)


def test_what_is_merged_over_rows_stands_in_each_of_a_column_that_fills(path: Path) -> None:
    columns = [Column("site", ("현장명",), fills=True), Column("order-no", ("주문번호",))]
    rows = open_table(merged(path), columns).rows
    assert [row.cells.get("site") for row in rows] == ["가", "나", "나", "다", "라", "마"]
    assert [[p.code for p in row.problems] for row in rows] == [
        *([], [], [], ["row.merged"], [], ["row.merged"])
    ]


def test_merged_cells_of_other_columns_are_problems_of_the_rows_without_a_value(path: Path) -> None:
    merged(path)
    assert places(path) == [
        ("row.merged", "site", 4),
        ("row.merged", "order-no", 5),
        ("row.merged", "order-no", 7),
    ]


def test_a_header_stands_below_titles_and_may_take_two_rows(path: Path) -> None:
    def merge(sheet: Worksheet) -> None:
        for area in ("A1:B1", "A3:A4", "B3:C3"):
            sheet.merge_cells(area)

    rows: list[list[Any]] = [[None], ["현장명", "담당"], [None, "담당자", "연락처"]]
    saved(path, ["11월 담당자 명단"], *rows, ["가온타워", "김하늘", "1"], fill=merge)
    table = open_table(path, COLUMNS, ("site", "phone"))
    assert [(row.number, row.cells) for row in table.rows] == [
        (5, {"site": "가온타워", "name": "김하늘", "phone": "1"})
    ]


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([], [("table.blank", None, None)]),
        ([[None, None]], [("table.blank", None, None)]),
        ([["현장명", "연락처"]], [("table.no-rows", None, 1)]),
        ([["현장명", "현장 명"], ["가", "나"]], [("table.column-twice", "site", 1)]),
        ([["가온타워", 1]], [("table.no-header", None, 1)]),
        ([["현장명"], ["가", *[None] * 199, "나"]], [("table.too-wide", None, 2)]),
    ],
)
def test_headers_and_rows_are_judged_as_in_a_csv(
    path: Path, rows: list[list[Any]], expected: list[tuple[str, str | None, int | None]]
) -> None:
    saved(path, *rows)
    assert places(path) == expected


def test_the_column_of_errors_is_not_read(path: Path) -> None:
    saved(path, ["현장명", "오류"], ["가온타워", "#N/A"], ["나래몰", True])
    assert cells(path) == [(2, {"site": "가온타워"}), (3, {"site": "나래몰"})]


def zipped(**parts: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name.replace("__", "/").replace("_", "."), content)
    return stream.getvalue()


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)
ODS = b"application/vnd.oasis.opendocument.spreadsheet"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (OLE + "EncryptedPackage".encode("utf-16-le"), "table.password"),
        (OLE, "table.password"),
        (OLE + "Workbook".encode("utf-16-le"), "table.old-excel"),
        (OLE + bytes((1 << 20) - 520) + "Workbook".encode("utf-16-le"), "table.old-excel"),
        (OLE + "HwpSummaryInformation".encode("utf-16-le"), "table.document"),
        (b"\x09\x08\x10\x00\x00\x06", "table.old-excel"),
        (b"SCDSA002" + bytes(99), "table.locked"),
        (b"<DOCUMENT SAFER V2.0>" + bytes(99), "table.locked"),
        (b"<!-- FasooSecureContainer -->" + bytes(99), "table.locked"),
        (b"\x9b DRMONE  This Document" + bytes(99), "table.locked"),
        (b"<html><body><table><tr><td>", "table.html"),
        (b"\xff\xfe" + "<html>".encode("utf-16-le"), "table.html"),
        (zipped(word__document_xml=b"<w/>"), "table.document"),
        (zipped(readme_txt=b"hi"), "table.archive"),
        (zipped(xl__workbook_bin=b"\0"), "table.other-sheet"),
        (zipped(mimetype=ODS), "table.other-sheet"),
        (zipped(mimetype=b"application/hwp+zip"), "table.document"),
        (zipped(xl__workbook_xml=b"<workbook/>"), "table.workbook-unreadable"),
        (b"PK\x03\x04" + bytes(99), "table.workbook-unreadable"),
        (bytes(range(256)), "table.nul"),
    ],
)
def test_a_file_that_is_no_workbook_is_refused_in_its_own_words(
    path: Path, content: bytes, code: str
) -> None:
    path.write_bytes(content)
    assert places(path) == [(code, None, None)]


@pytest.mark.parametrize(
    ("part", "old", "new"),
    [
        (SHEET, '<row r="2"', '<row r="1"'),
        (SHEET, '<row r="2"', '<row r="99999999999"'),
        (SHEET, '<row r="2"', '<row r="1e999"'),
        (SHEET, 'r="A2"', 'r="2"'),
        (SHEET, "</sheetData>", ""),
        (SHEET, "</sheetData>", '</sheetData><mergeCells><mergeCell ref="?"/></mergeCells>'),
        (SHEET, "<worksheet", '<!DOCTYPE a [<!ENTITY b "c">]><worksheet'),
        ("xl/styles.xml", "<styleSheet", "<nonsense"),
    ],
)
def test_a_workbook_with_broken_parts_is_refused(path: Path, part: str, old: str, new: str) -> None:
    saved(path, ["현장명"], ["가온타워"])
    changed(path, (old, new), part=part)
    assert places(path) == [("table.workbook-unreadable", None, None)]


NS = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
KINDS = "application/vnd.openxmlformats-officedocument.spreadsheetml."


def by_hand(path: Path, sheet_data: str, strings: str = "") -> Path:
    """A workbook as Excel lays it out: cells point into a list of shared strings."""
    parts = {
        "_rels/.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/'
        f'relationships"><Relationship Id="b" Type="{RELS}/officeDocument" '
        'Target="xl/workbook.xml"/></Relationships>',
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/'
        'content-types"><Default Extension="rels" ContentType="application/xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{KINDS}sheet.main+xml"/>'
        f'<Override PartName="/xl/sharedStrings.xml" ContentType="{KINDS}sharedStrings+xml"/>'
        "</Types>",
        "xl/workbook.xml": f'<workbook xmlns="{NS}"><sheets><sheet xmlns:r="{RELS}" name="명단" '
        'sheetId="1" r:id="a"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/'
        f'package/2006/relationships"><Relationship Id="a" Type="{RELS}/worksheet" '
        'Target="worksheets/sheet1.xml"/></Relationships>',
        "xl/styles.xml": f'<styleSheet xmlns="{NS}"/>',
        "xl/sharedStrings.xml": f'<sst xmlns="{NS}">{strings}</sst>',
        SHEET: f'<worksheet xmlns="{NS}"><sheetData>{sheet_data}</sheetData></worksheet>',
    }
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return path


STRINGS = (
    "<si><t>현장명</t></si><si><r><t>가온</t></r><r><t>타워</t></r>"
    "<rPh sb='0' eb='1'><t>x</t></rPh>"
    "</si><si><t xml:space='preserve'> </t></si>"
)


def test_shared_strings_and_cells_without_places_are_read(path: Path) -> None:
    row = "<row><c t='s'><v>{}</v></c><c t='s'><v>2</v></c></row>"
    by_hand(path, row.format(0) + row.format(1), STRINGS)
    assert cells(path) == [(2, {"site": "가온타워"})]


def test_a_string_that_is_not_in_the_list_makes_the_workbook_unreadable(path: Path) -> None:
    row = "<row><c t='s'><v>{}</v></c></row>"
    by_hand(path, row.format(0) + row.format(1) + row.format(77), STRINGS)
    assert places(path) == [("table.workbook-unreadable", None, None)]


@pytest.mark.parametrize(("start", "end"), [(0.5, 1.0), (0.01, 0.3), (0.6, 0.7)])
def test_a_workbook_with_bytes_missing_is_refused(path: Path, start: float, end: float) -> None:
    content = saved(path, ["현장명"], ["가온타워"]).read_bytes()
    path.write_bytes(content[: int(len(content) * start)] + content[int(len(content) * end) :])
    assert places(path) == [("table.workbook-unreadable", None, None)]


def test_a_zip_with_a_password_is_refused(path: Path) -> None:
    content = bytearray(saved(path, ["현장명"], ["가온타워"]).read_bytes())
    content[content.index(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(content)
    assert places(path) == [("table.password", None, None)]


def bomb(path: Path) -> Path:
    saved(path, ["현장명"], ["가온타워"])
    with (
        zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive,
        archive.open("xl/media/big.bin", "w", force_zip64=True) as part,
    ):
        for _ in range(101):
            part.write(bytes(1 << 20))
    return path


def lying(path: Path) -> Path:
    """The same, with a directory that claims 1 kB (APPNOTE 4.3.12: size at offset 24)."""
    content = bytearray(bomb(path).read_bytes())
    entry = content.rindex(b"PK\x01\x02")
    content[entry + 24 : entry + 28] = (1024).to_bytes(4, "little")
    path.write_bytes(content)
    return path


@pytest.mark.parametrize("make", [bomb, lying])
def test_a_zip_that_unpacks_to_too_much_is_refused_without_unpacking(
    path: Path, make: Callable[[Path], Path]
) -> None:
    make(path)
    assert path.stat().st_size < 1_000_000
    tracemalloc.start()
    found = problems(path)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert {one.code for one in found} <= {"table.unpacks-too-big", "table.unfriendly"}
    assert peak < 5_000_000


def test_other_ways_of_packing_are_not_unpacked(path: Path) -> None:
    """bzip2 gives no say over how much comes out at once."""
    saved(path, ["현장명"], ["가온타워"])
    with zipfile.ZipFile(path, "a", zipfile.ZIP_BZIP2) as archive:
        archive.writestr("xl/more.xml", bytes(1000))
    assert places(path) == [("table.workbook-unreadable", None, None)]


def test_the_file_is_free_again_after_reading(path: Path) -> None:
    """All is in memory: the file may go, or be saved again, while its rows are used."""
    saved(path, ["현장명"], ["가온타워"], ["나래몰"])
    table = open_table(path, COLUMNS)
    path.unlink()
    assert [row.cells for row in table.rows] == [{"site": "가온타워"}, {"site": "나래몰"}]
