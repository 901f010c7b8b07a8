"""The Korean words of the outbox pages: states, deeds, ages, and problems of a draft."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from parkdraft.errors import Problem
from parkdraft.lazy import lazy
from parkdraft.model import labels
from parkdraft.model.cases import FIELDS
from parkdraft.model.directory import Directory
from parkdraft.model.team import shown_name
from parkdraft.outbox.facts import StoredDraft
from parkdraft.web.words import plain_words, problem_line

TABS = {
    **{state: words[0] for state, words in labels.STATES.items()},
    "approved": "발송·처리 대기",
    "sent": "발송·처리 완료",
    "all": "전체",
}
"""What the tabs are called; two states have two words, by channel."""
DID = {
    "draft": "초안 작성",
    "fill": "담당자 명단 반영",
    "approve": "승인",
    "return": "반려",
    "sent": "발송·처리 완료",
    "undo": "마지막 처리 취소",
    "open": "메일 프로그램으로 열기",
    "copy": "복사",
    "download": "내려받기",
    "purge": "개인정보 파기",
}
UNDOES = {"approve": "승인 취소", "return": "반려 취소", "sent": "완료 표시 취소"}
"""What the button says that takes a step back."""
NOT_TO_SEND = {
    "waiting": "담당자 명단을 기다리는 초안입니다. 아직 보내지 마세요.",
    "returned": "반려된 초안입니다. 보내지 마세요.",
    "sent": "이미 끝난 초안입니다. 다시 보내지 마세요.",
}
_HEAD = lazy(r"(?:\[[^\]]*\] )+")


def as_told(problem: Problem) -> dict[str, object]:
    """A problem as JSON, in words for somebody who sees the page."""
    return {"code": problem.code, "field": problem.field, "message": line_of(problem)}


def line_of(problem: Problem) -> str:
    """A problem as one line, without the draft that it is about."""
    if problem.row is not None or problem.field in FIELDS:
        return problem_line(problem)
    return plain_words(problem)


def note_of(problem: Problem) -> str:
    """A problem that nobody asked about: with the draft that it is about."""
    line = line_of(problem)
    return f"{problem.field}: {line}" if problem.field else line


def lines_of(problems: Iterable[Problem]) -> list[str]:
    """Problems as lines, each once."""
    return list(dict.fromkeys(map(line_of, problems)))


def title(draft: StoredDraft) -> str:
    """What tells a draft from others: its subject without the words in brackets."""
    subject: str = _HEAD.sub("", draft.subject or "", count=1)
    return subject or draft.site or word(labels.CASES, draft.case) or draft.id


def state_of(draft: StoredDraft) -> str:
    """The word for a draft's state."""
    return labels.state_label(draft.state, draft.channel)


def word(words: labels.Labels, name: str | None) -> str | None:
    """A word for an identifier; one that a newer program wrote stands for itself."""
    return words[name][0] if name in words else name


def partner_of(draft: StoredDraft, directory: Directory) -> str | None:
    """The name of a draft's partner."""
    partner = directory.partners.get(draft.partner or "")
    return partner.name if partner else None


def who(directory: Directory, login: str) -> str:
    """The name of somebody, or the login where the directory has none."""
    return shown_name(directory.team, login) or login


def age(made: datetime, now: datetime) -> str:
    """How long ago: ``방금``, ``5분 전``, ``3시간 전``, ``2일 전``."""
    minutes = int((now.astimezone() - made).total_seconds() // 60)
    if minutes < 1:
        return "방금"
    if minutes < 60:
        return f"{minutes}분 전"
    return f"{minutes // 60}시간 전" if minutes < 24 * 60 else f"{minutes // (24 * 60)}일 전"
