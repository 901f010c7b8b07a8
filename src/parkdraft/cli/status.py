"""``status``: where somebody works, as whom, and what waits there."""

from __future__ import annotations

import platform
import sqlite3

import click

from parkdraft import __version__
from parkdraft.cli.homes import open_home
from parkdraft.cli.layout import echo, note, pairs, print_json
from parkdraft.cli.usage import KoreanCommand
from parkdraft.model.labels import AUTHORITIES, STATES
from parkdraft.status import LEAD, MonthlyList, Status, status_of

_UNKNOWN = "알 수 없습니다"


def _status(context: click.Context, json: bool) -> int:
    from parkdraft.cli.refusals import line
    from parkdraft.wording import as_data

    status = status_of(open_home(context))
    if json:
        problems = [as_data(one) for one in status.problems]
        print_json({**status.as_json(), **({"problems": problems} if problems else {})})
    else:
        echo(pairs(_rows(status), 14))
    for problem in status.problems:
        note(line(problem))
    return 0


def _rows(status: Status) -> list[tuple[str, str]]:
    return [
        ("작업 폴더", f"{status.home}{' (프로그램에 든 것)' if status.builtin else ''}"),
        ("로그인", _who(status)),
        ("권한", _role(status.role)),
        ("발신", _sender(status)),
        ("데이터베이스", _database(status)),
        ("이달 명단", _lists(status.lists)),
        ("초안", _counts(status.counts)),
        (
            "버전",
            f"parkdraft {__version__}, Python {platform.python_version()}, "
            f"SQLite {sqlite3.sqlite_version}",
        ),
    ]


def _who(status: Status) -> str:
    name = f"{status.shown_name}, " if status.shown_name else ""
    by = "환경 변수 PARKDRAFT_USER" if status.named else "PC 로그인 이름"
    return f"{status.login} ({name}{by})"


def _role(role: str | None) -> str:
    if role is None:
        return _UNKNOWN
    return AUTHORITIES["lead"][0] if role == LEAD else "상담사"


def _sender(status: Status) -> str:
    sender = status.sender
    if sender is None:
        return _UNKNOWN
    example = "\n예시 주소입니다. contacts.yaml의 sender에 실제 공용 메일을 적으세요."
    return f"{sender.name} <{sender.address}>{example if status.placeholder else ''}"


def _database(status: Status) -> str:
    if status.database is None:
        return _UNKNOWN
    there = status.database.exists()
    return f"{status.database}{'' if there else ' (첫 초안을 저장할 때 만듭니다)'}"


def _lists(lists: tuple[MonthlyList, ...] | None) -> str:
    if lists is None:
        return _UNKNOWN
    return "\n".join(f"{one.name} {one.month}: {_list(one)}" for one in lists) or "필요 없습니다"


def _list(one: MonthlyList) -> str:
    if one.sites is not None:
        return f"있음 (현장 {one.sites:,}곳)"
    return (
        "있지만 읽지 못했습니다"
        if one.imported
        else "없음 (parkdraft contacts import로 가져오세요)"
    )


def _counts(counts: dict[str, int] | None) -> str:
    if counts is None:
        return _UNKNOWN
    waits = [
        f"{STATES[state][0]} {counts[state]:,}건"
        for state in ("pending", "waiting", "approved")
        if counts[state]
    ]
    return ", ".join(waits) or "기다리는 초안이 없습니다"


status = KoreanCommand(
    "status",
    params=[click.Option(["--json"], is_flag=True, help="결과를 JSON으로 보여 줍니다.")],
    callback=click.pass_context(_status),
    help="작업 폴더, 로그인과 권한, 보내는 사람, 이달 명단, 기다리는 초안, 버전을 보여 줍니다. "
    "로그인은 환경 변수 PARKDRAFT_USER, 없으면 PC의 로그인 이름입니다.",
)
