"""How long one command takes, as a multiple of ``python -c pass``: medians of one run.

    python benchmarks/startup.py [ROUNDS]

Every round runs each command once, in turn, so that a machine whose speed drifts slows all
of them alike. The directory is the shipped one, copied to a temporary home; the second home
also has a list of 2,000 made-up sites.
"""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]
LIMITS = {"--help": 4.5, "draft": 10.5, "draft, 2,000 sites": 11.5}
DRAFT = (
    *("draft", "plate-change", "--partner", "nice", "--site", "가온타워"),
    *("--old-plate", "12가3456", "--new-plate", "345나6789"),
)


def main() -> None:
    """Measure and print; exit 1 where a limit is not kept."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 25
    with tempfile.TemporaryDirectory() as folder:
        env = _environment(Path(folder))
        plain, many = _home(Path(folder) / "plain"), _home(Path(folder) / "many")
        _write_sites(many / "sites.csv", 2000)
        commands = {
            "python -c pass": ("-c", "pass"),
            "--help": ("-m", "parkdraft", "--help"),
            "draft": ("-m", "parkdraft", "--home", str(plain), *DRAFT),
            "draft, 2,000 sites": ("-m", "parkdraft", "--home", str(many), *DRAFT),
        }
        times: dict[str, list[float]] = {name: [] for name in commands}
        for counted in range(-2, rounds):
            for name, command in commands.items():
                seconds = _seconds(command, env)
                if counted >= 0:
                    times[name].append(seconds)
    sys.exit(_report(times))


def _environment(folder: Path) -> dict[str, str]:
    """As on a PC where the program is installed: byte code and our own cache are kept."""
    env = {name: value for name, value in os.environ.items() if name != "PARKDRAFT_HOME"}
    env.pop("PYTHONDONTWRITEBYTECODE", None)
    return {**env, "PARKDRAFT_CACHE": str(folder / "cache"), "PYTHONUTF8": "1"}


def _home(folder: Path) -> Path:
    shutil.copytree(ROOT / "templates", folder / "templates")
    shutil.copy(ROOT / "contacts.yaml", folder)
    return folder


def _write_sites(path: Path, count: int) -> None:
    rows = [f"새봄빌딩 {number}호,어반포트,수동현장,새봄{number},12000" for number in range(count)]
    text = "\n".join(["현장명,운영사,연동구분,별칭,일최대요금", *rows])
    path.write_text(text, encoding="utf-8-sig")


def _seconds(command: tuple[str, ...], env: dict[str, str]) -> float:
    start = time.perf_counter()
    subprocess.run([sys.executable, *command], env=env, capture_output=True, check=True)
    return time.perf_counter() - start


def _report(times: dict[str, list[float]]) -> int:
    floor = statistics.median(times["python -c pass"])
    failed = 0
    print(f"Python {sys.version.split()[0]}, {len(times['draft'])} rounds, medians")
    for name, seconds in times.items():
        median = statistics.median(seconds)
        ratio, limit = median / floor, LIMITS.get(name)
        bound = f" (limit {limit})" if limit else ""
        failed += bool(limit and ratio > limit)
        spread = f"{min(seconds) * 1000:.0f}-{max(seconds) * 1000:.0f} ms"
        print(f"{name:20} {median * 1000:7.1f} ms {ratio:6.2f} x{bound}   {spread}")
    return 1 if failed else 0


if __name__ == "__main__":
    main()
