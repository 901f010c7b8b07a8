"""The outbox's pages: the list and what narrows it, decisions on several, one draft, following."""

from __future__ import annotations

import json
import re
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

import pytest
from tests.web.centres import LEAD

from parkdraft.batch.run import run
from parkdraft.errors import Problem, StorageError
from parkdraft.outbox.create import keep
from parkdraft.records import new_draft

if TYPE_CHECKING:
    from tests.web.conftest import Got, Served

CHANGE = {"old_plate": "68마4321", "new_plate": "157허8765"}
MAIL = {"partner": "saebom", "site": "별빛타워", "integration": "manual", **CHANGE}
POST = {"partner": "gaon", "site": "달빛타워", "integration": "manual", **CHANGE}
WAITS = {"partner": "nuri", "site": "새벽타워", "integration": "manual", **CHANGE}
DEEDS = ("approve", "return", "sent", "undo")
NEVER = [{"id": "20261123-aaaaaaaa", "moved": 1}, {"id": "../contacts.yaml", "moved": 1}]


def drafted(served: Served, login: str = "saebom.park", **details: Any) -> str:
    return served.centre.draft(login=login, **{**MAIL, **details})


def waiting(served: Served) -> str:
    """A draft of a partner whose list of this month is not there."""
    for path in (served.root / "sites" / "nuri").iterdir():
        path.unlink()
    return drafted(served, **WAITS)


def page(served: Served, path: str = "/outbox", login: str = LEAD) -> str:
    got = served.ask("GET", path, login=login)
    assert got.status == 200, got.text
    return got.text


def ids_in(text: str) -> list[str]:
    return re.findall(r'<tr role="row" id="row-([^"]+)"', text)


def counts_in(text: str) -> dict[str, int]:
    found = re.findall(r'id="tab-(\w+)"[^>]*>[^<]*<b class="number">([\d,]+)', text)
    return {state: int(count) for state, count in found}


def decide(served: Served, what: str, *ids: str, login: str = LEAD, **more: object) -> Got:
    """A decision of somebody who sees the drafts as they are."""
    asked = {"drafts": served.centre.seen(*ids), **more}
    return served.post_json(f"/outbox/{what}", asked, login=login)


def codes(got: Got) -> list[tuple[str, str]]:
    return [(one["code"], one["field"]) for one in got.data["problems"]]


# ---- the list ----------------------------------------------------------------------------


def test_each_state_has_a_tab_with_its_count(served: Served) -> None:
    pending, sent, returned = (drafted(served, ticket=f"7-{n}") for n in range(3))
    posted, waits = drafted(served, **POST), waiting(served)
    served.centre.approve(sent)
    served.centre.sent(sent)
    served.centre.send_back(returned)
    states = {"pending": pending, "waiting": waits, "approved": posted, "returned": returned}
    for state, draft_id in {**states, "sent": sent}.items():
        text = page(served, f"/outbox?state={state}")
        assert ids_in(text) == [draft_id]
        assert counts_in(text) == {**dict.fromkeys(states, 1), "sent": 1, "all": 5}
    assert len(ids_in(page(served, "/outbox?state=all"))) == 5
    assert "처리 대기" in page(served, "/outbox?state=approved")
    assert "사유: 현장 확인" in page(served, "/outbox?state=returned")


def test_a_lead_sees_first_what_waits_for_approval_others_what_waits_to_be_sent(
    served: Served,
) -> None:
    mail, post = drafted(served), drafted(served, **POST)
    assert ids_in(page(served)) == [mail]
    text = page(served, login="daon.lee")
    assert ids_in(text) == [post]
    assert 'data-do="approve"' not in page(served, "/outbox?state=pending", login="daon.lee")


def test_urgent_drafts_come_first_and_fifty_fill_a_page(served: Served) -> None:
    urgent = drafted(served, urgent=True)
    for number in range(51):
        drafted(served, ticket=f"7-{number}")
    first, second = page(served), page(served, "/outbox?page=2")
    assert (ids_in(first)[0], len(ids_in(first)), len(ids_in(second))) == (urgent, 50, 2)
    assert not {*ids_in(first)} & {*ids_in(second)}
    assert "긴급" in first
    assert "1 / 2쪽" in first
    assert ids_in(page(served, "/outbox?page=999")) == ids_in(second)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=8765", "mail post"),
        ("q=157허8765", "mail post"),
        ("q=별빛", "mail"),
        ("q=ㅂㅂㅌㅇ", "mail"),
        ("q=ㄳ", ""),
        ("q=새봄파크", "mail"),
        ("q=ㄱㅇㅈㅊ", "post"),
        ("q=달빛 8765", "post"),
        ("q=달빛 별빛", ""),
        ("q=202", ""),
        ("q=68마4321", "mail post"),
        ("batch=20261124-k7q2", ""),
        ("partner=gaon", "post"),
        ("partner=nobody", "mail post"),
        ("case=registration", ""),
        ("author=daon.lee", "post"),
        ("author=DAON.LEE&q=8765", "post"),
        ("older=1", ""),
        ("older=0", "mail post"),
        ("older=-1", "mail post"),
        ("older=99999999999999999999", "mail post"),
    ],
)
def test_filters_and_search(served: Served, query: str, found: str) -> None:
    ids = {"mail": drafted(served), "post": drafted(served, "daon.lee", **POST)}
    text = page(served, f"/outbox?state=all&{_quoted(query)}")
    assert {*ids_in(text)} == {ids[name] for name in found.split()}
    for draft_id in ids.values():
        assert ids_in(page(served, f"/outbox?state=all&q={draft_id}")) == [draft_id]
        assert ids_in(page(served, f"/outbox?state=all&q={draft_id[-4:]}")) == [draft_id]


def _quoted(query: str) -> str:
    from urllib.parse import quote

    return quote(query, safe="=&")


def test_what_is_found_elsewhere_is_pointed_to(served: Served) -> None:
    drafted(served)
    text = page(served, "/outbox?state=sent&q=8765")
    assert "모든 상태에서 1건 보기" in text
    assert counts_in(text)["pending"] == 1


def test_the_list_of_an_empty_outbox_says_so(served: Served) -> None:
    text = page(served)
    assert "승인 대기 초안이 없습니다" in text
    assert "data-do" not in text
    assert not (served.root / "outbox" / "pending").exists()


def test_details_are_escaped(served: Served) -> None:
    drafted(served, site="<b>별빛</b>&\"'", partner="saebom")
    text = page(served)
    assert "<b>별빛" not in text
    assert "&lt;b&gt;별빛" in text


# ---- decisions ---------------------------------------------------------------------------


def test_of_several_the_permitted_are_done_and_the_others_told(served: Served) -> None:
    good, done = drafted(served), drafted(served, ticket="7-1")
    served.centre.approve(done)
    asked = {"drafts": [*served.centre.seen(good, done), *NEVER]}
    got = served.post_json("/outbox/approve", asked, login=LEAD)
    assert got.status == 200
    assert got.data["done"] == [{"id": good, "state": "approved", "label": "발송 대기"}]
    assert codes(got) == [
        ("outbox.state-approve", done),
        ("outbox.no-id", "3번째 번호"),
        ("outbox.no-id", "4번째 번호"),
    ]
    assert all("parkdraft" not in one["message"] for one in got.data["problems"])
    assert decide(served, "approve", good).status == 422


def test_nothing_selected_changes_nothing(served: Served) -> None:
    drafted(served)
    before = served.tree()
    for what in DEEDS:
        got = decide(served, what, reason="현장 확인")
        assert (got.status, got.data) == (200, {"done": [], "problems": [], "notes": []})
    assert served.tree() == before


def test_return_needs_a_reason_and_keeps_it(served: Served) -> None:
    one = drafted(served)
    for reason in ("", "  ", "900101-1234567"):
        got = decide(served, "return", one, reason=reason)
        assert got.status == 422
        assert [problem["field"] for problem in got.data["problems"]] == ["reason"]
    assert decide(served, "return", one, reason="현장 확인").status == 200
    assert "반려 사유: <b>현장 확인</b>" in page(served, f"/outbox/{one}")


@pytest.mark.parametrize("what", DEEDS)
@pytest.mark.parametrize(
    "body",
    [
        *(b"", b"{", b"[]", b"null", b'{"who": "garam.kim"}', b'{"drafts": []}'),
        *(b'{"who": 1, "drafts": []}', b'{"who": "garam.kim", "drafts": "x"}'),
        *(b'{"who": "garam.kim", "drafts": [1]}', b'{"who": "garam.kim", "drafts": [{}]}'),
        b'{"who": "garam.kim", "drafts": [{"id": "20261123-aaaaaaaa"}], "reason": "x"}',
        b'{"who": "garam.kim", "drafts": [{"id": 1, "moved": 1}], "reason": "x"}',
        b'{"who": "garam.kim", "drafts": [{"id": "k7q2", "moved": true}], "reason": "x"}',
    ],
)
def test_malformed_bodies_change_nothing(served: Served, what: str, body: bytes) -> None:
    drafted(served)
    before = served.tree()
    headers = {"Content-Type": "application/json", "Accept": "application/json"}
    assert served.ask("POST", f"/outbox/{what}", body, headers, login=LEAD).status == 400
    assert served.tree() == before


def test_an_agent_cannot_approve(served: Served) -> None:
    one = drafted(served)
    got = decide(served, "approve", one, login="daon.lee")
    assert got.status == 422
    assert codes(got) == [("outbox.not-a-lead", one)]
    assert 'data-do="approve"' not in page(served, f"/outbox/{one}", login="daon.lee")


def test_the_last_step_is_taken_back_where_that_may_be(served: Served) -> None:
    one = drafted(served)
    assert decide(served, "approve", one).status == 200
    text = page(served, f"/outbox/{one}")
    assert deeds(text) == ["sent", "return", "undo"]
    assert "승인 취소" in text
    assert deeds(page(served, f"/outbox/{one}", login="daon.lee")) == ["sent"]
    got = decide(served, "undo", one)
    assert got.data["done"] == [{"id": one, "state": "pending", "label": "승인 대기"}]
    assert "마지막 처리 취소" in page(served, f"/outbox/{one}")
    assert decide(served, "return", one, reason="현장 확인", login="saebom.park").status == 200
    assert "반려 취소" in page(served, f"/outbox/{one}", login="saebom.park")
    assert 'data-do="undo"' not in page(served, "/outbox?state=returned")
    assert decide(served, "undo", one, login="daon.lee").status == 422


def test_what_waited_for_long_is_said_before_and_at_its_approval(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = waiting(served)
    (served.root / "sites" / "nuri" / f"{date.today():%Y-%m}.csv").write_text(
        "현장명,담당자,직함,이메일\n새벽타워,정누리,소장,nuri.jung@example.com\n", "utf-8"
    )
    served.centre.home().fill_waiting()

    def waited(*_: object) -> list[Problem]:
        return [Problem("outbox.waited", one, data={"days": 3})]

    monkeypatch.setattr("parkdraft.outbox.transitions.waited", waited)
    assert "3일 전에 작성" in page(served, f"/outbox/{one}")
    (note,) = decide(served, "approve", one).data["notes"]
    assert note.startswith(f"{one}: 담당자 명단을 기다린 초안입니다")


# ---- what the page believed --------------------------------------------------------------


def test_a_decision_on_what_somebody_moved_meanwhile_does_nothing(served: Served) -> None:
    """As where a return undid an approval that its dialog had not seen."""
    one, two = drafted(served), drafted(served, ticket="7-1")
    dialog = {"drafts": served.centre.seen(one, two), "reason": "현장 확인"}
    served.centre.approve(one)
    got = served.post_json("/outbox/return", dialog, login=LEAD)
    assert got.status == 200
    assert codes(got) == [("outbox.gone", one)]
    assert [done["id"] for done in got.data["done"]] == [two]
    assert served.centre.stored(one).state == "approved"
    served.centre.undo(one)  # the same state again, but not as it was seen
    assert served.post_json("/outbox/return", dialog, login=LEAD).status == 422
    assert served.centre.stored(one).state == "pending"


@pytest.mark.parametrize("what", DEEDS)
def test_every_page_says_what_it_shows(served: Served, what: str) -> None:
    one = drafted(served)
    assert f'id="row-{one}" data-title="별빛타워 / 4321→8765" data-moved="1"' in page(served)
    assert 'data-moved="1"' in page(served, f"/outbox/{one}?part=draft")
    asked = {"drafts": [{"id": one, "moved": 2}], "reason": "현장 확인"}
    assert codes(served.post_json(f"/outbox/{what}", asked, login=LEAD)) == [("outbox.gone", one)]


def test_where_another_tab_chose_another_name_nothing_is_done(served: Served) -> None:
    one = drafted(served)
    assert f'<meta name="who" content="{LEAD}">' in page(served)
    before = served.tree()
    fields = {**MAIL, "old-plate": "68마4321", "new-plate": "157허8765"}
    asked: dict[str, dict[str, Any]] = {
        **{f"/outbox/{what}": {"drafts": served.centre.seen(one)} for what in DEEDS},
        **{f"/outbox/{one}/{how}": {} for how in ("open", "mailto", "copied", "file")},
        "/drafts": {"case": "plate-change", "fields": fields, "anyway": True},
    }
    for path, body in asked.items():
        got = served.post_json(path, {**body, "reason": "x", "who": "saebom.park"}, login=LEAD)
        assert got.status == 409, path
        (problem,) = got.data["problems"]
        assert problem["code"] == "web.other-who"
        assert "작업자를 김가람으로 바꾸어" in problem["message"]
        assert got.data["who"] == {"login": LEAD, "name": "김가람"}
    got = served.post_form(f"/outbox/{one}/file", {"who": "saebom.park"}, login=LEAD)
    assert got.status == 409
    assert "작업자를 김가람으로" in got.text
    assert served.tree() == before
    assert decide(served, "approve", one, who="GARAM.KIM").status == 200


def check(served: Served) -> str:
    """What the page of the check shows, after its button."""
    got = served.post_form("/outbox/verify", {})
    assert (got.status, got.headers["Location"]) == (303, "/outbox/verify")
    return page(served, "/outbox/verify")


# ---- one draft ---------------------------------------------------------------------------


def deeds(text: str) -> list[str]:
    return re.findall(r'data-do="(\w+)"', text)


def test_a_draft_is_shown_as_the_mail_it_will_be(served: Served) -> None:
    text = page(served, f"/outbox/{drafted(served)}")
    for part in (
        "주차 고객센터 &lt;parking-desk@example.com&gt;",
        "서누리 과장 &lt;nuri.seo@example.com&gt;",
        "기존차량 : 68마4321",
        "팀장 승인 전입니다",
        "보내는 사람이 공용 메일인지 확인하세요",
    ):
        assert part in text
    assert deeds(text) == ["approve", "return"]
    assert "고쳐 쓰기" in text


def test_buttons_are_those_that_are_allowed_now(served: Served) -> None:
    one, post, waits = drafted(served), drafted(served, **POST), waiting(served)
    served.centre.approve(one)
    assert deeds(page(served, f"/outbox/{one}")) == ["sent", "return", "undo"]
    assert "팀장 승인 전입니다" not in page(served, f"/outbox/{one}")
    assert "처리 완료로 표시" in page(served, f"/outbox/{post}")
    assert "data-open" not in page(served, f"/outbox/{post}")
    assert deeds(page(served, f"/outbox/{waits}")) == ["return"]
    assert deeds(page(served, f"/outbox/{waits}", login="daon.lee")) == []
    served.centre.sent(one)
    text = page(served, f"/outbox/{one}")
    assert deeds(text) == ["undo"]
    assert "완료 표시 취소" in text
    assert "/?replaces=" not in text


def test_history_leads_to_the_draft_before_and_the_one_after(served: Served) -> None:
    old = drafted(served)
    new = drafted(served, replaces=old, new_plate="157허8766")
    assert served.centre.stored(new).replaces == old
    before, after = page(served, f"/outbox/{old}"), page(served, f"/outbox/{new}")
    assert f'href="/outbox/{new}"' in before
    assert f'href="/outbox/{old}"' in after
    assert "/?replaces=" not in before
    assert "박새봄" in after


def test_what_today_would_make_otherwise_is_shown_and_not_approved(served: Served) -> None:
    one = drafted(served)
    contacts = served.root / "contacts.yaml"
    text = contacts.read_text("utf-8").replace("nuri.seo@", "nuri.seo2@")
    contacts.write_text(text, "utf-8")
    text = page(served, f"/outbox/{one}")
    assert 'class="removed"' in text
    assert "nuri.seo2@example.com" in text.split('class="added"')[1]
    assert deeds(text) == ["return"]
    assert one in check(served)


def test_doubles_are_linked(served: Served) -> None:
    one, two = drafted(served), drafted(served)
    assert f'href="/outbox/{two}"' in page(served, f"/outbox/{one}")


def test_neighbours_follow_the_list(served: Served) -> None:
    drafted(served, **POST)
    first, second = drafted(served), drafted(served, ticket="7-1", urgent=True)
    text = page(served, f"/outbox/{second}?state=pending")
    assert f'id="after" href="/outbox/{first}?state=pending"' in text
    assert 'id="before"' not in text
    assert "1 / 2" in text


def test_what_its_drafter_gave_and_saw_is_shown(served: Served) -> None:
    one = drafted(served, customer="홍길동", phone="010-1234-5678", ticket="1123-014")
    text = page(served, f"/outbox/{one}").partition("처리 안내와 적은 내용")[2]
    assert "처리방법" in text
    for part in ("1123-014", "홍*동", "68마4321"):
        assert part in text
    assert "홍길동" not in text
    assert "1234-5678" not in text


def test_drafts_of_a_table_lead_to_the_others_of_it(served: Served, tmp_path: Path) -> None:
    table = tmp_path / "cases.csv"
    head = "업무,운영사,현장명,연동구분,기존차량번호,변경차량번호\n"
    row = "차량번호 변경,새봄주차,별빛타워,수동현장,68마432{},157허8765\n"
    table.write_text(head + row.format(2) + row.format(3), "utf-8")
    drafted(served)
    report = run(served.centre.home(), table)
    ids = {one for one in served.centre.ids() if served.centre.stored(one).batch}
    assert len(ids) == 2
    for one in ids:
        assert f"/outbox?state=all&amp;batch={report.batch}" in page(served, f"/outbox/{one}")
    text = page(served, f"/outbox?state=all&batch={report.batch}")
    assert {*ids_in(text)} == ids
    assert f"표 {report.batch}에서" in text


# ---- handing out -------------------------------------------------------------------------


def handed(served: Served, draft_id: str, how: str, login: str = "saebom.park") -> Got:
    return served.post_json(f"/outbox/{draft_id}/{how}", {}, login=login)


def notes_of(got: Got) -> list[str]:
    return list(json.loads(unquote(got.headers["X-Notes"])))


def test_the_file_is_handed_out_as_it_is(served: Served) -> None:
    one, post = drafted(served), drafted(served, **POST)
    got = handed(served, one, "file")
    assert got.body == (served.root / "outbox" / "pending" / f"{one}.eml").read_bytes()
    assert got.headers["Content-Type"] == "message/rfc822"
    assert got.headers["Content-Disposition"] == f"attachment; filename={one}.eml"
    assert notes_of(got) == ["보내는 사람이 공용 메일인지 확인하세요", "팀장 승인 전입니다"]
    got = served.post_form(f"/outbox/{post}/file", {"who": "saebom.park"})
    assert got.headers["Content-Type"].startswith("text/plain")
    assert served.get(f"/outbox/{one}/file").status == 405


@pytest.mark.parametrize(
    ("how", "verb"),
    [("open", "open"), ("copied", "copy"), ("file", "download")],
)
def test_handing_out_is_recorded_and_then_undo_is_no_longer_its_doers(
    served: Served, monkeypatch: pytest.MonkeyPatch, how: str, verb: str
) -> None:
    monkeypatch.setattr("parkdraft.web.openpage.open_file", lambda _: None)
    one = drafted(served, **POST)
    assert decide(served, "sent", one, login="daon.lee").status == 200
    assert deeds(page(served, f"/outbox/{one}", login="daon.lee")) == ["undo"]
    version = served.get("/outbox/version").data
    assert handed(served, one, how).status == 200
    assert served.centre.did(one)[-1] == (verb, "saebom.park")
    assert served.get("/outbox/version").data != version
    text = page(served, f"/outbox/{one}", login="daon.lee")
    assert deeds(text) == []
    assert "박새봄" in text.partition("이력")[2]
    got = decide(served, "undo", one, login="daon.lee")
    assert codes(got) == [("outbox.undo-late", one)]
    assert decide(served, "undo", one).status == 200


@pytest.mark.parametrize("how", ["open", "file"])
def test_a_changed_file_is_put_right_before_it_is_handed_out(
    served: Served, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    opened: list[bytes] = []
    monkeypatch.setattr(
        "parkdraft.web.openpage.open_file", lambda path: opened.append(path.read_bytes())
    )
    one = drafted(served)
    path = served.centre.path(one)
    whole = path.read_bytes()
    path.write_bytes(whole.replace(b"nuri.seo@", b"nuri.xeo@"))
    text = page(served, f"/outbox/{one}")
    assert "폴더의 파일이 만든 뒤에 바뀌었습니다. 초안함의 &#39;점검&#39;이" in text
    assert deeds(text) == ["approve", "return"]  # the database has what is approved
    got = handed(served, one, how)
    notes = got.data["notes"] if how == "open" else notes_of(got)
    assert "수신(To)" in notes[0]
    assert f"outbox/edited/{one}.1.eml" in notes[0]
    assert (opened[0] if how == "open" else got.body) == whole
    assert path.read_bytes() == whole
    assert "만든 뒤에 바뀌었습니다" not in page(served, f"/outbox/{one}")


def test_a_link_is_handed_to_the_browser_and_says_what_to_mind(served: Served) -> None:
    one, post = drafted(served), drafted(served, **POST)
    assert f'data-mailto="/outbox/{one}/mailto"' in page(served, f"/outbox/{one}")
    got = handed(served, one, "mailto")
    assert got.data["link"].startswith("mailto:")
    assert "보내는 사람이 공용 메일인지 확인하세요" in got.data["notes"]
    assert served.centre.did(one)[-1][0] == "open"
    assert "data-mailto" not in page(served, f"/outbox/{post}")
    assert handed(served, post, "mailto").status == 422


def test_opening_says_what_to_mind(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    one = drafted(served)
    opened: list[Path] = []
    monkeypatch.setattr("parkdraft.web.openpage.open_file", opened.append)
    got = handed(served, one, "open")
    notes = ["보내는 사람이 공용 메일인지 확인하세요", "팀장 승인 전입니다"]
    assert got.data == {"notes": notes}
    assert opened == [served.root / "outbox" / "pending" / f"{one}.eml"]


def test_a_folder_that_refuses_keeps_nobody_from_the_file(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = drafted(served)
    whole = served.centre.path(one).read_bytes()

    def refuse(*_: object) -> None:
        raise StorageError([Problem("storage.read-only", data={"place": one})])

    monkeypatch.setattr("parkdraft.outbox.folder.Folder.place", refuse)
    monkeypatch.setattr("parkdraft.outbox.folder.Folder.write_first", lambda *_: False)
    served.centre.path(one).write_bytes(b"another")
    got = handed(served, one, "file")
    assert got.body == whole
    assert len(notes_of(got)) == 3
    assert handed(served, one, "open").status == 422  # not what somebody wrote there


def test_where_nothing_opens_it_that_is_said(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    def nothing(path: Path) -> None:
        raise StorageError([Problem("open.failed", data={"path": str(path)})])

    monkeypatch.setattr("parkdraft.web.openpage.open_file", nothing)
    got = handed(served, drafted(served), "open")
    assert got.status == 422
    assert got.data["problems"][0]["message"].startswith("이 파일을 여는 프로그램을 찾지")


def test_what_is_no_draft_is_no_page(served: Served) -> None:
    for name in ("20261123-aaaaaaaa", "x", "..%2fcontacts.yaml", "%00"):
        assert served.get(f"/outbox/{name}").status == 404
        for how in ("open", "copied", "file"):
            assert handed(served, name, how).status == 404


# ---- following, and everything at once ---------------------------------------------------


def test_the_version_changes_when_something_happens(served: Served) -> None:
    def version() -> str:
        return str(served.get("/outbox/version").data["version"])

    before = version()
    assert version() == before
    one = drafted(served)
    after = version()
    assert after != before
    part = page(served, "/outbox?part=list")
    assert f'data-version="{after}"' in part
    assert ids_in(part) == [one]
    assert "<html" not in part
    served.centre.approve(one)
    assert version() != after
    assert ids_in(page(served, "/outbox?part=list")) == []
    assert "<html" not in page(served, f"/outbox/{one}?part=draft")


def test_a_check_tells_what_is_wrong_and_mends_what_can_be(served: Served) -> None:
    text = page(served, "/outbox/verify")
    assert "문제가 없습니다" not in text
    assert not (served.root / "outbox").exists()

    assert "문제가 없습니다" in check(served)
    edited, missing, sound = (drafted(served, ticket=f"7-{n}") for n in range(3))
    (served.root / "outbox" / "pending" / "메모.docx").write_text("x")
    path = served.centre.path(edited)
    path.write_bytes(path.read_bytes().replace(b"nuri.seo@", b"nuri.xeo@"))
    served.centre.path(missing).unlink()
    before = served.tree()
    assert served.get("/outbox/verify").status == 200
    assert served.tree() == before
    text = check(served)
    assert "확인할 것 1가지, 바로잡은 것 2가지" in text
    assert "메모.docx" in text
    assert text.count("바로잡음") == 2
    assert "parkdraft outbox" not in text
    assert f"/outbox/{edited}" in text
    assert f"/outbox/{missing}" in text
    assert f"/outbox/{sound}" not in text
    assert served.centre.path(missing).is_file()
    assert "확인할 것 1가지</h2>" in check(served)
    drafted(served, ticket="7-9")
    assert "확인할 것" not in page(served, "/outbox/verify")  # it is no news any more


def test_a_directory_that_is_not_sound_is_one_more_finding(served: Served) -> None:
    drafted(served)
    (served.root / "sites.csv").write_text("이름\n", "utf-8")
    text = check(served)
    assert "확인할 것 1가지" in text
    assert "열 이름 줄이 없습니다" in text


def test_all_of_a_long_list_is_reached_page_by_page_and_draft_by_draft(served: Served) -> None:
    home = served.centre.home()
    made = home.compose("plate-change", **MAIL)
    assert made.draft is not None
    new = new_draft([made], served.agent)
    with home.drafts(create=True) as box:
        for _ in range(120):
            keep(box, new)
    pages = [ids_in(page(served, f"/outbox?page={number}")) for number in (1, 2, 3)]
    every = [one for ids in pages for one in ids]
    assert [len(ids) for ids in pages] == [50, 50, 20]
    assert len(set(every)) == 120
    address, met = f"/outbox/{every[0]}?state=pending", list[str]()
    while address:
        text = page(served, address)
        met.append(address[8:24])
        assert f"{len(met)} / 120" in text
        found = re.search(r'id="after" href="([^"]+)"', text)
        address = found[1].replace("&amp;", "&") if found else ""
    assert met == every
