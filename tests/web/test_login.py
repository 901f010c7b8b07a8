"""Logging in, and what holds a session: tokens, cookies, ends, other pages, forged addresses."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import parse_qs

import pytest
from tests.web.centres import AGENT, CHANGE, LEAD
from tests.web.offices import LEAVER, PHRASES, unchanged

from parkdraft.web.logins import PROVES
from parkdraft.web.security import HEADERS
from parkdraft.writing.readback import read

if TYPE_CHECKING:
    from tests.web.offices import Browser, Office

MAIL = {"partner": "saebom", "integration": "manual", **CHANGE}


def draft(office: Office, login: str = AGENT) -> str:
    """A draft that waits for a lead."""
    given = {name.replace("-", "_"): text for name, text in MAIL.items()}
    return office.centre.draft(login=login, **given)


def approves(browser: Browser, *ids: str) -> int:
    """The status of an approval of what the page shows."""
    seen = browser.office.centre.seen(*ids)
    return browser.ask("/outbox/approve", {"drafts": seen}).status_code


class TestToken:
    def test_whoever_follows_a_link_is_in(self, office: Office) -> None:
        browser = office.joined(AGENT)
        assert browser.is_in
        assert browser.login == AGENT

    def test_the_cookie_is_ours_alone(self, office: Office) -> None:
        office.joined(AGENT)
        answer = office.browser().form("/login", {"login": AGENT, "phrase": PHRASES[AGENT]})
        name, _, flags = answer.headers["Set-Cookie"].partition("=")
        assert name == "__Host-parkdraft"
        parts = {part.strip() for part in flags.split(";")[1:]}
        assert {"Secure", "HttpOnly", "SameSite=Strict", "Path=/"} == parts

    def test_a_login_never_keeps_the_token_of_before(self, office: Office) -> None:
        """Fixation: what somebody planted is worth nothing once its victim has logged in."""
        browser = office.joined(AGENT)
        planted = browser.cookie
        assert planted
        other = office.browser()
        other.has(planted)
        other.look()
        other.log_in(AGENT)
        assert other.cookie != planted
        browser.has(planted)
        assert not browser.is_in

    def test_after_the_logout_the_token_is_worth_nothing(self, office: Office) -> None:
        browser = office.joined(AGENT)
        token = browser.cookie
        assert token
        answer = browser.form("/logout")
        assert (answer.status_code, answer.headers["Location"]) == (303, "/login")
        assert "storage" in answer.headers["Clear-Site-Data"]
        browser.has(token)
        assert not browser.is_in

    @pytest.mark.parametrize("name", ["parkdraft-8443", "parkdraft", "__Host-parkdraft-8443"])
    def test_a_planted_cookie_is_nobody(self, office: Office, name: str) -> None:
        """Cookies do not know ports: another program on this host can set others."""
        token = office.joined(AGENT).cookie
        assert token
        other = office.browser()
        other.client.set_cookie(name, token, domain=office.public.names[0])
        assert not other.is_in

    def test_somebody_elses_session_changes_nothing_under_ones_own_name(
        self, office: Office
    ) -> None:
        draft_id, lead = draft(office), office.joined(LEAD)
        planted = office.joined(AGENT).cookie
        assert planted
        lead.has(planted)
        with unchanged(office):
            assert approves(lead, draft_id) == 403

    def test_wrong_logins_are_told_alike_and_slowed(self, office: Office) -> None:
        office.joined(AGENT)
        browser = office.browser("192.0.2.77")
        answers = [
            browser.form("/login", {"login": login, "phrase": "x"})
            for login in (AGENT, "nobody", LEAVER)
        ]
        assert {answer.status_code for answer in answers} == {422}
        texts = {answer.text.replace(name, "") for answer in answers for name in (AGENT,)}
        assert len({text[text.index("problems") :][:200] for text in texts}) == 1
        statuses = [
            browser.form("/login", {"login": AGENT, "phrase": "x"}).status_code for _ in range(6)
        ]
        assert statuses[-1] == 429
        assert browser.log_in(AGENT).status_code == 429


class TestOwnPages:
    @pytest.mark.parametrize(
        ("headers", "status"),
        [
            ({}, 200),
            ({"X-Token": "x"}, 403),
            ({"X-Token": None}, 403),
            ({"Origin": "https://evil.example.com"}, 403),
            ({"Origin": "null"}, 403),
            ({"Origin": "https://team.example.co.kr:9000"}, 403),
            ({"Sec-Fetch-Site": "same-site"}, 403),
            ({"Sec-Fetch-Site": "cross-site"}, 403),
            ({"Host": "evil.example.com"}, 403),
        ],
    )
    def test_a_change_comes_out_of_our_own_pages(
        self, office: Office, headers: dict[str, str | None], status: int
    ) -> None:
        draft_id, browser = draft(office), office.joined(AGENT)
        answer = browser.ask(f"/outbox/{draft_id}/copied", headers=headers)
        assert answer.status_code == status
        copied = [event.verb for event in office.centre.history(draft_id)].count("copy")
        assert copied == (status == 200)

    @pytest.mark.parametrize("origin", [None, "null", "https://evil.example.com"])
    def test_nor_does_a_login_come_from_elsewhere(self, office: Office, origin: str | None) -> None:
        office.joined(AGENT)
        sent = {"login": AGENT, "phrase": PHRASES[AGENT]}
        answer = office.browser().form("/login", sent, headers={"Origin": origin})
        assert answer.status_code == 403
        assert "Set-Cookie" not in answer.headers

    @pytest.mark.parametrize(
        ("asked", "place"),
        [
            ("/outbox?q=%EA%B0%80%EC%98%A8", "/outbox?q=%EA%B0%80%EC%98%A8"),
            ("//evil.example.com", "/"),
            ("/\\evil.example.com", "/"),
            ("https://evil.example.com/", "/"),
            ("javascript:alert(1)", "/"),
            ("\t//evil.example.com", "/"),
            ("/outbox\r\nX: y", "/"),
            ("", "/"),
        ],
    )
    def test_going_on_never_leads_elsewhere(self, office: Office, asked: str, place: str) -> None:
        office.joined(AGENT)
        answer = office.browser().log_in(AGENT, next=asked)
        assert answer.headers["Location"] == place

    def test_the_place_is_remembered(self, office: Office) -> None:
        place = "/outbox?q=%EA%B0%80%EC%98%A8"
        answer = office.browser().get(place)
        path, _, query = answer.headers["Location"].partition("?")
        assert (answer.status_code, path) == (303, "/login")
        assert parse_qs(query) == {"next": [place]}

    def test_a_link_out_of_a_chat_loads_once_more_by_itself(self, office: Office) -> None:
        headers = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"}
        answer = office.joined(AGENT).get("/outbox", headers=headers)
        assert answer.status_code == 200
        assert 'http-equiv="refresh"' in answer.text
        assert "초안함" not in answer.text

    @pytest.mark.parametrize("path", ["/login", "/outbox", "/nowhere", "/static/page.js", "/team"])
    def test_every_answer_has_its_headers(self, office: Office, path: str) -> None:
        for browser in (office.browser(), office.joined(AGENT)):
            headers = browser.get(path).headers
            assert {name: headers[name] for name in HEADERS} == HEADERS
            assert headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"
            assert "Access-Control-Allow-Origin" not in headers
            assert headers["Cache-Control"] == "no-store" or path.startswith("/static/")


class TestAway:
    def test_whoever_was_away_says_the_phrase_again(self, office: Office) -> None:
        draft_id, lead = draft(office), office.joined(LEAD)
        office.later(minutes=31)
        answer = lead.ask("/outbox/approve", {"drafts": office.centre.seen(draft_id)})
        assert answer.status_code == 403
        assert answer.json
        assert answer.json["problems"][0]["code"] == "team.prove"
        assert lead.ask("/login/again", {"phrase": "falsch"}).status_code == 422
        before = lead.cookie
        assert lead.ask("/login/again", {"phrase": PHRASES[LEAD]}).status_code == 200
        assert lead.cookie != before
        assert approves(lead, draft_id) == 200

    def test_looking_at_a_page_first_does_not_help(self, office: Office) -> None:
        draft_id, lead = draft(office), office.joined(LEAD)
        office.later(minutes=31)
        assert lead.get("/outbox").status_code == 200
        assert approves(lead, draft_id) == 403

    def test_a_page_that_asks_by_itself_is_nobody_at_work(self, office: Office) -> None:
        draft_id, lead = draft(office), office.joined(LEAD)
        for _ in range(4):
            office.later(minutes=10)
            assert lead.get("/outbox/version").status_code == 200
            assert lead.get("/outbox?part=list").status_code == 200
        assert approves(lead, draft_id) == 403

    def test_whoever_is_at_work_is_not_asked(self, office: Office) -> None:
        draft_id, lead = draft(office), office.joined(LEAD)
        for _ in range(4):
            office.later(minutes=20)
            lead.get("/outbox")
        assert approves(lead, draft_id) == 200

    def test_all_that_asks_is_there(self, office: Office) -> None:
        assert set(PROVES) <= {rule.endpoint for rule in office.app.url_map.iter_rules()}

    def test_another_tab_gets_the_new_token_and_goes_on(self, office: Office) -> None:
        lead = office.joined(LEAD)
        old = lead.token
        lead.ask("/login/again", {"phrase": PHRASES[LEAD]})
        answer = lead.ask("/outbox/approve", {"drafts": []}, headers={"X-Token": old})
        assert answer.status_code == 403
        assert answer.json
        lead.token = answer.json["token"]
        assert lead.ask("/outbox/approve", {"drafts": []}).status_code == 200


class TestRecorded:
    def test_what_was_looked_at_is_recorded_and_never_what_was_searched(
        self, office: Office
    ) -> None:
        draft_id, browser = draft(office), office.joined(AGENT)
        browser.get("/outbox?q=345나6789")
        browser.get("/outbox?part=list")
        browser.get(f"/outbox/{draft_id}")
        browser.ask(f"/outbox/{draft_id}/reveal")
        own = [record for record in office.records(login=AGENT) if record.session]
        deeds = [record.deed for record in own]
        assert [deed for deed in deeds if deed in ("listed", "shown", "revealed")] == [
            *("listed", "shown", "revealed")
        ]
        assert all(record.address == "192.0.2.10" for record in own)
        assert "6789" not in repr(own)

    def test_the_export_is_recorded_and_starts_no_formula(self, office: Office) -> None:
        lead = office.joined(LEAD)
        answer = lead.form("/records/export")
        assert answer.status_code == 200
        assert answer.data.startswith(b"\xef\xbb\xbf")
        assert not [line for line in answer.text.splitlines() if line.startswith(("=", "+", "@"))]
        assert "exported" in office.deeds(LEAD)

    def test_drafts_are_signed_and_histories_say_from_where(self, office: Office) -> None:
        browser = office.joined(AGENT)
        sent = {"case": "plate-change", "fields": MAIL, "anyway": True}
        answer = browser.ask("/drafts", sent)
        assert answer.json
        assert answer.json["id"], answer.text
        (event,) = office.centre.history(answer.json["id"])
        assert (event.login, event.address) == (AGENT, "192.0.2.10")
        assert event.session
        with office.centre.box() as box:
            mail = read(box.content(box.located(answer.json["id"])).bytes)
        assert "박새봄" in mail.body
