"""Lists of contacts whose cells hold names and addresses as people write them."""

from __future__ import annotations

import unicodedata
from typing import Any

import openpyxl
from openpyxl.worksheet.worksheet import Worksheet

from .messy import GARAM, HAJUN, HEADER, SEULGI, Entry, Messy, table, written
from .operators import listed

SITE, NAME, TITLE, ADDRESS = GARAM
TWO = (GARAM, (SITE, NAME, TITLE, "garam2@example.com"))


def cell(
    name: str,
    *,
    person: str = NAME,
    address: str = ADDRESS,
    site: str = SITE,
    title: str = "",
    rows: tuple[Entry, ...] = (GARAM,),
    **expected: Any,
) -> Messy:
    """A list whose second row is this one, and whose third is as it should be."""
    written_rows = [list(HEADER), [site, person, address, title], *table((HAJUN,))[1:]]
    return listed(name, (*rows, HAJUN), rows=written_rows, **expected)


def _two(separator: str) -> str:
    return f"{ADDRESS}{separator}garam2@example.com"


SEVERAL = (
    cell("two-addresses-comma.xlsx", address=_two(", "), rows=TWO),
    cell("two-addresses-semicolon.xlsx", address=_two("; "), rows=TWO),
    cell("two-addresses-slash.xlsx", address=_two(" / "), rows=TWO),
    cell("two-addresses-line-break.xlsx", address=_two("\n"), rows=TWO),
    cell("two-addresses-space.xlsx", address=_two(" "), rows=TWO),
    cell("two-addresses-full-width-comma.xlsx", address=_two("，"), rows=TWO),
    cell("two-addresses-middle-dot.xlsx", address=_two("·"), rows=TWO, unsure=((2, TWO),)),
    cell("same-address-twice.xlsx", address=f"{ADDRESS}; {ADDRESS}"),
    cell("one-of-two-addresses-is-bad.xlsx", address=f"{ADDRESS}, garam2@", rows=(), bad=(2,)),
    cell(
        "two-people-in-a-cell.xlsx",
        person="한가람, 서다온",
        address="garam@example.com, daon@example.com",
        rows=(GARAM, (SITE, "서다온", "소장", "daon@example.com")),
        unsure=((2, (GARAM, (SITE, "서다온", "소장", "daon@example.com"))),),
    ),
    cell(
        "two-named-addresses.xlsx",
        address="한가람 <garam@example.com>; 한가람 <garam2@example.com>",
        rows=TWO,
    ),
)

NAMED = (
    cell("name-and-address-in-one-cell.xlsx", address="한가람 <garam@example.com>"),
    cell("quoted-name-and-address.xlsx", address='"한가람" <garam@example.com>'),
    cell("address-in-brackets.xlsx", address="<garam@example.com>"),
    cell("address-beside-name.xlsx", person="한가람 <garam@example.com>"),
    cell(
        "address-in-round-brackets.xlsx",
        person="한가람(garam@example.com)",
        unsure=((2, (GARAM,)),),
    ),
    cell(
        "address-only-beside-name.xlsx",
        person="한가람 <garam@example.com>",
        address="",
        unsure=((2, (GARAM,)),),
    ),
    cell("other-address-beside-name.xlsx", person="한가람 <other@example.com>", rows=(), bad=(2,)),
)


def _titled(title: str) -> tuple[Entry, ...]:
    return ((SITE, NAME, title, ADDRESS),)


TITLED = (
    cell("title-in-brackets.xlsx", person="한가람(과장)", rows=_titled("과장")),
    cell("title-in-full-width-brackets.xlsx", person="한가람（과장）", rows=_titled("과장")),
    cell("title-in-square-brackets.xlsx", person="한가람 [과장]", rows=_titled("과장")),
    cell("title-after-a-slash.xlsx", person="한가람/과장", rows=_titled("과장")),
    cell("title-before-name.xlsx", person="과장 한가람", rows=_titled("과장")),
    cell("title-glued.xlsx", person="한가람과장", rows=_titled("과장")),
    cell("title-and-nim.xlsx", person="한가람 팀장님", rows=_titled("팀장")),
    cell("nim.xlsx", person="한가람님"),
    cell("title-with-nim.xlsx", title="과장님", rows=_titled("과장")),
    cell(
        "title-nobody-knows.xlsx",
        person="한가람(파트장)",
        rows=_titled("파트장"),
        unsure=((2, _titled("파트장")),),
    ),
    cell("surname-only.xlsx", person="한 과장", rows=(), bad=(2,)),
    cell("two-titles.xlsx", person="한가람(과장)", title="소장", rows=_titled("소장")),
)

EDGES = {
    "full-width.xlsx": "ｇａｒａｍ＠ｅｘａｍｐｌｅ．ｃｏｍ",
    "full-width-at.xlsx": "garam＠example.com",
    "trailing-dot.xlsx": "garam@example.com.",
    "trailing-comma.xlsx": "garam@example.com,",
    "trailing-semicolon.xlsx": "garam@example.com;",
    "leading-comma.xlsx": ", garam@example.com",
    "mailto.xlsx": "mailto:garam@example.com",
    "zero-width.xlsx": "garam@\u200bexample.com\ufeff",
    "no-break-spaces.xlsx": "\xa0garam@example.com\xa0\u3000",
    "soft-hyphen.xlsx": "garam@exam\u00adple.com",
    "line-break-after.xlsx": "garam@example.com\n",
    "spaces-around-at.xlsx": "garam @ example.com",
    "quotes-around.xlsx": "'garam@example.com'",
    "label-before.xlsx": "E-mail: garam@example.com",
}
_GUESSED = ("soft-hyphen.xlsx", "spaces-around-at.xlsx", "quotes-around.xlsx", "label-before.xlsx")
ADDRESSES = tuple(
    cell(f"address-{name}", address=text, unsure=((2, (GARAM,)),) if name in _GUESSED else ())
    for name, text in EDGES.items()
)


def _uncached(_: openpyxl.Workbook, sheet: Worksheet) -> None:
    sheet["C3"] = '="hajun"&"@example.com"'


BAD_ROWS: list[list[Any]] = [
    *table((GARAM,)),
    ["달빛몰", "도하준", "hajun(at)example.com", "대리"],
    ["별하빌딩", "", "seulgi.yun@example.co.kr", ""],
    ["", "민해솔", "haesol@example.com", ""],
    ["미리내타워", "백산들", "", ""],
    *table((SEULGI,))[1:],
]
CELLS = (
    listed("some-bad-rows.xlsx", (GARAM, SEULGI), rows=BAD_ROWS, bad=(3, 4, 5, 6)),
    listed("all-rows-bad.xlsx", (), rows=[BAD_ROWS[0], *BAD_ROWS[2:4]], refused="*"),
    listed("formula-without-value.xlsx", (GARAM, SEULGI), _uncached, bad=(3,), rows=table()),
    listed(
        "error-in-an-address.xlsx",
        (HAJUN, SEULGI),
        rows=[list(HEADER), [SITE, NAME, "#N/A", ""], *table((HAJUN, SEULGI))[1:]],
        bad=(2,),
    ),
    cell("site-with-line-break.xlsx", site="솔빛\n센터", rows=(("솔빛 센터", *GARAM[1:]),)),
    cell("site-with-many-spaces.xlsx", site=" 솔빛  센터\u3000", rows=(("솔빛 센터", *GARAM[1:]),)),
    cell("site-with-brackets.xlsx", site="솔빛센터(지하)", rows=(("솔빛센터(지하)", *GARAM[1:]),)),
    cell("site-begins-with-a-sign.xlsx", site="'=솔빛", rows=(("=솔빛", *GARAM[1:]),)),
    cell("site-is-a-number.xlsx", site="2001", rows=(("2001", *GARAM[1:]),)),
    cell("decomposed-hangul.xlsx", site=unicodedata.normalize("NFD", SITE)),
    listed("same-person-many-sites.xlsx", tuple((f"{n}관", *GARAM[1:]) for n in "가나다라마바사")),
    listed(
        "seven-people-of-one-site.xlsx",
        tuple(
            (SITE, f"한{n}람", "소장", f"p{i}@example.com") for i, n in enumerate("가나다라마바사")
        ),
    ),
    Messy(
        "mended.csv",
        written(
            "mended.csv",
            "현장명,담당자,이메일,직함,오류\n"
            "달빛몰,도하준,hajun@example.com,대리,3행 이메일: 이메일 주소가 올바르지 않습니다.\n",
            "utf-8-sig",
        ),
        rows=(HAJUN,),
    ),
)

FILES = (*SEVERAL, *NAMED, *TITLED, *ADDRESSES, *CELLS)
