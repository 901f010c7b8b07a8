"""Who may do what on a team's server: every address, everybody, every state of a draft.

``TABLE`` is the whole of it. An address that does not stand there fails the first test.
"""

from __future__ import annotations

import io
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

import pytest
from tests.web.centres import AGENT, CHANGE, LEAD, OTHER
from tests.web.conftest import make_centre
from tests.web.offices import DEPUTY, LEAVER, Browser, Office, quick, unchanged

from parkdraft.outbox.purge import purge

if TYPE_CHECKING:
    from werkzeug.test import TestResponse

Who = Literal["everybody", "stranger", "team", "right", "lead", "doer"]
"""``right``: leads and the draft's author. ``doer``: leads and whoever took the last step."""
Role = Literal["nobody", "agent", "author", "lead", "deputy", "left", "ended", "closed"]
OUTSIDE: tuple[Role, ...] = ("nobody", "left", "ended", "closed")
INSIDE: tuple[Role, ...] = ("agent", "author", "lead", "deputy")
LEADS = ("lead", "deputy")
STATES = ("waiting", "pending", "approved", "returned", "sent", "purged")
CUSTOMER = {"customer": "남궁바다", "phone": "010-2468-1357", "ticket": "7-7311"}
OF_THE_DRAFT = ("남궁바다", "2468", "별빛타워", "새벽타워", "345나6789", "7-7311", "68마")
MAIL = {"partner": "saebom", "integration": "manual", **CHANGE, **CUSTOMER}
WAITS = {"partner": "nuri", "site": "새벽타워", "integration": "manual", **CUSTOMER}


class Row(NamedTuple):
    """Who may, from which states of a draft that is named, and what is sent."""

    who: Who
    states: tuple[str, ...] = ()
    json: dict[str, Any] | None = None
    form: dict[str, Any] | None = None
    statuses: tuple[int, ...] = (200, 302, 303)
    """Of an answer to somebody who may."""


KEPT = STATES[:-1]
TABLE: dict[tuple[str, str], Row] = {
    ("GET", "static"): Row("everybody"),
    # logging in
    ("GET", "login.ask"): Row("everybody"),
    ("POST", "login.enter"): Row(
        "everybody", form={"login": "nobody", "phrase": "x"}, statuses=(422, 429)
    ),
    ("GET", "login.join"): Row("everybody"),
    ("POST", "login.whose"): Row("everybody", json={"secret": "guess"}, statuses=(422,)),
    ("POST", "login.joined"): Row(
        "everybody", json={"secret": "guess", "phrase": "x"}, statuses=(422, 429)
    ),
    ("POST", "login.leave"): Row("team", form={}),
    ("GET", "login.fresh"): Row("team"),
    ("POST", "login.again"): Row("team", json={"phrase": "wrong"}, statuses=(422,)),
    ("GET", "account.index"): Row("team"),
    ("POST", "account.change"): Row("team", form={"old": "wrong", "new": "short"}, statuses=(422,)),
    ("POST", "account.end"): Row("team", form={}),
    # what only leads may
    ("GET", "team.index"): Row("lead"),
    ("POST", "team.invite"): Row("lead", form={"login": AGENT}),
    ("POST", "team.close"): Row("lead", form={"login": AGENT}),
    ("POST", "team.end"): Row("lead", form={"session": "{agent}"}),
    ("GET", "records.index"): Row("lead"),
    ("POST", "records.export"): Row("lead", form={}),
    ("GET", "upkeep.choose"): Row("lead", KEPT),
    ("POST", "upkeep.remove"): Row(
        "lead", KEPT, form={"draft": "{draft}", "count": "1", "reason": "요청"}
    ),
    ("POST", "outbox.approve"): Row("lead", ("pending",), json={"drafts": "{seen}"}),
    # drafts
    ("GET", "draft.new"): Row("team", ("waiting", "pending", "approved", "returned")),
    ("GET", "draft.find"): Row("team"),
    ("POST", "draft.preview"): Row("team", json={"case": "plate-change", "fields": {}}),
    ("POST", "draft.save"): Row(
        "team", json={"case": "plate-change", "fields": MAIL, "anyway": True}
    ),
    ("POST", "draft.enquiry"): Row("team", json={"case": "plate-change", "text": "차량번호"}),
    ("POST", "papers.take"): Row("team", form={"file": "paper"}),
    ("POST", "papers.drop"): Row("team", json={"papers": ["guess"]}),
    ("GET", "outbox.index"): Row("team"),
    ("GET", "outbox.version"): Row("team"),
    ("GET", "outbox.last_check"): Row("team"),
    ("POST", "outbox.check"): Row("team", form={}),
    ("GET", "outbox.draft"): Row("team", KEPT),
    ("POST", "outbox.reveal"): Row("team", KEPT, json={}),
    ("POST", "outbox.send_back"): Row(
        "right", ("waiting", "pending", "approved"), json={"drafts": "{seen}", "reason": "확인"}
    ),
    ("POST", "outbox.mark_sent"): Row("team", ("approved",), json={"drafts": "{seen}"}),
    ("POST", "outbox.undo"): Row(
        "doer", ("approved", "returned", "sent"), json={"drafts": "{seen}"}
    ),
    ("POST", "outbox.mailto"): Row("team", ("pending", "approved", "sent", "returned"), json={}),
    ("POST", "outbox.copied"): Row("team", KEPT, json={}),
    ("POST", "outbox.file"): Row("team", KEPT, json={}),
    ("GET", "upkeep.differing"): Row("team"),
    ("POST", "upkeep.make_anew"): Row("team", form={}),
    # tables and lists: a token is only for whoever brought the file
    ("GET", "batch.start"): Row("team"),
    ("GET", "batch.template"): Row("team"),
    ("POST", "batch.check"): Row("team", form={}, statuses=(422,)),
    ("POST", "batch.again"): Row("team", form={}, statuses=(404,)),
    ("GET", "batch.table"): Row("team", statuses=(404,)),
    ("GET", "batch.state"): Row("team"),
    ("POST", "batch.make"): Row("team", form={}, statuses=(404,)),
    ("POST", "batch.drop"): Row("team", form={}),
    ("GET", "batch.failed"): Row("team", statuses=(404,)),
    ("GET", "contacts.process"): Row("team"),
    ("GET", "contacts.people"): Row("team"),
    ("GET", "contacts.partners"): Row("team"),
    ("GET", "contacts.sites"): Row("team"),
    ("GET", "contacts.search"): Row("team"),
    ("GET", "contacts.problems"): Row("team"),
    ("POST", "contacts.check_templates"): Row("team", form={}),
    ("GET", "contacts.lists.index"): Row("team"),
    ("POST", "contacts.lists.check"): Row("team", form={}, statuses=(422,)),
    ("GET", "contacts.lists.show"): Row("team", statuses=(404,)),
    ("POST", "contacts.lists.take_over"): Row("team", form={}, statuses=(404,)),
    ("GET", "contacts.lists.failed_rows"): Row("team", statuses=(404,)),
    ("POST", "contacts.lists.drop"): Row("team", form={}),
}
"""Method and endpoint of every address."""
NAMES_A_DRAFT = [key for key, row in TABLE.items() if row.states]
OTHERS = [key for key, row in TABLE.items() if not row.states]
NAMED_IN_THE_QUERY = {"upkeep.choose": "draft", "draft.new": "replaces"}


def rules(office: Office) -> dict[tuple[str, str], str]:
    """Method and endpoint → address, of all that the application answers."""
    return {
        (method, rule.endpoint): rule.rule
        for rule in office.app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }


def test_every_address_stands_in_the_table(office: Office) -> None:
    assert set(rules(office)) == set(TABLE)


def test_nothing_is_opened_on_the_server(office: Office) -> None:
    """A mail program of the server would open on nobody's screen."""
    assert not [rule for rule in rules(office).values() if rule.endswith("/open")]


# ---- people and drafts ---------------------------------------------------------------------


def people_of(office: Office) -> dict[Role, Browser]:
    """A browser of everybody; all are known to the server as they are."""
    found: dict[Role, Browser] = {
        "lead": office.joined(LEAD),
        "author": office.joined(AGENT),
        "agent": office.joined(OTHER),
        "deputy": office.joined(DEPUTY),
        "left": office.joined(LEAVER),
        "ended": office.logged_in(OTHER),
        "closed": office.joined(LEAVER, "192.0.2.11"),
        "nobody": office.browser(),
    }
    secret = found["ended"].cookie
    assert secret
    found["ended"].form("/logout")
    found["ended"].has(secret)
    office.closes(LEAVER)
    found["left"] = office.joined(LEAVER)
    office.leaves()
    for role in OUTSIDE:
        assert not found[role].is_in
    for role in INSIDE:
        assert found[role].is_in
    return found


def drafts_in(office: Office, state: str, count: int) -> list[str]:
    """Drafts of ``AGENT`` in a state."""
    centre = office.centre
    for path in (office.root / "sites" / "nuri").iterdir():
        path.unlink()
    ids = []
    for number in range(count):
        details = {**(WAITS if state == "waiting" else MAIL)}
        details |= {"old-plate": f"68마{4000 + number}", "new-plate": "345나6789"}
        ids.append(centre.draft(login=AGENT, **details))
    if state in ("approved", "sent"):
        centre.approve(*ids)
    if state == "sent":
        centre.sent(*ids, login=LEAD)
    if state == "returned":
        centre.send_back(*ids)
    if state == "purged":
        home = centre.home(LEAD)
        with home.drafts(change=True) as box:
            purge(box, home.directory, [box.located(one) for one in ids], "요청")
    return ids


class Prepared(NamedTuple):
    """A home with everybody's session, and a draft in some state for each of them."""

    root: Path
    people: dict[Role, Browser]
    secrets: dict[Role, str | None]
    drafts: list[str]


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], Prepared]]:
    """Homes to copy, one for each state of drafts: to make one takes longer than to attack it."""
    made = dict[str, Prepared]()

    def prepare(state: str) -> Prepared:
        if state not in made:
            office = Office(make_centre(tmp_path_factory.mktemp("office") / "home"))
            people = people_of(office)
            drafts = drafts_in(office, state, len(people))
            office.stop()
            secrets = {role: browser.cookie for role, browser in people.items()}
            made[state] = Prepared(office.root, people, secrets, drafts)
        return made[state]

    with pytest.MonkeyPatch.context() as patch:
        quick(patch)
        yield prepare


Copied = Callable[[str], "tuple[Office, dict[Role, Browser], list[str]]"]


@pytest.fixture
def copied(prepared: Callable[[str], Prepared], tmp_path: Path) -> Iterator[Copied]:
    """An office of its own for a test, with drafts in some state; who is logged in stays so."""
    offices: list[Office] = []

    def copy(state: str) -> tuple[Office, dict[Role, Browser], list[str]]:
        original = prepared(state)
        office = Office(shutil.copytree(original.root, tmp_path / "home"))
        offices.append(office)
        people = dict[Role, Browser]()
        for role, theirs in original.people.items():
            browser = people[role] = office.browser()
            browser.login, browser.token = theirs.login, theirs.token
            if secret := original.secrets[role]:
                browser.has(secret)
        return office, people, original.drafts

    yield copy
    for office in offices:
        office.stop()


def asked(
    office: Office, browser: Browser, key: tuple[str, str], draft: str = "", **seen: Any
) -> TestResponse:
    """What a page sends there, by somebody's browser."""
    method, endpoint = key
    row = TABLE[key]
    path = rules(office)[key].replace("<path:filename>", "page.js").replace("<draft_id>", draft)
    path = re.sub(r"<any.*?>", "csv", path).replace("<token>", "6744a1b2-" + "0" * 32)
    if name := NAMED_IN_THE_QUERY.get(endpoint):
        path += f"?{name}={draft}"
    filled = {"{draft}": draft, "{seen}": seen.get("seen"), "{agent}": seen.get("session")}
    sent = {
        name: filled.get(text, text) if isinstance(text, str) else text
        for name, text in (row.json or row.form or {}).items()
    }
    if method == "GET":
        return browser.get(path)
    if row.json is not None:
        return browser.ask(path, sent)
    if sent.get("file"):
        sent["file"] = (io.BytesIO(b"%PDF-1.4"), "a.pdf")
    return browser.form(path, sent)


def may(row: Row, role: Role) -> bool:
    if row.who == "everybody":
        return True
    if role in OUTSIDE:
        return False
    allowed = {
        "team": INSIDE,
        "lead": LEADS,
        "right": (*LEADS, "author"),
        "doer": LEADS,  # the lead took every last step here
    }[row.who]
    return role in allowed


def refused(got: TestResponse, role: Role) -> None:
    """It is refused, and tells nothing of a draft."""
    if role in OUTSIDE:
        assert got.status_code in (303, 401), (role, got.status_code)
        if got.status_code == 303:
            assert got.headers["Location"].startswith("/login")
        assert '<meta name="token" content=""' in got.text or "<meta" not in got.text
    else:
        assert got.status_code in (403, 404, 409, 422), (role, got.status_code, got.text)
    assert not [text for text in OF_THE_DRAFT if text in got.text]


@pytest.mark.parametrize("key", OTHERS, ids=" ".join)
def test_who_may_do_what(copied: Copied, key: tuple[str, str]) -> None:
    row = TABLE[key]
    office, people, (draft, *_) = copied("pending")
    agent = office.records(login=OTHER)[-1].session
    denied = [role for role in people if not may(row, role)]
    with unchanged(office):
        for role in denied:
            refused(asked(office, people[role], key, draft, session=agent), role)
    for role in people:
        if role not in denied:
            got = asked(office, people[role], key, draft, session=agent)
            assert got.status_code in row.statuses, (role, got.status_code, got.text)


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("key", NAMES_A_DRAFT, ids=" ".join)
def test_who_may_do_what_to_a_draft(copied: Copied, key: tuple[str, str], state: str) -> None:
    row = TABLE[key]
    office, people, ids = copied(state)
    with office.centre.box() as box:
        moved = {one: found.moved for one in ids if (found := box.store.find(one))}
    for role, draft in zip(people, ids, strict=True):
        seen = [{"id": draft, "moved": moved[draft]}]
        is_allowed = may(row, role) and state in row.states
        with nullcontext() if is_allowed else unchanged(office):
            got = asked(office, people[role], key, draft, seen=seen)
        if is_allowed:
            assert got.status_code in row.statuses, (role, got.status_code, got.text)
        else:
            refused(got, role)


# ---- tricks --------------------------------------------------------------------------------

OVERRIDES = [
    {"X-HTTP-Method-Override": "POST"},
    {"X-HTTP-Method": "POST"},
    {"X-Method-Override": "POST"},
    {"X-Original-URL": "/records"},
    {"X-Rewrite-URL": "/records"},
    {"X-Forwarded-User": LEAD},
    {"Remote-User": LEAD},
    {"X-Remote-User": LEAD},
    {"Authorization": "Basic Z2FyYW0ua2ltOng="},
]
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT", "get")


@pytest.fixture
def agent(office: Office) -> Browser:
    """An agent's browser, while a lead is logged in elsewhere."""
    office.joined(LEAD)
    return office.joined(OTHER)


@pytest.mark.parametrize("endpoint", [key[1] for key, row in TABLE.items() if row.who == "lead"])
def test_an_agent_cannot_do_a_leads_work_by_any_request(
    office: Office, agent: Browser, endpoint: str
) -> None:
    (draft,) = drafts_in(office, "pending", 1)
    (path,) = (one.rule for one in office.app.url_map.iter_rules() if one.endpoint == endpoint)
    wanted = office.centre.seen(draft)
    sent: dict[str, Any] = {"drafts": wanted, "login": OTHER, "draft": draft, "count": "1"}
    sent |= {"reason": "요청", "session": office.records(login=LEAD)[-1].session}
    fields = {**sent, "drafts": draft, "_method": "POST"}
    answers = []
    with unchanged(office):
        for query in ("", "?part=list", "?part=draft", f"?who={LEAD}", f"?draft={draft}&part=x"):
            answers += [agent.ask(path + query, sent), agent.form(path + query, fields)]
        for method in METHODS:
            headers = {"Origin": agent.own, "X-Token": agent.token}
            if (method, endpoint) != ("OPTIONS", endpoint):
                answers += [agent.send(method, path, headers=headers, json=sent)]
        for headers in OVERRIDES:
            answers += [agent.ask(path, sent, headers=headers), agent.get(path, headers=headers)]
        for variant in (
            f"{path}/",
            path.upper(),
            f"{path};x",
            f"/.{path}",
            f"{path}%20",
        ):
            answers += [agent.get(variant), agent.ask(variant, sent), agent.form(variant, fields)]
        agent.login = LEAD
        answers += [agent.ask(path, sent), agent.form(path, fields)]
    for got in answers:
        assert got.status_code >= 400, (got.request.method, got.request.path, got.status_code)
        assert not [text for text in OF_THE_DRAFT if text in got.text]


def test_what_methods_an_address_has_tells_nothing_and_does_nothing(
    office: Office, agent: Browser
) -> None:
    with unchanged(office):
        for path in rules(office).values():
            got = agent.send("OPTIONS", path)
            assert got.text == "" or got.status_code in (400, 403, 404, 422)
            assert "garam" not in got.text


def test_an_agents_own_draft_is_approved_by_a_lead_only(office: Office) -> None:
    """Neither a copy of it, nor what corrects it, nor taking a step back, gets around the lead."""
    lead, agent = office.joined(LEAD), office.joined(AGENT)
    (draft,) = drafts_in(office, "pending", 1)
    centre = office.centre
    sent = {"case": "plate-change", "fields": {**MAIL, "memo": "급함"}, "anyway": True}
    corrected = agent.ask("/drafts", {**sent, "replaces": draft, "moved": 1}).json
    assert corrected
    assert centre.stored(corrected["id"]).state == "pending"
    lead.ask("/outbox/approve", {"drafts": centre.seen(corrected["id"])})
    agent.ask("/outbox/return", {"drafts": centre.seen(corrected["id"]), "reason": "다시"})
    lead.ask("/outbox/undo", {"drafts": centre.seen(corrected["id"])})
    again = agent.ask("/drafts", sent).json
    assert again
    assert centre.stored(again["id"]).state == "pending"
    for verb in ("sent", "undo", "approve"):
        with unchanged(office):
            assert (
                agent.ask(f"/outbox/{verb}", {"drafts": centre.seen(again["id"])}).status_code
                == 422
            )


def test_a_hand_over_begins_and_ends_with_its_days(office: Office) -> None:
    deputy = office.joined(DEPUTY)
    found = {}
    for day in (19, 20, 27, 28):
        office.now = office.now.replace(day=day)
        found[day] = office.logged_in(DEPUTY).get("/team").status_code
    assert found == {19: 403, 20: 200, 27: 200, 28: 403}
    assert deputy


def test_who_stands_in_never_gets_a_leads_account(office: Office) -> None:
    """Whoever invites sees the link, and could be the lead for ever."""
    lead, deputy = office.joined(LEAD), office.joined(DEPUTY)
    for login in (LEAD, LEAD.upper(), f"{LEAD}@CENTRE", f"CENTRE\\{LEAD}"):
        for path in ("/team/invite", "/team/close"):
            with unchanged(office):
                assert deputy.form(path, {"login": login}).status_code == 403
    assert "김가람 초대" not in deputy.get("/team").text
    assert "김가람 초대" in lead.get("/team").text
    assert deputy.form("/team/invite", {"login": OTHER}).status_code == 200
    assert lead.form("/team/invite", {"login": LEAD}).status_code == 200


def test_a_page_of_somebody_who_worked_here_before_signs_nothing(office: Office) -> None:
    """A shared seat: its tabs have one cookie. The old page gets the new token, and no more."""
    browser = office.joined(AGENT)
    old = browser.token
    browser.form("/logout")
    browser.token = ""
    office.joined(OTHER)
    browser.log_in(OTHER)
    new = browser.token
    browser.login, browser.token = AGENT, old
    sent = {"case": "plate-change", "fields": MAIL, "anyway": True}
    with unchanged(office):
        assert browser.ask("/drafts", sent).json == {"problems": [], "token": new}
        browser.token = new
        got = browser.ask("/drafts", sent)
    assert got.status_code == 409
    assert got.json
    assert got.json["who"] == {"login": OTHER, "name": "이다온"}


def test_whoever_is_no_longer_a_lead_cannot_at_once(office: Office) -> None:
    lead, other = office.joined(LEAD), office.joined(OTHER)
    office.edit("leads: [garam.kim]", "leads: [daon.lee]")
    office.edit("lead: garam.kim", "lead: daon.lee")
    assert lead.get("/team").status_code == 403
    assert other.get("/team").status_code == 200
    assert {"lead-added", "lead-removed"} <= {one.deed for one in office.records()}


def test_an_upload_is_only_for_whoever_brought_it(office: Office, agent: Browser) -> None:
    table = "업무,현장명,기존차량번호,변경차량번호\n차량번호 변경,별빛타워,12각3456,345나6789\n"
    sent = {"table": (io.BytesIO(table.encode()), "변경.csv")}
    path = agent.form("/batch/check", sent).headers["Location"]
    assert agent.get(path).status_code == 200
    lead = office.logged_in(LEAD)
    with unchanged(office):
        for got in (
            lead.get(path),
            lead.get(f"{path}/failed.csv"),
            lead.form(f"{path}/make"),
            lead.form(f"{path}/again"),
            lead.get(path.replace("/batch/", "/contacts/lists/")),
        ):
            assert got.status_code == 404
            assert "별빛타워" not in got.text
        assert lead.get(f"{path}/state").json == {"running": False}
        lead.form(f"{path}/drop")
    assert agent.get(path).status_code == 200


# ---- contacts.yaml that cannot be read -----------------------------------------------------


def test_a_team_that_cannot_be_read_lets_nobody_new_do_what_leads_do(office: Office) -> None:
    lead = office.joined(LEAD)
    office.edit("leads: [garam.kim]", "leads: [garam.kim")
    for path in ("/team", "/records", "/outbox/purge"):
        got = lead.get(path)
        assert got.status_code in (403, 422)
    assert lead.get("/account").status_code == 200


def test_a_team_that_never_could_be_read_tells_strangers_nothing_of_it(office: Office) -> None:
    office.edit("    address: bada.han@example.com", "    address: bada.han.example.com\n    x: 1")
    browser = office.browser()
    for path in ("/", "/login", "/outbox", "/join"):
        got = browser.get(path)
        assert got.status_code == 503
        assert "bada" not in got.text
        assert "한바다" not in got.text
