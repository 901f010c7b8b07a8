"""The outbox for people: a table that fits the terminal, one draft whole, what a purge takes."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Sequence
from datetime import datetime

import click

from parkdraft.cli.layout import pairs, table, width
from parkdraft.outbox.listing import Listed
from parkdraft.outbox.purging import Doomed
from parkdraft.outbox.records import Event
from parkdraft.outbox.showing import Shown
from parkdraft.process import labels
from parkdraft.process.directory import Directory
from parkdraft.process.labels import state_label
from parkdraft.process.team import shown_name
from parkdraft.writing.mail import Mailbox

_HEADER = ("번호", "상태", "업무", "운영사", "작성자", "지남", "제목")
_LEAST = 12
_DID = {
    "draft": "초안 작성",
    "import": "담당자 명단 반영",
    "approve": "승인",
    "return": "반려",
    "sent": "발송·처리 완료",
    "purge": "개인정보 파기",
}


def list_table(found: Sequence[Listed], directory: Directory, now: datetime) -> str:
    """The drafts, their subjects cut to what the terminal leaves; how many there are."""
    rows = [_row(one, directory, now.astimezone()) for one in found]
    others = [max(map(width, column)) for column in zip(*(_HEADER, *rows), strict=True)][:-1]
    room = shutil.get_terminal_size((100, 24)).columns - sum(others) - 2 * len(others)
    rows = [(*row[:-1], _cut(row[-1], max(room, _LEAST))) for row in rows]
    counts = Counter(row[1] for row in rows)
    summary = ", ".join(f"{state} {count}건" for state, count in counts.items())
    return f"{table(_HEADER, rows)}\n\n{summary}"


def _row(one: Listed, directory: Directory, now: datetime) -> tuple[str, ...]:
    facts, made = one.facts, one.history.made
    partner = directory.partners.get(facts.get("partner") or "")
    subject = (facts.get("subject") or facts.get("site") or "").rpartition("] ")[2]
    urgent = "[긴급] " if facts.get("urgent") else ""
    doubt = "[확인 필요] " if one.problems else ""
    return (
        one.entry.id,
        state_label(one.entry.state, facts.get("channel", "email")),
        labels.CASES[facts["case"]][0] if "case" in facts else "-",
        partner.name if partner else "-",
        _who(directory, facts.get("author", "-")),
        _age(made, now) if made else "-",
        f"{doubt}{urgent}{subject}",
    )


def _who(directory: Directory, login: str) -> str:
    return shown_name(directory.team, login) or login


def _age(made: Event, now: datetime) -> str:
    minutes = int((now - made.moment).total_seconds() // 60)
    if minutes < 1:
        return "방금"
    if minutes < 60:
        return f"{minutes}분"
    return f"{minutes // 60}시간" if minutes < 24 * 60 else f"{minutes // (24 * 60)}일"


def _cut(text: str, columns: int) -> str:
    if width(text) <= columns:
        return text
    kept = ""
    for char in text:
        if width(kept + char) > columns - 1:
            break
        kept += char
    return kept + "…"


def shown_text(shown: Shown, directory: Directory) -> str:
    """One draft: headers, text, history, doubles, and what today would make of it."""
    facts, mail = Listed(shown.entry, shown.history).facts, shown.mail
    channel = facts.get("channel", "email")
    partner = directory.partners.get(facts.get("partner") or "")
    head = [
        ("초안", shown.entry.id),
        ("상태", state_label(shown.entry.state, channel)),
        ("업무", f"{labels.CASES[facts['case']][0]} ({facts['row']})" if "case" in facts else None),
        ("운영사", partner.name if partner else None),
        ("채널", labels.CHANNELS[channel][0]),
        ("발신", _people((mail.sender,)) if mail else None),
        ("수신", _people(mail.to) if mail else None),
        ("참조", _people(mail.cc) if mail else None),
        ("제목", mail.subject if mail else None),
    ]
    history = [(_when(one), _did(one, directory, shown.entry.id)) for one in shown.events]
    parts = [pairs(head), shown.text.rstrip("\n"), _titled("이력", pairs(history, 18))]
    if shown.duplicates:
        same = ", ".join(f"{one.id}({state_label(one.state, channel)})" for one in shown.duplicates)
        parts.append(_titled("중복", f"7일 안에 같은 차량·업무·현장의 초안이 있습니다: {same}"))
    if shown.diff:
        parts.append(_titled("지금 연락처와 문구로 만들면", "\n".join(shown.diff)))
    return "\n\n".join(parts)


def _titled(title: str, text: str) -> str:
    return f"{click.style(title, bold=True)}\n{text}"


def _people(people: Sequence[Mailbox]) -> str:
    return "\n".join(f"{one.display} <{one.address}>" for one in people)


def _when(one: Event) -> str:
    return f"{one.moment:%Y-%m-%d %H:%M}"


def _did(one: Event, directory: Directory, draft_id: str) -> str:
    words = [_who(directory, one.by), _DID.get(one.do, one.do)]
    if reason := one.more.get("reason"):
        words.append(f"사유: {reason}")
    if by := one.more.get("replaced_by"):
        words.append(f"{by}에서 고쳐 씀")
    if one.id != draft_id:
        words.append(f"({one.id})")
    return "  ".join(words)


def purge_text(doomed: Doomed) -> str:
    """What a purge would remove, by state, with the oldest and newest day."""
    if not doomed.drafts:
        return (
            "파기할 초안이 없습니다."
            if not doomed.traces
            else "끝내지 못한 초안의 기록만 있습니다."
        )
    states = Counter(entry.state for entry, _ in doomed.drafts)
    counts = ", ".join(f"{labels.STATES[state][0]} {count}건" for state, count in states.items())
    days = sorted(history.events[0].at[:10] for _, history in doomed.drafts)
    return f"파기할 초안: {counts} ({days[0]} ~ {days[-1]}에 작성)"
