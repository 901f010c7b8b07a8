"""``/contacts/lists``: the kept lists; upload a list, look at the changes, import it."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from datetime import date
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for

from parkdraft.errors import ParkdraftError, Problem
from parkdraft.home import Home
from parkdraft.lists.kept import KeptList, month_lists, site_list
from parkdraft.outbox.facts import Filters
from parkdraft.web import listimports, runs
from parkdraft.web.appstate import app_state
from parkdraft.web.noted import noted
from parkdraft.web.uploads import NO_FILE, GoneError, Upload, send_failed_rows, sent_file
from parkdraft.web.words import plain_words, problem_lines

pages = Blueprint("lists", __name__, url_prefix="/lists")
_GONE = "올린 명단이 없습니다. 한 시간이 지났거나 parkdraft를 다시 시작했습니다. 다시 올리세요."


@pages.get("")
def index(problems: Sequence[str] = ()) -> str:
    """The lists of this month and the next, and the form to upload one."""
    home = app_state().home
    this_month, next_month = months(home.now().date())
    partners, listed = home.directory.partners, home.directory.listed_partners
    with app_state().drafts() as box:
        waiting = box.store.counts(Filters(("waiting",)))["waiting"]
    return render_template(
        "contacts-lists.html",
        lines=problems,
        kept=kept_lists(home),
        partners=partners,
        listed=[partner for partner in partners.values() if partner.id in listed],
        months=[(month, month_word(month)) for month in (this_month, next_month)],
        this_month=this_month,
        chosen=(request.args.get("partner"), request.args.get("month") or this_month),
        waiting=waiting,
        builtin=plain_words(Problem("home.builtin")) if home.builtin else None,
    )


@pages.errorhandler(GoneError)
def gone(_: GoneError) -> Any:
    """An upload that is gone."""
    return index([_GONE]), 404


@pages.post("/check")
def check() -> Any:
    """Plan the import of an uploaded list; nothing is imported."""
    file, sent = sent_file("list"), request.form
    if file is None:
        return index([NO_FILE]), 422
    state = app_state()
    about = {
        "kind": "sites" if sent.get("kind") == "sites" else "contacts",
        "partner": sent.get("partner", ""),
        "month": sent.get("month", ""),
    }
    upload = state.uploads.take(file, "list", state.home.login(), about)
    return redirect(url_for("contacts.lists.show", token=upload.token), 303)


@pages.get("/<token>")
def show(token: str) -> Any:
    """What importing a list would change now, or what became of it."""
    upload = _upload(token)
    run = _run(upload)
    if run.state == "ended":
        return _page(upload, lines=run.facts.get("problems", ()), done=run.facts, **run.facts)
    if run.state == "running":
        return _page(upload, importing=True)
    try:
        plan = listimports.planned(upload, app_state().home)
    except ParkdraftError as error:
        return _page(upload, lines=problem_lines(upload.named(error.problems)))
    listimports.note_shown(upload, plan)
    return _page(
        upload,
        plan=plan,
        moved_on="moved" in request.args,
        died=runs.DIED if run.state == "died" else None,
        against=month_word(plan.against) if plan.against else None,
        notes=problem_lines(plan.notes),
        doubts=problem_lines(plan.doubts),
        bad=listimports.bad_rows(plan),
        bad_count=len(plan.bad),
    )


def _page(upload: Upload, *, lines: Sequence[str] = (), **shown: Any) -> Any:
    partner = app_state().home.directory.partners.get(upload.about["partner"])
    page = render_template(
        "contacts-list.html",
        brought=upload,
        kind=upload.about["kind"],
        partner=partner.name if partner else "",
        month=month_word(upload.about["month"]),
        lines=lines,
        **shown,
    )
    return page, 422 if lines else 200


@pages.post("/<token>/import")
def take_over(token: str) -> Any:
    """Import a list that was looked at."""
    upload, state = _upload(token), app_state()
    sure = "sure" in request.form
    as_shown = listimports.take_over(upload, state.home, state.uploads.now, sure=sure)
    moved = None if as_shown else "1"
    return redirect(url_for("contacts.lists.show", token=token, moved=moved), 303)


@pages.get("/<token>/failed.csv")
def failed_rows(token: str) -> Any:
    """The rows that were not imported, as a table that can be uploaded again."""
    upload = _upload(token)
    if not _run(upload).facts.get("failed_table"):
        raise GoneError
    answer = send_failed_rows(upload)
    with app_state().drafts() as box:
        noted(box, "exported", durable=True)
    return answer


@pages.post("/<token>/drop")
def drop(token: str) -> Any:
    """Remove an upload, unless it is being imported."""
    with suppress(GoneError):
        upload = _upload(token)
        if _run(upload).state != "running":
            app_state().uploads.forget(upload)
    return redirect(url_for("contacts.lists.index"), 303)


def _upload(token: str) -> Upload:
    state = app_state()
    return state.uploads.get(token, "list", state.home.login())


def _run(upload: Upload) -> runs.Run:
    return runs.latest(upload, app_state().uploads.now())


def months(today: date) -> tuple[str, str]:
    """This month and the next, as ``2026-11``."""
    following = date(today.year + today.month // 12, today.month % 12 + 1, 1)
    return f"{today:%Y-%m}", f"{following:%Y-%m}"


def month_word(month: str) -> str:
    """``2026-11`` → ``2026년 11월``."""
    year, _, number = month.partition("-")
    return f"{year}년 {number.lstrip('0')}월" if number.isdigit() else month


def kept_lists(home: Home) -> list[KeptList]:
    """The lists of this month and the next, and the list of sites."""
    wanted = months(home.now().date())
    lists = month_lists(home.root, home.directory, wanted)
    return [*lists, site_list(home.root, home.directory)]
