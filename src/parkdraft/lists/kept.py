"""The lists that a home keeps: which are there, how large, and what is wrong with them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from parkdraft.errors import Problem, TableError
from parkdraft.lists.contacts import kept_contacts
from parkdraft.lists.sites import kept_sites
from parkdraft.lookup.sites import month_path
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
        one
        for one in directory.partners
        if one in directory.listed_partners and not month_path(root, one, month).exists()
    ]


def month_lists(root: Path, directory: Directory, months: Iterable[str]) -> list[KeptList]:
    """Every partner that needs a list, in each of the months."""
    partners = [one for one in directory.partners if one in directory.listed_partners]
    return [_month_list(root, partner, month) for month in months for partner in partners]


def site_list(root: Path, directory: Directory) -> KeptList:
    """``sites.csv``."""
    path = root / "sites.csv"
    kept = KeptList(None, None, path, _changed(path))
    if kept.missing:
        return kept
    try:
        entries = kept_sites(path, directory)
    except TableError as error:
        return kept._replace(problems=error.problems)
    return kept._replace(sites=len(entries), rows=len(entries))


def _month_list(root: Path, partner: str, month: str) -> KeptList:
    path = month_path(root, partner, month)
    kept = KeptList(partner, month, path, _changed(path))
    if kept.missing:
        return kept
    try:
        rows = kept_contacts(path)
    except TableError as error:
        return kept._replace(problems=error.problems)
    return kept._replace(sites=len({fold(row["name"]) for row in rows}), rows=len(rows))


def _changed(path: Path) -> datetime | None:
    try:
        return datetime.fromtimestamp(path.stat().st_mtime, tz=UTC).astimezone()
    except OSError:
        return None
