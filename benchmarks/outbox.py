"""How long the outbox's commands take with very many drafts in it, and how much memory.

    python benchmarks/outbox.py                       times and memory
    python benchmarks/outbox.py time [--rounds 9] [--drafts 100000]
    python benchmarks/outbox.py memory [--drafts 100000]

Times are whole processes from the command line, as multiples of ``python -c pass``: medians of one
run, in turn. Memory is the most that a command has resident, among so many drafts and among 1,000.
"""

from __future__ import annotations

import argparse
import os
import random
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

import workload
from processes import in_turn, peak, seconds

from parkdraft import Home
from parkdraft.batch.run import RowResult
from parkdraft.batch.run import run as run_table
from parkdraft.model.states import STATES, Grounds, State, Verb
from parkdraft.outbox.facts import Event, StoredDraft, stamp

GROUP = 5000
DAYS = 80
"""How far back the oldest draft was made."""
PLACES = {"pending": 60, "sent": 30, "returned": 10}
"""Of a hundred drafts, how many are where."""
LEAD, AGENT = "bench", "agent"
FEW = 1000
LIST, SEARCH = 9.0, 12.0
GROWTH = 32
"""MiB that a command may need more among many drafts than among few."""


def main(args: Sequence[str]) -> int:
    """Run what is asked for; 1 where a limit is not kept."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("what", nargs="?", choices=("time", "memory"))
    parser.add_argument("--drafts", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=9)
    asked = parser.parse_args(args)
    with tempfile.TemporaryDirectory(prefix="parkdraft-bench-") as name:
        folder = Path(name)
        os.environ |= {"PARKDRAFT_CACHE": f"{folder}/cache", "PYTHONUTF8": "1"}
        os.environ |= {"PARKDRAFT_USER": LEAD}
        os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
        many = folder / "many"
        make_outbox(many, asked.drafts)
        failed = 0
        if asked.what in (None, "time"):
            failed += times(many, asked.rounds)
        if asked.what in (None, "memory"):
            few = folder / "few"
            make_outbox(few, FEW)
            failed += memory(few, many)
    return 1 if failed else 0


# ---- an outbox ----------------------------------------------------------------------------------


def make_outbox(root: Path, drafts: int) -> None:
    """An outbox as it grows: a table every few days; most drafts pending, others sent or returned.

    The tables are the program's own work; all that happened to their drafts is added at once.
    """
    workload.make_home(root, listed=False)
    whole = workload.write_cases(root / "cases.csv", workload.contacts(50), drafts)
    header, *lines = whole.read_text("utf-8-sig").splitlines(keepends=True)
    chosen = random.Random(drafts)
    now = datetime.now()
    for start in range(0, drafts, GROUP):
        at = now - timedelta(days=DAYS) * (1 - start / drafts)
        home = _agent(root, at)
        whole.write_text(header + "".join(lines[start : start + GROUP]), "utf-8")
        made: list[RowResult] = []
        report = run_table(home, whole, on_result=made.append)
        assert report.drafted == len(made)
        later = stamp(at + timedelta(minutes=5))
        with home.drafts(change=True) as box, box.store.change():
            for one in made:
                (goal,) = chosen.choices(list(PLACES), list(PLACES.values()))
                draft = box.store.find(str(one.id))
                assert draft is not None
                for event in _moves(draft, goal, later):
                    box.store.happened(event)


def _agent(root: Path, at: datetime) -> Home:
    return Home(root, root / "outbox", now=lambda: at, login=lambda: AGENT)


def _moves(draft: StoredDraft, goal: str, at: str) -> list[Event]:
    def event(step: int, verb: Verb, source: State, target: State, grounds: Grounds) -> Event:
        reason = "차량번호를 다시 확인해 주세요" if verb == "return" else None
        sha256 = draft.sha256
        return Event(draft.id, step, at, LEAD, verb, source, target, grounds, sha256, reason)

    if goal == "sent":
        approved = event(2, "approve", "pending", "approved", "lead")
        return [approved, event(3, "sent", "approved", "sent", "all")]
    if goal == "returned":
        return [event(2, "return", "pending", "returned", "lead")]
    return []


# ---- times --------------------------------------------------------------------------------------


def times(root: Path, rounds: int) -> int:
    """Print medians and ratios; how many limits are not kept."""
    ids, known = _ids(root), _known(root)
    typed: dict[str, tuple[Sequence[str], float | None]] = {
        "list": ((), LIST),
        "list --state pending": (("--state", "pending"), LIST),
        "list --state sent": (("--state", "sent"), LIST),
        "list --mine": (("--mine",), LIST),
        "list --author": (("--author", AGENT), LIST),
        "search: a site": (("--search", known["site"]), SEARCH),
        "search: initials": (("--search", known["initials"]), SEARCH),
        "search: a plate": (("--search", known["plate"]), SEARCH),
        "search: four digits": (("--search", known["plate"][-4:]), SEARCH),
        "search: a ticket": (("--search", known["ticket"]), SEARCH),
        "search: two words": (("--search", f"{known['site']} 변경"), SEARCH),
        "search: nothing": (("--search", "없는낱말"), SEARCH),
        "list --site --older-than": (("--site", known["site"], "--older-than", "7"), LIST),
    }
    tasks: dict[str, Callable[[], float]] = {"python -c pass": partial(seconds, ["-c", "pass"])}
    for name, (options, _) in typed.items():
        command = ["-m", "parkdraft", "--home", str(root), "outbox", "list", *options]
        tasks[name] = partial(seconds, command)
    show = ["-m", "parkdraft", "--home", str(root), "outbox", "show"]
    tasks["show"] = partial(seconds, [*show, ids[0]])
    medians = in_turn(tasks, rounds)
    floor = medians["python -c pass"]
    failed = 0
    print(f"\nPython {sys.version.split()[0]}, {len(ids):,} drafts, {rounds} rounds, medians")
    for name, median in medians.items():
        limit = typed[name][1] if name in typed else None
        kept = limit is None or median / floor <= limit
        failed += not kept
        bound = f" (limit {limit}{'' if kept else ' NOT KEPT'})" if limit else ""
        print(f"{name:26} {median * 1000:7.1f} ms {median / floor:6.2f} x{bound}")
    return failed


def _ids(root: Path) -> list[str]:
    with Home.open(root).drafts() as box:
        return box.store.ids(STATES, limit=10_000_000)


def _known(root: Path) -> dict[str, str]:
    """A site, its initial consonants, a plate and a ticket of some draft."""
    from parkdraft.values.hangul import initials

    ids = _ids(root)
    with Home.open(root).drafts() as box:
        draft = box.located(ids[len(ids) // 3])
        site = (draft.site or "").split()[0]
        (details,) = box.content(draft).details
    found = {"site": site, "initials": initials(site), "plate": details["old-plate"]}
    return {**found, "ticket": details["ticket"]}


# ---- memory -------------------------------------------------------------------------------------


def memory(few: Path, many: Path) -> int:
    """Peak memory of every command, in an order in which all can be; how many grow by too much.

    What verify finds, on a later day than the drafts', is no matter here.
    """
    small = dict(_peaks(few))
    failed = 0
    print(f"\npeak memory, MiB: among {FEW:,} drafts, among {len(_ids(many)):,}, growth")
    for name, large in _peaks(many):
        kept = large - small[name] <= GROWTH
        failed += not kept
        told = "" if kept else f" (limit {GROWTH} NOT KEPT)"
        print(
            f"{name:26} {small[name]:7.1f} {large:7.1f} {large - small[name]:+6.1f}{told}",
            flush=True,
        )
    return failed


def _peaks(root: Path) -> Iterator[tuple[str, float]]:
    table = workload.write_cases(root / "cases.csv", workload.contacts(50), 20)
    with Home.open(root).drafts() as box:
        newest = (box.located(one) for one in box.store.ids(STATES, limit=10_000_000)[-400:])
        pending = [one.id for one in newest if one.state == "pending"]
    for name, args in _commands(root, pending, table).items():
        yield name, peak(["-m", "parkdraft", "--home", str(root), *args])


def _commands(root: Path, pending: Sequence[str], table: Path) -> dict[str, list[str]]:
    """Every command of the outbox, and those that make drafts."""
    one, other, third, fourth = pending[:4]
    draft = ["draft", "plate-change", "--partner", "gaon", "--site", "가온타워"]
    plates = ["--old-plate", "12가3456", "--new-plate", "345나6789"]
    every = ["--all", "--state", "pending", "--yes"]
    outbox: dict[str, list[str]] = {
        "list": ["list"],
        "list --json": ["list", "--json"],
        "list --search": ["list", "--search", "ㄱㅇㅌㅇ"],
        "show": ["show", one],
        "show --json": ["show", one, "--json"],
        "approve": ["approve", one],
        "undo": ["undo", one],
        "return": ["return", other, "--reason", "확인"],
        "approve again": ["approve", third],
        "sent": ["sent", third],
        "remake": ["remake", "--yes"],
        "verify": ["verify"],
        "return --all": ["return", "--reason", "확인", *every],
        "purge": ["purge", fourth, "--reason", "고객 요청", "--yes"],
        "backup": ["backup", str(root / "backup.db")],
        "purge --older-than": ["purge", "--older-than", "30", "--yes"],
    }
    made = {"draft": [*draft, *plates], "batch": ["batch", str(table)]}
    return {**made, **{name: ["outbox", *args] for name, args in outbox.items()}}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
