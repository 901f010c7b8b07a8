"""``/contacts``: the process, people, partners, sites, the search, and mistakes."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for

from parkdraft.errors import DirectoryError, ParkdraftError
from parkdraft.home import Home
from parkdraft.homecheck import check_home
from parkdraft.lists.kept import missing_lists
from parkdraft.lookup.find import find
from parkdraft.present import process as words_of
from parkdraft.present.words import NO_LEADS, NOTHING_FOUND, PLACEHOLDER
from parkdraft.values.people import long_names
from parkdraft.web import listspage, processview
from parkdraft.web.appstate import app_state
from parkdraft.web.words import problem_lines

pages = Blueprint("contacts", __name__, url_prefix="/contacts")
pages.register_blueprint(listspage.pages)
SECTIONS = (
    ("contacts.process", "업무 절차"),
    ("contacts.lists.index", "명단"),
    ("contacts.partners", "운영사"),
    ("contacts.people", "사람"),
    ("contacts.sites", "현장별 규칙"),
    ("contacts.problems", "점검"),
)
MOST_FOUND = 50
_LONGEST = 100


@pages.before_request
def read_directory() -> Any:
    """Where contacts.yaml cannot be read, every section shows why instead."""
    try:
        _ = app_state().home.directory
    except DirectoryError as error:
        lines = problem_lines(error.problems)
        return render_template("contacts-problems.html", unreadable=lines, sections=SECTIONS)
    return None


@pages.context_processor
def shared() -> dict[str, Any]:
    """The links to all sections, for each of them."""
    return {"sections": SECTIONS, "text": ""}


@pages.get("")
def process() -> str:
    """The whole process as a table of case × partner."""
    home = app_state().home
    return render_template(
        "contacts.html",
        columns=processview.columns(home.directory),
        partners=home.directory.partners,
        methods=processview.methods(home.directory),
        notices=_notices(home),
    )


@pages.get("/people")
def people() -> str:
    """All people, and where they occur."""
    return render_template(
        "contacts-people.html", people=processview.people(app_state().home.directory)
    )


@pages.get("/partners")
def partners() -> str:
    """The operators."""
    return render_template(
        "contacts-partners.html", partners=processview.partners(app_state().home.directory)
    )


@pages.get("/sites")
def sites() -> str:
    """Sites with rows or rules of their own."""
    return render_template("contacts-sites.html", directory=app_state().home.directory)


@pages.get("/find")
def search() -> str:
    """People, partners and sites by anything one may type of their names."""
    text = request.args.get("text", "")[:_LONGEST].strip()
    try:
        known = app_state().known()
    except ParkdraftError as error:
        problems = ["명단에 잘못된 곳이 있어 찾을 수 없습니다.", *problem_lines(error.problems)]
        return render_template("contacts-find.html", text=text, problems=problems)
    findings = find(known, text) if text else []
    results = [
        (words_of.KINDS[finding.kind], finding.name, words_of.found_facts(known, finding))
        for finding in findings[:MOST_FOUND]
    ]
    more = len(findings) - len(results)
    return render_template(
        "contacts-find.html", text=text, results=results, more=more, nothing=NOTHING_FOUND
    )


@pages.get("/problems")
def problems() -> str:
    """All problems of the directory, and of the templates once they were checked."""
    home, check = app_state().home, app_state().template_check
    checked = check[1] if check and check[0] is home else None
    return render_template(
        "contacts-problems.html",
        kept=[
            f"{kept.path.relative_to(home.root).as_posix()}: {line}"
            for kept in listspage.kept_lists(home)
            for line in problem_lines(kept.problems)
        ],
        template_problems=problem_lines(checked.problems) if checked else None,
        odd=problem_lines(checked.warnings) if checked else None,
        directory=home.directory,
        notices=_notices(home),
    )


@pages.post("/problems")
def check_templates() -> Any:
    """Render every template for every route that uses it; remembered until a file changes."""
    home = app_state().home
    app_state().template_check = (home, check_home(home))
    return redirect(url_for("contacts.problems") + "#templates", 303)


def _notices(home: Home) -> list[str]:
    """What keeps people from working, shown on top of the section."""
    directory = home.directory
    this_month, _ = listspage.months(home.now().date())
    missing = missing_lists(home.root, directory, this_month)
    notices = [f"{directory.partners[name].name}의 이번 달 명단이 없습니다." for name in missing]
    if directory.sender_is_placeholder:
        notices.append(PLACEHOLDER)
    if not directory.team.leads:
        notices.append(NO_LEADS)
    people = (directory.sender, *directory.people.values())
    return [*notices, *problem_lines(long_names((person.name, person.title) for person in people))]
