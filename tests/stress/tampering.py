"""Files and records changed behind the program: what ``verify`` must find, and mend.

    python tests/stress/tampering.py [--rounds 600] [--seed 0] [--most 0]

Files are edited, swapped, copied, moved, removed, and replaced by links, pipes and folders: each is
found and put right. Then single statements of SQL over every table and column, with the schema's
triggers in place: each is refused, or found, or is what the program itself might have written.
``--most`` bounds how many statements are tried, 0 for all.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

import centre
from tamperedfiles import tamper_files
from tamperedrecords import tamper_records


def main(args: Sequence[str]) -> int:
    """Run it; 1 where something is wrong."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=600)
    parser.add_argument("--most", type=int, default=0)
    parser.add_argument("--seed", type=int, default=0)
    asked = parser.parse_args(args)
    with centre.workplace() as folder:
        wrong = tamper_files(folder, asked.rounds, asked.seed)
        wrong += tamper_records(folder, asked.most, asked.seed)
    return centre.told("tampering", wrong)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
