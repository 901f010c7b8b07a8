"""Lists of sites that a home keeps: ``sites.csv``, and a partner's contacts of a month.

Both are plain rows with an index (folded name → positions of rows), so that they can be
remembered as JSON, and facts are built only for the site that is asked for.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from parkdraft.model.directory import Person, Site, site
from parkdraft.values.hangul import fold

Rows = Sequence[Mapping[str, Any]]
Positions = Mapping[str, Sequence[int]]


def indexed(rows: Rows) -> dict[str, Any]:
    """Rows (each with ``name`` and perhaps ``aliases``) and their index, as plain JSON."""
    positions: dict[str, list[int]] = {}
    for position, row in enumerate(rows):
        for name in dict.fromkeys((row["name"], *row.get("aliases", ()))):
            positions.setdefault(fold(name), []).append(position)
    return {"rows": list(rows), "positions": positions}


class SiteList(NamedTuple):
    """``sites.csv``: rows of name, partner, integration, aliases, daily_max, operator."""

    rows: Rows
    positions: Positions

    def find(self, key: str) -> Site | None:
        """The site of a folded name or alias."""
        if key not in self.positions:
            return None
        row = self.rows[self.positions[key][0]]
        return site(row["name"], row)

    def names(self) -> Iterable[str]:
        """Main names, in the list's order."""
        return (row["name"] for row in self.rows)


class MonthList(NamedTuple):
    """A partner's contacts of one month: rows of name (the site's), person, title, address."""

    partner: str
    month: str
    rows: Rows
    positions: Positions

    def find(self, key: str) -> Site | None:
        """The site of a folded name, as far as this list knows it."""
        if key not in self.positions:
            return None
        return Site(self.rows[self.positions[key][0]]["name"], self.partner)

    def people(self, key: str) -> tuple[Person, ...]:
        """Who is responsible for the site of a folded name, in the list's order."""
        rows = [self.rows[position] for position in self.positions.get(key, ())]
        return tuple(
            Person(row["address"], row["person"], row["title"], row["address"]) for row in rows
        )

    def names(self) -> Iterable[str]:
        """Every site once, in the list's order."""
        return dict.fromkeys(row["name"] for row in self.rows)


def month_path(root: Path, partner: str, month: str) -> Path:
    """Where a home keeps a partner's list of a month (``2026-11``)."""
    return root / "sites" / partner / f"{month}.csv"
