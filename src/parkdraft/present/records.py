"""The law's records in Korean words, for the page and its table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from parkdraft.model.directory import Directory
from parkdraft.outbox.facts import moment
from parkdraft.present.drafts import DID
from parkdraft.present.words import who

if TYPE_CHECKING:
    from parkdraft.team.store import Record

COLUMNS = ("일시", "작업자", "로그인", "한 일", "초안", "대상", "세션", "주소")
DEEDS = {
    "listed": "목록 조회",
    "shown": "초안 조회",
    "revealed": "고객명·연락처 조회",
    "exported": "표로 내려받기",
    **DID,
    "login": "로그인",
    "failed": "로그인 실패",
    "logout": "로그아웃",
    "proved": "암호 다시 확인",
    "invited": "초대",
    "joined": "암호 설정",
    "phrase": "암호 변경",
    "closed": "계정 닫기",
    "ended": "로그인 닫기",
    "lead-added": "팀장 권한 부여",
    "lead-removed": "팀장 권한 회수",
    "member-added": "팀원 추가",
    "member-removed": "팀원 제외",
    "handover-added": "권한 위임",
    "handover-removed": "권한 위임 끝",
}
"""Deed → its words; what was done to a draft as its history says it."""


def record_row(record: Record, directory: Directory) -> list[str]:
    """A record as a row under ``COLUMNS``."""
    return [
        f"{moment(record.at):%Y-%m-%d %H:%M:%S}",
        who(directory, record.login),
        record.login,
        DEEDS.get(record.deed, record.deed),
        record.draft or "",
        f"{record.about}건" if (record.about or "").isdigit() else record.about or "",
        record.session or "",
        record.address or "",
    ]
