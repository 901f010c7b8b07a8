"""Hostile values in every field of every route: nobody else is written to.

``tests/stress/values.py 45000`` does the same with many more.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from parkdraft import Home

SCRIPT = Path(__file__).with_name("values.py")


def test_no_value_changes_recipients_sender_or_headers(shipped: Home) -> None:
    command = [sys.executable, str(SCRIPT), "1500"]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", check=False)
    assert (done.returncode, done.stderr) == (0, ""), done.stdout + done.stderr
    assert f"rows: {len(shipped.directory.routes)}, " in done.stdout
    assert done.stdout.endswith("wrong: 0\n")
