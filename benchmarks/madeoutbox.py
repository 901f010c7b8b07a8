"""Homes for the trials of the outbox: the shipped directory with a sender and leads of its own.

Nobody in it is real but the people of the directory, and nothing is ever sent.
"""

from __future__ import annotations

import contextlib
import shutil
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from unittest.mock import patch

from parkdraft.outbox.journal import FOLDER, Journal
from parkdraft.outbox.keeping import Outbox

from parkdraft import Home
from parkdraft.outbox.folder import FolderStore
from parkdraft.outbox.store import STATES

ROOT = Path(__file__).parents[1]
LEADS = tuple(f"lead.{number}" for number in range(1, 17))
CASE = "plate-change"
LISTED = "hiparking"
"""Its drafts wait for a month's list of contacts."""


def make_home(folder: Path) -> Path:
    """A home whose sender is set, and where ``LEADS`` may approve."""
    shutil.copytree(ROOT / "templates", folder / "templates")
    text = (ROOT / "contacts.yaml").read_text("utf-8")
    for before, after in (
        ("address: parking-cs@example.com", "address: shared-desk@example.com"),
        ("leads: []", f"leads: [{', '.join(LEADS)}]"),
    ):
        assert before in text
        text = text.replace(before, after)
    (folder / "contacts.yaml").write_text(text, "utf-8")
    return folder


@dataclass(frozen=True)
class Colleague(Home):
    """Somebody's home: the same folder, perhaps seen from another machine."""

    machine: str | None = None

    @property
    def drafts(self) -> Outbox:
        """The outbox; what another machine does is not held back by the locks of this one."""
        box = super().drafts
        if self.machine is None:
            return box
        journal = Journal(self.outbox / FOLDER, self.machine)
        return _Elsewhere(FolderStore(self.outbox, self.machine), journal, box.login, box.now)


class _Elsewhere(Outbox):
    def _lock_key(self) -> str:
        return f"{super()._lock_key()}@{self.journal.machine}"


def colleague(
    root: Path, login: str, machine: str | None = None, at: datetime | None = None
) -> Colleague:
    """Somebody at work in a home, now or at another time."""
    outbox, clock = root / "outbox", (lambda: at) if at else datetime.now
    return Colleague(root, outbox, now=clock, login=lambda: login, machine=machine)


@contextlib.contextmanager
def locks_in(folder: Path) -> Iterator[None]:
    """Locks lie in a folder that is thrown away, not in the machine's own."""
    folder.mkdir(exist_ok=True)
    with patch("parkdraft.locking._folder", lambda: folder):
        yield


def details(number: int, partner: str = "nice", site: str | None = None) -> dict[str, Any]:
    """A plate change; equal numbers are the same car's, and one site has many cars."""
    letter = "가나다라마바사아자"[number // 9000 % 9]
    plate = f"{10 + number // 81000}{letter}{1000 + number % 9000}"
    site = site or f"새봄타워 {number % 300}호점"
    return {"partner": partner, "site": site, "old_plate": plate, "new_plate": f"34나{plate[-4:]}"}


def bring_list(home: Home, site: str) -> None:
    """This month's list of ``LISTED``, taken over: one contact, of one site."""
    table = contacts_table(home.root / "list.csv", site)
    home.import_contacts(LISTED, table, f"{home.now():%Y-%m}")


def contacts_table(path: Path, site: str) -> Path:
    """A list as the operator sends it."""
    path.write_text(f"현장명,담당자,이메일\n{site},김하늘,haneul@example.com\n", "utf-8")
    return path


def files_by_id(outbox: Path) -> dict[str, list[Path]]:
    """Every draft's files, in whichever states they are."""
    found = defaultdict(list)
    for state in STATES:
        for path in (outbox / state).glob("*"):
            found[path.stem].append(path)
    return found
