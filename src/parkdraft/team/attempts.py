"""Attempts to log in are slowed: per account and address, and more gently per each of them.

Nobody waits here: who comes too early is refused with the seconds that are left. An attempt
counts before its phrase is looked at, so that a hundred at once are a hundred; a success takes it
back. Names are kept as digests: somebody may have typed a pass phrase in the wrong box.

OWASP ASVS 5 section 6.3, which also asks that nobody can lock out somebody else: failures
elsewhere do not hold up whoever logged in from the same address before.
"""

from __future__ import annotations

import hashlib
import ipaddress
import math
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from parkdraft.database.engine import Engine
from parkdraft.errors import Problem, TeamError
from parkdraft.outbox.facts import stamp
from parkdraft.team import store
from parkdraft.team.store import Attempts


class _Rule(NamedTuple):
    """Free failures, the longest wait in seconds, and after how long failures are forgotten.

    The wait begins with one second and doubles with each failure.
    """

    free: int
    longest: int
    forgotten: timedelta


_BOTH = _Rule(5, 15 * 60, timedelta(days=1))
_ACCOUNT = _Rule(20, 60, timedelta(hours=1))
_ADDRESS = _Rule(30, 60, timedelta(hours=1))
_KNOWN = timedelta(days=30)
"""For so long somebody who logged in from an address is known there."""
_NEVER = Attempts(0, "", None)


def begin(engine: Engine, account: str, address: str, now: datetime) -> None:
    """Count an attempt; raises TeamError ``team.slow`` where it comes too early.

    ``account`` is a login, or what else is tried to be guessed. Makes its own change.
    """
    with engine.change(durable=False):
        refuse_early(engine, account, address, now)
        for name, rule in _names(account, address):
            made = _made(engine, name, rule, now)
            counted = made._replace(failures=made.failures + 1, at=stamp(now))
            store.set_attempts(engine, name, counted)
        before, known = stamp(_ago(now, _BOTH.forgotten)), stamp(_ago(now, _KNOWN))
        store.forget_attempts(engine, before, known)


def succeeded(engine: Engine, account: str, address: str, now: datetime) -> None:
    """The attempt that was counted was a good one; inside a change."""
    get_to_know(engine, account, address, now)
    for name, rule in _names(account, address):
        if rule is not _BOTH:
            made = _made(engine, name, rule, now)
            failures, at = max(made.failures - 1, 0), made.at or stamp(now)
            store.set_attempts(engine, name, made._replace(failures=failures, at=at))


def get_to_know(engine: Engine, account: str, address: str, now: datetime) -> None:
    """Forget failures of an account at an address: it is known there from now on; in a change."""
    both, _ = next(_names(account, address))
    store.set_attempts(engine, both, Attempts(0, stamp(now), stamp(now)))


def refuse_early(engine: Engine, account: str, address: str, now: datetime) -> None:
    """Raise TeamError ``team.slow`` for an attempt that comes too early; nothing is counted."""
    waits = list[float]()
    for name, rule in _names(account, address):
        made = _made(engine, name, rule, now)
        waits.append(_left(made, rule, now))
        if rule is _BOTH and made.known and made.known >= stamp(_ago(now, _KNOWN)):
            break
    if any(waits):
        data = {"seconds": math.ceil(max(waits))}
        raise TeamError([Problem("team.slow", data=data)])


def _left(made: Attempts, rule: _Rule, now: datetime) -> float:
    """Seconds until the next attempt may be made."""
    beyond = made.failures - rule.free
    if beyond < 0:
        return 0
    wait = min(1 << min(beyond, 20), rule.longest)
    passed = (now.astimezone(UTC) - datetime.fromisoformat(made.at)).total_seconds()
    return max(wait - max(passed, 0), 0)


def _made(engine: Engine, name: str, rule: _Rule, now: datetime) -> Attempts:
    """What is known of earlier attempts; failures of long ago no longer count."""
    made = store.attempts(engine, name) or _NEVER
    old = made.at < stamp(_ago(now, rule.forgotten))
    return made._replace(failures=0) if old else made


def _names(account: str, address: str) -> Iterator[tuple[str, _Rule]]:
    """Under what an attempt counts: account and address together first."""
    place = _network(address)
    for rule, parts in (
        (_BOTH, ("both", account, place)),
        (_ACCOUNT, ("account", account)),
        (_ADDRESS, ("address", place)),
    ):
        yield hashlib.sha256("\0".join(parts).encode("utf-8", "replace")).hexdigest(), rule


def _network(address: str) -> str:
    """The address, of IPv6 its /64: one computer has as many of those as it likes."""
    try:
        known = ipaddress.ip_address(address)
    except ValueError:
        return address
    if known.version == 4:
        return address
    mapped = known.ipv4_mapped
    return str(mapped or ipaddress.ip_network((known.packed, 64), strict=False))


def _ago(now: datetime, span: timedelta) -> datetime:
    return now.astimezone(UTC) - span
