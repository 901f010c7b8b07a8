"""``parkdraft team``, and what the command line leaves to the pages where a server works."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest
from tests.helpers.members import EDGE, HERE, PHRASES
from tests.helpers.outboxes import ENGLISH, KINDS, SECRETS, Office, Said

from parkdraft import Home
from parkdraft.cli import shared, team
from parkdraft.cli.main import CONTACTS, OUTBOX, run
from parkdraft.team import accounts, phrases
from parkdraft.team.records import RecordFilters, page
from parkdraft.team.sessions import of

WHO = "agent.park"
ADDRESS = "https://park.example.com:8443"


@dataclass
class Desk:
    """The server's own command line, as the PC's login ``root.pc``."""

    office: Office

    @property
    def home(self) -> Home:
        return self.office.home()

    def run(self, *args: str) -> Said:
        self.office.capsys.readouterr()
        code = run(("--home", str(self.office.root), *args))
        done = Said(code, *self.office.capsys.readouterr())
        assert not ENGLISH.search(done.out + done.err), done
        assert "예상하지 못한" not in done.err, done
        assert not any(secret in done.err for secret in SECRETS), done
        return done

    def serves(self, lines: str = "port = 8443") -> None:
        """From now on a server works here, which has remembered its address."""
        toml = self.office.root / "parkdraft.toml"
        toml.write_text(f"[server]\n{lines}\n", encoding="utf-8")

    def remembers(self, address: str = ADDRESS) -> None:
        with self.home.drafts(create=True) as box, box.store.change():
            box.store.remember(accounts.ADDRESS, address)

    def deeds(self) -> list[tuple[str, str, str | None, str | None]]:
        """Deed, who, which draft, about what, of the records alone, the oldest first."""
        with self.home.drafts() as box:
            found = page(box.engine, RecordFilters(), 100, 0)
        return [
            (one.deed, one.login, one.draft, one.about)
            for one in reversed(found)
            if one.login != "contacts.yaml" and one.deed != "draft"
        ]


@pytest.fixture
def desk(office: Office, monkeypatch: pytest.MonkeyPatch) -> Desk:
    office.bring_templates()
    monkeypatch.setattr(phrases, "_KIBIBYTES", 64)
    for module in (shared, team):
        monkeypatch.setattr(module, "system_login", lambda: "root.pc")
    return Desk(office)


class TestInvite:
    def test_prints_a_link_that_works_once_and_says_whom_to_give_it(self, desk: Desk) -> None:
        desk.remembers()
        done = desk.run("team", "invite", WHO)
        assert done.code == 0
        assert done.out.startswith(f"{ADDRESS}/join#")
        assert "박도윤" in done.err
        assert "한 번만" in done.err
        secret = done.out.strip().partition("#")[2]
        assert secret not in done.err
        home = desk.home
        args = (home.directory.team, secret, PHRASES[WHO], HERE, EDGE, home.now())
        with home.connected() as engine:
            accounts.join(engine, *args)
            assert accounts.invited(engine, args[0], secret, home.now()) is None
        assert ("invited", "root.pc", None, WHO) in desk.deeds()

    def test_as_json_it_has_the_link_alone(self, desk: Desk) -> None:
        desk.remembers(f"{ADDRESS}/")
        done = desk.run("team", "invite", WHO.upper(), "--json")
        assert done.data.keys() == {"login", "link", "until"}
        assert done.data["login"] == WHO
        assert done.data["link"].startswith(f"{ADDRESS}/join#")
        assert done.err == ""

    def test_before_the_first_start_it_says_to_start_the_server(self, desk: Desk) -> None:
        done = desk.run("team", "invite", WHO)
        assert (done.code, done.out) == (1, "")
        assert "parkdraft serve" in done.err
        assert not desk.office.database.exists()

    def test_of_nobody_in_the_team_it_says_where_to_write_them(self, desk: Desk) -> None:
        desk.remembers()
        done = desk.run("team", "invite", "nobody", "--json")
        assert done.code == 1
        assert [one["code"] for one in done.data["problems"]] == ["team.unknown"]
        assert "contacts.yaml" in done.err
        assert "nobody" not in done.err


class TestListAndClose:
    def test_the_list_says_who_has_an_account(self, desk: Desk) -> None:
        assert desk.run("team", "list").code == 0
        assert not desk.office.database.exists()
        desk.remembers()
        link = desk.run("team", "invite", WHO, "--json").data["link"]
        (other, lead, agent) = desk.run("team", "list", "--json").data
        assert (lead["login"], lead["lead"], lead["joined"]) == ("lead.kim", True, None)
        assert other["login"] == other["name"] == "lead.lee"
        assert agent.keys() == {"login", "name", "lead", "joined", "invited", "sessions"}
        assert (agent["lead"], agent["joined"], agent["sessions"]) == (False, None, 0)
        assert agent["invited"]
        assert link.partition("#")[2] not in desk.run("team", "list").out

    def test_closing_asks_and_ends_all(self, desk: Desk) -> None:
        desk.remembers()
        home = desk.home
        facts = home.directory.team
        secret = desk.run("team", "invite", WHO, "--json").data["link"].partition("#")[2]
        with home.connected() as engine:
            accounts.join(engine, facts, secret, PHRASES[WHO], HERE, EDGE, home.now())
        desk.office.answer("아니오\n")
        assert desk.run("team", "close", WHO).code == 1
        with home.connected() as engine:
            assert len(of(engine, WHO)) == 1
        desk.office.answer("예\n")
        assert desk.run("team", "close", WHO).code == 0
        with home.connected() as engine:
            assert of(engine, WHO) == []
        assert desk.run("team", "close", WHO, "--yes", "--json").data == {"login": WHO, "ended": 0}
        assert ("closed", "root.pc", None, WHO) in desk.deeds()

    def test_an_unknown_name_is_refused_before_anything_is_asked_or_made(self, desk: Desk) -> None:
        done = desk.run("team", "close", "nobody", "--json")
        assert done.code == 1
        assert [one["code"] for one in done.data["problems"]] == ["team.unknown"]
        assert not desk.office.database.exists()


def _draft(kind: str = "email") -> list[str]:
    case, details, *_ = KINDS[kind]
    given = {"site": "가온타워", **details}.items()
    return ["draft", case, *(part for name, text in given
            for part in (f"--{name.replace('_', '-')}", text))]  # fmt: skip


REFUSED = [
    _draft(),
    ["batch", "x.csv"],
    ["contacts", "import", "nuri", "x.csv", "--month", "2026-11"],
    ["contacts", "import-sites", "x.csv"],
    ["web", "--no-browser"],
    ["outbox", "open", "k7q2"],
    ["outbox", "approve", "k7q2"],
    ["outbox", "return", "k7q2", "--reason", "x"],
    ["outbox", "sent", "k7q2"],
    ["outbox", "undo", "k7q2"],
    ["outbox", "remake"],
    ["outbox", "purge", "--older-than", "90", "--yes"],
]
ALLOWED = [
    ["route", "plate-change", "--partner", "gaon", "--integration", "manual"],
    [*_draft(), "--dry-run"],
    ["batch", "--template", "empty.xlsx"],
    ["contacts", "show"],
    ["contacts", "find", "가온"],
    ["outbox", "list"],
    ["outbox", "verify"],
    ["status"],
    ["team", "list"],
    ["completion", "bash"],
]


class TestBesideAServer:
    @pytest.mark.parametrize("args", REFUSED, ids=lambda args: " ".join(args[:2]))
    def test_what_drafts_imports_or_reviews_is_left_to_the_pages(
        self, desk: Desk, args: list[str]
    ) -> None:
        desk.remembers()
        desk.serves()
        before = desk.office.tree()
        done = desk.run(*args)
        assert done.code == 1
        assert ADDRESS in done.err
        assert "브라우저" in done.err
        assert done.out == ""
        assert desk.office.tree() == before

    @pytest.mark.parametrize("args", ALLOWED, ids=lambda args: " ".join(args[:2]))
    def test_what_changes_no_draft_works(
        self, desk: Desk, args: list[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        monkeypatch.chdir(tmp_path)
        desk.remembers()
        desk.serves()
        assert desk.run(*args).code == 0

    def test_every_command_is_one_or_the_other(self) -> None:
        """A new command is refused until somebody says that it may."""
        told = {" ".join(args[:2]) for args in (*REFUSED, *ALLOWED)}
        groups = {"outbox": OUTBOX, "contacts": CONTACTS}
        every = {f"{group} {name}" for group, table in groups.items() for name in table}
        named = {"contacts check", "outbox show", "outbox backup"}  # told below
        assert every - told == named

    def test_as_json_it_is_a_problem_with_a_code(self, desk: Desk) -> None:
        desk.serves()
        done = desk.run(*_draft(), "--json")
        assert [one["code"] for one in done.data["problems"]] == ["server.page-only"]
        assert "parkdraft serve" in done.err

    def test_settings_with_a_mistake_open_nothing_either(self, desk: Desk) -> None:
        desk.serves("port = 'x'")
        assert "port" in desk.run(*_draft()).err
        assert desk.run("outbox", "list").code == 0
        assert "port" in desk.run("status").err

    def test_the_library_stays_usable(self, desk: Desk) -> None:
        desk.serves()
        assert desk.office.draft()

    def test_the_environment_says_no_longer_who_works(
        self, desk: Desk, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("PARKDRAFT_USER", "lead.kim")
        assert desk.run("status", "--json").data["login"] == "lead.kim"
        desk.serves()
        assert desk.run("status", "--json").data["login"] == "root.pc"
        assert "PARKDRAFT_USER" not in desk.run("status").out


class TestRecords:
    def test_what_the_command_line_shows_is_recorded(self, desk: Desk, tmp_path: Path) -> None:
        draft = desk.office.draft()
        desk.serves()
        desk.run("outbox", "list")
        desk.run("outbox", "show", draft)
        desk.run("outbox", "show", draft, "--reveal", "--json")
        desk.run("outbox", "backup", str(tmp_path / "copy.db"))
        desk.run(*_draft(), "--dry-run", "--replaces", draft)
        assert desk.deeds() == [
            ("listed", "root.pc", None, "1"),
            ("shown", "root.pc", draft, None),
            ("revealed", "root.pc", draft, None),
            ("exported", "root.pc", None, "1"),
            ("shown", "root.pc", draft, None),
        ]

    def test_one_seats_home_has_none_of_it(self, desk: Desk) -> None:
        draft = desk.office.draft()
        desk.run("outbox", "show", draft)
        assert desk.deeds() == []

    def test_nothing_is_shown_that_could_not_be_recorded(
        self, desk: Desk, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        draft = desk.office.draft()
        desk.serves()
        with desk.office.sql() as connection:
            connection.execute("DROP TABLE records")
        for args in (("list",), ("show", draft, "--reveal")):
            done = desk.run("outbox", *args)
            assert (done.code, done.out) == (1, "")
