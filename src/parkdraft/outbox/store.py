"""What a place that keeps drafts must do; ``FolderStore`` is its form as a folder.

A draft is one file with a name of its own, in exactly one state. It becomes visible whole or
not at all, and of several who move it exactly one wins. What is known about a draft beside
its bytes is the journal's business. Every form passes the same class of tests.
"""

from __future__ import annotations

import os
import random
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import NamedTuple, Protocol

from parkdraft.patterns import lazy

STATES = ("pending", "waiting", "approved", "returned", "sent")
SUFFIXES = (".eml", ".txt", ".tsv")
_LETTERS = "23456789abcdefghjkmnpqrstuvwxyz"
_RANDOM = 8
# Of our own, so that nobody seeds it; asking the system each time may cost 0.1 ms.
_CHANCE = random.Random()
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_CHANCE.seed)
FORM = rf"20[0-9]{{6}}-[{_LETTERS}]{{{_RANDOM}}}"
"""What an identifier looks like, as a regular expression."""
_ID = lazy(FORM)
FILE_NAME = lazy(rf"{FORM}\.(?:{'|'.join(suffix[1:] for suffix in SUFFIXES)})")
"""What a draft's file is called where drafts are files."""


def new_id(today: date) -> str:
    """An identifier that says the day and nothing else: ``20261123-k7q2mxab``."""
    return f"{today:%Y%m%d}-{''.join(_CHANCE.choices(_LETTERS, k=_RANDOM))}"


def is_id(text: str) -> bool:
    """Whether a text has the form of an identifier, which is safe in a path."""
    return _ID.fullmatch(text) is not None


class Entry(NamedTuple):
    """A draft where it is."""

    id: str
    state: str
    suffix: str


class Sheet(NamedTuple):
    """A draft's file to be kept; ``check`` raises where bytes are not what was meant."""

    id: str
    suffix: str
    content: bytes
    check: Callable[[bytes], None]


class Store(Protocol):
    """Keeps drafts by state. Every method raises StorageError where the medium refuses.

    ``move`` and ``exchange`` raise OutboxError where the draft is no longer there: somebody
    else was quicker.
    """

    def entries(self, state: str) -> list[Entry]:
        """The drafts in a state, in no order."""
        ...

    def strangers(self, state: str) -> list[str]:
        """Names in a state that are no draft of ours."""
        ...

    def find(self, draft_id: str) -> list[Entry]:
        """Where a draft is: one entry, none, or several where somebody copied it."""
        ...

    def read(self, entry: Entry) -> bytes:
        """A draft's bytes."""
        ...

    def path(self, entry: Entry) -> Path | None:
        """Where another program can open the draft, if anywhere."""
        ...

    def stage(self, sheets: Sequence[Sheet]) -> None:
        """Keep drafts durably where nobody sees them yet, and read them back."""
        ...

    def staged(self) -> list[Entry]:
        """What this machine has staged; its state is empty."""
        ...

    def read_staged(self, entry: Entry) -> bytes:
        """A staged draft's bytes."""
        ...

    def unstage(self, draft_id: str) -> None:
        """Forget a staged draft, if it is there."""
        ...

    def place(self, draft_id: str, suffix: str, state: str) -> Entry:
        """Make a staged draft visible in a state, in one step."""
        ...

    def move(self, entry: Entry, state: str) -> Entry:
        """Move a draft to another state, in one step that one of several wins."""
        ...

    def withdraw(self, entry: Entry) -> None:
        """Hide a draft until ``place`` puts its next form there; one of several wins."""
        ...

    def restore(self, entry: Entry) -> bool:
        """Undo ``withdraw``; False where the draft is not withdrawn."""
        ...

    def forget(self, entry: Entry) -> None:
        """Drop what ``withdraw`` hid, if anything."""
        ...

    def remove(self, entry: Entry) -> None:
        """Remove a draft for good, if it is there."""
        ...

    def flush(self, states: Iterable[str]) -> None:
        """Make what happened in these states durable."""
        ...
