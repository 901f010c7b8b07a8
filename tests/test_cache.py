"""What is remembered: only for the same content, never believed when broken, never needed."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from parkdraft import cache
from parkdraft.cache import KEPT, cache_folder, remembered
from parkdraft.errors import DirectoryError, Problem


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PARKDRAFT_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


class Maker:
    """Counts how often it is asked."""

    def __init__(self, value: object = None) -> None:
        self.value = {"이름": ["가온타워", None, 1]} if value is None else value
        self.asked = 0

    def __call__(self) -> object:
        self.asked += 1
        return self.value


def test_made_once_for_the_same_content() -> None:
    make = Maker()
    assert [remembered("kind", b"a", make) for _ in range(3)] == [make.value] * 3
    assert make.asked == 1


@pytest.mark.parametrize(("kind", "content"), [("kind", b"b"), ("other", b"a"), ("kin", b"d\0a")])
def test_made_again_for_anything_else(kind: str, content: bytes) -> None:
    make = Maker()
    remembered("kind", b"a", make)
    remembered(kind, content, make)
    assert make.asked == 2


def test_made_again_by_another_version(monkeypatch: pytest.MonkeyPatch) -> None:
    make = Maker()
    remembered("kind", b"a", make)
    monkeypatch.setattr(cache, "__version__", "99.0")
    remembered("kind", b"a", make)
    assert make.asked == 2


def _flipped(content: bytes, at: int) -> bytes:
    return content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :]


@pytest.mark.parametrize(
    "damage",
    [
        lambda content: b"",
        lambda content: content[:-1],
        lambda content: content[:70],
        lambda content: content + b" ",
        lambda content: _flipped(content, 0),
        lambda content: _flipped(content, 64),
        lambda content: _flipped(content, 75),
        lambda content: _flipped(content, -2 % len(content)),
        lambda content: b"\0" * len(content),
        lambda content: b"[" * 100_000,
    ],
)
def test_a_broken_file_is_not_believed(folder: Path, damage: Callable[[bytes], bytes]) -> None:
    make = Maker()
    remembered("kind", b"a", make)
    (entry,) = folder.iterdir()
    sound = entry.read_bytes()
    entry.write_bytes(damage(sound))
    assert remembered("kind", b"a", make) == make.value
    assert make.asked == 2
    assert entry.read_bytes() == sound  # and it is whole again


def test_errors_are_not_remembered(folder: Path) -> None:
    def fail() -> object:
        raise DirectoryError([Problem("contacts.nothing")])

    with pytest.raises(DirectoryError):
        remembered("kind", b"a", fail)
    assert not folder.exists()
    assert remembered("kind", b"a", Maker(1)) == 1


def test_a_folder_that_cannot_be_is_harmless(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_bytes(b"")
    for place in (tmp_path / "file", tmp_path / "file" / "below", tmp_path / ("x" * 300)):
        monkeypatch.setenv("PARKDRAFT_CACHE", str(place))
        make = Maker()
        assert [remembered("kind", b"a", make) for _ in range(2)] == [make.value] * 2
        assert make.asked == 2


@pytest.mark.unprivileged
def test_a_folder_without_permission_is_harmless(folder: Path) -> None:
    folder.mkdir(mode=0o500)
    assert remembered("kind", b"a", Maker(1)) == 1


def test_a_full_disk_leaves_nothing(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(self: Path, target: Path) -> Path:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", refuse)
    assert remembered("kind", b"a", Maker(1)) == 1
    assert list(folder.iterdir()) == []


def test_nobodys_home_is_harmless(monkeypatch: pytest.MonkeyPatch) -> None:
    def nobody() -> Path:
        raise RuntimeError("Could not determine home directory.")

    for name in ("PARKDRAFT_CACHE", "XDG_CACHE_HOME", "LOCALAPPDATA"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(Path, "home", nobody)
    assert remembered("kind", b"a", Maker(1)) == 1


def test_only_so_many_stay(folder: Path) -> None:
    for number in range(KEPT + 5):
        remembered("kind", b"%d" % number, Maker(number))
        newest = max(folder.iterdir(), key=lambda path: path.stat().st_ctime_ns)
        os.utime(newest, (number, number))
    assert len(list(folder.iterdir())) == KEPT
    make = Maker()
    assert remembered("kind", b"%d" % (KEPT + 4), make) == KEPT + 4
    assert make.asked == 0


def test_one_kind_does_not_push_out_another(folder: Path) -> None:
    make = Maker()
    remembered("contacts", b"a", make)
    (first,) = folder.iterdir()
    os.utime(first, (0, 0))
    for number in range(KEPT + 5):
        remembered("contacts-list", b"%d" % number, Maker(number))
    remembered("contacts", b"a", make)
    assert make.asked == 1
    assert len(list(folder.iterdir())) == KEPT + 1


@pytest.mark.skipif(os.name == "nt", reason="Windows keeps the folder in the user's own profile")
def test_the_folder_is_its_owners(folder: Path) -> None:
    remembered("kind", b"a", Maker())
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


@pytest.mark.parametrize(
    ("platform", "variable", "end"),
    [
        ("linux", "XDG_CACHE_HOME", ("parkdraft",)),
        ("win32", "LOCALAPPDATA", ("parkdraft", "Cache")),
    ],
)
def test_where_the_system_keeps_such(
    platform: str,
    variable: str,
    end: tuple[str, ...],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("PARKDRAFT_CACHE")
    monkeypatch.setattr(sys, "platform", platform)
    monkeypatch.setenv(variable, str(tmp_path))
    assert cache_folder() == tmp_path.joinpath(*end)
    monkeypatch.delenv(variable)
    assert cache_folder().parts[-len(end) :] == end
