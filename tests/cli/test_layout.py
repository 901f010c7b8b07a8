"""What reaches a terminal: no control character, whatever file or person it comes from."""

from __future__ import annotations

import ast
import json
import re
from pathlib import Path

import click
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parkdraft import Home
from parkdraft.cli import layout
from parkdraft.cli.layout import echo, pairs, table, visible
from parkdraft.cli.main import run

CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]")
HOSTILE = "가\x1b]0;창\x07\x1b[2J\x1b[8m\x9b31m\x7f\r나\u202e다"
TEXT = st.text(st.characters(exclude_categories=["Cs"])) | st.text("\x1b[012m8\\u\x9b\u202e가")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("가온타워\t12가3456\n둘째 줄", "가온타워\t12가3456\n둘째 줄"),
        ("👩\u200d👩\u200d👧 가족 ❤\ufe0f", "👩\u200d👩\u200d👧 가족 ❤\ufe0f"),
        ("\x1b[2J", "\\u001b[2J"),
        ("\x1b[8m숨김\x1b[31m", "\\u001b[8m숨김\\u001b[31m"),
        ("\x9b2J\x85", "\\u009b2J\\u0085"),
        ("승인\r반려", "승인\\u000d반려"),
        ("가\u202egpj.exe\u2028", "가\\u202egpj.exe\\u2028"),
        (click.style("굵게", bold=True), "\x1b[1m굵게\x1b[0m"),
        (click.style("흐리게", dim=True), "\x1b[2m흐리게\x1b[0m"),
    ],
)
def test_control_characters_are_shown_and_not_obeyed(text: str, shown: str) -> None:
    assert visible(text) == shown


@settings(deadline=None, max_examples=300)
@given(TEXT)
def test_nothing_but_bold_dim_and_plain_is_obeyed(text: str) -> None:
    assert not CONTROLS.search(re.sub(r"\x1b\[[012]m", "", visible(text)))
    assert json.loads(visible(json.dumps(text, ensure_ascii=False))) == text


def test_every_way_of_writing_lines_is_the_same(capsys: pytest.CaptureFixture[str]) -> None:
    echo(HOSTILE)
    echo(pairs([("현장", HOSTILE)]))
    echo(table(("현장", "비고"), [(HOSTILE, HOSTILE)]))
    layout.note(HOSTILE)
    layout.print_json({"site": HOSTILE})
    out, err = capsys.readouterr()
    assert not CONTROLS.search(out + err)


def test_only_one_module_writes_to_the_terminal() -> None:
    """Help pages, the version and the line of progress are wholly ours."""
    own = {"layout.py": 3, "usage.py": 2}
    for path in Path(layout.__file__).parent.glob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        echoes = [one for one in ast.walk(tree) if isinstance(one, ast.Attribute)]
        count = sum(one.attr in ("echo", "secho", "confirm", "prompt") for one in echoes)
        assert count <= own.get(path.name, 0), path.name


def printed(capsys: pytest.CaptureFixture[str], home: Home, *args: str) -> str:
    capsys.readouterr()
    run(["--home", str(home.root), *args])
    out, err = capsys.readouterr()
    return out + err


@pytest.mark.parametrize("more", [[], ["--json"]])
def test_keys_of_the_directory_are_not_obeyed(
    home: Home, capsys: pytest.CaptureFixture[str], more: list[str]
) -> None:
    path = home.root / "contacts.yaml"
    hostile = '"\\e]0;x\\a\\e[2J\\e[8m"'
    text = f"{path.read_text(encoding='utf-8')}\n{hostile}: 1\n{hostile}: 2\n"
    path.write_text(text, encoding="utf-8")
    said = printed(capsys, home, "contacts", "check", *more)
    assert "\\u001b" in said
    assert not CONTROLS.search(said)


@pytest.mark.parametrize("more", [[], ["--json"]])
def test_words_of_a_template_are_not_obeyed(
    home: Home, capsys: pytest.CaptureFixture[str], more: list[str]
) -> None:
    for name in ("post/payment-cancel.txt", "customer/payment-cancel.txt"):
        text = f"제목\n\n{HOSTILE}\n"
        (home.root / "templates" / name).write_text(text, encoding="utf-8", newline="")
    case = ["--site", "가온타워", "--plate", "12가3456", "--paid", "12000", "--reason", "미인식"]
    case += ["--partner", "kmpns", "--paid-at", "2026-11-20 14:05", "--dry-run"]
    said = printed(capsys, home, "draft", "payment-cancel", *case, *more)
    assert "\\u001b" in said
    assert not CONTROLS.search(said)


def test_the_name_of_a_file_is_not_obeyed(home: Home, capsys: pytest.CaptureFixture[str]) -> None:
    said = printed(capsys, home, "contacts", "import-sites", "\x1b[2J명단\x9b.csv")
    assert "\\u001b" in said
    assert not CONTROLS.search(said)
