"""A long list of work shared among processes by the standard library's pool, results in order.

Processes are started anew (spawn), as on Windows: nothing of this one is copied, no thread of it
can be holding a lock. Where there can be none, or one dies, this process does the work.
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
"""Pieces of work that wait for each process, so that none waits for us."""


def mapped(work: Callable[[_T], _R], items: Iterable[_T], least: int) -> Generator[_R, None, None]:
    """What ``work`` makes of each item; it has no effects, and items and results pickle.

    For fewer items than ``least``, starting a process takes longer than it saves. Who may stop
    early closes it: what is not begun is then left.
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
        with contextlib.suppress(BrokenProcessPool), _uninterrupted():  # it may start a process
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
    """Ctrl+C comes afterwards, and never to processes that are started meanwhile.

    They would tell of it at length before ``_begin`` is reached. Windows has no such thing.
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
    """Ctrl+C is for the process that the others work for; when that one dies, they end, too.

    The pool itself would let them wait for ever: each holds both ends of its queue of work.
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
