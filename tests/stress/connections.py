"""Trial: silent, slow and idle connections to a team's server; others must not notice.

    python tests/stress/connections.py [--silent 500] [--slow 200] [--idle 10000]

Serves a made-up home with a certificate made on the spot, on loopback, in a process of its own.
In each part a normal request is made again and again; 1 where one is not answered, or waits longer
than ``MOST`` seconds, or where the server keeps who sends nothing for longer than its limits say.
"""

from __future__ import annotations

import argparse
import contextlib
import http.client
import os
import selectors
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

ROOT = Path(__file__).parents[2]
SERVED = Path(__file__).with_name("served.py")
MOST = 1.0
"""Seconds for a normal request, with everything else going on; usual are 5 ms."""
ENDS_WITHIN = 15.0
"""Seconds after which nobody is kept who sends no whole headers; the limit is 10."""
PIECES = 5
HEADERS = b"GET /health HTTP/1.1\r\nHost: x\r\nX-A: "
BODY = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 16000000\r\n\r\n"


class Trial:
    """The server, and what normal requests waited."""

    def __init__(self, folder: Path, port: int) -> None:
        self.port, self.failures = port, list[str]()
        (folder / "home").mkdir()
        shutil.copytree(ROOT / "templates", folder / "home" / "templates")
        shutil.copy(ROOT / "contacts.yaml", folder / "home")
        own = {name: str(folder / "own") for name in ("XDG_DATA_HOME", "LOCALAPPDATA")}
        self._log = (folder / "log").open("wb")
        self.process = subprocess.Popen(
            [
                *(sys.executable, "-W", "error", str(SERVED), str(folder / "home")),
                *("127.0.0.1", str(port), "--make-cert", "127.0.0.1"),
            ],
            env={**os.environ, **own, "PYTHONUTF8": "1", "PYTHONUNBUFFERED": "1"},
            stdout=subprocess.PIPE,
            stderr=self._log,
        )
        assert self.process.stdout is not None
        if not self.process.stdout.readline():
            raise SystemExit((folder / "log").read_text("utf-8"))
        root = folder / "own" / "parkdraft" / "tls" / "127.0.0.1" / "parkdraft-root.crt"
        self.context = ssl.create_default_context(cafile=root)

    def asked(self, path: str = "/ready") -> float:
        """Seconds for one normal request with a handshake of its own."""
        started = time.monotonic()
        connection = http.client.HTTPSConnection(
            "127.0.0.1", self.port, timeout=30, context=self.context
        )
        with contextlib.closing(connection):
            connection.request("GET", path)
            answer = connection.getresponse()
            answer.read()
            if answer.status != 200:
                self.failures.append(f"{path}: {answer.status}")
        return time.monotonic() - started

    def others(self, what: str, count: int = 20) -> None:
        """Normal requests meanwhile."""
        waited = sorted(self.asked() for _ in range(count))
        print(
            f"{what:34} middle {waited[count // 2] * 1000:6.1f} ms, longest "
            f"{waited[-1] * 1000:6.1f} ms, {self.memory()}",
            flush=True,
        )
        if waited[-1] > MOST:
            self.failures.append(f"{what}: {waited[-1]:.1f} s")

    def memory(self) -> str:
        """What the server has in memory, where the system tells."""
        status = Path(f"/proc/{self.process.pid}/status")
        if not status.exists():
            return ""
        (line,) = (line for line in status.read_text().splitlines() if line.startswith("VmRSS"))
        return f"{int(line.split()[1]) // 1024} MB"

    @contextlib.contextmanager
    def opened(self, count: int, begin: bytes | None = None) -> Iterator[list[socket.socket]]:
        """Connections, encrypted where they ``begin`` with something."""
        with contextlib.ExitStack() as stack:
            found = []
            for _ in range(count):
                one = socket.create_connection(("127.0.0.1", self.port), timeout=30)
                if begin is not None:
                    one = self.context.wrap_socket(one, server_hostname="127.0.0.1")
                    one.sendall(begin)
                found.append(stack.enter_context(one))
            yield found

    def ended(self, what: str, connections: Sequence[socket.socket]) -> None:
        """Wait until the server has ended them all."""
        started, left = time.monotonic(), len(connections)
        with selectors.DefaultSelector() as selector:
            for one in connections:
                one.setblocking(False)
                selector.register(one, selectors.EVENT_READ)
            while left and time.monotonic() - started < ENDS_WITHIN:
                for key, _ in selector.select(1):
                    if _is_over(key.fileobj):
                        selector.unregister(key.fileobj)
                        left -= 1
        print(f"{what:34} all ended after {time.monotonic() - started:.1f} s", flush=True)
        if left:
            self.failures.append(f"{what}: {left} are still there")

    def stop(self) -> None:
        """End it as a service manager does; it must go by itself, at once, with nothing running."""
        self.process.send_signal(signal.SIGINT if os.name == "nt" else signal.SIGTERM)
        try:
            if self.process.wait(20) != 0:
                self.failures.append(f"ended with {self.process.returncode}")
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            self.failures.append("did not end")
        self._log.close()
        assert self.process.stdout is not None
        self.process.stdout.close()


def _is_over(one: object) -> bool:
    assert isinstance(one, socket.socket)
    try:
        return one.recv(65536) == b""
    except (BlockingIOError, ssl.SSLWantReadError):
        return False
    except OSError:
        return True


def _dribbled(trial: Trial, what: str, connections: Sequence[socket.socket]) -> None:
    """A byte on each of them, then normal requests; some times over."""
    for number in range(1, PIECES + 1):
        for one in connections:
            with contextlib.suppress(OSError):  # ended by now
                one.sendall(b"a")
        trial.others(f"{what}, byte {number}", 5)


def _all(trial: Trial, silent: int, slow: int, idle: int) -> None:
    """Every part; those that the server must end run beside each other."""
    trial.others("nothing else")
    with trial.opened(silent) as silently, trial.opened(slow, HEADERS) as slowly:
        trial.others(f"{silent} silent before the handshake")
        _dribbled(trial, f"{slow} slow headers", slowly)
        trial.ended("silent and slow", [*silently, *slowly])
    with trial.opened(slow, BODY) as uploads:
        _dribbled(trial, f"{slow} slow uploads", uploads)
    with trial.opened(idle):
        trial.others(f"{idle} idle")
    trial.others("afterwards")


def main(args: Sequence[str]) -> int:
    """Run all parts."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    for name, number in (("silent", 500), ("slow", 200), ("idle", 10_000)):
        parser.add_argument(f"--{name}", type=int, default=number)
    asked = parser.parse_args(args)
    _allow_files(asked.idle + 200)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
    with tempfile.TemporaryDirectory() as folder:
        trial = Trial(Path(folder), port)
        try:
            _all(trial, asked.silent, asked.slow, asked.idle)
        finally:
            trial.stop()
    print("\n".join([*trial.failures, f"connections: wrong: {len(trial.failures)}"]))
    return 1 if trial.failures else 0


def _allow_files(count: int) -> None:
    if sys.platform == "win32":
        return
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < count:
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(count, hard), hard))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
