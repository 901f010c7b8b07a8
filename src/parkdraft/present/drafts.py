"""A kept draft in words: its facts, what its drafter typed and saw, its history."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from parkdraft.model import labels
from parkdraft.model.cases import FIELDS
from parkdraft.model.directory import Directory
from parkdraft.present.words import file_line, partner_name, who, word

if TYPE_CHECKING:
    from parkdraft.decide.decision import Charge
    from parkdraft.outbox.detail import Shown
    from parkdraft.outbox.facts import Event, StoredDraft
    from parkdraft.outbox.purge import Doomed

Facts = list[tuple[str, str]]
"""(Label, text) of each fact."""

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
_MASKED = "(주민등록번호·주소·얼굴을 가렸다고 확인한 파일입니다)"


def state_of(draft: StoredDraft) -> str:
    """The word for a draft's state."""
    return labels.state_label(draft.state, draft.channel)


def title(draft: StoredDraft) -> str:
    """A draft's subject, without the words in brackets that begin every subject."""
    subject = draft.subject or ""
    while subject.startswith("[") and "] " in subject:
        subject = subject.partition("] ")[2]
    return subject or draft.site or word(labels.CASES, draft.case) or draft.id


def origin(draft: StoredDraft, directory: Directory) -> dict[str, str | None]:
    """Case, partner, site and channel of a draft, by their labels."""
    case = word(labels.CASES, draft.case)
    return {
        "업무": case and f"{case} ({draft.row})",
        "운영사": partner_name(directory, draft.partner),
        "현장": draft.site,
        "채널": word(labels.CHANNELS, draft.channel),
    }


def files(shown: Shown) -> list[str]:
    """The files in a mail, and whether somebody confirmed that they are masked."""
    lines = [file_line(file["name"], file["size"]) for file in shown.content.attachments]
    return [*lines, _MASKED] if shown.content.seen.get("masked") else lines


def handling(seen: Mapping[str, Any], internal: str | None = None) -> Facts:
    """What to do and to mind. ``seen`` has keys of ``route --json``; ``internal`` stays here."""
    rows = (
        ("처리방법", seen.get("method")),
        ("비고", seen.get("note")),
        *(("현장규칙", f"{rule['row']} {rule['text']}") for rule in seen.get("rules", ())),
        ("고객안내", seen.get("customer")),
        (FIELDS["internal"].label, internal),
    )
    return [(label, text) for label, text in rows if text]


def charge_line(charge: Charge) -> str:
    """How a cancellation's charge is computed, and the refund."""
    text = f"경과일수 {charge.days}일 × {charge.daily_max:,}원 = {charge.amount:,}원"
    refund = f", 환불 {charge.refund:,}원" if charge.refund is not None else ""
    return f"{text}{refund} (운영사에는 보내지 않습니다)"


def given(details: Mapping[str, str]) -> Facts:
    """What was typed, by the fields' labels; choices by their Korean words."""
    rows = []
    for name, text in details.items():
        field = FIELDS.get(name)
        choices = field.choices if field else None
        rows.append((field.label if field else name, word(choices or {}, text) or text))
    return rows


class Deed(NamedTuple):
    """One line of a draft's history; ``of`` is an earlier draft that it was done to."""

    at: str
    who: str
    what: str
    reason: str | None
    of: str | None
    replaced_by: str | None


def history(shown: Shown, directory: Directory) -> list[Deed]:
    """What happened to a draft, and to those that it replaces."""
    return [_deed(event, directory, shown.draft.id) for event in shown.events]


def _deed(event: Event, directory: Directory, draft_id: str) -> Deed:
    return Deed(
        f"{event.moment:%Y-%m-%d %H:%M}",
        who(directory, event.login),
        DID.get(event.verb, event.verb),
        event.reason,
        event.draft if event.draft != draft_id else None,
        event.other,
    )


def purge_text(doomed: Doomed) -> str:
    """What a purge would remove: by state, the number and the oldest and newest day."""
    lines = []
    if doomed.drafts:
        states = Counter(state_of(draft) for draft in doomed.drafts)
        counts = ", ".join(f"{state} {count:,}건" for state, count in states.items())
        made = sorted(draft.made for draft in doomed.drafts)
        days_of = f"{made[0]:%Y-%m-%d} ~ {made[-1]:%Y-%m-%d}"
        lines.append(f"파기할 초안: {counts} ({days_of}에 작성)")
    if doomed.doubtful:
        lines.append(f"기록이 맞지 않아 남겨 두는 초안: {', '.join(doomed.doubtful)}")
    return "\n".join(lines) or "파기할 초안이 없습니다."
