"""The page of tables: brought, looked at before anything is made, made, and gone again."""

from __future__ import annotations

import csv
import io
import re
import threading
from typing import TYPE_CHECKING, Any

import pytest

from parkdraft.batch.run import run
from parkdraft.web.uploads import KEPT_SECONDS, Uploads, shown_name

if TYPE_CHECKING:
    from tests.web.conftest import Browser
    from werkzeug.test import TestResponse

HEADER = ("업무", "현장명", "기존차량번호", "변경차량번호", "접수번호", "고객명")
GOOD = ("차량번호 변경", "별빛타워", "12가3456", "345나6789", "1123-014", "홍길동")
BAD = ("차량번호 변경", "별빛타워", "12각3456", "", "1123-015", "홍길동")


def table(*rows: tuple[str, ...]) -> bytes:
    written = io.StringIO()
    csv.writer(written).writerows((HEADER, *rows))
    return written.getvalue().encode("utf-8-sig")


def good(count: int) -> list[tuple[str, ...]]:
    return [(*GOOD[:2], f"12가{3000 + one}", *GOOD[3:]) for one in range(count)]


@pytest.fixture
def uploads(browser: Browser) -> Uploads:
    kept: Uploads = browser.app.extensions["parkdraft"].uploads
    return kept


def bring(browser: Browser, content: bytes, name: str = "변경.csv", **fields: str) -> TestResponse:
    return browser.upload("/batch/check", "table", content, name, fields)


def address(answer: TestResponse) -> str:
    return answer.request.path


def make(browser: Browser, checked: TestResponse) -> TestResponse:
    return browser.post(f"{address(checked)}/make")


class TestCheck:
    def test_nothing_is_made_before_it_is_asked_for(self, browser: Browser) -> None:
        page = bring(browser, table(*good(3), BAD))
        assert page.status_code == 200
        assert "초안 만들기 (3)" in page.text
        assert "변경.csv" in page.text
        assert browser.centre.ids() == []

    def test_a_bad_row_says_everything_by_its_labels(self, browser: Browser) -> None:
        page = bring(browser, table(GOOD, BAD)).text
        assert "기존차량번호: " in page
        assert "변경차량번호가 빠졌습니다" in page
        assert re.search(r'<th scope="row" class="number">3</th>', page)

    def test_good_rows_say_where_they_go(self, browser: Browser) -> None:
        page = bring(browser, table(GOOD)).text
        for word in ("차량번호 변경", "별빛타워", "새봄주차", "이메일 · 서누리", "승인 대기"):
            assert word in page

    def test_no_plate_and_no_customer_is_shown(self, browser: Browser) -> None:
        page = bring(browser, table(GOOD, BAD)).text
        assert "홍길동" not in page
        assert "12가3456" not in page

    def test_only_the_first_hundred_good_rows_are_shown(self, browser: Browser) -> None:
        page = bring(browser, table(*good(120))).text
        assert "초안 만들기 (120)" in page
        assert page.count("<td>별빛타워</td>") == 100

    def test_all_bad_rows_offer_no_button_and_the_failed_table(self, browser: Browser) -> None:
        page = bring(browser, table(BAD))
        assert "초안 만들기" not in page.text
        failed = browser.get(f"{address(page)}/failed.csv")
        assert failed.data.startswith(b"\xef\xbb\xbf")
        assert failed.data.decode("utf-8-sig").splitlines()[0].endswith('"오류"')
        assert "%EB%B3%80%EA%B2%BD.csv.failed.csv" in failed.headers["Content-Disposition"]

    def test_examples_are_told_and_are_no_rows(self, browser: Browser) -> None:
        shown = ("(예시) 차량번호 변경", *GOOD[1:])
        page = bring(browser, table(shown, GOOD)).text
        assert "초안 만들기 (1)" in page
        assert page.count("2행은 예시이므로") == 1
        alone = bring(browser, table(shown)).text
        assert "초안 만들기" not in alone
        assert "만들 줄이 없습니다. 요청을 적은 뒤" in alone

    def test_it_says_what_waits_and_what_to_mind(self, browser: Browser) -> None:
        """The plan of the command line: where drafts start, and the kinds of warnings."""
        header = (*HEADER, "사용기한")
        rows = [(*one, "2020-01-02") for one in good(3)]
        written = io.StringIO()
        csv.writer(written).writerows((header, *rows))
        page = bring(browser, written.getvalue().encode("utf-8-sig")).text
        assert "이 가운데 승인 대기 3건" in page
        (kinds,) = re.findall(r'aria-label="확인할 것의 종류">(.*?)</ul>', page)
        assert kinds.count("<li>") == 1
        assert '<span class="count">3</span>' in kinds

    def test_combining_is_counted(self, browser: Browser) -> None:
        page = bring(browser, table(*good(5)), combine="on")
        assert "초안 만들기 (1)" in page.text
        apart = browser.post(f"{address(page)}/again")
        assert "초안 만들기 (5)" in apart.text
        again = browser.post(f"{address(page)}/again", {"combine": "on"})
        assert "초안 만들기 (1)" in again.text

    @pytest.mark.parametrize(
        ("content", "says"),
        [
            (b"\x89PNG\r\n\x1a\n" + b"0" * 99, "그림.csv 파일은 표가 아니라 그림입니다"),
            (b"", "그림.csv 파일에 내용이 없습니다"),
            ("이름,나이\n가,1\n".encode(), "열 이름 줄이 없습니다"),
        ],
    )
    def test_a_file_that_cannot_be_used(self, browser: Browser, content: bytes, says: str) -> None:
        page = bring(browser, content, "그림.csv")
        assert page.status_code == 422
        assert says in page.text
        assert "초안 만들기" not in page.text

    def test_no_file(self, browser: Browser) -> None:
        page = browser.post("/batch/check")
        assert page.status_code == 422
        assert "고른 파일이 없습니다" in page.text

    def test_a_workbook_as_the_page_offers_it(self, browser: Browser) -> None:
        empty = browser.get("/batch/template.xlsx")
        assert empty.data.startswith(b"PK")
        page = bring(browser, empty.data, "빈 표.xlsx")
        assert page.status_code == 200
        assert "2~7행은 예시이므로" in page.text

    def test_the_csv_template(self, browser: Browser) -> None:
        empty = browser.get("/batch/template.csv")
        assert empty.data.startswith('\ufeff"업무"'.encode())
        assert browser.get("/batch/template.exe").status_code == 404

    def test_a_template_of_one_case(self, browser: Browser) -> None:
        page = browser.get("/batch").text
        assert page.count("<option value=") == 7
        empty = browser.get("/batch/template.csv?case=lot-info")
        (row,) = csv.DictReader(io.StringIO(empty.data.decode("utf-8-sig")))
        assert row["업무"] == "(예시) 주차장 정보수정"
        assert "차량번호" not in row
        assert browser.get("/batch/template.csv?case=").data.count(b"\r\n") == 7
        assert browser.get("/batch/template.csv?case=nothing").status_code == 404


class TestMake:
    def test_good_rows_become_drafts_of_who_is_working(self, browser: Browser) -> None:
        page = make(browser, bring(browser, table(*good(3), BAD)))
        assert "초안을 만들었습니다" in page.text
        assert "고칠 줄 내려받기" in page.text
        ids = browser.centre.ids()
        assert len(ids) == 3
        assert {browser.centre.stored(one).author for one in ids} == {browser.login}
        (batch,) = {browser.centre.stored(one).batch for one in ids}
        assert f"batch={batch}" in page.text

    def test_nothing_is_made_under_a_name_that_another_tab_chose(self, browser: Browser) -> None:
        checked = bring(browser, table(GOOD))
        assert f'name="who" value="{browser.login}"' in checked.text
        page = browser.post(f"{address(checked)}/make", {"who": "daon.lee"})
        assert page.status_code == 409
        assert "작업자를 박새봄으로 바꾸어" in page.text
        assert browser.centre.ids() == []
        assert "초안을 만들었습니다" in make(browser, checked).text

    def test_twice_makes_nothing_twice(self, browser: Browser) -> None:
        first = bring(browser, table(*good(3)))
        make(browser, first)
        make(browser, first)
        again = bring(browser, table(*good(3)))
        assert "이미 만든 줄" in again.text
        assert "2~4행" in again.text
        assert "초안 만들기" not in again.text
        assert len(browser.centre.ids()) == 3

    def test_the_corrected_table_makes_the_rest(self, browser: Browser) -> None:
        page = make(browser, bring(browser, table(GOOD, BAD)))
        failed = browser.get(f"{address(page)}/failed.csv").data.decode("utf-8-sig")
        rows = list(csv.reader(io.StringIO(failed)))
        rows[1][2:4] = ["12가9999", "345나1111"]
        written = io.StringIO()
        csv.writer(written).writerows(rows)
        page = make(browser, bring(browser, written.getvalue().encode()))
        assert "초안을 만들었습니다" in page.text
        assert len(browser.centre.ids()) == 2

    def test_combined_rows_become_one_draft(self, browser: Browser) -> None:
        make(browser, bring(browser, table(*good(4)), combine="on"))
        assert len(browser.centre.ids()) == 1

    def test_a_page_that_waits_follows(
        self, browser: Browser, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        begin = threading.Event()

        def slow(*given: Any, **named: Any) -> Any:
            begin.wait(10)
            return run(*given, **named)

        monkeypatch.setattr("parkdraft.web.batchjobs.run", slow)
        monkeypatch.setattr("parkdraft.web.batchpage._AT_ONCE", 0.01)
        page = bring(browser, table(*good(3)))
        assert "표를 점검하고 있습니다" in page.text
        state = f"{address(page)}/state"
        assert browser.get(state).json == {**{"running": True, "count": 0, "of": 0, "words": ""}}
        assert make(browser, page).status_code == 200  # not yet: nothing is started
        begin.set()
        for thread in threading.enumerate():
            if thread.name == "parkdraft-batch":
                thread.join(10)
        assert browser.get(state).json == {
            **{"running": False, "count": 3, "of": 3, "words": "점검 3 / 3줄"}
        }
        assert browser.centre.ids() == []
        assert "초안 만들기 (3)" in browser.get(address(page)).text

    def test_what_breaks_says_nothing_of_the_table(
        self, browser: Browser, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
    ) -> None:
        def broken(*_: Any, **__: Any) -> Any:
            raise RuntimeError("12가3456")

        monkeypatch.setattr("parkdraft.web.batchjobs.run", broken)
        page = bring(browser, table(GOOD))
        assert page.status_code == 422
        assert "예상하지 못한 문제" in page.text
        assert "failed batch: RuntimeError" in caplog.text
        assert "12가3456" not in caplog.text + page.text

    def test_a_table_whose_making_broke_can_be_checked_again(self, browser: Browser) -> None:
        checked = bring(browser, table(GOOD))
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("parkdraft.web.batchjobs.run", lambda *_, **__: 1 / 0)
            assert "초안을 만들다가 멈췄습니다" in make(browser, checked).text
        assert "초안 만들기 (1)" in browser.post(f"{address(checked)}/again").text

    def test_a_broken_directory_stops_it(self, browser: Browser) -> None:
        checked = bring(browser, table(GOOD))
        (browser.root / "contacts.yaml").write_text("sender: [", "utf-8")
        page = make(browser, checked)
        assert page.status_code == 422
        assert "contacts.yaml:" in page.text
        assert not (browser.root / "outbox" / "pending").exists()


class TestKeeping:
    def test_the_name_is_shown_and_never_a_path(self, browser: Browser, uploads: Uploads) -> None:
        page = bring(browser, table(GOOD), "../../<b>비밀</b>.csv")
        assert "&lt;b&gt;" in page.text or "b&gt;.csv" in page.text
        assert "<b>비밀" not in page.text
        files = [path for path in uploads.folder().rglob("*") if path.is_file()]
        assert sorted(path.name for path in files) == [
            "brought.json",
            "run-1",
            "run-1.json",
            "table",
        ]

    def test_the_folder_is_private(self, browser: Browser, uploads: Uploads) -> None:
        bring(browser, table(GOOD))
        assert uploads.folder().stat().st_mode & 0o077 == 0

    def test_the_table_goes_when_it_is_made(self, browser: Browser, uploads: Uploads) -> None:
        page = make(browser, bring(browser, table(GOOD, BAD)))
        kept = [path.name for path in uploads.folder().rglob("*") if path.is_file()]
        assert "table" not in kept
        browser.post(f"{address(page)}/drop")
        assert list(uploads.folder().iterdir()) == []

    def test_after_an_hour_it_is_gone(self, browser: Browser, uploads: Uploads) -> None:
        page = bring(browser, table(GOOD))
        now = uploads.now
        uploads.now = lambda: now() + KEPT_SECONDS + 1
        gone = browser.get(address(page))
        assert gone.status_code == 404
        assert "표를 다시 올리세요" in gone.text
        assert list(uploads.folder().iterdir()) == []

    def test_everything_goes_with_the_program(self, browser: Browser, uploads: Uploads) -> None:
        bring(browser, table(GOOD))
        folder = uploads.folder()
        uploads.clear()
        assert not folder.exists()

    @pytest.mark.parametrize("token", ["nothing", "..%2f..%2fetc", "%2e%2e"])
    def test_other_tokens_are_not_there(self, browser: Browser, token: str) -> None:
        for path in ("", "/failed.csv"):
            assert browser.get(f"/batch/{token}{path}").status_code == 404

    def test_without_the_token_of_the_page_nothing_is_taken(
        self, browser: Browser, uploads: Uploads
    ) -> None:
        fields = {"table": (io.BytesIO(table(GOOD)), "a.csv")}
        assert browser.post("/batch/check", fields, token=False).status_code == 403
        assert list(uploads.folder().iterdir()) == []

    def test_too_large(self, browser: Browser) -> None:
        page = bring(browser, b"0" * (16 * 1024 * 1024 + 1))
        page.request.environ["wsgi.input"].close()
        assert page.status_code == 413

    def test_names_for_people(self) -> None:
        assert shown_name("C:\\Users\\me\\표.csv") == "표.csv"
        assert shown_name("a\nb\u202e.csv") == "ab.csv"
        assert shown_name(None) == "표"
        assert len(shown_name("가" * 500 + ".csv")) <= 100
