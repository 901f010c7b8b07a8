"""Handing a draft out: to the mail program, to the clipboard, as a file. Each is recorded.

Then it may have been sent, and who took the last step cannot take it back any more.
"""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

from flask import Blueprint, Response

from parkdraft.errors import ParkdraftError, Problem
from parkdraft.launcher import open_file
from parkdraft.outbox.box import Outbox
from parkdraft.outbox.detail import link_of, read_content
from parkdraft.outbox.facts import Content, StoredDraft
from parkdraft.outbox.transitions import handed_out
from parkdraft.review import against_today
from parkdraft.web.outboxpage import desk, there
from parkdraft.web.outboxwords import NOT_TO_SEND, as_told, lines_of
from parkdraft.web.words import CHECK_SENDER, NOT_APPROVED

pages = Blueprint("hand", __name__, url_prefix="/outbox")
MEDIA = {
    ".eml": "message/rfc822",
    ".txt": "text/plain; charset=utf-8",
    ".tsv": "text/tab-separated-values; charset=utf-8",
}


@pages.post("/<draft_id>/open")
def open_one(draft_id: str) -> Any:
    """Hand a draft to the system's mail program."""
    with desk().drafts(change=True) as box:
        draft, content = there(lambda: box.put_right(draft_id))
        notes = _notes(box, draft, content)
        handed_out(box, draft, "open")
    try:
        open_file(box.path(draft))
    except ParkdraftError as error:
        return {"problems": list(map(as_told, error.problems))}, 422
    return {"notes": notes}


@pages.post("/<draft_id>/mailto")
def link_one(draft_id: str) -> Any:
    """A draft as a ``mailto:`` link, for whatever the browser has for mail."""
    with desk().drafts(change=True) as box:
        draft, content = there(lambda: box.put_right(draft_id, is_opened=False))
        link = link_of(content, read_content(draft, content)[0])
        if link is None:
            return {"problems": [as_told(Problem("mailto.none"))]}, 422
        notes = _notes(box, draft, content)
        handed_out(box, draft, "open")
    if not link.has_body:
        notes = [*lines_of([Problem("mailto.no-body")]), *notes]
    return {"link": link.url, "notes": notes}


@pages.post("/<draft_id>/copied")
def copied_one(draft_id: str) -> Any:
    """A part of a draft was copied."""
    with desk().drafts(change=True) as box:
        handed_out(box, there(lambda: box.located(draft_id)), "copy")
    return {}


@pages.post("/<draft_id>/file")
def file(draft_id: str) -> Response:
    """A draft as a file, to be kept elsewhere: as the database has it. The notes stand beside."""
    with desk().drafts(change=True) as box:
        draft, content = there(lambda: box.put_right(draft_id, is_opened=False))
        notes = _notes(box, draft, content)
        handed_out(box, draft, "download")
    response = Response(content.bytes, content_type=MEDIA[draft.suffix])
    name = f"{draft.id}{draft.suffix}"
    response.headers.set("Content-Disposition", "attachment", filename=name)
    response.headers["X-Notes"] = quote(json.dumps(notes))
    return response


def _notes(box: Outbox, draft: StoredDraft, content: Content) -> list[str]:
    """What to mind before it is sent."""
    problems = list(box.notes)
    if draft.state in ("pending", "approved"):
        problems += against_today(desk().home.today(), draft, content)
    notes = lines_of(problems)
    if draft.suffix == ".eml":
        notes.append(CHECK_SENDER)
    if draft.state != "approved":
        notes.append(NOT_APPROVED if draft.state == "pending" else NOT_TO_SEND[draft.state])
    return notes
