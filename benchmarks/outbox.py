"""The outbox under strain; each ends with 1 where something is wrong.

race     several processes over the same drafts   [--drafts 1000] [--processes 8]
kill     processes killed at any moment           [--rounds 350] [--seed 0]
refuse   full disks and read-only folders         [--every 1]
tamper   what verify must find                    [--trials 240] [--seed 0]
list     lists of very many drafts                [--drafts 100000] [--rounds 7]
time     other commands among very many drafts    [--rounds 7]
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path


def main(args: Sequence[str]) -> int:
    """Run one of them; 1 where something is wrong, which is printed."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    commands = parser.add_subparsers(dest="command", required=True)
    race = commands.add_parser("race")
    race.add_argument("--drafts", type=int, default=1000)
    race.add_argument("--processes", type=int, default=8)
    kill = commands.add_parser("kill")
    kill.add_argument("--rounds", type=int, default=350)
    kill.add_argument("--seed", type=int, default=0)
    tamper = commands.add_parser("tamper")
    tamper.add_argument("--trials", type=int, default=240)
    tamper.add_argument("--seed", type=int, default=0)
    refuse = commands.add_parser("refuse")
    refuse.add_argument("--every", type=int, default=1)
    lists = commands.add_parser("list")
    lists.add_argument("--drafts", type=int, default=100_000)
    lists.add_argument("--rounds", type=int, default=7)
    commands.add_parser("time").add_argument("--rounds", type=int, default=7)
    asked = parser.parse_args(args)
    with tempfile.TemporaryDirectory(prefix="parkdraft-") as folder:
        os.environ["PARKDRAFT_CACHE"] = f"{folder}/cache"
        wrong = _run(asked, Path(folder))
    for one in wrong:
        print(f"WRONG {one}")
    print("wrong:", len(wrong))
    return 1 if wrong else 0


def _run(asked: argparse.Namespace, folder: Path) -> list[str]:
    if asked.command == "race":
        from outboxraces import race

        return race(folder, asked.drafts, asked.processes)
    if asked.command == "kill":
        from outboxkills import kill

        return kill(folder, asked.rounds, asked.seed)
    if asked.command == "list":
        from outboxlisting import time_lists

        return time_lists(folder, asked.drafts, asked.rounds)
    if asked.command == "time":
        from outboxlisting import time_commands

        return time_commands(folder, asked.rounds)
    if asked.command == "refuse":
        from outboxmedia import refuse

        return refuse(folder, asked.every)
    from outboxtampering import tamper

    return tamper(folder, asked.trials, asked.seed)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
