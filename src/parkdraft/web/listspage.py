"""``/contacts/lists``: the kept lists; upload a list, look at the changes, import it."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for

from parkdraft.errors import ParkdraftError, Problem
from parkdraft.home import Home
from parkdraft.lists.kept import KeptList, month_lists, site_list
from parkdraft.lists.plan import Imported, ListPlan
from parkdraft.outbox.facts import Filters, StoredDraft
from parkdraft.outbox.ids import is_id
from parkdraft.web.appstate import app_state
from parkdraft.web.uploads import NO_FILE, GoneError, Upload, send_failed_rows, sent_file
from parkdraft.web.words import cell_line, plain_words, problem_lines

pages = Blueprint("lists", __name__, url_prefix="/lists")
_GONE = "올린 명단이 없습니다. 한 시간이 지났거나 parkdraft를 다시 시작했습니다. 다시 올리세요."


@dataclass
class ListImport(Upload):
    """An uploaded list: what it would change, and its import.

    ``moved_on``: it was not imported, because its doubts had changed since they were shown.
    ``unfilled``: why waiting drafts could not be filled.
    """

    kind: str
    partner: str
    month: str
    plan: ListPlan | None = None
    problems: Sequence[Problem] = ()
    done: Imported | None = None
    moved_on: bool = False
    filled: Sequence[StoredDraft] = ()
    unfilled: Sequence[Problem] = ()
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def look(self, home: Home) -> None:
        """Read the list without keeping it."""
        try:
            self.plan = self._planned(home)
        except ParkdraftError as error:
            self.problems = self.named(error.problems)

    def take_over(self, home: Home, *, sure: bool) -> None:
        """Import the list, and fill the drafts that waited for it.

        It is planned again first. Where it has doubts that were not shown, or that nobody is
        ``sure`` about, nothing is imported.
        """
        with self._lock:
            if self.done or self.plan is None:
                return
            shown = self.plan.doubts
            try:
                self.plan = self._planned(home)
                self.moved_on = bool(self.plan.doubts) and self.plan.doubts != shown
                if self.moved_on or (self.plan.doubts and not sure):
                    return
                self.done = home.take_over(self.plan)
            except ParkdraftError as error:
                self.problems = self.named(error.problems)
                return
            self.path.unlink(missing_ok=True)
        if self.kind == "contacts":
            try:
                outcome = home.fill_waiting()
                self.filled, self.unfilled = outcome.done, outcome.problems
            except ParkdraftError as error:
                self.unfilled = error.problems

    def _planned(self, home: Home) -> ListPlan:
        if self.kind == "sites":
            return home.plan_sites(self.path)
        return home.plan_contacts(self.partner, self.path, self.month)


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
    brought = app_state().uploads.take(
        file,
        ListImport,
        kind="sites" if sent.get("kind") == "sites" else "contacts",
        partner=sent.get("partner", ""),
        month=sent.get("month", ""),
    )
    brought.look(app_state().home)
    return redirect(url_for("contacts.lists.show", token=brought.token), 303)


@pages.get("/<token>")
def show(token: str) -> Any:
    """What importing a list would change, or what became of it."""
    brought = _brought(token)
    plan, partner = brought.plan, app_state().home.directory.partners.get(brought.partner)
    page = render_template(
        "contacts-list.html",
        brought=brought,
        partner=partner.name if partner else "",
        month=month_word(brought.month),
        against=month_word(plan.against) if plan and plan.against else None,
        lines=problem_lines(brought.problems),
        unfilled=list(map(_unfilled, brought.unfilled)),
        notes=problem_lines(plan.notes) if plan else (),
        doubts=problem_lines(plan.doubts) if plan else (),
        bad=_bad_rows(plan) if plan else (),
    )
    return page, 422 if brought.problems else 200


@pages.post("/<token>/import")
def take_over(token: str) -> Any:
    """Import a list that was looked at."""
    _brought(token).take_over(app_state().home, sure="sure" in request.form)
    return redirect(url_for("contacts.lists.show", token=token), 303)


@pages.get("/<token>/failed.csv")
def failed_rows(token: str) -> Any:
    """The rows that were not imported, as a table that can be uploaded again."""
    brought = _brought(token)
    return send_failed_rows(brought, brought.done.failed_table if brought.done else None)


@pages.post("/<token>/drop")
def drop(token: str) -> Any:
    """Remove an upload."""
    with suppress(GoneError):
        app_state().uploads.forget(_brought(token))
    return redirect(url_for("contacts.lists.index"), 303)


def _brought(token: str) -> ListImport:
    return app_state().uploads.get(token, ListImport)


def _bad_rows(plan: ListPlan) -> list[tuple[int, str, list[str]]]:
    """The rows that stay out: number, site as far as it is known, and what is wrong."""
    sites = {row.number: row.cells.get("site", "") for row in plan.table.rows}
    return [(row, sites[row], list(map(cell_line, wrong))) for row, wrong in plan.bad.items()]


def _unfilled(problem: Problem) -> tuple[str | None, str]:
    """A draft that could not be filled, or a list that could not be read: which, and why."""
    if problem.row is None and is_id(problem.field or ""):
        return problem.field, plain_words(problem)
    return None, problem_lines([problem])[0]


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
