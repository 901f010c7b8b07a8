"""What templates can do with a value: ``{{ from_date | day }}``, ``{{ paid | won }}``."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from parkdraft.model import labels
from parkdraft.values.dates import Moment
from parkdraft.values.particles import particle
from parkdraft.writing import korean

SUBJECT_SYLLABLES = 12


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


def _moment(moment: Moment) -> str:
    return korean.moment(moment.day, moment.time)


def _place_name(site: str) -> str:
    """A site in a mail's first sentence: its name, or ``아래 현장`` where that is long."""
    return site if korean.shortened(site, SUBJECT_SYLLABLES) == site else "아래 현장"


def _masked_phone(written: str) -> str:
    from parkdraft.values.phones import mask_phone

    return mask_phone(written)


FILTERS: dict[str, Callable[..., str]] = {
    "day": korean.day,
    "period": korean.period,
    "moment": _moment,
    "won": korean.won,
    "particle": particle,
    "honorific": korean.honorific,
    "masked": korean.masked,
    "masked_phone": _masked_phone,
    "shortened": korean.shortened,
    "place": _place_name,
    "label": _label,
    "headings": _headings,
    "row": _row,
}
"""Filter → its function."""
