"""``contacts check | show | find``: what is wrong, the process as a table, and looking names up."""

from __future__ import annotations

from typing import Any

import click

from parkdraft.cli.layout import (
    echo,
    note,
    note_problems,
    pairs,
    print_json,
    problems_json,
    show_refusal,
    table,
)
from parkdraft.cli.shared import command, open_home
from parkdraft.decide.routing import conditions
from parkdraft.home import Home
from parkdraft.model import labels
from parkdraft.model.directory import Directory, Route
from parkdraft.present.process import KINDS, found_facts, recipients
from parkdraft.present.words import NO_LEADS, NOTHING_FOUND, PLACEHOLDER


def _check(context: click.Context, json: bool) -> int:
    from parkdraft.homecheck import check_home
    from parkdraft.values.people import long_names

    home = open_home(context)
    home.known(home.now().date())
    problems, warnings = check_home(home)
    directory = home.directory
    people = (directory.sender, *directory.people.values())
    warnings += long_names((one.name, one.title) for one in people)
    note_problems(warnings)
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
        print_json({"problems": [], "warnings": problems_json(warnings), **counts})
    else:
        echo(
            f"문제가 없습니다. 사람 {counts['people']}, 운영사 {counts['partners']}, "
            f"현장 {counts['sites']}, 절차 {counts['routes']}줄을 점검했습니다."
        )
    if directory.sender_is_placeholder:
        note(PLACEHOLDER)
    if not directory.team.leads:
        note(NO_LEADS)
    return 0


def _show(context: click.Context, partner: str | None, json: bool) -> int:
    home = open_home(context)
    if partner is not None:
        return _show_partner(home, partner, as_json=json)
    directory = home.directory
    if json:
        print_json([_route_json(directory, route) for route in directory.routes])
        return 0
    rows = [_route_row(directory, route) for route in directory.routes]
    echo(table(("행", "업무", "조건", "채널", "권한", "누구에게"), rows))
    for rule in directory.rules:
        echo(f"\n{rule.row} {', '.join(rule.sites)}: {rule.text}")
    return 0


def _show_partner(home: Home, partner: str, *, as_json: bool) -> int:
    from parkdraft.cli.partner import partner_json, partner_text
    from parkdraft.decide.partnerview import partner_view

    today = home.now().date()
    view = partner_view(home.known(today), partner)
    if as_json:
        print_json(partner_json(home.directory, view))
    else:
        echo(partner_text(home.directory, view, f"{today:%Y-%m}"))
    return 0


def _route_row(directory: Directory, route: Route) -> tuple[str, ...]:
    delivery = route.delivery
    if route.follows:
        who = "운영사별 정기권 채널과 같음"
    else:
        facts = recipients(directory, delivery)
        who = " / ".join(f"참조 {text}" if label == "참조" else text for label, text in facts)
    return (
        route.row,
        ", ".join(labels.CASES[case][0] for case in route.cases),
        " · ".join(conditions(directory, route)) or "모두",
        labels.CHANNELS[delivery.channel][0] if delivery.channel else "(운영사별)",
        labels.AUTHORITIES[delivery.authority][0] if delivery.authority else "(운영사별)",
        who or "-",
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
    known = home.known(home.now().date())
    found = find(known, text)
    if json:
        print_json([one.as_json() for one in found])
        return 0
    if not found:
        echo(NOTHING_FOUND)
    for one in found:
        words = "  ".join((one.name, *(words for _, words in found_facts(known, one))))
        echo(pairs([(KINDS[one.kind], words)], 8))
    return 0


check = command("check", _check)
show = command("show", _show, click.Argument(["partner"], metavar="[운영사]", required=False))
find = command("find", _find, click.Argument(["text"], metavar="찾을말"))
