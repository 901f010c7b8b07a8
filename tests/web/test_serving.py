"""The team's server: who is let in by which address, what is never believed, and how it ends."""

from __future__ import annotations

import contextlib
import http.client
import logging
import os
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from flask import Flask, request
from tests.helpers.problems import codes_of
from werkzeug.test import Client, EnvironBuilder

from parkdraft import Home
from parkdraft.cli.main import run
from parkdraft.config.settings import Server
from parkdraft.outbox.store import Store
from parkdraft.team import processes
from parkdraft.web import serving
from parkdraft.web.app import MOST_BYTES
from parkdraft.web.appstate import AppState
from parkdraft.web.bridge import Bridge, Limits
from parkdraft.web.public import Public, behind, is_loopback

if TYPE_CHECKING:
    from tests.web.conftest import Browser

NAME = "parkdraft.example.co.kr"
NOW = datetime(2026, 11, 24, 10, 0)
WAIT = 20.0


@dataclass
class Team:
    """A server of a home with a tiny application, on a thread of its own."""

    root: Path
    make_cert: str | None = None
    server: Server = field(default_factory=lambda: Server("127.0.0.1", 0))
    shown: list[str] = field(default_factory=list)
    entered: threading.Event = field(default_factory=threading.Event)
    leave: threading.Event = field(default_factory=threading.Event)
    port: int = 0

    def __post_init__(self) -> None:
        self.address, self.rows = "", dict[str, str]()
        self._up = threading.Event()
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()
        assert self._up.wait(WAIT)

    def _serve(self) -> None:
        serving.serve(
            lambda: Home.open(self.root),
            self.server,
            self.make_cert,
            self.pages,
            self._show,
            started=self._started,
        )

    def _show(self, address: str, rows: list[tuple[str, str]]) -> None:
        self.address, self.rows = address, dict(rows)

    def _started(self, stop: Callable[[], None]) -> None:
        self.stop = stop
        self._up.set()

    def pages(self, open_home: Callable[[], Home], server: Server, public: Public) -> Flask:
        """The application; ``team_app`` has the same signature."""
        app = Flask(__name__)
        app.config["MAX_CONTENT_LENGTH"] = MOST_BYTES
        app.config["PROPAGATE_EXCEPTIONS"] = True  # what the pages do not catch
        app.extensions["parkdraft"] = AppState(open_home)
        self.port = server.port

        @app.get("/wait")
        def wait() -> str:
            self.entered.set()
            assert self.leave.wait(WAIT)
            return "waited"

        @app.get("/broken")
        def broken() -> str:
            raise ValueError("12가3456")

        @app.route("/echo", methods=["GET", "POST"])
        def echo() -> dict[str, Any]:
            if not public.allows(request.host):
                return {"host": "refused"}
            return {
                "length": len(request.get_data()),
                "from": request.remote_addr,
                "url": request.url,
                "forwarded": request.headers.get("X-Forwarded-For"),
                "cookies": dict(request.cookies),
            }

        return app

    def end(self) -> None:
        self.leave.set()
        if self._thread.is_alive():
            self.stop()
        self._thread.join(WAIT)
        assert not self._thread.is_alive()

    def raw(self, sent: bytes) -> bytes:
        """Exactly these bytes; everything that comes back until the server closes."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=WAIT) as connection:
            got = b""
            with contextlib.suppress(OSError):  # refused before everything was sent
                connection.sendall(sent)
            with contextlib.suppress(OSError):
                while part := connection.recv(65536):
                    got += part
            return got

    def get(self, path: str, **headers: str) -> tuple[int, bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=WAIT)
        with contextlib.closing(connection):
            connection.request("GET", path, headers=headers)
            answer = connection.getresponse()
            return answer.status, answer.read()


@pytest.fixture
def start(
    centre: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[..., Team]]:
    """Starts servers, which end with the test."""
    for variable in ("XDG_DATA_HOME", "LOCALAPPDATA"):
        monkeypatch.setenv(variable, str(tmp_path / "own"))
    running: list[Team] = []

    def start(**named: Any) -> Team:
        running.append(Team(centre, **named))
        return running[-1]

    yield start
    for one in running:
        one.end()


def sent(target: str = "/echo", *headers: str, method: str = "GET", body: bytes = b"") -> bytes:
    lines = [f"{method} {target} HTTP/1.1", *headers, "Connection: close", "", ""]
    return "\r\n".join(lines).encode("latin-1") + body


def status(answer: bytes) -> int:
    return int(answer.split(b" ", 2)[1]) if answer else 0


# ---- what is asked -----------------------------------------------------------------------------


TWO_LENGTHS = ("Content-Length: 3", "Content-Length: 5")
CHUNKED = "Transfer-Encoding: chunked"
SLOW_HEADERS = b"GET /echo HTTP/1.1\r\nX-A: "
SLOW_BODY = b"POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 16000000\r\n\r\na"


def test_requests_that_can_be_read_in_two_ways_are_refused(start: Callable[..., Team]) -> None:
    team = start()
    host = f"Host: 127.0.0.1:{team.port}"
    table = {
        200: [
            sent("/echo", host),
            sent("/echo", host, "Content-Length: 3", method="POST", body=b"abc"),
        ],
        400: [
            sent("/echo"),
            sent("/echo", host, "Host: other.example.com"),
            sent("http://other.example.com/echo", host),
            sent(f"http://127.0.0.1:{team.port}/echo", host),
            sent("*", host, method="OPTIONS"),
            sent("other.example.com:443", host, method="CONNECT"),
            sent("/echo", host, *TWO_LENGTHS, method="POST", body=b"abcde"),
            sent("/echo", host, "Content-Length: -3", method="POST", body=b"abc"),
            sent("/echo", host, "Content-Length: +3", method="POST", body=b"abc"),
            sent("/echo", host, "Transfer-Encoding : chunked", method="POST", body=b"0\r\n\r\n"),
            sent("/echo", host, "Transfer-Encoding: xchunked", method="POST", body=b"0\r\n\r\n"),
            sent("/echo", host, "A: b\r\n c"),
            b"\x16\x03\x01\x02\x00\r\n\r\n",
        ],
        411: [
            sent("/echo", host, CHUNKED, method="POST", body=b"3\r\nabc\r\n0\r\n\r\n"),
            sent(
                *("/echo", host, "Content-Length: 4", CHUNKED),
                method="POST",
                body=b"0\r\n\r\nGET /echo HTTP/1.1\r\n" + host.encode() + b"\r\n\r\n",
            ),
        ],
        413: [sent("/echo", host, "Content-Length: 99999999999", method="POST", body=b"abc")],
        431: [sent("/echo", host, "A: " + "a" * 200_000), sent("/echo", host, *["A: b"] * 500)],
    }  # fmt: skip
    for wanted, requests in table.items():
        for one in requests:
            answer = team.raw(one)
            assert status(answer) == wanted, (one[:200], answer[:200])
            assert answer.count(b"HTTP/1.1 ") == 1, one[:200]


def test_a_header_in_disguise_never_takes_the_place_of_a_real_one(
    start: Callable[..., Team],
) -> None:
    team = start()
    host = f"Host: 127.0.0.1:{team.port}"
    assert b'"forwarded":null' in team.raw(sent("/echo", host, "X_Forwarded_For: 192.0.2.1"))
    both = sent("/echo", host, "X-Forwarded-For: 192.0.2.1", "X_Forwarded_For: 192.0.2.2")
    assert b'"forwarded":"192.0.2.1"' in team.raw(both)
    assert b'"a":"1"' in team.raw(sent("/echo", host, "Cookie: a=1", "Cookie: b=2"))
    assert b'"b":"2"' in team.raw(sent("/echo", host, "Cookie: a=1", "Cookie: b=2"))


@pytest.mark.parametrize("size", [MOST_BYTES + 1, 3 * MOST_BYTES])
def test_a_too_large_body_is_read_so_that_the_refusal_can_be_seen(
    start: Callable[..., Team], size: int
) -> None:
    team = start()
    host = f"Host: 127.0.0.1:{team.port}"
    whole = sent("/echo", host, f"Content-Length: {size}", method="POST", body=bytes(size))
    assert status(team.raw(whole)) == 413


# ---- slow, silent, greedy ----------------------------------------------------------------------


@contextlib.contextmanager
def opened(team: Team, count: int, begin: bytes = b"") -> Iterator[list[socket.socket]]:
    with contextlib.ExitStack() as stack:
        found = []
        for _ in range(count):
            one = socket.create_connection(("127.0.0.1", team.port), timeout=WAIT)
            found.append(stack.enter_context(one))
            one.sendall(begin)
        yield found


@pytest.mark.parametrize("begin", [b"", SLOW_HEADERS, SLOW_BODY])
def test_who_sends_slowly_or_nothing_holds_nobody_up(
    start: Callable[..., Team], begin: bytes
) -> None:
    """Many more than there are threads."""
    team = start()
    with opened(team, 100, begin):
        for _ in range(5):
            assert team.get("/echo")[0] == 200


def limited(monkeypatch: pytest.MonkeyPatch, limits: Limits) -> None:
    monkeypatch.setattr(serving, "Bridge", lambda app: Bridge(app, limits))


def test_a_body_has_its_time(start: Callable[..., Team], monkeypatch: pytest.MonkeyPatch) -> None:
    limited(monkeypatch, Limits(seconds=0.05, slowest=10**9))
    team = start()
    answer = team.raw(sent("/echo", "Host: x", "Content-Length: 10", method="POST", body=b"abc"))
    assert status(answer) == 408


def test_one_address_cannot_take_all_the_memory(
    start: Callable[..., Team], monkeypatch: pytest.MonkeyPatch
) -> None:
    limited(monkeypatch, Limits(held_by_one=1000))
    team = start()
    whole = sent("/echo", f"Host: 127.0.0.1:{team.port}", "Content-Length: 1001", method="POST")
    assert status(team.raw(whole + bytes(1001))) == 503
    little = sent("/echo", f"Host: 127.0.0.1:{team.port}", "Content-Length: 900", method="POST")
    for _ in range(5):  # what was given back counts no longer
        assert status(team.raw(little + bytes(900))) == 200


# ---- TLS, names, proxies -----------------------------------------------------------------------


def test_with_a_made_certificate_it_is_served_encrypted_only(start: Callable[..., Team]) -> None:
    team = start(make_cert="127.0.0.1")
    assert team.address == f"https://127.0.0.1:{team.port}"
    root = Path(team.rows["루트 인증서"].splitlines()[0])
    assert root.is_file()
    assert not root.is_relative_to(team.root)
    context = ssl.create_default_context(cafile=root)
    for version in (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3):
        context.minimum_version = context.maximum_version = version
        connection = http.client.HTTPSConnection(
            "127.0.0.1", team.port, timeout=WAIT, context=context
        )
        with contextlib.closing(connection):
            connection.request("GET", "/echo")
            assert f"https://127.0.0.1:{team.port}/echo" in connection.getresponse().read().decode()
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        context.maximum_version = ssl.TLSVersion.TLSv1_3
    assert b"HTTP" not in team.raw(sent("/echo", "Host: x"))
    assert team.raw(OLD_HELLO)[:1] == b"\x15"  # an alert, and no handshake


OLD_HELLO = bytes.fromhex("16 0301 002d 01 000029 0302" + "11" * 32 + "00 0002 c013 01 00")
"""A browser that knows TLS 1.1 and nothing newer."""


@pytest.mark.parametrize(
    ("public", "good", "bad"),
    [
        (
            Public("https", (NAME, "*.wild.example.com", "192.0.2.10", "2001:db8::1"), 8443),
            (
                *(f"{NAME}:8443", f"{NAME.upper()}:8443", "192.0.2.10:8443"),
                *("[2001:db8::1]:8443", "a.wild.example.com:8443"),
            ),
            (
                *(NAME, f"{NAME}:443", f"{NAME}.:8443", f"x{NAME}:8443", "", "127.0.0.1:8443"),
                *("wild.example.com:8443", "a.b.wild.example.com:8443"),
                *(f"{NAME}:8443,x", f"x@{NAME}:8443"),
            ),
        ),
        (Public("https", (NAME,), 443), (NAME, f"{NAME}:443"), (f"{NAME}:80", "x")),
        (Public("http", ("127.0.0.1", "localhost"), 80), ("localhost", "127.0.0.1:80"), ("x",)),
        (Public("https", (), 8080), (NAME, "anything"), ("",)),
    ],
)  # fmt: skip
def test_which_names_are_answered(
    public: Public, good: tuple[str, ...], bad: tuple[str, ...]
) -> None:
    assert [host for host in good if not public.allows(host)] == []
    assert [host for host in bad if public.allows(host)] == []


PROXY = "10.0.0.5"
SAID = {
    "X-Forwarded-For": "192.0.2.66, 192.0.2.7",
    "X-Forwarded-Proto": "https",
    "X-Forwarded-Host": NAME,
    "X-Forwarded-Port": "443",
}


def through(proxies: tuple[str, ...], peer: str, said: dict[str, str]) -> tuple[int, str]:
    def app(environ: Any, start: Any) -> list[bytes]:
        start("200 OK", [])
        seen = (environ["REMOTE_ADDR"], environ["wsgi.url_scheme"], environ["HTTP_HOST"])
        return [" ".join(seen).encode()]

    asked = EnvironBuilder(
        headers=said.items(), base_url="http://inside:8443", environ_base={"REMOTE_ADDR": peer}
    )
    answer = Client(behind(app, proxies)).open(asked)
    return answer.status_code, answer.text


def test_the_proxy_is_believed_and_only_its_own_last_word() -> None:
    assert through((PROXY,), PROXY, SAID) == (200, f"192.0.2.7 https {NAME}")
    assert through(("127.0.0.1", PROXY), PROXY, SAID)[0] == 200
    other_port = {**SAID, "X-Forwarded-Port": "8443"}
    assert through((PROXY,), PROXY, other_port) == (200, f"192.0.2.7 https {NAME}:8443")


@pytest.mark.parametrize("peer", ["10.0.0.6", "127.0.0.1", "192.0.2.7", "::1"])
def test_nobody_else_comes_in_whatever_they_say(peer: str) -> None:
    assert through((PROXY,), peer, {**SAID, "X-Forwarded-For": PROXY})[0] == 403


@pytest.mark.parametrize(
    "said", [{}, {"X-Forwarded-Proto": "http"}, {"X-Forwarded-Proto": "https, http"}]
)
def test_a_proxy_without_tls_is_refused(said: dict[str, str]) -> None:
    code, text = through((PROXY,), PROXY, said)
    assert code == 403
    assert "X-Forwarded-Proto" in text


def test_without_a_proxy_nothing_forwarded_is_believed(start: Callable[..., Team]) -> None:
    team = start()
    code, body = team.get("/echo", **SAID)
    assert code == 200
    assert b'"from":"127.0.0.1"' in body
    assert f'"url":"http://127.0.0.1:{team.port}/echo"'.encode() in body


def test_behind_a_proxy_it_answers_as_the_proxy_says(start: Callable[..., Team]) -> None:
    team = start(server=Server("127.0.0.1", 0, proxy=("127.0.0.1",)))
    code, body = team.get("/echo", **SAID)
    assert code == 200
    assert f'"url":"https://{NAME}/echo"'.encode() in body
    assert team.get("/echo")[0] == 403
    assert team.get("/health")[0] == 200
    assert "host" in team.rows["초대"]
    with Home.open(team.root).connected() as engine:
        assert Store(engine).memo(serving.ADDRESS) is None


def test_an_address_that_was_a_proxy_mapped_to_ipv6_is_the_same() -> None:
    from parkdraft.web.bridge import _address

    assert _address("[::ffff:10.0.0.5]:4711") == PROXY
    assert _address("[2001:db8::1]:4711") == "2001:db8::1"
    assert _address("10.0.0.5:4711") == PROXY


# ---- what is refused at the start --------------------------------------------------------------


def test_without_certificate_and_proxy_it_stays_here() -> None:
    found = serving.plan(Server(None, 0), None, NOW)
    assert found.listening.host == "127.0.0.1"
    assert found.public.allows(f"localhost:{found.listening.port}")
    for host in ("0.0.0.0", "::", "192.0.2.10"):
        assert codes_of(serving.plan, Server(host, 0), None, NOW) == ["serve.open"]


def test_with_a_proxy_elsewhere_it_opens_for_it() -> None:
    assert serving.plan(Server(None, 0, proxy=("10.0.0.5",)), None, NOW).listening.host == "0.0.0.0"
    local = serving.plan(Server(None, 0, proxy=("127.0.0.1",)), None, NOW)
    assert local.listening.host == "127.0.0.1"
    assert local.public.address is None


def test_the_name_that_a_proxy_is_called_by_is_said_not_believed() -> None:
    """Else whoever sends a request would write the address of other people's invitations."""
    named = serving.plan(Server(NAME, 0, proxy=("127.0.0.1",)), None, NOW)
    assert named.listening.host == "127.0.0.1"
    assert named.public.address == f"https://{NAME}"
    assert named.public.allows(NAME)
    assert not named.public.allows("other.example.co.kr")
    elsewhere = serving.plan(Server(NAME, 0, proxy=(PROXY,)), None, NOW)
    assert elsewhere.listening.host == "0.0.0.0"


def test_bad_names_addresses_and_ports_are_refused() -> None:
    assert codes_of(serving.plan, Server(None, 0), "a b", NOW) == ["serve.name"]
    assert codes_of(serving.plan, Server("no.such.host.invalid", 0), None, NOW) == [
        "serve.host-away"
    ]
    away = Server("192.0.2.10", 0, proxy=(PROXY,))
    assert codes_of(serving.plan, away, None, NOW) == ["serve.host-away"]
    with socket.create_server(("127.0.0.1", 0)) as other:
        taken = Server(None, other.getsockname()[1])
        assert codes_of(serving.plan, taken, None, NOW) == ["serve.port"]


def test_two_servers_do_not_share_a_port(start: Callable[..., Team]) -> None:
    """granian itself would let them."""
    taken = Server(None, start().port)
    assert codes_of(serving.plan, taken, None, NOW) == ["serve.port"]


@pytest.mark.parametrize(
    "args",
    [
        ("--port", "0"), ("--port", "65536"), ("--port", "x"), ("--cert", "a"), ("--key", "a"),
        ("--cert", "a", "--key", "b", "--make-cert", "c"),
    ],
)  # fmt: skip
def test_wrong_usage(
    centre: Path, args: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["--home", str(centre), "serve", *args]) == 2
    assert args[0] in capsys.readouterr().err


@pytest.mark.parametrize("broken", ["contacts", "database"])
def test_a_home_that_cannot_be_read_is_not_served(centre: Path, broken: str) -> None:
    if broken == "contacts":
        (centre / "contacts.yaml").write_text("a: [", "utf-8")
    else:
        (centre / "outbox").mkdir()
        (centre / "outbox" / "outbox.db").write_bytes(
            b"no database, but long enough to look like one"
        )
    shown: list[object] = []
    assert codes_of(
        serving.serve,
        lambda: Home.open(centre),
        Server("127.0.0.1", 0),
        None,
        lambda *_: Flask(__name__),
        lambda *said: shown.append(said),
    )
    assert shown == []


def test_at_the_start_it_says_what_is_needed(start: Callable[..., Team]) -> None:
    team = start()
    assert team.address == f"http://127.0.0.1:{team.port}"
    assert list(team.rows) == ["작업 폴더", "데이터베이스", "여는 곳", "초대", "명령", "끝내기"]
    assert "team invite" in team.rows["초대"]
    with Home.open(team.root).connected() as engine:
        assert Store(engine).memo(serving.ADDRESS) == team.address
    (team.root / "parkdraft.toml").write_text("[server]\n", "utf-8")
    assert "명령" not in start().rows


# ---- health, readiness, the end ----------------------------------------------------------------


def test_health_and_readiness_say_nothing_else(start: Callable[..., Team]) -> None:
    team = start()
    for path in ("/health", "/ready"):
        assert team.get(path, Host="anything") == (200, b"")


def test_not_ready_while_the_directory_or_the_database_cannot_be_read(centre: Path) -> None:
    from parkdraft.web.probes import Probes

    clock, stopping = [0.0], [False]
    probes = Probes(lambda *_: [], lambda: Home.open(centre), lambda: stopping[0], lambda: clock[0])
    client = Client(probes)

    def ready() -> int:
        return client.get("/ready").status_code

    assert ready() == 200
    path = centre / "contacts.yaml"
    sound = path.read_bytes()
    path.write_bytes(b"a: [")
    assert ready() == 200  # an answer holds for a moment, however often somebody asks
    clock[0] += 3
    assert ready() == 503
    assert client.get("/ready").data == b""
    assert client.get("/health").status_code == 200
    path.write_bytes(sound)
    clock[0] += 3
    assert ready() == 200
    (centre / "outbox").mkdir(exist_ok=True)
    (centre / "outbox" / "outbox.db").write_bytes(b"no database, but long enough to look like one")
    clock[0] += 3
    assert ready() == 503
    (centre / "outbox" / "outbox.db").unlink()
    clock[0] += 3
    assert ready() == 200
    stopping[0] = True
    assert ready() == 503


def test_who_is_being_answered_is_answered_to_the_end(start: Callable[..., Team]) -> None:
    team = start()
    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(team.get, "/wait")
        assert team.entered.wait(WAIT)
        team.stop()
        deadline = time.monotonic() + WAIT
        while team.get("/echo")[0] != 503:  # the server takes note of it a moment later
            assert time.monotonic() < deadline
        assert team.get("/ready")[0] == 503
        assert team.get("/health")[0] == 200
        team.leave.set()
        assert running.result(WAIT) == (200, b"waited")
    team._thread.join(WAIT)
    assert not team._thread.is_alive()
    with pytest.raises(OSError):
        socket.create_connection(("127.0.0.1", team.port), timeout=1)


def test_the_log_has_no_address_no_query_and_no_value(
    start: Callable[..., Team], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    team = start()
    team.get("/echo?name=%ED%99%8D&plate=12")
    broken = team.raw(sent("/broken?plate=12", f"Host: 127.0.0.1:{team.port}"))
    assert status(broken) == 500
    team.raw(sent("/echo", "Host: a", "Host: b"))
    team.raw(b"\x00rubbish\r\n\r\n")
    team.end()
    said = caplog.text  # with what stands behind a message, as a traceback does
    assert "started on port" in said
    assert "failed: ValueError at broken:" in said
    assert "stopped" in said
    for value in ("plate", "12가3456", "127.0.0.1", "Traceback"):
        assert value not in said


def test_who_goes_away_meanwhile_leaves_nothing_in_the_log(
    start: Callable[..., Team], caplog: pytest.LogCaptureFixture
) -> None:
    team = start()
    with socket.create_connection(("127.0.0.1", team.port), timeout=WAIT) as connection:
        connection.sendall(b"GET /wait HTTP/1.1\r\nHost: x\r\n\r\n")
        assert team.entered.wait(WAIT)
    with socket.create_connection(("127.0.0.1", team.port), timeout=WAIT) as connection:
        connection.sendall(b"POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nabc")
    team.leave.set()
    assert team.get("/echo")[0] == 200
    team.end()
    assert [one.getMessage() for one in caplog.records if one.levelno > logging.INFO] == []


# ---- other processes ---------------------------------------------------------------------------


def test_it_says_that_it_is_there_and_that_it_goes(start: Callable[..., Team]) -> None:
    team = start()
    home = Home.open(team.root)
    with home.connected() as engine:
        (row,) = engine.all("SELECT name, directory FROM processes")
        assert row[0].startswith(f"{socket.gethostname()}-{os.getpid()}-")
        assert row[1] == processes.digest(team.root)
    team.end()
    with home.connected() as engine:
        assert engine.all("SELECT name FROM processes") == []


@pytest.mark.parametrize("path", ["/", "/outbox", "/batch", "/contacts", "/nowhere"])
def test_the_bar_stands_on_top_of_real_pages(browser: Browser, path: str) -> None:
    from parkdraft.web.heartbeat import watch

    state = browser.app.extensions["parkdraft"]
    watch(browser.app, state)
    assert 'class="bar"' not in browser.get(path).text
    with state.home.connected() as engine:
        processes.note(engine, "other", "another digest", state.home.now())
    contacts = browser.root / "contacts.yaml"
    contacts.write_text(contacts.read_text("utf-8") + "\n", "utf-8")  # told at once
    bar = '<p class="bar" role="alert">같은 데이터베이스를 쓰는 다른 서버가'
    assert bar in browser.get(path).text


def test_every_page_says_that_another_process_sees_another_directory(centre: Path) -> None:
    from parkdraft.web.heartbeat import watch

    now = [NOW]
    state = AppState(lambda: Home(centre, centre / "outbox", now=lambda: now[0]))
    app = Flask("parkdraft.web")
    heartbeat = watch(app, state)

    @app.get("/")
    def page() -> str:
        from flask import render_template_string

        return render_template_string("{{ directory_warning or '' }}")

    client = app.test_client()
    assert client.get("/").text == ""
    with state.home.connected() as engine:
        processes.note(engine, "other", "another digest", NOW)
    assert client.get("/").text == ""  # it looks once a minute
    now[0] = NOW.replace(minute=1)
    assert "다른 연락처나 문구" in client.get("/").text
    with state.home.connected() as engine:
        processes.leave(engine, "other")
    (centre / "contacts.yaml").touch()  # a changed file is told at once
    os.utime(centre / "contacts.yaml", (1, 1))
    assert client.get("/").text == ""
    heartbeat.leave()
    state.close()


@pytest.mark.parametrize(
    ("address", "here"),
    [
        *(("127.0.0.1", True), ("127.9.9.9", True), ("::1", True), ("localhost", True)),
        *(("0.0.0.0", False), ("192.0.2.10", False), ("x", False)),
    ],
)  # fmt: skip
def test_what_only_this_computer_reaches(address: str, here: bool) -> None:
    assert is_loopback(address) is here
