"""``parkdraft outbox`` as people see it: order, filters, columns, words, JSON and exit codes."""

from __future__ import annotations

import itertools
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from parkdraft import opening
from parkdraft.cli.layout import width
from parkdraft.errors import Problem, StorageError
from parkdraft.outbox.store import STATES
from parkdraft.process import labels

if TYPE_CHECKING:
    from tests.outboxes import Office

pytest_plugins = ["outboxes"]

LEAD, AUTHOR, OTHER = "lead.kim", "agent.park", "agent.choi"
KINDS = ("email", "listed", "agit", "slack", "app", "sheet", "board", "discount-site", "admin")
LIST_KEYS = [
    *("id", "state", "case", "partner", "site", "row", "channel", "authority", "subject"),
    *("author", "urgent", "at", "replaces", "problems", "path"),
]
SHOW_KEYS = [
    *(key for key in LIST_KEYS if key != "path"),
    *("from", "reply_to", "to", "cc", "body", "history", "duplicates", "diff", "path"),
]
TRICKS = (
    *("../..", "/etc/passwd", "..\\..\\contacts.yaml", "C:\\x", ".", "", " ", "*", "a" * 4000),
    *("20261123-aaaaaaaa/..", "20261123-aaaaaaaa.eml", "pending/20261123-aaaaaaaa", "~"),
    *("68마4321", "남궁바다", "010-2468-1357", "\u202e", "{}", "%s", "\udcff"),
)


def ids_of(text: str) -> list[str]:
    """The identifiers in a list's rows, in their order."""
    return [line.split()[0] for line in text.splitlines() if line.startswith("2026")]


def unknown(draft_id: str) -> str:
    return draft_id[:-1] + ("2" if draft_id[-1] != "2" else "3")


class TestOrder:
    def test_urgent_first_then_the_newest(self, office: Office) -> None:
        made = []
        for urgent in ("", "예", "", "예", ""):
            made.append((bool(urgent), office.draft(urgent=urgent)))
            office.later(minutes=1)
        wanted = [one for urgent, one in reversed(made) if urgent]
        wanted += [one for urgent, one in reversed(made) if not urgent]
        assert ids_of(office.run("outbox", "list").out) == wanted
        data = office.run("outbox", "list", "--json").data
        assert [one["id"] for one in data] == wanted
        assert [one["urgent"] for one in data] == [True, True, False, False, False]

    def test_whatever_their_state(self, office: Office) -> None:
        made = []
        for state in STATES:
            made.append(office.in_state(state))
            office.later(minutes=1)
        assert ids_of(office.run("outbox", "list").out) == made[::-1]

    def test_what_nobody_recorded_comes_last(self, office: Office) -> None:
        draft_id = office.draft()
        stranger = unknown(draft_id)
        path = office.path(draft_id)
        path.with_stem(stranger).write_bytes(path.read_bytes())
        said = office.run("outbox", "list")
        assert ids_of(said.out) == [draft_id, stranger]
        assert "[확인 필요]" in said.out.splitlines()[2]
        assert "[확인 필요]" not in said.out.splitlines()[1]

    def test_nothing_there(self, office: Office) -> None:
        said = office.run("outbox", "list")
        assert (said.code, said.out, said.err) == (0, "보여 줄 초안이 없습니다.\n", "")
        assert office.run("outbox", "list", "--json").data == []
        assert not office.outbox.exists()


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
            if set(one) & set(two) & {"--partner", "--case", "--author", "--older-than", "--state"}:
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
        assert ids_of(said.out) == [
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
        flawed = office.path(office.draft())
        flawed.rename(flawed.with_suffix(".txt"))
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
        assert max(map(width, (header, *rows))) < columns
        assert header.split()[:2] == ["번호", "상태"]
        assert header.split()[-1] == "제목"
        at = width(header[: header.index("제목")])
        for row in rows:
            assert row.split()[0] in mixed.states()
            shown = row_from(row, at)
            assert shown
            assert not shown.startswith(" ")
            assert columns < 60 or "가" in shown or "[확인 필요]" in shown

    @pytest.mark.parametrize(
        ("columns", "names"),
        [
            (60, ["번호", "상태", "제목"]),
            (80, ["번호", "상태", "업무", "운영사", "지남", "제목"]),
            (120, ["번호", "상태", "업무", "운영사", "작성자", "지남", "제목"]),
            (200, ["번호", "상태", "업무", "운영사", "작성자", "지남", "제목"]),
        ],
    )
    def test_narrower_terminals_give_up_what_matters_least(
        self, mixed: Office, monkeypatch: pytest.MonkeyPatch, columns: int, names: list[str]
    ) -> None:
        monkeypatch.setenv("COLUMNS", str(columns))
        header = mixed.run("outbox", "list").out.splitlines()[0].split()
        assert [name for name in header if name in names] == names

    def test_a_wide_one_cuts_nothing(self, mixed: Office, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("COLUMNS", "400")
        out = mixed.run("outbox", "list").out
        for text in ("담당자 명단 대기", "바다파킹앤스페이스코리아", "주차장 정보수정", "박도윤"):
            assert text in out
        assert "가온타워 지하주차장 별관" in out

    def test_the_head_of_the_subject_is_left_out_and_nothing_else(self, office: Office) -> None:
        office.draft(ticket="A] B", urgent="예")
        out = office.run("outbox", "list").out
        assert "[긴급] 가온타워 / 4321→8701" in out
        assert "차량번호 변경 요청" not in out

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

    def test_the_summary_counts_by_the_words_of_the_channel(self, office: Office) -> None:
        for _ in range(2):
            office.in_state("approved")
        office.draft("agit")
        counts = office.run("outbox", "list").out.rstrip().split("\n\n")[-1]
        assert sorted(counts.split(", ")) == ["발송 대기 2건", "처리 대기 1건"]


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
        assert list(data) == SHOW_KEYS
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
        assert (data["to"], data["cc"]) == (
            ([{"name": "김하늘 주임", "address": "haneul@example.com"}] if kind == "email" else []),
            ([{"name": "이서연", "address": "seoyeon@example.com"}] if kind == "email" else []),
        )
        assert data["diff"] == data["duplicates"] == data["problems"] == []
        if kind != "listed" and kind != "email":
            assert data["body"] == office.path(draft_id).read_text("utf-8")

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
    def test_a_file_that_is_something_else(self, office: Office, content: bytes) -> None:
        draft_id = office.draft()
        office.path(draft_id).write_bytes(content)
        said = office.run("outbox", "show", draft_id)
        assert said.code == 0
        assert said.err.startswith(f"{draft_id}: 만든 뒤에 파일이 바뀌었습니다")
        data = office.run("outbox", "show", draft_id, "--json").data
        assert [one["code"] for one in data["problems"]] == ["outbox.edited"]

    def test_one_that_nobody_recorded(self, office: Office) -> None:
        draft_id = office.draft()
        for segment in office.segments():
            segment.unlink()
        said = office.run("outbox", "show", draft_id, "--json")
        assert said.code == 0
        assert [one["code"] for one in said.data["problems"]] == ["outbox.no-record"]
        assert said.data["history"] == []
        assert office.run("outbox", "show", draft_id).code == 0

    def test_one_whose_case_or_channel_a_newer_program_knows(self, office: Office) -> None:
        draft_id = office.draft()
        (segment,) = office.segments()
        content = segment.read_bytes().replace(b'"channel":"email"', b'"channel":"telex"')
        segment.write_bytes(content.replace(b'"case":"plate-change"', b'"case":"valet"'))
        for args in (("list",), ("list", "--json"), ("show", draft_id), ("verify",)):
            said = office.run("outbox", *args)
            assert said.code in (0, 1)
            assert said.out


class TestJson:
    def test_list_has_its_keys(self, office: Office) -> None:
        draft_id = office.draft(ticket="1123-014")
        (one,) = office.run("outbox", "list", "--json").data
        assert list(one) == LIST_KEYS
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
            "replaces": None,
            "problems": [],
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
            f"{other}: 팀장·부팀장이나 작성자만 반려할 수 있습니다. "
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
        assert "초안 번호가 아닙니다." in said.err

    def test_a_directory_that_cannot_be_read(self, office: Office) -> None:
        draft_id = office.draft()
        (office.root / "contacts.yaml").write_text("people: [", "utf-8")
        before = office.tree()
        for args in (("approve", draft_id), ("return", draft_id, "--reason", "확인"), ("list",)):
            said = office.run("outbox", *args)
            assert (said.code, said.out) == (1, "")
            assert said.err.startswith("contacts.yaml:")
        assert office.tree() == before

    def test_a_file_that_another_program_holds_open(self, office: Office) -> None:
        draft_id = office.draft()
        held = OSError(13, "held", None, 32)

        def fail(*_: Any) -> None:
            if os.name != "nt":
                held.winerror = 32  # type: ignore[attr-defined,unused-ignore]
            raise held

        before = office.path(draft_id).read_bytes()
        with office.monkeypatch.context() as patch:
            patch.setattr(os, "rename", fail)
            said = office.run("outbox", "approve", draft_id)
        assert (said.code, said.out) == (1, "")
        assert "다른 프로그램에서 열려 있습니다" in said.err
        assert office.state(draft_id) == "pending"
        assert office.path(draft_id).read_bytes() == before
        assert office.verify() == []


class TestOpen:
    @pytest.fixture
    def opened(self, monkeypatch: pytest.MonkeyPatch) -> list[Path]:
        paths: list[Path] = []
        monkeypatch.setattr(opening, "open_file", paths.append)
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

    def test_what_nobody_should_believe_is_not_opened(
        self, office: Office, opened: list[Path]
    ) -> None:
        edited, moved, copied, stranger = (office.draft() for _ in range(4))
        os.truncate(office.path(edited), 100)
        (office.outbox / "approved").mkdir()
        office.path(moved).rename(office.outbox / "approved" / f"{moved}.eml")
        shutil.copy(office.path(copied), office.outbox / "approved")
        office.path(stranger).rename(office.path(stranger).with_stem(unknown(stranger)))
        for draft_id, words in (
            (edited, "만든 뒤에 파일이 바뀌었습니다"),
            (moved, "파일을 손으로 옮겼거나"),
            (copied, "같은 번호의 파일이 여러 폴더에"),
            (stranger, "그런 번호의 초안이 없습니다."),
            (unknown(stranger), "기록에 없는 초안입니다."),
        ):
            said = office.run("outbox", "open", draft_id)
            assert (said.code, said.out) == (1, "")
            assert said.err.startswith(f"{draft_id}: {words}")
        assert opened == []

    def test_no_program_for_it(self, office: Office) -> None:
        draft_id = office.draft()
        path = office.path(draft_id)

        def fail(_: Path) -> None:
            raise StorageError([Problem("open.failed", data={"path": str(path)})])

        office.monkeypatch.setattr(opening, "open_file", fail)
        said = office.run("outbox", "open", draft_id)
        assert said.code == 1
        assert str(path) in said.err


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
            *(("return",), ("return", "--reason", "x"), ("return", "20261123-aaaaaaaa")),
            *(("return", "20261123-aaaaaaaa", "--reason"), ("verify", "x"), ("purge",)),
            *(("approve", "20261123-aaaaaaaa", "--reason", "x"), ("list", "--json=yes")),
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
            assert "초안 번호가 아닙니다." in said.err
            assert name.strip(" .~*") == "" or name not in said.err
        assert office.tree() == before

    def test_an_unknown_identifier_is_named(self, office: Office) -> None:
        draft_id = unknown(office.draft())
        for args in (("show",), ("open",), ("approve",), ("sent",), ("return", "--reason", "x")):
            said = office.run("outbox", *args, draft_id)
            assert (said.code, said.out) == (1, "")
            assert said.err.startswith(f"{draft_id}: 그런 번호의 초안이 없습니다.")

    @pytest.mark.parametrize(
        "name", ["list", "show", "open", "approve", "return", "sent", "verify", "purge"]
    )
    def test_every_command_has_a_help_page(self, office: Office, name: str) -> None:
        said = office.run("outbox", name, "--help")
        assert (said.code, said.err) == (0, "")
        assert said.out.startswith(f"사용법: parkdraft outbox {name}")


@pytest.mark.parametrize("encoding", ["cp949", "ascii"])
def test_a_console_without_utf8(office: Office, encoding: str) -> None:
    shutil.copytree(Path(__file__).parents[1] / "templates", office.root / "templates")
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
        assert draft_id in program("list").decode(encoding)
        assert "접수번호 : 뷁-7?" in program("show", draft_id).decode(encoding)
