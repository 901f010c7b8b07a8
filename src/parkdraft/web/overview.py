"""All drafts in their order, listed anew only when something happened in the outbox."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from typing import NamedTuple

from parkdraft.outbox.listing import Listed, listed
from parkdraft.web.desk import Desk

_SETTLED = 2.0
"""Seconds after which a folder's time of change tells the next change from the last one."""


class Everything(NamedTuple):
    """Every draft, urgent first, then newest; who drafted any; what was drafted in place of what.

    ``version`` is ``Desk.version`` from before the drafts were listed.
    """

    version: str
    drafts: list[Listed]
    authors: frozenset[str]
    successors: Mapping[str, str]


class Overview:
    """Remembers what is in the outbox of one desk."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._lock = threading.Lock()
        self._kept: Everything | None = None

    def now(self) -> Everything:
        """Everything as it is now; it is never changed afterwards."""
        with self._lock:
            version = self._desk.version()
            if self._kept and self._kept.version == version:
                return self._kept
            settled = time.time() - self._desk.last_change() > _SETTLED
            everything = self._listed(version)
            self._kept = everything if settled else None
            return everything

    def _listed(self, version: str) -> Everything:
        box = self._desk.drafts
        box.tidy()
        with self._desk.memory() as memory:
            drafts = listed(box, memory=memory)
        authors = {one.history.author for one in drafts}
        replaced = ((one.facts.get("replaces"), one.entry.id) for one in drafts)
        return Everything(
            version,
            drafts,
            frozenset(author for author in authors if author),
            {old: new for old, new in replaced if old},
        )
