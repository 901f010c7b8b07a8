"""Guarding cells against formulas, and rows to paste into a sheet.

A spreadsheet reads a cell that starts with ``=``, ``+``, ``-``, ``@``, a tab or a line end as a
formula (OWASP, "CSV Injection"); Excel with Korean settings also takes the full-width signs. Such
a value gets a leading ``'``, which reading removes again.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from parkdraft.errors import TableError, problem

BLANKS = (
    "\t\n\v\f\r\x1c\x1d\x1e\x1f \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006"
    "\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000\u200b\u200c\u200d\u2060\ufeff"
)
"""Invisible characters at a cell's edge: Unicode's spaces, and zero-width ones."""

FORMULA_SIGNS = "=+-@＝＋－＠"

_CONTROLS = "".join(map(chr, range(32)))
_SKIPPED = "".join(sorted(set(BLANKS + _CONTROLS)))
_PLAIN = "".join(char for char in _SKIPPED if char not in "\t\r\n")

# Any number of ' may stand in front: a value that already looks guarded gets one more, so that
# removing one always gives the value back.
_FORMULA = re.compile(
    f"'*(?:[{re.escape(_SKIPPED)}]*[{re.escape(FORMULA_SIGNS)}]|[{re.escape(_PLAIN)}]*[\t\r\n])"
)
_LINE_BREAKS = re.compile("[\t\n\v\f\r\x1c\x1d\x1e\x85\u2028\u2029]+")


def guard(value: str) -> str:
    """The value as it may stand in a spreadsheet's cell: never the start of a formula."""
    return "'" + value if _FORMULA.match(value) else value


def unguard(value: str) -> str:
    """What was written before ``guard``: ``unguard(guard(x)) == x`` for every ``x``."""
    return value[1:] if value.startswith("'") and _FORMULA.match(value) else value


def row_text(cells: Sequence[str]) -> str:
    """One row to paste into a sheet: cells between tabs, without a line end.

    Tabs and line ends inside a cell become one space. A cell that starts with ``"`` is
    guarded too: pasting would take the quote for a frame around several cells.
    """
    texts = []
    for cell in cells:
        text = _LINE_BREAKS.sub(" ", cell)
        is_quoted = text.lstrip("'").startswith('"')
        texts.append("'" + text if is_quoted else guard(text))
    return "\t".join(texts)


def read_row(text: str) -> list[str]:
    """The cells of one pasted row without guards; shares no pattern with ``row_text``.

    Raises TableError (``row.not-one-line``) where the text is more than one line.
    """
    line = text.removesuffix("\n").removesuffix("\r")
    if len(line.splitlines()) > 1 or line != line.rstrip("\r\n"):
        raise TableError([problem("row.not-one-line")])
    cells = []
    for cell in line.split("\t"):
        inner = cell.lstrip("'")
        start = inner.lstrip(BLANKS + _CONTROLS)
        is_guarded = inner.startswith('"') or start.startswith(tuple(FORMULA_SIGNS))
        cells.append(cell.removeprefix("'") if is_guarded else cell)
    return cells
