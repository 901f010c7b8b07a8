"""Crafted sheets: values that are none, and XML that is a trap."""

from __future__ import annotations

from collections.abc import Iterable

from .crafted import CLOSE, OPEN, SHEET, STYLES, Hostile, crafted, joined, repeated, replaced, sheet
from .crafted import numbered as each
from .craftedsheets import DATA, END, many, numbers
from .exports import LIST
from .messy import GARAM
from .rawbook import HEAD, MAIN, inline, styles

# ---- what stands in cells -----------------------------------------------------------------------

NAME = inline("한가람", "B2")
ODD_VALUES = {
    "s-with-text": '<c r="B2" t="s"><v>한가람</v></c>',
    "s-without-value": '<c r="B2" t="s"/>',
    "error": '<c r="B2" t="e"><v>#REF!</v></c>',
    "error-unknown": '<c r="B2" t="e"><v>#뭐지!</v></c>',
    "date-wrong": '<c r="B2" t="d"><v>2026-99-99T99:99</v></c>',
    "type-unknown": '<c r="B2" t="zzz"><v>1</v></c>',
    "nan": '<c r="B2"><v>NaN</v></c>',
    "inf": '<c r="B2"><v>INF</v></c>',
    "minus-infinity": '<c r="B2"><v>-Infinity</v></c>',
    "too-large": '<c r="B2"><v>1e400</v></c>',
    "word-as-number": '<c r="B2"><v>한가람</v></c>',
    "100000-digits": f'<c r="B2"><v>{"9" * 100_000}</v></c>',
    "100000-decimals": f'<c r="B2"><v>0.{"1" * 100_000}</v></c>',
    "boolean-wrong": '<c r="B2" t="b"><v>maybe</v></c>',
    "two-values": '<c r="B2"><v>1</v><v>2</v></c>',
    "cell-in-a-cell": f'<c r="B2">{NAME}</c>',
    "row-in-a-cell": f'<c r="B2"><row r="9">{NAME}</row></c>',
    "control-characters": '<c r="B2" t="inlineStr"><is><t>한_x0000__x0007__xD800_람</t></is></c>',
    "formula-cycle": '<c r="B2"><f>B2</f></c>',
    "formula-of-5-mb": f'<c r="B2"><f>{"1+" * 2_500_000}1</f><v>1</v></c>',
    "formula-command": '<c r="B2" t="str"><f>cmd|\' /C calc\'!A0</f><v>한가람</v></c>',
    "4000-addresses": inline(", ".join(f"a{n}@example.com" for n in range(4000)), "B2"),
    "combining-marks": inline("가" + "\u0301" * 90_000, "B2"),
    "brackets": inline("(" * 90_000, "B2"),
    "angle-brackets": inline('"' + " <" * 45_000, "B2"),
    "spaces-inside": inline("한" + " " * 90_000 + "람", "B2"),
    "quotes": inline("'" * 90_000 + "=", "B2"),
    "digits-of-a-phone": inline("0" + "1 " * 45_000, "B2"),
}
DATES = ("1e10", "-5", "2958466", "60", "0.9999999999", "1e-300", "NaN")
VALUES = (
    *(replaced(f"value-{name}.xlsx", SHEET, NAME, cell) for name, cell in ODD_VALUES.items()),
    *(
        replaced(
            f"address-{name}.xlsx", SHEET, inline(GARAM[3], "C2"), cell.replace('"B2"', '"C2"')
        )
        for name, cell in ODD_VALUES.items()
        if name in ("4000-addresses", "combining-marks", "angle-brackets", "spaces-inside")
    ),
    replaced("heading-of-90000.xlsx", SHEET, ">직함<", f">{'직함﷽' * 30_000}<"),
    *(
        crafted(
            f"date-{n}.xlsx",
            dict,
            {STYLES: styles(["yyyy-mm-dd"])},
            sheets=(
                LIST._replace(data=LIST.data.replace(NAME, f'<c r="B2" s="1"><v>{day}</v></c>')),
            ),
        )
        for n, day in enumerate(DATES)
    ),
    sheet(
        "cell-of-10-mb.xlsx",
        DATA,
        '<row><c t="inlineStr"><is><t>',
        many("가나다", 1_200_000),
        f"</t></is></c></row>{END}",
        wanted="refused",
    ),
    sheet(
        "eight-cells-of-10-mb.xlsx",
        DATA,
        "<row>",
        many(f'<c t="inlineStr"><is><t>{"a" * (10 << 20)}</t></is></c>', 8),
        f"</row>{END}",
        wanted="refused",
    ),
    sheet(
        "formulas-without-values.xlsx",
        DATA,
        numbers('<row r="%d"><c r="A%d"><f>1</f></c></row>', 5, 100_005),
        END,
        wanted="refused",
    ),
    sheet(
        "runs-in-a-cell.xlsx",
        DATA,
        '<row><c t="inlineStr"><is>',
        many("<r><t>a</t></r>", 1_000_000),
        f"</is></c></row>{END}",
    ),
)


# ---- XML ---------------------------------------------------------------------------------------


def xml(name: str, *pieces: str | bytes | tuple[str, int], refused: bool = False) -> Hostile:
    """The sheet's part as it is written here, from its first byte."""

    def streams() -> dict[str, Iterable[bytes]]:
        found = (one if isinstance(one, str | bytes) else repeated(*one) for one in pieces)
        return {SHEET: joined(*found)}

    return crafted(name, streams, wanted="refused" if refused else "any")


BODY = f'<worksheet xmlns="{MAIN}">{DATA}{END}</worksheet>'
LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
LAUGH = BODY.replace(">한가람<", ">&l9;<")
FILE = '<!ENTITY f SYSTEM "file:///etc/passwd">'
XML = (
    xml("xml-laughs.xlsx", f'{HEAD}<!DOCTYPE w [<!ENTITY l0 "하">{LAUGHS}]>{LAUGH}', refused=True),
    xml(
        "xml-quadratic.xlsx",
        f'{HEAD}<!DOCTYPE w [<!ENTITY l9 "',
        ("a", 100_000),
        f'">]>{LAUGH.replace("&l9;", "&l9;" * 10_000)}',
        refused=True,
    ),
    xml(
        "xml-outside.xlsx",
        f"{HEAD}<!DOCTYPE w [{FILE}]>{BODY.replace('>한가람<', '>&f;<')}",
        refused=True,
    ),
    xml(
        "xml-parameter.xlsx",
        f'{HEAD}<!DOCTYPE w [<!ENTITY % p SYSTEM "http://example.com/x"> %p;]>{BODY}',
        refused=True,
    ),
    xml("xml-doctype.xlsx", f"{HEAD}<!DOCTYPE worksheet>{BODY}"),
    xml("xml-doctype-outside.xlsx", f'{HEAD}<!DOCTYPE w SYSTEM "http://example.com/x.dtd">{BODY}'),
    xml("xml-entity-unknown.xlsx", f"{HEAD}{BODY.replace('>한가람<', '>&nbsp;<')}"),
    xml("xml-utf-16.xlsx", (HEAD.replace("UTF-8", "UTF-16") + BODY).encode("utf-16")),
    xml("xml-cp949.xlsx", (HEAD.replace("UTF-8", "euc-kr") + BODY).encode("cp949")),
    xml("xml-utf-7.xlsx", HEAD.replace("UTF-8", "UTF-7") + BODY),
    xml("xml-encoding-unknown.xlsx", HEAD.replace("UTF-8", "klingon") + BODY),
    xml(
        "xml-not-utf-8.xlsx",
        HEAD + BODY.replace("한가람", "\0"),
    ),
    xml("xml-deep.xlsx", OPEN, ("<a>", 3_000_000)),
    xml("xml-deep-closed.xlsx", OPEN, ("<a>", 200_000), ("</a>", 200_000), DATA, END, CLOSE),
    xml("xml-instructions.xlsx", HEAD, ("<?go on?>", 3_000_000), BODY),
    xml("xml-comments.xlsx", OPEN, ("<!-- -->", 3_000_000), DATA, END, CLOSE),
    xml(
        "xml-attribute-of-10-mb.xlsx",
        OPEN,
        '<sheetPr codeName="',
        ("a", 10 << 20),
        f'"/>{DATA}{END}{CLOSE}',
    ),
    xml("xml-name-of-10-mb.xlsx", OPEN, "<", ("a", 10 << 20), f"/>{DATA}{END}{CLOSE}"),
    xml("xml-other-namespace.xlsx", HEAD + BODY.replace(MAIN, "urn:example:other")),
    xml("xml-cut.xlsx", HEAD + BODY[: len(BODY) // 2]),
    xml("xml-cut-in-a-tag.xlsx", HEAD + BODY[: BODY.index("inlineStr") + 4]),
    xml("xml-two-roots.xlsx", HEAD + BODY + BODY),
    crafted(
        "xml-attributes-100000.xlsx",
        lambda: {
            SHEET: joined(
                OPEN, "<sheetPr ", each('a%d="1" ', range(100_000)), f"/>{DATA}{END}{CLOSE}"
            )
        },
    ),
    crafted(
        "xml-namespaces-100000.xlsx",
        lambda: {
            SHEET: joined(
                OPEN, "<sheetPr ", each('xmlns:n%d="u" ', range(100_000)), f"/>{DATA}{END}{CLOSE}"
            )
        },
    ),
)

FILES = (*VALUES, *XML)
