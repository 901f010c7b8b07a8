"""The page of a new draft: what is typed goes to the library, and its answer beside it."""

from __future__ import annotations

import contextlib
from typing import Any

from flask import Blueprint, abort, current_app, render_template, request

from parkdraft.decide.details import find_case
from parkdraft.decide.place import find_partner
from parkdraft.errors import ParkdraftError
from parkdraft.extract.extract import Proposal, propose
from parkdraft.extract.names import names_of
from parkdraft.lookup.find import Finding, places
from parkdraft.lookup.sites import SiteData
from parkdraft.model.cases import CASES, FIELDS, RULE_FIELDS, Case, Field
from parkdraft.model.labels import state_label
from parkdraft.model.team import shown_name
from parkdraft.outbox.box import Outbox
from parkdraft.outbox.create import refuse_irreplaceable
from parkdraft.outbox.facts import StoredDraft
from parkdraft.results import Result
from parkdraft.web import paperspage
from parkdraft.web.desk import Desk
from parkdraft.web.outboxwords import note_of
from parkdraft.web.preview import Preview, about, look
from parkdraft.web.words import CHECK_SENDER, NOT_APPROVED, problem_lines

pages = Blueprint("draft", __name__)
MOST_FOUND = 12
_PLACE = (
    *("site", "site-confirmed", "partner", "operator", "integration"),
    *("fallback", "plate-confirmed"),
)
"""Fields that have a place of their own in the form."""
_FORMS = {"date": "12/1", "moment": "12/1 오후 2:05"}
"""Kind of field → a shorter form that it takes, too."""
_MODES = {"money": "numeric", "days": "numeric", "phone": "tel"}
"""Kind of field → which keys a phone shows."""
_KINDS = {"plate": "차량번호", "date": "날짜", "moment": "일시", "money": "금액", "phone": "연락처"}


def _desk() -> Desk:
    desk: Desk = current_app.extensions["desk"]
    return desk


@pages.get("/")
def new() -> Any:
    """The empty form, or one filled with the draft that is to be corrected."""
    old, given = _replaced(request.args.get("replaces"))
    return render_template(
        "draft.html",
        cases=[(one, _own(one), _common(one)) for one in CASES.values()],
        fields=FIELDS,
        partners=_desk().home.directory.partners.values(),
        case=find_case(old["case"]) if old else None,
        given=given,
        replaces=old,
        confirms={one.name: _last_plate(one) for one in CASES.values()},
        forms=_FORMS,
        modes=_MODES,
        once_asked=RULE_FIELDS,
    )


@pages.get("/find")
def find() -> Any:
    """Sites and partners that what was typed may mean."""
    text = request.args.get("q", "")
    known = _desk().known()
    found = known.once(places).find(text, MOST_FOUND) if len(text) <= 100 else []
    return {"found": [_found(known, one) for one in found]}


@pages.post("/preview")
def preview() -> Any:
    """What the case is so far, and the right pane."""
    case, raw, replaces = _asked()
    _, papers = paperspage.asked(request.get_json())
    seen = look(_desk(), case, raw, replaces, papers)
    return {**seen.as_json(), "fragment": _pane(seen)}


@pages.post("/drafts")
def save() -> Any:
    """Keep the draft, or say why not: its ``id`` is None then.

    What looks like it is shown first, until somebody says ``anyway``.
    """
    case, raw, replaces = _asked()
    tokens, papers = paperspage.asked(request.get_json())
    desk = _desk()
    moved = _sent("moved", int) if replaces else None
    seen = look(desk, case, raw, replaces, papers)
    anyway = _sent("anyway", bool, default=False)
    told = {**seen.as_json(), "fragment": _pane(seen), "id": None, "general": seen.general}
    if seen.draft is None or (seen.duplicates and not anyway):
        return told
    try:
        files, masked = papers
        going: dict[str, Any] = {"attachments": files, "masked": masked}
        if replaces is None:
            made = desk.home.draft(case.name, **going, **raw)
        else:
            # the form shows every detail: one that is empty there is taken away
            given = {field.name: raw.get(field.name, "") for field in case.fields}
            made = desk.home.correct(replaces, case.name, {**given, **going}, moved)
        paperspage.forget(tokens)
        return _kept(made)
    except ParkdraftError as error:
        told["general"] = problem_lines(error.problems)
    if replaces:
        with desk.drafts() as box, contextlib.suppress(ParkdraftError):
            told["replaces"] = _standing(box, box.located(replaces))
    return told


@pages.post("/enquiry")
def enquiry() -> Any:
    """What a pasted enquiry seems to say, for somebody to click on."""
    case, desk = find_case(_sent("case", str)), _desk()
    known = desk.known()
    names = known.once(names_of)
    today = desk.home.now().date()
    found = propose(known, _sent("text", str), today, names=names)
    offered = [_offered(known, case, one) for one in found]
    return {"proposals": [one for one in offered if one["targets"]]}


def _asked() -> tuple[Case, dict[str, str], str | None]:
    """The case, what was typed, and the draft that it corrects; 400 for anything else."""
    fields = _sent("fields", dict)
    if not all(isinstance(text, str) for text in fields.values()):
        abort(400)
    raw = {name: text for name, text in fields.items() if text.strip()}
    return find_case(_sent("case", str)), raw, _sent("replaces", str, default="") or None


def _sent(name: str, kind: type, default: Any = None) -> Any:
    sent = request.get_json()
    value = sent.get(name, default) if isinstance(sent, dict) else None
    if not isinstance(value, kind):
        abort(400)
    return value


def _own(case: Case) -> list[Field]:
    """What the form asks for openly: what only this case has, needed fields first."""
    names = dict.fromkeys((*case.needs, *filter(None, (case.decides,)), *case.may_have))
    return [FIELDS[name] for name in names if name not in _PLACE]


def _common(case: Case) -> list[Field]:
    """What every case may have, and most have not."""
    own = {field.name for field in _own(case)}
    return [field for field in case.fields if field.name not in {*own, *_PLACE}]


def _last_plate(case: Case) -> str | None:
    """The field after which a plate's unusual shape is confirmed."""
    plates = [one.name for one in (*_own(case), *_common(case)) if one.kind == "plate"]
    return plates[-1] if plates else None


def _found(known: SiteData, one: Finding) -> dict[str, Any]:
    """A finding as the list of the combobox shows it."""
    if one.kind == "partner":
        return {"kind": one.kind, "name": one.name, "id": one.facts["id"], "about": "운영사"}
    partner, integration = one.facts["partner"], one.facts["integration"]
    several = len(known.named(one.name)) > 1
    return {
        "kind": one.kind,
        "name": one.name,
        "id": partner if several else None,
        "about": " · ".join(("현장", *about(known, partner, integration))),
    }


def _pane(seen: Preview) -> str:
    home = _desk().home
    return render_template(
        "draft_preview.html",
        seen=seen,
        answer=seen.answer,
        draft=seen.draft,
        case=seen.case,
        directory=home.directory,
        decision=seen.answer.decision if seen.answer and seen.answer.decision.row else None,
        mind=_mind(seen.answer),
        state_label=state_label,
        shown_name=lambda login: shown_name(home.directory.team, login) or login,
    )


def _mind(answer: Result | None) -> str:
    """What to mind wherever a draft is handed out."""
    decision = answer.decision if answer else None
    if decision is None or decision.row is None:
        return ""
    told = (
        CHECK_SENDER if decision.channel == "email" else "",
        NOT_APPROVED if decision.state == "pending" else "",
    )
    return "\n".join(filter(None, told))


def _kept(made: Result) -> Any:
    decision = made.decision
    assert made.draft is not None
    html = render_template(
        "draft_saved.html",
        made=made,
        decision=decision,
        suffix=made.draft.suffix,
        notes=list(dict.fromkeys(map(note_of, made.notes))),
        state_label=state_label,
        mind=_mind(made),
    )
    return {
        "id": made.id,
        "state": decision.state,
        "suffix": made.draft.suffix,
        "address": f"/outbox/{made.id}",
        "fragment": html,
    }


def _offered(known: SiteData, case: Case, one: Proposal) -> dict[str, Any]:
    """A proposal with the fields of this case that can take it, the likeliest first."""
    own = {field.name for field in case.fields}
    targets = sorted((f for f in one.fields if f in own), key=lambda name: name != one.role)
    value: str | None = one.value
    if one.kind == "partner":
        value = find_partner(known.directory.partners, one.value)
    kind = _KINDS.get(one.kind) or FIELDS[one.kind].label
    return {
        "kind": kind,
        "value": value,
        "shown": one.shown,
        "sure": one.role in own,
        "targets": [{"field": name, "label": FIELDS[name].label} for name in targets],
    }


def _replaced(named: str | None) -> tuple[dict[str, Any] | None, dict[str, str]]:
    """The draft that is to be corrected, and what was typed for it.

    Raises OutboxError where it may not be.
    """
    if not named:
        return None, {}
    with _desk().drafts() as box:
        old = box.located(named)
        refuse_irreplaceable(box, old)
        given = dict(box.content(old).details[0])
        if "partner" in given:
            given["partner"] = old.partner or ""
        return {"id": old.id, "case": old.case, **_standing(box, old)}, given


def _standing(box: Outbox, old: StoredDraft) -> dict[str, Any]:
    """How a draft stands that is to be corrected: its state, and who returned it, and why."""
    team, returned = _desk().home.directory.team, None
    if old.state == "returned":
        by = next(one.login for one in box.store.events(old.id) if one.step == old.moved)
        returned = {"by": shown_name(team, by) or by, "reason": old.reason}
    label = state_label(old.state, old.channel)
    return {"moved": old.moved, "label": label, "returned": returned}


@pages.app_template_filter("cells")
def cells(row: str) -> list[str]:
    """The cells of a sheet's row."""
    from parkdraft.formulas import read_row

    return read_row(row)
