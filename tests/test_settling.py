"""Whoever dies at whatever step: nothing half written is seen, nothing is lost or doubled.

``verify`` names what is unfinished, and the next command of that machine finishes it.
"""

from __future__ import annotations

import itertools
import shutil
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import pytest

from parkdraft import locking
from parkdraft.errors import OutboxError, ParkdraftError, Problem
from parkdraft.outbox import adding, keeping
from parkdraft.outbox.folder import STAGING
from parkdraft.outbox.journal import Journal
from parkdraft.outbox.keeping import New, Outbox, add, open_outbox
from parkdraft.outbox.purging import purge, purgeable
from parkdraft.outbox.records import end
from parkdraft.outbox.review import Outcome
from parkdraft.outbox.store import STATES, Entry, Store
from parkdraft.storing import storage_errors

if TYPE_CHECKING:
    from tests.faults import Steps
    from tests.outboxes import Office

pytest_plugins = ["outboxes", "faults"]
pytestmark = pytest.mark.usefixtures("hurried")

OTHER = "agent.choi"
UNFINISHED = {"outbox.unfinished", "outbox.journal-torn"}
SUBJECT = "[가온타워] 정기권 차량번호 변경 요청 (6789)"
Places = dict[str, tuple[str, str, bytes]]
"""Draft → state, suffix and bytes of the file that can be seen in the folders."""


@pytest.fixture(autouse=True)
def _own_locks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(locking, "_folder", lambda: tmp_path)


# ---- what people do ----------------------------------------------------------------------------


@dataclass
class Operation:
    """What somebody does, and how the outbox is before: the drafts that are in it.

    ``repeat`` says whether it can be done again, and then changes nothing more; ``undone``
    whether nothing at all has changed where it is refused.
    """

    prepare: Callable[[Office], list[str]]
    act: Callable[[Office, list[str]], object]
    repeat: bool = True
    undone: bool = True


READY: list[New] = []
"""What ``several`` has made ready."""


def told(outcome: Outcome) -> Outcome:
    """What was refused, raised as from a library call."""
    if outcome.problems:
        raise OutboxError(outcome.problems)
    return outcome


def old(office: Office, *states: str) -> list[str]:
    """Drafts in these states, and half a year passes."""
    ids = [office.in_state(state, old_plate=f"12가345{n}") for n, state in enumerate(states)]
    office.later(days=180)
    return ids


def removed(office: Office, *, unfinished: bool = False) -> object:
    box = office.box(OTHER)
    return purge(box, purgeable(box, 90, unfinished=unfinished))


def several(office: Office) -> list[str]:
    """Nothing; three drafts are ready to be kept at once, as of a table."""
    READY.clear()

    def put_by(_: Outbox, drafts: Sequence[New]) -> list[Entry]:
        READY.extend(drafts)
        return [Entry(one.sheet.id, one.state, one.sheet.suffix) for one in drafts]

    with office.monkeypatch.context() as patch:
        patch.setattr(adding, "add", put_by)
        for number in range(3):
            office.draft(old_plate=f"12가345{number}")
    return []


def kept(office: Office) -> object:
    box = office.box("agent.park")
    with box.alone():
        return add(box, READY)


def announced(office: Office) -> list[str]:
    """Drafts that were announced and came to nothing, long ago; the journal tells of them."""
    (draft_id,) = old(office, "sent")
    assert removed(office) is not None
    made = office.lines(draft_id)[0]
    for number in range(2):
        op, traced = str(number) * 16, f"20260101-{'ab'[number] * 8}"
        line = {**made, "op": op, "id": traced, "subject": SUBJECT, "sha256": "0" * 64}
        office.box("agent.park").write(line, end(op, cancelled=[traced]))
    office.later(days=180)
    return []


def listed(office: Office) -> list[str]:
    """A draft that waits for a list, which has come."""
    ids = [office.draft("listed")]
    office.bring("가온타워,박별,byeol@example.com,")
    return ids


OPERATIONS = {
    "draft": Operation(lambda _: [], lambda office, _: office.draft(), repeat=False),
    "draft several": Operation(several, lambda office, _: kept(office), repeat=False),
    "replace": Operation(
        lambda office: [office.in_state("pending")],
        lambda office, ids: office.draft(replaces=ids[0], new_plate="67나8901"),
        repeat=False,
        undone=False,
    ),
    "approve": Operation(
        lambda office: [office.in_state("pending")],
        lambda office, ids: told(office.approve(*ids)),
    ),
    "return": Operation(
        lambda office: [office.in_state("approved")],
        lambda office, ids: told(office.send_back(*ids, reason="차량번호 확인")),
    ),
    "sent": Operation(
        lambda office: [office.in_state("approved")], lambda office, ids: told(office.sent(*ids))
    ),
    "import": Operation(listed, lambda office, _: told(office.fill()), undone=False),
    "purge": Operation(
        lambda office: old(office, "sent", "pending"),
        lambda office, _: removed(office, unfinished=True),
        undone=False,
    ),
    "purge traces": Operation(announced, lambda office, _: removed(office)),
}


@pytest.fixture(params=list(OPERATIONS))
def operation(request: pytest.FixtureRequest) -> Operation:
    return OPERATIONS[request.param]


# ---- what is to be seen ------------------------------------------------------------------------


def visible(office: Office) -> Iterator[Path]:
    for state in STATES:
        folder = office.outbox / state
        if folder.is_dir():
            yield from folder.iterdir()


def places(office: Office) -> Places:
    """Where every draft is; each of them once."""
    found: Places = {}
    for path in visible(office):
        assert path.stem not in found
        with suppress(FileNotFoundError):
            found[path.stem] = (path.parent.name, path.suffix, path.read_bytes())
    return found


def codes(office: Office) -> set[str]:
    return {code for code, _ in office.verify()}


class Trial:
    """One operation, tried again and again from the same beginning."""

    def __init__(self, office: Office, operation: Operation) -> None:
        self.office, self.operation = office, operation
        self.ids = operation.prepare(office)
        self._kept = office.root / "kept"
        if office.outbox.exists():
            shutil.copytree(office.outbox, self._kept)
        else:
            self._kept.mkdir()
        self.known = codes(office)
        self.before = places(office)
        assert sorted(self.before) == sorted(self.ids)
        operation.act(office, self.ids)
        assert codes(office) == set()
        self.after = places(office)
        self._new = Counter(self._strange(self.after))

    def _strange(self, found: Places) -> list[tuple[str, str, bytes]]:
        """What there is beside the drafts of the beginning."""
        return [place for draft_id, place in found.items() if draft_id not in self.ids]

    def begin(self) -> None:
        if self.office.outbox.exists():  # removing folders takes longer than all the rest
            self.office.outbox.rename(self.office.root / f"{time.perf_counter_ns()}")
        if list(self._kept.iterdir()):
            shutil.copytree(self._kept, self.office.outbox)

    def act(self) -> list[Problem]:
        """What was refused."""
        try:
            self.operation.act(self.office, self.ids)
        except ParkdraftError as error:
            return list(error.problems)
        return []

    def look(self) -> None:
        """At any moment: every file that is seen is whole, and every draft there but once."""
        found = places(self.office)
        for draft_id in self.ids:
            place = found.get(draft_id)
            assert place in (self.before[draft_id], self.after.get(draft_id), None)
        assert Counter(self._strange(found)) <= self._new

    def is_whole(self) -> bool:
        """Every draft is where it was, or where it should go."""
        found = places(self.office)
        return all(found.get(one) in (self.before[one], self.after.get(one)) for one in self.ids)

    def is_like(self, other: Places) -> bool:
        """Whether there are such drafts now; new ones have other identifiers each time."""
        return Counter(places(self.office).values()) == Counter(other.values())

    def judge(self) -> None:
        """Afterwards: what is unfinished is named, the next command finishes it."""
        self.look()
        found = codes(self.office)
        assert found <= UNFINISHED | self.known
        assert found & UNFINISHED or self.is_whole()
        with self.office.box(OTHER).alone():
            pass
        self.look()
        assert self.is_whole()
        assert codes(self.office) <= self.known
        self.is_tidy()
        if self.operation.repeat:  # where it was not done, it can be done now
            self.act()
            assert places(self.office) == self.after
            assert codes(self.office) == set()
            self.is_tidy()
            written = b"".join(path.read_bytes() for path in self.office.segments())
            assert self.after or SUBJECT.encode() not in written

    def is_tidy(self) -> None:
        """Nothing lies about, and of what is purged nobody tells anything."""
        staging = self.office.outbox / STAGING
        assert not staging.exists() or list(staging.iterdir()) == []
        assert list(self.office.outbox.glob("journal/.*")) == []
        for draft_id in self.ids:
            history = self.office.history(draft_id)
            if history.last and history.last.state is None:
                assert history.record is None
                assert all("sha256" not in one.more for one in history.events)


# ---- death -------------------------------------------------------------------------------------


class Stepwise:
    """A store or a journal each of whose methods is a step."""

    def __init__(self, wrapped: object, steps: Steps) -> None:
        self._wrapped, self._steps = wrapped, steps

    def __getattr__(self, name: str) -> Any:
        value = getattr(self._wrapped, name)
        if not callable(value) or name == "path":  # which asks nobody
            return value

        def method(*args: Any, **named: Any) -> Any:
            with storage_errors(name):  # as every form of a store does
                return self._steps.take(lambda: value(*args, **named), name)

        return method


@pytest.fixture
def methods(monkeypatch: pytest.MonkeyPatch, calls: Steps) -> Steps:
    """Every call of a store's or a journal's method, as steps; the system's are none here."""
    steps = type(calls)()

    def opened(root: Path, login: str, now: Callable[[], datetime]) -> Outbox:
        box = open_outbox(root, login, now)
        store, journal = Stepwise(box.store, steps), Stepwise(box.journal, steps)
        return Outbox(cast(Store, store), cast(Journal, journal), login, now)

    monkeypatch.setattr(keeping, "open_outbox", opened)
    return steps


def tried(trial: Trial, steps: Steps, arm: Callable[[int], None]) -> Iterator[list[Problem] | None]:
    """The operation with something at its first step, then at its second, until all are over.

    What was refused, None where it died.
    """
    for number in itertools.count(1):
        trial.begin()
        arm(number)
        steps.watch = trial.look
        try:
            problems = trial.act()
        except steps.Death:
            problems = None
        steps.watch = lambda: None
        reached = steps.reached
        steps.reset()
        if not reached:
            assert number > 3
            assert problems == []
            assert trial.is_like(trial.after)
            return
        yield problems


@pytest.mark.parametrize(
    ("level", "when"),
    [
        ("methods", "before"),
        ("methods", "after"),
        ("calls", "before"),
        ("calls", "half"),
        ("calls", "after"),
    ],
)
def test_death_at_every_step(
    request: pytest.FixtureRequest, office: Office, operation: Operation, level: str, when: str
) -> None:
    steps: Steps = request.getfixturevalue(level)
    with steps.others():
        trial = Trial(office, operation)
    for problems in tried(trial, steps, lambda number: steps.die(number, when)):
        assert problems is None
        with steps.others():
            trial.judge()


def test_death_while_settling(office: Office, operation: Operation, calls: Steps) -> None:
    """Those who come after die as well, at every step; the last one lives."""
    with calls.others():
        trial = Trial(office, operation)
    for problems in tried(trial, calls, lambda number: calls.die(number, "before")):
        assert problems is None
        for number in range(1, 100):
            calls.die(number, ("before", "half", "after")[number % 3])
            calls.watch = trial.look
            try:
                with office.box(OTHER).alone():
                    pass
            except calls.Death:
                assert codes(office) <= UNFINISHED | trial.known
                continue
            break
        calls.reset()
        calls.watch = lambda: None
        trial.judge()


# ---- refusals ----------------------------------------------------------------------------------


@pytest.mark.parametrize("level", ["methods", "calls"])
def test_a_refusal_at_every_step(
    request: pytest.FixtureRequest, office: Office, operation: Operation, level: str
) -> None:
    """One step is refused, say because a file is held open: it is told, nothing is lost."""
    steps: Steps = request.getfixturevalue(level)
    with steps.others():
        trial = Trial(office, operation)
    for problems in tried(trial, steps, lambda number: steps.fail(number, "held-open")):
        assert problems is not None
        with steps.others():
            assert {one.code for one in problems} <= {"storage.held-open", *UNFINISHED}
            if not problems:
                assert trial.is_like(trial.after)
            elif operation.undone:
                assert trial.is_like(trial.before)
            trial.judge()


def test_the_disk_is_full_from_some_step_on(
    office: Office, operation: Operation, calls: Steps
) -> None:
    with calls.others():
        trial = Trial(office, operation)
    for problems in tried(trial, calls, calls.fill):
        assert problems is not None
        assert {one.code for one in problems} <= {"storage.full", *UNFINISHED}
        with calls.others():
            trial.judge()
