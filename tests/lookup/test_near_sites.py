"""A site's name that is near a known one: asked about on the command line and in tables."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from parkdraft import Home
from parkdraft.batch.run import RowResult
from parkdraft.batch.run import run as run_table
from parkdraft.cli.main import run

CHANGE = ("--old-plate", "12가3456", "--new-plate", "345나6789", "--integration", "수동")
NEAR = "그랜드 인터컨티넨탈 서울 파르나스"


def test_the_command_refuses_until_the_agent_says_which(
    home: Home, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = ["--home", str(home.root), "draft", "plate-change", "--partner", "KMP", *CHANGE]
    assert run([*asked, "--site", NEAR]) == 1
    said = capsys.readouterr().err
    assert "파르나스 호텔" in said
    assert "--site-confirmed" in said
    assert run([*asked, "--site", NEAR, "--site-confirmed", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["row"] == "P1"


def test_the_command_names_a_listed_site_that_may_be_meant_and_goes_on(
    home: Home, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    table = tmp_path / "brought.csv"
    table.write_text("현장명,운영사,연동구분\n가온타워,어반포트,수동\n", encoding="utf-8")
    home.take_over(home.plan_sites(table))
    asked = ["--home", str(home.root), "draft", "plate-change", "--partner", "어반포트", *CHANGE]
    assert run([*asked, "--site", "가운타워"]) == 0
    assert "혹시 가온타워인가요?" in capsys.readouterr().err
    assert run([*asked, "--site", "가운타워", "--site-confirmed"]) == 0
    assert "혹시" not in capsys.readouterr().err


@pytest.mark.parametrize("heading", ["현장확인", "site-confirmed", "site_confirmed"])
def test_a_row_of_a_table_is_refused_until_its_column_says_which(
    home: Home, tmp_path: Path, heading: str
) -> None:
    table = tmp_path / "cases.csv"
    table.write_text(
        f"업무,운영사,연동구분,현장명,기존차량번호,변경차량번호,{heading}\n"
        f"차량번호 변경,KMP,수동,{NEAR},12가3456,345나6789,\n"
        f"차량번호 변경,KMP,수동,{NEAR},12가3457,345나6790,예\n"
        "차량번호 변경,KMP,수동,케이트윈타우,12가3458,345나6791,아니요\n",
        encoding="utf-8",
    )
    told: list[RowResult] = []
    run_table(home, table, dry_run=True, on_result=told.append)
    by_row = {one.row: (one.status, [each.code for each in one.problems]) for one in told}
    assert by_row == {
        2: ("failed", ["place.near-site"]),
        3: ("drafted", []),
        4: ("failed", ["place.near-site"]),
    }


def test_the_table_of_bad_rows_has_the_column_that_settles_it(home: Home, tmp_path: Path) -> None:
    table = tmp_path / "cases.csv"
    table.write_text(
        "업무,운영사,연동구분,현장명,기존차량번호,변경차량번호\n"
        f"차량번호 변경,KMP,수동,{NEAR},12가3456,345나6789\n",
        encoding="utf-8",
    )
    run_table(home, table)
    header = (tmp_path / "cases.csv.failed.csv").read_text("utf-8-sig").splitlines()[0]
    assert header.endswith('"변경차량번호","현장확인","오류"')
