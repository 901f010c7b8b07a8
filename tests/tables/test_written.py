"""What is written for people opens in another program, with every cell as it was meant."""

from __future__ import annotations

import csv
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from parkdraft.decide.examples import worked_examples
from parkdraft.model.cases import CASES
from parkdraft.tables.template import write_template
from parkdraft.tables.workbook import workbook_bytes

if TYPE_CHECKING:
    from parkdraft import Home

ODD = [["=1+1", "@SUM", "0042", "010-1234-5678"], ["두 줄\n메모", "'=가", "#N/A", "_x000D_"]]


def opened(folder: Path, *paths: Path) -> dict[str, list[list[str]]]:
    """The first sheet of each file as LibreOffice shows it, by the file's name."""
    office = shutil.which("soffice")
    if office is None:
        pytest.skip("LibreOffice (soffice) is not installed")
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    filters = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true"
    command = [office, profile, "--headless", "--convert-to", filters, "--outdir", str(folder)]
    subprocess.run([*command, *map(str, paths)], capture_output=True, check=True, timeout=120)
    shown = {}
    for path in paths:
        with (folder / f"{path.stem}.csv").open(encoding="utf-8", newline="") as lines:
            shown[path.name] = list(csv.reader(lines))
    return shown


def test_libreoffice_opens_everything_that_is_written(shipped: Home, tmp_path: Path) -> None:
    examples = worked_examples(shipped.directory, shipped.now().date())
    partners = [one.name for one in shipped.directory.partners.values()]
    written = tmp_path / "written"
    written.mkdir()
    write_template(written / "all.xlsx", examples, partners)
    for case in CASES:
        write_template(written / f"{case}.xlsx", {case: examples[case]}, partners)
    (written / "many.xlsx").write_bytes(workbook_bytes(["하나", "둘", "셋", "넷"], ODD))

    shown = opened(tmp_path, *sorted(written.glob("*.xlsx")))
    for case in CASES:
        header, example = shown[f"{case}.xlsx"][:2]
        assert header[0] == "업무"
        assert example[0] == f"(예시) {CASES[case].label}"
    assert len(shown["all.xlsx"]) == 1 + len(CASES)
    assert shown["many.xlsx"][1:] == [
        ["'=1+1", "'@SUM", "0042", "010-1234-5678"],
        ["두 줄\n메모", "''=가", "#N/A", "_x000D_"],
    ]
