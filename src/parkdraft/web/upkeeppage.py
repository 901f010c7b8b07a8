"""Two pages under ``/outbox``: drafts made anew, and personal details removed for good.

``changed`` follows a change of the directory or the templates. Both pages show first what they
would do; what has changed since it was shown is shown again.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for

from parkdraft.model.directory import LEAST_DAYS
from parkdraft.outbox.box import Outbox
from parkdraft.outbox.facts import Filters
from parkdraft.outbox.purge import FINISHED, Doomed, by_age, purge, refuse_others
from parkdraft.outbox.transitions import read_reason, right
from parkdraft.present.drafts import purge_text, title
from parkdraft.review import Changed, changed, remake
from parkdraft.web.appstate import app_state
from parkdraft.web.noted import noted
from parkdraft.web.words import draft_lines

pages = Blueprint("upkeep", __name__, url_prefix="/outbox")
USUAL_DAYS = 90
"""The age that the form proposes: card disputes are over by then."""
_MOST_DAYS = 36_500
_MOST = 1000


@pages.get("/changed")
def differing() -> str:
    """The pending drafts that would be different today, each with its differences."""
    with app_state().drafts() as box:
        changes, problems = _differing(box)
        for change in changes:
            noted(box, "shown", draft=change.draft.id)
    return _differing_page(changes, draft_lines(problems))


@pages.post("/changed")
def make_anew() -> Any:
    """Make those drafts anew that are named, as far as they still are as they were shown."""
    seen = set(request.form.getlist("draft"))
    with app_state().drafts(change=True) as box:
        changes, problems = _differing(box)
        wanted = [change for change in changes if _mark(change) in seen]
        outcome = remake(box, app_state().home.directory, wanted)
    if outcome.problems:
        return _differing_page(changes, draft_lines((*problems, *outcome.problems))), 422
    return redirect(url_for("upkeep.differing", made=len(outcome.done)), 303)


def _differing(box: Outbox) -> tuple[list[Changed], list[Any]]:
    """The pending drafts that whoever is working may make anew, and that have to be."""
    home = app_state().home
    pending = box.store.page(Filters(("pending",)), _MOST)
    own = (draft for draft in pending if right(box, home.directory, draft))
    return changed(box, home.today(), own)


def _mark(change: Changed) -> str:
    """Which draft in which state, and what it would become."""
    return f"{change.draft.id}:{change.draft.moved}:{change.new.sha256}"


def _differing_page(changes: Sequence[Changed], lines: Sequence[str]) -> str:
    return render_template(
        "outboxchanged.html",
        changes=[
            (change.draft.id, title(change.draft), _mark(change), change.lines)
            for change in changes
        ],
        lines=lines,
        made=request.args.get("made", type=int),
    )


@pages.get("/purge")
def choose() -> Any:
    """What a purge would remove: one draft that is named, or finished ones by their age."""
    with app_state().drafts() as box:
        refuse_others(box, app_state().home.directory)
        return _purge_page(box, _chosen(box))


@pages.post("/purge")
def remove() -> Any:
    """Purge what was shown; where it is not the same any more, it is shown again."""
    home, sent = app_state().home, request.form
    with app_state().drafts(change=True) as box:
        refuse_others(box, home.directory)
        doomed = _chosen(box)
        if sent.get("count") != str(len(doomed.drafts)):
            return _purge_page(box, doomed, "그사이 바뀌었습니다. 다시 확인하세요."), 409
        reason = read_reason(sent.get("reason", "")) if sent.get("draft") else None
        removed = purge(box, home.directory, doomed.drafts, reason)
    return redirect(url_for("upkeep.choose", done=len(removed)), 303)


def _chosen(box: Outbox) -> Doomed:
    """The draft that the request names, else what nobody has touched for so many days."""
    if named := request.values.get("draft"):
        return Doomed((box.located(named),), ())
    days = request.values.get("older", type=int)
    if days is None:
        return Doomed((), ())
    return by_age(box, dict.fromkeys(FINISHED, min(max(days, LEAST_DAYS), _MOST_DAYS)))


def _purge_page(box: Outbox, doomed: Doomed, line: str | None = None) -> str:
    named = doomed.drafts[0] if request.values.get("draft") else None
    return render_template(
        "outboxpurge.html",
        line=line,
        named=named,
        title=title(named) if named else "",
        older=request.values.get("older", USUAL_DAYS, type=int),
        asked="older" in request.values,
        least=LEAST_DAYS,
        text=purge_text(doomed),
        count=len(doomed.drafts),
        done=request.args.get("done", type=int),
    )
