"""Dates and times as people and spreadsheets write them.

Text and today's date become a ``date`` or a ``Moment``, or raise ``DetailsError`` with one
problem, whose ``field`` the caller fills in. A date without a year means the year nearest
today, so callers show what was understood.

``extract/dates.py`` finds the same forms in running text: times and weekdays with the patterns
below, dates with a pattern of its own, which a test compares with ``_DATES``.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Collection
from datetime import date, time
from typing import NamedTuple

from parkdraft.lazy import lazy
from parkdraft.values.text import refusal, tidy

WEEKDAYS = "월화수목금토일"
YEARS_AWAY = 10

_WORDS = {"그저께": -2, "그제": -2, "어제": -1, "오늘": 0, "내일": 1, "모레": 2}
# After NFKC. The separator must be the same in one date; a last dot is usual in Korean.
_DATES = (
    lazy(
        r"(?P<year>[0-9]{4}|[0-9]{2}) ?(?P<by>[-/.]) ?(?P<month>[0-9]{1,2}) ?(?P=by) ?"
        r"(?P<day>[0-9]{1,2})(?: ?\.)?"
    ),
    lazy(r"(?P<year>[0-9]{4}|[0-9]{2})년 ?(?P<month>[0-9]{1,2})월 ?(?P<day>[0-9]{1,2})일"),
    lazy(r"(?P<year>[0-9]{4}|[0-9]{2})(?P<month>[0-9]{2})(?P<day>[0-9]{2})"),
    lazy(r"(?P<year>)(?P<month>[0-9]{1,2}) ?[-/.] ?(?P<day>[0-9]{1,2})(?: ?\.)?"),
    lazy(r"(?P<year>)(?P<month>[0-9]{1,2})월 ?(?P<day>[0-9]{1,2})일"),
)
WEEKDAY = rf"(?:\([{WEEKDAYS}](?:요일)?\)|[{WEEKDAYS}]요일)"
_WEEKDAY = lazy(rf"[ ,]*(?P<weekday>{WEEKDAY})$")
# A spreadsheet's date cell is read as the day with a midnight that nobody typed. Where a time
# may be typed, only the ISO form counts as that.
_MIDNIGHT = lazy(r"[ T](?:0?0:00|오전 12:00)(?::00)?(?:\.0+)?$")
_SPREADSHEET_MIDNIGHT = lazy(r"(?<=[0-9]{4}-[0-9]{2}-[0-9]{2})[ T]00:00:00(?:\.0+)?$")
HALF = r"오전|오후|[AaPp]\.?[Mm]\.?"
HOUR = (
    r"(?P<hour>[0-9]{1,2})"
    r"(?::(?P<minute>[0-9]{2})(?::(?P<second>[0-9]{2})(?:\.[0-9]{1,6})?)?"
    r"|시(?: ?(?P<half_past>반)|"
    r" ?(?P<minute_ko>[0-9]{1,2})분(?: ?(?P<second_ko>[0-9]{1,2})초)?)?)"
)
_CLOCK = lazy(
    rf"(?:^|(?<=[0-9])T|[ ,]|(?<=[일).])|(?=오))(?P<before>{HALF})? ?{HOUR}"
    rf"(?: ?(?P<after>{HALF}))?$"
)
_LIKE_A_CLOCK = lazy(r":|시|오전|오후")


class Moment(NamedTuple):
    """A day, and the time of day where it is known."""

    day: date
    time: time | None


def read_date(text: str, today: date) -> date:
    """The day that the text names, at most ten years from ``today``.

    Reads ``2026-11-23``, ``2026. 11. 23.``, ``20261123``, ``261201``, ``26.12.01``, ``11/23``,
    ``11월 23일``, words from 그저께 to 모레, a weekday after it (refused when it is another
    one), and midnight of a spreadsheet's date cell, ``2026-11-23 00:00:00``.
    """
    value = _MIDNIGHT.sub("", tidy(text))
    if not value:
        raise refusal("date.empty")
    if _CLOCK.search(value):
        raise refusal("date.with-time")
    return _read_day(value, today)


def read_moment(text: str, today: date) -> Moment:
    """A day as in ``read_date``, then a time where there is one: ``11/23 오후 2:05``.

    A spreadsheet's ``00:00:00`` after an ISO date is a day without a time, as there.
    """
    value = _SPREADSHEET_MIDNIGHT.sub("", tidy(text))
    if not value:
        raise refusal("moment.empty")
    clock = _CLOCK.search(value)
    if clock is None:
        if _LIKE_A_CLOCK.search(value):
            raise refusal("time.malformed")
        return Moment(_read_day(value, today), None)
    day = value[: clock.start()].rstrip(" ,")
    if not day:
        raise refusal("moment.day-missing")
    return Moment(_read_day(day, today), _time_of(clock))


def _read_day(value: str, today: date) -> date:
    weekday = _WEEKDAY.search(value)
    written = value[: weekday.start()] if weekday else value
    day = _day_of(written, today)
    if weekday and WEEKDAYS[day.weekday()] != weekday["weekday"].lstrip("(")[0]:
        raise refusal("date.weekday", weekday=WEEKDAYS[day.weekday()])
    return day


def _day_of(written: str, today: date) -> date:
    if written in _WORDS:
        return today + datetime.timedelta(days=_WORDS[written])
    parts = next(filter(None, (pattern.fullmatch(written) for pattern in _DATES)), None)
    if parts is None:
        raise refusal("date.malformed")
    year, month, day = parts["year"], int(parts["month"]), int(parts["day"])
    # 2024 has every day that any year has.
    if _date_or_none(2024, month, day) is None:
        raise refusal("date.impossible")
    number = int(year) if year else _nearest_year(month, day, today)
    if len(year) == 2:
        number += 2000
    if abs(number - today.year) > YEARS_AWAY:
        raise refusal("date.too-far", years=YEARS_AWAY)
    day_of_year = _date_or_none(number, month, day)
    if day_of_year is None:
        raise refusal("date.not-a-leap-year")
    return day_of_year


def _nearest_year(month: int, day: int, today: date) -> int:
    """The year in which that day is nearest today; 29 February counts as the 28th."""

    def away(year: int) -> int:
        that_day = _date_or_none(year, month, day) or date(year, month, day - 1)
        return abs((that_day - today).days)

    return min((today.year, today.year + 1, today.year - 1), key=away)


def _date_or_none(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _time_of(clock: re.Match[str]) -> time:
    """The time of day; 오후 14:05 is read as 14:05, 오전 14:05 is refused.

    2시 5분 without 오전 or 오후 may mean either, and is refused; 02시 5분 and 2:05 are clear.
    """
    hour = int(clock["hour"])
    minute = 30 if clock["half_past"] else int(clock["minute"] or clock["minute_ko"] or 0)
    second = int(clock["second"] or clock["second_ko"] or 0)
    if hour == 24:
        raise refusal("time.twenty-four")
    if hour > 24 or minute > 59 or second > 59:
        raise refusal("time.impossible")
    if clock["before"] and clock["after"]:
        raise refusal("time.halves")
    half = clock["before"] or clock["after"]
    if half is None:
        spoken = clock["minute"] is None and not clock["hour"].startswith("0")
        if spoken and 1 <= hour <= 12:
            early, late = time(hour % 12, minute), time(hour % 12 + 12, minute)
            raise refusal("time.which-half", morning=f"{early:%H:%M}", afternoon=f"{late:%H:%M}")
        return time(hour, minute, second)
    afternoon = half == "오후" or half[0] in "Pp"
    if (afternoon and hour == 0) or (not afternoon and hour > 12):
        raise refusal("time.halves")
    return time(hour if hour > 12 else hour % 12 + 12 * afternoon, minute, second)


def next_business_day(today: date, extra_holidays: Collection[date] = ()) -> date:
    """The first day after ``today`` that is no weekend, no public holiday and no extra one.

    Public holidays come from the ``holidays`` library (South Korea, substitutes included);
    temporary ones come at short notice and stand in the directory.
    """
    from holidays import country_holidays

    closed = country_holidays("KR", years=(today.year, today.year + 1))
    day = today + datetime.timedelta(days=1)
    while day.weekday() >= 5 or day in closed or day in extra_holidays:
        day += datetime.timedelta(days=1)
    return day
