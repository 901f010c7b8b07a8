"""All that is known of one partner: people, rows, sites, the month's list, and what is missing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from parkdraft.decide.coverage import questions
from parkdraft.decide.overview import Step, steps
from parkdraft.decide.place import find_partner, unknown_partner
from parkdraft.decide.routing import Question, followed, matching
from parkdraft.errors import RouteError
from parkdraft.lookup.sites import MonthList, SiteData
from parkdraft.model.cases import CASES, Case
from parkdraft.model.directory import Directory, Partner, Person, Site
from parkdraft.model.directory import site as site_of


class Gap(NamedTuple):
    """A case without a row; None in ``integration`` or ``decides``: whatever it is."""

    case: str
    integration: str | None
    decides: str | None


class CaseRows(NamedTuple):
    """Cases that this partner's rows handle alike, and the rows."""

    cases: tuple[str, ...]
    steps: tuple[Step, ...]


class PartnerView(NamedTuple):
    """A partner as the directory and today's lists know it.

    ``listed`` is this month's list, None where it has not come; ``has_list`` says whether
    the partner has such lists at all.
    """

    partner: Partner
    people: tuple[Person, ...]
    rows: tuple[CaseRows, ...]
    sites: tuple[Site, ...]
    has_list: bool
    listed: MonthList | None
    gaps: tuple[Gap, ...]


def partner_view(known: SiteData, text: str) -> PartnerView:
    """The partner of an identifier, name or alias; raises RouteError with near names."""
    directory = known.directory
    partner = find_partner(directory.partners, text)
    if partner is None:
        raise RouteError([unknown_partner(directory.partners, text)])
    registered = (site_of(row["name"], row) for row in known.registered.rows)
    return PartnerView(
        directory.partners[partner],
        tuple(one for one in directory.people.values() if one.partner == partner),
        tuple(_rows(directory, partner)),
        tuple(one for one in (*directory.sites, *registered) if one.partner == partner),
        partner in directory.listed_partners,
        known.lists.get(partner),
        tuple(gap for case in CASES.values() for gap in gaps(directory, case, partner)),
    )


def _rows(directory: Directory, partner: str) -> list[CaseRows]:
    found: list[CaseRows] = []
    for case in CASES.values():
        rows = steps(directory, case, partner)
        if found and found[-1].steps == rows:
            found[-1] = CaseRows((*found[-1].cases, case.name), rows)
        else:
            found.append(CaseRows((case.name,), rows))
    return [one for one in found if one.steps]


def gaps(directory: Directory, case: Case, partner: str) -> Iterator[Gap]:
    """What of a case no row answers at an ordinary site of this partner, in as few as it takes."""
    asked = [
        one
        for one in questions(directory, case)
        if one.partner == partner
        and one.site is None
        # where rows ignore the integration, one of them says it for all
        and (not case.ignores_integration or one.integration == "manual")
    ]
    lacking = [one for one in asked if not _answered(directory, one)]
    if len(lacking) == len(asked):
        yield Gap(case.name, None, None)
        return
    for integration in dict.fromkeys(one.integration for one in lacking):
        some = [one for one in lacking if one.integration == integration]
        shown = None if case.ignores_integration else integration
        if len(some) == sum(one.integration == integration for one in asked):
            yield Gap(case.name, shown, None)
        else:
            yield from (Gap(case.name, shown, one.decides) for one in some)


def _answered(directory: Directory, question: Question) -> bool:
    rows = matching(directory, question)
    return bool(rows) and followed(directory, rows[0], question) is not None
