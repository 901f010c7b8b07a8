"""A long list of work, every other block of it done by a second process.

The second process is a copy of this one (fork): it knows what this one knows and goes through
the list itself, so that only results pass between them. Where there can be none, or where it
dies, this process does all of it.
"""

from __future__ import annotations

import contextlib
import os
import pickle
import signal
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from importlib import import_module
from itertools import chain, cycle, islice
from typing import IO, Any, NoReturn, TypeVar

LEAST = 300
"""For less a second process is not worth its start."""
BLOCKS = (100, 110)
"""So many are ours, then so many the second process's: we have the results to deal with, too."""
_PIPE = 1 << 20
"""Bytes that wait for us: a block, so that nobody waits for the other."""
_T = TypeVar("_T")
_R = TypeVar("_R")
_Work = Callable[[Sequence[_T]], Sequence[_R]]


def mapped(work: _Work[_T, _R], items: Callable[[], Iterable[_T]]) -> Iterator[_R]:
    """What ``work`` makes of a list's blocks, in order; it has no effects, its results pickle."""
    left = iter(items())
    begun = list(islice(left, LEAST))
    blocks = _blocks(chain(begun, left))
    if len(begun) < LEAST or not _can_help():
        for _, block in blocks:
            yield from work(block)
        return
    with _Helper(work, items) as helper:
        for is_ours, block in blocks:
            done = None if is_ours else helper.done()
            yield from work(block) if done is None else done


def _blocks(items: Iterable[_T]) -> Iterator[tuple[bool, list[_T]]]:
    """The list in blocks, ours and the second process's in turn; whether each is ours."""
    left = iter(items)
    for is_ours, size in cycle(zip((True, False), BLOCKS, strict=True)):
        block = list(islice(left, size))
        if not block:
            return
        yield is_ours, block


def _can_help() -> bool:
    """Forking while another thread is at work might copy a lock that is held."""
    if not hasattr(os, "fork") or threading.active_count() > 1:
        return False
    return len(os.sched_getaffinity(0)) > 1 if hasattr(os, "sched_getaffinity") else False


class _Helper:
    """The second process, which does every other block."""

    def __init__(self, work: _Work[Any, Any], items: Callable[[], Iterable[Any]]) -> None:
        reading, writing = os.pipe()
        self._pid = os.fork()
        if not self._pid:
            os.close(reading)
            _help(work, items, writing)
        os.close(writing)
        self._results: IO[bytes] = os.fdopen(reading, "rb")
        self._alive = True
        with contextlib.suppress(ImportError, AttributeError, OSError):  # Linux alone
            fcntl: Any = import_module("fcntl")
            fcntl.fcntl(reading, fcntl.F_SETPIPE_SZ, _PIPE)

    def __enter__(self) -> _Helper:
        return self

    def __exit__(self, *_: object) -> None:
        self._results.close()
        with contextlib.suppress(OSError):
            os.kill(self._pid, signal.SIGKILL)
        os.waitpid(self._pid, 0)

    def done(self) -> list[Any] | None:
        """The results of its next block; None once it is no more."""
        try:
            results: list[Any] | None = pickle.load(self._results) if self._alive else None
        except (EOFError, OSError, pickle.UnpicklingError):
            self._alive, results = False, None
        return results


def _help(work: _Work[Any, Any], items: Callable[[], Iterable[Any]], writing: int) -> NoReturn:
    """The second process's life. It ends without a word: what it leaves, the other one does."""
    try:
        with os.fdopen(writing, "wb") as results:
            for is_ours, block in _blocks(items()):
                if not is_ours:
                    pickle.dump(work(block), results, pickle.HIGHEST_PROTOCOL)
                    results.flush()
    finally:
        os._exit(0)
