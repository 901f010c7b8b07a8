"""The outbox's pages: the list, one draft, decisions on one or several, and what is wrong."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any, TypeVar

from flask import Blueprint, abort, current_app, redirect, render_template, request, url_for

from parkdraft.errors import ParkdraftError
from parkdraft.model.labels import CASES
from parkdraft.review import Wanted, move, show
from parkdraft.web.desk import Desk
from parkdraft.web.outboxcheck import checked
from parkdraft.web.outboxdraft import sight
from parkdraft.web.outboxlist import DAYS, Page, list_page, neighbours, read_asked
from parkdraft.web.outboxwords import TABS, as_told, note_of, state_of

pages = Blueprint("outbox", __name__)
_MOST_IDS = 1000
_T = TypeVar("_T")
_NOWHERE = ("outbox.unknown", "outbox.no-id")


def desk() -> Desk:
    """The desk of the page that is asked now."""
    found: Desk = current_app.extensions["desk"]
    return found


@pages.get("/outbox")
def index() -> str:
    """The list; ``part=list`` is only what changes of it."""
    home = desk().home
    asked = read_asked(request.args, home)
    with desk().drafts() as box:
        version, page = box.store.last_event(), list_page(home, box, asked)
    part = request.args.get("part") == "list"
    return render_template(
        "outboxlist.html" if part else "outbox.html",
        page=page,
        asked=page.asked,
        tabs=TABS,
        cases=CASES,
        partners=home.directory.partners,
        days=sorted({*DAYS, *([asked.older] if asked.older is not None else [])}),
        version=version,
        mark=_mark(page),
    )


def _mark(page: Page) -> str:
    """Another word when the list shows something else; growing older is nothing else."""
    rows = [row._replace(age="") for row in page.rows]
    told = repr((page.asked, rows, page.counts, page.deeds))
    return hashlib.sha256(told.encode("utf-8", "surrogatepass")).hexdigest()[:16]


@pages.get("/outbox/version")
def version() -> dict[str, str]:
    """A word that changes whenever something happens in the outbox."""
    with desk().drafts() as box:
        return {"version": str(box.store.last_event())}


@pages.get("/outbox/verify")
def ask_check() -> str:
    """What a check found, while nothing has happened since; else only its button."""
    found = current_app.extensions.get("checked")
    with desk().drafts() as box:
        if found and found.version != box.store.last_event():
            found = None
    return render_template("outboxverify.html", checked=found)


@pages.post("/outbox/verify")
def check() -> Any:
    """Look for everything that is wrong in the outbox; what can be is put right."""
    current_app.extensions["checked"] = checked(desk())
    return redirect(url_for("outbox.ask_check"), 303)


@pages.get("/outbox/<draft_id>")
def one(draft_id: str) -> str:
    """One draft, whole; ``part=draft`` is only what changes of it."""
    home = desk().home
    asked = read_asked(request.args, home)
    with desk().drafts() as box:
        version = box.store.last_event()
        shown = there(lambda: show(box, home.today(), draft_id))
        seen = sight(box, home.directory, shown)
        near = neighbours(home, box, asked, shown.draft.id)
    part = request.args.get("part") == "draft"
    return render_template(
        "outboxdraft.html" if part else "outboxone.html",
        one=seen,
        asked=asked,
        near=near,
        version=version,
    )


def there(asked: Callable[[], _T]) -> _T:
    """What is asked of a draft; a number that there is no draft of is no page."""
    try:
        return asked()
    except ParkdraftError as error:
        if any(problem.code in _NOWHERE for problem in error.problems):
            abort(404)
        raise


@pages.post("/outbox/approve")
def approve_some() -> Any:
    """Approve the drafts that are named."""
    return _decided("approve")


@pages.post("/outbox/return")
def return_some() -> Any:
    """Return the drafts that are named, with a reason."""
    reason = _body().get("reason")
    if not isinstance(reason, str):
        abort(400)
    return _decided("return", reason)


@pages.post("/outbox/sent")
def sent_some() -> Any:
    """Mark the drafts that are named as sent, or handled."""
    return _decided("sent")


@pages.post("/outbox/undo")
def undo_some() -> Any:
    """Take the last step of the drafts that are named back."""
    return _decided("undo")


def _body() -> dict[str, Any]:
    body = request.get_json(force=True, silent=True)
    if not isinstance(body, dict):
        abort(400)
    return body


def _wanted() -> list[Wanted]:
    """The drafts that are named, each with the state that was seen of it."""
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


def _decided(verb: str, reason: str = "") -> Any:
    """What was done, and why the rest was not; 422 where nothing was."""
    home, wanted = desk().home, _wanted()
    if not wanted:
        return {"done": [], "problems": [], "notes": []}
    with desk().drafts(change=True) as box:
        today = home.today() if verb == "approve" else None
        outcome = move(box, home.directory, verb, wanted, reason=reason, today=today)
    done = [{"id": one.id, "state": one.state, "label": state_of(one)} for one in outcome.done]
    problems = [as_told(problem) for problem in outcome.problems]
    status = 422 if problems and not done else 200
    return {"done": done, "problems": problems, "notes": list(map(note_of, box.notes))}, status
