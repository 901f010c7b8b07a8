"""Whatever is changed in a draft's file is told by its place, and nothing that stands there."""

from __future__ import annotations

import base64
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parkdraft.outbox.fingerprint import changes, fingerprint
from parkdraft.writing.mail import Attachment, Mail, Mailbox, write

BODY = """\
안녕하세요. 주차 고객센터입니다.

현장: 가온타워
기존 차량번호: 12가3456
변경 차량번호: 345나6789

감사합니다.
"""
LINES = BODY.count("\n")
MAIL = Mail(
    Mailbox("주차 고객센터", "cs@example.co.kr"),
    Mailbox("주차 고객센터", "cs@example.co.kr"),
    (Mailbox("김하늘 주임", "haneul@example.com"), Mailbox("최바다", "bada@example.com")),
    (Mailbox("이서연", "seoyeon@example.com"),),
    "[가온타워] 정기권 차량번호 변경 요청 (6789)",
    BODY,
)
SHEET = Attachment("목록.xlsx", "application/octet-stream", b"PK\3\4" * 500)
PLAIN, PARTS = write(MAIL), write(MAIL._replace(attachments=(SHEET,)))
HEADERS = ("X-Unsent", "From", "Reply-To", "To", "Cc", "Subject", "MIME-Version")
TEXT = BODY.encode()
PLACE = re.compile(r"[A-Za-z-]+|본문 \d+번째 줄(부터)?|파일|첨부|머리글")
property_test = settings(max_examples=300, deadline=None, derandomize=True, database=None)


def changed(suffix: str, before: bytes, after: bytes) -> tuple[str, ...]:
    found = changes(suffix, fingerprint(suffix, before), after)
    assert found
    assert len(set(found)) == len(found)
    assert all(PLACE.fullmatch(place) for place in found), found
    return found


def with_body(text: str) -> bytes:
    head, _, _ = PLAIN.partition(b"\r\n\r\n")
    return head + b"\r\n\r\n" + base64.encodebytes(text.encode()).replace(b"\n", b"\r\n")


def with_line(number: int, line: str) -> str:
    lines = BODY.split("\n")
    lines[number] = line
    return "\n".join(lines)


# ---- headers -----------------------------------------------------------------------------------


@pytest.mark.parametrize("content", [PLAIN, PARTS], ids=["plain", "parts"])
@pytest.mark.parametrize("name", HEADERS)
class TestHeaders:
    def field(self, content: bytes, name: str) -> bytes:
        """The whole field, folded as it is."""
        found = re.search(rb"(?m)^%s:.*\r\n(?: .*\r\n)*" % name.encode(), content)
        assert found
        return found[0]

    def test_changed(self, content: bytes, name: str) -> None:
        field = self.field(content, name)
        for other in (
            field[:-2] + b"x\r\n",
            field.replace(b": ", b": x", 1),
            b"%s:\r\n" % name.encode(),
        ):
            assert changed(".eml", content, content.replace(field, other)) == (name,)

    def test_gone(self, content: bytes, name: str) -> None:
        assert changed(".eml", content, content.replace(self.field(content, name), b"")) == (name,)

    def test_there_twice(self, content: bytes, name: str) -> None:
        field = self.field(content, name)
        for second in (field, b"%s: bada@example.com\r\n" % name.encode()):
            after = content.replace(field, field + second)
            assert changed(".eml", content, after) == (name,)
            assert changed(".eml", after, content) == (name,)

    def test_each_byte(self, content: bytes, name: str) -> None:
        """One bit of a field's value, wherever it is."""
        field = self.field(content, name)
        start = content.index(field) + field.index(b":") + 1
        for at in range(start, start + len(field.strip()) - len(name) - 1):
            if content[at] in b"\r\n":
                continue
            flipped = bytearray(content)
            flipped[at] ^= 1
            found = changed(".eml", content, bytes(flipped))
            # a space that folded a line away begins a new field
            assert found == (name,) or content[at - 2 : at] == b"\r\n", (at, found)


@pytest.mark.parametrize("name", ["Bcc", "X-Added", "reply-to"])
def test_a_header_that_was_added(name: str) -> None:
    added = b"%s: bada@example.com\r\n" % name.encode()
    assert changed(".eml", PLAIN, added + PLAIN) == (name,)


@pytest.mark.parametrize(
    "line",
    [
        "010-1234-5678",
        "010-1234-5678: x",
        "12가3456 홍길동",
        "홍길동: 010-1234-5678",
        "X-12가3456: x",
        "X-1234: x",
        ": x",
        "To haneul@example.com",
        "\udcff",
        "=?utf-8?b?7ZmN?=: x",
    ],
    ids=ascii,
)
def test_what_stands_there_instead_of_a_header_is_not_repeated(line: str) -> None:
    added = line.encode("utf-8", "surrogateescape") + b"\r\n"
    assert changed(".eml", PLAIN, added + PLAIN) == ("머리글",)
    assert changed(".eml", added + PLAIN, b"x\r\n" + PLAIN) == ("머리글",)


def test_several_places_in_their_order() -> None:
    after = PLAIN.replace(b"haneul@", b"hanaul@").replace(b"seoyeon@", b"soyeon@")
    after = b"Bcc: bada@example.com\r\n" + after
    assert changed(".eml", PLAIN, after) == ("To", "Cc", "Bcc")


# ---- text --------------------------------------------------------------------------------------


def test_what_people_see_is_compared() -> None:
    """Line ends, folding, the order of headers and how base64 is cut change no place."""
    head, _, body = PLAIN.partition(b"\r\n\r\n")
    fields = re.findall(rb"(?m)^\S.*\r\n(?: .*\r\n)*", head + b"\r\n")
    for after in (
        PLAIN.replace(b"\r\n", b"\n"),
        PLAIN.replace(b"\r\n ", b"\r\n\t"),
        b"".join(reversed(fields)) + b"\r\n" + body,
        head + b"\r\n\r\n" + body.replace(b"\r\n", b""),
        PLAIN + b"\r\n",
    ):
        assert after != PLAIN
        assert changed(".eml", PLAIN, after) == ("파일",)
    assert changed(".txt", TEXT, TEXT.replace(b"\n", b"\r\n")) == ("파일",)


@pytest.mark.parametrize("number", range(LINES))
def test_a_line_of_text(number: int) -> None:
    for line in ("다른 글", BODY.split("\n")[number] + " ", BODY.split("\n")[number][1:] + "x"):
        text = with_line(number, line)
        assert changed(".eml", PLAIN, with_body(text)) == (f"본문 {number + 1}번째 줄",)
        assert changed(".txt", TEXT, text.encode()) == (f"본문 {number + 1}번째 줄",)


def test_lines_more_or_less() -> None:
    lines = BODY.split("\n")
    fewer, more = "\n".join(lines[:2] + lines[3:]), "\n".join([*lines[:2], "새 줄", *lines[2:]])
    for text in (fewer, more):
        assert changed(".eml", PLAIN, with_body(text)) == ("본문 3번째 줄부터",)
        assert changed(".txt", TEXT, text.encode()) == ("본문 3번째 줄부터",)
    assert changed(".txt", TEXT, TEXT + b"x") == (f"본문 {LINES + 1}번째 줄",)


@pytest.mark.parametrize(
    "after", [b"", b"\0", b"\r\n\r\n", b"\xff\xfe", b"<html>", b"--\r\n\r\n--"]
)
@pytest.mark.parametrize("content", [PLAIN, PARTS, TEXT], ids=["plain", "parts", "text"])
def test_a_file_that_is_something_else_now(content: bytes, after: bytes) -> None:
    for suffix in (".eml", ".txt"):
        changed(suffix, content, after)
        changed(suffix, after, content)


@pytest.mark.parametrize("body", [b"!!!!", b"abc", b"\xff\xfe=", "글자".encode(), b""])
def test_a_body_that_is_no_base64(body: bytes) -> None:
    head, _, _ = PLAIN.partition(b"\r\n\r\n")
    (place,) = changed(".eml", PLAIN, head + b"\r\n\r\n" + body)
    assert place.startswith("본문 1번째 줄")


# ---- what is attached --------------------------------------------------------------------------


def test_the_text_beside_an_attachment() -> None:
    other = write(MAIL._replace(body=with_line(3, "기존 차량번호: 12가3457"), attachments=(SHEET,)))
    assert "본문 4번째 줄" in changed(".eml", PARTS, other)


def test_what_is_attached() -> None:
    at = PARTS.rindex(base64.b64encode(SHEET.content[:30]))
    flipped = bytearray(PARTS)
    flipped[at + 8] ^= 1
    assert changed(".eml", PARTS, bytes(flipped)) == ("첨부",)
    assert changed(".eml", PARTS, PARTS.replace(b"filename*=", b"filename=")) == ("첨부",)
    assert "첨부" in changed(".eml", PARTS, PLAIN)
    assert "첨부" in changed(".eml", PLAIN, PARTS)


# ---- whatever ----------------------------------------------------------------------------------


@property_test
@given(
    number=st.integers(0, LINES - 1),
    line=st.text(st.characters(exclude_characters="\n\r", exclude_categories=["Cs"])),
)
def test_any_line_changed_in_any_way(number: int, line: str) -> None:
    text = with_line(number, line)
    if text != BODY:
        assert changed(".eml", PLAIN, with_body(text)) == (f"본문 {number + 1}번째 줄",)


@property_test
@given(content=st.binary() | st.sampled_from([PLAIN, PARTS, TEXT]), data=st.data())
def test_any_byte_changed_anywhere(content: bytes, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(content)))
    after = content[:at] + data.draw(st.binary(max_size=3)) + content[at + 1 :]
    for suffix in (".eml", ".txt", ".tsv"):
        changed(suffix, content, after)


@property_test
@given(content=st.binary() | st.text().map(str.encode), suffix=st.sampled_from([".eml", ".txt"]))
def test_it_keeps_nothing_of_the_text(content: bytes, suffix: str) -> None:
    for one in fingerprint(suffix, content):
        assert re.fullmatch(r"([A-Za-z-]+|첨부|머리글) [0-9a-f]{4}|본문 ([0-9a-f]{4})+", one)


@property_test
@given(kept=st.lists(st.text()))
def test_a_damaged_record_is_no_trouble(kept: list[str]) -> None:
    assert changes(".eml", kept, PLAIN)
    assert changes(
        ".eml", [*fingerprint(".eml", PLAIN), "본문", "본문x 0000", " ", "본문² 1"], PLAIN
    )
