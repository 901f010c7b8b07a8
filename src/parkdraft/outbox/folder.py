"""The outbox on disk: ``<state>/<id>.eml|.txt|.tsv``, one file a draft."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import date
from pathlib import Path

from parkdraft.storing import put

STATES = ("pending", "waiting", "approved", "returned", "sent")
_LETTERS = "23456789abcdefghjkmnpqrstuvwxyz"
_RANDOM = 6


def new_id(today: date) -> str:
    """An identifier that says the day and nothing else: ``20261123-k7q2mx``."""
    tail = "".join(_LETTERS[byte % len(_LETTERS)] for byte in os.urandom(_RANDOM))
    return f"{today:%Y%m%d}-{tail}"


def add(
    outbox: Path,
    state: str,
    draft_id: str,
    suffix: str,
    content: bytes,
    check: Callable[[bytes], None],
) -> Path:
    """Write a new draft's file and read it back with ``check``; returns its path.

    Raises StorageError, or what ``check`` raises; then no file is left.
    """
    path = outbox / state / f"{draft_id}{suffix}"
    put(path, content, check)
    return path
