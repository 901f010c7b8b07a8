"""What has to be quick whatever is typed or brought: seconds each, against its limit.

    python benchmarks/quick.py

With 2,000 listed sites. Each is done several times, the quickest is told, as a busy machine makes
all slower; 1 where a limit is not kept. ``hostile.py`` does the same with crafted files.
"""

from __future__ import annotations

import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from parkdraft import DirectoryError, Home
from parkdraft.config.load import check_document
from parkdraft.extract.extract import LONGEST, propose
from parkdraft.extract.names import names_of
from parkdraft.lookup.index import Index
from parkdraft.writing.mail import write
from parkdraft.writing.message import Mail, Mailbox

ROOT = Path(__file__).parents[1]
ROUNDS = 5
NAMES = 2000
SEARCHED = ("ㄱ", "ㄱㄴ", "강남", "s", "주차", "tkrk", "ㅏㅡㅔ", "강남주치장", "나쉴더스")
JUNK = (
    *("1 ", "12", "12/1 ", "가", "12가", "010 ", "010-1234-5678 ", "3만", "1,", "~", "1.", "a@"),
    *(
        "만원 ",
        "12월 1일~",
        "www.",
        "ㅏ",
        "１",
        "카드번호 1",
        "해지 12/1",
        "4539 1488 ",
        "( ",
        "일 ",
    ),
    *("1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 a", "변경 차량 ", "\u200b"),
)
LAUGHS = "\n".join(
    ["a0: &a0 [x]", *(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 12))]
)
DEEP = ("[" * 10_000, "{" * 10_000, "- " * 10_000, "[" * 22 + "]" * 22)
SHARED = Mailbox("주차 고객센터", "parking-help@example.com")
MAIL = Mail(
    sender=SHARED,
    reply_to=SHARED,
    to=(Mailbox("강감찬 소장", "gamchan@example.com"),),
    cc=tuple(Mailbox(f"김민수(운영{n}팀)", f"minsu{n}@example.co.kr") for n in range(7)),
    subject="[긴급] 차량번호 변경 요청 – 가나다빌딩 5678",
    body="안녕하세요.\n\n차량번호 34나5678을 변경해 주세요.\n",
)


def main() -> int:
    """Measure and print; 1 where a limit is not kept."""
    with tempfile.TemporaryDirectory(prefix="parkdraft-quick-") as folder:
        measured = [*_steps(_home(Path(folder) / "home")), _hostile()]
    for name, seconds, limit in measured:
        over = " OVER" if seconds > limit else ""
        print(f"{name:44} {seconds * 1000:9.2f} ms (limit {limit * 1000:.1f}){over}")
    return int(any(seconds > limit for _, seconds, limit in measured))


def _names() -> list[str]:
    dice = random.Random(7)
    letters = "가나다라마바사아자차카타파하강남동산성원영정진현"
    return ["".join(dice.choices(letters, k=4)) + "주차장" for _ in range(NAMES)]


def _home(root: Path) -> Home:
    """The shipped home with its sites listed."""
    shutil.copytree(ROOT / "templates", root / "templates")
    shutil.copy(ROOT / "contacts.yaml", root)
    rows = [f"{name},KMPNS,수동" for name in sorted(set(_names()))]
    table = root / "brought.csv"
    table.write_text("\n".join(("현장명,운영사,연동구분", *rows)), "utf-8")
    home = Home.open(root)
    home.take_over(home.plan_sites(table))
    return home


class Named(NamedTuple):
    """Something to find, by its names."""

    names: tuple[str, ...]


def _steps(home: Home) -> Iterator[tuple[str, float, float]]:
    """What is done within one command or request."""
    today = home.now().date()
    known = home.known(today)
    names = names_of(known)
    index = Index([Named((name, f"site{n}")) for n, name in enumerate(_names())])
    yield "a search by a name's part", _slowest(index.search, SEARCHED), 0.015
    new = [f"누리마루 {n}주차장" for n in range(20)]
    yield "a new site held against all others", _slowest(known.near, new), 0.05
    yield "a mail written", _quickest(write, MAIL), 0.0005
    junk = [(one * LONGEST)[:LONGEST] for one in JUNK]
    reading = _slowest(lambda text: propose(names, text, today), junk)
    yield "junk read as an enquiry", reading, 1.0
    yield "a contacts.yaml of aliases refused", _quickest(_refused, LAUGHS), 1.0
    yield "a contacts.yaml of brackets refused", _slowest(_refused, DEEP), 1.0


def _slowest(work: Callable[[str], object], texts: Iterable[str]) -> float:
    return max(_quickest(work, text) for text in texts)


def _quickest(work: Callable[..., object], *args: object) -> float:
    taken = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        work(*args)
        taken.append(time.perf_counter() - start)
    return min(taken)


def _refused(text: str) -> None:
    try:
        check_document(text.encode())
    except DirectoryError:
        return
    raise AssertionError(text[:40])


def _hostile() -> tuple[str, float, float]:
    """What the trial of hostile values says of the slowest of them."""
    script = str(ROOT / "tests" / "stress" / "values.py")
    command = [sys.executable, script, "1500"]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", check=True)
    _, _, told = done.stdout.partition("slowest: ")
    return "a hostile value refused or drafted", float(told.split()[0]), 1.0


if __name__ == "__main__":
    sys.exit(main())
