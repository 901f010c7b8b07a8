"""The outbox's pages: the list, one draft, decisions on one or several, and what is wrong."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from flask import Blueprint, Response, abort, current_app, render_template, request
from flask.sansio.blueprints import BlueprintSetupState

from parkdraft.errors import ParkdraftError, Problem
from parkdraft.opening import open_file
from parkdraft.outbox.review import Outcome, approve, mark_sent, opened, outdated, send_back
from parkdraft.outbox.showing import show
from parkdraft.process.labels import CASES, state_label
from parkdraft.web.desk import Desk
from parkdraft.web.outboxcheck import findings, problems_of
from parkdraft.web.outboxdraft import sight
from parkdraft.web.outboxlist import DAYS, Page, list_page, neighbours, read_asked
from parkdraft.web.outboxwords import NOT_TO_SEND, TABS, as_told, line_of
from parkdraft.web.overview import Overview
from parkdraft.web.words import CHECK_SENDER, NOT_APPROVED

pages = Blueprint("outbox", __name__)
MEDIA = {
    ".eml": "message/rfc822",
    ".txt": "text/plain; charset=utf-8",
    ".tsv": "text/tab-separated-values; charset=utf-8",
}
_MOST_IDS = 1000
_T = TypeVar("_T")
_NOWHERE = ("outbox.unknown", "outbox.no-id")


@pages.record_once
def _remember(setup: BlueprintSetupState) -> None:
    setup.app.extensions["overview"] = Overview(setup.app.extensions["desk"])


def _overview() -> Overview:
    overview: Overview = current_app.extensions["overview"]
    return overview


def _desk() -> Desk:
    desk: Desk = current_app.extensions["desk"]
    return desk


@pages.get("/outbox")
def index() -> str:
    """The list; ``part=list`` is only what changes of it."""
    desk = _desk()
    home, everything = desk.home, _overview().now()
    asked = read_asked(request.args, home)
    with desk.memory() as memory:
        page = list_page(home, asked, everything, memory)
    part = request.args.get("part") == "list"
    return render_template(
        "outboxlist.html" if part else "outbox.html",
        page=page,
        asked=page.asked,
        tabs=TABS,
        cases=CASES,
        partners=home.directory.partners,
        days=sorted({*DAYS, *([asked.older] if asked.older is not None else [])}),
        version=everything.version,
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
    return {"version": _desk().version()}


@pages.get("/outbox/verify")
def check() -> str:
    """Everything that is wrong in the outbox; nothing is changed."""
    desk = _desk()
    home = desk.home
    told = problems_of(home)
    with desk.memory() as memory:
        found = findings(home, memory, told)
    return render_template(
        "outboxverify.html",
        findings=found,
        count=sum(map(len, told.values())),
        more=len(told) - len(found),
    )


@pages.get("/outbox/<draft_id>")
def one(draft_id: str) -> str:
    """One draft, whole; ``part=draft`` is only what changes of it."""
    home, everything = _desk().home, _overview().now()
    asked = read_asked(request.args, home)
    shown = _there(lambda: show(home.drafts, home.today(), draft_id))
    seen = sight(home, shown, everything.successors.get(draft_id))
    near = neighbours(home, asked, everything.drafts, draft_id)
    part = request.args.get("part") == "draft"
    return render_template(
        "outboxdraft.html" if part else "outboxone.html",
        one=seen,
        asked=asked,
        near=near,
        version=everything.version,
    )


def _there(asked: Callable[[], _T]) -> _T:
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
    home, ids = _desk().home, _ids()
    return _told(approve(home.drafts, home.today(), ids))


@pages.post("/outbox/return")
def return_some() -> Any:
    """Return the drafts that are named, with a reason."""
    home, ids, reason = _desk().home, _ids(), _body().get("reason")
    if not isinstance(reason, str):
        abort(400)
    return _told(send_back(home.drafts, home.directory, ids, reason))


@pages.post("/outbox/sent")
def sent_some() -> Any:
    """Mark the drafts that are named as sent, or handled."""
    return _told(mark_sent(_desk().drafts, _ids()))


def _body() -> dict[str, Any]:
    body = request.get_json(force=True, silent=True)
    if not isinstance(body, dict):
        abort(400)
    return body


def _ids() -> list[str]:
    ids = _body().get("ids")
    if not isinstance(ids, list) or len(ids) > _MOST_IDS:
        abort(400)
    if not all(isinstance(one, str) for one in ids):
        abort(400)
    return ids


def _told(outcome: Outcome) -> Any:
    """What was done, and why the rest was not; 422 where nothing was."""
    channel = {".eml": "email"}
    done = [
        {
            "id": one.id,
            "state": one.state,
            "label": state_label(one.state, channel.get(one.suffix, "")),
        }
        for one in outcome.done
    ]
    status = 422 if outcome.problems and not done else 200
    return {"done": done, **_problems(outcome.problems)}, status


def _problems(problems: Iterable[Problem]) -> dict[str, Any]:
    return {"problems": [as_told(one) for one in problems]}


@pages.post("/outbox/<draft_id>/open")
def open_one(draft_id: str) -> Any:
    """Hand a draft to the system's mail program."""
    home = _desk().home
    box = home.drafts
    try:
        entry = _there(lambda: opened(box, draft_id))
        changed = outdated(box, home.today(), entry)
        if path := box.store.path(entry):
            open_file(path)
    except ParkdraftError as error:
        return _problems(error.problems), 422
    notes = [*map(line_of, changed), *([CHECK_SENDER] if entry.suffix == ".eml" else [])]
    if entry.state != "approved":
        notes.append(NOT_APPROVED if entry.state == "pending" else NOT_TO_SEND[entry.state])
    return {"notes": notes}


@pages.get("/outbox/<draft_id>/file")
def file(draft_id: str) -> Response:
    """A draft's file, to be kept elsewhere; refused where it is not what was recorded."""
    box = _desk().drafts
    entry = _there(lambda: opened(box, draft_id))
    response = Response(box.store.read(entry), content_type=MEDIA[entry.suffix])
    response.headers.set("Content-Disposition", "attachment", filename=f"{entry.id}{entry.suffix}")
    return response
