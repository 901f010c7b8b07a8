"""The facts of ``parkdraft status``: the home, who is working, lists and drafts.

Of a home with mistakes it gives what can be read. It writes nothing.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from parkdraft import __version__
from parkdraft.config.settings import has_server, server
from parkdraft.errors import ParkdraftError, Problem
from parkdraft.home import Home
from parkdraft.lists.opened import month_path
from parkdraft.model.directory import Person
from parkdraft.model.team import is_lead, login_name, shown_name
from parkdraft.outbox.facts import Filters
from parkdraft.team import processes

if TYPE_CHECKING:
    from parkdraft.database.opening import Where

LEAD, AGENT = "lead", "agent"


class MonthlyList(NamedTuple):
    """Whether a partner's list of this month is there; ``sites`` is None where it is unreadable."""

    partner: str
    name: str
    month: str
    imported: bool
    sites: int | None


class Status(NamedTuple):
    """``role`` and ``sender`` are None where the directory is not sound, ``database`` and
    ``counts`` where the outbox cannot be read; ``problems`` say why.
    """

    home: Path
    builtin: bool
    login: str
    named: bool
    """Whether ``$PARKDRAFT_USER`` names who is working, instead of the PC's login."""
    shown_name: str | None
    role: str | None
    sender: Person | None
    placeholder: bool | None
    database: Where | None
    is_there: bool
    """Whether there is a database yet."""
    lists: tuple[MonthlyList, ...] | None
    counts: dict[str, int] | None
    problems: tuple[Problem, ...]

    def as_json(self) -> dict[str, object]:
        """The keys of ``status --json`` but for the problems."""
        sender = self.sender
        return {
            "home": str(self.home),
            "login": self.login,
            "role": self.role,
            "sender": sender.as_json() if sender else None,
            "placeholder": self.placeholder,
            "database": str(self.database) if self.database else None,
            "lists": None if self.lists is None else [kept._asdict() for kept in self.lists],
            "counts": self.counts,
            "version": __version__,
        }


def status_of(home: Home) -> Status:
    """The status of a home; mistakes in it become problems."""
    problems: list[Problem] = []
    login = login_name(home.login())
    name = role = sender = placeholder = lists = database = counts = None
    is_there = False
    with _noted(problems):
        directory = home.directory
        name = shown_name(directory.team, login)
        role = LEAD if is_lead(directory.team, login, home.now().date()) else AGENT
        sender, placeholder = directory.sender, directory.sender_is_placeholder
        lists = _lists(home, problems)
    with _noted(problems):
        database = home.database
        with home.drafts() as box:
            is_there = box.is_there
            counts = box.store.counts(Filters())
            seen = processes.directories(box.engine, home.now())
        if len(seen) > 1:
            problems.append(Problem("serve.other-directory"))
    with _noted(problems):
        server(home.root)
    named = bool(os.environ.get("PARKDRAFT_USER")) and not has_server(home.root)
    who = (home.root, home.builtin, login, named, name, role)
    kept = (database, is_there, lists, counts, tuple(problems))
    return Status(*who, sender, placeholder, *kept)


def _lists(home: Home, problems: list[Problem]) -> tuple[MonthlyList, ...]:
    today = home.now().date()
    month = f"{today:%Y-%m}"
    read = {}
    with _noted(problems):
        read = dict(home.known(today).lists)
    partners = sorted(home.directory.listed_partners)
    return tuple(
        MonthlyList(
            partner,
            home.directory.partners[partner].name,
            month,
            month_path(home.root, partner, month).exists(),
            len(read[partner].positions) if partner in read else None,
        )
        for partner in partners
    )


@contextmanager
def _noted(problems: list[Problem]) -> Iterator[None]:
    """Add errors of the block to ``problems`` instead of raising them."""
    try:
        yield
    except ParkdraftError as error:
        problems.extend(error.problems)
