"""Several people over the same drafts, and several runs of one table, at once.

    python tests/stress/races.py [--drafts 1000] [--processes 8] [--rows 3000] [--tables 12]

Of those commands that a state allows to several, exactly one wins, and whoever was told that he
did is right. Each row of a table ends in exactly one draft that stands.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import random
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple, NoReturn

import centre
from centre import CASE, LEADS, colleague, details, drafted

from parkdraft import Home
from parkdraft.drafting import Today
from parkdraft.errors import ParkdraftError
from parkdraft.model.states import STATES
from parkdraft.outbox.box import Outbox
from parkdraft.outbox.purge import purge
from parkdraft.review import Wanted, changed, move, remake

_REASON = "현장 확인"


class Draft(NamedTuple):
    """A draft as all processes saw it before they began; its number gives its details."""

    id: str
    moved: int
    number: int


class Worker(NamedTuple):
    """One of the processes: who it is, and what it has at hand."""

    home: Home
    box: Outbox
    today: Today

    @property
    def lead(self) -> int:
        """Its number."""
        return LEADS.index(self.home.login())


Deed = Callable[[Worker, Draft], bool]
"""Tries something; whether it was told that it was done."""


def _approve(worker: Worker, draft: Draft) -> bool:
    return bool(
        move(
            worker.box, worker.home.directory, "approve", [Wanted(draft.id)], today=worker.today
        ).done
    )


def _return(worker: Worker, draft: Draft) -> bool:
    directory = worker.home.directory
    return bool(move(worker.box, directory, "return", [Wanted(draft.id)], reason=_REASON).done)


def _sent(worker: Worker, draft: Draft) -> bool:
    return bool(move(worker.box, worker.home.directory, "sent", [Wanted(draft.id)]).done)


def _undo(worker: Worker, draft: Draft) -> bool:
    return bool(move(worker.box, worker.home.directory, "undo", [Wanted(draft.id)]).done)


def _replace(worker: Worker, draft: Draft, seen: int | None = None) -> bool:
    given = {**details(draft.number), "memo": f"{worker.lead}"}
    try:
        made = worker.home.correct(draft.id, CASE, given, seen)
    except ParkdraftError:
        return False
    return made.id is not None


def _remake(worker: Worker, draft: Draft) -> bool:
    try:
        found, _ = changed(worker.box, worker.today, [worker.box.located(draft.id)])
    except ParkdraftError:
        return False
    return bool(remake(worker.box, worker.home.directory, found).done)


def _purge(worker: Worker, draft: Draft) -> bool:
    try:
        known = worker.box.located(draft.id)
    except ParkdraftError:
        return False
    return bool(purge(worker.box, worker.home.directory, [known], "고객 요청"))


def _seen(worker: Worker, draft: Draft) -> bool:
    """Something that the state allows, of the state that was seen: approve, return, replace."""
    wanted = [Wanted(draft.id, draft.moved)]
    do = (worker.lead + draft.number) % 3
    if do == 0:
        return bool(
            move(worker.box, worker.home.directory, "approve", wanted, today=worker.today).done
        )
    if do == 1:
        return bool(move(worker.box, worker.home.directory, "return", wanted, reason=_REASON).done)
    return _replace(worker, draft, draft.moved)


def _seen_approved(worker: Worker, draft: Draft) -> bool:
    wanted = [Wanted(draft.id, draft.moved)]
    if (worker.lead + draft.number) % 2:
        return bool(move(worker.box, worker.home.directory, "sent", wanted).done)
    return bool(move(worker.box, worker.home.directory, "return", wanted, reason=_REASON).done)


def _anything(worker: Worker, draft: Draft) -> bool:
    """One thing or another, whatever the state is by now; several may well succeed."""
    deeds = (_approve, _return, _replace, _sent, _undo)
    return deeds[(worker.lead + draft.number) % len(deeds)](worker, draft)


class Race(NamedTuple):
    """What all try on drafts that were brought to a state; ``winners`` of each: one, or any."""

    deed: Deed
    before: Sequence[Deed] = ()
    winners: int | None = 1
    left: bool = False
    """Whether a contact left after the drafts were made."""


RACES = {
    "pending, as seen": Race(_seen),
    "approved, as seen": Race(_seen_approved, (_approve,)),
    "approve": Race(_approve),
    "return": Race(_return),
    "sent": Race(_sent, (_approve,)),
    "undo": Race(_undo, (_approve, _sent)),
    "replace": Race(_replace),
    "replace a returned one": Race(_replace, (_return,)),
    "remake": Race(_remake, left=True),
    "purge": Race(_purge),
    "anything": Race(_anything, winners=None),
}


def race(folder: Path, drafts: int, processes: int, seed: int) -> list[str]:
    """All races over so many drafts together; what was wrong."""
    chosen = random.Random(seed)
    wrong: list[str] = []
    each = max(drafts // len(RACES), 1)
    for place, (name, one) in enumerate(RACES.items()):
        home = colleague(centre.make_home(folder / f"race-{place}"))
        known = _prepared(home, one, each)
        orders = [chosen.sample(known, len(known)) for _ in range(processes)]
        answers = _at_once(home, one.deed, orders)
        won = Counter(draft_id for answer in answers for draft_id in answer)
        found = _judged(home, one, known, won)
        wrong += [f"{name}: {what}" for what in found]
        told = Counter(won[draft.id] for draft in known)
        print(f"  {name}: {len(known)} drafts, winners {dict(sorted(told.items()))}", flush=True)
    return wrong


def _prepared(home: Home, one: Race, drafts: int) -> list[Draft]:
    ids = drafted(home, range(drafts))
    if one.left:
        contacts = home.root / "contacts.yaml"
        contacts.write_text(contacts.read_text("utf-8").replace(*centre.LEFT), "utf-8")
    known = []
    with home.drafts(change=True) as box:
        worker = Worker(home, box, home.today())
        for number, draft_id in enumerate(ids):
            assert all(deed(worker, Draft(draft_id, 0, number)) for deed in one.before)
            known.append(Draft(draft_id, box.located(draft_id).moved, number))
    return known


def _at_once(home: Home, deed: Deed, orders: Sequence[Sequence[Draft]]) -> list[list[str]]:
    """A process for each order; which drafts each was told to have won."""

    def work(login: str, order: Sequence[Draft]) -> list[str]:
        own = colleague(home.root, login)
        with own.drafts(change=True) as box:
            worker = Worker(own, box, own.today())
            return [draft.id for draft in order if deed(worker, draft)]

    return _forked(work, orders)


def _forked(
    work: Callable[[str, Sequence[Draft]], list[str]], orders: Sequence[Sequence[Draft]]
) -> list[list[str]]:
    """A process and a lead for each order; what each answers. All begin at the same moment."""
    barrier, start = os.pipe()
    children = []
    for login, order in zip(LEADS, orders, strict=False):
        reading, writing = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(start)
            _work(work, login, order, barrier, writing)
        os.close(writing)
        children.append((child, reading))
    os.close(barrier)
    os.close(start)
    answers = []
    for child, reading in children:
        with os.fdopen(reading, "rb") as told:
            answers.append(json.loads(told.read() or b"null"))
        os.waitpid(child, 0)
    assert None not in answers, "a process died"
    return answers


def _work(
    work: Callable[[str, Sequence[Draft]], list[str]],
    login: str,
    order: Sequence[Draft],
    barrier: int,
    out: int,
) -> NoReturn:
    try:
        os.read(barrier, 1)
        answer = json.dumps(work(login, order)).encode()
        with os.fdopen(out, "wb") as told:
            told.write(answer)
    finally:
        os._exit(0)


def _judged(home: Home, one: Race, known: Sequence[Draft], won: Counter[str]) -> Iterator[str]:
    centre.finish(home)
    yield from centre.audited(home, ("outbox.other-people-today",) if one.left else ())
    with home.drafts() as box:
        for draft in known:
            events = box.store.events(draft.id)
            moves = [event for event in events if event.moves and event.step > draft.moved]
            successors = box.store.successors(draft.id)
            if len(successors) > 1:
                yield f"{draft.id} was replaced by {len(successors)}"
            if one.winners is not None and won[draft.id] != one.winners:
                yield f"{draft.id}: {won[draft.id]} won"
            # a returned draft is replaced without a move of its own
            quiet = sum(not any(event.other == later for event in moves) for later in successors)
            if len(moves) + quiet != won[draft.id]:
                yield f"{draft.id}: {won[draft.id]} were told so, {len(moves)} moves, {quiet} quiet"


# ---- a first draft, and waiting ones ------------------------------------------------------------


def race_begin(folder: Path, processes: int, rounds: int) -> list[str]:
    """The first drafts of a home, all at once; then all fill the same waiting drafts."""
    wrong: list[str] = []
    for number in range(rounds):
        home = colleague(centre.make_home(folder / f"begin-{number}"))
        orders = [
            [Draft("", 0, 10 * lead + place) for place in range(5)] for lead in range(processes)
        ]
        answers = _begin(home, orders)
        made = [one for answer in answers for one in answer]
        if len(set(made)) != 5 * processes:
            wrong.append(f"begin {number}: {len(set(made))} of {5 * processes} drafts")
        wrong += [f"begin {number}: {what}" for what in centre.audited(home)]
        ids = drafted(home, range(20), "nuri")
        path = centre.write_list(home.root / "list.csv")
        home.take_over(home.plan_contacts("nuri", path, f"{home.now():%Y-%m}"))
        filled = Counter(one for answer in _fill(home, processes) for one in answer)
        if filled != Counter(ids):
            wrong.append(f"begin {number}: filled {Counter(filled.values())} times")
        wrong += [f"filled {number}: {what}" for what in centre.audited(home)]
    print(
        f"  {rounds} homes begun by {processes} at once, waiting drafts filled by all", flush=True
    )
    return wrong


def _begin(home: Home, orders: Sequence[Sequence[Draft]]) -> list[list[str]]:
    def begin(login: str, order: Sequence[Draft]) -> list[str]:
        own = colleague(home.root, login)
        made = (own.draft(CASE, **details(draft.number)).id for draft in order)
        return [draft_id for draft_id in made if draft_id]

    return _forked(begin, orders)


def _fill(home: Home, processes: int) -> list[list[str]]:
    def fill(login: str, _: Sequence[Draft]) -> list[str]:
        return [draft.id for draft in colleague(home.root, login).fill_waiting().done]

    return _forked(fill, [()] * processes)


# ---- tables -------------------------------------------------------------------------------------


def race_tables(
    folder: Path, rows: int, rounds: int, seed: int, group: int | None = None
) -> list[str]:
    """Two to four runs of one table at any offset; what was wrong."""
    chosen = random.Random(seed)
    root = centre.make_home(folder / "tables")
    table = centre.write_table(root / "table.csv", [number * 9 // 10 for number in range(rows)])
    command = centre.table_command(root, table, group)
    started = time.perf_counter()
    subprocess.run(command, capture_output=True, check=True)
    usual = time.perf_counter() - started
    wrong: list[str] = []
    shared = 0
    for number in range(rounds):
        (root / "outbox").rename(folder / f"outbox-{number}")
        how = [*command, *(["--combine"] if number % 2 else [])]
        longest = chosen.choice((usual / 20, usual))
        offsets = sorted(chosen.uniform(0, longest) for _ in range(chosen.randint(1, 3)))
        answers = _run_at([0, *offsets], how)
        made = Counter(answer["drafted"] > 0 for answer in answers)
        shared += made[True] > 1
        found = list(_table_judged(colleague(root), rows, answers))
        wrong += [f"table {number}, {len(answers)} runs: {what}" for what in found]
    print(f"  {rounds} tables of {rows} rows by two to four runs, {shared} shared", flush=True)
    return wrong


def _run_at(offsets: Sequence[float], command: Sequence[str]) -> list[dict[str, Any]]:
    running: list[subprocess.Popen[bytes]] = []
    begun = time.perf_counter()
    for offset in offsets:
        if running:
            with contextlib.suppress(subprocess.TimeoutExpired):  # or the first has ended
                running[0].wait(max(0, begun + offset - time.perf_counter()))
        running.append(subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL))
    return [json.loads(one.communicate()[0]) for one in running]


def _table_judged(home: Home, rows: int, answers: Sequence[dict[str, Any]]) -> Iterator[str]:
    for number in range(rows):
        statuses = sorted(answer["rows"][number]["status"] for answer in answers)
        if statuses != ["drafted", *["skipped"] * (len(answers) - 1)]:
            yield f"row {number + 2} was {statuses}"
    live = centre.live_rows(home)
    if len(live) != rows or set(live.values()) != {1}:
        yield f"{len(live)} of {rows} rows, in {Counter(live.values())} drafts"
    with home.drafts() as box:
        cases = sum(box.located(one).cases for one in box.store.ids(STATES, limit=1_000_000))
    if cases != rows:
        yield f"{cases} cases are drafted"
    yield from centre.audited(home)


def main(args: Sequence[str]) -> int:
    """Run it; 1 where something is wrong."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--drafts", type=int, default=1000)
    parser.add_argument("--processes", type=int, default=8)
    parser.add_argument("--homes", type=int, default=20)
    parser.add_argument("--rows", type=int, default=3000)
    parser.add_argument("--tables", type=int, default=12)
    parser.add_argument("--group", type=int, help="rows that are kept together; usual: 250")
    parser.add_argument("--seed", type=int, default=0)
    asked = parser.parse_args(args)
    with centre.workplace() as folder:
        centre.warmed(folder / "warmed")
        wrong = race(folder, asked.drafts, asked.processes, asked.seed)
        wrong += race_begin(folder, asked.processes, asked.homes)
        wrong += race_tables(folder, asked.rows, asked.tables, asked.seed, asked.group)
    return centre.told("races", wrong)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
