"""Crafted parts beside the sheet: shared strings, styles, lists of sheets, relations."""

from __future__ import annotations

import random
from collections.abc import Iterable

from .crafted import BOOK, SHEET, STRINGS, STYLES, Hostile, Streams, crafted, joined, repeated
from .crafted import numbered as each
from .exports import LIST, SHARED, strings
from .rawbook import HEAD, MAIN, PACKAGE, RELATIONS, TYPE, styles

MIB = 1 << 20
RELS = "xl/_rels/workbook.xml.rels"

# ---- shared strings and styles -----------------------------------------------------------------

SST = f'{HEAD}<sst xmlns="{MAIN}">'
STYLE = f'{HEAD}<styleSheet xmlns="{MAIN}">'


def _sst(name: str, *pieces: str | tuple[str, int], tail: str = "</sst>") -> Hostile:
    """A workbook whose shared strings end with these pieces."""
    some = str(strings()[STRINGS]).removesuffix("</sst>")

    def streams() -> Streams:
        found = (one if isinstance(one, str) else repeated(*one) for one in pieces)
        return {STRINGS: joined(some, *found, tail)}

    return crafted(name, streams, {STRINGS: ""}, sheets=(SHARED,))


def _indexed(name: str, index: str) -> Hostile:
    changed = SHARED._replace(data=SHARED.data.replace("<v>4</v>", f"<v>{index}</v>"))
    return crafted(name, dict, strings(), sheets=(changed,))


def _styled(name: str, *pieces: str | tuple[str, int]) -> Hostile:
    def streams() -> Streams:
        found = (one if isinstance(one, str) else repeated(*one) for one in pieces)
        return {STYLES: joined(STYLE, *found, "</styleSheet>")}

    return crafted(name, streams, {STYLES: ""})


XF = '<xf numFmtId="14" fontId="0" fillId="0" borderId="0"/>'
TEXTS = (
    _sst("strings-5-million-empty.xlsx", ("<si/>", 5_000_000)),
    _sst("strings-1-million.xlsx", ("<si><t>a</t></si>", 1_000_000)),
    _sst("strings-one-of-90-mb.xlsx", "<si><t>", ("가나다라마바사아자차", 3_000_000), "</t></si>"),
    _sst("strings-runs.xlsx", "<si>", ("<r><t>a</t></r>", 1_000_000), "</si>"),
    _sst(
        "strings-phonetics.xlsx",
        "<si><t>a</t>",
        ('<rPh sb="0" eb="1"><t>b</t></rPh>', 900_000),
        "</si>",
    ),
    _sst("strings-not-closed.xlsx", "<si><t>", tail=""),
    _indexed("strings-index-beyond.xlsx", "99999999999"),
    _indexed("strings-index-negative.xlsx", "-1"),
    _indexed("strings-index-no-number.xlsx", "넷"),
    crafted(
        "strings-claim-4-billion.xlsx",
        dict,
        strings(claim=' count="4294967295" uniqueCount="4294967295"'),
        sheets=(SHARED,),
    ),
    crafted("strings-missing.xlsx", dict, sheets=(SHARED,)),
    _styled("styles-1-million.xlsx", "<cellXfs>", (XF, 1_000_000), "</cellXfs>"),
    _styled(
        "styles-formats.xlsx",
        "<numFmts>",
        ('<numFmt numFmtId="200" formatCode="0000"/>', 1_000_000),
        "</numFmts>",
    ),
    _styled(
        "styles-format-of-10-mb.xlsx",
        '<numFmts><numFmt numFmtId="200" formatCode="',
        ("[$-412]yy", 1_100_000),
        '"/></numFmts>',
    ),
    _styled(
        "styles-format-of-brackets.xlsx",
        '<numFmts><numFmt numFmtId="200" formatCode="',
        ("[", 200_000),
        '"/></numFmts>',
    ),
    _styled("styles-fonts.xlsx", "<fonts>", ("<font><b/></font>", 2_000_000), "</fonts>"),
    crafted(
        "styles-index-beyond.xlsx",
        dict,
        {STYLES: styles()},
        sheets=(LIST._replace(data=LIST.data.replace("<c ", '<c s="4000000000" ')),),
    ),
)


# ---- sheets and relations ----------------------------------------------------------------------

RELATION = f'<Relationship Id="rId%d" Type="{RELATIONS}/worksheet" Target="worksheets/sheet1.xml"/>'
OPEN_RELATIONS = f'{HEAD}<Relationships xmlns="{PACKAGE}/relationships">'
OPEN_BOOK = f'{HEAD}<workbook xmlns="{MAIN}" xmlns:r="{RELATIONS}">'
SHEETS = '<sheets><sheet name="11월" sheetId="1" r:id="rId1"/></sheets></workbook>'


def _many_sheets() -> Streams:
    entry = '<sheet name="s%d" sheetId="%d" r:id="rId%d"/>'
    return {
        BOOK: joined(OPEN_BOOK, "<sheets>", each(entry, range(1, 20_001)), "</sheets></workbook>"),
        RELS: joined(OPEN_RELATIONS, each(RELATION, range(1, 20_001)), "</Relationships>"),
    }


def _relations(*pieces: str | Iterable[bytes]) -> Streams:
    return {RELS: joined(OPEN_RELATIONS, *pieces, "</Relationships>")}


def _target(name: str, target: str, more: str = "") -> Hostile:
    one = RELATION.replace("worksheets/sheet1.xml", target).replace("/>", f"{more}/>") % 1
    return crafted(name, lambda: _relations(one))


def _book(name: str, *pieces: str | tuple[str, int]) -> Hostile:
    def streams() -> Streams:
        found = (one if isinstance(one, str) else repeated(*one) for one in pieces)
        return {BOOK: joined(OPEN_BOOK, *found)}

    return crafted(name, streams)


NAMES = ("<definedName name=\"n\">'11월'!$A$1</definedName>", 500_000)
PARTS = (
    crafted("sheets-20000.xlsx", _many_sheets),
    crafted("relations-20000.xlsx", lambda: _relations(each(RELATION, range(1, 20_001)))),
    crafted("relations-one-id.xlsx", lambda: _relations(repeated(RELATION % 1, 20_000))),
    crafted("relations-80-mb.xlsx", lambda: _relations(repeated(" ", 80 * MIB))),
    _target("relation-upwards.xlsx", "../../../../../../etc/passwd"),
    _target("relation-to-the-root.xlsx", "/etc/passwd"),
    _target("relation-to-a-file.xlsx", "file:///etc/passwd", ' TargetMode="External"'),
    _target("relation-to-the-web.xlsx", "https://example.com/sheet1.xml", ' TargetMode="External"'),
    _target("relation-to-nothing.xlsx", "worksheets/sheet9.xml"),
    _target("relation-to-itself.xlsx", "workbook.xml"),
    _target("relation-empty.xlsx", ""),
    _target("relation-of-1-mb.xlsx", "../" * 350_000 + "x.xml"),
    crafted(
        "two-sheets-of-one-part.xlsx",
        lambda: _relations(each(RELATION, range(1, 3))),
        sheets=(LIST, LIST._replace(name="12월")),
    ),
    _book(
        "names-500000.xlsx",
        SHEETS.removesuffix("</workbook>"),
        "<definedNames>",
        NAMES,
        "</definedNames></workbook>",
    ),
    _book(
        "sheet-name-of-1-mb.xlsx",
        '<sheets><sheet sheetId="1" r:id="rId1" name="',
        ("가", 350_000),
        '"/></sheets></workbook>',
    ),
    _book("no-sheets.xlsx", "<sheets/></workbook>"),
    _book("workbook-not-closed.xlsx", "<sheets>"),
    crafted("workbook-is-random.xlsx", lambda: {BOOK: [random.Random(1).randbytes(5000)]}),
    crafted("sheet-is-random.xlsx", lambda: {SHEET: [random.Random(2).randbytes(5000)]}),
    crafted("sheet-is-empty.xlsx", lambda: {SHEET: []}),
    crafted("types-80-mb.xlsx", lambda: {"[Content_Types].xml": repeated(" ", 80 * MIB)}),
    crafted("parts-5000.xlsx", dict, {f"xl/media/m{n}.bin": b"" for n in range(5000)}),
    crafted(
        "external-links.xlsx",
        dict,
        {f"xl/externalLinks/externalLink{n}.xml": f"<x>{TYPE}</x>" for n in range(3000)},
    ),
)

FILES = (*TEXTS, *PARTS)
