"""Keeping drafts: every move with a line in the journal before it and one after.

The store says where a draft is, the journal who put it there and why. Only one process of a
machine is at work at a time (``Outbox.alone``), so an intent without an end was left by one
that died; ``settle`` finishes or cancels it before anybody does the next thing.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

from parkdraft.errors import OutboxError, ParkdraftError, Problem, StorageError
from parkdraft.locking import machine_lock
from parkdraft.outbox.folder import FolderStore
from parkdraft.outbox.journal import FOLDER, Journal, machine_name
from parkdraft.outbox.lines import Line, naming
from parkdraft.outbox.records import Event, History, Memory, end, record_line
from parkdraft.outbox.settling import settle, strip
from parkdraft.outbox.store import Entry, Sheet, Store


class New(NamedTuple):
    """A draft to be kept: its file, where it starts, and what the journal says of it."""

    sheet: Sheet
    state: str
    facts: Mapping[str, Any]
    """What ``noting.new_draft`` says of it; in the journal beside the move."""
    record: bytes
    """As its line in the journal will hold it: ``records.written_record``."""


@dataclass(frozen=True)
class Outbox:
    """Where drafts are kept and who is at work. ``now`` is the PC's clock."""

    store: Store
    journal: Journal
    login: str
    now: Callable[[], datetime]

    @contextlib.contextmanager
    def alone(self) -> Iterator[None]:
        """Nobody else on this machine is at work meanwhile, and nothing is half done."""
        with machine_lock(self._lock_key()):
            settle(self.store, self.journal)
            yield

    def tidy(self) -> None:
        """Finish what was left half done, unless somebody is at work or nothing may be written.

        For commands that only look.
        """
        with contextlib.suppress(StorageError), machine_lock(self._lock_key(), patience=0):
            settle(self.store, self.journal)

    def _lock_key(self) -> str:
        return os.path.normcase(self.journal.folder.resolve())

    def history(self, draft_id: str) -> History:
        """What the journal says of one draft."""
        return Memory().feed(self.journal.read(naming(draft_id))).of(draft_id)

    def write(self, *lines: Line) -> None:
        """Add lines to the journal."""
        self.journal.append(self.login, self.now(), lines)


def open_outbox(root: Path, login: str, now: Callable[[], datetime]) -> Outbox:
    """The outbox in a folder; nothing is made before something is to be kept."""
    machine = machine_name()
    return Outbox(FolderStore(root, machine), Journal(root / FOLDER, machine), login, now)


def digest(content: bytes) -> str:
    """The SHA-256 of a draft's bytes."""
    return hashlib.sha256(content).hexdigest()


AT_WORK = timedelta(minutes=10)
"""How long an operation without an end is believed to go on, on another machine."""


def is_under_way(one: Event, now: datetime) -> bool:
    """Whether somebody is probably still at it; a machine that died is not waited for forever."""
    return abs(now.astimezone() - one.moment) < AT_WORK


def add(box: Outbox, drafts: Sequence[New], sure: Callable[[], None] = lambda: None) -> list[Entry]:
    """Keep new drafts, all of them or none; the caller is ``alone``.

    ``sure`` is asked once they are announced, and raises OutboxError where somebody elsewhere
    was quicker. Raises StorageError, or what a draft's check raises, too.
    """
    op = _new_op()
    try:
        box.store.stage([one.sheet for one in drafts])
        box.write(*(line for one in drafts for line in _making(box, op, "draft", one)))
    except ParkdraftError:
        _unstage(box, drafts)
        raise
    placed: list[Entry] = []
    try:
        sure()
        for one in drafts:
            placed.append(box.store.place(one.sheet.id, one.sheet.suffix, one.state))
        box.store.flush(one.state for one in drafts)
        box.write(end(op, done=(one.id for one in placed)))
    except ParkdraftError:
        with contextlib.suppress(ParkdraftError):
            for entry in placed:
                box.store.remove(entry)
            _unstage(box, drafts)
            box.write(end(op, cancelled=(one.sheet.id for one in drafts)))
        raise
    return placed


def move(box: Outbox, entry: Entry, history: History, do: str, state: str, **said: str) -> Entry:
    """Move a draft, in two lines and one rename; the caller is ``alone``.

    ``said`` stands in the journal beside it. Raises OutboxError where somebody else was
    quicker, StorageError where the file cannot be moved; nothing has changed then.
    """
    if any(is_under_way(one, box.now()) for one in history.unfinished):
        raise OutboxError([Problem("outbox.gone", entry.id)])  # elsewhere, this very moment
    op = _new_op()
    sha256 = digest(box.store.read(entry))
    intent = _intent(box, op, do, entry._replace(state=state), entry.state, history)
    box.write({**intent, "sha256": sha256, **said})
    try:
        moved = box.store.move(entry, state)
    except ParkdraftError:
        _cancel(box, op, entry.id)
        raise
    try:
        box.store.flush((state, entry.state))
        box.write(end(op, done=[entry.id]))
    except StorageError:  # what is not recorded shall not be: the draft goes back
        with contextlib.suppress(ParkdraftError):
            box.store.move(moved, entry.state)
        raise
    return moved


def exchange(box: Outbox, entry: Entry, history: History, new: New) -> Entry:
    """Put a draft's next form in its place, under the same identifier; as ``move`` otherwise."""
    op = _new_op()
    try:
        box.store.stage([new.sheet])
        box.write(*_making(box, op, "import", new, entry.state, history))
    except ParkdraftError:
        _unstage(box, [new])
        raise
    try:
        box.store.withdraw(entry)
        placed = box.store.place(entry.id, new.sheet.suffix, new.state)
    except ParkdraftError:
        with contextlib.suppress(ParkdraftError):  # else the next one restores and cancels
            box.store.restore(entry)
            _unstage(box, [new])
            _cancel(box, op, entry.id)
        raise
    box.store.flush((new.state, entry.state))
    box.store.forget(entry)
    box.write(end(op, done=[entry.id]))
    return placed


def remove(box: Outbox, entries: Sequence[tuple[Entry, History]]) -> None:
    """Remove drafts and what tells of a customer in their records; the caller is ``alone``.

    What somebody has moved on meanwhile stays. Raises StorageError for what cannot be removed,
    which stays, too; the others are gone.
    """
    op = _new_op()
    box.write(
        *(
            _intent(box, op, "purge", entry, entry.state, history) | {"to": None}
            for entry, history in entries
        )
    )
    problems: list[Problem] = []
    for entry, _ in entries:
        try:
            box.store.remove(entry)
        except StorageError as error:
            problems += error.problems
    box.store.flush(entry.state for entry, _ in entries)
    stays = [entry.id for entry, _ in entries if box.store.find(entry.id)]
    done = [entry.id for entry, _ in entries if entry.id not in stays]
    strip(box.journal, done)
    box.write(end(op, done=done, cancelled=stays))
    if problems:
        raise StorageError(problems)


def _making(
    box: Outbox,
    op: str,
    do: str,
    new: New,
    source: str | None = None,
    history: History | None = None,
) -> Iterator[Line]:
    """The two lines of a draft that is about to be there: record and intent."""
    sheet = new.sheet
    yield record_line(op, sheet.id, new.record)
    intent = _intent(box, op, do, Entry(sheet.id, new.state, sheet.suffix), source, history)
    yield {**intent, "sha256": digest(sheet.content), **new.facts}


def _intent(
    box: Outbox, op: str, do: str, target: Entry, source: str | None, history: History | None
) -> Line:
    return {
        "op": op,
        "id": target.id,  # here by choice: see ``journal.about``
        "at": box.now().astimezone().isoformat(timespec="seconds"),
        "by": box.login,
        "do": do,
        "from": source,
        "to": target.state,
        "suffix": target.suffix,
        "after": history.last.op if history and history.last else None,
    }


def _cancel(box: Outbox, op: str, draft_id: str) -> None:
    """Say that nothing came of it; where even that cannot be written, the next one does."""
    with contextlib.suppress(ParkdraftError):
        box.write(end(op, cancelled=[draft_id]))


def _unstage(box: Outbox, drafts: Iterable[New]) -> None:
    with contextlib.suppress(ParkdraftError):
        for one in drafts:
            box.store.unstage(one.sheet.id)


def _new_op() -> str:
    return os.urandom(8).hex()
