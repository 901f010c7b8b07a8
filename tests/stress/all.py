"""All trials of outbox and team's server, at length or shortly; 1 where anything is wrong.

python tests/stress/all.py [--short] [--seed 0] [--only kills races tampering fulldisk team]
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

LONG = {
    "kills": "--rounds 1000 --every 1 --tables 40",
    "races": "--drafts 1100 --processes 8 --homes 20 --rows 3000 --tables 20",
    "tampering": "--rounds 2600",
    "fulldisk": "--every 1",
    "connections": "--silent 500 --slow 200 --idle 10000",
}
SHORT = {
    "kills": "--rounds 14 --every 199 --tables 2",
    "races": "--drafts 55 --processes 4 --homes 1 --rows 120 --tables 2 --group 20",
    "tampering": "--rounds 26 --most 1200",
    "fulldisk": "--every 29 --only draft approve batch purge",
    "connections": "--silent 40 --slow 40 --idle 300",
}
"""What ``tests/stress/test_all.py`` runs."""


def command(name: str, options: str, seed: int) -> list[str]:
    """How one of them is run."""
    script = Path(__file__).with_name(f"{name}.py")
    seeded = [] if name in ("fulldisk", "connections") else ["--seed", str(seed)]
    return [sys.executable, "-W", "error", str(script), *options.split(), *seeded]


def main(args: Sequence[str]) -> int:
    """Run them one after the other."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--short", action="store_true")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--only", nargs="+", choices=LONG, default=list(LONG))
    asked = parser.parse_args(args)
    wrong = 0
    for name in asked.only:
        options = (SHORT if asked.short else LONG)[name]
        print(f"{name} {options}", flush=True)
        started = time.monotonic()
        wrong += subprocess.run(command(name, options, asked.seed), check=False).returncode != 0
        print(f"  {time.monotonic() - started:.0f} s", flush=True)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
