"""``route CASE`` and ``draft CASE``: one command a case, its options out of the declaration."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click

from parkdraft.cli.shared import JSON, hand_over, open_home, record_access
from parkdraft.cli.usage import KoreanCommand, KoreanGroup, WrongUsage, once
from parkdraft.errors import DetailsError
from parkdraft.model.cases import CASES, FIELDS_OF, Case, Field

ANSWERS = ("accepted", "refused")
_ANSWER_HELP = {
    "accepted": "고객이 요금 안내에 동의했습니다.",
    "refused": "고객이 동의하지 않았습니다.",
}


class CaseGroup(KoreanGroup):
    """A group of cases that takes Korean labels, too, and tells whose option a stray one is."""

    def get_command(self, _ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of a case, by identifier or Korean label."""
        if cmd_name in self.table:
            return self.table[cmd_name][1]()
        if cmd_name.isascii():
            return None
        from parkdraft.decide.details import find_case

        try:
            return self.table[find_case(cmd_name).name][1]()
        except DetailsError:
            return None


class CaseCommand(KoreanCommand):
    """A case's command; an option of another case is named as such."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse; an option of another case is refused with the cases that have it."""
        try:
            return super().parse_args(ctx, args)
        except click.NoSuchOption as error:
            name = error.option_name.removeprefix("--")
            owners = [case.label for case in CASES.values() if name in option_names(case)]
            if owners:
                text = f"--{name} 옵션은 다른 업무의 것입니다: {', '.join(owners)}"
                raise WrongUsage(text, ctx) from error
            raise


def option_names(case: Case) -> tuple[str, ...]:
    """The options of a case: its fields' names, but for the answer, which is two flags."""
    names = tuple(field.name for field in case.fields if field.name != "answer")
    return (*names, *ANSWERS) if case.decides == "answer" else names


def _options(case: Case, *, required: tuple[str, ...]) -> list[click.Parameter]:
    options: list[click.Parameter] = []
    for field in FIELDS_OF[case.name].values():
        if field.name == "answer":
            options += [
                click.Option([f"--{name}"], is_flag=True, help=_ANSWER_HELP[name])
                for name in ANSWERS
            ]
        elif field.kind == "flag":
            options.append(click.Option([f"--{field.name}"], is_flag=True, help=_help(field)))
        else:
            text = _help(field) + (" [필수]" if field.name in required else "")
            option = click.Option(
                [f"--{field.name}"], metavar=field.label, help=text, multiple=True, callback=once
            )
            options.append(option)
    options.append(JSON)
    return options


def _draft_options() -> list[click.Parameter]:
    """What drafting takes beside the details of the case."""
    return [
        click.Option(
            ["--replaces"],
            metavar="번호",
            help="이 초안을 고쳐 씁니다. 적지 않은 것은 그대로이고, 먼저 것은 반려됩니다.",
        ),
        click.Option(
            ["--attach"],
            metavar="파일",
            multiple=True,
            help="메일에 붙일 파일. 여러 번 쓸 수 있습니다(5개, 모두 합해 10MB까지).",
        ),
        click.Option(
            ["--masked"],
            is_flag=True,
            help="붙인 파일에서 주민등록번호·주소·얼굴을 가렸습니다.",
        ),
        click.Option(["--dry-run"], is_flag=True, help="미리보기: 파일을 만들지 않습니다."),
        click.Option(
            ["--open", "open_it"],
            is_flag=True,
            help="만든 초안을 메일 프로그램으로 엽니다.",
        ),
        click.Option(
            ["--copy"],
            is_flag=True,
            help="붙여 넣을 글이나 시트 줄을 클립보드에 넣습니다.",
        ),
    ]


def _help(field: Field) -> str:
    if field.kind == "flag":
        return f"{field.label}: {field.help}" if field.help else field.label
    if field.choices:
        words = ", ".join(f"{name}({labels[0]})" for name, labels in field.choices.items())
        return f"{words}"
    return f"예: {field.example}" + (f" - {field.help}" if field.help else "")


def _details(options: dict[str, Any]) -> dict[str, Any]:
    """Options → details; the two answer flags become one field."""
    accepted, refused = options.pop("accepted", False), options.pop("refused", False)
    if accepted and refused:
        raise WrongUsage("--accepted와 --refused는 함께 쓸 수 없습니다.")
    if accepted or refused:
        options["answer"] = "accepted" if accepted else "refused"
    return {name: value for name, value in options.items() if value not in (None, False)}


def _command(case: Case, verb: str) -> Callable[[], click.Command]:
    def route_case(context: click.Context, json: bool, **options: Any) -> int:
        from parkdraft.cli.answers import show_route

        home = open_home(context)
        show_route(home.route(case.name, **_details(options)), home.directory, as_json=json)
        return 0

    def draft_case(
        context: click.Context,
        json: bool,
        dry_run: bool,
        open_it: bool,
        copy: bool,
        replaces: str | None,
        attach: tuple[str, ...],
        masked: bool,
        **options: Any,
    ) -> int:
        from parkdraft.cli.answers import copy_draft, show_draft
        from parkdraft.launcher import open_file

        home = open_home(context)
        details = _details(options)
        if dry_run and replaces is not None:
            with home.drafts() as box:
                old = box.located(replaces)
                details = home.corrected(box, old, case.name, details)
                record_access(home, box, "shown", old.id)
        details |= {"attachments": attach, "masked": masked}
        made = home.compose(case.name, **details) if dry_run else None
        made = made or home.draft(case.name, replaces=replaces, **details)
        show_draft(home, made, as_json=json)
        if copy:
            copy_draft(home, made)
        if open_it and (path := made.path):
            hand_over(lambda: open_file(path))
        return 0

    def load() -> click.Command:
        required = case.needs if verb == "draft" else ()
        options = _options(case, required=required)
        if verb == "draft":
            options += _draft_options()
        return CaseCommand(
            case.name,
            params=options,
            callback=click.pass_context(draft_case if verb == "draft" else route_case),
            help=f"{case.label}: "
            + ("초안을 만듭니다." if verb == "draft" else "보낼 곳을 보여 줍니다."),
        )

    return load


route = CaseGroup(
    "route",
    {case.name: (case.label, _command(case, "route")) for case in CASES.values()},
    help="업무가 누구에게 어떤 채널로 가는지 보여 줍니다.",
)
draft = CaseGroup(
    "draft",
    {case.name: (case.label, _command(case, "draft")) for case in CASES.values()},
    help="업무의 초안을 만들어 outbox에 둡니다.",
)
