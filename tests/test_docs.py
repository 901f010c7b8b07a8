"""What the documents say is so: the command reference, links, and commands to copy."""

from __future__ import annotations

import re
import shlex
import shutil
from pathlib import Path

import pytest

from parkdraft.cli.main import run
from parkdraft.cli.reference import reference

REPOSITORY = Path(__file__).parents[1]
DOCUMENTS = [
    path
    for path in (
        *(REPOSITORY / name for name in ("README.md", "README.ko.md", "CHANGELOG.md")),
        *sorted((REPOSITORY / "docs").glob("*.md")),
    )
    if path.is_file()
]
LINK = re.compile(r"\]\(<?([^)\s>]+)>?(?:\s+\"[^\"]*\")?\)")
BLOCK = re.compile(r"^ *```(?:bash|sh|shell|console|text)\n(.*?)^ *```", re.MULTILINE | re.DOTALL)


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


def _commands() -> list[list[str]]:
    found = []
    for path in DOCUMENTS:
        if path.name.startswith("README"):
            for block in BLOCK.findall(path.read_text(encoding="utf-8")):
                lines = block.replace("\\\n", " ").splitlines()
                for line in (line.strip().removeprefix("$ ") for line in lines):
                    if line.startswith("parkdraft ") and "..." not in line:
                        found.append(shlex.split(line, comments=True)[1:])
    return found


@pytest.mark.parametrize("args", _commands(), ids=" ".join)
def test_commands_to_copy_are_understood(
    args: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    home = tmp_path / "home"
    shutil.copytree(REPOSITORY / "templates", home / "templates")
    shutil.copy(REPOSITORY / "contacts.yaml", home)
    if {"init", "batch", "web", "import", "import-sites", "purge", "backup", "ID"} & set(args):
        args = [*args, "--help"]
    elif args[0] == "draft":
        args = [*(one for one in args if one != "--open"), "--dry-run"]
    code = run(["--home", str(home), *args])
    assert code == 0, capsys.readouterr().err
    assert not (home / "outbox").exists()
