"""CSV tables: whatever Excel makes of them is read, and what cannot be read is told apart."""

from __future__ import annotations

import codecs
import csv
import errno
import io
import os
import sys
import tracemalloc
import unicodedata
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.helpers.tables import COLUMNS, cells, places, problems

from parkdraft.errors import StorageError, TableError
from parkdraft.formulas import BLANKS
from parkdraft.tables.csvfile import write_csv
from parkdraft.tables.reading import Row, Table, open_table
from parkdraft.wording import hint, message


@pytest.fixture
def made(tmp_path: Path) -> Callable[[bytes | str], Path]:
    """Write bytes (or text, as UTF-8) as a table."""

    def make(content: bytes | str) -> Path:
        path = tmp_path / "표.csv"
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return make


Made = Callable[[bytes | str], Path]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp949", "utf-16", "utf-16-be"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_every_form_that_excel_writes_is_read(
    made: Made, delimiter: str, encoding: str, line_end: str
) -> None:
    lines = (("현장명", "담당자"), ("가온타워", "김하늘"), ("뷁나래몰", "이가람"))
    text = line_end.join(delimiter.join(line) for line in lines) + line_end
    bom = codecs.BOM_UTF16_BE if encoding == "utf-16-be" else b""
    expected = [(n, {"site": s, "name": p}) for n, (s, p) in enumerate(lines[1:], start=2)]
    assert cells(made(bom + text.encode(encoding))) == expected


@pytest.mark.parametrize(
    "heading",
    [
        "old-plate",
        "old_plate",
        "OLD PLATE",
        "기존차량번호",
        " 기존 차량 번호 ",
        "기존차량번호:",
        "[기존차량번호]",
        '"기존\n차량번호"',
        "ｏｌｄ－ｐｌａｔｅ",
        unicodedata.normalize("NFD", "기존차량번호"),
    ],
)
def test_a_heading_is_known_by_name_or_label_however_it_is_written(
    made: Made, heading: str
) -> None:
    table = open_table(made(f"현장명,{heading}\n가온타워,12가3456\n"), COLUMNS)
    assert [column.name for column in table.header.columns.values()] == ["site", "old-plate"]
    assert [row.cells["old-plate"] for row in table.rows] == ["12가3456"]


def test_columns_stand_in_any_order_and_the_error_column_is_ignored(made: Made) -> None:
    path = made("오류,연락처,현장명\n무엇,010-1234-5678,가온타워\n")
    table = open_table(path, COLUMNS)
    assert [column.name for column in table.header.columns.values()] == ["phone", "site"]
    assert table.rows == [Row(2, {"phone": "010-1234-5678", "site": "가온타워"})]
    assert table.header.mended
    assert table.notes == ()


def test_rows_are_numbered_as_excel_shows_them(made: Made) -> None:
    """Blank lines are rows; a cell of several lines is one row."""
    path = made('\n,\n현장명,담당자\n"가온\n타워",김하늘\n\n,\n나래몰,이가람\n')
    assert cells(path) == [
        (4, {"site": "가온\n타워", "name": "김하늘"}),
        (7, {"site": "나래몰", "name": "이가람"}),
    ]


def test_empty_cells_are_left_out_and_text_is_stripped(made: Made) -> None:
    path = made('현장명,담당자,연락처\n\u3000가온타워\xa0,"  ",\u200b\n나래몰\n')
    assert cells(path) == [(2, {"site": "가온타워"}), (3, {"site": "나래몰"})]


def test_empty_cells_beyond_the_header_are_no_problem(made: Made) -> None:
    assert cells(made("현장명,,,,\n가온타워,,,,\n")) == [(2, {"site": "가온타워"})]


def test_delimiters_inside_quotes_do_not_count(made: Made) -> None:
    path = made('"현장명";"담당자";"연락처"\n"가,온,타,워";김하늘;"a;b"\n')
    assert cells(path) == [(2, {"site": "가,온,타,워", "name": "김하늘", "phone": "a;b"})]
    path = made('"담당자 ,,,,";현장명\n김하늘;가온타워\n')
    assert cells(path) == [(2, {"name": "김하늘", "site": "가온타워"})]


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("1012345678", "01012345678"),
        ("101234567", "0101234567"),
        ("15881234", "15881234"),
        ("010-1234-5678", "010-1234-5678"),
        ("'+82 10-1234-5678", "+82 10-1234-5678"),
        ("212345678", "212345678"),
    ],
)
def test_a_phone_gets_its_leading_zero_back(made: Made, written: str, read: str) -> None:
    assert cells(made(f"현장명,연락처\n1012345678,{written}\n")) == [
        (2, {"site": "1012345678", "phone": read})
    ]


def test_our_guard_is_taken_off(made: Made) -> None:
    path = made("현장명,담당자\n'=가온,''=가온\n'가온,'-\n")
    assert cells(path) == [
        (2, {"site": "=가온", "name": "'=가온"}),
        (3, {"site": "'가온", "name": "-"}),
    ]


HEAD = "현장명,담당자\n"
WIDE = "현장명" + "," * 200 + "끝\n가온타워\n"


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("", [("table.blank", None, None)]),
        ("\n,,\n \n", [("table.blank", None, None)]),
        (HEAD, [("table.no-rows", None, 1)]),
        ("\n" + HEAD + "\n,\n", [("table.no-rows", None, 2)]),
        ("가온타워,김하늘\n나래몰,이가람\n", [("table.no-header", None, 1)]),
        ("가온타워\n", [("table.no-header", None, 1)]),
        ("현장명,현 장 명\n가,나\n", [("table.column-twice", "site", 1)]),
        ("site,현장명\n가,나\n", [("table.column-twice", "site", 1)]),
        (
            HEAD + "가,나,다\n가,나,,,다\n",
            [("row.extra-cell", "C", 2), ("row.extra-cell", "E", 3)],
        ),
        (
            HEAD + "가,나\n가,#N/A\n#ref!,나\n",
            [("cell.error", "name", 3), ("cell.error", "site", 4)],
        ),
        (HEAD + "가,########\n", [("cell.hashes", "name", 2)]),
        (HEAD + "가,1.23457E+15\n", [("cell.digits-lost", "name", 2)]),
        (HEAD + "가,김\ufffd\n", [("cell.broken-text", "name", 2)]),
        (HEAD + '가,나\n"다,라\n마,바\n', [("table.quote-open", None, 3)]),
        (HEAD + '가,나\n다,"라', [("table.quote-open", None, 3)]),
        (HEAD + "가,나\n" + "다" * 100_001 + "\n", [("table.cell-too-long", None, 3)]),
        (HEAD + '가,"' + "다\n" * 50_001 + '"\n', [("table.cell-too-long", None, 2)]),
        (HEAD + '가,"' + "다\n" * 90_000, [("table.cell-too-long", None, 2)]),
        (WIDE, [("table.too-wide", None, 1)]),
        (HEAD + "가,나\x00\n", [("table.nul", None, None)]),
        (codecs.BOM_UTF16_LE + HEAD.encode("utf-16-le") + b"\0\0", [("table.nul", None, None)]),
        (HEAD.encode("utf-16-le"), [("table.nul", None, None)]),
        (HEAD.encode() + b"\xea\xb0\n", [("table.encoding-broken", None, None)]),
        (codecs.BOM_UTF8 + b"a\xff\n", [("table.encoding-broken", None, None)]),
        (HEAD.encode("cp949") + b"\xff\xff\n", [("table.encoding", None, None)]),
        (codecs.BOM_UTF16_LE + b"a\0\0\xd8a\0", [("table.encoding", None, None)]),
        (b"\x89PNG\r\n\x1a\n\0\0", [("table.image", None, None)]),
        (b"\xff\xd8\xff\xe0", [("table.image", None, None)]),
        (b"%PDF-1.7\n", [("table.pdf", None, None)]),
        (b"7z\xbc\xaf\x27\x1c", [("table.archive", None, None)]),
        (b"SCDSA004\0\0\x01", [("table.locked", None, None)]),
        (b"<DOCUMENT SAFER V2.0>\0", [("table.locked", None, None)]),
        (b"<!-- FasooSecureContainer - Ver 1 -->\0", [("table.locked", None, None)]),
        (b"\x9b DRMONE  This Document is encrypted", [("table.locked", None, None)]),
        ("\ufeff <html><table>", [("table.html", None, None)]),
        ('<meta charset="euc-kr"><table border=1>', [("table.html", None, None)]),
        ("<?xml version='1.0'?><Workbook>", [("table.html", None, None)]),
    ],
)
def test_a_table_with_something_wrong_is_refused(
    made: Made, content: bytes | str, expected: list[tuple[str, str | None, int | None]]
) -> None:
    assert places(made(content)) == expected


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("현장명,담당자", ""),
        ("현장명,담당지", "'담당지' 열은 읽지 않았습니다. 혹시 '담당자' 열이면"),
        ("No,현장명,비고란,소속", "쓰지 않는 열은 읽지 않았습니다: No, 비고란, 소속"),
        ("현장명,010-1234-5678", "쓰지 않는 열은 읽지 않았습니다: B"),
        ("현장명,,담당자", "쓰지 않는 열은 읽지 않았습니다: B"),
    ],
)
def test_other_columns_are_left_alone_and_named_once(
    made: Made, header: str, expected: str
) -> None:
    row = ",".join("가나다라"[: header.count(",") + 1])
    notes = open_table(made(f"{header}\n{row}\n{row}\n"), COLUMNS).notes
    assert " ".join(f"{message(one)} {hint(one)}" for one in notes).startswith(expected)
    assert bool(notes) == bool(expected)


@pytest.mark.parametrize("titles", [1, 3, 9])
def test_the_header_is_the_first_of_ten_rows_with_the_needed_headings(
    made: Made, titles: int
) -> None:
    above = "11월 명단,담당자 안내\n" * titles
    table = open_table(made(above + HEAD + "가,나\n"), COLUMNS, ("site", "name"))
    assert [row.number for row in table.rows] == [titles + 2]
    with pytest.raises(TableError, match=r"^table\.no-header$"):
        open_table(made("제목\n" * 10 + HEAD + "가,나\n"), COLUMNS, ("site", "name"))


def test_headings_that_are_needed_and_missing_are_all_named(made: Made) -> None:
    with pytest.raises(TableError) as caught:
        open_table(made("제목\n담당자,비고\n가,나\n"), COLUMNS, ("site", "phone", "name"))
    assert [(one.code, one.field, one.row) for one in caught.value.problems] == [
        ("table.column-missing", "site", 2),
        ("table.column-missing", "phone", 2),
    ]


def test_a_second_header_in_another_order_is_refused(made: Made) -> None:
    assert places(made(HEAD + "가,나\n담당자,현장명\n라,다\n")) == [
        ("table.second-header", None, 3)
    ]


def test_a_header_that_is_repeated_further_down_is_no_row(made: Made) -> None:
    assert [n for n, _ in cells(made(HEAD + "가,나\n" + HEAD + "다,라\n"))] == [2, 4]


def test_no_message_repeats_a_cell(made: Made) -> None:
    path = made("현장명,연락처,,담당자\n가온타워,#N/A,이름숨김,김하늘\ufffd\n")
    said = " ".join(message(found) + hint(found) for found in problems(path))
    assert not any(word in said for word in ("가온타워", "이름숨김", "김하늘"))
    assert "2행 '연락처' 열" in said


def test_a_file_without_a_header_is_not_repeated(made: Made) -> None:
    said = " ".join(map(str, problems(made("김하늘,010-1234-5678\n이가람,\n"))))
    assert "김하늘" not in said


def test_what_is_wrong_with_a_row_stands_at_the_row(made: Made) -> None:
    table = open_table(made(HEAD + "가,나\n다,#N/A\n마,바\n"), COLUMNS)
    assert [(row.number, len(row.problems)) for row in table.rows] == [(2, 0), (3, 1), (4, 0)]
    assert [row.cells.get("site") for row in table.rows] == ["가", "다", "마"]


def test_missing_files_and_folders_are_problems_too(tmp_path: Path) -> None:
    assert places(tmp_path / "없음.csv") == [("table.file-missing", None, None)]
    assert places(tmp_path) == [("table.file-folder", None, None)]


def test_a_file_that_cannot_be_opened_is_a_problem(
    made: Made, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = made(HEAD)

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(errno.EACCES, "in use")

    monkeypatch.setattr(Path, "read_bytes", refuse)
    assert places(path) == [("table.file-refused", None, None)]


def test_the_field_limit_of_csv_stays_as_it_was(made: Made) -> None:
    before = csv.field_size_limit()
    problems(made(HEAD + '가,"' + "다\n" * 90_000))
    assert csv.field_size_limit() == before


def test_a_csv_named_xlsx_is_read_by_its_content(made: Made) -> None:
    path = made(HEAD + "가온타워,김하늘\n")
    path = path.rename(path.with_suffix(".xlsx"))
    assert cells(path) == [(2, {"site": "가온타워", "name": "김하늘"})]


def test_memory_is_at_most_three_times_what_the_cells_take_as_text(made: Made) -> None:
    lines = [",".join(f"{word}{n}" for word in ("가온타워", "김하늘", "1")) for n in range(20_000)]
    path = made("현장명,담당자,연락처\n" + "\n".join(lines))
    tracemalloc.start()
    table = open_table(path, COLUMNS)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(table.rows) == 20_000
    assert peak < 3 * sum(sys.getsizeof(cell) for row in table.rows for cell in row.cells.values())


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"a" * ((16 << 20) + 1), "table.too-big"),
        ("현장명\n" + "가\n" * 100_000, "table.too-long"),
        ("현장명\n" + ("가" + "," * 199 + "\n") * 10_001, "table.too-many-cells"),
    ],
)
def test_more_than_a_table_may_hold_is_refused(made: Made, content: bytes | str, code: str) -> None:
    assert places(made(content))[0][0] == code


words = st.text(st.characters(codec="utf-8", exclude_characters="\0\ufffd"), max_size=9)


@settings(
    deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(st.tuples(words, words), min_size=1, max_size=5))
def test_what_is_written_reads_back(tmp_path: Path, rows: list[tuple[str, str]]) -> None:
    path = tmp_path / "가온.csv"
    write_csv(path, ["site", "담당자"], [("가", "나"), *rows])
    found = {row.number: row.cells for row in open_table(path, COLUMNS).rows}
    for number, row in enumerate(rows, start=3):
        written = zip(("site", "name"), (cell.strip(BLANKS) for cell in row), strict=True)
        assert found.get(number, {}) == {name: text for name, text in written if text}


def test_a_written_table_is_what_excel_opens(tmp_path: Path) -> None:
    path = tmp_path / "out.csv"
    write_csv(path, ["현장명", "오류"], [["가온타워", "=1"], ['나"래', "줄\n둘"]])
    assert path.read_bytes() == (
        codecs.BOM_UTF8 + '"현장명","오류"\r\n"가온타워","\'=1"\r\n"나""래","줄\n둘"\r\n'.encode()
    )
    assert [one.name for one in tmp_path.iterdir()] == ["out.csv"]


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (OSError(errno.ENOSPC, "full"), "storage.full"),
        (PermissionError(errno.EACCES, "in use"), "storage.read-only"),
        (OSError(errno.EIO, "broken"), "storage.refused"),
    ],
)
def test_a_failed_write_leaves_the_old_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: OSError, code: str
) -> None:
    path = tmp_path / "out.csv"
    path.write_text("old", encoding="utf-8")

    def refuse(*_: object) -> None:
        raise error

    monkeypatch.setattr(os, "fsync", refuse)
    assert _write_problem(path, [["가"]]) == code
    assert path.read_text(encoding="utf-8") == "old"
    assert [one.name for one in tmp_path.iterdir()] == ["out.csv"]


def test_a_folder_that_is_a_file_and_unwritable_text_are_problems(tmp_path: Path) -> None:
    (tmp_path / "파일").write_text("", encoding="utf-8")
    assert _write_problem(tmp_path / "파일" / "out.csv", []) == "storage.not-folder"
    (tmp_path / "파일").unlink()
    assert _write_problem(tmp_path / "out.csv", [["\ud800"]]) == "table.write-text"
    assert list(tmp_path.iterdir()) == []


def test_an_error_of_the_rows_themselves_leaves_nothing_behind(tmp_path: Path) -> None:
    def rows() -> Iterator[list[str]]:
        yield ["가"]
        raise KeyError

    with pytest.raises(KeyError):
        write_csv(tmp_path / "out.csv", ["현장명"], rows())
    assert list(tmp_path.iterdir()) == []


def _write_problem(path: Path, rows: list[list[str]]) -> str:
    with pytest.raises(StorageError) as caught:
        write_csv(path, ["현장명"], rows)
    (found,) = caught.value.problems
    assert path.name in message(found)
    assert hint(found)
    return found.code


def test_a_table_is_a_plain_fact(made: Made) -> None:
    """The file's own text, read by another reader, is what the table gives."""
    path = made(HEAD + '"가,온",김하늘\n')
    (row,) = open_table(path, COLUMNS).rows
    (_, other) = csv.reader(io.StringIO(path.read_text(encoding="utf-8")))
    assert list(row.cells.values()) == other
    assert isinstance(open_table(path, COLUMNS), Table)
