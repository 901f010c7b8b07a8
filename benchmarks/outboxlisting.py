"""How long the outbox's commands take with very many drafts in it, as whole processes.

A list is held against the time of reading the first 4 KiB of each file that it is about.
"""

from __future__ import annotations

import os
import random
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from unittest.mock import patch

from madeoutbox import CASE, LEADS, colleague, details, make_home
from parkdraft.outbox.keeping import New, Outbox, digest
from parkdraft.outbox.lines import Line
from parkdraft.outbox.noting import keys, new_draft
from parkdraft.outbox.records import end, record_line

from parkdraft.answers import Drafted
from parkdraft.outbox.store import new_id

GROUP = 500
DAYS = 80
"""How far back the oldest draft was made."""
PLACES = {"pending": 60, "sent": 30, "returned": 10}
"""Of a hundred drafts, how many are where."""
WAYS = {
    "pending": (),
    "returned": (("return", "returned"),),
    "sent": (("approve", "approved"), ("sent", "sent")),
}
LIMIT = 4.0


def make_outbox(root: Path, drafts: int) -> None:
    """An outbox as it grows: most drafts pending, the others approved and sent, or returned.

    Files and lines are the program's own, written in groups and not flushed.
    """
    make_home(root)
    now = datetime.now()
    home = colleague(root, "agent.1")
    known = home.known(now.date())
    models = [home.compose_from(known, CASE, details(number)) for number in range(GROUP)]
    goals = random.Random(drafts).choices(list(PLACES), list(PLACES.values()), k=drafts)
    with patch("os.fsync"):
        for start in range(0, drafts, GROUP):
            moment = now - timedelta(days=DAYS) * (1 - start / drafts)
            agent = colleague(root, f"agent.{start // GROUP % 4}", at=moment).drafts
            lead = colleague(root, LEADS[0], at=moment).drafts
            made = [
                (_new(moment, agent.login, model), goal)
                for model, goal in zip(models, goals[start : start + GROUP], strict=False)
            ]
            agent.store.stage([new.sheet for new, _ in made])
            for new, goal in made:
                agent.store.place(new.sheet.id, new.sheet.suffix, goal)
            _write(agent, lead, made)


def _new(moment: datetime, author: str, model: Drafted) -> New:
    """A draft like the model, about another car."""
    assert model.draft
    inquiry = model.answer.inquiry
    new = new_draft(new_id(moment.date()), [inquiry], model.draft, author)
    (key,) = keys(inquiry)
    assert isinstance(new.record, bytes)
    return new._replace(record=new.record.replace(key.encode(), os.urandom(8).hex().encode()))


def _write(agent: Outbox, lead: Outbox, made: Sequence[tuple[New, str]]) -> None:
    """What the journal says of drafts that were made and moved one by one."""
    making: list[Line] = []
    moving: list[Line] = []
    for new, goal in made:
        about = {"at": agent.now().astimezone().isoformat(timespec="seconds")}
        about |= {"suffix": new.sheet.suffix, "sha256": digest(new.sheet.content)}
        op = os.urandom(8).hex()
        making.append(record_line(op, new.sheet.id, new.record))
        intent = _intent(op, new.sheet.id, agent.login, "draft", None, "pending", None)
        making += [{**intent, **about, **new.facts}, end(op, [new.sheet.id])]
        state, after = "pending", op
        for do, there in WAYS[goal]:
            intent = _intent(os.urandom(8).hex(), new.sheet.id, lead.login, do, state, there, after)
            said = {"reason": "차량번호를 다시 확인해 주세요"} if do == "return" else {}
            moving += [{**intent, **about, **said}, end(intent["op"], [new.sheet.id])]
            state, after = there, intent["op"]
    agent.write(*making)
    lead.write(*moving)


def _intent(
    op: str, draft_id: str, by: str, do: str, source: str | None, to: str, after: str | None
) -> Line:
    """In the order of ``keeping``, for lists look where identifiers are written."""
    return {
        **{"op": op, "id": draft_id, "at": "", "by": by, "do": do},
        **{"from": source, "to": to, "suffix": "", "after": after},
    }


# ---- lists ------------------------------------------------------------------------------------


def time_lists(folder: Path, drafts: int, rounds: int) -> list[str]:
    """Print medians and ratios; which lists take longer than they should."""
    root = folder / "home"
    make_outbox(root, drafts)
    states = {state: len(list((root / "outbox" / state).iterdir())) for state in PLACES}
    tasks: dict[str, Callable[[], float]] = {}
    for state, count in states.items():
        place = root / "outbox" / state
        tasks[f"{state}: os.open of {count}"] = partial(_seconds_of, _read_by_os, place)
        tasks[f"{state}: open of {count}"] = partial(_seconds_of, _read_by_open, place)
        for option in ("", " --json"):
            command = f"outbox list --state {state}{option}"
            tasks[f"{state}: {command}"] = partial(_seconds, root, command.split())
    medians = _medians(tasks, rounds)
    wrong = []
    print(f"{drafts} drafts, {rounds} rounds, medians")
    for name, seconds in medians.items():
        state = name.partition(":")[0]
        floors = [medians[f"{state}: {way} of {states[state]}"] for way in ("os.open", "open")]
        ratio = seconds / floors[0]
        print(f"{name:45} {seconds:6.3f} s {ratio:6.2f} x {seconds / floors[1]:6.2f} x")
        if state == "pending" and ratio > LIMIT:
            wrong.append(f"{name} takes {ratio:.2f} times as long as reading, not {LIMIT}")
    return wrong


def _read_by_os(folder: Path) -> None:
    for name in os.listdir(folder):  # noqa: PTH208 - the fastest way there is
        descriptor = os.open(f"{folder}/{name}", os.O_RDONLY)
        os.read(descriptor, 4096)
        os.close(descriptor)


def _read_by_open(folder: Path) -> None:
    for path in folder.iterdir():
        with path.open("rb") as file:
            file.read(4096)


# ---- single drafts ----------------------------------------------------------------------------


def time_commands(folder: Path, rounds: int) -> list[str]:
    """Print what one draft costs in a small and a large outbox, and ``verify`` a thousand."""
    for drafts in (100, 10_000, 100_000):
        make_outbox(folder / f"{drafts}", drafts)
        for name, seconds in _medians(_commands(folder / f"{drafts}"), rounds).items():
            print(f"{drafts:7} drafts: {name:14} {seconds * 1000:7.1f} ms")
        seconds = _seconds(folder / f"{drafts}", ["outbox", "verify"]) * 1000
        print(f"{drafts:7} drafts: verify {seconds / drafts * 1000:9.1f} ms a thousand")
    return []


def _commands(root: Path) -> dict[str, Callable[[], float]]:
    pending = sorted((root / "outbox" / "pending").iterdir())
    ids = iter([path.stem for path in pending[1:-1]])
    numbers = iter(range(50_000, 60_000))
    return {
        "draft": lambda: _seconds(root, _draft(next(numbers))),
        "approve": lambda: _seconds(root, ["outbox", "approve", next(ids)]),
        "show, oldest": partial(_seconds, root, ["outbox", "show", pending[0].stem]),
        "show, newest": partial(_seconds, root, ["outbox", "show", pending[-1].stem]),
    }


def _draft(number: int) -> list[str]:
    given = details(number)
    plates = ["--old-plate", given["old_plate"], "--new-plate", given["new_plate"]]
    return ["draft", CASE, "--partner", given["partner"], "--site", given["site"], *plates]


# ---- measuring --------------------------------------------------------------------------------


def _medians(tasks: Mapping[str, Callable[[], float]], rounds: int) -> dict[str, float]:
    """Each in turn, so that a machine whose speed drifts slows all of them alike."""
    times: dict[str, list[float]] = {name: [] for name in tasks}
    for number in range(-1, rounds):
        for name, task in tasks.items():
            seconds = task()
            if number >= 0:
                times[name].append(seconds)
    return {name: statistics.median(seconds) for name, seconds in times.items()}


def _seconds_of(task: Callable[[Path], None], folder: Path) -> float:
    start = time.perf_counter()
    task(folder)
    return time.perf_counter() - start


def _seconds(root: Path, args: Sequence[str]) -> float:
    """A whole process of the program, by a lead."""
    env = {**os.environ, "PARKDRAFT_USER": LEADS[0], "PYTHONUTF8": "1"}
    env.pop("PYTHONDONTWRITEBYTECODE", None)
    command = [sys.executable, "-m", "parkdraft", "--home", str(root), *args]
    start = time.perf_counter()
    subprocess.run(command, env=env, capture_output=True, check=True)
    return time.perf_counter() - start
