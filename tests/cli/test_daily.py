"""What makes every day easier: where one is, near names, completion, quoting, opening."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pyperclip
import pytest
from tests.helpers.outboxes import AUTHOR, LEAD, OTHER, Office, Said

from parkdraft.cli.main import run
from parkdraft.model.team import current_login

CHANGE = ("--old-plate", "68마4321", "--new-plate", "157허8701")
PAID = ("--paid-at", "2026-11-20 14:05", "--paid", "12000", "--reason", "미인식")
PASTED = {
    "agit": ("plate-change", "하늘주차", *CHANGE),
    "board": ("plate-change", "바다파킹앤스페이스코리아", *CHANGE),
    "slack": ("payment-cancel", "하늘주차", "--plate", "68마4321", *PAID),
    "sheet": ("payment-cancel", "바다파킹앤스페이스코리아", "--plate", "68마4321", *PAID),
    "email": ("plate-change", "가온주차", *CHANGE),
    "listed": ("plate-change", "누리파킹", *CHANGE),
}
STATUS_KEYS = [
    *("home", "login", "role", "sender", "placeholder", "database", "lists", "counts", "version"),
]


class TestStatus:
    def test_it_has_the_contracts_keys(self, office: Office) -> None:
        for _ in range(2):
            office.draft()
        told = office.run("outbox", "approve", office.draft(), login=LEAD)
        assert told.code == 0
        data = office.run("status", "--json", login=LEAD).data
        assert list(data) == STATUS_KEYS
        assert (data["login"], data["role"], data["placeholder"]) == (LEAD, "lead", False)
        assert data["sender"]["address"] == "cs@example.co.kr"
        assert (data["counts"]["pending"], data["counts"]["approved"]) == (2, 1)
        assert Path(data["database"]).is_file()

    def test_people_read_who_they_are_by_what_and_what_waits(self, office: Office) -> None:
        office.draft()
        said = office.run("status", login=AUTHOR)
        for words in (AUTHOR, "박도윤", "상담사", "승인 대기 1건", "Python", "SQLite", "outbox.db"):
            assert words in said.out

    def test_it_says_by_what_the_login_is_known(
        self, office: Office, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        assert "PARKDRAFT_USER" in office.run("status").out
        monkeypatch.delenv("PARKDRAFT_USER")
        assert "PC 로그인" in office.run("status").out

    def test_this_months_list_of_each_partner_that_needs_one(self, office: Office) -> None:
        path = office.root / "sites" / "nuri" / "2026-11.csv"
        path.parent.mkdir(parents=True)
        path.write_text("현장명,담당자,이메일\n가온타워,김하늘,a@example.com\n", encoding="utf-8")
        lists = {one["partner"]: one for one in office.run("status", "--json").data["lists"]}
        assert set(lists) == {"maru", "nuri"}
        assert (lists["nuri"]["imported"], lists["nuri"]["sites"]) == (True, 1)
        assert (lists["maru"]["imported"], lists["maru"]["sites"]) == (False, None)
        said = office.run("status").out
        assert "누리파킹 2026-11: 있음" in said
        assert "마루파킹 2026-11: 없음" in said

    def test_it_makes_no_outbox(self, office: Office) -> None:
        before = sorted(office.root.rglob("*"))
        assert office.run("status").code == 0
        assert sorted(office.root.rglob("*")) == before

    @pytest.mark.parametrize(
        ("name", "content"),
        [
            ("contacts.yaml", b"a: ["),
            ("parkdraft.toml", b"["),
            ("outbox/outbox.db", b"nothing of the kind" * 100),
            ("sites.csv", b"\0\0"),
            ("sites/nuri/2026-11.csv", b"\0\0"),
        ],
    )
    def test_what_is_broken_is_said_and_the_rest_is_told(
        self, office: Office, name: str, content: bytes
    ) -> None:
        path = office.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        said = office.run("status")
        assert said.code == 0
        assert str(office.root) in said.out
        assert said.err.strip()
        data = office.run("status", "--json").data
        assert list(data) == [*STATUS_KEYS, "problems"]
        assert data["problems"]
        assert data["login"]


def said_of(capsys: pytest.CaptureFixture[str], *args: str) -> tuple[int, str]:
    code = run(args)
    return code, capsys.readouterr().err


@pytest.mark.parametrize(
    ("args", "meant"),
    [
        (("statu",), "status"),
        (("drfat",), "draft"),
        (("outbox", "aprove"), "approve"),
        (("contacts", "chek"), "check"),
        (("draft", "plate-chnage"), "plate-change"),
        (("draft", "차량번호", "변경"), "plate-change"),
        (("route", "정기권미등륵"), "registration"),
        (("draft", "plate-change", "--new-plat", "1"), "--new-plate"),
        (("outbox", "list", "--serch", "x"), "--search"),
        (("--hom", "x", "status"), "--home"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else value,
)
def test_a_mistyped_name_is_answered_with_the_near_one(
    capsys: pytest.CaptureFixture[str], args: tuple[str, ...], meant: str
) -> None:
    code, err = said_of(capsys, *args)
    assert code == 2
    assert re.search(rf"혹시 [^?]*{meant}\b", err)


def test_where_nothing_is_near_the_names_there_are_are_listed(
    capsys: pytest.CaptureFixture[str],
) -> None:
    code, err = said_of(capsys, "xyzzy")
    assert code == 2
    assert "route, draft, contacts" in err
    assert "xyzzy" not in err


@pytest.mark.parametrize(
    ("args", "option"),
    [
        (("draft", "registration", "--site", "파르나스", "호텔", "--plate", "12가3456"), "--site"),
        (("outbox", "list", "--search", "가온", "3456"), "--search"),
        (("draft", "parking-ticket", "--json", "--memo", "앞에서", "기다립니다"), "--memo"),
        (("contacts", "find", "파르나스", "호텔"), None),
    ],
)
def test_a_value_that_the_shell_took_apart_is_to_be_quoted(
    capsys: pytest.CaptureFixture[str], args: tuple[str, ...], option: str | None
) -> None:
    code, err = said_of(capsys, *args)
    assert code == 2
    assert "큰따옴표" in err
    assert option is None or f"{option} 뒤의 값이 둘로 나뉘었습니다" in err
    assert "3456" not in err
    assert "기다립니다" not in err


def test_a_reason_taken_apart_is_no_number_of_a_draft(office: Office) -> None:
    said = office.run("outbox", "return", office.draft(), "--reason", "번호", "확인", login=LEAD)
    assert said.code == 1
    assert "큰따옴표" in said.err


def test_a_missing_right_says_which_login_was_seen(office: Office) -> None:
    draft_id = office.draft()
    for args in (("approve", draft_id), ("purge", draft_id, "--reason", "시험", "--yes")):
        assert OTHER in office.run("outbox", *args, login=OTHER).err
    assert OTHER in office.run("outbox", "return", draft_id, "--reason", "x", login=OTHER).err


def test_who_works_is_the_environments_user() -> None:
    assert current_login({"PARKDRAFT_USER": "CENTER\\Garam.Lee"}) == "garam.lee"


class TestCompletion:
    def asked(self, shell: str, line: str) -> list[str]:
        """What is offered for the last word of a command line."""
        env = {
            **os.environ,
            "PYTHONUTF8": "1",
            "_PARKDRAFT_COMPLETE": f"{shell}_complete",
            "COMP_WORDS": line,
            "COMP_CWORD": line.split()[-1] if shell == "fish" else str(len(line.split()) - 1),
        }
        done = subprocess.run(
            [sys.executable, "-m", "parkdraft"], env=env, capture_output=True, check=True
        )
        return done.stdout.decode().splitlines()

    @pytest.mark.parametrize(
        ("line", "offered"),
        [
            ("parkdraft dr", "draft"),
            ("parkdraft draft pl", "plate-change"),
            ("parkdraft --home x outbox app", "approve"),
            ("parkdraft draft plate-change --old", "--old-plate"),
        ],
    )
    @pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
    def test_commands_cases_and_options(self, shell: str, line: str, offered: str) -> None:
        assert any(offered in one for one in self.asked(shell, line))

    @pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
    def test_the_lines_for_a_shell(self, capsys: pytest.CaptureFixture[str], shell: str) -> None:
        assert run(["completion", shell]) == 0
        said = capsys.readouterr()
        assert f"_PARKDRAFT_COMPLETE={shell}_complete" in said.out
        assert said.err == ""

    def test_another_shell_is_wrong_usage(self, capsys: pytest.CaptureFixture[str]) -> None:
        code, err = said_of(capsys, "completion", "cmd")
        assert code == 2
        assert "bash, zsh, fish" in err

    @pytest.mark.skipif(not shutil.which("bash"), reason="no bash here")
    def test_bash_itself_completes(
        self, capsys: pytest.CaptureFixture[str], tmp_path: Path
    ) -> None:
        run(["completion", "bash"])
        lines = capsys.readouterr().out
        program = tmp_path / "parkdraft"
        program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m parkdraft "$@"\n')
        program.chmod(0o755)
        script = f"""{lines}
COMP_WORDS=(parkdraft outbox appr) COMP_CWORD=2
_parkdraft_completion parkdraft
echo "${{COMPREPLY[@]}}"
"""
        path = f"{tmp_path}{os.pathsep}{os.environ['PATH']}"
        done = subprocess.run(
            ["bash", "--norc", "-c", script],
            env={**os.environ, "PATH": path},
            capture_output=True,
            check=False,
        )
        assert done.stdout.decode().strip() == "approve"


class TestMailto:
    @pytest.fixture
    def links(self, monkeypatch: pytest.MonkeyPatch) -> list[str]:
        urls: list[str] = []
        monkeypatch.setattr("parkdraft.launcher.open_link", urls.append)
        monkeypatch.setattr(
            "parkdraft.launcher.open_file", lambda _: pytest.fail("a file was opened")
        )
        return urls

    def test_the_stored_link_is_opened_and_recorded(self, office: Office, links: list[str]) -> None:
        draft_id = office.in_state("approved")
        shown = office.run("outbox", "show", draft_id, "--json").data
        said = office.run("outbox", "open", draft_id, "--mailto", login=OTHER)
        assert (said.code, said.out) == (0, "")
        assert links == [shown["mailto"]]
        assert "보내는 사람이 공용 메일인지 확인하세요" in said.err
        assert office.did(draft_id)[-1] == ("open", OTHER)

    def test_what_is_not_approved_says_so(self, office: Office, links: list[str]) -> None:
        said = office.run("outbox", "open", office.draft(), "--mailto")
        assert "팀장 승인 전입니다" in said.err
        assert len(links) == 1

    def test_a_body_to_be_pasted_is_said_and_shown(self, office: Office, links: list[str]) -> None:
        draft_id = office.draft(memo="가나다라마바사아자차" * 19)
        said = office.run("outbox", "open", draft_id, "--mailto")
        assert said.code == 0
        assert "body=" not in links[0]
        assert "본문은 붙여 넣으세요" in said.err
        assert (
            said.out.strip()
            == office.run("outbox", "show", draft_id, "--json").data["body"].strip()
        )

    @pytest.mark.parametrize("kind", ["agit", "sheet", "listed"])
    def test_what_has_no_link_is_refused_and_not_recorded(
        self, office: Office, links: list[str], kind: str
    ) -> None:
        draft_id = office.draft(kind)
        said = office.run("outbox", "open", draft_id, "--mailto")
        assert said.code == 1
        assert "메일 링크(mailto)를 만들 수 없는" in said.err
        assert (links, len(office.history(draft_id))) == ([], 1)

    def test_no_program_for_links_is_said_and_no_refusal(self, office: Office) -> None:
        office.monkeypatch.setattr(sys, "platform", "linux")
        office.monkeypatch.setattr(subprocess, "run", _no_program)
        said = office.run("outbox", "open", office.draft(), "--mailto")
        assert said.code == 0
        assert "프로그램을 찾지 못했습니다" in said.err

    def test_no_program_for_files_is_said_and_no_refusal(self, office: Office) -> None:
        office.monkeypatch.setattr(sys, "platform", "linux")
        office.monkeypatch.setattr(subprocess, "run", _no_program)
        draft_id = office.draft()
        said = office.run("outbox", "open", draft_id)
        assert said.code == 0
        assert str(office.path(draft_id)) in said.err


def _no_program(*_: object, **__: object) -> None:
    raise FileNotFoundError(2, "none")


class TestCopy:
    @pytest.fixture
    def board(self, monkeypatch: pytest.MonkeyPatch) -> list[str]:
        texts: list[str] = []
        monkeypatch.setattr(pyperclip, "copy", texts.append)
        return texts

    def drafted(self, office: Office, kind: str, *more: str) -> Said:
        case, partner, *options = PASTED[kind]
        place = ("--partner", partner, "--site", "가온타워")
        return office.run("draft", case, *place, *options, "--copy", "--json", *more)

    @pytest.mark.parametrize("kind", ["agit", "slack", "sheet", "board"])
    def test_a_post_or_a_row_goes_to_the_clipboard_and_is_recorded(
        self, office: Office, board: list[str], kind: str
    ) -> None:
        data = self.drafted(office, kind).data
        assert board == [data["body"].rstrip("\n")]
        assert ("\t" in board[0]) == (kind == "sheet")
        assert office.did(data["id"])[-1] == ("copy", LEAD)

    def test_a_preview_is_copied_and_nothing_is_kept(
        self, office: Office, board: list[str]
    ) -> None:
        data = self.drafted(office, "sheet", "--dry-run").data
        assert board == [data["body"].rstrip("\n")]
        assert not office.outbox.exists()

    @pytest.mark.parametrize("kind", ["email", "listed"])
    def test_a_mail_is_not_copied(self, office: Office, board: list[str], kind: str) -> None:
        said = self.drafted(office, kind)
        assert (said.code, board) == (0, [])
        assert "파일을 열어" in said.err

    @pytest.mark.parametrize("error", [pyperclip.PyperclipException("none"), OSError(5, "busy")])
    def test_where_it_cannot_it_says_so_and_the_draft_is_there(
        self, office: Office, monkeypatch: pytest.MonkeyPatch, error: Exception
    ) -> None:
        def fail(_: str) -> None:
            raise error

        monkeypatch.setattr(pyperclip, "copy", fail)
        said = self.drafted(office, "agit")
        assert said.code == 0
        assert "클립보드에 넣지 못했습니다" in said.err
        assert office.did(said.data["id"]) == [("draft", LEAD)]
