"""Purging what has been kept for longer than the directory allows: at the start, and once a day."""

from __future__ import annotations

import logging
import threading
from datetime import datetime, timedelta

from parkdraft.errors import ParkdraftError
from parkdraft.outbox.purge import by_age, overdue, purge
from parkdraft.team.records import expire
from parkdraft.web.appstate import AppState

log = logging.getLogger("parkdraft.web")
_AFTER_A_FAILURE = timedelta(hours=1)


class Retention:
    """Purges once a day. It needs no timer: it runs before requests, which come all day."""

    def __init__(self, state: AppState) -> None:
        self._state = state
        self._next: datetime | None = None
        self._lock = threading.Lock()

    def purge_if_due(self) -> None:
        """Purge what is due, unless that was done in the last day or is going on.

        A failure is logged without data; the page goes on.
        """
        if not self._lock.acquire(blocking=False):
            return
        try:
            now = self._state.home.now()
            if self._next is not None and now < self._next:
                return
            self._next = now + _AFTER_A_FAILURE
            is_set = self._purge()
            self._next = (
                now + timedelta(days=1) if is_set else None
            )  # the setting may come any time
        except ParkdraftError as error:
            log.error("retention failed: %s", error)  # noqa: TRY400 - only codes
        except Exception as error:
            log.error("retention failed: %s", type(error).__name__)  # noqa: TRY400
        finally:
            self._lock.release()

    def _purge(self) -> bool:
        """Purge what is due; False where nothing is ever due."""
        home = self._state.home
        directory, days = home.directory, home.directory.retention
        if directory.records:
            with self._state.drafts(change=True) as box:
                expire(box.engine, directory, home.now())
        if not days:
            return bool(directory.records)
        with self._state.drafts() as box:
            due = overdue(box, days)
        if due:
            with self._state.drafts(change=True) as box:
                purged = purge(box, directory, by_age(box, days).drafts, retention=True)
            log.info("retention: %d of %d purged", len(purged), due)
        return True
