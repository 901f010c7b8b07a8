"""Between the server (granian, by RSGI) and the pages (WSGI): whole requests in, whole answers out.

granian calls a WSGI application as soon as the headers are there, and lends it a thread for as long
as the body takes: 16 slow uploads then held up everybody (``tests/stress/connections.py``). Here
the body is collected without a thread, within a time and a total, and the answer is handed back
whole, so that who reads slowly holds no thread either. No answer is larger than one upload.
"""

from __future__ import annotations

import asyncio
import io
import logging
import sys
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from ipaddress import IPv6Address, ip_address
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import quote

from parkdraft.web.app import MOST_BYTES

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication
    from granian._granian import RSGIHTTPProtocol as HTTPProtocol
    from granian.rsgi import Scope

log = logging.getLogger("parkdraft.web")
_MIB = 1024 * 1024
_PLAIN = ("content-type", "text/plain; charset=utf-8")
ALWAYS = ("/health", "/ready")
"""Paths that are answered while the server stops, too."""


class Limits(NamedTuple):
    """What a request may take before the pages see it, and how many are worked on at a time."""

    threads: int = 16
    waiting: int = 512
    """Requests that are being answered or wait for a thread."""
    seconds: float = 20.0
    """For the body, and a second more for each ``slowest`` bytes of it."""
    slowest: int = 128 * 1024
    read: int = 4 * MOST_BYTES
    """Bytes of a body that are read and, above what the pages take, dropped: a browser shows the
    pages' own refusal only where it could send everything."""
    held: int = 512 * _MIB
    """Bytes of all bodies that are kept at a time."""
    held_by_one: int = 64 * _MIB
    """The same for one address, that others can still send something."""


class _RefusedError(Exception):
    """The request is answered with this status, and goes no further."""

    def __init__(self, status: int) -> None:
        self.status = status


class Bridge:
    """Called by granian for every request; ``app`` runs in threads of its own."""

    def __init__(self, app: WSGIApplication, limits: Limits = Limits()) -> None:  # noqa: B008
        self._app, self._limits = app, limits
        self._threads = ThreadPoolExecutor(limits.threads, "parkdraft")
        self._held: Counter[str] = Counter()
        self._running = 0
        self._idle = asyncio.Event()
        self._idle.set()
        self.stopping = False

    async def drained(self, seconds: float) -> bool:
        """Refuse what is new, and wait for what is being answered; whether it all ended."""
        self.stopping = True
        try:
            await asyncio.wait_for(self._idle.wait(), seconds)
        except TimeoutError:
            return False
        return True

    def close(self) -> None:
        """Let go of the threads."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def __call__(self, scope: Scope, protocol: HTTPProtocol) -> None:
        """Answer one request. Raises nothing."""
        try:
            status, headers, body = await self._answer(scope, protocol)
        except _RefusedError as refused:
            status, body = refused.status, b""
            headers = [_PLAIN, ("connection", "close")]
        except Exception as error:
            log_error(error)
            status, headers, body = 500, [_PLAIN], b""
        protocol.response_bytes(status, headers, body)

    @contextmanager
    def _counted(self, path: str) -> Iterator[None]:
        if self._running >= self._limits.waiting or (self.stopping and path not in ALWAYS):
            raise _RefusedError(503)
        self._running += 1
        self._idle.clear()
        try:
            yield
        finally:
            self._running -= 1
            if not self._running:
                self._idle.set()

    async def _answer(
        self, scope: Scope, protocol: HTTPProtocol
    ) -> tuple[int, list[tuple[str, str]], bytes]:
        environ = _environ(scope)
        address = environ["REMOTE_ADDR"]
        body = bytearray()
        try:
            await self._receive(body, _length(scope), address, protocol)
            environ["wsgi.input"] = io.BytesIO(body)
            with self._counted(scope.path):
                loop = asyncio.get_running_loop()
                return await loop.run_in_executor(self._threads, _called, self._app, environ)
        finally:
            self._held[address] -= len(body)
            if not self._held[address]:
                del self._held[address]

    async def _receive(
        self, body: bytearray, length: int, address: str, protocol: HTTPProtocol
    ) -> None:
        limits = self._limits
        if length > limits.read:
            raise _RefusedError(413)
        if not length:
            return
        try:
            async with asyncio.timeout(limits.seconds + length / limits.slowest):
                async for part in protocol:
                    if length <= MOST_BYTES:  # else the pages refuse it by its length
                        body += part
                        self._hold(address, len(part))
        except TimeoutError as error:
            raise _RefusedError(408) from error
        if length <= MOST_BYTES and len(body) != length:  # the browser went away
            raise _RefusedError(400)

    def _hold(self, address: str, size: int) -> None:
        self._held[address] += size
        of_one, of_all = self._held[address], self._held.total()
        if of_one > self._limits.held_by_one or of_all > self._limits.held:
            raise _RefusedError(503)


def _length(scope: Scope) -> int:
    """The length of the body. Browsers always say it: what comes in chunks is refused."""
    if "transfer-encoding" in scope.headers:
        raise _RefusedError(411)
    said = scope.headers.get("content-length") or "0"
    if not said.isascii() or not said.isdigit():
        raise _RefusedError(400)
    return int(said)


def _environ(scope: Scope) -> dict[str, Any]:
    """The request as PEP 3333 wants it.

    A header whose name has ``_`` is left out: ``X_Forwarded_For`` would arrive under the name of
    the proxy's own. An address that names a host of its own, and more or less than one Host, are
    refused: whoever checks the Host must be sure which one counts.
    """
    headers = scope.headers.items()
    if scope.authority is not None or not scope.path.startswith("/"):
        raise _RefusedError(400)
    if sum(name == "host" for name, _ in headers) != 1:
        raise _RefusedError(400)
    server, _, port = scope.server.rpartition(":")
    environ: dict[str, Any] = {
        "REQUEST_METHOD": scope.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": scope.path.encode().decode("latin-1"),
        "QUERY_STRING": scope.query_string,
        "REQUEST_URI": quote(scope.path),
        "SERVER_NAME": server,
        "SERVER_PORT": port,
        "SERVER_PROTOCOL": f"HTTP/{scope.http_version}",
        "REMOTE_ADDR": _address(scope.client),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope.scheme,
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    for name, value in headers:
        if "_" in name:
            continue
        key = name.upper().replace("-", "_")
        if key not in ("CONTENT_LENGTH", "CONTENT_TYPE"):
            key = f"HTTP_{key}"
        between = "; " if name == "cookie" else ","
        environ[key] = f"{environ[key]}{between}{value}" if key in environ else value
    return environ


def _address(client: str) -> str:
    """``10.0.0.5`` of ``10.0.0.5:4711``, also where it came in as IPv6."""
    text = client.rpartition(":")[0].strip("[]")
    address = ip_address(text)
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return str(mapped or address)


def _called(
    app: WSGIApplication, environ: dict[str, Any]
) -> tuple[int, list[tuple[str, str]], bytes]:
    """Run the application, on a thread: status, headers, and the whole body."""
    started: list[tuple[int, list[tuple[str, str]]]] = []
    written: list[bytes] = []

    def start(status: str, headers: list[tuple[str, str]], _: object = None) -> Any:
        started.append((int(status[:3]), headers))
        return written.append

    parts = app(environ, start)
    try:
        written.extend(parts)
    finally:
        close = getattr(parts, "close", None)
        if close:
            close()
    status, headers = started[-1]
    lower = [(name.lower(), value) for name, value in headers]
    return status, lower, b"".join(written)


def log_error(error: BaseException) -> None:
    """An unexpected error in the log: its type and place, without any value."""
    traceback, place = error.__traceback__, "?"
    while traceback is not None:
        code = traceback.tb_frame.f_code
        place = f"{code.co_name}:{traceback.tb_lineno}"
        traceback = traceback.tb_next
    log.error("failed: %s at %s", type(error).__name__, place)
