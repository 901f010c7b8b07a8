"""``/records``, for leads: who did what, from where, to look through each month and to export."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from contextlib import suppress
from datetime import date

from flask import Blueprint, Response, render_template, request

from parkdraft.formulas import guard
from parkdraft.present.records import COLUMNS, DEEDS, record_row
from parkdraft.team import records
from parkdraft.team.records import RecordFilters
from parkdraft.web.appstate import app_state
from parkdraft.web.noted import noted
from parkdraft.web.teampage import refuse_others

pages = Blueprint("records", __name__, url_prefix="/records")
A_PAGE = 100
_LONGEST = 200
_MOST_PAGES = 100_000
_FIRST_DAY, _LAST_DAY = date(2000, 1, 1), date(2999, 12, 31)


@pages.before_request
def leads_only() -> None:
    """Nobody but a lead, hand-overs included."""
    refuse_others()


@pages.get("")
def index() -> str:
    """A page of the records, the newest first."""
    home, filters = app_state().home, _filters(request.args)
    number = min(max(request.args.get("page", 1, type=int), 1), _MOST_PAGES)
    with app_state().drafts() as box:
        found = records.page(box.engine, filters, A_PAGE + 1, (number - 1) * A_PAGE)
    return render_template(
        "records.html",
        filters=filters,
        number=number,
        columns=COLUMNS,
        rows=[(record.draft, record_row(record, home.directory)) for record in found[:A_PAGE]],
        more=len(found) > A_PAGE,
        deeds=DEEDS,
        members=home.directory.team.members,
        args={key: text for key, text in request.args.items() if key != "page" and text},
    )


@pages.post("/export")
def export() -> Response:
    """All of them as a table; that it was exported is a record, too."""
    directory, filters = app_state().home.directory, _filters(request.form)
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    with app_state().drafts() as box:
        count = 0
        for record in records.export(box.engine, filters):
            writer.writerow(map(guard, record_row(record, directory)))
            count += 1
        noted(box, "exported", about=str(count), durable=True)
    name = f"기록 {app_state().home.now():%Y-%m-%d}.csv"
    response = Response(text.getvalue().encode("utf-8-sig"), content_type="text/csv; charset=utf-8")
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response


def _filters(asked: Mapping[str, str]) -> RecordFilters:
    """What is looked for; what cannot be read is left out."""
    texts = {name: asked.get(name, "")[:_LONGEST].strip() or None for name in RecordFilters._fields}
    days = dict[str, date | None](since=None, until=None)
    for name in days:
        with suppress(ValueError):
            day = date.fromisoformat(texts.pop(name, None) or "")
            days[name] = min(max(day, _FIRST_DAY), _LAST_DAY)
    return RecordFilters(**{**texts, **days})  # type: ignore[arg-type]
