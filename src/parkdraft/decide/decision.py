"""What is decided of a case: its details, where it is, which row answers, who gets it."""

from __future__ import annotations

from typing import Any, NamedTuple

from parkdraft.decide.details import Values
from parkdraft.decide.place import Place
from parkdraft.errors import Problem
from parkdraft.model.cases import Case
from parkdraft.model.directory import Person, Rule, people_json
from parkdraft.model.states import Authority, Channel, State


class Charge(NamedTuple):
    """What an early cancellation costs, in won; ``refund`` is None where nothing is known."""

    days: int
    daily_max: int
    amount: int
    refund: int | None


class Decision(NamedTuple):
    """A case, placed and decided.

    ``row``, ``channel``, ``authority`` and ``state`` are None as long as the customer has to answer
    first. ``values`` are the details as typed values, ``assumed`` notes on what the text says
    where nothing was given.
    """

    case: Case
    place: Place
    values: Values
    sender: Person
    rules: tuple[Rule, ...] = ()
    row: str | None = None
    channel: Channel | None = None
    authority: Authority | None = None
    state: State | None = None
    to: tuple[Person, ...] = ()
    cc: tuple[Person, ...] = ()
    mentions: tuple[str, ...] = ()
    method: str | None = None
    note: str | None = None
    addressee: str | None = None
    template: str | None = None
    fallback: str | None = None
    fallbacks: tuple[str, ...] = ()
    awaits: str | None = None
    """The month (``2026-11``) whose list a waiting draft waits for."""
    names_operator: bool = False
    """Whether the text must name the operator: its readers work for several."""
    charge: Charge | None = None
    warnings: tuple[Problem, ...] = ()
    assumed: tuple[Problem, ...] = ()

    def recipients(self) -> dict[str, Any]:
        """Who sends and who gets it, as JSON: ``from``, ``to``, ``cc``, ``mentions``."""
        sender, *others = people_json((self.sender, *self.to, *self.cc))
        return {
            "from": sender if self.channel == "email" else None,
            "to": others[: len(self.to)],
            "cc": others[len(self.to) :],
            "mentions": list(self.mentions),
        }
