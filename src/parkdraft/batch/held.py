"""Composed drafts of a table, held until they are kept: many of them packed, to stay small.

A draft takes some 7 KiB as objects, and half a KiB packed among others of its table; they stay
in memory, for they hold what customers told.
"""

from __future__ import annotations

import pickle
import zlib
from collections import deque
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from parkdraft.batch.rows import Good
from parkdraft.outbox.facts import NewDraft

UNPACKED = 20_000
"""Rows that are held as they are; packing takes a tenth of a draft's whole time."""


class Ready(NamedTuple):
    """A draft that can be kept, and the rows of the table that it is of."""

    rows: tuple[Good, ...]
    new: NewDraft


class Held:
    """Groups of drafts, given back in the order in which they came, each once."""

    def __init__(self) -> None:
        self._groups: deque[Sequence[Ready] | bytes] = deque()
        self._rows = 0

    def add(self, drafts: Sequence[Ready]) -> None:
        """Hold one more group."""
        self._rows += sum(len(one.rows) for one in drafts)
        packed = self._rows > UNPACKED
        self._groups.append(zlib.compress(pickle.dumps(drafts, -1), 1) if packed else drafts)

    def taken(self) -> Iterator[Sequence[Ready]]:
        """Each group; what was given is no longer held."""
        while self._groups:
            group = self._groups.popleft()
            yield pickle.loads(zlib.decompress(group)) if isinstance(group, bytes) else group
