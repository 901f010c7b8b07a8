"""What a case needs, what contradicts it, what a cancellation costs, and what is said of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from parkdraft import DetailsError, Home, RouteError
from parkdraft.decide.decision import Charge
from parkdraft.errors import ParkdraftError

Details = dict[str, str]

NEEDS: Mapping[str, Details] = {
    "registration": {"site": "가온주차장", "plate": "12가3456", "start": "2026-12-01"},
    "plate-change": {"site": "가온주차장", "old-plate": "12가3456", "new-plate": "345나6789"},
    "cancellation": {
        "site": "가온주차장",
        "integration": "manual",
        "plate": "12가3456",
        "start": "2026-11-01",
        "cancel-date": "2026-11-11",
        "daily-max": "15,000원",
    },
    "payment-cancel": {
        "site": "가온주차장",
        "plate": "12가3456",
        "paid-at": "2026-11-20 14:05",
        "paid": "12000",
        "reason": "misread",
    },
    "lot-info": {
        "site": "가온주차장",
        "integration": "manual",
        "item": "fee",
        "change": "평일 최초 30분 2,000원",
    },
    "parking-ticket": {"site": "가온주차장", "need": "stuck", "memo": "주차권이 쓰이지 않음"},
}
MAY_HAVE: Mapping[str, Details] = {
    "registration": {"end": "2026-12-31", "product": "종일권", "order-no": "A-1029"},
    "plate-change": {
        "from-date": "2026-12-01",
        "until": "2026-12-31",
        "start": "2026-12-01",
        "end": "2026-12-31",
    },
    "cancellation": {
        "answer": "refused",
        "paid": "180000",
        "elapsed-days": "10",
        "product": "종일권",
        "objection": "이용하지 않은 날이 있음",
    },
    "payment-cancel": {
        "approval-no": "30012345",
        "paid-with": "가온카드 1234",
        "read-plate": "12가3458",
        "entry-at": "2026-11-20 09:10",
        "exit-at": "2026-11-20 14:10",
    },
    "lot-info": {},
    "parking-ticket": {"plate": "12가3456"},
}
EVERY_CASE: Details = {
    "ticket": "1123-014",
    "urgent": "예",
    "customer": "홍길동",
    "phone": "010-1234-5678",
    "memo": "현장 직원과 통화함",
    "internal": "팀장과 상의함",
    "plate-confirmed": "예",
}
DECIDES = {"lot-info": {"integration", "item"}, "parking-ticket": {"need"}}
"""What ``route`` needs beside partner and integration."""


def at(partner: str, case: str) -> Details:
    """A case at a partner; one without a name of its own has an operator who has one."""
    operator = {"operator": "누리파킹"} if partner == "other" else {}
    return {"partner": partner, **operator, **NEEDS[case]}


def at_other(case: str) -> Details:
    return at("other", case)


def problems(home: Home, case: str, details: Mapping[str, str]) -> dict[str | None, str]:
    """The problems of a refused draft, by field, each field once; nothing is written."""
    with pytest.raises(ParkdraftError) as caught:
        home.draft(case, **details)
    found: dict[str | None, str] = {
        problem.field: problem.code for problem in caught.value.problems
    }
    assert len(found) == len(caught.value.problems)
    assert not home.outbox.exists()
    return found


each_case = pytest.mark.parametrize("case", NEEDS)


# ---- needs -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("case", "name"), [(case, name) for case, needs in NEEDS.items() for name in needs]
)
def test_each_missing_need_is_reported(shipped: Home, case: str, name: str) -> None:
    details = at_other(case)
    del details[name]
    code = "place.integration-missing" if name == "integration" else "details.missing"
    assert problems(shipped, case, details) == {name: code}
    assert problems(shipped, case, {**details, name: "  "}) == {name: code}


@each_case
def test_all_missing_needs_are_reported_together(shipped: Home, case: str) -> None:
    found = problems(shipped, case, {"partner": "other", "operator": "누리파킹"})
    assert set(found) == set(NEEDS[case])
    expected = {"details.missing", "place.integration-missing"}
    assert set(found.values()) <= expected


@each_case
def test_a_case_with_its_needs_alone_can_be_drafted(shipped: Home, case: str) -> None:
    made = shipped.compose(case, **at_other(case))
    assert (made.draft is None) == (case == "cancellation")


@each_case
def test_a_case_takes_all_that_it_may_have(shipped: Home, case: str) -> None:
    made = shipped.compose(case, **{**at_other(case), **MAY_HAVE[case], **EVERY_CASE})
    assert made.draft is not None


@each_case
def test_route_needs_only_what_decides_the_route(shipped: Home, case: str) -> None:
    details = {"partner": "other"}
    if case == "cancellation":
        details["integration"] = "manual"
    needed = DECIDES.get(case, set())
    if not needed:
        shipped.route(case, **details)
        return
    with pytest.raises(ParkdraftError) as caught:
        shipped.route(case, **details)
    assert {problem.field for problem in caught.value.problems} == needed
    shipped.route(case, **details, **{name: NEEDS[case][name] for name in needed})


# ---- foreign fields --------------------------------------------------------------------

ALL_FIELDS: Details = {
    name: value
    for table in (NEEDS, MAY_HAVE)
    for fields in table.values()
    for name, value in fields.items()
}
FOREIGN = [
    (case, name)
    for case in NEEDS
    for name in ALL_FIELDS
    if name not in {**NEEDS[case], **MAY_HAVE[case], **EVERY_CASE, "integration": ""}
]


@pytest.mark.parametrize(("case", "name"), FOREIGN)
def test_another_cases_field_is_refused(shipped: Home, case: str, name: str) -> None:
    details = {**at_other(case), name: ALL_FIELDS[name]}
    assert problems(shipped, case, details) == {name: "details.foreign"}


@pytest.mark.parametrize("name", ["from", "sender", "to", "cc", "reply-to", "bcc", "subject"])
@each_case
def test_no_field_changes_sender_or_recipients(shipped: Home, case: str, name: str) -> None:
    details = {**at_other(case), name: "someone@example.com"}
    assert problems(shipped, case, details) == {name: "details.foreign"}


def test_an_unknown_case_is_refused(shipped: Home) -> None:
    assert problems(shipped, "refund", {}) == {"case": "details.case"}


# ---- contradictions --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("case", "wrong", "field", "code"),
    [
        ("registration", {"end": "2026-11-30"}, "end", "details.order"),
        ("cancellation", {"cancel-date": "2026-10-31"}, "cancel-date", "details.order"),
        (
            "plate-change",
            {"from-date": "2026-12-02", "until": "2026-12-01"},
            "until",
            "details.order",
        ),
        (
            "payment-cancel",
            {"entry-at": "2026-11-20 14:10", "exit-at": "2026-11-20 14:09"},
            "exit-at",
            "details.order",
        ),
        ("payment-cancel", {"entry-at": "2026-11-21"}, "paid-at", "details.order"),
        ("plate-change", {"new-plate": "12가3456"}, "new-plate", "details.same-plate"),
        ("plate-change", {"new-plate": "12 가 3456"}, "new-plate", "details.same-plate"),
    ],
)
def test_a_contradiction_is_refused(
    shipped: Home, case: str, wrong: Details, field: str, code: str
) -> None:
    found = problems(shipped, case, {**at_other(case), **wrong})
    assert found.pop(field) == code
    assert set(found.values()) <= {"details.order"}


@pytest.mark.parametrize(
    ("case", "same"),
    [
        ("registration", {"end": "2026-12-01"}),
        ("plate-change", {"from-date": "2026-12-01", "until": "2026-12-01"}),
        ("cancellation", {"cancel-date": "2026-11-01", "answer": "accepted"}),
        ("payment-cancel", {"entry-at": "2026-11-20 14:05", "exit-at": "2026-11-20"}),
    ],
)
def test_the_same_day_is_no_contradiction(shipped: Home, case: str, same: Details) -> None:
    assert shipped.compose(case, **{**at_other(case), **same}).draft is not None


def test_contradictions_stand_beside_everything_else(shipped: Home) -> None:
    found = problems(
        shipped,
        "cancellation",
        {
            "partner": "하이파깅",
            "integration": "manual",
            "start": "2026-11-11",
            "cancel-date": "2026-11-01",
            "daily-max": "-5",
            "order-no": "A-1029",
        },
    )
    assert found == {
        "partner": "place.partner-near",
        "cancel-date": "details.order",
        "daily-max": "money.negative",
        "order-no": "details.foreign",
        "site": "details.missing",
        "plate": "details.missing",
    }


# ---- what a cancellation costs ---------------------------------------------------------

CHARGES = [
    # start, cancel date, daily maximum, more, days, charge, refund; and with the first day
    ("2026-11-01", "2026-11-11", "15,000원", {}, 10, 150_000, None, 11),
    ("2026-11-01", "2026-11-11", "15000", {"paid": "180,000원"}, 10, 150_000, 30_000, 11),
    ("2026-11-01", "2026-11-11", "15000", {"paid": "150000"}, 10, 150_000, 0, 11),
    ("2026-11-01", "2026-11-11", "15000", {"paid": "149999"}, 10, 150_000, 0, 11),
    ("2026-11-01", "2026-11-01", "15000", {"paid": "180000"}, 0, 0, 180_000, 1),
    ("2026-11-01", "2026-11-11", "15000", {"elapsed-days": "7"}, 7, 105_000, None, 7),
    ("2026-11-01", "2026-11-11", "15000", {"elapsed-days": "0", "paid": "9"}, 0, 0, 9, 0),
    ("2026-11-01", "2026-11-11", "15000", {"elapsed-days": "7일"}, 7, 105_000, None, 7),
    ("2026-02-27", "2026-03-01", "20000", {}, 2, 40_000, None, 3),
    ("2024-02-27", "2024-03-01", "20000", {}, 3, 60_000, None, 4),
    ("2025-12-30", "2026-01-02", "12000", {"paid": "100000"}, 3, 36_000, 64_000, 4),
]


def cancellation(start: str, cancelled: str, daily_max: str, more: Details) -> Details:
    dates = {"start": start, "cancel-date": cancelled, "daily-max": daily_max}
    return {**at_other("cancellation"), **dates, **more}


@pytest.fixture
def counting_first_day(home: Home) -> Home:
    """A home whose directory counts the first day."""
    contacts = home.root / "contacts.yaml"
    text = contacts.read_text(encoding="utf-8")
    setting = "count_first_day: false"
    assert setting in text
    contacts.write_text(text.replace(setting, "count_first_day: true"), encoding="utf-8")
    return home


@pytest.mark.parametrize(
    ("start", "cancelled", "daily_max", "more", "days", "amount", "refund"),
    [one[:-1] for one in CHARGES],
)
def test_the_charge_is_elapsed_days_by_daily_maximum(
    shipped: Home,
    start: str,
    cancelled: str,
    daily_max: str,
    more: Details,
    days: int,
    amount: int,
    refund: int | None,
) -> None:
    made = shipped.route("cancellation", **cancellation(start, cancelled, daily_max, more))
    charge = made.decision.charge
    assert charge is not None
    assert (charge.days, charge.amount, charge.refund) == (days, amount, refund)


def test_the_first_day_counts_where_the_directory_says_so(counting_first_day: Home) -> None:
    """A number that the agent gave stays as it is."""
    for start, cancelled, daily_max, more, _, _, _, days in CHARGES:
        details = cancellation(start, cancelled, daily_max, more)
        charge = counting_first_day.route("cancellation", **details).decision.charge
        assert isinstance(charge, Charge)
        paid = int("".join(filter(str.isdigit, more["paid"]))) if "paid" in more else None
        amount = days * charge.daily_max
        assert (charge.days, charge.amount) == (days, amount)
        assert charge.refund == (None if paid is None else max(0, paid - amount))


def test_what_is_not_known_yet_costs_nothing_yet(shipped: Home) -> None:
    answer = shipped.route("cancellation", partner="other", integration="manual")
    assert answer.decision.charge is None
    assert answer.customer
    assert "None" not in answer.customer


@pytest.mark.parametrize("integration", ["integrated", "manual"])
def test_a_cancellation_without_an_answer_drafts_nothing(home: Home, integration: str) -> None:
    """There is only the sentence, with the amount, to tell the customer."""
    details = {**at_other("cancellation"), "integration": integration, "paid": "180000"}
    made = home.draft("cancellation", **details)
    assert (made.draft, made.id, made.path) == (None, None, None)
    assert not home.outbox.exists()
    answer = made.route_json()
    assert [answer[key] for key in ("row", "channel", "authority", "state", "from")] == [None] * 5
    assert (answer["to"], answer["cc"], answer["mentions"]) == ([], [], [])
    told = answer["customer"]
    assert "이용하신 10일에 하루 최대 주차요금 15,000원을 적용하면 150,000원입니다" in told
    assert [
        word for word in ("10일", "15,000원", "150,000원", "30,000원") if word not in told
    ] == []


@pytest.mark.parametrize(
    ("more", "said", "unsaid"),
    [
        ({"paid": "150000"}, "환불해 드릴 금액이 없습니다", "빼면"),
        ({"paid": "140000"}, "환불해 드릴 금액이 없습니다", "빼면"),
        (
            {"paid": "180000"},
            "180,000원에서 이 금액을 빼면 환불해 드릴 금액은 30,000원",
            "없습니다",
        ),
        ({"cancel-date": "2026-11-01", "paid": "180000"}, "금액은 180,000원입니다", "빼면"),
        ({}, "150,000원입니다", "환불"),
    ],
)
def test_a_refund_of_nothing_is_no_subtraction(
    shipped: Home, more: Details, said: str, unsaid: str
) -> None:
    told = shipped.compose("cancellation", **{**at_other("cancellation"), **more}).customer
    assert told is not None
    assert said in told
    assert unsaid not in told


def test_before_the_customer_is_asked_an_answer_without_a_row_is_told(shipped: Home) -> None:
    """Integrated and accepted: it is in no row, and a lead is asked."""
    for integration, expected in (("integrated", ["안내에 동의"]), ("manual", [])):
        details = {**at_other("cancellation"), "integration": integration}
        for answer in (
            shipped.route("cancellation", **details),
            shipped.compose("cancellation", **details),
        ):
            found = [w for w in answer.decision.warnings if w.code == "route.answer-without-row"]
            assert [one.data["answer"] for one in found] == expected


def test_a_cancellation_without_an_answer_still_needs_its_details(shipped: Home) -> None:
    details = at_other("cancellation")
    del details["daily-max"]
    assert problems(shipped, "cancellation", details) == {"daily-max": "details.missing"}


def test_a_cancellation_that_no_answer_could_route_is_refused(shipped: Home) -> None:
    details = {**at_other("cancellation"), "integration": "unaffiliated"}
    assert set(problems(shipped, "cancellation", details).values()) == {"route.none"}


# ---- reasons and fallbacks that exist only in some places ------------------------------


@pytest.mark.parametrize("partner", ["kmpark", "amano", "hiparking", "other"])
@pytest.mark.parametrize("reason", ["discount", "할인 미적용", "할인"])
def test_the_discount_reason_exists_only_where_a_rule_has_it(
    shipped: Home, partner: str, reason: str
) -> None:
    details = {**at(partner, "payment-cancel"), "reason": reason}
    assert problems(shipped, "payment-cancel", details) == {"reason": "route.reason-elsewhere"}
    at_63 = {**details, "site": "63빌딩", "discount": "restaurant"}
    made = shipped.compose("payment-cancel", **at_63)
    assert [rule["row"] for rule in made.draft_json()["rules"]] == ["O1"]


@pytest.mark.parametrize("reason", ["unregistered", "unread", "misread", "미등록", "오인식"])
def test_the_other_reasons_exist_everywhere(shipped: Home, reason: str) -> None:
    for site in ("63빌딩", "가온주차장"):
        details = {**at_other("payment-cancel"), "site": site, "reason": reason}
        assert shipped.compose("payment-cancel", **details).draft is not None


def test_an_unknown_reason_is_wrong_usage(shipped: Home) -> None:
    details = {**at_other("payment-cancel"), "reason": "그냥"}
    assert problems(shipped, "payment-cancel", details) == {"reason": "choice.unknown"}


FALLBACKS = ("registration-error", "site-down")


@pytest.mark.parametrize("fallback", [*FALLBACKS, "등록오류", "접속 불가"])
@pytest.mark.parametrize("partner", ["kmpark", "nice", "hiparking", "other"])
@each_case
def test_a_fallback_is_refused_where_there_is_none(
    shipped: Home, case: str, partner: str, fallback: str
) -> None:
    details = {**at(partner, case), "fallback": fallback}
    if case == "cancellation":
        details["answer"] = "accepted"
    if case != "lot-info":
        details["integration"] = "manual"
    assert problems(shipped, case, details) == {"fallback": "route.no-fallback"}


@pytest.mark.parametrize(
    ("case", "more", "expected"),
    [
        ("cancellation", {"answer": "accepted"}, "route.other-fallback"),
        ("cancellation", {"answer": "refused"}, "route.no-fallback"),
        ("payment-cancel", {}, "route.no-fallback"),
        ("parking-ticket", {"need": "confirm"}, "route.no-fallback"),
        ("parking-ticket", {"need": "usual"}, "route.no-fallback"),
    ],
)
def test_amano_has_a_fallback_only_where_its_own_site_is_the_channel(
    shipped: Home, case: str, more: Details, expected: str
) -> None:
    details = {**at("amano", case), "fallback": "registration-error", **more}
    assert problems(shipped, case, details) == {"fallback": expected}


def test_a_fallback_without_an_answer_is_not_passed_over(shipped: Home) -> None:
    details = {**at_other("cancellation"), "fallback": "site-down"}
    assert problems(shipped, "cancellation", details) == {"fallback": "route.no-fallback"}


# ---- waiting for the month's list ------------------------------------------------------


def on(home: Home, day: str) -> Home:
    return replace(home, now=lambda: datetime.fromisoformat(f"{day}T10:00"))


def closed(home: Home, *days: str) -> Home:
    """The home with ``extra_holidays``."""
    contacts = home.root / "contacts.yaml"
    text = contacts.read_text(encoding="utf-8")
    setting = "extra_holidays: []"
    assert setting in text
    text = text.replace(setting, f"extra_holidays: [{', '.join(days)}]")
    contacts.write_text(text, encoding="utf-8")
    return replace(home)


FILING_DAYS = [
    ("2026-11-23", "2026-11-24", "Monday: the next day"),
    ("2026-11-27", "2026-11-30", "Friday: over the weekend"),
    ("2026-11-28", "2026-11-30", "Saturday"),
    ("2026-12-24", "2026-12-28", "Christmas on a Friday"),
    ("2026-12-31", "2027-01-04", "New Year on a Friday, over the year's end"),
    ("2027-02-05", "2027-02-10", "Seollal from Saturday on, with its substitute"),
    ("2026-08-14", "2026-08-18", "Liberation Day on a Saturday, with its substitute"),
]


@pytest.mark.parametrize(("today", "filing_day", "why"), FILING_DAYS)
def test_a_waiting_case_names_the_next_business_day_as_the_day_of_filing(
    shipped: Home, today: str, filing_day: str, why: str
) -> None:
    answer = on(shipped, today).route("registration", partner="hiparking", site="가온").route_json()
    assert answer["state"] == "waiting"
    told = answer["customer"]
    assert f"다음 영업일인 {filing_day}" in told, why
    assert "접수하겠습니다" in told[told.index(filing_day) :]
    assert "양해" in told


@pytest.mark.parametrize(
    ("today", "days", "filing_day"),
    [
        ("2026-11-23", ["2026-11-24"], "2026-11-25"),
        ("2026-11-26", ["2026-11-27", "2026-11-30"], "2026-12-01"),
        ("2026-12-30", ["2026-12-31"], "2027-01-04"),
    ],
)
def test_the_directorys_own_holidays_are_no_business_days(
    home: Home, today: str, days: list[str], filing_day: str
) -> None:
    told = on(closed(home, *days), today).route("registration", partner="hiparking").customer
    assert told is not None
    assert f"다음 영업일인 {filing_day}" in told


def test_a_waiting_draft_holds_what_it_waits_for_and_what_will_be_sent(home: Home) -> None:
    made = home.draft("registration", **{**at("hiparking", "registration")})
    assert made.path is not None
    assert made.draft is not None
    assert made.path.parent == home.outbox / "waiting"
    text = made.path.read_text(encoding="utf-8")
    assert made.customer is not None
    assert [
        part
        for part in ("2026-11", made.customer, made.draft.subject or "?", made.draft.body)
        if part.strip() not in text
    ] == []
    assert made.draft_json()["mailto"] is None


@pytest.fixture
def listed(home: Home, tmp_path: Path) -> Home:
    """A home with the month's list, in which nobody is in charge of 가온주차장."""
    table = tmp_path / "month.csv"
    table.write_text(
        "현장명,담당자,이메일\n달빛광장,홍길동,gildong@example.com\n", encoding="utf-8"
    )
    home.take_over(home.plan_contacts("hiparking", table, "2026-11"))
    return home


def test_a_route_out_of_the_months_list_needs_the_site(listed: Home) -> None:
    with pytest.raises(ParkdraftError) as caught:
        listed.route("registration", partner="hiparking")
    assert [(one.code, one.field) for one in caught.value.problems] == [("details.missing", "site")]


def test_the_list_does_not_hide_other_problems(listed: Home) -> None:
    with pytest.raises(DetailsError) as caught:
        listed.compose("registration", partner="hiparking", site="가온주차장")
    found = [problem.code for problem in caught.value.problems]
    assert found == ["details.missing", "details.missing", "route.not-in-list"]
    with pytest.raises(RouteError):
        listed.route("registration", partner="hiparking", site="가온주차장")


# ---- what the customer's own words must not carry out, and what is probably a slip ------------


@pytest.mark.parametrize(
    "customer",
    [
        {"customer": "홍길동", "memo": "홍길동 고객 출구 대기"},
        {"phone": "010-1234-5678", "memo": "연락처 01012345678"},
        {"phone": "010-1234-5678", "memo": "연락처 010 1234 5678"},
        {"customer": "홍길동", "ticket": "홍길동 1123-014"},
    ],
)
def test_the_customers_name_and_phone_are_refused_in_a_text_that_goes_out(
    shipped: Home, customer: Details
) -> None:
    details = {**at_other("plate-change"), **customer}
    assert problems(shipped, "plate-change", details) == dict.fromkeys(
        set(customer) - {"customer", "phone"}, "details.customer-shown"
    )


@pytest.mark.parametrize(
    ("case", "more", "code"),
    [
        ("plate-change", {"until": "2026-11-10"}, "details.past"),
        ("plate-change", {"memo": "출구 010-9876-5432"}, "details.phone-in-memo"),
        ("payment-cancel", {"reason": "misread"}, "details.read-plate"),
        ("payment-cancel", {}, "details.no-approval"),
        ("cancellation", {"answer": "refused"}, "details.no-objection"),
        ("cancellation", {"answer": "accepted", "objection": "비쌈"}, "details.objection-accepted"),
        ("cancellation", {"answer": "refused", "paid": "149,999원"}, "details.charge-over-paid"),
        ("cancellation", {"paid": "149,999원"}, "details.charge-over-paid"),
    ],
)
def test_what_is_probably_a_slip_is_pointed_out_and_not_refused(
    shipped: Home, case: str, more: Details, code: str
) -> None:
    made = shipped.compose(
        case, **at_other(case), **{k: v for k, v in more.items() if k != "reason"}
    )
    assert code in [warning.code for warning in made.decision.warnings]


@pytest.mark.parametrize(
    ("case", "more", "code"),
    [
        ("payment-cancel", {"approval-no": "30012345"}, "details.no-approval"),
        ("payment-cancel", {"paid-with": "가온카드 1234"}, "details.no-approval"),
        ("cancellation", {"answer": "refused", "objection": "비쌈"}, "details.no-objection"),
        ("cancellation", {"answer": "refused", "paid": "150000"}, "details.charge-over-paid"),
    ],
)
def test_what_was_said_is_not_asked_for(shipped: Home, case: str, more: Details, code: str) -> None:
    made = shipped.compose(case, **{**at_other(case), **more})
    assert code not in [warning.code for warning in made.decision.warnings]


@pytest.mark.parametrize(
    ("case", "more", "codes"),
    [
        ("plate-change", {}, ["details.at-once"]),
        ("plate-change", {"from-date": "2026-12-01"}, []),
        ("plate-change", {"partner": "kmpark", "integration": "integrated"}, []),
        ("payment-cancel", {}, ["details.no-integration"]),
        ("payment-cancel", {"integration": "연동"}, []),
        ("payment-cancel", {"partner": "kmpns"}, []),
    ],
)
def test_the_agent_is_shown_what_stands_where_nothing_was_said(
    shipped: Home, case: str, more: Details, codes: list[str]
) -> None:
    given = {**at(more.get("partner", "other"), case), **more}
    answer = shipped.compose(case, **given)
    assert [one.code for one in answer.decision.assumed] == codes
    less = {name: text for name, text in given.items() if name not in NEEDS[case] or name == "site"}
    assert not shipped.route(case, **less).decision.assumed


# ---- what proves a discount, and who the operator is -----------------------------------

RULED = {"reason": "discount", "discount": "staff"}


@pytest.mark.parametrize("partner", ["kmpark", "amano", "hiparking", "other"])
def test_a_discount_without_word_of_its_proof_drafts_nothing(home: Home, partner: str) -> None:
    """The customer is asked for it, as a cancellation asks for its answer."""
    details = {**at(partner, "payment-cancel"), **RULED, "site": "63빌딩"}
    made = home.draft("payment-cancel", **details)
    answer = made.route_json()
    assert (made.draft, made.id, answer["row"], answer["channel"]) == (None, None, None, None)
    assert "한화생명 직원 할인 대상이신지" in answer["customer"]
    assert [rule["row"] for rule in answer["rules"]] == ["O1"]
    assert not home.outbox.exists()
    for proof in ("yes", "no"):
        assert shipped_row(home, {**details, "proof": proof}) is not None
    del details["discount"]
    assert problems(home, "payment-cancel", details) == {"discount": "details.missing"}


def shipped_row(home: Home, details: Details) -> str | None:
    row = home.compose("payment-cancel", **details).draft_json()["row"]
    assert row is None or isinstance(row, str)
    return row


@pytest.mark.parametrize("name", ["discount", "proof"])
def test_a_discount_belongs_to_its_reason(shipped: Home, name: str) -> None:
    value = {"discount": "식음업장", "proof": "없음"}[name]
    details = {**at_other("payment-cancel"), "site": "63빌딩", name: value}
    assert problems(shipped, "payment-cancel", details) == {name: "details.other-reason"}


@pytest.mark.parametrize(
    ("partner", "operator", "code"),
    [
        ("other", "하이파킹", "place.operator-listed"),
        ("other", "KMP", "place.operator-listed"),
        ("other", "그 외", "place.operator-no-name"),
        ("other", "other", "place.operator-no-name"),
        ("nice", "누리파킹", "place.operator-other"),
        ("nice", "하이파킹", "place.operator-other"),
        ("nice", "나이스파크", None),
        ("nice", "모름", None),
        ("other", " 모 름 ", None),
        ("other", "누리파킹", None),
    ],
)
def test_an_operator_that_contradicts_the_partner_is_refused(
    shipped: Home, partner: str, operator: str, code: str | None
) -> None:
    """A listed one has rows of its own, and the place-holder is no name."""
    details = {**at(partner, "payment-cancel"), "operator": operator}
    if code:
        assert problems(shipped, "payment-cancel", details) == {"operator": code}
    else:
        assert shipped.compose("payment-cancel", **details).draft is not None


def test_an_internal_note_may_name_the_customer(shipped: Home) -> None:
    """It goes nowhere; numbers of people and cards are refused all the same."""
    details = {**at_other("plate-change"), "customer": "홍길동", "internal": "홍길동 고객, 재문의"}
    assert shipped.compose("plate-change", **details).draft is not None
    details["internal"] = "900101-1234567"
    assert problems(shipped, "plate-change", details) == {"internal": "memo.resident-number"}
