"""``contacts check | show | find``; what brings lists is in ``imports``."""

from __future__ import annotations

from typing import Any

import click

from parkdraft.cli.homes import open_home
from parkdraft.cli.imports import IMPORTS
from parkdraft.cli.layout import echo, note, pairs, print_json, table
from parkdraft.cli.usage import KoreanCommand, KoreanGroup
from parkdraft.decide.routing import conditions
from parkdraft.model import labels
from parkdraft.model.directory import Delivery, Directory, Route

_JSON = click.Option(["--json"], is_flag=True, help="결과를 JSON으로 보여 줍니다.")


def _check(context: click.Context, json: bool) -> int:
    from parkdraft.cli.refusals import line, show_refusal
    from parkdraft.homecheck import check_home
    from parkdraft.values.people import long_names
    from parkdraft.wording import as_data

    home = open_home(context)
    home.known(home.now().date())
    problems, warnings = check_home(home)
    directory = home.directory
    people = (directory.sender, *directory.people.values())
    warnings += long_names((one.name, one.title) for one in people)
    for warning in warnings:
        note(line(warning))
    if problems:
        show_refusal(problems, as_json=json)
        return 1
    counts = {
        "people": len(directory.people),
        "partners": len(directory.partners),
        "sites": len(directory.sites),
        "routes": len(directory.routes),
    }
    if json:
        print_json({"problems": [], "warnings": [as_data(one) for one in warnings], **counts})
    else:
        echo(
            f"문제가 없습니다. 사람 {counts['people']}, 운영사 {counts['partners']}, "
            f"현장 {counts['sites']}, 절차 {counts['routes']}줄을 점검했습니다."
        )
    if directory.sender_is_placeholder:
        note("보내는 사람이 예시 주소입니다. sender에 실제 공용 메일을 적으세요.")
    if not directory.team.leads:
        note("team의 leads가 비어 있어 아무도 승인할 수 없습니다. 팀장의 로그인 이름을 적으세요.")
    return 0


def _show(context: click.Context, partner: str | None, json: bool) -> int:
    if partner is not None:
        return _show_partner(context, partner, json)
    directory = open_home(context).directory
    if json:
        print_json([_route_json(directory, route) for route in directory.routes])
        return 0
    rows = [_route_row(directory, route) for route in directory.routes]
    echo(table(("행", "업무", "조건", "채널", "권한", "누구에게"), rows))
    for rule in directory.rules:
        echo(f"\n{rule.row} {', '.join(rule.sites)}: {rule.text}")
    return 0


def _show_partner(context: click.Context, partner: str, json: bool) -> int:
    from parkdraft.cli.partnertext import partner_json, partner_text
    from parkdraft.decide.overview import partner_view

    home = open_home(context)
    today = home.now().date()
    view = partner_view(home.known(today), partner)
    if json:
        print_json(partner_json(home.directory, view))
    else:
        echo(partner_text(home.directory, view, f"{today:%Y-%m}"))
    return 0


def _recipients(directory: Directory, route: Route, delivery: Delivery) -> str:
    people = directory.people
    if route.follows:
        return "운영사별 정기권 채널과 같음"
    if delivery.to_source == "monthly-list":
        to = "월별 명단의 현장 담당자"
    elif delivery.to_source == "site-contacts":
        to = "현장 담당자"
    else:
        to = ", ".join(people[name].name for name in delivery.to)
    cc = ", ".join(people[name].name for name in delivery.cc)
    mentions = " ".join(f"@{people[name].agit}" for name in delivery.mentions)
    return " / ".join(filter(None, (to, f"참조 {cc}" if cc else "", mentions))) or "-"


def _route_row(directory: Directory, route: Route) -> tuple[str, ...]:
    delivery = route.delivery
    return (
        route.row,
        ", ".join(labels.CASES[case][0] for case in route.cases),
        " · ".join(conditions(directory, route)) or "모두",
        labels.CHANNELS[delivery.channel][0] if delivery.channel else "(운영사별)",
        labels.AUTHORITIES[delivery.authority][0] if delivery.authority else "(운영사별)",
        _recipients(directory, route, delivery),
    )


def _route_json(directory: Directory, route: Route) -> dict[str, Any]:
    people, delivery = directory.people, route.delivery
    return {
        "row": route.row,
        "cases": list(route.cases),
        "partner": route.partner,
        "site": route.site,
        "integrations": list(route.integrations),
        "decides": list(route.decides),
        "channel": delivery.channel,
        "authority": delivery.authority,
        "to_source": delivery.to_source,
        "to": [people[name].address for name in delivery.to],
        "cc": [people[name].address for name in delivery.cc],
        "mentions": [people[name].agit for name in delivery.mentions],
        "method": delivery.method,
        "note": delivery.note,
        "follows": list(route.follows) if route.follows else None,
        "exceptions": list(route.exceptions),
        "fallbacks": list(route.fallbacks),
    }


def _find(context: click.Context, text: str, json: bool) -> int:
    from parkdraft.lookup.find import find

    home = open_home(context)
    found = find(home.known(home.now().date()), text)
    if json:
        print_json([one.as_json() for one in found])
        return 0
    if not found:
        echo("찾은 것이 없습니다. 이름의 일부나 초성으로도 찾을 수 있습니다 (예: ㅎㅇㅍㅋ).")
    kinds = {"person": "사람", "partner": "운영사", "site": "현장"}
    partners = home.directory.partners
    for one in found:
        facts = one.facts
        integration = facts.get("integration")
        details = (
            facts.get("title"),
            facts.get("address"),
            f"@{facts['agit']}" if facts.get("agit") else None,
            partners[facts["partner"]].name if facts.get("partner") else None,
            facts.get("site"),
            labels.INTEGRATIONS[integration][0] if integration else None,
            facts.get("id"),
            ", ".join(facts.get("aliases", []) + facts.get("nicknames", [])) or None,
        )
        words = "  ".join(word for word in details if word)
        echo(pairs([(kinds[one.kind], f"{one.name}  {words}".rstrip())], 8))
    return 0


def _command(name: str, help_text: str, callback: Any, *params: click.Parameter) -> click.Command:
    return KoreanCommand(
        name, params=[*params, _JSON], callback=click.pass_context(callback), help=help_text
    )


_COMMANDS = {
    "check": _command("check", "연락처와 절차, 문구를 모두 점검합니다.", _check),
    "show": _command(
        "show",
        "업무 절차를 표로 보여 줍니다. 운영사를 적으면 그 운영사의 모든 것을 보여 줍니다.",
        _show,
        click.Argument(["partner"], metavar="[운영사]", required=False),
    ),
    "find": _command(
        "find",
        "사람, 운영사, 현장을 찾습니다. 초성(ㅎㅇㅍㅋ)으로도 찾습니다.",
        _find,
        click.Argument(["text"], metavar="찾을말"),
    ),
}


def _loaded(command: click.Command) -> Any:
    return lambda: command


contacts = KoreanGroup(
    "contacts",
    {
        name: (command.help or "", _loaded(command))
        for name, command in (*_COMMANDS.items(), *IMPORTS.items())
    },
    help="연락처와 업무 절차.",
)
