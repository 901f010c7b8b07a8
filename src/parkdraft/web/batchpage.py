"""``/batch``: upload a table, look at the check, make the drafts."""

from __future__ import annotations

import io
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from threading import Thread
from typing import Any

from flask import Blueprint, abort, redirect, render_template, request, send_file, url_for

from parkdraft.decide.examples import worked_examples
from parkdraft.model.cases import CASES
from parkdraft.tables.template import write_template
from parkdraft.web import batchjobs
from parkdraft.web.appstate import app_state
from parkdraft.web.batchjobs import Job
from parkdraft.web.noted import noted
from parkdraft.web.uploads import NO_FILE, GoneError, Upload, send_failed_rows, sent_file

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
    state = app_state()
    return _checked(state.uploads.take(file, "table", state.home.login()))


@pages.post("/<token>/again")
def again(token: str) -> Any:
    """Check the same table once more, combined or one by one."""
    upload = _upload(token)
    if not upload.path.is_file():
        raise GoneError
    return _checked(upload)


def _checked(upload: Upload) -> Any:
    state = app_state()
    combine = "combine" in request.form
    return _begun(upload, batchjobs.check(upload, state.home, state.uploads.now, combine=combine))


def _begun(upload: Upload, work: Thread | None) -> Any:
    if work:
        work.join(_AT_ONCE)
    return redirect(url_for("batch.table", token=upload.token), 303)


@pages.get("/<token>")
def table(token: str) -> Any:
    """The check of a table, or its result."""
    job = _job(_upload(token))
    if job.running:
        return render_template("batch-busy.html", job=job)
    if job.stopped:
        return render_template("batch-stopped.html", job=job), 422
    page = "batch-checked.html" if job.phase == "checked" else "batch-made.html"
    return render_template(page, job=job, **job.shown)


@pages.get("/<token>/state")
def state(token: str) -> Any:
    """The progress, for the page that waits."""
    try:
        job = _job(_upload(token))
    except GoneError:
        return {"running": False}
    return {"running": job.running, "count": job.count, "of": job.last, "words": job.progress}


@pages.post("/<token>/make")
def make(token: str) -> Any:
    """Make the drafts of the good rows."""
    upload, state = _upload(token), app_state()
    return _begun(upload, batchjobs.make(upload, state.home, state.uploads.now))


@pages.post("/<token>/drop")
def drop(token: str) -> Any:
    """Remove an upload."""
    with suppress(GoneError):
        upload = _upload(token)
        if not _job(upload).running:
            app_state().uploads.forget(upload)
    return redirect(url_for("batch.start"), 303)


@pages.get("/<token>/failed.csv")
def failed(token: str) -> Any:
    """The rows to be corrected, as a table that can be uploaded again."""
    upload = _upload(token)
    report = _job(upload).shown.get("report")
    if not report or not report["failed_table"]:
        raise GoneError
    answer = send_failed_rows(upload)
    with app_state().drafts() as box:
        noted(box, "exported", durable=True)
    return answer


def _upload(token: str) -> Upload:
    state = app_state()
    return state.uploads.get(token, "table", state.home.login())


def _job(upload: Upload) -> Job:
    return batchjobs.look(upload, app_state().uploads.now())
