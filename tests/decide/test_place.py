"""Where a case happens: names as people type them, near misses, contradictions, lists."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest

from parkdraft import DetailsError, Home, RouteError
from parkdraft.errors import ParkdraftError, Problem
from parkdraft.values.hangul import fold
from parkdraft.wording import hint, message

CASE = "payment-cancel"
"""Any partner has a route for it, whatever the integration."""
SITES = """현장명,운영사,연동구분,별칭,일최대요금
가온타워,하이파킹,수동현장,가온;GAON Tower,"15,000"
달빛광장,KMPNS,연동,,20000
나루역 공영,나이스파크,비제휴,나루공영,
중앙 주차장,어반포트,수동,,
63빌딩,그 외,수동,,30000
"""
CONTACTS = """현장명,담당자,이메일
중앙주차장,홍길동,gildong@example.com
가온,김하늘,haneul@example.com
별빛타워,이가람,garam@example.com
"""


@pytest.fixture
def with_sites(home: Home, tmp_path: Path) -> Home:
    """A home that has imported ``SITES``."""
    table = tmp_path / "brought.csv"
    table.write_text(SITES, encoding="utf-8")
    home.take_over(home.plan_sites(table))
    return home


def import_month(home: Home, folder: Path) -> None:
    table = folder / "month.csv"
    table.write_text(CONTACTS, encoding="utf-8")
    home.take_over(home.plan_contacts("hiparking", table, "2026-11"))


def place(home: Home, case: str = CASE, **details: str) -> tuple[str, str, str]:
    answer = home.route(case, **details).route_json()
    return answer["partner"], answer["site"], answer["integration"]


def refused(home: Home, case: str = CASE, **details: str) -> tuple[Problem, ...]:
    with pytest.raises(ParkdraftError) as caught:
        home.route(case, **details)
    return caught.value.problems


def codes(problems: tuple[Problem, ...]) -> dict[str | None, str]:
    assert len({problem.field for problem in problems}) == len(problems)
    return {problem.field: problem.code for problem in problems}


# ---- partners --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "partner"),
    [
        ("kmpark", "kmpark"),
        ("KMPARK", "kmpark"),
        ("케이엠파크", "kmpark"),
        ("케이엠 파크", "kmpark"),
        (" KMP ", "kmpark"),
        ("kmp", "kmpark"),
        ("KMPNS", "kmpns"),
        ("케이엠파킹 앤 스페이스", "kmpns"),
        ("아마노코리아", "amano"),
        ("아마노 코리아", "amano"),
        ("하이파킹", "hiparking"),
        ("하이 파킹", "hiparking"),
        ("한국전자금융", "nice"),
        ("나이스파스", "nice"),
        ("나이스파크", "nice"),
        ("나이스 파크", "nice"),
        ("SK쉴더스", "skshieldus"),
        ("sk 쉴더스", "skshieldus"),
        ("ＳＫ쉴더스", "skshieldus"),
        ("어반포트", "urbanport"),
        ("그 외", "other"),
        ("그외", "other"),
        (unicodedata.normalize("NFD", "케이엠파크"), "kmpark"),
        (unicodedata.normalize("NFD", "나이스 파스"), "nice"),
    ],
)
def test_a_partner_goes_by_identifier_name_or_alias(
    shipped: Home, typed: str, partner: str
) -> None:
    assert place(shipped, partner=typed, site="가온주차장")[0] == partner


@pytest.mark.parametrize(
    ("typed", "near"),
    [
        ("하이파깅", "하이파킹"),
        ("하이파크", "하이파킹"),
        ("어반포드", "어반포트"),
        ("아마노코리", "아마노코리아"),
        ("kmpak", "케이엠파크"),
        ("urbanprot", "어반포트"),
        ("sk쉴드스", "SK쉴더스"),
        ("나이스파", "한국전자금융"),
    ],
)
def test_an_unknown_partner_is_refused_with_near_names_and_never_assumed(
    shipped: Home, typed: str, near: str
) -> None:
    (problem,) = refused(shipped, partner=typed, site="가온주차장")
    assert (problem.code, problem.field) == ("place.partner-near", "partner")
    assert near in str(problem.data["near"])
    assert "other" in str(problem.data["rest"])


@pytest.mark.parametrize("typed", ["전혀다른회사", "Q", "-", "카카오"])
def test_a_partner_like_no_other_is_refused_with_all_names(shipped: Home, typed: str) -> None:
    (problem,) = refused(shipped, partner=typed, site="가온주차장")
    assert (problem.code, problem.field) == ("place.partner-unknown", "partner")
    assert "하이파킹" in str(problem.data["near"])


def test_an_unknown_partner_is_refused_though_the_site_would_tell(with_sites: Home) -> None:
    problems = refused(with_sites, partner="하이파깅", site="가온타워")
    assert codes(problems) == {"partner": "place.partner-near"}


def test_an_unknown_partner_is_refused_where_none_is_needed(shipped: Home) -> None:
    problems = refused(
        shipped, "lot-info", partner="하이파깅", site="가온", integration="manual", item="fee"
    )
    assert codes(problems) == {"partner": "place.partner-near"}


# ---- sites that the shipped directory knows --------------------------------------------


@pytest.mark.parametrize(
    ("typed", "name", "partner"),
    [
        ("파르나스 호텔", "파르나스 호텔", "kmpark"),
        ("파르나스호텔", "파르나스 호텔", "kmpark"),
        (" 파르나스  호 텔 ", "파르나스 호텔", "kmpark"),
        (unicodedata.normalize("NFD", "파르나스호텔"), "파르나스 호텔", "kmpark"),
        ("케이트윈타워", "케이트윈타워", "amano"),
        ("케이트윈 타워", "케이트윈타워", "amano"),
    ],
)
def test_a_known_site_implies_its_partner_and_integration(
    shipped: Home, typed: str, name: str, partner: str
) -> None:
    assert place(shipped, "plate-change", site=typed) == (partner, name, "manual")


def test_a_site_whose_partner_is_not_known_needs_it(shipped: Home) -> None:
    assert "partner" in codes(refused(shipped, site="63빌딩"))
    assert place(shipped, partner="urbanport", site="63 빌딩")[:2] == ("urbanport", "63빌딩")


def test_a_site_is_no_near_name_of_itself(shipped: Home) -> None:
    (problem,) = refused(shipped, site="63빌딩")
    assert problem.code == "place.partner-missing"


def test_a_near_site_is_named_but_not_assumed_where_the_partner_is_missing(shipped: Home) -> None:
    (problem,) = refused(shipped, site="파르나스호탤")
    assert problem.code == "place.partner-missing-near"
    assert "파르나스 호텔" in str(problem.data["near"])


@pytest.mark.parametrize("partner", ["amano", "kmpns", "hiparking", "other"])
def test_a_site_of_another_partner_is_refused(shipped: Home, partner: str) -> None:
    (problem,) = refused(shipped, partner=partner, site="파르나스호텔")
    assert (problem.code, problem.field) == ("place.other-partner", "site")
    assert problem.data == {"site": "파르나스 호텔", "partner": "케이엠파크"}


@pytest.mark.parametrize("integration", ["integrated", "unaffiliated", "연동", "비제휴"])
@pytest.mark.parametrize("case", ["registration", "plate-change"])
def test_a_contradicted_integration_is_refused(shipped: Home, case: str, integration: str) -> None:
    problems = refused(shipped, case, site="파르나스 호텔", integration=integration)
    assert codes(problems) == {"integration": "place.integration"}


@pytest.mark.parametrize(
    "typed",
    [
        "파르나스호탤",
        "파르나스 호텔점",
        "파르나쓰호텔",
        "파르나스",
        unicodedata.normalize("NFD", "파르나스호테"),
    ],
)
def test_a_near_name_of_the_hotel_is_refused_at_its_partner(shipped: Home, typed: str) -> None:
    """Else the case would go to the partner's channel for ordinary sites.

    At another partner, too: it may be the partner that was chosen wrongly.
    """
    for case in ("registration", CASE):
        for partner in ("kmpark", "kmpns"):
            (problem,) = refused(shipped, case, partner=partner, site=typed, integration="manual")
            assert (problem.code, problem.field) == ("place.near-site", "site")
            assert problem.data["near"] == "파르나스 호텔"
    assert place(shipped, partner="kmpns", site=typed, site_confirmed="예")[0] == "kmpns"


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("가온주차장", "가온주차장"),
        ("  가온   주차장 ", "가온 주차장"),
        (unicodedata.normalize("NFD", "가온주차장"), "가온주차장"),
        ("GS25 A동(지하)", "GS25 A동(지하)"),
    ],
)
def test_a_site_in_no_list_is_taken_as_written(shipped: Home, typed: str, written: str) -> None:
    for partner in ("kmpark", "amano", "other"):
        assert place(shipped, partner=partner, site=typed)[:2] == (partner, written)


@pytest.mark.parametrize(
    ("typed", "near"),
    [
        ("그랜드 인터컨티넨탈 서울 파르나스", "파르나스 호텔"),
        ("PARNAS TOWER", "파르나스 호텔"),
        ("63빌딩 본관", "63빌딩"),
        ("여의도 63시티", "63빌딩"),
        ("63 building", "63빌딩"),
        ("한화 63스퀘어 지하", "63빌딩"),
        ("케이트윈 별관", "케이트윈타워"),
        ("K트윈타워", "케이트윈타워"),
        ("케이트원타워", "케이트윈타워"),
        (unicodedata.normalize("NFD", "호텔파르나스"), "파르나스 호텔"),
    ],
)
def test_a_name_near_a_site_with_a_row_or_rule_of_its_own_is_refused_until_it_is_confirmed(
    shipped: Home, typed: str, near: str
) -> None:
    for case, more in ((CASE, {}), ("lot-info", {"integration": "manual", "item": "fee"})):
        (problem,) = refused(shipped, case, partner="kmpark", site=typed, **more)
        assert (problem.code, problem.field) == ("place.near-site", "site")
        assert problem.data["near"] == near
        found = place(shipped, case, partner="kmpark", site=typed, site_confirmed="예", **more)
        assert fold(found[1]) == fold(typed)
    (problem,) = refused(shipped, site=typed)
    assert (problem.code, problem.data["near"]) == ("place.partner-missing-near", near)
    (problem,) = refused(shipped, site=typed, site_confirmed="예")
    assert problem.code == "place.partner-missing"
    (problem,) = refused(
        shipped, "lot-info", site=typed, integration="manual", item="fee"
    )  # no partner is needed
    assert problem.code == "place.near-site"


@pytest.mark.parametrize("typed", ["163시티", "시티타워", "63층 라운지", "가온호텔", "트윈빌딩"])
def test_a_name_without_a_whole_telling_part_is_not_near(shipped: Home, typed: str) -> None:
    answer = shipped.route(CASE, partner="kmpark", site=typed)
    assert answer.decision.place.site == typed
    assert answer.decision.warnings == ()


def test_a_confirmed_name_takes_the_way_of_ordinary_sites(shipped: Home) -> None:
    asked = {"partner": "kmpark", "site": "파르나스 타워", "integration": "manual"}
    assert shipped.route("registration", **asked, site_confirmed=True).route_json()["row"] == "P1"
    with pytest.raises(RouteError) as caught:
        shipped.route("registration", **asked, site_confirmed=False)
    assert "--site-confirmed" in hint(caught.value.problems[0])


def test_a_site_that_is_listed_is_never_asked_about(home: Home, tmp_path: Path) -> None:
    table = tmp_path / "brought.csv"
    rows = ["파르나스 타워,KMP,수동", "63빌딩 본관,아마노,수동", "ㄱㄴ,아마노,수동"]
    table.write_text("\n".join(["현장명,운영사,연동구분", *rows]), encoding="utf-8")
    home.take_over(home.plan_sites(table))
    for site in ("파르나스 타워", "63빌딩 본관", "ㄱㄴ"):
        answer = home.route(CASE, site=site)
        assert answer.decision.place.site == site
        assert answer.decision.warnings == ()


def test_a_listed_name_with_an_alias_of_the_hotel_is_asked_about_like_the_hotel(
    home: Home, tmp_path: Path
) -> None:
    table = tmp_path / "brought.csv"
    text = "현장명,운영사,연동구분,별칭\n그랜드타워,KMP,수동,파르나스 호텔\n"
    table.write_text(text, encoding="utf-8")
    home.take_over(home.plan_sites(table))
    (problem,) = refused(home, partner="kmpark", site="그랜드 타우")
    assert (problem.code, problem.data["near"]) == ("place.near-site", "그랜드타워")


def test_an_own_site_is_asked_about_though_many_others_are_nearer(
    home: Home, tmp_path: Path
) -> None:
    table = tmp_path / "brought.csv"
    names = [f"파르나스호텔 {letter}" for letter in "ABCDE"]
    rows = [f"{name},KMPNS,수동" for name in names]
    table.write_text("\n".join(["현장명,운영사,연동구분", *rows]), encoding="utf-8")
    home.take_over(home.plan_sites(table))
    (problem,) = refused(home, partner="kmpark", site="파르나스호텔 F")
    assert (problem.code, problem.data["near"]) == ("place.near-site", "파르나스 호텔")


@pytest.mark.parametrize(
    ("typed", "near"),
    [("가운타워", "가온타워"), ("가온타워 지하", "가온타워"), ("달빛광장점", "달빛광장")],
)
def test_a_name_near_a_listed_one_is_warned_about_and_taken_as_written(
    with_sites: Home, typed: str, near: str
) -> None:
    answer = with_sites.route(CASE, partner="other", site=typed)
    assert answer.decision.place.site == typed
    (warning,) = answer.decision.warnings
    assert (warning.code, warning.field) == ("place.near-listed", "site")
    assert near in message(warning)
    confirmed = with_sites.route(CASE, partner="other", site=typed, site_confirmed="예")
    assert confirmed.decision.warnings == ()
    nothing = with_sites.route(CASE, partner="other", site="누리마루 주차장")
    assert nothing.decision.warnings == ()


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("ㅍㄹㄴㅅ", "place.consonants"),
        ("63ㅂㄷ", "place.consonants"),
        ("ㄳ ㅌㅇ", "place.consonants"),
        ("skㅅㄷㅅ", "place.consonants"),
        ("12가3456", "place.plate"),
        (" 서울 31 바 1234 ", "place.plate"),
        ("１２ - 가 ３４５６", "place.plate"),
        ("외교012-345", "place.plate"),
    ],
)
def test_a_site_that_is_only_consonants_or_a_plate_is_refused(
    shipped: Home, typed: str, code: str
) -> None:
    for confirmed in ("", "예"):
        (problem,) = refused(shipped, partner="amano", site=typed, site_confirmed=confirmed)
        assert (problem.code, problem.field) == (code, "site")
        assert typed.strip() not in message(problem) + hint(problem)


@pytest.mark.parametrize("typed", ["ㄷ자 주차장", "GS25 1234", "12가", "강남3456"])
def test_a_site_that_only_looks_a_little_so_is_taken(shipped: Home, typed: str) -> None:
    assert place(shipped, partner="amano", site=typed)[1] == typed


# ---- sites.csv -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("가온타워", ("hiparking", "가온타워", "manual")),
        ("가온 타워", ("hiparking", "가온타워", "manual")),
        ("가온", ("hiparking", "가온타워", "manual")),
        ("gaon tower", ("hiparking", "가온타워", "manual")),
        ("GAONTOWER", ("hiparking", "가온타워", "manual")),
        (unicodedata.normalize("NFD", "달빛 광장"), ("kmpns", "달빛광장", "integrated")),
        ("나루공영", ("nice", "나루역 공영", "unaffiliated")),
        ("63빌딩", ("other", "63빌딩", "manual")),
    ],
)
def test_the_sites_list_fills_partner_and_integration(
    with_sites: Home, typed: str, expected: tuple[str, str, str]
) -> None:
    assert place(with_sites, site=typed) == expected


def test_the_sites_list_fills_the_daily_maximum(with_sites: Home) -> None:
    details = {"plate": "12가3456", "start": "2026-11-01", "cancel_date": "2026-11-11"}
    made = with_sites.compose("cancellation", site="달빛광장", **details)
    assert made.decision.charge is not None
    assert made.decision.charge.amount == 10 * 20_000
    made = with_sites.compose("cancellation", site="달빛광장", daily_max="9000", **details)
    assert made.decision.charge is not None
    assert made.decision.charge.amount == 10 * 9_000
    with pytest.raises(DetailsError) as caught:
        with_sites.compose("cancellation", site="중앙주차장", **details)
    assert codes(caught.value.problems) == {"daily-max": "details.missing"}


def test_the_sites_list_fills_the_real_operator(home: Home, tmp_path: Path) -> None:
    """Typed once, in the list; what the agent types for one case comes first."""
    table = tmp_path / "brought.csv"
    table.write_text(
        "현장명,운영사,연동구분,실제운영사\n가온타워,그 외,수동,누리파킹\n", encoding="utf-8"
    )
    home.take_over(home.plan_sites(table))
    details = {"site": "가온타워", "old-plate": "12가3456", "new-plate": "345나6789"}
    for more, operator in (({}, "누리파킹"), ({"operator": "모름"}, "운영사 확인 필요")):
        made = home.compose("plate-change", **details, **more)
        assert made.draft is not None
        assert f"운영회사 : {operator}\n" in made.draft.body


def test_a_listed_site_keeps_its_rules_and_rows(with_sites: Home) -> None:
    answer = with_sites.route(CASE, site="63빌딩", reason="discount", proof="no").route_json()
    assert (answer["row"], [rule["row"] for rule in answer["rules"]]) == ("S8", ["O1"])


@pytest.mark.parametrize(
    ("details", "expected"),
    [
        ({"partner": "amano", "site": "가온"}, {"site": "place.other-partner"}),
        ({"partner": "other", "site": "달빛광장"}, {"site": "place.other-partner"}),
        ({"site": "달빛광장", "integration": "manual"}, {"integration": "place.integration"}),
        ({"site": "나루공영", "integration": "연동"}, {"integration": "place.integration"}),
    ],
)
def test_what_contradicts_the_sites_list_is_refused(
    with_sites: Home, details: dict[str, str], expected: dict[str, str]
) -> None:
    assert codes(refused(with_sites, **details)) == expected


def test_a_listed_site_without_a_row_has_no_route(with_sites: Home) -> None:
    (problem,) = refused(with_sites, "registration", site="나루공영")
    assert problem.code == "route.none"


# ---- several lists ---------------------------------------------------------------------


def test_a_site_that_one_months_list_alone_knows_implies_the_partner(
    home: Home, tmp_path: Path
) -> None:
    import_month(home, tmp_path)
    assert place(home, "registration", site="별빛 타워") == ("hiparking", "별빛타워", "manual")
    (problem,) = refused(home, "registration", partner="amano", site="별빛타워")
    assert problem.code == "place.other-partner"


def test_a_name_that_two_partners_have_needs_the_partner(with_sites: Home, tmp_path: Path) -> None:
    import_month(with_sites, tmp_path)
    (problem,) = refused(with_sites, site="중앙 주차장")
    assert (problem.code, problem.field) == ("place.several-partners", "partner")
    assert {"하이파킹", "어반포트"} == set(str(problem.data["partners"]).split(", "))
    for partner in ("hiparking", "urbanport"):
        assert place(with_sites, partner=partner, site="중앙주차장")[0] == partner
    (problem,) = refused(with_sites, partner="amano", site="중앙주차장")
    assert problem.code == "place.other-partner"


@pytest.mark.parametrize("typed", ["가온", "가온타워", "GAON Tower"])
def test_the_months_list_may_call_a_site_by_its_alias(
    with_sites: Home, tmp_path: Path, typed: str
) -> None:
    """``sites.csv`` calls it 가온타워 with the alias 가온; the partner's own list says 가온."""
    import_month(with_sites, tmp_path)
    answer = with_sites.route("registration", site=typed).route_json()
    assert [person["name"] for person in answer["to"]] == ["김하늘"]


def test_a_listed_site_with_an_alias_of_the_hotel_is_the_hotel(home: Home, tmp_path: Path) -> None:
    """``sites.csv`` says that both names are one site: the hotel's own row holds for both."""
    table = tmp_path / "brought.csv"
    text = "현장명,운영사,연동구분,별칭\n그랜드타워,KMP,수동,파르나스 호텔\n"
    table.write_text(text, encoding="utf-8")
    home.take_over(home.plan_sites(table))
    assert home.route("registration", site="그랜드타워").route_json()["row"] == "P2"


def test_what_the_directory_says_of_a_site_comes_first(home: Home, tmp_path: Path) -> None:
    contacts = home.root / "contacts.yaml"
    text = contacts.read_text(encoding="utf-8")
    assert "\n  63빌딩:\n" in text
    text = text.replace("\n  63빌딩:\n", "\n  63빌딩:\n    integration: manual\n")
    contacts.write_text(text, encoding="utf-8")
    table = tmp_path / "brought.csv"
    table.write_text("현장명,운영사,연동구분\n63빌딩,KMP,연동\n", encoding="utf-8")
    home.take_over(home.plan_sites(table))
    assert place(home, "registration", site="63빌딩") == ("kmpark", "63빌딩", "manual")


# ---- all in one go ---------------------------------------------------------------------


def test_everything_wrong_with_place_and_details_is_reported_at_once(with_sites: Home) -> None:
    with pytest.raises(DetailsError) as caught:
        with_sites.compose(
            "plate-change",
            partner="하이파깅",
            site="가온타워",
            integration="연동",
            old_plate="가나다",
            until="어제쯤",
            from_date="2026-13-45",
        )
    problems = {problem.field: problem.code for problem in caught.value.problems}
    assert problems["partner"] == "place.partner-near"
    assert problems["integration"] == "place.integration"
    assert problems["new-plate"] == "details.missing"
    assert problems["old-plate"].startswith("plate.")
    assert set(problems) == {
        "partner", "integration", "old-plate", "new-plate", "until", "from-date",
    }  # fmt: skip


def test_a_combination_without_a_row_is_reported_beside_missing_details(shipped: Home) -> None:
    with pytest.raises(DetailsError) as caught:
        shipped.compose("registration", partner="nice", site="가온주차장", integration="연동")
    assert [problem.code for problem in caught.value.problems] == [
        "details.missing",
        "details.missing",
        "route.none",
    ]


@pytest.mark.parametrize("partner", ["", "하이파깅"])
def test_a_missing_integration_is_reported_beside_a_missing_or_unknown_partner(
    shipped: Home, partner: str
) -> None:
    """§3 always needs the integration, whoever the partner is."""
    problems = refused(shipped, "cancellation", partner=partner, site="가온주차장")
    assert set(codes(problems)) == {"partner", "integration"}


def test_only_problems_of_the_place_are_a_route_error(shipped: Home) -> None:
    with pytest.raises(RouteError):
        shipped.route("registration", partner="하이파깅", site="가온주차장")
