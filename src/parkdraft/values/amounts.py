"""Money and counts of days as people type them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from parkdraft.lazy import lazy
from parkdraft.values.text import refusal, tidy

if TYPE_CHECKING:
    from parkdraft.codes import Code

MOST_WON = 100_000_000
_MONEY_REFUSED: tuple[tuple[re.Pattern[str], Code], ...] = (
    (lazy(r""), "money.empty"),
    (lazy(r"[₩\\]?[-\u2010-\u2015\u2212△▲].*|\(.*\)원?"), "money.negative"),
    (lazy(r"(?i).*(?:[$¥€£元円]|usd|jpy|eur|cny|달러|엔|유로|위안).*"), "money.currency"),
)
# A won sign or not (a Korean keyboard types a backslash for it), the amount, won or not.
_MONEY = lazy(r"(?i)(?:[₩\\]|krw)?(?P<amount>[0-9억만천백.,]+)(?:원|krw)?")
_GROUPED = r"[1-9][0-9]{0,2}(?:,[0-9]{3})*"
_DIGITS = lazy(rf"(?P<won>{_GROUPED}|[1-9][0-9]*|0+)(?:\.00?)?")
# 3만5천, 만5천, 2만5000, 1억; a tail of one or two digits (3만5) could mean either size.
_COUNTED = lazy(
    r"(?=.*[억만천백])(?:(?P<억>[1-9][0-9]{0,3}|)억)?(?:(?P<만>[1-9][0-9]{0,3}|[1-9],[0-9]{3}|)만)?"
    r"(?:(?P<천>[1-9]?)천)?(?:(?P<백>[1-9]?)백)?"
    r"(?P<rest>(?<=[억만])[1-9],?[0-9]{3}|(?<=[억만천])[1-9][0-9]{2}|)"
)
_UNITS = {"억": 100_000_000, "만": 10_000, "천": 1_000, "백": 100}


def read_money(text: str) -> int:
    """Whole won, 1 to 100,000,000: ``12000``, ``12,000원``, ``₩12,000``, ``3만5천원``."""
    value = re.sub(r"(?<![0-9]) | (?![0-9])", "", tidy(text))
    for pattern, code in _MONEY_REFUSED:
        if pattern.fullmatch(value):
            raise refusal(code)
    written = _MONEY.fullmatch(value)
    if written is None:
        raise refusal("money.malformed")
    won = _won(written["amount"])
    if won == 0:
        raise refusal("money.zero")
    if won > MOST_WON:
        raise refusal("money.too-large")
    return won


def _won(amount: str) -> int:
    if digits := _DIGITS.fullmatch(amount):
        won = digits["won"].replace(",", "")
        return int(won) if len(won) <= 12 else MOST_WON + 1
    if counted := _COUNTED.fullmatch(amount):
        parts = ((counted[unit], size) for unit, size in _UNITS.items())
        total = sum(
            int(part.replace(",", "") or 1) * size for part, size in parts if part is not None
        )
        return total + int(counted["rest"].replace(",", "") or 0)
    if "." in amount:
        raise refusal("money.decimal")
    if re.fullmatch(r"[0-9,]*,[0-9,]*", amount):
        raise refusal("money.grouping")
    raise refusal("money.malformed")


def read_count(text: str, maximum: int) -> int:
    """A whole number of days, 0 to ``maximum``: ``10``, ``10일``, ``10.0`` of a spreadsheet."""
    value = tidy(text).replace(" ", "")
    if not value:
        raise refusal("count.empty")
    if re.fullmatch(r"[-\u2010-\u2015\u2212△▲][0-9.]+일?", value):
        raise refusal("count.negative")
    if not (written := re.fullmatch(r"0*(?P<days>[0-9]+?)(?:\.0+)?일?", value)):
        raise refusal("count.malformed")
    if len(written["days"]) > 9 or int(written["days"]) > maximum:
        raise refusal("count.too-large", maximum=maximum)
    return int(written["days"])
