"""Crafted sheets: far cells, rows and columns without end, odd values, and XML that is a trap."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from .crafted import ROWS, SHEET, Hostile, repeated, replaced, sheet
from .crafted import numbered as each
from .rawbook import inline, letters

STYLES = "xl/styles.xml"
DATA = f"<sheetData>{ROWS}"
END = "</sheetData>"
FIRST, LAST = '<row r="2">', '<row r="4">'


def many(text: str, times: int) -> Callable[[], Iterable[bytes]]:
    return lambda: repeated(text, times)


def numbers(form: str, first: int, after: int) -> Callable[[], Iterable[bytes]]:
    return lambda: each(form, range(first, after))


# ---- where cells stand -------------------------------------------------------------------------

ODD_ROWS = {
    "zero": "0",
    "negative": "-3",
    "huge": "99999999999999999999",
    "beyond": "1048577",
    "float": "2.5",
    "power": "1e9",
    "word": "둘",
    "empty": "",
    "first-again": "1",
}
ODD_CELLS = {
    "zzzzzz": "ZZZZZZ2",
    "beyond-xfd": "XFE2",
    "other-row": "A7",
    "other-way-round": "2A",
    "number-only": "2",
    "letter-only": "A",
    "row-zero": "A0",
    "long": "A" * 100_000 + "2",
    "digits": "A" + "9" * 100_000,
    "empty": "",
    "lower-case": "a2",
    "twice": "B2",
}
DIMENSIONS = ("", "A1:", "ZZZZZZZ99999999999", "A0:A-5", "B9:A1", "A1:D4:Z9", "가1")
WIDE = "".join(f'<c r="{letters(n)}5" s="0"/>' for n in range(1, 16_385))
PLACES = (
    *(
        replaced(f"row-{name}.xlsx", SHEET, FIRST, f'<row r="{row}">')
        for name, row in ODD_ROWS.items()
    ),
    *(
        replaced(f"cell-{name}.xlsx", SHEET, 'r="A2"', f'r="{ref}"')
        for name, ref in ODD_CELLS.items()
    ),
    *(
        sheet(f"dimension-{n}.xlsx", f'<dimension ref="{claim}"/>', DATA, END)
        for n, claim in enumerate(DIMENSIONS)
    ),
    replaced("rows-falling.xlsx", SHEET, LAST, '<row r="2">'),
    sheet(
        "far-cells.xlsx",
        f'<sheetData><row r="1">{inline("현장명", "A1")}</row><row r="1048576">',
        f"{inline('끝', 'XFD1048576')}</row></sheetData>",
        wanted="refused",
    ),
    sheet(
        "far-cell-below-a-list.xlsx",
        DATA,
        f'<row r="1048576">{inline("끝", "XFD1048576")}</row></sheetData>',
    ),
    sheet(
        "million-rows.xlsx",
        DATA,
        numbers('<row r="%d"><c r="A%d"><v>1</v></c></row>', 5, 1_000_001),
        END,
        wanted="refused",
    ),
    sheet(
        "100001-rows.xlsx",
        DATA,
        numbers('<row r="%d"><c><v>1</v></c></row>', 5, 100_003),
        END,
        wanted="refused",
    ),
    sheet(
        "million-blank-rows.xlsx",
        DATA,
        numbers('<row r="%d" s="0" customFormat="1"><c r="A%d" s="0"/></row>', 5, 1_000_001),
        END,
        wanted="read",
    ),
    sheet(
        "million-rows-without-numbers.xlsx",
        DATA,
        many("<row><c><v>1</v></c></row>", 1_000_000),
        END,
    ),
    sheet(
        "16384-columns.xlsx",
        '<sheetData><row r="1">',
        many(inline("현장명"), 16_384),
        f"</row>{END}",
        wanted="refused",
    ),
    sheet("16384-blank-columns.xlsx", DATA, f'<row r="5">{WIDE}</row>{END}', wanted="read"),
    sheet(
        "16384-blank-columns-100-rows.xlsx",
        DATA,
        many("<row>" + '<c s="0"/>' * 16_384 + "</row>", 100),
        END,
    ),
    sheet("201-columns.xlsx", f"{DATA}<row>{'<c><v>1</v></c>' * 201}</row>{END}", wanted="refused"),
    sheet(
        "2-million-cells.xlsx",
        DATA,
        many(f"<row>{'<c><v>1</v></c>' * 199}</row>", 11_000),
        END,
        wanted="refused",
    ),
)


# ---- around the cells --------------------------------------------------------------------------


def merges(name: str, *pieces: Callable[[], Iterable[bytes]] | str) -> Hostile:
    return sheet(name, DATA, END, "<mergeCells>", *pieces, "</mergeCells>")


AROUND = (
    merges("merges-1-million.xlsx", numbers('<mergeCell ref="F%d:G%d"/>', 1, 1_000_001)),
    merges("merges-of-the-sites.xlsx", many('<mergeCell ref="A2:A4"/>', 200_000)),
    merges("merge-of-everything.xlsx", '<mergeCell ref="A1:XFD1048576"/>'),
    merges("merge-of-a-column.xlsx", '<mergeCell ref="A2:A1048576"/>'),
    merges("merges-overlapping.xlsx", '<mergeCell ref="A1:B3"/><mergeCell ref="B2:C4"/>'),
    merges("merge-without-ref.xlsx", "<mergeCell/>"),
    merges("merge-of-nonsense.xlsx", '<mergeCell ref="ZZZZZ99999999999:A0"/>'),
    merges("merge-backwards.xlsx", '<mergeCell ref="A4:A2"/>'),
    sheet(
        "columns-100000.xlsx",
        "<cols>",
        numbers('<col min="%d" max="%d" hidden="1"/>', 1, 100_001),
        "</cols>",
        DATA,
        END,
    ),
    sheet(
        "column-to-4-billion.xlsx",
        '<cols><col min="1" max="4294967295" hidden="1"/></cols>',
        DATA,
        END,
    ),
    sheet("column-backwards.xlsx", '<cols><col min="9" max="1"/><col min="x"/></cols>', DATA, END),
    sheet(
        "hyperlinks-500000.xlsx",
        DATA,
        END,
        "<hyperlinks>",
        many('<hyperlink ref="A1" location="x"/>', 500_000),
        "</hyperlinks>",
    ),
    sheet("tail-of-90-mb.xlsx", DATA, END, many(" ", 90 << 20)),
    sheet("head-of-300-mb.xlsx", many(" ", 300 << 20), DATA, END, wanted="refused"),
    sheet("two-tables.xlsx", DATA, END, DATA.replace("example.com", "example.co.kr"), END),
)

FILES = (*PLACES, *AROUND)
