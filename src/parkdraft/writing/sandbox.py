"""The sandbox in which templates run: what a file may be, and what a template may do.

Values are data: nothing in them becomes template, and nothing is escaped.
"""

from __future__ import annotations

from collections.abc import Callable, MutableMapping
from contextlib import suppress
from functools import cached_property
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from jinja2.exceptions import SecurityError, TemplateNotFound
from jinja2.loaders import split_template_path
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment

from parkdraft.errors import Problem, TemplateError
from parkdraft.writing.korean import FILTERS


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
