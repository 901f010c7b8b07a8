"""The columns of a table of cases, derived from the fields of the cases."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from types import MappingProxyType

from parkdraft.lazy import lazy
from parkdraft.model import labels
from parkdraft.model.cases import FIELDS, Field
from parkdraft.tables.columns import Column

CASE = "case"
"""The one column that is no field: the kind of case."""
EXAMPLE_MARK = "(예시)"
"""The mark before the case in an example row of the template, which is not drafted."""

_EXAMPLE = lazy(r"\W*예시")

_FIRST = ("partner", "operator", "site")
_FILLS = ("partner", "operator", "site", "integration")
"""Columns whose merged cells count for each row they cover: where a case happens."""
_KINDS = {"date": "date", "moment": "datetime", "money": "money", "phone": "phone"}
_ALIASES: dict[str, tuple[str, ...]] = {
    CASE: ("업무", "업무구분", "업무명"),
    "partner": ("운영사명",),
    "operator": ("실운영사",),
    "site": ("현장", "주차장", "주차장명"),
    "integration": ("연동", "연동여부"),
    "ticket": ("상담번호",),
    "plate": ("차번호",),
    "old-plate": ("기존번호", "변경전차량번호", "변경전번호"),
    "new-plate": ("변경번호", "변경후차량번호", "변경후번호"),
    "start": ("이용시작일",),
    "end": ("이용종료일",),
    "product": ("상품",),
    "paid": ("결제액",),
    "paid-at": ("결제시각", "결제시간"),
    "entry-at": ("입차시각", "입차시간"),
    "exit-at": ("출차시각", "출차시간"),
    "discount": ("할인종류",),
    "proof": ("증빙여부",),
    "answer": ("고객동의여부", "동의여부"),
    "urgent": ("긴급여부",),
    "customer": ("고객", "고객이름", "고객성함"),
    "phone": ("전화번호", "휴대폰", "휴대폰번호", "고객연락처"),
    "memo": ("메모",),
    "plate-confirmed": ("번호확인",),
}


def _column(field: Field) -> Column:
    spellings = (field.label, *_ALIASES.get(field.name, ()))
    return Column(field.name, spellings, _KINDS.get(field.kind, "text"), field.name in _FILLS)


CASE_COLUMNS: tuple[Column, ...] = (
    Column(CASE, _ALIASES[CASE], fills=True),
    *(_column(FIELDS[name]) for name in dict.fromkeys((*_FIRST, *FIELDS))),
)
"""All columns of a table of cases, in the order of the template."""

CHOICES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        CASE: tuple(words[0] for words in labels.CASES.values()),
        **{
            field.name: tuple(words[0] for words in field.choices.values())
            for field in FIELDS.values()
            if field.choices
        },
        "urgent": ("예", "아니요"),
    }
)
"""Column name → the words to choose from, for columns with fixed values."""


def is_example(cells: Mapping[str, str]) -> bool:
    """Whether a row (column name → text) is marked as an example, in whatever brackets."""
    start = unicodedata.normalize("NFC", cells.get(CASE, "")[:20])
    return _EXAMPLE.match(start) is not None
