"""Lists that people bring: judged whole, kept whole, and the one before is never lost."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import openpyxl
import pytest
from jinja2.sandbox import ImmutableSandboxedEnvironment
from openpyxl.worksheet.worksheet import Worksheet

from parkdraft.errors import ParkdraftError, Problem, StorageError, TableError
from parkdraft.home import Home
from parkdraft.wording import hint, message
from parkdraft.writing.rendering import environment

ROOT = Path(__file__).parents[1]
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
HEADER = "현장명,담당자,이메일,직함"
SITES = "현장명,운영사,연동구분,별칭,일최대요금"
CHANGE = {
    "partner": "gaon",
    "integration": "manual",
    "old_plate": "12가3456",
    "new_plate": "345나6789",
}


@pytest.fixture(scope="module")
def texts() -> ImmutableSandboxedEnvironment:
    return environment(ROOT / "templates")


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
    found: tuple[Problem, ...] = error.value.problems
    for one in found:
        assert message(one)
        assert hint(one)
    return [(one.code, one.field, one.row) for one in found]


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
        done = home.import_contacts("가온 주차", path, "2026-11")
        assert (done.rows, done.sites, done.kept, done.split) == (3, 2, None, ())
        assert done.path == home.root / "sites" / "gaon" / "2026-11.csv"
        assert files(home) == ["sites/gaon/2026-11.csv"]
        to = fresh(home).route("plate-change", site="솔빛 센터", **CHANGE).as_json()["to"]
        assert to == [
            {"name": "김하늘", "title": "주임", "address": "haneul@example.com"},
            {"name": "박도윤", "title": "소장", "address": "doyun@example.com"},
        ]

    @pytest.mark.parametrize("month", ["2026-10", "2026-12"])
    def test_another_month_does_not_count(self, home: Home, brought: Path, month: str) -> None:
        path = table(brought, HEADER, "솔빛센터,김하늘,haneul@example.com,")
        home.import_contacts("gaon", path, month)
        answer = fresh(home).route("plate-change", site="솔빛센터", **CHANGE)
        assert answer.as_json()["state"] == "waiting"

    def test_bad_rows_are_all_told_and_nothing_is_written(self, home: Home, brought: Path) -> None:
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
            "숲빛센터,최다른,HANEUL@example.com,",
            "솔빛센터,김\x7f늘,x@example.com,",
            "솔빛센터,김하늘,haneul@example.com,,남는칸",
        )
        with pytest.raises(TableError) as error:
            home.import_contacts("gaon", path, "2026-11")
        assert sorted(refused(error), key=lambda one: (one[2] or 0, one[1] or "")) == [
            ("list.missing", "site", 3),
            ("title.surname-only", "name", 5),
            ("list.address", "email", 6),
            ("list.missing", "email", 7),
            ("list.missing", "name", 7),
            ("list.other-partner", "site", 8),
            ("list.same-address", "email", 9),
            ("text.control", "name", 10),
            ("row.extra-cell", "E", 11),
        ]
        assert files(home) == []

    def test_a_bad_list_leaves_the_old_one(self, home: Home, brought: Path) -> None:
        home.import_contacts(
            "gaon", table(brought, HEADER, "솔빛센터,김하늘,haneul@example.com,"), "2026-11"
        )
        before = (home.root / "sites/gaon/2026-11.csv").read_bytes()
        with pytest.raises(TableError):
            home.import_contacts("gaon", table(brought, HEADER, "솔빛센터,김하늘,x,"), "2026-11")
        assert files(home) == ["sites/gaon/2026-11.csv"]
        assert (home.root / "sites/gaon/2026-11.csv").read_bytes() == before

    def test_a_second_import_replaces_and_keeps(self, home: Home, brought: Path) -> None:
        contents = []
        for name in ("하나", "둘이", "셋이"):
            path = table(brought, HEADER, f"솔빛센터,김{name},haneul@example.com,")
            done = home.import_contacts("gaon", path, "2026-11")
            contents.append(done.path.read_bytes())
        to = fresh(home).route("plate-change", site="솔빛센터", **CHANGE).as_json()["to"]
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
        first = home.import_contacts("gaon", table(brought, HEADER, row), "2026-11")
        content = first.path.read_bytes()
        assert b"\"'=" in content
        again = home.import_contacts("gaon", first.path, "2026-12")
        assert again.path.read_bytes() == content

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
        done = home.import_contacts("gaon", path, "2026-11")
        assert done.split == (
            ("이서준대리", "이서준", "대리"),
            ("김하늘 부팀장님", "김하늘", "부팀장"),
        )
        assert done.as_json()["split"][0] == ["이서준대리", "이서준", "대리"]
        next_one = fresh(home)
        titles = {
            site: [
                (one["name"], one["title"])
                for one in next_one.route("plate-change", site=site, **CHANGE).as_json()["to"]
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
            home.import_contacts("gaon", path, "2026-11")
        assert refused(error) == [("title.surname-only", "name", 2)]

    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp949", "utf-16"])
    @pytest.mark.parametrize("separator", [",", ";", "\t"])
    def test_however_it_was_saved(
        self, home: Home, brought: Path, encoding: str, separator: str
    ) -> None:
        rows = (HEADER, "솔빛센터,이서준대리,seojun@example.com,")
        path = table(brought, *(one.replace(",", separator) for one in rows), encoding=encoding)
        assert home.import_contacts("gaon", path, "2026-11").rows == 1

    def test_a_workbook_with_columns_in_any_order(self, home: Home, tmp_path: Path) -> None:
        book = openpyxl.Workbook()
        sheet = book.active
        assert isinstance(sheet, Worksheet)
        sheet.append(["이 메 일", "현장명", "name"])
        sheet.append(["haneul@example.com", "솔빛센터", "김하늘"])
        book.save(tmp_path / "명단.xlsx")
        assert home.import_contacts("gaon", tmp_path / "명단.xlsx", "2026-11").rows == 1

    @pytest.mark.parametrize(
        "month", ["2026-13", "2026-00", "2026-1", "26-11", "2026-11-01", "2026-１１", "", "../x"]
    )
    def test_a_wrong_month(self, home: Home, brought: Path, month: str) -> None:
        path = table(brought, HEADER, "솔빛센터,김하늘,haneul@example.com,")
        with pytest.raises(TableError) as error:
            home.import_contacts("gaon", path, month)
        assert refused(error) == [("list.month", "month", None)]
        assert files(home) == []

    @pytest.mark.parametrize("partner", ["nuri", "누리파킹", "모르는곳", "", "../nuri"])
    def test_a_partner_without_lists(self, home: Home, brought: Path, partner: str) -> None:
        path = table(brought, HEADER, "솔빛센터,김하늘,haneul@example.com,")
        with pytest.raises(TableError) as error:
            home.import_contacts(partner, path, "11월")
        assert refused(error) == [("list.partner", "partner", None), ("list.month", "month", None)]
        assert "가온주차(gaon)" in hint(error.value.problems[0])

    @pytest.mark.parametrize(
        ("rows", "code"),
        [
            ((), "table.blank"),
            ((HEADER,), "table.no-rows"),
            (("가,나,다", "1,2,3"), "table.no-header"),
            ((HEADER + ",메모", "솔빛센터,김하늘,haneul@example.com,,x"), "table.column-unknown"),
        ],
    )
    def test_not_such_a_table(
        self, home: Home, brought: Path, rows: tuple[str, ...], code: str
    ) -> None:
        with pytest.raises(TableError) as error:
            home.import_contacts("gaon", table(brought, *rows), "2026-11")
        assert [one[0] for one in refused(error)] == [code]
        assert files(home) == []

    def test_a_column_that_is_needed_is_not_there(self, home: Home, brought: Path) -> None:
        path = table(brought, "현장명,담당자", "솔빛센터,김하늘")
        with pytest.raises(TableError) as error:
            home.import_contacts("gaon", path, "2026-11")
        assert refused(error) == [("list.missing", "email", 2)]

    def test_no_file(self, home: Home, brought: Path) -> None:
        with pytest.raises(TableError) as error:
            home.import_contacts("gaon", brought, "2026-11")
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
        assert home.import_contacts("gaon", path, "2026-11").rows == 1


class TestSites:
    def test_fills_what_is_known_of_a_site(self, home: Home, brought: Path) -> None:
        path = table(
            brought,
            SITES,
            '솔빛센터,누리파킹,비제휴,솔빛;솔빛 본관,"15,000원"',
            "달빛센터,GAON,수동현장,,",
        )
        done = home.import_sites(path)
        assert (done.rows, done.sites, done.kept) == (2, 2, None)
        assert files(home) == ["sites.csv"]
        details = {name: value for name, value in CHANGE.items() if "plate" in name}
        answer = fresh(home).route("plate-change", site="솔빛본관", **details).as_json()
        assert (answer["site"], answer["partner"], answer["integration"]) == (
            "솔빛센터",
            "nuri",
            "unaffiliated",
        )

    def test_bad_rows_are_all_told_and_nothing_is_written(self, home: Home, brought: Path) -> None:
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
        )
        with pytest.raises(TableError) as error:
            home.import_sites(path)
        assert sorted(refused(error), key=lambda one: (one[2] or 0, one[1] or "")) == [
            ("list.unknown-partner", "partner", 2),
            ("choice.unknown", "integration", 3),
            ("money.malformed", "daily_max", 4),
            ("list.missing", "integration", 6),
            ("list.missing", "partner", 6),
            ("list.same-site", "site", 8),
            ("list.directory-site", "partner", 9),
        ]
        assert files(home) == []

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
                fresh(home).import_sites(path)
            assert refused(error) == [(kept, "operator", 2)]
            return
        fresh(home).import_sites(path)
        (found,) = fresh(home).known(datetime(2026, 11, 23).date()).named("솔빛센터")
        assert found.operator == kept

    def test_a_second_import_replaces_and_keeps(self, home: Home, brought: Path) -> None:
        home.import_sites(table(brought, SITES, "솔빛센터,gaon,수동,,"))
        before = (home.root / "sites.csv").read_bytes()
        done = home.import_sites(table(brought, SITES, "달빛센터,gaon,수동,,"))
        assert files(home) == ["sites.20261123-093000.old.csv", "sites.csv"]
        assert done.kept is not None
        assert done.kept.read_bytes() == before

    def test_what_is_kept_can_be_brought_again(self, home: Home, brought: Path) -> None:
        rows = (SITES, "솔빛센터,누리파킹,연동,솔빛;+솔,15000", "달빛센터,gaon,수동,,")
        first = home.import_sites(table(brought, *rows, encoding="cp949"))
        content = first.path.read_bytes()
        assert home.import_sites(first.path).path.read_bytes() == content

    def test_a_workbook(self, home: Home, tmp_path: Path) -> None:
        book = openpyxl.Workbook()
        sheet = book.active
        assert isinstance(sheet, Worksheet)
        sheet.append(["site", "partner", "integration", "daily_max"])
        sheet.append(["솔빛센터", "gaon", "manual", 15000])
        book.save(tmp_path / "현장.xlsx")
        home.import_sites(tmp_path / "현장.xlsx")
        found = fresh(home).known(datetime(2026, 11, 23).date()).named("솔빛 센터")
        assert [one.daily_max for one in found] == [15000]

    def test_a_spoilt_list_is_told(self, home: Home) -> None:
        table(home.root / "sites.csv", SITES, "솔빛센터,모르는곳,수동현장,,")
        with pytest.raises(TableError) as error:
            home.route("plate-change", site="솔빛센터", **CHANGE)
        assert refused(error) == [("list.unknown-partner", "partner", 2)]

    def test_another_directory_judges_again(self, home: Home, brought: Path) -> None:
        home.import_sites(table(brought, SITES, "솔빛센터,누리파킹,수동,,"))
        assert fresh(home).known(datetime(2026, 11, 23).date()).named("솔빛센터")
        contacts = home.root / "contacts.yaml"
        text = contacts.read_text("utf-8").replace("name: 누리파킹", "name: 새누리파킹")
        contacts.write_text(text, "utf-8")
        with pytest.raises(TableError):
            fresh(home).known(datetime(2026, 11, 23).date())


def test_the_built_in_home_takes_nothing(home: Home, brought: Path) -> None:
    builtin = Home(home.root, home.outbox, builtin=True, now=home.now)
    path = table(brought, HEADER, "솔빛센터,김하늘,haneul@example.com,")
    with pytest.raises(StorageError) as error:
        builtin.import_contacts("gaon", path, "2026-11")
    assert refused(error) == [("home.builtin", None, None)]
    with pytest.raises(StorageError) as error:
        builtin.import_sites(path)
    assert refused(error) == [("home.builtin", None, None)]
    assert files(home) == []


def test_a_disk_that_refuses_leaves_the_old_list(
    home: Home, brought: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home.import_sites(table(brought, SITES, "솔빛센터,gaon,수동,,"))
    before = (home.root / "sites.csv").read_bytes()

    def refuse(self: Path, target: Path) -> Path:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", refuse)
    with pytest.raises(StorageError) as error:
        home.import_sites(table(brought, SITES, "달빛센터,gaon,수동,,"))
    assert [one[0] for one in refused(error)] == ["storage.full"]
    assert files(home) == ["sites.csv"]
    assert (home.root / "sites.csv").read_bytes() == before
