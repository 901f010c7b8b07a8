"""Reviewing kept drafts: move, show, verify and remake them.

This module composes drafts again as they would be today, and gives the outbox the differences;
the outbox itself composes nothing.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from parkdraft.drafting import Today, compose_again
from parkdraft.errors import OutboxError, ParkdraftError, Problem
from parkdraft.model.directory import Directory
from parkdraft.model.labels import HEADERS
from parkdraft.model.states import Move
from parkdraft.model.team import is_lead
from parkdraft.outbox import transitions
from parkdraft.outbox.box import Outbox
from parkdraft.outbox.create import replace
from parkdraft.outbox.detail import Shown, look_at, read_content
from parkdraft.outbox.facts import Content, NewDraft, StoredDraft
from parkdraft.outbox.ids import part
from parkdraft.outbox.transitions import Outcome
from parkdraft.outbox.verify import Finding, replay, walk
from parkdraft.records import author_words, new_draft
from parkdraft.results import Result
from parkdraft.writing.message import Mail
from parkdraft.writing.readback import differences

if TYPE_CHECKING:
    from parkdraft.codes import Code

_COMPARED = ("From", "Reply-To", "To", "Cc")


class Wanted(NamedTuple):
    """A draft that somebody names, to be moved.

    ``seen`` is the ``moved`` that they saw, where known: a draft that was moved since is refused.
    """

    name: str
    seen: int | None = None


def move(
    box: Outbox,
    directory: Directory,
    verb: Move,
    wanted: Iterable[Wanted],
    *,
    reason: str = "",
    today: Today | None = None,
) -> Outcome:
    """Apply a verb (``approve``, ``return``, ``sent``, ``undo``) to each of some drafts.

    Approving needs ``today``, returning a ``reason`` (raises DetailsError for an empty one). Drafts
    that may not be moved are in the outcome's problems; the others are moved.
    """
    assert verb != "approve" or today  # what is approved is compared with today
    memo = transitions.read_reason(reason) if verb == "return" else ""
    done: list[StoredDraft] = []
    problems: list[Problem] = []
    met: set[str] = set()
    for place, (name, seen) in enumerate(wanted, start=1):
        shown = name if part(name) else f"{place}번째 번호"
        try:
            draft = box.located(name)
            shown = draft.id
            if draft.id in met:
                continue
            met.add(draft.id)
            if seen is not None and seen != draft.moved:
                raise OutboxError([Problem("outbox.gone")])
            transitions.refuse_state(verb, draft)
            if verb == "approve" and today:
                done.append(_approve(box, today, draft))
            elif verb == "return":
                done.append(transitions.send_back(box, directory, draft, memo))
            elif verb == "sent":
                done.append(transitions.mark_sent(box, draft))
            elif verb == "undo":
                done.append(transitions.undo(box, directory, draft))
        except ParkdraftError as error:
            problems += [problem.at(field=shown) for problem in error.problems]
    return Outcome(tuple(done), tuple(problems))


def _approve(box: Outbox, today: Today, draft: StoredDraft) -> StoredDraft:
    content = box.content(draft)
    mail, _ = read_content(draft, content)
    doubts = replay(box, draft, content, mail) or _compared(today, draft, content, mail)[0]
    return transitions.approve(box, today.sites.directory, draft, content, doubts)


def show(box: Outbox, today: Today | None, named: str) -> Shown:
    """A draft and all that is known of it; raises OutboxError where there is none.

    Without ``today``, where its directory cannot be read, only what is kept.
    """
    shown = look_at(box, named)
    draft, content, mail = shown.draft, shown.content, shown.mail
    problems, lines = list(shown.problems), list[str]()
    if today and draft.state in ("pending", "waiting", "approved"):
        differing, result = _compared(today, draft, content, mail)
        problems += differing if draft.state != "waiting" else ()
        lines = _changes(mail, shown.text, content, result) if result else []
    if draft.state == "pending":
        problems += transitions.waited(box, draft)
    return shown._replace(problems=tuple(problems), diff=tuple(lines))


def against_today(today: Today, draft: StoredDraft, content: Content) -> list[Problem]:
    """Differences of today's route: channel, authority, people."""
    mail, _ = read_content(draft, content)
    return _compared(today, draft, content, mail)[0]


def _compared(
    today: Today, draft: StoredDraft, content: Content, mail: Mail | None
) -> tuple[list[Problem], Result | None]:
    """Differences of today's route, and the draft as composed today, where that is possible."""
    try:
        result = compose_again(today, draft, content, mail)[0]
    except ParkdraftError as error:
        causes = [problem.at(field=draft.id) for problem in error.problems]
        return [Problem("outbox.no-route-today", draft.id), *causes], None
    return _differing(draft, content, mail, result), result


def _differing(
    draft: StoredDraft, content: Content, mail: Mail | None, result: Result
) -> list[Problem]:
    now, composed = result.decision, result.draft
    assert composed is not None  # it was composed
    if now.awaits:
        return [Problem("outbox.waits-today", draft.id, data={"month": now.awaits})]
    if (draft.channel, draft.suffix) != (now.channel, composed.suffix):
        return [Problem("outbox.other-channel-today", draft.id)]
    if now.authority == "lead" != draft.authority:
        return [Problem("outbox.other-authority-today", draft.id)]
    if composed.mail is None or mail is None:
        wrong = [] if content.route == now.recipients() else ["받는 곳"]
    else:
        differing = differences(composed.mail, mail)
        wrong = [HEADERS[name] for name in differing if name in _COMPARED]
    data = {"headers": ", ".join(wrong)}
    return [Problem("outbox.other-people-today", draft.id, data=data)] if wrong else []


def verify(
    box: Outbox, today: Today | None, watched: Callable[[int], None] = lambda _: None
) -> Iterator[Finding]:
    """Check the whole outbox; a problem's field is the draft's identifier, or a file's name.

    Without ``today``, where its directory cannot be read, records and files alone are compared.
    Raises StorageError where the folder cannot be mended.
    """
    for findings, draft, content, mail in walk(box, watched):
        yield from findings
        if draft and content and today:
            yield from map(Finding, _doubts_today(box, today, draft, content, mail))


def _doubts_today(
    box: Outbox, today: Today, draft: StoredDraft, content: Content, mail: Mail | None
) -> Iterator[Problem]:
    """Doubts about an unfinished draft, because of today's route, contacts and leads."""
    if draft.state not in ("pending", "waiting", "approved"):
        return
    if draft.state == "waiting":
        try:
            if not compose_again(today, draft, content, mail)[0].decision.awaits:
                yield Problem("outbox.contact-is-there", draft.id)
        except ParkdraftError as error:
            yield from (problem.at(field=draft.id) for problem in error.problems)
    else:
        yield from _compared(today, draft, content, mail)[0]
    moves = [event for event in box.store.events(draft.id) if event.moves]
    doubts: Mapping[str, Code] = {"approve": "outbox.approver", "undo": "outbox.undoer"}
    for verb, code in doubts.items():
        by = [event for event in moves if event.verb == verb and event.grounds == "lead"][-1:]
        stands = draft.state == "approved" if verb == "approve" else by == moves[-1:]
        if not (by and stands):
            continue
        day = by[0].moment.date()  # what was handed over for a holiday counted then
        if not is_lead(today.directory.team, by[0].login, day):
            yield Problem(code, draft.id)


class Changed(NamedTuple):
    """A kept draft that would be different today: the differing lines, and the new results."""

    draft: StoredDraft
    lines: list[str]
    new: NewDraft


def changed(
    box: Outbox, today: Today, drafts: Iterable[StoredDraft]
) -> tuple[list[Changed], list[Problem]]:
    """The drafts that today's directory and templates would make differently, and problems."""
    differing: list[Changed] = []
    problems: list[Problem] = []
    for draft in drafts:
        content = box.content(draft)
        mail, text = read_content(draft, content)
        try:
            results = compose_again(today, draft, content, mail)
        except ParkdraftError as error:
            problems += [problem.at(field=draft.id) for problem in error.problems]
            continue
        new = new_draft(results, author_words(today.directory.team, draft.author))
        if new.sha256 != content.sha256 or json.loads(new.route) != content.route:
            differing.append(Changed(draft, _changes(mail, text, content, results[0]), new))
    return differing, problems


def remake(box: Outbox, directory: Directory, wanted: Iterable[Changed]) -> Outcome:
    """Replace drafts by the ones composed today; each old one is returned as replaced."""
    done: list[StoredDraft] = []
    problems: list[Problem] = []
    for draft, _, new in wanted:
        try:
            done.append(replace(box, directory, new, draft, draft.author))
        except ParkdraftError as error:
            problems += [problem.at(field=draft.id) for problem in error.problems]
    return Outcome(tuple(done), tuple(problems))


def _changes(mail: Mail | None, text: str, content: Content, result: Result) -> list[str]:
    """The lines in which today's draft differs, old ones with ``-``, new ones with ``+``."""
    import difflib

    composed = result.draft
    assert composed is not None  # it was composed
    pasted = composed.mail.body if composed.mail else composed.content.decode()
    before = [*_lines(mail, text), *_shown_beside(content.seen)]
    after = [*_lines(composed.mail, pasted), *_shown_beside(result.seen())]
    compared = difflib.unified_diff(before, after, lineterm="", n=0)
    return [line for line in compared if not line.startswith(("---", "+++", "@@"))]


def _shown_beside(seen: Mapping[str, Any]) -> list[str]:
    """What the drafter saw beside the text, as lines to compare."""
    labels = {"method": "처리방법", "note": "비고", "customer": "고객안내"}
    lines = [f"{label}: {seen[name]}" for name, label in labels.items() if seen.get(name)]
    return lines + [f"현장규칙: {rule['text']}" for rule in seen.get("rules", ())]


def _lines(mail: Mail | None, text: str) -> Iterator[str]:
    """A draft as lines to compare: one for each recipient and each line of text."""
    if mail:
        for name, people in (("발신", (mail.sender,)), ("수신", mail.to), ("참조", mail.cc)):
            yield from (f"{name}: {person.display} <{person.address}>" for person in people)
        yield f"제목: {mail.subject}"
    yield from text.rstrip("\n").split("\n")
