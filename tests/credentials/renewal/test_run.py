"""The nightly run, the lapse, the way back and the certificate after it, on both databases."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.competency.records import observe, take
from tests.credentials.makers import EDMONTON, make_certificate, make_granted
from tests.kept import Fill
from tests.makers import NOON, make_person
from tests.query_counts import counted
from training.accounts.models import Person
from training.credentials import codes, service
from training.credentials.models import CertificateEvent
from training.credentials.renewal.models import RenewalNotice
from training.db.errors import Refused
from training.journal import service as journal
from training.journal.models import JournalEntry
from training.library import service as library
from training.web.access import Role

LAPSES = date(2026, 7, 1) + timedelta(days=90)  # a month after the issue, and the grace


def days_before(days: int) -> datetime:
    """Noon, so many days before the cases lapse."""
    return NOON + timedelta(days=(LAPSES - NOON.date()).days - days)


@pytest.fixture
def holder(session: Session, publish_shipped: Fill) -> Person:
    publish_shipped(session)
    person = make_person(session, name="Asha Rao")
    session.flush()
    return person


def run(session: Session, at: datetime) -> service.Run:
    return service.run_renewal(session, at=at, zone=EDMONTON)


def nights(session: Session, first: int, last: int) -> None:
    """Run every ten nights, from so many days before the lapse to so many."""
    for days in range(first, last - 1, -10):
        run(session, days_before(days))


def practise(session: Session, person: Person, region: str, at: datetime, *, count: int = 3) -> None:
    chosen = [one.id for one in library.entries(session, "case", bank="practice") if one.region == region]
    for case_id in chosen[:count]:
        take(session, person, case_id, purpose="case", at=at)


def line(session: Session, code: str, region: str, at: datetime) -> str:
    session.expire_all()
    found = service.check(session, code, at=at, zone=EDMONTON)
    assert found is not None
    line = found.line(region)
    assert line is not None
    return line.state


def told(session: Session) -> list[tuple[str, str, int]]:
    rows = session.scalars(select(RenewalNotice).order_by(RenewalNotice.id))
    return [(row.region, row.what, row.days) for row in rows]


def test_the_holder_is_told_four_times_and_then_the_line_is_suspended(session: Session, holder: Person) -> None:
    code = make_certificate(session, holder, scope={"cervical": "independent"})
    for days in (91, 90, 75, 60, 30, 7, 0):
        run(session, days_before(days))
    assert told(session) == [("cervical", "cases", days) for days in (90, 60, 30, 7)]
    assert line(session, code, "cervical", days_before(0)) == "active"

    done = run(session, days_before(-1))

    assert done.narrowed == [(codes.shown(code), "cervical")]
    assert line(session, code, "cervical", days_before(-1)) == "suspended"
    last = session.scalars(select(CertificateEvent).order_by(CertificateEvent.id.desc()).limit(1)).one()
    assert (last.by_id, last.region) == (None, "cervical")
    assert "practice cases" in last.reason
    assert "2026-07-01" in last.reason
    entry = session.scalars(select(JournalEntry).order_by(JournalEntry.number.desc()).limit(1)).one()
    assert (entry.kind, entry.actor_id) == ("certificate.narrowed", None)
    assert list(journal.faults(session)) == []


def test_a_second_run_on_the_same_day_does_nothing(session: Session, holder: Person) -> None:
    make_certificate(session, holder)
    nights(session, 90, 0)
    first, second = run(session, days_before(-1)), run(session, days_before(-1))

    assert len(first.narrowed) == 3
    assert (second.notices, second.narrowed) == (0, [])


def test_the_first_run_ever_gives_notice_and_narrows_seven_days_later(session: Session, holder: Person) -> None:
    code = make_certificate(session, holder, scope={"cervical": "independent"})
    assert run(session, days_before(-100)).narrowed == []
    assert run(session, days_before(-106)).narrowed == []
    assert line(session, code, "cervical", days_before(-106)) == "active"
    assert run(session, days_before(-107)).narrowed == [(codes.shown(code), "cervical")]


def test_doses_keep_one_line_and_let_another_lapse(session: Session, holder: Person) -> None:
    code = make_certificate(session, holder, scope={"cervical": "independent", "lumbar": "supervised"})
    practise(session, holder, "lumbar", days_before(20))
    nights(session, 90, 0)
    run(session, days_before(-1))

    assert line(session, code, "cervical", days_before(-1)) == "suspended"
    assert line(session, code, "lumbar", days_before(-1)) == "active"


def test_two_cases_are_no_dose_of_three(session: Session, holder: Person) -> None:
    code = make_certificate(session, holder, scope={"cervical": "independent"})
    practise(session, holder, "cervical", days_before(20), count=2)
    nights(session, 90, 0)
    run(session, days_before(-1))
    assert line(session, code, "cervical", days_before(-1)) == "suspended"


def test_sign_off_cases_are_no_dose(session: Session, holder: Person) -> None:
    code = make_certificate(session, holder, scope={"cervical": "independent"})
    chosen = [one.id for one in library.entries(session, "case", bank="sign-off") if one.region == "cervical"]
    for case_id in chosen[:3]:
        take(session, holder, case_id, purpose="case", at=days_before(20))
    nights(session, 90, 0)
    run(session, days_before(-1))
    assert line(session, code, "cervical", days_before(-1)) == "suspended"


def test_a_line_that_a_decider_suspended_is_left_alone(session: Session, holder: Person) -> None:
    code = make_certificate(session, holder, scope={"cervical": "independent"})
    decider = make_person(session, Role.DECIDER)
    session.flush()
    service.change_state(
        session,
        code,
        "suspended",
        reason="Away.",
        by_id=decider.id,
        at=days_before(80),
        zone=EDMONTON,
        region="cervical",
    )
    nights(session, 70, -100)
    assert told(session) == []
    found = service.renewal_of(session, holder.id, at=days_before(0), zone=EDMONTON)
    assert found is not None
    assert found.lines == ()


def lapsed(session: Session, holder: Person) -> str:
    code = make_certificate(session, holder, scope={"cervical": "independent", "lumbar": "supervised"})
    nights(session, 90, 0)
    assert len(run(session, days_before(-1)).narrowed) == 2
    return code


def come_back(session: Session, holder: Person, region: str, at: datetime) -> None:
    practise(session, holder, region, at)
    observe(session, holder, make_person_flushed(session), region=region, at=at)


def make_person_flushed(session: Session) -> Person:
    person = make_person(session, Role.ASSESSOR)
    session.flush()
    return person


def test_who_comes_back_is_shown_so_and_a_decider_restores_the_line(session: Session, holder: Person) -> None:
    code, later = lapsed(session, holder), days_before(-10)
    come_back(session, holder, "cervical", later)
    found = service.renewal_of(session, holder.id, at=later, zone=EDMONTON)
    assert found is not None
    assert {one.region: one.back for one in found.lines} == {"cervical": True, "lumbar": False}
    assert run(session, later).narrowed == []
    assert line(session, code, "cervical", later) == "suspended", "software never widens a scope"

    decider = make_person_flushed(session)
    service.change_state(
        session,
        code,
        "active",
        reason="Watched again.",
        by_id=decider.id,
        at=later,
        zone=EDMONTON,
        region="cervical",
    )

    assert line(session, code, "cervical", later) == "active"
    assert run(session, later + timedelta(days=1)).narrowed == []
    assert line(session, code, "cervical", later) == "active"


def test_a_lapsed_line_is_not_granted_anew_before_it_came_back(session: Session, holder: Person) -> None:
    lapsed(session, holder)
    later = days_before(-10)
    granted = make_granted(session, holder, scope={"cervical": "independent"}, at=later)
    with pytest.raises(Refused, match="lapsed on"):
        service.issue(session, granted, zone=EDMONTON)


def test_renewing_makes_a_new_certificate_that_names_the_old_and_drops_what_stayed_lapsed(
    session: Session, holder: Person
) -> None:
    old, later = lapsed(session, holder), days_before(-10)
    come_back(session, holder, "cervical", later)
    new = service.issue(
        session, make_granted(session, holder, scope={"cervical": "independent"}, at=later), zone=EDMONTON
    )

    found = service.check(session, new, at=later, zone=EDMONTON)
    assert found is not None
    assert (found.state, found.replaces) == ("active", codes.shown(old))
    assert [one.region for one in found.lines] == ["cervical"]
    earlier = service.check(session, old, at=later, zone=EDMONTON)
    assert earlier is not None
    assert (earlier.state, earlier.replaces) == ("superseded", None)
    assert run(session, later).narrowed == []


def test_the_end_of_the_certificate_is_told_and_its_renewal_offered(session: Session, holder: Person) -> None:
    make_certificate(session, holder, scope={"cervical": "independent"}, valid_months=3)
    at = NOON + timedelta(days=65)  # 27 days before 1 September
    practise(session, holder, "cervical", at)
    run(session, at)
    found = service.renewal_of(session, holder.id, at=at, zone=EDMONTON)
    assert found is not None
    assert found.time_to_renew
    assert found.all_current
    assert [(one.region, one.what, one.lapses_on) for one in found.notices] == [("", "certificate", date(2026, 9, 1))]


def test_the_run_asks_the_same_however_many_certificates_there_are(session: Session, holder: Person) -> None:
    def asked() -> int:
        session.flush()
        with counted(session.get_bind()) as statements:  # type: ignore[arg-type]
            run(session, NOON + timedelta(days=1))
        return len(statements)

    make_certificate(session, holder)
    asked()
    few = asked()
    for _ in range(5):
        make_certificate(session)
    assert asked() == few <= 10
