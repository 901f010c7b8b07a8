"""``/health`` and ``/ready`` for whoever watches a team's server: no login, no details."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from parkdraft.errors import ParkdraftError
from parkdraft.home import Home
from parkdraft.outbox.facts import Filters
from parkdraft.web.bridge import log_error
from parkdraft.web.public import plain

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

log = logging.getLogger("parkdraft.web")
_AGAIN_AFTER = 2.0
"""Seconds for which an answer holds, however often somebody asks."""


class Probes:
    """The application with both addresses before it; they need no Host and no proxy.

    ``clock`` counts seconds. ``stopping`` says whether the server is about to end.
    """

    def __init__(
        self,
        app: WSGIApplication,
        open_home: Callable[[], Home],
        stopping: Callable[[], bool],
        clock: Callable[[], float],
    ) -> None:
        self._app, self._open_home = app, open_home
        self._stopping, self._clock = stopping, clock
        self._last: tuple[float, bool] | None = None

    def __call__(self, environ: WSGIEnvironment, start: StartResponse) -> Any:
        """Answer one request."""
        path = environ["PATH_INFO"]
        if path == "/health":
            return plain(200, start)
        if path == "/ready":
            return plain(200 if not self._stopping() and self._readable() else 503, start)
        return self._app(environ, start)

    def _readable(self) -> bool:
        """Whether directory and database can be read."""
        now, last = self._clock(), self._last
        if last is None or now - last[0] >= _AGAIN_AFTER:
            self._last = last = now, self._looked()
        return last[1]

    def _looked(self) -> bool:
        try:
            home = self._open_home()
            _ = home.directory
            with home.drafts() as box:
                box.store.counts(Filters())
        except ParkdraftError as error:
            log.warning("not ready: %s", error)  # only codes
            return False
        except Exception as error:
            log_error(error)
            return False
        return True
