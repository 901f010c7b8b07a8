"""A made-up team whose people use the pages of its server, each from a browser of their own.

The application is asked directly, without a network; the clock is the test's.
"""

from __future__ import annotations

import contextlib
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from tests.web.centres import AGENT, LEAD, OTHER, Centre
from werkzeug.test import TestResponse

from parkdraft import Home
from parkdraft.config.settings import Server
from parkdraft.model.team import THIS_COMPUTER
from parkdraft.team import accounts, phrases, store
from parkdraft.team.records import Record, RecordFilters, page
from parkdraft.web.public import Public
from parkdraft.web.team import team_app

NAME, PORT = "team.example.co.kr", 8443
PUBLIC = Public("https", (NAME, "192.0.2.1"), PORT)
OWN = f"https://{NAME}:{PORT}"
DEPUTY, LEAVER = "haru.jang", "sora.moon"
NOW = datetime(2026, 11, 23, 10, 0)
PHRASES = {
    LEAD: "바람 부는 언덕 위 노란 우산",
    AGENT: "비 오는 날에는 파전과 막걸리",
    OTHER: "우리 집 고양이 이름은 두부",
    DEPUTY: "일곱 번째 기차는 아직 오지 않았다",
    LEAVER: "냉장고 뒤에서 잃어버린 젓가락",
}
_TEAM = "  members: {garam.kim: 김가람, saebom.park: 박새봄, daon.lee: 이다온}\n"
_LEAVES = f", {LEAVER}: 문소라"
_WITH_MORE = f"""  members: {{garam.kim: 김가람, saebom.park: 박새봄, daon.lee: 이다온,
    {DEPUTY}: 장하루{_LEAVES}}}
  handovers: [{{lead: garam.kim, to: {DEPUTY}, from: 2026-11-20, until: 2026-11-27}}]
"""
_HERE = {"Sec-Fetch-Site": "same-origin", "Sec-Fetch-Mode": "cors"}


def quick(patch: pytest.MonkeyPatch) -> None:
    """Keep phrases by the cheapest parameters, and wait for no disk."""
    for name, value in (("_KIBIBYTES", 64), ("_PASSES", 1), ("_LANES", 1)):
        patch.setattr(phrases, name, value)
    patch.setattr(os, "fsync", lambda _: None)


@dataclass
class Office:
    """One served home and its people."""

    root: Path
    now: datetime = NOW
    public: Public = PUBLIC
    browsers: list[Browser] = field(default_factory=list)

    def __post_init__(self) -> None:
        contacts = self.root / "contacts.yaml"
        text = contacts.read_text("utf-8")
        if "handovers:" not in text:  # else it is a copy of an office
            assert _TEAM in text
            contacts.write_text(text.replace(_TEAM, _WITH_MORE), "utf-8")

    @cached_property
    def app(self) -> Flask:
        with self.home().connected():  # starting the server makes the database
            pass
        return team_app(self.home, Server(), self.public)

    def home(self) -> Home:
        """The home with the test's clock."""
        return replace(Home.open(self.root), now=lambda: self.now)

    def stop(self) -> None:
        if "app" in self.__dict__:
            self.app.extensions["parkdraft"].close()

    @property
    def centre(self) -> Clocked:
        """The same home, as the library's own callers see it."""
        return Clocked(self.root, self)

    # ---- people ----------------------------------------------------------------------------

    def browser(self, address: str = "192.0.2.10") -> Browser:
        """A browser that nobody has used yet."""
        self.browsers.append(Browser(self, address))
        return self.browsers[-1]

    def invited(self, login: str) -> str:
        """The secret of a link for somebody."""
        home = self.home()
        with home.connected() as engine:
            return accounts.invite(
                engine, home.directory.team, login, LEAD, THIS_COMPUTER, self.now
            )

    def has_account(self, login: str) -> bool:
        with self.home().connected() as engine:
            return store.phrase(engine, login) is not None

    def joined(self, login: str, address: str = "192.0.2.10") -> Browser:
        """The browser of somebody who has just followed their link."""
        browser = self.browser(address)
        got = browser.ask("/join", {"secret": self.invited(login), "phrase": PHRASES[login]})
        assert got.status_code == 200, got.text
        return browser

    def logged_in(self, login: str, address: str = "192.0.2.10") -> Browser:
        """Another browser of somebody, with an account made where there is none."""
        if not self.has_account(login):
            return self.joined(login, address)
        browser = self.browser(address)
        assert browser.log_in(login).status_code == 303
        return browser

    def closes(self, login: str) -> None:
        """``parkdraft team close``."""
        home = self.home()
        with home.connected() as engine:
            accounts.close(engine, home.directory.team, login, LEAD, THIS_COMPUTER, self.now)

    def edit(self, old: str, new: str) -> None:
        """Somebody changes contacts.yaml."""
        path = self.root / "contacts.yaml"
        text = path.read_text("utf-8")
        assert old in text
        path.write_text(text.replace(old, new), "utf-8")

    def leaves(self) -> None:
        """``LEAVER`` is taken out of contacts.yaml."""
        self.edit(_LEAVES, "")

    def later(self, **by: float) -> None:
        self.now += timedelta(**by)

    # ---- what is there ---------------------------------------------------------------------

    def state(self) -> dict[str, object]:
        """Every file of the home, and every row of the database."""
        files = {
            path.relative_to(self.root).as_posix(): path.read_bytes()
            for path in sorted(self.root.rglob("*"))
            if path.is_file() and not path.name.startswith("outbox.db")
        }
        with self.home().connected() as engine:
            names = [
                name
                for (name,) in engine.all(
                    "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name"
                )
            ]
            return {**files, **{name: engine.all(f"SELECT * FROM {name}") for name in names}}

    def records(self, **filters: Any) -> list[Record]:
        """The records and histories, the oldest first."""
        with self.home().connected() as engine:
            return page(engine, RecordFilters(**filters), 1000, 0)[::-1]

    def deeds(self, login: str) -> list[str]:
        return [record.deed for record in self.records(login=login)]


@dataclass
class Clocked(Centre):
    """A centre at the test's time."""

    office: Office | None = None

    def home(self, login: str = AGENT) -> Home:
        assert self.office
        return replace(super().home(login), now=lambda: self.office.now)  # type: ignore[union-attr]


class Browser:
    """Somebody's browser, with its own cookies. It sends what the pages' scripts and forms do."""

    def __init__(self, office: Office, address: str) -> None:
        self.office, self.address = office, address
        self.client: FlaskClient = office.app.test_client()
        self.token = ""
        self.login = ""

    @property
    def cookie(self) -> str | None:
        """The session's secret, as the browser keeps it."""
        for name in (self.office.app.extensions["parkdraft-access"].cookie,):
            found = self.client.get_cookie(name, self.office.public.names[0])
            if found:
                return found.value
        return None

    def has(self, secret: str) -> None:
        """The browser has this cookie from now on."""
        name = self.office.app.extensions["parkdraft-access"].cookie
        self.client.set_cookie(name, secret, domain=self.office.public.names[0])

    def send(
        self,
        method: str,
        path: str,
        *,
        headers: Mapping[str, str | None] = {},
        environ: Mapping[str, Any] = {},
        **more: Any,
    ) -> TestResponse:
        """Exactly this request; a header of None is left out."""
        sent: dict[str, str | None] = {**_HERE, "User-Agent": "Chrome/130.0 Windows", **headers}
        got = self.client.open(
            path,
            method=method,
            base_url=self.own,
            headers={name: text for name, text in sent.items() if text is not None},
            environ_overrides={"REMOTE_ADDR": self.address, **environ},
            **more,
        )
        _ = got.data  # read to the end: it may be a file
        got.close()
        return got

    @property
    def own(self) -> str:
        """The pages' origin."""
        assert self.office.public.address
        return self.office.public.address

    def get(self, path: str, **more: Any) -> TestResponse:
        """Open an address; the page's token is remembered."""
        got = self.send("GET", path, **more)
        if found := re.search(r'<meta name="token" content="(\w+)"', got.text):
            self.token = found[1]
        return got

    def ask(self, path: str, sent: Mapping[str, Any] = {}, **more: Any) -> TestResponse:
        """What a page's script sends, under the name that the page shows."""
        headers = {
            "Accept": "application/json",
            "Origin": self.own,
            "X-Token": self.token,
            **more.pop("headers", {}),
        }
        got = self.send("POST", path, json={"who": self.login, **sent}, headers=headers, **more)
        if got.status_code == 200 and path in ("/join", "/login/again"):
            self.look()
        return got

    def form(self, path: str, sent: Mapping[str, Any] = {}, **more: Any) -> TestResponse:
        """What a page's form sends."""
        headers = {"Origin": self.own, "Sec-Fetch-Mode": "navigate", **more.pop("headers", {})}
        data = {"token": self.token, "who": self.login, **sent}
        return self.send("POST", path, data=data, headers=headers, **more)

    def log_in(self, login: str, phrase: str | None = None, **sent: str) -> TestResponse:
        typed = PHRASES[login] if phrase is None else phrase
        got = self.form("/login", {"login": login, "phrase": typed, **sent})
        if got.status_code == 303:
            self.look()
        return got

    def look(self) -> None:
        """Open the account's page: for its token, and whose it is."""
        got = self.get("/account")
        if found := re.search(r'<meta name="who" content="([^"]*)"', got.text):
            self.login = found[1]

    @property
    def is_in(self) -> bool:
        """Whether the session still holds."""
        return self.get("/account").status_code == 200


@contextlib.contextmanager
def unchanged(office: Office) -> Any:
    """Nothing in the home or its database is otherwise after what is done inside."""
    before = office.state()
    yield
    after = office.state()
    assert [name for name in {**before, **after} if before.get(name) != after.get(name)] == []
