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
from parkdraft.templatecheck import check_rendering, distinct, links_out, template_warnings
from parkdraft.writing.sandbox import template_in

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
    problems = [*links_out(folder), *check_rendering_apart(home, limit)]
    return Checked(distinct(problems), warnings)


def check_rendering_apart(home: Home, limit: float = LIMIT) -> list[Problem]:
    """``check_rendering`` in a process of its own, ended after ``limit`` seconds."""
    spawn = multiprocessing.get_context("spawn")
    ours, theirs = spawn.Pipe(duplex=False)
    process = spawn.Process(target=_check_and_send, args=(home.root, limit, theirs), daemon=True)
    process.start()
    theirs.close()
    try:
        if ours.poll(limit + _GRACE):
            problems: list[Problem] = ours.recv()
            return problems
    except EOFError:
        pass  # it died without a word
    finally:
        process.kill()
        process.join()
        ours.close()
    return [_endless("?")]


def _check_and_send(root: Path, limit: float, pipe: Connection) -> None:
    """The other process: the problems, or the template at work when the time was up."""
    worker = threading.get_ident()

    def expired() -> None:
        pipe.send([_endless(template_in(sys._current_frames().get(worker)) or "?")])

    timer = threading.Timer(limit, expired)
    timer.daemon = True
    timer.start()
    problems = check_rendering(Home(root, root))
    timer.cancel()
    pipe.send(problems)


def _endless(file: str) -> Problem:
    return Problem("template.endless", data={"file": file})
