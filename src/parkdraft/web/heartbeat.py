"""A serving process says once a minute that it is there, and looks whether all see one directory.

It needs no timer: requests come all day, and the pages ask for news by themselves.
"""

from __future__ import annotations

import logging
import os
import secrets
import socket
import threading
from contextlib import suppress
from datetime import datetime, timedelta

from flask import Flask, request

from parkdraft.errors import ParkdraftError, Problem
from parkdraft.home import Home
from parkdraft.team import processes
from parkdraft.web.appstate import AppState
from parkdraft.web.bridge import log_error

log = logging.getLogger("parkdraft.web")
_EVERY = timedelta(minutes=1)


class Heartbeat:
    """What this process says of itself; ``differ`` is whether somebody sees another directory."""

    def __init__(self, state: AppState) -> None:
        self._state = state
        self._name = f"{socket.gethostname()}-{os.getpid()}-{secrets.token_hex(3)}"
        self._lock = threading.Lock()
        self._next: datetime | None = None
        self._seen: Home | None = None
        """The opened home, which is another one once one of its files changed."""
        self._digest = ""
        self.differ = False

    def beat(self) -> None:
        """Say it, unless that was done in the last minute and no file changed since.

        A failure is logged without data; the page goes on.
        """
        if not self._lock.acquire(blocking=False):
            return
        try:
            home = self._state.home
            now = home.now()
            if home is not self._seen:
                self._digest, self._seen, self._next = processes.digest(home.root), home, None
            if self._next is not None and now < self._next:
                return
            self._next = now + _EVERY
            with home.connected() as engine:
                processes.note(engine, self._name, self._digest, now)
                self.differ = len(processes.directories(engine, now)) > 1
        except ParkdraftError as error:
            log.warning("heartbeat failed: %s", error)  # only codes
        except Exception as error:
            log_error(error)
        finally:
            self._lock.release()

    def leave(self) -> None:
        """The process ends: the others need not wait until it is forgotten."""
        with suppress(ParkdraftError), self._state.home.connected() as engine:
            processes.leave(engine, self._name)


def watch(app: Flask, state: AppState) -> Heartbeat:
    """Beat before requests, and show the bar on every page."""
    heartbeat = Heartbeat(state)
    app.extensions["parkdraft-heartbeat"] = heartbeat

    @app.before_request
    def beat() -> None:
        if request.endpoint != "static":
            heartbeat.beat()

    @app.context_processor
    def bar() -> dict[str, str | None]:
        return {"directory_warning": directory_warning(heartbeat)}

    return heartbeat


def directory_warning(heartbeat: Heartbeat) -> str | None:
    """The sentence on top of every page where processes see different directories."""
    if not heartbeat.differ:
        return None
    from parkdraft.wording import sentences

    return sentences(Problem("serve.other-directory"), on_page=True)
