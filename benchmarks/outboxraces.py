"""Many people over the same drafts at once, half of them on machines that share no lock.

Each of several processes goes through all drafts in an order of its own and tries what comes
to its mind. Afterwards what they say they did, what the journal says, and where the files are
must be the same, and nothing may be lost or doubled.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import random
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing.synchronize import Barrier
from pathlib import Path
from typing import NamedTuple

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
from parkdraft.outbox.records import History, Memory
from parkdraft.outbox.review import Outcome, approve, mark_sent, send_back
from parkdraft.outbox.showing import show
from parkdraft.outbox.verifying import verify

from parkdraft import Home
from parkdraft.errors import OutboxError, ParkdraftError, Problem
from parkdraft.outbox.listing import Filters, listed

AUTHOR = "agent.1"
PASSES = 4
SITE = "새봄빌딩"


class Deed(NamedTuple):
    """What somebody tried with a draft: ``made`` is the new one, ``refused`` why not."""

    login: str
    do: str
    id: str
    made: str | None = None
    refused: tuple[str, ...] = ()


class Job(NamedTuple):
    """One process: who, where, and the drafts."""

    root: Path
    login: str
    machine: str | None
    ids: tuple[str, ...]


def race(folder: Path, drafts: int, processes: int) -> list[str]:
    """Run it in a new folder; what is wrong afterwards, empty where nothing is."""
    root = make_home(folder / "home")
    logins = [AUTHOR, *LEADS][:processes]
    with locks_in(root / "locks"):
        home = colleague(root, AUTHOR)
        ids = tuple(_made(home, drafts))
        bring_list(home, SITE)
        jobs = [
            Job(root, login, f"pc-{number}" if number % 2 else None, ids)
            for number, login in enumerate(logins)
        ]
        spawned = multiprocessing.get_context("spawn")
        started = time.perf_counter()
        with ProcessPoolExecutor(
            processes, spawned, _remember, (spawned.Barrier(processes),)
        ) as pool:
            deeds = [deed for done in pool.map(_work, jobs) for deed in done]
        seconds = time.perf_counter() - started
        wrong = list(_judged(home, ids, deeds))
    print(f"{drafts} drafts, {processes} processes, {len(deeds)} tries in {seconds:.1f} s")
    for do, tried in sorted(Counter(deed.do for deed in deeds).items()):
        codes = Counter(code for deed in deeds if deed.do == do for code in deed.refused)
        won = sum(deed.do == do and not deed.refused for deed in deeds)
        print(f"  {do:8}{won:5} of {tried:5}  {dict(codes.most_common())}")
    return wrong


def _made(home: Home, drafts: int) -> Iterator[str]:
    """Most of them pending, every tenth waiting for its contact."""
    for number in range(drafts):
        given = details(number, LISTED, SITE) if number % 10 == 0 else details(number)
        made = home.draft(CASE, **given)
        assert made.id is not None
        yield made.id


# ---- one process ------------------------------------------------------------------------------

_together: list[Barrier] = []


def _remember(barrier: Barrier) -> None:
    _together.append(barrier)


def _work(job: Job) -> list[Deed]:
    chosen = random.Random(job.login)
    with locks_in(job.root / "locks"):
        home = colleague(job.root, job.login, job.machine)
        deeds: list[Deed] = []
        _together[0].wait()
        for number in range(PASSES):
            # every other time all of them come to the same draft at about the same moment
            order = random.Random(number) if number % 2 == 0 else chosen
            for draft_id in order.sample(job.ids, len(job.ids)):
                (do,) = chosen.choices(tuple(_TRIES), _LIKING)
                deeds += _TRIES[do](home, draft_id)
                if chosen.random() < 1 / len(job.ids):
                    verify(home.drafts, home.today())
    return deeds


def _approve(home: Home, draft_id: str) -> list[Deed]:
    return _deeds(home, "approve", draft_id, approve(home.drafts, home.today(), [draft_id]))


def _return(home: Home, draft_id: str) -> list[Deed]:
    outcome = send_back(home.drafts, home.directory, [draft_id], "다시 확인해 주세요")
    return _deeds(home, "return", draft_id, outcome)


def _sent(home: Home, draft_id: str) -> list[Deed]:
    return _deeds(home, "sent", draft_id, mark_sent(home.drafts, [draft_id]))


def _deeds(home: Home, do: str, draft_id: str, outcome: Outcome) -> list[Deed]:
    if outcome.done:
        return [Deed(home.login(), do, draft_id)]
    return [Deed(home.login(), do, draft_id, None, _codes(outcome.problems))]


def _replace(home: Home, draft_id: str) -> list[Deed]:
    """A correction, of somebody else's car: that two drafts look alike is another matter."""
    car = random.Random(draft_id + home.login()).randrange(100_000)
    try:
        made = home.draft(CASE, replaces=draft_id, **details(car))
    except ParkdraftError as error:
        return [Deed(home.login(), "replace", draft_id, None, _codes(error.problems))]
    return [Deed(home.login(), "replace", draft_id, made.id)]


def _fill(home: Home, _draft_id: str) -> list[Deed]:
    outcome = home.fill_waiting()
    refused = [
        Deed(home.login(), "fill", one.field or "", None, (one.code,)) for one in outcome.problems
    ]
    return refused + [Deed(home.login(), "fill", one.id) for one in outcome.done]


def _look(home: Home, draft_id: str) -> list[Deed]:
    """At one, and at all of a state."""
    with contextlib.suppress(OutboxError):  # it was moved just now
        show(home.drafts, home.today(), draft_id)
    listed(home.drafts, Filters(("approved",)))
    return []


def _codes(problems: Sequence[Problem]) -> tuple[str, ...]:
    return tuple(sorted({problem.code for problem in problems}))


_TRIES: dict[str, Callable[[Home, str], list[Deed]]] = {
    "approve": _approve,
    "return": _return,
    "sent": _sent,
    "replace": _replace,
    "fill": _fill,
    "look": _look,
}
_LIKING = (40, 15, 30, 10, 0.5, 1)


# ---- afterwards -------------------------------------------------------------------------------

_WORDS = {"fill": "import"}
"""What the journal calls it."""


def _judged(home: Home, ids: Sequence[str], deeds: Sequence[Deed]) -> Iterator[str]:
    won = [deed for deed in deeds if not deed.refused]
    made = {deed.made: deed for deed in won if deed.made}
    known = {*ids, *made}
    memory = Memory().feed(home.drafts.journal.read())
    files = files_by_id(home.outbox)
    yield from (f"{one}: lost" for one in sorted(known - files.keys()))
    yield from (f"{one}: nobody made it" for one in sorted(files.keys() - known))
    yield from (f"{one}: doubled" for one, paths in files.items() if len(paths) > 1)
    yield from (f"{path.name}: left" for path in (home.outbox / ".staging").glob("*"))
    for draft_id in sorted(known & files.keys()):
        history = memory.of(draft_id)
        if history.unfinished or history.forked:
            yield f"{draft_id}: unfinished or forked: {history}"
        if history.last and history.last.state != files[draft_id][0].parent.name:
            yield f"{draft_id}: the journal says {history.last.state}: {files[draft_id]}"
        yield from _for_a_reason(history, made, deeds)
        yield from _as_told(history, [deed for deed in won if deed.id == draft_id], made)
    yield from (f"verify: {one}" for one in verify(home.drafts, home.today()))
    yield from _nobody_won(ids, deeds, memory)


def _as_told(history: History, won: Sequence[Deed], made: Mapping[str, Deed]) -> Iterator[str]:
    """What people say that they did to a draft, held against its history."""
    told = Counter(
        (_WORDS.get(deed.do, deed.do), deed.login) for deed in won if deed.do != "replace"
    )
    events = Counter(
        (one.do, one.by)
        for one in history.events
        if one.do != "draft" and "replaced_by" not in one.more
    )
    if told != events:
        yield f"{history.id}: told {dict(told)}, recorded {dict(events)}"
    replaced = [deed.made for deed in won if deed.do == "replace"]
    if len(replaced) > 1:
        yield f"{history.id}: replaced by {replaced}"
    first = history.events[0] if history.events else None
    if history.id in made and (first is None or first.more["replaces"] != made[history.id].id):
        yield f"{history.id}: does not say what it replaces"


def _for_a_reason(
    history: History, made: Mapping[str, Deed], deeds: Sequence[Deed]
) -> Iterator[str]:
    """Who returned a draft to replace it either did, or was told that somebody else had."""
    for one in history.events:
        by = one.more.get("replaced_by")
        told = [deed.refused for deed in deeds if (deed.id, deed.login) == (history.id, one.by)]
        if by and by not in made and ("outbox.replaced",) not in told:
            yield f"{history.id}: returned for {by}, which nobody made"


def _nobody_won(ids: Sequence[str], deeds: Sequence[Deed], memory: Memory) -> Iterator[str]:
    """Drafts that nobody moved although somebody who might tried to, and not for a reason."""
    tried = {deed.id for deed in deeds if deed.do in ("approve", "return", "replace")}
    for draft_id in ids:
        if draft_id in tried and len(memory.of(draft_id).events) < 2:
            why = {deed.do: deed.refused for deed in deeds if deed.id == draft_id}
            yield f"{draft_id}: nobody won: {why}"
