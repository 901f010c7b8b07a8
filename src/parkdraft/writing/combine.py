"""Several cases that go to the same people become one draft (``batch --combine``).

The words are those of a single case's template, in a frame of ``many/``: a numbered list in
the text, and beside an e-mail the facts as a workbook (``facttable``). What a partner must
not see of a customer is in neither.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from jinja2 import Undefined
from jinja2.sandbox import ImmutableSandboxedEnvironment

from parkdraft.decide.decision import Decision
from parkdraft.model.cases import FIELDS, RULE_REASONS
from parkdraft.writing import korean
from parkdraft.writing.compose import Draft, mail_of, post_of, row_of
from parkdraft.writing.facttable import fact_table
from parkdraft.writing.mail import write
from parkdraft.writing.message import Attachment
from parkdraft.writing.render import (
    MEDIA,
    has_frame,
    refuse_empty,
    render,
    split_headings,
    split_subject,
)
from parkdraft.writing.sandbox import LONGEST_TEXT
from parkdraft.writing.wrap import unwrapped, wrap

MANY = ("email", "post", "sheet")
"""Media of which one draft may hold several cases; a checklist is worked off one by one."""
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_BELOW = "아래 현장"


def together(env: ImmutableSandboxedEnvironment, decision: Decision) -> tuple[object, ...] | None:
    """A key: cases with the same one may share a draft; None for a case that stands alone.

    A case stands alone, too, where its template (a partner's own, without a frame) has no place
    for a list.
    """
    if decision.channel is None or decision.awaits or MEDIA[decision.channel] not in MANY:
        return None
    name, own = decision.template or decision.case.name, (decision.place.partner, decision.channel)
    medium = MEDIA[decision.channel]
    if medium != "sheet" and not has_frame(env, medium, name, own):
        return None
    values, field = decision.values, decision.case.decides
    decides = values[FIELDS[field].variable] if field else None
    ruled = values.get("reason") in RULE_REASONS and values.get("proof")
    who = (decision.sender, decision.to, decision.cc, decision.mentions, decision.addressee)
    return (
        *(decision.case.name, decision.place.partner, decides, ruled),
        *(decision.row, decision.channel, decision.state, decision.template, *who),
    )


def combine(
    env: ImmutableSandboxedEnvironment,
    decisions: Sequence[Decision],
    contexts: Sequence[Mapping[str, Any]],
    workbook: Callable[[Sequence[str], Sequence[Sequence[str]]], bytes],
) -> Draft:
    """The one draft of several cases with the same ``together``.

    ``contexts`` are their templates' variables, ``workbook`` makes an ``.xlsx`` of header and
    rows. Raises TemplateError or DraftError.
    """
    decision = decisions[0]
    assert decision.channel is not None  # else together() is None
    medium = MEDIA[decision.channel]
    name = decision.template or decision.case.name
    own = (decision.place.partner, decision.channel)

    def text(values: Mapping[str, Any], frame: str, longest: int = LONGEST_TEXT) -> str:
        return render(env, medium, name, own, {**values, "frame": frame}, longest)

    if medium == "sheet":
        many = [split_headings(text(values, "")) for values in contexts]
        for _, row in many:
            refuse_empty(env, medium, name, own, row)
        return row_of(many[0][0], "\n".join(row for _, row in many))
    facts = [text(values, "many/facts.txt").strip() for values in contexts]
    common = _common(contexts, facts, decision)
    whole = text(common, f"many/{medium}.txt", LONGEST_TEXT * len(facts))
    subject, body = split_subject(whole)
    refuse_empty(env, medium, name, own, body)
    body = (wrap if medium == "email" else unwrapped)(body).strip("\n") + "\n"
    if medium == "post":
        return post_of(decision, subject, body)
    content = workbook(*fact_table(decision.case, contexts))
    attachment = Attachment(f"{decision.case.label} {len(facts)}건.xlsx", _XLSX, content)
    mail = mail_of(decision, subject, body, (attachment,))
    return Draft(subject, body, ".eml", write(mail), mail)


class _Differs(Undefined):
    """A variable that differs between the cases: a frame may test it, but not print it."""

    def __str__(self) -> str:
        self._fail_with_undefined_error()

    def __iter__(self) -> Iterator[Any]:
        self._fail_with_undefined_error()

    def __len__(self) -> int:
        self._fail_with_undefined_error()


def _common(
    contexts: Sequence[Mapping[str, Any]], facts: Sequence[str], decision: Decision
) -> dict[str, Any]:
    """The variables of the frame: those that are the same in all cases, and the list of cases."""
    first = contexts[0]
    shared = {
        name: value if all(values[name] == value for values in contexts) else _Differs(name=name)
        for name, value in first.items()
    }
    sites = list(dict.fromkeys(values["site"] for values in contexts))
    site = sites[0] if len(sites) == 1 else None
    items = [
        {name: values[name] for name in ("site", "last4", "urgent")} | {"facts": fact}
        for values, fact in zip(contexts, facts, strict=True)
    ]
    return {
        **shared,
        "site": site or _BELOW,
        "greeting": korean.greeting([(p.name, p.title, p.mailbox) for p in decision.to], site),
        "urgent": any(values["urgent"] for values in contexts),
        "first_site": sites[0],
        "site_count": len(sites),
        "count": len(facts),
        "items": items,
    }
