"""Crafted files are refused, or read, with little memory; none ends the process.

``benchmarks/hostile.py`` measures their time, too, one after the other.
"""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor

import pytest
from tests.tablefiles.crafted import Hostile
from tests.tablefiles.hostile import HOSTILE, Tried, tried

MOST_MIB = 260
"""With the interpreter."""


@pytest.fixture(scope="module")
def trials(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Mapping[str, Tried]:
    """Every file that is asked for, each tried in a process of its own, two at a time."""
    pytest.importorskip("resource")
    chosen = {item.name for item in request.session.items}
    files = [one for one in HOSTILE if any(one.name in name for name in chosen)]
    root = tmp_path_factory.mktemp("hostile")
    with ThreadPoolExecutor(2) as pool:
        found = pool.map(lambda one: tried(one, root / one.name), files)
        return dict(zip((one.name for one in files), found, strict=True))


@pytest.mark.parametrize("hostile", [pytest.param(one, id=one.name) for one in HOSTILE])
def test_a_crafted_file(trials: Mapping[str, Tried], hostile: Hostile) -> None:
    """The command ends by itself, with words of ours, and memory does not run away."""
    done = trials[hostile.name]
    assert done.code in (0, 1), done.said
    assert "Traceback" not in done.said
    assert "예상하지 못한" not in done.said
    assert done.peak <= MOST_MIB, done[:4]
    if done.code:
        assert done.codes
    if hostile.wanted != "any":
        assert done.code == (1 if hostile.wanted == "refused" else 0), done.codes


def test_there_are_many() -> None:
    """No two files have one name: a test's name is its file's."""
    assert len({one.name for one in HOSTILE}) == len(HOSTILE) >= 40
