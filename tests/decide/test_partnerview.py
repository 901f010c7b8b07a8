"""The directory by partner: who belongs to one, what its rows say, and what it has no row for."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from parkdraft import Home
from parkdraft.cli.main import run
from parkdraft.decide.overview import Gap, partner_view
from parkdraft.lookup.find import find

LIST = "현장명,담당자,이메일,직함\n별빛타워,이가람,garam@example.com,주임\n"
SITES = "현장명,운영사,연동구분,별칭\n가온타워,하이파킹,수동,가온\n달빛광장,KMPNS,연동,\n"


def show(home: Home, capsys: pytest.CaptureFixture[str], *args: str) -> tuple[int, str, str]:
    code = run(["--home", str(home.root), "contacts", "show", *args])
    said = capsys.readouterr()
    return code, said.out, said.err


@pytest.fixture
def filled(home: Home, tmp_path: Path) -> Home:
    """A home with sites, and this month's list of one partner."""
    for name, text in (("sites.csv", SITES), ("list.csv", LIST)):
        (tmp_path / name).write_text(text, encoding="utf-8")
    home.take_over(home.plan_sites(tmp_path / "sites.csv"))
    home.take_over(
        home.plan_contacts("hiparking", tmp_path / "list.csv", f"{datetime.now():%Y-%m}")
    )
    return home


def test_everything_of_a_partner_is_shown_in_one_go(
    filled: Home, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, _ = show(filled, capsys, "하이 파킹")
    assert code == 0
    people = filled.directory.people
    theirs = [one for one in people.values() if one.partner == "hiparking"]
    assert len(theirs) == 3
    for one in theirs:
        assert f"{one.name}" in out
        assert f"<{one.address}>" in out
    paragraphs = {text.split()[0]: text for text in out.split("\n\n")}
    copied = paragraphs["P7"].partition("참조")[2]
    assert people["조혜지"].address is not None
    assert people["조혜지"].address in copied
    assert "월별 명단의 현장 담당자" in paragraphs["P7"]
    assert "P7을 따름" in paragraphs["C2"]
    assert "가온타워" in paragraphs["현장"]
    assert "달빛광장" not in out
    assert "별빛타워" in out
    assert "garam@example.com" in out
    assert "중도해지·환불: 연동 (T월주차권) · 안내에 동의" in paragraphs["절차가"]


def test_the_same_as_json(filled: Home, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = show(filled, capsys, "hiparking", "--json")
    assert code == 0
    found: dict[str, Any] = json.loads(out)
    assert set(found) == {"partner", "people", "rows", "sites", "list", "missing"}
    assert found["partner"]["name"] == "하이파킹"
    rows = {row["row"]: row for row in found["rows"]}
    assert {"P7", "C1", "C2", "C3", "S4", "L1", "T1", "T2", "T3"} <= set(rows)
    assert not {"P1", "S1", "P8"} & set(rows)
    assert rows["P7"]["to_source"] == "monthly-list"
    assert len(rows["S4"]["to"]) == 1
    assert len(rows["S4"]["cc"]) == 2
    assert [one["name"] for one in found["sites"]] == ["가온타워"]
    assert found["list"]["rows"][0]["address"] == "garam@example.com"
    gap = {"case": "cancellation", "integration": "integrated", "decides": "accepted"}
    assert gap in found["missing"]


def test_a_partner_without_its_months_list_is_told_so(
    home: Home, capsys: pytest.CaptureFixture[str]
) -> None:
    assert "아직 가져오지 않았습니다" in show(home, capsys, "하이파킹")[1]
    assert json.loads(show(home, capsys, "하이파킹", "--json")[1])["list"] is None
    assert "명단: " not in show(home, capsys, "어반포트")[1]


def test_a_partner_that_nobody_is_is_refused_with_near_names(
    home: Home, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, err = show(home, capsys, "하이파깅")
    assert (code, out) == (1, "")
    assert "하이파킹" in err


def test_a_case_that_a_partner_has_no_row_for_at_all_is_one_entry(home: Home) -> None:
    contacts = home.root / "contacts.yaml"
    text = contacts.read_text(encoding="utf-8")
    before, _, after = text.partition("  S7:\n")
    contacts.write_text(before + after.partition("  S8:\n")[1] + after.partition("  S8:\n")[2])
    view = partner_view(home.known(home.now().date()), "어반포트")
    assert Gap("payment-cancel", None, None) in view.gaps


@pytest.mark.parametrize("text", ["하이파킹", "hiparking", "ㅎㅇㅍㅋ"])
def test_a_partners_name_finds_its_people(shipped: Home, text: str) -> None:
    found = find(shipped.known(shipped.now().date()), text)
    assert (found[0].kind, found[0].name) == ("partner", "하이파킹")
    people = {one.name for one in found if one.kind == "person"}
    assert people == {
        one.name for one in shipped.directory.people.values() if one.partner == "hiparking"
    }


def test_every_shipped_person_of_a_partner_says_so(shipped: Home) -> None:
    """All but the four business contacts, who belong to none."""
    ours = shipped.directory.groups["사업담당"]
    for one in shipped.directory.people.values():
        assert (one.partner is None) == (one.id in ours)
