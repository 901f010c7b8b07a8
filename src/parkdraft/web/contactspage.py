"""``/contacts``: the process, people, partners, lists and imports, and all that is wrong."""

from __future__ import annotations

import io
from typing import Any
from weakref import ref

from flask import (
    Blueprint,
    current_app,
    g,
    redirect,
    render_template,
    request,
    send_file,
    url_for,
)

from parkdraft.errors import DirectoryError, ParkdraftError, Problem
from parkdraft.home import Home
from parkdraft.homecheck import Checked, check_home
from parkdraft.lists.kept import missing_lists
from parkdraft.lookup.find import find
from parkdraft.outbox.ids import is_id
from parkdraft.present import process as words_of
from parkdraft.present.words import NO_LEADS, NOTHING_FOUND, PLACEHOLDER
from parkdraft.values.people import long_names
from parkdraft.web import listimports, processview
from parkdraft.web.desk import Desk
from parkdraft.web.listimports import Kind, ListImport
from parkdraft.web.uploads import uploads
from parkdraft.web.words import plain_words, problem_line, problem_lines

pages = Blueprint("contacts", __name__, url_prefix="/contacts")
SECTIONS = (
    ("contacts.process", "업무 절차"),
    ("contacts.lists", "명단"),
    ("contacts.partners", "운영사"),
    ("contacts.people", "사람"),
    ("contacts.sites", "현장별 규칙"),
    ("contacts.problems", "점검"),
)
MOST_FOUND = 50
_LONGEST = 100
_GONE = "올린 명단이 없습니다. 한 시간이 지났거나 parkdraft를 다시 시작했습니다. 다시 올리세요."
_NO_FILE = "고른 파일이 없습니다. CSV나 XLSX 파일을 고르세요."


@pages.before_request
def read_directory() -> Any:
    """Where contacts.yaml cannot be read, every section shows why instead."""
    g.home = _desk().home
    try:
        g.directory = g.home.directory
    except DirectoryError as error:
        lines = problem_lines(error.problems)
        return render_template("contacts-problems.html", unreadable=lines, sections=SECTIONS)
    return None


@pages.context_processor
def shared() -> dict[str, Any]:
    """What every section shows: its siblings."""
    return {"sections": SECTIONS, "text": ""}


@pages.get("")
def process() -> str:
    """The whole process as a table of case × partner."""
    return render_template(
        "contacts.html",
        columns=processview.columns(g.directory),
        partners=g.directory.partners,
        methods=processview.methods(g.directory),
        notices=_notices(g.home),
    )


@pages.get("/people")
def people() -> str:
    """Everybody, and where they occur."""
    return render_template("contacts-people.html", people=processview.people(g.directory))


@pages.get("/partners")
def partners() -> str:
    """The operators."""
    return render_template("contacts-partners.html", partners=processview.partners(g.directory))


@pages.get("/sites")
def sites() -> str:
    """Sites with rows or rules of their own."""
    return render_template("contacts-sites.html", directory=g.directory)


@pages.get("/find")
def search() -> str:
    """People, partners and sites by anything one may type of their names."""
    text = request.args.get("text", "")[:_LONGEST].strip()
    problems: list[str] = []
    hits, found = [], []
    try:
        known = _desk().known()
        hits = find(known, text) if text else []
        found = [
            (words_of.KINDS[one.kind], one.name, words_of.found_facts(known, one))
            for one in hits[:MOST_FOUND]
        ]
    except ParkdraftError as error:
        problems = ["명단에 잘못된 곳이 있어 찾을 수 없습니다.", *problem_lines(error.problems)]
    more = len(hits) - len(found)
    return render_template(
        "contacts-find.html",
        text=text,
        found=found,
        more=more,
        problems=problems,
        nothing=NOTHING_FOUND,
    )


@pages.get("/problems")
def problems() -> str:
    """Everything that is wrong with the directory, as far as it has been looked at."""
    return render_template(
        "contacts-problems.html",
        kept=_kept_problems(g.home),
        **_rehearsed(g.home),
        directory=g.directory,
        notices=_notices(g.home),
    )


@pages.post("/problems")
def rehearse_all() -> Any:
    """Render every template for every route that uses it; remembered until a file changes."""
    current_app.extensions["rehearsed"] = (ref(g.home), check_home(g.home))
    return redirect(url_for("contacts.problems") + "#rehearsed", 303)


@pages.get("/lists")
def lists() -> str:
    """The month's lists: which are there, which are missing; and their import."""
    return _lists([])


@pages.post("/lists/check")
def check_import() -> Any:
    """Take a list and look at it; nothing is imported."""
    file = request.files.get("list")
    kind: Kind = "sites" if request.form.get("kind") == "sites" else "contacts"
    if file is None or not file.filename:
        return _lists([_NO_FILE]), 422
    upload = uploads().take(file)
    asked = (request.form.get("partner", ""), request.form.get("month", ""))
    listimports.look(g.home, upload, kind, *asked)
    return redirect(url_for("contacts.one_list", token=upload.token), 303)


@pages.get("/lists/<token>")
def one_list(token: str) -> Any:
    """What importing a list would change, or what became of it."""
    upload = uploads().get(token)
    if upload is None or not isinstance(upload.about, ListImport):
        return _lists([_GONE]), 404
    one = upload.about
    facts = {"upload": upload, "one": one, **listimports.data_of(one, g.home)}
    if one.problems:
        lines = problem_lines(one.problems)
        return render_template("contacts-list.html", lines=lines, **facts), 422
    unfilled = [*(one.filled.problems if one.filled else ()), *(one.unfilled or ())]
    plan = one.plan
    return render_template(
        "contacts-list.html",
        unfilled=[_told(problem) for problem in unfilled],
        notes=problem_lines(plan.notes) if plan else (),
        doubts=problem_lines(plan.doubts) if plan else (),
        bad=listimports.bad_rows(plan) if plan else (),
        **facts,
    )


@pages.post("/lists/<token>/import")
def take_over(token: str) -> Any:
    """Import a list that was looked at."""
    upload = uploads().get(token)
    if upload is None or not isinstance(upload.about, ListImport):
        return _lists([_GONE]), 404
    listimports.take_over(g.home, upload, sure="sure" in request.form)
    return redirect(url_for("contacts.one_list", token=token), 303)


@pages.get("/lists/<token>/failed.csv")
def failed_rows(token: str) -> Any:
    """The rows that were not imported, as a table that can be brought again."""
    upload = uploads().get(token)
    done = upload.about.done if upload and isinstance(upload.about, ListImport) else None
    if upload is None or done is None or not done.failed_table or not done.failed_table.is_file():
        return _lists([_GONE]), 404
    return send_file(
        io.BytesIO(done.failed_table.read_bytes()),
        "text/csv; charset=utf-8",
        as_attachment=True,
        download_name=f"{upload.name}.failed.csv",
    )


@pages.post("/lists/<token>/drop")
def drop(token: str) -> Any:
    """Remove a list that was not imported."""
    upload = uploads().get(token)
    if upload is not None:
        uploads().forget(upload)
    return redirect(url_for("contacts.lists"), 303)


def _lists(lines: list[str]) -> str:
    home, directory = g.home, g.directory
    this_month, next_month = listimports.months(home.now().date())
    listed = [one for one in directory.partners.values() if one.id in directory.listed_partners]
    with _desk().drafts() as box:
        waiting = listimports.waiting(box)
    return render_template(
        "contacts-lists.html",
        lines=lines,
        kept=listimports.kept(home),
        partners=directory.partners,
        listed=listed,
        months=[(month, listimports.month_word(month)) for month in (this_month, next_month)],
        this_month=this_month,
        asked=(request.args.get("partner"), request.args.get("month") or this_month),
        waiting=waiting,
        builtin=plain_words(Problem("home.builtin")) if home.builtin else None,
    )


def _desk() -> Desk:
    desk = current_app.extensions["desk"]
    assert isinstance(desk, Desk)
    return desk


def _notices(home: Home) -> list[str]:
    """What keeps people from working, said where they look things up."""
    directory = home.directory
    this_month, _ = listimports.months(home.now().date())
    missing = missing_lists(home.root, directory, this_month)
    found = [f"{directory.partners[one].name}의 이번 달 명단이 없습니다." for one in missing]
    if directory.sender_is_placeholder:
        found.append(PLACEHOLDER)
    if not directory.team.leads:
        found.append(NO_LEADS)
    people = (directory.sender, *directory.people.values())
    return [*found, *problem_lines(long_names((one.name, one.title) for one in people))]


def _kept_problems(home: Home) -> list[str]:
    """What is wrong with the lists that are kept, each with its file."""
    return [
        f"{listimports.shown_place(home, one)}: {line}"
        for one in listimports.kept(home)
        for line in problem_lines(one.problems)
    ]


def _rehearsed(home: Home) -> dict[str, list[str] | None]:
    """What a check of the directory as it is now found; None: there was none."""
    seen, found = current_app.extensions.get("rehearsed", (lambda: None, Checked([], [])))
    done = seen() is home
    return {
        "rehearsed": problem_lines(found.problems) if done else None,
        "odd": problem_lines(found.warnings) if done else None,
    }


def _told(problem: Problem) -> tuple[str | None, str]:
    """A draft that could not be filled, or a list that could not be read: which, and why."""
    is_draft = problem.row is None and is_id(problem.field or "")
    return (problem.field, plain_words(problem)) if is_draft else (None, problem_line(problem))
