"""Warnings about contacts.yaml: what it may say, but probably does not mean."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from parkdraft.config.load import NAME
from parkdraft.config.readers import Path, Reading
from parkdraft.config.schema import read
from parkdraft.config.yamlnodes import compose
from parkdraft.decide.overview import gaps, occurrences
from parkdraft.errors import Problem
from parkdraft.model import labels
from parkdraft.model.cases import CASES
from parkdraft.model.directory import Directory, build

if TYPE_CHECKING:
    from parkdraft.codes import Code

    pass

_USES = ("to", "cc", "mentions", "site")
"""Roles that count as use; membership in a group does not."""


def oddities(content: bytes) -> list[Problem]:
    """The warnings about a sound ``contacts.yaml``, in the order of lines.

    Each has the file's name in ``field`` and the line in ``row``.
    """
    root, _ = compose(content.decode("utf-8-sig"))
    if root is None:
        return []
    reading = Reading()
    directory = build(read(root, reading))
    for code, path, data in (
        *_partners(directory),
        *_site_contacts(directory),
        *_people(directory),
    ):
        reading.wrong_at(code, path, **data)
    warnings = (warning.at(field=NAME) for warning in reading.problems)
    return sorted(warnings, key=lambda warning: warning.row or 0)


_Warning = tuple["Code", Path, dict[str, str]]
"""Code, place and data of a warning."""


def _partners(directory: Directory) -> Iterator[_Warning]:
    """A partner for which a whole case has no row."""
    for partner in directory.partners.values():
        lacking = [
            labels.CASES[case.name][0]
            for case in CASES.values()
            if any(gap[1:] == (None, None) for gap in gaps(directory, case, partner.id))
        ]
        if lacking:
            data = {"partner": partner.name, "cases": ", ".join(lacking)}
            yield "contacts.partner-without-row", ("partners", partner.id), data


def _site_contacts(directory: Directory) -> Iterator[_Warning]:
    """A site whose contacts no row writes to."""
    used = {
        route.site
        for route in directory.routes
        for delivery in (route.delivery, *route.exceptions.values(), *route.fallbacks.values())
        if delivery.to_source == "site-contacts"
    }
    for site in directory.sites:
        if site.contacts and site.name not in used:
            yield "contacts.contacts-unused", ("sites", site.name, "contacts"), {"site": site.name}


def _people(directory: Directory) -> Iterator[_Warning]:
    """Somebody who stands in no row and at no site."""
    for name, roles in occurrences(directory).items():
        if not any(role in roles for role in _USES):
            yield "contacts.person-unused", ("people", name), {"name": name}
