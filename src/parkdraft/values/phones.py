"""Korean phone numbers: from what people type to the one form that is written.

The numbering plan is the ``phonenumbers`` library's; what it gets wrong for Korean eyes
is corrected here: safe numbers (050X) are grouped behind four digits (libphonenumber
issues 404, 1787); 010 has eleven digits and 15XX, 16XX, 18XX have eight, in every block,
since new blocks are given out before the library knows them.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from parkdraft.lazy import lazy
from parkdraft.values.text import refusal, tidy

if TYPE_CHECKING:
    from parkdraft.codes import Code

_DASHES = lazy(r"[\u2010-\u2015\u2212]")
# The first pattern that matches gives the reason.
_REFUSED: tuple[tuple[re.Pattern[str], Code], ...] = (
    (lazy(r""), "phone.empty"),
    (lazy(r".*[0-9].*(?:[*●○]|[xX]{3}).*"), "phone.masked"),
    (
        lazy(r".*[0-9]{3,4}[^0-9]{0,3}[0-9]{4}[^0-9]+0[0-9]{1,3}[^0-9]*[0-9]{3}.*"),
        "phone.two",
    ),
    (lazy(r".*[^0-9+() ./-].*|[^0-9]*|.+\+.*"), "phone.characters"),
)
_AREA = "02|0(?:3[1-3]|4[1-4]|5[1-5]|6[1-4])"
_PREFIX = lazy(rf"050|01[016-9]|070|080|{_AREA}")
# Where the hyphens go: safe numbers, companies, mobiles, areas.
_GROUPS = (
    lazy(r"(050[0-9])([0-9]{3,4})([0-9]{4})"),
    lazy(r"(1[568][0-9]{2})([0-9]{4})"),
    lazy(r"(010)([0-9]{4})([0-9]{4})"),
    lazy(rf"(01[16-9]|070|080|{_AREA})([0-9]{{3,4}})([0-9]{{4}})"),
)


def read_phone(text: str) -> str:
    """The number in Korean form: ``010-1234-5678``, ``0504-1234-5678``, ``1588-1234``.

    Reads any separators, +82 and a spreadsheet's lost leading zero. Raises
    ``DetailsError`` with one problem, its ``field`` filled in by the caller.
    """
    value = _DASHES.sub("-", tidy(text))
    for pattern, code in _REFUSED:
        if pattern.fullmatch(value):
            raise refusal(code)
    digits, is_in_plan = _domestic(value)
    groups = next(filter(None, (pattern.fullmatch(digits) for pattern in _GROUPS)), None)
    if groups is None and _PREFIX.match(digits):
        raise refusal("phone.digits")
    if groups is None or not is_in_plan:
        raise refusal("phone.unknown")
    return "-".join(groups.groups())


def _domestic(value: str) -> tuple[str, bool]:
    """The digits as dialled within Korea, and whether the numbering plan has such a number."""
    import phonenumbers  # slow to import, and most commands read no phone

    value = re.sub(r"(?<=[0-9]{8})\.0$", "", value)  # a number cell read as 1012345678.0
    value = re.sub(r"^00-? ?82", "+82", value)
    if value.startswith("00"):
        raise refusal("phone.foreign")
    try:
        number = phonenumbers.parse(value, "KR")
    except phonenumbers.NumberParseException:
        raise refusal("phone.unknown") from None
    if number.country_code != 82:
        raise refusal("phone.foreign")
    national = str(number.national_number)
    if re.fullmatch(r"1[568][0-9]{6}", national):
        return national, True
    is_mobile = re.fullmatch(r"10[0-9]{8}", national) is not None
    return f"0{national}", is_mobile or phonenumbers.is_valid_number(number)


def mask_phone(written: str) -> str:
    """The written form with its middle hidden: ``010-****-5678``.

    A number of two groups keeps its first; in any other text every digit is hidden.
    """
    groups = written.split("-")
    if not re.fullmatch(r"[0-9]{2,4}(?:-[0-9]{3,4})?-[0-9]{4}", written):
        return re.sub(r"[0-9]", "*", written)
    hidden = len(groups) // 2
    groups[hidden] = "*" * len(groups[hidden])
    return "-".join(groups)
