"""What somebody changed in a draft's file is told by header and line, whatever they wrote."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parkdraft.writing.edits import differences
from parkdraft.writing.mail import write
from parkdraft.writing.message import Attachment, Mail, Mailbox

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ANY = settings(max_examples=150, deadline=None, derandomize=True, database=None)
MAIL = Mail(
    sender=Mailbox("주차 고객센터", "cs@example.com"),
    reply_to=Mailbox("주차 고객센터", "cs@example.com"),
    to=(Mailbox("김하늘 주임", "haneul@example.com"),),
    cc=(Mailbox("이서연", "seoyeon@example.com"),),
    subject="[정기권 차량번호 변경 요청] 가온타워 / 8701",
    body="안녕하세요.\n\n차량번호를 바꿔 주세요.\n감사합니다.\n",
)


def changed(**facts: Any) -> tuple[list[str], list[str]]:
    """What is told of a mail in which these facts are others."""
    return differences(".eml", write(MAIL), write(MAIL._replace(**facts)))


def test_nothing_is_different_between_equals() -> None:
    for suffix, data in ((".eml", write(MAIL)), (".txt", "가\n나\n".encode()), (".txt", b"")):
        assert differences(suffix, data, data) == (["파일"], [])


@pytest.mark.parametrize(
    ("facts", "where", "lines"),
    [
        (
            {"to": (Mailbox("최바다", "bada@example.com"),)},
            ["수신(To)"],
            [
                "- 수신(To): 김하늘 주임 <haneul@example.com>",
                "+ 수신(To): 최바다 <bada@example.com>",
            ],
        ),
        ({"cc": ()}, ["참조(Cc)"], ["- 참조(Cc): 이서연 <seoyeon@example.com>"]),
        (
            {"subject": "다른 제목"},
            ["제목(Subject)"],
            [
                "- 제목(Subject): [정기권 차량번호 변경 요청] 가온타워 / 8701",
                "+ 제목(Subject): 다른 제목",
            ],
        ),
        (
            {"body": "안녕하세요.\n\n차량번호를 지워 주세요.\n감사합니다.\n"},
            ["본문 3번째 줄"],
            [
                "- 본문 3번째 줄: 차량번호를 바꿔 주세요.",
                "+ 본문 3번째 줄: 차량번호를 지워 주세요.",
            ],
        ),
    ],
)
def test_by_header_and_by_line(
    facts: dict[str, object], where: list[str], lines: list[str]
) -> None:
    assert changed(**facts) == (where, lines)


def test_headers_are_named_before_the_text_and_of_the_text_the_first_line() -> None:
    where, lines = changed(subject="x", body="y\n\nz\n")
    assert where == ["제목(Subject)", "본문 1번째 줄"]
    assert "- 본문 1번째 줄: 안녕하세요." in lines


def test_an_attachment_is_told_by_its_name_never_by_its_content() -> None:
    table = Attachment("목록.xlsx", XLSX, b"PK\x03\x04 secret")
    where, lines = changed(attachments=(table,))
    assert "첨부" in where
    assert any("목록.xlsx" in line for line in lines)
    assert not any("secret" in line for line in lines)


@pytest.mark.parametrize("suffix", [".txt", ".tsv"])
def test_other_channels_have_lines_only(suffix: str) -> None:
    where, lines = differences(suffix, b"a\nTo: b\nc\n", b"a\nTo: x\nc\nd\n")
    assert where == ["본문 2번째 줄"]
    assert lines == ["- 본문 2번째 줄: To: b", "+ 본문 2번째 줄: To: x", "+ 본문 4번째 줄: d"]


def test_a_file_that_is_too_long_to_compare_is_said_to_be_another() -> None:
    assert differences(".txt", b"a\n", b"b\n" * 100_000) == (["파일"], [])


@ANY
@given(theirs=st.binary(max_size=400) | st.text(max_size=200).map(str.encode))
def test_whatever_stands_in_a_file_is_told(theirs: bytes) -> None:
    """Never an exception, nothing that breaks a line, and never nothing at all."""
    for suffix, ours in ((".eml", write(MAIL)), (".txt", "가온\n68마4321\n".encode())):
        where, lines = differences(suffix, ours, theirs)
        assert where
        assert all(line.startswith(("- ", "+ ")) and len(line) < 2000 for line in lines)
        "\n".join(lines).encode()


@ANY
@given(place=st.integers(0, 10_000), more=st.binary(min_size=1, max_size=20))
def test_whatever_is_put_into_a_mail_is_told(place: int, more: bytes) -> None:
    ours = write(MAIL)
    at = place % (len(ours) + 1)
    where, lines = differences(".eml", ours, ours[:at] + more + ours[at:])
    assert where
    "\n".join(lines).encode()


@ANY
@given(
    before=st.lists(st.text("가나다ab ", max_size=3), max_size=8),
    after=st.lists(st.text("가나다ab ", max_size=3), max_size=8),
)
def test_lines_that_went_and_came_make_one_out_of_the_other(
    before: list[str], after: list[str]
) -> None:
    ours, theirs = ("".join(f"{one}\n" for one in lines).encode() for lines in (before, after))
    _, told = differences(".txt", ours, theirs)
    gone = {line[2:] for line in told if line.startswith("- ")}
    came = {line[2:] for line in told if line.startswith("+ ")}
    numbered = [
        {f"본문 {number}번째 줄: {text}" for number, text in enumerate(lines, 1)}
        for lines in (before, after)
    ]
    assert gone <= numbered[0]
    assert came <= numbered[1]
    kept = [
        len(lines) - len(some) for lines, some in zip((before, after), (gone, came), strict=True)
    ]
    assert kept[0] == kept[1]
