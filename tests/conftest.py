"""Homes to test with: copies of the shipped directory and templates, never the repository.

No test measures time or sleeps. A timeout anywhere in the tests is a net under what might hang.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import settings

from parkdraft import Home
from parkdraft.decide.examples import worked_examples

settings.register_profile("no clock", deadline=None)  # how long an example takes is not judged
settings.load_profile("no clock")
pytest_plugins = ["tests.helpers.outboxes", "tests.helpers.faults", "tests.helpers.members"]
REPOSITORY = Path(__file__).parents[1]
NOW = datetime(2026, 11, 23, 10, 0)
"""A Monday; the tests' clock unless one says otherwise."""


@pytest.fixture(scope="session", autouse=True)
def _own_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """What is remembered between commands stays out of this machine's own folders."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PARKDRAFT_CACHE", str(tmp_path_factory.mktemp("cache")))
        patch.delenv("PARKDRAFT_HOME", raising=False)
        patch.setenv("PARKDRAFT_USER", "tester")
        patch.delenv("PARKDRAFT_DATABASE", raising=False)
        yield


@pytest.fixture(scope="session")
def permissions_bind(tmp_path_factory: pytest.TempPathFactory) -> bool:
    """Whether a file's permissions keep us out: not the superuser, and not on Windows."""
    path = tmp_path_factory.mktemp("permissions") / "closed"
    path.touch(0)
    try:
        path.read_bytes()
    except PermissionError:
        return True
    return False


@pytest.fixture(autouse=True)
def _unprivileged(request: pytest.FixtureRequest) -> None:
    """Skip a test marked ``unprivileged`` where nothing is forbidden to us.

    It fails instead with ``$PARKDRAFT_NEEDS_PERMISSIONS``, as in the run of CI that is for it.
    """
    if not request.node.get_closest_marker("unprivileged"):
        return
    if not request.getfixturevalue("permissions_bind"):
        refuse = pytest.fail if os.environ.get("PARKDRAFT_NEEDS_PERMISSIONS") else pytest.skip
        refuse("permissions do not bind this user")


def copy_home(root: Path) -> Home:
    """A home at ``root`` with the shipped directory and templates, at ten on ``NOW``."""
    shutil.copytree(REPOSITORY / "templates", root / "templates")
    shutil.copy(REPOSITORY / "contacts.yaml", root / "contacts.yaml")
    return replace(Home.open(root), now=lambda: NOW, login=lambda: "tester")


@pytest.fixture(scope="session")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """The shipped home, shared: nothing may be imported, and nothing of it changed."""
    return copy_home(tmp_path_factory.mktemp("shipped") / "home")


@pytest.fixture(scope="session")
def examples(shipped: Home) -> dict[str, dict[str, str]]:
    """The worked example of each kind of case, as the shipped home has it."""
    return worked_examples(shipped.directory, shipped.now().date())


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """The shipped home, for one test that may change it."""
    return copy_home(tmp_path / "home")
