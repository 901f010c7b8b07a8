"""Lists as text: CSV of every kind, "유니코드 텍스트", and text that is called ``.xls``."""

from __future__ import annotations

import codecs
import unicodedata
from typing import Any

from .messy import GARAM, HAJUN, HEADER, PEOPLE, Messy, table, written


def text(
    name: str,
    content: str,
    encoding: str = "utf-8",
    *,
    before: bytes = b"",
    after: bytes = b"",
    **expected: Any,
) -> Messy:
    expected.setdefault("rows", PEOPLE)
    return Messy(name, written(name, before + content.encode(encoding) + after), **expected)


def lines(separator: str = ",", end: str = "\r\n", above: str = "", below: str = "") -> str:
    return above + "".join(separator.join(row) + end for row in table()) + below


QUOTED = "".join(",".join(f'"{cell}"' for cell in row) + "\r\n" for row in table())
BROKEN = '"현장명",담당자,이메일,직함\n"솔빛\n센터",한가람,"garam@example.com\n",\n'
FORMULAS = "".join(",".join(f'="{cell}"' for cell in row) + "\r\n" for row in table()[1:])
TITLES = "11월 담당자 명단,,,\r\n,,,\r\n작성: 운영지원팀,,2026-11-01,\r\n"
WIDE = "No,현장명,담당자,연락처,이메일,직함,비고\r\n" + "".join(
    f"{n},{row[0]},{row[1]},010-2000-300{n},{row[2]},{row[3]},없음\r\n"
    for n, row in enumerate(table()[1:], 1)
)
DECOMPOSED = unicodedata.normalize("NFD", lines())
LE, BE = codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE

ENCODINGS = (
    text("cp949.csv", lines(), "cp949"),
    text("cp949-rare-syllables.csv", lines(above="뷁쀍 명단,,,\r\n"), "cp949"),
    text("utf-8.csv", lines()),
    text("utf-8-with-bom.csv", lines(), "utf-8-sig"),
    text("utf-8-with-two-boms.csv", lines(), "utf-8-sig", before=codecs.BOM_UTF8),
    text("utf-16-with-tabs.txt", lines("\t"), "utf-16-le", before=LE),
    text("utf-16-big-endian.txt", lines("\t"), "utf-16-be", before=BE),
    text("utf-16-without-bom.txt", lines("\t"), "utf-16-le", refused="*"),
    text("utf-16-with-commas.csv", lines(), "utf-16-le", before=LE),
    text("decomposed.csv", DECOMPOSED),
    text("two-encodings.csv", lines(), after="새롬,이봄\r\n".encode("cp949"), rows=(), refused="*"),
    text("broken-bytes.csv", lines(), after=b"\xff\xff\r\n", rows=(), refused="*"),
)
FORMS = (
    text("semicolons.csv", lines(";"), "cp949"),
    text("sep-line.csv", lines(";", above="sep=;\r\n"), "cp949"),
    text("sep-comma-line.csv", lines(above='"sep=,"\r\n'), "utf-8-sig"),
    text("tabs.csv", lines("\t")),
    text("bars.csv", lines("|"), refused="*"),
    text("all-quoted.csv", QUOTED, "utf-8-sig"),
    text("line-feeds.csv", lines(end="\n")),
    text("carriage-returns.csv", lines(end="\r")),
    text("no-line-end.csv", lines().rstrip()),
    text("mixed-line-ends.csv", lines().replace("\r\n", "\n", 2)),
    text("doubled-carriage-returns.csv", lines(end="\r\r\n")),
    text("line-break-in-quotes.csv", BROKEN, rows=(("솔빛 센터", *GARAM[1:]),)),
    text("blank-rows-and-columns.csv", lines(",", ",,,\r\n", below=",,,,,,\r\n" * 30)),
    text("blank-rows-between.csv", lines(end="\r\n\r\n")),
    text("title-rows.csv", lines(above=TITLES), "cp949"),
    text(
        "title-rows-tab.txt", lines("\t", above=TITLES.replace(",", "\t")), "utf-16-le", before=LE
    ),
    text("other-columns.csv", WIDE, "cp949", said=("No", "연락처", "비고")),
    text("notes-below.csv", lines(below="\r\n※ 문의: 운영지원팀\r\n"), unsure=((6, ()),)),
    text("total-below.csv", lines(below="합계,3,,\r\n"), unsure=((5, ()),)),
    text("dos-end-of-file.csv", lines(), "cp949", after=b"\x1a", unsure=((5, ()),)),
    text("nul-at-the-end.csv", lines(), "cp949", after=bytes(512), refused="*"),
    text("spaces-after-commas.csv", lines(", ")),
    text(
        "formulas-that-keep-text.csv",
        ",".join(HEADER) + "\r\n" + FORMULAS,
        unsure=tuple((n, (one,)) for n, one in enumerate(PEOPLE, 2)),
    ),
    text("open-quote.csv", lines(below='"새롬,이봄,bom@example.com,\r\n'), rows=(), refused="*"),
    text(
        "shifted-cells.csv",
        lines(below="새롬,타워,이봄,bom@example.com,소장\r\n"),
        bad=(5,),
    ),
)
NAMES = (
    text("tabs-named.xls", lines("\t"), "cp949"),
    text("unicode-text-named.xls", lines("\t"), "utf-16-le", before=LE),
    text("commas-named.xlsx", lines(), "utf-8-sig"),
    text("header-only.csv", ",".join(HEADER) + "\r\n", rows=(), refused="table.no-rows"),
    text("no-header.csv", "\r\n".join(",".join(r) for r in table()[1:]), rows=(), refused="*"),
    text("nothing.csv", "", rows=(), refused="table.blank"),
    text("blanks-only.csv", "\r\n,,,\r\n \r\n", rows=(), refused="table.blank"),
    text(
        "address-column-missing.csv",
        "현장명,담당자,직함\r\n솔빛센터,한가람,소장\r\n",
        rows=(),
        refused="*",
    ),
    text(
        "column-twice.csv",
        "현장명,담당자,이메일,메일\r\n솔빛센터,한가람,garam@example.com,garam2@example.com\r\n",
        rows=(),
        refused="table.column-twice",
    ),
    text(
        "number-sign-in-front.csv",
        "#,현장명,담당자,이메일\r\n1,달빛몰,도하준 대리,hajun@example.com\r\n",
        rows=(HAJUN,),
    ),
)

FILES = (*ENCODINGS, *FORMS, *NAMES)
