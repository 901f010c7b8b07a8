"""Phone numbers: the written form, the mask, and the reasons of a refusal."""

from __future__ import annotations

import re
import subprocess
import sys
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parkdraft import wording
from parkdraft.errors import DetailsError
from parkdraft.values.phones import mask_phone, read_phone

VALID = [
    ("010-1234-5678", "010-1234-5678"),
    ("01012345678", "010-1234-5678"),
    ("010.1234.5678", "010-1234-5678"),
    ("０１０　１２３４　５６７８", "010-1234-5678"),
    ("010–1234–5678", "010-1234-5678"),
    ("1012345678", "010-1234-5678"),
    ("1012345678.0", "010-1234-5678"),
    ("+82 10-1234-5678", "010-1234-5678"),
    ("+82 (0)10-1234-5678", "010-1234-5678"),
    ("+82 010-1234-5678", "010-1234-5678"),
    ("82-10-1234-5678", "010-1234-5678"),
    ("0082-10-1234-5678", "010-1234-5678"),
    ("\u202d010-1234-5678\u202c", "010-1234-5678"),
    ("010-1234-5678\u202e", "010-1234-5678"),
    ("\ufeff010-1234-5678", "010-1234-5678"),
    ("010-5970-0000", "010-5970-0000"),
    ("011-123-4567", "011-123-4567"),
    ("0504-1234-5678", "0504-1234-5678"),
    ("050412345678", "0504-1234-5678"),
    ("50412345678", "0504-1234-5678"),
    ("+82-504-1234-5678", "0504-1234-5678"),
    ("0505-123-4567", "0505-123-4567"),
    ("1588-1234", "1588-1234"),
    ("15881234", "1588-1234"),
    ("+82 1588-1234", "1588-1234"),
    ("1551-1234", "1551-1234"),
    ("02-123-4567", "02-123-4567"),
    ("02)1234-5678", "02-1234-5678"),
    ("212345678", "02-1234-5678"),
    ("031-123-4567", "031-123-4567"),
    ("3112345678", "031-1234-5678"),
    ("070-1234-5678", "070-1234-5678"),
    ("080-123-4567", "080-123-4567"),
]

REFUSED = [
    ("", "phone.empty"),
    (" \u200b", "phone.empty"),
    ("-", "phone.characters"),
    ("없음", "phone.characters"),
    ("010-1234-5678(본인)", "phone.characters"),
    ("02-123-4567 ext 3", "phone.characters"),
    ("010-ABCD-EFGH", "phone.characters"),
    ("1.01E+09", "phone.characters"),
    ("010+12345678", "phone.characters"),
    ("010-****-5678", "phone.masked"),
    ("010-xxxx-5678", "phone.masked"),
    ("010-1234-5678 / 010-1111-2222", "phone.two"),
    ("01012345678, 0212345678", "phone.two"),
    ("010-1234-567", "phone.digits"),
    ("010-1234-56789", "phone.digits"),
    ("0504-1234-56789", "phone.digits"),
    ("02-123-456", "phone.digits"),
    ("02-0123-4567", "phone.unknown"),
    ("0303-123-4567", "phone.unknown"),
    ("119", "phone.digits"),
    ("900101-1234567", "phone.unknown"),
    ("1" * 100, "phone.unknown"),
    ("+1 650 253 0000", "phone.foreign"),
    ("001-1-650-253-0000", "phone.foreign"),
    ("010-1234\n-5678", "text.line-break"),
    ("010-1234-5678\x00", "text.control"),
    ("0" * 300, "text.too-long"),
]


@pytest.mark.parametrize(("text", "written"), VALID)
def test_reads_to_the_korean_form(text: str, written: str) -> None:
    assert read_phone(text) == written
    assert read_phone(written) == written


@pytest.mark.parametrize(("text", "code"), REFUSED)
def test_refuses_with_the_reason(text: str, code: str) -> None:
    with pytest.raises(DetailsError) as caught:
        read_phone(text)
    assert [problem.code for problem in caught.value.problems] == [code]


@pytest.mark.parametrize(
    ("written", "masked"),
    [
        ("010-1234-5678", "010-****-5678"),
        ("02-123-4567", "02-***-4567"),
        ("0504-1234-5678", "0504-****-5678"),
        ("1588-1234", "1588-****"),
        ("01012345678", "***********"),
        ("010-1234-5678 본인", "***-****-**** 본인"),
    ],
)
def test_masks_the_middle(written: str, masked: str) -> None:
    assert mask_phone(written) == masked


def test_the_library_is_imported_only_when_a_phone_is_read() -> None:
    code = "import sys, parkdraft.values.phones; sys.exit('phonenumbers' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


MOBILES = st.integers(20_000_000, 99_999_999).map(str)
SEPARATORS = st.sampled_from(["", "-", " ", ".", "\u3000", "－"])


@settings(deadline=None)
@given(MOBILES, SEPARATORS, st.sampled_from(["010", "10", "+82 10", "82-10", "０１０"]))
def test_any_spelling_of_a_mobile_is_one_number(rest: str, separator: str, prefix: str) -> None:
    text = separator.join((prefix, rest[:4], rest[4:]))
    assert read_phone(text) == f"010-{rest[:4]}-{rest[4:]}"


@settings(deadline=None)
@given(st.one_of(st.text(max_size=40), st.text("0123456789+-. ()/０\u202d가", max_size=20)))
def test_any_text_is_read_or_refused_without_repeating_it(text: str) -> None:
    try:
        written = read_phone(text)
    except DetailsError as error:
        digits = re.findall(r"(?=([0-9]{4}))", unicodedata.normalize("NFKC", text))
        for problem in error.problems:
            said = wording.message(problem) + wording.hint(problem)
            assert not any(found in said for found in digits)
    else:
        assert read_phone(written) == written
        assert mask_phone(written).count("*") >= 3
