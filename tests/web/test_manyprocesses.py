"""Uploads on a team's server: any process goes on with what another took, for its owner alone."""

from __future__ import annotations

import io
import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.web.centres import AGENT, OTHER, Centre
from tests.web.conftest import LIST, Browser
from tests.web.test_batchpage import BAD, GOOD, good, table
from tests.web.test_contactspage import THIS_MONTH
from tests.web.test_paperspage import PDF, asked
from tests.web.test_paperspage import bring as papers
from werkzeug.datastructures import FileStorage

from parkdraft import Home
from parkdraft.batch.run import run
from parkdraft.outbox.folder import UPLOADS
from parkdraft.web import runs
from parkdraft.web.batchjobs import check, look, make
from parkdraft.web.uploads import KEPT_SECONDS, GoneError, Kind, Upload, Uploads
from parkdraft.web.wholejson import read_json

Team = tuple[Browser, Browser]


def process(root: Path, login: str = AGENT) -> Browser:
    """One more process of the same home, and a browser at it."""
    return Browser(root, login, uploads=Uploads(root / "outbox" / UPLOADS))


@pytest.fixture
def team(centre: Path) -> Iterator[Team]:
    one, other = process(centre), process(centre)
    yield one, other
    for each in (one, other):
        each.app.extensions["parkdraft"].close()


def bring(browser: Browser, content: bytes) -> str:
    """Upload a table; the path of its page."""
    return browser.upload("/batch/check", "table", content, "변경.csv").request.path


def bring_list(browser: Browser, content: str = LIST) -> str:
    """Upload a list; the path of its page."""
    fields = {"kind": "contacts", "partner": "nuri", "month": THIS_MONTH}
    page = browser.upload("/contacts/lists/check", "list", content.encode(), "명단.csv", fields)
    return page.request.path


def bring_paper(browser: Browser) -> str:
    """Upload a paper; its token."""
    (paper,) = papers(browser, ("차량등록증.pdf", PDF))
    return paper["token"]


def preview(browser: Browser, token: str) -> Any:
    """The preview of a draft with a paper."""
    return asked(browser, "/preview", [token], masked=True)


def kept(uploads: Uploads, content: bytes, kind: Kind = "table") -> Upload:
    return uploads.take(FileStorage(io.BytesIO(content), filename="표.csv"), kind, AGENT)


def found(uploads: Uploads, upload: Upload) -> Upload:
    return uploads.get(upload.token, "table", AGENT)


def at_once(count: int, ask: Any) -> list[threading.Thread]:
    """The threads that ``count`` requests started, all asking at the same moment."""
    gate, started = threading.Barrier(count), []

    def request(number: int) -> None:
        gate.wait(10)
        if thread := ask(number):
            started.append(thread)

    asking = [threading.Thread(target=request, args=(number,)) for number in range(count)]
    for thread in asking:
        thread.start()
    joined(asking)
    return started


def joined(threads: list[threading.Thread]) -> None:
    for thread in threads:
        thread.join(20)
        assert not thread.is_alive()


class TestHandedOn:
    def test_a_table_is_checked_here_made_there_and_shown_by_both(self, team: Team) -> None:
        one, other = team
        path = bring(one, table(*good(3), BAD))
        checked = other.get(path).text
        assert "초안 만들기 (3)" in checked
        assert "변경.csv" in checked
        assert b"12" in other.get(f"{path}/failed.csv").data
        assert "초안을 만들었습니다" in other.post(f"{path}/make").text
        for each in team:
            made = each.get(path).text
            assert "초안을 만들었습니다" in made
            assert "고칠 줄 내려받기" in made
        assert len(one.centre.ids()) == 3
        one.post(f"{path}/drop")
        assert other.get(path).status_code == 404

    def test_a_list_is_looked_at_here_and_imported_there_once(self, team: Team) -> None:
        one, other = team
        path = bring_list(one)
        assert "가져오기 (1)" in other.get(path).text
        for each in (other, one, other):
            assert "명단을 가져왔습니다" in each.post(f"{path}/import").text
        kept = list((one.root / "sites/nuri").iterdir())
        assert len(kept) == 2  # the list, and the one that it replaced

    def test_a_paper_goes_along_with_a_draft_of_another_process(self, team: Team) -> None:
        one, other = team
        token = bring_paper(one)
        assert "첨부파일 : 차량등록증.pdf" in preview(other, token).json["fragment"]

    def test_progress_is_seen_by_another_process(
        self, team: Team, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        one, other = team
        begin, seen = threading.Event(), threading.Event()

        def slow(*given: Any, **named: Any) -> Any:
            named["watch"]("check", 7, 9)
            seen.set()
            begin.wait(10)
            return run(*given, **named)

        monkeypatch.setattr("parkdraft.web.batchjobs.run", slow)
        monkeypatch.setattr("parkdraft.web.batchpage._AT_ONCE", 0.01)
        monkeypatch.setattr("parkdraft.web.runs._BEAT", 0.001)
        path = bring(one, table(GOOD))
        seen.wait(10)
        while not (state := other.get(f"{path}/state").json or {})["count"]:
            pass
        assert state == {"running": True, "count": 7, "of": 9, "words": "점검 7 / 9줄"}
        assert "표를 점검하고 있습니다" in other.get(path).text
        other.post(f"{path}/drop")  # not while it is worked on
        begin.set()
        for thread in threading.enumerate():
            if thread.name == "parkdraft-batch":
                thread.join(10)
        assert "초안 만들기 (1)" in other.get(path).text


class TestExactlyOne:
    def test_of_many_that_ask_at_once_one_makes(self, centre: Path) -> None:
        """Twelve requests at six processes; each draft is there once."""
        shared = centre / "outbox" / UPLOADS
        processes = [Uploads(shared) for _ in range(6)]
        home = Home(centre, centre / "outbox", login=lambda: AGENT)
        upload = kept(processes[0], table(*good(5)))
        started = at_once(12, lambda n: check(upload, home, processes[n % 6].now, combine=False))
        joined(started)
        assert len(started) == 1
        started = at_once(
            12, lambda n: make(found(processes[n % 6], upload), home, processes[n % 6].now)
        )
        joined(started)
        assert len(started) == 1
        assert look(upload, processes[0].now()).phase == "made"
        assert len(Centre(centre).ids()) == 5
        assert make(upload, home, processes[0].now) is None


class TestOwner:
    def test_nobody_else_sees_uses_or_drops_it(self, team: Team) -> None:
        one, _ = team
        paths, token = (bring(one, table(GOOD)), bring_list(one)), bring_paper(one)
        stranger = process(one.root, OTHER)
        for path in paths:
            for place in (path, f"{path}/failed.csv"):
                assert stranger.get(place).status_code == 404
            for place in ("make", "import", "again", "drop"):
                stranger.post(f"{path}/{place}")
        assert stranger.get(f"{paths[0]}/state").json == {"running": False}
        assert preview(stranger, token).status_code == 422
        assert stranger.centre.ids() == []
        for path in paths:
            assert one.get(path).status_code == 200
        assert preview(one, token).status_code == 200

    @pytest.mark.parametrize(
        "wrong", ["", ".", "..", "../x", "0" * 41, "{}/", "{}x", "/{}", "{}\n", "./{}", "..\\{}"]
    )
    def test_a_token_of_another_form_is_never_a_path(self, centre: Path, wrong: str) -> None:
        uploads = Uploads(centre / "outbox" / UPLOADS)
        upload = kept(uploads, table(GOOD))
        for token in (wrong.format(upload.token), upload.token.upper() + "A"):
            with pytest.raises(GoneError):
                uploads.get(token, "table", AGENT)
        assert found(uploads, upload).name == "표.csv"
        with pytest.raises(GoneError):
            uploads.get(upload.token, "list", AGENT)


class TestDied:
    @pytest.fixture
    def clock(self, team: Team) -> list[float]:
        """Seconds by which both processes are later than now."""
        later = [0.0]
        for each in team:
            uploads = each.app.extensions["parkdraft"].uploads
            now = uploads.now
            uploads.now = lambda now=now: now() + later[0]
        return later

    def dead(self, browser: Browser, path: str, phase: str) -> None:
        """A run that began and does not go on."""
        uploads: Uploads = browser.app.extensions["parkdraft"].uploads
        kind: Kind = "list" if "lists" in path else "table"
        upload = uploads.get(path.rpartition("/")[2], kind, AGENT)
        number = runs.begin(upload, runs.latest(upload, uploads.now()))
        assert number
        if phase:
            with runs.alive(upload, number, uploads.now, lambda: {"phase": phase}):
                pass

    @pytest.mark.parametrize("phase", ["check", "make", ""])
    def test_a_table_is_checked_again(self, team: Team, clock: list[float], phase: str) -> None:
        """It is said, with no draft lost or doubled; ``""``: it died before it said anything."""
        one, other = team
        path = bring(one, table(*good(3)))
        self.dead(one, path, phase)
        assert "있습니다" in other.get(path).text.partition("<h1>")[2].partition("</h1>")[0]
        assert other.get(f"{path}/state").json["running"]  # type: ignore[index]
        clock[0] = runs.SILENT + 1
        page = other.get(path)
        assert page.status_code == 422
        assert "작업하던 프로그램이 멈췄습니다. 다시 확인하세요." in page.text
        assert ("초안을 만들다가 멈췄습니다" in page.text) == (phase == "make")
        assert not other.get(f"{path}/state").json["running"]  # type: ignore[index]
        assert other.post(f"{path}/make").status_code == 422  # not before it is checked again
        assert "초안 만들기 (3)" in other.post(f"{path}/again").text
        assert "초안을 만들었습니다" in one.post(f"{path}/make").text
        assert len(one.centre.ids()) == 3

    def test_what_a_dead_make_kept_is_skipped(self, team: Team, clock: list[float]) -> None:
        one, other = team
        earlier = bring(one, table(*good(2)))
        one.post(f"{earlier}/make")
        path = bring(one, table(*good(3)))
        self.dead(one, path, "make")
        clock[0] = runs.SILENT + 1
        assert "초안 만들기 (1)" in other.post(f"{path}/again").text
        other.post(f"{path}/make")
        assert len(one.centre.ids()) == 3

    def test_a_list_can_be_imported_again(self, team: Team, clock: list[float]) -> None:
        one, other = team
        path = bring_list(one)
        self.dead(one, path, "import")
        assert "가져오고 있습니다" in other.get(path).text
        other.post(f"{path}/import")
        assert len(list((one.root / "sites/nuri").iterdir())) == 1
        clock[0] = runs.SILENT + 1
        page = other.get(path).text
        assert runs.DIED in page
        assert "가져오기 (1)" in page
        assert "명단을 가져왔습니다" in other.post(f"{path}/import").text

    def test_who_comes_back_from_the_dead_changes_nothing_that_is_shown(
        self, team: Team, clock: list[float]
    ) -> None:
        """A machine was suspended, another run began meanwhile."""
        one, other = team
        path = bring(one, table(GOOD))
        self.dead(one, path, "check")
        clock[0] = runs.SILENT + 1
        other.post(f"{path}/again")
        uploads: Uploads = one.app.extensions["parkdraft"].uploads
        upload = uploads.get(path.rpartition("/")[2], "table", AGENT)
        runs.end(upload, 2, uploads.now, {"phase": "check", "stopped": ["늦은 답"]})
        assert "초안 만들기 (1)" in other.get(path).text


def test_a_list_that_moved_on_since_it_was_shown_is_shown_again(team: Team) -> None:
    one, other = team
    path = bring_list(one)
    assert 'name="sure"' not in one.get(path).text
    (one.root / "sites/nuri" / f"{THIS_MONTH}.csv").write_text(
        "현장명,담당자,직함,이메일\n다온몰,박도윤,소장,doyun@example.com\n", "utf-8"
    )
    moved = other.post(f"{path}/import", {"sure": "on"}).text
    assert "그 사이에 명단이나 확인할 것이 바뀌어" in moved
    assert "다온몰" in moved
    assert "확인했고" in other.post(f"{path}/import").text  # shown now, but nobody is sure
    assert "명단을 가져왔습니다" in one.post(f"{path}/import", {"sure": "on"}).text


class TestKeeping:
    def test_all_of_it_is_gone_after_an_hour_by_any_process(self, team: Team) -> None:
        one, _ = team
        bring(one, table(GOOD))
        bring_list(one)
        bring_paper(one)
        shared = one.root / "outbox" / UPLOADS
        assert len(list(shared.iterdir())) == 3
        now = one.app.extensions["parkdraft"].uploads.now()
        Uploads(shared, now=lambda: now + KEPT_SECONDS - 5)
        assert len(list(shared.iterdir())) == 3
        Uploads(shared, now=lambda: now + KEPT_SECONDS + 5)
        assert list(shared.iterdir()) == []

    def test_it_goes_though_nobody_asks_for_a_page(
        self, centre: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """A clock that rings after an hour, and again as long as something is left."""
        rings: list[Any] = []

        class Clock(threading.Timer):
            def start(self) -> None:
                rings.append(self.function)

        monkeypatch.setattr("parkdraft.web.uploads.threading.Timer", Clock)
        later = [0.0]
        uploads = Uploads(centre / "outbox" / UPLOADS, now=lambda: 1e9 + later[0])
        first, later[0] = kept(uploads, table(GOOD)), KEPT_SECONDS / 2
        second, later[0] = kept(uploads, table(GOOD)), KEPT_SECONDS + 1
        rings.pop(0)()
        assert [first.folder.exists(), second.folder.exists()] == [False, True]
        later[0] = 2 * KEPT_SECONDS + 2
        rings.pop(0)()
        assert not second.folder.exists()
        assert rings == []

    def test_the_end_of_one_process_takes_nothing_from_the_others(self, team: Team) -> None:
        one, other = team
        path = bring(one, table(GOOD))
        one.app.extensions["parkdraft"].close()
        assert other.get(path).status_code == 200

    def test_it_is_no_stranger_in_the_outbox(self, team: Team) -> None:
        one, _ = team
        one.post(f"{bring(one, table(GOOD))}/make")
        bring(one, table(BAD))
        with Home.open(one.root).drafts() as box:
            assert list(box.folder.strangers()) == []

    def test_the_folder_is_for_owner_and_group(self, team: Team) -> None:
        one, _ = team
        bring(one, table(GOOD))
        shared = one.root / "outbox" / UPLOADS
        for folder in (shared, *shared.iterdir()):
            assert folder.stat().st_mode & 0o777 == 0o770

    def test_no_name_of_a_file_has_anything_of_the_upload(self, team: Team) -> None:
        one, _ = team
        bring(one, table(GOOD, BAD))
        names = {path.name for path in (one.root / "outbox" / UPLOADS).glob("*/*")}
        assert names == {"brought.json", "run-1", "run-1.json", "table", "table.failed.csv"}

    def test_what_is_written_for_the_page_has_no_plate_and_no_customer(self, team: Team) -> None:
        one, _ = team
        bring(one, table(GOOD, BAD))
        (written,) = (one.root / "outbox" / UPLOADS).glob("*/run-1.json")
        said = json.dumps(read_json(written), ensure_ascii=False)
        assert "별빛타워" in said
        for secret in ("홍길동", "12가3456", "12각3456"):
            assert secret not in said
