"""``completion SHELL``: the lines by which a shell completes this program's commands."""

from __future__ import annotations

import click

from parkdraft.cli.layout import echo
from parkdraft.cli.usage import KoreanCommand, WrongUsage

SHELLS = ("bash", "zsh", "fish")


def _completion(context: click.Context, shell: str) -> int:
    from click.shell_completion import ShellComplete, get_completion_class

    from parkdraft.cli.main import COMPLETION

    if shell not in SHELLS:
        raise WrongUsage(f"쓸 수 있는 셸: {', '.join(SHELLS)}", context)
    complete = get_completion_class(shell)
    assert complete is not None  # click has these three
    root = context.find_root()
    lines = complete(root.command, {}, root.command_path, COMPLETION)
    echo(ShellComplete.source(lines))  # bash's own would run bash, and complain in English
    return 0


completion = KoreanCommand(
    "completion",
    params=[click.Argument(["shell"], metavar="셸")],
    callback=click.pass_context(_completion),
    help="명령을 Tab 키로 완성하게 합니다. "
    'bash는 ~/.bashrc에 eval "$(parkdraft completion bash)"를, '
    'zsh는 ~/.zshrc에 eval "$(parkdraft completion zsh)"를 넣습니다. '
    "fish는 ~/.config/fish/config.fish에 parkdraft completion fish | source를 넣습니다.",
)
