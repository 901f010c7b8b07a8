"""The page of contacts: the process, people, lists and their import, and what is wrong."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest

from parkdraft.decide.overview import occurrences, process_table
from parkdraft.web.listspage import months
from parkdraft.web.processview import columns

if TYPE_CHECKING:
    from tests.web.conftest import Browser
    from werkzeug.test import TestResponse

    from parkdraft import Home

THIS_MONTH, NEXT_MONTH = months(date.today())
LIST = (
    "현장명,담당자,이메일,직함\n"
    "누리스퀘어,정누리,nuri.jung@example.com,소장\n"
    "나래빌딩,김하늘대리,haneul.kim@example.com,\n"
)


def bring(browser: Browser, text: str, month: str = THIS_MONTH, **fields: str) -> TestResponse:
    asked = {"kind": "contacts", "partner": "nuri", "month": month, **fields}
    return browser.upload("/contacts/lists/check", "list", text.encode(), "명단.csv", asked)


class TestProcess:
    def test_every_row_stands_in_the_table(self, browser: Browser) -> None:
        page = browser.get("/contacts").text
        table = page.partition("<tbody>")[2].partition("</table>")[0]
        for route in browser.centre.home().directory.routes:
            assert f'href="#{route.row}"' in table
            assert f'<tr id="{route.row}"' in page

    def test_rows_that_follow_others_say_where_they_lead(self, shipped: Home) -> None:
        cancellation = next(one for one in columns(shipped.directory) if one.cases.startswith("중"))
        (cell,) = cancellation.own["skshieldus"]
        assert (cell.row, cell.follows, cell.channel) == ("C2", "P9", "이메일")
        assert cell.facts[0] == ("수신", "박진찬")
        assert [one.row for one in cancellation.common] == ["C1", "C3"]

    def test_a_site_of_its_own_stands_beside_the_rest(self, shipped: Home) -> None:
        change = columns(shipped.directory)[0]
        general, hotel, app = change.own["kmpark"]
        assert change.cases == "정기권 미등록, 차량번호 변경"
        assert (general.row, general.conditions) == ("P1", ("수동현장",))
        assert (hotel.row, hotel.conditions) == ("P2", ("파르나스 호텔만", "수동현장"))
        assert dict(hotel.facts)["수신"] == "전은희 주임"
        assert app.channel == "고객이 앱에서 직접 변경"

    def test_the_table_is_what_every_question_leads_to(self, shipped: Home) -> None:
        directory = shipped.directory
        rows = {
            step.row
            for entry in process_table(directory)
            for steps in (entry.common, *entry.own.values())
            for step in steps
        }
        assert rows == {route.row for route in directory.routes}

    def test_where_people_occur(self, shipped: Home) -> None:
        found = occurrences(shipped.directory)
        assert found["박진찬"] == {"to": ["P9", "S6"]}
        assert found["전은희"] == {"site": ["파르나스 호텔"]}
        assert "P6" in found["지현진"]["mentions"]


@pytest.mark.parametrize(
    ("section", "says"),
    [
        ("people", ("한바다", "bada.han@example.com", "@bada.han", "멘션", "P7", "메일함")),
        ("partners", ("가온주차", "GAON", "누리파킹", "받음", "위에 없는 운영사 모두")),
        ("sites", ("O1 77빌딩", "할인 미적용", "가온 호텔", "남하늘 주임")),
        ("lists", ("누리파킹", THIS_MONTH, NEXT_MONTH, "아직 없음", "현장 목록")),
        ("problems", ("contacts.yaml에 문제가 없습니다", "문구 점검")),
    ],
)
def test_sections(browser: Browser, section: str, says: tuple[str, ...]) -> None:
    page = browser.get(f"/contacts/{section}")
    assert page.status_code == 200
    for word in says:
        assert word in page.text


class TestFind:
    @pytest.mark.parametrize(
        ("text", "name"), [("ㄴㄹㅍㅋ", "누리파킹"), ("바다", "한바다"), ("정누리", "정누리")]
    )
    def test_finds_by_anything_typed(self, browser: Browser, text: str, name: str) -> None:
        assert f"<b>{name}</b>" in browser.get(f"/contacts/find?text={quote(text)}").text

    def test_a_listed_site_has_its_people(self, browser: Browser) -> None:
        page = browser.get(f"/contacts/find?text={quote('누리스퀘어')}").text
        assert "<b>누리스퀘어</b>" in page
        assert "정누리 소장 &lt;nuri.jung@example.com&gt;" in page

    def test_nothing_found(self, browser: Browser) -> None:
        page = browser.get(f"/contacts/find?text={quote('<script>')}").text
        assert "찾은 것이 없습니다" in page
        assert "<script>" not in page

    def test_an_unsound_list_says_so(self, browser: Browser) -> None:
        (browser.root / "sites/nuri" / f"{THIS_MONTH}.csv").write_text("현장명\n누리\n", "utf-8")
        page = browser.get("/contacts/find?text=a").text
        assert "명단에 잘못된 곳이 있어" in page


class TestImport:
    def test_looks_before_it_imports(self, browser: Browser) -> None:
        kept = browser.root / "sites/nuri" / f"{THIS_MONTH}.csv"
        before = kept.read_bytes()
        page = bring(browser, LIST).text
        assert "가져오기 (2)" in page
        assert "새 현장 1곳, 없어지는 현장 0곳, 달라지는 현장 0곳" in page
        assert "김하늘대리" in page
        assert kept.read_bytes() == before

    def test_is_compared_with_the_last_month_there_is(self, browser: Browser) -> None:
        gone = LIST.replace("누리스퀘어", "다른빌딩")
        page = bring(browser, gone, NEXT_MONTH).text
        assert "새 현장 2곳, 없어지는 현장 1곳, 달라지는 현장 0곳" in page
        assert "누리스퀘어" in page

    def test_a_name_too_long_is_warned_about_before_it_is_imported(self, browser: Browser) -> None:
        long = "가온나래다솜라온마루바다" * 2
        page = bring(browser, LIST.replace("정누리", long)).text
        assert "메일 프로그램" in page
        assert f"{long} 소장" in page

    def test_changed_people_are_named(self, browser: Browser) -> None:
        page = bring(browser, LIST.replace("nuri.jung", "another")).text
        assert "달라지는 현장 1곳" in page
        assert "담당자가 달라지는 현장" in page

    def test_imports_and_fills_what_waited(self, browser: Browser) -> None:
        (browser.root / "sites/nuri" / f"{THIS_MONTH}.csv").unlink()
        for site in ("나래빌딩", "없는빌딩"):
            browser.centre.home().draft(
                "registration", partner="nuri", site=site, plate="12가3456", start="2026-12-01"
            )
        waiting = browser.centre.ids("waiting")
        assert "초안 2개가 담당자 명단을 기다립니다" in browser.get("/contacts/lists").text
        checked = bring(browser, LIST)
        done = browser.post(f"{checked.request.path}/import").text
        assert "명단을 가져왔습니다" in done
        assert "승인 대기로 넘어갔습니다" in done
        assert "채우지 못한 초안" in done
        assert all(f'href="/outbox/{one}"' in done for one in waiting)
        assert len(browser.centre.ids("pending")) == 1
        assert "정누리" in browser.get(f"/contacts/find?text={quote('정누리')}").text

    def test_a_second_click_imports_nothing(self, browser: Browser) -> None:
        checked = bring(browser, LIST)
        for _ in range(2):
            browser.post(f"{checked.request.path}/import")
        kept = sorted(path.name for path in (browser.root / "sites/nuri").iterdir())
        assert len(kept) == 2  # the list, and the one that it replaced

    def test_every_problem_with_its_row_and_label(self, browser: Browser) -> None:
        bad = LIST + "다온몰,이대리,daon@,\n,박도윤,doyun@example.com,주임\n"
        page = bring(browser, bad)
        assert page.status_code == 200
        assert "가져오지 못하는 줄" in page.text
        assert "이메일 주소가 올바르지 않습니다" in page.text
        assert "칸이 비어 있습니다" in page.text
        assert "가져오기 (2)" in page.text

    def test_bad_rows_can_be_taken_away_mended_and_added(self, browser: Browser) -> None:
        page = bring(browser, LIST + "한빛몰,박도윤,doyun@,주임\n")
        done = browser.post(f"{page.request.path}/import", {"sure": "on"})
        assert "가져오지 못한 줄" in done.text
        failed = browser.get(f"{page.request.path}/failed.csv")
        assert "doyun@" in failed.text
        mended = failed.text.replace('"doyun@"', '"doyun@example.com"')
        assert mended != failed.text
        again = bring(browser, mended)
        assert "지금 있는 것에 더합니다" in again.text
        assert "새 현장 1곳, 없어지는 현장 0곳" in again.text

    def test_what_is_doubtful_wants_a_tick(self, browser: Browser) -> None:
        page = bring(browser, LIST.replace("example.com", "example.net"))
        assert 'name="sure" required' in page.text
        assert "쓴 적이 없는 메일 도메인" in page.text
        kept = browser.root / "sites/nuri" / f"{THIS_MONTH}.csv"
        before = kept.read_bytes()
        browser.post(f"{page.request.path}/import", {})
        assert kept.read_bytes() == before
        browser.post(f"{page.request.path}/import", {"sure": "on"})
        assert b"example.net" in kept.read_bytes()

    def test_unusable_files_and_choices(self, browser: Browser) -> None:
        assert (
            "명단.csv 파일은 표가 아니라 그림입니다"
            in browser.upload(
                "/contacts/lists/check",
                "list",
                b"\x89PNG\r\n\x1a\n" + b"0" * 99,
                "명단.csv",
                {"kind": "sites"},
            ).text
        )
        assert "쓰는 운영사가 아닙니다" in bring(browser, LIST, partner="gaon").text
        assert "달을 읽을 수 없습니다" in bring(browser, LIST, month="../../x").text
        assert browser.post("/contacts/lists/check").status_code == 422

    def test_the_list_of_sites(self, browser: Browser) -> None:
        text = "현장명,운영사,연동구분,별칭,일최대요금\n도담플라자,새봄주차,수동현장,도담,15000\n"
        checked = bring(browser, text, kind="sites")
        assert "가져오기 (1)" in checked.text
        assert not (browser.root / "sites.csv").exists()
        browser.post(f"{checked.request.path}/import")
        assert (browser.root / "sites.csv").exists()
        again = bring(browser, text.replace("15000", "16000"), kind="sites").text
        assert "새 현장 0곳, 없어지는 현장 0곳, 달라지는 현장 1곳" in again

    def test_what_is_not_imported_is_gone(self, browser: Browser) -> None:
        checked = bring(browser, LIST)
        browser.post(f"{checked.request.path}/drop")
        assert browser.get(checked.request.path).status_code == 404
        assert browser.post(f"{checked.request.path}/import").status_code == 404


class TestProblems:
    def test_a_broken_directory_opens_the_page_with_all_lines(self, browser: Browser) -> None:
        path = browser.root / "contacts.yaml"
        path.write_text(path.read_text("utf-8").replace("to: [서누리]", "to: [없는이]"), "utf-8")
        for section in ("", "/people", "/lists", "/problems", "/find?text=a"):
            page = browser.get(f"/contacts{section}")
            assert page.status_code == 200
            assert "contacts.yaml에 고칠 곳이 있습니다" in page.text
            assert page.text.count("<li>contacts.yaml:") == 2

    def test_templates_are_rehearsed_on_a_click_until_a_file_changes(
        self, browser: Browser
    ) -> None:
        assert "문구에 문제가 없습니다" not in browser.get("/contacts/problems").text
        assert "문구에 문제가 없습니다" in browser.post("/contacts/problems").text
        assert "문구에 문제가 없습니다" in browser.get("/contacts/problems").text
        template = browser.root / "templates/email/plate-change.txt"
        template.write_text(template.read_text("utf-8") + "{% if %}", "utf-8")
        assert "문구에 문제가 없습니다" not in browser.get("/contacts/problems").text
        assert "plate-change.txt" in browser.post("/contacts/problems").text

    def test_what_is_probably_not_meant_is_shown_beside_it(self, browser: Browser) -> None:
        folder = browser.root / "templates/email/nobody"
        folder.mkdir()
        assert "확인할 것" not in browser.get("/contacts/problems").text
        page = browser.post("/contacts/problems").text
        assert "문구에 문제가 없습니다" in page
        assert "templates/email/nobody" in page

    def test_an_unsound_list_is_named(self, browser: Browser) -> None:
        (browser.root / "sites/nuri" / f"{THIS_MONTH}.csv").write_text(
            "현장명,담당자,이메일\n누리,정누리,nuri@\n", "utf-8"
        )
        line = f"sites/nuri/{THIS_MONTH}.csv: 2행 이메일: "
        assert line in browser.get("/contacts/problems").text
        assert "고칠 곳 1" in browser.get("/contacts/lists").text

    def test_a_missing_list_is_said_where_people_look(self, browser: Browser) -> None:
        assert "이번 달 명단이 없습니다" not in browser.get("/contacts").text
        (browser.root / "sites/nuri" / f"{THIS_MONTH}.csv").unlink()
        assert "누리파킹의 이번 달 명단이 없습니다" in browser.get("/contacts").text
