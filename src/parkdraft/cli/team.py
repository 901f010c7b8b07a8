"""``team list | invite | close``: accounts of a team's server, by whoever uses its command line."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import click

from parkdraft.cli.layout import echo, note, print_json, table
from parkdraft.cli.shared import YES, command, is_sure, open_home
from parkdraft.errors import Problem, TeamError
from parkdraft.model.labels import AUTHORITIES
from parkdraft.model.team import THIS_COMPUTER, login_name, members, system_login

if TYPE_CHECKING:
    from parkdraft.team.accounts import Account

_LOGIN = click.Argument(["login"], metavar="로그인")
_WHO = "서버의 명령줄을 쓸 수 있으면 할 수 있고, 그 PC의 로그인 이름이 기록에 남습니다."


def _list(context: click.Context, json: bool) -> int:
    from parkdraft.team.accounts import accounts

    home = open_home(context)
    with home.drafts() as box:
        every = accounts(box.engine, home.directory.team, home.now())
    if json:
        print_json([one._asdict() for one in every])
    elif every:
        header = ("로그인", "이름", "권한", "계정", "열린 로그인")
        echo(table(header, [_row(one) for one in every]))
    else:
        echo("팀에 아무도 없습니다. contacts.yaml의 team에 먼저 적으세요.")
    return 0


def _row(account: Account) -> tuple[str, ...]:
    from parkdraft.outbox.facts import moment

    words = []
    if account.joined:
        words.append(f"{moment(account.joined):%Y-%m-%d} 암호 정함")
    if account.invited:
        words.append(f"초대함 ({moment(account.invited):%m-%d %H:%M}까지)")
    return (
        account.login,
        account.name,
        AUTHORITIES["lead"][0] if account.lead else "상담사",
        ", ".join(words) or "없음",
        f"{account.sessions}곳",
    )


def _invite(context: click.Context, login: str, json: bool) -> int:
    from parkdraft.team.accounts import ADDRESS, INVITED_FOR, invite
    from parkdraft.team.records import note_team

    home = open_home(context)
    team, now, by = home.directory.team, home.now(), system_login()
    if login_name(login) not in members(team):  # before a database is made for nothing
        raise TeamError([Problem("team.unknown")])
    with home.drafts() as box:
        address = box.store.memo(ADDRESS)
    if address is None:
        raise TeamError([Problem("team.no-address")])
    with home.connected() as engine:
        note_team(engine, team, now)
        secret = invite(engine, team, login, by, THIS_COMPUTER, now)
    link, until = f"{address.rstrip('/')}/join#{secret}", now + INVITED_FOR
    if json:
        print_json({"login": login_name(login), "link": link, "until": _shown(until)})
        return 0
    echo(link)
    note(
        f"{members(team)[login_name(login)]} 님에게만 이 링크를 주세요. "
        "가진 사람은 누구나 이 계정의 암호를 정할 수 있습니다.\n"
        f"한 번만 쓸 수 있고 {until:%Y-%m-%d %H:%M}까지입니다. "
        "먼저 만든 링크는 이제 쓸 수 없습니다."
    )
    return 0


def _close(context: click.Context, login: str, yes: bool, json: bool) -> int:
    from parkdraft.team.accounts import close, refuse_unknown
    from parkdraft.team.records import note_team

    home = open_home(context)
    team, now = home.directory.team, home.now()
    with home.drafts() as box:
        refuse_unknown(box.engine, team, login)
    if not yes and not is_sure("계정의 암호와 초대를 지우고 열린 로그인을 모두 끝냅니다."):
        note("닫지 않았습니다. 묻지 않고 닫으려면 --yes를 붙이세요.")
        return 1
    with home.connected() as engine:
        note_team(engine, team, now)
        ended = close(engine, team, login, system_login(), THIS_COMPUTER, now)
    if json:
        print_json({"login": login_name(login), "ended": ended})
    else:
        echo(f"계정을 닫았습니다. 끝낸 로그인: {ended}곳")
        if login_name(login) in members(team):
            note("팀에서 빠진 사람이면 contacts.yaml의 team에서도 지우세요.")
    return 0


def _shown(moment: datetime) -> str:
    return moment.astimezone().isoformat(timespec="seconds")


team_list = command(
    "list",
    _list,
    help_text="팀원의 로그인 이름, 이름, 권한, 계정, 지금 로그인한 곳의 수를 보여 줍니다.",
)
invite = command(
    "invite",
    _invite,
    _LOGIN,
    help_text="한 사람이 암호를 정할 링크를 만듭니다. 한 번만, 하루 동안 쓸 수 있습니다. "
    f"암호를 잊은 사람에게도 이 링크를 줍니다. {_WHO}",
)
close = command(
    "close",
    _close,
    _LOGIN,
    YES,
    help_text="한 사람의 암호와 초대를 지우고, 열린 로그인을 모두 끝냅니다. "
    f"다시 초대할 수 있습니다. {_WHO}",
)
