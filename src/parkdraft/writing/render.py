"""Templates → text. Values are data: nothing in them becomes template, and nothing is escaped.

A template's first line is the subject, the rest the body. Looked up by medium, then a folder
of the partner's or the channel's own, then the case::

    email/hiparking/plate-change.txt    a partner's own version, where there is one
    checklist/app/plate-change.txt      a channel's own version
    email/plate-change.txt              everybody's
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from jinja2.exceptions import TemplateError as JinjaError
from jinja2.nodes import Const, Extends
from jinja2.sandbox import ImmutableSandboxedEnvironment

from parkdraft.errors import DetailsError, Problem, TemplateError
from parkdraft.model.states import Channel
from parkdraft.values.text import read_text
from parkdraft.writing.sandbox import LONGEST_TEXT, chosen, render_first

if TYPE_CHECKING:
    from parkdraft.codes import Code

LONGEST_SUBJECT = 500
MEDIA: Mapping[Channel, str] = {
    "email": "email",
    "slack": "post",
    "agit": "post",
    "board": "post",
    "sheet": "sheet",
    "discount-site": "checklist",
    "admin": "checklist",
    "app": "checklist",
}
"""Channel → medium, the folder of its templates."""


def render(
    env: ImmutableSandboxedEnvironment,
    medium: str,
    name: str,
    own: tuple[str | None, ...],
    values: Mapping[str, Any],
    longest: int = LONGEST_TEXT,
) -> str:
    """The text of the first template there is for ``medium``, ``name`` and the folders ``own``.

    Raises TemplateError, naming the file and where possible the line; also for a text of more
    than ``longest`` characters.
    """
    return render_first(env, _candidates(medium, name, own), values, longest)


def _candidates(medium: str, name: str, own: tuple[str | None, ...]) -> list[str]:
    folders = [f"{folder}/" for folder in own if folder]
    return [f"{medium}/{folder}{name}.txt" for folder in (*folders, "")]


@lru_cache(maxsize=256)
def has_frame(
    env: ImmutableSandboxedEnvironment, medium: str, name: str, own: tuple[str | None, ...]
) -> bool:
    """Whether a template extends the ``frame`` that it is given, itself or through others."""
    try:
        file: str | None = chosen(env, tuple(_candidates(medium, name, own))).name
        seen: set[str] = set()
        while file and env.loader and file not in seen:
            seen.add(file)
            tree = env.parse(env.loader.get_source(env, file)[0])
            parent = next((one.template for one in tree.find_all(Extends)), None)
            if parent is not None and not isinstance(parent, Const):
                return True
            file = parent.value if isinstance(parent, Const) else None
    except JinjaError:
        return False  # rendering it says what is wrong
    return False


@lru_cache(maxsize=256)
def needs(
    env: ImmutableSandboxedEnvironment, medium: str, name: str, own: tuple[str | None, ...]
) -> tuple[str, ...] | None:
    """The variables that a template asks for; None where it includes or extends others."""
    from jinja2 import meta

    try:
        file = chosen(env, tuple(_candidates(medium, name, own))).name
        tree = env.parse(env.loader.get_source(env, file or "")[0]) if env.loader else None
    except JinjaError:
        return None  # rendering it says what is wrong
    if tree is None or any(True for _ in meta.find_referenced_templates(tree)):
        return None
    return tuple(sorted(meta.find_undeclared_variables(tree)))


def render_letter(
    env: ImmutableSandboxedEnvironment,
    medium: str,
    name: str,
    own: tuple[str | None, ...],
    values: Mapping[str, Any],
    frame: str,
) -> tuple[str, str]:
    """Subject and body of a template in a ``frame``: that of its medium, or the short ``mailto``.

    Raises TemplateError; an empty body is refused.
    """
    values = {**values, "frame": f"{frame}/frame.txt"}
    subject, body = split_subject(render(env, medium, name, own, values))
    refuse_empty(env, *((medium, name, own) if frame == medium else (frame, "frame", ())), body)
    return subject, body


def refuse_empty(
    env: ImmutableSandboxedEnvironment,
    medium: str,
    name: str,
    own: tuple[str | None, ...],
    body: str,
) -> None:
    """Raise TemplateError where a template says nothing: nobody shall send an empty text."""
    if not body.strip():
        file = chosen(env, tuple(_candidates(medium, name, own))).name
        raise TemplateError([Problem("template.empty-body", data={"file": file})])


def split_subject(text: str) -> tuple[str, str]:
    """The first line that says something, and what follows it.

    The line is judged as what is typed: values that may stand alone can meet in a template as
    an encoded word. Raises TemplateError.
    """
    subject, _, body = text.lstrip().partition("\n")
    return _subject(subject.strip()), body.strip()


_SUBJECT_CODES: Mapping[Code, Code] = {
    "text.too-long": "template.subject-too-long",
    "text.encoded-word": "template.subject-encoded-word",
}


def _subject(line: str) -> str:
    try:
        return read_text(line, LONGEST_SUBJECT) if line else ""
    except DetailsError as error:
        (wrong,) = error.problems
        code = _SUBJECT_CODES.get(wrong.code, "template.subject-character")
        raise TemplateError([Problem(code, data=wrong.data)]) from error


def split_headings(text: str) -> tuple[str | None, str]:
    """A sheet's headings (None: the template has none) and its row, each one line."""
    first, line_end, row = text.strip("\n").partition("\n")
    return (first, row.strip("\n")) if line_end else (None, first)
