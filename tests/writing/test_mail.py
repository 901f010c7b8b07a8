"""The mail writer: what other programs read, and what is refused instead of cleaned."""

from __future__ import annotations

import ast
import re
import sys
from base64 import b64decode
from pathlib import Path
from types import ModuleType

import pytest
from fast_mail_parser import PyAddress, PyMail, parse_email
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.helpers.problems import codes_of

from parkdraft.errors import DraftError
from parkdraft.writing import attachments, readback
from parkdraft.writing import encoding as encoding_module
from parkdraft.writing import mail as mail_module
from parkdraft.writing.mail import write
from parkdraft.writing.message import Mail, Mailbox
from parkdraft.writing.readback import read

QUICK = settings(max_examples=150, deadline=None)

SHARED = Mailbox("주차 고객센터", "parking-help@example.com")
SEVEN = tuple(
    Mailbox(name, f"{login}.partner-operations@parking.example.co.kr")
    for name, login in (
        ("홍길동 매니저", "gildong.hong"),
        ("김민수(운영1팀)", "minsu.kim"),
        ("이영희, 박철수", "younghee.lee"),
        ("남궁도현 책임연구원(시설관리)", "dohyun.namgung"),
        ("최수진 🚗 담당", "sujin.choi"),
        ("Kim, Min-su (Ops)", "ops"),
        ("선우은숙 부팀장님", "eunsook.sunwoo"),
    )
)
PLAIN = Mail(
    sender=SHARED,
    reply_to=SHARED,
    to=(Mailbox("강감찬 소장", "gamchan@example.com"),),
    cc=SEVEN,
    subject="[긴급] 차량번호 변경 요청 – 가나다빌딩 5678",
    body="안녕하세요.\n\n차량번호 34나5678을 변경해 주세요.\n",
)
# The most awkward texts for a cut at whole characters and multiples of three bytes.
AWKWARD = [
    "a",
    " ",
    "é",
    "가",
    "\u1100\u1161\u11a8",
    "🎉",
    "e\u0301",
    "👩\u200d👩\u200d👧",
    "=?",
    "?=",
    "<",
    '"',
]
WORD = re.compile(r"=\?UTF-8\?([BQ])\?([^?]+)\?=")


def other_reader(mail: Mail) -> PyMail:
    """The mail as a parser that is not Python's reads it, without any repair."""
    parsed = parse_email(write(mail), strict=True)
    assert parsed.warnings == []
    return parsed


def imported(module: ModuleType) -> set[str]:
    """The modules that a module's text imports, anywhere in it."""
    nodes = list(ast.walk(ast.parse(Path(str(module.__file__)).read_text(encoding="utf-8"))))
    names = {name.name for node in nodes if isinstance(node, ast.Import) for name in node.names}
    for node in nodes:
        if isinstance(node, ast.ImportFrom):
            names |= {str(node.module), *(f"{node.module}.{name.name}" for name in node.names)}
    return names & {*sys.modules}


def people(addresses: list[PyAddress]) -> list[tuple[str, str]]:
    return [(one.display_name or "", one.address) for one in addresses]


def words_of(data: bytes, header: str) -> list[tuple[str, str]]:
    """Encoding and text of each encoded word in a header that holds nothing else."""
    match = re.search(rf"^{header}: (.*(?:\r\n .*)*)\r$", data.decode("ascii"), re.MULTILINE)
    assert match
    return [(word[1], word[2]) for word in WORD.finditer(match[1])]


class TestFaultsOfTheStandardLibrary:
    """What went wrong with EmailMessage does not go wrong here."""

    def test_nobody_vanishes(self) -> None:
        """Seven people in Cc with commas in names stay seven (gh-100884, CVE-2025-1795)."""
        assert people(other_reader(PLAIN).cc) == [(box.display, box.address) for box in SEVEN]
        assert b"?q?=2c" not in write(PLAIN).lower()

    def test_spaces_between_words_survive(self) -> None:
        """A space where a word ends is inside a word, wherever the cut falls (gh-92081)."""
        for length in range(40):
            subject = "가" * length + " 34나5678 변경 " + "나다 " * 20 + "끝"
            mail = PLAIN._replace(subject=subject)
            assert other_reader(mail).subject == subject
            assert read(write(mail)).subject == subject

    def test_words_are_never_glued(self) -> None:
        """Two encoded words have a fold between them, never ``?==?`` (gh-144156)."""
        data = write(PLAIN._replace(subject="주차장 이름이 길어요 " * 20 + "끝"))
        assert b"?==?" not in data
        assert data.count(b"?=\r\n =?") > 5

    @pytest.mark.parametrize("repeat", range(1, 12))
    def test_a_long_quoted_name_is_one_person(self, repeat: int) -> None:
        """A long ASCII name with a comma stays one person of that name (gh-80222)."""
        name = "Kim, Min-su (Ops) " * repeat + "Jr."
        mail = PLAIN._replace(cc=(Mailbox(name, "minsu@example.com"), *SEVEN))
        assert people(other_reader(mail).cc)[0] == (name, "minsu@example.com")
        assert len(other_reader(mail).cc) == 8
        assert read(write(mail)) == mail

    @QUICK
    @given(st.text(st.sampled_from("가나a é🎉"), min_size=1, max_size=120))
    def test_no_word_is_longer_than_75(self, text: str) -> None:
        """An encoded word has at most 75 characters, its line 76 (RFC 2047 section 2)."""
        mail = PLAIN._replace(cc=(Mailbox(text, "a@example.com"),), subject=f"제목{text}")
        for line in write(mail).decode("ascii").split("\r\n"):
            assert len(line) <= 76
            assert all(len(word[0]) <= 75 for word in WORD.finditer(line))

    def test_what_is_read_back_is_not_the_writer_s(self) -> None:
        """The writers use no ``email``; the read-back none of them, nor the policy that adds
        spaces (gh-128110)."""
        for module in (mail_module, attachments, encoding_module):
            assert not any(name.startswith("email") for name in imported(module))
        assert imported(readback) & {"email.parser", "email.header"}
        assert "email.policy" not in imported(readback)
        ours = {name for name in imported(readback) if name.startswith("parkdraft.writing.")}
        assert ours == {"parkdraft.writing.message"}


class TestForm:
    """The one form that all mail programs read alike."""

    def test_fields_and_their_order(self) -> None:
        """The header has these fields in this order, and no others."""
        head, _, content = write(PLAIN).decode("ascii").partition("\r\n\r\n")
        assert re.findall(r"^([\w-]+):", head, re.MULTILINE) == [
            *("X-Unsent", "From", "Reply-To", "To", "Cc", "Subject"),
            *("MIME-Version", "Content-Type", "Content-Transfer-Encoding"),
        ]
        assert head.startswith("X-Unsent: 1\r\n")
        assert head.endswith(
            "MIME-Version: 1.0\r\n"
            'Content-Type: text/plain; charset="UTF-8"\r\n'
            "Content-Transfer-Encoding: base64"
        )
        assert b64decode(content).decode() == PLAIN.body.replace("\n", "\r\n")

    def test_bytes(self) -> None:
        """The file is ASCII with CRLF, lines of at most 76, and ends with a line end."""
        data = write(PLAIN._replace(body="본문\n" * 500))
        assert data.isascii()
        assert data.count(b"\r") == data.count(b"\n") == data.count(b"\r\n")
        assert data.endswith(b"\r\n")
        assert max(map(len, data.split(b"\r\n"))) == 76

    def test_no_cc(self) -> None:
        """Without people in Cc there is no Cc line."""
        assert b"\r\nCc:" not in write(PLAIN._replace(cc=()))

    def test_each_person_starts_a_line(self) -> None:
        """No line holds two people."""
        assert all(
            line.count(b"@") <= 1 for line in write(PLAIN).partition(b"Subject")[0].split(b"\r\n")
        )

    @pytest.mark.parametrize(
        ("display", "written"),
        [
            ("", b"Cc: a@example.com\r\n"),
            ("Kim Minsu", b"Cc: Kim Minsu <a@example.com>\r\n"),
            ("Kim, Minsu", b'Cc: "Kim, Minsu" <a@example.com>\r\n'),
            ("Kim (Ops)", b'Cc: "Kim (Ops)" <a@example.com>\r\n'),
            ("Kim Jr.", b'Cc: "Kim Jr." <a@example.com>\r\n'),
            ("b@example.com", b'Cc: "b@example.com" <a@example.com>\r\n'),
            ('Kim "Min" Su', b"Cc: =?UTF-8?B?S2ltICJNaW4iIFN1?= <a@example.com>\r\n"),
            ("Kim \\ Su", b"Cc: =?UTF-8?B?S2ltIFwgU3U=?= <a@example.com>\r\n"),
            ("=?a?=", b"Cc: =?UTF-8?B?PT9hPz0=?= <a@example.com>\r\n"),
            ("Kim  Su", b"Cc: =?UTF-8?B?S2ltICBTdQ==?= <a@example.com>\r\n"),
            ("홍길동", b"Cc: =?UTF-8?B?7ZmN6ri464+Z?= <a@example.com>\r\n"),
        ],
    )
    def test_names(self, display: str, written: bytes) -> None:
        """A name stands bare, quoted or encoded, whichever cannot be misread."""
        mail = PLAIN._replace(cc=(Mailbox(display, "a@example.com"),))
        assert written in write(mail)
        assert read(write(mail)) == mail
        assert people(other_reader(mail).cc) == [(display, "a@example.com")]

    @pytest.mark.parametrize(
        ("subject", "line"),
        [
            ("Parking 5678", b"Subject: Parking 5678\r\n"),
            ("a=?b", b"Subject: =?UTF-8?B?YT0/Yg==?=\r\n"),
            ("a  b", b"Subject: =?UTF-8?B?YSAgYg==?=\r\n"),
            ("변경", b"Subject: =?UTF-8?B?67OA6rK9?=\r\n"),
        ],
    )
    def test_subjects(self, subject: str, line: bytes) -> None:
        """Plain ASCII stands as it is, anything else is one run of encoded words."""
        assert line in write(PLAIN._replace(subject=subject))

    def test_a_long_address_folds_before_it(self) -> None:
        """An address that does not fit beside the name stands on the next line."""
        address = f"{'a' * 64}@{'b' * 60}.example.com"
        mail = PLAIN._replace(to=(Mailbox("홍길동", address), Mailbox("", address)))
        assert f"=?\r\n <{address}>,\r\n {address}\r\n".encode()[2:] in write(mail)
        assert people(other_reader(mail).to) == [("홍길동", address), ("", address)]

    def test_the_lines_of_people_stay(self) -> None:
        """The people's lines of a route are the same bytes in each of its mails."""
        head = write(PLAIN).partition(b"Subject: ")[0]
        assert write(PLAIN._replace(subject="x", body="y")).startswith(head + b"Subject: x")


class TestCuts:
    """Where a long text is cut into encoded words."""

    @pytest.mark.parametrize(
        "text",
        [
            "가" * 100,
            "a" + "가" * 100,
            "aa" + "가" * 100,
            "é" + "가" * 100,
            "🎉" + "가" * 100,
            "가" * 15 + "a" + "가" * 100,
            "가" * 12 + "aé" + "가" * 30 + "🎉" + "가" * 30,
            "aé" + "가" * 100,
            "é" * 100,
            "🎉" * 100,
            "a" * 300,
            "\u0301" * 100,
            "👩\u200d👩\u200d👧\u200d👦" * 20,
            ("가" * 20 + "a") * 20,
        ],
    )
    def test_awkward_mixtures(self, text: str) -> None:
        """Every mixture of characters of one to four bytes can be cut, and reads back."""
        mail = PLAIN._replace(subject=text, cc=(Mailbox(text, "a@example.com"),))
        assert read(write(mail)) == mail
        assert other_reader(mail).subject == text
        check_words(words_of(write(mail), "Subject"), text, 39)

    @QUICK
    @given(st.lists(st.sampled_from(AWKWARD), min_size=1, max_size=150).map("".join))
    def test_any_mixture(self, text: str) -> None:
        """The same for any mixture, in a subject and in a name."""
        subject = f"제목{text}"
        mail = PLAIN._replace(subject=subject, cc=(Mailbox(text, "a@example.com"),))
        data = write(mail)
        assert read(data) == mail
        assert other_reader(mail).subject == subject
        check_words(words_of(data, "Subject"), subject, 39)


def check_words(words: list[tuple[str, str]], text: str, first: int) -> None:
    """Whole characters in each word, no padding but in the last, Q words of two at most."""
    pieces = []
    for number, (encoding, encoded) in enumerate(words):
        if encoding == "B":
            data = b64decode(encoded, validate=True)
            assert len(data) <= (first if number == 0 else 45)
            assert "=" not in encoded or number == len(words) - 1
        else:
            assert number < len(words) - 1
            data = re.sub(rb"=(..)", lambda m: bytes.fromhex(m[1].decode()), encoded.encode())
            data = data.replace(b"_", b" ")
            assert 1 <= len(data.decode()) <= 2
        pieces.append(data.decode())
    assert "".join(pieces) == text


class TestRefused:
    """What is refused, never cleaned."""

    @pytest.mark.parametrize(
        "character",
        [*map(chr, range(0x20)), *map(chr, range(0x7F, 0xA0)), "\u2028", "\u2029", "\ud83c"],
    )
    def test_control_characters(self, character: str) -> None:
        """A control character or half a character in any header value is refused."""
        bad = f"홍길동{character}Bcc: x@example.com"
        box = Mailbox(bad, "a@example.com")
        for mail in (
            PLAIN._replace(subject=bad),
            PLAIN._replace(sender=box),
            PLAIN._replace(reply_to=box),
            PLAIN._replace(to=(box,)),
            PLAIN._replace(cc=(*SEVEN, box)),
        ):
            assert codes_of(write, mail) == ["mail.control-character"]

    @pytest.mark.parametrize(
        "address",
        [
            *("", "a", "@", "a@", "@b", "a@b@c", "a b@example.com", "a@example.com "),
            *(f"a{special}@example.com" for special in '<>,;:"()[]\\\t\r\n\x00\x7f'),
            *("홍@example.com", "a@예시.example", "a\u00a0@example.com", "a@example.com\n"),
            *("=?utf-8?q?a?=@example.com", "a" * 250 + "@b.kr"),
        ],
    )
    def test_addresses(self, address: str) -> None:
        """An address is ASCII, has one @ and nothing that could end or divide it."""
        assert codes_of(write, PLAIN._replace(cc=(Mailbox("홍길동", address),))) == ["mail.address"]
        assert codes_of(write, PLAIN._replace(sender=Mailbox("", address))) == ["mail.address"]

    def test_nobody_in_to(self) -> None:
        """A mail without To is refused."""
        assert codes_of(write, PLAIN._replace(to=())) == ["mail.no-recipient"]

    @pytest.mark.parametrize("subject", ["", " ", "\u3000"])
    def test_no_subject(self, subject: str) -> None:
        """A mail without a subject is refused."""
        assert codes_of(write, PLAIN._replace(subject=subject)) == ["mail.no-subject"]

    @pytest.mark.parametrize("character", ["\r", "\x00", "\x0b", "\x1b", "\x7f", "\ud83c"])
    def test_bodies(self, character: str) -> None:
        """A body may have line feeds and tabs, but no other control character."""
        assert codes_of(write, PLAIN._replace(body=f"가{character}나")) == ["mail.body-character"]
        mail = PLAIN._replace(body="가\t나\n\u2028")
        assert read(write(mail)) == mail

    def test_everything_at_once(self) -> None:
        """A refusal names all that is wrong, and where, without the value."""
        bad = Mailbox("나쁜\n이름", "나쁜 주소")
        mail = PLAIN._replace(sender=bad, to=(), cc=(SHARED, bad), subject="\r", body="\x00")
        with pytest.raises(DraftError) as refused:
            write(mail)
        assert [
            (problem.code, problem.data.get("header"), problem.data.get("number"))
            for problem in refused.value.problems
        ] == [
            ("mail.control-character", "From", None),
            ("mail.address", "From", 1),
            ("mail.control-character", "Cc", None),
            ("mail.address", "Cc", 2),
            ("mail.no-recipient", None, None),
            ("mail.control-character", "Subject", None),
            ("mail.no-subject", None, None),
            ("mail.body-character", None, None),
        ]

    @QUICK
    @given(st.text(st.characters(), max_size=60), st.text(st.characters(), max_size=60))
    def test_no_header_is_ever_injected(self, display: str, subject: str) -> None:
        """Whatever a value holds, it is refused or the header has the same lines as ever."""
        box = Mailbox(display, "a@example.com")
        mail = PLAIN._replace(to=(box, SHARED), subject=subject)
        try:
            data = write(mail)
        except DraftError:
            return
        names = re.findall(rb"^([^ \r\n][^:\r\n]*):", data.partition(b"\r\n\r\n")[0], re.MULTILINE)
        assert b",".join(names) == (
            b"X-Unsent,From,Reply-To,To,Cc,Subject,MIME-Version,Content-Type,"
            b"Content-Transfer-Encoding"
        )
        assert read(data) == mail
