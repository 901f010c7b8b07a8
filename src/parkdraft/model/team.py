"""Who is working, and what they are called."""

from __future__ import annotations

import os
import sys
import unicodedata
from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

from parkdraft.model.directory import Team


class Seat(NamedTuple):
    """From where somebody works on a team's server: the session's name and the network address.

    Both are None for who works on this computer itself.
    """

    session: str | None = None
    address: str | None = None


THIS_COMPUTER = Seat()


def login_name(text: str) -> str:
    """A login name for comparing: NFC, case-folded, without its domain."""
    name = unicodedata.normalize("NFC", text).strip().rpartition("\\")[2].partition("@")[0]
    return name.casefold()


def current_login(environment: Mapping[str, str]) -> str:
    """Who is working: ``$PARKDRAFT_USER``, else the PC's login name."""
    named = environment.get("PARKDRAFT_USER")
    return _readable(named) if named else system_login()


def system_login() -> str:
    """The PC's login name, whatever the environment says."""
    try:
        if sys.platform == "win32":
            return _readable(os.getlogin())  # of GetUserNameW; getpass believes variables
        import pwd

        return _readable(pwd.getpwuid(os.getuid()).pw_name)
    except (OSError, KeyError, ImportError):
        return "unknown"


def _readable(name: str) -> str:
    return login_name(name.encode("utf-8", "replace").decode())


def shown_name(team: Team, login: str) -> str | None:
    """The name for signatures and histories; None where the directory has none."""
    members = {login_name(key): name for key, name in team.members.items()}
    return members.get(login_name(login))


def members(team: Team) -> dict[str, str]:
    """Everybody of the team, leads included: login as it is compared → shown name, else login."""
    leads = {login_name(login): login for login in team.leads}
    return leads | {login_name(login): name for login, name in team.members.items()}


def is_lead(team: Team, login: str, on: date) -> bool:
    """Whether somebody may do, on a day, what the process leaves to team leads and deputies.

    Somebody to whom a lead handed over for these days may, too.
    """
    name = login_name(login)
    return name in map(login_name, team.leads) or any(
        login_name(one.to) == name and one.first <= on <= one.last for one in team.handovers
    )
