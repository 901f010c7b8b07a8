"""``/batch``: upload a table, look at the check, make the drafts."""

from __future__ import annotations

import io
import json
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from flask import Blueprint, abort, redirect, render_template, request, send_file, url_for

from parkdraft.batch.report import RowResult
from parkdraft.decide.examples import worked_examples
from parkdraft.model import labels
from parkdraft.model.cases import CASES
from parkdraft.model.directory import Directory
from parkdraft.present.words import NO_PARTNER, partner_name
from parkdraft.tables.source import ranges
from parkdraft.tables.template import write_template
from parkdraft.web.appstate import app_state
from parkdraft.web.batchjobs import Job
from parkdraft.web.uploads import NO_FILE, GoneError, send_failed_rows, sent_file
from parkdraft.web.words import cell_line, plain_words, problem_line, problem_lines

pages = Blueprint("batch", __name__, url_prefix="/batch")
_AT_ONCE = 1.0
"""Seconds that an answer waits for the work: most tables are done by then."""
_GONE = "올린 표가 없습니다. 한 시간이 지났거나 parkdraft를 다시 시작했습니다. 표를 다시 올리세요."
_MIMES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@pages.get("")
def start(problems: Sequence[str] = ()) -> str:
    """The form to upload a table."""
    return render_template("batch.html", lines=problems, cases=CASES.values())


@pages.errorhandler(GoneError)
def gone(_: GoneError) -> Any:
    """An upload that is gone."""
    return start([_GONE]), 404


@pages.get("/template.<any(csv, xlsx):kind>")
def template(kind: str) -> Any:
    """The empty table to fill in, for one case or all, with a worked example of each."""
    home, name = app_state().home, request.args.get("case")
    if name and name not in CASES:
        abort(404)
    cases = [CASES[name]] if name else list(CASES.values())
    title = f"빈 표 {CASES[name].label}" if name else "빈 표"
    examples = worked_examples(home.directory, home.now().date(), cases)
    partners = [partner.name for partner in home.directory.partners.values()]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"table.{kind}"
        write_template(path, examples, partners)
        content = io.BytesIO(path.read_bytes())
    return send_file(content, _MIMES[kind], as_attachment=True, download_name=f"{title}.{kind}")


@pages.post("/check")
def check() -> Any:
    """Check an uploaded table; nothing is kept."""
    file = sent_file("table")
    if file is None:
        return start([NO_FILE]), 422
    job = app_state().uploads.take(file, Job)
    return _checked(job)


@pages.post("/<token>/again")
def again(token: str) -> Any:
    """Check the same table once more, combined or one by one."""
    job = _job(token)
    if not job.path.is_file():
        raise GoneError
    return _checked(job)


def _checked(job: Job) -> Any:
    job.check(app_state().home, combine="combine" in request.form)
    job.ended.wait(_AT_ONCE)
    return redirect(url_for("batch.table", token=job.token), 303)


@pages.get("/<token>")
def table(token: str) -> Any:
    """The check of a table, or its result."""
    job = _job(token)
    if job.running:
        return render_template("batch-busy.html", job=job)
    if job.stopped:
        return render_template("batch-stopped.html", job=job), 422
    page = "batch-checked.html" if job.phase == "checked" else "batch-made.html"
    return render_template(page, job=job, report=job.report, **_shown(job))


@pages.get("/<token>/state")
def state(token: str) -> Any:
    """The progress, for the page that waits."""
    try:
        job = _job(token)
    except GoneError:
        return {"running": False}
    return {"running": job.running, "count": job.count, "of": job.last, "words": job.progress}


@pages.post("/<token>/make")
def make(token: str) -> Any:
    """Make the drafts of the good rows."""
    job = _job(token)
    job.make(app_state().home)
    job.ended.wait(_AT_ONCE)
    return redirect(url_for("batch.table", token=token), 303)


@pages.post("/<token>/drop")
def drop(token: str) -> Any:
    """Remove an upload."""
    with suppress(GoneError):
        job = _job(token)
        if not job.running:
            app_state().uploads.forget(job)
    return redirect(url_for("batch.start"), 303)


@pages.get("/<token>/failed.csv")
def failed(token: str) -> Any:
    """The rows to be corrected, as a table that can be uploaded again."""
    job = _job(token)
    return send_failed_rows(job, job.report.failed_table)


def _job(token: str) -> Job:
    return app_state().uploads.get(token, Job)


def _shown(job: Job) -> dict[str, Any]:
    """What the page shows of a checked or made table."""
    rows, report, directory = job.rows, job.report, app_state().home.directory
    return {
        "routes": [
            (labels.CHANNELS[channel][0], partner_name(directory, partner) or NO_PARTNER, count)
            for (channel, partner), count in report.by_route.most_common()
        ],
        "good": [(row.row, *_where(row, directory)) for row in _by_number(rows.good)],
        "bad": [(row.row, list(map(cell_line, row.problems))) for row in rows.bad],
        "warned": [
            (row.row, list(map(cell_line, row.warnings))) for row in _by_number(rows.warned)
        ],
        "skipped": ranges(rows.skipped),
        "starts": [
            (labels.STATES[state][0], report.states[state])
            for state in ("pending", "waiting")
            if report.states[state]
        ],
        "kinds": [(plain_words(kind.first), kind.times) for kind in report.warned.values()],
        "lines": problem_lines(report.problems),
        "notes": list(dict.fromkeys(map(problem_line, (*report.notes, *report.happened)))),
    }


def _by_number(rows: list[RowResult]) -> list[RowResult]:
    return sorted(rows, key=lambda row: row.row)


def _where(row: RowResult, directory: Directory) -> tuple[str, str, str, str, str]:
    """Case, site, partner, channel and first state of a row, in words."""
    draft = row.about
    if not draft:
        return ("", "", "", "", "")
    to = [person["name"] for person in json.loads(draft.route)["to"]]
    others = f"외 {len(to) - 1}명" if len(to) > 1 else None
    names = filter(None, ("·", to[0], others)) if to else ()
    return (
        labels.CASES[draft.case][0],
        draft.site or "",
        partner_name(directory, draft.partner) or NO_PARTNER,
        " ".join((labels.CHANNELS[draft.channel][0], *names)),
        labels.state_label(draft.state, draft.channel),
    )
