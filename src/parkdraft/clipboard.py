"""Putting a text on the clipboard, tabs and line ends as they are."""

from __future__ import annotations

from parkdraft.errors import Problem, StorageError


def put(text: str) -> None:
    """Put a text on the clipboard; raises StorageError where there is none."""
    import pyperclip

    try:
        pyperclip.copy(text)
    except (pyperclip.PyperclipException, OSError) as error:
        raise StorageError([Problem("copy.failed")]) from error
