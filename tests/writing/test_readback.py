"""Reading back: what was written comes back, and anything doubtful is refused."""

from __future__ import annotations

from base64 import b64encode
from email.parser import BytesHeaderParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.helpers.problems import codes_of

from parkdraft.errors import DraftError
from parkdraft.writing.mail import write
from parkdraft.writing.message import HEADER, TEXT_FIELDS, Attachment, Mail, Mailbox
from parkdraft.writing.readback import differences, read

QUICK = settings(max_examples=150, deadline=None)

HONG = Mailbox("홍길동", "hong@example.com")
KIM = Mailbox("Kim, Min-su", "kim@example.co.kr")
MAIL = Mail(HONG, HONG, (HONG, KIM), (KIM, Mailbox("", "a@example.com")), "변경", "본문\n\n끝")
DATA = write(MAIL)
HONG_WORD = b"=?UTF-8?B?7ZmN6ri464+Z?="

# Text that may stand in a header: no controls, no separators of lines, no surrogates.
TEXT = st.text(
    st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\u2028\u2029")
    | st.sampled_from("가나다 ,()\"'\\<>@=?_.🎉\u200d\u0301"),
    max_size=80,
)
BODY = st.text(st.characters(exclude_categories=["Cs", "Cc"]) | st.sampled_from("\n\t가 "))
ATEXT = "abcXYZ019!#$%&'*+-/^_`{|}~."
ADDRESS = st.builds(
    "{}@{}".format,
    st.text(ATEXT, min_size=1, max_size=60),
    st.text("abc019-.", min_size=1, max_size=60),
)
MAILBOX = st.builds(Mailbox, TEXT, ADDRESS)


def people(least: int) -> st.SearchStrategy[tuple[Mailbox, ...]]:
    return st.lists(MAILBOX, min_size=least, max_size=6).map(tuple)


# Korean names of files, and what is awkward to cut, to quote or to percent-encode.
FILES = st.builds(
    Attachment,
    st.text(st.sampled_from("가나다 é🎉\u0301aZ0'();=%~&"), min_size=1, max_size=60)
    .map(lambda stem: f"첨부{stem}.pdf")
    .filter(lambda name: len(name.encode()) <= 240),
    st.sampled_from(["application/pdf", "image/jpeg"]),
    st.binary(min_size=1, max_size=200),
)
MAILS = st.builds(
    Mail,
    MAILBOX,
    MAILBOX,
    people(1),
    people(0),
    TEXT.filter(lambda text: text.strip()),
    BODY,
    st.lists(FILES, max_size=3, unique_by=lambda file: file.name.casefold()).map(tuple),
)


@QUICK
@given(MAILS)
def test_what_is_written_reads_back(mail: Mail) -> None:
    """Any mail that the writer takes reads back as the same mail."""
    assert read(write(mail)) == mail
    assert differences(mail, read(write(mail))) == ()


@QUICK
@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    """Nothing but a refusal comes out of bytes that are no draft."""
    with pytest.raises(DraftError):
        read(data)


@QUICK
@given(st.integers(0, len(DATA) - 1), st.binary(min_size=0, max_size=2))
def test_a_damaged_draft_is_read_or_refused(place: int, damage: bytes) -> None:
    """A change of a byte anywhere gives a refusal, or a mail whose form is sound."""
    try:
        mail = read(DATA[:place] + damage + DATA[place + 1 :])
    except DraftError:
        return
    assert read(write(mail)) == mail


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        (b"X-Unsent: 1\r\n", b"", "eml.header-missing"),
        (b"X-Unsent: 1", b"X-Unsent: 0", "eml.header-value"),
        (b"X-Unsent: 1", b"X-Unsent:1", "eml.header-line"),
        (b"X-Unsent: 1", b"\xef\xbb\xbfX-Unsent: 1", "eml.not-ascii"),
        (b"X-Unsent: 1\r\n", b" \r\nX-Unsent: 1\r\n", "eml.header-line"),
        (b"MIME-Version: 1.0\r\n", b"MIME-Version: 1.0\r\n \r\n", "eml.header-line"),
        (b"MIME-Version: 1.0", b"MIME-Version: 1.0 (x)", "eml.header-value"),
        (b"Subject", b"Bcc: x@example.com\r\nSubject", "eml.header-unknown"),
        (b"Subject", b"Date: today\r\nSubject", "eml.header-unknown"),
        (b"Subject", b"subject", "eml.header-unknown"),
        (b"Subject", b"To: x@example.com\r\nSubject", "eml.header-twice"),
        (b"MIME-Version: 1.0\r\n", b"", "eml.header-missing"),
        (b'charset="UTF-8"', b"charset=UTF-8", "eml.header-value"),
        (b"base64\r\n", b"7bit\r\n", "eml.header-value"),
        (b"\r\n\r\n", b"\n\n", "eml.line-ends"),
        (b"\r\nTo", b"\rTo", "eml.line-ends"),
        (b"Subject: ", b"Subject:\t", "eml.not-ascii"),
        (b"Subject: ", b"Subject: " + b"a" * 1000 + b"\r\n ", "eml.line-length"),
        (b"Subject: ", b"Subject: " + b"a " * 40 + b"\r\n ", "eml.header-line"),
    ],
)
def test_the_header_has_one_form(old: bytes, new: bytes, code: str) -> None:
    """Each field stands once, in its place, spelled as it is written."""
    assert DATA.count(old) >= 1
    assert code in codes_of(read, DATA.replace(old, new, 1))


def test_the_form_is_written_in_one_place() -> None:
    """The fields that are read are those that are written, in their order."""
    message = BytesHeaderParser().parsebytes(DATA)
    form = HEADER | TEXT_FIELDS
    assert message.keys() == list(form)
    assert {name: message[name] for name, value in form.items() if value} == {
        name: value for name, value in form.items() if value
    }


def test_a_field_that_is_empty() -> None:
    """A Cc without anybody is not a missing one."""
    line = DATA[DATA.index(b"Cc: ") : DATA.index(b"Subject")]
    assert codes_of(read, DATA.replace(line, b"Cc: \r\n")) == ["eml.mailbox"]
    assert read(DATA.replace(line, b"")) == MAIL._replace(cc=())


def test_fields_out_of_order() -> None:
    """The order of the fields counts."""
    data = DATA.replace(b"X-Unsent: 1\r\n", b"").replace(b"Subject", b"X-Unsent: 1\r\nSubject")
    assert codes_of(read, data) == ["eml.header-order"]


@pytest.mark.parametrize(
    "words",
    [
        b"=?EUC-KR?B?yKux5rW/?=",
        b"=?UTF-8*ko?B?7ZmN6ri464+Z?=",
        b"=?UTF-8?X?7ZmN6ri464+Z?=",
        b"=?UTF-8?Bb?7ZmN6ri464+Z?=",
        b"=?UTF-8?B??=",
        b"=?UTF-8?B?7ZmN6ri464+Z",
        b"=?UTF-8?B?7ZmN6ri464+?=",
        b"=?UTF-8?B?7ZmN6ri464 Z?=",
        b"=?UTF-8?B?YR==?=",  # bits behind the end: not the canonical base64 of "a"
        b"=?UTF-8?B?7Zk=?=",
        b"=?UTF-8?B?7Zk=?= =?UTF-8?B?jQ==?=",
        b"=?UTF-8?B?YQ==?= =?UTF-8?B?7ZmN?=",
        b"=?UTF-8?Q?=ED=99?=",
        b"=?UTF-8?Q?a b?=",
        b"=?UTF-8?Q?a.b?=",
        b"=?UTF-8?Q?=ed=99=8d?=",
        b"=?UTF-8?Q?a?==?UTF-8?Q?b?=",
        b"x =?UTF-8?B?7ZmN?=",
        b"=?UTF-8?B?7ZmN?= x",
        b"=?UTF-8?B?7ZmN?=  =?UTF-8?B?7ZmN?=",
        b"=?UTF-8?B?" + b64encode("홍".encode() * 16) + b"?=",
    ],
)
def test_encoded_words_are_decoded_strictly(words: bytes) -> None:
    """UTF-8 in B or Q, whole characters, at most 75 characters, nothing beside the run."""
    subject = DATA[DATA.index(b"Subject: ") : DATA.index(b"MIME-")]
    found = codes_of(read, DATA.replace(subject, b"Subject: " + words + b"\r\n"))
    assert set(found) <= {"eml.encoded-word", "eml.header-line", "eml.header-value"}
    assert "eml.encoded-word" in found
    found = codes_of(read, DATA.replace(HONG_WORD, words, 1))
    assert {"eml.encoded-word", "eml.mailbox"} & set(found)


def test_words_may_be_spelled_in_lower_case() -> None:
    """Charset and encoding are case-insensitive (RFC 2047 section 2)."""
    assert read(DATA.replace(b"=?UTF-8?B?", b"=?utf-8?b?")) == MAIL


@pytest.mark.parametrize("encoded", [b"DQo=", b"YQ1i", b"AGFi", b"woU=", b"4oCo"])
def test_control_characters_inside_words(encoded: bytes) -> None:
    """A control character does not pass because it was encoded."""
    data = DATA.replace(b"Subject: =?UTF-8?B?67OA6rK9?=", b"Subject: =?UTF-8?B?%b?=" % encoded)
    assert codes_of(read, data) == ["eml.control-character"]


@pytest.mark.parametrize(
    "written",
    [
        b'"' + HONG_WORD + b'" <hong@example.com>',
        b"Kim, Min-su <kim@example.com>",
        b'"Kim <kim@example.com>',
        b"Kim (Ops) <kim@example.com>",
        b"Kim Jr. <kim@example.com>",
        b"Kim<kim@example.com>",
        b"<kim@example.com> Kim",
        b"kim@example.com (Kim)",
        b"Group: kim@example.com;",
        b"kim@example.com,",
        b",kim@example.com",
        b"kim",
        b"kim@@example.com",
        b"<>",
        b"<kim@example.com>",
        b'"Kim \\"Min\\" Su" <kim@example.com>',
        b"a@example.com, kim@example.com",
        b"<a@example.com,b@example.com>",
        b"=?UTF-8?Q?a?=@example.com",
        HONG_WORD + b" Kim <kim@example.com>",
        b"=?UTF-8?Q?a=2C?= <a@example.com>, =?UTF-8?Q?=2C?= <b@example.com",
    ],
)
def test_people_are_read_in_one_way_only(written: bytes) -> None:
    """A list of people that could be divided or named in another way is refused."""
    line = DATA[DATA.index(b"Cc: ") : DATA.index(b"Subject")]
    found = codes_of(read, DATA.replace(line, b"Cc: " + written + b"\r\n"))
    assert {"eml.mailbox", "eml.encoded-word"} & set(found)


def test_people_are_divided_before_decoding() -> None:
    """An encoded comma divides nothing, and two people are never one."""
    comma = b"Cc: =?UTF-8?Q?Kim=2C_Min?= <kim@example.co.kr>,\r\n a@example.com\r\n"
    line = DATA[DATA.index(b"Cc: ") : DATA.index(b"Subject")]
    mail = read(DATA.replace(line, comma))
    assert mail.cc == (Mailbox("Kim, Min", "kim@example.co.kr"), Mailbox("", "a@example.com"))


def test_one_sender() -> None:
    """From and Reply-To hold one mailbox each."""
    two = b" <hong@example.com>,\r\n a@example.com"
    assert codes_of(read, DATA.replace(b" <hong@example.com>", two, 1)) == ["eml.people"]


@pytest.mark.parametrize(
    "content",
    [
        b"67O4\r\n\r\n66y4\r\n",
        b"67O4\r\n66y4\r\n",
        b" 67O4\r\n",
        b"67O\r\n",
        b"67O4=\r\n",
        b"67M=\r\n",
        b"YQpi\r\n",
        b"YQ1i\r\n",
        b"AGFi\r\n",
        b"67O466y4" * 10 + b"\r\n",
    ],
)
def test_bodies(content: bytes) -> None:
    """A body is full lines of canonical base64 around UTF-8 with CRLF."""
    head = DATA[: DATA.index(b"\r\n\r\n") + 4]
    assert codes_of(read, head + content) == ["eml.body"]


def test_a_draft_without_a_body() -> None:
    """An empty body is sound; a header without an end is not."""
    mail = MAIL._replace(body="")
    assert read(write(mail)) == mail
    assert "eml.body" in codes_of(read, write(mail).removesuffix(b"\r\n"))


@pytest.mark.parametrize(
    ("changed", "names"),
    [
        (MAIL, ()),
        (MAIL._replace(sender=KIM), ("From",)),
        (MAIL._replace(reply_to=KIM), ("Reply-To",)),
        (MAIL._replace(to=(KIM, HONG)), ("To",)),
        (MAIL._replace(cc=MAIL.cc[:1]), ("Cc",)),
        (MAIL._replace(cc=MAIL.cc + MAIL.cc[:1]), ("Cc",)),
        (MAIL._replace(subject="변경 "), ("Subject",)),
        (MAIL._replace(subject="x", body="y"), ("Subject", "Body")),
    ],
)
def test_differences(changed: Mail, names: tuple[str, ...]) -> None:
    """Differences are named by field; the number and order of people count."""
    assert differences(MAIL, changed) == names
