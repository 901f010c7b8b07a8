"""Which rows of tables were drafted before, by whomever: read out of the journal's records."""

from __future__ import annotations

import re

from parkdraft.outbox.journal import Journal, Marks
from parkdraft.outbox.lines import RECORD, sound
from parkdraft.outbox.records import record_key

_ROWS = b'"rows":['
_KEY = re.compile(rb'"([0-9a-f]{16})"')
_END_STARTS = 80
"""Bytes within which an end says that it is one."""


class RowKeys:
    """The keys (``noting.Noted.row``) of all rows that the journal knows, as numbers.

    What was announced and cancelled does not count. ``refresh`` reads only what was written
    since; the caller is ``alone``, so that nothing of this machine is half done.
    """

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._marks: Marks = {}
        self._keys: set[int] = set()
        self.refresh()

    def __contains__(self, key: str) -> bool:
        return int(key, 16) in self._keys

    def add(self, key: str) -> None:
        """Remember a row that is about to be drafted here."""
        self._keys.add(int(key, 16))

    def pass_over(self) -> None:
        """Others have written nothing since ``refresh`` but what the caller, ``alone``, did."""
        self._journal.pass_over(self._marks)

    def refresh(self) -> set[str]:
        """Take over what was written since the last time; the keys of others' rows in it."""
        fresh: set[str] = set()
        announced: dict[str, dict[str, list[str]]] = {}  # operation → draft → its rows
        for piece in self._journal.pieces(self._marks):
            for raw in piece.split(b"\n"):
                if raw.startswith(RECORD):
                    if (key := record_key(raw)) is not None:
                        announced.setdefault(key[0], {})[key[1]] = _rows(raw)
                elif b'"done":' in raw[:_END_STARTS] and (end := sound(raw)) is not None:
                    drafts = announced.pop(end["op"], {})
                    for draft_id in end["cancelled"]:
                        drafts.pop(draft_id, None)
                    fresh.update(*drafts.values())
        for drafts in announced.values():  # of another machine, which is at work just now
            fresh.update(*drafts.values())
        self._keys.update(int(key, 16) for key in fresh)
        return fresh


def _rows(raw: bytes) -> list[str]:
    """The keys in a record's line; quotes inside its texts are escaped, so this is its own."""
    start = raw.rfind(_ROWS)
    return [key.decode() for key in _KEY.findall(raw, start, raw.find(b"]", start))]
