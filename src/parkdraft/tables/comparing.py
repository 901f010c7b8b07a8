"""What importing a list would change, told before anything is kept."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from parkdraft.errors import Problem, TableError
from parkdraft.process.directory import Directory
from parkdraft.process.hangul import fold
from parkdraft.process.sites import month_path
from parkdraft.tables.lists import checked_contacts, long_list_names, read_contacts, read_sites

Rows = Iterable[Mapping[str, Any]]


class Preview(NamedTuple):
    """A list that could be imported: its size, and the sites that differ from another list.

    ``against`` names that list (its month, or ``sites.csv``); None: there is none to compare
    with. ``split`` are names taken apart and ``warnings`` names too long, as ``lists.Imported``
    has them.
    """

    rows: int
    sites: int
    split: tuple[tuple[str, str, str], ...]
    against: str | None
    new: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    warnings: tuple[Problem, ...] = ()


def preview_contacts(
    root: Path, directory: Directory, partner: str, path: Path, month: str
) -> Preview:
    """What importing a month's list would do, compared with that month's, else the last one's.

    Keeps nothing. Raises TableError for what an import would refuse.
    """
    partner_id, rows, split = checked_contacts(directory, partner, path, month)
    sites = len({fold(row["name"]) for row in rows})
    found = Preview(len(rows), sites, split, None, warnings=long_list_names(rows))
    for earlier in _earlier(month_path(root, partner_id, month)):
        with contextlib.suppress(TableError, OSError):
            before, _ = read_contacts(earlier)
            new, gone, changed = _differences(before, rows)
            return found._replace(against=earlier.stem, new=new, gone=gone, changed=changed)
    return found


def preview_sites(root: Path, directory: Directory, path: Path) -> Preview:
    """What importing a list of sites would do, compared with the one that is kept.

    Keeps nothing. Raises TableError for what an import would refuse.
    """
    entries = read_sites(path, directory)
    kept = root / "sites.csv"
    if kept.is_file():
        with contextlib.suppress(TableError, OSError):
            found = _differences(read_sites(kept, directory), entries)
            return Preview(len(entries), len(entries), (), kept.name, *found)
    return Preview(len(entries), len(entries), (), None)


def _earlier(path: Path) -> list[Path]:
    """The partner's list of that month and of the months before it, the latest first."""
    months = path.parent.glob("20[0-9][0-9]-[01][0-9].csv")
    return sorted((one for one in months if one.stem <= path.stem), reverse=True)


def _differences(
    before: Rows, after: Rows
) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    """Sites that are new, that are gone, and those of which something else is said."""
    old, new = _by_site(before), _by_site(after)
    return (
        tuple(name for key, (name, _) in new.items() if key not in old),
        tuple(name for key, (name, _) in old.items() if key not in new),
        tuple(name for key, (name, says) in new.items() if key in old and old[key][1] != says),
    )


def _by_site(rows: Rows) -> dict[str, tuple[str, set[str]]]:
    """Folded name → the site's name, and all that its rows say of it."""
    found: dict[str, tuple[str, set[str]]] = {}
    for row in rows:
        says = {key: value for key, value in row.items() if key != "name" and value}
        _, all_said = found.setdefault(fold(row["name"]), (row["name"], set()))
        all_said.add(repr(sorted(says.items())))
    return found
