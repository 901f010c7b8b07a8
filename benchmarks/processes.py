"""What whole processes take: seconds, and memory."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence

_PEAK = """
import os, subprocess, sys
quiet = subprocess.DEVNULL
child = subprocess.Popen(sys.argv[1:], stdout=quiet, stderr=subprocess.PIPE)
told = child.stderr.read()
_, status, usage = os.wait4(child.pid, 0)
sys.stderr.buffer.write(told)
print(usage.ru_maxrss)
os._exit(os.waitstatus_to_exitcode(status))
"""


def seconds(args: Sequence[str]) -> float:
    """A whole Python process."""
    start = time.perf_counter()
    subprocess.run([sys.executable, *args], capture_output=True, check=True)
    return time.perf_counter() - start


def in_turn(tasks: Mapping[str, Callable[[], float]], rounds: int) -> dict[str, float]:
    """The median of each, in turn, so that a machine whose speed drifts slows all alike."""
    taken: dict[str, list[float]] = {name: [] for name in tasks}
    for number in range(-1, rounds):
        for name, task in tasks.items():
            one = task()
            if number >= 0:
                taken[name].append(one)
    return {name: statistics.median(times) for name, times in taken.items()}


def peak(args: Sequence[str]) -> float:
    """MiB at most resident of a Python process or one that helps it; it must end with 0.

    A process begins with what its parent has resident, so the parent is a small one.
    """
    command = [sys.executable, "-u", "-S", "-c", _PEAK, sys.executable, *args]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", check=False)
    if done.returncode:
        sys.exit(f"{' '.join(args)}: exit {done.returncode}: {done.stderr}")
    return int(done.stdout) / (1024 if sys.platform == "linux" else 1024**2)
