"""Logging in, and what holds a session: tokens, cookies, ends, other pages, forged addresses."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.web.centres import AGENT

if TYPE_CHECKING:
    from tests.web.offices import Office


def test_whoever_follows_a_link_is_in(office: Office) -> None:
    browser = office.joined(AGENT)
    assert browser.is_in
    assert browser.login == AGENT
