"""Killed processes, media that refuse, and files changed by hand: nothing is lost or believed.

``benchmarks/outbox.py`` does the same some hundred times.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[1] / "benchmarks" / "outbox.py"
needs_posix = pytest.mark.skipif(
    os.name == "nt", reason="processes are forked, killed by SIGKILL and limited: not on Windows"
)


def run(*args: str) -> str:
    command = [sys.executable, str(SCRIPT), *args]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", check=False)
    assert (done.returncode, done.stderr) == (0, ""), done.stdout + done.stderr
    assert done.stdout.endswith("wrong: 0\n")
    return done.stdout


@needs_posix
def test_a_killed_process_leaves_nothing_half_written_and_the_next_command_finishes_it() -> None:
    said = run("kill", "--rounds", "28")
    assert "between" in said or "unfinished" in said  # not all of them came too late


@needs_posix
def test_a_full_disk_and_a_read_only_folder_are_refused_with_a_reason() -> None:
    said = run("refuse", "--every", "4")
    assert said.count("exit 1") > 7


def test_verify_finds_whatever_was_done_behind_the_program() -> None:
    run("tamper", "--trials", "36")
