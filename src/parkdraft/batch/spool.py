"""Drafts that wait, composed and checked, until they are kept: in a temporary file."""

from __future__ import annotations

import json
import pickle
from collections.abc import Iterator
from functools import partial
from itertools import islice
from tempfile import TemporaryFile
from typing import Any, NamedTuple

from parkdraft.errors import DraftError, Problem, problem
from parkdraft.outbox.keeping import New
from parkdraft.outbox.store import Sheet

_BUFFER = 1 << 20
_LENGTH = 4


class TableRow(NamedTuple):
    """A row that a draft holds: its number in the table, its key, and what is doubtful of it."""

    number: int
    key: str
    warnings: tuple[Problem, ...]


class Waiting(NamedTuple):
    """A draft and the rows that it holds."""

    rows: tuple[TableRow, ...]
    new: New

    @property
    def record(self) -> dict[str, Any]:
        """The draft's record; its ``details`` are in the order of the rows."""
        record: dict[str, Any] = json.loads(self.new.record)
        return record


def packed(waiting: Waiting) -> bytes:
    """A waiting draft as plain values, which are packed and unpacked quickly."""
    rows = tuple(map(tuple, waiting.rows))
    sheet, state, facts, record = waiting.new
    plain = (rows, sheet.id, sheet.suffix, sheet.content, state, dict(facts), record)
    return pickle.dumps(plain, pickle.HIGHEST_PROTOCOL)


def unpacked(data: bytes) -> Waiting:
    """See ``packed``; the bytes were checked when they were composed."""
    rows, draft_id, suffix, content, state, facts, record = pickle.loads(data)
    sheet = Sheet(draft_id, suffix, content, partial(_unchanged, content))
    return Waiting(tuple(TableRow(*row) for row in rows), New(sheet, state, facts, record))


class Spool:
    """A file of ours and nobody else's: written to the end, then read once from the start."""

    def __init__(self) -> None:
        self._file = TemporaryFile(buffering=_BUFFER)  # noqa: SIM115 - ``__exit__`` closes it

    def __enter__(self) -> Spool:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def add(self, data: bytes) -> None:
        """Put a packed draft to the others."""
        self._file.write(len(data).to_bytes(_LENGTH, "big"))
        self._file.write(data)

    def groups(self, size: int) -> Iterator[list[Waiting]]:
        """All drafts in their order, so many at a time."""
        self._file.seek(0)
        drafts = self._drafts()
        while group := list(islice(drafts, size)):
            yield group

    def _drafts(self) -> Iterator[Waiting]:
        while length := self._file.read(_LENGTH):
            yield unpacked(self._file.read(int.from_bytes(length, "big")))


def _unchanged(content: bytes, written: bytes) -> None:
    if written != content:
        raise DraftError([problem("draft.differs", headers="file")])
