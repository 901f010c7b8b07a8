"""The output of ``outbox list`` and ``outbox show``."""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

import click

from parkdraft.cli.layout import pairs, table, width
from parkdraft.model import labels
from parkdraft.outbox.facts import StoredDraft
from parkdraft.outbox.listing import shown_plates
from parkdraft.present.drafts import Deed, files, given, handling, history, origin, state_of
from parkdraft.present.problems import line
from parkdraft.present.words import SAME, age, mailbox, partner_name, who, word

if TYPE_CHECKING:
    from parkdraft.model.directory import Directory
    from parkdraft.outbox.detail import Shown

_LEAST = 14
"""The least width of the column of sites."""
_WIDEST = {"상태": 9, "업무": 13, "운영사": 12, "작성자": 8, "받는곳": 14, "차량": 22}
_GIVEN_UP = ("작성자", "운영사", "업무", "상태")
"""Columns that a narrow terminal leaves out: first those with the same text in every row."""


def list_table(
    drafts: Sequence[StoredDraft],
    counts: Mapping[str, int] | None,
    most: int,
    directory: Directory,
    now: datetime,
) -> str:
    """The drafts in a table that fits the terminal, and how many there are of each state.

    After a search, which stops at ``most`` drafts, ``counts`` is None.
    """
    rows = [_row(draft, directory, now) for draft in drafts]
    columns = {name: [row[name] for row in rows] for name in rows[0]}
    # one less: some consoles break a line of their full width
    fitted = _fitted(columns, shutil.get_terminal_size((100, 24)).columns - 1)
    if counts is None:
        summary = f"찾은 초안 {len(drafts):,}건"
        if len(drafts) == most:
            summary += "까지 보였습니다. 더 있으면 찾을 말을 늘리거나 --limit을 쓰세요."
    else:
        shown = ((labels.STATES[name][0], count) for name, count in counts.items() if count)
        summary = ", ".join(f"{state} {count:,}건" for state, count in shown)
        more = sum(counts.values()) - len(drafts)
        if more:
            summary += f"\n그 밖에 {more:,}건이 더 있습니다. --limit이나 거르기 옵션을 쓰세요."
    return f"{table(tuple(fitted), list(zip(*fitted.values(), strict=True)))}\n\n{summary}"


def _fitted(columns: Mapping[str, Sequence[str]], terminal: int) -> dict[str, list[str]]:
    """The columns that fit the terminal, their texts cut where needed."""
    *names, last = columns
    fitted = {name: [_cut(cell, _WIDEST.get(name, 40)) for cell in columns[name]] for name in names}
    kept = names
    gone = sorted(
        _GIVEN_UP, key=lambda name: len(set(fitted[name])) > 1
    )  # False (same in every row) sorts first
    while True:
        shown = {name: fitted[name] for name in kept}
        widths = [max(map(width, {name, *cells})) for name, cells in shown.items()]
        room = terminal - sum(widths) - 2 * len(widths)
        if room >= _LEAST or not gone:
            return {**shown, last: [_cut(cell, max(room, 1)) for cell in columns[last]]}
        kept = [name for name in kept if name != gone[0]]
        del gone[0]


def _row(draft: StoredDraft, directory: Directory, now: datetime) -> dict[str, str]:
    channel = word(labels.CHANNELS, draft.channel) or ""
    urgent = "[긴급] " if draft.urgent else ""
    reason = f" - 사유: {draft.reason}" if draft.reason else ""
    many = f" {draft.cases}건" if draft.cases > 1 else ""
    return {
        "번호": draft.id[9:],
        "상태": state_of(draft),
        "지남": age(draft.made, now),
        "업무": word(labels.CASES, draft.case) or "-",
        "운영사": partner_name(directory, draft.partner) or "-",
        "작성자": who(directory, draft.author),
        "받는곳": f"{channel} {draft.receiver}" if draft.receiver else channel,
        "차량": shown_plates(draft) or "-",
        "현장": f"{urgent}{draft.site or '여러 현장'}{many}{reason}",
    }


def _cut(text: str, columns: int) -> str:
    if width(text) <= columns:
        return text
    used = 0
    for at, char in enumerate(text):  # noqa: B007 - used after the loop
        used += width(char)
        if used > columns - 1:
            break
    return text[:at] + "…"


def shown_text(shown: Shown, path: str, directory: Directory, *, reveal: bool) -> str:
    """One draft: headers, text, what was typed and seen, history, duplicates, differences."""
    draft, seen, route = shown.draft, shown.content.seen, shown.content.route
    mail = shown.mail
    head = [
        ("초안", draft.id),
        ("상태", state_of(draft)),
        ("사유", draft.reason),
        *origin(draft, directory).items(),
        ("발신", _people([route["from"]]) if mail else None),
        ("수신", _people(route["to"])),
        ("참조", _people(route["cc"])),
        ("제목", mail.subject if mail else None),
        ("첨부", "\n".join(files(shown))),
        ("표", draft.batch),
        ("파일", path),
    ]
    columns = (seen.get("headings") or "").replace("\t", " | ")
    beside = [*handling(seen, shown.content.internal), ("열", columns)]
    parts = [pairs(head), shown.text.rstrip("\n"), pairs(beside)]
    if shown.warnings:
        parts.append(_titled("작성할 때 알린 것", "\n".join(map(line, shown.warnings))))
    details = shown.details(reveal=reveal)
    parts += [_titled("적은 내용", pairs(given(case), 14)) for case in details]
    deeds = [(deed.at, _deed_line(deed)) for deed in history(shown, directory)]
    parts.append(_titled("이력", pairs(deeds, 18)))
    if shown.successors:
        parts.append(_titled("고쳐 쓴 초안", ", ".join(shown.successors)))
    if shown.duplicates:
        same = ", ".join(f"{double.id}({state_of(double)})" for double in shown.duplicates)
        parts.append(_titled("중복", f"{SAME}: {same}"))
    if shown.diff:
        parts.append(_titled("지금 연락처와 문구로 만들면", "\n".join(shown.diff)))
    return "\n\n".join(filter(None, parts))


def _titled(title: str, text: str) -> str:
    return f"{click.style(title, bold=True)}\n{text}"


def _people(people: Sequence[Mapping[str, str | None]]) -> str:
    lines = (mailbox(person["name"], person["title"], person["address"]) for person in people)
    return "\n".join(lines)


def _deed_line(deed: Deed) -> str:
    words = [deed.who, deed.what]
    if deed.reason:
        words.append(f"사유: {deed.reason}")
    if deed.replaced_by:
        words.append(f"고쳐 쓴 초안: {deed.replaced_by}")
    if deed.of:
        words.append(f"({deed.of})")
    return "  ".join(words)
