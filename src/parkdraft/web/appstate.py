"""What a running page keeps between requests, and when it looks at the files again.

The directory, the lists and the templates are read anew when one of their files changed. Each
request opens the outbox for itself; one idle connection stays open beside them, so that SQLite
does not write its log back at the end of every request.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import cast

from flask import g, has_request_context, request

from parkdraft.config.load import NAME
from parkdraft.config.settings import database_path
from parkdraft.home import TEMPLATES, Home
from parkdraft.lookup.sites import SiteData
from parkdraft.outbox.box import DATABASE, Outbox

ONLY_LOOK = ("draft.preview", "draft.enquiry")
"""Endpoints that change nothing, though they are posted to."""
Signature = tuple[tuple[str, int, int], ...]


class AppState:
    """The home that the page works in. ``open_home`` opens it, for who is working now."""

    def __init__(self, open_home: Callable[[], Home]) -> None:
        self._open = open_home
        self._lock = threading.RLock()
        self._home = open_home()
        self._read: Signature = ()
        self._known: tuple[date, SiteData] | None = None
        self._idle = contextlib.ExitStack()
        self._idle_at: Path | None = None

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

    def known(self) -> SiteData:
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
    def drafts(self, *, change: bool = False) -> Iterator[Outbox]:
        """The outbox of who is working now, for one request: see ``Home.drafts``."""
        home = self.home
        with home.drafts(change=change) as box:
            self._stay(home)
            yield box

    def is_there(self) -> bool:
        """Whether anything was ever kept."""
        return _database(self.home).exists()

    def _stay(self, home: Home) -> None:
        """Keep one connection open to the database, as soon as it is there."""
        path = _database(home)
        with self._lock:
            there = path.exists()
            if there and self._idle_at == path:
                return
            self.close()
            if there:
                self._idle.enter_context(home.drafts())
                self._idle_at = path

    def close(self) -> None:
        """Let go of the outbox: the page ends."""
        with self._lock:
            self._idle.close()
            self._idle_at = None


def _database(home: Home) -> Path:
    return database_path(home.root) or home.outbox / DATABASE


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
