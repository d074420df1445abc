"""Where people practise: said by themselves, confirmed by others, and what is locked for it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from tests.competency.records import School, observe
from tests.makers import NOON
from training.accounts.models import Person
from training.competency.jurisdiction import rules, service
from training.competency.jurisdiction.models import PracticeRecord
from training.content.jurisdictions import Fact
from training.db.errors import Conflict, Invalid, Refused
from training.journal.models import JournalEntry
from training.web.access import Role

TODAY = NOON.date()


def claim(session: Session, person: Person, place: str, register: str, *, seen: int = 0, licence: str = "") -> None:
    service.claim(session, person.id, place=place, register=register, licence=licence, seen=seen, at=NOON)


def confirm(
    session: Session,
    person: Person,
    by: Person,
    place: str,
    register: str,
    *,
    seen: int = 0,
    day: date = TODAY,
) -> None:
    service.confirm(
        session,
        person.id,
        place=place,
        register=register,
        licence="PT 123",
        checked_on=day,
        seen=seen,
        by_id=by.id,
        today=TODAY,
        at=NOON,
    )


def locked(session: Session, person: Person) -> bool:
    try:
        service.refuse_where_not_allowed(session, person.id)
    except Refused:
        return True
    return False


@pytest.fixture
def people(school: School) -> tuple[Person, Person]:
    trainee, assessor = school.person(), school.person(Role.ASSESSOR)
    school.session.flush()
    return trainee, assessor


def test_the_provisional_register_of_alberta_locks_and_names_the_rule_and_its_source(
    session: Session, people: tuple[Person, Person]
) -> None:
    trainee, assessor = people
    claim(session, trainee, "alberta", "provisional")
    with pytest.raises(Refused) as refused:
        service.refuse_where_not_allowed(session, trainee.id)
    words = refused.value.message % refused.value.values
    assert "Alberta" in words
    assert "in any context, clinical or educational" in words
    assert "cpta.ab.ca" in words
    with pytest.raises(Refused, match="Needling is locked"):
        observe(session, trainee, assessor)


def test_where_nothing_forbids_it_observations_are_recorded(session: Session, people: tuple[Person, Person]) -> None:
    trainee, assessor = people
    observe(session, trainee, assessor)
    claim(session, trainee, "ontario", "not-rostered")
    assert not locked(session, trainee), "unknown is not forbidden"
    claim(session, trainee, "elsewhere", "", seen=1)
    assert not locked(session, trainee)


def test_a_slip_is_mended_by_oneself_but_not_what_an_instructor_confirmed(
    session: Session, people: tuple[Person, Person]
) -> None:
    trainee, assessor = people
    claim(session, trainee, "alberta", "provisional")
    claim(session, trainee, "alberta", "general", seen=1)
    assert not locked(session, trainee)
    confirm(session, trainee, assessor, "alberta", "provisional", seen=2)
    assert locked(session, trainee)
    claim(session, trainee, "alberta", "general", seen=3)
    assert locked(session, trainee)
    confirm(session, trainee, assessor, "alberta", "general", seen=4)
    assert not locked(session, trainee)
    assert [row.number for row in service.records_of(session, trainee.id)] == [5, 4, 3, 2, 1]


def test_the_same_sent_twice_is_one_record_and_a_stale_page_is_told(
    session: Session, people: tuple[Person, Person]
) -> None:
    trainee, _ = people
    claim(session, trainee, "alberta", "general")
    claim(session, trainee, "alberta", "general")
    assert len(service.records_of(session, trainee.id)) == 1
    with pytest.raises(Conflict):
        claim(session, trainee, "ontario", "rostered")


def test_nobody_confirms_themselves_nor_tomorrow_nor_long_ago(session: Session, people: tuple[Person, Person]) -> None:
    trainee, assessor = people
    with pytest.raises(Refused, match="This is you"):
        confirm(session, trainee, trainee, "alberta", "general")
    for day in (TODAY + timedelta(days=1), TODAY - timedelta(days=91)):
        with pytest.raises(Invalid):
            confirm(session, trainee, assessor, "alberta", "general", day=day)


@pytest.mark.parametrize(
    ("place", "register", "licence"),
    [("atlantis", "general", ""), ("alberta", "wizard", ""), ("alberta", "", ""), ("alberta", "general", "<b>" * 3)],
)
def test_what_is_in_no_list_is_refused(
    session: Session, people: tuple[Person, Person], place: str, register: str, licence: str
) -> None:
    with pytest.raises(Invalid):
        claim(session, people[0], place, register, licence=licence)


def test_a_record_is_journaled_without_the_licence_number_and_never_changes(
    session: Session, people: tuple[Person, Person]
) -> None:
    trainee, assessor = people
    confirm(session, trainee, assessor, "alberta", "general")
    entry = session.scalars(select(JournalEntry).order_by(JournalEntry.number.desc()).limit(1)).one()
    assert (entry.kind, entry.actor_id) == ("practice.confirmed", assessor.id)
    assert "123" not in str(entry.payload)
    session.flush()
    with pytest.raises(DatabaseError, match="append-only"):
        session.execute(text("UPDATE practice_record SET register_class = 'provisional'"))
    session.rollback()
    assert session.scalar(select(PracticeRecord)) is None


def test_a_rule_asks_for_a_look_when_nobody_compared_it_for_a_year() -> None:
    def fact(checked: date | None) -> Fact:
        return Fact("Something.", (), checked, 1)

    assert rules.is_stale(fact(None), TODAY)
    assert not rules.is_stale(fact(TODAY - timedelta(days=365)), TODAY)
    assert rules.is_stale(fact(TODAY - timedelta(days=366)), TODAY)


def test_the_list_of_rules_to_look_at_names_the_line_to_edit() -> None:
    found = rules.stale(rules.jurisdictions(), TODAY)
    lines = (rules.content_root / "courses/jurisdictions.yaml").read_text().splitlines()
    assert found
    for one in found:
        assert "checked:" in lines[int(one.where.rpartition(":")[2]) - 1], one.where
