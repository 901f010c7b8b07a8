"""What commands share: options, opening the home, asking for a yes, changing the outbox."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

import click

from parkdraft.cli.layout import echo, note, note_problems
from parkdraft.cli.usage import KoreanCommand
from parkdraft.config.settings import has_server, server
from parkdraft.errors import (
    DetailsError,
    ParkdraftError,
    Problem,
    StorageError,
    TeamError,
)
from parkdraft.files import storage_error
from parkdraft.home import Home
from parkdraft.model.team import system_login
from parkdraft.values.choices import read_flag

if TYPE_CHECKING:
    from parkdraft.outbox.box import Outbox
    from parkdraft.team.records import AccessDeed

JSON = click.Option(["--json"], is_flag=True, help="결과를 JSON으로 보여 줍니다.")
YES = click.Option(["--yes"], is_flag=True, help="묻지 않고 합니다.")


def command(
    name: str,
    callback: Callable[..., int],
    *params: click.Parameter,
    json: bool = True,
    help_text: str | None = None,
) -> click.Command:
    """A command; without ``help_text`` the group's line about it is the help."""
    return KoreanCommand(
        name,
        params=[*params, *([JSON] if json else [])],
        callback=click.pass_context(callback),
        help=help_text,
    )


def open_home(context: click.Context, *, quiet: bool = False) -> Home:
    """The home of ``--home``, the environment or the nearest one; says when it is built in.

    Where a team's server works, who works on the command line is the PC's login alone. Raises
    TeamError for what is done on the server's pages only.
    """
    named = context.find_root().params["home"]
    if named is not None and not named.strip():  # an unset variable, not the nearest home
        raise StorageError([Problem("home.none", data={"folder": named})])
    try:
        home = Home.open(named)
    except OSError as error:
        raise storage_error("작업 폴더", error) from error
    if has_server(home.root):
        _refuse_for_the_page(context, home)
        home = replace(home, login=system_login)
    if home.builtin and not quiet:
        note(
            "작업 폴더가 없어 프로그램에 든 연락처를 씁니다. 초안은 지금 폴더의 outbox에 둡니다.\n"
            "작업 폴더를 만들려면: parkdraft init 폴더"
        )
    return home


# Where a team's server works, its pages know who somebody is, and the command line does not.
_BESIDE_A_SERVER = frozenset(
    (
        *("route", "status", "team", "mail", "init", "completion", "serve"),
        *("contacts check", "contacts show", "contacts find"),
        *("outbox list", "outbox show", "outbox verify", "outbox backup"),
    )
)
"""Commands that neither draft nor import nor review; the others are left to the pages."""


def _refuse_for_the_page(context: click.Context, home: Home) -> None:
    """Raise TeamError for what only the pages do; DirectoryError where ``[server]`` is wrong."""
    names, above = list[str](), context
    while above.parent is not None:
        names.insert(0, above.info_name or "")
        above = above.parent
    changes_nothing = context.params.get("dry_run") or context.params.get("template")
    if changes_nothing or {names[0], " ".join(names[:2])} & _BESIDE_A_SERVER:
        return
    from parkdraft.team.accounts import ADDRESS

    server(home.root)
    with home.drafts() as box:
        address = box.store.memo(ADDRESS) or "parkdraft serve가 보여 주는 주소"
    raise TeamError([Problem("server.page-only", data={"address": address})])


def record_access(
    home: Home, box: Outbox, deed: AccessDeed, draft: str | None = None, about: object = None
) -> None:
    """Record, where a server works, that somebody is about to see drafts on the command line."""
    if not (box.is_there and has_server(home.root)):
        return
    from parkdraft.team.records import record

    number = None if about is None else str(about)
    with box.store.change():
        record(
            *(box.engine, "access", deed, box.login, box.seat, home.now()),
            draft=draft,
            about=number,
        )


@contextmanager
def changing(home: Home) -> Iterator[Outbox]:
    """The outbox for a command that changes it; its notes are shown at the end."""
    with home.drafts(change=True) as box:
        yield box
    note_problems(box.notes)


def is_sure(about: str) -> bool:
    """Whether somebody says yes; any other answer, or nobody to ask, is no."""
    echo(f"{about} 계속할까요? (예/아니오) ", nl=False, err=True)
    try:
        return read_flag(sys.stdin.readline().strip() if sys.stdin else "")
    except (DetailsError, UnicodeDecodeError):
        return False


def hand_over(give: Callable[[], None]) -> bool:
    """Hand a draft to another program; False, and a note, where that fails."""
    try:
        give()
    except ParkdraftError as error:
        note_problems(error.problems)
        return False
    return True
