"""``batch`` killed at random moments and run again: every row ends in exactly one draft."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import workload
from parkdraft.outbox.records import Memory

from parkdraft import Home
from parkdraft.outbox.store import STATES

ROWS = 240
# Small groups, and a second process from early on: as many moments as in a long table.
PROGRAM = """
from parkdraft.batch import helping, running
from parkdraft.cli.main import main
running.GROUP, helping.LEAST, helping.BLOCKS = 20, 60, (15, 15)
main()
"""


def kill(folder: Path, rounds: int, seed: int) -> list[str]:
    """So many tables, each killed once or twice; all that is wrong."""
    chosen = random.Random(seed)
    people = workload.contacts(12)
    home = workload.make_home(folder / "home", listed=False)
    table = str(workload.write_cases(folder / "cases.csv", people, ROWS))
    command = [sys.executable, "-c", PROGRAM, "--home", str(home), "batch", table]
    outbox = home / "outbox"
    usual = watched(command, outbox)
    wrong = [f"undisturbed: {one}" for one in doubtful(home)]
    interrupted = halves = 0
    for number in range(rounds):
        outbox.rename(folder / f"outbox-{number}")
        how = [*command, "--combine"] if number % 4 == 3 else command
        for _ in range(chosen.choice((1, 1, 2))):
            interrupted += struck(how, outbox, chosen, usual)
            halves += half_done(home)
        done = subprocess.run(how, capture_output=True, encoding="utf-8", check=False)
        if done.returncode:
            wrong.append(f"round {number}: exit {done.returncode}: {done.stderr}")
        wrong += [f"round {number}: {one}" for one in doubtful(home)]
    print(f"{rounds} rounds, {interrupted} times killed at work, {halves} times half done")
    return wrong


def watched(command: list[str], outbox: Path) -> tuple[float, float]:
    """How long an undisturbed run takes, until it begins to keep drafts, and from then on."""
    start = time.monotonic()
    child = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    begun = until_changed(child, outbox)
    child.wait()
    return begun - start, time.monotonic() - begun


def struck(
    command: list[str], outbox: Path, chosen: random.Random, usual: tuple[float, float]
) -> bool:
    """Run and kill, mostly while drafts are being kept; whether it was still at work."""
    child = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    if chosen.random() < 0.2:
        time.sleep(chosen.uniform(0, usual[0]))
    else:
        until_changed(child, outbox)
        time.sleep(chosen.uniform(0, usual[1]))
    if child.poll() is not None:
        return False
    child.kill()
    child.wait()
    return True


def until_changed(child: subprocess.Popen[bytes], outbox: Path) -> float:
    """The moment at which files come or go, or the process ends."""
    before = sorted(outbox.glob("*/*"))
    while child.poll() is None and sorted(outbox.glob("*/*")) == before:
        time.sleep(0.001)
    return time.monotonic()


def half_done(home: Path) -> bool:
    """Whether something is announced or staged and not finished."""
    box = Home.open(home).drafts
    memory = Memory(records=False).feed(box.journal.read())
    return bool(box.store.staged() or any(memory.of(one).unfinished for one in memory.ids()))


def doubtful(home: Path) -> list[str]:
    """Rows without a draft or with several, and all that ``outbox verify`` says."""
    opened = Home.open(home)
    box = opened.drafts
    memory = Memory().feed(box.journal.read())
    rows: Counter[str] = Counter()
    for state in STATES:
        for entry in box.store.entries(state):
            record = memory.of(entry.id).record
            rows.update(record.rows if record else ())
    wrong = [f"a row in {count} drafts" for count in rows.values() if count != 1]
    if len(rows) != ROWS:
        wrong.append(f"{len(rows)} of {ROWS} rows drafted")
    if box.store.staged():
        wrong.append("something is staged")
    command = [sys.executable, "-m", "parkdraft", "--home", str(home), "outbox", "verify"]
    said = subprocess.run(command, capture_output=True, encoding="utf-8", check=False)
    if said.returncode:
        wrong.append(f"verify: {said.stdout}{said.stderr}")
    return wrong
