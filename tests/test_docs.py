"""What the documents say is so: the command reference, links, and commands to copy."""

from __future__ import annotations

import io
import itertools
import re
import shlex
import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pyperclip
import pytest

from parkdraft import Home
from parkdraft.cli.main import run
from parkdraft.cli.reference import reference
from parkdraft.outbox.store import Store
from parkdraft.tables.workbook import workbook_bytes
from parkdraft.team.accounts import ADDRESS

REPOSITORY = Path(__file__).parents[1]
NOW = datetime(2026, 11, 23, 10, 0)
MAINTAINERS = ("ARCHITECTURE.md", "CONTRIBUTING.md")
DOCUMENTS = [
    path
    for path in (
        *(REPOSITORY / name for name in ("README.md", "README.ko.md", "CHANGELOG.md")),
        *(REPOSITORY / name for name in MAINTAINERS),
        *sorted((REPOSITORY / "docs").glob("*.md")),
    )
    if path.is_file()
]
LINK = re.compile(r"\]\(<?([^)\s>]+)>?(?:\s+\"[^\"]*\")?\)")
SHOWN = re.compile(r"^ *```\w+\n(.*?)^ *```|`([^`]+)`", re.MULTILINE | re.DOTALL)
"""A block of lines, or code within a sentence."""


def test_the_command_reference_is_what_the_commands_say() -> None:
    """Made anew with ``python -m parkdraft.cli.reference > docs/commands.md``."""
    written = (REPOSITORY / "docs" / "commands.md").read_text(encoding="utf-8")
    assert written == reference()


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_links_within_the_repository_lead_somewhere(path: Path) -> None:
    text = re.sub(r"```.*?```", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    broken = []
    for target in LINK.findall(text):
        if not re.match(r"[a-z][a-z+.-]*:|#", target):
            place, _, _ = target.partition("#")
            if not (path.parent / place).exists():
                broken.append(target)
    assert broken == []


def test_the_map_names_what_is_there() -> None:
    """Every module and name in ARCHITECTURE.md exists, and every room stands in it."""
    text = (REPOSITORY / "ARCHITECTURE.md").read_text(encoding="utf-8")
    package = REPOSITORY / "src" / "parkdraft"
    modules = {path.relative_to(package).as_posix() for path in package.rglob("*.py")}
    for module, name in re.findall(r"`([a-z/]+\.py)(?:: (\w+))?`", text):
        known = [path for path in modules if path == module or path.endswith(f"/{module}")]
        assert known, module
        code = [(package / path).read_text(encoding="utf-8") for path in known]
        assert not name or any(
            re.search(rf"^\s*(?:def |class )?{name}\b", it, re.M) for it in code
        ), name
    rooms = {path.name for path in package.iterdir() if (path / "__init__.py").is_file()}
    assert [room for room in rooms if f"`{room}/`" not in text] == []


@pytest.mark.parametrize(("name", "lines"), [("ARCHITECTURE.md", 80), ("CONTRIBUTING.md", 40)])
def test_what_a_newcomer_reads_stays_short(name: str, lines: int) -> None:
    assert len((REPOSITORY / name).read_text(encoding="utf-8").splitlines()) <= lines


def test_every_test_that_is_named_exists() -> None:
    """``docs/security.md`` shows each point by tests; each point is there once."""
    text = (REPOSITORY / "docs" / "security.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", text))
    assert len(named) > 50
    missing = [
        (path, name)
        for path, name in sorted(named)
        if not re.search(
            rf"^ *def {name}\(", (REPOSITORY / path).read_text(encoding="utf-8"), re.MULTILINE
        )
    ]
    assert missing == []
    points = re.findall(r"^\| (\d+\.\d+\.\d+) \|", text, re.MULTILINE)
    assert points == sorted(set(points), key=lambda point: tuple(map(int, point.split("."))))


COMMAND = re.compile(r"(?:^|[/\\\\]| )parkdraft ((?!/).+)")
NUMBERS = ("ID", "번호")
"""What stands for a draft's number."""
NEEDS = {"approve": "pending", "return": "pending", "sent": "approved", "undo": "sent"}
"""Command on a draft → the state in which one must be."""


def _commands(path: Path) -> list[list[str]]:
    """Every command that a document shows, in its order: in blocks, tables and sentences."""
    found = []
    for block, inline in SHOWN.findall(path.read_text(encoding="utf-8")):
        for line in block.splitlines() if block else [" ".join(inline.split())]:
            for part in re.split(r"&&|;", line):
                command = COMMAND.search(part.strip())
                if command and (not inline or part.strip().startswith("parkdraft ")):
                    found.append(shlex.split(command[1], comments=True))
    return found


class Reader:
    """Somebody who does what a README says, at ten on a Monday, and leads the team."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.folder, self.patch = folder, monkeypatch
        for name in ("templates", "contacts.yaml"):  # a clone, in which one first tries it
            source = REPOSITORY / name
            (shutil.copytree if source.is_dir() else shutil.copy)(source, folder / name)
        monkeypatch.chdir(folder)
        real = Home.open
        monkeypatch.setattr(Home, "open", lambda path=None: replace(real(path), now=lambda: NOW))
        monkeypatch.setattr("parkdraft.launcher.open_file", lambda _: None)
        monkeypatch.setattr("parkdraft.launcher.open_link", lambda _: None)
        monkeypatch.setattr(pyperclip, "copy", lambda _: None)
        monkeypatch.setattr("parkdraft.web.serve.serve", lambda *_, **__: None)
        monkeypatch.setattr("parkdraft.web.serving.serve", _serves)
        monkeypatch.setattr("parkdraft.web.serving.write_logs", lambda: None)
        self.plates = itertools.count(1000)

    def does(self, command: list[str]) -> int:
        """One command, with what it needs made before."""
        self.patch.setattr("sys.stdin", io.StringIO("예\n"))
        self._brings(command)
        args = [self._draft(command) if one in NUMBERS else one for one in command]
        if command[0] == "init":
            args = ["init", "home"]
        code = run([*args, *(["--no-browser"] if args[0] == "web" else [])])
        if command[0] == "init":
            self._fills_in()
        return code

    def _fills_in(self) -> None:
        """What the README asks to write: the real sender, and who leads."""
        self.patch.chdir(self.folder / "home")
        path = Path("contacts.yaml")
        text = path.read_text(encoding="utf-8")
        assert "parking-cs@example.com" in text
        assert "leads: []" in text
        text = text.replace("parking-cs@example.com", "cs@example.co.kr")
        text = text.replace("members: {}", "members: {gildong.hong: 홍길동}")
        path.write_text(text.replace("leads: []", "leads: [tester]"), encoding="utf-8")

    def _brings(self, command: list[str]) -> None:
        """The lists and tables that come from outside."""
        if "--template" in command:
            return
        plates = f"77가{next(self.plates)},88나1234"
        lists = {
            "import": "현장명,담당자,이메일\n가온타워,김하늘,haneul@example.com",
            "import-sites": "현장명,운영사,연동구분\n누리타워,KMP,연동",
            "batch": "업무,운영사,현장명,기존차량번호,변경차량번호\n"
            f"차량번호 변경,어반포트,가온타워,{plates}",
        }
        rows = next((lists[one].splitlines() for one in command if one in lists), [])
        for name in (one for one in command if rows and one.endswith((".xlsx", ".csv"))):
            head, row = (line.split(",") for line in rows)
            table = "\n".join(rows).encode()
            Path(name).write_bytes(table if name.endswith(".csv") else workbook_bytes(head, [row]))

    def _draft(self, command: list[str]) -> str:
        """The number of a draft made before, in the state that the command is for."""
        home = Home.open()
        plates = {"old_plate": f"55가{next(self.plates)}", "new_plate": "66나1234"}
        made = home.draft("plate-change", partner="어반포트", site="다온타워", **plates)
        assert made.id is not None
        state = NEEDS.get(command[1], "pending")
        for verb, states in (("approve", ("approved", "sent")), ("sent", ("sent",))):
            if state in states:
                assert run(["outbox", verb, made.id]) == 0
        return made.id


def _serves(open_home: Callable[[], Home], *_: object, **__: object) -> None:
    """What a server that was started leaves behind: its address."""
    with open_home().connected() as engine, engine.change():
        Store(engine).remember(ADDRESS, "https://desk.example.co.kr:8443")


@pytest.mark.parametrize("name", ["README.md", "README.ko.md"])
def test_every_command_shown_works_as_written_in_order_on_a_fresh_home(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    commands = _commands(REPOSITORY / name)
    assert len(commands) > 30
    reader, failed = Reader(tmp_path, monkeypatch), []
    for command in commands:
        capsys.readouterr()
        if reader.does(command) != 0:
            failed.append((command, capsys.readouterr().err))
    assert failed == []


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_tables_are_whole(path: Path) -> None:
    """A row stands under a head and its rule, with as many cells, and no line between."""
    lines = path.read_text(encoding="utf-8").splitlines()
    for before, line in itertools.pairwise(["", *lines]):
        if line.lstrip().startswith("|") and not before.lstrip().startswith("|"):
            at = lines.index(line)
            assert re.fullmatch(r"[ |:-]+", lines[at + 1]), line
        elif line.lstrip().startswith("|"):
            assert _cells(line) == _cells(before), line


def _cells(line: str) -> int:
    return len(re.findall(r"(?<!\\)\|", line))
