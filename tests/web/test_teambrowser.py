"""A team at work in real browsers: joining by a link, drafting, approving after having been away.

Skipped where ``test_browser`` is.
"""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest
from tests.web.centres import AGENT, LEAD, OTHER
from tests.web.offices import PHRASES, Office
from tests.web.test_browser import CHROMIUM, FLAGS, MISSING, WIDTHS
from waitress import wasyncore
from waitress.server import create_server

from parkdraft.web.public import Public

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.skipif(MISSING is not None, reason=f"no browser: {MISSING}")
Opened = Callable[[], "Page"]


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    from playwright.sync_api import expect, sync_playwright

    expect.set_options(timeout=15_000)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        yield browser
        browser.close()


@pytest.fixture
def served(office: Office) -> Iterator[Office]:
    """The office on a port of this computer."""
    listening = socket.create_server(("127.0.0.1", 0))
    office.public = Public("http", ("127.0.0.1",), listening.getsockname()[1])
    server: Any = create_server(office.app, sockets=[listening], threads=4, ident=None)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    yield office
    with contextlib.suppress(OSError):
        server.trigger.pull_trigger(lambda: wasyncore.close_all(server._map))
    thread.join(10)
    server.task_dispatcher.shutdown()


@pytest.fixture
def opened(chromium: Browser, served: Office) -> Iterator[Opened]:
    """Opens browsers of their own; in the end none may have complained, or asked elsewhere."""
    contexts, complaints = [], list[str]()
    own = urlsplit(served.public.address or "").netloc

    def open_one() -> Page:
        context = chromium.new_context(locale="ko-KR", viewport={"width": 1280, "height": 900})
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(15_000)
        page.on("pageerror", lambda error: complaints.append(f"error: {error}"))
        page.on(
            "console",
            lambda said: (
                complaints.append(said.text)
                if said.type in ("error", "warning") and "Failed to load resource" not in said.text
                else None
            ),
        )
        page.on(
            "request",
            lambda asked: (
                None if urlsplit(asked.url).netloc in (own, "") else complaints.append(asked.url)
            ),
        )
        return page

    yield open_one
    for context in contexts:
        context.close()
    assert complaints == []


def joins(page: Page, office: Office, login: str) -> None:
    """Somebody follows their link, and sets a phrase."""
    address = office.public.address
    page.goto(f"{address}/join#{office.invited(login)}")
    page.get_by_label("암호", exact=True).fill(PHRASES[login])
    page.get_by_label("한 번 더").fill(PHRASES[login])
    page.get_by_role("button", name="정하고 시작").click()
    page.wait_for_url(f"{address}/")


def test_a_team_at_work(served: Office, opened: Opened) -> None:
    from playwright.sync_api import expect

    address = served.public.address
    agent, lead = opened(), opened()
    joins(agent, served, AGENT)
    expect(agent.locator(".who")).to_contain_text("박새봄")
    assert agent.evaluate("document.cookie") == ""
    assert agent.evaluate("history.length") <= 2
    expect(agent.get_by_role("link", name="팀", exact=True)).to_have_count(0)
    expect(agent.get_by_role("link", name="내 계정")).to_be_visible()
    agent.get_by_role("button", name="로그아웃").click()
    agent.wait_for_url("**/login*")
    agent.goto(f"{address}/outbox?state=pending")
    agent.get_by_label("로그인 이름").fill(AGENT)
    agent.get_by_label("암호", exact=True).fill("틀린 문장이지만 길이는 넉넉합니다")
    agent.get_by_role("button", name="로그인", exact=True).click()
    expect(agent.get_by_role("alert")).to_contain_text("맞지 않습니다")
    agent.get_by_label("암호", exact=True).fill(PHRASES[AGENT])
    agent.get_by_role("button", name="로그인", exact=True).click()
    agent.wait_for_url(f"{address}/outbox?state=pending")

    ids = []
    for number in range(3):
        made = agent.evaluate(
            """async (plate) => {
                const { ask } = await import("/static/page.js");
                const fields = { partner: "saebom", integration: "manual", site: "별빛타워",
                  "old-plate": plate, "new-plate": "345나6789" };
                const sent = { case: "plate-change", fields, anyway: true };
                return (await ask("/drafts", { method: "POST", json: sent })).data.id;
            }""",
            f"68마{4321 + number}",
        )
        ids.append(made)

    joins(lead, served, LEAD)
    for name in ("팀", "기록", "내 계정"):
        expect(lead.get_by_role("link", name=name, exact=True)).to_be_visible()
    lead.goto(f"{address}/outbox?state=pending&partner=saebom")
    place = lead.url
    lead.evaluate("window.stayed = true")
    for draft in ids[:2]:
        lead.locator(f"#pick-{draft}").check()
    served.later(minutes=31)
    lead.locator('[data-do="approve"]').first.click()
    dialog = lead.get_by_role("dialog", name="암호 다시 확인")
    expect(dialog).to_be_visible()
    dialog.get_by_label("암호", exact=True).fill(PHRASES[AGENT])
    dialog.get_by_role("button", name="확인하고 계속").click()
    expect(dialog.get_by_role("alert")).to_contain_text("맞지 않습니다")
    assert [served.centre.stored(draft).state for draft in ids] == ["pending"] * 3
    for draft in ids[:2]:
        assert lead.locator(f"#pick-{draft}").is_checked()
    dialog.get_by_label("암호", exact=True).fill(PHRASES[LEAD])
    dialog.get_by_role("button", name="확인하고 계속").click()
    expect(dialog).to_be_hidden()
    expect(lead.locator(f"#pick-{ids[0]}")).to_have_count(0)
    expect(lead.locator(f"#pick-{ids[2]}")).to_be_visible()
    assert [served.centre.stored(draft).state for draft in ids] == [
        *["approved"] * 2,
        "pending",
    ]
    assert lead.url == place
    assert lead.evaluate("window.stayed") is True


def test_a_form_that_needs_the_phrase_asks_for_it_first(served: Office, opened: Opened) -> None:
    from playwright.sync_api import expect

    lead = opened()
    joins(lead, served, LEAD)
    lead.goto(f"{served.public.address}/team")
    served.later(minutes=31)
    lead.get_by_role("button", name="이다온 초대").click()
    dialog = lead.get_by_role("dialog", name="암호 다시 확인")
    dialog.get_by_role("button", name="취소").click()
    expect(dialog).to_be_hidden()
    assert not served.records(deed="invited", login=LEAD)[1:]
    lead.get_by_role("button", name="이다온 초대").click()
    dialog.get_by_label("암호", exact=True).fill(PHRASES[LEAD])
    dialog.get_by_role("button", name="확인하고 계속").click()
    expect(lead.get_by_role("heading", name=f"초대 링크: {OTHER}")).to_be_visible()
    link = lead.locator("code").inner_text()
    other = opened()
    other.goto(link)
    expect(other.locator("#name")).to_have_text("이다온")
    assert "#" not in other.url


def test_everybody_can_use_the_pages(served: Office, opened: Opened) -> None:
    """Axe finds nothing, in light and dark, and nothing is wider than its window."""
    from axe_playwright_python.sync_playwright import Axe

    axe, found = Axe(), list[str]()
    lead, stranger = opened(), opened()
    joins(lead, served, LEAD)
    address = served.public.address
    for page, path in (
        (stranger, "/login"),
        (stranger, f"/join#{served.invited(OTHER)}"),
        *((lead, path) for path in ("/account", "/team", "/records")),
    ):
        page.goto(f"{address}{path}", wait_until="networkidle")
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            for wrong in axe.run(page).response["violations"]:
                places = [" ".join(node["target"]) for node in wrong["nodes"][:3]]
                found.append(f"{path}, {scheme}: {wrong['id']} at {places}")
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            scrolled = page.evaluate("document.documentElement.scrollWidth")
            if scrolled > width:
                found.append(f"{path}: {scrolled} wide in {width}")
    assert found == []
