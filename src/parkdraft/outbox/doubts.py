"""What makes a draft in the outbox one that nobody should believe: file against journal.

A file in ``approved/`` without a finished approval of exactly these bytes is not approved.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from parkdraft.errors import Problem
from parkdraft.outbox.fingerprint import changes
from parkdraft.outbox.records import Event, History
from parkdraft.outbox.store import STATES, Entry
from parkdraft.process.labels import state_label

HEADERS = {
    "From": "발신(From)",
    "Reply-To": "회신(Reply-To)",
    "To": "수신(To)",
    "Cc": "참조(Cc)",
    "Bcc": "숨은참조(Bcc)",
    "Subject": "제목(Subject)",
}
"""The header fields that people know; they are told by these words."""
_PLAIN = ("X-Unsent", "MIME-Version", "Content-Type", "Content-Transfer-Encoding")
_OTHER = "다른 머리글"


def doubts(entry: Entry, history: History, content: bytes | None = None) -> list[Problem]:
    """All that is wrong with where a draft is and, with its ``content``, with its bytes."""
    if history.unfinished:
        return [Problem("outbox.unfinished", entry.id)]
    last, made = history.last, history.made
    if last is None or made is None:
        return [Problem("outbox.no-record", entry.id)]
    if last.state is None:
        return [Problem("outbox.purged", entry.id)]
    problems = []
    if (last.state, made.suffix) != (entry.state, entry.suffix):
        place = f"outbox/{last.state}/{entry.id}{made.suffix}"
        data = {"said": recorded(history), "place": place}
        problems.append(Problem("outbox.moved-by-hand", entry.id, data=data))
    elif entry.state == "approved" and not _is_approved(last, made):
        problems.append(Problem("outbox.not-approved", entry.id))
    if history.forked:
        problems.append(Problem("outbox.forked", entry.id, data={"who": _who(history)}))
    if content is not None:
        problems += _changed(entry, history, content)
        if history.record is None:
            problems.append(Problem("outbox.no-details", entry.id))
    return problems


def copies(entries: Sequence[Entry], history: History) -> Problem:
    """That one draft lies in several places, and which the journal means."""
    folders = ", ".join(f"outbox/{entry.state}" for entry in entries)
    return Problem(
        "outbox.copies", history.id, data={"folders": folders, "said": recorded(history)}
    )


def recorded(history: History) -> str:
    """Where a draft is by the journal, as a word."""
    last, made = history.last, history.made
    if last is None:
        return "없음"
    channel = made.more.get("channel", "") if made else ""
    return state_label(last.state, channel) if last.state in STATES else last.state or "파기"


def _is_approved(last: Event, made: Event) -> bool:
    """By a lead, these very bytes; or drafted for a row that everybody may handle."""
    if last.do == "approve":
        return last.sha256 == made.sha256
    return last is made and made.do == "draft" and made.more.get("authority") != "lead"


def _who(history: History) -> str:
    """Those who say that they did the next thing to a draft, where only one can have."""
    places = {one.after for one in history.forked}
    said = (*history.events, *history.forked)
    return ", ".join(sorted({one.by for one in said if one.after in places}))


def _changed(entry: Entry, history: History, content: bytes) -> list[Problem]:
    sha256 = hashlib.sha256(content).hexdigest()
    last, made = history.last, history.made
    if made is None or sha256 == made.sha256:
        return []
    if last and last.do == "return" and sha256 == last.sha256:
        return []  # returned as it was: what somebody had changed is done with
    lines = list(history.record.lines) if history.record else []
    where = map(_shown, changes(entry.suffix, lines, content)) if lines else ["파일"]
    return [Problem("outbox.edited", entry.id, data={"where": ", ".join(dict.fromkeys(where))})]


def _shown(place: str) -> str:
    """Where something changed; what stands in place of a header's name may be anything."""
    known = {name.casefold(): words for name, words in HEADERS.items()}
    return known.get(place.casefold(), place if place in _PLAIN or not place.isascii() else _OTHER)
