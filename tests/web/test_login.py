"""Logging in, and what holds a session: tokens, cookies, ends, other pages, forged addresses."""

from __future__ import annotations

import logging
import re
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest
from tests.web.centres import AGENT, LEAD, OTHER
from tests.web.offices import (
    DEPUTY,
    LEAVER,
    NAME,
    OWN,
    PHRASES,
    PORT,
    PUBLIC,
    Browser,
    Office,
    unchanged,
)
from werkzeug.test import Client

from parkdraft.team.sessions import IDLE, WHOLE
from parkdraft.web.logins import PROVES
from parkdraft.web.public import behind

if TYPE_CHECKING:
    from werkzeug.test import TestResponse

COOKIE = "__Host-parkdraft"
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Strict-Transport-Security": "max-age=31536000; includeSubDomains",
}
WRONG = (
    "로그인 이름이나 암호가 맞지 않습니다. 대소문자와 한/영 상태를 확인하고 다시 입력하세요. "
    "암호를 잊었으면 팀장에게 새 초대 링크를 받으세요."
)
PAGES = ("/", "/outbox", "/account", "/team", "/records", "/contacts", "/batch")


def lines(got: TestResponse) -> list[str]:
    """What the page of the login complains of."""
    return re.findall(r"<li>([^<]+)</li>", got.text)


def codes(got: TestResponse) -> list[str]:
    assert got.json is not None
    return [problem["code"] for problem in got.json["problems"]]


def is_outside(got: TestResponse) -> bool:
    """It leads to the login."""
    return got.status_code == 303 and got.headers["Location"].startswith("/login")


# ---- the login -----------------------------------------------------------------------------


def test_whoever_follows_a_link_is_in(office: Office) -> None:
    browser = office.joined(AGENT)
    assert browser.is_in
    assert browser.login == AGENT


@pytest.mark.parametrize(
    ("login", "phrase"),
    [
        (AGENT, "틀린 문장이지만 길이는 넉넉합니다"),
        (AGENT, ""),
        (OTHER, PHRASES[OTHER]),  # in the team, without an account
        (LEAVER, PHRASES[LEAVER]),  # left the team
        ("nobody", PHRASES[AGENT]),
        ("", ""),
        ("x" * 5000, "y" * 5000),
        (f"{AGENT}\0", PHRASES[AGENT]),
        ("' OR 1=1 --", PHRASES[AGENT]),
    ],
)
def test_every_wrong_login_gets_the_same_words(office: Office, login: str, phrase: str) -> None:
    office.joined(AGENT)
    office.joined(LEAVER)
    office.leaves()
    browser = office.browser()
    got = browser.log_in(login, phrase)
    assert got.status_code == 422
    assert lines(got) == [WRONG]
    assert "Set-Cookie" not in got.headers
    assert phrase == "" or phrase not in got.text
    assert not browser.is_in


def test_guessing_is_slowed_and_others_are_not(office: Office) -> None:
    office.joined(AGENT)
    guesser = office.browser("192.0.2.66")
    statuses = [guesser.log_in(AGENT, f"추측 {number}").status_code for number in range(12)]
    assert statuses[:5] == [422] * 5
    assert statuses[-1] == 429
    slowed = guesser.log_in(AGENT)  # the right one, too early
    assert slowed.status_code == 429
    assert "초" in lines(slowed)[0]
    assert not guesser.is_in
    assert office.logged_in(AGENT).is_in  # from where they always come


def test_the_cookie_after_the_login_is_another_one(office: Office) -> None:
    """Fixation: what somebody planted, or an earlier session, is worth nothing afterwards."""
    office.joined(AGENT)
    browser = office.browser()
    browser.has("planted")
    browser.log_in(AGENT)
    first = browser.cookie
    assert first
    assert first != "planted"
    attacker = office.browser()
    attacker.has("planted")
    assert not attacker.is_in
    browser.form("/login", {"login": AGENT, "phrase": PHRASES[AGENT]})
    assert browser.cookie not in (first, None)
    attacker.has(first)
    assert not attacker.is_in


def test_the_cookie_after_joining_is_another_one(office: Office) -> None:
    """Whoever was logged in with the browser no longer is."""
    browser = office.joined(LEAD)
    first = browser.cookie
    assert first
    secret = office.invited(AGENT)
    assert browser.ask("/join", {"secret": secret, "phrase": PHRASES[AGENT]}).status_code == 200
    assert browser.login == AGENT
    other = office.browser()
    other.has(first)
    assert not other.is_in


def test_the_cookie_is_kept_from_everybody_else(office: Office) -> None:
    browser = office.browser()
    secret = office.invited(AGENT)
    sent = [browser.ask("/join", {"secret": secret, "phrase": PHRASES[AGENT]})]
    sent.append(browser.ask("/login/again", {"phrase": PHRASES[AGENT]}))
    sent.append(browser.form("/logout"))
    sent.append(browser.log_in(AGENT))
    for got in sent:
        (cookie,) = got.headers.getlist("Set-Cookie")
        pair, _, flags = cookie.partition("; ")
        assert pair.startswith(f"{COOKIE}=")
        names = {flag.partition("=")[0] for flag in flags.split("; ")}
        assert {"Secure", "HttpOnly", "SameSite=Strict", "Path=/"} <= set(flags.split("; "))
        assert "Domain" not in names
        assert pair == f"{COOKIE}=" or names.isdisjoint({"Expires", "Max-Age"})


@pytest.mark.parametrize(
    "name", ["parkdraft", f"parkdraft-{PORT}", "__Secure-parkdraft", "__host-parkdraft", "session"]
)
def test_a_cookie_of_another_name_is_none(office: Office, name: str) -> None:
    """What the page of another port, or of a name below ours, can plant."""
    secret = office.joined(AGENT).cookie
    assert secret
    browser = office.browser()
    browser.client.set_cookie(name, secret, domain=NAME)
    assert not browser.is_in


@pytest.mark.parametrize("cookie", ["", "x", "x" * 5000, "ключ", "\x7f", "a; b", '"quoted"'])
def test_a_guessed_cookie_is_none(office: Office, cookie: str) -> None:
    office.joined(AGENT)
    browser = office.browser()
    header = f"{COOKIE}={cookie}".encode().decode("latin-1")
    assert is_outside(browser.get("/outbox", headers={"Cookie": header}))


# ---- the ends of a session -----------------------------------------------------------------


def replayed(office: Office, secret: str | None) -> Browser:
    """A browser with a cookie that somebody has copied."""
    assert secret
    browser = office.browser()
    browser.has(secret)
    return browser


def test_after_the_logout_the_cookie_is_worth_nothing(office: Office) -> None:
    browser = office.joined(AGENT)
    secret = browser.cookie
    got = browser.form("/logout")
    assert is_outside(got)
    assert got.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert browser.cookie is None
    assert not replayed(office, secret).is_in


def test_after_the_phrase_was_said_again_the_old_cookie_is_worth_nothing(office: Office) -> None:
    browser = office.joined(AGENT)
    secret = browser.cookie
    assert browser.ask("/login/again", {"phrase": PHRASES[AGENT]}).status_code == 200
    assert browser.is_in
    assert not replayed(office, secret).is_in


def test_another_phrase_ends_every_other_session_and_the_old_cookie(office: Office) -> None:
    browser, elsewhere = office.joined(AGENT), office.logged_in(AGENT, "192.0.2.99")
    secret, other = browser.cookie, elsewhere.cookie
    sent = {"old": PHRASES[AGENT], "new": PHRASES[DEPUTY]}
    assert browser.form("/account/phrase", sent).status_code == 303
    assert browser.is_in
    assert not replayed(office, secret).is_in
    assert not replayed(office, other).is_in
    assert office.browser().log_in(AGENT).status_code == 422
    assert office.browser().log_in(AGENT, PHRASES[DEPUTY]).status_code == 303


def test_a_closed_account_and_who_left_the_team_are_out_at_once(office: Office) -> None:
    closed, left = office.joined(AGENT), office.joined(LEAVER)
    office.closes(AGENT)
    office.leaves()
    for browser in (closed, left):
        secret = browser.cookie
        assert not browser.is_in
        assert browser.ask("/find", headers={"Accept": "application/json"}).status_code == 401
        assert not replayed(office, secret).is_in
    assert [record.deed for record in office.records(login=LEAVER)][-1] == "ended"


def test_whoever_comes_back_to_the_team_has_to_log_in_anew(office: Office) -> None:
    browser = office.joined(LEAVER)
    secret = browser.cookie
    contacts = (office.root / "contacts.yaml").read_text("utf-8")
    office.leaves()
    assert not browser.is_in
    (office.root / "contacts.yaml").write_text(contacts, "utf-8")
    assert not replayed(office, secret).is_in


def test_nobody_stays_in_without_doing_anything(office: Office) -> None:
    browser, polls = office.joined(AGENT), office.joined(OTHER)
    for _ in range(int(IDLE.total_seconds() // 3600)):
        office.later(minutes=59)
        assert browser.is_in
        assert polls.get("/outbox/version").status_code == 200
        assert polls.get("/login/fresh").status_code == 200
        assert polls.get("/outbox?part=list").status_code == 200
    office.later(minutes=5)
    assert browser.is_in
    assert not polls.is_in


def test_nobody_stays_in_for_ever(office: Office) -> None:
    browser = office.joined(AGENT)
    hours = int(WHOLE.total_seconds() // 3600)
    for _ in range(hours - 1):
        office.later(hours=1)
        assert browser.is_in
    office.later(minutes=59)
    secret = browser.cookie
    assert browser.is_in
    office.later(minutes=2)
    assert not browser.is_in
    office.now = office.now.replace(hour=10)  # a clock that was set back
    assert not replayed(office, secret).is_in


def test_own_sessions_are_listed_and_ended_and_nobody_elses(office: Office) -> None:
    browser, elsewhere = office.joined(AGENT), office.logged_in(AGENT, "192.0.2.99")
    other = office.joined(OTHER)
    page = browser.get("/account").text
    assert "192.0.2.99" in page
    (theirs,) = [one.session for one in office.records(login=OTHER, deed="login")]
    assert theirs
    browser.form("/account/end", {"session": theirs})
    assert other.is_in
    browser.form("/account/end")
    assert browser.is_in
    assert not elsewhere.is_in


# ---- invitations ---------------------------------------------------------------------------


def test_an_invitation_works_once(office: Office) -> None:
    secret = office.invited(AGENT)
    sent = {"secret": secret, "phrase": PHRASES[AGENT]}
    assert office.browser().ask("/join/whose", {"secret": secret}).json == {
        "login": AGENT,
        "name": "박새봄",
    }
    assert office.browser().ask("/join", sent).status_code == 200
    got = office.browser().ask("/join", {**sent, "phrase": PHRASES[OTHER]})
    assert (got.status_code, codes(got)) == (422, ["team.invitation"])
    assert office.browser().log_in(AGENT).status_code == 303


@pytest.mark.parametrize("why", ["expired", "left", "newer", "closed", "guess", "empty"])
def test_an_invitation_that_holds_no_longer_tells_nothing(office: Office, why: str) -> None:
    secret = office.invited(LEAVER)
    if why == "expired":
        office.later(hours=24, seconds=1)
    elif why == "left":
        office.leaves()
    elif why == "newer":
        office.invited(LEAVER)
    elif why == "closed":
        office.closes(LEAVER)
    else:
        secret = {"guess": "x" * 43, "empty": ""}[why]
    browser = office.browser()
    got = browser.ask("/join/whose", {"secret": secret})
    assert (got.status_code, codes(got)) == (422, ["team.invitation"])
    assert "문소라" not in str(got.json)
    got = browser.ask("/join", {"secret": secret, "phrase": PHRASES[LEAVER]})
    assert (got.status_code, codes(got)) == (422, ["team.invitation"])
    assert not browser.is_in
    assert not office.has_account(LEAVER)


@pytest.mark.parametrize(
    "sent", [None, [], {}, {"secret": 1}, {"secret": None}, {"phrase": "x"}, {"secret": {}}]
)
def test_what_no_page_sends_is_refused(office: Office, sent: Any) -> None:
    headers = {"Origin": OWN, "Accept": "application/json"}
    browser = office.browser()
    browser.get("/login")
    for path in ("/join", "/join/whose"):
        with unchanged(office):
            got = browser.send("POST", path, json=sent, headers=headers)
        assert got.status_code == 400


@pytest.mark.parametrize(
    "text", ["\ud800" * 20, "\0" * 20, "a\0b", "😀" * 20, "\u202e" * 20, "9" * 5000]
)
def test_what_nobody_types_breaks_nothing(office: Office, text: str) -> None:
    browser, secret = office.browser(), office.invited(AGENT)
    sent = ({"secret": text, "phrase": text}, {"secret": secret, "phrase": text})
    answers = [browser.ask("/join", one) for one in sent]
    answers += [browser.ask("/join/whose", {"secret": text})]
    typed = text.encode("utf-8", "replace").decode()
    answers += [browser.form("/login", {"login": typed, "phrase": typed, "next": typed})]
    answers += [office.joined(OTHER).ask("/login/again", {"phrase": text})]
    assert {got.status_code for got in answers} <= {200, 422}
    assert [got.status_code for got in answers].count(422) >= 4


# ---- other pages ---------------------------------------------------------------------------

FOREIGN = [
    {"Origin": "https://evil.example.com"},
    {"Origin": "null"},
    {"Origin": f"http://{NAME}:{PORT}"},
    {"Origin": f"https://{NAME}"},
    {"Origin": f"https://{NAME}:{PORT + 1}"},
    {"Origin": f"https://sub.{NAME}:{PORT}"},
    {"Sec-Fetch-Site": "same-site"},
    {"Sec-Fetch-Site": "cross-site"},
]


@pytest.mark.parametrize("headers", FOREIGN, ids=str)
def test_a_change_from_another_page_is_refused(office: Office, headers: dict[str, str]) -> None:
    """Even with the cookie, and with the token."""
    browser = office.joined(LEAD)
    with unchanged(office):
        for got in (
            browser.form("/team/invite", {"login": AGENT}, headers=headers),
            browser.form("/logout", headers=headers),
            browser.ask("/drafts", {"case": "plate-change", "fields": {}}, headers=headers),
        ):
            assert got.status_code == 403
    assert browser.is_in


@pytest.mark.parametrize("headers", [*FOREIGN, {"Origin": None}], ids=str)
def test_a_login_comes_from_our_own_page_only(
    office: Office, headers: dict[str, str | None]
) -> None:
    """Else another page logs somebody in as somebody else, and reads what they do."""
    office.joined(AGENT)
    secret = office.invited(OTHER)
    browser = office.browser()
    with unchanged(office):
        sent = {"login": AGENT, "phrase": PHRASES[AGENT]}
        answers = [
            browser.form("/login", sent, headers=headers),
            browser.ask("/join", {"secret": secret, "phrase": PHRASES[OTHER]}, headers=headers),
            browser.ask("/join/whose", {"secret": secret}, headers=headers),
        ]
    assert [got.status_code for got in answers] == [403] * 3
    assert not [got for got in answers if "Set-Cookie" in got.headers]
    assert "이다온" not in answers[2].text


@pytest.mark.parametrize("token", ["", "guess", "0" * 64, "ключ"])
def test_a_change_without_the_sessions_token_is_refused(office: Office, token: str) -> None:
    browser, other = office.joined(LEAD), office.joined(AGENT)
    for wrong in (token, other.token, browser.cookie):
        browser.token = (wrong or "").encode().decode("latin-1")
        with unchanged(office):
            assert browser.form("/team/invite", {"login": AGENT}).status_code == 403
            got = browser.form("/team/invite", {"login": AGENT}, headers={"Origin": None})
            assert got.status_code == 403


def test_a_page_with_an_older_token_gets_the_new_one_and_repeats(office: Office) -> None:
    browser = office.joined(AGENT)
    old = browser.token
    browser.ask("/login/again", {"phrase": PHRASES[AGENT]})
    new, browser.token = browser.token, old
    sent = {"case": "plate-change", "text": "차량번호"}
    got = browser.ask("/enquiry", sent)
    assert (got.status_code, got.json) == (403, {"problems": [], "token": new})
    without_origin = browser.ask("/enquiry", sent, headers={"Origin": None})
    assert new not in without_origin.text
    browser.token = new
    assert browser.ask("/enquiry", sent).status_code == 200


def test_reading_from_another_site_tells_nothing(office: Office) -> None:
    browser = office.joined(LEAD)
    for path in (*PAGES, "/find?q=a", "/outbox/version", "/static/page.js", "/nowhere"):
        for mode in ("no-cors", "cors", "same-origin", "navigate"):
            site = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": mode}
            got = browser.send("GET", path, headers=site)
            assert "김가람" not in got.text
            assert browser.token not in got.text
            assert got.status_code == (200 if mode == "navigate" else 403)
            marked(got, is_static=path.startswith("/static"))


def test_a_link_out_of_a_chat_loads_once_more_by_itself(office: Office) -> None:
    """The cookie comes with the second request only: it is SameSite=Strict."""
    headers = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"}
    got = office.joined(AGENT).get("/outbox", headers=headers)
    assert got.status_code == 200
    assert 'http-equiv="refresh"' in got.text
    assert "초안함" not in got.text


def test_a_planted_session_changes_nothing_under_ones_own_name(office: Office) -> None:
    """Another port of our name can set our cookie to a session of somebody else."""
    lead, wanted = office.joined(LEAD), {"drafts": pending(office)}
    planted = office.joined(OTHER).cookie
    assert planted
    lead.has(planted)
    with unchanged(office):
        assert lead.ask("/outbox/approve", wanted).status_code == 403


# ---- where a login leads -------------------------------------------------------------------


@pytest.mark.parametrize(
    "place",
    [
        *(
            "//evil.example.com",
            "///evil.example.com",
            "/\\evil.example.com",
            "\\\\evil.example.com",
        ),
        *("https://evil.example.com", "HTTPS:evil.example.com", "http:/evil.example.com"),
        *("%2f%2fevil.example.com", "javascript:alert(1)", "data:text/html,x", "evil.example.com"),
        *("/\t/evil.example.com", "/\n/evil.example.com", "\t//evil.example.com", " //evil"),
        *("/\r\nSet-Cookie: a=b", "/\r\n\r\n<script>", "/\0/evil", "//[", "https://[evil"),
        *(
            "/ /evil.example.com",
            "/　/evil",
            "/\u2028/evil",
            f"{OWN}@evil.example.com",
            "",
            "?x",
            ".",
        ),
    ],
)
def test_a_login_leads_to_no_other_site(office: Office, place: str) -> None:
    office.joined(AGENT)
    browser = office.browser()
    page = browser.get(f"/login?next={quote(place, safe='')}")
    assert page.status_code == 200
    got = browser.log_in(AGENT, next=place)
    assert got.status_code == 303
    assert got.headers["Location"] == "/"
    assert got.headers.getlist("Set-Cookie")[0].startswith(COOKIE)
    known = browser.get(f"/login?next={quote(place, safe='')}")
    assert known.headers["Location"] == "/"


@pytest.mark.parametrize(
    "place", ["/outbox?q=한글", "/outbox/20261123-k7q2mxab", "/contacts/find?text=a b"]
)
def test_a_login_leads_back_to_where_one_was(office: Office, place: str) -> None:
    office.joined(AGENT)
    browser = office.browser()
    asked = browser.get(quote(place, safe="/?="))
    assert is_outside(asked)
    page = browser.get(asked.headers["Location"])
    found = re.search(r'name="next" value="([^"]+)"', page.text)
    assert found
    got = browser.log_in(AGENT, next=found[1])
    assert got.headers["Location"] == quote(place, safe="/?=")


# ---- forged addresses ----------------------------------------------------------------------


@pytest.mark.parametrize(
    "host",
    [
        *("evil.example.com", f"{NAME}.evil.example.com:{PORT}", f"{NAME}:{PORT}.evil.example.com"),
        *(
            f"{NAME}:1",
            "127.0.0.1",
            f"localhost:{PORT}",
            "",
            f"{NAME}:{PORT}@evil",
            f"x.{NAME}:{PORT}",
        ),
    ],
)
def test_a_forged_host_is_refused(office: Office, host: str) -> None:
    browser = office.joined(AGENT)
    secret = browser.cookie
    for path in ("/login", "/outbox", "/static/page.js"):
        headers = {"Cookie": f"{COOKIE}={secret}"}
        got = browser.send("GET", path, headers=headers, environ={"HTTP_HOST": host})
        assert got.status_code in (400, 403)
        assert "evil" not in str(got.headers)
        assert browser.token not in got.text


@pytest.mark.parametrize("target", ["http://evil.example.com/", f"{OWN}/outbox", "*", "evil:443"])
def test_an_absolute_target_is_refused(office: Office, target: str) -> None:
    browser = office.joined(AGENT)
    got = browser.send("GET", "/outbox", environ={"REQUEST_URI": target, "RAW_URI": target})
    assert got.status_code == 403


FORWARDED = {
    "X-Forwarded-For": "198.51.100.7",
    "X-Forwarded-Host": "evil.example.com",
    "X-Forwarded-Proto": "http",
    "X-Forwarded-Port": "1",
    "X-Forwarded-Prefix": "/evil",
    "X-Real-IP": "198.51.100.7",
    "Forwarded": "for=198.51.100.7;host=evil.example.com;proto=http",
}


def test_without_a_proxy_nothing_that_is_forwarded_is_believed(office: Office) -> None:
    office.joined(LEAD)
    browser = office.browser()
    sent = {"login": LEAD, "phrase": PHRASES[LEAD]}
    got = browser.form("/login", sent, headers=FORWARDED)
    assert got.headers["Location"] == "/"
    assert "Secure" in got.headers["Set-Cookie"]
    browser.look()
    page = browser.form("/team/invite", {"login": AGENT}, headers=FORWARDED)
    assert f"{OWN}/join#" in page.text
    assert "evil" not in page.text
    assert {record.address for record in office.records(login=LEAD)} <= {"192.0.2.10", None}


def test_forwarded_addresses_do_not_get_around_the_slowing(office: Office) -> None:
    office.joined(AGENT)
    guesser = office.browser("192.0.2.66")
    statuses = [
        guesser.form(
            "/login",
            {"login": AGENT, "phrase": f"추측 {number}"},
            headers={"X-Forwarded-For": f"198.51.100.{number}"},
        ).status_code
        for number in range(12)
    ]
    assert statuses[-1] == 429


def test_behind_a_proxy_only_the_last_hop_is_believed(office: Office) -> None:
    office.public = PUBLIC._replace(port=443)
    app = behind(office.app, ["192.0.2.1"])
    client = Client(app)
    headers = {
        "X-Forwarded-For": "198.51.100.7, 192.0.2.10",
        "X-Forwarded-Proto": "https",
        "X-Forwarded-Host": NAME,
        "Origin": f"https://{NAME}",
    }
    for _ in range(2):
        client.post(
            "/login",
            data={"login": "nobody", "phrase": "x"},
            headers=headers,
            environ_overrides={"REMOTE_ADDR": "192.0.2.1"},
        )
    found = {record.address for record in office.records(deed="failed")}
    assert found == {"192.0.2.10"}
    direct = client.get("/login", headers=headers, environ_overrides={"REMOTE_ADDR": "192.0.2.2"})
    assert direct.status_code == 403


# ---- headers -------------------------------------------------------------------------------


def marked(got: TestResponse, *, is_static: bool = False) -> None:
    """The answer has every header that the browser must see."""
    (policy,) = got.headers.getlist("Content-Security-Policy")
    rules = dict(rule.partition(" ")[::2] for rule in policy.split("; "))
    assert rules["default-src"] == rules["object-src"] == rules["base-uri"] == "'none'"
    assert rules["frame-ancestors"] == "'none'"
    assert rules["script-src"] == rules["form-action"] == "'self'"
    assert "unsafe" not in policy
    assert {name: got.headers.get(name) for name in HEADERS} == HEADERS
    assert (got.headers.get("Cache-Control") == "no-store") != is_static
    assert "Access-Control-Allow-Origin" not in got.headers
    assert "charset=utf-8" in got.content_type or got.content_type == "application/json"


def test_every_answer_has_the_headers(office: Office) -> None:
    lead, nobody = office.joined(LEAD), office.browser()
    answers = [browser.get(path) for path in PAGES for browser in (lead, nobody)]
    answers += [nobody.get("/login"), nobody.get("/join"), nobody.log_in(LEAD, "wrong")]
    answers += [lead.get("/nowhere"), lead.send("PUT", "/outbox"), lead.send("TRACE", "/outbox")]
    answers += [lead.ask("/find"), lead.form("/outbox/approve"), lead.ask("/records/export")]
    answers += [
        lead.get("/outbox", environ={"HTTP_HOST": "evil"}),
        lead.form("/login", {"token": ""}),
    ]
    answers += [lead.ask("/enquiry", {"text": "x" * 300_000}), lead.form("/logout")]
    for got in answers:
        marked(got)
    marked(nobody.get("/static/page.js"), is_static=True)


def test_an_unexpected_error_tells_nothing(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    browser = office.joined(AGENT)

    def broken(*_: object) -> None:
        raise RuntimeError("남궁바다")

    monkeypatch.setitem(office.app.view_functions, "outbox.index", broken)
    got = browser.get("/outbox")
    assert got.status_code == 500
    assert "남궁바다" not in got.text
    marked(got)


def test_without_tls_only_this_computer_is_served_and_the_cookie_says_its_port(
    office: Office,
) -> None:
    office.public = PUBLIC._replace(scheme="http", names=("localhost",), port=8123)
    browser = office.browser("127.0.0.1")
    got = browser.ask("/join", {"secret": office.invited(AGENT), "phrase": PHRASES[AGENT]})
    (cookie,) = got.headers.getlist("Set-Cookie")
    assert cookie.startswith("parkdraft-8123=")
    assert "Strict-Transport-Security" not in got.headers
    assert {"HttpOnly", "Path=/", "SameSite=Strict"} <= set(cookie.split("; "))


# ---- secrets -------------------------------------------------------------------------------


def test_no_secret_stands_where_it_is_kept(
    office: Office, caplog: pytest.LogCaptureFixture
) -> None:
    """In no file of the home (the database is one), no record, no address, no log."""
    caplog.set_level(logging.DEBUG)
    browser = office.browser()
    invitation = office.invited(AGENT)
    answers = [browser.get("/join"), browser.ask("/join/whose", {"secret": invitation})]
    answers += [browser.ask("/join", {"secret": invitation, "phrase": PHRASES[AGENT]})]
    secrets = {invitation, PHRASES[AGENT], "틀린 문장", str(browser.cookie), browser.token}
    answers += [
        browser.log_in("틀린 문장", "틀린 문장"),
        browser.ask("/login/again", {"phrase": "틀린 문장"}),
    ]
    answers += [browser.ask("/login/again", {"phrase": PHRASES[AGENT]})]
    secrets |= {str(browser.cookie), browser.token}
    answers += [browser.get("/account"), browser.get("/outbox"), browser.form("/logout")]
    assert not [
        one for one in answers for secret in secrets if secret in one.headers.get("Location", "")
    ]
    kept = b"".join(path.read_bytes() for path in office.root.rglob("*") if path.is_file())
    for secret in secrets:
        assert secret.encode() not in kept
        assert secret not in repr(office.records())
        assert secret not in caplog.text


# ---- the phrase again ----------------------------------------------------------------------


def pending(office: Office, *plates: str) -> list[dict[str, object]]:
    """Drafts to approve, as a page names them that shows them as they are now."""
    centre = office.centre
    details = {"partner": "saebom", "integration": "manual", "site": "별빛타워"}
    ids = [
        centre.draft(**details, **{"old-plate": plate, "new-plate": "345나6789"})
        for plate in plates or ("12가3456",)
    ]
    return centre.seen(*ids)


def test_a_lead_who_was_away_says_the_phrase_again_and_goes_on(office: Office) -> None:
    browser = office.joined(LEAD)
    wanted = {"drafts": pending(office, "12가3456", "34나5678")}
    office.later(minutes=31)
    browser.get("/outbox")  # looking first does not help
    browser.get("/outbox/version")
    with unchanged(office):
        got = browser.ask("/outbox/approve", wanted)
        assert (got.status_code, codes(got)) == (403, ["team.prove"])
    wrong = browser.ask("/login/again", {"phrase": PHRASES[AGENT]})
    assert (wrong.status_code, codes(wrong)) == (422, ["team.wrong"])
    assert codes(browser.ask("/outbox/approve", wanted)) == ["team.prove"]
    old = browser.cookie
    office.later(seconds=1)
    right = browser.ask("/login/again", {"phrase": PHRASES[LEAD]})
    assert right.json == {"token": browser.token}
    assert browser.cookie != old
    office.later(seconds=1)
    got = browser.ask("/outbox/approve", wanted)
    assert got.json
    assert [one["state"] for one in got.json["done"]] == ["approved"] * 2
    assert office.deeds(LEAD)[-4:] == ["failed", "proved", "approve", "approve"]


def test_whoever_is_at_work_is_not_asked(office: Office) -> None:
    browser = office.joined(LEAD)
    wanted = {"drafts": pending(office)}
    for _ in range(3):
        office.later(minutes=20)
        browser.get("/outbox")
    assert browser.ask("/outbox/approve", wanted).status_code == 200


@pytest.mark.parametrize("path", ["/outbox/version", "/login/fresh", "/outbox?part=list"])
def test_pages_that_ask_by_themselves_are_nobody_at_work(office: Office, path: str) -> None:
    browser = office.joined(LEAD)
    wanted = {"drafts": pending(office)}
    for _ in range(4):
        office.later(minutes=10)
        browser.get(path)
    assert codes(browser.ask("/outbox/approve", wanted)) == ["team.prove"]


@pytest.mark.parametrize("endpoint", PROVES)
def test_whatever_asks_for_it_does_nothing_before(office: Office, endpoint: str) -> None:
    browser = office.joined(LEAD)
    (rule,) = [one for one in office.app.url_map.iter_rules() if one.endpoint == endpoint]
    office.later(minutes=31)
    assert browser.get("/login/fresh").json == {"fresh": False}
    sent = {"login": AGENT, "drafts": pending(office)}
    for path in (rule.rule, f"{rule.rule}?part=list"):
        with unchanged(office):
            assert browser.form(path, {"login": AGENT}).status_code == 403
            assert codes(browser.ask(path, sent)) == ["team.prove"]
    browser.ask("/login/again", {"phrase": PHRASES[LEAD]})
    assert browser.get("/login/fresh").json == {"fresh": True}
    if endpoint != "outbox.approve":
        assert browser.form(rule.rule, {"login": AGENT}).status_code in (200, 303, 409)


def test_the_phrase_again_is_slowed_like_a_login(office: Office) -> None:
    browser = office.joined(LEAD)
    tries = [browser.ask("/login/again", {"phrase": f"추측 {number}"}) for number in range(12)]
    assert tries[-1].status_code == 429
