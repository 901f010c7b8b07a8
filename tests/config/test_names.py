"""Names, addresses and fixed words in contacts.yaml and in lists: what a lead may write there."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parkdraft import DirectoryError, Home
from parkdraft.cli.main import run
from parkdraft.config.load import check_document
from parkdraft.errors import LISTED, Problem, TableError, listed
from parkdraft.model.directory import Directory, build
from parkdraft.values.people import LONGEST, SIGNS, ascii_address, long_names, rewritten
from parkdraft.wording import hint, message

PEOPLE = """\
sender: {name: 가온 고객센터, address: parking-cs@example.com}
team:
  leads: [gildong.hong]
people:
  이가람: {title: 주임, address: garam@example.com, agit: garam.lee, nicknames: [람이]}
  박도윤: {address: doyun@example.com}
groups:
  담당: [이가람]
partners:
  gaon: {name: 가온주차}
sites:
  가온타워: {partner: gaon}
routes:
  P1:
    cases: [registration, plate-change]
    partner: gaon
    integration: manual
    channel: email
    authority: lead
    to: [박도윤]
    cc: [담당]
"""
KOREAN_DOMAIN = "haneul@가온주차.한국"
A_LABELS = "haneul@xn--o39a190cc5b2ue.xn--3e0b707e"
HEADER = "현장명,담당자,이메일,직함"


def loaded(text: str) -> Directory:
    return build(check_document(text.encode()))


def problems(text: str) -> list[Problem]:
    with pytest.raises(DirectoryError) as caught:
        check_document(text.encode())
    for one in caught.value.problems:
        assert message(one)
    return list(caught.value.problems)


def changed(old: str, new: str) -> str:
    assert old in PEOPLE
    return PEOPLE.replace(old, new, 1)


def line_of(text: str, marker: str) -> int:
    return text[: text.index(marker)].count("\n") + 1


def a_list(folder: Path, row: str) -> Path:
    path = folder / "명단.csv"
    path.write_text(f"{HEADER}\n가온타워,{row}\n", encoding="utf-8")
    return path


def test_the_document_of_these_tests_is_sound() -> None:
    assert loaded(PEOPLE).people["이가람"].title == "주임"


# ---- names ------------------------------------------------------------------------------


@pytest.mark.parametrize("sign", SIGNS)
@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("{address: doyun", "{name: NAME, address: doyun"),
        ("{title: 주임,", "{title: NAME,"),
        ("{name: 가온 고객센터,", "{name: NAME,"),
    ],
)
def test_a_sign_that_some_program_takes_for_a_recipient_is_refused(
    old: str, new: str, sign: str
) -> None:
    name = f"'가온{sign}나래'"
    text = changed(old, new.replace("NAME", name))
    (only,) = problems(text)
    assert (only.code, only.row) == ("contacts.name-sign", line_of(text, name))
    assert hint(only).endswith("가온 나래")


def test_a_name_that_is_a_key_is_refused_too() -> None:
    text = changed("  박도윤:", '  "박도윤, 운영":').replace("[박도윤]", '["박도윤, 운영"]')
    (only,) = problems(text)
    assert (only.code, only.data["meant"]) == ("contacts.name-sign", "박도윤 운영")


def test_a_key_that_is_no_name_may_have_any_sign() -> None:
    text = changed("  박도윤: {", '  "박도윤(운영)": {name: 박도윤, ')
    found = loaded(text.replace("[박도윤]", '["박도윤(운영)"]')).people
    assert found["박도윤(운영)"].name == "박도윤"


def test_a_title_in_brackets_is_taken_apart_and_no_sign() -> None:
    text = changed("  박도윤:", "  박도윤(대리):").replace("[박도윤]", "[박도윤(대리)]")
    assert [one.code for one in problems(text)] == ["contacts.glued-title"]


@pytest.mark.parametrize("sign", SIGNS)
@pytest.mark.parametrize(
    ("column", "row"), [("name", "NAME,a@example.com,소장"), ("title", "김하늘,a@example.com,NAME")]
)
def test_a_list_with_such_a_sign_is_refused(
    home: Home, tmp_path: Path, column: str, row: str, sign: str
) -> None:
    cell = '"김하늘' + sign.replace('"', '""') + '별"'
    with pytest.raises(TableError) as caught:
        home.take_over(
            home.plan_contacts("hiparking", a_list(tmp_path, row.replace("NAME", cell)), "2026-11")
        )
    (only,) = caught.value.problems
    assert (only.code, only.field, only.row) == ("list.name-sign", column, 2)
    assert hint(only).endswith("김하늘 별")


@pytest.mark.parametrize(
    ("row", "person"),
    [
        ("김하늘(대리),a@example.com,", ("김하늘", "대리", "a@example.com")),
        ("김하늘 <a@example.com>,a@example.com,", ("김하늘", "소장", "a@example.com")),
        ("김하늘,김하늘 <a@example.com>,", ("김하늘", "소장", "a@example.com")),
        ("김하늘,<a@example.com>,", ("김하늘", "소장", "a@example.com")),
        ('"""김하늘 대리"" <A@example.com>",a@example.com,', ("김하늘", "대리", "a@example.com")),
        (f"김하늘,{KOREAN_DOMAIN},", ("김하늘", "소장", A_LABELS)),
    ],
)
def test_a_name_with_title_or_address_is_taken_apart(
    home: Home, tmp_path: Path, row: str, person: tuple[str, str, str]
) -> None:
    home.take_over(home.plan_contacts("hiparking", a_list(tmp_path, row), "2026-11"))
    answer = home.route("plate-change", partner="hiparking", site="가온타워")
    (to,) = answer.route_json()["to"]
    assert (to["name"], to["title"], to["address"]) == person


def test_two_addresses_of_one_person_are_refused(home: Home, tmp_path: Path) -> None:
    path = a_list(tmp_path, "김하늘 <a@example.com>,b@example.com,")
    with pytest.raises(TableError, match=r"^list\.two-addresses$"):
        home.take_over(home.plan_contacts("hiparking", path, "2026-11"))


@settings(deadline=None)
@given(st.text(max_size=30) | st.text("가 나" + SIGNS, max_size=10))
def test_a_rewritten_name_has_no_sign_and_stays(name: str) -> None:
    assert not set(SIGNS).intersection(rewritten(name))
    assert rewritten(rewritten(name)) == rewritten(name)


@pytest.mark.parametrize(
    ("name", "title", "warned"),
    [
        ("가" * 15, None, False),
        ("가" * 16, None, True),
        ("가" * 12, "주임", False),
        ("가" * 13, "주임", True),
        ("a" * LONGEST, None, False),
        ("a" * LONGEST + "b", None, True),
    ],
)
def test_a_name_over_45_bytes_is_warned_about(name: str, title: str | None, warned: bool) -> None:
    assert bool(long_names([(name, title)])) == warned


def test_the_check_and_the_import_warn_of_long_names(
    home: Home, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    long = "가온나래다솜라온마루바다" * 2
    contacts = home.root / "contacts.yaml"
    text = contacts.read_text(encoding="utf-8")
    text = text.replace("address: dubong", f"name: {long}\n    address: dubong")
    contacts.write_text(text, encoding="utf-8")
    assert run(["--home", str(home.root), "contacts", "check"]) == 0
    assert long in capsys.readouterr().err
    path = a_list(tmp_path, f"{long},a@example.com,")
    options = ["import", "하이파킹", str(path), "--month", "2026-12"]
    assert run(["--home", str(home.root), "contacts", *options]) == 0
    assert f"{long} 소장" in capsys.readouterr().err


# ---- addresses --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("address", "written"),
    [
        ("Garam@Example.com", "Garam@Example.com"),
        (KOREAN_DOMAIN, A_LABELS),
        ("a@가온.kr", "a@xn--o39a190c.kr"),
        (A_LABELS, A_LABELS),
        ("가람@example.com", None),
        ("a@ｅｘａｍｐｌｅ.com", None),
        ("a@ex\u0430mple.com", None),  # a Cyrillic letter
        ("a@가온。한국", None),
        ("a@xn--zz.kr", None),
        ("a@", None),
        ("", None),
    ],
)
def test_a_korean_domain_is_written_in_a_labels(address: str, written: str | None) -> None:
    assert ascii_address(address) == written


def test_a_korean_domain_in_the_directory() -> None:
    assert loaded(changed("doyun@example.com", KOREAN_DOMAIN)).people["박도윤"].address == A_LABELS
    sender = loaded(changed("parking-cs@example.com", "cs@가온.kr")).sender
    assert sender.address == "cs@xn--o39a190c.kr"
    twice = changed("doyun@example.com", KOREAN_DOMAIN).replace("garam@example.com", A_LABELS)
    assert [one.code for one in problems(twice)] == ["contacts.same-address"]


# ---- words ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("authority: lead", "authority: 팀장"),
        ("authority: lead", "authority: 부팀장"),
        ("authority: lead", "authority: 팀장·부팀장"),
        ("channel: email", "channel: 이메일"),
        ("integration: manual", "integration: 수동현장"),
        ("integration: manual", "integration: [비연동]"),
        ("cases: [registration, plate-change]", "cases: [정기권 미등록, 차량번호 변경]"),
    ],
)
def test_korean_words_stand_for_identifiers(old: str, new: str) -> None:
    assert loaded(changed(old, new)) == loaded(PEOPLE)


def test_a_fallback_and_what_is_followed_have_korean_words_too() -> None:
    more = """\
    fallbacks:
      접속 불가: {channel: 게시판}
  C2:
    cases: [중도해지·환불]
    integration: 수동
    answer: 동의
    follows: {case: 차량번호 변경, integration: 수동현장}
    authority: 팀장
"""
    first, second = loaded(PEOPLE + more).routes
    assert set(first.fallbacks) == {"site-down"}
    assert first.fallbacks["site-down"].channel == "board"
    assert (second.follows, second.decides) == (("plate-change", "manual"), ("accepted",))


def test_one_value_in_two_spellings_stands_there_twice() -> None:
    text = changed("cases: [registration, plate-change]", "cases: [registration, 정기권 미등록]")
    assert [one.code for one in problems(text)] == ["contacts.twice"]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("channel: email", "channel: fax"),
        ("cases: [registration, plate-change]", "cases: [towing]"),
        ("partners:", "rules:\n  O1: {sites: [가온타워], text: 확인, reasons: [rain]}\npartners:"),
    ],
)
def test_a_value_that_only_a_programmer_can_add_says_so(old: str, new: str) -> None:
    (only,) = (one for one in problems(changed(old, new)) if one.code.endswith("unknown-value"))
    assert "개발 담당자" in hint(only)


@pytest.mark.parametrize("name", ["garam.lee", "@garam.lee", "Garam@example.com", "람이"])
@pytest.mark.parametrize("place", ["to: [박도윤]", "cc: [담당]", "담당: [이가람]"])
def test_a_handle_or_an_address_in_a_persons_place_is_answered_with_the_person(
    name: str, place: str
) -> None:
    text = changed(place, f"{place.partition(':')[0]}: ['{name}']")
    (only,) = problems(text)
    assert (only.code, only.row) == ("contacts.not-their-name", line_of(text, f"'{name}'"))
    assert hint(only).startswith("이가람으로 ")


@pytest.mark.parametrize("login", ["@x", "@", "CENTER\\", " @example.com"])
@pytest.mark.parametrize("place", ["leads: [{}]", "members: {{{}: 홍길동}}"])
def test_a_login_name_of_which_nothing_is_left_is_refused(login: str, place: str) -> None:
    text = changed("leads: [gildong.hong]", place.format(f"'{login}'"))
    assert [one.code for one in problems(text)] == ["contacts.no-login"]


@pytest.mark.parametrize("login", ["gildong.hong", "CENTER\\gildong", "gildong@example.com"])
def test_a_login_name_with_its_domain_is_taken(login: str) -> None:
    assert loaded(changed("leads: [gildong.hong]", f"leads: ['{login}']")).team.leads == (login,)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ('"가\\u200b람"', "contacts.character"),
        ('"가\\u202e람"', "contacts.character"),
        ('"=\\u200b?utf-8?q?x?="', "contacts.character"),
        ('"＝？"', "contacts.character"),
        ("e" + "\u0301\u0323" * 1_000_000, "contacts.too-long"),
    ],
    ids=["width", "direction", "both", "wide", "long"],
)
def test_texts_are_judged_as_what_is_typed(text: str, code: str) -> None:
    found = problems(changed("{address: doyun", f"{{name: {text}, address: doyun"))
    assert [one.code for one in found] == [code]


# ---- many problems ----------------------------------------------------------------------


def test_of_many_problems_the_first_hundred_are_told_and_a_count(
    home: Home, capsys: pytest.CaptureFixture[str]
) -> None:
    contacts = home.root / "contacts.yaml"
    names = ", ".join(f"없음{number}" for number in range(3000))
    text = contacts.read_text(encoding="utf-8")
    text = text.replace("groups:", f"groups:\n  많음: [{names}]", 1)
    contacts.write_text(text, encoding="utf-8")
    assert run(["--home", str(home.root), "contacts", "check"]) == 1
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == LISTED + 1
    assert "없음0" in lines[0]
    assert "2,900" in lines[-1]


def test_a_hundred_problems_are_all_told() -> None:
    many = [Problem("contacts.empty", row=row) for row in range(LISTED + 1)]
    assert listed(many[:-1]) == many[:-1]
    assert [one.code for one in listed(many)[-2:]] == ["contacts.empty", "problems.more"]


def test_a_problem_shows_the_beginning_of_a_key_that_has_no_end() -> None:
    (only,) = problems(PEOPLE + "x" * 1000 + ": 1\n")
    assert len(message(only)) < 600
