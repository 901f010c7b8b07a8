"""Disks that are full, or may not be written to, while somebody works.

    python tests/stress/fulldisk.py [--every 1] [--only draft purge ...]

From every single call that needs space on, the disk is full; a small file system is filled up to
so many pages; files may not grow; nothing may be written at all. A refused command says why in
Korean and ends with 1, what it said is done is done, nothing is lost, and when there is room again
the same command does what it should.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import re
import resource
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import centre
import tracing
from work import TRIALS, Child, Prepared

from parkdraft import Home

PAGE = 4096
PAGES = (0, 1, 2, 3, 4, 6, 8, 10, 12, 14, 16, 20, 24, 28, 32, 40, 48, 64, 96, 128)
"""So much of a small file system is free; a log that begins takes eight pages at least."""
SIZES = (0, 1, 100, 1000, 4096, 12_288, 32_768, 65_536, 131_072, 196_608, 262_144)
"""No file may grow beyond so many bytes."""
_SAID = re.compile("[가-힣]")
_STORAGE = re.compile("공간|권한|저장|쓸 수 없|디스크|파일|폴더")
_NO_WORDS = re.compile("Traceback|Error|예상하지 못한")


def refuse(folder: Path, every: int, only: Sequence[str]) -> list[str]:
    """Run it; all that was wrong."""
    centre.warmed(folder / "warmed")
    wrong: list[str] = []
    for name in only or TRIALS:
        one = Prepared(name, folder / name.replace(" ", "-"))
        counted: Counter[str] = Counter()
        wrong += [f"{name}, {what}" for what in _at_every_call(one, every, counted)]
        wrong += [f"{name}, {what}" for what in _in_small_files(one, every, counted)]
        told = ", ".join(f"{how} {count}" for how, count in sorted(counted.items()))
        print(f"  {name}: {told}", flush=True)
    disk = folder / "disk"
    if not _mounted("-t", "tmpfs", "-o", "size=4m", "tmpfs", disk):
        print("  not tried: a small disk, a read-only one (nothing can be mounted here)")
        return wrong
    try:
        for name in only or TRIALS:
            counted = Counter()
            one = Prepared(name, disk / name.replace(" ", "-"))
            wrong += [f"{name}, {what}" for what in _on_small_disk(one, every, counted)]
            wrong += [f"{name}, {what}" for what in _on_read_only_disk(one, counted)]
            told = ", ".join(f"{how} {count}" for how, count in sorted(counted.items()))
            print(f"  {name}: {told}", flush=True)
            shutil.rmtree(one.folder)
    finally:
        subprocess.run(["umount", disk], check=True)
    return wrong


# ---- how it is refused --------------------------------------------------------------------------


def _at_every_call(one: Prepared, every: int, counted: Counter[str]) -> Iterator[str]:
    if not tracing.can_refuse():
        counted["not tried at every call"] += 1
        return
    child = Child(one, one.home())
    calls = tracing.refused(child.work, 0, child.writing).calls
    child.answers()
    for number in range(1, calls + 1, every):
        home = one.home()
        child = Child(one, home)
        code = tracing.refused(child.work, number, child.writing).code
        counted["calls"] += 1
        wrong = _judged(one, home, child.answers(), code)
        yield from (f"from call {number} on: {what}" for what in wrong)


def _in_small_files(one: Prepared, every: int, counted: Counter[str]) -> Iterator[str]:
    for size in SIZES[::every]:
        home = one.home()
        child = Child(one, home)

        def limited(child: Child = child, size: int = size) -> None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
            child.work()

        code = child.killed_after(None, limited)
        counted["sizes"] += 1
        wrong = _judged(one, home, child.answers(), code)
        yield from (f"files up to {size}: {what}" for what in wrong)


def _on_small_disk(one: Prepared, every: int, counted: Counter[str]) -> Iterator[str]:
    for pages in PAGES[::every]:
        home = one.home()
        child = Child(one, home)
        with _full(one.folder.parent / "filler", pages):
            code = child.killed_after(None)
        counted["pages"] += 1
        wrong = _judged(one, home, child.answers(), code)
        yield from (f"{pages} pages free: {what}" for what in wrong)


def _on_read_only_disk(one: Prepared, counted: Counter[str]) -> Iterator[str]:
    home = one.home()
    before = _tree(home.root)
    child = Child(one, home)
    with _read_only(home.root):
        code = child.killed_after(None)
        changed = _tree(home.root) != before
        answers = child.answers()
    counted["read-only"] += 1
    if changed:
        yield "read-only: something was written"
    if any(answer["code"] != 1 for answer in answers):
        yield f"read-only: exit {[answer['code'] for answer in answers]}"
    yield from (f"read-only: {what}" for what in _judged(one, home, answers, code))


def _judged(
    one: Prepared, home: Home, answers: Sequence[dict[str, Any]], code: int | None
) -> Iterator[str]:
    """What is wrong with what was answered, and with what is left."""
    if code != 0:
        yield f"the process ended with {code}"
    for answer in answers:
        if answer["code"] not in (0, 1):
            yield f"exit {answer['code']}"
        if _NO_WORDS.search(answer["err"]):
            yield f"says {answer['err']!r}"
        if answer["code"] == 1 and not answer.get("ok") and one.name != "verify":
            said = " ".join((answer["err"], *(p["message"] for p in answer.get("problems", ()))))
            if not _SAID.search(said) or not _STORAGE.search(said):
                yield f"refuses and says {said!r}"
    yield from one.looked_at(home, answers, 0)


# ---- small disks --------------------------------------------------------------------------------


def _mounted(*args: str | Path) -> bool:
    """Whether something could be mounted; the last is where."""
    Path(args[-1]).mkdir(exist_ok=True)
    with contextlib.suppress(FileNotFoundError):
        return subprocess.run(["mount", *args], capture_output=True, check=False).returncode == 0
    return False


@contextlib.contextmanager
def _full(filler: Path, pages: int) -> Iterator[None]:
    with filler.open("wb", buffering=0) as file, contextlib.suppress(OSError):
        while file.write(bytes(PAGE)):
            pass
    os.truncate(filler, max(filler.stat().st_size - pages * PAGE, 0))
    try:
        yield
    finally:
        filler.unlink()


@contextlib.contextmanager
def _read_only(root: Path) -> Iterator[None]:
    subprocess.run(["mount", "--bind", root, root], check=True)
    try:
        subprocess.run(["mount", "-o", "remount,ro,bind", root], check=True)
        yield
    finally:
        subprocess.run(["umount", root], check=True)


def _tree(root: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in sorted(root.rglob("*")) if path.is_file()}


def main(args: Sequence[str]) -> int:
    """Run it; 1 where something is wrong."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--every", type=int, default=1)
    parser.add_argument("--only", nargs="+", choices=TRIALS, default=())
    asked = parser.parse_args(args)
    with centre.workplace() as folder:
        wrong = refuse(folder, asked.every, asked.only)
    return centre.told("fulldisk", wrong)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
