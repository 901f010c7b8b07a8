"""``batch`` killed at random moments and run again.

``benchmarks/batch.py kill`` does the same fifty times.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[1] / "benchmarks" / "batch.py"


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGKILL")
def test_every_row_ends_in_exactly_one_draft() -> None:
    command = [sys.executable, str(SCRIPT), "kill", "--rounds", "8", "--seed", "20261123"]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", check=False)
    assert (done.returncode, done.stderr) == (0, ""), done.stdout + done.stderr
    assert done.stdout.endswith("wrong: 0\n")
    assert " 0 times killed" not in done.stdout
