"""The fixed words of the process, which mypy checks: channels, authorities, states, events.

What people read for them stands in ``labels.py``; a test holds both against each other, and
the states and verbs against the outbox's schema.
"""

from __future__ import annotations

from typing import Literal, get_args

Channel = Literal["email", "slack", "agit", "board", "sheet", "discount-site", "admin", "app"]
"""By which a request goes."""
Authority = Literal["all", "lead", "none"]
"""Who may act; with ``lead`` a draft waits for a lead's approval."""
State = Literal["pending", "waiting", "approved", "returned", "sent"]
"""Where a kept draft can be."""
KeptState = State | Literal["purged"]
"""The same, and where nothing is left of it but its number."""
Move = Literal["approve", "return", "sent", "undo"]
"""What people do to a draft that moves it on."""
Verb = Move | Literal["draft", "fill", "purge", "open", "copy", "download"]
"""What can happen to a draft."""
Grounds = Literal["all", "lead", "author", "doer", "program"]
"""By which right it was done."""

STATES: tuple[State, ...] = get_args(State)
