"""Drafts as a folder: ``<state>/<id>.eml|.txt|.tsv``, one file a draft.

Staged and withdrawn files lie in ``.staging``, their names beginning with the machine that
put them there, so that one machine never clears away what another is working on. Places of
files are plain text and no ``Path``: ten thousand of them are made for one table.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from parkdraft.errors import OutboxError, Problem
from parkdraft.outbox.store import FILE_NAME, STATES, SUFFIXES, Entry, Sheet, is_id
from parkdraft.storing import (
    StorageErrors,
    flush_folder,
    read_whole,
    storage_errors,
    write_all,
)

STAGING = ".staging"
_OF_THE_SYSTEM = ("desktop.ini", "thumbs.db", ".ds_store")
"""What file managers leave in every folder."""
_WITHDRAWN = ".withdrawn"
_MODE = 0o640


@dataclass(frozen=True)
class FolderStore:
    """The form of ``Store`` in the file system; ``root`` is the outbox."""

    root: Path
    machine: str

    def entries(self, state: str) -> list[Entry]:
        """See ``Store``."""
        ours = FILE_NAME.fullmatch
        return [
            Entry(name[:-4], state, name[-4:]) for name in _names(self.root / state) if ours(name)
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
        with storage_errors(draft_id):
            return [entry for entry in entries if self.path(entry).is_file()]

    def path(self, entry: Entry) -> Path:
        """The draft's file; raises OutboxError for what cannot be one."""
        return Path(self._place(entry))

    def read(self, entry: Entry) -> bytes:
        """See ``Store``."""
        with _GoneOrRefused(entry.id):
            return self.path(entry).read_bytes()

    def stage(self, sheets: Sequence[Sheet]) -> None:
        """See ``Store``."""
        self._folder(STAGING)
        paths = [self._staged(sheet.id, sheet.suffix) for sheet in sheets]
        contents = (sheet.content for sheet in sheets)
        try:
            with storage_errors(STAGING):
                write_all(zip(paths, contents, strict=True), mode=_MODE)
            for sheet, path in zip(sheets, paths, strict=True):
                with storage_errors(sheet.id):
                    written = read_whole(path, len(sheet.content))
                sheet.check(written)
        except BaseException:
            for path in paths:
                with contextlib.suppress(OSError):
                    os.unlink(path)
            raise

    def staged(self) -> list[Entry]:
        """See ``Store``; what is withdrawn is not in it."""
        prefix = f"{self._tag}."
        found = [name for name in _names(self.root / STAGING) if name.startswith(prefix)]
        names = [name.removeprefix(prefix) for name in found]
        return [Entry(name[:-4], "", name[-4:]) for name in names if _ours(name)]

    def read_staged(self, entry: Entry) -> bytes:
        """See ``Store``."""
        with _GoneOrRefused(entry.id):
            return read_whole(self._staged(entry.id, entry.suffix))

    def unstage(self, draft_id: str) -> None:
        """See ``Store``."""
        for suffix in SUFFIXES:
            with storage_errors(draft_id), contextlib.suppress(FileNotFoundError):
                os.unlink(self._staged(draft_id, suffix))

    def place(self, draft_id: str, suffix: str, state: str) -> Entry:
        """See ``Store``."""
        entry = Entry(draft_id, state, suffix)
        source, target = self._staged(draft_id, suffix), self._place(entry)
        try:
            _rename(source, target, draft_id)
        except OutboxError:  # gone, or nothing was ever in this state
            if not self._folder(state):
                raise
            _rename(source, target, draft_id)
        return entry

    def move(self, entry: Entry, state: str) -> Entry:
        """See ``Store``."""
        there = entry._replace(state=state)
        source, target = self._place(entry), self._place(there)
        self._folder(state)
        _rename(source, target, entry.id)
        return there

    def withdraw(self, entry: Entry) -> None:
        """See ``Store``."""
        source, target = self._place(entry), self._withdrawn(entry)
        self._folder(STAGING)
        _rename(source, target, entry.id)

    def restore(self, entry: Entry) -> bool:
        """See ``Store``."""
        with storage_errors(entry.id):
            if not _is_there(self._withdrawn(entry)):
                return False
        _rename(self._withdrawn(entry), self._place(entry), entry.id)
        return True

    def forget(self, entry: Entry) -> None:
        """See ``Store``."""
        with storage_errors(entry.id), contextlib.suppress(FileNotFoundError):
            os.unlink(self._withdrawn(entry))

    def remove(self, entry: Entry) -> None:
        """See ``Store``."""
        with storage_errors(entry.id), contextlib.suppress(FileNotFoundError):
            self.path(entry).unlink()

    def flush(self, states: Iterable[str]) -> None:
        """See ``Store``."""
        for state in dict.fromkeys(states):
            flush_folder(self.root / state)

    def _place(self, entry: Entry) -> str:
        if entry.state not in STATES:
            raise OutboxError([Problem("outbox.unknown")])
        return os.sep.join((self._root, entry.state, _file_name(entry.id, entry.suffix)))

    def _staged(self, draft_id: str, suffix: str) -> str:
        name = _file_name(draft_id, suffix)
        return os.sep.join((self._root, STAGING, f"{self._tag}.{name}"))

    def _withdrawn(self, entry: Entry) -> str:
        return f"{self._staged(entry.id, entry.suffix)}{_WITHDRAWN}"

    @cached_property
    def _root(self) -> str:
        return str(self.root)

    @cached_property
    def _tag(self) -> str:
        return hashlib.sha256(self.machine.encode("utf-8", "surrogatepass")).hexdigest()[:8]

    def _folder(self, name: str) -> bool:
        """Make a folder; False where it is there."""
        if os.path.isdir(os.path.join(self._root, name)):
            return False
        make_folder(self.root, self.root / name)
        return True


def make_folder(*folders: Path) -> None:
    """Make folders for owner and group only, whatever the umask; raises StorageError."""
    for folder in folders:
        with storage_errors(folder.name):
            if not folder.is_dir():
                folder.mkdir(parents=True, exist_ok=True)
                with contextlib.suppress(PermissionError):  # somebody else's, made just now
                    folder.chmod(0o770 | folder.stat().st_mode & 0o7000)


def _ours(name: str) -> bool:
    """Whether a file name is one of ours; each suffix has four characters."""
    return FILE_NAME.fullmatch(name) is not None


def _file_name(draft_id: str, suffix: str) -> str:
    """Safe in a path: what is no identifier, wherever it was read, raises OutboxError."""
    name = f"{draft_id}{suffix}"
    if not _ours(name):
        raise OutboxError([Problem("outbox.unknown")])
    return name


def _names(folder: Path) -> list[str]:
    with storage_errors(folder.name):
        try:
            return os.listdir(folder)  # names alone, of perhaps 100,000 files
        except FileNotFoundError:
            return []


def _is_there(path: str) -> bool:
    """Unlike ``os.path.exists`` it does not call a file that may not be looked at absent."""
    try:
        os.stat(path)
    except (FileNotFoundError, NotADirectoryError):
        return False
    return True


def _rename(source: str, target: str, draft_id: str) -> None:
    """One atomic rename. Two who take the same file: one finds it gone."""
    with _GoneOrRefused(draft_id):
        # a copy by hand is never written over (Windows refuses by itself)
        if _is_there(target) and _is_there(source):
            raise OutboxError([Problem("outbox.copied", draft_id)])
        os.rename(source, target)


class _GoneOrRefused(StorageErrors):
    """Around one draft: a file that is not there any more was somebody else's."""

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: object
    ) -> None:
        if isinstance(error, FileNotFoundError):
            raise OutboxError([Problem("outbox.gone", self.place)]) from error
        super().__exit__(kind, error, at)
