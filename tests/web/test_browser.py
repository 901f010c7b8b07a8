"""People at work in a real browser: by keyboard, with the clipboard, in light and dark.

Needs playwright, axe and chromium; where one is missing the tests say so and are skipped,
unless ``PARKDRAFT_NEEDS_BROWSER`` says that they must run.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import urlsplit

import pytest
from tests.web.centres import CHANGE

from parkdraft.cli.main import run

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Locator, Page, Request
    from tests.web.conftest import Served

WIDTHS = (360, 480, 768, 1000, 1280, 1920)
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser"))), None)
FLAGS = (
    *("--disable-gpu", "--disable-quic", "--no-first-run", "--disable-component-update"),
    *("--disable-background-networking", "--disable-sync", "--force-prefers-reduced-motion"),
)
BATCH = """업무,운영사,현장명,기존차량번호,변경차량번호
차량번호 변경,새봄주차,별빛타워,68마4321,157허8765
차량번호 변경,새봄주차,별빛타워,68마4322,아닌번호
차량번호 변경,가온주차,달빛타워,68마4323,157허8767
,마루주차,햇빛타워,68마4324,157허8768
"""


def _missing() -> str | None:
    """Why there is no browser here."""
    try:
        import axe_playwright_python  # noqa: F401
        import playwright  # noqa: F401
    except ImportError as error:
        return f"{error.name} is not installed: pip install -e '.[test]'"
    if CHROMIUM is None:
        return "chromium is not installed: apt-get install chromium"
    return None


MISSING = _missing()
if MISSING and os.environ.get("PARKDRAFT_NEEDS_BROWSER"):
    raise RuntimeError(MISSING)
pytestmark = pytest.mark.skipif(MISSING is not None, reason=f"no browser: {MISSING}")


# ---- the browser ---------------------------------------------------------------------------


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    from playwright.sync_api import expect, sync_playwright

    expect.set_options(timeout=15_000)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        yield browser
        browser.close()


@dataclass
class Tab:
    """A page in the browser; everything that it should not do is noted in ``complaints``."""

    page: Page
    served: Served
    complaints: list[str] = field(default_factory=list)
    refusals: set[str] = field(default_factory=set)
    """Paths whose refusal is meant; the browser notes each on its console."""

    def __post_init__(self) -> None:
        self.page.set_default_timeout(15_000)
        self.page.on("console", self._on_console)
        self.page.on("dialog", lambda dialog: self.complaints.append(f"says {dialog.message}"))
        self.page.on("pageerror", lambda error: self.complaints.append(f"error: {error}"))
        self.page.on("request", self._on_request)

    def _on_console(self, message: ConsoleMessage) -> None:
        path = urlsplit(message.location.get("url", "")).path
        meant = message.text.startswith("Failed to load resource") and path in self.refusals
        if message.type in ("error", "warning") and not meant:
            self.complaints.append(f"{message.type}: {message.text} ({path})")

    def _on_request(self, request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme not in ("data", "blob") and parts.netloc != self.served.host:
            self.complaints.append(f"request to {parts.netloc}")

    def go(self, path: str) -> None:
        self.page.goto(f"http://{self.served.host}{path}", wait_until="load")

    def said(self, text: str) -> None:
        """The page says it, to eyes and screen readers."""
        from playwright.sync_api import expect

        expect(self.page.locator("#said")).to_contain_text(text)

    def clipboard(self) -> str:
        text: str = self.page.evaluate("navigator.clipboard.readText()")
        return text.replace("\r\n", "\n")


Opened = Callable[..., Tab]


@pytest.fixture
def tab(browser: Browser, served: Served) -> Iterator[Opened]:
    """Opens the page of ``served`` as somebody; at the end, nothing may have been complained."""
    tabs: list[Tab] = []
    contexts: list[BrowserContext] = []

    def open_tab(path: str = "/", login: str | None = None, **options: Any) -> Tab:
        context = browser.new_context(
            locale="ko-KR",
            permissions=["clipboard-read", "clipboard-write"],
            viewport={"width": 1280, "height": 900},
            **options,
        )
        contexts.append(context)
        pairs = [pair.partition("=") for pair in served.cookies(login or served.agent).split("; ")]
        context.add_cookies(
            [
                {"name": n, "value": v, "url": f"http://{served.host}", "sameSite": "Strict"}
                for n, _, v in pairs
            ]
        )
        tabs.append(Tab(context.new_page(), served))
        tabs[-1].go(path)
        return tabs[-1]

    yield open_tab
    for context in contexts:
        context.close()
    assert [complaint for one in tabs for complaint in one.complaints] == []


def drafted(served: Served, case: str = "plate-change", login: str = "", **details: str) -> str:
    """A draft made elsewhere than on the page."""
    given = {name.replace("_", "-"): value for name, value in details.items()}
    if case == "plate-change":
        given = {**CHANGE, **given}
    return served.centre.draft(case, login or served.agent, **given)


def files(served: Served, state: str) -> dict[str, bytes]:
    """The drafts in a state, by identifier."""
    return {path.stem: path.read_bytes() for path in (served.root / "outbox" / state).glob("*.*")}


def shown(locator: Locator) -> None:
    from playwright.sync_api import expect

    expect(locator).to_be_visible()


# ---- the first visit -----------------------------------------------------------------------


def test_the_first_visit_asks_who_is_working_and_keeps_the_key_out_of_sight(
    browser: Browser, served: Served
) -> None:
    context = browser.new_context(locale="ko-KR")
    one = Tab(context.new_page(), served)
    one.page.goto(served.address)
    assert one.page.url == f"http://{served.host}/who"
    one.page.get_by_role("button", name="박새봄").click()
    shown(one.page.locator(".who", has_text="박새봄"))
    assert one.page.url == f"http://{served.host}/"
    one.page.get_by_role("link", name="바꾸기").click()
    one.page.get_by_role("button", name="김가람").click()
    shown(one.page.locator(".who", has_text="김가람"))
    assert one.page.evaluate("document.cookie") == ""
    assert served.gate.key not in one.page.content()
    context.close()
    assert one.complaints == []


def test_another_browser_gets_nothing(browser: Browser, served: Served) -> None:
    context = browser.new_context(locale="ko-KR")
    page = context.new_page()
    answer = page.goto(f"http://{served.host}/")
    assert answer
    assert answer.status == 403
    shown(page.get_by_text("parkdraft가 연 창에서만"))
    context.close()


# ---- a new draft ---------------------------------------------------------------------------


class Keys:
    """Somebody without a mouse; each key or typed text is one interaction."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.count = 0

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)
            self.count += 1

    def type(self, text: str) -> None:
        self.page.keyboard.type(text)
        self.count += 1


def test_a_plate_change_by_keyboard_alone_is_the_command_lines_file(
    tab: Opened, served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    from playwright.sync_api import expect

    one = tab()
    page, keys = one.page, Keys(one.page)
    expect(page.get_by_role("radio").first).to_be_focused()
    keys.press("ArrowDown")  # from the first choice to the second
    expect(page.get_by_role("radio", name="차량번호 변경")).to_be_checked()
    keys.press("Enter")
    keys.type("별빛")
    shown(page.get_by_role("option", name="별빛타워"))
    keys.press("ArrowDown", "Enter", "Tab")
    keys.type(CHANGE["old-plate"])
    keys.press("Tab")
    keys.type(CHANGE["new-plate"])
    pane = page.locator("#pane")
    shown(pane.get_by_text("[정기권 차량번호 변경 요청] 별빛타워 / 3456→6789"))
    for address in ("parking-desk", "nuri.seo", "gaon.moon", "bada.han", "seulgi.yoon"):
        expect(pane).to_contain_text(f"{address}@example.com")
    expect(page.locator("#missing")).to_contain_text("저장할 수 있습니다")
    keys.press("Enter")
    shown(page.locator("#saved").get_by_text("저장했습니다"))
    expect(page.locator("#saved")).to_be_focused()
    assert keys.count <= 12

    [(draft_id, content)] = files(served, "pending").items()
    expect(page.locator("#saved")).to_contain_text(draft_id)
    monkeypatch.setenv("PARKDRAFT_USER", served.agent)
    args = [f"--{name}={value}" for name, value in CHANGE.items()]
    assert run(["--home", str(served.root), "draft", "plate-change", *args]) == 0
    [other] = [kept for name, kept in files(served, "pending").items() if name != draft_id]
    assert other == content

    keys.press("Tab", "Tab")  # past the number
    expect(page.get_by_role("button", name="다음 초안")).to_be_focused()
    keys.press("Enter")
    expect(page.get_by_role("radio").first).to_be_focused()
    expect(page.locator("#saved")).to_be_hidden()
    expect(page.locator("#pane")).not_to_contain_text("6789")
    typed = page.locator("input:not([type=radio]):not([type=checkbox]), textarea")
    assert {typed.nth(number).input_value() for number in range(typed.count())} == {""}


def test_a_site_typed_whole_needs_no_choosing(tab: Opened, served: Served) -> None:
    """However fast somebody types: no field comes between the site and the next one."""
    from playwright.sync_api import expect

    page = tab().page
    keys = Keys(page)
    expect(page.get_by_role("radio").first).to_be_focused()
    keys.press("ArrowDown", "Enter")
    for text in (CHANGE["site"], CHANGE["old-plate"], CHANGE["new-plate"]):
        keys.type(text)
        keys.press("Tab")
    for name, value in CHANGE.items():
        expect(page.locator(f"[name={name}]:visible")).to_have_value(value)
    shown(page.locator("#pane").get_by_text("별빛타워 / 3456→6789"))
    expect(page.locator("[name=partner]")).to_be_hidden()


def test_what_is_missing_and_wrong_is_said_where_it_is(tab: Opened, served: Served) -> None:
    from playwright.sync_api import expect

    one = tab()
    page = one.page
    page.get_by_text("차량번호 변경", exact=True).click()
    expect(page.get_by_label("현장명")).to_be_focused()
    old, new = page.get_by_label("기존차량번호").first, page.get_by_label("변경차량번호").first
    old.fill("아닌 번호")
    new.focus()
    expect(old).to_have_attribute("aria-invalid", "true")
    expect(new).not_to_have_attribute("aria-invalid", "true")
    expect(page.locator("#missing")).to_contain_text("현장명")
    page.locator("#save").click()
    one.said("저장하지 못했습니다")
    expect(page.get_by_label("현장명")).to_be_focused()
    assert not (served.root / "outbox").exists()
    page.locator("#missing").get_by_role("button", name="변경차량번호").click()
    expect(new).to_be_focused()


def test_a_near_site_is_taken_with_a_click_or_confirmed_with_a_box(
    tab: Opened, served: Served
) -> None:
    from playwright.sync_api import expect

    one = tab()
    page = one.page
    page.get_by_text("차량번호 변경", exact=True).click()
    site, box = page.locator("#site"), page.get_by_role("checkbox", name="현장확인")
    site.fill("가온 호탤")
    page.locator("#plate-change-old-plate").fill(CHANGE["old-plate"])
    page.locator("#plate-change-new-plate").fill(CHANGE["new-plate"])
    page.locator("#partner").select_option("gaon")
    expect(page.locator("#site-problem")).to_contain_text("현장확인")
    expect(box).to_be_visible()
    box.check()
    expect(page.locator("#site-problem")).to_be_empty()
    site.fill("가온 호털")  # what was confirmed was another name
    page.locator("#plate-change-old-plate").focus()
    expect(box).not_to_be_checked()
    expect(page.locator("#site-problem")).to_contain_text("가온 호텔")
    page.locator("#near").get_by_role("button", name="가온 호텔").click()
    expect(site).to_have_value("가온 호텔")
    expect(page.locator("#missing")).to_contain_text("저장할 수 있습니다")
    expect(page.locator("#near")).to_be_hidden()
    expect(box).to_be_hidden()


def test_parts_are_copied_one_by_one(tab: Opened, served: Served) -> None:
    from playwright.sync_api import expect

    draft_id = drafted(served)
    one = tab()
    page = one.page
    page.get_by_text("차량번호 변경", exact=True).click()
    for name, value in CHANGE.items():
        page.locator(f"[name={name}]:visible").fill(value)
    for name, wanted in (
        ("수신", "nuri.seo@example.com"),
        ("참조", "gaon.moon@example.com, bada.han@example.com, seulgi.yoon@example.com"),
        ("제목", "[정기권 차량번호 변경 요청] 별빛타워 / 3456→6789"),
    ):
        page.locator("#pane").get_by_role("button", name=f"{name} 복사", exact=True).click()
        one.said(f"복사했습니다: {name}")
        one.said("보내는 사람이 공용 메일인지 확인하세요")
        one.said("팀장 승인 전입니다")
        assert one.clipboard() == wanted
    page.locator("#pane").get_by_role("button", name="본문 복사", exact=True).click()
    one.said("복사했습니다: 본문")
    body = one.clipboard()
    assert body.startswith("안녕하세요, 서누리 과장님.\n")
    one.go(f"/outbox/{draft_id}")
    assert served.centre.did(draft_id) == [("draft", served.agent)]
    page.get_by_role("button", name="본문 복사", exact=True).click()
    one.said("복사했습니다: 본문")
    shown(page.locator(".history li", has_text="복사"))  # it was recorded, and is seen
    expect(page.locator("#copy-body")).to_be_focused()
    assert one.clipboard() == body
    assert served.centre.did(draft_id)[1:] == [("copy", served.agent)]


def test_the_saved_file_is_downloaded_as_it_lies_in_the_outbox(
    tab: Opened, served: Served, tmp_path: Path
) -> None:
    one = tab()
    page = one.page
    page.get_by_text("차량번호 변경", exact=True).click()
    for name, value in CHANGE.items():
        page.locator(f"[name={name}]:visible").fill(value)
    page.keyboard.press("Escape")
    with page.expect_download() as downloading:
        page.get_by_role("button", name="내려받기(.eml)").click()
    downloading.value.save_as(tmp_path / "got.eml")
    [(draft_id, content)] = files(served, "pending").items()
    assert downloading.value.suggested_filename == f"{draft_id}.eml"
    assert (tmp_path / "got.eml").read_bytes() == content
    one.said("보내는 사람이 공용 메일인지 확인하세요")
    for part in ("제목", "본문"):
        with page.expect_response("**/copied"):
            page.locator("#pane").get_by_role("button", name=f"{part} 복사", exact=True).click()
    did = [verb for verb, _ in served.centre.did(draft_id)]
    assert did == ["draft", "download", "copy", "copy"]
    one.go(f"/outbox/{draft_id}")
    with page.expect_download() as downloading:
        page.get_by_role("button", name="내려받기").click()
    downloading.value.save_as(tmp_path / "again.eml")
    assert (tmp_path / "again.eml").read_bytes() == content


def test_duplicates_are_shown_before_anything_is_saved(tab: Opened, served: Served) -> None:
    from playwright.sync_api import expect

    first = drafted(served)
    one = tab()
    page = one.page
    page.get_by_text("차량번호 변경", exact=True).click()
    for name, value in CHANGE.items():
        page.locator(f"[name={name}]:visible").fill(value)
    expect(page.locator("#pane")).to_contain_text(first)
    page.keyboard.press("Enter")
    shown(page.locator("#doubles").get_by_text(first))
    expect(page.get_by_role("button", name="저장 취소")).to_be_focused()
    assert set(files(served, "pending")) == {first}
    page.keyboard.press("Escape")
    expect(page.locator("#doubles")).to_be_hidden()
    page.locator("#save").click()
    page.get_by_role("button", name="그래도 저장").click()
    shown(page.locator("#saved").get_by_text("저장했습니다"))
    assert len(files(served, "pending")) == 2


def test_files_go_along_with_a_mail(
    tab: Opened, served: Served, look: Callable[[Tab, str], list[str]], tmp_path: Path
) -> None:
    from playwright.sync_api import expect

    from parkdraft.writing.readback import read

    for name, start in (("차량등록증.pdf", b"%PDF-1.7\n"), ("12가3456.png", b"\x89PNG\r\n")):
        (tmp_path / name).write_bytes(start)
    one = tab()
    page = one.page
    page.get_by_role("radio", name="차량번호 변경").check(force=True)
    chooser = page.get_by_label("첨부 파일 고르기")
    expect(chooser).to_be_hidden()
    page.get_by_label("현장명").fill("별빛타워")
    form = page.locator('[data-case="plate-change"]')
    form.get_by_label("기존차량번호").fill(CHANGE["old-plate"])
    form.get_by_label("변경차량번호").fill(CHANGE["new-plate"])
    shown(chooser)
    chooser.set_input_files([tmp_path / "차량등록증.pdf", tmp_path / "12가3456.png"])
    pane = page.locator("#pane")
    expect(pane).to_contain_text("주민등록번호·주소·얼굴을 가렸는지")
    page.locator("#save").click()
    expect(page.locator("#refused")).to_contain_text("주민등록번호·주소·얼굴을 가렸는지")
    expect(page.locator("#missing")).to_contain_text("표시된 곳을 고치세요")
    page.get_by_label("주민등록번호·주소·얼굴을 가렸습니다").check()
    expect(page.locator("#missing")).to_contain_text("저장할 수 있습니다")
    expect(pane).to_contain_text("첨부파일 : 첨부2.png")
    assert look(one, "with files") == []
    page.get_by_role("button", name="차량등록증.pdf 빼기").click()
    expect(pane).to_contain_text("첨부파일 : 첨부1.png")
    page.locator("#save").click()
    shown(page.locator("#saved").get_by_text("저장했습니다"))
    [content] = files(served, "pending").values()
    assert [file.name for file in read(content).attachments] == ["첨부1.png"]
    page.get_by_role("button", name="다음 초안").click()
    expect(page.locator("#papers-chosen li")).to_have_count(0)


def test_of_a_pasted_enquiry_nothing_is_taken_over_without_a_click(
    tab: Opened, served: Served
) -> None:
    from playwright.sync_api import expect

    one = tab()
    page = one.page
    page.get_by_text("차량번호 변경", exact=True).click()
    page.get_by_text("받은 문의 붙여 넣기").click()
    page.locator("#pasted").fill(
        "별빛타워 정기권 쓰는데 차를 바꿨어요. 기존 12가3456에서 345나6789로 변경해 주세요. "
        "12월 1일부터요. 010-2468-1357"
    )
    proposals = page.locator("#proposals")
    expect(proposals).to_contain_text("12가3456")
    expect(proposals).to_contain_text("345나6789")
    expect(proposals).to_contain_text("별빛타워")
    fields = page.locator("#rest input:not([type=radio]):not([type=checkbox])")
    assert {fields.nth(i).input_value() for i in range(fields.count())} == {""}
    proposals.get_by_role("button", name=re.compile("12가3456 → 기존차량번호")).click()
    one.said("옮겼습니다: 기존차량번호")
    expect(page.locator("[name=old-plate]:visible")).to_have_value("12가3456")
    expect(page.locator("[name=new-plate]:visible")).to_have_value("")
    proposals.get_by_role("button", name=re.compile("345나6789 → 변경차량번호")).click()
    proposals.get_by_role("button", name=re.compile("별빛타워 → 현장명")).click()
    shown(page.locator("#pane").get_by_text("별빛타워 / 3456→6789"))
    assert not (served.root / "outbox").exists()


def test_a_cancellation_says_what_to_tell_the_customer_before_the_answer(tab: Opened) -> None:
    from playwright.sync_api import expect

    page = tab().page
    page.get_by_text("중도해지", exact=False).first.click()
    for name, value in {
        "site": "별빛타워",
        "plate": "12가3456",
        "start": "2026-11-01",
        "cancel-date": "2026-11-11",
        "daily-max": "15,000원",
    }.items():
        page.locator(f"[name={name}]:visible").fill(value)
    page.keyboard.press("Tab")
    expect(page.locator("#pane")).to_contain_text("고객께 이렇게 안내하세요")
    expect(page.locator("#pane")).to_contain_text("150,000")


# ---- the outbox ----------------------------------------------------------------------------


def test_what_only_some_cases_need_appears_when_it_is_needed(tab: Opened) -> None:
    """The operator behind 그 외, and the discount with its proof."""
    page = tab().page
    page.get_by_role("radio", name="현장결제 취소").check()
    for name in ("operator", "discount", "proof"):
        assert not page.locator(f"[data-field={name}]").is_visible()
    page.locator("#site").fill("77빌딩")
    page.locator("#payment-cancel-plate").fill("12가3456")
    page.locator("#partner").select_option("other")
    page.locator("#payment-cancel-paid-at").fill("2026-11-20 14:05")
    page.locator("#payment-cancel-paid").fill("12000")
    page.get_by_role("radio", name="할인 미적용").check()
    page.get_by_role("radio", name="한화생명 직원 할인").check()
    shown(page.locator("#pane", has_text="증빙)를 보내 주시겠습니까"))
    page.get_by_role("radio", name="증빙 없음").check()
    shown(page.locator("#operator"))
    page.locator("#operator").fill("다온파킹")
    shown(page.locator("#pane", has_text="운영회사 : 다온파킹"))


def test_a_lead_approves_and_returns_and_the_agent_corrects(tab: Opened, served: Served) -> None:
    from playwright.sync_api import expect

    good = drafted(served)
    bad = drafted(served, old_plate="68마4321", new_plate="157허8765")
    one = tab("/outbox", served.lead)
    page = one.page
    for name in ("승인", "반려"):
        expect(page.get_by_role("button", name=name, exact=True)).to_be_disabled()
    page.locator(f"#pick-{good}").check()
    page.locator(f"#pick-{bad}").check()
    expect(page.get_by_role("button", name="승인 (2)")).to_be_enabled()
    page.locator(f"#pick-{bad}").uncheck()
    page.get_by_role("button", name="승인 (1)").click()
    one.said("승인 1건")
    expect(page.locator(f"#row-{good}")).to_have_count(0)
    assert set(files(served, "approved")) == {good}

    page.locator(f"#go-{bad}").click()
    shown(page.get_by_role("heading", name="보낼 메일"))
    page.get_by_role("button", name="반려", exact=True).click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name="반려").click()
    expect(dialog).to_contain_text("사유를 적으세요")
    assert set(files(served, "pending")) == {bad}
    dialog.get_by_role("textbox").fill("변경차량번호를 다시 확인해 주세요")
    dialog.get_by_role("button", name="반려").click()
    one.said("반려 1건")
    assert set(files(served, "returned")) == {bad}

    page = tab("/outbox?state=returned").page
    page.locator(f"#go-{bad}").click()
    expect(page.locator("#live")).to_contain_text("변경차량번호를 다시 확인해 주세요")
    page.get_by_role("link", name="고쳐 쓰기").click()
    expect(page.locator("main")).to_contain_text("변경차량번호를 다시 확인해 주세요")
    expect(page.locator("[name=old-plate]:visible")).to_have_value("68마4321")
    page.locator("[name=new-plate]:visible").fill("157허8766")
    page.locator("#save").click()
    shown(page.locator("#saved").get_by_text("저장했습니다"))
    [(new, content)] = files(served, "pending").items()
    kept = served.centre.stored(new)
    assert (kept.replaces, kept.author) == (bad, served.agent)
    page.goto(f"http://{served.host}/outbox/{new}")
    expect(page.locator("#live")).to_contain_text("변경차량번호를 다시 확인해 주세요")
    assert content


def test_a_handled_draft_is_marked_as_sent(tab: Opened, served: Served) -> None:
    post = drafted(served, site="햇빛타워", partner="maru", integration="manual")
    one = tab(f"/outbox/{post}")
    one.page.get_by_role("button", name="처리 완료로 표시").click()
    one.said("완료 표시 1건")
    assert set(files(served, "sent")) == {post}


def test_a_dialog_returns_only_what_it_was_opened_on(tab: Opened, served: Served) -> None:
    """Two leads at the same draft: what one approves is not returned by the other unseen."""
    from playwright.sync_api import expect

    draft_id = drafted(served)
    one = tab(f"/outbox/{draft_id}", served.lead)
    one.refusals = {"/outbox/return"}
    page = one.page
    page.get_by_role("button", name="반려", exact=True).click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("textbox").fill("현장 확인")
    served.centre.approve(draft_id)
    one.said("이 초안이 바뀌었습니다")  # behind the dialog
    dialog.get_by_role("button", name="반려").click()
    one.said("처리하지 못한 것 1건")
    expect(page.locator("#results")).to_contain_text("조금 전에 다른 사람이 처리했습니다")
    expect(page.locator("#state .badges")).to_contain_text("발송 대기")
    assert served.centre.stored(draft_id).state == "approved"
    page.get_by_role("button", name="승인 취소").click()
    one.said("취소 1건")
    expect(page.locator("#state .badges")).to_contain_text("승인 대기")


def test_a_name_chosen_in_another_tab_signs_nothing_unseen(tab: Opened, served: Served) -> None:
    from playwright.sync_api import expect

    draft_id = drafted(served)
    one = tab(f"/outbox/{draft_id}")
    one.refusals = {"/outbox/return", "/drafts"}
    typing = Tab(one.page.context.new_page(), served, refusals=one.refusals)
    typing.go("/")
    typing.page.get_by_text("차량번호 변경", exact=True).click()
    for name, value in {**CHANGE, "old-plate": "12가3457", "new-plate": "345나6788"}.items():
        typing.page.locator(f"[name={name}]:visible").fill(value)
    expect(typing.page.locator("#pane")).to_contain_text("별빛타워 / 3457→6788")
    other = Tab(one.page.context.new_page(), served)
    other.go("/who")
    other.page.get_by_role("button", name="이다온").click()
    shown(other.page.locator(".who", has_text="이다온"))

    typing.page.locator("#save").click()
    typing.said("작업자를 이다온으로 바꾸어 아무것도 하지 않았습니다")
    shown(typing.page.locator(".who", has_text="이다온"))
    assert served.centre.ids() == [draft_id]
    expect(typing.page.locator("[name=new-plate]:visible")).to_have_value("345나6788")
    typing.page.locator("#save").click()  # whose name it will be was seen
    shown(typing.page.locator("#saved").get_by_text("저장했습니다"))
    [new] = {*served.centre.ids()} - {draft_id}
    assert served.centre.stored(new).author == "daon.lee"

    page = one.page
    page.get_by_role("button", name="반려", exact=True).click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("textbox").fill("현장 확인")
    dialog.get_by_role("button", name="반려").click()
    one.said("작업자를 이다온으로 바꾸어")
    expect(dialog).to_be_hidden()
    shown(page.locator(".who", has_text="이다온"))
    expect(page.get_by_role("button", name="반려", exact=True)).to_have_count(0)  # not hers
    assert served.centre.stored(draft_id).state == "pending"
    assert one.complaints + typing.complaints + other.complaints == []


def test_a_correction_of_what_was_approved_meanwhile_asks_again(
    tab: Opened, served: Served
) -> None:
    from playwright.sync_api import expect

    old = drafted(served)
    one = tab(f"/?replaces={old}")
    page = one.page
    expect(page.locator("#standing")).to_have_text("승인 대기")
    page.locator("[name=new-plate]:visible").fill("345나6788")
    served.centre.approve(old)
    page.locator("#save").click()
    expect(page.locator("#refused")).to_contain_text("다른 사람이 처리했습니다")
    expect(page.locator("#standing")).to_have_text("발송 대기")
    assert served.centre.stored(old).state == "approved"
    page.locator("#save").click()
    shown(page.locator("#saved").get_by_text("저장했습니다"))
    assert served.centre.stored(old).state == "returned"


def test_what_another_process_does_appears_without_a_reload(tab: Opened, served: Served) -> None:
    from playwright.sync_api import expect

    first = drafted(served)
    one = tab("/outbox", served.lead)
    page = one.page
    page.evaluate("window.stays = true")
    page.locator(f"#pick-{first}").check()
    args = [*(f"--{name}={value}" for name, value in CHANGE.items()), "--urgent"]
    command = [sys.executable, "-m", "parkdraft", "--home", str(served.root), "draft"]
    env = {**os.environ, "PARKDRAFT_USER": served.agent}
    subprocess.run([*command, "plate-change", *args], env=env, check=True, capture_output=True)
    [new] = set(files(served, "pending")) - {first}
    shown(page.locator(f"#row-{new}"))
    one.said("목록이 바뀌었습니다")
    expect(page.locator(f"#pick-{first}")).to_be_checked()
    expect(page.locator(f"#pick-{new}")).not_to_be_checked()
    expect(page.get_by_role("button", name="승인 (1)")).to_be_enabled()
    assert page.evaluate("window.stays")


# ---- tables --------------------------------------------------------------------------------


def test_a_table_is_looked_at_before_anything_is_made(
    tab: Opened, served: Served, tmp_path: Path
) -> None:
    from playwright.sync_api import expect

    table = tmp_path / "11월 변경.csv"
    table.write_text(BATCH, "utf-8")
    page = tab("/batch").page
    page.get_by_label("표 파일 (CSV, XLSX)").set_input_files(table)
    expect(page.locator("main")).to_contain_text("고른 파일: 11월 변경.csv")
    page.get_by_role("button", name="점검", exact=True).click()
    shown(page.get_by_role("heading", name="점검 결과"))
    bad = page.get_by_role("region", name="고칠 것")
    expect(bad.get_by_role("rowheader")).to_have_text(["3", "5"])
    expect(bad).to_contain_text("변경차량번호")
    assert not any("outbox/pending" in name for name in served.tree())
    with page.expect_download() as downloading:
        page.get_by_role("link", name="고칠 줄 내려받기").click()
    downloading.value.save_as(tmp_path / "failed.csv")
    failed = (tmp_path / "failed.csv").read_text("utf-8-sig").splitlines()
    assert len(failed) == 3
    assert "오류" in failed[0]
    page.get_by_role("button", name="초안 만들기 (2)").click()
    shown(page.get_by_role("heading", name="초안을 만들었습니다"))
    assert len(files(served, "pending")) == 1
    assert len(files(served, "approved")) == 1
    page.get_by_role("link", name="초안함 열기").click()
    shown(page.get_by_role("heading", name="초안함"))


# ---- contacts ------------------------------------------------------------------------------


def test_a_months_list_is_seen_before_it_counts(
    tab: Opened, served: Served, tmp_path: Path
) -> None:
    table = tmp_path / "누리.csv"
    table.write_text("현장명,담당자,이메일\n새솔빌딩,고새솔,saesol@example.com\n", "utf-8")
    before = served.tree()
    one = tab("/contacts/lists")
    page = one.page
    page.locator("#contacts-file").set_input_files(table)
    page.get_by_role("button", name="점검", exact=True).first.click()
    shown(page.get_by_text("새솔빌딩").first)
    assert served.tree() == before
    page.get_by_label("위 내용을 확인했고").check()  # a site that is there goes
    page.locator("main form button.main").first.click()
    shown(page.get_by_role("link", name="명단").first)
    page.wait_for_url(re.compile(r"/contacts/"))
    kept = served.root / "sites" / "nuri" / f"{date.today():%Y-%m}.csv"
    assert "saesol@example.com" in kept.read_text("utf-8-sig")


# ---- every page ----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def look(browser: Browser) -> Callable[[Tab, str], list[str]]:
    """What axe objects to, and where a page is wider than its window."""
    from axe_playwright_python.sync_playwright import Axe

    axe = Axe()

    def looked(one: Tab, name: str) -> list[str]:
        found = []
        schemes: tuple[Literal["light", "dark"], ...] = ("light", "dark")
        for scheme in schemes:
            one.page.emulate_media(color_scheme=scheme)
            for wrong in axe.run(one.page).response["violations"]:
                places = [" ".join(node["target"]) for node in wrong["nodes"][:3]]
                found.append(f"{name}, {scheme}: {wrong['id']} at {places}")
        for width in WIDTHS:
            one.page.set_viewport_size({"width": width, "height": 900})
            scrolled = one.page.evaluate("document.documentElement.scrollWidth")
            if scrolled > width:
                found.append(f"{name}: {scrolled} wide in {width}")
        one.page.set_viewport_size({"width": 1280, "height": 900})
        return found

    return looked


def filled(served: Served) -> dict[str, str]:
    """An outbox with something in every state."""
    (served.root / "sites" / "nuri").joinpath(f"{date.today():%Y-%m}.csv").unlink()
    ids = {
        "pending": drafted(served, urgent="예", ticket="1123-014"),
        "double": drafted(served),
        "waiting": drafted(served, site="누리스퀘어", partner="nuri", integration="manual"),
        "post": drafted(served, site="햇빛타워", partner="maru", integration="manual"),
        "steps": drafted(served, site="한빛스퀘어", login=served.lead),
        "returned": drafted(served, old_plate="68마4321", new_plate="157허8765"),
        "approved": drafted(served, old_plate="68마4322", new_plate="157허8766"),
        "sent": drafted(served, old_plate="68마4323", new_plate="157허8767"),
        "edited": drafted(served, old_plate="68마4324", new_plate="157허8768"),
        "sheet": drafted(
            served,
            "payment-cancel",
            **{"site": "가온 호텔", "plate": "68마4325", "paid-at": "2026-11-20 14:05"},
            **{"paid": "12000", "reason": "unregistered"},
        ),
    }
    served.centre.approve(ids["approved"], ids["sent"])
    served.centre.sent(ids["sent"])
    served.centre.send_back(ids["returned"], reason="변경차량번호를 다시 확인해 주세요")
    path = served.centre.path(ids["edited"])
    path.write_bytes(path.read_bytes().replace(b"nuri.seo@", b"nuri.soe@"))
    return ids


def test_the_page_of_a_new_draft_is_for_everybody(
    tab: Opened, served: Served, look: Callable[[Tab, str], list[str]]
) -> None:
    from playwright.sync_api import expect

    drafted(served)
    one = tab()
    page = one.page
    wrong = look(one, "empty")
    page.get_by_text("차량번호 변경", exact=True).click()
    page.get_by_text("받은 문의 붙여 넣기").click()
    page.locator("#pasted").fill("기존 12가3456에서 345나6789로 변경해 주세요")
    expect(page.locator("#proposals")).to_contain_text("12가3456")
    page.get_by_label("현장명").fill("별빛")
    shown(page.get_by_role("option", name="별빛타워"))
    wrong += look(one, "found")
    page.keyboard.press("Escape")
    page.locator("[name=old-plate]:visible").fill("아닌 번호")
    page.locator("#save").click()
    shown(page.locator(".bad:visible").first)
    wrong += look(one, "with problems")
    for name, value in CHANGE.items():
        page.locator(f"[name={name}]:visible").fill(value)
    page.keyboard.press("Enter")
    shown(page.locator("#doubles"))
    wrong += look(one, "doubles")
    page.get_by_role("button", name="그래도 저장").click()
    shown(page.locator("#saved").get_by_text("저장했습니다"))
    wrong += look(one, "saved")
    assert wrong == []


def test_the_outbox_is_for_everybody(
    tab: Opened, served: Served, look: Callable[[Tab, str], list[str]]
) -> None:
    wrong = look(tab("/outbox", served.lead), "empty outbox")
    ids = filled(served)
    path = served.root / "contacts.yaml"  # today's directory would make another mail
    path.write_text(path.read_text("utf-8").replace("gaon.moon@", "gaon.mun@"), "utf-8")
    one = tab("/outbox?state=all", served.lead)
    one.refusals = {"/outbox/approve"}
    wrong += look(one, "all")
    one.go("/outbox?state=pending&q=별빛")
    one.page.locator("#all").check()
    wrong += look(one, "selected")
    one.page.get_by_role("button", name=re.compile("^반려")).click()
    shown(one.page.get_by_role("dialog"))
    wrong += look(one, "dialog")
    one.page.get_by_role("button", name="취소").click()
    one.page.get_by_role("button", name=re.compile("^승인")).click()
    shown(one.page.locator("#results"))
    wrong += look(one, "results")
    for name in ("pending", "waiting", "post", "steps", "returned", "sent", "edited", "sheet"):
        one.go(f"/outbox/{ids[name]}")
        wrong += look(one, name)
    one.go("/outbox/verify")
    wrong += look(one, "verify")
    one.page.get_by_role("button", name="점검").click()
    shown(one.page.get_by_text("바로잡음").first)
    wrong += look(one, "checked")
    assert wrong == []


def test_tables_are_for_everybody(
    tab: Opened, served: Served, look: Callable[[Tab, str], list[str]], tmp_path: Path
) -> None:
    table = tmp_path / "cases.csv"
    table.write_text(BATCH, "utf-8")
    one = tab("/batch")
    page = one.page
    wrong = look(one, "batch")
    page.get_by_label("표 파일 (CSV, XLSX)").set_input_files(table)
    page.get_by_role("button", name="점검", exact=True).click()
    shown(page.get_by_role("heading", name="점검 결과"))
    wrong += look(one, "checked")
    page.get_by_role("button", name="초안 만들기 (2)").click()
    shown(page.get_by_role("heading", name="초안을 만들었습니다"))
    wrong += look(one, "made")
    assert wrong == []


def test_contacts_are_for_everybody(
    tab: Opened, served: Served, look: Callable[[Tab, str], list[str]], tmp_path: Path
) -> None:
    rules = served.app.url_map.iter_rules()
    sections = sorted(
        rule.rule
        for rule in rules
        if rule.rule.startswith("/contacts")
        and not rule.arguments
        and "GET" in (rule.methods or ())
    )
    assert len(sections) >= 6
    one = tab("/contacts")
    wrong = []
    for path in sections:
        one.go(path)
        wrong += look(one, path)
    one.go("/contacts/find?text=ㅅㅂ")
    wrong += look(one, "found")
    table = tmp_path / "누리.csv"
    table.write_text("현장명,담당자,이메일\n새솔빌딩,고새솔,saesol@example.com\n", "utf-8")
    one.go("/contacts/lists")
    one.page.locator("#contacts-file").set_input_files(table)
    one.page.get_by_role("button", name="점검", exact=True).first.click()
    shown(one.page.get_by_text("새솔빌딩").first)
    wrong += look(one, "import")
    directory = served.root / "contacts.yaml"
    sound = directory.read_text("utf-8")
    directory.write_text(sound.replace("    to: [서누리]", "    to: [없는사람]", 1), "utf-8")
    one.refusals = {"/contacts", "/contacts/problems"}
    one.go("/contacts/problems")
    wrong += look(one, "problems")
    assert wrong == []


def test_who_and_errors_are_for_everybody(
    tab: Opened, served: Served, look: Callable[[Tab, str], list[str]]
) -> None:
    one = tab("/who")
    wrong = look(one, "who")
    one.refusals = {"/nowhere", "/"}
    one.go("/nowhere")
    wrong += look(one, "nowhere")
    (served.root / "contacts.yaml").write_text("people: [", "utf-8")
    one.go("/")
    wrong += look(one, "broken directory")
    assert wrong == []


def test_every_page_can_be_printed(tab: Opened, served: Served) -> None:
    draft_id = drafted(served)
    one = tab(f"/outbox/{draft_id}")
    one.page.emulate_media(media="print")
    assert not one.page.locator(".top nav").is_visible()
    assert not one.page.locator("#do-approve").is_visible()
    assert one.page.locator("#body").is_visible()
