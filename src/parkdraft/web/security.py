"""What every request must be, whoever sends it: from our own pages, by our own name, not too large.

Host and Origin must be the page's own address, which keeps out other names for the server (DNS
rebinding) and other pages in the browser. Every change also needs a token that stands in the page.
How somebody is let in is the ``Access``: the key of one's own computer (``web/key.py``), or a login
of the team (``web/logins.py``).
"""

from __future__ import annotations

import hmac
import logging
from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from flask import Blueprint, Flask, Response, abort, g, request

from parkdraft.web.refusals import wants_json

log = logging.getLogger("parkdraft.web")
_UNSAFE = ("POST", "PUT", "PATCH", "DELETE")
UPLOADS = ("batch.check", "contacts.lists.check", "papers.take")
"""Endpoints that take files; the others take typed text, and are limited accordingly."""
MOST_TYPED = 256 * 1024
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
        "connect-src 'self'; form-action 'self'; manifest-src 'self'; object-src 'none'; "
        "base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
"""Headers of every answer: the browser loads nothing from elsewhere, and shows it in no frame."""


class Access(Protocol):
    """A way of being let in, and what depends on it."""

    @property
    def scheme(self) -> str:
        """That of the addresses which browsers call."""

    @property
    def headers(self) -> Mapping[str, str]:
        """Headers of every answer, besides ``HEADERS``."""

    @property
    def pages(self) -> Sequence[Blueprint]:
        """Pages of this way in; the first one tells who works."""

    @property
    def one_seat(self) -> bool:
        """Whether the server is the very computer at which somebody sits."""

    def allows(self, host: str) -> bool:
        """Whether a request may name this in its ``Host``."""

    def first(self) -> Any:
        """An answer to a first visit, or to one that another site led here; None: go on."""

    def admit(self) -> Any:
        """Let the sender in, and remember who it is in ``g``; an answer where that may not be."""

    def token(self) -> str:
        """The token that a change by this sender must send; "" for one that needs none yet."""


def guard(app: Flask, access: Access) -> None:
    """Check every request before anything else, and add the headers to every answer."""

    @app.before_request
    def check() -> Any:
        return _check(access)

    @app.after_request
    def mark(response: Response) -> Response:
        response.headers.update({**HEADERS, **access.headers})
        if request.endpoint != "static":
            response.headers["Cache-Control"] = "no-store"
        return response

    @app.context_processor
    def variables() -> dict[str, object]:
        return {"token": access.token() if admitted() else "", "one_seat": access.one_seat}


def _check(access: Access) -> Any:
    """None: the request may go on; else the answer to it."""
    if request.endpoint not in UPLOADS:
        request.max_content_length = MOST_TYPED
    if not _called_by_name(access):
        return refuse("host")
    if (answer := access.first()) is not None:
        return answer
    if request.headers.get("Sec-Fetch-Site") == "cross-site":
        return refuse("origin")
    if (answer := access.admit()) is not None:
        return answer
    if why := _forged(access):
        return _refuse_forged(access, why)
    g.admitted = True
    most = request.max_content_length
    if most is not None and (request.content_length or 0) > most:
        abort(413)  # also where the body is never read
    return None


def admitted() -> bool:
    """Whether this request passed the check."""
    return bool(g.get("admitted"))


def _called_by_name(access: Access) -> bool:
    """Whether the request names this page in its Host, and no other host in its address."""
    target = request.environ.get("REQUEST_URI", "/")
    return access.allows(request.host) and target.startswith("/")


def _forged(access: Access) -> str | None:
    """Why a change does not come out of our own pages, if so."""
    if request.method not in _UNSAFE:
        return None
    origin, own = request.headers.get("Origin"), f"{access.scheme}://{request.host}"
    if origin is not None and origin != own:
        return "origin"
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none"):
        return "origin"
    wanted = access.token()
    if not wanted:  # nobody yet: then the browser itself must say that it is our page
        return None if origin == own else "origin"
    sent = request.headers.get("X-Token") or request.form.get("token", "")
    return None if same(sent, wanted) else "token"


def _refuse_forged(access: Access, why: str) -> Any:
    """Refuse it; a page of ours whose token was replaced meanwhile gets the new one and repeats."""
    is_ours = request.headers.get("Origin") == f"{access.scheme}://{request.host}"
    if why == "token" and is_ours and wants_json() and not access.one_seat:
        return {"problems": [], "token": access.token()}, 403
    return refuse(why)


def same(sent: str, wanted: str) -> bool:
    """Whether two secrets are the same, in a time that does not tell where they differ."""
    return hmac.compare_digest(sent.encode("utf-8", "replace"), wanted.encode())


def refuse(why: str) -> Any:
    """Refuse with 403; only the kind of page is logged, nothing that was sent."""
    log.warning("refused %s %s: %s", request.method, request.endpoint or "?", why)
    abort(403)
