"""Papers that go along with a mail: chosen on the page of a new draft, kept until it is saved.

The page names them by token; the library decides what may be attached, under which name.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import Any, NamedTuple

from flask import Blueprint, abort, request

from parkdraft.errors import DetailsError, Problem
from parkdraft.web.appstate import app_state
from parkdraft.web.uploads import GoneError, Upload
from parkdraft.writing.papers import FIELD, Brought

pages = Blueprint("papers", __name__, url_prefix="/papers")


class Papers(NamedTuple):
    """The files for a draft, and whether somebody confirmed that they are masked."""

    files: tuple[Brought, ...] = ()
    masked: bool = False


NONE = Papers()


@pages.post("")
def take() -> Any:
    """Take files for a draft that is being written; each gets a token."""
    files = [file for file in request.files.getlist("file") if file.filename]
    if not files:
        abort(400)
    uploads, login = app_state().uploads, app_state().home.login()
    papers = [uploads.take(file, "paper", login) for file in files]
    return {"papers": [{"token": paper.token, "name": paper.name} for paper in papers]}


@pages.post("/drop")
def drop() -> Any:
    """Remove files from the form."""
    tokens = _tokens(request.get_json())
    if not tokens:
        abort(400)
    forget(tokens)
    return {}


def read_papers(sent: Mapping[str, Any]) -> tuple[list[str], Papers]:
    """The tokens and the files that a request names; 400 for anything else.

    Raises DetailsError where one is not kept any more.
    """
    tokens, masked = _tokens(sent), sent.get("masked", False)
    if not isinstance(masked, bool):
        abort(400)
    try:
        papers = [_paper(token) for token in tokens]
    except GoneError as error:
        raise DetailsError([Problem("web.paper-gone", FIELD)]) from error
    return tokens, Papers(tuple(Brought(paper.name, paper.path) for paper in papers), masked)


def forget(tokens: list[str]) -> None:
    """Remove uploads that are no longer needed."""
    for token in tokens:
        with suppress(GoneError):
            app_state().uploads.forget(_paper(token))


def _paper(token: str) -> Upload:
    state = app_state()
    return state.uploads.get(token, "paper", state.home.login())


def _tokens(sent: Any) -> list[str]:
    tokens = sent.get("papers", []) if isinstance(sent, Mapping) else None
    if not isinstance(tokens, list) or not all(isinstance(token, str) for token in tokens):
        abort(400)
    return tokens
