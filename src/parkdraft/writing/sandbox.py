"""The sandbox in which templates run: what a file may be, what a template may do, how it fails.

Values are data: nothing in them becomes template, and nothing is escaped.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, MutableMapping
from contextlib import suppress
from functools import cached_property, lru_cache
from pathlib import Path
from types import FrameType, TracebackType
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from jinja2.exceptions import SecurityError, TemplateNotFound, TemplateSyntaxError, UndefinedError
from jinja2.exceptions import TemplateError as JinjaError
from jinja2.loaders import split_template_path
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment

from parkdraft.errors import Problem, TemplateError
from parkdraft.writing.korean import FILTERS

LONGEST_TEXT = 100_000
"""Characters of a rendered text; what is longer repeats itself by mistake."""
_FAULTS = (
    *(ArithmeticError, AttributeError, LookupError, MemoryError),
    *(RecursionError, TypeError, ValueError),
)
"""What the Python that a template becomes can raise, beside Jinja's own errors."""


class _Loader(FileSystemLoader):
    """Names the very file that cannot be read: it may be one that another includes.

    A link that leads out of the folder is refused: nobody reviewed what it leads to.
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
        if operator == "**" or not all(isinstance(value, int | float) for value in (left, right)):
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


def render_first(
    env: ImmutableSandboxedEnvironment,
    candidates: list[str],
    values: Mapping[str, Any],
    longest: int = LONGEST_TEXT,
) -> str:
    """The text of the first of ``candidates`` that exists; raises TemplateError."""
    try:
        text = chosen(env, tuple(candidates)).render(values)
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
        problem = Problem("template.fails", data=where)
        if name:
            problem = Problem("template.undefined", data={**where, "name": name})
        raise TemplateError([problem]) from error
    if len(text) > longest:
        long_data = {"file": candidates[-1], "maximum": longest}
        raise TemplateError([Problem("template.too-long", data=long_data)])
    return text


@lru_cache(maxsize=256)
def chosen(env: ImmutableSandboxedEnvironment, candidates: tuple[str, ...]) -> Template:
    """The first template that exists; looking for it costs more than rendering a short one."""
    return env.select_template(candidates)


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
