"""``serve``: the pages for the whole team."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

import click

from parkdraft.cli.layout import echo, note, pairs
from parkdraft.cli.shared import command, open_home
from parkdraft.cli.usage import WrongUsage
from parkdraft.config import settings

_HIGHEST = 65_535


def _serve(
    context: click.Context,
    host: str | None,
    port: str | None,
    cert: str | None,
    key: str | None,
    make_cert: str | None,
) -> int:
    if port is not None and not (port.isascii() and port.isdigit() and 0 < int(port) <= _HIGHEST):
        raise WrongUsage(f"--port에는 1에서 {_HIGHEST}까지의 수를 적습니다.")
    if (cert is None) != (key is None):
        raise WrongUsage("--cert와 --key는 함께 적습니다.")
    if cert is not None and make_cert is not None:
        raise WrongUsage("--cert와 --make-cert는 함께 쓰지 않습니다.")
    home = open_home(context)
    kept = settings.server(home.root)
    server = kept or settings.Server()
    server = server._replace(host=host or server.host, port=int(port) if port else server.port)
    if cert is not None and key is not None:
        server = server._replace(cert=Path(cert).absolute(), key=Path(key).absolute())
    if cert is not None or make_cert is not None:  # what is said here counts
        server = server._replace(proxy=())
    serving = import_module("parkdraft.web.serving")
    serving.write_logs()
    serving.serve(
        lambda: open_home(context, quiet=True),
        server,
        make_cert,
        import_module("parkdraft.web.team").team_app,
        _show,
    )
    return 0


def _show(address: str, rows: list[tuple[str, str]]) -> None:
    """The address stands alone on stdout; the rest is for who reads along."""
    echo(address)
    note(pairs(rows, 14))


serve = command(
    "serve",
    _serve,
    click.Option(
        ["--host"],
        metavar="주소",
        help="여는 주소. 0.0.0.0은 이 PC의 모든 주소. 프록시 뒤에서는 프록시를 부르는 이름.",
    ),
    click.Option(["--port"], metavar="번호", help="여는 포트. 처음 값은 8443."),
    click.Option(["--cert"], metavar="파일", help="회사 인증서 (PEM, 중간 인증서까지)."),
    click.Option(["--key"], metavar="파일", help="그 인증서의 개인 키 (PEM, 암호 없이)."),
    click.Option(
        ["--make-cert"],
        metavar="이름",
        help="서버의 이름이나 IP 주소. 인증서와, PC에 나누어 줄 루트 인증서를 만듭니다.",
    ),
    json=False,
    help_text="팀 모두가 브라우저에서 쓰는 서버를 엽니다. 값은 parkdraft.toml의 [server]에 "
    "적어 둘 수 있고, 여기에 적은 것이 먼저입니다. 인증서도 프록시도 없으면 이 PC에서만 열립니다.",
)
