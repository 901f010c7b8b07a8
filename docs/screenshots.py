"""Makes the README's pictures of the page: made-up people, a fixed day, Debian's chromium.

python docs/screenshots.py
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from parkdraft import Home
from parkdraft.review import Wanted, move
from parkdraft.web.serve import prepared

if TYPE_CHECKING:
    from playwright.sync_api import Page

ROOT = Path(__file__).parents[1]
NOW = datetime(2026, 11, 23, 14, 20)
AGENT, OTHER, LEAD = "saebom.park", "daon.lee", "garam.kim"
SITES = """\
현장명,운영사,연동구분,일최대요금
달빛타워,가온주차,수동현장,15000
햇빛타워,마루주차,수동현장,18000
새솔빌딩,새봄주차,수동현장,20000
누리스퀘어,누리파킹,수동현장,12000
"""
LIST = "현장명,담당자,직함,이메일\n누리스퀘어,정누리,소장,nuri.jung@example.com\n"
CHANGE = {"site": "별빛타워", "old-plate": "68마4321", "new-plate": "157허8765"}


def main() -> None:
    """Write ``docs/web-draft.png`` and ``docs/web-outbox.png``."""
    chromium = shutil.which("chromium")
    if chromium is None:
        sys.exit("chromium is not installed: apt-get install chromium")
    from playwright.sync_api import sync_playwright

    with tempfile.TemporaryDirectory(prefix="parkdraft-") as folder, sync_playwright() as play:
        os.environ["PARKDRAFT_CACHE"] = str(Path(folder) / "cache")
        root = _home(Path(folder) / "home")
        browser = play.chromium.launch(executable_path=chromium, args=["--disable-gpu"])
        with _served(root) as address:
            for name, login, take in (("draft", "박새봄", _draft), ("outbox", "김가람", _outbox)):
                context = browser.new_context(
                    locale="ko-KR",
                    viewport={"width": 1280, "height": 900},
                    reduced_motion="reduce",
                )
                page = context.new_page()
                page.goto(address)
                page.get_by_role("button", name=login).click()
                take(page)
                page.screenshot(path=ROOT / "docs" / f"web-{name}.png")
                context.close()
        browser.close()


def _draft(page: Page) -> None:
    """A plate change, filled in and not yet saved."""
    page.get_by_text("차량번호 변경", exact=True).click()
    for name, value in CHANGE.items():
        page.locator(f"[name={name}]:visible").fill(value)
    page.keyboard.press("Tab")
    page.locator("#pane").get_by_text("별빛타워 / 4321→8765").wait_for()
    page.evaluate("document.activeElement.blur(); scrollTo(0, 0)")
    page.set_viewport_size({"width": 1280, "height": 1200})


def _outbox(page: Page) -> None:
    """What waits for a lead; two drafts are selected."""
    page.goto(page.url + "outbox?state=pending")
    for number in (1, 2):
        page.locator(".pick input").nth(number).check()
    page.mouse.move(0, 0)
    page.evaluate("document.activeElement.blur(); scrollTo(0, 0)")
    page.set_viewport_size({"width": 1280, "height": 690})


def _home(root: Path) -> Path:
    """The made-up centre after a morning's work."""
    shutil.copytree(ROOT / "templates", root / "templates")
    shutil.copy(ROOT / "tests" / "web" / "contacts.yaml", root)
    (root / "sites.csv").write_text(SITES, "utf-8")
    kept = root / "sites" / "nuri"
    kept.mkdir(parents=True)
    (kept / f"{NOW:%Y-%m}.csv").write_text(LIST, "utf-8")

    def at(minutes: int, login: str) -> Home:
        now = NOW - timedelta(minutes=minutes)
        return replace(Home.open(root), now=lambda: now, login=lambda: login)

    def drafted(minutes: int, login: str, case: str = "plate-change", **details: str) -> str:
        made = at(minutes, login).draft(case, **details)
        assert made.id
        return made.id

    def change(number: int, site: str) -> dict[str, str]:
        plates = {"old_plate": f"12가34{number}", "new_plate": f"345나67{number}"}
        return {"site": site, **plates}

    paid = {"plate": "68마4325", "paid_at": "2026-11-22 14:05", "paid": "12000"}
    ended = {"start": "2026-11-01", "cancel_date": "2026-11-20", "answer": "accepted"}
    sent = drafted(4300, OTHER, **change(51, "새솔빌딩"))
    ready = drafted(1500, AGENT, **change(52, "별빛타워"))
    drafted(1460, OTHER, "registration", site="새솔빌딩", plate="23다4567", start="2026-12-01")
    back = drafted(300, OTHER, **change(53, "가온 호텔"))
    drafted(
        240, AGENT, "cancellation", site="별빛타워", plate="45라6789", daily_max="15000", **ended
    )
    drafted(205, OTHER, "payment-cancel", site="가온 호텔", reason="unregistered", **paid)
    drafted(95, AGENT, **change(54, "누리스퀘어"), ticket="1123-014")
    drafted(50, OTHER, **change(55, "한빛스퀘어"))
    drafted(31, AGENT, **change(56, "햇빛타워"))
    drafted(12, OTHER, "payment-cancel", site="새솔빌딩", reason="misread", **paid)
    drafted(4, AGENT, **change(57, "가온 호텔"), urgent="예")
    lead = at(1400, LEAD)
    with lead.drafts(change=True) as box:
        wanted = map(Wanted, [sent, ready])
        done = [move(box, lead.directory, "approve", wanted, today=lead.today())]
    with at(1390, OTHER).drafts(change=True) as box:
        done += [move(box, lead.directory, "sent", [Wanted(sent)])]
    lead = at(200, LEAD)
    with lead.drafts(change=True) as box:
        reason = "변경차량번호를 확인해 주세요"
        done += [move(box, lead.directory, "return", [Wanted(back)], reason=reason)]
    assert not any(one.problems for one in done), done
    return root


@contextmanager
def _served(root: Path) -> Iterator[str]:
    """The page on that day; the thread ends with the program."""
    _, gate, server = prepared(lambda: replace(Home.open(root), now=lambda: NOW), 0)
    threading.Thread(target=server.run, daemon=True).start()
    yield f"http://127.0.0.1:{gate.port}/?key={gate.key}"


if __name__ == "__main__":
    main()
