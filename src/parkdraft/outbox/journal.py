"""Who did what, when and why: JSON lines, one segment per machine, login and month.

A segment is appended to by one machine alone, under a lock local to it, so that a shared
network folder needs none. ``replace`` rewrites segments of others without losing what they
append meanwhile: it takes the segment's name away first, and a writer who finds his segment
gone after writing writes once more. Lines are found again by their ``op``, so that two equal
ones do no harm.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, TypeVar

from parkdraft.outbox.folder import make_folder
from parkdraft.outbox.lines import (
    RECORD,
    Choose,
    Damaged,
    Found,
    Line,
    by_draft,
    parsed,
    understood,
    written,
)
from parkdraft.storing import flush_folder, storage_errors, write_whole

FOLDER = "journal"
SUFFIX = ".jsonl"
_ASIDE, _REWRITTEN = f"~a{SUFFIX}", f"~b{SUFFIX}"
_MODE = 0o660
_TAIL = 65_536
_PIECE = 1 << 17
_LONGEST = 50
"""Bytes of a name in a segment's; some file systems take 143 for the whole."""
_END_STARTS = 80
"""Bytes within which an end says what it is; an intent has no such key there."""
_T = TypeVar("_T")
Marks = dict[Path, tuple[int, int]]
"""Segment → which file it was, and how many bytes of it were read."""


@dataclass(frozen=True)
class Journal:
    """The segments in ``folder``, and this machine's name."""

    folder: Path
    machine: str

    def append(self, login: str, moment: datetime, lines: Iterable[Line]) -> None:
        """Add lines, durable when this returns; the caller holds the machine's lock.

        Raises StorageError, and then nothing of them is left in the segment.
        """
        data = b"".join(written(line) for line in lines)
        make_folder(self.folder.parent, self.folder)
        name = f"{moment:%Y-%m}.{_safe(login)}@{_safe(self.machine)}{SUFFIX}"
        self._append_to(self.folder / name, data)

    def finish(self, path: Path, line: Line) -> None:
        """Add the end of an operation to the segment whose intents were left without one."""
        if path.name.endswith(_ASIDE):  # who took it aside may remove it at any moment
            with storage_errors(FOLDER):
                path = path.rename(_renamed(path, _REWRITTEN))
        self._append_to(path, written(line))

    def _append_to(self, path: Path, data: bytes) -> None:
        with storage_errors(FOLDER):
            while not _appended(path, data):
                pass

    def segments(self) -> list[Path]:
        """Every segment, oldest month first."""
        with storage_errors(FOLDER):
            try:
                names = os.listdir(self.folder)  # noqa: PTH208 - names alone
            except FileNotFoundError:
                return []
        return [self.folder / name for name in sorted(names) if name.endswith(SUFFIX)]

    def read(self, choose: Choose | None = None, since: str = "") -> Iterator[Found]:
        """Every line, or those whole ones that ``choose`` wants; segment by segment.

        ``since`` is the first month (``2026-11``) whose segments are read.
        """
        if choose is None:
            for path, content in self._contents():
                yield from parsed(path.name, content)
        else:
            for piece in self.pieces({}, since):
                yield from understood("", choose(piece))

    def sorted_out(self, ids: Iterable[str]) -> tuple[dict[bytes, list[bytes]], list[bytes]]:
        """The intents and ends of many drafts, as ``about``, unparsed: by draft, and those that
        may be about any of them.
        """
        own: dict[bytes, list[bytes]] = {one.encode(): [] for one in ids}
        others: list[bytes] = []
        for lines in self.pieces({}):
            for draft_id, raw in by_draft(own, lines):
                (others if draft_id is None else own[draft_id]).append(raw)
        return own, others

    def read_on(self, marks: Marks) -> Iterator[Found]:
        """Every whole line that was written since ``marks``, which are kept up.

        A segment that was rewritten is read from its start.
        """
        for path, content in self._contents(marks):
            whole = content[: content.rfind(b"\n") + 1]
            identity, read = marks[path]
            marks[path] = (identity, read + len(whole))
            yield from parsed(path.name, whole)

    def pieces(self, marks: Marks, since: str = "") -> Iterator[bytes]:
        """Whole lines that were written since ``marks``, as bytes, so many at a time."""
        for path, file in self._each(lambda path: path.open("rb"), lambda path: path.name >= since):
            with file, storage_errors(FOLDER):
                yield from _pieces(path, file, marks)

    def pass_over(self, marks: Marks) -> None:
        """Take what this machine wrote for read; the caller was alone since he read on."""
        with storage_errors(FOLDER):
            for path in filter(self._is_own, self.segments()):
                status = path.stat()
                marks[path] = (status.st_ino, status.st_size)

    def is_rewritten(self, marks: Marks) -> bool:
        """Whether a segment that was read is another one now, or gone: read all from the start."""
        return any(not _is_same(path, mark[0]) for path, mark in marks.items())

    def _contents(self, marks: Marks | None = None) -> Iterator[tuple[Path, bytes]]:
        """Each segment once, from its mark on."""

        def read(path: Path) -> bytes:
            return path.read_bytes() if marks is None else _since(path, marks)

        return self._each(read, lambda _: True)

    def _each(
        self, read: Callable[[Path], _T], wanted: Callable[[Path], bool]
    ) -> Iterator[tuple[Path, _T]]:
        """What is read of each segment, once; what others renamed meanwhile is met again.

        Somebody may have begun a new one under a name that we have seen in the folder before.
        """
        seen: set[Path] = set()
        before: list[Path] = []
        while left := [path for path in self.segments() if path not in seen and wanted(path)]:
            if left == before:  # nothing of it is there: links to nowhere
                return
            for path in left:
                with storage_errors(FOLDER):
                    try:
                        content = read(path)
                    except FileNotFoundError:
                        continue
                seen.add(path)
                yield path, content
            before = left

    def unfinished(self) -> Iterator[tuple[Path, list[Line]]]:
        """The intents without an end that this machine left: segment, and one operation's.

        The caller holds the machine's lock, so nobody is at work on them. An operation's
        intents are written at once and its end after them, so only a segment's last one can
        be open. A line cut off in the middle is taken away, and the record that it was about.
        """
        for path, lines in self._each(_open_intents, self._is_own):
            if lines:
                yield path, lines

    def replace(self, path: Path, change: Callable[[bytes], bytes]) -> None:
        """Rewrite a segment: ``change`` gets its bytes and returns others, or the same.

        The caller holds this machine's lock. Another machine may be writing to the segment, or
        rewriting it, too: its name is taken away first, so that nothing written later is lost.
        One that somebody renamed just now is met under its new name. Raises StorageError;
        then the segment is as it was, perhaps under another name.
        """
        with storage_errors(FOLDER), contextlib.suppress(FileNotFoundError):
            content = path.read_bytes()
            if change(content) == content:
                return
            aside, rewritten = _renamed(path, _ASIDE), _renamed(path, _REWRITTEN)
            path.rename(aside)
            self._put(rewritten, change(aside.read_bytes()))
            try:
                aside.unlink()
            except FileNotFoundError:  # somebody else rewrites what we took: theirs counts
                rewritten.unlink()
            flush_folder(self.folder)

    def tidy(self) -> None:
        """Remove what a process of this machine left half rewritten; the caller is alone."""
        with storage_errors(FOLDER):
            self._rewritten.unlink(missing_ok=True)

    def _put(self, path: Path, content: bytes) -> None:
        temporary = self._rewritten
        try:
            write_whole(temporary, content, mode=_MODE)
            _for_group(temporary)
            temporary.replace(path)
        except BaseException:
            with contextlib.suppress(OSError):
                temporary.unlink()
            raise
        flush_folder(self.folder)

    @property
    def _rewritten(self) -> Path:
        return self.folder / f".{_safe(self.machine)}.tmp"

    def _is_own(self, path: Path) -> bool:
        return _stem(path).endswith(f"@{_safe(self.machine)}")


def _stem(path: Path) -> str:
    return path.name.removesuffix(SUFFIX).partition("~")[0]


def _renamed(path: Path, end: str) -> Path:
    """A segment's name while it is rewritten, and afterwards; nobody appends to it there."""
    return path.with_name(f"{_stem(path)}~{os.urandom(4).hex()}{end}")


def _is_same(path: Path, identity: int) -> bool:
    try:
        return path.stat().st_ino == identity
    except FileNotFoundError:
        return False


def _since(path: Path, marks: Marks) -> bytes:
    """A segment's bytes from its mark on."""
    with path.open("rb") as file:
        _go_on(path, file, marks)
        return file.read()


def _pieces(path: Path, file: BinaryIO, marks: Marks) -> Iterator[bytes]:
    identity, read = _go_on(path, file, marks)
    torn = b""
    while piece := file.read(_PIECE):
        whole, end, torn = (torn + piece).rpartition(b"\n")
        read += len(whole) + len(end)
        marks[path] = (identity, read)
        yield whole


def _go_on(path: Path, file: BinaryIO, marks: Marks) -> tuple[int, int]:
    """Go to a segment's mark, which is set anew where it is another file."""
    status = os.fstat(file.fileno())
    identity, start = marks.get(path, (0, 0))
    if identity != status.st_ino or start > status.st_size:
        start = 0
    marks[path] = (status.st_ino, start)
    file.seek(start)
    return marks[path]


def machine_name() -> str:
    """This machine's name; it need only differ within one office."""
    if os.name == "nt":
        return os.environ.get("COMPUTERNAME", "pc").casefold()
    return os.uname().nodename.casefold()


def _safe(name: str) -> str:
    """A name as part of a file name, on every file system, two never alike."""
    safe = "".join(c if c.isalnum() or c in "-_." else f"%{ord(c):06x}" for c in name)
    if len(safe.encode()) > _LONGEST:
        return f"%-{hashlib.sha256(safe.encode()).hexdigest()[:32]}"
    return safe or "%"


def _for_group(path: Path) -> None:
    """Others of the team end here what somebody's process left, whatever the umask was."""
    with contextlib.suppress(OSError):  # a file system without modes
        path.chmod(_MODE)


def _appended(path: Path, data: bytes) -> bool:
    """Write at the end; False where the segment's name was taken away meanwhile."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | getattr(os, "O_BINARY", 0)
    new = not path.exists()
    descriptor = os.open(path, flags, _MODE)
    try:
        before = os.fstat(descriptor).st_size
        try:
            left = memoryview(data)
            while left:
                left = left[os.write(descriptor, left) :]
            os.fsync(descriptor)
        except OSError:
            os.ftruncate(descriptor, before)
            raise
        written = os.fstat(descriptor)
    finally:
        os.close(descriptor)
    if new:
        _for_group(path)
        flush_folder(path.parent)
    try:
        return os.path.samestat(written, path.stat())
    except FileNotFoundError:
        return False


def _open_intents(path: Path) -> list[Line]:
    """The intents of a segment's last operation where they have no end."""
    last = _last_line(path)
    while last.startswith(RECORD):  # the intent behind it was cut off
        if not _is_cut(path, len(last) + 1):
            return []
        last = _last_line(path)
    if not last or b'"done":' in last[:_END_STARTS]:
        return []
    found = [one for one in parsed(path.name, path.read_bytes()) if not isinstance(one, Damaged)]
    lines = [line for _, line in found if line is not None]
    if not lines or "done" in lines[-1]:
        return []
    own = [line for line in lines if line["op"] == lines[-1]["op"]]
    return [] if any("done" in line for line in own) else own  # somebody mixed up the lines


def _last_line(path: Path) -> bytes:
    """The last whole line of a segment; what follows it was cut off while written, and goes.

    Where this user may not take it away, somebody else must go on: there is no such line.
    """
    with path.open("rb") as file:
        size = file.seek(0, os.SEEK_END)
        length = _TAIL
        while True:
            file.seek(max(0, size - length))
            tail = file.read(size)
            whole, found, torn = tail.rpartition(b"\n")
            if b"\n" in whole or length >= size:
                break
            length *= 4
    if torn and not _is_cut(path, len(torn)):
        return b""
    return whole.rpartition(b"\n")[2] if found else b""


def _is_cut(path: Path, length: int) -> bool:
    """Take so many bytes off the end of a segment; False where this user may not."""
    try:
        os.truncate(path, path.stat().st_size - length)
    except OSError:
        return False
    return True
