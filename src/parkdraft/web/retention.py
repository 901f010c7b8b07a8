"""Purging what has been kept for longer than the directory allows: at the start, and once a day."""

from __future__ import annotations

import logging
import threading
from datetime import datetime, timedelta

from flask import has_request_context, request

from parkdraft.errors import ParkdraftError
from parkdraft.outbox.purge import by_age, overdue, purge
from parkdraft.web.appstate import AppState

log = logging.getLogger("parkdraft.web")
_AGAIN = timedelta(hours=1)
"""After a failure."""


class Retention:
    """When the drafts of a page were purged last. No timer is needed: requests come all day."""

    def __init__(self, desk: AppState) -> None:
        self._desk = desk
        self._next: datetime | None = None
        self._lock = threading.Lock()

    def keep(self) -> None:
        """Purge what is due, before a request is answered; never twice a day, nor twice at once.

        A failure is logged, without what it was about; the page goes on.
        """
        if has_request_context() and request.endpoint == "static":
            return
        if not self._lock.acquire(blocking=False):
            return
        try:
            now = self._desk.home.now()
            if self._next is None or now >= self._next:
                self._next = now + _AGAIN
                if self._purge():
                    self._next = now + timedelta(days=1)
                else:
                    self._next = None  # a lead may set one at any time
        except ParkdraftError as error:
            log.error("retention failed: %s", error)  # noqa: TRY400 - codes alone
        except Exception as error:
            log.error("retention failed: %s", type(error).__name__)  # noqa: TRY400
        finally:
            self._lock.release()

    def _purge(self) -> bool:
        """Purge what is due; False where nothing is ever due."""
        home = self._desk.home
        days = home.directory.retention
        if not days:
            return False
        with self._desk.drafts() as box:
            due = overdue(box, days)
        if due:
            with self._desk.drafts(change=True) as box:
                doomed = by_age(box, days).drafts
                purged = purge(box, home.directory, doomed, retention=True)
            log.info("retention: %d of %d purged", len(purged), due)
        return True
