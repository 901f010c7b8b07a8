"""``/batch``: a table is brought, looked at before anything is made, and made into drafts."""

from __future__ import annotations

import io
import json
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from flask import (
    Blueprint,
    abort,
    current_app,
    redirect,
    render_template,
    request,
    send_file,
    url_for,
)

from parkdraft.batch.report import Report, RowResult, progress
from parkdraft.decide.examples import worked_examples
from parkdraft.home import Home
from parkdraft.model import labels
from parkdraft.model.cases import CASES
from parkdraft.model.directory import Directory
from parkdraft.present.words import NO_PARTNER, partner_name
from parkdraft.tables.source import ranges
from parkdraft.tables.template import write_template
from parkdraft.web import batchjobs
from parkdraft.web.batchjobs import Job
from parkdraft.web.desk import Desk
from parkdraft.web.uploads import Upload, uploads
from parkdraft.web.words import ERRORS, cell_line, plain_words, problem_line, problem_lines

pages = Blueprint("batch", __name__, url_prefix="/batch")
_AT_ONCE = 1.0
"""Seconds for which an answer waits: most tables are done by then."""
_GONE = "올린 표가 없습니다. 한 시간이 지났거나 parkdraft를 다시 시작했습니다. 표를 다시 올리세요."
_NO_FILE = "고른 파일이 없습니다. CSV나 XLSX 파일을 고르세요."
_MIMES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@pages.get("")
def start() -> str:
    """Bring a table."""
    return _start()


@pages.get("/template.<any(csv, xlsx):kind>")
def template(kind: str) -> Any:
    """The empty table to fill in, for one case or all, with a worked example of each."""
    home, case = _home(), request.args.get("case")
    if case and case not in CASES:
        abort(404)
    cases = [CASES[case]] if case else list(CASES.values())
    examples = worked_examples(home.directory, home.now().date(), cases)
    name = " ".join(["빈 표", *(one.label for one in cases if case)])
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"table.{kind}"
        write_template(path, examples, [one.name for one in home.directory.partners.values()])
        return _download(path.read_bytes(), f"{name}.{kind}", _MIMES[kind])


@pages.post("/check")
def check() -> Any:
    """Take a table and check it; nothing is made."""
    file = request.files.get("table")
    if file is None or not file.filename:
        return _refused([_NO_FILE])
    upload = uploads().take(file)
    return _checked(upload, combine="combine" in request.form)


@pages.post("/<token>/again")
def again(token: str) -> Any:
    """Check the same table once more, combined or one by one."""
    upload = uploads().get(token)
    if upload is None or not upload.path.is_file():
        return _refused([_GONE])
    if not _job(upload).running:
        _checked(upload, combine="combine" in request.form)
    return redirect(url_for("batch.table", token=token), 303)


@pages.get("/<token>")
def table(token: str) -> Any:
    """What was found in a table, or what became of it."""
    upload = uploads().get(token)
    if upload is None:
        return _refused([_GONE], 404)
    job = _job(upload)
    if job.running:
        return render_template("batch-busy.html", upload=upload, job=job, words=_progress(job))
    if job.broken or job.stopped:
        lines = [ERRORS[500]] if job.broken else problem_lines(job.stopped or [])
        return render_template("batch-stopped.html", upload=upload, job=job, lines=lines), 422
    page = "batch-checked.html" if job.phase == "checked" else "batch-made.html"
    return render_template(page, upload=upload, job=job, **_shown(job, _home().directory))


@pages.get("/<token>/state")
def state(token: str) -> Any:
    """How far it is, for the page that waits."""
    upload = uploads().get(token)
    if upload is None:
        return {"running": False}
    job = _job(upload)
    words = _progress(job)
    return {"running": job.running, "count": job.count, "of": job.last, "words": words}


@pages.post("/<token>/make")
def make(token: str) -> Any:
    """Make the drafts of the good rows."""
    upload = uploads().get(token)
    if upload is None:
        return _refused([_GONE])
    if batchjobs.make(_home(), upload):
        _job(upload).ended.wait(_AT_ONCE)
    return redirect(url_for("batch.table", token=token), 303)


@pages.post("/<token>/drop")
def drop(token: str) -> Any:
    """Remove a table, as somebody wants it."""
    upload = uploads().get(token)
    if upload is not None and not _job(upload).running:
        uploads().forget(upload)
    return redirect(url_for("batch.start"), 303)


@pages.get("/<token>/failed.csv")
def failed(token: str) -> Any:
    """The rows to be corrected, as a table that can be brought again."""
    upload = uploads().get(token)
    written = _job(upload).failed_table if upload else None
    if upload is None or written is None or not written.is_file():
        return _refused([_GONE], 404)
    return _download(written.read_bytes(), f"{upload.name}.failed.csv", _MIMES["csv"])


def _checked(upload: Upload, *, combine: bool) -> Any:
    job = batchjobs.check(_home(), upload, combine=combine)
    job.ended.wait(_AT_ONCE)
    return redirect(url_for("batch.table", token=upload.token), 303)


def _home() -> Home:
    desk = current_app.extensions["desk"]
    assert isinstance(desk, Desk)
    return desk.home


def _job(upload: Upload) -> Job:
    assert isinstance(upload.about, Job)
    return upload.about


def _progress(job: Job) -> str:
    return progress(job.step, job.count, job.last) if job.last else ""


def _refused(lines: Sequence[str], status: int = 422) -> Any:
    return _start(lines), status


def _start(lines: Sequence[str] = ()) -> str:
    return render_template("batch.html", lines=lines, cases=CASES.values())


def _download(content: bytes, name: str, kind: str) -> Any:
    return send_file(io.BytesIO(content), kind, as_attachment=True, download_name=name)


def _shown(job: Job, directory: Directory) -> dict[str, Any]:
    """What the page tells of a table that was checked or made."""
    told, report = job.told, job.report or Report()
    return {
        "report": report,
        "routes": [
            (labels.CHANNELS[channel][0], partner_name(directory, partner) or NO_PARTNER, count)
            for (channel, partner), count in report.by_route.most_common()
        ],
        "good": [(row.row, *_where(row, directory)) for row in sorted(told.good, key=_number)],
        "bad": [(row.row, [cell_line(one) for one in row.problems]) for row in told.bad],
        "warned": [
            (row.row, [cell_line(one) for one in row.warnings])
            for row in sorted(told.warned, key=_number)
        ],
        "skipped": ranges(told.skipped),
        "starts": [
            (labels.STATES[state][0], report.states[state])
            for state in ("pending", "waiting")
            if report.states[state]
        ],
        "kinds": [(plain_words(kind.first), kind.times) for kind in report.warned.values()],
        "lines": problem_lines(report.problems),
        "notes": list(dict.fromkeys(map(problem_line, (*report.notes, *report.happened)))),
    }


def _number(row: RowResult) -> int:
    return row.row


def _where(row: RowResult, directory: Directory) -> tuple[str, str, str, str, str]:
    """Case, site, partner, where it goes and where it starts, in words."""
    about = row.about
    if not about:
        return ("", "", "", "", "")
    to = [one["name"] for one in json.loads(about.route)["to"]]
    names = to[:1] + ([f"외 {len(to) - 1}명"] if len(to) > 1 else [])
    channel = labels.CHANNELS[about.channel][0]
    return (
        labels.CASES[about.case][0],
        about.site or "",
        partner_name(directory, about.partner) or NO_PARTNER,
        " ".join((channel, *(["·", *names] if names else []))),
        labels.state_label(about.state, about.channel),
    )
