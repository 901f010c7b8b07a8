"""The outbox's pages: the list, a draft, moving drafts, and handing them out.

Handing a draft out (to the mail program, the clipboard, or as a file) is recorded: it may have
been sent then, and who took the last step cannot take it back any more.
"""

from __future__ import annotations

import hashlib
import json
from typing import Any
from urllib.parse import quote

from flask import Blueprint, Response, abort, redirect, render_template, request, url_for
from werkzeug.exceptions import NotFound

from parkdraft.errors import OutboxError, Problem
from parkdraft.model.labels import CASES
from parkdraft.model.states import Move
from parkdraft.outbox.box import Outbox
from parkdraft.outbox.detail import link_of, read_content
from parkdraft.outbox.facts import Content, StoredDraft
from parkdraft.outbox.transitions import handed_out
from parkdraft.present.drafts import given, state_of
from parkdraft.present.words import NOTHING_WRONG, SAME, before_sending
from parkdraft.review import Wanted, against_today, move, show
from parkdraft.web import refusals
from parkdraft.web.appstate import app_state
from parkdraft.web.noted import is_news, noted, seal
from parkdraft.web.outboxcheck import checked
from parkdraft.web.outboxdraft import sight
from parkdraft.web.outboxlist import DAYS, list_page, neighbours, read_query
from parkdraft.web.words import TABS, draft_json, draft_lines, problem_line

pages = Blueprint("outbox", __name__, url_prefix="/outbox")
MEDIA = {
    ".eml": "message/rfc822",
    ".txt": "text/plain; charset=utf-8",
    ".tsv": "text/tab-separated-values; charset=utf-8",
}
_MOST_IDS = 1000


@pages.errorhandler(OutboxError)
def refused(error: OutboxError) -> Any:
    """404 for an unknown draft; other refusals as everywhere."""
    if any(problem.code in ("outbox.unknown", "outbox.no-id") for problem in error.problems):
        return refusals.failed(NotFound())
    return refusals.refused(error)


# ---- looking -------------------------------------------------------------------------------


@pages.get("")
def index() -> str:
    """The list; with ``part=list`` only the part that is updated."""
    home = app_state().home
    query = read_query(request.args, home)
    with app_state().drafts() as box:
        version, page = box.store.last_event(), list_page(home, box, query)
        part = request.args.get("part") == "list"
        if not is_news("list", query):
            noted(box, "listed", about=str(len(page.rows)))
    query = page.query
    shown = repr((query, [row["draft"] for row in page.rows], page.counts, page.deeds))
    return render_template(
        "outboxlist.html" if part else "outbox.html",
        page=page,
        query=query,
        tabs=TABS,
        leads=page.is_lead,
        cases=CASES,
        partners=home.directory.partners,
        days=sorted({*DAYS, *([query.older] if query.older is not None else [])}),
        version=version,
        seal=seal(query),
        mark=hashlib.sha256(shown.encode("utf-8", "surrogatepass")).hexdigest()[:16],
    )


@pages.get("/version")
def version() -> dict[str, str]:
    """A version that changes whenever something happens in the outbox."""
    with app_state().drafts() as box:
        return {"version": str(box.store.last_event())}


@pages.get("/verify")
def last_check() -> str:
    """The last check, as long as nothing has happened since; else its button."""
    check = app_state().outbox_check
    with app_state().drafts() as box:
        if check and check.version != box.store.last_event():
            check = None
    return render_template("outboxverify.html", checked=check, nothing_wrong=NOTHING_WRONG)


@pages.post("/verify")
def check() -> Any:
    """Check the outbox, and mend what can be."""
    app_state().outbox_check = checked(app_state())
    return redirect(url_for("outbox.last_check"), 303)


@pages.get("/<draft_id>")
def draft(draft_id: str) -> str:
    """The page of a draft; with ``part=draft`` only the part that is updated."""
    home = app_state().home
    query = read_query(request.args, home)
    with app_state().drafts() as box:
        version = box.store.last_event()
        shown = show(box, home.today(), draft_id)
        view = sight(box, home.directory, shown)
        near = neighbours(home, box, query, shown.draft.id)
        part = request.args.get("part") == "draft"
        if not is_news("draft", shown.draft.id):
            noted(box, "shown", draft=shown.draft.id)
    return render_template(
        "outboxdraft.html" if part else "outboxone.html",
        one=view,
        query=query,
        near=near,
        same=SAME,
        version=version,
        seal=seal(view.shown.draft.id),
    )


@pages.post("/<draft_id>/reveal")
def reveal(draft_id: str) -> Any:
    """What was typed for a draft, the customer's name and phone whole."""
    with app_state().drafts() as box:
        shown = show(box, None, draft_id)
        noted(box, "revealed", draft=shown.draft.id, durable=True)
    return {"given": given(shown.details(reveal=True)[0]) if shown.draft.cases == 1 else []}


# ---- deciding ------------------------------------------------------------------------------


@pages.post("/approve")
def approve() -> Any:
    """Approve the drafts that are named."""
    return _decided("approve")


@pages.post("/return")
def send_back() -> Any:
    """Return the drafts that are named, with a reason."""
    reason = _body().get("reason")
    if not isinstance(reason, str):
        abort(400)
    return _decided("return", reason)


@pages.post("/sent")
def mark_sent() -> Any:
    """Mark the drafts that are named as sent, or handled."""
    return _decided("sent")


@pages.post("/undo")
def undo() -> Any:
    """Take the last step of the drafts that are named back."""
    return _decided("undo")


def _decided(verb: Move, reason: str = "") -> Any:
    """Move the named drafts; what was done and what was not, 422 where nothing was."""
    wanted = _wanted()
    if not wanted:
        return {"done": [], "problems": [], "notes": []}
    home = app_state().home
    today = home.today() if verb == "approve" else None
    with app_state().drafts(change=True) as box:
        outcome = move(box, home.directory, verb, wanted, reason=reason, today=today)
    done = [
        {"id": draft.id, "state": draft.state, "label": state_of(draft)} for draft in outcome.done
    ]
    problems = list(map(draft_json, outcome.problems))
    status = 422 if problems and not done else 200
    return {"done": done, "problems": problems, "notes": list(map(problem_line, box.notes))}, status


def _wanted() -> list[Wanted]:
    """The drafts of the request, each with the ``moved`` that the page showed."""
    drafts = _body().get("drafts")
    if not isinstance(drafts, list) or len(drafts) > _MOST_IDS:
        abort(400)
    wanted = []
    for draft in drafts:
        name, seen = (draft.get("id"), draft.get("moved")) if isinstance(draft, dict) else (0, 0)
        if not isinstance(name, str) or type(seen) is not int:
            abort(400)
        wanted.append(Wanted(name, seen))
    return wanted


def _body() -> dict[str, Any]:
    body = request.get_json(force=True, silent=True)
    if not isinstance(body, dict):
        abort(400)
    return body


# ---- handing out ---------------------------------------------------------------------------


@pages.post("/<draft_id>/mailto")
def mailto(draft_id: str) -> Any:
    """A draft as a ``mailto:`` link, for the browser's mail program."""
    with app_state().drafts(change=True) as box:
        draft, content = box.put_right(draft_id, is_opened=False)
        link = link_of(content, read_content(draft, content)[0])
        if link is None:
            return {"problems": [draft_json(Problem("mailto.none"))]}, 422
        to_mind = notes(box, draft, content)
        handed_out(box, draft, "open")
    if not link.has_body:
        to_mind = [*draft_lines([Problem("mailto.no-body")]), *to_mind]
    return {"link": link.url, "notes": to_mind}


@pages.post("/<draft_id>/copied")
def copied(draft_id: str) -> Any:
    """Record that a part of a draft was copied."""
    with app_state().drafts(change=True) as box:
        handed_out(box, box.located(draft_id), "copy")
    return {}


@pages.post("/<draft_id>/file")
def file(draft_id: str) -> Response:
    """A draft as a file to download, as the database has it; the notes are in a header."""
    with app_state().drafts(change=True) as box:
        draft, content = box.put_right(draft_id, is_opened=False)
        to_mind = notes(box, draft, content)
        handed_out(box, draft, "download")
    response = Response(content.bytes, content_type=MEDIA[draft.suffix])
    name = f"{draft.id}{draft.suffix}"
    response.headers.set("Content-Disposition", "attachment", filename=name)
    response.headers["X-Notes"] = quote(json.dumps(to_mind))
    return response


def notes(box: Outbox, draft: StoredDraft, content: Content) -> list[str]:
    """What to mind before the draft is sent."""
    problems = list(box.notes)
    if draft.state in ("pending", "approved"):
        problems += against_today(app_state().home.today(), draft, content)
    return [*draft_lines(problems), *before_sending(draft.state, mail=draft.suffix == ".eml")]
