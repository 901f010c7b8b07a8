"""The outbox for people: a table that fits the terminal, and one draft whole."""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import click

from parkdraft.cli.layout import pairs, table, width
from parkdraft.cli.refusals import line
from parkdraft.model import labels
from parkdraft.model.cases import FIELDS, Field
from parkdraft.model.labels import state_label
from parkdraft.model.team import shown_name
from parkdraft.outbox.facts import Event, StoredDraft, moment
from parkdraft.outbox.listing import shown_plates

if TYPE_CHECKING:
    from parkdraft.model.directory import Directory
    from parkdraft.outbox.detail import Shown

_MINUTE = timedelta(minutes=1)
_LEAST = 14
"""Columns that a site's name needs to be told from another."""
_WIDEST = {"상태": 9, "업무": 13, "운영사": 12, "작성자": 8, "받는곳": 14, "차량": 22}
_GIVEN_UP = ("작성자", "운영사", "업무", "상태")
"""Which columns a narrower terminal goes without: those that are the same in every row first."""
_DID = {
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


def list_table(
    drafts: Sequence[StoredDraft],
    counts: Mapping[str, int] | None,
    most: int,
    directory: Directory,
    now: datetime,
) -> str:
    """The drafts in a table that fits the terminal; how many there are of each state.

    ``counts`` are not known after a search, which stops at ``most``.
    """
    rows = [_row(one, directory, now.astimezone()) for one in drafts]
    columns = {name: [row[name] for row in rows] for name in rows[0]}
    # a console breaks a line that is just as wide as it is
    fitted = _fitted(columns, shutil.get_terminal_size((100, 24)).columns - 1)
    if counts is None:
        summary = f"찾은 초안 {len(drafts):,}건"
        if len(drafts) == most:
            summary += "까지 보였습니다. 더 있으면 찾을 말을 늘리거나 --limit을 쓰세요."
    else:
        told = [f"{labels.STATES[one][0]} {count:,}건" for one, count in counts.items() if count]
        more = sum(counts.values()) - len(drafts)
        summary = ", ".join(told)
        if more:
            summary += f"\n그 밖에 {more:,}건이 더 있습니다. --limit이나 거르기 옵션을 쓰세요."
    return f"{table(tuple(fitted), list(zip(*fitted.values(), strict=True)))}\n\n{summary}"


def _fitted(columns: Mapping[str, Sequence[str]], terminal: int) -> dict[str, Sequence[str]]:
    """As much of each column, and as many of them, as the terminal has room for."""
    *names, last = columns
    fitted: dict[str, Sequence[str]] = {
        name: _all_cut(columns[name], _WIDEST.get(name, 40)) for name in names
    }
    kept = names
    gone = sorted(_GIVEN_UP, key=lambda one: len(set(fitted[one])) > 1)  # the same everywhere
    while True:
        shown = {name: fitted[name] for name in kept}
        widths = [max(map(width, {name, *cells})) for name, cells in shown.items()]
        room = terminal - sum(widths) - 2 * len(widths)
        if room >= _LEAST or not gone:
            return {**shown, last: _all_cut(columns[last], max(room, 1))}
        kept = [name for name in kept if name != gone[0]]
        del gone[0]


def _all_cut(cells: Sequence[str], most: int) -> Sequence[str]:
    """A column's cells, cut; what stands there often is cut once."""
    cut = {cell: _cut(cell, most) for cell in set(cells)}
    return [cut[cell] for cell in cells]


def _row(one: StoredDraft, directory: Directory, now: datetime) -> dict[str, str]:
    partner = directory.partners.get(one.partner or "")
    channel = _word(labels.CHANNELS, one.channel) or ""
    urgent = "[긴급] " if one.urgent else ""
    reason = f" - 사유: {one.reason}" if one.reason else ""
    many = f" {one.cases}건" if one.cases > 1 else ""
    return {
        "번호": one.id[9:],
        "상태": state_label(one.state, one.channel),
        "지남": _age(one.made, now),
        "업무": _word(labels.CASES, one.case) or "-",
        "운영사": partner.name if partner else "-",
        "작성자": who(directory, one.author),
        "받는곳": f"{channel} {one.receiver}" if one.receiver else channel,
        "차량": shown_plates(one) or "-",
        "현장": f"{urgent}{one.site or '여러 현장'}{many}{reason}",
    }


def _word(words: labels.Labels, name: str | None) -> str | None:
    """A word for an identifier; one that a newer program on another PC wrote stands for itself."""
    return words[name][0] if name in words else name


def who(directory: Directory, login: str) -> str:
    """The name of somebody, or the login where the directory has none."""
    return shown_name(directory.team, login) or login


def _age(made: datetime, now: datetime) -> str:
    minutes = (now - made) // _MINUTE
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


def shown_text(shown: Shown, path: str, directory: Directory, *, reveal: bool) -> str:
    """One draft: headers, text, what its drafter gave and saw, history, doubles, and today."""
    draft, seen, mail = shown.draft, shown.content.seen, shown.mail
    partner = directory.partners.get(draft.partner or "")
    case = _word(labels.CASES, draft.case)
    head = [
        ("초안", draft.id),
        ("상태", state_label(draft.state, draft.channel)),
        ("사유", draft.reason),
        ("업무", case and f"{case} ({draft.row})"),
        ("운영사", partner.name if partner else None),
        ("채널", _word(labels.CHANNELS, draft.channel)),
        ("발신", _people([shown.content.route["from"]]) if mail else None),
        ("수신", _people(shown.content.route["to"])),
        ("참조", _people(shown.content.route["cc"])),
        ("제목", mail.subject if mail else None),
        ("첨부", "\n".join(shown.files)),
        ("표", draft.batch),
        ("파일", path),
    ]
    told = [
        ("처리방법", seen.get("method")),
        ("비고", seen.get("note")),
        ("고객안내", seen.get("customer")),
        *(("현장규칙", rule["text"]) for rule in seen.get("rules", ())),
        ("열", (seen.get("headings") or "").replace("\t", " | ")),
        ("내부메모", shown.content.internal),
    ]
    parts = [pairs(head), shown.text.rstrip("\n"), pairs(told)]
    if shown.warnings:
        parts.append(_titled("작성할 때 알린 것", "\n".join(map(line, shown.warnings))))
    parts += [_titled("적은 내용", _details(one)) for one in shown.details(reveal=reveal)]
    history = [(_when(one), _did(one, directory, draft.id)) for one in shown.events]
    parts.append(_titled("이력", pairs(history, 18)))
    if shown.successors:
        parts.append(_titled("고쳐 쓴 초안", ", ".join(shown.successors)))
    if shown.duplicates:
        same = ", ".join(
            f"{one.id}({state_label(one.state, one.channel)})" for one in shown.duplicates
        )
        parts.append(_titled("중복", f"7일 안에 같은 차량·업무·현장의 초안이 있습니다: {same}"))
    if shown.diff:
        parts.append(_titled("지금 연락처와 문구로 만들면", "\n".join(shown.diff)))
    return "\n\n".join(filter(None, parts))


def _details(one: Mapping[str, str]) -> str:
    fields = ((FIELDS.get(name), name, text) for name, text in one.items())
    rows = [(field.label if field else name, _worded(field, text)) for field, name, text in fields]
    return pairs(rows, 14)


def _worded(field: Field | None, text: str) -> str:
    """A value in the centre's words, where it is one of a fixed list."""
    choices = (field.choices if field else None) or {}
    return choices[text][0] if text in choices else text


def _titled(title: str, text: str) -> str:
    return f"{click.style(title, bold=True)}\n{text}"


def _people(people: Sequence[Mapping[str, str | None]]) -> str:
    named = (" ".join(filter(None, (one["name"], one["title"]))) for one in people)
    return "\n".join(f"{name} <{one['address']}>" for name, one in zip(named, people, strict=True))


def _when(one: Event) -> str:
    return f"{moment(one.at):%Y-%m-%d %H:%M}"


def _did(one: Event, directory: Directory, draft_id: str) -> str:
    words = [who(directory, one.login), _DID.get(one.verb, one.verb)]
    if one.reason:
        words.append(f"사유: {one.reason}")
    if one.other:
        words.append(f"고쳐 쓴 초안: {one.other}")
    if one.draft != draft_id:
        words.append(f"({one.draft})")
    return "  ".join(words)
