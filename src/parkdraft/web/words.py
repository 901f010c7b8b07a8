"""Korean words of the pages outside templates, and problems as the page shows them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal

from parkdraft.errors import Problem, listed
from parkdraft.model import labels
from parkdraft.model.cases import FIELDS
from parkdraft.model.states import STATES, State
from parkdraft.present.problems import line
from parkdraft.wording import sentences

ERRORS = {
    400: "보낸 내용을 읽을 수 없습니다. 페이지를 다시 열어 주세요.",
    403: "이 페이지는 parkdraft가 연 창에서만 쓸 수 있습니다. parkdraft를 다시 시작하세요.",
    404: "그런 페이지가 없습니다.",
    405: "이렇게는 쓸 수 없습니다.",
    413: "보낸 내용이 너무 큽니다. 파일은 16MB까지 올릴 수 있습니다.",
    500: "예상하지 못한 문제로 멈췄습니다. 다시 해 보고, 되풀이되면 관리자에게 알려 주세요.",
}
TEAM_ERRORS = {
    403: "권한이 없거나 오래된 페이지입니다. 페이지를 다시 열고, 팀장·부팀장의 일이면 부탁하세요.",
}
"""What ``ERRORS`` says otherwise on a team's server."""
TABS: dict[State | Literal["all"], str] = {
    **{state: labels.STATES[state][0] for state in STATES},
    "approved": "발송·처리 대기",
    "sent": "발송·처리 완료",
    "all": "전체",
}
"""Names of the outbox's tabs; approved and sent drafts have two words, by channel."""
UNDOES = {"approve": "승인 취소", "return": "반려 취소", "sent": "완료 표시 취소"}
"""Last step → label of the button that takes it back."""


def plain_words(problem: Problem) -> str:
    """What is wrong and what to do next, without the place."""
    return sentences(problem, on_page=True)


def problem_line(problem: Problem) -> str:
    """One problem: ``변경차량번호: …``, ``12행 …``, ``contacts.yaml:3: …``."""
    return line(problem, on_page=True)


def problem_lines(problems: Sequence[Problem]) -> list[str]:
    """The first hundred problems as lines."""
    return [problem_line(problem) for problem in listed(problems)]


def cell_line(problem: Problem) -> str:
    """A problem beside its row, whose number is left out: ``변경차량번호: …``."""
    text = plain_words(problem)
    is_said = text.startswith(f"{problem.row}행")
    return text if is_said else problem_line(problem._replace(row=None))


def draft_line(problem: Problem) -> str:
    """A problem beside its draft, whose identifier is left out."""
    placed = problem.row is not None or problem.field in FIELDS
    return problem_line(problem) if placed else plain_words(problem)


def draft_lines(problems: Iterable[Problem]) -> list[str]:
    """Problems beside their draft, each once."""
    return list(dict.fromkeys(map(draft_line, problems)))


def draft_json(problem: Problem) -> dict[str, object]:
    """A problem of a draft as JSON, in the words of the page."""
    return {"code": problem.code, "field": problem.field, "message": draft_line(problem)}
