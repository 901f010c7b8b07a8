"""Every question the process can be asked, so that rows can be held against each other.

Two rows for one question, and rows that no question reaches, are faults of the directory.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

from parkdraft.decide.routing import Question, followed, matching
from parkdraft.errors import Problem
from parkdraft.model import labels
from parkdraft.model.cases import CASES, FIELDS, Case
from parkdraft.model.directory import Directory, Site


def questions(directory: Directory, case: Case) -> Iterator[Question]:
    """All combinations on which a route of this case can depend."""
    decides = FIELDS[case.decides].choices or {} if case.decides else {"": ()}
    partners: list[str | None] = list(directory.partners)
    if case.partnerless:
        partners.append(None)
    named: list[Site | None] = [None, *directory.sites]
    for partner, site, integration, value in product(partners, named, labels.INTEGRATIONS, decides):
        if site and site.partner not in (None, partner):
            continue
        if site and site.integration not in (None, integration):
            continue
        yield Question(case.name, partner, site.name if site else None, integration, value or None)


def check_coverage(directory: Directory) -> Iterator[Problem]:
    """Conflicts, unreachable rows, and rows that follow nothing; ``field`` is the row."""
    reached: set[str] = set()
    clashes: set[tuple[str, str]] = set()
    lost: set[str] = set()
    for case in CASES.values():
        for question in questions(directory, case):
            rows = matching(directory, question)
            reached.update(route.row for route in rows)
            if len(rows) > 1:
                clashes.add((rows[0].row, rows[1].row))
            elif rows and followed(directory, rows[0], question) is None:
                lost.add(rows[0].row)
    for first, second in sorted(clashes):
        yield Problem("contacts.two-routes", field=second, data={"first": first, "row": second})
    for route in directory.routes:
        if route.row not in reached:
            yield Problem("contacts.unreachable-row", field=route.row, data={"row": route.row})
    for row in sorted(lost):
        yield Problem("contacts.follows-nothing", field=row, data={"row": row})
