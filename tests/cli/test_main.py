"""The command line: exit codes, one JSON document, Korean, and nothing of a customer on stderr."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import click
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.helpers.outboxes import Said

from parkdraft import __version__
from parkdraft.cli.main import root as command_line
from parkdraft.cli.main import run
from parkdraft.cli.usage import KoreanGroup
from parkdraft.inithome import starter
from parkdraft.model.cases import CASES

REPOSITORY = Path(__file__).parents[2]
MAIL = ("--partner", "SK쉴더스", "--site", "가온타워")
CHANGE = ("--old-plate", "12가3456", "--new-plate", "345나6789")
CANCEL = (
    *("--plate", "12가3456", "--start", "2026-11-01"),
    *("--cancel-date", "2026-11-11", "--daily-max", "15,000원"),
)
PAYMENT = (
    *("--site", "가온타워", "--plate", "12가3456"),
    *("--paid-at", "2026-11-20 14:05", "--paid", "12,000원"),
)
ROUTE_KEYS = [
    *("row", "case", "partner", "site", "integration", "channel", "authority", "state"),
    *("from", "reply_to", "to", "cc", "mentions", "method", "note", "customer"),
    *("fallbacks", "rules"),
]
DRAFT_KEYS = [*ROUTE_KEYS, "id", "path", "subject", "body", "mailto", "warnings", "attachments"]
ENGLISH = re.compile(
    r"Usage|Error|Options|Commands|\bTry\b|Missing|Invalid|No such|Show this|Got |does not"
    r"|Traceback"
)


class Shell:
    """Runs commands in one home, in this process."""

    def __init__(self, home: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.home = home
        self.capsys = capsys

    def __call__(self, *args: str) -> Said:
        return self.bare("--home", str(self.home), *args)

    def bare(self, *args: str) -> Said:
        self.capsys.readouterr()
        code = run(args)
        said = Said(code, *self.capsys.readouterr())
        assert not ENGLISH.search(said.out + said.err), said
        assert "예상하지 못한" not in said.err, said
        return said

    def files(self) -> list[str]:
        outbox = self.home / "outbox"
        """The drafts' files; the database beside them is not one."""
        found = sorted(f.relative_to(outbox) for f in outbox.rglob("*") if f.is_file())
        return [str(path) for path in found if path.parts[0] != "outbox.db"]


def copy(home: Path) -> Path:
    shutil.copytree(REPOSITORY / "templates", home / "templates")
    shutil.copy(REPOSITORY / "contacts.yaml", home)
    return home


@pytest.fixture
def shell(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Shell:
    return Shell(copy(tmp_path / "home"), capsys)


@pytest.fixture(scope="module")
def frozen(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home that no test of this module writes to."""
    return copy(tmp_path_factory.mktemp("frozen") / "home")


# ---- exit codes ----------------------------------------------------------------------------

WRONG_USAGE = [
    (),
    ("nonsense",),
    ("--nonsense",),
    ("--",),
    ("draft",),
    ("draft", "nonsense"),
    ("draft", "없는업무"),
    ("draft", "plate-change", "--nonsense"),
    ("draft", "plate-change", "--partner"),
    ("draft", "plate-change", "--json=yes"),
    ("route", "plate-change", "--reason", "미등록"),
    ("route", "plate-change", *MAIL, "--integration", "아무거나"),
    ("route", "payment-cancel", *MAIL, "--reason", "그냥"),
    ("route", "lot-info", "--site", "가온타워", "--integration", "manual", "--item", "x"),
    ("draft", "cancellation", *MAIL, *CANCEL, "--accepted", "--refused"),
    ("contacts",),
    ("contacts", "nonsense"),
    ("contacts", "find"),
    ("contacts", "find", "a", "b"),
    ("contacts", "import", "하이파킹"),
    ("contacts", "import", "하이파킹", "list.csv"),
    ("init",),
    ("init", ""),
    ("init", "a\0b"),
]


@pytest.mark.parametrize("args", WRONG_USAGE, ids=" ".join)
def test_wrong_usage_is_2_and_said_in_korean(shell: Shell, args: tuple[str, ...]) -> None:
    said = shell(*args)
    assert said.code == 2
    assert said.out == ""
    assert re.search("[가-힣]", said.err)
    assert shell.files() == []


REFUSED = [
    (("draft", "plate-change", *MAIL), {"old-plate", "new-plate"}),
    (("draft", "plate-change", *MAIL, "--old-plate", "12각3456", *CHANGE[2:]), {"old-plate"}),
    (("route", "plate-change", "--site", "가온타워"), {"partner"}),
    (("route", "plate-change", *MAIL, "--integration", "비제휴"), None),
    (("draft", "payment-cancel", *MAIL[:2], *PAYMENT, "--reason", "discount"), {"reason"}),
    (("route", "plate-change", *MAIL, "--fallback", "site-down"), {"fallback"}),
    (("route", "plate-change", *MAIL, "--fallback", "접속불가"), {"fallback"}),
    (
        ("draft", "plate-change", "--phone", "1", "--memo", "900101-1234567"),
        {"phone", "memo", "partner", "site", "old-plate", "new-plate"},
    ),
    (("contacts", "import", "하이파킹", "none.csv", "--month", "2026-11"), None),
    (("contacts", "import", "하이파킹", "none.csv", "--month", "2026-13"), {"month"}),
    (("contacts", "import", "KMP", "none.csv", "--month", "2026-11"), {"partner"}),
    (("contacts", "import-sites", "."), None),
]


@pytest.mark.parametrize(("args", "fields"), REFUSED, ids=lambda value: str(value)[:60])
def test_a_refusal_is_1_and_names_everything(
    shell: Shell, args: tuple[str, ...], fields: set[str] | None
) -> None:
    said = shell(*args)
    assert (said.code, said.out) == (1, "")
    for field in fields or ():
        shown = f"--{field}" if args[0] != "contacts" or field == "month" else "운영사:"
        assert shown in said.err
    as_json = shell(*args, "--json")
    assert (as_json.code, as_json.err) == (1, said.err)
    assert list(as_json.data) == ["problems"]
    for problem in as_json.data["problems"]:
        assert list(problem) == ["code", "field", "row", "message", "hint"]
    if fields is not None:
        assert {problem["field"] for problem in as_json.data["problems"]} == fields
    assert shell.files() == []


def test_another_cases_option_is_named_with_its_case(shell: Shell) -> None:
    assert "현장결제 취소" in shell("draft", "registration", "--reason", "미등록").err


def test_home_after_the_command_is_told_its_place(shell: Shell) -> None:
    said = shell.bare("route", "plate-change", "--home", str(shell.home), *MAIL)
    assert said.code == 2
    assert "앞에" in said.err


def test_a_rules_reason_is_taken_where_the_rule_is(shell: Shell) -> None:
    args = ("--partner", "하이파킹", "--site", "63빌딩", "--reason", "discount", "--json")
    said = shell("route", "payment-cancel", *args)
    assert said.code == 0
    assert [rule["row"] for rule in said.data["rules"]] == ["O1"]


# ---- JSON ----------------------------------------------------------------------------------


def test_route_prints_one_document_with_the_contracts_keys(shell: Shell) -> None:
    said = shell("route", "plate-change", *MAIL, "--json")
    assert (said.code, said.err, list(said.data)) == (0, "", ROUTE_KEYS)
    assert said.data["row"] == "P9"
    for person in (said.data["from"], *said.data["to"], *said.data["cc"]):
        assert list(person) == ["name", "title", "address"]
    assert shell.files() == []


def test_draft_prints_the_routes_keys_and_its_own(shell: Shell) -> None:
    said = shell("draft", "plate-change", *MAIL, *CHANGE, "--json")
    assert (said.code, list(said.data)) == (0, DRAFT_KEYS)
    path = Path(said.data["path"])
    assert path.is_absolute()
    assert path == shell.home / "outbox" / "pending" / f"{said.data['id']}.eml"
    assert said.data["mailto"].startswith("mailto:")
    assert "\r" not in said.data["body"]
    assert "6789" in said.data["subject"]
    assert "345나6789" not in said.data["subject"]


def test_dry_run_writes_nothing(shell: Shell) -> None:
    said = shell("draft", "plate-change", *MAIL, *CHANGE, "--json", "--dry-run")
    assert (said.code, list(said.data)) == (0, DRAFT_KEYS)
    assert (said.data["id"], said.data["path"]) == (None, None)
    assert "345나6789" in said.data["body"]
    assert not (shell.home / "outbox").exists()
    assert "미리보기" in shell("draft", "plate-change", *MAIL, *CHANGE, "--dry-run").out


def test_a_cancellation_without_an_answer_drafts_nothing(shell: Shell) -> None:
    args = ("cancellation", "--partner", "어반포트", "--site", "가온타워", *CANCEL)
    said = shell("draft", *args, "--integration", "수동현장", "--json")
    assert (said.code, list(said.data)) == (0, DRAFT_KEYS)
    assert {said.data[key] for key in ("row", "channel", "id", "path")} == {None}
    assert "150,000원" in said.data["customer"]
    assert shell.files() == []


@pytest.mark.parametrize("case", CASES.values(), ids=lambda case: case.name)
def test_a_cases_korean_label_is_its_name(shell: Shell, case: Any) -> None:
    for name in (case.name, case.label, case.label.replace(" ", "")):
        assert shell("route", name, "--help").code == 0


def test_korean_labels_are_values(shell: Shell) -> None:
    said = shell(
        *("draft", "현장결제취소", "--partner", "케이엠 파크", *PAYMENT, "--reason", "오인식"),
        *("--integration", "수동현장", "--json"),
    )
    assert (said.code, said.data["row"], said.data["case"]) == (0, "S1", "payment-cancel")


# ---- drafts of every channel ---------------------------------------------------------------

CHANNELS = [
    ("plate-change", ("--partner", "하이파킹", "--site", "가온타워", *CHANGE), "waiting", ".txt"),
    ("payment-cancel", ("--partner", "KMP", *PAYMENT, "--reason", "미인식"), "pending", ".tsv"),
    (
        "plate-change",
        ("--partner", "KMPNS", "--site", "가온타워", "--integration", "manual", *CHANGE),
        *("approved", ".txt"),
    ),
    ("plate-change", ("--site", "케이트윈타워", *CHANGE), "pending", ".txt"),
    ("plate-change", (*MAIL, *CHANGE), "pending", ".eml"),
]


@pytest.mark.parametrize(("case", "args", "state", "suffix"), CHANNELS)
def test_each_channel_has_its_folder_and_form(
    shell: Shell, case: str, args: tuple[str, ...], state: str, suffix: str
) -> None:
    said = shell("draft", case, *args, "--json")
    data = said.data
    assert (said.code, data["state"]) == (0, state)
    assert shell.files() == [str(Path(state) / f"{data['id']}{suffix}")]
    assert "12가3456" not in data["path"]
    text = Path(data["path"]).read_bytes().decode()
    if data["mentions"]:
        assert text.startswith(" ".join(f"@{handle}" for handle in data["mentions"]) + "\n")
    if suffix == ".tsv":
        assert text == data["body"] + "\n"
    elif suffix == ".txt" and state != "waiting":
        assert text == data["body"]
    elif state == "waiting":
        for part in (data["customer"], data["subject"], data["body"].strip()):
            assert part in text
    mail = suffix == ".eml"
    assert ("보내는 사람이 공용 메일인지 확인하세요" in said.err) == mail
    assert ("보내는 사람이 예시 주소입니다" in said.err) == mail
    assert ("팀장 승인 전입니다" in said.err) == (state == "pending")


def test_the_same_option_twice_is_refused_instead_of_taking_the_last(shell: Shell) -> None:
    said = shell("draft", "plate-change", *MAIL, *CHANGE, "--new-plate", "99나8888")
    assert (said.code, said.out) == (2, "")
    assert "--new-plate 옵션이 두 번" in said.err
    assert "8888" not in said.err


def test_a_value_that_looks_like_an_option_does_not_ask_for_json(shell: Shell) -> None:
    said = shell("draft", "plate-change", "--memo", "--json")
    assert (said.code, said.out) == (1, "")


def test_a_real_sender_is_not_called_a_placeholder(shell: Shell) -> None:
    path = shell.home / "contacts.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("parking-cs@example.com", "cs@example.co.kr"), encoding="utf-8")
    said = shell("draft", "plate-change", *MAIL, *CHANGE)
    assert said.code == 0
    assert "예시 주소" not in said.err + shell("contacts", "check").err


# ---- opening -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("platform", "program"), [("darwin", "open"), ("linux", "xdg-open"), ("win32", "startfile")]
)
def test_open_uses_the_systems_own_program(
    shell: Shell, monkeypatch: pytest.MonkeyPatch, platform: str, program: str
) -> None:
    calls: list[tuple[str, str]] = []
    monkeypatch.setattr(sys, "platform", platform)
    monkeypatch.setattr(
        os, "startfile", lambda path: calls.append(("startfile", str(path))), raising=False
    )
    monkeypatch.setattr(
        subprocess, "run", lambda command, **_: calls.append((command[0], command[1]))
    )
    said = shell("draft", "plate-change", *MAIL, *CHANGE, "--open", "--json")
    assert said.code == 0
    assert calls == [(program, said.data["path"])]


@pytest.mark.parametrize("error", [FileNotFoundError(2, "none"), subprocess.TimeoutExpired("x", 1)])
def test_where_nothing_opens_files_the_draft_stays(
    shell: Shell, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def fail(*_args: object, **_options: object) -> None:
        raise error

    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(subprocess, "run", fail)
    said = shell("draft", "plate-change", *MAIL, *CHANGE, "--open", "--json")
    assert said.code == 0
    assert said.data["path"] in said.err
    assert Path(said.data["path"]).is_file()


def test_a_preview_opens_nothing(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("parkdraft.launcher.open_file", lambda _: pytest.fail("opened"))
    assert shell("draft", "plate-change", *MAIL, *CHANGE, "--open", "--dry-run").code == 0


# ---- homes ---------------------------------------------------------------------------------


def test_the_environments_home_then_the_nearest_upwards(
    shell: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    deep = shell.home / "a" / "b"
    deep.mkdir(parents=True)
    monkeypatch.chdir(deep)
    said = shell.bare("draft", "plate-change", *MAIL, *CHANGE, "--json")
    assert Path(said.data["path"]).is_relative_to(shell.home / "outbox")
    other = copy(tmp_path / "other")
    monkeypatch.setenv("PARKDRAFT_HOME", str(other))
    said = shell.bare("draft", "plate-change", *MAIL, *CHANGE, "--json")
    assert Path(said.data["path"]).is_relative_to(other / "outbox")
    said = shell("draft", "plate-change", *MAIL, *CHANGE, "--json")
    assert Path(said.data["path"]).is_relative_to(shell.home / "outbox")


def test_the_built_in_home_says_so_and_keeps_nothing(
    shell: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    monkeypatch.chdir(empty)
    said = shell.bare("draft", "plate-change", *MAIL, *CHANGE, "--json")
    assert (said.code, Path(said.data["path"]).parent) == (0, empty / "outbox" / "pending")
    assert "parkdraft init" in said.err
    (empty / "list.csv").write_text("현장명,담당자,이메일\n", encoding="utf-8")
    for args in (("import", "하이파킹", "list.csv", "--month", "2026-11"), ("import-sites", "x")):
        refused = shell.bare("contacts", *args)
        assert refused.code == 1
        assert "가져올 수 없습니다" in refused.err


@pytest.mark.parametrize("name", ["none", "file", "", " ", "a" * 300, "a\0b"])
def test_what_is_no_home_is_refused(shell: Shell, tmp_path: Path, name: str) -> None:
    (tmp_path / "file").write_text("x", encoding="utf-8")
    place = str(tmp_path / name) if name.strip() else name
    said = shell.bare("--home", place, "contacts", "show")
    assert (said.code, said.out) == (1, "")


def test_init_makes_a_home_once(shell: Shell, tmp_path: Path) -> None:
    new = tmp_path / "새 폴더"
    said = shell.bare("init", str(new))
    assert said.code == 0
    assert Shell(new, shell.capsys)("contacts", "check").code == 0
    (new / "contacts.yaml").write_text("mine", encoding="utf-8")
    again = shell.bare("init", str(new))
    assert again.code == 1
    assert (new / "contacts.yaml").read_text(encoding="utf-8") == "mine"


@pytest.mark.parametrize("name", ["contacts.yaml", "templates", "parkdraft.cmd"])
def test_init_changes_nothing_that_is_there(shell: Shell, tmp_path: Path, name: str) -> None:
    new = tmp_path / "new"
    new.mkdir()
    (new / name).write_text("mine", encoding="utf-8")
    said = shell.bare("init", str(new))
    assert said.code == 1
    assert name in said.err
    assert [file.name for file in new.iterdir()] == [name]


def test_init_below_a_file_or_with_an_endless_name(shell: Shell, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x", encoding="utf-8")
    assert shell.bare("init", str(tmp_path / "file" / "new")).code == 1
    assert shell.bare("init", str(tmp_path / ("a" * 300))).code == 1


def test_the_starter_sets_the_code_page_before_any_korean() -> None:
    """cmd finds labels byte by byte: what is not ASCII comes after the last of them."""
    lines = starter().split("\r\n")
    assert "\n" not in "".join(lines)
    assert lines[:2] == ["@echo off", "chcp 65001 >nul"]
    assert lines[-1] == ""
    korean = [line for line in lines if not line.isascii()]
    assert all(line.startswith("echo ") for line in korean)
    assert lines.index(korean[0]) > max(n for n, line in enumerate(lines) if line[:1] == ":")
    assert not any(sign in line for line in korean for sign in '&|<>^%()"!')


def test_the_starter_looks_for_its_python_and_names_no_place_of_this_pc() -> None:
    """A bundled folder, a ``.venv``, the launcher: each in the home or beside it, in this order."""
    text = starter()
    places = re.findall(r'"%~dp0([^"]+python\.exe)"', text)
    assert places == [
        *(r"python\python.exe", r"..\python\python.exe"),
        *(r".venv\Scripts\python.exe", r"..\.venv\Scripts\python.exe"),
    ]
    assert text.index(places[-1]) < text.index("py -3 ")
    assert sys.executable not in text
    assert not re.search(r"[A-Za-z]:[\\/]|(?<!\S)/[a-z]{2,}/", text)
    assert text.count('-c "import parkdraft"') == 2


def test_where_no_python_has_it_the_starter_says_what_to_do() -> None:
    _, _, end = starter().partition(":none\r\n")
    assert "찾지 못했습니다" in end
    assert "py -3 -m pip install" in end
    assert end.endswith("pause\r\nexit /b 1\r\n")


# ---- contacts ------------------------------------------------------------------------------


def test_check_is_clean_as_shipped(shell: Shell) -> None:
    said = shell("contacts", "check", "--json")
    assert (said.code, said.data["problems"]) == (0, [])
    assert "leads" in shell("contacts", "check").err


def test_check_lists_every_problem_with_its_line(shell: Shell) -> None:
    path = shell.home / "contacts.yaml"
    lines = path.read_text(encoding="utf-8").splitlines()
    for number, old, new in (
        (lines.index("  four_eyes: false"), "false", "perhaps"),
        (lines.index("    to: [박진찬]"), "박진찬", "없는사람"),
    ):
        lines[number] = lines[number].replace(old, new)
    path.write_text("\n".join(lines), encoding="utf-8")
    said = shell("contacts", "check")
    assert said.code == 1
    for text in ("four_eyes: perhaps", "to: [없는사람]"):
        at = next(n for n, line in enumerate(lines, start=1) if text in line)
        assert f"contacts.yaml:{at}:" in said.err
    assert {"problems"} == set(shell("contacts", "check", "--json").data)


@pytest.mark.parametrize("content", [b"", b"\xff\xfe\x00", b"a: [", b"\t", b"- 1", b"a: &a [*a]"])
def test_a_directory_that_is_none_is_refused(shell: Shell, content: bytes) -> None:
    (shell.home / "contacts.yaml").write_bytes(content)
    for args in (("check",), ("show",), ("find", "ㅍㄹ")):
        said = shell("contacts", *args)
        assert (said.code, said.out) == (1, "")
        assert "contacts.yaml" in said.err


def test_show_has_every_row(shell: Shell) -> None:
    said = shell("contacts", "show", "--json")
    rows = [route["row"] for route in said.data]
    assert len(rows) == len(set(rows)) == 33
    table = shell("contacts", "show").out
    assert all(re.search(rf"^{row} ", table, re.MULTILINE) for row in rows)


def test_find_by_initial_consonants(shell: Shell) -> None:
    said = shell("contacts", "find", "ㅍㄹㄴㅅ", "--json")
    assert [one["name"] for one in said.data] == ["파르나스 호텔"]
    assert "파르나스 호텔" in shell("contacts", "find", "ㅍㄹㄴㅅ").out
    for nothing in ("", "없는이름입니다", "\udcff", "a" * 5000, "\0"):
        assert shell("contacts", "find", nothing, "--json").data == []


def test_imports_count_from_then_on(shell: Shell, tmp_path: Path) -> None:
    sites = tmp_path / "sites-in.csv"
    sites.write_text(
        '현장명,운영사,연동구분,일최대요금\n가온타워,어반포트,수동현장,"15,000"\n', encoding="utf-8"
    )
    said = shell("contacts", "import-sites", str(sites))
    assert said.code == 0
    assert str(shell.home / "sites.csv") in said.out
    routed = shell("route", "plate-change", "--site", "가온 타워", "--json").data
    assert (routed["row"], routed["partner"]) == ("P10", "urbanport")

    people = tmp_path / "people.csv"
    people.write_text(
        "현장명,담당자,이메일,직함\n나래몰,김하늘,haneul.kim@example.com,소장\n", encoding="cp949"
    )
    month = f"{date.today():%Y-%m}"
    said = shell("contacts", "import", "하이파킹", str(people), "--month", month, "--json")
    assert said.code == 0
    assert isinstance(said.data, dict)
    assert (shell.home / "sites" / "hiparking" / f"{month}.csv").is_file()
    routed = shell("route", "plate-change", "--site", "나래몰", "--json").data
    assert (routed["row"], routed["state"]) == ("P7", "pending")
    assert [one["address"] for one in routed["to"]] == ["haneul.kim@example.com"]
    assert shell("contacts", "import", "하이파킹", str(people), "--month", month).code == 0


def test_bad_rows_of_an_import_are_all_named_and_nothing_is_kept(
    shell: Shell, tmp_path: Path
) -> None:
    people = tmp_path / "people.csv"
    people.write_text(
        "현장명,담당자,이메일\n나래몰,김하늘,nowhere\n,이가람,garam@example.com\n", encoding="utf-8"
    )
    args = ("contacts", "import", "하이파킹", str(people), "--month", "2026-11")
    said = shell(*args)
    assert said.code == 1
    assert "2행" in said.err
    assert "3행" in said.err
    assert {problem["row"] for problem in shell(*args, "--json").data["problems"]} == {2, 3}
    assert not (shell.home / "sites").exists()


# ---- Korean, and silence about customers ---------------------------------------------------


def test_the_version(shell: Shell) -> None:
    said = shell.bare("--version")
    assert (said.code, said.out) == (0, f"parkdraft {__version__}\n")


def commands(command: click.Command, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    yield path
    if isinstance(command, KoreanGroup):
        context = click.Context(command)
        for name in command.list_commands(context):
            inner = command.get_command(context, name)
            assert inner is not None
            yield from commands(inner, (*path, name))


def test_every_help_page_is_korean(shell: Shell) -> None:
    pages = list(commands(command_line()))
    assert len(pages) > 15
    for path in pages:
        said = shell.bare(*path, "--help")
        assert (said.code, said.err) == (0, "")
        assert said.out.startswith("사용법: parkdraft")
        described = [line.split("  ")[-1] for line in said.out.splitlines() if "  --" in line]
        assert all(re.search("[가-힣]|예:", line) for line in described), said.out


SECRETS = ("98765", "가나다라", "홍길순")


@pytest.mark.parametrize(
    "args",
    [
        ("--plate", "98765가98765"),
        ("--plate", "홍길순 98765"),
        ("--phone", "98765-98765-98765"),
        ("--customer", "홍길순\n98765"),
        ("--customer", "홍길순" * 200),
        ("--memo", "홍길순 900101-1234567 98765"),
        ("--memo", "\0홍길순98765"),
        ("--start", "98765홍길순"),
        ("--ticket", "홍길순\x1b[31m98765"),
        ("--plate", "98765", "가나다라"),
        ("98765가나다라",),
        ("--98765가나다라",),
        ("--홍길순=98765",),
        ("-98765",),
        ("--urgent=홍길순98765",),
        ("--integration", "홍길순98765"),
    ],
    ids=ascii,
)
@pytest.mark.parametrize("verb", ["draft", "route"])
def test_stderr_never_repeats_what_is_a_customers(
    shell: Shell, verb: str, args: tuple[str, ...]
) -> None:
    for more in ((), ("--json",)):
        said = shell(verb, "registration", *MAIL, *args, *more)
        assert said.code in (1, 2)
        assert not any(secret in said.out + said.err for secret in SECRETS)


def test_nothing_of_a_customer_in_a_good_drafts_messages(shell: Shell) -> None:
    args = ("--customer", "홍길순", "--phone", "010-9876-5432", "--memo", "현장에서 통화")
    said = shell("draft", "plate-change", *MAIL, *CHANGE, *args, "--json")
    assert said.code == 0
    for secret in ("홍길순", "9876", "6789", "3456"):
        assert secret not in said.err
        assert secret not in said.data["path"]
    for secret in ("홍길순", "9876", "5432"):
        assert secret not in said.data["body"]


def test_an_unforeseen_fault_is_one_line_without_values(
    shell: Shell, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from parkdraft.home import Home

    def fail(*_args: object, **_details: object) -> None:
        raise RuntimeError("홍길순 98765")

    monkeypatch.setattr(Home, "route", fail)
    assert run(["--home", str(shell.home), "route", "plate-change", *MAIL]) == 1
    err = capsys.readouterr().err
    assert err.count("\n") == 1
    assert "홍길순" not in err


# ---- hostile calls -------------------------------------------------------------------------

WORDS = st.sampled_from(
    [
        *("draft", "route", "contacts", "find", "show", "plate-change", "차량번호변경", "lot-info"),
        *("--json", "--site", "--partner", "--plate", "--memo", "--urgent", "--help", "--", "-"),
        *("--dry-run", "--accepted", "--refused", "하이파킹", "가온타워", "12가3456", "", "="),
    ]
)
ANYTHING = st.one_of(
    WORDS,
    st.text(st.characters(exclude_categories=()), max_size=12),
    st.sampled_from(["a" * 20_000, "가" * 5_000, "\0", "\udcff", "\u202e", "--\udcff", "-\0"]),
)


@settings(
    max_examples=120,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(args=st.lists(ANYTHING, max_size=7))
def test_no_call_whatever_ends_in_a_traceback(
    frozen: Path, capsys: pytest.CaptureFixture[str], args: list[str]
) -> None:
    capsys.readouterr()
    if "--dry-run" not in args and "draft" in args:
        args = [*args, "--dry-run"]
    code = run(["--home", str(frozen), *args])
    _, err = capsys.readouterr()
    assert code in (0, 1, 2)
    assert "예상하지 못한" not in err
    assert not ENGLISH.search(err)
    if code == 2:
        assert err


def program(*args: str, **environment: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "parkdraft", *args],
        capture_output=True,
        check=False,
        env={**os.environ, "PYTHONUTF8": "0", **environment},
    )


@pytest.mark.parametrize("encoding", ["cp949", "ascii"])
def test_a_console_without_utf8_gets_whole_json(frozen: Path, encoding: str) -> None:
    args = ("--home", str(frozen), "draft", "plate-change", *MAIL, *CHANGE)
    done = program(*args, "--ticket", "뷁-7😀", "--dry-run", "--json", PYTHONIOENCODING=encoding)
    assert done.returncode == 0
    assert "뷁-7😀" in json.loads(done.stdout.decode(encoding))["subject"]
    assert b"Traceback" not in done.stderr
    done = program(*args, "--ticket", "뷁-7😀", "--dry-run", PYTHONIOENCODING=encoding)
    assert done.returncode == 0
    assert b"Traceback" not in done.stderr


@pytest.mark.skipif(os.name == "nt", reason="pipes end otherwise on Windows")
def test_a_reader_that_goes_away_sees_no_traceback(frozen: Path) -> None:
    read, write = os.pipe()
    os.close(read)
    try:
        done = subprocess.run(
            [sys.executable, "-m", "parkdraft", "--home", str(frozen), "contacts", "show"],
            stdout=write,
            stderr=subprocess.PIPE,
            check=False,
        )
    finally:
        os.close(write)
    assert b"Traceback" not in done.stderr
    assert b"Exception ignored" not in done.stderr
    assert done.returncode in (0, 1)


@pytest.mark.unprivileged
def test_a_read_only_outbox_is_refused(shell: Shell) -> None:
    outbox = shell.home / "outbox"
    outbox.mkdir()
    outbox.chmod(0o500)
    try:
        said = shell("draft", "plate-change", *MAIL, *CHANGE)
        assert (said.code, said.out) == (1, "")
        assert "권한" in said.err
    finally:
        outbox.chmod(0o700)


@pytest.mark.unprivileged
def test_an_unreadable_directory_is_refused(shell: Shell) -> None:
    (shell.home / "contacts.yaml").chmod(0)
    assert shell("contacts", "show").code == 1


def test_an_outbox_that_is_a_file_is_refused(shell: Shell) -> None:
    (shell.home / "outbox").write_text("x", encoding="utf-8")
    said = shell("draft", "plate-change", *MAIL, *CHANGE, "--json")
    assert said.code == 1
    assert said.data["problems"][0]["code"] == "storage.not-folder"


NAMELESS = ("--partner", "그 외", "--operator", "누리파킹")


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (("plate-change", *MAIL, *CHANGE), "parkdraft outbox approve"),
        (("plate-change", *NAMELESS, "--site", "가온타워", *CHANGE), "아지트"),
        (
            ("plate-change", "--partner", "하이파킹", "--site", "가온타워", *CHANGE),
            "명단을 가져오면",
        ),
    ],
)
def test_a_draft_says_what_to_do_next(shell: Shell, args: tuple[str, ...], words: str) -> None:
    said = shell("draft", *args)
    (line,) = [one for one in said.out.splitlines() if one.startswith("다음")]
    assert words in line


def test_what_will_stand_where_nothing_was_said_is_shown(shell: Shell) -> None:
    said = shell("draft", "plate-change", *MAIL, *CHANGE, "--dry-run")
    assert "--from-date(적용일): 적지 않아 '처리 즉시'로 나갑니다." in said.err
    said = shell("draft", "plate-change", *MAIL, *CHANGE, "--from-date", "2026-12-01", "--dry-run")
    assert "처리 즉시" not in said.err


def test_the_options_say_what_goes_out_and_what_does_not(shell: Shell) -> None:
    told = " ".join(shell("draft", "registration", "--help").out.split())
    assert "운영사에 보낼 참고사항" in told
    assert "아무 데도 보내지 않습니다" in told


def test_a_discount_is_drafted_once_the_customer_has_said_what_proves_it(shell: Shell) -> None:
    at = ("--partner", "SK쉴더스", "--site", "63빌딩", "--plate", "12가3456")
    paid = ("--paid-at", "2026-11-20 14:05", "--paid", "12000")
    asked = ("draft", "payment-cancel", *at, *paid, "--reason", "할인", "--discount", "staff")
    said = shell(*asked)
    assert said.code == 0
    assert "증빙)를 보내 주시겠습니까?" in said.out
    assert "현장규칙" in said.out
    assert "--proof yes(증빙 있음) 또는 --proof no(증빙 없음)" in said.out
    assert not (shell.home / "outbox").exists()
    answer = shell(*asked, "--json").data
    assert (answer["row"], answer["channel"], answer["id"]) == (None, None, None)
    assert shell(*asked, "--proof", "있음", "--json").data["row"] == "S6"


def test_the_headings_of_a_sheets_row_are_shown(shell: Shell) -> None:
    at = ("--partner", "KMP", "--site", "가온타워", "--plate", "12가3456", "--reason", "미인식")
    paid = ("--paid-at", "2026-11-20 14:05", "--paid", "12000", "--approval-no", "30012345")
    shown = shell("draft", "payment-cancel", *at, *paid, "--dry-run").out.splitlines()
    (place,) = [number for number, line in enumerate(shown) if line.startswith("요청일\t현장명")]
    assert shown[place + 1].split("\t")[1:5] == [
        "가온타워",
        "12가3456",
        "2026-11-20 14:05",
        "12000",
    ]


def test_what_is_probably_a_slip_is_said_with_its_option(shell: Shell) -> None:
    said = shell("draft", "plate-change", *MAIL, *CHANGE, "--until", "2020-01-01", "--dry-run")
    assert said.code == 0
    assert "--until(사용기한): 이미 지난 날짜입니다." in said.err
    said = shell(
        "draft",
        "payment-cancel",
        *MAIL,
        "--plate",
        "12가3456",
        "--paid",
        "12000",
        "--paid-at",
        "2026-11-20 14:05",
        "--reason",
        "misread",
        "--dry-run",
    )
    assert said.code == 0
    assert "--read-plate(인식번호): " in said.err
