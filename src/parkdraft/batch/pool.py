"""A long list of work shared among processes by the standard library's pool, results in order.

Processes are spawned on every system, as a fork could copy a lock that another thread holds.
Where none can be started, or one dies, this process does the work.
"""

from __future__ import annotations

import contextlib
import os
import signal
import sys
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from itertools import chain, islice
from typing import TypeVar

_T = TypeVar("_T")
_R = TypeVar("_R")
_AHEAD = 3
"""Pieces of work that are queued for each process, so that none is ever idle."""


def mapped(work: Callable[[_T], _R], items: Iterable[_T], least: int) -> Generator[_R, None, None]:
    """``work(item)`` for each item. It must be free of side effects; items and results pickle.

    With fewer items than ``least`` no process is started. A caller that may stop early closes
    the generator: work that has not begun is then dropped.
    """
    left = iter(items)
    first = list(islice(left, least))
    every = chain(first, left)
    count = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    if len(first) < least or (count or 1) < 2:
        yield from map(work, every)
    else:
        yield from _shared(work, every, count or 1)


def _shared(work: Callable[[_T], _R], items: Iterable[_T], count: int) -> Iterator[_R]:
    from concurrent.futures import Future, ProcessPoolExecutor
    from concurrent.futures.process import BrokenProcessPool
    from multiprocessing import get_context

    pool = ProcessPoolExecutor(count, get_context("spawn"), initializer=_begin)
    waiting: deque[tuple[_T, Future[_R] | None]] = deque()

    def submitted(item: _T) -> Future[_R] | None:
        with contextlib.suppress(BrokenProcessPool), _uninterrupted():  # submit may start a process
            return pool.submit(work, item)
        return None

    def result() -> _R:
        item, future = waiting.popleft()
        with contextlib.suppress(BrokenProcessPool):
            if future:
                return future.result()
        return work(item)

    try:
        for item in items:
            waiting.append((item, submitted(item)))
            if len(waiting) > count * _AHEAD:
                yield result()
        while waiting:
            yield result()
    finally:
        pool.shutdown(cancel_futures=True)


@contextlib.contextmanager
def _uninterrupted() -> Iterator[None]:
    """Hold Ctrl+C back until the block is left; processes started in it never get one.

    Before ``_begin`` runs there, Ctrl+C would print a traceback. Windows has no such signals.
    """
    if sys.platform == "win32":
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _begin() -> None:
    """In a worker: leave Ctrl+C to the parent, and end when the parent dies.

    The pool would let workers wait for ever: each holds both ends of the queue of work.
    """
    import threading

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    from multiprocessing import parent_process

    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
