"""Dates and times: every way people write them, and the reasons of a refusal."""

from __future__ import annotations

import re
from datetime import date, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.helpers.problems import code_of

from parkdraft import wording
from parkdraft.errors import DetailsError
from parkdraft.values.dates import WEEKDAYS, Moment, read_date, read_moment

TODAY = date(2026, 11, 23)
THE_DAY = date(2026, 12, 1)

DATES = [
    "2026-12-01",
    "2026-12-1",
    "2026. 12. 1.",
    "2026.12.01",
    "2026 . 12 . 1 .",
    "2026/12/01",
    "20261201",
    "26.12.01",
    "261201",
    "26-12-01",
    "26년 12월 1일",
    "12/1",
    "12.1",
    "12. 1.",
    "12-01",
    "12월 1일",
    "12월1일",
    "2026년 12월 1일",
    "2026-12-01(화)",
    "2026-12-01 (화요일)",
    "2026. 12. 1. 화요일",
    "12월 1일 화요일",
    "2026-12-01 00:00:00",
    "2026-12-01T00:00:00",
    "2026-12-01 00:00:00.000000",
    "２０２６－１２－０１",
    "12월 1일",
    "\ufeff12/1\u200b",
    "12/1\u202e",
    " 12/1 ",
]

REFUSED_DATES = [
    ("", "date.empty"),
    ("\u200b ", "date.empty"),
    ("곧", "date.malformed"),
    ("46349", "date.malformed"),
    ("1201", "date.malformed"),
    ("2026-12/01", "date.malformed"),
    ("2026-12", "date.malformed"),
    ("월요일", "date.malformed"),
    ("2026-12-01 ~ 2026-12-31", "date.malformed"),
    ("2/30", "date.impossible"),
    ("2026-13-01", "date.impossible"),
    ("20261232", "date.impossible"),
    ("261301", "date.impossible"),
    ("0월 1일", "date.impossible"),
    ("2027-02-29", "date.not-a-leap-year"),
    ("2015-12-31", "date.too-far"),
    ("2037-01-01", "date.too-far"),
    ("0000-01-01", "date.too-far"),
    ("95.12.01", "date.too-far"),
    ("2026-12-01(월)", "date.weekday"),
    ("12월 1일 수요일", "date.weekday"),
    ("2026-12-01 14:05", "date.with-time"),
    ("14:05", "date.with-time"),
    ("12/1\n", "text.line-break"),
    ("1" * 300, "text.too-long"),
]

MOMENTS = [
    ("12/1 14:05", time(14, 5)),
    ("2026-12-01T14:05", time(14, 5)),
    ("2026-12-01T14:05:30", time(14, 5, 30)),
    ("2026-12-01 14:05:30.123000", time(14, 5, 30)),
    ("20261201 14:05", time(14, 5)),
    ("261201 14:05", time(14, 5)),
    ("2026. 12. 1. 오후 2:05:09", time(14, 5, 9)),
    ("12/1 오후 2:05", time(14, 5)),
    ("12/1오후2:05", time(14, 5)),
    ("12/1, 2:05 PM", time(14, 5)),
    ("12/1 2:05 p.m.", time(14, 5)),
    ("12/1 am 2:05", time(2, 5)),
    ("12월 1일 오후 2시 5분", time(14, 5)),
    ("12월 1일 14시 5분", time(14, 5)),
    ("12월 1일 14시 5분 30초", time(14, 5, 30)),
    ("12월1일14시", time(14)),
    ("12월 1일 02시 5분", time(2, 5)),
    ("12월 1일 0시 5분", time(0, 5)),
    ("12/1 2:05", time(2, 5)),
    ("12/1 오전 2시5분", time(2, 5)),
    ("12/1 2시5분 PM", time(14, 5)),
    ("12월 1일 오후 2시 반", time(14, 30)),
    ("12/1(화) 9:05", time(9, 5)),
    ("2026-12-01 화요일 09:05", time(9, 5)),
    ("12/1 오후 14:05", time(14, 5)),
    ("12/1 오전 12:10", time(0, 10)),
    ("12/1 오전 0:10", time(0, 10)),
    ("12/1 오후 12:10", time(12, 10)),
    ("12/1 0:00", time(0)),
    ("12/1 23:59:59", time(23, 59, 59)),
    ("１２／１　１４：０５", time(14, 5)),
    ("12/1", None),
    ("2026-12-01 00:00:00", None),
]

REFUSED_MOMENTS = [
    ("", "moment.empty"),
    ("14:05", "moment.day-missing"),
    ("오후 2시", "moment.day-missing"),
    ("12/1 24:00", "time.twenty-four"),
    ("12/1 25:10", "time.impossible"),
    ("12/1 14:60", "time.impossible"),
    ("12/1 14:05:60", "time.impossible"),
    ("12/1 오전 14:05", "time.halves"),
    ("12/1 14:05 AM", "time.halves"),
    ("12/1 오후 0:05", "time.halves"),
    ("12/1 오후 2:05 PM", "time.halves"),
    ("12/1 14:5", "time.malformed"),
    ("12/1 14시 5", "time.malformed"),
    ("오전 9시 12/1", "time.malformed"),
    ("2026-12-01T14:05Z", "time.malformed"),
    ("2/30 14:05", "date.impossible"),
    ("곧 14:05", "date.malformed"),
    ("2026-12-01(월) 14:05", "date.weekday"),
    ("12/1\r\n14:05", "text.line-break"),
]


@pytest.mark.parametrize("text", DATES)
def test_reads_a_date(text: str) -> None:
    assert read_date(text, TODAY) == THE_DAY
    assert read_moment(text, TODAY) == Moment(THE_DAY, None)


@pytest.mark.parametrize("clock", ["0:00", "00:00", "0:00:00", "오전 12:00:00"])
def test_midnight_after_a_date_cell_is_no_time_where_none_is_asked_for(clock: str) -> None:
    assert read_date(f"2026-12-01 {clock}", TODAY) == THE_DAY
    assert code_of(read_date, clock, TODAY) == "date.with-time"


WORDS = [("그저께", -2), ("그제", -2), ("어제", -1), ("오늘", 0), ("내일", 1), ("모레", 2)]


@pytest.mark.parametrize(("text", "days"), WORDS)
def test_reads_a_word(text: str, days: int) -> None:
    assert read_date(text, TODAY) == TODAY + timedelta(days)
    assert read_moment(f"{text} 14:05", TODAY).day == TODAY + timedelta(days)


@pytest.mark.parametrize(
    ("text", "today", "year"),
    [
        ("1/3", date(2026, 12, 30), 2027),
        ("12/30", date(2027, 1, 3), 2026),
        ("1/1", date(2026, 12, 31), 2027),
        ("12/31", date(2027, 1, 1), 2026),
        ("5/24", date(2026, 11, 23), 2027),
        ("5/26", date(2026, 11, 23), 2026),
        ("11/23", date(2026, 11, 23), 2026),
        ("2/29", date(2028, 2, 28), 2028),
        ("2/29", date(2027, 12, 1), 2028),
    ],
)
def test_without_a_year_the_nearest_is_taken(text: str, today: date, year: int) -> None:
    assert read_date(text, today).year == year


@pytest.mark.parametrize("today", [TODAY, date(2027, 2, 25), date(2028, 11, 23)])
def test_the_29th_of_february_is_not_moved_to_a_farther_year(today: date) -> None:
    with pytest.raises(DetailsError, match=r"^date\.not-a-leap-year$"):
        read_date("2/29", today)


@pytest.mark.parametrize(("text", "code"), REFUSED_DATES)
def test_refuses_a_date_with_the_reason(text: str, code: str) -> None:
    assert code_of(read_date, text, TODAY) == code


@pytest.mark.parametrize(("text", "at"), MOMENTS)
def test_reads_a_moment(text: str, at: time | None) -> None:
    assert read_moment(text, TODAY) == Moment(THE_DAY, at)


@pytest.mark.parametrize(("text", "code"), REFUSED_MOMENTS)
def test_refuses_a_moment_with_the_reason(text: str, code: str) -> None:
    assert code_of(read_moment, text, TODAY) == code


@pytest.mark.parametrize(
    ("clock", "morning", "afternoon"),
    [
        ("2시5분", "02:05", "14:05"),
        ("2시 반", "02:30", "14:30"),
        ("11시", "11:00", "23:00"),
        ("12시 10분", "00:10", "12:10"),
        ("1시", "01:00", "13:00"),
    ],
)
def test_an_hour_of_either_half_is_refused_with_both_readings(
    clock: str, morning: str, afternoon: str
) -> None:
    with pytest.raises(DetailsError, match=r"^time\.which-half$") as caught:
        read_moment(f"12/1 {clock}", TODAY)
    said = wording.message(caught.value.problems[0])
    assert f"{morning} 또는 {afternoon}" in said


NEAR = st.dates(date(2017, 1, 1), date(2036, 12, 31))
WRITTEN = [
    "{0:%Y-%m-%d}",
    "{0.year}. {0.month}. {0.day}.",
    "{0:%Y/%m/%d}",
    "{0:%Y%m%d}",
    "{0:%y.%m.%d}",
    "{0.year}년 {0.month}월 {0.day}일",
    "{0:%Y-%m-%d}({1})",
    "{0:%Y-%m-%d} {1}요일",
]


@settings(deadline=None)
@given(NEAR, st.sampled_from(WRITTEN))
def test_every_way_of_writing_a_day_reads_to_it(day: date, form: str) -> None:
    assert read_date(form.format(day, WEEKDAYS[day.weekday()]), TODAY) == day


@settings(deadline=None)
@given(NEAR, NEAR)
def test_a_day_without_its_year_is_within_half_a_year(day: date, today: date) -> None:
    try:
        found = read_date(f"{day.month}/{day.day}", today)
    except DetailsError:
        assert (day.month, day.day) == (2, 29)
    else:
        assert abs(found - today) <= timedelta(184)


@settings(deadline=None)
@given(NEAR, st.times())
def test_every_way_of_writing_a_time_reads_to_it(day: date, at: time) -> None:
    half, hour = ("오전", "오후")[at.hour // 12], at.hour % 12 or 12
    minute = at.replace(second=0, microsecond=0)
    for text in (f"{at:%H:%M}", f"{half} {hour}:{at:%M}", f"{half} {hour}시 {at.minute}분"):
        assert read_moment(f"{day.isoformat()} {text}", TODAY) == Moment(day, minute)


@settings(deadline=None, max_examples=300)
@given(
    st.one_of(
        st.text(max_size=40),
        st.text("0123456789:-/. ()TAPM년월일시분초오전후반요화\n０", max_size=24),
    )
)
def test_any_text_is_read_or_refused_without_repeating_it(text: str) -> None:
    for read in (read_date, read_moment):
        try:
            read(text, TODAY)
        except DetailsError as error:
            (problem,) = error.problems
            said = wording.message(problem) + wording.hint(problem)
            assert not any(found in said for found in re.findall(r"(?=([0-9]{4}))", text))
