"""``contacts show 운영사``: all that is known of one partner, for people and as JSON."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from parkdraft.cli.layout import pairs, table
from parkdraft.decide.overview import Step
from parkdraft.decide.partnerview import CaseRows, Gap, PartnerView
from parkdraft.model import labels
from parkdraft.model.directory import Directory, Person, Site
from parkdraft.present.process import DECIDES, conditions, person_mailbox, recipients
from parkdraft.present.words import named
from parkdraft.values.particles import particle


def partner_text(directory: Directory, view: PartnerView, month: str) -> str:
    """Everything in paragraphs; ``month`` is this one."""
    partner = view.partner
    aliases = f", {', '.join(partner.aliases)}" if partner.aliases else ""
    parts = [f"{partner.name} ({partner.id}{aliases})"]
    parts.append(_headed("사람", [_person(one) for one in view.people]))
    for some in view.rows:
        parts += [_step(directory, some, step) for step in some.steps]
    parts.append(_headed("현장", [_site(one) for one in view.sites]))
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
    found = " · ".join(filter(None, words))
    return labels.CASES[gap.case][0] + (f": {found}" if found else "")


def partner_json(directory: Directory, view: PartnerView) -> dict[str, Any]:
    """The same, by identifiers; ``list`` is None where the month's has not come."""
    listed, partner = view.listed, view.partner
    return {
        "partner": {"id": partner.id, "name": partner.name, "aliases": list(partner.aliases)},
        "people": [{**one.as_json(), "agit": one.agit} for one in view.people],
        "rows": [_step_json(directory, some, step) for some in view.rows for step in some.steps],
        "sites": [
            {"name": one.name, "integration": one.integration, "aliases": list(one.aliases)}
            for one in view.sites
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
