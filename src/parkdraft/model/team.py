"""Who is working, and what they are called."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
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
    if not named:
        import getpass

        try:
            named = getpass.getuser()
        except (OSError, KeyError, ImportError):
            named = "unknown"
    return login_name(named.encode("utf-8", "replace").decode())


def shown_name(team: Team, login: str) -> str | None:
    """The name for signatures and histories; None where the directory has none."""
    members = {login_name(key): name for key, name in team.members.items()}
    return members.get(login_name(login))


def is_lead(team: Team, login: str) -> bool:
    """Whether somebody may do what the process leaves to team leads and deputies."""
    return login_name(login) in map(login_name, team.leads)
