"""A team's way in: everybody logs in, and a session in the database says who a request is from.

An approval, and whatever else stands in ``PROVES``, asks for the pass phrase again from whoever was
away: nothing was done in the session for ``idle`` (pages that ask for news by themselves do not
count), and the phrase was not typed since.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from flask import (
    Blueprint,
    Response,
    abort,
    current_app,
    g,
    redirect,
    render_template,
    request,
    url_for,
)
from werkzeug.urls import iri_to_uri

from parkdraft.errors import DirectoryError, Problem
from parkdraft.model.directory import Team
from parkdraft.model.team import Seat
from parkdraft.team import records, sessions
from parkdraft.team.sessions import Session
from parkdraft.web.appstate import app_state
from parkdraft.web.public import Public
from parkdraft.web.refusals import wants_json
from parkdraft.web.security import refuse
from parkdraft.web.words import draft_json

OPEN = ("login.ask", "login.enter", "login.join", "login.whose", "login.joined")
"""Endpoints for whoever is not logged in."""
PROVES = (
    *("outbox.approve", "upkeep.remove", "records.export"),
    *("team.invite", "team.close", "team.end", "account.end"),
)
"""Endpoints before which whoever was away says the phrase again."""
_POLLS = ("outbox.version", "batch.state", "login.fresh")
"""Endpoints that pages ask by themselves; so do those that are asked for a ``part``."""
_YEAR = 365 * 24 * 60 * 60


class Logins:
    """The sessions of one served team; ``public`` is how browsers reach it."""

    one_seat = False

    def __init__(self, public: Public, idle: timedelta, pages: Sequence[Blueprint]) -> None:
        self.public, self.idle, self.pages = public, idle, pages
        self._team: Team | None = None

    @property
    def scheme(self) -> str:
        """That of the addresses which browsers call."""
        return self.public.scheme

    @property
    def is_secure(self) -> bool:
        """Whether browsers come by TLS."""
        return self.scheme == "https"

    @property
    def headers(self) -> Mapping[str, str]:
        """The browser never again comes without TLS."""
        hsts = f"max-age={_YEAR}; includeSubDomains"
        return {"Strict-Transport-Security": hsts} if self.is_secure else {}

    @property
    def cookie(self) -> str:
        """The name of the cookie; without TLS, on this computer alone, it has the port."""
        return "__Host-parkdraft" if self.is_secure else f"parkdraft-{self.public.port}"

    def allows(self, host: str) -> bool:
        """Whether a request may name this in its ``Host``."""
        return self.public.allows(host)

    def first(self) -> Any:
        """A link from another site, a chat for example: the page loads once more by itself.

        The cookie is sent by our own pages only (SameSite=Strict); so it comes the second time.
        """
        site, mode = (request.headers.get(f"Sec-Fetch-{name}") for name in ("Site", "Mode"))
        if site == "cross-site" and mode == "navigate" and request.method == "GET":
            return Response(render_template("bounce.html"))
        return None

    def admit(self) -> Any:
        """Let in whoever is logged in, and anybody to the pages in ``OPEN``."""
        if request.endpoint == "static":
            return None
        try:
            team, now = self.team(), app_state().home.now()
        except DirectoryError:  # why is nothing for strangers, and nobody can be told from one
            abort(503)
        token = request.cookies.get(self.cookie, "")
        with app_state().drafts() as box:
            session = sessions.find(box.engine, team, token, now, active=False) if token else None
            if session is None:
                return None if request.endpoint in OPEN else _not_logged_in()
            g.login, g.seat = session.login, Seat(session.name, request.remote_addr)
            g.session, g.secret = session, token
            g.fresh = sessions.is_fresh(box.engine, session, now, self.idle)
            if request.endpoint in PROVES and not g.fresh:
                return _say_it_again()
            if request.endpoint not in _POLLS and "part" not in request.args:
                sessions.find(box.engine, team, token, now, active=True)
        return None

    def team(self) -> Team:
        """The team as contacts.yaml has it, as it was last where that cannot be read now.

        What has changed in it is recorded. Raises DirectoryError where it never could be read.
        """
        home = app_state().home
        try:
            team = home.directory.team
        except DirectoryError:
            if self._team is None:
                raise
            return self._team
        if team != self._team:
            with home.connected() as engine:
                records.note_team(engine, team, home.now())
            self._team = team
        return team

    def token(self) -> str:
        """The token that a change must send: it follows from the session's secret."""
        secret = g.get("secret")
        return change_token(secret) if secret else ""

    def give(self, response: Any, token: str, session: Session) -> Any:
        """Put a session's token into the browser's cookie, for as long as the browser is open."""
        response.set_cookie(
            self.cookie, token, httponly=True, secure=self.is_secure, samesite="Strict", path="/"
        )
        g.login, g.secret, g.session = session.login, token, session
        return response

    def take(self, response: Any) -> Any:
        """Remove the cookie, and what the browser keeps of our pages."""
        response.set_cookie(
            self.cookie, "", 0, httponly=True, secure=self.is_secure, samesite="Strict", path="/"
        )
        response.headers["Clear-Site-Data"] = '"cache", "storage"'
        return response


def change_token(secret: str) -> str:
    """The token that changes must send from pages of the session with this secret."""
    return hmac.new(secret.encode(), b"change", hashlib.sha256).hexdigest()


def logins() -> Logins:
    """Those of the application that serves this request."""
    known: Logins = current_app.extensions["parkdraft-access"]
    return known


def own_place(place: str) -> str:
    """An address of our own pages to go on with; anything else is the first page."""
    plain = place.isascii() and place.isprintable() and not {"\\", " "} & set(place)
    is_own = place.startswith("/") and not place.startswith("//")
    return place if plain and is_own else "/"


def _not_logged_in() -> Any:
    if wants_json():
        return {"problems": [draft_json(Problem("team.ended"))]}, 401
    if request.method != "GET":
        return redirect(url_for("login.ask"), 303)
    place = iri_to_uri(request.full_path.removesuffix("?"))
    return redirect(url_for("login.ask", next=place if place != "/" else None), 303)


def _say_it_again() -> Any:
    if wants_json():
        return {"problems": [draft_json(Problem("team.prove"))]}, 403
    return refuse("prove")
