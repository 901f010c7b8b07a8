"""Only this computer's own browser may use the page, and no other page open in it.

The address of the first visit has a key that becomes a cookie. Host and Origin must be the page's
own address, which keeps out other names for this computer (DNS rebinding) and other pages in the
browser. Every change also needs a token that stands in the page.
"""

from __future__ import annotations

import hashlib
import hmac
import logging
from dataclasses import dataclass
from typing import Any

from flask import Flask, Response, abort, g, redirect, request

log = logging.getLogger("parkdraft.web")
_UNSAFE = ("POST", "PUT", "PATCH", "DELETE")
UPLOADS = ("batch.check", "contacts.lists.check", "papers.take")
"""Endpoints that take files; the others take typed text, and are limited accordingly."""
MOST_TYPED = 256 * 1024
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
        "connect-src 'self'; form-action 'self'; manifest-src 'self'; "
        "base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
"""Headers of every answer: the browser loads nothing from elsewhere, and shows it in no frame."""


@dataclass(frozen=True)
class Gate:
    """The page's port and key. The cookie's name has the port, for two pages at a time."""

    port: int
    key: str

    @property
    def cookie(self) -> str:
        """The name of the cookie."""
        return f"parkdraft-{self.port}"

    @property
    def visitor(self) -> str:
        """The cookie's value."""
        return self._derived("visitor")

    @property
    def token(self) -> str:
        """The token that every change must send."""
        return self._derived("change")

    def _derived(self, purpose: str) -> str:
        return hmac.new(self.key.encode(), purpose.encode(), hashlib.sha256).hexdigest()

    @property
    def hosts(self) -> tuple[str, ...]:
        """The values of Host that are allowed."""
        return (f"127.0.0.1:{self.port}", f"localhost:{self.port}")


def guard(app: Flask, gate: Gate) -> None:
    """Check every request before anything else, and add the headers to every answer."""

    @app.before_request
    def check() -> Any:
        if request.endpoint not in UPLOADS:
            request.max_content_length = MOST_TYPED
        if _called_by_name(gate) and request.method == "GET" and "key" in request.args:
            return _welcome(gate)
        if why := _objection(gate):
            return _refused(why)
        g.admitted = True
        most = request.max_content_length
        if most is not None and (request.content_length or 0) > most:
            abort(413)  # also where the body is never read
        return None

    @app.after_request
    def mark(response: Response) -> Response:
        response.headers.update(HEADERS)
        if request.endpoint != "static":
            response.headers["Cache-Control"] = "no-store"
        return response

    @app.context_processor
    def variables() -> dict[str, str]:
        return {"token": gate.token if admitted() else ""}


def admitted() -> bool:
    """Whether this request passed the check."""
    return bool(g.get("admitted"))


def _objection(gate: Gate) -> str | None:
    """Why this request is not answered, if so."""
    if not _called_by_name(gate):
        return "host"
    if request.headers.get("Sec-Fetch-Site") == "cross-site":
        return "origin"
    if not _same(request.cookies.get(gate.cookie, ""), gate.visitor):
        return "key"
    if request.method not in _UNSAFE:
        return None
    origin = request.headers.get("Origin")
    if origin is not None and origin not in [f"http://{host}" for host in gate.hosts]:
        return "origin"
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none"):
        return "origin"
    sent = request.headers.get("X-Token") or request.form.get("token", "")
    return None if _same(sent, gate.token) else "token"


def _called_by_name(gate: Gate) -> bool:
    """Whether the request names this page in its Host, and no other host in its address."""
    target = request.environ.get("REQUEST_URI", "/")
    return request.host in gate.hosts and target.startswith("/")


def _welcome(gate: Gate) -> Any:
    """The first visit: the key becomes a cookie, and disappears from the address."""
    if not _same(request.args["key"], gate.key):
        return _refused("key")
    response = redirect("/")
    response.set_cookie(gate.cookie, gate.visitor, httponly=True, samesite="Strict", path="/")
    return response


def _same(sent: str, wanted: str) -> bool:
    return hmac.compare_digest(sent.encode("utf-8", "replace"), wanted.encode())


def _refused(why: str) -> Any:
    """Refuse with 403; only the kind of page is logged, nothing that was sent."""
    log.warning("refused %s %s: %s", request.method, request.endpoint or "?", why)
    abort(403)
