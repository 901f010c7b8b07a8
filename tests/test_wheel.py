"""The wheel carries a home, and works away from the repository."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from importlib.util import find_spec
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built offline, with the hatchling that is installed."""
    for module in ("build", "hatchling"):
        if find_spec(module) is None:
            pytest.skip(f"{module} is not installed; the test extra has it")
    folder = tmp_path_factory.mktemp("dist")
    command = ["-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), "."]
    done = subprocess.run(
        [sys.executable, *command], cwd=REPOSITORY, capture_output=True, check=False
    )
    assert done.returncode == 0, (done.stdout + done.stderr).decode("utf-8", "replace")
    (built,) = folder.glob("*.whl")
    return built


def test_the_wheel_carries_directory_templates_and_the_typed_mark(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
        carried = archive.read("parkdraft/builtin/contacts.yaml")
    assert carried == (REPOSITORY / "contacts.yaml").read_bytes()
    templates = REPOSITORY / "templates"
    wanted = {
        f"parkdraft/builtin/templates/{file.relative_to(templates).as_posix()}"
        for file in templates.rglob("*")
        if file.is_file()
    }
    assert wanted <= names
    assert "parkdraft/py.typed" in names
    source = REPOSITORY / "src"
    steps = {
        file.relative_to(source).as_posix()
        for file in (source / "parkdraft" / "database" / "schema").glob("*/*.sql")
    }
    assert steps
    assert steps <= names
    assert not [name for name in names if name.startswith(("tests/", "outbox/", "benchmarks/"))]


def test_the_installed_wheel_drafts_from_its_own_home(wheel: Path, tmp_path: Path) -> None:
    target, away = tmp_path / "site", tmp_path / "away"
    away.mkdir()
    install = ["-m", "pip", "install", "--quiet", "--no-deps", "--no-index", "--no-compile"]
    subprocess.run(
        [sys.executable, *install, "--target", str(target), str(wheel)],
        check=True,
        capture_output=True,
    )
    environment = {
        **os.environ,
        "PYTHONPATH": str(target),
        "PYTHONUTF8": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    environment.pop("PARKDRAFT_HOME", None)

    def parkdraft(*args: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "parkdraft", *args],
            cwd=away,
            env=environment,
            capture_output=True,
            encoding="utf-8",
            check=False,
        )

    plates = ("--old-plate", "12가3456", "--new-plate", "345나6789")
    done = parkdraft(
        *("draft", "plate-change", "--partner", "어반포트", "--site", "가온타워", *plates, "--json")
    )
    assert done.returncode == 0, done.stderr
    assert Path(json.loads(done.stdout)["path"]).is_relative_to(away / "outbox")
    assert "parkdraft init" in done.stderr
    where = subprocess.run(
        [sys.executable, "-c", "import parkdraft; print(parkdraft.__file__)"],
        cwd=away,
        env=environment,
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    assert Path(where.stdout.strip()).is_relative_to(target)
    assert parkdraft("init", "home").returncode == 0
    assert parkdraft("--home", "home", "contacts", "check").returncode == 0
