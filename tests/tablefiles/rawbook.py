"""Workbooks written by hand, part by part, as other programs than Excel write them."""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple
from xml.sax.saxutils import escape

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
STRICT_MAIN = "http://purl.oclc.org/ooxml/spreadsheetml/main"
STRICT_RELATIONS = "http://purl.oclc.org/ooxml/officeDocument/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'

Parts = dict[str, bytes | str]


class Sheet(NamedTuple):
    """A sheet: its name, its ``sheetData`` and what stands before and after it."""

    name: str
    data: str
    before: str = ""
    after: str = ""
    state: str = "visible"


class Dialect(NamedTuple):
    """How a program writes a workbook's parts."""

    main: str = MAIN
    relations: str = RELATIONS
    prefix: str = ""
    target: str = "worksheets/sheet{}.xml"
    part: str = "xl/worksheets/sheet{}.xml"
    properties: str = ""
    views: str = ""
    type: str = f"{TYPE}.sheet.main+xml"
    head: str = HEAD


EXCEL = Dialect()


def letters(column: int) -> str:
    """Excel's name of a column counted from 1."""
    name = ""
    while column:
        column, digit = divmod(column - 1, 26)
        name = chr(65 + digit) + name
    return name


def inline(text: str, ref: str = "", more: str = "") -> str:
    """A cell with its text inside."""
    where = f' r="{ref}"' if ref else ""
    space = ' xml:space="preserve"' if text != text.strip() else ""
    return f'<c{where} t="inlineStr"{more}><is><t{space}>{escape(text)}</t></is></c>'


def data(rows: Iterable[Sequence[str | int | float | None]], first: int = 1) -> str:
    """``sheetData`` of texts and numbers; what begins with ``<c`` is a cell already."""
    found = []
    for number, row in enumerate(rows, first):
        cells = []
        for column, value in enumerate(row, 1):
            ref = f"{letters(column)}{number}"
            if isinstance(value, str) and value.startswith("<c"):
                cells.append(value.replace("<c", f'<c r="{ref}"', 1))
            elif isinstance(value, str) and value:
                cells.append(inline(value, ref))
            elif value is not None and value != "":
                cells.append(f'<c r="{ref}"><v>{value}</v></c>')
        found.append(f'<row r="{number}">{"".join(cells)}</row>')
    return f"<sheetData>{''.join(found)}</sheetData>"


def parts(
    sheets: Sequence[Sheet], dialect: Dialect = EXCEL, more: Mapping[str, bytes | str] | None = None
) -> Parts:
    """All parts of a workbook; ``more`` are further ones, or stand in place of some.

    A part of ``more`` named ``styles`` or ``sharedStrings`` is named in the relations, too.
    """
    more = dict(more or {})
    named = [one for one in ("styles", "sharedStrings") if f"xl/{one}.xml" in more]
    kind = dialect.relations
    related = "".join(
        f'<Relationship Id="rId{n}" Type="{kind}/worksheet" Target="{dialect.target.format(n)}"/>'
        for n in range(1, len(sheets) + 1)
    ) + "".join(
        f'<Relationship Id="rIdx{one}" Type="{kind}/{one}" Target="{one}.xml"/>' for one in named
    )
    listed = "".join(
        f'<sheet name="{escape(one.name)}" sheetId="{n}"'
        + ("" if one.state == "visible" else f' state="{one.state}"')
        + f' r:id="rId{n}"/>'
        for n, one in enumerate(sheets, 1)
    )
    overrides = "".join(
        f'<Override PartName="/{dialect.part.format(n)}" ContentType="{TYPE}.worksheet+xml"/>'
        for n in range(1, len(sheets) + 1)
    ) + "".join(
        f'<Override PartName="/xl/{one}.xml" ContentType="{TYPE}.{one}+xml"/>' for one in named
    )
    book = (
        f'<workbook xmlns="{dialect.main}" xmlns:r="{kind}">{dialect.properties}{dialect.views}'
        f"<sheets>{listed}</sheets></workbook>"
    )
    found: Parts = {
        "[Content_Types].xml": f'{HEAD}<Types xmlns="{PACKAGE}/content-types">'
        '<Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{dialect.type}"/>'
        f"{overrides}</Types>",
        "_rels/.rels": f'{HEAD}<Relationships xmlns="{PACKAGE}/relationships"><Relationship '
        f'Id="rId1" Type="{kind}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": dialect.head + _prefixed(book, dialect),
        "xl/_rels/workbook.xml.rels": f'{HEAD}<Relationships xmlns="{PACKAGE}/relationships">'
        f"{related}</Relationships>",
    }
    for n, one in enumerate(sheets, 1):
        body = f"{one.before}{one.data}{one.after}"
        sheet = f'<worksheet xmlns="{dialect.main}" xmlns:r="{kind}">{body}</worksheet>'
        found[dialect.part.format(n)] = dialect.head + _prefixed(sheet, dialect)
    return found | more


def _prefixed(xml: str, dialect: Dialect) -> str:
    """The XML with every element in a namespace prefix."""
    if not dialect.prefix:
        return xml
    found = xml.replace("</", "\0").replace("<", f"<{dialect.prefix}:")
    found = found.replace("\0", f"</{dialect.prefix}:")
    return found.replace("xmlns=", f"xmlns:{dialect.prefix}=", 1)


def zipped(
    path: Path, content: Mapping[str, bytes | str], method: int = zipfile.ZIP_DEFLATED
) -> Path:
    """The parts in one ZIP, in their order."""
    with zipfile.ZipFile(path, "w", method) as archive:
        for name, part in content.items():
            archive.writestr(name, part)
    return path


def shared(items: Iterable[str], claim: str = "") -> str:
    """The part of shared strings; each item is what stands inside ``<si>``."""
    inside = "".join(f"<si>{one}</si>" for one in items)
    return f'{HEAD}<sst xmlns="{MAIN}"{claim}>{inside}</sst>'


def styles(formats: Sequence[str] = ()) -> str:
    """A part of styles: cell style 0 is plain, n has the n-th number format."""
    codes = "".join(
        f'<numFmt numFmtId="{163 + n}" formatCode="{escape(code, {chr(34): "&quot;"})}"/>'
        for n, code in enumerate(formats, 1)
    )
    cells = "".join(
        f'<xf numFmtId="{163 + n}" fontId="0" fillId="0" borderId="0" xfId="0" '
        'applyNumberFormat="1"/>'
        for n in range(1, len(formats) + 1)
    )
    plain = '<xf numFmtId="0" fontId="0" fillId="0" borderId="0"'
    return (
        f'{HEAD}<styleSheet xmlns="{MAIN}">'
        + (f'<numFmts count="{len(formats)}">{codes}</numFmts>' if formats else "")
        + '<fonts count="1"><font><sz val="11"/><name val="맑은 고딕"/></font></fonts>'
        '<fills count="1"><fill><patternFill patternType="none"/></fill></fills>'
        '<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
        f'<cellStyleXfs count="1">{plain}/></cellStyleXfs>'
        f'<cellXfs count="{1 + len(formats)}">{plain} xfId="0"/>{cells}</cellXfs>'
        '<cellStyles count="1"><cellStyle name="표준" xfId="0" builtinId="0"/></cellStyles>'
        "</styleSheet>"
    )
