"""The trials in their short form; ``python tests/stress/all.py`` runs them at length.

Processes are killed, people race, files and records are tampered with, and disks fill up: nothing
is lost, doubled, half done or believed. Silent and slow connections hold nobody up.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

STRESS = Path(__file__).parent


@pytest.mark.skipif(
    os.name == "nt", reason="processes are forked, killed by signals and limited: not on Windows"
)
@pytest.mark.parametrize("name", ["kills", "races", "tampering", "fulldisk", "connections"])
def test_nothing_is_wrong_afterwards(name: str) -> None:
    command = [sys.executable, str(STRESS / "all.py"), "--short", "--only", name]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", check=False)
    assert (done.returncode, done.stderr) == (0, ""), done.stdout + done.stderr
    assert f"{name}: wrong: 0\n" in done.stdout
