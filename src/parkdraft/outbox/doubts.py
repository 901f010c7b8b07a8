"""What makes a draft in the outbox one that nobody should believe: file against journal.

A file in ``approved/`` without a finished approval of exactly these bytes is not approved.
"""

from __future__ import annotations

import hashlib

from parkdraft.errors import Problem
from parkdraft.outbox.fingerprint import changes
from parkdraft.outbox.records import History
from parkdraft.outbox.store import Entry
from parkdraft.process.labels import state_label


def doubts(entry: Entry, history: History, content: bytes | None = None) -> list[Problem]:
    """All that is wrong with where a draft is and, with its ``content``, with its bytes."""
    if history.unfinished:
        return [Problem("outbox.unfinished", entry.id)]
    last, made = history.last, history.made
    if last is None or made is None:
        return [Problem("outbox.no-record", entry.id)]
    problems = []
    if (last.state, made.suffix) != (entry.state, entry.suffix):
        channel = made.more.get("channel", "")
        said = state_label(last.state, channel) if last.state else "파기"
        problems.append(Problem("outbox.moved-by-hand", entry.id, data={"said": said}))
    elif entry.state == "approved" and not _is_approved(history):
        problems.append(Problem("outbox.not-approved", entry.id))
    if history.forked:
        problems.append(Problem("outbox.forked", entry.id))
    if content is not None:
        problems += _changed(entry, history, content)
    return problems


def _is_approved(history: History) -> bool:
    """By a lead, these very bytes; or drafted for a row that everybody may handle."""
    last, made = history.last, history.made
    if last is None or made is None:
        return False
    if last.do == "approve":
        return last.sha256 == made.sha256
    return last is made and made.do == "draft" and made.more.get("authority") != "lead"


def _changed(entry: Entry, history: History, content: bytes) -> list[Problem]:
    made = history.made
    if made is None or hashlib.sha256(content).hexdigest() == made.sha256:
        return []
    lines = list(history.record.lines) if history.record else []
    where = ", ".join(changes(entry.suffix, lines, content)) if lines else "파일"
    return [Problem("outbox.edited", entry.id, data={"where": where})]
