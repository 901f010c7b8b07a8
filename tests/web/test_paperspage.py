"""Files on the page of a new draft: brought, shown, sent along, and gone afterwards."""

from __future__ import annotations

import io
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from tests.web.centres import CHANGE

from parkdraft import Home
from parkdraft.web.uploads import Uploads
from parkdraft.writing.readback import read

if TYPE_CHECKING:
    from tests.web.conftest import Browser

PDF, PNG = b"%PDF-1.7\n", b"\x89PNG\r\n\x1a\n"


def bring(browser: Browser, *files: tuple[str, bytes]) -> list[dict[str, str]]:
    sent = [(io.BytesIO(content), name) for name, content in files]
    got = browser.post("/papers", {"file": sent})
    assert got.status_code == 200, got.text
    assert got.json is not None
    papers: list[dict[str, str]] = got.json["papers"]
    return papers


def asked(browser: Browser, path: str, brought: list[Any], **more: Any) -> Any:
    tokens = [one["token"] if isinstance(one, dict) else one for one in brought]
    case = {"case": "plate-change", "fields": CHANGE, "papers": tokens, **more}
    case["who"] = browser.login
    return browser.client.post(
        path,
        json=case,
        headers={"X-Token": browser.gate.token(), "Accept": "application/json"},
        base_url=f"http://127.0.0.1:{browser.gate.port}",
    )


def kept(browser: Browser) -> list[Path]:
    uploads = browser.app.extensions["parkdraft"].uploads
    assert isinstance(uploads, Uploads)
    return list(uploads.folder().iterdir())


def test_files_go_along_and_are_gone(browser: Browser) -> None:
    """They are shown before the draft is saved, stand in its file, and lie nowhere else."""
    papers = bring(browser, ("차량등록증.pdf", PDF), ("12가3456 사진.png", PNG))
    assert [one["name"] for one in papers] == ["차량등록증.pdf", "12가3456 사진.png"]
    assert len(kept(browser)) == 2
    seen = asked(browser, "/preview", papers, masked=True).json
    assert (seen["ready"], seen["attachable"]) == (True, True)
    for shown in ("첨부파일 : 차량등록증.pdf", "첨부파일 : 첨부2.png", "첨부2.png", "1KB"):
        assert shown in seen["fragment"]
    assert "<li>2번째 첨부 파일의 이름에 차량번호나" in seen["fragment"]
    assert "12가3456 사진" not in seen["fragment"]
    saved = asked(browser, "/drafts", papers, masked=True).json
    assert saved["id"]
    with Home.open(browser.root).drafts() as box:
        mail = read(box.content(box.located(saved["id"])).bytes)
    assert [(one.name, one.content) for one in mail.attachments] == [
        ("차량등록증.pdf", PDF),
        ("첨부2.png", PNG),
    ]
    assert kept(browser) == []


def test_masking_is_said_on_the_page(browser: Browser) -> None:
    """Without it nothing is saved; the words name what to look for, and no option."""
    papers = bring(browser, ("가.pdf", PDF))
    for path in ("/preview", "/drafts"):
        seen = asked(browser, path, papers).json
        assert not seen["ready"]
        assert "주민등록번호·주소·얼굴을 가렸는지" in seen["fragment"]
        assert "--" not in seen["fragment"].replace("<!--", "")
    assert not (browser.root / "outbox").exists()
    assert len(kept(browser)) == 1


def test_what_may_not_go_along_is_said_beside_the_route(browser: Browser) -> None:
    """The route stands there all the same."""
    papers = bring(browser, ("가.pdf", b"SCDSA"))
    seen = asked(browser, "/preview", papers, masked=True).json
    assert "문서보안(DRM)이나 암호로 잠겨" in seen["fragment"]
    assert "nuri.seo@example.com" in seen["fragment"]


def test_a_case_that_is_no_mail(browser: Browser) -> None:
    """The page does not offer files; those that were chosen before are refused."""
    post = {"fields": {**CHANGE, "site": "달빛타워", "partner": "gaon", "integration": "manual"}}
    seen = asked(browser, "/preview", [], **post).json
    assert (seen["ready"], seen["attachable"]) == (True, False)
    refused = asked(browser, "/drafts", bring(browser, ("가.pdf", PDF)), masked=True, **post).json
    assert refused["id"] is None
    assert "글을 올릴 때 그곳에 파일을 함께 올리세요" in refused["fragment"]


@pytest.mark.parametrize("path", ["/preview", "/drafts"])
def test_files_that_are_not_kept_any_more(browser: Browser, path: str) -> None:
    got = asked(browser, path, ["nothing"], masked=True)
    assert got.status_code == 422
    assert "다시 고르세요" in got.json["problems"][0]["message"]


def test_files_that_are_taken_back(browser: Browser) -> None:
    """They go at once."""
    papers = bring(browser, ("가.pdf", PDF), ("나.pdf", PDF))
    assert asked(browser, "/papers/drop", papers[:1]).json == {}
    assert len(kept(browser)) == 1
    assert asked(browser, "/preview", papers, masked=True).status_code == 422


@pytest.mark.parametrize("wrong", [{"papers": "x"}, {"papers": [1]}, {"masked": "yes"}])
def test_what_the_page_never_says(browser: Browser, wrong: dict[str, Any]) -> None:
    got = asked(browser, "/preview", [], **wrong)
    assert got.status_code == 400


def test_a_paper_is_no_table(browser: Browser) -> None:
    """Its token opens nothing else."""
    (paper,) = bring(browser, ("가.pdf", PDF))
    assert browser.get(f"/batch/{paper['token']}").status_code == 404
