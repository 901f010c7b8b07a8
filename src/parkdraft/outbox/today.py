"""A kept draft against today: who would get it now, and in which words."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

from parkdraft.decide.decision import Decision
from parkdraft.errors import DraftError, ParkdraftError, Problem
from parkdraft.model.directory import Directory
from parkdraft.model.labels import HEADERS
from parkdraft.outbox.facts import Content, NewDraft, StoredDraft
from parkdraft.writing.compose import Draft
from parkdraft.writing.message import Mail
from parkdraft.writing.readback import differences, read


class Remade(NamedTuple):
    """What today's directory and templates make of a draft's case or cases."""

    draft: Draft
    decision: Decision
    new: NewDraft


class Today(NamedTuple):
    """Today's directory, and how drafts are made today.

    ``remake`` raises ParkdraftError where the case has no route today.
    """

    directory: Directory
    remake: Callable[[StoredDraft, Content], Remade]


def holds_today(draft: StoredDraft, content: Content, today: Today) -> list[Problem]:
    """What today's route says otherwise: From, To and Cc of an e-mail; else who is mentioned."""
    try:
        remade = today.remake(draft, content)
    except ParkdraftError as error:
        causes = [problem.at(field=draft.id) for problem in error.problems]
        return [Problem("outbox.no-route-today", draft.id), *causes]
    now = remade.decision
    if now.awaits:
        return [Problem("outbox.waits-today", draft.id, data={"month": now.awaits})]
    if (draft.channel, draft.suffix) != (now.channel, remade.draft.suffix):
        return [Problem("outbox.other-channel-today", draft.id)]
    if now.authority == "lead" != draft.authority:
        return [Problem("outbox.other-authority-today", draft.id)]
    if remade.draft.mail is None:
        wrong = [] if content.route == now.recipients() else ["받는 곳"]
    else:
        differing = differences(remade.draft.mail, read(content.bytes))
        wrong = [HEADERS[name] for name in differing if name in _COMPARED]
    data = {"headers": ", ".join(wrong)}
    return [Problem("outbox.other-people-today", draft.id, data=data)] if wrong else []


_COMPARED = ("From", "Reply-To", "To", "Cc")


def read_content(draft: StoredDraft, content: Content) -> tuple[Mail | None, str]:
    """A draft's mail, None for other channels, and its text as it can be pasted."""
    if draft.suffix == ".eml":
        try:
            mail = read(content.bytes)
        except DraftError:
            return None, content.bytes.decode("utf-8", "replace")
        return mail, mail.body
    return None, content.bytes.decode("utf-8", "replace")


def changes(draft: StoredDraft, content: Content, remade: Remade) -> list[str]:
    """The lines in which today's draft differs: those that go (``-``), those that come (``+``)."""
    import difflib

    now = remade.draft
    pasted = now.mail.body if now.mail else now.content.decode()
    before = list(_lines(*read_content(draft, content)))
    before += _shown_beside(content.seen)
    after = [*_lines(now.mail, pasted), *_shown_beside(json.loads(remade.new.seen))]
    compared = difflib.unified_diff(before, after, lineterm="", n=0)
    return [line for line in compared if not line.startswith(("---", "+++", "@@"))]


def _shown_beside(seen: Mapping[str, Any]) -> list[str]:
    """What the drafter saw beside the text, as people compare it."""
    labels = {"method": "처리방법", "note": "비고", "customer": "고객안내"}
    told = [f"{label}: {seen[name]}" for name, label in labels.items() if seen.get(name)]
    return told + [f"현장규칙: {one['text']}" for one in seen.get("rules", ())]


def _lines(mail: Mail | None, text: str) -> Iterator[str]:
    """A draft as people compare it: one line for each recipient and each line of text."""
    if mail:
        for name, people in (("발신", (mail.sender,)), ("수신", mail.to), ("참조", mail.cc)):
            yield from (f"{name}: {one.display} <{one.address}>" for one in people)
        yield f"제목: {mail.subject}"
    yield from text.rstrip("\n").split("\n")
