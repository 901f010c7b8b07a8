"""Papers: files that somebody attaches to a case, checked and given the name they are sent under.

At most five, 10 MiB together, of the kinds in ``filekinds.py``. A name that tells who the
customer is, or that not every program can save, is replaced by a neutral one. No problem
repeats a file's name.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from parkdraft.decide.decision import Decision
from parkdraft.errors import Problem
from parkdraft.extract.normalize import plain
from parkdraft.extract.patterns import is_secret, phones, plates
from parkdraft.lazy import lazy
from parkdraft.model import labels
from parkdraft.values.plates import SYLLABLES
from parkdraft.values.text import ENCODED_WORD, drop_widthless
from parkdraft.writing.attachments import name_problem
from parkdraft.writing.filekinds import Kind, kind_of
from parkdraft.writing.message import Attachment
from parkdraft.writing.render import MEDIA

if TYPE_CHECKING:
    from parkdraft.codes import Code

FIELD = "attach"
MOST_FILES = 5
MOST_BYTES = 10 * 1024 * 1024
"""All files together, before base64 makes a third more of them; mail systems take 20 to 25 MB."""
# No folder takes a longer name, so nothing else of it is checked.
_LONGEST_NAME = 255
# Characters that turn the direction of writing can hide a name's real ending.
_TURNED = lazy(r"[\u202a-\u202e\u2066-\u2069]")
_NO_LETTERS = lazy(r"[\W_]+")
_PLATE = lazy(rf"[0-9]{{1,3}}[{''.join(SYLLABLES)}][0-9]{{4}}")
_PHONE = lazy(
    r"(?<![0-9])0(?:1[016-9]|2|[3-6][1-5]|50[0-9]|70)[\W_]?[0-9]{3,4}[\W_]?[0-9]{4}(?![0-9])"
)
_PLATES = ("plate", "old_plate", "new_plate", "read_plate")


class Brought(NamedTuple):
    """A file under another name than its path has: an upload."""

    name: str
    path: Path


File = str | Path | Brought
"""A file to attach."""


class Paper(NamedTuple):
    """A file that passed the checks, still under the name it came with."""

    name: str
    kind: Kind
    content: bytes


def _misplaced(decision: Decision) -> Iterator[Problem]:
    """Files for what is no e-mail, or for one that still waits for its recipients, are refused."""
    assert decision.channel is not None  # the caller checks it
    channel = {"channel": labels.CHANNELS[decision.channel][0]}
    medium = MEDIA[decision.channel]
    if decision.awaits:
        yield Problem("attach.waiting", FIELD)
    elif medium == "post":
        yield Problem("attach.post", FIELD, data=channel)
    elif medium != "email":
        yield Problem("attach.channel", FIELD, data=channel)


def read_papers(files: Sequence[File], masked: bool) -> tuple[list[Paper], list[Problem]]:
    """The files that may be attached, and all that is wrong; nothing is read beyond the limits."""
    problems = [] if masked else [Problem("attach.masked", "masked")]
    if len(files) > MOST_FILES:
        data = {"count": len(files), "maximum": MOST_FILES}
        return [], [*problems, Problem("attach.too-many", FIELD, data=data)]
    papers: list[Paper] = []
    left = MOST_BYTES
    for number, file in enumerate(files, start=1):
        name, path = file if isinstance(file, Brought) else (Path(file).name, Path(file))
        content = _content(path, left)
        if isinstance(content, str):
            problems.append(_problem(content, number))
            continue
        left -= len(content)
        if left < 0:
            data = {"maximum": MOST_BYTES >> 20}
            return [], [*problems, Problem("attach.too-big", FIELD, data=data)]
        kind = kind_of(content, name)
        if isinstance(kind, str):
            problems.append(_problem(kind, number))
        elif any(content == paper.content for paper in papers):
            problems.append(_problem("attach.twice", number))
        else:
            papers.append(Paper(name, kind, content))
    return papers, problems


def _content(path: Path, most: int) -> bytes | Code:
    """The first ``most`` + 1 bytes (one more shows that it is too big), or a code: why not."""
    try:
        if not path.is_file():  # a device or pipe may never end
            return "attach.missing"
        with path.open("rb") as handle:
            return handle.read(most + 1)
    except (OSError, ValueError):
        return "attach.unreadable"


def _problem(code: Code, number: int, **data: object) -> Problem:
    return Problem(code, FIELD, data={"number": number, **data})


def named(
    papers: Sequence[Paper], values: Mapping[str, Any]
) -> tuple[tuple[Attachment, ...], list[Problem]]:
    """The files under the names they are sent with, and a warning for each replaced name."""
    attachments: list[Attachment] = []
    warnings: list[Problem] = []
    for number, paper in enumerate(papers, start=1):
        name, code = _outgoing(paper, values)
        taken = {attachment.name.casefold() for attachment in attachments}
        if name.casefold() in taken:
            code = "attach.name-twice"
        if code == "attach.ending":
            warnings.append(_problem(code, number))
        elif code:
            neutral = (f"첨부{free}{paper.kind.endings[0]}" for free in count(number))
            name = next(other for other in neutral if other.casefold() not in taken)
            warnings.append(_problem(code, number, name=name))
        attachments.append(Attachment(name, paper.kind.media_type, paper.content))
    return tuple(attachments), warnings


def _outgoing(paper: Paper, values: Mapping[str, Any]) -> tuple[str, Code | None]:
    """The name with the ending of its kind, and the code of why it is changed or replaced."""
    if len(paper.name) > _LONGEST_NAME:
        return "", "attach.name-unfit"
    name = unicodedata.normalize("NFC", drop_widthless(paper.name)).strip()
    if _is_private(name, values):
        return "", "attach.name-private"
    code: Code | None = None
    if not name.lower().endswith(paper.kind.endings):
        stem, dot, _ = name.rpartition(".")
        name, code = (stem if dot else name) + paper.kind.endings[0], "attach.ending"
    looks_encoded = ENCODED_WORD in unicodedata.normalize("NFKC", name)
    if looks_encoded or _TURNED.search(paper.name) or name_problem(name):
        code = "attach.name-unfit"
    return name, code


def _is_private(name: str, values: Mapping[str, Any]) -> bool:
    """Whether the name has a plate, a phone, the customer's name, a resident or card number."""
    text = plain(name).text
    letters, digits = _letters(text), "".join(filter(str.isdigit, text))
    phone = "".join(filter(str.isdigit, values.get("phone") or ""))
    fields = (values.get(field) for field in ("customer", *_PLATES))
    known = [_letters(plain(str(value)).text) for value in fields if value]
    return (
        any(value in letters for value in known if value)
        or (bool(phone) and phone in digits)
        or bool(_PLATE.search(letters) or _PHONE.search(text))
        or any(plates(text))
        or any(phones(text))
        or is_secret(text)
    )


def _letters(text: str) -> str:
    return _NO_LETTERS.sub("", text).casefold()
