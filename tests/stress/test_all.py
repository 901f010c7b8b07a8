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
from tests.helpers.postgres import SERVER, fresh_url

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


@pytest.mark.skipif(os.name == "nt", reason="processes are killed by signals: not on Windows")
@pytest.mark.parametrize("engine", ["sqlite", "postgres"])
def test_what_a_team_was_told_is_so_whatever_was_cut(engine: str) -> None:
    environment = dict(os.environ)
    processes = []
    if engine == "sqlite":
        environment.pop(SERVER, None)
    else:
        with fresh_url():  # or skipped
            processes = ["--processes", "2"]
    options = ["--people", "6", "--minutes", "0.3", "--alone", "0", "--cuts"]
    command = [sys.executable, str(STRESS / "team.py"), *options, *processes]
    done = subprocess.run(
        command, capture_output=True, encoding="utf-8", check=False, env=environment
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "team: wrong: 0\n" in done.stdout
