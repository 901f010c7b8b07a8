"""Logging in and out, by invitation the first time, and saying the pass phrase again."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, g, jsonify, redirect, render_template, request, url_for

from parkdraft.errors import ParkdraftError, Problem, TeamError
from parkdraft.model.team import is_lead, shown_name
from parkdraft.team import accounts, sessions
from parkdraft.team.phrases import LONGEST, SHORTEST
from parkdraft.web.appstate import app_state
from parkdraft.web.logins import change_token, logins, own_place
from parkdraft.web.signed import other_who
from parkdraft.web.words import draft_json, problem_lines

pages = Blueprint("login", __name__)


@pages.before_app_request
def check() -> Any:
    """Refuse a request that shows another name than the session has."""
    return other_who() if g.get("login") else None


@pages.app_context_processor
def shown() -> dict[str, Any]:
    """Variables of every page: who is logged in."""
    login = g.get("login")
    if not login:
        return {"working": None}
    team = logins().team()
    return {
        "working": shown_name(team, login) or login,
        "who": login,
        "leads": is_lead(team, login, app_state().home.now().date()),
    }


@pages.get("/login")
def ask() -> Any:
    """The form to log in; whoever is logged in goes on."""
    place = own_place(request.args.get("next", "/"))
    return redirect(place) if g.get("login") else _form(place)


def _form(place: str, lines: list[str] | None = None, login: str = "") -> str:
    return render_template("login.html", place=place, lines=lines or [], login=login)


@pages.post("/login")
def enter() -> Any:
    """Log in, and go on where one was."""
    sent = request.form
    place, login = own_place(sent.get("next", "/")), sent.get("login", "")
    old = request.cookies.get(logins().cookie)
    with app_state().drafts() as box:
        try:
            token, session = sessions.log_in(
                *(box.engine, logins().team(), login, sent.get("phrase", "")),
                *(_address(), str(request.user_agent), box.now(), old),
            )
        except TeamError as error:
            return _form(place, problem_lines(error.problems), login), _status(error)
    return logins().give(redirect(place, 303), token, session)


@pages.post("/logout")
def leave() -> Any:
    """End this browser's session."""
    with app_state().drafts() as box:
        sessions.end(box.engine, g.session.name, g.login, g.seat, box.now())
    return logins().take(redirect(url_for("login.ask"), 303))


@pages.get("/login/fresh")
def fresh() -> Any:
    """Whether what asks for the phrase again would be done without it."""
    return {"fresh": g.fresh}


@pages.post("/login/again")
def again() -> Any:
    """The phrase once more; the session gets a new secret."""
    phrase = _sent("phrase")
    with app_state().drafts() as box:
        try:
            session = sessions.prove(box.engine, logins().team(), g.session, phrase, box.now())
            token = sessions.rotated(box.engine, session, box.now())
        except TeamError as error:
            return _refusal(error)
    return logins().give(jsonify(token=change_token(token)), token, session)


@pages.get("/join")
def join() -> str:
    """The page to which an invitation leads; its secret stays in the browser until it is sent."""
    return render_template("join.html", shortest=SHORTEST, longest=LONGEST)


@pages.post("/join/whose")
def whose() -> Any:
    """Whose an invitation is."""
    with app_state().drafts() as box:
        login = accounts.invited(box.engine, logins().team(), _sent("secret"), box.now())
    if login is None:
        return _refusal(TeamError([Problem("team.invitation")]))
    return {"login": login, "name": shown_name(logins().team(), login) or login}


@pages.post("/join")
def joined() -> Any:
    """Set the pass phrase of whoever is invited, and log them in; who was it before is not."""
    before = g.get("session")
    with app_state().drafts() as box:
        try:
            token, session = accounts.join(
                *(box.engine, logins().team(), _sent("secret"), _sent("phrase")),
                *(_address(), str(request.user_agent), box.now()),
            )
        except TeamError as error:
            return _refusal(error)
        if before:
            sessions.end(box.engine, before.name, before.login, g.seat, box.now())
    return logins().give(jsonify(address="/"), token, session)


def _sent(name: str) -> str:
    body = request.get_json(force=True, silent=True)
    text = body.get(name) if isinstance(body, dict) else None
    if not isinstance(text, str):
        abort(400)
    return text


def _address() -> str:
    return request.remote_addr or ""


def _status(error: ParkdraftError) -> int:
    waits = any(problem.code in ("team.slow", "team.busy") for problem in error.problems)
    return 429 if waits else 422


def _refusal(error: ParkdraftError) -> Any:
    return {"problems": list(map(draft_json, error.problems))}, _status(error)
