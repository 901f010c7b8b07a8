"""Running an application on the network with granian, until somebody stops it.

Chosen by measurement (``tests/stress/connections.py``): 500 silent connections before the
handshake, 200 slow headers, 200 slow bodies and 10,000 idle connections delay nobody; granian ends
them by its own time limits, and needs 120 MB for 10,000. uvicorn and hypercorn kept silent ones
for as long as was looked; waitress knows no TLS. It runs embedded, in this one process: a worker
of its own would need as much memory again, and a second start on Windows.
"""

from __future__ import annotations

import asyncio
import logging
import signal
import socket
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Any, NamedTuple

from parkdraft.errors import Problem, StorageError
from parkdraft.web.bridge import Bridge

if TYPE_CHECKING:
    from granian.server.embed import Server

    from parkdraft.web.certificates import Pair

log = logging.getLogger("parkdraft.web")
_PATIENCE = 30.0
"""Seconds that a running request has to end, once somebody stops the server."""
_HEADER_MILLISECONDS = 10_000
"""For the handshake and the headers; also for a connection on which nothing comes any more."""
_MOST_HEADERS = 64 * 1024
_CONNECTIONS = 16_000
_FILES = 20_000
_BACKLOG = 4096


class Listening(NamedTuple):
    """Where, and with which certificate; ``pair`` None is plain HTTP."""

    host: str
    port: int
    pair: Pair | None


def run(bridge: Bridge, where: Listening, started: Callable[[Callable[[], None]], None]) -> None:
    """Serve until SIGTERM, Ctrl+C, or a call of what ``started`` is given (from any thread)."""
    _allow_connections()
    asyncio.run(_run(bridge, where, started))


async def _run(
    bridge: Bridge, where: Listening, started: Callable[[Callable[[], None]], None]
) -> None:
    loop, ending = asyncio.get_running_loop(), asyncio.Event()

    def stop(*_: object) -> None:
        loop.call_soon_threadsafe(ending.set)

    if threading.current_thread() is threading.main_thread():
        for name in ("SIGINT", "SIGTERM", "SIGBREAK"):  # the last one is Windows'
            if hasattr(signal, name):
                signal.signal(getattr(signal, name), stop)
    server = _server(bridge, where)
    serving = asyncio.create_task(server.serve())
    ended = asyncio.create_task(ending.wait())
    if await _listens(where, serving):
        started(stop)
    try:
        await asyncio.wait((serving, ended), return_when=asyncio.FIRST_COMPLETED)
        if not await bridge.drained(_PATIENCE):
            log.warning("stopped before every request had ended")
        server.stop()  # type: ignore[no-untyped-call]
        await serving
    finally:
        ended.cancel()
        bridge.close()


async def _listens(where: Listening, serving: asyncio.Task[None]) -> bool:
    """Wait until the server answers at its address; False where it ended before."""
    to = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(where.host, where.host)
    while not serving.done():
        try:
            _, writer = await asyncio.open_connection(to, where.port)
        except OSError:
            await asyncio.sleep(0.02)
        else:
            writer.close()
            return True
    return False


def _server(bridge: Bridge, where: Listening) -> Server:
    from granian.constants import HTTPModes, Interfaces, SSLProtocols
    from granian.http import HTTP1Settings
    from granian.log import LogLevels
    from granian.server.embed import Server

    pair = where.pair
    return Server(
        bridge,
        address=where.host,
        port=where.port,
        interface=Interfaces.RSGI,
        http=HTTPModes.http1,
        http1_settings=HTTP1Settings(
            header_read_timeout=_HEADER_MILLISECONDS, max_buffer_size=_MOST_HEADERS
        ),
        websockets=False,
        backlog=_BACKLOG,
        backpressure=_CONNECTIONS,
        log_level=LogLevels.error,
        log_dictconfig={"handlers": {}, "loggers": {}},  # into ours, on stderr
        ssl_cert=pair.cert if pair else None,
        ssl_key=pair.key if pair else None,
        ssl_protocol_min=SSLProtocols.tls12,
    )


def resolved(host: str) -> str:
    """The IP address of a host name, as the system knows it; raises StorageError."""
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise StorageError([Problem("serve.host-away", data={"host": host})]) from error
    found.sort(key=lambda one: one[0] != socket.AF_INET)
    return str(found[0][4][0])


def refuse_taken(host: str, port: int) -> int:
    """Try the address, which granian would share with another process of the same user.

    Returns the port, also where 0 asked for a free one. Raises StorageError.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        with socket.socket(family, socket.SOCK_STREAM) as trial:
            if sys.platform == "win32":
                trial.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)
            else:  # what is only left of closed connections is no reason
                trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            trial.bind((host, port))
            trial.listen(1)
            found: int = trial.getsockname()[1]
            return found
    except PermissionError as error:
        raise StorageError([Problem("serve.port-forbidden", data={"port": port})]) from error
    except OSError as error:
        raise StorageError([Problem(_why(error), data={"port": port, "host": host})]) from error


def _why(error: OSError) -> Any:
    import errno

    away = (errno.EADDRNOTAVAIL, 10049)  # 10049: WSAEADDRNOTAVAIL
    return "serve.host-away" if error.errno in away else "serve.port"


def _allow_connections() -> None:
    """Raise the number of files that this process may open to what the system allows."""
    if sys.platform == "win32":  # it has no such number
        return
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _FILES if hard == resource.RLIM_INFINITY else min(hard, _FILES)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        with suppress(OSError, ValueError):  # a sandbox may forbid it: then what is allowed, holds
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
