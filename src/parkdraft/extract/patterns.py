"""Values that stand in a plain text: found by their shape, judged by the readers.

Each function takes the text (see ``plaintext.py``; what was understood before is covered)
and says what it saw. A shape only says where a value may begin and end, and what around it
tells that it is another thing; whether it is one, and which, its reader decides.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import NamedTuple, TypeVar

from parkdraft.errors import DetailsError
from parkdraft.lazy import lazy
from parkdraft.values.amounts import read_money
from parkdraft.values.phones import read_phone
from parkdraft.values.plates import DIPLOMATIC, REGIONS, read_plate

Value = TypeVar("Value")


class Sighting(NamedTuple):
    """One value: what it is, how an option takes it, how people read it, and where it stands.

    ``role`` is the option it is meant for, where the words around say so. ``firm`` is a
    shape that nothing else has, so that no card number is seen across it; ``vague`` is a
    word such as 오늘, which is worth nothing without a role.
    """

    kind: str
    value: str
    shown: str
    start: int
    end: int
    role: str | None = None
    firm: bool = False
    vague: bool = False

    def touches(self, span: tuple[int, int]) -> bool:
        """Whether any of this lies within the span."""
        return self.start < span[1] and span[0] < self.end


def attempted(read: Callable[[str], Value], text: str) -> Value | None:
    """What an option's reader makes of the text, None where it refuses."""
    try:
        return read(text)
    except DetailsError:
        return None


# ---- plates ----------------------------------------------------------------------------

_REGION = f"(?:{'|'.join(REGIONS)})"
_GAP = r"[ .·-]{0,2}"
_PLATE = lazy(
    rf"(?P<region>{_REGION}{_GAP})?(?<![0-9])"
    rf"(?P<bare>[0-9]{{1,3}}{_GAP}(?P<syllable>[가-힣])(?P<gap>{_GAP})[0-9]{{4}})"
    r"(?![0-9]|원(?!래))"
)
# What follows four digits that stand apart, where they are a year, a sum or a number.
_NOT_A_SERIAL = lazy(r"[년월천개]|원(?!래)|만 ?원|명(?!의)|[-./] ?[0-9]{1,2} ?[-./]")
_SPECIAL_PLATE = lazy(
    rf"(?<![가-힣])(?:(?P<word>{'|'.join(DIPLOMATIC)}) ?[0-9]{{3}}[ -]?[0-9]{{3}}"
    rf"|(?P<temporary>{_REGION}?(?:임시|임(?! ))) ?(?:번호판?|차량)? ?:? ?(?P<digits>[0-9]{{4,6}}))"
    r"(?![0-9]|-[0-9]|[.:/ ]?(?:[년월원만천]|[0-9]{1,2}[./]))"
)


def plates(text: str) -> Iterator[Sighting]:
    """Plates of every shape with a rule; the last four digits alone are none."""
    for found in _PLATE.finditer(text):
        if found["gap"] and _is_no_plate(text, found):
            continue
        whole = attempted(read_plate, found[0]) if found["region"] else None
        start = found.start() if whole else found.start("bare")
        if plate := whole or attempted(read_plate, found["bare"]):
            yield Sighting("plate", plate.written, plate.written, start, found.end())
    for found in _SPECIAL_PLATE.finditer(text):
        digits = found["digits"]
        if plate := attempted(read_plate, f"{found['temporary']}{digits}" if digits else found[0]):
            yield Sighting("plate", plate.written, plate.written, *found.span())


def _is_no_plate(text: str, found: re.Match[str]) -> bool:
    """Whether four digits that stand apart are a year or a sum, or before them is a flat."""
    if _NOT_A_SERIAL.match(text, found.end()):
        return True
    before = text[max(0, found.start() - 2) : found.start()]
    return found["syllable"] == "호" and before.rstrip().endswith("동")  # 101동 302호


# ---- phones ----------------------------------------------------------------------------

_BETWEEN = r"[ ./)-]{0,2}"
_PHONE = lazy(
    r"(?P<abroad>(?:(?:\+|00) ?82|82(?=[ -]))[ -]?(?:\(0\) ?|0)?)?"
    r"(?:\(?0(?:1[016-9]|2|3[1-3]|4[1-4]|5[1-5]|6[1-4]|[78]0|50[0-9])"
    rf"|(?(abroad)[1-7][0-9]?|10(?=-))){_BETWEEN}[0-9]{{3,4}}{_BETWEEN}[0-9]{{4}}(?![0-9A-Za-z_*]|[-.][0-9*])"
    r"|1[568][0-9]{2}-[0-9]{4}(?![0-9A-Za-z_*]|[-.][0-9*])"
)
# A number cell that lost its zero is a phone only where it is called one.
_CELL = lazy(
    r"(?:연락처|전화|휴대|핸드폰|휴대폰)[가-힣 ]{0,4}[:=]? ?(?P<phone>10[0-9]{8})(?![0-9A-Za-z_-])"
)
_PART_OF_MORE = lazy(r"[0-9A-Za-z_*](?:[-._#] ?)?\Z")
_CALLED = lazy(r"(?i)(?<![0-9a-z])(?:tel|phone|mobile|h\.?p|c\.?p|[tmpc])[.:]?-?\Z")


def phones(text: str) -> Iterator[Sighting]:
    """Phone numbers that stand alone: none that is a part of a longer number."""
    places = [found.span() for found in _PHONE.finditer(text)]
    places += [found.span("phone") for found in _CELL.finditer(text)]
    for start, end in places:
        before = text[max(0, start - 10) : start]
        if _PART_OF_MORE.search(before) and not _CALLED.search(before):
            continue
        if written := attempted(read_phone, text[start:end]):
            yield Sighting("phone", written, written, start, end, firm=True)


# ---- money -----------------------------------------------------------------------------

_PLAIN_WON = r"[0-9][0-9,]{0,14}"
_COUNTED_WON = (
    r"(?:[0-9][0-9,]{0,5} ?|(?<![가-힣]))[억만천백](?: ?[0-9]{0,4} ?[만천백]){0,3}"
    r"(?: ?[0-9][0-9,]{0,5})?"
)
_MONEY = lazy(
    r"(?<![0-9A-Za-z,._])(?<![0-9]-)(?<!\A[-△▲])(?<![\s(:][-△▲])(?:"
    rf"(?:{_COUNTED_WON}|{_PLAIN_WON})(?: ?원(?![룸장])| ?KRW)"
    rf"|[₩\\] ?{_PLAIN_WON}(?![0-9,.])"
    r"|[1-9][0-9]{0,2}(?:,[0-9]{3})+"
    r"(?![0-9,.A-Za-z]|-[0-9]|[대명개건점회년세평]| [대명개건점회년세평](?![가-힣]))"
    rf"|{_COUNTED_WON}(?= ?(?:결제|청구|나왔|나와|냈|지불|납부))"
    r")"
)
# Bare digits are money only behind a word for it.
_SUM = lazy(
    r"(?:금액|요금|결제액|주차비|주차료) ?[:=은는이가]? ?"
    r"(?P<won>[1-9][0-9]{2,6})(?![0-9,.:/-]|[년월일시분대])"
)


def money(text: str) -> Iterator[Sighting]:
    """Sums in won, with the word or a thousands comma, or behind a word such as 결제금액."""
    places = [found.span() for found in _MONEY.finditer(text)]
    places += [found.span("won") for found in _SUM.finditer(text)]
    for start, end in places:
        if won := attempted(read_money, text[start:end]):
            yield Sighting("money", str(won), f"{won:,}원", start, end)
