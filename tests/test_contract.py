"""What other programs rely on: the names of the package, typed, and loaded when asked for."""

from __future__ import annotations

import subprocess
import sys
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import assert_type

import pytest

import parkdraft
from parkdraft import Home, errors, home

NAMES = [
    "DetailsError",
    "DirectoryError",
    "DraftError",
    "Home",
    "OutboxError",
    "ParkdraftError",
    "Problem",
    "RouteError",
    "StorageError",
    "TableError",
    "TemplateError",
    "__version__",
]


def test_the_public_names() -> None:
    assert parkdraft.__all__ == NAMES
    assert parkdraft.Home is home.Home
    for name in NAMES:
        if name not in ("Home", "__version__"):
            assert getattr(parkdraft, name) is getattr(errors, name)
    assert version("parkdraft") == parkdraft.__version__
    with pytest.raises(AttributeError):
        _ = parkdraft.nothing


def test_every_refusal_is_a_parkdraft_error() -> None:
    for name in NAMES:
        if name.endswith("Error"):
            assert issubclass(getattr(parkdraft, name), parkdraft.ParkdraftError)


def test_the_package_is_typed() -> None:
    spec = find_spec("parkdraft")
    assert spec is not None
    assert spec.origin is not None
    assert Path(spec.origin).with_name("py.typed").is_file()
    with_type: type[Home] = parkdraft.Home
    assert_type(with_type.open(), Home)


def test_home_answers_and_drafts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    opened: Home = Home.open()
    assert opened.builtin
    answer = opened.route("plate-change", partner="어반포트", site="가온타워")
    assert answer.route_json()["row"] == "P10"
    with pytest.raises(parkdraft.DetailsError):
        opened.draft("plate-change", partner="어반포트", site="가온타워")
    assert not (tmp_path / "outbox").exists()


@pytest.mark.parametrize(
    ("code", "absent"),
    [
        ("import parkdraft", ["parkdraft.home", "click", "jinja2", "yaml"]),
        (
            "from parkdraft.cli.main import run; run(['--help'])",
            ["jinja2", "yaml", "openpyxl", "holidays", "phonenumbers", "email_validator"],
        ),
    ],
)
def test_nothing_is_loaded_before_it_is_needed(code: str, absent: list[str]) -> None:
    shown = f"{code}; import sys; print([n for n in {absent} if n in sys.modules])"
    done = subprocess.run([sys.executable, "-c", shown], capture_output=True, check=True)
    assert done.stdout.decode("utf-8", "replace").splitlines()[-1] == "[]"
