"""The Korean words of the pages that stand in no template."""

from __future__ import annotations

from collections.abc import Sequence

from parkdraft.errors import Problem, listed
from parkdraft.model.cases import FIELDS
from parkdraft.wording import hint, message

ERRORS = {
    400: "보낸 내용을 읽을 수 없습니다. 페이지를 다시 열어 주세요.",
    403: "이 페이지는 parkdraft가 연 창에서만 쓸 수 있습니다. parkdraft를 다시 시작하세요.",
    404: "그런 페이지가 없습니다.",
    405: "이렇게는 쓸 수 없습니다.",
    413: "보낸 내용이 너무 큽니다. 파일은 16MB까지 올릴 수 있습니다.",
    500: "예상하지 못한 문제로 멈췄습니다. 다시 해 보고, 되풀이되면 관리자에게 알려 주세요.",
}
CHECK_SENDER = "보내는 사람이 공용 메일인지 확인하세요"
NOT_APPROVED = "팀장 승인 전입니다"


_NO_FIELDS = {"replaces": "고쳐 쓰기", "attach": "", "masked": ""}
"""What is no field → its name; ``""`` where the words say it themselves."""


def plain_words(problem: Problem) -> str:
    """What is wrong and what to do next, as the page has it."""
    words = (message(problem, on_page=True), hint(problem, on_page=True))
    return " ".join(filter(None, words))


def problem_lines(problems: Sequence[Problem]) -> list[str]:
    """Problems as lines for people: where, what is wrong, what to do next."""
    return [problem_line(problem) for problem in listed(problems)]


def problem_line(problem: Problem) -> str:
    """One problem: ``변경차량번호: …``, ``12행 …``, ``contacts.yaml:3: …``."""
    text = plain_words(problem)
    name = problem.field or ""
    where = FIELDS[name].label if name in FIELDS else _NO_FIELDS.get(name, problem.field)
    if problem.field and problem.row is not None and "." in problem.field:
        return f"{problem.field}:{problem.row}: {text}"
    row = f"{problem.row}행" if problem.row is not None else None
    place = " ".join(filter(None, (row, where)))
    return f"{place}: {text}" if place and not text.startswith(place) else text
