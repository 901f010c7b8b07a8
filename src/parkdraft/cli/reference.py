"""The command reference, written out of the commands themselves: ``docs/commands.md``.

python -m parkdraft.cli.reference > docs/commands.md
"""

from __future__ import annotations

from collections.abc import Iterator

import click

from parkdraft.cli.main import root
from parkdraft.cli.usage import KoreanGroup, help_option, usage_pieces

_HEAD = """# 명령 안내

프로그램의 도움말에서 만든 문서입니다. 직접 고치지 말고 `python -m parkdraft.cli.reference`로 다시
만드세요. `--home`은 명령보다 앞에 적습니다. 빈칸이 든 값은 따옴표로 묶습니다.

끝난 뒤의 코드: 0 마침 · 1 받아들이지 않음 (빠지거나 잘못된 내용, 없는 절차) · 2 잘못된 사용법
(없는 명령이나 옵션, 정해지지 않은 값)."""


def reference() -> str:
    """Every command as Markdown: usage, what it does, its options."""
    command = root()
    return (
        "\n\n".join([_HEAD, *_sections(command, click.Context(command, None, "parkdraft"))]) + "\n"
    )


def _sections(command: click.Command, context: click.Context) -> Iterator[str]:
    path = context.command_path
    usage = f"```text\n{' '.join([path, *usage_pieces(command)])}\n```"
    yield f"## {path}"
    yield usage
    if command.help:
        yield command.help
    if isinstance(command, KoreanGroup):
        rows = [(_code(name), what) for name, (what, _) in command.table.items()]
        yield _table(("명령", "하는 일"), rows)
    rows = [
        (_code(_option(option)), option.help or "")
        for option in [*command.params, help_option()]
        if isinstance(option, click.Option) and not option.hidden
    ]
    yield _table(("옵션", "설명"), rows)
    if isinstance(command, KoreanGroup):
        for name in command.list_commands(context):
            inner = command.get_command(context, name)
            if inner is not None:
                yield from _sections(inner, click.Context(inner, context, name))


def _option(option: click.Option) -> str:
    return ", ".join(option.opts) + ("" if option.is_flag else f" {option.metavar or '값'}")


def _code(text: str) -> str:
    return f"`{text}`"


def _table(header: tuple[str, str], rows: list[tuple[str, str]]) -> str:
    lines = [header, ("---", "---"), *((a, b.replace("|", "\\|")) for a, b in rows)]
    return "\n".join(f"| {first} | {second} |" for first, second in lines)


if __name__ == "__main__":
    import sys

    sys.stdout.buffer.write(reference().encode())
