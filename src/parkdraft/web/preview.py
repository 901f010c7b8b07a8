"""The preview of a half-typed case: where it will go, what is wrong, what is missing.

The library is asked for the whole draft. Where it refuses, it is asked for the route alone,
without the refused details that do not decide the route.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple, cast

from parkdraft.decide.case import deciding
from parkdraft.decide.details import read_details
from parkdraft.decide.place import MOST_NEAR
from parkdraft.drafting import compose, route
from parkdraft.errors import DetailsError, Problem, RouteError
from parkdraft.home import Home
from parkdraft.lookup.sites import SiteData
from parkdraft.model import labels
from parkdraft.model.cases import FIELDS, Case
from parkdraft.outbox.facts import StoredDraft
from parkdraft.present.words import partner_name
from parkdraft.records import duplicates
from parkdraft.results import Result
from parkdraft.values.plates import CONFIRMABLE
from parkdraft.web.appstate import AppState
from parkdraft.web.paperspage import NONE, Papers
from parkdraft.web.words import plain_words, problem_line
from parkdraft.writing import korean
from parkdraft.writing.compose import Draft

Raw = Mapping[str, str]
"""Field name → what was typed."""
_JUST_MISSING = (
    *("details.missing", "details.operator-missing"),
    *("place.partner-missing", "place.integration-missing"),
)
NOT_LISTED = "목록에 없는 현장입니다. 적은 이름 그대로 씁니다."
_COUNTED = ("money", "days", "date", "moment")
"""Kinds of fields by which sums and days are counted."""


class Preview(NamedTuple):
    """A case as far as it is known; ``answer`` and ``draft`` are None where they are not yet.

    ``problems``: field → text; ``general``: problems of no field; ``missing``: fields that a draft
    still needs; ``understood``: values that were read as something else than was typed;
    ``confirmable``: plates that the agent may confirm; ``near``: sites that may be meant
    (``site_confirmable``: the agent has to choose one or confirm the name).
    """

    case: Case
    answer: Result | None
    draft: Draft | None
    problems: dict[str, str]
    general: list[str]
    missing: list[str]
    understood: dict[str, str]
    confirmable: list[str]
    near: list[str]
    site_confirmable: bool
    duplicates: list[StoredDraft]

    @property
    def deciding(self) -> list[str]:
        """Labels of the missing fields that decide the route."""
        wanted = deciding(self.case) - {"reason", "fallback"}
        return [FIELDS[name].label for name in self.missing if name in wanted]

    @property
    def warnings(self) -> list[str]:
        """Warnings, each with its field."""
        decision = self.answer.decision if self.answer else None
        return (
            [problem_line(problem) for problem in (*decision.warnings, *decision.assumed)]
            if decision
            else []
        )

    @property
    def attachable(self) -> bool:
        """Whether files can be attached: this becomes an e-mail that can be sent."""
        decision = self.answer.decision if self.answer else None
        return decision is not None and decision.channel == "email" and not decision.awaits

    def as_json(self) -> dict[str, Any]:
        """The answer to the page, but for the right pane."""
        return {
            "ready": self.draft is not None,
            "problems": self.problems,
            "missing": [{"field": name, "label": FIELDS[name].label} for name in self.missing],
            "understood": self.understood,
            "unlisted": self.understood.get("site") == NOT_LISTED,
            "confirmable": self.confirmable,
            "near": self.near,
            "site_confirmable": self.site_confirmable,
            "plates": [name for name in self.problems if FIELDS[name].kind == "plate"],
            "duplicates": [draft.id for draft in self.duplicates],
            "suffix": self.draft.suffix if self.draft else None,
            "attachable": self.attachable,
        }


def look(
    state: AppState, case: Case, raw: Raw, replaces: str | None = None, papers: Papers = NONE
) -> Preview:
    """The preview of a case. Raises errors of the directory, lists and templates."""
    home, known = state.home, state.known()
    answer, draft, problems = _asked(home, known, case, raw, papers)
    fields = {field.name for field in case.fields}
    own = [problem for problem in problems if problem.field in fields]
    return Preview(
        case,
        answer,
        draft,
        _texts(problem for problem in own if not _just_missing(problem, raw)),
        [problem_line(problem) for problem in problems if problem.field not in fields],
        _missing(case, raw, own, answer, draft),
        _understood(known, case, raw, answer, home.now().date()),
        [problem.field for problem in own if problem.field and problem.code in CONFIRMABLE],
        _near(known, raw, problems),
        any(problem.code == "place.near-site" for problem in problems),
        _duplicates(state, answer, replaces),
    )


def _asked(
    home: Home, known: SiteData, case: Case, raw: Raw, papers: Papers
) -> tuple[Result | None, Draft | None, Sequence[Problem]]:
    """The answer and the draft, as far as the library gives them, and the problems."""
    try:
        files, masked = papers
        today = home.today(known)
        made = compose(today, case.name, raw, attachments=files, masked=masked)
    except (DetailsError, RouteError) as error:
        wrong = {problem.field for problem in error.problems if problem.code != "details.missing"}
        if wrong & {None, *deciding(case)}:
            return None, None, error.problems
        rest = {name: text for name, text in raw.items() if name not in wrong}
        try:
            result = route(today, case.name, rest)
        except (DetailsError, RouteError):
            return None, None, error.problems
        if any(raw.get(name or "") and FIELDS[name or ""].kind in _COUNTED for name in wrong):
            # without what was typed, the sum or the day that the customer is told is another one
            uncounted = result.decision._replace(charge=None)
            result = result._replace(customer=None, decision=uncounted)
        return result, None, error.problems
    return made, made.draft, ()


def _just_missing(problem: Problem, raw: Raw) -> bool:
    """Whether a problem only is that a field is still empty."""
    return problem.code in _JUST_MISSING and not raw.get(problem.field or "")


def _texts(problems: Iterator[Problem]) -> dict[str, str]:
    """Field → text of its problems."""
    by_field: dict[str, list[str]] = {}
    for problem in problems:
        by_field.setdefault(problem.field or "", []).append(plain_words(problem))
    return {field: " ".join(dict.fromkeys(texts)) for field, texts in by_field.items()}


def _missing(
    case: Case,
    raw: Raw,
    problems: Sequence[Problem],
    answer: Result | None,
    draft: Draft | None,
) -> list[str]:
    """Fields without a value that a draft still needs, in the form's order."""
    names = {problem.field for problem in problems if not raw.get(problem.field or "")}
    if draft is None and case.decides and not raw.get(case.decides):
        names.add(case.decides)
    if answer and answer.decision.row is None and case.asks:
        names.add(case.asks)
    return [field.name for field in _in_order(case) if field.name in names]


def _in_order(case: Case) -> list[Any]:
    """The fields as the form has them: the site comes before the partner."""
    return sorted(case.fields, key=lambda field: field.name != "site")


_SHOWN: dict[str, Callable[[Any], str]] = {
    "plate": lambda plate: str(plate.written),
    "date": korean.day,
    "moment": lambda moment: korean.moment(moment.day, moment.time),
    "money": korean.won,
    "days": "{}일".format,
    "phone": str,
}
"""Kind of field → how its value is shown."""


def _understood(
    known: SiteData, case: Case, raw: Raw, answer: Result | None, today: date
) -> dict[str, str]:
    """Values read as something else than was typed, and values from lists."""
    values = answer.decision.values if answer else read_details(case, raw, today).values
    texts = {}
    for field in case.fields:
        value = values.get(field.variable)
        if value is not None and field.kind in _SHOWN:
            shown = _SHOWN[field.kind](value)
            if shown != raw.get(field.name, "").strip():
                texts[field.name] = shown
    if "operator" not in raw and (listed := values["operator"]):
        texts["operator"] = f"현장 목록의 '{listed}'을(를) 씁니다."
    if values["site"]:
        texts["site"] = _place(known, values["site"], answer)
    if "daily-max" not in raw and (listed := values.get("daily_max")):
        texts["daily-max"] = f"현장 목록의 {korean.won(listed)}을 씁니다."
    return texts


def _place(known: SiteData, name: str, answer: Result | None) -> str:
    """A site's name, partner and integration, as far as they are known."""
    listed = answer.decision.place.listed if answer else None
    sites = [listed] if listed else known.named(name)
    if not sites:
        return NOT_LISTED
    if len(sites) > 1:
        return sites[0].name
    return " · ".join((sites[0].name, *about(known, sites[0].partner, sites[0].integration)))


def about(known: SiteData, partner: str | None, integration: str | None) -> list[str]:
    """Partner and integration of a site in words, as far as they are known."""
    words = labels.INTEGRATIONS[integration][0] if integration else None
    return list(filter(None, (partner_name(known.directory, partner), words)))


def _near(known: SiteData, raw: Raw, problems: Sequence[Problem]) -> list[str]:
    """The sites that may be meant: those of a refusal, else those near an unlisted name."""
    refused = [
        name for problem in problems for name in cast("tuple[str]", problem.data.get("names", ()))
    ]
    site = raw.get("site", "")
    if refused or raw.get("site-confirmed") or known.named(site):
        return refused
    return known.near(site)[:MOST_NEAR]


def _duplicates(state: AppState, answer: Result | None, replaces: str | None) -> list[StoredDraft]:
    if answer is None:
        return []
    with state.drafts() as box:
        return duplicates(box, answer.decision, replaces)
