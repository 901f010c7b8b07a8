"""``init DIR``: a new home, and a starter to double-click."""

from __future__ import annotations

from pathlib import Path

import click

from parkdraft.cli.layout import echo, pairs
from parkdraft.cli.usage import KoreanCommand

_FOLDER = click.Argument(["folder"], metavar="폴더")


def _init(context: click.Context, folder: str) -> int:
    from parkdraft.inithome import STARTER, make_home

    if not folder.strip() or "\0" in folder:
        raise click.BadParameter("", context, _FOLDER)
    root = make_home(Path(folder))
    echo("작업 폴더를 만들었습니다.")
    echo(
        pairs(
            [
                ("폴더", str(root)),
                (
                    "먼저",
                    "contacts.yaml의 sender에 실제 공용 메일을 적고,\n"
                    "team의 leads에 팀장의 로그인 이름을 적으세요.",
                ),
                ("점검", "parkdraft contacts check"),
                ("시작", f"Windows에서는 {STARTER}를 두 번 누르면 됩니다."),
            ],
            6,
        )
    )
    return 0


init = KoreanCommand(
    "init",
    params=[_FOLDER],
    callback=click.pass_context(_init),
    help="연락처와 문구가 든 새 작업 폴더를 만듭니다. 이미 있는 파일은 바꾸지 않습니다.",
)
