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
from pathlib import Path
from types import FrameType, TracebackType
from typing import TYPE_CHECKING, Any

from jinja2 import Template
from jinja2.exceptions import TemplateError as JinjaError
from jinja2.exceptions import TemplateNotFound, TemplateSyntaxError, UndefinedError
from jinja2.nodes import Const, Extends
from jinja2.sandbox import ImmutableSandboxedEnvironment

from parkdraft.errors import DetailsError, Problem, TemplateError
from parkdraft.model.states import Channel
from parkdraft.values.text import read_text

if TYPE_CHECKING:
    from parkdraft.codes import Code

LONGEST_SUBJECT = 500
LONGEST_TEXT = 100_000
"""Characters of a rendered text; what is longer repeats itself by mistake."""
_FAULTS = (
    *(ArithmeticError, AttributeError, LookupError, MemoryError),
    *(RecursionError, TypeError, ValueError),
)
"""What the Python that a template becomes can raise, beside Jinja's own errors."""
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
        file: str | None = _chosen(env, tuple(_candidates(medium, name, own))).name
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
    """The variables that a template asks for; None where it has parts in other files."""
    from jinja2 import meta

    try:
        file = _chosen(env, tuple(_candidates(medium, name, own))).name
        tree = env.parse(env.loader.get_source(env, file or "")[0]) if env.loader else None
    except JinjaError:
        return None  # rendering it says what is wrong
    if tree is None or any(True for _ in meta.find_referenced_templates(tree)):
        return None
    return tuple(sorted(meta.find_undeclared_variables(tree)))


def render_first(
    env: ImmutableSandboxedEnvironment,
    candidates: list[str],
    values: Mapping[str, Any],
    longest: int = LONGEST_TEXT,
) -> str:
    """The text of the first of ``candidates`` that exists; raises TemplateError."""
    try:
        text = _chosen(env, tuple(candidates)).render(values)
    except TemplateSyntaxError as error:
        syntax_data = {"file": error.name or candidates[-1], "line": error.lineno}
        raise TemplateError([Problem("template.syntax", data=syntax_data)]) from error
    except TemplateNotFound as error:
        data = {"file": error.name or candidates[-1]}
        raise TemplateError([Problem("template.missing", data=data)]) from error
    except (JinjaError, *_FAULTS) as error:
        file, line = _place(error.__traceback__, candidates[-1])
        where = {"file": file, "line": line or "?"}
        name = _undefined_name(error)
        found = Problem("template.fails", data=where)
        if name:
            found = Problem("template.undefined", data={**where, "name": name})
        raise TemplateError([found]) from error
    if len(text) > longest:
        long_data = {"file": candidates[-1], "maximum": longest}
        raise TemplateError([Problem("template.too-long", data=long_data)])
    return text


@lru_cache(maxsize=256)
def _chosen(env: ImmutableSandboxedEnvironment, candidates: tuple[str, ...]) -> Template:
    """The first template that exists; looking for it costs more than rendering a short one."""
    return env.select_template(candidates)


def refuse_empty(
    env: ImmutableSandboxedEnvironment,
    medium: str,
    name: str,
    own: tuple[str | None, ...],
    body: str,
) -> None:
    """Raise TemplateError where a template says nothing: nobody shall send an empty text."""
    if not body.strip():
        file = _chosen(env, tuple(_candidates(medium, name, own))).name
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


def _place(traceback: TracebackType | None, default: str) -> tuple[str, int | None]:
    """The innermost template line of a failed rendering."""
    file, line = default, None
    while traceback is not None:
        name = traceback.tb_frame.f_code.co_filename
        if name.endswith(".txt"):
            file, line = _relative(name), traceback.tb_lineno
        traceback = traceback.tb_next
    return file, line


def template_in(frame: FrameType | None) -> str | None:
    """The template that is at work in a running frame, as far as there is one."""
    while frame is not None:
        if frame.f_code.co_filename.endswith(".txt"):
            return _relative(frame.f_code.co_filename)
        frame = frame.f_back
    return None


def _relative(path: str) -> str:
    """A template's path below the folder of templates, as far as it can be told."""
    parts = Path(path).parts
    below = len(parts) - 1 - parts[::-1].index("templates") if "templates" in parts else -2
    return "/".join(parts[below + 1 :])


def _undefined_name(error: Exception) -> str:
    """The name of an undefined variable; nothing else of the message, it may hold values."""
    text = str(error)
    if isinstance(error, UndefinedError) and "has no attribute '" in text:
        return text.rpartition("has no attribute '")[2].rstrip("'")
    return text.split("'")[1] if text.endswith("is undefined") and "'" in text else ""
