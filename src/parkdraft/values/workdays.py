"""The next business day in South Korea."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, timedelta


def next_business_day(today: date, extra_holidays: Collection[date] = ()) -> date:
    """The first day after ``today`` that is no weekend, no public holiday and no extra one.

    Public holidays come from the ``holidays`` library (South Korea, substitutes included);
    temporary ones come at short notice and stand in the directory.
    """
    from holidays import country_holidays

    closed = country_holidays("KR", years=(today.year, today.year + 1))
    day = today + timedelta(days=1)
    while day.weekday() >= 5 or day in closed or day in extra_holidays:
        day += timedelta(days=1)
    return day
