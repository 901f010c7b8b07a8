"""The shipped directory answers every question as the process document does.

``ROWS`` repeats, row by row, what the reading of the document says. Real addresses stand in
``contacts.yaml`` only, so people are compared as ``(count, digest)``: the digest is the first
16 hexadecimal digits of the SHA-256 of the addresses, in order, joined by line feeds, in
UTF-8, without a salt. The digests were computed once from the process document itself (the
addresses after 수신 and after 참조 of each cell, in the order they stand there), not from
``contacts.yaml``: a wrong, missing or reordered address in the directory fails here.

``row_of`` is a second, independent table: every combination of case, partner, integration
and answer, item or need has the row that it names, or is refused with the codes it names.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import product
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from parkdraft import DetailsError, Home, RouteError

People = tuple[int, str]
Details = dict[str, str]

NOBODY: People = (0, "")
HOTEL: People = (1, "6d1ab683b6de8264")
HIPARKING_CC: People = (2, "6c277b68567fc780")
HIPARKING_PLATFORM: People = (1, "d7ebeb89a67629cd")
HIPARKING_PLATFORM_CC: People = (2, "46693d82c0149f9b")
NICE: People = (1, "c49469b7678f2f52")
NICE_CC: People = (8, "2a4a15ca748c21f1")
SKSHIELDUS: People = (1, "f3dce4e77b0efaed")
SKSHIELDUS_CC: People = (3, "519a302c58b364a4")
URBANPORT: People = (1, "e9e46a5c8b928729")
URBANPORT_CC: People = (2, "ecce982025dcd255")

FOUR = ("jacky.114", "lia.hj", "irene.yun", "leah.0410")
JACKY_LIA = ("jacky.114", "lia.hj")
KMPNS = ("golden.91", "emily.heo", "coco.95")

PARTNERS = ("kmpark", "kmpns", "amano", "hiparking", "nice", "skshieldus", "urbanport", "other")
INTEGRATIONS = ("integrated", "manual", "unaffiliated")
SECTION_2 = ("registration", "plate-change")
SITE = "가온주차장"
"""A site that stands in no list."""
REST: Mapping[str, Details] = {
    "registration": {"plate": "12가3456", "start": "2026-12-01"},
    "plate-change": {"old_plate": "12가3456", "new_plate": "345나6789"},
    "cancellation": {
        "plate": "12가3456",
        "start": "2026-11-01",
        "cancel_date": "2026-11-11",
        "daily_max": "15000",
    },
    "payment-cancel": {
        "plate": "12가3456",
        "paid_at": "2026-11-20 14:05",
        "paid": "12000",
        "reason": "unread",
    },
    "lot-info": {"change": "평일 최초 30분 2,000원"},
    "parking-ticket": {"memo": "주차권이 쓰이지 않음"},
}
"""What a draft needs beside what decides the route."""


class Row(NamedTuple):
    """A question and what must come back. ``state`` None: as the authority has it."""

    row: str
    case: str
    details: Details
    channel: str
    authority: str
    to: People = NOBODY
    cc: People = NOBODY
    mentions: tuple[str, ...] = ()
    fallbacks: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()
    state: str | None = None
    titles: tuple[str | None, ...] = ()
    """Of To: a title glued to a name in the document is not part of the name."""


def at(partner: str | None = None, integration: str | None = None, **more: str) -> Details:
    given = {"partner": partner, "integration": integration, "site": SITE, **more}
    if partner == "other":  # no name: whoever handles it is told the operator's
        given["operator"] = "누리파킹"
    return {name: value for name, value in given.items() if value is not None}


def _section_2(case: str) -> Iterator[Row]:
    manual = "manual"
    both = ("registration-error", "site-down")
    hotel = at("kmpark", manual, site="파르나스 호텔")
    yield Row("P1", case, at("kmpark", manual), "slack", "all")
    yield Row("P2", case, hotel, "email", "lead", HOTEL, titles=("주임",))
    yield Row("P3", case, at("kmpark", "integrated"), "app", "all")
    yield Row("P4", case, at("kmpns", manual), "agit", "all", mentions=KMPNS)
    yield Row("P5", case, at("kmpns", "integrated"), "app", "all")
    yield Row("P6", case, at("amano", manual), "discount-site", "lead", fallbacks=both)
    hiparking = at("hiparking", manual)
    yield Row("P7", case, hiparking, "email", "lead", cc=HIPARKING_CC, state="waiting")
    yield Row("P8", case, at("nice", manual), "email", "lead", NICE, NICE_CC, titles=(None,))
    skshieldus = at("skshieldus", manual)
    yield Row("P9", case, skshieldus, "email", "lead", SKSHIELDUS, SKSHIELDUS_CC, titles=(None,))
    urbanport = at("urbanport", manual)
    yield Row("P10", case, urbanport, "email", "lead", URBANPORT, URBANPORT_CC, titles=("대리",))
    yield Row("P11", case, at("other", manual), "agit", "all", mentions=JACKY_LIA)
    yield Row(
        "P6",
        case,
        at("amano", manual, site="케이트윈타워"),
        "discount-site",
        "lead",
        fallbacks=both,
        rules=("O2",),
    )
    yield Row("P8", case, at("nice", manual, site="63빌딩"), "email", "lead", NICE, NICE_CC)


def _as_section_2(row: str, case: str, extra: Details) -> Iterator[Row]:
    """C2 and T2 at every partner: the channel and people of its §2 manual row."""
    lead = row == "C2"
    for found in _section_2("plate-change"):
        if found.details.get("integration") != "manual":
            continue
        details = {**found.details, **extra}
        expected = found._replace(row=row, case=case, details=details, fallbacks=())
        if details["site"] == "63빌딩":  # its rule accompanies these cases
            expected = expected._replace(rules=("O1",))
        if lead:
            expected = expected._replace(authority="lead")
        if found.row == "P6":
            site_down = ("site-down",) if lead else ()
            channel = found.channel if lead else "board"
            expected = expected._replace(channel=channel, fallbacks=site_down)
        yield expected


def _section_3() -> Iterator[Row]:
    case = "cancellation"
    yield from _as_section_2("C2", case, {"answer": "accepted"})
    for partner in PARTNERS:
        integrated = at(partner, "integrated", answer="refused")
        yield Row("C1", case, integrated, "agit", "all", mentions=FOUR)
        manual = at(partner, "manual", answer="refused")
        yield Row("C3", case, manual, "agit", "all", mentions=FOUR)


def _section_4() -> Iterator[Row]:
    case = "payment-cancel"
    rows = (
        Row("S1", case, at("kmpark"), "sheet", "lead"),
        Row("S2", case, at("kmpns"), "agit", "all", mentions=KMPNS),
        Row("S3", case, at("amano"), "board", "lead"),
        Row(
            "S4",
            case,
            at("hiparking"),
            "email",
            "lead",
            HIPARKING_PLATFORM,
            HIPARKING_PLATFORM_CC,
            titles=("대리",),
        ),
        Row("S5", case, at("nice"), "email", "lead", NICE, NICE_CC, titles=(None,)),
        Row("S6", case, at("skshieldus"), "email", "lead", SKSHIELDUS, SKSHIELDUS_CC),
        Row("S7", case, at("urbanport"), "email", "lead", URBANPORT, URBANPORT_CC),
        Row("S8", case, at("other"), "agit", "all", mentions=FOUR),
    )
    for row in rows:
        yield row
        yield row._replace(details={**row.details, "integration": "integrated"})
        yield row._replace(details={**row.details, "site": "63빌딩"}, rules=("O1",))
    yield rows[2]._replace(details=at("amano", site="케이트윈타워"), rules=("O2",))
    yield rows[0]._replace(details=at("kmpark", site="파르나스 호텔"))


def _section_5() -> Iterator[Row]:
    case = "lot-info"

    def row(name: str, item: str, integration: str, channel: str, authority: str) -> Row:
        mentions = FOUR if channel == "agit" else ()
        details = at(None, integration, item=item)
        return Row(name, case, details, channel, authority, mentions=mentions)

    yield row("L1", "fee", "manual", "admin", "lead")
    yield row("L1", "fee", "unaffiliated", "admin", "lead")
    yield row("L2", "fee", "integrated", "agit", "all")
    yield row("L3", "address", "unaffiliated", "agit", "none")
    yield row("L4", "address", "manual", "agit", "all")
    yield row("L5", "address", "integrated", "agit", "all")
    for integration in INTEGRATIONS:
        yield row("L6", "contract", integration, "agit", "all")
    yield row("L7", "suspension", "unaffiliated", "admin", "lead")
    yield row("L8", "suspension", "manual", "agit", "all")
    yield row("L8", "suspension", "integrated", "agit", "all")


def _section_6() -> Iterator[Row]:
    case = "parking-ticket"
    yield from _as_section_2("T2", case, {"need": "confirm"})
    for partner in PARTNERS:
        yield Row("T1", case, at(partner, need="usual"), "agit", "all")
        yield Row("T3", case, at(partner, need="stuck"), "agit", "all", mentions=FOUR)


ROWS = (
    *(row for case in SECTION_2 for row in _section_2(case)),
    *_section_3(),
    *_section_4(),
    *_section_5(),
    *_section_6(),
)


def _name(row: Row) -> str:
    return "-".join((row.row, row.case, *row.details.values()))


every_row = pytest.mark.parametrize("row", ROWS, ids=_name)


def digest(people: list[dict[str, str]]) -> People:
    """How many, and which in which order: see the docstring of this module."""
    if not people:
        return NOBODY
    addresses = "\n".join(person["address"] for person in people)
    return len(people), hashlib.sha256(addresses.encode()).hexdigest()[:16]


def seen(answer: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "row": answer["row"],
        "case": answer["case"],
        "channel": answer["channel"],
        "authority": answer["authority"],
        "state": answer["state"],
        "from": answer["from"],
        "reply_to": answer["reply_to"],
        "to": digest(answer["to"]),
        "cc": digest(answer["cc"]),
        "mentions": tuple(answer["mentions"]),
        "fallbacks": tuple(answer["fallbacks"]),
        "rules": tuple(rule["row"] for rule in answer["rules"]),
    }


SENDER = {"name": "주차 고객센터", "title": None, "address": "parking-cs@example.com"}


def wanted(row: Row) -> dict[str, Any]:
    sender = SENDER if row.channel == "email" else None
    return {
        "row": row.row,
        "case": row.case,
        "channel": row.channel,
        "authority": row.authority,
        "state": row.state or ("pending" if row.authority == "lead" else "approved"),
        "from": sender,
        "reply_to": sender,
        "to": row.to,
        "cc": row.cc,
        "mentions": row.mentions,
        "fallbacks": row.fallbacks,
        "rules": row.rules,
    }


@every_row
def test_every_row_answers_its_question(shipped: Home, row: Row) -> None:
    answer = shipped.route(row.case, **row.details).route_json()
    assert seen(answer) == wanted(row)
    assert answer["partner"] == row.details.get("partner")
    assert answer["site"] == row.details["site"]
    assert answer["method"]
    assert answer["customer"]
    if row.titles:
        assert tuple(person["title"] for person in answer["to"]) == row.titles


@every_row
def test_every_row_drafts_what_it_routes(shipped: Home, row: Row, tmp_path: Path) -> None:
    """A draft repeats the route's keys and stands in its state's folder, in its form."""
    home = replace(shipped, outbox=tmp_path / "outbox")
    made = home.draft(row.case, **row.details, **REST[row.case])
    drafted = made.draft_json()
    assert seen(drafted) == wanted(row)
    suffix = {"email": ".eml", "sheet": ".tsv"}.get(row.channel, ".txt")
    state = drafted["state"]
    assert made.path is not None
    assert drafted["path"] == str(made.path)
    assert made.path.parent == tmp_path / "outbox" / state
    assert made.path.suffix == (".txt" if state == "waiting" else suffix)
    text = made.path.read_bytes().decode()
    if row.mentions:
        assert text.startswith(" ".join(f"@{handle}" for handle in row.mentions))


@every_row
def test_who_works_for_several_operators_is_told_which_it_is(shipped: Home, row: Row) -> None:
    """The four, 재키 and 리아, and whoever reads of 그 외; an operator's own people are not."""
    made = shipped.compose(row.case, **row.details, **REST[row.case])
    assert made.draft is not None
    named = dict(re.findall(r"^(운영회사|연동구분) : (.+)$", made.draft.body, re.MULTILINE))
    several = row.mentions in (FOUR, JACKY_LIA) or row.row == "T1" or row.row[0] == "L"
    assert ("연동구분" in named) == several
    partner = row.details.get("partner")
    assert named.get("운영회사") == (OPERATORS[partner] if several and partner else None)


OPERATORS = {
    "kmpark": "케이엠파크",
    "kmpns": "케이엠파킹앤스페이스",
    "amano": "아마노코리아",
    "hiparking": "하이파킹",
    "nice": "한국전자금융",
    "skshieldus": "SK쉴더스",
    "urbanport": "어반포트",
    "other": "누리파킹",
}


@every_row
def test_the_operator_behind_the_place_holder_is_asked_for(shipped: Home, row: Row) -> None:
    """Where somebody is written to; what somebody does in the admin tool says it to nobody."""
    details = {**row.details, **REST[row.case], "partner": "other"}
    details.pop("operator", None)
    written = row.channel in ("agit", "slack", "board", "email", "sheet")
    if row.details.get("partner") not in (None, "other"):
        return
    if not written:
        assert shipped.compose(row.case, **details).draft
        return
    with pytest.raises(DetailsError) as caught:
        shipped.compose(row.case, **details)
    assert [(one.code, one.field) for one in caught.value.problems] == [
        ("details.operator-missing", "operator")
    ]
    made = shipped.compose(row.case, **details, operator="모름")
    assert made.draft is not None
    assert "운영회사 : 운영사 확인 필요\n" in made.draft.body
    assert shipped.route(row.case, **details).route_json()["row"] == row.row


def test_a_site_that_is_down_is_told_with_operator_integration_and_what_was_to_be_done(
    shipped: Home,
) -> None:
    for case, more in (("registration", {}), ("cancellation", {"answer": "accepted"})):
        details = at("amano", "manual", fallback="site-down", **more)
        made = shipped.compose(case, **details, **REST[case])
        assert made.draft is not None
        assert "운영회사 : 아마노코리아\n연동구분 : 수동현장" in made.draft.body
        assert ("정기권 등록 건" in made.draft.body) == (case == "registration")
        assert ("정기권 해지 건" in made.draft.body) == (case == "cancellation")


def test_a_lot_of_no_known_operator_names_none(shipped: Home) -> None:
    for more, shown in (({}, None), ({"operator": "누리파킹"}, "누리파킹")):
        details = {**at(None, "manual", item="contract"), **REST["lot-info"], **more}
        made = shipped.compose("lot-info", **details)
        assert made.draft is not None
        assert ("운영회사" in made.draft.body) == bool(shown)
        assert f"운영회사 : {shown}" in made.draft.body or not shown


BOLD = {
    "registration": ("차량번호", "이용기간"),
    "plate-change": ("기존차량", "변경차량", "적용일자"),
    "cancellation": ("차량번호", "해지일자"),
    "payment-cancel": ("차량번호", "결제일시", "결제금액", "취소사유"),
    "lot-info": ("수정항목", "변경내용"),
    "parking-ticket": ("문의내용",),
}
"""Labels without which the operator asks back; the approval number is warned about."""


@every_row
def test_every_request_has_all_that_the_operator_asks_for(shipped: Home, row: Row) -> None:
    made = shipped.compose(row.case, **row.details, **REST[row.case])
    assert made.draft is not None
    if row.channel == "sheet" or (row.channel == "app" and row.case == "plate-change"):
        return
    labels = re.findall("^([가-힣]{4}) : ", made.draft.body, re.MULTILINE)
    assert labels[0] == "주차현장"
    assert [label for label in BOLD[row.case] if label not in labels] == []


OFFICE_WORDS = (
    *("경과일수", "일최대", "중도해지", "내비앱", "2025년 3월", "연동", "수동", "비제휴", "미인식"),
    *("오인식", "미등록", "아지트", "어드민", "멘션", "웹할인", "명단", "문서", "팀장", "운영사별"),
)


@every_row
def test_customers_hear_no_office_words(shipped: Home, row: Row) -> None:
    told = shipped.route(row.case, **row.details).route_json()["customer"]
    assert [word for word in OFFICE_WORDS if word in told] == []


def test_customers_hear_no_office_words_before_they_answer(shipped: Home) -> None:
    asked = (
        ("cancellation", {**at("nice", "integrated"), **REST["cancellation"], "paid": "200000"}),
        ("cancellation", at("nice", "integrated")),
        ("payment-cancel", at("nice", site="63빌딩", reason="discount")),
    )
    for case, details in asked:
        told = shipped.route(case, **details).route_json()["customer"]
        assert [word for word in OFFICE_WORDS if word in told] == []


def test_every_row_of_the_reading_is_in_the_table() -> None:
    numbers = {"P": 11, "C": 3, "S": 8, "L": 8, "T": 3}
    names = {f"{letter}{n}" for letter, last in numbers.items() for n in range(1, last + 1)}
    assert {row.row for row in ROWS} == names


# ---- every combination, either way -----------------------------------------------------

MANUAL = {
    "kmpark": "P1",
    "kmpns": "P4",
    "amano": "P6",
    "hiparking": "P7",
    "nice": "P8",
    "skshieldus": "P9",
    "urbanport": "P10",
    "other": "P11",
}
INTEGRATED = {"kmpark": "P3", "kmpns": "P5"}
PAID = dict(zip(PARTNERS, ("S1", "S2", "S3", "S4", "S5", "S6", "S7", "S8"), strict=True))
ANSWERED = {
    ("integrated", "refused"): "C1",
    ("manual", "accepted"): "C2",
    ("manual", "refused"): "C3",
}
INFO = {
    "fee": {"manual": "L1", "unaffiliated": "L1", "integrated": "L2"},
    "address": {"unaffiliated": "L3", "manual": "L4", "integrated": "L5"},
    "contract": dict.fromkeys(INTEGRATIONS, "L6"),
    "suspension": {"unaffiliated": "L7", "manual": "L8", "integrated": "L8"},
}
NEEDED = {"usual": "T1", "confirm": "T2", "stuck": "T3"}
DECIDES: Mapping[str, tuple[str | None, tuple[str | None, ...]]] = {
    "registration": (None, (None,)),
    "plate-change": (None, (None,)),
    "cancellation": ("answer", ("accepted", "refused", None)),
    "payment-cancel": (None, (None,)),
    "lot-info": ("item", (*INFO, None)),
    "parking-ticket": ("need", (*NEEDED, None)),
}
NO_PARTNER, NO_INTEGRATION = "place.partner-missing", "place.integration-missing"
NO_DETAIL, NO_ROW = "details.missing", "route.none"


def row_of(
    case: str, partner: str | None, integration: str | None, decided: str | None
) -> str | set[str] | None:
    """The row of the reading; None: nothing to do yet; a set: refused with these codes.

    A cancellation without an answer has no row yet, but is refused where none could follow.
    """
    absent = set() if partner or case == "lot-info" else {NO_PARTNER}
    if case in ("lot-info", "parking-ticket") and decided is None:
        absent.add(NO_DETAIL)
    if integration is None and case in ("cancellation", "lot-info"):
        absent.add(NO_INTEGRATION)
    if integration is None and case in SECTION_2 and partner in INTEGRATED:
        absent.add(NO_INTEGRATION)  # both kinds have rows; elsewhere only manual sites have
    if absent:
        return absent
    assert partner or case == "lot-info"
    row: str | None
    match case:
        case "registration" | "plate-change":
            kinds = {"integrated": INTEGRATED, "manual": MANUAL, "unaffiliated": {}}
            row = kinds[integration or "manual"].get(partner or "")
        case "cancellation":
            if decided is None and integration != "unaffiliated":
                return None
            row = ANSWERED.get((integration or "", decided or ""))
        case "payment-cancel":
            row = PAID[partner or ""]
        case "lot-info":
            row = INFO[decided or ""][integration or ""]
        case _:
            row = NEEDED[decided or ""]
    return row or {NO_ROW}


COMBINATIONS = [
    pytest.param(
        case,
        partner,
        integration,
        decided,
        id="-".join(str(one or "") for one in (case, partner, integration, decided)),
    )
    for case, (_, choices) in DECIDES.items()
    for partner, integration, decided in product((*PARTNERS, None), (*INTEGRATIONS, None), choices)
]


@pytest.mark.parametrize(("case", "partner", "integration", "decided"), COMBINATIONS)
def test_every_combination_has_its_row_or_is_refused(
    shipped: Home, case: str, partner: str | None, integration: str | None, decided: str | None
) -> None:
    details = {"partner": partner, "integration": integration, "site": SITE}
    name = DECIDES[case][0]
    if name:
        details[name] = decided
    expected = row_of(case, partner, integration, decided)
    if not isinstance(expected, set):
        assert shipped.route(case, **details).route_json()["row"] == expected
        return
    with pytest.raises(DetailsError if NO_DETAIL in expected else RouteError) as caught:
        shipped.route(case, **details)
    assert {problem.code for problem in caught.value.problems} == expected


def test_a_refused_combination_names_the_nearest_rows(shipped: Home) -> None:
    """Integrated and accepted has no row: a lead is asked, and near rows are named."""
    with pytest.raises(RouteError) as caught:
        shipped.route(
            "cancellation", partner="kmpns", site=SITE, integration="integrated", answer="accepted"
        )
    (problem,) = caught.value.problems
    rows = str(problem.data["rows"])
    assert {"C1", "C2"} <= set(rows.replace(";", " ").split())


# ---- P6: the two other ways ------------------------------------------------------------


@pytest.mark.parametrize("case", SECTION_2)
@pytest.mark.parametrize(
    ("fallback", "channel", "mentions"),
    [("registration-error", "board", ()), ("site-down", "agit", JACKY_LIA)],
)
def test_a_fallback_takes_its_own_channel_and_keeps_the_row_and_authority(
    home: Home, case: str, fallback: str, channel: str, mentions: tuple[str, ...]
) -> None:
    made = home.draft(case, partner="amano", site=SITE, fallback=fallback, **REST[case])
    answer = made.draft_json()
    assert (answer["row"], answer["channel"], answer["authority"]) == ("P6", channel, "lead")
    assert (answer["state"], tuple(answer["mentions"])) == ("pending", mentions)
    assert answer["fallbacks"] == ["registration-error", "site-down"]
    assert ("카카오T주차그룹" in answer["body"]) == (channel == "board")


def test_a_cancellation_keeps_the_lead_when_the_site_is_down(shipped: Home) -> None:
    details = at("amano", "manual", answer="accepted", fallback="site-down")
    answer = shipped.route("cancellation", **details).route_json()
    assert (answer["row"], answer["channel"], answer["authority"]) == ("C2", "agit", "lead")
    assert tuple(answer["mentions"]) == JACKY_LIA


# ---- P7: the month's list --------------------------------------------------------------

LISTED = "나루타워"
CONTACTS = f"""현장명,담당자,이메일,직함
{LISTED},홍길동,gildong@example.com,
{LISTED},김하늘,haneul@example.com,대리
달빛 광장,홍길동,gildong@example.com,
"""


def import_month(home: Home, folder: Path, text: str = CONTACTS, month: str = "2026-11") -> None:
    table = folder / "brought.csv"
    table.write_text(text, encoding="utf-8")
    home.take_over(home.plan_contacts("hiparking", table, month))


AT_HIPARKING = [
    ("P7", "registration", {}),
    ("P7", "plate-change", {}),
    ("C2", "cancellation", {"integration": "manual", "answer": "accepted"}),
    ("T2", "parking-ticket", {"need": "confirm"}),
]


@pytest.mark.parametrize(("row", "case", "more"), AT_HIPARKING)
def test_with_the_months_list_everybody_of_the_site_is_to(
    home: Home, tmp_path: Path, row: str, case: str, more: Details
) -> None:
    """The site alone implies the partner; without a title a manager is 소장."""
    import_month(home, tmp_path)
    answer = home.draft(case, site=LISTED, **more, **REST[case]).draft_json()
    assert (answer["row"], answer["partner"], answer["site"]) == (row, "hiparking", LISTED)
    assert (answer["channel"], answer["authority"]) == ("email", "lead")
    assert answer["state"] == "pending"
    assert answer["to"] == [
        {"name": "홍길동", "title": "소장", "address": "gildong@example.com"},
        {"name": "김하늘", "title": "대리", "address": "haneul@example.com"},
    ]
    assert digest(answer["cc"]) == HIPARKING_CC
    assert answer["path"].endswith(".eml")


@pytest.mark.parametrize(("row", "case", "more"), AT_HIPARKING)
def test_with_the_list_a_site_that_is_not_in_it_is_refused(
    home: Home, tmp_path: Path, row: str, case: str, more: Details
) -> None:
    import_month(home, tmp_path)
    with pytest.raises(RouteError) as caught:
        home.draft(case, partner="hiparking", site="나루타우어", **more, **REST[case])
    (problem,) = caught.value.problems
    assert (problem.code, problem.field) == ("route.near-in-list", "site")
    assert LISTED in str(problem.data["near"])
    with pytest.raises(RouteError) as caught:
        home.draft(case, partner="hiparking", site="구월역 3구역", **more, **REST[case])
    assert [problem.code for problem in caught.value.problems] == ["route.not-in-list"]
    assert not home.outbox.exists()


def test_the_list_of_another_month_does_not_count(home: Home, tmp_path: Path) -> None:
    import_month(home, tmp_path, month="2026-10")
    import_month(home, tmp_path, month="2026-12")
    answer = home.route("registration", partner="hiparking", site=LISTED).route_json()
    assert (answer["state"], answer["to"]) == ("waiting", [])


def test_the_list_does_not_touch_who_gets_a_payment_cancel(home: Home, tmp_path: Path) -> None:
    import_month(home, tmp_path)
    for site in (LISTED, SITE):
        answer = home.route("payment-cancel", partner="hiparking", site=site).route_json()
        assert (answer["row"], digest(answer["to"])) == ("S4", HIPARKING_PLATFORM)


def test_nobody_receives_a_mail_twice(home: Home, tmp_path: Path) -> None:
    """Neither in To twice nor in To and Cc, however a list writes the address."""
    copied = home.route("registration", partner="hiparking").route_json()["cc"]
    own = (f"{LISTED},홍길동,{address}\n" for address in ("a@example.com", "A@Example.com"))
    rows = (*own, f"{LISTED},{copied[0]['name']},{copied[0]['address'].upper()}\n")
    import_month(home, tmp_path, "현장명,담당자,이메일\n" + "".join(rows))
    answer = home.route("registration", site=LISTED).route_json()
    assert (len(answer["to"]), len(answer["cc"])) == (2, 1)


# ---- what to do, and what to mind ------------------------------------------------------

APP_PATH = "[더보기] - 월주차 관리 - 월주차 구매내역 - 월주차 선택 - 차량정보 변경"


@pytest.mark.parametrize(
    ("case", "details", "facts"),
    [
        ("registration", at("kmpark", "manual"), ("카카오t-정기권-문의", "KMP 운영 서비스팀")),
        ("registration", at("kmpark", site="파르나스 호텔"), ("Parking CS 공용 메일",)),
        ("plate-change", at("kmpark", "integrated"), (APP_PATH, "2025년 3월", "423877624")),
        ("plate-change", at("kmpns", "integrated"), (APP_PATH, "2025년 3월", "423877624")),
        ("plate-change", at("kmpns", "manual"), ("핫라인", "427584002")),
        ("plate-change", at("amano"), ("정기권 관리 탭", "카카오T주차그룹", "403498787")),
        ("plate-change", at("hiparking"), ("매월 말", "히어로, 이지", "다음 영업일")),
        ("cancellation", at("nice", "manual", answer="accepted"), ("경과일수", "일최대요금")),
        ("payment-cancel", at("kmpark"), ("KMP 현장결제 취소 요청 리스트",)),
        ("payment-cancel", at("amano"), ("아마노쉐어",)),
        ("lot-info", at(None, "manual", item="fee"), ("모두의주차장", "웹 검색", "운영사가 직접")),
        ("lot-info", at(None, "unaffiliated", item="suspension"), ("서비스 중지", "앱에 보이지")),
        ("parking-ticket", at("amano", need="usual"), ("기존 업무 유지", "적혀 있지 않습니다")),
        ("parking-ticket", at("nice", need="confirm"), ("위 담당자", "우리가 정한")),
        ("parking-ticket", at("amano", need="confirm"), ("아마노쉐어", "우리가 정한")),
        ("registration", at("nice"), ("공통 담당자", "현장별 담당자")),
        ("payment-cancel", at("nice"), ("공통 담당자", "현장별 담당자")),
        ("lot-info", at(None, "unaffiliated", item="address"), ("1과 5가 다릅니다", "410018775")),
        ("lot-info", at(None, "manual", item="address"), ("1과 5가 다릅니다", "410018775")),
        ("registration", at("skshieldus"), ("410018775", "427585030")),
        ("payment-cancel", at("hiparking"), ("427585030",)),
        ("cancellation", at("urbanport", "manual", answer="accepted"), ("427585030",)),
        ("registration", at("kmpark", "integrated"), ("확인하고", "업무 문서에 없습니다")),
    ],
)
def test_method_and_note_say_what_the_document_says(
    shipped: Home, case: str, details: Details, facts: tuple[str, ...]
) -> None:
    answer = shipped.route(case, **details).route_json()
    said = f"{answer['method']} {answer['note']}"
    assert [fact for fact in facts if fact not in said] == []


@pytest.mark.parametrize(
    ("case", "details", "unsaid"),
    [
        ("cancellation", at("amano", "manual", answer="accepted"), ("등록 오류", "그룹 변경")),
        ("cancellation", at("amano", "manual", answer="accepted"), ("신규 등록",)),
        ("parking-ticket", at("amano", need="usual"), ("기존 글", "새로 멘션하지")),
        ("lot-info", at(None, "unaffiliated", item="address"), ("직접 바꾸지 않습니다",)),
    ],
)
def test_method_and_note_say_nothing_that_the_document_does_not(
    shipped: Home, case: str, details: Details, unsaid: tuple[str, ...]
) -> None:
    answer = shipped.route(case, **details).route_json()
    said = f"{answer['method']} {answer['note']}"
    assert [words for words in unsaid if words in said] == []


def test_every_link_of_the_document_is_shown_to_somebody(shipped: Home) -> None:
    """Beside some row, not only in a comment of the file."""
    notes = {shipped.route(row.case, **row.details).route_json()["note"] for row in ROWS}
    shown = " ".join(filter(None, notes))
    numbers = ("423877624", "410018775", "427584002 ", "427585030", "403498787")
    assert [number for number in numbers if number not in f"{shown} "] == []


@pytest.mark.parametrize("case", ["payment-cancel", "parking-ticket", "cancellation"])
def test_the_rule_of_63_accompanies_every_case_that_asks_for_money_back(
    shipped: Home, case: str
) -> None:
    (found,) = [row for row in ROWS if row.case == case and "63빌딩" in row.details.values()][:1]
    rules = shipped.route(case, **found.details).route_json()["rules"]
    assert [rule["row"] for rule in rules] == ["O1"]


def test_what_the_document_struck_through_is_not_said(shipped: Home) -> None:
    for row in ROWS:
        answer = shipped.route(row.case, **row.details).route_json()
        said = f"{answer['method']} {answer['note']} {answer['customer']}"
        assert "유저 상세" not in said
        assert "드롭다운" not in said


def test_the_rules_of_sites_say_what_the_document_says(shipped: Home) -> None:
    (own,) = shipped.route("payment-cancel", partner="other", site="63빌딩").route_json()["rules"]
    assert all(word in own["text"] for word in ("한화생명", "식음업장", "증빙", "운영사에 확인"))
    (same,) = shipped.route("payment-cancel", site="케이트윈타워").route_json()["rules"]
    assert "아마노쉐어" in same["text"]
