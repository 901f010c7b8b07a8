"""Whoever dies at whatever step: nothing half written is seen, nothing is lost or doubled.

``verify`` names what is unfinished, and the next command of that machine finishes it.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import pytest

from parkdraft import locking
from parkdraft.errors import OutboxError, ParkdraftError, Problem, StorageError
from parkdraft.outbox import adding, keeping
from parkdraft.outbox.folder import STAGING, FolderStore
from parkdraft.outbox.journal import Journal, machine_name
from parkdraft.outbox.keeping import New, Outbox, add, move, open_outbox, remove
from parkdraft.outbox.lines import Line
from parkdraft.outbox.purging import purge, purgeable
from parkdraft.outbox.records import Memory, end
from parkdraft.outbox.review import Outcome
from parkdraft.outbox.store import STATES, Entry, Store
from parkdraft.storing import storage_errors

if TYPE_CHECKING:
    from tests.faults import Steps
    from tests.outboxes import Office

pytest_plugins = ["outboxes", "faults"]
pytestmark = pytest.mark.usefixtures("hurried")

OTHER = "agent.choi"
DECEMBER = datetime(2026, 12, 1)
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


def said(outcome: Outcome) -> list[str]:
    return [problem.code for problem in outcome.problems]


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

    def put_by(_: Outbox, drafts: Sequence[New], *__: object) -> list[Entry]:
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
        self._kept = {
            path: None if path.is_dir() else path.read_bytes()
            for path in (office.outbox, *sorted(office.outbox.rglob("*")))
            if path.exists()
        }
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
        """As it was, to the last folder."""
        outbox = self.office.outbox
        for path in sorted((outbox, *outbox.rglob("*")), reverse=True):
            if path.is_file():
                path.unlink()
            elif path.exists() and path not in self._kept:
                path.rmdir()
        for path, content in self._kept.items():
            if content is None:
                path.mkdir(exist_ok=True)
            else:
                path.write_bytes(content)

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


@pytest.mark.parametrize(("level", "when"), [("methods", "after"), ("calls", "half")])
def test_death_at_every_step(
    request: pytest.FixtureRequest, office: Office, operation: Operation, level: str, when: str
) -> None:
    """To die after a step is to die before the next one; half way, where it writes."""
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


# ---- what comes between a death and the next command -------------------------------------------


def killed(
    office: Office, steps: Steps, act: Callable[[], object], name: str, when: str = "before"
) -> None:
    """Somebody dies in the first call of a method; the clock goes on."""
    steps.die_in(name, when)
    with pytest.raises(steps.Death):
        act()
    steps.reset()
    office.later(minutes=10)


def command(office: Office, login: str = OTHER) -> None:
    with office.box(login).alone():
        pass


def staged(office: Office) -> list[str]:
    return sorted(path.name for path in (office.outbox / STAGING).glob("*"))


class TestMeanwhile:
    def test_another_machine_leaves_it_and_tells_it(
        self, office: Office, methods: Steps, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        draft_id = office.draft()
        killed(office, methods, lambda: office.approve(draft_id), "move", "after")
        with monkeypatch.context() as patch:
            patch.setattr(keeping, "machine_name", lambda: "elsewhere")
            command(office)
            assert office.verify() == [("outbox.unfinished", draft_id)]
            assert said(office.sent(draft_id)) == ["outbox.unfinished"]
        assert said(office.sent(draft_id)) == []
        assert office.did(draft_id)[1:] == [("approve", "lead.kim"), ("sent", OTHER)]

    def test_another_machine_leaves_what_is_staged(
        self, office: Office, methods: Steps, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        killed(office, methods, office.draft, "place")
        before = staged(office)
        assert len(before) == 1
        with monkeypatch.context() as patch:
            patch.setattr(keeping, "machine_name", lambda: "elsewhere")
            command(office)
        assert staged(office) == before
        command(office)
        assert staged(office) == []
        assert list(office.states().values()) == ["pending"]

    @pytest.mark.parametrize("announced", ["approve", "return"])
    @pytest.mark.parametrize("ended", [True, False])
    @pytest.mark.parametrize("first", ["", "elsewhere"])
    def test_who_lost_the_race_and_died(
        self,
        office: Office,
        methods: Steps,
        monkeypatch: pytest.MonkeyPatch,
        announced: str,
        ended: bool,
        first: str,
    ) -> None:
        """One announces and dies; another approves at another machine, and may die, too."""
        draft_id = office.draft()
        act = office.approve if announced == "approve" else office.send_back
        killed(office, methods, lambda: act(draft_id), "move")

        def at(machine: str) -> None:
            monkeypatch.setattr(keeping, "machine_name", lambda: machine or machine_name())

        at("elsewhere")
        box = office.box("lead.lee")
        (entry,) = box.store.find(draft_id)
        if not ended:
            methods.die_in("flush", "before")
        with suppress(methods.Death), box.alone():
            move(box, entry, box.history(draft_id), "approve", "approved")
        methods.reset()
        assert office.verify() == [("outbox.unfinished", draft_id)]
        for machine in (first, "" if first else "elsewhere"):
            at(machine)
            command(office)
        assert office.verify() == []
        # nobody can tell which of two who said the same did it, and died
        unknown = announced == "approve" and not ended and first == "elsewhere"
        winner = "lead.kim" if unknown else "lead.lee"
        assert office.did(draft_id) == [("draft", "agent.park"), ("approve", winner)]
        assert office.state(draft_id) == "approved"

    def test_a_month_begins(self, office: Office, methods: Steps) -> None:
        draft_id = office.draft()
        killed(office, methods, lambda: office.approve(draft_id), "move", "after")
        office.later(days=10)
        command(office)
        assert office.verify() == []
        assert office.did(draft_id)[-1] == ("approve", "lead.kim")
        assert len(office.segments()) == 2  # who began it ends it, in the month in which he began

    def test_a_month_begins_between_intent_and_end(self, office: Office) -> None:
        office.now = datetime(2026, 11, 30, 23, 59, 59)
        draft_id = office.draft()
        clock = iter([office.now, office.now])
        box = office.box()
        late = Outbox(box.store, box.journal, box.login, lambda: next(clock, DECEMBER))
        with late.alone():
            (entry,) = late.store.find(draft_id)
            move(late, entry, late.history(draft_id), "approve", "approved")
        assert [path.name[:7] for path in office.segments()] == ["2026-11", "2026-11", "2026-12"]
        assert office.verify() == []
        before = office.history(draft_id)
        for _ in range(2):
            command(office)
            assert office.verify() == []
            assert office.history(draft_id) == before
        content = {path: path.read_bytes() for path in office.segments()}
        command(office)
        assert {path: path.read_bytes() for path in office.segments()} == content

    def test_a_file_that_was_edited_is_not_believed(self, office: Office, methods: Steps) -> None:
        """A new one: nobody says any more that it is a draft of ours."""
        killed(office, methods, office.draft, "place", "after")
        (path,) = visible(office)
        path.write_bytes(path.read_bytes() + b"x")
        assert office.verify() == [("outbox.unfinished", path.stem)]
        command(office)
        assert office.verify() == [("outbox.no-record", path.stem)]

    def test_an_approval_of_other_bytes_is_cancelled(self, office: Office, methods: Steps) -> None:
        draft_id = office.draft()
        killed(office, methods, lambda: office.approve(draft_id), "move", "after")
        path = office.path(draft_id)
        path.write_bytes(path.read_bytes() + b"x")
        command(office)
        assert {code for code, _ in office.verify()} == {"outbox.moved-by-hand", "outbox.edited"}
        assert office.did(draft_id) == [("draft", "agent.park")]
        assert office.state(draft_id) == "approved"

    def test_what_was_staged_and_edited_is_cancelled(self, office: Office, methods: Steps) -> None:
        killed(office, methods, office.draft, "place")
        (name,) = staged(office)
        path = office.outbox / STAGING / name
        path.write_bytes(path.read_bytes()[:-1])
        command(office)
        assert office.states() == {}
        assert staged(office) == []
        assert office.verify() == []

    def test_a_purge_of_what_was_moved_on_is_cancelled(
        self, office: Office, methods: Steps
    ) -> None:
        (draft_id,) = old(office, "pending")
        killed(office, methods, lambda: removed(office, unfinished=True), "remove")
        path = office.path(draft_id)
        (office.outbox / "sent").mkdir()
        path.rename(office.outbox / "sent" / path.name)
        command(office)
        assert office.state(draft_id) == "sent"
        assert office.history(draft_id).record is not None
        assert [code for code, _ in office.verify()] == ["outbox.moved-by-hand"]

    def test_a_purge_passes_over_what_is_moved_meanwhile(
        self, office: Office, calls: Steps
    ) -> None:
        (draft_id, other) = old(office, "sent", "sent")
        box = office.box(OTHER)
        doomed = purgeable(box, 90, unfinished=False)
        path = office.path(draft_id)
        target = office.outbox / "returned" / path.name
        target.parent.mkdir(exist_ok=True)
        with box.alone():
            calls.watch = lambda: path.exists() and path.rename(target)
            remove(box, doomed.drafts)
            calls.watch = lambda: None
        assert office.states() == {draft_id: "returned"}
        assert office.history(draft_id).record is not None
        assert office.history(other).record is None

    def test_what_is_held_open_stays_and_the_others_go(
        self, office: Office, monkeypatch: pytest.MonkeyPatch, calls: Steps
    ) -> None:
        held, other = old(office, "sent", "sent")
        before = office.history(held)
        store_remove = FolderStore.remove

        def remove_one(self: FolderStore, entry: Entry) -> None:
            if entry.id == held:
                calls.fail(1, "held-open")
            store_remove(self, entry)

        with monkeypatch.context() as patch:
            patch.setattr(FolderStore, "remove", remove_one)
            with pytest.raises(StorageError) as caught:
                removed(office)
        assert [one.code for one in caught.value.problems] == ["storage.held-open"]
        assert office.verify() == []
        assert office.states() == {held: "sent"}
        assert office.history(held) == before
        assert office.history(other).record is None
        removed(office)
        assert office.states() == {}


class TestInTheWay:
    """Commands go on, whatever somebody put there; ``verify`` tells it."""

    def test_a_file_where_a_withdrawn_draft_was(self, office: Office, methods: Steps) -> None:
        (draft_id,) = listed(office)
        path = office.path(draft_id)
        before = path.read_bytes()
        killed(office, methods, office.fill, "withdraw", "after")
        path.write_bytes(b"x")
        for _ in range(2):
            command(office)
            assert office.verify() == [("outbox.unfinished", draft_id)]
        path.unlink()
        command(office)
        assert path.read_bytes() == before
        assert office.verify() == [("outbox.contact-is-there", draft_id)]
        assert staged(office) == []

    @pytest.mark.parametrize("method", ["place", "finish"])
    def test_what_this_user_may_not_do(
        self,
        office: Office,
        methods: Steps,
        monkeypatch: pytest.MonkeyPatch,
        refusing: Callable[[str], Callable[..., None]],
        method: str,
    ) -> None:
        """It is left, with what is staged for it, until somebody comes who may."""
        killed(office, methods, office.draft, "place")
        owner = FolderStore if method == "place" else Journal

        def refuse(*args: object) -> None:
            with storage_errors("x"):
                refusing("read-only")()

        with monkeypatch.context() as patch:
            patch.setattr(owner, method, refuse)
            command(office)
            assert [code for code, _ in office.verify()] == ["outbox.unfinished"]
            if method == "place":  # his own work goes on
                assert said(office.sent("20261123-aaaaaaaa")) == ["outbox.unknown"]
        command(office)
        assert office.verify() == []
        assert list(office.states().values()) == ["pending"]

    def test_an_operation_of_a_later_version(self, office: Office) -> None:
        draft_id = office.draft()
        (line,) = office.lines(draft_id)
        unknown = {**line, "op": "e" * 16, "do": "archive", "after": line["op"]}
        office.box().write(unknown)
        command(office)
        assert office.verify() == [("outbox.unfinished", draft_id)]
        assert office.states() == {draft_id: "pending"}

    @pytest.mark.parametrize(
        "change",
        [
            {"id": "../../precious"},
            {"id": "../../../home/precious"},
            {"from": "../.."},
            {"from": "..", "id": "../precious"},
            {"suffix": "/../../precious.txt"},
            {"suffix": ".txt/../../../precious.txt"},
        ],
        ids=str,
    )
    @pytest.mark.parametrize("do", ["purge", "import", "draft", "approve"])
    def test_lines_that_somebody_wrote_reach_no_other_file(
        self, office: Office, change: Line, do: str
    ) -> None:
        draft_id = office.draft()
        precious = [office.root / "precious.txt", office.outbox / "precious.txt"]
        for path in precious:
            path.write_bytes(b"x")
        (line,) = office.lines(draft_id)
        office.box().write({**line, "op": "e" * 16, "suffix": ".txt", "do": do, **change})
        before = sorted(office.root.rglob("*"))
        command(office)
        assert office.verify() == [("outbox.journal-damaged", office.segments()[-1].name)]
        assert sorted(office.root.rglob("*")) == before
        assert office.state(draft_id) == "pending"

    def test_what_was_half_rewritten_is_cleared_away(self, office: Office, calls: Steps) -> None:
        old(office, "sent")
        calls.die_in("replace", "before")
        with pytest.raises(calls.Death):
            removed(office)
        calls.reset()
        assert len(list(office.outbox.glob("journal/.*"))) == 1
        command(office)
        assert list(office.outbox.glob("journal/.*")) == []
        assert office.verify() == []

    def test_one_bit_of_the_journal(self, office: Office) -> None:
        """Wherever it is: it is told by somebody, and nothing breaks."""
        ids = [office.draft(), office.draft("agit"), office.in_state("approved")]
        path = office.segments()[0]
        content = path.read_bytes()
        for bit in range(3, 8 * len(content), 151):
            damaged = bytearray(content)
            damaged[bit // 8] ^= 1 << bit % 8
            path.write_bytes(damaged)
            office.verify()
            memory = Memory().feed(office.box().journal.read())
            for draft_id in (*ids, *memory.ids()):
                memory.of(draft_id)
        path.write_bytes(content)
        assert office.verify() == []
