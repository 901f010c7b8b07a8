"""Everything that ``contacts check`` says of a home: what is wrong, and what is odd.

Templates are rendered in a process of its own: one that never ends is ended from outside.
"""

from __future__ import annotations

import multiprocessing
import sys
import threading
from multiprocessing.connection import Connection
from pathlib import Path
from typing import NamedTuple

from parkdraft.config.load import NAME
from parkdraft.config.warn import oddities
from parkdraft.errors import Problem
from parkdraft.home import TEMPLATES, Home
from parkdraft.templatecheck import rehearse
from parkdraft.writing.render import template_in
from parkdraft.writing.templatefiles import links_out, template_warnings

LIMIT = 30.0
"""Seconds for all templates together, which take one or two."""
_GRACE = 10.0
"""Seconds in which the other process starts and, its time being up, says where it was."""


class Checked(NamedTuple):
    """``problems`` must be mended before templates or drafts hold, ``warnings`` may stay."""

    problems: list[Problem]
    warnings: list[Problem]


def check_home(home: Home, limit: float = LIMIT) -> Checked:
    """Everything that is wrong or odd; ``limit`` is the time for rendering, in seconds.

    Raises DirectoryError where ``contacts.yaml`` itself is not sound.
    """
    folder = home.root / TEMPLATES
    warnings = [
        *oddities((home.root / NAME).read_bytes()),
        *template_warnings(home.templates, folder, home.directory.partners),
    ]
    found = [*links_out(folder), *rehearse_apart(home, limit)]
    unique = {(one.code, tuple(sorted(one.data.items()))): one for one in found}
    return Checked(list(unique.values()), warnings)


def rehearse_apart(home: Home, limit: float = LIMIT) -> list[Problem]:
    """``rehearse`` in a process of its own, ended where it takes longer than ``limit`` seconds."""
    spawn = multiprocessing.get_context("spawn")
    ours, theirs = spawn.Pipe(duplex=False)
    process = spawn.Process(target=_rehearse, args=(home.root, limit, theirs), daemon=True)
    process.start()
    theirs.close()
    try:
        if ours.poll(limit + _GRACE):
            found: list[Problem] = ours.recv()
            return found
    except EOFError:
        pass  # it died without a word
    finally:
        process.kill()
        process.join()
        ours.close()
    return [_endless("?")]


def _rehearse(root: Path, limit: float, told: Connection) -> None:
    """The other process: what was found, or the template at work when the time was up."""
    worker = threading.get_ident()

    def expired() -> None:
        told.send([_endless(template_in(sys._current_frames().get(worker)) or "?")])

    timer = threading.Timer(limit, expired)
    timer.daemon = True
    timer.start()
    found = rehearse(Home(root, root))
    timer.cancel()
    told.send(found)


def _endless(file: str) -> Problem:
    return Problem("template.endless", data={"file": file})
