"""The page of a new draft: a form, and beside it what the library says of it."""

from __future__ import annotations

import contextlib
from typing import Any

from flask import Blueprint, abort, render_template, request

from parkdraft.decide.details import find_case
from parkdraft.decide.place import find_partner
from parkdraft.errors import ParkdraftError
from parkdraft.extract.extract import propose
from parkdraft.extract.names import names_of
from parkdraft.extract.patterns import Proposal
from parkdraft.formulas import read_row
from parkdraft.lookup.find import Finding, sites_and_partners
from parkdraft.lookup.sites import SiteData
from parkdraft.model.cases import CASES, FIELDS, RULE_FIELDS, Case, Field
from parkdraft.model.labels import state_label
from parkdraft.outbox.box import Outbox
from parkdraft.outbox.create import refuse_irreplaceable
from parkdraft.outbox.facts import StoredDraft
from parkdraft.present.drafts import charge_line, handling, state_of
from parkdraft.present.words import (
    CHECK_SENDER,
    NOT_APPROVED,
    PLACEHOLDER,
    SAME,
    file_line,
    who,
)
from parkdraft.results import Result
from parkdraft.web import paperspage
from parkdraft.web.appstate import app_state
from parkdraft.web.noted import noted
from parkdraft.web.preview import Preview, about, look
from parkdraft.web.words import problem_line, problem_lines

pages = Blueprint("draft", __name__)
pages.add_app_template_filter(read_row, "cells")
MOST_FOUND = 12
_PLACE = (
    *("site", "site-confirmed", "partner", "operator", "integration"),
    *("fallback", "plate-confirmed"),
)
"""Fields with a place of their own in the form."""
_FORMS = {"date": "12/1", "moment": "12/1 오후 2:05"}
"""Kind of field → a shorter example of what may be typed."""
_MODES = {"money": "numeric", "days": "numeric", "phone": "tel"}
"""Kind of field → ``inputmode``: the keyboard of a phone."""
_KINDS = {"plate": "차량번호", "date": "날짜", "moment": "일시", "money": "금액", "phone": "연락처"}


@pages.get("/")
def new() -> Any:
    """The empty form, or that of a draft to be corrected."""
    old, given = _replaced(request.args.get("replaces"))
    return render_template(
        "draft.html",
        cases=[(kind, _own(kind), _common(kind)) for kind in CASES.values()],
        fields=FIELDS,
        partners=app_state().home.directory.partners.values(),
        case=find_case(old["case"]) if old else None,
        given=given,
        replaces=old,
        confirms={kind.name: _last_plate(kind) for kind in CASES.values()},
        forms=_FORMS,
        modes=_MODES,
        once_asked=RULE_FIELDS,
        alike=SAME,
    )


@pages.get("/find")
def find() -> Any:
    """Sites and partners for the typed text."""
    text = request.args.get("q", "")
    known = app_state().known()
    findings = known.once(sites_and_partners).search(text, MOST_FOUND) if len(text) <= 100 else []
    return {"found": [_offer(known, finding) for finding in findings]}


@pages.post("/preview")
def preview() -> Any:
    """The preview as JSON, with the right pane."""
    case, raw, replaces = _asked()
    _, papers = paperspage.read_papers(request.get_json())
    seen = look(app_state(), case, raw, replaces, papers)
    return {**seen.as_json(), "fragment": _pane(seen)}


@pages.post("/drafts")
def save() -> Any:
    """Keep the draft, or say why not: its ``id`` is None then.

    Where there are duplicates they are shown first, unless the request says ``anyway``.
    """
    case, raw, replaces = _asked()
    tokens, papers = paperspage.read_papers(request.get_json())
    state = app_state()
    moved = _sent("moved", int) if replaces else None
    seen = look(state, case, raw, replaces, papers)
    anyway = _sent("anyway", bool, default=False)
    answer = {**seen.as_json(), "fragment": _pane(seen), "id": None, "general": seen.general}
    if seen.draft is None or (seen.duplicates and not anyway):
        return answer
    try:
        files, masked = papers
        going: dict[str, Any] = {"attachments": files, "masked": masked}
        if replaces is None:
            made = state.home.draft(case.name, **going, **raw)
        else:
            # the form has every detail of the old draft: an empty one is to be removed
            given = {field.name: raw.get(field.name, "") for field in case.fields}
            made = state.home.correct(replaces, case.name, {**given, **going}, moved)
        paperspage.forget(tokens)
        return _kept(made)
    except ParkdraftError as error:
        answer["general"] = problem_lines(error.problems)
    if replaces:
        with state.drafts() as box, contextlib.suppress(ParkdraftError):
            answer["replaces"] = _standing(box, box.located(replaces))
    return answer


@pages.post("/enquiry")
def enquiry() -> Any:
    """What a pasted enquiry seems to say, for somebody to click on."""
    case, state = find_case(_sent("case", str)), app_state()
    known = state.known()
    today = state.home.now().date()
    proposals = propose(known.once(names_of), _sent("text", str), today)
    offered = [_offered(known, case, proposal) for proposal in proposals]
    return {"proposals": [offer for offer in offered if offer["targets"]]}


def _asked() -> tuple[Case, dict[str, str], str | None]:
    """The case, its details, and the draft to be corrected; 400 for anything else."""
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
    """The fields of this case alone, needed ones first: the form always shows them."""
    names = dict.fromkeys((*case.needs, *filter(None, (case.decides,)), *case.may_have))
    return [FIELDS[name] for name in names if name not in _PLACE]


def _common(case: Case) -> list[Field]:
    """The fields that any case may have: the form hides them at first."""
    own = {field.name for field in _own(case)}
    return [field for field in case.fields if field.name not in {*own, *_PLACE}]


def _last_plate(case: Case) -> str | None:
    """The last plate of the form: the box that confirms a plate follows it."""
    plates = [field.name for field in (*_own(case), *_common(case)) if field.kind == "plate"]
    return plates[-1] if plates else None


def _offer(known: SiteData, finding: Finding) -> dict[str, Any]:
    """A search result as the combobox shows it."""
    facts, named = finding.facts, {"kind": finding.kind, "name": finding.name}
    if finding.kind == "partner":
        return {**named, "id": facts["id"], "about": "운영사"}
    partner, integration = facts["partner"], facts["integration"]
    several = len(known.named(finding.name)) > 1
    return {
        **named,
        "id": partner if several else None,
        "about": " · ".join(("현장", *about(known, partner, integration))),
    }


def _pane(seen: Preview) -> str:
    directory, answer, draft = app_state().home.directory, seen.answer, seen.draft
    decision = answer.decision if answer and answer.decision.row else None
    warnings = seen.warnings
    if decision and decision.channel == "email" and directory.sender_is_placeholder:
        warnings = [*warnings, PLACEHOLDER]
    return render_template(
        "draft_preview.html",
        seen=seen,
        answer=answer,
        draft=draft,
        case=seen.case,
        directory=directory,
        decision=decision,
        warnings=warnings,
        alike=SAME,
        same=[(old.id, _drafted(old)) for old in seen.duplicates],
        # the text for the customer is shown elsewhere
        handling=handling({**answer.seen(), "customer": None}) if answer else [],
        charge=charge_line(answer.decision.charge) if answer and answer.decision.charge else None,
        files=[file_line(file.name, file.size) for file in (draft.attachments if draft else ())],
        mind=_mind(answer),
        state_label=state_label,
    )


def _drafted(old: StoredDraft) -> str:
    """A kept draft in a few words: state, time, author."""
    return f"{state_of(old)}, {old.made:%m-%d %H:%M} {who(app_state().home.directory, old.author)}"


def _mind(answer: Result | None) -> str:
    """What to mind when the draft is handed out."""
    decision = answer.decision if answer else None
    if decision is None or decision.row is None:
        return ""
    lines = (
        CHECK_SENDER if decision.channel == "email" else "",
        NOT_APPROVED if decision.state == "pending" else "",
    )
    return "\n".join(filter(None, lines))


def _kept(made: Result) -> Any:
    decision = made.decision
    assert made.draft is not None
    html = render_template(
        "draft_saved.html",
        made=made,
        decision=decision,
        suffix=made.draft.suffix,
        notes=list(dict.fromkeys(map(problem_line, made.notes))),
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


def _offered(known: SiteData, case: Case, proposal: Proposal) -> dict[str, Any]:
    """A proposal with the fields of this case that can take it, the likeliest first."""
    own = {field.name for field in case.fields}
    fields = (name for name in proposal.fields if name in own)
    targets = sorted(fields, key=lambda name: name != proposal.role)
    value: str | None = proposal.value
    if proposal.kind == "partner":
        value = find_partner(known.directory.partners, proposal.value)
    kind = _KINDS.get(proposal.kind) or FIELDS[proposal.kind].label
    return {
        "kind": kind,
        "value": value,
        "shown": proposal.shown,
        "sure": proposal.role in own,
        "targets": [{"field": name, "label": FIELDS[name].label} for name in targets],
    }


def _replaced(named: str | None) -> tuple[dict[str, Any] | None, dict[str, str]]:
    """A draft that is to be corrected, and what was typed for it.

    Raises OutboxError where it may not be.
    """
    if not named:
        return None, {}
    with app_state().drafts() as box:
        old = box.located(named)
        refuse_irreplaceable(box, old)
        given = dict(box.content(old).details[0])
        noted(box, "revealed", draft=old.id, durable=True)
        if "partner" in given:
            given["partner"] = old.partner or ""
        return {"id": old.id, "case": old.case, **_standing(box, old)}, given


def _standing(box: Outbox, old: StoredDraft) -> dict[str, Any]:
    """The state of a draft to be corrected, and who returned it and why."""
    returned = None
    if old.state == "returned":
        by = next(event.login for event in box.store.events(old.id) if event.step == old.moved)
        returned = {"by": who(app_state().home.directory, by), "reason": old.reason}
    return {"moved": old.moved, "label": state_of(old), "returned": returned}
