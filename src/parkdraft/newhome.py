"""Making a home: copies of directory and templates, and a starter for Windows."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

from parkdraft.errors import Problem, StorageError
from parkdraft.home import TEMPLATES, builtin_home
from parkdraft.process.loading import NAME
from parkdraft.storing import put, storage_errors

STARTER = "parkdraft.cmd"


def make_home(folder: Path) -> Path:
    """A new home at ``folder``, its absolute path; nothing that is there is changed.

    Raises StorageError where a file of the home is there already, or cannot be written.
    """
    root = folder.absolute()
    source = builtin_home()
    with storage_errors(root.name):
        there = [name for name in (NAME, TEMPLATES, STARTER) if os.path.lexists(root / name)]
    if there:
        data = {"files": ", ".join(there), "folder": root.name}
        raise StorageError([Problem("home.exists", data=data)])
    with storage_errors(root.name):
        shutil.copytree(source / TEMPLATES, root / TEMPLATES)
    put(root / STARTER, starter().encode("utf-8"))
    put(root / NAME, (source / NAME).read_bytes())
    return root


def starter() -> str:
    """A ``.cmd`` that opens the page, and leaves a Korean-capable console when that ends.

    ``chcp 65001`` comes first: cmd reads the lines after it as UTF-8, so that a Korean path
    to Python is understood.
    """
    python = Path(sys.executable)
    lines = (
        "@echo off",
        "chcp 65001 >nul",
        "set PYTHONUTF8=1",
        'cd /d "%~dp0"',
        'set "PARKDRAFT_HOME=%~dp0."',
        "title parkdraft",
        f'doskey parkdraft="{python}" -m parkdraft $*',
        f'"{python}" -m parkdraft web',
        "cmd /k",
    )
    return "\r\n".join(lines) + "\r\n"
