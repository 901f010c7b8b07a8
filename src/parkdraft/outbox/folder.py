"""Drafts as a folder: ``<state>/<id>.eml|.txt|.tsv``, one file a draft.

Staged and withdrawn files lie in ``.staging``, their names beginning with the machine that
put them there, so that one machine never clears away what another is working on.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from parkdraft.errors import OutboxError, Problem
from parkdraft.outbox.store import STATES, SUFFIXES, Entry, Sheet, is_id
from parkdraft.storing import flush_folder, storage_errors, write_all

STAGING = ".staging"
_OF_THE_SYSTEM = ("desktop.ini", "thumbs.db", ".ds_store")
"""What file managers leave in every folder."""
_WITHDRAWN = ".withdrawn"


@dataclass(frozen=True)
class FolderStore:
    """The form of ``Store`` in the file system; ``root`` is the outbox."""

    root: Path
    machine: str

    def entries(self, state: str) -> list[Entry]:
        """See ``Store``."""
        return [
            Entry(name[:-4], state, name[-4:]) for name in _names(self.root / state) if _ours(name)
        ]

    def strangers(self, state: str) -> list[str]:
        """See ``Store``."""
        return [
            name
            for name in _names(self.root / state)
            if not _ours(name) and name.casefold() not in _OF_THE_SYSTEM
        ]

    def find(self, draft_id: str) -> list[Entry]:
        """See ``Store``; anything but an identifier is nowhere."""
        if not is_id(draft_id):
            return []
        entries = (Entry(draft_id, state, suffix) for state in STATES for suffix in SUFFIXES)
        return [entry for entry in entries if self.path(entry).is_file()]

    def path(self, entry: Entry) -> Path:
        """The draft's file."""
        return self.root / entry.state / f"{entry.id}{entry.suffix}"

    def read(self, entry: Entry) -> bytes:
        """See ``Store``."""
        with _gone_or_refused(entry.id):
            return self.path(entry).read_bytes()

    def stage(self, sheets: Sequence[Sheet]) -> None:
        """See ``Store``."""
        self._folder(STAGING)
        paths = [self._staged(sheet.id, sheet.suffix) for sheet in sheets]
        contents = (sheet.content for sheet in sheets)
        try:
            with storage_errors(STAGING):
                write_all(list(zip(paths, contents, strict=True)))
            for sheet, path in zip(sheets, paths, strict=True):
                with storage_errors(sheet.id):
                    written = path.read_bytes()
                sheet.check(written)
        except BaseException:
            for path in paths:
                with contextlib.suppress(OSError):
                    path.unlink()
            raise

    def staged(self) -> list[Entry]:
        """See ``Store``; what is withdrawn is not in it."""
        prefix = f"{self._tag}."
        found = [name for name in _names(self.root / STAGING) if name.startswith(prefix)]
        names = [name.removeprefix(prefix) for name in found]
        return [Entry(name[:-4], "", name[-4:]) for name in names if _ours(name)]

    def read_staged(self, entry: Entry) -> bytes:
        """See ``Store``."""
        with _gone_or_refused(entry.id):
            return self._staged(entry.id, entry.suffix).read_bytes()

    def unstage(self, draft_id: str) -> None:
        """See ``Store``."""
        for suffix in SUFFIXES:
            with storage_errors(draft_id), contextlib.suppress(FileNotFoundError):
                self._staged(draft_id, suffix).unlink()

    def place(self, draft_id: str, suffix: str, state: str) -> Entry:
        """See ``Store``."""
        entry = Entry(draft_id, state, suffix)
        self._folder(state)
        _rename(self._staged(draft_id, suffix), self.path(entry), draft_id)
        return entry

    def move(self, entry: Entry, state: str) -> Entry:
        """See ``Store``."""
        there = entry._replace(state=state)
        self._folder(state)
        _rename(self.path(entry), self.path(there), entry.id)
        return there

    def withdraw(self, entry: Entry) -> None:
        """See ``Store``."""
        self._folder(STAGING)
        _rename(self.path(entry), self._withdrawn(entry), entry.id)

    def restore(self, entry: Entry) -> bool:
        """See ``Store``."""
        if not self._withdrawn(entry).exists():
            return False
        _rename(self._withdrawn(entry), self.path(entry), entry.id)
        return True

    def forget(self, entry: Entry) -> None:
        """See ``Store``."""
        with storage_errors(entry.id), contextlib.suppress(FileNotFoundError):
            self._withdrawn(entry).unlink()

    def remove(self, entry: Entry) -> None:
        """See ``Store``."""
        with storage_errors(entry.id), contextlib.suppress(FileNotFoundError):
            self.path(entry).unlink()

    def flush(self, states: Iterable[str]) -> None:
        """See ``Store``."""
        for state in dict.fromkeys(states):
            flush_folder(self.root / state)

    @property
    def _tag(self) -> str:
        return hashlib.sha256(self.machine.encode("utf-8", "surrogatepass")).hexdigest()[:8]

    def _staged(self, draft_id: str, suffix: str) -> Path:
        return self.root / STAGING / f"{self._tag}.{draft_id}{suffix}"

    def _withdrawn(self, entry: Entry) -> Path:
        staged = self._staged(entry.id, entry.suffix)
        return staged.with_name(f"{staged.name}{_WITHDRAWN}")

    def _folder(self, name: str) -> None:
        make_folder(self.root, self.root / name)


def make_folder(*folders: Path) -> None:
    """Make folders for owner and group only, whatever the umask; raises StorageError."""
    for folder in folders:
        if not folder.is_dir():
            with storage_errors(folder.name):
                folder.mkdir(parents=True, exist_ok=True)
                with contextlib.suppress(PermissionError):  # somebody else's, made just now
                    folder.chmod(0o770 | folder.stat().st_mode & 0o7000)


def _ours(name: str) -> bool:
    """Whether a file name is one of ours; each suffix has four characters."""
    return name[-4:] in SUFFIXES and is_id(name[:-4])


def _names(folder: Path) -> list[str]:
    with storage_errors(folder.name):
        try:
            return os.listdir(folder)  # noqa: PTH208 - names alone, of perhaps 100,000 files
        except FileNotFoundError:
            return []


def _rename(source: Path, target: Path, draft_id: str) -> None:
    """One atomic rename. Two who take the same file: one finds it gone."""
    with _gone_or_refused(draft_id):
        if target.exists():  # a copy by hand: never written over (Windows refuses by itself)
            raise OutboxError([Problem("outbox.copied", draft_id)])
        os.rename(source, target)  # noqa: PTH104 - Path.rename says nothing about Windows


@contextlib.contextmanager
def _gone_or_refused(draft_id: str) -> Iterator[None]:
    with storage_errors(draft_id):
        try:
            yield
        except FileNotFoundError as error:
            raise OutboxError([Problem("outbox.gone", draft_id)]) from error
