"""The page as a Flask application: its parts, who is working, and what errors look like."""

from __future__ import annotations

import logging
from typing import Any

from flask import Flask, abort, g, redirect, render_template, request, url_for
from flask.json.provider import DefaultJSONProvider
from werkzeug.exceptions import HTTPException

from parkdraft.errors import ParkdraftError, Problem
from parkdraft.model import labels
from parkdraft.model.team import login_name, shown_name
from parkdraft.web import (
    batchpage,
    contactspage,
    draftpage,
    outboxhand,
    outboxpage,
    paperspage,
)
from parkdraft.web.appstate import AppState
from parkdraft.web.retention import Retention
from parkdraft.web.security import Gate, admitted, guard
from parkdraft.web.uploads import Uploads
from parkdraft.web.words import ERRORS, problem_line, problem_lines
from parkdraft.wording import as_data

log = logging.getLogger("parkdraft.web")
MOST_BYTES = 16 * 1024 * 1024
"""The largest upload; a month's list of 10,000 sites has less than 2 MiB."""
SIGNED = (
    *("outbox.approve_some", "outbox.return_some", "outbox.sent_some", "outbox.undo_some"),
    *("hand.open_one", "hand.link_one", "hand.copied_one", "hand.file"),
    *("draft.save", "batch.make", "contacts.take_over"),
)
"""Endpoints under whose record stands who is working: they must say whom the page believes."""


def create_app(desk: AppState, gate: Gate) -> Flask:
    """The application. ``desk`` is asked for everything that a page shows or changes."""
    app = Flask(__name__)
    app.json = _Json(app)
    app.config["MAX_CONTENT_LENGTH"] = MOST_BYTES
    app.config["MAX_FORM_MEMORY_SIZE"] = 1024 * 1024
    app.url_map.merge_slashes = False  # what is no page's address is not made into one
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.extensions["desk"] = desk
    app.extensions["uploads"] = Uploads()  # tables and lists
    app.extensions["papers"] = Uploads()  # what goes along with a draft
    guard(app, gate)
    retention = app.extensions["retention"] = Retention(desk)
    app.before_request(retention.keep)
    _know_who(app, desk, f"parkdraft-who-{gate.port}")
    _show_who(app, desk)
    _say_errors(app)
    for part in (draftpage, paperspage, outboxpage, outboxhand, batchpage, contactspage):
        app.register_blueprint(part.pages)
    return app


class _Json(DefaultJSONProvider):
    """JSON as Flask reads it; what is nested beyond all measure is no JSON either."""

    def loads(self, s: str | bytes, **kwargs: Any) -> Any:
        """See Flask."""
        try:
            return super().loads(s, **kwargs)
        except RecursionError as error:
            raise ValueError("too deep") from error


def _know_who(app: Flask, desk: AppState, cookie: str) -> None:
    """Where members are named, the page asks who is working.

    The cookie has the port in its name: every start asks anew.
    """

    @app.before_request
    def who() -> Any:
        g.login = None
        if request.endpoint == "static":
            return None
        if request.method == "POST":
            _ = desk.home.directory  # nothing changes while nobody can tell who is working
        members = _members(desk)
        named = login_name(request.cookies.get(cookie, ""))
        if named in members:
            g.login = named
        if named in members or not members:
            return _other_who(desk) if request.endpoint in SIGNED else None
        return None if request.endpoint in ("ask_who", "say_who") else _nobody()

    @app.get("/who")
    def ask_who() -> str:
        return render_template("who.html", members=_members(desk))

    @app.post("/who")
    def say_who() -> Any:
        named = login_name(request.form.get("login", ""))
        if named not in _members(desk):
            return redirect(url_for("ask_who"))
        response = redirect("/")
        response.set_cookie(cookie, named, httponly=True, samesite="Strict", path="/")
        return response


def _nobody() -> Any:
    """Nobody has said who is working."""
    if _wants_json():
        return {"problems": [as_data(Problem("web.who"))]}, 403
    return redirect(url_for("ask_who"))


def _other_who(desk: AppState) -> Any:
    """A refusal where the page believes that somebody else is working: nothing is done then.

    Another tab chose another name, which every tab of a browser works under.
    """
    believed = request.form.get("who")
    if believed is None:
        body = request.get_json(force=True, silent=True)
        believed = body.get("who") if isinstance(body, dict) else None
    if not isinstance(believed, str):
        abort(400)
    login = desk.home.login()
    if login_name(believed) == login:
        return None
    name = shown_name(desk.home.directory.team, login) or login
    problem = Problem("web.other-who", data={"name": name})
    if _wants_json():
        who = {"login": login, "name": name}
        return {"problems": [as_data(problem)], "who": who}, 409
    lines = problem_lines([problem])
    return render_template("error.html", title="작업자가 바뀌었습니다", lines=lines), 409


def _show_who(app: Flask, desk: AppState) -> None:
    """Every page says who is working, as soon as it is known."""

    @app.context_processor
    def working() -> dict[str, Any]:
        if not admitted():
            return {"working": None, "labels": labels}
        try:
            team, login = desk.home.directory.team, desk.home.login()
        except ParkdraftError:
            return {"working": None, "labels": labels}
        if team.members and not g.get("login"):
            return {"working": None, "labels": labels}
        return {
            "working": shown_name(team, login) or login,
            "who": login,
            "can_change_who": bool(team.members),
            "labels": labels,
        }


def _members(desk: AppState) -> dict[str, str]:
    """Login name → shown name; empty where the directory cannot be read."""
    try:
        members = desk.home.directory.team.members
    except ParkdraftError:
        return {}
    return {login_name(login): name for login, name in members.items()}


def _say_errors(app: Flask) -> None:
    @app.errorhandler(ParkdraftError)
    def refused(error: ParkdraftError) -> Any:
        if _wants_json():
            told = [
                {**as_data(one), "message": problem_line(one), "hint": None}
                for one in error.problems
            ]
            return {"problems": told}, 422
        lines = problem_lines(error.problems)
        return render_template("error.html", title="처리하지 못했습니다", lines=lines), 422

    @app.errorhandler(HTTPException)
    def failed(error: HTTPException) -> Any:
        status = error.code or 500
        says = ERRORS.get(status, ERRORS[400 if status < 500 else 500])
        if _wants_json():
            return {"problems": [{"code": f"http.{status}", "message": says}]}, status
        return render_template("error.html", title="열 수 없습니다", lines=[says]), status

    @app.errorhandler(Exception)
    def broken(error: Exception) -> Any:
        traceback = error.__traceback__
        place = "?"
        while traceback is not None:
            place = f"{traceback.tb_frame.f_code.co_name}:{traceback.tb_lineno}"
            traceback = traceback.tb_next
        log.error("failed %s: %s, %s", request.endpoint or "?", type(error).__name__, place)
        if _wants_json():
            return {"problems": [{"code": "http.500", "message": ERRORS[500]}]}, 500
        return render_template("error.html", title="열 수 없습니다", lines=[ERRORS[500]]), 500


def _wants_json() -> bool:
    return "application/json" in request.headers.get("Accept", "")
