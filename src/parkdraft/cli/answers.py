"""The output of ``route`` and ``draft``: the decision, what to mind, what to tell the customer."""

from __future__ import annotations

from collections.abc import Iterable

import click

from parkdraft.cli.layout import echo, note, note_problems, pairs, print_json
from parkdraft.cli.shared import hand_over
from parkdraft.errors import Problem
from parkdraft.home import Home
from parkdraft.model import labels
from parkdraft.model.directory import Directory, Person
from parkdraft.present.drafts import charge_line, handling
from parkdraft.present.words import SAME, file_line, mailbox, partner_name, to_mind
from parkdraft.results import Result

_ASKED = {
    "answer": "고객의 답을 들은 뒤 --accepted(동의) 또는 --refused(미동의)를",
    "proof": "증빙을 확인한 뒤 --proof yes(증빙 있음) 또는 --proof no(증빙 없음)를",
}
"""Field that the customer answers first → what to do with the answer."""


def show_route(result: Result, directory: Directory, *, as_json: bool) -> None:
    """The output of ``route``."""
    _warn(result)
    if as_json:
        print_json(result.route_json())
    else:
        echo(_decided(result, directory))


def show_draft(home: Home, made: Result, *, as_json: bool) -> None:
    """The output of ``draft``: the decision, the text, and where the file is."""
    draft = made.draft
    mail = draft is not None and draft.mail is not None
    _mind(made, home.directory)
    if as_json:
        if mail and not (draft and draft.mailto and draft.mailto.has_body):
            note(_link(made))
        print_json(made.draft_json())
        return
    echo(_decided(made, home.directory))
    if draft is None:
        echo(f"\n{_ASKED[made.decision.case.asks or '']} 붙여 다시 실행하세요.")
        return
    echo()
    if made.decision.channel == "email":
        echo(pairs([("제목", draft.subject)]))
    if draft.headings:
        echo(click.style(draft.headings, dim=True))
    echo(draft.body.rstrip("\n") + "\n")
    if draft.attachments:
        files = (file_line(file.name, file.size) for file in draft.attachments)
        echo(pairs([("첨부", "\n".join(files))]))
    if mail:
        echo(pairs([("메일링크", _link(made))]))
    if made.id:
        echo(pairs([("다음", _next_step(made))]))
        where = str(made.path) if made.path else "쓰지 못했습니다"
        echo(click.style(pairs([("초안", made.id), ("파일", where)]), bold=True))
    else:
        echo("미리보기입니다. 파일은 만들지 않았습니다.")


def copy_draft(home: Home, made: Result) -> None:
    """Put a post or a row on the clipboard, and record it where the draft is kept."""
    from parkdraft.launcher import copy_text

    if made.draft is None:
        return
    if made.decision.channel == "email":
        note_problems([Problem("copy.mail")])
        return
    text = made.draft.body.rstrip("\n")
    if not hand_over(lambda: copy_text(text)):
        return
    note("클립보드에 넣었습니다.")
    if made.id is not None:
        from parkdraft.outbox.transitions import handed_out

        with home.drafts(change=True) as box:
            handed_out(box, box.located(made.id), "copy")


def _mind(made: Result, directory: Directory) -> None:
    """Print warnings and notes on stderr."""
    _warn(made)
    mail = made.draft is not None and made.draft.mail is not None
    if texts := to_mind(directory, mail=mail, pending=made.decision.state == "pending"):
        note("\n".join(texts))
    note_problems(made.notes)
    if made.duplicates:
        note(f"{SAME}: {', '.join(made.duplicates)}")


def _next_step(made: Result) -> str | None:
    """What to do with the draft next."""
    decision = made.decision
    if decision.channel is None:
        return None
    if decision.state == "waiting":
        return "이번 달 담당자 명단을 가져오면(parkdraft contacts import) 받는 사람이 채워집니다."
    if decision.state == "pending":
        return f"팀장·부팀장이 확인하고 승인합니다: parkdraft outbox approve {made.id}"
    if decision.channel == "email":
        return "파일을 열어 확인하고 보내세요."
    if decision.channel == "app":
        return "위의 고객안내를 고객께 전하세요."
    return f"위 글을 붙여 넣으세요: {labels.CHANNELS[decision.channel][0]}"


def _link(made: Result) -> str:
    """Whether and how the mailto link can be used; the link itself is in the JSON only."""
    link = made.draft.mailto if made.draft else None
    if made.draft and made.draft.attachments:
        return "링크(mailto)에는 첨부 파일을 담을 수 없습니다. 파일을 여세요."
    if link is None:
        return "받는 사람이 많아 링크(mailto)에 담을 수 없습니다. 파일을 여세요."
    if link.has_body:
        return f"링크(mailto)로 열려면: parkdraft outbox open {made.id or '번호'} --mailto"
    from parkdraft.present.problems import line

    return line(Problem("mailto.no-body"))


def _warn(result: Result) -> None:
    note_problems((*result.decision.warnings, *result.decision.assumed))


def _decided(result: Result, directory: Directory) -> str:
    decision, place = result.decision, result.decision.place
    integration = labels.INTEGRATIONS[place.integration][0] if place.integration else None
    rows: list[tuple[str, str | None]] = [
        ("업무", decision.case.label + (f" ({decision.row})" if decision.row else "")),
        ("운영사", partner_name(directory, place.partner)),
        ("연동구분", integration),
        ("현장", place.site),
    ]
    if decision.channel and decision.authority and decision.state:
        ways = (f"{labels.FALLBACKS[name][0]}(--fallback {name})" for name in decision.fallbacks)
        rows += [
            ("채널", labels.CHANNELS[decision.channel][0]),
            ("권한", labels.AUTHORITIES[decision.authority][0]),
            ("상태", labels.state_label(decision.state, decision.channel)),
            ("발신", _people((decision.sender,)) if decision.channel == "email" else None),
            ("수신", _people(decision.to)),
            ("참조", _people(decision.cc)),
            ("멘션", " ".join(f"@{handle}" for handle in decision.mentions)),
            ("예외", ", ".join(ways)),
            ("요금안내", charge_line(decision.charge) if decision.charge else None),
        ]
    return pairs([*rows, *handling(result.seen())])


def _people(people: Iterable[Person]) -> str:
    return "\n".join(mailbox(person.name, person.title, person.address) for person in people)
