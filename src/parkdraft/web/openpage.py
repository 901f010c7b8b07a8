"""One seat: a draft is handed to the mail program of the computer at which somebody sits."""

from __future__ import annotations

from typing import Any

from flask import Blueprint

from parkdraft.errors import OutboxError, ParkdraftError
from parkdraft.launcher import open_file
from parkdraft.outbox.transitions import handed_out
from parkdraft.web.appstate import app_state
from parkdraft.web.outboxpage import notes, refused
from parkdraft.web.words import draft_json

pages = Blueprint("mailprogram", __name__, url_prefix="/outbox")
pages.register_error_handler(OutboxError, refused)


@pages.post("/<draft_id>/open")
def open_draft(draft_id: str) -> Any:
    """Hand a draft to the system's mail program."""
    with app_state().drafts(change=True) as box:
        draft, content = box.put_right(draft_id)
        to_mind = notes(box, draft, content)
        handed_out(box, draft, "open")
    try:
        open_file(box.folder.path(draft))
    except ParkdraftError as error:
        return {"problems": list(map(draft_json, error.problems))}, 422
    return {"notes": to_mind}
