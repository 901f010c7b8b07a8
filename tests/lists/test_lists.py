"""Lists that people bring: judged whole, kept whole, and the one before is never lost."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from jinja2.sandbox import ImmutableSandboxedEnvironment
from openpyxl.worksheet.worksheet import Worksheet
from tests.helpers.problems import worded

from parkdraft.errors import ParkdraftError, StorageError, TableError
from parkdraft.home import Home
from parkdraft.lists.contacts import kept_contacts
from parkdraft.lists.sites import kept_sites
from parkdraft.wording import hint, message

CONTACTS = """\
sender:
  name: 주차 고객센터
  address: parking-cs@example.com
people:
  이가람:
    title: 주임
    address: garam@example.com
    agit: garam
partners:
  gaon:
    name: 가온주차
    aliases: [GAON]
  nuri:
    name: 누리파킹
sites:
  가온타워:
    partner: gaon
    integration: manual
    aliases: [가온 본관]
  누리빌딩:
    partner: nuri
routes:
  P1:
    cases: [registration, plate-change]
    partner: gaon
    integration: manual
    channel: email
    authority: lead
    to: monthly-list
    cc: [이가람]
  P2:
    cases: [registration, plate-change]
    partner: nuri
    channel: agit
    authority: all
    mentions: [이가람]
"""


def contact(site: str, name: str, address: str, title: str = "소장") -> dict[str, str]:
    return {"name": site, "person": name, "title": title, "address": f"{address}@example.com"}


HEADER = "현장명,담당자,이메일,직함"
SITES = "현장명,운영사,연동구분,별칭,일최대요금"
CHANGE = {
    "partner": "gaon",
    "integration": "manual",
    "old_plate": "12가3456",
    "new_plate": "345나6789",
}


@pytest.fixture
def home(tmp_path: Path, texts: ImmutableSandboxedEnvironment) -> Home:
    root = tmp_path / "home"
    root.mkdir()
    (root / "contacts.yaml").write_text(CONTACTS, "utf-8")
    home = Home(root, root / "outbox", now=lambda: datetime(2026, 11, 23, 9, 30), login=str)
    home.__dict__["templates"] = texts
    return home


@pytest.fixture
def brought(tmp_path: Path) -> Path:
    return tmp_path / "명단.csv"


def table(path: Path, *rows: str, encoding: str = "utf-8") -> Path:
    path.write_bytes("".join(f"{row}\r\n" for row in rows).encode(encoding))
    return path


def files(home: Home) -> list[str]:
    """Everything in the home but what it was made with."""
    kept = (path for path in home.root.rglob("*") if path.is_file())
    names = (path.relative_to(home.root).as_posix() for path in kept)
    return sorted(n for n in names if n != "contacts.yaml")


def refused(
    error: pytest.ExceptionInfo[ParkdraftError],
) -> list[tuple[str, str | None, int | None]]:
    return [(one.code, one.field, one.row) for one in worded(error.value.problems)]


def fresh(home: Home) -> Home:
    """The same home in the next command."""
    after = Home(home.root, home.outbox, now=home.now, login=home.login)
    after.__dict__["templates"] = home.templates
    return after


class TestContacts:
    def test_kept_for_its_month(self, home: Home, brought: Path) -> None:
        path = table(
            brought,
            HEADER,
            "솔빛센터,김하늘,haneul@example.com,주임",
            "솔빛센터,박도윤,doyun@example.com,",
            "달빛센터,박도윤,doyun@example.com,",
        )
        done = home.take_over(home.plan_contacts("가온 주차", path, "2026-11"))
        assert (done.plan.total, done.plan.sites, done.kept, done.plan.split) == (3, 2, None, ())
        assert done.plan.target == home.root / "sites" / "gaon" / "2026-11.csv"
        assert files(home) == ["sites/gaon/2026-11.csv"]
        to = fresh(home).route("plate-change", site="솔빛 센터", **CHANGE).route_json()["to"]
        assert to == [
            {"name": "김하늘", "title": "주임", "address": "haneul@example.com"},
            {"name": "박도윤", "title": "소장", "address": "doyun@example.com"},
        ]

    @pytest.mark.parametrize("month", ["2026-10", "2026-12"])
    def test_another_month_does_not_count(self, home: Home, brought: Path, month: str) -> None:
        path = table(brought, HEADER, "솔빛센터,김하늘,haneul@example.com,")
        home.take_over(home.plan_contacts("gaon", path, month))
        answer = fresh(home).route("plate-change", site="솔빛센터", **CHANGE)
        assert answer.route_json()["state"] == "waiting"

    def test_good_rows_are_taken_and_bad_ones_come_back(self, home: Home, brought: Path) -> None:
        path = table(
            brought,
            HEADER,
            "솔빛센터,김하늘,haneul@example.com,",
            ",김하늘,haneul@example.com,",
            "",
            "달빛센터,이대리,daeri@example.com,",
            "별빛센터,박도윤,doyun(at)example.com,",
            "해빛센터,,,",
            "누리 빌딩,이서연,seoyeon@example.com,",
            "숲빛센터,최다른,same@example.com,",
            "숲빛센터,최같은,SAME@example.com,",
            "솔빛센터,김\x7f늘,x@example.com,",
            "솔빛센터,김하늘,haneul@example.com,,남는칸",
        )
        done = home.take_over(home.plan_contacts("gaon", path, "2026-11"))
        found = [one for problems in done.plan.bad.values() for one in problems]
        assert all(message(one) and hint(one) for one in found)
        assert sorted((one.code, one.field or "", one.row or 0) for one in found) == sorted(
            [
                ("list.missing", "site", 3),
                ("title.surname-only", "name", 5),
                ("list.address", "email", 6),
                ("list.missing", "email", 7),
                ("list.missing", "name", 7),
                ("list.other-partner", "site", 8),
                ("list.same-address", "email", 9),
                ("list.same-address", "email", 10),
                ("text.control", "name", 11),
                ("row.extra-cell", "E", 12),
            ]
        )
        assert files(home) == ["sites/gaon/2026-11.csv"]
        assert kept_contacts(done.plan.target) == [contact("솔빛센터", "김하늘", "haneul")]
        assert done.failed_table == path.with_name("명단.csv.failed.csv")
        back = done.failed_table.read_text("utf-8-sig").splitlines()
        assert back[0] == '"현장명","담당자","이메일","직함","오류"'
        assert back[1].startswith('"","김하늘","haneul@example.com","","현장명: ')
        assert len(back) == 10

    def test_rows_that_were_mended_are_added(self, home: Home, brought: Path) -> None:
        rows = (HEADER, "솔빛센터,김하늘,haneul@example.com,", "달빛센터,박도윤,doyun,")
        first = home.take_over(home.plan_contacts("gaon", table(brought, *rows), "2026-11"))
        assert first.failed_table
        failed = first.failed_table.read_text("utf-8-sig")
        first.failed_table.write_text(failed.replace('"doyun"', '"doyun@example.com"'), "utf-8")
        plan = home.plan_contacts("gaon", first.failed_table, "2026-11")
        assert plan.added
        assert [(one.kind, one.site) for one in plan.changes] == [("new", "달빛센터")]
        assert plan.doubts == ()
        assert kept_contacts(home.take_over(plan).plan.target) == [
            contact("솔빛센터", "김하늘", "haneul"),
            contact("달빛센터", "박도윤", "doyun"),
        ]

    def test_without_one_good_row_nothing_is_written(self, home: Home, brought: Path) -> None:
        path = table(brought, HEADER, "솔빛센터,김하늘,x,", "달빛센터,,y@example.com,")
        with pytest.raises(TableError) as error:
            home.take_over(home.plan_contacts("gaon", path, "2026-11"))
        assert refused(error) == [("list.address", "email", 2), ("list.missing", "name", 3)]
        assert files(home) == []

    @pytest.mark.parametrize(
        ("cells", "expected"),
        [
            (
                ("김하늘", "a@example.com, b@example.com", ""),
                [("김하늘", "소장", "a"), ("김하늘", "소장", "b")],
            ),
            (
                ("김하늘 주임/박도윤", "a@example.com;b@example.com", ""),
                [("김하늘", "주임", "a"), ("박도윤", "소장", "b")],
            ),
            (("김하늘", "김하늘 <a@example.com>", "과장"), [("김하늘", "과장", "a")]),
            (("김하늘(a@example.com)", "a@example.com", ""), [("김하늘", "소장", "a")]),
            (("김하늘(과장)", "ａ＠ｅｘａｍｐｌｅ．ｃｏｍ", ""), [("김하늘", "과장", "a")]),
            (("김하늘", "a@example.com.", ""), [("김하늘", "소장", "a")]),
            (("김하늘", "mailto:a@example.com", ""), [("김하늘", "소장", "a")]),
            (("김하늘", "a@example.com님", ""), [("김하늘", "소장", "a")]),
            (("김하늘", "\u200ba@example.com\xa0;", ""), [("김하늘", "소장", "a")]),
            (
                ("김하늘/박도윤", "박도윤 <b@example.com>/김하늘 <a@example.com>", ""),
                [("박도윤", "소장", "b"), ("김하늘", "소장", "a")],
            ),
            (("김하늘 현장소장", "a@example.com", ""), [("김하늘", "현장소장", "a")]),
            (("관리실 운영팀", "a@example.com", "-"), [("관리실 운영팀", "소장", "a")]),
            (("김하늘\n소장", "a@example.com", ""), [("김하늘", "소장", "a")]),
            (("김하늘 박도윤", "a@example.com", ""), "list.people-count"),
            (("김하늘·박도윤", "a@example.com", ""), "list.people-count"),
            (("김하늘, 박도윤", "a@example.com", ""), "list.people-count"),
            (("김하늘\n박도윤", "a@example.com", ""), "list.people-count"),
            (("김하늘 외 1명", "a@example.com", ""), "list.people-count"),
            (("김하늘 소장 박도윤 과장", "a@example.com", ""), "list.people-count"),
            (("김하늘/박도윤", "박도윤 <b@example.com>, a@example.com", ""), "list.two-names"),
            (
                ("김하늘/박도윤", "박도윤 <b@example.com>, 김하늘 <a@example.com>", "소장/과장"),
                "list.two-names",
            ),
            (("이상무 소장", "a@example.com", ""), [("이상무", "소장", "a")]),
            (("이상무", "a@example.com", "소장"), [("이상무", "소장", "a")]),
            (("하이파킹 고객센터", "a@example.com", ""), [("하이파킹 고객센터", "소장", "a")]),
            (("시설·주차팀", "a@example.com", ""), [("시설·주차팀", "소장", "a")]),
            (("주차장 관리사무소", "a@example.com", ""), [("주차장 관리사무소", "소장", "a")]),
            (("운영팀장 김하늘", "a@example.com", ""), [("김하늘", "운영팀장", "a")]),
            (("김하늘(정)", "a@example.com", "과장(진)"), [("김하늘", "과장", "a")]),
            (("김하늘 과장", "김하늘 <a@example.com>", ""), [("김하늘", "과장", "a")]),
            (("김하늘", "①a@example.com", ""), "list.address"),
            (("김하늘", "1.a@example.com", ""), "list.address"),
            (("김하늘 <a@example.com>, 박도윤", "a@example.com", ""), "list.other-words"),
            (
                ("김하늘, 박도윤, 최바다", "김하늘 <a@example.com>, 박도윤 <b@example.com>", ""),
                "list.people-count",
            ),
            (("김하늘,,박도윤", "a@example.com, b@example.com", ""), "list.people-count"),
            (
                (
                    "김하늘, 박도윤, 최바다",
                    "a@example.com, a@example.com, b@example.com, c@example.com",
                    "",
                ),
                "list.people-count",
            ),
            (("주간 김하늘 야간 박도윤", "a@example.com", ""), "list.people-count"),
            (("김하늘", "a@example.com", "박도윤 소장"), "list.two-names"),
            (("미정", "a@example.com", ""), "list.nobody"),
            (("-", "a@example.com", ""), "list.missing"),
            (("김하늘 010-1234-5678", "a@example.com", ""), "list.name-words"),
            (("김하늘", "a@example.com (부재 시 박도윤)", ""), "list.other-words"),
            (("김하늘/박도윤/최바다", "a@example.com;b@example.com", ""), "list.people-count"),
            (("김하늘", "박도윤 <a@example.com>", ""), "list.two-names"),
            (("김하늘 <c@example.com>", "a@example.com", ""), "list.two-addresses"),
            (("김하늘", "a@example.com박", ""), "list.address"),
            (("김하늘", "a@@example.com", ""), "list.address"),
        ],
    )
    def test_people_are_read_as_people_write_them(
        self, home: Home, brought: Path, cells: tuple[str, ...], expected: Any
    ) -> None:
        path = table(brought, HEADER, ",".join(f'"{cell}"' for cell in ("솔빛센터", *cells)))
        if isinstance(expected, str):
            with pytest.raises(TableError) as error:
                home.take_over(home.plan_contacts("gaon", path, "2026-11"))
            assert [one[0] for one in refused(error)] == [expected]
            return
        done = home.take_over(home.plan_contacts("gaon", path, "2026-11"))
        assert kept_contacts(done.plan.target) == [
            contact("솔빛센터", name, address, title) for name, title, address in expected
        ]

    def test_a_bad_list_leaves_the_old_one(self, home: Home, brought: Path) -> None:
        home.take_over(
            home.plan_contacts(
                "gaon", table(brought, HEADER, "솔빛센터,김하늘,haneul@example.com,"), "2026-11"
            )
        )
        before = (home.root / "sites/gaon/2026-11.csv").read_bytes()
        with pytest.raises(TableError):
            home.take_over(
                home.plan_contacts("gaon", table(brought, HEADER, "솔빛센터,김하늘,x,"), "2026-11")
            )
        assert files(home) == ["sites/gaon/2026-11.csv"]
        assert (home.root / "sites/gaon/2026-11.csv").read_bytes() == before

    def test_a_second_import_replaces_and_keeps(self, home: Home, brought: Path) -> None:
        contents = []
        for name in ("하나", "둘이", "셋이"):
            path = table(brought, HEADER, f"솔빛센터,김{name},haneul@example.com,")
            done = home.take_over(home.plan_contacts("gaon", path, "2026-11"))
            contents.append(done.plan.target.read_bytes())
        to = fresh(home).route("plate-change", site="솔빛센터", **CHANGE).route_json()["to"]
        assert [one["name"] for one in to] == ["김셋이"]
        assert files(home) == [  # even within one second no list is lost
            "sites/gaon/2026-11.20261123-093000-2.old.csv",
            "sites/gaon/2026-11.20261123-093000.old.csv",
            "sites/gaon/2026-11.csv",
        ]
        assert done.kept is not None
        assert done.kept.read_bytes() == contents[1]
        assert (done.kept.parent / "2026-11.20261123-093000.old.csv").read_bytes() == contents[0]

    def test_what_is_kept_can_be_brought_again(self, home: Home, brought: Path) -> None:
        row = "'=솔빛,김하늘,haneul@example.com,주임"
        first = home.take_over(home.plan_contacts("gaon", table(brought, HEADER, row), "2026-11"))
        content = first.plan.target.read_bytes()
        assert b"\"'=" in content
        again = home.take_over(home.plan_contacts("gaon", first.plan.target, "2026-12"))
        assert again.plan.target.read_bytes() == content

    def test_glued_titles_are_split_and_shown(self, home: Home, brought: Path) -> None:
        path = table(
            brought,
            HEADER,
            "솔빛센터,이서준대리,seojun@example.com,",
            "달빛센터,이서준대리,seojun@example.com,",
            "별빛센터,김하늘 부팀장님,haneul@example.com,",
            "해빛센터,박도윤,doyun@example.com,과장님",
            "숲빛센터,운영팀,ops@example.com,",
        )
        done = home.take_over(home.plan_contacts("gaon", path, "2026-11"))
        assert done.plan.split == (
            ("이서준대리", "이서준", "대리"),
            ("김하늘 부팀장님", "김하늘", "부팀장"),
        )
        next_one = fresh(home)
        titles = {
            site: [
                (one["name"], one["title"])
                for one in next_one.route("plate-change", site=site, **CHANGE).route_json()["to"]
            ]
            for site in ("솔빛센터", "별빛센터", "해빛센터")
        }
        assert titles == {
            "솔빛센터": [("이서준", "대리")],
            "별빛센터": [("김하늘", "부팀장")],
            "해빛센터": [("박도윤", "과장")],
        }

    @pytest.mark.parametrize("name", ["이대리", "김 주임", "남궁소장", "이대리님"])
    def test_a_surname_alone_is_refused(self, home: Home, brought: Path, name: str) -> None:
        path = table(brought, HEADER, f"솔빛센터,{name},daeri@example.com,")
        with pytest.raises(TableError) as error:
            home.take_over(home.plan_contacts("gaon", path, "2026-11"))
        assert refused(error) == [("title.surname-only", "name", 2)]

    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp949", "utf-16"])
    @pytest.mark.parametrize("separator", [",", ";", "\t"])
    def test_however_it_was_saved(
        self, home: Home, brought: Path, encoding: str, separator: str
    ) -> None:
        rows = (HEADER, "솔빛센터,이서준대리,seojun@example.com,")
        path = table(brought, *(one.replace(",", separator) for one in rows), encoding=encoding)
        assert home.take_over(home.plan_contacts("gaon", path, "2026-11")).plan.total == 1

    def test_a_workbook_with_columns_in_any_order(self, home: Home, tmp_path: Path) -> None:
        book = openpyxl.Workbook()
        sheet = book.active
        assert isinstance(sheet, Worksheet)
        sheet.append(["이 메 일", "현장명", "name"])
        sheet.append(["haneul@example.com", "솔빛센터", "김하늘"])
        book.save(tmp_path / "명단.xlsx")
        assert (
            home.take_over(home.plan_contacts("gaon", tmp_path / "명단.xlsx", "2026-11")).plan.total
            == 1
        )

    @pytest.mark.parametrize(
        "month", ["2026-13", "2026-00", "2026-1", "26-11", "2026-11-01", "2026-１１", "", "../x"]
    )
    def test_a_wrong_month(self, home: Home, brought: Path, month: str) -> None:
        path = table(brought, HEADER, "솔빛센터,김하늘,haneul@example.com,")
        with pytest.raises(TableError) as error:
            home.take_over(home.plan_contacts("gaon", path, month))
        assert refused(error) == [("list.month", "month", None)]
        assert files(home) == []

    @pytest.mark.parametrize("partner", ["nuri", "누리파킹", "모르는곳", "", "../nuri"])
    def test_a_partner_without_lists(self, home: Home, brought: Path, partner: str) -> None:
        path = table(brought, HEADER, "솔빛센터,김하늘,haneul@example.com,")
        with pytest.raises(TableError) as error:
            home.take_over(home.plan_contacts(partner, path, "11월"))
        assert refused(error) == [("list.partner", "partner", None), ("list.month", "month", None)]
        assert "가온주차(gaon)" in hint(error.value.problems[0])

    @pytest.mark.parametrize(
        ("rows", "code"),
        [
            ((), "table.blank"),
            ((HEADER,), "table.no-rows"),
            (("가,나,다", "1,2,3"), "table.no-header"),
            (("현장명,담당자,직함", "솔빛센터,김하늘,"), "table.column-missing"),
        ],
    )
    def test_not_such_a_table(
        self, home: Home, brought: Path, rows: tuple[str, ...], code: str
    ) -> None:
        with pytest.raises(TableError) as error:
            home.take_over(home.plan_contacts("gaon", table(brought, *rows), "2026-11"))
        assert [one[0] for one in refused(error)] == [code]
        assert files(home) == []

    def test_a_column_that_is_needed_is_not_there(self, home: Home, brought: Path) -> None:
        path = table(brought, "현장명,담당자", "솔빛센터,김하늘")
        with pytest.raises(TableError) as error:
            home.take_over(home.plan_contacts("gaon", path, "2026-11"))
        assert refused(error) == [("table.column-missing", "email", 1)]

    def test_no_file(self, home: Home, brought: Path) -> None:
        with pytest.raises(TableError) as error:
            home.take_over(home.plan_contacts("gaon", brought, "2026-11"))
        assert [one[0] for one in refused(error)] == ["table.file-missing"]

    def test_a_kept_list_that_somebody_spoilt_is_told(self, home: Home) -> None:
        kept = home.root / "sites" / "gaon"
        kept.mkdir(parents=True)
        table(kept / "2026-11.csv", HEADER, "솔빛센터,김하늘,x,")
        for _ in range(2):
            with pytest.raises(TableError) as error:
                fresh(home).route("plate-change", site="솔빛센터", **CHANGE)
            assert refused(error) == [("list.address", "email", 2)]

    def test_the_directorys_alias_is_its_own_site(self, home: Home, brought: Path) -> None:
        path = table(brought, HEADER, "가온본관,김하늘,haneul@example.com,")
        assert home.take_over(home.plan_contacts("gaon", path, "2026-11")).plan.total == 1


class TestSites:
    def test_fills_what_is_known_of_a_site(self, home: Home, brought: Path) -> None:
        path = table(
            brought,
            SITES,
            '솔빛센터,누리파킹,비제휴,솔빛;솔빛 본관,"15,000원"',
            "달빛센터,GAON,수동현장,,",
        )
        done = home.take_over(home.plan_sites(path))
        assert (done.plan.total, done.plan.sites, done.kept) == (2, 2, None)
        assert files(home) == ["sites.csv"]
        details = {name: value for name, value in CHANGE.items() if "plate" in name}
        answer = fresh(home).route("plate-change", site="솔빛본관", **details).route_json()
        assert (answer["site"], answer["partner"], answer["integration"]) == (
            "솔빛센터",
            "nuri",
            "unaffiliated",
        )

    def test_good_rows_are_taken_and_bad_ones_come_back(self, home: Home, brought: Path) -> None:
        path = table(
            brought,
            SITES,
            "솔빛센터,모르는곳,수동현장,,",
            "달빛센터,gaon,반자동,,",
            "별빛센터,gaon,수동,,공짜",
            ",,,,",
            "해빛센터,,,,",
            "나빛센터,gaon,수동,,",
            "다빛센터,gaon,수동,나빛 센터,",
            "누리빌딩,gaon,수동,,",
            "라빛센터,gaon,수동,,",
        )
        done = home.take_over(home.plan_sites(path))
        found = [one for problems in done.plan.bad.values() for one in problems]
        assert all(message(one) and hint(one) for one in found)
        assert sorted(
            ((one.code, one.field, one.row) for one in found), key=lambda one: (one[2] or 0, one[1])
        ) == [
            ("list.unknown-partner", "partner", 2),
            ("choice.unknown", "integration", 3),
            ("money.malformed", "daily_max", 4),
            ("list.missing", "integration", 6),
            ("list.missing", "partner", 6),
            ("list.same-site", "site", 7),
            ("list.same-site", "site", 8),
            ("list.directory-site", "partner", 9),
        ]
        assert files(home) == ["sites.csv"]
        assert [row["name"] for row in kept_sites(done.plan.target, home.directory)] == ["라빛센터"]
        assert done.failed_table

    def test_rows_that_were_mended_are_added(self, home: Home, brought: Path) -> None:
        rows = (SITES, "솔빛센터,gaon,수동,,", "달빛센터,모르는곳,수동,,")
        first = home.take_over(home.plan_sites(table(brought, *rows)))
        assert first.failed_table
        failed = first.failed_table.read_text("utf-8-sig").replace("모르는곳", "gaon")
        again = '"솔빛센터","gaon","수동","","",""'
        first.failed_table.write_text(f"{failed}{again}\n", "utf-8")
        plan = home.plan_sites(first.failed_table)
        assert (plan.added, [one.site for one in plan.changes]) == (True, ["달빛센터"])
        assert [one.code for problems in plan.bad.values() for one in problems] == [
            "list.site-there"
        ]
        home.take_over(plan)
        kept = kept_sites(home.root / "sites.csv", home.directory)
        assert [row["name"] for row in kept] == ["솔빛센터", "달빛센터"]

    @pytest.mark.parametrize(
        ("partner", "operator", "kept"),
        [
            ("그 외", "가온파킹", "가온파킹"),
            ("그 외", " 모 름 ", "모름"),
            ("누리파킹", "누리 파킹", "누리 파킹"),
            ("누리파킹", "", None),
            ("그 외", "누리파킹", "place.operator-listed"),
            ("그 외", "그외", "place.operator-no-name"),
            ("누리파킹", "가온파킹", "place.operator-other"),
        ],
    )
    def test_the_real_operator_is_kept_with_the_site(
        self, home: Home, brought: Path, partner: str, operator: str, kept: str | None
    ) -> None:
        contacts = home.root / "contacts.yaml"
        text = contacts.read_text("utf-8")
        rest = "partners:\n  rest: {name: 그 외, catch_all: true}\n"
        contacts.write_text(text.replace("partners:\n", rest), "utf-8")
        path = table(brought, f"{SITES},실제운영사", f"솔빛센터,{partner},수동,,,{operator}")
        if kept and kept.startswith("place."):
            with pytest.raises(TableError) as error:
                fresh(home).take_over(fresh(home).plan_sites(path))
            assert refused(error) == [(kept, "operator", 2)]
            return
        fresh(home).take_over(fresh(home).plan_sites(path))
        (found,) = fresh(home).known(datetime(2026, 11, 23).date()).named("솔빛센터")
        assert found.operator == kept

    def test_a_second_import_replaces_and_keeps(self, home: Home, brought: Path) -> None:
        home.take_over(home.plan_sites(table(brought, SITES, "솔빛센터,gaon,수동,,")))
        before = (home.root / "sites.csv").read_bytes()
        done = home.take_over(home.plan_sites(table(brought, SITES, "달빛센터,gaon,수동,,")))
        assert files(home) == ["sites.20261123-093000.old.csv", "sites.csv"]
        assert done.kept is not None
        assert done.kept.read_bytes() == before

    def test_what_is_kept_can_be_brought_again(self, home: Home, brought: Path) -> None:
        rows = (SITES, "솔빛센터,누리파킹,연동,솔빛;+솔,15000", "달빛센터,gaon,수동,,")
        first = home.take_over(home.plan_sites(table(brought, *rows, encoding="cp949")))
        content = first.plan.target.read_bytes()
        assert (
            home.take_over(home.plan_sites(first.plan.target)).plan.target.read_bytes() == content
        )

    def test_a_workbook(self, home: Home, tmp_path: Path) -> None:
        book = openpyxl.Workbook()
        sheet = book.active
        assert isinstance(sheet, Worksheet)
        sheet.append(["site", "partner", "integration", "daily_max"])
        sheet.append(["솔빛센터", "gaon", "manual", 15000])
        book.save(tmp_path / "현장.xlsx")
        home.take_over(home.plan_sites(tmp_path / "현장.xlsx"))
        found = fresh(home).known(datetime(2026, 11, 23).date()).named("솔빛 센터")
        assert [one.daily_max for one in found] == [15000]

    def test_a_spoilt_list_is_told(self, home: Home) -> None:
        table(home.root / "sites.csv", SITES, "솔빛센터,모르는곳,수동현장,,")
        with pytest.raises(TableError) as error:
            home.route("plate-change", site="솔빛센터", **CHANGE)
        assert refused(error) == [("list.unknown-partner", "partner", 2)]

    def test_another_directory_judges_again(self, home: Home, brought: Path) -> None:
        home.take_over(home.plan_sites(table(brought, SITES, "솔빛센터,누리파킹,수동,,")))
        assert fresh(home).known(datetime(2026, 11, 23).date()).named("솔빛센터")
        contacts = home.root / "contacts.yaml"
        text = contacts.read_text("utf-8").replace("name: 누리파킹", "name: 새누리파킹")
        contacts.write_text(text, "utf-8")
        with pytest.raises(TableError):
            fresh(home).known(datetime(2026, 11, 23).date())


@pytest.mark.parametrize("name", ["이상무 소장", "남궁대리 소장", "정이사 과장", "소장 이상무"])
def test_what_was_kept_reads_back_as_it_was_planned(home: Home, brought: Path, name: str) -> None:
    plan = home.plan_contacts(
        "gaon", table(brought, HEADER, f"솔빛센터,{name},a@example.com,"), "2026-11"
    )
    home.take_over(plan)
    (row,) = kept_contacts(plan.target)
    assert (row["name"], row["person"], row["address"], row["title"]) == plan.rows[0]


class TestDifference:
    """What a list changes is told before it counts, and what may be a mistake is asked about."""

    @pytest.fixture
    def earlier(self, home: Home, brought: Path) -> Home:
        """Last month's list: two sites."""
        rows = ("솔빛센터,김하늘,haneul@example.com,주임", "달빛센터,박도윤,doyun@example.com,")
        home.take_over(home.plan_contacts("gaon", table(brought, HEADER, *rows), "2026-10"))
        return fresh(home)

    def test_a_first_list_is_only_shown(self, home: Home, brought: Path) -> None:
        path = table(brought, HEADER, "솔빛센터,김하늘,haneul@example.net,")
        plan = home.plan_contacts("gaon", path, "2026-11")
        assert (plan.against, [one.kind for one in plan.changes]) == (None, ["new"])
        assert plan.doubts == ()

    def test_mended_rows_are_judged_with_the_list_that_is_there(
        self, earlier: Home, brought: Path
    ) -> None:
        """An address of somebody else's is no good row, and spoils no list."""
        rows = ("별빛센터,박도윤,doyun@example.com,,", "해빛센터,이가을,DOYUN@example.com,,")
        path = table(brought, f"{HEADER},오류", *rows[1:])
        with pytest.raises(TableError) as error:
            earlier.plan_contacts("gaon", path, "2026-10")
        assert refused(error) == [("list.same-address", "email", 2)]
        plan = earlier.plan_contacts("gaon", table(brought, f"{HEADER},오류", rows[0]), "2026-11")
        assert [one.code for one in plan.doubts] == ["list.mended-alone"]

    def test_a_list_that_cannot_be_read_is_not_taken_for_none(
        self, earlier: Home, brought: Path
    ) -> None:
        (earlier.root / "sites/gaon/2026-10.csv").write_text(f"{HEADER}\n솔빛,김하늘,x,\n", "utf-8")
        row = "솔빛센터,김하늘,haneul@example.com,"
        plan = earlier.plan_contacts("gaon", table(brought, HEADER, row), "2026-10")
        assert [one.code for one in plan.doubts] == ["list.unsound"]
        with pytest.raises(TableError, match=r"^list\.unsound$"):
            earlier.plan_contacts("gaon", table(brought, f"{HEADER},오류", f"{row},"), "2026-10")

    def test_a_site_whose_row_is_bad_is_not_called_missing(
        self, earlier: Home, brought: Path
    ) -> None:
        rows = ("솔빛센터,김하늘,haneul@example.com,", "달빛센터,박도윤,doyun,")
        plan = earlier.plan_contacts("gaon", table(brought, HEADER, *rows), "2026-10")
        assert [(one.code, one.data["sites"]) for one in plan.doubts] == [
            ("list.sites-bad", "달빛센터")
        ]

    def test_more_people_for_a_site_by_mended_rows_want_a_yes(
        self, earlier: Home, brought: Path
    ) -> None:
        path = table(brought, f"{HEADER},오류", "솔빛센터,이가을,gaeul@example.com,,")
        plan = earlier.plan_contacts("gaon", path, "2026-10")
        assert [one.code for one in plan.doubts] == ["list.joined"]

    def test_sites_that_only_signs_tell_apart_want_a_yes(
        self, earlier: Home, brought: Path
    ) -> None:
        rows = ("솔빛 1-2,이가을,gaeul@example.com,", "솔빛 12,박도윤,doyun@example.com,")
        plan = earlier.plan_contacts("gaon", table(brought, HEADER, *rows), "2026-11")
        assert "list.alike" in [one.code for one in plan.doubts]

    def test_a_crowd_that_was_there_is_not_asked_about_again(
        self, home: Home, brought: Path
    ) -> None:
        rows = [f"솔빛센터,이가을,p{n}@example.com," for n in range(6)]
        home.take_over(home.plan_contacts("gaon", table(brought, HEADER, *rows), "2026-11"))
        assert home.plan_contacts("gaon", brought, "2026-11").doubts == ()

    def test_old_and_new_people_of_each_site(self, earlier: Home, brought: Path) -> None:
        rows = ("솔빛 센터,이서연,seoyeon@example.com,", "별빛센터,박도윤,doyun@example.com,")
        plan = earlier.plan_contacts("gaon", table(brought, HEADER, *rows), "2026-11")
        assert [one.as_json() for one in plan.changes] == [
            change("gone", "달빛센터", ["박도윤 소장 doyun@example.com"], []),
            change(
                "changed",
                "솔빛 센터",
                ["김하늘 주임 haneul@example.com"],
                ["이서연 소장 seoyeon@example.com"],
            ),
            change("new", "별빛센터", [], ["박도윤 소장 doyun@example.com"]),
        ]
        assert (plan.against, plan.doubts) == ("2026-10", ())

    @pytest.mark.parametrize(
        ("rows", "month", "codes"),
        [
            (["솔빛센터,이가을,gaeul@example.net,"], "2026-11", ["list.new-domain"]),
            (["솔빛센터,김하늘,haneul@EXAMPLE.com,"], "2026-11", []),
            (["솔빛센터,김하늘,haneul@example.com,"], "2026-10", ["list.sites-gone"]),
            (["솔빛센터,김하늘,haneul@example.com,"], "2026-12", []),
            (["솔빛센터,김하늘,haneul@example.com,"], "2027-01", ["list.far-month"]),
            ([f"솔빛센터,이가을,p{n}@example.com," for n in range(5)], "2026-11", []),
            ([f"솔빛센터,이가을,p{n}@example.com," for n in range(6)], "2026-11", ["list.crowd"]),
        ],
    )
    def test_what_needs_a_yes(
        self, earlier: Home, brought: Path, rows: list[str], month: str, codes: list[str]
    ) -> None:
        plan = earlier.plan_contacts("gaon", table(brought, HEADER, *rows), month)
        assert [one.code for one in plan.doubts] == codes
        assert all(message(one) and hint(one) for one in (*plan.doubts, *plan.notes))

    def test_addresses_in_columns_that_are_not_read_want_a_yes(
        self, earlier: Home, brought: Path
    ) -> None:
        row = "솔빛센터,김하늘,haneul@example.com,주임,second@example.com"
        path = table(brought, f"{HEADER},이메일2", row, "달빛센터,박도윤,doyun@example.com,,")
        plan = earlier.plan_contacts("gaon", path, "2026-11")
        assert [(one.code, one.data["columns"]) for one in plan.doubts] == [
            ("table.addresses-left", "이메일2")
        ]

    def test_another_sheet_that_is_named_for_the_month_wants_a_yes(
        self, earlier: Home, tmp_path: Path
    ) -> None:
        book = openpyxl.Workbook()
        for sheet in (book.active, book.create_sheet("12월")):
            assert isinstance(sheet, Worksheet)
            sheet.append(HEADER.split(","))
            sheet.append(["솔빛센터", "김하늘", "haneul@example.com", "주임"])
        book.save(tmp_path / "명단.xlsx")
        plan = earlier.plan_contacts("gaon", tmp_path / "명단.xlsx", "2026-12")
        assert [one.code for one in plan.doubts] == ["list.month-sheet"]
        assert "'12월'" in message(plan.doubts[0])

    def test_an_address_that_is_known_as_somebody_elses(self, earlier: Home, brought: Path) -> None:
        path = table(brought, HEADER, "별빛센터,이가을,Doyun@example.com,")
        (note,) = earlier.plan_contacts("gaon", path, "2026-11").notes
        assert (note.code, note.data["known"]) == ("list.other-person", "박도윤")
        assert "박도윤 담당자" in message(note)

    def test_a_site_of_which_one_row_is_bad_is_named(self, earlier: Home, brought: Path) -> None:
        rows = ("솔빛센터,김하늘,haneul@example.com,", "솔빛센터,박도윤,doyun,")
        (note,) = earlier.plan_contacts("gaon", table(brought, HEADER, *rows), "2026-11").notes
        assert (note.code, note.data["sites"]) == ("list.partly", "솔빛센터")

    def test_a_mended_title_takes_the_place_of_the_old_one(
        self, earlier: Home, brought: Path
    ) -> None:
        row = "솔빛센터,김하늘,haneul@example.com,과장,"
        path = table(brought, f"{HEADER},오류", row)
        done = earlier.take_over(earlier.plan_contacts("gaon", path, "2026-10"))
        assert [row["title"] for row in kept_contacts(done.plan.target)] == ["소장", "과장"]

    def test_somebody_known_under_another_address(self, earlier: Home, brought: Path) -> None:
        path = table(brought, HEADER, "별빛센터,김하늘,hanuel@example.com,")
        (note,) = earlier.plan_contacts("gaon", path, "2026-11").notes
        assert (note.code, note.data["address"]) == ("list.other-address", "hanuel@example.com")

    def test_sites_that_go_and_change(self, home: Home, brought: Path) -> None:
        home.take_over(
            home.plan_sites(table(brought, SITES, "솔빛센터,gaon,수동,,", "달빛센터,gaon,수동,,"))
        )
        plan = home.plan_sites(table(brought, SITES, "솔빛센터,gaon,연동,솔,9000"))
        manual = ["운영사: 가온주차", "연동구분: 수동현장 (비연동)"]
        after = ["운영사: 가온주차", "연동구분: 연동 (T월주차권)", "별칭: 솔", "일최대요금: 9000"]
        assert [one.as_json() for one in plan.changes] == [
            change("gone", "달빛센터", manual, []),
            change("changed", "솔빛센터", manual, after),
        ]
        assert [one.code for one in plan.doubts] == ["list.sites-gone"]


def change(kind: str, site: str, before: list[str], after: list[str]) -> dict[str, Any]:
    return {"kind": kind, "site": site, "before": before, "after": after}


def test_the_built_in_home_takes_nothing(home: Home, brought: Path) -> None:
    builtin = Home(home.root, home.outbox, builtin=True, now=home.now)
    path = table(brought, HEADER, "솔빛센터,김하늘,haneul@example.com,")
    with pytest.raises(StorageError) as error:
        builtin.plan_contacts("gaon", path, "2026-11")
    assert refused(error) == [("home.builtin", None, None)]
    with pytest.raises(StorageError) as error:
        builtin.plan_sites(path)
    assert refused(error) == [("home.builtin", None, None)]
    assert files(home) == []


def test_a_disk_that_refuses_leaves_the_old_list(
    home: Home, brought: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home.take_over(home.plan_sites(table(brought, SITES, "솔빛센터,gaon,수동,,")))
    before = (home.root / "sites.csv").read_bytes()

    def refuse(self: Path, target: Path) -> Path:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", refuse)
    with pytest.raises(StorageError) as error:
        home.take_over(home.plan_sites(table(brought, SITES, "달빛센터,gaon,수동,,")))
    assert [one[0] for one in refused(error)] == ["storage.full"]
    assert files(home) == ["sites.csv"]
    assert (home.root / "sites.csv").read_bytes() == before
