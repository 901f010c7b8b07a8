"""The Korean words of the outbox pages: ages, deeds, and what to do next without a terminal."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from parkdraft.errors import Problem
from parkdraft.outbox.listing import Listed
from parkdraft.outbox.records import Event
from parkdraft.patterns import lazy
from parkdraft.process import labels
from parkdraft.process.cases import FIELDS
from parkdraft.process.directory import Directory
from parkdraft.process.team import shown_name
from parkdraft.web.words import plain_words, problem_line
from parkdraft.wording import message

TABS = {
    **{state: words[0] for state, words in labels.STATES.items()},
    "approved": "발송·처리 대기",
    "sent": "발송·처리 완료",
    "all": "전체",
}
"""What the tabs are called; two states have two words, by channel."""
DID = {
    "draft": "초안 작성",
    "import": "담당자 명단 반영",
    "approve": "승인",
    "return": "반려",
    "sent": "발송·처리 완료",
    "purge": "개인정보 파기",
}
NOT_TO_SEND = {
    "waiting": "담당자 명단을 기다리는 초안입니다. 아직 보내지 마세요.",
    "returned": "반려된 초안입니다. 보내지 마세요.",
    "sent": "이미 끝난 초안입니다. 다시 보내지 마세요.",
}
_REMAKE = "'고쳐 쓰기'로 다시 만드세요."
_HINTS = {
    "outbox.unknown": "목록을 새로 열어 확인하세요.",
    "outbox.no-id": "목록에서 초안을 고르세요.",
    "outbox.state-replace": "초안을 새로 만드세요.",
    "outbox.replaced": "그 초안을 고쳐 쓰세요.",
    "outbox.gone": "목록에서 지금 상태를 확인하세요.",
    "outbox.copied": "'점검'으로 확인하고, 손으로 복사한 파일을 지우세요.",
    "outbox.approver": f"팀장 명단이 맞으면 {_REMAKE}",
    "outbox.no-route-today": f"연락처를 확인하거나, {_REMAKE}",
    "outbox.other-channel-today": _REMAKE,
    "outbox.other-people-today": _REMAKE,
    "outbox.waits-today": f"명단을 가져온 뒤 다시 하거나, {_REMAKE}",
    "outbox.contact-is-there": "'연락처'에서 명단을 다시 가져오면 받는 사람이 채워집니다.",
    "open.failed": "'내려받기'로 받은 파일을 여세요.",
}
"""What to do next where ``wording.toml`` speaks of commands."""
_SAYS = {"open.failed": "이 파일을 여는 프로그램을 찾지 못했습니다."}
_HEAD = lazy(r"(?:\[[^\]]*\] )+")


def as_told(problem: Problem) -> dict[str, object]:
    """A problem as JSON, in words for somebody who sees the page."""
    return {"code": problem.code, "field": problem.field, "message": line_of(problem)}


def line_of(problem: Problem) -> str:
    """A problem as one line, without the draft that it is about."""
    if problem.code in _HINTS:
        return f"{_SAYS.get(problem.code) or message(problem)} {_HINTS[problem.code]}"
    if problem.row is not None or problem.field in FIELDS:
        return problem_line(problem)
    return plain_words(problem)


def lines_of(problems: Iterable[Problem]) -> list[str]:
    """Problems as lines, each once."""
    return list(dict.fromkeys(map(line_of, problems)))


def title(one: Listed) -> str:
    """What tells a draft from others: its subject without the words in brackets."""
    facts = one.facts
    subject: str = _HEAD.sub("", facts.get("subject") or "", count=1)
    return subject or facts.get("site") or word(labels.CASES, facts.get("case")) or one.entry.id


def word(words: labels.Labels, name: str | None) -> str | None:
    """A word for an identifier; one that a newer program wrote stands for itself."""
    return words[name][0] if name in words else name


def who(directory: Directory, login: str | None) -> str:
    """The name of somebody, or the login where the directory has none."""
    return (shown_name(directory.team, login) or login) if login else "-"


def age(made: Event, now: datetime) -> str:
    """How long ago: ``방금``, ``5분 전``, ``3시간 전``, ``2일 전``."""
    minutes = int((now.astimezone() - made.moment).total_seconds() // 60)
    if minutes < 1:
        return "방금"
    if minutes < 60:
        return f"{minutes}분 전"
    return f"{minutes // 60}시간 전" if minutes < 24 * 60 else f"{minutes // (24 * 60)}일 전"
