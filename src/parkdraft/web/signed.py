"""What is recorded under somebody's name: the page must show that very name.

Tabs of a browser share a cookie; in another one somebody else may have begun to work.
"""

from __future__ import annotations

from typing import Any

from flask import abort, request

from parkdraft.errors import Problem
from parkdraft.model.team import login_name, shown_name
from parkdraft.web.appstate import app_state
from parkdraft.web.refusals import error_page, wants_json
from parkdraft.web.words import problem_lines
from parkdraft.wording import as_data

SIGNED = (
    *("outbox.approve", "outbox.send_back", "outbox.mark_sent", "outbox.undo"),
    *("mailprogram.open_draft", "outbox.mailto", "outbox.copied", "outbox.file"),
    *("outbox.reveal", "upkeep.make_anew", "upkeep.remove"),
    *("draft.save", "batch.make", "contacts.lists.take_over"),
)
"""Endpoints that record who is working: requests must say whom the page shows as that."""


def other_who() -> Any:
    """A refusal where the page shows another name than the cookie has.

    Somebody chose another name in another tab, and all tabs share the cookie.
    """
    if request.endpoint not in SIGNED:
        return None
    believed = request.form.get("who")
    if believed is None:
        body = request.get_json(force=True, silent=True)
        believed = body.get("who") if isinstance(body, dict) else None
    if not isinstance(believed, str):
        abort(400)
    login = app_state().home.login()
    if login_name(believed) == login:
        return None
    name = shown_name(app_state().home.directory.team, login) or login
    problem = Problem("web.other-who", data={"name": name})
    if wants_json():
        who = {"login": login, "name": name}
        return {"problems": [as_data(problem)], "who": who}, 409
    return error_page("작업자가 바뀌었습니다", problem_lines([problem])), 409
