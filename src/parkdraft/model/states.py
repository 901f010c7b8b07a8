"""The fixed words of the process, which mypy checks: channels, authorities, states, events.

Their Korean words are in ``labels.py``; a test compares both, and the states and verbs with the
outbox's schema.
"""

from __future__ import annotations

from typing import Literal, get_args

Channel = Literal["email", "slack", "agit", "board", "sheet", "discount-site", "admin", "app"]
"""How a request travels."""
Authority = Literal["all", "lead", "none"]
"""Who may act; with ``lead`` a draft waits for a lead's approval."""
State = Literal["pending", "waiting", "approved", "returned", "sent"]
"""The states of a kept draft."""
KeptState = State | Literal["purged"]
"""The same, and the state in which only its identifier and history are left."""
Move = Literal["approve", "return", "sent", "undo"]
"""What people do that changes a draft's state."""
Verb = Move | Literal["draft", "fill", "purge", "open", "copy", "download"]
"""What can happen to a draft."""
Grounds = Literal["all", "lead", "author", "doer", "program"]
"""By which right it was done."""

STATES: tuple[State, ...] = get_args(State)
