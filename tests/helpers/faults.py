"""System calls that fail, and processes that die, at any one of the steps that change files."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

import pytest

CHANGING = ("fsync", "rename", "replace", "unlink", "mkdir", "truncate", "ftruncate")
_FOR_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT
_NUMBERS = {"full": errno.ENOSPC, "read-only": errno.EACCES, "held-open": errno.EACCES}
"""What the system may say; people are told ``storage.full`` and so on."""


class Death(BaseException):
    """The process is no more: nothing of it runs on, no handler and no ``finally``."""


class Steps:
    """Counts what changes something; at one step something happens, before or after it is done.

    Once dead, every further step raises, so that no clearing up happens that a killed process
    would not do either.
    """

    Death = Death

    def __init__(self) -> None:
        self._others = False
        self.reset()

    def reset(self) -> None:
        """Nothing was counted, and nothing happens at any step."""
        self.count = self._at = 0
        self._strike: Callable[[], object] = lambda: None
        self._when, self._dead = "before", False

    def fail(self, at: int, name: str) -> None:
        """Refuse the step with this number, as the system would."""
        self.reset()
        self._at, self._strike = at, lambda: refuse(name)

    def die(self, at: int, when: str) -> None:
        """Die ``before`` or ``after`` the step with this number, or, writing, ``half`` way."""
        self.reset()
        self._at, self._when, self._strike = at, when, self._die

    @contextmanager
    def others(self) -> Iterator[None]:
        """Steps that are not counted, and at which nothing happens."""
        self._others = True
        try:
            yield
        finally:
            self._others = False

    @property
    def reached(self) -> bool:
        """Whether there was a step with that number."""
        return self.count >= self._at

    def take(self, step: Callable[[], Any], half: Callable[[], Any] = lambda: None) -> Any:
        """One step, of which ``half`` does a part."""
        if self._others:
            return step()
        if self._dead:
            raise Death
        self.count += 1
        here = self.count == self._at
        if here and self._when == "half":
            half()
        if here and self._when != "after":
            self._strike()
        try:
            return step()
        finally:
            if here and self._when == "after":
                self._strike()

    def _die(self) -> None:
        self._dead = True
        raise Death


def refuse(name: str) -> None:
    """Raise what the system says; ``held-open`` as Windows does."""
    error = OSError(_NUMBERS[name], os.strerror(_NUMBERS[name]))
    if name == "held-open":
        error.winerror = 32  # type: ignore[attr-defined, unused-ignore]
    raise error


@pytest.fixture(params=list(_NUMBERS))
def why(request: pytest.FixtureRequest) -> str:
    """Each of the reasons for which the system refuses something."""
    return str(request.param)


@pytest.fixture
def refusing() -> Callable[[str], Callable[..., None]]:
    """Makes a function that refuses, whatever it is given."""
    return lambda name: lambda *_, **__: refuse(name)


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> Steps:
    """The system calls that change files, as steps."""
    steps = Steps()

    def patched(name: str) -> Callable[..., Any]:
        call = getattr(os, name)
        return lambda *args, **named: steps.take(lambda: call(*args, **named))

    for name in CHANGING:
        monkeypatch.setattr(os, name, patched(name))
    written, opened = os.write, os.open

    def write(file: int, data: Any) -> int:
        half = bytes(data[: len(data) // 2])
        step = partial(written, file, data)
        return int(steps.take(step, lambda: written(file, half)))

    monkeypatch.setattr(os, "write", write)

    def open_(path: Any, flags: int, *args: Any, **named: Any) -> int:
        if flags & _FOR_WRITING:
            return int(steps.take(lambda: opened(path, flags, *args, **named)))
        return opened(path, flags, *args, **named)

    monkeypatch.setattr(os, "open", open_)
    return steps
