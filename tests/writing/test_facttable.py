"""The table beside a combined mail: what a partner reads there is what the mail's text says."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

import pytest

from parkdraft import Home
from parkdraft.drafting import combine
from parkdraft.model.cases import CASES, FIELDS, Case, fact_heading

ROOT = Path(__file__).parents[2]
# What decides the route, who the customer is, and what the agent notes, chooses and confirms.
# (Which partner it is, ``operator`` tells.)
UNTOLD = (
    *("partner", "answer", "need", "fallback"),
    *("customer", "phone", "internal", "plate-confirmed", "site-confirmed"),
)
CONTACTS = """\
sender: {name: 주차 고객센터, address: cs@example.com}
people:
  김하늘: {title: 주임, address: haneul@example.com}
partners:
  gaon: {name: 가온주차}
  etc: {name: 그 외, catch_all: true}
sites:
  가온타워: {}
rules:
  O1:
    sites: [가온타워]
    reasons: [discount]
    text: 증빙을 확인합니다.
routes:
"""
ROUTE = "  {row}: {{cases: [{cases}], {more}channel: email, authority: lead, to: [김하늘]}}\n"
ROUTES = (
    ("P1", "registration, plate-change", "partner: etc, integration: manual, "),
    ("P2", "registration, plate-change", "partner: gaon, integration: manual, "),
    ("C1", "cancellation", ""),
    ("S1", "payment-cancel", ""),
    ("L1", "lot-info", ""),
    ("T1", "parking-ticket", ""),
)
ALWAYS = {
    "site": "가온타워",
    "partner": "etc",
    "operator": "나래파킹",
    "integration": "manual",
    "ticket": "1123-014",
    "urgent": "예",
    "memo": "현장 직원과 통화함",
    "plate": "임1234",
    "plate-confirmed": "예",
    "site-confirmed": "예",
    "customer": "남궁바다",
    "phone": "010-2468-1357",
    "internal": "팀장과 상의함",
}
PASS = {"start": "2026-12-01", "end": "2026-12-31", "product": "종일권", "order-no": "A-1029"}
PAYMENT = {
    "paid-at": "2026-11-20 14:05",
    "paid": "12,000원",
    "approval-no": "30012345",
    "paid-with": "가온카드 1234",
    "read-plate": "12가3458",
    "entry-at": "2026-11-20 09:10",
    "exit-at": "2026-11-20 14:06",
}
CHANGE = {"old-plate": "12가3456", "new-plate": "임1234"}
ENDED = {"start": "2026-12-01", "cancel-date": "2026-12-11", "daily-max": "15,000원"} | {
    "paid": "200,000원",
    "product": "종일권",
    "objection": "안내받은 금액이 너무 많음",
}
STAFF = {"reason": "discount", "discount": "staff", "proof": "no"}
SAMPLES: dict[str, tuple[dict[str, str], ...]] = {
    "registration": (PASS, {"start": "2026-12-01", "operator": "모름"}),
    "plate-change": (
        {**CHANGE, "from-date": "2026-12-02", "until": "2026-12-30", **PASS},
        {**CHANGE, "end": "2026-12-31"},
    ),
    "cancellation": (
        {**ENDED, "answer": "refused"},
        {**ENDED, "answer": "refused", "paid": "100,000원", "elapsed-days": "9"},
        {**ENDED, "answer": "refused", "paid": ""},
        {**ENDED, "answer": "accepted"},
    ),
    "payment-cancel": (
        {**PAYMENT, **STAFF},
        *({**PAYMENT, "reason": reason} for reason in ("unregistered", "unread", "misread")),
    ),
    "lot-info": ({"item": "fee", "change": "평일 최초 30분 2,000원"},),
    "parking-ticket": ({"need": "confirm"}, {"need": "confirm", "plate": ""}),
}
"""For each kind of case everything that can be said of it, and what is said where less is."""
SAID_IN: dict[str, tuple[str, ...]] = {
    "주차현장": ("현장명",),
    "운영회사": ("운영사",),
    "연동구분": ("연동구분",),
    "차량번호": ("차량번호",),
    "기존차량": ("기존차량번호",),
    "변경차량": ("변경차량번호",),
    "적용일자": ("적용일",),
    "이용기간": ("시작일", "종료일"),
    "변경구분": ("사용기한",),
    "상품이름": ("상품명",),
    "주문번호": ("주문번호",),
    "해지일자": ("해지일",),
    "결제일시": ("결제일시",),
    "결제금액": ("결제금액",),
    "취소사유": ("사유",),
    "할인종류": ("할인",),
    "증빙여부": ("증빙",),
    "승인번호": ("승인번호",),
    "결제수단": ("결제수단",),
    "인식번호": ("인식번호",),
    "입차시각": ("입차일시",),
    "출차시각": ("출차일시",),
    "안내내용": ("경과일수", "일최대요금", "안내금액"),
    "환불금액": ("환불금액",),
    "고객의견": ("고객의견",),
    "수정항목": ("항목",),
    "변경내용": ("변경내용",),
    "문의내용": ("문의내용",),
    "번호구분": ("번호구분",),
    "고객상황": ("긴급",),
    "접수번호": ("접수번호",),
    "참고사항": ("비고",),
}
"""Label of a line in the shipped templates → the columns that say the same."""
IN_WORDS = ("이용기간", "취소사유", "안내내용")
"""Lines that put their columns' values into words of their own."""
SECRET = ("남궁바다", "남*", "2468", "1357", "상의", "예")
every_case = pytest.mark.parametrize("case", CASES.values(), ids=list(CASES))


class Combined(NamedTuple):
    """Two equal cases in one mail: the lines of the first, and its row of the table."""

    lines: dict[str, str]
    header: tuple[str, ...]
    row: tuple[str, ...]

    @property
    def cells(self) -> dict[str, str]:
        return dict(zip(self.header, self.row, strict=True))


@pytest.fixture(scope="module")
def mailing(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """The shipped templates in a home that writes every kind of case by e-mail."""
    root = tmp_path_factory.mktemp("mailing")
    shutil.copytree(ROOT / "templates", root / "templates")
    rows = [ROUTE.format(row=row, cases=cases, more=more) for row, cases, more in ROUTES]
    (root / "contacts.yaml").write_text(CONTACTS + "".join(rows), "utf-8")
    return Home(root, root / "outbox", now=lambda: datetime(2026, 11, 23, 10, 0))


def combined(home: Home, case: Case, *many: Mapping[str, str]) -> tuple[str, list[list[str]]]:
    """The text of the mail, and header and rows of the table."""
    tables: list[list[list[str]]] = []

    def keep(header: Sequence[str], rows: Sequence[Sequence[str]]) -> bytes:
        tables.append([list(header), *map(list, rows)])
        return b"-"

    has = {field.name for field in case.fields}
    asked = [{k: v for k, v in {**ALWAYS, **one}.items() if k in has} for one in many]
    draft = combine(home.today(), case.name, asked, workbook=keep)[0].draft
    assert draft is not None
    (table,) = tables
    return draft.body, table


def twice(home: Home, case: Case, details: Mapping[str, str]) -> Combined:
    body, (header, row, again) = combined(home, case, details, details)
    assert (row[0], again) == ("1", ["2", *row[1:]])
    item = body[body.index("\n1. ") : body.index("\n2. ")].strip()
    lines = dict(line.split(" : ") for line in item.split("\n")[1:])
    return Combined(lines, tuple(header), tuple(row))


def every_sample(home: Home, case: Case) -> Iterator[Combined]:
    """Each sample for people of several operators, and where there are any, of one alone."""
    for details in SAMPLES[case.name]:
        yield twice(home, case, details)
        if case.name in ("registration", "plate-change"):
            yield twice(home, case, {**details, "partner": "gaon", "operator": ""})


@every_case
def test_the_table_says_what_the_text_says(mailing: Home, case: Case) -> None:
    """Every line has its columns with the same value, and no column says more than the lines."""
    for made in every_sample(mailing, case):
        said: set[str] = set()
        for label, value in made.lines.items():
            cells = {name: made.cells[name] for name in SAID_IN[label] if name in made.cells}
            said |= cells.keys()
            if label in IN_WORDS:
                rest = value
                for cell in sorted(cells.values(), key=len, reverse=True):
                    assert cell in rest
                    rest = rest.replace(cell, "")
                assert cells
                assert not re.search("[0-9]", rest)
            else:
                assert list(cells.values()) == [value]
        assert said == {*made.header} - {"번호"}


def test_the_samples_have_every_line_of_the_shipped_facts(mailing: Home) -> None:
    """A line that is added to a template is missed here until its column is declared."""
    shown = {
        label
        for case in CASES.values()
        for made in every_sample(mailing, case)
        for label in made.lines
    }
    written = {
        label
        for path in (ROOT / "templates" / "parts" / "facts").glob("*.txt")
        for label in re.findall("^(.+?) : ", path.read_text("utf-8"), re.MULTILINE)
    }
    assert shown == written - {"첨부파일"} == SAID_IN.keys()  # a combined mail has one file


@every_case
def test_every_declared_fact_becomes_a_column_in_its_order(mailing: Home, case: Case) -> None:
    declared = [fact_heading(name) for name in case.facts]
    assert len({"번호", *declared}) == 1 + len(declared)
    seen: set[str] = set()
    for made in every_sample(mailing, case):
        assert made.header[:2] == ("번호", "현장명")
        assert list(made.header[1:]) == [name for name in declared if name in made.header]
        seen |= {*made.header}
    assert seen == {"번호", *declared}


@every_case
def test_every_field_either_goes_to_the_partner_or_stays(case: Case) -> None:
    """Whoever declares a new one decides it: what nobody names here is an error."""
    told = {name for name in case.facts if name in FIELDS}
    told |= {"memo"} if "question" in case.facts else set()
    assert told.isdisjoint(UNTOLD)
    assert told | {*UNTOLD} >= {field.name for field in case.fields} >= told
    assert {*case.of_refusal} <= {*case.facts}


@every_case
def test_what_stays_here_is_in_no_cell(mailing: Home, case: Case) -> None:
    assert {"customer", "phone", "internal", "fallback", "answer", "site-confirmed"} <= {*UNTOLD}
    for made in every_sample(mailing, case):
        assert not {FIELDS[name].label for name in UNTOLD if name != "partner"} & {*made.header}
        assert not [cell for cell in made.row for secret in SECRET if secret in cell]


def test_whose_customer_agreed_is_told_no_sum(mailing: Home) -> None:
    """The operator only ends the registration, whatever was paid and charged."""
    accepted = SAMPLES["cancellation"][-1]
    assert twice(mailing, CASES["cancellation"], accepted).header == (
        *("번호", "현장명", "운영사", "연동구분", "차량번호", "해지일", "시작일", "상품명"),
        *("번호구분", "긴급", "접수번호", "비고"),
    )


def test_what_nobody_says_has_no_column_and_what_one_says_has_one(mailing: Home) -> None:
    bare = {"urgent": "", "ticket": "", "memo": "", "plate": "12가3456", "start": "2026-12-01"}
    bare |= {"partner": "gaon", "operator": ""}
    case = CASES["registration"]
    assert combined(mailing, case, bare, bare)[1] == [
        ["번호", "현장명", "차량번호", "시작일"],
        *([number, "가온타워", "12가3456", "2026-12-01(화)"] for number in ("1", "2")),
    ]
    assert combined(mailing, case, bare, {**bare, "product": "종일권"})[1] == [
        ["번호", "현장명", "차량번호", "시작일", "상품명"],
        ["1", "가온타워", "12가3456", "2026-12-01(화)", ""],
        ["2", "가온타워", "12가3456", "2026-12-01(화)", "종일권"],
    ]


@pytest.mark.parametrize(
    ("case", "name", "heading"),
    [
        ("lot-info", "change", "변경내용"),
        ("parking-ticket", "memo", "문의내용"),
        ("registration", "memo", "비고"),
    ],
)
def test_a_text_of_several_lines_is_one_cell(
    mailing: Home, case: str, name: str, heading: str
) -> None:
    """Also where a line of it looks like a label and its value."""
    text = "평일 : 2,000원\n차량번호 : 없음\n\n주말 : 무료"
    details = {**SAMPLES[case][0], name: text}
    body, (header, *rows) = combined(mailing, CASES[case], details, details)
    assert text in body
    assert [dict(zip(header, row, strict=True))[heading] for row in rows] == [text, text]
    plain = combined(mailing, CASES[case], SAMPLES[case][0], SAMPLES[case][0])[1]
    assert header == plain[0]
