"""Pass phrases: what a good one is, and keeping one so that nobody can read it.

Rules: NIST SP 800-63B-4 section 3.1.1.2. Where the phrase is the only factor it has 15 characters
at least; nothing is asked of its composition, and nothing that is easily guessed is taken. It is
normalised by NFKC, which that section recommends: what a Mac or a full-width keyboard sends for
the same keys is the same phrase. Blanks around it are not part of it: pasting adds them.
"""

from __future__ import annotations

import re
import threading
import unicodedata
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from parkdraft.errors import Problem, TeamError
from parkdraft.values.hangul import layout_swapped

if TYPE_CHECKING:
    from argon2 import PasswordHasher

    from parkdraft.codes import Code

SHORTEST, LONGEST = 15, 128
"""Characters of a phrase; the longest one bounds the work that a request can ask for."""
ENOUGH = 10**10
"""Guesses that a phrase must withstand: zxcvbn's highest class, against stolen records, too."""
_ESTIMATED = 40
"""Characters that the estimate looks at; its work grows with the square of them."""
_CENTRE = ("parkdraft", "주차", "고객센터", "주차고객센터", "상담", "상담사", "팀장", "정기권")
_COMMON = ("비밀번호", "패스워드", "사랑해", "사랑해요", "안녕하세요", "대한민국", "감사합니다")
"""What Koreans take first; the estimator's own lists are English."""
_RUN = "가나다라마바사아자차카타파하"
_WHY: dict[str, Code] = {
    "repeat": "team.phrase-repeated",
    "sequence": "team.phrase-run",
    "spatial": "team.phrase-run",
    "date": "team.phrase-date",
    "dictionary": "team.phrase-common",
}
"""Pattern that the estimator found → what to say of it."""

# RFC 9106 section 4, second recommended option: 64 MiB, three passes, four lanes.
_PASSES, _KIBIBYTES, _LANES = 3, 65_536, 4
_TURNS = threading.BoundedSemaphore(2)
"""Two phrases at a time in a process, 128 MiB: its memory is one for all, and so is this."""
_PATIENCE = 20.0
"""Seconds that somebody waits for a turn."""
_NOBODY = (
    "$argon2id$v=19$m=65536,t=3,p=4$C/Jj1aWxoEBHbEA7kcY/sQ"
    "$LjWEIFP2xCeibpCc4mbje6zfVLEuLf4iUsGqAaIbwE0"
)
"""Of no phrase: checked where there is no account, so that it takes the same time."""


def normal(phrase: str) -> str:
    """The phrase as it is counted and kept."""
    return unicodedata.normalize("NFKC", phrase[: LONGEST * 4]).strip()


def problems(phrase: str, own: Collection[str]) -> list[Problem]:
    """All that is wrong with a new phrase; ``own`` are the person's login and shown name."""
    text = normal(phrase)
    found = list[Problem]()
    if len(text) < SHORTEST:
        data = {"least": SHORTEST, "count": len(text)}
        found.append(Problem("team.phrase-short", data=data))
    if len(text) > LONGEST:
        found.append(Problem("team.phrase-long", data={"most": LONGEST}))
    codes = dict.fromkeys(_guessable(text, own)) if text else ()
    return [*found, *map(Problem, codes)]


def _guessable(text: str, own: Collection[str]) -> Iterator[Code]:
    """Why a phrase is easily guessed, also without its blanks and signs; nothing for a good one."""
    from zxcvbn import zxcvbn

    known = [word.casefold() for word in (*own, *_CENTRE) if len(word) > 1]
    known += [
        part for word in own for part in re.split(r"[\W_]+", word.casefold()) if len(part) > 1
    ]
    common = [*_COMMON, _RUN]
    known += [layout_swapped(word) for word in known]
    common += [layout_swapped(word) for word in common]
    folded = text.casefold()
    for form in dict.fromkeys((folded, "".join(filter(str.isalnum, folded)))):
        if not form:
            yield "team.phrase-common"
            continue
        estimate = zxcvbn(form[:_ESTIMATED], user_inputs=[*known, *common])
        if estimate["guesses"] >= ENOUGH:
            continue
        patterns = [one for one in estimate["sequence"] if one["pattern"] in _WHY]
        for one in patterns:
            is_own = one["pattern"] == "dictionary" and one["matched_word"] in known
            yield "team.phrase-own" if is_own else _WHY[one["pattern"]]
        if not patterns and len(text) >= SHORTEST:  # what is short is told so already
            yield "team.phrase-common"


def kept(phrase: str) -> str:
    """A phrase as the database keeps it: Argon2id with a salt of its own; raises TeamError."""
    with turn():
        return _hasher().hash(_bytes(phrase))


def fits(phrase: str, kept: str | None) -> bool:
    """Whether it is the phrase that is kept; as slowly where there is none (None). In a turn."""
    from argon2.exceptions import InvalidHashError, VerificationError

    try:
        _hasher().verify(kept or _NOBODY, _bytes(phrase))
    except (VerificationError, InvalidHashError):
        return False
    return kept is not None


def is_outdated(kept: str) -> bool:
    """Whether a phrase was kept with other parameters than today's."""
    return _hasher().check_needs_rehash(kept)


def _bytes(phrase: str) -> bytes:
    # what is too long to be one stays so: its end is cut, not judged
    return normal(phrase)[: LONGEST + 1].encode("utf-8", "surrogatepass")


def _hasher() -> PasswordHasher:
    from argon2 import PasswordHasher, Type

    return PasswordHasher(_PASSES, _KIBIBYTES, _LANES, type=Type.ID)


@contextmanager
def turn() -> Iterator[None]:
    """One of the process's two turns; raises TeamError where too many others wait for theirs."""
    if not _TURNS.acquire(timeout=_PATIENCE):
        raise TeamError([Problem("team.busy")])
    try:
        yield
    finally:
        _TURNS.release()
