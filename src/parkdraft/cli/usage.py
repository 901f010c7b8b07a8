"""click, speaking Korean: help pages, and words for every way of calling a command wrongly.

Wrong-usage messages never repeat a value: it may be a customer's name or plate.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from itertools import takewhile
from typing import Any

import click

from parkdraft import __version__
from parkdraft.cli.layout import padded, show_refusal, width
from parkdraft.errors import ParkdraftError

_OPTION_NAME = re.compile(r"--?[a-z][a-z-]*")
_LONGEST = 40
"""Characters of what was typed that are held against names."""
_LABEL = 20
"""A command's description no longer than this is its Korean name."""
COMPLETION = "_PARKDRAFT_COMPLETE"
"""The environment variable by which a shell asks for what may come next."""
QUOTE = '빈칸이 든 값은 큰따옴표로 묶으세요. 예: "파르나스 호텔"'


class WrongUsage(click.UsageError):
    """Wrong usage in our own words; any other message may repeat a value and is not shown."""


def _print_help(context: click.Context, _parameter: click.Parameter, value: bool) -> None:
    if value and not context.resilient_parsing:
        click.echo(context.get_help(), color=context.color)
        context.exit()


def _print_version(context: click.Context, _parameter: click.Parameter, value: bool) -> None:
    if value and not context.resilient_parsing:
        click.echo(f"parkdraft {__version__}")
        context.exit()


VERSION = click.Option(
    ["--version"],
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_print_version,
    help="버전을 보여 줍니다.",
)


def once(context: click.Context, parameter: click.Parameter, values: tuple[str, ...]) -> str | None:
    """The one value of an option; of two, nobody knows which is meant."""
    if len(values) > 1:
        raise WrongUsage(f"{parameter.opts[0]} 옵션이 두 번 있습니다.", context)
    return values[0] if values else None


class KoreanCommand(click.Command):
    """A command whose help page is Korean; what the library refuses is shown once for all."""

    def get_help_option(self, _ctx: click.Context) -> click.Option:
        """``--help``, described in Korean."""
        return help_option()

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """``사용법: parkdraft draft …``."""
        pieces = " ".join(usage_pieces(self))
        formatter.write_usage(ctx.command_path, pieces, prefix="사용법: ")

    def format_options(self, _ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Options under a Korean heading."""
        write_options(self, formatter)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; exit code 2 where the program was called wrongly, 1 where it refuses."""
        try:
            return super().invoke(ctx)
        except ParkdraftError as error:
            from parkdraft.decide.details import USAGE_CODES

            show_refusal(error.problems, as_json=bool(ctx.params.get("json")))
            return 2 if any(problem.code in USAGE_CODES for problem in error.problems) else 1

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse, and give every error its command, whose help page is then named."""
        typed = list(args)  # click takes them away
        try:
            return super().parse_args(ctx, args)
        except click.UsageError as error:
            error.ctx = error.ctx or ctx
            if type(error) is click.UsageError and (name := _split_value(self, typed)):
                raise WrongUsage(f"{name} 뒤의 값이 둘로 나뉘었습니다. {QUOTE}", ctx) from error
            raise


class KoreanGroup(KoreanCommand, click.Group):
    """A group of commands given as a table: name → (what it does, how to load it)."""

    def __init__(
        self,
        name: str,
        table: dict[str, tuple[str, Callable[[], click.Command]]],
        **extra: Any,
    ) -> None:
        super().__init__(name, no_args_is_help=True, **extra)
        self.table = table

    def list_commands(self, _ctx: click.Context) -> list[str]:
        """The commands' names, in the order of the table."""
        return list(self.table)

    def get_command(self, _ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of a name, loaded now; None where there is none."""
        if cmd_name not in self.table:
            return None
        text, load = self.table[cmd_name]
        command = load()
        command.help = command.help or text
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command of a name; an unknown one is refused with the names there are."""
        command = self.get_command(ctx, args[0])
        if command is None and not ctx.resilient_parsing:
            name = args[0].partition("=")[0]
            if name.startswith("-"):
                options = (name for param in self.get_params(ctx) for name in param.opts)
                raise click.NoSuchOption(name, possibilities=near(name, options), ctx=ctx)
            raise WrongUsage(self._no_such_name(ctx, args), ctx)
        return (command.name if command else None), command, args[1:]

    def _no_such_name(self, ctx: click.Context, args: list[str]) -> str:
        """What to say of an unknown name: the near ones, else all there are."""
        names = self.list_commands(ctx)
        labels = {text: name for name, (text, _) in self.table.items() if len(text) <= _LABEL}
        words = " ".join(takewhile(lambda arg: not arg.startswith("-"), args))
        meant = [labels.get(name, name) for name in near(words, [*names, *labels])]
        meant += near(args[0], names)
        if meant:
            return f"그런 이름은 없습니다 (혹시 {', '.join(dict.fromkeys(meant))}?)"
        return f"그런 이름은 없습니다. 쓸 수 있는 이름: {', '.join(names)}"

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Options, then the commands with what they do."""
        super().format_options(ctx, formatter)
        rows = [(name, entry[0]) for name, entry in self.table.items()]
        formatter.write(f"\n명령:\n{definitions(rows)}\n")


def near(typed: str, names: Iterable[str]) -> list[str]:
    """The names that somebody probably meant, nearest first; three at most."""
    from difflib import get_close_matches

    return get_close_matches(typed[:_LONGEST], list(names))


def _split_value(command: click.Command, args: Sequence[str]) -> str | None:
    """The first option behind which more than one value stands: the shell took one apart."""
    valued = {
        name
        for param in command.params
        if isinstance(param, click.Option) and not param.is_flag
        for name in param.opts
    }
    for at, name in enumerate(args[:-2]):
        if name in valued and not args[at + 2].startswith("-"):
            return name
    return None


def help_option() -> click.Option:
    """The ``--help`` of every command."""
    return click.Option(
        ["--help"],
        is_flag=True,
        is_eager=True,
        expose_value=False,
        help="이 도움말을 보여 줍니다.",
        callback=_print_help,
    )


def usage_pieces(command: click.Command) -> list[str]:
    """``[옵션] CASE …`` for a usage line."""
    pieces = ["[옵션]"]
    for parameter in command.params:
        if isinstance(parameter, click.Argument):
            name = parameter.metavar or parameter.human_readable_name
            pieces.append(f"{name}..." if parameter.nargs == -1 else name)
    if isinstance(command, KoreanGroup):
        pieces.append("명령 ...")
    return pieces


def write_options(command: click.Command, formatter: click.HelpFormatter) -> None:
    """The options with their help texts."""
    rows = []
    for parameter in [*command.params, help_option()]:
        if isinstance(parameter, click.Option) and not parameter.hidden:
            names = ", ".join(parameter.opts)
            metavar = "" if parameter.is_flag else f" {parameter.metavar or '값'}"
            rows.append((names + metavar, parameter.help or ""))
    formatter.write(f"\n옵션:\n{definitions(rows)}\n")


def definitions(rows: list[tuple[str, str]]) -> str:
    """Names and what they are, in columns as wide as Korean is on a terminal."""
    widest = max(width(name) for name, _ in rows)
    return "\n".join(f"  {padded(name, widest)}  {text}".rstrip() for name, text in rows)


def usage_words(error: click.UsageError) -> str:
    """What was wrong with the call, in Korean, without any value that was typed."""
    if isinstance(error, click.NoSuchOption):
        name = error.option_name
        if name == "--home":
            return "--home은 명령보다 앞에 적습니다: parkdraft --home 폴더 명령"
        shown = f" {name}" if _OPTION_NAME.fullmatch(name) else ""
        near = ", ".join(error.possibilities or ())
        return f"그런 옵션은 없습니다:{shown or ' (옵션이 아닌 값)'}" + (
            f" (혹시 {near}?)" if near else ""
        )
    if isinstance(error, click.BadOptionUsage):
        return f"{error.option_name} 옵션의 값을 확인하세요 (값이 있어야 하는지, 없어야 하는지)."
    if isinstance(error, click.MissingParameter):
        from parkdraft.values.particles import particle

        return f"{particle(_parameter_name(error), '이/가')} 빠졌습니다."
    if isinstance(error, click.BadParameter):
        return f"{_parameter_name(error)}의 값이 올바르지 않습니다."
    if isinstance(error, WrongUsage):
        return error.message
    if error.message.startswith("Missing command"):
        return "명령이 빠졌습니다."
    return f"알 수 없는 값이 더 있습니다. {QUOTE}"


def _parameter_name(error: click.BadParameter) -> str:
    parameter = error.param
    if parameter is None:
        return "값"
    if isinstance(parameter, click.Option):
        return parameter.opts[0]
    return str(parameter.metavar or parameter.human_readable_name)
