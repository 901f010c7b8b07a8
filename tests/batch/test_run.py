"""A table of cases: checked whole, good rows drafted once, bad rows given back to be corrected."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
import unicodedata
import zipfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet
from tests.helpers.outboxes import AUTHOR, OTHER, Office, Said

from parkdraft import Home
from parkdraft.batch.rows import ComposedRow, Composer
from parkdraft.batch.run import Report, RowResult, run
from parkdraft.cli.batch import _left, _Progress
from parkdraft.cli.main import run as command_line
from parkdraft.codes import Code
from parkdraft.errors import ParkdraftError, Problem, StorageError
from parkdraft.outbox.create import keep_table
from parkdraft.outbox.folder import Folder
from parkdraft.tables.casecolumns import is_example
from parkdraft.tables.reading import Row, failed_path

HEADER = (
    "업무",
    "운영사",
    "현장명",
    "기존차량번호",
    "변경차량번호",
    "접수번호",
    "비고",
    "고객명",
    "연락처",
)
CUSTOMER = ("남궁바다", "010-2468-1357")


def change(number: int = 0, **more: str) -> dict[str, str]:
    """A sound row: a plate change by e-mail; ``more`` by column."""
    usual = {
        "업무": "차량번호 변경",
        "운영사": "가온주차",
        "현장명": "가온타워",
        "기존차량번호": f"68마{4321 + number}",
        "변경차량번호": f"157허{8701 - number}",
        "접수번호": f"1123-{number:03d}",
        "고객명": CUSTOMER[0],
        "연락처": CUSTOMER[1],
    }
    return usual | more


def csv_text(
    rows: Iterable[dict[str, str]], header: Sequence[str] = (), delimiter: str = ","
) -> str:
    header = header or tuple(dict.fromkeys((*HEADER, *(name for row in rows for name in row))))
    written = io.StringIO()
    writer = csv.DictWriter(written, header, delimiter=delimiter)
    writer.writeheader()
    writer.writerows(rows)
    return written.getvalue()


@pytest.fixture(autouse=True)
def _templates(request: pytest.FixtureRequest) -> None:
    """A table opens the home by itself, as its helpers do."""
    if "office" in request.fixturenames:
        request.getfixturevalue("office").bring_templates()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "변경 요청.csv"


def brought(path: Path, *rows: dict[str, str]) -> Path:
    path.write_text(csv_text(rows), "utf-8-sig", newline="")
    return path


def workbook(
    path: Path, *rows: Sequence[Any], fill: Callable[[Worksheet], None] | None = None
) -> Path:
    book = openpyxl.Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    for row in rows:
        sheet.append(list(row))
    if fill:
        fill(sheet)
    book.save(path)
    return path


def results(said: Said) -> list[tuple[int, str]]:
    """Row and status, and that the document has the contract's form."""
    assert list(said.data) == ["drafted", "skipped", "failed", "batch", "rows"]
    for row in said.data["rows"]:
        assert list(row) == ["row", "status", "id", "problems", "warnings"]
        for problem in (*row["problems"], *row["warnings"]):
            assert list(problem) == ["code", "field", "row", "message", "hint"]
            assert problem["row"] == row["row"]
    found = [(row["row"], row["status"]) for row in said.data["rows"]]
    for status in ("drafted", "skipped", "failed"):
        assert said.data[status] == sum(one == status for _, one in found)
    return found


def problems(said: Said) -> list[tuple[int, str, str | None]]:
    return [
        (problem["row"], problem["code"], problem["field"])
        for row in said.data["rows"]
        for problem in row["problems"]
    ]


def read_table(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def details(office: Office) -> list[dict[str, str]]:
    """What is recorded of every draft, in no order."""
    with office.box() as box:
        contents = [box.content(box.located(draft_id)) for draft_id in office.states()]
    return [one for content in contents for one in content.details]


def ids(said: Said) -> list[str | None]:
    """The drafts that the rows became."""
    return [row["id"] for row in said.data["rows"]]


def at_once(office: Office, act: Callable[[], object]) -> None:
    """Somebody does something after the table was read and before its drafts are kept."""
    usual, waiting = keep_table, [act]

    def keep(*args: Any) -> Any:
        while waiting:
            waiting.pop()()
        return usual(*args)

    office.monkeypatch.setattr("parkdraft.batch.run.keep_table", keep)


class TestColumns:
    """Headings by the option's name or the Korean label, values by identifier or label."""

    @pytest.mark.parametrize(
        ("header", "row"),
        [
            (
                "case,partner,site,integration,old-plate,new-plate,from-date,urgent",
                "plate-change,gaon,가온타워,manual,12가3456,345나6789,2026-12-01,y",
            ),
            (
                "업무,운영사,현장명,연동구분,기존차량번호,변경차량번호,적용일,긴급",
                "차량번호 변경,가온주차,가온타워,수동현장,12가3456,345나6789,2026. 12. 1.,예",
            ),
            (
                "긴급,적용일,new_plate,OLD_PLATE,연동 구분,[현장명],운영사명,업무 구분",
                "o,12/1,345 나 6789,12가-3456,비연동,가온타워,GAON,차량번호변경",
            ),
            (
                "업무명,운영사,주차장,변경후차량번호,변경전차량번호,적용일,긴급여부,연동여부",
                "차량번호변경,가온주차,가온타워,345나6789,12가3456,20261201,네,수동현장",
            ),
        ],
    )
    def test_however_they_are_written(
        self, office: Office, path: Path, header: str, row: str
    ) -> None:
        path.write_text(f"{header}\n{row}\n", "utf-8")
        assert results(office.run("batch", str(path), "--json")) == [(2, "drafted")]
        (found,) = details(office)
        assert found == {
            "site": "가온타워",
            "partner": "가온주차"
            if "partner" not in header and "GAON" not in row
            else found["partner"],
            "integration": "manual",
            "old-plate": "12가3456",
            "new-plate": "345나6789",
            "from-date": "2026-12-01",
            "urgent": "예",
        }

    @pytest.mark.parametrize(
        ("header", "words"),
        [
            ("업무,현장명,현장,기존차량번호,변경차량번호", ("현장", "B", "C")),
            ("업무,old-plate,기존차량번호,변경차량번호,현장명", ("기존차량번호", "B", "C")),
            ("차량번호 변경,가온타워,12가3456,345나6789", ("열 이름 줄",)),
            ("현장명,기존차량번호,변경차량번호", ("'업무' 열",)),
        ],
    )
    def test_a_missing_or_doubled_column_is_told_and_nothing_made(
        self, office: Office, path: Path, header: str, words: tuple[str, ...]
    ) -> None:
        path.write_text(f"{header}\n차량번호 변경,가온타워,12가3456,345나6789,x\n", "utf-8")
        before = office.tree()
        done = office.run("batch", str(path))
        assert (done.code, done.out) == (1, "")
        assert all(word in done.err for word in words)
        assert office.tree() == before


class TestRows:
    """Every row is judged, every bad cell told by row number and Korean label."""

    def test_rows_are_numbered_as_excel_shows_them(self, office: Office, path: Path) -> None:
        """Blank lines are rows, and a cell of several lines is part of one."""
        lines = csv_text([change(0, 비고="두 줄\n메모"), change(1, 현장명=""), change(2)]).split(
            "\r\n"
        )
        path.write_text("\r\n".join((lines[0], "", *lines[1:3], ",,,", *lines[3:])), "utf-8")
        said = office.run("batch", str(path), "--json")
        assert results(said) == [(3, "drafted"), (4, "failed"), (6, "drafted")]
        assert "4행 현장명: " in said.err

    def test_every_bad_cell_of_every_bad_row_is_told(self, office: Office, path: Path) -> None:
        table = (
            change(0, 기존차량번호="68각4321", 변경차량번호="8701", 적용일="13월 1일", 연락처="1"),
            change(1),
            change(2, 업무="", 현장명=""),
            change(3, 운영사="가온", 사유="미인식"),
            change(4, 업무="차량 교체"),
            change(5, 비고=f"{CUSTOMER[0]} 고객 900101-1234567"),
        )
        said = office.run("batch", str(brought(path, *table)), "--json")
        assert said.code == 1
        assert results(said)[1] == (3, "drafted")
        found = {(row, field) for row, _, field in problems(said)}
        assert found == {
            *((2, field) for field in ("old-plate", "new-plate", "from-date", "phone")),
            (4, "case"),
            *((5, field) for field in ("partner", "reason")),
            (6, "case"),
            (7, "memo"),
        }
        told = office.run("batch", str(path)).err
        for words in (
            *("2행 기존차량번호: ", "2행 변경차량번호: ", "2행 적용일: ", "2행 연락처: "),
            *("4행 업무: ", "5행 운영사: ", "5행 사유: ", "6행 업무: ", "7행 비고: "),
        ):
            assert told.count(words) == 1

    def test_a_slip_is_told_and_drafted(self, office: Office, path: Path) -> None:
        said = office.run("batch", str(brought(path, change(0, 사용기한="2026-01-02"))), "--json")
        (row,) = said.data["rows"]
        assert (said.code, row["status"]) == (0, "drafted")
        assert [one["code"] for one in row["warnings"]] == ["details.past"]
        assert (
            "2행 사용기한: "
            in office.run("batch", str(brought(path, change(1, 사용기한="2026-01-02")))).err
        )

    def test_a_cancellation_needs_the_customers_answer(self, office: Office, path: Path) -> None:
        """In a table there is nobody to be asked: the row waits, and says for what."""
        contacts = office.root / "contacts.yaml"
        text = contacts.read_text("utf-8")
        contacts.write_text(
            text.replace(
                "[registration, plate-change]\n    partner: gaon",
                "[cancellation]\n    partner: gaon",
            ),
            "utf-8",
        )
        row = {
            "업무": "중도해지·환불",
            "운영사": "가온주차",
            "현장명": "가온타워",
            "연동구분": "수동현장",
            "차량번호": "68마4321",
            "시작일": "2026-11-01",
            "해지일": "2026-11-11",
            "일최대요금": "15,000원",
        }
        asked = brought(path, row, row | {"고객동의": "동의"}, row | {"고객동의": "글쎄"})
        said = office.run("batch", str(asked), "--json")
        assert results(said) == [(2, "failed"), (3, "drafted"), (4, "failed")]
        assert problems(said) == [(2, "batch.no-answer", "answer"), (4, "choice.unknown", "answer")]
        assert "2행 고객동의: " in said.err

    def test_nothing_of_a_customer_is_on_stderr(self, office: Office, path: Path) -> None:
        """``Office.run`` looks for plates, name and phone in all that is said there."""
        table = brought(
            path,
            change(0),
            change(0, 기존차량번호="68마4321 남궁바다"),
            change(0, 고객명="남궁바다" * 60, 연락처="2468-1357"),
            change(0, 업무="남궁바다"),
            change(0, 현장명="\x01남궁바다", 긴급="010-2468-1357"),
            change(0, 비고="남궁바다 010-2468-1357"),
        )
        for extra in ((), ("--json",), ("--dry-run",), ("--combine",)):
            assert office.run("batch", str(table), *extra).code == 1


class TestFailedTable:
    """Bad rows come back as a table with what is wrong, to be corrected and fed back."""

    def test_corrected_and_fed_back(self, office: Office, path: Path) -> None:
        table = brought(
            path, change(0), change(1, 기존차량번호="4322"), change(2), change(3, 현장명="")
        )
        said = office.run("batch", str(table))
        back = path.with_name("변경 요청.csv.failed.csv")
        assert said.code == 1
        assert str(back) in said.out
        assert back.read_bytes().startswith(b"\xef\xbb\xbf")
        rows = read_table(back)
        assert list(rows[0]) == [*HEADER, "오류"]
        assert [row["접수번호"] for row in rows] == ["1123-001", "1123-003"]
        assert rows[0]["오류"].startswith("기존차량번호: ")
        assert rows[1]["오류"].startswith("현장명: ")
        rows[0]["기존차량번호"], rows[1]["현장명"] = "68마4322", "나래몰"
        back.write_text(csv_text(rows), "utf-8-sig", newline="")
        again = office.run("batch", str(back), "--json")
        assert (again.code, results(again)) == (0, [(2, "drafted"), (3, "drafted")])
        assert len(details(office)) == 4
        whole = brought(path, change(0), change(1), change(2), change(3, 현장명="나래몰"))
        assert {status for _, status in results(office.run("batch", str(whole), "--json"))} == {
            "skipped"
        }

    def test_of_a_workbook_it_is_a_csv(self, office: Office, tmp_path: Path) -> None:
        good, bad = change(0), change(1, 변경차량번호="")
        names = list(good)
        book = workbook(
            tmp_path / "표.xlsx",
            names,
            [good[name] for name in names],
            [bad[name] for name in names],
        )
        assert office.run("batch", str(book)).code == 1
        (row,) = read_table(tmp_path / "표.xlsx.failed.csv")
        assert row["접수번호"] == "1123-001"

    @pytest.mark.parametrize(
        "memo", ["=1+1", "+82", "-", "@bada", "'=1", "\t=1", "＝1", "'", "''+"]
    )
    def test_what_looks_like_a_formula_survives(
        self, office: Office, path: Path, memo: str
    ) -> None:
        """Guarded where a spreadsheet would run it, bare again in the draft."""
        office.run("batch", str(brought(path, change(0, 비고=memo, 현장명=""))))
        back = path.with_name("변경 요청.csv.failed.csv")
        (row,) = read_table(back)
        assert not row["비고"].lstrip().startswith(("=", "+", "-", "@", "＝"))
        back.write_text(csv_text([row | {"현장명": "가온타워"}]), "utf-8-sig", newline="")
        assert office.run("batch", str(back)).code == 0
        direct = office.home(AUTHOR).compose(
            "plate-change",
            partner="gaon",
            site="가온타워",
            old_plate="68마4321",
            new_plate="157허8701",
            ticket="1123-000",
            memo=memo.strip(),
        )
        assert direct.draft is not None
        (found,) = details(office)
        assert found["memo"] == memo.strip().removeprefix(
            "'" if memo == "'=1" or memo == "''+" else ""
        )

    def test_an_earlier_one_is_kept(self, office: Office, path: Path) -> None:
        """Somebody may have corrected it and not fed it back yet."""
        back = path.with_name("변경 요청.csv.failed.csv")
        texts = []
        for number in range(3):
            office.run("batch", str(brought(path, change(number, 현장명=""))))
            texts.append(back.read_bytes())
        kept = sorted(path.parent.glob("*.old.csv"))
        assert [one.name for one in kept] == [
            "변경 요청.csv.failed.20261123-100000-2.old.csv",
            "변경 요청.csv.failed.20261123-100000.old.csv",
        ]
        assert {one.read_bytes() for one in kept} == set(texts[:2])

    def test_there_is_none_where_all_is_good(self, office: Office, path: Path) -> None:
        office.run("batch", str(brought(path, change(0))))
        office.run("batch", str(brought(path, change(0, 현장명=""))), "--dry-run")
        assert [one.name for one in path.parent.iterdir() if one.is_file()] == [path.name]

    def test_where_it_cannot_be_written_good_rows_are_drafted_all_the_same(
        self, office: Office, path: Path
    ) -> None:
        def refuse(*_: object, **__: object) -> None:
            raise StorageError([Problem("storage.read-only", data={"place": "표"})])

        office.monkeypatch.setattr("parkdraft.batch.run.write_failed", refuse)
        said = office.run("batch", str(brought(path, change(0), change(1, 현장명=""))))
        assert said.code == 1
        assert "권한" in said.err
        assert "표를 고친 뒤 다시 돌리세요." in said.out
        assert len(details(office)) == 1

    def test_a_row_with_a_cell_beyond_the_header_goes_back_without_it(
        self, office: Office, path: Path
    ) -> None:
        path.write_text("업무,현장명\n차량번호 변경,가온타워,남는 값\n", "utf-8")
        assert office.run("batch", str(path)).code == 1
        (row,) = read_table(path.with_name("변경 요청.csv.failed.csv"))
        assert row["업무"] == "차량번호 변경"
        assert "C열" in row["오류"]


class TestAgain:
    """Nothing is made twice, whoever made it before."""

    def test_the_same_file(self, office: Office, path: Path) -> None:
        table = brought(path, *map(change, range(5)))
        assert office.run("batch", str(table)).code == 0
        before = office.tree()
        said = office.run("batch", str(table), "--json", login=OTHER)
        assert (said.code, results(said)) == (0, [(row, "skipped") for row in range(2, 7)])
        assert "건너뜀 5건" in office.run("batch", str(table)).out
        assert office.tree() == before

    def test_a_row_that_was_drafted_by_hand(self, office: Office, path: Path) -> None:
        hand = {"old_plate": "68마4321", "new_plate": "157허8701", "ticket": "1123-000"}
        office.draft(**hand, customer=CUSTOMER[0], phone="01024681357", partner="가온 주차")
        said = office.run("batch", str(brought(path, change(0), change(1))), "--json")
        assert results(said) == [(2, "skipped"), (3, "drafted")]

    def test_equal_rows_count_by_their_place(self, office: Office, path: Path) -> None:
        """Two equal rows are two cases, however their cells are written; again, both are known."""
        table = brought(path, change(0), change(1), change(0, 기존차량번호="68 마 4321"))
        assert results(office.run("batch", str(table), "--json")) == [
            *((2, "drafted"), (3, "drafted"), (4, "drafted"))
        ]
        assert len(office.states()) == 3
        again = office.run("batch", str(table), "--json", login=OTHER)
        assert {status for _, status in results(again)} == {"skipped"}
        more = brought(path, change(0), change(0), change(1), change(0))
        assert results(office.run("batch", str(more), "--json")) == [
            *((2, "skipped"), (3, "skipped"), (4, "skipped"), (5, "drafted"))
        ]
        assert office.verify() == []

    def test_the_order_of_rows_does_not_matter(self, office: Office, path: Path) -> None:
        rows = [change(number // 2) for number in range(6)]
        assert office.run("batch", str(brought(path, *rows))).code == 0
        said = office.run("batch", str(brought(path, *reversed(rows), change(9))), "--json")
        assert [status for _, status in results(said)] == [*["skipped"] * 6, "drafted"]

    def test_another_ticket_is_another_row(self, office: Office, path: Path) -> None:
        table = brought(path, change(0), change(0, 접수번호="1123-999"))
        assert {one for _, one in results(office.run("batch", str(table), "--json"))} == {"drafted"}

    def test_what_somebody_drafts_while_the_table_is_read_is_skipped(
        self, office: Office, path: Path
    ) -> None:
        rows = [change(number) for number in range(4)]
        others = brought(path.with_name("b.csv"), rows[1], rows[3])

        at_once(office, lambda: run(office.home(OTHER), others))
        told: list[RowResult] = []
        report = run(office.home(AUTHOR), brought(path, *rows), on_result=told.append)
        assert (report.drafted, report.skipped, report.messages) == (2, 2, 2)
        assert sorted((one.row, one.status) for one in told) == [
            *((2, "drafted"), (3, "skipped"), (4, "drafted"), (5, "skipped"))
        ]
        assert len(office.states()) == 4
        assert office.verify() == []


class TestReturned:
    """Rows of returned drafts are made anew by the same table, linked row by row."""

    def test_they_are_made_anew_and_linked(self, office: Office, path: Path) -> None:
        table = str(brought(path, *map(change, range(3))))
        first = ids(office.run("batch", table, "--json"))
        assert first[1] is not None
        assert office.send_back(first[1]).problems == ()
        said = office.run("batch", table, "--json", login=OTHER)
        assert results(said) == [(2, "skipped"), (3, "drafted"), (4, "skipped")]
        (_, made, _) = ids(said)
        assert made is not None
        assert office.successors(first[1]) == [made]
        with office.box() as box:
            assert box.store.predecessors(made) == [first[1]]
        shown = office.run("outbox", "show", made, "--json").data
        assert [(one["id"], one["do"]) for one in shown["history"]] == [
            *((first[1], "draft"), (first[1], "return"), (made, "draft"))
        ]
        assert office.run("outbox", "show", first[1], "--json").data["successors"] == [made]
        assert {status for _, status in results(office.run("batch", table, "--json"))} == {
            "skipped"
        }
        assert office.verify() == []

    def test_again_and_again_each_follows_the_last(self, office: Office, path: Path) -> None:
        """A row has one line of drafts, one after the other, however often it is returned."""
        table = str(brought(path, *map(change, range(4))))
        lines: list[list[str]] = [[] for _ in range(4)]
        for _ in range(4):
            for line, made in zip(lines, ids(office.run("batch", table, "--json")), strict=True):
                assert made is not None
                line.append(made)
                assert office.send_back(made).problems == ()
        for line in lines:
            followed = [office.successors(one) for one in line]
            assert followed == [*([one] for one in line[1:]), []]

    def test_of_equal_rows_only_the_returned_one_is_made(self, office: Office, path: Path) -> None:
        table = str(brought(path, change(0), change(0), change(0)))
        first = ids(office.run("batch", table, "--json"))
        assert first[1] is not None
        office.send_back(first[1])
        said = office.run("batch", table, "--json")
        assert [status for _, status in results(said)] == ["skipped", "drafted", "skipped"]
        assert office.successors(first[1]) == [ids(said)[1]]

    def test_a_return_that_is_taken_back_stands_again(self, office: Office, path: Path) -> None:
        table = str(brought(path, change(0)))
        (draft_id,) = ids(office.run("batch", table, "--json"))
        assert draft_id is not None
        office.send_back(draft_id)
        assert office.undo(draft_id).problems == ()
        assert results(office.run("batch", table, "--json")) == [(2, "skipped")]

    def test_what_the_table_made_anew_cannot_come_back_beside_it(
        self, office: Office, path: Path
    ) -> None:
        """Else a row had two drafts that stand."""
        table = str(brought(path, change(0)))
        (draft_id,) = ids(office.run("batch", table, "--json"))
        assert draft_id is not None
        office.send_back(draft_id)
        office.run("batch", table)
        outcome = office.undo(draft_id)
        assert outcome.done == ()
        assert [one.field for one in outcome.problems] == [draft_id]
        assert office.state(draft_id) == "returned"
        assert office.verify() == []

    @pytest.mark.parametrize("returned", [False, True])
    def test_a_row_that_was_corrected_by_hand_is_not_made_again(
        self, office: Office, path: Path, returned: bool
    ) -> None:
        """What corrects a draft takes its rows over; the table knows them by their old cells."""
        table = str(brought(path, change(0), change(1)))
        first, _ = ids(office.run("batch", table, "--json", login=AUTHOR))
        assert first is not None
        if returned:
            office.send_back(first)
        corrected = office.draft(replaces=first, old_plate="12가3456")
        assert {status for _, status in results(office.run("batch", table, "--json"))} == {
            "skipped"
        }
        office.send_back(corrected)
        said = office.run("batch", table, "--json")
        assert results(said) == [(2, "drafted"), (3, "skipped")]
        assert office.successors(corrected) == [ids(said)[0]]
        assert office.verify() == []

    def test_a_corrected_one_and_its_own_row(self, office: Office, path: Path) -> None:
        """A table that has the corrected cells does not make them again, either."""
        first, _ = ids(office.run("batch", str(brought(path, change(0), change(1))), "--json"))
        hand = {"old_plate": "12가3456", "new_plate": "157허8701", "ticket": "1123-000"}
        customer = {"customer": CUSTOMER[0], "phone": CUSTOMER[1]}
        office.draft(login="lead.kim", replaces=first, **hand, **customer)
        corrected = brought(path, change(0, 기존차량번호="12가3456"), change(1))
        said = office.run("batch", str(corrected), "--json")
        assert {status for _, status in results(said)} == {"skipped"}

    def test_a_purged_row_is_forgotten(self, office: Office, path: Path) -> None:
        """Nothing is kept of its cells: the table makes it again, and nothing is linked."""
        table = str(brought(path, change(0)))
        (draft_id,) = ids(office.run("batch", table, "--json"))
        assert draft_id is not None
        done = office.run("outbox", "purge", draft_id, "--reason", "고객 요청", "--yes")
        assert done.code == 0
        said = office.run("batch", table, "--json")
        assert results(said) == [(2, "drafted")]
        assert office.successors(draft_id) == []


class TestBatch:
    """What one run of a table made has a name."""

    def test_its_drafts_are_listed_by_it(self, office: Office, path: Path) -> None:
        office.draft(old_plate="99하9999")
        one = office.run("batch", str(brought(path, change(0), change(1))), "--json")
        other = office.run("batch", str(brought(path, change(2))), "--json")
        names = one.data["batch"], other.data["batch"]
        assert names[0] != names[1]
        assert all(name.startswith("20261123-") for name in names)
        for said, name in zip((one, other), names, strict=True):
            listed = office.run("outbox", "list", "--batch", name, "--json").data
            assert {entry["id"] for entry in listed} == set(ids(said))
            assert {entry["batch"] for entry in listed} == {name}
        every = office.run("outbox", "list", "--json").data
        assert sum(entry["batch"] is None for entry in every) == 1
        assert office.run("outbox", "list", "--batch", names[0].upper(), "--json").data != []

    def test_people_are_told_how_to_see_them(self, office: Office, path: Path) -> None:
        said = office.run("batch", str(brought(path, change(0))))
        (entry,) = office.run("outbox", "list", "--json").data
        assert f"parkdraft outbox list --batch {entry['batch']}\n" in said.out

    def test_where_nothing_is_made_there_is_none(self, office: Office, path: Path) -> None:
        table = str(brought(path, change(0)))
        assert office.run("batch", table, "--dry-run", "--json").data["batch"] is None
        office.run("batch", table)
        assert office.run("batch", table, "--json").data["batch"] is None
        assert "--batch" not in office.run("batch", table).out

    def test_all_of_it_at_once(self, office: Office, path: Path) -> None:
        """A lead approves a table as a whole, and nothing else."""
        alone = office.draft(old_plate="99하9999")
        said = office.run("batch", str(brought(path, *map(change, range(3)))), "--json")
        chosen = ("--all", "--batch", said.data["batch"], "--yes", "--json")
        done = office.run("outbox", "approve", *chosen)
        assert {one["id"] for one in done.data["done"]} == set(ids(said))
        assert office.state(alone) == "pending"


class TestTwoProcesses:
    @pytest.mark.parametrize("how", [(), ("--combine",)])
    def test_on_the_same_file(self, office: Office, path: Path, how: tuple[str, ...]) -> None:
        """Each row ends in one draft; what one skips, the other drafted."""
        command = [sys.executable, "-m", "parkdraft", "--home", str(office.root), "batch"]
        table = str(brought(path, *(change(number // 2) for number in range(60))))
        both = [
            subprocess.Popen(
                [*command, table, "--json", *how], stdout=subprocess.PIPE, stderr=subprocess.PIPE
            )
            for _ in range(2)
        ]
        said = [json.loads(one.communicate()[0]) for one in both]
        assert [one.returncode for one in both] == [0, 0]
        rows = [[(row["row"], row["status"]) for row in one["rows"]] for one in said]
        assert [row for row, _ in rows[0]] == [row for row, _ in rows[1]] == list(range(2, 62))
        for one, other in zip(*rows, strict=True):
            assert {one[1], other[1]} == {"drafted", "skipped"}
        with office.box() as box:
            held = [row[:2] for one in office.states() for row in box.store.rows(one)]
        assert len(held) == len(set(held)) == 60
        assert office.verify() == []

    def test_more_processes_help_with_a_long_table(self, office: Office, path: Path) -> None:
        """The same drafts in the same order, bad rows among them."""
        office.monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0, 1}, raising=False)
        office.monkeypatch.setattr("parkdraft.batch.run.GROUP", 8)
        rows = [
            change(number) | ({"현장명": ""} if number % 7 == 3 else {}) for number in range(60)
        ]
        told: list[list[tuple[int, str, tuple[Problem, ...]]]] = []
        table = brought(path, *rows)
        for least in (100, 4):
            office.monkeypatch.setattr("parkdraft.batch.run.LEAST", least)
            seen: list[RowResult] = []
            run(office.home(AUTHOR), table, dry_run=True, on_result=seen.append)
            told.append(sorted((one.row, one.status, one.problems) for one in seen))
        assert told[0] == told[1]
        assert [row for row, _, _ in told[0]] == list(range(2, 62))
        assert run(office.home(AUTHOR), table).drafted == 51
        assert len(set(office.states())) == 51
        assert office.verify() == []


class TestExamples:
    """Rows that only show how to fill in the table are nobody's request."""

    @pytest.mark.parametrize(
        "mark",
        ["(예시) ", "(예시)", "예시 ", "[예시] ", "（예시） ", "［예시］", "【예시】", "(예시)\n"],
    )
    def test_however_they_are_marked(self, office: Office, path: Path, mark: str) -> None:
        marked = change(0, 업무=unicodedata.normalize("NFD", f"{mark}차량번호 변경"))
        said = office.run("batch", str(brought(path, marked, change(1))), "--json")
        assert (said.code, results(said)) == (0, [(3, "drafted")])

    def test_they_are_named_once_and_no_failure(self, office: Office, path: Path) -> None:
        """Neither drafted, nor skipped, nor given back, whatever stands in their other cells."""
        marked = [change(one, 업무="(예시) 차량번호 변경", 기존차량번호="x") for one in range(3)]
        table = brought(path, marked[0], change(1), *marked[1:])
        said = office.run("batch", str(table), "--json")
        assert (said.code, results(said)) == (0, [(3, "drafted")])
        told = "2, 4~5행은 예시이므로 초안을 만들지 않습니다."
        assert said.err.count(told) == 1
        assert "업무 칸의 '(예시)'를 지우세요" in said.err
        assert told in office.run("batch", str(table), "--dry-run").err

    def test_the_plain_case_makes_it_a_request(self, office: Office, path: Path) -> None:
        office.run("batch", str(brought(path, change(0, 업무="(예시) 차량번호 변경"))))
        assert office.states() == {}
        said = office.run("batch", str(brought(path, change(0))), "--json")
        assert results(said) == [(2, "drafted")]

    @pytest.mark.parametrize("case", ["차량번호 변경", "차량번호 변경 (예시)", "", "예정"])
    def test_nothing_else_is_one(self, case: str) -> None:
        assert not is_example({"case": case, "memo": "(예시)"})
        assert not is_example({"memo": "(예시)"})


class TestDryRun:
    """What would happen, per channel and partner; nothing is made."""

    def test_nothing_is_made(self, office: Office, path: Path) -> None:
        office.draft()
        table = brought(path, change(0), change(1, 현장명=""), change(2))
        before = office.tree(), sorted(path.parent.iterdir())
        for extra in ((), ("--combine",), ("--json",)):
            assert office.run("batch", str(table), "--dry-run", *extra).code == 1
        assert (office.tree(), sorted(path.parent.iterdir())) == before

    def test_it_counts_per_channel_and_partner(self, office: Office, path: Path) -> None:
        table = brought(
            path,
            *map(change, range(3)),
            *(change(one, 운영사="하늘주차") for one in range(3, 5)),
            change(5, 운영사="누리파킹"),
            change(6, 현장명=""),
        )
        said = office.run("batch", str(table), "--dry-run")
        assert "미리보기입니다. 파일은 만들지 않습니다." in said.out
        for words in ("가온주차: 이메일 3건", "하늘주차: 아지트 2건", "누리파킹: 이메일 1건"):
            assert words in said.out
        assert "만들 것 6건, 이미 있어 건너뜀 0건, 고칠 것 1건" in said.out
        combined = office.run("batch", str(table), "--dry-run", "--combine").out
        assert "만들 것 6건 (초안 3개)" in combined

    def test_its_document_has_no_identifiers(self, office: Office, path: Path) -> None:
        said = office.run("batch", str(brought(path, change(0), change(1))), "--dry-run", "--json")
        assert results(said) == [(2, "drafted"), (3, "drafted")]
        assert [row["id"] for row in said.data["rows"]] == [None, None]

    def test_each_row_knows_where_it_would_go(self, office: Office, path: Path) -> None:
        told: list[RowResult] = []
        run(office.home(), brought(path, change(0)), dry_run=True, on_result=told.append)
        (about,) = [one.about for one in told]
        assert about is not None
        assert (about.channel, about.state, about.site) == ("email", "pending", "가온타워")
        assert [one["name"] for one in json.loads(about.route)["to"]] == ["김하늘"]


class TestCommand:
    """Exit codes, what is said, and what is shown while it works."""

    def test_all_good_is_0_and_says_who_is_next(self, office: Office, path: Path) -> None:
        done = office.run("batch", str(brought(path, change(0), change(1, 운영사="누리파킹"))))
        assert done.code == 0
        assert "만듦 2건, 이미 있어 건너뜀 0건, 고칠 것 0건" in done.out
        assert "팀장·부팀장이 parkdraft outbox list로 보고 승인합니다." in done.out
        assert "이번 달 담당자 명단을 가져오면" in done.out
        for words in ("보내는 사람이 공용 메일인지 확인하세요", "팀장 승인 전입니다"):
            assert done.err.count(words) == 1
        assert "예시 주소" not in done.err
        office.rewrite(("cs@example.co.kr", "parking-cs@example.com"))
        assert office.run("batch", str(brought(path, change(2)))).err.count("예시 주소") == 1

    def test_what_anybody_may_handle_waits_for_no_lead(self, office: Office, path: Path) -> None:
        done = office.run("batch", str(brought(path, change(0, 운영사="하늘주차"))))
        assert (done.code, done.err) == (0, "만들 것 1건\n  하늘주차: 아지트 1건\n")
        assert "승인" not in done.out

    @pytest.mark.parametrize(
        "args",
        [
            (),
            ("a.csv", "b.csv"),
            ("a.csv", "--template", "b.csv"),
            ("--nonsense",),
            ("--template",),
            ("a.csv", "--case", "registration"),
            ("--case", "registration"),
        ],
    )
    def test_wrong_usage_is_2(self, office: Office, args: tuple[str, ...]) -> None:
        before = office.tree()
        done = office.run("batch", *args)
        assert (done.code, done.out) == (2, "")
        assert office.tree() == before

    @pytest.mark.parametrize("name", ["없는 표.csv", "."])
    def test_no_file_is_1(self, office: Office, tmp_path: Path, name: str) -> None:
        done = office.run("batch", str(tmp_path / name), "--json")
        assert done.code == 1
        assert list(done.data) == ["problems"]

    def test_a_directory_that_is_not_sound_is_1(self, office: Office, path: Path) -> None:
        office.rewrite(("channel: email", "channel: pigeon"))
        assert office.run("batch", str(brought(path, change(0)))).code == 1
        assert office.states() == {}

    def test_a_template_that_fails_is_told_before_anything_is_made(
        self, office: Office, path: Path
    ) -> None:
        frame = office.root / "templates" / "email" / "frame.txt"
        frame.write_text("{{ nonsense }}", "utf-8")
        told: list[RowResult] = []
        report = run(office.home(), brought(path, change(0)), on_result=told.append)
        assert report.drafted == 0
        assert [one.problems[0].code for one in told] == ["template.undefined"]

    @pytest.mark.parametrize("suffix", ["csv", "xlsx"])
    def test_the_empty_table_makes_nothing_as_it_is(
        self, home: Home, tmp_path: Path, capsys: pytest.CaptureFixture[str], suffix: str
    ) -> None:
        empty = tmp_path / f"새 표.{suffix}"
        make = ("--home", str(home.root), "batch", "--template", str(empty))
        assert command_line(make) == 0
        assert str(empty) in capsys.readouterr().out
        kept = empty.read_bytes()
        assert (command_line(make), empty.read_bytes()) == (1, kept)
        assert empty.name in capsys.readouterr().err
        report = run(home, empty)
        assert (report.drafted, report.skipped, report.failed) == (0, 0, 0)
        assert [one.data["rows"] for one in report.notes] == ["2~7"]

    def test_its_examples_become_drafts_by_their_plain_case(
        self, home: Home, tmp_path: Path
    ) -> None:
        """A lead who tries them gets a draft of each case."""
        empty = tmp_path / "새 표.csv"
        assert command_line(("--home", str(home.root), "batch", "--template", str(empty))) == 0
        plain = empty.read_text("utf-8-sig").replace("(예시) ", "")
        empty.write_text(plain, "utf-8-sig", newline="")
        report = run(home, empty)
        assert (report.drafted, report.messages, report.failed) == (6, 6, 0)

    @pytest.mark.parametrize("case", ["registration", "정기권 미등록", "정기권 등록", "미등록"])
    def test_an_empty_table_of_one_case(self, home: Home, tmp_path: Path, case: str) -> None:
        empty = tmp_path / "등록.csv"
        make = ("--home", str(home.root), "batch", "--template", str(empty), "--case", case)
        assert command_line(make) == 0
        (row,) = read_table(empty)
        assert row["업무"] == "(예시) 정기권 미등록"
        assert "차량번호" in row
        assert "기존차량번호" not in row

    def test_an_empty_table_is_told_as_json_too(self, office: Office, tmp_path: Path) -> None:
        empty = tmp_path / "표.xlsx"
        done = office.run("batch", "--template", str(empty), "--json")
        assert (done.code, done.data) == (0, {"template": str(empty)})
        assert empty.is_file()

    def test_an_unknown_case_is_wrong_usage(self, office: Office, tmp_path: Path) -> None:
        done = office.run("batch", "--template", str(tmp_path / "표.csv"), "--case", "등교")
        assert done.code == 2
        assert done.err.startswith("--case: 그런 업무는 없습니다.")
        assert "정기권 미등록" in done.err
        assert list(tmp_path.glob("*.csv")) == []

    def test_so_many_bad_rows_are_not_all_told(self, office: Office, path: Path) -> None:
        table = brought(path, *(change(number, 현장명="") for number in range(230)))
        done = office.run("batch", str(table))
        assert done.err.count("행 현장명: ") == 200
        assert "그 밖에 30가지가 더 있습니다." in done.err
        assert len(read_table(path.with_name("변경 요청.csv.failed.csv"))) == 230
        assert len(problems(office.run("batch", str(table), "--json"))) == 230

    @pytest.mark.parametrize("terminal", [True, False])
    @pytest.mark.parametrize("step", [0.001, 0.4])
    def test_progress_is_shown_on_a_terminal_where_it_takes_long(
        self, office: Office, path: Path, terminal: bool, step: float
    ) -> None:
        office.monkeypatch.setattr("parkdraft.batch.run.GROUP", 4)
        clock = iter(number * step for number in range(10_000))
        office.monkeypatch.setattr("parkdraft.cli.batch.time.monotonic", lambda: next(clock))
        office.monkeypatch.setattr(sys.stderr, "isatty", lambda: terminal, raising=False)
        table = brought(path, *map(change, range(20)), change(30, 현장명=""))
        err = office.run("batch", str(table)).err
        shown = terminal and step > 0.1
        for words in (
            "점검 4 / 21줄",
            "점검 21 / 21줄",
            "만드는 중 4 / 20줄",
            "만드는 중 20 / 20줄",
        ):
            assert (words in err) == shown

        said = [text.rpartition("\r")[2] for text in err.split("\n")]  # nothing is left of it
        assert not any(word in text for text in said for word in ("점검", "만드는 중", "남음"))

    def test_the_time_left_follows_the_rate_so_far(
        self, office: Office, path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        """Each step has its own rate; after a second it is known well enough."""
        clock = iter([0.0, 1.0, 2.0, 60.0, 60.5, 62.0, 63.0])
        office.monkeypatch.setattr("parkdraft.cli.batch.time.monotonic", lambda: next(clock))
        office.monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
        progress = _Progress()
        for step, done in (("check", 1), ("check", 2), ("check", 9), ("keep", 1), ("keep", 2)):
            progress(step, 1000 * done, 10_000)
        progress("keep", 10_000, 10_000)
        lines = [one for one in capsys.readouterr().err.split("\r") if one.strip()]
        assert lines == [
            "점검 1,000 / 10,000줄",
            "점검 2,000 / 10,000줄 · 약 8초 남음",
            "점검 9,000 / 10,000줄 · 약 7초 남음",
            "만드는 중 1,000 / 10,000줄",
            "만드는 중 2,000 / 10,000줄 · 약 8초 남음",
            "만드는 중 10,000 / 10,000줄",
        ]
        assert (_left(60.1), _left(0.1)) == ("약 2분", "약 1초")

    def test_it_is_taken_away_where_the_work_stops(self, office: Office, path: Path) -> None:
        office.monkeypatch.setattr("parkdraft.batch.run.GROUP", 2)
        clock = iter(float(number) for number in range(10_000))
        office.monkeypatch.setattr("parkdraft.cli.batch.time.monotonic", lambda: next(clock))
        office.monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
        stopped(office, 2)
        err = office.run("batch", str(brought(path, *map(change, range(7))))).err
        assert "\r" in err
        assert err.rpartition("\r")[2].count("\n") == 2


class TestPlan:
    """What will be done is told before anything is."""

    def test_it_is_told_before_the_first_draft(self, office: Office, path: Path) -> None:
        plans: list[Report] = []

        def planned(plan: Report) -> None:
            assert office.states() == {}
            plans.append(replace(plan))

        table = brought(path, change(0), change(1, 운영사="누리파킹"), change(2, 현장명=""))
        report = run(office.home(), table, on_plan=planned)
        (plan,) = plans
        assert (plan.drafted, plan.failed, plan.messages) == (2, 1, 2)
        assert plan.states == {"pending": 1, "waiting": 1}
        assert (plan.by_route, plan.states) == (report.by_route, report.states)
        assert (plan.batch, report.messages) == (None, 2)

    def test_every_row_is_found_before_the_plan(self, office: Office, path: Path) -> None:
        """What to mind of a row is told while it can still be stopped."""
        said: list[object] = []
        table = brought(path, change(0, 사용기한="2026-01-02"), change(1, 현장명=""), change(2))
        run(
            office.home(),
            table,
            on_composed=lambda one: said.append(("found", one.row, bool(one.warnings), one.id)),
            on_plan=lambda plan: said.append("plan"),
            on_result=lambda one: said.append((one.row, one.status)),
        )
        before, after = said[: said.index("plan")], said[said.index("plan") :]
        assert sorted(one[1:] for one in before if isinstance(one, tuple) and len(one) == 4) == [
            *((2, True, None), (3, False, None), (4, False, None))
        ]
        assert after == ["plan", (2, "drafted"), (4, "drafted")]
        assert (3, "failed") in before

    def test_people_read_it_on_stderr(self, office: Office, path: Path) -> None:
        """By operator and channel, what waits for whom, and the kinds of warnings."""
        office.run("batch", str(brought(path, change(9))))
        table = brought(
            path,
            *(change(one, 사용기한="2026-01-02") for one in range(3)),
            change(3, 운영사="누리파킹"),
            change(4, 운영사="하늘주차"),
            change(5, 현장명=""),
            change(6, 업무="(예시) 차량번호 변경"),
            change(9),
        )
        for extra in ((), ("--json",), ("--dry-run",)):
            err = office.run("batch", str(table), "--dry-run", *extra).err
            lines = err.splitlines()
            at = next(number for number, text in enumerate(lines) if "예시이므로" in text)
            assert lines[at].startswith("8행은 예시이므로")
            assert lines[at + 1 : at + 6] == [
                "만들 것 5건",
                "  가온주차: 이메일 3건",
                "  누리파킹: 이메일 1건",
                "  하늘주차: 아지트 1건",
                "그 가운데 승인 대기 3건, 담당자 명단 대기 1건",
            ]
            assert lines[at + 6].startswith("확인할 것 3건 (2행부터): ")
            assert lines[at + 7] == "이미 있어 건너뜀 1건, 고칠 것 1건"

    def test_rows_are_composed_once(self, office: Office, path: Path) -> None:
        usual, composed = Composer.__call__, list[int]()

        def counted(self: Composer, rows: Sequence[Row]) -> list[ComposedRow]:
            composed.extend(row.number for row in rows)
            return usual(self, rows)

        office.monkeypatch.setattr(Composer, "__call__", counted)
        office.monkeypatch.setattr("parkdraft.batch.run.GROUP", 4)
        office.monkeypatch.setattr("parkdraft.batch.run.LEAST", 10)  # in this process
        run(office.home(), brought(path, *map(change, range(10))))
        assert composed == list(range(2, 12))

    @pytest.mark.parametrize("combine", [False, True])
    def test_of_a_long_table_what_waits_is_packed(
        self, office: Office, path: Path, combine: bool
    ) -> None:
        """The drafts are the same, in the same order."""
        office.monkeypatch.setattr("parkdraft.batch.run.GROUP", 4)
        office.monkeypatch.setattr("parkdraft.batch.run.UNPACKED", 6)
        table = brought(path, *(change(one, 사용기한="2026-01-02") for one in range(20)))
        told: list[RowResult] = []
        report = run(office.home(), table, combine=combine, on_result=told.append)
        assert [one.row for one in told] == list(range(2, 22))
        assert all(one.id and one.warnings for one in told)
        assert (report.drafted, report.messages) == (20, 1 if combine else 20)
        assert office.verify() == []


class TestStopped:
    """Ctrl+C: what was kept stays, the rest comes when the table is run again."""

    @pytest.mark.parametrize(("step", "kept"), [("check", 0), ("keep", 8)])
    def test_it_says_what_was_made(self, office: Office, path: Path, step: str, kept: int) -> None:
        office.monkeypatch.setattr("parkdraft.batch.run.GROUP", 4)

        def interrupt(now: str, done: int, _total: int) -> None:
            if (now, done) == (step, 8):
                raise KeyboardInterrupt

        table = brought(path, *map(change, range(20)))
        with pytest.raises(ParkdraftError) as caught:
            run(office.home(), table, watch=interrupt)
        (found,) = caught.value.problems
        assert (found.code, found.data["count"]) == ("batch.stopped", kept)
        assert len(office.states()) == kept
        report = run(office.home(), table)
        assert (report.drafted, report.skipped) == (20 - kept, kept)
        assert office.verify() == []

    def test_in_the_middle_of_a_group_it_counts_what_is_kept(
        self, office: Office, path: Path
    ) -> None:
        """The database has the group, the command did not learn of it."""
        office.monkeypatch.setattr("parkdraft.batch.run.GROUP", 4)
        usual = keep_table

        def keep(*args: Any) -> Any:
            usual(*args)
            raise KeyboardInterrupt

        with office.monkeypatch.context() as patch:
            patch.setattr("parkdraft.batch.run.keep_table", keep)
            done = office.run("batch", str(brought(path, *map(change, range(9)))))
        assert (done.code, done.out) == (1, "")
        assert "멈췄습니다. 그때까지 만든 초안은 4건이고 그대로 남습니다." in done.err
        assert "같은 표를 다시 돌리면 나머지만 만듭니다." in done.err

    @pytest.mark.skipif(os.name == "nt", reason="Ctrl+C is sent to a group of processes")
    @pytest.mark.parametrize(("step", "kept"), [("check", 0), ("keep", 8)])
    def test_every_process_ends_and_nobody_sees_a_traceback(
        self, office: Office, path: Path, step: str, kept: int
    ) -> None:
        """A terminal sends Ctrl+C to the other processes, too."""
        script = path.with_name("interrupted.py")
        script.write_text(
            "import os, signal, sys\n"
            "from parkdraft.batch import run\n"
            "from parkdraft.cli import batch as command\n"
            "from parkdraft.cli.main import main\n"
            "run.GROUP = 4\n"
            "os.sched_getaffinity = lambda _: {0, 1}\n"
            "def interrupt(self, step, done, total):\n"
            f"    if (step, done) == ({step!r}, 8):\n"
            "        os.killpg(0, signal.SIGINT)\n"
            "command._Progress.__call__ = interrupt\n"
            "if __name__ == '__main__':\n"
            "    main()\n",
            "utf-8",
        )
        table = brought(path, *map(change, range(80)))
        command = [sys.executable, str(script), "--home", str(office.root), "batch", str(table)]
        child = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True
        )
        out, err = (said.decode() for said in child.communicate(timeout=60))
        # the others hold the pipes, too: they have ended
        assert (child.returncode, out) == (1, "")
        assert "Traceback" not in err
        assert f"그때까지 만든 초안은 {kept}건" in err
        assert len(office.states()) == kept


def stopped(office: Office, groups: int, code: Code = "storage.full") -> None:
    """So many groups are kept; then the database refuses."""
    usual, kept = keep_table, list[int]()

    def keep(*args: Any) -> Any:
        if len(kept) == groups:
            raise StorageError([Problem(code, data={"place": "outbox.db"})])
        kept.append(1)
        return usual(*args)

    office.monkeypatch.setattr("parkdraft.batch.run.keep_table", keep)


XLSX = "표.xlsx"


def excel_dates(sheet: Worksheet) -> None:
    sheet["E2"].number_format = "yyyy-mm-dd"


class TestFiles:
    """Whatever Excel writes is read; what is no table is refused in words a lead understands."""

    @pytest.mark.parametrize("delimiter", [",", ";", "\t"])
    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp949", "utf-16"])
    def test_however_it_was_saved(
        self, office: Office, path: Path, encoding: str, delimiter: str
    ) -> None:
        text = csv_text([change(0), change(1, 비고="쉼표, 세미콜론; 탭\t")], delimiter=delimiter)
        path.write_bytes(text.encode(encoding))
        assert results(office.run("batch", str(path), "--json")) == [(2, "drafted"), (3, "drafted")]
        assert {one["old-plate"] for one in details(office)} == {"68마4321", "68마4322"}

    def test_decomposed_hangul(self, office: Office, path: Path) -> None:
        """As a Mac writes it: headings, names and plates are the same as composed ones."""
        path.write_text(unicodedata.normalize("NFD", csv_text([change(0)])), "utf-8")
        assert results(office.run("batch", str(path), "--json")) == [(2, "drafted")]
        office.run("batch", str(brought(path, change(0))))
        assert len(office.states()) == 1

    def test_what_excel_stores(self, office: Office, tmp_path: Path) -> None:
        """Dates as numbers, money as numbers, a phone without its zero, a formula's value."""
        header = [
            "업무",
            "운영사",
            "현장명",
            "차량번호",
            "결제일시",
            "결제금액",
            "사유",
            "연락처",
            "접수번호",
        ]
        moment = datetime(2026, 11, 20, 14, 5)
        book = workbook(
            tmp_path / XLSX,
            header,
            [
                "현장결제 취소",
                "하늘주차",
                "가온타워",
                "12가3456",
                moment,
                12000,
                "미인식",
                1024681357,
                42,
            ],
            [
                "현장결제 취소",
                "하늘주차",
                "가온타워",
                "12가3457",
                46346.58681,
                12000.0,
                "미인식",
                None,
                "007",
            ],
            fill=lambda sheet: setattr(sheet["I2"], "number_format", "0000"),
        )
        assert results(office.run("batch", str(book), "--json")) == [(2, "drafted"), (3, "drafted")]
        first, second = sorted(details(office), key=lambda one: one["plate"])
        assert (first["paid-at"], first["paid"]) == ("2026-11-20 14:05:00", "12000")
        assert (first["phone"], first["ticket"], second["ticket"]) == (
            "010-2468-1357",
            "0042",
            "007",
        )
        assert second["paid-at"] == "2026-11-20 14:05:00"

    def test_formulas_and_merged_cells(self, office: Office, tmp_path: Path) -> None:
        names = list(change(0))

        def merge(sheet: Worksheet) -> None:
            sheet.merge_cells("D4:D5")
            sheet["D3"] = "=A1"  # nobody has worked it out

        rows = [list(change(number).values()) for number in range(5)]
        said = office.run(
            "batch", str(workbook(tmp_path / XLSX, names, *rows, fill=merge)), "--json"
        )
        assert results(said) == [
            *((2, "drafted"), (3, "failed"), (4, "drafted"), (5, "failed"), (6, "drafted"))
        ]
        assert (3, "cell.formula", "old-plate") in problems(said)
        assert {code for row, code, _ in problems(said) if row == 5} >= {"row.merged"}

    def test_two_hundred_columns(self, office: Office, path: Path) -> None:
        rows = csv_text([change(0)]).splitlines()
        width = len(change(0)) + 1  # 비고 stands in the header, too
        for count, code in ((200, 0), (201, 1)):
            blank = "," * (count - width - 1)
            path.write_text(
                f"{rows[0]}{blank},\n{rows[1]}{blank},{'' if code == 0 else 'x'}\n", "utf-8"
            )
            assert office.run("batch", str(path)).code == code

    @pytest.mark.parametrize(
        ("name", "content", "words"),
        [
            ("표.csv", b"", "내용이 없"),
            ("표.csv", b"\xef\xbb\xbf\r\n,,\r\n", "내용이 없"),
            ("표.csv", "업무,현장명\n".encode(), "자료가 없"),
            ("표.csv", b"\x89PNG\r\n\x1a\n" + bytes(64), "그림"),
            ("표.csv", b"%PDF-1.7\n", "PDF"),
            ("표.xls", b"<html><body><table><tr><td>1</td></tr></table>", "웹"),
            ("표.xls", b"\x09\x08\x10\x00\x00\x06\x05\x00" + bytes(64), "xls"),
            ("표.xls", b"\xd0\xcf\x11\xe0" + bytes(508) + "Workbook".encode("utf-16-le"), "xls"),
            (
                "표.xlsx",
                b"\xd0\xcf\x11\xe0" + bytes(508) + "EncryptedPackage".encode("utf-16-le"),
                "암호",
            ),
            ("표.xlsx", b"SCDSA004" + bytes(64), "보안"),
            ("표.xlsx", b"<## NASCA DRM FILE - VER1.00 ##>" + bytes(64), "보안"),
            ("표.xlsx", b"PK\x03\x04" + bytes(64), "Excel"),
            (
                "표.csv",
                "업무,현장명\n차량번호 변경,가온타워".encode("utf-8-sig") + b"\xff\xfe",
                "깨",
            ),
            ("표.csv", '업무,현장명\n차량번호 변경,"가온타워\n'.encode(), "따옴표"),
        ],
    )
    def test_what_is_no_table_is_refused(
        self, office: Office, tmp_path: Path, name: str, content: bytes, words: str
    ) -> None:
        (tmp_path / name).write_bytes(content)
        before = office.tree()
        done = office.run("batch", str(tmp_path / name), "--json")
        (found,) = done.data["problems"]
        assert (done.code, office.tree()) == (1, before)
        assert words in found["message"] + found["hint"]
        assert found["hint"]
        assert not (tmp_path / f"{name}.failed.csv").exists()

    def test_a_workbook_that_unpacks_to_too_much(self, office: Office, tmp_path: Path) -> None:
        book = workbook(tmp_path / XLSX, list(change(0)), list(change(0).values()))
        with (
            zipfile.ZipFile(book, "a", zipfile.ZIP_DEFLATED, compresslevel=1) as archive,
            archive.open("xl/media/big.bin", "w", force_zip64=True) as part,
        ):
            for _ in range(101):
                part.write(bytes(1 << 20))
        done = office.run("batch", str(book))
        assert done.code == 1
        assert "100MB" in done.err
        assert office.states() == {}


class TestStorage:
    """The disk fills up, or refuses, in the middle: what is kept stays, the rest comes later."""

    @pytest.mark.parametrize(
        ("code", "reason"), [("storage.full", "공간"), ("storage.read-only", "권한")]
    )
    def test_in_the_middle(self, office: Office, path: Path, code: Code, reason: str) -> None:
        office.monkeypatch.setattr("parkdraft.batch.run.GROUP", 4)
        table = str(brought(path, *map(change, range(10))))
        with office.monkeypatch.context():
            stopped(office, 1, code)
            done = office.run("batch", table)
        office.monkeypatch.undo()
        assert done.code == 1
        assert reason in done.err
        assert "멈추기 전까지 4건을 만들어 두었습니다." in done.err
        assert len(office.states()) == 4
        assert office.verify() == []
        again = office.run("batch", table)
        assert again.code == 0
        assert "만듦 6건, 이미 있어 건너뜀 4건" in again.out
        assert len(office.states()) == 10
        assert office.verify() == []

    def test_a_folder_that_refuses_stops_nothing(self, office: Office, path: Path) -> None:
        """The drafts are kept and the reason is told; the next command writes their files."""

        def refuse(*_: object) -> bool:
            raise StorageError([Problem("storage.read-only", data={"place": "pending"})])

        with office.monkeypatch.context() as patch:
            patch.setattr(Folder, "write_first", refuse)
            said = office.run("batch", str(brought(path, change(0), change(1))), "--json")
        assert results(said) == [(2, "drafted"), (3, "drafted")]
        assert "권한" in said.err
        assert office.states() == {}
        office.draft(old_plate="99하9999")
        assert len(office.states()) == 3
        assert office.verify() == []

    def test_an_outbox_that_is_a_file(self, office: Office, path: Path) -> None:
        office.outbox.write_text("x", "utf-8")
        with pytest.raises(ParkdraftError) as caught:
            run(office.home(), brought(path, change(0)))
        assert caught.value.problems[0].code == "storage.not-folder"


def test_a_report_counts_rows_and_messages(office: Office, path: Path) -> None:
    run(office.home(), brought(path, change(0)))
    table = brought(path, change(0), change(1, 운영사="하늘주차"), change(2, 현장명=""), change(0))
    report = run(office.home(), table)
    assert isinstance(report, Report)
    assert (report.drafted, report.skipped, report.failed, report.messages) == (2, 1, 1, 2)
    assert report.by_route == {("email", "gaon"): 1, ("agit", "haneul"): 1}
    assert report.states == {"pending": 1, "approved": 1}
    assert report.batch is not None
    assert report.failed_table == failed_path(path)
