"""Errors as Korean pages or JSON."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Any

from flask import current_app, render_template, request
from werkzeug.exceptions import HTTPException

from parkdraft.errors import ParkdraftError
from parkdraft.web.words import ERRORS, TEAM_ERRORS, problem_line, problem_lines
from parkdraft.wording import as_data

log = logging.getLogger("parkdraft.web")
AWAY = ("database.away", "database.unknown", "storage.busy")
"""Codes of what may work in a moment."""


def wants_json() -> bool:
    """Whether the page's script asks: it shows the answer itself."""
    return "application/json" in request.headers.get("Accept", "")


def error_page(title: str, lines: Sequence[str]) -> str:
    """The page that says why something was not done."""
    return render_template("error.html", title=title, lines=lines)


def refused(error: ParkdraftError) -> Any:
    """What the library refuses, with all its problems; 503 where it was not for what was asked."""
    status = 503 if any(problem.code in AWAY for problem in error.problems) else 422
    if wants_json():
        problems = [
            {**as_data(problem), "message": problem_line(problem), "hint": None}
            for problem in error.problems
        ]
        return {"problems": problems}, status
    return error_page("처리하지 못했습니다", problem_lines(error.problems)), status


def failed(error: HTTPException) -> Any:
    """What no page answers."""
    return _unanswered(error.code or 500)


def broken(error: Exception) -> Any:
    """An unexpected error: logged without what was sent, shown without details."""
    traceback, place = error.__traceback__, "?"
    while traceback is not None:
        place = f"{traceback.tb_frame.f_code.co_name}:{traceback.tb_lineno}"
        traceback = traceback.tb_next
    log.error("failed %s: %s, %s", request.endpoint or "?", type(error).__name__, place)
    return _unanswered(500)


def _unanswered(status: int) -> Any:
    known = ERRORS if current_app.extensions["parkdraft-access"].one_seat else ERRORS | TEAM_ERRORS
    line = known.get(status, known[400 if status < 500 else 500])
    if wants_json():
        return {"problems": [{"code": f"http.{status}", "message": line}]}, status
    return error_page("열 수 없습니다", [line]), status
