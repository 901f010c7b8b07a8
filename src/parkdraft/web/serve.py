"""Serving the page to this computer's own browser."""

from __future__ import annotations

import secrets
import socket
import webbrowser
from collections.abc import Callable
from dataclasses import replace
from threading import Timer

from flask import g, has_request_context
from waitress.server import create_server

from parkdraft.errors import Problem, StorageError
from parkdraft.home import Home
from parkdraft.process.team import login_name
from parkdraft.web.app import create_app
from parkdraft.web.desk import Desk
from parkdraft.web.security import Gate

HOST = "127.0.0.1"
_THREADS = 4


def working_here(home: Home) -> Home:
    """The home for who says in the browser that he is working, else for the PC's user."""
    pc_login = home.login

    def login() -> str:
        named = g.get("login") if has_request_context() else None
        return named or login_name(pc_login())

    return replace(home, login=login)


def serve(
    open_home: Callable[[], Home], port: int, *, browser: bool, told: Callable[[str], None]
) -> None:
    """Serve until somebody stops it. ``told`` gets the address; port 0 takes a free one.

    Raises StorageError where the port is taken.
    """
    listening = _listening(port)
    gate = Gate(listening.getsockname()[1], secrets.token_urlsafe(24))
    app = create_app(Desk(lambda: working_here(open_home())), gate)
    server = create_server(app, sockets=[listening], threads=_THREADS, ident=None)
    address = f"http://{HOST}:{gate.port}/?key={gate.key}"
    told(address)
    if browser:
        Timer(0.2, webbrowser.open, (address,)).start()
    try:
        server.run()
    finally:
        server.close()


def _listening(port: int) -> socket.socket:
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        listening.bind((HOST, port))
    except OSError as error:
        listening.close()
        raise StorageError([Problem("web.port", data={"port": port})]) from error
    return listening
