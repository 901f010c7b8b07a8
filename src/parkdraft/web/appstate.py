"""What a running page keeps from one request to the next.

The home is opened anew when one of its files changed. Each request opens the outbox for itself.
One idle connection stays open, because SQLite would write its log back whenever the last one is
closed.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any, cast

from flask import current_app, g, has_request_context

from parkdraft.config.load import NAME
from parkdraft.database.opening import Connections
from parkdraft.home import TEMPLATES, Home
from parkdraft.homecheck import Checked
from parkdraft.lookup.sites import SiteData
from parkdraft.outbox.box import Outbox
from parkdraft.web.uploads import Uploads

Signature = list[tuple[str, int, int]]


class AppState:
    """The state of one served page. ``open_home`` opens its home for who is working now.

    ``uploads`` are those of all processes of a team's server; without them they are this page's.
    """

    template_check: tuple[Home, Checked] | None = None
    """The last check of all templates, and the opened home that it is of."""
    outbox_check: Any = None
    """The last check of the outbox."""

    def __init__(self, open_home: Callable[[], Home], uploads: Uploads | None = None) -> None:
        self.uploads = uploads or Uploads()
        self._connections = Connections()
        self._opened_home = open_home
        self._lock = threading.RLock()
        self._home = self._open_home()
        self._signature: Signature = []
        self._known: tuple[Home, date, SiteData] | None = None
        self._idle = contextlib.ExitStack()
        self._idle_at: Path | None = None

    def _open_home(self) -> Home:
        return replace(self._opened_home(), connect=self._connections.open)

    @property
    def home(self) -> Home:
        """The home as its files are now; a request sees the same home from beginning to end."""
        if has_request_context() and "home" in g:
            return cast(Home, g.home)
        with self._lock:
            signature = _signature(self._home.root)
            if signature != self._signature:
                self._home, self._signature = self._open_home(), signature
            home = self._home
        if has_request_context():
            g.home = home
        return home

    def known(self) -> SiteData:
        """All that is known of sites today; raises DirectoryError or TableError."""
        home = self.home
        today = home.now().date()
        with self._lock:
            if self._known is None or self._known[0] is not home or self._known[1] != today:
                self._known = (home, today, home.known(today))
            return self._known[2]

    @contextlib.contextmanager
    def drafts(self, *, change: bool = False) -> Iterator[Outbox]:
        """The outbox of who is working now, for one request: see ``Home.drafts``."""
        home = self.home
        with home.drafts(change=change) as box:
            self._stay_connected(home)
            yield box

    def _stay_connected(self, home: Home) -> None:
        """Keep one connection open to the database, as soon as it is there."""
        path = home.database
        if not isinstance(path, Path):
            return
        with self._lock:
            there = path.exists()
            if there and self._idle_at == path:
                return
            self._idle.close()
            self._idle_at = None
            if there:
                self._idle.enter_context(home.drafts())
                self._idle_at = path

    def close(self) -> None:
        """The page ends: close the outbox, remove uploads."""
        with self._lock:
            self._idle.close()
            self._idle_at = None
        self._connections.close()
        self.uploads.clear()


def app_state() -> AppState:
    """The state of the page that serves this request."""
    state: AppState = current_app.extensions["parkdraft"]
    return state


def _signature(root: Path) -> Signature:
    """Name, time and size of each file of the directory, the lists and the templates."""
    lists = sorted((root / "sites").glob("*/*.csv"))
    templates = sorted((root / TEMPLATES).rglob("*"))
    files = []
    for path in (root / NAME, root / "sites.csv", *lists, *templates):
        with contextlib.suppress(OSError):
            status = path.stat()
            files.append((str(path), status.st_mtime_ns, status.st_size))
    return files
