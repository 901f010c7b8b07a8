"""What people who attacked the program, and who used it as strangers, found: not again."""

from __future__ import annotations

import os
import sqlite3
from datetime import datetime
from pathlib import Path

import pytest
from tests.helpers.outboxes import LEAD, Office

from parkdraft.errors import OutboxError, Problem, StorageError
from parkdraft.outbox.box import Outbox


def refuse(*_: object) -> None:
    raise StorageError([Problem("storage.full", data={"place": "outbox.db"})])


class TestDoneIsDone:
    """What the database has is told as done, whatever comes after it."""

    def test_a_draft_whose_tidying_is_refused(self, office: Office) -> None:
        office.monkeypatch.setattr(Outbox, "_place_all", refuse)
        made = office.run("draft", "plate-change", *CHANGE)
        assert made.code == 0
        assert "초안함에는 기록했지만" in made.err
        office.monkeypatch.undo()

    def test_an_approval_whose_tidying_is_refused(self, office: Office) -> None:
        draft_id = office.draft()
        office.monkeypatch.setattr(Outbox, "_place_all", refuse)
        said = office.run("outbox", "approve", draft_id, login=LEAD)
        assert said.code == 0
        assert f"승인했습니다: {draft_id}" in said.out


CHANGE = (
    *("--partner", "가온주차", "--site", "가온타워"),
    *("--old-plate", "12가3456", "--new-plate", "345나6789"),
)


class TestPaths:
    def test_an_identifier_that_leads_elsewhere_is_refused(self, office: Office) -> None:
        """By the database, and by whoever writes files."""
        draft_id = office.draft()
        with sqlite3.connect(office.database) as database:
            columns = [row[1] for row in database.execute("PRAGMA table_info(drafts)")]
            (row,) = database.execute("SELECT * FROM drafts").fetchall()
            for evil in ("../../../evil", "20261124-../..x", "", draft_id + "x"):
                values = dict(zip(columns, row, strict=True)) | {"id": evil, "code": evil[9:]}
                marks = ", ".join("?" * len(values))
                with pytest.raises(sqlite3.IntegrityError):
                    database.execute(f"INSERT INTO drafts VALUES ({marks})", [*values.values()])
        database.close()
        with office.box() as box, pytest.raises(OutboxError):
            box.folder.path(box.located(draft_id)._replace(id="../evil"))

    @pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="a system without FIFOs")
    def test_a_pipe_where_a_file_is_made_is_not_waited_for(self, office: Office) -> None:
        draft_id = office.draft()
        path = office.path(draft_id)
        path.unlink()
        os.mkfifo(office.outbox / ".tmp" / path.name)
        assert office.run("outbox", "verify").code == 1
        assert path.is_file()

    def test_a_state_that_is_a_link_is_not_followed(self, office: Office, tmp_path: Path) -> None:
        office.draft()
        elsewhere = tmp_path / "elsewhere"
        elsewhere.mkdir()
        (office.outbox / "approved").symlink_to(elsewhere)
        made = office.run("draft", "plate-change", "--partner", "하늘주차", *CHANGE[2:])
        assert made.code == 0
        assert list(elsewhere.iterdir()) == []


class TestPurged:
    def test_copies_that_carry_its_number_go_too(self, office: Office) -> None:
        draft_id = office.draft()
        copies = [office.outbox / f"{draft_id}.eml", office.outbox / "pending" / f"{draft_id} - 2"]
        for path in copies:
            path.write_bytes(b"12")
        folder = office.outbox / "approved" / f"{draft_id}.eml"
        folder.mkdir(parents=True)
        (folder / "mail").write_bytes(b"12")
        said = office.run("outbox", "purge", draft_id, "--reason", "요청", "--yes", login=LEAD)
        assert said.code == 0
        assert list(office.outbox.rglob(f"*{draft_id}*")) == []


class TestLost:
    def test_a_second_truth_is_not_begun_beside_files(self, office: Office) -> None:
        office.draft()
        office.database.unlink()
        made = office.run("draft", "plate-change", *CHANGE)
        assert made.code == 1
        assert "기록(outbox.db)이 없습니다" in made.err
        assert not office.database.exists()


class TestClock:
    @pytest.mark.parametrize("year", [1999, 2100])
    def test_a_draft_made_with_a_wrong_clock_can_be_named(self, office: Office, year: int) -> None:
        office.now = datetime(year, 11, 24, 10)
        draft_id = office.draft()
        assert draft_id.startswith(str(year))
        assert office.run("outbox", "show", draft_id).code == 0


class TestFilesAgain:
    def test_a_correction_says_that_files_have_to_be_attached_again(
        self, office: Office, tmp_path: Path
    ) -> None:
        paper = tmp_path / "a.pdf"
        paper.write_bytes(b"%PDF-1.7\n")
        first = office.run(
            *("draft", "plate-change", *CHANGE, "--attach", str(paper), "--masked", "--json")
        ).data
        again = office.run(
            *("draft", "plate-change", "--replaces", first["id"], "--until", "12/20", "--json")
        )
        assert "첨부 파일 1개는 새 초안에 들어가지 않았습니다" in again.err
        assert again.data["attachments"] == []
        given = ("--attach", str(paper), "--masked", "--json")
        whole = office.run("draft", "plate-change", "--replaces", again.data["id"], *given)
        assert "들어가지 않았습니다" not in whole.err
        shown = office.run("outbox", "show", whole.data["id"]).out
        assert "a.pdf" in shown
        assert "가렸다고 확인한 파일입니다" in shown


class TestSeen:
    def test_what_today_says_beside_the_text_is_shown_where_it_differs(
        self, office: Office
    ) -> None:
        draft_id = office.draft()
        path = office.root / "contacts.yaml"
        text = path.read_text("utf-8")
        path.write_text(
            text.replace("    to: [김하늘]\n", "    to: [김하늘]\n    method: 새로\n"), "utf-8"
        )
        shown = office.run("outbox", "show", draft_id, "--json").data
        assert "+처리방법: 새로" in shown["diff"]

    def test_files_and_what_was_said_of_them_are_told_at_approval(
        self, office: Office, tmp_path: Path
    ) -> None:
        paper = tmp_path / "a.pdf"
        paper.write_bytes(b"%PDF-1.7\n")
        brought = ("--attach", str(paper), "--masked", "--json")
        draft_id = office.run("draft", "plate-change", *CHANGE, *brought).data["id"]
        said = office.run("outbox", "approve", draft_id, login=LEAD)
        assert said.code == 0
        assert "첨부 파일 1개가 함께 나갑니다" in said.err

    def test_a_pdf_with_a_password_is_locked(self, office: Office, tmp_path: Path) -> None:
        paper = tmp_path / "a.pdf"
        paper.write_bytes(b"%PDF-1.7\ntrailer << /Encrypt 5 0 R >>\n")
        said = office.run("draft", "plate-change", *CHANGE, "--attach", str(paper), "--masked")
        assert said.code == 1
        assert "암호로 잠겨" in said.err


PAYMENT = (
    *("draft", "payment-cancel", "--partner", "하늘주차", "--site", "가온타워"),
    *("--plate", "12가3456", "--paid", "12000", "--reason", "미인식", "--dry-run", "--json"),
)


class TestAsked:
    @pytest.mark.parametrize(
        ("given", "codes"),
        [
            (("--paid-at", "2026-11-20", "--approval-no", "1"), {"details.no-time"}),
            (("--paid-at", "2026-11-20 14:05", "--paid-with", "카드"), {"details.no-approval"}),
            (("--paid-at", "2026-11-20 14:05", "--paid-with", "가온카드 1234"), set()),
            (("--paid-at", "2026-11-20 14:05", "--paid-with", "현금"), set()),
        ],
    )
    def test_what_an_operator_would_ask_back_for(
        self, office: Office, given: tuple[str, ...], codes: set[str]
    ) -> None:
        warnings = office.run(*PAYMENT, *given).data["warnings"]
        assert {one["code"] for one in warnings} == codes

    def test_a_pass_without_an_end_is_asked_about(self, office: Office) -> None:
        made = office.run(
            *("draft", "registration", "--partner", "가온주차", "--site", "가온타워"),
            *("--plate", "12가3456", "--start", "2026-12-01", "--dry-run", "--json"),
        )
        assert "details.no-end" in [one["code"] for one in made.data["warnings"]]
