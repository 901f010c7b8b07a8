"""Templates → text. Values are data: nothing in them becomes template, and nothing is escaped.

A template's first line is the subject, the rest the body. Looked up by medium, then a folder
of the partner's or the channel's own, then the case::

    email/hiparking/plate-change.txt    a partner's own version, where there is one
    checklist/app/plate-change.txt      a channel's own version
    email/plate-change.txt              everybody's
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, MutableMapping, Sequence
from contextlib import suppress
from functools import cached_property, lru_cache
from pathlib import Path
from types import FrameType, TracebackType
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from jinja2.exceptions import SecurityError, TemplateNotFound, TemplateSyntaxError, UndefinedError
from jinja2.exceptions import TemplateError as JinjaError
from jinja2.loaders import split_template_path
from jinja2.nodes import Const, Extends
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment

from parkdraft.errors import DetailsError, Problem, TemplateError
from parkdraft.model import labels
from parkdraft.values.dates import Moment
from parkdraft.values.particles import particle
from parkdraft.values.text import read_text
from parkdraft.writing import korean

SUBJECT_SYLLABLES = 12
LONGEST_SUBJECT = 500
LONGEST_TEXT = 100_000
"""Characters of a rendered text; what is longer repeats itself by mistake."""
_FAULTS = (
    *(ArithmeticError, AttributeError, LookupError, MemoryError),
    *(RecursionError, TypeError, ValueError),
)
"""What the Python that a template becomes can raise, beside Jinja's own errors."""
MEDIA = {
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


class _Loader(FileSystemLoader):
    """Names the very file that cannot be read: it may be one that another includes.

    A link that leads out of the folder is refused: what is not there was reviewed by nobody.
    """

    def get_source(
        self, environment: Environment, template: str
    ) -> tuple[str, str, Callable[[], bool]]:
        try:
            source = super().get_source(environment, template)
        except UnicodeDecodeError as error:
            line = error.object.count(b"\n", 0, error.start) + 1
            data = {"file": template, "line": line}
            raise TemplateError([Problem("template.not-utf8", data=data)]) from error
        except TemplateNotFound:  # an OSError too
            self.refuse_special(template)
            raise
        except OSError as error:
            data = {"file": template}
            raise TemplateError([Problem("template.unreadable", data=data)]) from error
        if leads_out(Path(self.searchpath[0]), Path(source[1])):
            raise TemplateError([Problem("template.outside", data={"file": template})])
        return source

    def refuse_special(self, template: str) -> None:
        """Raise where a pipe or device stands in a template's place, which is no file to Jinja.

        Otherwise the next candidate would be taken, as if a partner had no version of its own.
        """
        with suppress(TemplateNotFound):
            place = Path(self.searchpath[0], *split_template_path(template))
            if place.exists() and not place.is_dir():
                raise TemplateError([Problem("template.not-file", data={"file": template})])


def leads_out(folder: Path, file: Path) -> bool:
    """Whether a file below a folder really lies somewhere else, by a symbolic link."""
    return not file.resolve().is_relative_to(folder.resolve())


class _Sandbox(ImmutableSandboxedEnvironment):
    """Jinja's sandbox, in which a template cannot multiply itself out of memory either."""

    intercepted_binops = frozenset(("*", "**"))

    def get_template(
        self,
        name: str | Template,
        parent: str | None = None,
        globals: MutableMapping[str, Any] | None = None,  # noqa: A002 - Jinja calls it so
    ) -> Template:
        """A template's parts are asked for with each text, and nothing is ever reloaded."""
        if globals or not isinstance(name, str):
            return super().get_template(name, parent, globals)
        if name not in self._ready:
            self._ready[name] = super().get_template(name, parent)
        return self._ready[name]

    @cached_property
    def _ready(self) -> dict[str, Template]:
        return {}

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        """Multiply numbers; refuse powers and repeated texts."""
        if operator == "**" or not all(isinstance(one, int | float) for one in (left, right)):
            raise SecurityError("not in a template")
        return super().call_binop(context, operator, left, right)


def environment(folder: Path) -> ImmutableSandboxedEnvironment:
    """A sandbox over the templates in ``folder`` (UTF-8, with or without BOM)."""
    env = _Sandbox(
        loader=_Loader(folder, encoding="utf-8-sig"),
        undefined=StrictUndefined,
        autoescape=False,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    env.filters.update(FILTERS)
    return env


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


_SUBJECT_CODES = {
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


def _label(identifier: str) -> str:
    """The Korean word of an identifier."""
    return _LABELS[identifier]


_LABELS = {
    identifier: words[0]
    for group in (
        labels.CASES,
        labels.CHANNELS,
        labels.INTEGRATIONS,
        labels.ANSWERS,
        labels.REASONS,
        labels.DISCOUNTS,
        labels.PROOFS,
        labels.ITEMS,
        labels.NEEDS,
        labels.FALLBACKS,
    )
    for identifier, words in group.items()
}


def _row(cells: Sequence[object]) -> str:
    """One row to paste; each cell a value, or its heading and the value."""
    from parkdraft.formulas import row_text

    values = (cell[1] if isinstance(cell, tuple) else cell for cell in cells)
    return row_text([_cell(value) for value in values])


def _headings(cells: Sequence[tuple[str, object]]) -> str:
    """The headings of a row's cells, between tabs."""
    from parkdraft.formulas import row_text

    return row_text([heading for heading, _ in cells])


def _cell(value: object) -> str:
    """A value as a spreadsheet understands it: ISO dates, plain numbers, nothing for None."""
    if isinstance(value, Moment):
        return f"{value.day} {value.time:%H:%M}" if value.time else f"{value.day}"
    return "" if value is None else str(value)


def _moment(moment: Moment) -> str:
    return korean.moment(moment.day, moment.time)


def _place_name(site: str) -> str:
    """A site in a first sentence: its name, or where that is long ``아래 현장``."""
    return site if korean.shortened(site, SUBJECT_SYLLABLES) == site else "아래 현장"


def _masked_phone(written: str) -> str:
    from parkdraft.values.phones import mask_phone

    return mask_phone(written)


FILTERS: dict[str, Callable[..., str]] = {
    "day": korean.day,
    "period": korean.period,
    "moment": _moment,
    "won": korean.won,
    "particle": particle,
    "honorific": korean.honorific,
    "masked": korean.masked,
    "masked_phone": _masked_phone,
    "shortened": korean.shortened,
    "place": _place_name,
    "label": _label,
    "headings": _headings,
    "row": _row,
}
"""What templates can do with a value: ``{{ from_date | day }}``, ``{{ paid | won }}``."""
