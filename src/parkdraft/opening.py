"""Handing a file to the program that the system has for it."""

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
    try:
        if sys.platform == "win32":
            os.startfile(path)
        else:
            command = "open" if sys.platform == "darwin" else "xdg-open"
            subprocess.run([command, str(path)], check=True, stdout=subprocess.DEVNULL, timeout=30)
    except (OSError, subprocess.SubprocessError) as error:
        raise StorageError([Problem("open.failed", data={"path": str(path)})]) from error
