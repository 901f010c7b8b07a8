"""The check of the outbox for the page: problems by draft, and what was mended."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from parkdraft.drafting import Today
from parkdraft.errors import ParkdraftError
from parkdraft.outbox.box import Outbox
from parkdraft.outbox.verify import Finding
from parkdraft.present.drafts import state_of, title
from parkdraft.review import verify
from parkdraft.web.appstate import AppState
from parkdraft.web.words import draft_line, problem_line
from parkdraft.wording import message

MOST = 300
"""Drafts shown one by one; a changed address may make thousands of them doubtful."""


class Doubtful(NamedTuple):
    """The problems of one draft or file; ``id`` is set where the draft's page can be opened."""

    id: str | None
    name: str
    label: str
    left: list[str]
    mended: list[str]


class Checked(NamedTuple):
    """The result of a check; ``more`` is the number of drafts not shown one by one.

    ``version`` is the number of the outbox's last event at that time.
    """

    version: int
    drafts: list[Doubtful]
    left: int
    mended: int
    more: int
    notes: list[str]


def checked(state: AppState) -> Checked:
    """Check the whole outbox, and mend what can be."""
    findings: list[Finding] = []
    today: Today | None = None
    try:
        today = state.home.today()
    except ParkdraftError as error:  # a broken directory is one more finding
        findings += map(Finding, error.problems)
    with state.drafts(change=True) as box:
        findings += verify(box, today)
        fields: dict[str, list[Finding]] = {}
        for finding in findings:
            fields.setdefault(finding.problem.field or "", []).append(finding)
        drafts = [_doubtful(box, field, fields[field]) for field in list(fields)[:MOST]]
        version = box.store.last_event()
    notes = list(dict.fromkeys(map(problem_line, box.notes)))
    mended = sum(finding.mended for finding in findings)
    more = len(fields) - len(drafts)
    return Checked(version, drafts, len(findings) - mended, mended, more, notes)


def _doubtful(box: Outbox, field: str, findings: Iterable[Finding]) -> Doubtful:
    left = [draft_line(finding.problem) for finding in findings if not finding.mended]
    mended = [_mended(finding) for finding in findings if finding.mended]
    draft = box.store.find(field)
    if draft is None:
        return Doubtful(None, field, "", left, mended)
    if draft.state == "purged":
        return Doubtful(None, draft.id, "개인정보를 파기한 초안", left, mended)
    return Doubtful(draft.id, title(draft), state_of(draft), left, mended)


def _mended(finding: Finding) -> str:
    """A mended problem; for a file moved aside also what to do next."""
    is_done = finding.problem.code.startswith("outbox.file-")
    return message(finding.problem, on_page=True) if is_done else draft_line(finding.problem)
