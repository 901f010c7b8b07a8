"""The table that people fill in: headings, notes, lists and examples, all of it read again."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import openpyxl
import pytest

from parkdraft.decide.details import find_case, read_details
from parkdraft.errors import StorageError
from parkdraft.home import Home
from parkdraft.model import labels
from parkdraft.model.cases import CASES, FIELDS, Case
from parkdraft.tables.casecolumns import CASE_COLUMNS, CHOICES, EXAMPLE_MARK, is_example
from parkdraft.tables.columns import key
from parkdraft.tables.reading import open_table
from parkdraft.tables.template import FORMATS, note, write_template
from parkdraft.tables.workbook import LISTS_SHEET
from parkdraft.values.choices import read_choice, read_flag
from parkdraft.wording import hint, message

HEADINGS = [
    *("업무", "운영사", "실제운영사", "현장명", "연동구분", "차량번호", "기존차량번호"),
    *("변경차량번호", "적용일", "사용기한", "시작일", "종료일", "상품명"),
    *("주문번호", "해지일", "일최대요금", "결제금액", "결제일시", "승인번호"),
    *("결제수단", "인식번호", "입차일시", "출차일시", "경과일수", "사유"),
    *("할인", "증빙", "고객동의", "고객의견", "항목", "변경내용", "조치", "예외", "접수번호"),
    *("긴급", "고객명", "연락처", "비고", "내부메모"),
]
FIXED = {
    "업무",
    "운영사",
    "연동구분",
    "사유",
    "할인",
    "증빙",
    "고객동의",
    "항목",
    "조치",
    "예외",
    "긴급",
}


Examples = dict[str, dict[str, str]]


@pytest.fixture(params=["새 표.csv", "새 표.xlsx", "새 표.XLSX"])
def path(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    return tmp_path / str(request.param)


@pytest.fixture(scope="session")
def partners(shipped: Home) -> list[str]:
    return [one.name for one in shipped.directory.partners.values()]


def refused(path: Path) -> str:
    with pytest.raises(StorageError) as caught:
        write_template(path, {}, [])
    (found,) = caught.value.problems
    assert path.name in message(found)
    assert hint(found).endswith("요.")
    return found.code


def rows_of(path: Path) -> list[dict[str, str]]:
    return [dict(row.cells) for row in open_table(path, CASE_COLUMNS).rows]


class TestColumns:
    """The columns of a table of cases."""

    def test_every_field_is_a_column(self) -> None:
        names = [column.name for column in CASE_COLUMNS]
        assert sorted(names) == sorted(["case", *FIELDS])
        labelled = {column.name: column.labels[0] for column in CASE_COLUMNS}
        assert all(labelled[name] == field.label for name, field in FIELDS.items())

    def test_no_spelling_names_two_columns(self) -> None:
        keys = [key(word) for column in CASE_COLUMNS for word in (column.name, *column.labels)]
        assert len(keys) == len(set(keys))
        assert key("오류") not in keys

    @pytest.mark.parametrize(
        ("name", "kind"),
        [
            ("phone", "phone"),
            ("start", "date"),
            ("paid-at", "datetime"),
            ("paid", "money"),
            ("plate", "text"),
            ("elapsed-days", "text"),
            ("case", "text"),
        ],
    )
    def test_number_cells_are_read_by_what_they_mean(self, name: str, kind: str) -> None:
        assert next(one.kind for one in CASE_COLUMNS if one.name == name) == kind

    def test_every_choice_is_one_that_is_read(self) -> None:
        """What can be chosen is understood, each word as another value."""
        for name, words in CHOICES.items():
            if name == "urgent":
                assert [read_flag(word) for word in words] == [True, False]
                continue
            known = labels.CASES if name == "case" else FIELDS[name].choices or {}
            assert [read_choice(word, known) for word in words] == list(known)


class TestFile:
    """The file that is written."""

    def test_it_is_read_back_with_every_value(
        self, path: Path, examples: Examples, partners: list[str]
    ) -> None:
        write_template(path, examples, partners)
        table = open_table(path, CASE_COLUMNS)
        assert list(table.header.headings) == HEADINGS
        assert rows_of(path) == [
            {"case": f"(예시) {CASES[name].label}", **one} for name, one in examples.items()
        ]

    def test_every_example_is_marked(self, path: Path, examples: Examples) -> None:
        write_template(path, examples, [])
        rows = rows_of(path)
        assert all(is_example(cells) for cells in rows)
        plain = [cells | {"case": cells["case"].removeprefix(EXAMPLE_MARK)} for cells in rows]
        assert [find_case(cells["case"].strip()).name for cells in plain] == list(CASES)

    @pytest.mark.parametrize("case", CASES.values(), ids=CASES)
    def test_one_case_has_its_own_columns_only(
        self, path: Path, examples: Examples, case: Case
    ) -> None:
        write_template(path, {case.name: examples[case.name]}, [])
        table = open_table(path, CASE_COLUMNS)
        fields = {field.name for field in case.fields if "-confirmed" not in field.name}
        assert {one.name for one in table.header.columns.values()} == {"case", *fields}
        assert len(rows_of(path)) == 1

    def test_equal_examples_are_equal_files(
        self, tmp_path: Path, examples: Examples, partners: list[str]
    ) -> None:
        for name in ("a.xlsx", "b.xlsx"):
            write_template(tmp_path / name, examples, partners)
        assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()

    def test_fixed_values_can_be_chosen(
        self, tmp_path: Path, examples: Examples, partners: list[str]
    ) -> None:
        """Each column with fixed values has its list, and the examples' values are in it."""
        write_template(tmp_path / "표.xlsx", examples, partners)
        sheet, hidden = openpyxl.load_workbook(tmp_path / "표.xlsx").worksheets
        assert (hidden.title, hidden.sheet_state) == (LISTS_SHEET, "hidden")
        offered = {}
        for one in sheet.data_validations.dataValidation:
            letter = str(one.sqref).partition("2:")[0]
            cells = hidden[one.formula1.rpartition("!")[2].replace("$", "")]
            offered[sheet[f"{letter}1"].value] = {cell.value for (cell,) in cells}
        assert set(offered) == FIXED
        assert offered["운영사"] == set(partners)
        for row in sheet.iter_rows(min_row=2):
            for heading, cell in zip(HEADINGS[1:], row[1:], strict=True):
                assert heading not in FIXED or cell.value in {None, *offered[heading]}

    def test_real_dates_are_read_as_well(self, tmp_path: Path, examples: Examples) -> None:
        """Somebody pastes from another table: Excel brings dates along, not what was typed."""
        path = tmp_path / "표.xlsx"
        write_template(path, {"registration": examples["registration"]}, [])
        book = openpyxl.load_workbook(path)
        sheet = book.worksheets[0]
        headings = [cell.value for cell in sheet[1]]
        for name, value in (("시작일", datetime(2026, 12, 1)), ("종료일", 46387)):
            cell = sheet.cell(2, headings.index(name) + 1, value)
            cell.number_format = "yyyy-mm-dd" if name == "시작일" else "@"
        book.save(path)
        (cells,) = rows_of(path)
        assert (cells["start"], cells["end"]) == ("2026-12-01", "2026-12-31")

    def test_a_csv_opens_in_excel(self, tmp_path: Path, examples: Examples) -> None:
        """With a BOM, or Excel would take Korean for CP949."""
        write_template(tmp_path / "표.csv", examples, [])
        content = (tmp_path / "표.csv").read_bytes()
        assert content.startswith(b"\xef\xbb\xbf")
        assert content.count(b"\r\n") == 1 + len(examples)

    def test_a_file_that_is_there_stays(self, path: Path) -> None:
        path.write_bytes(b"x")
        assert refused(path) == "table.exists"
        assert path.read_bytes() == b"x"
        assert list(path.parent.iterdir()) == [path]

    @pytest.mark.parametrize("name", ["표", "표.xls", "표.txt", "표.xlsx.bak", ".csv"])
    def test_another_kind_of_file(self, tmp_path: Path, name: str) -> None:
        """Only the two kinds that are read again are written."""
        assert refused(tmp_path / name) == "table.suffix"
        assert list(tmp_path.iterdir()) == []


class TestNotes:
    """What is told where somebody points at a heading."""

    def test_every_heading_has_one(self, tmp_path: Path, examples: Examples) -> None:
        write_template(tmp_path / "표.xlsx", examples, [])
        header = openpyxl.load_workbook(tmp_path / "표.xlsx").worksheets[0][1]
        notes = {str(cell.value): cell.comment.text for cell in header if cell.comment}
        assert list(notes) == HEADINGS
        assert all(text.startswith(("필수", "선택")) for text in notes.values())
        assert "(예시)" in notes["업무"]

    def test_it_says_for_which_cases_a_column_is_needed(self) -> None:
        assert noted("site") == "필수\n예: 가온타워"
        assert noted("plate").split("\n") == [
            "필수: 정기권 미등록, 중도해지·환불, 현장결제 취소",
            "선택: 주차권 문의",
            "번호판에 적힌 대로 모두 적습니다. 예: 12가3456",
        ]
        assert noted("end") == (
            "선택: 정기권 미등록, 차량번호 변경\n예: 2026-12-01 또는 12/1 또는 12월 1일"
        )

    def test_for_one_case_it_just_says_whether(self) -> None:
        change = CASES["plate-change"]
        assert noted("new-plate", change).startswith("필수\n")
        assert noted("from-date", change).startswith("선택\n")
        assert noted("from-date", change).endswith("적지 않으면 '처리 즉시'")

    def test_what_a_table_cannot_do_without_is_needed(self) -> None:
        """The customer's answer may come later at a desk, but not in a table."""
        assert noted("answer", CASES["cancellation"]) == "필수\n목록에서 고르세요."

    def test_every_form_that_is_shown_is_read(self) -> None:
        for field in FIELDS.values():
            _, examples = FORMATS.get(field.kind, ("", (field.example,)))
            case = next(case for case in CASES.values() if field in case.fields)
            for text in examples:
                read = read_details(case, {field.name: text}, date(2026, 11, 23))
                assert read.problems == (), (field.name, text)


def noted(name: str, *cases: Case) -> str:
    column = next(one for one in CASE_COLUMNS if one.name == name)
    return note(column, cases or tuple(CASES.values()))
