"""How fast a table becomes drafts, beside other programs on the same made-up work.

    python benchmarks/batch.py                        speed and memory; needs the extra ``bench``
    python benchmarks/batch.py speed [--rounds 5] [--cases 10000] [--contacts 50 2000]
    python benchmarks/batch.py memory

``speed`` compares, in turn and in one run: this program, which checks every case, writes it,
reads it back, makes it durable and records it; mailmerge, which only prints; a plain script
with EmailMessage; and the floor, the same bytes written to as many files and flushed once.
Every round has new folders, and all are deleted at the very end: creating files right after
deleting many is several times slower on some file systems.
"""

from __future__ import annotations

import argparse
import importlib.util
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import date
from email import message_from_bytes, policy
from pathlib import Path

import workload
from processes import peak

LIMITS = {"mailmerge": 0.25}
GROWTH = 350
"""MiB that 100,000 rows may need more than 1,000: all are composed before the first is kept."""
OURS, MERGE, PLAIN, FLOOR = "parkdraft batch", "mailmerge", "EmailMessage + Jinja", "floor"
PEER = Path(__file__).with_name("emailmessage.py")


def main(args: Sequence[str]) -> int:
    """Run what is asked for; 1 where a limit is not kept or something is wrong."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("what", nargs="?", choices=("speed", "memory"))
    parser.add_argument("--rounds", type=int)
    parser.add_argument("--cases", type=int, default=10_000)
    parser.add_argument("--contacts", type=int, nargs="+", default=[50, 2000])
    asked = parser.parse_args(args)
    with tempfile.TemporaryDirectory(prefix="parkdraft-bench-") as name:
        folder = Path(name)
        os.environ |= {"PARKDRAFT_CACHE": f"{folder}/cache", "PARKDRAFT_USER": "bench"}
        os.environ |= {"PYTHONUTF8": "1"}
        os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
        failed = 0
        if asked.what in (None, "speed"):
            for count in asked.contacts:
                failed += speed(folder, count, asked.cases, asked.rounds or 5)
        if asked.what in (None, "memory"):
            failed += memory(folder)
    return 1 if failed else 0


# ---- speed -------------------------------------------------------------------------------------


def speed(folder: Path, contacts: int, cases: int, rounds: int) -> int:
    """All programs on the same cases, in turn; how many limits are not kept."""
    merge = Path(sys.executable).with_name("mailmerge")
    if importlib.util.find_spec("mailmerge") is None:
        sys.exit("mailmerge is not installed: pip install -e '.[bench]'")
    work = folder / f"{contacts}-contacts"
    work.mkdir()
    people = workload.contacts(contacts)
    table = workload.write_cases(work / "cases.csv", people, cases)
    rows = workload.write_peer_rows(work / "rows.csv", people, cases)
    template, config = workload.write_mailmerge(work)
    files = {"--template": template, "--database": rows, "--config": config}
    options = [str(one) for pair in files.items() for one in pair]
    merging = [str(merge), "--dry-run", "--no-limit", "--output-format", "raw", *options]
    times: dict[str, list[float]] = {name: [] for name in (OURS, MERGE, PLAIN, FLOOR)}
    written: list[bytes] = []
    for number in range(rounds):
        home = home_of(work / f"home-{number}", people)
        plain = work / f"plain-{number}"
        script = [sys.executable, str(PEER), str(rows), str(template), str(plain)]
        times[OURS].append(timed(parkdraft, home, "batch", str(table)))
        times[MERGE].append(timed(run, merging))
        times[PLAIN].append(timed(run, script))
        written = written or drafts_of(home, cases)
        assert_same_mails(written, plain)
        times[FLOOR].append(timed(floor, work / f"floor-{number}", written))
    return report(times, f"{cases:,} cases, {contacts:,} contacts")


def home_of(folder: Path, people: Sequence[workload.Contact]) -> Path:
    """A home that has this month's list of contacts."""
    home = workload.make_home(folder)
    brought = workload.write_contacts(folder.with_suffix(".csv"), people)
    month = f"{date.today():%Y-%m}"
    parkdraft(home, "contacts", "import", "가온주차", str(brought), "--month", month)
    return home


def parkdraft(home: Path, *args: str) -> None:
    run([sys.executable, "-m", "parkdraft", "--home", str(home), *args])


def run(command: Sequence[str]) -> None:
    subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, check=True)


def timed(work: Callable[..., None], *args: object) -> float:
    """Seconds; what others have left to be written is written before."""
    os.sync()
    start = time.perf_counter()
    work(*args)
    return time.perf_counter() - start


def floor(folder: Path, contents: Sequence[bytes]) -> None:
    """The least that it takes to have so many files on the disk."""
    folder.mkdir()
    for number, content in enumerate(contents):
        descriptor = os.open(folder / f"{number:06d}.eml", os.O_WRONLY | os.O_CREAT, 0o640)
        os.write(descriptor, content)
        os.close(descriptor)
    flush(folder)


def flush(folder: Path) -> None:
    import ctypes

    descriptor = os.open(folder, os.O_RDONLY)
    try:
        if ctypes.CDLL(None).syncfs(descriptor):
            os.sync()
    except AttributeError:
        os.sync()
    finally:
        os.close(descriptor)


def drafts_of(home: Path, cases: int) -> list[bytes]:
    contents = [path.read_bytes() for path in sorted((home / "outbox" / "pending").iterdir())]
    assert len(contents) == cases
    return contents


def assert_same_mails(written: Sequence[bytes], plain: Path) -> None:
    """Both made the same subjects and texts, of 40 lines."""
    ours = {read(content) for content in written[:50]}
    theirs = {read(path.read_bytes()) for path in plain.iterdir()}
    assert ours <= theirs
    assert all(text.rstrip("\n").count("\n") == 39 for _, text in ours)


def read(content: bytes) -> tuple[str, str]:
    """Subject and text; the spaces that the library's reader inserts do not count."""
    message = message_from_bytes(content, policy=policy.default)
    text = message.get_payload(decode=True)
    assert isinstance(text, bytes)
    return "".join(str(message["Subject"]).split()), text.decode().replace("\r\n", "\n")


def report(times: dict[str, list[float]], title: str) -> int:
    medians = {name: statistics.median(seconds) for name, seconds in times.items()}
    python = f"Python {sys.version.split()[0]}, {os.cpu_count()} cores"
    print(f"\n{title}; {python}, {len(times[OURS])} rounds, medians")
    print(f"{'':22}{'seconds':>8}{'range':>15}{'noise':>7}{'x mailmerge':>13}{'x floor':>9}")
    for name, seconds in times.items():
        spread = f"{min(seconds):.2f}-{max(seconds):.2f}"
        noise = (max(seconds) - min(seconds)) / medians[name]
        ratios = medians[name] / medians[MERGE], medians[name] / medians[FLOOR]
        print(
            f"{name:22}{medians[name]:8.2f}{spread:>15}{noise:7.0%}"
            f"{ratios[0]:13.3f}{ratios[1]:9.2f}"
        )
    failed = 0
    for base, limit in LIMITS.items():
        ratio = medians[OURS] / medians[base]
        failed += ratio > limit
        kept = "kept" if ratio <= limit else "NOT KEPT"
        print(f"{OURS} / {base}: {ratio:.3f} (limit {limit:.2f} {kept})")
    return failed


# ---- memory ------------------------------------------------------------------------------------


def memory(folder: Path) -> int:
    """Peak memory for 1,000 and for 100,000 good rows; 1 where it grows by too much."""
    work = folder / "memory"
    work.mkdir()
    people = workload.contacts(50)
    peaks = {}
    for count in (1_000, 100_000):
        home = home_of(work / f"home-{count}", people)
        table = workload.write_cases(work / f"{count}.csv", people, count)
        command = ["-m", "parkdraft", "--home", str(home), "batch", str(table)]
        peaks[count] = peak(command)
    growth = peaks[100_000] - peaks[1_000]
    print("\npeak memory: " + ", ".join(f"{n:,} rows {mib:.1f} MiB" for n, mib in peaks.items()))
    print(f"growth {growth:.1f} MiB (limit {GROWTH})")
    return int(growth > GROWTH)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
