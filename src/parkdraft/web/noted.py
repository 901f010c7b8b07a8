"""Recording, on a team's server, that somebody looked at something."""

from __future__ import annotations

from parkdraft.outbox.box import Outbox
from parkdraft.team.records import AccessDeed, record


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
