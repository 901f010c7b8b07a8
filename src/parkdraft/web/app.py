"""The page as a Flask application, put together from its parts."""

from __future__ import annotations

from typing import Any

from flask import Flask, request
from flask.json.provider import DefaultJSONProvider
from werkzeug.exceptions import HTTPException

from parkdraft.errors import ParkdraftError
from parkdraft.model import labels
from parkdraft.web import (
    batchpage,
    contactspage,
    draftpage,
    outboxpage,
    paperspage,
    refusals,
    upkeeppage,
)
from parkdraft.web.appstate import AppState
from parkdraft.web.retention import Retention
from parkdraft.web.security import Access, guard

MOST_BYTES = 16 * 1024 * 1024
"""The largest upload; a month's list of 10,000 sites has less than 2 MiB."""


def create_app(state: AppState, access: Access) -> Flask:
    """The application; ``state`` is what its pages work on, ``access`` how somebody is let in.

    The checks before each request run in the order in which they are added here.
    """
    app = Flask(__name__)
    app.json = _Json(app)
    app.config["MAX_CONTENT_LENGTH"] = MOST_BYTES
    app.url_map.merge_slashes = False  # //outbox is not redirected to /outbox
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals["labels"] = labels
    app.extensions["parkdraft"] = state
    app.extensions["parkdraft-access"] = access
    retention = Retention(state)
    retention.purge_if_due()
    guard(app, access)

    @app.before_request
    def purge() -> None:
        if request.endpoint != "static":
            retention.purge_if_due()

    common = (draftpage, paperspage, outboxpage, upkeeppage, batchpage, contactspage)
    for pages in (*access.pages, *(part.pages for part in common)):
        app.register_blueprint(pages)
    app.register_error_handler(ParkdraftError, refusals.refused)
    app.register_error_handler(HTTPException, refusals.failed)
    app.register_error_handler(Exception, refusals.broken)
    return app


class _Json(DefaultJSONProvider):
    """Flask's JSON, for which too deep nesting is an error of the request."""

    def loads(self, s: str | bytes, **kwargs: Any) -> Any:
        """See Flask."""
        try:
            return super().loads(s, **kwargs)
        except RecursionError as error:
            raise ValueError("too deep") from error
