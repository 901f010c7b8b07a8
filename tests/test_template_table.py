"""The table that a lead fills in reads back whole, and every example in it becomes a draft."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from parkdraft.errors import StorageError
from parkdraft.home import Home
from parkdraft.process import labels
from parkdraft.process.cases import CASES, FIELDS
from parkdraft.process.examples import worked_examples
from parkdraft.process.values import read_choice, read_flag
from parkdraft.tables.casecolumns import CASE_COLUMNS, CHOICES
from parkdraft.tables.columns import key
from parkdraft.tables.reading import open_table
from parkdraft.tables.template import TEMPLATE_COLUMNS, write_template
from parkdraft.wording import hint, message

HEADINGS = [
    *("업무", "운영사", "실제운영사", "현장명", "연동구분", "차량번호", "기존차량번호"),
    *("변경차량번호", "적용일", "사용기한", "시작일", "종료일", "상품명"),
    *("주문번호", "해지일", "일최대요금", "결제금액", "결제일시", "승인번호"),
    *("결제수단", "인식번호", "입차일시", "출차일시", "경과일수", "사유"),
    *("할인", "증빙", "고객동의", "고객의견", "항목", "변경내용", "조치", "예외", "접수번호"),
    *("긴급", "고객명", "연락처", "비고", "내부메모"),
]
FIXED = {"업무", "연동구분", "사유", "할인", "증빙", "고객동의", "항목", "조치", "예외", "긴급"}


Examples = dict[str, dict[str, str]]


@pytest.fixture(scope="session")
def examples(shipped: Home) -> Examples:
    return worked_examples(shipped.directory, shipped.now().date())


@pytest.fixture(params=["새 표.csv", "새 표.xlsx", "새 표.XLSX"])
def path(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    return tmp_path / str(request.param)


def refused(path: Path) -> str:
    with pytest.raises(StorageError) as caught:
        write_template(path, {})
    (found,) = caught.value.problems
    assert path.name in message(found)
    assert hint(found).endswith("요.")
    return found.code


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

    def test_it_is_read_back_with_every_value(self, path: Path, examples: Examples) -> None:
        write_template(path, examples)
        table = open_table(path, CASE_COLUMNS, ignored=("오류",))
        assert [table.header.places[place].heading for place in range(len(HEADINGS))] == HEADINGS
        rows = [{"case": CASES[name].label, **one} for name, one in examples.items()]
        assert [dict(row.cells) for row in table] == rows

    def test_headings_stand_in_the_order_people_know(self) -> None:
        assert [column.labels[0] for column in TEMPLATE_COLUMNS] == HEADINGS

    def test_equal_examples_are_equal_files(self, tmp_path: Path, examples: Examples) -> None:
        for name in ("a.xlsx", "b.xlsx"):
            write_template(tmp_path / name, examples)
        assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()

    def test_fixed_values_can_be_chosen(self, tmp_path: Path, examples: Examples) -> None:
        """Each column with fixed values has its list, and the examples' values are in it."""
        write_template(tmp_path / "표.xlsx", examples)
        sheet, hidden = openpyxl.load_workbook(tmp_path / "표.xlsx").worksheets
        offered = {}
        for one in sheet.data_validations.dataValidation:
            letter = str(one.sqref).partition("2:")[0]
            cells = hidden[one.formula1.rpartition("!")[2].replace("$", "")]
            offered[sheet[f"{letter}1"].value] = {cell.value for (cell,) in cells}
        assert set(offered) == FIXED
        for row in sheet.iter_rows(min_row=2):
            for heading, cell in zip(HEADINGS, row, strict=False):
                assert heading not in FIXED or cell.value in {None, *offered[heading]}

    def test_a_csv_opens_in_excel(self, tmp_path: Path, examples: Examples) -> None:
        """With a BOM, or Excel would take Korean for CP949."""
        write_template(tmp_path / "표.csv", examples)
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
