"""What people do, and one process that does it: killed, or refused what it needs, and judged.

Each trial has a home as it is before, what is typed there, and how it is left undisturbed.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import centre
import tracing
from centre import CUSTOMER, LEFT, colleague, drafted, plates, said

from parkdraft import Home
from parkdraft.review import Wanted, move

SOME = (0, 1, 2)


class Trial(NamedTuple):
    """Drafts to begin with, and what is typed about them, in the order of the answers.

    ``more`` says that the same command again makes more drafts; ``besides`` is what ``verify``
    finds until the work is done.
    """

    prepare: Callable[[Home], list[str]]
    types: Callable[[Path, Sequence[str]], list[list[str]]]
    more: bool = False
    besides: tuple[str, ...] = ()


# ---- what people do -----------------------------------------------------------------------------


def _approved(home: Home) -> list[str]:
    ids = drafted(home, SOME)
    with home.drafts(change=True) as box:
        return [
            one.id
            for one in move(
                box, home.directory, "approve", map(Wanted, ids), today=home.today()
            ).done
        ]


def _moved(home: Home) -> list[str]:
    """Drafts whose last steps were an approval, a return, and that they were sent."""
    ids = _approved(home)
    with home.drafts(change=True) as box:
        assert len(move(box, home.directory, "sent", [Wanted(ids[0])]).done) == 1
        assert (
            len(move(box, home.directory, "return", [Wanted(ids[1])], reason="현장 확인").done) == 1
        )
    return ids


def _long_ago(home: Home) -> list[str]:
    """Drafts that may be purged by their age, of one customer each, and a pending one."""
    then = colleague(home.root, at=datetime.now() - timedelta(days=10))
    ids = _moved(then)[:2]
    with then.drafts(change=True) as box:
        shown = box.folder.path(box.located(ids[0]))
    shown.write_text("남궁바다 고객은 기다림", "utf-8")  # it is kept, and then purged
    said(home, ["outbox", "verify"])
    drafted(home, (10,))
    return ids


def _left(home: Home) -> list[str]:
    ids = drafted(home, SOME)
    contacts = home.root / "contacts.yaml"
    contacts.write_text(contacts.read_text("utf-8").replace(*LEFT), "utf-8")
    return ids


def _waiting(home: Home) -> list[str]:
    centre.write_list(home.root / "list.csv")
    return drafted(home, SOME, "nuri")


def _with_table(home: Home) -> list[str]:
    """A table of which one row was drafted, one returned, and two are equal."""
    table = home.root / "table.csv"
    centre.write_table(table, (0, 1))
    said(home, ["batch", str(table)])
    ids = sorted(centre.states(home))
    with home.drafts(change=True) as box:
        assert len(move(box, home.directory, "return", [Wanted(ids[0])], reason="다시").done) == 1
    centre.write_table(table, (0, 1, 2, 3, 3, 4, 5))
    return ids


def _edited(home: Home) -> list[str]:
    """Files that somebody edited, removed and moved."""
    ids = drafted(home, SOME)
    paths = [home.outbox / "pending" / f"{one}.eml" for one in ids]
    paths[0].write_bytes(paths[0].read_bytes() + b"x")
    paths[1].unlink()
    (home.outbox / "sent").mkdir()
    paths[2].rename(home.outbox / "sent" / paths[2].name)
    return ids


def _each(*args: str) -> Callable[[Path, Sequence[str]], list[list[str]]]:
    """A command for the first draft, and the same for all others at once."""

    def types(_: Path, ids: Sequence[str]) -> list[list[str]]:
        return [["outbox", args[0], *some, *args[1:]] for some in (ids[:1], ids[1:])]

    return types


def _typed(*args: str) -> Callable[[Path, Sequence[str]], list[list[str]]]:
    return lambda root, _: [[one.format(root=root) for one in args]]


def _drafts(_: Path, __: Sequence[str]) -> list[list[str]]:
    return [centre.typed(number) for number in (100, 101)]


def _replaced(_: Path, ids: Sequence[str]) -> list[list[str]]:
    return [
        centre.typed(number, "--replaces", one, "--memo", "고친 초안")
        for number, one in enumerate(ids)
    ]


_IMPORT = ("contacts", "import", "nuri", "{root}/list.csv", "--month")
TRIALS = {
    "draft": Trial(lambda _: [], _drafts, more=True),
    "approve": Trial(partial(drafted, numbers=SOME), _each("approve")),
    "return": Trial(_approved, _each("return", "--reason", "현장 확인")),
    "sent": Trial(_approved, _each("sent")),
    "undo": Trial(_moved, _each("undo")),
    "replace": Trial(partial(drafted, numbers=SOME), _replaced),
    "remake": Trial(
        _left,
        _typed("outbox", "remake", "--yes"),
        besides=("outbox.other-people-today",),
    ),
    "batch": Trial(_with_table, _typed("batch", "{root}/table.csv")),
    "combine": Trial(_with_table, _typed("batch", "{root}/table.csv", "--combine")),
    "import": Trial(
        _waiting,
        _typed(*_IMPORT, f"{datetime.now():%Y-%m}"),
        besides=("outbox.contact-is-there",),
    ),
    "purge": Trial(_approved, _each("purge", "--reason", "고객 요청", "--yes")),
    "purge old": Trial(_long_ago, _typed("outbox", "purge", "--older-than", "7", "--yes")),
    "backup": Trial(_moved, _typed("outbox", "backup", "{root}/backup.db")),
    "verify": Trial(_edited, _typed("outbox", "verify")),
}


# ---- killing ------------------------------------------------------------------------------------


class Prepared:
    """A trial's home as it is before, and how it is after an undisturbed process."""

    def __init__(self, name: str, folder: Path) -> None:
        self.name, self.trial, self.folder = name, TRIALS[name], folder
        self.root = centre.make_home(folder / "prepared")
        self.ids = self.trial.prepare(colleague(self.root))
        self._number = 0
        home = self.home()
        started = time.perf_counter()
        undisturbed = Child(self, home)
        ended = undisturbed.killed_after(None)
        self.usual = time.perf_counter() - started
        codes = [one["code"] for one in undisturbed.answers()]
        assert (ended, set(codes)) == (0, {int(name == "verify")}), (name, ended, codes)
        self.tally = Counter(centre.states(home).values())
        self.calls = 0
        if tracing.possible():
            counted = Child(self, self.home())
            self.calls = tracing.traced(counted.work, 0).calls
            counted.answers()

    def home(self) -> Home:
        """A fresh copy; the last one is gone."""
        shutil.rmtree(self.folder / f"{self._number}", ignore_errors=True)
        self._number += 1
        return colleague(centre.copied(self.root, self.folder / f"{self._number}"))

    def at_call(self, number: int) -> list[str]:
        """Kill before a system call; what is wrong then."""
        home = self.home()
        child = Child(self, home)
        code = tracing.traced(child.work, number).code
        wrong = self.looked_at(home, child.answers(), code)
        return [f"call {number}: {one}" for one in wrong]

    def at_random(self, chosen: random.Random) -> tuple[list[str], bool]:
        """Kill at any moment; what is wrong then, and whether it was still at work."""
        home = self.home()
        child = Child(self, home)
        delay = chosen.uniform(0, self.usual * 1.05)
        code = child.killed_after(delay)
        wrong = self.looked_at(home, child.answers(), code)
        return [f"after {delay:.4f} s: {one}" for one in wrong], code is None

    def looked_at(
        self, home: Home, answers: Sequence[dict[str, Any]], code: int | None
    ) -> Iterator[str]:
        """All that is wrong afterwards; then the same is typed again, undisturbed."""
        if code not in (None, 0):
            yield f"the process ended with {code}"
        yield from centre.torn(home) if self.name != "verify" else ()
        if self.name == "verify":  # it is itself what mends
            said(home, ["outbox", "verify"])
        yield from self._kept(home, answers)
        centre.finish(home)
        yield from centre.audited(home, self.trial.besides)
        yield from self._kept(home, answers)
        made = [one for answer in answers if (one := answer.get("id"))]
        yield from self._purged(home)
        for args in self.typed(home):
            said(home, args)
        yield from (f"again: {one}" for one in centre.audited(home))
        yield from (f"again: {one.name} is left" for one in home.root.glob(".*"))
        tally = Counter(centre.states(home).values())
        extra = sum((tally - self.tally).values())
        if self.trial.more and len(made) <= extra <= len(made) + 1:
            tally = self.tally
        if tally != self.tally:
            yield f"again: {dict(tally)}, undisturbed {dict(self.tally)}"
        rows = centre.live_rows(home)
        yield from (f"a row in {count} drafts" for count in rows.values() if count > 1)

    def typed(self, home: Home) -> list[list[str]]:
        """What is typed in this home."""
        return [[*args, "--json"] for args in self.trial.types(home.root, self.ids)]

    def _kept(self, home: Home, answers: Sequence[dict[str, Any]]) -> Iterator[str]:
        """What was answered is so."""
        states = centre.states(home)
        for answer in answers:
            for one in answer.get("done", ()):
                if states.get(one["id"]) != one["state"]:
                    yield f"{one['id']} was said to be {one['state']}"
            rows = answer.get("rows", ()) if "batch" in answer else ()
            made = [row["id"] for row in rows if row["id"]]
            for one in filter(None, (answer.get("id"), *made)):
                if one not in states:
                    yield f"{one} was said to be made"
            for one in answer.get("purged", ()):
                if states.get(one) != "purged":
                    yield f"{one} was said to be purged"
            if self.name == "backup" and "path" in answer:
                yield from centre.damaged(Path(answer["path"]))

    def _purged(self, home: Home) -> Iterator[str]:
        """Nothing of purged drafts can be found, whoever finished their purge."""
        gone = [one for one, state in centre.states(home).items() if state == "purged"]
        numbers = [self.ids.index(one) for one in gone]
        words = [plate for number in numbers for plate in plates(number)]
        if words:
            yield from centre.traces(home.outbox, words)
        if set(gone) >= set(self.ids) and self.name == "purge":
            yield from centre.traces(home.outbox, list(CUSTOMER.values()))


class Child:
    """A forked process that types a trial's commands and tells each answer."""

    def __init__(self, prepared: Prepared, home: Home) -> None:
        self._home, self._typed = home, prepared.typed(home)
        self._reading, self.writing = os.pipe()

    def work(self) -> None:
        """What the process does."""
        for args in self._typed:
            answer = said(self._home, args)
            data = json.loads(answer.out) if answer.out else {}
            told = {**data, "code": answer.code, "err": answer.err}
            if "Traceback" in answer.err:
                raise AssertionError(answer.err)
            os.write(self.writing, json.dumps(told).encode() + b"\n")

    def killed_after(
        self, delay: float | None, work: Callable[[], None] | None = None
    ) -> int | None:
        """Run it, and kill it after so many seconds; its exit code, or None.

        Where it is not to be killed, it is only when it hangs.
        """
        child = os.fork()
        if child == 0:
            code = 99
            # nothing handles this signal, so the system ends the process where it stands
            signal.setitimer(signal.ITIMER_REAL, centre.HANGS if delay is None else delay)
            try:
                (work or self.work)()
                code = 0
            finally:
                os._exit(code)
        _, status = os.waitpid(child, 0)
        return os.WEXITSTATUS(status) if os.WIFEXITED(status) else None

    def answers(self) -> list[dict[str, Any]]:
        """What it answered before it died."""
        os.close(self.writing)
        with os.fdopen(self._reading, "rb") as told:
            return [json.loads(line) for line in told.read().splitlines()]
