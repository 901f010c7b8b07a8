"""Who may talk to the page: this computer's own browser, and nobody through it.

The address of the first visit carries a key that becomes a cookie. Host and Origin are held
against the page's own address, so that another name for this computer (DNS rebinding) and
other pages in the browser get nothing; every change also needs a token out of the page.
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
"""Endpoints that take files; all others take what somebody typed."""
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
"""What every answer tells the browser: only what comes from here is shown, and shown only here."""


@dataclass(frozen=True)
class Gate:
    """The page's port and key. ``cookie`` has the port in its name: two pages do not clash."""

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
        """What every change must bring along."""
        return self._derived("change")

    def _derived(self, purpose: str) -> str:
        return hmac.new(self.key.encode(), purpose.encode(), hashlib.sha256).hexdigest()

    @property
    def hosts(self) -> tuple[str, ...]:
        """The names by which the page may be called."""
        return (f"127.0.0.1:{self.port}", f"localhost:{self.port}")


def guard(app: Flask, gate: Gate) -> None:
    """Check every request before anything else, and mark every answer."""

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
            abort(413)  # also where nobody would have read it
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
    """Whether this request comes from the page's own browser: others are told nothing."""
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
    """Whether the request names this page, in its Host and nowhere else."""
    target = request.environ.get("REQUEST_URI", "/")
    return request.host in gate.hosts and target.startswith("/")


def _welcome(gate: Gate) -> Any:
    """The first visit: the key goes out of the address and becomes a cookie."""
    if not _same(request.args["key"], gate.key):
        return _refused("key")
    response = redirect("/")
    response.set_cookie(gate.cookie, gate.visitor, httponly=True, samesite="Strict", path="/")
    return response


def _same(sent: str, wanted: str) -> bool:
    return hmac.compare_digest(sent.encode("utf-8", "replace"), wanted.encode())


def _refused(why: str) -> Any:
    """Refuse; the log knows the kind of page, never what was sent."""
    log.warning("refused %s %s: %s", request.method, request.endpoint or "?", why)
    abort(403)
