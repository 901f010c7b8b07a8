"""The page as it is really served: a made-up centre, the server on a thread, plain HTTP."""

from __future__ import annotations

import contextlib
import http.client
import io
import json
import os
import shutil
import socket
import sqlite3
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from flask import Flask
from flask.testing import FlaskClient
from tests.web.centres import AGENT, LEAD, Centre
from tests.web.offices import Office, quick
from waitress import wasyncore
from waitress.server import BaseWSGIServer
from werkzeug.test import TestResponse

from parkdraft import Home
from parkdraft.outbox.box import DATABASE
from parkdraft.web.app import create_app
from parkdraft.web.appstate import AppState
from parkdraft.web.key import Gate
from parkdraft.web.serve import prepared, working_here
from parkdraft.web.uploads import Uploads

REPOSITORY = Path(__file__).parents[2]
CONTACTS = Path(__file__).with_name("contacts.yaml")
LIST = "현장명,담당자,직함,이메일\n누리스퀘어,정누리,소장,nuri.jung@example.com\n"


@dataclass(frozen=True)
class Got:
    """An answer of the server."""

    status: int
    headers: http.client.HTTPMessage
    body: bytes

    @property
    def text(self) -> str:
        """What it says; JSON as people would read it."""
        if self.is_json:
            return json.dumps(self.data, ensure_ascii=False)
        return self.body.decode()

    @property
    def is_json(self) -> bool:
        return self.headers["Content-Type"] == "application/json"

    @property
    def data(self) -> Any:
        return json.loads(self.body)


@dataclass
class Served:
    """The page of one home, on a port of its own; requests come as the page's own browser's."""

    root: Path
    app: Flask
    gate: Gate
    server: BaseWSGIServer
    login: str
    agent: str = AGENT
    lead: str = LEAD
    _threads: list[threading.Thread] = field(default_factory=list)

    def __post_init__(self) -> None:
        thread = threading.Thread(target=self.server.run, daemon=True)
        self._threads.append(thread)
        thread.start()

    def stop(self) -> None:
        """End the server; its own thread closes what is open."""
        server: Any = self.server  # its stubs know less than it has
        with contextlib.suppress(OSError):  # an earlier wake-up may have closed all already
            server.trigger.pull_trigger(lambda: wasyncore.close_all(server._map))
        self._threads[0].join(10)
        self.server.task_dispatcher.shutdown()
        self.app.extensions["parkdraft"].close()

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.gate.port}"

    @property
    def address(self) -> str:
        """What is given to the browser."""
        return f"http://{self.host}/?key={self.gate.key}"

    @property
    def centre(self) -> Centre:
        """The same home, as commands see it."""
        return Centre(self.root)

    def cookies(self, login: str | None) -> str:
        visitor = f"{self.gate.cookie}={self.gate.visitor}"
        return f"{visitor}; parkdraft-who-{self.gate.port}={login}" if login else visitor

    def ask(
        self,
        method: str,
        path: str,
        body: bytes | Iterator[bytes] | None = None,
        headers: Mapping[str, str | None] | None = None,
        *,
        login: str | None = "",
        token: bool = True,
    ) -> Got:
        """One request. A header of None is left out; ``login`` None has not said who works."""
        sent: dict[str, str | None] = {
            "Host": self.host,
            "Cookie": self.cookies(self.login if login == "" else login),
        }
        if method == "POST":
            sent["Origin"] = f"http://{self.host}"
            sent["X-Token"] = self.gate.token() if token else None
        sent.update(headers or {})
        connection = http.client.HTTPConnection("127.0.0.1", self.gate.port, timeout=20)
        try:
            connection.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
            if isinstance(body, bytes) and "Content-Length" not in sent:
                sent["Content-Length"] = str(len(body))
            for name, value in sent.items():
                if value is not None:
                    connection.putheader(name, value)
            connection.endheaders(body, encode_chunked=not isinstance(body, bytes | None))
            answer = connection.getresponse()
            return Got(answer.status, answer.headers, answer.read())
        finally:
            connection.close()

    def get(self, path: str, headers: Mapping[str, str | None] | None = None) -> Got:
        return self.ask("GET", path, headers=headers)

    def post_json(self, path: str, value: object, **more: Any) -> Got:
        """What the page's scripts send: it says who they believe is working."""
        if isinstance(value, dict):
            value = {"who": more.get("login") or self.login, **value}
        body = json.dumps(value).encode()
        headers = {"Content-Type": "application/json", "Accept": "application/json"}
        return self.ask("POST", path, body, headers, **more)

    def post_form(self, path: str, fields: Any, **more: Any) -> Got:
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        return self.ask("POST", path, urlencode(fields, doseq=True).encode(), headers, **more)

    def raw(self, sent: bytes) -> bytes:
        """Exactly these bytes over a socket; everything that comes back."""
        with socket.create_connection(("127.0.0.1", self.gate.port), timeout=20) as connection:
            connection.sendall(sent)
            got = b""
            with contextlib.suppress(OSError):  # it did not read to the end
                connection.shutdown(socket.SHUT_WR)
                while part := connection.recv(65536):
                    got += part
            return got

    def tree(self) -> dict[str, bytes]:
        """Every file of the home with its bytes; of the database what it says."""
        paths = [path for path in sorted(self.root.rglob("*")) if path.is_file()]
        found = {
            str(path.relative_to(self.root)): path.read_bytes()
            for path in paths
            if not path.name.startswith(DATABASE)
        }
        for path in paths:
            if path.name == DATABASE:
                with contextlib.closing(sqlite3.connect(path)) as connection:
                    found[DATABASE] = "\n".join(connection.iterdump()).encode()
        return found


def make_centre(root: Path) -> Path:
    """A home of the made-up centre; one partner has its list of this month."""
    shutil.copytree(REPOSITORY / "templates", root / "templates")
    shutil.copy(CONTACTS, root / "contacts.yaml")
    lists = root / "sites" / "nuri"
    lists.mkdir(parents=True)
    (lists / f"{date.today():%Y-%m}.csv").write_text(LIST, "utf-8")
    return root


@pytest.fixture
def centre(tmp_path: Path) -> Path:
    """A home of the made-up centre, for one test."""
    return make_centre(tmp_path / "home")


@pytest.fixture
def serve_home(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Served]]:
    """Serves homes until the test ends."""
    monkeypatch.setattr(os, "fsync", lambda _: None)
    running: list[Served] = []

    def start(root: Path, login: str = AGENT) -> Served:
        running.append(Served(root, *prepared(lambda: Home.open(root), 0), login))
        return running[-1]

    yield start
    for one in running:
        one.stop()


@pytest.fixture
def served(centre: Path, serve_home: Callable[..., Served]) -> Served:
    """The made-up centre's page, with an agent at work."""
    return serve_home(centre)


@dataclass
class Browser:
    """A browser without a server: forms and files, sent to the application itself."""

    root: Path
    login: str = AGENT
    gate: Gate = field(default_factory=lambda: Gate(8123, "key"))
    uploads: Uploads | None = None

    def __post_init__(self) -> None:
        root = self.root
        state = AppState(lambda: working_here(Home.open(root)), self.uploads)
        self.app: Flask = create_app(state, self.gate)
        self.client: FlaskClient = self.app.test_client()
        for name, value in (
            (self.gate.cookie, self.gate.visitor),
            (f"parkdraft-who-{self.gate.port}", self.login),
        ):
            self.client.set_cookie(name, value, domain="127.0.0.1")

    def get(self, path: str) -> TestResponse:
        """Open an address."""
        return self.client.get(path, base_url=f"http://127.0.0.1:{self.gate.port}")

    def post(
        self,
        path: str,
        fields: Mapping[str, object] | None = None,
        *,
        token: bool = True,
        follow: bool = True,
    ) -> TestResponse:
        """Send a form; a redirect is followed, as a browser does."""
        sent = {"who": self.login, **(fields or {})}
        sent |= {"token": self.gate.token()} if token else {}
        return self.client.post(
            path, data=sent, base_url=f"http://127.0.0.1:{self.gate.port}", follow_redirects=follow
        )

    def upload(
        self, path: str, field: str, content: bytes, name: str, fields: Mapping[str, str] = {}
    ) -> TestResponse:
        """Send a form with a file."""
        return self.post(path, {**fields, field: (io.BytesIO(content), name)})

    @property
    def centre(self) -> Centre:
        """The same home, as commands see it."""
        return Centre(self.root)


@pytest.fixture
def browser(centre: Path) -> Iterator[Browser]:
    """The made-up centre's page in a browser, with an agent at work."""
    one = Browser(centre)
    yield one
    one.app.extensions["parkdraft"].close()


@pytest.fixture
def office(centre: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Office]:
    """The made-up centre as a team's server has it; phrases are kept quickly."""
    quick(monkeypatch)
    one = Office(centre)
    yield one
    one.stop()
