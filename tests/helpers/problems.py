"""What somebody is refused with: the codes, and that each of them has its words."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import pytest

from parkdraft.errors import ParkdraftError, Problem
from parkdraft.wording import hint, message


def worded(problems: Iterable[Problem]) -> list[Problem]:
    """The problems; each says in Korean what is wrong, and what to do."""
    every = list(problems)
    for problem in every:
        assert message(problem).endswith("."), problem
        assert hint(problem), problem
        assert "{" not in message(problem) + hint(problem), problem
    return every


def codes_of(call: Callable[..., object], *args: object, **named: object) -> list[str]:
    """The codes of all that a call is refused with."""
    with pytest.raises(ParkdraftError) as caught:
        call(*args, **named)
    return [problem.code for problem in worded(caught.value.problems)]


def code_of(call: Callable[..., object], *args: object) -> str:
    """The code of the one problem that a call is refused with."""
    (code,) = codes_of(call, *args)
    return code
