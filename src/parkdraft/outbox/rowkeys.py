"""Which rows of tables were drafted before, by whomever: read out of the journal's records."""

from __future__ import annotations

import json

from parkdraft.outbox.journal import Damaged, Journal, Marks
from parkdraft.outbox.records import record_key


class RowKeys:
    """The keys (``noting.row_key``) of all rows that the journal knows, as numbers.

    What was announced and cancelled does not count. ``refresh`` reads only what was written
    since; the caller is ``alone``, so that nothing of this machine is half done.
    """

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._marks: Marks = {}
        self._keys: set[int] = set()
        self._own: set[str] = set()
        self.refresh()

    def __contains__(self, key: str) -> bool:
        return int(key, 16) in self._keys

    def add(self, key: str) -> None:
        """Remember a row that is about to be drafted here."""
        self._keys.add(int(key, 16))

    def own(self, draft_ids: list[str]) -> None:
        """Remember drafts that were kept here: ``refresh`` does not report them."""
        self._own.update(draft_ids)

    def refresh(self) -> set[str]:
        """Take over what was written since the last time; the keys of others' rows in it."""
        found: dict[tuple[str, str], list[str]] = {}
        for line in self._journal.read_on(self._marks):
            if isinstance(line, Damaged):
                continue
            raw, parsed = line
            if parsed is None:
                key = record_key(raw)
                if key is not None and key[1] not in self._own:
                    found[key] = _rows(raw)
            else:
                for draft_id in parsed.get("cancelled", ()):
                    found.pop((parsed["op"], draft_id), None)
        self._own.clear()
        fresh = {key for keys in found.values() for key in keys}
        self._keys.update(int(key, 16) for key in fresh)
        return fresh


def _rows(raw: bytes) -> list[str]:
    """The keys in a record's line; quotes inside its texts are escaped, so this is its own."""
    start = raw.rfind(b'"rows":[') + len(b'"rows":')
    rows: list[str] = json.loads(raw[start : raw.index(b"]", start) + 1])
    return rows
