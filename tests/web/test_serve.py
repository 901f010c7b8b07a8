"""Starting and ending the page, and what it sees of files that others change meanwhile."""

from __future__ import annotations

import gc
import http.client
import os
import re
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from tests.web.centres import Centre

from parkdraft import Home
from parkdraft.cli.main import run
from parkdraft.outbox.purge import purge
from parkdraft.web import serve as serving
from parkdraft.web.appstate import AppState
from parkdraft.web.key import Gate
from parkdraft.web.retention import Retention

if TYPE_CHECKING:
    from tests.web.conftest import Got, Served

ADDRESS = re.compile(r"http://127\.0\.0\.1:(\d+)/\?key=[\w-]{32,}")
CHANGE = {"site": "별빛타워", "old-plate": "68마4321", "new-plate": "157허8765"}


# ---- starting and ending -------------------------------------------------------------------


@pytest.fixture
def command(centre: Path, tmp_path: Path) -> Iterator[Callable[..., subprocess.Popen[str]]]:
    running: list[subprocess.Popen[str]] = []

    def start(*args: str) -> subprocess.Popen[str]:
        env = {**os.environ, "PYTHONUTF8": "1", "PYTHONUNBUFFERED": "1"}
        process = subprocess.Popen(
            [sys.executable, "-m", "parkdraft", "--home", str(centre), "web", *args],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=tmp_path,
            env=env,
            text=True,
        )
        running.append(process)
        return process

    yield start
    for one in running:
        one.kill()
        one.communicate()


def test_the_address_stands_alone_on_its_line_and_ctrl_c_is_the_way_to_end(
    command: Callable[..., subprocess.Popen[str]],
) -> None:
    process = command("--no-browser")
    assert process.stdout
    address = process.stdout.readline()
    found = ADDRESS.fullmatch(address.rstrip("\n"))
    assert found, address
    with socket.create_connection(("127.0.0.1", int(found[1])), timeout=10) as connection:
        connection.sendall(b"GET / HTTP/1.0\r\n\r\n")
        assert b" 403 " in connection.recv(100)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=20)
    assert process.returncode == 0
    assert out == ""
    assert "Ctrl+C" in err
    assert "Traceback" not in err
    assert "멈췄습니다" not in err


def test_the_port_can_be_chosen_and_used_again_at_once(
    command: Callable[..., subprocess.Popen[str]],
) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    for _ in range(2):
        process = command("--no-browser", "--port", str(port))
        assert process.stdout
        address = process.stdout.readline()
        assert address.startswith(f"http://127.0.0.1:{port}/?key="), process.communicate()
        with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
            connection.sendall(b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
            assert connection.recv(100)
        process.send_signal(signal.SIGINT)
        assert process.wait(20) == 0


def test_a_port_in_use_is_refused(
    centre: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []
    monkeypatch.setattr("webbrowser.open", opened.append)
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        assert run(["--home", str(centre), "web", "--port", str(port)]) == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert f"{port}번 포트는 다른 프로그램이 쓰고 있습니다" in said.err
    assert opened == []


@pytest.mark.parametrize("port", ["-1", "65536", "abc", "８０", "1.5", ""])
def test_what_is_no_port_is_wrong_usage(
    centre: Path, port: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["--home", str(centre), "web", "--port", port]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert "--port" in said.err


@pytest.mark.parametrize("browser", [True, False])
def test_the_browser_opens_at_the_address(
    centre: Path, monkeypatch: pytest.MonkeyPatch, browser: bool
) -> None:
    told: list[str] = []
    opened: list[str] = []
    happened = threading.Event()

    class Server:
        def run(self) -> None:
            assert gc.isenabled()
            if browser:
                happened.wait(10)

        def close(self) -> None:
            told.append("closed")

    def open_browser(address: str) -> None:
        opened.append(address)
        happened.set()

    really = serving.prepared

    def prepared(*args: Any) -> Any:
        app, gate, server = really(*args)
        server.close()
        return app, gate, Server()

    monkeypatch.setattr("webbrowser.open", open_browser)
    monkeypatch.setattr(serving, "prepared", prepared)
    serving.serve(lambda: Home.open(centre), 0, browser=browser, show=told.append)
    assert ADDRESS.fullmatch(told[0])
    assert told[1:] == ["closed"]
    assert opened == ([told[0]] if browser else [])


def test_every_start_has_another_key(centre: Path, serve_home: Callable[..., Served]) -> None:
    one, other = serve_home(centre), serve_home(centre)
    assert one.gate.key != other.gate.key
    assert one.gate.visitor != one.gate.token()
    assert len(one.gate.key) >= 32


# ---- who is working ------------------------------------------------------------------------


def test_where_members_are_named_the_page_asks_who_is_working(served: Served) -> None:
    for path in ("/", "/outbox", "/batch", "/contacts"):
        got = served.ask("GET", path, login=None)
        assert got.status == 302
        assert got.headers["Location"] == "/who"
    got = served.ask("GET", "/outbox/version", headers={"Accept": "application/json"}, login=None)
    assert got.status == 403
    assert "누가 일하는지" in got.data["problems"][0]["message"]
    page = served.ask("GET", "/who", login=None).text
    assert all(name in page for name in ("김가람", "박새봄", "이다온"))
    assert "작업자" not in page


def test_who_is_working_is_shown_on_every_page(served: Served) -> None:
    for path in ("/", "/outbox", "/batch", "/contacts", "/who", "/nowhere"):
        assert "<b>박새봄</b>" in served.get(path).text, path
        assert "<b>김가람</b>" in served.ask("GET", path, login=served.lead).text, path


@pytest.mark.parametrize("login", ["nobody", "", "%ff", "garam.kim2", "김가람"])
def test_a_cookie_that_names_nobody_is_asked_again(served: Served, login: str) -> None:
    cookie = served.cookies(None) + f"; parkdraft-who-{served.gate.port}={login}"
    headers = {"Cookie": cookie.encode().decode("latin-1")}
    assert served.get("/", headers).headers["Location"] == "/who"
    got = served.post_form("/who", {"login": login})
    assert got.headers["Location"] == "/who"
    assert "Set-Cookie" not in got.headers


@pytest.mark.parametrize("login", ["GARAM.KIM", "CENTRE\\garam.kim", "garam.kim@example.com"])
def test_a_login_name_is_one_however_it_is_written(served: Served, login: str) -> None:
    got = served.post_form("/who", {"login": login})
    assert got.headers["Location"] == "/"
    assert "=garam.kim;" in got.headers["Set-Cookie"]


def test_login_names_may_be_korean(served: Served) -> None:
    path = served.root / "contacts.yaml"
    path.write_text(path.read_text("utf-8").replace("daon.lee: 이다온", "이 다온: 이다온"), "utf-8")
    got = served.post_form("/who", {"login": "이 다온"})
    cookie = got.headers["Set-Cookie"].partition(";")[0]
    page = served.get("/", {"Cookie": f"{served.cookies(None)}; {cookie}"})
    assert page.status == 200
    assert "<b>이다온</b>" in page.text


def test_drafts_and_decisions_are_recorded_under_that_name(served: Served) -> None:
    draft_id = drafted(served)
    assert served.centre.stored(draft_id).author == served.agent
    assert "박새봄" in page_of(served, draft_id).partition("</header>")[2]
    got = decided(served, "approve", draft_id, login=served.lead)
    assert got.status < 400, got.text
    assert served.centre.did(draft_id)[-1] == ("approve", served.lead)
    assert state_of(served, draft_id) == "approved"


def test_an_agent_may_not_approve(served: Served) -> None:
    draft_id = drafted(served)
    got = decided(served, "approve", draft_id)
    assert got.status == 422
    assert got.data["problems"]
    assert state_of(served, draft_id) == "pending"


def test_nobody_works_under_the_name_of_the_pc_where_members_are_named(served: Served) -> None:
    got = served.post_json("/drafts", {"case": "plate-change", "fields": CHANGE}, login=None)
    assert got.status == 403
    assert not (served.root / "outbox" / "pending").exists()


def test_nothing_changes_while_nobody_can_tell_who_is_working(served: Served) -> None:
    """The directory names the members; while it cannot be read, the PC's user is not assumed."""
    served.login = served.lead
    draft_id = drafted(served)
    decided(served, "approve", draft_id)
    seen = served.centre.seen(draft_id)
    path = served.root / "contacts.yaml"
    path.write_text(path.read_text("utf-8") + "\nbroken: [", "utf-8")
    before = served.tree()
    for address in ("/outbox/sent", "/outbox/return"):
        got = served.post_json(address, {"drafts": seen, "reason": "이유"}, login=None)
        assert got.status == 422
    assert served.tree() == before


def test_without_members_the_pc_user_works(centre: Path, serve_home: Callable[..., Served]) -> None:
    path = centre / "contacts.yaml"
    text = re.sub("members: {.*}", "members: {}", path.read_text("utf-8"))
    path.write_text(text, "utf-8")
    served = serve_home(centre)
    page = served.ask("GET", "/", login=None)
    assert page.status == 200
    assert "<b>tester</b>" in page.text
    assert "바꾸기" not in page.text


# ---- files that change meanwhile -----------------------------------------------------------


def drafted(served: Served, **details: str) -> str:
    body = {"case": "plate-change", "fields": {**CHANGE, **details}, "anyway": True}
    got = served.post_json("/drafts", body)
    assert got.status == 200, got.text
    found: str = got.data["id"]
    return found


def page_of(served: Served, draft_id: str) -> str:
    got = served.get(f"/outbox/{draft_id}")
    assert got.status == 200
    return got.text


def state_of(served: Served, draft_id: str) -> str:
    return served.centre.stored(draft_id).state


def decided(served: Served, what: str, *ids: str, **more: Any) -> Got:
    return served.post_json(f"/outbox/{what}", {"drafts": served.centre.seen(*ids)}, **more)


def previewed(served: Served) -> Any:
    got = served.post_json("/preview", {"case": "plate-change", "fields": CHANGE})
    assert got.status == 200, got.text
    return got.data


def test_a_changed_directory_is_seen(served: Served) -> None:
    assert "nuri.seo@example.com" in previewed(served)["fragment"]
    path = served.root / "contacts.yaml"
    path.write_text(path.read_text("utf-8").replace("nuri.seo@", "another.seo@"), "utf-8")
    assert "another.seo@example.com" in previewed(served)["fragment"]
    assert "nuri.seo@example.com" not in previewed(served)["fragment"]


def test_a_broken_directory_shows_its_problems_and_heals(served: Served) -> None:
    path = served.root / "contacts.yaml"
    sound = path.read_text("utf-8")
    path.write_text(sound.replace("    to: [서누리]", "    to: [없는사람]"), "utf-8")
    got = served.get("/")
    assert got.status == 422
    assert "contacts.yaml:" in got.text
    assert "없는사람" in got.text
    got = served.post_json("/preview", {"case": "plate-change", "fields": CHANGE})
    assert got.status == 422
    assert "없는사람" in str(got.data["problems"])
    path.write_text("members: [", "utf-8")
    assert served.get("/").status == 422
    path.unlink()
    assert served.get("/").status == 422
    path.write_text(sound, "utf-8")
    assert served.get("/").status == 200
    assert previewed(served)["ready"]


def test_changed_templates_are_seen(served: Served) -> None:
    before = previewed(served)["fragment"]
    path = served.root / "templates" / "email" / "frame.txt"
    text = path.read_text("utf-8-sig")
    assert "감사합니다" in text
    path.write_text(text.replace("감사합니다", "늘 고맙습니다"), "utf-8")
    after = previewed(served)["fragment"]
    assert "늘 고맙습니다" not in before
    assert "늘 고맙습니다" in after


def test_a_new_template_of_a_partner_is_seen(served: Served) -> None:
    previewed(served)
    own = served.root / "templates" / "email" / "saebom"
    own.mkdir()
    (own / "plate-change.txt").write_text("새 제목\n\n새봄만의 문구입니다.\n", "utf-8")
    assert "새봄만의 문구입니다" in previewed(served)["fragment"]


def test_a_broken_template_is_told_and_heals(served: Served) -> None:
    path = served.root / "templates" / "email" / "plate-change.txt"
    sound = path.read_bytes()
    path.write_text("{% if %}", "utf-8")
    got = served.post_json("/preview", {"case": "plate-change", "fields": CHANGE})
    assert got.status in (200, 422)
    assert "plate-change.txt" in got.text
    path.write_bytes(sound)
    assert previewed(served)["ready"]


def test_a_new_list_of_sites_is_seen(served: Served) -> None:
    found = served.get("/find?q=%EC%83%88%ED%95%9C%EB%B9%8C%EB%94%A9").data["found"]
    assert "새한빌딩" not in str(found)
    text = "현장명,운영사,연동구분\n새한빌딩,마루주차,수동현장\n"
    (served.root / "sites.csv").write_text(text, "utf-8")
    found = served.get("/find?q=%EC%83%88%ED%95%9C%EB%B9%8C%EB%94%A9").data["found"]
    assert "새한빌딩" in str(found)


def test_what_others_do_in_the_outbox_is_followed(served: Served) -> None:
    version = served.get("/outbox/version").data["version"]
    assert served.get("/outbox/version").data["version"] == version

    def changed() -> bool:
        nonlocal version
        last, version = version, served.get("/outbox/version").data["version"]
        return bool(last != version)

    args = [f"--{name}={value}" for name, value in CHANGE.items()]
    assert run(["--home", str(served.root), "draft", "plate-change", *args]) == 0
    assert changed()
    [draft_id] = served.centre.ids()
    assert draft_id in served.get("/outbox?state=pending").text
    assert previewed(served)["duplicates"] == [draft_id]

    served.centre.approve(draft_id)
    assert changed()
    assert draft_id in served.get("/outbox?state=approved").text
    assert draft_id not in served.get("/outbox?state=pending").text

    served.centre.sent(draft_id, login=served.lead)
    assert changed()
    assert "김가람" in page_of(served, draft_id)

    home = served.centre.home(served.lead)
    with served.centre.box(served.lead, change=True) as box:
        purge(box, home.directory, [box.located(draft_id)], "고객이 지워 달라고 함")
    assert changed()
    assert draft_id not in served.get("/outbox?state=all").text
    assert previewed(served)["duplicates"] == []
    assert served.get(f"/outbox/{draft_id}").status == 422


def test_several_at_once_do_not_disturb_each_other(served: Served) -> None:
    """As where a page follows the outbox while somebody types and another page is open."""

    def work(number: int) -> list[str]:
        plates = {"old-plate": f"68마{4000 + number}", "new-plate": f"157허{5000 + number}"}
        path = served.root / "contacts.yaml"
        if number % 3 == 0:
            os.utime(path, ns=(path.stat().st_atime_ns, path.stat().st_mtime_ns + 1))
        served.get("/outbox?state=all")
        body = {"case": "plate-change", "fields": {**CHANGE, **plates}}
        assert served.post_json("/preview", body).data["ready"]
        return [served.post_json("/drafts", body).data["id"]]

    with ThreadPoolExecutor(8) as pool:
        made = [one for found in pool.map(work, range(40)) for one in found]
    assert len(set(made)) == 40
    assert set(served.centre.ids()) == set(made)
    page = served.get("/outbox?state=pending").text
    assert ">40</b>" in page


# ---- the outbox's one idle connection ------------------------------------------------------


def test_the_log_stays_while_the_page_runs_and_goes_with_it(
    centre: Path, serve_home: Callable[..., Served]
) -> None:
    served = serve_home(centre)
    log = centre / "outbox" / "outbox.db-wal"
    served.get("/outbox")
    assert not (centre / "outbox").exists()
    for _ in range(3):
        draft_id = drafted(served)
        served.get("/outbox")
    for _ in range(3):
        served.get("/outbox")
        assert log.stat().st_size > 0
    served.stop()
    assert not log.exists()
    assert served.centre.stored(draft_id).state == "pending"


# ---- retention -----------------------------------------------------------------------------


def test_what_is_kept_too_long_is_purged_at_the_start_and_once_a_day(
    centre: Path, serve_home: Callable[..., Served], monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = [datetime.now()]

    def later(days: float) -> None:
        clock[0] += timedelta(days=days)

    monkeypatch.setattr(serving, "working_here", at_clock(serving.working_here, clock))
    old, other = elsewhere(centre, clock), elsewhere(centre, clock)
    served = serve_home(centre)
    served.centre.send_back(old)
    later(40)
    assert served.get("/outbox").status == 200
    assert served.centre.ids("returned") == [old]  # a lead has not decided anything

    retain(centre, "returned: 30")
    served.get("/outbox")
    assert served.centre.ids("returned") == []
    assert served.centre.ids("pending") == [other]
    assert old not in served.get("/outbox?state=all").text
    with served.centre.box() as box:
        last = box.store.events(old)[-1]
    assert (last.verb, last.grounds, last.login) == ("purge", "program", "tester")

    served.centre.send_back(other)
    later(31)
    served.get("/outbox")  # a day has passed since
    assert served.centre.ids("returned") == []
    again = elsewhere(centre, clock)
    served.centre.send_back(again)
    later(0.9)
    served.get("/outbox")
    assert served.centre.ids("returned") == [again]
    later(40)
    serve_home(centre)  # at the start, before anybody asks for a page
    assert served.centre.ids("returned") == []
    kept = [path.read_bytes() for path in (centre / "outbox").rglob("*") if path.is_file()]
    assert not any("68마4321".encode() in one for one in kept)  # nobody who only idles keeps it


def retain(root: Path, days: str) -> None:
    path = root / "contacts.yaml"
    text = path.read_text("utf-8")
    assert "settings:\n" in text
    path.write_text(text.replace("settings:\n", f"settings:\n  retention: {{{days}}}\n"), "utf-8")


def at_clock(working_here: Any, clock: list[datetime]) -> Any:
    return lambda home: replace(working_here(home), now=lambda: clock[0])


def elsewhere(centre: Path, clock: list[datetime], number: int = 1) -> str:
    """A draft of that moment."""
    home = Home(centre, centre / "outbox", now=lambda: clock[0], login=lambda: "saebom.park")
    made = home.draft("plate-change", **CHANGE | {"old-plate": f"68마43{number:02}"})
    assert made.id
    return made.id


def test_several_processes_purge_each_draft_once(centre: Path) -> None:
    clock = [datetime.now()]
    old = [elsewhere(centre, clock, number) for number in range(12)]
    for one in old:
        Centre(centre).send_back(one)
    other = elsewhere(centre, clock, 99)
    clock[0] += timedelta(days=40)
    retain(centre, "returned: 30")

    def process() -> AppState:
        return AppState(lambda: Home(centre, centre / "outbox", now=lambda: clock[0]))

    states = [process() for _ in range(4)]
    try:
        with ThreadPoolExecutor(4) as pool:
            list(pool.map(lambda state: Retention(state).purge_if_due(), states))
    finally:
        for state in states:
            state.close()
    with Centre(centre).box() as box:
        for one in old:
            assert [event.verb for event in box.store.events(one)].count("purge") == 1
            assert box.store.content(one) is None
    assert Centre(centre).ids("pending") == [other]


def test_a_retention_that_fails_is_logged_without_data_and_the_page_goes_on(
    served: Served, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    retain(served.root, "sent: 90")

    def broken(*_: object) -> int:
        raise RuntimeError("68마4321")

    monkeypatch.setattr("parkdraft.web.retention.overdue", broken)
    assert served.get("/outbox").status == 200
    assert served.get("/outbox").status == 200
    assert [one.getMessage() for one in caplog.records] == ["retention failed: RuntimeError"]


# ---- what a killed page leaves -------------------------------------------------------------


def test_uploads_of_a_killed_page_are_gone_at_the_next_start(
    command: Callable[..., subprocess.Popen[str]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    places = tmp_path / "temporary"
    places.mkdir()
    monkeypatch.setenv("TMPDIR", str(places))
    monkeypatch.setenv("PARKDRAFT_USER", "saebom.park")

    def started() -> tuple[subprocess.Popen[str], int, str]:
        process = command("--no-browser")
        assert process.stdout
        found = ADDRESS.fullmatch(process.stdout.readline().rstrip("\n"))
        assert found
        return process, int(found[1]), found[0].partition("?key=")[2]

    def left() -> list[Path]:
        return [path for path in places.rglob("table*") if path.is_file()]

    def bring(port: int, key: str) -> None:
        gate = Gate(port, key)
        table = "업무,현장명,기존차량번호,변경차량번호\n차량번호 변경,별빛타워,68마4321,아닌번호\n"
        boundary = "x" * 20
        head = 'Content-Disposition: form-data; name="table"; filename="a.csv"'
        body = f"--{boundary}\r\n{head}\r\n\r\n{table}\r\n--{boundary}--\r\n".encode()
        who = f"parkdraft-who-{port}=saebom.park"
        headers = {
            "Cookie": f"{gate.cookie}={gate.visitor}; {who}",
            "X-Token": gate.token(),
            "Content-Type": f"multipart/form-data; boundary={boundary}",
        }
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
        connection.request("POST", "/batch/check", body, headers)
        assert connection.getresponse().status == 303
        connection.close()

    first, port, key = started()
    bring(port, key)
    assert {path.name for path in left()} == {"table", "table.failed.csv"}
    living, other, other_key = started()  # one more page takes nothing from a living one
    bring(other, other_key)
    assert len(left()) == 4
    first.kill()
    first.wait(20)
    assert len(left()) == 4
    third, *_ = started()
    assert len(left()) == 2
    living.kill()
    living.wait(20)
    third.send_signal(signal.SIGINT)
    assert third.wait(20) == 0
    last, *_ = started()
    assert left() == []
    last.send_signal(signal.SIGINT)
    assert last.wait(20) == 0
    assert [path.name for path in places.iterdir() if path.name.startswith("parkdraft-web-")] == []
