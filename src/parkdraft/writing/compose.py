"""From a decision to a draft: subject, body, and the bytes of its file.

E-mail becomes ``.eml``, a row for the sheet ``.tsv``, everything else and what still waits
``.txt``. ``check`` reads written bytes back with other code than wrote them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple

from jinja2.sandbox import ImmutableSandboxedEnvironment

from parkdraft.decide.decision import Decision
from parkdraft.decide.details import Values
from parkdraft.errors import DraftError, problem
from parkdraft.model.cases import STAYS_HERE
from parkdraft.model.directory import Directory, Person
from parkdraft.values.plates import Plate
from parkdraft.writing import korean
from parkdraft.writing.mail import write
from parkdraft.writing.mailto import MailtoLink, fitting
from parkdraft.writing.message import Attachment, AttachmentFacts, Mail, Mailbox
from parkdraft.writing.render import (
    MEDIA,
    needs,
    refuse_empty,
    render,
    render_letter,
    split_headings,
)
from parkdraft.writing.sandbox import render_first
from parkdraft.writing.wrap import unwrapped, wrap

_ASKING = {"answer": "charge", "proof": "proof"}
"""Field that the customer answers first → the template that asks for it."""


class Draft(NamedTuple):
    """What will be written, and what the agent is shown beside it.

    ``subject`` is None for a sheet row. ``body`` is what can be pasted (LF), for an e-mail
    the text as wrapped in the file; ``content`` the file's bytes; ``mail`` None unless e-mail.
    ``masked``: somebody confirmed that the attached files (``papers.py``) show no resident
    number, address or face.
    """

    subject: str | None
    body: str
    suffix: str
    content: bytes
    mail: Mail | None = None
    mailto: MailtoLink | None = None
    headings: str | None = None
    """The headings of a sheet row, between tabs: shown beside it, never pasted."""
    masked: bool = False

    @property
    def attachments(self) -> tuple[AttachmentFacts, ...]:
        """Name, size and digest of each file in the mail, a combined mail's table included."""
        return tuple(file.facts for file in self.mail.attachments) if self.mail else ()


def context(
    directory: Directory,
    decision: Decision,
    today: date,
    author: str | None,
    filing_day: date | None = None,
) -> dict[str, Any]:
    """The variables of a template: every field of the case, and what was decided.

    Templates know no addresses but the shared mailbox's own, the customer's name masked, and
    nothing of what stays here.
    """
    place, values = decision.place, decision.values
    partner = directory.partners.get(place.partner or "")
    named = partner.name if partner and not partner.catch_all else None
    plates = [values.get(name) for name in ("plate", "old_plate", "new_plate")]
    sender = decision.sender
    return {
        **{
            name: value.written if isinstance(value, Plate) else value
            for name, value in values.items()
            if name != STAYS_HERE
        },
        "customer": korean.masked(values["customer"]) if values.get("customer") else None,
        "case": decision.case.name,
        "partner": named,
        "operator": named or values["operator"],
        "names_operator": decision.names_operator,
        "partner_id": place.partner,
        "integration": place.integration,
        "last4": _last_four(values),
        "temporary_plate": any(plate and plate.kind == "temporary" for plate in plates),
        "charge": decision.charge,
        "channel": decision.channel,
        "addressee": decision.addressee,
        "awaits": decision.awaits,
        "greeting": korean.greeting(
            [(p.name, p.title, p.mailbox) for p in decision.to], place.site
        ),
        "sender": {"name": sender.name, "address": sender.address},
        "author": author,
        "today": today,
        "filing_day": filing_day,
        "attachments": (),
    }


def _last_four(values: Values) -> str | None:
    """What operators look a car up by; of a change both, for their system knows the old one."""
    if values.get("old_plate") and values.get("new_plate"):
        old, new = last4(values["old_plate"]), last4(values["new_plate"])
        return f"{old} (앞자리 변경)" if old == new else f"{old}→{new}"
    plate = values.get("plate")
    return last4(plate) if plate else None


def last4(plate: Plate) -> str:
    """The four digits by which operators look a car up; characters where it has fewer."""
    digits = re.sub(r"[^0-9]", "", plate.written)
    return digits[-4:] if len(digits) >= 4 else plate.written[-4:]


def customer_text(
    env: ImmutableSandboxedEnvironment,
    decision: Decision,
    values: Mapping[str, Any],
    *,
    again: bool = False,
) -> str:
    """The sentence for the customer; raises TemplateError.

    ``again``: more cases follow, so a text is remembered, and rendered once for equal values.
    """
    name = decision.case.name
    if decision.row is None:
        name = _ASKING[decision.case.asks or ""]
    elif decision.awaits:
        name = "waiting"
    own = (decision.place.partner, decision.channel)
    names = needs(env, "customer", name, own) if again else None
    if names is None or not values.keys() >= set(names) or "sender" in names:
        return " ".join(render(env, "customer", name, own, values).split())
    return _remembered_text(env, name, own, names, tuple(values[needed] for needed in names))


@lru_cache(maxsize=256)
def _remembered_text(
    env: ImmutableSandboxedEnvironment,
    name: str,
    own: tuple[str | None, ...],
    names: tuple[str, ...],
    given: tuple[Any, ...],
) -> str:
    text = render(env, "customer", name, own, dict(zip(names, given, strict=True)))
    return " ".join(text.split())


def compose(
    env: ImmutableSandboxedEnvironment,
    decision: Decision,
    values: Mapping[str, Any],
    *,
    link: bool = True,
    attachments: tuple[Attachment, ...] = (),
) -> Draft:
    """The draft of a decided case, with a ``mailto:`` link where one is wanted.

    ``attachments`` go along with an e-mail; a link cannot carry them, so there is none then.
    Raises TemplateError or DraftError.
    """
    if attachments:
        values = {**values, "attachments": [file.name for file in attachments]}
    assert (
        decision.channel is not None
    )  # it is None only until the customer has answered, and then nothing is drafted
    medium = MEDIA[decision.channel]
    name = decision.template or decision.case.name
    own = (decision.place.partner, decision.channel)

    if medium == "sheet":
        headings, row = split_headings(
            render(env, medium, name, own, {**values, "frame": "sheet/frame.txt"})
        )
        refuse_empty(env, medium, name, own, row)
        return row_of(headings, row)
    subject, body = render_letter(env, medium, name, own, values, medium)
    body = (wrap if medium == "email" else unwrapped)(body).strip("\n") + "\n"
    if decision.awaits:
        return _waiting(env, decision, values, subject, body)
    if medium == "email":
        mail = mail_of(decision, subject, body, attachments)
        wanted = link and not attachments
        short = render_letter(env, medium, name, own, values, "mailto")[1] if wanted else None
        masked = bool(attachments)  # nothing is attached without somebody having said so
        return Draft(subject, body, ".eml", write(mail), mail, _link(mail, short), masked=masked)
    return post_of(decision, subject, body)


def row_of(headings: str | None, rows: str) -> Draft:
    """Rows to paste into a sheet, under headings that the template names."""
    return Draft(None, rows, ".tsv", f"{rows}\n".encode(), headings=headings)


def post_of(decision: Decision, subject: str, body: str) -> Draft:
    """A text to paste, after the people it mentions."""
    mentions = " ".join(f"@{handle}" for handle in decision.mentions)
    pasted = "\n\n".join(part for part in (mentions, subject, body) if part)
    return Draft(subject, pasted, ".txt", pasted.encode())


def _waiting(
    env: ImmutableSandboxedEnvironment,
    decision: Decision,
    values: Mapping[str, Any],
    subject: str,
    body: str,
) -> Draft:
    customer = customer_text(env, decision, values)
    shown = {**values, "subject": subject, "body": body, "customer_text": customer}
    text = render_first(env, ["waiting.txt"], shown).strip("\n") + "\n"
    return Draft(subject, body, ".txt", text.encode())


def mail_of(
    decision: Decision, subject: str, body: str, attachments: tuple[Attachment, ...] = ()
) -> Mail:
    """The e-mail to a decision's people."""
    sender = mailbox(decision.sender)
    to, cc = tuple(map(mailbox, decision.to)), tuple(map(mailbox, decision.cc))
    return Mail(sender, sender, to, cc, subject, body, attachments)


def _link(mail: Mail, short: str | None) -> MailtoLink | None:
    if short is None:
        return None
    to, cc = ([person.address for person in people] for people in (mail.to, mail.cc))
    return fitting(to, cc, mail.subject, wrap(short))


@lru_cache(maxsize=4096)
def mailbox(person: Person) -> Mailbox:
    """A person as a header shows them: name, or name and title; never 님."""
    return Mailbox(" ".join(filter(None, (person.name, person.title))), person.address or "")


def check(draft: Draft, written: bytes) -> None:
    """Raise DraftError where the bytes of a written file are not the draft that was meant."""
    if draft.mail is not None:
        from parkdraft.writing.readback import differences, read

        wrong = differences(draft.mail, read(written))
        if wrong:
            raise DraftError([problem("draft.differs", headers=", ".join(wrong))])
        return
    if draft.suffix == ".tsv":
        from parkdraft.formulas import read_row, row_text

        rows = written.decode().rstrip("\n").split("\n")
        if "\n".join(row_text(read_row(row)) for row in rows) != draft.body:
            raise DraftError([problem("draft.differs", headers="row")])
    if written != draft.content:
        raise DraftError([problem("draft.differs", headers="text")])
