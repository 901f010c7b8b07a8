"""``contacts check``: what probably is not meant is warned about, and nothing hangs it."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from parkdraft import Home
from parkdraft.cli.main import run
from parkdraft.errors import Problem
from parkdraft.homecheck import check_home, check_rendering_apart
from parkdraft.wording import hint, message

ENDLESS = "{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}"


def edit(home: Home, old: str, new: str) -> None:
    path = home.root / "contacts.yaml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def write(home: Home, name: str, text: str) -> None:
    path = home.root / "templates" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def warned(home: Home) -> list[Problem]:
    found = check_home(Home.open(home.root))
    assert found.problems == []
    for one in found.warnings:
        assert hint(one)
        assert "{" not in message(one) + hint(one)
    return found.warnings


def test_the_shipped_home_is_neither_wrong_nor_odd(shipped: Home) -> None:
    assert check_home(shipped) == ([], [])


def no_row_for_a_case(home: Home) -> None:
    path = home.root / "contacts.yaml"
    before, _, rest = path.read_text(encoding="utf-8").partition("  S7:\n")
    after = rest[rest.index("  S8:\n") :]
    path.write_text(before + after, encoding="utf-8")


def unused_contacts(home: Home) -> None:
    edit(home, "  63빌딩:\n", "  63빌딩:\n    contacts: [전은희]\n")


def unused_person(home: Home) -> None:
    edit(home, "people:\n", "people:\n  김하늘:\n    address: haneul@example.com\n")


def person_of_an_unused_group(home: Home) -> None:
    unused_person(home)
    edit(home, "groups:\n", "groups:\n  옛 담당: [김하늘]\n")


def unknown_block(home: Home) -> None:
    text = '{% extends "email/plate-change.txt" %}\n{% block closng %}회신{% endblock %}\n'
    write(home, "email/hiparking/plate-change.txt", text)


def unknown_block_of_a_frame(home: Home) -> None:
    text = "{% extends frame %}\n{% block head %}제목{% endblock %}\n"
    text += "{% block fact %}사실{% endblock %}\n"
    write(home, "post/kmpns/plate-change.txt", text)


def unknown_folder(home: Home) -> None:
    write(home, "email/hiparkng/plate-change.txt", "제목\n\n내용\n")


@pytest.mark.parametrize(
    ("make", "code", "words"),
    [
        (no_row_for_a_case, "contacts.partner-without-row", "현장결제 취소"),
        (unused_contacts, "contacts.contacts-unused", "63빌딩"),
        (unused_person, "contacts.person-unused", "김하늘"),
        (person_of_an_unused_group, "contacts.person-unused", "김하늘"),
        (unknown_block, "template.block", "email/hiparking/plate-change.txt 2번째 줄"),
        (unknown_block_of_a_frame, "template.block", "'fact'"),
        (unknown_folder, "template.folder", "email/hiparkng"),
    ],
)
def test_what_is_probably_not_meant_is_warned_about(
    home: Home, make: Callable[[Home], None], code: str, words: str
) -> None:
    make(home)
    found = [one for one in warned(home) if one.code == code]
    assert found
    assert words in message(found[0])
    if code.startswith("contacts."):
        assert found[0].field == "contacts.yaml"
        lines = (home.root / "contacts.yaml").read_text(encoding="utf-8").splitlines()
        assert found[0].row
        assert lines[found[0].row - 1].strip()


def test_the_near_name_of_a_block_and_of_a_folder_is_named(home: Home) -> None:
    unknown_block(home)
    unknown_folder(home)
    hints = {one.code: hint(one) for one in warned(home)}
    assert "closing" in hints["template.block"]
    assert "hiparking" in hints["template.folder"]


def test_folders_of_channels_and_blocks_within_blocks_are_known(home: Home) -> None:
    write(
        home,
        "email/hiparking/plate-change.txt",
        '{% extends "email/plate-change.txt" %}\n'
        "{% block closing %}{% block own %}회신{% endblock %}{% endblock %}\n",
    )
    assert warned(home) == []


def test_the_command_shows_warnings_and_ends_well(
    home: Home, capsys: pytest.CaptureFixture[str]
) -> None:
    unused_person(home)
    assert run(["--home", str(home.root), "contacts", "check"]) == 0
    said = capsys.readouterr()
    assert "김하늘" in said.err
    assert "문제가 없습니다" in said.out
    assert run(["--home", str(home.root), "contacts", "check", "--json"]) == 0
    (warning,) = json.loads(capsys.readouterr().out)["warnings"]
    assert (warning["code"], warning["field"]) == ("contacts.person-unused", "contacts.yaml")


def test_a_template_that_never_ends_is_ended_and_named(home: Home) -> None:
    write(home, "email/skshieldus/plate-change.txt", f"제목\n\n내용 {ENDLESS}\n")
    (found,) = check_rendering_apart(home, limit=1.5)
    assert found == Problem("template.endless", data={"file": "email/skshieldus/plate-change.txt"})


def test_a_link_out_of_the_templates_is_found_though_nothing_uses_it(home: Home) -> None:
    link = home.root / "templates" / "parts" / "unused.txt"
    try:
        link.symlink_to(home.root / "contacts.yaml")
    except OSError:
        pytest.skip("no right to make links")
    (found,) = check_home(home).problems
    assert (found.code, found.data["file"]) == ("template.outside", "parts/unused.txt")
