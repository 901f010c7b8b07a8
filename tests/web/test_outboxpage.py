"""The outbox's pages: the list and what narrows it, decisions on several, one draft, following."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from parkdraft import Home
from parkdraft.outbox.review import approve, mark_sent, send_back
from parkdraft.web.overview import Overview

if TYPE_CHECKING:
    from tests.web.conftest import Got, Served

CHANGE = {"old_plate": "68마4321", "new_plate": "157허8765"}
MAIL = {"partner": "saebom", "site": "별빛타워", "integration": "manual", **CHANGE}
POST = {"partner": "gaon", "site": "달빛타워", "integration": "manual", **CHANGE}
WAITS = {"partner": "nuri", "site": "새벽타워", "integration": "manual", **CHANGE}
LEAD = "garam.kim"


def as_somebody(served: Served, login: str) -> Home:
    return Home(served.root, served.root / "outbox", login=lambda: login)


def drafted(served: Served, login: str = "saebom.park", **details: Any) -> str:
    made = as_somebody(served, login).draft("plate-change", **{**MAIL, **details})
    assert made.id is not None
    return made.id


def waiting(served: Served) -> str:
    """A draft of a partner whose list of this month is not there."""
    for path in (served.root / "sites" / "nuri").iterdir():
        path.unlink()
    return drafted(served, **WAITS)


def approved(served: Served, *ids: str) -> None:
    home = as_somebody(served, LEAD)
    assert approve(home.drafts, home.today(), ids).problems == ()


def page(served: Served, path: str = "/outbox", login: str = LEAD) -> str:
    got = served.ask("GET", path, login=login)
    assert got.status == 200, got.text
    return got.text


def ids_in(text: str) -> list[str]:
    return re.findall(r'<tr role="row" id="row-([^"]+)"', text)


def counts_in(text: str) -> dict[str, int]:
    found = re.findall(r'id="tab-(\w+)"[^>]*>[^<]*<b class="number">([\d,]+)', text)
    return {state: int(count) for state, count in found}


def decide(served: Served, what: str, ids: object, login: str = LEAD, **more: object) -> Got:
    return served.post_json(f"/outbox/{what}", {"ids": ids, **more}, login=login)


# ---- the list ----------------------------------------------------------------------------


def test_each_state_has_a_tab_with_its_count(served: Served) -> None:
    pending, sent, returned = (drafted(served, ticket=f"7-{n}") for n in range(3))
    posted, waits = drafted(served, **POST), waiting(served)
    approved(served, sent)
    mark_sent(served.home.drafts, [sent])
    send_back(served.home.drafts, served.home.directory, [returned], "현장 확인")
    states = {"pending": pending, "waiting": waits, "approved": posted, "returned": returned}
    for state, draft_id in {**states, "sent": sent}.items():
        text = page(served, f"/outbox?state={state}")
        assert ids_in(text) == [draft_id]
        assert counts_in(text) == {**dict.fromkeys(states, 1), "sent": 1, "all": 5}
    assert len(ids_in(page(served, "/outbox?state=all"))) == 5
    assert "처리 대기" in page(served, "/outbox?state=approved")


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


def _quoted(query: str) -> str:
    from urllib.parse import quote

    return quote(query, safe="=&")


def test_what_is_found_elsewhere_is_pointed_to(served: Served) -> None:
    drafted(served)
    text = page(served, "/outbox?state=sent&q=8765")
    assert "모든 상태에서 1건 보기" in text
    assert counts_in(text)["pending"] == 1


def test_a_file_that_was_changed_is_marked_in_the_list(served: Served) -> None:
    edited, sound = drafted(served), drafted(served, ticket="7-1")
    path = served.root / "outbox" / "pending" / f"{edited}.eml"
    path.write_bytes(path.read_bytes() + b"\r\n")
    rows = page(served).split('<tr role="row" id="row-')[1:]
    assert {row[:17]: "확인 필요" in row for row in rows} == {edited: True, sound: False}


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
    approved(served, done)
    got = decide(served, "approve", [good, done, "20261123-aaaaaaaa", "../contacts.yaml"])
    assert got.status == 200
    assert got.data["done"] == [{"id": good, "state": "approved", "label": "발송 대기"}]
    codes = [(one["code"], one["field"]) for one in got.data["problems"]]
    assert codes == [
        ("outbox.state-approve", done),
        ("outbox.unknown", "20261123-aaaaaaaa"),
        ("outbox.no-id", "4번째 번호"),
    ]
    assert all("parkdraft" not in one["message"] for one in got.data["problems"])
    assert decide(served, "approve", [good]).status == 422


def test_nothing_selected_changes_nothing(served: Served) -> None:
    drafted(served)
    before = served.tree()
    for what in ("approve", "return", "sent"):
        got = decide(served, what, [], reason="현장 확인")
        assert (got.status, got.data) == (200, {"done": [], "problems": []})
    assert served.tree() == before


def test_return_needs_a_reason_and_keeps_it(served: Served) -> None:
    one = drafted(served)
    for reason in ("", "  ", "900101-1234567"):
        got = decide(served, "return", [one], reason=reason)
        assert got.status == 422
        assert [problem["field"] for problem in got.data["problems"]] == ["reason"]
    assert decide(served, "return", [one], reason="현장 확인").status == 200
    assert "현장 확인" in page(served, f"/outbox/{one}")


@pytest.mark.parametrize("what", ["approve", "return", "sent"])
@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'{"ids": "x"}', b'{"ids": [1]}', b"null"])
def test_malformed_bodies_change_nothing(served: Served, what: str, body: bytes) -> None:
    drafted(served)
    before = served.tree()
    headers = {"Content-Type": "application/json", "Accept": "application/json"}
    assert served.ask("POST", f"/outbox/{what}", body, headers, login=LEAD).status == 400
    assert served.tree() == before


def test_an_agent_cannot_approve(served: Served) -> None:
    one = drafted(served)
    got = decide(served, "approve", [one], login="daon.lee")
    assert got.status == 422
    assert [problem["code"] for problem in got.data["problems"]] == ["outbox.not-a-lead"]
    assert 'data-do="approve"' not in page(served, f"/outbox/{one}", login="daon.lee")


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
    approved(served, one)
    assert deeds(page(served, f"/outbox/{one}")) == ["sent", "return"]
    assert "팀장 승인 전입니다" not in page(served, f"/outbox/{one}")
    assert "처리 완료로 표시" in page(served, f"/outbox/{post}")
    assert "data-open" not in page(served, f"/outbox/{post}")
    assert deeds(page(served, f"/outbox/{waits}")) == ["return"]
    assert deeds(page(served, f"/outbox/{waits}", login="daon.lee")) == []
    mark_sent(served.home.drafts, [one])
    text = page(served, f"/outbox/{one}")
    assert deeds(text) == []
    assert "/?replaces=" not in text


def test_history_leads_to_the_draft_before_and_the_one_after(served: Served) -> None:
    old = drafted(served)
    new = drafted(served, replaces=old, new_plate="157허8766")
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
    assert one in page(served, "/outbox/verify")


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


def test_the_file_is_handed_out_as_it_is(served: Served) -> None:
    one, post = drafted(served), drafted(served, **POST)
    got = served.get(f"/outbox/{one}/file")
    assert got.body == (served.root / "outbox" / "pending" / f"{one}.eml").read_bytes()
    assert got.headers["Content-Type"] == "message/rfc822"
    assert got.headers["Content-Disposition"] == f"attachment; filename={one}.eml"
    assert served.get(f"/outbox/{post}/file").headers["Content-Type"].startswith("text/plain")


def test_a_changed_file_is_not_handed_out(served: Served) -> None:
    one = drafted(served)
    path = served.root / "outbox" / "pending" / f"{one}.eml"
    path.write_bytes(path.read_bytes().replace(b"nuri.seo@", b"nuri.xeo@"))
    assert served.get(f"/outbox/{one}/file").status == 422
    assert served.post_json(f"/outbox/{one}/open", {}).status == 422
    text = page(served, f"/outbox/{one}")
    assert "수신(To)" in text
    assert f"/outbox/{one}/file" not in text
    assert deeds(text) == ["return"]


def test_opening_says_what_to_mind(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    one = drafted(served)
    opened: list[Path] = []
    monkeypatch.setattr("parkdraft.web.outboxpage.open_file", opened.append)
    got = served.post_json(f"/outbox/{one}/open", {})
    notes = ["보내는 사람이 공용 메일인지 확인하세요", "팀장 승인 전입니다"]
    assert got.data == {"notes": notes}
    assert opened == [served.root / "outbox" / "pending" / f"{one}.eml"]


def test_what_is_no_draft_is_no_page(served: Served) -> None:
    for name in ("20261123-aaaaaaaa", "x", "..%2fcontacts.yaml", "%00"):
        for tail in ("", "/file"):
            assert served.get(f"/outbox/{name}{tail}").status == 404
        assert served.post_json(f"/outbox/{name}/open", {}).status == 404


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
    approved(served, one)
    assert version() != after
    assert ids_in(page(served, "/outbox?part=list")) == []
    assert "<html" not in page(served, f"/outbox/{one}?part=draft")


def test_the_list_is_made_once_while_nothing_happens(served: Served) -> None:
    drafted(served)
    overview: Overview = served.app.extensions["overview"]
    with served.app.app_context():
        assert overview.now() is not overview.now()  # changed just now: not to be relied on
    overview._desk.last_change = lambda: 0.0  # type: ignore[method-assign]
    with served.app.app_context():
        first = overview.now()
        assert overview.now() is first
        drafted(served, ticket="7-1")
        assert len(overview.now().drafts) == len(first.drafts) + 1


def test_verify_tells_what_is_wrong_and_changes_nothing(served: Served) -> None:
    assert "문제가 없습니다" in page(served, "/outbox/verify")
    one = drafted(served)
    (served.root / "outbox" / "pending" / "메모.docx").write_text("x")
    before = served.tree()
    text = page(served, "/outbox/verify")
    assert "확인할 것 1가지" in text
    assert "메모.docx" in text
    assert f"/outbox/{one}" not in text
    assert served.tree() == before
    (served.root / "outbox" / "pending" / f"{one}.eml").unlink()
    assert "파일이 없습니다" in page(served, "/outbox/verify")
