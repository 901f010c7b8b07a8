"""A pipe or a device in place of a file of the home, or of one that is brought: refused unread.

Whoever opened one of these pipes would wait for ever; so would the test.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from parkdraft import Home
from parkdraft.cli.main import run
from parkdraft.errors import ParkdraftError, StorageError
from parkdraft.files import read_file

CHANGE = {"site": "가온타워", "old-plate": "12가3456", "new-plate": "345나6789"}


def pipe(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    if not hasattr(os, "mkfifo"):
        pytest.skip("this system has no pipes with names")
    os.mkfifo(path)


def device(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    if not Path("/dev/zero").exists():
        pytest.skip("this system has no devices with names")
    path.symlink_to("/dev/zero")


special = pytest.mark.parametrize("special", [pipe, device])
Special = Callable[[Path], None]


def codes(home: Home, partner: str) -> list[str]:
    with pytest.raises(ParkdraftError) as caught:
        home.compose("plate-change", partner=partner, **CHANGE)
    return [problem.code for problem in caught.value.problems]


@special
@pytest.mark.parametrize(
    ("name", "partner", "code"),
    [
        ("contacts.yaml", "nice", "contacts.not-file"),
        ("sites.csv", "nice", "storage.not-file"),
        ("sites/hiparking/2026-11.csv", "hiparking", "storage.not-file"),
        ("templates/email/frame.txt", "nice", "template.not-file"),
        ("templates/parts/facts/plate-change.txt", "nice", "template.not-file"),
        ("templates/email/nice/plate-change.txt", "nice", "template.not-file"),
    ],
)
def test_a_special_file_in_a_home_is_refused(
    home: Home, special: Special, name: str, partner: str, code: str
) -> None:
    special(home.root / name)
    assert codes(home, partner) == [code]


def test_a_folder_in_a_files_place_is_refused(home: Home) -> None:
    (home.root / "sites.csv").mkdir()
    assert codes(home, "nice") == ["storage.not-file"]


@special
def test_a_home_whose_directory_is_a_pipe_is_no_reason_to_take_another(
    home: Home,
    special: Special,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    special(home.root / "contacts.yaml")
    monkeypatch.chdir(home.root)
    assert run(["contacts", "show"]) == 1
    assert capsys.readouterr().err.startswith("contacts.yaml:1: 파일이 아니라")


@special
@pytest.mark.parametrize("command", ["import", "import-sites"])
def test_a_special_file_that_is_brought_is_refused(
    home: Home, tmp_path: Path, special: Special, command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    special(tmp_path / "list.csv")
    more = {"import": ["하이파킹", "--month", "2026-11"], "import-sites": []}[command]
    given = [*more[:1], str(tmp_path / "list.csv"), *more[1:]]
    assert run(["--home", str(home.root), "contacts", command, *given]) == 1
    assert "파이프나 장치입니다" in capsys.readouterr().err


def test_an_import_does_not_keep_a_pipe(home: Home, tmp_path: Path) -> None:
    pipe(home.root / "sites.csv")
    path = tmp_path / "list.csv"
    path.write_text("현장명,운영사,연동구분\n가온타워,어반포트,수동현장\n", encoding="utf-8")
    with pytest.raises(StorageError, match=r"^storage\.not-file$"):
        home.take_over(home.plan_sites(path))


def test_a_file_is_read(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"x")
    assert read_file(tmp_path / "a") == b"x"
    with pytest.raises(FileNotFoundError):
        read_file(tmp_path / "b")
