"""What reading a table costs: seconds against calamine alone, memory against its cells as text.

    python benchmarks/tables.py [--rows 10000] [--rounds 7]

The workbook has ten columns. Readers take turns in one process, medians are told; 1 where ours
takes more than four times calamine's time, or three times the memory of the cells.
"""

from __future__ import annotations

import argparse
import io
import statistics
import sys
import tempfile
import time
import tracemalloc
from collections.abc import Callable, Sequence
from pathlib import Path

import xlsxwriter
from python_calamine import CalamineWorkbook

from parkdraft.tables.casecolumns import CASE, CASE_COLUMNS
from parkdraft.tables.reading import Table, open_table

HEADINGS = (
    *("업무", "운영사", "현장명", "기존차량번호", "변경차량번호"),
    *("적용일", "접수번호", "고객명", "연락처", "비고"),
)
MOST_TIMES, MOST_MEMORY = 4.0, 3.0


def written(path: Path, rows: int) -> Path:
    """A workbook of made-up cases, every row another one."""
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet("요청")
    sheet.write_row(0, 0, HEADINGS)
    for n in range(1, rows + 1):
        plates = (f"{n % 90 + 10}가{n % 9000 + 1000}", f"{n % 900 + 100}나{n % 8000 + 1000}")
        about = (f"1123-{n}", f"이름{n}", f"010-{n % 9000 + 1000}-1234", f"통화함 {n}")
        row = ("차량번호 변경", "하이파킹", f"가온타워 {n % 300}", *plates, "2026-12-01", *about)
        sheet.write_row(n, 0, row)
    book.close()
    return path


def alone(path: Path) -> None:
    """The values by calamine, as lists."""
    content = io.BytesIO(path.read_bytes())
    CalamineWorkbook.from_filelike(content).get_sheet_by_index(0).to_python()


def ours(path: Path) -> Table:
    """The rows as a table of cases."""
    return open_table(path, CASE_COLUMNS, (CASE,))


def seconds(read: Callable[[Path], object], path: Path) -> float:
    """One reading."""
    start = time.perf_counter()
    read(path)
    return time.perf_counter() - start


def memory(path: Path) -> tuple[int, int]:
    """Bytes at most while it is read, and those of the cells as text."""
    tracemalloc.start()
    table = ours(path)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return peak, sum(sys.getsizeof(cell) for row in table.rows for cell in row.cells.values())


def main(args: Sequence[str]) -> int:
    """Tell both ratios; 1 where one is over its limit."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rows", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=7)
    asked = parser.parse_args(args)
    with tempfile.TemporaryDirectory(prefix="parkdraft-tables-") as folder:
        path = written(Path(folder) / "cases.xlsx", asked.rows)
        ours(path)  # what is imported once is not counted
        pairs = [(seconds(alone, path), seconds(ours, path)) for _ in range(asked.rounds)]
        peak, cells = memory(path)
    one, two = (statistics.median(column) for column in zip(*pairs, strict=True))
    print(f"calamine alone {one:.3f} s, parkdraft {two:.3f} s: {two / one:.2f} times")
    print(f"cells {cells >> 10:,} KiB, at most {peak >> 10:,} KiB: {peak / cells:.2f} times")
    return int(two > MOST_TIMES * one or peak > MOST_MEMORY * cells)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
