"""``outbox list | show | open``, and the options by which drafts are filtered."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from parkdraft.cli.layout import (
    echo,
    note,
    note_problems,
    print_json,
    problems_json,
)
from parkdraft.cli.shared import changing, command, hand_over, open_home, record_access
from parkdraft.cli.usage import WrongUsage
from parkdraft.errors import DetailsError, OutboxError, ParkdraftError, Problem
from parkdraft.home import Home
from parkdraft.model import labels
from parkdraft.model.states import STATES, State
from parkdraft.present.words import before_sending
from parkdraft.values.amounts import read_count
from parkdraft.values.choices import read_choice

if TYPE_CHECKING:
    from parkdraft.outbox.box import Outbox
    from parkdraft.outbox.facts import Content, Filters, StoredDraft

ID = click.Argument(["draft_id"], metavar="번호")
FILTERS = (
    click.Option(
        ["--state"],
        metavar="상태",
        multiple=True,
        help=", ".join(f"{name}({words[0]})" for name, words in labels.STATES.items()),
    ),
    click.Option(["--partner"], metavar="운영사", help="이 운영사의 것만."),
    click.Option(["--case"], metavar="업무", help="이 업무의 것만. 예: plate-change"),
    click.Option(["--author"], metavar="사람", help="이 사람(이름 또는 로그인 이름)이 만든 것만."),
    click.Option(["--site"], metavar="현장", help="이 현장의 것만."),
    click.Option(["--batch"], metavar="표", help="이 표에서 만든 것만 (batch가 알려 주는 번호)."),
    click.Option(["--older-than"], metavar="일", help="만든 지 이 날수가 지난 것만. 예: 7"),
)
_SHOWN = 50
_MOST_DAYS = 36_500
MOST = 1_000_000


def _list(
    context: click.Context,
    json: bool,
    search: str | None,
    mine: bool,
    limit: str | None,
    **wanted: Any,
) -> int:
    from parkdraft.cli.outboxtext import list_table
    from parkdraft.outbox.listing import as_json, words

    home = open_home(context)
    filters = read_filters(home, **wanted)
    most = days(limit, "--limit") if limit is not None else MOST if json else _SHOWN
    with home.drafts() as box:
        if mine:
            filters = filters._replace(author=box.login)
        filters = filters._replace(words=words(search or "", home.directory))
        drafts = list(box.store.page(filters, most))
        record_access(home, box, "listed", about=len(drafts))
        if json:
            print_json(
                [{**as_json(draft), "path": str(box.folder.path(draft))} for draft in drafts]
            )
            return 0
        if drafts:
            counts = None if filters.words else box.store.counts(filters)
            echo(list_table(drafts, counts, most, home.directory, box.now()))
        else:
            echo("보여 줄 초안이 없습니다.")
        _overdue(home, box)
    return 0


def _overdue(home: Home, box: Outbox) -> None:
    """Say how many drafts retention would purge, which only the page does by itself."""
    if home.directory.retention:
        from parkdraft.outbox.purge import overdue

        if count := overdue(box, home.directory.retention):
            note(
                f"보관 기간이 지난 초안이 {count:,}건 있습니다. "
                "페이지(parkdraft web)를 열면 개인정보를 파기합니다."
            )


def read_filters(home: Home, **wanted: Any) -> Filters:
    """The options as filters."""
    from parkdraft.decide.place import find_partner
    from parkdraft.outbox.facts import Filters
    from parkdraft.outbox.listing import days_before
    from parkdraft.values.hangul import fold

    case, author, partner = wanted["case"], wanted["author"], wanted["partner"]
    site, batch, older = wanted["site"], wanted["batch"], wanted["older_than"]
    partners = home.directory.partners
    partner_id = find_partner(partners, partner) if partner is not None else None
    if partner is not None and partner_id is None:
        names = ", ".join(known.name for known in partners.values())
        raise DetailsError([Problem("outbox.unknown-partner", "partner", data={"names": names})])
    return Filters(
        tuple(_state(text) for text in wanted["state"]) or STATES,
        partner_id,
        _choice("--case", case, labels.CASES) if case is not None else None,
        _login(home, author) if author is not None else None,
        fold(site) if site is not None else None,
        batch.casefold() if batch is not None else None,
        days_before(home.now(), days(older)) if older is not None else None,
    )


def _state(text: str) -> State:
    state = _choice("--state", text, labels.STATES)
    return next(known for known in STATES if known == state)


def _login(home: Home, text: str) -> str:
    """The login name of somebody named by login or shown name."""
    from parkdraft.model.team import login_name
    from parkdraft.values.hangul import fold

    members = home.directory.team.members.items()
    named = next((login for login, name in members if fold(name) == fold(text)), text)
    return login_name(named)


def _choice(option: str, text: str, choices: labels.Labels) -> str:
    try:
        return read_choice(text, choices)
    except DetailsError as error:
        words = ", ".join(f"{name}({label[0]})" for name, label in choices.items())
        raise WrongUsage(f"{option}에 쓸 수 있는 값: {words}") from error


def days(text: str, option: str = "--older-than") -> int:
    """The number of days of an option."""
    try:
        return read_count(text, _MOST_DAYS)
    except DetailsError as error:
        raise WrongUsage(f"{option}에는 수를 숫자로 적습니다. 예: 90") from error


def _show(context: click.Context, draft_id: str, reveal: bool, json: bool) -> int:
    from parkdraft.cli.outboxtext import shown_text
    from parkdraft.review import show

    home = open_home(context)
    broken: tuple[Problem, ...] = ()
    today = None
    try:
        today = home.today()
    except ParkdraftError as error:  # the kept draft is shown all the same
        broken = error.problems
    with home.drafts() as box:
        shown = show(box, today, draft_id)
        path = str(box.folder.path(shown.draft))
        record_access(home, box, "revealed" if reveal else "shown", shown.draft.id)
    shown = shown._replace(problems=(*shown.problems, *broken))
    if json:
        problems = problems_json(shown.problems)
        print_json({**shown.as_json(reveal=reveal), "path": path, "problems": problems})
    else:
        echo(shown_text(shown, path, home.directory, reveal=reveal))
    note_problems(shown.problems)
    return 0


def _open(context: click.Context, draft_id: str, mailto: bool) -> int:
    from parkdraft.launcher import open_file, open_link
    from parkdraft.outbox.detail import link_of, read_content
    from parkdraft.outbox.transitions import handed_out

    home = open_home(context)
    with changing(home) as box:
        draft, content = box.put_right(draft_id)
        mail, text = read_content(draft, content) if mailto else (None, "")
        link = link_of(content, mail)
        if mailto and link is None:
            raise OutboxError([Problem("mailto.none", draft.id)])
        if draft.state in ("pending", "approved"):
            box.notes.extend(_against_today(home, draft, content))
        path, url = box.folder.path(draft), link.url if link else None
        if hand_over(lambda: open_link(url) if url else open_file(path)):
            handed_out(box, draft, "open")
    for reminder in before_sending(draft.state, mail=draft.suffix == ".eml"):
        note(reminder)
    if link is not None and not link.has_body:
        note_problems([Problem("mailto.no-body")])
        echo(text)
    return 0


def _against_today(home: Home, draft: StoredDraft, content: Content) -> list[Problem]:
    """What differs today; or what is wrong with a list or the directory."""
    from parkdraft.review import against_today

    try:
        return against_today(home.today(), draft, content)
    except ParkdraftError as error:
        return list(error.problems)


list_drafts = command(
    "list",
    _list,
    *FILTERS,
    click.Option(
        ["--search"],
        metavar="찾을말",
        help="현장, 차량번호(끝 네 자리도), 접수번호, 비고, 제목, 작성자, 초성으로 찾습니다.",
    ),
    click.Option(["--mine"], is_flag=True, help="내가 만든 것만."),
    click.Option(["--limit"], metavar="건수", help=f"많아야 이만큼 (보통 {_SHOWN}건)."),
)
show = command(
    "show",
    _show,
    ID,
    click.Option(["--reveal"], is_flag=True, help="고객의 이름과 연락처를 가리지 않습니다."),
)
open_draft = command(
    "open",
    _open,
    ID,
    click.Option(
        ["--mailto"],
        is_flag=True,
        help="파일 대신 메일 링크(mailto)로 엽니다. 보내는 사람은 담기지 않습니다.",
    ),
    json=False,
)
