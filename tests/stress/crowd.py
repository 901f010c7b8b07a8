"""People at a team's server, as their browsers ask it: agents, leads, who brings lists and tables.

Each person is a thread with a connection of its own to every process of the server, as a reverse
proxy would spread the requests, and writes down what was answered (``Ledger``).
"""

from __future__ import annotations

import contextlib
import http.client
import itertools
import json
import random
import re
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote, urlencode

import centre

HOST = "desk.example.com"
PHRASE = "넓은 마당에 세워 둔 파란 자전거 열두 대"
REASON = "현장명을 다시 확인해 주세요"
_IDLE = 5.0
_LISTED = re.compile(r'id="row-([0-9a-z-]+)"[^>]*data-moved="(\d+)"')
_TOKEN = re.compile(r'name="token" content="([^"]*)"')


class Answer(NamedTuple):
    """A status and what came; status 0: nobody knows what became of the request."""

    status: int
    body: bytes
    headers: Mapping[str, str]

    @property
    def text(self) -> str:
        return self.body.decode("utf-8", "replace")

    @property
    def data(self) -> Any:
        return json.loads(self.body)


LOST = Answer(0, b"", {})


class Told(NamedTuple):
    """What somebody asked for and what was answered: ``done``, ``refused`` or ``unknown``."""

    deed: str
    what: str
    answer: str


class Ledger:
    """All that was told, and how long it took; filled by many threads."""

    def __init__(self) -> None:
        self.told: list[Told] = []
        self.odd: list[str] = []
        self.times: dict[str, list[float]] = {}
        self._lock = threading.Lock()

    def note(self, deed: str, what: str, answer: Answer, *, done: bool) -> None:
        how = "done" if done else "unknown" if answer.status in (0, 502, 503) else "refused"
        with self._lock:
            self.told.append(Told(deed, what, how))

    def took(self, kind: str, seconds: float) -> None:
        with self._lock:
            self.times.setdefault(kind, []).append(seconds)

    def wonder(self, what: str) -> None:
        with self._lock:
            self.odd.append(what)


class Browser:
    """Somebody's browser: cookie, token, and a connection to each process."""

    def __init__(self, login: str, ports: Sequence[int], ledger: Ledger, seed: int) -> None:
        self.login, self.ports, self.ledger = login, ports, ledger
        self.random = random.Random(f"{seed}-{login}")
        self.token = ""
        self._cookies: dict[str, str] = {}
        self._address = f"10.1.{seed % 250}.{int(login.rpartition('.')[2]) % 250 + 1}"
        self._open: dict[int, http.client.HTTPConnection] = {}
        self._used: dict[int, float] = {}

    def ask(
        self,
        method: str,
        path: str,
        sent: object = None,
        *,
        form: bytes | None = None,
        kind: str = "application/json",
        name: str | None = None,
    ) -> Answer:
        """One request to any of the processes; ``name`` is under what its time is kept."""
        port = self.random.choice(self.ports)
        body = form if form is not None else json.dumps(sent).encode() if sent is not None else None
        headers = {
            "Host": HOST,
            "X-Forwarded-For": self._address,
            "X-Forwarded-Proto": "https",
            "X-Forwarded-Host": HOST,
            "Accept": "application/json" if form is None and method == "POST" else "*/*",
            "Cookie": "; ".join(f"{key}={value}" for key, value in self._cookies.items()),
            "X-Token": self.token,
        }
        if method == "POST":
            headers |= {"Content-Type": kind, "Origin": f"https://{HOST}"}
        started = time.perf_counter()
        try:
            answer = self._answer(port, method, path, body, headers)
        except (OSError, http.client.HTTPException):
            self._open.pop(port).close()
            return LOST
        if name and answer.status == 200:
            self.ledger.took(name, time.perf_counter() - started)
        if answer.status >= 500 and answer.status != 503:
            self.ledger.wonder(f"{method} {path.partition('?')[0]}: {answer.status}")
        return answer

    def _answer(
        self, port: int, method: str, path: str, body: bytes | None, headers: dict[str, str]
    ) -> Answer:
        # the server ends idle connections after a while; a browser would not send on those
        if port not in self._open or time.monotonic() - self._used[port] > _IDLE:
            self._open[port] = http.client.HTTPConnection("127.0.0.1", port, timeout=90)
        self._used[port] = time.monotonic()
        connection = self._open[port]
        connection.request(method, path, body, headers)
        response = connection.getresponse()
        for cookie in response.headers.get_all("Set-Cookie", []):
            key, _, value = cookie.partition(";")[0].partition("=")
            self._cookies[key] = value
        headers = {name.lower(): text for name, text in response.headers.items()}
        return Answer(response.status, response.read(), headers)

    def enter(self) -> bool:
        """Log in; whether that worked."""
        page = self.ask("GET", "/login")
        if token := _TOKEN.search(page.text):
            self.token = token[1]
        sent = {"login": self.login, "phrase": PHRASE, "token": self.token}
        answer = self.ask(
            "POST",
            "/login",
            form=urlencode(sent).encode(),
            kind="application/x-www-form-urlencoded",
        )
        if answer.status not in (302, 303):
            return False
        token = _TOKEN.search(self.ask("GET", "/").text)
        self.token = token[1] if token else ""
        return bool(self.token)

    def save(self, number: int) -> str | None:
        """A plate change as somebody types it: looked for, previewed, saved; its identifier."""
        details = {
            name.replace("_", "-"): text for name, text in centre.details(number).items() if text
        }
        sent = {"case": centre.CASE, "fields": details, "papers": [], "masked": False}
        self.ask("GET", f"/find?q={quote(details['site'][:3])}", name="find")
        for _ in range(2):
            self.ask("POST", "/preview", {**sent, "who": self.login}, name="preview")
            self.wait(0.6, 1.6)
        answer = self.ask("POST", "/drafts", {**sent, "who": self.login, "anyway": True})
        draft_id = answer.data.get("id") if answer.status == 200 else None
        self.ledger.note("draft", f"{number}", answer, done=bool(draft_id))
        return draft_id

    def listed(self, state: str, page: int = 1) -> list[tuple[str, int]]:
        """Identifiers of a list's page, each with the ``moved`` that it shows."""
        answer = self.ask("GET", f"/outbox?state={state}&page={page}", name="outbox")
        return [(draft_id, int(moved)) for draft_id, moved in _LISTED.findall(answer.text)]

    def move(self, verb: str, drafts: Sequence[tuple[str, int]]) -> None:
        """Approve, return or mark what a list showed."""
        sent: dict[str, Any] = {"drafts": [{"id": i, "moved": m} for i, m in drafts]}
        sent |= {"who": self.login, "reason": REASON}
        answer = self.ask("POST", f"/outbox/{verb}", sent)
        done, unknown = set[str](), set[str]()
        if answer.status in (200, 422) and b'"done"' in answer.body:
            done = {draft["id"] for draft in answer.data["done"]}
            problems = answer.data["problems"]
            unknown = {p["field"] for p in problems if p["code"] == "database.unknown"}
        for draft_id, _ in drafts:
            told = LOST if draft_id in unknown else answer
            self.ledger.note(verb, draft_id, told, done=draft_id in done)

    def bring(self, path: str, field: str, file: Path, **fields: str) -> str | None:
        """Upload a file in a form; the page to which that leads."""
        parts = [
            f'--park\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{text}\r\n'.encode()
            for name, text in {**fields, "token": self.token, "who": self.login}.items()
        ]
        head = f'--park\r\nContent-Disposition: form-data; name="{field}"; filename="a.csv"\r\n\r\n'
        body = b"".join((*parts, head.encode(), file.read_bytes(), b"\r\n--park--\r\n"))
        answer = self.ask("POST", path, form=body, kind="multipart/form-data; boundary=park")
        return answer.headers.get("location") if answer.status == 303 else None

    def press(self, path: str) -> Answer:
        """A button of a plain form."""
        sent = urlencode({"token": self.token, "who": self.login, "sure": "1"}).encode()
        return self.ask("POST", path, form=sent, kind="application/x-www-form-urlencoded")

    def wait(self, least: float, most: float) -> None:
        """Think, while the page asks every few seconds whether something is new."""
        left = self.random.uniform(least, most)
        while left > 0:
            time.sleep(min(left, 3))
            left -= 3
            if left > 0:
                self.ask("GET", "/outbox/version", name="version")


# ---- who does what ----------------------------------------------------------------------------


def agent(browser: Browser, numbers: Iterator[int], end: threading.Event) -> None:
    """Draft, look at the list, mark as sent what was approved."""
    while not end.is_set():
        draft_id = browser.save(next(numbers))
        browser.wait(1, 3)
        if draft_id and browser.random.random() < 0.5:
            browser.ask("GET", f"/outbox/{draft_id}", name="draft")
            browser.wait(1, 3)
        approved = browser.listed("approved")
        if approved and browser.random.random() < 0.5:
            browser.move("sent", browser.random.sample(approved, 1))
        browser.wait(2, 6)


def lead(browser: Browser, _: Iterator[int], end: threading.Event) -> None:
    """Read drafts that wait, approve most of them, return some."""
    while not end.is_set():
        waiting = browser.listed("pending")
        browser.wait(1, 2)
        some = browser.random.sample(waiting, min(len(waiting), 3))
        for draft_id, _moved in some[:1]:
            browser.ask("GET", f"/outbox/{draft_id}", name="draft")
            browser.wait(1, 2)
        if some:
            browser.move("return" if browser.random.random() < 0.15 else "approve", some)
        browser.wait(1, 3)


def importer(browser: Browser, folder: Path, end: threading.Event) -> None:
    """A list of contacts, every now and then, each with other sites."""
    month = time.strftime("%Y-%m")
    for number in itertools.count():
        if end.is_set():
            return
        file = centre.write_list(folder / f"list-{number}.csv", *_sites(number))
        fields = {"kind": "contacts", "partner": "nuri", "month": month}
        place = browser.bring("/contacts/lists/check", "list", file, **fields)
        browser.ask("GET", place or "/contacts/lists")  # what wants a yes is shown first
        answer = browser.press(f"{place}/import") if place else LOST
        done = answer.status == 303 and "가져왔습니다" in browser.ask("GET", place or "").text
        browser.ledger.note("import", f"{number}", answer, done=done)
        browser.wait(20, 30)


def _sites(number: int) -> list[str]:
    return [f"누리 {number}-{place}호점" for place in range(30)]


def table(browser: Browser, file: Path) -> None:
    """A table: checked, made, watched until it is."""
    place = browser.bring("/batch/check", "table", file)
    if place and _ready(browser, place):
        answer = browser.press(f"{place}/make")
        done = answer.status == 303 and _ready(browser, place)
        browser.ledger.note("table", file.name, answer, done=done)
    else:
        browser.ledger.note("table", file.name, LOST, done=False)


def _ready(browser: Browser, place: str) -> bool:
    for _ in range(600):
        answer = browser.ask("GET", f"{place}/state")
        if answer.status == 200 and not answer.data["running"]:
            return browser.ask("GET", place).status == 200
        time.sleep(0.5)
    return False


@contextlib.contextmanager
def ended(threads: Sequence[threading.Thread], end: threading.Event) -> Iterator[None]:
    """People at work for as long as the block lasts."""
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        end.set()
        for thread in threads:
            thread.join()
