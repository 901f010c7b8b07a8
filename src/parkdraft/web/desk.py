"""What a running page keeps between requests, and when it looks at the files again.

The directory, the lists and the templates are read anew when one of their files changed; of
the journal only what was written since is read.
"""

from __future__ import annotations

import contextlib
import hashlib
import threading
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import cast

from flask import g, has_request_context, request

from parkdraft.home import TEMPLATES, Home
from parkdraft.outbox.journal import Marks
from parkdraft.outbox.keeping import Outbox
from parkdraft.outbox.records import Memory
from parkdraft.outbox.store import STATES
from parkdraft.process.loading import NAME
from parkdraft.process.places import Known

ONLY_LOOK = ("draft.preview", "draft.enquiry")
"""Endpoints that change nothing, though they are posted to."""
Signature = tuple[tuple[str, int, int], ...]


class Desk:
    """The home that the page works in. ``open_home`` opens it, for who is working now."""

    def __init__(self, open_home: Callable[[], Home]) -> None:
        self._open = open_home
        self._lock = threading.RLock()
        self._home = open_home()
        self._read: Signature = ()
        self._known: tuple[date, Known] | None = None
        self._marks: Marks = {}
        self._memory = Memory()

    @property
    def home(self) -> Home:
        """The home as its files are now; a request that only looks asks them once."""
        looks = has_request_context() and (request.method == "GET" or request.endpoint in ONLY_LOOK)
        if looks and "home" in g:
            return cast(Home, g.home)
        with self._lock:
            seen = _signature(self._home.root)
            if seen != self._read:
                self._home, self._known, self._read = self._open(), None, seen
            if looks:
                g.home = self._home
            return self._home

    def known(self) -> Known:
        """All that is known of sites today; raises DirectoryError or TableError."""
        with self._lock:
            home = self.home
            today = home.now().date()
            if home is not self._home:  # the files changed while this request is answered
                return home.known(today)
            if self._known is None or self._known[0] != today:
                self._known = (today, home.known(today))
            return self._known[1]

    @contextlib.contextmanager
    def memory(self) -> Iterator[Memory]:
        """The journal; nobody else uses it meanwhile. Do not keep it."""
        with self._lock:
            journal = self.home.drafts.journal
            if journal.is_rewritten(self._marks):
                self._marks, self._memory = {}, Memory()
            self._memory.feed(journal.read_on(self._marks))
            yield self._memory

    def version(self) -> str:
        """A word that is another one when something happened in the outbox."""
        return hashlib.sha256(repr(self._seen()).encode()).hexdigest()[:16]

    def last_change(self) -> float:
        """When something happened in the outbox, in seconds as of ``time.time``."""
        return max(changed for _, changed, _ in self._seen()) / 1e9

    def _seen(self) -> Signature:
        places = [self.home.outbox / state for state in STATES]
        return tuple(map(_status, (*places, *self.home.drafts.journal.segments())))

    @property
    def drafts(self) -> Outbox:
        """The outbox of who is working now."""
        return self.home.drafts


def _signature(root: Path) -> Signature:
    """What the directory's and the templates' files look like from outside."""
    lists = [root / "sites.csv", *sorted((root / "sites").glob("*/*.csv"))]
    texts = sorted((root / TEMPLATES).rglob("*"))
    return tuple(_status(path) for path in (root / NAME, *lists, *texts))


def _status(path: Path) -> tuple[str, int, int]:
    try:
        status = path.stat()
    except OSError:
        return (str(path), 0, 0)
    return (str(path), status.st_mtime_ns, status.st_size)
