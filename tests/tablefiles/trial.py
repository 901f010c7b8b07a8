"""One file taken through the command line: python trial.py HOME FILE.

Prints one JSON document: the exit code, the seconds of the processor and the MiB at most that
the command took (those of the interpreter with it), the problems' codes, and what was said.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import resource
import sys
from pathlib import Path

MOST_ADDRESSES = 3 << 30
MOST_SECONDS = 15


def peak() -> float:
    """MiB at most resident; what the parent had when it made this process does not count."""
    status = Path("/proc/self/status")
    if status.exists():
        line = next(one for one in status.read_text().splitlines() if one.startswith("VmHWM"))
        return int(line.split()[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1 << 20)


def main(home: str, file: str) -> None:
    """Import the file as a list of the shipped directory's partner with monthly lists."""
    resource.setrlimit(resource.RLIMIT_AS, (MOST_ADDRESSES, MOST_ADDRESSES))
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_SECONDS, MOST_SECONDS))
    os.environ |= {"PARKDRAFT_CACHE": f"{home}/cache", "PARKDRAFT_USER": "tester"}
    os.environ.pop("PARKDRAFT_DATABASE", None)
    from parkdraft.cli.main import run

    start = resource.getrusage(resource.RUSAGE_SELF)
    out, err = io.StringIO(), io.StringIO()
    args = ["contacts", "import", "hiparking", file, "--month", "2026-11", "--yes", "--json"]
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = run(["--home", home, *args])
    end = resource.getrusage(resource.RUSAGE_SELF)
    seconds = end.ru_utime + end.ru_stime - start.ru_utime - start.ru_stime
    try:
        codes = [one["code"] for one in json.loads(out.getvalue()).get("problems", [])]
    except ValueError:
        codes = []
    said = {"out": out.getvalue()[:100_000], "err": err.getvalue()[:100_000]}
    found = {"code": code, "seconds": seconds, "peak": peak(), "codes": codes, **said}
    print(json.dumps(found))


if __name__ == "__main__":
    main(*sys.argv[1:])
