"""Files that go along with a case: which, under what name, and what is refused."""

from __future__ import annotations

import io
import json
import os
import struct
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parkdraft import DetailsError, Home, Problem, wording
from parkdraft.cli.main import run
from parkdraft.codes import Code
from parkdraft.drafting import combine
from parkdraft.writing.compose import Draft
from parkdraft.writing.filekinds import Kind, kind_of
from parkdraft.writing.papers import MOST_BYTES, Brought, Paper, named, read_papers
from parkdraft.writing.readback import read

MAIL = {"partner": "SK쉴더스", "site": "가온타워"}
CHANGE = {**MAIL, "old-plate": "12가3456", "new-plate": "345나6789"}


def package(*parts: str, mimetype: str = "") -> bytes:
    """A ZIP with these parts, and one that says what it is."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        if mimetype:
            archive.writestr("mimetype", mimetype)
        for name in parts:
            archive.writestr(name, "<x/>")
    return held.getvalue()


def workbook() -> bytes:
    held = io.BytesIO()
    openpyxl.Workbook().save(held)
    return held.getvalue()


def hwp(properties: int = 1) -> bytes:
    """As much of a Hangul document as its kind is told by."""
    header = b"HWP Document File".ljust(32, b"\0") + struct.pack("<II", 0x05010100, properties)
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 504 + header + b"\0" * 600


def compound(stream: str) -> bytes:
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 504 + stream.encode("utf-16-le")


PDF = b"%PDF-1.7\n1 0 obj\n"
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF"
PNG = b"\x89PNG\r\n\x1a\n\x00\x00"
DOCX = package("[Content_Types].xml", "word/document.xml")
HWPX = package("Contents/header.xml", mimetype="application/hwp+zip")


@pytest.fixture
def lay(tmp_path: Path) -> Any:
    """Lays files down, and gives them as somebody brings them."""

    def laid(*files: tuple[str, bytes]) -> list[Brought]:
        brought = []
        for number, (name, content) in enumerate(files):
            path = tmp_path / "files" / str(number)
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(content)
            brought.append(Brought(name, path))
        return brought

    return laid


def codes(problems: Sequence[Problem]) -> list[str]:
    for one in problems:
        assert wording.message(one).endswith("다."), one
        assert wording.hint(one).endswith("요."), one
    return [one.code for one in problems]


def refused(home: Home, case: str, **more: Any) -> list[str]:
    with pytest.raises(DetailsError) as caught:
        home.compose(case, **more)
    return codes(caught.value.problems)


def drafted(home: Home, brought: Sequence[Brought], **more: Any) -> tuple[Draft, list[str]]:
    made = home.compose("plate-change", attachments=brought, masked=True, **{**CHANGE, **more})
    assert made.draft is not None
    return made.draft, codes(made.decision.warnings)


class TestKinds:
    """The content decides, whatever the name says."""

    @pytest.mark.parametrize(
        ("content", "media_type", "ending"),
        [
            (PDF, "application/pdf", ".pdf"),
            (JPEG, "image/jpeg", ".jpg"),
            (PNG, "image/png", ".png"),
            (workbook(), "vnd.openxmlformats-officedocument.spreadsheetml.sheet", ".xlsx"),
            (DOCX, "vnd.openxmlformats-officedocument.wordprocessingml.document", ".docx"),
            (hwp(), "application/x-hwp", ".hwp"),
            (HWPX, "application/hwp+zip", ".hwpx"),
        ],
        ids=["pdf", "jpeg", "png", "xlsx", "docx", "hwp", "hwpx"],
    )
    def test_kinds_that_people_send(self, content: bytes, media_type: str, ending: str) -> None:
        for name in ("가.pdf", "가", "가.exe"):
            kind = kind_of(content, name)
            assert isinstance(kind, Kind)
            assert kind.media_type.endswith(media_type)
            assert kind.endings[0] == ending

    @pytest.mark.parametrize(
        "content",
        [
            "결제 내역\r\n12,000원\t현금\r\n".encode(),
            "결제 내역".encode("utf-8-sig"),
            "결제 내역\r\n".encode("cp949"),
            "결제 내역".encode("utf-16"),
        ],
        ids=["utf-8", "with its mark", "cp949", "utf-16"],
    )
    def test_a_text_is_one_by_name_and_content(self, content: bytes) -> None:
        """It goes out as bytes: a part of type text is taken for the body, and re-encoded."""
        kind = kind_of(content, "메모.TXT")
        assert isinstance(kind, Kind)
        assert kind.media_type == "application/octet-stream"
        for name in ("메모.html", "메모.bat", "메모.csv", "메모"):
            assert kind_of(content, name) == "attach.kind"

    @pytest.mark.parametrize(
        ("content", "code"),
        [
            (b"", "attach.empty"),
            (b"SCDSA002" + PDF, "attach.locked"),
            (b"<DOCUMENT SAFER V3>", "attach.locked"),
            (b"\x9b <!-- FasooSecureContainer -->" + PDF, "attach.locked"),
            (b"\x9b\x20DRMONE  This Document is encrypted", "attach.locked"),
            (compound("EncryptedPackage"), "attach.locked"),
            (compound("\x09DRMEncryptedDataSpace"), "attach.locked"),
            (hwp(0b10011), "attach.locked"),
            (hwp(0b00011), "attach.locked"),
            (compound("Workbook"), "attach.kind"),
            (compound("WordDocument"), "attach.kind"),
            (
                package("[Content_Types].xml", "xl/workbook.xml", "xl/vbaProject.bin"),
                "attach.macro",
            ),
            (package("word/document.xml", "word/vbaProject.bin"), "attach.macro"),
            (package("가.pdf"), "attach.kind"),
            (package("ppt/presentation.xml"), "attach.kind"),
            (
                package("content.xml", mimetype="application/vnd.oasis.opendocument.text"),
                "attach.kind",
            ),
            (DOCX[:40], "attach.broken"),
            (b"PK\x03\x04" + b"\0" * 200, "attach.broken"),
            (b"MZ\x90\x00", "attach.kind"),
            (b"\x00\x00\x00\x18ftypheic", "attach.kind"),
            (b"GIF89a", "attach.kind"),
            (b"<html><script>", "attach.kind"),
            (b"\xff\xfe\x00", "attach.kind"),
            (b"a\x00b", "attach.kind"),
        ],
    )
    def test_what_does_not_go_along(self, content: bytes, code: str) -> None:
        for name in ("가.pdf", "가.jpg", "가.xlsx"):
            assert kind_of(content, name) == code

    @settings(max_examples=300, deadline=None)
    @given(
        st.sampled_from([b"", PDF, b"PK\x03\x04", b"\xd0\xcf\x11\xe0", DOCX, HWPX, hwp()]),
        st.binary(max_size=200),
        st.sampled_from(["가.txt", "가.pdf"]),
    )
    def test_any_bytes_are_a_kind_or_a_problem(self, start: bytes, rest: bytes, name: str) -> None:
        found = kind_of(start + rest, name)
        assert isinstance(found, Kind) or found.startswith("attach.")


class TestDraft:
    def test_the_mail_carries_and_lists_them(self, home: Home, lay: Any) -> None:
        """Each file stands in the body, in the mail under its name, and is known by its hash."""
        brought = lay(("차량등록증.pdf", PDF), ("사원증 (가림).JPG", JPEG))
        draft, warned = drafted(home, brought, memo="가족 차량")
        assert warned == []
        assert (
            "\n참고사항 : 가족 차량\n첨부파일 : 차량등록증.pdf\n첨부파일 : 사원증 (가림).JPG\n\n"
        ) in draft.body
        mail = read(draft.content)
        assert mail == draft.mail
        assert [(one.name, one.content) for one in mail.attachments] == [
            ("차량등록증.pdf", PDF),
            ("사원증 (가림).JPG", JPEG),
        ]
        assert draft.attachments == tuple(one.facts for one in mail.attachments)
        assert draft.masked
        assert draft.mailto is None

    def test_without_files_nothing_changes(self, home: Home) -> None:
        """No line speaks of files, and nobody has masked anything."""
        draft = home.compose("plate-change", **CHANGE).draft
        assert draft is not None
        assert (draft.attachments, draft.masked) == ((), False)
        assert "첨부" not in draft.body
        assert draft.mailto is not None

    def test_kept_and_read_back(self, home: Home, lay: Any) -> None:
        made = home.draft("plate-change", attachments=lay(("가.pdf", PDF)), masked=True, **CHANGE)
        assert made.path is not None
        assert [one.name for one in read(made.path.read_bytes()).attachments] == ["가.pdf"]
        told = made.draft_json()["attachments"]
        assert [(one["name"], one["size"]) for one in told] == [("가.pdf", len(PDF))]
        assert list(told[0]) == ["name", "size", "sha256"]

    def test_paths_will_do(self, home: Home, tmp_path: Path) -> None:
        """From Python, a path is enough; only True says that the files are masked."""
        (tmp_path / "가.pdf").write_bytes(PDF)
        for path in (tmp_path / "가.pdf", str(tmp_path / "가.pdf")):
            draft = home.compose("plate-change", attachments=[path], masked=True, **CHANGE).draft
            assert draft is not None
            assert [one.name for one in draft.attachments] == ["가.pdf"]
            for said in ("아니오", 1, None):
                found = refused(home, "plate-change", attachments=[path], masked=said, **CHANGE)
                assert found == ["attach.masked"]

    def test_masking_is_asked_for_once(self, home: Home, lay: Any) -> None:
        """Whoever attaches says once, for all files, that what must not be seen is masked."""
        brought = lay(("가.pdf", PDF), ("나.png", PNG))
        assert refused(home, "plate-change", attachments=brought, **CHANGE) == ["attach.masked"]

    def test_everything_wrong_at_once(self, home: Home, lay: Any) -> None:
        """Problems of the case and of every file stand in one refusal."""
        brought = lay(("가.pdf", b"SCDSA"), ("나.png", PNG), ("다.png", PNG), ("라.doc", b"x"))
        wrong = {**CHANGE, "old-plate": "12각3456"}
        assert refused(home, "plate-change", attachments=brought, **wrong) == [
            "plate.final-consonant",
            *("attach.masked", "attach.locked", "attach.twice", "attach.kind"),
        ]

    @pytest.mark.parametrize(
        ("case", "details", "code"),
        [
            ("plate-change", {**CHANGE, "partner": "KMP", "integration": "manual"}, "attach.post"),
            (
                "plate-change",
                {**CHANGE, "partner": "KMPNS", "integration": "manual"},
                "attach.post",
            ),
            ("plate-change", {**CHANGE, "partner": "아마노"}, "attach.channel"),
            (
                "plate-change",
                {**CHANGE, "partner": "KMP", "integration": "integrated"},
                "attach.channel",
            ),
            ("plate-change", {**CHANGE, "partner": "하이파킹"}, "attach.waiting"),
        ],
    )
    def test_only_a_mail_carries_files(
        self, home: Home, lay: Any, case: str, details: dict[str, str], code: Code
    ) -> None:
        """Elsewhere they are refused; where a post is made, they are uploaded with it."""
        brought = lay(("가.pdf", PDF))
        assert refused(home, case, attachments=brought, masked=True, **details) == [code]
        assert ("올리세요" in wording.hint(Problem(code))) == (code == "attach.post")

    def test_a_case_that_drafts_nothing_yet(self, home: Home, lay: Any) -> None:
        """A cancellation without its answer is told to the customer; files come later."""
        details = {"plate": "12가3456", "start": "2026-11-01", "cancel-date": "2026-11-11"}
        made = home.compose(
            "cancellation",
            attachments=lay(("가.pdf", PDF)),
            masked=True,
            **{**MAIL, "integration": "manual"},
            **details,
            **{"daily-max": "15000"},
        )
        assert made.draft is None


class TestLimits:
    def test_at_most_five(self, lay: Any) -> None:
        brought = lay(*((f"{number}.pdf", PDF + bytes([number])) for number in range(6)))
        assert len(read_papers(brought[:5], True)[0]) == 5
        papers, problems = read_papers(brought, True)
        assert (papers, codes(problems)) == ([], ["attach.too-many"])

    def test_ten_mebibytes_together(self, lay: Any) -> None:
        half = PDF.ljust(MOST_BYTES // 2, b"\0")
        brought = lay(("가.pdf", half), ("나.pdf", half[:-1] + b"x"), ("다.pdf", PDF))
        assert codes(read_papers(brought[:2], True)[1]) == []
        papers, problems = read_papers(brought, True)
        assert (papers, codes(problems)) == ([], ["attach.too-big"])

    def test_a_file_is_not_read_past_the_limit(self, tmp_path: Path) -> None:
        """Whatever its size, it is refused after the first ten mebibytes."""
        huge = tmp_path / "huge.pdf"
        with huge.open("wb") as handle:
            handle.truncate(6 * MOST_BYTES)
        assert codes(read_papers([huge], True)[1]) == ["attach.too-big"]

    def test_what_is_no_file(self, tmp_path: Path) -> None:
        """Nothing there, or a folder, is refused."""
        for path in (tmp_path / "없음.pdf", tmp_path, tmp_path / ("가" * 300)):
            (code,) = codes(read_papers([path], True)[1])
            assert code in ("attach.missing", "attach.unreadable")

    @pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no such files here")
    def test_a_pipe_is_not_waited_for(self, tmp_path: Path) -> None:
        os.mkfifo(tmp_path / "가.pdf")
        found = read_papers([tmp_path / "가.pdf"], True)[1]
        assert codes(found) == ["attach.missing"]


def outgoing(*names: str, kind: bytes = PDF, **values: Any) -> tuple[list[str], list[str]]:
    """The names under which files go out, and what is said of them."""
    found = kind_of(kind, "가.txt")
    assert isinstance(found, Kind)
    papers = [Paper(name, found, kind + bytes([number])) for number, name in enumerate(names)]
    files, warnings = named(papers, values)
    return [one.name for one in files], codes(warnings)


class TestNames:
    @pytest.mark.parametrize(
        "name",
        [
            *(
                "차량등록증.pdf",
                "사원증 앞면(가림).PDF",
                "영수증_2026-11-23.pdf",
                "20261123_101530.pdf",
            ),
            *("KakaoTalk_20261123_101530123.pdf", "영수증 11월 2026.pdf", "3456 등록증.pdf"),
            *("접수 1123-014.pdf", "가온타워 3층 1024호.pdf", "🚗.pdf", "첨부1.pdf"),
        ],
    )
    def test_names_that_stay(self, name: str) -> None:
        assert outgoing(name) == ([name], [])

    @pytest.mark.parametrize(
        "name",
        [
            *(
                "12가3456.pdf",
                "12가 3456 등록증.pdf",
                "등록증_12-가-3456.pdf",
                "１２가３４５６.pdf",
            ),
            *("서울31바1234.pdf", "부산4나1234.pdf", "외교012-345.pdf", "임시1234.pdf"),
            *("등록증345나6789(1).pdf", "12\u200b가3456.pdf", "12\u1100\u11613456.pdf"),
            *("010-1234-5678.pdf", "01012345678 등록증.pdf", "등록증_01012345678.pdf"),
            *("02-123-4567.pdf", "0504-1234-5678.pdf", "20261123_01012345678.pdf"),
            *("홍길동 등록증.pdf", "홍 길 동.pdf", "등록증(홍길동).pdf", "홍_길_동.pdf"),
            *("\u1112\u1169\u11bc길동.pdf", "5678-1234-010.pdf", "900101-1234567.pdf"),
        ],
    )
    def test_names_that_tell_who_it_is(self, name: str) -> None:
        """A plate, a phone, the customer's name or a resident number does not go out."""
        told: dict[str, Any] = {"customer": "홍길동", "phone": "5678-1234-010"}
        assert outgoing("가.pdf", name, **told) == (
            ["가.pdf", "첨부2.pdf"],
            ["attach.name-private"],
        )

    def test_a_plate_of_unusual_shape(self) -> None:
        """What the agent confirmed as a plate is one in a name, too."""
        assert outgoing("AB-1234 사진.pdf", plate="AB1234") == (
            ["첨부1.pdf"],
            ["attach.name-private"],
        )

    @pytest.mark.parametrize(
        "name",
        [
            *(
                "a\nb.pdf",
                "가\u202efdp.exe.pdf",
                "가?.pdf",
                'a"b.pdf',
                "con.pdf",
                ".pdf",
                "=?utf-8?q?a?=.pdf",
            ),
            *(
                "가" * 90 + ".pdf",
                "x" * 100_000 + ".pdf",
                "e\u0301\u0323" * 90_000 + ".pdf",
                "a/b.pdf",
            ),
            *("\udcb0\udca1.pdf", ""),
        ],
        ids=range(13),
    )
    def test_names_that_not_every_program_can_save_under(self, name: str) -> None:
        assert outgoing(name) == (["첨부1.pdf"], ["attach.name-unfit"])

    @pytest.mark.parametrize(
        ("name", "sent", "said"),
        [
            ("등록증.png", "등록증.pdf", ["attach.ending"]),
            ("등록증", "등록증.pdf", ["attach.ending"]),
            ("등록증.pdf.exe", "등록증.pdf.pdf", ["attach.ending"]),
            ("등록증.Pdf", "등록증.Pdf", []),
            ("  등록증.pdf ", "등록증.pdf", []),
            ("\u1103\u1173\u11bc록증.pdf", "등록증.pdf", []),
            ("등\u200b록증.pdf", "등록증.pdf", []),
        ],
    )
    def test_how_a_name_ends(self, name: str, sent: str, said: list[str]) -> None:
        """The ending is its content's; letters typed apart and invisible ones are made whole."""
        assert outgoing(name) == ([sent], said)

    def test_photos_may_end_in_more_than_one_way(self) -> None:
        names = ["가.jpg", "나.JPEG", "다.jfif"]
        assert outgoing(*names, kind=JPEG) == (names, [])

    def test_two_of_one_name(self) -> None:
        """Another name, which none of the others has."""
        found = outgoing("첨부2.pdf", "첨부2.PDF", "가.pdf", "가.pdf", "12가3456.pdf")
        assert found == (
            ["첨부2.pdf", "첨부3.pdf", "가.pdf", "첨부4.pdf", "첨부5.pdf"],
            [*["attach.name-twice"] * 2, "attach.name-private"],
        )

    @settings(max_examples=200, deadline=None)
    @given(
        st.lists(
            st.text(st.characters(), max_size=30)
            | st.sampled_from(["첨부1.pdf", "첨부2.pdf", "12가3456.pdf"]),
            max_size=5,
        )
    )
    def test_any_names_can_be_written(self, names: list[str]) -> None:
        """Whatever files are called, a mail can be written, and no name in it is a plate."""
        from parkdraft.writing.attachments import attachment_problems

        found = kind_of(PDF, "")
        assert isinstance(found, Kind)
        files, warnings = named([Paper(one, found, PDF) for one in names], {})
        assert attachment_problems(files) == []
        assert "12가3456.pdf" not in [one.name for one in files]
        codes(warnings)


class TestCommand:
    """``draft CASE --attach FILE --attach FILE --masked``."""

    @staticmethod
    def args(home: Home, *more: str) -> list[str]:
        details = ("--old-plate", "12가3456", "--new-plate", "345나6789")
        place = ("--partner", "SK쉴더스", "--site", "가온타워")
        return ["--home", str(home.root), "draft", "plate-change", *place, *details, *more]

    def test_several(self, home: Home, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        """Nothing of a name that was replaced is said anywhere."""
        (tmp_path / "차량 등록증.pdf").write_bytes(PDF)
        (tmp_path / "12가3456.png").write_bytes(PNG)
        files = [f"--attach={tmp_path / name}" for name in ("차량 등록증.pdf", "12가3456.png")]
        assert run(self.args(home, *files, "--masked", "--json")) == 0
        said = capsys.readouterr()
        told = json.loads(said.out)
        assert [one["name"] for one in told["attachments"]] == ["차량 등록증.pdf", "첨부2.png"]
        assert told["mailto"] is None
        assert "--attach: 2번째 첨부 파일의 이름에" in said.err
        assert "링크(mailto)에는 첨부 파일을 담을 수 없습니다" in said.err
        assert "12가3456" not in said.err
        assert run(self.args(home, *files, "--masked", "--dry-run")) == 0
        assert "차량 등록증.pdf (1KB)\n" in capsys.readouterr().out

    def test_not_masked(
        self, home: Home, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        """The refusal says what to look for, and how to say that it is done."""
        (tmp_path / "가.pdf").write_bytes(PDF)
        for more in ((), ("--dry-run",)):
            assert run(self.args(home, "--attach", str(tmp_path / "가.pdf"), *more)) == 1
            said = capsys.readouterr().err
            assert said.startswith("--masked: 첨부 파일에서 주민등록번호·주소·얼굴을 가렸는지")
        assert not (home.root / "outbox").exists()

    def test_a_file_that_is_not_there_is_named_by_its_place(
        self, home: Home, capsys: pytest.CaptureFixture[str]
    ) -> None:
        """Its name may be a plate: a message says which of the files it is."""
        assert run(self.args(home, "--attach", "99가9999.pdf", "--masked")) == 1
        said = capsys.readouterr().err
        assert "1번째 첨부 파일" in said
        assert "9999" not in said


def test_the_table_of_a_combined_mail_is_still_there(home: Home) -> None:
    """Its body lists the cases themselves, and no line speaks of papers."""
    many = [{**CHANGE, "old-plate": plate} for plate in ("12가3456", "78마9012")]
    draft = combine(home.today(), "plate-change", many)[0].draft
    assert draft is not None
    (table,) = draft.attachments
    assert table.name == "차량번호 변경 2건.xlsx"
    assert not draft.masked
    assert "첨부파일" not in draft.body
