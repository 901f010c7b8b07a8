"""How a team's server is reached: by which names, and through which proxy."""

from __future__ import annotations

from collections.abc import Iterable
from http import HTTPStatus
from ipaddress import ip_address, ip_network
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

_USUAL = {"https": 443, "http": 80}


class Public(NamedTuple):
    """The address that browsers call. ``names`` are host names and IP addresses without a port;
    empty behind a proxy where only that knows them: then what it forwards counts.
    """

    scheme: str
    names: tuple[str, ...]
    port: int

    @property
    def address(self) -> str | None:
        """``https://parkdraft.example.co.kr:8443``; None where only the proxy knows it."""
        if not self.names:
            return None
        return f"{self.scheme}://{with_port(self.names[0], self.port, self.scheme)}"

    def allows(self, host: str) -> bool:
        """Whether a request may name this in its ``Host``."""
        if not self.names:
            return bool(host)
        host = host.lower()
        return any(
            host == with_port(name, self.port, self.scheme)
            or host == with_port(name, self.port)
            or (name.startswith("*.") and self._matches(name, host))
            for name in self.names
        )

    def _matches(self, name: str, host: str) -> bool:
        """A certificate's ``*.example.co.kr`` stands for one label."""
        label, _, rest = host.partition(".")
        plain = self._replace(names=(name[2:],))
        return bool(label) and plain.allows(rest)


def with_port(name: str, port: int, scheme: str = "") -> str:
    """``name:port`` as a browser writes it: not with the scheme's own port, IPv6 in brackets."""
    bracketed = f"[{name}]" if ":" in name else name.lower()
    return bracketed if _USUAL.get(scheme) == port else f"{bracketed}:{port}"


def is_loopback(address: str) -> bool:
    """Whether only this computer itself can reach the address."""
    if address.lower() == "localhost":
        return True
    try:
        return ip_address(address).is_loopback
    except ValueError:
        return False


def behind(app: WSGIApplication, proxies: Iterable[str]) -> WSGIApplication:
    """The application behind a reverse proxy: its headers are believed, and nobody else comes in.

    Exactly one hop is believed (the last entry of each header): what a browser itself sends there
    stands before it. A proxy that was reached without TLS, or does not say, is refused: cookies
    and pass phrases would cross the network readable.
    """
    from werkzeug.middleware.proxy_fix import ProxyFix

    trusted = [ip_network(proxy, strict=False) for proxy in proxies]

    def only_https(environ: WSGIEnvironment, start: StartResponse) -> Any:
        if environ["wsgi.url_scheme"] != "https":
            return plain(403, start, "프록시가 X-Forwarded-Proto: https를 보내지 않았습니다.")
        environ["HTTP_HOST"] = environ["HTTP_HOST"].removesuffix(":443")  # as Origin has it
        return app(environ, start)

    fixed = ProxyFix(only_https, x_for=1, x_proto=1, x_host=1, x_port=1)

    def answer(environ: WSGIEnvironment, start: StartResponse) -> Any:
        address = ip_address(environ["REMOTE_ADDR"])
        if not any(address in network for network in trusted):
            return plain(403, start, "프록시를 거쳐야 합니다.")
        return fixed(environ, start)

    return answer


def plain(status: int, start: StartResponse, text: str = "") -> list[bytes]:
    """A short answer without a page."""
    body = text.encode()
    kind = ("Content-Type", "text/plain; charset=utf-8")
    headers = [kind, ("Content-Length", str(len(body))), ("Cache-Control", "no-store")]
    start(f"{status} {HTTPStatus(status).phrase}", headers)
    return [body]
