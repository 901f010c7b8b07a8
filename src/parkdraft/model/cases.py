"""The six kinds of case, and every field that describes one, declared once.

Command-line options, table columns, forms and template variables all derive from
``FIELDS`` and ``CASES``. Names are the option's (``old-plate``); ``variable`` is the same
name in Python and templates (``old_plate``).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from parkdraft.model import labels

TEXT_LIMIT = 200
LONG_LIMIT = 2000


class Field(NamedTuple):
    """One detail of a case: its name, Korean label, kind of value and an example.

    ``kind`` is one of ``plate``, ``date``, ``moment``, ``money``, ``days``, ``choice``,
    ``text``, ``number`` (as another system gives it), ``long``, ``memo``, ``phone``, ``flag``;
    ``choices`` belongs to ``choice``.
    """

    name: str
    label: str
    kind: str
    example: str
    choices: labels.Labels | None = None
    help: str = ""

    @property
    def variable(self) -> str:
        """The name in Python and in templates."""
        return self.name.replace("-", "_")


_DECLARED = (
    Field("site", "현장명", "text", "가온타워"),
    Field("partner", "운영사", "text", "하이파킹"),
    Field(
        "operator",
        "실제운영사",
        "text",
        "가온파킹",
        help="운영사가 '그 외'일 때 적습니다. 모르면 '모름'",
    ),
    Field("integration", "연동구분", "choice", "수동현장", labels.INTEGRATIONS),
    Field("plate", "차량번호", "plate", "12가3456"),
    Field("old-plate", "기존차량번호", "plate", "12가3456"),
    Field("new-plate", "변경차량번호", "plate", "345나6789"),
    Field("from-date", "적용일", "date", "2026-12-01", help="적지 않으면 '처리 즉시'"),
    Field("until", "사용기한", "date", "2026-12-31", help="대차(임시 차량)를 쓰는 마지막 날"),
    Field("start", "시작일", "date", "2026-12-01"),
    Field("end", "종료일", "date", "2026-12-31"),
    Field("product", "상품명", "text", "종일권"),
    Field("order-no", "주문번호", "number", "A-1029"),
    Field("cancel-date", "해지일", "date", "2026-12-11"),
    Field("daily-max", "일최대요금", "money", "15,000원"),
    Field("paid", "결제금액", "money", "12,000원"),
    Field("paid-at", "결제일시", "moment", "2026-11-20 14:05"),
    Field("approval-no", "승인번호", "number", "30012345"),
    Field("paid-with", "결제수단", "text", "가온카드 1234", help="카드사와 끝 네 자리"),
    Field("read-plate", "인식번호", "text", "12가3458", help="카메라가 읽은 번호"),
    Field("entry-at", "입차일시", "moment", "2026-11-20 09:10"),
    Field("exit-at", "출차일시", "moment", "2026-11-20 14:05"),
    Field("elapsed-days", "경과일수", "days", "10", help="적지 않으면 시작일부터 셉니다"),
    Field("reason", "사유", "choice", "미인식", labels.REASONS),
    Field("discount", "할인", "choice", "한화생명 직원 할인", labels.DISCOUNTS),
    Field("proof", "증빙", "choice", "증빙 있음", labels.PROOFS),
    Field("answer", "고객동의", "choice", "동의", labels.ANSWERS),
    Field("objection", "고객의견", "memo", "안내받은 금액이 너무 많음", help="동의하지 않는 까닭"),
    Field("item", "항목", "choice", "주차요금", labels.ITEMS),
    Field("change", "변경내용", "long", "평일 최초 30분 2,000원"),
    Field("need", "조치", "choice", "운영사확인", labels.NEEDS),
    Field("fallback", "예외", "choice", "등록오류", labels.FALLBACKS),
    Field("ticket", "접수번호", "number", "1123-014"),
    Field("urgent", "긴급", "flag", "예", help="고객이 현장에서 기다릴 때"),
    Field("customer", "고객명", "text", "홍길동", help="운영사에는 보내지 않습니다"),
    Field("phone", "연락처", "phone", "010-1234-5678", help="운영사에는 보내지 않습니다"),
    Field(
        "memo",
        "비고",
        "memo",
        "현장 직원과 통화함",
        help="운영사에 보낼 참고사항. 적은 그대로 나갑니다",
    ),
    Field("internal", "내부메모", "memo", "팀장과 상의함", help="아무 데도 보내지 않습니다"),
    Field("plate-confirmed", "번호판확인", "flag", "예", help="번호판 모양을 확인했습니다"),
    Field("site-confirmed", "현장확인", "flag", "예", help="이름이 비슷한 다른 현장입니다"),
)
FIELDS: dict[str, Field] = {field.name: field for field in _DECLARED}
EVERYWHERE = (
    *("ticket", "urgent", "customer", "phone", "memo", "internal"),
    *("plate-confirmed", "site-confirmed", "fallback"),
)
"""Fields that every case may have."""
RULE_REASONS = ("discount",)
"""Reasons that exist only at sites with a rule of their own."""
RULE_FIELDS = ("discount", "proof")
"""Fields for details of such a reason."""
STAYS_HERE = "internal"
"""The field that stays in the centre: no text, file or link shows it."""
_HEADINGS = {
    "operator": "운영사",
    "charge": "안내금액",
    "refund": "환불금액",
    "plate-kind": "번호구분",
    "question": "문의내용",
}
"""What is called otherwise than where it is typed, or is typed nowhere."""
_PLACE = ("partner", "operator", "site", "integration")
_WHERE = ("site", "operator", "integration")
_AFTER = ("plate-kind", "urgent", "ticket", "memo")


class Case(NamedTuple):
    """A kind of case: its name, its Korean name, the fields it needs and may have.

    ``decides`` names the field (beside partner, site and integration) on which the
    route depends; ``partnerless`` cases have routes that hold for any partner. ``asks`` is the
    field that the customer must answer before anything is drafted. ``facts`` are what a partner
    reads, in this order: fields, and what is computed from them; ``of_refusal`` are the facts
    that are shown only where the customer refused.
    """

    name: str
    label: str
    needs: tuple[str, ...]
    may_have: tuple[str, ...]
    facts: tuple[str, ...]
    of_refusal: tuple[str, ...] = ()
    decides: str | None = None
    asks: str | None = None
    partnerless: bool = False
    ignores_integration: bool = False
    infers_integration: bool = False

    @property
    def fields(self) -> tuple[Field, ...]:
        """Every field of the case, needed ones first, each once."""
        return tuple(FIELDS_OF[self.name].values())


def fact_heading(name: str) -> str:
    """The Korean heading of one of a case's ``facts``."""
    return _HEADINGS.get(name) or FIELDS[name].label


_OF_REFUSAL = ("paid", "elapsed-days", "daily-max", "charge", "refund", "objection")
_KINDS = (
    Case(
        "registration",
        labels.CASES["registration"][0],
        needs=("site", "plate", "start"),
        may_have=("end", "product", "order-no"),
        facts=(*_WHERE, "plate", "start", "end", "product", "order-no", *_AFTER),
        infers_integration=True,
    ),
    Case(
        "plate-change",
        labels.CASES["plate-change"][0],
        needs=("site", "old-plate", "new-plate"),
        may_have=("from-date", "until", "start", "end"),
        facts=(
            *(*_WHERE, "old-plate", "new-plate", "from-date", "start", "end", "until"),
            *_AFTER,
        ),
        infers_integration=True,
    ),
    Case(
        "cancellation",
        labels.CASES["cancellation"][0],
        needs=("site", "plate", "start", "cancel-date", "daily-max"),
        may_have=("answer", "objection", "paid", "elapsed-days", "product"),
        facts=(*_WHERE, "plate", "cancel-date", "start", "product", *_OF_REFUSAL, *_AFTER),
        of_refusal=_OF_REFUSAL,
        decides="answer",
        asks="answer",
    ),
    Case(
        "payment-cancel",
        labels.CASES["payment-cancel"][0],
        needs=("site", "plate", "paid-at", "paid", "reason"),
        may_have=(*RULE_FIELDS, "approval-no", "paid-with", "read-plate", "entry-at", "exit-at"),
        facts=(
            *(*_WHERE, "plate", "paid-at", "paid", "reason", *RULE_FIELDS, "approval-no"),
            *("paid-with", "read-plate", "entry-at", "exit-at", *_AFTER),
        ),
        asks="proof",
        ignores_integration=True,
    ),
    Case(
        "lot-info",
        labels.CASES["lot-info"][0],
        needs=("site", "integration", "item", "change"),
        may_have=(),
        facts=(*_WHERE, "item", "change", "urgent", "ticket", "memo"),
        decides="item",
        partnerless=True,
    ),
    Case(
        "parking-ticket",
        labels.CASES["parking-ticket"][0],
        needs=("site", "need", "memo"),
        may_have=("plate",),
        facts=(*_WHERE, "plate", "question", "plate-kind", "urgent", "ticket"),
        decides="need",
        ignores_integration=True,
    ),
)
CASES: dict[str, Case] = {case.name: case for case in _KINDS}
FIELDS_OF: Mapping[str, Mapping[str, Field]] = {
    case.name: {
        FIELDS[name].variable: FIELDS[name]
        for name in (*_PLACE, *case.needs, *case.may_have, *EVERYWHERE)
    }
    for case in _KINDS
}
"""Case → its fields by their names in Python and templates: needed ones first, each once."""
