"""``/account``: one's own sessions, and another pass phrase."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, g, redirect, render_template, request, url_for

from parkdraft.errors import TeamError
from parkdraft.team import accounts, sessions
from parkdraft.team.phrases import LONGEST, SHORTEST
from parkdraft.web.appstate import app_state
from parkdraft.web.logins import logins
from parkdraft.web.words import problem_lines

pages = Blueprint("account", __name__, url_prefix="/account")


@pages.get("")
def index(lines: list[str] | None = None) -> str:
    """The sessions, and the form for another phrase."""
    with app_state().drafts() as box:
        own = sessions.of(box.engine, g.login)
    return render_template(
        "account.html",
        sessions=own,
        here=g.session.name,
        lines=lines or [],
        changed="changed" in request.args,
        shortest=SHORTEST,
        longest=LONGEST,
    )


@pages.post("/phrase")
def change() -> Any:
    """Another phrase; all other sessions end."""
    sent, team = request.form, logins().team()
    with app_state().drafts() as box:
        try:
            token, session = accounts.change_phrase(
                *(box.engine, team, g.session, sent.get("old", "")),
                *(sent.get("new", ""), box.now()),
            )
        except TeamError as error:
            return index(problem_lines(error.problems)), 422
    response = redirect(url_for("account.index", changed=1), 303)
    return logins().give(response, token, session)


@pages.post("/end")
def end() -> Any:
    """End one's own other sessions: the one that is named, or all."""
    named = request.form.get("session")
    with app_state().drafts() as box:
        for session in sessions.of(box.engine, g.login):
            if session.name != g.session.name and named in (None, session.name):
                sessions.end(box.engine, session.name, g.login, g.seat, box.now())
    return redirect(url_for("account.index"), 303)
