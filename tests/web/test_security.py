"""Nobody but the page's own browser gets anything, and nothing harmful goes through it."""

from __future__ import annotations

import json
import logging
import re
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest

from parkdraft.web.security import MOST_TYPED, UPLOADS

if TYPE_CHECKING:
    from tests.web.conftest import Got, Served

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; manifest-src 'self'; object-src 'none'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
AN_ID = "20261123-k7q2mxab"
SECRETS = ("68마4321", "157허8765", "남궁바다", "010-2468-1357", "24681357", "벽돌색 차량입니다")
INTERNALS = re.compile(r"Traceback|werkzeug|jinja|File \"|/home/|\.py\b|Exception|Error\b", re.I)
KOREAN = re.compile("[가-힣]{2}")
TRICKS = (
    "..",
    "../contacts.yaml",
    "%2e%2e",
    "%2e%2e%2fcontacts.yaml",
    "..%2f..%2fcontacts.yaml",
    "..%5c..%5ccontacts.yaml",
    "%2fetc%2fpasswd",
    "/etc/passwd",
    "%00",
    f"{AN_ID}%00.eml",
    f"{AN_ID}%0d%0aX-Bad: 1".replace(" ", "%20"),
    "%ed%95%9c%ea%b8%80",
    "%ff%fe",
    "%c0%ae%c0%ae",
    "a" * 4000,
    "20261123-aaaaaaaa",
    AN_ID,
)
STATIC = "/static/page.js"
BACK = ("/who", "/batch", "/contacts/lists", "/contacts/problems", "/outbox/verify")


def posts(served: Served) -> list[tuple[str, str]]:
    """Endpoint and an address of every route that changes something; none is forgotten."""
    found = [
        (rule.endpoint, re.sub(r"<[^>]+>", AN_ID, rule.rule))
        for rule in served.app.url_map.iter_rules()
        if rule.methods and rule.methods & {"POST", "PUT", "PATCH", "DELETE"}
    ]
    assert len(found) >= 2
    return sorted(found)


def gets(served: Served) -> list[str]:
    """Every page without a part of its address left open."""
    rules = served.app.url_map.iter_rules()
    return sorted(
        rule.rule for rule in rules if "GET" in (rule.methods or ()) and not rule.arguments
    )


def refused(got: Got, *statuses: int) -> None:
    """It was refused with a reason in Korean, and nothing of how the program is made."""
    assert got.status in (statuses or range(400, 500)), (got.status, got.text)
    assert KOREAN.search(got.text)
    assert not INTERNALS.search(re.sub("<head>.*</head>", "", got.text, flags=re.S)), got.text
    assert not any(secret in got.text for secret in SECRETS)


def turned_away(got: Got) -> None:
    """It was refused, or led back to a page: ``drop`` of what is not there, ``who``."""
    if got.status in (302, 303):
        assert got.headers["Location"].partition("#")[0] in BACK, got.text
    elif not (got.is_json and got.data == {"running": False}):
        refused(got)


def marked(got: Got, *, static: bool = False) -> None:
    """The answer has every header that the browser must see."""
    assert got.headers.get_all("Content-Security-Policy") == [POLICY]
    assert got.headers["X-Content-Type-Options"] == "nosniff"
    assert got.headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert got.headers["Referrer-Policy"] == "same-origin"
    assert (got.headers["Cache-Control"] == "no-store") != static
    assert "waitress" not in str(got.headers).lower()


# ---- who gets in ---------------------------------------------------------------------------


def test_the_key_of_the_address_becomes_a_cookie(served: Served) -> None:
    got = served.ask("GET", f"/?key={served.gate.key}", headers={"Cookie": None})
    assert got.status == 302
    assert got.headers["Location"] == "/"
    cookie = got.headers["Set-Cookie"]
    name, _, flags = cookie.partition("; ")
    assert name == f"parkdraft-{served.gate.port}={served.gate.visitor}"
    assert set(flags.split("; ")) == {"HttpOnly", "Path=/", "SameSite=Strict"}
    assert served.gate.key not in got.text + str(got.headers)
    marked(got)


@pytest.mark.parametrize(
    "cookie",
    [
        None,
        "",
        "parkdraft-{port}=",
        "parkdraft-{port}=guess",
        "parkdraft-{port}=ключ",
        "parkdraft-1={visitor}",
        "parkdraft={visitor}",
        "parkdraft-{port}={token}",
        "parkdraft-{port}={key}",
    ],
)
def test_without_the_cookie_nothing_is_told(served: Served, cookie: str | None) -> None:
    gate = served.gate
    if cookie is not None:
        cookie = cookie.format(
            port=gate.port, visitor=gate.visitor, token=gate.token(), key=gate.key
        )
        cookie = cookie.encode().decode("latin-1")
    for path in (*gets(served), STATIC, f"/outbox/{AN_ID}", "/nowhere"):
        got = served.get(path, {"Cookie": cookie})
        refused(got, 403)
        marked(got, static=path == STATIC)
        assert gate.token() not in got.text
        assert "박새봄" not in got.text
        assert "Set-Cookie" not in got.headers


@pytest.mark.parametrize("key", ["", "guess", "%00", "%ff", "a" * 5000])
def test_a_wrong_key_opens_nothing(served: Served, key: str) -> None:
    got = served.ask("GET", f"/?key={key}", headers={"Cookie": None})
    refused(got, 403)
    assert "Set-Cookie" not in got.headers
    assert served.gate.token() not in got.text


def test_the_key_is_taken_only_from_an_address(served: Served) -> None:
    body = f"key={served.gate.key}".encode()
    headers = {"Cookie": None, "Content-Type": "application/x-www-form-urlencoded"}
    got = served.ask("POST", f"/who?key={served.gate.key}", body, headers, token=False)
    refused(got, 403)
    assert "Set-Cookie" not in got.headers


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "evil.example:{port}",
        "127.0.0.1.nip.io:{port}",
        "127.0.0.1",
        "localhost",
        "127.0.0.1:1",
        "127.0.0.1:{port}.evil.example",
        "127.0.0.1:{port}@evil.example",
        "user@127.0.0.1:{port}",
        "0.0.0.0:{port}",
        "[::1]:{port}",
        "2130706433:{port}",
        "127.0.0.1:{port}, evil.example",
        "",
        None,
    ],
)
def test_another_host_gets_nothing(served: Served, host: str | None) -> None:
    sent = host.format(port=served.gate.port) if host is not None else None
    for path in ("/who", f"/?key={served.gate.key}", STATIC):
        got = served.get(path, {"Host": sent})
        assert got.status in (400, 403)
        assert served.gate.token() not in got.text
        assert "Set-Cookie" not in got.headers
    got = served.post_form("/who", {"login": served.lead}, token=True)
    assert got.status == 302  # the same with its own name is answered


@pytest.mark.parametrize("name", ["127.0.0.1", "localhost"])
def test_the_page_has_two_names(served: Served, name: str) -> None:
    headers = {"Host": f"{name}:{served.gate.port}"}
    assert served.get("/who", headers).status == 200


def test_requests_that_name_two_hosts_get_nothing(served: Served) -> None:
    host, cookie = served.host, served.cookies(served.agent)
    key = served.gate.key
    for first in (
        f"GET /who HTTP/1.1\r\nHost: {host}\r\nHost: evil.example\r\n",
        f"GET /who HTTP/1.1\r\nHost: evil.example\r\nHost: {host}\r\n",
        f"GET http://evil.example/who HTTP/1.1\r\nHost: {host}\r\n",
        f"GET http://evil.example/?key={key} HTTP/1.1\r\nHost: {host}\r\n",
        f"GET http://{host}/who HTTP/1.1\r\nHost: evil.example\r\n",
        f"GET /who HTTP/1.1\r\nHost: evil.example\r\nX-Forwarded-Host: {host}\r\n",
        f"GET /who HTTP/1.1\r\nHost: evil.example\r\nForwarded: host={host}\r\n",
        "GET /who HTTP/1.1\r\n",
        "GET /who HTTP/1.0\r\n",
    ):
        got = served.raw(f"{first}Cookie: {cookie}\r\nConnection: close\r\n\r\n".encode())
        assert got.split(b" ", 2)[1] in (b"400", b"403"), (first, got[:200])
        assert served.gate.token().encode() not in got
        assert b"Set-Cookie" not in got


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Origin": ""},
        {"Origin": "https://127.0.0.1:{port}"},
        {"Origin": "http://127.0.0.1"},
        {"Origin": "http://127.0.0.1:1"},
        {"Origin": None, "Sec-Fetch-Site": "cross-site"},
        {"Origin": None, "Sec-Fetch-Site": "same-site"},
        {"X-Token": None},
        {"X-Token": ""},
        {"X-Token": "guess"},
        {"X-Token": "{visitor}"},
        {"X-Token": "{key}"},
    ],
    ids=str,
)
def test_no_change_is_made_for_another_page_or_without_the_token(
    served: Served, headers: dict[str, str | None], caplog: pytest.LogCaptureFixture
) -> None:
    gate, before = served.gate, served.tree()
    sent = {
        name: value.format(port=gate.port, visitor=gate.visitor, key=gate.key) if value else value
        for name, value in headers.items()
    }
    form = {**sent, "Content-Type": "application/x-www-form-urlencoded"}
    typed = {**sent, "Content-Type": "application/json", "Accept": "application/json"}
    body = json.dumps({"case": "plate-change", "fields": {"customer": SECRETS[2]}}).encode()
    for _, path in posts(served):
        refused(served.ask("POST", path, b"ids=1&memo=68%EB%A7%884321", form), 403)
        got = served.ask("POST", path, body, typed)
        refused(got, 403)
        assert got.data["problems"], path
    assert served.tree() == before
    assert not any(secret in caplog.text for secret in (*SECRETS, gate.key, gate.token()))


def test_a_page_elsewhere_is_not_answered_at_all(served: Served) -> None:
    assert served.get("/who", {"Sec-Fetch-Site": "cross-site"}).status == 403
    assert served.get("/who", {"Sec-Fetch-Site": "none"}).status == 200
    assert served.get("/who", {"Sec-Fetch-Site": "same-origin"}).status == 200


def test_the_token_may_come_with_the_form(served: Served) -> None:
    fields = {"login": served.lead, "token": served.gate.token()}
    got = served.post_form("/who", fields, token=False)
    assert got.status == 302
    assert got.headers["Location"] == "/"
    assert served.post_form("/who", {"login": served.lead}, token=False).status == 403
    assert served.post_form("/who", {**fields, "token": "guess"}, token=False).status == 403


def test_two_pages_in_one_browser_do_not_know_each_other(
    centre: Path, serve_home: Callable[..., Served]
) -> None:
    one, other = serve_home(centre), serve_home(centre)
    both = f"{one.cookies(one.agent)}; {other.cookies(None)}"
    assert one.get("/who", {"Cookie": both}).status == 200
    assert one.get("/who", {"Cookie": other.cookies(other.agent)}).status == 403
    assert one.ask("POST", "/who", b"", {"X-Token": other.gate.token()}).status == 403
    # who is working in one has not said so in the other
    assert other.get("/", {"Cookie": both}).headers["Location"] == "/who"


def test_only_this_computer_is_listened_to(served: Served) -> None:
    assert served.server.socket
    assert served.server.socket.getsockname() == ("127.0.0.1", served.gate.port)
    with socket.socket(socket.AF_INET6, socket.SOCK_STREAM) as six:
        assert six.connect_ex(("::1", served.gate.port)) != 0


# ---- what it answers -----------------------------------------------------------------------


def test_every_answer_tells_the_browser_how_to_treat_it(served: Served) -> None:
    for path in (*gets(served), f"/outbox/{AN_ID}", "/nowhere", "/who"):
        got = served.get(path)
        assert got.status < 500, path
        marked(got)
    for path in (STATIC, "/static/style.css", "/static/icon.svg"):
        got = served.get(path)
        assert got.status == 200
        marked(got, static=True)
    for _, path in posts(served):
        marked(served.ask("POST", path, b""))
        marked(served.ask("DELETE", path))
        marked(served.ask("OPTIONS", path))


def test_looking_changes_nothing(served: Served) -> None:
    before = served.tree()
    for path in gets(served):
        served.get(path)
    assert served.tree() == before


@pytest.mark.parametrize("evil", ["<img src=x onerror=alert(1)>", "'\"><script>alert(1)</script>"])
def test_everything_that_people_write_is_escaped(served: Served, evil: str) -> None:
    path = served.root / "contacts.yaml"
    bare = re.sub("['\"]", "", evil)  # a person's own name may have no such signs
    text = path.read_text("utf-8")
    for name in ("[바다]", "마루주차"):
        assert name in text
    text = text.replace("[바다]", f'["바다{bare}"]').replace("마루주차", f'"마루주차{bare}"')
    path.write_text(text, "utf-8")
    fields = {
        **{"site": f"{evil}타워", "partner": "maru", "integration": "manual"},
        **{"old-plate": SECRETS[0], "new-plate": SECRETS[1]},
        **{"ticket": evil, "customer": f"홍{evil}", "memo": evil},
    }
    asked = {"case": "plate-change", "fields": fields}
    told = [served.post_json("/preview", asked).data["fragment"]]
    saved = served.post_json("/drafts", asked).data
    draft_id = saved["id"]
    told += [saved["fragment"], served.get(f"/outbox/{draft_id}").text]
    returned = served.post_json(
        "/outbox/return", {"drafts": served.centre.seen(draft_id), "reason": evil}
    )
    assert returned.status == 200
    told += [served.get(f"/outbox/{draft_id}").text, served.get(f"/?replaces={draft_id}").text]
    told += [served.get(path).text for path in gets(served)]
    asked_for = quote(evil)
    for page in ("/outbox?state=all&q=", "/contacts/find?text=", "/outbox?state=", "/?replaces="):
        told.append(served.get(page + asked_for).text)
    for page in told:
        assert "<img src=x" not in page
        assert "<script>alert" not in page


def test_a_files_name_is_only_a_name(served: Served) -> None:
    for name in (
        "<img src=x>.csv",
        "../../contacts.yaml",
        "a\\b\\..\\c.csv",
        "표 1.csv",
        '\\".csv',
    ):
        body = part("table", "업무\n이상한 업무\n".encode(), name) + b"--b--\r\n"
        got = served.ask("POST", "/batch/check", body, {"Content-Type": MULTIPART})
        assert got.status == 303, got.text
        page = served.get(got.headers["Location"])
        assert "<img src=x" not in page.text
        assert page.status in (200, 422)
        failed = served.get(f"{got.headers['Location']}/failed.csv")
        assert "\n" not in (failed.headers["Content-Disposition"] or "")
    assert not [name for name in served.tree() if "failed" in name]


def test_pages_hold_no_script_or_style_of_their_own(served: Served) -> None:
    for path in gets(served):
        got = served.get(path)
        if "text/html" in got.headers["Content-Type"]:
            assert not re.search(r"<script(?![^>]* src=)|<style|\sstyle=|\son[a-z]+=", got.text), (
                path
            )
            assert not re.search(r"(?:src|href|action)=\"(?:https?:)?//", got.text), path


def test_the_cookie_of_who_is_working_is_as_strict(served: Served) -> None:
    cookie = served.post_form("/who", {"login": served.lead}).headers["Set-Cookie"]
    assert cookie.startswith(f"parkdraft-who-{served.gate.port}=garam.kim;")
    assert {"HttpOnly", "Path=/", "SameSite=Strict"} <= set(cookie.split("; "))


# ---- paths ---------------------------------------------------------------------------------


def test_ids_are_looked_up_and_never_joined(
    served: Served, caplog: pytest.LogCaptureFixture
) -> None:
    (served.root / "outbox").mkdir()
    (served.root / "outbox" / "secret.eml").write_text("벽돌색 차량입니다", "utf-8")
    before = served.tree()
    rules = [rule for rule in served.app.url_map.iter_rules() if rule.arguments]
    assert rules
    for rule in rules:
        for trick in TRICKS:
            path = re.sub(r"<[^>]+>", trick.replace("\\", "\\\\"), rule.rule)
            for method in sorted((rule.methods or set()) & {"GET", "POST"}):
                got = served.ask(method, path, b"" if method == "POST" else None)
                turned_away(got)
                assert "parking-desk@example.com" not in got.text
                assert "root:" not in got.text
    assert served.tree() == before
    assert not INTERNALS.search(caplog.text)


@pytest.mark.parametrize("path", ["/..", "/../contacts.yaml", "/static/../app.py", "/%2e%2e/x"])
def test_paths_lead_nowhere_else(served: Served, path: str) -> None:
    got = served.get(path)
    refused(got, 400, 403, 404)


@pytest.mark.parametrize("path", ["%2e%2e/app.py", "..%2f..%2fapp.py", "%2fetc%2fpasswd", "%00"])
def test_only_what_lies_in_the_static_folder_is_served(served: Served, path: str) -> None:
    refused(served.get(f"/static/{path}"), 400, 403, 404)


# ---- bodies --------------------------------------------------------------------------------

JSON = "application/json"
FORM = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data; boundary=b"
DETAILS = {"old-plate": SECRETS[0], "customer": SECRETS[2], "phone": SECRETS[3], "memo": SECRETS[5]}


def part(name: str, content: bytes, file: str | None = None) -> bytes:
    named = f'; filename="{file}"' if file else ""
    head = f'--b\r\nContent-Disposition: form-data; name="{name}"{named}\r\n\r\n'.encode()
    return head + content + b"\r\n"


def malformed() -> Iterator[tuple[str, str, bytes]]:
    """What it is, its type, and a body that no page sends."""
    deep = b"[" * 100_000 + b"]" * 100_000
    yield from (
        ("empty", JSON, b""),
        ("not JSON", JSON, b"{" + SECRETS[2].encode()),
        ("a list", JSON, json.dumps([DETAILS]).encode()),
        ("a number", JSON, b"7"),
        ("a text", JSON, json.dumps(SECRETS[0]).encode()),
        ("null", JSON, b"null"),
        ("not a number", JSON, b'{"case": NaN, "fields": Infinity}'),
        ("too deep", JSON, deep),
        ("deep fields", JSON, b'{"case": "plate-change", "fields": ' + deep + b"}"),
        ("case a list", JSON, json.dumps({"case": ["plate-change"], "fields": DETAILS}).encode()),
        ("no such case", JSON, json.dumps({"case": "../x", "fields": DETAILS}).encode()),
        ("fields a list", JSON, json.dumps({"case": "plate-change", "fields": [1]}).encode()),
        (
            "nested fields",
            JSON,
            json.dumps({"case": "plate-change", "fields": {"site": {"a": DETAILS}}}).encode(),
        ),
        (
            "number fields",
            JSON,
            json.dumps({"case": "plate-change", "fields": {"site": 7}}).encode(),
        ),
        ("ids a number", JSON, json.dumps({"ids": 7, "reason": 7, "text": 7}).encode()),
        ("ids nested", JSON, json.dumps({"ids": [["x"], {}], "reason": []}).encode()),
        ("UTF-16", JSON, json.dumps({"case": SECRETS[0]}, ensure_ascii=False).encode("utf-16")),
        ("not UTF-8", JSON, b'{"case": "\xff\xfe", "text": "\xb0\xa1"}'),
        ("not UTF-8 form", FORM, b"ids=%FF%FE&reason=%00&case=\xff"),
        ("nothing", FORM, b""),
        ("unknown names", FORM, b"a=1&__class__=x&ids=../../contacts.yaml&ids=%00&reason=x"),
        ("many names", FORM, b"&".join(b"a%d=1" % number for number in range(20_000))),
        ("no boundary", "multipart/form-data", b"--b\r\n\r\n"),
        ("not multipart", MULTIPART, b"nothing of the kind"),
        ("half multipart", MULTIPART, part("file", b"x", "a.csv")[:-9]),
        ("no file", MULTIPART, part("text", SECRETS[0].encode()) + b"--b--\r\n"),
        ("file without name", MULTIPART, part("file", b"", None) + b"--b--\r\n"),
        ("many parts", MULTIPART, part("a", b"1") * 3000 + b"--b--\r\n"),
        ("another type", "text/plain", SECRETS[5].encode()),
        ("XML", "application/xml", b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'),
        ("odd charset", "application/json; charset=utf-7", b"+AHs-"),
        ("pickled", "application/octet-stream", b"\x80\x04\x95"),
    )


@pytest.mark.parametrize(
    ("kind", "body"), [(k, b) for _, k, b in malformed()], ids=[n for n, _, _ in malformed()]
)
def test_malformed_bodies_are_refused(
    served: Served, kind: str, body: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    before = served.tree()
    for _, path in posts(served):
        for accepts in (JSON, "text/html"):
            headers = {"Content-Type": kind, "Accept": accepts}
            got = served.ask("POST", path, body, headers)
            turned_away(got)
            marked(got)
            assert not got.is_json or got.data["problems"]
    assert served.tree() == before
    assert not any(secret in caplog.text for secret in SECRETS)
    assert not [one for one in caplog.records if one.levelno >= logging.ERROR], caplog.text


@pytest.mark.parametrize("chunked", [False, True], ids=["declared", "chunked"])
@pytest.mark.parametrize("kind", [JSON, FORM, MULTIPART])
def test_oversized_bodies_are_refused(
    served: Served, kind: str, chunked: bool, caplog: pytest.LogCaptureFixture
) -> None:
    before = served.tree()
    for endpoint, path in posts(served):
        size = 17 * 1024 * 1024 if endpoint in UPLOADS else MOST_TYPED + 1
        filling = SECRETS[2].encode() + b"x" * size
        body = {
            JSON: b'{"case": "plate-change", "text": "' + filling + b'"}',
            FORM: b"ids=" + filling,
            MULTIPART: part("file", filling, "a.csv") + b"--b--\r\n",
        }[kind]
        headers = {"Content-Type": kind, "Accept": JSON}
        if chunked:
            headers["Transfer-Encoding"] = "chunked"
            pieces = (body[at : at + 65536] for at in range(0, len(body), 65536))
            got = served.ask("POST", path, pieces, headers)
        else:
            got = served.ask("POST", path, body, headers)
        refused(got, 413)
        marked(got)
    assert served.tree() == before
    assert not any(secret in caplog.text for secret in SECRETS)


def test_a_monstrous_body_is_not_even_taken_in(served: Served) -> None:
    for length in ("99999999999", "1" * 100, "-1", "abc", "0x10"):
        head = f"POST /who HTTP/1.1\r\nHost: {served.host}\r\nContent-Length: {length}\r\n\r\n"
        got = served.raw(head.encode())
        assert got.split(b" ", 2)[1] in (b"400", b"403", b"413"), got
        assert not INTERNALS.search(got.decode())


def test_what_is_no_request_is_refused(served: Served) -> None:
    for sent in (b"\x16\x03\x01\x02\x00", b"GET\r\n\r\n", b"GET / HTTP/9\r\n\r\n", b"\r\n\r\n"):
        got = served.raw(sent)
        assert not got.startswith(b"HTTP/1.1 200")
        assert not INTERNALS.search(got.decode())
    got = served.raw(b"GET /" + b"a" * 300_000 + b" HTTP/1.1\r\n\r\n")
    assert not got or got.split(b" ", 2)[1] in (b"400", b"414", b"431")


def test_the_limits_name_pages_that_there_are(served: Served) -> None:
    assert set(UPLOADS) <= {endpoint for endpoint, _ in posts(served)}


def test_an_unforeseen_fault_tells_nothing_of_itself(
    served: Served, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError(SECRETS[0])

    monkeypatch.setattr("parkdraft.web.appstate.AppState.drafts", broken)
    for accepts in (JSON, "text/html"):
        refused(served.get("/outbox/version", {"Accept": accepts}), 500)
    assert "RuntimeError" in caplog.text
    assert not any(secret in caplog.text for secret in SECRETS)
