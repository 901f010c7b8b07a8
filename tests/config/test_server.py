"""``[server]`` of parkdraft.toml: what may stand there, and all that is wrong at once."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.helpers.problems import codes_of

from parkdraft.config.settings import Server, has_server, server

HOST, PORT, FILE = "settings.server-host", "settings.server-port", "settings.server-file"
PAIR, INSIDE, PROXY = "settings.server-pair", "settings.server-inside", "settings.server-proxy"
IDLE, KEY = "settings.server-idle", "settings.server-key"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "home"
    folder.mkdir()
    return folder


def written(root: Path, lines: str) -> Path:
    (root / "parkdraft.toml").write_text(f"[server]\n{lines}\n", encoding="utf-8")
    return root


def test_a_home_without_it_is_one_seats(root: Path) -> None:
    assert server(root) is None
    assert not has_server(root)
    (root / "parkdraft.toml").write_text("[database]\nurl = 'sqlite:///x.db'\n", encoding="utf-8")
    assert server(root) is None


def test_nothing_in_it_is_what_is_usual(root: Path) -> None:
    written(root, "")
    assert server(root) == Server(None, 8443, None, None, (), 30)
    assert has_server(root)


@pytest.mark.parametrize(
    ("lines", "wanted"),
    [
        ("host = '0.0.0.0'", {"host": "0.0.0.0"}),
        ("host = 'park.example.com'\nport = 443", {"host": "park.example.com", "port": 443}),
        ("proxy = '10.0.0.5'", {"proxy": ("10.0.0.5",)}),
        ("proxy = ['10.0.0.5', '2001:DB8::1']", {"proxy": ("10.0.0.5", "2001:db8::1")}),
        ("idle_minutes = 10", {"idle_minutes": 10}),
    ],
)
def test_what_is_written_holds(root: Path, lines: str, wanted: dict[str, object]) -> None:
    assert server(written(root, lines)) == Server()._replace(**wanted)  # type: ignore[arg-type]


def test_paths_count_from_the_home(root: Path) -> None:
    found = server(written(root, "cert = 'cert.pem'\nkey = '../tls/key.pem'"))
    assert found
    home = root.resolve()
    assert (found.cert, found.key) == (home / "cert.pem", home.parent / "tls" / "key.pem")


@pytest.mark.parametrize(
    ("lines", "codes"),
    [
        ("host = ''", [HOST]),
        ("host = 'a b'", [HOST]),
        ("host = 7", [HOST]),
        ("port = 0", [PORT]),
        ("port = 65536", [PORT]),
        ("port = '8443'", [PORT]),
        ("port = true", [PORT]),
        ("port = 84.5", [PORT]),
        ("proxy = 'proxy.example.com'", [PROXY]),
        ("proxy = '*'", [PROXY]),
        ("proxy = '10.0.0.0/8'", [PROXY]),
        ("proxy = []", [PROXY]),
        ("proxy = ['10.0.0.5', 7]", [PROXY]),
        ("proxy = 16777221", [PROXY]),
        ("idle_minutes = 0", [IDLE]),
        ("idle_minutes = 241", [IDLE]),
        ("idle_minutes = '30'", [IDLE]),
        ("cert = 'cert.pem'", [PAIR]),
        ("key = '../key.pem'", [PAIR]),
        ("cert = ''\nkey = 7", [FILE, FILE]),
        ("cert = 'cert.pem'\nkey = 'key.pem'", [INSIDE]),
        ("cert = 'cert.pem'\nkey = '../home/x/../key.pem'", [INSIDE]),
        ("ports = 1", [KEY]),
        (
            "password = 'x'\nhost = ''\nport = 0\nproxy = 'x'\nidle_minutes = 0\nkey = 'key.pem'",
            [KEY, HOST, PORT, PROXY, IDLE, INSIDE, PAIR],
        ),
    ],
)
def test_all_that_is_wrong_is_said_at_once(root: Path, lines: str, codes: list[str]) -> None:
    written(root, lines)
    assert codes_of(server, root) == codes
    assert has_server(root)  # something was meant: what only the pages may do stays theirs


def test_it_is_a_table(root: Path) -> None:
    (root / "parkdraft.toml").write_text("server = 'x'\n", encoding="utf-8")
    assert codes_of(server, root) == ["settings.server"]
