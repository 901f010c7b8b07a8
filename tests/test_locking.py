"""One process of a machine at a time, however the one before it ended."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from parkdraft import locking
from parkdraft.errors import StorageError
from parkdraft.locking import machine_lock
from parkdraft.wording import hint, message

KEY = "/srv/가온/outbox/journal"
HOLDER = """\
import sys
from pathlib import Path
from parkdraft import locking
locking._folder = lambda: Path(sys.argv[1])
with locking.machine_lock(sys.argv[2]):
    print("held", flush=True)
    sys.stdin.read()
"""


class Clock:
    """Time that passes only while somebody sleeps."""

    def __init__(self) -> None:
        self.now = 0.0
        self.slept: list[float] = []
        self.meanwhile: Callable[[], object] = lambda: None

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds
        self.slept.append(seconds)
        self.meanwhile()


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(locking, "_folder", lambda: tmp_path)
    return tmp_path


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(locking, "time", clock)
    return clock


@contextmanager
def somebody_else(folder: Path) -> Iterator[subprocess.Popen[str]]:
    """Another process, holding the lock until it is told to end or killed."""
    command = [sys.executable, "-c", HOLDER, str(folder), KEY]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        try:
            yield process
        finally:
            process.kill()


def is_free(key: str = KEY) -> bool:
    try:
        with machine_lock(key, patience=0):
            return True
    except StorageError as error:
        (only,) = error.problems
        assert only.code == "storage.busy"
        assert message(only)
        assert hint(only)
        return False


def test_held_and_let_go() -> None:
    with machine_lock(KEY):
        assert not is_free()
        assert not is_free()
    assert is_free()


def test_let_go_whatever_happens() -> None:
    for error in (ValueError, KeyboardInterrupt):
        with pytest.raises(error), machine_lock(KEY):
            raise error
        assert is_free()


def test_other_keys_are_other_locks(folder: Path) -> None:
    with machine_lock(KEY):
        assert is_free(f"{KEY}2")
        assert is_free("\udcff")  # a path that is not UTF-8
    assert len(list(folder.iterdir())) == 3


def test_another_thread_is_kept_out() -> None:
    found: list[bool] = []
    with machine_lock(KEY):
        thread = threading.Thread(target=lambda: found.append(is_free()))
        thread.start()
        thread.join()
    assert found == [False]


def test_another_process_is_kept_out_until_it_ends(folder: Path) -> None:
    with somebody_else(folder) as process:
        assert not is_free()
        assert process.stdin is not None
        process.stdin.close()
        process.wait()
        assert is_free()


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGKILL")
def test_a_killed_process_lets_go(folder: Path) -> None:
    with somebody_else(folder) as process:
        assert not is_free()
        process.kill()
        process.wait()
        assert is_free()


class TestPatience:
    def test_it_ends(self, clock: Clock) -> None:
        with machine_lock(KEY):
            with pytest.raises(StorageError) as caught, machine_lock(KEY, patience=5):
                pass
            assert [one.code for one in caught.value.problems] == ["storage.busy"]
        assert 5 < clock.now < 5.1

    def test_it_looks_often(self, clock: Clock) -> None:
        with machine_lock(KEY), pytest.raises(StorageError), machine_lock(KEY, patience=60):
            pass
        assert max(clock.slept) <= 0.05
        assert clock.slept[0] <= 0.001

    def test_it_is_rewarded(self, clock: Clock) -> None:
        first = machine_lock(KEY)
        first.__enter__()
        clock.meanwhile = lambda: len(clock.slept) == 7 and first.__exit__(None, None, None)
        with machine_lock(KEY, patience=60):
            assert len(clock.slept) == 7
            assert not is_free()

    def test_nobody_waits_for_a_free_lock(self, clock: Clock) -> None:
        with machine_lock(KEY):
            assert clock.slept == []


@pytest.mark.skipif(os.name == "nt", reason="Windows does not let an open file go")
class TestSwept:
    """A folder like /tmp is cleared by the system from time to time."""

    def test_while_others_wait(self, folder: Path, clock: Clock) -> None:
        first = machine_lock(KEY)
        first.__enter__()
        (path,) = folder.iterdir()

        def sweep() -> None:
            path.unlink(missing_ok=True)
            first.__exit__(None, None, None)
            clock.meanwhile = lambda: None

        clock.meanwhile = sweep
        with machine_lock(KEY):
            assert path.exists()
            assert not is_free()

    def test_between_opening_and_locking(
        self, folder: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        opened = os.open
        swept: list[Path] = []

        def sweep(*args: object, **named: object) -> int:
            descriptor = opened(*args, **named)  # type: ignore[arg-type]
            if not swept:
                swept.append(Path(str(args[0])))
                swept[0].unlink()
            return descriptor

        monkeypatch.setattr(os, "open", sweep)
        with machine_lock(KEY):
            assert not is_free()
            assert swept[0].exists()


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such modes")
class TestSharedWithOtherUsers:
    @pytest.mark.parametrize("umask", [0o000, 0o022, 0o077, 0o777])
    def test_anybody_may_read_it_and_only_its_owner_write(self, folder: Path, umask: int) -> None:
        before = os.umask(umask)
        try:
            with machine_lock(KEY):
                pass
        finally:
            os.umask(before)
        (path,) = folder.iterdir()
        assert path.stat().st_mode & 0o777 == 0o644

    @pytest.fixture
    def only_readable(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Everything belongs to somebody else; in /tmp not even O_CREAT of a file is allowed."""
        opened = os.open

        def refuse(path: str, flags: int, mode: int = 0o777) -> int:
            if flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT):
                raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
            return opened(path, flags, mode)

        monkeypatch.setattr(os, "open", refuse)

    @pytest.mark.usefixtures("only_readable")
    def test_reading_is_enough(self, folder: Path) -> None:
        with pytest.raises(StorageError), machine_lock(KEY):
            pass  # nobody has made it yet
        with somebody_else(folder):
            assert not is_free()
        assert is_free()
        with machine_lock(KEY):
            assert not is_free()

    def test_another_user_is_quicker(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        opened = os.open

        def quicker(path: Path, flags: int, mode: int = 0o777) -> int:
            if flags & os.O_CREAT:
                os.close(opened(path, flags, mode))
                raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
            return opened(path, flags, mode)

        monkeypatch.setattr(os, "open", quicker)
        with machine_lock(KEY):
            assert not is_free()


def test_a_link_is_not_followed(folder: Path) -> None:
    with machine_lock(KEY):
        pass
    (path,) = folder.iterdir()
    path.unlink()
    path.symlink_to(folder / "precious")
    with pytest.raises(StorageError), machine_lock(KEY):
        pass
    assert not (folder / "precious").exists()


def test_a_folder_that_cannot_be_written(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(locking, "_folder", lambda: Path("/nowhere/at/all"))
    with pytest.raises(StorageError) as caught, machine_lock(KEY):
        pass
    (only,) = caught.value.problems
    assert only.code == "storage.no-folder"
    assert "nowhere" not in message(only)


def test_no_descriptor_is_left_open() -> None:
    before = os.dup(0)
    os.close(before)
    with machine_lock(KEY):
        assert not is_free()
    after = os.dup(0)
    os.close(after)
    assert after == before
