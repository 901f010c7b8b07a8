"""Dates and moments that stand in a plain text, alone or as a range.

The forms are those of ``values/dates.py``. In running text a date must be told from a part of
another number: some forms count only where the words around ask for a date, and ``261201``,
``그저께`` and ``모레`` never do.
"""

from __future__ import annotations

import re
from datetime import date

from parkdraft.extract.patterns import Proposal, attempted
from parkdraft.lazy import lazy
from parkdraft.values.dates import HALF, HOUR, WEEKDAY, WEEKDAYS, Moment, read_moment

# 2시간 is no time of day.
_CLOCK = rf"(?:(?:{HALF}) ?)?{HOUR}(?: ?(?:{HALF}))?(?![0-9:])(?!(?<=시)간)"
# Month and day with a dot or a hyphen are a date only where the words around want one.
_WANTS_A_DAY = (
    rf"(?= ?\.? ?(?:~|부터|까지|일자| ?{WEEKDAY}|{_CLOCK}|결제|입차|출차|해지|시작|만료|종료|적용)"
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
    rf")(?P<weekday> ?{WEEKDAY})?(?![A-SU-Za-z_])"
)
# What makes a date part of what stands before it: ORD-20261201, 1/12/1.
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


def dates(text: str, today: date) -> list[Proposal]:
    """Dates, and moments where a time follows; ``today`` decides the year.

    Of a range the first has the role ``start`` and the second ``end``, also where midnight
    is written with them; without a year of its own the end is the first such day after the
    start: ``12/15~1/14``, ``12/1~31``.
    """
    seen: list[Proposal] = []
    for match in _DAY.finditer(text):
        if (seen and match.start() < seen[-1].end) or _is_tied(text, match):
            continue
        start = seen[-1] if seen and _TO.fullmatch(text, seen[-1].end, match.start()) else None
        proposal = _read(text, match, today, start)
        if proposal is None:
            continue
        if start and _is_day(start, " 00:00") and _is_day(proposal, " 23:59", " 00:00"):
            seen[-1] = day_only(start)._replace(role="start")
            proposal = day_only(proposal)._replace(role="end")
        seen += _with_second(text, proposal, today)
    return seen


def day_only(moment: Proposal) -> Proposal:
    """A moment as the date that it lies on."""
    day = _proposal(Moment(_day_of(moment), None), moment.start, moment.end)
    return day._replace(role=moment.role, firm=moment.firm, vague=moment.vague)


def _is_tied(text: str, match: re.Match[str]) -> bool:
    """Whether this is part of something longer, such as ``-1201`` of an order's number."""
    tied = _TIED.search(text[max(0, match.start() - 2) : match.start()])
    if tied is None or match["word"]:
        return False
    if match["compact"]:
        return not re.search(r"20[0-9]{6}-\Z", text[max(0, match.start() - 9) : match.start()])
    own = match["by"] or match["slash"] or match["dot"]
    return tied["to"].isalpha() or tied["by"] == own


def _read(text: str, match: re.Match[str], today: date, start: Proposal | None) -> Proposal | None:
    """The day, with its time where one follows; ``start`` is that of the range it ends."""
    written = match["written"]
    if start and not (match["full"] or match["year"] or match["compact"] or match["word"]):
        month, day = map(int, re.findall("[0-9]+", written))
        first = _day_of(start)
        year = first.year + ((month, day) < (first.month, first.day))
        written = f"{year}-{month}-{day}"
    written += match["weekday"] or ""
    moment, end = None, match.end()
    if then := _THEN.match(text, end):
        moment, end = _moment(f"{written} {then['clock']}", today), then.end()
    if moment is None:
        moment, end = _moment(written, today), match.end()
    if moment is None:
        return None
    return _proposal(moment, match.start(), end)._replace(
        firm=len(match["full"] or "") == 4, vague=bool(match["word"]) and moment.time is None
    )


def _with_second(text: str, proposal: Proposal, today: date) -> list[Proposal]:
    """The proposal, and a second one where just a day (``12/1~31``) or a time follows it."""
    day = _day_of(proposal)
    if proposal.kind == "moment":
        until = _UNTIL_CLOCK.match(text, proposal.end)
        if until and (moment := _moment(f"{day} {until['clock']}", today)):
            return [proposal, _proposal(moment, until.start("clock"), until.end())]
        return [proposal]
    last = _LAST_DAY.match(text, proposal.end)
    if last and not _DAY.match(text, last.start("day")):
        moment = _moment(f"{day.year}-{day.month}-{last['day']}", today)
        if moment and moment.day > day:
            end = _proposal(moment, last.start("day"), last.end())
            return [proposal._replace(role="start"), end._replace(role="end")]
    return [proposal]


def _is_day(proposal: Proposal, *midnights: str) -> bool:
    """Whether this is a date, or a moment at which a day begins or ends."""
    return proposal.kind == "date" or proposal.value.endswith(midnights)


def _day_of(proposal: Proposal) -> date:
    return date.fromisoformat(proposal.value[:10])


def _moment(text: str, today: date) -> Moment | None:
    return attempted(lambda value: read_moment(value, today), text)


def _proposal(moment: Moment, start: int, end: int) -> Proposal:
    value = moment.day.isoformat()
    shown = f"{value}({WEEKDAYS[moment.day.weekday()]})"
    if moment.time is None:
        return Proposal("date", value, shown, start, end)
    at = f"{moment.time:%H:%M}"
    return Proposal("moment", f"{value} {at}", f"{shown} {at}", start, end)
