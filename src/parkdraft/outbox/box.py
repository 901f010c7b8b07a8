"""An opened outbox: its database, its visible folder, who is working, and the PC's clock."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from glob import escape
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from parkdraft.database.engine import Engine
from parkdraft.database.network import is_on_network
from parkdraft.database.opening import open_database
from parkdraft.errors import OutboxError, ParkdraftError, Problem, StorageError
from parkdraft.files import flush_folder, storage_errors
from parkdraft.model.team import THIS_COMPUTER, Seat
from parkdraft.outbox.facts import Content, StoredDraft
from parkdraft.outbox.folder import Folder, make_folder
from parkdraft.outbox.ids import is_id, part
from parkdraft.outbox.store import Store

if TYPE_CHECKING:
    from parkdraft.codes import Code
    from parkdraft.database.opening import Where

DATABASE = "outbox.db"
_AT_ONCE = 500
SCRUB = "scrub"
"""The memo that deleted data may still be found in the database's file."""


@dataclass(frozen=True)
class Outbox:
    """An opened outbox. ``notes`` collects what happened besides what was asked for."""

    store: Store
    folder: Folder
    engine: Engine
    login: str
    now: Callable[[], datetime]
    seat: Seat = THIS_COMPUTER
    notes: list[Problem] = field(default_factory=list)

    @property
    def is_there(self) -> bool:
        """False where there is no outbox yet, and nothing can be written."""
        return self.engine.is_there

    def located(self, named: str) -> StoredDraft:
        """The draft that somebody names, by its identifier or four letters of it.

        Raises OutboxError where there is none, or more than one. What was typed is not repeated:
        it may be a customer's name.
        """
        draft_id = named if is_id(named) else self._one_named(named)
        draft = self.store.find(draft_id)
        if draft is None:
            raise OutboxError([Problem("outbox.unknown")])
        if draft.state == "purged":
            raise OutboxError([Problem("outbox.purged", draft_id)])
        return draft

    def _one_named(self, named: str) -> str:
        letters = part(named)
        if letters is None:
            raise OutboxError([Problem("outbox.no-id")])
        ids = self.store.named(letters)
        if len(ids) != 1:
            raise OutboxError([Problem("outbox.several" if ids else "outbox.unknown")])
        return ids[0]

    def content(self, draft: StoredDraft) -> Content:
        """What a draft holds; raises OutboxError where it was purged meanwhile."""
        content = self.store.content(draft.id)
        if content is None:
            raise OutboxError([Problem("outbox.purged", draft.id)])
        if sha256(content.bytes).hexdigest() != draft.sha256:
            raise OutboxError([Problem("outbox.record-broken", draft.id)])
        return content

    def finish(self) -> None:
        """Write files that are still missing, also of earlier commands; end an unfinished purge.

        What the folder refuses is noted, not raised: the database has it all, and the next
        command tries again.
        """
        try:
            files, purge = self.store.undone(SCRUB)
            if files:
                self._place_all()
            if purge:
                self.scrub()
        except StorageError:
            self.notes.append(Problem("outbox.later", data={"place": self.folder.root.name}))

    def _place_all(self) -> None:
        after = ""
        refused: set[str] = set()
        while True:
            with self.store.change(durable=False):
                left = self.store.unplaced(after, _AT_ONCE)
                done = [draft.id for draft, data in left if self._placed(draft, data, refused)]
                self.store.placed(done)
            if refused or len(left) < _AT_ONCE:
                break
            after = left[-1][0].id

    def scrub(self) -> None:
        """Remove what is left of purged drafts in the file; a note where a reader prevents it."""
        if not self.engine.scrub():
            self.notes.append(Problem("outbox.scrub-later"))
            return
        with self.store.change():
            self.store.remember(SCRUB, None)

    def _placed(self, draft: StoredDraft, data: bytes | None, refused: set[str]) -> bool:
        """Whether a draft's file could be placed; a folder that ``refused`` is not tried again."""
        if draft.state in refused:
            return False
        try:
            if data is None or draft.step > 1 or not self.folder.write_first(draft, data):
                self.notes.extend(self.place(draft, data))
        except StorageError as error:
            codes = {problem.code for problem in error.problems}
            place = "outbox" if data is None else f"outbox/{draft.state}"
            code: Code = "outbox.held" if "storage.held-open" in codes else "outbox.later"
            self.notes.append(Problem(code, draft.id, data={"place": place}))
            if "storage.full" in codes or not self.folder.takes(draft.state):
                refused.add(draft.state)
            return False
        return True

    def put_right(self, named: str, *, is_opened: bool = True) -> tuple[StoredDraft, Content]:
        """A draft about to be handed out; its file is first made what the database says.

        A file that had to be moved aside is noted. Raises OutboxError where there is no such
        draft, and StorageError where the folder refuses the file and it ``is_opened``.
        """
        self.located(named)  # raises before ``change``, which needs a database
        with self.store.change(durable=False):
            draft = self.located(named)
            content = self.content(draft)
            try:
                self.notes.extend(self.place(draft, content.bytes))
            except StorageError as error:
                if is_opened:
                    raise
                self.notes.extend(error.problems)
        return draft, content

    def place(self, draft: StoredDraft, data: bytes | None) -> list[Problem]:
        """Put a draft's file where it belongs; remove all files of a purged one (no ``data``).

        Returns a problem for each file that had to be moved aside. Raises StorageError.
        """
        if data is None:
            self.folder.forget(draft.id)
            return []
        known = {event.sha256 for event in self.store.events(draft.id) if event.sha256}
        return self.folder.place(draft, data, known)


def backup(box: Outbox, path: Path) -> None:
    """Copy the whole database to ``path``, complete as soon as it is there; raises StorageError.

    To restore it: end the program everywhere, put the copy in place of ``outbox.db``, remove
    ``outbox.db-wal`` and ``outbox.db-shm``, and run verify, which writes the folder anew.
    """
    if os.path.lexists(path):
        raise StorageError([Problem("outbox.backup-there", data={"file": path.name})])
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    with storage_errors(path.name):
        for left in path.parent.glob(f".{escape(path.name)}.*.tmp*"):  # of a backup that was killed
            left.unlink(missing_ok=True)
        try:
            os.close(os.open(temporary, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o640))
            box.engine.backup(temporary)
            temporary.replace(path)
        finally:
            temporary.unlink(missing_ok=True)
        flush_folder(path.parent)


def refuse_lost(root: Path, database: Where) -> None:
    """Raise StorageError where drafts are here, but not in the database that is named."""
    before = root / DATABASE
    if not isinstance(database, Path) and before.is_file():
        raise StorageError([Problem("database.not-carried", data={"file": before.name})])
    if not Folder(root).is_empty():
        raise StorageError([Problem("database.lost", data={"file": database.name})])


@contextlib.contextmanager
def open_outbox(
    root: Path,
    database: Where,
    login: str,
    now: Callable[[], datetime],
    *,
    change: bool = False,
    create: bool = False,
    seat: Seat = THIS_COMPUTER,
    connect: Callable[..., Engine] | None = None,
) -> Iterator[Outbox]:
    """The outbox in a folder, its database there or elsewhere; ``connect`` opens it.

    With ``change`` what an interrupted command left undone is finished at the end; with
    ``create``, too, and what is not there is made. Without either, nothing is written.
    """
    with contextlib.closing(
        _connected(root, database, connect, change=change, create=create)
    ) as engine:
        box = Outbox(Store(engine), Folder(root), engine, login, now, seat)
        finishes = (change or create) and box.is_there
        try:
            yield box
        except BaseException:
            if finishes:
                with contextlib.suppress(ParkdraftError):
                    box.finish()
            raise
        if finishes:
            box.finish()


def _connected(
    root: Path,
    database: Where,
    connect: Callable[..., Engine] | None,
    *,
    change: bool,
    create: bool,
) -> Engine:
    """The database, made where it is not there and may be."""
    is_file = False
    if isinstance(database, Path):
        for path in (root, database):
            if is_on_network(path):
                raise StorageError([Problem("database.network", data={"file": path.name})])
        is_file = database.exists()
    opened = connect or open_database
    # a file out of a backup is made ready by the first who changes something
    engine = opened(database, make=is_file and (change or create))
    if engine.is_there or not create:
        return engine
    engine.close()
    refuse_lost(root, database)
    make_folder(root)
    return opened(database, make=True)
