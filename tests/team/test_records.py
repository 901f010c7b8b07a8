"""The law's records: with drafts' histories, by day and person, unchangeable, and for how long."""

from __future__ import annotations

import contextlib
import sqlite3
from dataclasses import replace
from datetime import date, datetime

import pytest
from tests.helpers.members import AGENT, HERE, LEAD, OTHER, TEAM, Members
from tests.helpers.outboxes import AUTHOR, Office

from parkdraft import Home
from parkdraft.model.directory import Handover
from parkdraft.model.team import THIS_COMPUTER, Seat
from parkdraft.outbox.facts import stamp
from parkdraft.team.records import RecordFilters, expire, export, note_team, page, record

ALL = RecordFilters()
SEAT = Seat("abc234", HERE)


def add(members: Members, deed: str = "shown", login: str = AGENT, **more: str) -> None:
    with members.engine.change():
        record(members.engine, "access", deed, login, SEAT, members.now, **more)  # type: ignore[arg-type]


class TestLookingThrough:
    def test_drafts_histories_and_records_stand_together_the_newest_first(
        self, office: Office
    ) -> None:
        draft = office.draft()
        office.later(minutes=1)
        with office.box() as box, box.engine.change():
            record(box.engine, "access", "shown", AUTHOR, SEAT, office.now, draft=draft)
        office.later(minutes=1)
        assert office.approve(draft).problems == ()
        with office.box() as box:
            found = page(box.engine, ALL, 10, 0)
            assert found == list(export(box.engine, ALL))
        assert [(one.deed, one.draft) for one in found] == [
            ("approve", draft),
            ("shown", draft),
            ("draft", draft),
        ]
        assert (found[1].session, found[1].address) == SEAT

    @pytest.mark.parametrize(
        ("filters", "deeds"),
        [
            (ALL, ["shown", "revealed", "listed", "shown"]),
            (RecordFilters(login=OTHER), ["revealed"]),
            (RecordFilters(deed="shown"), ["shown", "shown"]),
            (RecordFilters(draft="20261123-aaaaaaa"), ["shown"]),
            (RecordFilters(since=date(2026, 11, 24)), ["shown", "revealed"]),
            (RecordFilters(until=date(2026, 11, 23)), ["listed", "shown"]),
            (RecordFilters(date(2026, 11, 24), date(2026, 11, 24)), ["revealed"]),
            (RecordFilters(date(2026, 11, 25), deed="revealed"), []),
            (RecordFilters(login="' OR ''='"), []),
        ],
    )
    def test_by_day_person_deed_and_draft(
        self, members: Members, filters: RecordFilters, deeds: list[str]
    ) -> None:
        members.now = datetime(2026, 11, 23, 0, 0)
        add(members, draft="20261123-aaaaaaa")
        members.now = datetime(2026, 11, 23, 23, 59, 59)
        add(members, "listed", about="12")
        members.now = datetime(2026, 11, 24, 12, 0)
        add(members, "revealed", OTHER, draft="20261123-bbbbbbb")
        members.now = datetime(2026, 11, 25, 0, 0)
        add(members)
        assert [one.deed for one in page(members.engine, filters, 10, 0)] == deeds
        assert [one.deed for one in export(members.engine, filters)] == deeds

    def test_page_by_page_nothing_is_doubled_or_missed(self, office: Office) -> None:
        """Of one moment, too."""
        for _ in range(3):
            office.draft(site=f"{office.now:%M}빌딩")
            with office.box() as box, box.engine.change():
                for _ in range(4):
                    record(box.engine, "access", "listed", AUTHOR, SEAT, office.now, about="1")
        with office.box() as box:
            whole = page(box.engine, ALL, 100, 0)
            pages = [page(box.engine, ALL, 4, skip) for skip in range(0, 20, 4)]
        assert len(whole) == 15
        assert [one for some in pages for one in some] == whole


class TestKept:
    @pytest.mark.parametrize(
        "statement",
        [
            "UPDATE records SET login = 'x'",
            "UPDATE records SET at = '2020-01-01T00:00:00.000+00:00'",
            "DELETE FROM records",
            "REPLACE INTO records SELECT * FROM records",
            "INSERT INTO records SELECT number, at, kind, deed, 'x', session, address, draft, about"
            " FROM records",
        ],
    )
    def test_nobody_changes_or_removes_them_past_the_program(
        self, members: Members, statement: str
    ) -> None:
        add(members)
        with (
            contextlib.closing(sqlite3.connect(members.path)) as connection,
            pytest.raises(sqlite3.IntegrityError),
        ):
            connection.execute(statement)
        assert len(page(members.engine, ALL, 10, 0)) == 1

    def test_what_is_older_than_the_period_goes_and_nothing_else(
        self, members: Members, shipped: Home
    ) -> None:
        today, moments = datetime.now(), (datetime(2020, 1, 1), datetime(2020, 6, 1))
        for members.now in (*moments, today):
            add(members)
            with members.engine.change():
                record(members.engine, "rights", "invited", LEAD, SEAT, members.now, about=AGENT)
        directory = shipped.directory._replace(records={})
        assert expire(members.engine, directory, today) == 0
        days = (today - datetime(2020, 3, 1)).days
        directory = directory._replace(records={"access": days})
        assert expire(members.engine, directory, today) == 1
        directory = directory._replace(records={"access": 366, "rights": 1096})
        assert expire(members.engine, directory, today) == 3
        left = page(members.engine, ALL, 10, 0)
        assert [(one.deed, one.at) for one in left] == [
            ("invited", stamp(today)),
            ("shown", stamp(today)),
        ]

    def test_never_before_the_law_allows_it_whatever_the_directory_says(
        self, members: Members, shipped: Home
    ) -> None:
        members.now = datetime.now()
        members.later(days=-365)
        add(members)
        directory = shipped.directory._replace(records={"access": 1, "rights": 1})
        assert expire(members.engine, directory, datetime.now()) == 0


class TestTheTeamAsItChanges:
    def test_each_difference_is_recorded_once(self, members: Members) -> None:
        note_team(members.engine, members.team, members.now)
        assert members.deeds() == [
            ("lead-added", "contacts.yaml", LEAD),
            *(("member-added", "contacts.yaml", login) for login in sorted(TEAM.members)),
        ]
        before = len(members.deeds())
        note_team(members.engine, members.team, members.now)
        assert len(members.deeds()) == before
        members.leaves(LEAD)
        handover = Handover(LEAD, OTHER, date(2026, 12, 24), date(2026, 12, 31))
        members.team = members.team._replace(leads=(AGENT,), handovers=(handover,))
        members.later(minutes=1)
        note_team(members.engine, members.team, members.now)
        words = f"{OTHER} ({LEAD}, 2026-12-24 ~ 2026-12-31)"
        assert members.deeds()[before:] == [
            ("lead-added", "contacts.yaml", AGENT),
            ("lead-removed", "contacts.yaml", LEAD),
            ("member-removed", "contacts.yaml", LEAD),
            ("handover-added", "contacts.yaml", words),
        ]
        members.team = members.team._replace(handovers=())
        note_team(members.engine, members.team, members.now)
        assert members.deeds()[-1] == ("handover-removed", "contacts.yaml", words)

    def test_another_spelling_of_a_login_is_no_difference(self, members: Members) -> None:
        note_team(members.engine, members.team, members.now)
        before = members.deeds()
        team = members.team._replace(leads=(LEAD.upper(),))
        note_team(members.engine, team, members.now)
        assert members.deeds() == before


def test_who_works_on_the_computer_itself_has_no_session(office: Office) -> None:
    office.draft()
    with office.box() as box:
        (only,) = page(box.engine, ALL, 10, 0)
    assert (only.session, only.address) == THIS_COMPUTER


def test_a_draft_made_from_a_seat_says_so(office: Office) -> None:
    home = replace(office.home(AUTHOR), seat=lambda: SEAT)
    home.__dict__["templates"] = office.templates
    made = home.draft(
        "plate-change",
        **{
            "site": "가온타워",
            "partner": "gaon",
            "old_plate": "68마4321",
            "new_plate": "157허8701",
        },
    )
    with office.box() as box:
        (only,) = page(box.engine, RecordFilters(draft=made.id), 10, 0)
    assert (only.session, only.address) == SEAT
