"""Values that stand in a plain text: found by a pattern, read as the option would read them.

Each function takes the text (made plain by ``normalize.py``, what was recognised before
covered) and gives proposals. A pattern only says where a value may begin and end; whether it is
one is decided by the function that reads the option, such as ``read_plate``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple, TypeVar

from parkdraft.errors import DetailsError
from parkdraft.extract.normalize import Span, covered
from parkdraft.lazy import lazy
from parkdraft.values.amounts import read_money
from parkdraft.values.phones import read_phone
from parkdraft.values.plates import DIPLOMATIC, REGIONS, read_plate
from parkdraft.values.text import private_number

Value = TypeVar("Value")


class Proposal(NamedTuple):
    """One value that stands in the text, to be taken over by a click.

    ``kind`` is plate, date, moment, money, phone, site, partner, order-no, ticket or
    approval-no; ``value`` is what an option takes, ``shown`` what it means in Korean;
    ``start`` and ``end`` are indices in the text. ``fields`` are all options that take such a
    value, whatever the case; ``role`` is the one of them that the words around name.

    ``firm``: only such a value looks like this, so no card number is looked for across it.
    ``vague``: a word such as 오늘, which is only proposed with a role.
    """

    kind: str
    value: str
    shown: str
    start: int
    end: int
    fields: tuple[str, ...] = ()
    role: str | None = None
    firm: bool = False
    vague: bool = False

    def touches(self, span: Span) -> bool:
        """Whether it overlaps the span."""
        return self.start < span[1] and span[0] < self.end


def attempted(read: Callable[[str], Value], text: str) -> Value | None:
    """What ``read`` makes of the text; None where it refuses the text."""
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


def plates(text: str) -> Iterator[Proposal]:
    """Plates; the last four digits alone are not one."""
    for match in _PLATE.finditer(text):
        if match["gap"] and _is_no_plate(text, match):
            continue
        whole = attempted(read_plate, match[0]) if match["region"] else None
        start = match.start() if whole else match.start("bare")
        if plate := whole or attempted(read_plate, match["bare"]):
            yield Proposal("plate", plate.written, plate.written, start, match.end())
    for match in _SPECIAL_PLATE.finditer(text):
        digits = match["digits"]
        if plate := attempted(read_plate, f"{match['temporary']}{digits}" if digits else match[0]):
            yield Proposal("plate", plate.written, plate.written, *match.span())


def _is_no_plate(text: str, match: re.Match[str]) -> bool:
    """Whether four digits that stand apart are a year or a sum, or belong to a flat's number."""
    if _NOT_A_SERIAL.match(text, match.end()):
        return True
    before = text[max(0, match.start() - 2) : match.start()]
    return match["syllable"] == "호" and before.rstrip().endswith("동")  # 101동 302호


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


def phones(text: str) -> Iterator[Proposal]:
    """Phone numbers that are no part of a longer number."""
    places = [match.span() for match in _PHONE.finditer(text)]
    places += [match.span("phone") for match in _CELL.finditer(text)]
    for start, end in places:
        before = text[max(0, start - 10) : start]
        if _PART_OF_MORE.search(before) and not _CALLED.search(before):
            continue
        if written := attempted(read_phone, text[start:end]):
            yield Proposal("phone", written, written, start, end, firm=True)


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


def money(text: str) -> Iterator[Proposal]:
    """Sums in won, with the word or a thousands comma, or behind a word such as 결제금액."""
    places = [match.span() for match in _MONEY.finditer(text)]
    places += [match.span("won") for match in _SUM.finditer(text)]
    for start, end in places:
        if won := attempted(read_money, text[start:end]):
            yield Proposal("money", str(won), f"{won:,}원", start, end)


# ---- resident and card numbers, which nobody may be offered ----------------------------

# Digits of one line with whatever people put between them; a hidden tail counts.
_RUN = lazy(r"[0-9](?:[ ._/·-]{0,5}[0-9*xX●○])*")
_GROUP = lazy(r"[0-9*xX●○]+")
_LENGTHS = (13, 15, 16)
"""Digits of a resident number, and of the cards that there are."""
MOST_DIGITS = 64
"""A longer run is a table of numbers or junk: all of it counts as secret."""


def secrets(text: str, seen: Iterable[Proposal]) -> list[Span]:
    """Where resident and card numbers stand; ``seen`` are the values recognised before.

    Groups of digits that together form such a number count, unless the number would cut a phone
    or whole date in two, or consists of such values alone: two dates may form one by chance.
    """
    firm = [proposal for proposal in seen if proposal.firm]
    believed = []
    for start, end in _possible_secrets(text):
        across = [proposal for proposal in firm if proposal.touches((start, end))]
        if all(start <= proposal.start and proposal.end <= end for proposal in across):
            others = covered(text, ((proposal.start, proposal.end) for proposal in across))
            if _GROUP.search(others, start, end):
                believed.append((start, end))
    return believed


def _possible_secrets(text: str) -> Iterator[Span]:
    for run in _RUN.finditer(text):
        groups = [group.span() for group in _GROUP.finditer(text, *run.span())]
        digits = sum(end - start for start, end in groups)
        if digits > MOST_DIGITS:
            yield run.span()
        elif digits >= min(_LENGTHS) and is_secret(run[0]):
            windows = list(_windows(groups))
            yield from (window for window in windows if is_secret(text[slice(*window)]))


def _windows(groups: list[Span]) -> Iterator[Span]:
    """Whole groups in a row that have as many digits as a resident or card number."""
    for first, (start, _) in enumerate(groups):
        digits = 0
        for at, end in groups[first:]:
            digits += end - at
            if digits in _LENGTHS:
                yield start, end
            if digits > max(_LENGTHS):
                break


def is_secret(text: str) -> bool:
    """Whether a resident or card number stands in a line."""
    return private_number(" ".join(text.split())) is not None


# ---- numbers with their name before them ---------------------------------------------

_OTHERS = "회원|예약|상품|송장|운송장|관리|거래|영수증|가맹점|단말기"
_PRIVATE = "카드|계좌|주민|주민등록|외국인등록|면허|여권|사업자|사업자등록"
_REST_OF_PLATE = " ?[가-힣] ?[0-9]{4}"  # what follows the first digits of a plate
_NUMBERED = lazy(
    rf"(?:(?:(?P<order>주문)|(?P<ticket>접수|상담)|(?P<approval>승인)|{_OTHERS}) ?"
    r"(?:번호|코드|(?i:no\.?))|(?<![A-Za-z])(?i:no)\.) ?[:#=은는]?\s{0,2}"
    r"(?P<value>(?=[A-Za-z_-]{0,20}[0-9])[0-9A-Za-z][0-9A-Za-z_-]{1,38}[0-9A-Za-z])"
    rf"(?![0-9A-Za-z_]|-[0-9A-Za-z]|{_REST_OF_PLATE})"
)
_NAMED_PRIVATE = lazy(
    rf"(?:{_PRIVATE}) ?번호 ?[:#=은는]? ?(?:[가-힣]{{2,8}} )?"
    rf"(?P<value>[0-9*]{{3,}}(?:[ .-][0-9*]{{3,}}){{0,4}}(?![-./]?[0-9]|{_REST_OF_PLATE}))"
)
_KINDS = {"order": "order-no", "ticket": "ticket", "approval": "approval-no"}


def numbers(text: str) -> Iterator[Proposal]:
    """Order, ticket and approval numbers, by the word before them.

    Kind "" marks numbers that are not to be proposed: of cards, accounts, people and goods, and
    a phone that stands behind the word for an order.
    """
    for match in _NAMED_PRIVATE.finditer(text):
        yield Proposal("", "", "", *match.span("value"))
    for match in _NUMBERED.finditer(text):
        value = match["value"]
        kind = next((kind for group, kind in _KINDS.items() if match[group]), "")
        if is_secret(value) or any(phones(value)):
            kind = ""
        yield Proposal(kind, value, value, *match.span("value"))
