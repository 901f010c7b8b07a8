"""Dates and moments that stand in a plain text, alone or as a range."""

from __future__ import annotations

import re
from datetime import date

from parkdraft.extract.patterns import Sighting, attempted
from parkdraft.lazy import lazy
from parkdraft.values.dates import WEEKDAYS, Moment, read_moment

_HALF = r"오전|오후|[AaPp]\.?[Mm]\.?"
_CLOCK = (
    rf"(?:(?:{_HALF}) ?)?[0-9]{{1,2}}(?::[0-9]{{2}}(?::[0-9]{{2}})?"
    r"|시(?!간)(?: ?반| ?[0-9]{1,2}분(?: ?[0-9]{1,2}초)?)?)"
    rf"(?: ?(?:{_HALF}))?(?![0-9:])"
)
_WEEKDAY = r" ?(?:\([월화수목금토일](?:요일)?\)|[월화수목금토일]요일)"
# Month and day with a dot or a hyphen are a date only where the words around want one.
_WANTS_A_DAY = (
    rf"(?= ?\.? ?(?:~|부터|까지|일자|{_WEEKDAY}|{_CLOCK}|결제|입차|출차|해지|시작|만료|종료|적용)"
    r"|-[0-9]{1,2}\.[0-9])"
)
_DAY = lazy(
    r"(?<![0-9A-Za-z_])(?P<written>"
    r"(?P<full>[0-9]{4}|[0-9]{2}) ?(?P<by>[-./]) ?[0-9]{1,2} ?(?P=by) ?[0-9]{1,2}"
    r"(?![0-9]|(?P=by)[0-9])(?: ?\.(?![0-9]))?"
    r"|(?:(?P<year>[0-9]{4}|[0-9]{2})년 ?)?[0-9]{1,2}월 ?[0-9]{1,2}일"
    r"|(?P<compact>20[0-9]{6})(?![0-9]|-(?!20[0-9]{6}(?![0-9-])))"
    r"|(?!(?<=\()[1-5]/[1-5]\))"  # (1/2): a message in parts
    r"[0-9]{1,2}(?P<slash>/)[0-9]{1,2}(?![0-9/]|[명층개]|대(?!차)| ?(?:쪽|페이지|지점|분기))"
    r"|(?:(?<=~)|(?<=~ )|(?<=[0-9]-))[0-9]{1,2}\.[0-9]{1,2}(?![0-9]|\.[0-9]|[만천백억원톤배층점])"
    rf"|[0-9]{{1,2}}(?P<dot>[.-])[0-9]{{1,2}}(?![0-9]|(?P=dot)[0-9]){_WANTS_A_DAY}"
    r"|(?<![가-힣])(?P<word>오늘|내일|어제)(?:(?![가-힣])|(?=부터|까지|자로|오전|오후|에|은|도))"
    rf")(?P<weekday>{_WEEKDAY})?(?![A-SU-Za-z_])"
)
# What ties a date to what stands before it: ORD-20261201, 1/12/1.
_TIED = lazy(r"(?P<to>[0-9A-Za-z])(?P<by>[-./])\Z")
_THEN = lazy(rf"(?:T| ?(?:에|일?자|날)? ?[,/|-]? ?)(?P<clock>{_CLOCK})")
# A second time of the same day: 14:05~16:20, 09:10 입차, 14:05 출차.
_UNTIL_CLOCK = lazy(
    r" ?(?:[~-]|(?:에 ?)?입차[가-힣]{0,3}[ ,/]{0,3}|[,/]? ?출차 ?(?:일시|시간|시각)? ?:?) ?"
    rf"(?P<clock>{_CLOCK})"
)
_TO = lazy(r"\.? ?(?:부터|에서|[~-]|부터 ?[~-]) ?")
_LAST_DAY = lazy(
    r"(?: ?~ ?|-| ?부터 ?(?:~ ?)?)(?P<day>[0-9]{1,2})"
    r"(?:일(?![가-힣])|일?(?= ?까지)|(?= ?\()|(?![0-9A-Za-z가-힣%]|[:./,-][0-9]))"
)


def days(text: str, today: date) -> list[Sighting]:
    """Dates, and moments where a time follows; ``today`` decides the year.

    Of a range the first has the role ``start`` and the second ``end``, also where midnight
    is written with them; without a year of its own the end is the first such day after the
    start: ``12/15~1/14``, ``12/1~31``.
    """
    seen: list[Sighting] = []
    for found in _DAY.finditer(text):
        if (seen and found.start() < seen[-1].end) or _is_tied(text, found):
            continue
        first = seen[-1] if seen and _TO.fullmatch(text, seen[-1].end, found.start()) else None
        one = _read(text, found, today, _day_of(first) if first else None)
        if one is None:
            continue
        if first and _is_day(first, " 00:00") and _is_day(one, " 23:59", " 00:00"):
            seen[-1] = day_only(first)._replace(role="start")
            one = day_only(one)._replace(role="end")
        seen += _with_second(text, one, today)
    return seen


def day_only(one: Sighting) -> Sighting:
    """A moment as the date that it lies on."""
    return _sighting(Moment(_day_of(one), None), one.start, one.end)._replace(
        role=one.role, firm=one.firm, vague=one.vague
    )


def _is_tied(text: str, found: re.Match[str]) -> bool:
    """Whether this is a part of something longer, as ``-1201`` of an order's number is."""
    tied = _TIED.search(text[max(0, found.start() - 2) : found.start()])
    if tied is None or found["word"]:
        return False
    if found["compact"]:
        return not re.search(r"20[0-9]{6}-\Z", text[max(0, found.start() - 9) : found.start()])
    own = found["by"] or found["slash"] or found["dot"]
    return tied["to"].isalpha() or tied["by"] == own


def _read(text: str, found: re.Match[str], today: date, after: date | None) -> Sighting | None:
    """The day, with its time where one follows; ``after`` is the start of a range."""
    written, end = found["written"], found.end()
    yearless = not (found["full"] or found["year"] or found["compact"] or found["word"])
    if yearless and after:
        written = _next(after, *map(int, re.findall("[0-9]+", written)))
    day = written + (found["weekday"] or "")
    when = None
    if then := _THEN.match(text, end):
        when, end = _moment(f"{day} {then['clock']}", today), then.end()
    if when is None:
        when, end = _moment(day, today), found.end()
    firm = len(found["full"] or "") == 4
    vague = found["word"] is not None and when is not None and when.time is None
    return when and _sighting(when, found.start(), end)._replace(firm=firm, vague=vague)


def _with_second(text: str, one: Sighting, today: date) -> list[Sighting]:
    """With the end of a range that names only the day, or of a moment only the time."""
    day = _day_of(one)
    if one.kind == "moment":
        until = _UNTIL_CLOCK.match(text, one.end)
        if until and (when := _moment(f"{day} {until['clock']}", today)):
            return [one, _sighting(when, until.start("clock"), until.end())]
        return [one]
    last = _LAST_DAY.match(text, one.end)
    if last and not _DAY.match(text, last.start("day")):
        when = _moment(f"{day.year}-{day.month}-{last['day']}", today)
        if when and when.day > day:
            end = _sighting(when, last.start("day"), last.end())
            return [one._replace(role="start"), end._replace(role="end")]
    return [one]


def _next(after: date, month: int, day: int) -> str:
    """That day in the year of ``after``, or in the next where it would lie before."""
    year = after.year + ((month, day) < (after.month, after.day))
    return f"{year}-{month}-{day}"


def _is_day(one: Sighting, *midnights: str) -> bool:
    """Whether this is a date, or a moment that only says where a day begins or ends."""
    return one.kind == "date" or one.value.endswith(midnights)


def _day_of(one: Sighting) -> date:
    return date.fromisoformat(one.value[:10])


def _moment(text: str, today: date) -> Moment | None:
    return attempted(lambda value: read_moment(value, today), text)


def _sighting(when: Moment, start: int, end: int) -> Sighting:
    value = when.day.isoformat()
    shown = f"{value}({WEEKDAYS[when.day.weekday()]})"
    if when.time is None:
        return Sighting("date", value, shown, start, end)
    at = f"{when.time:%H:%M}"
    return Sighting("moment", f"{value} {at}", f"{shown} {at}", start, end)
