"""``verify`` finds everything that nobody should believe, and changes nothing."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from parkdraft.outbox.store import STATES
from parkdraft.outbox.verifying import verify

if TYPE_CHECKING:
    from tests.outboxes import Office

pytest_plugins = ["outboxes"]

LEAD, OTHER_LEAD, AUTHOR, OTHER = "lead.kim", "lead.lee", "agent.park", "agent.choi"
KINDS = ("email", "listed", "agit", "slack", "app", "sheet", "board", "discount-site", "admin")
ANY = settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


def findings(office: Office) -> list[tuple[str, str | None, dict[str, Any]]]:
    home = office.home()
    return [(one.code, one.field, dict(one.data)) for one in verify(home.drafts, home.today())]


def one_each(office: Office) -> dict[str, str]:
    """A draft in each state, an e-mail where it can be one."""
    return {state: office.in_state(state) for state in STATES}


def intent(draft_id: str, do: str, there: str, by: str, **said: Any) -> dict[str, Any]:
    """The line of somebody who says that he moves a draft."""
    return {
        "op": hashlib.sha256(f"{draft_id}{do}{by}".encode()).hexdigest()[:16],
        "id": draft_id,
        "at": "2026-11-23T10:01:00+09:00",
        "by": by,
        "do": do,
        "from": "pending",
        "to": there,
        "suffix": ".eml",
        "after": None,
        **said,
    }


def done(line: dict[str, Any]) -> dict[str, Any]:
    return {"op": line["op"], "done": [line["id"]], "cancelled": []}


class TestClean:
    def test_nothing_there(self, office: Office) -> None:
        before = office.tree()
        assert office.verify() == []
        assert office.tree() == before
        assert not office.outbox.exists()

    @pytest.mark.parametrize("kind", KINDS)
    def test_every_kind_in_every_state_it_can_have(self, office: Office, kind: str) -> None:
        office.draft(kind)
        office.send_back(office.draft(kind))
        if kind == "listed":
            office.draft(kind, replaces=office.draft(kind))
        elif office.state(draft_id := office.draft(kind)) == "pending":
            office.approve(draft_id)
        if kind != "listed":
            office.sent(draft_id)
            assert office.state(draft_id) == "sent"
        assert office.verify() == []

    def test_every_state(self, office: Office) -> None:
        one_each(office)
        assert office.verify() == []

    def test_over_the_turn_of_a_month(self, office: Office) -> None:
        office.now = office.now.replace(day=30, hour=23, minute=59)
        draft_id = office.draft()
        office.later(minutes=2)
        office.approve(draft_id)
        assert len(office.segments()) == 2
        assert office.verify() == []

    def test_what_file_managers_leave(self, office: Office) -> None:
        draft_id = office.draft()
        for name in ("desktop.ini", "Thumbs.db", ".DS_Store"):
            (office.path(draft_id).parent / name).write_bytes(b"x")
        assert office.verify() == []


class TestNothingIsChanged:
    def test_where_all_is_well(self, office: Office) -> None:
        one_each(office)
        before = office.tree()
        office.verify()
        assert office.run("outbox", "verify").code == 0
        assert office.tree() == before

    def test_where_nothing_is(self, office: Office) -> None:
        """Not even what this machine itself left half done."""
        ids = one_each(office)
        os.truncate(office.path(ids["sent"]), 10)
        office.path(ids["pending"]).rename(office.outbox / "approved" / f"{ids['pending']}.eml")
        office.path(ids["returned"]).unlink()
        (office.outbox / "pending" / "x.docx").write_bytes(b"x")
        (segment,) = (path for path in office.segments() if AUTHOR in path.name)
        line = intent(ids["waiting"], "return", "returned", AUTHOR, **{"from": "waiting"})
        with segment.open("ab") as file:
            file.write(json.dumps(line).encode() + b'\n{"op":"torn')
        before = office.tree()
        codes = {code for code, _ in office.verify()}
        assert office.run("outbox", "verify", "--json").code == 1
        assert office.tree() == before
        assert codes == {
            *("outbox.edited", "outbox.moved-by-hand", "outbox.no-file", "outbox.foreign"),
            *("outbox.unfinished", "outbox.journal-torn"),
        }


class TestEdited:
    @ANY
    @given(
        place=st.integers(0, 10_000),
        bit=st.integers(0, 7),
        state=st.sampled_from(STATES),
    )
    def test_any_bit_of_any_file_in_any_state(
        self, office: Office, place: int, bit: int, state: str
    ) -> None:
        if not office.outbox.exists():
            one_each(office)
            office.draft("sheet")
        for path in sorted((office.outbox / state).iterdir()):
            content = path.read_bytes()
            changed = bytearray(content)
            changed[place % len(content)] ^= 1 << bit
            path.write_bytes(changed)
            found = findings(office)
            assert [(code, field) for code, field, _ in found] == [("outbox.edited", path.stem)]
            assert found[0][2]["where"]
            path.write_bytes(content)
        assert office.verify() == []

    @pytest.mark.parametrize("state", [state for state in STATES if state != "waiting"])
    @pytest.mark.parametrize(
        ("old", "new", "where"),
        [
            (b"\r\nCc: ", b"\r\nCc: x@example.com, ", "참조(Cc)"),
            (b"\r\nTo: ", b"\r\nTo: x@example.com,\r\n ", "수신(To)"),
            (b"\r\nCc: ", b"\r\nBcc: x@example.com\r\nCc: ", "숨은참조(Bcc)"),
            (b"\r\nCc: ", b"\r\nbcc: x@example.com\r\nCc: ", "숨은참조(Bcc)"),
            (b"\r\nCc: ", b"\r\nTo: x@example.com\r\nCc: ", "수신(To)"),
            (b"\r\nFrom: ", b"\r\nFrom: x ", "발신(From)"),
            (b"\r\nReply-To: ", b"\r\nReply-To: x ", "회신(Reply-To)"),
            (b"\r\nSubject: ", b"\r\nSubject: x ", "제목(Subject)"),
            (b"\r\nSubject: ", b"\r\nResent-To: x@example.com\r\nSubject: ", "다른 머리글"),
        ],
    )
    def test_a_recipient_added_by_hand_is_named_by_its_header(
        self, office: Office, state: str, old: bytes, new: bytes, where: str
    ) -> None:
        draft_id = office.in_state(state)
        path = office.path(draft_id)
        content = path.read_bytes()
        assert content.count(old) == 1
        path.write_bytes(content.replace(old, new))
        assert findings(office) == [("outbox.edited", draft_id, {"where": where})]

    def test_a_line_of_the_text_is_named(self, office: Office) -> None:
        draft_id = office.in_state("waiting")
        path = office.path(draft_id)
        lines = path.read_text("utf-8").split("\n")
        lines[4] += "."
        path.write_text("\n".join(lines), "utf-8")
        assert findings(office) == [("outbox.edited", draft_id, {"where": "본문 5번째 줄"})]

    @pytest.mark.parametrize("content", [b"", b"\0", b"\xff\xfe", b"\r\n", b"a" * 100_000])
    def test_a_file_that_is_something_else(self, office: Office, content: bytes) -> None:
        draft_id = office.in_state("approved")
        office.path(draft_id).write_bytes(content)
        assert office.verify() == [("outbox.edited", draft_id)]

    def test_only_the_line_ends(self, office: Office) -> None:
        draft_id = office.in_state("approved")
        path = office.path(draft_id)
        path.write_bytes(path.read_bytes().replace(b"\r\n", b"\n"))
        assert findings(office) == [("outbox.edited", draft_id, {"where": "파일"})]


class TestPlaces:
    def test_moved_by_hand_in_every_direction(self, office: Office) -> None:
        words = {
            "pending": "승인 대기",
            "waiting": "담당자 명단 대기",
            "approved": "발송 대기",
            "returned": "반려",
            "sent": "발송 완료",
        }
        for state, draft_id in one_each(office).items():
            path = office.path(draft_id)
            for other in STATES:
                if other == state:
                    continue
                there = path.rename(office.outbox / other / path.name)
                found = [one for one in findings(office) if one[0] != "outbox.contact-is-there"]
                data = {"said": words[state], "place": f"outbox/{state}/{path.name}"}
                assert found[0] == ("outbox.moved-by-hand", draft_id, data)
                assert {field for _, field, _ in found} == {draft_id}
                there.rename(path)
        assert office.verify() == []

    def test_copied_into_every_other_folder(self, office: Office) -> None:
        for state, draft_id in one_each(office).items():
            path = office.path(draft_id)
            for other in STATES:
                if other != state:
                    copy = shutil.copy2(path, office.outbox / other)
                    ((code, field, data),) = findings(office)
                    assert (code, field) == ("outbox.copies", draft_id)
                    assert set(data["folders"].split(", ")) == {
                        f"outbox/{state}",
                        f"outbox/{other}",
                    }
                    Path(copy).unlink()

    def test_copied_beside_itself_under_another_ending(self, office: Office) -> None:
        draft_id = office.draft()
        path = office.path(draft_id)
        shutil.copy2(path, path.with_suffix(".txt"))
        assert office.verify() == [("outbox.copies", draft_id)]

    def test_renamed(self, office: Office) -> None:
        draft_id = office.in_state("approved")
        path = office.path(draft_id)
        other = path.rename(path.with_suffix(".txt"))
        assert findings(office) == [
            (
                *("outbox.moved-by-hand", draft_id),
                {"said": "발송 대기", "place": f"outbox/approved/{draft_id}.eml"},
            ),
        ]
        stranger = draft_id[:-1] + ("2" if draft_id[-1] != "2" else "3")
        other = other.rename(path.with_stem(stranger))
        assert sorted(office.verify()) == sorted(
            [("outbox.no-file", draft_id), ("outbox.no-record", stranger)]
        )
        other.rename(path.with_name("보낼 것.eml"))
        assert office.verify() == [
            *(("outbox.no-file", draft_id), ("outbox.foreign", "보낼 것.eml"))
        ]

    @pytest.mark.parametrize("state", STATES)
    def test_a_record_without_its_file(self, office: Office, state: str) -> None:
        draft_id = office.in_state(state)
        office.path(draft_id).unlink()
        assert office.verify() == [("outbox.no-file", draft_id)]

    @pytest.mark.parametrize("state", STATES)
    def test_a_file_without_its_record(self, office: Office, state: str) -> None:
        draft_id = office.in_state(state)
        for segment in office.segments():
            segment.unlink()
        assert office.verify() == [("outbox.no-record", draft_id)]

    @pytest.mark.parametrize("state", STATES)
    @pytest.mark.parametrize(
        "name",
        [
            *("메모.txt", "x.eml", "20261123-aaaaaaaa.pdf", "20261123.eml", "20261123-aaaaaaaa"),
            *("~$명단.xlsx", "20261123-aaaaaaaa (1).eml", "20261123-AAAAAAAA.EML", ".hidden"),
        ],
    )
    def test_a_foreign_file(self, office: Office, state: str, name: str) -> None:
        office.in_state(state)
        (office.outbox / state / name).write_bytes(b"x")
        assert findings(office) == [("outbox.foreign", name, {"folder": f"outbox/{state}"})]

    def test_a_foreign_folder(self, office: Office) -> None:
        draft_id = office.draft()
        (office.outbox / "pending" / "새 폴더").mkdir()
        assert office.verify() == [("outbox.foreign", "새 폴더")]
        office.path(draft_id).unlink()
        (office.outbox / "pending" / f"{draft_id}.eml").mkdir()
        assert ("outbox.foreign", "새 폴더") in office.verify()
        assert draft_id in {field for _, field in office.verify()}

    def test_a_file_that_cannot_be_read_hides_nothing_else(self, office: Office) -> None:
        ids = sorted(office.draft(new_plate=f"157허870{digit}") for digit in range(3))
        path = office.path(ids[1])
        path.unlink()
        path.symlink_to(path.name)  # nowhere
        os.truncate(office.path(ids[2]), 5)
        assert ("outbox.edited", ids[2]) in office.verify()
        assert ids[1] in {field for _, field in office.verify()}


class TestJournal:
    def craft(self, office: Office, *lines: dict[str, Any]) -> None:
        office.write(*lines, login=OTHER_LEAD)

    def test_an_approval_announced_by_somebody_who_lost_the_race(self, office: Office) -> None:
        draft_id = office.in_state("approved")
        made, approved = office.lines(draft_id)
        lost = {**approved, "op": "00000000000000aa", "by": OTHER_LEAD}
        self.craft(office, lost, done(lost))
        assert findings(office) == [
            ("outbox.forked", draft_id, {"who": f"{LEAD}, {OTHER_LEAD}"}),
        ]
        assert [one.code for one in office.sent(draft_id).problems] == ["outbox.forked"]
        assert made["op"] == lost["after"]

    def test_an_approval_where_somebody_else_returned_it(self, office: Office) -> None:
        draft_id = office.in_state("returned")
        _, returned = office.lines(draft_id)
        lost = intent(draft_id, "approve", "approved", OTHER_LEAD, after=returned["after"])
        self.craft(office, lost, done(lost))
        assert ("outbox.forked", draft_id) in office.verify()

    @pytest.mark.parametrize("moved", [False, True])
    def test_an_approval_without_an_end(self, office: Office, moved: bool) -> None:
        draft_id = office.draft()
        (made,) = office.lines(draft_id)
        line = intent(draft_id, "approve", "approved", LEAD, after=made["op"])
        self.craft(office, {**line, "sha256": made["sha256"]})
        if moved:
            (office.outbox / "approved").mkdir()
            office.path(draft_id).rename(office.outbox / "approved" / f"{draft_id}.eml")
        assert office.verify() == [("outbox.unfinished", draft_id)]
        if moved:
            assert [one.code for one in office.sent(draft_id).problems] == ["outbox.unfinished"]
        assert office.verify() == [("outbox.unfinished", draft_id)]

    def test_an_approval_of_other_bytes(self, office: Office) -> None:
        draft_id = office.draft()
        (made,) = office.lines(draft_id)
        line = intent(draft_id, "approve", "approved", LEAD, after=made["op"], sha256="0" * 64)
        self.craft(office, line, done(line))
        (office.outbox / "approved").mkdir()
        office.path(draft_id).rename(office.outbox / "approved" / f"{draft_id}.eml")
        assert office.verify() == [("outbox.not-approved", draft_id)]
        assert [one.code for one in office.sent(draft_id).problems] == ["outbox.not-approved"]

    def test_something_else_that_leads_to_approved(self, office: Office) -> None:
        draft_id = office.draft()
        (made,) = office.lines(draft_id)
        line = intent(draft_id, "return", "approved", LEAD, after=made["op"])
        line["sha256"] = made["sha256"]
        self.craft(office, line, done(line))
        (office.outbox / "approved").mkdir()
        office.path(draft_id).rename(office.outbox / "approved" / f"{draft_id}.eml")
        assert office.verify() == [("outbox.not-approved", draft_id)]

    def test_a_cancelled_approval_is_none(self, office: Office) -> None:
        draft_id = office.draft()
        (made,) = office.lines(draft_id)
        line = intent(draft_id, "approve", "approved", LEAD, after=made["op"])
        self.craft(office, line, {**done(line), "done": [], "cancelled": [draft_id]})
        assert office.verify() == []
        self.craft(office, done(line))  # what was cancelled stays so
        assert office.verify() == []

    def test_an_end_alone_says_nothing(self, office: Office) -> None:
        draft_id = office.draft()
        self.craft(office, done(intent(draft_id, "approve", "approved", LEAD)))
        assert office.verify() == []

    def test_the_journal_of_somebody_is_gone(self, office: Office) -> None:
        draft_id = office.in_state("approved")
        (segment,) = (path for path in office.segments() if LEAD in path.name)
        segment.unlink()
        assert office.verify() == [("outbox.moved-by-hand", draft_id)]

    @pytest.mark.parametrize("what", [b'{"op":', b"null", b"[]", b"{}", b"\xff", b"", b'"x"'])
    def test_a_line_that_cannot_be_read(self, office: Office, what: bytes) -> None:
        office.in_state("approved")
        (segment,) = (path for path in office.segments() if LEAD in path.name)
        with segment.open("ab") as file:
            file.write(what + b"\n")
        assert [(one[0], one[1]) for one in findings(office)] == [
            ("outbox.journal-damaged", segment.name)
        ]
        said = office.run("outbox", "verify")
        assert said.out.startswith(f"{segment.name}:3: 기록에 읽을 수 없는 줄이 있습니다.")

    def test_a_line_that_was_cut_off(self, office: Office) -> None:
        draft_id = office.in_state("approved")
        (segment,) = (path for path in office.segments() if LEAD in path.name)
        os.truncate(segment, segment.stat().st_size - 5)
        codes = [code for code, _ in office.verify()]
        assert codes == ["outbox.unfinished", "outbox.journal-torn"]
        assert office.verify()[0] == ("outbox.unfinished", draft_id)

    def test_what_was_kept_of_a_draft_is_damaged(self, office: Office) -> None:
        draft_id = office.in_state("approved")
        (segment,) = (path for path in office.segments() if AUTHOR in path.name)
        content = segment.read_bytes()
        segment.write_bytes(content.replace(b'"keys":[', b'"keys":{', 1))
        assert office.verify() == [("outbox.no-details", draft_id)]
        segment.write_bytes(content.replace(b']},"op":', b']},"oq":', 1))
        assert office.verify() == [
            ("outbox.no-details", draft_id),
            ("outbox.journal-damaged", None),
        ]

    @ANY
    @given(place=st.integers(0, 100_000), bit=st.integers(0, 7), data=st.data())
    def test_whatever_becomes_of_the_journal_everything_still_answers(
        self, office: Office, place: int, bit: int, data: st.DataObject
    ) -> None:
        if not office.outbox.exists():
            one_each(office)
        segment = data.draw(st.sampled_from(office.segments()))
        content = segment.read_bytes()
        changed = bytearray(content)
        changed[place % len(content)] ^= 1 << bit
        try:
            segment.write_bytes(changed)
            office.verify()
            for args in (("verify",), ("verify", "--json"), ("list",), ("list", "--json")):
                office.run("outbox", *args)
            for draft_id in office.states():
                office.run("outbox", "show", draft_id)
        finally:
            segment.write_bytes(content)

    def test_twice_the_same_line_is_once(self, office: Office) -> None:
        one_each(office)
        for segment in office.segments():
            segment.write_bytes(2 * segment.read_bytes())
        assert office.verify() == []

    def test_clocks_that_differ_put_nothing_out_of_order(self, office: Office) -> None:
        draft_id = office.draft()
        office.later(hours=-3)
        office.approve(draft_id)
        office.later(hours=-3)
        office.sent(draft_id)
        assert office.verify() == []
        assert [do for do, _ in office.did(draft_id)] == ["draft", "approve", "sent"]


class TestToday:
    def test_an_approver_who_no_longer_may(self, office: Office) -> None:
        ids = one_each(office)
        office.rewrite(("leads: [lead.kim, lead.lee]", "leads: [lead.lee]"))
        assert office.verify() == [("outbox.approver", ids["approved"])]
        office.rewrite(("leads: [lead.lee]", "leads: []"))
        assert office.verify() == [("outbox.approver", ids["approved"])]

    def test_who_may_handle_it_without_approval_needs_no_approver(self, office: Office) -> None:
        office.draft("agit")
        office.rewrite(("leads: [lead.kim, lead.lee]", "leads: []"))
        assert office.verify() == []

    def test_a_directory_that_changed(self, office: Office) -> None:
        """Of what is finished, the journal alone speaks."""
        ids = one_each(office)
        office.rewrite(("haneul@example.com", "sky@example.com"))
        headers = {"headers": "수신(To)"}
        assert sorted(findings(office)) == sorted(
            ("outbox.other-people-today", ids[state], headers) for state in ("pending", "approved")
        )

    def test_a_route_that_is_gone(self, office: Office) -> None:
        ids = one_each(office)
        old = "    cases: [registration, plate-change]\n    partner: "
        office.rewrite((f"{old}gaon", "    cases: [registration]\n    partner: gaon"))
        found = office.verify()
        assert {field for _, field in found} == {ids["pending"], ids["approved"]}
        assert {code for code, _ in found} >= {"outbox.no-route-today"}

    def test_a_waiting_one_whose_contact_is_there(self, office: Office) -> None:
        waiting = office.draft("listed")
        office.bring("가온타워,정바다,jung@example.com,")
        assert office.verify() == [("outbox.contact-is-there", waiting)]
        office.fill()
        assert office.verify() == []

    def test_a_template_that_broke(self, office: Office) -> None:
        ids = one_each(office)
        (office.root / "templates").mkdir()
        home = office.home()
        del home.__dict__["templates"]
        found = [(one.code, one.field) for one in verify(home.drafts, home.today())]
        assert {field for _, field in found} == {
            *(ids["pending"], ids["approved"], ids["waiting"]),
        }

    BROKEN = (b"", b"\xff", b"a: [", b"- 1", b"\t", b"sender: x\n")

    @pytest.mark.parametrize("content", BROKEN)
    def test_a_directory_that_cannot_be_read_is_one_more_finding(
        self, office: Office, content: bytes
    ) -> None:
        """Files and journal are compared all the same: that is when one asks."""
        ids = one_each(office)
        os.truncate(office.path(ids["sent"]), 10)
        (office.outbox / "pending" / "x.docx").write_bytes(b"x")
        (office.root / "contacts.yaml").write_bytes(content)
        said = office.run("outbox", "verify", "--json")
        assert said.code == 1
        codes = [one["code"] for one in said.data["findings"]]
        assert codes[-2:] == ["outbox.edited", "outbox.foreign"]
        fields = {one["field"] for one in said.data["findings"][:-2]}
        assert fields == {"contacts.yaml"}

    def test_so_is_a_list_that_cannot_be_read(self, office: Office) -> None:
        one_each(office)
        office.bring("가온타워,정바다,jung@example.com,")
        (office.root / "sites" / "nuri" / "2026-11.csv").write_text("현장명\nx\n", "utf-8")
        said = office.run("outbox", "verify")
        assert said.code == 1
        assert "'담당자' 칸이 비어 있습니다." in said.out


class TestOthersAtWork:
    def test_what_somebody_does_meanwhile_is_no_finding(self, office: Office) -> None:
        moved, made = [office.draft(), office.draft("listed")], []
        office.bring("누리빌딩,정바다,jung@example.com,")

        def working(ids: Iterable[str]) -> list[str]:
            office.approve(moved[0])
            office.send_back(moved[1])
            made.append(office.draft())
            return list(ids)

        home = office.home()
        assert verify(home.drafts, home.today(), working) == []
        assert office.states() == {moved[0]: "approved", moved[1]: "returned", made[0]: "pending"}


class TestCommand:
    def test_clean(self, office: Office) -> None:
        one_each(office)
        said = office.run("outbox", "verify")
        assert (said.code, said.out, said.err) == (0, "outbox에 문제가 없습니다.\n", "")
        said = office.run("outbox", "verify", "--json")
        assert (said.code, said.data, said.err) == (0, {"ok": True, "findings": []}, "")

    def test_findings(self, office: Office) -> None:
        ids = one_each(office)
        os.truncate(office.path(ids["sent"]), 10)
        office.path(ids["returned"]).unlink()
        said = office.run("outbox", "verify")
        assert (said.code, said.err) == (1, "")
        lines = said.out.splitlines()
        assert [line.split(":")[0] for line in lines[:-2]] == sorted([ids["sent"], ids["returned"]])
        assert lines[-1] == "확인할 것이 2가지 있습니다."
        said = office.run("outbox", "verify", "--json")
        assert (said.code, said.err, said.data["ok"]) == (1, "", False)
        for one in said.data["findings"]:
            assert list(one) == ["code", "field", "row", "message", "hint"]
            assert one["message"]
            assert one["hint"]

    def test_by_anybody(self, office: Office) -> None:
        one_each(office)
        assert office.run("outbox", "verify", login="unknown").code == 0
