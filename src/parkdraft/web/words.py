"""The Korean words of the pages that stand in no template."""

from __future__ import annotations

import re
from collections.abc import Sequence

from parkdraft.errors import Problem, listed
from parkdraft.lazy import lazy
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
_REMAKE = "'고쳐 쓰기'로 다시 만드세요."
_LOOK = "목록에서 지금 상태를 확인하세요."
_CHECK = "초안함의 '점검'이 바로잡습니다."
_HINTS = {
    "outbox.unknown": "목록을 새로 열어 확인하세요.",
    "outbox.no-id": "목록에서 초안을 고르세요.",
    "outbox.state-replace": "초안을 새로 만드세요.",
    "outbox.replaced": "그 초안을 고쳐 쓰세요.",
    "outbox.gone": _LOOK,
    "outbox.changed": _LOOK,
    "outbox.row-taken": "초안함에서 그 초안을 확인하세요.",
    "outbox.forbidden": "초안함의 '점검'을 눌러 보고, 되풀이되면 관리자에게 알려 주세요.",
    "outbox.file-missing": _CHECK,
    "outbox.file-edited": _CHECK,
    "outbox.file-odd": _CHECK,
    "outbox.file-elsewhere": _CHECK,
    "outbox.approver": f"팀장 명단이 맞으면 {_REMAKE}",
    "outbox.no-route-today": f"연락처를 확인하거나, {_REMAKE}",
    "outbox.other-channel-today": _REMAKE,
    "outbox.other-people-today": _REMAKE,
    "outbox.waits-today": f"명단을 가져온 뒤 다시 하거나, {_REMAKE}",
    "outbox.contact-is-there": "'연락처'에서 명단을 다시 가져오면 받는 사람이 채워집니다.",
    "outbox.placeholder": f"contacts.yaml의 sender에 실제 공용 메일을 적고 {_REMAKE}",
    "open.failed": "'내려받기'로 받은 파일을 여세요.",
    "mailto.none": "'내려받기'로 받은 파일을 여세요.",
    "mailto.no-body": "'본문 복사'로 복사해 붙여 넣으세요.",
}
"""What to do next where ``wording.toml`` speaks of commands."""
_SAYS = {"open.failed": "이 파일을 여는 프로그램을 찾지 못했습니다."}

CHECK_SENDER = "보내는 사람이 공용 메일인지 확인하세요"
NOT_APPROVED = "팀장 승인 전입니다"


_OPTION = lazy(r"\(--[a-z-]+\)|--partner로 (?=운영사)|--(?P<name>[a-z-]+)")
_NO_FIELDS = {"replaces": "고쳐 쓰기", "attach": "", "masked": ""}
"""What is no field → its name; ``""`` where the words say it themselves."""


def plain_words(problem: Problem) -> str:
    """What is wrong and what to do next, without options and commands: pages have fields."""
    says = _SAYS.get(problem.code) or message(problem)
    text = " ".join(filter(None, (says, _HINTS.get(problem.code) or hint(problem))))

    def named(found: re.Match[str]) -> str:
        name = found["name"] or ""
        return FIELDS[name].label if name in FIELDS else _NO_FIELDS.get(name, "")

    return _OPTION.sub(named, text).replace("다시 실행하세요", "다시 해 보세요")


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
