"""What is drafted: its shape by the centre's rules, values as plain text, templates in a box."""

from __future__ import annotations

import email
import re
import shutil
from dataclasses import replace
from datetime import datetime
from email.header import decode_header, make_header
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from fast_mail_parser import parse_email

from parkdraft.errors import ParkdraftError, Problem, TemplateError
from parkdraft.formulas import FORMULA_SIGNS, read_row
from parkdraft.home import Home
from parkdraft.results import Result
from parkdraft.templatecheck import check_rendering
from parkdraft.wording import hint, message
from parkdraft.writing.readback import read

ROOT = Path(__file__).parents[2]
CONTACTS = """\
sender:
  name: 주차 고객센터
  address: parking-cs@example.com
team:
  members: {garam: 이가람}
people:
  김하늘: {title: 주임, address: haneul@example.com, agit: haneul}
  이서연: {address: seoyeon@example.co.kr, agit: seoyeon}
partners:
  gaon: {name: 가온주차}
  maru: {name: 마루주차}
  nuri: {name: 누리주차}
  dara: {name: 다라주차}
sites:
  한빛중앙공원지하제이주차장: {integration: manual}
  하늘광장: {partner: nuri}
rules:
  O1:
    sites: [한빛중앙공원지하제이주차장, 하늘광장]
    reasons: [discount]
    text: 증빙을 확인합니다.
routes:
  P1:
    cases: [registration, plate-change]
    partner: gaon
    integration: manual
    channel: email
    authority: lead
    to: [김하늘]
    cc: [이서연]
  P2:
    cases: [registration, plate-change]
    partner: maru
    integration: manual
    channel: slack
    authority: all
    addressee: 마루 운영팀
  P3:
    cases: [registration, plate-change]
    partner: nuri
    integration: manual
    channel: agit
    authority: all
    mentions: [김하늘, 이서연]
  P4:
    cases: [registration, plate-change]
    partner: dara
    integration: manual
    channel: discount-site
    authority: lead
    fallbacks:
      registration-error: {channel: board, template: group-change}
      site-down: {channel: agit, mentions: [김하늘], template: site-down}
  P5:
    cases: [registration, plate-change]
    partner: gaon
    integration: integrated
    channel: app
    authority: all
  C1:
    cases: [cancellation]
    integration: manual
    answer: accepted
    follows: {case: plate-change, integration: manual}
  C2:
    cases: [cancellation]
    answer: refused
    channel: agit
    authority: all
    mentions: [김하늘]
  S1: {cases: [payment-cancel], partner: gaon, channel: email, authority: lead, to: [김하늘]}
  S2: {cases: [payment-cancel], partner: maru, channel: sheet, authority: lead}
  S3: {cases: [payment-cancel], partner: nuri, channel: agit, authority: all}
  S4: {cases: [payment-cancel], partner: dara, channel: board, authority: lead}
  L1: {cases: [lot-info], item: fee, channel: admin, authority: lead}
  L2: {cases: [lot-info], item: address, channel: email, authority: lead, to: [김하늘]}
  L3: {cases: [lot-info], item: [contract, suspension], channel: agit, authority: all}
  T1: {cases: [parking-ticket], need: usual, channel: agit, authority: all}
  T2:
    cases: [parking-ticket]
    need: confirm
    follows: {case: plate-change, integration: manual}
    exceptions: {dara: {channel: board, authority: lead}}
  T3: {cases: [parking-ticket], need: stuck, channel: agit, authority: all}
"""
SITE, LONG_SITE = "가온타워", "한빛중앙공원지하제이주차장"
ALWAYS = {
    "site": SITE,
    "integration": "manual",
    "ticket": "1123-014",
    "customer": "홍길동",
    "phone": "010-1234-5678",
}
CASES: dict[str, dict[str, str]] = {
    "registration": {"plate": "12가3456", "start": "2026-12-01", "end": "2026-12-31"},
    "plate-change": {"old_plate": "12가3456", "new_plate": "345나6789", "from_date": "2026-12-01"},
    "cancellation": {
        "plate": "12가3456",
        "start": "2026-12-01",
        "cancel_date": "2026-12-11",
        "daily_max": "15,000원",
        "paid": "200,000원",
        "answer": "accepted",
    },
    "payment-cancel": {
        "plate": "12가3456",
        "paid_at": "2026-11-20 14:05",
        "paid": "12,000원",
        "reason": "misread",
        "approval_no": "30012345",
        "paid_with": "가온카드 1234",
        "read_plate": "12가3458",
        "entry_at": "2026-11-20 09:10",
        "exit_at": "2026-11-20 14:05",
    },
    "lot-info": {"item": "address", "change": "정문 옆으로 옮김"},
    "parking-ticket": {"need": "confirm", "memo": "주차권이 보이지 않음", "plate": "12가3456"},
}


def opened(root: Path, outbox: Path) -> Home:
    return Home(root, outbox, now=lambda: datetime(2026, 11, 23, 9, 30), login=lambda: "garam")


def made_home(root: Path) -> Path:
    shutil.copytree(ROOT / "templates", root / "templates")
    (root / "contacts.yaml").write_text(CONTACTS, "utf-8")
    return root


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """One home for all tests that change nothing in it: its templates are compiled once."""
    root = made_home(tmp_path_factory.mktemp("shared") / "home")
    home = opened(root, root / "outbox")
    assert home.directory
    assert home.templates
    return home


@pytest.fixture
def home(shared: Home, tmp_path: Path) -> Home:
    """The shared home with an outbox of the test's own."""
    home = opened(shared.root, tmp_path / "outbox")
    home.__dict__.update(directory=shared.directory, templates=shared.templates)
    return home


@pytest.fixture
def own(tmp_path: Path) -> Home:
    """A home whose templates the test may change."""
    return opened(made_home(tmp_path / "home"), tmp_path / "outbox")


def drafted(home: Home, case: str, partner: str = "gaon", **details: str | None) -> Result:
    return home.draft(case, **{**ALWAYS, **CASES[case], "partner": partner, **details})


def text_of(made: Result) -> str:
    assert made.draft is not None
    return made.draft.body


def subject_of(made: Result) -> str:
    assert made.draft is not None
    assert made.draft.subject is not None
    return made.draft.subject


def facts(body: str) -> list[tuple[str, str]]:
    """The lines of one fact each."""
    found = re.findall(r"^(.+?) : (.*)$", body, re.MULTILINE)
    return [(label, value) for label, value in found if label != "회신"]


def frame(greeting: str, request: str, lines: list[str], closing: list[str]) -> str:
    return "\n".join(
        [
            greeting,
            "주차 고객센터입니다.",
            "",
            request,
            "",
            *lines,
            "",
            *closing,
            "처리가 어려우시면 사유를 알려 주시기 바랍니다.",
            "",
            "감사합니다.",
            "",
            "주차 고객센터 상담 담당 이가람 드림",
            "회신 : parking-cs@example.com",
            "",
        ]
    )


MAILS = [
    (
        "registration",
        "[정기권 등록 요청] 가온타워 / 3456 / 접수 1123-014",
        "가온타워 정기권 미등록 차량의 등록을 요청드립니다.",
        [
            "주차현장 : 가온타워",
            "차량번호 : 12가3456",
            "이용기간 : 2026-12-01(화) ~ 2026-12-31(목)",
            "접수번호 : 1123-014",
        ],
        ["등록을 마치신 뒤 이 메일에 회신해 주시면", "고객께 바로 안내하겠습니다."],
    ),
    (
        "plate-change",
        "[정기권 차량번호 변경 요청] 가온타워 / 3456→6789 / 접수 1123-014",
        "가온타워 정기권의 차량번호 변경을 요청드립니다.",
        [
            "주차현장 : 가온타워",
            "기존차량 : 12가3456",
            "변경차량 : 345나6789",
            "적용일자 : 2026-12-01(화)",
            "접수번호 : 1123-014",
        ],
        ["변경을 마치신 뒤 이 메일에 회신해 주시면", "고객께 바로 안내하겠습니다."],
    ),
    (
        "cancellation",
        "[정기권 해지 요청] 가온타워 / 3456 / 접수 1123-014",
        "가온타워 정기권의 등록 해지를 요청드립니다.",
        [
            "주차현장 : 가온타워",
            "차량번호 : 12가3456",
            "해지일자 : 2026-12-11(금)",
            "이용기간 : 2026-12-01(화)부터",
            "접수번호 : 1123-014",
        ],
        ["해지 처리를 마치신 뒤 이 메일에 회신해 주시면", "고객께 바로 안내하겠습니다."],
    ),
    (
        "payment-cancel",
        "[현장결제 취소 요청] 가온타워 / 3456 / 접수 1123-014",
        "가온타워 정기권 차량의 현장결제 취소를 요청드립니다.",
        [
            "주차현장 : 가온타워",
            "차량번호 : 12가3456",
            "결제일시 : 2026-11-20(금) 14:05",
            "결제금액 : 12,000원",
            "취소사유 : 번호판 오인식으로 인한 결제",
            "승인번호 : 30012345",
            "결제수단 : 가온카드 1234",
            "인식번호 : 12가3458",
            "입차시각 : 2026-11-20(금) 09:10",
            "출차시각 : 2026-11-20(금) 14:05",
            "접수번호 : 1123-014",
        ],
        ["취소를 마치신 뒤 처리일을 이 메일에 회신해 주시면", "고객께 바로 안내하겠습니다."],
    ),
    (
        "lot-info",
        "[주차장 정보수정 요청] 가온타워 / 접수 1123-014",
        "가온타워 주차장 정보의 수정을 요청드립니다.",
        [
            "주차현장 : 가온타워",
            "운영회사 : 가온주차",
            "연동구분 : 수동현장 (비연동)",
            "수정항목 : 주소·기타",
            "변경내용 : 정문 옆으로 옮김",
            "접수번호 : 1123-014",
        ],
        ["수정을 마치신 뒤 이 메일에 회신해 주시기 바랍니다."],
    ),
    (
        "parking-ticket",
        "[주차권 확인 요청] 가온타워 / 3456 / 접수 1123-014",
        "가온타워 주차권 이용에 대한 확인을 요청드립니다.",
        [
            "주차현장 : 가온타워",
            "차량번호 : 12가3456",
            "문의내용 : 주차권이 보이지 않음",
            "접수번호 : 1123-014",
        ],
        ["확인하신 내용을 이 메일에 회신해 주시면", "고객께 바로 안내하겠습니다."],
    ),
]


class TestMail:
    @pytest.mark.parametrize(("case", "subject", "request_", "lines", "closing"), MAILS)
    def test_whole(
        self,
        home: Home,
        case: str,
        subject: str,
        request_: str,
        lines: list[str],
        closing: list[str],
    ) -> None:
        made = drafted(home, case)
        assert subject_of(made) == subject
        assert text_of(made) == frame("안녕하세요, 김하늘 주임님.", request_, lines, closing)
        assert made.path is not None
        mail = read(made.path.read_bytes())
        assert (mail.subject, mail.body) == (subject, text_of(made))
        assert [one.display for one in mail.to] == ["김하늘 주임"]

    @pytest.mark.parametrize("case", CASES)
    def test_urgent_stands_first(self, home: Home, case: str) -> None:
        made = drafted(home, case, urgent="예")
        assert subject_of(made).startswith("[긴급] [")
        assert ("고객상황", "현장 대기 중") in facts(text_of(made))
        assert "긴급" not in subject_of(drafted(home, case))

    @pytest.mark.parametrize("case", CASES)
    def test_a_long_site_is_cut_in_the_subject(self, home: Home, case: str) -> None:
        made = drafted(home, case, site=LONG_SITE)
        assert " 한빛중앙공원지하제이주… /" in subject_of(made)
        request = text_of(made).split("\n")[3]
        assert request.startswith("아래 현장 ")
        assert facts(text_of(made))[0] == ("주차현장", LONG_SITE)

    @pytest.mark.parametrize("case", [case for case in CASES if case != "lot-info"])
    def test_the_plate_is_whole_in_the_body_only(self, home: Home, case: str) -> None:
        made = drafted(home, case)
        plate = "345나6789" if case == "plate-change" else "12가3456"
        assert plate not in subject_of(made)
        seen = "3456→6789" if case == "plate-change" else "3456"
        assert f"/ {seen} /" in subject_of(made)
        assert plate in text_of(made)

    @pytest.mark.parametrize("case", ["registration", "cancellation", "payment-cancel"])
    def test_a_temporary_plate_has_its_line(self, home: Home, case: str) -> None:
        line = ("번호구분", "임시번호판 (정식번호 추후 통보)")
        assert line in facts(text_of(drafted(home, case, plate="서울 임 123456")))
        assert line not in facts(text_of(drafted(home, case)))

    def test_either_plate_may_be_temporary(self, home: Home) -> None:
        for name in ("old_plate", "new_plate"):
            made = drafted(home, "plate-change", **{name: "임시 1234"})
            assert "임시번호판" in text_of(made)

    def test_what_was_not_given_has_no_line(self, home: Home) -> None:
        made = drafted(home, "registration", end=None, ticket=None)
        assert [label for label, _ in facts(text_of(made))] == ["주차현장", "차량번호", "이용기간"]
        assert "2026-12-01(화)부터" in text_of(made)
        assert subject_of(made) == "[정기권 등록 요청] 가온타워 / 3456"
        plain = drafted(home, "plate-change", from_date=None, ticket=None)
        labels = [label for label, _ in facts(text_of(plain))]
        assert labels == ["주차현장", "기존차량", "변경차량", "적용일자"]
        change = drafted(home, "plate-change", from_date=None, until="2026-12-31")
        assert ("적용일자", "처리 즉시") in facts(text_of(change))
        assert ("변경구분", "대차 (2026-12-31(목)까지)") in facts(text_of(change))

    @pytest.mark.parametrize(
        ("given", "shown"),
        [
            ({"start": "2026-12-01", "end": "2026-12-31"}, "2026-12-01(화) ~ 2026-12-31(목)"),
            ({"start": "2026-12-01"}, "2026-12-01(화)부터"),
            ({"end": "2026-12-31"}, "2026-12-31(목)까지"),
        ],
    )
    def test_a_plate_change_names_the_period_of_the_pass(
        self, home: Home, given: dict[str, str], shown: str
    ) -> None:
        assert ("이용기간", shown) in facts(text_of(drafted(home, "plate-change", **given)))

    def test_a_plate_change_with_equal_endings_says_so_in_its_subject(self, home: Home) -> None:
        made = drafted(home, "plate-change", old_plate="12가6789", new_plate="345나6789")
        assert "/ 6789 (앞자리 변경) /" in subject_of(made)

    @pytest.mark.parametrize("partner", ["gaon", "nuri"])
    @pytest.mark.parametrize(
        ("proof", "word", "asked"), [("yes", "증빙 있음", False), ("no", "증빙 없음", True)]
    )
    def test_a_discount_that_was_not_applied_says_which_and_what_proves_it(
        self, home: Home, partner: str, proof: str, word: str, asked: bool
    ) -> None:
        site = LONG_SITE if partner == "gaon" else "하늘광장"
        ruled = {"reason": "discount", "discount": "restaurant", "proof": proof, "site": site}
        made = drafted(home, "payment-cancel", partner, **ruled)
        assert ("할인종류", "식음업장 할인") in facts(text_of(made))
        assert ("증빙여부", word) in facts(text_of(made))
        assert ("확인을 함께 부탁드립니다" in text_of(made)) == asked
        assert ("확인해 보겠습니다" in (made.customer or "")) == asked

    def test_somebody_unknown_signs_as_the_centre(self, home: Home) -> None:
        stranger = Home(home.root, home.outbox, now=home.now, login=lambda: "nobody")
        lines = text_of(drafted(stranger, "plate-change")).splitlines()
        assert lines[-2:] == ["주차 고객센터 드림", "회신 : parking-cs@example.com"]

    def test_a_cancellation_mail_carries_no_sum(self, home: Home) -> None:
        made = drafted(home, "cancellation", product="종일권")
        assert made.decision.charge is not None
        shown = subject_of(made) + text_of(made) + str(made.draft_json()["mailto"])
        assert not re.search(r"\d원|일최대|환불|경과|150,?000|50,?000", unquote(shown))

    @pytest.mark.parametrize(
        ("reason", "words"),
        [
            ("unregistered", "정기권 미등록으로 인한 결제"),
            ("unread", "번호판 미인식으로 인한 결제"),
            ("misread", "번호판 오인식으로 인한 결제"),
            ("discount", "할인 미적용으로 인한 결제"),
        ],
    )
    def test_reasons_in_words(self, home: Home, reason: str, words: str) -> None:
        ruled = {"discount": "staff", "proof": "yes"} if reason == "discount" else {}
        made = drafted(home, "payment-cancel", site=LONG_SITE, reason=reason, **ruled)
        assert ("취소사유", words) in facts(text_of(made))


EVERY = [
    *((case, "gaon", {}) for case in CASES),
    *(
        (case, partner, {})
        for partner in ("maru", "nuri", "dara")
        for case in ("registration", "plate-change", "cancellation", "payment-cancel")
    ),
    ("registration", "gaon", {"integration": "integrated"}),
    ("plate-change", "gaon", {"integration": "integrated"}),
    ("plate-change", "dara", {"fallback": "registration-error"}),
    ("registration", "dara", {"fallback": "site-down"}),
    ("cancellation", "gaon", {"answer": "refused"}),
    ("lot-info", "gaon", {"item": "fee"}),
    ("lot-info", "gaon", {"item": "suspension"}),
    ("parking-ticket", "gaon", {"need": "usual"}),
    ("parking-ticket", "gaon", {"need": "stuck"}),
    ("parking-ticket", "nuri", {}),
]


INTERNAL = "팀장과 먼저 상의함"


@pytest.mark.parametrize(("case", "partner", "details"), EVERY)
class TestEveryChannel:
    def test_an_internal_note_goes_nowhere(
        self, home: Home, case: str, partner: str, details: dict[str, str]
    ) -> None:
        made = drafted(home, case, partner, internal=f"{INTERNAL}, 홍길동", **details)
        assert made.draft is not None
        assert made.path is not None
        shown = [str(made.draft_json()), made.path.read_text("utf-8"), str(made.draft.mail)]
        assert not [text for text in shown if INTERNAL in unquote(text)]
        assert made.decision.values["internal"] == f"{INTERNAL}, 홍길동"

    def test_labels_have_four_syllables(
        self, home: Home, case: str, partner: str, details: dict[str, str]
    ) -> None:
        made = drafted(home, case, partner, urgent="예", **details)
        if made.path is not None and made.path.suffix == ".tsv":
            return
        labels = [label for label, _ in facts(text_of(made))]
        assert labels[0] == "주차현장"
        assert all(re.fullmatch("[가-힣]{4}", label) for label in labels)
        assert len(set(labels)) == len(labels)

    def test_nobody_sees_who_the_customer_is(
        self, home: Home, case: str, partner: str, details: dict[str, str]
    ) -> None:
        made = drafted(home, case, partner, **details)
        written = made.path.read_bytes() if made.path else b""
        assert made.draft is not None
        shown = [subject_of(made) if made.draft.subject else "", text_of(made), written.decode()]
        shown += [unquote(str(made.draft_json()["mailto"])), made.customer or ""]
        shown += [path.name for path in home.outbox.rglob("*")]
        if made.path is not None and made.path.suffix == ".eml":
            shown.append(read(written).body)
        for text in shown:
            assert not re.search("홍길동|홍.동|1234-?5678", text)

    def test_pasted_as_it_is(
        self, home: Home, case: str, partner: str, details: dict[str, str]
    ) -> None:
        made = drafted(home, case, partner, **details)
        assert made.draft is not None
        assert "\r" not in made.draft.body
        assert "\n\n\n" not in made.draft.body
        assert not re.search(r"None|undefined|[{}]|[ \t]$", made.draft.body.rstrip("\t"), re.M)
        assert made.path is not None
        if made.path.suffix != ".eml":
            assert made.path.read_text("utf-8").rstrip("\n") == made.draft.body.rstrip("\n")


class TestOtherChannels:
    def test_mentions_come_first(self, home: Home) -> None:
        lines = text_of(drafted(home, "plate-change", "nuri")).splitlines()
        assert lines[:4] == [
            "@haneul @seoyeon",
            "",
            "[정기권 차량번호 변경 요청] 가온타워 / 3456→6789 / 접수 1123-014",
            "",
        ]
        assert lines[-1] == "변경 후 댓글로 알려 주세요."

    def test_without_mentions_the_addressee_is_greeted(self, home: Home) -> None:
        body = text_of(drafted(home, "registration", "maru"))
        assert body.startswith("[정기권 등록 요청]")
        assert "마루 운영팀 담당자님, 안녕하세요." in body

    def test_a_row_for_the_sheet(self, home: Home) -> None:
        made = drafted(home, "payment-cancel", "maru", memo="첫 줄\n둘째 줄")
        assert made.path is not None
        assert made.path.suffix == ".tsv"
        assert read_row(made.path.read_text("utf-8")) == [
            *("2026-11-23", "가온타워", "12가3456", "2026-11-20 14:05", "12000"),
            *("오인식", "30012345", "가온카드 1234", "12가3458", "2026-11-20 09:10"),
            *("2026-11-20 14:05", "1123-014", "첫 줄 둘째 줄"),
        ]

    def test_the_headings_of_a_row_are_shown_and_never_pasted(self, home: Home) -> None:
        made = drafted(home, "payment-cancel", "maru")
        assert made.draft is not None
        assert made.draft.headings is not None
        headings = made.draft.headings.split("\t")
        assert headings[:5] == ["요청일", "현장명", "차량번호", "결제일시", "결제금액"]
        assert len(headings) == len(read_row(made.draft.body))
        assert "현장명" not in made.draft.content.decode()

    def test_columns_and_headings_are_the_templates(self, own: Home) -> None:
        """Also one without headings, as homes made earlier have it."""
        path = own.root / "templates" / "sheet" / "payment-cancel.txt"
        path.write_text(
            '{% set columns = [("금액", paid), ("현장", site), ("메모", memo)] %}\n'
            "{{ columns | headings }}\n{{ columns | row }}\n",
            "utf-8",
        )
        made = drafted(own, "payment-cancel", "maru")
        assert made.draft is not None
        assert (made.draft.headings, made.draft.body) == ("금액\t현장\t메모", "12000\t가온타워\t")
        path.write_text("{{ [paid | won, site] | row }}\n", "utf-8")
        fresh = opened(own.root, own.outbox)
        made = drafted(fresh, "payment-cancel", "maru")
        assert made.draft is not None
        assert (made.draft.headings, made.draft.body) == (None, "12,000원\t가온타워")

    def test_a_row_says_which_discount(self, home: Home) -> None:
        ruled = {"reason": "discount", "discount": "staff", "proof": "no", "site": LONG_SITE}
        body = text_of(drafted(home, "payment-cancel", "maru", **ruled))
        assert read_row(body)[5] == "할인 미적용, 한화생명 직원 할인, 증빙 없음"

    def test_a_refusal_tells_our_own_people_the_sum(self, home: Home) -> None:
        body = text_of(drafted(home, "cancellation", "nuri", answer="refused"))
        assert ("안내내용", "경과일수 10일 x 일최대요금 15,000원 = 150,000원") in facts(body)
        assert "[중도해지 요금 미동의]" in body
        assert ("결제금액", "200,000원") in facts(body)
        assert ("환불금액", "50,000원") in facts(body)

    def test_a_refusal_carries_what_the_customer_holds_against_it(self, home: Home) -> None:
        said = "이용하지 않은 날이 있음"
        refused = drafted(home, "cancellation", answer="refused", paid="100,000원", objection=said)
        assert ("고객의견", said) in facts(text_of(refused))
        assert ("환불금액", "없음") in facts(text_of(refused))
        agreed = drafted(home, "cancellation", objection=said)
        assert said not in text_of(agreed)
        assert [one.code for one in agreed.decision.warnings] == ["details.objection-accepted"]

    def test_steps_are_numbered(self, home: Home) -> None:
        body = text_of(drafted(home, "plate-change", "dara"))
        assert re.findall(r"^(\d)\. ", body, re.MULTILINE) == ["1", "2", "3"]


AWKWARD = [
    "{{7*7}}",
    "{{ sender.address }}",
    "{% raw %}x",
    "{% include 'email/frame.txt' %}",
    "{# x #}",
    "<script>alert(1)</script>",
    "=?utf-8?q?x?=",
    "=?utf-8?b?QmNjOiB4QGV4YW1wbGUuY29t?=",
    "=cmd()",
    "+82",
    "@everyone",
    '"쉼표", <x@example.com>',
    "Bcc: x@example.com",
    "%0D%0ABcc:x@example.com",
    "&amp;cc=x@example.com",
    "'; --",
    "\\r\\n",
    "🚗 가온",
    "a" * 10_000,
    "가" * 10_000,
    "가온\r\nBcc: x@example.com",
    "가온\nBcc: x@example.com",
    "가온\rBcc: x@example.com",
    "가온\u2028Bcc: x@example.com",
    "가온\u2029Bcc: x@example.com",
    "가온\x85Bcc: x@example.com",
    "가온\0",
    "가온\x1b[31m",
    "가온\u202egnp.exe",
    "가온\ud800",
]
REFUSED = re.compile("[\r\n\u2028\u2029\x85\0\x1b\ud800]")
UNSEEN = "\u202e"
HEADERS = [
    *("X-Unsent", "From", "Reply-To", "To", "Cc", "Subject", "MIME-Version"),
    *("Content-Type", "Content-Transfer-Encoding"),
]


@pytest.mark.parametrize("value", AWKWARD, ids=lambda value: ascii(value)[:30])
class TestValues:
    """A value is carried as plain text or refused; it is never a header, template or formula."""

    def outcome(self, home: Home, case: str, partner: str, **details: str) -> Result | None:
        try:
            return drafted(home, case, partner, **details)
        except ParkdraftError as error:
            for one in error.problems:
                assert one.code.startswith("text.") or one.code == "place.no-name"
                assert message(one)
                assert hint(one)
            assert not list(home.outbox.rglob("*.*"))
            return None

    @pytest.mark.parametrize("field", ["site", "ticket", "product", "order_no"])
    def test_in_a_mail(self, home: Home, field: str, value: str) -> None:
        details: dict[str, str] = {field: value}
        made = self.outcome(home, "registration", "gaon", **details)
        nameless = field == "site" and not re.search(r"\w", value)
        refused = len(value) > 200 or REFUSED.search(value) or "=?" in value
        assert (made is None) == bool(refused or nameless)
        if made is not None:
            self.check_mail(made, value)

    def test_in_a_memo(self, home: Home, value: str) -> None:
        made = self.outcome(home, "registration", "gaon", memo=value)
        lines = value.replace("\r\n", "\n").replace("\r", "\n").replace("\n", "")
        assert (made is None) == (len(value) > 2000 or bool(REFUSED.search(lines)))
        if made is not None:
            self.check_mail(made, value)

    def check_mail(self, made: Result, value: str) -> None:
        assert made.path is not None
        content = made.path.read_bytes()
        parsed = email.message_from_bytes(content)
        assert parsed.keys() == HEADERS
        assert not parsed.defects
        assert not parsed.is_multipart()
        assert "haneul@example.com" in str(parsed["To"])
        assert str(parsed["To"]).count("@") == str(parsed["Cc"]).count("@") == 1
        subject = str(make_header(decode_header(str(parsed["Subject"]))))
        assert subject == subject_of(made)
        payload = parsed.get_payload(decode=True)
        assert isinstance(payload, bytes)
        body = payload.decode().replace("\r\n", "\n")
        assert body == text_of(made)
        whole = re.sub(r"\s", "", body)
        assert re.sub(r"\s", "", value.replace(UNSEEN, "")) in whole
        other = parse_email(content)
        assert other.subject == subject
        assert [part.replace("\r\n", "\n") for part in other.text_plain] == [body]
        assert not other.attachments
        link = made.draft_json()["mailto"]
        if link is not None:
            query = link.partition("?")[2]
            names = [part.partition("=")[0] for part in query.split("&")]
            assert names == ["cc", "subject", "body"]
            assert re.fullmatch(r"[!-~]+", link)

    @pytest.mark.parametrize("field", ["site", "ticket", "paid_with", "memo"])
    def test_in_a_row(self, home: Home, field: str, value: str) -> None:
        made = self.outcome(home, "payment-cancel", "maru", **{field: value})
        if made is not None:
            assert made.path is not None
            text = made.path.read_text("utf-8")
            assert len(text.splitlines()) == 1
            cells = text.rstrip("\n").split("\t")
            assert len(cells) == 13
            assert not any(cell.startswith((*FORMULA_SIGNS, '"')) for cell in cells)
            assert " ".join(value.replace(UNSEEN, "").split()) in read_row(text)

    @pytest.mark.parametrize(
        ("case", "partner", "field", "more"),
        [
            ("lot-info", "gaon", "change", {"item": "contract"}),
            ("lot-info", "", "operator", {"item": "contract"}),
            ("cancellation", "nuri", "objection", {"answer": "refused"}),
        ],
    )
    def test_in_a_post(
        self, home: Home, case: str, partner: str, field: str, more: dict[str, str], value: str
    ) -> None:
        made = self.outcome(home, case, partner, **more, **{field: value})
        if made is not None:
            seen = re.sub(r"\s", "", value.replace(UNSEEN, ""))
            assert seen in re.sub(r"\s", "", text_of(made))


class TestLongLines:
    LINK = "https://example.com/" + "a" * 100
    LONG = "현장 직원과 통화했습니다. " * 20 + LINK

    @pytest.mark.parametrize("wraps", [True, False])
    def test_only_a_mail_is_wrapped_and_no_link(self, home: Home, wraps: bool) -> None:
        case = "registration" if wraps else "lot-info"
        made = drafted(home, case, memo=self.LONG, **({} if wraps else {"item": "contract"}))
        assert made.draft is not None
        assert (made.draft.mail is not None) == wraps
        lines = text_of(made).splitlines()
        assert any(self.LONG in line for line in lines) == (not wraps)
        assert any(line == self.LINK for line in lines) == wraps
        assert all(len(line) <= 70 for line in lines if self.LINK not in line)


class TestOwnTemplates:
    def write(self, own: Home, name: str, text: str | bytes) -> None:
        path = own.root / "templates" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode() if isinstance(text, str) else text)

    def fails(self, own: Home) -> Problem:
        with pytest.raises(TemplateError) as caught:
            drafted(own, "plate-change")
        (only,) = caught.value.problems
        assert message(only)
        assert hint(only)
        assert str(own.root) not in message(only)
        assert not list(own.outbox.rglob("*.*"))
        assert only in check_rendering(own)
        return only

    def test_a_partners_own_version(self, own: Home) -> None:
        text = "가온 전용 제목 {{ last4 }}\n\n{{ site }}의 {{ old_plate }}입니다.\n"
        self.write(own, "email/gaon/plate-change.txt", text)
        made = drafted(own, "plate-change")
        assert subject_of(made) == "가온 전용 제목 3456→6789"
        assert text_of(made) == "가온타워의 12가3456입니다.\n"
        assert "정기권 등록 요청" in subject_of(drafted(own, "registration"))
        assert check_rendering(own) == []

    def test_a_template_with_bom_and_windows_line_ends(self, own: Home) -> None:
        text = "제목\r\n\r\n{{ site }}\r\n{% if urgent %}\r\n급함\r\n{% endif %}\r\n끝\r\n"
        self.write(own, "email/gaon/plate-change.txt", text.encode("utf-8-sig"))
        assert text_of(drafted(own, "plate-change")) == "가온타워\n끝\n"

    @pytest.mark.parametrize(
        "text",
        [
            "제목뿐\n",
            "제목\n\n \n\t\n",
            "제목\n{# 아직 쓰는 중 #}\n",
            "제목\n{% if x is defined %}내용{% endif %}",
        ],
    )
    def test_a_text_that_says_nothing_is_refused(self, own: Home, text: str) -> None:
        self.write(own, "email/gaon/plate-change.txt", text)
        found = self.fails(own)
        assert found.code == "template.empty-body"
        assert found.data["file"] == "email/gaon/plate-change.txt"

    def test_a_link_that_says_nothing_is_refused(self, own: Home) -> None:
        self.write(own, "mailto/frame.txt", "제목뿐\n")
        assert self.fails(own).data["file"] == "mailto/frame.txt"

    def test_a_row_that_says_nothing_is_refused(self, own: Home) -> None:
        self.write(own, "sheet/payment-cancel.txt", "\n")
        assert "template.empty-body" in {one.code for one in check_rendering(own)}

    @pytest.mark.parametrize("linked", ["email/gaon/plate-change.txt", "email/gaon"])
    def test_a_link_out_of_the_templates_is_refused(
        self, own: Home, tmp_path: Path, linked: str
    ) -> None:
        elsewhere = tmp_path / "elsewhere"
        elsewhere.mkdir()
        (elsewhere / "plate-change.txt").write_text("제목\n\n밖에서 온 글", encoding="utf-8")
        link = own.root / "templates" / linked
        link.parent.mkdir(parents=True, exist_ok=True)
        target = elsewhere if linked.endswith("gaon") else elsewhere / "plate-change.txt"
        try:
            link.symlink_to(target, target_is_directory=target.is_dir())
        except OSError:
            pytest.skip("no right to make links")
        found = self.fails(own)
        assert found.code == "template.outside"
        assert found.data["file"] == "email/gaon/plate-change.txt"

    def test_a_link_within_the_templates_and_a_linked_home_hold(
        self, own: Home, tmp_path: Path
    ) -> None:
        folder = own.root / "templates"
        (folder / "email" / "gaon").mkdir()
        try:
            link = folder / "email" / "gaon" / "plate-change.txt"
            link.symlink_to(folder / "email" / "plate-change.txt")
            (tmp_path / "linked").symlink_to(own.root, target_is_directory=True)
        except OSError:
            pytest.skip("no right to make links")
        assert check_rendering(own) == []
        again = replace(own, root=tmp_path / "linked")
        assert check_rendering(again) == []

    def test_the_shipped_ones_pass(self, own: Home) -> None:
        assert check_rendering(own) == []

    def test_no_template_can_show_an_internal_note(self, own: Home) -> None:
        self.write(own, "email/plate-change.txt", "제목\n\n{{ internal }}\n")
        assert self.fails(own).code == "template.undefined"

    def test_a_customer_asked_for_is_masked(self, own: Home) -> None:
        text = "제목\n\n{{ customer }} / {{ customer | masked }} / {{ phone }}\n"
        self.write(own, "email/gaon/plate-change.txt", text)
        assert text_of(drafted(own, "plate-change")) == "홍*동 / 홍*동 / 010-1234-5678\n"

    @pytest.mark.parametrize(
        ("name", "text", "code", "file", "line"),
        [
            (
                "email/plate-change.txt",
                "제목\n\n본문\n{{ palte }}\n",
                "template.undefined",
                None,
                4,
            ),
            (
                "email/plate-change.txt",
                "{% extends frame %}\n{% block head %}x{% endblock %}\n{% block facts %}\n"
                "{{ palte }}\n{% endblock %}\n",
                "template.undefined",
                None,
                4,
            ),
            ("email/frame.txt", "제목\n\n{{ nobody }}\n", "template.undefined", None, 3),
            ("parts/facts/end.txt", "\n{{ nobody }}\n", "template.undefined", None, 2),
            ("email/gaon/plate-change.txt", "제목\n\n{{ x }}\n", "template.undefined", None, 3),
            ("email/plate-change.txt", "제목\n\n{% if site %}\n", "template.syntax", None, 3),
            ("parts/subject.txt", "제목\n{{ site \n", "template.syntax", None, 2),
            ("email/plate-change.txt", "제목\n{{ site | dya }}\n", "template.syntax", None, 2),
            ("email/plate-change.txt", "제목\n{{ site | day }}\n", "template.fails", None, 2),
            ("email/plate-change.txt", "제목\n{{ 1 / 0 }}\n", "template.fails", None, 2),
            (
                "email/plate-change.txt",
                "제목\n\n본문".encode("cp949"),
                "template.not-utf8",
                None,
                1,
            ),
            ("parts/subject.txt", b"x\n" + "제목".encode("cp949"), "template.not-utf8", None, 2),
            ("email/frame.txt", b"\n\n" + "제목".encode("cp949"), "template.not-utf8", None, 3),
            ("email/gaon/plate-change.txt", b"\xff\xfe", "template.not-utf8", None, 1),
            (
                "email/plate-change.txt",
                '제목\n{% include "parts/x.txt" %}',
                "template.missing",
                "parts/x.txt",
                None,
            ),
            (
                "email/plate-change.txt",
                '제목\n{% include "email/plate-change.txt" %}',
                "template.fails",
                None,
                2,
            ),
        ],
    )
    def test_each_fault_names_file_and_line(
        self, own: Home, name: str, text: str | bytes, code: str, file: str | None, line: int
    ) -> None:
        self.write(own, name, text)
        found = self.fails(own)
        assert (found.code, found.data["file"]) == (code, file or name)
        assert found.data.get("line") == line

    def test_an_undefined_name_is_named_and_no_value_is(self, own: Home) -> None:
        self.write(own, "email/plate-change.txt", "제목\n\n{{ palte }}\n")
        assert self.fails(own).data["name"] == "palte"
        self.write(own, "email/plate-change.txt", "제목\n\n{{ customer | won }}{{ phone | day }}")
        assert "홍" not in message(self.fails(opened(own.root, own.outbox)))

    def test_a_missing_file_is_named(self, own: Home) -> None:
        (own.root / "templates/email/plate-change.txt").unlink()
        found = self.fails(own)
        assert found == Problem("template.missing", data={"file": "email/plate-change.txt"})

    def test_a_folder_in_a_files_place(self, own: Home) -> None:
        (own.root / "templates/email/plate-change.txt").unlink()
        (own.root / "templates/email/plate-change.txt").mkdir()
        assert self.fails(own).code in ("template.missing", "template.unreadable")

    @pytest.mark.parametrize(
        ("subject", "code"),
        [
            ("{{ ticket }}{{ site }}", "template.subject-encoded-word"),
            ("{{ ticket }}\u200b{{ site }}", "template.subject-encoded-word"),
            ("{{ ticket }}\u202e{{ site }}", "template.subject-encoded-word"),
            ("제목 \x1b[8m", "template.subject-character"),
            ("제\u2028목", "template.subject-character"),
            ("{% for x in range(600) %}x{% endfor %}", "template.subject-too-long"),
        ],
    )
    @pytest.mark.parametrize("medium", ["email", "post"])
    def test_a_subject_is_judged_as_what_is_typed(
        self, own: Home, medium: str, subject: str, code: str
    ) -> None:
        for name in ("plate-change", "lot-info"):
            self.write(own, f"{medium}/{name}.txt", f"{subject}\n\n본문\n")
        case, more = {
            "email": ("plate-change", {}),
            "post": ("lot-info", {"item": "contract"}),
        }[medium]
        with pytest.raises(TemplateError) as caught:
            drafted(own, case, ticket="가=", site="?utf-8?q?=0D=0ABcc:x?=", **more)
        assert [one.code for one in caught.value.problems] == [code]
        assert message(caught.value.problems[0])

    def test_what_is_not_seen_in_a_template_stays_out_of_the_subject(self, own: Home) -> None:
        text = "정\u200b기권\u202e  {{ ticket }}\n\n본문\n"
        self.write(own, "email/plate-change.txt", text)
        assert subject_of(drafted(own, "plate-change")) == "정기권 1123-014"

    def test_rehearsing_finds_what_only_some_cases_use(self, own: Home) -> None:
        for name in (
            "post/site-down.txt",
            "post/group-change.txt",
            "customer/charge.txt",
            "sheet/payment-cancel.txt",
            "checklist/app/registration.txt",
            "mailto/frame.txt",
            "email/maru/plate-change.txt",
        ):
            self.write(own, name, "제목\n{{ nobody }}\n")
        self.write(
            own, "post/payment-cancel.txt", "제목\n{% if reason == 'misread' %}{{ x }}{% endif %}"
        )
        found = {one.data["file"] for one in check_rendering(own)}
        assert found == {
            "post/site-down.txt",
            "post/group-change.txt",
            "customer/charge.txt",
            "sheet/payment-cancel.txt",
            "checklist/app/registration.txt",
            "mailto/frame.txt",
            "post/payment-cancel.txt",
        }  # maru has no mail


class TestSandbox:
    @pytest.mark.parametrize(
        "attack",
        [
            "{{ ''.__class__.__mro__ }}",
            "{{ ''.__class__.__mro__[1].__subclasses__() }}",
            "{{ cycler.__init__.__globals__.os.getcwd() }}",
            "{{ lipsum.__globals__ }}",
            "{{ joiner.__init__.__globals__ }}",
            "{{ namespace.__init__.__globals__ }}",
            "{{ self.__init__.__globals__ }}",
            "{{ site.__class__ }}",
            "{{ old_plate.__class__.__init__.__globals__ }}",
            "{{ old_plate._replace.__globals__ }}",
            "{{ from_date.__reduce__() }}",
            "{{ '{0.__class__.__mro__}'.format(site) }}",
            "{{ '%s' | attr('__class__') }}",
            "{{ site | attr('__class__') }}",
            "{{ ([site] | map(attribute='__class__') | list)[0] }}",
            "{{ range(10**9) }}",
            "{{ 'a' * 10000000000 }}",
            "{{ 9**9**9 }}",
            "{{ [1] * 10000000000 }}",
            "{% for x in range(90000) %}가가{% endfor %}",
            "{% for x in range(10**9) %}x{% endfor %}",
            '{% include "../../contacts.yaml" %}',
            '{% include "../contacts.yaml" %}',
            '{% include "/etc/hostname" %}',
            '{% include "email/../../contacts.yaml" %}',
            '{% import "../contacts.yaml" as c %}{{ c }}',
            '{% extends "../contacts.yaml" %}',
            "{{ sender.update({'address': 'x@example.com'}) }}",
            "{{ sender.__setitem__('address', 'x') }}",
            "{{ config }}",
            "{{ request }}",
            "{{ open('contacts.yaml') }}",
            "{% do sender %}",
        ],
    )
    def test_nothing_outside_can_be_reached(self, own: Home, attack: str) -> None:
        path = own.root / "templates" / "email" / "plate-change.txt"
        path.write_text(f"제목\n\n{attack}\n", "utf-8")
        with pytest.raises(TemplateError) as caught:
            drafted(own, "plate-change")
        for one in caught.value.problems:
            assert message(one)
            assert "haneul@example.com" not in message(one)

    def test_no_address_but_our_own_is_known(self, home: Home) -> None:
        from parkdraft.decide.case import decide_case
        from parkdraft.writing.compose import context

        today = home.now().date()
        known = home.known(today)
        details: dict[str, Any] = {**ALWAYS, **CASES["plate-change"], "partner": "gaon"}
        decision = decide_case(known, "plate-change", details, today, complete=True)
        values = context(home.directory, decision, today, None)
        assert re.findall(r"[\w.-]+@[\w.-]+", repr(values)) == ["parking-cs@example.com"]
        assert "홍길동" not in repr(values)
