"""Entry point: ``parkdraft [--home DIR] COMMAND``; errors become words and exit codes."""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable, Sequence
from importlib import import_module
from typing import Any

import click

from parkdraft.cli.layout import never_crash_on_output, note
from parkdraft.cli.usage import COMPLETION, VERSION, KoreanGroup, usage_words


def _lazily(module: str, name: str) -> Callable[[], click.Command]:
    def load() -> click.Command:
        command: click.Command = getattr(import_module(f"parkdraft.cli.{module}"), name)
        return command

    return load


CONTACTS = {
    "check": ("연락처와 절차, 문구를 모두 점검합니다.", _lazily("contacts", "check")),
    "show": (
        "업무 절차를 표로 보여 줍니다. 운영사를 적으면 그 운영사의 모든 것을 보여 줍니다.",
        _lazily("contacts", "show"),
    ),
    "find": (
        "사람, 운영사, 현장을 찾습니다. 초성(ㅎㅇㅍㅋ)으로도 찾습니다.",
        _lazily("contacts", "find"),
    ),
    "import": (
        "운영사의 월별 현장 담당자 명단(CSV, XLSX)을 가져옵니다. 열: 현장명, 담당자, 이메일, 직함",
        _lazily("imports", "import_contacts"),
    ),
    "import-sites": (
        "현장 목록(CSV, XLSX)을 가져옵니다. "
        "열: 현장명, 운영사, 연동구분, 별칭, 일최대요금, 실제운영사",
        _lazily("imports", "import_sites"),
    ),
}
OUTBOX = {
    "list": (
        "초안을 급한 것부터 보여 줍니다. 승인 대기는 오래된 것, 나머지는 새것이 먼저입니다.",
        _lazily("outbox", "list_drafts"),
    ),
    "show": ("초안 하나를 이력, 중복, 지금과의 차이까지 봅니다.", _lazily("outbox", "show")),
    "open": ("초안을 메일 프로그램으로 엽니다.", _lazily("outbox", "open_draft")),
    "approve": ("초안을 승인합니다 (팀장·부팀장).", _lazily("moves", "approve")),
    "return": (
        "초안을 사유와 함께 반려합니다 (팀장·부팀장, 작성자).",
        _lazily("moves", "send_back"),
    ),
    "sent": ("보낸(처리한) 초안을 발송(처리) 완료로 표시합니다.", _lazily("moves", "sent")),
    "undo": (
        "마지막 처리를 취소합니다 (10분 안에 한 사람, 그 뒤에는 팀장).",
        _lazily("moves", "undo"),
    ),
    "remake": (
        "연락처나 문구가 바뀐 승인 대기 초안을 지금 것으로 다시 만듭니다.",
        _lazily("moves", "remake"),
    ),
    "verify": (
        "기록과 폴더, 지금 연락처를 맞추어 점검하고, 바뀐 파일을 되돌립니다.",
        _lazily("upkeep", "verify"),
    ),
    "purge": (
        "끝난 초안의 파일과 개인정보를 파기합니다 (팀장·부팀장).",
        _lazily("upkeep", "purge"),
    ),
    "backup": ("초안함 전체를 파일 하나로 백업합니다.", _lazily("upkeep", "backup")),
}
TEAM = {
    "list": ("팀원과 그 계정을 보여 줍니다.", _lazily("team", "team_list")),
    "invite": ("한 사람이 암호를 정할 링크를 만듭니다.", _lazily("team", "invite")),
    "close": ("한 사람의 계정을 닫습니다.", _lazily("team", "close")),
}
COMMANDS = {
    "route": ("누구에게 어떤 채널로 보내는지 보여 줍니다.", _lazily("cases", "route")),
    "draft": ("초안을 만들어 outbox에 둡니다.", _lazily("cases", "draft")),
    "contacts": (
        "연락처와 절차를 점검하고, 보고, 찾고, 명단을 가져옵니다.",
        lambda: KoreanGroup("contacts", CONTACTS, help="연락처와 업무 절차."),
    ),
    "outbox": (
        "만든 초안을 보고, 승인하고, 반려하고, 점검합니다.",
        lambda: KoreanGroup("outbox", OUTBOX),
    ),
    "batch": ("표의 줄마다 초안을 만듭니다.", _lazily("batch", "batch")),
    "web": ("같은 일을 브라우저에서 합니다.", _lazily("program", "web")),
    "team": (
        "팀 서버의 계정을 보고, 초대하고, 닫습니다.",
        lambda: KoreanGroup("team", TEAM, help="팀 서버(parkdraft serve)에 로그인하는 계정."),
    ),
    "serve": ("팀 모두가 브라우저에서 쓰는 서버를 엽니다.", _lazily("serve", "serve")),
    "status": ("어느 작업 폴더에서 누구로 일하는지 보여 줍니다.", _lazily("program", "status")),
    "init": ("새 작업 폴더를 만듭니다.", _lazily("program", "init")),
    "completion": (
        "명령을 Tab 키로 완성하게 합니다 (bash, zsh, fish).",
        _lazily("program", "completion"),
    ),
}
"""Every command: what it does, and the function that loads it when it is called."""


def root() -> KoreanGroup:
    """The command line as a click group."""
    return KoreanGroup(
        "parkdraft",
        COMMANDS,
        help="주차 고객센터의 업무 요청을 바로 보낼 초안으로 만듭니다. 메일을 보내지는 않습니다.",
        epilog="예: parkdraft draft plate-change --help",
        params=[
            click.Option(["--home"], metavar="폴더", help="작업 폴더 (contacts.yaml이 있는 곳)."),
            VERSION,
        ],
        context_settings={"max_content_width": 100},  # of every help page
    )


def run(args: Sequence[str]) -> int:
    """Run one command; the exit code: 0 done, 1 refused, 2 wrong usage."""
    try:
        result: Any = root().main(
            list(args), prog_name="parkdraft", standalone_mode=False, complete_var=COMPLETION
        )
    except click.exceptions.NoArgsIsHelpError as error:
        note(error.ctx.get_help() if error.ctx else "")
        return 2
    except click.UsageError as error:
        path = error.ctx.command_path if error.ctx else "parkdraft"
        note(f"{usage_words(error)}\n도움말: {path} --help")
        return 2
    except (click.Abort, KeyboardInterrupt):
        note("멈췄습니다.")
        return 1
    except Exception as error:
        note(_unforeseen(error))
        return 1
    return result if isinstance(result, int) else 0


def _unforeseen(error: Exception) -> str:
    """An unexpected error in one line: its type and place, without any value."""
    traceback = error.__traceback__
    place = "?"
    while traceback is not None:
        code = traceback.tb_frame.f_code
        place = f"{code.co_name}:{traceback.tb_lineno}"
        traceback = traceback.tb_next
    kind = type(error).__name__
    return f"예상하지 못한 문제로 멈췄습니다 ({kind}, {place}). 관리자에게 이 줄을 알려 주세요."


def main() -> None:
    """Entry point of the ``parkdraft`` command."""
    # A short process frees its memory by ending; garbage collection would take a tenth of a
    # draft's whole time.
    gc.disable()
    never_crash_on_output()
    code = run(sys.argv[1:])
    gc.freeze()
    sys.exit(code)
