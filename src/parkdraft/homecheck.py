"""Everything that ``contacts check`` says of a home: problems and warnings.

Templates are rendered in another process, which is killed where a template never ends.
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
"""Seconds for all templates together; they usually take one or two."""
_GRACE = 10.0
"""Seconds that the other process may take to start and, after the limit, to name its template."""


class Checked(NamedTuple):
    """The result: ``problems`` must be mended, ``warnings`` may stay."""

    problems: list[Problem]
    warnings: list[Problem]


def check_home(home: Home, limit: float = LIMIT) -> Checked:
    """All problems and warnings; ``limit`` is the time for rendering, in seconds.

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
        pass  # it ended without an answer
    finally:
        process.kill()
        process.join()
        ours.close()
    return [_endless("?")]


def _check_and_send(root: Path, limit: float, pipe: Connection) -> None:
    """In the other process: send the problems, or the template being rendered at the limit."""
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
