"""Processes killed at their work: at random moments, and at every single system call.

    python tests/stress/kills.py [--rounds 1000] [--seed 0] [--every 1] [--only draft purge ...]

After each the folder shows nothing half written, whatever was answered is there, the next
changing command finishes what was left, and the same command typed again ends as if nobody had
been killed. ``--every 7`` kills at every seventh system call only, 0 at none.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import centre
import tracing
from centre import colleague
from work import TRIALS, Prepared

POOL_ROWS = 240


def kill(folder: Path, rounds: int, seed: int, every: int, only: Sequence[str]) -> list[str]:
    """Run it; all that was wrong."""
    chosen = random.Random(seed)
    centre.warmed(folder / "warmed")
    prepared = [Prepared(name, folder / name) for name in only or TRIALS]
    wrong: list[str] = []
    if every and not tracing.possible():
        print("  not tried: every system call (processes may not be traced here)")
        every = 0
    for one in prepared if every else ():
        numbers = range(1 + chosen.randrange(every), one.calls + 1, every)
        found = [what for number in numbers for what in one.at_call(number)]
        wrong += [f"{one.name}, {what}" for what in found]
        print(f"  {one.name}: {len(numbers)} of {one.calls} system calls", flush=True)
    struck: Counter[str] = Counter()
    for number in range(rounds):
        one = prepared[number % len(prepared)]
        found, at_work = one.at_random(chosen)
        struck[one.name] += at_work
        wrong += [f"{one.name}, {what}" for what in found]
    counted = ", ".join(f"{name} {count}" for name, count in struck.items())
    print(f"  {rounds} rounds at random, killed at work: {counted}", flush=True)
    return wrong


# ---- a long table, with processes that help -----------------------------------------------------


def kill_pool(folder: Path, rounds: int, seed: int) -> list[str]:
    """Tables that several processes work on, the first of them killed; all that was wrong."""
    chosen = random.Random(seed)
    root = centre.make_home(folder / "pool")
    table = centre.write_table(root / "table.csv", range(POOL_ROWS))
    home = colleague(root)
    command = centre.table_command(root, table, group=20)
    wrong: list[str] = []
    struck = 0
    started = time.perf_counter()
    subprocess.run(command, capture_output=True, check=True)
    usual = time.perf_counter() - started
    for number in range(rounds):
        shutil.rmtree(home.outbox)
        how = [*command, *(["--combine"] if number % 3 == 2 else [])]
        at_work, left = _pool_killed(how, chosen.uniform(usual / 4, usual * 1.1))
        struck += at_work
        found = ["its helpers still run"] if left else []
        if (home.outbox / "outbox.db").exists():
            found += centre.torn(home)
        done = subprocess.run(how, capture_output=True, encoding="utf-8", check=False)
        found += [f"then exit {done.returncode}: {done.stderr}"] if done.returncode else []
        found += centre.audited(home)
        rows = centre.live_rows(home)
        if len(rows) != POOL_ROWS or set(rows.values()) != {1}:
            found.append(f"{len(rows)} of {POOL_ROWS} rows, in {Counter(rows.values())} drafts")
        wrong += [f"pool {number}: {one}" for one in found]
    print(f"  {rounds} tables with helpers, killed at work: {struck}", flush=True)
    return wrong


def _pool_killed(command: Sequence[str], delay: float) -> tuple[bool, bool]:
    """Kill the first of the processes: whether it was at work, and whether others stay."""
    child = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, start_new_session=True
    )
    at_work = not _ended(child, delay)
    child.kill()
    left = not _ended(child, centre.HANGS)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(child.pid, signal.SIGKILL)
    child.communicate()
    return at_work, left


def _ended(child: subprocess.Popen[bytes], within: float) -> bool:
    """Whether it and all that help it have ended: each of them holds the pipe."""
    try:
        child.communicate(timeout=within)
    except subprocess.TimeoutExpired:
        return False
    return True


def main(args: Sequence[str]) -> int:
    """Run it; 1 where something is wrong."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--every", type=int, default=1)
    parser.add_argument("--tables", type=int, default=30)
    parser.add_argument("--only", nargs="+", choices=TRIALS, default=())
    asked = parser.parse_args(args)
    with centre.workplace() as folder:
        wrong = kill(folder, asked.rounds, asked.seed, asked.every, asked.only)
        if asked.tables:
            wrong += kill_pool(folder, asked.tables, asked.seed)
    return centre.told("kills", wrong)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
