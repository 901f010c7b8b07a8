"""What two lists say of each site, side by side."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from parkdraft.lists.contacts import Contact
from parkdraft.lists.sites import SITE_COLUMNS, Entry, cells_of
from parkdraft.model.directory import Directory
from parkdraft.values.hangul import fold


class Change(NamedTuple):
    """A site that is ``new``, ``gone`` or ``changed``; what was, and will be, said of it."""

    kind: str
    site: str
    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """``{"kind", "site", "before", "after"}``."""
        return {**self._asdict(), "before": list(self.before), "after": list(self.after)}


Said = Mapping[str, tuple[str, tuple[str, ...]]]
"""Folded name → the site's name, and all that is said of it, in lines."""


def people_by_site(rows: Iterable[Contact]) -> Said:
    """Who is responsible for each site: name, title and address in a line."""
    people: defaultdict[str, list[str]] = defaultdict(list)
    names: dict[str, str] = {}
    for row in rows:
        site = fold(row["name"])
        names.setdefault(site, row["name"])
        people[site].append(f"{row['person']} {row['title']} {row['address']}")
    return {site: (name, tuple(sorted(people[site]))) for site, name in names.items()}


def facts_by_site(directory: Directory, rows: Iterable[Entry]) -> Said:
    """What a list of sites says of each: a line for each column that is filled."""
    labels = [column.labels[0] for column in SITE_COLUMNS][1:]
    return {
        fold(row["name"]): (
            row["name"],
            tuple(
                f"{label}: {cell}"
                for label, cell in zip(labels, cells_of(directory, row)[1:], strict=True)
                if cell
            ),
        )
        for row in rows
    }


def differences(before: Said, after: Said) -> tuple[Change, ...]:
    """Sites that go, those of which something else is said, and those that are new."""
    gone = (Change("gone", name, says) for key, (name, says) in before.items() if key not in after)
    changed = (
        Change("changed", name, before[key][1], says)
        for key, (name, says) in after.items()
        if key in before and before[key][1] != says
    )
    new = (Change("new", name, (), s) for key, (name, s) in after.items() if key not in before)
    return (*gone, *changed, *new)
