"""``parkdraft outbox`` as people see it: order, filters, columns, words, JSON and exit codes."""

from __future__ import annotations

import itertools
import json
import os
import shutil
import subprocess
import sys
import unicodedata
from pathlib import Path
from typing import Any

import pytest
from tests.helpers.outboxes import AUTHOR, KINDS, LEAD, OTHER, Office, another_id

from parkdraft.cli.layout import width
from parkdraft.errors import Problem, StorageError
from parkdraft.model import labels
from parkdraft.model.states import STATES

LIST_KEYS = {
    *("id", "state", "case", "partner", "site", "row", "channel", "author", "at", "urgent"),
    *("subject", "to", "plates", "reason", "batch"),
}
"""What the contract promises of an entry of the list."""
TRICKS = (
    *("../..", "/etc/passwd", "..\\..\\contacts.yaml", "C:\\x", ".", "", " ", "*", "a" * 4000),
    *("20261123-aaaaaaa/..", "20261123-aaaaaaa.eml", "pending/20261123-aaaaaaa", "~", "abc"),
    *("68마4321", "남궁바다", "010-2468-1357", "\u202e", "{}", "%s", "\udcff"),
)


def ids_of(office: Office, text: str) -> list[str]:
    """The identifiers of a list's rows, in their order; a row shows their letters."""
    by_letters = {one[9:]: one for one in office.states()}
    first = [line.split()[0] for line in text.splitlines() if line]
    return [by_letters[one] for one in first if one in by_letters]


def listed(office: Office, *args: str, login: str = LEAD) -> list[str]:
    """What a list shows; table and JSON agree."""
    said = office.run("outbox", "list", *args, "--json", login=login)
    assert (said.code, said.err) == (0, "")
    ids = [one["id"] for one in said.data]
    table = office.run("outbox", "list", *args, login=login)
    assert ids_of(office, table.out) == ids[:50]
    return ids


class TestOrder:
    def test_urgent_first_then_the_oldest_of_those_that_wait_for_approval(
        self, office: Office
    ) -> None:
        made = []
        for urgent in ("", "예", "", "예", ""):
            made.append((bool(urgent), office.draft(urgent=urgent)))
            office.later(minutes=1)
        wanted = [one for urgent, one in made if urgent]
        wanted += [one for urgent, one in made if not urgent]
        assert listed(office) == wanted
        data = office.run("outbox", "list", "--json").data
        assert [one["urgent"] for one in data] == [True, True, False, False, False]

    @pytest.mark.parametrize("state", [one for one in STATES if one != "pending"])
    def test_the_newest_of_all_others(self, office: Office, state: str) -> None:
        made = []
        for number in range(3):
            made.append(office.in_state(state, site=f"{number}빌딩"))
            office.later(minutes=1)
        assert listed(office) == made[::-1]

    def test_what_waits_for_somebody_comes_before_what_is_finished(self, office: Office) -> None:
        made = {}
        for state in reversed(STATES):
            made[state] = office.in_state(state)
            office.later(minutes=1)
        assert listed(office) == [made[state] for state in STATES]

    def test_nothing_there(self, office: Office) -> None:
        said = office.run("outbox", "list")
        assert (said.code, said.out, said.err) == (0, "보여 줄 초안이 없습니다.\n", "")
        assert office.run("outbox", "list", "--json").data == []
        assert not office.outbox.exists()

    def test_looking_changes_nothing(self, office: Office) -> None:
        draft_id = office.in_state("waiting")
        before = office.tree()
        for args in (("list",), ("list", "--json"), ("show", draft_id), ("list", "--search", "x")):
            assert office.run("outbox", *args).code == 0
        assert office.tree() == before


class TestLimit:
    @pytest.fixture
    def many(self, office: Office) -> list[str]:
        ids = []
        with office.box(AUTHOR, change=True):
            for _ in range(53):
                ids.append(office.draft("board"))
                office.later(seconds=1)
        return ids

    def test_fifty_on_the_terminal_all_as_json(self, office: Office, many: list[str]) -> None:
        said = office.run("outbox", "list")
        assert ids_of(office, said.out) == many[:50]
        assert said.out.endswith(
            "승인 대기 53건\n그 밖에 3건이 더 있습니다. --limit이나 거르기 옵션을 쓰세요.\n"
        )
        assert [one["id"] for one in office.run("outbox", "list", "--json").data] == many

    def test_as_many_as_somebody_wants(self, office: Office, many: list[str]) -> None:
        for count in (1, 7, 53, 100):
            said = office.run("outbox", "list", "--limit", str(count))
            assert ids_of(office, said.out) == many[:count]
            said = office.run("outbox", "list", "--limit", str(count), "--json")
            assert [one["id"] for one in said.data] == many[:count]

    def test_a_search_says_where_it_stopped(self, office: Office, many: list[str]) -> None:
        said = office.run("outbox", "list", "--search", "가온", "--limit", "7")
        assert ids_of(office, said.out) == many[:7]
        assert "찾은 초안 7건까지 보였습니다." in said.out
        said = office.run("outbox", "list", "--search", "가온", "--limit", "53")
        assert ids_of(office, said.out) == many


class TestMine:
    def test_what_whoever_asks_has_drafted(self, office: Office) -> None:
        mine, theirs = office.draft(login=AUTHOR), office.draft(login=OTHER)
        assert listed(office, "--mine", login=AUTHOR) == [mine]
        assert listed(office, "--mine", login="CENTRE\\Agent.Choi") == [theirs]
        assert listed(office, "--mine") == []
        assert listed(office, "--mine", "--state", "sent", login=AUTHOR) == []


class TestSearch:
    """Every word must be found: in names, plates, numbers, texts, or as initial consonants."""

    @pytest.fixture
    def drafts(self, office: Office) -> dict[str, str]:
        office.rewrite(("lead.kim: 김팀장, ", "lead.kim: 김팀장, agent.choi: 최상담, "))
        return {
            "gaon": office.draft(ticket="1123-014", memo="정문 옆 흰 차", urgent="예"),
            "nuri": office.draft(
                *("listed", OTHER), site="누리빌딩", old_plate="12가3456", new_plate="77나7777"
            ),
            "bada": office.draft("sheet", site="63빌딩 A동", plate="서울 12 가 9988"),
            "hana": office.draft("admin", site="하나 주차장"),
        }

    @pytest.mark.parametrize(
        ("text", "found"),
        [
            # sites, however they are written
            *(("가온타워", "gaon"), ("가온", "gaon"), ("온 타", "gaon"), ("타워", "gaon")),
            *(("누리", "nuri"), ("63", "bada"), ("a동", "bada"), ("63빌딩A동", "bada")),
            (unicodedata.normalize("NFD", "누리빌딩"), "nuri"),
            # both plates, whole or their last four
            *(("68마4321", "gaon"), ("157허8701", "gaon"), ("4321", "gaon"), ("8701", "gaon")),
            *(("68 마 4321", "gaon"), ("６８마４３２１", "gaon"), ("3456", "nuri")),
            *(("77나7777", "nuri"), ("7777", "nuri"), ("서울12가9988", "bada"), ("9988", "bada")),
            # ticket, memo, subject
            *(("1123-014", "gaon"), ("1123014", "gaon"), ("흰", "gaon"), ("정문", "gaon")),
            # author: login, or the name that is shown
            *(("최상담", "nuri"), ("agent.choi", "nuri"), ("박도윤", "gaon bada hana")),
            # partner and case
            *(("누리파킹", "nuri"), ("GAON", "gaon"), ("앤스페이스", "bada")),
            *(("차량번호변경", "gaon nuri"), ("결제취소", "bada")),
            # initial consonants
            *(("ㄱㅇㅌㅇ", "gaon"), ("ㄱㅇ", "gaon"), ("ㄴㄹ", "nuri"), ("63ㅂㄷ", "bada")),
            ("ㅎㄴㅈㅊㅈ", "hana"),
            # several words
            *(("가온 8701", "gaon"), ("가온 7777", ""), ("빌딩 7777", "nuri")),
            ("정문 ㄱㅇ", "gaon"),
            # nothing
            *(("없는말", ""), ("99999", ""), ("가온%8701", ""), ("가온_워", "")),
        ],
    )
    def test_what_is_found(
        self, office: Office, drafts: dict[str, str], text: str, found: str
    ) -> None:
        assert set(listed(office, "--search", text)) == {drafts[one] for one in found.split()}

    def test_the_letters_of_an_identifier(self, office: Office, drafts: dict[str, str]) -> None:
        for draft_id in drafts.values():
            assert listed(office, "--search", draft_id) == [draft_id]
            assert listed(office, "--search", draft_id[9:].upper()) == [draft_id]

    def test_together_with_filters(self, office: Office, drafts: dict[str, str]) -> None:
        assert listed(office, "--search", "빌딩", "--state", "waiting") == [drafts["nuri"]]
        assert listed(office, "--search", "빌딩", "--partner", "gaon") == []
        assert listed(office, "--search", "가온", "--mine", login=AUTHOR) == [drafts["gaon"]]

    def test_an_empty_one_is_none(self, office: Office, drafts: dict[str, str]) -> None:
        for text in ("", "  ", "!?", "%", "_"):
            assert set(listed(office, "--search", text)) == set(drafts.values())

    def test_what_was_purged_is_not_found(self, office: Office, drafts: dict[str, str]) -> None:
        office.run("outbox", "purge", drafts["gaon"], "--reason", "x", "--yes")
        for text in ("가온", "68마4321", "1123-014", "ㄱㅇ"):
            assert listed(office, "--search", text) == []

    def test_after_a_list_came_and_after_a_correction(
        self, office: Office, drafts: dict[str, str]
    ) -> None:
        office.bring("누리빌딩,정바다,jung@example.com,")
        office.fill()
        assert listed(office, "--search", "7777") == [drafts["nuri"]]
        new = office.draft(replaces=drafts["gaon"], new_plate="88라8888")
        assert listed(office, "--search", "8888") == [new]
        assert listed(office, "--search", "8701") == [drafts["gaon"]]


class TestFilters:
    @pytest.fixture
    def full(self, office: Office) -> list[dict[str, Any]]:
        """Every kind by two authors on two days, each state among them; as the list tells it."""
        for login, kind in itertools.product((AUTHOR, OTHER), KINDS):
            office.draft(kind, login=login)
            if login == AUTHOR and kind == "app":
                office.later(days=10)
        for state in ("returned", "sent", "approved"):
            office.in_state(state)
        data = office.run("outbox", "list", "--json").data
        assert len(data) == 21
        return list(data)

    OPTIONS: tuple[tuple[tuple[str, ...], Any], ...] = (
        ((), lambda _: True),
        (("--site", "가온 타워"), lambda one: one["site"] == "가온타워"),
        (("--site", "누리"), lambda _: False),
        (("--batch", "20261123-abcd"), lambda _: False),
        (("--state", "pending"), lambda one: one["state"] == "pending"),
        (("--state", "발송 완료"), lambda one: one["state"] == "sent"),
        (
            ("--state", "승인대기", "--state", "returned"),
            lambda one: one["state"] in "pendingreturned",
        ),
        (("--partner", "gaon"), lambda one: one["partner"] == "gaon"),
        (("--partner", "바다파킹 앤 스페이스 코리아"), lambda one: one["partner"] == "bada"),
        (("--case", "차량번호 변경"), lambda one: one["case"] == "plate-change"),
        (("--case", "payment-cancel"), lambda one: one["case"] == "payment-cancel"),
        (("--author", "agent.park"), lambda one: one["author"] == AUTHOR),
        (("--author", "CENTRE\\Agent.Choi"), lambda one: one["author"] == OTHER),
        (("--author", "박도윤"), lambda one: one["author"] == AUTHOR),
        (("--older-than", "10"), lambda one: one["at"] < "2026-11-24"),
        (("--older-than", "11일"), lambda _: False),
        (("--older-than", "0"), lambda _: True),
    )

    def test_each_and_any_two(self, office: Office, full: list[dict[str, Any]]) -> None:
        for (one, holds), (two, also) in itertools.combinations(self.OPTIONS, 2):
            if set(one) & set(two) & {word for word in one if word.startswith("--")}:
                continue  # the same option twice
            said = office.run("outbox", "list", *one, *two, "--json")
            assert said.code == 0
            assert said.data == [each for each in full if holds(each) and also(each)], (one, two)

    def test_all_at_once(self, office: Office, full: list[dict[str, Any]]) -> None:
        args = ("--state", "pending", "--partner", "GAON", "--case", "plate-change")
        said = office.run(
            "outbox", "list", *args, "--author", "박도윤", "--older-than", "10", "--json"
        )
        (one,) = said.data
        assert one in full
        assert one["at"].startswith("2026-11-23")

    def test_the_table_shows_the_same(self, office: Office, full: list[dict[str, Any]]) -> None:
        said = office.run("outbox", "list", "--state", "waiting", "--author", AUTHOR)
        assert ids_of(office, said.out) == [
            one["id"] for one in full if one["state"] == "waiting" and one["author"] == AUTHOR
        ]
        assert said.out.endswith("\n\n담당자 명단 대기 1건\n")

    def test_nobody_by_that_name(self, office: Office, full: list[dict[str, Any]]) -> None:
        assert full
        assert office.run("outbox", "list", "--author", "nobody", "--json").data == []

    @pytest.mark.parametrize("partner", ["없는운영사", "", "nice"])
    def test_an_unknown_partner_is_refused_with_those_there_are(
        self, office: Office, partner: str
    ) -> None:
        said = office.run("outbox", "list", "--partner", partner, "--json")
        assert said.code == 1
        (problem,) = said.data["problems"]
        assert (problem["code"], problem["field"]) == ("outbox.unknown-partner", "partner")
        assert "누리파킹" in problem["hint"]
        assert said.err.startswith("--partner(운영사): ")


LONG = {
    "site": "가온타워 지하주차장 별관 동쪽 출입구 앞 옥외 임시 주차구역",
    "ticket": "1123-014-추가-😀-확인",
}


class TestColumns:
    @pytest.fixture
    def mixed(self, office: Office) -> Office:
        for kind in KINDS:
            office.draft(kind, **LONG, urgent="예" if kind == "board" else "")
        for state in STATES:
            office.in_state(state)
        office.draft(login="very.long.login.name.of.somebody.who.works.nights")
        office.draft(site="가")
        office.later(days=1000)
        return office

    @pytest.mark.parametrize("columns", [40, 60, 80, 100, 120, 200])
    def test_the_table_fits_the_terminal(
        self, mixed: Office, monkeypatch: pytest.MonkeyPatch, columns: int
    ) -> None:
        monkeypatch.setenv("COLUMNS", str(columns))
        said = mixed.run("outbox", "list")
        header, *rows = said.out.split("\n\n")[0].splitlines()
        assert len(rows) == len(mixed.states())
        assert columns < 60 or max(map(width, (header, *rows))) < columns
        assert header.split()[0] == "번호"
        assert header.split()[-1] == "현장"
        at = width(header[: header.index("현장")])
        for row in rows:
            assert row_from(row, at)
            assert not row_from(row, at).startswith(" ")
            assert columns < 80 or "가" in row_from(row, at)

    @pytest.mark.parametrize("columns", [80, 100, 120])
    def test_age_recipient_and_plates_are_always_there(
        self, mixed: Office, monkeypatch: pytest.MonkeyPatch, columns: int
    ) -> None:
        monkeypatch.setenv("COLUMNS", str(columns))
        header = mixed.run("outbox", "list").out.splitlines()[0].split()
        wanted = ["번호", "지남", "받는곳", "차량", "현장"]
        assert [name for name in header if name in wanted] == wanted

    def test_a_narrower_terminal_gives_up_what_is_the_same_in_every_row_first(
        self, office: Office, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        office.draft(**LONG)
        office.draft("board", **LONG)
        monkeypatch.setenv("COLUMNS", "100")
        header = office.run("outbox", "list").out.splitlines()[0].split()
        assert "작성자" not in header
        assert "운영사" in header

    def test_a_wide_one_cuts_nothing_that_matters(
        self, mixed: Office, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("COLUMNS", "400")
        out = mixed.run("outbox", "list").out
        for text in ("바다파킹", "주차장 정보", "박도윤", "가온타워 지하주차장 별관"):
            assert text in out

    def test_a_row_says_what_it_is_about(
        self, office: Office, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("COLUMNS", "200")
        draft_id = office.draft(urgent="예")
        office.later(minutes=5)
        (row,) = office.run("outbox", "list").out.splitlines()[1:2]
        assert row.split() == [
            *(draft_id[9:], "승인", "대기", "5분", "차량번호", "변경", "가온주차", "박도윤"),
            *("이메일", "김하늘", "68마4321→157허8701", "[긴급]", "가온타워"),
        ]

    def test_a_returned_one_says_why(self, office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("COLUMNS", "200")
        office.send_back(office.draft(), reason="번호를 다시 확인")
        assert "가온타워 - 사유: 번호를 다시 확인" in office.run("outbox", "list").out

    def test_a_combined_one_says_of_how_many(
        self, office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("COLUMNS", "200")
        office.bring_templates()
        rows = [f"차량번호 변경,가온주차,{n}빌딩,68마432{n},157허870{n}" for n in range(3)]
        path = tmp_path / "표.csv"
        path.write_text(
            "\n".join(("업무,운영사,현장명,기존차량번호,변경차량번호", *rows, "")), "utf-8"
        )
        assert office.run("batch", str(path), "--combine").code == 0
        out = office.run("outbox", "list").out
        assert "여러 현장 3건" in out
        assert "68마4320 외" in out
        (entry,) = office.run("outbox", "list", "--json").data
        assert entry["site"] is None
        assert len(entry["plates"]) == 6
        batch = entry["batch"]
        assert [one["id"] for one in office.run("outbox", "list", "--batch", batch, "--json").data]
        for number in range(3):
            assert listed(office, "--search", f"{number}빌딩") == [entry["id"]]

    @pytest.mark.parametrize(
        ("later", "age"),
        [
            ({"seconds": 30}, "방금"),
            ({"minutes": -30}, "방금"),
            ({"minutes": 59}, "59분"),
            ({"hours": 23, "minutes": 59}, "23시간"),
            ({"hours": 24}, "1일"),
            ({"days": 30}, "30일"),
        ],
    )
    def test_the_age(self, office: Office, later: dict[str, float], age: str) -> None:
        office.draft()
        office.later(**later)
        assert f"  {age}  " in office.run("outbox", "list").out.splitlines()[1]

    def test_the_summary_counts_by_state(self, office: Office) -> None:
        for _ in range(2):
            office.in_state("approved")
        office.draft()
        counts = office.run("outbox", "list").out.rstrip().split("\n\n")[-1]
        assert counts == "승인 대기 1건, 발송 대기 2건"


def row_from(row: str, at: int) -> str:
    """A row's text from a column on."""
    place = 0
    while place < len(row) and width(row[:place]) < at:
        place += 1
    return row[place:]


class TestShow:
    @pytest.mark.parametrize("kind", KINDS)
    def test_each_channel(self, office: Office, kind: str) -> None:
        draft_id = office.draft(kind, customer="남궁바다", phone="010-2468-1357")
        said = office.run("outbox", "show", draft_id)
        assert (said.code, said.err) == (0, "")
        data = office.run("outbox", "show", draft_id, "--json").data
        channel = "email" if kind == "listed" else kind
        assert (data["channel"], data["id"]) == (channel, draft_id)
        assert data["state"] == office.state(draft_id)
        assert data["path"] == str(office.path(draft_id))
        lines = said.out.splitlines()
        assert lines[0] == f"초안      {draft_id}"
        assert lines[1].startswith("상태      ")
        assert f"채널      {labels.CHANNELS[channel][0]}" in lines
        for line in data["body"].rstrip("\n").split("\n"):
            assert line in lines
        assert "2026-11-23 10:00  박도윤  초안 작성" in lines
        assert ("수신      김하늘 주임 <haneul@example.com>" in lines) == (kind == "email")
        people = [{"name": "김하늘", "title": "주임", "address": "haneul@example.com"}]
        assert data["to"] == (people if kind == "email" else [])
        assert data["mentions"] == (["haneul", "seoyeon"] if kind == "agit" else [])
        assert data["diff"] == data["duplicates"] == data["problems"] == []
        if kind not in ("listed", "email"):
            assert data["body"] == office.path(draft_id).read_text("utf-8")

    @pytest.mark.parametrize("kind", KINDS)
    def test_it_has_all_that_drafting_told(self, office: Office, kind: str) -> None:
        """The keys of ``draft --json``; the text is that of the file."""
        args = (*office.typed(kind), "--customer", "남궁바다", "--json")
        said = office.run(*args, login=AUTHOR)
        assert said.code == 0
        shown = office.run("outbox", "show", said.data["id"], "--json").data
        assert set(said.data) <= set(shown)
        told = {name: shown[name] for name in said.data if name != "body"}
        assert {**told, "body": said.data["body"]} == said.data
        assert said.data["body"].strip("\n").replace("\n", "") in shown["body"].replace("\n", "")

    def test_one_out_of_a_table_has_a_link_without_the_text(
        self, office: Office, tmp_path: Path
    ) -> None:
        office.bring_templates()
        path = tmp_path / "표.csv"
        row = "차량번호 변경,가온주차,가온타워,68마4321,157허8701"
        path.write_text(f"업무,운영사,현장명,기존차량번호,변경차량번호\n{row}\n", "utf-8")
        office.run("batch", str(path))
        (draft_id,) = office.states()
        link = office.run("outbox", "show", draft_id, "--json").data["mailto"]
        assert link.startswith("mailto:haneul@example.com?cc=seoyeon@example.com&subject=")
        assert "body=" not in link

    def test_name_and_phone_are_masked_unless_somebody_asks(self, office: Office) -> None:
        draft_id = office.draft(customer="남궁바다", phone="010-2468-1357")
        for args, name, phone in (((), "남궁*다", "1357"), (("--reveal",), "남궁바다", "2468")):
            said = office.run("outbox", "show", draft_id, *args)
            details = office.run("outbox", "show", draft_id, *args, "--json").data["details"]
            assert (details["customer"] == "남궁바다") == bool(args)
            assert (details["phone"] == "010-2468-1357") == bool(args)
            assert ("남궁바다" in said.out) == bool(args)
            assert ("010-2468-1357" in said.out) == bool(args)
            assert details["customer"][0] == name[0]
            assert phone[-1] == "7" or phone in details["phone"]

    def test_what_was_given_is_shown_by_its_label(self, office: Office) -> None:
        draft_id = office.draft(ticket="1123-014", memo="정문 앞", until="2026-12-31")
        said = office.run("outbox", "show", draft_id)
        given = said.out.split("적은 내용\n")[1].split("\n\n")[0]
        for label, text in (
            *(("현장명", "가온타워"), ("기존 차량번호", "68마4321"), ("접수번호", "1123-014")),
            *(("변경 차량번호", "157허8701"), ("비고", "정문 앞")),
        ):
            assert any(text in line for line in given.splitlines()), (label, given)
        details = office.run("outbox", "show", draft_id, "--json").data["details"]
        assert details["old-plate"] == "68마4321"
        assert details["until"] == "2026-12-31"

    def test_of_a_combined_one_the_details_of_each_case(
        self, office: Office, tmp_path: Path
    ) -> None:
        office.bring_templates()
        header = "업무,운영사,현장명,기존차량번호,변경차량번호,고객명"
        rows = [f"차량번호 변경,가온주차,가온타워,68마432{n},157허870{n},홍길동" for n in range(3)]
        path = tmp_path / "표.csv"
        path.write_text("\n".join((header, *rows, "")), "utf-8")
        office.run("batch", str(path), "--combine")
        (draft_id,) = office.states()
        details = office.run("outbox", "show", draft_id, "--json").data["details"]
        assert [one["old-plate"] for one in details] == ["68마4320", "68마4321", "68마4322"]
        assert {one["customer"] for one in details} == {"홍*동"}

    def test_a_returned_one_says_why(self, office: Office) -> None:
        draft_id = office.draft()
        office.send_back(draft_id, reason="번호를 다시 확인")
        assert "사유      번호를 다시 확인" in office.run("outbox", "show", draft_id).out
        data = office.run("outbox", "show", draft_id, "--json").data
        assert data["reason"] == "번호를 다시 확인"

    def test_the_history_goes_through_what_it_replaced(self, office: Office) -> None:
        first = office.draft()
        office.later(minutes=1)
        second = office.draft(login=LEAD, replaces=first)
        office.later(minutes=1)
        office.send_back(second, login=LEAD, reason="번호 확인\n다시 적기")
        said = office.run("outbox", "show", second)
        history = said.out.split("이력\n")[1].splitlines()
        assert history[:5] == [
            f"2026-11-23 10:00  박도윤  초안 작성  ({first})",
            f"2026-11-23 10:01  김팀장  반려  고쳐 쓴 초안: {second}  ({first})",
            "2026-11-23 10:01  김팀장  초안 작성",
            "2026-11-23 10:02  김팀장  반려  사유: 번호 확인",
            " " * 18 + "다시 적기",
        ]
        data = office.run("outbox", "show", second, "--json").data
        assert [(one["id"], one["do"], one["by"]) for one in data["history"]] == [
            *((first, "draft", AUTHOR), (first, "return", LEAD)),
            *((second, "draft", LEAD), (second, "return", LEAD)),
        ]
        assert data["history"][3]["reason"] == "번호 확인\n다시 적기"
        assert data["history"][1]["replaced_by"] == second
        assert data["replaces"] == first

    def test_doubles(self, office: Office) -> None:
        first, second = office.in_state("approved"), office.draft("board")
        said = office.run("outbox", "show", second)
        line = f"7일 안에 같은 차량·업무·현장의 초안이 있습니다: {first}(발송 대기)"
        assert f"중복\n{line}" in said.out
        assert office.run("outbox", "show", second, "--json").data["duplicates"] == [first]

    def test_what_today_would_make_of_it(self, office: Office) -> None:
        draft_id = office.draft()
        office.rewrite(("haneul@example.com", "sky@example.com"), ("박도윤", "박하윤"))
        said = office.run("outbox", "show", draft_id)
        assert said.out.split("지금 연락처와 문구로 만들면\n")[1].splitlines() == [
            "-수신: 김하늘 주임 <haneul@example.com>",
            "+수신: 김하늘 주임 <sky@example.com>",
            "-주차 고객센터 상담 담당 박도윤 드림",
            "+주차 고객센터 상담 담당 박하윤 드림",
        ]
        assert said.err.startswith(f"{draft_id}: 이름이나 주소가 지금 연락처와 다릅니다(수신(To)).")
        data = office.run("outbox", "show", draft_id, "--json").data
        assert len(data["diff"]) == 4
        assert [one["code"] for one in data["problems"]] == ["outbox.other-people-today"]

    @pytest.mark.parametrize("state", ["returned", "sent"])
    def test_of_what_is_finished_today_says_nothing(self, office: Office, state: str) -> None:
        draft_id = office.in_state(state)
        office.rewrite(("haneul@example.com", "sky@example.com"))
        said = office.run("outbox", "show", draft_id, "--json")
        assert (said.err, said.data["diff"], said.data["problems"]) == ("", [], [])

    def test_a_waiting_one_whose_list_has_come(self, office: Office) -> None:
        draft_id = office.draft("listed")
        office.bring("가온타워,정바다,jung@example.com,")
        diff = office.run("outbox", "show", draft_id, "--json").data["diff"]
        assert "+수신: 정바다 소장 <jung@example.com>" in diff

    @pytest.mark.parametrize(
        "content", [b"", b"\xff\xfe", "남궁바다 010-2468-1357\n68마4321".encode(), b"To: x\r\n\r\n"]
    )
    def test_of_a_file_that_is_something_else_it_shows_what_was_made(
        self, office: Office, content: bytes
    ) -> None:
        draft_id = office.draft()
        before = office.run("outbox", "show", draft_id, "--json").data
        office.path(draft_id).write_bytes(content)
        said = office.run("outbox", "show", draft_id)
        assert said.code == 0
        assert said.err.startswith(f"{draft_id}: 폴더의 파일이 만든 뒤에 바뀌었습니다")
        data = office.run("outbox", "show", draft_id, "--json").data
        assert [one["code"] for one in data["problems"]] == ["outbox.file-edited"]
        assert {**data, "problems": []} == before
        assert office.path(draft_id).read_bytes() == content

    @pytest.mark.parametrize("where", ["missing", "elsewhere"])
    def test_where_its_file_is_not_is_told(self, office: Office, where: str) -> None:
        draft_id = office.draft()
        path = office.path(draft_id)
        if where == "missing":
            path.unlink()
        else:
            (office.outbox / "sent").mkdir()
            shutil.copy(path, office.outbox / "sent")
        data = office.run("outbox", "show", draft_id, "--json").data
        assert [one["code"] for one in data["problems"]] == [f"outbox.file-{where}"]

    def test_one_whose_case_or_channel_a_newer_program_knows(self, office: Office) -> None:
        draft_id = office.draft()
        with office.sql(forging=True) as connection:
            connection.execute("UPDATE drafts SET channel = 'telex', kind = 'valet'")
        for args in (("list",), ("list", "--json"), ("show", draft_id), ("verify",)):
            said = office.run("outbox", *args)
            assert said.code in (0, 1)
            assert said.out


class TestJson:
    def test_list_has_its_keys(self, office: Office) -> None:
        draft_id = office.draft(ticket="1123-014")
        (one,) = office.run("outbox", "list", "--json").data
        assert set(one) >= LIST_KEYS
        assert one == {
            "id": draft_id,
            "state": "pending",
            "case": "plate-change",
            "partner": "gaon",
            "site": "가온타워",
            "row": "G1",
            "channel": "email",
            "authority": "lead",
            "subject": "[정기권 차량번호 변경 요청] 가온타워 / 4321→8701 / 접수 1123-014",
            "author": AUTHOR,
            "urgent": False,
            "at": office.now.astimezone().isoformat(timespec="seconds"),
            "to": "김하늘",
            "plates": ["68마4321", "157허8701"],
            "reason": None,
            "batch": None,
            "cases": 1,
            "replaces": None,
            "path": str(office.path(draft_id)),
        }

    def test_what_was_done(self, office: Office) -> None:
        good, bad = office.draft(), office.in_state("sent")
        said = office.run("outbox", "approve", good, bad, "--json")
        assert said.code == 1
        path = str(office.outbox / "approved" / f"{good}.eml")
        assert said.data["done"] == [{"id": good, "state": "approved", "path": path}]
        (problem,) = said.data["problems"]
        assert list(problem) == ["code", "field", "row", "message", "hint"]
        assert (problem["code"], problem["field"]) == ("outbox.state-approve", bad)
        assert said.err == f"{bad}: {problem['message']} {problem['hint']}\n"


class TestDecisions:
    def test_in_words(self, office: Office) -> None:
        one, two = office.draft(), office.draft("sheet")
        said = office.run("outbox", "approve", one, two)
        assert (said.code, said.err) == (0, "")
        assert said.out == f"승인했습니다: {one}\n승인했습니다: {two}\n"
        said = office.run("outbox", "sent", one, login="unknown")
        assert (said.code, said.out) == (0, f"완료로 표시했습니다: {one}\n")
        said = office.run("outbox", "return", two, "--reason", "시트에 이미 있음", login=AUTHOR)
        assert (said.code, said.out) == (0, f"반려했습니다: {two}\n")

    def test_several_some_of_them_not(self, office: Office) -> None:
        good, other = office.draft(login=OTHER), office.draft(login=AUTHOR)
        said = office.run("outbox", "return", good, other, "--reason", "확인", login=OTHER)
        assert (said.code, said.out) == (1, f"반려했습니다: {good}\n")
        assert said.err == (
            f"{other}: 팀장·부팀장이나 작성자만 할 수 있습니다 (지금 로그인: {OTHER}). "
            "팀장에게 초안 번호를 알려 주세요.\n"
        )

    @pytest.mark.parametrize(
        ("reason", "words"),
        [
            ("", "--reason(사유): 내용이 비어 있습니다."),
            ("900101-1234567", "--reason(사유): 주민등록번호로 보이는"),
            ("4111-1111-1111-1111", "--reason(사유): 카드번호로 보이는"),
        ],
    )
    def test_a_reason_that_is_refused(self, office: Office, reason: str, words: str) -> None:
        draft_id = office.draft()
        said = office.run("outbox", "return", draft_id, "--reason", reason)
        assert (said.code, said.out) == (1, "")
        assert said.err.startswith(words)
        assert office.state(draft_id) == "pending"
        said = office.run("outbox", "return", draft_id, "--reason", reason, "--json")
        assert [one["field"] for one in said.data["problems"]] == ["reason"]

    def test_a_reason_is_not_repeated_on_stderr(self, office: Office) -> None:
        said = office.run("outbox", "return", office.in_state("sent"), "--reason", "68마4321 확인")
        assert said.code == 1

    def test_replacing_a_draft(self, office: Office) -> None:
        first = office.draft()
        args = (
            *("draft", "plate-change", "--partner", "gaon", "--site", "가온타워"),
            *("--old-plate", "68마4321", "--new-plate", "157허8702", "--replaces"),
        )
        said = office.run(*args, first, login=AUTHOR)
        assert said.code == 0
        assert office.state(first) == "returned"
        said = office.run(*args, first, login=AUTHOR)
        assert said.code == 1
        assert said.err.splitlines()[-1].startswith(f"{first}: 이미 고쳐 쓴 초안이 있습니다(")
        said = office.run(*args, "68마4321", login=AUTHOR)
        assert said.code == 1
        assert "초안 번호가 아니거나 글자가 틀렸습니다." in said.err

    def test_a_directory_that_cannot_be_read(self, office: Office) -> None:
        draft_id = office.draft()
        (office.root / "contacts.yaml").write_text("people: [", "utf-8")
        before = office.tree()
        for args in (("approve", draft_id), ("return", draft_id, "--reason", "확인"), ("list",)):
            said = office.run("outbox", *args)
            assert (said.code, said.out) == (1, "")
            assert said.err.startswith("contacts.yaml:")
        assert office.tree() == before

    def test_a_file_that_another_program_holds_open_is_said_and_written_later(
        self, office: Office
    ) -> None:
        draft_id = office.draft()
        held = OSError(13, "held", None, 32)

        def fail(*_: Any) -> None:
            if os.name != "nt":
                held.winerror = 32  # type: ignore[attr-defined,unused-ignore]
            raise held

        with office.monkeypatch.context() as patch:
            patch.setattr(os, "replace", fail)
            said = office.run("outbox", "approve", draft_id)
        assert (said.code, said.out) == (0, f"승인했습니다: {draft_id}\n")
        assert "다른 프로그램에서 열려 있습니다" in said.err
        assert office.stored(draft_id).state == "approved"
        office.run("outbox", "sent", "abcd")
        assert office.state(draft_id) == "approved"
        assert office.verify() == []

    def test_undo_in_words(self, office: Office) -> None:
        draft_id = office.in_state("approved")
        said = office.run("outbox", "undo", draft_id)
        assert (said.code, said.out) == (0, f"마지막 처리를 취소했습니다: {draft_id}\n")
        said = office.run("outbox", "undo", draft_id)
        assert (said.code, said.out) == (1, "")
        assert "'승인 대기' 상태라 취소할 처리가 없습니다." in said.err


class TestAll:
    """``--all`` with filters, instead of identifiers."""

    @pytest.fixture
    def drafts(self, office: Office) -> dict[str, list[str]]:
        return {
            "park": [office.draft(login=AUTHOR), office.draft("board", login=AUTHOR)],
            "choi": [office.draft(login=OTHER, site="누리빌딩")],
            "done": [office.in_state("approved", login=OTHER)],
        }

    def test_what_filters_want_and_the_state_allows(
        self, office: Office, drafts: dict[str, list[str]]
    ) -> None:
        said = office.run("outbox", "approve", "--all", "--author", AUTHOR, "--yes", "--json")
        assert said.code == 0
        assert {one["id"] for one in said.data["done"]} == set(drafts["park"])
        assert said.data["problems"] == []
        assert office.state(drafts["choi"][0]) == "pending"

    @pytest.mark.parametrize(
        ("do", "filters", "who"),
        [
            (("approve",), ("--state", "pending"), "park choi"),
            (("approve",), ("--site", "누리 빌딩"), "choi"),
            (("approve",), ("--partner", "gaon", "--author", AUTHOR), ""),
            (("return", "--reason", "확인"), ("--author", OTHER), "choi done"),
            (("sent",), ("--case", "plate-change"), "done"),
            (("sent",), ("--state", "pending"), ""),
            (("undo",), ("--state", "approved"), "done"),
            (("approve",), ("--older-than", "1"), ""),
            (("approve",), ("--batch", "20261123-abcd"), ""),
        ],
    )
    def test_each_filter(
        self,
        office: Office,
        drafts: dict[str, list[str]],
        do: tuple[str, ...],
        filters: tuple[str, ...],
        who: str,
    ) -> None:
        said = office.run("outbox", *do, "--all", *filters, "--yes", "--json")
        assert said.code == 0
        done = {one["id"] for one in said.data["done"]}
        wanted = {draft_id for one in who.split() for draft_id in drafts[one]}
        if filters == ("--partner", "gaon", "--author", AUTHOR):
            wanted = {drafts["park"][0]}
        assert done == wanted

    def test_it_says_how_many_and_asks(self, office: Office, drafts: dict[str, list[str]]) -> None:
        office.answer("예\n")
        said = office.run("outbox", "approve", "--all", "--state", "pending")
        assert said.code == 0
        assert said.err == "초안 3건을 승인합니다. 계속할까요? (예/아니오) "
        assert len(said.out.splitlines()) == 3

    @pytest.mark.parametrize("text", ["아니오\n", "\n", "", "뭐라고\n"])
    def test_anything_but_yes_is_no(
        self, office: Office, drafts: dict[str, list[str]], text: str
    ) -> None:
        office.answer(text)
        before = office.tree()
        said = office.run("outbox", "approve", "--all", "--state", "pending")
        assert (said.code, said.out) == (1, "")
        assert said.err.endswith("하지 않았습니다. 묻지 않고 하려면 --yes를 붙이세요.\n")
        assert office.tree() == before

    def test_nobody_is_asked_about_nothing(self, office: Office) -> None:
        office.draft()
        said = office.run("outbox", "sent", "--all", "--state", "approved", "--json")
        assert (said.code, said.err) == (0, "")
        assert said.data == {"done": [], "problems": []}

    def test_what_was_moved_while_it_asked_is_left(
        self, office: Office, drafts: dict[str, list[str]]
    ) -> None:
        """Whoever said yes had seen it pending."""
        first = drafts["park"][0]

        def asked(_: str) -> bool:
            office.send_back(first)
            office.undo(first)
            return True

        office.monkeypatch.setattr("parkdraft.cli.moves.is_sure", asked)
        said = office.run("outbox", "approve", "--all", "--author", AUTHOR, "--json")
        assert said.code == 1
        assert [one["id"] for one in said.data["done"]] == [drafts["park"][1]]
        assert [(one["code"], one["field"]) for one in said.data["problems"]] == [
            ("outbox.gone", first)
        ]

    @pytest.mark.parametrize("verb", ["approve", "sent", "undo", "return"])
    @pytest.mark.parametrize(
        "args",
        [
            *(("--all",), ("--all", "--yes"), ("--state", "pending"), ("--yes",)),
            *(("abcd", "--all", "--state", "pending"), ("abcd", "--author", "x")),
            ("--all", "--state", "nowhere"),
        ],
        ids=" ".join,
    )
    def test_wrong_usage(self, office: Office, verb: str, args: tuple[str, ...]) -> None:
        """Never everything: at least one filter; and no filter beside identifiers."""
        office.draft()
        before = office.tree()
        reason = ("--reason", "x") if verb == "return" else ()
        said = office.run("outbox", verb, *reason, *args)
        assert (said.code, said.out) == (2, "")
        assert office.tree() == before


class TestOpen:
    @pytest.fixture
    def opened(self, monkeypatch: pytest.MonkeyPatch) -> list[Path]:
        paths: list[Path] = []
        monkeypatch.setattr("parkdraft.launcher.open_file", paths.append)
        return paths

    @pytest.mark.parametrize(
        ("state", "note"),
        [
            ("pending", "팀장 승인 전입니다"),
            ("waiting", "담당자 명단을 기다리는 초안입니다. 아직 보내지 마세요."),
            ("approved", None),
            ("returned", "반려된 초안입니다. 보내지 마세요."),
            ("sent", "이미 끝난 초안입니다. 다시 보내지 마세요."),
        ],
    )
    def test_with_what_to_mind(
        self, office: Office, opened: list[Path], state: str, note: str | None
    ) -> None:
        draft_id = office.in_state(state)
        said = office.run("outbox", "open", draft_id, login="unknown")
        assert (said.code, said.out) == (0, "")
        assert opened == [office.path(draft_id)]
        sender = [] if state == "waiting" else ["보내는 사람이 공용 메일인지 확인하세요"]
        assert said.err.splitlines() == [*sender, *([note] if note else [])]

    def test_recipients_that_are_others_today_are_told(
        self, office: Office, opened: list[Path]
    ) -> None:
        draft_id = office.in_state("approved")
        office.rewrite(("    cc: [이서연]\n", ""))
        said = office.run("outbox", "open", draft_id)
        assert (said.code, opened) == (0, [office.path(draft_id)])
        assert "지금 연락처와 다릅니다(참조(Cc))." in said.err

    def test_what_is_no_mail_has_no_sender(self, office: Office, opened: list[Path]) -> None:
        draft_id = office.draft("agit")
        said = office.run("outbox", "open", draft_id)
        assert (said.code, said.err) == (0, "")
        assert opened == [office.path(draft_id)]

    def test_what_is_opened_is_what_was_made(self, office: Office, opened: list[Path]) -> None:
        """The file is put right first; what somebody wrote into it is kept, and told."""
        edited, moved, removed = (office.draft() for _ in range(3))
        made = {one: office.path(one).read_bytes() for one in (edited, moved, removed)}
        os.truncate(office.path(edited), 100)
        (office.outbox / "approved").mkdir()
        office.path(moved).rename(office.outbox / "approved" / f"{moved}.eml")
        office.path(removed).unlink()
        for draft_id in (edited, moved, removed):
            said = office.run("outbox", "open", draft_id)
            assert said.code == 0
            assert opened.pop().read_bytes() == made[draft_id]
            assert ("만든 뒤에 파일이 바뀌었습니다" in said.err) == (draft_id == edited)
        assert office.verify() == []

    def test_that_it_was_opened_is_recorded(self, office: Office, opened: list[Path]) -> None:
        draft_id = office.in_state("approved")
        office.run("outbox", "open", draft_id, login=OTHER)
        assert office.did(draft_id)[-1] == ("open", OTHER)
        assert office.state(draft_id) == "approved"
        assert "메일 프로그램으로 열기" in office.run("outbox", "show", draft_id).out
        assert office.sent(draft_id).problems == ()
        assert len(opened) == 1

    def test_one_that_nobody_has_is_not_opened(self, office: Office, opened: list[Path]) -> None:
        stranger = another_id(office.draft())
        (office.outbox / "pending" / f"{stranger}.eml").write_bytes(b"x")
        said = office.run("outbox", "open", stranger)
        assert (said.code, said.out) == (1, "")
        assert "그런 번호의 초안이 없습니다." in said.err
        assert opened == []

    def test_no_program_for_it(self, office: Office) -> None:
        draft_id = office.draft()
        path = office.path(draft_id)

        def fail(_: Path) -> None:
            raise StorageError([Problem("open.failed", data={"path": str(path)})])

        office.monkeypatch.setattr("parkdraft.launcher.open_file", fail)
        said = office.run("outbox", "open", draft_id)
        assert said.code == 0
        assert str(path) in said.err
        with office.box() as box:  # what was not opened was not handed out
            assert [one.verb for one in box.store.events(draft_id)] == ["draft"]


class TestUsage:
    @pytest.mark.parametrize(
        "args",
        [
            *((), ("nonsense",), ("목록",), ("list", "x"), ("list", "--nonsense")),
            *(("list", "--state"), ("list", "--state", "x"), ("list", "--state", "")),
            *(("list", "--case", "x"), ("list", "--case", ""), ("list", "--older-than", "x")),
            *(("list", "--older-than", ""), ("list", "--older-than", "-1")),
            *(("show",), ("show", "a", "b"), ("open",), ("open", "a", "b")),
            *(("open", "a", "--json"), ("approve",), ("approve", "--json"), ("sent",)),
            *(("return",), ("return", "--reason", "x"), ("return", "20261123-aaaaaaa")),
            *(("return", "20261123-aaaaaaa", "--reason"), ("verify", "x"), ("purge",)),
            *(("approve", "20261123-aaaaaaa", "--reason", "x"), ("list", "--json=yes")),
            *(("undo",), ("list", "--limit", "x"), ("list", "--limit", ""), ("backup",)),
        ],
        ids=" ".join,
    )
    def test_wrong_usage_is_2_and_changes_nothing(
        self, office: Office, args: tuple[str, ...]
    ) -> None:
        office.draft()
        before = office.tree()
        said = office.run("outbox", *args)
        assert (said.code, said.out) == (2, "")
        assert "도움말" in said.err or "사용법" in said.err
        assert office.tree() == before

    @pytest.mark.parametrize("name", TRICKS)
    def test_what_is_no_identifier_is_refused_and_not_repeated(
        self, office: Office, name: str
    ) -> None:
        office.draft()
        before = office.tree()
        for args in (
            *(("show",), ("show", "--json"), ("open",), ("approve",), ("sent",)),
            ("return", "--reason", "x"),
        ):
            said = office.run("outbox", *args, "--", name)
            assert said.code == 1
            assert "초안 번호가 아니거나 글자가 틀렸습니다." in said.err
            assert name.strip(" .~*") == "" or name not in said.err
        assert office.tree() == before

    def test_an_unknown_identifier_is_named(self, office: Office) -> None:
        draft_id = another_id(office.draft())
        for args in (("approve",), ("sent",), ("return", "--reason", "x"), ("undo",)):
            said = office.run("outbox", *args, draft_id)
            assert (said.code, said.out) == (1, "")
            assert said.err.startswith(f"{draft_id}: 그런 번호의 초안이 없습니다.")
        for args in (("show",), ("open",)):
            said = office.run("outbox", *args, draft_id)
            assert (said.code, said.out) == (1, "")
            assert said.err.startswith("그런 번호의 초안이 없습니다.")

    @pytest.mark.parametrize(
        "name",
        [
            *("list", "show", "open", "approve", "return", "sent", "undo", "remake", "verify"),
            *("purge", "backup"),
        ],
    )
    def test_every_command_has_a_help_page(self, office: Office, name: str) -> None:
        said = office.run("outbox", name, "--help")
        assert (said.code, said.err) == (0, "")
        assert said.out.startswith(f"사용법: parkdraft outbox {name}")


@pytest.mark.parametrize("encoding", ["cp949", "ascii"])
def test_a_console_without_utf8(office: Office, encoding: str) -> None:
    shutil.copytree(Path(__file__).parents[2] / "templates", office.root / "templates")
    draft_id = office.draft(ticket="뷁-7😀")

    def program(*args: str) -> bytes:
        done = subprocess.run(
            [sys.executable, "-m", "parkdraft", "--home", str(office.root), "outbox", *args],
            capture_output=True,
            check=False,
            env={**os.environ, "PYTHONUTF8": "0", "PYTHONIOENCODING": encoding},
        )
        assert (done.returncode, done.stderr) == (0, b"")
        return done.stdout

    assert "뷁-7😀" in json.loads(program("show", draft_id, "--json").decode(encoding))["subject"]
    if encoding == "cp949":
        assert draft_id[9:] in program("list").decode(encoding)
        assert "접수번호 : 뷁-7?" in program("show", draft_id).decode(encoding)
