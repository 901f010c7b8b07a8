"""Drafts made anew, personal details shown and purged, on the page."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from tests.web.centres import AGENT, CHANGE, LEAD, OTHER

if TYPE_CHECKING:
    from tests.web.conftest import Browser

CUSTOMER = {"customer": "남궁바다", "phone": "010-2468-1357"}
MAIL = {"partner": "saebom", "integration": "manual", **CHANGE}


def drafted(browser: Browser, login: str = AGENT, **details: str) -> str:
    given = {name.replace("-", "_"): text for name, text in {**MAIL, **details}.items()}
    return browser.centre.draft(login=login, **given)


def rename_sender(root: Path) -> None:
    """Something of which every mail tells is another one from now on."""
    contacts = root / "contacts.yaml"
    text = contacts.read_text("utf-8")
    name = re.search(r"(?m)^sender:\n  name: (.+)$", text)
    assert name
    contacts.write_text(text.replace(name[1], "새 주차 고객센터"), "utf-8")


class TestReveal:
    def test_name_and_phone_are_masked_until_somebody_asks(self, browser: Browser) -> None:
        draft_id = drafted(browser, **CUSTOMER)
        page = browser.get(f"/outbox/{draft_id}").text
        assert CUSTOMER["customer"] not in page
        assert "고객명과 연락처 보기" in page
        told = browser.post(f"/outbox/{draft_id}/reveal").json
        assert told
        assert {text for _, text in told["given"]} >= set(CUSTOMER.values())

    def test_without_either_there_is_nothing_to_ask_for(self, browser: Browser) -> None:
        assert "고객명과 연락처 보기" not in browser.get(f"/outbox/{drafted(browser)}").text


class TestChanged:
    def marks(self, browser: Browser) -> list[str]:
        page = browser.get("/outbox/changed").text
        return re.findall(r'name="draft" value="([^"]+)"', page)

    def test_nothing_has_changed(self, browser: Browser) -> None:
        drafted(browser)
        assert "다시 만들 초안이 없습니다" in browser.get("/outbox/changed").text

    def test_the_difference_is_shown_and_made(self, browser: Browser) -> None:
        draft_id = drafted(browser)
        rename_sender(browser.root)
        page = browser.get("/outbox/changed").text
        assert draft_id in page
        assert "새 주차 고객센터" in page
        answer = browser.post("/outbox/changed", {"draft": self.marks(browser)})
        assert "초안 1건을 다시 만들었습니다" in answer.text
        assert browser.centre.stored(draft_id).state == "returned"
        assert self.marks(browser) == []

    def test_only_what_was_chosen_is_made(self, browser: Browser) -> None:
        ids = [drafted(browser), drafted(browser, **{"old-plate": "99가1111"})]
        rename_sender(browser.root)
        marks = self.marks(browser)
        assert len(marks) == 2
        browser.post("/outbox/changed", {"draft": marks[:1]})
        states = sorted(browser.centre.stored(draft_id).state for draft_id in ids)
        assert states == ["pending", "returned"]

    def test_what_was_shown_otherwise_is_not_made(self, browser: Browser) -> None:
        draft_id = drafted(browser)
        rename_sender(browser.root)
        marks = self.marks(browser)
        contacts = browser.root / "contacts.yaml"
        text = contacts.read_text("utf-8").replace("새 주차 고객센터", "또 다른 고객센터")
        contacts.write_text(text, "utf-8")
        assert "초안 0건을" in browser.post("/outbox/changed", {"draft": marks}).text
        assert browser.centre.stored(draft_id).state == "pending"

    def test_somebody_elses_draft_is_not_offered(self, browser: Browser) -> None:
        drafted(browser, OTHER)
        rename_sender(browser.root)
        assert self.marks(browser) == []


@pytest.fixture
def lead(browser: Browser) -> Browser:
    """The same page, with a lead at work."""
    browser.login = LEAD
    browser.client.set_cookie(f"parkdraft-who-{browser.gate.port}", LEAD, domain="127.0.0.1")
    return browser


class TestPurge:
    def test_one_draft_is_purged_with_a_reason(self, lead: Browser) -> None:
        draft_id = drafted(lead)
        page = lead.get(f"/outbox/purge?draft={draft_id}").text
        assert draft_id in page
        sent = {"draft": draft_id, "count": "1", "reason": "고객 요청"}
        assert "1건의 파일과 개인정보를 파기했습니다" in lead.post("/outbox/purge", sent).text
        assert lead.centre.history(draft_id)[-1].target == "purged"

    def test_without_a_reason_it_stays(self, lead: Browser) -> None:
        draft_id = drafted(lead)
        sent = {"draft": draft_id, "count": "1", "reason": " "}
        assert lead.post("/outbox/purge", sent).status_code == 422
        assert lead.centre.stored(draft_id).state == "pending"

    def test_what_is_not_as_it_was_shown_is_shown_again(self, lead: Browser) -> None:
        answer = lead.post("/outbox/purge", {"older": "90", "count": "3"})
        assert answer.status_code == 409
        assert "그사이 바뀌었습니다" in answer.text

    def test_only_what_lay_long_enough_is_counted(self, lead: Browser) -> None:
        drafted(lead)
        assert "파기할 초안이 없습니다" in lead.get("/outbox/purge?older=7").text

    @pytest.mark.parametrize("path", ["/outbox/purge", "/outbox/purge?older=7"])
    def test_an_agent_may_not(self, browser: Browser, path: str) -> None:
        draft_id = drafted(browser)
        assert browser.get(path).status_code == 422
        sent = {"draft": draft_id, "count": "1", "reason": "고객 요청"}
        assert browser.post("/outbox/purge", sent).status_code == 422
        assert browser.centre.stored(draft_id).state == "pending"
        assert "개인정보 파기" not in browser.get("/outbox").text
