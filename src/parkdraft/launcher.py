"""Opening files and links with the system's programs, and copying text to the clipboard."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from parkdraft.errors import Problem, StorageError


def open_file(path: Path) -> None:
    """Open ``path`` with the system's own program and return at once.

    Raises StorageError where there is none.
    """
    _handed(path, Problem("open.failed", data={"path": str(path)}))


def open_link(url: str) -> None:
    """Hand a ``mailto:`` link to the mail program; raises StorageError where there is none."""
    _handed(url, Problem("open.no-mail-program"))


def _handed(target: Path | str, failure: Problem) -> None:
    try:
        if sys.platform == "win32":
            os.startfile(target)
        else:
            command, quiet = "open" if sys.platform == "darwin" else "xdg-open", subprocess.DEVNULL
            subprocess.run(
                [command, str(target)], check=True, stdout=quiet, stderr=quiet, timeout=30
            )
    except (OSError, subprocess.SubprocessError) as error:
        raise StorageError([failure]) from error


def copy_text(text: str) -> None:
    """Put a text on the clipboard, with its tabs and line ends.

    Raises StorageError where there is no clipboard.
    """
    import pyperclip

    try:
        pyperclip.copy(text)
    except (pyperclip.PyperclipException, OSError) as error:
        raise StorageError([Problem("copy.failed")]) from error
