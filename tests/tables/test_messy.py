"""Files as people bring them are read as a person would, or refused with what to do.

What each holds, and what a person reads in it, stands in ``tablefiles``.
"""

from __future__ import annotations

import csv
import json
import re
import unicodedata
from pathlib import Path
from typing import Any

import pytest
from tests.helpers.outboxes import Office, Said
from tests.tablefiles.corpus import MESSY
from tests.tablefiles.messy import Entry, Messy

from parkdraft.formulas import unguard

KOREAN = re.compile("[가-힣]{2}")


def only(kind: str) -> list[Any]:
    return [pytest.param(one, id=one.name) for one in MESSY if one.kind == kind]


def rows_of(path: Path) -> list[Entry]:
    """The rows of a CSV below its header, composed; none where it is not there."""
    if not path.exists():
        return []
    text = unicodedata.normalize("NFC", path.read_text("utf-8-sig"))
    return [tuple(map(unguard, row)) for row in csv.reader(text.splitlines())][1:]


def problems(said: Said) -> list[dict[str, Any]]:
    """The problems that the answer names, each in Korean and with what to do."""
    found: list[dict[str, Any]] = said.data.get("problems", [])
    for one in found:
        assert KOREAN.search(one["message"])
        assert KOREAN.search(one["hint"])
    return found


def told(said: Said, messy: Messy) -> None:
    """What was not read, or was read though nobody sees it, stands on stderr."""
    assert [words for words in messy.said if words not in said.err] == [], said.err


def refused(said: Said, messy: Messy) -> None:
    """The whole file was refused, and that is allowed, and there is something to do about it."""
    assert said.code == 1
    codes = [one["code"] for one in problems(said)]
    assert codes, said
    assert messy.refused == "*" or messy.refused in codes, (codes, said.err)
    assert KOREAN.search(said.err)


def kept_as_expected(kept: list[Entry], said: Said, path: Path, messy: Messy) -> None:
    """Good rows are kept in their order, bad ones came back, each with its reason."""
    back = sorted({one["row"] for one in problems(said) if one["row"]})
    unsure = dict(messy.unsure)
    assert set(messy.bad) <= set(back) <= {*messy.bad, *unsure}, said.err
    expected = list(messy.rows)
    for row in set(back) & set(unsure):
        for one in unsure[row]:
            expected.remove(one)
    assert kept == expected
    assert said.code == (1 if back else 0)
    failed = rows_of(path.with_name(f"{path.name}.failed.csv"))
    assert len(failed) == len(back)
    assert all(row[-1] for row in failed)


@pytest.mark.parametrize("messy", only("contacts"))
def test_a_list_of_contacts(office: Office, tmp_path: Path, messy: Messy) -> None:
    """An operator's list is kept as people read it, or refused whole."""
    path = messy.make(tmp_path)
    said = office.run(
        "contacts", "import", "nuri", str(path), "--month", "2026-11", "--yes", "--json"
    )
    month = office.root / "sites" / "nuri" / "2026-11.csv"
    if messy.refused and not month.exists():
        return refused(said, messy)
    told(said, messy)
    kept = [(site, name, title, address) for site, name, address, title in rows_of(month)]
    return kept_as_expected(list(kept), said, path, messy)


@pytest.mark.parametrize("messy", only("sites"))
def test_a_list_of_sites(office: Office, tmp_path: Path, messy: Messy) -> None:
    """A list of sites is kept as people read it, or refused whole."""
    path = messy.make(tmp_path)
    said = office.run("contacts", "import-sites", str(path), "--yes", "--json")
    sites = office.root / "sites.csv"
    if messy.refused and not sites.exists():
        return refused(said, messy)
    told(said, messy)
    return kept_as_expected([row[:5] for row in rows_of(sites)], said, path, messy)


@pytest.mark.parametrize("messy", only("cases"))
def test_a_table_of_cases(office: Office, tmp_path: Path, messy: Messy) -> None:
    """Every row that people see is drafted or comes back, with the values that they see."""
    office.bring_templates()
    path = messy.make(tmp_path)
    said = office.run("batch", str(path), "--dry-run", "--json")
    statuses = [(str(one["row"]), one["status"]) for one in said.data["rows"]]
    unsure = {str(row) for row, _ in messy.unsure}
    expected = [one for one in messy.rows if one in statuses or one[0] not in unsure]
    assert statuses == expected, said.err
    assert said.code == int(any(status == "failed" for _, status in statuses))
    told(said, messy)
    if not messy.details:
        return
    made = {one["row"]: one["id"] for one in office.run("batch", str(path), "--json").data["rows"]}
    for row, option, text in messy.details:
        shown = json.loads(office.run("outbox", "show", made[row], "--json", "--reveal").out)
        seen = shown["details"].get(option)
        if option.endswith("-at"):
            seen = re.sub(r"(:\d\d):00$", r"\1", seen)
        assert (row, option, seen) == (row, option, text)


def test_a_column_that_is_left_alone_is_named_once(office: Office, tmp_path: Path) -> None:
    """However many rows a table has, a column that is left alone is told once."""
    messy = next(one for one in MESSY if one.name == "other-columns.xlsx")
    path = messy.make(tmp_path)
    said = office.run("contacts", "import", "nuri", str(path), "--month", "2026-11", "--yes")
    assert (said.err.count("연락처"), said.err.count("비고")) == (1, 1)


def test_mended_rows_are_added(office: Office, tmp_path: Path) -> None:
    """The table of bad rows, mended and brought again, adds to the month and replaces nothing."""
    messy = next(one for one in MESSY if one.name == "some-bad-rows.xlsx")
    path = messy.make(tmp_path)
    usual = ("--month", "2026-11", "--yes", "--json")
    office.run("contacts", "import", "nuri", str(path), *usual)
    failed = path.with_name(f"{path.name}.failed.csv")
    failed.write_text(failed.read_text("utf-8-sig").replace("(at)", "@"), "utf-8-sig")
    said = office.run("contacts", "import", "nuri", str(failed), *usual)
    kept = rows_of(office.root / "sites" / "nuri" / "2026-11.csv")
    assert sorted(row[0] for row in kept) == ["달빛몰", "별하빌딩", "솔빛센터"]
    assert (said.code, len({one["row"] for one in problems(said)})) == (1, 3)


def test_names_are_told_apart() -> None:
    """No two files have one name: a test's name is its file's."""
    names = [one.name for one in MESSY]
    assert len(names) == len(set(names)) >= 60
