"""``web``: the page in the browser."""

from __future__ import annotations

from contextlib import suppress
from importlib import import_module

import click

from parkdraft.cli.homes import open_home
from parkdraft.cli.layout import echo, note
from parkdraft.cli.usage import KoreanCommand, WrongUsage

_HIGHEST = 65_535


def _web(context: click.Context, port: str, no_browser: bool) -> int:
    if not port.isascii() or not port.isdigit() or int(port) > _HIGHEST:
        raise WrongUsage(f"--port에는 0에서 {_HIGHEST}까지의 수를 적습니다.")
    open_home(context)
    note("브라우저에서 아래 주소를 쓰세요. 끝내려면 이 창에서 Ctrl+C를 누르세요.")
    serve = import_module("parkdraft.web.serve").serve
    with suppress(KeyboardInterrupt):  # this is how it ends
        serve(lambda: open_home(context, quiet=True), int(port), browser=not no_browser, show=_say)
    return 0


def _say(address: str) -> None:
    echo(address)


web = KoreanCommand(
    "web",
    params=[
        click.Option(["--port"], metavar="번호", default="0", help="쓸 포트. 적지 않으면 빈 포트."),
        click.Option(["--no-browser"], is_flag=True, help="브라우저를 열지 않습니다."),
    ],
    callback=click.pass_context(_web),
    help="같은 일을 브라우저에서 합니다. 이 PC에서만 열립니다.",
)
