"""The law's records: what is recorded, what never is, who sees it, and that nobody changes it."""

from __future__ import annotations

import csv
import io
import re
from typing import TYPE_CHECKING

import pytest
from tests.web.centres import AGENT, CHANGE, LEAD, OTHER
from tests.web.offices import unchanged

from parkdraft.errors import OutboxError
from parkdraft.formulas import guard
from parkdraft.present.records import COLUMNS

if TYPE_CHECKING:
    from tests.web.offices import Browser, Office
    from werkzeug.test import TestResponse

CUSTOMER = {"customer": "남궁바다", "phone": "010-2468-1357"}
MAIL = {"partner": "saebom", "integration": "manual", **CHANGE, **CUSTOMER}
TABLE = "업무,현장명,기존차량번호,변경차량번호\n차량번호 변경,별빛타워,12각3456,345나6789\n"


def live(got: TestResponse) -> str:
    """Where a page that keeps itself up to date asks."""
    found = re.search(r'id="live" data-source="([^"]+)"', got.text)
    assert found
    return found[1].replace("&amp;", "&")


def new(office: Office, login: str) -> list[tuple[str, str | None, str | None]]:
    """Deed, draft, and about what, of what somebody did, but for logging in."""
    found = [one for one in office.records(login=login) if one.deed not in ("login", "joined")]
    return [(one.deed, one.draft, one.about) for one in found]


def rows(got: TestResponse) -> list[list[str]]:
    assert got.status_code == 200
    assert got.headers["Content-Disposition"].startswith("attachment")
    return list(csv.reader(io.StringIO(got.data.decode("utf-8-sig"), newline="")))


def test_what_somebody_saw_is_recorded_with_session_and_address(office: Office) -> None:
    draft = office.centre.draft(**MAIL)
    browser = office.joined(OTHER, "192.0.2.44")
    (login,) = office.records(login=OTHER, deed="login")
    browser.get("/outbox?q=345나6789&state=all")
    browser.get(f"/outbox/{draft}")
    browser.ask(f"/outbox/{draft}/reveal")
    assert new(office, OTHER) == [
        ("listed", None, "1"),
        ("shown", draft, None),
        ("revealed", draft, None),
    ]
    found = office.records(login=OTHER)
    assert {(one.session, one.address) for one in found} == {(login.session, "192.0.2.44")}
    assert "345나6789" not in repr(found)


def test_the_form_that_corrects_a_draft_reveals_it(office: Office) -> None:
    draft = office.centre.draft(**MAIL)
    browser = office.joined(AGENT)
    assert "남궁바다" in browser.get(f"/?replaces={draft}").text
    assert new(office, AGENT)[1:] == [("revealed", draft, None)]


def test_what_would_be_made_anew_was_seen(office: Office) -> None:
    draft = office.centre.draft(**MAIL)
    office.edit("name: 주차 고객센터", "name: 새 주차 고객센터")
    browser = office.joined(AGENT)
    assert draft in browser.get("/outbox/changed").text
    assert new(office, AGENT)[1:] == [("shown", draft, None)]


def test_a_page_that_keeps_itself_up_to_date_is_recorded_once(office: Office) -> None:
    draft = office.centre.draft(**MAIL)
    browser = office.joined(OTHER)
    for path in ("/outbox?state=all&q=별빛", f"/outbox/{draft}?state=all"):
        source = live(browser.get(path))
        for _ in range(3):
            assert browser.get(source).status_code == 200
    assert [deed for deed, _, _ in new(office, OTHER)] == ["listed", "shown"]


def test_a_part_that_no_page_of_this_session_asks_for_is_recorded(office: Office) -> None:
    """Else somebody reads draft after draft, and nothing tells of it."""
    first, second = office.centre.draft(**MAIL), office.centre.draft(**MAIL)
    browser, other = office.joined(OTHER), office.joined(AGENT)
    source, theirs = live(browser.get(f"/outbox/{first}")), live(other.get(f"/outbox/{second}"))
    listed = live(browser.get("/outbox?state=approved"))
    before = len(new(office, OTHER))
    forged = (
        f"/outbox/{second}?part=draft",
        source.replace(first, second),
        theirs,
        "/outbox?part=list&state=all",
        listed.replace("approved", "all"),
        f"/outbox/{second}?part=list",
        f"/outbox/{second}?part=draft&seal=%ff",
    )
    for path in forged:
        assert browser.get(path).status_code == 200
    assert len(new(office, OTHER)) == before + len(forged)


def test_the_rows_that_failed_are_a_table_that_is_recorded(office: Office) -> None:
    browser = office.joined(AGENT)
    checked = browser.form("/batch/check", {"table": (io.BytesIO(TABLE.encode()), "변경.csv")})
    address = checked.headers["Location"]
    browser.get(address)
    assert new(office, AGENT) == []
    assert len(rows(browser.get(f"{address}/failed.csv"))) == 2
    assert [deed for deed, _, _ in new(office, AGENT)] == ["exported"]
    other = office.joined(OTHER)
    assert other.get(f"{address}/failed.csv").status_code == 404
    assert new(office, OTHER) == []


def test_the_rows_of_a_list_that_failed_are_recorded(office: Office) -> None:
    browser = office.joined(AGENT)
    content = (
        "현장명,담당자,직함,이메일\n누리스퀘어,정누리,소장,아님\n새벽타워,한별,소장,h@example.com\n"
    )
    sent = {"list": (io.BytesIO(content.encode()), "명단.csv"), "partner": "nuri"}
    sent |= {"month": f"{office.now:%Y-%m}"}
    address = browser.form("/contacts/lists/check", sent).headers["Location"]
    browser.get(address)
    browser.form(f"{address}/import", {"sure": "1"})
    assert len(rows(browser.get(f"{address}/failed.csv"))) == 2
    assert [deed for deed, _, _ in new(office, AGENT)] == ["exported"]


# ---- looking through -----------------------------------------------------------------------


def test_only_leads_see_them(office: Office, caplog: pytest.LogCaptureFixture) -> None:
    agent = office.joined(AGENT)
    with unchanged(office):
        for got in (
            agent.get("/records"),
            agent.send("HEAD", "/records"),
            agent.form("/records/export"),
            agent.ask("/records/export"),
            agent.get("/records?login=garam.kim"),
        ):
            assert got.status_code == 403
            assert LEAD not in got.text
    assert "refused GET records.index: lead" in caplog.text
    assert AGENT not in caplog.text
    assert "기록</a>" not in agent.get("/").text


@pytest.mark.parametrize(
    ("query", "deeds"),
    [
        ("login=daon.lee", {"로그인", "암호 설정", "목록 조회", "초안 조회"}),
        ("login=daon.lee&deed=shown", {"초안 조회"}),
        ("draft={draft}", {"초안 작성", "초안 조회"}),
        ("since=2026-11-24", set()),
        ("until=2026-11-22", set()),
        ("since=2026-11-23&until=2026-11-23&deed=listed", {"목록 조회"}),
        ("since=nonsense&deed=shown", {"초안 조회"}),
        ("login=' OR 1=1 --", set()),
        ("deed=%25", set()),
    ],
)
def test_they_are_looked_through(office: Office, query: str, deeds: set[str]) -> None:
    draft = office.centre.draft(login=AGENT, **MAIL)
    lead, other = office.joined(LEAD), office.joined(OTHER)
    other.get("/outbox")
    other.get(f"/outbox/{draft}")
    text = query.format(draft=draft)
    page = lead.get(f"/records?{text}").text
    exported = rows(
        lead.form("/records/export", dict(part.split("=", 1) for part in text.split("&")))
    )
    assert exported[0] == list(COLUMNS)
    assert {row[3] for row in exported[1:]} == deeds
    assert page.count("<tr>") == (len(exported) if deeds else 0)


@pytest.mark.parametrize("page", ["0", "-1", "x", "9" * 30, "9" * 5000, "", "1.5", "２"])
def test_any_page_number_is_answered(office: Office, page: str) -> None:
    assert office.joined(LEAD).get(f"/records?page={page}").status_code == 200


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31", "1969-12-31", "10000-01-01", "\0"])
@pytest.mark.parametrize("name", ["since", "until"])
def test_any_day_is_answered(office: Office, name: str, day: str) -> None:
    lead = office.joined(LEAD)
    assert lead.get("/records", query_string={name: day}).status_code == 200
    assert lead.form("/records/export", {name: day}).status_code == 200


def test_the_export_is_recorded_and_harmless_in_a_spreadsheet(office: Office) -> None:
    lead = office.joined(LEAD)
    office.edit("daon.lee: 이다온", 'daon.lee: "=1+1"')
    office.joined(OTHER).get("/outbox")
    exported = rows(lead.form("/records/export"))
    names = {row[1] for row in exported if row[2] == OTHER}
    assert names == {guard("=1+1")}
    assert not [cell for row in exported for cell in row if cell[:1] in ("=", "+", "@")]
    assert new(office, LEAD)[-1:] == [("exported", None, str(len(exported) - 1))]


# ---- nobody changes them -------------------------------------------------------------------


@pytest.mark.sqlite
@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE records SET login = 'x'",
        "UPDATE records SET about = NULL",
        "DELETE FROM records",
        "INSERT OR REPLACE INTO records (number, at, kind, deed, login) "
        "VALUES (1, 'x', 'access', 'x', 'x')",
        "UPDATE events SET login = 'x'",
        "UPDATE events SET session = 'x'",
        "DELETE FROM events",
    ],
)
def test_nobody_can_change_them(office: Office, sql: str) -> None:
    office.centre.draft(**MAIL)
    office.joined(LEAD)
    with office.home().connected() as engine:
        before = engine.all("SELECT * FROM records"), engine.all("SELECT * FROM events")
        with pytest.raises(OutboxError), engine.change():
            engine.run(sql)
        assert (engine.all("SELECT * FROM records"), engine.all("SELECT * FROM events")) == before


# ---- drafts' own histories -----------------------------------------------------------------


def saved(browser: Browser) -> str:
    sent = {"case": "plate-change", "fields": MAIL, "anyway": True}
    got = browser.ask("/drafts", sent)
    assert got.json
    assert got.json["id"], got.json
    return str(got.json["id"])


def test_a_draft_is_signed_and_its_history_says_from_where(office: Office) -> None:
    browser, lead = office.joined(AGENT, "192.0.2.21"), office.joined(LEAD, "192.0.2.22")
    draft = saved(browser)
    mail = browser.ask(f"/outbox/{draft}/file")
    assert "상담 담당 박새봄 드림" in _body(mail.data)
    lead.ask("/outbox/approve", {"drafts": office.centre.seen(draft)})
    sessions = {
        login: office.records(login=login, deed="login")[0].session for login in (AGENT, LEAD)
    }
    history = office.centre.history(draft)
    assert [(one.verb, one.login, one.session, one.address) for one in history] == [
        ("draft", AGENT, sessions[AGENT], "192.0.2.21"),
        ("download", AGENT, sessions[AGENT], "192.0.2.21"),
        ("approve", LEAD, sessions[LEAD], "192.0.2.22"),
    ]


def test_drafts_of_a_table_are_signed_by_whoever_brought_it(office: Office) -> None:
    browser = office.joined(AGENT, "192.0.2.21")
    good = TABLE.replace("12각3456", "12가3456")
    checked = browser.form("/batch/check", {"table": (io.BytesIO(good.encode()), "변경.csv")})
    address = checked.headers["Location"]
    browser.get(address)
    browser.form(f"{address}/make")
    (draft,) = office.centre.ids()
    (made,) = office.centre.history(draft)
    assert (made.login, made.address) == (AGENT, "192.0.2.21")
    assert made.session


def test_nobody_signs_as_somebody_else(office: Office) -> None:
    """The page's name must be the session's; a request cannot choose."""
    browser = office.joined(AGENT)
    browser.login = LEAD
    with unchanged(office):
        got = browser.ask("/drafts", {"case": "plate-change", "fields": MAIL, "anyway": True})
        assert got.status_code == 409
    assert got.json
    assert got.json["who"] == {"login": AGENT, "name": "박새봄"}
    headers = {"Cookie": f"parkdraft-who-8443={LEAD}; __Host-parkdraft={browser.cookie}"}
    page = browser.get("/account", headers=headers).text
    assert f'<meta name="who" content="{AGENT}">' in page


def _body(content: bytes) -> str:
    from email import message_from_bytes, policy

    body = message_from_bytes(content, policy=policy.default).get_body(("plain",))
    assert body
    text: str = body.get_content()
    return text
