"""Regular expressions that are compiled at their first use, which keeps the start-up short."""

from __future__ import annotations

import re
from typing import Any, cast


class _Lazy:
    """Stands for a compiled pattern; its methods appear with the first use."""

    def __init__(self, pattern: str, flags: int) -> None:
        self._source = (pattern, flags)

    def __getattr__(self, name: str) -> Any:
        value = getattr(re.compile(*self._source), name)
        setattr(self, name, value)  # the next use does not come here
        return value


def lazy(pattern: str, flags: int = 0) -> re.Pattern[str]:
    """``re.compile``, put off until a method of the pattern is used."""
    return cast("re.Pattern[str]", _Lazy(pattern, flags))
