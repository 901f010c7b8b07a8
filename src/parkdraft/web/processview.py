"""The process, people and partners, as the contacts page shows them."""

from __future__ import annotations

from typing import Any, NamedTuple

from parkdraft.decide.overview import CaseSteps, Step, occurrences, process_table
from parkdraft.decide.routing import conditions
from parkdraft.model import labels
from parkdraft.model.directory import Delivery, Directory
from parkdraft.present import process
from parkdraft.present.drafts import Facts

_ROLES = {"to": "수신", "cc": "참조", "mentions": "멘션", "site": "현장 담당", "group": "묶음"}


class Cell(NamedTuple):
    """A step as a cell of the process table."""

    row: str
    follows: str | None
    conditions: tuple[str, ...]
    channel: str
    authority: str
    facts: Facts


class Column(NamedTuple):
    """A column of the process table: cells common to all partners, and those of each."""

    cases: str
    common: list[Cell]
    own: dict[str, list[Cell]]

    @property
    def shared(self) -> bool:
        """Whether nothing in it depends on the partner."""
        return not any(self.own.values())


def columns(directory: Directory) -> list[Column]:
    """The whole process: one column for each case, or for cases with the same steps."""
    return [_column(directory, entry) for entry in process_table(directory)]


def _column(directory: Directory, entry: CaseSteps) -> Column:
    return Column(
        ", ".join(labels.CASES[case][0] for case in entry.cases),
        [_cell(directory, step) for step in entry.common],
        {
            partner: [_cell(directory, step) for step in steps]
            for partner, steps in entry.own.items()
        },
    )


def _cell(directory: Directory, step: Step) -> Cell:
    others = [
        (labels.FALLBACKS[name][0], _elsewhere(directory, delivery))
        for name, delivery in step.fallbacks.items()
    ]
    return Cell(
        step.row,
        step.follows,
        tuple(process.conditions(step)),
        labels.CHANNELS[step.delivery.channel or ""][0],
        labels.AUTHORITIES[step.delivery.authority or ""][0],
        [*process.recipients(directory, step.delivery, step.contacts), *others],
    )


def _elsewhere(directory: Directory, delivery: Delivery) -> str:
    channel = labels.CHANNELS[delivery.channel or ""][0]
    recipients = (words for _, words in process.recipients(directory, delivery))
    return " ".join([channel, *recipients])


def methods(directory: Directory) -> list[dict[str, Any]]:
    """Every row of the process with what to do and what to mind, in the document's order."""
    return [
        {
            "row": route.row,
            "cases": ", ".join(labels.CASES[case][0] for case in route.cases),
            "conditions": " · ".join(conditions(directory, route)) or "모두",
            "method": route.delivery.method,
            "note": route.delivery.note,
        }
        for route in directory.routes
    ]


def people(directory: Directory) -> list[dict[str, Any]]:
    """Everybody, with where they occur in words."""
    occurring = occurrences(directory)
    return [
        {
            "person": person,
            "places": [(_ROLES[role], ", ".join(names)) for role, names in occurring[key].items()],
        }
        for key, person in directory.people.items()
    ]


def partners(directory: Directory) -> list[dict[str, Any]]:
    """Every partner, with the rows that are its own."""
    return [
        {
            "partner": partner,
            "listed": partner.id in directory.listed_partners,
            "rows": [route.row for route in directory.routes if route.partner == partner.id],
            "sites": [site.name for site in directory.sites if site.partner == partner.id],
        }
        for partner in directory.partners.values()
    ]
