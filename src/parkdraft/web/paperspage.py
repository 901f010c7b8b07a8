"""Papers that go along with a mail: chosen on the page of a new draft, kept until it is saved.

The page names them by token; what may go along, and under what name, the library decides.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from flask import Blueprint, abort, current_app, request

from parkdraft.errors import DetailsError, Problem
from parkdraft.web.uploads import Uploads
from parkdraft.writing.papers import FIELD, Brought

pages = Blueprint("papers", __name__, url_prefix="/papers")


class Papers(NamedTuple):
    """The files that a draft shall have, and whether somebody said that they are masked."""

    files: tuple[Brought, ...] = ()
    masked: bool = False


NONE = Papers()


@pages.post("")
def take() -> Any:
    """Keep files for a draft that is being written; each gets a token."""
    files = [one for one in request.files.getlist("file") if one.filename]
    if not files:
        abort(400)
    kept = [_kept().take(one) for one in files]
    return {"papers": [{"token": one.token, "name": one.name} for one in kept]}


@pages.post("/drop")
def drop() -> Any:
    """Remove files that are not wanted any more."""
    tokens = _tokens(request.get_json())
    if not tokens:
        abort(400)
    forget(tokens)
    return {}


def asked(sent: Mapping[str, Any]) -> tuple[list[str], Papers]:
    """The tokens and the files that a request names; 400 for anything else.

    Raises DetailsError where one is not kept any more.
    """
    tokens, masked = _tokens(sent), sent.get("masked", False)
    if not isinstance(masked, bool):
        abort(400)
    files = [_kept().get(token) for token in tokens]
    found = tuple(Brought(one.name, one.path) for one in files if one)
    if len(found) < len(files):
        raise DetailsError([Problem("web.paper-gone", FIELD)])
    return tokens, Papers(found, masked)


def forget(tokens: list[str]) -> None:
    """Remove files of which nothing is needed any more."""
    for token in tokens:
        if (one := _kept().get(token)) is not None:
            _kept().forget(one)


def _tokens(sent: Any) -> list[str]:
    tokens = sent.get("papers", []) if isinstance(sent, Mapping) else None
    if not isinstance(tokens, list) or not all(isinstance(one, str) for one in tokens):
        abort(400)
    return tokens


def _kept() -> Uploads:
    """The papers of this page; tables that somebody brings are kept apart from them."""
    kept = current_app.extensions["papers"]
    assert isinstance(kept, Uploads)
    return kept
