"""Trial: a team's server and its seats on made hosts of one network (network namespaces).

    python tests/stress/namespaces.py

Needs root and iproute2; nothing of the machine's own network is touched. Hosts are joined by a
bridge that stands in a namespace of its own. What is tried: a certificate made on the spot is
believed on another host by name and by address; other names are refused; without a certificate
nobody else gets in; behind a proxy only the proxy does, and only it is believed. 1 where anything
is wrong.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[2]
SERVED = Path(__file__).with_name("served.py")
NAME = "parkdraft.example.co.kr"
PORT = 8443
SERVER, AGENT, PROXY = "10.77.0.1", "10.77.0.2", "10.77.0.3"
FORGED = {
    "X-Forwarded-For": "10.77.0.99",
    "X-Forwarded-Proto": "https",
    "X-Forwarded-Host": NAME,
    "X-Forwarded-Port": "443",
}
CLIENT = """
import http.client, json, ssl, sys
asked = json.loads(sys.argv[1])
try:
    if asked["root"]:
        context = ssl.create_default_context(cafile=asked["root"])
        one = http.client.HTTPSConnection(asked["host"], asked["port"], timeout=10, context=context)
        if asked["name"]:
            import socket
            plain = socket.create_connection((asked["host"], asked["port"]), timeout=10)
            one.sock = context.wrap_socket(plain, server_hostname=asked["name"])
    else:
        one = http.client.HTTPConnection(asked["host"], asked["port"], timeout=10)
    one.request("GET", asked["path"], headers=asked["headers"])
    answer = one.getresponse()
    print(answer.status, answer.read().decode())
except (OSError, http.client.HTTPException) as error:
    print(type(error).__name__)
"""
"""What runs on a seat: one request, made as a browser makes it."""


class Network(NamedTuple):
    """Made hosts, by address; each is a namespace."""

    prefix: str
    hosts: tuple[str, ...]

    def on(self, address: str, *command: str) -> list[str]:
        """A command that runs on a host."""
        return ["ip", "netns", "exec", self.host(address), *command]

    def host(self, address: str) -> str:
        """The namespace's name."""
        return f"{self.prefix}-{self.hosts.index(address)}"


def _ip(*words: str) -> None:
    subprocess.run(["ip", *words], check=True, capture_output=True)


@contextlib.contextmanager
def network(*hosts: str) -> Iterator[Network]:
    """Hosts that see each other and nothing else."""
    made = Network(f"pd{os.getpid()}", hosts)
    middle = f"{made.prefix}-middle"
    try:
        _ip("netns", "add", middle)
        _ip("-n", middle, "link", "add", "bridge", "type", "bridge")
        _ip("-n", middle, "link", "set", "bridge", "up")
        for number, address in enumerate(hosts):
            host, end = made.host(address), f"seat{number}"
            _ip("netns", "add", host)
            pair = ("type", "veth", "peer", "name", end, "netns", middle)
            _ip("-n", host, "link", "add", "lan", *pair)
            _ip("-n", middle, "link", "set", end, "master", "bridge", "up")
            _ip("-n", host, "addr", "add", f"{address}/24", "dev", "lan")
            for link in ("lo", "lan"):
                _ip("-n", host, "link", "set", link, "up")
            _ip("-n", host, "route", "add", "default", "dev", "lan")
        yield made
    finally:
        for name in (middle, *map(made.host, hosts)):
            subprocess.run(["ip", "netns", "del", name], check=False, capture_output=True)


class Trial:
    """What was asked from where, and what came back otherwise than it should."""

    def __init__(self, net: Network, folder: Path) -> None:
        self.net, self.folder, self.failures = net, folder, list[str]()
        self.root = folder / "own" / "parkdraft" / "tls" / NAME / "parkdraft-root.crt"

    @contextlib.contextmanager
    def serving(self, host: str | None, *options: str) -> Iterator[None]:
        """The server on its host, until the block ends."""
        words = [str(self.folder / "home"), *([host] if host else []), str(PORT), *options]
        command = [sys.executable, "-W", "error", str(SERVED), *words]
        env = {**os.environ, "XDG_DATA_HOME": str(self.folder / "own")}
        with (self.folder / "log").open("ab") as log:
            process = subprocess.Popen(
                self.net.on(SERVER, *command), env=env, stdout=subprocess.PIPE, stderr=log
            )
            assert process.stdout is not None
            with process.stdout:
                try:
                    if not process.stdout.readline():
                        raise SystemExit((self.folder / "log").read_text("utf-8"))
                    yield
                finally:
                    process.terminate()
                    process.wait(20)

    def expect(
        self,
        what: str,
        wanted: str,
        seat: str,
        *,
        name: str = "",
        tls: bool = False,
        path: str = "/",
        headers: dict[str, str] | None = None,
    ) -> None:
        """One request from a seat, and how its answer must begin."""
        asked = {
            "host": SERVER,
            "port": PORT,
            "name": name,
            "root": str(self.root) if tls else "",
            "path": path,
            "headers": headers or ({"Host": f"{name}:{PORT}"} if name else {}),
        }
        done = subprocess.run(
            self.net.on(seat, sys.executable, "-c", CLIENT, json.dumps(asked)),
            capture_output=True,
            text=True,
            check=True,
        )
        answer = done.stdout.strip()
        good = answer.startswith(wanted)
        print(f"{'good ' if good else 'WRONG'} {what}: {answer}", flush=True)
        if not good:
            self.failures.append(f"{what}: {answer}, not {wanted}")


def _encrypted(trial: Trial) -> None:
    by_name, by_number = f"https://{NAME}:{PORT}/", f"https://{SERVER}:{PORT}/"
    with trial.serving("0.0.0.0", "--make-cert", NAME):
        trial.expect("by name", f"200 {AGENT} {by_name}", AGENT, name=NAME, tls=True)
        trial.expect("by address", f"200 {AGENT} {by_number}", AGENT, tls=True)
        trial.expect("ready", "200", AGENT, tls=True, path="/ready")
        other = "other.example.co.kr"
        trial.expect("other name", "SSLCertVerificationError", AGENT, name=other, tls=True)
        trial.expect("other Host", "403", AGENT, tls=True, headers={"Host": f"{other}:{PORT}"})
        forged = {"Host": f"{SERVER}:{PORT}", **FORGED}
        words = f"200 {AGENT} {by_number}"
        trial.expect("forged proxy headers", words, AGENT, tls=True, headers=forged)
        trial.expect("not encrypted", "BadStatusLine", AGENT)


def _alone(trial: Trial) -> None:
    with trial.serving(None):
        trial.expect("without certificate, elsewhere", "ConnectionRefusedError", AGENT)


def _behind_proxy(trial: Trial) -> None:
    with trial.serving("0.0.0.0", "--proxy", PROXY):
        said = f"200 10.77.0.99 https://{NAME}/"
        trial.expect("the proxy", said, PROXY, headers={"Host": "inside", **FORGED})
        trial.expect("the proxy without https", "403", PROXY, headers={"Host": "inside"})
        trial.expect("somebody else", "403", AGENT, headers={"Host": "inside", **FORGED})
        trial.expect("the server's own host", "403", SERVER, headers={"Host": "inside", **FORGED})


def main(args: Sequence[str]) -> int:
    """Run all parts."""
    if args:
        print(__doc__)
        return 2
    with tempfile.TemporaryDirectory() as folder, network(SERVER, AGENT, PROXY) as net:
        home = Path(folder) / "home"
        home.mkdir()
        shutil.copytree(ROOT / "templates", home / "templates")
        shutil.copy(ROOT / "contacts.yaml", home)
        trial = Trial(net, Path(folder))
        for part in (_encrypted, _alone, _behind_proxy):
            part(trial)
    print("\n".join([*trial.failures, f"namespaces: wrong: {len(trial.failures)}"]))
    return 1 if trial.failures else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
