"""Numbers in a text that are to be left alone, and those that are called by their name.

What a memo refuses (resident and card numbers, see ``values.read_memo``) is never proposed
nor cut into dates and phones; neither is what the text calls an order, card or account.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from parkdraft.errors import DetailsError
from parkdraft.extract.normalize import Span, covered
from parkdraft.extract.patterns import Sighting, phones
from parkdraft.lazy import lazy
from parkdraft.model.cases import LONG_LIMIT
from parkdraft.values.privatenumbers import read_memo

# Digits of one line with whatever people put between them; a hidden tail counts.
_RUN = lazy(r"[0-9](?:[ ._/·-]{0,5}[0-9*xX●○])*")
_GROUP = lazy(r"[0-9*xX●○]+")
_LENGTHS = (13, 15, 16)
"""Digits of a resident number, and of the cards that there are."""
_REFUSED = ("memo.resident-number", "memo.card-number")
MOST_DIGITS = 64
"""A run of more is a table of numbers or junk: nothing is taken out of it."""


def secrets(text: str) -> Iterator[Span]:
    """Where resident and card numbers stand, or what may be one: the caller weighs that.

    Any groups of digits that make one together count, so two dates may by chance.
    """
    for run in _RUN.finditer(text):
        groups = [group.span() for group in _GROUP.finditer(text, *run.span())]
        digits = sum(end - start for start, end in groups)
        if digits > MOST_DIGITS:
            yield run.span()
        elif digits >= min(_LENGTHS) and is_secret(run[0]):
            windows = list(_windows(groups))
            yield from (window for window in windows if is_secret(text[slice(*window)]))


def is_secret(text: str) -> bool:
    """Whether a memo with this text is refused for a resident or card number in it."""
    try:
        read_memo(text, LONG_LIMIT)
    except DetailsError as error:
        return any(problem.code in _REFUSED for problem in error.problems)
    return False


def believed(text: str, secret: Span, seen: Iterable[Sighting]) -> bool:
    """Whether this is a resident or card number, in the light of what else was seen there.

    It is not where it cuts a phone or a whole date, or where it is made of such alone.
    """
    start, end = secret
    across = [one for one in seen if one.firm and one.touches(secret)]
    if any(one.start < start or end < one.end for one in across):
        return False
    others = covered(text, ((one.start, one.end) for one in across))
    return _GROUP.search(others, start, end) is not None


_OTHERS = "회원|예약|상품|송장|운송장|관리|거래|영수증|가맹점|단말기"
_PRIVATE = "카드|계좌|주민|주민등록|외국인등록|면허|여권|사업자|사업자등록"
_PLATE = " ?[가-힣] ?[0-9]{4}"  # what follows the first digits of a plate
_NUMBERED = lazy(
    rf"(?:(?:(?P<order>주문)|(?P<ticket>접수|상담)|(?P<approval>승인)|{_OTHERS}) ?"
    r"(?:번호|코드|(?i:no\.?))|(?<![A-Za-z])(?i:no)\.) ?[:#=은는]?\s{0,2}"
    r"(?P<value>(?=[A-Za-z_-]{0,20}[0-9])[0-9A-Za-z][0-9A-Za-z_-]{1,38}[0-9A-Za-z])"
    rf"(?![0-9A-Za-z_]|-[0-9A-Za-z]|{_PLATE})"
)
_NAMED_PRIVATE = lazy(
    rf"(?:{_PRIVATE}) ?번호 ?[:#=은는]? ?(?:[가-힣]{{2,8}} )?"
    rf"(?P<value>[0-9*]{{3,}}(?:[ .-][0-9*]{{3,}}){{0,4}}(?![-./]?[0-9]|{_PLATE}))"
)
_KINDS = {"order": "order-no", "ticket": "ticket", "approval": "approval-no"}


def numbers(text: str) -> Iterator[Sighting]:
    """Order, ticket and approval numbers that are called so.

    Of kind "" are numbers to be left alone: of cards, accounts, people and goods, and a
    phone that stands where an order is named.
    """
    for found in _NAMED_PRIVATE.finditer(text):
        yield Sighting("", "", "", *found.span("value"))
    for found in _NUMBERED.finditer(text):
        kind = next((kind for group, kind in _KINDS.items() if found[group]), "")
        value = found["value"]
        if is_secret(value) or any(phones(value)):
            kind = ""
        yield Sighting(kind, value, value, *found.span("value"))


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
