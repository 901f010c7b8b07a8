"""The lists that a home keeps, opened to look sites up in them; what was read is remembered."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from parkdraft.cache import remembered
from parkdraft.files import read_file
from parkdraft.lookup.sites import MonthList, SiteData, SiteList, indexed
from parkdraft.model.directory import Directory


def site_data(root: Path, directory: Directory, today: date) -> SiteData:
    """All that a home knows of sites today; raises TableError for a list that is not sound."""
    month = f"{today:%Y-%m}"
    lists = {
        partner: listed
        for partner in sorted(directory.listed_partners)
        if (listed := _month_list(root, partner, month)) is not None
    }
    return SiteData(directory, _site_list(root, directory), lists)


def month_state(root: Path, directory: Directory, today: date) -> str:
    """A text that changes with the day, and when a list of its month comes or changes."""
    paths = [month_path(root, partner, f"{today:%Y-%m}") for partner in directory.partners]
    there = [(path.parent.name, path.stat()) for path in paths if path.is_file()]
    return repr([str(today), *((name, s.st_mtime_ns, s.st_size) for name, s in there)])


def _site_list(root: Path, directory: Directory) -> SiteList:
    path = root / "sites.csv"
    content = _bytes_of(path)
    if content is None:
        return SiteList((), {})

    def read() -> object:
        from parkdraft.lists.sites import kept_sites

        return indexed(kept_sites(path, directory))

    checked_against = repr((directory.partners, directory.sites)).encode()
    return SiteList(**remembered("sites", content + checked_against, read))


def _month_list(root: Path, partner: str, month: str) -> MonthList | None:
    path = month_path(root, partner, month)
    content = _bytes_of(path)
    if content is None:
        return None

    def read() -> object:
        from parkdraft.lists.contacts import kept_contacts

        return indexed(kept_contacts(path))

    return MonthList(partner, month, **remembered("contacts-list", content, read))


def _bytes_of(path: Path) -> bytes | None:
    try:
        return read_file(path)
    except FileNotFoundError:
        return None


def month_path(root: Path, partner: str, month: str) -> Path:
    """Where a home keeps a partner's list of a month (``2026-11``)."""
    return root / "sites" / partner / f"{month}.csv"
