"""What crafted files cost: seconds, MiB at most, and the code that each is refused with.

    python benchmarks/hostile.py [--only zip- xml-]

Each is imported as a list by a process of its own, one after the other. The worst come last;
1 where one takes more than two seconds of the processor or 200 MiB, or ends the process.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.tablefiles.hostile import HOSTILE, Tried, tried

MOST_SECONDS, MOST_MIB = 2.0, 200.0


def main(args: Sequence[str]) -> int:
    """Try all that are asked for; 1 where a limit is not kept."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--only", nargs="+", default=[""], help="how the names begin")
    asked = parser.parse_args(args)
    found: dict[str, Tried] = {}
    with tempfile.TemporaryDirectory(prefix="parkdraft-hostile-") as folder:
        for one in HOSTILE:
            if one.name.startswith(tuple(asked.only)):
                found[one.name] = tried(one, Path(folder) / one.name)
                print(line(one.name, found[one.name]), flush=True)
    over = [name for name, one in found.items() if is_over(one)]
    for title, costs in (
        ("longest", {name: one.seconds for name, one in found.items()}),
        ("largest", {name: one.peak for name, one in found.items()}),
    ):
        print(f"\n{title}:")
        for name in sorted(costs, key=lambda name: -costs[name])[:5]:
            print(line(name, found[name]))
    print(f"\nfiles: {len(found)}, over a limit: {len(over)}")
    for name in over:
        print(line(name, found[name]))
    return 1 if over else 0


def is_over(one: Tried) -> bool:
    return one.code not in (0, 1) or one.seconds > MOST_SECONDS or one.peak > MOST_MIB


def line(name: str, one: Tried) -> str:
    ended = "ended" if one.code is None else ", ".join(dict.fromkeys(one.codes)) or "read"
    return f"{one.seconds:7.2f} s {one.peak:7.1f} MiB  {name:40} {ended[:60]}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
