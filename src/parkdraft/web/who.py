"""``/who``: where the directory names members, the page asks which of them is working."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, current_app, g, redirect, render_template, request, url_for

from parkdraft.errors import ParkdraftError, Problem
from parkdraft.model.team import login_name, shown_name
from parkdraft.web.appstate import app_state
from parkdraft.web.refusals import wants_json
from parkdraft.web.security import admitted
from parkdraft.web.signed import other_who
from parkdraft.wording import as_data

pages = Blueprint("who", __name__, url_prefix="/who")


@pages.before_app_request
def check() -> Any:
    """Let only members work, and refuse a request that shows another name than the cookie has."""
    g.login = None
    if request.endpoint == "static":
        return None
    if request.method == "POST":
        _ = app_state().home.directory  # raises, so that nothing changes while it cannot be read
    members = _members()
    login = login_name(request.cookies.get(_cookie(), ""))
    if login in members:
        g.login = login
    elif members:
        return None if request.blueprint == pages.name else _nobody()
    return other_who()


@pages.get("")
def ask() -> str:
    """The form to choose who is working."""
    return render_template("who.html", members=_members())


@pages.post("")
def say() -> Any:
    """Put who is working into a cookie."""
    login = login_name(request.form.get("login", ""))
    if login not in _members():
        return redirect(url_for("who.ask"))
    response = redirect("/")
    response.set_cookie(_cookie(), login, httponly=True, samesite="Strict", path="/")
    return response


@pages.app_context_processor
def shown() -> dict[str, Any]:
    """Variables of every page: who is working, once that is known."""
    try:
        if not admitted() or (_members() and not g.get("login")):
            return {"working": None}
        team, login = app_state().home.directory.team, app_state().home.login()
    except ParkdraftError:
        return {"working": None}
    return {
        "working": shown_name(team, login) or login,
        "who": login,
        "can_change_who": bool(team.members),
    }


def _members() -> dict[str, str]:
    """Login name → shown name; empty where the directory cannot be read."""
    try:
        members = app_state().home.directory.team.members
    except ParkdraftError:
        return {}
    return {login_name(login): name for login, name in members.items()}


def _cookie() -> str:
    name: str = current_app.extensions["parkdraft-access"].who_cookie
    return name


def _nobody() -> Any:
    """The answer as long as nobody has chosen who is working."""
    if wants_json():
        return {"problems": [as_data(Problem("web.who"))]}, 403
    return redirect(url_for("who.ask"))
