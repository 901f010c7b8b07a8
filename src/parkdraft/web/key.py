"""One seat: only this computer's own browser may use the page, and no other page open in it.

The address of the first visit has a key that becomes a cookie.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask import Blueprint, redirect, request

from parkdraft.web import openpage, who
from parkdraft.web.security import refuse, same


@dataclass(frozen=True)
class Gate:
    """The page's port and key. The cookie's name has the port, for two pages at a time."""

    port: int
    key: str
    scheme: str = "http"
    headers: Mapping[str, str] = field(default_factory=dict)
    pages: Sequence[Blueprint] = (who.pages, openpage.pages)
    one_seat: bool = True

    @property
    def cookie(self) -> str:
        """The name of the cookie."""
        return f"parkdraft-{self.port}"

    @property
    def who_cookie(self) -> str:
        """The name of the cookie that says who works; a page on another port asks anew."""
        return f"parkdraft-who-{self.port}"

    @property
    def visitor(self) -> str:
        """The cookie's value."""
        return self._derived("visitor")

    def token(self) -> str:
        """The token that every change must send."""
        return self._derived("change")

    def _derived(self, purpose: str) -> str:
        return hmac.new(self.key.encode(), purpose.encode(), hashlib.sha256).hexdigest()

    @property
    def hosts(self) -> tuple[str, ...]:
        """The values of Host that are allowed."""
        return (f"127.0.0.1:{self.port}", f"localhost:{self.port}")

    def allows(self, host: str) -> bool:
        """Whether a request may name this in its ``Host``."""
        return host in self.hosts

    def first(self) -> Any:
        """The first visit: the key becomes a cookie, and disappears from the address."""
        if request.method != "GET" or "key" not in request.args:
            return None
        if not same(request.args["key"], self.key):
            return refuse("key")
        response = redirect("/")
        response.set_cookie(self.cookie, self.visitor, httponly=True, samesite="Strict", path="/")
        return response

    def admit(self) -> Any:
        """Whoever has the cookie is let in."""
        return None if same(request.cookies.get(self.cookie, ""), self.visitor) else refuse("key")
