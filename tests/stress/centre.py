"""A made-up centre for the trials: homes, people at work, and what must hold whatever happened.

Everybody is fictional and every address on example.com; nothing is ever sent.
"""

from __future__ import annotations

import contextlib
import csv
import json
import os
import shutil
import sqlite3
import sys
import tempfile
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from contextlib import redirect_stderr, redirect_stdout
from datetime import datetime
from io import StringIO
from pathlib import Path
from typing import Any, NamedTuple

from parkdraft import Home
from parkdraft.cli.main import run
from parkdraft.model.states import STATES
from parkdraft.outbox.folder import UPLOADS
from parkdraft.outbox.verify import Finding
from parkdraft.review import Wanted, move, verify

ROOT = Path(__file__).parents[2]
LEADS = tuple(f"lead.{number}" for number in range(1, 17))
AGENT = "agent.park"
CASE = "plate-change"
SITE = "새봄빌딩"
CUSTOMER = {"customer": "남궁바다", "phone": "010-2468-1357"}
CONTACTS = f"""\
sender:
  name: 주차 고객센터
  address: cs@example.com
team:
  leads: [{", ".join(LEADS)}]
  members: {{}}
  four_eyes: false
people:
  김하늘:
    title: 주임
    address: haneul@example.com
    agit: haneul
  이서연:
    address: seoyeon@example.com
    agit: seoyeon
  최바다:
    address: bada@example.com
partners:
  gaon:
    name: 가온주차
  nuri:
    name: 누리파킹
  haneul:
    name: 하늘주차
routes:
  G1:
    cases: [registration, plate-change]
    partner: gaon
    integration: manual
    channel: email
    authority: lead
    to: [김하늘]
    cc: [이서연]
  N1:
    cases: [registration, plate-change]
    partner: nuri
    integration: manual
    channel: email
    authority: lead
    to: monthly-list
    cc: [이서연]
  H1:
    cases: [plate-change]
    partner: haneul
    integration: manual
    channel: agit
    authority: all
    mentions: [김하늘, 이서연]
"""
HANGS = 60.0
"""Seconds after which a process hangs and is ended. This is a net: no trial measures time."""
LEFT = ("    cc: [이서연]\n  N1", "    cc: [최바다]\n  N1")
"""What is written in ``contacts.yaml`` when somebody leaves: drafts of gaon are to be remade."""


def make_home(folder: Path) -> Path:
    """A home with a sender and leads, and without drafts."""
    folder.mkdir(parents=True)
    (folder / "templates").symlink_to(ROOT / "templates")
    (folder / "contacts.yaml").write_text(CONTACTS, "utf-8")
    return folder


def colleague(root: Path, login: str = LEADS[0], at: datetime | None = None) -> Home:
    """Somebody at work in a home, now or at another time."""
    clock = (lambda: at) if at else datetime.now
    return Home(root, root / "outbox", now=clock, login=lambda: login)


def copied(prepared: Path, folder: Path) -> Path:
    """A copy of a home with its drafts."""
    return Path(shutil.copytree(prepared, folder, symlinks=True))


def plates(number: int) -> tuple[str, str]:
    """Two plates that no other number has."""
    letter = "가나다라마바사아자"[number // 9000 % 9]
    old = f"{10 + number // 81000}{letter}{1000 + number % 9000}"
    return old, f"34나{old[-4:]}"


def details(number: int, partner: str = "gaon", site: str | None = None) -> dict[str, Any]:
    """A plate change; equal numbers are the same car's, and one site has many cars."""
    old, new = plates(number)
    site = site or f"새봄타워 {number % 300}호점"
    about = {"ticket": f"T-{number}", **CUSTOMER}
    return {"partner": partner, "site": site, "old_plate": old, "new_plate": new, **about}


def drafted(home: Home, numbers: Sequence[int], partner: str = "gaon") -> list[str]:
    """Drafts of plate changes; their identifiers."""
    site = SITE if partner == "nuri" else None
    made = (home.draft(CASE, **details(number, partner, site)).id for number in numbers)
    return [one for one in made if one]


def typed(number: int, *more: str) -> list[str]:
    """The command that drafts a plate change."""
    given = {**details(number), "internal": None}
    options = [(f"--{name.replace('_', '-')}", str(text)) for name, text in given.items() if text]
    return ["draft", CASE, *(one for option in options for one in option), *more]


def write_list(path: Path, *sites: str) -> Path:
    """A list of contacts as an operator sends it."""
    rows = "".join(f"{site},김하늘,haneul@example.com\n" for site in sites or (SITE,))
    path.write_text(f"현장명,담당자,이메일\n{rows}", "utf-8")
    return path


def write_table(path: Path, numbers: Sequence[int], partner: str = "가온주차") -> Path:
    """A table of plate changes, one row a number; equal numbers are equal rows."""
    header = ("업무", "운영사", "현장명", "기존차량번호", "변경차량번호", "접수번호")
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(header)
        for number in numbers:
            row = ("차량번호 변경", partner, f"새봄타워 {number % 3}호점", *plates(number))
            writer.writerow((*row, f"T-{number}"))
    return path


# ---- what somebody types ------------------------------------------------------------------------


class Said(NamedTuple):
    """How a command ended, and what it wrote."""

    code: int
    out: str
    err: str = ""

    @property
    def data(self) -> Any:
        return json.loads(self.out)


def said(home: Home, args: Sequence[str], login: str = LEADS[0]) -> Said:
    """A command, in this process."""
    os.environ["PARKDRAFT_USER"] = login
    out, err = StringIO(), StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        code = run(["--home", str(home.root), *args])
    return Said(code, out.getvalue(), err.getvalue())


def warmed(folder: Path) -> None:
    """Load what commands load later, so that a forked process begins with its work."""
    home = colleague(make_home(folder))
    (made,) = drafted(home, [0])
    write_list(folder / "list.csv")
    table = str(write_table(folder / "table.csv", [1, 2]))
    for command in (
        *(["outbox", "approve", made], ["outbox", "undo", made], ["outbox", "verify"]),
        *(["batch", table, "--combine"], ["outbox", "remake", "--yes"], ["outbox", "list"]),
        ["contacts", "import", "nuri", str(folder / "list.csv"), "--month", "2020-01", "--yes"],
        ["outbox", "purge", made, "--reason", "x", "--yes"],
        ["outbox", "backup", str(folder / "backup.db")],
    ):
        said(home, [*command, "--json"])


def table_command(root: Path, table: Path, group: int | None = None) -> list[str]:
    """The command that runs a table in a process of its own; with small groups, and other
    processes that help from early on, there is much to interrupt in a short table.
    """
    program = ["-m", "parkdraft"]
    if group:
        script = root / "batch.py"
        script.write_text(_IN_GROUPS.format(group=group), "utf-8")
        program = [str(script)]
    return [sys.executable, *program, "--home", str(root), "batch", str(table), "--json"]


_IN_GROUPS = """\
from parkdraft.batch import run
from parkdraft.cli.main import main
if __name__ == "__main__":
    run.GROUP, run.LEAST = {group}, 3
    main()
"""


def make_outbox(home: Home) -> None:
    """Drafts in every state, in every way that leads there."""
    ids = drafted(home, range(14))
    drafted(home, range(20, 22), "nuri")
    drafted(home, range(30, 32), "haneul")
    with home.drafts(change=True) as box:
        assert (
            len(
                move(box, home.directory, "approve", map(Wanted, ids[:10]), today=home.today()).done
            )
            == 10
        )
        assert len(move(box, home.directory, "sent", map(Wanted, ids[:4])).done) == 4
        again = map(Wanted, (*ids[4:6], ids[10]))
        assert len(move(box, home.directory, "return", again, reason="현장 확인").done) == 3
        assert len(move(box, home.directory, "undo", map(Wanted, (ids[3], ids[6]))).done) == 2
    corrected = {**details(4), "memo": "고친 초안"}
    home.draft(CASE, replaces=ids[4], **corrected)
    table = write_table(home.root / "table.csv", [50, 51, 51, 52, 53])
    rows = said(home, ["batch", str(table), "--combine", "--json"]).data["rows"]
    with home.drafts(change=True) as box:
        assert (
            len(move(box, home.directory, "return", [Wanted(rows[0]["id"])], reason="다시").done)
            == 1
        )
    said(home, ["batch", str(table)])
    assert said(home, ["outbox", "purge", ids[5], "--reason", "고객 요청", "--yes"]).code == 0
    assert said(home, ["outbox", "purge", ids[2], "--reason", "고객 요청", "--yes"]).code == 0
    found = looked_at(home)
    assert not found, found


# ---- what must hold -----------------------------------------------------------------------------


def states(home: Home) -> dict[str, str]:
    """Every draft's state, that of purged ones, too."""
    with home.drafts() as box:
        found = box.store.ids((*STATES, "purged"), limit=1_000_000)
        every = ((one, box.store.find(one)) for one in found)
        return {one: draft.state for one, draft in every if draft}


def live_rows(home: Home) -> Counter[tuple[str, int]]:
    """How many drafts that still stand hold each row of a table."""
    counted: Counter[tuple[str, int]] = Counter()
    with home.drafts() as box:
        for draft_id in box.store.ids(STATES, limit=1_000_000):
            for cells, place, live in box.store.rows(draft_id):
                counted[cells, place] += live
    return counted


def finish(home: Home) -> None:
    """The next command that changes something, whatever it is."""
    with home.drafts(change=True):
        pass


def torn(home: Home) -> list[str]:
    """Visible files that are not whole: nobody ever made these bytes."""
    from hashlib import sha256

    wrong = []
    with home.drafts() as box:
        for state in STATES:
            for path in sorted((home.outbox / state).glob("*")):
                draft = box.store.find(path.stem)
                if draft and draft.state == "purged":
                    continue  # gone with the next command
                known = {one.sha256 for one in box.store.events(path.stem)}
                if sha256(path.read_bytes()).hexdigest() not in known:
                    wrong.append(f"{state}/{path.name} is not whole")
    return wrong


def looked_at(home: Home) -> list[Finding]:
    """What ``verify`` says."""
    with home.drafts(change=True) as box:
        return list(verify(box, home.today()))


def audited(home: Home, besides: Collection[str] = ()) -> list[str]:
    """All that is wrong in an outbox that should be finished; ``besides`` are codes to ignore.

    What was set aside, of drafts that are still there, may lie in ``edited``.
    """
    wrong = []
    with home.drafts() as box:
        for finding in verify(box, home.today()):
            if finding.problem.code not in besides:
                wrong.append(f"verify: {finding.problem.code} {finding.problem.field}")
        should = set[Path]()
        for draft_id in box.store.ids(STATES, limit=1_000_000):
            draft = box.located(draft_id)
            path = box.folder.path(draft)
            should.add(path)
            if not path.is_file() or path.read_bytes() != box.content(draft).bytes:
                wrong.append(f"{draft_id}: its file is missing or another one")
        for path in _files(home) - should:
            aside = box.store.find(path.name[:16]) if path.parent.name == "edited" else None
            if aside is None or aside.state == "purged":
                wrong.append(f"{path.parent.name}/{path.name} lies there")
    return wrong + damaged(home.outbox / "outbox.db")


def _files(home: Home) -> set[Path]:
    found = (path for path in home.outbox.rglob("*") if UPLOADS not in path.parts)
    return {path for path in found if not path.is_dir() and path.parent != home.outbox}


def damaged(database: Path) -> list[str]:
    """What SQLite itself says against a file; one that is not there was not begun yet."""
    if not database.exists():
        return []
    with contextlib.closing(sqlite3.connect(database)) as connection:
        told = [str(one) for (one,) in connection.execute("PRAGMA integrity_check")]
        told += [f"foreign key: {one}" for one in connection.execute("PRAGMA foreign_key_check")]
    return [f"{database.name}: {one}" for one in told if one != "ok"]


def traces(folder: Path, words: Sequence[str]) -> list[str]:
    """Files below a folder in whose bytes one of the words stands."""
    wanted = [word.encode() for word in words]
    paths = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    return [
        f"{path.name} still tells of a purged draft"
        for path in paths
        if any(word in path.read_bytes() for word in wanted)
    ]


# ---- scripts ------------------------------------------------------------------------------------


@contextlib.contextmanager
def workplace() -> Iterator[Path]:
    """A folder for one trial, and an environment that is nobody's own."""
    with tempfile.TemporaryDirectory(prefix="parkdraft-") as name:
        folder = Path(name)
        os.environ |= {"PARKDRAFT_CACHE": f"{name}/cache", "PYTHONUTF8": "1"}
        for own in ("PARKDRAFT_HOME", "PARKDRAFT_DATABASE"):
            os.environ.pop(own, None)
        yield folder


def told(name: str, wrong: Sequence[str], most: int = 40) -> int:
    """Print what is wrong; 1 where something is."""
    for one in wrong[:most]:
        print(f"WRONG {name}: {one}")
    print(f"{name}: wrong: {len(wrong)}", flush=True)
    return 1 if wrong else 0
