"""``parkdraft serve``: from settings to a running server for the whole team."""

from __future__ import annotations

import gc
import logging
import os
import socket
import time
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from parkdraft.config import settings
from parkdraft.config.settings import Server
from parkdraft.errors import Problem, StorageError
from parkdraft.home import Home
from parkdraft.outbox.store import Store
from parkdraft.web import certificates, madecert
from parkdraft.web.bridge import Bridge
from parkdraft.web.certificates import Pair, is_address
from parkdraft.web.heartbeat import watch
from parkdraft.web.probes import Probes
from parkdraft.web.public import Public, behind, is_loopback, with_port
from parkdraft.web.running import Listening, refuse_taken, resolved, run
from parkdraft.web.started import rows

if TYPE_CHECKING:
    from flask import Flask

log = logging.getLogger("parkdraft.web")
ADDRESS = "address"
"""The memo in the database by which ``team invite`` knows the server's address."""
_ALL = "0.0.0.0"
_LOOPBACK = "127.0.0.1"
Pages = Callable[[Callable[[], Home], Server, Public], "Flask"]


class Plan(NamedTuple):
    """What will be served, checked before anything starts."""

    listening: Listening
    public: Public
    proxies: tuple[str, ...]


def plan(server: Server, make_cert: str | None, now: datetime) -> Plan:
    """What settings and options come to. Raises StorageError, with a problem for all that is wrong.

    With neither a certificate nor a proxy it stays on this computer.
    """
    if server.proxy:
        return _behind_proxy(server)
    server = server._replace(host=server.host and resolved(server.host))
    if make_cert is None and server.cert is None:
        host = server.host or _LOOPBACK
        if not is_loopback(host):
            raise StorageError([Problem("serve.open", "host", data={"host": host})])
        port = refuse_taken(host, server.port)
        names = tuple(dict.fromkeys((host, _LOOPBACK, "localhost")))
        return Plan(Listening(host, port, None), Public("http", names, port), ())
    host = server.host or _ALL
    pair = _pair(server, make_cert, host, now)
    port = refuse_taken(host, server.port)
    return Plan(Listening(host, port, pair), Public("https", pair.names, port), ())


def _behind_proxy(server: Server) -> Plan:
    """Plain, for the proxy alone. A host name is what browsers call, and so is the proxy's.

    It has to be said for invitations: to take it from a request would let whoever sends one write
    the address into other people's links.
    """
    name = certificates.read_name(server.host or "")
    is_public = name is not None and not is_address(name) and not is_loopback(name)
    local = all(is_loopback(proxy) for proxy in server.proxy)
    host = _LOOPBACK if local else _ALL
    if server.host and not is_public:
        host = resolved(server.host)
    port = refuse_taken(host, server.port)
    public = Public("https", (name,) if name and is_public else (), 443 if is_public else port)
    return Plan(Listening(host, port, None), public, server.proxy)


def _pair(server: Server, make_cert: str | None, host: str, now: datetime) -> Pair:
    if make_cert is not None:
        name = certificates.read_name(make_cert)
        if name is None:
            raise StorageError([Problem("serve.name", "make-cert")])
        return madecert.made(name, addresses(host), madecert.folder(os.environ), now)
    assert server.cert is not None  # the caller has looked
    assert server.key is not None  # settings and command line refuse one without the other
    return certificates.checked(server.cert, server.key, now)


def addresses(host: str) -> list[str]:
    """This machine's addresses on which ``host`` serves, without those of the machine alone."""
    if host not in (_ALL, "::"):
        return [] if is_loopback(host) else [host]
    found = set()
    try:
        for *_, (address, *_rest) in socket.getaddrinfo(socket.gethostname(), None):
            found.add(str(address))
    except OSError:
        pass
    # to where a packet would leave; none is sent (192.0.2.1 is nobody's, RFC 5737)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as trial:
        try:
            trial.connect(("192.0.2.1", 9))
            found.add(trial.getsockname()[0])
        except OSError:
            pass
    return sorted(one for one in found if "%" not in one and not is_loopback(one))


def serve(
    open_home: Callable[[], Home],
    server: Server,
    make_cert: str | None,
    pages: Pages,
    show: Callable[[str, list[tuple[str, str]]], None],
    *,
    started: Callable[[Callable[[], None]], None] = lambda _: None,
) -> None:
    """Serve until somebody stops it; ``show`` gets address and facts once it answers.

    ``started`` gets what stops it, callable from any thread. Raises StorageError, DirectoryError.
    """
    gc.enable()  # the command line disables it for short commands
    home = open_home()
    if home.builtin:
        raise StorageError([Problem("home.builtin")])
    _ = home.directory  # raises before anything starts
    what = plan(server, make_cert, home.now())
    with home.connected() as engine, engine.change():
        Store(engine).remember(ADDRESS, what.public.address)
    app = pages(open_home, server._replace(port=what.listening.port), what.public)
    heartbeat = watch(app, app.extensions["parkdraft"])
    heartbeat.beat()
    inner = behind(app.wsgi_app, what.proxies) if what.proxies else app.wsgi_app
    bridge = Bridge(lambda environ, start: probes(environ, start))
    probes = Probes(inner, open_home, lambda: bridge.stopping, time.monotonic)
    address = what.public.address or f"http://{with_port(*what.listening[:2])}"
    facts = rows(home, *what, closed=settings.server(home.root) is not None)

    def announce(stop: Callable[[], None]) -> None:
        log.info("started on port %d", what.listening.port)
        show(address, facts)
        started(stop)

    try:
        run(bridge, what.listening, announce)
    finally:
        heartbeat.leave()
        log.info("stopped")
        app.extensions["parkdraft"].close()


def write_logs() -> None:
    """Log on stderr: when and what happened; nobody's name, and nothing that was asked for."""
    logging.basicConfig(
        level=logging.INFO,
        format="%(asctime)s %(levelname)s %(name)s %(message)s",
        datefmt="%Y-%m-%dT%H:%M:%S%z",  # several computers' logs are read together
    )
    logging.getLogger("asyncio").setLevel(logging.WARNING)
