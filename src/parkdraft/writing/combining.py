"""Several cases that go to the same people become one draft (``batch --combine``).

The words are those of a single case's template, in a frame of ``many/``: a numbered list in
the text, and for an e-mail the same facts as a workbook beside it. What a partner must not
see of a customer is in neither.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from jinja2.sandbox import ImmutableSandboxedEnvironment

from parkdraft.process.cases import RULE_REASONS
from parkdraft.process.inquiry import Inquiry
from parkdraft.writing.drafting import Draft, mail_of, post_of
from parkdraft.writing.mail import Attachment, write
from parkdraft.writing.rendering import MEDIA, render, split_subject
from parkdraft.writing.wrap import wrap

MANY = ("email", "post", "sheet")
"""Media of which one draft may hold several cases; a checklist is worked off one by one."""
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_BELOW = "아래 현장"
_LONGEST_LABEL = 6


def together(inquiry: Inquiry) -> tuple[object, ...] | None:
    """What cases have in common that can be one draft; None for one that stands alone."""
    decision = inquiry.decision
    if decision is None or decision.awaits or MEDIA[decision.channel] not in MANY:
        return None
    decides = inquiry.values.get((inquiry.case.decides or "").replace("-", "_"))
    ruled = inquiry.values.get("reason") in RULE_REASONS
    who = (decision.sender, decision.to, decision.cc, decision.mentions, decision.addressee)
    return (
        *(inquiry.case.name, inquiry.place.partner, decides, ruled),
        *(decision.row, decision.channel, decision.state, decision.template, *who),
    )


def combine(
    env: ImmutableSandboxedEnvironment,
    inquiries: Sequence[Inquiry],
    contexts: Sequence[Mapping[str, Any]],
    workbook: Callable[[Sequence[str], Sequence[Sequence[str]]], bytes],
) -> Draft:
    """The one draft of several cases with the same ``together``.

    ``contexts`` are their templates' variables, ``workbook`` makes an ``.xlsx`` of header and
    rows. Raises TemplateError or DraftError.
    """
    first = inquiries[0]
    decision = first.decision
    assert decision is not None  # together() has said so
    medium = MEDIA[decision.channel]

    def text(values: Mapping[str, Any], frame: str) -> str:
        name = decision.template or first.case.name
        own = (first.place.partner, decision.channel)
        return render(env, medium, name, own, {**values, "frame": frame})

    if medium == "sheet":
        rows = "\n".join(text(values, "").strip("\n") for values in contexts)
        return Draft(None, rows, ".tsv", f"{rows}\n".encode())
    facts = [text(values, "many/facts.txt").strip() for values in contexts]
    subject, body = split_subject(text(_common(contexts, facts), f"many/{medium}.txt"))
    body = wrap(body).strip("\n") + "\n"
    if medium == "post":
        return post_of(decision, subject, body)
    content = workbook(*_table(facts))
    attachment = Attachment(f"{first.case.label} {len(facts)}건.xlsx", _XLSX, content)
    mail = mail_of(decision, subject, body, attachment)
    return Draft(subject, body, ".eml", write(mail), mail)


def _common(contexts: Sequence[Mapping[str, Any]], facts: Sequence[str]) -> dict[str, Any]:
    """The variables of the frame: those of the first case, without what is only its own."""
    items = [
        {"site": values["site"], "last4": values["last4"], "facts": fact}
        for values, fact in zip(contexts, facts, strict=True)
    ]
    return {
        **contexts[0],
        "site": _BELOW,
        "last4": None,
        "ticket": None,
        "urgent": any(values["urgent"] for values in contexts),
        "first_site": contexts[0]["site"],
        "site_count": len({values["site"] for values in contexts}),
        "count": len(facts),
        "items": items,
    }


def _table(facts: Sequence[str]) -> tuple[list[str], list[list[str]]]:
    """The facts as header and rows: a column for each label, in the order they first appear.

    A line without a label belongs to the one above.
    """
    found: list[dict[str, str]] = []
    for fact in facts:
        cells: dict[str, str] = {}
        label = ""
        for line in fact.split("\n"):
            name, colon, value = line.partition(" : ")
            if colon and len(name) <= _LONGEST_LABEL:
                label = name
                cells[label] = value
            elif label:
                cells[label] += f"\n{line}"
        found.append(cells)
    header = list(dict.fromkeys(label for cells in found for label in cells))
    rows = [[cells.get(label, "") for label in header] for cells in found]
    numbered = [[str(number), *row] for number, row in enumerate(rows, start=1)]
    return ["번호", *header], numbered
