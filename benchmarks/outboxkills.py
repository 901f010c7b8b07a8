"""A process killed at any moment of its work, some hundred times, while somebody looks on.

Nobody may ever see a half-written file. Afterwards ``verify`` names nothing but what is
unfinished; the next command finishes it, even if the first that tries is killed, too; and
every draft is there once, where it was or where it was going.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import random
import re
import signal
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from madeoutbox import (
    CASE,
    LEADS,
    LISTED,
    bring_list,
    colleague,
    details,
    files_by_id,
    locks_in,
    make_home,
)
from parkdraft.outbox.purging import purge, purgeable
from parkdraft.outbox.review import approve, mark_sent, send_back
from parkdraft.outbox.verifying import verify

from parkdraft import Home
from parkdraft.errors import Problem

EACH = 4
"""Drafts that one process works on before it ends by itself."""
SITE = "새봄빌딩"
UNFINISHED = {"outbox.unfinished", "outbox.journal-torn"}
_SHA256 = re.compile(rb'"sha256":"([0-9a-f]{64})"')


class Trial(NamedTuple):
    """A kind of work: drafts to begin with, and what a process does with them, one by one.

    ``work`` yields the drafts that are done; they go from state ``before`` to ``after``, None
    for nowhere. ``makes`` says that each is worth one more draft, ``at_once`` that they are told
    of only when all are done.
    """

    prepare: Callable[[Home], list[str]]
    work: Callable[[Home, Sequence[str]], Iterator[str]]
    before: str | None
    after: str | None
    makes: bool = False
    at_once: bool = False
    found: frozenset[str] = frozenset()
    """What else ``verify`` may find before the same work is done once more."""


def kill(folder: Path, rounds: int, seed: int = 0) -> list[str]:
    """Run it; what was wrong, empty where nothing was."""
    chosen = random.Random(seed)
    wrong: list[str] = []
    struck: Counter[str] = Counter()
    usual: dict[str, float] = {}
    for number in range(rounds):
        name = list(TRIALS)[number % len(TRIALS)]
        root = make_home(folder / f"{number}")
        with locks_in(root / "locks"):
            home = colleague(root, LEADS[0])
            ids = TRIALS[name].prepare(home)
            if name not in usual:
                usual[name] = min(
                    _undisturbed(TRIALS[name], folder / f"{name}-{again}") for again in range(2)
                )
            one = _Killed(home, TRIALS[name], ids, chosen)
            one.run(usual[name])
        wrong += [f"{name} {number}: {what}" for what in one.wrong]
        struck[f"{name:8} {one.ended}"] += 1
    for told, count in sorted(struck.items()):
        print(f"  {told}: {count}")
    return wrong


def _undisturbed(trial: Trial, folder: Path) -> float:
    """How long the work takes when nobody is killed."""
    home = colleague(make_home(folder), LEADS[0])
    ids = trial.prepare(home)
    started = time.perf_counter()
    list(trial.work(home, ids))
    return time.perf_counter() - started


class _Killed:
    """One home in which a process is killed."""

    def __init__(self, home: Home, trial: Trial, ids: Sequence[str], chosen: random.Random) -> None:
        self.home, self.trial, self.ids, self.chosen = home, trial, ids, chosen
        self.known = set(files_by_id(home.outbox))
        self.seen: dict[Path, os.stat_result] = {}
        self.announced: set[str] = set()
        self.wrong: list[str] = []
        self.ended = ""

    def run(self, usual: float) -> None:
        """Kill it, look, kill who clears up, look again."""
        moment = self._moment(usual)
        told, ended = self._struck(lambda: self.trial.work(self.home, self.ids), moment)
        codes = {one.code for one in self._verified()}
        self.ended = "ended before" if ended else "unfinished" if codes & UNFINISHED else "between"
        if not codes <= UNFINISHED | self.trial.found:
            self.wrong.append(f"verify says {codes}")
        while self.chosen.random() < 0.3:
            self._struck(self._cleared_up, self._spun(self.chosen.uniform(0, usual / EACH)))
        with self.home.drafts.alone():
            pass
        self._account(told)
        if self.trial.found:  # the same command again
            list(self.trial.work(self.home, self.ids))
        self.wrong += [f"verify still says {one}" for one in self._verified()]
        self._look()

    def _verified(self) -> list[Problem]:
        return verify(self.home.drafts, self.home.today())

    def _cleared_up(self) -> Iterator[str]:
        with self.home.drafts.alone():
            yield ""

    def _moment(self, usual: float) -> Callable[[], None]:
        """Anything between beginning and end, or shortly after a line came into the journal."""
        if self.chosen.random() < 0.5:
            return self._spun(self.chosen.uniform(0, usual * 1.1))
        lines = self.chosen.randint(1, 2 * EACH)
        shortly = self.chosen.choice((0, usual / EACH / 10))
        before = self._written()

        def wait() -> None:
            last, seen, until = before, 0, time.perf_counter() + 2 * usual
            while seen < lines and time.perf_counter() < until:
                now = self._written()
                seen += now != last
                last = now
            until = time.perf_counter() + shortly
            while time.perf_counter() < until:
                pass

        return wait

    def _spun(self, seconds: float) -> Callable[[], None]:
        """Look on for that long."""

        def wait() -> None:
            until = time.perf_counter() + seconds
            while time.perf_counter() < until:
                self._look()

        return wait

    def _written(self) -> int:
        with contextlib.suppress(FileNotFoundError):
            return sum(path.stat().st_size for path in (self.home.outbox / "journal").glob("*"))
        return -1

    def _struck(
        self, work: Callable[[], Iterator[str]], wait: Callable[[], None]
    ) -> tuple[list[str], bool]:
        """Let a process work and kill it: the drafts that it said were done, and if it ended."""
        reading, writing = os.pipe()
        child = os.fork()
        if child == 0:
            with contextlib.suppress(BaseException):
                os.write(writing, b"\n")
                for one in work():
                    os.write(writing, f"{one}\n".encode())
                os.write(writing, b"ended\n")
            os._exit(0)
        os.close(writing)
        with os.fdopen(reading, "rb", buffering=0) as told:
            told.read(1)
            wait()
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
            said = told.read().decode().split()
        return [one for one in said if one != "ended"], said[-1:] == ["ended"]

    def _look(self) -> None:
        """At every file that anybody sees in the folders: whole, or not there."""
        for paths in files_by_id(self.home.outbox).values():
            for path in paths:
                with contextlib.suppress(FileNotFoundError):  # moved just now
                    status = path.stat()
                    if self.seen.get(path) != status:
                        self.seen[path] = status
                        self._look_into(path)

    def _look_into(self, path: Path) -> None:
        sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
        if sha256 not in self.announced:
            for segment in (self.home.outbox / "journal").glob("*.jsonl"):
                with contextlib.suppress(FileNotFoundError):
                    found = _SHA256.findall(segment.read_bytes())
                    self.announced.update(one.decode() for one in found)
        if sha256 not in self.announced and path.exists():
            self.wrong.append(f"{path.name} is visible, and nobody announced these bytes")

    def _account(self, told: Sequence[str]) -> None:
        """Every draft once, where it was or where it was going."""
        trial, files = self.trial, files_by_id(self.home.outbox)
        states = {one: [path.parent.name for path in paths] for one, paths in files.items()}
        self.wrong += [f"{one} in {found}" for one, found in states.items() if len(found) > 1]
        left = (self.home.outbox / ".staging").glob("*")
        self.wrong += [f"{one.name} is left" for one in left]
        made = len(states.keys() - self.known)
        if not (len(told) <= made <= len(told) + 1 if trial.makes else made == 0):
            self.wrong.append(f"{len(told)} were done, {made} are new")
        for one in self.ids:
            found = states.get(one, [None])
            if found not in ([trial.before], [trial.after]):
                self.wrong.append(f"{one} is in {found}")
            if one in told and found != [trial.after]:
                self.wrong.append(f"{one} was done, and is in {found}")
        going = [one for one in self.ids if states.get(one, [None]) == [trial.after]]
        if not trial.at_once and len(going) > len(told) + 1:
            self.wrong.append(f"{len(told)} were done, {len(going)} are in {trial.after}")
        if trial.after is None and going:
            self._account_purged(going)

    def _account_purged(self, ids: Sequence[str]) -> None:
        if set(ids) != set(self.ids):
            self.wrong.append(f"{len(ids)} of {len(self.ids)} were purged")
        for segment in (self.home.outbox / "journal").glob("*"):
            for line in segment.read_bytes().split(b"\n"):
                if b'"record":' in line or b'"subject":' in line or b'"reason":' in line:
                    self.wrong += [f"{one} is still told of" for one in ids if one.encode() in line]


# ---- what people do ---------------------------------------------------------------------------


def _drafts(home: Home, given: Callable[[int], dict[str, Any]] = details) -> list[str]:
    made = (home.draft(CASE, **given(number)).id for number in range(EACH))
    return [one for one in made if one]


def _approved(home: Home) -> list[str]:
    return [one.id for one in approve(home.drafts, home.today(), _drafts(home)).done]


def _returned(home: Home) -> list[str]:
    return [one.id for one in send_back(home.drafts, home.directory, _drafts(home), "다시").done]


def _waiting(home: Home) -> list[str]:
    return _drafts(home, lambda number: details(number, LISTED, SITE))


def _draft(home: Home, _ids: Sequence[str]) -> Iterator[str]:
    for number in range(EACH):
        yield home.draft(CASE, **details(100 + number)).id or ""


def _replace(home: Home, ids: Sequence[str]) -> Iterator[str]:
    for number, one in enumerate(ids):
        home.draft(CASE, replaces=one, **details(200 + number))
        yield one


def _approve(home: Home, ids: Sequence[str]) -> Iterator[str]:
    for one in ids:
        yield from (entry.id for entry in approve(home.drafts, home.today(), [one]).done)


def _return(home: Home, ids: Sequence[str]) -> Iterator[str]:
    for one in ids:
        done = send_back(home.drafts, home.directory, [one], "다시 확인").done
        yield from (entry.id for entry in done)


def _sent(home: Home, ids: Sequence[str]) -> Iterator[str]:
    for one in ids:
        yield from (entry.id for entry in mark_sent(home.drafts, [one]).done)


def _import(home: Home, _ids: Sequence[str]) -> Iterator[str]:
    bring_list(home, SITE)
    yield from (entry.id for entry in home.fill_waiting().done)


def _purge(home: Home, _ids: Sequence[str]) -> Iterator[str]:
    chosen = purgeable(home.drafts, 0, unfinished=False)
    yield from (entry.id for entry in purge(home.drafts, chosen))


TRIALS = {
    "draft": Trial(lambda _: [], _draft, None, "pending", makes=True),
    "replace": Trial(_drafts, _replace, "pending", "returned", makes=True),
    "approve": Trial(_drafts, _approve, "pending", "approved"),
    "return": Trial(_approved, _return, "approved", "returned"),
    "sent": Trial(_approved, _sent, "approved", "sent"),
    "import": Trial(
        *(_waiting, _import, "waiting", "pending"),
        at_once=True,
        found=frozenset({"outbox.contact-is-there"}),
    ),
    "purge": Trial(_returned, _purge, "returned", None, at_once=True),
}
