"""A whole team at the server: how long they wait, and whether what they were told is true.

    python tests/stress/team.py [--people 60] [--minutes 10] [--processes 1] [--cuts] [--seed 0]

Agents draft and search, leads approve, lists are imported, and a table of 2,000 rows is run. With
``$PARKDRAFT_TEST_POSTGRES`` (the url of a superuser on this computer) and ``--processes 4`` they
share PostgreSQL, else one process has SQLite. A single person works first: the ratio of the 95th
percentiles is printed. ``--cuts`` ends processes, database connections and the people's own at
random meanwhile. Afterwards every answer that said done is there, and everything else is not.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import random
import signal
import socket
import statistics
import subprocess
import sys
import threading
import time
import urllib.request
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any

import centre
import crowd
from centre import LEADS, colleague
from crowd import Browser, Ledger
from relay import Relay

from parkdraft import Home
from parkdraft.errors import ParkdraftError
from parkdraft.model.states import STATES
from parkdraft.outbox.listing import plates_of
from parkdraft.team.accounts import invite, join

AGENTS = tuple(f"agent.{number}" for number in range(1, 101))
IMPORTER, TABULATOR = "agent.99", "agent.100"
FACTOR = 5.0
"""How many times as long as a single person somebody may wait among all."""
GROWTH = 1.15
"""By how much the server's memory may grow in the second half."""
_POSTGRES = "PARKDRAFT_TEST_POSTGRES"


class Server:
    """The served home: so many processes, each at a port of its own."""

    def __init__(self, root: Path, processes: int, environment: dict[str, str]) -> None:
        self.root, self.environment = root, environment
        self.ports = [_free_port() for _ in range(processes)]
        self.children: dict[int, subprocess.Popen[bytes]] = {}
        self._lock = threading.Lock()

    def start(self, port: int) -> None:
        """Start the process of a port; returns once it is ready."""
        with self._lock, (self.root.parent / f"serve-{port}.log").open("ab") as log:
            command = (sys.executable, "-m", "parkdraft", "--home", str(self.root), "serve")
            self.children[port] = subprocess.Popen(
                (*command, "--port", str(port)),
                stdout=log,
                stderr=log,
                env=os.environ | self.environment,
                start_new_session=True,
            )
        deadline = time.monotonic() + centre.HANGS
        while time.monotonic() < deadline:
            with (
                contextlib.suppress(OSError),
                urllib.request.urlopen(f"http://127.0.0.1:{port}/ready", timeout=5) as answer,
            ):
                if answer.status == 200:
                    return
            time.sleep(0.1)
        raise TimeoutError(f"the process at {port} is not ready")

    def kill(self, port: int) -> None:
        """End it as a power cut would, with all that it started."""
        with self._lock, contextlib.suppress(ProcessLookupError):
            os.killpg(self.children[port].pid, signal.SIGKILL)
            self.children[port].wait()

    def memory(self) -> float:
        """MiB that all processes hold."""
        return sum(map(_memory, self._family())) / 1024

    def _family(self) -> Iterator[int]:
        groups = {child.pid for child in self.children.values()}
        for entry in Path("/proc").iterdir():
            with contextlib.suppress(OSError, ValueError):
                if os.getpgid(int(entry.name)) in groups:
                    yield int(entry.name)

    def stop(self) -> list[str]:
        """Ask all to end; which of them did not end well."""
        for child in self.children.values():
            child.send_signal(signal.SIGTERM)
        wrong = []
        for port, child in self.children.items():
            try:
                code = child.wait(centre.HANGS)
                if code not in (0, -signal.SIGTERM):
                    wrong.append(f"the process at {port} ended with {code}")
            except subprocess.TimeoutExpired:
                wrong.append(f"the process at {port} did not end")
                self.kill(port)
        return wrong


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port: int = listening.getsockname()[1]
        return port


def _memory(pid: int) -> int:
    with contextlib.suppress(OSError):
        for line in Path(f"/proc/{pid}/status").read_text("ascii", "replace").splitlines():
            if line.startswith("RssAnon:"):
                return int(line.split()[1])
    return 0


# ---- the team at work -------------------------------------------------------------------------


def make_team(folder: Path, people: int) -> Home:
    """A home that is served behind a proxy on this computer, with accounts for so many."""
    root = centre.make_home(folder / "home")
    contacts = root / "contacts.yaml"
    names = ", ".join(f"{login}: 상담사{place}" for place, login in enumerate(AGENTS))
    contacts.write_text(contacts.read_text("utf-8").replace("{}", f"{{{names}}}", 1), "utf-8")
    (root / "parkdraft.toml").write_text('[server]\nproxy = ["127.0.0.1"]\n', "utf-8")
    home = colleague(root)
    team, now = home.directory.team, datetime.now()
    with home.connected() as engine:
        for login in (*LEADS[: people // 10 + 1], *AGENTS[:people], IMPORTER, TABULATOR):
            secret = invite(engine, team, login, "console", home.seat(), now)
            join(engine, team, secret, crowd.PHRASE, "127.0.0.1", "trial", now)
    return home


def entered(
    logins: Sequence[str], ports: Sequence[int], ledger: Ledger, seed: int
) -> list[Browser]:
    """Browsers of these people, all logged in."""
    browsers = [Browser(login, ports, ledger, seed) for login in logins]
    for browser in browsers:
        if not browser.enter():
            ledger.wonder(f"{browser.login} could not log in")
    return browsers


def work(
    server: Server, ledger: Ledger, numbers: Iterator[int], seconds: float, people: int, seed: int
) -> list[float]:
    """So many people at work for so long; the server's memory from time to time."""
    leads = max(1, people // 10) if people > 1 else 0
    browsers = entered(
        (*LEADS[:leads], *AGENTS[: people - leads], *([IMPORTER, TABULATOR] if leads else [])),
        *(server.ports, ledger, seed),
    )
    end = threading.Event()
    jobs: list[Callable[[], None]] = [
        *(partial(crowd.lead, browser, numbers, end) for browser in browsers[:leads]),
        *(partial(crowd.agent, browser, numbers, end) for browser in browsers[leads:people]),
    ]
    if leads:
        folder = server.root.parent
        file = centre.write_table(folder / "rows.csv", range(700_000, 702_000))
        jobs.append(partial(crowd.importer, browsers[-2], folder, end))
        jobs.append(partial(crowd.table, browsers[-1], file))
    memory = []
    with crowd.ended([threading.Thread(target=job) for job in jobs], end):
        for _ in range(20):
            time.sleep(seconds / 20)
            memory.append(server.memory())
    return memory


# ---- cutting ----------------------------------------------------------------------------------


@contextlib.contextmanager
def cutting(server: Server, relays: Sequence[Relay], chosen: random.Random) -> Iterator[list[str]]:
    """Processes and connections end at random for as long as the block lasts."""
    end, cuts = threading.Event(), list[str]()

    def cut() -> None:
        while not end.wait(chosen.uniform(3, 9)):
            relay = chosen.choice([None, *relays])
            if relay is None:
                port = chosen.choice(server.ports)
                server.kill(port)
                server.start(port)
                cuts.append("process")
            else:
                relay.cut(chosen.uniform(0, 2))
                cuts.append(relay.name)

    thread = threading.Thread(target=cut)
    thread.start()
    try:
        yield cuts
    finally:
        end.set()
        thread.join()


# ---- what must hold ---------------------------------------------------------------------------


def judged(home: Home, ledger: Ledger) -> list[str]:
    """Everything that was said is so: drafts, moves, lists, the table; nothing is doubled."""
    wrong = [*ledger.odd, *centre.audited(home)]
    by_plate: dict[str, list[str]] = {}
    verbs: dict[str, Counter[str]] = {}
    with home.drafts() as box:
        for draft_id in box.store.ids(STATES, limit=1_000_000):
            draft = box.located(draft_id)
            for plate in plates_of(draft)[:1]:
                by_plate.setdefault(plate, []).append(draft_id)
            verbs[draft_id] = Counter(event.verb for event in box.store.events(draft_id))
            events = box.store.events(draft_id)
            if not all(event.session and event.address for event in events if event.login):
                wrong.append(f"{draft_id}: an event says no session or address")
    wrong += [f"{plate}: {len(ids)} drafts" for plate, ids in by_plate.items() if len(ids) > 1]
    claimed = Counter[tuple[str, str]]()
    for deed, what, answer in ledger.told:
        if deed == "draft":
            there = centre.plates(int(what))[0] in by_plate
            if there != (answer == "done") and answer != "unknown":
                wrong.append(f"draft {what}: {answer}, but there: {there}")
        elif deed in ("approve", "return", "sent"):
            claimed[deed, what] += answer == "done"
            if answer == "done" and not verbs[what][deed]:
                wrong.append(f"{what}: {deed} was said to be done")
    wrong += [f"{what}: {deed} done {n} times" for (deed, what), n in claimed.items() if n > 1]
    return wrong + _lists(home, ledger) + _rows(home, ledger)


def _lists(home: Home, ledger: Ledger) -> list[str]:
    """The last list that was said to be imported counts, or one that nobody knows of."""
    imports = [told for told in ledger.told if told.deed == "import"]
    if not any(told.answer == "done" for told in imports):
        return []
    last = max(place for place, told in enumerate(imports) if told.answer == "done")
    possible = {told.what for told in imports[last:] if told.answer != "refused"}
    sites = home.known(home.now().date()).lists["nuri"].positions
    named = {str(site).split()[1].partition("-")[0] for site in sites if " " in str(site)}
    return [] if named <= possible else [f"lists: {sorted(named)} instead of {sorted(possible)}"]


def _rows(home: Home, ledger: Ledger) -> list[str]:
    answers = [told.answer for told in ledger.told if told.deed == "table"]
    rows = centre.live_rows(home)
    table_rows = sum(1 for count in rows.values() if count)
    if any(count > 1 for count in rows.values()):
        return ["a row of the table has two drafts"]
    whole = table_rows >= 2000
    return ["the table was said to be made"] if answers == ["done"] and not whole else []


def report(alone: Ledger, ledger: Ledger, memory: Sequence[float], *, cuts: bool) -> list[str]:
    """Print what was measured; what is over a limit."""
    wrong = []
    for name in ("preview", "outbox", "find", "draft", "version"):
        single, many = alone.times.get(name, []), ledger.times.get(name, [])
        if len(single) < 2 or len(many) < 2:
            continue
        ratio = _p95(many) / _p95(single)
        print(
            f"  {name}: {len(many)} asked, 95th percentile {_p95(many) * 1000:.0f} ms,"
            f" alone {_p95(single) * 1000:.0f} ms: {ratio:.1f} x"
        )
        if name in ("preview", "outbox") and ratio > FACTOR and not cuts:
            wrong.append(f"{name} takes {ratio:.1f} times as long as alone")
    told = Counter((told.deed, told.answer) for told in ledger.told)
    print("  " + ", ".join(f"{deed} {how} {n}" for (deed, how), n in sorted(told.items())))
    half, last = statistics.median(memory[8:12]), statistics.median(memory[-4:])
    print(f"  memory {half:.0f} MiB at half time, {last:.0f} at the end", flush=True)
    if last > half * GROWTH and not cuts:
        wrong.append(f"memory grew from {half:.0f} to {last:.0f} MiB")
    if not cuts and any(told.answer != "done" for told in ledger.told if told.deed == "draft"):
        wrong.append("a draft was refused")
    return wrong


def _p95(values: Sequence[float]) -> float:
    return statistics.quantiles(values, n=20)[-1]


# ---- running ----------------------------------------------------------------------------------


@contextlib.contextmanager
def database(folder: Path, relays: list[Relay]) -> Iterator[None]:
    """A fresh PostgreSQL database where there is one, reached by a relay that can be cut."""
    url = os.environ.get(_POSTGRES)
    if not url:
        yield
        return
    import psycopg
    from psycopg.conninfo import conninfo_to_dict

    name = f"team_{os.getpid()}"
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    facts: dict[str, Any] = conninfo_to_dict(url)
    relay = Relay("database", facts["host"], int(facts.get("port", 5432)))
    relays.append(relay)
    try:
        os.environ["PARKDRAFT_DATABASE"] = (
            f"postgresql://{facts['user']}@127.0.0.1:{relay.port}/{name}"
        )
        yield
    finally:
        del os.environ["PARKDRAFT_DATABASE"]
        relay.close()
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


def main(args: Sequence[str]) -> int:
    """Run it; 1 where something is wrong."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--people", type=int, default=60)
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--alone", type=float, default=1, help="minutes of a single person before")
    parser.add_argument("--processes", type=int, default=1)
    parser.add_argument("--cuts", action="store_true")
    parser.add_argument("--seed", type=int, default=0)
    asked = parser.parse_args(args)
    alone, ledger, relays = Ledger(), Ledger(), list[Relay]()
    with centre.workplace() as folder, database(folder, relays):
        home = make_team(folder, asked.people)
        server = Server(home.root, asked.processes, {"PYTHONWARNINGS": "default"})
        numbers = count()
        try:
            for port in server.ports:
                server.start(port)
            if asked.alone:
                work(server, alone, numbers, asked.alone * 60, 1, asked.seed)
            chosen = random.Random(asked.seed)
            with contextlib.ExitStack() as stack:
                cuts = list[str]()
                if asked.cuts:
                    cuts = stack.enter_context(cutting(server, relays, chosen))
                memory = work(server, ledger, numbers, asked.minutes * 60, asked.people, asked.seed)
            print(f"  cuts: {dict(Counter(cuts))}")
        finally:
            wrong = server.stop()
        with contextlib.suppress(ParkdraftError):
            centre.finish(home)
        wrong += report(alone, ledger, memory, cuts=asked.cuts)
        ledger.told += alone.told
        wrong += judged(home, ledger)
    return centre.told("team", wrong)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
