"""Korean in a mail's text: honorifics, greetings, dates, money, names cut or masked.

Plain functions from values to text; ``FILTERS`` names those that templates use, such as
``{{ from_date | day }}`` and ``{{ paid | won }}``.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from datetime import date, time

from parkdraft.model import labels
from parkdraft.values.dates import Moment
from parkdraft.values.particles import particle
from parkdraft.values.people import TITLES

_WEEKDAYS = "월화수목금토일"
# Names that are not one person's.
_TEAM = re.compile(r"(팀|파트|그룹|센터|본부|지점|부서|사무소|사무실|상담실|관리실|메일|메일함)\Z")
_DESK = "담당자님"


def honorific(name: str, title: str | None, *, bare: str = "님") -> str:
    """A person as a letter names them: ``김하늘 주임님``, ``박도윤 님``.

    ``bare`` follows a name without a title. 님 is never doubled and never follows a team or
    mailbox (운영팀 담당자님); a name that ends in a title itself (관리소장) takes only 님.
    """
    name, title = name.strip(), (title or "").strip()
    if title:
        return f"{name} {title.removesuffix('님').rstrip()}님".lstrip()
    name = name.removesuffix("님").rstrip()
    if name.endswith(("담당자", *TITLES)):
        return f"{name}님"
    return f"{name} {_DESK if _TEAM.search(name) else bare}".lstrip()


def greeting(people: Sequence[tuple[str, str | None, bool]], site: str | None = None) -> str:
    """The first line of a mail to the people of To: (name, title, is a mailbox) each.

    One: ``안녕하세요, 김하늘 주임님.`` Two or three by name in their order, four or more
    together. Nobody known: ``안녕하세요, 가온타워 담당자님.``
    """
    if len(people) > 3:
        return "담당자 여러분, 안녕하세요."
    bare = "님" if len(people) > 1 else _DESK
    names = []
    for name, title, is_mailbox in people or [("", None, False)]:
        if not name.strip() and not title:
            names.append(f"{site or ''} {_DESK}".lstrip())
        elif is_mailbox:
            names.append(honorific(name, None, bare=_DESK))
        else:
            names.append(honorific(name, title, bare=bare))
    return f"{', '.join(names)}, 안녕하세요." if len(names) > 1 else f"안녕하세요, {names[0]}."


def day(value: date) -> str:
    """A date with its weekday: ``2026-12-01(화)``."""
    return f"{date.isoformat(value)}({_WEEKDAYS[value.weekday()]})"


def period(start: date | None, end: date | None = None) -> str:
    """A pass's period, as far as it is known: ``2026-12-01(화) ~ 2026-12-31(목)``, ``…부터``."""
    if start and end:
        return f"{day(start)} ~ {day(end)}"
    if start:
        return f"{day(start)}부터"
    return f"{day(end)}까지" if end else ""


def moment(value: date, at: time | None) -> str:
    """A date and, where it is known, the time: ``2026-12-01(화) 14:05``."""
    return day(value) if at is None else f"{day(value)} {at:%H:%M}"


def won(amount: int) -> str:
    """A sum of money: ``12,000원``."""
    return f"{amount:,}원"


def masked(name: str) -> str:
    """A customer's name with its middle hidden: ``홍*동``, ``홍*``, ``남**수``, ``J*** ***g``.

    Spaces stay, a 님 at the end goes; a single character is hidden wholly.
    """
    name = " ".join(unicodedata.normalize("NFC", name).split())
    name = re.sub(r"(?<=\S\S)\s*(고객)?님$", "", name)
    places = [place for place, char in enumerate(name) if char != " "]
    hidden = places[1:-1] if len(places) > 2 else places[-1:]
    return "".join("*" if place in hidden else char for place, char in enumerate(name))


def shortened(name: str, syllables: int = 12) -> str:
    """The name, cut where it is longer than so many characters: ``…`` is then the last of them."""
    name = unicodedata.normalize("NFC", name).strip()
    if len(name) <= syllables:
        return name
    return name[: max(syllables - 1, 0)].rstrip(" ([,·-") + "…"


def _label(identifier: str) -> str:
    """The Korean word of an identifier."""
    return _LABELS[identifier]


_LABELS = {
    identifier: words[0]
    for group in (
        labels.CASES,
        labels.CHANNELS,
        labels.INTEGRATIONS,
        labels.ANSWERS,
        labels.REASONS,
        labels.DISCOUNTS,
        labels.PROOFS,
        labels.ITEMS,
        labels.NEEDS,
        labels.FALLBACKS,
    )
    for identifier, words in group.items()
}


def _row(cells: Sequence[object]) -> str:
    """One row to paste; each cell a value, or its heading and the value."""
    from parkdraft.formulas import row_text

    values = (cell[1] if isinstance(cell, tuple) else cell for cell in cells)
    return row_text([_cell(value) for value in values])


def _headings(cells: Sequence[tuple[str, object]]) -> str:
    """The headings of a row's cells, between tabs."""
    from parkdraft.formulas import row_text

    return row_text([heading for heading, _ in cells])


def _cell(value: object) -> str:
    """A value as a spreadsheet understands it: ISO dates, plain numbers, nothing for None."""
    if isinstance(value, Moment):
        return f"{value.day} {value.time:%H:%M}" if value.time else f"{value.day}"
    return "" if value is None else str(value)


def _moment(value: Moment) -> str:
    return moment(value.day, value.time)


def _place_name(site: str) -> str:
    """A site in a first sentence: its name, or where that is long ``아래 현장``."""
    return site if shortened(site) == site else "아래 현장"


def _masked_phone(written: str) -> str:
    from parkdraft.values.phones import mask_phone

    return mask_phone(written)


FILTERS: dict[str, Callable[..., str]] = {
    "day": day,
    "period": period,
    "moment": _moment,
    "won": won,
    "particle": particle,
    "honorific": honorific,
    "masked": masked,
    "masked_phone": _masked_phone,
    "shortened": shortened,
    "place": _place_name,
    "label": _label,
    "headings": _headings,
    "row": _row,
}
"""Name in a template → what it does."""
