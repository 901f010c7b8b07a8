"""Work shared among processes: all results, in order, whatever becomes of a process."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from parkdraft.batch.pool import mapped

HERE = os.getpid()


@pytest.fixture(autouse=True)
def _two_cores(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0, 1}, raising=False)


def doubled(number: int) -> tuple[int, int]:
    """Twice the number, and who says so."""
    return 2 * number, os.getpid()


def deadly(item: tuple[int, int]) -> int:
    """Dies at the second number, but in the process that asked."""
    number, parent = item
    if number == 2 and os.getpid() != parent:
        os._exit(7)
    return 2 * number


def refused(number: int) -> int:
    if number == 5:
        raise ValueError(number)
    return number


def test_results_come_in_order_from_more_processes() -> None:
    results = list(mapped(doubled, range(40), 4))
    assert [number for number, _ in results] == list(range(0, 80, 2))
    assert HERE not in {process for _, process in results}


@pytest.mark.parametrize("count", [0, 1, 3])
def test_little_work_is_not_shared(count: int) -> None:
    results = list(mapped(doubled, range(count), 4))
    assert results == [(2 * number, HERE) for number in range(count)]


def test_one_core_shares_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0}, raising=False)
    assert {process for _, process in mapped(doubled, range(20), 4)} == {HERE}


def test_where_a_process_dies_this_one_does_the_work() -> None:
    items = [(number, HERE) for number in range(20)]
    assert list(mapped(deadly, items, 4)) == [2 * number for number in range(20)]


def test_what_work_raises_is_raised_here() -> None:
    results: list[int] = []
    with pytest.raises(ValueError, match="5"):
        results.extend(mapped(refused, range(20), 4))
    assert results == list(range(5))


def test_items_are_taken_as_they_are_needed() -> None:
    """A long table is never whole in the queue."""
    taken: list[int] = []

    def items() -> Iterator[int]:
        for number in range(1000):
            taken.append(number)
            yield number

    results = mapped(doubled, items(), 4)
    assert next(results)[0] == 0
    assert len(taken) < 50
    results.close()


@pytest.mark.skipif(os.name == "nt", reason="a session of processes is asked for: not on Windows")
def test_when_this_process_dies_the_others_end(tmp_path: Path) -> None:
    """Nobody is left to wait for work for ever."""
    script = tmp_path / "long.py"
    script.write_text(
        "import os, signal\n"
        "from parkdraft.batch.pool import mapped\n"
        "os.sched_getaffinity = lambda _: {0, 1}\n"
        "if __name__ == '__main__':\n"
        "    for _ in mapped(abs, range(100), 4):\n"
        "        print(flush=True)\n"
        "        signal.pause()\n",
        "utf-8",
    )
    child = subprocess.Popen(
        [sys.executable, str(script)], stdout=subprocess.PIPE, start_new_session=True
    )
    assert child.stdout is not None
    assert child.stdout.readline() == b"\n"
    child.kill()
    # the helpers hold the pipe, too: it ends with the last of them
    assert child.communicate(timeout=60)[0] == b""
