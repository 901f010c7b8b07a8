"""All crafted files, and how one is tried: ``trial.py`` reads it in a process of its own."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

from . import craftedparts, craftedsheets, craftedtexts, craftedvalues, craftedzips
from .crafted import Hostile

HOSTILE: tuple[Hostile, ...] = (
    *craftedzips.FILES,
    *craftedparts.FILES,
    *craftedsheets.FILES,
    *craftedvalues.FILES,
    *craftedtexts.FILES,
)
REPOSITORY = Path(__file__).parents[2]
TRIAL = Path(__file__).with_name("trial.py")
MOST_SECONDS = 40
"""Of the clock, for one file: what takes longer hangs, and is ended. No test measures time."""


class Tried(NamedTuple):
    """How it went: the exit code (None where the process did not end by itself), the seconds of
    the processor and the MiB at most, the problems' codes, and all that was said."""

    code: int | None
    seconds: float
    peak: float
    codes: tuple[str, ...]
    said: str


def tried(one: Hostile, folder: Path) -> Tried:
    """Make a file, and import it as a list into a new home, by a process of its own."""
    folder.mkdir()
    path = one.make(folder)
    home = folder / "home"
    home.mkdir()
    shutil.copytree(REPOSITORY / "templates", home / "templates")
    shutil.copy(REPOSITORY / "contacts.yaml", home)
    command = [sys.executable, str(TRIAL), str(home), str(path)]
    try:
        done = subprocess.run(
            command, capture_output=True, encoding="utf-8", check=False, timeout=MOST_SECONDS
        )
    except subprocess.TimeoutExpired:
        return Tried(None, MOST_SECONDS, 0.0, (), "it did not end")
    finally:
        path.unlink()
    if done.returncode:
        return Tried(None, 0.0, 0.0, (), f"exit {done.returncode}\n{done.stderr[-2000:]}")
    found = json.loads(done.stdout)
    said = found["out"] + found["err"] + done.stderr
    return Tried(found["code"], found["seconds"], found["peak"], tuple(found["codes"]), said)
