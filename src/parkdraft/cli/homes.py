"""Opening the home that the command line names, and saying where that is."""

from __future__ import annotations

import click

from parkdraft.cli.layout import note
from parkdraft.errors import Problem, StorageError
from parkdraft.files import storage_errors
from parkdraft.home import Home


def open_home(context: click.Context, *, quiet: bool = False) -> Home:
    """The home of ``--home``, the environment or the nearest one; says when it is built in."""
    named = context.find_root().obj
    if named is not None and not named.strip():  # an unset variable, not the nearest home
        raise StorageError([Problem("home.none", data={"folder": named})])
    with storage_errors("작업 폴더"):
        home = Home.open(named)
    if home.builtin and not quiet:
        note(
            "작업 폴더가 없어 프로그램에 든 연락처를 씁니다. 초안은 지금 폴더의 outbox에 둡니다.\n"
            "작업 폴더를 만들려면: parkdraft init 폴더"
        )
    return home
