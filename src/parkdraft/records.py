"""What the outbox shall keep of composed cases: their results → plain facts."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any

from parkdraft.decide.decision import Decision
from parkdraft.decide.details import written_details
from parkdraft.model.cases import STAYS_HERE
from parkdraft.model.directory import Person, Team
from parkdraft.model.team import shown_name
from parkdraft.outbox.box import Outbox
from parkdraft.outbox.create import doubles
from parkdraft.outbox.facts import NewDraft, StoredDraft
from parkdraft.results import Result
from parkdraft.values.hangul import fold, fold_all, initials
from parkdraft.writing.compose import Draft

_PLACE = ("partner", "integration")
_PLATES = ("plate", "old_plate", "new_plate")
_FOUND_BY = ("ticket", "memo")


def new_draft(results: Sequence[Result], author: str) -> NewDraft:
    """A draft of one case, or of several that go to the same people, ready to be kept.

    ``author`` is by what a search finds its author (``author_words``).
    """
    draft = results[0].draft
    decisions = [result.decision for result in results]
    first = decisions[0]
    assert draft is not None  # where the customer answers first, nothing is kept
    assert first.row is not None
    assert first.channel is not None
    assert first.authority is not None
    assert first.state is not None
    details = [written_details(decision.case, decision.values) for decision in decisions]
    sites = list(dict.fromkeys(decision.place.site for decision in decisions))
    values = [decision.values for decision in decisions]
    plates = [p.written for v in values for name in _PLATES if (p := v.get(name))]
    return NewDraft(
        state=first.state,
        suffix=draft.suffix,
        sha256=hashlib.sha256(draft.content).hexdigest(),
        case=first.case.name,
        partner=first.place.partner,
        site=first.place.site if len(sites) == 1 else None,
        place=_folded(first.place.site or ""),
        row=first.row,
        channel=first.channel,
        authority=first.authority,
        urgent=any(v["urgent"] for v in values),
        subject=draft.subject,
        receiver=first.to[0].name if first.to else None,
        plates=tuple(dict.fromkeys(plates)),
        search="\n".join(_search_words(decisions, plates, draft.subject, author)),
        initials="\n".join(_initials(site or "") for site in sites),
        content=draft.content,
        details=_json(details),
        route=_route(
            first.sender if first.channel == "email" else None,
            first.to,
            first.cc,
            first.mentions,
        ),
        seen=_json(_seen(results, draft)),
        attachments=_json([file._asdict() for file in draft.attachments]),
        internal="\n".join(v[STAYS_HERE] for v in values if v.get(STAYS_HERE)) or None,
        rows=tuple(
            _row(decision.case.name, decision.place[:3:2], text)
            for decision, text in zip(decisions, details, strict=True)
        ),
    )


def _search_words(
    decisions: Sequence[Decision], plates: Sequence[str], subject: str | None, author: str
) -> Iterator[str]:
    """The folded text in which ``--search`` looks; the identifier is added by the store."""
    yield from dict.fromkeys(_folded(decision.place.site or "") for decision in decisions)
    yield from plates
    notes = [text for d in decisions for name in _FOUND_BY if (text := d.values.get(name))]
    yield from fold_all([*notes, subject or "", author])


def author_words(team: Team, login: str) -> str:
    """By what a search finds somebody's drafts: login name and shown name."""
    return f"{login} {shown_name(team, login) or ''}"


def _seen(results: Sequence[Result], draft: Draft) -> dict[str, Any]:
    """What the drafter was shown beside the draft's text.

    What the text says where nothing was given is one of the warnings; they are worded whenever
    they are shown.
    """
    warnings = [
        warning
        for result in results
        for warning in (*result.decision.warnings, *result.decision.assumed)
    ]
    return {
        **results[0].seen(),
        "headings": draft.headings,
        "mailto": draft.mailto.url if draft.mailto else None,
        "masked": draft.masked,
        "warnings": [
            {"code": w.code, "field": w.field, "data": {k: str(v) for k, v in w.data.items()}}
            for w in warnings
        ],
    }


def duplicates(box: Outbox, decision: Decision, but: str | None = None) -> list[StoredDraft]:
    """Drafts of the last seven days that still stand for a plate, the case and the site."""
    plates = [p.written for name in _PLATES if (p := decision.values.get(name))]
    place = _folded(decision.place.site or "")
    return doubles(box, decision.case.name, place, plates, but)


def _row(case: str, place: tuple[Any, ...], details: Mapping[str, str]) -> str:
    """By what a table's row is known again: equal for equal details at the same place.

    Partner and integration count as they were resolved, however they were called.
    """
    facts = (case, *place, sorted(detail for detail in details.items() if detail[0] not in _PLACE))
    return hashlib.sha256(repr(facts).encode("utf-8", "surrogatepass")).hexdigest()[:16]


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


@lru_cache(maxsize=4096)
def _route(
    sender: Person | None,
    to: tuple[Person, ...],
    cc: tuple[Person, ...],
    mentions: tuple[str, ...],
) -> str:
    """``decision.recipients()``; the same people are written out once."""
    return _json(
        {
            "from": _person(sender) if sender else None,
            "to": list(map(_person, to)),
            "cc": list(map(_person, cc)),
            "mentions": list(mentions),
        }
    )


def _person(person: Person) -> dict[str, str | None]:
    return {"name": person.name, "title": person.title, "address": person.address}


_folded = lru_cache(maxsize=4096)(fold)
_initials = lru_cache(maxsize=4096)(initials)
