"""Serving the page to this computer's own browser.

By waitress: granian, which serves a team (``running.py``), takes a third longer to the first answer
(462 ms to 346, medians of one run), and nobody else can reach this one.
"""

from __future__ import annotations

import gc
import logging
import secrets
import socket
import webbrowser
from collections.abc import Callable
from dataclasses import replace
from threading import Timer

from flask import Flask, g, has_request_context
from waitress.server import BaseWSGIServer, create_server

from parkdraft.errors import Problem, StorageError
from parkdraft.home import Home
from parkdraft.model.team import login_name
from parkdraft.web.app import MOST_BYTES, create_app
from parkdraft.web.appstate import AppState
from parkdraft.web.key import Gate

HOST = "127.0.0.1"
_THREADS = 4
_MOST_RECEIVED = 4 * MOST_BYTES
"""Bytes that the server accepts; below that the page itself refuses too large bodies, in Korean."""


def working_here(home: Home) -> Home:
    """The home for whoever was chosen as working in the browser, else for the PC's user."""
    pc_login = home.login

    def login() -> str:
        named = g.get("login") if has_request_context() else None
        return named or login_name(pc_login())

    return replace(home, login=login)


def serve(
    open_home: Callable[[], Home], port: int, *, browser: bool, show: Callable[[str], None]
) -> None:
    """Serve until somebody stops it. ``show`` gets the address; port 0 takes a free one.

    Raises StorageError where the port is taken.
    """
    gc.enable()  # the command line disables it for short commands
    app, gate, server = prepared(open_home, port)
    address = f"http://{HOST}:{gate.port}/?key={gate.key}"
    show(address)
    if browser:
        opening = Timer(0.2, webbrowser.open, (address,))
        opening.daemon = True
        opening.start()
    try:
        server.run()
    finally:
        server.close()
        app.extensions["parkdraft"].close()


def prepared(open_home: Callable[[], Home], port: int) -> tuple[Flask, Gate, BaseWSGIServer]:
    """Application, gate and server, which is listening already. Raises StorageError."""
    try:
        listening = socket.create_server((HOST, port))
    except OSError as error:
        raise StorageError([Problem("web.port", data={"port": port})]) from error
    gate = Gate(listening.getsockname()[1], secrets.token_urlsafe(24))
    app = create_app(AppState(lambda: working_here(open_home())), gate)
    logging.getLogger("waitress.queue").setLevel(
        logging.ERROR
    )  # short waits are not worth a log line
    server = create_server(
        app,
        sockets=[listening],
        threads=_THREADS,
        ident=None,
        max_request_body_size=_MOST_RECEIVED,
    )
    assert isinstance(server, BaseWSGIServer)  # true for a single socket
    return app, gate, server
