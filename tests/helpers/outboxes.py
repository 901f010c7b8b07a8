"""A made-up centre for the tests of the outbox: a partner for every channel, leads, a clock."""

from __future__ import annotations

import contextlib
import io
import json
import os
import re
import shutil
import sqlite3
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from jinja2.sandbox import ImmutableSandboxedEnvironment
from tests.helpers.colleagues import Colleagues
from tests.helpers.postgres import fresh_url, sql_of
from tests.helpers.problems import worded

from parkdraft import Home
from parkdraft.cli import batch, cases, contacts, imports, moves, outbox, program, team, upkeep
from parkdraft.cli.main import run
from parkdraft.errors import Problem
from parkdraft.model.states import STATES
from parkdraft.outbox.box import DATABASE
from parkdraft.outbox.ids import LETTERS, is_id
from parkdraft.outbox.transitions import Outcome
from parkdraft.results import Result
from parkdraft.review import verify
from parkdraft.wording import hint, message
from parkdraft.writing.sandbox import environment

ROOT = Path(__file__).parents[2]
NOW = datetime(2026, 11, 23, 10, 0)
"""A Monday."""
CONTACTS = """\
sender:
  name: 주차 고객센터
  address: cs@example.co.kr
team:
  leads: [lead.kim, lead.lee]
  members: {lead.kim: 김팀장, agent.park: 박도윤}
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
    aliases: [GAON]
  nuri:
    name: 누리파킹
  maru:
    name: 마루파킹
  haneul:
    name: 하늘주차
  bada:
    name: 바다파킹앤스페이스코리아
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
  M1:
    cases: [registration, plate-change]
    partner: maru
    integration: manual
    channel: email
    authority: lead
    to: monthly-list
  H1:
    cases: [plate-change]
    partner: haneul
    integration: manual
    channel: agit
    authority: all
    mentions: [김하늘, 이서연]
  H2:
    cases: [registration]
    partner: haneul
    integration: manual
    channel: app
    authority: all
  H3:
    cases: [payment-cancel]
    partner: haneul
    channel: slack
    authority: all
    addressee: 하늘주차 운영팀
  B1:
    cases: [payment-cancel]
    partner: bada
    channel: sheet
    authority: lead
  B2:
    cases: [plate-change]
    partner: bada
    integration: manual
    channel: board
    authority: lead
    addressee: 바다파킹 담당자
  B3:
    cases: [registration]
    partner: bada
    integration: manual
    channel: discount-site
    authority: lead
  L1:
    cases: [lot-info]
    item: fee
    channel: admin
    authority: lead
"""
CHANGE = {"old_plate": "68마4321", "new_plate": "157허8701"}
PASS = {"plate": "68마4321", "start": "2026-12-01"}
PAID = {"plate": "68마4321", "paid_at": "2026-11-20 14:05", "paid": "12000", "reason": "미인식"}
KINDS: dict[str, tuple[str, dict[str, str], str, str]] = {
    "email": ("plate-change", {"partner": "gaon", **CHANGE}, "pending", ".eml"),
    "listed": ("plate-change", {"partner": "nuri", **CHANGE}, "waiting", ".txt"),
    "agit": ("plate-change", {"partner": "haneul", **CHANGE}, "approved", ".txt"),
    "slack": ("payment-cancel", {"partner": "haneul", **PAID}, "approved", ".txt"),
    "app": ("registration", {"partner": "haneul", **PASS}, "approved", ".txt"),
    "sheet": ("payment-cancel", {"partner": "bada", **PAID}, "pending", ".tsv"),
    "board": ("plate-change", {"partner": "bada", **CHANGE}, "pending", ".txt"),
    "discount-site": ("registration", {"partner": "bada", **PASS}, "pending", ".txt"),
    "admin": (
        "lot-info",
        {"integration": "manual", "item": "fee", "change": "평일 최초 30분 2,000원"},
        *("pending", ".txt"),
    ),
}
"""What a test calls it → its case and details, and the state and suffix it starts with."""
LEAD, OTHER_LEAD, AUTHOR, OTHER = "lead.kim", "lead.lee", "agent.park", "agent.choi"
SITE = "가온타워"
CUSTOMER = {"customer": "남궁바다", "phone": "010-2468-1357"}
SECRETS = ("68마4321", "157허8701", "남궁바다", "010-2468-1357", "2468-1357", "4321", "8701")
ENGLISH = re.compile(
    r"Usage|Error|Options|Commands|\bTry\b|Missing|Invalid|No such|Traceback|invalid"
)


@dataclass(frozen=True)
class Said:
    """What a command said and how it ended."""

    code: int
    out: str
    err: str

    @property
    def data(self) -> Any:
        return json.loads(self.out)


@dataclass
class Office(Colleagues):
    """One home, seen by whoever is named; ``now`` is the clock of all of them."""

    lead, anyone = LEAD, OTHER
    templates: ImmutableSandboxedEnvironment
    monkeypatch: pytest.MonkeyPatch
    capsys: pytest.CaptureFixture[str]
    now: datetime = NOW

    def home(self, login: str = LEAD) -> Home:
        home = Home(self.root, self.outbox, now=lambda: self.now, login=lambda: login)
        home.__dict__["templates"] = self.templates
        return home

    @property
    def outbox(self) -> Path:
        return self.root / "outbox"

    @property
    def database(self) -> Path:
        return self.outbox / DATABASE

    # ---- what people do --------------------------------------------------------------------

    def draft(self, kind: str = "email", login: str = AUTHOR, **details: Any) -> str:
        """A new draft of a kind; its identifier."""
        case, usual, _, _ = KINDS[kind]
        made = self.home(login).draft(case, **{"site": SITE, **usual, **details})
        assert made.id is not None
        return made.id

    def made(self, kind: str = "email", login: str = AUTHOR, **details: Any) -> Result:
        case, usual, _, _ = KINDS[kind]
        return self.home(login).draft(case, **{"site": SITE, **usual, **details})

    def typed(self, kind: str) -> list[str]:
        """The command that makes a draft of a kind."""
        case, usual, _, _ = KINDS[kind]
        details = {"site": SITE, **usual}.items()
        given = (part for name, text in details for part in (f"--{name.replace('_', '-')}", text))
        return ["draft", case, *given]

    def in_state(self, state: str, login: str = AUTHOR, **details: Any) -> str:
        """An e-mail's draft that came to a state on the right way."""
        draft_id = self.draft("listed" if state == "waiting" else "email", login, **details)
        if state in ("approved", "sent"):
            assert self.approve(draft_id).problems == ()
        if state == "sent":
            assert self.sent(draft_id).problems == ()
        if state == "returned":
            assert self.send_back(draft_id).problems == ()
        assert self.state(draft_id) == state
        return draft_id

    def bring(self, *rows: str, partner: str = "nuri", month: str = "2026-11") -> None:
        """A partner's list of a month, taken over; nothing is filled."""
        path = self.root / "list.csv"
        path.write_text("\n".join(("현장명,담당자,이메일,직함", *rows, "")), "utf-8")
        self.home(OTHER).take_over(self.home(OTHER).plan_contacts(partner, path, month))
        path.unlink()

    def fill(self, login: str = OTHER) -> Outcome:
        return self.home(login).fill_waiting()

    def verify(self) -> list[tuple[str, str | None]]:
        """Code and field of all that is found; every finding has its words."""
        home = self.home()
        with home.drafts(change=True) as box:
            return said(one.problem for one in verify(box, home.today()))

    def bring_templates(self) -> None:
        """The shipped templates, for what opens the home by itself: tables, other processes."""
        shutil.copytree(ROOT / "templates", self.root / "templates", dirs_exist_ok=True)

    def rewrite(self, *changes: tuple[str, str]) -> None:
        """Change ``contacts.yaml``; every old text must stand there."""
        path = self.root / "contacts.yaml"
        text = path.read_text("utf-8")
        for old, new in changes:
            assert old in text
            text = text.replace(old, new)
        path.write_text(text, "utf-8")

    def later(self, **by: float) -> None:
        self.now += timedelta(**by)

    # ---- what lies there -------------------------------------------------------------------

    def path(self, draft_id: str) -> Path:
        """The one file of a draft."""
        (path,) = (one for state in STATES for one in self.outbox.glob(f"{state}/{draft_id}.*"))
        return path

    def state(self, draft_id: str) -> str:
        return self.path(draft_id).parent.name

    def successors(self, draft_id: str) -> list[str]:
        """The drafts that were made in place of one."""
        with self.box() as box:
            return box.store.successors(draft_id)

    def states(self) -> dict[str, str]:
        """Every draft's file and its state."""
        return {
            path.stem: state for state in STATES for path in sorted((self.outbox / state).glob("*"))
        }

    @contextlib.contextmanager
    def sql(self, *, forging: bool = False) -> Iterator[Any]:
        """The database as anybody with SQL sees it; ``forging`` without what the schema forbids."""
        if url := os.environ.get("PARKDRAFT_DATABASE"):
            with sql_of(url, forging=forging) as somebody:
                yield somebody
            return
        with contextlib.closing(sqlite3.connect(self.database)) as connection, connection:
            connection.execute(f"PRAGMA foreign_keys = {'OFF' if forging else 'ON'}")
            triggers = "SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'"
            kept = connection.execute(triggers).fetchall() if forging else []
            for name, _ in kept:
                connection.execute(f"DROP TRIGGER {name}")
            yield connection
            for _, statement in kept:
                connection.execute(statement)

    @contextlib.contextmanager
    def begun_anew(self, number: int) -> Iterator[None]:
        """An outbox in which nothing is."""
        self.monkeypatch.setattr(type(self), "outbox", self.root / f"outbox{number}")
        if "PARKDRAFT_DATABASE" not in os.environ:
            yield
            return
        with fresh_url() as url:
            self.monkeypatch.setenv("PARKDRAFT_DATABASE", url)
            yield

    def tree(self) -> dict[str, tuple[bytes, int]]:
        """Every file in the home with its bytes and the moment of its last change."""
        paths = (path for path in sorted(self.root.rglob("*")) if path.is_file())
        return {str(path): (path.read_bytes(), path.stat().st_mtime_ns) for path in paths}

    # ---- the command line ------------------------------------------------------------------

    def answer(self, text: str) -> None:
        """What somebody will type when they are asked."""
        stdin = io.TextIOWrapper(io.BytesIO(text.encode()), "utf-8")
        self.monkeypatch.setattr(sys, "stdin", stdin)

    def run(self, *args: str, login: str = LEAD) -> Said:
        """One command of the program, by somebody; nothing of a customer on stderr."""
        for module in (cases, outbox, moves, contacts, imports, batch, program, upkeep, team):
            self.monkeypatch.setattr(module, "open_home", lambda _: self.home(login))
        self.capsys.readouterr()
        code = run(args)
        done = Said(code, *self.capsys.readouterr())
        assert not ENGLISH.search(done.out + done.err), done
        assert "예상하지 못한" not in done.err, done
        assert not any(secret in done.err for secret in SECRETS), done
        return done


def another_id(draft_id: str) -> str:
    """An identifier that nobody has, its check letter right."""
    letters = [one for one in LETTERS if one != draft_id[9]]
    made = (f"{draft_id[:9]}{one}{draft_id[10:15]}{check}" for one in letters for check in LETTERS)
    return next(one for one in made if is_id(one))


def said(problems: Iterable[Problem]) -> list[tuple[str, str | None]]:
    """Code and field of problems, all of which have words, and none of a customer's."""
    found = worded(problems)
    for one in found:
        assert not any(secret in message(one) + hint(one) for secret in SECRETS)
    return [(one.code, one.field) for one in found]


@pytest.fixture(scope="session")
def texts() -> ImmutableSandboxedEnvironment:
    return environment(ROOT / "templates")


@pytest.fixture(params=["sqlite", "postgres"])
def either_engine(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> Iterator[None]:
    """Offices that keep their drafts in SQLite, and in PostgreSQL.

    A test marked ``sqlite`` looks into SQLite's own file: it is run with that alone.
    """
    if request.param == "sqlite":
        yield
    elif request.node.get_closest_marker("sqlite"):
        pytest.skip("this test is about SQLite's own file")
    else:
        with fresh_url() as url:
            monkeypatch.setenv("PARKDRAFT_DATABASE", url)
            yield


@pytest.fixture
def office(
    tmp_path: Path,
    texts: ImmutableSandboxedEnvironment,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Office:
    # how durable files are is told elsewhere; waiting for the disk is most of a test's time
    monkeypatch.setattr(os, "fsync", lambda _: None)
    root = tmp_path / "home"
    root.mkdir()
    (root / "contacts.yaml").write_text(CONTACTS, "utf-8")
    return Office(root, texts, monkeypatch, capsys)
