"""``web | status | init | completion``."""

from __future__ import annotations

from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

import click

from parkdraft.cli.layout import echo, note, note_problems, pairs, print_json, problems_json
from parkdraft.cli.shared import command, open_home
from parkdraft.cli.usage import COMPLETION, WrongUsage
from parkdraft.model.labels import AUTHORITIES, STATES

if TYPE_CHECKING:
    from parkdraft.status import MonthlyList, Status

_FOLDER = click.Argument(["folder"], metavar="폴더")
_HIGHEST = 65_535
SHELLS = ("bash", "zsh", "fish")
_UNKNOWN = "알 수 없습니다"


def _web(context: click.Context, port: str, no_browser: bool) -> int:
    if not port.isascii() or not port.isdigit() or int(port) > _HIGHEST:
        raise WrongUsage(f"--port에는 0에서 {_HIGHEST}까지의 수를 적습니다.")
    open_home(context)
    note("브라우저에서 아래 주소를 쓰세요. 끝내려면 이 창에서 Ctrl+C를 누르세요.")
    serve = import_module("parkdraft.web.serve").serve
    with suppress(KeyboardInterrupt):  # Ctrl+C ends the page
        serve(lambda: open_home(context, quiet=True), int(port), browser=not no_browser, show=echo)
    return 0


def _init(context: click.Context, folder: str) -> int:
    from parkdraft.inithome import STARTER, make_home

    if not folder.strip() or "\0" in folder:
        raise click.BadParameter("", context, _FOLDER)
    root = make_home(Path(folder))
    echo("작업 폴더를 만들었습니다.")
    first = (
        "contacts.yaml의 sender에 실제 공용 메일을 적고,\n"
        "team의 leads에 팀장의 로그인 이름을 적으세요."
    )
    start = f"Windows에서는 {STARTER}를 두 번 누르면 됩니다."
    rows = [("폴더", str(root)), ("먼저", first), ("점검", "parkdraft contacts check")]
    echo(pairs([*rows, ("시작", start)], 6))
    return 0


def _completion(context: click.Context, shell: str) -> int:
    from click.shell_completion import ShellComplete, get_completion_class

    if shell not in SHELLS:
        raise WrongUsage(f"쓸 수 있는 셸: {', '.join(SHELLS)}", context)
    complete = get_completion_class(shell)
    assert complete is not None  # click has the three shells
    root = context.find_root()
    lines = complete(root.command, {}, root.command_path, COMPLETION)
    # not complete.source: that of click's bash class would run bash, and may print English
    echo(ShellComplete.source(lines))
    return 0


def _status(context: click.Context, json: bool) -> int:
    from parkdraft.status import status_of

    status = status_of(open_home(context))
    if json:
        problems = problems_json(status.problems)
        print_json({**status.as_json(), **({"problems": problems} if problems else {})})
    else:
        echo(pairs(_rows(status), 14))
    note_problems(status.problems)
    return 0


def _rows(status: Status) -> list[tuple[str, str]]:
    import platform
    import sqlite3

    from parkdraft import __version__
    from parkdraft.status import LEAD

    name = f"{status.shown_name}, " if status.shown_name else ""
    by = "환경 변수 PARKDRAFT_USER" if status.named else "PC 로그인 이름"
    role = AUTHORITIES["lead"][0] if status.role == LEAD else "상담사"
    later = "" if status.is_there else " (첫 초안을 저장할 때 만듭니다)"
    versions = (
        f"parkdraft {__version__}, Python {platform.python_version()}, "
        f"SQLite {sqlite3.sqlite_version}"
    )
    return [
        ("작업 폴더", f"{status.home}{' (프로그램에 든 것)' if status.builtin else ''}"),
        ("로그인", f"{status.login} ({name}{by})"),
        ("권한", _UNKNOWN if status.role is None else role),
        ("발신", _sender(status)),
        ("데이터베이스", _UNKNOWN if status.database is None else f"{status.database}{later}"),
        ("이달 명단", _lists(status.lists)),
        ("초안", _counts(status.counts)),
        ("버전", versions),
    ]


def _sender(status: Status) -> str:
    from parkdraft.present.words import PLACEHOLDER, mailbox

    if status.sender is None:
        return _UNKNOWN
    sender = mailbox(status.sender.name, None, status.sender.address)
    return f"{sender}\n{PLACEHOLDER}" if status.placeholder else sender


def _lists(lists: tuple[MonthlyList, ...] | None) -> str:
    if lists is None:
        return _UNKNOWN
    return (
        "\n".join(f"{known.name} {known.month}: {_list(known)}" for known in lists)
        or "필요 없습니다"
    )


def _list(known: MonthlyList) -> str:
    if known.sites is not None:
        return f"있음 (현장 {known.sites:,}곳)"
    if known.imported:
        return "있지만 읽지 못했습니다"
    return "없음 (parkdraft contacts import로 가져오세요)"


def _counts(counts: dict[str, int] | None) -> str:
    if counts is None:
        return _UNKNOWN
    waits = [
        f"{STATES[state][0]} {counts[state]:,}건"
        for state in ("pending", "waiting", "approved")
        if counts[state]
    ]
    return ", ".join(waits) or "기다리는 초안이 없습니다"


web = command(
    "web",
    _web,
    click.Option(["--port"], metavar="번호", default="0", help="쓸 포트. 적지 않으면 빈 포트."),
    click.Option(["--no-browser"], is_flag=True, help="브라우저를 열지 않습니다."),
    json=False,
    help_text="같은 일을 브라우저에서 합니다. 이 PC에서만 열립니다.",
)
status = command(
    "status",
    _status,
    help_text="작업 폴더, 로그인과 권한, 보내는 사람, 이달 명단, 기다리는 초안, 버전을 보여 "
    "줍니다. 로그인은 환경 변수 PARKDRAFT_USER, 없으면 PC의 로그인 이름입니다.",
)
init = command(
    "init",
    _init,
    _FOLDER,
    json=False,
    help_text="연락처와 문구가 든 새 작업 폴더를 만듭니다. 이미 있는 파일은 바꾸지 않습니다.",
)
completion = command(
    "completion",
    _completion,
    click.Argument(["shell"], metavar="셸"),
    json=False,
    help_text="명령을 Tab 키로 완성하게 합니다. "
    'bash는 ~/.bashrc에 eval "$(parkdraft completion bash)"를, '
    'zsh는 ~/.zshrc에 eval "$(parkdraft completion zsh)"를 넣습니다. '
    "fish는 ~/.config/fish/config.fish에 parkdraft completion fish | source를 넣습니다.",
)
