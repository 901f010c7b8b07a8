"""The outbox for people: a table that fits the terminal, one draft whole, what a purge takes."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import cache, partial
from typing import TYPE_CHECKING

import click

from parkdraft.cli.layout import pairs, table, width
from parkdraft.outbox.listing import Listed
from parkdraft.patterns import lazy
from parkdraft.process import labels
from parkdraft.process.labels import state_label
from parkdraft.process.team import shown_name

if TYPE_CHECKING:
    from parkdraft.outbox.listing import Seen
    from parkdraft.outbox.purging import Doomed
    from parkdraft.outbox.records import Event
    from parkdraft.outbox.showing import Shown
    from parkdraft.outbox.store import Entry
    from parkdraft.process.directory import Directory
    from parkdraft.writing.mail import Mailbox

_HEADER = ("번호", "상태", "업무", "운영사", "작성자", "지남", "제목")
_MINUTE = timedelta(minutes=1)
_LEAST = 16
"""Columns that a subject needs to be told from another."""
_NARROWER = (
    (30, _HEADER),
    (13, _HEADER),
    (13, ("번호", "상태", "업무", "운영사", "지남", "제목")),
    (10, ("번호", "상태", "업무", "운영사", "지남", "제목")),
    (10, ("번호", "상태", "업무", "지남", "제목")),
    (10, ("번호", "상태", "업무", "제목")),
    (9, ("번호", "상태", "제목")),
)
"""How wide a cell may be, and which columns there are: what narrower terminals give up."""
_HEAD = lazy(r"(?:\[[^\]]*\] )+")
_DID = {
    "draft": "초안 작성",
    "import": "담당자 명단 반영",
    "approve": "승인",
    "return": "반려",
    "sent": "발송·처리 완료",
    "purge": "개인정보 파기",
}


def list_table(found: Sequence[Seen], directory: Directory, now: datetime) -> str:
    """The drafts in a table that fits the terminal; how many there are."""
    moment, words = now.astimezone(), cache(partial(_words, directory))
    rows = [_row(one, words, moment) for one in found]
    columns = dict(zip(_HEADER, zip(*rows, strict=True), strict=True))
    states = Counter(columns["상태"])
    summary = ", ".join(f"{state} {count}건" for state, count in states.items())
    # a console breaks a line that is just as wide as it is
    fitted = _fitted(columns, shutil.get_terminal_size((100, 24)).columns - 1)
    return f"{table(tuple(fitted), list(zip(*fitted.values(), strict=True)))}\n\n{summary}"


def _fitted(columns: Mapping[str, Sequence[str]], terminal: int) -> dict[str, Sequence[str]]:
    """As much of each column, and as many of them, as the terminal has room for."""
    for most, header in _NARROWER:
        fitted = {name: _all_cut(columns[name], most) for name in header[1:-1]}
        fitted = {header[0]: columns[header[0]], **fitted}
        widths = [max(map(width, {name, *cells})) for name, cells in fitted.items()]
        room = terminal - sum(widths) - 2 * len(widths)
        if room >= _LEAST:
            break
    return {**fitted, header[-1]: _all_cut(columns[header[-1]], max(room, 1))}


def _all_cut(cells: Sequence[str], most: int) -> Sequence[str]:
    """A column's cells, cut; what stands there often is cut once."""
    cut = {cell: _cut(cell, most) for cell in set(cells)}
    return [cut[cell] for cell in cells]


def _row(one: Seen, words: Callable[..., tuple[str, ...]], now: datetime) -> tuple[str, ...]:
    entry, said, at = one.entry, one.said.get, one.at
    subject = _HEAD.sub("", one.subject or said("site") or "", count=1)
    urgent = "[긴급] " if said("urgent") else ""
    doubt = "[확인 필요] " if one.problems else ""
    return (
        entry.id,
        *words(entry.state, said("channel"), said("case"), said("partner"), said("author")),
        _age(at, now) if at else "-",
        f"{doubt}{urgent}{subject}",
    )


def _words(
    directory: Directory,
    state: str,
    channel: str | None,
    case: str | None,
    partner_id: str | None,
    author: str | None,
) -> tuple[str, ...]:
    """What many drafts have in common: state, case, partner, author."""
    partner = directory.partners.get(partner_id or "")
    return (
        state_label(state, channel or "email"),
        _word(labels.CASES, case) or "-",
        partner.name if partner else "-",
        _who(directory, author or "-"),
    )


def _word(words: labels.Labels, name: str | None) -> str | None:
    """A word for an identifier; one that a newer program on another PC wrote stands for itself."""
    return words[name][0] if name in words else name


def _who(directory: Directory, login: str) -> str:
    return shown_name(directory.team, login) or login


def _age(at: str, now: datetime) -> str:
    minutes = (now - datetime.fromisoformat(at)) // _MINUTE
    if minutes < 1:
        return "방금"
    if minutes < 60:
        return f"{minutes}분"
    return f"{minutes // 60}시간" if minutes < 24 * 60 else f"{minutes // (24 * 60)}일"


def _cut(text: str, columns: int) -> str:
    if width(text) <= columns:
        return text
    used = 0
    for at, char in enumerate(text):  # noqa: B007 - where it stops is what is asked for
        used += width(char)
        if used > columns - 1:
            break
    return text[:at] + "…"


def shown_text(shown: Shown, directory: Directory) -> str:
    """One draft: headers, text, history, doubles, and what today would make of it."""
    facts, mail = Listed(shown.entry, shown.history).facts, shown.mail
    channel = facts.get("channel", "email")
    case = _word(labels.CASES, facts.get("case"))
    partner = directory.partners.get(facts.get("partner") or "")
    head = [
        ("초안", shown.entry.id),
        ("상태", state_label(shown.entry.state, channel)),
        ("업무", case and f"{case} ({facts.get('row')})"),
        ("운영사", partner.name if partner else None),
        ("채널", _word(labels.CHANNELS, channel)),
        ("발신", _people((mail.sender,)) if mail else None),
        ("수신", _people(mail.to) if mail else None),
        ("참조", _people(mail.cc) if mail else None),
        ("제목", mail.subject if mail else None),
        ("첨부", mail.attachment.name if mail and mail.attachment else None),
    ]
    history = [(_when(one), _did(one, directory, shown.entry.id)) for one in shown.events]
    parts = [pairs(head), shown.text.rstrip("\n"), _titled("이력", pairs(history, 18))]
    if shown.duplicates:
        same = ", ".join(map(_double, shown.duplicates))
        parts.append(_titled("중복", f"7일 안에 같은 차량·업무·현장의 초안이 있습니다: {same}"))
    if shown.diff:
        parts.append(_titled("지금 연락처와 문구로 만들면", "\n".join(shown.diff)))
    return "\n\n".join(parts)


def _double(entry: Entry) -> str:
    channel = "email" if entry.suffix == ".eml" else ""
    return f"{entry.id}({state_label(entry.state, channel)})"


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
        words.append(f"고쳐 쓴 초안: {by}")
    if one.id != draft_id:
        words.append(f"({one.id})")
    return "  ".join(words)


def purge_text(doomed: Doomed) -> str:
    """What a purge would remove, by state, with the oldest and newest day."""
    lines = []
    if doomed.drafts:
        found = [Listed(*one) for one in doomed.drafts]
        states = Counter(
            state_label(one.entry.state, one.facts.get("channel", "email")) for one in found
        )
        counts = ", ".join(f"{state} {count}건" for state, count in states.items())
        days = sorted(one.history.events[0].at[:10] for one in found)
        lines.append(f"파기할 초안: {counts} ({days[0]} ~ {days[-1]}에 작성)")
    if doomed.traces:
        lines.append(f"만들지 못한 초안의 기록: {len(doomed.traces)}건")
    return "\n".join(lines) or "파기할 초안이 없습니다."
