"""A mail with one to five files: every program lists them alike, and they read back whole."""

from __future__ import annotations

import email
from email import policy
from hashlib import sha256

import pytest
from fast_mail_parser import parse_email
from hypothesis import given, settings
from hypothesis import strategies as st

from parkdraft.errors import DraftError
from parkdraft.writing.mail import write
from parkdraft.writing.message import Attachment, AttachmentFacts, Mail, Mailbox
from parkdraft.writing.readback import differences, read

QUICK = settings(max_examples=60, deadline=None)
SHARED = Mailbox("주차 고객센터", "parking-help@example.com")
BODY = "안녕하세요.\n\n주차현장 : 가온타워\n첨부파일 : 차량등록증.pdf\n"
PLAIN = Mail(
    sender=SHARED,
    reply_to=SHARED,
    to=(Mailbox("김하늘 주임", "haneul@example.com"),),
    cc=(Mailbox("박도윤", "doyun@example.co.kr"), Mailbox("이서연 대리", "seoyeon@example.com")),
    subject="[정기권 차량번호 변경 요청] 가온타워 / 3456→6789",
    body=BODY,
)
FILES = (
    Attachment("차량등록증.pdf", "application/pdf", b"%PDF-1.7\n" + bytes(range(256))),
    Attachment("사원증 앞면 (가림).jpg", "image/jpeg", b"\xff\xd8\xff" + b"\x00" * 300),
    Attachment("첨부3.png", "image/png", b"\x89PNG\r\n\x1a\n" + b"\r\n--=_\r\n" * 40),
    Attachment(
        "재직증명서 및 주차권 이용 내역 2026년 11월 가온타워.hwp", "application/x-hwp", b"\xd0"
    ),
    Attachment("메모.txt", "application/octet-stream", "결제\r\n내역\n.\r\n".encode()),
)
NAMES = [
    "가.pdf",
    "나 다.PDF",
    "가나다라마바사아자차카타파하" * 3 + ".png",
    "it's 100%;x.jpg",
    "🚗.hwp",
]


def with_files(count: int) -> Mail:
    return PLAIN._replace(attachments=FILES[:count])


@pytest.mark.parametrize("count", range(1, 6))
class TestOneToFive:
    def test_reads_back(self, count: int) -> None:
        """Names, types, bytes and their order come back, and nothing else differs."""
        mail = with_files(count)
        assert read(write(mail)) == mail
        assert differences(mail, read(write(mail))) == ()

    @pytest.mark.parametrize("chosen", [policy.default, policy.compat32])
    def test_the_standard_library(self, count: int, chosen: policy.Policy) -> None:
        """Both policies list the text and then the files, in order, without a defect."""
        whole = email.message_from_bytes(write(with_files(count)), policy=chosen)
        text, *files = [part for part in whole.walk() if not part.is_multipart()]
        assert whole.defects == []
        payload = text.get_payload(decode=True)
        assert isinstance(payload, bytes)
        assert payload.decode() == BODY.replace("\n", "\r\n")
        shown = [
            (one.get_filename(), one.get_content_type(), one.get_payload(decode=True))
            for one in files
        ]
        assert shown == list(FILES[:count])
        assert [one.get_content_disposition() for one in files] == ["attachment"] * count

    def test_a_parser_in_rust(self, count: int) -> None:
        """One text, and the files under their names."""
        parsed = parse_email(write(with_files(count)), strict=True)
        assert parsed.warnings == []
        assert parsed.text_plain == [BODY.replace("\n", "\r\n")]
        found = [(one.filename, one.mimetype, bytes(one.content)) for one in parsed.attachments]
        assert found == list(FILES[:count])

    def test_people_and_subject_stay(self, count: int) -> None:
        """Files change nothing above the content's own fields."""
        head = write(PLAIN).partition(b"Content-Type")[0]
        assert write(with_files(count)).startswith(head + b"Content-Type: multipart/mixed; ")


@QUICK
@given(
    st.lists(
        st.builds(
            Attachment,
            st.sampled_from(NAMES),
            st.sampled_from(["application/pdf", "image/png"]),
            st.binary(min_size=1, max_size=200),
        ),
        max_size=5,
        unique_by=lambda one: one.name,
    ).map(tuple)
)
def test_any_files_read_back(files: tuple[Attachment, ...]) -> None:
    mail = PLAIN._replace(attachments=files)
    assert read(write(mail)) == mail
    assert email.message_from_bytes(write(mail)).defects == []


@QUICK
@given(st.data(), st.binary(max_size=2))
def test_a_damaged_draft_is_read_or_refused(data: st.DataObject, damage: bytes) -> None:
    """A change of a byte anywhere gives a refusal, or a mail whose form is sound."""
    whole = write(with_files(3))
    place = data.draw(st.integers(0, len(whole) - 1))
    try:
        mail = read(whole[:place] + damage + whole[place + 1 :])
    except DraftError:
        return
    assert read(write(mail)) == mail


@pytest.mark.parametrize(
    "others",
    [
        FILES[:2],
        FILES[1::-1] + FILES[2:3],
        (*FILES[:2], FILES[2]._replace(content=b"x")),
        (*FILES[:2], FILES[2]._replace(name="첨부4.png")),
        FILES[:4],
    ],
    ids=["one less", "another order", "other bytes", "another name", "one more"],
)
def test_other_files_are_a_difference(others: tuple[Attachment, ...]) -> None:
    read_back = read(write(PLAIN._replace(attachments=others)))
    assert differences(with_files(3), read_back) == ("Attachment",)


def test_a_part_taken_out_or_put_in_is_seen() -> None:
    """What stands between two delimiters is one file: without it, the mail is another one."""
    data = write(with_files(3))
    boundary = b"\r\n--" + data.partition(b'boundary="')[2].partition(b'"')[0]
    pieces = data.split(boundary)
    without = boundary.join(pieces[:3] + pieces[4:])
    assert read(without) == PLAIN._replace(attachments=(FILES[0], FILES[2]))
    twice = boundary.join([*pieces[:3], pieces[2], *pieces[3:]])
    with pytest.raises(DraftError) as refused:
        read(twice)
    assert [one.code for one in refused.value.problems] == ["eml.attachment-name"]


@pytest.mark.parametrize("second", ["차량등록증.pdf", "차량등록증.PDF"])
def test_two_of_one_name_are_refused(second: str) -> None:
    """Whoever saves them both keeps one; Windows does not tell the case of letters apart."""
    files = (FILES[0], FILES[1]._replace(name=second))
    with pytest.raises(DraftError) as refused:
        write(PLAIN._replace(attachments=files))
    (found,) = refused.value.problems
    assert (found.code, found.data["number"]) == ("mail.attachment-twice", 2)


def test_the_bytes_of_a_mail_stay() -> None:
    """Ten mail programs were tried with this form: no byte of it changes unnoticed."""
    written = b"".join(write(with_files(count)) for count in range(6))
    digest = "0d586728b60463f6cbbf93df708b9a2731cb3871ea63c32c4fd7fa5c43b1c175"
    assert sha256(written).hexdigest() == digest


def test_by_what_a_file_is_known_again() -> None:
    """Name, size and SHA-256: what a record keeps of a file, and holds its bytes against."""
    digest = "2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881"
    assert Attachment("가.pdf", "application/pdf", b"x").facts == AttachmentFacts(
        "가.pdf", 1, digest
    )
