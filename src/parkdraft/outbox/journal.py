"""Who did what, when and why: JSON lines, one segment per machine, login and month.

A segment is appended to by one machine alone, under a lock local to it, so that a shared
network folder needs none. ``replace`` rewrites segments of others without losing what they
append meanwhile: it takes the segment's name away first, and a writer who finds his segment
gone after writing writes once more. Lines are found again by their ``op``, so that two equal
ones do no harm.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

from parkdraft.outbox.folder import make_folder
from parkdraft.storing import flush_folder, put, storage_errors

FOLDER = "journal"
SUFFIX = ".jsonl"
_MODE = 0o660
_TAIL = 65_536
_END_STARTS = 80
"""Bytes within which an end says what it is; an intent has no such key there."""
Line = dict[str, Any]


RECORD = b'{"record":'
"""How the line of a record begins; it is left as it is until somebody asks for it."""
_OF_AN_END = {"op", "done", "cancelled"}
_OF_AN_INTENT = {"op", "at", "by", "do", "id", "from", "to", "suffix", "after"}


class Damaged(NamedTuple):
    """A line that cannot be read; ``torn`` the last of a segment, cut off while written."""

    segment: str
    number: int
    torn: bool


Marks = dict[Path, tuple[int, int]]
"""Segment → which file it was, and how many bytes of it were read."""
Found = tuple[bytes, Line | None] | Damaged
"""A line as bytes and parsed (None: a record), or one that cannot be read."""


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

    def read(self, wanted: Callable[[bytes], bool] | None = None) -> Iterator[Found]:
        """Every line, or those whose bytes are ``wanted``; segment by segment."""
        for path, content in self._contents():
            yield from parsed(path.name, content, wanted)

    def read_on(self, marks: Marks) -> Iterator[Found]:
        """Every whole line that was written since ``marks``, which are kept up.

        A segment that was rewritten is read from its start.
        """
        for path, content in self._contents(marks):
            whole = content[: content.rfind(b"\n") + 1]
            identity, read = marks[path]
            marks[path] = (identity, read + len(whole))
            yield from parsed(path.name, whole)

    def _contents(self, marks: Marks | None = None) -> Iterator[tuple[Path, bytes]]:
        """Each segment once, from its mark on; one renamed meanwhile is looked for again."""
        left, seen = self.segments(), set()
        while left:
            path = left.pop(0)
            seen.add(path)
            with storage_errors(FOLDER):
                try:
                    content = path.read_bytes() if marks is None else _since(path, marks)
                except FileNotFoundError:
                    left = [one for one in self.segments() if one not in seen]
                    continue
            yield path, content

    def unfinished(self) -> Iterator[tuple[Path, list[Line]]]:
        """The intents without an end that this machine left: segment, and one operation's.

        The caller holds the machine's lock, so nobody is at work on them. An operation's
        intents are written at once and its end after them, so only a segment's last one can
        be open. A line cut off in the middle is taken away.
        """
        for path in filter(self._is_own, self.segments()):
            with storage_errors(FOLDER):
                last = _last_line(path)
                if not last or b'"done":' in last[:_END_STARTS]:
                    continue
                content = path.read_bytes()
            found = [one for one in parsed(path.name, content) if not isinstance(one, Damaged)]
            lines = [line for _, line in found if line is not None]
            if lines and "done" not in lines[-1]:
                yield path, [line for line in lines if line["op"] == lines[-1]["op"]]

    def replace(self, path: Path, change: Callable[[bytes], bytes]) -> None:
        """Rewrite a segment: ``change`` gets its bytes and returns others, or the same.

        The caller holds this machine's lock. Another machine may be writing to its own
        segment: that one's name is taken away first, so that nothing written later is lost.
        Raises StorageError; then the segment is as it was, perhaps under another name.
        """
        with storage_errors(FOLDER):
            content = path.read_bytes()
            if change(content) == content:
                return
            if self._is_own(path):
                put(path, change(content), mode=_MODE)
                return
            stem = path.name.removesuffix(SUFFIX).partition("~")[0]
            tail = os.urandom(4).hex()
            aside = path.with_name(f"{stem}~{tail}a{SUFFIX}")
            path.rename(aside)
            put(path.with_name(f"{stem}~{tail}b{SUFFIX}"), change(aside.read_bytes()), mode=_MODE)
            aside.unlink()
            flush_folder(self.folder)

    def _is_own(self, path: Path) -> bool:
        stem = path.name.removesuffix(SUFFIX).partition("~")[0]
        return stem.endswith(f"@{_safe(self.machine)}")


def _since(path: Path, marks: Marks) -> bytes:
    """A segment's bytes from its mark on; the mark is set anew where it is another file."""
    with path.open("rb") as file:
        status = os.fstat(file.fileno())
        identity, start = marks.get(path, (0, 0))
        if identity != status.st_ino or start > status.st_size:
            start = 0
        marks[path] = (status.st_ino, start)
        file.seek(start)
        return file.read()


def written(line: Line) -> bytes:
    """A line's bytes."""
    text = json.dumps(line, ensure_ascii=False, separators=(",", ":"))
    return f"{text}\n".encode("utf-8", "surrogatepass")


def parsed(
    segment: str, content: bytes, wanted: Callable[[bytes], bool] | None = None
) -> Iterator[Found]:
    """The lines in a segment's bytes."""
    whole, _, torn = content.rpartition(b"\n")
    number = 0
    for number, raw in enumerate(whole.split(b"\n") if whole else (), start=1):
        if wanted is not None and not wanted(raw):
            continue
        line = None
        if not raw.startswith(RECORD):
            line = sound(raw)
            if line is None:
                yield Damaged(segment, number, torn=False)
                continue
        yield raw, line
    if torn:
        yield Damaged(segment, number + 1, torn=True)


def sound(raw: bytes) -> Line | None:
    """A line that is an intent or an end in form, else None."""
    try:
        line = json.loads(raw)
    except ValueError:
        return None
    needed = _OF_AN_END if isinstance(line, dict) and "done" in line else _OF_AN_INTENT
    return line if isinstance(line, dict) and needed <= line.keys() else None


def machine_name() -> str:
    """This machine's name; it need only differ within one office."""
    if os.name == "nt":
        return os.environ.get("COMPUTERNAME", "pc").casefold()
    return os.uname().nodename.casefold()


def _safe(name: str) -> str:
    """A name as part of a file name, on every file system, two never alike."""
    return "".join(c if c.isalnum() or c in "-_." else f"%{ord(c):x}" for c in name) or "%"


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
        flush_folder(path.parent)
    try:
        return os.path.samestat(written, path.stat())
    except FileNotFoundError:
        return False


def _last_line(path: Path) -> bytes:
    """The last whole line of a segment; what follows it was cut off while written, and goes."""
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
    if torn:
        os.truncate(path, size - len(torn))
    return whole.rpartition(b"\n")[2] if found else b""
