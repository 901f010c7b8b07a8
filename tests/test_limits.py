"""A limit that people read of stands in code once; the sentences that quote it say the same."""

from __future__ import annotations

from pathlib import Path

import pytest

import parkdraft
from parkdraft.outbox.create import SAME_WITHIN
from parkdraft.outbox.transitions import UNDO_WITHIN
from parkdraft.tables.source import MOST_BYTES
from parkdraft.web.app import MOST_BYTES as MOST_UPLOADED
from parkdraft.writing.papers import MOST_BYTES as MOST_ATTACHED
from parkdraft.writing.papers import MOST_FILES

REPOSITORY = Path(__file__).parents[1]
PACKAGE = Path(parkdraft.__file__).parent
COUNTED = ["", "한", "두", "세", "네", "다섯", "여섯", "일곱", "여덟", "아홉", "열"]
UNDONE = f"{UNDO_WITHIN.total_seconds() / 60:.0f}분 안에"
ALIKE = f"{SAME_WITHIN.days}일 안에"
ATTACHED = f"모두 합해 {MOST_ATTACHED >> 20}MB"


@pytest.mark.parametrize(
    ("place", "said"),
    [
        (PACKAGE / "wording" / "outbox.toml", UNDONE),
        (PACKAGE / "cli" / "main.py", UNDONE),
        (REPOSITORY / "README.ko.md", UNDONE),
        (PACKAGE / "present" / "words.py", ALIKE),
        (REPOSITORY / "README.ko.md", ALIKE),
        (PACKAGE / "cli" / "cases.py", f"{MOST_FILES}개, {ATTACHED}"),
        (PACKAGE / "web" / "templates" / "draft.html", f"{COUNTED[MOST_FILES]} 개, {ATTACHED}"),
        (REPOSITORY / "README.ko.md", f"{COUNTED[MOST_FILES]} 개, {ATTACHED}"),
        (PACKAGE / "web" / "static" / "forms.js", f"MOST_BYTES = {MOST_BYTES >> 20} * 1024 * 1024"),
        (PACKAGE / "web" / "words.py", f"{MOST_UPLOADED >> 20}MB까지"),
    ],
    ids=lambda value: value.name if isinstance(value, Path) else None,
)
def test_the_sentence_quotes_it(place: Path, said: str) -> None:
    assert said in place.read_text(encoding="utf-8")


def test_a_page_takes_what_a_table_may_be() -> None:
    assert MOST_UPLOADED == MOST_BYTES
