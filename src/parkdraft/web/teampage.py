"""``/team``, for leads: accounts and sessions of everybody, and inviting."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, g, redirect, render_template, request, url_for

from parkdraft.model.team import is_lead, login_name
from parkdraft.outbox.facts import moment
from parkdraft.team import accounts, sessions
from parkdraft.web.appstate import app_state
from parkdraft.web.security import refuse

pages = Blueprint("team", __name__, url_prefix="/team")


@pages.before_request
def leads_only() -> None:
    """Nobody but a lead, hand-overs included."""
    refuse_others()


def refuse_others() -> None:
    """403 unless a lead is logged in; it is logged."""
    home = app_state().home
    if not is_lead(home.directory.team, g.login, home.now().date()):
        refuse("lead")


def refuse_stand_ins(login: str) -> None:
    """403 for whoever only stands in, where it is about a lead's account.

    Whoever invites somebody sees the link: a hand-over would never end.
    """
    if login_name(login) in _out_of_reach():
        refuse("stand-in")


def _out_of_reach() -> set[str]:
    """The logins whose accounts whoever is logged in leaves alone."""
    leads = set(map(login_name, app_state().home.directory.team.leads))
    return set() if g.login in leads else leads


@pages.get("")
def index(link: str | None = None, invited: str | None = None) -> str:
    """Everybody of the team."""
    team = app_state().home.directory.team
    with app_state().drafts() as box:
        every = accounts.accounts(box.engine, team, box.now())
        own = {one.login: sessions.of(box.engine, one.login) for one in every if one.sessions}
    return render_template(
        "team.html",
        accounts=every,
        sessions=own,
        link=link,
        invited=invited,
        here=g.session.name,
        out_of_reach=_out_of_reach(),
    )


@pages.app_template_filter("moment")
def shown_moment(at: str) -> str:
    """A kept moment as people read it."""
    return f"{moment(at):%Y-%m-%d %H:%M}"


@pages.post("/invite")
def invite() -> str:
    """Invite somebody; the link is shown this once."""
    login, team = request.form.get("login", ""), app_state().home.directory.team
    refuse_stand_ins(login)
    with app_state().drafts() as box:
        secret = accounts.invite(box.engine, team, login, g.login, g.seat, box.now())
    return index(f"{request.host_url}join#{secret}", login)


@pages.post("/close")
def close() -> Any:
    """Remove somebody's phrase, invitation and sessions."""
    login, team = request.form.get("login", ""), app_state().home.directory.team
    refuse_stand_ins(login)
    with app_state().drafts() as box:
        accounts.close(box.engine, team, login, g.login, g.seat, box.now())
    return redirect(url_for("team.index"), 303)


@pages.post("/end")
def end() -> Any:
    """End a session."""
    with app_state().drafts() as box:
        name = request.form.get("session", "")
        sessions.end(box.engine, name, g.login, g.seat, box.now())
    return redirect(url_for("team.index"), 303)
