"""A file stands in its place whole, or not at all; what the file system says becomes words."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.helpers.problems import code_of

from parkdraft.errors import StorageError
from parkdraft.files import put, storage_errors
from parkdraft.wording import message


@pytest.fixture(autouse=True)
def _own_cache(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PARKDRAFT_CACHE", str(tmp_path_factory.mktemp("cache")))


def left(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.rglob("*") if path.is_file())


def failing(number: int) -> Callable[..., None]:
    def fail(*args: object) -> None:
        raise OSError(number, os.strerror(number))

    return fail


def test_whole_and_alone(tmp_path: Path) -> None:
    put(tmp_path / "new" / "가온.txt", "글자\n".encode())
    assert (tmp_path / "new" / "가온.txt").read_bytes() == "글자\n".encode()
    assert left(tmp_path) == ["가온.txt"]


def test_piece_by_piece(tmp_path: Path) -> None:
    put(tmp_path / "a.txt", (piece for piece in (b"a", b"", b"b")))
    assert (tmp_path / "a.txt").read_bytes() == b"ab"


def test_replaces_what_was_there(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    put(path, b"a long old content")
    put(path, b"new")
    assert path.read_bytes() == b"new"
    assert left(tmp_path) == ["a.txt"]


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such modes")
def test_not_for_everybody(tmp_path: Path) -> None:
    put(tmp_path / "a.txt", b"")
    assert (tmp_path / "a.txt").stat().st_mode & 0o027 == 0


@pytest.mark.parametrize("old", [None, b"old"])
class TestNothingIsLeft:
    """Whatever fails, there is the old file or none, and no temporary one."""

    @pytest.fixture
    def path(self, tmp_path: Path, old: bytes | None) -> Iterator[Path]:
        path = tmp_path / "a.eml"
        if old is not None:
            path.write_bytes(old)
        yield path
        assert left(tmp_path) == ([] if old is None else ["a.eml"])
        assert old is None or path.read_bytes() == old

    @pytest.mark.parametrize("error", [KeyboardInterrupt, AssertionError])
    def test_interrupted(self, path: Path, error: type[BaseException]) -> None:
        def pieces() -> Iterator[bytes]:
            yield b"new"
            assert not path.exists() or path.read_bytes() != b"new"
            raise error

        with pytest.raises(error):
            put(path, pieces())

    def test_failed_flush(self, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(os, "fsync", failing(errno.EIO))
        assert code_of(lambda: put(path, b"new")) == "storage.refused"

    def test_failed_rename(self, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(Path, "replace", failing(errno.EACCES))
        assert code_of(lambda: put(path, b"new")) == "storage.read-only"

    def test_disk_full_half_way(self, path: Path) -> None:
        def pieces() -> Iterator[bytes]:
            yield b"x" * 100_000
            raise OSError(errno.ENOSPC, "No space left on device")

        assert code_of(lambda: put(path, pieces())) == "storage.full"

    def test_a_piece_that_cannot_be_made(self, path: Path) -> None:
        def pieces() -> Iterator[bytes]:
            yield b"x"
            yield "\ud800".encode()

        with pytest.raises(UnicodeEncodeError):
            put(path, pieces())


def test_a_folder_that_cannot_be_flushed_refuses_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    flush = os.fsync

    def files_alone(descriptor: int) -> None:
        if stat.S_ISDIR(os.fstat(descriptor).st_mode):
            raise OSError(errno.EINVAL, os.strerror(errno.EINVAL))
        flush(descriptor)

    monkeypatch.setattr(os, "fsync", files_alone)
    put(tmp_path / "a.txt", b"a")
    assert left(tmp_path) == ["a.txt"]


def test_a_stale_temporary_file_does_not_stand_in_the_way(tmp_path: Path) -> None:
    (tmp_path / f".a.txt.{os.getpid()}.tmp").write_bytes(b"longer than the new one")
    put(tmp_path / "a.txt", b"a")
    assert (tmp_path / "a.txt").read_bytes() == b"a"
    assert left(tmp_path) == ["a.txt"]


@pytest.mark.parametrize(
    ("number", "code"),
    [
        (errno.ENOSPC, "storage.full"),
        (errno.EDQUOT, "storage.full"),
        (errno.EROFS, "storage.read-only"),
        (errno.EACCES, "storage.read-only"),
        (errno.EPERM, "storage.read-only"),
        (errno.ENOENT, "storage.no-folder"),
        (errno.ENOTDIR, "storage.not-folder"),
        (errno.ENAMETOOLONG, "storage.name-too-long"),
        (errno.EIO, "storage.refused"),
    ],
)
def test_errors_have_words(number: int, code: str) -> None:
    def fail() -> None:
        with storage_errors("outbox"):
            raise OSError(number, os.strerror(number))

    assert code_of(fail) == code


def test_an_error_without_number() -> None:
    def fail() -> None:
        with storage_errors("outbox"):
            raise OSError("strange")

    assert code_of(fail) == "storage.refused"


@pytest.mark.parametrize("number", [32, 33])
def test_held_open_by_another_program(number: int) -> None:
    held = PermissionError(errno.EACCES, "in use")
    held.winerror = number  # type: ignore[attr-defined, unused-ignore]
    with pytest.raises(StorageError) as caught, storage_errors("sites.csv"):
        raise held
    (only,) = caught.value.problems
    assert only.code == "storage.held-open"
    assert message(only) == "다른 프로그램에서 열려 있습니다 (sites.csv)."


def test_a_file_where_a_folder_should_be(tmp_path: Path) -> None:
    (tmp_path / "outbox").write_bytes(b"")
    assert code_of(lambda: put(tmp_path / "outbox" / "a.txt", b"")) == "storage.not-folder"
    assert left(tmp_path) == ["outbox"]


@pytest.mark.skipif(os.name == "nt", reason="Windows counts the whole path")
def test_a_name_that_is_too_long(tmp_path: Path) -> None:
    assert code_of(lambda: put(tmp_path / ("x" * 300), b"")) == "storage.name-too-long"


@pytest.mark.parametrize("content", [b"", b"\0\r\n\x1a", b"x" * 3_000_000])
def test_every_byte_arrives(tmp_path: Path, content: bytes) -> None:
    put(tmp_path / "a.bin", content)
    assert (tmp_path / "a.bin").read_bytes() == content
