"""Processes of one database notice when one of them sees another directory than the others."""

from __future__ import annotations

import json
import shutil
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from parkdraft import Home
from parkdraft.cli.main import run
from parkdraft.status import status_of
from parkdraft.team.processes import digest, directories, leave, note

ROOT = Path(__file__).parents[2]
NOW = datetime(2026, 11, 24, 10, 0)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    root = tmp_path / "home"
    shutil.copytree(ROOT / "templates", root / "templates")
    shutil.copy(ROOT / "contacts.yaml", root)
    return Home(root, root / "outbox", now=lambda: NOW)


def test_one_directory_is_no_difference_and_two_are_one(home: Home) -> None:
    with home.connected() as engine:
        note(engine, "one", "a", NOW)
        note(engine, "two", "a", NOW)
        assert directories(engine, NOW) == {"a"}
        note(engine, "two", "b", NOW)
        assert directories(engine, NOW) == {"a", "b"}


@pytest.mark.parametrize(("minutes", "seen"), [(4, {"a", "b"}), (6, {"b"})])
def test_who_was_not_seen_for_five_minutes_is_forgotten(
    home: Home, minutes: int, seen: set[str]
) -> None:
    with home.connected() as engine:
        note(engine, "one", "a", NOW)
        later = NOW + timedelta(minutes=minutes)
        note(engine, "two", "b", later)
        assert directories(engine, later) == seen
        assert len(engine.all("SELECT name FROM processes")) == len(seen)


def test_who_ends_is_not_waited_for(home: Home) -> None:
    with home.connected() as engine:
        note(engine, "one", "a", NOW)
        note(engine, "two", "b", NOW)
        leave(engine, "one")
        assert directories(engine, NOW) == {"b"}


def test_the_digest_changes_with_every_file_that_drafts_depend_on(home: Home) -> None:
    seen = {digest(home.root)}
    (home.root / "sites" / "nuri").mkdir(parents=True)
    assert digest(home.root) in seen
    for number, name in enumerate(
        ("contacts.yaml", "sites.csv", "sites/nuri/2026-11.csv", "templates/post/frame.txt"), 2
    ):
        with (home.root / name).open("a", encoding="utf-8") as file:
            file.write("\n")
        seen.add(digest(home.root))
        assert len(seen) == number, name
    (home.root / "parkdraft.toml").write_text("", "utf-8")
    (home.root / "outbox").mkdir()
    (home.root / "outbox" / "x.txt").write_text("", "utf-8")
    assert digest(home.root) in seen


def test_a_copy_elsewhere_is_the_same_directory(home: Home, tmp_path: Path) -> None:
    copy = shutil.copytree(home.root, tmp_path / "copy")
    assert digest(home.root) == digest(copy)
    (copy / "sites.csv").write_text("현장명\n", "utf-8")
    first = digest(copy)
    (copy / "sites.csv").rename(copy / "sites")  # the same bytes under another name
    assert digest(copy) != first


def test_status_says_it(home: Home, capsys: pytest.CaptureFixture[str]) -> None:
    home = Home(home.root, home.outbox)
    with home.connected() as engine:
        note(engine, "one", "a", home.now())
        assert status_of(home).problems == ()
        note(engine, "two", "b", home.now())
    assert [problem.code for problem in status_of(home).problems] == ["serve.other-directory"]
    assert run(["--home", str(home.root), "status", "--json"]) == 0
    said = capsys.readouterr()
    assert [one["code"] for one in json.loads(said.out)["problems"]] == ["serve.other-directory"]
    assert "다른 연락처나 문구" in said.err
