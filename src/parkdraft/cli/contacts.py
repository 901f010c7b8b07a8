"""``contacts check | show | find``: mistakes, the process or a partner, the search."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

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
from parkdraft.decide import routing
from parkdraft.home import Home
from parkdraft.model import labels
from parkdraft.model.directory import Directory, Person, Route, Site
from parkdraft.present.process import (
    DECIDES,
    KINDS,
    conditions,
    found_facts,
    person_mailbox,
    recipients,
)
from parkdraft.present.words import NO_LEADS, NOTHING_FOUND, PLACEHOLDER, named
from parkdraft.values.particles import particle

if TYPE_CHECKING:
    from parkdraft.decide.overview import CaseRows, Gap, PartnerView, Step


def _check(context: click.Context, json: bool) -> int:
    from parkdraft.homecheck import check_home
    from parkdraft.values.people import long_names

    home = open_home(context)
    home.known(home.now().date())
    problems, warnings = check_home(home)
    directory = home.directory
    people = (directory.sender, *directory.people.values())
    warnings += long_names((person.name, person.title) for person in people)
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
    from parkdraft.decide.overview import partner_view

    today = home.now().date()
    view = partner_view(home.known(today), partner)
    if as_json:
        print_json(_partner_json(home.directory, view))
    else:
        echo(_partner_text(home.directory, view, f"{today:%Y-%m}"))
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
        " · ".join(routing.conditions(directory, route)) or "모두",
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


def _partner_text(directory: Directory, view: PartnerView, month: str) -> str:
    """A partner in paragraphs; ``month`` is the current one."""
    partner = view.partner
    aliases = f", {', '.join(partner.aliases)}" if partner.aliases else ""
    parts = [f"{partner.name} ({partner.id}{aliases})"]
    parts.append(_headed("사람", [_person(person) for person in view.people]))
    for some in view.rows:
        parts += [_step(directory, some, step) for step in some.steps]
    parts.append(_headed("현장", [_site(site) for site in view.sites]))
    if view.has_list:
        parts.append(_list(view, month))
    parts.append(_headed("절차가 없는 업무 (문서에 없음, 팀장 확인)", map(_gap, view.gaps)))
    return "\n\n".join(parts)


def _headed(title: str, lines: Iterable[str]) -> str:
    return "\n".join((title, *(f"  {line}" for line in list(lines) or ["없음"])))


def _person(person: Person) -> str:
    return person_mailbox(person) + (f" @{person.agit}" if person.agit else "")


def _site(site: Site) -> str:
    words = labels.INTEGRATIONS[site.integration][0] if site.integration else None
    return "  ".join(filter(None, (site.name, words, ", ".join(site.aliases))))


def _list(view: PartnerView, month: str) -> str:
    if view.listed is None:
        return f"{month} 담당자 명단: 아직 가져오지 않았습니다."
    rows = [
        (row["name"], named(row["person"], row["title"]), row["address"])
        for row in view.listed.rows
    ]
    return f"{month} 담당자 명단\n" + table(("현장", "담당자", "이메일"), rows)


def _step(directory: Directory, some: CaseRows, step: Step) -> str:
    follows = f" ({particle(step.follows, '을/를')} 따름)" if step.follows else ""
    rows: list[tuple[str, str | None]] = [
        (step.row, ", ".join(labels.CASES[case][0] for case in some.cases) + follows),
        ("조건", " · ".join(conditions(step)) or "모두"),
        ("채널", labels.CHANNELS[step.delivery.channel or ""][0]),
        ("권한", labels.AUTHORITIES[step.delivery.authority or ""][0]),
        *recipients(directory, step.delivery, step.contacts, addresses=True),
        ("예외", ", ".join(labels.FALLBACKS[name][0] for name in step.fallbacks)),
    ]
    return pairs(rows, 8)


def _gap(gap: Gap) -> str:
    words = (
        labels.INTEGRATIONS[gap.integration][0] if gap.integration else None,
        DECIDES[gap.decides][0] if gap.decides else None,
    )
    where = " · ".join(filter(None, words))
    return labels.CASES[gap.case][0] + (f": {where}" if where else "")


def _partner_json(directory: Directory, view: PartnerView) -> dict[str, Any]:
    """A partner as JSON; ``list`` is None where this month's has not come."""
    listed, partner = view.listed, view.partner
    return {
        "partner": {"id": partner.id, "name": partner.name, "aliases": list(partner.aliases)},
        "people": [{**person.as_json(), "agit": person.agit} for person in view.people],
        "rows": [_step_json(directory, some, step) for some in view.rows for step in some.steps],
        "sites": [
            {"name": site.name, "integration": site.integration, "aliases": list(site.aliases)}
            for site in view.sites
        ],
        "list": listed
        and {
            "month": listed.month,
            "rows": [
                {
                    "site": row["name"],
                    "name": row["person"],
                    "title": row["title"],
                    "address": row["address"],
                }
                for row in listed.rows
            ],
        },
        "missing": [gap._asdict() for gap in view.gaps],
    }


def _step_json(directory: Directory, some: CaseRows, step: Step) -> dict[str, Any]:
    delivery, people = step.delivery, directory.people
    names = step.contacts if delivery.to_source == "site-contacts" else delivery.to
    return {
        "row": step.row,
        "follows": step.follows,
        "cases": list(some.cases),
        "site": step.site,
        "integrations": list(step.integrations),
        "decides": list(step.decides),
        "channel": delivery.channel,
        "authority": delivery.authority,
        "to_source": delivery.to_source,
        "to": [people[name].as_json() for name in names],
        "cc": [people[name].as_json() for name in delivery.cc],
        "mentions": [people[name].agit for name in delivery.mentions],
        "method": delivery.method,
        "note": delivery.note,
        "fallbacks": list(step.fallbacks),
    }


def _find(context: click.Context, text: str, json: bool) -> int:
    from parkdraft.lookup.find import find

    home = open_home(context)
    known = home.known(home.now().date())
    findings = find(known, text)
    if json:
        print_json([finding.as_json() for finding in findings])
        return 0
    if not findings:
        echo(NOTHING_FOUND)
    for finding in findings:
        facts = (words for _, words in found_facts(known, finding))
        echo(pairs([(KINDS[finding.kind], "  ".join((finding.name, *facts)))], 8))
    return 0


check = command("check", _check)
show = command("show", _show, click.Argument(["partner"], metavar="[운영사]", required=False))
find = command("find", _find, click.Argument(["text"], metavar="찾을말"))
