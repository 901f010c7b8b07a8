"""Trial: on a fresh host two commands, one serves and one invites; browsers elsewhere do the work.

    python tests/stress/seats.py

Needs root, iproute2, chromium, playwright and certutil (libnss3-tools). The server stands on one
made host with ``parkdraft serve --make-cert``; an agent's browser on a second and a lead's on a
third trust the made root as IT would have it, join by their links, draft and approve. Both browsers
refuse the address before they trust the root. 1 where anything is wrong.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from namespaces import AGENT, NAME, PORT, PROXY, SERVER, Network, network

if TYPE_CHECKING:
    from playwright.sync_api import Page

ROOT = Path(__file__).parents[2]
LEAD = PROXY
"""The third host; here a lead sits at it."""
ADDRESS = f"https://{NAME}:{PORT}"
PHRASE = "푸른 하늘에 뜬 종이배 셋을 보았다"
CHANGE = {"old-plate": "12가3456", "new-plate": "345나6789"}
FLAGS = (
    *("--disable-gpu", "--disable-quic", "--no-first-run", "--disable-component-update"),
    *("--disable-background-networking", "--disable-sync", "--no-proxy-server"),
    f"--host-resolver-rules=MAP {NAME} {SERVER}",
)


class Centre:
    """A home on the server's host, and its two commands."""

    def __init__(self, net: Network, folder: Path) -> None:
        self.net, self.folder, self.home = net, folder, folder / "home"
        self.home.mkdir()
        shutil.copytree(ROOT / "templates", self.home / "templates")
        shutil.copy(ROOT / "tests" / "web" / "contacts.yaml", self.home)
        (self.home / "sites" / "nuri").mkdir(parents=True)
        listed = "현장명,담당자,직함,이메일\n누리스퀘어,정누리,소장,nuri.jung@example.com\n"
        path = self.home / "sites" / "nuri" / f"{date.today():%Y-%m}.csv"
        path.write_text(listed, "utf-8")
        (self.home / "parkdraft.toml").write_text("[server]\n", "utf-8")
        self.env = {**os.environ, "XDG_DATA_HOME": str(folder / "own"), "PYTHONUTF8": "1"}
        self.root = folder / "own" / "parkdraft" / "tls" / NAME / "parkdraft-root.crt"

    def command(self, *words: str) -> list[str]:
        """``parkdraft`` on the server's host."""
        program = (sys.executable, "-m", "parkdraft", "--home", str(self.home))
        return self.net.on(SERVER, *program, *words)

    @contextlib.contextmanager
    def served(self) -> Iterator[None]:
        """``parkdraft serve``, until the block ends."""
        words = ("serve", "--host", "0.0.0.0", "--port", str(PORT), "--make-cert", NAME)
        with (self.folder / "log").open("wb") as log:
            process = subprocess.Popen(
                self.command(*words), env=self.env, stdout=subprocess.PIPE, stderr=log
            )
            assert process.stdout is not None
            with process.stdout:
                try:
                    line = process.stdout.readline().decode().strip()
                    assert line == ADDRESS, (self.folder / "log").read_text("utf-8")
                    yield
                finally:
                    process.terminate()
                    process.wait(40)

    def told(self, *words: str) -> str:
        """What a command says."""
        done = subprocess.run(
            self.command(*words), env=self.env, capture_output=True, text=True, check=True
        )
        return done.stdout.strip()


@contextlib.contextmanager
def browser(net: Network, seat: str, folder: Path, trusted: Path | None) -> Iterator[Page]:
    """A page in a browser on a seat, whose own store has the root or nothing."""
    from playwright.sync_api import sync_playwright

    home = Path(tempfile.mkdtemp(dir=folder))
    store = home / ".pki" / "nssdb"
    store.mkdir(parents=True)
    subprocess.run(["certutil", "-d", f"sql:{store}", "-N", "--empty-password"], check=True)
    if trusted:
        add = ("-A", "-n", "parkdraft", "-t", "C,,", "-i", str(trusted))
        subprocess.run(["certutil", "-d", f"sql:{store}", *add], check=True)
    program = home / "browser"
    chromium = shutil.which("chromium") or "chromium-browser"
    command = " ".join(net.on(seat, "env", f"HOME={home}", chromium))
    program.write_text(f'#!/bin/sh\nexec {command} "$@"\n', "utf-8")
    program.chmod(0o700)
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=program, args=list(FLAGS))
        try:
            page = started.new_page(locale="ko-KR")
            page.set_default_timeout(20_000)
            yield page
        finally:
            started.close()


def _refused(net: Network, folder: Path) -> None:
    """Without the root no page opens."""
    from playwright.sync_api import Error

    with browser(net, AGENT, folder, None) as page:
        why = ""
        try:
            page.goto(ADDRESS)
        except Error as error:
            why = error.message
        assert "ERR_CERT_AUTHORITY_INVALID" in why, why
    print("refused without the root", flush=True)


def _joined(page: Page, link: str) -> None:
    page.goto(link)
    page.locator("#phrase").fill(PHRASE)
    page.locator("#twice").fill(PHRASE)
    page.get_by_role("button", name="정하고 시작").click()
    page.wait_for_url(f"{ADDRESS}/")
    print(f"joined: {page.locator('.who b').inner_text()}", flush=True)


def _drafted(page: Page) -> None:
    page.get_by_text("차량번호 변경", exact=True).click()
    for name, text in {"site": "별빛타워", **CHANGE}.items():
        page.locator(f"[name={name}]:visible").fill(text)
        page.keyboard.press("Tab")
    page.locator("#missing").get_by_text("저장할 수 있습니다").wait_for()
    page.keyboard.press("Enter")
    page.locator("#saved").get_by_text("저장했습니다").wait_for()


def _approved(page: Page, draft: str) -> None:
    page.goto(f"{ADDRESS}/outbox")
    page.locator(f"#pick-{draft}").check()
    page.get_by_role("button", name="승인 (1)").click()
    page.locator("#said").get_by_text("승인 1건").wait_for()


def main() -> int:
    """Serve, invite, join, draft, approve."""
    with tempfile.TemporaryDirectory() as name, network(SERVER, AGENT, LEAD) as net:
        folder = Path(name)
        centre = Centre(net, folder)
        with centre.served():
            _refused(net, folder)
            with browser(net, AGENT, folder, centre.root) as page:
                _joined(page, centre.told("team", "invite", "saebom.park"))
                _drafted(page)
            (draft,) = json.loads(centre.told("outbox", "list", "--json"))
            with browser(net, LEAD, folder, centre.root) as page:
                _joined(page, centre.told("team", "invite", "garam.kim"))
                _approved(page, draft["id"])
            whole = json.loads(centre.told("outbox", "show", draft["id"], "--json"))
        print(json.dumps(whole["history"], ensure_ascii=False, indent=1))
        assert whole["state"] == "approved", whole["state"]
        assert [one["by"] for one in whole["history"]] == ["saebom.park", "garam.kim"]
        assert [one["address"] for one in whole["history"]] == [AGENT, LEAD]
    print("seats: wrong: 0")
    return 0


if __name__ == "__main__":
    sys.exit(main())
