"""How fast the page answers with 2,000 site contacts and 10,000 drafts: medians of one run.

    python benchmarks/web.py [ROUNDS]

The page is started as people start it, and asked over HTTP on this computer. The details of
each preview differ, as if somebody typed.
"""

from __future__ import annotations

import http.client
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from urllib.parse import quote, urlsplit

import workload

SITES, DRAFTS = 2000, 10_000
LIMITS = {"preview": 30.0, "outbox": 150.0}
"""Milliseconds."""


def main() -> None:
    """Measure and print; exit 1 where a limit is not kept."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 100
    with tempfile.TemporaryDirectory(prefix="parkdraft-") as folder:
        os.environ["PARKDRAFT_CACHE"] = str(Path(folder) / "cache")
        os.environ["PARKDRAFT_USER"] = "bench"
        people = workload.contacts(SITES)
        root = _filled(Path(folder) / "home", people)
        with _page(root) as page:
            times = _measured(page, people, rounds)
    sys.exit(_report(times))


def _filled(root: Path, people: list[tuple[str, str, str, str]]) -> Path:
    """A home with a month's list of contacts and an outbox."""
    workload.make_home(root)
    table = workload.write_contacts(root / "contacts.csv", people)
    month = f"{date.today():%Y-%m}"
    _run(root, "contacts", "import", "gaon", str(table), "--month", month)
    _run(root, "batch", str(workload.write_cases(root / "cases.csv", people, DRAFTS)))
    kept = len(list((root / "outbox" / "pending").iterdir()))
    if kept != DRAFTS:
        sys.exit(f"{kept} drafts instead of {DRAFTS}")
    return root


def _run(root: Path, *args: str) -> None:
    command = (sys.executable, "-m", "parkdraft", "--home", str(root), *args)
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


class Page:
    """A running page, asked as its own browser does: one connection, kept open."""

    def __init__(self, address: str) -> None:
        parts = urlsplit(address)
        self.connection = http.client.HTTPConnection(parts.netloc)
        self.headers = {"Accept": "application/json"}
        self.connection.request("GET", f"/?{parts.query}")
        answer = self.connection.getresponse()
        answer.read()
        self.headers["Cookie"] = answer.headers["Set-Cookie"].partition(";")[0]
        token = self.ask("GET", "/").partition('name="token" content="')[2].partition('"')[0]
        self.headers["X-Token"] = token

    def ask(self, method: str, path: str, sent: object = None) -> str:
        """One request; what was answered."""
        body = json.dumps(sent).encode() if sent is not None else None
        headers = self.headers | ({"Content-Type": "application/json"} if sent else {})
        self.connection.request(method, path, body, headers)
        answer = self.connection.getresponse()
        text = answer.read().decode()
        if answer.status != 200:
            sys.exit(f"{method} {path}: {answer.status} {text}")
        return text


@contextmanager
def _page(root: Path) -> Iterator[Page]:
    command = (sys.executable, "-m", "parkdraft", "--home", str(root), "web", "--no-browser")
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        try:
            yield Page(process.stdout.readline().strip())
        finally:
            process.terminate()


def _measured(
    page: Page, people: list[tuple[str, str, str, str]], rounds: int
) -> dict[str, list[float]]:
    def fields(number: int) -> dict[str, str]:
        plates = {"old-plate": f"12가{1000 + number}", "new-plate": f"345나{9999 - number}"}
        return {"partner": "gaon", "site": people[number * 7 % SITES][0], **plates}

    def preview(number: int) -> None:
        told = page.ask("POST", "/preview", {"case": "plate-change", "fields": fields(number)})
        if not json.loads(told)["ready"]:
            sys.exit(told)

    def find(number: int) -> None:
        page.ask("GET", f"/find?q={quote(people[number * 7 % SITES][0][:4])}")

    asked: dict[str, Callable[[int], object]] = {
        "preview": preview,
        "outbox": lambda _: page.ask("GET", "/outbox?state=pending"),
        "outbox, searched": lambda _: page.ask("GET", f"/outbox?state=pending&q={quote('한별')}"),
        "outbox, version": lambda _: page.ask("GET", "/outbox/version"),
        "one draft": lambda _: page.ask("GET", f"/outbox/{one}"),
        "sites found": find,
        "page of a new draft": lambda _: page.ask("GET", "/"),
    }
    listed = page.ask("GET", "/outbox?state=pending")
    one = listed.partition('href="/outbox/20')[2].partition("?")[0]
    one = f"20{one}"
    times: dict[str, list[float]] = {name: [] for name in asked}
    for counted in range(-3, rounds):
        for name, ask in asked.items():
            start = time.perf_counter()
            ask(counted % 900)
            if counted >= 0:
                times[name].append((time.perf_counter() - start) * 1000)
    return times


def _report(times: dict[str, list[float]]) -> int:
    rounds = len(times["preview"])
    print(
        f"Python {sys.version.split()[0]}, {SITES:,} contacts, {DRAFTS:,} drafts, {rounds} rounds"
    )
    failed = 0
    for name, taken in times.items():
        median, limit = statistics.median(taken), LIMITS.get(name)
        failed += bool(limit and median > limit)
        bound = f" (limit {limit:.0f})" if limit else ""
        slow = statistics.quantiles(taken, n=20)[-1]
        print(f"{name:22} {median:7.1f} ms{bound:12} 95%: {slow:.1f}, most: {max(taken):.1f}")
    return 1 if failed else 0


if __name__ == "__main__":
    main()
