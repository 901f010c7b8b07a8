"""The lists that a home keeps: which are there, how large, and what is wrong with them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from parkdraft.errors import Problem, TableError
from parkdraft.lists.contacts import Entry, kept_contacts
from parkdraft.lists.opened import month_path
from parkdraft.lists.sites import kept_sites
from parkdraft.model.directory import Directory
from parkdraft.values.hangul import fold


class KeptList(NamedTuple):
    """A partner's list of a month, or ``sites.csv`` (then both are None).

    ``changed`` is None where the list has not come.
    """

    partner: str | None
    month: str | None
    path: Path
    changed: datetime | None
    sites: int = 0
    rows: int = 0
    problems: tuple[Problem, ...] = ()

    @property
    def missing(self) -> bool:
        """Whether it has not come."""
        return self.changed is None


def missing_lists(root: Path, directory: Directory, month: str) -> list[str]:
    """The partners whose list of a month has not come."""
    return [
        partner
        for partner in directory.partners
        if partner in directory.listed_partners and not month_path(root, partner, month).exists()
    ]


def month_lists(root: Path, directory: Directory, months: Iterable[str]) -> list[KeptList]:
    """Every partner that needs a list, in each of the months."""
    lists = []
    for month in months:
        for partner in directory.partners:
            if partner in directory.listed_partners:
                path = month_path(root, partner, month)
                lists.append(_looked_at(KeptList(partner, month, path, None), kept_contacts))
    return lists


def site_list(root: Path, directory: Directory) -> KeptList:
    """``sites.csv``."""
    kept = KeptList(None, None, root / "sites.csv", None)
    return _looked_at(kept, lambda path: kept_sites(path, directory))


def _looked_at(kept: KeptList, read: Callable[[Path], list[Entry]]) -> KeptList:
    """The list with its number of rows, or with what is wrong with it."""
    try:
        seconds = kept.path.stat().st_mtime
    except OSError:
        return kept
    kept = kept._replace(changed=datetime.fromtimestamp(seconds, tz=UTC).astimezone())
    try:
        rows = read(kept.path)
    except TableError as error:
        return kept._replace(problems=error.problems)
    return kept._replace(sites=len({fold(row["name"]) for row in rows}), rows=len(rows))
