"""Several people over the same drafts at once, some on machines that share no lock.

``benchmarks/outbox.py race`` is the same with 1,000 drafts and 8 processes.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

SCRIPT = Path(__file__).parents[1] / "benchmarks" / "outbox.py"


def test_exactly_one_wins_and_nothing_is_lost() -> None:
    command = [sys.executable, str(SCRIPT), "race", "--drafts", "60", "--processes", "4"]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", check=False)
    assert (done.returncode, done.stderr) == (0, ""), done.stdout + done.stderr
    assert done.stdout.endswith("wrong: 0\n")
