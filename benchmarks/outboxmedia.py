"""Media that refuse: a full disk, files that may not grow, a folder that may not be written to.

A command that is refused says why in Korean and ends with 1; nothing is lost or changed, and
when there is room again the same command does what it should.
"""

from __future__ import annotations

import contextlib
import os
import re
import resource
import subprocess
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from madeoutbox import (
    CASE,
    LEADS,
    LISTED,
    colleague,
    contacts_table,
    details,
    files_by_id,
    locks_in,
    make_home,
)
from parkdraft.outbox.review import approve, send_back
from parkdraft.outbox.verifying import verify

from parkdraft import Home
from parkdraft.cli.main import run

SITE = "새봄빌딩"
PAGE = 4096
_HANGUL = re.compile("[가-힣]")
_STILL_WAITS = "outbox.contact-is-there"
"""The list has come, the draft that waits for it could not be made; ``verify`` rightly says so."""
_NO_WORDS = re.compile("Traceback|Error|예상하지 못한")


class Command(NamedTuple):
    """What is typed after something was prepared; ``{id}`` stands for the draft's number."""

    typed: str
    prepare: Callable[[Home], str]
    makes: int = 0
    halfway: str | None = None
    """The state in which a refused command may leave the draft, and goes on from."""


class Medium(NamedTuple):
    """Where homes are made, and what refuses: around a command, or in its own process."""

    name: str
    folder: Path
    around: Callable[[Path], AbstractContextManager[None]] = lambda _: nullcontext()
    inside: Callable[[Path], None] = lambda _: None


def refuse(folder: Path, every: int) -> list[str]:
    """Run it on every so many of the media; what is wrong, empty where nothing is."""
    wrong: list[str] = []
    counted: Counter[str] = Counter()
    with locks_in(folder / "locks"):
        for medium in islice(_media(folder), None, None, every):
            for name, command in COMMANDS.items():
                tried = _Tried(medium, name, command)
                wrong += tried.run()
                counted[f"{medium.name.partition(',')[0]:12} {name:8} exit {tried.code}"] += 1
    for told, count in sorted(counted.items()):
        print(f"  {told}: {count}")
    return wrong


class _Tried:
    """One command on one medium that refuses."""

    def __init__(self, medium: Medium, name: str, command: Command) -> None:
        self.medium, self.command = medium, command
        self.title = f"{medium.name}: {name}"
        root = make_home(medium.folder / self.title.replace(" ", "-"))
        self.home = colleague(root, LEADS[0])
        self.draft_id = command.prepare(self.home)
        month = f"{self.home.now():%Y-%m}"
        typed = command.typed.format(id=self.draft_id, root=root, month=month)
        self.args = ["--home", str(root), *typed.split()]
        self.code = -1

    def run(self) -> list[str]:
        return [f"{self.title}: {what}" for what in self._run()]

    def _run(self) -> Iterator[str]:
        before = self._states()
        with self.medium.around(self.home.root):
            self.code, text = self._said(self.medium.inside)
        with self.home.drafts.alone():
            pass
        if self.code == 1:
            if not _HANGUL.search(text) or _NO_WORDS.search(text):
                yield f"says {text!r}"
            if self._states() not in (before, self._halfway(before)):
                yield f"{before} became {self._states()}"
            yield from (one for one in self._verified() if _STILL_WAITS not in one)
            code, text = self._said(lambda _: None)
            if code != 0:
                yield f"and then exit {code}: {text!r}"
        elif self.code != 0:
            yield f"exit {self.code}: {text!r}"
        if len(self._states()) != len(before) + self.command.makes or self._states() == before:
            yield f"{before} became {self._states()}"
        yield from self._verified()

    def _halfway(self, before: dict[str, list[str]]) -> dict[str, list[str]]:
        half = self.command.halfway
        return {**before, self.draft_id: [half]} if half else before

    def _verified(self) -> Iterator[str]:
        yield from (f"verify: {one}" for one in verify(self.home.drafts, self.home.today()))
        left = (self.home.outbox / ".staging").glob("*")
        yield from (f"left: {path.name}" for path in left)

    def _states(self) -> dict[str, list[str]]:
        found = files_by_id(self.home.outbox).items()
        return {one: [path.parent.name for path in paths] for one, paths in found}

    def _said(self, inside: Callable[[Path], None]) -> tuple[int, str]:
        """The command in a process of its own: how it ended and all that it said."""
        reading, writing = os.pipe()
        child = os.fork()
        if child == 0:
            os.dup2(writing, 1)
            os.dup2(writing, 2)
            os.environ["PARKDRAFT_USER"] = LEADS[0]
            inside(self.home.root)
            code = 99
            with contextlib.suppress(BaseException):
                code = run(self.args)
            os._exit(code)
        os.close(writing)
        with os.fdopen(reading, "rb") as said:
            text = said.read().decode("utf-8", "replace")
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), text


# ---- media ------------------------------------------------------------------------------------


def _media(folder: Path) -> Iterator[Medium]:
    for limit in (0, 100, 1000, 2500):
        yield Medium(f"no file over, {limit}", folder, inside=_limited(lambda _: 0, limit))
    for more in (0, 1, 100, 300, 600, 1200, 2000, 2600):
        yield Medium(f"journal plus, {more}", folder, inside=_limited(_longest, more))
    disk = folder / "disk"
    if _mounted("-t", "tmpfs", "-o", "size=16m", "tmpfs", disk):
        try:
            for pages in (0, 1, 2, 3, 4, 6):
                yield Medium(f"disk full, {pages} pages", disk, around=_full(pages))
        finally:
            subprocess.run(["umount", disk], check=True)
    else:
        print("  not tried: a full disk (a small one cannot be mounted here)")
    if os.geteuid() != 0:
        yield Medium("read-only", folder, around=_without_permission)
    elif _mounted("--bind", folder, disk):
        subprocess.run(["umount", disk], check=True)
        yield Medium("read-only", folder, around=_mounted_read_only)
    else:
        print("  not tried: a read-only folder (permissions do not bind the superuser)")


def _limited(base: Callable[[Path], int], more: int) -> Callable[[Path], None]:
    """No file grows beyond a size; what is written up to there is written."""

    def limit(root: Path) -> None:
        size = base(root) + more
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))

    return limit


def _longest(root: Path) -> int:
    segments = (root / "outbox" / "journal").glob("*")
    return max((path.stat().st_size for path in segments), default=0)


def _mounted(*args: str | Path) -> bool:
    """Whether something could be mounted; the last is where."""
    Path(args[-1]).mkdir(exist_ok=True)
    with contextlib.suppress(FileNotFoundError):
        return subprocess.run(["mount", *args], capture_output=True, check=False).returncode == 0
    return False


def _full(pages: int) -> Callable[[Path], AbstractContextManager[None]]:
    @contextlib.contextmanager
    def filled(root: Path) -> Iterator[None]:
        filler = root.parent / "filler"
        with filler.open("wb", buffering=0) as file, contextlib.suppress(OSError):
            while file.write(bytes(PAGE)):
                pass
        os.truncate(filler, filler.stat().st_size - pages * PAGE)
        try:
            yield
        finally:
            filler.unlink()

    return filled


@contextlib.contextmanager
def _mounted_read_only(root: Path) -> Iterator[None]:
    subprocess.run(["mount", "--bind", root, root], check=True)
    try:
        subprocess.run(["mount", "-o", "remount,ro,bind", root], check=True)
        yield
    finally:
        subprocess.run(["umount", root], check=True)


@contextlib.contextmanager
def _without_permission(root: Path) -> Iterator[None]:
    modes = {path: path.stat().st_mode for path in [root, *root.rglob("*")]}
    try:
        for path, mode in modes.items():
            path.chmod(mode & ~0o222)
        yield
    finally:
        for path, mode in modes.items():
            path.chmod(mode)


# ---- commands ---------------------------------------------------------------------------------


def _drafted(home: Home) -> str:
    home.draft(CASE, **details(1))
    return home.draft(CASE, **details(2)).id or ""


def _approved(home: Home) -> str:
    (entry,) = approve(home.drafts, home.today(), [_drafted(home)]).done
    return entry.id


def _returned(home: Home) -> str:
    (entry,) = send_back(home.drafts, home.directory, [_drafted(home)], "다시").done
    return entry.id


def _waiting(home: Home) -> str:
    contacts_table(home.root / "list.csv", SITE)
    return home.draft(CASE, **details(1, LISTED, SITE)).id or ""


_DRAFT = f"draft {CASE} --partner nice --site 가온타워 --old-plate 98바7654 --new-plate 345나6789"
COMMANDS = {
    "draft": Command(_DRAFT, _drafted, makes=1),
    "replace": Command(f"{_DRAFT} --replaces {{id}}", _drafted, makes=1, halfway="returned"),
    "approve": Command("outbox approve {id}", _drafted),
    "return": Command("outbox return {id} --reason 다시", _approved),
    "sent": Command("outbox sent {id}", _approved),
    "import": Command(f"contacts import {LISTED} {{root}}/list.csv --month {{month}}", _waiting),
    "purge": Command("outbox purge --older-than 0 --yes", _returned, makes=-1),
}
