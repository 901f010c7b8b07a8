"""Workbooks that people open: text stays text, equal rows are equal bytes, lists can be chosen."""

from __future__ import annotations

import io
import re
import time
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.helpers.problems import worded

from parkdraft.errors import TableError
from parkdraft.formulas import BLANKS, guard
from parkdraft.tables.reading import Column, open_table
from parkdraft.tables.workbook import LONGEST, workbook_bytes

QUICK = settings(max_examples=60, deadline=None)

HEADER = ["현장명", "차량번호", "연락처", "승인번호"]
ROWS = [
    ["가온타워", "12가3456", "010-1234-5678", "0030012345"],
    ["누리빌딩 (별관)", "345나6789", "01012345678", "12345678901234567890"],
]
COLUMNS = (
    Column("site", ("현장명",)),
    Column("plate", ("차량번호",)),
    Column("phone", ("연락처",), "phone"),
    Column("approval-no", ("승인번호",)),
)
# What Excel, openpyxl or an importer might take for something else than text.
DECEIVING = [
    "=1+1",
    "+821012345678",
    "-1",
    "@SUM(A1)",
    "＝1",
    "\t=1",
    "'",
    "'=1",
    "=",
    "#N/A",
    "#REF!",
    "TRUE",
    "1e5",
    "0042",
    "2026-12-01",
    "12/1",
    "3-4",
    "1,000",
    "15.50",
    "<b>&amp;\"'",
    "가\n나",
    " 앞뒤 빈칸 ",
    "👩\u200d👩\u200d👧",
    "\u1112\u1169\u11bc",
]

# What XML 1.0 has no way to say.
UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def opened(data: bytes) -> Any:
    return openpyxl.load_workbook(io.BytesIO(data))


def values(data: bytes) -> list[list[Any]]:
    return [[cell.value for cell in row] for row in opened(data).worksheets[0].iter_rows()]


def refused(header: Sequence[str], rows: Sequence[Sequence[str]]) -> list[tuple[Any, Any]]:
    """Row and column of each problem, each with words."""
    with pytest.raises(TableError) as caught:
        workbook_bytes(header, rows)
    found = worded(caught.value.problems)
    assert {one.code for one in found} == {"table.write-cell"}
    return [(one.data["row"], one.data["column"]) for one in found]


def test_rows_are_read_back_by_our_own_reader(tmp_path: Path) -> None:
    """A table that is written is one that ``open_table`` takes, every value intact."""
    path = tmp_path / "표.xlsx"
    path.write_bytes(workbook_bytes(HEADER, ROWS))
    names = [column.name for column in COLUMNS]
    read = [[row.cells[name] for name in names] for row in open_table(path, COLUMNS).rows]
    assert read == ROWS


@pytest.mark.parametrize("text", DECEIVING)
def test_every_cell_is_text(text: str) -> None:
    """Whatever it looks like, a cell is a string in text format, guarded like a CSV's."""
    sheet = opened(workbook_bytes(["이름"], [[text]])).worksheets[0]
    cell = sheet["A2"]
    assert cell.value == guard(text)
    assert (cell.data_type, cell.number_format) == ("s", "@")


@QUICK
@given(st.lists(st.text(st.sampled_from("'=+-@＝ \t가나a1#_x&<\u3000🎉\u0301") | st.characters())))
def test_any_text_is_kept_or_refused(texts: list[str]) -> None:
    """A row reads back as it was, guards apart, or the cells are named that cannot be written."""
    try:
        data = workbook_bytes(["이름"], [[text] for text in texts])
    except TableError:
        assert any(UNWRITABLE.search(text) for text in texts)
        return
    assert not any(UNWRITABLE.search(text) for text in texts)
    written = [text.replace("\r\n", "\n").replace("\r", "\n") for text in texts]
    sheet = opened(data).worksheets[0]
    for number, text in enumerate(written, start=2):
        value = sheet.cell(number, 1).value or ""
        # XML without xml:space keeps no cell of blanks alone.
        assert value == guard(text) or (value == "" and not text.strip())
        assert sheet.cell(number, 1).data_type in ("s", "n" if value == "" else "s")


@QUICK
@given(
    st.lists(
        st.text(
            st.sampled_from("가나다 12-.,()=+@'ㄱa") | st.characters(codec="cp949"), max_size=30
        )
        .map(lambda text: " ".join(text.split()).strip(BLANKS))
        .filter(lambda text: text.isprintable() and text and text.strip("#") != ""),
        min_size=1,
        max_size=8,
    )
)
def test_what_people_type_comes_back(
    tmp_path_factory: pytest.TempPathFactory, texts: list[str]
) -> None:
    """Text of a cell is the same after our own reader; two columns keep apart."""
    path = tmp_path_factory.getbasetemp() / "왕복.xlsx"
    path.write_bytes(workbook_bytes(["현장명", "차량번호"], [["가온타워", one] for one in texts]))
    rows = open_table(path, COLUMNS).rows
    fine = [row.cells["plate"] for row in rows if not row.problems]
    assert fine == [text for text, row in zip(texts, rows, strict=True) if not row.problems]
    assert all(row.cells["site"] == "가온타워" for row in rows)


class TestSameBytes:
    """A file is held against its digest: nothing in it may depend on when it was made."""

    def test_equal_rows_are_equal_bytes(self, monkeypatch: pytest.MonkeyPatch) -> None:
        first = workbook_bytes(HEADER, ROWS, {0: ["가", "나"]}, {1: "예: 12가3456"})
        later = time.time() + 86_400
        monkeypatch.setattr(time, "time", lambda: later)  # what zipfile asks
        assert workbook_bytes(HEADER, iter(ROWS), {0: ("가", "나")}, {1: "예: 12가3456"}) == first
        assert workbook_bytes(HEADER, ROWS[:1], {0: ["가", "나"]}) != first

    def test_no_time_stands_in_it(self) -> None:
        with zipfile.ZipFile(io.BytesIO(workbook_bytes(HEADER, ROWS))) as archive:
            assert archive.testzip() is None
            members = archive.infolist()
            core = archive.read("docProps/core.xml").decode()
        assert {member.date_time for member in members} == {(2000, 1, 1, 0, 0, 0)}
        assert {member.create_system for member in members} == {0}
        assert core.count("2000-01-01T00:00:00Z") == 2
        assert "20" not in core.replace("2000-01-01", "").partition("<dc:creator>")[2]

    def test_the_first_bytes_tell_what_it_is(self) -> None:
        """Mail filters look at the first members of the ZIP."""
        with zipfile.ZipFile(io.BytesIO(workbook_bytes(HEADER, ROWS))) as archive:
            names = archive.namelist()
        assert names[:2] == ["[Content_Types].xml", "_rels/.rels"]
        assert len(names) == len(set(names))


class TestLook:
    """What people see."""

    def test_the_header_is_bold_and_stays(self) -> None:
        sheet = opened(workbook_bytes(HEADER, ROWS, title="차량번호 변경")).worksheets[0]
        assert sheet.title == "차량번호 변경"
        assert sheet.freeze_panes == "A2"
        assert all(cell.font.bold for cell in sheet[1])
        assert not any(cell.font.bold for cell in sheet[2])

    @pytest.mark.parametrize(
        ("texts", "width"),
        [
            (["가"], 8),
            (["가나다라마바"], 14),
            (["abcdef", "abcdefgh"], 10),
            (["가나다\n가나다라마바사", "a"], 16),
            (["가" * 100], 50),
            (["이름", ""], 8),
        ],
    )
    def test_columns_are_as_wide_as_their_text(self, texts: list[str], width: int) -> None:
        """Hangul takes two columns; the longest line counts, up to a limit."""
        sheet = opened(workbook_bytes(texts[:1], [[text] for text in texts[1:]])).worksheets[0]
        assert sheet.column_dimensions["A"].width == width

    def test_what_is_typed_below_stays_text(self) -> None:
        """Columns have the text format, for cells that are not there yet."""
        sheet = opened(workbook_bytes(HEADER, ROWS)).worksheets[0]
        assert {sheet.column_dimensions[letter].number_format for letter in "ABCD"} == {"@"}

    def test_long_and_many_lined_cells_wrap(self) -> None:
        sheet = opened(workbook_bytes(["비고"], [["가\n나"], ["가" * 60], ["가"]])).worksheets[0]
        assert [bool(sheet.cell(row, 1).alignment.wrap_text) for row in (2, 3, 4)] == [
            True,
            True,
            False,
        ]

    def test_a_table_may_have_a_header_only(self) -> None:
        assert values(workbook_bytes(HEADER, [])) == [HEADER]


class TestLists:
    """Columns with values to choose from."""

    LISTS: Mapping[int, Sequence[str]] = {
        1: ["연동 (T월주차권)", "수동현장 (비연동)", "비제휴"],
        3: ['쉼표, 따옴표 "가"', "예"],
    }

    def test_each_list_stands_at_its_column(self) -> None:
        """Any text can be chosen, commas too, in every row below the header."""
        book = opened(workbook_bytes(HEADER, ROWS, self.LISTS))
        shown, hidden = book.worksheets
        assert (shown.sheet_state, hidden.sheet_state) == ("visible", "hidden")
        offered = {}
        for one in shown.data_validations.dataValidation:
            name, _, place = one.formula1.rpartition("!")
            assert name.strip("'") == hidden.title
            offered[str(one.sqref)] = [cell.value for (cell,) in hidden[place.replace("$", "")]]
            assert (one.type, one.allow_blank, one.showErrorMessage) == ("list", True, True)
            assert not one.showDropDown  # true hides the arrow (ECMA-376 part 1, 18.3.1.32)
        assert offered == {
            "B2:B1048576": list(self.LISTS[1]),
            "D2:D1048576": list(self.LISTS[3]),
        }

    def test_the_hidden_sheet_is_not_read(self, tmp_path: Path) -> None:
        path = tmp_path / "표.xlsx"
        path.write_bytes(workbook_bytes(HEADER, ROWS, self.LISTS))
        assert len(open_table(path, COLUMNS).rows) == len(ROWS)

    def test_without_lists_there_is_one_sheet(self) -> None:
        assert len(opened(workbook_bytes(HEADER, ROWS)).worksheets) == 1


class TestNotes:
    """What is told where somebody points at a heading."""

    def test_each_stands_at_its_heading_and_is_no_cell(self, tmp_path: Path) -> None:
        path = tmp_path / "표.xlsx"
        path.write_bytes(workbook_bytes(HEADER, ROWS, notes={1: "필수\n예: 12가3456"}))
        header = openpyxl.load_workbook(path).worksheets[0][1]
        notes = [cell.comment.text if cell.comment else None for cell in header]
        assert notes == [None, "필수\n예: 12가3456", None, None]
        assert [row.cells["plate"] for row in open_table(path, COLUMNS).rows] == [
            row[1] for row in ROWS
        ]

    def test_a_longer_one_is_larger(self) -> None:
        """Excel shows no scroll bar: what does not fit is not seen."""
        texts = ["가", "가\n나", "가" * 100]
        data = workbook_bytes(HEADER, [], notes=dict(enumerate(texts)))
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            (drawn,) = (one for one in archive.namelist() if one.endswith(".vml"))
            heights = [int(one) for one in re.findall(rb"height:(\d+)px", archive.read(drawn))]
        assert len(heights) == 3
        assert heights == sorted(set(heights))


class TestRefused:
    """Cells that no workbook can hold are named, never cleaned or cut."""

    @pytest.mark.parametrize(
        "text", ["\x00", "가\x0b", "\x1b[0m", "\x1f", "\ud83c", "\ufffe", "\uffff", "가" * 32_768]
    )
    def test_a_cell_that_cannot_be_written(self, text: str) -> None:
        assert refused(["가", "나"], [["a", "b"], ["c", text]]) == [(3, "B")]
        assert refused(["가", text], []) == [(1, "B")]

    def test_the_longest_cell(self) -> None:
        """Excel's limit counts the guard, too."""
        assert values(workbook_bytes(["가" * LONGEST], [])) == [["가" * LONGEST]]
        assert refused(["=" + "가" * (LONGEST - 1)], []) == [(1, "A")]

    def test_every_bad_cell_is_named(self) -> None:
        assert refused(["가"], [["\x00"], ["나"], ["\x00"]]) == [(2, "A"), (4, "A")]

    def test_what_excel_would_unescape_is_escaped(self) -> None:
        """``_x0041_`` is an escaped A to Excel (ECMA-376 part 1, 22.9.2.19)."""
        assert values(workbook_bytes(["_x0041_ _x4_"], [])) == [["_x005F_x0041_ _x4_"]]
