"""The pages as a team's server serves them: to whoever is logged in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from flask import Flask, g, has_request_context

from parkdraft.config.settings import Server
from parkdraft.home import Home
from parkdraft.model.team import THIS_COMPUTER, Seat
from parkdraft.outbox.folder import UPLOADS
from parkdraft.web import accountpage, loginpage, recordspage, teampage
from parkdraft.web.app import create_app
from parkdraft.web.appstate import AppState
from parkdraft.web.logins import Logins
from parkdraft.web.public import Public
from parkdraft.web.uploads import Uploads


def team_app(open_home: Callable[[], Home], server: Server, public: Public) -> Flask:
    """The application; ``public`` is how browsers reach it. Raises what opening the home does."""
    uploads = Uploads(open_home().outbox / UPLOADS)
    state = AppState(lambda: working_there(open_home()), uploads)
    pages = [part.pages for part in (loginpage, accountpage, teampage, recordspage)]
    return create_app(state, Logins(public, timedelta(minutes=server.idle_minutes), pages))


def working_there(home: Home) -> Home:
    """The home for whoever is logged in; the server itself is nobody."""

    def login() -> str:
        return (g.get("login") if has_request_context() else None) or ""

    def seat() -> Seat:
        return (g.get("seat") if has_request_context() else None) or THIS_COMPUTER

    return replace(home, login=login, seat=seat)
