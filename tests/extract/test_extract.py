"""A pasted enquiry: what is proposed and for which option, and what is left alone."""

from __future__ import annotations

import unicodedata
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from parkdraft.config.load import load_directory
from parkdraft.decide.details import read_details
from parkdraft.errors import DetailsError
from parkdraft.extract.extract import LONGEST, propose
from parkdraft.extract.names import Names, names_of
from parkdraft.extract.patterns import Proposal
from parkdraft.lookup.sites import MonthList, SiteData, SiteList, indexed
from parkdraft.model.cases import CASES, FIELDS
from parkdraft.values import dates
from parkdraft.values.plates import read_plate
from parkdraft.values.text import read_memo

TODAY = date(2026, 11, 23)
"""A Monday."""
ROOT = Path(__file__).parents[2]
SITES = (
    ("가온타워", "skshieldus", ("가온", "GAON Tower")),
    ("달빛광장", "kmpns", ()),
    ("나루역 공영", "nice", ("나루공영",)),
    ("중앙 주차장", "urbanport", ()),
    ("중앙 주차장 별관", "urbanport", ()),
    ("St. 다온/별하", "nice", ()),
)
MONTH = [{"name": name, "person": "이가람", "title": "소장", "address": "garam@example.com"}
         for name in ("별빛타워", "가온")]  # fmt: skip
KNOWN = SiteData(
    load_directory(ROOT / "contacts.yaml"),
    SiteList(
        **indexed(
            [
                {"name": name, "partner": partner, "integration": "manual", "aliases": aliases}
                for name, partner, aliases in SITES
            ]
        )
    ),
    {"hiparking": MonthList("hiparking", "2026-11", **indexed(MONTH))},
)
NAMES = names_of(KNOWN)


def proposed(text: str, today: date = TODAY) -> tuple[Proposal, ...]:
    return propose(NAMES, text, today)


def said(text: str, today: date = TODAY) -> list[str]:
    """The proposals as a table shows them: ``plate 12가3456 old-plate``."""
    return [" ".join(filter(None, (p.kind, p.value, p.role))) for p in proposed(text, today)]


# ---- whole enquiries ---------------------------------------------------------------------

ENQUIRIES = [
    ("차번호 : 12가 3456", ["plate 12가3456"]),
    ("12가3456 -> 345나6789", ["plate 12가3456 old-plate", "plate 345나6789 new-plate"]),
    (
        "기존 12가3456 변경 345나6789",
        ["plate 12가3456 old-plate", "plate 345나6789 new-plate"],
    ),
    (
        "가온타워 정기권인데 12가3456에서 345나6789로 변경 부탁드려요",
        ["site 가온타워", "plate 12가3456 old-plate", "plate 345나6789 new-plate"],
    ),
    (
        "12가3456을 345나6789로 바꿔주세요 12월 1일부터 적용이요",
        ["plate 12가3456 old-plate", "plate 345나6789 new-plate", "date 2026-12-01 from-date"],
    ),
    (
        "변경 전 : 12가 3456\n변경 후 : 345나 6789\n적용일 : 12/1",
        ["plate 12가3456 old-plate", "plate 345나6789 new-plate", "date 2026-12-01 from-date"],
    ),
    (
        "기존 차량번호\n12가3456\n변경 차량번호\n345나6789",
        ["plate 12가3456 old-plate", "plate 345나6789 new-plate"],
    ),
    (
        "차량번호 변경 요청 : 12가3456\n변경 번호 : 345나6789",
        ["plate 12가3456 old-plate", "plate 345나6789 new-plate"],
    ),
    (
        "변경희망 차량번호: 345나6789, 현재차량번호: 12가3456",
        ["plate 345나6789 new-plate", "plate 12가3456 old-plate"],
    ),
    (
        "12가3456(기존) → 345나6789(신규)",
        ["plate 12가3456 old-plate", "plate 345나6789 new-plate"],
    ),
    (
        "기존에 타던 12가3456 차량을 새로 뽑은 345나6789 로 바꿔 주세요",
        ["plate 12가3456 old-plate", "plate 345나6789 new-plate"],
    ),
    (
        "등록된 차량이 12가3456인데 345나6789로 변경 부탁드립니다",
        ["plate 12가3456 old-plate", "plate 345나6789 new-plate"],
    ),
    (
        "차를 바꿔서 345나6789로 등록해주세요 원래는 12가3456 이었어요",
        ["plate 345나6789 new-plate", "plate 12가3456 old-plate"],
    ),
    (
        "수리로 12월 1일(화)부터 12월 15일까지 대차(123하4567)로 이용합니다. 기존차량 12가3456",
        [
            "date 2026-12-01 start",
            "date 2026-12-15 end",
            "plate 123하4567 new-plate",
            "plate 12가3456 old-plate",
        ],
    ),
    ("12가 3456, 345나 6789", ["plate 12가3456", "plate 345나6789"]),
    ("차량변경\n12가3456\n345나6789", ["plate 12가3456", "plate 345나6789"]),
    (
        "차량1 12가3456, 차량2 345나6789, 차량3 11다1111로 변경",
        ["plate 12가3456", "plate 345나6789", "plate 11다1111 new-plate"],
    ),
    (
        "> 12가3456\n> 345나6789\n두 대입니다",
        ["plate 12가3456", "plate 345나6789"],
    ),
    (
        "[상담내용]\n현장명 : 파르나스 호텔\n운영사 : KMP\n차량번호 : 12가3456\n"
        "이용기간 : 2026-12-01 ~ 2026-12-31\n상품 : 종일권\n연락처 : 010-1234-5678\n"
        "접수번호 : 1123-014",
        [
            "site 파르나스 호텔",
            "partner 케이엠파크",
            "plate 12가3456",
            "date 2026-12-01 start",
            "date 2026-12-31 end",
            "phone 010-1234-5678",
            "ticket 1123-014",
        ],
    ),
    (
        "가온타워 정기권 12월 1일부터 12월 31일까지 결제했는데 등록이 안되어 있대요 12가3456",
        ["site 가온타워", "date 2026-12-01 start", "date 2026-12-31 end", "plate 12가3456"],
    ),
    (
        "12월1일~31일 이용권이고 주문번호는 A-1029 입니다",
        ["date 2026-12-01 start", "date 2026-12-31 end", "order-no A-1029"],
    ),
    (
        "파르나스호텔에서 11월 22일 오후 2시 5분에 12,000원 결제됐어요. 010 1234 5678로 연락주세요",
        [
            "site 파르나스 호텔",
            "moment 2026-11-22 14:05 paid-at",
            "money 12000 paid",
            "phone 010-1234-5678",
        ],
    ),
    (
        "결제일시: 2026.11.22 14:05:33 / 결제금액: 12,000원 / 승인번호: 30012345 / "
        "카드번호: 1234-56**-****-7890",
        ["moment 2026-11-22 14:05 paid-at", "money 12000 paid", "approval-no 30012345"],
    ),
    (
        "[Web발신]\n가온카드(1234)승인\n홍*동\n12,000원 일시불\n11/22 14:05\n달빛광장주차장",
        ["money 12000 paid", "moment 2026-11-22 14:05", "site 달빛광장"],
    ),
    (
        "어제 오후 2시반쯤 12,000원 현장결제했는데 정기권 있어요 환불해주세요",
        ["moment 2026-11-22 14:30 paid-at", "money 12000 paid"],
    ),
    (
        "번호판을 12가3458로 잘못 인식해서 3만 5천원 나왔습니다. 실제 번호는 12가3456",
        ["plate 12가3458 read-plate", "money 35000 paid", "plate 12가3456"],
    ),
    (
        "인식번호 : 12가3458\n차량번호 : 12가3456",
        ["plate 12가3458 read-plate", "plate 12가3456"],
    ),
    (
        "입차: 11/22 오전 9:10\n출차: 11/22 오후 2:05\n요금: 12000",
        [
            "moment 2026-11-22 09:10 entry-at",
            "moment 2026-11-22 14:05 exit-at",
            "money 12000 paid",
        ],
    ),
    (
        "2026-11-22 09:10 입차 2026-11-22 14:05 출차",
        ["moment 2026-11-22 09:10 entry-at", "moment 2026-11-22 14:05 exit-at"],
    ),
    (
        "입차시간 2026-11-22 09:10 출차시간 2026-11-22 14:05 주차요금 12000원",
        [
            "moment 2026-11-22 09:10 entry-at",
            "moment 2026-11-22 14:05 exit-at",
            "money 12000 paid",
        ],
    ),
    (
        "11월 22일 09시 10분 입차, 14시 5분 출차",
        ["moment 2026-11-22 09:10 entry-at", "moment 2026-11-22 14:05 exit-at"],
    ),
    (
        "입차일시 : 11/22 09:10 / 출차 : 14:05",
        ["moment 2026-11-22 09:10 entry-at", "moment 2026-11-22 14:05 exit-at"],
    ),
    (
        "12가 3456 차량 12/1~12/31 대차",
        ["plate 12가3456", "date 2026-12-01 start", "date 2026-12-31 end"],
    ),
    ("11/22일 결제건 12000원 취소요청", ["date 2026-11-22 paid-at", "money 12000 paid"]),
    (
        "해지일자 2026.12.11, 시작일 2026.12.01 구매금액 150,000원 일 최대 15,000원",
        [
            "date 2026-12-11 cancel-date",
            "date 2026-12-01 start",
            "money 150000 paid",
            "money 15000 daily-max",
        ],
    ),
    (
        "정기권 시작 12/1 해지 12/11 하루최대 15000원",
        ["date 2026-12-01 start", "date 2026-12-11 cancel-date", "money 15000 daily-max"],
    ),
    (
        "12월 11일까지만 쓰고 해지할게요. 시작은 12월 1일이에요",
        ["date 2026-12-11 cancel-date", "date 2026-12-01 start"],
    ),
    ("2026-12-11 오후 2시에 해지 요청", ["date 2026-12-11 cancel-date"]),
    ("정기권 해지 요청\n2026-11-23 10:00 접수", ["moment 2026-11-23 10:00"]),
    (
        "평일 최초 30분 2,000원, 추가 10분당 1,000원, 일최대 30,000원으로 수정",
        ["money 2000", "money 1000", "money 30000 daily-max"],
    ),
    (
        "12가3456/345나6789/010-1234-5678/2026-12-01",
        ["plate 12가3456", "plate 345나6789", "phone 010-1234-5678", "date 2026-12-01"],
    ),
    (
        "2026년 11월 23일 월요일\n[홍길동] [오후 2:05] 12가3456 번호판 변경이요",
        ["date 2026-11-23", "plate 12가3456"],
    ),
    (
        "12가3456\t가온타워\t2026-12-01\t150,000\t010-1234-5678",
        [
            "plate 12가3456",
            "site 가온타워",
            "date 2026-12-01",
            "money 150000",
            "phone 010-1234-5678",
        ],
    ),
    ("한국전자금융(나이스파크) 케이트윈타워", ["partner 한국전자금융", "site 케이트윈타워"]),
    ("1544-1234로 전화해도 안 받아요", ["phone 1544-1234"]),
    ("오늘부터 12/31까지 12가3456", ["date 2026-11-23 start", "date 2026-12-31 end",
                                     "plate 12가3456"]),
    ("영수증 2026-11-22 14:05 ₩12,000", ["moment 2026-11-22 14:05", "money 12000"]),
    ("안녕하세요. 오늘 문의드립니다. 뒷자리 3456 차량이 미인식됩니다.", []),
    ("①12가3456 ②345나6789", ["plate 12가3456", "plate 345나6789"]),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), ENQUIRIES, ids=[text for text, _ in ENQUIRIES])
def test_an_enquiry_becomes_proposals_with_the_roles_that_its_words_tell(
    text: str, expected: list[str]
) -> None:
    assert said(text) == expected


@pytest.mark.parametrize("form", ["NFC", "NFD", "NFKD"])
@pytest.mark.parametrize(("text", "expected"), ENQUIRIES[:20], ids=range(20))
def test_decomposed_and_crlf_text_says_the_same(text: str, expected: list[str], form: str) -> None:
    assert said(unicodedata.normalize(form, text).replace("\n", "\r\n")) == expected  # type: ignore[arg-type]


def test_a_proposal_says_what_it_means_where_it_stands_and_which_options_take_it() -> None:
    text = "１２가３４５６ 차량, 11월 20일 14시"
    plate, moment = proposed(text)
    assert plate == Proposal(
        "plate",
        "12가3456",
        "12가3456",
        0,
        7,
        ("plate", "old-plate", "new-plate", "read-plate"),
    )
    assert moment.shown == "2026-11-20(금) 14:00"
    assert text[moment.start : moment.end] == "11월 20일 14시"
    assert moment.fields == ("paid-at", "entry-at", "exit-at")


def test_money_and_dates_are_shown_as_a_mail_writes_them() -> None:
    assert [one.shown for one in proposed("12/1 12000원")] == ["2026-12-01(화)", "12,000원"]


def test_a_date_is_offered_to_options_that_also_take_a_time() -> None:
    (one,) = proposed("11/20")
    assert {"start", "cancel-date", "paid-at"} <= set(one.fields)


def test_a_day_to_come_is_not_offered_as_the_day_of_a_payment() -> None:
    (one,) = proposed("결제 12/1")
    assert "start" in one.fields
    assert "paid-at" not in one.fields
    assert one.role is None


def test_each_value_is_proposed_once_for_each_of_its_roles() -> None:
    assert said("12가3456 12가3456, 기존 12가3456") == ["plate 12가3456 old-plate"]
    assert said("시작 12/1, 종료 12/1") == ["date 2026-12-01 start", "date 2026-12-01 end"]


# ---- one kind after the other ------------------------------------------------------------

PLATES = [
    ("12 가 3456", "12가3456"),
    ("12가 3456 개인차량", "12가3456"),
    ("12가 3456만 등록", "12가3456"),
    ("12가 3456, 홍길동 명의", "12가3456"),
    ("12-가-3456", "12가3456"),
    ("１２가３４５６", "12가3456"),
    ("12ㄱㅏ3456", "12가3456"),
    ("12\u200b가\u200b3456", "12가3456"),
    ("차량번호12가3456입니다", "12가3456"),
    ("12가3456호", "12가3456"),
    ("123호4567", "123호4567"),
    ("123호 4567 렌트카", "123호4567"),
    ("서울 31바 1234", "서울31바1234"),
    ("부산4나1234", "부산4나1234"),
    ("부산 345나6789", "345나6789"),
    ("외교 012-345", "외교012-345"),
    ("임시 123456", "임시123456"),
    ("임시번호 123456", "임시123456"),
    ("1.12가3456", "12가3456"),
    ("(12가3456)", "12가3456"),
]
NO_PLATES = [
    "3456",
    "뒷자리 3456",
    "12각3456",
    "12차3456",
    "00가1234",
    "12가0000",
    "12가34567",
    "1234가5678",
    "12rk3456",
    "12가****",
    "101동 302호 1234",
    "301호 2026-12-01",
    "15조 2026년",
    "30부 1000원",
    "임시 2026년",
    "책임 1234",
    "대표 010-1234-5678",
    "12시 3000원",
    "https://example.com/12가3456",
]
PHONES = [
    ("01012345678", "010-1234-5678"),
    ("010 1234 5678", "010-1234-5678"),
    ("010.1234.5678", "010-1234-5678"),
    ("010–1234–5678", "010-1234-5678"),
    ("０１０－１２３４－５６７８", "010-1234-5678"),
    ("(010)1234-5678", "010-1234-5678"),
    ("+82 10-1234-5678", "010-1234-5678"),
    ("+821012345678", "010-1234-5678"),
    ("10-1234-5678", "010-1234-5678"),
    ("연락처 1012345678", "010-1234-5678"),
    ("HP 010-1234-5678", "010-1234-5678"),
    ("T.010-1234-5678", "010-1234-5678"),
    ("Tel:02)123-4567", "02-123-4567"),
    ("031-234-5678", "031-234-5678"),
    ("0504-1234-5678", "0504-1234-5678"),
    ("1588-1234", "1588-1234"),
    ("KMP(02-1234-5678)", "02-1234-5678"),
    ("제 번호는 010-1234-5678이에요", "010-1234-5678"),
]
NO_PHONES = [
    "ORD-010-1234-5678",
    "A01012345678",
    "2026-010-1234-5678",
    "010-1234-5678-9",
    "010123456789",
    "1588-1234-5678-9012",
    "1012345678",
    "010-****-5678",
    "010-1234",
    "15881234",
    "821012345678",
    "주문번호 010-1234-5678",
    "계좌번호 국민 010-1234-5678",
    "+1 650 253 0000",
    "user01012345678@example.com",
    "https://example.com/?tel=01012345678",
]
DAYS = [
    ("2026-12-01", ["date 2026-12-01"]),
    ("2026. 12. 1.", ["date 2026-12-01"]),
    ("2026. 12. 1. (화)", ["date 2026-12-01"]),
    ("26.12.01", ["date 2026-12-01"]),
    ("20261201", ["date 2026-12-01"]),
    ("12/1", ["date 2026-12-01"]),
    ("정기권(12/1)", ["date 2026-12-01"]),
    ("12월 1일 화요일", ["date 2026-12-01"]),
    ("2026년12월1일", ["date 2026-12-01"]),
    ("12.1(화)", ["date 2026-12-01"]),
    ("12.1 14:05", ["moment 2026-12-01 14:05"]),
    ("12-01 14:05", ["moment 2026-12-01 14:05"]),
    ("2026-12-01T14:05:33", ["moment 2026-12-01 14:05"]),
    ("2026-12-01 00:00:00", ["date 2026-12-01"]),
    ("12월1일 오후2시5분", ["moment 2026-12-01 14:05"]),
    ("12/1 2:05 PM", ["moment 2026-12-01 14:05"]),
    ("12월 1일에 오후 2시경", ["moment 2026-12-01 14:00"]),
    ("12/1 25:00", ["date 2026-12-01"]),
    ("12/1 3시간", ["date 2026-12-01"]),
    ("12/1 14:05~16:20", ["moment 2026-12-01 14:05", "moment 2026-12-01 16:20"]),
]
RANGES = [
    ("12월 1일부터 12월 31일까지", "2026-12-01", "2026-12-31"),
    ("2026.12.01 ~ 2026.12.31", "2026-12-01", "2026-12-31"),
    ("2026. 12. 1. ~ 2026. 12. 31.", "2026-12-01", "2026-12-31"),
    ("2026/12/01-2026/12/31", "2026-12-01", "2026-12-31"),
    ("20261201～20261231", "2026-12-01", "2026-12-31"),
    ("20261201-20261231", "2026-12-01", "2026-12-31"),
    ("26.12.01부터 26.12.31까지", "2026-12-01", "2026-12-31"),
    ("12.1~12.31", "2026-12-01", "2026-12-31"),
    ("12.1-12.31", "2026-12-01", "2026-12-31"),
    ("12.01(화) ~ 12.31(목)", "2026-12-01", "2026-12-31"),
    ("12/1~31", "2026-12-01", "2026-12-31"),
    ("12월 1일부터 31일까지", "2026-12-01", "2026-12-31"),
    ("2026년 12월 1일 ~ 31일", "2026-12-01", "2026-12-31"),
    ("12/15~1/14", "2026-12-15", "2027-01-14"),
    ("2025.12.01 ~ 12.31", "2025-12-01", "2025-12-31"),
    ("2026-12-01 00:00 ~ 2026-12-31 23:59", "2026-12-01", "2026-12-31"),
    ("2026-12-01 00:00:00 ~ 2026-12-31 23:59:59", "2026-12-01", "2026-12-31"),
    ("2025-12-15 ~ 01-14까지", "2025-12-15", "2026-01-14"),
]
NO_DAYS = [
    "12월 32일",
    "2월 30일",
    "2026-13-01",
    "1990-01-01",
    "12월 1일(월)",
    "14:05",
    "2시간 30분",
    "24/7",
    "3/4 분기",
    "(1/2)",
    "1/2페이지",
    "12.5",
    "12.5kg",
    "1.2.3",
    "v12.1 결제",
    "192.168.10.12.1",
    "B1-12 입차",
    "주문번호 20261201-0001",
    "ORD-20261201",
    "20261201-0001",
    "A20261201",
    "No. 20261201",
    "관리번호: 20261201",
    "12345678",
    "오늘 문의",
    "오늘의집",
    "15일부터",
    "12월 정기권",
]
MONEY = [
    ("12000원", 12_000),
    ("12,000원", 12_000),
    ("12,000 원을", 12_000),
    ("₩12,000", 12_000),
    ("12,000", 12_000),
    ("12,000원인데", 12_000),
    ("금 12,000원정", 12_000),
    ("12,000 KRW", 12_000),
    ("3만5천원", 35_000),
    ("3만 5천원", 35_000),
    ("3만 5,000원", 35_000),
    ("15만원", 150_000),
    ("만원", 10_000),
    ("만5천원", 15_000),
    ("5천원", 5_000),
    ("3만5천 결제", 35_000),
    ("결제금액 12000", 12_000),
    ("１２，０００원", 12_000),
]
NO_MONEY = [
    "12000",
    "1,200대",
    "1,234명",
    "1,200 대",
    "0원",
    "-12,000원",
    "(-12,000원)",
    "△12,000원",
    "12.5만",
    "12.000원",
    "3만5",
    "3만 명",
    "12,34원",
    "1234-5678원",
    "5원룸",
    "10,000㎡",
    "주차장만원",
    "100,000,001원",
    "금액 12000대",
]
SITES_SAID = [
    ("가온타워", "가온타워"),
    ("가온 타워에서", "가온타워"),
    ("가온타워요", "가온타워"),
    ("가온타워주차장 이용", "가온타워"),
    ("현장:가온타워,", "가온타워"),
    ("[가온타워]", "가온타워"),
    ("가온에서", "가온타워"),
    ("gaon tower", "가온타워"),
    ("ＧＡＯＮ　Ｔｏｗｅｒ", "가온타워"),
    ("나루공영입니다", "나루역 공영"),
    ("나루역공영", "나루역 공영"),
    ("파르나스호텔에서", "파르나스 호텔"),
    ("현장은63빌딩이에요", "63빌딩"),
    ("별빛타워B2층", "별빛타워"),
    ("중앙 주차장 별관에서", "중앙 주차장 별관"),
    ("중앙주차장에서", "중앙 주차장"),
    ("가온타워12가3456", "가온타워"),
    ("St. 다온/별하", "St. 다온/별하"),
]
NO_SITES = [
    "뉴가온타워",
    "가온타워든",
    "가온타워2",
    "가온타워A동",
    "가온타워점",
    "163빌딩",
    "중앙에서",
    "나루,공영",
    "달빛\n광장",
    "가오타워",
    "가",
    "그 외",
    "https://example.com/가온타워",
]
PARTNERS = [
    ("KMP입니다", "케이엠파크"),
    ("운영사는 kmp", "케이엠파크"),
    ("운영사KMPNS", "케이엠파킹앤스페이스"),
    ("ＳＫ쉴더스", "SK쉴더스"),
    ("SK 쉴더스로", "SK쉴더스"),
    ("(아마노)", "아마노코리아"),
]


@pytest.mark.parametrize(("text", "written"), PLATES)
def test_a_plate_is_found_however_it_is_typed(text: str, written: str) -> None:
    assert [p.value for p in proposed(text) if p.kind == "plate"] == [written]


@pytest.mark.parametrize("text", NO_PLATES)
def test_what_is_no_plate_is_not_proposed_as_one(text: str) -> None:
    assert "plate" not in {p.kind for p in proposed(text)}


@pytest.mark.parametrize(("text", "written"), PHONES)
def test_a_phone_is_found_however_it_is_typed(text: str, written: str) -> None:
    assert [p.value for p in proposed(text) if p.kind == "phone"] == [written]


@pytest.mark.parametrize("text", NO_PHONES)
def test_what_is_no_phone_or_part_of_more_is_not_proposed_as_one(text: str) -> None:
    assert "phone" not in {p.kind for p in proposed(text)}


@pytest.mark.parametrize(("text", "expected"), DAYS)
def test_a_day_and_its_time_are_found_however_they_are_typed(
    text: str, expected: list[str]
) -> None:
    assert said(text) == expected


@pytest.mark.parametrize(("text", "start", "end"), RANGES)
def test_a_range_has_a_start_and_an_end(text: str, start: str, end: str) -> None:
    assert said(text) == [f"date {start} start", f"date {end} end"]


@pytest.mark.parametrize("text", NO_DAYS)
def test_what_is_no_day_is_not_proposed_as_one(text: str) -> None:
    assert not {"date", "moment"} & {p.kind for p in proposed(text)}


@pytest.mark.parametrize(("text", "won"), MONEY)
def test_money_is_found_however_it_is_typed(text: str, won: int) -> None:
    assert [p.value for p in proposed(text)] == [str(won)]


@pytest.mark.parametrize("text", NO_MONEY)
def test_what_is_no_money_is_not_proposed_as_such(text: str) -> None:
    assert "money" not in {p.kind for p in proposed(text)}


@pytest.mark.parametrize(("text", "name"), SITES_SAID)
def test_a_site_is_found_by_its_names_with_spaces_and_particles(text: str, name: str) -> None:
    assert [p.value for p in proposed(text) if p.kind == "site"] == [name]


@pytest.mark.parametrize("text", NO_SITES)
def test_a_part_of_another_word_or_another_place_is_no_site(text: str) -> None:
    assert not proposed(text)


@pytest.mark.parametrize(("text", "name"), PARTNERS)
def test_a_partner_is_found_by_its_names(text: str, name: str) -> None:
    assert said(text) == [f"partner {name}"]


def test_a_name_of_a_site_and_a_partner_is_proposed_as_both() -> None:
    both = replace(KNOWN, registered=SiteList(**indexed([{"name": "하이파킹"}])))
    found = propose(names_of(both), "하이파킹에서", TODAY)
    assert [(p.kind, p.start, p.end) for p in found] == [("partner", 0, 4), ("site", 0, 4)]


NUMBERS = [
    ("주문번호 : A-1029", ["order-no A-1029"]),
    ("주문번호는 20261201-000123 입니다", ["order-no 20261201-000123"]),
    ("접수번호\n1123-014", ["ticket 1123-014"]),
    ("승인번호 30012345 승인", ["approval-no 30012345"]),
    ("주문번호 확인 부탁", []),
    ("주문번호 01012345678", []),
    ("주문번호 9001011234567", []),
    ("주문번호 4539-1488-0343-6467", []),
    ("사업자번호 123-45-67890", []),
    ("계좌번호 국민은행 123-01-0123456", []),
    ("예약번호 20261201", []),
]


@pytest.mark.parametrize(("text", "expected"), NUMBERS)
def test_only_what_is_called_an_order_ticket_or_approval_is_one(
    text: str, expected: list[str]
) -> None:
    assert said(text) == expected


# Every form of a day that options take, and a text in which it is seen; None: in no text, for
# there it mostly is something else.
DAY_FORMS = {
    **dict.fromkeys(("2026-12-01", "2026.12.1", "2026/12/1", "2026. 12. 1.", "26.12.01"), "{}"),
    **dict.fromkeys(("2026년 12월 1일", "26년12월1일", "20261201"), "{}"),
    **dict.fromkeys(("12/1", "12월 1일", "12월1일"), "{}"),
    **dict.fromkeys(("12.1", "12-1"), "{} 해지"),
    **dict.fromkeys(("어제", "오늘", "내일"), "{} 해지"),
    **dict.fromkeys(("261201", "그저께", "그제", "모레"), None),
}


def test_the_table_of_day_forms_has_all_that_options_take() -> None:
    for pattern in dates._DATES:
        assert any(pattern.fullmatch(form) for form in DAY_FORMS)
    assert dates._WORDS.keys() <= DAY_FORMS.keys()


@pytest.mark.parametrize("weekday", ["", "(%s)", " %s요일"])
@pytest.mark.parametrize(("form", "text"), DAY_FORMS.items())
def test_a_day_that_an_option_takes_is_seen_in_a_text(
    form: str, text: str | None, weekday: str
) -> None:
    day = dates.read_date(form, TODAY)
    written = form + weekday.replace("%s", dates.WEEKDAYS[day.weekday()])
    assert dates.read_date(written, TODAY) == day
    seen = [one.value for one in proposed((text or "{} 해지").format(written))]
    assert seen == ([] if text is None else [day.isoformat()])


# ---- what nobody may be offered ----------------------------------------------------------

SECRETS = [
    "900101-1234567",
    "9001011234567",
    "900101 1234567",
    "90.01.01-1234567",
    "26.01.01-3123456",
    "260101-3******",
    "4539-1488-0343-6467",
    "4539 1488 0343 6467",
    "4539148803436467",
    "3782 822463 10005",
    "4539 1488 0343 6467 12/27",
]


@pytest.mark.parametrize("secret", SECRETS)
@pytest.mark.parametrize("frame", ["{}", "카드 {} 입니다", "번호는{}이고", "12가3456 {} 12,000원"])
def test_nothing_of_a_resident_or_card_number_is_proposed(secret: str, frame: str) -> None:
    text = frame.format(secret)
    start, end = text.index(secret), text.index(secret) + 13
    assert not [p for p in proposed(text) if p.start < end and start < p.end]


def test_dates_and_phones_side_by_side_are_no_card_number() -> None:
    together = [
        f"2026-12-{day:02} 010-1234-{last:04}" for day in range(1, 32) for last in range(900, 930)
    ]
    for text in together:
        day, phone = text.split()
        assert said(text) == [f"date {day}", f"phone {phone}"]


GAPS = st.sampled_from(["", "", "", " ", "-", ".", " - ", "/"])


def grouped(digits: str, gaps: list[str]) -> str:
    return "".join(digit + gap for digit, gap in zip(digits, [*gaps, ""], strict=True))


def luhn(front: str) -> str:
    """The digits with the last one that makes them a card number."""
    doubled = [int(digit) * (2 - place % 2) for place, digit in enumerate(reversed(front))]
    return front + str(-sum(number // 10 + number % 10 for number in doubled) % 10)


@given(
    st.one_of(
        st.from_regex(r"[1-9][0-9]{14}", fullmatch=True).map(luhn),
        st.builds(
            lambda born, rest: f"{born:%y%m%d}{rest}",
            st.dates(date(2000, 1, 1), date(2026, 12, 31)),
            st.from_regex(r"[34][0-9]{6}", fullmatch=True),
        ),
    ),
    st.data(),
)
def test_however_a_secret_number_is_grouped_nothing_of_it_is_proposed(
    digits: str, data: st.DataObject
) -> None:
    gaps = data.draw(st.lists(GAPS, min_size=len(digits) - 1, max_size=len(digits) - 1))
    secret = grouped(digits, gaps)
    text = f"번호는 {secret} 입니다, 12가3456"
    try:
        read_memo(secret, 200)
    except DetailsError:
        assert said(text) == ["plate 12가3456"]
    else:
        assume(False)


# ---- any text ----------------------------------------------------------------------------

FRAGMENTS = st.sampled_from(
    [
        *("12가3456", "345나6789", "호", "가", "서울", "임시", "외교", "010", "1234", "5678", "02"),
        *(
            "12",
            "1",
            "31",
            "2026",
            "20261201",
            "월",
            "일",
            "년",
            "시",
            "분",
            "오후",
            "오늘",
            "부터",
        ),
        *("까지", "만", "천", "원", "결제", "해지", "기존", "변경", "으로", "에서", "인식", "금액"),
        *(" ", " ", "-", ".", "/", ":", ",", "~", "→", "\n", "(", ")", "*", "+82", "₩", "\t"),
        *("가온", "타워", "파르나스", "호텔", "KMP", "㈜", "①", "１", "ㄱ", "ㅏ", "\u200b", "ㅠㅠ"),
        *("주문번호", "카드번호", "4539", "1488", "0343", "6467", "900101", "é", "ﾡ", "\ufeff"),
    ]
)
ANY_TEXT = st.one_of(
    st.text(), st.text(st.characters(codec=None)), st.lists(FRAGMENTS).map("".join)
)
VALUES = {field.name: field for field in FIELDS.values()}


def accepted(name: str, value: str) -> bool:
    """Whether the option takes the value in every case that has it."""
    cases = [case for case in CASES.values() if VALUES[name] in case.fields]
    return bool(cases) and all(
        not read_details(case, {name: value}, TODAY).problems for case in cases
    )


@given(ANY_TEXT)
@example("\ud800 12가3456")
@example("12/1~" * 50)
@example("ㅏ가ㄱㅏ")
def test_any_text_is_read_and_every_proposal_can_be_taken_over(text: str) -> None:
    found = proposed(text)
    assert list(found) == sorted(found, key=lambda p: p.start)
    for one in found:
        assert 0 <= one.start < one.end <= len(text)
        assert one.role is None or one.role in one.fields
        assert one.shown
        assert all(accepted(name, one.value) for name in one.fields)


@given(ANY_TEXT)
def test_no_two_proposals_stand_in_the_same_place_but_a_site_and_a_partner(text: str) -> None:
    spans = sorted({(one.start, one.end) for one in proposed(text) if one.kind != "date"})
    assert all(first[1] <= second[0] for first, second in pairwise(spans))


@given(ANY_TEXT, ANY_TEXT)
def test_a_plate_on_a_line_of_its_own_is_found_in_any_text(before: str, after: str) -> None:
    text = f"{before}\n12가3456\n{after}"
    assume(len(text) < LONGEST)
    assert "12가3456" in [one.value for one in proposed(text)]


@given(st.dates(TODAY - timedelta(days=3600), TODAY + timedelta(days=3600)))
def test_every_day_with_a_year_is_found_in_every_form(day: date) -> None:
    forms = ("{:%Y-%m-%d}", "{:%Y. %m. %d.}", "{:%Y%m%d}", "{:%Y년 %m월 %d일}", "{:%y/%m/%d}")
    for form in forms:
        assert said(f"이용 {form.format(day)} 입니다") == [f"date {day}"]


@given(st.integers(1, 100_000_000))
def test_every_sum_is_found(won: int) -> None:
    assert said(f"주차요금은 {won:,}원 입니다") == [f"money {won} paid"]
    assert said(f"({won}원)") == [f"money {won}"]


@given(st.from_regex(r"0(?:10[0-9]{4}|2[2-9][0-9]{2})[0-9]{4}", fullmatch=True))
def test_a_phone_is_read_as_its_option_reads_it(digits: str) -> None:
    (one,) = proposed(f"연락처는 {digits}입니다")
    assert one.value.replace("-", "") == digits


@given(st.from_regex(r"(?:서울|부산)?[1-9][0-9][가나다라마바사아자][0-9]{3}[1-9]", fullmatch=True))
def test_a_plate_stands_where_its_proposal_says(plate: str) -> None:
    text = f"안녕하세요, {plate}입니다"
    (one,) = proposed(text)
    assert read_plate(text[one.start : one.end]).written == one.value == plate


@given(
    st.sampled_from(sorted(NAMES.spellings)), st.sampled_from(["", "에서", "은", " 정기권", "."])
)
def test_every_known_name_is_found_by_its_letters_alone(folded: str, behind: str) -> None:
    found = proposed(f"여기는 {folded}{behind}")
    assert [one.value for one in found] == [name.value for name in NAMES.spellings[folded]]


# ---- long texts and many names -----------------------------------------------------------


def many_names() -> Names:
    syllables = "가나다라마바사아자하"
    rows = [
        {"name": f"가온{a}{b}{c}타워{n}", "aliases": (f"{a}{b}{c} 센터 {n}",)}
        for a in syllables for b in syllables for c in syllables for n in (1, 2)
    ]  # fmt: skip
    return names_of(replace(KNOWN, registered=SiteList(**indexed(rows))))


def test_what_stands_behind_the_limit_is_not_read_and_no_value_is_cut() -> None:
    fill = "가나 " * (LONGEST // 3)
    assert said(f"12가3456 {fill} 345나6789") == ["plate 12가3456"]
    text = fill[: LONGEST - 6] + " 12가34567"
    assert len(text) > LONGEST
    assert not proposed(text)


def test_names_among_thousands_are_found_the_longest_first() -> None:
    names = many_names()
    assert len(names.spellings) > 4_000
    (one,) = propose(names, "가온 가나다 타워 2에서", TODAY)
    assert one.value == "가온가나다타워2"
