"""Recording, on a team's server, that somebody looked at something.

A page that keeps itself up to date is recorded once: its requests for news carry a seal, which
only that page has. Without it, whoever asked for the ``part`` alone would read unrecorded.
"""

from __future__ import annotations

import hashlib
import hmac

from flask import current_app, request

from parkdraft.outbox.box import Outbox
from parkdraft.team.records import AccessDeed, record
from parkdraft.web.security import Access, same


def noted(
    box: Outbox,
    deed: AccessDeed,
    *,
    draft: str | None = None,
    about: str | None = None,
    durable: bool = False,
) -> None:
    """Record what whoever is logged in just saw; with one seat there is nobody to record."""
    if box.seat.session is None:
        return
    with box.engine.change(durable=durable):
        record(
            *(box.engine, "access", deed, box.login, box.seat, box.now()), draft=draft, about=about
        )


def seal(shown: object) -> str:
    """What the page of this, in this session, puts into the address by which it asks for news."""
    access: Access = current_app.extensions["parkdraft-access"]
    return hmac.new(access.token().encode(), repr(shown).encode(), hashlib.sha256).hexdigest()[:32]


def is_news(part: str, shown: object) -> bool:
    """Whether a page that was recorded asks for this part of it again."""
    asked = request.args
    return asked.get("part") == part and same(asked.get("seal", ""), seal(shown))
