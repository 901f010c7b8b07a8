"""mailto links (RFC 6068): escaping, the limit, and the link without a body."""

from __future__ import annotations

from urllib.parse import unquote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parkdraft.errors import DraftError
from parkdraft.writing.mailto import LIMIT, MailtoLink, fitting, mailto

QUICK = settings(max_examples=150, deadline=None)
TO = ["hong@example.com", "kim@example.co.kr"]
CC = ["a+b@example.com"]
TEXT = st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\u2028\u2029"))


@pytest.mark.parametrize(
    ("to", "cc", "subject", "body", "url"),
    [
        (TO, [], "", None, "mailto:hong@example.com,kim@example.co.kr"),
        (TO[:1], CC, "", "", "mailto:hong@example.com?cc=a%2Bb@example.com"),
        (TO[:1], [], "a b&c", None, "mailto:hong@example.com?subject=a%20b%26c"),
        (TO[:1], [], "변", None, "mailto:hong@example.com?subject=%EB%B3%80"),
        (TO[:1], [], "1+1=2?", None, "mailto:hong@example.com?subject=1%2B1%3D2%3F"),
        (TO[:1], [], "", "가\n\n나", "mailto:hong@example.com?body=%EA%B0%80%0D%0A%0D%0A%EB%82%98"),
        (["a&b?c=d#e/f%g@example.com"], [], "", None, None),
    ],
)
def test_links(to: list[str], cc: list[str], subject: str, body: str | None, url: str) -> None:
    """Spaces are %20, line ends %0D%0A, commas stand bare between bare addresses."""
    expected = url or "mailto:a%26b%3Fc%3Dd%23e%2Ff%25g@example.com"
    assert mailto(to, cc, subject, body) == expected


@QUICK
@given(TEXT, TEXT)
def test_subject_and_body_come_back(subject: str, body: str) -> None:
    """Whatever stands in subject and body is escaped, whole, and adds no field."""
    url = mailto(TO, CC, f"s{subject}", f"b{body}")
    if url is None:
        return
    assert len(url) <= LIMIT
    assert url.isascii()
    assert " " not in url
    assert "+" not in url
    head, *fields = url.replace("?", "&", 1).split("&")
    assert head == "mailto:" + ",".join(TO)
    assert [field.partition("=")[0] for field in fields] == ["cc", "subject", "body"]
    assert unquote(fields[1], errors="strict") == f"subject=s{subject}"
    assert unquote(fields[2], errors="strict") == f"body=b{body}"


def test_the_limit() -> None:
    """A link of exactly 2,000 characters is one, a longer one is none."""
    short = mailto(TO, CC, "s", "b")
    assert short is not None
    body = "b" * (LIMIT - len(short) + 1)
    assert len(mailto(TO, CC, "s", body) or "") == LIMIT
    assert mailto(TO, CC, "s", body + "b") is None


def test_fitting() -> None:
    """Where the body does not fit the link goes without, and says so; else there is none."""
    whole = fitting(TO, CC, "제목", "짧은 본문")
    assert whole == MailtoLink(mailto(TO, CC, "제목", "짧은 본문") or "", has_body=True)
    bare = fitting(TO, CC, "제목", "가" * 300)
    assert bare == MailtoLink(mailto(TO, CC, "제목", None) or "", has_body=False)
    assert fitting(TO, CC, "제" * 300, "본문") is None
    assert fitting(TO, CC, "제목", "") == bare


@pytest.mark.parametrize(
    ("to", "subject", "body", "code"),
    [
        (["a,b@example.com"], "s", "b", "mail.address"),
        (["홍@example.com"], "s", "b", "mail.address"),
        (TO, "a\r\nBcc: x@example.com", "b", "mail.control-character"),
        (TO, "\ud83c", "b", "mail.control-character"),
        (TO, "s", "\x00", "mail.body-character"),
    ],
)
def test_refused(to: list[str], subject: str, body: str, code: str) -> None:
    """What a mail refuses a link refuses too."""
    with pytest.raises(DraftError) as refused:
        mailto(to, [], subject, body)
    assert [problem.code for problem in refused.value.problems] == [code]
