"""A mail with one file: every program shows its name, and the strict reader gives it back."""

from __future__ import annotations

import email
import re
import subprocess
import sys
from base64 import b64encode
from email import policy
from email.header import decode_header, make_header
from email.message import Message
from itertools import pairwise
from urllib.parse import unquote

import pytest
from fast_mail_parser import parse_email
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.helpers.problems import codes_of

from parkdraft.errors import DraftError
from parkdraft.writing.mail import text_part, write
from parkdraft.writing.message import Attachment, Mail, Mailbox
from parkdraft.writing.readback import differences, read

QUICK = settings(max_examples=150, deadline=None)

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FILE = Attachment("차량번호 변경 30건.xlsx", XLSX, bytes(range(256)) * 2)
SHARED = Mailbox("주차 고객센터", "parking-help@example.com")
PLAIN = Mail(
    sender=SHARED,
    reply_to=SHARED,
    to=(Mailbox("홍길동", "hong@example.com"),),
    cc=(Mailbox("김하늘 대리", "haneul@example.co.kr"),),
    subject="[차량번호 변경 요청] 가온타워 30건",
    body="안녕하세요.\n\n1. 12가3456\n2. 345나6789\n",
)
MAIL = PLAIN._replace(attachments=(FILE,))
DATA = write(MAIL)
BOUNDARY = DATA.partition(b'boundary="')[2].partition(b'"')[0]

GOOD_NAMES = [
    "차량번호 변경 30건.xlsx",
    "rows.xlsx",
    "정기권 미등록 요청 (케이엠파킹앤스페이스) 2026-11-23 1,234건.xlsx",
    "가.csv",
    "a.b.c.가.xlsx",
    "it's 100% [a];b=c&d+e,f.xlsx",
    "%EA%B0%80.xlsx",
    "UTF-8''x.xlsx",
    "가=_나.xlsx",
    "차량번호  두 칸.xlsx",
    "🚗👩\u200d👩\u200d👧 주차.xlsx",
    "console.xlsx",
    "com10.xlsx",
    "가" * 78 + ".xlsx",
    "x" * 235 + ".xlsx",
]
# Names as Windows takes them, made of what is awkward to cut or to quote.
NAMES = st.builds(
    "{}.{}".format,
    st.text(st.sampled_from("가나 é🎉\u0301aZ0'();=_%,&+-.~[]·"), min_size=1, max_size=60)
    .filter(lambda stem: stem == stem.lstrip(" ."))
    .filter(lambda stem: len(stem.encode()) <= 200),
    st.sampled_from(["xlsx", "csv", "XLSX", "7z"]),
)
FILES = st.builds(
    Attachment, NAMES, st.sampled_from([XLSX, "text/csv"]), st.binary(min_size=1, max_size=300)
)


def named(name: str) -> Mail:
    return PLAIN._replace(attachments=(FILE._replace(name=name),))


class TestForm:
    """How a mail of two parts is written."""

    def test_the_lines_of_a_whole_mail(self) -> None:
        """Both parts, the name in both spellings, and nothing before, between or behind."""
        mail = PLAIN._replace(attachments=(Attachment("변경 2건.xlsx", XLSX, b"rows"),))
        content = write(mail).decode("ascii").partition("MIME-Version: 1.0\r\n")[2]
        boundary = re.findall(r'boundary="(.+)"', content)[0]
        assert content.split("\r\n") == [
            f'Content-Type: multipart/mixed; boundary="{boundary}"',
            "",
            f"--{boundary}",
            *text_part(PLAIN.body).decode("ascii").split("\r\n"),
            f"--{boundary}",
            f"Content-Type: {XLSX};",
            ' name="=?UTF-8?B?67OA6rK9IDLqsbQueGxzeA==?="',
            "Content-Transfer-Encoding: base64",
            "Content-Disposition: attachment;",
            " filename*=UTF-8''%EB%B3%80%EA%B2%BD%202%EA%B1%B4.xlsx",
            "",
            "cm93cw==",
            "",
            f"--{boundary}--",
            "",
        ]

    def test_the_mail_s_own_header_is_as_ever(self) -> None:
        """An attachment changes nothing before the content's own fields."""
        head = write(PLAIN).partition(b"Content-Type")[0]
        assert DATA.startswith(head + b"Content-Type: multipart/mixed; ")
        assert b"Content-Transfer-Encoding" not in DATA.partition(b"\r\n\r\n")[0]

    def test_without_an_attachment_nothing_changes(self) -> None:
        """The content of a plain mail is its text part, to the byte."""
        assert write(PLAIN).endswith(b"MIME-Version: 1.0\r\n" + text_part(PLAIN.body))

    def test_equal_mails_are_equal_bytes(self) -> None:
        """The boundary is a digest of the parts, and nothing else in a mail is by chance."""
        assert write(MAIL) == DATA
        assert re.fullmatch(rb"=_[0-9a-f]{32}", BOUNDARY)
        for other in (MAIL._replace(body="다른 글\n"), named("다른 이름.xlsx")):
            assert BOUNDARY not in write(other)

    @QUICK
    @given(FILES, st.sampled_from(["", "본문\n", "긴 본문 " * 200]))
    def test_bytes(self, file: Attachment, body: str) -> None:
        """ASCII, CRLF, lines of 76; only a long type, which cannot be folded, is longer."""
        data = write(PLAIN._replace(body=body, attachments=(file,)))
        assert data.isascii()
        assert data.count(b"\r") == data.count(b"\n") == data.count(b"\r\n")
        for line in data.split(b"\r\n"):
            assert len(line) <= 76 or line == f"Content-Type: {XLSX};".encode()
        boundary = data.partition(b'boundary="')[2].partition(b'"')[0]
        assert [line for line in data.split(b"\r\n") if line.startswith(b"--")] == [
            b"--" + boundary,
            b"--" + boundary,
            b"--" + boundary + b"--",
        ]
        assert data.count(boundary) == 4

    @pytest.mark.parametrize("name", GOOD_NAMES)
    def test_sections_of_a_long_name(self, name: str) -> None:
        """Sections count from 0, each holds whole characters, only the first says UTF-8."""
        data = write(named(name)).decode("ascii")
        lines = re.findall(r"^ filename(\*.*?)=(.*?);?\r$", data, re.MULTILINE)
        numbers = [f"*{number}*" for number in range(len(lines))] if len(lines) > 1 else ["*"]
        assert [number for number, _ in lines] == numbers
        assert lines[0][1].startswith("UTF-8''")
        values = [
            value.removeprefix("UTF-8''") if value is lines[0][1] else value for _, value in lines
        ]
        assert "".join(unquote(value, errors="strict") for value in values) == name
        assert all(re.fullmatch(r"(?:[\w.-]|%[0-9A-F]{2})+", value) for value in values)


class TestOtherReaders:
    """What programs that are not ours make of it."""

    @staticmethod
    def parts(mail: Mail, chosen: policy.Policy) -> tuple[Message, Message]:
        whole = email.message_from_bytes(write(mail), policy=chosen)
        found = whole.get_payload()
        assert isinstance(found, list)
        text, file = found
        assert isinstance(text, Message)
        assert isinstance(file, Message)
        assert [*whole.defects, *text.defects, *file.defects] == []
        assert (whole.preamble or "", whole.epilogue or "") == ("", "")
        return text, file

    @pytest.mark.parametrize("chosen", [policy.default, policy.compat32])
    @pytest.mark.parametrize("name", GOOD_NAMES)
    def test_the_standard_library(self, name: str, chosen: policy.Policy) -> None:
        """Both policies find two parts, the file under its name, and its bytes."""
        text, file = self.parts(named(name), chosen)
        payload = text.get_payload(decode=True)
        assert isinstance(payload, bytes)
        assert payload.decode() == PLAIN.body.replace("\n", "\r\n")
        assert file.get_filename() == name
        assert file.get_content_type() == XLSX
        assert file.get_content_disposition() == "attachment"
        assert file.get_payload(decode=True) == FILE.content

    @pytest.mark.parametrize("name", GOOD_NAMES)
    def test_a_reader_that_knows_name_only(self, name: str) -> None:
        """The older spelling alone says the same name."""
        _, file = self.parts(named(name), policy.compat32)
        assert str(make_header(decode_header(str(file.get_param("name"))))) == name

    @QUICK
    @given(FILES)
    def test_a_parser_in_rust(self, file: Attachment) -> None:
        """Text, name, type and bytes come out, without a warning."""
        parsed = parse_email(write(PLAIN._replace(attachments=(file,))), strict=True)
        assert parsed.warnings == []
        assert parsed.text_plain == [PLAIN.body.replace("\n", "\r\n")]
        (found,) = parsed.attachments
        assert (found.filename, found.mimetype, bytes(found.content)) == file


class TestReadBack:
    """The strict reader."""

    @QUICK
    @given(FILES, st.sampled_from(["", "본문\n", "a"]))
    def test_what_is_written_reads_back(self, file: Attachment, body: str) -> None:
        mail = PLAIN._replace(body=body, attachments=(file,))
        assert read(write(mail)) == mail
        assert differences(mail, read(write(mail))) == ()

    @pytest.mark.parametrize("size", [1, 2, 3, 56, 57, 58, 113, 114, 115, 100_000])
    def test_any_length_reads_back(self, size: int) -> None:
        mail = PLAIN._replace(attachments=(FILE._replace(content=b"\xff" * size),))
        assert read(write(mail)) == mail

    @QUICK
    @given(st.integers(0, len(DATA) - 1), st.binary(min_size=0, max_size=2))
    def test_a_damaged_draft_is_read_or_refused(self, place: int, damage: bytes) -> None:
        """A change of a byte anywhere gives a refusal, or a mail whose form is sound."""
        try:
            mail = read(DATA[:place] + damage + DATA[place + 1 :])
        except DraftError:
            return
        assert read(write(mail)) == mail

    @pytest.mark.parametrize(
        ("changed", "names"),
        [
            (MAIL, ()),
            (PLAIN, ("Attachment",)),
            (named("다른 이름.xlsx"), ("Attachment",)),
            (PLAIN._replace(attachments=(FILE._replace(content=b"x"),)), ("Attachment",)),
            (PLAIN._replace(attachments=(FILE._replace(media_type="text/csv"),)), ("Attachment",)),
            (MAIL._replace(body="다른 글\n"), ("Body",)),
        ],
    )
    def test_differences(self, changed: Mail, names: tuple[str, ...]) -> None:
        """A file that is missing, another, or called otherwise is a difference."""
        assert differences(MAIL, read(write(changed))) == names

    def test_a_plain_mail_loads_nothing_more(self) -> None:
        """Start-up time is a feature: what writes files comes with the first attachment."""
        code = (
            "import sys; from parkdraft.writing import mail, message, readback;"
            "box = message.Mailbox('', 'a@example.com');"
            "readback.read(mail.write(message.Mail(box, box, (box,), (), 'a', 'b')));"
            "print('parkdraft.writing.attachments' in sys.modules)"
        )
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
        assert done.stdout.split() == [b"False"]


def test_a_boundary_without_its_end() -> None:
    """A mail whose last delimiter does not close, or closes early, is refused."""
    assert codes_of(read, DATA.replace(b"--\r\n", b"\r\n")) == ["eml.parts"]
    assert codes_of(read, DATA.replace(BOUNDARY + b"\r\n", BOUNDARY + b"--\r\n")) == ["eml.parts"]


EXTRA = b"\r\n--" + BOUNDARY + b"\r\nContent-Type: text/html\r\n\r\n<p>\r\n"
NAME_LINE = DATA[
    DATA.index(b' name="') : DATA.index(b"Content-Transfer-Encoding: base64\r\nContent-D")
]
DISPOSITION = DATA[DATA.index(b"Content-Disposition") : DATA.index(b".xlsx\r\n\r\n") + 7]
CONTENT = DATA[DATA.index(DISPOSITION) + len(DISPOSITION) + 2 : -len(BOUNDARY) - 8]


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        (b"multipart/mixed", b"multipart/alternative", "eml.header-value"),
        (b"multipart/mixed", b"Multipart/Mixed", "eml.header-missing"),
        (b'boundary="', b'charset="UTF-8"; boundary="', "eml.header-line"),
        (b'boundary="=_', b'boundary="', "eml.header-value"),
        (b'boundary="=_', b'boundary="=-', "eml.header-value"),
        (b'boundary="' + BOUNDARY, b'boundary="=_' + b"0" * 32, "eml.parts"),
        (b"\r\n\r\n--" + BOUNDARY, b"\r\n\r\n", "eml.parts"),
        (b"\r\n\r\n--=_", b"\r\n\r\nThis is a multi-part message.\r\n--=_", "eml.parts"),
        (b"\r\n\r\n--=_", b"\r\n--=_", "eml.header-line"),
        (b"\r\n--" + BOUNDARY + b"--", EXTRA + b"\r\n--" + BOUNDARY + b"--", "eml.header-missing"),
        (b"--\r\n", b"--\r\nepilogue\r\n", "eml.parts"),
        (b"--\r\n", b"-- \r\n", "eml.parts"),
        (b"--\r\n", b"--\r\n\r\n", "eml.parts"),
        (b'text/plain; charset="UTF-8"', b"text/plain", "eml.header-value"),
        (b'text/plain; charset="UTF-8"', b'text/html; charset="UTF-8"', "eml.header-value"),
        (XLSX.encode() + b";", b"message/rfc822;", "eml.header-value"),
        (XLSX.encode() + b";", b"multipart/mixed;", "eml.header-value"),
        (XLSX.encode() + b";", b"Text/CSV;", "eml.header-value"),
        (b"base64\r\nContent-D", b"7bit\r\nContent-D", "eml.header-value"),
        (b"Content-Disposition", b"Content-ID: <a>\r\nContent-Disposition", "eml.header-unknown"),
        (DISPOSITION, b"", "eml.header-missing"),
        (b": attachment;", b": inline;", "eml.attachment-name"),
        (b"filename*0*=UTF-8''", b"filename*0*=EUC-KR''", "eml.attachment-name"),
        (b"filename*0*=UTF-8''", b"filename*0*=UTF-8'ko'", "eml.attachment-name"),
        (b"filename*0*=UTF-8''", b"filename*0*=", "eml.attachment-name"),
        (b"filename*0*", b"filename*1*", "eml.attachment-name"),
        (b"filename*1*", b"filename*2*", "eml.attachment-name"),
        (b"filename*1*=", b"filename*1=", "eml.attachment-name"),
        (b"filename*1*=", b'filename="a.xlsx";\r\n filename*1*=', "eml.attachment-name"),
        (b"%EC", b"%ec", "eml.attachment-name"),
        (b"%EC", b"%E", "eml.attachment-name"),
        (b"%20", b"+", "eml.attachment-name"),
        (b".xlsx\r\n", b".xlsm\r\n", "eml.attachment-name"),
        (b".xlsx\r\n", b".xlsx;\r\n size=4\r\n", "eml.attachment-name"),
        (b'?="\r\n', b'?="; charset=x\r\n', "eml.header-value"),
        (NAME_LINE, b' name="a.xlsx"\r\n', "eml.header-value"),
        (b'?="\r\n', b'"\r\n', "eml.encoded-word"),
        (CONTENT[:76], b"", "eml.attachment"),
        (CONTENT[:76], CONTENT[:76] + b" ", "eml.attachment"),
        (CONTENT[:76], CONTENT[:75], "eml.attachment"),
        (CONTENT, b"", "eml.attachment"),
        (CONTENT, b"rows\r\n\r\n" + CONTENT, "eml.attachment"),
        (CONTENT, b"YR==\r\n", "eml.attachment"),
    ],
)
def test_two_parts_have_one_form(old: bytes, new: bytes, code: str) -> None:
    """Whatever a program might read in two ways, or we do not write, is refused."""
    place = DATA.rindex(old) if old == b"--\r\n" else DATA.index(old)
    assert code in codes_of(read, DATA[:place] + new + DATA[place + len(old) :])


def test_a_section_that_cuts_a_character() -> None:
    """Some readers decode one section at a time: each holds whole characters."""
    cut = DATA.replace(b"%EB%B3%80;\r\n filename*1*=", b"%EB%B3;\r\n filename*1*=%80")
    assert cut != DATA
    assert codes_of(read, cut) == ["eml.attachment-name"]


@pytest.mark.parametrize(
    "name",
    [
        "../가.xlsx",
        "C:가.xlsx",
        "가\n.xlsx",
        "가\u202e.xlsx",
        ".xlsx",
        " 가.xlsx",
        "가",
        "가?.xlsx",
    ],
)
def test_a_name_that_is_no_file_name(name: str) -> None:
    """Both spellings may agree, and a name still be one that nothing is saved under."""
    word = b'"=?UTF-8?B?%b?="\r\n' % b64encode(name.encode())
    percent = "".join(f"%{byte:02X}" for byte in name.encode()).encode()
    data = DATA.replace(NAME_LINE, b" name=" + word).replace(
        DISPOSITION, b"Content-Disposition: attachment;\r\n filename*=UTF-8''" + percent + b"\r\n"
    )
    assert "eml.attachment-name" in codes_of(read, data)


class TestRefused:
    """What is refused, never cleaned."""

    @pytest.mark.parametrize("name", GOOD_NAMES)
    def test_names_that_are_taken(self, name: str) -> None:
        assert read(write(named(name))) == named(name)

    @pytest.mark.parametrize(
        "character",
        [
            *map(chr, range(0x20)),
            *map(chr, range(0x7F, 0xA0)),
            *'<>:"/\\|?*',
            *("\u2028", "\u2029", "\ud83c", "\u200f", "\u202e", "\u2066", "\u061c"),
        ],
    )
    def test_characters_of_a_name(self, character: str) -> None:
        """Controls, what Windows refuses, separators of paths, and what turns the writing."""
        assert codes_of(write, named(f"가{character}나.xlsx")) == ["mail.attachment-character"]

    @pytest.mark.parametrize(
        "name",
        [
            *("", ".", "가", "가.", ".xlsx", "가.엑셀", "가.xlsx.", "가.xlsx ", "가. "),
            *(" 가.xlsx", "\u3000가.xlsx", ".가.xlsx", "가." + "x" * 11),
            *("con.xlsx", "NUL.csv", "com1.xlsx", "LPT9.a.csv", "aux .csv", "COM¹.csv"),
            *("가" * 79 + ".xlsx", "x" * 236 + ".xlsx"),
        ],
    )
    def test_shapes_of_a_name(self, name: str) -> None:
        """A name has something before its extension, no device's name, and fits a folder."""
        assert codes_of(write, named(name)) == ["mail.attachment-name"]

    @pytest.mark.parametrize(
        "media_type",
        [
            *("", "text", "text/", "/csv", "Text/CSV", "text/csv; charset=x", "text/csv\r\nX: y"),
            *("multipart/mixed", "message/rfc822", "텍스트/csv", "text /csv", "text/csv\n"),
        ],
    )
    def test_media_types(self, media_type: str) -> None:
        """A type is two plain words, and holds no parts of its own."""
        file = FILE._replace(media_type=media_type)
        assert codes_of(write, PLAIN._replace(attachments=(file,))) == ["mail.attachment-type"]

    def test_nothing_in_it(self) -> None:
        """A file without a byte is a mistake."""
        file = FILE._replace(content=b"")
        assert codes_of(write, PLAIN._replace(attachments=(file,))) == ["mail.attachment-empty"]

    def test_everything_at_once(self) -> None:
        """What is wrong with the file is told together with the rest of the mail."""
        mail = PLAIN._replace(to=(), subject="\r", attachments=(Attachment("가/나", "", b""),))
        assert codes_of(write, mail) == [
            "mail.no-recipient",
            "mail.control-character",
            "mail.no-subject",
            "mail.attachment-character",
            "mail.attachment-type",
            "mail.attachment-empty",
        ]

    @QUICK
    @given(st.text(st.characters(), max_size=60), st.text(st.characters(), max_size=30))
    def test_no_line_is_ever_injected(self, name: str, media_type: str) -> None:
        """Whatever a value holds, it is refused, or the lines of fields are the same as ever."""
        file = Attachment(f"{name}.xlsx", media_type or XLSX, b"x")
        try:
            data = write(PLAIN._replace(attachments=(file,)))
        except DraftError:
            return
        parts = data.partition(b"MIME-Version")[2]
        assert re.findall(rb"^([^ \r\n=-][^:\r\n]*):", parts, re.MULTILINE) == [
            *(b"Content-Type", b"Content-Type", b"Content-Transfer-Encoding"),
            *(b"Content-Type", b"Content-Transfer-Encoding", b"Content-Disposition"),
        ]
        assert read(data).attachments == (file,)


def test_words_of_a_long_name_are_cut_at_characters() -> None:
    """But for the last, no encoded word in ``name=`` is padded; the lines keep to 76."""
    name = "정기권 미등록 요청 🚗 " * 6 + ".xlsx"
    part = write(named(name)).decode("ascii").partition(f"{XLSX};\r\n")[2]
    words = part.partition("\r\nContent-")[0].split("\r\n")
    assert len(words) > 3
    assert words[0].startswith(' name="=?UTF-8?')
    assert words[-1].endswith('?="')
    for word, _ in pairwise(words):
        assert word.endswith("?=")
        assert "=?=" not in word or "?Q?" in word
