"""Rows for the same people and case as one message, and what the outbox makes of it."""

from __future__ import annotations

import csv
import email
import email.policy
import io
import random
import re
import shutil
from collections.abc import Iterable, Mapping
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.utils import getaddresses
from pathlib import Path
from typing import Any

import fast_mail_parser
import openpyxl
import pytest
from tests.helpers.outboxes import AUTHOR, OTHER, Office

from parkdraft import Home
from parkdraft.batch.run import RowResult, run
from parkdraft.drafting import combine
from parkdraft.errors import RouteError, TemplateError
from parkdraft.model.directory import Directory
from parkdraft.outbox.create import keep_table
from parkdraft.templatecheck import check_rendering
from parkdraft.writing import korean
from parkdraft.writing.message import Mail
from parkdraft.writing.readback import read

ROOT = Path(__file__).parents[2]
CUSTOMER = {"고객명": "남궁바다", "연락처": "010-2468-1357"}
SECRET = ("남궁바다", "남*", "2468", "1357")


def change(
    number: int = 0, site: str = "가온타워", partner: str = "가온주차", **more: str
) -> dict[str, str]:
    usual = {"업무": "차량번호 변경", "운영사": partner, "현장명": site, **CUSTOMER}
    plates = {"기존차량번호": f"68마{4321 + number}", "변경차량번호": f"157허{8701 - number}"}
    return {**usual, **plates, "접수번호": f"1123-{number:03d}", **more}


def paid(number: int = 0, partner: str = "하늘주차", **more: str) -> dict[str, str]:
    usual = {"업무": "현장결제 취소", "운영사": partner, "현장명": "가온타워", **CUSTOMER}
    when = {"결제일시": "2026-11-20 14:05", "결제금액": "12,000원", "사유": "미인식"}
    return {**usual, "차량번호": f"68마{4321 + number}", **when, **more}


@pytest.fixture(autouse=True)
def _templates(request: pytest.FixtureRequest) -> None:
    """A table opens the home by itself, as its helpers do."""
    if "office" in request.fixturenames:
        request.getfixturevalue("office").bring_templates()


def table(office: Office, *rows: Mapping[str, str]) -> Path:
    """The rows as a file."""
    header = list(dict.fromkeys(name for row in rows for name in row))
    path = office.root.parent / "표.csv"
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, header)
        writer.writeheader()
        writer.writerows(rows)
    return path


def combined(
    office: Office, *rows: Mapping[str, str], login: str = AUTHOR, combine: bool = True
) -> list[tuple[int, str, str | None]]:
    """The table through ``--combine``; row, status and draft."""
    told: list[RowResult] = []
    run(office.home(login), table(office, *rows), combine=combine, on_result=told.append)
    return [(one.row, one.status, one.id) for one in sorted(told, key=lambda one: one.row)]


def drafts(found: Iterable[tuple[int, str, str | None]]) -> list[list[int]]:
    """Which rows share a draft."""
    groups: dict[str | None, list[int]] = {}
    for row, status, draft_id in found:
        assert status == "drafted"
        groups.setdefault(draft_id, []).append(row)
    return list(groups.values())


def one(office: Office, *rows: Mapping[str, str], login: str = AUTHOR) -> str:
    """The one draft that all rows became."""
    found = combined(office, *rows, login=login)
    assert drafts(found) == [list(range(2, len(rows) + 2))]
    (draft_id,) = {draft_id for _, _, draft_id in found}
    assert draft_id is not None
    return draft_id


def mail_of(office: Office, draft_id: str) -> Mail:
    return read(office.path(draft_id).read_bytes())


def attached(mail: Mail | None) -> list[tuple[str | None, ...]]:
    """The rows of the workbook as people see them, its header first."""
    assert mail is not None
    assert mail.attachments
    book = openpyxl.load_workbook(io.BytesIO(mail.attachments[0].content))
    return [tuple(map(_shown, row)) for row in book.worksheets[0].iter_rows(values_only=True)]


def _shown(value: Any) -> str | None:
    return None if value is None else str(value)


def items_of(body: str) -> list[str]:
    """The numbered items of a text, each from its number on."""
    items = re.split(r"^(?=\d+\. )", body, flags=re.MULTILINE)[1:]
    return [item.split("\n\n")[0].strip() for item in items]


class TestGroups:
    """Which rows become one message."""

    def test_the_same_people_for_the_same_case(self, office: Office) -> None:
        found = combined(
            office,
            change(0),
            change(1, "나래몰"),
            change(2, partner="하늘주차"),
            change(3, partner="하늘주차", site="나래몰"),
            {**change(4), "업무": "정기권 미등록", "차량번호": "12가3456", "시작일": "2026-12-01"}
            | {"기존차량번호": "", "변경차량번호": ""},
            change(5),
        )
        assert drafts(found) == [[2, 3, 7], [4, 5], [6]]

    def test_a_row_alone_stays_as_it_would_be(self, office: Office) -> None:
        draft_id = office.draft(old_plate="68마4321", new_plate="157허8701", ticket="x")
        alone = one(office, change(0))
        bodies = [mail_of(office, each).body for each in (draft_id, alone)]
        assert bodies[1] == bodies[0].replace("접수번호 : x", "접수번호 : 1123-000")
        assert mail_of(office, alone).attachments == ()

    @pytest.mark.parametrize(
        "rows",
        [
            [change(number, partner="누리파킹") for number in range(2)],  # wait for a list
            [  # a checklist is worked off one by one
                {
                    "업무": "정기권 미등록",
                    "운영사": "바다파킹앤스페이스코리아",
                    "현장명": "가온타워",
                }
                | {"차량번호": f"12가345{number}", "시작일": "2026-12-01", "연동구분": "수동현장"}
                for number in range(2)
            ],
            [  # so is what the customer does in the app
                {"업무": "정기권 미등록", "운영사": "하늘주차", "현장명": "가온타워"}
                | {"차량번호": f"12가345{number}", "시작일": "2026-12-01", "연동구분": "수동현장"}
                for number in range(2)
            ],
        ],
        ids=["waiting", "checklist", "app"],
    )
    def test_what_stands_alone(self, office: Office, rows: list[dict[str, str]]) -> None:
        assert drafts(combined(office, *rows)) == [[2], [3]]

    def test_people_of_a_list_each_get_their_own(self, office: Office) -> None:
        """Two sites of one person are one message, another person's site is another."""
        office.bring(
            *("가온타워,김하늘,haneul@example.com,주임", "나래몰,김하늘,haneul@example.com,주임"),
            "다온몰,최바다,bada@example.com,소장",
        )
        rows = [
            change(number, site, "누리파킹")
            for number, site in enumerate(("가온타워", "다온몰", "나래몰"))
        ]
        assert drafts(combined(office, *rows)) == [[2, 4], [3]]

    def test_a_reason_of_a_rule_is_apart(self, office: Office) -> None:
        """Its first sentence is another one: no pass, but a discount."""
        office.rewrite(
            (
                "routes:\n",
                "rules:\n  O1:\n    sites: [가온타워]\n    cases: [payment-cancel]\n"
                "    reasons: [discount]\n    text: 할인 미적용도 취소합니다.\nroutes:\n",
            ),
            ("partners:\n", "sites:\n  가온타워: {}\npartners:\n"),
        )
        staff, guest = (
            {"사유": "할인", "할인": "직원", "증빙": "있음"},
            {"사유": "할인", "할인": "식음업장", "증빙": "있음"},
        )
        unproved = {**staff, "증빙": "없음"}
        rows = [paid(0), paid(1, **staff), paid(2, 사유="오인식"), paid(3, **guest)]
        assert drafts(combined(office, *rows, paid(4, **unproved))) == [[2, 4], [3, 5], [6]]
        texts = [path.read_text("utf-8") for path in office.outbox.glob("*/*.txt")]
        assert sorted("할인 미적용 차량의 현장결제 취소" in one for one in texts) == [
            False,
            True,
            True,
        ]
        assert sorted("확인을 함께 부탁" in one for one in texts) == [False, False, True]

    def test_a_fallback_is_apart(self, office: Office) -> None:
        office.rewrite(
            (
                "    mentions: [김하늘, 이서연]\n",
                "    mentions: [김하늘, 이서연]\n    fallbacks:\n"
                "      site-down: {channel: slack, addressee: 하늘주차 운영팀}\n",
            ),
        )
        rows = [change(number, partner="하늘주차") for number in range(4)]
        rows[1]["예외"] = rows[3]["예외"] = "접속불가"
        assert drafts(combined(office, *rows)) == [[2, 4], [3, 5]]

    def test_a_group_that_is_too_long_is_several(
        self, office: Office, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("parkdraft.batch.run.MOST_TOGETHER", 3)
        found = combined(office, *(change(number) for number in range(7)))
        assert drafts(found) == [[2, 3, 4], [5, 6, 7], [8]]
        assert office.verify() == []


class TestMail:
    """An e-mail of many cases: numbered list, count in the subject, rows as a workbook."""

    def test_subject_and_list(self, office: Office) -> None:
        sites = ["가온타워", "나래몰", "다온몰"]
        rows = [change(number, sites[number % 3]) for number in range(30)]
        mail = mail_of(office, one(office, *rows))
        assert mail.subject == "[정기권 차량번호 변경 요청] 가온타워 외 2곳 / 30건"
        assert mail.body.startswith(
            "안녕하세요, 김하늘 주임님.\n주차 고객센터입니다.\n\n아래 현장 "
        )
        assert "모두 30건이며" in mail.body
        items = items_of(mail.body)
        assert len(items) == 30
        for number, (row, item) in enumerate(zip(rows, items, strict=True), start=1):
            lines = item.split("\n")
            plates = f"{row['기존차량번호'][-4:]}→{row['변경차량번호'][-4:]}"
            assert lines[0] == f"{number}. {row['현장명']} / {plates}"
            assert lines[1:] == [
                f"주차현장 : {row['현장명']}",
                f"기존차량 : {row['기존차량번호']}",
                f"변경차량 : {row['변경차량번호']}",
                "적용일자 : 처리 즉시",
                f"접수번호 : {row['접수번호']}",
            ]

    def test_one_site_is_called_by_its_name(self, office: Office) -> None:
        mail = mail_of(office, one(office, change(0), change(1)))
        assert mail.subject == "[정기권 차량번호 변경 요청] 가온타워 / 2건"
        assert "\n\n가온타워 정기권의 차량번호 변경을 요청드립니다.\n" in mail.body
        assert "아래 현장" not in mail.body

    def test_a_long_name_is_cut_in_the_subject_alone(self, office: Office) -> None:
        site = "가온 제이차 주상복합 지하주차장"
        mail = mail_of(office, one(office, change(0, site), change(1, site)))
        assert f" {korean.shortened(site)} / 2건" in mail.subject
        assert "아래 현장 정기권의" in mail.body
        assert f"주차현장 : {site}" in mail.body

    def test_the_workbook_has_the_facts_of_the_list(self, office: Office) -> None:
        mail = mail_of(
            office,
            one(
                office,
                change(0),
                change(1, "나래몰", 비고="현장 직원과 통화함\n번호 : 잘못 적힘\n=1+1", 긴급="예"),
                change(2, 적용일="2026-12-01", 사용기한="2026-12-31", 접수번호=""),
            ),
        )
        assert mail.attachments
        assert mail.attachments[0].name == "차량번호 변경 3건.xlsx"
        assert mail.attachments[0].media_type.endswith("spreadsheetml.sheet")
        dated = "2026-12-01(화)"
        assert attached(mail) == [
            (
                *("번호", "현장명", "기존차량번호", "변경차량번호", "적용일", "사용기한"),
                *("긴급", "접수번호", "비고"),
            ),
            ("1", "가온타워", "68마4321", "157허8701", "처리 즉시", None, None, "1123-000", None),
            (
                *("2", "나래몰", "68마4322", "157허8700", "처리 즉시", None, "현장 대기 중"),
                *("1123-001", "현장 직원과 통화함\n번호 : 잘못 적힘\n=1+1"),
            ),
            (
                *("3", "가온타워", "68마4323", "157허8699", dated, "대차 (2026-12-31(목)까지)"),
                *(None, None, None),
            ),
        ]

    @pytest.mark.parametrize("value", ["=1+1", "+82", "@bada"])
    def test_no_cell_starts_a_formula(self, office: Office, value: str) -> None:
        mail = mail_of(office, one(office, change(0, 비고=value), change(1, 접수번호=value)))
        cells = [cell for row in attached(mail) for cell in row if cell]
        assert f"'{value}" in cells
        assert not any(cell.startswith(("=", "+", "@")) for cell in cells)

    def test_nothing_of_a_customer(self, office: Office) -> None:
        draft_id = one(office, change(0), change(1, 비고="통화함"))
        mail = mail_of(office, draft_id)
        assert mail.attachments
        texts = [mail.subject, mail.body, mail.attachments[0].name]
        texts += [cell for row in attached(mail) for cell in row if cell]
        assert not any(secret in text for secret in SECRET for text in texts)

    def test_urgent_ones_are_marked(self, office: Office) -> None:
        mail = mail_of(office, one(office, change(0), change(1, 긴급="예"), change(2)))
        assert mail.subject.startswith("[긴급] [정기권")
        assert [item.split(". ")[1][:4] == "[긴급]" for item in items_of(mail.body)] == [
            *(False, True, False)
        ]
        assert "먼저 처리해 주시기를" in mail.body
        (listed,) = office.run("outbox", "list", "--json").data
        assert listed["urgent"] is True
        assert "긴급" not in mail_of(office, one(office, change(5), change(6))).body

    def test_nobody_s_name_is_known(self, office: Office) -> None:
        """A mailbox of several sites is not greeted by the name of one of them."""
        office.rewrite(
            (
                "  최바다:\n    address: bada@",
                "  접수 메일:\n    mailbox: true\n    address: bada@",
            ),
            ("    to: [김하늘]\n", "    to: [접수 메일]\n"),
        )
        mail = mail_of(office, one(office, change(0), change(1, "나래몰")))
        assert mail.body.startswith("안녕하세요, 접수 메일 담당자님.\n")

    def test_the_same_table_gives_the_same_message(self, office: Office) -> None:
        rows = [change(0), change(1, "나래몰")]
        first = office.path(one(office, *rows)).read_bytes()
        shutil.rmtree(office.outbox)
        assert office.path(one(office, *rows)).read_bytes() == first


class TestParsers:
    """Combined messages as other programs read them."""

    @staticmethod
    def rows(chosen: random.Random, count: int) -> list[dict[str, str]]:
        def syllables(least: int, most: int) -> str:
            length = chosen.randint(least, most)
            text = "".join(chr(0xAC00 + chosen.randrange(11172)) for _ in range(length))
            gaps = chosen.sample(range(1, length), k=min(length // 5, length - 1))
            return "".join(f" {c}" if at in gaps else c for at, c in enumerate(text))

        return [
            change(number, syllables(3, 25), 비고=syllables(5, 60), 접수번호=syllables(1, 12))
            for number in range(count)
        ]

    def test_subject_text_people_and_file(self, office: Office) -> None:
        chosen = random.Random(20261123)
        names = "".join(
            f"  참조{number} 남궁{chr(0xAC00 + number * 97)}다온:\n    title: 부센터장\n"
            f"    address: cc{number}@example.com\n"
            for number in range(8)
        )
        copied = ", ".join(line.strip(" :") for line in names.split("\n") if line.endswith("온:"))
        cc = "    to: [김하늘]\n    cc: ["
        office.rewrite(("people:\n", f"people:\n{names}"), (f"{cc}이서연]", f"{cc}{copied}]"))
        for _ in range(12):
            rows = self.rows(chosen, chosen.randint(2, 12))
            draft_id = one(office, *rows)
            self.read_alike(office.path(draft_id).read_bytes(), mail_of(office, draft_id))

    @staticmethod
    def read_alike(content: bytes, mail: Mail) -> None:
        people = [(each.display, each.address) for each in mail.cc]
        assert len(people) == 8
        attachment = mail.attachments[0]
        assert attachment is not None

        fast = fast_mail_parser.parse_email(content)
        assert fast.subject == mail.subject
        assert fast.text_plain[0].replace("\r\n", "\n").rstrip("\n") == mail.body.rstrip("\n")
        (file,) = fast.attachments
        assert file.content == attachment.content
        assert file.filename == attachment.name

        old = email.message_from_bytes(content)
        assert str(make_header(decode_header(old["Subject"]))) == mail.subject
        found = getaddresses([old["Cc"]])
        assert [(str(make_header(decode_header(name))), one) for name, one in found] == people
        text, sheet = (part.get_payload(decode=True) for part in list(old.walk())[1:])
        assert bytes(text).decode().replace("\r\n", "\n") == mail.body
        assert sheet == attachment.content

        new = email.message_from_bytes(content, policy=email.policy.default)
        assert isinstance(new, EmailMessage)
        assert [each.addr_spec for each in new["Cc"].addresses] == [one for _, one in people]
        (part,) = new.iter_attachments()
        assert part.get_filename() == attachment.name
        assert part.get_content() == attachment.content


class TestOtherMedia:
    """Posts and the sheet."""

    def test_one_post_with_mentions_first(self, office: Office) -> None:
        draft_id = one(
            office, change(0, partner="하늘주차"), change(1, "나래몰", "하늘주차", 긴급="예")
        )
        path = office.path(draft_id)
        assert (path.suffix, path.parent.name) == (".txt", "approved")
        text = path.read_text("utf-8")
        mentions, blank, subject, *_ = text.split("\n")
        assert (mentions, blank) == ("@haneul @seoyeon", "")
        assert subject == "[긴급] [정기권 차량번호 변경 요청] 가온타워 외 1곳 / 2건"
        assert [item.split("\n")[0] for item in items_of(text)] == [
            *("1. 가온타워 / 4321→8701", "2. [긴급] 나래몰 / 4322→8700")
        ]
        assert text.count("댓글로 알려 주세요.") == 1
        assert "첨부" not in text
        assert not any(secret in text for secret in SECRET)

    def test_a_post_to_an_office_greets_it(self, office: Office) -> None:
        text = office.path(one(office, paid(0), paid(1))).read_text("utf-8")
        assert text.startswith(
            "[현장결제 취소 요청] 가온타워 / 2건\n\n하늘주차 운영팀 담당자님, 안녕하세요."
        )

    def test_one_sheet_with_all_rows(self, office: Office) -> None:
        partner = "바다파킹앤스페이스코리아"
        rows = [paid(number, partner, 비고="=1\t+2") for number in range(3)]
        path = office.path(one(office, *rows))
        assert path.suffix == ".tsv"
        lines = path.read_text("utf-8").removesuffix("\n").split("\n")
        assert [line.split("\t")[2] for line in lines] == [row["차량번호"] for row in rows]
        assert len({line.count("\t") for line in lines}) == 1
        assert all(line.split("\t")[-1] == "'=1 +2" for line in lines)
        assert not any(secret in line for secret in SECRET for line in lines)


class TestOutbox:
    """The outbox knows every case in a combined draft."""

    def test_show_verify_approve(self, office: Office) -> None:
        rows = [
            change(number, site) for number, site in enumerate(("가온타워", "나래몰", "다온몰"))
        ]
        draft_id = one(office, *rows)
        with office.box() as box:
            details = box.content(box.located(draft_id)).details
            held = box.store.rows(draft_id)
        assert [one["old-plate"] for one in details] == [row["기존차량번호"] for row in rows]
        assert len(set(held)) == 3
        shown = office.run("outbox", "show", draft_id, "--json").data
        assert (shown["diff"], shown["problems"]) == ([], [])
        assert all(row["변경차량번호"] in shown["body"] for row in rows)
        assert re.search("첨부 +차량번호 변경 3건.xlsx", office.run("outbox", "show", draft_id).out)
        assert office.verify() == []
        assert office.approve(draft_id).problems == ()
        assert office.verify() == []
        assert office.sent(draft_id).problems == ()

    def test_a_duplicate_of_any_case_in_it_is_pointed_out(self, office: Office) -> None:
        draft_id = one(office, change(0), change(1), change(2))
        for number in range(3):
            old, new = change(number)["기존차량번호"], change(number)["변경차량번호"]
            by_old = office.made(old_plate=old, new_plate=f"12가345{number}")
            assert draft_id in by_old.duplicates
            by_new = office.made(old_plate=f"12나345{number}", new_plate=new)
            assert draft_id in by_new.duplicates
        assert office.made(old_plate="68마9999", new_plate="12가9999").duplicates == ()

    def test_again_as_it_was(self, office: Office) -> None:
        rows = [change(number) for number in range(3)]
        one(office, *rows)
        assert {status for _, status, _ in combined(office, *rows, login=OTHER)} == {"skipped"}
        assert len(office.states()) == 1

    def test_rows_that_were_drafted_alone_are_left_out(self, office: Office) -> None:
        hand = {"customer": "남궁바다", "phone": "010-2468-1357", "ticket": "1123-001"}
        office.draft(old_plate="68마4322", new_plate="157허8700", **hand)
        found = combined(office, *(change(number) for number in range(3)))
        assert [status for _, status, _ in found] == ["drafted", "skipped", "drafted"]
        assert len({draft_id for _, _, draft_id in found if draft_id}) == 1
        mail = mail_of(office, str(found[0][2]))
        assert "모두 2건" in mail.body
        assert office.verify() == []

    def test_what_somebody_drafts_meanwhile_is_taken_out_of_it(self, office: Office) -> None:
        """The rest is still one message, with the right count."""
        rows = [change(number) for number in range(4)]
        others = table(office, rows[2]).rename(office.root.parent / "b.csv")
        usual, waiting = keep_table, [others]

        def keep(*args: Any) -> Any:
            while waiting:
                run(office.home(OTHER), waiting.pop())
            return usual(*args)

        office.monkeypatch.setattr("parkdraft.batch.run.keep_table", keep)
        told: list[RowResult] = []
        report = run(office.home(AUTHOR), table(office, *rows), combine=True, on_result=told.append)
        assert (report.drafted, report.skipped, report.messages) == (3, 1, 1)
        assert [each.row for each in told if each.status == "skipped"] == [4]
        (draft_id,) = {each.id for each in told if each.id}
        mail = mail_of(office, str(draft_id))
        assert mail.subject.endswith("가온타워 / 3건")
        assert "68마4323" not in mail.body
        assert office.verify() == []

    def test_a_changed_directory_shows(self, office: Office) -> None:
        draft_id = one(office, change(0), change(1))
        office.rewrite(("    cc: [이서연]\n  N1", "    cc: [최바다]\n  N1"))
        shown = office.run("outbox", "show", draft_id, "--json").data
        assert any("bada@example.com" in line for line in shown["diff"])
        assert office.approve(draft_id).problems != ()

    def test_cases_that_no_longer_go_together(self, office: Office) -> None:
        draft_id = one(office, change(0), change(1, "나래몰"))
        office.rewrite(
            ("partners:\n", "sites:\n  나래몰:\n    partner: maru\npartners:\n"),
        )
        assert office.approve(draft_id).problems != ()
        assert office.verify() != []


class TestReturned:
    """A combined draft is replaced through its table alone, row by row."""

    ROWS = (change(0), change(1), change(2), change(2))

    def test_the_same_table_makes_it_anew(self, office: Office) -> None:
        draft_id = one(office, *self.ROWS)
        assert office.send_back(draft_id).problems == ()
        made = one(office, *self.ROWS, login=OTHER)
        assert made != draft_id
        assert office.successors(draft_id) == [made]
        shown = office.run("outbox", "show", made, "--json").data
        assert [each["id"] for each in shown["history"]] == [draft_id, draft_id, made]
        assert {status for _, status, _ in combined(office, *self.ROWS)} == {"skipped"}
        assert office.verify() == []

    def test_it_becomes_as_many_drafts_as_the_table_says(self, office: Office) -> None:
        """Nobody vanishes: each row is linked to the draft that held it."""
        draft_id = one(office, *self.ROWS)
        office.send_back(draft_id)
        found = combined(office, *self.ROWS, combine=False)
        assert drafts(found) == [[2], [3], [4], [5]]
        assert set(office.successors(draft_id)) == {each for _, _, each in found}
        with office.box() as box:
            for _, _, made in found:
                assert box.store.predecessors(str(made)) == [draft_id]
        assert office.verify() == []

    def test_single_drafts_become_one(self, office: Office) -> None:
        """Only what was returned: what stands stays as it is."""
        alone = [str(each) for _, _, each in combined(office, *self.ROWS, combine=False)]
        office.send_back(*alone[1:])
        found = combined(office, *self.ROWS)
        assert [status for _, status, _ in found] == ["skipped", *["drafted"] * 3]
        (made,) = {each for _, _, each in found[1:]}
        with office.box() as box:
            assert set(box.store.predecessors(str(made))) == set(alone[1:])
        assert "모두 3건" in mail_of(office, str(made)).body
        assert office.verify() == []

    def test_a_table_that_lost_a_row(self, office: Office) -> None:
        draft_id = one(office, *self.ROWS)
        office.send_back(draft_id)
        made = one(office, *self.ROWS[:2])
        with office.box() as box:
            assert len(box.store.rows(made)) == 2
        assert office.successors(draft_id) == [made]
        office.send_back(made)
        again = combined(office, *self.ROWS, combine=False)
        with office.box() as box:
            before = [box.store.predecessors(str(each)) for _, _, each in again]
        assert before == [[made], [made], [draft_id], [draft_id]]

    @pytest.mark.parametrize("state", ["pending", "approved", "returned"])
    def test_a_single_draft_never_replaces_it(self, office: Office, state: str) -> None:
        """One plate instead of three, and two customers would vanish."""
        draft_id = one(office, *self.ROWS)
        if state != "pending":
            assert office.approve(draft_id).problems == ()
        if state == "returned":
            office.send_back(draft_id)
        before = office.states()
        plates = ("--old-plate", "12가3456", "--new-plate", "345나6789")
        about = ("plate-change", "--partner", "gaon", "--site", "가온타워")
        done = office.run("draft", *about, *plates, "--replaces", draft_id, "--json")
        assert done.code == 1
        assert [each["code"] for each in done.data["problems"]] == ["outbox.combined"]
        assert office.states() == before
        assert office.verify() == []

    def test_what_is_remade_holds_the_same_rows(self, office: Office) -> None:
        """A contact left: the new draft has all cases, and the table knows them."""
        draft_id = one(office, *self.ROWS)
        office.rewrite(("    cc: [이서연]\n  N1", "    cc: [최바다]\n  N1"))
        assert office.run("outbox", "remake", "--yes").code == 0
        (made,) = office.successors(draft_id)
        mail = mail_of(office, made)
        assert [each.address for each in mail.cc] == ["bada@example.com"]
        assert "모두 4건" in mail.body
        assert office.state(draft_id) == "returned"
        assert {status for _, status, _ in combined(office, *self.ROWS)} == {"skipped"}
        assert office.verify() == []

    def test_a_draft_whose_workbook_was_made_otherwise(self, office: Office) -> None:
        """One of an earlier version holds as it is; made anew, it gets today's columns."""
        with office.monkeypatch.context() as earlier:
            old = (["번호", "주차현장"], [["1", "가온타워"]])
            earlier.setattr("parkdraft.writing.combine.fact_table", lambda *_: old)
            draft_id = one(office, *self.ROWS)
        assert office.verify() == []
        shown = office.run("outbox", "show", draft_id, "--json").data
        assert (shown["diff"], shown["problems"]) == ([], [])
        assert office.run("outbox", "remake", "--yes").code == 0
        (made,) = office.successors(draft_id)
        assert attached(mail_of(office, draft_id)) == [("번호", "주차현장"), ("1", "가온타워")]
        assert [row[:2] for row in attached(mail_of(office, made))] == [
            ("번호", "현장명"),
            *((str(number), "가온타워") for number in range(1, 5)),
        ]
        assert office.verify() == []


class TestTemplates:
    """What a home's own words may say of many cases."""

    @pytest.fixture
    def own(self, office: Office) -> Path:
        folder = office.root / "templates" / "email" / "gaon"
        folder.mkdir()
        return folder / "plate-change.txt"

    @staticmethod
    def both(home: Home) -> tuple[Any, ...]:
        rows = [
            {"partner": "gaon", "site": "가온타워", "old-plate": f"12가345{number}"}
            | {"new-plate": "345나6789", "ticket": "1123-014"}
            for number in range(2)
        ]
        results = combine(home.today(), "plate-change", rows)
        return results[0].draft, results

    @staticmethod
    def with_own_words(office: Office) -> Home:
        home = office.home()
        del home.__dict__["templates"]
        return home

    def test_a_value_that_all_have_in_common(self, office: Office, own: Path) -> None:
        own.write_text(
            '{% extends "email/plate-change.txt" %}\n{% block closing %}\n'
            "접수 {{ ticket }}{{ '!' if old_plate else '.' }}\n{% endblock %}\n",
            "utf-8",
        )
        draft, _ = self.both(self.with_own_words(office))
        assert "\n접수 1123-014.\n" in draft.body

    @pytest.mark.parametrize(
        "words",
        [
            "[변경] {{ last4 }}\n\n{{ site }} {{ old_plate }}\n",
            '{% extends "email/gaon/plate-change.txt" %}',  # its own parent: never ends
        ],
    )
    def test_words_without_a_frame_are_for_one_case(
        self, office: Office, own: Path, words: str
    ) -> None:
        """There is no place for a list in them: each case stays alone, and nothing is lost."""
        own.write_text(words, "utf-8")
        with pytest.raises((RouteError, TemplateError)) as caught:
            self.both(self.with_own_words(office))
        assert caught.value.problems[0].code in ("route.not-together", "template.fails")

    @pytest.mark.parametrize(
        "place",
        [
            *("{{ old_plate }}", "{{ old_plate | upper }}", "{{ old_plate | length }}"),
            "{% for x in old_plate %}{% endfor %}",
        ],
    )
    def test_a_value_that_differs_is_not_shown_for_all(
        self, office: Office, own: Path, place: str
    ) -> None:
        """Else the first one's plate would stand for all; the check finds it beforehand."""
        own.write_text(
            '{% extends "email/plate-change.txt" %}\n{% block closing %}'
            f"{place}{{% endblock %}}\n",
            "utf-8",
        )
        home = self.with_own_words(office)
        with pytest.raises(TemplateError) as caught:
            self.both(home)
        (found,) = caught.value.problems
        assert found.data["name" if found.code == "template.undefined" else "file"]
        assert found.code in {each.code for each in check_rendering(home)}

    @pytest.mark.parametrize(
        "words",
        [
            "{{ super() }}담당구역 : 지하\n",
            "{{ super() | replace('기존차량 :', '기존차량의 번호 :') }}",
            "{{ super() | replace('기존차량 :', '기존차량:') }}",
            "{{ super() | replace('기존차량', '변경차량') }}",
            "{{ memo }}\n차량을 바꿉니다: {{ old_plate }} -> {{ new_plate }}\n",
            "표를 보세요.",
        ],
        ids=["a line more", "a longer label", "no space", "two alike", "no labels", "no facts"],
    )
    def test_other_words_leave_the_workbook_alone(
        self, office: Office, own: Path, words: str
    ) -> None:
        """It is made from what was typed, and no edited line can lose or move a column."""
        before, _ = self.both(office.home())
        own.write_text(
            '{% extends "email/plate-change.txt" %}\n'
            f"{{% block facts %}}{words}{{% endblock %}}\n",
            "utf-8",
        )
        after, _ = self.both(self.with_own_words(office))
        assert items_of(after.body) != items_of(before.body)
        assert attached(after.mail) == attached(before.mail) == self.table_of_both()

    @staticmethod
    def table_of_both() -> list[tuple[str | None, ...]]:
        row = ("345나6789", "처리 즉시", "1123-014")
        return [
            ("번호", "현장명", "기존차량번호", "변경차량번호", "적용일", "접수번호"),
            *((str(each + 1), "가온타워", f"12가345{each}", *row) for each in range(2)),
        ]

    def test_a_home_without_these_templates_is_told(self, office: Office, own: Path) -> None:
        """Made by an earlier version: it says which file is missing."""
        for path in (own.parents[2] / "many").iterdir():
            path.unlink()
        with pytest.raises(TemplateError) as caught:
            self.both(self.with_own_words(office))
        assert "many/" in str(caught.value.problems[0].data["file"])

    def test_cases_of_other_people_are_refused(self, office: Office) -> None:
        home = office.home()
        rows = [
            {"partner": name, "site": "가온타워", "old-plate": "12가3456", "new-plate": "345나6789"}
            for name in ("gaon", "haneul")
        ]
        with pytest.raises(RouteError):
            combine(home.today(), "plate-change", rows)


def test_every_route_of_the_shipped_directory_can_be_combined(shipped: Home) -> None:
    """``contacts check`` renders the frames of many cases, too."""
    assert isinstance(shipped.directory, Directory)
    assert check_rendering(shipped) == []
