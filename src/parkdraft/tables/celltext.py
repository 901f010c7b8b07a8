"""One cell as text: what Excel stored, turned into what people see in it.

The text is then read by the same functions as what is typed.
"""

from __future__ import annotations

import contextlib
import datetime
import decimal
import math
import re
from typing import TYPE_CHECKING

from parkdraft.formulas import BLANKS, unguard
from parkdraft.tables.source import EXACT_NUMBERS, LONGEST_CELL, Fault, Value

if TYPE_CHECKING:
    from parkdraft.codes import Code

_PLAIN = re.compile(r"[0-9A-Za-z가-힣]([^\r\ufffd+]*[0-9A-Za-z가-힣])?")
"""Text that stays as it was stored, as in most cells: tried first."""
_LOST_DIGITS = re.compile(r"-?\d(?:[.,]\d+)?[Ee]\+\d{1,3}")
_HASHES = re.compile(r"#{3,}")
_ERRORS = frozenset(
    ("#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A", "#SPILL!", "#CALC!")
)

# Phone numbers that lost their leading zero: mobile 10/11…, Seoul 2, other areas 3x to 6x, 70,
# 80, safe numbers 50x. 1588-1234 and its like have eight digits and no zero.
_PHONE_NUMBER = re.compile(r"2\d{7,8}|[13-8]\d{8,9}|50\d{9}")
_PHONE_TEXT = re.compile(r"1\d{8,9}")

_SERIAL_YEARS = range(2000, 2100)


def to_text(value: Value, kind: str, epoch: datetime.datetime) -> tuple[str, Code | None]:
    """The cell's text (empty for a blank cell), and the code of what is wrong with it, if anything.

    Text comes stripped and without the guard of ``formulas.py``, dates in ISO form, whole numbers
    without ``.0``; a phone's leading zero is put back; a number in a date column is a serial date.
    """
    if isinstance(value, str):
        is_plain = kind != "phone" and _PLAIN.fullmatch(value) and len(value) <= LONGEST_CELL
        return (value, None) if is_plain else _from_text(value, kind)
    if value is None:
        return "", None
    if isinstance(value, Fault):
        return "", value.code
    if isinstance(value, bool):
        return ("예" if value else "아니오"), None
    if isinstance(value, int | float):
        return _from_number(value, kind, epoch)
    if isinstance(value, datetime.datetime):
        return _from_datetime(value, kind), None
    if isinstance(value, datetime.timedelta):
        minutes, seconds = divmod(round(value.total_seconds()), 60)
        return f"{minutes // 60:02d}:{minutes % 60:02d}:{seconds:02d}", None
    if isinstance(value, datetime.time):
        return value.isoformat("seconds"), None
    return value.isoformat(), None


def _from_text(value: str, kind: str) -> tuple[str, Code | None]:
    text = unguard(value).strip(BLANKS)
    if text.startswith('="') and text.endswith('"'):  # written so that Excel keeps it as text
        text = text[2:-1].replace('""', '"')
    code: Code | None = None
    if len(text) > LONGEST_CELL:
        text, code = "", "cell.too-long"
    elif "\ufffd" in text:
        code = "cell.broken-text"
    elif text.startswith("#") and text.upper() in _ERRORS:
        code = "cell.error"
    elif text.startswith("#") and _HASHES.fullmatch(text):
        code = "cell.hashes"
    elif "+" in text and _LOST_DIGITS.fullmatch(text):
        code = "cell.digits-lost"
    elif kind == "phone" and _PHONE_TEXT.fullmatch(text):
        text = "0" + text
    return text, code


def _from_number(
    value: int | float, kind: str, epoch: datetime.datetime
) -> tuple[str, Code | None]:
    if not math.isfinite(value):
        return "", "cell.error"
    is_whole = value == int(value)
    if kind in ("date", "datetime"):
        with contextlib.suppress(OverflowError):
            moment = epoch + datetime.timedelta(days=value)
            if moment.year in _SERIAL_YEARS:  # 20261123 is no serial date
                return _from_datetime(moment, "date" if is_whole else kind), None
    if not is_whole:
        return format(decimal.Decimal(format(value, ".15g")), "f"), None
    text = str(int(value))
    if kind == "phone" and _PHONE_NUMBER.fullmatch(text):
        text = "0" + text
    return text, "cell.digits-lost" if abs(value) >= EXACT_NUMBERS else None


def _from_datetime(value: datetime.datetime, kind: str) -> str:
    rounded = (value + datetime.timedelta(milliseconds=500)).replace(microsecond=0, tzinfo=None)
    if kind == "date" and rounded.time() == datetime.time():
        return rounded.date().isoformat()
    return rounded.isoformat(" ", "seconds")
