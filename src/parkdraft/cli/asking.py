"""Asking somebody at the terminal before what cannot be undone, or touches many."""

from __future__ import annotations

import sys

from parkdraft.cli.layout import echo
from parkdraft.errors import DetailsError
from parkdraft.values.choices import read_flag


def is_sure(about: str) -> bool:
    """Whether somebody says yes; whatever else they say, and nobody there, is no."""
    echo(f"{about} 계속할까요? (예/아니오) ", nl=False, err=True)
    try:
        return read_flag(sys.stdin.readline().strip() if sys.stdin else "")
    except (DetailsError, UnicodeDecodeError):
        return False
