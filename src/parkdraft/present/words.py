"""Names, ages, sizes, and sentences that several commands and pages say."""

from __future__ import annotations

from datetime import datetime

from parkdraft.model.directory import Directory
from parkdraft.model.labels import Labels
from parkdraft.model.team import shown_name

CHECK_SENDER = "보내는 사람이 공용 메일인지 확인하세요"
PLACEHOLDER = (
    "보내는 사람이 예시 주소입니다. contacts.yaml의 sender에 실제 공용 메일을 "
    "적기 전에는 승인할 수 없습니다."
)
NO_LEADS = "team의 leads가 비어 있어 아무도 승인할 수 없습니다. 팀장의 로그인 이름을 적으세요."
NOT_APPROVED = "팀장 승인 전입니다"
NOT_TO_SEND = {
    "pending": NOT_APPROVED,
    "waiting": "담당자 명단을 기다리는 초안입니다. 아직 보내지 마세요.",
    "returned": "반려된 초안입니다. 보내지 마세요.",
    "sent": "이미 끝난 초안입니다. 다시 보내지 마세요.",
}
"""State → why a draft must not be sent now."""
SAME = "7일 안에 같은 차량·업무·현장의 초안이 있습니다"
NOTHING_FOUND = "찾은 것이 없습니다. 이름의 일부나 초성으로도 찾을 수 있습니다 (예: ㅎㅇㅍㅋ)."
NO_PARTNER = "운영사 없음"
NOTHING_WRONG = "초안함에 문제가 없습니다."


def to_mind(directory: Directory, *, mail: bool, pending: bool) -> list[str]:
    """What to mind of drafts that were just made."""
    notes = [PLACEHOLDER] if mail and directory.sender_is_placeholder else []
    return [*notes, *([CHECK_SENDER] if mail else []), *([NOT_APPROVED] if pending else [])]


def before_sending(state: str, *, mail: bool) -> list[str]:
    """What to mind of a kept draft before it is sent."""
    notes = [CHECK_SENDER] if mail else []
    return [*notes, NOT_TO_SEND[state]] if state in NOT_TO_SEND else notes


def word(words: Labels, name: str | None) -> str | None:
    """The word for an identifier; an unknown one (of a newer program) is shown as it is."""
    return words[name][0] if name in words else name


def who(directory: Directory, login: str) -> str:
    """The name of somebody, or the login where the directory has none."""
    return shown_name(directory.team, login) or login


def partner_name(directory: Directory, partner: str | None) -> str | None:
    """A partner's name; None without a partner, or where the directory no longer has it."""
    known = directory.partners.get(partner or "")
    return known.name if known else None


def named(name: str | None, title: str | None) -> str:
    """``김하늘 주임``."""
    return " ".join(filter(None, (name, title)))


def mailbox(name: str | None, title: str | None, address: str | None) -> str:
    """``김하늘 주임 <haneul@example.com>``, without what is missing."""
    return " ".join(filter(None, (name, title, f"<{address}>" if address else None)))


def file_line(name: str, size: int) -> str:
    """``등록증.pdf (12KB)``."""
    return f"{name} ({max(1, round(size / 1024)):,}KB)"


def age(made: datetime, now: datetime) -> str:
    """How old something is: ``방금``, ``5분``, ``3시간``, ``2일``."""
    minutes = int((now.astimezone() - made).total_seconds() // 60)
    if minutes < 1:
        return "방금"
    if minutes < 60:
        return f"{minutes}분"
    return f"{minutes // 60}시간" if minutes < 24 * 60 else f"{minutes // (24 * 60)}일"


def ago(made: datetime, now: datetime) -> str:
    """How long ago, within a sentence: ``방금``, ``5분 전``."""
    is_new = (now.astimezone() - made).total_seconds() < 60
    return age(made, now) if is_new else f"{age(made, now)} 전"
