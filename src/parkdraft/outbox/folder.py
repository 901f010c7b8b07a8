"""The visible folder ``<state>/<id>.eml|.txt|.tsv``: written for people to open, never relied on.

Files are written under a temporary name and renamed, after the database has the draft. They are
not flushed: they can be written again. Edited files, and links, pipes and the like, which are
never read, are moved to ``edited/``.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import stat
from collections.abc import Collection, Iterator
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

from parkdraft.errors import OutboxError, Problem, StorageError
from parkdraft.files import storage_error, storage_errors
from parkdraft.model.states import STATES
from parkdraft.outbox.facts import SUFFIXES, StoredDraft
from parkdraft.outbox.ids import is_id

EDITED = "edited"
UPLOADS = ".uploads"
"""What the pages of a team's server were sent, for an hour at most; never a draft."""
_TEMPORARY = ".tmp"
_DATABASE = ("outbox.db", "outbox.db-wal", "outbox.db-shm", "outbox.db-journal")
_OWN = (*_DATABASE, EDITED, UPLOADS, _TEMPORARY)
_OF_THE_SYSTEM = ("desktop.ini", "thumbs.db", ".ds_store")
"""What file managers leave in every folder."""
_MOST = 64 * 1024 * 1024
"""Bytes of an edited file that are read, to say what is different."""
_READ = os.O_RDONLY | getattr(os, "O_BINARY", 0)
_READ |= getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
_WRITE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
_REPARSE = getattr(stat, "FILE_ATTRIBUTE_REPARSE_POINT", 0)


class Folder(NamedTuple):
    """The outbox as a folder."""

    root: Path

    def path(self, draft: StoredDraft) -> Path:
        """Where a draft's file belongs; raises OutboxError for what would lead elsewhere."""
        if not is_id(draft.id) or draft.suffix not in SUFFIXES:
            raise OutboxError([Problem("outbox.record-broken")])
        return self.root / draft.state / f"{draft.id}{draft.suffix}"

    def write_first(self, draft: StoredDraft, content: bytes) -> bool:
        """Write the file of a new draft; False, and nothing is done, where something is there.

        Paths are plain strings here, which is faster: a table makes thousands. Raises
        StorageError.
        """
        name = f"{draft.id}{draft.suffix}"
        target = f"{self.root}{os.sep}{draft.state}{os.sep}{name}"
        try:
            if os.path.lexists(target) or not is_id(draft.id):
                return False
            self._write(target, f"{self.root}{os.sep}{_TEMPORARY}{os.sep}{name}", content)
        except OSError as error:
            raise storage_error(draft.id, error) from error
        return True

    def place(self, draft: StoredDraft, content: bytes, known: Collection[str]) -> list[Problem]:
        """Put a draft's file where it belongs and take away what lies elsewhere.

        ``known`` are the SHA-256 of all bytes that it ever had. Any other file is moved aside;
        the problems tell of it. Raises StorageError.
        """
        target = self.path(draft)
        problems: list[Problem] = []
        try:
            _refuse_odd(target.parent)
            for path in self._others(draft, target):
                problems += self._taken_away(draft, path, content, known)
            if self._lies(draft, target, content) != "same":
                if os.path.lexists(target):
                    problems.append(self._aside(draft, target, content))
                self._write(str(target), str(self.root / _TEMPORARY / target.name), content)
        except OSError as error:
            raise storage_error(draft.id, error) from error
        return problems

    def takes(self, state: str) -> bool:
        """Whether the folder of a state can be written to at all."""
        folder = self.root / state
        return not _is_odd_folder(folder) and (not folder.exists() or os.access(folder, os.W_OK))

    def find(self, draft: StoredDraft, content: bytes) -> str:
        """What lies where a draft belongs: ``same``, ``missing``, ``edited``, or ``odd``."""
        return self._lies(draft, self.path(draft), content)

    def _lies(self, draft: StoredDraft, path: Path, content: bytes) -> str:
        if _is_odd_folder(path.parent):
            return "odd"
        try:
            there = _plain(path, len(content))
        except FileNotFoundError:
            return "missing"
        except OSError as error:
            raise storage_error(draft.state, error) from error
        if there is None:
            return "odd"
        return "same" if there == content else "edited"

    def elsewhere(self, draft: StoredDraft) -> list[Path]:
        """Files of a draft that lie in other places than its own."""
        return self._others(draft, self.path(draft))

    def _others(self, draft: StoredDraft, own: Path) -> list[Path]:
        return [path for path in self._places(draft.id) if path != own and os.path.lexists(path)]

    def forget(self, draft_id: str) -> None:
        """Remove all files of a draft, those moved aside too. Raises StorageError."""
        if not is_id(draft_id):
            raise OutboxError([Problem("outbox.record-broken")])
        with storage_errors(draft_id):
            self.mend()
            places = (*STATES, EDITED, _TEMPORARY)
            for folder in (self.root, *(self.root / place for place in places)):
                for name in os.listdir(folder) if folder.is_dir() else ():
                    if not name.startswith(draft_id):
                        continue
                    path = folder / name
                    if _is_folder(path):
                        shutil.rmtree(path)
                    else:
                        path.unlink(missing_ok=True)

    def strangers(self) -> Iterator[tuple[str, str]]:
        """(Folder, name) of everything that this program did not write."""
        for name in sorted(os.listdir(self.root)) if self.root.is_dir() else ():
            if name not in (*STATES, *_OWN) and name.casefold() not in _OF_THE_SYSTEM:
                yield "outbox", name
        for state in STATES:
            for name in _names(self.root / state):
                ours = is_id(name[:-4]) and name[-4:] in SUFFIXES
                if not ours and name.casefold() not in _OF_THE_SYSTEM:
                    yield f"outbox/{state}", name

    def ids(self, state: str) -> list[str]:
        """Identifiers in the names of a state's files."""
        names = _names(self.root / state)
        return [name[:-4] for name in names if is_id(name[:-4]) and name[-4:] in SUFFIXES]

    def is_empty(self) -> bool:
        """Whether there is no draft's file."""
        return not any(self.ids(state) for state in STATES) if self.root.is_dir() else True

    def mend(self) -> list[str]:
        """Move aside files and links that stand in a folder's place; returns their names."""
        with storage_errors("outbox"):
            places = (EDITED, *STATES, _TEMPORARY)  # first the folder that the others are moved to
            odd = [place for place in places if _is_odd_folder(self.root / place)]
            for name in odd:
                there = self.root if name == EDITED else self.root / EDITED
                (self.root / name).rename(self._free(there, name))
        return odd

    def _places(self, draft_id: str) -> Iterator[Path]:
        for suffix in SUFFIXES:
            yield from (self.root / state / f"{draft_id}{suffix}" for state in STATES)
            yield self.root / _TEMPORARY / f"{draft_id}{suffix}"

    def _taken_away(
        self, draft: StoredDraft, path: Path, content: bytes, known: Collection[str]
    ) -> list[Problem]:
        """Remove a file in the wrong place; one that somebody edited is moved aside."""
        there = _plain(path, len(content))
        fits = there is not None and sha256(there).hexdigest() in known
        if fits or path.parent.name == _TEMPORARY:
            path.unlink()
            return []
        return [self._aside(draft, path, content)]

    def _aside(self, draft: StoredDraft, path: Path, content: bytes) -> Problem:
        """Move something to ``edited/``, with a ``.diff.txt`` beside it."""
        edited = _plain(path, len(content))
        target = self._free(self.root / EDITED, path.name)
        path.rename(target)
        if edited is None:
            return Problem("outbox.odd", draft.id, data={"file": f"{EDITED}/{target.name}"})
        from parkdraft.writing.edits import differences

        where, lines = differences(draft.suffix, content, edited)
        text = "\n".join(lines) + "\n"
        target.with_name(f"{target.name}.diff.txt").write_text(text, encoding="utf-8-sig")
        data = {"where": ", ".join(where), "file": f"{EDITED}/{target.name}"}
        return Problem("outbox.edited", draft.id, data=data)

    def _free(self, folder: Path, name: str) -> Path:
        make_folder(folder)
        numbers = (f"{Path(name).stem}.{number}{Path(name).suffix}" for number in range(1, 10_000))
        return next(folder / name for name in numbers if not os.path.lexists(folder / name))

    def _write(self, target: str, temporary: str, content: bytes) -> None:
        _refuse_odd(Path(target).parent)
        try:
            _write_new(temporary, content)
            os.replace(temporary, target)
        except FileNotFoundError:  # the first file in this folder
            for path in (temporary, target):
                make_folder(Path(path).parent)
            _write_new(temporary, content)
            os.replace(temporary, target)


def _refuse_odd(folder: Path) -> None:
    if _is_odd_folder(folder):
        raise StorageError([Problem("storage.not-folder", data={"place": folder.name})])


def make_folder(folder: Path) -> None:
    """Make a folder for owner and group only; raises StorageError where something else is there."""
    with storage_errors(folder.name):
        try:
            folder.mkdir(parents=True)
        except FileExistsError:
            _refuse_odd(folder)
            return
        with contextlib.suppress(PermissionError):  # in a shared folder it may not be ours
            folder.chmod(folder.stat().st_mode & stat.S_ISGID | 0o770)


def _write_new(path: str, content: bytes) -> None:
    """Write a new file; one that an interrupted command left there is replaced."""
    try:
        descriptor = os.open(path, _WRITE, 0o640)
    except FileExistsError:
        os.unlink(path)
        descriptor = os.open(path, _WRITE, 0o640)
    try:
        while content:
            content = content[os.write(descriptor, content) :]
    finally:
        os.close(descriptor)


def _plain(path: Path, likely: int) -> bytes | None:
    """The bytes of a plain file (of a long one the beginning), None for anything else.

    Raises FileNotFoundError.
    """
    status = path.lstat()
    if not stat.S_ISREG(status.st_mode) or getattr(status, "st_file_attributes", 0) & _REPARSE:
        return None
    descriptor = os.open(path, _READ)
    with os.fdopen(descriptor, "rb") as file:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            return None
        return file.read(max(likely, _MOST) + 1)


def _is_folder(path: Path) -> bool:
    try:
        return stat.S_ISDIR(path.lstat().st_mode)
    except OSError:
        return False


def _is_odd_folder(path: Path) -> bool:
    """Whether something else stands in a folder's place: a file, or a link."""
    try:
        status = path.lstat()
    except (FileNotFoundError, NotADirectoryError):
        return False
    attributes = getattr(status, "st_file_attributes", 0)
    return not stat.S_ISDIR(status.st_mode) or bool(attributes & _REPARSE)


def _names(folder: Path) -> list[str]:
    if _is_odd_folder(folder):
        return []
    with storage_errors(folder.name):
        try:
            return sorted(os.listdir(folder))  # os.listdir, because there may be 100,000 files
        except FileNotFoundError:
            return []
