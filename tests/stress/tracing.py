"""A process of ours that is killed, or refused something, at one of its system calls.

Every change to a file is a system call, so between two of them is everything that a killed
process can leave. They are counted by ptrace(2); no other program is needed. Linux only,
refusals on x86-64 only: ``possible`` and ``can_refuse`` say whether it can be.
"""

from __future__ import annotations

import ctypes
import errno
import os
import platform
import signal
import sys
from collections.abc import Callable, Iterator
from functools import cache
from typing import NamedTuple, NoReturn

_TRACEME, _GETREGS, _SETREGS, _SYSCALL, _SETOPTIONS = 0, 12, 13, 24, 0x4200
_TRACESYSGOOD, _EXITKILL = 1, 0x100000
_AT_CALL = signal.SIGTRAP | 0x80


_RAX, _RDX, _RDI, _ORIG_RAX = 10, 12, 14, 15
"""Places in user_regs_struct (sys/user.h)."""
_WRITES = (1, 18, 20, 77, 285)
"""write, pwrite64, writev, ftruncate, fallocate: the file is their first argument."""
_MAKES = (74, 75, 82, 83, 258, 264, 316)
"""fsync, fdatasync, rename, mkdir, mkdirat, renameat, renameat2"""
_OPENAT = 257


class Traced(NamedTuple):
    """How many system calls it began, and how it ended: an exit code, or None where killed."""

    calls: int
    code: int | None


@cache
def _libc() -> ctypes.CDLL:
    libc = ctypes.CDLL(None, use_errno=True)
    libc.ptrace.argtypes = [ctypes.c_long, ctypes.c_long, ctypes.c_void_p, ctypes.c_void_p]
    libc.ptrace.restype = ctypes.c_long
    return libc


@cache
def possible() -> bool:
    """Whether this system lets us look at our own children's system calls."""
    if sys.platform != "linux":
        return False
    try:
        return traced(lambda: None, 0).code == 0
    except OSError:
        return False


def can_refuse() -> bool:
    """Whether system calls of our children can be refused here."""
    return possible() and platform.machine() == "x86_64"


def traced(work: Callable[[], None], at: int) -> Traced:
    """Let a forked process work, and kill it before its system call with number ``at``.

    With 0 it is not killed. Raises OSError where processes may not be traced.
    """
    calls = 0
    for child, entering, code in _stops(work):
        if not child:
            return Traced(calls, code)
        calls += entering
        if entering and calls == at:
            os.kill(child, signal.SIGKILL)  # a call that it stands before is not made
            os.waitpid(child, 0)
            break
    return Traced(calls, None)


def refused(work: Callable[[], None], at: int, spared: int) -> Traced:
    """Let a forked process work; from its ``at``-th call that needs space on, the disk is full.

    With 0 it never is. What goes to the file ``spared`` is not counted; nor is what is printed.
    """
    calls, refusing = 0, False
    registers = (ctypes.c_ulonglong * 27)()
    for child, entering, code in _stops(work):
        if not child:
            return Traced(calls, code)
        if entering:
            _ptrace(_GETREGS, child, ctypes.addressof(registers))
            needs = _needs_space(registers, spared)
            calls += needs
            refusing = needs and 0 < at <= calls
            if refusing:
                registers[_ORIG_RAX] = 2**64 - 1  # no such call: it is not made
                _ptrace(_SETREGS, child, ctypes.addressof(registers))
        elif refusing:
            _ptrace(_GETREGS, child, ctypes.addressof(registers))
            registers[_RAX] = 2**64 - errno.ENOSPC
            _ptrace(_SETREGS, child, ctypes.addressof(registers))
    raise AssertionError("a process ends")


def _needs_space(registers: ctypes.Array[ctypes.c_ulonglong], spared: int) -> bool:
    number, file = registers[_ORIG_RAX], registers[_RDI] & 0xFFFFFFFF
    if number in _WRITES:
        return file not in (1, 2, spared)
    return number in _MAKES or (number == _OPENAT and bool(registers[_RDX] & os.O_CREAT))


def _stops(work: Callable[[], None]) -> Iterator[tuple[int, bool, int | None]]:
    """The child, and whether it begins or ends a system call; last 0 and how it ended."""
    child = os.fork()
    if child == 0:
        _work(work)
    os.waitpid(child, os.WUNTRACED)  # it has stopped itself
    _ptrace(_SETOPTIONS, child, _TRACESYSGOOD | _EXITKILL)
    entering, passed = True, 0
    while True:
        _ptrace(_SYSCALL, child, passed)
        _, status = os.waitpid(child, 0)
        if not os.WIFSTOPPED(status):
            yield 0, False, os.WEXITSTATUS(status) if os.WIFEXITED(status) else None
            return
        stopped = os.WSTOPSIG(status)
        passed = 0 if stopped in (_AT_CALL, signal.SIGSTOP) else stopped
        if stopped == _AT_CALL:
            yield child, entering, None
            entering = not entering


def _work(work: Callable[[], None]) -> NoReturn:
    code = 99
    try:
        _libc().ptrace(_TRACEME, 0, None, None)
        os.kill(os.getpid(), signal.SIGSTOP)
        work()
        code = 0
    finally:
        os._exit(code)


def _ptrace(request: int, child: int, data: int) -> None:
    if _libc().ptrace(request, child, None, data) < 0:
        number = ctypes.get_errno()
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        raise OSError(number, os.strerror(number))
